"""Rules of people: enough of them, entitled, on shift, and in one place at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, pairwise
from operator import attrgetter

import numpy as np

from app.scheduling.problem import Assignment, CrewDemand
from app.scheduling.verify.columns import FAR, Flags, column, table
from app.scheduling.verify.machines import overlapping
from app.scheduling.verify.openings import Openings, Stretch, Ticks, fills, granted
from app.scheduling.verify.plan import Piece, Plan
from app.scheduling.verify.violation import Violation, ViolationCode


def crews(plan: Plan) -> Iterator[Violation]:
    """Each worked minute has exactly the people it asks for; they change only where they may."""
    entitled = Entitled(plan)
    for row in np.flatnonzero(~plainly_staffed(plan, entitled)).tolist():
        if row in plan.unlike:
            continue
        crew = plan.rows[row].crew
        if row == plan.batch(row)[0]:
            yield from CrewOf(plan, entitled, row, plan.pieces(row)).violations()
        elif crew:
            yield unasked(plan, row, crew[0])


def plainly_staffed(plan: Plan, entitled: Entitled) -> Flags:
    """By row: whether all is well in the plainest way.

    That is: by piece one skill, as many different people with it as asked, from end to end;
    nobody else; and nothing interrupted that asks for the same people.
    """
    skill, heads, plain = asked(plan)
    row, start, end, setup = plan.cuts
    count = heads[setup, row]
    people = plan.columns
    due = np.bincount(row, count, len(plan.rows)).astype(np.int64)
    plain &= due == np.bincount(people.work_row, minlength=len(plan.rows))
    work = np.lexsort((people.work_operator, people.work_start, people.work_row))
    work = work[plain[people.work_row[work]]]  # from here on person by person ...
    piece = np.repeat(np.arange(len(row)), np.where(plain[row], count, 0))  # ... and his piece
    wrong = people.work_start[work] != start[piece]
    wrong |= people.work_end[work] != end[piece]
    wrong |= people.work_setup[work] != setup[piece]
    wrong |= ~entitled.surely(work, skill[setup[piece], row[piece]])
    who = people.work_operator[work]
    wrong[1:] |= (piece[1:] == piece[:-1]) & (who[1:] == who[:-1])
    plain[people.work_row[work[wrong]]] = False
    return plain


def asked(plan: Plan) -> tuple[Ticks, Ticks, Flags]:
    """Skill and heads, each at run (0) and at setup (1) by row, and rows for which that is all."""
    skill, heads = (np.zeros((2, len(plan.rows)), np.int64) for _ in range(2))
    plain = np.ones(len(plan.rows), np.bool_)
    for setup, field in enumerate(("run_crew", "setup_crew")):
        crews = list(map(attrgetter(field), plan.modes))
        demands = table(list(chain.from_iterable(crews)), "skill", "heads")
        count = column(map(len, crews))
        some = count > 0
        first = (np.cumsum(count) - count)[some]
        skill[setup, some], heads[setup, some] = demands["skill"][first], demands["heads"][first]
        plain[count > 1] = False
    plain[list(plan.changers)] = False
    shared = plan.shared
    manned = shared.combined(np.maximum, heads).any(0)
    plainly = shared.combined(np.logical_and, plain) & ~manned
    heads[:, np.setdiff1d(shared.rows, shared.leads)] = 0  # whoever is there is told at the lead
    plain[shared.rows] = True
    plain[shared.leads] = plainly
    several = plan.segments + (plan.setup_start < plan.start) > 1
    plain &= ~several | (plan.by_operation["same_person"] == 0)
    return skill, heads, plain


class Entitled:
    """Who holds which skill without a break over a stretch of work."""

    def __init__(self, plan: Plan) -> None:
        self._grants: dict[tuple[int, int], list[Stretch]] = {
            (index, skill): granted(operator, skill)
            for index, operator in enumerate(plan.problem.operators)
            for skill in {grant.skill for grant in operator.grants}
        }

        first = sorted((o, skill, held[0]) for (o, skill), held in self._grants.items() if held)
        self._skills = max((skill for _, skill, _ in first), default=0) + 1
        self._columns = plan.columns
        self._keys = plan.ticks([o * self._skills + skill for o, skill, _ in first])
        self._first = plan.ticks([t for _, _, stretch in first for t in stretch]).reshape(-1, 2)

    def surely(self, work: Ticks, skill: Ticks) -> Flags:
        """By assignment: whether it lies in the first stretch in which the person holds it."""
        if not len(self._keys):
            return np.zeros(len(work), np.bool_)
        key = self._columns.work_operator[work] * self._skills + skill
        at = np.minimum(np.searchsorted(self._keys, key), len(self._keys) - 1)
        start, end = self._columns.work_start[work], self._columns.work_end[work]
        held: Flags = (self._first[at, 0] <= start) & (end <= self._first[at, 1])
        held &= (self._keys[at] == key) & (skill < self._skills)
        return held

    def holds(self, work: Assignment, skill: int) -> bool:
        for start, end in self._grants.get((work.operator, skill), ()):
            if start <= work.start and work.end <= end:
                return True
        return False


class CrewOf:
    """The people of one operation (or of one batch, told at its lead)."""

    def __init__(self, plan: Plan, entitled: Entitled, row: int, pieces: list[Piece]) -> None:
        self.plan, self.entitled, self.row, self.pieces = plan, entitled, row, pieces
        self.work = joined(plan.rows[row].crew)

    def violations(self) -> Iterator[Violation]:
        for work in self.work:
            if not any(inside(work, piece) for piece in self.pieces):
                yield unasked(self.plan, self.row, work)
        for piece in self.pieces:
            yield from self.heads(piece)
            yield from self.handovers(piece)
        if self.plan.same_person(self.row):
            yield from self.same_people()

    def heads(self, piece: Piece) -> Iterator[Violation]:
        """At each minute distinct, entitled people fill all heads, and nobody stands by."""
        demands = self.plan.demands(self.row, piece.setup)
        needed = sum(demand.heads for demand in demands)
        for start, end, present in self.stretches(piece):
            people = {work.operator for work in present}
            if len(people) == needed and (
                not needed or fills(demands, self.qualified(demands, present))
            ):
                continue
            values = {"start": self.plan.moment(start), "end": self.plan.moment(end)}
            if len(people) < needed:
                count = {"people": len(people), "needed": needed}
                yield self.plan.violation(ViolationCode.CREW_SHORT, self.row, **values, **count)
            elif len(people) > needed:
                yield unasked(self.plan, self.row, present[-1])
            else:
                names = [self.plan.problem.operators[o].key for o in sorted(people)]
                yield self.plan.violation(
                    ViolationCode.CREW_UNQUALIFIED, self.row, **values, operators=names
                )
            return

    def stretches(self, piece: Piece) -> Iterator[tuple[int, int, list[Assignment]]]:
        """The piece cut wherever someone comes or goes, with those present."""
        mine = [w for w in self.work if inside(w, piece)]
        cuts = {piece.start, piece.end} | {w.start for w in mine} | {w.end for w in mine}
        for start, end in pairwise(sorted(cuts)):
            yield start, end, [w for w in mine if w.start <= start and end <= w.end]

    def qualified(
        self, demands: tuple[CrewDemand, ...], present: list[Assignment]
    ) -> list[set[int]]:
        return [
            {work.operator for work in present if self.entitled.holds(work, demand.skill)}
            for demand in demands
        ]

    def handovers(self, piece: Piece) -> Iterator[Violation]:
        """Whoever leaves before the piece is over leaves at the end of a window of his own."""
        for work in self.work:
            if not inside(work, piece) or work.end == piece.end:
                continue
            operator = self.plan.problem.operators[work.operator]
            if work.end not in self.plan.window_ends(operator.calendar):
                yield self.plan.violation(
                    ViolationCode.CREW_HANDOVER,
                    self.row,
                    operator=operator.key,
                    start=self.plan.moment(work.end),
                )

    def same_people(self) -> Iterator[Violation]:
        crews = [
            {work.operator for work in present}
            for piece in self.pieces
            if not piece.setup
            for _, _, present in self.stretches(piece)
        ]
        if any(crew != crews[0] for crew in crews[1:]):
            yield self.plan.violation(ViolationCode.CREW_CHANGED, self.row)


def inside(work: Assignment, piece: Piece) -> bool:
    return work.setup == piece.setup and piece.start <= work.start and work.end <= piece.end


def joined(crew: tuple[Assignment, ...]) -> list[Assignment]:
    """One assignment per uninterrupted stretch of a person: a cut without a change is none."""
    result: list[Assignment] = []
    for work in sorted(crew, key=lambda w: (w.operator, w.setup, w.start)):
        last = result[-1] if result else None
        same = last and (last.operator, last.setup, last.end) == (
            work.operator,
            work.setup,
            work.start,
        )
        if last and same:
            result[-1] = Assignment(work.operator, last.start, work.end, work.setup)
        else:
            result.append(work)
    return result


def unasked(plan: Plan, row: int, work: Assignment) -> Violation:
    operator = plan.problem.operators[work.operator].key
    start = plan.moment(work.start)
    return plan.violation(ViolationCode.CREW_UNASKED, row, operator=operator, start=start)


def on_shift(plan: Plan) -> Iterator[Violation]:
    """People work only inside their own calendar."""
    table, rows = plan.assignments
    calendars = plan.ticks([operator.calendar for operator in plan.problem.operators])
    at = calendars[table[:, 0]]
    for calendar in np.unique(at):
        mine = np.flatnonzero(at == calendar)
        held = plan.openings[calendar].hold(table[mine, 1], table[mine, 2])
        for i in mine[~held]:
            yield person(plan, ViolationCode.CREW_OFF_SHIFT, table[i], int(rows[i]))


def one_person_one_place(plan: Plan) -> Iterator[Violation]:
    """Nobody works two assignments at once."""
    table, rows = plan.assignments
    for first, second in overlapping(table[:, 0], table[:, 1], table[:, 2]):
        both = int(rows[second]), int(rows[first])
        yield person(plan, ViolationCode.CREW_OVERLAP, table[second], *both)


def person(plan: Plan, code: ViolationCode, work: Ticks, *rows: int) -> Violation:
    operator = plan.problem.operators[work[0]].key
    return plan.violation(code, *rows, operator=operator, start=plan.moment(int(work[1])))


def overtime_caps(plan: Plan) -> Iterator[Violation]:
    """Minutes worked in a person's overtime windows stay within the cap of each period."""
    bounds = sorted(plan.problem.overtime_periods)
    table, rows = plan.assignments
    overtimes = [
        Openings((w.start, w.end) for w in calendar.windows if w.overtime)
        for calendar in plan.problem.calendars
    ]
    calendars = plan.ticks([operator.calendar for operator in plan.problem.operators])
    over = np.zeros(len(table), np.int64)
    for calendar, overtime in enumerate(overtimes):
        mine = np.flatnonzero(calendars[table[:, 0]] == calendar)
        over[mine] = overtime.open_minutes(table[mine, 1], table[mine, 2])
    caps = [operator.overtime_cap for operator in plan.problem.operators]
    most = plan.ticks([FAR if cap is None else cap for cap in caps])
    all_periods = np.bincount(table[:, 0], over, len(caps))
    # Who stays within it in all periods together does so in each.
    work = np.flatnonzero((over > 0) & (all_periods > most - 1)[table[:, 0]])
    if not len(work):
        return
    work = work[np.argsort(table[work, 0], kind="stable")]
    people, first = np.unique(table[work, 0], return_index=True)
    for index, own in zip(people.tolist(), np.split(work, first[1:]), strict=True):
        operator = plan.problem.operators[index]
        if operator.overtime_cap is None:
            continue
        overtime = overtimes[operator.calendar]
        minutes: defaultdict[int, int] = defaultdict(int)
        involved: defaultdict[int, list[int]] = defaultdict(list)
        for i in own:
            for start, end in overtime.within(int(table[i, 1]), int(table[i, 2])):
                for a, b in pairwise([start, *(t for t in bounds if start < t < end), end]):
                    period = bisect_right(bounds, a)
                    minutes[period] += b - a
                    involved[period].append(int(rows[i]))
        for period, worked in minutes.items():
            if worked > operator.overtime_cap:
                yield plan.violation(
                    ViolationCode.OVERTIME_CAP,
                    *dict.fromkeys(involved[period]),
                    operator=operator.key,
                    minutes=worked,
                    cap=operator.overtime_cap,
                )
