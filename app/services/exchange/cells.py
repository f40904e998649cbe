"""Cells as they stand in a file, before anybody asks what they mean.

A cell is a plain value: None (empty), str, bool, int, float, date, datetime, time, or ``Broken``
for what a spreadsheet shows but does not say: an error, or a formula that was never calculated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

Value = None | str | bool | int | float | date | datetime | time


@dataclass(frozen=True, slots=True)
class Broken:
    """``what``: ``error`` (#N/A …) or ``formula`` (no stored result); ``text`` as in the file."""

    what: str
    text: str


Cell = Value | Broken


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet: rows of cells from row 1; ``blind`` where error cells read as blanks."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    blind: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """A file that cannot be read: a message code and its values."""

    code: str
    values: tuple[tuple[str, str], ...] = ()
