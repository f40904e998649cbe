"""What is done with days of the year: off, worked, overtime with hours and cost, stop, leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.core.choices import ExceptionKind
from app.core.errors import RuleBroken
from app.core.format import number
from app.services.plant.calendar_edits import exception_row
from app.services.plant.calendar_view import ExceptionRow
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.calendar_words import KINDS, kind_word
from app.views.plant.fields import choose, put_text, read_day, read_money, set_choices
from app.views.plant.proposal_panel import ProposalPanel
from app.views.plant.shift_span import clock, read_spans, spans_text
from app.views.plant.week_gestures import Pair, Values
from app.views.plant.year_grid import ChosenDays

OVERTIME_PAUSE, OVERTIME_LENGTH = 60, 120
"""Overtime is proposed so long after the day's last shift, and so long."""


class DayPanel(ProposalPanel):
    """Adds an exception for the chosen days, or changes one. Nothing is written here."""

    new_asked = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.effect_of: Callable[[Sequence[int], list[Values]], str] = lambda less, more: ""
        self.write: Callable[[list[Pair]], bool] = lambda pairs: False
        """Puts the changes through; False when they were refused."""
        self.scope = ""
        self.editable = True
        self._row: ExceptionRow | None = None
        self._several: list[ExceptionRow] = []
        self._days: ChosenDays | None = None
        self._last_stop = 0
        self.told = label(self, "small", wrap=True)
        self.kind = QComboBox(self)
        self.first = QLineEdit(self)
        self.last = QLineEdit(self)
        self.hours = QLineEdit(self)
        self.reason = QLineEdit(self)
        self.cost = QLineEdit(self)
        self.lay_out(
            (self.kind, self.first, self.last, self.hours, self.reason, self.cost),
            above=(self.told,),
        )
        self.kind.activated.connect(self._on_kind_activated)
        self.remove.clicked.connect(self._on_remove_clicked)
        self.new.clicked.connect(self._on_new_clicked)
        self.retranslate()

    # ---- what is shown ---------------------------------------------------------------------------

    def show_days(self, days: ChosenDays | None, told: str, last_stop: int) -> None:
        """Chosen days; ``told``: what they are like now; ``last_stop``: when their work ends."""
        self._days, self._last_stop = days, last_stop
        self.told.setText(told)
        if self._row is None and days is not None:
            put_text(self.first, days.first.isoformat())
            put_text(self.last, days.last.isoformat())
        self.judge()

    def exceptions(self) -> list[ExceptionRow]:
        """What is shown: one exception to change, several to delete, or none."""
        return [self._row] if self._row is not None else list(self._several)

    def show_exceptions(self, rows: Sequence[ExceptionRow]) -> None:
        """One to change, or several, which can be deleted together."""
        self._several = list(rows) if len(rows) > 1 else []
        self.show_exception(rows[0] if len(rows) == 1 else None)

    def show_exception(self, row: ExceptionRow | None) -> None:
        """The exception to change; None = a new one for the chosen days. What is typed into the
        same one stays."""
        if row is not None:
            self._several = []
        if row is not None and self._row is not None and row.id == self._row.id and self.typed():
            self._row = row
            self.judge()
            return
        changed = (row is None) != (self._row is None) or row is not None
        self._row = row
        if changed:
            self._fill()
        self.judge()

    def _fill(self) -> None:
        if self._row is None:
            days = self._days
            put_text(self.first, days.first.isoformat() if days else "")
            put_text(self.last, days.last.isoformat() if days else "")
            for line in (self.hours, self.reason, self.cost):
                line.clear()
            self._offer_hours()
            return
        values = self._row.values
        choose(self.kind, values["kind"])
        put_text(self.first, values["from"].isoformat())
        put_text(self.last, values["to"].isoformat())
        put_text(self.hours, spans_text(values.get("hours")))
        put_text(self.reason, str(values.get("reason", "")))
        cost = values.get("cost_per_hour")
        put_text(self.cost, "" if cost is None else number(cost))

    def _kind(self) -> ExceptionKind:
        # Qt keeps the text of the choice, not the member.
        return ExceptionKind(self.kind.currentData())

    def _offer_hours(self) -> None:
        """Overtime opens a block after the day's last shift."""
        if self._kind() is ExceptionKind.OVERTIME and self._last_stop:
            start = (self._last_stop + OVERTIME_PAUSE) % 1440
            end = (start + OVERTIME_LENGTH) % 1440
            put_text(self.hours, f"{clock(start)}-{clock(end)}")

    # ---- what the fields say ---------------------------------------------------------------------

    def pairs(self) -> list[Pair]:
        """The change the fields ask for. Error: ``BadField``."""
        new = self._read()
        if new is None:
            return []
        old = None if self._row is None else self._row.values
        return [] if old is not None and dict(old) == new else [(old, new)]

    def _read(self) -> dict[str, Any] | None:
        if not self.first.text().strip():
            return None
        near = self._days.first if self._days is not None else self._today()
        first = self._day(self.first, near)
        last = self._day(self.last, first) if self.last.text().strip() else first
        hours = read_spans(self.hours.text())
        if hours is None:
            raise self.bad(self.hours, self.tr("Write hours like 18:30-20:30."))
        try:
            cost = read_money(self.cost.text())
        except ValueError:
            raise self.bad(self.cost, self.tr("Write an amount per hour.")) from None
        try:
            return exception_row(self.scope, first, last, self._kind(), hours=hours,
                                 reason=self.reason.text(), cost=cost)  # fmt: skip
        except RuleBroken as refused:
            raise self.bad(self.last, self.context.text(refused.message)) from None

    def _day(self, line: QLineEdit, near: date) -> date:
        try:
            day = read_day(line.text(), near)
        except ValueError:
            day = None
        if day is None:
            raise self.bad(line, self.tr("Write a day like 2026-10-01 or 10-01."))
        return day

    def _today(self) -> date:
        return self.context.local(self.context.now()).date()

    def judge(self) -> None:
        pairs = self.judged()
        effect = ""
        if pairs:
            less = [] if self._row is None else [self._row.id]
            effect = self.effect_of(less, [new for _, new in pairs if new is not None])
        self.effect.setText(effect)
        mine = self._row is None or self._row.own
        self.save.setEnabled(bool(pairs) and self.editable and mine and not self._several)
        self.remove.setEnabled(bool(self._removable()) and self.editable)
        self.new.setVisible(bool(self.exceptions()))
        self._head()

    def _removable(self) -> list[ExceptionRow]:
        return [row for row in self.exceptions() if row.own]

    def _head(self) -> None:
        if self._several:
            text = self.tr("%n exceptions chosen", "", len(self._several))
        elif self._row is not None and not self._row.own:
            text = self.tr("From calendar {calendar}: change it there").format(
                calendar=self._row.scope
            )
        elif self._row is not None:
            text = self.tr("Exception")
        elif self._days is None:
            text = self.tr("Choose days in the year, or type them")
        elif self._days.count == 1:
            text = self.context.date_text(self._days.first)
        else:
            span = f"{self.context.date_text(self._days.first)} – " + self.context.date_text(
                self._days.last
            )
            text = f"{span} · " + self.tr("%n days", "", self._days.count)
        self.heading.setText(text)
        self.save.setText(self.tr("Add") if self._row is None else self.tr("Save"))

    @Slot()
    def _on_kind_activated(self) -> None:
        if self._row is None and not self.hours.text().strip():
            self._offer_hours()
        self.judge()

    def save_typed(self, pairs: list[Pair]) -> None:
        if not self.write(pairs):
            return
        written = pairs[0][1]
        if self._row is None:
            for line in (self.hours, self.reason, self.cost):
                line.clear()
        elif written is not None:
            # The shown exception is the written one: its echo must find nothing typed.
            self._row = replace(self._row, values=written)
        self.judge()

    @Slot()
    def _on_remove_clicked(self) -> None:
        leaving = self._removable()
        if leaving and self.write([(row.values, None) for row in leaving]):
            self.show_exceptions([])

    @Slot()
    def _on_new_clicked(self) -> None:
        self.show_exceptions([])
        self.new_asked.emit()
        self.first.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- texts and layout ------------------------------------------------------------------------

    def retranslate(self) -> None:
        set_choices(self.kind, [(kind, kind_word(kind)) for kind in KINDS])
        titles = (
            (self.kind, self.tr("Kind"), self.tr("What these days are.")),
            (self.first, self.tr("From"), self.tr("First day: 2026-10-01, 10-01 or 10月1日.")),
            (self.last, self.tr("To"), self.tr("Last day; empty = one day.")),
            (self.hours, self.tr("Hours"),
             self.tr("Empty = the whole day. Overtime opens these hours, others close them.")),
            (self.reason, self.tr("Reason"), self.tr("What people read when they ask why.")),
            (self.cost, self.tr("Cost per hour"), self.tr("What the hours opened here cost.")),
        )  # fmt: skip
        self.put_titles(titles)
        self.hours.setPlaceholderText("18:30-20:30")
        self.remove.setText(self.tr("Delete"))
        self.new.setText(self.tr("New"))
        self.judge()
