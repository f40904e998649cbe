"""The dated exceptions of a calendar: the year at a glance or the list, and the form beside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.services.plant.calendar_edits import change_exceptions, effect_of_exceptions
from app.services.plant.calendar_view import DayTimes, ExceptionRow, Times
from app.views.context import AppContext
from app.views.icons import icon
from app.views.page import label
from app.views.plant.calendar_words import KINDS, effect_text, hours_text, kind_mark, kind_word
from app.views.plant.day_panel import DayPanel
from app.views.plant.exception_list import ExceptionList
from app.views.plant.week_gestures import Pair, Values
from app.views.plant.week_page import scrolled
from app.views.plant.year_grid import ChosenDays, YearGrid
from app.views.theme import SPACE


class DaysPage(QWidget):
    """Shows a year or the list of exceptions; adds, changes and removes exceptions."""

    year_asked = Signal(int)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.year = 0
        self._times: Times | None = None
        self._days: Sequence[DayTimes] = ()
        self.before = _arrow(self)
        self.after = _arrow(self)
        self.year_label = label(self, "section")
        self.total = label(self, "muted")
        self.total.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.legend = label(self, "small", wrap=True)
        self.year_grid = YearGrid(context, self)
        self.list = ExceptionList(context, self)
        self.stack = QStackedWidget(self)
        self.panel = DayPanel(context, self)
        self._lay_out()
        self.panel.effect_of = self._effect
        self.panel.write = self.write
        self.before.clicked.connect(self._on_before_clicked)
        self.after.clicked.connect(self._on_after_clicked)
        self.year_grid.chosen.connect(self._on_year_chosen)
        self.year_grid.opened.connect(self._on_year_opened)
        self.year_grid.remove_asked.connect(self.panel.remove.click)
        self.list.chosen.connect(self._on_list_chosen)
        self.list.activated.connect(self._on_list_activated)
        self.panel.new_asked.connect(self.list.clear)
        self.retranslate()

    # ---- what is shown ---------------------------------------------------------------------------

    def set_times(self, times: Times, year: int, days: Sequence[DayTimes]) -> None:
        """A new reading of one year."""
        other = self._times is None or self._times.scope != times.scope
        self._times, self.year, self._days = times, year, days
        self.year_grid.set_days(year, days, times.exceptions)
        self.list.set_times(times)
        self.panel.scope = times.scope.code
        self.panel.editable = not times.scope.hidden_by
        if other:
            self.year_grid.choose(None)
            self.panel.show_exception(None)
        else:
            self._follow()
        self._tell()

    def show_list(self, shown: bool) -> None:
        self.stack.setCurrentWidget(self.list if shown else self.year_grid)
        for part in (self.legend, self.before, self.year_label, self.after, self.total):
            part.setVisible(not shown)

    def show_days(self, first: date, last: date) -> None:
        """Choose days of the year that is shown."""
        self.year_grid.choose(first, last)

    def _follow(self) -> None:
        """The chosen exception as it is now, if it is still there."""
        rows = {row.id: row for row in (self._times.exceptions if self._times else ())}
        shown = self.panel.exceptions()
        self.panel.show_exceptions([rows[row.id] for row in shown if row.id in rows])
        if not shown:
            self._show_days(self.year_grid.chosen_days())

    def _tell(self) -> None:
        minutes = sum(each.minutes for each in self._days)
        overtime = sum(each.overtime for each in self._days)
        worked = sum(1 for each in self._days if each.minutes)
        parts = [hours_text(self.context, minutes), self.tr("%n days worked", "", worked)]
        if overtime:
            parts.append(
                self.tr("{hours} of it overtime").format(hours=hours_text(self.context, overtime))
            )
        self.year_label.setText(str(self.year or ""))
        self.total.setText("   ·   ".join(parts) if self._days else "")
        self.total.setToolTip(self._months())

    def _months(self) -> str:
        lines = []
        for month in range(1, 13):
            minutes = sum(each.minutes for each in self._days if each.day.month == month)
            lines.append(f"{self.year_grid.month_word(month)}: {hours_text(self.context, minutes)}")
        return "\n".join(lines) if self._days else ""

    # ---- what is done ----------------------------------------------------------------------------

    def write(self, pairs: list[Pair]) -> bool:
        edit = change_exceptions([old for old, _ in pairs], [new for _, new in pairs])
        return edit is not None and self.context.apply(edit)

    def _effect(self, less: Sequence[int], more: list[Values]) -> str:
        if self._times is None:
            return ""
        effect = effect_of_exceptions(self._times, less=less, more=more)
        text = effect_text(self.context, effect, week=False)
        if effect.difference == 0 and not less:
            text += "\n" + self.tr("It changes no hours: these days are so already.")
        return text

    @Slot()
    def _on_before_clicked(self) -> None:
        self.year_asked.emit(self.year - 1)

    @Slot()
    def _on_after_clicked(self) -> None:
        self.year_asked.emit(self.year + 1)

    @Slot(object)
    def _on_year_chosen(self, days: ChosenDays | None) -> None:
        self.panel.show_exception(self._exception_of(days))
        self._show_days(days)

    @Slot(object)
    def _on_year_opened(self, days: ChosenDays) -> None:
        self.panel.kind.setFocus()

    def _exception_of(self, days: ChosenDays | None) -> ExceptionRow | None:
        """The own exception that the chosen days are: one day of it, or all of it."""
        if days is None or self._times is None:
            return None
        own = [row for row in self._times.exceptions if row.own]
        for row in reversed(own):
            covers = row.dated.date_from <= days.first and days.last <= row.dated.date_to
            whole = (row.dated.date_from, row.dated.date_to) == (days.first, days.last)
            if covers and (days.count == 1 or whole):
                return row
        return None

    def _show_days(self, days: ChosenDays | None) -> None:
        told, last_stop = "", 0
        if days is not None:
            by_day = {each.day: each for each in self._days}
            if days.count == 1:
                told = self.year_grid.day_text(days.first)
            else:
                chosen = [each for each in self._days if days.first <= each.day <= days.last]
                minutes = sum(each.minutes for each in chosen)
                told = self.tr("{hours} now").format(hours=hours_text(self.context, minutes))
            first = by_day.get(days.first)
            last_stop = _last_stop(self.context, first) if first is not None else 0
        self.panel.show_days(days, told, last_stop)

    @Slot(object)
    def _on_list_chosen(self, rows: list[ExceptionRow]) -> None:
        self.panel.show_exceptions(rows)

    @Slot(object)
    def _on_list_activated(self, row: ExceptionRow) -> None:
        self.panel.first.setFocus()

    # ---- texts and layout ------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.before.setIcon(icon("chevron-left", "text"))
        self.after.setIcon(icon("chevron-right", "text"))
        self.before.setToolTip(self.tr("The year before"))
        self.after.setToolTip(self.tr("The year after"))
        for arrow in (self.before, self.after):
            arrow.setAccessibleName(arrow.toolTip())
        self.year_grid.setAccessibleName(self.tr("Days of the year"))
        marks = "   ".join(f"{kind_mark(kind)} {kind_word(kind)}" for kind in KINDS)
        self.legend.setText(self.tr("{marks}   bar: hours of 24").format(marks=marks))
        self.year_grid.update()
        self.list.retranslate()
        self.panel.retranslate()
        self._tell()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        for part in (self.before, self.year_label, self.after):
            head.addWidget(part)
        head.addWidget(self.total, 1)
        self.stack.addWidget(self.year_grid)
        self.stack.addWidget(self.list)
        left = QVBoxLayout()
        left.setSpacing(2 * SPACE)
        left.addLayout(head)
        left.addWidget(self.stack, 1)
        left.addWidget(self.legend)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4 * SPACE)
        layout.addLayout(left, 1)
        layout.addWidget(scrolled(self.panel, self))


def _arrow(parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setProperty("framed", True)
    return button


def _last_stop(context: AppContext, day: DayTimes) -> int:
    """When the day's work by regular shifts that begin and end on it is over, in minutes."""
    from app.core.working_time import moment

    stops = []
    for each in day.worked:
        end = context.local(moment(each.end))
        if not each.overtime and end.date() == day.day:
            stops.append(end.hour * 60 + end.minute)
    return max(stops, default=0)
