"""How items are made: their routing and bill of material, as one set of step definitions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session, selectinload

from app.core.choices import BomLineKind, ItemSource, QuantityKind
from app.core.errors import RuleBroken
from app.core.messages import message
from app.core.quantity import SCALE, unscaled
from app.core.step import (
    MachineRate,
    MaterialNeed,
    StepDefinition,
    ToolUse,
    ceil_fraction,
    parse_links,
    to_json,
)
from app.models.products import BillOfMaterial, BomLine, Item, Routing, RoutingStep
from app.services.products.conversion import Units

D = TypeVar("D", Routing, BillOfMaterial)

FEW = 400
"""Of more items than this all recipes are read at once."""


@dataclass(frozen=True, slots=True)
class Component:
    """A line of a bill of material, in base units; ``step_no`` None = the first step."""

    need: MaterialNeed
    step_no: int | None


class Recipes:
    """All routings and bills of material, read once per use case."""

    def __init__(
        self,
        items: Iterable[Item],
        routings: Iterable[Routing],
        boms: Iterable[BillOfMaterial],
        units: Units,
        step_numbers: Mapping[int, Sequence[int]] = MappingProxyType({}),
    ) -> None:
        """``step_numbers``: by id of the routing, where the routings come without their steps."""
        self._steps: dict[tuple[int, date], tuple[StepDefinition, ...]] = {}
        self._snapshots: dict[tuple[int, date], tuple[dict[str, Any], ...]] = {}
        self._step_numbers = step_numbers
        self.items = {item.id: item for item in items}
        self.units = units
        self._by_item: defaultdict[int, list[Routing]] = defaultdict(list)
        self._by_family: defaultdict[str, list[Routing]] = defaultdict(list)
        for routing in routings:
            if routing.item_id is not None:
                self._by_item[routing.item_id].append(routing)
            else:
                self._by_family[routing.family].append(routing)
        self._boms: defaultdict[int, list[BillOfMaterial]] = defaultdict(list)
        for bom in boms:
            self._boms[bom.item_id].append(bom)

    @classmethod
    def load(
        cls, session: Session, items: Collection[int] | None = None, *, steps: bool = True,
        deep: bool = False,
    ) -> Recipes:  # fmt: skip
        """Everything; or, with ``items``, only what their steps depend on.

        ``steps`` False: of the steps only their numbers, which is enough for ``materials``.
        ``deep``: the steps of all that the items hold as well, to make orders for them.
        """
        few = set(items) if items is not None and len(items) <= FEW else None
        boms, below = _boms(session, few)
        few = below if deep else few
        query = select(Item) if below is None else select(Item).where(Item.id.in_(below))
        rows = session.scalars(query).all()
        all_serving = true() if few is None else _serves(rows)
        of_items = true() if few is None else _serves([row for row in rows if row.id in few])
        # Kept until the heads hold them: a session forgets what nobody holds.
        whole = session.scalars(_with_steps(select(Routing).where(of_items))).all() if steps else ()
        routings = session.scalars(select(Routing).where(all_serving)).all()
        numbers = _step_numbers(session, of_items) if not steps else {}
        del whole
        return cls(rows, routings, boms, Units.load(session, below), numbers)

    @classmethod
    def load_heads(cls, session: Session, items: Collection[int]) -> Recipes:
        """Enough to ask which revision of ``items`` is in force and what they go through."""
        rows = session.scalars(select(Item).where(Item.id.in_(items))).all()
        routings = session.scalars(select(Routing).where(_serves(rows)))
        boms = session.scalars(select(BillOfMaterial).where(BillOfMaterial.item_id.in_(items)))
        return cls(rows, routings, boms, Units((), ()))

    @staticmethod
    def choose(revisions: list[Routing], wanted: str, on: date) -> Routing | None:
        """The revision in force: the wanted one, else the newest of those valid on the day."""
        return _in_force(revisions, wanted, on)

    def routing(self, item_id: int, on: date) -> Routing | None:
        """The item's own routing in force, else its family's."""
        item = self.items[item_id]
        own = _in_force(self._by_item[item_id], item.default_routing, on)
        if own is not None or not item.family:
            return own
        return _in_force(self._by_family[item.family], item.default_routing, on)

    def boms(self, item_id: int) -> list[BillOfMaterial]:
        """All revisions of the item's bill of material."""
        return self._boms[item_id]

    def bom(self, item_id: int, on: date) -> BillOfMaterial | None:
        return _in_force(self._boms[item_id], self.items[item_id].default_bom, on)

    def is_made_by_order(self, item_id: int, on: date) -> bool:
        """Whether needing this item means another production order."""
        made = self.items[item_id].source in (ItemSource.MAKE, ItemSource.SUBCONTRACT)
        return made and self.routing(item_id, on) is not None

    def steps(self, item_id: int, on: date) -> tuple[StepDefinition, ...]:
        """The item's steps with what each consumes. Errors: ``RuleBroken`` without a routing, or
        if the bill of material leads back to the item or uses units without conversion."""
        known = self._steps.get((item_id, on))
        if known is None:
            known = self._steps[item_id, on] = self._made_steps(item_id, on)
        return known

    def snapshots(self, item_id: int, on: date) -> tuple[dict[str, Any], ...]:
        """The steps as operations keep them; many orders share one, nobody changes it."""
        known = self._snapshots.get((item_id, on))
        if known is None:
            known = tuple(map(to_json, self.steps(item_id, on)))
            self._snapshots[item_id, on] = known
        return known

    def _made_steps(self, item_id: int, on: date) -> tuple[StepDefinition, ...]:
        routing = self._needed_routing(item_id, on)
        materials = self._materials(item_id, on, [step.step_no for step in routing.steps])
        return tuple(definition(step, materials[step.step_no]) for step in routing.steps)

    def materials(self, item_id: int, on: date) -> dict[int, tuple[MaterialNeed, ...]]:
        """What each step of the routing in force consumes, by its number. Errors as ``steps``."""
        routing = self._needed_routing(item_id, on)
        return self._materials(item_id, on, self._step_numbers.get(routing.id, ()))

    def _needed_routing(self, item_id: int, on: date) -> Routing:
        routing = self.routing(item_id, on)
        if routing is None:
            raise RuleBroken(message("products.no_routing", item=self.items[item_id].code))
        return routing

    def _materials(
        self, item_id: int, on: date, steps: Sequence[int]
    ) -> dict[int, tuple[MaterialNeed, ...]]:
        """Components by the step that consumes them: the first where none is named."""
        if not steps:
            raise RuleBroken(message("products.no_routing", item=self.items[item_id].code))
        needs: dict[int, list[MaterialNeed]] = {number: [] for number in steps}
        for component in self.components(item_id, on):
            at = component.step_no
            needs[at if at is not None and at in needs else steps[0]].append(component.need)
        return {number: tuple(found) for number, found in needs.items()}

    def components(self, item_id: int, on: date) -> list[Component]:
        """Direct components; those that no order makes (phantoms, mixes) by what they hold."""
        return self._components(item_id, on, (item_id,))

    def direct_components(self, item_id: int, on: date) -> list[Component]:
        """The lines of the bill of material in force, mixes and phantoms unopened."""
        bom = self.bom(item_id, on)
        if bom is None:
            return []
        return [self._component(item_id, line) for line in chosen_lines(bom.lines)]

    def _components(self, item_id: int, on: date, path: tuple[int, ...]) -> list[Component]:
        bom = self.bom(item_id, on)
        if bom is None:
            return []
        found: list[Component] = []
        for line in chosen_lines(bom.lines):
            component = self._component(item_id, line)
            part = line.component_id
            if not self.goes_through(part, on):
                found.append(component)
                continue
            if part in path:
                codes = [self.items[step].code for step in (*path[path.index(part) :], part)]
                raise RuleBroken(message("products.bom_cycle", items=" → ".join(codes)))
            inner = self._components(part, on, (*path, part))
            found += [_nested(component, below) for below in inner]
        return found

    def goes_through(self, item_id: int, on: date) -> bool:
        """Whether the item is only a name for its own components."""
        source = self.items[item_id].source
        if source is ItemSource.BUY or self.bom(item_id, on) is None:
            return False
        return source is ItemSource.PHANTOM or self.routing(item_id, on) is None

    def _component(self, parent_id: int, line: BomLine) -> Component:
        parent, part = self.items[parent_id], self.items[line.component_id]
        quantity, base = line.quantity, line.base_quantity
        if line.unit_id is not None and line.quantity_kind is not QuantityKind.PERCENT:
            quantity = self.units.convert(quantity, part.id, line.unit_id, part.unit_id, exact=True)
        if line.base_unit_id is not None:
            base = self.units.convert(
                base, parent.id, line.base_unit_id, parent.unit_id, exact=True
            )
        need = MaterialNeed(
            part.id, quantity, base, line.quantity_kind, line.scrap_pct, line.line_kind
        )
        return Component(need, line.consumed_at_step)


