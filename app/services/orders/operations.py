"""Operations of an order: a snapshot of its routing, and orders for what it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

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
from app.core.step import StepDefinition, ceil_fraction, from_json, to_json
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
        steps = recipes.steps(order.item_id, on)
        quantities = step_quantities(order.released_quantity, steps)
        for step, quantity in zip(steps, quantities, strict=True):
            session.add(
                Operation(
                    order_id=order.id,
                    step_no=step.step_no,
                    name=step.name,
                    definition=to_json(step),
                    quantity=quantity,
                )
            )
        session.add(
            Card(
                order_id=order.id,
                code=f"{order.code}-01",
                number=1,
                of=1,
                quantity=order.released_quantity,
            )
        )


def step_quantities(released: Decimal, steps: Iterable[StepDefinition]) -> list[Decimal]:
    """What reaches each step when the ones before lose what their yield says (whole pieces up)."""
    reaching = Fraction(released)
    quantities = []
    for step in steps:
        lossless = reaching == Fraction(released)
        quantities.append(released if lossless else Decimal(ceil_fraction(reaching)))
        reaching *= Fraction(step.yield_pct) / 100
    return quantities


def create_component_orders(
    session: Session,
    order: ProductionOrder,
    recipes: Recipes,
    on: date,
    path: tuple[int, ...] = (),
) -> list[ProductionOrder]:
    """Orders for made components, all levels down; the numbers continue the parent's (``-1``).

    They are due when the parent is (the plan pulls them ahead of the step that needs them) and
    start their life in the parent's state. Errors: ``RuleBroken`` if an item is made of itself.
    """
    path = (*path, order.item_id)
    made: list[ProductionOrder] = []
    needs = _made_needs(order, recipes, on)
    for position, (item_id, quantity) in enumerate(needs.items(), start=1):
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
        session.add(child)
        session.flush()
        create_operations(session, [child], recipes, on)
        made.append(child)
        made += create_component_orders(session, child, recipes, on, path)
    return made


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
