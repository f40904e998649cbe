"""Dragging a bar's right edge: a part of the quantity stays, the rest goes to the tray."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen

from app.core.format import number
from app.views.planning.gantt.asking import OffQuestion, Reply
from app.views.planning.gantt.chip import ChipLine, paint_chip
from app.views.planning.gantt.interactions import Interaction
from app.views.planning.gantt.painter import Frame

if TYPE_CHECKING:
    from app.views.planning.gantt.view import GanttView

STEPS = 1000
"""A quantity that is no whole number parts in so many steps."""


def part_of(quantity: Decimal, share: float) -> Decimal:
    """What stays of a quantity: whole where it is whole, never all and never nothing."""
    if quantity == quantity.to_integral_value():
        pieces = int(quantity)
        return Decimal(min(max(round(pieces * share), 1), max(pieces - 1, 1)))
    return quantity * min(max(round(STEPS * share), 1), STEPS - 1) / STEPS


class ResizeBar(Interaction):
    """What stays is read off the bar; what follows the operation is the engine's answer."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, view: GanttView, bar: int, at: QPointF) -> None:
        super().__init__(view)
        model = view.model
        if model is None:
            raise ValueError("There is no plan to split anything in")
        self.bar, self.row = bar, model.bars.rows[bar]
        self._start, self._end = float(model.bars.start[bar]), float(model.bars.end[bar])
        self._pressed, self._at = at, at
        self._following: int | None = None
        self.moving = False
        self.keep = self.row.quantity

    def move(self, event: QMouseEvent) -> None:
        self._at = event.position()
        far = abs(self._at.x() - self._pressed.x()) >= self.view.drag_distance()
        if not self.moving and far:
            self.moving = True
            self.view.hide_card()
            if self.view.board is not None:
                self.view.board.ask(OffQuestion((self.row.operation_id,)))
        if self.moving:
            share = (self.view.grid.minutes(self._at.x()) - self._start) / (self._end - self._start)
            self.keep = part_of(self.row.quantity, share)
            self.view.viewport().update()

    def take(self, reply: object) -> None:
        """How many operations lose their place with the rest."""
        if isinstance(reply, Reply) and reply.preview is not None:
            self._following = max(len(reply.preview.gone) - 1, 0)
            self.view.viewport().update()

    def commit(self) -> None:
        if not self.moving:
            self.view.select({self.bar})
        elif self.keep < self.row.quantity:
            self.view.splitRequested.emit(self.row.operation_id, self.keep)

    def chip(self) -> list[ChipLine]:
        """Both parts, and what waits for the rest."""
        translate, row = QCoreApplication.translate, self.row
        head = translate("Chip", "{keep} of {all} {unit} stay").format(
            keep=number(self.keep), all=number(row.quantity), unit=row.unit
        )
        rest = translate("Chip", "{rest} {unit} to the tray").format(
            rest=number(row.quantity - self.keep), unit=row.unit
        )
        lines = [ChipLine(head, "head"), ChipLine(rest, "watch")]
        if self._following:
            words = translate("Chip", "{count} operations that follow lose their place, too")
            lines.append(ChipLine(words.format(count=self._following), "risk"))
        return lines

    def paint(self, painter: QPainter, frame: Frame) -> None:
        place = frame.place(self.bar)
        if not self.moving or place is None:
            return
        share = float(self.keep / self.row.quantity)
        cut = self._start + (self._end - self._start) * share
        box = frame.box(*place, cut, self._end)
        style = frame.scene.style
        veil = QColor(style.panel)
        veil.setAlphaF(0.75)
        painter.fillRect(box, veil)
        painter.setPen(QPen(style.accent, 2))
        painter.drawLine(box.topLeft() - QPointF(0, 4), box.bottomLeft() + QPointF(0, 4))
        painter.setPen(QPen(style.muted, 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(box))
        paint_chip(painter, frame, self._at, self.chip())
