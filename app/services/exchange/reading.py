"""Reading workbooks and text tables into pages of cells, without losing a cell.

Runs in a child process with limits (see ``child``): parsers are fed files from anywhere.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.services.exchange.cells import Cell, Page, Trouble
from app.services.exchange.limits import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    FileKind,
    TooLarge,
    kind_of,
    trouble,
)
from app.services.exchange.text_shape import NoEncoding, TextWanted
from app.services.exchange.text_tables import text_pages
from app.services.exchange.xlsx import BadParts, plain, xlsx_pages


def read_pages(path: Path, wanted: TextWanted | None = None) -> list[Page] | Trouble:
    """The pages of a file, or why it cannot be read. Whatever a parser raises is an answer.

    ``wanted``: what a person has said about the encoding and signs of a text table.
    """
    found = trouble(path)
    if found is not None:
        return found
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that hold no cells
            return _pages(path, wanted or TextWanted())
    except TooLarge as error:
        return error.trouble()
    except MemoryError:
        return Trouble("bomb")
    except Exception as error:  # parsers raise a dozen kinds for a broken file
        return Trouble("damaged_detail", (("reason", type(error).__name__),))
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how calamine gives up
            raise
        return Trouble("damaged_detail", (("reason", "PanicException"),))


def _pages(path: Path, wanted: TextWanted) -> list[Page] | Trouble:
    kind = kind_of(path)
    if kind is FileKind.TEXT:
        pages = text_pages(path, wanted)
    elif kind in (FileKind.HTML, FileKind.XML):
        pages = _markup_pages(path, kind)
    elif kind is FileKind.XLSX:
        try:
            with path.open("rb") as file:
                pages = xlsx_pages(file)
        except BadParts:
            pages = _calamine_pages(path, (Trouble("second_reader"),))
    else:
        pages = _calamine_pages(path)
    if isinstance(pages, list) and not any(any(page.rows) for page in pages):
        return Trouble("no_cells")
    return pages


def _markup_pages(path: Path, kind: FileKind) -> list[Page] | Trouble:
    """Web pages and XML spreadsheets; mostly exports that are called workbooks."""
    from app.services.exchange.html_tables import html_pages
    from app.services.exchange.markup import Damaged, decoded
    from app.services.exchange.xml2003 import xml_pages

    try:
        text, notes = decoded(path.read_bytes())
        if kind is FileKind.HTML:
            return html_pages(text, path.stem, notes)
        return xml_pages(text, notes)
    except Damaged as error:
        return error.trouble
    except NoEncoding as error:
        return Trouble("text_cut" if error.cut else "unknown_encoding")


# ---------------------------------------------------------------- xls, xlsb, ods


def _calamine_pages(path: Path, notes: tuple[Trouble, ...] = ()) -> list[Page] | Trouble:
    """Error cells look blank here; pages are marked so that it is said."""
    import python_calamine

    try:
        with path.open("rb") as file:
            book = python_calamine.CalamineWorkbook.from_filelike(file)
    except python_calamine.PasswordError:
        return Trouble("password")
    visible = python_calamine.SheetVisibleEnum.Visible
    pages = []
    for about in book.sheets_metadata:
        if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            raise TooLarge
        if sheet.total_height * sheet.total_width > MOST_CELLS:
            raise TooLarge
        rows = [_trimmed(map(_cell, row)) for row in sheet.to_python(skip_empty_area=False)]
        hidden = about.visible is not visible
        pages.append(Page(about.name, tuple(rows), blind=not notes, hidden=hidden, notes=notes))
    return pages


def _cell(value: Any) -> Cell:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)  # every number arrives as a double
    return plain(value)


def _trimmed(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    row = list(cells)
    while row and row[-1] is None:
        row.pop()
    return tuple(row)
