"""Calendars are edited by mouse, keys and fields; each change is one undo step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.core.choices import ExceptionKind, ShiftKind
from app.models.database import Database
from app.models.plant import Calendar, Operator, Rotation
from app.services.edit import apply_edit
from app.services.masters.edits import ChangeRows, RowChange
from app.services.masters.rows import master_rows
from app.services.plant.calendar_edits import Template, shift_row
from app.views.context import AppContext
from app.views.plant.calendar_editor import CalendarEditor, View
from app.views.plant.editors import EDITORS
from app.views.plant.shift_span import (
    ShiftSpan,
    clock,
    read_clock,
    read_spans,
    spans_text,
)
from app.views.theme import Choice
from tests.services.small_plant import SmallPlant
from tests.views.conftest import MakeContext
from tests.views.texts import clipped, untranslated

LEFT = Qt.MouseButton.LeftButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT, NONE = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier


class Desk:
    """The editor as a planner uses it."""

    def __init__(self, context: AppContext, qtbot: QtBot) -> None:
        self.context, self.qtbot = context, qtbot
        context.changes.look()
        qtbot.waitUntil(lambda: context.changes.last_look is not None)
        self.editor = CalendarEditor(context)
        qtbot.addWidget(self.editor)
        self.editor.resize(1200, 560)
        self.editor.show()
        self.notices: list[str] = []
        context.noticed.connect(self._on_noticed)
        self.settle()

    def _on_noticed(self, notice: Any) -> None:
        self.notices.append(notice.text())

    def settle(self) -> None:
        for _ in range(4):
            self.qtbot.waitUntil(lambda: not self.context.jobs.busy())
            QApplication.processEvents()

    @property
    def grid(self) -> Any:
        return self.editor.week.grid

    @property
    def year(self) -> Any:
        return self.editor.days.year_grid

    def view(self, view: View) -> None:
        self.qtbot.mouseClick(self.editor.views[view], LEFT)
        self.settle()

    def at(self, weekday: int, hour: float) -> QPoint:
        band = self.grid.band(weekday)
        return QPointF(self.grid.x(hour * 60), band.center().y()).toPoint()

    def drag(
        self, start: QPoint, end: QPoint, on: QWidget | None = None,
        modifier: Qt.KeyboardModifier = NONE, *, drop: bool = True,
    ) -> None:  # fmt: skip
        target = on or self.grid
        QTest.mousePress(target, LEFT, modifier, start)
        for step in (0.3, 0.7, 1.0):
            between = start + (end - start) * step
            move(target, between, modifier)
        if drop:
            QTest.mouseRelease(target, LEFT, modifier, end)
            self.settle()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE,
            on: QWidget | None = None) -> None:  # fmt: skip
        self.qtbot.keyClick(on or self.grid, key, modifier)
        self.settle()

    def type(self, line: Any, text: str) -> None:
        line.setFocus()
        line.selectAll()
        self.qtbot.keyClicks(line, text) if text else self.qtbot.keyClick(line, Qt.Key.Key_Delete)

    def press(self, button: QWidget) -> None:
        self.qtbot.mouseClick(button, LEFT)
        self.settle()

    def undo(self) -> None:
        self.context.edits.stack.undo()
        self.settle()


def move(target: QWidget, to: QPoint, modifier: Qt.KeyboardModifier) -> None:
    """A mouse move with the button held, which ``QTest.mouseMove`` does not say."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(to), QPointF(target.mapToGlobal(to)),
                        Qt.MouseButton.NoButton, LEFT, modifier)  # fmt: skip
    QApplication.sendEvent(target, event)


@pytest.fixture
def open_desk(
    plant: SmallPlant, make_context: MakeContext, qtbot: QtBot
) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(language: str = "en", theme: Choice = Choice.LIGHT) -> Desk:
        desk = Desk(make_context(language, theme), qtbot)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.context.jobs.close()


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()


def shifts(database: Database) -> list[tuple[Any, ...]]:
    return sorted(
        (v["weekday"], v["shift"], v["start"], v["end"], str(v.get("breaks", [])))
        for v in (row.values for row in master_rows(database, "Shifts"))
    )


def exceptions(database: Database) -> list[tuple[Any, ...]]:
    return sorted(
        (v["scope"], v["from"], v["to"], v["kind"].value, str(v.get("hours", "")))
        for v in (row.values for row in master_rows(database, "Exceptions"))
    )


