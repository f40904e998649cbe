"""The plan as sorted arrays: what the painter, the hit-test and the gestures read.

``PlanBars`` holds one entry per placed operation; ``Tracks`` sorts them by row and sub-lane. Within
a track bars never overlap, so starts *and* ends are sorted and every question about a stretch of
time is two binary searches, whatever the size of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.views.planning.gantt.time_grid import to_minutes

if TYPE_CHECKING:
    from app.services.planning.rows import PlacementRow

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PIN_MACHINE, PIN_START, STALE = 1, 2, 4


@dataclass(frozen=True, slots=True)
class PlanBars:
    """Parallel arrays, one entry per bar; times in minutes since 1970 UTC.

    ``machine`` and ``order`` are dense numbers (rows of the two arrangements), pauses are a table
    of their own sorted by bar: (``pause_bar``, ``pause_begin``, ``pause_end``).
    """

    rows: Sequence[PlacementRow]
    operation: Ints
    machine: Ints
    order: Ints
    setup_start: Floats
    start: Floats
    end: Floats
    progress: Floats
    late: Flags
    marks: NDArray[np.uint8]  # PIN_MACHINE | PIN_START | STALE
    pause_bar: Ints
    pause_begin: Floats
    pause_end: Floats

    def __len__(self) -> int:
        return len(self.operation)

    def span(self) -> tuple[float, float] | None:
        """First and last minute of the plan, None if it is empty."""
        if not len(self):
            return None
        return float(self.setup_start.min()), float(self.end.max())


def bars_of(
    placements: Sequence[PlacementRow], machines: dict[int, int], orders: dict[int, int]
) -> PlanBars:
    """Arrays of the placements; ``machines`` and ``orders`` give the dense number of an id."""
    count = len(placements)
    setup = np.fromiter((to_minutes(p.setup_start) for p in placements), np.float64, count)
    start = np.fromiter((to_minutes(p.start) for p in placements), np.float64, count)
    end = np.fromiter((to_minutes(p.end) for p in placements), np.float64, count)
    progress = np.fromiter((p.progress for p in placements), np.float64, count)
    late = np.fromiter((p.late_minutes > 0 for p in placements), np.bool_, count)
    pauses = [
        (bar, to_minutes(before[1]), to_minutes(after[0]))
        for bar, p in enumerate(placements)
        for before, after in zip(p.segments, p.segments[1:], strict=False)
        if after[0] > before[1]
    ]
    pause_table = np.array(pauses, dtype=np.float64).reshape(-1, 3)
    return PlanBars(
        rows=placements,
        operation=np.fromiter((p.operation_id for p in placements), np.int64, count),
        machine=np.fromiter((machines[p.machine_id] for p in placements), np.int64, count),
        order=np.fromiter((orders[p.order_id] for p in placements), np.int64, count),
        setup_start=setup,
        start=start,
        end=np.maximum(end, setup),
        progress=np.clip(progress, 0.0, 1.0),
        late=late & (progress < 1.0),
        marks=np.fromiter((_marks(p) for p in placements), np.uint8, count),
        pause_bar=pause_table[:, 0].astype(np.int64),
        pause_begin=pause_table[:, 1],
        pause_end=pause_table[:, 2],
    )


def _marks(placement: PlacementRow) -> int:
    return (
        PIN_MACHINE * placement.pin_machine
        + PIN_START * placement.pin_start
        + STALE * placement.stale
    )


@dataclass(frozen=True, slots=True)
class Tracks:
    """Bars sorted by (row, sub-lane, start). ``bar[offsets[t]:offsets[t + 1]]`` is track ``t``."""

    bar: Ints
    offsets: Ints
    first_of_row: Ints  # first track of each row, one entry more than rows
    begin: Floats  # setup start, in track order
    end: Floats
    busy: Floats  # minutes covered before each position, one entry more than bars
    pause_offsets: Ints
    pause_bar: Ints
    pause_begin: Floats
    pause_end: Floats

    def lanes(self, row: int) -> int:
        """Sub-lanes of a row, at least one."""
        return int(self.first_of_row[row + 1] - self.first_of_row[row])

    def between(self, track: int, first: float, last: float) -> tuple[int, int]:
        """Positions of the bars of a track that touch [first, last]."""
        low, high = int(self.offsets[track]), int(self.offsets[track + 1])
        return (
            low + int(np.searchsorted(self.end[low:high], first, side="left")),
            low + int(np.searchsorted(self.begin[low:high], last, side="right")),
        )

    def bars_of_row(self, row: int) -> Ints:
        """All bars of a row."""
        low, high = self.first_of_row[row], self.first_of_row[row + 1]
        return self.bar[self.offsets[low] : self.offsets[high]]


def tracks_of(bars: PlanBars, row: Ints, row_count: int) -> Tracks:
    """Sort the bars into tracks; ``row`` is the row of each bar."""
    by_time = np.lexsort((bars.end, bars.setup_start, row))
    lane = np.zeros(len(bars), np.int64)
    lane[by_time] = _lanes(row[by_time], bars.setup_start[by_time], bars.end[by_time])
    lanes_per_row = np.ones(row_count, np.int64)
    np.maximum.at(lanes_per_row, row, lane + 1)
    first_of_row = np.concatenate(([0], np.cumsum(lanes_per_row)))
    track = first_of_row[row] + lane
    order = by_time[np.argsort(track[by_time], kind="stable")]
    track_count = int(first_of_row[-1])
    begin, end = bars.setup_start[order], bars.end[order]
    pause_track = track[bars.pause_bar]
    pause_order = np.lexsort((bars.pause_begin, pause_track))
    return Tracks(
        bar=order,
        offsets=np.searchsorted(track[order], np.arange(track_count + 1)),
        first_of_row=first_of_row,
        begin=begin,
        end=end,
        busy=np.concatenate(([0.0], np.cumsum(end - begin))),
        pause_offsets=np.searchsorted(pause_track[pause_order], np.arange(track_count + 1)),
        pause_bar=bars.pause_bar[pause_order],
        pause_begin=bars.pause_begin[pause_order],
        pause_end=bars.pause_end[pause_order],
    )


def _lanes(row: Ints, begin: Floats, end: Floats) -> Ints:
    """Sub-lane of each bar (sorted by row, then begin): the lowest that is free."""
    lane = np.zeros(len(row), np.int64)
    if len(row) < 2:
        return lane
    same_row = row[1:] == row[:-1]
    overlap = same_row & (begin[1:] < end[:-1])
    for crowded in np.unique(row[1:][overlap]):
        low, high = np.searchsorted(row, [crowded, crowded + 1])
        lane[low:high] = _stack(begin[low:high].tolist(), end[low:high].tolist())
    return lane


def _stack(begins: list[float], ends: list[float]) -> list[int]:
    free_from: list[float] = []
    lanes = []
    for begin, end in zip(begins, ends, strict=True):
        lane = next((i for i, free in enumerate(free_from) if free <= begin), len(free_from))
        if lane == len(free_from):
            free_from.append(end)
        else:
            free_from[lane] = end
        lanes.append(lane)
    return lanes


@dataclass(frozen=True, slots=True)
class Windows:
    """Open windows of one calendar, merged and sorted, in minutes since 1970 UTC."""

    begin: Floats
    end: Floats
    overtime: Flags

    def edges_near(self, minutes: float, reach: float) -> list[float]:
        """Begins and ends of windows at most ``reach`` away."""
        return [
            float(edge)
            for edges in (self.begin, self.end)
            for edge in edges[
                np.searchsorted(edges, minutes - reach) : np.searchsorted(
                    edges, minutes + reach, side="right"
                )
            ]
        ]
