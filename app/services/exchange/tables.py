"""From pages of cells to cleaned records; every problem with its place."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from app.core.choices import QuantityKind
from app.core.messages import message
from app.services.exchange.answers import LEAVE_OUT, Answers, answer_id, cell_id, row_id
from app.services.exchange.cells import Broken, Cell, Page, Trouble
from app.services.exchange.child import ReadingChild
from app.services.exchange.cleaning import CLEAR_WORDS, NEXT_YEAR, Cleaner, Refused
from app.services.exchange.records import (
    Option,
    Partial,
    Problem,
    Question,
    Reading,
    Record,
    Severity,
)
from app.services.exchange.route_cells import needs_of_route, records_of
from app.services.exchange.sheets import SHEETS, Column, Kind, Sheet
from app.services.exchange.sheets import sheet as sheet_by_key
from app.services.exchange.text_shape import TextShape, TextWanted

SKIPPED_MARKS = {"说明", "示例", "example", "note"}
HEADER_SEARCH = 30
_CUT_AT = {10_000, 50_000, 65_535, 65_536, 1_048_575, 1_048_576}
"""Row counts at which other programs cut their exports without a word."""

EMPTY: dict[Kind, Callable[[], Any]] = {
    **dict.fromkeys((Kind.CODES, Kind.RATED, Kind.GRADED, Kind.SPANS, Kind.WEEKDAYS), list),
    **dict.fromkeys((Kind.DELIVERIES, Kind.ISSUED), list),
    **dict.fromkeys((Kind.DATED, Kind.ATTRIBUTES), dict),
}
"""What a deleted list is: not nothing said, but none."""


class Parse(Protocol):
    """What reads a file: ``ReadingChild``, or ``read_pages`` itself."""

    def __call__(self, path: Path, wanted: TextWanted | None = None) -> list[Page] | Trouble: ...


def read_workbooks(paths: Sequence[Path], today: date, answers: Answers | None = None) -> Reading:
    """Our own workbook from one or more files. Errors are problems, not exceptions."""
    with ReadingChild() as parse:
        return read_parsed(paths, today, parse, answers)


def read_parsed(
    paths: Sequence[Path], today: date, parse: Parse, answers: Answers | None = None
) -> Reading:
    """As ``read_workbooks``, with a parser of the caller's."""
    answers = answers or Answers()
    records: list[Record] = []
    problems: list[Problem] = []
    partial: list[Partial] = []
    for path in paths:
        pages = pages_of(path, problems, parse, answers)
        for page in pages:
            sheet = sheet_of(page)
            if sheet is not None and page.hidden and any(page.rows):
                problems.append(
                    Problem(Severity.WARNING, message("exchange.hidden_sheet"), path.name,
                            page.name)
                )  # fmt: skip
            if sheet is None:
                if any(page.rows) and not page.hidden:
                    problems.append(
                        Problem(Severity.WARNING, message("exchange.unknown_sheet"), path.name,
                                page.name)
                    )  # fmt: skip
                continue
            reader = TableReader(path.name, page, sheet, today, answers)
            found, wrong = reader.read()
            records += found
            problems += wrong
            partial += reader.partial
    if not records and not any(p.severity is Severity.ERROR for p in problems):
        problems.append(Problem(Severity.ERROR, message("exchange.nothing_found")))
    names = tuple(path.name for path in paths)
    return Reading(tuple(records), tuple(problems), names, file_hash(paths), tuple(partial))


def pages_of(
    path: Path, problems: list[Problem], parse: Parse, answers: Answers | None = None
) -> list[Page]:
    """The pages, or an empty list and an error among the problems."""
    pages = parse(path, text_wanted(path.name, answers or Answers()))
    if isinstance(pages, Trouble):
        problems.append(
            Problem(Severity.ERROR, message(f"exchange.{pages.code}", **dict(pages.values)),
                    path.name)
        )  # fmt: skip
        return []
    for page in pages:
        notes = [(Severity.CLEANED if note.code in _HARMLESS else Severity.WARNING,
                  message(f"exchange.{note.code}", **dict(note.values)))
                 for note in page.notes]  # fmt: skip
        if page.blind and any(page.rows):
            notes.append((Severity.WARNING, message("exchange.blind")))
        name = "" if page.shape is not None else page.name
        problems += [Problem(severity, text, path.name, name) for severity, text in notes]
        if page.shape is not None:
            problems += shape_doubts(path.name, page.shape)
    return pages


