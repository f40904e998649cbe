"""The bridge from tables to the engine: ``load_problem``.

Everything the engine knows comes through here, read in a fixed number of statements. Records of
the tables and positions in the problem translate both ways through ``LoadedPlant``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import SCHEDULED_STATES, BomLineKind, OperationState, WaitClock
from app.core.messages import Message
from app.core.step import LinkKind, StepDefinition, ToolUse, from_json
from app.core.working_time import OpenWindow, work_after
from app.models.orders import BatchMember, Operation, ProductionOrder
from app.models.products import Item
from app.scheduling import problem as engine
from app.services.planning.material_supply import Supply
from app.services.planning.modes import Task, Way, running_way, runs_by_the_clock, ways
from app.services.planning.plant_records import CalendarPool, Clock, Plant
from app.services.planning.stored_plan import baseline_of
from app.services.plant.calendars import PlantCalendars
from app.services.site import site_row

LEAST_HORIZON_DAYS = 90
DAYS_AFTER_LAST_DUE = 45
DAYS_BEFORE_NOW = 2
"""Running work and the hatched past of the Gantt need the shifts just before now."""


@dataclass(frozen=True, slots=True)
class LoadedPlant:
    """A problem with the way back to the tables.

    ``machine_ids``: negative ids are suppliers; ``tool_copy_ids``: negative ids are pools (by tool
    type). ``copies``: per operation and mode, the number of copies. ``warnings``: what a planner
    should know of the input besides the findings of ``check``. ``batches``: by operation that is
    made for several orders, the ids of all it stands for (``operation_ids`` has the first one).
    """

    problem: engine.Problem
    clock: Clock
    operation_ids: tuple[int, ...]
    order_ids: tuple[int, ...]
    machine_ids: tuple[int, ...]
    tool_copy_ids: tuple[int, ...]
    operator_ids: tuple[int, ...]
    copies: tuple[tuple[int, ...], ...]
    warnings: tuple[Message, ...]
    batches: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def stands_for(self, operation: int) -> tuple[int, ...]:
        """Ids of the operations in the tables that a position stands for."""
        return self.batches.get(operation) or (self.operation_ids[operation],)

    @property
    def origin(self) -> datetime:
        return self.clock.origin

    @property
    def time_zone(self) -> ZoneInfo:
        return self.clock.zone

    def operation_index(self) -> dict[int, int]:
        """Position in the problem by id of the operation."""
        return {
            number: index
            for index in range(len(self.operation_ids))
            for number in self.stands_for(index)
        }

    def machine_index(self) -> dict[int, int]:
        return {number: index for index, number in enumerate(self.machine_ids)}


def load_problem(session: Session, now: datetime, horizon_days: int | None = None) -> LoadedPlant:
    """The problem of all orders to be scheduled, as seen at ``now``.

    ``horizon_days``: how far calendars reach; None = 45 days past the last due date, at least 90.
    """
    return _Builder(session, now, horizon_days).build()


def trial_problem(
    session: Session, now: datetime, work: Mapping[ProductionOrder, Sequence[Operation]]
) -> LoadedPlant:
    """The plant of now with other work than it has: could that be done at all?

    ``work``: operations by order, with ids of the caller's. It needs no material and has no plan.
    """
    return _Builder(session, now, None, work).build()


class _Builder:
    """Puts one problem together; lives for one call. ``trial``: work that nobody has ordered."""

    def __init__(
        self,
        session: Session,
        now: datetime,
        horizon_days: int | None,
        trial: Mapping[ProductionOrder, Sequence[Operation]] | None = None,
    ) -> None:
        self.session = session
        self.trial = trial is not None
        zone = ZoneInfo(site_row(session).time_zone)
        self.clock = Clock(now, zone)
        if trial is None:
            self.orders = _orders(session)
            self.rows = _operations(session, [order.id for order in self.orders])
        else:
            self.orders = list(trial)
            self.rows = {order.id: list(rows) for order, rows in trial.items()}
        first = now.astimezone(zone).date()
        last = first + timedelta(days=horizon_days or self._horizon(first))
        self.first_day, self.last_day = first - timedelta(days=DAYS_BEFORE_NOW), last
        calendars = PlantCalendars(session, zone, self.first_day, last, now)
        self.pool = CalendarPool(self.clock)
        self.plant = Plant(session, self.clock, calendars, self.pool, last)
        self.calendars = calendars
        self.batch_of = {} if trial is not None else _batches(session)
        self.batch_index: dict[int, int] = {}
        self.steps: dict[int, StepDefinition] = {
            row.id: from_json(row.definition) for rows in self.rows.values() for row in rows
        }
        # Work still to be done, in the order of the problem.
        self.open: list[Operation] = []
        self.members: dict[int, list[Operation]] = {}  # of production batches, by position
        self.order_by_id = {order.id: order for order in self.orders}
        self.order_index: dict[int, int] = {}
        self.index: dict[int, int] = {}
        self.batch_families: dict[str, int] = {}

    def build(self) -> LoadedPlant:
        self._number_work()
        self._load_plant()
        pairs = self.session.execute(select(Item.id, Item.setup_attributes))
        setup_values: dict[int, list[Any]] = dict(pairs.all())
        self.plant.note_families()
        needs = {} if self.trial else self._needs()
        supply = Supply(self.session, self.clock, () if self.trial else self.orders, needs)
        operations, copies = self._all_operations(setup_values, supply)
        moulded = {
            mode.machine
            for operation in operations
            for mode in operation.modes
            if any(demand.shapes for demand in mode.tools)
        }
        machines, rules = self.plant.engine_machines(moulded)
        machine_ids = (*self.plant.machines, *(-number for number in self.plant.suppliers))
        problem = engine.Problem(
            origin=self.clock.origin,
            calendars=(),
            machines=machines,
            orders=self._engine_orders(),
            operations=operations,
            precedences=self._precedences(),
            setup_rules=rules,
            tools=tuple(self.plant.tools),
            tool_types=tuple(self.plant.tool_type_keys),
            skills=tuple(self.plant.skills),
            families=tuple(self.plant.families.names),
            operators=tuple(self.plant.operators),
            materials=supply.materials(),
            overtime_periods=self._months(),
            now=self.clock.now,
        )
        loaded = LoadedPlant(
            problem=replace(problem, calendars=tuple(self.pool.calendars)),
            clock=self.clock,
            operation_ids=tuple(row.id for row in self.open),
            order_ids=tuple(self.order_index),
            machine_ids=machine_ids,
            tool_copy_ids=tuple(self.plant.tool_copy_ids),
            operator_ids=tuple(self.plant.operator_ids),
            copies=copies,
            warnings=supply.warnings(),
            batches={index: tuple(row.id for row in rows) for index, rows in self.members.items()},
        )
        return loaded if self.trial else self._with_baseline(loaded)

    # ------------------------------------------------------------ numbering

    def _horizon(self, first: date) -> int:
        last_due = max((order.internal_due.date() for order in self.orders), default=first)
        return max(LEAST_HORIZON_DAYS, (last_due - first).days + DAYS_AFTER_LAST_DUE)

    def _number_work(self) -> None:
        for order in self.orders:
            for row in self.rows[order.id]:
                if not _is_done(row):
                    self.order_index.setdefault(order.id, len(self.order_index))
                    self._number(row)

    def _number(self, row: Operation) -> None:
        """Gives an operation its position: that of its production batch, if it has one."""
        batch = self.batch_of.get(row.id)
        known = None if batch is None else self.batch_index.get(batch)
        if known is not None:
            self.index[row.id] = known
            self.members.setdefault(known, [self.open[known]]).append(row)
            return
        if batch is not None:
            self.batch_index[batch] = len(self.open)
        self.index[row.id] = len(self.open)
        self.open.append(row)

    def _made_together(self, row: Operation) -> list[Operation]:
        """All open operations that a position stands for."""
        return self.members.get(self.index[row.id], [row])

    def _every(self) -> Iterable[Operation]:
        """All open operations, those of production batches one by one."""
        for row in self.open:
            yield from self._made_together(row)

    def _load_plant(self) -> None:
        running = {
            int(copy)
            for row in self._every()
            if row.state is OperationState.RUNNING
            for copy in row.running_tools
        }
        suppliers = {
            supplier for row in self.open if (supplier := self.steps[row.id].supplier) is not None
        }
        self.plant.load_machines()
        self.plant.load_suppliers(suppliers)
        self.plant.load_tools(running)
        self.plant.load_people()

    def _engine_orders(self) -> tuple[engine.Order, ...]:
        return tuple(self._engine_order(self.order_by_id[number]) for number in self.order_index)

    def _engine_order(self, order: ProductionOrder) -> engine.Order:
        release = -engine.FOREVER
        if order.earliest_start is not None:
            release = self.clock.tick(order.earliest_start)
        return engine.Order(
            key=order.code,
            release=release,
            due=self.clock.tick(order.internal_due),
            # Priority 1 is the most urgent of 1 to 9.
            weight=10 - order.priority,
        )

    # ------------------------------------------------------------ operations

    def _needs(self) -> dict[int, list[tuple[int, Decimal]]]:
        """Component and quantity each open operation consumes by its recipe."""
        found: dict[int, list[tuple[int, Decimal]]] = {}
        for row in self._every():
            if row.state is OperationState.RUNNING:
                continue  # what has begun has its material
            pieces = pieces_left(row)
            found[row.id] = [
                (need.item, need.for_pieces(pieces))
                for need in self.steps[row.id].materials
                if need.line_kind is BomLineKind.CONSUME
            ]
        return found

    def _all_operations(
        self, setup_values: dict[int, list[Any]], supply: Supply
    ) -> tuple[tuple[engine.Operation, ...], tuple[tuple[int, ...], ...]]:
        operations, copies = [], []
        for row in self.open:
            order = self.order_by_id[row.order_id]
            operation, found = self._operation(row, order, setup_values, supply)
            operations.append(operation)
            copies.append(tuple(way.copies for way in found))
        return tuple(operations), tuple(copies)

    def _operation(
        self,
        row: Operation,
        order: ProductionOrder,
        setup_values: dict[int, list[Any]],
        supply: Supply,
    ) -> tuple[engine.Operation, list[Way]]:
        step = self.steps[row.id]
        together = self._made_together(row)
        running = next((one for one in together if one.state is OperationState.RUNNING), row)
        tools = self._tools(row, order)
        own_types = {use.tool_type for use in step.tools}
        taken_over = frozenset(use.tool_type for use, _ in tools) - own_types
        shares = self._shares(together)
        pieces = sum((pieces for _, pieces in shares), Decimal(0))
        one_item = len(shares) == 1
        task = Task(order.item_id, step, pieces, tools, taken_over, () if one_item else shares)
        found, started = self._running(running, task)
        if started is None:
            found = ways(self.plant, task)
        waits = [self._after_done_steps(one, self.order_by_id[one.order_id]) for one in together]
        release, latest = max(first for first, _ in waits), min(last for _, last in waits)
        release = max(release, *(supply.reserved_release(one.id) for one in together))
        values = setup_values.get(order.item_id, [])
        pin_machine, pin_start = self._pin(together)
        operation = engine.Operation(
            key=f"{order.code}/{row.step_no}",
            order=self.order_index[order.id],
            modes=tuple(way.mode for way in found),
            families=self.plant.families_of(values, self._hanging(step)),
            batch_family=self._batch_family(step.batch_family),
            pausing=engine.Pausing(step.pausable),
            release=release,
            latest_start=latest,
            pin_machine=pin_machine if started is None else None,
            pin_start=pin_start if started is None else None,
            started=started,
            first_piece=step.first_piece_minutes if step.first_piece else 0,
            setup_needs_material=step.setup_needs_material,
            same_person=step.same_person,
            consumes=_summed(supply.consumes(one.id) for one in together),
            produces=_summed(supply.produces(one.id) for one in together),
            also=tuple(
                dict.fromkeys(
                    self.order_index[one.order_id]
                    for one in together
                    if one.order_id != row.order_id
                )
            ),
        )
        return operation, found

    def _shares(self, together: Sequence[Operation]) -> tuple[tuple[int, Decimal], ...]:
        """Pieces still to be made, by item."""
        shares: dict[int, Decimal] = {}
        for row in together:
            item = self.order_by_id[row.order_id].item_id
            shares[item] = shares.get(item, Decimal(0)) + pieces_left(row)
        return tuple(shares.items())

    def _pin(self, together: Sequence[Operation]) -> tuple[int | None, int | None]:
        """Machine and start that a person has fixed; who is made together is fixed together."""
        machines = [self.plant.machines.get(row.pin_machine_id or 0) for row in together]
        starts = [self.clock.tick(row.pin_start) for row in together if row.pin_start is not None]
        indexes = [machine.index for machine in machines if machine is not None]
        return next(iter(indexes), None), next(iter(starts), None)

    def _hanging(self, step: StepDefinition) -> int | None:
        """The tool type that will hang on the machine; None if there is a choice, or no tool."""
        shaping = [
            use.tool_type
            for use in step.tools
            if use.tool_type in self.plant.tool_types
            and self.plant.tool_types[use.tool_type].shapes
        ]
        return shaping[0] if len(shaping) == 1 else None

    def _batch_family(self, name: str) -> int:
        return self.batch_families.setdefault(name.strip().casefold(), len(self.batch_families))

    def _tools(
        self, row: Operation, order: ProductionOrder
    ) -> tuple[tuple[ToolUse, int | None], ...]:
        """Tools the operation asks for: its own, and those a finished step still holds.

        A step inside the hold of an earlier one uses the very same copies and asks for none.
        """
        held: set[int] = set()
        found: list[tuple[ToolUse, int | None]] = []
        for other in self.rows[order.id]:
            if other.step_no >= row.step_no:
                break
            for use in self.steps[other.id].tools:
                until = use.held_until_step
                if until is None or until < row.step_no:
                    continue
                if _is_done(other) and not self._open_between(order.id, other, row):
                    found.append((use, self._holder(order.id, until, row)))
                held.add(use.tool_type)
        own = [
            (use, self._holder(order.id, use.held_until_step, row))
            for use in self.steps[row.id].tools
            if use.tool_type not in held
        ]
        return (*own, *found)

    def _open_between(self, order_id: int, first: Operation, last: Operation) -> bool:
        return any(
            first.step_no < other.step_no < last.step_no and not _is_done(other)
            for other in self.rows[order_id]
        )

    def _holder(self, order_id: int, until: int | None, row: Operation) -> int | None:
        """The open operation that gives the tools back; None = the operation itself."""
        if until is None:
            return None
        later = [
            self.index[other.id]
            for other in self.rows[order_id]
            if row.step_no < other.step_no <= until and other.id in self.index
        ]
        return later[-1] if later else None

    def _running(self, row: Operation, task: Task) -> tuple[list[Way], engine.Started | None]:
        machine = self.plant.machines.get(row.running_machine_id or 0)
        if row.state is not OperationState.RUNNING or machine is None:
            return [], None
        copies = [
            self.plant.tool_of_copy[int(copy)]
            for copy in row.running_tools
            if int(copy) in self.plant.tool_of_copy
        ]
        way = running_way(self.plant, task, machine, copies)
        if runs_by_the_clock(task.step, machine, row.quantity):
            way = way.after(self._worked(row, task.step, machine.id), machine.efficiency)
        operators = {number: i for i, number in enumerate(self.plant.operator_ids)}
        start = self.clock.tick(row.started_at) if row.started_at else self.clock.now
        tools = tuple(
            tool
            for demand in way.mode.tools
            for tool in copies
            if self.plant.tools[tool].tool_type == demand.tool_type
        )
        crew = tuple(
            operators[int(number)] for number in row.running_operators if int(number) in operators
        )
        return [way], engine.Started(min(start, self.clock.now), 0, tools, crew)

    def _worked(self, row: Operation, step: StepDefinition, machine_id: int) -> int:
        """Minutes that running work has been at it: open ones, if it pauses when closed.

        Calendars reach back a few days only; before that it is taken to have gone on.
        """
        if row.started_at is None:
            return 0
        start, now = self.clock.tick(row.started_at), self.clock.now
        if engine.Pausing(step.pausable) is not engine.Pausing.ANYWHERE:
            return max(0, now - start)
        shift = self.clock.origin_minute
        known = self.clock.day_start(self.first_day) if start < now else now
        windows = self.plant.windows_of(machine_id)
        spans = ((window.start - shift, window.end - shift) for window in windows)
        open_minutes = sum(max(0, min(b, now) - max(a, start, known)) for a, b in spans)
        return max(0, known - start) + open_minutes

    # ------------------------------------------------------------ precedences

    def _links(self, row: Operation, order_id: int) -> Iterable[tuple[Operation, LinkKind, int]]:
        """Predecessors of an operation within its order."""
        rows = self.rows[order_id]
        links = self.steps[row.id].links
        if links is None:
            before = [other for other in rows if other.step_no < row.step_no]
            if before:
                yield before[-1], LinkKind.FINISH_START, 0
            return
        by_number = {other.step_no: other for other in rows}
        for link in links:
            other = by_number.get(link.step_no)
            if other is not None and other.id != row.id:
                yield other, link.kind, link.lag

    def _after_done_steps(self, row: Operation, order: ProductionOrder) -> tuple[int, int]:
        """Release and latest start that finished steps leave behind (their waits)."""
        release, latest = -engine.FOREVER, engine.FOREVER
        for before, kind, lag in self._links(row, order.id):
            if not _is_done(before) or before.finished_at is None:
                continue
            step = self.steps[before.id]
            if kind is not LinkKind.FINISH_START or step.wait_ends != "ES":
                continue
            end = self.clock.tick(before.finished_at)
            release = max(release, self._later(step, end, step.min_wait + lag))
            if step.max_wait is not None:
                latest = min(latest, self._later(step, end, step.max_wait + lag))
        return release, latest

    def _later(self, step: StepDefinition, start: int, minutes: int) -> int:
        """``minutes`` after a tick by the clock of the step's wait."""
        windows = self._wait_windows(step)
        if windows is None:
            return start + minutes
        shift = self.clock.origin_minute
        end = work_after(windows, start + shift, minutes)
        return start + minutes if end is None else end - shift

    def _wait_windows(self, step: StepDefinition) -> Sequence[OpenWindow] | None:
        if step.wait_clock is not WaitClock.WORKING:
            return None
        machines = self.plant.candidates(step.work_centre) or [
            self.plant.machines[rate.machine]
            for rate in step.machines
            if rate.machine in self.plant.machines
        ]
        if not machines:
            return None
        return self.plant.windows_of(machines[0].id)

    def _wait_clock(self, step: StepDefinition) -> int | None:
        windows = self._wait_windows(step)
        return None if windows is None else self.pool.add(windows)

    def _precedences(self) -> tuple[engine.Precedence, ...]:
        found: list[engine.Precedence] = []
        for row in self._every():
            if any(one.state is OperationState.RUNNING for one in self._made_together(row)):
                continue  # it has begun: whatever came before cannot hold it back
            for before, kind, lag in self._links(row, row.order_id):
                if before.id in self.index:
                    found += self._between(before, row, kind, lag)
        found += self._from_child_orders()
        return tuple(found)

    def _between(
        self, before: Operation, after: Operation, kind: LinkKind, lag: int
    ) -> list[engine.Precedence]:
        step = self.steps[before.id]
        first, last = self.index[before.id], self.index[after.id]
        clock = self._wait_clock(step)
        end, start = engine.End.END, engine.End.START
        ends = {"ES": (end, start), "SS": (start, start), "EE": (end, end)}
        link_ends = {
            LinkKind.FINISH_START: "ES",
            LinkKind.START_START: "SS",
            LinkKind.FINISH_FINISH: "EE",
        }[kind]
        has_wait = step.min_wait > 0 or step.max_wait is not None
        transfer = self._transfer(before) if kind is LinkKind.FINISH_START else None
        if has_wait and step.wait_ends == link_ends:
            ceiling = None if step.max_wait is None else step.max_wait + lag
            one = engine.Precedence(
                first, last, step.min_wait + lag, ceiling, *ends[link_ends], clock, transfer
            )
            return [one]
        found = [engine.Precedence(first, last, lag, None, *ends[link_ends], None, transfer)]
        # A wait binds the steps that follow the end of this one, however it counts; who links the
        # starts or the ends instead has said all there is to say.
        if has_wait and kind is LinkKind.FINISH_START:
            found.append(
                engine.Precedence(
                    first, last, step.min_wait, step.max_wait, *ends[step.wait_ends], clock
                )
            )
        return found

    def _transfer(self, before: Operation) -> tuple[int, int] | None:
        """Share of the quantity that goes on ahead, as (p, q); None = all at once."""
        batch = self.steps[before.id].transfer_batch
        pieces = pieces_left(before)
        if batch is None or batch >= pieces or before.state is OperationState.RUNNING:
            return None
        share = Fraction(batch) / Fraction(pieces)
        return share.numerator, share.denominator

    def _from_child_orders(self) -> Iterable[engine.Precedence]:
        """A component's order ends before the step of the parent that uses it."""
        for order in self.orders:
            parent = order.parent_order_id
            if parent is None or parent not in self.order_index:
                continue
            user = self._user_of(parent, order.item_id)
            if user is None or user.state is OperationState.RUNNING:
                continue
            for row in self._last_operations(order.id):
                yield engine.Precedence(self.index[row.id], self.index[user.id])

    def _user_of(self, parent_id: int, item_id: int) -> Operation | None:
        rows = self.rows[parent_id]
        for row in rows:
            if any(need.item == item_id for need in self.steps[row.id].materials):
                return row if row.id in self.index else None
        return next((row for row in rows if row.id in self.index), None)

    def _last_operations(self, order_id: int) -> list[Operation]:
        """Open operations that no other step of the order follows."""
        followed = {
            before.id
            for row in self.rows[order_id]
            for before, _kind, _lag in self._links(row, order_id)
        }
        return [
            row for row in self.rows[order_id] if row.id in self.index and row.id not in followed
        ]

    # ------------------------------------------------------------ the rest

    def _months(self) -> tuple[int, ...]:
        """Ticks at which a month begins, for the caps on overtime."""
        day = self.clock.moment(self.clock.now).astimezone(self.clock.zone).date().replace(day=1)
        ticks = []
        while day <= self.last_day:
            ticks.append(self.clock.day_start(day))
            day = (day + timedelta(days=32)).replace(day=1)
        return (*ticks, self.clock.day_start(day))

    def _with_baseline(self, loaded: LoadedPlant) -> LoadedPlant:
        baseline = baseline_of(self.session, loaded)
        return replace(loaded, problem=replace(loaded.problem, baseline=baseline))


