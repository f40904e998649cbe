"""How a lane is drawn: at most two steps a pixel, and each kind of ground in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from app.views.planning.gantt.bars import Floats, Ints
from app.views.planning.gantt.style import Style, mixed

if TYPE_CHECKING:
    from app.services.planning.availability import Lane

TOP, FOOT = 18, 8  # pixels above the highest level and below the lowest
STRIP = 4  # pixels of the hatched strip where nothing is left
Flags = NDArray[np.bool_]


class LaneColumns:
    """The steps of a lane as columns."""

    def __init__(self, lane: Lane) -> None:
        steps = lane.steps
        self.copies = lane.copies
        self.of_moulds = lane.of == "moulds"
        self.start = np.array([step.start for step in steps], np.float64)
        self.level = np.array([float(step.level) for step in steps], np.float64)
        self.usable = np.array([step.usable for step in steps], np.float64)
        self.state = np.array([step.state.value for step in steps], np.str_)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Steps from left to right with their ends in pixels; no two share a pixel."""

    step: Ints
    left: Floats
    right: Floats

    @classmethod
    def of(cls, columns: LaneColumns, shown: range, x: Floats, right: float) -> Drawn:
        """``x``: where the shown steps begin. Of those that begin in one pixel the worst stands
        in it, and the last one goes on from there."""
        step, pixel = np.arange(shown.start, shown.stop), np.floor(x)
        slack = columns.level[step]
        if columns.of_moulds:
            slack = columns.usable[step] - columns.level[step]
        order = np.lexsort((slack, pixel))
        places, first = np.unique(pixel[order], return_index=True)
        worst = step[order][first]
        last = step[np.append(np.flatnonzero(np.diff(pixel)), len(step) - 1)]
        after = np.append(places[1:], right)
        more = (last != worst) & (places + 1 < after)
        left = np.concatenate((places, places[more] + 1))
        kept = np.concatenate((worst, last[more]))
        by_x = np.argsort(left, kind="stable")
        left = left[by_x]
        return cls(kept[by_x], left, np.append(left[1:], max(right, left[-1])))


class LanePainting:
    """One painting of a lane: its scale, grounds and lines."""

    def __init__(self, columns: LaneColumns, drawn: Drawn, style: Style, height: float) -> None:
        self.drawn, self._columns, self._style = drawn, columns, style
        self.level = columns.level[drawn.step]
        self.usable = columns.usable[drawn.step]
        self.state = columns.state[drawn.step]
        least = min(float(self.level.min()), 0.0)
        most = max(float(self.level.max()), float(self.usable.max()), float(columns.copies), 0.0)
        self.per_unit = (height - TOP - FOOT) / ((most - least) or 1.0)
        self.zero = TOP + most * self.per_unit

    def y(self, level: float) -> float:
        """Where a level lies."""
        return self.zero - level * self.per_unit

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Grounds, the line of zero, and the step line."""
        style = self._style
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(style.accent, style.panel, 0.35))
        painter.drawRects(self._boxes(self.level > 0, np.zeros(len(self.level)), self.level))
        if self._columns.of_moulds:
            self._copies(painter)
        else:
            self._shortage(painter)
        painter.fillRect(QRectF(area.left(), round(self.zero), area.width(), 1), style.line_strong)
        if self._columns.of_moulds:
            self._usable_line(painter)
        self._level_line(painter)

    def _boxes(self, wanted: Flags, low: Floats, high: Floats) -> list[QRectF]:
        """Of the wanted steps from one level to another; steps alike that touch are one box."""
        wanted = wanted & (high > low)
        same = np.zeros(len(wanted), np.bool_)
        same[1:] = wanted[1:] & wanted[:-1] & (low[1:] == low[:-1]) & (high[1:] == high[:-1])
        first = np.flatnonzero(wanted & ~same)
        last = np.flatnonzero(wanted & ~np.append(same[1:], False))
        top, foot = self.zero - high * self.per_unit, self.zero - low * self.per_unit
        columns = self.drawn.left[first], top[first], self.drawn.right[last], foot[first]
        return [
            QRectF(left, above, right - left, below - above)
            for left, above, right, below in zip(*(each.tolist() for each in columns), strict=True)
        ]

    def _copies(self, painter: QPainter) -> None:
        """Copies that cannot be used, more in use than can be, and none free."""
        whole = np.maximum(self.usable, self._columns.copies)
        painter.setBrush(QBrush(self._style.muted, Qt.BrushStyle.BDiagPattern))
        painter.drawRects(self._boxes(whole > self.usable, self.usable, whole))
        over = self.state == "short"
        self._hatched(painter, self._boxes(over, self.usable, self.level), self._style.late)
        full = (self.state == "empty") & (self.usable > 0)
        strip = self.usable - STRIP / self.per_unit
        self._hatched(painter, self._boxes(full, strip, self.usable), self._style.risk)

    def _shortage(self, painter: QPainter) -> None:
        """Below the line of zero; at it a strip."""
        nothing = np.zeros(len(self.level))
        for state, colour in (("short", self._style.late), ("to_buy", self._style.watch)):
            boxes = self._boxes(self.state == state, self.level, nothing)
            self._hatched(painter, boxes, colour)
        strip = self._boxes(self.state == "empty", nothing, nothing + STRIP / self.per_unit)
        self._hatched(painter, strip, self._style.risk)

    def _hatched(self, painter: QPainter, boxes: list[QRectF], colour: QColor) -> None:
        if boxes:
            painter.setBrush(mixed(colour, self._style.panel, 0.55))
            painter.drawRects(boxes)
            painter.setBrush(QBrush(colour, Qt.BrushStyle.DiagCrossPattern))
            painter.drawRects(boxes)

    def _level_line(self, painter: QPainter) -> None:
        """Two pixels wide, made of boxes: a pen of that width takes ten times as long."""
        y = np.round(self.zero - self.level * self.per_unit)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.accent)
        left, right = self.drawn.left.tolist(), self.drawn.right.tolist()
        heights = y.tolist()
        boxes = [QRectF(a, at - 1, b - a, 2) for a, b, at in zip(left, right, heights, strict=True)]
        boxes += [
            QRectF(x - 1, min(a, b) - 1, 2, abs(a - b) + 2)
            for x, a, b in zip(left[1:], heights, heights[1:], strict=False)
            if a != b
        ]
        painter.drawRects(boxes)

    def _usable_line(self, painter: QPainter) -> None:
        """Dashed; steps with as many usable copies are one stretch."""
        changes = np.flatnonzero(np.diff(self.usable)) + 1
        first, last = np.append([0], changes), np.append(changes - 1, len(self.usable) - 1)
        y = np.round(self.zero - self.usable[first] * self.per_unit).tolist()
        left, right = self.drawn.left[first].tolist(), self.drawn.right[last].tolist()
        lines = [QLineF(a, at, b, at) for a, b, at in zip(left, right, y, strict=True)]
        lines += [QLineF(x, a, x, b) for x, a, b in zip(left[1:], y, y[1:], strict=False)]
        painter.setPen(QPen(self._style.text, 1, Qt.PenStyle.DashLine))
        painter.drawLines(lines)

    def triangle(self, painter: QPainter, x: float) -> None:
        """Where it runs out."""
        y = self.zero - 4
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.late)
        corners = [QPointF(x - 5, y - 8), QPointF(x + 5, y - 8), QPointF(x, y)]
        painter.drawPolygon(QPolygonF(corners))

    def begins_short(self) -> Flags:
        """Steps at which a shortage begins, or the view does within one."""
        short: Flags = self.state == "short"
        begins = short.copy()
        begins[1:] &= ~short[:-1]
        return begins
