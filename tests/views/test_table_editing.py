"""Editing in place: typing, refusing, moving on, filling down, clearing; nothing writes itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.views.table import CellChange, CellEdit, CellRefused, Column, Kind, RowTable

Key = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@dataclass(frozen=True)
class Machine:
    id: int
    code: str
    group: str
    power: Decimal | None
    active: bool = True


def number(row: Machine | None, text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise CellRefused(f"“{text}” is no number.") from None


def filled(row: Machine | None, text: str) -> str:
    if not text.strip():
        raise CellRefused("A machine needs a code.")
    return text.strip()


GROUPS = [("press", "Presses"), ("mill", "Mills")]


def group(row: Machine | None, text: str) -> str:
    raise CellRefused(f"There is no group {text}.")


COLUMNS = [
    Column("id", "No.", lambda row: row.id, kind=Kind.NUMBER, width=60),
    Column("code", "Code", lambda row: row.code, edit=CellEdit(lambda row: row.code, filled)),
    Column(
        "group",
        "Group",
        lambda row: dict(GROUPS)[row.group],
        edit=CellEdit(lambda row: dict(GROUPS)[row.group], group, choices=lambda row: GROUPS),
    ),
    Column(
        "power",
        "Power",
        lambda row: row.power,
        kind=Kind.NUMBER,
        edit=CellEdit(
            lambda row: str(row.power or ""),
            number,
            locked=lambda row: "" if row.active else "This machine is retired.",
        ),
    ),
    Column(
        "active",
        "Active",
        lambda row: row.active,
        text=lambda row: "yes" if row.active else "no",
        kind=Kind.FLAG,
        edit=CellEdit(lambda row: "yes" if row.active else "no", lambda row, text: text == "yes"),
    ),
]


def machines() -> list[Machine]:
    return [
        Machine(1, "P1", "press", Decimal(10)),
        Machine(2, "P2", "press", Decimal(20)),
        Machine(3, "M1", "mill", Decimal("30.5")),
        Machine(4, "M2", "mill", None, active=False),
    ]


class Page(QWidget):
    """What a page does: hears the changes of a gesture as one, and shows the rows anew."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[list[CellChange]] = []
        self.refuse = ""
        self.table = RowTable(COLUMNS, self)
        self.other = QLineEdit(self)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addWidget(self.other)
        self.table.cells_edited.connect(self._on_cells_edited)
        self.table.set_rows(machines())
        self.tester = QAbstractItemModelTester(
            self.table.model, QAbstractItemModelTester.FailureReportingMode.Fatal
        )

    def _on_cells_edited(self, changes: list[CellChange]) -> None:
        self.heard.append(changes)
        if self.refuse:
            self.table.refuse_edit(self.refuse)
            return
        rows = {row.id: row for row in self.table.rows()}
        for change in changes:
            rows[change.row.id] = replace(rows[change.row.id], **{change.column_key: change.value})
        self.table.set_rows(rows.values())


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    made = Page()
    qtbot.addWidget(made)
    made.resize(700, 400)
    with qtbot.waitExposed(made):
        made.show()
    made.table.view.setFocus()
    go(made, 0, 1)
    return made


def go(page: Page, row: int, column: int) -> None:
    page.table.view.go_to(page.table.model.index(row, column))


def at(page: Page) -> tuple[int, int]:
    index = page.table.view.currentIndex()
    return index.row(), index.column()


def press(
    qtbot: QtBot, page: Page, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier
) -> None:
    """Where the keyboard is: in the editor, or in the table."""
    qtbot.keyClick(page.table.editing.editor or page.table.view, key, modifier)


def type_in(qtbot: QtBot, page: Page, text: str) -> None:
    for letter in text:
        qtbot.keyClick(page.table.editing.editor or page.table.view, letter)


def told(page: Page) -> list[tuple[int, str, Any]]:
    """The one gesture that was heard."""
    (changes,) = page.heard
    return [(change.row.id, change.column_key, change.value) for change in changes]


