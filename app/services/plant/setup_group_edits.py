"""Changing the groups of a setup attribute and taking values out, each gesture one edit.

Pairs name groups and values: what they name is refused to go, or goes together with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.core.codes import code_key
from app.core.errors import RuleBroken
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.plant import Machine, SetupAttribute
from app.models.products import Item
from app.services.masters.edits import ChangeRows, InUse, RowChange
from app.services.masters.rows import MasterRow
from app.services.masters.together import ChangeTogether, differences
from app.services.masters.uses import MOST_EXAMPLES, Use
from app.services.planning.setup_rules import ANY, SAME
from app.services.plant.setup_edits import removal
from app.services.plant.setup_view import AttributeMatrix


def set_groups(
    attribute: AttributeMatrix, wanted: Mapping[str, Sequence[str]]
) -> ChangeRows | None:
    """Exactly these groups with these members; groups without members go.

    Errors: ``RuleBroken`` for a group called like a value or a sign of the matrix; when it is
    applied, ``InUse`` for a group that goes and that pairs name.
    """
    after = []
    for name, members in wanted.items():
        _check_group_name(attribute, name)
        texts = _members(members)
        if texts:
            after.append({"attribute": attribute.name, "name": name.strip(), "members": texts})
    before = [row.values for row in attribute.groups]
    changes = differences("SetupGroups", before, after)
    return ChangeRows("SetupGroups", changes) if changes else None


def add_group(attribute: AttributeMatrix, name: str, members: Iterable[str]) -> ChangeRows:
    """A new group. Errors: ``RuleBroken`` for a name that is taken or none, and without values."""
    _check_new(attribute, name, members)
    values = {"attribute": attribute.name, "name": name.strip(), "members": _members(members)}
    return ChangeRows("SetupGroups", (RowChange(None, values),))


def change_group(
    attribute: AttributeMatrix, old: str, name: str, members: Iterable[str]
) -> ChangeTogether | None:
    """A group's name and values, and with the name the pairs (of all work centres) that use it."""
    row = _group(attribute, old)
    if row is None:
        return None
    _check_new(attribute, name, members, but=row)
    wanted = name.strip()
    after = {**row.values, "name": wanted, "members": _members(members)}
    if after == dict(row.values):
        return None
    edits = [ChangeRows("SetupGroups", (RowChange(row.values, after),))]
    changed = []
    for pair in _naming(attribute, old) if wanted != row.values["name"] else ():
        ends = {end: wanted for end in ("from", "to")
                if code_key(str(pair.values[end])) == code_key(old)}  # fmt: skip
        changed.append(RowChange(pair.values, {**pair.values, **ends}))
    if changed:
        edits.append(ChangeRows("SetupMatrix", tuple(changed)))
    if wanted == row.values["name"]:
        return ChangeTogether(edits[0].label, tuple(edits))
    return ChangeTogether(message("setups.label_group", old=old, new=wanted), tuple(edits))


def rename_group(attribute: AttributeMatrix, old: str, new: str) -> ChangeTogether | None:
    """A group's name, and with it the pairs that use it."""
    return change_group(attribute, old, new, attribute.members(old))


def move_values(
    attribute: AttributeMatrix, moves: Iterable[tuple[str, str]], target: str
) -> ChangeRows | None:
    """Values from their groups into another one: (value, its group or "") each; target "" = into
    none. A group that loses its last value goes."""
    wanted = {
        str(row.values["name"]): [str(value) for value in row.values.get("members", ())]
        for row in attribute.groups
    }
    into = _group(attribute, target)
    for value, source in moves:
        row = _group(attribute, source)
        if row is not None and row is not into:
            kept = [text for text in wanted[str(row.values["name"])]
                    if code_key(text) != code_key(value)]  # fmt: skip
            wanted[str(row.values["name"])] = kept
        if into is not None:
            members = wanted[str(into.values["name"])]
            if code_key(value) not in {code_key(text) for text in members}:
                members.append(value)
    return set_groups(attribute, wanted)


def remove_group(attribute: AttributeMatrix, name: str) -> ChangeRows:
    """Only the group: ``InUse`` when it is applied while pairs name it."""
    return removal("SetupGroups", [row for row in (_group(attribute, name),) if row is not None])


