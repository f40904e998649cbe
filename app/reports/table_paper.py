"""Any table of the program on paper: titles on each page, long texts wrapped, never cut.

A table too wide for a page goes on over further pages, with its first column on each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO

from reportlab.lib.pagesizes import A3, A4, landscape, letter
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.core.errors import RuleBroken
from app.core.messages import message
from app.reports.labels import Labels
from app.reports.page import LEADING, PAD, Block, Fitted, Pen, fit, width
from app.reports.sheet import SMALL, TITLE_HEIGHT, SheetPages, cut, printed_by, title_line
from app.reports.table_sheet import SheetColumn, SheetGroup, TableSheet

SIZES = {"A4": A4, "A3": A3, "Letter": letter}
MOST_ROWS = 10_000

_MARGIN = 10 * mm
_POINTS = 0.66
"""Of a pixel on the screen: paper has the smaller letters."""

_NARROWEST, _WIDEST = 0.8, 1.25
"""How much the columns may be squeezed before a page more is taken, or stretched to fill it."""

_MOST_LINES = 2
_LEAST = 5 * mm
_AIR = 1.2 * mm
_INDENT = 3 * mm


@dataclass(frozen=True, slots=True)
class _Cell:
    wide: float
    text: Fitted
    right: bool = False


def table_pdf(
    table: TableSheet, *, size: str = "A4", language: str = "zh", by: str, at: datetime
) -> bytes:
    """The table as it is shown; upright where it fits, else lying. ``at``: the plant's clock.

    Errors: ``RuleBroken`` for a table that nobody would print; ValueError for an unknown size.
    """
    if size not in SIZES:
        raise ValueError(f"unknown paper {size!r}")
    if table.rows > MOST_ROWS:
        raise RuleBroken(message("reports.table_much_paper", rows=table.rows, most=MOST_ROWS))
    return _Paper(table, SIZES[size], Labels(language), by, at).pdf()


class _Paper:
    def __init__(
        self, table: TableSheet, upright: tuple[float, float], labels: Labels, by: str, at: datetime
    ) -> None:
        self._table, self._labels, self._by, self._at = table, labels, by, at
        natural = [max(column.width * _POINTS, 8 * mm) for column in table.columns]
        fits = sum(natural) * _NARROWEST <= upright[0] - 2 * _MARGIN
        self.size = upright if fits else landscape(upright)
        self._w, self._h = self.size[0] - 2 * _MARGIN, self.size[1] - 2 * _MARGIN
        self._bands = _bands(natural, self._w)
        self._hidden = _hidden(table)
        self._before = 0
        self._total = 0

    def pdf(self) -> bytes:
        bands = [_Band(self._table, self._hidden, part) for part in self._bands]
        if len(bands) > 1:
            # Pages beside each other show the same rows, each as high as on the others.
            rows = range(self._table.rows)
            highest = [max(band.height(row) for band in bands) for row in rows]
            for band in bands:
                band.least = highest
        sheets = [
            SheetPages(self._w, self._h, TITLE_HEIGHT, self._head, band.blocks, self._foot)
            for band in bands
        ]
        self._total = sum(map(len, sheets))
        out = BytesIO()
        canvas = Canvas(out, pagesize=self.size)
        canvas.setTitle(self._table.title)
        canvas.setAuthor("Taktline")
        for sheet in sheets:
            for page in range(1, len(sheet) + 1):
                sheet.draw(Pen(canvas), _MARGIN, _MARGIN, page)
                canvas.showPage()
            self._before += len(sheet)
        canvas.save()
        return out.getvalue()

    def _head(self, pen: Pen, x: float, top: float, _page: int) -> None:
        count = self._labels("table_rows", rows=f"{self._table.rows:,}")
        title_line(pen, x, top, self._w, self._table.title, count)

    def _foot(self, page: int, pages: int) -> str:
        page += self._before
        printed = printed_by(self._labels, self._by, self._at)
        numbered = self._labels("page", page=page, pages=max(self._total, pages))
        return f"{printed} · {self._table.title} · {numbered}"


def _bands(natural: Sequence[float], room: float) -> list[list[tuple[int, float]]]:
    """Columns by page, each with its width in points; the first column is on every page."""
    natural = [min(wide, room) for wide in natural]
    bands: list[list[int]] = [[]]
    for place, wide in enumerate(natural):
        used = sum(natural[each] for each in bands[-1])
        if bands[-1] and (used + wide) * _NARROWEST > room:
            again = place and natural[0] * 2 < room
            bands.append([0] if again else [])
        bands[-1].append(place)
    found = []
    for band in bands:
        factor = min(room / sum(natural[place] for place in band), _WIDEST)
        found.append([(place, natural[place] * factor) for place in band])
    return found


def _hidden(table: TableSheet) -> set[int]:
    """Rows of shut groups."""
    hidden: set[int] = set()
    for group in table.groups:
        if group.shut:
            hidden.update(range(group.first, group.first + group.count))
    return hidden


class _Band:
    """Some columns of the table, laid out."""

    def __init__(
        self, table: TableSheet, hidden: set[int], columns: Sequence[tuple[int, float]]
    ) -> None:
        self._table = table
        self._hidden = hidden
        self._columns = [(place, table.columns[place], wide) for place, wide in columns]
        self._room = sum(wide for _, wide in columns)
        self.least: Sequence[float] = ()
        """Heights that the rows must have at least."""

    def height(self, row: int) -> float:
        if row in self._hidden:
            return 0.0
        cells = (self._cell(row, column, wide) for _, column, wide in self._columns)
        return max(cell.text.height for cell in cells) + _AIR

    def blocks(self, most: float) -> list[Block]:
        """``most``: points of room on a page."""
        titles = [
            _Cell(wide, fit(column.title, wide, SMALL, _MOST_LINES), column.right)
            for _, column, wide in self._columns
        ]
        head = _row(titles, shade=True, bold=True, repeats=True)
        most -= head.height
        found = [head]
        waiting = iter(self._table.groups)
        group = next(waiting, None)
        shut_until = 0
        for row in range(self._table.rows):
            while group is not None and group.first == row:
                if group.first >= shut_until:
                    found += self._group(group, most)
                    if group.shut:
                        shut_until = group.first + group.count
                group = next(waiting, None)
            if row not in self._hidden:
                cells = [self._cell(row, column, wide) for _, column, wide in self._columns]
                found += _rows(cells, most, least=self.least[row] if self.least else 0.0)
        return found

    def _cell(self, row: int, column: SheetColumn, wide: float) -> _Cell:
        return _Cell(wide, fit(column.texts[row], wide, SMALL, _MOST_LINES), column.right)

    def _group(self, group: SheetGroup, most: float) -> list[Block]:
        """The title over all columns before the first total; a line of its own where there is no
        room for it."""
        places = [place for place, _, _ in self._columns]
        with_total = [at for at, place in enumerate(places) if place in group.totals]
        first = with_total[0] if with_total else len(places)
        title = f"{group.title} ({group.count:,})"
        indent = _INDENT * group.level
        room = sum(wide for _, _, wide in self._columns[:first])
        blocks = []
        if room < self._room / 4:
            laid = fit(title, self._room - indent, SMALL, _MOST_LINES)
            blocks += _rows([_Cell(self._room, laid)], most, shade=True, indent=indent, bold=True)
            title = ""
        cells = [_Cell(room, fit(title, room - indent, SMALL, _MOST_LINES))] if first else []
        for place, _, wide in self._columns[first:]:
            total = _number(group.totals[place]) if place in group.totals else ""
            cells.append(_Cell(wide, fit(total, wide, SMALL, _MOST_LINES), right=True))
        if title or any(cell.text.lines != ("",) for cell in cells):
            blocks += _rows(cells, most, shade=True, indent=indent, bold=True)
        return blocks


def _number(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rows(
    cells: Sequence[_Cell],
    most: float,
    *,
    least: float = 0.0,
    shade: bool = False,
    bold: bool = False,
    indent: float = 0.0,
) -> list[Block]:
    """One row; a row higher than a page goes on in further ones, line by line."""
    rest: list[Fitted | None] = [cell.text for cell in cells]
    found: list[Block] = []
    while True:
        now, rest = cut(rest, most - _AIR)
        part = [
            _Cell(cell.wide, text or cell.text, cell.right)
            for cell, text in zip(cells, now, strict=True)
        ]
        high = min(least, most) if not found else 0.0
        found.append(_row(part, least=high, shade=shade, bold=bold, indent=indent))
        if not any(text and text.lines for text in rest):
            return found


def _row(
    cells: Sequence[_Cell],
    *,
    least: float = 0.0,
    shade: bool = False,
    bold: bool = False,
    indent: float = 0.0,
    repeats: bool = False,
) -> Block:
    height = max(max((cell.text.height for cell in cells), default=0.0) + _AIR, _LEAST, least)

    def draw(pen: Pen, x: float, top: float, _room: float) -> None:
        if shade:
            pen.shade(x, top - height, sum(cell.wide for cell in cells), height)
        left = x
        for at, cell in enumerate(cells):
            pen.box(left, top - height, cell.wide, height)
            if cell.right:
                _to_the_right(pen, left + cell.wide, top - height, height, cell.text, bold)
            else:
                moved = left + (indent if at == 0 else 0.0)
                pen.middle(moved, top - height, height, cell.text, bold=bold)
            left += cell.wide

    return Block(height, draw, repeats=repeats)


def _to_the_right(
    pen: Pen, right: float, bottom: float, height: float, text: Fitted, bold: bool
) -> None:
    baseline = bottom + (height + text.height) / 2 - text.size
    for line in text.lines:
        pen.text(right - PAD - width(line, text.size), baseline, line, text.size, bold=bold)
        baseline -= text.size * LEADING
