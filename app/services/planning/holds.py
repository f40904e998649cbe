"""Capacity held for a quote: a draft order at its places, for an owner, until it expires.

Whoever plans after that moment no longer sees it; the next one who makes a plan ends it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.core.choices import OrderState
from app.core.codes import code_key
from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.core.working_time import moment
from app.models.access import Change
from app.models.change_log import WritingSession
from app.models.database import PROGRAM, Database
from app.models.orders import CapacityHold, Operation, ProductionOrder
from app.models.planning import Placement
from app.models.plant import Customer
from app.models.products import Item, Unit
from app.services.changes import Cursor
from app.services.orders.edits import (
    CreateOrder,
    DeleteOrder,
    descendants,
    drop_placements,
    order_of_key,
)
from app.services.orders.operations import first_state
from app.services.orders.rows import OrderForm
from app.services.planning.edits import Move, MoveOperations, forget_reasons
from app.services.planning.promising.rows import StepPlace
from app.services.planning.stored_plan import Spot, mark_unscheduled, working_plan, write_spots
from app.services.site import now_of, site_row

RELEASED, EXPIRED, CONFIRMED = "released", "expired", "confirmed"

WATCHED = (
    "placement", "plan", "operation", "production_order", "machine", "calendar",
    "calendar_exception", "shift", "operator", "tool_copy",
)  # fmt: skip
"""Records whose change may have taken what was found free."""


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """Where one step is to stand. ``below``: what the order's number has behind the quote's."""

    below: str
    step_no: int
    spot: Spot


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold that is in force, or has expired and nobody has planned since."""

    order_id: int
    order: str
    customer: str
    item: str
    quantity: Decimal
    unit: str
    owner: str
    note: str
    expires_at: datetime
    expired: bool
    start: datetime | None
    end: datetime | None


def _new_key() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class HoldCapacity:
    """A draft order placed where the answer had it, pinned, until ``expires_at``.

    ``seen``: the end of the change log when the places were found free; None: nobody knows whether
    they still are (the hold was taken back), and the next plan puts it there. ``moves``: of what
    gives way to it, in the same step; ``rush``: who asked for that, who allowed it, and when.
    """

    form: OrderForm
    places: tuple[HeldPlace, ...]
    owner: str
    expires_at: datetime
    seen: Cursor | None
    note: str = ""
    client_key: str = field(default_factory=_new_key)
    moves: tuple[Move, ...] = ()
    rush: tuple[str, str, datetime | None] = ("", "", None)

    @property
    def label(self) -> Message:
        return message("holds.label_hold", order=self.form.number or self.form.item_code)

    @property
    def again(self) -> HoldCapacity:
        """Taken up again after undo: nobody knows any more what is free."""
        return replace(self, seen=None, moves=())

    def apply(self, session: WritingSession) -> None:
        """Errors: ``Conflict`` if plan or plant changed since; ``RuleBroken`` for a date that is
        over or a form that is wrong; ``NotFound`` without a plan."""
        if order_of_key(session, self.client_key) is not None:
            return
        if self.expires_at <= now_of(site_row(session)):
            raise RuleBroken(message("holds.over_already"))
        if not self.owner.strip():
            raise RuleBroken(message("holds.owner_needed"))
        plan = working_plan(session, lock=True)
        if plan is None:
            raise NotFound(message("planning.no_working_plan"))
        if self.seen is not None and changed_since(session, self.seen):
            raise Conflict(message("holds.plan_changed"))
        CreateOrder(self.form, self.client_key).apply(session)
        order = order_of_key(session, self.client_key)
        if order is None:
            raise NotFound(message("orders.gone"))
        if self.moves:
            MoveOperations(self.moves).apply(session)
            order.rush_asked_by, order.rush_approved_by, order.rush_approved_at = self.rush
        family = [order, *descendants(session, order.id)]
        for member in family:
            member.state, member.pre_plan = OrderState.DRAFT, True
        spots = self._spots(session, order, family)
        forget_reasons(session, plan.id, list(spots))
        if self.seen is None:
            mark_unscheduled(session, list(spots))
        else:
            write_spots(session, plan.id, spots)
            session.log_rows("placement", sorted(spots), "insert")
        _pin(session, [(number, spot.machine_id, spot.start) for number, spot in spots.items()])
        session.add(
            CapacityHold(
                order_id=order.id,
                owner=self.owner.strip(),
                note=self.note,
                places=[[number, s.machine_id, s.start] for number, s in spots.items()],
                created_at=datetime.now(UTC),
                expires_at=self.expires_at,
            )
        )

    def _spots(
        self, session: WritingSession, order: ProductionOrder, family: Sequence[ProductionOrder]
    ) -> dict[int, Spot]:
        wanted = {(each.below, each.step_no): each.spot for each in self.places}
        codes = {member.id: member.code.removeprefix(order.code) for member in family}
        rows = session.scalars(select(Operation).where(Operation.order_id.in_(codes)))
        found = {(codes[row.order_id], row.step_no): row.id for row in rows}
        if found.keys() != wanted.keys():
            raise Conflict(message("holds.plan_changed"))
        return {number: wanted[key] for key, number in found.items()}

    def inverse(self) -> TakeBackHold:
        return TakeBackHold(self)


