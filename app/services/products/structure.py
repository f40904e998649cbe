"""What an item is made of, all levels down: read in a few statements, followed lazily.

Quantities are exact (``Fraction``) and in base units: ``per_unit`` for one of the item at the top,
``per_order`` once per order whatever its quantity. Both carry the loss of every line above.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import BomLineKind, ItemSource, QuantityKind
from app.core.codes import code_key
from app.core.errors import NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.database import Database
from app.models.products import BillOfMaterial, BomLine, Item, Routing
from app.services.exchange.sheet_rows import lines as sheet_lines
from app.services.products.conversion import Units
from app.services.products.recipes import Recipes, chosen_lines

ONCE = frozenset({QuantityKind.FIXED, QuantityKind.PER_SETUP})
"""Kinds of quantity that do not grow with the order."""
OUTPUTS = frozenset({BomLineKind.CO_PRODUCT, BomLineKind.BY_PRODUCT})


class RevisionState(StrEnum):
    """How a revision stands on a day."""

    IN_FORCE = "in_force"  # orders made now follow it
    OTHER = "other"  # valid, but another one is preferred
    LATER = "later"
    ENDED = "ended"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class ItemInfo:
    """An item as a structure shows it; ``units``: codes it can be counted in, its own first."""

    id: int
    code: str
    name: str
    unit: str
    units: tuple[str, ...]
    source: ItemSource
    family: str
    active: bool
    standard_cost: Decimal | None
    routing_id: int | None
    """Its own routing in force, or its family's."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill of material.

    ``share``: base units of the component for one of the parent (or once per order, see
    ``once``), with loss; 0 and a ``problem`` if its units do not convert. ``plain``: the same
    without loss and in the unit of the line. ``percent``: of the parent's base units, where both
    are counted alike. ``preferred``: False for an alternative that another line is taken before.
    """

    id: int
    item_id: int
    number: int
    share: Fraction
    plain: Fraction
    percent: Fraction | None
    once: bool
    output: bool
    preferred: bool
    problem: Message | None
    values: Mapping[str, Any]
    """The row of the sheet BOM, by column key: what an edit changes."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One bill of material of an item; ``percents``: sum of its lines in per cent, None if none."""

    id: int
    item_id: int
    revision: str
    effective_from: date | None
    effective_to: date | None
    active: bool
    state: RevisionState
    lines: tuple[Line, ...]
    percents: Decimal | None


