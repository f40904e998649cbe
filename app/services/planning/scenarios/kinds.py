"""The edits a scenario is made of: frozen values that name records by their codes.

Each knows its sentence and the edits of the house that make it true. Those run in a trial session
while the scenario is only a question, and in a writing one when it is adopted: what was solved is
what is done.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import ExceptionKind
from app.core.codes import code_key
from app.core.errors import NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.change_log import WritingSession
from app.models.products import Item, Unit
from app.services.edit import Edit
from app.services.masters.edits import ChangeRows, RowChange
from app.services.materials.receipts import ChangeArrival, purchase_line
from app.services.orders.edits import ChangeOrder, CreateOrder
from app.services.orders.rows import OrderForm
from app.services.planning.scenarios.cut import CutRunning
from app.services.planning.scenarios.named import (
    NOBODY,
    RUSH,
    Place,
    clock,
    clock_days,
    machine_code,
    members,
    operator_of,
    order_form,
    order_of,
)
from app.services.planning.scenarios.standing import StandsThere
from app.services.plant.calendar_edits import exception_row
from app.services.site import site_row


class ScenarioStep(Protocol):
    """``filled`` notes what stands now (before-values); ``steps`` are the edits of the house."""

    kind: ClassVar[str]

    def sentence(self, zone: ZoneInfo) -> Message: ...

    def filled(self, session: Session) -> ScenarioStep: ...

    def steps(self, session: WritingSession, place: Place) -> Sequence[Edit]: ...

    def orders(self) -> tuple[str, ...]:
        """Numbers of the orders it is about."""
        ...


@dataclass(frozen=True, slots=True)
class InsertRush:
    """A rush order that is not there yet; ``wanted`` in UTC.

    ``number`` "" = drawn from the series when it is adopted; ``client_key`` makes it one order
    however often it is applied.
    """

    kind: ClassVar[str] = "rush"

    item: str
    quantity: Decimal
    wanted: datetime
    customer: str = ""
    unit: str = ""
    priority: int = 1
    number: str = ""
    asked_by: str = ""
    approved_by: str = ""
    client_key: str = field(default_factory=lambda: str(uuid.uuid4()))

    def sentence(self, zone: ZoneInfo) -> Message:
        return message(
            "scenarios.rush",
            item=self.item,
            quantity=self.quantity,
            unit=self.unit,
            customer=self.customer or NOBODY,
            wanted=self.wanted.astimezone(zone),
            priority=self.priority,
        )

    def filled(self, session: Session) -> InsertRush:
        """With the item's own unit where none was said. Errors: ``NotFound``."""
        row = session.execute(
            select(Item.code, Unit.code)
            .join(Unit, Unit.id == Item.unit_id)
            .where(Item.code_key == code_key(self.item))
        ).one_or_none()
        if row is None:
            raise NotFound(message("orders.unknown_item", item=self.item))
        return replace(self, item=row[0], unit=self.unit or row[1])

    def steps(self, session: WritingSession, place: Place) -> Sequence[Edit]:
        number = self.number or (self.trial_number(place.seq) if place.trial else None)
        people = [
            message("scenarios.asked_by", who=self.asked_by) if self.asked_by else None,
            message("scenarios.approved_by", who=self.approved_by) if self.approved_by else None,
        ]
        language = site_row(session).language
        form = OrderForm(
            number=number,
            type="rush",
            customer_code=self.customer or None,
            customer_po="",
            item_code=self.item,
            quantity=self.quantity,
            unit=self.unit,
            requested=self.wanted,
            promised=None,
            priority=self.priority,
            safety_days=0,
            requirements="",
            remark=" · ".join(each.text(language) for each in people if each is not None),
            earliest_start=None,
        )
        return (CreateOrder(form, self.client_key),)

    @staticmethod
    def trial_number(seq: int) -> str:
        """What the order is called while it is only a question."""
        return f"{RUSH}{seq}"

    def orders(self) -> tuple[str, ...]:
        return (self.number,) if self.number else ()


