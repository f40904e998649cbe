"""The chart of a scenario: the same gestures as on the plan, but each asks for an edit.

Dragging a bar lets its operation stand there; dragging on the ground of a row marks a stretch of
its time; the menus of bars and of the ground offer the other edits.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)

from app.core.format import clock
from app.core.messages import message
from app.views.planning.gantt.asking import MODES
from app.views.planning.gantt.chip import ChipLine, paint_chip
from app.views.planning.gantt.interactions import Interaction, RubberBand
from app.views.planning.gantt.model import Arrangement, PlanModel
from app.views.planning.gantt.painter import Frame
from app.views.planning.gantt.time_grid import to_datetime
from app.views.planning.gantt.view import GanttView

MARKED = (Arrangement.MACHINES, Arrangement.PEOPLE)
"""Rows whose time can be marked: machines that stand or work longer, people who are away."""
SOFT = 0.18
REACH = 7.0
"""Pixels beside the middle of a due date's diamond that still take hold of it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a row's time, minutes since 1970 UTC."""

    row: int
    begin: float
    end: float


class ScenarioChart(GanttView):
    """Changes nothing itself: it tells what the person wants by signals."""

    stretch_marked = Signal(object, QPoint)
    """A Mark, and where the hand let go."""

    due_moved = Signal(str, int)
    """An order's number, and by how many minutes its due date was dragged."""

    splittable = False
    drop_modes = MODES
    """Planning anew around what was dropped is what solving the scenario does."""

    mark: Mark | None = None
    """What is marked; it stays in sight until something is chosen for it."""

    def set_model(self, model: PlanModel) -> None:
        self.mark = None
        super().set_model(model)

    def set_arrangement(self, arrangement: Arrangement) -> None:
        self.mark = None
        super().set_arrangement(arrangement)

    @Slot()
    def forget_mark(self) -> None:
        """Nothing was chosen for it, or it has become an edit."""
        self.mark = None
        self.viewport().update()

    def put_mark(self, mark: Mark | None) -> None:
        self.mark = mark
        self.viewport().update()

    def take_off(self) -> None:
        """Not in a scenario: what is asked there is always done whole."""
        if self.state.selected:
            self.refused.emit(message("scenarios.no_take_off"))

    def _press_ground(self, at: QPointF, *, extend: bool) -> None:
        super()._press_ground(at, extend=extend)
        if self.current_row >= 0 and self.arrangement in MARKED:
            self._start(MarkTime(self, self.current_row, at, extend=extend))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """With Ctrl and Shift time is marked over bars, too."""
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        left = event.button() is Qt.MouseButton.LeftButton
        if self.model is not None and left and event.modifiers() & both == both:
            self.hide_card()
            self._press_ground(event.position(), extend=False)
            return
        row = self.due_at(event.position()) if left else None
        if row is not None:
            self.hide_card()
            self._start(MoveDue(self, row, event.position()))
            self.viewport().setCursor(MoveDue.cursor)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self.interaction is None and self.due_at(event.position()) is not None:
            self.viewport().setCursor(MoveDue.cursor)

    def due_at(self, at: QPointF) -> int | None:
        """The row whose due date's diamond is under a viewport point."""
        if self.model is None or self.arrangement is not Arrangement.ORDERS:
            return None
        band = self.band_at(at.y())
        marker = self.rows.infos[band.row].marker if band is not None and band.row >= 0 else None
        if band is None or marker is None or abs(self.grid.x(marker) - at.x()) > REACH:
            return None
        return band.row

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of the bar under the hand, else of the row's ground or of its name at the left."""
        if self.cancel_gesture() or self.model is None:
            return
        at = QPointF(self.viewport().mapFromGlobal(event.globalPos()))
        found = self.hit_test(at) if at.x() >= 0 else None
        if found is not None:
            if found.bar not in self.state.selected:
                self.select({found.bar})
            self.menuRequested.emit(event.globalPos())
            return
        band = self.band_at(at.y())
        if band is not None and band.row >= 0:
            self.current_row = band.row
            self.select(set())
            self._update_all()
            self.groundMenuRequested.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.mark is not None and self.model is not None:
            painter = QPainter(self.viewport())
            paint_mark(painter, self._frame(), self.mark)

    def stretch_text(self, mark: Mark) -> str:
        """``11-24 Tue 08:00 – 14:30``."""
        begin, end = to_datetime(mark.begin), to_datetime(mark.end)
        first, last = (at.astimezone(self.grid.zone) for at in (begin, end))
        till = clock(last) if first.date() == last.date() else self.moment_text(end)
        return f"{self.moment_text(begin)} – {till}"


