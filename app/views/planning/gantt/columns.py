"""Time as columns of device pixels: which of them a stretch of time covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.views.planning.gantt.bars import Floats, Ints

if TYPE_CHECKING:
    from app.views.planning.gantt.ghosts import GhostRows
    from app.views.planning.gantt.row_layout import Band

Line = NDArray[np.uint32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """Time -> device column of a picture of ``width``; ``scale`` in columns per minute."""

    left: float
    scale: float
    width: int

    def of(self, minutes: Floats) -> Ints:
        return np.floor((minutes - self.left) * self.scale + 0.5).astype(np.int64)

    def time_at(self, column: float) -> float:
        return self.left + column / self.scale

    @property
    def right(self) -> float:
        return self.time_at(self.width)

    def touched(self, begin: Floats, end: Floats) -> tuple[int, int]:
        """Which of the sorted, disjoint stretches touch the view: from, up to."""
        return (
            int(end.searchsorted(self.left, side="right")),
            int(begin.searchsorted(self.right, side="left")),
        )

    def covered(self, begin: Floats, end: Floats) -> Mask:
        """Columns inside any of the sorted, disjoint stretches."""
        low, high = self.touched(begin, end)
        line = np.zeros(high - low, np.int64) if low < high else np.zeros(0, np.int64)
        return self.covered_lines(begin[low:high], end[low:high], line, 1)[0]

    def covered_lines(self, begin: Floats, end: Floats, line: Ints, lines: int) -> Mask:
        """The same for many lines at once: a row of columns for each; ``line`` of each stretch,
        sorted."""
        cuts = np.empty((len(begin), 2), np.int64)
        cuts[:, 0], cuts[:, 1] = self.of(begin), self.of(end)
        cuts.clip(0, self.width, out=cuts)
        cuts += (line * self.width)[:, None]
        flags = np.zeros(2 * len(begin) + 1, np.bool_)
        flags[1::2] = True
        return np.repeat(flags, _lengths(cuts.ravel(), lines * self.width)).reshape(lines, -1)

    def haunted(self, ghosts: GhostRows, band: Band, lane: int) -> Mask | None:
        """Columns of a sub-lane in which ghosts stand; None where there are none."""
        tracks, found = ghosts.tracks, None
        for track in ghosts.lanes_at(band.row, lane, band.lanes):
            low, high = tracks.between(track, self.left, self.right)
            if low < high:
                mask = self.covered(tracks.begin[low:high], tracks.end[low:high])
                found = mask if found is None else found | mask
        return found


class Runs:
    """Six runs of columns per bar, laid end to end over all lines of the picture."""

    def __init__(self, cuts: Ints, line: Ints, lines: int, width: int) -> None:
        """``cuts`` are columns in the bar's own line; ``line`` is the number of that line."""
        flat = np.maximum.accumulate((cuts + (line * width)[:, None]).ravel())
        self.cuts = flat.reshape(-1, 6)
        self._shape = (lines, width)
        self._counts = _lengths(flat, lines * width)

    def expand(self, values: Line) -> Line:
        """One colour per run -> one colour per column; 0 where there is no bar."""
        return self._repeated(values.ravel(), self._counts)

    def expand_bars(self, values: Line) -> Line:
        """One colour per bar -> one per column, up to where the next bar begins."""
        return self._repeated(values, _lengths(self.cuts[:, 0], self._shape[0] * self._shape[1]))

    def _repeated(self, values: Line, counts: Ints) -> Line:
        return np.repeat(np.concatenate((_BEFORE, values)), counts).reshape(self._shape)

    def corners(self, from_width: int) -> Ints:
        """First and last column of each bar wide enough to look rounded."""
        first, last = self.cuts[:, 0], self.cuts[:, 5]
        wide = last - first >= from_width
        return np.concatenate((first[wide], last[wide] - 1))


_BEFORE = np.zeros(1, np.uint32)


def _lengths(cuts: Ints, last: int) -> Ints:
    """How many columns lie before the first cut, between the cuts, and up to ``last``."""
    lengths = np.empty(len(cuts) + 1, np.int64)
    lengths[:-1] = cuts
    lengths[-1] = last
    lengths[1:] -= cuts
    return lengths


def stretched(first: Ints, length: Ints) -> tuple[Ints, Ints]:
    """All positions of runs given by begin and length, and the number of the run of each."""
    owner = np.repeat(np.arange(len(first)), length)
    before = np.cumsum(length) - length
    return np.arange(len(owner)) + (first - before)[owner], owner


def blended(colours: Line, ground: int, share: Floats) -> Line:
    """``share`` of each colour over one ground."""
    parts = (share * 256).astype(np.uint32)
    result = np.zeros_like(colours)
    for shift in (16, 8, 0):
        top = (colours >> np.uint32(shift)) & np.uint32(255)
        under = np.uint32((ground >> shift) & 255)
        mixed = (top * parts + under * (np.uint32(256) - parts)) >> np.uint32(8)
        result |= mixed << np.uint32(shift)
    return result | np.uint32(0xFF000000)


def grid_columns(columns: Columns, times: Sequence[float]) -> Ints:
    """Columns of grid lines that are inside the picture."""
    found = columns.of(np.array(times, np.float64))
    return found[(found >= 0) & (found < columns.width)]