def test_typing_replaces_and_enter_goes_down(qtbot: QtBot, page: Page) -> None:
    type_in(qtbot, page, "X9")
    press(qtbot, page, Key.Key_Return)
    assert told(page) == [(1, "code", "X9")]
    assert page.table.rows()[0].code == "X9"
    assert page.table.editing.editor is None
    assert at(page) == (1, 1)
    assert page.table.view.hasFocus()


def test_f2_keeps_the_text_and_shift_enter_goes_up(qtbot: QtBot, page: Page) -> None:
    go(page, 1, 1)
    press(qtbot, page, Key.Key_F2)
    assert page.table.editing.editor.text() == "P2"
    press(qtbot, page, Key.Key_End)
    type_in(qtbot, page, "a")
    press(qtbot, page, Key.Key_Return, SHIFT)
    assert told(page) == [(2, "code", "P2a")]
    assert at(page) == (0, 1)


def test_a_double_click_edits(qtbot: QtBot, page: Page) -> None:
    view = page.table.view
    place = view.visualRect(page.table.model.index(2, 1)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.table.editing.editor.text() == "M1"
    assert page.table.editing.editor.geometry().contains(place)


def test_tab_goes_to_the_next_cell_that_can_be_edited(qtbot: QtBot, page: Page) -> None:
    go(page, 0, 3)
    type_in(qtbot, page, "11")
    press(qtbot, page, Key.Key_Tab)
    assert at(page) == (0, 4)
    press(qtbot, page, Key.Key_F2)
    press(qtbot, page, Key.Key_Tab)
    assert at(page) == (1, 1)
    press(qtbot, page, Key.Key_F2)
    press(qtbot, page, Key.Key_Backtab, SHIFT)
    assert at(page) == (0, 4)
    assert told(page) == [(1, "power", Decimal(11))]


def test_escape_gives_up(qtbot: QtBot, page: Page) -> None:
    type_in(qtbot, page, "X9")
    press(qtbot, page, Key.Key_Escape)
    assert page.heard == []
    assert page.table.editing.editor is None
    assert page.table.view.hasFocus()


def test_nothing_is_told_when_nothing_changed(qtbot: QtBot, page: Page) -> None:
    press(qtbot, page, Key.Key_F2)
    press(qtbot, page, Key.Key_Return)
    assert page.heard == []
    assert at(page) == (1, 1)


def test_a_bad_value_stays_with_its_reason(qtbot: QtBot, page: Page) -> None:
    go(page, 0, 3)
    type_in(qtbot, page, "1o")
    press(qtbot, page, Key.Key_Return)
    editing = page.table.editing
    assert editing.editor.text() == "1o"
    assert editing.editor.property("bad") is True
    assert editing.editor.accessibleDescription() == "“1o” is no number."
    assert editing.reason.isVisible()
    assert editing.reason.text() == "“1o” is no number."
    assert at(page) == (0, 3)
    press(qtbot, page, Key.Key_Backspace)
    assert not editing.reason.isVisible()
    type_in(qtbot, page, "5")
    press(qtbot, page, Key.Key_Return)
    assert told(page) == [(1, "power", Decimal(15))]


def test_a_click_elsewhere_does_not_lose_a_bad_value(qtbot: QtBot, page: Page) -> None:
    go(page, 0, 3)
    type_in(qtbot, page, "1o")
    view = page.table.view
    place = view.visualRect(page.table.model.index(2, 1)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.table.editing.editor.text() == "1o"
    assert at(page) == (0, 3)
    page.other.setFocus()
    assert page.table.editing.editor.text() == "1o"
    assert page.heard == []


def test_going_elsewhere_takes_a_good_value(qtbot: QtBot, page: Page) -> None:
    type_in(qtbot, page, "X9")
    page.other.setFocus()
    assert told(page) == [(1, "code", "X9")]
    assert page.table.editing.editor is None
    assert page.other.hasFocus()


def test_what_the_page_cannot_write_stays_with_its_reason(qtbot: QtBot, page: Page) -> None:
    page.refuse = "Somebody else changed this machine."
    type_in(qtbot, page, "X9")
    press(qtbot, page, Key.Key_Return)
    assert page.table.editing.editor.text() == "X9"
    assert page.table.editing.reason.text() == "Somebody else changed this machine."


def test_choices_are_offered_and_taken_by_their_words(qtbot: QtBot, page: Page) -> None:
    go(page, 0, 2)
    press(qtbot, page, Key.Key_F2)
    editor = page.table.editing.editor
    popup = editor.completer().popup()
    assert popup.isVisible()
    assert popup.model().rowCount() == 2
    editor.selectAll()
    type_in(qtbot, page, "mills")
    press(qtbot, page, Key.Key_Return)
    assert told(page) == [(1, "group", "mill")]


def test_a_word_that_is_no_choice_is_refused(qtbot: QtBot, page: Page) -> None:
    go(page, 0, 2)
    type_in(qtbot, page, "Saws")
    press(qtbot, page, Key.Key_Return)
    assert page.table.editing.reason.text() == "There is no group Saws."
    assert page.heard == []


def test_a_locked_cell_says_why(qtbot: QtBot, page: Page) -> None:
    go(page, 3, 3)
    press(qtbot, page, Key.Key_F2)
    assert page.table.editing.editor is None
    assert page.table.editing.reason.text() == "This machine is retired."
    go(page, 0, 3)
    assert not page.table.editing.reason.isVisible()


def test_a_column_without_edit_is_not_edited(qtbot: QtBot, page: Page) -> None:
    go(page, 0, 0)
    type_in(qtbot, page, "7")
    press(qtbot, page, Key.Key_F2)
    assert page.table.editing.editor is None
    opened = []
    page.table.row_activated.connect(opened.append)
    press(qtbot, page, Key.Key_Return, CONTROL)
    assert [row.id for row in opened] == [1]


def test_the_space_bar_turns_a_yes_into_a_no(qtbot: QtBot, page: Page) -> None:
    go(page, 1, 4)
    press(qtbot, page, Key.Key_Space)
    assert told(page) == [(2, "active", False)]


def test_a_chinese_word_begins_in_the_editor(qtbot: QtBot, page: Page) -> None:
    event = QInputMethodEvent()
    event.setCommitString("压机")
    QCoreApplication.sendEvent(page.table.view, event)
    assert page.table.editing.editor.text() == "压机"
    press(qtbot, page, Key.Key_Return)
    assert told(page) == [(1, "code", "压机")]


def test_delete_clears_the_selected_cells_in_one_gesture(qtbot: QtBot, page: Page) -> None:
    page.table.set_columns(
        [
            replace(each, edit=replace(each.edit, parse=lambda row, text: Decimal(text or 0)))
            if each.key == "power"
            else each
            for each in COLUMNS
        ]
    )
    select(page, 0, 3, 2, 3)
    press(qtbot, page, Key.Key_Delete)
    assert told(page) == [(n, "power", Decimal(0)) for n in (1, 2, 3)]


def test_clearing_what_must_not_be_empty_changes_nothing_and_says_why(
    qtbot: QtBot, page: Page
) -> None:
    go(page, 0, 1)
    press(qtbot, page, Key.Key_Delete)
    assert page.table.editing.reason.text() == "A machine needs a code."
    select(page, 0, 1, 2, 1)
    press(qtbot, page, Key.Key_Delete)
    assert page.heard == []
    assert page.table.rows() == machines()
    preview = page.table.many.preview
    assert preview.title.text() == "3 cells cannot be taken"
    assert not preview.apply_button.isEnabled()
    press(qtbot, page, Key.Key_Escape)


def test_fill_down_takes_the_topmost_cell(qtbot: QtBot, page: Page) -> None:
    select(page, 0, 2, 3, 3)
    page.table.set_rows([replace(row, active=True) for row in machines()])
    press(qtbot, page, Key.Key_D, CONTROL)
    assert told(page) == [
        (3, "group", "press"),
        (4, "group", "press"),
        (2, "power", Decimal(10)),
        (3, "power", Decimal(10)),
        (4, "power", Decimal(10)),
    ]


def test_fill_down_of_one_cell_takes_the_cell_above(qtbot: QtBot, page: Page) -> None:
    go(page, 2, 3)
    press(qtbot, page, Key.Key_D, CONTROL)
    assert told(page) == [(3, "power", Decimal(20))]


def test_the_editor_follows_its_row(qtbot: QtBot, page: Page) -> None:
    type_in(qtbot, page, "X9")
    rows = machines()
    page.table.set_rows([Machine(9, "A", "mill", None), *rows])
    editing = page.table.editing
    cell = page.table.view.visualRect(page.table.model.index(1, 1))
    assert editing.editor.geometry().top() == cell.top()
    page.table.set_rows(rows[1:])
    assert editing.editor is None
    assert page.heard == []


def test_totals_of_the_selected_cells(page: Page) -> None:
    select(page, 0, 3, 3, 3)
    text = page.table.footer.text()
    assert "4 cells" in text
    assert "Σ 60.5" in text
    assert "average 20.167" in text


def test_copied_cells_are_what_is_selected(qtbot: QtBot, page: Page) -> None:
    select(page, 0, 1, 1, 2)
    press(qtbot, page, Key.Key_C, CONTROL)
    assert QApplication.clipboard().text() == "P1\tPresses\nP2\tPresses\n"
    press(qtbot, page, Key.Key_C, CONTROL | SHIFT)
    assert QApplication.clipboard().text().startswith("Code\tGroup\n")


def test_a_selection_begins_where_enter_went(qtbot: QtBot, page: Page) -> None:
    go(page, 0, 1)
    type_in(qtbot, page, "X9")
    press(qtbot, page, Key.Key_Return)
    press(qtbot, page, Key.Key_Down, SHIFT)
    assert selected(page) == [(1, 1), (2, 1)]
    go(page, 0, 1)
    press(qtbot, page, Key.Key_F2)
    press(qtbot, page, Key.Key_Tab)
    press(qtbot, page, Key.Key_Right, SHIFT)
    assert selected(page) == [(0, 2), (0, 3)]


def test_control_space_selects_the_whole_column(qtbot: QtBot, page: Page) -> None:
    press(qtbot, page, Key.Key_Space, CONTROL)
    assert selected(page) == [(row, 1) for row in range(4)]


def test_shift_space_selects_the_whole_row(qtbot: QtBot, page: Page) -> None:
    press(qtbot, page, Key.Key_Space, SHIFT)
    chosen = page.table.view.selectionModel()
    assert chosen.isRowSelected(0)
    assert not chosen.isRowSelected(1)
    assert [row.id for row in page.table.selected_rows()] == [1]


def test_a_click_on_the_row_number_selects_the_row(qtbot: QtBot, page: Page) -> None:
    header = page.table.view.verticalHeader()
    place = QPoint(5, header.sectionViewportPosition(1) + 5)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.table.view.selectionModel().isRowSelected(1)


def selected(page: Page) -> list[tuple[int, int]]:
    cells = page.table.view.selectionModel().selectedIndexes()
    return sorted((index.row(), index.column()) for index in cells)


def select(page: Page, top: int, left: int, bottom: int, right: int) -> None:
    from PySide6.QtCore import QItemSelection, QItemSelectionModel

    model, chosen = page.table.model, page.table.view.selectionModel()
    chosen.setCurrentIndex(model.index(top, left), QItemSelectionModel.SelectionFlag.NoUpdate)
    cells = QItemSelection(model.index(top, left), model.index(bottom, right))
    chosen.select(cells, QItemSelectionModel.SelectionFlag.ClearAndSelect)