def remove_group_with_pairs(attribute: AttributeMatrix, name: str) -> ChangeTogether:
    """The group and the pairs (of all work centres) that name it."""
    edits = [remove_group(attribute, name)]
    pairs = _naming(attribute, name)
    if pairs:
        edits.insert(0, removal("SetupMatrix", pairs))
    return ChangeTogether(message("setups.label_group_remove", name=name), tuple(edits))


@dataclass(frozen=True, slots=True)
class RemoveValue:
    """Take a value out of all pairs and groups of its attribute.

    Error: ``InUse`` while an item has it or a machine has it mounted.
    """

    attribute: str
    value: str
    gone: ChangeTogether

    @property
    def label(self) -> Message:
        return self.gone.label

    def apply(self, session: WritingSession) -> None:
        users = value_users(session, self.attribute, self.value)
        if users:
            raise InUse(
                message("setups.value_used", name=self.value, uses=[use.text for use in users]),
                users,
            )
        self.gone.apply(session)

    def inverse(self) -> ChangeTogether:
        return self.gone.inverse()


def remove_value(attribute: AttributeMatrix, value: str) -> RemoveValue:
    """The edit that takes a value that nobody has any more out of the matrix."""
    key = code_key(value)
    edits = []
    pairs = _naming(attribute, value)
    if pairs:
        edits.append(removal("SetupMatrix", pairs))
    left, empty = [], []
    for row in attribute.groups:
        members = [str(text) for text in row.values.get("members", ())]
        kept = [text for text in members if code_key(text) != key]
        if not kept:
            empty.append(row)
        elif kept != members:
            left.append(RowChange(row.values, {**row.values, "members": kept}))
    if left:
        edits.append(ChangeRows("SetupGroups", tuple(left)))
    if empty:
        edits.append(removal("SetupGroups", empty))
    label = message("setups.label_value_remove", name=value)
    return RemoveValue(attribute.name, value, ChangeTogether(label, tuple(edits)))


def value_users(session: WritingSession, attribute: str, value: str) -> tuple[Use, ...]:
    """Items that have a value of an attribute, machines that have it mounted."""
    name, key = code_key(attribute), code_key(value)
    rows = session.scalars(select(SetupAttribute))
    found = [row for row in rows if code_key(row.name) == name]
    places = {row.position - 1 for row in found}
    centres = {(row.work_centre_id, row.position - 1) for row in found}
    items = [
        code
        for code, values in session.execute(
            select(Item.code, Item.setup_attributes).order_by(Item.code)
        )
        if any(_has(values, place, key) for place in places)
    ]
    machines = [
        machine.code
        for machine in session.scalars(select(Machine).order_by(Machine.code))
        if any(
            machine.work_centre_id == centre and _has(machine.current_setup, place, key)
            for centre, place in centres
        )
    ]
    return tuple(
        Use(kind, len(codes), tuple(codes[:MOST_EXAMPLES]))
        for kind, codes in (("item", items), ("machine", machines))
        if codes
    )


def _has(values: Sequence[object], place: int, key: str) -> bool:
    text = values[place] if place < len(values) else None
    return text is not None and code_key(str(text)) == key


def _naming(attribute: AttributeMatrix, name: str) -> list[MasterRow]:
    """The pairs of all work centres that name a group or value."""
    key = code_key(name)
    return [
        pair
        for pair in attribute.everywhere
        if key in (code_key(str(pair.values["from"])), code_key(str(pair.values["to"])))
    ]


def _group(attribute: AttributeMatrix, name: str) -> MasterRow | None:
    key = code_key(name)
    return next((g for g in attribute.groups if code_key(str(g.values["name"])) == key), None)


def _members(members: Iterable[str]) -> list[str]:
    return list({code_key(text): text.strip() for text in members if text.strip()}.values())


def _check_new(
    attribute: AttributeMatrix, name: str, members: Iterable[str], but: MasterRow | None = None
) -> None:
    _check_group_name(attribute, name)
    taken = _group(attribute, name)
    if taken is not None and taken is not but:
        raise RuleBroken(message("setups.group_taken", name=name.strip()))
    if not _members(members):
        raise RuleBroken(message("setups.group_empty", name=name.strip()))


def _check_group_name(attribute: AttributeMatrix, name: str) -> None:
    values = {code_key(value.text) for value in attribute.values if value.items}
    if code_key(name) in values | {"", ANY, SAME}:
        raise RuleBroken(message("setups.group_name", name=name))
