"""Lines under group rows: one list of what is shown, however many groups there are."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from app.views.table_columns import Column
from app.views.table_lines import Line, Lines

Path = tuple[str, ...]
"""The texts that make a group, from the outermost in."""


Coded = tuple[NDArray[np.int64], Sequence[str]]
"""Of a column: the code of each line, and the text of each code."""


class Group:
    """A group row. It stands for the lines from ``first`` to ``last`` (exclusive) of the
    arrangement; the object stays the same as long as there is such a group."""

    __slots__ = ("_totals", "column", "first", "key", "last", "open", "path")

    row = None

    def __init__(self, path: Path, column: str) -> None:
        self.path = path
        self.column = column
        self.key = ("group", *path)
        self.first = self.last = 0
        self.open = True
        self._totals: dict[str, Decimal] = {}

    @property
    def level(self) -> int:
        """0 = outermost."""
        return len(self.path) - 1

    @property
    def count(self) -> int:
        return self.last - self.first

    def cover(self, first: int, last: int, is_open: bool) -> None:
        self.first, self.last, self.open = first, last, is_open
        self._totals = {}

    def total(self, column: Column, lines: Lines, order: NDArray[np.int64]) -> Decimal:
        """Sum of a column over the group, made when first asked for; ``order``: the places of the
        arranged lines."""
        total = self._totals.get(column.key)
        if total is None:
            of_group = order[self.first : self.last]
            total = self._totals[column.key] = lines.total(column, of_group)
        return total


Entry = Line | Group


class Groups:
    """By which columns the lines are grouped, and which groups are closed."""

    def __init__(self) -> None:
        self.keys: tuple[str, ...] = ()
        self.closed: set[Path] = set()
        self._known: dict[Path, Group] = {}

    def set_keys(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        self.closed.clear()
        self._known.clear()

    def entries(
        self,
        columns: Sequence[Coded],
        order: NDArray[np.int64],
        arranged: Sequence[Line],
    ) -> list[Entry]:
        """Group rows and the lines of open groups.

        ``columns``: per group column the codes of all lines and the text of each code; ``order``:
        the places of the lines, sorted by these codes first; ``arranged``: the same as lines.
        """
        levels = _levels(columns, order)
        known, self._known = self._known, {}
        closed, keys = self.closed, self.keys
        found: list[Entry] = []
        skip_to = 0
        path: Path = ()
        for first in levels[-1].begins:
            hidden = first < skip_to
            for depth, level in enumerate(levels):
                if not level.begins_at(first):
                    continue
                path = (*path[:depth], level.title())
                last = level.end()
                group = known.get(path)
                if group is None:
                    group = Group(path, keys[depth])
                self._known[path] = group
                group.cover(first, last, path not in closed)
                if not hidden:
                    found.append(group)
                    if not group.open:
                        hidden, skip_to = True, last
            if not hidden:
                found += arranged[first:last]
        return found

    def all_groups(self) -> list[Group]:
        """Of the arrangement, outer ones before inner ones, those in closed groups too."""
        return list(self._known.values())

    def all_paths(self) -> list[Path]:
        return list(self._known)


class _Level:
    """Where the groups of one level begin, in ascending order, and a place among them."""

    def __init__(self, begins: list[int], titles: list[str], count: int) -> None:
        self.begins = begins
        self._titles = titles
        self._next = [*begins[1:], count]
        self._at = -1

    def begins_at(self, place: int) -> bool:
        """Go on to the group that begins at ``place``; False if none does."""
        following = self._at + 1
        if following < len(self.begins) and self.begins[following] == place:
            self._at = following
            return True
        return False

    def title(self) -> str:
        return self._titles[self._at]

    def end(self) -> int:
        return self._next[self._at]


def _levels(columns: Sequence[Coded], order: NDArray[np.int64]) -> list[_Level]:
    changes = np.zeros(len(order), np.bool_)
    changes[:1] = True
    levels = []
    for all_codes, texts in columns:
        codes = all_codes[order]
        changes[1:] |= codes[1:] != codes[:-1]
        begins = np.flatnonzero(changes)
        titles = [texts[code] for code in codes[begins].tolist()]
        levels.append(_Level(begins.tolist(), titles, len(order)))
    return levels
