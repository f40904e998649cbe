"""Open operations brought up to the routing and recipe as they are now: only when a person asks.

Orders of which nothing has begun get all their steps anew; in the others, operations not begun
whose step still exists. What moved loses its place in the plan until the next schedule.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.choices import ENDED_STATES, SCHEDULED_STATES, OperationState
from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.core.step import StepDefinition, from_json, to_json
from app.models.change_log import WritingSession
from app.models.database import Database
from app.models.orders import Operation, OperationIssue, ProductionOrder
from app.models.planning import Placement, UnplacedOperation
from app.services.orders.operations import step_quantities
from app.services.orders.stale import mark_stale
from app.services.planning.stored_plan import mark_unscheduled
from app.services.products.recipes import Recipes
from app.services.site import now_of, site_row

WORDS = frozenset({"name", "instruction", "inspection_plan", "key_step", "reporting",
                   "supplier_price", "yield_pct"})  # fmt: skip
"""Fields of a step that do not change when and where it can be done."""


@dataclass(frozen=True, slots=True)
class StaleWork:
    """Open operations that follow an old routing or recipe, and the orders they belong to.

    ``begun``: orders of which something has been done already.
    """

    operations: int
    orders: tuple[str, ...]
    begun: int


def stale_work(session: Session, items: Collection[int]) -> StaleWork:
    """What is marked of the open orders of these items (ids)."""
    rows = session.execute(
        select(ProductionOrder.id, ProductionOrder.code)
        .join(Operation, Operation.order_id == ProductionOrder.id)
        .where(
            ProductionOrder.item_id.in_(items),
            ProductionOrder.state.not_in(ENDED_STATES),
            Operation.stale,
            Operation.state == OperationState.PENDING,
        )
        .order_by(ProductionOrder.code)
    ).all()
    codes: dict[int, str] = dict(rows)
    return StaleWork(len(rows), tuple(codes.values()), len(_begun(session, codes)))


def _begun(session: Session, orders: Collection[int]) -> set[int]:
    """Orders of which an operation runs, is done, has pieces reported or material issued."""
    worked = (
        (Operation.state != OperationState.PENDING)
        | (Operation.good > Decimal(0))
        | (Operation.scrap > Decimal(0))
        | Operation.id.in_(select(OperationIssue.operation_id))
    )
    return set(
        session.scalars(
            select(Operation.order_id).where(Operation.order_id.in_(orders), worked).distinct()
        )
    )


@dataclass(frozen=True, slots=True)
class OperationImage:
    """An operation not begun, as an edit remembers it; ``definition`` as JSON text."""

    step_no: int
    name: str
    definition: str
    quantity: Decimal
    pin_machine_id: int | None
    pin_start: datetime | None


@dataclass(frozen=True, slots=True)
class OrderSteps:
    """The operations of one order that an edit exchanges; those of the same step stay the same
    record."""

    order_id: int
    code: str
    before: tuple[OperationImage, ...]
    after: tuple[OperationImage, ...]


@dataclass(frozen=True, slots=True)
class RenewOperations:
    """Exchange operations not begun. Errors: ``Conflict`` where one is not as it was seen,
    ``RuleBroken`` where it has begun meanwhile, ``NotFound``."""

    orders: tuple[OrderSteps, ...]

    @property
    def label(self) -> Message:
        count = sum(max(len(each.before), len(each.after)) for each in self.orders)
        return message("products.label_renew", count=count, orders=len(self.orders))

    def apply(self, session: WritingSession) -> None:
        changed: set[int] = set()
        for order in self.orders:
            changed |= _exchange(session, order)
        session.flush()
        settings = site_row(session)
        on = now_of(settings).astimezone(ZoneInfo(settings.time_zone)).date()
        mark_stale(session, on, among=changed)

    def inverse(self) -> RenewOperations:
        return RenewOperations(
            tuple(OrderSteps(o.order_id, o.code, o.after, o.before) for o in self.orders)
        )


def renewal(database: Database, items: Collection[str], on: date) -> RenewOperations | None:
    """The edit that brings the open orders of ``items`` (codes) up to date; None if all are."""
    from app.core.codes import code_key
    from app.models.products import Item

    with database.read() as session:
        keys = [code_key(code) for code in items]
        ids = session.scalars(select(Item.id).where(Item.code_key.in_(keys))).all()
        orders = session.scalars(
            select(ProductionOrder)
            .where(
                ProductionOrder.item_id.in_(ids),
                ProductionOrder.state.not_in(ENDED_STATES),
                ProductionOrder.id.in_(select(Operation.order_id).where(Operation.stale)),
            )
            .order_by(ProductionOrder.code)
        ).all()
        recipes = Recipes.load(session, {order.item_id for order in orders})
        begun = _begun(session, [order.id for order in orders])
        found = [_wanted(session, order, recipes, on, order.id in begun) for order in orders]
    wanted = tuple(each for each in found if each is not None and each.before != each.after)
    return RenewOperations(wanted) if wanted else None


def _wanted(
    session: Session, order: ProductionOrder, recipes: Recipes, on: date, begun: bool
) -> OrderSteps | None:
    """What the order's operations become; None if its item can no longer be made."""
    try:
        steps = recipes.steps(order.item_id, on)
    except RuleBroken:
        return None
    rows = session.scalars(
        select(Operation)
        .where(Operation.order_id == order.id, Operation.state == OperationState.PENDING)
        .order_by(Operation.step_no)
    ).all()
    standing = {row.step_no: row for row in rows}
    if begun:
        touched = {row.step_no for row in rows if row.good or row.scrap or row.rework}
        steps = tuple(s for s in steps if s.step_no in standing and s.step_no not in touched)
        rows = [row for row in rows if row.step_no in {step.step_no for step in steps}]
        quantities: Sequence[Decimal] = [standing[step.step_no].quantity for step in steps]
    else:
        quantities = step_quantities(order.released_quantity, steps)
    after = tuple(
        _image_of(step, quantity, standing.get(step.step_no))
        for step, quantity in zip(steps, quantities, strict=True)
    )
    return OrderSteps(order.id, order.code, tuple(image(row) for row in rows), after)