class MarkTime(Interaction):
    """Marks time along a row; a hand that leaves the row draws a frame instead, to select."""

    cursor = Qt.CursorShape.IBeamCursor

    def __init__(self, view: ScenarioChart, row: int, at: QPointF, *, extend: bool) -> None:
        super().__init__(view)
        self.chart = view
        self.row = row
        self._pressed = at
        self._anchor = view.grid.minutes(at.x())
        self._at = at
        self._band = RubberBand(view, at, extend=extend)
        self._mark: Mark | None = None
        self._framing = False
        view.forget_mark()

    def move(self, event: QMouseEvent) -> None:
        self._at = event.position()
        self._band.move(event)
        band = self.chart.band_at(self._at.y())
        self._framing = band is None or band.row != self.row
        exact = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        far = abs(self._at.x() - self._pressed.x()) >= self.chart.drag_distance()
        self._mark = self._marked(exact=exact) if far else None
        self.chart.viewport().update()

    def _marked(self, *, exact: bool) -> Mark | None:
        grid = self.chart.grid
        ends = sorted((self._anchor, grid.minutes(self._at.x())))
        begin, end = (round(at) if exact else grid.snap(at) for at in ends)
        return Mark(self.row, begin, end) if end > begin else None

    def commit(self) -> None:
        if self._framing or self._mark is None:
            self._band.commit()
            return
        self.chart.select(set())
        self.chart.put_mark(self._mark)
        place = self.chart.viewport().mapToGlobal(self._at.toPoint())
        self.chart.stretch_marked.emit(self._mark, place)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if self._framing or self._mark is None:
            self._band.paint(painter, frame)
            return
        paint_mark(painter, frame, self._mark)
        words = [ChipLine(self.chart.stretch_text(self._mark), "head")]
        paint_chip(painter, frame, self._at, words)


class MoveDue(Interaction):
    """Drags the due date of an order to another time."""

    cursor = Qt.CursorShape.SplitHCursor

    def __init__(self, view: ScenarioChart, row: int, at: QPointF) -> None:
        super().__init__(view)
        info = view.rows.infos[row]
        self.chart, self.row, self.order = view, row, info.title
        self._was = self._to = info.marker or 0.0
        self._grip = view.grid.minutes(at.x()) - self._was
        self._at = at

    def move(self, event: QMouseEvent) -> None:
        self._at = event.position()
        to = self.chart.grid.minutes(self._at.x()) - self._grip
        exact = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        near = abs(to - self._was) * self.chart.grid.scale < self.chart.drag_distance()
        self._to = self._was if near else round(to) if exact else self.chart.grid.snap(to)
        self.chart.viewport().update()

    def commit(self) -> None:
        if self._to != self._was:
            self.chart.due_moved.emit(self.order, round(self._to - self._was))

    def paint(self, painter: QPainter, frame: Frame) -> None:
        band = frame.layout.band_of(self.row)
        if band is None:
            return
        style, middle = frame.scene.style, band.top - frame.top + band.height / 2
        was, to = frame.grid.x(self._was), frame.grid.x(self._to)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(style.accent, 1.5))
        painter.drawLine(QPointF(was, middle), QPointF(to, middle))
        painter.setBrush(style.accent)
        painter.drawPolygon(
            QPolygonF([QPointF(to, middle - 7), QPointF(to + 6, middle), QPointF(to, middle + 7),
                       QPointF(to - 6, middle)])
        )  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        words = [
            ChipLine(f"{self.order} · {self.chart.moment_text(to_datetime(self._to))}", "head")
        ]
        paint_chip(painter, frame, self._at, words)


def paint_mark(painter: QPainter, frame: Frame, mark: Mark) -> None:
    """A stretch of a row with a strong line at both ends."""
    band = frame.layout.band_of(mark.row)
    if band is None:
        return
    left, right = frame.grid.x(mark.begin), frame.grid.x(mark.end)
    box = QRectF(left, band.top - frame.top, right - left, band.height - 1)
    accent = frame.scene.style.accent
    soft = QColor(accent)
    soft.setAlphaF(SOFT)
    painter.fillRect(box, soft)
    painter.setPen(QPen(accent, 2))
    for x in (left, right):
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
