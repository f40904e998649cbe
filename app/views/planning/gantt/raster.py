"""Grounds and bars of the chart as one image, built by numpy.

QPainter costs some microseconds per rectangle from Python, so a week of a busy plant would take
longer than a frame. Here every visible track becomes one line of colours (run lengths of all bars
of all tracks are expanded by a single ``np.repeat``) and a line is copied to the pixel rows of its
bar. The cost is that of the picture, not that of the plan: a track with more bars than pixels is
drawn as a strip whose strength is the share of time that is covered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.views.planning.gantt.bars import Floats, Ints, PlanBars, Tracks, Windows
from app.views.planning.gantt.ghosts import GhostRows, ghost_colour
from app.views.planning.gantt.row_layout import Band
from app.views.planning.gantt.style import FAINT, Style
from app.views.planning.gantt.time_grid import TimeGrid

EDGE = 3  # device-independent pixels of the left edge and of the late cap
CROWDED = 0.3  # bars per pixel from which a track becomes a strip
HATCH_PERIOD = 6
ROUND_FROM = 8  # columns
FAINTEST = 0.004  # share of a column that must be covered to be drawn
LABEL_WIDTH = 14  # narrower bars carry neither words nor marks

Line = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is painted, at this moment. ``shades`` holds one code per bar (see style)."""

    bars: PlanBars
    tracks: Tracks
    shades: NDArray[np.uint8]
    windows: Sequence[Windows]
    calendar_of_row: Sequence[int]
    grid: TimeGrid
    style: Style
    ghosts: GhostRows | None = None
    """Where bars stood in another plan: on the ground, behind all bars."""


@dataclass(frozen=True, slots=True)
class ShownBars:
    """Bars drawn wide enough for words; x in logical pixels, ``slot`` numbers the tracks."""

    bar: Ints
    slot: Ints
    begin: Floats
    run: Floats
    end: Floats


NO_PATTERN = np.zeros((0, 0), np.bool_)
_NONE = np.zeros(0, np.int64)
NOTHING_SHOWN = ShownBars(_NONE, _NONE, np.zeros(0), np.zeros(0), np.zeros(0))


