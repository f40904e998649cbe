"""Operations of an order: a snapshot of its routing, and orders for what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial

from sqlalchemy.orm import Session

from app.core.choices import (
    BomLineKind,
    ItemRounding,
    OrderState,
    OrderType,
)
from app.core.errors import RuleBroken
from app.core.messages import message
from app.core.quantity import SCALE, unscaled
from app.core.step import StepDefinition, ceil_fraction, from_json
from app.models.orders import Card, Operation, ProductionOrder
from app.models.products import Item
from app.services.products.recipes import Recipes


def released_quantity(base_quantity: Decimal, item: Item) -> Decimal:
    """Quantity to start with: ceil(ordered / (1 - scrap)), rounded up as the item asks."""
    exact = Fraction(base_quantity) / (1 - Fraction(item.scrap_pct) / 100)
    if item.rounding is ItemRounding.NONE:
        return unscaled(ceil_fraction(exact * SCALE))
    pack = item.pack_quantity
    if item.rounding is ItemRounding.CARTON and pack:
        return pack * ceil_fraction(exact / Fraction(pack))
    return Decimal(ceil_fraction(exact))


def create_operations(
    session: Session, orders: Iterable[ProductionOrder], recipes: Recipes, on: date
) -> None:
    """Give each order (already flushed) its operations and its first card.

    Errors: ``RuleBroken`` naming the item, if it has no routing or its recipe is broken.
    """
    for order in orders:
        session.add_all(operations_of(order, recipes, on))
        session.add(
            Card(
                order_id=order.id,
                code=f"{order.code}-01",
                number=1,
                of=1,
                quantity=order.released_quantity,
            )
        )


def operations_of(order: ProductionOrder, recipes: Recipes, on: date) -> list[Operation]:
    """The operations of an order, not added to anything. Errors: as ``create_operations``."""
    steps, snapshots = recipes.steps(order.item_id, on), recipes.snapshots(order.item_id, on)
    quantities = step_quantities(order.released_quantity, steps)
    return [
        Operation(
            order_id=order.id,
            step_no=step.step_no,
            name=step.name,
            definition=snapshot,
            quantity=quantity,
        )
        for step, snapshot, quantity in zip(steps, snapshots, quantities, strict=True)
    ]


def component_orders(
    order: ProductionOrder, recipes: Recipes, on: date, path: tuple[int, ...] = ()
) -> list[ProductionOrder]:
    """Orders for the made components of one order, one level down, not added to anything.

    ``path``: the items on the way down to it. Errors: ``RuleBroken`` if an item is made of itself.
    """
    return [each.order for each in _children(_Below(order, order, path), recipes, on)]


def step_quantities(released: Decimal, steps: Iterable[StepDefinition]) -> list[Decimal]:
    """What reaches each step when the ones before lose what their yield says (whole pieces up)."""
    reaching = Fraction(released)
    quantities = []
    for step in steps:
        lossless = reaching == Fraction(released)
        quantities.append(released if lossless else Decimal(ceil_fraction(reaching)))
        reaching *= Fraction(step.yield_pct) / 100
    return quantities


Refused = Callable[[ProductionOrder, RuleBroken], None]


def create_component_orders(
    session: Session,
    orders: Sequence[ProductionOrder],
    recipes: Recipes,
    on: date,
    refused: Refused | None = None,
) -> list[ProductionOrder]:
    """Orders for made components, all levels down; the numbers continue the parent's (``-1``).

    They are due when the parent is (the plan pulls them ahead of the step that needs them) and
    start their life in the parent's state. All orders of a level are written at once.

    Errors: ``RuleBroken`` if an item is made of itself; with ``refused`` that is told of the order
    it is about, and the others go on.
    """
    made: list[ProductionOrder] = []
    broken: set[int] = set()
    level = [_Below(order, order) for order in orders]
    while level:
        below: list[_Below] = []
        for each in level:
            below += _guarded(partial(_children, each, recipes, on), each.root, broken, refused)
        session.add_all([each.order for each in below])
        session.flush()
        for each in below:
            create = partial(create_operations, session, [each.order], recipes, on)
            _guarded(create, each.root, broken, refused)
        made += [each.order for each in below]
        level = below
    return made


@dataclass(frozen=True, slots=True)
class _Below:
    """An order, the one it is made for in the end, and the items on the way down to it."""

    root: ProductionOrder
    order: ProductionOrder
    path: tuple[int, ...] = ()


def _guarded(
    work: Callable[[], list[_Below] | None], root: ProductionOrder, broken: set[int],
    refused: Refused | None,
) -> list[_Below]:  # fmt: skip
    """What ``work`` makes; nothing more for an order of which something was refused."""
    if root.id in broken:
        return []
    try:
        return work() or []
    except RuleBroken as error:
        if refused is None:
            raise
        broken.add(root.id)
        refused(root, error)
        return []


def _children(parent: _Below, recipes: Recipes, on: date) -> list[_Below]:
    order, path = parent.order, (*parent.path, parent.order.item_id)
    found = []
    for position, (item_id, quantity) in enumerate(_made_needs(order, recipes, on).items(), 1):
        item = recipes.items[item_id]
        if item_id in path:
            codes = [recipes.items[step].code for step in (*path[path.index(item_id) :], item_id)]
            raise RuleBroken(message("products.bom_cycle", items=" → ".join(codes)))
        child = ProductionOrder(
            code=f"{order.code}-{position}",
            type=OrderType.NORMAL,
            parent_order_id=order.id,
            item_id=item_id,
            quantity=quantity,
            unit_id=item.unit_id,
            base_quantity=quantity,
            released_quantity=released_quantity(quantity, item),
            order_date=order.order_date,
            requested_at=order.requested_at,
            internal_due=order.internal_due,
            priority=order.priority,
            earliest_start=order.earliest_start,
            state=order.state,
            created_at=order.created_at,
        )
        found.append(_Below(parent.root, child, path))
    return found


def _made_needs(order: ProductionOrder, recipes: Recipes, on: date) -> dict[int, Decimal]:
    """Quantity of each component that an order of its own makes."""
    needs: dict[int, Decimal] = {}
    for step in recipes.steps(order.item_id, on):
        for need in step.materials:
            if need.line_kind is BomLineKind.CONSUME and recipes.is_made_by_order(need.item, on):
                amount = need.for_pieces(order.released_quantity)
                needs[need.item] = needs.get(need.item, Decimal(0)) + amount
    return needs


def definition_of(operation: Operation) -> StepDefinition:
    return from_json(operation.definition)


def first_state(review_required: bool) -> OrderState:
    """New orders wait for review only where the site wants it."""
    return OrderState.DRAFT if review_required else OrderState.APPROVED
