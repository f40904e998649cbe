"""An order that is asked about, as ghost bars in the chart, and the hand that drags one of them.

The ghost is in no plan and writes nothing. It keeps what a hand has wished for and shows the
engine's last answer to it: its own steps, and everything that would move.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap

from app.views.planning.gantt.asking import PUSH_RIGHT, REFUSE, SQUEEZE_IN, Answers, RowReply
from app.views.planning.gantt.chip import ChipLine, mode_name, paint_chip
from app.views.planning.gantt.model import Arrangement
from app.views.planning.gantt.move_picture import (
    paint_hand,
    paint_moved,
    paint_offers,
    pieces_of_bar,
)
from app.views.planning.gantt.moving import Move
from app.views.planning.gantt.painter import Frame
from app.views.planning.gantt.time_grid import to_datetime, to_minutes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.core.messages import Message
    from app.services.planning.promising.ghost import (
        GhostAnswer,
        GhostBoard,
        GhostStep,
        GhostWish,
    )
    from app.views.planning.gantt.model import PlanModel
    from app.views.planning.gantt.row_layout import Band
    from app.views.planning.gantt.view import GanttView

NAMES = 3  # orders named in a chip
NARROWEST_NAME, LOWEST = 30, 12


@dataclass(frozen=True, slots=True)
class GhostQuestion:
    """What if the order stood so? ``hand``: the step in the hand; ``rows``: tell what others offer.

    ``lanes``: the step goes to the first of these that may take it. ``mode``: how what is in the
    way of a step that a hand placed is settled.
    """

    wishes: tuple[GhostWish, ...] = ()
    mode: str = PUSH_RIGHT
    hand: int = 0
    rows: bool = False
    lanes: tuple[int, ...] = ()

    def replies(self, board: GhostBoard) -> Iterator[object]:
        eligibility = board.eligibility(self.hand) if self.hand else {}
        allowed = [lane for lane, reason in eligibility.items() if reason is None]
        wish = next((one for one in self.wishes if one.operation_id == self.hand), None)
        wishes = self.wishes
        if wish is not None and self.lanes:
            first = next((lane for lane in self.lanes if lane in allowed), self.lanes[0])
            wishes = tuple(replace(w, lane_id=first) if w is wish else w for w in wishes)
        yield GhostReply(self, board.answer(wishes, self.mode), eligibility, wishes)
        if wish is None or not self.rows:
            return
        others = tuple(one for one in self.wishes if one is not wish)
        allowed.sort(key=lambda lane: lane != wish.lane_id)  # the hand's row first
        for lane in allowed:
            yield RowReply(self, lane, board.opening(others, replace(wish, lane_id=lane)))


@dataclass(frozen=True, slots=True)
class GhostReply:
    """The engine's answer to ``wishes``, and which machines may take the step in the hand."""

    question: GhostQuestion
    answer: GhostAnswer
    eligibility: dict[int, Message | None]
    wishes: tuple[GhostWish, ...]


