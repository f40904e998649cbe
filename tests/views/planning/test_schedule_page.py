"""The schedule page on a real plant: gestures end in the database and come back by the news."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.core.errors import Unavailable
from app.core.messages import message
from app.models.database import Database
from app.models.orders import Operation
from app.services.edit import apply_edit
from app.services.planning.board import Board
from app.services.planning.solving import schedule_plant
from app.views.context import AppContext
from app.views.planning.gantt.model import Arrangement
from app.views.planning.schedule_page import SchedulePage
from app.views.theme import Choice
from tests.services.small_plant import NOW, SmallPlant
from tests.views.planning.desk import LEFT, NONE, PATIENCE, drag_to, row_of, stored


def test_an_empty_plan_offers_to_schedule(
    plant: SmallPlant, open_page: Callable[[], SchedulePage], qtbot: QtBot, database: Database
) -> None:
    page = open_page()
    assert page.empty_button.isVisible()
    assert not page.gantt.isVisible()
    page.options.choose("on_time", 5)
    QTest.mouseClick(page.empty_button, LEFT)
    qtbot.waitUntil(lambda: page.gantt.isVisible(), timeout=60_000)
    assert len(page.reading.view.placements) == 9
    assert page.context.edits.stack.count() == 1
    page.context.edits.stack.undo()
    qtbot.waitUntil(lambda: not page.reading.view.placements, timeout=PATIENCE)


def test_a_bar_dragged_to_another_machine_is_stored_shown_and_undone(
    page: SchedulePage, planned: SmallPlant, database: Database, qtbot: QtBot
) -> None:
    row = row_of(page, "MO-2", 10)
    other = planned.press_2 if row.machine_id == planned.press_1 else planned.press_1
    before = stored(database, row.operation_id)
    seen = page.reading
    drag_to(page, row, other, minutes=0)
    qtbot.waitUntil(lambda: page.reading is not seen, timeout=PATIENCE)
    assert stored(database, row.operation_id)[0] == other
    assert row_of(page, "MO-2", 10).machine_id == other
    assert page.context.edits.stack.count() == 1
    page.context.edits.stack.undo()
    assert stored(database, row.operation_id) == before
    qtbot.waitUntil(lambda: row_of(page, "MO-2", 10) == row, timeout=PATIENCE)


def test_what_is_stored_is_what_the_preview_showed(
    page: SchedulePage, database: Database, qtbot: QtBot
) -> None:
    row = row_of(page, "MO-1", 30)
    shown: list[object] = []
    page.gantt.dropped.connect(shown.append)
    seen = page.reading
    drag_to(page, row, row.machine_id, minutes=180)
    qtbot.waitUntil(lambda: page.reading is not seen, timeout=PATIENCE)
    (preview,) = shown
    assert {bar.operation_id for bar in preview.moved} >= {row.operation_id}
    for bar in preview.moved:
        placed = next(r for r in page.reading.view.placements if r.operation_id == bar.operation_id)
        assert (placed.machine_id, placed.setup_start, placed.start, placed.end) == (
            bar.machine_id, bar.setup_start, bar.start, bar.end,
        )  # fmt: skip
        assert placed.segments == bar.segments


def test_a_drop_on_a_forbidden_row_changes_nothing_and_says_why(
    page: SchedulePage, planned: SmallPlant, database: Database, qtbot: QtBot
) -> None:
    row = row_of(page, "MO-1", 30)
    notices: list[object] = []
    page.context.noticed.connect(notices.append)
    before = stored(database, row.operation_id)
    drag_to(page, row, planned.press_1, minutes=60)
    qtbot.waitUntil(lambda: bool(notices), timeout=PATIENCE)
    assert stored(database, row.operation_id) == before
    assert page.context.edits.stack.count() == 0
    assert page.gantt._held is None


def test_an_engine_that_fails_while_asked_gives_the_drop_up(
    page: SchedulePage, database: Database, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Unavailable(message("planning.no_working_plan"))

    monkeypatch.setattr(Board, "preview", refuse)
    row = row_of(page, "MO-1", 10)
    before = stored(database, row.operation_id)
    notices: list[object] = []
    page.context.noticed.connect(notices.append)
    drag_to(page, row, row.machine_id, minutes=120)
    qtbot.waitUntil(lambda: bool(notices), timeout=PATIENCE)
    assert page.gantt._held is None
    assert page.gantt.board is None
    assert stored(database, row.operation_id) == before


def test_l_locks_and_unlocks(page: SchedulePage, database: Database, qtbot: QtBot) -> None:
    row = row_of(page, "MO-1", 10)
    page.gantt.select_operations({row.operation_id})
    seen = page.reading
    QTest.keyClick(page.gantt, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: page.reading is not seen, timeout=PATIENCE)
    locked = row_of(page, "MO-1", 10)
    assert (locked.pin_machine, locked.pin_start) == (True, True)
    with database.read() as session:
        operation = session.get_one(Operation, row.operation_id)
        assert (operation.pin_machine_id, operation.pin_start) == (row.machine_id, row.start)
    seen = page.reading
    QTest.keyClick(page.gantt, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: page.reading is not seen, timeout=PATIENCE)
    free = row_of(page, "MO-1", 10)
    assert (free.pin_machine, free.pin_start) == (False, False)


def test_operations_of_two_orders_are_made_together_and_taken_apart(
    page: SchedulePage, database: Database, qtbot: QtBot
) -> None:
    ids = {row_of(page, order, 10).operation_id for order in ("MO-1", "MO-2")}
    page.gantt.select_operations(ids)
    seen = page.reading
    page.desk.together.trigger()
    qtbot.waitUntil(lambda: page.reading is not seen, timeout=PATIENCE)
    assert {row.operation_id for row in page.reading.view.unplaced} == ids
    seen = page.reading
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    qtbot.waitUntil(lambda: page.reading is not seen, timeout=PATIENCE)
    one, two = (row_of(page, order, 10) for order in ("MO-1", "MO-2"))
    assert (one.machine_id, one.setup_start, one.end) == (two.machine_id, two.setup_start, two.end)
    page.gantt.select_operations({two.operation_id})
    seen = page.reading
    page.desk.together.trigger()
    qtbot.waitUntil(lambda: page.reading is not seen, timeout=PATIENCE)
    assert {row.operation_id for row in page.reading.view.unplaced} == ids


def test_the_context_menu_acts_on_the_bar_under_the_pointer(
    page: SchedulePage, qtbot: QtBot
) -> None:
    row = row_of(page, "MO-2", 10)
    at = page.gantt.box_of(page.gantt.model.bar_of[row.operation_id]).center()
    area = page.gantt.viewport()
    QTest.mousePress(area, Qt.MouseButton.RightButton, NONE, at.toPoint())
    QApplication.sendEvent(
        area,
        QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, at.toPoint(), area.mapToGlobal(at.toPoint())
        ),
    )
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert page.gantt.selected_operations() == {row.operation_id}
    assert page.desk.lock in menu.actions()
    page.desk.follow.trigger()
    menu.close()
    assert page.gantt.state.followed == row.order_id


def test_a_locked_bar_is_not_moved(page: SchedulePage, database: Database, qtbot: QtBot) -> None:
    row = row_of(page, "MO-1", 10)
    page.gantt.select_operations({row.operation_id})
    seen = page.reading
    QTest.keyClick(page.gantt, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: page.reading is not seen, timeout=PATIENCE)
    qtbot.waitUntil(lambda: page.gantt.board is not None, timeout=PATIENCE)
    notices: list[object] = []
    page.context.noticed.connect(notices.append)
    before = stored(database, row.operation_id)
    drag_to(page, row_of(page, "MO-1", 10), row.machine_id, minutes=240)
    qtbot.waitUntil(lambda: bool(notices), timeout=PATIENCE)
    assert stored(database, row.operation_id) == before


def test_somebody_elses_move_shows_up(
    page: SchedulePage, planned: SmallPlant, database: Database, qtbot: QtBot
) -> None:
    row = row_of(page, "MO-3", 10)
    other = planned.press_2 if row.machine_id == planned.press_1 else planned.press_1
    board = Board.load(database)
    preview = board.preview(row.operation_id, other, row.start)
    apply_edit(database, board.edit(preview), "somebody else")
    page.context.changes.look()
    qtbot.waitUntil(lambda: row_of(page, "MO-3", 10).machine_id == other, timeout=PATIENCE)


def test_chart_and_table_share_the_selection(page: SchedulePage) -> None:
    row = row_of(page, "MO-2", 20)
    page.gantt.select_operations({row.operation_id})
    assert [r.operation_id for r in page.table.selected_rows()] == [row.operation_id]
    assert page.context.selected_operations == {row.operation_id}
    assert page.context.selected_orders == {row.order_id}
    other = row_of(page, "MO-3", 30)
    page.table.select_ids([other.operation_id])
    assert page.gantt.selected_operations() == {other.operation_id}


def test_the_table_is_reached_by_keyboard(page: SchedulePage) -> None:
    page.activateWindow()
    page.gantt.setFocus()
    for _ in range(12):
        if page.table.view.hasFocus():
            break
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert page.table.view.hasFocus()
    QTest.keyClick(page.table.view, Qt.Key.Key_Down)
    (chosen,) = page.table.selected_rows()
    assert page.gantt.selected_operations() == {chosen.operation_id}


def test_find_walks_through_the_matches(page: SchedulePage) -> None:
    page.find()
    QTest.keyClicks(page.head.search, "mo-2 pack")
    found = row_of(page, "MO-2", 30)
    assert page.gantt.selected_operations() == {found.operation_id}
    assert "1" in page.head.remark.text()
    page.head.search.clear()
    QTest.keyClicks(page.head.search, "cast")
    first = page.gantt.selected_operations()
    QTest.keyClick(page.head.search, Qt.Key.Key_Return)
    assert page.gantt.selected_operations() != first


def test_a_solve_can_be_cancelled_and_the_window_lives_on(page: SchedulePage, qtbot: QtBot) -> None:
    assert "pyqtgraph" not in sys.modules or page.solve_panel._plot is None
    page.options.choose("on_time", 600)
    page.desk.solve.trigger()
    assert page.solve_panel.isVisible()
    assert not page.desk.solve.isEnabled()
    scale = page.gantt.grid.scale
    QTest.keyClick(page.gantt, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert page.gantt.grid.scale > scale
    qtbot.waitUntil(lambda: bool(page.solve_panel._points), timeout=60_000)
    QTest.mouseClick(page.solve_panel.stop, LEFT)
    qtbot.waitUntil(lambda: page.desk.solve.isEnabled(), timeout=60_000)
    assert page.context.edits.stack.count() == 1


def test_arrangement_colour_and_aim_come_back(
    page: SchedulePage, context: AppContext, settings: QSettings, qtbot: QtBot
) -> None:
    QTest.mouseClick(page.controls.rows[Arrangement.ORDERS], LEFT)
    assert page.gantt.arrangement is Arrangement.ORDERS
    page.controls.choose_colour("lateness")
    page.options.choose("calm", 30)
    page.save(settings)
    again = SchedulePage(context)
    again.restore(settings)
    assert again.gantt.arrangement is Arrangement.ORDERS
    assert again.gantt.colour_by == "lateness"
    assert (again.options.policy, again.options.seconds) == ("calm", 30)
    qtbot.waitUntil(lambda: again.gantt.board is not None, timeout=PATIENCE)
    again.deleteLater()


def test_both_languages_and_themes_at_run_time(
    page: SchedulePage, context: AppContext, qtbot: QtBot
) -> None:
    english = page.controls.rows[Arrangement.MACHINES].text()
    context.set_language("zh")
    qtbot.waitUntil(
        lambda: page.controls.rows[Arrangement.MACHINES].text() != english, timeout=PATIENCE
    )
    assert page.gantt.language == "zh"
    light = page.gantt.grab().toImage()
    context.set_theme(Choice.DARK)
    assert page.gantt.grab().toImage() != light
    context.set_theme(Choice.LIGHT)
    context.set_language("en")
    qtbot.waitUntil(
        lambda: page.controls.rows[Arrangement.MACHINES].text() == english, timeout=PATIENCE
    )


def test_keys_change_the_rows_and_open_the_work_of_a_column(
    page: SchedulePage, qtbot: QtBot
) -> None:
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow, timeout=PATIENCE)
    page.gantt.setFocus()
    alt = Qt.KeyboardModifier.AltModifier
    left = page.gantt.grid.left
    for key, arrangement in (
        (Qt.Key.Key_3, Arrangement.PEOPLE),
        (Qt.Key.Key_4, Arrangement.MOULDS),
        (Qt.Key.Key_2, Arrangement.ORDERS),
        (Qt.Key.Key_1, Arrangement.MACHINES),
    ):
        QTest.keyClick(page.gantt, key, alt)
        assert page.gantt.arrangement is arrangement
        assert page.gantt.grid.left == left
    page.load.panel.open(True)
    page.gantt.fit()
    view = page.load.panel.view
    busiest = max(view.buckets(view.groups[0]), key=lambda one: one.work)
    view._pick(busiest)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert page.tabs.currentWidget() is page.load.table
    listed = page.load.table.visible_rows()
    assert listed
    page.load.table.row_activated.emit(listed[0])
    assert page.gantt.selected_operations() == {listed[0].operation_id}
