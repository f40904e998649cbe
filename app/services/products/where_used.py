"""Where an item is used: what holds it, all levels up, with how much of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.codes import code_key
from app.core.errors import NotFound
from app.core.messages import message
from app.models.database import Database
from app.models.products import BillOfMaterial, BomLine, Item
from app.services.products.structure import ItemInfo, Line, Revision, RevisionState, read_structure


@dataclass(frozen=True, slots=True)
class Use:
    """A revision that holds the item by ``line``, perhaps through others; ``path``: ids of lines
    from the item upwards. ``per_unit``: of the item asked about, for one of the holder."""

    path: tuple[int, ...]
    item: ItemInfo
    revision: Revision
    line: Line
    per_unit: Fraction
    per_order: Fraction
    counted: bool
    """Orders made now take it: revisions in force and preferred lines only on the way."""
    circle: bool
    below: tuple[int, ...]
    """Ids of the items from the one asked about to the one that ``line`` names."""


@dataclass(frozen=True, slots=True)
class WhereUsed:
    """All that holds one item, in any revision."""

    item: ItemInfo
    items: Mapping[int, ItemInfo]
    holders: Mapping[int, tuple[tuple[Revision, Line], ...]]
    """By id of the item held."""

    def direct(self) -> tuple[Use, ...]:
        """What holds the item itself."""
        return self._uses(self.item.id, (), Fraction(1), Fraction(0), True, ())

    def above(self, use: Use) -> tuple[Use, ...]:
        """What holds the holder."""
        if use.circle:
            return ()
        return self._uses(
            use.item.id, use.path, use.per_unit, use.per_order, use.counted, use.below
        )

    def walk(self) -> Iterator[Use]:
        """Every use, the nearest first on each way up."""
        waiting = list(self.direct())[::-1]
        while waiting:
            use = waiting.pop()
            yield use
            waiting += self.above(use)[::-1]

    def _uses(
        self, held: int, path: tuple[int, ...], unit: Fraction, once: Fraction, counted: bool,
        below: tuple[int, ...],
    ) -> tuple[Use, ...]:  # fmt: skip
        below = (*below, held)
        return tuple(
            Use(
                (*path, line.id),
                self.items[revision.item_id],
                revision,
                line,
                *_amounts(line, unit, once),
                counted
                and line.preferred
                and not line.output
                and revision.state is RevisionState.IN_FORCE,
                revision.item_id in below,
                below,
            )
            for revision, line in self.holders.get(held, ())
        )


def _amounts(line: Line, unit: Fraction, once: Fraction) -> tuple[Fraction, Fraction]:
    """(per unit, per order) of the holder; what is needed once per order stays that."""
    if once:
        return Fraction(0), once
    return (Fraction(0), unit * line.share) if line.once else (unit * line.share, Fraction(0))


def where_used(database: Database, item: str, on: date) -> WhereUsed:
    """Everything that holds ``item`` (its code). Errors: ``NotFound``."""
    with database.read() as session:
        asked = session.scalar(select(Item.id).where(Item.code_key == code_key(item)))
        if asked is None:
            raise NotFound(message("products.item_gone", item=item))
        found = read_structure(session, asked, _above(session, asked), on)
    holders: dict[int, list[tuple[Revision, Line]]] = {}
    for revisions in found.revisions.values():
        for revision in revisions:
            for line in revision.lines:
                holders.setdefault(line.item_id, []).append((revision, line))
    return WhereUsed(
        found.items[asked],
        found.items,
        {held: tuple(sorted(uses, key=lambda use: found.items[use[0].item_id].code))
         for held, uses in holders.items()},
    )  # fmt: skip


def _above(session: Session, asked: int) -> set[int]:
    """Ids of the item and of everything that holds it in any revision."""
    start = select(Item.id.label("id")).where(Item.id == asked).cte("above", recursive=True)
    further = (
        select(BillOfMaterial.item_id)
        .join(BomLine, BomLine.bom_id == BillOfMaterial.id)
        .join(start, start.c.id == BomLine.component_id)
    )
    above = start.union(further)
    return set(session.scalars(select(above.c.id)))
