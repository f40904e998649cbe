"""A trial import that tells record by record what would become of it, and every bad cell at once.

``plan_import`` stops at the first stage that has an error. Here bad rows are set aside and the rest
is tried again, so that one look shows everything that has to be mended. Rows that only fail for
want of a row set aside are waiting for it and are no errors of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.core.codes import code_key
from app.core.errors import AppError
from app.models.database import Database
from app.services.exchange.answers import Answers
from app.services.exchange.cells import Trouble
from app.services.exchange.evidence import shown
from app.services.exchange.export_rows import typed
from app.services.exchange.importing import read_all, take_all
from app.services.exchange.partial import faults_of_partial
from app.services.exchange.plan import MappingText
from app.services.exchange.records import Partial, Problem, Question, Record, Severity
from app.services.exchange.sheet_rows import Values, lines
from app.services.exchange.sheets import SHEETS, Sheet
from app.services.exchange.sheets import sheet as sheet_by_key
from app.services.exchange.tables import Parse, text_wanted
from app.services.exchange.target import Target
from app.services.exchange.typed_texts import shown_value
from app.services.site import planning_now, site

MOST_ROUNDS = 8
_OF_THE_WHOLE = {"exchange.mould_without_machine", "exchange.centre_without_machine",
                 "exchange.longer_than_shift"}  # fmt: skip
"""What is judged by all machines and shifts together: not before all of their rows are right."""
Place = tuple[str, str, int]
"""File, page and row number."""


@dataclass(frozen=True, slots=True)
class Change:
    """One column of a record: what is there (empty = nothing) and what would be."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RecordPreview:
    """``state``: new, changed, or waiting for a row that has to be mended first."""

    sheet: str
    file: str
    page: str
    row: int
    name: str
    state: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """How many rows of one sheet would be new, changed, untouched; how many wait for others."""

    sheet: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """``bad``: places of rows with an error. ``records``: unchanged ones are only counted."""

    problems: tuple[Problem, ...] = ()
    sheets: tuple[SheetPreview, ...] = ()
    records: tuple[RecordPreview, ...] = ()
    bad: frozenset[Place] = frozenset()
    file_names: tuple[str, ...] = ()
    stopped: bool = False
    """Cancelled before it had seen everything."""

    @property
    def ok(self) -> bool:
        return not self.stopped and not any(
            problem.severity is Severity.ERROR for problem in self.problems
        )

    @property
    def questions(self) -> tuple[Question, ...]:
        """What has to be, or may be, decided; each once."""
        asked = {p.question.id: p.question for p in self.problems if p.question is not None}
        return tuple(asked.values())


class _Undo(Exception):
    """Leaves the transaction without a trace."""


