"""Rules of the work itself: how long, when open, and where it may stop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from app.scheduling.problem import Assignment, CrewDemand, Mode, Pausing
from app.scheduling.verify.columns import Flags
from app.scheduling.verify.openings import Openings, Stretch, granted
from app.scheduling.verify.plan import UNTOLD, Plan
from app.scheduling.verify.violation import Violation, ViolationCode

NO_TOOLS: frozenset[int] = frozenset()


def changeover_allowed(plan: Plan) -> Iterator[Violation]:
    """What is mounted can be changed into what the operation needs."""
    for row in np.flatnonzero(plan.changeovers == UNTOLD).tolist():
        if row == plan.batch(row)[0]:
            yield plan.violation(ViolationCode.FORBIDDEN_CHANGEOVER, row)


def amount_of_work(plan: Plan) -> Iterator[Violation]:
    """Segments cover exactly the setup and the run; the run starts where the setup ends."""
    for row in rows_to_look_at(plan):
        setup, run = int(plan.setup_minutes[row]), int(plan.run_minutes[row])
        if setup == UNTOLD or row in plan.unlike:
            continue
        placement = plan.rows[row]
        segments, start = placement.segments, placement.start
        worked = sum(b - a for a, b in segments)
        if run == UNTOLD:
            if row not in plan.usage.wrong:
                yield wrong_amount(plan, row, setup, 0, worked)
        elif plan.pausing(row) is Pausing.TURNS and len(segments) > 1:
            yield from whole_turns(plan, row, setup)
        elif worked != setup + run:
            yield wrong_amount(plan, row, setup, run, worked)
        elif worked and not plan.started[row] and not starts_after(segments, start, setup, run):
            yield plan.violation(
                ViolationCode.RUN_START, row, start=plan.moment(start), minutes=setup
            )


def rows_to_look_at(plan: Plan) -> list[int]:
    """All rows but those that work setup and run and nothing else, the run after the setup."""
    row, begin, end = plan.worked
    start, setup, run = plan.start[row], plan.setup_minutes, plan.run_minutes
    plain = (setup >= 0) & (run >= 0) & ~plan.started
    plain &= plan.by_row(row, np.clip(start - begin, 0, end - begin)) == setup
    at_work = np.zeros(len(plan.rows), np.bool_)  # at the start of the run
    at_work[row[(begin <= start) & (start < end)]] = True
    plain &= at_work | (run == 0)
    exact = plan.by_row(row, end - begin) == setup + run
    plain &= np.where(plan.turning & (plan.segments > 1), in_whole_turns(plan), exact)
    return np.flatnonzero(~plain).tolist()


def in_whole_turns(plan: Plan) -> Flags:
    """Which rows surely pass ``whole_turns``; the same sums for all pieces of run at once."""
    row, start, end, setup = plan.cuts
    runs = (setup == 0) & plan.turning[row]
    row, minutes = row[runs], (end - start)[runs]
    pace, seconds = plan.pace[row], np.maximum(plan.by_mode["turn_seconds"][row], 1) * 100
    fewest, most = (minutes - 1) * pace // seconds + 1, minutes * pace // seconds
    whole = plan.by_mode["turn_seconds"] > 0
    whole[row[(fewest > most) | (most == 0)]] = False
    return whole & (plan.by_row(row, fewest) <= plan.turns) & (plan.turns <= plan.by_row(row, most))


def starts_after(segments: tuple[tuple[int, int], ...], start: int, setup: int, run: int) -> bool:
    """``setup`` minutes are worked before ``start``, and the run's first minute is at it."""
    if len(segments) == 1:
        return start - segments[0][0] == setup
    before = sum(max(0, min(b, start) - a) for a, b in segments)
    return before == setup and (run == 0 or any(a <= start < b for a, b in segments))


def wrong_amount(plan: Plan, row: int, setup: int, run: int, worked: int) -> Violation:
    return plan.violation(ViolationCode.WORK_AMOUNT, row, setup=setup, run=run, worked=worked)


