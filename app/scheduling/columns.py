"""Placements as columns of numbers: to count in thousands without making a record of each.

A plan that comes out of a compiled search, or from the solver's process, stands in columns; its
records are made when somebody asks for them (``InColumns``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.core.quiet import uncollected
from app.core.watch import look, looking
from app.scheduling.problem import Assignment, Placement, Schedule, Unplaced

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
        works = list(map(Assignment, looking(people, 20_000), first, last, map(bool, setup)))
        parts = (
            _dealt(pairs, self.segment_count),
            _dealt(self.tools.tolist(), self.tool_count),
            _dealt(works, self.crew_count),
        )
        operations, *times = self.times.T.tolist()
        return list(map(Placement, looking(operations, 20_000), *times, *parts))

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
    parts = list(zip((ends - counts).tolist(), ends.tolist(), strict=True))
    return [tuple(items[a:b]) for a, b in looking(parts, 20_000)]


class Deferred(Schedule):
    """A plan whose records are made when they are first asked for: most plans are only counted.

    It equals the plan of those records.
    """

    __slots__ = ("_leave", "_place")

    _place: Callable[[], Iterable[Placement]]
    _leave: Callable[[], Iterable[Unplaced]]

    def __new__(cls, *_: object, **fields: Any) -> Any:
        """With the fields of a plain plan (``dataclasses.replace``) it becomes one."""
        return Schedule(**fields) if "placements" in fields else super().__new__(cls)

    def __init__(
        self,
        place: Callable[[], Iterable[Placement]],
        leave: Callable[[], Iterable[Unplaced]],
    ) -> None:
        object.__setattr__(self, "_place", place)
        object.__setattr__(self, "_leave", leave)

    @property
    def placements(self) -> tuple[Placement, ...]:
        """Made at the first call."""
        return _made(self, _PLACED, self._place)

    @property
    def unplaced(self) -> tuple[Unplaced, ...]:
        """Made at the first call."""
        return _made(self, _LEFT, self._leave)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Schedule):
            return NotImplemented
        own, others = (self.placements, self.unplaced), (other.placements, other.unplaced)
        return own == others

    def __hash__(self) -> int:
        return hash((self.placements, self.unplaced))

    def __reduce__(self) -> tuple[type[Schedule], tuple[object, ...]]:
        return Schedule, (self.placements, self.unplaced)


class InColumns(Deferred):
    """A plan that stands in columns."""

    __slots__ = ("columns",)

    columns: Columns

    def __init__(self, columns: Columns, unplaced: Iterable[Unplaced] = ()) -> None:
        super().__init__(lambda: columns.placements(), lambda: unplaced)
        object.__setattr__(self, "columns", columns)


# Where a plain schedule keeps its records.
_PLACED: Any = Schedule.__dict__["placements"]
_LEFT: Any = Schedule.__dict__["unplaced"]


def _made(schedule: Schedule, known: Any, make: Callable[[], Iterable[T]]) -> tuple[T, ...]:
    try:
        found: tuple[T, ...] = known.__get__(schedule)
    except AttributeError:
        with uncollected():
            found = tuple(make())
        known.__set__(schedule, found)
    return found


def columns_of(schedule: Schedule) -> Columns:
    """The placements of a plan."""
    return schedule.columns if isinstance(schedule, InColumns) else Columns.of(schedule.placements)


def placed_in(schedule: Schedule) -> int:
    """How many operations have a place in a plan."""
    if isinstance(schedule, InColumns):
        return len(schedule.columns.times)
    return len(schedule.placements)
