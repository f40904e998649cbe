"""Rules of people: enough of them, entitled, on shift, and in one place at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from app.scheduling.problem import Assignment, CrewDemand
from app.scheduling.verify.machines import overlapping
from app.scheduling.verify.openings import Openings, Stretch, Ticks, fills, granted
from app.scheduling.verify.plan import Piece, Plan
from app.scheduling.verify.violation import Violation, ViolationCode


def crews(plan: Plan) -> Iterator[Violation]:
    """Each worked minute has exactly the people it asks for; they change only where they may."""
    entitled = Entitled(plan)
    for row, placement in enumerate(plan.rows):
        mode = plan.modes[row]
        nobody = not (placement.crew or mode.setup_crew or mode.run_crew)
        if (nobody and row not in plan.changers) or row in plan.unlike:
            continue
        batch = plan.batch(row)
        if row != batch[0]:
            if placement.crew:
                yield unasked(plan, row, placement.crew[0])
            continue
        pieces = plan.pieces(row)
        if not simple(plan, entitled, row, pieces):
            yield from CrewOf(plan, entitled, row, pieces).violations()


def simple(plan: Plan, entitled: Entitled, row: int, pieces: list[Piece]) -> bool:
    """Whether all is well in the plainest way: one skill, the same people from end to end."""
    crew = plan.rows[row].crew
    position = 0
    for piece in pieces:
        demands = plan.demands(row, piece.setup)
        if not demands:
            continue
        if len(demands) > 1:
            return False
        skill, heads = demands[0].skill, demands[0].heads
        people = crew[position : position + heads]
        position += heads
        if len(people) < heads or (heads > 1 and len({w.operator for w in people}) < heads):
            return False
        for work in people:
            if (work.start, work.end, work.setup) != piece or not entitled.holds(work, skill):
                return False
    alone = len(pieces) == 1 or not plan.same_person(row)
    return position == len(crew) and alone


class Entitled:
    """Who holds which skill without a break over a stretch of work."""

    def __init__(self, plan: Plan) -> None:
        self._grants: dict[tuple[int, int], list[Stretch]] = {
            (index, skill): granted(operator, skill)
            for index, operator in enumerate(plan.problem.operators)
            for skill in {grant.skill for grant in operator.grants}
        }

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
    longer = np.zeros(len(table), np.bool_)  # what reaches into overtime at all
    for calendar, overtime in enumerate(overtimes):
        mine = np.flatnonzero(calendars[table[:, 0]] == calendar)
        longer[mine] = overtime.open_minutes(table[mine, 1], table[mine, 2]) > 0
    work = np.flatnonzero(longer)
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
