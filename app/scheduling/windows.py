"""Working time as sorted open stretches, and the arithmetic of work that pauses when they close.

Windows that touch are one stretch here. All searches are by bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from app.scheduling.problem import FOREVER, Window

Segment = tuple[int, int]


class Stretches:
    """Open stretches ``[start, end)``, with the minutes worked before each of them."""

    __slots__ = ("before", "ends", "full", "longest", "starts")

    def __init__(self, stretches: Iterable[Segment]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in stretches:
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], end)
            elif end > start:
                self.starts.append(start)
                self.ends.append(end)
        self.before: list[int] = []  # open minutes before each stretch
        self.full: list[int] = []  # open minutes up to the end of each stretch
        total, self.longest = 0, 0
        for start, end in zip(self.starts, self.ends, strict=True):
            self.before.append(total)
            total += end - start
            self.full.append(total)
            self.longest = max(self.longest, end - start)

    @classmethod
    def of(cls, windows: Iterable[Window]) -> Stretches:
        return cls((window.start, window.end) for window in windows)

    def __bool__(self) -> bool:
        return bool(self.starts)

    def pairs(self) -> list[Segment]:
        return list(zip(self.starts, self.ends, strict=True))

    def next_open(self, time: int) -> int:
        """Earliest open tick at or after ``time``; ``FOREVER`` if there is none."""
        i = bisect_right(self.ends, time)
        if i == len(self.starts):
            return FOREVER
        start = self.starts[i]
        return start if start > time else time

    def worked(self, time: int) -> int:
        """Open minutes before ``time``."""
        i = bisect_right(self.starts, time) - 1
        if i < 0:
            return 0
        end = self.ends[i]
        return self.before[i] + (time if time < end else end) - self.starts[i]

    def within(self, start: int, end: int) -> int:
        """Open minutes in ``[start, end)``; quick where there are none."""
        i = bisect_right(self.ends, start)
        if i == len(self.starts) or self.starts[i] >= end:
            return 0
        return self.worked(end) - self.worked(start)

    def advance(self, time: int, minutes: int) -> int:
        """When ``minutes`` of work begun at ``time`` are done; ``FOREVER`` if they never are."""
        if minutes <= 0:
            return time
        target = self.worked(time) + minutes
        j = bisect_left(self.full, target)
        if j == len(self.full):
            return FOREVER
        return self.starts[j] + target - self.before[j]

    def retreat(self, time: int, minutes: int) -> int:
        """Latest open tick from which ``minutes`` are worked by ``time``; -FOREVER if none."""
        if minutes <= 0:
            return time
        target = self.worked(time) - minutes
        if target < 0:
            return -FOREVER
        j = bisect_right(self.before, target) - 1
        return self.starts[j] + target - self.before[j]

    def between(self, start: int, end: int) -> list[Segment]:
        """The open parts of ``[start, end)``."""
        if end <= start:
            return []
        i = bisect_right(self.ends, start)
        if i < len(self.ends) and self.starts[i] <= start and end <= self.ends[i]:
            return [(start, end)]
        parts: list[Segment] = []
        starts, ends = self.starts, self.ends
        while i < len(starts) and starts[i] < end:
            parts.append((max(start, starts[i]), min(end, ends[i])))
            i += 1
        return parts

    def holding(self, time: int, minutes: int) -> int:
        """Earliest tick >= ``time`` from which ``minutes`` fit without a pause; else FOREVER."""
        if minutes > self.longest:
            return FOREVER
        starts, ends = self.starts, self.ends
        for i in range(bisect_right(ends, time), len(starts)):
            start = starts[i] if starts[i] > time else time
            if ends[i] - start >= minutes:
                return start
        return FOREVER

    def closing(self, time: int) -> int:
        """End of the stretch that holds ``time``; ``time`` itself if closed."""
        i = bisect_right(self.ends, time)
        if i == len(self.ends) or self.starts[i] > time:
            return time
        return self.ends[i]


def intersect(parts: Sequence[Stretches]) -> Stretches:
    """The ticks that are open in all parts."""
    result = parts[0]
    for other in parts[1:]:
        if other is not result:
            result = Stretches(_common(result, other))
    return result


def _common(a: Stretches, b: Stretches) -> list[Segment]:
    out: list[Segment] = []
    i = j = 0
    while i < len(a.starts) and j < len(b.starts):
        start, end = max(a.starts[i], b.starts[j]), min(a.ends[i], b.ends[j])
        if start < end:
            out.append((start, end))
        if a.ends[i] <= b.ends[j]:
            i += 1
        else:
            j += 1
    return out


class Parts(Protocol):
    """Open stretches of somebody or something."""

    @property
    def starts(self) -> list[int]: ...
    @property
    def ends(self) -> list[int]: ...


def presence(parts: Sequence[Parts]) -> dict[int, int]:
    """By how much the number of parts that are open changes, by tick."""
    steps: dict[int, int] = {}
    alike = Counter((id(part.starts), id(part.ends)) for part in parts)
    for part in parts:
        # Who shares his windows with others is counted with them.
        count = alike.pop((id(part.starts), id(part.ends)), 0)
        if count:
            for start in part.starts:
                steps[start] = steps.get(start, 0) + count
            for end in part.ends:
                steps[end] = steps.get(end, 0) - count
    return steps


def at_least(parts: Sequence[Parts], heads: int) -> Stretches:
    """The ticks at which at least ``heads`` of the parts are open."""
    steps = presence(parts)
    out: list[Segment] = []
    level, opened = 0, 0
    for time in sorted(steps):
        before, level = level, level + steps[time]
        if before < heads <= level:
            opened = time
        elif level < heads <= before:
            out.append((opened, time))
    return Stretches(out)