class Raster:
    """Draws a scene into an image it keeps; ``shown`` and ``slots`` tell what became of it."""

    def __init__(self) -> None:
        self._pixels = np.zeros((1, 1), np.uint32)
        self.drawn = 0
        self.shown = NOTHING_SHOWN
        self.slots: list[tuple[Band, int]] = []

    def render(
        self,
        scene: Scene,
        bands: Sequence[Band],
        top: float,
        size: tuple[int, int],
        ratio: float,
        ticks: tuple[Sequence[float], Sequence[float]],
    ) -> QImage:
        """The picture of ``size`` device pixels; ``top`` is the content y of its first line.

        ``ticks`` are the times of the (minor, major) grid lines.
        """
        width, height = size
        if self._pixels.shape != (height, width):
            self._pixels = np.empty((height, width), np.uint32)
        pixels = self._pixels
        pixels[:] = scene.style.panel.rgb()
        self.drawn, self.shown, self.slots = 0, NOTHING_SHOWN, []
        if bands:
            self._bands(scene, bands, top, ratio, ticks)
        image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        return image

    def _bands(
        self,
        scene: Scene,
        bands: Sequence[Band],
        top: float,
        ratio: float,
        ticks: tuple[Sequence[float], Sequence[float]],
    ) -> None:
        height, width = self._pixels.shape
        view = _View(scene.grid.left, scene.grid.scale * ratio, width)
        grounds, overtime = self._grounds(scene, view, ticks)
        rows = [band for band in bands if band.row >= 0]
        lines = _BarLines(scene, rows, view, grounds, ratio)
        self.drawn, self.shown, self.slots = lines.drawn, lines.shown, lines.slots
        border, heading = scene.style.line.rgb(), scene.style.window.rgb()
        for band in bands:
            first = max(round((band.top - top) * ratio), 0)
            last = min(round((band.bottom - top) * ratio), height)
            if band.row < 0:
                self._pixels[first:last] = heading
            else:
                calendar = scene.calendar_of_row[band.row]
                self._pixels[first:last] = grounds[calendar + 1]
                if calendar >= 0 and first < last and overtime[calendar] is not None:
                    self._overtime(scene, overtime[calendar], first, ratio)
                self._ghosts(scene, view, band, top, ratio)
            if 0 < last <= height:
                self._pixels[last - 1] = border
        for slot, (band, lane) in enumerate(lines.slots):
            box_top, box_height = band.lane_box(lane)
            first = round((box_top - top) * ratio)
            lines.paint(self._pixels, slot, first, first + round(box_height * ratio))

    def _ghosts(self, scene: Scene, view: _View, band: Band, top: float, ratio: float) -> None:
        """On the ground of a row; tracks with bars have theirs in their own lines."""
        if scene.ghosts is None:
            return
        for lane in range(band.lanes):
            mask = view.haunted(scene.ghosts, band, lane)
            if mask is not None:
                box_top, box_height = band.lane_box(lane)
                first = max(round((box_top - top) * ratio), 0)
                last = max(round((box_top - top) * ratio) + round(box_height * ratio), 0)
                self._pixels[first:last, mask] = ghost_colour(scene.style)

    def _overtime(self, scene: Scene, mask: NDArray[np.bool_], first: int, ratio: float) -> None:
        """A thin line at the top of the row where its windows are overtime."""
        rows = self._pixels[first : first + round(2 * ratio)]
        rows[:, mask] = scene.style.watch.rgb()

    def _grounds(
        self, scene: Scene, view: _View, ticks: tuple[Sequence[float], Sequence[float]]
    ) -> tuple[list[Line], list[NDArray[np.bool_] | None]]:
        """One line of ground per calendar, number 0 for rows without one; overtime columns."""
        style = scene.style
        open_colour, off = style.panel.rgb(), style.off_shift.rgb()
        plain = np.full(view.width, open_colour, np.uint32)
        grounds = [plain]
        overtime: list[NDArray[np.bool_] | None] = []
        for windows in scene.windows:
            is_open = view.covered(windows.begin, windows.end)
            grounds.append(np.where(is_open, np.uint32(open_colour), np.uint32(off)))
            extra = windows.overtime
            overtime.append(
                view.covered(windows.begin[extra], windows.end[extra]) if extra.any() else None
            )
        for times, colour in ((ticks[0], style.line), (ticks[1], style.line_strong)):
            columns = view.columns(np.array(times, np.float64))
            columns = columns[(columns >= 0) & (columns < view.width)]
            for line in grounds:
                line[columns] = colour.rgb()
        return grounds, overtime


