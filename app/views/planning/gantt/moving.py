"""Dragging bars: where the hand wants them, what the engine answers, what a drop does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPixmap

from app.core.messages import Message
from app.views.planning.gantt.asking import SWAP, Along, OffQuestion, Question, Reply, RowReply
from app.views.planning.gantt.interactions import Interaction
from app.views.planning.gantt.model import Arrangement
from app.views.planning.gantt.move_picture import operations_of, paint_move, paint_moved
from app.views.planning.gantt.painter import Frame
from app.views.planning.gantt.row_rules import foreign_row
from app.views.planning.gantt.time_grid import to_datetime

if TYPE_CHECKING:
    from app.services.planning.board import Preview
    from app.services.planning.openings import Opening
    from app.views.planning.gantt.view import GanttView

SNAP = 8  # pixels within which a bar clings to a neighbour's end or a shift's edge
UNKNOWN_LENGTH = 120.0
"""Minutes of the ghost of an operation that has no place yet, until the engine has answered."""


class Move(Interaction):
    """Carries operations in time and to another machine, with the engine's answer before the
    drop. Nothing is changed: the drop is announced by the view."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, view: GanttView, operation: int, row: int, at: QPointF) -> None:
        """``row``: of the machine it stands on, or the first it is carried over."""
        super().__init__(view)
        model = view.model
        if model is None:
            raise ValueError("There is no plan to move anything in")
        self.model, self.operation, self.row = model, operation, row
        self.bars: set[int] = set()
        self.length, self.setup = UNKNOWN_LENGTH, 0.0
        self.at = at
        self.wanted: tuple[int, float] | None = None
        self.openings: dict[int, Opening] = {}
        self.foreign: Message | None = None
        """Why the row under the hand is none of this bar's, where rows are not machines."""
        self.moving = False
        self.dropping = False
        self.off = False
        self.layer: tuple[tuple[object, ...], QPixmap, object] | None = None
        """The picture of what would move, and what it was drawn for."""
        self._grip = 0.0
        self._pressed = at
        self._exact = False
        self._asked: Question | OffQuestion | None = None
        self._reply: Reply | None = None

    # ---- the gesture -----------------------------------------------------------------------------

    def move(self, event: QMouseEvent) -> None:
        exact = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self.carry(event.position(), exact=exact)

    def carry(self, at: QPointF, *, exact: bool = False) -> None:
        """The hand is at a viewport point; ``exact``: to the minute, without clinging."""
        self.at, self._exact = at, exact
        far = (at - self._pressed).manhattanLength() >= self.view.drag_distance()
        if not self.moving and far:
            self.moving = True
            self.view.hide_card()
            self.view.stand_back(set(self.bars))
            if self.bars:
                self.view.carryingChanged.emit(True)
        if self.moving:
            self._over_tray(bool(self.bars) and self.view.is_off_plan(at))
            self.wanted = self._target()
            self.ask()
            self.view.viewport().update()

    def _over_tray(self, off: bool) -> None:
        if off != self.off:
            self.off = off
            self.view.offPlanChanged.emit(off)

    def _target(self) -> tuple[int, float]:
        """(machine row, wanted begin) under the pointer."""
        view, row = self.view, self.row
        band = view.band_at(self.at.y())
        under = band.row if band is not None else -1
        if view.arrangement is Arrangement.MACHINES:
            row = under if under >= 0 else row
        else:
            self.foreign = None if self.off else self._foreign_row(under)
        begin = view.grid.minutes(self.at.x()) - self._grip
        return row, round(begin) if self._exact else self._snapped(row, begin)

    def _snapped(self, row: int, begin: float) -> float:
        """The neighbour's end, the shift's edge, now or its old place; else the grid."""
        reach = SNAP / self.view.grid.scale
        candidates = [self.model.now, *self._homes()]
        tracks = self.model.machine_rows.tracks
        first = int(tracks.first_of_row[row])
        for lane in range(tracks.lanes(row)):
            low, high = tracks.between(first + lane, begin - reach, begin + self.length + reach)
            candidates += tracks.end[low:high].tolist()
            candidates += (tracks.begin[low:high] - self.length).tolist()
        windows = self.model.shift_windows(row)
        if windows is not None:
            candidates += windows.edges_near(begin, reach)
        distances = np.abs(np.array(candidates) - begin)
        nearest = int(np.argmin(distances))
        if distances[nearest] <= reach:
            return float(candidates[nearest])
        return self.view.grid.snap(begin)

    def _foreign_row(self, row: int) -> Message | None:
        """Why a row that is no machine is none of this operation's."""
        bar = self.model.bar_of.get(self.operation)
        return foreign_row(self.view.rows, bar, row) if bar is not None else None

    def _homes(self) -> list[float]:
        """Where it began before."""
        return []

    # ---- the engine ------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask the engine what would follow; its reply comes when it has one."""
        if self.wanted is None or self.view.board is None or self.dropping:
            return
        question = self._question(*self.wanted)
        if question != self._asked:
            self._asked = question
            self.openings = {}
            self.view.board.ask(question)

    def _question(self, row: int, begin: float) -> Question | OffQuestion:
        if self.off:
            return OffQuestion(self._operations())
        mode = self.view.engine_mode
        start = begin + self.setup
        if mode == SWAP:  # changes places with the bar under the hand, wherever the ghost begins
            start = round(self.view.grid.minutes(self.at.x()))
        along = self._along(row, begin)
        return Question(
            operation=self.operation,
            machines=self._machines(row),
            start=to_datetime(start),
            mode=mode,
            along=along,
            rows=not along and self.view.arrangement is Arrangement.MACHINES,
        )

    def _machines(self, row: int) -> tuple[int, ...]:
        return (self.model.machine_rows.infos[row].key,)

    def _operations(self) -> tuple[int, ...]:
        return (self.operation,)

    def _along(self, row: int, begin: float) -> tuple[Along, ...]:
        """Others that move in the same step."""
        return ()

    def take(self, reply: object) -> None:
        """The engine's answer, perhaps to a question the hand has left behind already."""
        if isinstance(reply, RowReply):
            if reply.question == self._asked:
                self.openings[self.model.row_of_machine.get(reply.machine, -1)] = reply.opening
                self.view.viewport().update()
            return
        if not isinstance(reply, Reply) or reply.question.operation != self.operation:
            return
        self._reply = reply
        self.view.stand_back(self._moved_bars())
        self.view.viewport().update()
        if self.dropping and reply.question == self._asked:
            self._drop(reply)

    def commit(self) -> None:
        """The drop does exactly what the engine answers to the last place, or nothing."""
        if not self.moving:
            self._click()
            return
        if self._asked is None or self.foreign is not None:
            self.cancel()
            if self.foreign is not None:
                self.view.refused.emit(self.foreign)
            return
        self.dropping = True
        self.view.hold(self)
        if self.off:
            self.view.offPlanChanged.emit(False)
        if self._reply is not None and self._reply.question == self._asked:
            self._drop(self._reply)

    def _click(self) -> None:
        """Pressed and released without a move."""

    def _drop(self, reply: Reply) -> None:
        self.dropping = False
        preview = reply.preview
        if preview is not None and preview.refused is None and preview.moves_anything:
            self.view.dropped.emit(preview)
            return
        self.view.release_hold()
        refusal = reply.refusal()
        if refusal is not None:
            self.view.refused.emit(refusal)

    def cancel(self) -> None:
        self.moving = False
        self._over_tray(False)
        self.view.stand_back(set())

    @property
    def preview(self) -> Preview | None:
        """What is shown; None before the first answer and over a forbidden row."""
        return self._reply.preview if self._reply is not None else None

    def refusal(self) -> Message | None:
        """Why the row under the pointer cannot take the operation; None if it can."""
        if self.wanted is None or self._reply is None:
            return None
        machine = self.model.machine_rows.infos[self.wanted[0]].key
        return self._reply.eligibility.get(machine)

    def refused_because(self) -> Message | None:
        """Why a drop here would do nothing."""
        reason = None if self.off else self.foreign or self.refusal()
        if reason is None and self.preview is not None:
            return self.preview.refused
        return reason

    def forbidden_rows(self) -> set[int]:
        """Machine rows that cannot take the operation, now or ever."""
        if self._reply is None:
            return set()
        never = {
            self.model.row_of_machine[machine]
            for machine, reason in self._reply.eligibility.items()
            if reason is not None and machine in self.model.row_of_machine
        }
        return never | {row for row, found in self.openings.items() if found.begin is None}

    def _moved_bars(self) -> set[int]:
        if self.preview is None or self.preview.refused is not None:
            return set(self.bars)
        bar_of = self.model.bar_of
        away = (*operations_of(self.preview.moved), *self.preview.gone)
        return self.bars | {bar_of[one] for one in away if one in bar_of}

    # ---- the picture -----------------------------------------------------------------------------

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if self.moving and self.wanted is not None:
            paint_move(painter, frame, self)

    def paint_held(self, painter: QPainter, frame: Frame) -> None:
        """The engine's answer alone, while the plan that holds it is read."""
        paint_moved(painter, frame, self)


