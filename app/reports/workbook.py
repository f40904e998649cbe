"""Writing the workbook: template, export, the demo plant. (Reading is in services.exchange.)

Rows 1 to 3 of a sheet are the Chinese headers, the English headers and what each column is for;
the template has an example in row 4. Text cells are text whatever they look like: nothing that
was typed as text becomes a formula or a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from app.services.exchange.sheets import SHEETS, Column, Kind, Sheet

HEADER_ROWS = 3
NOTE_MARK, EXAMPLE_MARK = "说明", "示例"
"""First cell of the rows that hold no data; the reader skips them."""

_NUMBERS = (Kind.INTEGER, Kind.QUANTITY, Kind.SIGNED)
_EXACT_DIGITS = 15
"""A number cell is a double: with more digits than this a value is written as text."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_VALIDATED_ROWS = 2000

_HEAD = PatternFill("solid", fgColor="D9ECF4")
_GREY = Font(color="808080", italic=True, size=9)
_WRAP = Alignment(wrap_text=True, vertical="top")


def write_template(path: Path) -> None:
    """The empty workbook with drop-downs, explanations and one example a sheet."""
    book = _book()
    for sheet in SHEETS:
        page = _add_sheet(book, sheet)
        _put(page, HEADER_ROWS + 1, 1, EXAMPLE_MARK, Kind.TEXT)
        for place, column in enumerate(sheet.columns, 1):
            if column.example:
                _put(page, HEADER_ROWS + 1, place, column.example, column.kind)
        for cell in page[HEADER_ROWS + 1]:
            cell.font = _GREY
    book.save(path)


def write_rows(path: Path, rows_by_sheet: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
    """The workbook with data: cells by column key, as a planner would type them.

    KeyError for a sheet or column that the workbook does not have (a bug).
    """
    book = _book()
    for sheet in SHEETS:
        if sheet.key in rows_by_sheet:
            _fill(_add_sheet(book, sheet, _open_headers(sheet, rows_by_sheet[sheet.key])),
                  sheet, rows_by_sheet[sheet.key])  # fmt: skip
    unknown = set(rows_by_sheet) - {sheet.key for sheet in SHEETS}
    if unknown:
        raise KeyError(f"no such sheets: {sorted(unknown)}")
    book.save(path)


def _book() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def _open_headers(sheet: Sheet, rows: Iterable[Mapping[str, object]]) -> list[str]:
    """Headers of typed characteristics (特性:…) in these rows."""
    found: dict[str, None] = {}
    for row in rows:
        for key in row:
            if key.startswith(sheet.open_prefixes) and sheet.open_prefixes:
                found[key] = None
    return list(found)


def _add_sheet(book: Workbook, sheet: Sheet, open_headers: Sequence[str] = ()) -> Worksheet:
    page: Worksheet = book.create_sheet(sheet.zh)
    for place, column in enumerate(sheet.columns, 1):
        star = "*" if column.required else ""
        _put(page, 1, place, column.zh + star, Kind.TEXT)
        _put(page, 2, place, column.key + star, Kind.TEXT)
        _put(page, 3, place, NOTE_MARK if place == 1 else _note(column), Kind.TEXT)
        page.column_dimensions[get_column_letter(place)].width = max(10, 2 * len(column.zh) + 3)
        _offer(page, place, column)
    for place, header in enumerate(open_headers, len(sheet.columns) + 1):
        _put(page, 1, place, header, Kind.TEXT)
        _put(page, 2, place, header, Kind.TEXT)
    for row in (1, 2):
        for cell in page[row]:
            cell.fill, cell.font = _HEAD, Font(bold=row == 1)
    for cell in page[3]:
        cell.font, cell.alignment = _GREY, _WRAP
    page.freeze_panes = f"B{HEADER_ROWS + 1}"
    return page


def _note(column: Column) -> str:
    return "\n".join(part for part in column.note if part)


def _offer(page: Worksheet, place: int, column: Column) -> None:
    """A drop-down for a column with fixed choices."""
    words = list(column.words().values()) if column.choices else []
    if column.kind is Kind.BOOL:
        words = ["是", "否"]
    listed = ",".join(words)
    if words and len(listed) < 250:
        offer = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        letter = get_column_letter(place)
        offer.add(f"{letter}{HEADER_ROWS + 2}:{letter}{_VALIDATED_ROWS}")
        page.add_data_validation(offer)


def _fill(page: Worksheet, sheet: Sheet, rows: Iterable[Mapping[str, object]]) -> None:
    places = {column.key: (place, column.kind) for place, column in enumerate(sheet.columns, 1)}
    for cell in page[1][len(sheet.columns) :]:
        places[str(cell.value)] = (cell.column or 0, Kind.TEXT)
    for number, row in enumerate(rows, HEADER_ROWS + 1):
        for key, value in row.items():
            if value is not None and value != "":
                _put(page, number, places[key][0], value, places[key][1])


def _put(page: Worksheet, row: int, column: int, value: object, kind: Kind) -> None:
    cell: Cell = page.cell(row=row, column=column)  # type: ignore[assignment]
    if kind in _NUMBERS:
        number = _number(value)
        if number is not None:
            cell.value = number
            return
    if isinstance(value, date | datetime):
        text = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else f"{value:%Y-%m-%d}"
    else:
        text = _CONTROL.sub("", str(value))
    cell.value = text
    cell.data_type = "s"  # what looks like a formula or a number stays the text it is
    cell.number_format = "@"


def _number(value: object) -> Decimal | int | None:
    """The value as a number cell, or None if it must be text to stay exact."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**_EXACT_DIGITS else None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    exact = number.is_finite() and len(number.as_tuple().digits) <= _EXACT_DIGITS
    return number if exact else None