_HARMLESS = {"merged_filled"}
"""Notes of pages that say what was done with the cells, where nothing can be wrong."""


def text_wanted(file: str, answers: Answers) -> TextWanted:
    """What was answered about how a text table is written."""
    delimiter = answers.about("delimiter", file) or ""
    return TextWanted(
        answers.about("encoding", file) or "",
        {"tab": "\t"}.get(delimiter, delimiter),
        answers.about("decimal", file) or "",
    )


def shape_doubts(file: str, shape: TextShape) -> list[Problem]:
    """A warning for each thing about a text table that may be otherwise, with the question."""
    problems = []
    taken = {"encoding": shape.encoding, "delimiter": shape.delimiter,
             "decimal": shape.decimal_sign}  # fmt: skip
    for what in shape.doubts:
        options = tuple(
            Option({"\t": "tab"}.get(a.key, a.key),
                   message(f"exchange.as_{what}", key=_sign_name(a.key), sample=a.sample))
            for a in shape.alternatives if a.what == what
        )  # fmt: skip
        text = message(f"exchange.{what}_taken", key=_sign_name(taken[what]))
        question = Question(answer_id(what, file), message(f"exchange.which_{what}", file=file),
                            options, options[0].key)  # fmt: skip
        problems.append(Problem(Severity.WARNING, text, file, question=question))
    return problems


def _sign_name(key: str) -> object:
    return message("exchange.tab") if key == "\t" else key


def file_hash(paths: Iterable[Path]) -> str:
    """SHA-256 over the files' contents, in their order."""
    digest = hashlib.sha256()
    for path in paths:
        if path.is_file():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def folded(text: object) -> str:
    """A header or sheet name as it is compared: width, case, blanks and the star folded away."""
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return "".join(plain.split()).strip("*_").replace("_", "")


def sheet_of(page: Page) -> Sheet | None:
    """Our sheet of that name, in either language."""
    name = folded(page.name)
    for sheet in SHEETS:
        if name in {folded(word) for word in (sheet.key, sheet.zh, *sheet.synonyms)}:
            return sheet
    return None


@cache
def _columns_by_name(key: str) -> dict[str, Column]:
    """Every name of a sheet's columns; the first column of a name has it."""
    found: dict[str, Column] = {}
    for column in sheet_by_key(key).columns:
        for word in (column.key, column.zh, *column.synonyms):
            found.setdefault(folded(word), column)
    return found


def column_of(header: Cell, sheet: Sheet) -> Column | None:
    """The column a header means; an open one (特性:…) is made for it."""
    if header is None or isinstance(header, Broken):
        return None
    column = _columns_by_name(sheet.key).get(folded(header))
    if column is not None:
        return column
    text = str(header).strip()
    if sheet.open_prefixes and text.startswith(sheet.open_prefixes):
        title = text.replace("\uff1a", ":").partition(":")[2].strip()
        return Column(f"特性:{title}", text, Kind.TEXT)
    return None


