"""Grounds and bars of the chart as one image, built by numpy.

QPainter costs some microseconds per rectangle from Python, so a week of a busy plant would take
longer than a frame. Here every visible track becomes a few lines of colours (see ``bar_lines``),
and each pixel row of the picture is a copy of one of them. The cost is that of the picture, not
that of the plan: a track with more bars than pixels is drawn as a strip whose strength is the
share of time that is covered.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.views.planning.gantt.bar_lines import BarLines, boxes_of
from app.views.planning.gantt.bars import Ints
from app.views.planning.gantt.columns import Columns, Line, grid_columns
from app.views.planning.gantt.ghosts import ghost_colour
from app.views.planning.gantt.row_layout import Band
from app.views.planning.gantt.scene import NOTHING_SHOWN, Scene

HATCH_PERIOD = 6
LOWEST_HATCH, LOWEST_ROUND = 6, 10
"""Device pixels of a bar's height from which it is hatched, and has its corners taken off."""
OVERTIME = 2  # pixels of the line that says so
PANEL, HEADING, BORDER, PLAIN = range(4)
"""Lines of the table: beside all rows, a group's heading, below a row, a row without calendar."""

Ticks = tuple[Sequence[float], Sequence[float]]
"""Times of the (minor, major) grid lines."""


class Raster:
    """Draws a scene into an image it keeps; ``shown`` and ``slots`` tell what became of it."""

    def __init__(self) -> None:
        self._pixels = np.zeros((1, 1), np.uint32)
        self.drawn = 0
        self.shown = NOTHING_SHOWN
        self.slots: list[tuple[Band, int]] = []
        self.boxes = boxes_of(())
        """Top and height of each slot, relative to the chart's content."""

    def render(
        self,
        scene: Scene,
        bands: Sequence[Band],
        top: float,
        size: tuple[int, int],
        ratio: float,
        ticks: Ticks,
    ) -> QImage:
        """The picture of ``size`` device pixels; ``top`` is the content y of its first line."""
        width, height = size
        if self._pixels.shape != (height, width):
            self._pixels = np.empty((height, width), np.uint32)
        self.drawn, self.shown, self.slots, self.boxes = 0, NOTHING_SHOWN, [], boxes_of(())
        if bands:
            self._bands(scene, bands, top, ratio, ticks)
        else:
            self._pixels[:] = scene.style.panel.rgb()
        image = QImage(self._pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        return image

    def _bands(
        self, scene: Scene, bands: Sequence[Band], top: float, ratio: float, ticks: Ticks
    ) -> None:
        view = Columns(scene.grid.left, scene.grid.scale * ratio, self._pixels.shape[1])
        rows = [band for band in bands if band.row >= 0]
        used = {scene.calendar_of_row[band.row] for band in rows}
        table, overtime = _grounds(scene, view, ticks, used)
        lines = BarLines(scene, rows, view, table[PLAIN:], ratio)
        self.drawn, self.shown, self.slots = lines.drawn, lines.shown, lines.slots
        self.boxes = boxes_of(lines.slots)
        first = np.rint((self.boxes[0] - top) * ratio).astype(np.int64)
        size = np.rint(self.boxes[1] * ratio).astype(np.int64)
        picture = _Picture(self._pixels, [table])
        picture.put_bands(scene, bands, top, ratio, overtime)
        picture.put_bars(lines, first, size)
        picture.copy()
        if scene.ghosts is not None:
            _ghosts(self._pixels, scene, view, bands, set(lines.slots), top, ratio)
        _hatch(self._pixels, lines, view, ratio, first, size)
        _round_corners(self._pixels, lines, first, size)


class _Picture:
    """Which line of colours each pixel row is a copy of."""

    def __init__(self, pixels: Line, lines: list[Line]) -> None:
        self._pixels, self._lines = pixels, lines
        self._line = np.zeros(len(pixels), np.int64)

    def _add(self, lines: Line) -> int:
        """The number of the first of more lines."""
        number = sum(len(known) for known in self._lines)
        self._lines.append(lines)
        return number

    def put_bands(
        self,
        scene: Scene,
        bands: Sequence[Band],
        top: float,
        ratio: float,
        overtime: dict[int, Line],
    ) -> None:
        """The ground of each row, and the line below it."""
        height, of_row = len(self._line), self._line
        extra = {calendar: self._add(line[None]) for calendar, line in overtime.items()}
        for band in bands:
            first = max(round((band.top - top) * ratio), 0)
            last = min(round((band.bottom - top) * ratio), height)
            if band.row < 0:
                of_row[first:last] = HEADING
            else:
                calendar = scene.calendar_of_row[band.row]
                of_row[first:last] = PLAIN + calendar + 1
                if calendar in extra and first < last:
                    of_row[first : first + round(OVERTIME * ratio)] = extra[calendar]
            if 0 < last <= height:
                of_row[last - 1] = BORDER

    def put_bars(self, lines: BarLines, first: Ints, size: Ints) -> None:
        """Two thirds of a bar are its upper line, the rest its lower one; where bars rest, two
        pixel rows in the middle are the thread."""
        height, of_row = len(self._line), self._line
        upper, lower = self._add(lines.upper), self._add(lines.lower)
        for slot, (begin, high) in enumerate(zip(first.tolist(), size.tolist(), strict=True)):
            third, end = begin + high - max(high // 3, 1), begin + high
            of_row[max(begin, 0) : max(min(third, height), 0)] = upper + slot
            of_row[max(third, 0) : max(min(end, height), 0)] = lower + slot
        middle = self._add(lines.middle)
        for number, slot in enumerate(lines.paused.tolist()):
            centre = int(first[slot]) + int(size[slot]) // 2
            of_row[max(centre - 1, 0) : max(min(centre + 1, height), 0)] = middle + number

    def copy(self) -> None:
        table = np.concatenate(self._lines)
        np.take(table, self._line, axis=0, out=self._pixels, mode="clip")


def _grounds(
    scene: Scene, view: Columns, ticks: Ticks, used: set[int]
) -> tuple[Line, dict[int, Line]]:
    """The first lines of the table, of which those of ``used`` calendars are drawn; and the lines
    of calendars with overtime."""
    style = scene.style
    open_colour, off = np.uint32(style.panel.rgb()), np.uint32(style.off_shift.rgb())
    table = np.empty((PLAIN + 1 + len(scene.windows), view.width), np.uint32)
    table[PANEL] = table[PLAIN] = open_colour
    table[HEADING], table[BORDER] = style.window.rgb(), style.line.rgb()
    with_extra: dict[int, NDArray[np.bool_]] = {}
    lines = [PLAIN]
    for calendar in sorted(used - {-1}):
        windows = scene.windows[calendar]
        lines.append(PLAIN + 1 + calendar)
        table[lines[-1]] = np.where(view.covered(windows.begin, windows.end), open_colour, off)
        if len(windows.first_begin):
            first = view.covered(windows.first_begin, windows.first_end)
            table[lines[-1], first] = style.first_piece.rgb()
        extra = windows.overtime
        if extra.any():
            with_extra[calendar] = view.covered(windows.begin[extra], windows.end[extra])
    for times, colour in ((ticks[0], style.line), (ticks[1], style.line_strong)):
        columns = grid_columns(view, times)
        for line in lines:
            table[line, columns] = colour.rgb()
    watch = np.uint32(style.watch.rgb())
    return table, {
        calendar: np.where(mask, watch, table[PLAIN + 1 + calendar])
        for calendar, mask in with_extra.items()
    }


def _ghosts(
    pixels: Line,
    scene: Scene,
    view: Columns,
    bands: Sequence[Band],
    slots: set[tuple[Band, int]],
    top: float,
    ratio: float,
) -> None:
    """On the ground of rows; tracks with bars have theirs in their own lines."""
    if scene.ghosts is None:
        return
    for band in bands:
        for lane in range(band.lanes if band.row >= 0 else 0):
            mask = None if (band, lane) in slots else view.haunted(scene.ghosts, band, lane)
            if mask is not None:
                box_top, box_height = band.lane_box(lane)
                first = round((box_top - top) * ratio)
                last = first + round(box_height * ratio)
                pixels[max(first, 0) : max(last, 0), mask] = ghost_colour(scene.style)


def _hatch(
    pixels: Line, lines: BarLines, view: Columns, ratio: float, first: Ints, size: Ints
) -> None:
    """Diagonal stripes that stand still relative to the bars while the chart is panned."""
    period, stripe = round(HATCH_PERIOD * ratio), max(round(1.5 * ratio), 1)
    slot, column = np.divmod(lines.hatch, view.width)
    begin, high = first[slot], size[slot]
    high[high < LOWEST_HATCH] = 0
    end = np.minimum(begin + high, len(pixels))
    low = np.maximum(begin, 0)
    offset = round(view.left * view.scale) % period
    at = begin - (column + offset) % period  # a stripe of this column begins here and every period
    flat, high_most = pixels.ravel(), int(size.max(initial=0))
    colour = lines.hatch_colour
    for number in range(high_most // period + 2):
        for row in range(stripe):
            y = at + (number * period + row)
            inside = (y >= low) & (y < end)
            flat[y[inside] * view.width + column[inside]] = colour[inside]


def _round_corners(pixels: Line, lines: BarLines, first: Ints, size: Ints) -> None:
    """The ground in the corners of bars."""
    width = pixels.shape[1]
    slot = lines.corners // width
    ground = lines.ground.ravel()[lines.corners]
    flat, column = pixels.ravel(), lines.corners % width
    for y in (first[slot], first[slot] + size[slot] - 1):
        inside = (y >= 0) & (y < len(pixels)) & (size[slot] >= LOWEST_ROUND)
        flat[y[inside] * width + column[inside]] = ground[inside]
