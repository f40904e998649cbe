"""Questions to the engine about the plan and its replies, off the GUI thread.

A repair takes from a few to some hundred milliseconds; the ghost must not wait for it. One job per
state of the plan holds the engine's board and answers the newest question of each kind; older ones
that were not begun yet are dropped.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from app.core.errors import AppError
from app.core.messages import Message
from app.core.watch import Stopped, heeding, look
from app.views.jobs import Job, Jobs, Stop

if TYPE_CHECKING:
    from app.services.planning.board import Board, Preview
    from app.services.planning.cut_places import CutPlaces
    from app.services.planning.openings import Opening

PUSH_RIGHT, SQUEEZE_IN, SWAP, REFUSE = MODES = ("push_right", "squeeze_in", "swap", "refuse")
"""The engine's ways to settle a drop; its module is loaded with the first board."""
REOPTIMISE = "reoptimise"
"""Pushes right, and when that is done locks what was dropped and plans anew around it."""
DROP_MODES = (*MODES, REOPTIMISE)
Along = tuple[int, int | None, datetime]
SAME_MACHINE = 0
"""In ``along``: to the machine that the first one goes to."""
LOOK_UP = 0.2  # seconds between looks whether the board is still wanted
REST, GLANCE = 0.06, 0.005  # seconds
"""What other rows offer is looked for when the hand has rested so long: until then each of its
questions is answered first."""


@dataclass(frozen=True, slots=True)
class Question:
    """What if this operation went to the first of ``machines`` that may take it, at ``start``?

    ``start`` is where the run would begin; no machines = where it is. ``mode``: how what is in the
    way is settled (of the engine's repair). ``along``: (operation, machine or None for its own,
    start) of others that are moved in the same step. ``rows``: what every other row offers is
    told afterwards, row by row, while no newer question waits.
    """

    operation: int
    machines: tuple[int, ...]
    start: datetime | None
    mode: str = PUSH_RIGHT
    along: tuple[Along, ...] = ()
    rows: bool = False

    def replies(self, board: Engine) -> Iterator[object]:
        reply = reply_to(board, self)
        yield reply
        if not self.rows or self.start is None:
            return
        eligible = [m for m, reason in reply.eligibility.items() if reason is None]
        eligible.sort(key=lambda machine: machine not in self.machines)  # the hand's row first
        for machine in eligible:
            yield RowReply(self, machine, board.opening(self.operation, machine, self.start))


@dataclass(frozen=True, slots=True)
class OffQuestion:
    """What if these operations, and with them what cannot stay without, left the plan?"""

    operations: tuple[int, ...]

    @property
    def operation(self) -> int:
        return self.operations[0]

    @property
    def machines(self) -> tuple[int, ...]:
        return ()

    def replies(self, board: Engine) -> Iterator[object]:
        yield Reply(self, {}, board.take_off(self.operations))


@dataclass(frozen=True, slots=True)
class EndQuestion:
    """What if this operation began as early, or as late, as it can with nothing else moved?"""

    operation: int
    latest: bool

    @property
    def machines(self) -> tuple[int, ...]:
        return ()

    def replies(self, board: Engine) -> Iterator[object]:
        ask = board.latest if self.latest else board.earliest
        yield Reply(self, {}, ask(self.operation))


@dataclass(frozen=True, slots=True)
class PlaceQuestion:
    """What if all of these went where there is room first?"""

    operations: tuple[int, ...]

    @property
    def operation(self) -> int:
        return self.operations[0]

    @property
    def machines(self) -> tuple[int, ...]:
        return ()

    def replies(self, board: Engine) -> Iterator[object]:
        yield Reply(self, {}, board.place_all(self.operations))


@dataclass(frozen=True, slots=True)
class MachinesQuestion:
    """Which machines may take all of these?"""

    operations: tuple[int, ...]

    def replies(self, board: Engine) -> Iterator[object]:
        allowed = [
            {machine for machine, reason in board.eligibility(one).items() if reason is None}
            for one in self.operations
        ]
        yield MachinesReply(self, frozenset(set.intersection(*allowed)))


@dataclass(frozen=True, slots=True)
class MachinesReply:
    question: MachinesQuestion
    machines: frozenset[int]


@dataclass(frozen=True, slots=True)
class ChainQuestion:
    """What led, one after the other, to the end of this order?"""

    order: int

    def replies(self, board: Engine) -> Iterator[object]:
        try:
            yield ChainReply(self, board.reasons().of_order(self.order).chain())
        except AppError:
            yield ChainReply(self, ())  # nothing of it is placed


@dataclass(frozen=True, slots=True)
class ChainReply:
    """``pairs`` of operation ids: before, after."""

    question: ChainQuestion
    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class CutQuestion:
    """Where may this operation, which runs, be cut?"""

    operation: int

    def replies(self, board: Engine) -> Iterator[object]:
        yield CutReply(self, board.cut_places(self.operation))


@dataclass(frozen=True, slots=True)
class CutReply:
    """``places`` None: it does not run."""

    question: CutQuestion
    places: CutPlaces | None


