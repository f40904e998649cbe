"""Which changes of a whole matrix no pair decides, and which two pairs decide differently.

The same rule as ``Matrix`` (exact before groups before ``*``, the machine before its work
centre), asked for all values at once: a plant may have thousands of colours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.codes import code_key
from app.services.masters.rows import MasterRow
from app.services.planning.setup_rules import ANY, SAME
from app.services.plant.setup_view import AttributeMatrix

Flags = NDArray[np.bool_]
_EXACT, _GROUP, _ANY = 3, 2, 1


@dataclass(frozen=True, slots=True)
class Cover:
    """Square, by the order of the attribute's values; the same value again is never marked."""

    undecided: Flags
    rivals: Flags


def cover(attribute: AttributeMatrix) -> Cover:
    """What decides the changes between all values of an attribute."""
    size = len(attribute.values)
    decided = np.zeros((size, size), dtype=bool)
    rivals = np.zeros((size, size), dtype=bool)
    for rows in (attribute.pairs.values(), attribute.inherited.values()):
        scope = _Scope(attribute, rows)
        new = scope.fits & ~decided
        rivals |= new & scope.differs
        decided |= scope.fits
    changes = ~np.eye(size, dtype=bool)
    return Cover(~decided & changes, rivals & changes)


class _Scope:
    """The pairs of a machine or of its work centre: where one fits, where rivals differ."""

    def __init__(self, attribute: AttributeMatrix, rows: Iterable[MasterRow]) -> None:
        self._places = {code_key(value.text): n for n, value in enumerate(attribute.values)}
        self._members = {
            code_key(str(group.values["name"])): [
                self._places[key]
                for key in {code_key(str(member)) for member in group.values.get("members", ())}
                if key in self._places
            ]
            for group in attribute.groups
        }
        size = len(self._places)
        self._best = np.zeros((size, size), dtype=np.int8)
        self._winner = np.full((size, size), -1, dtype=np.int32)
        self.differs = np.zeros((size, size), dtype=bool)
        self._changes: dict[Any, int] = {}
        special = {ANY, SAME, *self._members}
        exact = []
        for row in rows:
            start, end = code_key(str(row.values["from"])), code_key(str(row.values["to"]))
            if start in special or end in special:
                self._put_pattern(start, end, self._change(row))
            elif start in self._places and end in self._places:
                exact.append((self._places[start], self._places[end]))
        self.fits = self._best > 0
        for place in exact:
            self.fits[place], self.differs[place] = True, False

    def _change(self, row: MasterRow) -> int:
        """Equal numbers for pairs that say the same."""
        said = str(row.values["minutes"]), float(row.values.get("cost") or 0)
        return self._changes.setdefault(said, len(self._changes))

    def _put_pattern(self, start: str, end: str, change: int) -> None:
        first, first_scores = self._matching(start)
        if end == SAME:
            return  # decides the same value again, which is no change
        last, last_scores = self._matching(end)
        if not len(first) or not len(last):
            return
        block = np.ix_(first, last)
        scores = first_scores[:, None] + last_scores[None, :]
        scores[first[:, None] == last[None, :]] = 0
        best = self._best[block]
        better = scores > best
        equal = (scores == best) & (scores > 0)
        winner, differs = self._winner[block], self.differs[block]
        differs = np.where(better, False, differs | (equal & (winner != change)))
        self.differs[block] = differs
        self._winner[block] = np.where(better, change, winner)
        self._best[block] = np.maximum(scores, best)

    def _matching(self, pattern: str) -> tuple[NDArray[np.intp], NDArray[np.int8]]:
        """Places of the values a pattern fits, and how well."""
        scores = np.zeros(len(self._places), dtype=np.int8)
        if pattern == ANY:
            scores[:] = _ANY
        scores[self._members.get(pattern, [])] = _GROUP
        if pattern in self._places:
            scores[self._places[pattern]] = _EXACT
        found = np.flatnonzero(scores)
        return found, scores[found]
