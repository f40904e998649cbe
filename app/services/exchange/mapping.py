"""Mapping files: foreign spreadsheets read as if they were our workbook.

A mapping is TOML (documented in docs/mapping.md): *sources* name files, sheets and header rows;
*tables* say how rows of a source become rows of one of our sheets, column by column: a header, a
constant, a template, a translation, a split list, a join to another source. What a mapping states
and the files do not is reported as assumed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from app.core.codes import code_key
from app.core.errors import RuleBroken
from app.core.messages import message
from app.services.exchange.answers import Answers
from app.services.exchange.cells import Broken, Cell, Page
from app.services.exchange.child import ReadingChild
from app.services.exchange.cleaning import Cleaner, Refused
from app.services.exchange.plan import (
    MappingText,
    Plan,
    checked_mapping,
    copies,
    filled,
    header_of,
    listed,
    places_of,
    wrong,
)
from app.services.exchange.records import Partial, Problem, Reading, Record, Severity
from app.services.exchange.sheets import Column, Kind, Sheet
from app.services.exchange.sheets import sheet as sheet_by_key
from app.services.exchange.source_rows import NAMED_ROWS, PageRows, Source, SourceRow
from app.services.exchange.source_rows import text_of_cell as _text
from app.services.exchange.tables import (
    Parse,
    as_share,
    file_hash,
    folded,
    missing_keys,
    pages_of,
    read_parsed,
    steps_of,
    told_later,
    unit_beside,
    year_question,
)


def read_mapped(
    paths: Sequence[Path], mapping: Path | MappingText, today: date,
    answers: Answers | None = None, parse: Parse | None = None,
) -> Reading:  # fmt: skip
    """The files through the mapping, as records of our sheets.

    ``parse``: where pages come from that were read before. What the mapping itself answers is
    added to ``answers``. Errors: ``RuleBroken`` for a mapping that cannot be read or names what
    does not exist.
    """
    written = mapping if isinstance(mapping, MappingText) else MappingText.of_file(mapping)
    plan = checked_mapping(written)
    files, asked = _files(paths), answers or Answers()
    if parse is not None:
        return Mapper(plan, written.name, files, today, parse, asked).read()
    with ReadingChild() as child:
        return Mapper(plan, written.name, files, today, child, asked).read()


def _files(paths: Sequence[Path]) -> list[Path]:
    """Folders stand for the spreadsheets in them, at any depth."""
    found: list[Path] = []
    for path in paths:
        found += sorted(p for p in path.rglob("*.xls*") if p.is_file()) if path.is_dir() else [path]
    return found


class Mapper:
    def __init__(
        self, plan: Plan, name: str, files: list[Path], today: date, parse: Parse, answers: Answers
    ) -> None:
        self.plan, self.name, self.files, self.today, self.parse = plan, name, files, today, parse
        self.answers = answers
        self.cleaner = Cleaner(today)
        """For what rules do with cells; a new one for each row."""
        self.problems: list[Problem] = []
        self.records: list[Record] = []
        self.partial: list[Partial] = []
        self.sources: dict[str, Source] = {}
        self.assumed: Counter[tuple[str, str, str, str]] = Counter()
        self.defaults = 0

    def read(self) -> Reading:
        self.read_sources()
        if not any(problem.severity is Severity.ERROR for problem in self.problems):
            for note in self.plan.get("assumed", ()):
                self._note(Severity.ASSUMED, "stated", text=str(note))
            for table in self.plan.get("table", ()):
                self.records += self._table(table)
            self._report_assumed()
            self._report_unused()
            self._report_differences()
        return Reading(
            tuple(self.records),
            tuple(self.problems),
            tuple(path.name for path in self.files),
            file_hash(self.files),
            tuple(self.partial),
        )

    def _note(self, severity: Severity, code: str, **values: object) -> None:
        self.problems.append(Problem(severity, message(f"exchange.{code}", **values), self.name))

    def _bad(self, what: str) -> RuleBroken:
        return wrong(self.name, what)

    # ------------------------------------------------------------ files

    def _take_answers(self) -> None:
        """What the mapping answers: always, or for one state of a file (its corrections)."""
        self.answers.add(self.plan.get("answers", {}))
        by_name = {path.name: path for path in self.files}
        for correction in self.plan.get("corrections", ()):
            path = by_name.get(correction["file"])
            if path is None:
                continue
            if correction.get("sha256", "") in ("", file_hash([path])):
                self.answers.add(correction.get("answers", {}))
            else:
                count = len(correction.get("answers", {}))
                text = message("exchange.corrections_outdated", count=count)
                self.problems.append(Problem(Severity.WARNING, text, path.name))

    def read_sources(self) -> None:
        self._take_answers()
        pages: dict[Path, list[Page]] = {}
        own = listed(self.plan.get("workbook", ()))
        taken = {f for f in self.files if any(fnmatch(f.name, p) for p in own)}
        if taken:
            files = [f for f in self.files if f in taken]
            reading = read_parsed(files, self.today, self.parse, self.answers)
            self.records += reading.records
            self.problems += reading.problems
            self.partial += reading.partial
        for name, rule in self.plan.get("source", {}).items():
            source = self.sources[name] = Source(name)
            patterns = listed(rule["files"])
            matching = [f for f in self.files if any(fnmatch(f.name, p) for p in patterns)]
            if not matching:
                self._note(Severity.WARNING, "source_without_file", source=name,
                           files=", ".join(patterns))  # fmt: skip
            for path in matching:
                taken.add(path)
                if path not in pages:
                    pages[path] = pages_of(path, self.problems, self.parse, self.answers)
                page = self._page(rule, path, pages[path])
                if page is not None:
                    PageRows(source, rule, path, page, self.answers, self.problems).read()
        for path in self.files:
            if path not in taken:
                self.problems.append(
                    Problem(Severity.WARNING, message("exchange.file_not_mapped"), path.name)
                )

    def _page(self, rule: Mapping[str, Any], path: Path, pages: Sequence[Page]) -> Page | None:
        """The sheet a source names, or the first one that is not empty."""
        wanted = rule.get("sheet")
        if wanted is None:
            return next((p for p in pages if any(p.rows)), next(iter(pages), None))
        page = next((p for p in pages if folded(p.name) == folded(wanted)), None)
        if page is None and pages:
            text = message("exchange.no_such_sheet", sheet=str(wanted))
            self.problems.append(Problem(Severity.ERROR, text, path.name))
        return page

    # ------------------------------------------------------------ tables

    def _table(self, table: dict[str, Any]) -> Iterator[Record]:
        sheet = sheet_by_key(table["sheet"])
        for number, constants in enumerate(table.get("rows", ()), 1):
            row = SourceRow("", self.name, table["sheet"], number, {}, {})
            record = self._record(sheet, {k: {"const": v} for k, v in constants.items()}, row)
            self.assumed["assumed_rows", sheet.key, "", ""] += 1
            if record is not None:
                yield record
        seen: dict[tuple[str, ...], int] = {}
        first: dict[tuple[str, ...], str] = {}
        rows = [r for name in listed(table.get("source", ())) for r in self.sources[name].rows]
        for row in rows:
            key = tuple(code_key(_text(self._from(h, row) or "")) for h in table.get("unique", ()))
            if key:
                seen[key] = seen.get(key, 0) + 1
                if seen[key] > 1 and not table.get("number"):
                    if first[key] != row.source:  # another source says the same record is there
                        self.sources[row.source].taken.add(row.place)
                    continue
                first[key] = row.source
            if not self.wanted(table.get("where", {}), row):
                continue
            numbered = {"number": str(seen.get(key, 1)), "letter": _letter(seen.get(key, 1))}
            self.sources[row.source].taken.add(row.place)
            for part in self.parts(table.get("expand"), row):
                record = self._record(sheet, table["columns"], row, numbered | part)
                if record is not None:
                    yield from steps_of(record, self.problems)

    def parts(self, expand: Mapping[str, Any] | None, row: SourceRow) -> list[dict[str, str]]:
        """``expand``: one record for each part of a cell, or for each filled one of several."""
        if expand is None:
            return [{}]
        wanted = listed(expand["from"])
        cells = [_text(cell) for h in wanted if (cell := self._from(h, row)) is not None]
        if "split" in expand:
            cells = [part for cell in cells for part in cell.split(expand["split"])]
        parts = [part.strip() for part in cells if part.strip()]
        return [
            {"part": part, "part_number": str(n), "step": str(10 * n)}
            for n, part in enumerate(parts, 1)
        ]

    def wanted(self, where: Mapping[str, Any], row: SourceRow) -> bool:
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
        headers = {key: header_of(rule) or key for key, rule in rules.items()}
        bad: set[str] = set()
        year = self.answers.about("year", row.file)
        for key, rule in sorted(rules.items(), key=lambda pair: told_later(pair[0])):
            column = column_of_key(sheet, key)
            defaults = self.defaults
            self.cleaner = Cleaner(self.today, year, row.decimal_sign)
            try:
                cell = self.cell(rule, row, numbered or {})
                if cell is None:
                    continue
                if row.source and isinstance(rule, Mapping) and "const" in rule:
                    self.assumed["assumed_value", sheet.key, key, _text(cell)] += 1
                elif self.defaults > defaults:
                    self.assumed["assumed_default", sheet.key, key, _text(cell)] += 1
                if self.defaults > defaults or _computes(rule):
                    self.cleaner.decimal_sign = "."  # as a mapping and its sums are written
                values[key] = self.cleaner.clean(cell, as_share(column, values))
            except Refused as refused:
                bad.add(key)
                self._refused(refused, column, row, rules)
                continue
            for severity, text in self.cleaner.notes:
                self._at(severity, text, row, headers[key], rule)
        missing = missing_keys(sheet, values, bad)
        for key in missing if not bad else ():
            self._at(Severity.ERROR, message("exchange.missing_value"), row,
                     headers.get(key, sheet.column(key).zh), {})  # fmt: skip
        derived = frozenset(key for key, rule in rules.items() if not copies(rule))
        record = Record(sheet.key, row.file, row.page, row.number, values, headers=headers,
                        derived=derived)  # fmt: skip
        if bad or missing:
            self.partial.append(Partial(record, frozenset((*bad, *missing))))
            return None
        return record

    def _refused(
        self, refused: Refused, column: Column, row: SourceRow, rules: Mapping[str, Any]
    ) -> None:
        """A refused cell, with what could stand there if the rule takes the cell as it is."""
        rule = rules[column.key]
        headers = {key: header_of(r) or key for key, r in rules.items() if copies(r)}
        header = header_of(rule) or column.key
        cell = row.get(header)
        fix = refused.fix if copies(rule) and row.source else None
        self.problems.append(
            Problem(Severity.ERROR, refused.text, row.file, row.page, row.number, header,
                    None if cell is None else _text(cell), fix,
                    unit_beside(column, refused.unit, headers) if fix else (),
                    year_question(row.file, self.today) if refused.asks_year else None)
        )  # fmt: skip

    def _at(self, severity: Severity, text: Any, row: SourceRow, header: str, rule: Any) -> None:
        cell = row.get(header_of(rule) or "") if rule else None
        self.problems.append(
            Problem(severity, text, row.file, row.page, row.number, header,
                    None if cell is None else _text(cell))
        )  # fmt: skip

    # ------------------------------------------------------------ one cell

    def cell(self, rule: Any, row: SourceRow, numbered: Mapping[str, str]) -> Cell:
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
            return filled(rule["as"], {"value": _text(cell)})
        return cell

    def _from(self, header: str, row: SourceRow) -> Cell:
        if row.source:
            self.sources[row.source].used.add(folded(header))
        return row.get(header)

    def _changed(self, rule: Mapping[str, Any], cell: Cell) -> Cell:
        if "split" in rule and "pick" not in rule:
            parts = [p.strip() for p in _text(cell).split(rule["split"]) if p.strip()]
            cell = ";".join(parts)
        if "strip" in rule and isinstance(cell, str):
            cell = _stripped(cell, listed(rule["strip"]))
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
        for header in places_of(template):
            if header in numbered:
                continue
            cell = self._from(header, row)
            if cell is None:
                return None
            values[header] = _text(cell)
        return filled(template, values)

    # ------------------------------------------------------------ what is left over

    def _report_assumed(self) -> None:
        """Every value that stands in the mapping and not in the files, with its number of rows."""
        for (code, sheet, key, value), count in self.assumed.items():
            column = f"{column_of_key(sheet_by_key(sheet), key).zh} ({key})" if key else ""
            self._note(Severity.ASSUMED, code, sheet=sheet, column=column, value=value,
                       count=count)  # fmt: skip

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
                       rows=[str(row.number) for row in left[:NAMED_ROWS]])  # fmt: skip
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


def column_of_key(sheet: Sheet, key: str) -> Column:
    """The column of a rule; a characteristic is made for it."""
    if key.startswith("特性:"):
        return Column(key, key, Kind.TEXT)
    return sheet.column(key)


def _computes(rule: Any) -> bool:
    return isinstance(rule, Mapping) and not {"const", "multiply", "translate"}.isdisjoint(rule)


def _constant(value: Any) -> Cell:
    if isinstance(value, list):
        return ";".join(str(part) for part in value)
    cell: Cell = value
    return cell


def _letter(number: int) -> str:
    """Revision of the n-th row with the same key: A, B, C …"""
    return chr(ord("A") + number - 1) if number <= 26 else f"Z{number}"


def _stripped(text: str, words: Sequence[str]) -> str:
    """Without one of the words at its end: ``100支`` is ``100``."""
    text = text.strip()
    for word in sorted(words, key=len, reverse=True):
        if word and text.casefold().endswith(word.casefold()):
            return text[: -len(word)].strip()
    return text
