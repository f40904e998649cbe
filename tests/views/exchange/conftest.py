"""The import page on a real small plant, and how a person works with its widgets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QInputMethodEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.models.access import Site
from app.models.database import Database
from app.services.exchange import import_files
from app.services.exchange.cells import Cell
from app.services.exchange.reading import read_pages
from app.views.context import AppContext
from app.views.exchange.exchange_page import ExchangePage
from app.views.exchange.steps import Where
from tests.services.exchange.books import NOW, book, small_plant
from tests.services.small_plant import SmallPlant
from tests.views.conftest import MakeContext

SIZE = (1180, 640)
"""What is left of 1280 × 720 beside the rail, the menu and the status bar."""


def opened(context: AppContext, qtbot: QtBot) -> ExchangePage:
    made = ExchangePage(context)
    tables = (made.files.files, made.files.saved, made.files.batches, made.sheets.sheets,
              made.columns.tables, made.columns.columns, made.check.counts, made.check.records,
              made.check.notes, made.check.mend.groups)  # fmt: skip
    models = [table.model for table in tables]
    models += [made.sheets.grid.page, made.check.mend.grid.cells]
    made.testers = [QAbstractItemModelTester(model) for model in models]
    qtbot.addWidget(made)
    made.resize(*SIZE)
    made.show()
    return made


@pytest.fixture
def page(plant: SmallPlant, make_context: MakeContext, qtbot: QtBot) -> Iterator[ExchangePage]:
    """On the plant of the other views' tests: two orders, calendar DAY, customer C1."""
    made = opened(make_context(), qtbot)
    yield made
    made.context.jobs.close()


@pytest.fixture
def cornices(database: Database, tmp_path: Path) -> Database:
    """A plant brought in by the workbook: item A-1, customer 甲, its planning date 2026-11-23."""
    with database.write("test") as session:
        session.get_one(Site, 1).planning_now = NOW
    path = book(tmp_path, small_plant(), "plant")
    assert import_files(database, [path], now=NOW, parse=read_pages).ok
    return database


@pytest.fixture
def chinese(cornices: Database, make_context: MakeContext, qtbot: QtBot) -> Iterator[ExchangePage]:
    made = opened(make_context("zh"), qtbot)
    yield made
    made.context.jobs.close()


def workbook(
    path: Path, rows: Sequence[Sequence[Cell]], merged: Sequence[str] = (), sheet: str = "Sheet1"
) -> Path:
    from openpyxl import Workbook

    made = Workbook()
    page = made.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for area in merged:
        page.merge_cells(area)
    made.save(path)
    return path


def at_rest(qtbot: QtBot, page: ExchangePage) -> None:
    """Nothing is being read, proposed, checked or written any more."""
    qtbot.waitUntil(lambda: not page.wizard.busy and not page.context.jobs.busy(), timeout=60_000)


def looked(qtbot: QtBot, page: ExchangePage) -> None:
    """The check is done."""
    qtbot.waitUntil(lambda: page.wizard.preview is not None and not page.wizard.busy,
                    timeout=60_000)  # fmt: skip


def go(qtbot: QtBot, page: ExchangePage, where: Where) -> None:
    """Click a step, and wait for what it shows."""
    qtbot.mouseClick(page.bar.buttons[where], Qt.MouseButton.LeftButton)
    assert page.stack.currentIndex() == where
    if where >= Where.CHECK and page.wizard.report is None:
        looked(qtbot, page)


def drop(target: QWidget, paths: Sequence[Path]) -> bool:
    """Drag files over a widget and let go; whether it takes them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    both = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    enter = QDragEnterEvent(QPoint(50, 50), both, data, buttons, keys)
    enter.ignore()
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        assert enter.dropAction() is Qt.DropAction.CopyAction  # moved files may be deleted
        event = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
        QApplication.sendEvent(target, event)
    return enter.isAccepted()


def pick(qtbot: QtBot, combo: QComboBox, data: Any) -> None:
    """Open a list and click an entry."""
    number = combo.findData(data)
    assert number >= 0, data
    combo.showPopup()
    view = combo.view()
    qtbot.waitUntil(view.isVisible)
    index = combo.model().index(number, 0)
    view.scrollTo(index)
    place = view.visualRect(index).center()
    qtbot.mouseMove(view.viewport(), place)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    if view.isVisible():  # the first click only ends the opening of the list
        qtbot.keyClick(view, Qt.Key.Key_Return)


def tick(qtbot: QtBot, box: QCheckBox) -> None:
    """Click the box itself: the room beside its words does not count."""
    place = QPoint(8, box.height() // 2)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=place)


def write(qtbot: QtBot, line: QLineEdit, text: str) -> None:
    """Type a text over what stands in a field (Chinese comes from an input method) and Enter."""
    line.setFocus()
    line.selectAll()
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(line, event)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def type_into(qtbot: QtBot, combo: QComboBox, text: str) -> None:
    """Type an entry of an editable list and press Enter."""
    write(qtbot, combo.lineEdit(), text)


def click_cell(
    qtbot: QtBot, view: QAbstractItemView, row: int, column: int,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:  # fmt: skip
    """Click the cell in that line and column of what is shown."""
    index = view.model().index(row, column)
    view.scrollTo(index)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys,
                     view.visualRect(index).center())  # fmt: skip
