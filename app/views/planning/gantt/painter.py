"""How the chart looks, and which zone of a bar a point is in.

The raster draws grounds and bars; what needs QPainter (words, marks, links, selection, gestures)
comes on top, for bars wide enough to carry it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from app.views.planning.gantt.ghosts import paint_outlines, paint_trails
from app.views.planning.gantt.model import Arrangement, PlanModel, Rows
from app.views.planning.gantt.raster import Raster
from app.views.planning.gantt.row_layout import Band, RowLayout
from app.views.planning.gantt.scene import Scene, ShownBars
from app.views.planning.gantt.time_grid import TimeGrid
from app.views.planning.gantt.words import Words
from app.views.theme import Tokens

LINKS_SHOWN = 400


class Zone(StrEnum):
    """Parts of a bar that the mouse can be in."""

    SETUP = "setup"
    BODY = "body"
    EDGE = "edge"  # the right one, where a hand takes hold of the quantity


EDGE_WIDTH, NARROWEST_EDGE = 5, 28  # pixels; a narrower bar has none


@dataclass(frozen=True, slots=True)
class Hit:
    """The bar under a point, its row and the part of it."""

    bar: int
    row: int
    zone: Zone


@dataclass(slots=True)
class ViewState:
    """What is picked out at the moment; ``followed`` is an order id."""

    selected: set[int] = field(default_factory=set)
    hovered: int | None = None
    followed: int | None = None
    chain: tuple[tuple[int, int], ...] = ()
    """Pairs of bars, before and after: what makes the followed order late, whosever they are."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture to paint."""

    model: PlanModel
    rows: Rows
    scene: Scene
    layout: RowLayout
    top: float
    size: QSize
    state: ViewState

    @property
    def grid(self) -> TimeGrid:
        return self.scene.grid

    def box(self, band: Band, lane: int, begin: float, end: float) -> QRectF:
        """Where a stretch of time in a sub-lane is, in viewport pixels."""
        top, height = band.lane_box(lane)
        left = self.grid.x(begin)
        return QRectF(left, top - self.top, max(self.grid.x(end) - left, 1.0), height)

    def place(self, bar: int) -> tuple[Band, int] | None:
        """Band and sub-lane of a bar's first piece, None while its row is folded away or where
        these rows do not show it."""
        for position in self.rows.tracks.positions(bar).tolist():
            row, lane = self.rows.tracks.row_at(position)
            band = self.layout.band_of(row)
            if band is not None:
                return band, lane
        return None

    def boxes(self, bar: int) -> list[QRectF]:
        """Where a bar is: one box for each of its pieces whose row is not folded away."""
        tracks, found = self.rows.tracks, []
        for position in tracks.positions(bar).tolist():
            row, lane = tracks.row_at(position)
            band = self.layout.band_of(row)
            if band is not None:
                begin, end = float(tracks.begin[position]), float(tracks.end[position])
                found.append(self.box(band, lane, begin, end))
        return found