def image(row: Operation) -> OperationImage:
    return OperationImage(
        row.step_no,
        row.name,
        _text(row.definition),
        row.quantity,
        row.pin_machine_id,
        row.pin_start,
    )


def _image_of(step: StepDefinition, quantity: Decimal, row: Operation | None) -> OperationImage:
    plain = _text(to_json(step))
    if row is not None and from_json(row.definition) == step:
        plain = _text(row.definition)  # the same in other words: leave it
    return OperationImage(
        step.step_no,
        step.name,
        plain,
        quantity,
        row.pin_machine_id if row is not None else None,
        row.pin_start if row is not None else None,
    )


def _text(definition: object) -> str:
    return json.dumps(definition, ensure_ascii=False, sort_keys=True)


# ---------------------------------------------------------------- writing


def _exchange(session: WritingSession, wanted: OrderSteps) -> set[int]:
    """Ids of the operations that are others now."""
    order = session.get(ProductionOrder, wanted.order_id)
    if order is None:
        raise NotFound(message("orders.gone"))
    numbers = {each.step_no for each in (*wanted.before, *wanted.after)}
    rows = session.scalars(
        select(Operation).where(Operation.order_id == order.id, Operation.step_no.in_(numbers))
    ).all()
    standing = {row.step_no: row for row in rows}
    if {row.step_no: _seen(row) for row in rows} != {each.step_no: each for each in wanted.before}:
        raise Conflict(message("products.operations_changed", order=order.code))
    if any(row.state is not OperationState.PENDING or row.good or row.scrap for row in rows):
        raise RuleBroken(message("products.operations_begun", order=order.code))
    after = {each.step_no: each for each in wanted.after}
    leaving = [row for number, row in standing.items() if number not in after]
    moved = [row.id for row in leaving]
    for number, row in standing.items():
        each = after.get(number)
        if each is not None and each != _seen(row):
            if _other_work(row, each):
                moved.append(row.id)
            _write(row, each)
    leave_plan(session, moved)
    for row in leaving:
        session.delete(row)
    session.flush()
    new = [new_operation(session, order.id, each) for n, each in after.items() if n not in standing]
    session.flush()
    if order.state in SCHEDULED_STATES:
        gone = {row.id for row in leaving}
        mark_unscheduled(session, [n for n in moved if n not in gone] + [row.id for row in new])
    return {row.id for row in standing.values() if row not in leaving} | {row.id for row in new}


def _seen(row: Operation) -> OperationImage:
    return image(row)


def _other_work(row: Operation, after: OperationImage) -> bool:
    """Whether time, place, people, tools or material of the operation change."""
    old, new = from_json(row.definition), from_json(json.loads(after.definition))
    if row.quantity != after.quantity:
        return True
    return any(
        getattr(old, each.name) != getattr(new, each.name)
        for each in fields(StepDefinition)
        if each.name not in WORDS
    )


def _write(row: Operation, after: OperationImage) -> None:
    row.name = after.name
    row.definition = json.loads(after.definition)
    row.quantity = after.quantity
    row.pin_machine_id, row.pin_start = after.pin_machine_id, after.pin_start


def made_operation(order_id: int, each: OperationImage) -> Operation:
    """Not begun, as it is remembered."""
    row = Operation(order_id=order_id, step_no=each.step_no, name=each.name)
    _write(row, each)
    return row


def new_operation(session: WritingSession, order_id: int, each: OperationImage) -> Operation:
    """The same, written."""
    row = made_operation(order_id, each)
    session.add(row)
    return row


def leave_plan(session: WritingSession, operations: Iterable[int]) -> None:
    """They lose their places, and why they have none."""
    ids = list(operations)
    if not ids:
        return
    placed = session.scalars(
        delete(Placement).where(Placement.operation_id.in_(ids)).returning(Placement.operation_id)
    ).all()
    session.execute(delete(UnplacedOperation).where(UnplacedOperation.operation_id.in_(ids)))
    session.log_rows("placement", placed, "delete")
