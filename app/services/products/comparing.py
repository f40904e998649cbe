"""Two revisions of a bill of material or a routing side by side: what was added, left, changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.services.exchange.sheets import sheet
from app.services.masters.edits import Values, folded

_HEAD = {
    "BOM": ("action", "parent_code", "revision", "effective_from", "effective_to", "line_no"),
    "Routings": ("action", "item_code", "family", "revision", "effective_from", "effective_to"),
}
"""Columns that say which revision a row is of, or only where it stands in it."""

_SAME = {
    "BOM": (
        ("component_code", "consumed_at_step", "alt_group", "line_kind"),
        ("component_code",),
    ),
    "Routings": (("step_no",),),
}
"""What makes two rows the same line: first the strict way, then of those left the loose one."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of one revision against its fellow in the other; ``before`` or ``after`` None = added
    or left out. ``columns``: keys of those that differ; empty = the same."""

    before: Values | None
    after: Values | None
    columns: tuple[str, ...]

    @property
    def same(self) -> bool:
        return self.before is not None and self.after is not None and not self.columns


def compare(key: str, before: Sequence[Values], after: Sequence[Values]) -> tuple[Difference, ...]:
    """Rows of the sheet ``key`` (BOM or Routings) in the order of ``after``, then what was left
    out."""
    partner: dict[int, Values] = {}
    left = list(before)
    for names in _SAME[key]:
        for place, row in enumerate(after):
            if place in partner:
                continue
            found = next((each for each in left if _key(each, names) == _key(row, names)), None)
            if found is not None:
                partner[place] = found
                left = [each for each in left if each is not found]
    rows = [_difference(key, partner.get(place), row) for place, row in enumerate(after)]
    return (*rows, *(Difference(row, None, ()) for row in left))


def _key(row: Values, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(folded(row.get(name)) for name in names)


def _difference(key: str, before: Values | None, after: Values) -> Difference:
    if before is None:
        return Difference(None, after, ())
    return Difference(
        before,
        after,
        tuple(
            column.key
            for column in sheet(key).columns
            if column.key not in _HEAD[key] and before.get(column.key) != after.get(column.key)
        ),
    )
