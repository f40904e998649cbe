"""What else is wrong with a row that has a bad cell: told at once, not after the cell is mended.

The bad cells of such a row are left away, or get a stand-in where a row cannot be without, and it
goes through a trial of its own with the good rows. Only what its other cells say counts there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from app.services.exchange.records import Partial, Problem, Record, Severity
from app.services.exchange.sheets import Column, Kind
from app.services.exchange.sheets import sheet as sheet_by_key

MOST_ROUNDS = 4
"""A fault among the masters ends a trial before it reaches the orders: then once more."""
_LISTS = {Kind.CODES, Kind.RATED, Kind.GRADED, Kind.SPANS, Kind.WEEKDAYS, Kind.DELIVERIES,
          Kind.ISSUED}  # fmt: skip
Place = tuple[str, str, int]
Try = Callable[[Sequence[Record]], Sequence[Problem]]


def faults_of_partial(
    partial: Iterable[Partial], trial: Try, waits: Callable[[Problem], bool], today: date,
    stop: Callable[[], bool],
) -> list[Problem]:  # fmt: skip
    """Errors of the rows with a bad cell that are not about that cell.

    ``trial``: takes these records besides the good ones and says what is wrong. ``waits``: whether
    an error only follows from rows that were set aside.
    """
    rows = {(r.file, r.page, r.row): (r, each) for each in partial if (r := each.record)}
    left = [_whole(each, today) for each in partial if "route" not in each.bad]
    found: list[Problem] = []
    for _ in range(MOST_ROUNDS):
        if not left or stop():
            break
        failing: set[Place] = set()
        for problem in trial(left):
            place = _place(problem)
            if problem.severity is not Severity.ERROR or place not in rows:
                continue
            failing.add(place)
            record, each = rows[place]
            if _counts(problem, record, each.bad) and not waits(problem) and problem not in found:
                found.append(problem)
        if not failing:
            break
        left = [each for each in left if (each.file, each.page, each.row) not in failing]
    return found


def _place(problem: Problem) -> Place | None:
    return None if problem.row is None else (problem.file, problem.sheet, problem.row)


def _counts(problem: Problem, record: Record, bad: frozenset[str]) -> bool:
    """Whether a fault stands without the bad cells; with stand-ins only what a code names does."""
    if problem.column in {record.headers.get(key, key) for key in bad}:
        return False
    required = {column.key for column in sheet_by_key(record.sheet).columns if column.required}
    return not bad & required or problem.message.code.startswith("exchange.unknown_")


def _whole(partial: Partial, today: date) -> Record:
    """The row as if its bad cells held something plausible, or nothing where that may be."""
    record = partial.record
    standing: Mapping[str, Any] = {
        column.key: _stand_in(column, record, today)
        for column in sheet_by_key(record.sheet).columns
        if column.required and column.key in partial.bad
    }
    return replace(record, values={**record.values, **standing})


def _stand_in(column: Column, record: Record, today: date) -> Any:
    match column.kind:
        case Kind.INTEGER:
            return 1
        case Kind.QUANTITY | Kind.SIGNED:
            return Decimal(1)
        case Kind.FACTOR:
            return Decimal(1), Decimal(1)
        case Kind.BOOL:
            return False
        case Kind.CHOICE:
            return next(iter(column.choices.values()))
        case Kind.DATE | Kind.MOMENT:
            return today
        case Kind.TIME | Kind.WEEKDAY | Kind.WAIT:
            return 1
        case Kind.SEQUENCE:
            return [["?", 1]]
        case Kind.DATED | Kind.ATTRIBUTES:
            return {}
        case kind if kind in _LISTS:
            return []
        case _:
            return f"? {record.file} {record.page} {record.row}"
