"""Placements as columns of numbers: to count in thousands without making a record of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.core.watch import look
from app.scheduling.problem import Assignment, Placement

T = TypeVar("T")
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

TIMES = attrgetter("operation", "mode", "setup_start", "start", "end")
WORK = attrgetter("operator", "start", "end", "setup")


@dataclass(frozen=True, slots=True)
class Columns:
    """``times``: (operation, mode, setup start, start, end) by placement; how many segments, tools
    and people each has, and these one after the other: (start, end); tool; (operator, start, end,
    whether at setup).
    """

    times: Ints
    segment_count: Ints
    segments: Ints
    tool_count: Ints
    tools: Ints
    crew_count: Ints
    crew: Ints

    @classmethod
    def of(cls, placements: Sequence[Placement]) -> Columns:
        segments = [p.segments for p in placements]
        tools = [p.tools for p in placements]
        crews = [p.crew for p in placements]
        people = chain.from_iterable(crews)
        return cls(
            _flat(map(TIMES, placements)).reshape(-1, 5),
            _counts(segments),
            _flat(chain.from_iterable(segments)).reshape(-1, 2),
            _counts(tools),
            _flat(tools),
            _counts(crews),
            _flat(map(WORK, people)).reshape(-1, 4),
        )

    @property
    def operation(self) -> Ints:
        return self.times[:, 0]

    def placements(self) -> list[Placement]:
        """The records."""
        look()
        pairs = list(zip(*self.segments.T.tolist(), strict=True))
        people, first, last, setup = self.crew.T.tolist()
        look()
        works = list(map(Assignment, people, first, last, map(bool, setup)))
        look()
        parts = (
            _dealt(pairs, self.segment_count),
            _dealt(self.tools.tolist(), self.tool_count),
            _dealt(works, self.crew_count),
        )
        look()
        return list(map(Placement, *self.times.T.tolist(), *parts))

    def only(self, kept: Flags) -> Columns:
        """Those placements alone."""
        if kept.all():
            return self
        return Columns(
            self.times[kept],
            self.segment_count[kept],
            self.segments[np.repeat(kept, self.segment_count)],
            self.tool_count[kept],
            self.tools[np.repeat(kept, self.tool_count)],
            self.crew_count[kept],
            self.crew[np.repeat(kept, self.crew_count)],
        )


def sums(values: Ints, counts: Ints) -> Ints:
    """Of ``values`` that lie in groups of so many each: the sum of each group."""
    look()
    total = np.concatenate((np.zeros(1, np.int64), np.cumsum(values)))
    ends = np.cumsum(counts)
    found: Ints = total[ends] - total[ends - counts]
    return found


def ranges(starts: Ints, counts: Ints) -> Ints:
    """``starts[0], starts[0] + 1, ...``, so many of each, one after the other."""
    before = np.cumsum(counts) - counts
    found: Ints = np.arange(int(counts.sum())) + np.repeat(starts - before, counts)
    return found


def _flat(records: Iterable[Iterable[int]]) -> Ints:
    look()
    return np.fromiter(chain.from_iterable(records), np.int64)


def _counts(groups: Sequence[Sequence[object]]) -> Ints:
    return np.fromiter(map(len, groups), np.int64, len(groups))


def _dealt(items: list[T], counts: Ints) -> Iterable[tuple[T, ...]]:
    ends = np.cumsum(counts)
    return [tuple(items[a:b]) for a, b in zip((ends - counts).tolist(), ends.tolist(), strict=True)]
