"""The week of a calendar with its tools: the grid, the fields of a shift, copies and templates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.format import WEEKDAYS
from app.services.plant.calendar_edits import (
    EVERY_DAY,
    MONDAY_TO_FRIDAY,
    MONDAY_TO_SATURDAY,
    Template,
    change_shifts,
    copy_day,
    effect_of_shifts,
    overlaps,
    set_parent,
    use_template,
)
from app.services.plant.calendar_view import Times
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.calendar_words import effect_text
from app.views.plant.fields import set_choices
from app.views.plant.shift_panel import ShiftPanel
from app.views.plant.week_gestures import Pair, Values
from app.views.plant.week_grid import STEPS, WeekGrid
from app.views.theme import SPACE

PANEL_WIDTH = 300


class WeekPage(QWidget):
    """Edits the weekly shifts of a calendar; those of machines and people are shown only."""

    calendar_asked = Signal(str)
    """Code of a calendar to open."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._times: Times | None = None
        self._days = (date(1970, 1, 1), date(1970, 12, 31))
        self.grid = WeekGrid(context, self)
        self.panel = ShiftPanel(context, self)
        self.parent_box = QComboBox(self)
        self.parent_label = label(self, "muted")
        self.step = QComboBox(self)
        self.together = _toggle(self)
        self.together.setChecked(True)
        self.breaking = _toggle(self)
        self.copy = _menu_button(self)
        self.template = _menu_button(self)
        self.notice = label(self, "late", wrap=True)
        self.link = QPushButton(self)
        self.link.setProperty("link", True)
        self._lay_out()
        self.grid.effect_of = self._effect
        self.panel.effect_of = self._effect
        self.panel.write = self.write
        self.grid.proposed.connect(self._on_grid_proposed)
        self.grid.selected.connect(self._on_grid_selected)
        self.grid.edit_asked.connect(self.panel.start.setFocus)
        self.grid.menu_asked.connect(self._on_grid_menu_asked)
        self.panel.new_asked.connect(self._on_panel_new_asked)
        self.step.activated.connect(self._on_step_activated)
        self.together.toggled.connect(self._on_together_toggled)
        self.breaking.toggled.connect(self._on_breaking_toggled)
        self.parent_box.activated.connect(self._on_parent_activated)
        self.link.clicked.connect(self._on_link_clicked)
        self.copy.menu().aboutToShow.connect(self._fill_copy_menu)
        self.template.menu().aboutToShow.connect(self._fill_template_menu)
        self.retranslate()

    # ---- what is shown ---------------------------------------------------------------------------

    def set_times(self, times: Times, calendars: Sequence[str], year: int) -> None:
        """A new reading. ``calendars``: codes that may be its parent."""
        self._times = times
        self._days = (date(year, 1, 1), date(year + 1, 12, 31))
        rows = [row.values for row in times.shifts]
        editable = times.scope.kind == "calendar"
        inherited = [] if rows else [_row(shift, times) for shift in times.patterns]
        self.grid.editable = editable
        self.grid.set_rows(rows, inherited, times.scope.calendar)
        self.panel.set_rows(list(rows), times.scope.code, editable)
        self.panel.show_row(self.grid.row())
        self._offer_parents(calendars)
        self._tell()

    def _offer_parents(self, calendars: Sequence[str]) -> None:
        times = self._times
        if times is None or times.calendar is None:
            return
        others = [code for code in calendars if code != times.scope.code]
        set_choices(self.parent_box, [("", self.tr("none")), *((code, code) for code in others)])
        parent = str(times.calendar.values.get("parent", ""))
        self.parent_box.setCurrentIndex(max(self.parent_box.findData(parent), 0))

    def _tell(self) -> None:
        times = self._times
        own = times is not None and times.scope.kind == "calendar"
        for tool in (self.step, self.together, self.breaking, self.copy, self.template,
                     self.parent_box, self.parent_label):  # fmt: skip
            tool.setVisible(own)
        self.area.setVisible(own)
        sentence, link = self._sentences(times) if times is not None else ("", "")
        self.notice.setText(sentence)
        self.notice.setVisible(bool(sentence))
        self.link.setText(link)
        self.link.setVisible(bool(link))

    def _sentences(self, times: Times) -> tuple[str, str]:
        """(what is to be noted, what the link offers)."""
        if times.scope.kind != "calendar":
            if not times.scope.calendar:
                return self.tr("Without a calendar: always open."), ""
            return "", self.tr("These shifts are those of calendar {calendar}: open it").format(
                calendar=times.scope.calendar
            )
        rows = [row.values for row in times.shifts]
        if not rows and times.shifts_from:
            return "", self.tr(
                "The shifts of {calendar} hold here: copy them to change them"
            ).format(calendar=times.shifts_from)
        found = overlaps(rows)
        if found:
            named = ", ".join(self._pair_text(rows[a], rows[b]) for a, b in found[:3])
            return self.tr("Shifts overlap, the time counts once: {shifts}").format(
                shifts=named
            ), ""
        return "", ""

    def _pair_text(self, one: Values, other: Values) -> str:
        day = WEEKDAYS[self.context.language][one["weekday"] - 1]
        return f"{day} {one.get('shift', '')} / {other.get('shift', '')}"

    def _effect(self, pairs: list[Pair]) -> str:
        """What a proposal touches, in a sentence."""
        if self._times is None:
            return ""
        return effect_text(
            self.context, effect_of_shifts(self._times, self._after(pairs)), week=True
        )

    def _after(self, pairs: list[Pair]) -> list[Values]:
        rows: list[Values] = [row.values for row in (self._times.shifts if self._times else ())]
        leaving = [dict(old) for old, _ in pairs if old is not None]
        rows = [row for row in rows if dict(row) not in leaving]
        return rows + [new for _, new in pairs if new is not None]

    # ---- what is done ----------------------------------------------------------------------------

    def write(self, pairs: list[Pair]) -> bool:
        """Put changes through as one edit; False when they were refused."""
        edit = change_shifts([old for old, _ in pairs], [new for _, new in pairs])
        if edit is None or not self.context.apply(edit):
            return False
        shown = next((new for _, new in pairs if new is not None), None)
        if shown is not None:
            self._await(shown)
        return True

    def _await(self, row: Values) -> None:
        """The grid's choice is the written row before its echo comes: keys may follow at once."""
        old = self.grid.row()
        rows = [row if old is not None and dict(each) == dict(old) else each
                for each in self.grid.rows]  # fmt: skip
        if old is not None:
            self.grid.set_rows(rows, self.grid.inherited, self.grid.calendar)
            self.grid.choose(row)

    def apply(self, edit: Any) -> None:
        if edit is not None:
            self.context.apply(edit)

    @Slot(object)
    def _on_grid_proposed(self, pairs: list[Pair]) -> None:
        if self.write(pairs):
            new = next((new for _, new in pairs if new is not None), None)
            self.panel.show_row(new)

    @Slot(object)
    def _on_grid_selected(self, row: Values | None) -> None:
        self.panel.show_row(row)

    @Slot()
    def _on_panel_new_asked(self) -> None:
        self.grid.choose(None)
        self.panel.start_new(self.grid.weekday)

    @Slot()
    def _on_step_activated(self) -> None:
        self.grid.step = int(self.step.currentData())

    @Slot(bool)
    def _on_together_toggled(self, on: bool) -> None:
        self.grid.together = on
        self.panel.together.setChecked(on)

    @Slot(bool)
    def _on_breaking_toggled(self, on: bool) -> None:
        self.grid.breaking = on

    @Slot()
    def _on_parent_activated(self) -> None:
        if self._times is not None:
            self.apply(set_parent(self._times, str(self.parent_box.currentData() or "")))
            self._offer_parents([self.parent_box.itemData(n)
                                 for n in range(1, self.parent_box.count())])  # fmt: skip

    @Slot()
    def _on_link_clicked(self) -> None:
        times = self._times
        if times is None:
            return
        if times.scope.kind != "calendar":
            self.calendar_asked.emit(times.scope.calendar)
            return
        rows = [{**row, "calendar": times.scope.code} for row in self.grid.inherited]
        self.apply(change_shifts([None] * len(rows), rows))

    # ---- menus -----------------------------------------------------------------------------------

    @Slot()
    def _fill_copy_menu(self) -> None:
        self._fill_copy(self.copy.menu(), self.grid.weekday)

    def _fill_copy(self, menu: QMenu, weekday: int) -> None:
        """Where the shifts of one day can be copied to."""
        menu.clear()
        days = WEEKDAYS[self.context.language]
        menu.addSection(self.tr("Copy {day} to").format(day=days[weekday - 1]))
        several = (
            (self.tr("Monday to Friday"), MONDAY_TO_FRIDAY),
            (self.tr("Monday to Saturday"), MONDAY_TO_SATURDAY),
            (self.tr("every day"), EVERY_DAY),
        )
        for text, targets in several:
            self._add(menu, text, partial(self.copy_to, weekday, targets))
        menu.addSeparator()
        for target in EVERY_DAY:
            if target != weekday:
                self._add(menu, days[target - 1], partial(self.copy_to, weekday, (target,)))

    def copy_to(self, weekday: int, targets: Sequence[int], *_: object) -> None:
        """The shifts of a day also on other days, instead of theirs."""
        if self._times is not None:
            self.apply(copy_day([row.values for row in self._times.shifts], weekday, targets))

    @Slot()
    def _fill_template_menu(self) -> None:
        menu = self.template.menu()
        menu.clear()
        for template, text in self.template_words():
            self._add(menu, text, partial(self.use, template))

    def template_words(self) -> list[tuple[Template, str]]:
        return [
            (Template.DAY, self.tr("Day shift, Monday to Saturday")),
            (Template.TWO, self.tr("Two shifts of 12 hours")),
            (Template.THREE, self.tr("Three shifts of 8 hours")),
            (Template.LONG_SHORT, self.tr("Long and short weeks: every other Saturday off")),
        ]

    def use(self, template: Template, *_: object) -> None:
        """The week becomes that of a template: one edit, to be undone."""
        if self._times is not None:
            today = self.context.local(self.context.now()).date()
            first = max(self._days[0], min(today, self._days[1]))
            self.apply(use_template(self._times, template, self.context.language, first,
                                    self._days[1]))  # fmt: skip

    @staticmethod
    def _add(menu: QMenu, text: str, slot: Callable[..., None]) -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(slot)
        return action

    @Slot(int, object)
    def _on_grid_menu_asked(self, weekday: int, place: QPoint) -> None:
        if not self.grid.editable:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = self.grid.row()
        if row is not None:
            self._add(menu, self.tr("Delete shift"), self._delete_chosen)
            menu.addSeparator()
        self._add(menu, self.tr("New shift"), self._on_panel_new_asked)
        self._fill_copy(menu.addMenu(self.tr("Copy this day")), weekday)
        menu.popup(place)

    @Slot()
    def _delete_chosen(self) -> None:
        row = self.grid.row()
        if row is not None:
            self.write(self.grid.removal(row))

    # ---- texts and layout ------------------------------------------------------------------------

    def retranslate(self) -> None:
        set_choices(self.step, [(step, self.tr("{n} min").format(n=step)) for step in STEPS])
        self.step.setToolTip(self.tr("What drawn times are rounded to; Alt: to the minute"))
        self.step.setAccessibleName(self.step.toolTip())
        self.together.setText(self.tr("Equal days together"))
        self.together.setToolTip(
            self.tr("What is changed on one day is changed on all days with the same shift")
        )
        self.breaking.setText(self.tr("Draw breaks"))
        self.breaking.setToolTip(
            self.tr("Dragging inside a shift draws a break (key B: half an hour)")
        )
        self.copy.setText(self.tr("Copy day"))
        self.template.setText(self.tr("Template"))
        self.parent_label.setText(self.tr("Parent"))
        self.parent_box.setAccessibleName(self.tr("Parent"))
        self.parent_box.setToolTip(
            self.tr("Its exceptions hold here too, its shifts where there are none")
        )
        self.grid.setAccessibleName(self.tr("Shifts of the week"))
        self.grid.new_name = self.tr("Shift")
        self.grid.setToolTip("")
        self.panel.retranslate()
        self._tell()

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(2 * SPACE)
        for tool in (self.copy, self.template, self.together, self.breaking, self.step):
            tools.addWidget(tool)
        tools.addWidget(self.link)
        tools.addStretch(1)
        tools.addWidget(self.parent_label)
        tools.addWidget(self.parent_box)
        left = QVBoxLayout()
        left.setSpacing(2 * SPACE)
        left.addLayout(tools)
        left.addWidget(self.notice)
        left.addWidget(self.grid, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4 * SPACE)
        layout.addLayout(left, 1)
        self.area = scrolled(self.panel, self)
        layout.addWidget(self.area)


def scrolled(panel: QWidget, parent: QWidget) -> QScrollArea:
    """A panel at the right that scrolls where the window is low."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFixedWidth(PANEL_WIDTH)
    area.setWidget(panel)
    return area


def scrolling(widget: QWidget, parent: QWidget) -> QScrollArea:
    """The widget as large as it needs to be; bars where there is less room."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setWidget(widget)
    return area


def _toggle(parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setProperty("framed", True)
    button.setCheckable(True)
    return button


def _menu_button(parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setProperty("framed", True)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(QMenu(button))
    return button


def _row(shift: Any, times: Times) -> Values:
    """An inherited shift as a row, to look at."""
    from app.core.choices import ShiftKind
    from app.services.plant.calendar_edits import shift_row

    kind = ShiftKind.OVERTIME if shift.overtime else ShiftKind.REGULAR
    return shift_row(times.shifts_from, shift.weekday, shift.name, shift.start, shift.end,
                     shift.breaks, kind=kind, date_rule=shift.date_rule)  # fmt: skip
