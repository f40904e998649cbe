"""Edits of orders: small frozen values, applied through ``app.services.edit``."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.choices import (
    SCHEDULED_STATES,
    FieldSubject,
    OperationState,
    OrderState,
    OrderType,
    RequestedKind,
)
from app.core.codes import code_key
from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.orders import Card, Operation, OperationIssue, ProductionOrder
from app.models.planning import Placement, UnplacedOperation
from app.models.plant import Customer
from app.models.products import Item, Unit
from app.services.orders.dates import internal_due
from app.services.orders.numbers import draw_number
from app.services.orders.operations import (
    create_component_orders,
    create_operations,
    first_state,
    released_quantity,
)
from app.services.orders.rows import OrderForm
from app.services.planning.stored_plan import mark_unscheduled
from app.services.products.recipes import Recipes
from app.services.site import SiteRow, now_of, site_row
from app.services.site_fields import kept_text, refusals, site_fields

T = TypeVar("T", Item, Unit, Customer)

CUSTOMER_NEEDED = frozenset({OrderType.NORMAL, OrderType.RUSH})
CANCELLABLE = frozenset(
    {
        OrderState.DRAFT,
        OrderState.IN_REVIEW,
        OrderState.APPROVED,
        OrderState.RELEASED,
        OrderState.IN_PRODUCTION,
        OrderState.ON_HOLD,
    }
)
NEW_OPERATIONS = frozenset({"item_code", "quantity", "unit"})
"""Fields of the form that make the operations of an order anew."""


def _new_key() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class CreateOrder:
    """A new order with operations, a card, and orders for its made components.

    ``client_key`` is drawn when the form is sent: applied twice, it makes one order.
    """

    form: OrderForm
    client_key: str = field(default_factory=_new_key)

    @property
    def label(self) -> Message:
        return message("orders.label_create", order=self.form.number or self.form.item_code)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``RuleBroken`` naming the field that is wrong."""
        if order_of_key(session, self.client_key) is not None:
            return
        settings = site_row(session)
        now = now_of(settings)
        local = now.astimezone(ZoneInfo(settings.time_zone))
        recipes = recipes_of(session, self.form)
        kind = OrderType(self.form.type)
        number = (self.form.number or "").strip() or draw_number(session, kind, local)
        if _by_number(session, number) is not None:
            raise RuleBroken(message("orders.number_taken", order=number))
        order = ProductionOrder(
            code=number,
            client_key=self.client_key,
            order_date=local.date(),
            state=first_state(settings.review_required),
            requested_kind=RequestedKind.EX_WORKS,
            created_at=datetime.now(UTC),
        )
        fill_order(session, order, self.form, recipes, settings)
        session.add(order)
        session.flush()
        create_operations(session, [order], recipes, local.date())
        made = create_component_orders(session, [order], recipes, local.date())
        _await_schedule(session, [order, *made])

    def inverse(self) -> DeleteOrder:
        return DeleteOrder(self.client_key, self.form)