def _boms(session: Session, items: set[int] | None) -> tuple[list[BillOfMaterial], set[int] | None]:
    """Bills of material of ``items`` and of all they hold, level by level, and whose those are.

    Without ``items`` all of them, and None.
    """
    query = select(BillOfMaterial).options(selectinload(BillOfMaterial.lines))
    if items is None:
        return list(session.scalars(query)), None
    boms: list[BillOfMaterial] = []
    below, level = set(items), set(items)
    while level:
        found = session.scalars(query.where(BillOfMaterial.item_id.in_(level))).all()
        boms += found
        level = {line.component_id for bom in found for line in bom.lines} - below
        below |= level
    return boms, below


def _step_numbers(session: Session, of: ColumnElement[bool]) -> dict[int, list[int]]:
    """Numbers of the steps of those routings, ascending."""
    numbers: defaultdict[int, list[int]] = defaultdict(list)
    rows = session.execute(
        select(RoutingStep.routing_id, RoutingStep.step_no)
        .join(Routing, Routing.id == RoutingStep.routing_id)
        .where(of)
        .order_by(RoutingStep.step_no)
    )
    for routing, number in rows:
        numbers[routing].append(number)
    return numbers


def _with_steps(query: Select[Routing]) -> Select[Routing]:
    steps = selectinload(Routing.steps)
    return query.options(
        steps.selectinload(RoutingStep.machines), steps.selectinload(RoutingStep.tools)
    )


