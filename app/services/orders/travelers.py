"""Traveler cards of orders: issued, counted, and filled with what the paper shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.core.choices import (
    ENDED_STATES,
    OrderState,
    OrderType,
    PlanKind,
    RateBasis,
    ReasonCategory,
)
from app.core.codes import code_key
from app.core.errors import NotFound, RuleBroken
from app.core.format import Minutes
from app.core.messages import Message, message
from app.core.quantity import ceil_div
from app.core.step import MaterialNeed, StepDefinition, from_json
from app.models.database import Database
from app.models.orders import Card, Operation, ProductionOrder
from app.models.planning import Placement, Plan
from app.models.plant import (
    Calendar,
    Customer,
    Machine,
    ReasonCode,
    Shift,
    Supplier,
    ToolCopy,
    ToolType,
    WorkCentre,
)
from app.models.products import Item, Unit
from app.services.orders.traveler_rows import TravelerMaterial, TravelerRow, TravelerStep
from app.services.site import site_row

NOT_PRINTED = ENDED_STATES | {OrderState.DRAFT, OrderState.IN_REVIEW}
"""Orders in these states have no valid paper."""

LEGEND = 8
"""Reason codes that fit the card."""

_STANDARD = {
    RateBasis.SECONDS_PER_PIECE: "seconds_per_piece",
    RateBasis.MINUTES_PER_PIECE: "minutes_per_piece",
    RateBasis.HOURS_PER_100: "hours_per_100",
    RateBasis.PIECES_PER_HOUR: "pieces_per_hour",
    RateBasis.PIECES_PER_SHIFT: "pieces_per_shift",
    RateBasis.SECONDS_PER_CYCLE: "seconds_per_cycle",
    RateBasis.MINUTES_PER_CYCLE: "minutes_per_cycle",
    RateBasis.MINUTES_PER_BATCH: "minutes_per_batch",
    RateBasis.HOURS_PER_BATCH: "hours_per_batch",
    RateBasis.FIXED_MINUTES: "fixed_minutes",
}


def order_ids_to_print(database: Database, numbers: Sequence[str] | None) -> tuple[int, ...]:
    """Ids of the named orders in their order, or (None) of all that may be printed.

    Errors: ``NotFound`` for an unknown number, ``RuleBroken`` for an order without valid paper.
    """
    with database.read() as session:
        rows = session.execute(
            select(
                ProductionOrder.code_key,
                ProductionOrder.id,
                ProductionOrder.code,
                ProductionOrder.state,
            ).order_by(ProductionOrder.internal_due, ProductionOrder.code)
        ).all()
    if numbers is None:
        wanted = {OrderState.APPROVED, OrderState.RELEASED, OrderState.IN_PRODUCTION}
        return tuple(row.id for row in rows if row.state in wanted)
    by_key = {row.code_key: row for row in rows}
    found = []
    for number in numbers:
        row = by_key.get(code_key(number))
        if row is None:
            raise NotFound(message("reports.no_such_order", order=number))
        if row.state in NOT_PRINTED:
            raise RuleBroken(message("reports.not_printable", order=row.code))
        found.append(row.id)
    return tuple(found)


def traveler_rows(
    database: Database,
    order_ids: Iterable[int],
    *,
    actor: str,
    now: datetime | None = None,
    register: bool = True,
    pieces_per_card: int | None = None,
) -> tuple[TravelerRow, ...]:
    """Cards of the orders, in their order.

    ``register``: the print is counted (paper leaves the office); a preview is not.
    ``pieces_per_card``: an order whose cards were never printed gets as many as that takes.
    """
    ids = list(dict.fromkeys(order_ids))
    if register:
        with database.write(actor) as session:
            _issue_cards(session, ids, pieces_per_card)
            _count_prints(session, ids)
            session.flush()
            return _Reader(session, ids, actor, now, 0).rows()
    with database.read() as session:
        return _Reader(session, ids, actor, now, 1).rows()


def _issue_cards(session: Session, ids: Sequence[int], pieces_per_card: int | None) -> None:
    """Cards for orders that have none; unprinted ones are dealt anew when a size is asked for."""
    found: defaultdict[int, list[Card]] = defaultdict(list)
    for card in session.scalars(select(Card).where(Card.order_id.in_(ids)).order_by(Card.number)):
        found[card.order_id].append(card)
    for order in session.scalars(select(ProductionOrder).where(ProductionOrder.id.in_(ids))):
        cards = found[order.id]
        if cards and (pieces_per_card is None or any(c.print_count or c.void for c in cards)):
            continue
        wanted = planned_cards(order.code, order.released_quantity, pieces_per_card)
        if [c.quantity for c in cards] == [c.quantity for c in wanted]:
            continue
        for card in cards:
            session.delete(card)
        session.flush()
        for card in wanted:
            card.order_id = order.id
            session.add(card)
    session.flush()


def planned_cards(number: str, pieces: Decimal, pieces_per_card: int | None) -> list[Card]:
    """Cards 1..n of an order; the last takes what is left."""
    count = ceil_div(int(-(-pieces // 1)), pieces_per_card) if pieces_per_card else 1
    full = Decimal(pieces_per_card or 0)
    return [
        Card(
            code=f"{number}-{n:02}",
            number=n,
            of=count,
            quantity=full if n < count else pieces - full * (count - 1),
            print_count=0,
        )
        for n in range(1, count + 1)
    ]


def _count_prints(session: Session, ids: Sequence[int]) -> None:
    for card in session.scalars(select(Card).where(Card.order_id.in_(ids), ~Card.void)):
        card.print_count += 1


@dataclass
class _Reader:
    """Reads all that the cards of some orders show, in a fixed number of statements."""

    session: Session
    ids: Sequence[int]
    actor: str
    now: datetime | None
    ahead: int
    """1 in a preview: the number the next print will have."""
    zone: ZoneInfo = field(init=False)
    placements: dict[int, Placement] = field(init=False)

    def __post_init__(self) -> None:
        self.settings = site_row(self.session)
        self.zone = ZoneInfo(self.settings.time_zone)
        self.printed_at = self.local(self.now or datetime.now(UTC))

    def rows(self) -> tuple[TravelerRow, ...]:
        plan = self._plan()
        self.operations = self._operations()
        self.placements = self._placements(plan)
        self.machines = {m.id: m for m in self.session.scalars(select(Machine))}
        self.centres = self._names(WorkCentre)
        self.suppliers: dict[int, str] = {
            s.id: s.name for s in self.session.scalars(select(Supplier))
        }
        self.copies = self._copies()
        self.shifts = _Shifts(self.session)
        self.reasons = self._reasons()
        self.items = self._items()
        cards = self._cards()
        self.label = (
            message("reports.plan_published", revision=plan.revision)
            if plan is not None and plan.kind == PlanKind.PUBLISHED
            else message("reports.plan_unpublished")
        )
        heads = {row[0].id: row for row in self._orders()}
        return tuple(
            self._row(heads[i], card)
            for i in self.ids
            if i in heads
            for card in cards.get(i) or planned_cards(*self._uncarded(heads[i]), None)
        )

    @staticmethod
    def _uncarded(head: tuple[ProductionOrder, Item, str, str, str]) -> tuple[str, Decimal]:
        return head[0].code, head[0].released_quantity

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    # ------------------------------------------------------------ reading

    def _plan(self) -> Plan | None:
        """The newest published plan; before the first one the working plan, as unpublished."""
        plans = self.session.scalars(select(Plan).order_by(Plan.revision.desc())).all()
        published = [p for p in plans if p.kind == PlanKind.PUBLISHED]
        return next(iter(published or plans), None)

    def _orders(self) -> Iterable[tuple[ProductionOrder, Item, str, str, str]]:
        base, ordered = aliased(Unit), aliased(Unit)
        rows = self.session.execute(
            select(ProductionOrder, Item, base.code, ordered.code, Customer.short_name)
            .join(Item, Item.id == ProductionOrder.item_id)
            .join(base, base.id == Item.unit_id)
            .join(ordered, ordered.id == ProductionOrder.unit_id)
            .outerjoin(Customer, Customer.id == ProductionOrder.customer_id)
            .where(ProductionOrder.id.in_(self.ids))
        )
        return [(o, i, b, u, c or "") for o, i, b, u, c in rows]

    def _operations(self) -> dict[int, list[tuple[Operation, StepDefinition]]]:
        found: defaultdict[int, list[tuple[Operation, StepDefinition]]] = defaultdict(list)
        for operation in self.session.scalars(
            select(Operation)
            .where(Operation.order_id.in_(self.ids))
            .order_by(Operation.order_id, Operation.step_no)
        ):
            found[operation.order_id].append((operation, from_json(operation.definition)))
        return found

    def _placements(self, plan: Plan | None) -> dict[int, Placement]:
        if plan is None:
            return {}
        wanted = [o.id for steps in self.operations.values() for o, _ in steps]
        rows = self.session.scalars(
            select(Placement).where(
                Placement.plan_id == plan.id, Placement.operation_id.in_(wanted)
            )
        )
        return {row.operation_id: row for row in rows}

    def _names(self, kind: type[WorkCentre]) -> dict[int, str]:
        return {
            row.id: row.name or row.code
            for row in self.session.execute(select(kind.id, kind.code, kind.name))
        }

    def _copies(self) -> dict[int, tuple[str, int]]:
        """Tool copy id → (its number on paper, cavities in use)."""
        rows = self.session.execute(
            select(ToolCopy.id, ToolType.code, ToolCopy.copy_no, ToolCopy.active_cavities,
                   ToolType.cavities)
            .join(ToolType, ToolType.id == ToolCopy.tool_type_id)
        )  # fmt: skip
        return {
            i: (f"{code}#{copy}", whole if active is None else active)
            for i, code, copy, active, whole in rows
        }

    def _reasons(self) -> tuple[tuple[str, str], ...]:
        rows = self.session.execute(
            select(ReasonCode.code, ReasonCode.name)
            .where(ReasonCode.category == ReasonCategory.SCRAP)
            .order_by(ReasonCode.code)
            .limit(LEGEND)
        )
        return tuple((code, name) for code, name in rows)

    def _items(self) -> dict[int, tuple[str, str, str, str]]:
        needed = {
            need.item
            for steps in self.operations.values()
            for _, definition in steps
            for need in definition.materials
        }
        rows = self.session.execute(
            select(Item.id, Item.code, Item.name, Item.specification, Unit.code)
            .join(Unit, Unit.id == Item.unit_id)
            .where(Item.id.in_(needed))
        )
        return {i: (code, name, spec, unit) for i, code, name, spec, unit in rows}

    def _cards(self) -> dict[int, list[Card]]:
        found: defaultdict[int, list[Card]] = defaultdict(list)
        for card in self.session.scalars(
            select(Card)
            .where(Card.order_id.in_(self.ids), ~Card.void)
            .order_by(Card.order_id, Card.number)
        ):
            found[card.order_id].append(card)
        return found

    # ------------------------------------------------------------ one card

    def _row(self, head: tuple[ProductionOrder, Item, str, str, str], card: Card) -> TravelerRow:
        order, item, base_unit, unit, customer = head
        steps = self.operations.get(order.id, [])
        planned = [self.placements[o.id] for o, _ in steps if o.id in self.placements]
        hide = self.settings.hide_customer
        return TravelerRow(
            order_number=order.code,
            order_type=message(f"reports.type_{order.type}"),
            rush=order.type == OrderType.RUSH,
            card_code=card.code,
            card_number=card.number,
            card_of=card.of,
            revision=order.revision,
            print_no=card.print_count + self.ahead,
            printed_by=self.actor,
            printed_at=self.printed_at,
            plan=self.label,
            customer="" if hide else customer,
            customer_po="" if hide else order.customer_po,
            item_code=item.code,
            item_name=item.name,
            specification=item.specification,
            pattern=item.pattern,
            colour=item.colour,
            drawing=" ".join(part for part in (item.drawing_no, item.drawing_revision) if part),
            card_quantity=card.quantity,
            card_unit=base_unit,
            order_quantity=order.quantity,
            order_unit=unit,
            released_quantity=order.released_quantity,
            lot="",
            moulds=self._moulds(planned),
            cavities=self._cavities(planned),
            recipe=str(item.characteristics.get("recipe", item.characteristics.get("配方", ""))),
            internal_due=self.local(order.internal_due),
            planned_start=self.local(min(p.setup_start_at for p in planned)) if planned else None,
            requirements=order.requirements,
            steps=tuple(self._step(o, d) for o, d in steps),
            materials=self._materials([d for _, d in steps], card.quantity),
            reasons=self.reasons,
        )

    def _moulds(self, planned: Sequence[Placement]) -> str:
        names = dict.fromkeys(self.copies[t][0] for p in planned for t in p.tools)
        return "  ".join(f"{name} □" for name in names)

    def _cavities(self, planned: Sequence[Placement]) -> str:
        used = {t: self.copies[t][1] for p in planned for t in p.tools}
        return str(sum(used.values())) if used else ""

    def _step(self, operation: Operation, step: StepDefinition) -> TravelerStep:
        placement = self.placements.get(operation.id)
        marks = {
            "key": step.key_step,
            "inspection": bool(step.inspection_plan),
            "outside": step.supplier is not None,
        }
        rate = message(f"reports.{_STANDARD[step.rate_basis]}", rate=step.rate)
        return TravelerStep(
            operation_id=operation.id,
            step_no=operation.step_no,
            name=operation.name,
            marks=frozenset(mark for mark, is_set in marks.items() if is_set),
            place=self._place(placement, step),
            start=self.local(placement.start_at) if placement else None,
            shift=self._shift(placement),
            setup_minutes=step.setup_minutes,
            standard=rate,
            key_parameters=self._key_parameters(step),
        )

    def _place(self, placement: Placement | None, step: StepDefinition) -> str:
        if placement and placement.machine_id:
            return self.machines[placement.machine_id].code
        if placement and placement.supplier_id:
            return self.suppliers[placement.supplier_id]
        return self.centres.get(step.work_centre or 0, "")

    def _shift(self, placement: Placement | None) -> str:
        if placement is None or placement.machine_id is None:
            return ""
        calendar = self.machines[placement.machine_id].calendar_id
        return self.shifts.name_at(calendar, self.local(placement.start_at))

    def _key_parameters(self, step: StepDefinition) -> tuple[Message | str, ...]:
        parts: list[Message | str] = []
        if step.instruction:
            parts.append(step.instruction)
        if step.batch_family:
            parts.append(message("reports.batch_family", family=step.batch_family))
        if step.min_wait:
            parts.append(message("reports.wait_at_least", wait=Minutes(step.min_wait)))
        if step.max_wait is not None:
            parts.append(message("reports.wait_at_most", wait=Minutes(step.max_wait)))
        if step.first_piece:
            parts.append(message("reports.first_piece_check"))
        if step.supplier is not None and step.supplier_days is not None:
            supplier = self.suppliers[step.supplier]
            parts.append(message("reports.outside", supplier=supplier, days=step.supplier_days))
        return tuple(parts)

    def _materials(
        self, steps: Sequence[StepDefinition], pieces: Decimal
    ) -> tuple[TravelerMaterial, ...]:
        needs: list[MaterialNeed] = [need for step in steps for need in step.materials]
        total: dict[int, Decimal] = {}
        for need in needs:
            total[need.item] = total.get(need.item, Decimal(0)) + need.for_pieces(pieces)
        return tuple(
            TravelerMaterial(*self.items[item][:3], quantity, self.items[item][3])
            for item, quantity in total.items()
        )


class _Shifts:
    """Which shift of a calendar a wall-clock moment falls into."""

    def __init__(self, session: Session) -> None:
        self.parents: Mapping[int, int | None] = {
            row.id: row.parent_id
            for row in session.execute(select(Calendar.id, Calendar.parent_id))
        }
        self.of_calendar: defaultdict[int, list[Shift]] = defaultdict(list)
        for shift in session.scalars(select(Shift)):
            self.of_calendar[shift.calendar_id].append(shift)

    def name_at(self, calendar: int, moment: datetime) -> str:
        """``11-24 白班``; a shift over midnight belongs to the day it began."""
        shifts = self._shifts(calendar)
        minute = moment.hour * 60 + moment.minute
        for day, at in (
            (moment.date(), minute),
            (moment.date() - timedelta(days=1), minute + 1440),
        ):
            for shift in shifts:
                end = shift.end_minute
                if end <= shift.start_minute:
                    end += 1440
                if shift.weekday == day.isoweekday() and shift.start_minute <= at < end:
                    return f"{day:%m-%d} {shift.name}"
        return ""

    def _shifts(self, calendar: int) -> list[Shift]:
        seen: set[int] = set()
        current: int | None = calendar
        while current is not None and current not in seen:
            if self.of_calendar[current]:
                return self.of_calendar[current]
            seen.add(current)
            current = self.parents.get(current)
        return []
