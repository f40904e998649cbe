"""Why an operation or order ends when it does, and what would help: beside the details."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QUrl, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from app.core.errors import AppError
from app.core.messages import Message, message
from app.views.context import AppContext
from app.views.jobs import Job, Stop
from app.views.page import label
from app.views.planning.gantt.asking import Answers
from app.views.theme import SPACE

if TYPE_CHECKING:
    from app.services.planning.why import HelpView, RemedyRow, WhyGroup, WhyRow, WhyView

SECONDS_TO_TRY = 30.0
"""How long remedies are tried; the person may stop earlier."""
PARTS_SHOWN = 12
"""Of one cause; the rest is one line, so that the minutes still add up."""
OPERATION, MACHINE, RECORD, ORDER = "operation", "machine", "record", "order"


@dataclass(frozen=True, slots=True)
class WhyQuestion:
    """Why does this operation end when it does? Without one: why does this order?"""

    operation: int | None = None
    order: int | None = None

    def replies(self, board: Any) -> Iterator[WhyAnswer]:
        try:
            if self.operation is not None:
                yield WhyAnswer(self, board.reasons().of_operation(self.operation))
            else:
                yield WhyAnswer(self, board.reasons().of_order(self.order))
        except AppError as error:
            yield WhyAnswer(self, None, error.message)


@dataclass(frozen=True, slots=True)
class WhyAnswer:
    """``view`` None: there is no answer, for a reason."""

    question: WhyQuestion
    view: WhyView | None
    refused: Message | None = None


class WhyPanel(QWidget):
    """Follows the selection while it is shown; every line leads to what it names."""

    operation_wanted = Signal(int)
    machine_wanted = Signal(int)
    record_wanted = Signal(str, str)

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._board: Answers | None = None
        self._question: WhyQuestion | None = None
        self._several = False
        self._answer: WhyAnswer | None = None
        self._help: HelpView | None = None
        self._job: Job | None = None
        self.text = QTextBrowser(self)
        self.text.setOpenLinks(False)
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.text.document().setDocumentMargin(2 * SPACE)
        self.text.anchorClicked.connect(self._on_link)
        self.help_button = QPushButton(self)
        self.help_button.clicked.connect(self._on_help_clicked)
        self.remark = label(self, "small", wrap=True)
        below = QHBoxLayout()
        below.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, 2 * SPACE)
        below.addWidget(self.remark, 1)
        below.addWidget(self.help_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text, 1)
        layout.addLayout(below)
        self.retranslate()

    # ---- what is asked ---------------------------------------------------------------------------

    @Slot(object)
    def set_board(self, board: Answers | None) -> None:
        """Another state of the plan, or none while it is read."""
        if self._board is not None:
            self._board.replied.disconnect(self._on_replied)
        self._board = board
        if board is not None:
            board.replied.connect(self._on_replied)
            self._ask()
        elif self._job is not None:
            self._job.cancel()

    def explain(self, operations: frozenset[int], orders: frozenset[int]) -> None:
        """The selection: one operation, or all of one order; anything else is not explained."""
        self._several = len(operations) > 1 and len(orders) > 1
        if len(operations) == 1:
            wanted = WhyQuestion(operation=next(iter(operations)))
        elif len(orders) == 1:
            wanted = WhyQuestion(order=next(iter(orders)))
        else:
            wanted = None
        if wanted != self._question:
            self._question, self._answer, self._help = wanted, None, None
            self._ask()
            self._show()

    def _ask(self) -> None:
        if self._board is not None and self._question is not None and not self.isHidden():
            self._board.ask(self._question)

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self._ask()

    @Slot(object)
    def _on_replied(self, reply: object) -> None:
        if isinstance(reply, WhyAnswer) and reply.question == self._question:
            changed = self._answer is not None and self._answer.view != reply.view
            self._answer = reply
            if changed:
                self._help = None
            self._show()

    # ---- what would help -------------------------------------------------------------------------

    @Slot()
    def _on_help_clicked(self) -> None:
        if self._job is not None:
            self._job.cancel()
            return
        view = self._answer.view if self._answer is not None else None
        if view is None:
            return
        self._job = self._context.jobs.start(
            partial(_try_remedies, self._context.database, view.order),
            title=partial(self._help_title, view.order),
            succeeded=self._on_helped,
            failed=self._on_help_failed,
        )
        self._show()

    def _help_title(self, order: str) -> str:
        return self.tr("What would help {order}").format(order=order)

    @Slot(object)
    def _on_helped(self, view: HelpView) -> None:
        self._job = None
        now = self._answer.view if self._answer is not None else None
        if now is not None and now.order == view.order:
            self._help = view
        self._show()

    @Slot(object)
    def _on_help_failed(self, error: Exception) -> None:
        self._job = None
        self._show()
        self._context.show_error(error)

    @Slot(QUrl)
    def _on_link(self, link: QUrl) -> None:
        kind, _, rest = link.toString().partition(":")
        if kind == OPERATION:
            self.operation_wanted.emit(int(rest))
        elif kind == MACHINE:
            self.machine_wanted.emit(int(rest))
        elif kind == RECORD:
            sheet, _, code = rest.partition("/")
            self.record_wanted.emit(sheet, QUrl.fromPercentEncoding(code.encode()))

    # ---- texts -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.text.setAccessibleName(self.tr("Why it stands here"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.PaletteChange):
            self.retranslate()

    def _show(self) -> None:
        view = self._answer.view if self._answer is not None else None
        self.help_button.setText(
            self.tr("Stop") if self._job is not None else self.tr("What would help?")
        )
        self.help_button.setEnabled(view is not None)
        self.remark.setText(self.tr("Trying remedies…") if self._job is not None else "")
        at = self.text.verticalScrollBar().value()
        if view is not None:
            self.text.setHtml("".join([*self._why(view), *self._remedies()]))
        else:
            self.text.setHtml(f"<p style='{self._style('muted')}'>{escape(self._hint())}</p>")
        self.text.verticalScrollBar().setValue(at)

    def _hint(self) -> str:
        if self._answer is not None and self._answer.refused is not None:
            return self._context.text(self._answer.refused)
        if self._question is not None:
            return self.tr("Asking the engine…")
        if self._several:
            return self.tr("Several orders are selected. Choose one operation, or one order.")
        return self.tr("Select an operation, or double-click to select its whole order.")

    def _why(self, view: WhyView) -> Iterator[str]:
        context, duration = self._context, self._context.duration_text
        whole = self._question is not None and self._question.operation is None
        yield f"<p><b>{escape(view.order if whole else view.operation)}</b></p>"
        span = self.tr("From {begin} to {end}: {minutes}, of which").format(
            begin=context.moment_text(view.begin),
            end=context.moment_text(view.end),
            minutes=duration(view.minutes),
        )
        yield f"<p style='{self._style('muted')}'>{escape(span)}</p>"
        for group in view.groups():
            yield from self._group(group, view.minutes)

    def _group(self, group: WhyGroup, whole: int) -> Iterator[str]:
        context = self._context
        name = context.text(message(f"cause.{group.cause}"))
        share = max(round(100 * group.minutes / max(whole, 1)), 1)
        colour = context.tokens.accent if group.cause in ("run", "setup") else context.tokens.watch
        yield (
            "<table width='100%' cellspacing='0' cellpadding='1' style='margin-top:8px'><tr>"
            f"<td><b>{escape(name)}</b></td><td align='right' width='92'>"
            f"<b>{escape(context.duration_text(group.minutes))}</b></td></tr>"
            f"<tr><td colspan='2'><table width='{share}%' cellspacing='0' cellpadding='0'><tr>"
            f"<td bgcolor='{colour}' style='font-size:3px'>&nbsp;</td></tr></table></td></tr>"
        )
        shown = group.parts if len(group.parts) <= PARTS_SHOWN else group.parts[: PARTS_SHOWN - 1]
        for part in shown:
            yield self._line(self._link(part, context.text(part.text)), part.minutes)
        rest = group.parts[len(shown) :]
        if rest:
            words = self.tr("and %n more", "", len(rest))
            yield self._line(escape(words), sum(part.minutes for part in rest))
        yield "</table>"

    def _line(self, words: str, minutes: int) -> str:
        return (
            f"<tr><td>{words}</td><td align='right' valign='top' style='{self._style('muted')}'>"
            f"{escape(self._context.duration_text(minutes))}</td></tr>"
        )

    def _link(self, part: WhyRow, words: str) -> str:
        """To what stands in the way: an operation, a record, else the machine."""
        if part.other_id is not None:
            target = f"{OPERATION}:{part.other_id}"
        elif part.record is not None:
            sheet, code = part.record
            target = f"{RECORD}:{sheet}/{bytes(QUrl.toPercentEncoding(code)).decode()}"
        elif part.cause == "closed" and part.machine_id is not None:
            target = f"{MACHINE}:{part.machine_id}"
        else:
            target = f"{OPERATION}:{part.operation_id}"
        return self._anchor(target, words)

    def _anchor(self, target: str, words: str) -> str:
        style = f"color:{self._context.tokens.text};text-decoration:none"
        arrow = f"<span style='color:{self._context.tokens.accent}'>›</span>"
        return f"<a href='{target}' style='{style}'>{escape(words)} {arrow}</a>"

    def _remedies(self) -> Iterator[str]:
        view = self._help
        if view is None:
            return
        yield f"<hr><p><b>{escape(self.tr('What would help'))}</b></p>"
        if not view.rows:
            words = self.tr("Nothing that was tried lets {order} end earlier.")
            yield f"<p>{escape(words.format(order=view.order))}</p>"
        for row in view.rows:
            yield self._remedy(row)
        tried = self.tr("%n remedies tried", "", view.tried)
        if view.left:
            tried += " · " + self.tr("%n not tried for want of time", "", view.left)
        yield f"<p style='{self._style('muted')}'>{escape(tried)}</p>"

    def _remedy(self, row: RemedyRow) -> str:
        context = self._context
        end = self.tr("ends {end}, {gain} earlier").format(
            end=context.moment_text(row.end), gain=context.duration_text(row.gain_minutes)
        )
        marks = [end, self.tr("on time") if row.on_time else self.tr("still late")]
        if row.others_later:
            marks.append(self.tr("%n other orders later", "", row.others_later))
        colour = context.tokens.good if row.on_time else context.tokens.muted
        words = self._anchor(f"{OPERATION}:{row.operation_id}", context.text(row.text))
        return (
            f"<p style='margin-top:6px'>{words}<br>"
            f"<span style='color:{colour}'>{escape(' · '.join(marks))}</span></p>"
        )

    def _style(self, token: str) -> str:
        return f"color:{self._context.tokens.colour(token).name()}"


def _try_remedies(database: Any, order: str, stop: Stop, _report: Any) -> Any:
    """What would help, really tried on the plan as stored: HelpView."""
    from app.services.planning.why import Reasons
    from app.services.planning.working import read_working_plan

    reasons = Reasons(read_working_plan(database))
    return reasons.remedies(order, seconds=SECONDS_TO_TRY, stop=stop)
