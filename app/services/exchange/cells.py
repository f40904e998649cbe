"""Cells as they stand in a file, before anybody asks what they mean.

A cell is a plain value: None (empty), str, bool, int, float, date, datetime, time, or ``Broken``
for what a spreadsheet shows but does not say: an error, or a formula that was never calculated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.exchange.text_shape import TextShape

Value = None | str | bool | int | float | date | datetime | time


@dataclass(frozen=True, slots=True)
class Broken:
    """``what``: ``error`` (#N/A …) or ``formula`` (no stored result); ``text`` as in the file."""

    what: str
    text: str


class Percent(float):
    """A number that the spreadsheet shows as a percentage: 5 % is stored as 0.05."""


Cell = Value | Broken


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a file cannot be read, or what is odd about a page: a message code and its values."""

    code: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet: rows of cells from row 1; ``blind`` where error cells read as blanks.

    ``notes``: what a person should know about how it was read. ``shape``: of a text table.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    blind: bool = False
    hidden: bool = False
    notes: tuple[Trouble, ...] = ()
    shape: TextShape | None = None

    @property
    def decimal_sign(self) -> str:
        return self.shape.decimal_sign if self.shape is not None else "."