DAY = (450, 1050, "[[690, 780]]")


# ---------------------------------------------------------------- the week


def test_the_first_calendar_is_shown_with_who_uses_it(desk: Desk) -> None:
    assert desk.editor.scope.currentText() == "Calendar DAY Day shift"
    assert desk.editor.facts.text() == "51 h a week   ·   4 machines, 4 people"
    assert "P1" in desk.editor.facts.toolTip()


def test_dragging_over_empty_ground_draws_a_shift(desk: Desk, database: Database) -> None:
    desk.drag(desk.at(7, 8.05), desk.at(7, 12.1))
    assert shifts(database)[-1] == (7, "Shift", 480, 720, "[]")
    assert len(shifts(database)) == 7
    assert desk.editor.facts.text().startswith("55 h a week")
    desk.undo()
    assert len(shifts(database)) == 6


def test_a_shift_drawn_past_midnight_ends_on_the_next_day(desk: Desk, database: Database) -> None:
    desk.drag(desk.at(7, 20), desk.at(7, 28.5))
    assert shifts(database)[-1][2:4] == (1200, 270)


def test_an_edge_stretches_all_equal_days_or_one_alone(desk: Desk, database: Database) -> None:
    desk.drag(desk.at(1, 17.5), desk.at(1, 18.5))
    assert {row[2:] for row in shifts(database)} == {(450, 1110, "[[690, 780]]")}
    desk.undo()
    desk.press(desk.editor.week.together)
    desk.drag(desk.at(1, 17.5), desk.at(1, 18.5))
    assert [row[3] for row in shifts(database)] == [1110, 1050, 1050, 1050, 1050, 1050]


def test_times_snap_to_the_quarter_or_five_minutes_and_with_alt_to_the_minute(
    desk: Desk, database: Database
) -> None:
    desk.drag(desk.at(1, 17.5), desk.at(1, 18.42))  # 18:25
    assert shifts(database)[0][3] in (1095, 1110)
    desk.undo()
    desk.editor.week.step.setCurrentIndex(1)
    desk.editor.week.step.activated.emit(1)
    desk.drag(desk.at(1, 17.5), desk.at(1, 18.42))
    assert shifts(database)[0][3] % 5 == 0
    assert abs(shifts(database)[0][3] - 1105) <= 5
    desk.undo()
    desk.drag(desk.at(1, 17.5), desk.at(1, 18.42), modifier=ALT)
    assert abs(shifts(database)[0][3] - 1105) <= 2


def test_a_moved_shift_takes_its_breaks_along(desk: Desk, database: Database) -> None:
    desk.drag(desk.at(2, 9), desk.at(2, 10))
    assert {row[2:] for row in shifts(database)} == {(510, 1110, "[[750, 840]]")}


def test_a_shift_can_be_moved_to_another_day(desk: Desk, database: Database) -> None:
    desk.drag(desk.at(6, 9), desk.at(7, 9))
    assert [row[0] for row in shifts(database)] == [1, 2, 3, 4, 5, 7]


def test_breaks_are_drawn_stretched_and_taken_out(desk: Desk, database: Database) -> None:
    desk.press(desk.editor.week.breaking)
    desk.drag(desk.at(1, 15), desk.at(1, 15.5))
    assert shifts(database)[0][4] == "[[690, 780], [900, 930]]"
    desk.press(desk.editor.week.breaking)
    desk.drag(desk.at(1, 15.5), desk.at(1, 16))
    assert shifts(database)[0][4] == "[[690, 780], [900, 960]]"
    desk.drag(desk.at(1, 15.5), desk.at(1, 14.5))
    assert shifts(database)[0][4] == "[[690, 780], [840, 900]]"
    assert len({row[4] for row in shifts(database)}) == 1


def test_escape_and_a_click_change_nothing(desk: Desk, database: Database) -> None:
    before = shifts(database)
    desk.drag(desk.at(1, 17.5), desk.at(1, 19), drop=False)
    assert desk.grid._ghost()
    desk.key(Qt.Key.Key_Escape)
    QTest.mouseRelease(desk.grid, LEFT, NONE, desk.at(1, 19))
    desk.qtbot.mouseClick(desk.grid, LEFT, NONE, desk.at(1, 9))
    desk.settle()
    assert shifts(database) == before
    assert not desk.context.edits.stack.canUndo()


