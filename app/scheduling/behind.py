"""What follows a time window, folded into lengths of longest paths (tails).

When some operations are sequenced anew, what stands before them gives release times and what
follows keeps its sequence. The followers need no variables: an order ends no earlier than the end
of a free operation plus the longest path from there to the order's end (Brucker and Knust,
*Complex Scheduling*, heads and tails). Exact for shops that never close; where calendars close,
waits that a closing causes are counted as they are in the present plan.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.core.watch import looking
from app.scheduling.problem import End, MachineKind, Placement, Problem, Weights
from app.scheduling.spans import OpenTimes, Stretch

MAKESPAN = -1
"""Stands for the whole plan where an order is meant."""

UNREACHED = -(2**40)
MOST_ORDERS = 256
MOST_FOLLOWERS = 4_000
MOST_REACHED = 24
"""Orders per free operation: those in most danger."""


@dataclass(slots=True)
class Behind:
    """What follows the free operations and keeps its sequence, as lengths of longest paths.

    An order (or ``MAKESPAN``) ends no earlier than the end of an operation, or of the last free
    operation on a machine, plus the length; ``floor`` is its end if all of those were at once.
    """

    after_operation: Mapping[int, list[tuple[int, int]]] = field(default_factory=dict)
    after_machine: Mapping[int, list[tuple[int, int]]] = field(default_factory=dict)
    floor: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Follow:
    """``after`` cannot start its run before the end (or start) of ``before`` plus the lag."""

    before: int
    after: int
    lag: int
    from_start: bool
    to_end: bool
    bounded: bool  # there is a maximum lag: the two are placed together


class Followers:
    """The precedence network of a problem, compiled once; answers for any window of a plan."""

    def __init__(self, problem: Problem, weights: Weights, open_times: OpenTimes) -> None:
        self._problem = problem
        self._weights = weights
        self._open_times = open_times
        count = len(problem.operations)
        self.earliest = problem.now
        self.after: list[list[Follow]] = [[] for _ in range(count)]
        self.before: list[list[Follow]] = [[] for _ in range(count)]
        for link in looking(problem.precedences):
            from_start = link.before_end is End.START or link.transfer is not None
            to_end = link.after_end is End.END and link.transfer is None
            follow = Follow(
                link.before,
                link.after,
                link.min_lag,
                from_start,
                to_end,
                link.max_lag is not None,
            )
            self.after[link.before].append(follow)
            self.before[link.after].append(follow)
        self._holds: list[set[int]] = [set() for _ in range(count)]
        for i, operation in enumerate(looking(problem.operations)):
            for until in {d.until for mode in operation.modes for d in mode.tools}:
                if until is not None:
                    self._holds[i].add(until)
                    self._holds[until].add(i)

    def together(self, operations: Collection[int]) -> set[int]:
        """With all that maximum lags and tool holds tie to them."""
        found, todo = set(operations), list(operations)
        while todo:
            i = todo.pop()
            tied = [f.after for f in self.after[i] if f.bounded]
            tied += [f.before for f in self.before[i] if f.bounded]
            for j in (*tied, *self._holds[i]):
                if j not in found:
                    found.add(j)
                    todo.append(j)
        return found

    def descendants(self, operations: Collection[int]) -> set[int]:
        """What must follow them, with all that is tied to it; without themselves."""
        found, todo = set(operations), list(operations)
        while todo:
            following = {f.after for f in self.after[todo.pop()]}
            for j in self.together(following):
                if j not in found:
                    found.add(j)
                    todo.append(j)
        return found - set(operations)

    def behind(
        self,
        plan: Mapping[int, Placement],
        free: Collection[int],
        followers: Sequence[int],
        latest: int,
    ) -> Behind:
        """The followers (by begin of setup) as lengths; free operations end by ``latest``."""
        nearest = followers[:MOST_FOLLOWERS]
        columns = self._columns(plan, free, nearest)
        paths = _Paths(self, plan, nearest, columns)
        floor = paths.floors(free)
        after_operation: dict[int, list[tuple[int, int]]] = {}
        for operation in free:
            row = paths.after(operation)
            if row is not None:
                after_operation[operation] = self._pruned(row, columns, latest, floor)
        after_machine = {
            machine: self._pruned(row, columns, latest, floor)
            for machine, row in paths.first_on_machine()
        }
        return Behind(after_operation, after_machine, floor)

    def _columns(
        self, plan: Mapping[int, Placement], free: Collection[int], followers: Sequence[int]
    ) -> dict[int, int]:
        """Column by order: those that can be late at all, the latest first."""
        weights, orders = self._weights, self._problem.orders
        columns = {MAKESPAN: 0} if weights.makespan_min > 0 else {}
        if weights.weighted_tardiness_min <= 0 and weights.late_orders <= 0:
            return columns
        ends: dict[int, int] = {}
        for operation in (*free, *followers):
            order = self._problem.operations[operation].order
            ends[order] = max(ends.get(order, UNREACHED), plan[operation].end)
        latest_first = sorted(ends, key=lambda order: orders[order].due - ends[order])
        for order in latest_first[:MOST_ORDERS]:
            columns[order] = len(columns)
        return columns

    def _pruned(
        self,
        row: NDArray[np.int64],
        columns: Mapping[int, int],
        latest: int,
        floor: Mapping[int, int],
    ) -> list[tuple[int, int]]:
        reached: list[tuple[int, int, int]] = []
        for order, column in columns.items():
            length = int(row[column])
            if length <= UNREACHED // 2:
                continue
            due = self._problem.now if order == MAKESPAN else self._problem.orders[order].due
            danger = latest + length - max(due, floor.get(order, due))
            if danger > 0:
                reached.append((-danger, order, length))
        reached.sort()
        return [(order, length) for _, order, length in reached[:MOST_REACHED]]

    def machine_of(self, placement: Placement) -> int:
        return self._problem.operations[placement.operation].modes[placement.mode].machine

    def in_sequence(self, machine: int) -> bool:
        """Whether what stands on the machine runs one after the other."""
        return self._problem.machines[machine].kind is MachineKind.UNARY

    def order_of(self, operation: int) -> int:
        return self._problem.operations[operation].order

    def closed_wait(self, placement: Placement, ready: int, begin: int) -> int:
        """The wait from ``ready`` to ``begin`` if nothing was open in between, else 0."""
        if begin <= ready:
            return 0
        mode = self._problem.operations[placement.operation].modes[placement.mode]
        parts = self._open_times.of(mode, mode.run_crew)
        return begin - ready if not _open_within(parts, ready, begin) else 0


def _open_within(parts: Sequence[Stretch], start: int, end: int) -> bool:
    at = bisect_right(parts, (start, end)) - 1
    if at >= 0 and parts[at][1] > start:
        return True
    return at + 1 < len(parts) and parts[at + 1][0] < end


class _Paths:
    """Longest paths from each follower to the ends of the orders."""

    def __init__(
        self,
        network: Followers,
        plan: Mapping[int, Placement],
        followers: Sequence[int],
        columns: Mapping[int, int],
    ) -> None:
        self._network = network
        self._plan = plan
        self._followers = followers
        self._columns = columns
        self._row = {operation: k for k, operation in enumerate(followers)}
        self._next = self._next_on_machine()
        shape = (len(followers), max(1, len(columns)))
        self._length = np.full(shape, UNREACHED, dtype=np.int64)
        for operation in reversed(followers):
            self._fill(operation)

    def _next_on_machine(self) -> dict[int, int]:
        """The follower after each follower on its machine."""
        following: dict[int, int] = {}
        last: dict[int, int] = {}
        for operation in self._followers:
            machine = self._network.machine_of(self._plan[operation])
            if self._network.in_sequence(machine):
                if machine in last:
                    following[last[machine]] = operation
                last[machine] = operation
        return following

    def _fill(self, operation: int) -> None:
        """Lengths from the end of the operation."""
        row = self._length[self._row[operation]]
        for key in (self._network.order_of(operation), MAKESPAN):
            if key in self._columns:
                row[self._columns[key]] = 0
        found = self.after(operation)
        if found is not None:
            np.maximum(row, found, out=row)
        following = self._next.get(operation)
        if following is not None:
            np.maximum(row, self._through_machine(operation, following), out=row)

    def after(self, operation: int) -> NDArray[np.int64] | None:
        """Lengths from the end of an operation through those that must follow it."""
        best: NDArray[np.int64] | None = None
        here = self._plan[operation]
        for follow in self._network.after[operation]:
            if follow.after not in self._row:
                continue
            there = self._plan[follow.after]
            lag = follow.lag - (here.end - here.start if follow.from_start else 0)
            if not follow.to_end:
                ready = here.end + lag
                lag += self._network.closed_wait(there, ready, there.start)
                lag += there.end - there.start
            row = self._length[self._row[follow.after]] + lag
            best = row if best is None else np.maximum(best, row)
        return best

    def _through_machine(self, operation: int, following: int) -> NDArray[np.int64]:
        here, there = self._plan[operation], self._plan[following]
        wait = self._network.closed_wait(there, here.end, there.setup_start)
        row: NDArray[np.int64] = self._length[self._row[following]]
        return row + (wait + there.end - there.setup_start)

    def first_on_machine(self) -> list[tuple[int, NDArray[np.int64]]]:
        """Per machine the lengths from the moment it is handed to its first follower."""
        first: dict[int, int] = {}
        for operation in self._followers:
            machine = self._network.machine_of(self._plan[operation])
            if self._network.in_sequence(machine):
                first.setdefault(machine, operation)
        result = []
        for machine, operation in first.items():
            there = self._plan[operation]
            length = there.end - there.setup_start
            result.append((machine, self._length[self._row[operation]] + length))
        return result

    def floors(self, free: Collection[int]) -> dict[int, int]:
        """End of each order if the free operations took no time at all."""
        ends: dict[int, int] = {}
        machine_free: dict[int, int] = {}
        floor: dict[int, int] = {}
        followers = self._row
        for operation in self._followers:
            there = self._plan[operation]
            start = self._network.earliest
            machine = self._network.machine_of(there)
            if self._network.in_sequence(machine) and machine in machine_free:
                start = max(start, machine_free[machine] + there.start - there.setup_start)
            for follow in self._network.before[operation]:
                before = follow.before
                if before in free or before not in self._plan or follow.to_end:
                    continue
                done = ends.get(before) if before in followers else self._plan[before].end
                if done is not None and not follow.from_start:
                    start = max(start, done + follow.lag)
            ends[operation] = end = start + there.end - there.start
            machine_free[machine] = end
            for key in (self._network.order_of(operation), MAKESPAN):
                if key in self._columns:
                    floor[key] = max(floor.get(key, end), end)
        return floor
