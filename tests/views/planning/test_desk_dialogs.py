"""Small dialogs of the desk: go to a date, the list of steps, words on bars and cards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.views.context import AppContext
from app.views.planning.gantt.time_grid import to_minutes
from app.views.planning.schedule_page import SchedulePage
from app.views.planning.templates import card_of, unknown
from tests.views.planning.desk import LEFT, PATIENCE, row_of, send


def test_a_date_that_is_typed_is_gone_to_and_nonsense_is_refused(page: SchedulePage) -> None:
    page.desk.go_to_date.trigger()
    dialog = page.desk.date_dialog
    QTest.keyClicks(dialog.field, "soon")
    QTest.mouseClick(dialog.go, LEFT)
    assert dialog.refused.isVisible()
    dialog.field.selectAll()
    QTest.keyClicks(dialog.field, "2026-03-20 08:00")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    at = to_minutes(page.context.now()) + 18 * 24 * 60 - 120
    assert page.gantt.grid.left < at < page.gantt.grid.right
    assert page.gantt.grid.x(at) == pytest.approx(page.gantt.viewport().width() / 5, abs=2)


def test_a_click_in_the_list_of_steps_goes_back_to_it(page: SchedulePage, qtbot: QtBot) -> None:
    row = row_of(page, "MO-1", 10)
    page.gantt.select_operations({row.operation_id})
    for action in (page.desk.lock_machine, page.desk.lock_time):
        seen = page.reading
        action.trigger()
        qtbot.waitUntil(lambda seen=seen: page.reading is not seen, timeout=PATIENCE)
    page.desk.steps.trigger()
    view = page.desk.undo_list.view
    assert view.model().rowCount() == 3
    first = view.model().index(0, 0)
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(first).center())
    view.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    free = page.gantt.model is not None
    assert free
    qtbot.waitUntil(lambda: not row_of(page, "MO-1", 10).pin_machine, timeout=PATIENCE)
    assert not row_of(page, "MO-1", 10).pin_start
    page.desk.undo_list.close()


def test_a_person_decides_what_bars_and_cards_say(
    page: SchedulePage, context: AppContext, qtbot: QtBot
) -> None:
    row = row_of(page, "MO-1", 10)
    page.gantt.select_operations({row.operation_id})
    page.desk.bar_words.trigger()
    dialog = page.desk.words_dialog
    dialog.caption.selectAll()
    QTest.keyClicks(dialog.caption, "{custmer}|x")
    assert not dialog.keep_button.isEnabled()
    assert "{custmer}" in dialog.refused.text()
    dialog.caption.selectAll()
    QTest.keyClicks(dialog.caption, "{customer} {priority} | {order4}")
    dialog.card.selectAll()
    dialog.card.textCursor().removeSelectedText()
    for line in ("For {customer}", "Machine: {machine}", "Late: {late}"):
        QTest.keyClicks(dialog.card, line)
        QTest.keyClick(dialog.card, Qt.Key.Key_Return)
    words = dialog.preview.text()
    assert words.startswith(f"{row.customer} {row.priority} → MO-1")
    assert f"Machine: {row.machine_code}" in words
    assert "Late" not in words
    before = page.gantt.grab().toImage()
    QTest.mouseClick(dialog.keep_button, LEFT)
    assert page.gantt.grab().toImage() != before
    at = page.gantt.box_of(page.gantt.model.bar_of[row.operation_id]).center()
    qtbot.wait(50)  # the pointer leaves the dialog that has closed
    send(page, QEvent.Type.MouseMove, QPointF(at))
    qtbot.waitUntil(page.gantt.card.isVisible, timeout=PATIENCE)
    told = [one.text() for one in page.gantt.card.findChildren(QLabel) if one.isVisible()]
    assert told[0] == f"For {row.customer}"
    assert row.machine_code in told
    page.gantt.hide_card()
    again = SchedulePage(context)
    assert again.bar_words.caption == "{customer} {priority} | {order4}"
    qtbot.waitUntil(lambda: again.gantt.board is not None, timeout=PATIENCE)
    again.deleteLater()


def test_the_usual_card_as_a_template_says_what_the_usual_card_says(page: SchedulePage) -> None:
    row = row_of(page, "MO-2", 10)
    template = page.card_template()
    assert unknown(template) == []
    title, lines = card_of(template, row, page.context)
    usual_title, usual = page._describe(page.gantt.model.bar_of[row.operation_id])
    assert title == usual_title
    told = dict(usual)
    for name, words in lines:
        if name in ("Item", "Customer", "Quantity", "Tools", "People", "Internal due"):
            assert told[name] == words
    assert timedelta(0) <= row.end - row.start
