"""Dragging a bar's right edge: a part of the quantity stays, the rest goes to the tray.

Work that runs is cut where a turn, a box or a piece is finished; the engine says where that is.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen

from app.core.format import number
from app.views.planning.gantt.asking import CutQuestion, CutReply, OffQuestion, Reply
from app.views.planning.gantt.chip import ChipLine, paint_chip
from app.views.planning.gantt.interactions import Interaction
from app.views.planning.gantt.painter import Frame
from app.views.planning.gantt.time_grid import to_datetime, to_minutes

if TYPE_CHECKING:
    from app.core.messages import Message
    from app.services.planning.cut_places import CutPlaces
    from app.services.planning.rows import PlacementRow
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
        self._end = self.cut = float(model.bars.end[bar])
        self._worked = _worked(self.row)
        self._done = _done(self.row)
        self._pressed, self._at = at, at
        self._following: int | None = None
        self._places: CutPlaces | None = None
        self.moving = False
        self.keep = self.row.quantity

    @property
    def _asked(self) -> CutQuestion | OffQuestion:
        number = self.row.operation_id
        return CutQuestion(number) if self.row.started else OffQuestion((number,))

    def move(self, event: QMouseEvent) -> None:
        self._at = event.position()
        far = abs(self._at.x() - self._pressed.x()) >= self.view.drag_distance()
        if not self.moving and far:
            self.moving = True
            self.view.hide_card()
            if self.view.board is not None:
                self.view.board.ask(self._asked)
        if self.moving:
            self._read_off()

    def _read_off(self) -> None:
        """What stays, by where the hand is."""
        at = self.view.grid.minutes(self._at.x())
        if not self.row.started:
            left = self.row.quantity - self._done
            self.keep = self._done + part_of(left, self._share_at(at))
        elif self._places is not None and self._places.keeps:
            number = self._places.nearest(to_datetime(at))
            self.keep = self._places.keeps[number]
            self.cut = to_minutes(self._places.ends[number])
        self.view.viewport().update()

    def _share_at(self, at: float) -> float:
        """Of the work, pauses left out, that is done by a moment."""
        whole = sum(end - begin for begin, end in self._worked)
        done = sum(max(min(at, end) - begin, 0.0) for begin, end in self._worked)
        return done / whole if whole else 1.0

    def _moment_of(self, share: float) -> float:
        """When so much of the work is done."""
        left = share * sum(end - begin for begin, end in self._worked)
        for begin, end in self._worked:
            if left <= end - begin:
                return begin + left
            left -= end - begin
        return self._end

    def take(self, reply: object) -> None:
        """Where it may be cut, and how many operations lose their place with the rest."""
        if isinstance(reply, CutReply) and reply.question == self._asked:
            self._places = reply.places
            self._following = None if reply.places is None else reply.places.following
            self._read_off()
        elif isinstance(reply, Reply) and reply.preview is not None:
            self._following = max(len(reply.preview.gone) - 1, 0)
            self.view.viewport().update()

    @property
    def _refused(self) -> Message | None:
        return None if self._places is None else self._places.refused

    def commit(self) -> None:
        if not self.moving:
            self.view.select({self.bar})
        elif self._refused is not None:
            self.view.refused.emit(self._refused)
        elif self.keep < self.row.quantity:
            self.view.splitRequested.emit(self.row.operation_id, self.keep)

    def chip(self) -> list[ChipLine]:
        """Both parts, and what waits for the rest."""
        translate, row = QCoreApplication.translate, self.row
        if self.row.started and self.view.board is None:
            return [ChipLine(self.view.still_reading_text(), "watch")]
        if self._refused is not None:
            return [ChipLine(self.view.text_of(self._refused), "late")]
        head = translate("Chip", "{keep} of {all} {unit} stay").format(
            keep=number(self.keep), all=number(row.quantity), unit=row.unit
        )
        rest = translate("Chip", "{rest} {unit} to the tray").format(
            rest=number(row.quantity - self.keep), unit=row.unit
        )
        lines = [ChipLine(head, "head"), ChipLine(rest, "watch")]
        if self._places is not None and self._places.keeps:
            lines.insert(1, ChipLine(self._boundary(self._places.at), "watch"))
        if self._following:
            words = translate("Chip", "{count} operations that follow lose their place, too")
            lines.append(ChipLine(words.format(count=self._following), "risk"))
        return lines

    def _boundary(self, at: str) -> str:
        """Where running work is cut, in words."""
        translate = QCoreApplication.translate
        words = {
            "turn": translate("Chip", "Runs to the end of a turn, {moment}"),
            "box": translate("Chip", "Runs until a box is full, {moment}"),
        }.get(at) or translate("Chip", "Runs to the end of a piece, {moment}")
        return words.format(moment=self.view.moment_text(to_datetime(self.cut)))

    def paint(self, painter: QPainter, frame: Frame) -> None:
        place = frame.place(self.bar)
        if not self.moving or place is None:
            return
        if not self.row.started:
            left = self.row.quantity - self._done
            self.cut = self._moment_of(float((self.keep - self._done) / left))
        cut = self.cut
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


def _done(row: PlacementRow) -> Decimal:
    """Pieces that are reported already: they stay."""
    if row.started or not 0 < row.progress < 1:
        return Decimal(0)
    exact = row.quantity * Decimal(row.progress)
    return round(exact, 0 if row.quantity == row.quantity.to_integral_value() else 3)


def _worked(row: PlacementRow) -> list[tuple[float, float]]:
    """The stretches of the run, without setup and pauses."""
    start = to_minutes(row.start)
    stretches = ((max(to_minutes(a), start), to_minutes(b)) for a, b in row.segments)
    return [(a, b) for a, b in stretches if a < b]
