"""How items are made: their routing and bill of material, as one set of step definitions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from sqlalchemy import select
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
)
from app.models.products import BillOfMaterial, BomLine, Item, Routing, RoutingStep
from app.services.products.conversion import Units

D = TypeVar("D", Routing, BillOfMaterial)


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
    ) -> None:
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
    def load(cls, session: Session) -> Recipes:
        steps = selectinload(Routing.steps)
        routings = session.scalars(
            select(Routing).options(
                steps.selectinload(RoutingStep.machines), steps.selectinload(RoutingStep.tools)
            )
        )
        boms = session.scalars(select(BillOfMaterial).options(selectinload(BillOfMaterial.lines)))
        return cls(session.scalars(select(Item)), routings, boms, Units.load(session))

    def routing(self, item_id: int, on: date) -> Routing | None:
        """The item's own routing in force, else its family's."""
        item = self.items[item_id]
        own = _in_force(self._by_item[item_id], item.default_routing, on)
        if own is not None or not item.family:
            return own
        return _in_force(self._by_family[item.family], item.default_routing, on)

    def bom(self, item_id: int, on: date) -> BillOfMaterial | None:
        return _in_force(self._boms[item_id], self.items[item_id].default_bom, on)

    def is_made_by_order(self, item_id: int, on: date) -> bool:
        """Whether needing this item means another production order."""
        made = self.items[item_id].source in (ItemSource.MAKE, ItemSource.SUBCONTRACT)
        return made and self.routing(item_id, on) is not None

    def steps(self, item_id: int, on: date) -> tuple[StepDefinition, ...]:
        """The item's steps with what each consumes. Errors: ``RuleBroken`` without a routing, or
        if the bill of material leads back to the item or uses units without conversion."""
        routing = self.routing(item_id, on)
        if routing is None or not routing.steps:
            raise RuleBroken(message("products.no_routing", item=self.items[item_id].code))
        definitions = [definition(step) for step in routing.steps]
        needs: defaultdict[int, list[MaterialNeed]] = defaultdict(list)
        numbers = {step.step_no for step in definitions}
        first = definitions[0].step_no
        for component in self.components(item_id, on):
            at = component.step_no if component.step_no in numbers else first
            needs[first if at is None else at].append(component.need)
        return tuple(replace(step, materials=tuple(needs[step.step_no])) for step in definitions)

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
            if not self._goes_through(part, on):
                found.append(component)
                continue
            if part in path:
                codes = [self.items[step].code for step in (*path[path.index(part) :], part)]
                raise RuleBroken(message("products.bom_cycle", items=" → ".join(codes)))
            inner = self._components(part, on, (*path, part))
            found += [_nested(component, below) for below in inner]
        return found

    def _goes_through(self, item_id: int, on: date) -> bool:
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


def definition(step: RoutingStep) -> StepDefinition:
    """A routing step as an order carries it (without its materials).

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
    )


def chosen_lines(lines: Iterable[BomLine]) -> list[BomLine]:
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
