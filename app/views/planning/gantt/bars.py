"""The plan as sorted arrays: what the painter, the hit-test and the gestures read.

``PlanBars`` holds one entry per placed operation; ``Tracks`` sorts them by row and sub-lane. Within
a track bars never overlap, so starts *and* ends are sorted and every question about a stretch of
time is two binary searches, whatever the size of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from app.services.planning.placed_columns import PlacedColumns
    from app.services.planning.rows import PlacementRow

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PIN_MACHINE, PIN_START, STALE, UNKITTED = 1, 2, 4, 8


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
    marks: NDArray[np.uint8]  # PIN_MACHINE | PIN_START | STALE | UNKITTED
    pause_bar: Ints
    pause_begin: Floats
    pause_end: Floats
    share: Floats  # of a machine with several places
    quote: Flags  # capacity held for a quote
    due_shift: Floats  # minutes from the order's end to its due date; 0 without one

    def __len__(self) -> int:
        return len(self.operation)

    def span(self) -> tuple[float, float] | None:
        """First and last minute of the plan, None if it is empty."""
        if not len(self):
            return None
        return float(self.setup_start.min()), float(self.end.max())


def bars_of(
    rows: Sequence[PlacementRow], columns: PlacedColumns, machine: Ints, order: Ints
) -> PlanBars:
    """Arrays of the placements; ``machine`` and ``order`` are their dense numbers."""
    late = columns.late_minutes > 0
    segments, whose = columns.segments.values, columns.segments.placement
    gap = np.flatnonzero((whose[1:] == whose[:-1]) & (segments[1:, 0] > segments[:-1, 1]))
    return PlanBars(
        rows=rows,
        operation=columns.operation,
        machine=machine,
        order=order,
        setup_start=columns.setup_start,
        start=columns.start,
        end=np.maximum(columns.end, columns.setup_start),
        progress=np.clip(columns.progress, 0.0, 1.0),
        late=late & (columns.progress < 1.0),
        marks=_marks(columns),
        pause_bar=whose[gap],
        pause_begin=segments[gap, 1].astype(np.float64),
        pause_end=segments[gap + 1, 0].astype(np.float64),
        share=columns.share,
        quote=~np.isnan(columns.quote_until),
        due_shift=np.nan_to_num(columns.due - columns.order_end, nan=0.0),
    )


def _marks(columns: PlacedColumns) -> NDArray[np.uint8]:
    marks = (
        PIN_MACHINE * columns.pin_machine + PIN_START * columns.pin_start + STALE * columns.stale
    )
    return marks.astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Stretches of bars that stand in the rows of one arrangement, in any order.

    A bar is one piece in its machine's row, and several where rows are people or moulds: one for
    each of those that work at it. ``run`` is where setup ends. Pauses name their piece.
    """

    bar: Ints
    row: Ints
    begin: Floats
    run: Floats
    end: Floats
    pause_piece: Ints
    pause_begin: Floats
    pause_end: Floats


@dataclass(frozen=True, slots=True)
class Tracks:
    """Pieces by (row, sub-lane, start): ``bar[offsets[t]:offsets[t + 1]]`` is track ``t``."""

    bar: Ints
    offsets: Ints
    first_of_row: Ints  # first track of each row, one entry more than rows
    begin: Floats  # setup start, in track order
    run: Floats
    end: Floats
    busy: Floats  # minutes covered before each position, one entry more than pieces
    pause_offsets: Ints
    pause_begin: Floats
    pause_end: Floats
    by_bar: Ints  # positions sorted by bar
    sorted_bars: Ints  # and the bar of each

    def lanes(self, row: int) -> int:
        """Sub-lanes of a row, at least one."""
        return int(self.first_of_row[row + 1] - self.first_of_row[row])

    def between(self, track: int, first: float, last: float) -> tuple[int, int]:
        """Positions of the pieces of a track that touch [first, last]."""
        low, high = self.offsets[track : track + 2].tolist()
        return (
            low + int(self.end[low:high].searchsorted(first, side="left")),
            low + int(self.begin[low:high].searchsorted(last, side="right")),
        )

    def bars_of_row(self, row: int) -> Ints:
        """All bars of a row, each once, by time."""
        low, high = self.first_of_row[row], self.first_of_row[row + 1]
        found = self.bar[self.offsets[low] : self.offsets[high]]
        _, first = np.unique(found, return_index=True)
        return found[np.sort(first)]

    def positions(self, bar: int) -> Ints:
        """Where the pieces of a bar stand, rows from top to bottom; empty if it has none here."""
        low, high = np.searchsorted(self.sorted_bars, [bar, bar + 1])
        return self.by_bar[low:high]

    def row_at(self, position: int) -> tuple[int, int]:
        """(row, sub-lane) of a position."""
        track = int(np.searchsorted(self.offsets, position, side="right")) - 1
        row = int(np.searchsorted(self.first_of_row, track, side="right")) - 1
        return row, track - int(self.first_of_row[row])


