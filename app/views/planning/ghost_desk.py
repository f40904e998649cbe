"""A ghost order on the Schedule page: its engine, the strip above it, and what is written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Slot

from app.core.messages import Message, message
from app.views.planning.gantt.asking import BoardJob
from app.views.planning.gantt.ghost import Ghost
from app.views.planning.gantt.model import Arrangement
from app.views.planning.gantt.time_grid import MINUTES_PER_DAY, to_minutes
from app.views.planning.ghost_strip import GhostStrip

if TYPE_CHECKING:
    from app.services.planning.promising.ghost import GhostOrder
    from app.services.planning.promising.rows import PromiseQuestion
    from app.views.planning.schedule_page import SchedulePage

AIR = 0.15  # of the ghost's length, at both sides when it is first shown


def load_ghost(database: Any, question: PromiseQuestion) -> Any:
    """The plan in force with the order beside it, as the engine sees it."""
    from app.services.planning.promising.ghost import GhostBoard

    return GhostBoard.load(database, question)


class GhostDesk(QObject):
    """Shows one order at a time; with news of the plan it is put beside the newer one."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self._page, self._gantt = page, page.gantt
        self.question: PromiseQuestion | None = None
        self._job: BoardJob | None = None
        self._seen = False
        self.strip = GhostStrip(page.context, page.gantt, page)
        self.strip.setVisible(False)
        self.strip.put_wanted.connect(self.put)
        self.strip.dismissed.connect(self.dismiss)
        self.strip.reset_wanted.connect(self._on_reset_wanted)
        self._gantt.ghostWanted.connect(self.strip.take)
        self._gantt.ghostDismissed.connect(self.dismiss)
        page.source.read.connect(self._on_source_read)

    @property
    def order(self) -> GhostOrder | None:
        """What is shown; None until the engine has read it."""
        board: Any = self._job.board if self._job is not None else None
        return None if board is None else board.order

    def show(self, question: PromiseQuestion) -> None:
        """Put an order among the bars of the plan; nothing is written."""
        self.dismiss()
        self.question, self._seen = question, False
        ghost = Ghost(self._gantt)
        ghost.changed.connect(self._on_ghost_changed)
        ghost.refused.connect(self._page.context.show_message)
        self._page.controls.show_rows(Arrangement.MACHINES.value)
        self._gantt.show_ghost(ghost)
        self.strip.begin()
        self.strip.setVisible(True)
        self._load()
        self._gantt.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def dismiss(self) -> None:
        """Given up, or done: nothing of it stays."""
        if self.question is None:
            return
        self.question = None
        self._close()
        self._gantt.show_ghost(None)
        self.strip.setVisible(False)
        self._gantt.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- the engine ------------------------------------------------------------------------------

    def _load(self) -> None:
        context = self._page.context
        self._job = BoardJob(
            partial(load_ghost, context.database, self.question), context.jobs, self
        )
        self._job.ready.connect(self._on_ready)
        self._job.failed.connect(self._on_failed)

    def _close(self) -> None:
        if self._gantt.ghost is not None:
            self._gantt.ghost.set_answers(None)
        if self._job is not None:
            self._job.close()
            self._job.deleteLater()
            self._job = None

    @Slot(object)
    def _on_source_read(self, _reading: object) -> None:
        """The plan is another one: the same wishes are asked of it."""
        if self.question is not None:
            self._close()
            self._load()

    @Slot()
    def _on_ready(self) -> None:
        if self._gantt.ghost is not None and self._job is not None:
            self._gantt.ghost.set_answers(self._job)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.dismiss()
        self._page.context.show_error(error)

    @Slot()
    def _on_reset_wanted(self) -> None:
        if self._gantt.ghost is not None:
            self._gantt.ghost.wish(())

    @Slot()
    def _on_ghost_changed(self) -> None:
        ghost = self._gantt.ghost
        if ghost is None:
            return
        self.strip.tell(self.order, ghost.answer, settled=ghost.settled)
        if ghost.answer is not None and ghost.answer.steps and not self._seen:
            self._seen = True
            self._bring_into_view(ghost)

    def _bring_into_view(self, ghost: Ghost) -> None:
        """All of it in time, and its first step's row."""
        steps = ghost.answer.steps if ghost.answer is not None else ()
        begin = min(to_minutes(step.bar.setup_start) for step in steps)
        end = max(to_minutes(step.bar.end) for step in steps)
        air = max((end - begin) * AIR, MINUTES_PER_DAY / 8)
        self._gantt.show_range(begin - air, end + air)
        ghost.pick(steps[0].operation_id, show=True)

    # ---- what is written -------------------------------------------------------------------------

    @Slot()
    def put(self) -> None:
        """Into the plan, or held for a quote: exactly what is shown, in one step to undo."""
        ghost, order = self._gantt.ghost, self.order
        answer = ghost.answer if ghost is not None and ghost.settled else None
        if order is None or answer is None or answer.refused is not None:
            self._page.context.show_message(message("views.plan_still_read"))
            return
        edit = self._hold(order, answer) if order.order_id is None else self._place(order, answer)
        question = self.question
        if edit is not None and self._page.context.apply(edit):
            self.dismiss()
            self._page.context.ghost_taken.emit(question)

    def _place(self, order: GhostOrder, answer: Any) -> Any:
        from app.services.planning.promising.letting_ahead import LetAhead, allowed_now

        context, word = self._page.context, None
        if not order.as_saved:
            context.show_message(Message("promise.save_first"))
            return None
        if answer.gives_way:
            if not self.strip.asked_by.text().strip():
                self.strip.asked_by.setFocus()
                context.show_message(Message("promise.who_asked"))
                return None
            word = allowed_now(self.strip.asked_by.text(), context.actor)
        return LetAhead(
            order.order_id or 0, order.order, answer.moves, order.rush, word, seen=answer.seen
        )

    def _hold(self, order: GhostOrder, answer: Any) -> Any:
        from app.services.planning.holds import HoldCapacity, held_places
        from app.services.planning.promising.letting_ahead import NOBODY, allowed_now

        until = self.strip.until_when()
        if until is None:
            return None
        owner = self.strip.owner.text()
        return HoldCapacity(
            order.form,
            held_places(order.order, answer.places),
            owner,
            until,
            answer.seen,
            moves=answer.given,
            rush=allowed_now(owner, self._page.context.actor) if answer.gives_way else NOBODY,
        )