def test_before_the_drop_the_effect_is_told(desk: Desk) -> None:
    desk.drag(desk.at(1, 17.5), desk.at(1, 18.5), drop=False)
    told = desk.grid.effect_of(desk.grid._ghost())
    assert told == "4 machines, 4 people: +6 h a week, then 57 h"
    desk.grid.grab()
    desk.key(Qt.Key.Key_Escape)


def test_keys_walk_move_stretch_and_delete(desk: Desk, database: Database) -> None:
    desk.grid.setFocus()
    desk.key(Qt.Key.Key_Right)
    assert desk.grid.row()["weekday"] == 1
    desk.key(Qt.Key.Key_Down)
    assert desk.grid.row()["weekday"] == 2
    desk.editor.week.together.click()
    desk.key(Qt.Key.Key_Right, CONTROL)
    assert shifts(database)[1][2:] == (465, 1065, "[[705, 795]]")
    desk.key(Qt.Key.Key_Right, SHIFT)
    desk.key(Qt.Key.Key_Left, CONTROL | SHIFT)
    assert shifts(database)[1][2:4] == (450, 1080)
    desk.key(Qt.Key.Key_B)
    assert shifts(database)[1][4] == "[[705, 795]]"  # the middle of the day lies in the break
    desk.key(Qt.Key.Key_Delete)
    assert [row[0] for row in shifts(database)] == [1, 3, 4, 5, 6]
    desk.key(Qt.Key.Key_N)
    assert (2, "Shift", 480, 960, "[]") in shifts(database)
    for _ in range(5):
        desk.undo()
    assert {row[2:] for row in shifts(database)} == {DAY}


def test_fields_say_what_is_wrong_and_save_by_enter(desk: Desk, database: Database) -> None:
    desk.qtbot.mouseClick(desk.grid, LEFT, NONE, desk.at(1, 9))
    panel = desk.editor.week.panel
    desk.type(panel.end, "25:00")
    assert panel.complaint.text() == "Write a time like 07:30."
    assert not panel.save.isEnabled()
    desk.type(panel.end, "1800")
    assert not panel.complaint.isVisible()
    assert panel.effect.text() == "4 machines, 4 people: +3 h a week, then 54 h"
    desk.type(panel.breaks, "11:30-12:30; 15:00-15:10")
    desk.type(panel.cost, "12.5")
    panel.kind.setCurrentIndex(1)
    panel.kind.activated.emit(1)
    desk.qtbot.keyClick(panel.cost, Qt.Key.Key_Return)
    desk.settle()
    assert {row[2:] for row in shifts(database)} == {(450, 1080, "[[690, 750], [900, 910]]")}
    rows = [row.values for row in master_rows(database, "Shifts")]
    assert {(str(row["cost_per_hour"]), row["kind"]) for row in rows} == {
        ("12.5", ShiftKind.OVERTIME)
    }
    assert not panel.save.isEnabled()
    desk.undo()
    assert {row[2:] for row in shifts(database)} == {DAY}
    assert panel.end.text() == "17:30"


def test_what_is_typed_stays_when_another_changes_something_else(
    desk: Desk, database: Database
) -> None:
    desk.qtbot.mouseClick(desk.grid, LEFT, NONE, desk.at(1, 9))
    panel = desk.editor.week.panel
    desk.type(panel.name, "early")
    row = shift_row("DAY", 7, "Sunday", 480, 720)
    apply_edit(database, ChangeRows("Shifts", (RowChange(None, row),)), "wang")
    desk.context.changes.look()
    desk.settle()
    assert len(desk.grid.rows) == 7
    assert panel.name.text() == "early"
    desk.press(panel.save)
    assert {row[1] for row in shifts(database)} == {"early", "Sunday"}


def test_a_conflict_is_told_and_the_other_persons_shift_is_shown(
    desk: Desk, database: Database
) -> None:
    desk.qtbot.mouseClick(desk.grid, LEFT, NONE, desk.at(1, 9))
    panel = desk.editor.week.panel
    desk.type(panel.end, "18:00")
    panel.together.setChecked(False)
    before = master_rows(database, "Shifts")[0].values
    apply_edit(database, ChangeRows("Shifts", (RowChange(before, {**before, "end": 990}),)), "wang")
    desk.press(panel.save)
    assert "changed" in desk.notices[-1]
    assert shifts(database)[0][3] == 990
    assert not desk.context.edits.stack.canUndo()


