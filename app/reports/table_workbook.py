"""Any table of the program as a workbook: numbers as numbers, days as days, codes as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from app.core.errors import RuleBroken, Unavailable
from app.core.messages import message
from app.reports.table_sheet import SheetColumn, SheetGroup, TableSheet

MOST_ROWS = 1_048_576
"""Of a worksheet, titles and group rows included."""

_EXACT_DIGITS = 15
_EVERY = 500
_PIXELS_PER_LETTER = 7
_MOST_OUTLINE = 7
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")
_HEAD = PatternFill("solid", fgColor="D9ECF4")
_GROUND = PatternFill("solid", fgColor="F5F6F8")
_BOLD = Font(bold=True)

Writer = Callable[[int], Any]
"""Makes the cell of a row."""

Report = Callable[[int, int], None]
"""``report(done, total)`` rows."""


def write_table(
    path: Path,
    table: TableSheet,
    *,
    stop: Callable[[], bool] = lambda: False,
    report: Report = lambda done, total: None,
) -> bool:
    """Write the table; False when ``stop`` said so before the end (then there is no file).

    The file is written beside ``path`` first, so that an older one is kept until this is whole.
    Errors: ``RuleBroken`` for more rows than a sheet holds; ``Unavailable`` where the file cannot
    be written (open in Excel, no rights, disk full).
    """
    lines = 1 + table.rows + len(table.groups)
    if lines > MOST_ROWS:
        raise RuleBroken(message("reports.table_too_long", rows=table.rows, most=MOST_ROWS))
    written = path.with_name(f".{path.name}.part")
    try:
        with written.open("wb") as out:  # first of all: can it be written at all
            whole = _write(out, table, stop, report)
        if whole:
            written.replace(path)
    except OSError as error:
        raise Unavailable(
            message("reports.table_unwritten", file=path.name, reason=str(error.strerror or error))
        ) from error
    finally:
        written.unlink(missing_ok=True)
    return whole


def _write(out: BinaryIO, table: TableSheet, stop: Callable[[], bool], report: Report) -> bool:
    book = Workbook(write_only=True)
    page: Any = book.create_sheet(_NO_TITLE.sub(" ", table.title)[:31].strip("' ") or "Table")
    for place, column in enumerate(table.columns, 1):
        letter = get_column_letter(place)
        page.column_dimensions[letter].width = max(column.width / _PIXELS_PER_LETTER, 4)
    page.freeze_panes = f"{get_column_letter(table.frozen + 1)}2"
    last = get_column_letter(len(table.columns))
    page.auto_filter.ref = f"A1:{last}{1 + table.rows + len(table.groups)}"
    page.sheet_properties.outlinePr.summaryBelow = False
    page.append([_title(page, column) for column in table.columns])
    writers = [_writer(page, column) for column in table.columns]
    for number, line in enumerate(_lines(page, table, writers), 2):
        page.append(line)
        if number % _EVERY == 0:
            if stop():
                page.close()
                return False
            report(number, table.rows + len(table.groups))
    book.save(out)
    return True


def _lines(
    page: Any, table: TableSheet, writers: list[Callable[[int], Any]]
) -> Iterator[list[Any]]:
    """Group rows and rows in their order; each line's outline is set just before it is taken."""
    waiting = iter(table.groups)
    group = next(waiting, None)
    number = 1
    open_until: list[tuple[int, bool]] = []
    for row in range(table.rows):
        while open_until and open_until[-1][0] <= row:
            open_until.pop()
        while group is not None and group.first == row:
            number += 1
            _outline(page, number, len(open_until), any(shut for _, shut in open_until))
            yield _group_line(page, group, len(table.columns))
            open_until.append((group.first + group.count, group.shut))
            group = next(waiting, None)
        number += 1
        _outline(page, number, len(open_until), any(shut for _, shut in open_until))
        yield [write(row) for write in writers]


def _outline(page: Any, number: int, depth: int, hidden: bool) -> None:
    if depth:
        dimension = page.row_dimensions[number]
        dimension.outlineLevel = min(depth, _MOST_OUTLINE)
        dimension.hidden = hidden


def _title(page: Any, column: SheetColumn) -> Any:
    cell = WriteOnlyCell(page, clean(column.title))
    cell.font, cell.fill = _BOLD, _HEAD
    cell.alignment = Alignment(
        horizontal="right" if column.right else None, wrap_text=True, vertical="top"
    )
    return cell


def _group_line(page: Any, group: SheetGroup, width: int) -> list[Any]:
    line = []
    for place in range(width):
        value: Any = None
        if place in group.totals:
            value = _number(group.totals[place])
        elif place == 0:
            value = clean(f"{'  ' * group.level}{group.title} ({group.count})")
        cell = WriteOnlyCell(page, value)
        cell.font, cell.fill = _BOLD, _GROUND
        if isinstance(value, str):
            cell.data_type = "s"
        line.append(cell)
    return line


# ---- cells ---------------------------------------------------------------------------------------


def _writer(page: Any, column: SheetColumn) -> Writer:
    """Days are days alone where no time of day is shown."""
    with_time = any(":" in text for text in column.texts)
    day_format = "yyyy-mm-dd hh:mm" if with_time else "yyyy-mm-dd"

    def write(row: int) -> Any:
        value = column.values[row]
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return _text(page, column.texts[row])
        if isinstance(value, Decimal | int | float):
            number = _number(value)
            return number if number is not None else _text(page, column.texts[row])
        if isinstance(value, date):
            moment: Any = value.replace(tzinfo=None) if isinstance(value, datetime) else value
            if isinstance(moment, datetime) and not with_time:
                moment = moment.date()
            cell = WriteOnlyCell(page, moment)
            cell.number_format = day_format
            return cell
        return _text(page, str(value))

    return write


def _text(page: Any, text: str) -> Any:
    """Text whatever it looks like: no formula, no number."""
    text = clean(text)
    if not text.startswith("="):
        return text
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    return cell


def clean(text: str) -> str:
    """Without characters that no workbook may hold."""
    return _CONTROL.sub("", text)


def _number(value: Decimal | int | float) -> Decimal | int | float | None:
    """None where a double would change it."""
    if isinstance(value, float):
        return value
    digits = len(Decimal(value).as_tuple().digits)
    return value if digits <= _EXACT_DIGITS else None
