"""A schedule read against its problem: what each placement is, asks for and holds.

Only placements that make sense as a record get here (see ``structure``); the rules may index
freely. Nothing is shared with construct, repair or improve: all is worked out from the problem.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.messages import Message
from app.core.watch import looking
from app.scheduling.problem import (
    FOREVER,
    CrewDemand,
    Machine,
    MachineKind,
    Mode,
    Operation,
    Pausing,
    Placement,
    Problem,
    SetupRule,
)
from app.scheduling.verify.changeovers import (
    asks_for_people,
    changeover_minutes,
    changeover_people,
    padded,
)
from app.scheduling.verify.columns import FAR, Columns, Flags, column, inside, ranges, table
from app.scheduling.verify.links import Links
from app.scheduling.verify.openings import Openings, Ticks, calendar_openings, staffed
from app.scheduling.verify.usage import Usage
from app.scheduling.verify.violation import Violation, ViolationCode

MODE_FIELDS = ("machine", "run_seconds", "turn_seconds", "quantity", "pieces_per_turn", "setup")
OPERATION_FIELDS = (
    "order",
    "release",
    "latest_start",
    "first_piece",
    "setup_needs_material",
    "same_person",
)
UNTOLD = -1
"""In columns of minutes and turns: there is no such number (a changeover is forbidden, ...)."""


class Hold(NamedTuple):
    """A tool kept busy for ``[start, end)`` by the operation at ``row``."""

    tool: int
    units: int
    start: int
    end: int
    row: int


class Piece(NamedTuple):
    """A worked stretch that is all setup or all run."""

    start: int
    end: int
    setup: bool


class Lots:
    """Groups of rows: ``rows`` one group after the other, ``leads`` the first row of each."""

    def __init__(self, groups: Sequence[Sequence[int]]) -> None:
        sizes = column(map(len, groups))
        self.rows = column(chain.from_iterable(groups))
        self._first = np.cumsum(sizes) - sizes
        self._group = np.repeat(np.arange(len(groups)), sizes)
        self.leads = self.rows[self._first]

    def combined(self, how: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
        """By group: the values of its rows, put together."""
        own = values[..., self.rows]
        found: NDArray[Any] = how.reduceat(own, self._first, axis=-1) if len(self._first) else own
        return found

    def told(self, values: Ticks) -> Ticks:
        """By row of ``rows``: the value of its group."""
        found: Ticks = values[self._group]
        return found


class Plan:
    """``rows``: the sound placements; ``row_of``: row by operation, -1 = none.

    ``named``: the operations that any placement names, sound or not.
    """

    def __init__(
        self, problem: Problem, rows: Sequence[Placement], columns: Columns, named: Ticks
    ) -> None:
        self.problem = problem
        self.rows = rows
        self.columns = columns
        self.op, self.segments = columns.op, columns.segments
        every, mode = problem.operations, columns.mode.tolist()
        self.operations: list[Operation] = [every[k] for k in looking(self.op.tolist(), 20_000)]
        self.modes: list[Mode] = [
            operation.modes[k] for operation, k in zip(self.operations, mode, strict=True)
        ]
        self.by_mode = table(self.modes, *MODE_FIELDS)
        self.by_operation = table(self.operations, *OPERATION_FIELDS)
        self.machine = self.by_mode["machine"]
        self.setup_start, self.start, self.end = columns.setup_start, columns.start, columns.end
        self.started = np.array([o.started is not None for o in self.operations], np.bool_)
        self.row_of = np.full(len(problem.operations), -1, np.int64)
        self.row_of[self.op] = np.arange(len(rows))
        self.absent = np.ones(len(problem.operations), np.bool_)
        self.absent[named[inside(named, len(problem.operations))]] = False
        """By operation: whether no placement, sound or not, names it."""

    @property
    def worked(self) -> tuple[Ticks, Ticks, Ticks]:
        """Row, start and end of every segment, in the order of rows."""
        return self.columns.cut_row, self.columns.cut_start, self.columns.cut_end

    @staticmethod
    def ticks(values: list[int]) -> Ticks:
        return column(values)

    def by_row(self, row: Ticks, values: Ticks) -> Ticks:
        """Sums of ``values``, each told of a row."""
        sums = np.zeros(len(self.rows), np.int64)
        np.add.at(sums, row, values)
        return sums

    @cached_property
    def ready_start(self) -> Ticks:
        """When parts and predecessors must be there: at the run, or already at the setup."""
        early = self.by_operation["setup_needs_material"]
        return np.where(early == 1, self.setup_start, self.start)

    # -- naming ---------------------------------------------------------------------------

    def violation(self, code: ViolationCode, *rows: int, **values: object) -> Violation:
        """``operation``, ``order``, ``machine`` name the first row, ``other`` the second."""
        named: dict[str, object] = {"operation": "-", "order": "-", "machine": "-"}
        if rows:
            named = naming(self.problem, self.rows[rows[0]].operation)
            named["machine"] = machine_name(self.problem.machines[self.modes[rows[0]].machine])
        if len(rows) > 1:
            named["other"] = self.operations[rows[1]].key
        operations = tuple(self.rows[row].operation for row in rows)
        return Violation(code, Message(f"verify.{code}", named | values), operations)

    def moment(self, tick: int) -> object:
        return moment(self.problem, tick)

    # -- calendars ------------------------------------------------------------------------

    @cached_property
    def openings(self) -> list[Openings]:
        """By calendar."""
        return [calendar_openings(self.problem, c) for c in range(len(self.problem.calendars))]

    @cached_property
    def shifts(self) -> list[Openings]:
        """By operator."""
        return [self.openings[operator.calendar] for operator in self.problem.operators]

    @cached_property
    def _staffed(self) -> dict[tuple[CrewDemand, ...], Openings]:
        return {}

    def staffed(self, demands: tuple[CrewDemand, ...]) -> Openings:
        """When enough qualified operators are on shift for the demands."""
        if demands not in self._staffed:
            self._staffed[demands] = staffed(self.problem, self.shifts, demands)
        return self._staffed[demands]

    @cached_property
    def _window_ends(self) -> dict[int, frozenset[int]]:
        return {}

    def window_ends(self, calendar: int) -> frozenset[int]:
        """Where windows end, those that touch the next one included."""
        if calendar not in self._window_ends:
            windows = self.problem.calendars[calendar].windows
            self._window_ends[calendar] = frozenset(w.end for w in windows)
        return self._window_ends[calendar]

    # -- batches --------------------------------------------------------------------------

    def rows_on(self, *kinds: MachineKind) -> Ticks:
        of_kind = np.array([m.kind in kinds for m in self.problem.machines], np.bool_)
        return np.flatnonzero(of_kind[self.machine])

    @cached_property
    def batches(self) -> list[list[int]]:
        """Rows that share an oven: same batch machine, start and end. Ordered by operation."""
        together: defaultdict[tuple[int, int, int], list[int]] = defaultdict(list)
        rows = self.rows_on(MachineKind.BATCH)
        keys = (self.machine[rows], self.start[rows], self.end[rows])
        for row, *key in zip(rows.tolist(), *(k.tolist() for k in keys), strict=True):
            together[tuple(key)].append(row)
        return [sorted(rows, key=self.op.item) for rows in together.values()]

    @cached_property
    def shared(self) -> Lots:
        """The batches of more than one row."""
        return Lots([batch for batch in self.batches if len(batch) > 1])

    @cached_property
    def _batch_of(self) -> dict[int, list[int]]:
        return {row: batch for batch in self.batches for row in batch}

    def batch(self, row: int) -> list[int]:
        """The rows that run with this one, itself included; the first one is their lead."""
        return self._batch_of.get(row, [row])

    @cached_property
    def unlike(self) -> set[int]:
        """Members of a batch that differ in setup start, segments, families or being started."""
        shared = self.shared
        rows, lead = shared.rows, shared.told(shared.leads)
        odd = np.zeros(len(self.rows), np.bool_)
        for facts in (self.setup_start, self.segments, self.started):
            odd[rows] |= facts[rows] != facts[lead]
        same = ~odd[rows]
        count = self.segments[rows[same]]
        at = np.cumsum(self.segments) - self.segments
        mine, theirs = ranges(at[rows[same]], count), ranges(at[lead[same]], count)
        for cuts in (self.columns.cut_start, self.columns.cut_end):
            odd[self.columns.cut_row[mine[cuts[mine] != cuts[theirs]]]] = True
        pairs = zip(rows.tolist(), lead.tolist(), strict=True)
        every = self.operations
        unlike = [every[a].families != every[b].families for a, b in pairs]
        odd[rows] |= np.array(unlike, np.bool_)
        found: list[int] = rows[shared.told(shared.combined(np.logical_or, odd))].tolist()
        return set(found)

    # -- tools ----------------------------------------------------------------------------

    @cached_property
    def usage(self) -> Usage:
        """Which tool serves which demand."""
        return Usage(self.problem, self.modes, self.rows, self.columns)

    @cached_property
    def hold_table(self) -> Ticks:
        """Every stretch of time in which a tool is busy, as rows of numbers (see ``Hold``)."""
        uses = self.usage
        end = self.end[uses.row]
        last = np.where(uses.until < 0, -1, self.row_of[uses.until])
        kept = np.where(last >= 0, np.maximum(end, self.end[last]), end)
        endless = (uses.until >= 0) & (last < 0) & self.started[uses.row]
        kept[endless] = FOREVER
        return np.column_stack((uses.tool, uses.units, self.setup_start[uses.row], kept, uses.row))

    @cached_property
    def tool_capacity(self) -> Ticks:
        return self.ticks([tool.capacity for tool in self.problem.tools])

    @cached_property
    def tools_at(self) -> dict[int, frozenset[int]]:
        """Tools that must be open while the row works: its own and those kept for it."""
        uses = self.usage
        last = np.where(uses.until < 0, -1, self.row_of[uses.until])
        found: defaultdict[int, set[int]] = defaultdict(set)
        for row, until, tool in zip(
            uses.row.tolist(), last.tolist(), uses.tool.tolist(), strict=True
        ):
            found[row].add(tool)
            if until >= 0:
                found[until].add(tool)
        return {row: frozenset(found[row]) for row in sorted(found)}

    # -- amounts of work ------------------------------------------------------------------

    @cached_property
    def turning(self) -> Flags:
        """Rows that may stop between whole turns and nowhere else."""
        turns = [operation.pausing is Pausing.TURNS for operation in self.operations]
        turning = np.array(turns, np.bool_)
        turning[self.rows_on(MachineKind.BATCH)] = False  # see ``pausing``
        return turning

    @cached_property
    def pace(self) -> Ticks:
        """By row: hundredths of a machine's second that a minute is worth."""
        efficiency = self.ticks([machine.efficiency for machine in self.problem.machines])
        return 60 * efficiency[self.machine]

    @cached_property
    def turns(self) -> Ticks:
        """Turns (shots) by row; UNTOLD where tools are wrong or without a cavity."""
        uses, quantity = self.usage, self.by_mode["quantity"]
        cavities = self.ticks([tool.cavities for tool in self.problem.tools])
        shaping = uses.shapes > 0
        shaped = np.bincount(uses.row[shaping], minlength=len(self.rows)) > 0
        together = self.by_row(uses.row[shaping], cavities[uses.tool[shaping]])
        pieces = np.where(shaped, together, self.by_mode["pieces_per_turn"])
        turns = np.where(pieces > 0, -(-quantity // np.maximum(pieces, 1)), UNTOLD)
        turns[(self.by_mode["turn_seconds"] == 0) & ~shaped] = 0
        turns[uses.wrong] = UNTOLD
        return turns

    @cached_property
    def run_minutes(self) -> Ticks:
        """Minutes of run by row, rounded up once; in a batch those of the longest member."""
        whole, turn = self.by_mode["run_seconds"], self.by_mode["turn_seconds"]
        seconds = np.where(turn > 0, self.turns * turn, whole)
        about = np.where(turn > 0, self.turns.astype(float) * turn, whole)
        minutes = -(-seconds * 100 // self.pace)
        minutes[about > FOREVER * self.pace.astype(float)] = (
            FAR  # and seconds would not fit their column
        )
        minutes[self.turns == UNTOLD] = UNTOLD
        shared = self.shared
        longest, least = shared.combined(np.maximum, minutes), shared.combined(np.minimum, minutes)
        minutes[shared.rows] = shared.told(np.where(least == UNTOLD, UNTOLD, longest))
        return minutes

    @cached_property
    def changers(self) -> dict[int, tuple[tuple[int, int], ...]]:
        """(skill, heads) that the changeover before a row asks for; rows without are left out."""
        found: dict[int, tuple[tuple[int, int], ...]] = {}
        if any(map(asks_for_people, self.problem.setup_rules)):
            self._changes(found)
        return found

    @cached_property
    def changeovers(self) -> Ticks:
        """Minutes of sequence-dependent setup by row; UNTOLD = forbidden."""
        return self._changes({})

    def _changes(self, people: dict[int, tuple[tuple[int, int], ...]]) -> Ticks:
        minutes = np.zeros(len(self.rows), np.int64)
        ruled = np.array([m.setup_rule is not None for m in self.problem.machines], np.bool_)
        rows = self.rows_on(MachineKind.UNARY, MachineKind.BATCH)
        rows = rows[ruled[self.machine[rows]]]
        keys = self.op[rows], self.end[rows], self.setup_start[rows], self.machine[rows]
        rows = rows[np.lexsort(keys)]
        machines, first = np.unique(self.machine[rows], return_index=True)
        for index, own in zip(machines.tolist(), np.split(rows, first[1:]), strict=False):
            machine = self.problem.machines[index]
            rule = self.problem.setup_rules[machine.setup_rule or 0]
            self._walk(rule, machine.setup_state, own.tolist(), minutes, people)
        return minutes

    def _walk(
        self,
        rule: SetupRule,
        state: tuple[int, ...],
        rows: list[int],
        minutes: Ticks,
        people: dict[int, tuple[tuple[int, int], ...]],
    ) -> None:
        """Follow what is mounted on one machine through its rows, which come by time."""
        mounted = padded(state, rule)
        known: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
        asks = asks_for_people(rule)
        for row in rows:
            batch = self.batch(row)
            if row != batch[0]:
                minutes[row] = minutes[batch[0]]
                continue
            wanted = padded(self.operations[row].families, rule)
            if not self.operations[row].started:
                if (mounted, wanted) not in known:
                    change = changeover_minutes(rule, mounted, wanted)
                    known[mounted, wanted] = UNTOLD if change is None else change
                minutes[row] = known[mounted, wanted]
                if asks and minutes[row]:
                    people[row] = changeover_people(rule, mounted, wanted)
            if -1 in wanted:
                pairs = zip(mounted, wanted, strict=True)
                wanted = tuple(old if new == -1 else new for old, new in pairs)
            mounted = wanted

    @cached_property
    def setup_minutes(self) -> Ticks:
        """Fixed setup + changeover + first piece by row; UNTOLD = forbidden changeover."""
        fixed, first_piece = self.by_mode["setup"].copy(), self.by_operation["first_piece"].copy()
        shared = self.shared
        for minutes in (fixed, first_piece):
            minutes[shared.rows] = shared.told(shared.combined(np.maximum, minutes))
        setup = self.changeovers + fixed
        setup += np.where(setup != 0, first_piece, 0)
        return np.where(self.started | (self.changeovers == UNTOLD), self.changeovers, setup)

    @cached_property
    def cuts(self) -> tuple[Ticks, Ticks, Ticks, Ticks]:
        """All pieces (see ``pieces``) in the order of rows: row, start, end, setup (1) or run."""
        row, start, end = self.worked
        border = np.clip(self.start[row], start, end)
        table = np.column_stack((row, start, border, row, border, end)).reshape(-1, 3)
        kept = table[:, 1] < table[:, 2]
        setup = np.tile((1, 0), len(row))
        return table[kept, 0], table[kept, 1], table[kept, 2], setup[kept]

    @cached_property
    def run_worked(self) -> Ticks:
        """Minutes of run that the segments of each row hold."""
        row, start, end = self.worked
        return self.by_row(row, end - np.clip(self.start[row], start, end))

    def pieces(self, row: int) -> list[Piece]:
        """The segments, cut where setup passes into run."""
        placement = self.rows[row]
        if placement.setup_start == placement.start:
            return [Piece(start, end, False) for start, end in placement.segments]
        pieces = []
        for start, end in placement.segments:
            border = min(max(placement.start, start), end)
            if start < border:
                pieces.append(Piece(start, border, True))
            if border < end:
                pieces.append(Piece(border, end, False))
        return pieces

    # -- links ----------------------------------------------------------------------------

    @cached_property
    def links(self) -> Links:
        """The precedences that bind, as columns."""
        return Links(self)

    # -- people ---------------------------------------------------------------------------

    @cached_property
    def assignments(self) -> tuple[Ticks, Ticks]:
        """(operator, start, end) by assignment, and the row of each."""
        columns = self.columns
        table = np.column_stack((columns.work_operator, columns.work_start, columns.work_end))
        return table, columns.work_row

    def demands(self, row: int, setup: bool) -> tuple[CrewDemand, ...]:
        """People needed at the row's work; a batch needs the most any member asks per skill."""
        batch = self._batch_of.get(row)
        changers = self.changers.get(row if batch is None else batch[0], ()) if setup else ()
        if batch is None and not changers:
            mode = self.modes[row]
            return mode.setup_crew if setup else mode.run_crew
        heads: dict[int, int] = dict(changers)
        for member in (self.modes[r] for r in batch or [row]):
            for skill, count in per_skill(member.setup_crew if setup else member.run_crew):
                heads[skill] = max(heads.get(skill, 0), count)
        return tuple(CrewDemand(skill, count) for skill, count in sorted(heads.items()))

    def same_person(self, row: int) -> bool:
        if row not in self._batch_of:
            return self.operations[row].same_person
        return any(self.operations[r].same_person for r in self.batch(row))

    def pausing(self, row: int) -> Pausing:
        """In an oven nothing is taken out between turns: what pauses there pauses whole."""
        pausing = self.operations[row].pausing
        on_batch = self.problem.machines[self.modes[row].machine].kind is MachineKind.BATCH
        return Pausing.NEVER if on_batch and pausing is Pausing.TURNS else pausing


def per_skill(demands: tuple[CrewDemand, ...]) -> list[tuple[int, int]]:
    heads: defaultdict[int, int] = defaultdict(int)
    for demand in demands:
        heads[demand.skill] += demand.heads
    return list(heads.items())


def naming(problem: Problem, operation: int) -> dict[str, object]:
    """Names of an operation for a sentence."""
    record = problem.operations[operation]
    keys = [problem.orders[order].key for order in (record.order, *record.also)]
    return {"operation": record.key, "order": " + ".join(keys)}


def machine_name(machine: Machine) -> str:
    return machine.name or machine.key


def moment(problem: Problem, tick: int) -> object:
    """Wall time (UTC) of a tick, or the bare tick when no calendar reaches that far."""
    try:
        return problem.origin + timedelta(minutes=tick)
    except OverflowError:
        return tick
