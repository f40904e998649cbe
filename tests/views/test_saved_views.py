"""Saved views: saved, shown, changed, renamed, deleted, shown at the start, undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.services.views import saved_views
from app.views.context import AppContext
from app.views.saved_views import SavedViews
from app.views.table import Column, RowTable, SortKey


@dataclass(frozen=True)
class Row:
    id: int
    code: str
    state: str


COLUMNS = [
    Column("code", "Code", lambda row: row.code),
    Column("state", "State", lambda row: row.state),
    Column("id", "No.", lambda row: row.id),
]
ROWS = [Row(1, "A", "open"), Row(2, "B", "done"), Row(3, "C", "open")]


class Page(QWidget):
    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.table = RowTable(COLUMNS, self)
        self.table.sort_by(SortKey("code", descending=True))
        self.views = SavedViews(context, self.table, "rows", self)
        layout = QVBoxLayout(self)
        layout.addWidget(self.views)
        layout.addWidget(self.table)
        self.table.set_rows(ROWS)

    def action(self, text: str) -> QAction:
        self.views._fill()
        return next(each for each in self.views.menu().actions() if each.text() == text)

    def texts(self) -> list[str]:
        self.views._fill()
        return [each.text() for each in self.views.menu().actions() if each.text()]


Open = Callable[[], Page]


@pytest.fixture
def open_page(qtbot: QtBot, context: AppContext) -> Open:
    def make() -> Page:
        context.changes.look()
        page = Page(context)
        qtbot.addWidget(page)
        with qtbot.waitExposed(page):
            page.show()
        qtbot.waitUntil(lambda: not context.jobs.busy())
        return page

    return make


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page()


def name_it(qtbot: QtBot, page: Page, name: str) -> None:
    asking = page.views.findChild(QInputDialog)
    line = asking.findChild(QLineEdit)
    line.selectAll()
    qtbot.keyClicks(line, name)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def save(qtbot: QtBot, page: Page, name: str) -> None:
    page.action("Save as a new view…").trigger()
    name_it(qtbot, page, name)
    qtbot.waitUntil(lambda: name in page.texts())


def arrange_open(page: Page) -> None:
    page.table.model.set_filter("state", "open")
    page.table.group_by("state")
    page.table.sort_by(SortKey("id"))
    page.table.show_column(0, False)
    page.table.freeze_up_to("state")


def codes(page: Page) -> str:
    return "".join(row.code for row in page.table.visible_rows())


def test_a_view_brings_back_the_whole_arrangement(qtbot: QtBot, page: Page) -> None:
    arrange_open(page)
    save(qtbot, page, "Open ones")
    page.action("As at the start").trigger()
    assert codes(page) == "CBA"
    assert page.table.header._lines["state"].text() == ""
    assert page.table.model.group_keys == ()
    assert [column.key for column in page.table.shown_columns()] == ["code", "state", "id"]
    page.action("Open ones").trigger()
    assert codes(page) == "AC"
    assert page.table.model.group_keys == ("state",)
    assert page.table.frozen_column() == "state"
    assert [column.key for column in page.table.shown_columns()] == ["state", "id"]
    assert page.table.view.frozen.horizontalHeader()._lines["state"].text() == "open"
    assert page.views.text() == "Open ones"
    assert page.views.accessibleName() == "View: Open ones"


def test_changes_are_saved_over_the_view_and_undone(
    qtbot: QtBot, page: Page, context: AppContext, database: Database
) -> None:
    save(qtbot, page, "Mine")
    assert not page.action("Save changes of “Mine”").isEnabled()
    page.table.sort_by(SortKey("id"))
    page.action("Save changes of “Mine”").trigger()
    (row,) = saved_views(database, "li", "rows")
    assert row.state["sort"] == [["id", False]]
    context.edits.stack.undo()
    (row,) = saved_views(database, "li", "rows")
    assert row.state["sort"] == [["code", True]]


def test_rename_keeps_the_view_in_use(qtbot: QtBot, page: Page) -> None:
    save(qtbot, page, "Mine")
    page.action("Rename…").trigger()
    name_it(qtbot, page, "R&D")
    qtbot.waitUntil(lambda: page.views.used == "R&D")
    assert "R&&D" in page.texts()
    assert "Mine" not in page.texts()


def test_delete_leaves_the_table_as_it_is(qtbot: QtBot, page: Page, context: AppContext) -> None:
    arrange_open(page)
    save(qtbot, page, "Mine")
    page.action("Delete").trigger()
    qtbot.waitUntil(lambda: page.views.used == "")
    assert codes(page) == "AC"
    assert page.texts() == ["As at the start", "Save as a new view…"]
    context.edits.stack.undo()
    qtbot.waitUntil(lambda: "Mine" in page.texts())


def test_the_chosen_view_is_shown_at_the_start(qtbot: QtBot, page: Page, open_page: Open) -> None:
    arrange_open(page)
    save(qtbot, page, "Open ones")
    page.action("Show this view at the start").trigger()
    again = open_page()
    qtbot.waitUntil(lambda: again.views.used == "Open ones")
    assert codes(again) == "AC"
    again.action("Show this view at the start").trigger()
    qtbot.waitUntil(lambda: not again.action("Show this view at the start").isChecked())
    assert open_page().views.used == ""


def test_a_name_that_is_taken_is_refused(
    qtbot: QtBot, page: Page, context: AppContext, database: Database
) -> None:
    noticed = []
    context.noticed.connect(noticed.append)
    save(qtbot, page, "Mine")
    page.action("Save as a new view…").trigger()
    name_it(qtbot, page, "mine")
    assert noticed[0].text() == "There is a view Mine already. Choose another name."
    assert len(saved_views(database, "li", "rows")) == 1


def test_the_keyboard_opens_the_menu(qtbot: QtBot, page: Page) -> None:
    qtbot.keyClick(
        page.table.view,
        Qt.Key.Key_V,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    qtbot.waitUntil(page.views.menu().isVisible)
    qtbot.keyClick(page.views.menu(), Qt.Key.Key_Escape)


def test_another_language_keeps_the_view(qtbot: QtBot, page: Page, context: AppContext) -> None:
    arrange_open(page)
    save(qtbot, page, "Mine")
    context.set_language("zh")
    assert page.views.text() == "Mine"
    assert codes(page) == "AC"
    context.set_language("en")
