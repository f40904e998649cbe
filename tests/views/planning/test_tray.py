"""The tray below the chart: out of it onto a machine, and off the plan into it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.planning.gantt.time_grid import to_minutes
from app.views.planning.schedule_page import SchedulePage
from tests.services.small_plant import SmallPlant
from tests.views.planning.desk import LEFT, NONE, PATIENCE, QEvent, row_of, send


def fresh(page: SchedulePage, qtbot: QtBot, seen: object) -> None:
    """Wait for the plan after the edit, and for the engine to know it."""
    qtbot.waitUntil(lambda: page.reading is not seen, timeout=PATIENCE)
    qtbot.waitUntil(lambda: page.gantt.board is not None, timeout=PATIENCE)


def drag_to_tray(page: SchedulePage, operation: int) -> None:
    gantt = page.gantt
    box = gantt.box_of(gantt.model.bar_of[operation])
    start = QPointF(box.left() + 4, box.center().y())
    end = QPointF(gantt.viewport().mapFrom(page, page.tray.mapTo(page, QPoint(300, 4))))
    send(page, QEvent.Type.MouseButtonPress, start)
    slim = page.tray.height()
    for share in (0.4, 1.0):
        send(page, QEvent.Type.MouseMove, start + (end - start) * share)
    assert page.tray.height() > slim, "it opens while there is something to drop"
    send(page, QEvent.Type.MouseButtonRelease, end)


def test_a_bar_dragged_to_the_tray_leaves_the_plan_and_comes_back_from_it(
    page: SchedulePage, planned: SmallPlant, qtbot: QtBot
) -> None:
    row = row_of(page, "MO-1", 30)
    seen = page.reading
    drag_to_tray(page, row.operation_id)
    fresh(page, qtbot, seen)
    assert [one.operation_id for one in page.reading.view.unplaced] == [row.operation_id]
    assert page.context.edits.stack.count() == 1
    seen, tray, gantt = page.reading, page.tray, page.gantt
    at = tray.box_of(row.operation_id).center().toPoint()
    band = gantt.layout_of_rows.band_of(gantt.model.row_of_machine[planned.bench])
    x = gantt.grid.x(row.start.timestamp() / 60)
    target = QPoint(round(x), round(band.top - gantt.top + band.height / 2))
    over = tray.mapFrom(page, gantt.viewport().mapTo(page, target))
    QTest.mousePress(tray, LEFT, NONE, at)
    QTest.mouseMove(tray, (at + over) / 2)
    QTest.mouseMove(tray, over)
    assert gantt.interaction is not None
    qtbot.waitUntil(lambda: gantt.interaction.preview is not None, timeout=PATIENCE)
    QTest.mouseRelease(tray, LEFT, NONE, over)
    fresh(page, qtbot, seen)
    assert page.reading.view.unplaced == ()
    assert row_of(page, "MO-1", 30).machine_id == planned.bench
    seen = page.reading
    page.context.edits.stack.undo()
    fresh(page, qtbot, seen)
    (left,) = page.reading.view.unplaced
    assert "by hand" in page.context.text(left.reason)


def test_by_keyboard_off_the_plan_and_back(page: SchedulePage, qtbot: QtBot) -> None:
    row = row_of(page, "MO-2", 30)
    seen = page.reading
    page.gantt.select_operations({row.operation_id})
    QTest.keyClick(page.gantt, Qt.Key.Key_Delete)
    fresh(page, qtbot, seen)
    assert [one.operation_id for one in page.reading.view.unplaced] == [row.operation_id]
    seen = page.reading
    page.tray.setFocus()
    QTest.keyClick(page.tray, Qt.Key.Key_Right)
    assert [one.operation_id for one in page.unplaced.selected_rows()] == [row.operation_id]
    QTest.keyClick(page.tray, Qt.Key.Key_Return)
    fresh(page, qtbot, seen)
    assert page.reading.view.unplaced == ()


def test_escape_while_dragging_out_of_the_tray_leaves_all_as_it_was(
    page: SchedulePage, qtbot: QtBot
) -> None:
    row = row_of(page, "MO-2", 30)
    seen = page.reading
    page.gantt.select_operations({row.operation_id})
    page.gantt.take_off()
    fresh(page, qtbot, seen)
    tray = page.tray
    at = tray.box_of(row.operation_id).center().toPoint()
    QTest.mousePress(tray, LEFT, NONE, at)
    QTest.mouseMove(tray, at - QPoint(0, 120))
    assert page.gantt.interaction is not None
    QTest.keyClick(tray, Qt.Key.Key_Escape)
    assert page.gantt.interaction is None
    QTest.mouseRelease(tray, LEFT, NONE, at - QPoint(0, 120))
    assert page.context.edits.stack.count() == 1


def test_an_operation_is_split_at_its_edge_and_by_keyboard_and_each_is_one_step(
    page: SchedulePage, qtbot: QtBot
) -> None:
    row = row_of(page, "MO-1", 30)
    gantt, seen = page.gantt, page.reading
    gantt.show_range(to_minutes(row.setup_start) - 10, to_minutes(row.end) + 10)
    box = gantt.box_of(gantt.model.bar_of[row.operation_id])
    start = QPointF(box.right() - 2, box.center().y())
    end = QPointF(gantt.grid.x((to_minutes(row.start) + to_minutes(row.end)) / 2), start.y())
    send(page, QEvent.Type.MouseButtonPress, start)
    for share in (0.5, 1.0):
        send(page, QEvent.Type.MouseMove, start + (end - start) * share)
    send(page, QEvent.Type.MouseButtonRelease, end)
    fresh(page, qtbot, seen)
    (rest,) = page.reading.view.unplaced
    assert (rest.step_no, rest.quantity) == (31, 10)
    part = row_of(page, "MO-1", 30)
    assert (part.quantity, part.start) == (10, row.start)
    assert part.end < row.end
    seen = page.reading
    gantt.select_operations({row.operation_id})
    gantt.setFocus()
    QTest.keyClick(gantt, Qt.Key.Key_S)
    dialog = page.desk.split_dialog
    dialog.keep.selectAll()
    QTest.keyClicks(dialog.keep, "4")
    QTest.keyClick(dialog.keep, Qt.Key.Key_Return)
    fresh(page, qtbot, seen)
    assert [(one.step_no, one.quantity) for one in page.reading.view.unplaced] == [
        (31, 10),
        (32, 6),
    ]
    stack = page.context.edits.stack
    assert stack.count() == 2
    assert "Split MO-1/30" in stack.undoText()
    for _ in range(2):
        seen = page.reading
        stack.undo()
        fresh(page, qtbot, seen)
    assert page.reading.view.unplaced == ()
    assert row_of(page, "MO-1", 30) == row


def test_all_of_the_tray_is_placed_in_one_step(page: SchedulePage, qtbot: QtBot) -> None:
    row, seen = row_of(page, "MO-3", 10), page.reading
    page.gantt.select_operations({row.operation_id})
    page.gantt.take_off()
    fresh(page, qtbot, seen)
    assert len(page.reading.view.unplaced) == 3  # what follows went along
    seen = page.reading
    page.desk.place_all.trigger()
    fresh(page, qtbot, seen)
    assert page.reading.view.unplaced == ()
    assert page.context.edits.stack.count() == 2
    assert "Place 3" in page.context.edits.stack.undoText()
    starts = [row_of(page, "MO-3", step).start for step in (10, 20, 30)]
    assert starts == sorted(starts)