@dataclass(frozen=True, slots=True)
class DeleteOrder:
    """Take back the making of an order, with the orders made for its components."""

    client_key: str
    form: OrderForm

    @property
    def label(self) -> Message:
        return message("orders.label_delete", order=self.form.number or self.form.item_code)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``NotFound``; ``RuleBroken`` once anything was reported or issued."""
        order = order_of_key(session, self.client_key)
        if order is None:
            raise NotFound(message("orders.gone"))
        for member in [*descendants(session, order.id)[::-1], order]:
            require_untouched(session, member)
            drop_operations(session, member.id)
            session.delete(member)
            session.flush()

    def inverse(self) -> CreateOrder:
        return CreateOrder(self.form, self.client_key)


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """Other values for the fields that differ between ``before`` and ``after``.

    Two people who change different fields both succeed; the same field is a ``Conflict``.
    """

    order_id: int
    before: OrderForm
    after: OrderForm

    @property
    def label(self) -> Message:
        return message("orders.label_change", order=self.before.number or "")

    def apply(self, session: WritingSession) -> None:
        order = _existing(session, self.order_id)
        standing = form_of(session, order)
        changed = self._changed()
        for name in changed:
            value = getattr(standing, name)
            if value != getattr(self.before, name):
                raise Conflict(
                    message(
                        "orders.changed_meanwhile",
                        order=order.code,
                        field=message(f"orders.field_{name}"),
                        value=_in_words(value),
                    )
                )
        wanted = replace(standing, **{name: getattr(self.after, name) for name in changed})
        settings = site_row(session)
        recipes = recipes_of(session, wanted)
        anew = bool(NEW_OPERATIONS & set(changed))
        if anew:
            require_untouched(session, order, code="orders.in_production")
        if "number" in changed:
            self._rename(session, order, wanted)
        fill_order(session, order, wanted, recipes, settings)
        if anew:
            self._make_anew(session, order, recipes, settings)

    def inverse(self) -> ChangeOrder:
        return ChangeOrder(self.order_id, self.after, self.before)

    def _changed(self) -> list[str]:
        return changed_fields(self.before, self.after)

    @staticmethod
    def _rename(session: WritingSession, order: ProductionOrder, wanted: OrderForm) -> None:
        number = (wanted.number or "").strip()
        if not number or _by_number(session, number) not in (None, order):
            raise RuleBroken(message("orders.number_taken", order=number))
        order.code = number

    @staticmethod
    def _make_anew(
        session: WritingSession, order: ProductionOrder, recipes: Recipes, settings: SiteRow
    ) -> None:
        on = now_of(settings).astimezone(ZoneInfo(settings.time_zone)).date()
        for child in descendants(session, order.id)[::-1]:
            require_untouched(session, child, code="orders.in_production")
            drop_operations(session, child.id)
            session.delete(child)
            session.flush()
        drop_operations(session, order.id)
        session.flush()
        create_operations(session, [order], recipes, on)
        made = create_component_orders(session, [order], recipes, on)
        _await_schedule(session, [order, *made])


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Stop an order (and its component orders): it leaves the schedule, its records stay.

    ``after`` is the state to go to; undoing brings the order back to ``before_state``.
    """

    order_id: int
    before_state: str
    after: str = OrderState.CANCELLED.value

    @property
    def label(self) -> Message:
        undo = self.after != OrderState.CANCELLED
        code = "orders.label_restore" if undo else "orders.label_cancel"
        return message(code)

    def apply(self, session: WritingSession) -> None:
        order = _existing(session, self.order_id)
        if order.state.value != self.before_state:
            raise Conflict(
                message("orders.state_changed", order=order.code, state=order.state.value)
            )
        cancelling = self.after == OrderState.CANCELLED
        if cancelling and order.state not in CANCELLABLE:
            raise RuleBroken(
                message("orders.cannot_cancel", order=order.code, state=order.state.value)
            )
        members = [order, *descendants(session, order.id)]
        for member in members:
            if member.state.value == self.before_state:
                member.state = OrderState(self.after)
        if cancelling:
            for member in members:
                drop_placements(session, member.id)
        else:
            _await_schedule(session, members)

    def inverse(self) -> CancelOrder:
        return CancelOrder(self.order_id, self.after, self.before_state)


def changed_fields(before: OrderForm, after: OrderForm) -> list[str]:
    """Names of the fields that differ."""
    return [
        one.name
        for one in fields(OrderForm)
        if getattr(before, one.name) != getattr(after, one.name)
    ]


def _in_words(value: object) -> object:
    """A standing value inside a sentence."""
    if isinstance(value, Mapping):
        return " · ".join(f"{key} {text}" for key, text in value.items())
    return "" if value is None else value


# ---------------------------------------------------------------- form and record


def form_of(session: Session, order: ProductionOrder) -> OrderForm:
    """The order as the form shows it."""
    item = session.get_one(Item, order.item_id)
    unit = session.get_one(Unit, order.unit_id)
    customer = session.get(Customer, order.customer_id) if order.customer_id else None
    return order_form_of(order, item.code, unit.code, customer.code if customer else None)


def order_form_of(
    order: ProductionOrder, item_code: str, unit: str, customer_code: str | None
) -> OrderForm:
    return OrderForm(
        number=order.code,
        type=order.type.value,
        customer_code=customer_code,
        customer_po=order.customer_po,
        item_code=item_code,
        quantity=order.quantity,
        unit=unit,
        requested=order.requested_at,
        promised=order.promised_at,
        priority=order.priority,
        safety_days=order.safety_days,
        requirements=order.requirements,
        remark=order.remark,
        earliest_start=order.earliest_start,
        specification={key: kept_text(value) for key, value in order.specification.items()},
    )


def recipes_of(session: Session, form: OrderForm) -> Recipes:
    """How the form's item and all that goes into it is made."""
    key = code_key(form.item_code)
    found = session.scalars(select(Item.id).where(Item.code_key == key)).all()
    return Recipes.load(session, found, deep=True)


def fill_order(
    session: Session,
    order: ProductionOrder,
    form: OrderForm,
    recipes: Recipes,
    settings: SiteRow,
) -> None:
    """Copy the form into the order, checked and with the quantities and dates that follow."""
    kind = OrderType(form.type)
    item = _found(session, Item, form.item_code, "orders.unknown_item", "item")
    unit = _found(session, Unit, form.unit, "orders.unknown_unit", "unit")
    customer = None
    if form.customer_code:
        customer = _found(
            session, Customer, form.customer_code, "orders.unknown_customer", "customer"
        )
    elif kind in CUSTOMER_NEEDED:
        raise RuleBroken(message("orders.customer_needed"))
    if form.quantity <= 0:
        raise RuleBroken(message("orders.quantity_not_positive"))
    if not 1 <= form.priority <= 9:
        raise RuleBroken(message("orders.bad_priority"))
    base = recipes.units.convert(form.quantity, item.id, unit.id, item.unit_id)
    same_amount = order.base_quantity == base and order.item_id == item.id
    order.type = kind
    order.item_id, order.unit_id = item.id, unit.id
    order.quantity, order.base_quantity = form.quantity, base
    if not same_amount:
        order.released_quantity = released_quantity(base, item)
    order.customer_id = customer.id if customer else None
    order.customer_po = form.customer_po
    order.requested_at = form.requested
    if form.promised != order.promised_at and order.promised_at is not None:
        order.promise_changes += 1
    order.promised_at = form.promised
    if order.first_promised_at is None:
        order.first_promised_at = form.promised
    order.priority = form.priority
    order.safety_days = form.safety_days
    order.requirements, order.remark = form.requirements, form.remark
    order.earliest_start = form.earliest_start
    _specify(session, order, form, settings)
    order.internal_due = internal_due(
        form.requested,
        order.requested_kind,
        customer,
        form.safety_days,
        settings.safety_days,
        ZoneInfo(settings.time_zone),
    )


