"""xlsx and its kin, cell by cell: what is shown, and whether a formula stands behind a blank.

Built on openpyxl's parser of sheets, one pass, because its read-only worksheets pass over rows and
cells that stand out of order, and over sheets whose part is missing.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, BinaryIO

from app.services.exchange.cells import Broken, Cell, Page, Percent, Trouble
from app.services.exchange.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, TooLarge

_STRICT = b"http://purl.oclc.org/ooxml/"
_NAMESPACES = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main",
     b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships",
     b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    (b"http://purl.oclc.org/ooxml/drawingml/",
     b"http://schemas.openxmlformats.org/drawingml/2006/"),
)  # fmt: skip
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


class BadParts(Exception):
    """Styles or properties break the format, as some programs write them; cells may be whole."""


def xlsx_pages(file: BinaryIO) -> list[Page] | Trouble:
    """All worksheets.

    Errors: whatever openpyxl raises for a broken file, ``TooLarge``, ``BadParts``.
    """
    import openpyxl
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.xml.constants import SHARED_STRINGS

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("defusedxml is missing")
    from defusedxml.common import DefusedXmlException

    class Reader(ExcelReader):
        """Keeps a typed ``_x000D_`` apart from an escaped control character."""

        def read_strings(self) -> None:
            package: Any = self.package
            part = package.find(SHARED_STRINGS)
            if part is not None:
                with self.archive.open(part.PartName[1:]) as source:
                    self.shared_strings = _texts(source)

    reader = Reader(_transitional(file), read_only=True, data_only=True, keep_links=False)
    try:
        reader.read()
    except (ValueError, TypeError, AttributeError, IndexError) as error:
        if isinstance(error, DefusedXmlException) or isinstance(
            error.__cause__, DefusedXmlException
        ):
            raise
        raise BadParts from error
    book = reader.wb
    try:
        named = [str(sheet.name) for sheet in reader.parser.sheets]
        missing = [name for name in named if name not in book.sheetnames]
        if missing:
            return Trouble("sheet_missing", (("sheet", missing[0]),))
        percents = _percent_styles(book)
        pages = []
        for sheet in book.worksheets:
            found = _Sheet(book, sheet, percents)
            pages.append(found.page())
        return pages
    finally:
        book.close()


def _transitional(file: BinaryIO) -> BinaryIO:
    """The same book with the usual names of its parts, if it was saved as Strict Open XML."""
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        first = next((n for n in names if n.lower().endswith("/workbook.xml")), None)
        if first is None or _STRICT not in archive.read(first):
            file.seek(0)
            return file
        rewritten = io.BytesIO()
        with zipfile.ZipFile(rewritten, "w", zipfile.ZIP_STORED) as copy:
            for name in names:
                data = archive.read(name)
                if name.endswith((".xml", ".rels")):
                    for strict, usual in _NAMESPACES:
                        data = data.replace(strict, usual)
                copy.writestr(name, data)
    rewritten.seek(0)
    return rewritten


def _texts(source: Any) -> list[str]:
    """The table of texts that cells point into."""
    from openpyxl.cell.text import Text
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    texts = []
    for _, node in iterparse(source):
        if node.tag == f"{{{SHEET_MAIN_NS}}}si":
            text: Any = Text.from_tree(node)
            texts.append(unescaped(text.content))
            node.clear()
    return texts


def _percent_styles(book: Any) -> frozenset[int]:
    """Cell styles that show a number times a hundred."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    found = set()
    for place, style in enumerate(book._cell_styles):
        number = style.numFmtId - BUILTIN_FORMATS_MAX_SIZE
        if number < 0:
            code = BUILTIN_FORMATS.get(style.numFmtId, "General")
        else:
            code = book._number_formats[number] if number < len(book._number_formats) else ""
        if "%" in _QUOTED.sub("", code):
            found.add(place)
    return frozenset(found)


