"""Open time as verify sees it: sorted disjoint stretches, touching windows merged."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from app.scheduling.problem import FOREVER, CrewDemand, Operator, Problem

Ticks = NDArray[np.int64]
Stretch = tuple[int, int]


class Openings:
    """Stretches during which something is open."""

    def __init__(self, windows: Iterable[Stretch]) -> None:
        self.stretches = merged(windows)
        self._starts = [start for start, _ in self.stretches]
        self.starts: Ticks = np.array(self._starts, np.int64)
        self.ends: Ticks = np.array([end for _, end in self.stretches], np.int64)
        self._before: Ticks = np.concatenate(([0], np.cumsum(self.ends - self.starts)))

    def hold(self, start: Ticks, end: Ticks) -> NDArray[np.bool_]:
        """Which of the stretches ``[start, end)`` lie inside one open stretch."""
        if not self.stretches:
            return np.zeros(len(start), np.bool_)
        position = np.searchsorted(self.starts, start, "right") - 1
        return (position >= 0) & (end <= self.ends[position])

    def open_minutes(self, start: Ticks, end: Ticks) -> Ticks:
        """Open minutes between two ticks each; negative when the end is the earlier one."""
        return self._open_before(end) - self._open_before(start)

    def _open_before(self, tick: Ticks) -> Ticks:
        if not self.stretches:
            return np.zeros(len(tick), np.int64)
        position = np.searchsorted(self.starts, tick, "right") - 1
        at = np.maximum(position, 0)
        inside = np.minimum(tick, self.ends[at]) - self.starts[at]
        return np.where(position < 0, 0, self._before[at] + inside)

    def within(self, start: int, end: int) -> Iterator[Stretch]:
        """The open pieces of ``[start, end)``."""
        position = max(0, bisect_right(self._starts, start) - 1)
        while position < len(self.stretches) and self._starts[position] < end:
            piece = max(start, self._starts[position]), min(end, self.stretches[position][1])
            if piece[0] < piece[1]:
                yield piece
            position += 1

    def and_also(self, other: Openings) -> Openings:
        """Open when both are."""
        mine, theirs = self.stretches, other.stretches
        common: list[Stretch] = []
        i = j = 0
        while i < len(mine) and j < len(theirs):
            piece = max(mine[i][0], theirs[j][0]), min(mine[i][1], theirs[j][1])
            if piece[0] < piece[1]:
                common.append(piece)
            if mine[i][1] < theirs[j][1]:
                i += 1
            else:
                j += 1
        return Openings(common)


def merged(windows: Iterable[Stretch]) -> list[Stretch]:
    """Sorted, with touching and overlapping windows joined and empty ones dropped."""
    stretches: list[Stretch] = []
    for start, end in sorted(windows):
        if start >= end:
            continue
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = stretches[-1][0], max(stretches[-1][1], end)
        else:
            stretches.append((start, end))
    return stretches


def calendar_openings(problem: Problem, calendar: int) -> Openings:
    return Openings((w.start, w.end) for w in problem.calendars[calendar].windows)


def granted(operator: Operator, skill: int) -> list[Stretch]:
    """When the operator holds the skill; consecutive certificates count as one."""
    return merged((g.start, g.end) for g in operator.grants if g.skill == skill)


def staffed(problem: Problem, shifts: list[Openings], demands: tuple[CrewDemand, ...]) -> Openings:
    """When enough qualified operators are on shift, busy or not, to fill every head."""
    if len(demands) == 1:
        return enough_on_duty(problem, shifts, demands[0])
    on_duty: list[tuple[int, int, int, bool]] = []  # tick, demand, operator, comes
    for d, demand in enumerate(demands):
        for o, stretches in duties(problem, shifts, demand.skill):
            for start, end in stretches:
                on_duty += (start, d, o, True), (end, d, o, False)
    on_duty.sort()
    qualified: list[set[int]] = [set() for _ in demands]
    stretches = []
    i = 0
    while i < len(on_duty):
        tick = on_duty[i][0]
        while i < len(on_duty) and on_duty[i][0] == tick:
            _, d, o, comes = on_duty[i]
            (qualified[d].add if comes else qualified[d].discard)(o)
            i += 1
        until = on_duty[i][0] if i < len(on_duty) else FOREVER
        if tick < until and fills(demands, qualified):
            stretches.append((tick, until))
    return Openings(stretches)


def duties(
    problem: Problem, shifts: list[Openings], skill: int
) -> Iterator[tuple[int, list[Stretch]]]:
    """By operator who ever holds the skill: when he is on shift with it."""
    known: dict[tuple[int, tuple[Stretch, ...]], list[Stretch]] = {}
    for o, operator in enumerate(problem.operators):
        grants = tuple(granted(operator, skill))
        if not grants:
            continue
        if (operator.calendar, grants) not in known:
            joint = shifts[o].and_also(Openings(grants))
            known[operator.calendar, grants] = joint.stretches
        yield o, known[operator.calendar, grants]


def enough_on_duty(problem: Problem, shifts: list[Openings], demand: CrewDemand) -> Openings:
    """The same for a single demand: a matter of counting."""
    change: defaultdict[int, int] = defaultdict(int)
    alike = Counter[int]()
    stretches_of: dict[int, list[Stretch]] = {}
    for _, stretches in duties(problem, shifts, demand.skill):
        alike[id(stretches)] += 1
        stretches_of[id(stretches)] = stretches
    for key, people in alike.items():
        for start, end in stretches_of[key]:
            change[start] += people
            change[end] -= people
    there, opened, found = 0, 0, []
    for tick in sorted(change):
        before, there = there, there + change[tick]
        if before < demand.heads <= there:
            opened = tick
        elif there < demand.heads <= before:
            found.append((opened, tick))
    return Openings(found)


def fills(demands: tuple[CrewDemand, ...], qualified: list[set[int]]) -> bool:
    """Whether distinct persons can take every head; ``qualified``: persons per demand."""
    if any(len(people) < demand.heads for people, demand in zip(qualified, demands, strict=True)):
        return False
    if len(demands) == 1:
        return True
    heads = [d for d, demand in enumerate(demands) for _ in range(demand.heads)]
    taken: dict[int, int] = {}  # person -> head: a bipartite matching grown by augmenting paths

    def place(head: int, tried: set[int]) -> bool:
        for person in sorted(qualified[heads[head]] - tried):
            tried.add(person)
            if person not in taken or place(taken[person], tried):
                taken[person] = head
                return True
        return False

    return all(place(head, set()) for head in range(len(heads)))
