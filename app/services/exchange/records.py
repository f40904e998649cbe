"""What reading hands on: cleaned records, and every problem with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.core.messages import Message, message
from app.services.exchange.answers import cell_id


class Severity(StrEnum):
    ERROR = "error"  # nothing is written
    WARNING = "warning"  # written, but look at it
    CLEANED = "cleaned"  # read as something else than what stands there
    ASSUMED = "assumed"  # stated by the mapping, not by the files


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question: ``key`` is what is handed back, ``text`` what is shown."""

    key: str
    text: Message


@dataclass(frozen=True, slots=True)
class Question:
    """Something only a person can decide; problems with the same ``id`` ask the same.

    ``proposed``: the option that is likely meant; never taken without an answer where the problem
    is an error. ``open``: another text than the options may be answered (a year).
    """

    id: str
    text: Message
    options: tuple[Option, ...]
    proposed: str = ""
    open: bool = False

    def as_dict(self, language: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "text": self.text.text(language),
            "options": {option.key: option.text.text(language) for option in self.options},
            "proposed": self.proposed,
            "open": self.open,
        }


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a cell, row, sheet or file; ``row`` is the spreadsheet's own number.

    ``fix``: what could stand in the cell instead, as a person would type it; None if nothing can
    be proposed. ``also``: what belongs into other cells of the row with it (header, text), such as
    the unit of ``100支``. Both are given back as answers under ``cell_id`` (see ``fixes``).
    """

    severity: Severity
    message: Message
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str | None = None
    value: str | None = None
    fix: str | None = None
    also: tuple[tuple[str, str], ...] = ()
    question: Question | None = None

    @property
    def cell_id(self) -> str | None:
        """Under which another text for this cell is answered; None if it is about no cell."""
        if self.row is None or not self.column:
            return None
        return cell_id(self.file, self.sheet, self.row, self.column)

    def fixes(self) -> dict[str, str]:
        """The answers that accept the proposal; empty if there is none."""
        if self.fix is None or self.cell_id is None or self.row is None:
            return {}
        others = {cell_id(self.file, self.sheet, self.row, name): text for name, text in self.also}
        return {self.cell_id: self.fix} | others

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
            "cell": self.cell_id,
            "fix": self.fix,
            "also": dict(self.also),
            "question": None if self.question is None else self.question.id,
        }


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a sheet. A key that is absent from ``values`` leaves the field as it is.

    ``cleared``: keys whose value is to be deleted (``-`` or 清空 was typed). ``headers``: column
    key to the header in the file, to name it in problems. ``deactivate`` and ``activate``: the
    action was typed; without one a retired record stays retired. ``derived``: keys whose value a
    mapping made of the file's cells, so that no other text for one cell can be proposed.
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
    derived: frozenset[str] = frozenset()
    id: int | None = None
    """The record it is about, where that is known (an edit); else its identity finds it."""

    def problem(
        self,
        severity: Severity,
        text: Message,
        key: str | None = None,
        value: object = None,
        *,
        fix: str | None = None,
        question: Question | None = None,
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
            None if key in self.derived else fix,
            question=question,
        )

    def error(self, text: Message, key: str | None = None, value: object = None) -> Problem:
        return self.problem(Severity.ERROR, text, key, value)


@dataclass(frozen=True, slots=True)
class Partial:
    """What could be read of a row that is not taken; ``bad``: keys of the cells that could not."""

    record: Record
    bad: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """All files of one import, read."""

    records: tuple[Record, ...]
    problems: tuple[Problem, ...]
    file_names: tuple[str, ...]
    file_hash: str
    partial: tuple[Partial, ...] = ()
    """Rows with a bad cell, so that their other faults can be told with it."""
