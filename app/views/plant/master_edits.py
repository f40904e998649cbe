"""From gestures on master data to edits: one gesture, one edit, one undo step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QObject

from app.core.errors import AppError, Conflict
from app.core.messages import Message
from app.views.context import AppContext
from app.views.plant.write_aside import MANY, WriteAside

Values = Mapping[str, Any]


class MasterEdits(QObject):
    """Writes rows of sheets through the context.

    A person who types over what somebody else has just changed is told once; who then insists
    writes over it. What was written here counts as seen before it has been read again, so that
    fast typing is no conflict with itself.
    """

    def __init__(
        self,
        context: AppContext,
        latest: Callable[[str, int], Any | None],
        parent: QObject | None = None,
    ) -> None:
        """``latest(sheet, id)``: the row as last read, None if it is not known."""
        super().__init__(parent)
        self._context = context
        self._aside = WriteAside(context, self)
        self._latest = latest
        self._told: set[tuple[str, int, str]] = set()
        self._written: dict[tuple[str, int], tuple[int, dict[str, Any]]] = {}
        self._writes = 0

    def change(
        self, sheet: str, changes: Iterable[tuple[Any, Values]], new: Sequence[Values] = ()
    ) -> AppError | None:
        """Put new values into rows, (row, {column: value}) each, and add ``new`` ones: one edit.
        None when it is written."""
        from app.services.masters.edits import ChangeRows, RowChange

        wanted = list(changes)
        rows = [RowChange(*self._both(sheet, row, values)) for row, values in wanted]
        rows += [RowChange(None, tidied(sheet, values, values)) for values in new]
        edit = ChangeRows(sheet, tuple(rows))
        if len(rows) > MANY:
            self._aside.write(edit, len(rows))
            return None
        refused = self._context.attempt(edit)
        cells = {(sheet, row.id, column) for row, values in wanted for column in values}
        if isinstance(refused, Conflict):
            self._told |= cells
            for row, _ in wanted:
                self._written.pop((sheet, row.id), None)
        elif refused is None:
            self._told -= cells
            self._remember(sheet, wanted)
        return refused

    def _remember(self, sheet: str, wanted: Iterable[tuple[Any, Values]]) -> None:
        self._writes += 1
        for row, values in wanted:
            _, before = self._written.get((sheet, row.id), (0, {}))
            kept = tidied(sheet, {**row.values, **before}, values)
            self._written[sheet, row.id] = (self._writes, before | kept)

    @property
    def writes(self) -> int:
        """So many edits have been written; to be told to ``has_read``."""
        return self._writes

    def has_read(self, sheet: str, writes: int) -> None:
        """A sheet has been read again; the reading began after so many ``writes``."""
        self._written = {
            place: (number, values)
            for place, (number, values) in self._written.items()
            if place[0] != sheet or number > writes
        }

    def seen(self, sheet: str, row: Any) -> Values:
        """The values of a row with what has been written here since it was read."""
        return {**row.values, **self._written.get((sheet, row.id), (0, {}))[1]}

    def tell(self, sheet: str, row_id: int, columns: Iterable[str]) -> None:
        """The person has been shown what these cells hold now."""
        self._told |= {(sheet, row_id, column) for column in columns}

    def add(self, sheet: str, rows: Sequence[Values]) -> AppError | None:
        from app.services.masters.edits import ChangeRows, RowChange

        changes = tuple(RowChange(None, tidied(sheet, values, values)) for values in rows)
        return self._context.attempt(ChangeRows(sheet, changes))

    def remove(self, sheet: str, rows: Sequence[Any]) -> AppError | None:
        from app.services.masters.edits import ChangeRows, RowChange

        changes = tuple(RowChange(row.values, None) for row in rows)
        return self._context.attempt(ChangeRows(sheet, changes))

    def retire(self, sheet: str, rows: Sequence[Any], *, again: bool) -> AppError | None:
        """Offer these records no more (or, ``again``, offer them again)."""
        from app.services.masters.edits import ChangeRows, retire

        wanted = [row for row in rows if row.retired == again]
        changes = tuple(
            change for row in wanted for change in retire(sheet, row.values, again=again).changes
        )
        return self._context.attempt(ChangeRows(sheet, changes)) if changes else None

    def _both(self, sheet: str, row: Any, values: Values) -> tuple[Values, Values]:
        """The row before, as the person saw it, and after."""
        latest = self._latest(sheet, row.id) or row
        _, own = self._written.get((sheet, row.id), (0, {}))
        before = {**latest.values, **own}
        for column in values:
            if column not in own and (sheet, row.id, column) not in self._told:
                before[column] = row.values.get(column)
        after = {**before, **tidied(sheet, before, values)}
        return before, after


def tidied(sheet: str, before: Values, values: Values) -> dict[str, Any]:
    """Values as they come back when they are read again, so that undo finds what was written.

    An item that fills its mould has no figure of its own; a choice left empty falls away.
    """
    made = dict(values)
    if sheet == "Tools" and made.get("items"):
        cavities = made.get("cavities", before.get("cavities")) or 1
        made["items"] = [
            (code, None if pieces is not None and Decimal(pieces) == cavities else pieces)
            for code, pieces in made["items"]
        ]
    return made


def reason(error: AppError, column: str | None = None) -> Message:
    """What to say at a field: the complaint about just that cell if there is one."""
    for cell in getattr(error, "cells", ()):
        if cell.column == column:
            found: Message = cell.text
            return found
    return error.message


def next_code(code: str, taken: Iterable[str]) -> str:
    """A free code like the one copied: ``CT-01`` gives ``CT-07`` where six are there."""
    used = {each.casefold() for each in taken}
    digits = len(code) - len(code.rstrip("0123456789"))
    head, tail = (code[:-digits], code[-digits:]) if digits else (f"{code}-", "1")
    number, width = int(tail), len(tail)
    while True:
        number += 1
        made = f"{head}{number:0{width}d}"
        if made.casefold() not in used:
            return made
