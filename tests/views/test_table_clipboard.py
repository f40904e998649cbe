"""What is on the clipboard becomes cells: tabs, quotes, line breaks, HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData

from app.views.table_clipboard import from_html, from_tabs, grid_of


@pytest.mark.parametrize(
    ("text", "grid"),
    [
        ("", []),
        ("\r\n", []),
        ("a", [["a"]]),
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\t\n\tb\n", [["a", ""], ["", "b"]]),
        ("a\n\nb\n", [["a"], [""], ["b"]]),
        ('"two\nlines"\tb\n', [["two\nlines", "b"]]),
        ('"say ""hi"""\tb', [['say "hi"', "b"]]),
        ('5" pipe\tb', [['5" pipe', "b"]]),
        ('"5 inch" pipe\tb', [['"5 inch" pipe', "b"]]),
        ('"open\tb\nc\td', [['"open', "b"], ["c", "d"]]),
        ("１２\t支", [["１２", "支"]]),
    ],
)
def test_tabs_and_quotes(text: str, grid: list[list[str]]) -> None:
    assert from_tabs(text) == grid


cells = st.text(st.sampled_from('ab"1 中\n\t'), max_size=6)


@given(st.lists(st.lists(cells, min_size=2, max_size=3), min_size=1, max_size=4))
def test_what_excel_quotes_is_read_back(grid: list[list[str]]) -> None:
    def quoted(cell: str) -> str:
        if any(mark in cell for mark in '\t\n"'):
            return '"' + cell.replace('"', '""') + '"'
        return cell

    text = "".join("\t".join(map(quoted, row)) + "\r\n" for row in grid)
    if any(cell.strip("\n") for row in grid for cell in row):
        assert from_tabs(text) == grid


def test_a_table_in_html() -> None:
    html = (
        "<html><body><!--StartFragment--><table><tr><td colspan=2>Item<br>no.</td>"
        "<td>Pieces</td></tr><tr><td>HX-1</td><td></td><td> 1,200&nbsp;</td></tr></table>"
    )
    assert from_html(html) == [["Item\nno.", "", "Pieces"], ["HX-1", "", "1,200"]]


def test_tabs_are_believed_before_html() -> None:
    data = QMimeData()
    data.setText("a\tb")
    data.setHtml("<table><tr><td>x</td></tr></table>")
    assert grid_of(data) == [["a", "b"]]
    data.setText("x y")
    assert grid_of(data) == [["x"]]
    data.setHtml("<p>x y</p>")
    assert grid_of(data) == [["x y"]]
