"""How long work takes on a calendar, as a step function of its begin.

Work that pauses while its calendar is closed and begins at tick ``b`` runs from ``b + to_start``
(end of the setup) to ``b + to_end``. Both offsets are constant between a few break points, and few
distinct pairs occur (a night, a weekend, ...): that makes calendars cheap to state in a model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.scheduling.problem import (
    FOREVER,
    Calendar,
    CrewDemand,
    Machine,
    Mode,
    Operation,
    Problem,
    ToolDemand,
)

Stretch = tuple[int, int]
Offsets = tuple[int, int]  # (to_start, to_end) from the begin of the setup


def run_minutes(problem: Problem, machine: Machine, mode: Mode) -> int:
    """Least minutes of the run: the copies with most cavities, no stretch cut short by a pause."""
    seconds = mode.run_seconds
    if mode.turn_seconds > 0:
        seconds = mode.turn_seconds * -(-mode.quantity // _pieces_per_turn(problem, mode))
    return -(-seconds * 100 // (60 * machine.efficiency))


def _pieces_per_turn(problem: Problem, mode: Mode) -> int:
    shaping = [demand for demand in mode.tools if demand.shapes]
    if not shaping:
        return max(1, mode.pieces_per_turn)
    return max(1, sum(_most_cavities(problem, demand) for demand in shaping))


def _most_cavities(problem: Problem, demand: ToolDemand) -> int:
    cavities = [tool.cavities for tool in problem.tools if tool.tool_type == demand.tool_type]
    return sum(sorted(cavities, reverse=True)[: demand.count])


def stretches(calendar: Calendar) -> tuple[Stretch, ...]:
    """The open stretches of a calendar: windows that touch are one."""
    return merged((window.start, window.end) for window in calendar.windows)


def merged(parts: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Sorted parts with those that touch or overlap joined."""
    result: list[Stretch] = []
    for start, end in sorted(parts):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        elif start < end:
            result.append((start, end))
    return tuple(result)


