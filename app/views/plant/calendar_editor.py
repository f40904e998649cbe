"""The editor of calendars: the week, the year, the exceptions, the teams, and holidays.

It shows one calendar, or the times of one machine, person or mould copy. Everything is read in a
thread and written through ``context.apply``; what others change arrives like one's own changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.codes import code_key
from app.core.errors import NotFound
from app.services.plant.calendar_edits import Effect
from app.services.plant.calendar_view import DayTimes, Scope, Times, scopes, times, week_minutes
from app.services.plant.rotations import TeamTimes, teams
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.calendar_words import hours_text, scope_word, users_text
from app.views.plant.days_page import DaysPage
from app.views.plant.editors import RecordEditor
from app.views.plant.holiday_panel import HolidayPanel
from app.views.plant.new_calendar import NewCalendarPanel
from app.views.plant.team_view import RotationPanel, TeamStrip
from app.views.plant.week_page import WeekPage, scrolled, scrolling
from app.views.theme import SPACE

TEAM_DAYS = 28
CONCERNED = frozenset(
    {"calendar", "shift", "calendar_exception", "rotation", "machine", "operator", "tool_copy",
     "tool_type", "supplier", "site"}
)  # fmt: skip
"""Kinds of records whose change may change what is shown."""


OTHER_SCOPES = {"Machines": "machine", "Operators": "operator", "ToolCopies": "tool_copy"}
NONE_CHOSEN = "\0"
"""A code that no record has."""


class View(StrEnum):
    WEEK = "week"
    YEAR = "year"
    LIST = "list"
    TEAMS = "teams"
    HOLIDAYS = "holidays"
    NEW = "new"


OF_CALENDARS = frozenset({View.TEAMS, View.HOLIDAYS})
"""Not offered for the times of a machine, person or mould."""
VIEWS = (View.WEEK, View.YEAR, View.LIST, View.TEAMS, View.HOLIDAYS)


@dataclass(frozen=True, slots=True)
class _Read:
    """One reading: all scopes, and the chosen one's times and days (None: it is gone)."""

    scopes: tuple[Scope, ...]
    times: Times | None
    days: tuple[DayTimes, ...]
    year: int


def _read(database: Any, kind: str, code: str, year: int) -> _Read:
    found = scopes(database)
    if not code:
        first = next((scope for scope in found if scope.kind == "calendar"), None)
        if first is None:
            return _Read(found, None, (), year)
        kind, code = first.kind, first.code
    try:
        chosen = times(database, kind, code)
    except NotFound:
        return _Read(found, None, (), year)
    days = chosen.days(date(year, 1, 1), date(year, 12, 31))
    return _Read(found, chosen, days, year)


