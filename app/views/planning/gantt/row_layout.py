"""Row <-> y: the rows of an arrangement, their groups, heights and folding.

Shared by the chart and the row header at its left, so that both always agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.views.planning.gantt.bars import Tracks

ROW_HEIGHT = 30
BAR_HEIGHT = 20
GROUP_HEIGHT = 24
STACK_PITCH = 15  # a row of parallel bars: distance of its sub-lanes while there are few
STACK_LIMIT = 180  # and the height it should not outgrow
FINEST_PITCH = 4
# Groups without a name of their own; no code can contain the zero character.
SUBCONTRACTORS, NO_WORK_CENTRE = "\0subcontractors", "\0no work centre"
NO_TEAM = "\0no team"


@dataclass(frozen=True, slots=True)
class LaneName:
    """What the header says beside a sub-lane: a copy's number, and where it hangs or is kept."""

    copy: int
    lane: int
    number: str
    place: str
    state: str


@dataclass(frozen=True, slots=True)
class RowInfo:
    """What the header says about a row. ``key``: id of a machine, order, person or mould.

    ``marker`` is a time worth a mark in the row (the order's due date), minutes since 1970 UTC;
    ``batches`` says that bars which share start and end are one load of the machine.
    """

    key: int
    title: str
    detail: str
    note: str
    group: str
    calendar: int = -1
    marker: float | None = None
    alarm: bool = False
    batches: bool = False
    lane_names: tuple[LaneName, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """One horizontal band of the chart: a group heading (``row`` is -1) or a row."""

    row: int
    group: str
    top: int
    height: int
    lanes: int = 1

    @property
    def bottom(self) -> int:
        """One below the last pixel."""
        return self.top + self.height

    def lane_box(self, lane: int) -> tuple[int, int]:
        """(top, height) of the bars of a sub-lane, relative to the chart's content."""
        if self.lanes == 1:
            return self.top + (self.height - BAR_HEIGHT) // 2, BAR_HEIGHT
        pitch = stack_pitch(self.lanes)
        return self.top + 3 + lane * pitch, max(pitch - 1, 2)

    def lane_at(self, y: float) -> int:
        """Sub-lane under a content y."""
        if self.lanes == 1:
            return 0
        return min(max(int((y - self.top - 3) // stack_pitch(self.lanes)), 0), self.lanes - 1)


def stack_pitch(lanes: int) -> int:
    """Distance of sub-lanes in pixels: narrower the more there are."""
    return max(FINEST_PITCH, min(STACK_PITCH, STACK_LIMIT // lanes))


def row_height(lanes: int) -> int:
    """Height of a row with so many sub-lanes."""
    return ROW_HEIGHT if lanes == 1 else max(ROW_HEIGHT, 6 + lanes * stack_pitch(lanes))


class RowLayout:
    """Bands from top to bottom; folded groups keep only their heading."""

    def __init__(self, rows: Sequence[RowInfo], tracks: Tracks, folded: Sequence[str] = ()) -> None:
        self.rows = rows
        self.tracks = tracks
        self.folded = set(folded)
        self.bands: list[Band] = []
        self._tops = np.zeros(0, np.int64)
        self._rows_of_group: dict[str, list[int]] = {}
        for number, info in enumerate(rows):
            self._rows_of_group.setdefault(info.group, []).append(number)
        self._band_of_row: dict[int, int] = {}
        self.height = 0
        self._arrange()

    def _arrange(self) -> None:
        bands: list[Band] = []
        top = 0
        group: str | None = None
        for number, info in enumerate(self.rows):
            if info.group and info.group != group:
                group = info.group
                bands.append(Band(-1, group, top, GROUP_HEIGHT))
                top += GROUP_HEIGHT
            if info.group in self.folded:
                continue
            lanes = self.tracks.lanes(number)
            bands.append(Band(number, info.group, top, row_height(lanes), lanes))
            top = bands[-1].bottom
        self.bands = bands
        self.height = top
        self._tops = np.array([band.top for band in bands], np.int64)
        self._band_of_row = {band.row: i for i, band in enumerate(bands) if band.row >= 0}

    def fold(self, group: str, folded: bool) -> None:
        """Hide or show the rows of a group."""
        (self.folded.add if folded else self.folded.discard)(group)
        self._arrange()

    def fold_all(self, groups: Sequence[str]) -> None:
        """Restore a set of folded groups."""
        self.folded = set(groups)
        self._arrange()

    def band_at(self, y: float) -> Band | None:
        """The band under a content y."""
        index = int(np.searchsorted(self._tops, y, side="right")) - 1
        if index < 0 or y >= self.height:
            return None
        return self.bands[index]

    def band_of(self, row: int) -> Band | None:
        """Where a row is, None while it is folded away."""
        index = self._band_of_row.get(row)
        return None if index is None else self.bands[index]

    def visible(self, top: float, bottom: float) -> list[Band]:
        """Bands that touch [top, bottom)."""
        first = max(int(np.searchsorted(self._tops, top, side="right")) - 1, 0)
        last = int(np.searchsorted(self._tops, bottom, side="left"))
        return self.bands[first:last]

    def group_rows(self, group: str) -> list[int]:
        """Rows of a group, folded or not."""
        return self._rows_of_group.get(group, [])