@dataclass
class TableReader:
    """Reads one page as one sheet."""

    file: str
    page: Page
    sheet: Sheet
    today: date
    answers: Answers

    def read(self) -> tuple[list[Record], list[Problem]]:
        self.problems: list[Problem] = []
        self.records: list[Record] = []
        self.partial: list[Partial] = []
        self.has_corrections = self.answers.cells_of(self.file)
        start = self._header_row()
        if start is None:
            if any(self.page.rows):
                self._problem(Severity.ERROR, "no_headers", first=self.sheet.columns[1].zh)
            return [], self.problems
        self._take_headers(start)
        if not any(p.severity is Severity.ERROR for p in self.problems):
            self._read_rows(start + 1)
        return self.records, self.problems

    def _problem(
        self,
        severity: Severity,
        code: str,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        **values: object,
    ) -> None:
        text = message(f"exchange.{code}", **values)
        self.problems.append(Problem(severity, text, self.file, self.page.name, row, column, value))

    # ------------------------------------------------------------ headers

    def _header_row(self) -> int | None:
        """Index of the row that holds the most headers of this sheet (at least two, or all)."""
        best, most = None, 1
        for index, row in enumerate(self.page.rows[:HEADER_SEARCH]):
            known = sum(column_of(cell, self.sheet) is not None for cell in row)
            if known > most:
                best, most = index, known
        return best

    def _take_headers(self, index: int) -> None:
        self.columns: list[Column | None] = []
        self.headers: dict[str, str] = {}
        for cell in self.page.rows[index]:
            column = column_of(cell, self.sheet)
            self.columns.append(column)
            if column is None:
                if cell is not None:
                    self._problem(Severity.WARNING, "unknown_column", index + 1, str(cell))
                continue
            if column.key in self.headers:
                self._problem(Severity.ERROR, "double_column", index + 1, str(cell))
            self.headers[column.key] = str(cell).strip().rstrip("*")
        spared = needs_of_route(self.headers)
        for column in self.sheet.columns:
            if column.required and column.key not in self.headers and column.key not in spared:
                self._problem(Severity.ERROR, "missing_column", index + 1, None, None,
                              zh=column.zh, english=column.key)  # fmt: skip

    def _is_header_again(self, row: Sequence[Cell]) -> bool:
        """The English header row below the Chinese one."""
        filled = [cell for cell in row if cell is not None]
        matches = sum(
            column_of(cell, self.sheet) is column and column is not None
            for cell, column in zip(row, self.columns, strict=False)
        )
        return bool(filled) and matches * 2 > len(filled)

    # ------------------------------------------------------------ rows

    def _read_rows(self, start: int) -> None:
        blank = data = 0
        for index in range(start, len(self.page.rows)):
            row = self.page.rows[index]
            if not any(cell is not None for cell in row):
                blank += 1
                continue
            if index == start and self._is_header_again(row):
                continue
            place = row_id(self.file, self.page.name, index + 1)
            if self.answers.of(place) == LEAVE_OUT:
                self._problem(Severity.CLEANED, "left_out", index + 1)
                continue
            if isinstance(row[0], str) and row[0].strip().casefold() in SKIPPED_MARKS:
                continue
            data += 1
            self._read_row(index + 1, row)
        if blank > 20:
            self._problem(Severity.CLEANED, "blank_rows", count=blank)
        cut = cut_at(self.page, data)
        if cut is not None:
            self._problem(Severity.WARNING, "truncated", count=cut)

    def _read_row(self, number: int, row: Sequence[Cell]) -> None:
        values: dict[str, Any] = {}
        cleared: set[str] = set()
        bad: set[str] = set()
        year = self.answers.about("year", self.file)
        for cell, column in self._cells(number, row):
            if isinstance(cell, str) and cell.strip() in CLEAR_WORDS and not column.required:
                if column.kind in EMPTY:
                    values[column.key] = EMPTY[column.kind]()
                else:
                    cleared.add(column.key)
                continue
            cleaner = Cleaner(self.today, year, self.page.decimal_sign)
            try:
                values[column.key] = cleaner.clean(cell, as_share(column, values))
            except Refused as refused:
                bad.add(column.key)
                self.problems.append(
                    Problem(Severity.ERROR, refused.text, self.file, self.page.name, number,
                            self.headers[column.key], _shown(cell), refused.fix,
                            unit_beside(column, refused.unit, self.headers),
                            year_question(self.file, self.today) if refused.asks_year else None)
                )  # fmt: skip
            for severity, text in cleaner.notes:
                self.problems.append(
                    Problem(severity, text, self.file, self.page.name, number,
                            self.headers[column.key], _shown(cell))
                )  # fmt: skip
        for cell in row[len(self.columns) :]:
            if cell is not None:
                self._problem(Severity.WARNING, "cell_without_header", number, None, _shown(cell))
        missing = missing_keys(self.sheet, values, bad)
        for key in missing if not bad else ():
            self._problem(Severity.ERROR, "missing_value", number, self.headers.get(key))
        action = values.pop("action", None)
        record = Record(self.sheet.key, self.file, self.page.name, number, values,
                        frozenset(cleared), action == "deactivate", self.headers,
                        action == "update")  # fmt: skip
        if bad or missing:
            self.partial.append(Partial(record, frozenset((*bad, *missing))))
        else:
            self.records += steps_of(record, self.problems)

    def _cells(self, number: int, row: Sequence[Cell]) -> list[tuple[Cell, Column]]:
        """The filled cells under known headers, what tells the meaning of others first."""
        found = [
            (cell, column)
            for cell, column in zip(self._typed_over(number, row), self.columns, strict=False)
            if column is not None and cell is not None
        ]
        return sorted(found, key=lambda pair: told_later(pair[1].key))

    def _typed_over(self, number: int, row: Sequence[Cell]) -> Sequence[Cell]:
        """The row with the cells that were answered in place of the file's."""
        if not self.has_corrections:
            return row
        cells = [*row, *[None] * (len(self.columns) - len(row))]
        for place, column in enumerate(self.columns):
            if column is None:
                continue
            header = self.headers[column.key]
            text = self.answers.of(cell_id(self.file, self.page.name, number, header))
            if text is not None:
                self.problems.append(
                    Problem(Severity.CLEANED, message("exchange.typed_over", text=text), self.file,
                            self.page.name, number, header, _shown(cells[place]))
                )  # fmt: skip
                cells[place] = text if text.strip() else None
        return cells