def test_a_day_is_copied_to_others(desk: Desk, database: Database) -> None:
    desk.drag(desk.at(7, 8), desk.at(7, 12))
    desk.qtbot.mouseClick(desk.grid, LEFT, NONE, desk.at(7, 9))
    menu = desk.editor.week.copy.menu()
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert "Monday to Friday" in texts
    next(a for a in menu.actions() if a.text() == "Monday to Friday").trigger()
    desk.settle()
    assert [row[2] for row in shifts(database)] == [480] * 5 + [450] + [480]
    desk.undo()
    assert [row[2] for row in shifts(database)] == [450] * 6 + [480]


@pytest.mark.parametrize(
    ("template", "count", "hours"),
    [(Template.TWO, 12, 129), (Template.THREE, 18, 135), (Template.LONG_SHORT, 6, 48)],
)
def test_templates_are_one_step(
    desk: Desk, database: Database, template: Template, count: int, hours: int
) -> None:
    menu = desk.editor.week.template.menu()
    menu.aboutToShow.emit()
    words = dict(desk.editor.week.template_words())
    next(a for a in menu.actions() if a.text() == words[template]).trigger()
    desk.settle()
    assert len(shifts(database)) == count
    assert desk.editor.facts.text().startswith(f"{hours} h a week")
    saturdays = exceptions(database)
    if template is Template.LONG_SHORT:
        assert {row[1].weekday() for row in saturdays} == {5}
        assert saturdays[1][1] - saturdays[0][1] == timedelta(days=14)
    else:
        assert saturdays == []
    desk.undo()
    assert {row[2:] for row in shifts(database)} == {DAY}
    assert exceptions(database) == []


def test_a_calendar_without_shifts_shows_its_parents_and_can_copy_them(
    desk: Desk, database: Database, plant: SmallPlant
) -> None:
    desk.press(desk.editor.new)
    maker = desk.editor.maker
    desk.type(maker.code, "day")
    desk.press(maker.save)
    assert "taken" in maker.complaint.text()
    desk.type(maker.code, "OFFICE")
    maker.above.setCurrentIndex(maker.above.findData("DAY"))
    maker.template.setCurrentIndex(maker.template.count() - 1)
    desk.press(maker.save)
    assert desk.editor.scope.currentText() == "Calendar OFFICE"
    assert len(desk.grid.inherited) == 6
    assert desk.grid.rows == []
    assert "DAY" in desk.editor.week.link.text()
    desk.press(desk.editor.week.link)
    assert len(desk.grid.rows) == 6
    desk.undo()
    desk.undo()
    assert [row.values["calendar_code"] for row in master_rows(database, "Calendars")] == ["DAY"]
    assert desk.editor.empty.isVisible()


