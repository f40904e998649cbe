"""What reading hands on: cleaned records, and every problem with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.core.messages import Message, message


class Severity(StrEnum):
    ERROR = "error"  # nothing is written
    WARNING = "warning"  # written, but look at it
    CLEANED = "cleaned"  # read as something else than what stands there
    ASSUMED = "assumed"  # stated by the mapping, not by the files


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a cell, row, sheet or file; ``row`` is the spreadsheet's own number."""

    severity: Severity
    message: Message
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def message_with_place(self) -> Message:
        """One sentence that says where, which value, and what to do."""
        place: list[object] = [part for part in (self.file, self.sheet) if part]
        if self.row is not None:
            place.append(message("exchange.row", row=self.row))
        if self.column:
            place.append(self.column)
        if not place:
            return message(f"exchange.general_{self.severity}", text=self.message)
        if self.value is None:
            return message(f"exchange.in_{self.severity}", place=place, text=self.message)
        return message(
            f"exchange.at_{self.severity}", place=place, value=self.value, text=self.message
        )

    def as_dict(self, language: str) -> dict[str, Any]:
        return {
            "severity": self.severity.value,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "code": self.message.code,
            "message": self.message.text(language),
        }


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a sheet. A key that is absent from ``values`` leaves the field as it is.

    ``cleared``: keys whose value is to be deleted (``-`` or 清空 was typed). ``headers``: column
    key to the header in the file, to name it in problems. ``deactivate`` and ``activate``: the
    action was typed; without one a retired record stays retired.
    """

    sheet: str
    file: str
    page: str
    row: int
    values: Mapping[str, Any]
    cleared: frozenset[str] = frozenset()
    deactivate: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    activate: bool = False

    def problem(
        self, severity: Severity, text: Message, key: str | None = None, value: object = None
    ) -> Problem:
        """A problem with this record, or with its column ``key``."""
        shown = self.values.get(key) if value is None and key else value
        return Problem(
            severity,
            text,
            self.file,
            self.page,
            self.row,
            self.headers.get(key, key) if key else None,
            None if shown is None else str(shown),
        )

    def error(self, text: Message, key: str | None = None, value: object = None) -> Problem:
        return self.problem(Severity.ERROR, text, key, value)


@dataclass(frozen=True, slots=True)
class Reading:
    """All files of one import, read."""

    records: tuple[Record, ...]
    problems: tuple[Problem, ...]
    file_names: tuple[str, ...]
    file_hash: str