def whole_turns(plan: Plan, row: int, setup: int) -> Iterator[Violation]:
    """Each stretch of run holds whole turns, and together they are the operation's turns."""
    placement, mode = plan.rows[row], plan.modes[row]
    pieces = plan.pieces(row)
    worked_setup = sum(p.end - p.start for p in pieces if p.setup)
    runs = [p.end - p.start for p in pieces if not p.setup]
    turn = Turn(plan, row)
    run = sum(runs)
    if not plan.started[row] and not starts_after(placement.segments, placement.start, setup, run):
        start = plan.moment(placement.start)
        yield plan.violation(ViolationCode.RUN_START, row, start=start, minutes=setup)
        return
    fewest = [turn.fewest(minutes) for minutes in runs]
    most = [turn.fitting(minutes) for minutes in runs]
    if any(low > high or high == 0 for low, high in zip(fewest, most, strict=True)):
        yield plan.violation(ViolationCode.TURN_BROKEN, row)
    elif not sum(fewest) <= turn.total <= sum(most):
        planned = int(plan.run_minutes[row])
        yield wrong_amount(plan, row, setup, planned, worked_setup + run)
    elif mode.turn_seconds == 0 and len(runs) > 1:
        yield plan.violation(ViolationCode.TURN_BROKEN, row)


class Turn:
    """The turn of a row: minutes of n turns = ceil(n * seconds * 100 / (60 * efficiency))."""

    def __init__(self, plan: Plan, row: int) -> None:
        mode: Mode = plan.modes[row]
        self.seconds = mode.turn_seconds * 100
        self.total = max(0, int(plan.turns[row]))
        if mode.turn_seconds == 0:  # one undivided run
            self.seconds, self.total = mode.run_seconds * 100, 1
        self.pace = 60 * plan.problem.machines[mode.machine].efficiency

    def fitting(self, minutes: int) -> int:
        """Most whole turns in so many minutes."""
        return minutes * self.pace // self.seconds if self.seconds else self.total

    def fewest(self, minutes: int) -> int:
        """Fewest turns that are rounded up to so many minutes."""
        return (minutes - 1) * self.pace // self.seconds + 1 if self.seconds else 0


def machine_open(plan: Plan) -> Iterator[Violation]:
    """Segments lie inside the machine's open time."""
    rows, starts, ends = plan.worked
    calendars = np.array([m.calendar for m in plan.problem.machines], np.int64)
    at = calendars[plan.machine[rows]]
    for calendar in np.unique(at):
        mine = np.flatnonzero(at == calendar)
        held = plan.openings[calendar].hold(starts[mine], ends[mine])
        for i in mine[~held]:
            start = plan.moment(int(starts[i]))
            yield plan.violation(ViolationCode.MACHINE_CLOSED, int(rows[i]), start=start)


def tools_open(plan: Plan) -> Iterator[Violation]:
    """Segments lie inside the open time of every tool held, those kept from before included."""
    if not len(plan.rows):
        return
    whole = plan.ticks([int(plan.setup_start.min())]), plan.ticks([int(plan.end.max())])
    closing = [not bool(openings.hold(*whole)[0]) for openings in plan.openings]
    limited = [closing[tool.calendar] for tool in plan.problem.tools]
    if not any(limited):
        return
    by_calendar: defaultdict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
    for row, tools in plan.tools_at.items():
        for tool in tools:
            if not limited[tool]:
                continue
            calendar = plan.problem.tools[tool].calendar
            by_calendar[calendar] += [(row, tool, a, b) for a, b in plan.rows[row].segments]
    for calendar, work in by_calendar.items():
        table = np.array(work, np.int64)
        held = plan.openings[calendar].hold(table[:, 2], table[:, 3])
        for row, tool, start, _ in table[~held].tolist():
            yield plan.violation(
                ViolationCode.TOOL_CLOSED,
                row,
                tool=plan.problem.tools[tool].key,
                start=plan.moment(start),
            )


def pauses(plan: Plan) -> Iterator[Violation]:
    """Work stops only where it may, and only while it could not go on by the calendars.

    Work that runs at ``now`` may wait for its first minute: whether it really pauses is a fact
    of the floor, not of the plan.
    """
    clocks = Clocks(plan)
    for row in doubtfully_interrupted(plan):
        placement, segments = plan.rows[row], plan.rows[row].segments
        if row in plan.unlike:
            continue
        pausing = plan.pausing(row)
        if pausing is Pausing.NEVER:
            start = plan.moment(segments[0][1])
            yield plan.violation(ViolationCode.PAUSE_FORBIDDEN, row, start=start)
            continue
        for before, after in pairwise(segments):
            in_run = after[0] >= placement.start
            idle = clocks.workable(row, before[1], after[0], setup=not in_run)
            if pausing is Pausing.TURNS and in_run:
                run_from = max(before[0], placement.start)
                wasted = any(
                    b == after[0] or holds_a_turn(plan, row, run_from, before[1], a, b)
                    for a, b in idle
                )
            else:
                wasted = any(True for _ in idle)
            if wasted:
                start = plan.moment(before[1])
                yield plan.violation(ViolationCode.PAUSE_WHILE_OPEN, row, start=start)


