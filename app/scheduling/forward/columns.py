"""Columns of numbers read off records, and what numpy has no word for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.watch import look, looking
from app.scheduling.windows import Stretches

Ints = NDArray[np.int64]
EVERY = 20_000
"""Records read between two looks at whether to stop: some milliseconds."""


def column(items: Sequence[Any], field: str) -> Ints:
    return np.fromiter(map(attrgetter(field), looking(items, EVERY)), np.int64, len(items))


def columns(items: Sequence[Any], *fields: str) -> Iterable[Ints]:
    """Two or more columns; the records are walked through once."""
    return _read(items, fields, chain.from_iterable)


def longest_from(clock: Stretches, now: int) -> int:
    """Minutes of the longest stretch from ``now`` on."""
    pairs = zip(clock.starts, clock.ends, strict=True)
    return max((end - max(start, now) for start, end in pairs if end > now), default=0)


def ints(values: Iterable[int]) -> Ints:
    look()
    return np.fromiter(values, np.int64)


def marks_of(groups: Iterable[Any]) -> Ints:
    """Where each group begins and the last one ends, when they lie in a row."""
    look()
    return np.array([0, *accumulate(map(len, groups))], np.int64)


def interned(values: list[Any]) -> tuple[list[Any], Ints]:
    """The different values, and which of them each one is; equal objects are looked up once."""
    look()
    return _different(np.fromiter(map(id, values), np.int64, len(values)), values.__getitem__)


def interned_fields(items: Sequence[Any], *fields: str) -> list[tuple[list[Any], Ints]]:
    """The same for two or more fields; the records are walked through once."""
    columns = _read(items, fields, lambda rows: map(id, chain.from_iterable(rows)))

    def value(field: str) -> Callable[[int], Any]:
        return lambda row: getattr(items[row], field)

    return [_different(ids, value(field)) for ids, field in zip(columns, fields, strict=True)]


def _read(
    items: Sequence[Any], fields: tuple[str, ...], told: Callable[[Iterable[Any]], Iterable[int]]
) -> NDArray[np.int64]:
    """A row of numbers for each of the fields, by what is ``told`` of some records' values."""
    found = np.empty((len(fields), len(items)), np.int64)
    walk = attrgetter(*fields)
    for at in range(0, len(items), EVERY):
        look()
        some = items[at : at + EVERY]
        numbers = np.fromiter(told(map(walk, some)), np.int64, len(fields) * len(some))
        found[:, at : at + len(some)] = numbers.reshape(-1, len(fields)).T
    return found


def _different(ids: Ints, value: Callable[[int], Any]) -> tuple[list[Any], Ints]:
    look()
    if not len(ids):
        return [], ids
    if (ids == ids[0]).all():
        return [value(0)], np.zeros(len(ids), np.int64)
    _, first, which = np.unique(ids, return_index=True, return_inverse=True)
    known: dict[Any, int] = {}
    number = [known.setdefault(value(k), len(known)) for k in looking(first.tolist(), EVERY)]
    return list(known), np.array(number, np.int64)[which]


def combined(columns: Sequence[Any]) -> tuple[list[tuple[int, ...]], Ints]:
    """The different rows of some columns of small numbers, sorted, and which each row is."""
    look()
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        low = int(column.min()) if len(column) else 0
        span = int(column.max()) - low + 1 if len(column) else 1
        code = code * span + (column - low)
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    rows = np.stack([np.asarray(column)[first] for column in columns], axis=1)
    return [tuple(row) for row in rows.tolist()], which


def lists_of(one: Ints, other: Ints, count: int) -> tuple[Ints, Ints]:
    """Marks and list of the ``other`` ends by ``one`` end."""
    look()
    order = np.argsort(one, kind="stable")
    marks = np.concatenate(([0], np.cumsum(np.bincount(one, minlength=count))))
    return marks, other[order]
