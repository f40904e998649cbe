"""One order made two, for two deliveries: it keeps its steps with fewer pieces, the rest is new.

Only for orders of which nothing hangs on the whole quantity yet; ``division`` says what does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.codes import code_key
from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.core.step import from_json
from app.models.change_log import WritingSession
from app.models.materials import PurchaseOrderLine, StockMove
from app.models.orders import Card, Operation, ProductionOrder
from app.models.products import Item
from app.services.orders.edits import drop_operations, require_untouched
from app.services.orders.operations import released_quantity, step_quantities
from app.services.planning.stored_plan import mark_unscheduled

COPIED = (
    "type", "sales_order_line_id", "customer_id", "customer_po", "customer_item", "item_id",
    "unit_id", "over_pct", "under_pct", "order_date", "requested_kind", "safety_days", "priority",
    "earliest_start", "ship_complete", "state", "pre_plan", "deposit", "drawing_ok", "sample_ok",
    "specification", "requirements", "remark", "merchandiser", "planner", "routing_revision",
    "bom_revision", "revision",
)  # fmt: skip
"""What the rest has in common with the order; not its number, quantities, dates and promises."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Pieces of an order (base unit), and of its operations by step number."""

    quantity: Decimal
    released: Decimal
    steps: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class DivideOrder:
    """The order has ``after`` pieces instead of ``before``, an order ``rest_code`` the ``rest``.

    ``requested``, ``internal_due``: of the rest. ``back``: the rest goes, the order is whole again.
    """

    order_id: int
    code: str
    before: Amount
    after: Amount
    rest_code: str
    rest: Amount
    requested: datetime
    internal_due: datetime
    back: bool = False

    @property
    def label(self) -> Message:
        return message("orders.label_divide", order=self.code, rest=self.rest_code)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``Conflict`` if the order is not as it was or the rest's number is taken;
        ``RuleBroken`` once one of them has been worked on; ``NotFound``."""
        order = session.get(ProductionOrder, self.order_id)
        if order is None:
            raise NotFound(message("orders.gone"))
        require_untouched(session, order, code="orders.in_production")
        rest = by_code(session, self.rest_code)
        if self.back:
            if rest is None:
                raise NotFound(message("orders.gone"))
            require_untouched(session, rest)
            _require(session, rest, self.rest)
            drop_operations(session, rest.id)
            session.delete(rest)
            session.flush()
            _become(session, order, self.after, self.before)
            return
        if rest is not None:
            raise Conflict(message("orders.number_taken", order=self.rest_code))
        _become(session, order, self.before, self.after)
        made = self.rest_of(order)
        session.add(made)
        session.flush()
        rows = self.rest_operations(made.id, operations_by_step(session, order.id))
        session.add_all(rows)
        session.add(_card(made))
        session.flush()
        mark_unscheduled(session, [row.id for row in rows])

    def inverse(self) -> DivideOrder:
        return replace(self, back=not self.back)

    def rest_of(self, order: ProductionOrder) -> ProductionOrder:
        """The order of the rest, not added to anything."""
        return ProductionOrder(
            code=self.rest_code,
            quantity=self.rest.quantity,
            base_quantity=self.rest.quantity,
            released_quantity=self.rest.released,
            requested_at=self.requested,
            internal_due=self.internal_due,
            created_at=datetime.now(UTC),
            **{name: getattr(order, name) for name in COPIED},
        )

    def rest_operations(self, order_id: int, like: Mapping[int, Operation]) -> list[Operation]:
        """The rest's steps, those of the order with other quantities; not added to anything."""
        return [
            Operation(
                order_id=order_id,
                step_no=number,
                name=like[number].name,
                definition=like[number].definition,
                quantity=quantity,
                stale=like[number].stale,
            )
            for number, quantity in self.rest.steps
        ]


