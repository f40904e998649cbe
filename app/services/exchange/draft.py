"""A mapping in the making: what the wizard shows and a person changes, in the mapping language.

A draft begins with proposals, or with a saved mapping that fits. ``plan`` is at any time a complete
mapping; nothing of it is kept anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatch
from typing import Any

from app.core.messages import Message
from app.services.exchange.cells import Page
from app.services.exchange.evidence import Known, Profile, shown
from app.services.exchange.fitting import Fit, header_rows, headers_in, page_for
from app.services.exchange.headers import headers_at
from app.services.exchange.page_store import ReadFile
from app.services.exchange.plan import Plan, header_of, listed
from app.services.exchange.proposals import (
    TableProposal,
    match,
    propose,
    propose_table,
    rank_sheets,
)
from app.services.exchange.route_cells import needs_of_route
from app.services.exchange.sheets import Sheet
from app.services.exchange.sheets import sheet as sheet_by_key
from app.services.exchange.sources import SourceTable, escaped, find_sources, source_name, source_of
from app.services.exchange.tables import TableReader, folded, sheet_of

SHOWN_ROWS = 40
"""So many rows of a page are shown to choose the headers."""
EXAMPLES = 3


@dataclass
class TableDraft:
    """One of our sheets made of sources. ``score``: of the sheet; ``scores``: of its columns."""

    number: int
    sheet: str
    sources: list[str]
    columns: dict[str, Any]
    rest: dict[str, Any] = field(default_factory=dict)
    score: float = 1.0
    reasons: tuple[Message, ...] = ()
    scores: dict[str, tuple[float, tuple[Message, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A page of foreign files in the list of sheets.

    ``name``: empty where no headers were found yet. ``sheets``: what it becomes, none = left out.
    ``others``: what else it may be with its score.
    """

    id: str
    name: str
    files: tuple[str, ...]
    page: str
    count: int
    headers: tuple[int, ...]
    first: int
    sure: float
    sheets: tuple[str, ...]
    score: float
    reasons: tuple[Message, ...]
    others: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A rule of a table, or a foreign column that no rule uses (``target`` empty).

    ``open``: words found in the file that its translation lacks. ``missing``: a required column
    of ours without a rule. ``score`` is None for what a person has set.
    """

    id: str
    header: str
    examples: tuple[str, ...]
    target: str
    rule: Any
    score: float | None
    reasons: tuple[Message, ...]
    required: bool = False
    missing: bool = False
    open: tuple[str, ...] = ()


class Draft:
    """Files and what becomes of them."""

    def __init__(self, files: Sequence[ReadFile], known: Known, today: date) -> None:
        self.files = list(files)
        self.known, self.today = known, today
        self.own = [f for f in files if is_own(f, today)]
        self.foreign = [f for f in files if f.pages and f not in self.own]
        self.sources: dict[str, SourceTable] = {}
        self.source_rest: dict[str, dict[str, Any]] = {}
        self.ranked: dict[str, tuple[tuple[str, float], ...]] = {}
        self.tables: list[TableDraft] = []
        self.translate: dict[str, dict[str, Any]] = {}
        self.rest: Plan = {}
        self._numbers = 0

    # ------------------------------------------------------------ beginnings

    @classmethod
    def proposed(cls, files: Sequence[ReadFile], known: Known, today: date) -> Draft:
        """A draft from what the files look like."""
        draft = cls(files, known, today)
        found = find_sources([(f.path.name, f.pages) for f in draft.foreign])
        proposal = propose(found, known, today)
        draft.sources = {source.name: source for source in proposal.sources}
        draft.ranked = dict(proposal.others)
        for table in proposal.tables:
            draft._take(table)
        return draft

    @classmethod
    def of_mapping(cls, fit: Fit, files: Sequence[ReadFile], known: Known, today: date) -> Draft:
        """A draft that is a saved mapping, with the files it fits."""
        draft = cls(files, known, today)
        plan = deepcopy(fit.plan)
        for name, rule in plan.pop("source", {}).items():
            draft._source_of_rule(name, rule)
        for table in plan.pop("table", []):
            draft._add(TableDraft(0, table.pop("sheet"), listed(table.pop("source", ())),
                                  table.pop("columns", {}), table))  # fmt: skip
        draft.translate = plan.pop("translate", {})
        plan.pop("workbook", None)
        plan.pop("corrections", None)
        draft.rest = plan
        return draft

    def _source_of_rule(self, name: str, rule: dict[str, Any]) -> None:
        self.source_rest[name] = {k: v for k, v in rule.items() if k not in _OF_SOURCE}
        taken = [f for f in self.foreign
                 if any(fnmatch(f.path.name, p) for p in listed(rule["files"]))]  # fmt: skip
        page = page_for(rule, taken[0].pages) if taken else None
        if page is None:  # another week's files; the rule stays as it is
            self.source_rest[name] = dict(rule)
            return
        headers = headers_at(page.rows, header_rows(rule), rule.get("first_row"))
        only = "sheet" not in rule
        made = source_of(name, [f.path.name for f in taken], "", page, headers, only)
        self.sources[name] = made
        self.source_rest[name]["files"] = rule["files"]
        self.ranked[name] = rank_sheets(made, self.known)

    def _take(self, table: TableProposal) -> TableDraft:
        self.translate |= {name: dict(words) for name, words in table.translate.items()}
        self.source_rest.setdefault(table.source, {}).update(table.source_extra)
        columns = {c.target: c.rule for c in table.columns}
        scores = {c.target: (c.score, c.reasons) for c in table.columns}
        return self._add(TableDraft(0, table.sheet, [table.source], columns, dict(table.extra),
                                    table.score, table.reasons, scores))  # fmt: skip

    def _add(self, table: TableDraft) -> TableDraft:
        self._numbers += 1
        table.number = self._numbers
        self.tables.append(table)
        return table

    def copy(self) -> Draft:
        """A draft of its own of the same files: what takes time is done to a copy, off the
        window's thread."""
        other = Draft.__new__(Draft)
        other.__dict__ |= self.__dict__
        other.sources, other.ranked = dict(self.sources), dict(self.ranked)
        for name in ("source_rest", "tables", "translate", "rest"):
            setattr(other, name, deepcopy(getattr(self, name)))
        return other

    # ------------------------------------------------------------ the mapping

    def plan(self) -> Plan:
        """The mapping as it stands; sources that become nothing and join nothing are left out."""
        used = {name for table in self.tables for name in table.sources} | self._joined()
        names = [n for n in (*self.sources, *self.source_rest) if n in used]
        words = {w for t in self.tables for r in t.columns.values() for w in _words_in(r)}
        plan: Plan = dict(self.rest)
        if self.own:
            plan["workbook"] = [escaped(file.path.name) for file in self.own]
        plan["source"] = {name: self._source_rule(name) for name in dict.fromkeys(names)}
        plan["translate"] = {n: dict(t) for n, t in self.translate.items() if n in words}
        plan["table"] = [self._table_rule(table) for table in self.tables]
        return {key: value for key, value in plan.items() if value}

    def _joined(self) -> set[str]:
        return {name for t in self.tables for r in t.columns.values() for name in _joins_in(r)}

    def _source_rule(self, name: str) -> dict[str, Any]:
        source, rest = self.sources.get(name), self.source_rest.get(name, {})
        if source is None:
            return dict(rest)
        rule: dict[str, Any] = {"files": rest.get("files", source.pattern)}
        if not source.only_page:
            rule["sheet"] = source.page
        rows = source.headers.rows
        if rows != (1,):
            rule["header_row"] = rows[0] if len(rows) == 1 else list(rows)
        if source.headers.first != max(rows) + 1:
            rule["first_row"] = source.headers.first
        return rule | {key: value for key, value in rest.items() if key != "files" and value}

    @staticmethod
    def _table_rule(table: TableDraft) -> dict[str, Any]:
        rule: dict[str, Any] = {"sheet": table.sheet}
        if table.sources:
            rule["source"] = table.sources[0] if len(table.sources) == 1 else table.sources
        rule |= table.rest
        if table.columns or table.sources:
            rule["columns"] = {k: r for k, r in table.columns.items() if not _blank(r)}
        return rule

    # ------------------------------------------------------------ sheets

    def source_rows(self) -> list[SourceRow]:
        """Every foreign page with cells: what it becomes, and what it might."""
        rows = [self._source_row(source) for source in self.sources.values()]
        return rows + [self._bare_row(file, page) for file, page in self._bare_pages()]

    def _source_row(self, source: SourceTable) -> SourceRow:
        tables = self.tables_of(source.name)
        return SourceRow(
            f"source:{source.name}", source.name, source.files, source.page, source.count,
            source.headers.rows, source.headers.first, source.headers.sure,
            tuple(table.sheet for table in tables), max((t.score for t in tables), default=0.0),
            tables[0].reasons if tables else (), self.ranked.get(source.name, ()),
        )  # fmt: skip

    def _bare_pages(self) -> Iterable[tuple[ReadFile, Page]]:
        taken = {(file, folded(s.page)) for s in self.sources.values() for file in s.files}
        for file in self.foreign:
            for page in file.pages:
                place = (file.path.name, folded(page.name))
                if any(page.rows) and not page.hidden and place not in taken:
                    yield file, page

    @staticmethod
    def _bare_row(file: ReadFile, page: Page) -> SourceRow:
        name = file.path.name
        rows = sum(any(cell is not None for cell in row) for row in page.rows)
        return SourceRow(f"page:{name}/{page.name}", "", (name,), page.name, rows, (), 1, 0.0, (),
                         0.0, (), ())  # fmt: skip

    def tables_of(self, source: str) -> list[TableDraft]:
        return [table for table in self.tables if source in table.sources]

    def table(self, number: int) -> TableDraft:
        return next(table for table in self.tables if table.number == number)

    def page(self, row: SourceRow) -> Page | None:
        """The (first) page a row stands for."""
        file = next((f for f in self.foreign if f.path.name == row.files[0]), None)
        pages = file.pages if file is not None else ()
        return next((p for p in pages if folded(p.name) == folded(row.page)), None)

    def set_headers(self, row: SourceRow, numbers: Sequence[int]) -> str:
        """Other header rows: the columns are proposed anew. The name of the source."""
        page = self.page(row)
        if page is None:
            return row.name
        headers = headers_at(page.rows, sorted(numbers))
        name, sheets = row.name, row.sheets
        if not name:
            name = self._free_name(row)
            pattern, only = escaped(row.files[0]), len(_filled(self._file(row).pages)) == 1
        else:
            pattern, only = self.sources[name].pattern, self.sources[name].only_page
        made = source_of(name, row.files, pattern, page, headers, only)
        self.sources[name] = replace(made, count=self._count(row, headers.first))
        self.ranked[name] = rank_sheets(made, self.known)
        self.tables = [table for table in self.tables if table.sources != [name]]
        best = self.ranked[name][0][0] if self.ranked[name] else None
        for sheet in sheets or ((best,) if best else ()):
            self.add_table(name, sheet)
        return name

    def _file(self, row: SourceRow) -> ReadFile:
        return next(f for f in self.foreign if f.path.name == row.files[0])

    def _count(self, row: SourceRow, first: int) -> int:
        pages = [p for f in self.foreign if f.path.name in row.files for p in f.pages]
        mine = [p for p in pages if folded(p.name) == folded(row.page) or len(row.files) > 1]
        return sum(any(c is not None for c in r) for p in mine for r in p.rows[first - 1 :])

    def _free_name(self, row: SourceRow) -> str:
        name = base = source_name(f"{row.files[0]}")
        number = 2
        while name in self.sources or name in self.source_rest:
            name, number = f"{base}_{number}", number + 1
        return name

    def set_sheet(self, source: str, sheet: str) -> None:
        """The one sheet a source becomes; empty: it is left out."""
        self.tables = [table for table in self.tables if table.sources != [source]]
        if sheet:
            self.add_table(source, sheet)

    def add_table(self, source: str, sheet: str) -> TableDraft:
        """Another sheet made of the same source."""
        return self._take(propose_table(self.sources[source], sheet, self._known(), self.today))

    def remove_table(self, number: int) -> None:
        self.tables = [table for table in self.tables if table.number != number]

    def _known(self) -> Known:
        """Codes of the plant and of the other tables of the draft."""
        found: dict[str, set[str]] = {}
        for table in self.tables:
            sheet = sheet_by_key(table.sheet)
            header = header_of(table.columns.get(sheet.identity[0]))
            kind = _KINDS.get(table.sheet)
            for name in table.sources if header and kind else ():
                if name in self.sources:
                    found.setdefault(str(kind), set()).update(self.sources[name].texts(str(header)))
        return self.known.with_codes(found)

    # ------------------------------------------------------------ columns

    def column_rows(self, number: int) -> list[ColumnRow]:
        """What becomes of each foreign column of a table, then columns filled without one."""
        table = self.table(number)
        sheet = sheet_by_key(table.sheet)
        headers = self.headers_of(table)
        rows = [
            self._rule_row(table, sheet, target, rule) for target, rule in table.columns.items()
        ]
        used = {h for rule in table.columns.values() for h in headers_in(rule)}
        used |= set(listed(table.rest.get("expand", {}).get("from", ())))
        rows += [self._unused_row(table, header) for header in headers if header not in used]
        spared = needs_of_route(table.columns)
        for column in sheet.columns:
            if column.required and not {column.key} & (table.columns.keys() | spared):
                rows.append(
                    ColumnRow(f"missing:{column.key}", "", (), column.key, None, None, (),
                              True, True)
                )  # fmt: skip
        place = {header: n for n, header in enumerate(headers)}
        return sorted(rows, key=lambda r: -1 if r.missing else place.get(r.header, len(place)))

    def headers_of(self, table: TableDraft) -> list[str]:
        """The columns of a table's sources, each once."""
        found: dict[str, None] = {}
        for name in table.sources:
            if name in self.sources:
                found |= dict.fromkeys(p.header for p in self.sources[name].profiles)
        return list(found)

    def texts(self, table: TableDraft, header: str) -> tuple[str, ...]:
        """What stands in a foreign column, each text once."""
        found: dict[str, None] = {}
        for name in table.sources:
            if name in self.sources:
                found |= dict.fromkeys(self.sources[name].texts(header))
        return tuple(found)

    def _rule_row(self, table: TableDraft, sheet: Sheet, target: str, rule: Any) -> ColumnRow:
        header = header_of(rule) or ""
        score, reasons = table.scores.get(target, (None, ()))
        required = not target.startswith("特性:") and sheet.column(target).required
        return ColumnRow(
            target, header, self.texts(table, header)[:EXAMPLES], target, rule, score, reasons,
            required, _blank(rule), tuple(self._open_words(table, rule)),
        )  # fmt: skip

    def _unused_row(self, table: TableDraft, header: str) -> ColumnRow:
        return ColumnRow(f"unused:{header}", header, self.texts(table, header)[:EXAMPLES], "", None,
                         None, ())  # fmt: skip

    def _open_words(self, table: TableDraft, rule: Any) -> list[str]:
        if not isinstance(rule, Mapping) or "translate" not in rule or "join" in rule:
            return []
        words = self.translate.get(rule["translate"], {})
        return [text for text in self.texts(table, header_of(rule) or "") if text not in words]

    def set_rule(self, number: int, target: str, rule: Any, was: str = "") -> None:
        """What a column of ours is made of; ``was``: the column the rule made until now."""
        table = self.table(number)
        if was and was != target:
            table.columns.pop(target, None)
            table.columns = {target if k == was else k: r for k, r in table.columns.items()}
        table.columns[target] = rule
        table.scores.pop(was, None)
        table.scores.pop(target, None)

    def propose_rule(self, number: int, target: str, header: str) -> Any:
        """How a foreign column becomes one of ours, as its cells suggest; words are proposed."""
        from app.services.exchange import rules

        table = self.table(number)
        profile = self._profile(table, header)
        if profile is None or target.startswith("特性:"):
            return header
        column = sheet_by_key(table.sheet).column(target)
        made = rules.rule_for(profile, table.sources[0], table.sheet, column)
        for name, words in made.translate.items():
            self.translate.setdefault(name, dict(words))
        return made.rule

    def rank_targets(self, number: int, header: str) -> list[tuple[str, float]]:
        """Columns of ours that a foreign one may be, the likeliest first; taken ones as well."""
        table = self.table(number)
        sheet = sheet_by_key(table.sheet)
        profile = self._profile(table, header)
        if profile is None:
            return []
        scores = [(c.key, match(profile, sheet, c, self.known)[0]) for c in sheet.columns]
        return sorted((s for s in scores if s[1] >= 0.3), key=lambda s: -s[1])

    def _profile(self, table: TableDraft, header: str) -> Profile | None:
        found = (p for n in table.sources if n in self.sources for p in self.sources[n].profiles)
        return next((p for p in found if p.header == header), None)

    def remove_rule(self, number: int, target: str) -> None:
        table = self.table(number)
        table.columns.pop(target, None)
        table.scores.pop(target, None)

    def where(self, number: int, header: str) -> Any:
        """Which rows are taken by that column: None (all), "*" (filled), "" (empty), or values."""
        found = self.table(number).rest.get("where", {}).get(header)
        return found if found in (None, "*", "") else list(map(str, listed(found)))

    def take_where(self, number: int, header: str, wanted: Any) -> None:
        table = self.table(number)
        where = {k: v for k, v in table.rest.get("where", {}).items() if k != header}
        if wanted is not None:
            where[header] = wanted
        _put(table.rest, "where", where)

    def is_key(self, number: int, header: str) -> bool:
        """Whether rows with the same value there are one record."""
        return header in self.table(number).rest.get("unique", ())

    def make_key(self, number: int, header: str, key: bool) -> None:
        table = self.table(number)
        others = [name for name in table.rest.get("unique", ()) if name != header]
        _put(table.rest, "unique", [*others, header] if key else others)
        if "unique" not in table.rest:
            table.rest.pop("number", None)

    def is_numbered(self, number: int) -> bool:
        """Whether all rows of a key are taken, with numbers."""
        return bool(self.table(number).rest.get("number"))

    def make_numbered(self, number: int, numbered: bool) -> None:
        _put(self.table(number).rest, "number", numbered)

    def set_words(self, name: str, words: Mapping[str, str]) -> None:
        """A translation: the file's word → ours; words without an answer are left out."""
        self.translate[name] = {text: word for text, word in words.items() if word}

    def todo(self, number: int) -> int:
        """How many columns of a table still need a person."""
        return sum(row.missing or bool(row.open) for row in self.column_rows(number))


