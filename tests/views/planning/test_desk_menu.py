"""The menu of a bar and keys that move without the mouse, on a real plan."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.views.context import AppContext
from app.views.planning.schedule_page import SchedulePage
from tests.services.small_plant import SmallPlant
from tests.views.planning.desk import LEFT, NONE, PATIENCE, drag_to, row_of


def opened_menu(page: SchedulePage, operation: int) -> QMenu:
    page.gantt.select_operations({operation})
    page.gantt.setFocus()
    QTest.keyClick(page.gantt, Qt.Key.Key_Menu)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_the_menu_moves_to_a_machine_that_may_take_it(
    page: SchedulePage, planned: SmallPlant, qtbot: QtBot
) -> None:
    row = row_of(page, "MO-2", 10)
    other = planned.press_2 if row.machine_id == planned.press_1 else planned.press_1
    menu, seen = opened_menu(page, row.operation_id), page.reading
    machines = page.desk._machines
    qtbot.waitUntil(machines.isEnabled, timeout=PATIENCE)
    assert {choice.data() for choice in machines.actions()} == {planned.press_1, planned.press_2}
    next(choice for choice in machines.actions() if choice.data() == other).trigger()
    menu.close()
    qtbot.waitUntil(lambda: page.reading is not seen, timeout=PATIENCE)
    assert row_of(page, "MO-2", 10).machine_id == other
    assert page.context.edits.stack.count() == 1


def test_the_menu_opens_the_order_and_prints(page: SchedulePage) -> None:
    asked: list[tuple[object, ...]] = []
    page.context.record_asked.connect(lambda *what: asked.append(what))
    menu = opened_menu(page, row_of(page, "MO-2", 10).operation_id)
    shown = set(menu.actions())
    desk = page.desk
    assert {desk.lock_machine, desk.lock_time, desk.split, desk.take_off} <= shown
    assert desk.papers.cards in shown
    at = menu.actionGeometry(desk.open_order).center()
    QTest.mouseClick(menu, LEFT, NONE, at)
    assert asked == [("Orders", "MO-2", "")]


@pytest.mark.parametrize("key", [Qt.Key.Key_End, Qt.Key.Key_Home])
def test_alt_end_and_alt_home_move_to_the_latest_and_earliest_place(
    page: SchedulePage, qtbot: QtBot, key: Qt.Key
) -> None:
    row = row_of(page, "MO-1", 30)
    page.gantt.select_operations({row.operation_id})
    page.gantt.setFocus()
    seen = page.reading
    QTest.keyClick(page.gantt, Qt.Key.Key_End, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: page.reading is not seen, timeout=PATIENCE)
    late = row_of(page, "MO-1", 30)
    assert late.start > row.start
    assert late.late_minutes == 0
    if key is Qt.Key.Key_Home:
        qtbot.waitUntil(lambda: page.gantt.board is not None, timeout=PATIENCE)
        seen = page.reading
        QTest.keyClick(page.gantt, Qt.Key.Key_Home, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: page.reading is not seen, timeout=PATIENCE)
        assert row_of(page, "MO-1", 30).start <= row.start


def test_with_only_if_free_a_drop_on_another_bar_is_refused_and_the_choice_is_remembered(
    page: SchedulePage, context: AppContext, settings: QSettings, qtbot: QtBot
) -> None:
    page.controls.drop_mode.menu().actions()[3].trigger()
    assert page.gantt.mode == "refuse"
    first = [row_of(page, f"MO-{number}", 10) for number in (1, 2, 3)]
    one, other = next(
        (a, b) for a in first for b in first if a.machine_id == b.machine_id and a.end <= b.start
    )
    notices: list[object] = []
    context.noticed.connect(notices.append)
    minutes = (other.start - one.start).total_seconds() / 60
    drag_to(page, one, other.machine_id, minutes=minutes)
    qtbot.waitUntil(lambda: bool(notices), timeout=PATIENCE)
    assert "others move" in notices[0].text()
    assert context.edits.stack.count() == 0
    page.save(settings)
    again = SchedulePage(context)
    again.restore(settings)
    assert again.gantt.mode == "refuse"
    qtbot.waitUntil(lambda: again.gantt.board is not None, timeout=PATIENCE)
    again.deleteLater()


def test_a_drop_can_be_locked_and_planned_around(
    page: SchedulePage, planned: SmallPlant, qtbot: QtBot
) -> None:
    page.options.choose("on_time", 5)
    page.controls.drop_mode.menu().actions()[4].trigger()
    row = row_of(page, "MO-2", 10)
    other = planned.press_2 if row.machine_id == planned.press_1 else planned.press_1
    drag_to(page, row, other, minutes=0)
    stack = page.context.edits.stack
    qtbot.waitUntil(lambda: bool(page.solve_panel._points), timeout=60_000)
    QTest.mouseClick(page.solve_panel.stop, LEFT)
    qtbot.waitUntil(lambda: stack.count() == 3, timeout=60_000)  # moved, locked, planned
    qtbot.waitUntil(page.desk.solve.isEnabled, timeout=60_000)
    now = row_of(page, "MO-2", 10)
    assert (now.machine_id, now.pin_machine, now.pin_start) == (other, True, True)
