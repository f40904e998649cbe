"""Gestures: one object each, from press to commit or cancel.

The view gives all mouse events to the running interaction. Nothing is changed before ``commit``,
so ``cancel`` (Esc, focus loss, news that the plan changed) has nothing to restore.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen

from app.views.planning.gantt.painter import Frame

if TYPE_CHECKING:
    from app.views.planning.gantt.view import GanttView


class Interaction(ABC):
    """One gesture."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, view: GanttView) -> None:
        self.view = view

    @abstractmethod
    def move(self, event: QMouseEvent) -> None:
        """The pointer moved."""

    @abstractmethod
    def commit(self) -> None:
        """The button was released: do it."""

    def take(self, reply: object) -> None:  # noqa: B027 - most gestures ask nothing
        """The engine has answered something."""

    def cancel(self) -> None:  # noqa: B027 - most gestures have nothing to give back
        """Give up. Nothing was changed."""

    def paint(self, painter: QPainter, frame: Frame) -> None:  # noqa: B027 - panning adds nothing
        """What the gesture adds to the picture."""


class Pan(Interaction):
    """Middle button: the chart follows the hand."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, view: GanttView, at: QPointF) -> None:
        super().__init__(view)
        self._at = at
        self._left, self._top = view.grid.left, view.top

    def move(self, event: QMouseEvent) -> None:
        delta = event.position() - self._at
        self.view.scroll_to(self._left - delta.x() / self.view.grid.scale, self._top - delta.y())

    def commit(self) -> None:
        pass

    def cancel(self) -> None:
        self.view.scroll_to(self._left, self._top)


class RubberBand(Interaction):
    """Drag on empty ground: select what the frame touches; a plain click selects nothing."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: GanttView, at: QPointF, *, extend: bool) -> None:
        super().__init__(view)
        # Anchored in the plan, not on the screen: the chart may scroll meanwhile.
        self._start = view.grid.minutes(at.x()), at.y() + view.top
        self._box = QRectF(at, at)
        self._before = set(view.state.selected) if extend else set()

    def move(self, event: QMouseEvent) -> None:
        anchor = QPointF(self.view.grid.x(self._start[0]), self._start[1] - self.view.top)
        self._box = QRectF(anchor, event.position()).normalized()
        self.view.viewport().update()

    def commit(self) -> None:
        found = self.view.bars_in(self._box) if self._box.width() > 2 else set()
        self.view.select(self._before | found)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        soft = QColor(frame.scene.style.accent)
        soft.setAlphaF(0.15)
        painter.setPen(QPen(frame.scene.style.accent, 1))
        painter.setBrush(soft)
        painter.drawRect(self._box)
