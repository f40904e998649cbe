"""What is taken when: unary bookings, capacity profiles and material stock.

Searches bisect and answer with a hint: the earliest time at which it may be worth trying again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from app.scheduling.problem import FOREVER
from app.scheduling.windows import Stretches


class Bookings:
    """Disjoint bookings of one machine, tool copy or operator, sorted by start.

    ``full``: by size (bit length of minutes) the tick before which no gap is left for work of it.
    """

    __slots__ = ("ends", "full", "owners", "starts")

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.owners: list[int] = []
        self.full: dict[int, int] = {}

    def conflict(self, start: int, end: int) -> int:
        """Position of the first booking that overlaps ``[start, end)``; -1 if none does."""
        i = bisect_right(self.ends, start)
        if i < len(self.ends) and self.starts[i] < end:
            return i
        return -1

    def opening(self, time: int, clock: Stretches, minutes: int) -> int:
        """Earliest tick from which it is free long enough for ``minutes`` of the clock's time."""
        starts, ends = self.starts, self.ends
        i = bisect_right(ends, time)
        while i < len(ends):
            start = starts[i]
            if start - time >= minutes and clock.worked(start) - clock.worked(time) >= minutes:
                return time
            time = ends[i]
            i += 1
        return time

    def add(self, start: int, end: int, owner: int) -> None:
        if end <= start:
            return
        starts = self.starts
        if not starts or start >= starts[-1]:
            starts.append(start)
            self.ends.append(end)
            self.owners.append(owner)
            return
        i = bisect_right(starts, start)
        starts.insert(i, start)
        self.ends.insert(i, end)
        self.owners.insert(i, owner)

    def remove(self, start: int, end: int) -> None:
        if end <= start:
            return
        i = bisect_left(self.starts, start)
        if i == len(self.starts) or self.starts[i] != start or self.ends[i] != end:
            raise LookupError((start, end))
        del self.starts[i], self.ends[i], self.owners[i]
        gap = self.ends[i - 1] if i else -FOREVER
        for size, mark in self.full.items():
            if gap < mark:
                self.full[size] = gap


class Profile:
    """Units taken over time on a resource of fixed capacity (rack, casting table, cart pool)."""

    __slots__ = ("capacity", "free", "times", "uses")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.times: list[int] = [-FOREVER]
        self.free: list[int] = [capacity]
        self.uses: dict[int, tuple[int, int, int]] = {}  # owner -> start, end, units

    def conflict(self, start: int, end: int, units: int) -> int:
        """0 if ``units`` fit in ``[start, end)``, else when the last shortage inside is over."""
        if units > self.capacity:
            return FOREVER
        times, free = self.times, self.free
        first = bisect_right(times, start) - 1
        i = bisect_left(times, end) - 1
        while i >= first:
            if free[i] < units:
                return times[i + 1]
            i -= 1
        return 0

    def users(self, start: int, end: int) -> list[int]:
        """Owners of the uses that overlap ``[start, end)``."""
        return [o for o, (a, b, _) in self.uses.items() if a < end and start < b]

    def add(self, start: int, end: int, units: int, owner: int) -> None:
        if end > start:
            self.uses[owner] = (start, end, units)
            take(self.times, self.free, start, end, units)

    def remove(self, owner: int) -> None:
        use = self.uses.pop(owner, None)
        if use is not None:
            start, end, units = use
            take(self.times, self.free, start, end, -units)


class Heads:
    """How many people who hold one skill are on shift and free, over time."""

    __slots__ = ("free", "times")

    def __init__(self, steps: dict[int, int]) -> None:
        """``steps``: change of the number on shift by tick."""
        self.times: list[int] = [-FOREVER]
        self.free: list[int] = [0]
        level = 0
        for time in sorted(steps):
            level += steps[time]
            if time <= -FOREVER:
                self.free[0] = level
            elif level != self.free[-1]:
                self.times.append(time)
                self.free.append(level)

    def take(self, start: int, end: int, heads: int) -> None:
        """``heads`` fewer are free in ``[start, end)``; negative gives them back."""
        take(self.times, self.free, start, end, heads)