@dataclass(frozen=True, slots=True)
class _View:
    """Time -> device column."""

    left: float
    scale: float
    width: int

    def columns(self, minutes: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.floor((minutes - self.left) * self.scale + 0.5).astype(np.int64)

    def time_at(self, column: float) -> float:
        return self.left + column / self.scale

    def covered(self, begin: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Columns inside any of the sorted, disjoint stretches."""
        right = self.time_at(self.width)
        low = int(np.searchsorted(end, self.left, side="right"))
        high = int(np.searchsorted(begin, right, side="left"))
        cuts = np.empty(2 * (high - low) + 1, np.int64)
        cuts[0:-1:2] = self.columns(begin[low:high])
        cuts[1:-1:2] = self.columns(end[low:high])
        cuts[-1] = self.width
        np.clip(cuts, 0, self.width, out=cuts)
        values = np.zeros(len(cuts), np.bool_)
        values[1::2] = True
        return np.repeat(values, np.diff(cuts, prepend=0))

    def haunted(self, ghosts: GhostRows, band: Band, lane: int) -> NDArray[np.bool_] | None:
        """Columns of a sub-lane in which ghosts stand; None where there are none."""
        tracks, found = ghosts.tracks, None
        for track in ghosts.lanes_at(band.row, lane, band.lanes):
            low, high = tracks.between(track, self.left, self.time_at(self.width))
            if low < high:
                mask = self.covered(tracks.begin[low:high], tracks.end[low:high])
                found = mask if found is None else found | mask
        return found


class _Runs:
    """Six runs of columns per bar, laid end to end over all lines of the picture."""

    def __init__(self, cuts: Ints, line: Ints, lines: int, width: int) -> None:
        """``cuts`` are columns in the bar's own line; ``line`` is the number of that line."""
        flat = np.maximum.accumulate((cuts + (line * width)[:, None]).ravel())
        self.cuts = flat.reshape(-1, 6)
        self._shape = (lines, width)
        self._head = np.zeros(flat[0], np.uint32)
        self._counts = np.diff(flat, append=lines * width)

    def expand(self, values: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """One colour per run -> one colour per column; 0 where there is no bar."""
        columns = np.repeat(values.ravel(), self._counts)
        return np.concatenate((self._head, columns)).reshape(self._shape)

    def corners(self) -> NDArray[np.bool_]:
        """First and last column of each bar wide enough to look rounded."""
        wide = self.cuts[:, 5] - self.cuts[:, 0] >= ROUND_FROM
        flags = np.zeros(self._shape, np.bool_)
        flags.ravel()[self.cuts[wide, 0]] = True
        flags.ravel()[self.cuts[wide, 5] - 1] = True
        return flags


class _BarLines:
    """Colour lines of the tracks in view: ``upper``, ``lower`` (with progress), hatch, pauses."""

    def __init__(
        self, scene: Scene, rows: Sequence[Band], view: _View, grounds: list[Line], ratio: float
    ) -> None:
        self.scene, self.view, self.ratio = scene, view, ratio
        self.slots: list[tuple[Band, int]] = []
        self.drawn = 0
        sparse: list[tuple[int, int, int]] = []
        crowded: list[tuple[int, int, int]] = []
        tracks = scene.tracks
        last = view.time_at(view.width)
        for band in rows:
            base = int(tracks.first_of_row[band.row])
            for lane in range(band.lanes):
                low, high = tracks.between(base + lane, view.left, last)
                if low == high:
                    continue
                slot = len(self.slots)
                self.slots.append((band, lane))
                many = high - low > CROWDED * view.width
                (crowded if many else sparse).append((slot, low, high))
                self.drawn += high - low
        count = len(self.slots)
        ground_number = [scene.calendar_of_row[band.row] + 1 for band, _ in self.slots]
        self.ground = np.stack(grounds)[ground_number] if count else np.zeros((0, view.width))
        if scene.ghosts is not None:
            for slot, (band, lane) in enumerate(self.slots):
                mask = view.haunted(scene.ghosts, band, lane)
                if mask is not None:
                    self.ground[slot][mask] = ghost_colour(scene.style)
        self.upper = np.zeros((count, view.width), np.uint32)
        self.lower = np.zeros((count, view.width), np.uint32)
        self.hatch = np.zeros((count, view.width), np.uint32)
        self.hatched = [False] * count
        self.round = np.zeros((count, view.width), np.bool_)
        self.thread = np.zeros((count, view.width), np.uint32)
        self.pause = np.zeros((count, view.width), np.bool_)
        self.shown = NOTHING_SHOWN
        self.paused = [False] * count
        if sparse:
            self._sparse(sparse)
        if crowded:
            self._crowded(crowded)
        self._fill_gaps()
        self._pattern = _hatch_pattern(view, ratio) if any(self.hatched) else NO_PATTERN

    def _sparse(self, wanted: list[tuple[int, int, int]]) -> None:
        """All bars of these tracks at once: six runs of colour per bar, then one repeat."""
        scene, style = self.scene, self.scene.style
        position = np.concatenate([np.arange(low, high) for _, low, high in wanted])
        line = np.concatenate(
            [np.full(high - low, number) for number, (_, low, high) in enumerate(wanted)]
        )
        slots = [slot for slot, _, _ in wanted]
        bar = scene.tracks.bar[position]
        shade = scene.shades[bar]
        begin, run, end = self._ends(position)
        cuts, capped = self._cuts(bar, begin, run, end)
        runs = _Runs(cuts, line, len(wanted), self.view.width)
        values = np.zeros((len(bar), 6), np.uint32)
        fill = style.fill[shade]
        values[:, 0] = style.edge[shade]
        values[:, 1] = values[:, 2] = values[:, 3] = fill
        values[:, 4] = np.where(capped, np.uint32(style.late.rgb()), fill)
        self.upper[slots] = runs.expand(values)
        values[:, 2] = style.done[shade]
        self.lower[slots] = runs.expand(values)
        self._setups(runs, slots, line, style.hatch[shade])
        values[:] = style.edge[shade][:, None]
        self.thread[slots] = runs.expand(values)
        self.round[slots] = runs.corners()
        self._pauses(wanted)
        self._note_shown(position, line, slots, begin, run, end)

    def _ends(self, position: Ints) -> tuple[Ints, Ints, Ints]:
        """Columns of setup start, run start and end; a piece is at least one column wide."""
        tracks, view = self.scene.tracks, self.view
        begin = view.columns(tracks.begin[position])
        end = np.maximum(view.columns(tracks.end[position]), begin + 1)
        return begin, view.columns(tracks.run[position]), end

    def _cuts(self, bar: Ints, begin: Ints, run: Ints, end: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Columns where edge, setup, done part, body, late cap and bar begin and end, in order.

        Narrow bars have narrower edges and caps. Second: which bars have a cap.
        """
        bars, length, usual = self.scene.bars, end - begin, round(EDGE * self.ratio)
        is_late = bars.late[bar] & (self.scene.shades[bar] < FAINT)
        cap = np.where(is_late, np.minimum(usual, length // 3), 0)
        done = run + np.round((end - run) * bars.progress[bar]).astype(np.int64)
        edge = begin + np.minimum(usual, length // 4)
        cuts = np.stack((begin, edge, run, done, end - cap, end), axis=1)
        np.clip(cuts, begin[:, None], end[:, None], out=cuts)
        np.minimum(cuts[:, :4], cuts[:, 4:5], out=cuts[:, :4])
        np.maximum.accumulate(cuts, axis=1, out=cuts)
        return np.clip(cuts, 0, self.view.width, out=cuts), cap > 0

    def _setups(self, runs: _Runs, slots: list[int], line: Ints, colour: Line) -> None:
        """Where the hatched heads are."""
        has_setup = runs.cuts[:, 2] > runs.cuts[:, 1]
        if has_setup.any():
            values = np.zeros((len(colour), 6), np.uint32)
            values[:, 1] = np.where(has_setup, colour, 0)
            self.hatch[slots] = runs.expand(values)
            for number in np.unique(line[has_setup]):
                self.hatched[slots[number]] = True

    def _note_shown(
        self,
        position: Ints,
        line: Ints,
        slots: list[int],
        begin: Ints,
        run: Ints,
        end: Ints,
    ) -> None:
        """Bars wide enough for a word or a mark, for the painter's second pass."""
        wide = end - begin >= LABEL_WIDTH * self.ratio
        self.shown = ShownBars(
            bar=self.scene.tracks.bar[position[wide]],
            slot=np.array(slots, np.int64)[line[wide]],
            begin=begin[wide] / self.ratio,
            run=run[wide] / self.ratio,
            end=end[wide] / self.ratio,
        )

    def _pauses(self, wanted: list[tuple[int, int, int]]) -> None:
        """Columns in which a bar rests (night, weekend): only a thin line is drawn there."""
        tracks, view = self.scene.tracks, self.view
        last = view.time_at(view.width)
        for slot, _, _ in wanted:
            band, lane = self.slots[slot]
            track = int(tracks.first_of_row[band.row]) + lane
            low, high = tracks.pause_offsets[track], tracks.pause_offsets[track + 1]
            if low == high:
                continue
            begin, end = tracks.pause_begin[low:high], tracks.pause_end[low:high]
            if end[-1] <= view.left or begin[0] >= last:
                continue
            self.pause[slot] = view.covered(begin, end)
            self.paused[slot] = True

    def _crowded(self, wanted: list[tuple[int, int, int]]) -> None:
        """More bars than the eye can part: each column as strong as it is busy.

        All tracks at once, as if they lay one behind the other in time, ``far`` apart.
        """
        scene, view, tracks = self.scene, self.view, self.scene.tracks
        edges = view.left + np.arange(view.width + 1) / view.scale
        position = np.concatenate([np.arange(low, high) for _, low, high in wanted])
        counts = np.array([high - low for _, low, high in wanted])
        first = (np.cumsum(counts) - counts)[:, None]
        begin, end = tracks.begin[position], tracks.end[position]
        far = max(float(edges[-1]), float(end.max())) - float(begin.min()) + 1.0
        apart = np.arange(len(wanted)) * far
        moved = begin + np.repeat(apart, counts)
        index = np.searchsorted(moved, edges[None, :] + apart[:, None], side="right") - 1
        index = np.maximum(index, first - 1)  # before the first bar of its own track: none
        inside = np.maximum(index, first)
        partly = np.clip(edges - begin[inside], 0.0, (end - begin)[inside])
        busy = tracks.busy[position]
        covered = np.where(index >= first, busy[inside] + partly, busy[first])
        share = np.diff(covered, axis=1) * view.scale
        bar = tracks.bar[position]
        fill = scene.style.fill[scene.shades[bar]][inside[:, 1:]]
        is_busy = share > FAINTEST
        colours = _blend(fill, scene.style.panel.rgb(), np.clip(share, 0.15, 1.0))
        slots = [slot for slot, _, _ in wanted]
        lines = np.where(is_busy, colours, np.uint32(0))
        self.upper[slots] = lines
        late = np.concatenate(([0], np.cumsum(scene.bars.late[bar])))
        has_late = late[index[:, 1:] + 1] > late[inside[:, :-1]]
        lines[has_late & is_busy] = scene.style.late.rgb()
        self.lower[slots] = lines

    def _fill_gaps(self) -> None:
        """Where there is no bar, the ground; where a bar rests, the ground but for a thin line."""
        resting = self.pause & (self.upper != 0)
        self.hatch[resting] = 0
        self.thread[~resting] = 0
        for lines in (self.upper, self.lower):
            np.copyto(lines, self.ground, where=(lines == 0) | resting, casting="unsafe")

    def paint(self, pixels: NDArray[np.uint32], slot: int, first: int, last: int) -> None:
        """Copy the lines of a track to its pixel rows, clipped to the picture."""
        height = pixels.shape[0]
        size = last - first
        third = first + size - max(size // 3, 1)
        top, bottom = max(first, 0), min(last, height)
        if top >= bottom:
            return
        split = min(max(third, top), bottom)
        pixels[top:split] = self.upper[slot]
        pixels[split:bottom] = self.lower[slot]
        if self.hatched[slot] and size >= 6:
            pattern = self._pattern[top - first : bottom - first] & (self.hatch[slot] != 0)
            np.copyto(pixels[top:bottom], self.hatch[slot], where=pattern)
        if self.paused[slot]:
            middle = (first + last) // 2
            thread = self.thread[slot]
            for row in range(max(middle - 1, top), min(middle + 1, bottom)):
                np.copyto(pixels[row], thread, where=thread != 0)
        if size >= 10:
            corner = self.round[slot]
            for row in (first, last - 1):
                if top <= row < bottom:
                    np.copyto(pixels[row], self.ground[slot], where=corner)


def _hatch_pattern(view: _View, ratio: float) -> NDArray[np.bool_]:
    """Diagonal stripes that stand still relative to the bars while the chart is panned."""
    period = round(HATCH_PERIOD * ratio)
    offset = round(view.left * view.scale) % period
    column = (np.arange(view.width) + offset)[None, :]
    return (column + np.arange(64)[:, None]) % period < max(round(1.5 * ratio), 1)


def _blend(colours: Line, ground: int, share: NDArray[np.float64]) -> Line:
    """``share`` of each colour over one ground."""
    parts = (share * 256).astype(np.uint32)
    result = np.zeros_like(colours)
    for shift in (16, 8, 0):
        top = (colours >> np.uint32(shift)) & np.uint32(255)
        under = np.uint32((ground >> shift) & 255)
        mixed = (top * parts + under * (np.uint32(256) - parts)) >> np.uint32(8)
        result |= mixed << np.uint32(shift)
    return result | np.uint32(0xFF000000)
