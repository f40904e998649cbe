"""The tracks in view as lines of colours: one pass of numpy over all their bars.

A track has an upper and a lower line (the lower third says what is done), and one through its
middle where bars rest. Hatches and corners are kept as single columns.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.views.planning.gantt.bars import Floats, Ints
from app.views.planning.gantt.columns import Columns, Line, Mask, Runs, blended, stretched
from app.views.planning.gantt.ghosts import ghost_colour
from app.views.planning.gantt.row_layout import Band
from app.views.planning.gantt.scene import NOTHING_SHOWN, Scene, ShownBars
from app.views.planning.gantt.style import FAINT

EDGE = 3  # device-independent pixels of the left edge and of the late cap
CROWDED = 0.3  # bars per pixel from which a track becomes a strip
ROUND_FROM = 8  # columns
FAINTEST = 0.004  # share of a column that must be covered to be drawn
LABEL_WIDTH = 14  # narrower bars carry neither words nor marks

Wanted = list[tuple[int, int, int]]
"""(slot, from, up to): the positions of a track that are in view."""
_NOWHERE = np.zeros(0, np.int64)


class BarLines:
    """``upper``, ``lower``, ``ground``: a line of colours for each slot, a track with bars in view.

    ``middle`` has a line for each of ``paused``. ``hatch`` and ``corners`` are columns counted on
    through all lines, ``hatch_colour`` goes with the first.
    """

    def __init__(
        self, scene: Scene, rows: Sequence[Band], view: Columns, grounds: Line, ratio: float
    ) -> None:
        """``grounds``: a line for each calendar of the plant, before them that of rows without."""
        self._scene, self._view, self._ratio = scene, view, ratio
        self.slots: list[tuple[Band, int]] = []
        self.drawn = 0
        self.shown = NOTHING_SHOWN
        sparse, crowded = self._look_through(rows)
        count = len(self.slots)
        self.ground = grounds[[scene.calendar_of_row[band.row] + 1 for band, _ in self.slots]]
        self._haunt()
        self.upper = np.zeros((count, view.width), np.uint32)
        self.lower = np.zeros((count, view.width), np.uint32)
        self.hatch, self.corners = _NOWHERE, _NOWHERE
        self.hatch_colour = np.zeros(0, np.uint32)
        self.paused = _NOWHERE
        self.middle = np.zeros((0, view.width), np.uint32)
        resting = thread = None
        if sparse:
            resting, thread = self._sparse(sparse)
        if crowded:
            self._crowded(crowded)
        self._fill_gaps(resting, thread)

    def _look_through(self, rows: Sequence[Band]) -> tuple[Wanted, Wanted]:
        """Which tracks have bars in view: those whose bars can be told apart, and the crowded."""
        tracks, view = self._scene.tracks, self._view
        sparse: Wanted = []
        crowded: Wanted = []
        for band in rows:
            base = int(tracks.first_of_row[band.row])
            for lane in range(band.lanes):
                low, high = tracks.between(base + lane, view.left, view.right)
                if low == high:
                    continue
                many = high - low > CROWDED * view.width
                (crowded if many else sparse).append((len(self.slots), low, high))
                self.slots.append((band, lane))
                self.drawn += high - low
        return sparse, crowded

    def _haunt(self) -> None:
        """Ghosts stand on the ground of the track, behind its bars."""
        ghosts = self._scene.ghosts
        if ghosts is None:
            return
        for slot, (band, lane) in enumerate(self.slots):
            mask = self._view.haunted(ghosts, band, lane)
            if mask is not None:
                self.ground[slot][mask] = ghost_colour(self._scene.style)

    # ---- bars that can be told apart -------------------------------------------------------------

    def _sparse(self, wanted: Wanted) -> tuple[Mask | None, Line | None]:
        """All bars of these tracks at once: six runs of colour per bar, then one repeat.

        Where bars rest, and the colour of the thread there; None if none does.
        """
        scene, style = self._scene, self._scene.style
        slots = np.array([slot for slot, _, _ in wanted])
        first = np.array([low for _, low, _ in wanted])
        position, line = stretched(first, np.array([high for _, _, high in wanted]) - first)
        bar = scene.tracks.bar[position]
        shade = scene.shades[bar]
        begin, run, end = self._ends(position)
        cuts, capped = self._cuts(bar, begin, run, end)
        runs = Runs(cuts, line, len(wanted), self._view.width)
        values = np.zeros((len(bar), 6), np.uint32)
        fill = style.fill[shade]
        values[:, 0] = style.edge[shade]
        values[:, 1] = values[:, 2] = values[:, 3] = fill
        values[:, 4] = np.where(capped, np.uint32(style.late.rgb()), fill)
        self.upper[slots] = runs.expand(values)
        values[:, 2] = style.done[shade]
        self.lower[slots] = runs.expand(values)
        self.corners = self._in_slots(runs.corners(ROUND_FROM), slots)
        self._setups(runs, slots, style.hatch[shade])
        self._note_shown(position, slots[line], begin, run, end)
        pause = self._pauses(wanted)
        if pause is None:
            return None, None
        thread = np.zeros_like(self.upper)
        thread[slots] = runs.expand_bars(style.edge[shade])
        return pause, thread

    def _ends(self, position: Ints) -> tuple[Ints, Ints, Ints]:
        """Columns of setup start, run start and end; a piece is at least one column wide."""
        tracks, view = self._scene.tracks, self._view
        begin = view.of(tracks.begin[position])
        end = np.maximum(view.of(tracks.end[position]), begin + 1)
        return begin, view.of(tracks.run[position]), end

    def _cuts(self, bar: Ints, begin: Ints, run: Ints, end: Ints) -> tuple[Ints, Mask]:
        """Columns where edge, setup, done part, body, late cap and bar begin and end, in order.

        Narrow bars have narrower edges and caps. Second: which bars have a cap.
        """
        bars, length, usual = self._scene.bars, end - begin, round(EDGE * self._ratio)
        is_late = bars.late[bar] & (self._scene.shades[bar] < FAINT)
        cap = np.where(is_late, np.minimum(usual, length // 3), 0)
        done = run + np.round((end - run) * bars.progress[bar]).astype(np.int64)
        edge = begin + np.minimum(usual, length // 4)
        cuts = np.stack((begin, edge, run, done, end - cap, end), axis=1)
        cuts.clip(begin[:, None], end[:, None], out=cuts)
        np.minimum(cuts[:, :4], cuts[:, 4:5], out=cuts[:, :4])
        np.maximum.accumulate(cuts, axis=1, out=cuts)
        return cuts.clip(0, self._view.width, out=cuts), cap > 0

    def _in_slots(self, flat: Ints, slots: Ints) -> Ints:
        """Columns counted through the lines of some slots -> through those of all."""
        line, column = np.divmod(flat, self._view.width)
        return slots[line] * self._view.width + column

    def _setups(self, runs: Runs, slots: Ints, colour: Line) -> None:
        """The columns of the hatched heads."""
        begin = runs.cuts[:, 1]
        length = runs.cuts[:, 2] - begin
        flat, owner = stretched(begin, length)
        self.hatch = self._in_slots(flat, slots)
        self.hatch_colour = colour[owner]

    def _note_shown(self, position: Ints, slot: Ints, begin: Ints, run: Ints, end: Ints) -> None:
        """Bars wide enough for a word or a mark, for the painter's second pass."""
        wide = end - begin >= LABEL_WIDTH * self._ratio
        self.shown = ShownBars(
            bar=self._scene.tracks.bar[position[wide]],
            slot=slot[wide],
            begin=begin[wide] / self._ratio,
            run=run[wide] / self._ratio,
            end=end[wide] / self._ratio,
        )

    def _pauses(self, wanted: Wanted) -> Mask | None:
        """Columns in which a bar rests (night, weekend): only a thin line is drawn there."""
        tracks, view = self._scene.tracks, self._view
        found: Wanted = []
        for slot, _, _ in wanted:
            band, lane = self.slots[slot]
            track = int(tracks.first_of_row[band.row]) + lane
            first, last = tracks.pause_offsets[track : track + 2].tolist()
            if first < last:
                low, high = view.touched(
                    tracks.pause_begin[first:last], tracks.pause_end[first:last]
                )
                if low < high:
                    found.append((slot, first + low, first + high))
        if not found:
            return None
        self.paused = np.array([slot for slot, _, _ in found])
        begin = np.array([low for _, low, _ in found])
        position, owner = stretched(begin, np.array([high for _, _, high in found]) - begin)
        return view.covered_lines(
            tracks.pause_begin[position], tracks.pause_end[position], self.paused[owner],
            len(self.slots),
        )  # fmt: skip

    # ---- more bars than the eye can part ---------------------------------------------------------

    def _crowded(self, wanted: Wanted) -> None:
        """Each column as strong as it is busy.

        All tracks at once, as if they lay one behind the other in time, ``far`` apart.
        """
        scene, view, tracks = self._scene, self._view, self._scene.tracks
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
        colours = blended(fill, scene.style.panel.rgb(), np.clip(share, 0.15, 1.0))
        slots = [slot for slot, _, _ in wanted]
        lines = np.where(is_busy, colours, np.uint32(0))
        self.upper[slots] = lines
        late = np.concatenate(([0], np.cumsum(scene.bars.late[bar])))
        has_late = late[index[:, 1:] + 1] > late[inside[:, :-1]]
        lines[has_late & is_busy] = scene.style.late.rgb()
        self.lower[slots] = lines

    # ---- what no bar covers ----------------------------------------------------------------------

    def _fill_gaps(self, pause: Mask | None, thread: Line | None) -> None:
        """Where there is no bar, the ground; where a bar rests, the ground but for a thin line."""
        bare = self.upper == 0
        if pause is not None and thread is not None:
            resting = pause & ~bare
            bare |= resting
            awake = ~resting.ravel()[self.hatch]
            self.hatch, self.hatch_colour = self.hatch[awake], self.hatch_colour[awake]
        for lines in (self.upper, self.lower):
            np.copyto(lines, self.ground, where=bare)
        if pause is not None and thread is not None:
            self.middle = self.upper[self.paused]
            np.copyto(self.middle, thread[self.paused], where=resting[self.paused])


def boxes_of(slots: Sequence[tuple[Band, int]]) -> tuple[Floats, Floats]:
    """Top and height of the bars of each slot, relative to the chart's content."""
    table = np.array([band.lane_box(lane) for band, lane in slots], np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]
