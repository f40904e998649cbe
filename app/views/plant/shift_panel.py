"""The fields of one shift beside the week: times, breaks, kind, cost, the day it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from app.core.choices import DateRule, ShiftKind
from app.core.format import WEEKDAYS, number
from app.services.plant.calendar_edits import equal_shifts, shift_row
from app.views.context import AppContext
from app.views.plant.fields import choose, put_text, read_money, set_choices
from app.views.plant.proposal_panel import ProposalPanel
from app.views.plant.shift_span import clock, read_clock, read_spans, spans_text
from app.views.plant.week_gestures import Pair, Values


class ShiftPanel(ProposalPanel):
    """Edits the chosen shift, or makes a new one. Nothing is written here, only proposed."""

    new_asked = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.effect_of: Callable[[list[Pair]], str] = lambda pairs: ""
        self.write: Callable[[list[Pair]], bool] = lambda pairs: False
        """Puts the changes through; False when they were refused."""
        self._rows: list[Values] = []
        self._row: Values | None = None
        self._calendar = ""
        self._editable = True
        self.weekday = QComboBox(self)
        self.name = QLineEdit(self)
        self.start = QLineEdit(self)
        self.end = QLineEdit(self)
        self.breaks = QLineEdit(self)
        self.kind = QComboBox(self)
        self.cost = QLineEdit(self)
        self.rule = QComboBox(self)
        self.together = QCheckBox(self)
        self.together.setChecked(True)
        self.lay_out(
            (self.weekday, self.name, self.start, self.end, self.breaks, self.kind, self.cost,
             self.rule),
            below=(self.together,),
        )  # fmt: skip
        self.together.toggled.connect(self._on_field_changed)
        self.remove.clicked.connect(self._on_remove_clicked)
        self.new.clicked.connect(self.new_asked)
        self.retranslate()
        self._fill()

    # ---- what is shown ---------------------------------------------------------------------------

    def set_rows(self, rows: list[Values], calendar: str, editable: bool) -> None:
        self._rows, self._calendar, self._editable = rows, calendar, editable
        self.judge()

    def show_row(self, row: Values | None) -> None:
        """The shift to edit; None = a new one. What is typed stays while it is the same shift."""
        if row is not None and self._row is not None and self.typed() and self._same(row):
            self._row = row
        elif row is None and self._row is None and self.typed():
            pass
        else:
            self._row = row
            self._fill()
        self.judge()

    def _same(self, row: Values) -> bool:
        before = self._row or {}
        return all(row.get(name) == before.get(name) for name in ("weekday", "shift", "start"))

    def start_new(self, weekday: int) -> None:
        """An empty form for a shift of that day."""
        self._row = None
        self._fill()
        choose(self.weekday, weekday)
        self.judge()
        self.name.setFocus()

    def _fill(self) -> None:
        row = self._row or {}
        choose(self.weekday, row.get("weekday", self.weekday.currentData() or 1))
        put_text(self.name, str(row.get("shift", "")))
        put_text(self.start, clock(int(row["start"])) if row else "")
        put_text(self.end, clock(int(row["end"])) if row else "")
        put_text(self.breaks, spans_text(row.get("breaks")))
        choose(self.kind, row.get("kind", ShiftKind.REGULAR))
        cost = row.get("cost_per_hour")
        put_text(self.cost, "" if cost is None else number(cost))
        choose(self.rule, row.get("date_rule", DateRule.START))

    # ---- what the fields say ---------------------------------------------------------------------

    def pairs(self) -> list[Pair]:
        """The changes the fields ask for. Error: ``BadField``."""
        new = self._read()
        if new is None:
            return []
        if self._row is None:
            return [(None, new)]
        pairs: list[Pair] = [(self._row, new)]
        if self.together.isChecked() and new["weekday"] == self._row["weekday"]:
            pairs += [
                (other, new | {"weekday": other["weekday"]})
                for other in equal_shifts(self._rows, self._row)
            ]
        return [(old, after) for old, after in pairs if dict(old or {}) != dict(after or {})]

    def _read(self) -> dict[str, Any] | None:
        """The row the fields describe; None for an empty form."""
        texts = (self.name.text(), self.start.text(), self.end.text())
        if self._row is None and not any(text.strip() for text in texts):
            return None
        start = self._time(self.start)
        end = self._time(self.end)
        if start == 24 * 60:
            raise self.bad(self.start, self.tr("A shift begins before midnight."))
        breaks = read_spans(self.breaks.text())
        if breaks is None:
            raise self.bad(self.breaks, self.tr("Write breaks like 12:00-13:00; 15:00-15:10."))
        try:
            cost = read_money(self.cost.text())
        except ValueError:
            raise self.bad(self.cost, self.tr("Write an amount per hour.")) from None
        if not self.name.text().strip():
            raise self.bad(self.name, self.tr("A shift needs a name."))
        return shift_row(
            self._calendar,
            int(self.weekday.currentData()),
            self.name.text().strip(),
            start,
            end,
            breaks,
            kind=ShiftKind(self.kind.currentData()),
            cost_per_hour=cost,
            date_rule=DateRule(self.rule.currentData()),
        )

    def _time(self, line: QLineEdit) -> int:
        minutes = read_clock(line.text())
        if minutes is None:
            raise self.bad(line, self.tr("Write a time like 07:30."))
        return minutes

    def judge(self) -> None:
        pairs = self.judged()
        self.effect.setText(self.effect_of(pairs) if pairs else "")
        self.save.setEnabled(bool(pairs) and self._editable)
        self.remove.setEnabled(self._row is not None and self._editable)
        self.new.setEnabled(self._editable)
        equal = len(equal_shifts(self._rows, self._row)) if self._row is not None else 0
        self.together.setVisible(equal > 0)
        self.together.setText(self.tr("Also the %n equal shifts of other days", "", equal))
        heading = self.tr("Shift") if self._row is not None else self.tr("New shift")
        self.heading.setText(heading)

    def save_typed(self, pairs: list[Pair]) -> None:
        if self.write(pairs):
            # The shown shift is the written one: its echo must find nothing typed.
            self._row = pairs[0][1]
            self.judge()

    @Slot()
    def _on_remove_clicked(self) -> None:
        if self._row is None:
            return
        others = equal_shifts(self._rows, self._row) if self.together.isChecked() else []
        if self.write([(each, None) for each in [self._row, *others]]):
            self.show_row(None)

    # ---- texts and layout ------------------------------------------------------------------------

    def retranslate(self) -> None:
        days = enumerate(WEEKDAYS[self.context.language], 1)
        set_choices(self.weekday, days)
        set_choices(
            self.kind,
            [(ShiftKind.REGULAR, self.tr("Regular")), (ShiftKind.OVERTIME, self.tr("Overtime"))],
        )
        set_choices(
            self.rule,
            [
                (DateRule.START, self.tr("the day it begins")),
                (DateRule.END, self.tr("the day it ends")),
            ],
        )
        titles = (
            (self.weekday, self.tr("Day"), ""),
            (self.name, self.tr("Name"), self.tr("What the shift is called on lists and cards.")),
            (self.start, self.tr("From"), self.tr("Time of day, such as 07:30.")),
            (self.end, self.tr("To"), self.tr("Earlier than the start = runs over midnight.")),
            (self.breaks, self.tr("Breaks"), self.tr("Times in which nobody works: 12:00-13:00.")),
            (self.kind, self.tr("Kind"), self.tr("Overtime counts against people's caps.")),
            (self.cost, self.tr("Cost per hour"), self.tr("What an hour of it costs more.")),
            (self.rule, self.tr("Belongs to"),
             self.tr("Which day a shift over midnight counts to in every list and figure.")),
        )  # fmt: skip
        self.put_titles(titles)
        self.breaks.setPlaceholderText("12:00-13:00; 15:00-15:10")
        self.save.setText(self.tr("Save shift"))
        self.remove.setText(self.tr("Delete"))
        self.new.setText(self.tr("New"))
        self.judge()
