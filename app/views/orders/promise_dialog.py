"""Can we promise it? Lamps with proof, dates, options; the date goes into the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.core.messages import Message
from app.services.planning.promising.rows import LampState, PromiseQuestion, Verdict
from app.views.context import AppContext
from app.views.date_field import BadDate, DateField
from app.views.icons import icon
from app.views.jobs import Job, Stop
from app.views.orders.promise_columns import (
    STATE_ICONS,
    STATE_TONES,
    VERDICT_STATES,
    PromiseColumns,
)
from app.views.page import hairline, label
from app.views.table import Column, RowTable
from app.views.theme import ROW, SPACE

SIZE = (1240, 680)
MOST_ROWS = 9
HELD_FOR = timedelta(days=2)
"""What is proposed for a quote."""

DATES = ("requested", "internal_due", "planned", "end", "promise", "p50", "p90", "on_time")


@dataclass(frozen=True, slots=True)
class _Ask:
    """The work of the job: plain values only."""

    database: Any
    question: PromiseQuestion

    def __call__(self, stop: Stop, report: Any) -> Any:
        from app.services.planning.promising.answer import promise

        return promise(self.database, self.question, stop=stop, report=report)


class PromiseDialog(QDialog):
    """Asks in a job and shows the answer. ``taken(datetime)``: the date to promise, for a form."""

    taken = Signal(object)
    held = Signal()
    """Capacity is held by an order of its own: the form that asked is done."""

    def __init__(
        self, context: AppContext, question: PromiseQuestion, parent: QWidget, *, in_form: bool
    ) -> None:
        """``in_form``: the date goes back to the form that asks; else into the order itself."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._question, self._in_form = context, question, in_form
        self._view: Any = None
        self._job: Job | None = None
        self._step = Message("promise.reading")
        self._columns = PromiseColumns(context, self)
        self.head = label(self, "title")
        self.sign = QLabel(self)
        self.verdict = label(self, "section", wrap=True)
        self.note = label(self, "small", wrap=True)
        self._names: dict[str, QLabel] = {}
        self._facts: dict[str, QLabel] = {}
        self.lamps_name, self.options_name = label(self, "section"), label(self, "section")
        columns = self._columns
        self.lamps = self._table(columns.of_lamps(), lambda row: row.code)
        self.options = self._table(columns.of_options(), lambda row: row.kind)
        self.detail_name = label(self, "section")
        self.detail_text = label(self, wrap=True)
        self.proofs = self._table(columns.of_proofs(), lambda row: row[0])
        self.others = self._table(columns.of_others(), lambda row: row.order_id)
        self.losses = self._table(columns.of_losses(), lambda row: row[0])
        self.places = self._table(columns.of_places(), lambda row: (row.order, row.step_no))
        self.which = QComboBox(self)
        self.which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.take, self.again, self.leave = (QPushButton(self) for _ in range(3))
        self.place = QPushButton(self)
        self.board = QPushButton(self)
        self.asked_by = QLineEdit(self)
        self.hold = QPushButton(self)
        self.owner = QLineEdit(context.actor, self)
        self.until = DateField(context.zone, context.now(), self)
        self.until.set_moment(context.now() + HELD_FOR)
        self.take.setProperty("primary", True)
        self._lay_out()
        self._connect()
        self.resize(*SIZE)
        self.retranslate()
        self._ask()

    @property
    def view(self) -> Any:
        """The PromiseView that is shown; None while it is worked out."""
        return self._view

    # ---- asking ----------------------------------------------------------------------------------

    @Slot()
    def _ask(self) -> None:
        if self._job is not None:
            self._job.cancel()
            return
        self._view = None
        self._job = self._context.jobs.start(
            _Ask(self._context.database, self._question),
            title=partial(self._context.text, Message("promise.title")),
            succeeded=self._on_job_succeeded,
            failed=self._on_job_failed,
            progressed=self._on_job_progressed,
        )
        self._fill()

    @Slot(object)
    def _on_job_progressed(self, step: Any) -> None:
        if isinstance(step, Message):
            self._step = step
            self._show_head()

    @Slot(object)
    def _on_job_succeeded(self, view: Any) -> None:
        self._job = None
        self._view = view
        self._step = Message("promise.stopped")
        self._fill()
        if view is not None:
            worst = sorted(view.lamps, key=lambda lamp: _RANK[lamp.state])
            self.lamps.select_ids([worst[0].code])

    @Slot(object)
    def _on_job_failed(self, error: Exception) -> None:
        self._job = None
        self._step = getattr(error, "message", Message("promise.failed"))
        self._fill()
        if not hasattr(error, "message"):
            self._context.show_error(error)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._job is not None:
            self._job.abandon()
            self._job = None
        event.accept()  # QDialog's own would reject, which closes, and keeps it open

    def reject(self) -> None:
        self.close()

    # ---- what is shown ---------------------------------------------------------------------------

    def _fill(self) -> None:
        view = self._view
        self.lamps.set_rows(view.lamps if view else ())
        self.options.set_rows(view.options if view else ())
        self._show_dates()
        self._show_head()
        self._show_choices()
        self._show_places()
        self._update_buttons()

    def _show_head(self) -> None:
        view, tell = self._view, self._context.text
        if view is None:
            self.head.setText(tell(Message("promise.title")))
            self._show_sign(LampState.UNKNOWN)
            self.verdict.setText(tell(self._step))
            self.note.setText("")
            return
        quantity = self._context.quantity_text(view.quantity)
        self.head.setText(f"{view.order} · {view.item} · {quantity} {view.unit}")
        verdict = Verdict.IMPOSSIBLE if view.earliest is None else view.earliest.verdict
        self._show_sign(VERDICT_STATES[verdict])
        if view.earliest is None:
            self.verdict.setText(tell(Message("promise.cli_none", {"reason": view.obstacle})))
        else:
            self.verdict.setText(tell(Message(f"promise.verdict_{verdict}")))
        notes = [tell(note) for note in view.notes]
        if view.replays:
            notes.append(
                self.tr("50 % and 90 %: {n} replays with uncertain durations.").format(
                    n=view.replays
                )
            )
        self.note.setText(" ".join(notes))

    def _show_sign(self, state: LampState) -> None:
        self.sign.setPixmap(icon(STATE_ICONS[state], STATE_TONES[state]).pixmap(22, 22))

    def _show_dates(self) -> None:
        view, text = self._view, self._context.moment_text
        finish = None if view is None else view.earliest
        shown = dict.fromkeys(DATES, "–")
        if view is not None:
            shown |= {
                "requested": text(view.requested),
                "internal_due": text(view.internal_due),
                "planned": text(view.planned) or "–",
            }
        if finish is not None:
            shown |= {
                "end": text(finish.end),
                "promise": self._context.date_text(finish.promise),
                "p50": text(finish.p50),
                "p90": text(finish.p90),
                "on_time": f"{finish.on_time:.0%}",
            }
        for key, value in shown.items():
            self._facts[key].setText(value)

    def _show_choices(self) -> None:
        self.which.clear()
        finish = None if self._view is None else self._view.earliest
        if finish is None:
            return
        for text, moment in (
            (self.tr("with 90 %: {date}"), finish.promise90),
            (self.tr("as projected: {date}"), finish.promise),
        ):
            at = self._half_day(moment)
            self.which.addItem(text.format(date=self._context.moment_text(at)), at)

    def _half_day(self, moment: Any) -> Any:
        from app.services.orders.dates import half_day

        return half_day(moment, self._context.zone)

    @Slot(object)
    def _on_lamps_selection_changed(self, rows: list[Any]) -> None:
        if not rows:
            return
        lamp = rows[0]
        self.options.select_ids([])
        self.detail_name.setText(self._context.text(Message(f"promise.lamp_{lamp.code}")))
        self.detail_text.setText(self._context.text(lamp.text))
        self._show_tables(proofs=tuple(enumerate(lamp.proofs)))
        self._update_buttons()

    @Slot(object)
    def _on_options_selection_changed(self, rows: list[Any]) -> None:
        if not rows:
            return
        option = rows[0]
        self.lamps.select_ids([])
        self.detail_name.setText(self._context.text(Message(f"promise.option_{option.kind}")))
        self.detail_text.setText(self._option_text(option))
        self._show_tables(
            others=option.others, losses=tuple(enumerate(option.losses)), places=option.places
        )
        self._update_buttons()

    def _option_text(self, option: Any) -> str:
        tell = self._context.text
        lines = [tell(option.text), *(tell(each) for each in option.details)]
        if option.finish is not None:
            lines.append(
                self.tr("Ends {end}; promise {promise}; 50 % by {p50}, 90 % by {p90}.").format(
                    end=self._context.moment_text(option.finish.end),
                    promise=self._context.date_text(option.finish.promise),
                    p50=self._context.moment_text(option.finish.p50),
                    p90=self._context.moment_text(option.finish.p90),
                )
            )
        if option.kind == "overtime" and option.finish is not None:
            lines.append(self._cost_text(option))
        if option.others or (option.kind == "cut_in" and option.finish is not None):
            lines.append(
                self.tr(
                    "Re-mounting, against squeezing it in: setup {minutes}, cost {cost} {currency}."
                ).format(
                    minutes=self._signed(option.setup_minutes),
                    cost=f"{option.setup_cost:+f}".replace("-", "−"),
                    currency=self._view.currency,
                )
            )
        return "\n".join(lines)

    def _signed(self, minutes: int) -> str:
        text = self._context.duration_text(abs(minutes))
        return f"−{text}" if minutes < 0 else f"+{text}"

    def _cost_text(self, option: Any) -> str:
        if option.cost is None:
            return self.tr("Cost: no overtime rate is on record in the calendars.")
        return self.tr("Cost: {cost} {currency}.").format(
            cost=option.cost, currency=self._view.currency
        )

    def _show_places(self) -> None:
        self.detail_name.setText("")
        self.detail_text.setText("")
        self._show_tables(places=self._view.places if self._view else ())

    def _show_tables(
        self,
        proofs: Sequence[Any] = (),
        others: Sequence[Any] = (),
        losses: Sequence[Any] = (),
        places: Sequence[Any] = (),
    ) -> None:
        for table, rows, most in (
            (self.proofs, proofs, 14),
            (self.others, others, MOST_ROWS),
            (self.losses, losses, MOST_ROWS),
            (self.places, places, MOST_ROWS),
        ):
            table.set_rows(rows)
            table.setVisible(bool(rows))
            table.setFixedHeight(min(max(len(rows), 1), most) * ROW + ROW + 14)

    def _update_buttons(self) -> None:
        running = self._job is not None
        self.again.setText(self.tr("Stop") if running else self.tr("Ask again"))
        ready = self._view is not None and self._view.earliest is not None
        self.take.setEnabled(ready and (self._in_form or self._view.order_id is not None))
        self.which.setEnabled(self.take.isEnabled())
        new = self._question.order_id is None
        chosen = self.options.selected_rows()
        moves = () if self._view is None else (chosen[0] if chosen else self._view).moves
        self.board.setEnabled(ready)
        self.place.setEnabled(bool(moves))
        self.place.setVisible(not new)
        self.asked_by.setVisible(not new and bool(chosen) and bool(moves))
        self.place.setToolTip("" if moves else self._why_not_placed(chosen))
        for widget in (self.hold, self.owner, self.until):
            widget.setVisible(new)
            widget.setEnabled(ready and self._view.sound)
        if new and ready and not self._view.sound:
            self.hold.setToolTip(self._context.text(Message("holds.not_now")))

    # ---- what can be done ------------------------------------------------------------------------

    @Slot()
    def _on_take_clicked(self) -> None:
        at = self.which.currentData()
        if at is None or self._view is None:
            return
        if self._in_form:
            self.taken.emit(at)
            self.close()
            return
        from app.services.orders.edits import ChangeOrder

        before = self._view.form
        if self._context.apply(
            ChangeOrder(self._view.order_id, before, replace(before, promised=at))
        ):
            self.close()

    def _why_not_placed(self, chosen: list[Any]) -> str:
        if self._question.form is not None:
            return self.tr("Save the order first, then ask again.")
        if chosen and chosen[0].kind == "two_deliveries":
            return self.tr("Not from here: the answer says why. Make two orders by hand.")
        return self.tr("The plan has it just there, or there is nothing to place.")

    @Slot()
    def _on_place_clicked(self) -> None:
        """The whole plan of the answer: of the chosen option, else where the order fits."""
        from app.services.planning.promising.letting_ahead import LetAhead, allowed_now

        view, chosen = self._view, self.options.selected_rows()
        if view is None:
            return
        word = None
        if chosen:
            if not self.asked_by.text().strip():
                self.asked_by.setFocus()
                self._context.show_message(Message("promise.who_asked"))
                return
            word = allowed_now(self.asked_by.text(), self._context.actor)
        moves = chosen[0].moves if chosen else view.moves
        cut = chosen[0].cut if chosen else None
        opened = chosen[0].opened if chosen else ()
        exact = opened or (cut is not None and cut.divides)  # in the very plant that was seen
        seen = view.seen if exact else None
        edit = LetAhead(view.order_id, view.order, moves, view.rush, word, cut, False, seen, opened)
        if self._context.apply(edit):
            self.close()

    @Slot()
    def _on_hold_clicked(self) -> None:
        """A draft order at these places, pinned, until the date: one step to undo."""
        from app.services.planning.holds import HoldCapacity, held_places

        view = self._view
        try:
            until = self.until.moment()
        except BadDate:
            until = None
        if view is None or until is None:
            self.until.setFocus()
            return
        places = held_places(view.order, view.places)
        edit = HoldCapacity(view.form, places, self.owner.text(), until, view.seen)
        if self._context.apply(edit):
            self.held.emit()
            self.close()

    @Slot()
    def _on_board_clicked(self) -> None:
        """The order as ghost bars in the chart, where a hand may drag its steps."""
        self._context.ghost_asked.emit(self._question)
        self.close()

    @Slot(object)
    def _on_proof_activated(self, row: Any) -> None:
        proof = row[1]
        if proof.place is not None:
            self._context.ask_for_record(proof.place.sheet, dict(proof.place.identity))
        elif proof.order:
            self._context.ask_for_record("Orders", {"order_no": proof.order})

    @Slot(object)
    def _on_other_activated(self, row: Any) -> None:
        self._context.ask_for_record("Orders", {"order_no": row.order})

    # ---- inside ----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setWindowTitle(self._context.text(Message("promise.title")))
        names = {
            "requested": self.tr("Requested"),
            "internal_due": self.tr("Internal due"),
            "planned": self.tr("In the plan now"),
            "end": self.tr("Earliest end"),
            "promise": self.tr("Promise"),
            "p50": self.tr("50 %"),
            "p90": self.tr("90 %"),
            "on_time": self.tr("Chance to keep the date"),
        }
        for key, text in names.items():
            self._names[key].setText(text)
        self.lamps_name.setText(self.tr("Can we?"))
        self.options_name.setText(self.tr("What would help"))
        self.take.setText(
            self.tr("Put into the form") if self._in_form else self.tr("Promise this date")
        )
        self.leave.setText(self.tr("Close"))
        self.board.setText(self.tr("Show on the board"))
        self.board.setToolTip(self.tr("As ghost bars in the chart, where its steps can be dragged"))
        self.place.setText(self.tr("Put into the plan"))
        self.asked_by.setPlaceholderText(self.tr("Who asks for it"))
        self.asked_by.setToolTip(self.tr("Who asks for it: it stands in the order's detail"))
        self.hold.setText(self.tr("Hold capacity"))
        self.owner.setPlaceholderText(self.tr("For whom"))
        self.owner.setToolTip(self.tr("For whom the capacity is held"))
        self.until.setToolTip(self.tr("Until when the capacity is held"))
        for table, columns in (
            (self.lamps, self._columns.of_lamps()),
            (self.options, self._columns.of_options()),
            (self.proofs, self._columns.of_proofs()),
            (self.others, self._columns.of_others()),
            (self.losses, self._columns.of_losses()),
            (self.places, self._columns.of_places()),
        ):
            table.set_columns(columns)
        self.lamps.set_empty(self.tr("Being worked out…"))
        self.options.set_empty(self.tr("Being worked out…"))
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._show_head()

    def _table(self, columns: list[Column], row_id: Any) -> RowTable:
        return RowTable(columns, self, row_id=row_id, filters=False, footer=False)

    def _lay_out(self) -> None:
        dates = QHBoxLayout()
        dates.setSpacing(5 * SPACE)
        for keys in (DATES[:3], DATES[3:5], DATES[5:]):
            form = QFormLayout()
            form.setHorizontalSpacing(3 * SPACE)
            form.setVerticalSpacing(SPACE)
            for key in keys:
                name, fact = label(self, "muted"), label(self)
                fact.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._names[key], self._facts[key] = name, fact
                form.addRow(name, fact)
            dates.addLayout(form)
        dates.addStretch(1)
        sign = QHBoxLayout()
        sign.addWidget(self.sign)
        sign.addWidget(self.verdict, 1)
        left, right = QWidget(self), QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 2 * SPACE, 0)
        self.lamps.setFixedHeight(6 * ROW + 14)
        self.options.setFixedHeight(7 * ROW + 14)
        self.lamps.let_fill("text")
        self.options.let_fill("text")
        self.proofs.let_fill("text")
        for widget in (self.lamps_name, self.lamps, self.options_name, self.options, self.note):
            column.addWidget(widget)
        column.addStretch(1)
        column = QVBoxLayout(right)
        column.setContentsMargins(2 * SPACE, 0, 0, 0)
        for widget in (self.detail_name, self.detail_text, self.proofs, self.others, self.losses,
                       self.places):  # fmt: skip
            column.addWidget(widget)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(right)
        scroll.viewport().setAutoFillBackground(False)
        right.setAutoFillBackground(False)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.addWidget(left)
        split.addWidget(scroll)
        split.setChildrenCollapsible(False)
        split.setSizes([SIZE[0] * 54 // 100, SIZE[0] * 46 // 100])
        buttons = QHBoxLayout()
        buttons.addWidget(self.again)
        buttons.addWidget(self.board)
        buttons.addStretch(1)
        if self._question.order_id is None:
            self.owner.setFixedWidth(110)
            self.until.setFixedWidth(150)
            for widget in (self.owner, self.until, self.hold):
                buttons.addWidget(widget)
            buttons.addSpacing(4 * SPACE)
        else:
            self.asked_by.setFixedWidth(140)
            buttons.addWidget(self.asked_by)
            buttons.addWidget(self.place)
            buttons.addSpacing(4 * SPACE)
        buttons.addWidget(self.which)
        buttons.addWidget(self.take)
        buttons.addWidget(self.leave)
        whole = QVBoxLayout(self)
        whole.setSpacing(2 * SPACE)
        whole.addWidget(self.head)
        whole.addLayout(sign)
        whole.addLayout(dates)
        whole.addWidget(hairline(self))
        whole.addWidget(split, 1)
        whole.addLayout(buttons)

    def _connect(self) -> None:
        self.lamps.selection_changed.connect(self._on_lamps_selection_changed)
        self.options.selection_changed.connect(self._on_options_selection_changed)
        self.proofs.row_activated.connect(self._on_proof_activated)
        self.others.row_activated.connect(self._on_other_activated)
        self.take.clicked.connect(self._on_take_clicked)
        self.again.clicked.connect(self._ask)
        self.hold.clicked.connect(self._on_hold_clicked)
        self.place.clicked.connect(self._on_place_clicked)
        self.board.clicked.connect(self._on_board_clicked)
        self.leave.clicked.connect(self.close)


_RANK = {LampState.BAD: 0, LampState.WATCH: 1, LampState.OK: 2, LampState.UNKNOWN: 3}
