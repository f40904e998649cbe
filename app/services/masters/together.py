"""Changes on several sheets that are one gesture: all of them or none, one undo step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.core.messages import Message
from app.models.change_log import WritingSession
from app.services.exchange.sheets import sheet
from app.services.masters.edits import ChangeRows, RowChange, Values, folded


@dataclass(frozen=True, slots=True)
class ChangeTogether:
    """``edits`` in their order; errors are those of ``ChangeRows``."""

    label: Message
    edits: tuple[ChangeRows, ...]

    def apply(self, session: WritingSession) -> None:
        for edit in self.edits:
            edit.apply(session)
            session.flush()

    def inverse(self) -> ChangeTogether:
        return ChangeTogether(self.label, tuple(edit.inverse() for edit in self.edits[::-1]))


def differences(
    key: str, before: Sequence[Values], after: Sequence[Values]
) -> tuple[RowChange, ...]:
    """The changes that turn the rows ``before`` of a sheet into the rows ``after``.

    Rows with the same identity are changed, the others removed and added; equal rows stay out.
    """
    left: dict[Any, list[Values]] = {}
    for row in before:
        left.setdefault(_identity(key, row), []).append(row)
    changed, added = [], []
    for row in after:
        same = left.get(_identity(key, row))
        if not same:
            added.append(RowChange(None, row))
            continue
        standing = same.pop(0)
        if dict(standing) != dict(row):
            changed.append(RowChange(standing, row))
    removed = [RowChange(row, None) for rows in left.values() for row in rows]
    return (*removed, *changed, *added)


def _identity(key: str, values: Values) -> tuple[Any, ...]:
    return tuple(folded(values.get(name)) for name in sheet(key).identity)
