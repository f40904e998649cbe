"""A table as it is shown on the screen, as plain values: what goes into a workbook or on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One shown column. ``values`` and ``texts`` are in the order of the rows.

    ``values``: numbers (``int``, ``Decimal``, ``float``) and days (``date``, ``datetime`` of the
    plant's clock) as such, everything else as text; None = empty. ``width``: pixels on the screen.
    """

    title: str
    values: Sequence[object]
    texts: Sequence[str]
    width: int
    right: bool = False
    """Right-aligned, as numbers are."""


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """A group row. It stands above row ``first`` (from 0) and covers ``count`` rows.

    ``totals``: by place of the column. ``shut``: its rows are not shown.
    """

    first: int
    count: int
    level: int
    title: str
    totals: dict[int, Decimal]
    shut: bool = False


@dataclass(frozen=True, slots=True)
class TableSheet:
    """``groups`` in the order shown, outer ones before inner ones, those in shut groups too."""

    title: str
    columns: Sequence[SheetColumn]
    rows: int
    groups: Sequence[SheetGroup] = ()
    frozen: int = 0
    """So many columns stay in sight."""