_OF_SOURCE = {"files", "sheet", "header_row", "first_row"}
_KINDS = {"Items": "item", "Customers": "customer", "Suppliers": "supplier", "Machines": "machine",
          "Tools": "tool", "Operators": "operator", "Orders": "order"}  # fmt: skip


def is_own(file: ReadFile, today: date) -> bool:
    """Whether a file is our own workbook: a sheet of ours with all its required headers."""
    from app.services.exchange.answers import Answers

    for page in file.pages:
        sheet = sheet_of(page)
        if sheet is None:
            continue
        head = Page(page.name, page.rows[:30])
        reader = TableReader(file.path.name, head, sheet, today, Answers())
        reader.read()
        if not any(p.message.code in _FOREIGN for p in reader.problems):
            return True
    return False


_FOREIGN = {"exchange.missing_column", "exchange.no_headers"}


def _put(rest: dict[str, Any], key: str, value: Any) -> None:
    """What is empty is not said at all."""
    if value:
        rest[key] = value
    else:
        rest.pop(key, None)


def _filled(pages: Sequence[Page]) -> list[Page]:
    return [page for page in pages if any(page.rows) and not page.hidden]


def _blank(rule: Any) -> bool:
    """A value of its own that nobody has typed yet."""
    return isinstance(rule, Mapping) and dict(rule) == {"const": ""}


def _words_in(rule: Any) -> list[str]:
    """Names of the translations a rule uses."""
    if not isinstance(rule, Mapping):
        return []
    return [*([rule["translate"]] if "translate" in rule else []), *_words_in(rule.get("then"))]


def _joins_in(rule: Any) -> list[str]:
    if not isinstance(rule, Mapping):
        return []
    own = [rule["join"].partition(".")[0]] if "join" in rule else []
    return [*own, *_joins_in(rule.get("then"))]


def sample_rows(page: Page) -> list[tuple[str, ...]]:
    """The first rows of a page as texts."""
    return [
        tuple("" if cell is None else shown(cell) for cell in row) for row in page.rows[:SHOWN_ROWS]
    ]
