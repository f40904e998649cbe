"""Exchange on a real small plant: check first, import then, export, template, dropped files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.reports.workbook import write_rows
from app.services.exchange import import_files
from app.services.exchange.export_rows import export_rows
from app.services.orders.queries import order_rows
from app.views.context import AppContext
from app.views.exchange.exchange_page import ExchangePage
from app.views.theme import Choice
from tests.services.small_plant import SmallPlant
from tests.views.conftest import MakeContext
from tests.views.texts import clipped, untranslated


@pytest.fixture
def page(plant: SmallPlant, make_context: MakeContext, qtbot: QtBot) -> Iterator[ExchangePage]:
    made = opened(make_context(), qtbot)
    yield made
    made.context.jobs.close()


def opened(context: AppContext, qtbot: QtBot) -> ExchangePage:
    made = ExchangePage(context)
    made.testers = [QAbstractItemModelTester(table.model) for table in (made.counts, made.problems)]
    qtbot.addWidget(made)
    made.resize(1180, 640)
    made.show()
    return made


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


def checked(qtbot: QtBot, page: ExchangePage) -> None:
    qtbot.waitUntil(lambda: page._report is not None and not page._busy, timeout=30_000)


def drop(page: ExchangePage, paths: list[Path]) -> bool:
    """Drag files over the page and let go; whether the page takes them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
    enter.ignore()
    QApplication.sendEvent(page, enter)
    if enter.isAccepted():
        event = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
        QApplication.sendEvent(page, event)
    return enter.isAccepted()


def test_dropped_files_are_checked_and_nothing_is_written(
    qtbot: QtBot, page: ExchangePage, workbook: Path, database: Database
) -> None:
    edit(workbook, "quantity", 33)
    assert not page.import_.isEnabled()
    assert drop(page, [workbook])
    checked(qtbot, page)
    assert sum(count.changed for count in page.counts.rows()) == 1
    assert "Ready to import: 0 new, 1 changed" in page.verdict.text()
    assert page.import_.isEnabled()
    assert {row.quantity for row in order_rows(database)} == {20}


def test_import_writes_and_says_so(
    qtbot: QtBot, page: ExchangePage, workbook: Path, database: Database
) -> None:
    edit(workbook, "quantity", 33)
    page.take_files([workbook])
    checked(qtbot, page)
    with qtbot.waitSignal(page.context.changed, timeout=30_000):
        page.context.changes.look()
        page.import_.trigger()
    qtbot.waitUntil(lambda: page._imported, timeout=30_000)
    assert page.verdict.text() == "Imported: 0 new, 1 changed"
    assert sorted(row.quantity for row in order_rows(database)) == [20, 33]
    assert not page.import_.isEnabled()


def test_an_error_names_its_place_and_bars_the_import(
    qtbot: QtBot, page: ExchangePage, workbook: Path, database: Database
) -> None:
    edit(workbook, "quantity", "12 <b>pcs</b>")
    page.take_files([workbook])
    checked(qtbot, page)
    assert not page.import_.isEnabled()
    assert "nothing was written" in page.verdict.text()
    wrong = [row[1] for row in page.problems.visible_rows() if row[1].severity == "error"]
    assert len(wrong) == 1
    columns = {column.key: column for column in page.problems.model.columns}
    shown = {key: columns[key].shown((0, wrong[0])) for key in columns}
    assert shown["file"] == "plant.xlsx"
    assert shown["value"] == "12 <b>pcs</b>"
    assert int(shown["row"]) > 2
    assert shown["message"]
    assert {row.quantity for row in order_rows(database)} == {20}


def test_a_file_that_is_no_workbook_is_an_error_not_a_crash(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_text("no workbook")
    page.take_files([broken])
    qtbot.waitUntil(lambda: not page._busy, timeout=30_000)
    assert not page.import_.isEnabled()


def test_other_files_are_not_taken(page: ExchangePage, tmp_path: Path) -> None:
    picture = tmp_path / "photo.png"
    picture.write_bytes(b"")
    assert not drop(page, [picture])


def test_a_mapping_is_kept_beside_the_files_until_it_is_dropped(
    qtbot: QtBot, page: ExchangePage, workbook: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "shop.mapping.toml"
    mapping.write_text("")
    page._mapping = mapping
    page._update()
    assert "shop.mapping.toml" in page.drop.mapping.text()
    assert page.drop.drop_mapping.isVisible()
    qtbot.mouseClick(page.drop.drop_mapping, Qt.MouseButton.LeftButton)
    assert not page.drop.mapping.isVisible()


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
    checked(qtbot, page)
    assert "0 new, 0 changed" in page.verdict.text()
    assert sum(count.unchanged for count in page.counts.rows()) > 0


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


def test_the_report_stays_when_language_and_colours_change(
    qtbot: QtBot, page: ExchangePage, workbook: Path
) -> None:
    edit(workbook, "quantity", "x")
    page.take_files([workbook])
    checked(qtbot, page)
    before = page.problems.visible_rows()
    page.context.set_language("zh")
    page.context.set_theme(Choice.DARK)
    qtbot.waitUntil(lambda: "没有写入" in page.verdict.text())
    assert page.problems.visible_rows() == before


def test_texts_are_translated_and_whole(
    qtbot: QtBot, plant: SmallPlant, make_context: MakeContext, workbook: Path
) -> None:
    page = opened(make_context("zh"), qtbot)
    edit(workbook, "quantity", "x")
    page.take_files([workbook])
    checked(qtbot, page)
    qtbot.wait(50)
    assert untranslated(page, {"plant.xlsx"}) == []
    assert clipped(page) == []
