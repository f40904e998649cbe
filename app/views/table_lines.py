"""What a table holds, column by column: values, texts, texts to search, ranks to sort by.

Everything is made when first asked for and kept. A column is one list in the order of the lines,
so that a filter over 100,000 rows is one pass over ready strings and a sort is one of ranks.
A new reading throws away only what the changed rows have made of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.quantity import SCALE, unscaled
from app.views.table_columns import Column, folded

Ranks = NDArray[np.int64]
Doubles = NDArray[np.float64]
_NAN = float("nan")
_EXACT = 2.0**51 / SCALE
"""Below this a double tells quantities (millionths) apart."""
_DIGITS = re.compile(r"([0-9]+)")
_PATTERN = {code: "0" if chr(code).isdigit() else "a" for code in range(128)} | {10: "\n"}
_NUMBERS = frozenset({int, float, bool, Decimal})
_NONE = np.iinfo(np.int64).max
"""Rank of a line without a value."""

_SAMPLE = 1000
_STEP = 1000
_LONGEST_KEY = 64
"""Bytes; longer texts (remarks) are compared the slow way."""


class Line:
    """One row. ``at`` is its place in the reading; the object stays the same while the id does.

    A line that is gone has ``at`` -1 and keeps its last row.
    """

    __slots__ = ("at", "key", "row")

    def __init__(self, key: Hashable, row: Any, at: int) -> None:
        self.key, self.row, self.at = key, row, at


@dataclass(slots=True)
class _Made:
    """What has been made of one column. Lists are in the order of the lines."""

    column: Column
    values: list[Any] | None = None
    texts: list[str | None] = field(default_factory=list)
    """None = not made yet."""
    folded: list[str] | None = None
    doubles: Doubles | None = None
    ranks: Ranks | None = None
    codes: tuple[Ranks, list[str]] | None = None

    def carry_over(self, places: Sequence[int]) -> None:
        """The lines stand elsewhere now; ``places``: where they stood, -1 = made anew."""
        self.texts = [self.texts[at] if at >= 0 else None for at in places]
        self.values = self.folded = self.doubles = self.ranks = self.codes = None

    def renew(self, lines: Iterable[Line]) -> None:
        """These lines have new rows; the others stay, and so do ranks where no value is new."""
        for line in lines:
            if self.values is not None:
                value, before = self.column.value(line.row), self.values[line.at]
                self.values[line.at] = value
                if value != before:
                    self.doubles = self.ranks = self.codes = None
            text = self.texts[line.at]
            if text is None and self.folded is None:
                continue
            shown = self.texts[line.at] = self.column.shown(line.row)
            if self.folded is not None:
                self.folded[line.at] = folded(shown)
            if shown != text:
                self.codes = None


class Lines:
    """All lines of a table in the order in which they were read."""

    def __init__(self, row_id: Callable[[Any], Hashable]) -> None:
        self._row_id = row_id
        self.all: list[Line] = []
        self._by_key: dict[Hashable, Line] = {}
        self._made: dict[str, _Made] = {}
        self._whole: list[str] | None = None

    def __len__(self) -> int:
        return len(self.all)

    def key_of(self, row: Any) -> Hashable:
        return self._row_id(row)

    def replace(self, rows: Iterable[Any]) -> set[Line]:
        """Take a new reading; the lines whose row has changed. A line that is there for the first
        time counts as changed too."""
        before, known = self.all, self._by_key
        row_id = self._row_id
        by_key: dict[Hashable, Line] = {}
        changed: set[Line] = set()
        for row in rows:
            key = row_id(row)
            line = known.get(key)
            if line is None:
                # An id that comes twice is one line; the last row wins.
                line = by_key.get(key) or Line(key, row, -1)
                line.row = row
                changed.add(line)
            elif line.row is not row and line.row != row:
                line.row = row
                changed.add(line)
            by_key[key] = line
        self.all, self._by_key = list(by_key.values()), by_key
        if self.all == before:
            self._renew(changed)
        else:
            self._carry_over(before, changed)
        return changed

    def _renew(self, changed: set[Line]) -> None:
        """The same lines in the same order."""
        if not changed:
            return
        if len(changed) * 4 > len(self.all):
            self.forget()
            return
        for made in self._made.values():
            made.renew(changed)
        self._whole = None

    def _carry_over(self, before: Sequence[Line], changed: set[Line]) -> None:
        places = [-1 if line in changed else line.at for line in self.all]
        for line in before:
            line.at = -1
        for at, line in enumerate(self.all):
            line.at = at
        self._whole = None
        if len(changed) * 4 > len(self.all):
            self.forget()
            return
        for made in self._made.values():
            made.carry_over(places)

    def forget(self) -> None:
        """All texts and values read differently now (another language)."""
        self._made.clear()
        self._whole = None

    def warming(self, columns: Sequence[Column]) -> Iterator[None]:
        """Make everything in steps of some milliseconds (ranks of 100,000 texts: 0.1 s), before
        somebody asks for it. Begin again after a new reading."""
        for column in columns:
            texts = self._of(column).texts
            for first in range(0, len(texts), _STEP):
                for at in range(first, min(first + _STEP, len(texts))):
                    if texts[at] is None:
                        texts[at] = column.shown(self.all[at].row)
                yield
            for make in (self.values, self.folded, self.ranks):
                make(column)
                yield
        self.whole(columns)
        yield

    # ---- cells -----------------------------------------------------------------------------------

    def text(self, line: Line, column: Column) -> str:
        if line.at < 0:
            return column.shown(line.row)
        texts = self._of(column).texts
        text = texts[line.at]
        if text is None:
            text = texts[line.at] = column.shown(line.row)
        return text

    def value(self, line: Line, column: Column) -> Any:
        return column.value(line.row) if line.at < 0 else self.values(column)[line.at]

    # ---- columns ---------------------------------------------------------------------------------

    def _of(self, column: Column) -> _Made:
        made = self._made.get(column.key)
        if made is None:
            made = self._made[column.key] = _Made(column, texts=[None] * len(self.all))
        return made

    def values(self, column: Column) -> list[Any]:
        made = self._of(column)
        if made.values is None:
            value = column.value
            made.values = [value(line.row) for line in self.all]
        return made.values

    def texts(self, column: Column) -> list[str]:
        texts = self._of(column).texts
        if None in texts:
            shown = column.shown
            for at, text in enumerate(texts):
                if text is None:
                    texts[at] = shown(self.all[at].row)
        return texts  # type: ignore[return-value]

    def folded(self, column: Column) -> list[str]:
        made = self._of(column)
        if made.folded is None:
            texts = self.texts(column)
            pairs = zip(texts, folded_all(texts), strict=True)
            made.folded = [text if text == fold else fold for text, fold in pairs]
        return made.folded

    def whole(self, columns: Sequence[Column]) -> list[str]:
        """The folded texts of each line in one, to be searched through."""
        if self._whole is None:
            parts = zip(*(self.folded(column) for column in columns), strict=True)
            self._whole = list(map("\n".join, parts))
        return self._whole

    def doubles(self, column: Column) -> Doubles | None:
        """The values as numbers, NaN where there is none; None if they are not all numbers."""
        made = self._of(column)
        if made.doubles is None:
            made.doubles = doubles(self.values(column))
        return made.doubles

    def total(self, column: Column, places: NDArray[np.int64]) -> Decimal:
        """Exact sum of a column over the lines at these places; None counts as nothing."""
        found = self.doubles(column)
        if found is not None:
            chosen = found[places]
            chosen = chosen[~np.isnan(chosen)]
            if np.abs(chosen).max(initial=0.0) < _EXACT:
                # Quantities are whole millionths, and these are exact in a double.
                return unscaled(int(np.rint(chosen * SCALE).astype(np.int64).sum()))
        values = self.values(column)
        present = (values[at] for at in places.tolist() if values[at] is not None)
        return sum(map(Decimal, present), Decimal())

    def ranks(self, column: Column) -> Ranks:
        """Place of each line in the ascending order of the column; equal values share one."""
        made = self._of(column)
        if made.ranks is None:
            numbers = self.doubles(column)
            exact = numbers is not None and np.nanmax(np.abs(numbers), initial=0.0) < _EXACT
            made.ranks = _dense(numbers) if exact else ranks(self.values(column))
        return made.ranks

    def codes(self, column: Column) -> tuple[Ranks, list[str]]:
        """Lines with the same text have the same number; numbers ascend with the values."""
        made = self._of(column)
        if made.codes is None:
            texts = self.texts(column)
            number_of: dict[str, int] = {}
            numbers = np.empty(len(texts), np.int64)
            for at in np.argsort(self.ranks(column), kind="stable").tolist():
                numbers[at] = number_of.setdefault(texts[at], len(number_of))
            made.codes = numbers, list(number_of)
        return made.codes


# ---- sorting -------------------------------------------------------------------------------------


def ordered(keys: Sequence[tuple[Ranks, bool]], chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """``chosen`` places sorted by (ranks, descending), the first key weighs most. Stable; lines
    without a value stand last in both directions."""
    if not keys:
        return chosen
    weights = []
    for column, descending in reversed(keys):
        rank = column[chosen]
        weights.append(np.where(rank == _NONE, rank, -rank) if descending else rank)
    return chosen[np.lexsort(weights)]


def doubles(values: Sequence[Any]) -> Doubles | None:
    """Numbers as doubles, NaN for None; None if something else is among them."""
    kinds = set(map(type, values))
    if not kinds - {type(None)} <= _NUMBERS:
        return None
    if type(None) in kinds:
        found = (_NAN if value is None else float(value) for value in values)
        return np.fromiter(found, np.float64, len(values))
    return np.fromiter(map(float, values), np.float64, len(values))


def ranks(values: Sequence[Any]) -> Ranks:
    """Dense ranks from 0; None ranks last."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds and all(issubclass(kind, date) for kind in kinds):
        return _dense(np.fromiter(map(_seconds, values), np.float64, len(values)))
    if kinds == {str} and len(set(values[:_SAMPLE])) * 2 > min(len(values), _SAMPLE):
        found = _text_ranks(natural_keys([value or "" for value in values]))
        found[np.fromiter((value is None for value in values), np.bool_, len(values))] = _NONE
        return found
    return _ranks_by_key(values)


