"""Records that come twice in one import: the same row again is taken once, two versions refused."""

from __future__ import annotations

from typing import Any

from app.core.codes import code_key
from app.core.messages import message
from app.services.exchange.records import Record, Severity
from app.services.exchange.sheets import SHEETS, Sheet
from app.services.exchange.target import Target

_EACH_ROW_COUNTS = {"BOM", "Stock"}
"""Sheets where a row that says the same again may mean as much again; they ask for themselves."""
_KNOWN_OTHERWISE = {"Orders", "OrderProgress"}
"""Sheets whose records are known by either of two numbers, or by less than their identity."""


def take_repeats_once(target: Target) -> None:
    """Leaves out rows that say the same again (and says so); two versions of one are errors."""
    for sheet in SHEETS:
        if sheet.key not in _EACH_ROW_COUNTS:
            records = _without_repeats(target, target.records[sheet.key])
            if sheet.key not in _KNOWN_OTHERWISE:
                records = _first_versions(target, sheet, records)
            target.records[sheet.key] = records
    _refuse_cards(target)


def _without_repeats(target: Target, records: list[Record]) -> list[Record]:
    first: dict[Any, Record] = {}
    kept = []
    for record in records:
        said = tuple(sorted((key, repr(value)) for key, value in record.values.items()))
        known = first.setdefault((said, record.cleared, record.deactivate), record)
        if known is record:
            kept.append(record)
            continue
        text = message("exchange.same_row_again", row=known.row, file=known.file)
        target.problems.append(record.problem(Severity.CLEANED, text))
    return kept


def _first_versions(target: Target, sheet: Sheet, records: list[Record]) -> list[Record]:
    """The records without those that say something else of one that came before: errors."""
    first: dict[tuple[str, ...], Record] = {}
    kept = []
    for record in records:
        known = tuple(code_key(str(record.values.get(key, ""))) for key in sheet.identity)
        if not any(known) or first.setdefault(known, record) is record:
            kept.append(record)
            continue
        key = next(key for key in sheet.identity if key in record.values)
        target.error(record, "double_record", key, row=first[known].row)
    return kept


def _refuse_cards(target: Target) -> None:
    """What is made of a step is kept in one figure, not card by card."""
    first: dict[tuple[str, int], Record] = {}
    for record in target.records["OrderProgress"]:
        step = (code_key(record.values["order_no"]), record.values["step_no"])
        if first.setdefault(step, record) is not record:
            target.error(record, "double_progress", "step_no", row=first[step].row,
                         order=record.values["order_no"], step=step[1])  # fmt: skip