@dataclass(frozen=True, slots=True)
class Part:
    """An item at one place of a structure; ``path``: ids of the lines from the top to it."""

    path: tuple[int, ...]
    item: ItemInfo
    line: Line | None
    per_unit: Fraction
    per_order: Fraction
    counted: bool
    """False for what is not needed: outputs, alternatives not preferred, and what is below."""
    circle: bool
    """The item stands above itself already; it is not followed any further."""
    above: tuple[int, ...]
    """Ids of the items from the top to the parent."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Material for one of an item, by standard costs; ``missing``: codes of items without one."""

    amount: Fraction
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """All that one item holds on a day; ``wanted``: revision of the top to show, "" = in force."""

    top: ItemInfo
    on: date
    items: Mapping[int, ItemInfo]
    revisions: Mapping[int, tuple[Revision, ...]]
    wanted: str = ""

    @property
    def root(self) -> Part:
        return Part((), self.top, None, Fraction(1), Fraction(0), True, False, ())

    def revisions_of(self, item_id: int) -> tuple[Revision, ...]:
        """By name; empty if the item has no bill of material."""
        return self.revisions.get(item_id, ())

    def revision_of(self, item_id: int) -> Revision | None:
        """The one that is shown: in force on the day, or at the top the one wanted."""
        found = self.revisions_of(item_id)
        if item_id == self.top.id and self.wanted:
            key = code_key(self.wanted)
            return next((each for each in found if code_key(each.revision) == key), None)
        return next((each for each in found if each.state is RevisionState.IN_FORCE), None)

    def goes_through(self, item_id: int) -> bool:
        """Whether the item is only a name for what it holds: no order makes it."""
        item = self.items[item_id]
        if item.source is ItemSource.BUY or self.revision_of(item_id) is None:
            return False
        return item.source is ItemSource.PHANTOM or item.routing_id is None

    def holds(self, part: Part) -> bool:
        """Whether ``children`` gives any."""
        if part.circle or (part.line is not None and part.line.output):
            return False
        revision = self.revision_of(part.item.id)
        bought = part.item.source is ItemSource.BUY and part.line is not None
        return revision is not None and bool(revision.lines) and not bought

    def children(self, part: Part) -> tuple[Part, ...]:
        """What the part holds, line by line."""
        revision = self.revision_of(part.item.id)
        if revision is None or not self.holds(part):
            return ()
        return tuple(self._child(part, line) for line in revision.lines)

    def _child(self, part: Part, line: Line) -> Part:
        above = (*part.above, part.item.id)
        unit = Fraction(0) if line.once else part.per_unit * line.share
        once = line.share if line.once else part.per_order * line.share
        return Part(
            (*part.path, line.id),
            self.items[line.item_id],
            line,
            unit,
            once,
            part.counted and line.preferred and not line.output,
            line.item_id in above,
            above,
        )

    def walk(self, part: Part | None = None) -> Iterator[Part]:
        """Every part below (all of the structure by default), parents before children."""
        for child in self.children(part or self.root):
            yield child
            yield from self.walk(child)

    def needs(self) -> dict[int, tuple[Fraction, Fraction]]:
        """Item id → (per unit, per order) of what is needed and holds nothing any more."""
        found: dict[int, tuple[Fraction, Fraction]] = {}
        for part in self.walk():
            if part.counted and not self.holds(part) and not part.circle:
                unit, once = found.get(part.item.id, (Fraction(0), Fraction(0)))
                found[part.item.id] = (unit + part.per_unit, once + part.per_order)
        return found

    def cost(self) -> Cost:
        """Material cost of one of the top, from the standard costs of what it needs at the bottom.

        What once per order is needed is left out; by- and co-products are not credited.
        """
        amount = Fraction(0)
        missing = []
        for item_id, (unit, _once) in self.needs().items():
            item = self.items[item_id]
            if item.standard_cost is None:
                missing.append(item.code)
            else:
                amount += unit * Fraction(item.standard_cost)
        return Cost(amount, tuple(sorted(missing)))

    @property
    def problems(self) -> tuple[Message, ...]:
        """Lines whose units do not convert, each named once."""
        found = {part.line.id: part.line.problem for part in self.walk()
                 if part.line is not None and part.line.problem is not None}  # fmt: skip
        return tuple(text for text in found.values() if text is not None)


# ---------------------------------------------------------------- reading


def structure(database: Database, item: str, on: date, wanted: str = "") -> Structure:
    """All levels of ``item`` (its code), on a day. Errors: ``NotFound``."""
    with database.read() as session:
        top = session.scalar(select(Item.id).where(Item.code_key == code_key(item)))
        if top is None:
            raise NotFound(message("products.item_gone", item=item))
        return read_structure(session, top, below(session, top), on, wanted)


def below(session: Session, top: int) -> set[int]:
    """Ids of the item and of everything it holds in any revision."""
    start = select(Item.id.label("id")).where(Item.id == top).cte("below", recursive=True)
    further = (
        select(BomLine.component_id)
        .join(BillOfMaterial, BillOfMaterial.id == BomLine.bom_id)
        .join(start, start.c.id == BillOfMaterial.item_id)
    )
    found = start.union(further)  # rows once only: ends in circles too
    return set(session.scalars(select(found.c.id)))


def read_structure(
    session: Session, top: int, items: Collection[int], on: date, wanted: str = ""
) -> Structure:
    """The bills of material of ``items`` as one structure."""
    recipes = Recipes.load_heads(session, items)
    units = Units.load(session, items)
    infos = {row.id: item_info(row, units, recipes, on) for row in recipes.items.values()}
    revisions = read_revisions(session, recipes, units, on)
    return Structure(infos[top], on, infos, revisions, wanted)


def item_info(row: Item, units: Units, recipes: Recipes, on: date) -> ItemInfo:
    return ItemInfo(
        row.id,
        row.code,
        row.name,
        units.code(row.unit_id),
        tuple(units.code(unit) for unit in units.reachable(row.id, row.unit_id)),
        row.source,
        row.family,
        row.active,
        row.standard_cost,
        routing.id if (routing := recipes.routing(row.id, on)) is not None else None,
    )


