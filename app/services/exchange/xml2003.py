"""XML spreadsheets of 2003, mostly met under the name of an old workbook (``.xls``)."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.services.exchange.cells import Broken, Cell, Page, Percent, Trouble
from app.services.exchange.markup import Damaged, Grid, text_cell
from app.services.exchange.xlsx import plain

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_S = f"{{{NAMESPACE}}}"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NAMED_DATES = {"general date", "short date", "medium date", "long date", "short time",
                "medium time", "long time"}  # fmt: skip
_WHOLE = re.compile(r"[+-]?\d+")
_BARE_TIME = ((1899, 12, 30), (1899, 12, 31), (1904, 1, 1))
"""Days that stand for none where only a time of day was typed."""


def xml_pages(text: str, notes: tuple[Trouble, ...]) -> list[Page] | Trouble:
    """All worksheets. Entities and document types are refused by the parser.

    Errors: ``Damaged``, ``TooLarge``.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    data = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1).encode("utf-8")
    book = _Book()
    try:
        for event, node in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                book.begin(node)
            else:
                book.end(node)
    except DefusedXmlException:
        return Trouble("entities")
    except ParseError as error:
        return Trouble("damaged_at", (("line", str(error.position[0])),))
    if not book.found:
        return Trouble("xml_other")
    return [grid.page(notes) for grid in book.grids]


@dataclass
class _Book:
    """What the parser came across so far."""

    grids: list[Grid] = field(default_factory=list)
    styles: dict[str, str] = field(default_factory=dict)
    """Style → its number format; those that say none take their parent's."""
    parents: dict[str, str] = field(default_factory=dict)
    columns: dict[int, str] = field(default_factory=dict)
    row_style: str = ""
    from_1904: bool = False
    found: bool = False
    row: int = 0
    column: int = 0

    def begin(self, node: Any) -> None:
        match node.tag.removeprefix(_S):
            case "Workbook":
                self.found = node.tag.startswith(_S)
            case "Worksheet":
                self.grids.append(Grid(node.get(_S + "Name") or f"{len(self.grids) + 1}"))
                self.row, self.column, self.columns = 0, 0, {}
            case "Row":
                self.row = _index(node, self.row + 1)
                self.column = 0
                self.row_style = node.get(_S + "StyleID") or ""
            case "Column":
                self._column(node)

    def end(self, node: Any) -> None:
        match node.tag.removeprefix(_S):
            case "{urn:schemas-microsoft-com:office:excel}Date1904":
                self.from_1904 = True
            case "Style":
                self._style(node)
            case "Cell":
                self._cell(node)
            case "Row":
                self._row(node)
            case "Worksheet":
                node.clear()
            case "{urn:schemas-microsoft-com:office:excel}Visible" if self.grids:
                self.grids[-1].hidden = node.text != "SheetVisible"

    def _style(self, node: Any) -> None:
        name = node.get(_S + "ID") or ""
        form = node.find(_S + "NumberFormat")
        if form is not None and form.get(_S + "Format"):
            self.styles[name] = form.get(_S + "Format")
        self.parents[name] = node.get(_S + "Parent") or ""

    def _column(self, node: Any) -> None:
        first = _index(node, self.column + 1)
        self.column = first + _number(node, "Span")
        style = node.get(_S + "StyleID")
        if style:
            for place in range(first, min(self.column, first + 500) + 1):
                self.columns[place] = style

    def _row(self, node: Any) -> None:
        if node.get(_S + "Hidden") == "1" and self.grids and self.row in self.grids[-1].rows:
            self.grids[-1].hidden_rows += 1
        self.row += _number(node, "Span")
        node.clear()

    def _cell(self, node: Any) -> None:
        if not self.grids:
            raise Damaged("damaged")
        self.column = _index(node, self.column + 1)
        across, down = _number(node, "MergeAcross"), _number(node, "MergeDown")
        value = self._value(node)
        self.grids[-1].put(self.row, self.column, value, down, across)
        self.column += across

    def _value(self, node: Any) -> Cell:
        data = node.find(_S + "Data")
        text = "" if data is None else "".join(data.itertext())
        formula = node.get(_S + "Formula")
        if data is None:
            return Broken("formula", formula) if formula else None
        own = node.get(_S + "StyleID")
        form = self._format(own or self.row_style or self.columns.get(self.column, ""))
        match data.get(_S + "Type"):
            case "Number":
                return self._number(text, form)
            case "DateTime":
                return _moment(text)
            case "Boolean":
                return text.strip() == "1"
            case "Error":
                return Broken("error", text.strip())
            case _:
                return text_cell(text)

    def _format(self, style: str) -> str:
        for _ in range(20):  # a chain of parents ends, or is none
            if style in self.styles or not style:
                break
            style = self.parents.get(style, "")
        return self.styles.get(style, "")

    def _number(self, text: str, form: str) -> Cell:
        from openpyxl.styles.numbers import is_date_format
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

        text = text.strip()
        try:
            number = float(text)
        except ValueError:
            raise Damaged("damaged") from None
        if form == "Percent" or "%" in re.sub(r'"[^"]*"', "", form):
            return Percent(number)
        if form.casefold() in _NAMED_DATES or is_date_format(form):
            return plain(from_excel(number, MAC_EPOCH if self.from_1904 else WINDOWS_EPOCH))
        return int(text) if _WHOLE.fullmatch(text) else number


def _moment(text: str) -> Cell:
    """``2026-11-23T08:30:00.000``; a time of day alone stands on the day zero of the calendar."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return text_cell(text)
    moment = moment.replace(tzinfo=None, microsecond=0)
    if (moment.year, moment.month, moment.day) in _BARE_TIME:
        return moment.time()
    return moment


def _index(node: Any, usual: int) -> int:
    """The place a row, column or cell says it has, else the next one."""
    said = node.get(_S + "Index")
    if said is None:
        return usual
    place = _digits(said)
    if place < 1:
        raise Damaged("damaged")
    return place


def _number(node: Any, name: str) -> int:
    said = node.get(_S + name)
    return 0 if said is None else _digits(said)


def _digits(text: str) -> int:
    plain_text = text.strip()
    if not plain_text.isascii() or not plain_text.isdigit() or len(plain_text) > 9:
        raise Damaged("damaged")
    return int(plain_text)
