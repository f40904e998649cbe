"""What web pages and XML spreadsheets under a workbook's name have in common.

Programs that export "to Excel" often write either, and call it ``.xls``.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from app.services.exchange.cells import Broken, Cell, Page, Trouble
from app.services.exchange.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, TooLarge
from app.services.exchange.text_shape import find_encoding
from app.services.exchange.xlsx import rows_of

_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "ks_c_5601-1987": "cp949",
          "euc-kr": "cp949", "unicode": "utf-16"}  # fmt: skip
"""What is meant where an older name stands: the encodings that hold all of it."""
_LOOKED_AT = 4096
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}


class Damaged(Exception):
    """The file is not whole; ``trouble`` says it."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.trouble = Trouble(code, tuple(values.items()))


def decoded(data: bytes) -> tuple[str, tuple[Trouble, ...]]:
    """The text, by its own declaration or else by its bytes; a note where that was a guess.

    Errors: ``Damaged``; ``NoEncoding`` of ``find_encoding``.
    """
    found = None if _marked(data) else _DECLARED.search(data[:_LOOKED_AT])
    if found is not None:
        named = found[1].decode("ascii").casefold()
        try:
            return data.decode(_WIDER.get(named, named)), ()
        except LookupError:
            pass
        except UnicodeDecodeError:
            raise Damaged("not_in_encoding", encoding=named) from None
    encoding, certain, _ = find_encoding(data)
    notes = () if certain else (Trouble("encoding_taken", (("key", encoding),)),)
    return data.decode(encoding), notes


def _marked(data: bytes) -> bool:
    marks = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return data.startswith(marks) or b"\x00" in data[:_LOOKED_AT]


@dataclass
class Grid:
    """Cells on their way to a page. Rows and columns count from 1."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    """(first row, last row, column) of cells merged downwards."""
    last: int = 0
    count: int = 0
    hidden_rows: int = 0
    hidden: bool = False

    def put(self, row: int, column: int, value: Cell, down: int = 0, across: int = 0) -> None:
        """A cell, and how many rows and columns it covers besides its own."""
        if value is None:
            return
        if row > MOST_ROWS or column > MOST_COLUMNS:
            raise TooLarge(self.name, row, column)
        self.count += 1
        if self.count > MOST_CELLS:
            raise TooLarge
        cells = self.rows.setdefault(row, {})
        if column in cells:
            raise Damaged("cell_twice", row=str(row))
        cells[column] = value
        self.last = max(self.last, row)
        if down and not across:
            self.merged.append((row, min(row + down, MOST_ROWS), column))

    def page(self, notes: tuple[Trouble, ...] = ()) -> Page:
        found = list(notes)
        filled = self._fill()
        if filled:
            found.append(Trouble("merged_filled", (("count", str(filled)),)))
        if self.hidden_rows:
            found.append(Trouble("hidden_rows", (("count", str(self.hidden_rows)),)))
        rows = rows_of(self.rows, self.last)
        return Page(self.name, rows, hidden=self.hidden, notes=tuple(found))

    def _fill(self) -> int:
        """As in other workbooks: what is merged downwards holds for each of its rows."""
        filled = 0
        for first, last, column in self.merged:
            for number in range(first + 1, min(last, self.last) + 1):
                row = self.rows.get(number)
                if row and column not in row:
                    row[column] = self.rows[first][column]
                    filled += 1
        return filled


def text_cell(text: str) -> Cell:
    """A text as a cell: blanks are none, what a spreadsheet shows for an error is one."""
    plain = text.strip()
    if not plain:
        return None
    return Broken("error", plain) if plain in ERRORS else text
