"""Our own workbook through the page: checked, mended in place, imported, taken back, exported."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.reports.workbook import write_rows
from app.services.exchange import import_files
from app.services.exchange.export_rows import export_rows
from app.services.orders.queries import order_rows
from app.views.exchange.exchange_page import ExchangePage
from app.views.exchange.steps import Where
from app.views.theme import Choice
from app.views.window import MainWindow
from tests.services.small_plant import SmallPlant
from tests.views.conftest import MakeContext
from tests.views.exchange.conftest import at_rest, drop, go, looked, opened
from tests.views.texts import clipped, untranslated


@pytest.fixture
def workbook(plant: SmallPlant, database: Database, tmp_path: Path) -> Path:
    """The plant itself, exported; imported once, so that what a workbook cannot say is gone."""
    path = tmp_path / "plant.xlsx"
    write_rows(path, export_rows(database))
    assert import_files(database, [path], actor="li").ok
    return path


def edit(path: Path, column: str, value: object, row_of: str = "MO-1") -> None:
    """Write ``value`` into the column (English header) of an order's row."""
    book = load_workbook(path)
    for sheet in book.worksheets:
        headers = {str(cell.value).rstrip("*"): cell.column for cell in sheet[2]}
        if "order_no" not in headers or column not in headers:
            continue
        for row in sheet.iter_rows(min_row=3):
            if row[headers["order_no"] - 1].value == row_of:
                row[headers[column] - 1].value = value
                book.save(path)
                return
    raise LookupError(column)


def quantities(database: Database) -> list[int]:
    return sorted(int(row.quantity) for row in order_rows(database))


def test_a_dropped_workbook_needs_no_mapping_and_nothing_is_written(
    qtbot: QtBot, page: ExchangePage, workbook: Path, database: Database
) -> None:
    edit(workbook, "quantity", 33)
    assert not page.import_.isEnabled()
    assert drop(page, [workbook])
    looked(qtbot, page)
    assert page.bar.where is Where.CHECK
    assert not page.bar.buttons[Where.SHEETS].isEnabled()
    assert "Ready to import: 0 new, 1 changed" in page.check.verdict.text()
    assert page.check.tabs.currentIndex() == 1
    (record,) = page.check.records.visible_rows()
    assert "Quantity 20 → 33" in page.check._changes(record)
    assert quantities(database) == [20, 20]


def test_import_writes_and_undo_takes_it_back(
    qtbot: QtBot, page: ExchangePage, workbook: Path, database: Database
) -> None:
    edit(workbook, "quantity", 33)
    page.take_files([workbook])
    looked(qtbot, page)
    qtbot.mouseClick(page.bar.next, Qt.MouseButton.LeftButton)
    assert page.bar.where is Where.IMPORT
    assert not page.last.keep.isVisible()  # there is no mapping to keep
    assert quantities(database) == [20, 20]
    qtbot.mouseClick(page.last.import_, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.wizard.report is not None, timeout=60_000)
    assert quantities(database) == [20, 33]
    assert page.last.heading.text() == "Imported"
    assert not page.import_.isEnabled()
    at_rest(qtbot, page)
    qtbot.mouseClick(page.last.undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.last.heading.text() == "Taken back", timeout=60_000)
    assert quantities(database) == [20, 20]
    at_rest(qtbot, page)
    qtbot.mouseClick(page.last.next_, Qt.MouseButton.LeftButton)
    assert page.bar.where is Where.FILES
    assert page.files.files.rows() == []
    first = page.files.batches.visible_rows()[0]
    assert (first.files, first.undone_by) == (("plant.xlsx",), "li")


def test_an_earlier_import_is_taken_back_from_the_list(
    qtbot: QtBot, page: ExchangePage, workbook: Path, database: Database
) -> None:
    edit(workbook, "quantity", 33)
    assert import_files(database, [workbook], actor="wang").ok
    page.files.reload()
    at_rest(qtbot, page)
    row = page.files.batches.visible_rows()[0]
    page.files.batches.select_ids([row.key])
    assert page.files.undo.isEnabled()
    page.files.undo.trigger()
    qtbot.waitUntil(lambda: quantities(database) == [20, 20], timeout=60_000)
    at_rest(qtbot, page)


def test_a_bad_cell_is_red_in_its_place_and_mended_there(
    qtbot: QtBot, page: ExchangePage, workbook: Path, database: Database
) -> None:
    edit(workbook, "quantity", "12 <b>pcs</b>")
    before = hashlib.sha256(workbook.read_bytes()).digest()
    page.take_files([workbook])
    looked(qtbot, page)
    assert not page.bar.buttons[Where.IMPORT].isEnabled()
    assert "1 error" in page.check.verdict.text()
    mend = page.check.mend
    cells = mend.grid.cells
    assert mend.place.text() == "plant.xlsx · 订单"
    assert cells.rowCount() == 1
    row, column = cells.place(mend.grid.currentIndex())
    assert cells.state(row, column) == "bad"
    assert cells.text(row, column) == "12 <b>pcs</b>"
    assert "plant.xlsx" in mend.told.text()
    # Another value is typed into the cell itself.
    index = mend.grid.currentIndex()
    qtbot.mouseDClick(mend.grid.viewport(), Qt.MouseButton.LeftButton,
                      pos=mend.grid.visualRect(index).center())  # fmt: skip
    editor = mend.grid.viewport().findChild(QLineEdit)
    qtbot.keyClicks(editor, "12")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    looked(qtbot, page)
    assert page.wizard.preview.ok
    assert page.bar.buttons[Where.IMPORT].isEnabled()
    assert hashlib.sha256(workbook.read_bytes()).digest() == before
    page.check.tabs.setCurrentIndex(0)
    assert cells.state(row, column) == "mended"
    mend.grid.go(row, column)
    qtbot.mouseClick(mend.back, Qt.MouseButton.LeftButton)
    looked(qtbot, page)
    assert not page.wizard.preview.ok
    assert quantities(database) == [20, 20]