class GanttPainter:
    """Paints frames; keeps the raster and the laid-out captions between them."""

    def __init__(self, font: QFont) -> None:
        self.raster = Raster()
        self.words = Words(font)

    def paint(
        self, painter: QPainter, frame: Frame, ratio: float, language: str, of: Tokens
    ) -> None:
        """The whole chart but for what a running gesture adds."""
        bands = frame.layout.visible(frame.top, frame.top + frame.size.height())
        minor, major = frame.grid.ticks(language)
        size = (round(frame.size.width() * ratio), round(frame.size.height() * ratio))
        times = [tick.minutes for tick in minor], [tick.minutes for tick in major]
        painter.drawImage(
            0, 0, self.raster.render(frame.scene, bands, frame.top, size, ratio, times)
        )
        paint_outlines(painter, frame, bands)
        self._batches(painter, frame)
        self.words.paint(painter, frame, self.raster, ratio, of)
        self._markers(painter, frame, bands)
        self._links(painter, frame)
        self._outlines(painter, frame)
        paint_trails(painter, frame)
        self._now(painter, frame)

    # ---- batches and due dates -------------------------------------------------------------------

    def _batches(self, painter: QPainter, frame: Frame) -> None:
        """A frame round the members of a batch: one load of the oven, many orders."""
        shown, slots, infos = self.raster.shown, self.raster.slots, frame.rows.infos
        stacks: dict[tuple[int, float, float], list[QRectF]] = {}
        mates = _with_mates(shown, slots)
        for slot, begin, end in zip(
            shown.slot[mates].tolist(),
            shown.begin[mates].tolist(),
            shown.end[mates].tolist(),
            strict=True,
        ):
            band, lane = slots[slot]
            if infos[band.row].batches:
                top, height = band.lane_box(lane)
                box = QRectF(begin, top - frame.top, end - begin, height)
                stacks.setdefault((band.row, begin, end), []).append(box)
        painter.setPen(QPen(frame.scene.style.muted, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for boxes in stacks.values():
            if len(boxes) > 1:
                top, bottom = min(b.top() for b in boxes), max(b.bottom() for b in boxes)
                left, width = boxes[0].left(), boxes[0].width()
                whole = QRectF(left, top, width, bottom - top)
                painter.drawRoundedRect(whole.adjusted(-1, -2, 0, 1), 3, 3)

    def _markers(self, painter: QPainter, frame: Frame, bands: Sequence[Band]) -> None:
        """The due date of each order's row: a diamond, red when the order ends after it."""
        infos, style, grid = frame.rows.infos, frame.scene.style, frame.grid
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for band in bands:
            marker = infos[band.row].marker if band.row >= 0 else None
            if marker is None or not grid.left <= marker <= grid.right:
                continue
            colour = style.late if infos[band.row].alarm else style.muted
            x, y = grid.x(marker), band.top - frame.top + band.height / 2
            painter.setPen(QPen(style.panel, 1))
            painter.setBrush(colour)
            painter.drawPolygon(
                QPolygonF(
                    [QPointF(x, y - 6), QPointF(x + 5, y), QPointF(x, y + 6), QPointF(x - 5, y)]
                )
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    # ---- what is picked out ----------------------------------------------------------------------

    def _links(self, painter: QPainter, frame: Frame) -> None:
        """Precedences of the selection, or of the followed order: never of everything."""
        state, model = frame.state, frame.model
        wanted = set(state.selected)
        if state.followed is not None:
            wanted |= set(model.bars_of_order.get(state.followed, ()))
        if not wanted or len(wanted) > LINKS_SHOWN:
            return
        style = frame.scene.style
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        late = set(state.chain)
        for bar in wanted:
            for pair in model.links_of_bar(bar):
                if pair not in late:
                    self._link(painter, frame, *pair, style.accent)
        for pair in state.chain[:LINKS_SHOWN]:
            self._link(painter, frame, *pair, style.late)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _link(
        self, painter: QPainter, frame: Frame, before: int, after: int, colour: QColor
    ) -> None:
        start, end = self._box(frame, before), self._box(frame, after)
        if start is None or end is None:
            return
        out = QPointF(start.right(), start.center().y())
        into = QPointF(end.left(), end.center().y())
        if max(out.x(), into.x()) < 0 or min(out.x(), into.x()) > frame.size.width():
            return
        bend = max(out.x() + 6, min(into.x() - 6, out.x() + 10))
        painter.setPen(QPen(colour, 1.2))
        if into.x() - 6 >= out.x():
            path = [out, QPointF(bend, out.y()), QPointF(bend, into.y()), into]
        else:
            half = (out.y() + into.y()) / 2 if abs(out.y() - into.y()) > 8 else out.y() + 14
            path = [
                out,
                QPointF(out.x() + 6, out.y()),
                QPointF(out.x() + 6, half),
                QPointF(into.x() - 6, half),
                QPointF(into.x() - 6, into.y()),
                into,
            ]
        painter.drawPolyline(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(
            QPolygonF(
                [into, QPointF(into.x() - 5, into.y() - 3.5), QPointF(into.x() - 5, into.y() + 3.5)]
            )
        )

    def _outlines(self, painter: QPainter, frame: Frame) -> None:
        style, state = frame.scene.style, frame.state
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(style.late, 2))
        for bar in {bar for pair in state.chain[:LINKS_SHOWN] for bar in pair}:
            self._outline(painter, frame, bar, 1.0)
        if state.hovered is not None and state.hovered not in state.selected:
            painter.setPen(QPen(style.muted, 1))
            self._outline(painter, frame, state.hovered, 0.5)
        if len(state.selected) <= 2000:
            painter.setPen(QPen(style.accent, 2))
            for bar in state.selected:
                self._outline(painter, frame, bar, 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _outline(self, painter: QPainter, frame: Frame, bar: int, grow: float) -> None:
        for box in frame.boxes(bar):
            if box.right() < -4 or box.left() > frame.size.width() + 4:
                continue
            if box.bottom() < -4 or box.top() > frame.size.height() + 4:
                continue
            left, right = max(box.left(), -10.0), min(box.right(), frame.size.width() + 10.0)
            shape = QRectF(left, box.top(), right - left, box.height())
            painter.drawRoundedRect(shape.adjusted(-grow, -grow, grow, grow), 3, 3)

    def _box(self, frame: Frame, bar: int) -> QRectF | None:
        return next(iter(frame.boxes(bar)), None)

    def _now(self, painter: QPainter, frame: Frame) -> None:
        x = round(frame.grid.x(frame.model.now))
        if 0 <= x <= frame.size.width():
            painter.setPen(QPen(frame.scene.style.now, 1))
            painter.drawLine(x, 0, x, frame.size.height())


def _with_mates(shown: ShownBars, slots: Sequence[tuple[Band, int]]) -> NDArray[np.int64]:
    """Bars that share row, begin and end with another one."""
    if len(shown.slot) < 2:
        return np.zeros(0, np.int64)
    row = np.array([band.row for band, _ in slots], np.int64)[shown.slot]
    order = np.lexsort((shown.end, shown.begin, row))
    same = np.ones(len(order) - 1, np.bool_)
    for column in (row, shown.begin, shown.end):
        same &= column[order][1:] == column[order][:-1]
    both = np.concatenate((same, [False])) | np.concatenate(([False], same))
    return np.sort(order[both])


def hit(rows: Rows, layout: RowLayout, grid: TimeGrid, x: float, y: float) -> Hit | None:
    """The bar at viewport x and content y; two pixels beside a bar still count."""
    band = layout.band_at(y)
    if band is None or band.row < 0:
        return None
    lane = band.lane_at(y)
    top, height = band.lane_box(lane)
    if not top - 2 <= y <= top + height + 2:
        return None
    tracks = rows.tracks
    slack = 2 / grid.scale
    at = grid.minutes(x)
    low, high = tracks.between(int(tracks.first_of_row[band.row]) + lane, at - slack, at + slack)
    if low >= high:
        return None
    distance = np.maximum(tracks.begin[low:high] - at, at - tracks.end[low:high])
    position = low + int(np.argmin(distance))
    return Hit(int(tracks.bar[position]), band.row, _zone(rows, grid, position, x))


def _zone(rows: Rows, grid: TimeGrid, position: int, x: float) -> Zone:
    tracks = rows.tracks
    left, right = grid.x(float(tracks.begin[position])), grid.x(float(tracks.end[position]))
    whole = rows.arrangement in (Arrangement.MACHINES, Arrangement.ORDERS)
    if whole and right - left >= NARROWEST_EDGE and abs(right - x) <= EDGE_WIDTH:
        return Zone.EDGE
    return Zone.SETUP if grid.minutes(x) < float(tracks.run[position]) else Zone.BODY