@dataclass(frozen=True, slots=True)
class MachineDown:
    """A machine stands from ``start`` to ``end`` (UTC)."""

    kind: ClassVar[str] = "down"

    machine: str
    start: datetime
    end: datetime
    reason: str = ""

    def sentence(self, zone: ZoneInfo) -> Message:
        return message(
            "scenarios.down",
            machine=self.machine,
            start=self.start.astimezone(zone),
            end=self.end.astimezone(zone),
        )

    def filled(self, session: Session) -> MachineDown:
        if self.end <= self.start:
            raise RuleBroken(message("scenarios.reversed", name=self.machine))
        return replace(self, machine=machine_code(session, self.machine))

    def steps(self, session: WritingSession, place: Place) -> Sequence[Edit]:
        zone = ZoneInfo(site_row(session).time_zone)
        rows = [
            exception_row(
                self.machine, first, last, ExceptionKind.DOWN, hours=hours, reason=self.reason
            )
            for first, last, hours in clock_days(self.start, self.end, zone)
        ]
        return (ChangeRows("Exceptions", tuple(RowChange(None, row) for row in rows)),)

    def orders(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class OpenTime:
    """Time that is worked besides: overtime, or (``extra_shift``) a shift at no extra rate.

    ``scopes``: codes of calendars, machines, people, work centres (all their machines) or teams
    (all their people). ``start``, ``end`` in minutes of the day; an end not after the start lies
    on the next one. ``cost_per_hour`` in the site's currency.
    """

    kind: ClassVar[str] = "open"

    scopes: tuple[str, ...]
    day: date
    start: int
    end: int
    extra_shift: bool = False
    cost_per_hour: Decimal = Decimal(0)
    last_day: date | None = None

    def sentence(self, zone: ZoneInfo) -> Message:
        code = "scenarios.extra_shift" if self.extra_shift else "scenarios.overtime"
        until = self.last_day or self.day
        days = (
            self.day if until == self.day else message("scenarios.days", first=self.day, last=until)
        )
        return message(
            code, scopes=self.scopes, days=days, start=clock(self.start), end=clock(self.end)
        )

    def filled(self, session: Session) -> OpenTime:
        """Errors: ``RuleBroken`` for no scope, ``NotFound`` for one that is not known."""
        if not self.scopes:
            raise RuleBroken(message("scenarios.scope_needed"))
        for scope in self.scopes:
            members(session, scope)
        return self

    def steps(self, session: WritingSession, place: Place) -> Sequence[Edit]:
        kind = ExceptionKind.WORKING if self.extra_shift else ExceptionKind.OVERTIME
        codes = dict.fromkeys(member for scope in self.scopes for member in members(session, scope))
        rows = [
            exception_row(
                code,
                self.day,
                self.last_day or self.day,
                kind,
                hours=[[self.start, self.end]],
                cost=self.cost_per_hour,
            )
            for code in codes
        ]
        return (ChangeRows("Exceptions", tuple(RowChange(None, row) for row in rows)),)

    def orders(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Absence:
    """A person is away on whole days."""

    kind: ClassVar[str] = "absence"

    person: str
    first: date
    last: date
    reason: str = ""

    def sentence(self, zone: ZoneInfo) -> Message:
        return message("scenarios.absence", person=self.person, first=self.first, last=self.last)

    def filled(self, session: Session) -> Absence:
        if self.last < self.first:
            raise RuleBroken(message("scenarios.reversed", name=self.person))
        return replace(self, person=operator_of(session, self.person).code)

    def steps(self, session: WritingSession, place: Place) -> Sequence[Edit]:
        row = exception_row(
            self.person, self.first, self.last, ExceptionKind.LEAVE, reason=self.reason
        )
        return (ChangeRows("Exceptions", (RowChange(None, row),)),)

    def orders(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class LateMaterial:
    """A line of a purchase order arrives on another day."""

    kind: ClassVar[str] = "late"

    line: str
    after: date
    before: date | None = None
    item: str = ""

    def sentence(self, zone: ZoneInfo) -> Message:
        return message(
            "scenarios.late",
            line=self.line,
            item=self.item,
            after=self.after,
            before=self.before or NOBODY,
        )

    def filled(self, session: Session) -> LateMaterial:
        row = purchase_line(session, self.line)
        item = session.get_one(Item, row.item_id).code
        return replace(self, before=row.confirmed_on, item=item)

    def steps(self, session: WritingSession, place: Place) -> Sequence[Edit]:
        before = self.before or purchase_line(session, self.line).confirmed_on
        return (ChangeArrival(self.line, before, self.after),)

    def orders(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class OtherDate:
    """An order is wanted at another time (UTC)."""

    kind: ClassVar[str] = "date"

    order: str
    after: datetime
    before: datetime | None = None

    def sentence(self, zone: ZoneInfo) -> Message:
        before = NOBODY if self.before is None else self.before.astimezone(zone)
        return message(
            "scenarios.date", order=self.order, after=self.after.astimezone(zone), before=before
        )

    def filled(self, session: Session) -> OtherDate:
        row = order_of(session, self.order)
        return replace(self, order=row.code, before=row.requested_at)

    def steps(self, session: WritingSession, place: Place) -> Sequence[Edit]:
        row, form = order_form(session, self.order)
        before = replace(form, requested=self.before or form.requested)
        return (ChangeOrder(row.id, before, replace(before, requested=self.after)),)

    def orders(self) -> tuple[str, ...]:
        return (self.order,)


@dataclass(frozen=True, slots=True)
class OtherPriority:
    """An order is more or less urgent: 1 (most) to 9."""

    kind: ClassVar[str] = "priority"

    order: str
    after: int
    before: int | None = None

    def sentence(self, zone: ZoneInfo) -> Message:
        return message(
            "scenarios.priority", order=self.order, after=self.after, before=self.before or NOBODY
        )

    def filled(self, session: Session) -> OtherPriority:
        row = order_of(session, self.order)
        if not 1 <= self.after <= 9:
            raise RuleBroken(message("orders.bad_priority"))
        return replace(self, order=row.code, before=row.priority)

    def steps(self, session: WritingSession, place: Place) -> Sequence[Edit]:
        row, form = order_form(session, self.order)
        before = replace(form, priority=self.before or form.priority)
        return (ChangeOrder(row.id, before, replace(before, priority=self.after)),)

    def orders(self) -> tuple[str, ...]:
        return (self.order,)


@dataclass(frozen=True, slots=True)
class OtherQuantity:
    """More or fewer of an order that has not begun, in its own unit."""

    kind: ClassVar[str] = "quantity"

    order: str
    after: Decimal
    before: Decimal | None = None

    def sentence(self, zone: ZoneInfo) -> Message:
        before = NOBODY if self.before is None else self.before
        return message("scenarios.quantity", order=self.order, after=self.after, before=before)

    def filled(self, session: Session) -> OtherQuantity:
        row = order_of(session, self.order)
        if self.after <= 0:
            raise RuleBroken(message("orders.quantity_not_positive"))
        return replace(self, order=row.code, before=row.quantity)

    def steps(self, session: WritingSession, place: Place) -> Sequence[Edit]:
        row, form = order_form(session, self.order)
        before = replace(form, quantity=form.quantity if self.before is None else self.before)
        return (ChangeOrder(row.id, before, replace(before, quantity=self.after)),)

    def orders(self) -> tuple[str, ...]:
        return (self.order,)


Step = (
    InsertRush
    | MachineDown
    | OpenTime
    | Absence
    | LateMaterial
    | OtherDate
    | OtherPriority
    | OtherQuantity
    | StandsThere
    | CutRunning
)
KINDS: dict[str, type[Step]] = {
    each.kind: each
    for each in (
        InsertRush,
        MachineDown,
        OpenTime,
        Absence,
        LateMaterial,
        OtherDate,
        OtherPriority,
        OtherQuantity,
        StandsThere,
        CutRunning,
    )
}
"""In the order in which they are offered."""