@dataclass
class _Sheet:
    """One worksheet on its way to a page."""

    book: Any
    sheet: Any
    percents: frozenset[int]
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    last: int = 0

    def page(self) -> Page:
        count = 0
        with self.sheet._get_source() as source:
            parser = self._parser(source)
            for number, cells in parser.parse():
                count += len(cells)
                if count > MOST_CELLS:
                    raise TooLarge
                self._take(number, cells)
        notes = []
        filled = self._fill(getattr(parser, "merged_cells", None))
        if filled:
            notes.append(Trouble("merged_filled", (("count", str(filled)),)))
        hidden = [n for n in self.rows if parser.row_dimensions.get(str(n), {}).get("hidden")
                  in ("1", "true")]  # fmt: skip
        if hidden:
            notes.append(Trouble("hidden_rows", (("count", str(len(hidden))),)))
        return Page(
            self.sheet.title,
            rows_of(self.rows, min(self.last, MOST_ROWS)),
            hidden=self.sheet.sheet_state != "visible",
            notes=tuple(notes),
        )

    def _parser(self, source: Any) -> Any:
        from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

        class Parser(WorkSheetParser):
            """Says of each cell whether a formula stands in it."""

            def parse_cell(self, element: Any) -> dict[str, Any]:
                cell: dict[str, Any] = super().parse_cell(element)
                if element.get("t") in ("str", "inlineStr") and cell["value"]:
                    cell["value"] = unescaped(cell["value"])
                if cell["value"] is None and cell["data_type"] != "str":  # that is an empty text
                    formula = element.find(FORMULA_TAG)
                    if formula is not None:
                        cell["formula"] = formula.text or ""
                return cell

        return Parser(
            source, self.sheet._shared_strings, data_only=True, epoch=self.book.epoch,
            date_formats=self.book._date_formats,
            timedelta_formats=self.book._timedelta_formats,
        )  # fmt: skip

    def _take(self, number: int, cells: Iterable[dict[str, Any]]) -> None:
        row: dict[int, Cell] = {}
        for cell in cells:
            value = self._value(cell)
            if value is None:
                continue
            if number > MOST_ROWS or cell["column"] > MOST_COLUMNS:
                raise TooLarge(self.sheet.title, number, cell["column"])
            row[cell["column"]] = value
        self.last = max(self.last, number)
        if not row:
            return
        # A row of that number may have come already: nothing of either is dropped.
        self.rows[number] = self.rows.get(number, {}) | row

    def _value(self, cell: dict[str, Any]) -> Cell:
        value = cell["value"]
        if value is None:
            return Broken("formula", "=" + cell["formula"]) if "formula" in cell else None
        if cell["data_type"] == "e":
            return Broken("error", str(value))
        if cell["style_id"] in self.percents and isinstance(value, int | float):
            return Percent(value)
        return plain(value)

    def _fill(self, merged: Any) -> int:
        """Cells merged downwards say the same for each of their rows; how many were filled."""
        filled = 0
        for area in merged.mergeCell if merged is not None else ():
            if area.min_col != area.max_col or area.max_row > MOST_ROWS:
                continue
            value = self.rows.get(area.min_row, {}).get(area.min_col)
            if value is None:
                continue
            for number in range(area.min_row + 1, area.max_row + 1):
                row = self.rows.get(number)
                if row is not None and area.min_col not in row:
                    row[area.min_col] = value
                    filled += 1
        return filled


def rows_of(rows: dict[int, dict[int, Cell]], last: int) -> tuple[tuple[Cell, ...], ...]:
    """Cells by row and column (from 1) as rows 1 to ``last``, without empty ends."""

    def row(cells: dict[int, Cell]) -> Iterator[Cell]:
        for column in range(1, max(cells) + 1):
            yield cells.get(column)

    return tuple(tuple(row(rows[n])) if rows.get(n) else () for n in range(1, last + 1))


def plain(value: Any) -> Cell:
    """A parser's value as a cell; blanks are None, spans of time are text (25:30:00)."""
    if isinstance(value, str):
        return value if value.strip() else None
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if hasattr(value, "isoformat"):
        cell: Cell = value
        return cell
    return str(value)


def unescaped(text: str) -> str:
    """Characters that XML cannot hold, as the format writes them: ``_x000D_``, ``_x005F_x…``."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return chr(number) if number < 32 or number == ord("_") else found[0]