def doubtfully_interrupted(plan: Plan) -> list[int]:
    """Rows of several segments, but those that may stop and do so only while the machine does.

    Between turns: while the machine has no whole turn left, and is closed before work goes on.
    """
    row, start, end = plan.worked
    after = np.flatnonzero(row[1:] == row[:-1]) + 1
    stopped, stop, go_on = row[after], end[after - 1], start[after]
    left, before = np.zeros((2, len(after)), np.int64)  # open in between, and in its last minute
    calendars = plan.ticks([m.calendar for m in plan.problem.machines])[plan.machine[stopped]]
    for calendar in np.unique(calendars).tolist():
        mine, openings = calendars == calendar, plan.openings[calendar]
        left[mine] = openings.open_minutes(stop[mine], go_on[mine])
        before[mine] = openings.open_minutes(go_on[mine] - 1, go_on[mine])
    worked = np.maximum(stop - np.maximum(start[after - 1], plan.start[stopped]), 0)
    pace, seconds = plan.pace[stopped], np.maximum(plan.by_mode["turn_seconds"][stopped], 1) * 100
    used_up = (worked + left) * pace // seconds == worked * pace // seconds
    turning = plan.turning[stopped] & (go_on >= plan.start[stopped])
    turning &= plan.by_mode["turn_seconds"][stopped] > 0
    rests = (left == 0) | (turning & used_up & (before == 0))
    never = [plan.pausing(i) is Pausing.NEVER for i in stopped[rests].tolist()]
    rests[rests] = ~np.array(never, np.bool_)
    return sorted(set(stopped[~rests].tolist()))


def holds_a_turn(plan: Plan, row: int, run_from: int, stop: int, start: int, end: int) -> bool:
    """Whether one more whole turn would have fitted into the open piece ``[start, end)``.

    The piece that begins where the work stopped prolongs the stretch of run before it.
    """
    turn = Turn(plan, row)
    if start > stop:
        return turn.fitting(end - start) > 0
    worked = max(0, stop - run_from)
    return turn.fitting(worked + end - start) > turn.fitting(worked)


class Clocks:
    """When an operation's work could go on: machine, tools and enough people together."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._known: dict[object, Openings] = {}
        self._calendars: dict[frozenset[int], frozenset[int]] = {}

    def workable(self, row: int, start: int, end: int, *, setup: bool) -> Iterator[Stretch]:
        """The pieces of ``[start, end)`` in which the work could go on."""
        plan = self._plan
        if not setup and plan.same_person(row):
            return self._with_these_people(row, start, end)
        return self._clock(row, plan.demands(row, setup)).within(start, end)

    def _clock(self, row: int, demands: tuple[CrewDemand, ...]) -> Openings:
        """Machine, tools and people together; people not asked for do not count."""
        plan = self._plan
        machine = plan.problem.machines[plan.modes[row].machine].calendar
        key = machine, self._tool_calendars(row), demands
        if key not in self._known:
            clock = plan.openings[machine]
            for calendar in sorted(key[1]):
                clock = clock.and_also(plan.openings[calendar])
            self._known[key] = clock.and_also(plan.staffed(demands)) if demands else clock
        return self._known[key]

    def _tool_calendars(self, row: int) -> frozenset[int]:
        members = self._plan.batch(row)
        if len(members) == 1:
            tools = self._plan.tools_at.get(row, NO_TOOLS)
        else:
            tools = frozenset(
                tool for r in members for tool in self._plan.tools_at.get(r, NO_TOOLS)
            )
        if tools not in self._calendars:
            records = self._plan.problem.tools
            self._calendars[tools] = frozenset(records[tool].calendar for tool in tools)
        return self._calendars[tools]

    def _with_these_people(self, row: int, start: int, end: int) -> Iterator[Stretch]:
        """Nobody else may go on with the work: it rests while one of its people is off."""
        plan = self._plan
        pieces = Openings(self._clock(row, ()).within(start, end))
        crew: tuple[Assignment, ...] = plan.rows[plan.batch(row)[0]].crew
        skills = [demand.skill for demand in plan.demands(row, setup=False)]
        for operator in sorted({work.operator for work in crew if not work.setup}):
            record = plan.problem.operators[operator]
            held = Openings(s for skill in skills for s in granted(record, skill))
            on_shift = Openings(plan.shifts[operator].within(start, end))
            pieces = pieces.and_also(on_shift).and_also(held)
        return iter(pieces.stretches)