def common(first: Sequence[Stretch], second: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """What is open in both."""
    result: list[Stretch] = []
    i = j = 0
    while i < len(first) and j < len(second):
        start = max(first[i][0], second[j][0])
        end = min(first[i][1], second[j][1])
        if start < end:
            result.append((start, end))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return tuple(result)


class WorkCalendar:
    """Open stretches within a horizon, with the open minutes before each (open-time scale)."""

    def __init__(self, parts: Sequence[Stretch], lower: int, upper: int) -> None:
        clipped = common(parts, [(lower, upper)])
        self.starts: NDArray[np.int64] = np.array([s for s, _ in clipped], dtype=np.int64)
        self.ends: NDArray[np.int64] = np.array([e for _, e in clipped], dtype=np.int64)
        # What takes no time may stand at the very end of the horizon, if that is open.
        self._moments = [(s, e - 1) for s, e in common(parts, [(lower, upper + 1)])]

    @cached_property
    def before(self) -> NDArray[np.int64]:
        """Open minutes before each stretch, and in all as the last value."""
        return np.concatenate(([0], np.cumsum(self.ends - self.starts)))

    @cached_property
    def shift(self) -> NDArray[np.int64]:
        """Tick minus open-time, per stretch."""
        return self.starts - self.before[:-1]

    def paused(self, setup: int, run: int) -> dict[Offsets, list[Stretch]]:
        """Begins (inclusive ranges) by the offsets of start and end, for work that may pause."""
        if setup + run == 0:
            return {(0, 0): self._moments} if self._moments else {}
        return self._grouped(setup, run) if len(self.starts) else {}

    def _grouped(self, setup: int, run: int) -> dict[Offsets, list[Stretch]]:
        scale, total = self.before, setup + run
        last = int(scale[-1]) - total  # latest begin on the open-time scale
        if last < 0:
            return {}
        # A run without work stands at the end of the setup, not at the next opening.
        of_start = scale - setup + (1 if run == 0 else 0)
        cuts = np.unique(np.concatenate((scale, of_start, scale - total + 1)))
        cuts = np.concatenate(([0], cuts[(cuts > 0) & (cuts <= last)], [last + 1]))
        low, high = cuts[:-1], cuts[1:] - 1
        base = self.shift[np.searchsorted(scale, low, "right") - 1]
        end = self.shift[np.searchsorted(scale, low + total, "left") - 1] - base + total
        if run == 0:
            start = end
        elif setup == 0:
            start = np.zeros_like(end)
        else:
            at = np.searchsorted(scale, low + setup, "right") - 1
            start = self.shift[at] - base + setup
        groups: dict[Offsets, list[Stretch]] = {}
        for k in range(len(low)):
            offsets = (int(start[k]), int(end[k]))
            place = int(base[k])
            _extend(groups.setdefault(offsets, []), int(low[k]) + place, int(high[k]) + place)
        return groups

    def whole(self, setup: int, run: int) -> dict[Offsets, list[Stretch]]:
        """The same for work that fits one stretch or waits."""
        total = setup + run
        ranges = self._ranges(self.starts, self.ends - total) if total else self._moments
        return {(setup, setup + run): ranges} if ranges else {}

    @staticmethod
    def _ranges(low: NDArray[np.int64], high: NDArray[np.int64]) -> list[Stretch]:
        return [(int(a), int(b)) for a, b in zip(low, high, strict=True) if a <= b]


def _extend(ranges: list[Stretch], low: int, high: int) -> None:
    if ranges and ranges[-1][1] + 1 == low:
        ranges[-1] = (ranges[-1][0], high)
    else:
        ranges.append((low, high))


class Presence:
    """When how many qualified operators are on shift."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._shifts = [stretches(calendar) for calendar in problem.calendars]
        self._profiles: dict[int, tuple[list[int], list[int]]] = {}

    def profile(self, skill: int) -> tuple[list[int], list[int]]:
        """Ticks at which the head count of the skill changes, and the count from there on."""
        if skill not in self._profiles:
            changes: dict[int, int] = {}
            for operator in self._problem.operators:
                held = merged((g.start, g.end) for g in operator.grants if g.skill == skill)
                for start, end in common(held, self._shifts[operator.calendar]):
                    changes[start] = changes.get(start, 0) + 1
                    changes[end] = changes.get(end, 0) - 1
            ticks = sorted(changes)
            heads = np.cumsum([changes[tick] for tick in ticks]).tolist()
            self._profiles[skill] = (ticks, heads)
        return self._profiles[skill]

    def open(self, crew: Sequence[CrewDemand]) -> tuple[Stretch, ...]:
        """The stretches in which enough people for each demand are on shift."""
        result: tuple[Stretch, ...] = ((-FOREVER, FOREVER),)
        for demand in crew:
            ticks, heads = self.profile(demand.skill)
            enough = [
                (ticks[k], ticks[k + 1]) for k in range(len(ticks) - 1) if heads[k] >= demand.heads
            ]
            result = common(result, merged(enough))
        return result


class OpenTimes:
    """Where a mode of an operation can work: machine, tools and people together, cached."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._presence = Presence(problem)
        self._shifts = [stretches(calendar) for calendar in problem.calendars]
        self._found: dict[object, tuple[Stretch, ...]] = {}

    @property
    def presence(self) -> Presence:
        return self._presence

    def of_machine(self, machine: int) -> tuple[Stretch, ...]:
        return self._shifts[self._problem.machines[machine].calendar]

    def always_worked(self, machines: frozenset[int]) -> tuple[Stretch, ...]:
        """When all these machines and all tools are open: whatever has begun goes on."""
        if machines in self._found:
            return self._found[machines]
        calendars = {self._problem.machines[machine].calendar for machine in machines}
        calendars |= {tool.calendar for tool in self._problem.tools}
        parts: tuple[Stretch, ...] = ((-FOREVER, FOREVER),)
        for calendar in calendars:
            parts = common(parts, self._shifts[calendar])
        self._found[machines] = parts
        return parts

    def of(self, mode: Mode, crew: tuple[CrewDemand, ...]) -> tuple[Stretch, ...]:
        """Open stretches for the setup or the run, whose crew is given."""
        types = tuple(demand.tool_type for demand in mode.tools)
        key = (self._problem.machines[mode.machine].calendar, types, crew)
        if key not in self._found:
            parts = self.of_machine(mode.machine)
            for tool_type in types:
                parts = common(parts, self._of_type(tool_type))
            self._found[key] = common(parts, self._presence.open(crew))
        return self._found[key]

    def _of_type(self, tool_type: int) -> tuple[Stretch, ...]:
        """When at least one copy can be used."""
        copies = [tool for tool in self._problem.tools if tool.tool_type == tool_type]
        return merged(part for tool in copies for part in self._shifts[tool.calendar])


def fixed_setup(operation: Operation, mode: Mode, changeover: int = 0) -> int:
    """Minutes of setup: fixed part, changeover, and the first-piece wait if there is any."""
    minutes = mode.setup + changeover
    return minutes + operation.first_piece if minutes > 0 else 0
