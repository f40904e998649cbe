"""Mapping files: foreign spreadsheets read as if they were our workbook.

A mapping is TOML (documented in docs/mapping.md): *sources* name files, sheets and header rows;
*tables* say how rows of a source become rows of one of our sheets, column by column: a header, a
constant, a template, a translation, a split list, a join to another source. What a mapping states
and the files do not is reported as assumed.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from app.core.codes import code_key
from app.core.errors import RuleBroken
from app.core.messages import message
from app.services.exchange.answers import Answers, cell_id
from app.services.exchange.cells import Broken, Cell, Page
from app.services.exchange.child import ReadingChild
from app.services.exchange.cleaning import Cleaner, Refused
from app.services.exchange.records import Problem, Reading, Record, Severity
from app.services.exchange.sheets import SHEETS, Column, Kind, Sheet
from app.services.exchange.tables import (
    TRUNCATED_AT,
    Parse,
    file_hash,
    folded,
    pages_of,
    unit_beside,
    year_question,
)

_COLUMN_KEYS = {"from", "const", "template", "translate", "split", "pick", "join", "lookup",
                "then", "default", "multiply", "add_days", "as"}  # fmt: skip
_TABLE_KEYS = {"sheet", "source", "columns", "unique", "where", "rows", "compare", "number"}
_SOURCE_KEYS = {"files", "sheet", "header_row"}
_NAMED_ROWS = 20
"""So many row numbers are named in one sentence."""


@dataclass(frozen=True, slots=True)
class MappingText:
    """A mapping as it is written: the name of its file or of the saved mapping, and the TOML."""

    name: str
    text: str

    @classmethod
    def of_file(cls, path: Path) -> MappingText:
        """Errors: ``RuleBroken`` if the file cannot be read."""
        try:
            return cls(path.name, path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise RuleBroken(
                message("exchange.mapping_missing", file=path.name, reason=error.strerror or "")
            ) from error
        except UnicodeDecodeError as error:
            raise RuleBroken(
                message("exchange.mapping_unreadable", file=path.name, reason=str(error))
            ) from error


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
                    index.setdefault(code_key(_text(cell)), row)
            self.by_code[header] = index
        return index.get(code_key(_text(code))) if code is not None else None


def read_mapped(
    paths: Sequence[Path], mapping: Path | MappingText, today: date, answers: Answers | None = None
) -> Reading:
    """The files through the mapping, as records of our sheets.

    Errors: ``RuleBroken`` for a mapping that cannot be read or names what does not exist.
    """
    written = mapping if isinstance(mapping, MappingText) else MappingText.of_file(mapping)
    with ReadingChild() as parse:
        return _Mapper(_parsed(written), written.name, _files(paths), today, parse, answers).read()


def checked_mapping(mapping: MappingText) -> dict[str, Any]:
    """The mapping as TOML gives it, found to say only what can be followed.

    Errors: ``RuleBroken`` naming what is wrong.
    """
    plan = _parsed(mapping)
    check_plan(plan, mapping.name)
    return plan


def _files(paths: Sequence[Path]) -> list[Path]:
    """Folders stand for the spreadsheets in them, at any depth."""
    found: list[Path] = []
    for path in paths:
        found += sorted(p for p in path.rglob("*.xls*") if p.is_file()) if path.is_dir() else [path]
    return found


def _parsed(mapping: MappingText) -> dict[str, Any]:
    try:
        return tomllib.loads(mapping.text)
    except tomllib.TOMLDecodeError as error:
        raise RuleBroken(
            message("exchange.mapping_unreadable", file=mapping.name, reason=str(error))
        ) from error


# ---------------------------------------------------------------- the mapping itself


def _wrong(name: str, what: str) -> RuleBroken:
    return RuleBroken(message("exchange.mapping_wrong", file=name, what=what))


def check_plan(plan: dict[str, Any], name: str) -> None:
    """Misspelt words are errors: nothing of a mapping is passed over."""
    for word in set(plan) - {"source", "table", "translate", "assumed", "compare"}:
        raise _wrong(name, word)
    sources, tables = plan.get("source"), plan.get("table")
    if not (sources and isinstance(sources, dict) and tables and isinstance(tables, list)):
        raise _wrong(name, "[source.*], [[table]]")
    for key, source in sources.items():
        if not isinstance(source, dict) or "files" not in source:
            raise _wrong(name, f"source.{key}: files")
        if unknown := set(source) - _SOURCE_KEYS:
            raise _wrong(name, f"source.{key}: {sorted(unknown)}")
    for table in tables:
        _check_table(table, sources, name)


def _check_table(table: dict[str, Any], sources: Mapping[str, Any], name: str) -> None:
    if unknown := set(table) - _TABLE_KEYS:
        raise _wrong(name, f"table: {sorted(unknown)}")
    sheet = next((s for s in SHEETS if s.key == table.get("sheet")), None)
    if sheet is None:
        raise _wrong(name, f"sheet = {table.get('sheet')!r}")
    if table.get("source") and "columns" not in table:
        raise _wrong(name, f"{sheet.key}: columns")
    known = {column.key for column in sheet.columns}
    for key, rule in table.get("columns", {}).items():
        if key not in known and not key.startswith("特性:"):
            raise _wrong(name, f"{sheet.key}.{key}")
        if isinstance(rule, dict) and (unknown := set(rule) - _COLUMN_KEYS):
            raise _wrong(name, f"{sheet.key}.{key}: {sorted(unknown)}")
    for source in _listed(table.get("source", ())):
        if source not in sources:
            raise _wrong(name, f"source = {source!r}")


class _Mapper:
    def __init__(
        self, plan: dict[str, Any], name: str, files: list[Path], today: date, parse: Parse,
        answers: Answers | None = None,
    ) -> None:  # fmt: skip
        self.plan, self.name, self.files, self.today, self.parse = plan, name, files, today, parse
        self.answers = answers or Answers()
        self.cleaner = Cleaner(today)
        """For what rules do with cells; a new one for each row."""
        self.problems: list[Problem] = []
        self.sources: dict[str, Source] = {}
        self.assumed: Counter[tuple[str, str, str, str]] = Counter()
        self.defaults = 0

    def read(self) -> Reading:
        check_plan(self.plan, self.name)
        self._read_sources()
        records: list[Record] = []
        if not any(problem.severity is Severity.ERROR for problem in self.problems):
            for note in self.plan.get("assumed", ()):
                self._note(Severity.ASSUMED, "stated", text=str(note))
            for table in self.plan["table"]:
                records += self._table(table)
            self._report_assumed()
            self._report_unused()
            self._report_differences()
        return Reading(
            tuple(records),
            tuple(self.problems),
            tuple(path.name for path in self.files),
            file_hash(self.files),
        )

    def _note(self, severity: Severity, code: str, **values: object) -> None:
        self.problems.append(Problem(severity, message(f"exchange.{code}", **values), self.name))

    def _bad(self, what: str) -> RuleBroken:
        return _wrong(self.name, what)

    # ------------------------------------------------------------ sources

    def _read_sources(self) -> None:
        pages: dict[Path, list[Page]] = {}
        taken: set[Path] = set()
        for name, rule in self.plan["source"].items():
            source = self.sources[name] = Source(name)
            patterns = _listed(rule["files"])
            matching = [f for f in self.files if any(fnmatch(f.name, p) for p in patterns)]
            if not matching:
                self._note(Severity.WARNING, "source_without_file", source=name,
                           files=", ".join(patterns))  # fmt: skip
            for path in matching:
                taken.add(path)
                if path not in pages:
                    pages[path] = pages_of(path, self.problems, self.parse, self.answers)
                self._read_source(source, rule, path, pages[path])
        for path in self.files:
            if path not in taken:
                self.problems.append(
                    Problem(Severity.WARNING, message("exchange.file_not_mapped"), path.name)
                )

    def _read_source(self, source: Source, rule: dict[str, Any], path: Path,
                     pages: list[Page]) -> None:  # fmt: skip
        wanted = rule.get("sheet")
        page = next((p for p in pages if wanted is None or folded(p.name) == folded(wanted)), None)
        if page is None:
            if pages:
                self.problems.append(
                    Problem(Severity.ERROR, message("exchange.no_such_sheet", sheet=str(wanted)),
                            path.name)
                )  # fmt: skip
            return
        top = rule.get("header_row", 1)
        head = page.rows[top - 1] if len(page.rows) >= top else ()
        names = [None if c is None or isinstance(c, Broken) else str(c).strip() for c in head]
        headers = {folded(n): n for n in names if n}
        source.headers |= set(headers)
        typed_over = self.answers.cells_of(path.name)
        blank = 0
        for number, row in enumerate(page.rows[top:], top + 1):
            if not any(cell is not None for cell in row):
                blank += 1
                continue
            cells: dict[str, Cell] = {
                folded(n): c for n, c in zip(names, row, strict=False) if n and c is not None
            }
            if typed_over:
                self._type_over(cells, headers, path.name, page.name, number)
            found = SourceRow(source.name, path.name, page.name, number, cells, headers,
                              page.decimal_sign)  # fmt: skip
            source.rows.append(found)
            self._report_headless(found, row, names)
        if blank:
            self.problems.append(
                Problem(Severity.CLEANED, message("exchange.blank_rows", count=blank), path.name,
                        page.name)
            )  # fmt: skip
        if len(source.rows) in TRUNCATED_AT:
            self.problems.append(
                Problem(Severity.WARNING, message("exchange.truncated", count=len(source.rows)),
                        path.name, page.name)
            )  # fmt: skip

    def _type_over(self, cells: dict[str, Cell], headers: Mapping[str, str], file: str,
                   page: str, number: int) -> None:  # fmt: skip
        """Puts the cells that were answered in place of the file's."""
        for key, header in headers.items():
            text = self.answers.of(cell_id(file, page, number, header))
            if text is None:
                continue
            before = cells.pop(key, None)
            if text.strip():
                cells[key] = text
            self.problems.append(
                Problem(Severity.CLEANED, message("exchange.typed_over", text=text), file, page,
                        number, header, "" if before is None else _text(before))
            )  # fmt: skip

    # ------------------------------------------------------------ tables

    def _table(self, table: dict[str, Any]) -> Iterator[Record]:
        sheet = _sheet(table["sheet"])
        for number, constants in enumerate(table.get("rows", ()), 1):
            row = SourceRow("", self.name, table["sheet"], number, {}, {})
            record = self._record(sheet, {k: {"const": v} for k, v in constants.items()}, row)
            self.assumed["assumed_rows", sheet.key, "", ""] += 1
            if record is not None:
                yield record
        seen: dict[tuple[str, ...], int] = {}
        first: dict[tuple[str, ...], str] = {}
        rows = [r for name in _listed(table.get("source", ())) for r in self.sources[name].rows]
        for row in rows:
            key = tuple(code_key(_text(self._from(h, row) or "")) for h in table.get("unique", ()))
            if key:
                seen[key] = seen.get(key, 0) + 1
                if seen[key] > 1 and not table.get("number"):
                    if first[key] != row.source:  # another source says the same record is there
                        self.sources[row.source].taken.add(row.place)
                    continue
                first[key] = row.source
            if not self._wanted(table.get("where", {}), row):
                continue
            numbered = {"number": str(seen.get(key, 1)), "letter": _letter(seen.get(key, 1))}
            self.sources[row.source].taken.add(row.place)
            record = self._record(sheet, table["columns"], row, numbered)
            if record is not None:
                yield record

    def _wanted(self, where: Mapping[str, Any], row: SourceRow) -> bool:
        """``where``: header = value, list of values, ``"*"`` (not empty) or ``""`` (empty)."""
        for header, wanted in where.items():
            cell = self._from(header, row)
            text = "" if cell is None else _text(cell)
            values = wanted if isinstance(wanted, list) else [wanted]
            if not any((v == "*" and text) or text == str(v) for v in values):
                return False
        return True

    def _record(self, sheet: Sheet, rules: Mapping[str, Any], row: SourceRow,
                numbered: Mapping[str, str] | None = None) -> Record | None:  # fmt: skip
        values: dict[str, Any] = {}
        headers = {key: _header_of(rule, key) for key, rule in rules.items()}
        wrong = False
        year = self.answers.about("year", row.file)
        for key, rule in rules.items():
            column = _column(sheet, key)
            defaults = self.defaults
            self.cleaner = Cleaner(self.today, year, row.decimal_sign)
            try:
                cell = self._cell(rule, row, numbered or {})
                if cell is None:
                    continue
                if row.source and isinstance(rule, Mapping) and "const" in rule:
                    self.assumed["assumed_value", sheet.key, key, _text(cell)] += 1
                elif self.defaults > defaults:
                    self.assumed["assumed_default", sheet.key, key, _text(cell)] += 1
                if self.defaults > defaults or _computes(rule):
                    self.cleaner.decimal_sign = "."  # as a mapping and its sums are written
                values[key] = self.cleaner.clean(cell, column)
            except Refused as refused:
                wrong = True
                self._refused(refused, column, row, rules)
                continue
            for severity, text in self.cleaner.notes:
                self._at(severity, text, row, headers[key], rule)
        for column in sheet.columns:
            if column.required and column.key not in values and not wrong:
                wrong = True
                self._at(Severity.ERROR, message("exchange.missing_value"), row,
                         headers.get(column.key, column.zh), {})  # fmt: skip
        if wrong:
            return None
        derived = frozenset(key for key, rule in rules.items() if not _copies(rule))
        return Record(sheet.key, row.file, row.page, row.number, values, headers=headers,
                      derived=derived)  # fmt: skip

    def _refused(
        self, refused: Refused, column: Column, row: SourceRow, rules: Mapping[str, Any]
    ) -> None:
        """A refused cell, with what could stand there if the rule takes the cell as it is."""
        rule = rules[column.key]
        headers = {key: _header_of(r, key) for key, r in rules.items() if _copies(r)}
        header = _header_of(rule, column.key)
        cell = row.get(header)
        fix = refused.fix if _copies(rule) and row.source else None
        self.problems.append(
            Problem(Severity.ERROR, refused.text, row.file, row.page, row.number, header,
                    None if cell is None else _text(cell), fix,
                    unit_beside(column, refused.unit, headers) if fix else (),
                    year_question(row.file, self.today) if refused.asks_year else None)
        )  # fmt: skip

    def _at(self, severity: Severity, text: Any, row: SourceRow, header: str, rule: Any) -> None:
        cell = row.get(_header_of(rule, "")) if rule else None
        self.problems.append(
            Problem(severity, text, row.file, row.page, row.number, header,
                    None if cell is None else _text(cell))
        )  # fmt: skip

    # ------------------------------------------------------------ one cell

    def _cell(self, rule: Any, row: SourceRow, numbered: Mapping[str, str]) -> Cell:
        """What a rule makes of a row; None = leave the field alone."""
        if isinstance(rule, str):
            return self._from(rule, row)
        if "const" in rule:
            return _constant(rule["const"])
        if "template" in rule:
            return self._template(rule["template"], row, numbered)
        cell = self._from(rule["from"], row) if "from" in rule else None
        return self._followed(rule, cell)

    def _followed(self, rule: Mapping[str, Any], cell: Cell) -> Cell:
        """The cell after what the rule does with it, joins to other sources first."""
        if "pick" in rule and cell is not None:
            parts = _text(cell).split(rule.get("split", ";"))
            cell = parts[rule["pick"] - 1].strip() if len(parts) >= rule["pick"] else None
        if "join" in rule and cell is not None:
            cell = self._joined(rule, cell)
            if "then" in rule and cell is not None:
                cell = self._followed(rule["then"], cell)
        if cell is None:
            if "default" not in rule:
                return None
            self.defaults += 1
            return _constant(rule["default"])
        if isinstance(cell, Broken):
            return cell
        cell = self._changed(rule, cell)
        if "as" in rule:
            return rule["as"].format(value=_text(cell))  # type: ignore[no-any-return]
        return cell

    def _from(self, header: str, row: SourceRow) -> Cell:
        if row.source:
            self.sources[row.source].used.add(folded(header))
        return row.get(header)

    def _changed(self, rule: Mapping[str, Any], cell: Cell) -> Cell:
        if "split" in rule and "pick" not in rule:
            parts = [p.strip() for p in _text(cell).split(rule["split"]) if p.strip()]
            cell = ";".join(parts)
        if "translate" in rule:
            table = self.plan.get("translate", {}).get(rule["translate"], {})
            text = _text(cell)
            if text not in table:
                raise Refused(
                    message("exchange.no_translation", table=rule["translate"], value=text)
                )
            cell = _constant(table[text])
        if "multiply" in rule:
            product = self.cleaner.decimal(cell) * Decimal(str(rule["multiply"]))
            cell = format(product, "f")
        if "add_days" in rule:
            moment = self.cleaner.moment(cell)
            cell = moment + timedelta(days=rule["add_days"])
        return cell

    def _joined(self, rule: Mapping[str, Any], code: Cell) -> Cell:
        """A cell of another source: ``join = "source.header"``, ``lookup = header there``."""
        name, _, header = rule["join"].partition(".")
        source = self.sources.get(name)
        if source is None:
            raise self._bad(f"join = {rule['join']!r}")
        found = source.row_of(header, code)
        if found is None:
            if "default" in rule:
                return None
            raise Refused(message("exchange.no_join", source=name, code=_text(code or "")))
        source.used.add(folded(rule["lookup"]))
        source.taken.add(found.place)
        return found.get(rule["lookup"])

    def _template(self, template: str, row: SourceRow, numbered: Mapping[str, str]) -> Cell:
        """``{header}`` stands for a cell; None if one of the cells is empty."""
        values: dict[str, str] = dict(numbered)
        for header in _fields(template):
            if header in numbered:
                continue
            cell = self._from(header, row)
            if cell is None:
                return None
            values[header] = _text(cell)
        return template.format_map(values)

    # ------------------------------------------------------------ what is left over

    def _report_assumed(self) -> None:
        """Every value that stands in the mapping and not in the files, with its number of rows."""
        for (code, sheet, key, value), count in self.assumed.items():
            column = f"{_column(_sheet(sheet), key).zh} ({key})" if key else ""
            self._note(Severity.ASSUMED, code, sheet=sheet, column=column, value=value,
                       count=count)  # fmt: skip

    def _report_headless(
        self, row: SourceRow, cells: Sequence[Cell], names: Sequence[str | None]
    ) -> None:
        for place, cell in enumerate(cells):
            if cell is not None and (place >= len(names) or not names[place]):
                self.problems.append(
                    Problem(Severity.WARNING, message("exchange.cell_without_header"), row.file,
                            row.page, row.number, None, _text(cell))
                )  # fmt: skip

    def _report_unused(self) -> None:
        """Columns, rows and broken cells nobody took: nothing is lost without a word."""
        for source in self.sources.values():
            self._report_unused_rows(source)
            names = {f: n for row in source.rows[:1] for f, n in row.headers.items()}
            left = sorted(names[f] for f in source.headers - source.used if f in names)
            if left:
                self._note(Severity.WARNING, "columns_not_mapped", source=source.name, columns=left)

    def _report_unused_rows(self, source: Source) -> None:
        left = [row for row in source.rows if row.place not in source.taken]
        if left:
            self._note(Severity.WARNING, "rows_not_mapped", source=source.name, count=len(left),
                       rows=[str(row.number) for row in left[:_NAMED_ROWS]])  # fmt: skip
        for row in source.rows:
            for header, cell in row.cells.items():
                if isinstance(cell, Broken) and header not in source.used:
                    self.problems.append(
                        Problem(Severity.WARNING, message("exchange.error_cell"), row.file,
                                row.page, row.number, row.headers[header], cell.text)
                    )  # fmt: skip

    def _report_differences(self) -> None:
        """``[[compare]]``: codes that stand in one source and not in another are listed."""
        for rule in self.plan.get("compare", ()):
            one, other = rule["one"].partition("."), rule["other"].partition(".")
            there = self._codes(*other[::2])
            for key, row in self._codes(*one[::2]).items():
                if key not in there:
                    text = message("exchange.not_in_other", code=_text(row.get(one[2])),
                                   one=one[0], other=other[0])  # fmt: skip
                    self.problems.append(
                        Problem(Severity.WARNING, text, row.file, row.page, row.number, one[2],
                                _text(row.get(one[2])))
                    )  # fmt: skip

    def _codes(self, source: str, header: str) -> dict[str, SourceRow]:
        if source not in self.sources:
            raise self._bad(f"compare: {source}")
        rows = self.sources[source].rows
        return {code_key(_text(r.get(header))): r for r in rows if r.get(header) is not None}


