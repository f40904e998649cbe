"""A planner's hour on a real plant, through the real window, with mouse and keys.

Files dropped on the window, imported, the health page read, three records mended, scheduled, the
late orders found, one bar moved and taken back, its traveler printed, the plan exported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.models.database import Database
from app.models.planning import Placement
from app.services.masters.rows import master_rows
from app.services.site import change_site
from app.views.exchange.steps import Where
from app.views.pages import PAGES
from app.views.printing.preview import PdfPreview
from app.views.window import MainWindow
from tests.services.exchange.test_moulding_shop import MAPPING, SHOP
from tests.views.conftest import MakeContext
from tests.views.exchange.conftest import drop, looked
from tests.views.pdfs import page_texts

pytestmark = pytest.mark.skipif(not SHOP.is_dir(), reason="the moulding shop's files are not here")

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
FIRST_OF_NOVEMBER = datetime(2018, 10, 31, 16, 0, tzinfo=UTC)
PATIENCE = 120_000  # ms


class Desk:
    """The window and a pair of hands."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot

    def wait(self, until: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(until()), timeout=PATIENCE)

    def rest(self) -> None:
        self.wait(lambda: not self.window.context.jobs.busy())

    def go_to(self, key: str) -> Any:
        self.window.activateWindow()
        button = self.window.rail.findChild(QAbstractButton, f"rail_{key}")
        self.qtbot.mouseClick(button, LEFT)
        self.rest()
        return self.window.page

    def click_cell(self, table: Any, number: int, column: str, *, twice: bool = False) -> None:
        view = table.view
        index = table.model.index(number, table.model.column_number(column))
        view.scrollTo(index)
        place = view.visualRect(index).center()
        self.qtbot.mouseClick(view.viewport(), LEFT, pos=place)
        if twice:
            self.qtbot.mouseDClick(view.viewport(), LEFT, pos=place)


@pytest.fixture
def desk(
    database: Database, make_context: MakeContext, qtbot: QtBot, tmp_path: Path
) -> Iterator[Desk]:
    change_site(database, "li", planning_now=FIRST_OF_NOVEMBER)
    context = make_context("zh")
    window = MainWindow(context, PAGES)
    qtbot.addWidget(window)
    window.open_first_page()
    window.resize(1600, 900)
    window.show()
    context.changes.start()
    qtbot.waitUntil(lambda: context.changes.last_look is not None, timeout=PATIENCE)
    yield Desk(window, qtbot)
    window.close()


