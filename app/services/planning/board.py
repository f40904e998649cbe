"""What the Gantt asks while a bar is dragged: the engine's repair on a plan kept in memory.

The preview and the drop are one and the same call: ``edit`` turns a preview into the edit whose
effect is exactly what was shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.errors import NotFound
from app.core.messages import Message, message
from app.models.database import Database
from app.scheduling import problem as engine
from app.scheduling import repair
from app.scheduling.columns import Columns
from app.scheduling.objective import Objective, evaluate
from app.services.planning.bridge import LoadedPlant, load_problem
from app.services.planning.change_limits import ChangeLimit, loaded_limits
from app.services.planning.consequence import Ends, MovedBars, Told
from app.services.planning.cut_places import CutPlaces, cut_places
from app.services.planning.edits import Move, MoveOperations
from app.services.planning.openings import Opening, Verdict, find_opening, places_of
from app.services.planning.rows import MovedBar
from app.services.planning.stored_plan import (
    PlanContent,
    Reason,
    read_content,
    schedule_of,
    spot_of,
    working_plan,
)
from app.services.planning.why import Reasons
from app.services.planning.working import WorkingPlan
from app.services.site import now_of, site_row

MINUTES_PER_WEEK = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Preview:
    """What a gesture would do. With ``refused`` nothing moves.

    ``orders_later``: orders that end later than before; ``orders_late``, ``setup_minutes``,
    ``tardiness_minutes``, ``overtime_minutes``, ``light_batches``, ``short_campaigns``,
    ``dear_minutes``: changes (plus = more). ``gone``: operations that
    lose their place. ``moves`` are the places before and after, for ``Board.edit``.
    """

    operation_id: int
    refused: Message | None
    moved: Sequence[MovedBar] = ()
    gone: tuple[int, ...] = ()
    orders_later: int = 0
    orders_late: int = 0
    setup_minutes: int = 0
    tardiness_minutes: int = 0
    overtime_minutes: int = 0
    light_batches: int = 0
    short_campaigns: int = 0
    dear_minutes: int = 0
    moves: Sequence[Move] = ()
    objective: tuple[Mapping[str, float], Mapping[str, float]] | None = None

    @property
    def moves_anything(self) -> bool:
        return bool(self.moved or self.gone)


class Board:
    """The working plan as the engine sees it; made and refreshed in a job."""

    def __init__(self, loaded: LoadedPlant, content: PlanContent) -> None:
        spots = content.spots
        self._loaded = loaded
        self._content = content
        self._reasons: Reasons | None = None
        self._eligible: tuple[int, dict[int, Message | None]] = (0, {})
        self._index = loaded.operation_index()
        self._machines = loaded.machine_index()
        self._spots = spots
        self._schedule = schedule_of(loaded, spots, content.unplaced)
        self._standing = {one.operation: one for one in self._schedule.placements}
        self._rows = {one: row for row, one in enumerate(self._standing)}
        self._ends = Ends(loaded.problem, self._schedule)
        self._objective = evaluate(loaded.problem, self._schedule)

    @classmethod
    def load(cls, database: Database) -> Board:
        """Read everything the engine needs (a job's work)."""
        return cls(*_read(database))

    def refresh(self, database: Database) -> None:
        """Read again after an edit or somebody else's change (a job's work)."""
        fresh = Board.load(database)
        self.__dict__.update(fresh.__dict__)

    def reasons(self) -> Reasons:
        """Who answers why an operation stands where it does; made with the first question."""
        if self._reasons is None:
            shop = repair.shop_of(self._loaded.problem, self._schedule)
            self._reasons = Reasons(self.plan(), shop)
        return self._reasons

    def plan(self) -> WorkingPlan:
        """The snapshot it stands on."""
        return WorkingPlan(self._loaded, self._content, self._schedule)

    def eligibility(self, operation_id: int) -> dict[int, Message | None]:
        """Per lane: None = the operation may go there, else why not."""
        if self._eligible[0] != operation_id:  # the same bar is asked about again and again
            operation = self._index.get(operation_id)
            if operation is None:
                return {}
            answers = repair.eligibility(self._loaded.problem, self._schedule, operation)
            ids = self._loaded.machine_ids
            self._eligible = operation_id, {ids[at]: reason for at, reason in answers.items()}
        return self._eligible[1]

    def opening(self, operation_id: int, machine_id: int, start: datetime) -> Opening:
        """What a row offers the operation from ``start`` (of the run) on."""
        operation, machine = self._index.get(operation_id), self._machines.get(machine_id)
        if operation is None or machine is None:
            return Opening(Verdict.BLOCKED, reason=message("planning.not_placed"))
        clock = self._loaded.clock
        found = find_opening(
            self.reasons().explainer,
            self._schedule,
            self._rows,
            (operation, machine, clock.tick(start)),
        )
        placed = found.placement
        if placed is None:
            return Opening(found.verdict, reason=found.reason)
        begin, run, end = (
            clock.moment(tick) for tick in (placed.setup_start, placed.start, placed.end)
        )
        return Opening(found.verdict, begin, run, end, found.pushed, found.reason)

    def preview(
        self,
        operation_id: int,
        machine_id: int | None,
        start: datetime | None,
        mode: str = repair.PUSH_RIGHT,
        limits: tuple[ChangeLimit, ...] = (),
        along: tuple[tuple[int, int | None, datetime], ...] = (),
    ) -> Preview:
        """What dropping the operation there would do; None = machine or start as it is.

        ``along``: (operation, machine or None, start) of others that go in the same step.
        ``mode``: one of ``repair.MODES``, how what is in the way is settled. More changes than
        ``limits`` allow are refused. Errors: ``NotFound`` for an unknown machine of a limit.
        """
        operation = self._index.get(operation_id)
        if operation is None:
            return Preview(operation_id, message("planning.not_placed"))
        machine = None
        if machine_id is not None:
            machine = self._machines.get(machine_id)
            if machine is None:
                return Preview(operation_id, message("planning.unknown_machine"))
        tick = None if start is None else self._loaded.clock.tick(start)
        others = self._others(operation, along)
        if others is None:
            return Preview(operation_id, message("planning.not_placed"))
        result = repair.move(
            self._loaded.problem,
            self._schedule,
            repair.Move(operation, machine, tick, mode, others),
            loaded_limits(self._loaded, limits),
        )
        return self._told(operation_id, result)

    def _others(
        self, operation: int, along: tuple[tuple[int, int | None, datetime], ...]
    ) -> tuple[tuple[int, int | None, int | None], ...] | None:
        """As the engine takes them; what is made together goes once. None: one is not there."""
        found: dict[int, tuple[int, int | None, int | None]] = {}
        for number, machine_id, start in along:
            index = self._index.get(number)
            machine = None if machine_id is None else self._machines.get(machine_id)
            if index is None or (machine_id is not None and machine is None):
                return None
            if index != operation:
                found[index] = (index, machine, self._loaded.clock.tick(start))
        return tuple(found.values())

    def take_off(self, operation_ids: tuple[int, ...]) -> Preview:
        """What taking these operations off the plan would do: what follows them goes, too."""
        indexes = [self._index[number] for number in operation_ids if number in self._index]
        first = operation_ids[0] if operation_ids else 0
        if not indexes:
            return Preview(first, message("planning.not_placed"))
        result = repair.take_off(self._loaded.problem, self._schedule, indexes)
        return self._told(first, result)

    def cut_places(self, operation_id: int) -> CutPlaces | None:
        """Where an operation that runs may be cut; None if it does not run."""
        return cut_places(self._loaded, self._schedule, operation_id)

    def earliest(self, operation_id: int) -> Preview:
        """The first opening from now on, with nothing else moved."""
        now = self._loaded.clock.moment(self._loaded.problem.now)
        return self.preview(operation_id, None, now, repair.SQUEEZE_IN)

    def place_all(self, operation_ids: tuple[int, ...]) -> Preview:
        """Each in its first opening from now on, in the order of the steps, nothing else moved.

        What finds none stays without a place; refused only if that holds for all.
        """
        problem, schedule = self._loaded.problem, self._schedule
        wanted = sorted({self._index[number] for number in operation_ids if number in self._index})
        done: repair.MoveResult | None = None
        refused = message("planning.not_placed")
        for index in wanted:
            asked = repair.Move(index, None, problem.now, repair.SQUEEZE_IN)
            result = repair.move(problem, schedule, asked)
            if result.refused is None:
                done, schedule = result, result.schedule
            else:
                refused = result.refused
        first = operation_ids[0] if operation_ids else 0
        if done is None:
            return Preview(first, refused)
        changed = Columns.of([p for p in schedule.placements if self._differs(p)])
        return self._consequence(first, done.objective_after, changed, schedule)

    def latest(self, operation_id: int) -> Preview:
        """The latest start that moves nothing else and does not make the order later than due.

        An order that is late already gets no later.
        """
        index = self._index.get(operation_id)
        standing = None if index is None else self._standing.get(index)
        if index is None or standing is None:
            return Preview(operation_id, message("planning.not_placed"))
        problem = self._loaded.problem
        ends = self._ends.by_order()
        until = min(
            max(ends[order], problem.orders[order].due)
            for order in problem.operations[index].orders
        )
        until = min(until, max(p.end for p in self._schedule.placements) + MINUTES_PER_WEEK)
        best: repair.MoveResult | None = None
        low, high = standing.start, until
        while low < high:  # openings come later with the start asked for: halve the stretch
            middle = (low + high + 1) // 2
            result = repair.move(
                problem, self._schedule, repair.Move(index, None, middle, repair.SQUEEZE_IN)
            )
            placed = None if result.refused else _placement(result.schedule, index)
            if placed is not None and placed.end <= until:
                best, low = result, max(middle, placed.start)
            else:
                high = middle - 1
        if best is None:
            return Preview(operation_id, message("planning.stands_latest"))
        return self._told(operation_id, best)

    def _told(self, operation_id: int, result: repair.MoveResult) -> Preview:
        if result.refused is not None:
            return Preview(operation_id, result.refused)
        after = result.objective_after
        if isinstance(result, repair.Compiled):
            return self._consequence(operation_id, after, result.columns, None)
        changed = Columns.of(places_of(result, self._rows))
        return self._consequence(operation_id, after, changed, result.schedule)

    def edit(self, preview: Preview) -> MoveOperations:
        """The edit whose effect is the preview. Errors: ``NotFound`` for a refused one."""
        if preview.refused is not None or not preview.moves:
            raise NotFound(preview.refused or message("planning.not_placed"))
        name = self._loaded.problem.operations[self._index[preview.operation_id]].key
        return MoveOperations(tuple(preview.moves), preview.objective, name)

    def _consequence(
        self, operation_id: int, after: Objective, moved: Columns, schedule: engine.Schedule | None
    ) -> Preview:
        """``moved``: where those stand that have moved since the plan, by one gesture or more.

        ``schedule``: the whole plan after it; None if nothing has lost its place.
        """
        leaving = self._leaving(schedule) if schedule is not None else []
        before, bars = self._objective, MovedBars(self._loaded, moved)
        later, tardiness = self._ends.changed(moved, [left.operation for left in leaving])
        gone = [move for left in leaving for move in self._without(left)]
        return Preview(
            operation_id=operation_id,
            refused=None,
            moved=bars,
            gone=tuple(move.operation_id for move in gone),
            orders_later=later,
            orders_late=after.late_orders - before.late_orders,
            setup_minutes=after.setup_min - before.setup_min,
            tardiness_minutes=tardiness,
            overtime_minutes=after.overtime_min - before.overtime_min,
            light_batches=after.light_batches - before.light_batches,
            short_campaigns=after.short_campaigns - before.short_campaigns,
            dear_minutes=after.dear_min - before.dear_min,
            moves=Told(len(bars) + len(gone), lambda: (*self._moves(moved), *gone)),
            objective=(before.as_dict(), after.as_dict()),
        )

    def _moves(self, moved: Columns) -> list[Move]:
        """Places before and after."""
        spots, unplaced = self._spots, self._content.unplaced
        return [
            Move(number, spots.get(number), spot, unplaced.get(number))
            for placement in moved.placements()
            for spot in (spot_of(self._loaded, placement),)
            for number in self._loaded.stands_for(placement.operation)
        ]

    def _differs(self, placement: engine.Placement) -> bool:
        """Whether an operation stood elsewhere; what nobody has touched is the same record."""
        standing = self._standing.get(placement.operation)
        return standing is not placement and standing != placement

    def _leaving(self, schedule: engine.Schedule) -> list[engine.Unplaced]:
        """What has lost its place."""
        return [left for left in schedule.unplaced if left.operation in self._standing]

    def _without(self, left: engine.Unplaced) -> list[Move]:
        """Its moves off the plan, with the reason."""
        reason = Reason(left.reason, left.values)
        return [
            Move(number, self._spots.get(number), None, reason)
            for number in self._loaded.stands_for(left.operation)
        ]


def _placement(schedule: engine.Schedule, operation: int) -> engine.Placement:
    return next(p for p in schedule.placements if p.operation == operation)


def _read(database: Database) -> tuple[LoadedPlant, PlanContent]:
    with database.read() as session:
        loaded = load_problem(session, now_of(site_row(session)))
        content = read_content(session, working_plan(session))
    return loaded, content