def _sheet(key: str) -> Sheet:
    return next(sheet for sheet in SHEETS if sheet.key == key)


def _listed(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _column(sheet: Sheet, key: str) -> Column:
    if key.startswith("特性:"):
        return Column(key, key, Kind.TEXT)
    return sheet.column(key)


def _copies(rule: Any) -> bool:
    """Whether a rule takes a cell as it stands: another text for it means what it says."""
    return isinstance(rule, str) or (isinstance(rule, Mapping) and set(rule) <= {"from", "default"})


def _computes(rule: Any) -> bool:
    return isinstance(rule, Mapping) and not {"const", "multiply", "translate"}.isdisjoint(rule)


def _header_of(rule: Any, key: str) -> str:
    if isinstance(rule, str):
        return rule
    return str(rule.get("from", key)) if isinstance(rule, Mapping) else key


def _constant(value: Any) -> Cell:
    if isinstance(value, list):
        return ";".join(str(part) for part in value)
    cell: Cell = value
    return cell


def _text(cell: Cell) -> str:
    if isinstance(cell, Broken):
        return cell.text
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.hour == cell.minute == 0 else f"{cell:%Y-%m-%d %H:%M}"
    return str(cell).strip()


def _fields(template: str) -> Iterable[str]:
    import string

    return [name for _, name, _, _ in string.Formatter().parse(template) if name]


def _letter(number: int) -> str:
    """Revision of the n-th row with the same key: A, B, C …"""
    return chr(ord("A") + number - 1) if number <= 26 else f"Z{number}"
