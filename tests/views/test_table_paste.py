"""Pasting: what goes where, what is refused and why, new rows, one gesture for all of it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.table import PastedRows
from app.views.table_preview import PastePreview
from tests.views.test_table_editing import CONTROL, Key, Page, go, machines, select, told


class PastingPage(Page):
    """Takes new rows as well."""

    def __init__(self) -> None:
        super().__init__()
        self.pasted: list[PastedRows] = []
        self.table.takes_new_rows = True
        self.table.rows_pasted.connect(self.pasted.append)


@pytest.fixture
def page(qtbot: QtBot) -> PastingPage:
    made = PastingPage()
    qtbot.addWidget(made)
    made.resize(900, 560)
    with qtbot.waitExposed(made):
        made.show()
    made.table.view.setFocus()
    go(made, 0, 1)
    return made


def paste(qtbot: QtBot, page: Page, text: str, html: str = "") -> PastePreview | None:
    """Ctrl+V; the preview if there is one."""
    data = QMimeData()
    data.setText(text)
    if html:
        data.setHtml(html)
    QApplication.clipboard().setMimeData(data)
    qtbot.keyClick(page.table.view, Key.Key_V, CONTROL)
    preview = page.table.many.preview
    if preview is not None:
        qtbot.waitUntil(lambda: preview._coming is None)
    return preview


def listed(preview: PastePreview) -> list[tuple[int, str, str, str, str]]:
    """(row number, column, now, then, remark) as the list shows them."""
    return [
        (each.number, each.column.key, each.before, each.text, each.refusal)
        for each in preview.list.visible_rows()
    ]


def accept(qtbot: QtBot, preview: PastePreview) -> None:
    qtbot.keyClick(preview.list.view, Key.Key_Return, CONTROL)


def test_one_value_goes_into_the_current_cell_at_once(qtbot: QtBot, page: PastingPage) -> None:
    assert paste(qtbot, page, "X9\r\n") is None
    assert told(page) == [(1, "code", "X9")]


def test_one_value_fills_all_selected_cells(qtbot: QtBot, page: PastingPage) -> None:
    select(page, 0, 3, 2, 3)
    assert paste(qtbot, page, "1,200") is None
    assert [(row, value) for row, _, value in told(page)] == [(1, 1200), (2, 1200), (3, 1200)]


def test_one_bad_value_says_why_beside_the_cell(qtbot: QtBot, page: PastingPage) -> None:
    go(page, 0, 3)
    assert paste(qtbot, page, "100支") is None
    assert page.heard == []
    assert page.table.editing.reason.text() == "“100支” is no number."


def test_several_cells_are_shown_first_and_told_as_one(qtbot: QtBot, page: PastingPage) -> None:
    preview = paste(qtbot, page, "N1\tMills\t7\nN2\tPresses\t20\n")
    assert page.heard == []
    assert preview.title.text() == "4 cells change · in 2 rows"
    assert listed(preview) == [
        (0, "code", "P1", "N1", ""),
        (0, "group", "Presses", "Mills", ""),
        (0, "power", "10", "7", ""),
        (1, "code", "P2", "N2", ""),
    ]
    assert preview.list.view.hasFocus()
    accept(qtbot, preview)
    assert told(page) == [
        (1, "code", "N1"),
        (1, "group", "mill"),
        (1, "power", 7),
        (2, "code", "N2"),
    ]
    assert page.table.many.preview is None
    assert page.table.view.hasFocus()


def test_bad_cells_are_marked_and_only_the_good_ones_taken(qtbot: QtBot, page: PastingPage) -> None:
    preview = paste(qtbot, page, "\tSaws\t100支\nN2\tMills\t8\n")
    assert preview.title.text() == "3 cells change · in 1 rows · 3 cells cannot be taken"
    assert listed(preview)[:3] == [
        (0, "code", "P1", "", "A machine needs a code."),
        (0, "group", "Presses", "Saws", "There is no group Saws."),
        (0, "power", "10", "100支", "“100支” is no number."),
    ]
    qtbot.mouseClick(preview.only_bad, Qt.MouseButton.LeftButton)
    assert len(listed(preview)) == 3
    assert preview.apply_button.text() == "Take the good ones"
    qtbot.mouseClick(preview.apply_button, Qt.MouseButton.LeftButton)
    assert told(page) == [(2, "code", "N2"), (2, "group", "mill"), (2, "power", 8)]


def test_escape_gives_up(qtbot: QtBot, page: PastingPage) -> None:
    preview = paste(qtbot, page, "N1\nN2\n")
    qtbot.keyClick(preview.list.view, Key.Key_Escape)
    assert page.table.many.preview is None
    assert page.heard == []
    assert page.table.rows() == machines()


def test_titles_in_the_first_line_find_their_columns(qtbot: QtBot, page: PastingPage) -> None:
    go(page, 1, 0)
    preview = paste(qtbot, page, "ｐｏｗｅｒ\tCode*\n5\tN2\n6\tN3\n")
    assert [each[:2] + each[3:4] for each in listed(preview)] == [
        (1, "power", "5"),
        (1, "code", "N2"),
        (2, "power", "6"),
        (2, "code", "N3"),
    ]


def test_rows_beyond_the_last_are_new(qtbot: QtBot, page: PastingPage) -> None:
    go(page, 3, 1)
    preview = paste(qtbot, page, "N4\tMills\nN5\tPresses\n\t\nN6\tSaws\n")
    assert (
        preview.title.text() == "1 cells change · in 1 rows · 1 new rows · 1 cells cannot be taken"
    )
    assert listed(preview)[0][:2] == (6, "group")
    accept(qtbot, preview)
    (both,) = page.pasted
    assert [(c.row.id, c.column_key, c.value) for c in both.changes] == [(4, "code", "N4")]
    assert both.rows == ({"code": "N5", "group": "press"},)
    assert page.heard == []


def test_no_new_rows_where_the_page_takes_none(qtbot: QtBot, page: PastingPage) -> None:
    page.table.takes_new_rows = False
    go(page, 3, 1)
    preview = paste(qtbot, page, "N4\nN5\n")
    assert listed(preview)[0][4] == "The table has no further row here."
    accept(qtbot, preview)
    assert told(page) == [(4, "code", "N4")]


def test_cells_beyond_the_last_column_are_refused(qtbot: QtBot, page: PastingPage) -> None:
    go(page, 0, 3)
    preview = paste(qtbot, page, "5\tno\tx\ty\n")
    remarks = [each[4] for each in listed(preview)]
    assert remarks.count("The table has no further column here.") == 2
    accept(qtbot, preview)
    assert told(page) == [(1, "power", 5), (1, "active", False)]


def test_a_column_to_look_at_is_not_written(qtbot: QtBot, page: PastingPage) -> None:
    go(page, 0, 0)
    preview = paste(qtbot, page, "1\tN1\n9\tN2\n")
    assert listed(preview)[0] == (1, "id", "2", "9", "This column cannot be changed.")
    accept(qtbot, preview)
    assert told(page) == [(1, "code", "N1"), (2, "code", "N2")]


def test_several_values_are_repeated_over_a_larger_selection(
    qtbot: QtBot, page: PastingPage
) -> None:
    select(page, 0, 1, 3, 1)
    preview = paste(qtbot, page, "A\nB\n")
    assert [each[3] for each in listed(preview)] == ["A", "B", "A", "B"]


def test_pasting_goes_by_what_is_shown(qtbot: QtBot, page: PastingPage) -> None:
    """Hidden columns and rows that the filter leaves out are not written over."""
    page.table.show_column(2, False)
    page.table.model.set_filter("code", "M")
    page.table.group_by("group")
    go(page, 1, 1)
    preview = paste(qtbot, page, "N3\t5\nN4\t6\n")
    assert [(each[0], each[1]) for each in listed(preview) if not each[4]] == [
        (1, "code"),
        (1, "power"),
        (2, "code"),
    ]
    assert [each[4] for each in listed(preview) if each[4]] == ["This machine is retired."]


def test_an_html_table_is_pasted_as_cells(qtbot: QtBot, page: PastingPage) -> None:
    html = "<table><tr><td>N1<td>Mills</tr></table>"
    preview = paste(qtbot, page, "N1 Mills", html)
    assert [each[3] for each in listed(preview)] == ["N1", "Mills"]


def test_what_the_page_cannot_write_stays_in_sight(qtbot: QtBot, page: PastingPage) -> None:
    page.refuse = "Somebody else changed machine P1."
    preview = paste(qtbot, page, "N1\nN2\n")
    accept(qtbot, preview)
    assert page.table.many.preview is preview
    assert preview.trouble.isVisible()
    assert preview.trouble.text() == "Somebody else changed machine P1."


def test_the_chosen_line_of_the_list_shows_its_cell(qtbot: QtBot, page: PastingPage) -> None:
    preview = paste(qtbot, page, "N1\nN2\nN3\n")
    qtbot.keyClick(preview.list.view, Key.Key_Down)
    assert page.table.view.currentIndex().row() == 1
    assert preview.list.view.hasFocus()


def test_the_preview_shows_the_value_that_was_understood(qtbot: QtBot, page: PastingPage) -> None:
    go(page, 0, 3)
    preview = paste(qtbot, page, " 1200.50 \n1,5oo\n")
    after = preview.list.model.column_number("after")
    assert [preview.list.model.text_at(row, after) for row in (0, 1)] == ["1,5oo", "1,200.5"]


def test_the_same_values_change_nothing(qtbot: QtBot, page: PastingPage) -> None:
    assert paste(qtbot, page, "P1") is None
    assert page.table.editing.reason.text() == "The cells hold these values already."
    preview = paste(qtbot, page, "P1\nP2\n")
    assert preview.title.text() == "The cells hold these values already."
    assert not preview.apply_button.isEnabled()
    assert page.heard == []


def test_thousands_of_cells_are_checked_in_slices(qtbot: QtBot, page: PastingPage) -> None:
    seen: list[Any] = []
    text = "".join(f"N{n}\tMills\t{n}\n" for n in range(12_000))
    data = QMimeData()
    data.setText(text)
    QApplication.clipboard().setMimeData(data)
    qtbot.keyClick(page.table.view, Key.Key_V, CONTROL)
    preview = page.table.many.preview
    seen.append(preview.title.text())
    assert seen[0].startswith("Checking the cells: ")
    assert not preview.apply_button.isEnabled()
    qtbot.waitUntil(lambda: preview._coming is None, timeout=20_000)
    assert "11996 new rows" in preview.title.text()
    qtbot.keyClick(preview.list.view, Key.Key_Escape)


def test_far_too_many_cells_are_refused(qtbot: QtBot, page: PastingPage) -> None:
    assert paste(qtbot, page, "1\n" * 200_001) is None
    assert "200,000 cells" in page.table.editing.reason.text()
