"""How a person has arranged a table, as plain data: kept between starts and in saved views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtWidgets import QHeaderView

from app.views.table_columns import Column, SortKey


@dataclass(frozen=True, slots=True)
class Arrangement:
    """By column keys, so that it survives new columns. ``frozen``: the last frozen one, or ""."""

    order: tuple[str, ...] = ()
    widths: Mapping[str, int] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    sort: tuple[SortKey, ...] = ()
    frozen: str = ""
    groups: tuple[str, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "order": list(self.order),
            "widths": dict(self.widths),
            "hidden": sorted(self.hidden),
            "sort": [[key.column, key.descending] for key in self.sort],
            "frozen": self.frozen,
            "groups": list(self.groups),
            "filters": dict(self.filters),
        }


def from_plain(saved: Any) -> Arrangement | None:
    """What ``plain`` gave, or an older version of it; None if it is something else."""
    try:
        widths = {str(k): v for k, v in dict(saved["widths"]).items() if isinstance(v, int)}
        return Arrangement(
            order=tuple(map(str, saved["order"])),
            widths=widths,
            hidden=frozenset(map(str, saved["hidden"])),
            sort=tuple(SortKey(str(key), bool(down)) for key, down in saved["sort"]),
            frozen=str(saved.get("frozen", "")),
            groups=tuple(map(str, saved.get("groups", ()))),
            filters={str(k): str(v) for k, v in dict(saved.get("filters", {})).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def read_header(header: QHeaderView, columns: Sequence[Column]) -> Arrangement:
    """Order, widths and hidden columns as they are."""
    sizes = {column.key: header.sectionSize(n) for n, column in enumerate(columns)}
    hidden = frozenset(c.key for n, c in enumerate(columns) if header.isSectionHidden(n))
    return Arrangement(
        order=tuple(columns[header.logicalIndex(n)].key for n in range(header.count())),
        widths={key: size for key, size in sizes.items() if key not in hidden},
        hidden=hidden,
    )


def put_header(header: QHeaderView, columns: Sequence[Column], wanted: Arrangement) -> None:
    """Order, widths and hidden columns; a column that ``wanted`` does not know stays as it is."""
    keys = [column.key for column in columns]
    for place, key in enumerate(key for key in wanted.order if key in keys):
        header.moveSection(header.visualIndex(keys.index(key)), place)
    for number, key in enumerate(keys):
        if key in wanted.order:
            header.setSectionHidden(number, key in wanted.hidden)
        if key in wanted.widths:
            header.resizeSection(number, wanted.widths[key])
    if header.count() and header.hiddenSectionCount() == header.count():
        header.setSectionHidden(header.logicalIndex(0), False)
