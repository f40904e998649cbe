"""A plant in which every sheet has rows, and the page of master data open on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.reports.workbook import write_rows
from app.services.exchange import import_files
from app.views.context import AppContext
from app.views.plant.master_data_page import MasterDataPage
from app.views.table import RowTable
from tests.services.exchange.small_rows import NOW, small_rows
from tests.views.conftest import MakeContext

Open = Callable[..., "Desk"]


@pytest.fixture(scope="session")
def whole_plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    write_rows(folder / "plant.xlsx", small_rows())
    database = Database.open(str(folder / "plant.sqlite"))
    report = import_files(database, [folder / "plant.xlsx"], actor="test", now=NOW)
    database.close()
    assert report.written, report.problems
    return folder / "plant.sqlite"


@pytest.fixture
def database(whole_plant: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "plant.sqlite"
    shutil.copyfile(whole_plant, path)
    opened = Database.open(str(path))
    yield opened
    opened.close()


class Desk:
    """The page as a planner uses it: mouse and keys on the real widgets."""

    def __init__(self, context: AppContext, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.context = context
        self.page = MasterDataPage(context)
        qtbot.addWidget(self.page)
        self.page.resize(1216, 640)
        with qtbot.waitSignal(self.page.filled):
            self.page.show()
        context.changes.look()
        qtbot.waitUntil(lambda: context.changes.last_look is not None)
        self.refusals: list[str] = []
        context.noticed.connect(self._on_noticed)

    def _on_noticed(self, notice: object) -> None:
        self.refusals.append(notice.text())

    @property
    def table(self) -> RowTable:
        return self.page.sheet.table

    def choose(self, key: str) -> None:
        item = self.page.list.item_of(key)
        self.page.list.scrollToItem(item)
        place = self.page.list.visualItemRect(item).center()
        self.qtbot.mouseClick(self.page.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.settle()
        assert self.page.sheet.key == key

    def settle(self) -> None:
        """Until everything that was asked for has been read."""
        for _ in range(4):
            self.qtbot.waitUntil(lambda: not self.context.jobs.busy())
            QApplication.processEvents()

    def row(self, number: int = 0) -> object:
        return self.table.model.row_at(number)

    def click(self, number: int, column: str, *, twice: bool = False) -> None:
        index = self.table.model.index(number, self.table.model.column_number(column))
        self.table.view.scrollTo(index)
        place = self.table.view.visualRect(index).center()
        viewport = self.table.view.viewport()
        self.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
        if twice:
            self.qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
        self.settle()

    def keys(self, text: str) -> None:
        """Type into whatever has the focus, which the first letter may move into an editor;
        Chinese as an input method gives it."""
        if text.isascii():
            for letter in text:
                self.qtbot.keyClicks(self.focus(), letter)
            return
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(self.focus(), event)

    def key(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.qtbot.keyClick(self.focus(), key, modifier)

    def focus(self) -> QWidget:
        if QApplication.focusWidget() is None:
            self.page.activateWindow()  # a list of choices took the focus along
            self.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def type_cell(self, number: int, column: str, text: str) -> None:
        self.click(number, column)
        self.table.view.setFocus()
        self.key(Qt.Key.Key_F2)
        self.focus().selectAll()
        self.keys(text)
        self.key(Qt.Key.Key_Return)

    def cell(self, number: int, column: str) -> str:
        return self.table.model.text_at(number, self.table.model.column_number(column))

    def press(self, button: QWidget) -> None:
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(6, 6))

    def trigger(self, action: object) -> None:
        action.trigger()
        self.settle()


@pytest.fixture
def open_desk(make_context: MakeContext, qtbot: QtBot) -> Iterator[Open]:
    made: list[Desk] = []

    def make(language: str = "en") -> Desk:
        desk = Desk(make_context(language), qtbot)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.context.jobs.close()


@pytest.fixture
def desk(open_desk: Open) -> Desk:
    return open_desk()
