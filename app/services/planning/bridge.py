"""The bridge from tables to the engine: ``load_problem``.

Everything the engine knows comes through here, read in a fixed number of statements. Records of
the tables and positions in the problem translate both ways through ``LoadedPlant``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import OperationState
from app.core.messages import Message
from app.core.quiet import uncollected
from app.core.step import StepDefinition, ToolUse
from app.models.orders import Operation, ProductionOrder
from app.models.products import Item
from app.scheduling import problem as engine
from app.services.planning.cutting import Boundaries, boundaries
from app.services.planning.material_supply import Supply
from app.services.planning.modes import Task, Way, running_way, runs_by_the_clock, ways
from app.services.planning.network import Network
from app.services.planning.open_work import OpenWork, is_done, pieces_left
from app.services.planning.plant_records import CalendarPool, Clock, Plant
from app.services.planning.stored_plan import baseline_of
from app.services.plant.calendars import PlantCalendars
from app.services.plant.opening import Opening
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
    should know of the input besides the findings of ``check``. ``cuts``: by operation that runs,
    where it may be cut, or why it may not. ``batches``: by operation that is
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
    cuts: Mapping[int, Boundaries | Message] = field(default_factory=dict)

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


def load_problem(
    session: Session,
    now: datetime,
    horizon_days: int | None = None,
    asked: Mapping[ProductionOrder, Sequence[Operation]] | None = None,
    opened: Sequence[Opening] = (),
) -> LoadedPlant:
    """The problem of all orders to be scheduled, as seen at ``now``.

    ``horizon_days``: how far calendars reach; None = 45 days past the last due date, at least 90.
    ``asked``: orders that somebody asks about, with their operations: those of orders in the
    tables stand for them, new ones have negative ids. They come last. ``opened``: hours that are
    in no calendar yet.
    """
    with uncollected():
        return _Builder(session, now, horizon_days, asked=asked, opened=opened).build()


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
        asked: Mapping[ProductionOrder, Sequence[Operation]] | None = None,
        opened: Sequence[Opening] = (),
    ) -> None:
        self.session = session
        self.trial = trial is not None
        zone = ZoneInfo(site_row(session).time_zone)
        self.clock = Clock(now, zone)
        self.work = _open_work(session, trial, asked or {}, now)
        first = now.astimezone(zone).date()
        last = first + timedelta(days=horizon_days or self._horizon(first))
        self.first_day, self.last_day = first - timedelta(days=DAYS_BEFORE_NOW), last
        calendars = PlantCalendars(session, zone, self.first_day, last, now, opened)
        self.pool = CalendarPool(self.clock)
        self.plant = Plant(session, self.clock, calendars, self.pool, last)
        self.calendars = calendars
        self.network = Network(self.work, self.plant, self.clock, self.pool)
        self.batch_families: dict[str, int] = {}
        self.cuts: dict[int, Boundaries | Message] = {}

    def build(self) -> LoadedPlant:
        self._load_plant()
        pairs = self.session.execute(select(Item.id, Item.setup_attributes))
        setup_values: dict[int, list[Any]] = dict(pairs.all())
        self.plant.note_families()
        needs = {} if self.trial else self.work.needs()
        orders = () if self.trial else self.work.orders
        supply = Supply(self.session, self.clock, orders, needs, self.work.owners())
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
            precedences=self.network.precedences(),
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
            operation_ids=tuple(row.id for row in self.work.open),
            order_ids=tuple(self.work.order_index),
            machine_ids=machine_ids,
            tool_copy_ids=tuple(self.plant.tool_copy_ids),
            operator_ids=tuple(self.plant.operator_ids),
            copies=copies,
            warnings=(*supply.warnings(), *self.plant.warnings),
            batches={
                index: tuple(row.id for row in rows) for index, rows in self.work.members.items()
            },
            cuts=self.cuts,
        )
        return loaded if self.trial else self._with_baseline(loaded)

    # ------------------------------------------------------------ numbering

    def _horizon(self, first: date) -> int:
        last_due = max((order.internal_due.date() for order in self.work.orders), default=first)
        return max(LEAST_HORIZON_DAYS, (last_due - first).days + DAYS_AFTER_LAST_DUE)

    def _load_plant(self) -> None:
        running = {
            int(copy)
            for row in self.work.every()
            if row.state is OperationState.RUNNING
            for copy in row.running_tools
        }
        suppliers = {
            supplier
            for row in self.work.open
            if (supplier := self.work.steps[row.id].supplier) is not None
        }
        self.plant.load_machines()
        self.plant.load_suppliers(suppliers)
        self.plant.load_tools(running)
        self.plant.load_people()

    def _engine_orders(self) -> tuple[engine.Order, ...]:
        return tuple(
            self._engine_order(self.work.order_by_id[number]) for number in self.work.order_index
        )

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

    def _all_operations(
        self, setup_values: dict[int, list[Any]], supply: Supply
    ) -> tuple[tuple[engine.Operation, ...], tuple[tuple[int, ...], ...]]:
        operations, copies = [], []
        for row in self.work.open:
            order = self.work.order_by_id[row.order_id]
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
        step = self.work.steps[row.id]
        together = self.work.made_together(row)
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
        waits = [
            self.network.after_done_steps(one, self.work.order_by_id[one.order_id])
            for one in together
        ]
        release, latest = max(first for first, _ in waits), min(last for _, last in waits)
        release = max(release, *(supply.reserved_release(one.id) for one in together))
        values = setup_values.get(order.item_id, [])
        pin_machine, pin_start = self._pin(together)
        operation = engine.Operation(
            key=f"{order.code}/{row.step_no}",
            order=self.work.order_index[order.id],
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
                    self.work.order_index[one.order_id]
                    for one in together
                    if one.order_id != row.order_id
                )
            ),
            committed=self._committed(together, found, supply),
        )
        return operation, found

    def _committed(
        self, together: Sequence[Operation], found: Sequence[Way], supply: Supply
    ) -> bool:
        """Whether it stays where the plan in force has it because of what has been done for it.

        Material has been issued. Once dispatching to people is recorded, it counts here, too.
        """
        issued = any(row.id in supply.has_issues for row in together)
        return issued and any(self.plant.locks_issued(way.mode.machine) for way in found)

    def _shares(self, together: Sequence[Operation]) -> tuple[tuple[int, Decimal], ...]:
        """Pieces still to be made, by item."""
        shares: dict[int, Decimal] = {}
        for row in together:
            item = self.work.order_by_id[row.order_id].item_id
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
        for other in self.work.rows[order.id]:
            if other.step_no >= row.step_no:
                break
            for use in self.work.steps[other.id].tools:
                until = use.held_until_step
                if until is None or until < row.step_no:
                    continue
                if is_done(other) and not self._open_between(order.id, other, row):
                    found.append((use, self._holder(order.id, until, row)))
                held.add(use.tool_type)
        own = [
            (use, self._holder(order.id, use.held_until_step, row))
            for use in self.work.steps[row.id].tools
            if use.tool_type not in held
        ]
        return (*own, *found)

    def _open_between(self, order_id: int, first: Operation, last: Operation) -> bool:
        return any(
            first.step_no < other.step_no < last.step_no and not is_done(other)
            for other in self.work.rows[order_id]
        )

    def _holder(self, order_id: int, until: int | None, row: Operation) -> int | None:
        """The open operation that gives the tools back; None = the operation itself."""
        if until is None:
            return None
        later = [
            self.work.index[other.id]
            for other in self.work.rows[order_id]
            if row.step_no < other.step_no <= until and other.id in self.work.index
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
        name = f"{self.work.order_by_id[row.order_id].code}/{row.step_no}"
        alone = len(self.work.made_together(row)) == 1
        self.cuts[self.work.index[row.id]] = boundaries(
            self.plant, name, task, machine, way, row, copies, alone=alone
        )
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


def _summed(parts: Iterable[Iterable[tuple[int, int]]]) -> tuple[tuple[int, int], ...]:
    """Quantities by material of several operations together."""
    total: dict[int, int] = {}
    for part in parts:
        for material, quantity in part:
            total[material] = total.get(material, 0) + quantity
    return tuple(total.items())


def _open_work(
    session: Session,
    trial: Mapping[ProductionOrder, Sequence[Operation]] | None,
    asked: Mapping[ProductionOrder, Sequence[Operation]],
    now: datetime,
) -> OpenWork:
    """What is to be scheduled and what is asked about, or the work of a trial."""
    if trial is None:
        return OpenWork.of(session, asked, now)
    return OpenWork(list(trial), {order.id: list(rows) for order, rows in trial.items()}, {})
