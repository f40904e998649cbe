"""What an import did, or would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.services.exchange.records import Problem, Question, Severity


@dataclass(slots=True)
class SheetCount:
    """Rows of one sheet: new records, changed ones, and those that were so already."""

    sheet: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """``ok``: no error; then (unless it was a trial) everything was written, else nothing."""

    problems: tuple[Problem, ...] = ()
    counts: tuple[SheetCount, ...] = ()
    written: bool = False
    file_names: tuple[str, ...] = ()
    changed: dict[str, frozenset[int]] = field(default_factory=dict)
    """Kinds and ids of records written, for the screens that show them."""

    @property
    def ok(self) -> bool:
        return not any(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the import asks, each once, in the order of the problems."""
        asked = {p.question.id: p.question for p in self.problems if p.question is not None}
        return tuple(asked.values())

    def as_dict(self, language: str = "en") -> dict[str, Any]:
        """For JSON; documented in docs/workbook.md."""
        return {
            "ok": self.ok,
            "written": self.written,
            "files": list(self.file_names),
            "new": sum(count.new for count in self.counts),
            "changed": sum(count.changed for count in self.counts),
            "unchanged": sum(count.unchanged for count in self.counts),
            "sheets": [
                {
                    "sheet": count.sheet,
                    "new": count.new,
                    "changed": count.changed,
                    "unchanged": count.unchanged,
                }
                for count in self.counts
            ],
            "problems": [problem.as_dict(language) for problem in self.problems],
            "questions": [question.as_dict(language) for question in self.questions],
        }