def cut_at(page: Page, data_rows: int) -> int | None:
    """At how many rows an export was probably cut off, headers counted or not; else None."""
    last = next((n for n in range(len(page.rows), 0, -1) if page.rows[n - 1]), 0)
    return next((count for count in (data_rows, last) if count in _CUT_AT), None)


def told_later(key: str) -> bool:
    """Whether another column of the row says how this one is meant."""
    return key != "qty_kind"


def as_share(column: Column, values: Mapping[str, Any]) -> Column:
    """The quantity of a mix's line as a column of percents, if the row says that it is one."""
    if column.key == "quantity" and values.get("qty_kind") is QuantityKind.PERCENT:
        return replace(column, zh=f"{column.zh}%")
    return column


def missing_keys(sheet: Sheet, values: Mapping[str, Any], bad: Collection[str]) -> list[str]:
    """Required columns of which a row says nothing."""
    spared = needs_of_route(values)
    return [
        column.key
        for column in sheet.columns
        if column.required and column.key not in values and column.key not in spared
        and column.key not in bad
    ]  # fmt: skip


def steps_of(record: Record, problems: list[Problem]) -> list[Record]:
    """The records of a row: one, or one for each step of a whole route in a cell."""
    records, timeless = records_of(record)
    if timeless:
        text = message("exchange.route_without_time", steps=timeless)
        shown = " → ".join(step.name for step in record.values["route"])
        problems.append(record.error(text, "route", shown))
        return []
    return records


UNIT_BESIDE = {"quantity": "unit", "open_quantity": "unit", "base_qty": "base_unit",
               "rate": "rate_basis", "interval": "interval_unit", "capacity": "unit",
               "cycle": "cycle_basis"}  # fmt: skip
"""Number columns and the column of their unit."""


def unit_beside(
    column: Column, unit: str, headers: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Where the unit of ``100支`` belongs: header and text, if the sheet has such a column."""
    key = UNIT_BESIDE.get(column.key, "")
    header = headers.get(key)
    if not unit or not header:
        return ()
    words = _words_of_units().get(key)
    return ((header, unit),) if words is None or folded(unit) in words else ()


@cache
def _words_of_units() -> dict[str, set[str]]:
    """Units of which only some words are taken: bases of rates, of intervals."""
    return {
        column.key: {folded(word) for word in column.choices}
        for sheet in SHEETS
        for column in sheet.columns
        if column.key in UNIT_BESIDE.values() and column.choices
    }


def year_question(file: str, today: date) -> Question:
    """Asked once per file that holds days without a year."""
    years = [str(today.year + n) for n in (0, 1, -1)]
    return Question(
        answer_id("year", file),
        message("exchange.which_year", file=file),
        (
            Option(NEXT_YEAR, message("exchange.year_next")),
            *(Option(year, message("exchange.year_is", year=year)) for year in years),
        ),
        NEXT_YEAR,
        open=True,
    )


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    text = cell.text if isinstance(cell, Broken) else str(cell)
    return text if len(text) <= 80 else text[:79] + "…"