class MoveBar(Move):
    """Drags a bar of the chart, and all others that are selected with it."""

    def __init__(self, view: GanttView, bar: int, at: QPointF, others: set[int]) -> None:
        model = view.model
        if model is None:
            raise ValueError("There is no plan to move anything in")
        bars = model.bars
        super().__init__(view, int(bars.operation[bar]), int(bars.machine[bar]), at)
        self.bar, self.bars = bar, {bar} | others
        self._begin = float(bars.setup_start[bar])
        self.setup = float(bars.start[bar]) - self._begin
        self.length = float(bars.end[bar]) - self._begin
        self._grip = view.grid.minutes(at.x()) - self._begin

    def _homes(self) -> list[float]:
        return [self._begin]

    def _click(self) -> None:
        self.view.select({self.bar})

    def _operations(self) -> tuple[int, ...]:
        operation = self.model.bars.operation
        return (self.operation, *(int(operation[bar]) for bar in self.bars - {self.bar}))

    def _along(self, row: int, begin: float) -> tuple[Along, ...]:
        """The others by as many minutes; those of the same row to the same machine."""
        bars, shift = self.model.bars, begin - self._begin
        machine = self.model.machine_rows.infos[row].key
        return tuple(
            (
                int(bars.operation[bar]),
                machine if int(bars.machine[bar]) == self.row else None,
                to_datetime(float(bars.start[bar]) + shift),
            )
            for bar in sorted(self.bars - {self.bar})
        )


class PlaceBar(Move):
    """Carries an operation that has no place yet from the tray into the chart."""

    def __init__(self, view: GanttView, operation: int, at: QPointF) -> None:
        super().__init__(view, operation, 0, at)
        self._pressed = QPointF(-1e6, -1e6)  # it was pressed elsewhere: moving from the first

    def _machines(self, row: int) -> tuple[int, ...]:
        """Any that may, where rows are not machines."""
        by_machine = self.view.arrangement is Arrangement.MACHINES
        return super()._machines(row) if by_machine else ()
