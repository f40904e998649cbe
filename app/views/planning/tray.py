"""The tray below the chart: operations without a place, as bars to be dragged into the chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
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
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from app.core.format import number
from app.views.context import AppContext
from app.views.planning.gantt.view import GanttView

if TYPE_CHECKING:
    from app.services.planning.rows import UnplacedRow

HEIGHT, BAR = 34, 22
SLIM = 8
"""Pixels of the empty tray: a handle that opens while a bar is dragged."""
AIR, GAP = 10, 6
WIDEST = 260
WHEEL = 60


class Tray(QWidget):
    """Bars side by side; a drop on it takes what is dragged off the plan."""

    chosen = Signal(int)
    """An operation without a place was clicked."""
    place_wanted = Signal(int)
    """Enter or a double click: put it where there is room first."""

    def __init__(self, context: AppContext, gantt: GanttView, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._gantt = context, gantt
        self._rows: Sequence[UnplacedRow] = ()
        self._boxes: list[QRectF] = []
        self._first = 0.0
        self.current = -1
        self._pressed: QPoint | None = None
        self._carrying = False
        self._wanted = self._open = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        gantt.set_off_plan(self.holds)
        gantt.offPlanChanged.connect(self._on_off_plan_changed)
        gantt.carryingChanged.connect(self._on_carrying_changed)
        self.retranslate()

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT)

    def put(self, rows: Sequence[UnplacedRow]) -> None:
        """What has no place now; the current one stays current."""
        known = self.operation
        self._rows = rows
        ids = [row.operation_id for row in rows]
        self.current = ids.index(known) if known in ids else -1
        self.retranslate()

    @property
    def operation(self) -> int | None:
        """Id of the current one."""
        return self._rows[self.current].operation_id if self.current >= 0 else None

    @property
    def operations(self) -> tuple[int, ...]:
        """Ids of all that has no place."""
        return tuple(row.operation_id for row in self._rows)

    def holds(self, point: QPoint) -> bool:
        """Whether a global point is over the tray."""
        return self.isVisible() and self.rect().contains(self.mapFromGlobal(point))

    def box_of(self, operation: int) -> QRectF:
        """Where the bar of an operation is."""
        index = [row.operation_id for row in self._rows].index(operation)
        return self._boxes[index].translated(-self._first, 0)

    # ---- texts -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        slim = self._slim()
        self.setFixedHeight(SLIM if slim else HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if slim else Qt.FocusPolicy.StrongFocus)
        self.setToolTip(self._title() if slim else "")
        self._lay_out()
        self.setAccessibleName(self._title())
        self.setAccessibleDescription(
            "\n".join(f"{self._caption(row)}: {self._reason(row)}" for row in self._rows[:50])
        )
        self.update()

    def _slim(self) -> bool:
        return not (self._rows or self._wanted or self._open)

    def _title(self) -> str:
        if self._wanted:
            return self.tr("Drop here to take off the plan")
        if not self._rows:
            return self.tr("Everything has its place. Drag a bar here to take it off the plan.")
        return self.tr("Not placed ({count})").format(count=len(self._rows))

    def _caption(self, row: UnplacedRow) -> str:
        quantity = f"{number(row.quantity)} {row.unit}".strip() if row.quantity else ""
        parts = (row.order_number, f"{row.step_no} {row.step_name}".strip(), quantity)
        return " · ".join(part for part in parts if part)

    def _reason(self, row: UnplacedRow) -> str:
        return self._context.text(row.reason)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.FontChange):
            self.retranslate()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self._at(event.pos())
            words = self._reason(self._rows[index]) if index is not None else self.toolTip()
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    # ---- where things are ------------------------------------------------------------------------

    def _lay_out(self) -> None:
        metrics = self.fontMetrics()
        left = AIR + metrics.horizontalAdvance(self._title()) + 2 * AIR
        self._boxes = []
        for row in self._rows:
            width = min(metrics.horizontalAdvance(self._caption(row)) + 2 * AIR, WIDEST)
            self._boxes.append(QRectF(left, (HEIGHT - BAR) / 2, width, BAR))
            left += width + GAP
        self._scroll(0)

    def _scroll(self, by: float) -> None:
        end = self._boxes[-1].right() + GAP if self._boxes else 0.0
        self._first = max(min(self._first + by, end - self.width()), 0.0)
        self.update()

    def _at(self, point: QPoint) -> int | None:
        at = QPointF(point) + QPointF(self._first, 0)
        return next((i for i, box in enumerate(self._boxes) if box.contains(at)), None)

    def _show(self, index: int) -> None:
        self.current = index
        box = self._boxes[index].translated(-self._first, 0)
        if box.left() < 0:
            self._scroll(box.left() - GAP)
        elif box.right() > self.width():
            self._scroll(box.right() - self.width() + GAP)
        self.update()
        self.chosen.emit(self._rows[index].operation_id)

    # ---- hands -----------------------------------------------------------------------------------

    @Slot(bool)
    def _on_carrying_changed(self, carrying: bool) -> None:
        """Wide enough to be hit while there is something to drop."""
        self._open = carrying
        self.retranslate()

    @Slot(bool)
    def _on_off_plan_changed(self, over: bool) -> None:
        self._wanted = over
        self.retranslate()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index is not None:
            self._show(index)
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or self.operation is None:
            return
        at = event.position().toPoint()
        if not self._carrying:
            far = (at - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            self._carrying = far and self._gantt.begin_place(self.operation)
        if self._carrying:
            point = self._gantt.viewport().mapFromGlobal(self.mapToGlobal(at))
            exact = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            self._gantt.carry(QPointF(point), exact=exact)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        carrying, self._carrying, self._pressed = self._carrying, False, None
        if carrying:
            self._gantt.put_down()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._at(event.position().toPoint()) is not None and self.operation is not None:
            self.place_wanted.emit(self.operation)

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        self._scroll(-(delta.x() or delta.y()) / 120 * WHEEL)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), len(self._rows) - 1
        if key == Qt.Key.Key_Escape and self._gantt.cancel_gesture():
            self._carrying, self._pressed = False, None
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._rows:
            step = 1 if key == Qt.Key.Key_Right else -1
            self._show(min(max(self.current + step, 0), last))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.operation is not None:
            self.place_wanted.emit(self.operation)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QEvent) -> None:
        self._scroll(0)

    # ---- picture ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self._gantt.colours
        painter.fillRect(self.rect(), colours.accent_soft if self._wanted else colours.panel)
        if self._slim():
            middle = self.rect().center()
            painter.fillRect(middle.x() - 20, middle.y() - 1, 40, 2, colours.line_strong)
            return
        painter.setPen(colours.text)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(AIR - self._first, 0, self.width(), HEIGHT), middle, self._title())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        for index, (row, placed) in enumerate(zip(self._rows, self._boxes, strict=True)):
            box = placed.translated(-self._first, 0)
            if box.right() < 0 or box.left() > self.width():
                continue
            current = index == self.current
            painter.setPen(QPen(colours.accent if current else colours.line_strong, 1 + current))
            painter.setBrush(colours.raised)
            painter.drawRoundedRect(box, 3, 3)
            painter.fillRect(QRectF(box.left() + 1, box.top() + 1, 3, BAR - 2), colours.risk)
            painter.setPen(colours.text)
            inside = box.adjusted(AIR - 1, 0, -AIR / 2, 0)
            words = metrics.elidedText(
                self._caption(row), Qt.TextElideMode.ElideRight, round(inside.width())
            )
            painter.drawText(inside, middle, words)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colours.accent)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
