"""Why here: asked by a key, answered by the engine, each line a way to what it names."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.services.planning.why import Reasons
from app.services.planning.working import read_working_plan
from app.views.planning.schedule_page import SchedulePage
from app.views.planning.why_panel import WhyPanel
from tests.services.small_plant import NOW
from tests.views.planning.desk import LEFT, NONE, PATIENCE, row_of


def ask(page: SchedulePage, operation: int, qtbot: QtBot) -> WhyPanel:
    page.gantt.select_operations({operation})
    page.gantt.setFocus()
    QTest.keyClick(page.gantt, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: page.why._answer is not None, timeout=PATIENCE)
    return page.why


def click(panel: WhyPanel, words: str) -> None:
    """A real click in the middle of the words."""
    cursor: QTextCursor = panel.text.document().find(words)
    assert not cursor.isNull(), panel.text.toPlainText()
    cursor.setPosition((cursor.selectionStart() + cursor.selectionEnd()) // 2)
    panel.text.setTextCursor(cursor)
    panel.text.ensureCursorVisible()
    at: QPoint = panel.text.cursorRect(cursor).center()
    QTest.mouseClick(panel.text.viewport(), LEFT, NONE, at)


def test_w_shows_minutes_per_cause_that_add_up_and_hides_them(
    page: SchedulePage, database: Database, qtbot: QtBot
) -> None:
    row = row_of(page, "MO-3", 30)
    panel = ask(page, row.operation_id, qtbot)
    assert page.side.shows_why
    view = panel._answer.view
    assert view == Reasons(read_working_plan(database, NOW)).of_operation(row.operation_id)
    groups = view.groups()
    assert sum(group.minutes for group in groups) == view.minutes
    assert view.minutes == (view.end - view.begin).total_seconds() / 60
    assert all(sum(part.minutes for part in g.parts) == g.minutes for g in groups)
    steps = [row_of(page, "MO-3", step).operation_id for step in (10, 20, 30)]
    assert set(pairwise(steps)) <= set(view.chain())
    told = panel.text.toPlainText()
    assert "MO-3/30" in told
    assert all(page.context.duration_text(group.minutes) in told for group in groups)
    QTest.keyClick(page.gantt, Qt.Key.Key_W)
    assert not page.side.shows_why


def test_a_click_on_a_cause_goes_to_the_operation_in_the_way(
    page: SchedulePage, qtbot: QtBot
) -> None:
    row = row_of(page, "MO-3", 30)
    panel = ask(page, row.operation_id, qtbot)
    busy = next(
        part
        for group in panel._answer.view.groups()
        for part in group.parts
        if part.other_id is not None and part.cause != "lag"
    )
    click(panel, page.context.text(busy.text)[:24])
    assert page.gantt.selected_operations() == {busy.other_id}
    qtbot.waitUntil(lambda: panel._answer is not None, timeout=PATIENCE)
    assert panel._answer.question.operation == busy.other_id


def test_a_click_on_a_closed_machine_goes_to_its_row(page: SchedulePage, qtbot: QtBot) -> None:
    row = row_of(page, "MO-3", 30)
    panel = ask(page, row.operation_id, qtbot)
    closed = next(
        part
        for group in panel._answer.view.groups()
        for part in group.parts
        if part.cause == "closed" and part.other_id is None
    )
    click(panel, page.context.text(closed.text))
    assert page.gantt.current_row == page.gantt.model.row_of_machine[closed.machine_id]


def test_a_whole_order_is_explained_and_two_are_not(page: SchedulePage, qtbot: QtBot) -> None:
    one, other = row_of(page, "MO-1", 10), row_of(page, "MO-2", 10)
    panel = ask(page, one.operation_id, qtbot)
    page.gantt.select(page.gantt.model.bars_of_order[one.order_id])
    qtbot.waitUntil(lambda: panel._answer is not None, timeout=PATIENCE)
    assert panel._answer.view.end == row_of(page, "MO-1", 30).end
    page.gantt.select_operations({one.operation_id, other.operation_id})
    assert panel._answer is None
    assert not panel.help_button.isEnabled()


def test_what_would_help_is_tried_and_ranked(page: SchedulePage, qtbot: QtBot) -> None:
    row = row_of(page, "MO-3", 30)
    panel = ask(page, row.operation_id, qtbot)
    QTest.mouseClick(panel.help_button, LEFT)
    assert panel._job is not None
    qtbot.waitUntil(lambda: panel._help is not None, timeout=60_000)
    gains = [remedy.gain_minutes for remedy in panel._help.rows]
    assert gains
    assert gains == sorted(gains, reverse=True)
    assert page.context.text(panel._help.rows[0].text) in panel.text.toPlainText()