def _seconds(value: date | None) -> float:
    if value is None:
        return _NAN
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    return value.toordinal() * 86400.0


def _dense(doubles: NDArray[np.float64]) -> Ranks:
    _, found = np.unique(doubles, return_inverse=True)
    found = found.astype(np.int64)
    found[np.isnan(doubles)] = _NONE
    return found


def _ranks_by_key(values: Sequence[Any]) -> Ranks:
    """By the distinct values, where they are few or not all of them texts."""
    distinct = list(dict.fromkeys(values))
    present = [value for value in distinct if value is not None]
    if all(isinstance(value, str) for value in present):
        found = _text_ranks(natural_keys(present))
    else:
        found = _ranks_of_keys([sort_key(value) for value in present])
    rank_of: dict[Any, int] = dict(zip(present, found.tolist(), strict=True))
    rank_of[None] = _NONE
    return np.fromiter(map(rank_of.__getitem__, values), np.int64, len(values))


def _ranks_of_keys(keys: Sequence[Any]) -> Ranks:
    found = np.empty(len(keys), np.int64)
    rank, last = -1, object()
    for place in sorted(range(len(keys)), key=keys.__getitem__):
        if keys[place] != last:
            rank, last = rank + 1, keys[place]
        found[place] = rank
    return found


def _text_ranks(keys: Sequence[bytes]) -> Ranks:
    """Eight letters at a time as one number: a third of the time of comparing strings."""
    width = max(map(len, keys), default=0)
    if width > _LONGEST_KEY or len(keys) < 2:
        return _ranks_of_keys(keys)
    eights = -(-max(width, 1) // 8)
    letters = np.array(keys, f"S{8 * eights}").view(">u8").reshape(len(keys), eights)
    letters = letters.astype(np.uint64)
    order = np.lexsort(letters.T[::-1])
    differs = np.any(letters[order[1:]] != letters[order[:-1]], axis=1)
    found = np.empty(len(keys), np.int64)
    found[order] = np.concatenate(([0], np.cumsum(differs)))
    return found


def natural_keys(texts: Sequence[str]) -> list[bytes]:
    """Keys that order these texts as ``sort_key`` does, made as one long text."""
    whole = folded("\n".join(texts))
    if whole.isascii():
        patterns = whole.translate(_PATTERN).split("\n")
        if len(patterns) == len(texts) and len(set(patterns)) == 1:
            return whole.encode().split(b"\n")  # MO0001, MO0002: one pattern compares as it is
    pieces = _DIGITS.split(whole)
    digits = pieces[1::2]
    # Numbers of one width compare as text; a mark puts them below every letter.
    pinyin = {piece: _by_pinyin(piece) + b"\x01" for piece in set(pieces[:-1:2])}
    width = max(map(len, digits), default=0)
    keys = [b""] * len(pieces)
    keys[:-1:2] = map(pinyin.__getitem__, pieces[:-1:2])
    keys[1::2] = [each.encode() for each in map(str.zfill, digits, repeat(width))]
    keys[-1] = _by_pinyin(pieces[-1])
    found = b"".join(keys).split(b"\n")
    return found if len(found) == len(texts) else [sort_key(text) for text in texts]


def sort_key(value: Any) -> Any:
    """Numbers inside codes by value (``A2`` before ``A10``), common Chinese by pinyin.

    GB 2312 orders its 3,755 common characters by pinyin, and GB 18030 keeps that order. No byte
    of a character in it is a line break.
    """
    if not isinstance(value, str):
        return value
    pieces = _DIGITS.split(folded(value))
    return b"".join(
        _by_value(piece) if place % 2 else _by_pinyin(piece) for place, piece in enumerate(pieces)
    )


def _by_value(digits: str) -> bytes:
    """Below every letter; a longer number is a larger one."""
    number = digits.lstrip("0").encode()
    return b"\x01%c%b" % (32 + min(len(number), 223), number)


def _by_pinyin(text: str) -> bytes:
    return text.encode("gb18030", "replace")


# ---- searching -----------------------------------------------------------------------------------


def folded_all(texts: Sequence[str]) -> list[str]:
    """``folded`` of many texts, as one long one."""
    found = folded("\n".join(texts)).split("\n")
    return found if len(found) == len(texts) else [folded(text) for text in texts]


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending numbers as (first, last) of each unbroken run."""
    found: list[tuple[int, int]] = []
    first = last = -2
    for number in numbers:
        if number != last + 1:
            if last >= 0:
                found.append((first, last))
            first = number
        last = number
    if last >= 0:
        found.append((first, last))
    return found
