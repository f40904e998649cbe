"""What the order screens show, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.core.choices import (
    BomLineKind,
    FieldKind,
    FieldSubject,
    OperationState,
    OrderState,
    OrderType,
    PlanKind,
)
from app.core.codes import code_key
from app.core.errors import NotFound
from app.core.messages import Message, message, words
from app.core.step import from_json
from app.models.access import Change
from app.models.database import Database
from app.models.orders import CapacityHold, Card, Operation, ProductionOrder
from app.models.planning import Placement, Plan, UnplacedOperation
from app.models.plant import Customer, Machine, Supplier, WorkCentre
from app.models.products import Item, Unit
from app.services.orders.edits import order_form_of
from app.services.orders.rows import (
    CardRow,
    CustomerChoice,
    ItemChoice,
    MaterialRow,
    OrderChoices,
    OrderDetail,
    OrderForm,
    OrderRow,
    StepRow,
)
from app.services.products.conversion import Units
from app.services.site import now_of, site_row
from app.services.site_fields import SiteField, site_fields, typed_value

NARROW = timedelta(days=1)
"""An order with less time than this before its internal due is watched."""

HISTORY_LINES = 50
_FINISHED = (OrderState.COMPLETED, OrderState.CLOSED, OrderState.CANCELLED, OrderState.REJECTED)


@dataclass(slots=True)
class _Progress:
    """What the operations of an order say together."""

    last_good: Decimal = Decimal(0)
    done: Fraction = Fraction(0)
    steps: int = 0
    current: str = ""
    unplaced: bool = False

    @property
    def share(self) -> float:
        return float(self.done / self.steps) if self.steps else 0.0


def order_rows(database: Database) -> tuple[OrderRow, ...]:
    """All orders, the most urgent internal due first."""
    with database.read() as session:
        return _order_rows(session, _orders(), site_fields(session, FieldSubject.ORDER))


def order_list(database: Database) -> tuple[tuple[OrderRow, ...], tuple[SiteField, ...]]:
    """All orders and the fields the site has defined for them, from one snapshot."""
    with database.read() as session:
        own = site_fields(session, FieldSubject.ORDER)
        return _order_rows(session, _orders(), own), own


def order_detail(database: Database, order_id: int) -> OrderDetail:
    """One order with everything. Errors: ``NotFound`` if it is gone."""
    with database.read() as session:
        own = site_fields(session, FieldSubject.ITEM, FieldSubject.ORDER)
        rows = _order_rows(session, _orders().where(ProductionOrder.id == order_id), own)
        if not rows:
            raise NotFound(message("orders.gone"))
        order = session.get_one(ProductionOrder, order_id)
        operations = list(
            session.scalars(
                select(Operation).where(Operation.order_id == order_id).order_by(Operation.step_no)
            )
        )
        item = session.get_one(Item, order.item_id)
        return OrderDetail(
            order=rows[0],
            steps=_steps(session, operations),
            materials=_materials(session, operations),
            history=_history(session, order_id, [row.id for row in operations]),
            requirements=order.requirements,
            characteristics=_characteristics(own, item, order),
            cards=_cards(session, order_id),
        )


def order_form(database: Database, order_id: int) -> OrderForm:
    """The order as the form shows it. Errors: ``NotFound`` if it is gone."""
    with database.read() as session:
        found = session.execute(
            select(ProductionOrder, Item.code, Unit.code, Customer.code)
            .join(Item, Item.id == ProductionOrder.item_id)
            .join(Unit, Unit.id == ProductionOrder.unit_id)
            .outerjoin(Customer, Customer.id == ProductionOrder.customer_id)
            .where(ProductionOrder.id == order_id)
        ).first()
        if found is None:
            raise NotFound(message("orders.gone"))
        order, item, unit, customer = found
        return order_form_of(order, item, unit, customer)


def order_form_by_number(database: Database, number: str) -> OrderForm:
    """The order of a number as the form shows it. Errors: ``NotFound``."""
    with database.read() as session:
        wanted = select(ProductionOrder.id).where(ProductionOrder.code_key == code_key(number))
        found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound(message("promise.no_order", order=number))
    return order_form(database, found)


def item_unit(database: Database, code: str) -> str:
    """Base unit of an item. Errors: ``NotFound``."""
    with database.read() as session:
        found = session.scalars(
            select(Unit.code).join(Item, Item.unit_id == Unit.id).where(
                Item.code_key == code_key(code))
        ).one_or_none()  # fmt: skip
    if found is None:
        raise NotFound(message("orders.unknown_item", item=code))
    return found


def choices(database: Database) -> OrderChoices:
    """What the form offers: items that can be made, customers, types."""
    with database.read() as session:
        units = Units.load(session)
        items = session.scalars(
            select(Item).where(Item.active, Item.source != "buy").order_by(Item.code)
        ).all()
        customers = session.scalars(
            select(Customer).where(Customer.active).order_by(Customer.short_name)
        ).all()
        return OrderChoices(
            items=tuple(_item_choice(item, units) for item in items),
            customers=tuple(CustomerChoice(row.code, row.short_name) for row in customers),
            types=tuple(kind.value for kind in OrderType),
            fields=site_fields(session, FieldSubject.ORDER),
        )


def _item_choice(item: Item, units: Units) -> ItemChoice:
    reachable = units.reachable(item.id, item.unit_id)
    codes = tuple(units.code(unit) for unit in reachable)
    name = f"{item.name} {item.specification}".strip()
    return ItemChoice(item.code, name, codes[0], codes)


# ---------------------------------------------------------------- the list


def _orders() -> Select[Any]:
    base = aliased(Unit)
    cards = (
        select(Card.order_id, func.count().label("cards"))
        .where(Card.void.is_(False))
        .group_by(Card.order_id)
        .subquery()
    )
    return (
        select(
            ProductionOrder,
            Item.code.label("item_code"),
            Item.name.label("item_name"),
            Item.specification.label("specification"),
            Unit.code.label("unit"),
            base.code.label("base_unit"),
            Customer.short_name.label("customer"),
            cards.c.cards,
            CapacityHold.owner.label("hold_owner"),
            CapacityHold.expires_at.label("hold_until"),
        )
        .join(Item, Item.id == ProductionOrder.item_id)
        .join(Unit, Unit.id == ProductionOrder.unit_id)
        .join(base, base.id == Item.unit_id)
        .outerjoin(Customer, Customer.id == ProductionOrder.customer_id)
        .outerjoin(cards, cards.c.order_id == ProductionOrder.id)
        .outerjoin(
            CapacityHold,
            (CapacityHold.order_id == ProductionOrder.id) & CapacityHold.ended_at.is_(None),
        )
        .order_by(ProductionOrder.internal_due, ProductionOrder.priority, ProductionOrder.id)
    )


def _order_rows(
    session: Session, query: Select[Any], own: Iterable[SiteField]
) -> tuple[OrderRow, ...]:
    now = now_of(site_row(session))
    found = session.execute(query).all()
    ids = [row[0].id for row in found]
    only = ids if len(ids) == 1 else None
    progress = _progress(session, only)
    ends = _projected_ends(session, only)
    kinds = {each.key: each.kind for each in own if each.subject is FieldSubject.ORDER}
    return tuple(
        _order_row(row, progress[row[0].id], ends.get(row[0].id), now, kinds) for row in found
    )


def _order_row(
    row: Row[Any],
    progress: _Progress,
    end: datetime | None,
    now: datetime,
    kinds: Mapping[str, FieldKind],
) -> OrderRow:
    order: ProductionOrder = row[0]
    late = 0
    if end is not None:
        late = max(0, (end - order.internal_due) // timedelta(minutes=1))
    return OrderRow(
        id=order.id,
        number=order.code,
        type=order.type.value,
        customer=row.customer or "",
        customer_po=order.customer_po,
        item_code=row.item_code,
        item_name=row.item_name,
        specification=row.specification,
        quantity=order.quantity,
        unit=row.unit,
        base_quantity=order.base_quantity,
        base_unit=row.base_unit,
        good=progress.last_good,
        progress=progress.share,
        current_step=progress.current,
        requested=order.requested_at,
        promised=order.promised_at,
        internal_due=order.internal_due,
        projected_end=end,
        late_minutes=late,
        state=order.state.value,
        priority=order.priority,
        lamp=_lamp(order, progress, end, now),
        cards=row.cards or 0,
        remark=order.remark,
        version=order.version,
        fields={
            key: typed_value(kinds[key], value)
            for key, value in order.specification.items()
            if key in kinds
        },
        hold_owner=row.hold_owner or "",
        hold_until=row.hold_until,
        rush=(order.rush_asked_by, order.rush_approved_by, order.rush_approved_at),
    )


def _lamp(order: ProductionOrder, progress: _Progress, end: datetime | None, now: datetime) -> str:
    if order.state in _FINISHED:
        return "ok"
    wished = order.promised_at or order.requested_at
    expected = end or (now if progress.steps else None)
    if expected is not None and expected > wished:
        return "late"
    if progress.unplaced or (expected is not None and expected > order.internal_due):
        return "risk"
    if expected is not None and order.internal_due - expected < NARROW:
        return "watch"
    return "ok"


def _progress(session: Session, order_ids: Sequence[int] | None) -> Mapping[int, _Progress]:
    """Share of work done counts each step alike; the current step is the first open one."""
    unplaced = select(UnplacedOperation.operation_id).join(
        Plan, (Plan.id == UnplacedOperation.plan_id) & (Plan.kind == PlanKind.WORKING)
    )
    query = select(
        Operation.order_id,
        Operation.step_no,
        Operation.name,
        Operation.quantity,
        Operation.good,
        Operation.state,
        Operation.id.in_(unplaced).label("unplaced"),
    ).order_by(Operation.order_id, Operation.step_no)
    if order_ids is not None:
        query = query.where(Operation.order_id.in_(order_ids))
    found: defaultdict[int, _Progress] = defaultdict(_Progress)
    for row in session.execute(query):
        one = found[row.order_id]
        one.steps += 1
        one.last_good = row.good
        one.unplaced = one.unplaced or bool(row.unplaced)
        if row.state is OperationState.DONE:
            one.done += 1
            continue
        if row.quantity > 0:
            one.done += min(Fraction(row.good) / Fraction(row.quantity), Fraction(1))
        if not one.current:
            one.current = f"{row.step_no} {row.name}"
    return found


def _projected_ends(session: Session, order_ids: Sequence[int] | None) -> dict[int, datetime]:
    query = (
        select(Operation.order_id, func.max(Placement.end_at))
        .join(Operation, Operation.id == Placement.operation_id)
        .join(Plan, Plan.id == Placement.plan_id)
        .where(Plan.kind == PlanKind.WORKING)
        .group_by(Operation.order_id)
    )
    if order_ids is not None:
        query = query.where(Operation.order_id.in_(order_ids))
    return dict(session.execute(query).all())


# ---------------------------------------------------------------- the detail


def _steps(session: Session, operations: Iterable[Operation]) -> tuple[StepRow, ...]:
    rows = list(operations)
    ids = [row.id for row in rows]
    placed = {
        placement.operation_id: (placement, machine or supplier or "")
        for placement, machine, supplier in session.execute(
            select(Placement, Machine.code, Supplier.code)
            .join(Plan, Plan.id == Placement.plan_id)
            .outerjoin(Machine, Machine.id == Placement.machine_id)
            .outerjoin(Supplier, Supplier.id == Placement.supplier_id)
            .where(Plan.kind == PlanKind.WORKING, Placement.operation_id.in_(ids))
        )
    }
    reasons: dict[int, dict[str, Any]] = dict(
        session.execute(
            select(UnplacedOperation.operation_id, UnplacedOperation.reason)
            .join(Plan, Plan.id == UnplacedOperation.plan_id)
            .where(Plan.kind == PlanKind.WORKING, UnplacedOperation.operation_id.in_(ids))
        ).all()
    )
    centres = dict(session.execute(select(WorkCentre.id, WorkCentre.code)).all())
    return tuple(_step(row, placed.get(row.id), reasons.get(row.id), centres) for row in rows)


def _step(
    row: Operation,
    place: tuple[Placement, str] | None,
    reason: Mapping[str, Any] | None,
    centres: Mapping[int, str],
) -> StepRow:
    placement, machine = place or (None, "")
    minutes = None
    if placement is not None:
        minutes = sum(int(end) - int(start) for start, end in placement.segments)
    return StepRow(
        operation_id=row.id,
        step_no=row.step_no,
        name=row.name,
        work_centre=centres.get(row.definition.get("work_centre") or 0, ""),
        machine_code=machine,
        quantity=row.quantity,
        good=row.good,
        scrap=row.scrap,
        state=row.state.value,
        start=placement.start_at if placement else row.started_at,
        end=placement.end_at if placement else row.finished_at,
        minutes=minutes,
        unplaced_reason=Message(reason["code"], reason.get("values", {})) if reason else None,
    )


def _materials(session: Session, operations: Iterable[Operation]) -> tuple[MaterialRow, ...]:
    needs: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in operations:
        for need in from_json(row.definition).materials:
            if need.line_kind in (BomLineKind.CONSUME, BomLineKind.CUSTOMER_SUPPLIED):
                needs[need.item] += need.for_pieces(row.quantity)
    rows = session.execute(
        select(Item.id, Item.code, Item.name, Item.specification, Unit.code.label("unit"))
        .join(Unit, Unit.id == Item.unit_id)
        .where(Item.id.in_(needs))
        .order_by(Item.code)
    )
    return tuple(
        MaterialRow(row.code, row.name, row.specification, needs[row.id], row.unit) for row in rows
    )


def _history(
    session: Session, order_id: int, operation_ids: Sequence[int]
) -> tuple[tuple[datetime, str, Message], ...]:
    """The change log of the order and its operations, newest first, one line per event."""
    mine = (Change.kind == "production_order") & (Change.record_id == order_id)
    steps = (Change.kind == "operation") & Change.record_id.in_(operation_ids)
    lines = session.execute(
        select(Change.at, Change.actor, Change.kind, Change.operation)
        .where(mine | (steps & (Change.operation == "update")))
        .order_by(Change.id.desc())
        .limit(HISTORY_LINES)
    )
    events = {(line.at, line.actor, _event(line.kind, line.operation)): None for line in lines}
    return tuple((at, actor, Message(code)) for at, actor, code in events)


def _event(kind: str, operation: str) -> str:
    return "orders.history_operation" if kind == "operation" else f"orders.history_{operation}"


def _characteristics(
    own: Iterable[SiteField], item: Item, order: ProductionOrder
) -> tuple[tuple[Message, Any], ...]:
    """The item's, overridden by the order's own, under the names the site has given them."""
    known = {each.key: each for each in own}
    merged = {**item.characteristics, **order.specification}
    return tuple(
        (known[key].name, typed_value(known[key].kind, value))
        if key in known
        else (words(key, key), value)
        for key, value in merged.items()
    )


def _cards(session: Session, order_id: int) -> tuple[CardRow, ...]:
    rows = session.scalars(select(Card).where(Card.order_id == order_id).order_by(Card.number))
    return tuple(
        CardRow(row.code, row.number, row.of, row.quantity, row.print_count, row.void)
        for row in rows
    )