def pieces_of(bars: PlanBars, row: Ints) -> Pieces:
    """Each bar as one piece in its ``row``. What is held for a quote is all hatched."""
    return Pieces(
        np.arange(len(bars)), row, bars.setup_start, np.where(bars.quote, bars.end, bars.start),
        bars.end,
        bars.pause_bar, bars.pause_begin, bars.pause_end,
    )  # fmt: skip


def tracks_of(pieces: Pieces, row_count: int) -> Tracks:
    """Sort pieces into tracks."""
    row = pieces.row
    by_time = np.lexsort((pieces.end, pieces.begin, row))
    lane = np.zeros(len(row), np.int64)
    lane[by_time] = _lanes(row[by_time], pieces.begin[by_time], pieces.end[by_time])
    lanes_per_row = np.ones(row_count, np.int64)
    np.maximum.at(lanes_per_row, row, lane + 1)
    first_of_row = np.concatenate(([0], np.cumsum(lanes_per_row)))
    track = first_of_row[row] + lane
    order = by_time[np.argsort(track[by_time], kind="stable")]
    track_count = int(first_of_row[-1])
    begin, end, bar = pieces.begin[order], pieces.end[order], pieces.bar[order]
    pause_track = track[pieces.pause_piece]
    pause_order = np.lexsort((pieces.pause_begin, pause_track))
    by_bar = np.argsort(bar, kind="stable")
    return Tracks(
        bar=bar,
        offsets=np.searchsorted(track[order], np.arange(track_count + 1)),
        first_of_row=first_of_row,
        begin=begin,
        run=pieces.run[order],
        end=end,
        busy=np.concatenate(([0.0], np.cumsum(end - begin))),
        pause_offsets=np.searchsorted(pause_track[pause_order], np.arange(track_count + 1)),
        pause_begin=pieces.pause_begin[pause_order],
        pause_end=pieces.pause_end[pause_order],
        by_bar=by_bar,
        sorted_bars=bar[by_bar],
    )


def gathered(tracks: Tracks, first_row: Ints) -> Tracks:
    """Several rows as one, their tracks as its sub-lanes: row ``n`` becomes those from
    ``first_row[n]`` up to ``first_row[n + 1]``."""
    return replace(tracks, first_of_row=tracks.first_of_row[first_row])


def _lanes(row: Ints, begin: Floats, end: Floats) -> Ints:
    """Sub-lane of each bar (sorted by row, then begin): the lowest that is free."""
    lane = np.zeros(len(row), np.int64)
    if len(row) < 2:
        return lane
    # Where everything before has ended the stack begins anew; what stands alone is in the first.
    far = row * (float(end.max() - begin.min()) + 1.0)
    fresh = np.concatenate(([True], (begin + far)[1:] >= np.maximum.accumulate(end + far)[:-1]))
    stacked = np.flatnonzero(~(fresh & np.append(fresh[1:], True)))
    lane[stacked] = _stack(begin[stacked].tolist(), end[stacked].tolist(), fresh[stacked].tolist())
    return lane


def _stack(begins: list[float], ends: list[float], fresh: list[bool]) -> list[int]:
    free_from: list[float] = []
    lanes = []
    for begin, end, anew in zip(begins, ends, fresh, strict=True):
        if anew:
            free_from.clear()
        for lane, free in enumerate(free_from):
            if free <= begin:
                free_from[lane] = end
                lanes.append(lane)
                break
        else:
            lanes.append(len(free_from))
            free_from.append(end)
    return lanes


@dataclass(frozen=True, slots=True)
class Windows:
    """Open windows of one calendar, merged and sorted, in minutes since 1970 UTC.

    ``first_begin``, ``first_end``: between them, the first pieces of shifts.
    """

    begin: Floats
    end: Floats
    overtime: Flags
    first_begin: Floats = field(default_factory=lambda: np.zeros(0))
    first_end: Floats = field(default_factory=lambda: np.zeros(0))

    def first_piece_at(self, minutes: float) -> tuple[float, float] | None:
        """The first piece that is made at a moment, from when to when."""
        at = int(np.searchsorted(self.first_begin, minutes, side="right")) - 1
        if at < 0 or minutes >= self.first_end[at]:
            return None
        return float(self.first_begin[at]), float(self.first_end[at])

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
