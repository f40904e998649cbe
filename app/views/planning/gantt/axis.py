"""The time axis above the chart: days and hours, weeks, months, as the zoom asks for.

A thin band at its foot shows when anybody works. Dragging on it zooms to the range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.views.planning.gantt.time_grid import MINUTES_PER_DAY, Tick
from app.views.theme import SMALL_POINTS, figures

if TYPE_CHECKING:
    from app.views.planning.gantt.chart import Chart

AXIS_HEIGHT = 46
UPPER = 22
SHORTEST_RANGE = 6  # pixels; less is a click


class TimeAxis(QWidget):
    """Child of the Gantt view, aligned with its viewport."""

    rangeChosen = Signal(float, float)

    def __init__(self, view: Chart) -> None:
        super().__init__(view)
        self._view = view
        self._pressed_at: float | None = None
        self._range: tuple[float, float] | None = None
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.retranslate()

    def retranslate(self) -> None:
        self.setToolTip(self.tr("Drag to zoom to a range; double-click a day to see it whole."))

    @property
    def chosen_range(self) -> tuple[float, float] | None:
        """The x range being dragged, for the chart to shade too."""
        return self._range

    # ---- range zoom ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._view.has_plan:
            self._pressed_at = event.position().x()
            self._view.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is not None:
            ends = sorted((self._pressed_at, event.position().x()))
            self._put_range((ends[0], ends[1]))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        chosen, self._pressed_at = self._range, None
        self._put_range(None)
        if chosen is not None and chosen[1] - chosen[0] >= SHORTEST_RANGE:
            grid = self._view.grid
            self.rangeChosen.emit(grid.minutes(chosen[0]), grid.minutes(chosen[1]))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._view.has_plan:
            return
        grid = self._view.grid
        edges = grid.boundaries(grid.major_step(grid.minor_step()))
        at = grid.minutes(event.position().x())
        before = [edge for edge in edges if edge <= at]
        after = [edge for edge in edges if edge > at]
        if before and after:
            self.rangeChosen.emit(before[-1], after[0])

    def cancel(self) -> bool:
        """Give up a running drag; whether there was one."""
        running = self._pressed_at is not None
        self._pressed_at = None
        self._put_range(None)
        return running

    def _put_range(self, chosen: tuple[float, float] | None) -> None:
        self._range = chosen
        self.update()
        self._view.viewport().update()

    # ---- painting --------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        view, style = self._view, self._view.colours
        painter.fillRect(self.rect(), style.panel)
        if not view.has_plan:
            return
        if self._range:
            left, right = self._range
            painter.fillRect(QRectF(left, 0, right - left, self.height()), style.accent_soft)
        minor, major = view.grid.ticks(view.language)
        self._upper_line(painter, major)
        self._lower_line(painter, minor)
        self._working_band(painter)
        self._now(painter)
        painter.setPen(style.line_strong)
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)

    def _upper_line(self, painter: QPainter, major: list[Tick]) -> None:
        """Days, months or years; the first one's name stays at the left edge."""
        grid, style = self._view.grid, self._view.colours
        font = QFont(figures(self.font()))
        font.setBold(True)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        for i, tick in enumerate(major):
            x = grid.x(tick.minutes)
            until = grid.x(major[i + 1].minutes) if i + 1 < len(major) else self.width()
            painter.setPen(QPen(style.line_strong, 1))
            painter.drawLine(QPointF(round(x), 0), QPointF(round(x), self.height()))
            words_at = max(x, 0.0) + 6
            if metrics.horizontalAdvance(tick.label) <= until - words_at - 4:
                painter.setPen(style.text)
                painter.drawText(QPointF(words_at, 15), tick.label)

    def _lower_line(self, painter: QPainter, minor: list[Tick]) -> None:
        """Hours, days or weeks; midnight is named by the line above."""
        grid, style = self._view.grid, self._view.colours
        font = figures(self.font())
        font.setPointSizeF(SMALL_POINTS)
        painter.setFont(font)
        below_days = grid.minor_step().minutes < MINUTES_PER_DAY
        for tick in minor:
            x = round(grid.x(tick.minutes))
            painter.setPen(QPen(style.line, 1))
            painter.drawLine(x, UPPER, x, self.height())
            painter.setPen(style.muted)
            if x > -8 and not (tick.strong and below_days):
                painter.drawText(QPointF(x + 4, UPPER + 14), tick.label)

    def _working_band(self, painter: QPainter) -> None:
        """When any machine is open, and when that is overtime."""
        model, grid, style = self._view.model, self._view.grid, self._view.colours
        if model is None:
            return
        y = self.height() - 5
        regular, extra = QColor(style.accent), QColor(style.watch)
        regular.setAlphaF(0.45)
        columns = np.zeros(self.width() + 1, np.uint8)
        begin = np.concatenate([windows.begin for windows in model.windows] or [np.zeros(0)])
        end = np.concatenate([windows.end for windows in model.windows] or [np.zeros(0)])
        overtime = np.concatenate([w.overtime for w in model.windows] or [np.zeros(0, np.bool_)])
        inside = (end > grid.left) & (begin < grid.right)
        for wanted, value in ((inside & overtime, 1), (inside & ~overtime, 2)):
            left = np.maximum((begin[wanted] - grid.left) * grid.scale, 0).astype(np.int64)
            right = np.minimum((end[wanted] - grid.left) * grid.scale, self.width())
            change = np.zeros(self.width() + 2, np.int64)
            np.add.at(change, left, 1)
            np.add.at(change, np.maximum(right.astype(np.int64), left + 1), -1)
            columns[np.cumsum(change)[: len(columns)] > 0] = value
        edges = np.flatnonzero(np.diff(columns, prepend=0, append=0))
        for left, right in zip(edges.tolist(), edges[1:].tolist(), strict=False):
            if columns[left]:
                painter.fillRect(left, y, right - left, 3, regular if columns[left] == 2 else extra)

    def _now(self, painter: QPainter) -> None:
        model = self._view.model
        if model is None:
            return
        x = self._view.grid.x(model.now)
        if -6 <= x <= self.width() + 6:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._view.colours.now)
            foot = self.height() - 1
            painter.drawPolygon(
                QPolygonF([QPointF(x - 5, foot - 7), QPointF(x + 5, foot - 7), QPointF(x, foot)])
            )
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
