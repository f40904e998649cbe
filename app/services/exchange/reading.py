"""Reading workbooks and text tables into pages of cells, without losing a cell.

Runs in a child process with limits (see ``child``): parsers are fed files from anywhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from app.services.exchange.cells import Broken, Cell, Page, Trouble
from app.services.exchange.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, PLAIN
from app.services.exchange.limits import trouble as trouble_of

ENCODINGS = ("utf-8-sig", "gb18030", "cp949")


class _TooLarge(Exception):
    """More rows, columns or cells than any plant has."""


def read_pages(path: Path) -> list[Page] | Trouble:
    """The pages of a file, or why it cannot be read. Whatever a parser raises is an answer."""
    found = trouble_of(path)
    if found is not None:
        return found
    suffix = path.suffix.lower()
    try:
        if suffix in PLAIN:
            return _text_pages(path)
        if suffix in (".xlsx", ".xlsm"):
            return _xlsx_pages(path)
        return _calamine_pages(path)
    except _TooLarge:
        return Trouble("too_large")
    except MemoryError:
        return Trouble("bomb")
    except Exception as error:  # parsers raise a dozen kinds for a broken file
        return Trouble("damaged_detail", (("reason", type(error).__name__),))


# ---------------------------------------------------------------- xlsx


def _xlsx_pages(path: Path) -> list[Page]:
    """Cells twice: what they show, and whether a formula stands behind a blank."""
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("defusedxml is missing")
    shown = openpyxl.load_workbook(path, read_only=True, data_only=True)
    typed = openpyxl.load_workbook(path, read_only=True, data_only=False)
    try:
        return [
            Page(name, tuple(_xlsx_rows(shown[name], typed[name])),
                 hidden=shown[name].sheet_state != "visible")
            for name in shown.sheetnames
            if hasattr(shown[name], "iter_rows")  # a chart sheet has no cells
        ]  # fmt: skip
    finally:
        shown.close()
        typed.close()


def _xlsx_rows(shown: Any, typed: Any) -> Iterator[tuple[Cell, ...]]:
    shown.reset_dimensions()  # a wrong declared size would drop rows without a word
    typed.reset_dimensions()
    cells = 0
    for count, (row, formulas) in enumerate(zip(shown.iter_rows(), typed.iter_rows(), strict=True)):
        if count >= MOST_ROWS or len(row) > MOST_COLUMNS:
            raise _TooLarge
        cells += len(row)
        if cells > MOST_CELLS:
            raise _TooLarge
        yield _trimmed(_xlsx_cell(a, b) for a, b in zip(row, formulas, strict=False))


def _xlsx_cell(shown: Any, typed: Any) -> Cell:
    value = shown.value
    if getattr(shown, "data_type", "") == "e":
        return Broken("error", str(value))
    if getattr(typed, "data_type", "") == "f":
        if value is None:
            return Broken("formula", str(typed.value))
        return _plain(value)
    return _plain(value)


def _plain(value: Any) -> Cell:
    if isinstance(value, str):
        return value if value.strip() else None
    if value is None or isinstance(value, bool | int | float):
        return value
    if hasattr(value, "isoformat"):
        cell: Cell = value
        return cell
    return str(value)


def _trimmed(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    row = list(cells)
    while row and row[-1] is None:
        row.pop()
    return tuple(row)


# ---------------------------------------------------------------- other workbooks


def _calamine_pages(path: Path) -> list[Page] | Trouble:
    """xls, xlsb, ods. Error cells look blank here; pages are marked so that it is said."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
    except python_calamine.PasswordError:
        return Trouble("password")
    pages = []
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            raise _TooLarge
        rows = sheet.to_python(skip_empty_area=False)
        pages.append(Page(name, tuple(_trimmed(map(_calamine_cell, row)) for row in rows), True))
    return pages


def _calamine_cell(value: Any) -> Cell:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)  # every number arrives as a double
    return _plain(value)


# ---------------------------------------------------------------- text tables


def _text_pages(path: Path) -> list[Page] | Trouble:
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
    elif b"\x00" in data:
        return Trouble("not_text")
    else:
        decoded = _decoded(data)
        if decoded is None:
            return Trouble("unknown_encoding")
        text = decoded
    delimiter = _delimiter(text)
    csv.field_size_limit(1_000_000)
    rows: list[tuple[Cell, ...]] = []
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        if len(rows) >= MOST_ROWS or len(row) > MOST_COLUMNS:
            raise _TooLarge
        rows.append(_trimmed(_plain(cell) for cell in row))
    return [Page(path.stem, tuple(rows))]


def _decoded(data: bytes) -> str | None:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _delimiter(text: str) -> str:
    """The sign that parts the first line into most fields."""
    first = text.split("\n", 1)[0]
    return max(",;\t|", key=first.count)