@dataclass(frozen=True, slots=True)
class Reply:
    """The engine's answer: which machines may take the operation, and what would follow.

    ``preview`` is None when none of the machines asked for may take it.
    """

    question: Any
    eligibility: dict[int, Message | None]
    preview: Preview | None

    def refusal(self) -> Message | None:
        """Why nothing can be done; None if it can."""
        if self.preview is not None:
            return self.preview.refused
        reasons = (self.eligibility.get(machine) for machine in self.question.machines)
        return next((reason for reason in reasons if reason is not None), None)


@dataclass(frozen=True, slots=True)
class RowReply:
    """What one more row offers at the moment asked about."""

    question: Question
    machine: int
    opening: Opening


class Engine(Protocol):
    """What a reply is made from; ``app.services.planning.board.Board`` is one."""

    def eligibility(self, operation_id: int) -> dict[int, Message | None]: ...

    def reasons(self) -> Any: ...

    def opening(self, operation_id: int, machine_id: int, start: datetime) -> Opening: ...

    def earliest(self, operation_id: int) -> Preview: ...

    def latest(self, operation_id: int) -> Preview: ...

    def place_all(self, operation_ids: tuple[int, ...]) -> Preview: ...

    def take_off(self, operation_ids: tuple[int, ...]) -> Preview: ...

    def cut_places(self, operation_id: int) -> CutPlaces | None: ...

    def preview(
        self,
        operation_id: int,
        machine_id: int | None,
        start: datetime | None,
        mode: str,
        *,
        along: tuple[Along, ...] = (),
    ) -> Preview: ...


def reply_to(board: Engine, question: Question) -> Reply:
    """Ask the engine."""
    eligibility = board.eligibility(question.operation)
    machine: int | None = None
    if question.machines:
        allowed = [m for m in question.machines if m in eligibility and eligibility[m] is None]
        if not allowed:
            return Reply(question, eligibility, None)
        machine = allowed[0]
    along = tuple(
        (one, machine if to == SAME_MACHINE else to, start) for one, to, start in question.along
    )
    preview = board.preview(question.operation, machine, question.start, question.mode, along=along)
    return Reply(question, eligibility, preview)


class Asked(Protocol):
    """A question of any kind: a frozen value that knows how to put itself to the board."""

    def replies(self, board: Any) -> Iterator[object]:
        """Frozen values, made one by one in the board's thread as long as nothing newer waits."""


class Answers(QObject):
    """Something that takes questions and emits replies."""

    replied = Signal(object)

    def ask(self, question: Asked) -> None:
        """``replied`` follows, unless a newer question of the kind overtakes this one."""
        raise NotImplementedError


class BoardJob(Answers):
    """The board of one state of the plan, alive in its own thread until ``close``."""

    ready = Signal()
    failed = Signal(object)

    def __init__(self, load: Callable[[], Board], jobs: Jobs, parent: QObject) -> None:
        """``load`` reads the board; it runs in the thread."""
        super().__init__(parent)
        self.board: Board | None = None
        self._questions: queue.SimpleQueue[Asked | None] = queue.SimpleQueue()
        self._job: Job = jobs.start(
            _Serving(load, self._questions),
            standing=True,
            progressed=self._on_progressed,
            failed=self._on_failed,
        )

    def ask(self, question: Asked) -> None:
        self._questions.put(question)

    def close(self) -> None:
        """The plan moved on, or the window closes: the thread ends by itself."""
        self._job.cancel()
        self._questions.put(None)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(error)

    @Slot(object)
    def _on_progressed(self, value: Any) -> None:
        if self.board is None:
            self.board = value
            self.ready.emit()
        else:
            self.replied.emit(value)


class _Serving:
    """The job's work: read the board, then answer until nobody wants it any more."""

    def __init__(
        self, load: Callable[[], Board], questions: queue.SimpleQueue[Asked | None]
    ) -> None:
        self._load, self._questions = load, questions

    def __call__(self, stop: Stop, report: Callable[[Any], None]) -> None:
        board = self._load()
        report(board)
        while not stop():
            for question in self._newest():
                self._answer(question, board, report)
                if stop():
                    break

    def _answer(self, question: Asked, board: Board, report: Callable[[Any], None]) -> None:
        """The answer, then what belongs to it as long as nothing newer is asked."""
        replies = question.replies(board)
        report(next(replies))
        if self._asked_within(REST if getattr(question, "rows", False) else 0.0):
            return
        try:
            with heeding(lambda: not self._questions.empty()):
                for reply in replies:
                    report(reply)
                    look()
        except Stopped:
            return

    def _asked_within(self, seconds: float) -> bool:
        """Whether something newer waits, or comes within so long."""
        until = time.monotonic() + seconds
        while self._questions.empty():
            if time.monotonic() >= until:
                return False
            time.sleep(GLANCE)
        return True

    def _newest(self) -> list[Asked]:
        """The last question of each kind waiting; none when none comes for a while."""
        newest: dict[type, Asked] = {}
        try:
            question = self._questions.get(timeout=LOOK_UP)
            while True:
                if question is not None:
                    newest[type(question)] = question
                question = self._questions.get_nowait()
        except queue.Empty:
            return list(newest.values())