def _specify(session: Session, order: ProductionOrder, form: OrderForm, settings: SiteRow) -> None:
    """The order's characteristics, by the rules of the site's fields. Errors: ``RuleBroken``."""
    before = None if order.id is None else order.specification
    typed = {key: form.specification.get(key) for key in {*(before or {}), *form.specification}}
    today = now_of(settings).astimezone(ZoneInfo(settings.time_zone)).date()
    own = site_fields(session, FieldSubject.ORDER)
    values, wrong = refusals(own, typed, before, today, may_empty=True)
    if wrong:
        raise RuleBroken(
            message(
                "orders.bad_specification", order=form.number or form.item_code,
                field=next(iter(wrong)), reason=next(iter(wrong.values())),
            )
        )  # fmt: skip
    if values != (before or {}):
        order.specification = values


def _found(session: Session, kind: type[T], code: str, error: str, name: str) -> T:
    """The record with this code. Errors: ``RuleBroken`` with the message ``error``."""
    row = session.scalars(select(kind).where(kind.code_key == code_key(code))).one_or_none()
    if row is None:
        raise RuleBroken(Message(error, {name: code}))
    return row


# ---------------------------------------------------------------- records


def order_of_key(session: WritingSession, key: str) -> ProductionOrder | None:
    return session.scalars(
        select(ProductionOrder).where(ProductionOrder.client_key == key)
    ).one_or_none()


def _by_number(session: WritingSession, number: str) -> ProductionOrder | None:
    return session.scalars(
        select(ProductionOrder).where(ProductionOrder.code_key == code_key(number))
    ).one_or_none()


def _existing(session: WritingSession, order_id: int) -> ProductionOrder:
    order = session.get(ProductionOrder, order_id)
    if order is None:
        raise NotFound(message("orders.gone"))
    return order


def descendants(session: Session, order_id: int) -> list[ProductionOrder]:
    """Component orders, all levels, parents before children."""
    found: list[ProductionOrder] = []
    level = [order_id]
    while level:
        children = session.scalars(
            select(ProductionOrder)
            .where(ProductionOrder.parent_order_id.in_(level))
            .order_by(ProductionOrder.id)
        ).all()
        found += children
        level = [child.id for child in children]
    return found


def require_untouched(
    session: Session, order: ProductionOrder, code: str = "orders.cannot_delete"
) -> None:
    worked = (
        (Operation.state != OperationState.PENDING)
        | (Operation.good > Decimal(0))
        | (Operation.scrap > Decimal(0))
    )
    touched = session.scalars(
        select(Operation.id).where(Operation.order_id == order.id, worked).limit(1)
    ).first()
    issued = session.scalars(
        select(OperationIssue.id)
        .join(Operation, Operation.id == OperationIssue.operation_id)
        .where(Operation.order_id == order.id)
        .limit(1)
    ).first()
    if touched is not None or issued is not None:
        raise RuleBroken(message(code, order=order.code))


def drop_placements(session: WritingSession, order_id: int) -> None:
    mine = select(Operation.id).where(Operation.order_id == order_id)
    ids = list(
        session.scalars(
            delete(Placement)
            .where(Placement.operation_id.in_(mine))
            .returning(Placement.operation_id)
        )
    )
    session.execute(delete(UnplacedOperation).where(UnplacedOperation.operation_id.in_(mine)))
    session.log_rows("placement", ids, "delete")


def _await_schedule(session: WritingSession, orders: list[ProductionOrder]) -> None:
    """Say of open operations that no schedule has been made with them yet."""
    session.flush()
    ids = [order.id for order in orders if order.state in SCHEDULED_STATES]
    operations = session.scalars(
        select(Operation.id).where(
            Operation.order_id.in_(ids), Operation.state != OperationState.DONE
        )
    )
    mark_unscheduled(session, list(operations))


def drop_operations(session: WritingSession, order_id: int) -> None:
    drop_placements(session, order_id)
    rows: list[Operation | Card] = [
        *session.scalars(select(Operation).where(Operation.order_id == order_id)),
        *session.scalars(select(Card).where(Card.order_id == order_id)),
    ]
    for row in rows:
        session.delete(row)
    session.flush()
