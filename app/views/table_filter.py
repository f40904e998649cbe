"""What is typed above a column, and which lines pass it: words, ``!not this``, ``> 100``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.views.table_columns import Column, Kind, folded
from app.views.table_lines import Lines

Mask = NDArray[np.bool_]
_COMPARISON = re.compile(r"\s*(<=|>=|<|>|=)\s*(\S.*)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq}


def passing(lines: Lines, column: Column, typed: str) -> Mask:
    """Which lines pass what was typed above ``column``."""
    wanted = folded(typed).strip()
    comparison = _COMPARISON.fullmatch(wanted)
    if comparison and column.kind is not Kind.TEXT:
        limit = _limit(comparison[2], column.kind)
        if limit is not None:
            values = lines.values(column)
            if isinstance(limit, date):
                values = [_day(value, column) for value in values]
            return _comparing(values, _COMPARE[comparison[1]], limit)
    if wanted.startswith("!") and len(wanted) > 1:
        return ~containing(lines.folded(column), [wanted[1:].strip()])
    return containing(lines.folded(column), wanted.split())


def containing(texts: Sequence[str], words: Sequence[str]) -> Mask:
    """Which texts hold each of the words; all of them folded."""
    found = np.ones(len(texts), np.bool_)
    for word in words:
        found &= np.fromiter((word in text for text in texts), np.bool_, len(texts))
    return found


def _comparing(values: Sequence[Any], compare: Callable[[Any, Any], bool], limit: Any) -> Mask:
    passes = (value is not None and compare(value, limit) for value in values)
    return np.fromiter(passes, np.bool_, len(values))


def _day(value: Any, column: Column) -> Any:
    """The day of a moment where the site is; what is a day or no date stays as it is."""
    if not isinstance(value, datetime):
        return value
    return value.date() if column.day is None else column.day(value)


def _limit(text: str, kind: Kind) -> Any:
    """The number or day that was typed; None if it is none (then the text is searched)."""
    try:
        if kind is Kind.NUMBER:
            return Decimal(text.replace(",", ""))
        if kind is Kind.DATE:
            return date.fromisoformat(text)
    except (InvalidOperation, ValueError):
        return None
    return None