def test_a_row_is_left_out_by_a_button(
    qtbot: QtBot, page: ExchangePage, workbook: Path, database: Database
) -> None:
    edit(workbook, "quantity", "many")
    edit(workbook, "quantity", 44, "MO-2")
    page.take_files([workbook])
    looked(qtbot, page)
    qtbot.mouseClick(page.check.mend.leave, Qt.MouseButton.LeftButton)
    looked(qtbot, page)
    assert page.wizard.preview.ok
    go(qtbot, page, Where.IMPORT)
    page.import_.trigger()
    qtbot.waitUntil(lambda: page.wizard.report is not None, timeout=60_000)
    assert quantities(database) == [20, 44]
    at_rest(qtbot, page)


def test_a_file_that_is_no_workbook_says_so_and_can_be_removed(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_text("no workbook")
    page.take_files([broken])
    at_rest(qtbot, page)
    assert page.bar.where is Where.FILES
    (row,) = page.files.files.visible_rows()
    assert row.kind == "unreadable"
    assert row.problem is not None
    assert not page.bar.next.isEnabled()
    page.files.files.select_ids([row.path])
    page.files.remove.trigger()
    assert page.files.files.rows() == []


def test_other_files_are_not_taken(page: ExchangePage, tmp_path: Path) -> None:
    picture = tmp_path / "photo.png"
    picture.write_bytes(b"")
    assert not drop(page, [picture])


def test_files_dropped_anywhere_on_the_window_open_the_page(
    qtbot: QtBot, plant: SmallPlant, workbook: Path, make_context: MakeContext
) -> None:
    context = make_context()
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show_page("orders")
    window.show()
    assert drop(window, [workbook])
    page = window.page
    assert isinstance(page, ExchangePage)
    assert page.wizard.paths == (workbook,)
    looked(qtbot, page)
    at_rest(qtbot, page)
    window.close()


def test_a_file_changed_in_another_program_is_read_again(
    qtbot: QtBot, page: ExchangePage, workbook: Path
) -> None:
    page.take_files([workbook])
    looked(qtbot, page)
    edit(workbook, "quantity", 77)
    go(qtbot, page, Where.FILES)
    page.files.again.trigger()
    looked(qtbot, page)
    assert "0 new, 1 changed" in page.check.verdict.text()


def test_export_and_import_again_changes_nothing(
    qtbot: QtBot,
    workbook: Path,
    page: ExchangePage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = tmp_path / "out"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", staticmethod(lambda *a, **k: (str(target), ""))
    )
    with qtbot.waitSignal(page.context.noticed, timeout=30_000) as told:
        page.export.trigger()
    assert told.args[0].text() == "Written: out.xlsx"
    page.take_files([target.with_suffix(".xlsx")])
    looked(qtbot, page)
    assert "0 new, 0 changed" in page.check.verdict.text()
    assert sum(sheet.unchanged for sheet in page.check.counts.rows()) > 0


def test_the_template_is_a_workbook(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "template.xlsx"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", staticmethod(lambda *a, **k: (str(target), ""))
    )
    with qtbot.waitSignal(page.context.noticed, timeout=30_000):
        page.template.trigger()
    assert len(load_workbook(target).sheetnames) > 10


def test_what_is_shown_stays_when_language_and_colours_change(
    qtbot: QtBot, page: ExchangePage, workbook: Path
) -> None:
    edit(workbook, "quantity", "x")
    page.take_files([workbook])
    looked(qtbot, page)
    before = page.check.notes.visible_rows()
    page.context.set_language("zh")
    page.context.set_theme(Choice.DARK)
    qtbot.waitUntil(lambda: "不会写入" in page.check.verdict.text())
    assert page.check.notes.visible_rows() == before
    assert page.check.mend.grid.cells.rowCount() == 1


def test_texts_are_translated_and_whole(
    qtbot: QtBot, plant: SmallPlant, make_context: MakeContext, workbook: Path
) -> None:
    page = opened(make_context("zh"), qtbot)
    edit(workbook, "quantity", "x")
    at_rest(qtbot, page)
    assert untranslated(page, {"plant.xlsx"}) == []
    page.take_files([workbook])
    looked(qtbot, page)
    for number in range(page.check.tabs.count()):
        page.check.tabs.setCurrentIndex(number)
        qtbot.wait(50)
        assert untranslated(page, {"plant.xlsx", "plant.xlsx · 订单"}) == []
        assert clipped(page) == []