def _orders(session: Session) -> list[ProductionOrder]:
    wanted = ProductionOrder.state.in_(SCHEDULED_STATES) | ProductionOrder.pre_plan
    return list(session.scalars(select(ProductionOrder).where(wanted).order_by(ProductionOrder.id)))


def _operations(session: Session, order_ids: list[int]) -> dict[int, list[Operation]]:
    found: defaultdict[int, list[Operation]] = defaultdict(list)
    wanted = set(order_ids)
    in_work = select(ProductionOrder.id).where(
        ProductionOrder.state.in_(SCHEDULED_STATES) | ProductionOrder.pre_plan
    )
    rows = session.scalars(
        select(Operation)
        .where(Operation.order_id.in_(in_work))
        .order_by(Operation.order_id, Operation.step_no)
    )
    for row in rows:
        if row.order_id in wanted:
            found[row.order_id].append(row)
    return found


def _batches(session: Session) -> dict[int, int]:
    """Production batch by operation."""
    return dict(session.execute(select(BatchMember.operation_id, BatchMember.batch_id)).all())


def _summed(parts: Iterable[Iterable[tuple[int, int]]]) -> tuple[tuple[int, int], ...]:
    """Quantities by material of several operations together."""
    total: dict[int, int] = {}
    for part in parts:
        for material, quantity in part:
            total[material] = total.get(material, 0) + quantity
    return tuple(total.items())


def _is_done(row: Operation) -> bool:
    if row.state is OperationState.DONE:
        return True
    return row.state is OperationState.PENDING and pieces_left(row) <= 0


def pieces_left(row: Operation) -> Decimal:
    """Pieces of an operation that are still to be made."""
    if row.state is OperationState.RUNNING and row.remaining is not None:
        return row.remaining
    return max(row.quantity - row.good - row.scrap - row.rework, Decimal(0))
