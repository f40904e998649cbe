"""The rows of foreign files as a mapping's sources see them: cells by header, sums skipped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from app.core.codes import code_key
from app.core.messages import message
from app.services.exchange.answers import LEAVE_OUT, Answers, cell_id, row_id
from app.services.exchange.cells import Broken, Cell, Page
from app.services.exchange.headers import joined_names
from app.services.exchange.records import Problem, Severity
from app.services.exchange.tables import cut_at, folded

NAMED_ROWS = 20
"""So many row numbers are named in one sentence."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of a foreign sheet: cells by folded header."""

    source: str
    file: str
    page: str
    number: int
    cells: Mapping[str, Cell]
    headers: Mapping[str, str]
    decimal_sign: str = "."

    @property
    def place(self) -> tuple[str, str, int]:
        return self.file, self.page, self.number

    def get(self, header: str) -> Cell:
        return self.cells.get(folded(header))


@dataclass
class Source:
    """All rows of the files of one source."""

    name: str
    rows: list[SourceRow] = field(default_factory=list)
    headers: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    """Headers that some column took; the others are reported."""
    taken: set[tuple[str, str, int]] = field(default_factory=set)
    """Rows that became a record or were looked up; the others are reported."""
    by_code: dict[str, dict[str, SourceRow]] = field(default_factory=dict)

    def row_of(self, header: str, code: Cell) -> SourceRow | None:
        """The first row whose ``header`` holds that code."""
        self.used.add(folded(header))
        index = self.by_code.get(header)
        if index is None:
            index = {}
            for row in self.rows:
                cell = row.get(header)
                if cell is not None:
                    index.setdefault(code_key(text_of_cell(cell)), row)
            self.by_code[header] = index
        return index.get(code_key(text_of_cell(code))) if code is not None else None


class PageRows:
    """Reads the rows of one page into a source, by the source's rule in the mapping."""

    def __init__(
        self, source: Source, rule: Mapping[str, Any], path: Path, page: Page, answers: Answers,
        problems: list[Problem],
    ) -> None:  # fmt: skip
        self.source, self.rule, self.path, self.page = source, rule, path, page
        self.answers, self.problems = answers, problems

    def read(self) -> None:
        numbers = self.rule.get("header_row", 1)
        numbers = [numbers] if isinstance(numbers, int) else list(numbers)
        rows = self.page.rows
        self.names = joined_names([rows[n - 1] for n in numbers if 0 < n <= len(rows)])
        self.headers = {folded(name): name for name in self.names if name}
        self.source.headers |= set(self.headers)
        self._above: dict[str, Cell] = {}
        self._down = [folded(header) for header in self.rule.get("fill_down", ())]
        self._sums = {_word(word) for word in self.rule.get("skip", ())}
        self._counts = {"blank_rows": 0, "filled_down": 0}
        self._skipped: list[str] = []
        self._data = 0
        first = self.rule.get("first_row", max(numbers, default=0) + 1)
        for number, row in enumerate(rows[first - 1 :], first):
            self._row(number, row)
        self._report()

    def _row(self, number: int, row: Sequence[Cell]) -> None:
        if not any(cell is not None for cell in row):
            self._counts["blank_rows"] += 1
            return
        self._data += 1
        place = (self.path.name, self.page.name, number)
        if self.answers.of(row_id(*place)) == LEAVE_OUT:
            self._note(Severity.CLEANED, "left_out", number)
            return
        if self._sums and any(_word(cell) in self._sums for cell in row[:4]):
            self._skipped.append(str(number))
            return
        cells: dict[str, Cell] = {
            folded(name): cell
            for name, cell in zip(self.names, row, strict=False)
            if name and cell is not None
        }
        self._type_over(cells, number)
        self._fill_down(cells)
        self.source.rows.append(
            SourceRow(self.source.name, *place, cells, self.headers, self.page.decimal_sign)
        )
        self._report_headless(number, row)

    def _type_over(self, cells: dict[str, Cell], number: int) -> None:
        """Puts the cells that were answered in place of the file's."""
        if not self.answers.cells_of(self.path.name):
            return
        for key, header in self.headers.items():
            text = self.answers.of(cell_id(self.path.name, self.page.name, number, header))
            if text is None:
                continue
            before = cells.pop(key, None)
            if text.strip():
                cells[key] = text
            shown = "" if before is None else text_of_cell(before)
            self._note(Severity.CLEANED, "typed_over", number, header, shown, text=text)

    def _fill_down(self, cells: dict[str, Cell]) -> None:
        """Cells that are merged over several rows stand in the first of them only."""
        for key in self._down:
            if key in cells:
                self._above[key] = cells[key]
            elif key in self._above:
                cells[key] = self._above[key]
                self._counts["filled_down"] += 1

    def _note(
        self,
        severity: Severity,
        code: str,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        **values: object,
    ) -> None:
        text = message(f"exchange.{code}", **values)
        self.problems.append(
            Problem(severity, text, self.path.name, self.page.name, row, column, value)
        )

    def _report_headless(self, number: int, cells: Sequence[Cell]) -> None:
        for place, cell in enumerate(cells):
            if cell is not None and (place >= len(self.names) or not self.names[place]):
                self._note(Severity.WARNING, "cell_without_header", number, None,
                           text_of_cell(cell))  # fmt: skip

    def _report(self) -> None:
        for code, count in self._counts.items():
            if count:
                self._note(Severity.CLEANED, code, count=count)
        if self._skipped:
            self._note(Severity.CLEANED, "sums_skipped", count=len(self._skipped),
                       rows=self._skipped[:NAMED_ROWS])  # fmt: skip
        cut = cut_at(self.page, self._data)
        if cut is not None:
            self._note(Severity.WARNING, "truncated", count=cut)


def _word(cell: Any) -> str:
    """A text as ``skip`` compares it: ``合 计:`` is ``合计``."""
    if not isinstance(cell, str):
        return ""
    return re.sub(r"[\s:]+", "", unicodedata.normalize("NFKC", cell)).casefold()


def text_of_cell(cell: Cell) -> str:
    """A cell as a mapping's words and codes see it."""
    if isinstance(cell, Broken):
        return cell.text
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.hour == cell.minute == 0 else f"{cell:%Y-%m-%d %H:%M}"
    return str(cell).strip()
