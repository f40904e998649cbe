"""What a page says about its table: columns, how a cell is edited, and what an edit was."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    FLAG = "flag"


class CellRefused(Exception):
    """A text that cannot become the cell's value; ``reason`` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CellEdit:
    """How the cells of a column are edited: typed, pasted, filled down or cleared.

    ``row`` is None where a new row is meant (pasted beyond the last one).
    """

    text: Callable[[Any], str]
    """What the editor starts with; ``parse`` must understand it."""
    parse: Callable[[Any | None, str], Any]
    """(row, text) to the value; ``CellRefused`` if it is none. Empty text = the cell is cleared."""
    choices: Callable[[Any | None], Sequence[tuple[Any, str]] | None] | None = None
    """(value, text) offered while typing. Other texts still go to ``parse``, which may refuse.
    Give the same list for all rows where you can: long pastes look it up once."""
    kind: Kind | None = None
    """How the editor behaves; the column's kind if None. FLAG: the space bar turns it over."""
    locked: Callable[[Any], str] | None = None
    """Why this row's cell may not be changed; "" if it may."""

    def refusal(self, row: Any | None) -> str:
        """Why the cell may not be changed; "" if it may."""
        return self.locked(row) if self.locked is not None and row is not None else ""

    def value(self, row: Any | None, text: str) -> Any:
        """The value of what was typed, by the choices and else by ``parse``."""
        offered = self.choices(row) if self.choices is not None else None
        wanted = folded(text).strip()
        if offered and wanted:
            for value, shown in offered:
                if folded(shown).strip() == wanted:
                    return value
        return self.parse(row, text)


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that a person gave a new value. The page writes it; the table never does."""

    row: Any
    column_key: str
    value: Any


NewRow = Mapping[str, Any]
"""Values of a new row by column key."""


@dataclass(frozen=True, slots=True)
class PastedRows:
    """A paste that reached beyond the last row: changed cells and new rows, one gesture."""

    changes: tuple[CellChange, ...]
    rows: tuple[NewRow, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """How one field of a row reads. Everything but key, title and value has a usual meaning."""

    key: str
    title: str
    value: Callable[[Any], Any]
    """What sorts, filters and adds up; None sorts last."""
    text: Callable[[Any], str] | None = None
    """What is shown; the value's own text if None."""
    kind: Kind = Kind.TEXT
    width: int = 100
    tone: Callable[[Any], str | None] | None = None
    """Name of the colour token of text and icon."""
    icon: Callable[[Any], str | None] | None = None
    tip: Callable[[Any], str] | None = None
    bar: Callable[[Any], float | None] | None = None
    """Share 0..1, drawn as a bar under the text; None = no bar in this row."""
    total: bool = False
    """Whether the footer adds it up."""
    hidden: bool = False
    """Only in the column chooser until asked for."""
    title_tip: str = ""
    day: Callable[[datetime], date] | None = None
    """The day of a moment on the site's clock, which a filter such as ``>= 2026-11-23`` means."""
    edit: CellEdit | None = None
    """None = to look at only. One editable column makes the table select cells instead of rows."""

    def shown(self, row: Any) -> str:
        if self.text is not None:
            return self.text(row)
        value = self.value(row)
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class SortKey:
    column: str
    descending: bool = False


def folded(text: str) -> str:
    """Full-width and case do not matter to a search."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()
