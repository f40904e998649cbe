"""The plan brought up to date by a dialog, and how sure its dates are: both shown before."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.models.access import Site
from app.models.database import Database
from app.services.planning.plan_risk import plan_risk
from app.services.planning.working import read_working_plan
from app.views.planning.schedule_page import SchedulePage
from app.views.planning.update_dialog import UpdateDialog
from tests.services.small_plant import NOW
from tests.views.planning.desk import LEFT, PATIENCE, row_of


def open_dialog(page: SchedulePage, qtbot: QtBot) -> UpdateDialog:
    page.desk.update_plan.trigger()
    dialog = page.desk.update_dialog
    qtbot.waitUntil(lambda: dialog.report is not None, timeout=PATIENCE)
    return dialog


def test_a_plan_that_has_gone_by_is_shown_anew_and_applied_in_one_step(
    page: SchedulePage, database: Database, qtbot: QtBot
) -> None:
    first = row_of(page, "MO-1", 10)
    with database.write("test") as session:
        session.get_one(Site, 1).planning_now = first.start + timedelta(hours=2)
    page.context.changes.look()
    dialog = open_dialog(page, qtbot)
    rows = {row.operation: row for row in dialog.report.rows}
    moved = rows["MO-1/10"]
    assert moved.before == (first.machine_code, first.start)
    assert moved.after[1] >= first.start + timedelta(hours=2)
    assert dialog.table.model.rowCount() == len(rows)
    assert row_of(page, "MO-1", 10).start == first.start  # nothing has moved yet
    QTest.mouseClick(dialog.apply_button, LEFT)
    qtbot.waitUntil(lambda: row_of(page, "MO-1", 10).start == moved.after[1], timeout=PATIENCE)
    stack = page.context.edits.stack
    assert stack.count() == 1
    assert "up to date" in stack.undoText()
    stack.undo()
    qtbot.waitUntil(lambda: row_of(page, "MO-1", 10).start == first.start, timeout=PATIENCE)


def test_each_answer_asks_again_and_a_fresh_plan_needs_nothing(
    page: SchedulePage, qtbot: QtBot
) -> None:
    dialog = open_dialog(page, qtbot)
    assert dialog.report.rows == ()
    assert not dialog.apply_button.isEnabled()
    QTest.keyClick(dialog.answers["machine"], Qt.Key.Key_Space)
    assert dialog.report is None
    qtbot.waitUntil(lambda: dialog.report is not None, timeout=PATIENCE)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert QApplication.activeModalWidget() is None
    assert page.context.edits.stack.count() == 0


def test_how_sure_an_order_is_stands_in_its_details_until_the_plan_changes(
    page: SchedulePage, database: Database, qtbot: QtBot
) -> None:
    row = row_of(page, "MO-2", 10)
    page.gantt.select_operations({row.operation_id})
    button = page.detail.findChild(QPushButton, "replay")
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: page.certainty.known, timeout=PATIENCE)
    expected = next(
        one for one in plan_risk(read_working_plan(database, NOW)).rows if one.order == "MO-2"
    )
    assert page.certainty.of_order(row.order_id) == expected
    words = [one.text() for one in page.detail.findChildren(type(page.head.title))]
    assert page.context.moment_text(expected.p90) in words
    QTest.keyClick(page.gantt, Qt.Key.Key_L)
    seen = page.reading
    qtbot.waitUntil(lambda: page.reading is not seen, timeout=PATIENCE)
    assert not page.certainty.known