@dataclass(frozen=True, slots=True)
class TakeBackHold:
    """The hold, and the draft order that was made for it, as if they had never been."""

    hold: HoldCapacity

    @property
    def label(self) -> Message:
        return message("holds.label_release", order=self.hold.form.number or "")

    def apply(self, session: WritingSession) -> None:
        """Errors: ``NotFound``; ``RuleBroken`` once anything was reported."""
        order = order_of_key(session, self.hold.client_key)
        if order is None:
            raise NotFound(message("orders.gone"))
        held = session.scalars(
            select(CapacityHold).where(CapacityHold.order_id == order.id)
        ).one_or_none()
        if held is not None:
            session.delete(held)
            session.flush()
        DeleteOrder(self.hold.client_key, self.hold.form).apply(session)
        if self.hold.moves:
            MoveOperations(self.hold.moves).inverse().apply(session)

    def inverse(self) -> HoldCapacity:
        return self.hold.again


@dataclass(frozen=True, slots=True)
class EndHold:
    """Released (the order is cancelled) or confirmed (it becomes an order and keeps its places).

    ``promised``: what the customer was told, when it is confirmed.
    """

    order_id: int
    how: str = RELEASED
    promised: datetime | None = None

    @property
    def label(self) -> Message:
        code = "holds.label_confirm" if self.how == CONFIRMED else "holds.label_release"
        return Message(code, {"order": ""})

    def apply(self, session: WritingSession) -> None:
        """Errors: ``NotFound`` if nothing is held; ``Conflict`` if it has ended meanwhile."""
        held = _held(session, self.order_id)
        if held.ended_at is not None:
            raise Conflict(message("holds.ended"))
        _end(session, held, self.how, datetime.now(UTC), self.promised)

    def inverse(self) -> ReopenHold:
        return ReopenHold(self)


@dataclass(frozen=True, slots=True)
class ReopenHold:
    """A hold that was ended holds again; what lost its place gets it with the next plan."""

    ended: EndHold

    @property
    def label(self) -> Message:
        return Message("holds.label_hold", {"order": ""})

    def apply(self, session: WritingSession) -> None:
        held = _held(session, self.ended.order_id)
        if held.how_ended != self.ended.how:
            raise Conflict(message("holds.ended"))
        order = session.get_one(ProductionOrder, held.order_id)
        for member in [order, *descendants(session, order.id)]:
            member.state, member.pre_plan = OrderState.DRAFT, True
        if self.ended.promised is not None:
            order.promised_at = None
        _pin(session, held.places)
        if self.ended.how != CONFIRMED:
            mark_unscheduled(session, [int(number) for number, _, _ in held.places])
        held.ended_at, held.how_ended = None, ""

    def inverse(self) -> EndHold:
        return self.ended


