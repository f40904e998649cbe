"""What a check of the data finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.messages import Message
from app.services.masters.rows import sheet_title


class Severity(StrEnum):
    ERROR = "error"  # something cannot be planned, or is planned wrong
    WARNING = "warning"  # probably wrong
    NOTE = "note"  # tidy up when there is time


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is mended: sheet of the workbook, what identifies the record there, the field."""

    sheet: str
    identity: tuple[tuple[str, str | int], ...]
    field: str = ""

    @property
    def title(self) -> Message:
        """What the sheet is called."""
        return sheet_title(self.sheet)

    @property
    def name(self) -> str:
        """How people call the record: ``HX-15-W · A · 20``."""
        return " · ".join(str(value) for _, value in self.identity if value != "")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong, as a check yields it.

    ``operations``: ids of the open operations it touches. ``others``: codes of further records it
    is about (the duplicates of a record).
    """

    severity: Severity
    place: Place
    what: Message
    operations: frozenset[int] = frozenset()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A ``Found`` with the name of its check, why it matters, and what it costs.

    ``late_minutes``: by how much the orders it touches end late in the working plan, together.
    """

    check: str
    severity: Severity
    place: Place
    what: Message
    why: Message
    operations: frozenset[int]
    late_minutes: int
    others: tuple[str, ...]

    @property
    def open_operations(self) -> int:
        return len(self.operations)

    def as_dict(self, language: str) -> dict[str, Any]:
        """For JSON; documented in docs/commands.md."""
        return {
            "check": self.check,
            "severity": self.severity.value,
            "sheet": self.place.sheet,
            "record": dict(self.place.identity),
            "field": self.place.field,
            "others": list(self.others),
            "code": self.what.code,
            "message": self.what.text(language),
            "why": self.why.text(language),
            "open_operations": self.open_operations,
            "late_minutes": self.late_minutes,
        }
