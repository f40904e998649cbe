"""Setup matrices are edited like a spreadsheet; each gesture is one undo step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.services.masters.rows import master_rows
from app.views.context import AppContext
from app.views.plant.editors import EDITORS
from app.views.plant.setup_matrix_editor import SetupMatrixEditor
from tests.services.small_plant import SmallPlant

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def editor(plant: SmallPlant, context: AppContext, qtbot: QtBot) -> Iterator[SetupMatrixEditor]:
    context.changes.look()
    qtbot.waitUntil(lambda: context.changes.last_look is not None)
    made = SetupMatrixEditor(context)
    qtbot.addWidget(made)
    made.resize(1000, 520)
    made.show()
    settle(made, qtbot)
    yield made
    context.jobs.close()


def settle(editor: SetupMatrixEditor, qtbot: QtBot) -> None:
    for _ in range(4):
        qtbot.waitUntil(lambda: not editor.context.jobs.busy())
        QApplication.processEvents()


def stored(database: Database) -> set[tuple[Any, ...]]:
    return {
        (v["from"], v["to"], v["minutes"])
        for v in (row.values for row in master_rows(database, "SetupMatrix"))
    }


def choose(editor: SetupMatrixEditor, *places: tuple[str, str]) -> None:
    flags = QItemSelectionModel.SelectionFlag
    editor.view.clearSelection()
    for start, end in places:
        index = editor.model.index(editor.model.starts.index(start), editor.model.ends.index(end))
        editor.view.selectionModel().setCurrentIndex(index, flags.Select)


def test_values_and_signs_stand_in_the_grid(editor: SetupMatrixEditor) -> None:
    editor.tester = QAbstractItemModelTester(editor.model)
    assert editor.model.starts == ["white", "*"]
    assert editor.model.ends == ["white", "*", "="]
    assert editor.model.index(0, 1).data() == "10"
    assert "listed" in editor.describe("white", "*")
    editor.grab()


def test_a_cell_is_typed_and_undone(
    editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    choose(editor, ("*", "white"))
    qtbot.keyClicks(editor.view, "2")
    line = QApplication.focusWidget()
    assert line is not None
    qtbot.keyClicks(line, "5")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    settle(editor, qtbot)
    assert stored(database) == {("white", "*", "10"), ("*", "white", "25")}
    editor.context.edits.stack.undo()
    assert stored(database) == {("white", "*", "10")}


def test_a_block_is_pasted_in_one_step_or_not_at_all(
    editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    choose(editor, ("white", "*"))
    QApplication.clipboard().setText("12\t4\nx\t")
    qtbot.keyClick(editor.view, Qt.Key.Key_V, CONTROL)
    settle(editor, qtbot)
    assert stored(database) == {("white", "*", "12"), ("white", "=", "4"), ("*", "*", "禁止")}
    assert editor.context.edits.stack.count() == 1
    before = stored(database)
    QApplication.clipboard().setText("13\tabc")
    qtbot.keyClick(editor.view, Qt.Key.Key_V, CONTROL)
    settle(editor, qtbot)
    assert stored(database) == before


def test_delete_takes_a_pair_out(
    editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    choose(editor, ("white", "*"))
    qtbot.keyClick(editor.view, Qt.Key.Key_Delete)
    settle(editor, qtbot)
    assert stored(database) == set()


def test_an_order_is_filled_in_by_rule(
    editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    editor.order.setText("white; black")
    assert editor.fill_told.text() == "2 of 2 pairs would change"
    qtbot.mouseClick(editor.fill, Qt.MouseButton.LeftButton)
    settle(editor, qtbot)
    assert stored(database) >= {("white", "black", "15"), ("black", "white", "20")}
    assert editor.fill_told.text() == "0 of 2 pairs would change"


def test_a_trial_tells_the_minutes(editor: SetupMatrixEditor) -> None:
    editor.start_boxes[0].setCurrentIndex(1)
    editor.end_boxes[0].setCurrentIndex(1)
    editor._try()
    assert editor.total.text() == "0 min"


def test_tables_lead_here() -> None:
    for key in ("WorkCentres", "SetupAttributes", "SetupGroups", "SetupMatrix"):
        assert SetupMatrixEditor in [entry.load() for entry in EDITORS[key]]
