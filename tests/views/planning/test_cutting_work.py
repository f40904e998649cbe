"""The right edge and the key S on a bar whose work runs: cut at a boundary, as it was drawn."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.services.planning.solving import schedule_plant
from app.views.planning.gantt.resizing import ResizeBar
from app.views.planning.gantt.time_grid import to_minutes
from app.views.planning.schedule_page import SchedulePage
from tests.services.small_plant import NOW, SmallPlant
from tests.views.planning.desk import PATIENCE, QEvent, row_of, send
from tests.views.planning.test_tray import fresh


def test_running_work_is_cut_where_the_drag_drew_it_and_by_keyboard(
    database: Database, plant: SmallPlant, open_page: Callable[[], SchedulePage], qtbot: QtBot
) -> None:
    with database.write("test") as session:
        plant.begin(session, "MO-1", 10, plant.press_2, [plant.copies[1]], good=4, left=16)
        oven = plant.begin(session, "MO-2", 20, plant.oven, left=20)
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    page = open_page()
    gantt, seen, row = page.gantt, page.reading, row_of(page, "MO-1", 10)
    assert row.started
    gantt.show_range(to_minutes(row.start) - 10, to_minutes(row.end) + 10)
    box = gantt.box_of(gantt.model.bar_of[row.operation_id])
    edge = QPointF(box.right() - 2, box.center().y())
    send(page, QEvent.Type.MouseButtonPress, edge)
    # 20 minutes after now: the third shot ends at 18, the fourth at 24.
    half = QPointF(gantt.grid.x(to_minutes(NOW) + 20), edge.y())
    for share in (0.5, 1.0):
        send(page, QEvent.Type.MouseMove, edge + (half - edge) * share)
    drag = gantt.interaction
    assert isinstance(drag, ResizeBar)
    qtbot.waitUntil(lambda: drag.keep < row.quantity, timeout=PATIENCE)
    lines = [line.text for line in drag.chip()]
    assert lines[0] == "10 of 20 pc stay"
    assert lines[1].startswith("Runs to the end of a turn")
    assert lines[3] == "2 operations that follow lose their place, too"
    drawn = drag.cut
    send(page, QEvent.Type.MouseButtonRelease, half)
    fresh(page, qtbot, seen)
    part = row_of(page, "MO-1", 10)
    assert (part.quantity, to_minutes(part.end), part.start) == (10, drawn, row.start)
    assert {one.step_no: one.quantity for one in page.reading.view.unplaced}[11] == 10

    seen = page.reading
    gantt.select_operations({row.operation_id})
    gantt.setFocus()
    QTest.keyClick(gantt, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: getattr(page.desk, "split_dialog", None) is not None, timeout=PATIENCE)
    dialog = page.desk.split_dialog
    assert (dialog.boundary.count(), dialog.quantity()) == (2, Decimal(6))
    QTest.keyClick(dialog.boundary, Qt.Key.Key_Down)
    assert "2 pc become" in dialog.rest.text()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    fresh(page, qtbot, seen)
    assert row_of(page, "MO-1", 10).quantity == 8
    for _ in range(2):
        seen = page.reading
        page.context.edits.stack.undo()
        fresh(page, qtbot, seen)
    assert row_of(page, "MO-1", 10) == row
    assert page.reading.view.unplaced == ()

    told: list[object] = []
    gantt.refused.connect(told.append)
    gantt.select_operations({oven})
    QTest.keyClick(gantt, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    assert "fixed time" in page.context.text(told[0])
