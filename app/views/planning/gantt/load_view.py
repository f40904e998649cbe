"""The load histogram under the chart: one band per group, aligned with the chart's time axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QBrush,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from app.core.format import number
from app.views.planning.gantt.bars import Floats
from app.views.planning.gantt.keyboard import ZOOM_STEP
from app.views.planning.gantt.load import LoadBy, LoadGroup, LoadOf
from app.views.planning.gantt.style import mixed
from app.views.planning.gantt.time_grid import (
    DAY,
    MINUTES_PER_DAY,
    MONTH,
    WEEK,
    TickStep,
    to_datetime,
)
from app.views.planning.gantt.view import GanttView
from app.views.theme import SMALL_POINTS, figures

BAND = 48
AIR = 8  # pixels above the highest column, room for the mark of overload
SHIFT_FROM = 110  # pixels of a day from which columns are shifts
NARROWEST = 16  # pixels of a column; else days become weeks, and weeks months
WORDS_FROM = 30
TOLERANCE = 1.0  # minutes above capacity that are rounding


@dataclass(frozen=True, slots=True)
class Bucket:
    """A column of the histogram; moments in minutes since 1970 UTC, amounts in unit minutes."""

    group: LoadGroup
    begin: float
    end: float
    work: float
    capacity: float

    @property
    def share(self) -> float | None:
        """Work of capacity; None where nothing is open."""
        return self.work / self.capacity if self.capacity > TOLERANCE else None

    @property
    def overloaded(self) -> bool:
        return self.work > self.capacity + TOLERANCE


class LoadView(QAbstractScrollArea):
    """Reads the chart it stands under; scrolls and zooms through it."""

    chosen = Signal(object)
    """A Bucket whose work somebody wants to see."""

    def __init__(self, chart: GanttView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart = chart
        self.of, self.by = LoadOf.CENTRES, LoadBy.PLAN
        self.current: tuple[str, float] | None = None
        """Group and middle of the bucket that is picked out."""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMinimumHeight(BAND + 2)
        self._titles = _Titles(self)
        chart.scrolled.connect(self._on_chart_scrolled)
        self.retranslate()

    # ---- what is shown ---------------------------------------------------------------------------

    @property
    def groups(self) -> tuple[LoadGroup, ...]:
        model = self._chart.model
        return model.loads.get(self.of, ()) if model is not None else ()

    def show_load(self, of: LoadOf, by: LoadBy) -> None:
        """Whose load, and as planned or as due."""
        self.of, self.by = of, by
        self.current = None
        self.verticalScrollBar().setValue(0)
        self._place()

    def name_of(self, group: LoadGroup) -> str:
        """Its name, in words where it has none of its own."""
        return self._chart.header.group_name(group.name)

    def edges(self, group: LoadGroup) -> Floats:
        """Ends of the buckets in view: shifts, days, weeks or months, as the zoom asks for."""
        grid = self._chart.grid
        day = MINUTES_PER_DAY * grid.scale
        days = np.array(grid.boundaries(self._step()))
        if day < SHIFT_FROM or len(group.shifts) < 2:
            return days
        first, last = group.shifts[0], group.shifts[-1]
        low = max(int(np.searchsorted(group.shifts, grid.left, side="right")) - 1, 0)
        high = int(np.searchsorted(group.shifts, grid.right, side="right")) + 1
        outside = days[(days < first) | (days > last)]
        return np.sort(np.concatenate((group.shifts[low:high], outside)))

    def _step(self) -> TickStep:
        for step in (DAY, WEEK):
            if step.minutes * self._chart.grid.scale >= NARROWEST:
                return step
        return MONTH

    def buckets(self, group: LoadGroup) -> list[Bucket]:
        """The columns in view."""
        edges = self.edges(group)
        work, capacity = group.loads(self.by, edges)
        return [
            Bucket(group, *values)
            for values in zip(
                edges[:-1].tolist(), edges[1:].tolist(), work.tolist(), capacity.tolist(),
                strict=True,
            )
        ]  # fmt: skip

    def bucket_at(self, x: float, y: float) -> Bucket | None:
        """The column under a viewport point."""
        if not self._chart.has_plan:
            return None
        number = int((y + self.verticalScrollBar().value()) // BAND)
        if not 0 <= number < len(self.groups):
            return None
        at = self._chart.grid.minutes(x)
        return self._bucket(self.groups[number], at)

    def _bucket(self, group: LoadGroup, at: float) -> Bucket | None:
        return next((one for one in self.buckets(group) if one.begin <= at < one.end), None)

    def current_bucket(self) -> Bucket | None:
        """What is picked out, while it is in view."""
        if self.current is None or not self._chart.has_plan:
            return None
        name, at = self.current
        group = next((one for one in self.groups if one.name == name), None)
        return None if group is None else self._bucket(group, at)

    # ---- words -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Load against capacity"))
        self.setToolTip("")
        self._tell()

    def words(self, bucket: Bucket) -> str:
        """``Casting · 11-24 Tue 08:00 – 20:00 · 31.5 h of 36 h (88 %)``."""
        view = self._chart
        until = view.moment_text(to_datetime(bucket.end))
        span = f"{view.moment_text(to_datetime(bucket.begin))} – {until}"
        work, capacity = number(round(bucket.work / 60, 1)), number(round(bucket.capacity / 60, 1))
        if bucket.share is None:
            said = self.tr("{work} h, nothing is open").format(work=work)
        else:
            said = self.tr("{work} h of {capacity} h ({share} %)").format(
                work=work, capacity=capacity, share=round(100 * bucket.share)
            )
        if bucket.overloaded:
            said = self.tr("{load} – overloaded").format(load=said)
        return f"{self.name_of(bucket.group)} · {span} · {said}"

    def _tell(self) -> None:
        """What a screen reader says of the bucket picked out."""
        bucket = self.current_bucket()
        self.setAccessibleDescription(
            self.words(bucket)
            if bucket is not None
            else self.tr("Arrow keys choose a column, Enter lists its orders.")
        )

    # ---- events ----------------------------------------------------------------------------------

    @Slot()
    def _on_chart_scrolled(self) -> None:
        self._place()

    def _place(self) -> None:
        width = self._chart.header.width()
        if self.viewportMargins().left() != width:
            self.setViewportMargins(width, 0, 0, 0)
        area = self.viewport().geometry()
        self._titles.setGeometry(0, area.top(), width, area.height())
        bar = self.verticalScrollBar()
        # The load is counted when somebody looks at it.
        count = len(self.groups) if self.isVisible() else 0
        bar.setRange(0, max(count * BAND - area.height(), 0))
        bar.setPageStep(area.height())
        bar.setSingleStep(BAND)
        self.viewport().update()
        self._titles.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self._titles.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        bucket = self.bucket_at(event.position().x(), event.position().y())
        if bucket is not None and event.button() is Qt.MouseButton.LeftButton:
            self._pick(bucket)
            self.chosen.emit(bucket)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """As in the chart; without a key it scrolls the groups."""
        if not self._chart.has_plan:
            return
        delta, modifiers, grid = event.angleDelta(), event.modifiers(), self._chart.grid
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._chart.zoom(ZOOM_STEP ** (delta.y() / 120), event.position().x())
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._chart.scroll_to(grid.left - (delta.x() or delta.y()) / 120 * 90 / grid.scale)
        else:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - round(delta.y() / 120 * BAND))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Plain arrows and Enter are ours while we have the focus."""
        asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asked and not event.modifiers() and Qt.Key(event.key()) in _KEYS:
            event.accept()
            return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            bucket = self.bucket_at(event.pos().x(), event.pos().y())
            words = self.words(bucket) if bucket is not None else ""
            QToolTip.showText(event.globalPos(), words, self.viewport())
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key not in _KEYS or not self.groups or not self._chart.has_plan:
            super().keyPressEvent(event)
            return
        bucket = self.current_bucket()
        if bucket is None:
            grid = self._chart.grid
            bucket = self._bucket(self.groups[0], (grid.left + grid.right) / 2)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(bucket)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            bucket = self._beside(bucket, -1 if key is Qt.Key.Key_Left else 1)
        else:
            place = self.groups.index(bucket.group) + (-1 if key is Qt.Key.Key_Up else 1)
            middle = (bucket.begin + bucket.end) / 2
            bucket = self._bucket(self.groups[place % len(self.groups)], middle)
        if bucket is not None:
            self._pick(bucket)

    def _beside(self, bucket: Bucket, direction: int) -> Bucket | None:
        """The next column; the chart follows when it lies outside the view."""
        at = bucket.begin - 1 if direction < 0 else bucket.end + 1
        grid = self._chart.grid
        if at < grid.left or at > grid.right:
            self._chart.scroll_to(grid.left + direction * (bucket.end - bucket.begin))
        return self._bucket(bucket.group, at)

    def _pick(self, bucket: Bucket) -> None:
        self.current = bucket.group.name, (bucket.begin + bucket.end) / 2
        top = self.groups.index(bucket.group) * BAND
        bar = self.verticalScrollBar()
        if not bar.value() <= top <= bar.value() + self.viewport().height() - BAND:
            bar.setValue(top)
        self._tell()
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._place()

    # ---- painting --------------------------------------------------------------------------------

    def visible(self) -> list[tuple[int, LoadGroup]]:
        """(y, group) of the bands in view."""
        top, height = self.verticalScrollBar().value(), self.viewport().height()
        first, last = top // BAND, -(-(top + height) // BAND)
        return [
            (place * BAND - top, self.groups[place])
            for place in range(first, min(last, len(self.groups)))
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        style = self._chart.colours
        area = self.viewport().rect()
        painter.fillRect(area, style.panel)
        if not self._chart.has_plan:
            return
        font = figures(self.font())
        font.setPointSizeF(SMALL_POINTS)
        painter.setFont(font)
        current = self.current_bucket()
        for y, group in self.visible():
            self._band(painter, group, float(y), current)
            painter.setPen(style.line)
            painter.drawLine(0, y + BAND - 1, area.width(), y + BAND - 1)
        self._now(painter)
        if self.hasFocus():
            painter.setPen(style.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(0, 0, -1, -1))

    def _band(self, painter: QPainter, group: LoadGroup, y: float, current: Bucket | None) -> None:
        style, grid = self._chart.colours, self._chart.grid
        found = self.buckets(group)
        highest = max((max(one.work, one.capacity) for one in found), default=0.0)
        if highest <= TOLERANCE:
            return
        room, base = BAND - AIR - 4, y + BAND - 2
        fill, edge = mixed(style.accent, style.panel, 0.42), style.accent
        inside, over, lines = [], [], []
        for one in found:
            left, right = round(grid.x(one.begin)) + 1, round(grid.x(one.end))
            top = base - room * one.capacity / highest
            reach = base - room * one.work / highest
            inside.append(QRectF(left, max(reach, top), right - left, base - max(reach, top)))
            if one.overloaded:
                over.append(QRectF(left, reach, right - left, top - reach))
            lines.append((left - 1, right, top))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRects(inside)
        self._overload(painter, over)
        painter.setPen(QPen(style.line_strong, 1))
        for left, right, top in lines:
            painter.drawLine(QPointF(left, round(top)), QPointF(right, round(top)))
        self._shares(painter, found, y)
        if current is not None and current.group is group:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(edge, 2))
            left, right = grid.x(current.begin), grid.x(current.end)
            painter.drawRect(QRectF(left + 1, y + 2, right - left - 2, BAND - 5))

    def _overload(self, painter: QPainter, boxes: list[QRectF]) -> None:
        """Red, hatched, and with a triangle: not by colour alone."""
        if not boxes:
            return
        style = self._chart.colours
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.late)
        painter.drawRects(boxes)
        painter.setBrush(QBrush(style.panel, Qt.BrushStyle.BDiagPattern))
        painter.drawRects(boxes)
        painter.setBrush(style.late)
        for box in boxes:
            x, y = box.center().x(), box.top() - 1
            corners = [QPointF(x - 4, y), QPointF(x + 4, y), QPointF(x, y - 6)]
            painter.drawPolygon(QPolygonF(corners))

    def _shares(self, painter: QPainter, found: list[Bucket], y: float) -> None:
        """The percentage at the foot of each column that is wide enough."""
        style, grid = self._chart.colours, self._chart.grid
        for one in found:
            left, right = grid.x(one.begin), grid.x(one.end)
            if one.share is None or one.work <= TOLERANCE or right - left < WORDS_FROM:
                continue
            painter.setPen(style.late if one.overloaded else style.text)
            box = QRectF(max(left, 0.0), y + BAND - 18, right - max(left, 0.0), 16)
            words = f"{100 * one.share:.0f} %"
            if one.overloaded:
                wide = painter.fontMetrics().horizontalAdvance(words) + 6
                ground = QRectF(box.center().x() - wide / 2, box.top() + 1, wide, 14)
                painter.fillRect(ground, style.panel)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _now(self, painter: QPainter) -> None:
        model = self._chart.model
        if model is not None:
            x = round(self._chart.grid.x(model.now))
            painter.setPen(QPen(self._chart.colours.now, 1))
            painter.drawLine(x, 0, x, self.viewport().height())

    def paint_titles(self, painter: QPainter, width: int) -> None:
        """Names of the groups at the left, and what they have."""
        style = self._chart.colours
        metrics = painter.fontMetrics()
        for y, group in self.visible():
            painter.setPen(style.text)
            name = metrics.elidedText(self.name_of(group), Qt.TextElideMode.ElideRight, width - 16)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRectF(8, y + 4, width - 16, 18), flags, name)
            painter.setPen(style.muted)
            painter.drawText(QRectF(8, y + 22, width - 16, 18), flags, self._units_text(group))
            painter.setPen(style.line)
            painter.drawLine(0, y + BAND - 1, width, y + BAND - 1)

    def _units_text(self, group: LoadGroup) -> str:
        if self.of is LoadOf.CENTRES:
            return self.tr("%n machines", "", group.units)
        if self.of is LoadOf.TEAMS:
            return self.tr("%n people", "", group.units)
        return self.tr("%n usable copies", "", group.units)


_KEYS = frozenset(
    {
        Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
    }
)  # fmt: skip


class _Titles(QWidget):
    """At the left of the histogram, as wide as the row titles of the chart."""

    def __init__(self, view: LoadView) -> None:
        super().__init__(view)
        self._view = view

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        style = self._view._chart.colours
        painter.fillRect(self.rect(), style.panel)
        self._view.paint_titles(painter, self.width())
        painter.setPen(style.line_strong)
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
