"""Lines of a bill of material pasted from a spreadsheet: read cell by cell, each with its
complaint, nothing written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from app.core.codes import code_key
from app.core.errors import RuleBroken
from app.core.messages import Message, message
from app.services.exchange.sheets import sheet
from app.services.masters.rows import column, parse_cell

PLACES = ("component_code", "quantity", "unit", "scrap_pct", "consumed_at_step", "note")
"""What the columns mean where the first row names none."""

COLUMNS = ("component_code", "quantity", "base_qty", "base_unit", "unit", "qty_kind", "scrap_pct",
           "consumed_at_step", "alt_group", "alt_priority", "line_kind", "note")  # fmt: skip
"""What a pasted line can say."""


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One line: ``texts`` as pasted, ``values`` as understood, ``problems`` by column key."""

    number: int
    texts: Mapping[str, str]
    values: Mapping[str, Any]
    problems: Mapping[str, Message]


def pasted_lines(
    text: str, codes: Collection[str], today: date, zone: ZoneInfo
) -> tuple[PastedLine, ...]:
    """The lines of a clipboard text (tabs between cells). ``codes``: of the items there are.

    A first row of titles, in Chinese or English, says what the columns are; without one they are
    ``PLACES``. Columns with other titles are left out.
    """
    rows = [line.split("\t") for line in text.splitlines() if line.strip()]
    if not rows:
        return ()
    keys = _titles(rows[0])
    body = rows[1:] if keys else rows
    known = {code_key(code): code for code in codes}
    return tuple(
        _line(number, keys or PLACES, cells, known, today, zone)
        for number, cells in enumerate(body, 1)
    )


def _titles(cells: Sequence[str]) -> tuple[str, ...]:
    """The keys that the cells are titles of (``""`` = none); empty if they are no titles."""
    titles: dict[str, str] = {}
    for each in sheet("BOM").columns:
        if each.key in COLUMNS:
            words = (each.key, each.zh, column("BOM", each.key).title.text("en"), *each.synonyms)
            titles |= {code_key(word): each.key for word in words}
    keys = tuple(titles.get(code_key(cell), "") for cell in cells)
    return keys if {"component_code", "quantity"} <= set(keys) else ()


def _line(
    number: int, keys: Sequence[str], cells: Sequence[str], known: Mapping[str, str], today: date,
    zone: ZoneInfo,
) -> PastedLine:  # fmt: skip
    texts = {key: cell.strip() for key, cell in zip(keys, cells, strict=False) if key}
    return _read(number, texts, known, today, zone)


def typed_line(
    texts: Mapping[str, str], codes: Collection[str], today: date, zone: ZoneInfo
) -> PastedLine:
    """One line from the texts of its fields, by column key."""
    return _read(1, texts, {code_key(code): code for code in codes}, today, zone)


def _read(
    number: int, given: Mapping[str, str], known: Mapping[str, str], today: date, zone: ZoneInfo
) -> PastedLine:
    texts = {"component_code": "", "quantity": "", **given}
    values: dict[str, Any] = {}
    problems: dict[str, Message] = {}
    for key, text in texts.items():
        if not text and key not in ("component_code", "quantity"):
            continue
        try:
            values[key] = parse_cell("BOM", key, text, today, zone)
        except RuleBroken as refused:
            problems[key] = refused.message
    code = values.get("component_code")
    if code is not None and code_key(code) not in known:
        problems["component_code"] = message("exchange.unknown_item", code=code)
    elif code is not None:
        values["component_code"] = known[code_key(code)]
    return PastedLine(number, texts, values, problems)
