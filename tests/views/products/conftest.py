"""A plant in which every sheet has rows, and editors of products open on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.reports.workbook import write_rows
from app.services.edit import apply_edit
from app.services.exchange import import_files
from app.services.exchange.sheets import SHEETS
from app.services.masters.edits import ChangeRows, RowChange
from app.services.masters.rows import MasterRow, master_rows
from app.views.context import AppContext
from app.views.plant.editors import RecordEditor
from app.views.products.part_tree import PartTree
from tests.services.exchange.small_rows import NOW, small_rows
from tests.views.conftest import MakeContext


@pytest.fixture(scope="session")
def whole_plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("products")
    write_rows(folder / "plant.xlsx", small_rows())
    database = Database.open(str(folder / "plant.sqlite"))
    report = import_files(database, [folder / "plant.xlsx"], actor="test", now=NOW)
    from app.services.site import change_site

    change_site(database, "test", planning_now=NOW, time_zone="Asia/Shanghai")
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


def everything(database: Database) -> dict[str, Any]:
    """All rows by sheet, in an order that ids do not decide."""
    return {
        sheet.key: sorted((row.values for row in master_rows(database, sheet.key)), key=repr)
        for sheet in SHEETS
    }


def row_of(database: Database, key: str, **values: Any) -> MasterRow:
    return next(
        row
        for row in master_rows(database, key)
        if all(row.values.get(name) == value for name, value in values.items())
    )


def elsewhere(database: Database, key: str, row: MasterRow, **values: Any) -> None:
    """Another client changes a record."""
    edit = ChangeRows(key, (RowChange(row.values, {**row.values, **values}),))
    apply_edit(database, edit, "wang")


class Bench:
    """One editor as a planner uses it: mouse and keys on the real widgets."""

    def __init__(
        self, kind: type[RecordEditor], context: AppContext, database: Database, qtbot: QtBot
    ) -> None:
        self.qtbot = qtbot
        self.context = context
        self.database = database
        self.window = QWidget()
        self.editor: Any = kind(context, self.window)
        QVBoxLayout(self.window).addWidget(self.editor)
        qtbot.addWidget(self.window)
        self.window.resize(1100, 600)
        self.window.show()
        self.window.activateWindow()
        context.changes.look()
        qtbot.waitUntil(lambda: context.changes.last_look is not None)
        self.said: list[str] = []
        context.noticed.connect(self._on_noticed)

    def _on_noticed(self, notice: Any) -> None:
        self.said.append(notice.text())

    def show(self, key: str, **values: Any) -> None:
        self.editor.show_record(key, row_of(self.database, key, **values).values)
        self.settle()

    def settle(self) -> None:
        """Until everything that was asked for has been read."""
        for _ in range(4):
            self.qtbot.waitUntil(lambda: not self.context.jobs.busy(), timeout=20_000)
            QApplication.processEvents()

    @property
    def tree(self) -> PartTree:
        return self.editor.tree

    def index(self, path: tuple[int, ...], column: str) -> QModelIndex:
        """The cell of a tree: rows from the top, and the key of the column."""
        keys = [each.key for each in self.tree.parts.columns]
        found = QModelIndex()
        for row in path:
            self.tree.expand(found)
            found = self.tree.parts.index(row, 0, found)
        assert found.isValid()
        return found.siblingAtColumn(keys.index(column))

    def cell(self, path: tuple[int, ...], column: str) -> str:
        return str(self.index(path, column).data())

    def click(self, path: tuple[int, ...], column: str) -> None:
        index = self.index(path, column)
        self.tree.scrollTo(index)
        place = self.tree.visualRect(index).center()
        self.qtbot.mouseClick(self.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def type_cell(self, path: tuple[int, ...], column: str, text: str) -> None:
        """Click, F2, type over what stands there, Enter."""
        self.click(path, column)
        self.key(Qt.Key.Key_F2)
        editor = self.tree.editor
        assert editor is not None
        editor.selectAll()
        self.keys(text)
        self.key(Qt.Key.Key_Return)
        self.settle()

    def keys(self, text: str) -> None:
        """Letter by letter: the first may open an editor that takes the others."""
        for letter in text:
            if letter.isascii():
                self.qtbot.keyClicks(self.focus(), letter)
                continue
            event = QInputMethodEvent()  # as an input method gives a Chinese word
            event.setCommitString(letter)
            QApplication.sendEvent(self.focus(), event)

    def key(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.qtbot.keyClick(self.focus(), key, modifier)

    def focus(self) -> QWidget:
        if not self.window.isActiveWindow():  # a list of choices took the focus along
            self.window.activateWindow()
            self.qtbot.waitUntil(self.window.isActiveWindow)
        self.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def press(self, button: QWidget) -> None:
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(6, 6))
        self.settle()

    def undo(self) -> None:
        self.context.edits.stack.undo()
        self.settle()


OpenBench = Callable[..., Bench]


@pytest.fixture
def open_bench(make_context: MakeContext, database: Database, qtbot: QtBot) -> Iterator[OpenBench]:
    made: list[Bench] = []

    def make(kind: type[RecordEditor], language: str = "en") -> Bench:
        bench = Bench(kind, make_context(language), database, qtbot)
        made.append(bench)
        return bench

    yield make
    for bench in made:
        bench.context.jobs.close()
