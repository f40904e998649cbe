"""Changing setup matrices: cells, attributes and groups, each gesture one edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.choices import SetupCombine
from app.core.codes import code_key
from app.core.errors import RuleBroken
from app.core.messages import message
from app.services.exchange.masters_in import FORBIDDEN as FORBIDDEN_WORDS
from app.services.masters.edits import ChangeRows, RowChange
from app.services.masters.rows import MasterRow
from app.services.masters.together import ChangeTogether, differences
from app.services.plant.setup_view import FORBIDDEN, AttributeMatrix, SetupSheet

Values = Mapping[str, Any]
MOST_MINUTES = 7 * 24 * 60


class Empty:
    """Instead of minutes: the pair is to be taken out, so that a more general rule decides."""

    def __repr__(self) -> str:
        return "EMPTY"


EMPTY = Empty()
Wanted = int | None | Empty
"""Minutes, None = forbidden, or EMPTY."""


@dataclass(frozen=True, slots=True)
class CellWish:
    """What a cell of the matrix shall hold. ``start`` and ``end``: a value, group, ``*``, ``=``."""

    start: str
    end: str
    wanted: Wanted


def read_minutes(text: str) -> Wanted:
    """What was typed or pasted into a cell: ``15``, ``x``, 禁止, or nothing.

    Error: ``RuleBroken`` for anything else.
    """
    typed = text.strip().translate(_WIDE).casefold().removesuffix("min").removesuffix("分").strip()
    if not typed:
        return EMPTY
    if typed in FORBIDDEN_WORDS or typed in _FORBIDDEN_SIGNS:
        return None
    if typed.isdecimal() and int(typed) <= MOST_MINUTES:
        return int(typed)
    raise RuleBroken(message("setups.not_minutes", text=text.strip()))


_FORBIDDEN_SIGNS = frozenset({"禁", "不可", "no", "×", "⃠", "🚫", "-1"})
_WIDE = {0xFF10 + n: str(n) for n in range(10)} | {0xFF58: "x", 0xFF38: "x"}


def change_cells(
    sheet: SetupSheet, attribute: AttributeMatrix, wishes: Iterable[CellWish]
) -> ChangeRows | None:
    """The edit that fulfils all wishes; None if everything stands there already."""
    by_place = {(code_key(wish.start), code_key(wish.end)): wish for wish in wishes}
    changes = []
    for wish in by_place.values():
        change = _change(sheet, attribute, wish)
        if change is not None:
            changes.append(change)
    return ChangeRows("SetupMatrix", tuple(changes)) if changes else None


def _change(sheet: SetupSheet, attribute: AttributeMatrix, wish: CellWish) -> RowChange | None:
    standing = attribute.listed(wish.start, wish.end)
    if isinstance(wish.wanted, Empty):
        return None if standing is None else RowChange(standing.values, None)
    text = FORBIDDEN if wish.wanted is None else str(wish.wanted)
    if standing is not None:
        if standing.values["minutes"] == text:
            return None
        return RowChange(standing.values, {**standing.values, "minutes": text})
    values = {"scope": sheet.scope.code, "attribute": attribute.name, "from": wish.start,
              "to": wish.end, "minutes": text}  # fmt: skip
    return RowChange(None, values)


def change_pair(standing: MasterRow, **columns: Any) -> ChangeRows | None:
    """Other columns of a stored pair (cost, scrap, skill, heads); None empties one."""
    after = {**standing.values, **columns}
    after = {name: value for name, value in after.items() if value not in (None, "")}
    if after == dict(standing.values):
        return None
    return ChangeRows("SetupMatrix", (RowChange(standing.values, after),))


def mirrored(attribute: AttributeMatrix, places: Iterable[tuple[str, str]]) -> list[CellWish]:
    """Each of the places also the other way round, as it stands now."""
    wishes = []
    for start, end in places:
        row = attribute.listed(start, end)
        if row is not None and code_key(start) != code_key(end) and end != "=":
            text = str(row.values["minutes"])
            wishes.append(CellWish(end, start, None if text == FORBIDDEN else int(text)))
    return wishes


# ---------------------------------------------------------------- attributes


def add_attribute(sheet: SetupSheet, position: int, name: str) -> ChangeRows:
    """A new attribute of the work centre. Errors: ``RuleBroken`` for a position or name taken."""
    _check_name(sheet, name, None)
    if any(each.position == position for each in sheet.attributes):
        raise RuleBroken(message("setups.position_taken", position=position))
    values = {"work_centre": sheet.scope.centre, "position": position, "name": name.strip(),
              "combine": sheet.combine, "default_min": 0, "default_forbidden": False}  # fmt: skip
    return ChangeRows("SetupAttributes", (RowChange(None, values),))


def change_attribute(
    attribute: AttributeMatrix, *, default_min: int, default_forbidden: bool
) -> ChangeRows | None:
    """What holds where no pair fits."""
    row = attribute.row.values
    after = {**row, "default_min": default_min, "default_forbidden": default_forbidden}
    if after == dict(row):
        return None
    return ChangeRows("SetupAttributes", (RowChange(row, after),))


def change_combine(sheet: SetupSheet, combine: SetupCombine) -> ChangeRows | None:
    """How the parts are put together: the same for all attributes of a work centre."""
    changes = tuple(
        RowChange(each.row.values, {**each.row.values, "combine": combine})
        for each in sheet.attributes
        if each.row.values["combine"] is not combine
    )
    return ChangeRows("SetupAttributes", changes) if changes else None


def rename_attribute(
    sheet: SetupSheet, attribute: AttributeMatrix, name: str
) -> ChangeTogether | None:
    """Attribute, pairs and groups get the new name together; groups that other work centres
    need stay and are copied."""
    wanted = name.strip()
    if wanted == attribute.name:
        return None
    _check_name(sheet, wanted, attribute)
    head = attribute.row.values
    edits = [ChangeRows("SetupAttributes", (RowChange(head, {**head, "name": wanted}),))]
    pairs = [(row.values, {**row.values, "attribute": wanted}) for row in attribute.here]
    if pairs:
        edits.append(ChangeRows("SetupMatrix", tuple(RowChange(*pair) for pair in pairs)))
    groups = [(row.values, {**row.values, "attribute": wanted}) for row in attribute.groups]
    if groups and code_key(wanted) != code_key(attribute.name):
        copied = (RowChange(None if attribute.shared else old, new) for old, new in groups)
        edits.append(ChangeRows("SetupGroups", tuple(copied)))
    label = message("setups.label_rename", old=attribute.name, new=wanted)
    return ChangeTogether(label, tuple(edits))


def remove_attribute(attribute: AttributeMatrix) -> ChangeTogether:
    """The attribute with its pairs, and its groups where no other work centre needs them."""
    edits = [ChangeRows("SetupAttributes", (RowChange(attribute.row.values, None),))]
    if attribute.here:
        gone = tuple(RowChange(row.values, None) for row in attribute.here)
        edits.insert(0, ChangeRows("SetupMatrix", gone))
    if attribute.groups and not attribute.shared:
        gone = tuple(RowChange(row.values, None) for row in attribute.groups)
        edits.append(ChangeRows("SetupGroups", gone))
    return ChangeTogether(message("setups.label_remove", name=attribute.name), tuple(edits))


def _check_name(sheet: SetupSheet, name: str, but: AttributeMatrix | None) -> None:
    if not name.strip():
        raise RuleBroken(message("setups.name_needed"))
    found = sheet.attribute(name)
    if found is not None and found is not but:
        raise RuleBroken(message("setups.name_taken", name=name.strip()))


# ---------------------------------------------------------------- groups


def set_groups(
    attribute: AttributeMatrix, wanted: Mapping[str, Sequence[str]]
) -> ChangeRows | None:
    """Exactly these groups with these members; groups without members go.

    Errors: ``RuleBroken`` for a group called like a value or a sign of the matrix.
    """
    values = {code_key(value.text) for value in attribute.values if value.items}
    after = []
    for name, members in wanted.items():
        key = code_key(name)
        if key in ("", "*", "=") or key in values:
            raise RuleBroken(message("setups.group_name", name=name))
        texts = list(dict.fromkeys(text.strip() for text in members if text.strip()))
        if texts:
            after.append({"attribute": attribute.name, "name": name.strip(), "members": texts})
    before = [row.values for row in attribute.groups]
    changes = differences("SetupGroups", before, after)
    return ChangeRows("SetupGroups", changes) if changes else None


def rename_group(attribute: AttributeMatrix, old: str, new: str) -> ChangeTogether | None:
    """A group's name, and with it the pairs (of all work centres) that use it."""
    row = next((g for g in attribute.groups if code_key(str(g.values["name"])) == code_key(old)),
               None)  # fmt: skip
    wanted = new.strip()
    if row is None or wanted == row.values["name"]:
        return None
    keys = {code_key(value.text) for value in attribute.values if value.items}
    if code_key(wanted) in keys | {"", "*", "="}:
        raise RuleBroken(message("setups.group_name", name=wanted))
    edits = [ChangeRows("SetupGroups", (RowChange(row.values, {**row.values, "name": wanted}),))]
    changed = []
    for pair in attribute.everywhere:
        ends = {end: wanted for end in ("from", "to")
                if code_key(str(pair.values[end])) == code_key(old)}  # fmt: skip
        if ends:
            changed.append(RowChange(pair.values, {**pair.values, **ends}))
    if changed:
        edits.append(ChangeRows("SetupMatrix", tuple(changed)))
    return ChangeTogether(message("setups.label_group", old=old, new=wanted), tuple(edits))
