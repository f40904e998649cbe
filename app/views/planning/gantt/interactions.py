"""Gestures: one object each, from press to commit or cancel.

The view gives all mouse events to the running interaction. Nothing is changed before ``commit``,
so ``cancel`` (Esc, focus loss, news that the plan changed) has nothing to restore.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen

from app.core.messages import Message
from app.views.planning.gantt.asking import Question, Reply
from app.views.planning.gantt.captions import LAST_DIGITS
from app.views.planning.gantt.chip import ChipLine, consequence, paint_chip
from app.views.planning.gantt.model import Arrangement
from app.views.planning.gantt.painter import Frame
from app.views.planning.gantt.row_layout import Band
from app.views.planning.gantt.row_rules import foreign_row, places_after
from app.views.planning.gantt.style import CATEGORIES, Style
from app.views.planning.gantt.time_grid import to_datetime, to_minutes

if TYPE_CHECKING:
    from app.services.planning.board import Preview
    from app.services.planning.rows import MovedBar
    from app.views.planning.gantt.view import GanttView

SNAP = 8  # pixels within which a bar clings to a neighbour's end or a shift's edge
GHOST_OPACITY = 0.6
MOVED_SHOWN = 1500


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


class MoveBar(Interaction):
    """Drag a bar in time and to another machine, with the engine's answer before the drop."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, view: GanttView, bar: int, at: QPointF) -> None:
        super().__init__(view)
        model = view.model
        if model is None:
            raise ValueError("There is no plan to move anything in")
        self.model, self.bar = model, bar
        self.row = model.bars.rows[bar]
        self._begin = float(model.bars.setup_start[bar])
        self._setup = float(model.bars.start[bar]) - self._begin
        self._length = float(model.bars.end[bar]) - self._begin
        self._grip = view.grid.minutes(at.x()) - self._begin
        self._pressed, self._at = at, at
        self._exact = False
        self._wanted: tuple[int, float] | None = None
        self._asked: Question | None = None
        self._reply: Reply | None = None
        self._foreign: Message | None = None
        """Why the row under the hand is none of this bar's, where rows are not machines."""
        self.moving = False
        self.dropping = False

    # ---- the gesture -----------------------------------------------------------------------------

    def move(self, event: QMouseEvent) -> None:
        self._at = event.position()
        self._exact = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        far = (self._at - self._pressed).manhattanLength() >= self.view.drag_distance()
        if not self.moving and far:
            self.moving = True
            self.view.hide_card()
            self.view.stand_back({self.bar})
        if self.moving:
            self._wanted = self._target()
            self._ask()
            self.view.viewport().update()

    def _target(self) -> tuple[int, float]:
        """(machine row, wanted begin) under the pointer."""
        view = self.view
        row = int(self.model.bars.machine[self.bar])
        if view.arrangement is Arrangement.MACHINES:
            band = view.band_at(self._at.y())
            row = band.row if band is not None and band.row >= 0 else row
        else:
            band = view.band_at(self._at.y())
            self._foreign = foreign_row(view.rows, self.bar, band.row if band is not None else -1)
        begin = view.grid.minutes(self._at.x()) - self._grip
        return row, round(begin) if self._exact else self._snapped(row, begin)

    def _snapped(self, row: int, begin: float) -> float:
        """The neighbour's end, the shift's edge, now or its old place; else the grid."""
        reach = SNAP / self.view.grid.scale
        candidates = [self.model.now, self._begin]
        tracks = self.model.machine_rows.tracks
        first = int(tracks.first_of_row[row])
        for lane in range(tracks.lanes(row)):
            low, high = tracks.between(first + lane, begin - reach, begin + self._length + reach)
            candidates += tracks.end[low:high].tolist()
            candidates += (tracks.begin[low:high] - self._length).tolist()
        windows = self.model.shift_windows(row)
        if windows is not None:
            candidates += windows.edges_near(begin, reach)
        distances = np.abs(np.array(candidates) - begin)
        nearest = int(np.argmin(distances))
        if distances[nearest] <= reach:
            return float(candidates[nearest])
        step = self.view.grid.snap_step()
        return float(round(begin / step) * step)

    def _ask(self) -> None:
        """Ask the engine what would follow; its reply comes when it has one."""
        if self._wanted is None or self.view.board is None:
            return
        row, begin = self._wanted
        question = Question(
            operation=self.row.operation_id,
            machines=(self.model.machine_rows.infos[row].key,),
            start=to_datetime(begin + self._setup),
        )
        if question != self._asked:
            self._asked = question
            self.view.board.ask(question)

    def take(self, reply: Reply) -> None:
        """The engine's answer, perhaps to a question the hand has left behind already."""
        if reply.question.operation != self.row.operation_id:
            return
        self._reply = reply
        self.view.stand_back(self._moved_bars())
        self.view.viewport().update()
        if self.dropping and reply.question == self._asked:
            self._drop(reply)

    def commit(self) -> None:
        """The drop does exactly what the engine answers to the last place, or nothing."""
        if not self.moving:
            return
        if self._asked is None or self._foreign is not None:
            self.cancel()
            if self._foreign is not None:
                self.view.refused.emit(self._foreign)
            return
        self.dropping = True
        self.view.hold(self)
        if self._reply is not None and self._reply.question == self._asked:
            self._drop(self._reply)

    def _drop(self, reply: Reply) -> None:
        self.dropping = False
        preview = reply.preview
        if preview is not None and preview.refused is None and preview.moved:
            self.view.dropped.emit(preview)
            return
        self.view.release_hold()
        refusal = reply.refusal()
        if refusal is not None:
            self.view.refused.emit(refusal)

    def cancel(self) -> None:
        self.moving = False
        self.view.stand_back(set())

    @property
    def preview(self) -> Preview | None:
        """What is shown; None before the first answer and over a forbidden row."""
        return self._reply.preview if self._reply is not None else None

    def refusal(self) -> Message | None:
        """Why the row under the pointer cannot take the operation; None if it can."""
        if self._wanted is None or self._reply is None:
            return None
        machine = self.model.machine_rows.infos[self._wanted[0]].key
        return self._reply.eligibility.get(machine)

    def forbidden_rows(self) -> set[int]:
        """Machine rows that cannot take the operation."""
        if self._reply is None:
            return set()
        return {
            self.model.row_of_machine[machine]
            for machine, reason in self._reply.eligibility.items()
            if reason is not None and machine in self.model.row_of_machine
        }

    def _moved_bars(self) -> set[int]:
        if self.preview is None or self.preview.refused is not None:
            return {self.bar}
        moved = {self.model.bar_of.get(m.operation_id) for m in self.preview.moved}
        return {self.bar} | {bar for bar in moved if bar is not None}

    # ---- the picture -----------------------------------------------------------------------------

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not self.moving or self._wanted is None:
            return
        self._forbidden_ground(painter, frame)
        refused = self._refused_because()
        self.paint_moved(painter, frame)
        self._ghost(painter, frame, refused is not None)
        paint_chip(painter, frame, self._at, self._chip(refused))

    def paint_moved(self, painter: QPainter, frame: Frame) -> None:
        """The engine's answer: every bar that would move, in its new place."""
        if self.preview is not None and self.preview.refused is None and self._foreign is None:
            self._moved(painter, frame, self.preview.moved)

    def _refused_because(self) -> Message | None:
        reason = self._foreign or self.refusal()
        if reason is None and self.preview is not None:
            return self.preview.refused
        return reason

    def _chip(self, refused: Message | None) -> list[ChipLine]:
        view = self.view
        if view.board is None:
            return [ChipLine(view.still_reading_text(), "watch")]
        if refused is not None:
            return [ChipLine(view.text_of(refused), "late")]
        head = view.moment_text(to_datetime(self._wanted[1])) if self._wanted else ""
        return [
            ChipLine(head, "head"),
            *(consequence(self.preview, view.language) if self.preview else []),
        ]

    def _forbidden_ground(self, painter: QPainter, frame: Frame) -> None:
        if self.view.arrangement is not Arrangement.MACHINES:
            return
        veil = QColor(frame.scene.style.window)
        veil.setAlphaF(0.72)
        for row in self.forbidden_rows():
            band = frame.layout.band_of(row)
            if band is not None:
                top = band.top - frame.top
                painter.fillRect(QRectF(0, top, frame.size.width(), band.height - 1), veil)

    def _ghost(self, painter: QPainter, frame: Frame, refused: bool) -> None:
        """Where the hand holds the bar."""
        if self._wanted is None:
            return
        row, begin = self._wanted
        place = frame.place(self.bar)
        if self.view.arrangement is Arrangement.MACHINES:
            band = frame.layout.band_of(row)
            lane = band.lane_at(self._at.y() + frame.top) if band else 0
            place = (band, lane) if band else place
        if place is None:
            return
        box = frame.box(*place, begin, begin + self._length)
        style = frame.scene.style
        fill, edge = style.chip(int(frame.scene.shades[self.bar]) % CATEGORIES)
        answered = self.preview is not None and not refused
        painter.setOpacity(GHOST_OPACITY)
        # Once the engine has answered, its place is the bar and the hand holds an outline.
        painter.setBrush(Qt.BrushStyle.NoBrush if answered else style.panel if refused else fill)
        painter.setPen(QPen(style.late if refused else edge, 1.5))
        if refused:
            painter.setPen(QPen(style.late, 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(box, 3, 3)
        painter.setOpacity(1.0)

    def _moved(self, painter: QPainter, frame: Frame, moved: tuple[MovedBar, ...]) -> None:
        """Everything that would move, where it would stand, with a trail from where it was."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for change in moved[:MOVED_SHOWN]:
            bar = self.model.bar_of.get(change.operation_id)
            if bar is None:
                continue
            for place in places_after(frame, bar, change):
                self._moved_box(painter, frame, bar, change, place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _moved_box(
        self, painter: QPainter, frame: Frame, bar: int, change: MovedBar, place: tuple[Band, int]
    ) -> None:
        style = frame.scene.style
        box = frame.box(*place, to_minutes(change.setup_start), to_minutes(change.end))
        if box.right() < 0 or box.left() > frame.size.width():
            return
        self._trail(painter, frame, bar, box, style)
        fill, edge = style.chip(int(frame.scene.shades[bar]) % CATEGORIES)
        own = bar == self.bar
        pieces = _pieces(frame, box, change)
        painter.setPen(QPen(edge, 2))
        painter.drawLine(
            QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y())
        )
        painter.setBrush(fill)
        painter.setPen(QPen(style.accent if own else edge, 2 if own else 1.2))
        for piece in pieces:
            painter.drawRoundedRect(piece, 3, 3)
        self._name(painter, frame, bar, max(pieces, key=QRectF.width))

    def _trail(self, painter: QPainter, frame: Frame, bar: int, box: QRectF, style: Style) -> None:
        place = frame.place(bar)
        if place is None:
            return
        bars = self.model.bars
        old = frame.box(*place, float(bars.setup_start[bar]), float(bars.end[bar]))
        painter.setPen(QPen(style.muted, 1, Qt.PenStyle.DotLine))
        painter.drawLine(
            QPointF(old.left(), old.center().y()), QPointF(box.left(), box.center().y())
        )

    def _name(self, painter: QPainter, frame: Frame, bar: int, box: QRectF) -> None:
        painter.setPen(frame.scene.style.text)
        painter.setFont(self.view.font())
        number = self.model.bars.rows[bar].order_number
        metrics, width = painter.fontMetrics(), box.width() - 9
        words = next(
            (w for w in (number, number[-LAST_DIGITS:]) if metrics.horizontalAdvance(w) <= width),
            "",
        )
        if box.height() >= metrics.ascent():
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(box.adjusted(6, 0, -3, 0), flags, words)


def _pieces(frame: Frame, box: QRectF, change: MovedBar) -> list[QRectF]:
    """The worked stretches of a moved bar, joined where they touch."""
    stretches: list[tuple[float, float]] = []
    for begin, end in change.segments:
        first, last = to_minutes(begin), to_minutes(end)
        if stretches and stretches[-1][1] >= first:
            stretches[-1] = (stretches[-1][0], last)
        else:
            stretches.append((first, last))
    return [
        QRectF(frame.grid.x(b), box.top(), (e - b) * frame.grid.scale, box.height())
        for b, e in stretches
    ] or [box]