class CalendarEditor(RecordEditor):
    """Shows the calendar of the chosen row; every change is one undo step."""

    wide = True
    room = 960

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._kind, self._code = "calendar", ""
        self._year = context.local(context.now()).year
        self._times: Times | None = None
        self._scopes: tuple[Scope, ...] = ()
        self._teams: tuple[TeamTimes, ...] = ()
        self._wanted_team = ""
        self._wanted_days: tuple[date, date] | None = None
        self._stale = True
        self._reading = False
        self._again = False
        self.scope = QComboBox(self)
        self.facts = label(self, "muted")
        self.new = QPushButton(self)
        self.views: dict[View, QToolButton] = {}
        self.week = WeekPage(context, self)
        self.days = DaysPage(context, self)
        self.strip = TeamStrip(context, self)
        self.rotation = RotationPanel(context, self)
        self.holidays = HolidayPanel(context, self)
        self.maker = NewCalendarPanel(context, self)
        self.empty = label(self, "muted")
        self.stack = QStackedWidget(self)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.show_view(View.WEEK)

    # ---- which record ----------------------------------------------------------------------------

    def show_record(self, sheet_key: str, values: Mapping[str, Any] | None) -> None:
        if values is None:
            self._show_none(OTHER_SCOPES.get(sheet_key, ""))
            return
        match sheet_key:
            case "Calendars":
                self.show_scope("calendar", str(values["calendar_code"]))
            case "Shifts":
                self.show_scope("calendar", str(values["calendar"]))
            case "Machines":
                self.show_scope("machine", str(values["machine_code"]))
            case "Operators":
                self.show_scope("operator", str(values["badge"]))
            case "ToolCopies":
                self.show_scope("tool_copy", f"{values['tool_code']}#{values['copy_no']}")
            case "Exceptions":
                self._show_exception(values)
            case "Rotation":
                self._wanted_team = str(values["team"])
                self.show_view(View.TEAMS)
                self._choose_team()

    def _show_none(self, kind: str) -> None:
        """No row is chosen: what is shown stays, but not a calendar among machines."""
        if kind and kind != self._kind:
            self._times = None
            self._kind, self._code = kind, NONE_CHOSEN
            self._show_nothing()

    def _show_exception(self, values: Mapping[str, Any]) -> None:
        first, last = values["from"], values.get("to") or values["from"]
        self._wanted_days = (first, last)
        self._year = first.year
        self.show_view(View.YEAR)
        # Which kind the code is of is known after a reading: as the import looks it up.
        self.show_scope(self._kind_of(str(values["scope"])), str(values["scope"]))

    def _kind_of(self, code: str) -> str:
        wanted = code_key(code)
        found = [scope.kind for scope in self._scopes if code_key(scope.code) == wanted]
        return found[0] if found else ""

    def show_scope(self, kind: str, code: str) -> None:
        """The times of a calendar, machine, person or mould copy; "" = whichever has the code."""
        same = (kind, code_key(code)) == (self._kind, code_key(self._code))
        if same and not self._stale and self._wanted_days is None:
            return
        self._kind, self._code = kind, code
        self._stale = True
        if self.isVisible():
            self.read()

    def show_view(self, view: View) -> None:
        """One of the views; the new-calendar form too."""
        pages: dict[View, QWidget] = {
            View.WEEK: self.week,
            View.YEAR: self.days,
            View.LIST: self.days,
            View.TEAMS: self._team_page,
            View.HOLIDAYS: self.holidays,
            View.NEW: self.maker,
        }
        self.view = view
        if view in self.views:
            self.views[view].setChecked(True)
        if view in (View.YEAR, View.LIST):
            self.days.show_list(view is View.LIST)
        if view is View.HOLIDAYS:
            self.holidays.enter()
        self.stack.setCurrentWidget(pages[view])
        if view is View.TEAMS:
            self._read_teams()

    # ---- reading ---------------------------------------------------------------------------------

    def read(self) -> None:
        """Read anew; while a reading is under way, once more after it."""
        self._stale = False
        if self._reading:
            self._again = True
            return
        self._reading = True
        kind = self._kind or self._kind_of(self._code)
        self.context.read(
            _read, kind, self._code, self._year, then=self._on_read, failed=self._on_read_failed
        )
        if self.view is View.TEAMS:
            self._read_teams()

    @Slot(object)
    def _on_read(self, found: _Read) -> None:
        self._reading = False
        self._scopes = found.scopes
        self._offer_scopes()
        if self._again:
            self._again = False
            self.read()
            return
        if not self._kind and self._kind_of(self._code):
            self._kind = self._kind_of(self._code)
            self.read()
            return
        self._show(found)

    @Slot(object)
    def _on_read_failed(self, error: Exception) -> None:
        self._reading = self._again = False
        self._stale = True
        self.context.show_error(error)

    def _show(self, found: _Read) -> None:
        self._times = found.times
        shown = found.times
        if shown is None:
            self._show_nothing()
            return
        self._kind, self._code = shown.scope.kind, shown.scope.code
        calendars = self._calendars()
        self.week.set_times(shown, calendars, found.year)
        self.days.set_times(shown, found.year, found.days)
        self.holidays.set_calendar(shown.scope.calendar, calendars)
        self.maker.set_choices(calendars, [scope.code for scope in found.scopes])
        self._put_scope()
        self._offer_views()
        self._tell()
        if self.stack.currentWidget() is self.empty:
            self.show_view(self.view)
        if self._wanted_days is not None:
            self.days.show_days(*self._wanted_days)
            self._wanted_days = None

    def _offer_views(self) -> None:
        """Machines and people have no teams and fill in no holidays."""
        calendar = self._kind == "calendar"
        for view in OF_CALENDARS:
            self.views[view].setVisible(calendar)
        self.new.setVisible(calendar)
        if not calendar and self.view in (*OF_CALENDARS, View.NEW):
            self.show_view(View.WEEK)

    def _show_nothing(self) -> None:
        self.facts.setText("")
        self._offer_views()
        self.maker.set_choices(self._calendars(), [scope.code for scope in self._scopes])
        if self.view is not View.NEW:
            self.stack.setCurrentWidget(self.empty)
        self._tell_empty()

    def _calendars(self) -> list[str]:
        return [scope.code for scope in self._scopes if scope.kind == "calendar"]

    def _read_teams(self) -> None:
        self.context.read(_teams, self._first_team_day(), then=self._on_teams_read)

    def _first_team_day(self) -> date:
        return self.context.local(self.context.now()).date()

    @Slot(object)
    def _on_teams_read(self, found: Sequence[TeamTimes]) -> None:
        self._teams = tuple(found)
        self.strip.set_teams(self._teams)
        self.strip.setVisible(bool(found))
        self._no_teams.setVisible(not found)
        self.rotation.show_team(self.strip.current(), keep=True)
        self._choose_team()

    def _choose_team(self) -> None:
        if self._wanted_team and self._teams:
            self.strip.choose(self._wanted_team)
            self._wanted_team = ""

    @Slot(str, object)
    def _on_context_changed(self, kind: str, ids: object) -> None:
        if kind not in CONCERNED:
            return
        self._stale = True
        if self.isVisible():
            self.read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.read()

    # ---- the head --------------------------------------------------------------------------------

    def _offer_scopes(self) -> None:
        texts = [self._scope_text(scope) for scope in self._scopes]
        if texts == [self.scope.itemText(n) for n in range(self.scope.count())]:
            return
        self.scope.clear()
        for scope, text in zip(self._scopes, texts, strict=True):
            self.scope.addItem(text, (scope.kind, scope.code))
        self._put_scope()

    def _scope_text(self, scope: Scope) -> str:
        name = f" {scope.name}" if scope.name and scope.name != scope.code else ""
        return f"{scope_word(scope.kind)} {scope.code}{name}"

    def _put_scope(self) -> None:
        wanted = code_key(self._code)
        for place, scope in enumerate(self._scopes):
            if scope.kind == self._kind and code_key(scope.code) == wanted:
                self.scope.setCurrentIndex(place)
                return

    @Slot(int)
    def _on_scope_activated(self, place: int) -> None:
        kind, code = self.scope.itemData(place)
        if self.view is View.NEW:
            self.show_view(View.WEEK)
        self.show_scope(kind, code)

    def _tell(self) -> None:
        shown = self._times
        if shown is None:
            return
        parts = [
            self.tr("{hours} a week").format(
                hours=hours_text(self.context, week_minutes(shown.patterns))
            )
        ]
        if shown.scope.kind == "calendar":
            users = shown.users
            effect = Effect(len(users.machines), len(users.people), len(users.moulds),
                            len(users.suppliers), 0, 0)  # fmt: skip
            parts.append(users_text(effect))
            who = [*users.machines, *users.people, *users.moulds, *users.suppliers]
            self.facts.setToolTip(", ".join(who[:60]) + (" …" if len(who) > 60 else ""))
        elif shown.scope.hidden_by:
            parts.append(
                self.tr("A {kind} has the same code: exceptions would go there").format(
                    kind=scope_word(shown.scope.hidden_by)
                )
            )
        self.facts.setText("   ·   ".join(parts))

    def _tell_empty(self) -> None:
        if self._code == NONE_CHOSEN:
            text = self.tr("Choose a row to see when it works.")
        elif self._scopes and self._calendars():
            text = self.tr("This record is not there any more.")
        else:
            text = self.tr("There is no calendar yet.")
        self.empty.setText(text)

    # ---- slots -----------------------------------------------------------------------------------

    @Slot(int)
    def _on_view_clicked(self, number: int) -> None:
        self.show_view(VIEWS[number])

    @Slot()
    def _on_new_clicked(self) -> None:
        self._group.setExclusive(False)  # else one button always stays pressed
        for button in self.views.values():
            button.setChecked(False)
        self._group.setExclusive(True)
        self.show_view(View.NEW)
        self.maker.start()

    @Slot(str)
    def _on_maker_made(self, code: str) -> None:
        self.show_view(View.WEEK)
        self.show_scope("calendar", code)

    @Slot()
    def _on_maker_given_up(self) -> None:
        self.show_view(View.WEEK)
        if self._times is None:
            self.stack.setCurrentWidget(self.empty)

    @Slot(str)
    def _on_week_calendar_asked(self, code: str) -> None:
        self.show_scope("calendar", code)

    @Slot(int)
    def _on_days_year_asked(self, year: int) -> None:
        self._year = min(max(year, 1971), 2098)
        self.read()

    @Slot()
    def _on_holidays_filled(self) -> None:
        self.show_view(View.YEAR)

    @Slot(object)
    def _on_strip_chosen(self, team: TeamTimes | None) -> None:
        self.rotation.show_team(team)

    def _write(self, edit: Any) -> bool:
        return edit is not None and self.context.apply(edit)

    # ---- texts and layout ------------------------------------------------------------------------

    def retranslate(self) -> None:
        words = {
            View.WEEK: self.tr("Week"),
            View.YEAR: self.tr("Year"),
            View.LIST: self.tr("Exceptions"),
            View.TEAMS: self.tr("Teams"),
            View.HOLIDAYS: self.tr("Holidays"),
        }
        for view, button in self.views.items():
            button.setText(words[view])
        self.scope.setAccessibleName(self.tr("Whose working time"))
        self.new.setText(self.tr("New calendar"))
        self._no_teams.setText(
            self.tr(
                "No person has a team yet: write it at the people, then give it a rotation here."
            )
        )
        self.strip.setAccessibleName(self.tr("Teams over four weeks"))
        self._offer_scopes()
        for part in (self.week, self.days, self.rotation, self.holidays, self.maker):
            part.retranslate()
        self.strip.update()
        self._tell()
        self._tell_empty()

    def _connect(self) -> None:
        self.context.changed.connect(self._on_context_changed)
        self.scope.activated.connect(self._on_scope_activated)
        self.new.clicked.connect(self._on_new_clicked)
        self._group.idClicked.connect(self._on_view_clicked)
        self.week.calendar_asked.connect(self._on_week_calendar_asked)
        self.days.year_asked.connect(self._on_days_year_asked)
        self.holidays.filled.connect(self._on_holidays_filled)
        self.strip.chosen.connect(self._on_strip_chosen)
        self.rotation.write = self._write
        self.maker.made.connect(self._on_maker_made)
        self.maker.given_up.connect(self._on_maker_given_up)

    def _lay_out(self) -> None:
        self.scope.setEditable(True)
        self.scope.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.scope.completer().setFilterMode(Qt.MatchFlag.MatchContains)
        self.scope.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.scope.setMinimumWidth(200)
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.scope.setMaxVisibleItems(20)
        self._group = QButtonGroup(self)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(self.scope)
        head.addWidget(self.facts, 1)
        for number, view in enumerate(VIEWS):
            button = QToolButton(self)
            button.setProperty("framed", True)
            button.setCheckable(True)
            self.views[view] = button
            self._group.addButton(button, number)
            head.addWidget(button)
        head.addWidget(self.new)
        self._team_page = QWidget(self)
        self._no_teams = label(self._team_page, "muted", wrap=True)
        self._no_teams.hide()
        area = QScrollArea(self._team_page)
        area.setWidgetResizable(True)
        inside = QWidget(area)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.strip)
        column.addWidget(self._no_teams)
        column.addStretch(1)
        area.setWidget(inside)
        beside = QHBoxLayout(self._team_page)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(4 * SPACE)
        beside.addWidget(area, 1)
        beside.addWidget(scrolled(self.rotation, self._team_page))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for page in (self.week, self.days, self._team_page, self.holidays, self.maker, self.empty):
            self.stack.addWidget(page)
        whole = QWidget(self)
        lines = QVBoxLayout(whole)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(3 * SPACE)
        lines.addLayout(head)
        lines.addWidget(self.stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling(whole, self))


def _teams(database: Any, first: date) -> tuple[TeamTimes, ...]:
    return teams(database, first, TEAM_DAYS)