def division(
    session: Session,
    order: ProductionOrder,
    now: Decimal,
    requested: datetime,
    internal_due: datetime,
) -> DivideOrder:
    """The edit that leaves ``now`` pieces (base unit) in the order.

    Errors: ``RuleBroken`` naming what hangs on the whole quantity.
    """
    item = session.get_one(Item, order.item_id)
    rows = operations_by_step(session, order.id)
    before = Amount(
        order.base_quantity,
        order.released_quantity,
        tuple((number, row.quantity) for number, row in rows.items()),
    )
    if before != _amount(order.base_quantity, order.released_quantity, rows):
        raise RuleBroken(message("orders.divide_steps", order=order.code))
    _require_alone(session, order, item, list(rows.values()))
    parts = [
        _amount(quantity, released_quantity(quantity, item), rows)
        for quantity in (now, order.base_quantity - now)
    ]
    return DivideOrder(order.id, order.code, before, parts[0], _free_code(session, order.code),
                       parts[1], requested, internal_due)  # fmt: skip


def operations_by_step(session: Session, order_id: int) -> dict[int, Operation]:
    rows = session.scalars(
        select(Operation).where(Operation.order_id == order_id).order_by(Operation.step_no)
    )
    return {row.step_no: row for row in rows}


def by_code(session: Session, code: str) -> ProductionOrder | None:
    return session.scalars(
        select(ProductionOrder).where(ProductionOrder.code_key == code_key(code))
    ).one_or_none()


def _require_alone(
    session: Session, order: ProductionOrder, item: Item, rows: Sequence[Operation]
) -> None:
    """Errors: ``RuleBroken`` if something is about the whole quantity and would not be divided."""
    hanging = {
        "orders.divide_other_system": bool(order.external_no),
        "orders.divide_components": order.parent_order_id is not None
        or _any(session, ProductionOrder.parent_order_id == order.id, ProductionOrder.id),
        "orders.divide_unit": order.unit_id != item.unit_id
        or order.quantity != order.base_quantity,
        "orders.divide_deliveries": bool(order.deliveries),
        "orders.divide_pinned": any(row.pin_machine_id or row.pin_start for row in rows),
        "orders.divide_reserved": _any(
            session, StockMove.reserved_order_id == order.id, StockMove.id
        )
        or _any(session, PurchaseOrderLine.reserved_order_id == order.id, PurchaseOrderLine.id),
        "orders.divide_printed": _printed(session, order),
    }
    for code, found in hanging.items():
        if found:
            raise RuleBroken(Message(code, {"order": order.code}))


def _any(
    session: Session, condition: ColumnElement[bool], column: InstrumentedAttribute[int]
) -> bool:
    return session.scalars(select(column).where(condition).limit(1)).first() is not None


def _printed(session: Session, order: ProductionOrder) -> bool:
    """Whether there is paper with the whole quantity, or cards that were cut by hand."""
    cards = session.scalars(select(Card).where(Card.order_id == order.id)).all()
    return len(cards) > 1 or any(
        card.print_count or card.void or card.quantity != order.released_quantity for card in cards
    )


def _amount(quantity: Decimal, released: Decimal, rows: Mapping[int, Operation]) -> Amount:
    steps = [from_json(row.definition) for row in rows.values()]
    return Amount(
        quantity, released, tuple(zip(rows, step_quantities(released, steps), strict=True))
    )


def _free_code(session: Session, code: str) -> str:
    """The order's number with .2 behind it, or the next that is free."""
    number = 2
    while by_code(session, f"{code}.{number}") is not None:
        number += 1
    return f"{code}.{number}"


def _require(session: WritingSession, order: ProductionOrder, seen: Amount) -> None:
    rows = operations_by_step(session, order.id)
    steps = tuple((number, row.quantity) for number, row in rows.items())
    if (order.base_quantity, order.released_quantity, steps) != (
        seen.quantity,
        seen.released,
        seen.steps,
    ):
        raise Conflict(message("products.operations_changed", order=order.code))


def _become(session: WritingSession, order: ProductionOrder, seen: Amount, after: Amount) -> None:
    _require(session, order, seen)
    quantities = dict(after.steps)
    for number, row in operations_by_step(session, order.id).items():
        row.quantity = quantities[number]
    order.quantity = order.base_quantity = after.quantity
    order.released_quantity = after.released
    for card in session.scalars(select(Card).where(Card.order_id == order.id)):
        card.quantity = after.released
    session.flush()


def _card(order: ProductionOrder) -> Card:
    return Card(order_id=order.id, code=f"{order.code}-01", number=1, of=1,
                quantity=order.released_quantity)  # fmt: skip
