"""Changeovers that nobody has said anything about."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from app.core.messages import message
from app.models.plant import SetupAttribute, SetupPair, WorkCentre
from app.models.products import Item
from app.services.health import places
from app.services.health.finding import Found, Place, Severity
from app.services.health.snapshot import Snapshot
from app.services.planning.setup_rules import NO_FAMILY, Families, SetupRules

_EXAMPLES = 3


def changeovers_not_listed(data: Snapshot) -> Iterator[Found]:
    """Pairs of values that occur, are not in the matrix, and count as free or as forbidden.

    Where the attribute has a default time, leaving pairs out is meant.
    """
    rules, families = SetupRules(data.session), Families()
    items_of = _items_by_centre(data)
    for items in items_of.values():
        for item in items:
            rules.families(item.setup_attributes, families)
    for attribute in data.setup_attributes.values():
        if attribute.default_minutes > 0 and not attribute.default_forbidden:
            continue
        values = {_value(item, attribute) for item in items_of.get(attribute.work_centre_id, ())}
        numbers = sorted({families.number(value) for value in values} - {NO_FAMILY})
        pairs = {(a, b) for a in numbers for b in numbers if a != b}
        missing: set[tuple[int, int]] = set()
        for key in _keys(data, rules, attribute.work_centre_id):
            # A machine's own matrix may list what its work centre's does not.
            missing |= pairs - set(rules.rule(key, families).parts[attribute.position - 1].pairs)
        if not missing:
            continue
        names = [
            f"{families.names[a]} → {families.names[b]}" for a, b in sorted(missing)[:_EXAMPLES]
        ]
        centre = data.centres[attribute.work_centre_id]
        code = "pairs_forbidden" if attribute.default_forbidden else "pairs_free"
        yield Found(
            Severity.WARNING,
            _place(data, centre, attribute),
            message(f"health.{code}", centre=centre.code, attribute=attribute.name,
                    count=len(missing), all=len(pairs), examples=names),
            data.touched.of("centre", centre.id),
        )  # fmt: skip


def items_without_setup_value(data: Snapshot) -> Iterator[Found]:
    """Items without the value that the changeovers of their work centre go by."""
    items_of = _items_by_centre(data)
    for attribute in data.setup_attributes.values():
        items = items_of.get(attribute.work_centre_id, [])
        empty = [item for item in items if _value(item, attribute) in (None, "")]
        if not empty or len(empty) == len(items):
            continue  # nobody has it: the attribute is not used (yet)
        yield Found(
            Severity.WARNING,
            places.item(empty[0], f"setup_attr_{attribute.position}"),
            message("health.no_setup_value", attribute=attribute.name, count=len(empty),
                    centre=data.centres[attribute.work_centre_id].code,
                    items=[item.code for item in empty[:_EXAMPLES]]),
            data.touched.of("made", [item.id for item in empty])
            & data.touched.of("centre", attribute.work_centre_id),
        )  # fmt: skip


def _place(data: Snapshot, centre: WorkCentre, attribute: SetupAttribute) -> Place:
    """The matrix, or the attribute itself as long as no pair of it is listed."""
    listed = select(SetupPair.id).where(
        SetupPair.work_centre_id == centre.id, SetupPair.attribute == attribute.name
    )
    if data.session.scalars(listed.limit(1)).first() is not None:
        return Place("SetupMatrix", (("scope", centre.code), ("attribute", attribute.name)))
    return Place(
        "SetupAttributes", (("work_centre", centre.code), ("position", attribute.position))
    )


def _items_by_centre(data: Snapshot) -> dict[int, list[Item]]:
    """Work centre → items with a step in force there."""
    centre_of = {machine.id: machine.work_centre_id for machine in data.machines.values()}
    found: dict[int, dict[int, Item]] = {}
    for routing, items in data.routings_in_force.values():
        for step in routing.steps:
            centres = {step.work_centre_id, *(centre_of[row.machine_id] for row in step.machines)}
            for centre in centres - {None}:
                found.setdefault(centre or 0, {}).update({item.id: item for item in items})
    return {centre: list(items.values()) for centre, items in found.items()}


def _value(item: Item, attribute: SetupAttribute) -> object:
    values = item.setup_attributes
    return values[attribute.position - 1] if len(values) >= attribute.position else None


def _keys(data: Snapshot, rules: SetupRules, centre_id: int) -> set[tuple[int, int | None]]:
    """The different setup rules of a work centre's machines."""
    keys = {
        rules.key(machine.id, centre_id)
        for machine in data.machines.values()
        if machine.active and machine.work_centre_id == centre_id
    }
    return {key for key in keys if key is not None}
