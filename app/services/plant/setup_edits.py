"""Changing setup matrices: cells and attributes, each gesture one edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.core.choices import SetupCombine
from app.core.codes import code_key
from app.core.errors import RuleBroken
from app.core.messages import message
from app.services.exchange.masters_in import FORBIDDEN as FORBIDDEN_WORDS
from app.services.masters.edits import ChangeRows, RowChange
from app.services.masters.rows import MasterRow
from app.services.masters.together import ChangeTogether
from app.services.plant.setup_view import FORBIDDEN, POSITIONS, AttributeMatrix, SetupSheet

Values = Mapping[str, Any]
MOST_MINUTES = 7 * 24 * 60
MOST_HEADS = 99
MOST_AMOUNT = 1_000_000_000
MOST_EXAMPLES = 6


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


def change_pairs(
    sheet: SetupSheet,
    attribute: AttributeMatrix,
    places: Iterable[tuple[str, str]],
    columns: Values,
) -> ChangeRows | None:
    """The same new values (minutes, cost, scrap, skill, heads; None empties one) in many pairs.

    Error: ``RuleBroken`` where a pair that is not listed yet gets no minutes.
    """
    changes, without = [], []
    for start, end in dict.fromkeys(places):
        standing = attribute.listed(start, end)
        before = dict(standing.values) if standing is not None else {}
        head = {"scope": sheet.scope.code, "attribute": attribute.name, "from": start, "to": end}
        after = {**(before or head), **columns}
        after = {name: value for name, value in after.items() if value not in (None, "")}
        if "minutes" not in after:
            without.append(f"{start} → {end}")
        elif after != before:
            changes.append(RowChange(standing.values if standing is not None else None, after))
    if without:
        shown = [*without[:MOST_EXAMPLES], *(["…"] if len(without) > MOST_EXAMPLES else [])]
        raise RuleBroken(message("setups.minutes_first", count=len(without), pairs=shown))
    return ChangeRows("SetupMatrix", tuple(changes)) if changes else None


def check_amount(column: str, value: Any) -> None:
    """``RuleBroken`` for more people or a larger figure than a changeover can mean."""
    most = MOST_HEADS if column == "heads" else MOST_AMOUNT
    if isinstance(value, int | Decimal) and value > most:
        raise RuleBroken(message("setups.too_large", most=most))


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


def free_positions(sheet: SetupSheet) -> list[int]:
    """Which of the four values of an item say nothing to this work centre yet."""
    taken = {each.position for each in sheet.attributes}
    return [position for position in range(1, POSITIONS + 1) if position not in taken]


def add_attribute(
    sheet: SetupSheet,
    position: int,
    name: str,
    default_min: int = 0,
    default_forbidden: bool = False,
    campaign_min: int = 0,
) -> ChangeRows:
    """A new attribute of the work centre. Errors: ``RuleBroken`` for a position or name taken."""
    _check_name(sheet, name, None)
    if any(each.position == position for each in sheet.attributes):
        raise RuleBroken(message("setups.position_taken", position=position))
    values = {"work_centre": sheet.scope.centre, "position": position, "name": name.strip(),
              "combine": sheet.combine, "default_min": default_min,
              "default_forbidden": default_forbidden,
              "campaign_min": campaign_min or None}  # fmt: skip
    return ChangeRows("SetupAttributes", (RowChange(None, values),))


def change_combine(sheet: SetupSheet, combine: SetupCombine) -> ChangeRows | None:
    """How the parts are put together: the same for all attributes of a work centre."""
    changes = tuple(
        RowChange(each.row.values, {**each.row.values, "combine": combine})
        for each in sheet.attributes
        if each.row.values["combine"] is not combine
    )
    return ChangeRows("SetupAttributes", changes) if changes else None


def change_attribute(
    sheet: SetupSheet,
    attribute: AttributeMatrix,
    *,
    name: str | None = None,
    default_min: int | None = None,
    default_forbidden: bool | None = None,
    campaign_min: int | None = None,
) -> ChangeTogether | None:
    """A new name, what holds where no pair fits, and how long a campaign lasts; None = stays.

    Pairs and groups get the new name together; groups that other work centres need stay and are
    copied.
    """
    head = attribute.row.values
    wanted = attribute.name if name is None else name.strip()
    _check_name(sheet, wanted, attribute)
    after = {**head, "name": wanted}
    if default_min is not None:
        after["default_min"] = default_min
    if default_forbidden is not None:
        after["default_forbidden"] = default_forbidden
    if campaign_min is not None:
        after["campaign_min"] = campaign_min or None
    if after == dict(head):
        return None
    edits = [ChangeRows("SetupAttributes", (RowChange(head, after),))]
    if wanted == attribute.name:
        return ChangeTogether(message("setups.label_attribute", name=wanted), tuple(edits))
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
    edits = []
    if attribute.here:
        edits.append(removal("SetupMatrix", attribute.here))
    if attribute.groups and not attribute.shared:
        edits.append(removal("SetupGroups", attribute.groups))
    edits.append(remove_attribute_alone(attribute))
    return ChangeTogether(message("setups.label_remove", name=attribute.name), tuple(edits))


def remove_attribute_alone(attribute: AttributeMatrix) -> ChangeRows:
    """Only the attribute: ``InUse`` when it is applied while pairs or groups name it."""
    return removal("SetupAttributes", (attribute.row,))


def removal(key: str, rows: Iterable[MasterRow]) -> ChangeRows:
    """Take rows of a sheet out."""
    return ChangeRows(key, tuple(RowChange(row.values, None) for row in rows))


def _check_name(sheet: SetupSheet, name: str, but: AttributeMatrix | None) -> None:
    if not name.strip():
        raise RuleBroken(message("setups.name_needed"))
    found = sheet.attribute(name)
    if found is not None and (but is None or found.row.id != but.row.id):
        raise RuleBroken(message("setups.name_taken", name=name.strip()))
