"""The working plan at one moment, read for papers: who does what where, and with what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.choices import RateBasis
from app.core.messages import Message, message
from app.core.step import StepDefinition, from_json
from app.models.orders import CapacityHold, Card, Operation, ProductionOrder
from app.models.planning import Placement
from app.models.plant import Customer, Machine, Operator, ToolCopy, WorkCentre
from app.models.products import Item, Unit
from app.scheduling import problem as engine
from app.services.orders.paper import plan_label, tool_names
from app.services.planning.bridge import load_problem
from app.services.planning.open_work import pieces_left
from app.services.planning.stored_plan import published_as, working_plan
from app.services.plant.shifts import Shifts
from app.services.site import now_of, site_row

AT_THE_END = frozenset(
    {RateBasis.FIXED_MINUTES, RateBasis.MINUTES_PER_BATCH, RateBasis.HOURS_PER_BATCH}
)
"""Work whose pieces are all finished together, at its end."""


class Mate(NamedTuple):
    """Another operation that is made in the same run (production batch)."""

    operation: Operation
    order: ProductionOrder
    item: Item


class Work(NamedTuple):
    """An operation with its order, item and place in the plan; ``mates`` are made with it."""

    operation: Operation
    step: StepDefinition
    order: ProductionOrder
    item: Item
    unit: str
    customer: str
    placement: engine.Placement
    mode: engine.Mode
    mates: tuple[Mate, ...] = ()

    @property
    def orders(self) -> str:
        """Numbers of all orders that the run is for."""
        return " + ".join([self.order.code, *(mate.order.code for mate in self.mates)])

    @property
    def items(self) -> str:
        """Codes of all items that the run makes."""
        codes = [self.item.code, *(mate.item.code for mate in self.mates)]
        return " + ".join(dict.fromkeys(codes))

    @property
    def operations(self) -> tuple[Operation, ...]:
        return (self.operation, *(mate.operation for mate in self.mates))


class Desk:
    """Everything is read once; ticks are the engine's minutes."""

    def __init__(self, session: Session, actor: str, now: datetime | None) -> None:
        self.session = session
        self.actor = actor
        self.settings = site_row(session)
        self.now = now or now_of(self.settings)
        self.loaded = load_problem(session, self.now)
        self.problem = self.loaded.problem
        self.zone = self.loaded.time_zone
        self.printed_at = (now or datetime.now(UTC)).astimezone(self.zone)
        self.shifts = Shifts(session, self.zone)

    # ------------------------------------------------------------ time

    def local(self, tick: int) -> datetime:
        return self.loaded.clock.moment(tick).astimezone(self.zone)

    def tick(self, when: datetime) -> int:
        return self.loaded.clock.tick(when)

    @cached_property
    def production_day(self) -> date:
        """The day that the shift running now belongs to."""
        return day_of(self.shifts, self.machines.values(), self.now, self.zone)

    def open_minutes(self, machine_index: int, start: int, end: int) -> int:
        windows = self.problem.calendars[self.problem.machines[machine_index].calendar].windows
        return sum(max(0, min(w.end, end) - max(w.start, start)) for w in windows)

    # ------------------------------------------------------------ the plan

    @cached_property
    def plan(self) -> Any:
        return working_plan(self.session)

    @property
    def plan_label(self) -> Message:
        """Published, where the working plan is exactly the one in force."""
        return plan_label(published_as(self.session, self.plan) or self.plan)

    @cached_property
    def works(self) -> dict[int, Work]:
        """Position of an operation in the problem → what it is and where it stands."""
        placed = {placement.operation: placement for placement in self.problem.baseline}
        orders = {
            self.loaded.order_ids[order]
            for index in placed
            for order in self.problem.operations[index].orders
        }
        rows = self.session.execute(
            select(Operation, ProductionOrder, Item, Unit.code, Customer.short_name)
            .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
            .join(Item, Item.id == ProductionOrder.item_id)
            .join(Unit, Unit.id == Item.unit_id)
            .outerjoin(Customer, Customer.id == ProductionOrder.customer_id)
            .where(Operation.order_id.in_(orders))
        )
        quotes = set(
            self.session.scalars(
                select(CapacityHold.order_id).where(CapacityHold.ended_at.is_(None))
            )
        )
        by_id = {row[0].id: row for row in rows}
        found = {}
        for index, placement in placed.items():
            first, *others = (by_id[number] for number in self.loaded.stands_for(index))
            operation, order, item, unit, customer = first
            if order.id in quotes or order.parent_order_id in quotes:
                continue  # nobody is to work on what is held for a quote
            mode = self.problem.operations[index].modes[placement.mode]
            step = from_json(operation.definition)
            shown = "" if self.settings.hide_customer else customer or ""
            mates = tuple(Mate(*other[:3]) for other in others)
            found[index] = Work(operation, step, order, item, unit, shown, placement, mode, mates)
        return found

    @cached_property
    def by_machine(self) -> Mapping[int, list[int]]:
        """Position of a machine → operations on it by the start of their setup."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for index, work in self.works.items():
            found[work.mode.machine].append(index)
        for indexes in found.values():
            indexes.sort(key=lambda index: (self.works[index].placement.setup_start, index))
        return found

    @cached_property
    def left_out(self) -> dict[int, list[tuple[int, int, str]]]:
        """Machine id → (start, end, name) of stored places that the master data no longer allow."""
        if self.plan is None:
            return {}
        shown = {work.operation.id for work in self.works.values()}
        open_ones = set(self.loaded.operation_ids)
        rows = self.session.execute(
            select(Placement.machine_id, Placement.setup_start_at, Placement.end_at,
                   Placement.operation_id, ProductionOrder.code, Operation.step_no)
            .join(Operation, Operation.id == Placement.operation_id)
            .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
            .where(Placement.plan_id == self.plan.id, Placement.machine_id.is_not(None))
        )  # fmt: skip
        found: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
        for machine, start, end, operation, order, step in rows:
            if operation in open_ones and operation not in shown:
                found[machine or 0].append((self.tick(start), self.tick(end), f"{order} · {step}"))
        return found

    # ------------------------------------------------------------ names

    @cached_property
    def machines(self) -> dict[int, Machine]:
        rows = self.session.scalars(select(Machine).order_by(Machine.code))
        return {row.id: row for row in rows}

    @cached_property
    def centres(self) -> dict[int, WorkCentre]:
        return {row.id: row for row in self.session.scalars(select(WorkCentre))}

    @cached_property
    def people(self) -> dict[int, str]:
        return dict(self.session.execute(select(Operator.id, Operator.name)).all())

    @cached_property
    def tools(self) -> dict[int, tuple[str, int]]:
        return tool_names(self.session)

    @cached_property
    def copies(self) -> dict[int, ToolCopy]:
        return {row.id: row for row in self.session.scalars(select(ToolCopy))}

    @cached_property
    def cards(self) -> dict[int, list[Card]]:
        orders = {work.order.id for work in self.works.values()}
        found: defaultdict[int, list[Card]] = defaultdict(list)
        rows = select(Card).where(Card.order_id.in_(orders), ~Card.void)
        for card in self.session.scalars(rows.order_by(Card.number)):
            found[card.order_id].append(card)
        return found

    @cached_property
    def first_steps(self) -> dict[int, int]:
        """Order id → the number of its first step."""
        rows = self.session.execute(
            select(Operation.order_id, func.min(Operation.step_no)).group_by(Operation.order_id)
        )
        return dict(rows.all())

    def machine_index(self, machine_id: int) -> int | None:
        return self._machine_positions.get(machine_id)

    @cached_property
    def _machine_positions(self) -> dict[int, int]:
        return self.loaded.machine_index()

    def machine_code(self, index: int) -> str:
        return self.problem.machines[index].key

    # ------------------------------------------------------------ work in a stretch of time

    def run_minutes(self, work: Work, until: int) -> tuple[int, int]:
        """Minutes of the run worked before ``until``, and of the whole run."""
        runs = [(max(a, work.placement.start), b) for a, b in work.placement.segments]
        runs = [(a, b) for a, b in runs if b > a]
        return sum(max(0, min(b, until) - a) for a, b in runs), sum(b - a for a, b in runs)

    def made(self, work: Work, start: int, end: int) -> tuple[Decimal, int | None]:
        """Pieces and turns planned in ``[start, end)``; turns None where there are none."""
        first, last = self._made_until(work, start), self._made_until(work, end)
        turns = None if last[1] is None or first[1] is None else last[1] - first[1]
        return last[0] - first[0], turns

    def _made_until(self, work: Work, until: int) -> tuple[Decimal, int | None]:
        left = sum((pieces_left(operation) for operation in work.operations), Decimal(0))
        worked, whole = self.run_minutes(work, until)
        if work.mode.turn_seconds > 0:
            turns = self.turns(work)
            ended = until >= work.placement.end
            done = turns if ended else turns * worked // whole if whole else 0
            return _part(left, done, turns), done
        if work.step.rate_basis in AT_THE_END or not whole:
            return (left if until >= work.placement.end else Decimal(0)), None
        return _part(left, worked, whole), None

    def turns(self, work: Work) -> int:
        """Turns (shots) of the whole placement."""
        mode, shaping, place = work.mode, 0, 0
        for demand in mode.tools:
            pool = demand.count > 1 and self.problem.tools[work.placement.tools[place]].capacity > 1
            count = 1 if pool else demand.count
            if demand.shapes:
                taken = work.placement.tools[place : place + count]
                shaping += sum(self.problem.tools[tool].cavities for tool in taken)
            place += count
        per_turn = shaping or mode.pieces_per_turn
        return -(-mode.quantity // max(per_turn, 1))

    def names_of_tools(self, tools: Iterable[int]) -> list[int]:
        """Ids of the copies (pools negative) by their positions in the problem."""
        return [self.loaded.tool_copy_ids[tool] for tool in tools]

    def where(self, index: int, *, begins: bool) -> Message:
        """``CT-01 11-24 10:20``: where an operation is, and when it ends or begins there."""
        work = self.works[index]
        tick = work.placement.setup_start if begins else work.placement.end
        return message("reports.place_at", place=self.machine_code(work.mode.machine),
                       step=work.operation.name, at=f"{self.local(tick):%m-%d %H:%M}")  # fmt: skip


def day_of(shifts: Shifts, machines: Iterable[Machine], now: datetime, zone: ZoneInfo) -> date:
    """The production day of a moment; between shifts the calendar's day.

    Machines that are always open do not say when a day begins.
    """
    for machine in machines:
        shift = shifts.at(machine.calendar_id, now)
        if shift is not None and shift.end - shift.start < timedelta(hours=24):
            return shift.day
    return now.astimezone(zone).date()


def _part(whole: Decimal, above: int, below: int) -> Decimal:
    """``whole`` times ``above / below``, in whole pieces where the whole is; all of it at last."""
    if below <= 0 or above >= below:
        return whole
    part = whole * above / below
    if whole == whole.to_integral_value():
        return part.to_integral_value(rounding="ROUND_FLOOR")
    return part.quantize(Decimal("0.001"), rounding="ROUND_FLOOR")
