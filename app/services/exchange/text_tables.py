"""Text tables (CSV and the like) into pages: every row and cell, or a sentence why not."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.services.exchange.cells import Cell, Page, Trouble
from app.services.exchange.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, TooLarge
from app.services.exchange.text_shape import (
    NoEncoding,
    TextShape,
    TextWanted,
    find_shape,
    named_delimiter,
)

_MOST_IN_A_CELL = 1_000_000
_BINARY = {chr(n) for n in range(32)} - set("\t\n\r\x0b\x0c\x1a\x1b")
_NAMED_ROWS = 10
_AGREEING = 0.9


class _Quotes(Exception):
    """Quotation marks that do not pair; ``row`` of the table."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def text_pages(path: Path, wanted: TextWanted) -> list[Page] | Trouble:
    """The one page of a text table. ``TooLarge`` as for workbooks."""
    csv.field_size_limit(_MOST_IN_A_CELL)
    data = path.read_bytes()
    try:
        shape, text = find_shape(data, wanted)
    except NoEncoding as error:
        return _no_encoding(data, wanted, error)
    text = text.removesuffix("\x1a")  # how some old programs end a file
    if any(char in _BINARY for char in text):
        return Trouble("not_text")
    if text.lstrip("\ufeff \r\n\t")[:1] == "<":
        return Trouble("markup_as_text")
    try:
        rows, literal = _rows(text, shape)
    except _Quotes as error:
        return Trouble("quotes", (("row", str(error.row)),))
    notes = [Trouble("quotes_kept")] if literal else []
    if named_delimiter(text) and rows:
        rows[0] = []
    ragged = _ragged(rows)
    if ragged:
        named = ", ".join(map(str, ragged[:_NAMED_ROWS]))
        notes.append(Trouble("ragged_rows", (("rows", named), ("count", str(len(ragged))))))
    cells = [_trimmed(row) for row in rows]
    while cells and not cells[-1]:
        cells.pop()
    return [Page(path.stem, tuple(cells), notes=tuple(notes), shape=shape)]


def _no_encoding(data: bytes, wanted: TextWanted, error: NoEncoding) -> Trouble:
    if wanted.encoding:
        return Trouble("not_in_encoding", (("encoding", wanted.encoding),))
    if error.cut:
        return Trouble("text_cut")
    if error.broken:
        return Trouble("text_broken", (("count", str(error.broken)),))
    return Trouble("not_text" if b"\x00" in data else "unknown_encoding")


def _rows(text: str, shape: TextShape) -> tuple[list[list[str]], bool]:
    """The rows; whether quotation marks were taken as they stand (they pair with nothing)."""
    try:
        return list(_parsed(text, shape, strict=True)), False
    except _Quotes:
        rows = list(_parsed(text, shape, strict=False))
        if shape.delimiter == "," or _ragged(rows):
            raise
        return rows, True


def _parsed(text: str, shape: TextShape, *, strict: bool) -> Iterator[list[str]]:
    lines = io.StringIO(text.lstrip("\ufeff"), newline="")
    if strict:
        reader = csv.reader(lines, delimiter=shape.delimiter, strict=True)
    else:
        reader = csv.reader(lines, delimiter=shape.delimiter, quoting=csv.QUOTE_NONE)
    number = cells = 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error:
            raise _Quotes(number) from None
        if row is None:
            return
        cells += len(row)
        if number > MOST_ROWS or len(row) > MOST_COLUMNS or cells > MOST_CELLS:
            raise TooLarge
        yield row


def _trimmed(row: list[str]) -> tuple[Cell, ...]:
    cells: list[Cell] = [cell if cell.strip() else None for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)


def _ragged(rows: Sequence[Sequence[str]]) -> list[int]:
    """Numbers of the rows with other than the usual number of cells, from the header on.

    Shorter ones count only where all but a few rows agree: some programs leave empty ends out.
    """
    lengths = Counter(len(row) for row in rows if any(row))
    if len(lengths) < 2:
        return []
    usual, agreeing = lengths.most_common(1)[0]
    first = next(number for number, row in enumerate(rows) if len(row) >= usual)
    width = max(usual, len(rows[first]))
    strict = agreeing >= _AGREEING * lengths.total() and len(rows[first]) == usual
    return [
        number + 1
        for number, row in enumerate(rows)
        if number > first and any(row) and (len(row) > width or (strict and len(row) < usual))
    ]