def read_revisions(
    session: Session, recipes: Recipes, units: Units, on: date
) -> dict[int, tuple[Revision, ...]]:
    """All bills of material of the items of ``recipes``, by item and in the order of names."""
    where = (BillOfMaterial.item_id.in_(recipes.items),)
    values = dict(sheet_lines(session, "BOM", where))
    by_head: dict[int, list[BomLine]] = {}
    rows = session.scalars(
        select(BomLine)
        .join(BillOfMaterial, BillOfMaterial.id == BomLine.bom_id)
        .where(*where)
        .order_by(BomLine.line_no, BomLine.id)
    )
    for row in rows:
        by_head.setdefault(row.bom_id, []).append(row)
    found: dict[int, tuple[Revision, ...]] = {}
    for item_id in recipes.items:
        heads = sorted(recipes.boms(item_id), key=lambda head: head.revision)
        chosen = recipes.bom(item_id, on)
        revisions = tuple(
            _revision(head, by_head.get(head.id, []), values, recipes, units, on, head is chosen)
            for head in heads
        )
        if revisions:
            found[item_id] = revisions
    return found


def _revision(
    head: BillOfMaterial, rows: list[BomLine], values: Mapping[int, Mapping[str, Any]],
    recipes: Recipes, units: Units, on: date, chosen: bool,
) -> Revision:  # fmt: skip
    preferred = {row.id for row in chosen_lines(rows)}
    parent = recipes.items[head.item_id]
    lines = tuple(
        _line(row, parent, recipes.items.get(row.component_id), values[row.id], units,
              row.id in preferred)
        for row in rows
    )  # fmt: skip
    percents = [row.quantity for row in rows
                if row.quantity_kind is QuantityKind.PERCENT and row.id in preferred]  # fmt: skip
    return Revision(
        head.id,
        head.item_id,
        head.revision,
        head.effective_from,
        head.effective_to,
        head.active,
        state_of(head, on, chosen=chosen),
        lines,
        sum(percents, Decimal(0)) if percents else None,
    )


def state_of(head: BillOfMaterial | Routing, on: date, *, chosen: bool) -> RevisionState:
    """How a revision stands on a day; ``chosen``: it is the one in force."""
    if chosen:
        return RevisionState.IN_FORCE
    if not head.active:
        return RevisionState.RETIRED
    if head.effective_from is not None and head.effective_from > on:
        return RevisionState.LATER
    if head.effective_to is not None and head.effective_to < on:
        return RevisionState.ENDED
    return RevisionState.OTHER


def _line(
    row: BomLine, parent: Item, part: Item | None, values: Mapping[str, Any], units: Units,
    preferred: bool,
) -> Line:  # fmt: skip
    problem = None
    plain = share = Fraction(0)
    percent = None
    try:
        plain = _plain(row, parent, units)
        if part is not None:
            share = _share(row, plain, part, units)
            percent = _percent(row, share, parent, part, units)
    except RuleBroken as refused:
        problem = refused.message
    return Line(
        row.id,
        row.component_id,
        row.line_no,
        share,
        plain,
        percent,
        row.quantity_kind in ONCE,
        row.line_kind in OUTPUTS,
        preferred,
        problem,
        values,
    )


def _plain(row: BomLine, parent: Item, units: Units) -> Fraction:
    """Without loss, in the line's own unit, for one base unit of the parent (or once).

    Errors: ``RuleBroken`` if the unit of the base does not convert.
    """
    amount = Fraction(row.quantity)
    if row.quantity_kind in ONCE:
        return amount
    if row.quantity_kind is QuantityKind.PERCENT:
        amount /= 100
    base = Fraction(row.base_quantity)
    if row.base_unit_id is not None:
        base *= units.ratio(parent.id, row.base_unit_id, parent.unit_id)
    return amount / base


def _share(row: BomLine, plain: Fraction, part: Item, units: Units) -> Fraction:
    """With loss, in base units of the component. Errors: ``RuleBroken`` without a conversion."""
    amount = plain / (1 - Fraction(row.scrap_pct) / 100)
    if row.unit_id is None or row.quantity_kind is QuantityKind.PERCENT:
        return amount
    return amount * units.ratio(part.id, row.unit_id, part.unit_id)


def _percent(
    row: BomLine, share: Fraction, parent: Item, part: Item, units: Units
) -> Fraction | None:
    """What part of the parent it is, without loss; None where both are not counted alike."""
    if row.quantity_kind in ONCE:
        return None
    try:
        alike = units.ratio(part.id, part.unit_id, parent.unit_id)
    except RuleBroken:
        return None
    return share * (1 - Fraction(row.scrap_pct) / 100) * alike * 100
