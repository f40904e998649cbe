"""What a gesture moves, as columns: while a bar is dragged most of it is never looked at singly.

A push in a large plan moves thousands; a window shows some hundred, and only the last of many
answers is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from app.core.working_time import minute, moment
from app.scheduling import problem as engine
from app.scheduling.columns import Columns
from app.services.planning.bridge import LoadedPlant
from app.services.planning.placed_rows import lane_id
from app.services.planning.rows import MovedBar
from app.services.planning.stored_plan import Spot, spot_of

T = TypeVar("T")
Ints = NDArray[np.int64]


class Told(Sequence[T]):
    """A sequence of known length that is made when it is first read; ``list`` of it otherwise."""

    def __init__(self, count: int, make: Callable[[], Sequence[T]]) -> None:
        self._count, self._make = count, make
        self._made: Sequence[T] | None = None

    def _all(self) -> Sequence[T]:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...

    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self._all()[index]

    def __iter__(self) -> Iterator[T]:
        return iter(self._all())


class MovedBars(Told[MovedBar]):
    """Where everything stands that a gesture moves."""

    def __init__(self, loaded: LoadedPlant, columns: Columns) -> None:
        moved = columns.operation.tolist()
        together = [one for one in moved if one in loaded.batches]
        others = (number for one in together for number in loaded.batches[one])
        self.operation_ids = frozenset((*map(loaded.operation_ids.__getitem__, moved), *others))
        super().__init__(len(self.operation_ids), lambda: self._bars(columns))
        self._loaded, self._columns = loaded, columns

    def between(self, first: datetime, last: datetime) -> list[MovedBar]:
        """Those that are in a stretch of time."""
        shift = self._loaded.clock.origin_minute
        begin, end = minute(first) - shift, minute(last) - shift
        times = self._columns.times
        return self._bars(self._columns.only((times[:, 2] <= end) & (times[:, 4] >= begin)))

    def _bars(self, columns: Columns) -> list[MovedBar]:
        return [
            moved_bar(number, spot_of(self._loaded, placement))
            for placement in columns.placements()
            for number in self._loaded.stands_for(placement.operation)
        ]


def moved_bar(operation_id: int, spot: Spot) -> MovedBar:
    """A place as a gesture shows it."""
    return MovedBar(
        operation_id,
        lane_id(spot.machine_id, spot.supplier_id),
        moment(spot.setup_start),
        moment(spot.start),
        moment(spot.end),
        tuple((moment(start), moment(end)) for start, end in spot.segments),
        spot.crew,
        spot.tools,
    )


NOWHERE = -1
"""End of an operation, or of an order, of which nothing is placed."""


class Ends:
    """When the orders of a plan end, and how that changes; all orders at once."""

    def __init__(self, problem: engine.Problem, schedule: engine.Schedule) -> None:
        pairs = [
            (order, index)
            for index, operation in enumerate(problem.operations)
            for order in operation.orders
        ]
        table = np.array(sorted(pairs), np.int64).reshape(-1, 2)
        self._orders, self._first = np.unique(table[:, 0], return_index=True)
        self._operations = table[:, 1]
        self._due = np.array([problem.orders[order].due for order in self._orders], np.int64)
        self._end = np.full(len(problem.operations), NOWHERE, np.int64)
        for placement in schedule.placements:
            self._end[placement.operation] = placement.end
        self._before = self._of(self._end)

    def _of(self, end: Ints) -> Ints:
        if not len(self._operations):
            return np.zeros(0, np.int64)
        found: Ints = np.maximum.reduceat(end[self._operations], self._first)
        return found

    def by_order(self) -> Mapping[int, int]:
        """The end of each order of which something is placed."""
        ends = zip(self._orders.tolist(), self._before.tolist(), strict=True)
        return {order: end for order, end in ends if end != NOWHERE}

    def changed(self, moved: Columns, gone: Sequence[int]) -> tuple[int, int]:
        """(orders that end later, minutes of tardiness more) when these operations have moved, and
        those have left."""
        end = self._end.copy()
        end[moved.operation] = moved.times[:, 4]
        end[list(gone)] = NOWHERE
        after, before = self._of(end), self._before
        later = (after > before) & (before != NOWHERE)
        return int(later.sum()), self._tardiness(after) - self._tardiness(before)

    def _tardiness(self, ends: Ints) -> int:
        late = np.maximum(ends - self._due, 0)
        return int(late[ends != NOWHERE].sum())
