"""Tables of a web page that carries the name of a workbook, as many programs export them.

Every cell is the text that is shown, so that codes keep their leading zeros; a number that the page
also states exactly (``x:num``, as spreadsheets write it) is taken exactly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from app.services.exchange.cells import Cell, Page, Percent, Trouble
from app.services.exchange.limits import MOST_COLUMNS, MOST_ROWS, TooLarge
from app.services.exchange.markup import Damaged, Grid, text_cell

_SHEET_NAME = re.compile(r"<x:Name>([^<]{1,100})</x:Name>")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_SHOWN_NUMBER = re.compile(r"[+-]?(?:[1-9][\d,]*|0)?(?:\.\d+)?\s*(%?)")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide", re.IGNORECASE)
_UNREAD = {"script", "style", "title", "head", "select", "textarea"}
_BLOCKS = {"p", "div", "li", "tr"}
MOST_TABLES = 200
MOST_DEPTH = 50


def html_pages(text: str, name: str, notes: tuple[Trouble, ...]) -> list[Page] | Trouble:
    """A page for each table with something in it; one that lies within another stands alone."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.asks_password:
        return Trouble("login_page")
    if reader.open_tables:
        return Trouble("web_page_cut")
    found = [table for table in reader.tables if table.grid.rows]
    if not found:
        return Trouble("web_page")
    named = _SHEET_NAME.findall(text)
    pages = []
    for number, table in enumerate(found, 1):
        grid = table.grid
        usual = name if len(found) == 1 else f"{name} {number}"
        grid.name = named[number - 1] if len(named) == len(found) else table.caption or usual
        pages.append(grid.page(notes))
    return pages


@dataclass
class _Table:
    grid: Grid = field(default_factory=lambda: Grid(""))
    caption: str = ""
    row: int = 0
    column: int = 0
    taken: dict[int, int] = field(default_factory=dict)
    """Column → last row that a cell above covers."""
    cell: list[str] | None = None
    number: str = ""
    span: tuple[int, int] = (1, 1)
    in_caption: bool = False

    def begin_row(self, *, hidden: bool) -> None:
        self.end_cell()
        self.row += 1
        self.column = 1
        self.grid.hidden_rows += hidden

    def begin_cell(self, down: int, across: int, number: str) -> None:
        self.end_cell()
        if self.row == 0:  # a cell without a row
            self.begin_row(hidden=False)
        while self.taken.get(self.column, 0) >= self.row:
            self.column += 1
        self.cell, self.number, self.span = [], number, (down, across)
        if self.row > MOST_ROWS or self.column + across - 1 > MOST_COLUMNS:
            raise TooLarge(self.grid.name, self.row, self.column)
        for column in range(self.column, self.column + across):
            self.taken[column] = self.row + down - 1

    def end_cell(self) -> None:
        if self.cell is None:
            return
        down, across = self.span
        text = _lines("".join(self.cell))
        self.cell = None
        self.grid.put(self.row, self.column, _value(text, self.number), down - 1, across - 1)
        self.column += across


class _Reader(HTMLParser):
    """Forgiving as browsers are: a new cell ends the last one, a new row the last row."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self.open_tables: list[_Table] = []
        self.asks_password = False
        self._unread = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unread:
            return
        if tag in _UNREAD:
            self._unread = tag
            return
        said = {key: value or "" for key, value in attrs}
        if tag == "input" and said.get("type", "").casefold() == "password":
            self.asks_password = True
        if tag == "table":
            self._begin_table()
        if not self.open_tables:
            return
        table = self.open_tables[-1]
        if tag == "tr":
            table.begin_row(hidden=bool(_HIDDEN.search(said.get("style", ""))))
        elif tag in ("td", "th"):
            table.begin_cell(_span(said, "rowspan"), _span(said, "colspan"), said.get("x:num", ""))
        elif tag == "caption":
            table.in_caption = True
        elif tag == "br" or tag in _BLOCKS:
            self._add("\x00")

    def handle_endtag(self, tag: str) -> None:
        if self._unread:
            self._unread = "" if tag == self._unread else self._unread
            return
        if not self.open_tables:
            return
        table = self.open_tables[-1]
        if tag == "table":
            table.end_cell()
            self.open_tables.pop()
        elif tag in ("td", "th", "tr"):
            table.end_cell()
        elif tag == "caption":
            table.in_caption = False
        elif tag in _BLOCKS:
            self._add("\x00")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._add(data)

    def _add(self, text: str) -> None:
        if not self.open_tables:
            return
        table = self.open_tables[-1]
        if table.cell is not None:
            table.cell.append(text)
        elif table.in_caption:
            table.caption = (table.caption + text.replace("\x00", " ")).strip()[:100]

    def _begin_table(self) -> None:
        if len(self.tables) >= MOST_TABLES or len(self.open_tables) >= MOST_DEPTH:
            raise TooLarge
        table = _Table()
        self.tables.append(table)
        self.open_tables.append(table)


def _span(said: dict[str, str], key: str) -> int:
    """How many rows or columns a cell covers; what is no such number is one."""
    text = said.get(key, "1").strip()
    if not text.isascii() or not text.isdigit():
        return 1
    number = int(text[:6])
    if key == "rowspan" and number == 0:  # to the end of the table
        return MOST_ROWS
    return max(1, min(number, MOST_ROWS))


def _lines(text: str) -> str:
    """As a browser shows it: blanks are one blank, only breaks are lines."""
    lines = (_BLANKS.sub(" ", line).strip(" ") for line in text.split("\x00"))
    return "\n".join(line for line in lines if line)


def _value(text: str, exact: str) -> Cell:
    shown = _SHOWN_NUMBER.fullmatch(text.strip())
    if exact and shown and any(sign.isdigit() for sign in text):
        try:
            number = float(exact)
        except ValueError:
            raise Damaged("damaged") from None
        if shown[1]:
            return Percent(number)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return text_cell(text)
