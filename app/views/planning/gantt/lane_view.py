"""A lane under the chart: a material's balance or a mould's copies, on the chart's time axis."""

from __future__ import annotations

from decimal import Decimal
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.core.format import number
from app.core.quantity import tidy
from app.views.planning.gantt.keyboard import ZOOM_STEP
from app.views.planning.gantt.lane_painting import Drawn, LaneColumns, LanePainting
from app.views.planning.gantt.time_grid import to_datetime
from app.views.planning.gantt.view import GanttView
from app.views.theme import SMALL_POINTS, figures

if TYPE_CHECKING:
    from app.services.planning.availability import Lane, LaneStep

HEIGHT = 84
"""The least height: a line, its figures and its words."""
WORDS_FROM = 26  # pixels of a step from which its figure is written


class LaneView(QWidget):
    """Reads the chart it stands under; scrolls and zooms through it."""

    chosen = Signal(object)
    """Operation ids of the step that somebody chose."""

    def __init__(self, chart: GanttView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart = chart
        self.lane: Lane | None = None
        self._columns: LaneColumns | None = None
        self.current: int | None = None
        """The step that is picked out."""
        self.remark = ""
        """Why there is no lane, as words in its place."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumHeight(HEIGHT)
        chart.scrolled.connect(self._on_chart_scrolled)
        self.retranslate()

    # ---- what is shown ---------------------------------------------------------------------------

    def show_lane(self, lane: Lane | None, remark: str = "") -> None:
        """A lane, or why there is none; what was picked out stays where its time is."""
        at = None
        if self.lane is not None and self.current is not None and lane is not None:
            same = (self.lane.of, self.lane.code) == (lane.of, lane.code)
            at = self.lane.steps[self.current].start if same else None
        self.lane, self.remark = lane, remark
        self._columns = None if lane is None else LaneColumns(lane)
        self.current = None if lane is None or at is None else lane.step_at(at)
        self._tell()
        self.update()

    @property
    def area(self) -> QRectF:
        """Where time is drawn: under the chart, beside its row titles and its scroll bar."""
        left = self._chart.header.width()
        return QRectF(left, 0, self._chart.viewport().width(), self.height())

    def step_at(self, x: float) -> int | None:
        """The step under a point of this widget."""
        if self.lane is None or not self._chart.has_plan or not self.area.contains(x, 1):
            return None
        return self.lane.step_at(self._chart.grid.minutes(x - self.area.left()))

    def x_of(self, minutes: float) -> float:
        """Where a moment lies in this widget."""
        return self.area.left() + self._chart.grid.x(minutes)

    def _in_view(self, lane: Lane) -> range:
        grid = self._chart.grid
        first, last = lane.step_at(grid.left), lane.step_at(grid.right)
        return range(first or 0, -1 if last is None else last + 1)

    def _ends(self, lane: Lane, step: int) -> tuple[float, float]:
        """Left and right of a step, no further than can be seen."""
        end = lane.end_of(step)
        area = self.area
        left = self.x_of(lane.steps[step].start)
        right = area.right() if end is None else self.x_of(end)
        return min(max(left, area.left()), area.right()), min(max(right, area.left()), area.right())

    # ---- words -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Material or mould over time"))
        self._tell()
        self.update()

    def words(self, step: int) -> str:
        """``POW · 11-24 Tue 08:00 – 12:00 · 10 kg · taken: 40 kg``."""
        lane = self.lane
        if lane is None:
            return ""
        said, end = lane.steps[step], lane.end_of(step)
        begin = self._chart.moment_text(to_datetime(said.start))
        span = self.tr("from {begin}").format(begin=begin)
        if end is not None:
            span = f"{begin} – {self._chart.moment_text(to_datetime(end))}"
        return " · ".join((lane.code, span, *self._figures(lane, said)))

    def _figures(self, lane: Lane, step: LaneStep) -> list[str]:
        if lane.of == "moulds":
            return self._copies(lane, step)
        level = self._amount(step.level)
        short = self._amount(-step.level)
        said = {
            "there": self.tr("{level} left").format(level=level),
            "empty": self.tr("nothing left"),
            "short": self.tr("runs out: {short} short").format(short=short),
            "to_buy": self.tr("{short} to be bought").format(short=short),
        }
        found = [said[step.state]]
        if step.came:
            found.append(self.tr("in: {amount}").format(amount=self._amount(step.came)))
        if step.went:
            found.append(self.tr("taken: {amount}").format(amount=self._amount(step.went)))
        return found

    def _copies(self, lane: Lane, step: LaneStep) -> list[str]:
        found = [
            self.tr("{used} in use of {usable} usable").format(
                used=number(step.level), usable=step.usable
            )
        ]
        missing = lane.copies - step.usable
        if missing > 0:
            out = self.tr("{missing} of {copies} copies not usable")
            found.append(out.format(missing=missing, copies=lane.copies))
        if step.state == "short":
            found.append(self.tr("more in use than can be used"))
        elif step.state == "empty":
            found.append(self.tr("none free"))
        return found

    def _amount(self, value: Decimal) -> str:
        unit = self.lane.unit if self.lane is not None else ""
        return f"{_rounded(value)} {unit}".strip()

    def _tell(self) -> None:
        """What a screen reader says of the step picked out."""
        self.setAccessibleDescription(
            self.words(self.current)
            if self.current is not None
            else self.tr("Arrow keys walk the steps, Enter selects the operations concerned.")
        )

    # ---- events ----------------------------------------------------------------------------------

    @Slot()
    def _on_chart_scrolled(self) -> None:
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        step = self.step_at(event.position().x())
        if step is not None and event.button() is Qt.MouseButton.LeftButton:
            self._pick(step)
            self._choose(step)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """As in the chart; there are no rows to scroll."""
        if not self._chart.has_plan:
            return
        delta, grid = event.angleDelta(), self._chart.grid
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            at = event.position().x() - self.area.left()
            self._chart.zoom(ZOOM_STEP ** (delta.y() / 120), at)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._chart.scroll_to(grid.left - (delta.x() or delta.y()) / 120 * 90 / grid.scale)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Plain arrows and Enter are ours while we have the focus; a hover tells figures."""
        asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asked and not event.modifiers() and Qt.Key(event.key()) in _KEYS:
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            step = self.step_at(event.pos().x())
            words = self.words(step) if step is not None else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, lane = Qt.Key(event.key()), self.lane
        if key not in _KEYS or lane is None or not lane.steps or not self._chart.has_plan:
            super().keyPressEvent(event)
        elif key in _ENTER:
            if self.current is not None:
                self._choose(self.current)
        elif self.current is None:
            self._pick(lane.step_at(self._chart.grid.left) or 0)
        else:
            onwards = 1 if key is Qt.Key.Key_Right else -1
            self._pick(min(max(self.current + onwards, 0), len(lane.steps) - 1))

    def _choose(self, step: int) -> None:
        if self.lane is not None:
            self.chosen.emit(self.lane.operations(step))

    def _pick(self, step: int) -> None:
        """The chart follows when the step begins outside the view and nothing of it is seen."""
        if self.lane is None:
            return
        self.current = step
        grid = self._chart.grid
        if step not in self._in_view(self.lane):
            start = self.lane.steps[step].start
            self._chart.scroll_to(start - (grid.right - grid.left) / 4)
        self._tell()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    # ---- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        style, area = self._chart.colours, self.area
        painter.fillRect(self.rect(), style.panel)
        font = figures(self.font())
        font.setPointSizeF(SMALL_POINTS)
        painter.setFont(font)
        painter.setPen(style.line)
        painter.drawLine(0, 0, self.width(), 0)
        if self.lane is None or not self._chart.has_plan:
            painter.setPen(style.muted)
            inside = QRectF(self.rect()).adjusted(8, 0, -8, 0)
            painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, self.remark)
        else:
            painter.save()
            painter.setClipRect(area)
            self._line(painter, self.lane)
            painter.restore()
            self._title(painter, self.lane)
        painter.setPen(style.line_strong)
        painter.drawLine(QPointF(area.left() - 1, 0), QPointF(area.left() - 1, self.height()))
        if self.hasFocus():
            painter.setPen(style.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(0, 0, -1, -1))

    def _line(self, painter: QPainter, lane: Lane) -> None:
        columns, shown = self._columns, self._in_view(lane)
        if columns is None or not len(shown):
            return
        area, grid = self.area, self._chart.grid
        begin = columns.start[shown.start : shown.stop]
        x = np.maximum(area.left() + (begin - grid.left) * grid.scale, area.left())
        drawn = Drawn.of(columns, shown, x, area.right())
        painting = LanePainting(columns, drawn, self._chart.colours, self.height())
        painting.paint(painter, area)
        self._figures_inside(painter, lane, painting)
        self._now(painter)
        if self.current is not None and self.current in shown:
            left, right = self._ends(lane, self.current)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._chart.colours.accent, 2))
            painter.drawRect(QRectF(left + 1, 2, max(right - left - 2, 2), self.height() - 4))

    def _figures_inside(self, painter: QPainter, lane: Lane, painting: LanePainting) -> None:
        """Figures of the steps that are wide enough; where it runs out, a sign and a word."""
        style, drawn = self._chart.colours, painting.drawn
        begins = painting.begins_short()
        reach = self.area.left()
        for place in np.flatnonzero(begins | (drawn.right - drawn.left >= WORDS_FROM)).tolist():
            step = lane.steps[int(drawn.step[place])]
            left, right = float(drawn.left[place]), float(drawn.right[place])
            if left < reach:
                continue
            short = step.state == "short"
            if begins[place]:
                painting.triangle(painter, left + 6)
            room = inf if begins[place] else right - left - 8
            words = self._words_inside(painter, lane, step, room)
            if not words:
                continue
            wide = painter.fontMetrics().horizontalAdvance(words)
            y = max(painting.y(max(float(step.level), 0.0)) - 16, 1)
            box = QRectF(left + (14 if short else 4), y, wide, 14)
            if lane.of == "moulds":  # they may stand on the hatch of copies not usable
                painter.fillRect(box.adjusted(-2, 0, 2, 0), style.panel)
            painter.setPen(style.late if short else style.text)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
            reach = box.right() + 4

    def _words_inside(self, painter: QPainter, lane: Lane, step: LaneStep, room: float) -> str:
        """The figure and a word where something is wrong, if there is room; else the figure."""
        if lane.of == "moulds":
            figure = self.tr("{used} of {usable}").format(
                used=number(step.level), usable=step.usable
            )
            words = {"short": self.tr("too many"), "empty": self.tr("none free")}
        else:
            figure = _rounded(step.level)
            words = {
                "short": self.tr("runs out"),
                "empty": self.tr("nothing left"),
                "to_buy": self.tr("to be bought"),
            }
        word = words.get(step.state, "")
        metrics = painter.fontMetrics()
        for text in (f"{figure} {word}".strip(), figure):
            if metrics.horizontalAdvance(text) <= room - (10 if step.state == "short" else 0):
                return text
        return ""

    def _now(self, painter: QPainter) -> None:
        model = self._chart.model
        if model is not None:
            x = round(self.x_of(model.now))
            painter.setPen(QPen(self._chart.colours.now, 1))
            painter.drawLine(x, 0, x, self.height())

    def _title(self, painter: QPainter, lane: Lane) -> None:
        """At the left: whose lane it is, and in what it is counted."""
        style, width = self._chart.colours, self._chart.header.width()
        metrics = painter.fontMetrics()
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        unit = lane.unit
        if lane.of == "moulds":
            unit = self.tr("%n copies", "", lane.copies)
        for y, colour, text in (
            (4, style.text, lane.code), (22, style.text, lane.name), (40, style.muted, unit),
        ):  # fmt: skip
            painter.setPen(colour)
            said = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 16)
            painter.drawText(QRectF(8, y, width - 16, 18), flags, said)


def _rounded(value: Decimal) -> str:
    """As exact as an eye needs it: no decimals from a thousand on, at most three below."""
    places = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 3
    return number(tidy(round(value, places))).replace("-", "−")


_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_KEYS = _ENTER | {Qt.Key.Key_Left, Qt.Key.Key_Right}