class Ghost(QObject):
    """The ghost order of one chart. ``changed``: another answer, or another wish."""

    changed = Signal()
    refused = Signal(object)
    """Message: why a step could not go where it was dropped; the wish before holds."""

    foreign = None
    operation = 0
    bars: frozenset[int] = frozenset()

    def __init__(self, view: GanttView) -> None:
        super().__init__(view)
        self.view = view
        self.answers: Answers | None = None
        self.wishes: tuple[GhostWish, ...] = ()
        self.answer: GhostAnswer | None = None
        self.current: int | None = None
        """Id of the step that keys act on."""
        self.layer: tuple[tuple[object, ...], QPixmap, object] | None = None
        self._asked: GhostQuestion | None = None

    @property
    def model(self) -> PlanModel | None:
        return self.view.model

    # ---- asking ----------------------------------------------------------------------------------

    def set_answers(self, answers: Answers | None) -> None:
        """Who answers about this state of the plan; None while it is read."""
        if self.answers is not None:
            self.answers.replied.disconnect(self._on_replied)
        self.answers, self._asked = answers, None
        if answers is not None:
            answers.replied.connect(self._on_replied)
            self.wish(self.wishes)
        self.changed.emit()

    @property
    def mode(self) -> str:
        """How what is in the way is settled; changing places means nothing to an order that has
        none yet."""
        mode = self.view.engine_mode
        return mode if mode in (SQUEEZE_IN, REFUSE) else PUSH_RIGHT

    @property
    def settled(self) -> bool:
        """Whether what is shown is the plan's answer to all that was wished for."""
        return self.answers is not None and self._asked is None and self.answer is not None

    def wish(
        self, wishes: tuple[GhostWish, ...], hand: int = 0, lanes: tuple[int, ...] = ()
    ) -> None:
        """The order is to stand so; () = where it fits first."""
        if self.answers is not None:
            self._asked = GhostQuestion(wishes, self.mode, hand, lanes=lanes)
            self.answers.ask(self._asked)
            self.changed.emit()

    @Slot(object)
    def _on_replied(self, reply: object) -> None:
        held = self.view.interaction
        if isinstance(held, GhostMove):
            held.take(reply)
        if isinstance(reply, GhostReply) and reply.question == self._asked:
            self.keep(reply)

    def keep(self, reply: GhostReply) -> None:
        """What was answered holds from now on; what was refused changes nothing."""
        self._asked = None
        refused = reply.answer.refused
        if refused is not None and self.answer is not None and self.answer.refused is None:
            self.refused.emit(refused)
        else:
            self.wishes = reply.wishes
            self.show(reply.answer)
        self.changed.emit()

    def show(self, answer: GhostAnswer) -> None:
        """The order stands so from now on."""
        self.answer = answer
        known = {step.operation_id for step in answer.steps}
        if self.current not in known:
            self.current = None
        self.view.stand_back(set())
        self.view.viewport().update()

    @property
    def preview(self) -> GhostAnswer | None:
        return self.answer

    def standing_back(self) -> set[int]:
        """Bars of the plan that are shown elsewhere: what would move, and the order's own."""
        model, answer = self.view.model, self.shown()
        if model is None or answer is None:
            return set()
        ids = [one.operation_id for one in answer.moved]
        ids += [step.operation_id for step in answer.steps]
        return {model.bar_of[one] for one in ids if one in model.bar_of}

    def shown(self) -> GhostAnswer | None:
        """The answer to what the hand holds, else to what is wished for."""
        held = self.view.interaction
        answer = held.preview if isinstance(held, GhostMove) and held.moving else None
        return answer if answer is not None and answer.refused is None else self.answer

    # ---- steps -----------------------------------------------------------------------------------

    def step(self, operation: int | None) -> GhostStep | None:
        steps = self.answer.steps if self.answer is not None else ()
        return next((one for one in steps if one.operation_id == operation), None)

    def box_of(self, operation: int) -> QRectF | None:
        """Where a step is in the viewport first; None while its rows are folded or not shown."""
        step = self.step(operation)
        return None if step is None else next(iter(_boxes(self.view._frame(), step)), None)

    def step_at(self, point: QPointF) -> GhostStep | None:
        """The step under a viewport point."""
        answer, model = self.answer, self.view.model
        if answer is None or model is None:
            return None
        frame = self.view._frame()
        for step in reversed(answer.steps):
            if any(box.adjusted(-2, -2, 2, 2).contains(point) for box in _boxes(frame, step)):
                return step
        return None

    def pick(self, operation: int | None, *, show: bool = False) -> None:
        """Keys act on this step from now on, and on no bar of the plan."""
        self.current = operation
        step = self.step(operation)
        if step is not None:
            self.view.select(())
            if show:
                places = _places(self.view._frame(), step)
                begin, end = to_minutes(step.bar.setup_start), to_minutes(step.bar.end)
                self.view.show_stretch(places[0][0] if places else -1, begin, end)
        self.view.viewport().update()
        self.changed.emit()

    def pick_next(self, direction: int) -> None:
        """From step to step, around."""
        steps = self.answer.steps if self.answer is not None else ()
        if not steps:
            return
        ids = [step.operation_id for step in steps]
        place = ids.index(self.current) + direction if self.current in ids else min(direction, 0)
        self.pick(ids[place % len(ids)], show=True)

    def nudge(self, rows: int, minutes: float) -> None:
        """The picked step so much later, or to the next machine below (1) or above (-1)."""
        from app.services.planning.promising.ghost import GhostWish, wished

        step, model = self.step(self.current), self.view.model
        if step is None or model is None or not self.settled:
            return
        infos, lanes = model.machine_rows.infos, ()
        at = model.row_of_machine.get(step.bar.machine_id, 0)
        if rows:
            beyond = infos[at + 1 :] if rows > 0 else infos[:at][::-1]
            lanes = tuple(info.key for info in beyond)
            if not lanes:
                return
        start = to_datetime(to_minutes(step.bar.start) + minutes)
        wish = GhostWish(step.operation_id, step.bar.machine_id, start)
        self.wish(wished(self.wishes, wish), step.operation_id, lanes)

    # ---- picture ---------------------------------------------------------------------------------

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """What would move, and the order's own steps."""
        answer = self.shown()
        if answer is None or answer.refused is not None:
            return
        if answer is self.answer:
            paint_moved(painter, frame, self)
        for step in answer.steps:
            for box in _boxes(frame, step):
                if box.right() > 0 and box.left() < frame.size.width():
                    self._paint_step(painter, frame, step, box)

    def _paint_step(self, painter: QPainter, frame: Frame, step: GhostStep, box: QRectF) -> None:
        style = frame.scene.style
        picked = step.operation_id == self.current
        soft = QColor(style.accent_soft)
        soft.setAlphaF(0.85)
        pieces = pieces_of_bar(frame, box, step.bar)
        painter.fillRect(QRectF(box.left(), round(box.center().y()), box.width(), 2), style.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hatch = QColor(style.accent)
        hatch.setAlphaF(0.35)
        for piece in pieces:
            painter.setPen(QPen(style.accent, 2.5 if picked else 1.5))
            painter.setBrush(soft)
            painter.drawRoundedRect(piece, 3, 3)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(hatch, Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(piece, 3, 3)
        if step.by_hand:  # where a hand put it: a pin's head
            painter.setBrush(style.accent)
            painter.drawEllipse(QPointF(box.left() + 5, box.top() + 5), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._name(painter, frame, step, max(pieces, key=QRectF.width))

    def _name(self, painter: QPainter, frame: Frame, step: GhostStep, box: QRectF) -> None:
        """Number and name of the step, as far as they fit, on a ground that can be read."""
        style, metrics = frame.scene.style, self.view.fontMetrics()
        words, number = f"{step.step_no} {step.name}".strip(), str(step.step_no)
        if metrics.horizontalAdvance(words) > box.width() - 14:
            words = number
        if box.width() < NARROWEST_NAME or metrics.horizontalAdvance(words) > box.width() - 14:
            return
        painter.setFont(self.view.font())
        wide = metrics.horizontalAdvance(words)
        ground = QRectF(max(box.left(), 0.0) + 9, box.center().y() - 7, wide + 4, 14)
        painter.fillRect(ground, style.accent_soft)
        painter.setPen(style.text)
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, words)


class GhostMove(Move):
    """Drags one step of the ghost; letting go wishes for it, and changes nothing else."""

    def __init__(self, view: GanttView, ghost: Ghost, step: GhostStep, at: QPointF) -> None:
        model = view.model
        if model is None:
            raise ValueError("There is no plan to move anything in")
        row = model.row_of_machine.get(step.bar.machine_id, 0)
        super().__init__(view, step.operation_id, row, at)
        self.ghost = ghost
        self._begin = to_minutes(step.bar.setup_start)
        self.setup = _worked_before(step)
        self.length = to_minutes(step.bar.end) - self._begin
        self._grip = view.grid.minutes(at.x()) - self._begin
        self._given: GhostReply | None = None

    def _homes(self) -> list[float]:
        return [self._begin]

    def ask(self) -> None:
        """Of the ghost's own board; nobody else is asked."""
        from app.services.planning.promising.ghost import GhostWish, wished

        answers = self.ghost.answers
        if self.wanted is None or answers is None:
            return
        row, begin = self.wanted
        wish = GhostWish(
            self.operation,
            self.model.machine_rows.infos[row].key,
            to_datetime(round(begin + self.setup)),
        )
        question = GhostQuestion(
            wished(self.ghost.wishes, wish), self.ghost.mode, self.operation, rows=True
        )
        if question != self._asked:
            self._asked = question
            self.openings = {}
            answers.ask(question)

    def take(self, reply: object) -> None:
        if isinstance(reply, RowReply):
            if reply.question == self._asked:
                self.openings[self.model.row_of_machine.get(reply.machine, -1)] = reply.opening
                self.view.viewport().update()
        elif isinstance(reply, GhostReply) and reply.question.hand == self.operation:
            self._given = self._reply = reply
            self.view.stand_back(set())
            self.view.viewport().update()

    def commit(self) -> None:
        """The order is to stand so; what was answered already is shown at once."""
        if not self.moving:
            self.ghost.pick(self.operation)
            return
        self.moving = False
        self.view.stand_back(set())
        reason = self.refusal()
        asked = self._asked
        if reason is not None:
            self.view.refused.emit(reason)
        elif self._given is not None and self._given.question == asked:
            self.ghost.current = self.operation
            self.ghost.keep(self._given)
        elif isinstance(asked, GhostQuestion):
            self.ghost.current = self.operation
            self.ghost.wish(asked.wishes)

    def cancel(self) -> None:
        self.moving = False
        self.view.stand_back(set())

    @property
    def preview(self) -> Any:
        """The answer that is shown; None before the first."""
        return self._given.answer if self._given is not None else None

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not self.moving or self.wanted is None:
            return
        reason = self.refused_because()
        if self.view.arrangement is Arrangement.MACHINES:
            paint_offers(painter, frame, self)
        paint_moved(painter, frame, self)
        paint_hand(painter, frame, self, reason is not None)
        paint_chip(painter, frame, self.at, self._lines(reason))

    def _lines(self, reason: Message | None) -> list[ChipLine]:
        view = self.view
        if reason is not None:
            return [ChipLine(view.text_of(reason), "late")]
        begin = view.moment_text(to_datetime(self.wanted[1])) if self.wanted else ""
        head = ChipLine(f"{begin} · {mode_name(self.ghost.mode)}", "head")
        return [head, *answer_lines(view, self.preview)]


def answer_lines(view: GanttView, answer: GhostAnswer | None) -> list[ChipLine]:
    """The date to promise, how late that is, and who gives way: at most three lines."""
    translate = QCoreApplication.translate
    if answer is None or answer.refused is not None or answer.promise is None:
        return []
    promise = translate("Ghost", "Promise {date}").format(date=view.moment_text(answer.promise))
    lines = [ChipLine(promise)]
    if answer.verdict == "late":
        late = view.duration_text(answer.late_minutes)
        lines.append(ChipLine(translate("Ghost", "Late by {time}").format(time=late), "late"))
    elif answer.verdict == "tight":
        lines.append(ChipLine(translate("Ghost", "In time, but into the safety days"), "watch"))
    else:
        lines.append(ChipLine(translate("Ghost", "In time"), "good"))
    lines.append(ChipLine(*giving_way(answer, view)))
    return lines


def giving_way(answer: GhostAnswer, view: GanttView) -> tuple[str, str]:
    """Who ends later, the greatest delay first, and how much that weighs."""
    translate = QCoreApplication.translate
    others = answer.others
    if not others:
        if answer.gives_way:
            return translate("Ghost", "Others move, but no order ends later"), "watch"
        return translate("Ghost", "Nobody gives way"), "good"
    named = ", ".join(
        f"{one.order} +{view.duration_text(round((one.becomes - one.was).total_seconds() / 60))}"
        for one in others[:NAMES]
    )
    newly = sum(one.late and not one.was_late for one in others)
    if newly:
        text = translate("Ghost", "{count} orders end later, {late} of them late now: {names}")
    else:
        text = translate("Ghost", "{count} orders end later: {names}")
    more = " …" if len(others) > NAMES else ""
    words = text.format(count=len(others), late=newly, names=named + more)
    return words, "late" if newly else "risk"


def _worked_before(step: GhostStep) -> float:
    """Minutes of setup without the pauses in it: elsewhere it may have none."""
    until = step.bar.start
    return sum(
        (min(end, until) - begin).total_seconds() / 60
        for begin, end in step.bar.segments
        if begin < until
    )


def _boxes(frame: Frame, step: GhostStep) -> list[QRectF]:
    """Where a step is drawn: in the row of its machine, of its order, of all its people, or in the
    lanes of its moulds' copies; a new order has no row of its own."""
    begin, end = to_minutes(step.bar.setup_start), to_minutes(step.bar.end)
    found = []
    for row, lane in _places(frame, step):
        band = frame.layout.band_of(row)
        if band is not None:
            at = _free_lane(frame, band, begin, end) if lane is None else lane
            box = frame.box(band, at, begin, end)
            low = (LOWEST - box.height()) / 2
            found.append(box.adjusted(0, -low, 0, low) if low > 0 else box)
    return found


def _places(frame: Frame, step: GhostStep) -> list[tuple[int, int | None]]:
    """Rows, and the sub-lane where that is said."""
    rows, bar = frame.rows, step.bar
    if rows.arrangement is Arrangement.MOULDS:
        return [rows.lane_of_copy[copy] for copy in bar.tool_ids if copy in rows.lane_of_copy]
    if rows.arrangement is Arrangement.ORDERS:
        return [(n, None) for n, info in enumerate(rows.infos) if info.title == step.order][:1]
    keys = [bar.machine_id]
    if rows.arrangement is Arrangement.PEOPLE:
        keys = list(dict.fromkeys(one[0] for one in bar.crew))
    return [(rows.row_of[key], None) for key in keys if key in rows.row_of]


def _free_lane(frame: Frame, band: Band, begin: float, end: float) -> int:
    """One in which nothing stands then, if there is one."""
    tracks = frame.rows.tracks
    first = int(tracks.first_of_row[band.row])
    for lane in range(band.lanes):
        if len(set(tracks.between(first + lane, begin + 0.5, end - 0.5))) == 1:
            return lane
    return 0