@pytest.mark.timeout(600)
def test_a_planners_hour(
    desk: Desk, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_the_files(desk, database)
    mend_three_records(desk, database)
    schedule(desk)
    late = late_orders(desk)
    order = move_a_bar_and_take_it_back(desk, database)
    print_its_traveler(desk, order, tmp_path, monkeypatch)
    export_the_plan(desk, tmp_path, monkeypatch)
    assert late >= 0


def import_the_files(desk: Desk, database: Database) -> None:
    files = sorted(
        path for folder in ("static", "orders") for path in (SHOP / folder).glob("*.xls*")
    )
    assert drop(desk.window, [*sorted(files), MAPPING])
    page = desk.window.page
    assert page.objectName() == "page_exchange"
    looked(desk.qtbot, page)
    if page.bar.where is not Where.IMPORT:
        desk.qtbot.mouseClick(page.bar.buttons[Where.IMPORT], LEFT)
    assert not master_rows(database, "Items")
    desk.qtbot.mouseClick(page.last.import_, LEFT)
    desk.wait(lambda: page.wizard.report is not None)
    desk.rest()
    assert page.wizard.report.written
    assert len(master_rows(database, "Items")) > 117
    assert len(master_rows(database, "Tools")) == 66


def mend_three_records(desk: Desk, database: Database) -> None:
    """Two items that are described like others, and one that is made of nothing."""
    page = desk.go_to("health")
    desk.wait(lambda: page.table.visible_rows())
    desk.rest()
    before = findings(page)
    for sheet, code, column, text in (
        ("Items", "101104FJ", "name", "PS 灰色 101104FJ"),
        ("Items", "101360", "name", "ABS 101360"),
        ("Items", "26004662M", "source", "采购"),
    ):
        page = desk.go_to("health")
        rows = page.table.visible_rows()
        number = next(n for n, row in enumerate(rows) if row[1].place.name == code)
        desk.click_cell(page.table, number, page.table.model.columns[1].key, twice=True)
        desk.wait(lambda: desk.window.page.objectName() == "page_master_data")
        desk.rest()
        type_into_cell(desk, sheet, code, column, text)
        desk.rest()
    page = desk.go_to("health")
    desk.wait(lambda: len(findings(page)) <= len(before) - 3)
    assert not {"101104FJ", "101360", "26004662M"} & findings(page)


def findings(page: Any) -> set[str]:
    return {row[1].place.name for row in page.table.rows()}


def type_into_cell(desk: Desk, sheet: str, code: str, column: str, text: str) -> None:
    table = desk.window.page.sheet.table
    desk.wait(lambda: table.selected_rows())
    rows = table.visible_rows()
    number = next(n for n, row in enumerate(rows) if row.values.get("item_code") == code)
    desk.click_cell(table, number, column)
    view = table.view
    desk.qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClick(editor, Qt.Key.Key_A, CONTROL)
    type_chinese(text)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    stored = {row.values["item_code"]: row.values for row in master_rows(
        desk.window.context.database, sheet)}[code]  # fmt: skip
    assert stored[column] in (text, "buy"), stored[column]


def type_chinese(text: str) -> None:
    """Into what has the focus, as an input method gives it."""
    typed, target = QInputMethodEvent(), QApplication.focusWidget()
    typed.setCommitString(text)
    assert target is not None
    QApplication.sendEvent(target, typed)


def schedule(desk: Desk) -> None:
    page = desk.go_to("schedule")
    desk.wait(lambda: page.reading is not None)
    page.options.choose("on_time", 5)
    text = page.desk.solve.text()
    (button,) = [each for each in page.head.findChildren(QPushButton) if each.text() == text]
    desk.qtbot.mouseClick(button, LEFT)
    desk.wait(lambda: page.reading.view.placements)
    desk.rest()
    assert len(page.reading.view.placements) == 74
    assert not page.reading.view.unplaced


def late_orders(desk: Desk) -> int:
    """The filter of the lamp finds as many as the plan has late."""
    plan = desk.window.page.reading.view.placements
    late = {row.order_number for row in plan if row.late_minutes}
    page = desk.go_to("orders")
    desk.wait(lambda: page.table.rows())
    line = page.table.header._lines["lamp"]
    desk.qtbot.mouseClick(line, LEFT)
    type_chinese("延误")
    desk.wait(lambda: {row.number for row in page.table.visible_rows()} == late)
    line.clear()
    return len(late)


def move_a_bar_and_take_it_back(desk: Desk, database: Database) -> str:
    page = desk.go_to("schedule")
    gantt = page.gantt
    desk.wait(lambda: gantt.board is not None)
    gantt.fit()
    plan = sorted(page.reading.view.placements, key=lambda row: row.start)
    row = next(r for r in plan if r.start > FIRST_OF_NOVEMBER and not r.pin_start)
    before = stored_placements(database)
    box = gantt.box_of(gantt.model.bar_of[row.operation_id])
    start = QPointF(box.left() + min(4.0, box.width() / 2), box.center().y())
    steps = desk.window.context.edits.stack.count()
    send(gantt, QEvent.Type.MouseButtonPress, start)
    for share in (0.3, 0.7, 1.0):
        send(gantt, QEvent.Type.MouseMove, start + QPointF(3000 * gantt.grid.scale * share, 0))
    send(gantt, QEvent.Type.MouseButtonRelease, start + QPointF(3000 * gantt.grid.scale, 0))
    desk.wait(lambda: desk.window.context.edits.stack.count() == steps + 1)
    assert stored_placements(database) != before
    desk.rest()
    desk.qtbot.keyClick(desk.window, Qt.Key.Key_Z, CONTROL)
    desk.wait(lambda: stored_placements(database) == before)
    desk.rest()
    return str(row.order_number)


def send(gantt: Any, kind: QEvent.Type, at: QPointF) -> None:
    area = gantt.viewport()
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else LEFT
    QApplication.sendEvent(area, QMouseEvent(kind, at, area.mapToGlobal(at), LEFT, held, NONE))


def stored_placements(database: Database) -> dict[int, Any]:
    with database.read() as session:
        rows = session.scalars(select(Placement)).all()
        return {row.operation_id: (row.machine_id, row.start_at, row.end_at) for row in rows}


def print_its_traveler(
    desk: Desk, order: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = desk.go_to("orders")
    (row,) = [row for row in page.table.rows() if row.number == order]
    page.table.select_ids([row.id])
    target = folder / "traveler.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.print_cards.trigger()
    desk.rest()
    (preview,) = desk.window.findChildren(PdfPreview)
    desk.wait(lambda: preview.save_button.isEnabled())
    desk.qtbot.mouseClick(preview.save_button, LEFT)
    desk.wait(target.is_file)
    desk.rest()
    preview.close()
    assert order in page_texts(target)[0]


def export_the_plan(desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of operations, exactly as shown."""
    page = desk.go_to("schedule")
    target = folder / "plan.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    desk.window.activateWindow()
    desk.wait(desk.window.isActiveWindow)
    desk.qtbot.mouseClick(page.table.view.viewport(), LEFT, pos=QPoint(40, 10))
    desk.wait(page.table.view.hasFocus)
    desk.qtbot.keyClick(page.table.view, Qt.Key.Key_E, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    desk.wait(target.is_file)
    desk.rest()
    (sheet,) = load_workbook(target).worksheets
    assert sheet.max_row == 75