def preview_import(
    database: Database, paths: Sequence[Path], parse: Parse, mapping: MappingText | None = None,
    answers: Mapping[str, str] | None = None, now: datetime | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Preview:  # fmt: skip
    """What ``import_files`` would do with these files; nothing is written."""
    moment = now or planning_now(database)
    given = Answers(answers)
    try:
        reading = read_all(database, paths, mapping, moment, given, parse)
    except AppError as error:
        return Preview((Problem(Severity.ERROR, error.message),))
    zone = ZoneInfo(site(database).time_zone)
    trial = _Trial(database, zone, moment, given, list(reading.records), list(reading.problems))
    if not any(p.severity is Severity.ERROR and p.row is None for p in reading.problems):
        trial.set_aside_codes(_codes_in(trial.bad, paths, parse, given))
        trial.run(stop)
        trial.look_beside(reading.partial, stop)
    return Preview(
        tuple(trial.problems), tuple(trial.sheets()), tuple(trial.records_now()),
        frozenset(trial.bad), reading.file_names, stop(),
    )  # fmt: skip


def _codes_in(
    places: Iterable[Place], paths: Sequence[Path], parse: Parse, answers: Answers
) -> set[str]:
    """Every text in the rows at these places: codes that others may be waiting for."""
    by_file: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for file, page, row in places:
        by_file[file].append((page, row))
    found: set[str] = set()
    for path in paths:
        if path.name not in by_file:
            continue
        pages = parse(path, text_wanted(path.name, answers))
        by_name = {} if isinstance(pages, Trouble) else {page.name: page for page in pages}
        for name, number in by_file[path.name]:
            rows = by_name[name].rows if name in by_name else ()
            if number <= len(rows):
                found |= {code_key(shown(c)) for c in rows[number - 1] if c is not None}
    return found


@dataclass
class _Trial:
    """Rounds of a trial import: each sets the bad rows of the last one aside."""

    database: Database
    zone: ZoneInfo
    now: datetime
    answers: Answers
    records: list[Record]
    problems: list[Problem]
    aside: set[str] = field(default_factory=set)
    """Codes that rows set aside hold: others may wait for them."""
    missing: set[str] = field(default_factory=set)
    """Codes of the records that rows set aside were to bring."""
    waiting: list[Record] = field(default_factory=list)
    states: dict[int, str] = field(default_factory=dict)
    changes: dict[int, tuple[Change, ...]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    @property
    def bad(self) -> set[Place]:
        return {
            (p.file, p.sheet, p.row)
            for p in self.problems
            if p.severity is Severity.ERROR and p.row is not None
        }

    def set_aside_codes(self, codes: set[str]) -> None:
        self.aside |= codes

    def run(self, stop: Callable[[], bool]) -> None:
        for _ in range(MOST_ROUNDS):
            if stop() or not self._round():
                return

    def look_beside(self, partial: Sequence[Partial], stop: Callable[[], bool]) -> None:
        """What else is wrong in rows with a bad cell; nothing is counted of them."""
        today = self.now.astimezone(self.zone).date()
        for each in partial:
            record = each.record
            self.missing |= {*_identity(sheet_by_key(record.sheet), record.values)} - {""}
        found = faults_of_partial(partial, self._try, self._waits_for_missing, today, stop)
        self.problems += [problem for problem in found if problem not in self.problems]

    def _try(self, others: Sequence[Record]) -> list[Problem]:
        """What a trial of the good rows and of others says."""
        found: list[Problem] = []
        try:
            with self.database.write("import") as session:
                records = [*self.records, *others]
                target = Target(session, records, self.zone, self.now, self.answers)
                take_all(target, "import", trial=True)
                found = target.problems
                raise _Undo
        except _Undo:
            return found

    def _round(self) -> bool:
        """One trial; whether rows were set aside, so that another one is needed."""
        found: list[Problem] = []
        try:
            with self.database.write("import") as session:
                used = list(dict.fromkeys(record.sheet for record in self.records))
                before = {key: lines(session, key) for key in used}
                target = Target(session, self.records, self.zone, self.now, self.answers)
                take_all(target, "import", trial=True)
                found = target.problems
                if not target.failed:
                    session.flush()
                    session.expire_all()  # what is compared is read anew
                    self._compare(target, before, {key: lines(session, key) for key in used})
                raise _Undo
        except _Undo:
            return self._judge(found)

    def _waits(self, problem: Problem, codes: set[str] | None = None) -> bool:
        """Whether an error only follows from rows that were set aside, with these codes."""
        code, codes = problem.message.code, self.aside if codes is None else codes
        if code in _OF_THE_WHOLE:
            return bool(codes)
        named = code_key(str(problem.message.values.get("code", "")))
        return code.startswith("exchange.unknown_") and named in codes

    def _waits_for_missing(self, problem: Problem) -> bool:
        return self._waits(problem, self.missing)

    def _judge(self, found: Sequence[Problem]) -> bool:
        """Keeps what a round said; sets the rows with errors aside."""
        failing: set[Place] = set()
        for problem in found:
            waits = self._waits(problem)
            if problem.severity is Severity.ERROR and problem.row is not None:
                failing.add((problem.file, problem.sheet, problem.row))
            if not waits and problem not in self.problems:
                self.problems.append(problem)
        bad = self.bad
        kept: list[Record] = []
        for record in self.records:
            place = (record.file, record.page, record.row)
            if place not in failing:
                kept.append(record)
                continue
            self.aside |= {code_key(str(v)) for v in record.values.values() if isinstance(v, str)}
            self.missing |= {*_identity(sheet_by_key(record.sheet), record.values)} - {""}
            if place not in bad:
                self.waiting.append(record)
        again = len(kept) < len(self.records)
        self.records = kept
        return again

    # ------------------------------------------------------------ what became of the records

    def _compare(
        self, target: Target, before: Mapping[str, list[tuple[int, Values]]],
        after: Mapping[str, list[tuple[int, Values]]],
    ) -> None:  # fmt: skip
        for key, rows in after.items():
            sheet = sheet_by_key(key)
            old = _by_identity(sheet, before[key])
            index = _Index(sheet, rows)
            for record in target.records[key]:
                state = target.outcome(record)
                self.states[id(record)] = state
                self.names[id(record)] = _name(sheet, record)
                row = index.find(record) if state != "unchanged" else None
                if row is not None:
                    was = old.get(_identity(sheet, row), {}) if state == "changed" else {}
                    found = self._differences(sheet, was, row)
                    # What the file says comes before what follows from it.
                    said = {key: n for n, key in enumerate(record.values)}
                    self.changes[id(record)] = tuple(
                        sorted(found, key=lambda c: said.get(c.column, len(said)))
                    )

    def _differences(self, sheet: Sheet, was: Values, now: Values) -> Iterable[Change]:
        columns = {column.key: column for column in sheet.columns}
        for key in dict.fromkeys((*now, *was)):
            column = columns.get(key)
            texts = [
                "" if key not in row else shown_value(typed(column, row[key], self.zone))
                for row in (was, now)
            ]
            if texts[0] != texts[1]:
                yield Change(key, *texts)

    def records_now(self) -> Iterable[RecordPreview]:
        for record in self.records:
            state = self.states.get(id(record))
            if state in ("new", "changed"):
                yield _preview(
                    record, state, self.names[id(record)], self.changes.get(id(record), ())
                )
        for record in self.waiting:
            yield _preview(record, "waiting", _name(sheet_by_key(record.sheet), record), ())

    def sheets(self) -> Iterable[SheetPreview]:
        counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for record in self.records:
            if id(record) in self.states:
                counts[record.sheet][self.states[id(record)]] += 1
        for record in self.waiting:
            counts[record.sheet]["waiting"] += 1
        for sheet in SHEETS:
            if sheet.key in counts:
                yield SheetPreview(sheet.key, **counts[sheet.key])


def _preview(record: Record, state: str, name: str, changes: tuple[Change, ...]) -> RecordPreview:
    return RecordPreview(record.sheet, record.file, record.page, record.row, name, state, changes)


def _name(sheet: Sheet, record: Record) -> str:
    """How a person calls the record: its identity as far as the row says it."""
    parts = [str(record.values[key]) for key in sheet.identity if key in record.values]
    return " · ".join(parts) or f"{record.page} {record.row}"


def _folded(value: Any) -> str:
    return code_key(str(value))


def _identity(sheet: Sheet, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(_folded(row.get(key, "")) for key in sheet.identity)


def _by_identity(sheet: Sheet, rows: Iterable[tuple[int, Values]]) -> dict[tuple[str, ...], Values]:
    return {_identity(sheet, row): row for _, row in rows}


class _Index:
    """Finds the row that a record became, by as much of its identity as the record says."""

    def __init__(self, sheet: Sheet, rows: Sequence[tuple[int, Values]]) -> None:
        self._sheet, self._rows = sheet, rows
        self._by_keys: dict[tuple[str, ...], dict[tuple[str, ...], Values]] = {}

    def find(self, record: Record) -> Values | None:
        keys = tuple(key for key in self._sheet.identity if key in record.values)
        if not keys:
            return None
        index = self._by_keys.get(keys)
        if index is None:
            index = {}
            for _, row in self._rows:
                index.setdefault(tuple(_folded(row.get(key, "")) for key in keys), row)
            self._by_keys[keys] = index
        return index.get(tuple(_folded(record.values[key]) for key in keys))