def _serves(items: Collection[Item]) -> ColumnElement[bool]:
    """Routings of the items and of their families."""
    families = {item.family for item in items if item.family}
    return or_(
        Routing.item_id.in_([item.id for item in items]),
        and_(Routing.item_id.is_(None), Routing.family.in_(families)),
    )


def definition(step: RoutingStep, materials: tuple[MaterialNeed, ...] = ()) -> StepDefinition:
    """A routing step as an order carries it.

    Errors: ``RuleBroken`` if the predecessors cannot be read.
    """
    try:
        links = parse_links(step.predecessors)
    except ValueError as error:
        raise RuleBroken(
            message("products.bad_predecessors", step=step.step_no, text=step.predecessors)
        ) from error
    return StepDefinition(
        step_no=step.step_no,
        name=step.name,
        rate=step.rate,
        rate_basis=step.rate_basis,
        work_centre=step.work_centre_id,
        machines=tuple(MachineRate(row.machine_id, row.rate) for row in step.machines),
        links=links,
        setup_minutes=step.setup_minutes,
        pieces_per_cycle=step.pieces_per_cycle,
        copies_min=step.copies_min,
        copies_max=step.copies_max,
        batch_max=step.batch_max,
        batch_min=step.batch_min,
        batch_family=step.batch_family,
        tools=tuple(
            ToolUse(use.tool_type_id, use.count, use.held_until_step) for use in step.tools
        ),
        capacity_use=step.capacity_use,
        capacity_basis=step.capacity_basis,
        setup_skill=step.setup_skill_id,
        setup_heads=step.setup_heads,
        run_skill=step.run_skill_id,
        run_heads=step.run_heads,
        min_wait=step.min_wait,
        max_wait=step.max_wait,
        wait_ends=step.wait_ends,
        wait_clock=step.wait_clock,
        transfer_batch=step.transfer_batch,
        pausable=step.pausable,
        first_piece=step.first_piece,
        first_piece_minutes=step.first_piece_minutes,
        setup_needs_material=step.setup_needs_material,
        same_person=step.same_person,
        key_step=step.key_step,
        reporting=step.reporting,
        inspection_plan=step.inspection_plan,
        supplier=step.supplier_id,
        supplier_days=step.supplier_days,
        supplier_price=step.supplier_price,
        yield_pct=step.yield_pct,
        instruction=step.instruction,
        materials=materials,
    )


def chosen_lines(lines: Collection[BomLine]) -> list[BomLine]:
    """All lines, but of each group of alternatives only the preferred one."""
    best: dict[str, BomLine] = {}
    for line in lines:
        if not line.alternative_group:
            continue
        rival = best.get(line.alternative_group)
        if rival is None or line.alternative_priority < rival.alternative_priority:
            best[line.alternative_group] = line
    return [
        line for line in lines if not line.alternative_group or best[line.alternative_group] is line
    ]


def _nested(outer: Component, inner: Component) -> Component:
    """What the parent needs of a component's component."""
    if inner.need.quantity_kind in (QuantityKind.FIXED, QuantityKind.PER_SETUP):
        return Component(inner.need, outer.step_no)
    one = Fraction(outer.need.quantity) / (1 - Fraction(outer.need.scrap_pct) / 100)
    if outer.need.quantity_kind is QuantityKind.PERCENT:
        one /= 100
    quantity = one * Fraction(inner.need.quantity)
    if inner.need.quantity_kind is QuantityKind.PERCENT:
        quantity /= 100
    base = Fraction(outer.need.base_quantity) * Fraction(inner.need.base_quantity)
    need = replace(
        inner.need,
        # Per million of the parent: a recipe in grams per ten thousand keeps its digits.
        quantity=unscaled(ceil_fraction(quantity / base * SCALE * SCALE)),
        base_quantity=Decimal(SCALE),
        quantity_kind=(
            QuantityKind.FIXED
            if outer.need.quantity_kind in (QuantityKind.FIXED, QuantityKind.PER_SETUP)
            else QuantityKind.VARIABLE
        ),
    )
    if need.quantity_kind is QuantityKind.FIXED:
        need = replace(
            need,
            quantity=unscaled(ceil_fraction(quantity / Fraction(inner.need.base_quantity) * SCALE)),
            base_quantity=Decimal(1),
        )
    if outer.need.line_kind is not BomLineKind.CONSUME:
        need = replace(need, line_kind=outer.need.line_kind)
    return Component(need, outer.step_no)


def _in_force(revisions: list[D], wanted: str, on: date) -> D | None:
    """The wanted revision, else the newest one in force on that day."""
    valid = [
        row
        for row in revisions
        if row.active
        and (row.effective_from is None or row.effective_from <= on)
        and (row.effective_to is None or on <= row.effective_to)
    ]
    named = [row for row in valid if wanted and row.revision == wanted]
    if named:
        return named[0]
    return max(valid, key=lambda row: row.revision, default=None)