def test_the_parent_is_chosen_and_a_circle_is_refused(
    desk: Desk, database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        session.add(Calendar(code="SITE", parent_id=plant.day))
    desk.context.changes.look()
    desk.settle()
    box = desk.editor.week.parent_box
    box.setCurrentIndex(box.findData("SITE"))
    box.activated.emit(box.currentIndex())
    desk.settle()
    assert desk.notices
    assert box.currentData() == ""


def test_overlapping_shifts_are_told(desk: Desk, database: Database) -> None:
    row = shift_row("DAY", 1, "late", 960, 1320)
    apply_edit(database, ChangeRows("Shifts", (RowChange(None, row),)), "wang")
    desk.context.changes.look()
    desk.settle()
    assert "day / late" in desk.editor.week.notice.text()


# ---------------------------------------------------------------- the year


def day_at(desk: Desk, day: date) -> QPoint:
    return desk.year.cell(day).center().toPoint()


def test_a_range_becomes_a_day_off_by_mouse(desk: Desk, database: Database) -> None:
    desk.view(View.YEAR)
    first, last = date(2026, 4, 7), date(2026, 4, 9)
    desk.drag(day_at(desk, first), day_at(desk, last), desk.year)
    panel = desk.editor.days.panel
    assert panel.heading.text() == "04-07 Tue – 04-09 Thu · 3 days"
    assert panel.told.text() == "25 h 30 now"
    desk.type(panel.reason, "stocktaking")
    assert panel.effect.text() == "4 machines, 4 people: −25 h 30 on these days"
    desk.press(panel.save)
    assert exceptions(database) == [("DAY", first, last, "holiday", "")]
    told = desk.year.day_text(date(2026, 4, 8))
    assert told.splitlines()[0] == "04-08 Wed · closed"
    assert "Day off · stocktaking" in told
    assert "taken away: 8 h 30" in told
    desk.undo()
    assert exceptions(database) == []


def test_overtime_is_opened_as_a_block_after_the_last_shift(desk: Desk, database: Database) -> None:
    desk.view(View.YEAR)
    day = date(2026, 4, 8)
    desk.qtbot.mouseClick(desk.year, LEFT, NONE, day_at(desk, day))
    panel = desk.editor.days.panel
    place = panel.kind.findData(ExceptionKind.OVERTIME)
    panel.kind.setCurrentIndex(place)
    panel.kind.activated.emit(place)
    assert panel.hours.text() == "18:30-20:30"
    desk.type(panel.cost, "45")
    assert panel.effect.text() == "4 machines, 4 people: +2 h on these days"
    desk.press(panel.save)
    assert exceptions(database) == [("DAY", day, day, "overtime", "[[1110, 1230]]")]
    (found,) = [d for d in desk.editor.days._days if d.day == day]
    assert (found.minutes, found.overtime) == (630, 120)
    assert "18:30–20:30  overtime  45/h" in desk.year.day_text(day)
    assert "of it overtime" in desk.editor.days.total.text()


def test_a_day_is_chosen_by_keys_and_its_exception_deleted(desk: Desk, database: Database) -> None:
    desk.view(View.YEAR)
    desk.year.setFocus()
    desk.year.choose(date(2026, 4, 7))
    desk.key(Qt.Key.Key_Right, SHIFT, desk.year)
    desk.key(Qt.Key.Key_Down, on=desk.year)
    assert desk.year.chosen_days().first == date(2026, 5, 8)
    desk.key(Qt.Key.Key_End, SHIFT, desk.year)
    assert desk.year.chosen_days().last == date(2026, 5, 31)
    desk.press(desk.editor.days.panel.save)
    assert len(exceptions(database)) == 1
    desk.year.choose(date(2026, 5, 20))
    assert desk.editor.days.panel.heading.text() == "Exception"
    desk.key(Qt.Key.Key_Delete, on=desk.year)
    assert exceptions(database) == []


def test_an_exception_is_changed_in_its_fields(desk: Desk, database: Database) -> None:
    row = {"scope": "DAY", "from": date(2026, 4, 7), "to": date(2026, 4, 9),
           "kind": ExceptionKind.HOLIDAY}  # fmt: skip
    apply_edit(database, ChangeRows("Exceptions", (RowChange(None, row),)), "wang")
    desk.context.changes.look()
    desk.settle()
    desk.view(View.LIST)
    table = desk.editor.days.list.table
    table.tester = QAbstractItemModelTester(table.model)
    assert [r.dated.date_from for r in table.rows()] == [date(2026, 4, 7)]
    table.select_ids([table.rows()[0].id])
    panel = desk.editor.days.panel
    desk.type(panel.last, "04-06")
    assert "before they begin" in panel.complaint.text()
    desk.type(panel.last, "04-08")
    assert panel.effect.text() == "4 machines, 4 people: +8 h 30 on these days"
    desk.press(panel.save)
    assert exceptions(database)[0][2] == date(2026, 4, 8)
    table.select_ids([table.rows()[0].id])
    desk.press(panel.remove)
    assert exceptions(database) == []


def test_a_day_that_is_so_already_says_that_nothing_changes(desk: Desk) -> None:
    desk.view(View.YEAR)
    desk.qtbot.mouseClick(desk.year, LEFT, NONE, day_at(desk, date(2026, 4, 5)))  # a Sunday
    assert "changes no hours" in desk.editor.days.panel.effect.text()


def test_another_year_is_read(desk: Desk) -> None:
    desk.view(View.YEAR)
    desk.press(desk.editor.days.after)
    assert desk.editor.days.year_label.text() == "2027"
    assert desk.year.days[date(2027, 1, 4)].minutes == 510
    assert desk.year.day_at(QPointF(day_at(desk, date(2027, 2, 28)))) == date(2027, 2, 28)


def test_a_machines_times_can_be_stopped_and_its_shifts_only_looked_at(
    desk: Desk, database: Database
) -> None:
    desk.editor.show_record("Machines", {"machine_code": "P1"})
    desk.settle()
    desk.view(View.WEEK)
    before = shifts(database)
    desk.drag(desk.at(7, 8), desk.at(7, 12))
    assert shifts(database) == before
    desk.view(View.YEAR)
    desk.qtbot.mouseClick(desk.year, LEFT, NONE, day_at(desk, date(2026, 4, 8)))
    panel = desk.editor.days.panel
    place = panel.kind.findData(ExceptionKind.DOWN)
    panel.kind.setCurrentIndex(place)
    panel.kind.activated.emit(place)
    desk.type(panel.hours, "08:00-12:00")
    assert panel.effect.text() == "1 machine: −3 h 30 on these days"
    desk.press(panel.save)
    assert [(row[0], row[3]) for row in exceptions(database)] == [("P1", "down")]
    desk.view(View.WEEK)
    desk.press(desk.editor.week.link)
    assert desk.editor.scope.currentText().startswith("Calendar DAY")


def test_rows_of_the_tables_lead_here(desk: Desk, database: Database) -> None:
    sheets = {"Calendars", "Shifts", "Exceptions", "Rotation", "Machines", "Operators",
              "ToolCopies"}  # fmt: skip
    for key in sheets:
        assert CalendarEditor in [entry.load() for entry in EDITORS[key]]
    desk.editor.show_record("Operators", {"badge": "O1"})
    desk.settle()
    assert desk.editor.scope.currentText() == "Person O1 Person 1"
    desk.editor.show_record("ToolCopies", {"tool_code": "M", "copy_no": "2"})
    desk.settle()
    assert desk.editor.scope.currentText() == "Mould M#2 Mould"
    desk.editor.show_record(
        "Exceptions", {"scope": "P2", "from": date(2027, 5, 3), "to": date(2027, 5, 4)}
    )
    desk.settle()
    assert desk.editor.scope.currentText() == "Machine P2 Press 2"
    chosen = desk.year.chosen_days()
    assert (chosen.first, desk.year.year) == (date(2027, 5, 3), 2027)
    desk.editor.show_record("Shifts", {"calendar": "DAY"})
    desk.settle()
    assert desk.editor.scope.currentText().startswith("Calendar DAY")


# ---------------------------------------------------------------- teams and holidays


def test_a_rotation_is_previewed_and_edited(
    desk: Desk, database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        for number in plant.operators[:2]:
            session.get_one(Operator, number).team = "A"
    desk.context.changes.look()
    desk.settle()
    desk.view(View.TEAMS)
    strip, panel = desk.editor.strip, desk.editor.rotation
    assert [(team.team, len(team.people)) for team in strip.teams] == [("A", 2)]
    desk.qtbot.mouseClick(strip, LEFT, NONE, QPoint(20, 36 + 10))
    assert panel.team.text() == "A"
    desk.type(panel.first, "2026-03-02")
    desk.type(panel.sequence, "day7 off7x")
    assert panel.complaint.text()
    desk.type(panel.sequence, "day7 off7")
    desk.press(panel.save)
    (row,) = master_rows(database, "Rotation")
    assert (row.values["cycle_days"], row.values["sequence"]) == (14, [["day", 7], ["off", 7]])
    assert [bool(day.worked) for day in strip.teams[0].days[:9]] == [True] * 6 + [False] * 3
    strip.grab()
    desk.press(panel.remove)
    assert master_rows(database, "Rotation") == ()
    desk.undo()
    with database.read() as session:
        assert session.query(Rotation).count() == 1


def test_public_holidays_are_filled_in_after_a_preview(desk: Desk, database: Database) -> None:
    desk.view(View.HOLIDAYS)
    holidays = desk.editor.holidays
    assert holidays.year.value() == 2026
    assert holidays.country.count() > 100
    desk.press(holidays.preview)
    table = holidays.table
    assert len(table.rows()) == 13
    assert holidays.sum.text() == "13 changes chosen"
    # The space bar leaves one out.
    column = table.model.column_number("take")
    table.view.setCurrentIndex(table.model.index(0, column))
    desk.qtbot.keyClick(table.view, Qt.Key.Key_Space)
    desk.settle()
    assert holidays.sum.text() == "12 changes chosen"
    desk.press(holidays.apply)
    assert len(exceptions(database)) == 12
    assert desk.editor.view is View.YEAR
    desk.view(View.HOLIDAYS)
    desk.press(holidays.preview)
    assert holidays.sum.text() == "1 change chosen"
    desk.undo()
    assert exceptions(database) == []


def test_a_year_without_a_notice_says_so(desk: Desk) -> None:
    desk.view(View.HOLIDAYS)
    desk.editor.holidays.year.setValue(2027)
    desk.press(desk.editor.holidays.preview)
    assert "2027" in desk.editor.holidays.note.text()
    assert desk.editor.holidays.note.isVisible()


def test_a_pasted_notice_is_previewed_with_every_line_that_was_not_read(
    desk: Desk, database: Database
) -> None:
    desk.view(View.HOLIDAYS)
    holidays = desk.editor.holidays
    QApplication.clipboard().setText(
        "国庆节:10月1日(周四)至3日(周六)放假,共3天。\n10月99日放假\n2026-10-10 上班"
    )
    holidays.text.setFocus()
    desk.qtbot.keyClick(holidays.text, Qt.Key.Key_V, CONTROL)
    desk.press(holidays.preview)
    steps = [holidays.table.model.text_at(n, 1) for n in range(len(holidays.table.rows()))]
    assert steps == ["not read", "add", "add"]
    assert "10-99" in holidays.table.model.text_at(0, holidays.table.model.column_number("note"))
    desk.press(holidays.apply)
    assert [(row[1].day, row[3]) for row in exceptions(database)] == [
        (1, "holiday"), (10, "working")]  # fmt: skip


# ---------------------------------------------------------------- languages, sizes, texts


@pytest.mark.parametrize("theme", [Choice.LIGHT, Choice.DARK])
def test_everything_is_translated_and_whole(
    open_desk: Callable[..., Desk], database: Database, plant: SmallPlant, theme: Choice
) -> None:
    with database.write("test") as session:
        session.get_one(Operator, plant.operators[0]).team = "甲班"
    desk = open_desk("zh", theme)
    desk.editor.resize(1000, 420)
    data = {"DAY", "Day shift", "day", "甲班", "07:30", "17:30", "11:30-13:00"}
    for view in (View.WEEK, View.YEAR, View.LIST, View.TEAMS, View.HOLIDAYS):
        desk.view(view)
        if view is View.WEEK:
            desk.grid.choose(desk.grid.rows[0])
        desk.editor.grab()
        left = [
            text
            for text in untranslated(desk.editor, data)
            if not any(name in text for name in ("DAY", "2026-10-01", "18:30-20:30", "12:00-13:00"))
        ]
        assert left == [], view
        assert clipped(desk.editor) == [], view


def test_the_language_can_change_while_something_is_typed(desk: Desk) -> None:
    desk.qtbot.mouseClick(desk.grid, LEFT, NONE, desk.at(1, 9))
    desk.type(desk.editor.week.panel.end, "18:00")
    desk.context.set_language("zh")
    desk.settle()
    assert desk.editor.week.panel.end.text() == "18:00"
    assert desk.editor.views[View.WEEK].text() == "周"
    assert "每周" in desk.editor.facts.text()


# ---------------------------------------------------------------- times as text


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("7:30", 450), ("0730", 450), ("730", 450), ("7", 420), ("24:00", 1440), ("7点30", 450),
     ("\uff17\uff1a30", 450), ("25:00", None), ("7:61", None), ("x", None), ("", None)],
)  # fmt: skip
def test_times_as_people_type_them(text: str, minutes: int | None) -> None:
    assert read_clock(text) == minutes


def test_spans_and_clocks_read_back() -> None:
    assert read_spans("12:00-13:00;15:00~15:10\uff0c 20:00–02:00") == [
        [720, 780], [900, 910], [1200, 120]]  # fmt: skip
    assert read_spans("12:00") is None
    assert read_spans("12:00-12:00") is None
    assert read_spans(spans_text([[720, 780], [0, 30]])) == [[720, 780], [0, 30]]
    assert (clock(1440), clock(1710), clock(2880)) == ("24:00", "04:30 +1", "24:00 +1")


def test_a_span_goes_into_its_row_and_back() -> None:
    night = {"weekday": 6, "start": 1200, "end": 270, "breaks": [[0, 30]], "shift": "night"}
    span = ShiftSpan.of(night)
    assert (span.stop, span.breaks, span.minutes) == (1710, ((1440, 1470),), 480)
    assert span.put(night) == night
    whole = {"weekday": 1, "start": 0, "end": 1440}
    assert ShiftSpan.of(whole).put(whole) == whole
    assert span.moved(-1500).start == 0
    assert span.moved(600).start == 1439
    assert span.stopping(5000).stop == 2640
    assert span.starting(1700).start == 1439
    assert span.with_break(1460, 1500).breaks == ((1440, 1500),)