def take(times: list[int], free: list[int], start: int, end: int, units: int) -> None:
    """Lowers the step function ``free`` (by ``times``) over ``[start, end)``."""
    i, j = _cut(times, free, start), _cut(times, free, end)
    for k in range(i, j):
        free[k] -= units
    for time in (end, start):  # steps of no height would pile up
        k = bisect_left(times, time)
        if k and free[k] == free[k - 1]:
            del times[k], free[k]


def _cut(times: list[int], free: list[int], time: int) -> int:
    i = bisect_left(times, time)
    if i == len(times) or times[i] != time:
        times.insert(i, time)
        free.insert(i, free[i - 1])
    return i


def enough(steps: Profile | Heads, clock: Stretches, time: int, units: int, minutes: int) -> int:
    """Earliest open tick from which ``units`` are free for ``minutes`` of open time.

    Open time is the clock's; what is closed there does not matter. FOREVER if never.
    """
    starts, ends, times, free = clock.starts, clock.ends, steps.times, steps.free
    c = bisect_right(ends, time)
    if c == len(ends):
        return FOREVER
    at = begin = time if time > starts[c] else starts[c]
    i = bisect_right(times, at) - 1
    got, last = 0, len(times) - 1
    while True:
        step_end = times[i + 1] if i < last else FOREVER
        if free[i] < units:
            got = 0
            while i < last and free[i] < units:
                i += 1
            if free[i] < units:
                return FOREVER
            at = times[i]
            if ends[c] <= at:
                c = bisect_right(ends, at)
                if c == len(ends):
                    return FOREVER
            if starts[c] > at:
                at = starts[c]
                if i < last and times[i + 1] <= at:
                    i = bisect_right(times, at, i + 1) - 1
            begin = at
            continue
        until = ends[c] if ends[c] < step_end else step_end
        got += until - at
        if got >= minutes:
            return begin
        at = until
        if at == step_end:
            i += 1
        if at == ends[c]:
            c += 1
            if c == len(ends):
                return FOREVER
            at = starts[c]
            if i < last and times[i + 1] <= at:
                i = bisect_right(times, at, i + 1) - 1
            if got == 0:
                begin = at


class Stock:
    """Unclaimed supply of one material by the tick from which it can be had.

    A consumption claims the latest supply that is there in time, so the early one stays for the
    early; the sum of supply up to a tick is what can still be taken then without ever driving
    the balance below zero.
    """

    __slots__ = ("supply",)

    def __init__(self) -> None:
        self.supply: list[tuple[int, int]] = []  # (tick, quantity), sorted

    def earliest(self, quantity: int) -> int:
        """First tick at which ``quantity`` can be taken; FOREVER if never."""
        total = 0
        for tick, amount in self.supply:
            total += amount
            if total >= quantity:
                return tick
        return FOREVER

    def add(self, tick: int, quantity: int) -> None:
        if quantity <= 0:
            return
        i = bisect_left(self.supply, (tick, 0))
        if i < len(self.supply) and self.supply[i][0] == tick:
            self.supply[i] = (tick, self.supply[i][1] + quantity)
        else:
            self.supply.insert(i, (tick, quantity))

    def take(self, tick: int, quantity: int) -> list[tuple[int, int]]:
        """Claims ``quantity`` at ``tick``; returns the claims, to be given back by ``add``."""
        claims: list[tuple[int, int]] = []
        i = bisect_right(self.supply, (tick, FOREVER * FOREVER)) - 1
        while quantity > 0 and i >= 0:
            at, amount = self.supply[i]
            part = min(amount, quantity)
            claims.append((at, part))
            quantity -= part
            if part == amount:
                del self.supply[i]
            else:
                self.supply[i] = (at, amount - part)
            i -= 1
        return claims

    def withdraw(self, tick: int, quantity: int) -> bool:
        """Takes back a supply of ``tick``; False if it is claimed already."""
        i = bisect_left(self.supply, (tick, 0))
        if i == len(self.supply) or self.supply[i][0] != tick or self.supply[i][1] < quantity:
            return False
        self.take(tick, quantity)
        return True