def release_expired(database: Database, now: datetime | None = None) -> int:
    """End the holds that are over: their orders are cancelled. How many there were.

    Called by whoever makes a plan; nothing is written if there are none.
    """
    with database.read() as session:
        at = now or now_of(site_row(session))
        over = session.scalars(
            select(CapacityHold.order_id).where(
                CapacityHold.ended_at.is_(None), CapacityHold.expires_at <= at
            )
        ).all()
    if not over:
        return 0
    with database.write(PROGRAM) as session:
        for number in over:
            held = _held(session, number)
            if held.ended_at is None:
                _end(session, held, EXPIRED, at, None)
    return len(over)


def holds(database: Database) -> tuple[HoldRow, ...]:
    """All that is held, what expires first ahead."""
    with database.read() as session:
        now = now_of(site_row(session))
        spans = (
            select(
                Operation.order_id,
                func.min(Placement.setup_start_at).label("start"),
                func.max(Placement.end_at).label("end"),
            )
            .join(Placement, Placement.operation_id == Operation.id)
            .group_by(Operation.order_id)
            .subquery()
        )
        rows = session.execute(
            select(CapacityHold, ProductionOrder, Customer.short_name, Item.code, Unit.code,
                   spans.c.start, spans.c.end)
            .join(ProductionOrder, ProductionOrder.id == CapacityHold.order_id)
            .join(Item, Item.id == ProductionOrder.item_id)
            .join(Unit, Unit.id == ProductionOrder.unit_id)
            .outerjoin(Customer, Customer.id == ProductionOrder.customer_id)
            .outerjoin(spans, spans.c.order_id == ProductionOrder.id)
            .where(CapacityHold.ended_at.is_(None))
            .order_by(CapacityHold.expires_at, ProductionOrder.code)
        )  # fmt: skip
        return tuple(
            HoldRow(
                order.id, order.code, customer or "", item, order.quantity, unit, held.owner,
                held.note, held.expires_at, held.expires_at <= now, start, end,
            )
            for held, order, customer, item, unit, start, end in rows
        )  # fmt: skip


def held_order(database: Database, number: str) -> HoldRow:
    """The hold of an order by its number. Errors: ``NotFound``."""
    for row in holds(database):
        if code_key(row.order) == code_key(number):
            return row
    raise NotFound(message("holds.none", order=number))


def held_places(order: str, places: Iterable[StepPlace]) -> tuple[HeldPlace, ...]:
    """The places of an answer, as a hold takes them."""
    return tuple(
        HeldPlace(place.order.removeprefix(order), place.step_no, place.spot) for place in places
    )


# ---------------------------------------------------------------- records


def _held(session: Session, order_id: int) -> CapacityHold:
    found = session.scalars(
        select(CapacityHold).where(CapacityHold.order_id == order_id)
    ).one_or_none()
    if found is None:
        raise NotFound(message("holds.none", order=order_id))
    return found


def _end(
    session: WritingSession, held: CapacityHold, how: str, at: datetime, promised: datetime | None
) -> None:
    order = session.get_one(ProductionOrder, held.order_id)
    family = [order, *descendants(session, order.id)]
    confirmed = how == CONFIRMED
    state = first_state(site_row(session).review_required) if confirmed else OrderState.CANCELLED
    for member in family:
        member.state = state
        member.pre_plan = confirmed and state is OrderState.DRAFT
        if not confirmed:
            drop_placements(session, member.id)
    if promised is not None:
        order.promised_at = promised
        order.first_promised_at = order.first_promised_at or promised
    _pin(session, [(number, None, None) for number, _, _ in held.places])
    held.ended_at, held.how_ended = at, how


def _pin(session: WritingSession, places: Iterable[Sequence[int | None]]) -> None:
    wanted = {int(number or 0): (machine, start) for number, machine, start in places}
    for row in session.scalars(select(Operation).where(Operation.id.in_(wanted))):
        machine, start = wanted[row.id]
        row.pin_machine_id = machine
        row.pin_start = None if start is None else moment(start)


def changed_since(session: Session, seen: Cursor) -> bool:
    """Whether plan or plant are not as they were found any more."""
    later = tuple_(Change.transaction, Change.id) > (seen.transaction, seen.line)
    found = session.scalars(
        select(Change.id).where(later, Change.kind.in_(WATCHED)).limit(1)
    ).first()
    return found is not None
