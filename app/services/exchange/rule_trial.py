"""What a rule makes of the first cells of a file: shown while a person changes the rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.core.messages import Message
from app.services.exchange.answers import Answers
from app.services.exchange.cells import Page, Trouble
from app.services.exchange.cleaning import Cleaner, Refused
from app.services.exchange.export_rows import typed
from app.services.exchange.fitting import headers_in
from app.services.exchange.mapping import Mapper, column_of_key
from app.services.exchange.plan import Plan, listed
from app.services.exchange.sheets import sheet as sheet_by_key
from app.services.exchange.source_rows import SourceRow, text_of_cell
from app.services.exchange.tables import Parse
from app.services.exchange.text_shape import TextWanted
from app.services.exchange.typed_texts import shown_value

LOOKED_AT = 400
MOST = 8
"""So many different outcomes are shown."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A cell of the file, and what becomes of it: a text, or why it is refused."""

    before: str
    after: str
    refused: Message | None = None


@dataclass(frozen=True, slots=True)
class _FirstRows:
    """Reads no more of each page than is looked at; pages that are looked up stay whole."""

    parse: Parse

    def __call__(self, path: Path, wanted: TextWanted | None = None) -> list[Page] | Trouble:
        pages = self.parse(path, wanted)
        if isinstance(pages, Trouble):
            return pages
        return [replace(page, rows=page.rows[:LOOKED_AT]) for page in pages]


def try_rule(
    plan: Plan, paths: Sequence[Path], parse: Parse, today: date, number: int, target: str,
    answers: dict[str, str] | None = None,
) -> list[Outcome]:  # fmt: skip
    """Different outcomes of column ``target`` of the plan's table ``number`` (from 0)."""
    table = plan["table"][number]
    rule = table["columns"][target]
    joins = isinstance(rule, dict) and "join" in rule
    reader = parse if joins else _FirstRows(parse)
    given = Answers(answers)
    mapper = Mapper(plan, "", list(paths), today, reader, given)
    mapper.read_sources()
    found: dict[tuple[str, str, str], Outcome] = {}
    for name in listed(table.get("source", ())):
        for row in mapper.sources[name].rows:
            if not mapper.wanted(table.get("where", {}), row):
                continue
            for part in mapper.parts(table.get("expand"), row):
                outcome = _outcome(mapper, table, target, row, part)
                code = outcome.refused.code if outcome.refused else ""
                found.setdefault((outcome.before, outcome.after, code), outcome)
            if len(found) >= MOST:
                return list(found.values())[:MOST]
    return list(found.values())


def _outcome(
    mapper: Mapper, table: dict[str, Any], target: str, row: SourceRow, part: dict[str, str]
) -> Outcome:
    rule = table["columns"][target]
    headers = sorted(headers_in(rule))
    cells = [text_of_cell(cell) for h in headers if (cell := row.get(h)) is not None]
    before = " · ".join(cells) or part.get("part", "")
    column = column_of_key(sheet_by_key(table["sheet"]), target)
    mapper.cleaner = Cleaner(mapper.today, mapper.answers.about("year", row.file), row.decimal_sign)
    try:
        cell = mapper.cell(rule, row, part)
        if cell is None:
            return Outcome(before, "")
        value = mapper.cleaner.clean(cell, column)
    except Refused as refused:
        return Outcome(before, "", refused.text)
    return Outcome(before, shown_value(typed(column, value, ZoneInfo("UTC"))))
