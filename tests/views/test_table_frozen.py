"""Frozen columns: they stay in sight, scroll with the rows, and are one table with the others."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.views.table import CellEdit, Column, RowTable, SortKey
from app.views.theme import DARK, LIGHT, apply

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True)
class Row:
    id: int
    cells: tuple[str, ...]


def column(number: int, edit: bool) -> Column:
    def value(row: Row) -> str:
        return row.cells[number]

    editing = CellEdit(value, lambda row, text: text) if edit else None
    return Column(f"c{number}", f"Column {number}", value, width=100, edit=editing)


def rows() -> list[Row]:
    return [Row(n, tuple(f"{n}.{c}" for c in range(12))) for n in range(60)]


def table_of(qtbot: QtBot, *, edit: bool) -> RowTable:
    made = RowTable([column(n, edit) for n in range(12)])
    qtbot.addWidget(made)
    made.resize(520, 320)
    made.set_rows(rows())
    with qtbot.waitExposed(made):
        made.show()
    made.view.setFocus()
    return made


@pytest.fixture
def table(qtbot: QtBot) -> RowTable:
    made = table_of(qtbot, edit=False)
    made.freeze_up_to("c1")
    made.view.horizontalScrollBar().setValue(300)
    return made


@pytest.fixture
def cells(qtbot: QtBot) -> RowTable:
    made = table_of(qtbot, edit=True)
    made.freeze_up_to("c1")
    made.view.horizontalScrollBar().setValue(300)
    return made


def choose(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.deleteLater()


def test_the_first_columns_stay_while_the_others_scroll(table: RowTable) -> None:
    part = table.view.frozen
    assert part.isVisible()
    assert part.width() == 200
    assert part.pos().x() == table.view.viewport().pos().x()
    assert part.columnAt(50) == 0
    assert table.view.indexAt(QPoint(50, 5)).column() == 0
    assert table.view.indexAt(QPoint(250, 5)).column() == 5


def test_rows_scroll_together(table: RowTable) -> None:
    table.view.verticalScrollBar().setValue(500)
    assert table.view.frozen.rowAt(10) == table.view.rowAt(10) > 0


def test_the_menu_freezes_and_unfreezes(table: RowTable) -> None:
    choose(table.header_menu(2), "Freeze up to here")
    assert table.frozen_column() == "c2"
    assert table.view.frozen.width() == 300
    choose(table.header_menu(0), "Unfreeze")
    assert table.frozen_column() == ""
    assert not table.view.frozen.isVisible()


def test_a_click_in_a_frozen_cell_selects_its_row(qtbot: QtBot, table: RowTable) -> None:
    part = table.view.frozen
    qtbot.mouseClick(part.viewport(), LEFT, pos=QPoint(150, part.rowViewportPosition(2) + 5))
    assert [row.id for row in table.selected_rows()] == [2]
    assert table.view.currentIndex().column() == 1
    assert table.view.hasFocus()
    assert table.view.horizontalScrollBar().value() == 300


def test_a_selection_begins_in_one_part_and_ends_in_the_other(
    qtbot: QtBot, cells: RowTable
) -> None:
    part, view = cells.view.frozen, cells.view
    qtbot.mouseClick(part.viewport(), LEFT, pos=QPoint(150, part.rowViewportPosition(1) + 5))
    qtbot.mouseClick(view.viewport(), LEFT, SHIFT, QPoint(250, view.rowViewportPosition(3) + 5))
    (chosen,) = view.selectionModel().selection()
    assert (chosen.top(), chosen.left(), chosen.bottom(), chosen.right()) == (1, 1, 3, 5)
    qtbot.keyClick(view, Qt.Key.Key_Down, SHIFT)
    (chosen,) = view.selectionModel().selection()
    assert (chosen.top(), chosen.left(), chosen.bottom(), chosen.right()) == (1, 1, 4, 5)


def test_a_frozen_cell_is_edited_where_it_is_seen(qtbot: QtBot, cells: RowTable) -> None:
    heard = []
    cells.cells_edited.connect(heard.append)
    part = cells.view.frozen
    place = QPoint(150, part.rowViewportPosition(2) + 5)
    qtbot.mouseClick(part.viewport(), LEFT, pos=place)
    qtbot.mouseDClick(part.viewport(), LEFT, pos=place)
    editor = cells.editing.editor
    assert editor.parent() is part.viewport()
    assert editor.geometry().contains(place)
    qtbot.keyClick(editor, "x")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert [(change.row.id, change.column_key) for change in heard[0]] == [(2, "c1")]


def test_a_cell_below_the_frozen_part_comes_into_sight(cells: RowTable) -> None:
    view = cells.view
    view.setCurrentIndex(cells.model.index(0, 7))
    view.setCurrentIndex(cells.model.index(0, 2))
    assert view.visualRect(cells.model.index(0, 2)).left() >= view.frozen.width()
    before = view.horizontalScrollBar().value()
    view.setCurrentIndex(cells.model.index(0, 0))
    assert view.horizontalScrollBar().value() == before


def test_widths_follow_in_both_directions(qtbot: QtBot, table: RowTable) -> None:
    part, header = table.view.frozen, table.view.horizontalHeader()
    edge = QPoint(199, 10)
    bar = part.horizontalHeader().viewport()
    qtbot.mousePress(bar, LEFT, pos=edge)
    qtbot.mouseMove(bar, edge + QPoint(40, 0))
    qtbot.mouseRelease(bar, LEFT, pos=edge + QPoint(40, 0))
    assert header.sectionSize(1) == part.horizontalHeader().sectionSize(1) > 120
    header.resizeSection(0, 77)
    assert part.horizontalHeader().sectionSize(0) == 77
    assert part.width() == 77 + header.sectionSize(1)


def test_hidden_and_moved_columns_are_taken_over(table: RowTable) -> None:
    table.show_column(0, False)
    assert table.view.frozen.width() == 100
    assert table.view.frozen.columnAt(50) == 1
    table.show_column(0, True)
    assert table.view.frozen.width() == 200
    table.move_column(1, -1)
    assert table.view.frozen.columnAt(50) == 1
    assert table.frozen_column() == "c0"
    table.move_column(0, 1)
    assert table.frozen_column() == "c2"


def test_typing_into_a_frozen_filter_line_filters(qtbot: QtBot, table: RowTable) -> None:
    line = table.view.frozen.horizontalHeader()._lines["c0"]
    assert line.isVisible()
    assert not table.header._lines["c0"].isVisible()
    qtbot.keyClicks(line, "7.0")
    qtbot.waitUntil(lambda: table.model.rowCount() == 6, timeout=2000)
    table.freeze_up_to("")
    assert table.header._lines["c0"].isVisible()
    assert table.header._lines["c0"].text() == "7.0"
    table.clear_filters()
    assert table.model.rowCount() == 60


def test_a_click_on_a_frozen_title_sorts(qtbot: QtBot, table: RowTable) -> None:
    bar = table.view.frozen.horizontalHeader().viewport()
    qtbot.mouseClick(bar, LEFT, pos=QPoint(40, 10))
    assert table.model.sort_keys == (SortKey("c0"),)


def test_the_selection_outlives_a_reset_below_two_views(qtbot: QtBot, table: RowTable) -> None:
    table.select_ids([40])
    with qtbot.waitSignal(table.model.modelReset):
        table.set_rows(rows()[::2])
    assert [row.id for row in table.selected_rows()] == [40]


def test_nothing_frozen_covers_an_empty_table(table: RowTable) -> None:
    table.set_rows([])
    assert table.view.frozen.height() == table.view.horizontalHeader().height()
    table.set_rows(rows())
    assert table.view.frozen.viewport().height() == table.view.viewport().height()


def test_frozen_columns_are_remembered(qtbot: QtBot, table: RowTable) -> None:
    other = table_of(qtbot, edit=False)
    other.restore_state(table.save_state())
    assert other.frozen_column() == "c1"
    other.reset_columns()
    assert other.frozen_column() == ""


def test_another_theme_keeps_what_is_frozen_and_scrolled(
    qapp: QApplication, table: RowTable
) -> None:
    table.view.verticalScrollBar().setValue(400)
    apply(DARK)
    try:
        qapp.processEvents()
        assert table.view.horizontalScrollBar().value() == 300
        assert table.view.verticalScrollBar().value() == 400
        assert table.view.frozen.rowAt(5) == table.view.rowAt(5)
    finally:
        apply(LIGHT)
        qapp.setStyleSheet("")


def test_the_width_of_a_frozen_column_is_remembered(qtbot: QtBot, table: RowTable) -> None:
    table.freeze_up_to("c0")
    table.view.horizontalHeader().resizeSection(table.model.column_number("c0"), 177)
    state = table.save_state()
    table.view.horizontalHeader().resizeSection(table.model.column_number("c0"), 90)
    table.restore_state(state)
    assert table.view.columnWidth(table.model.column_number("c0")) == 177
