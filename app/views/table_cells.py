"""Many cells at once: what each would become, and which are refused, before anything is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.views.table_columns import CellChange, CellRefused, Column
from app.views.table_words import not_editable, number_text


@dataclass(frozen=True, slots=True)
class CellTarget:
    """One cell that a gesture would change. ``row`` None: a cell of a new row."""

    number: int
    """The row's number as shown, from 0; new rows count on after the last one."""
    row: Any | None
    column: Column
    before: str
    text: str
    value: Any = None
    refusal: str = ""
    """Why it cannot be; "" if it can."""
    same: bool = False
    """The cell holds that value already."""
    lost: bool = False
    """There is no such row or column in the table."""

    def then(self) -> str:
        """What the cell would hold, as it was understood; what was pasted where it is refused."""
        if self.refusal or isinstance(self.value, bool):
            return self.text
        if isinstance(self.value, Decimal | int):
            return number_text(Decimal(self.value))
        if isinstance(self.value, datetime):
            return self.text
        if isinstance(self.value, date):
            return self.value.isoformat()
        return "" if self.value is None else self.text.strip()

    def change(self) -> CellChange:
        return CellChange(self.row, self.column.key, self.value)


def target(number: int, row: Any | None, column: Column, text: str) -> CellTarget:
    """What ``text`` would do to a cell."""
    edit = column.edit
    if edit is None:
        before = column.shown(row) if row is not None else ""
        same = not text.strip() or text.strip() == before.strip()
        refusal = "" if same else not_editable()
        return CellTarget(number, row, column, before, text, refusal=refusal, same=same)
    before = edit.text(row) if row is not None else ""
    if text == before if row is not None else not text.strip():
        return CellTarget(number, row, column, before, text, same=True)
    if refusal := edit.refusal(row):
        return CellTarget(number, row, column, before, text, refusal=refusal)
    try:
        value = edit.value(row, text)
    except CellRefused as refused:
        return CellTarget(number, row, column, before, text, refusal=refused.reason)
    same = row is not None and value == _value_now(column, row, before)
    return CellTarget(number, row, column, before, text, value, same=same)


def _value_now(column: Column, row: Any, before: str) -> Any:
    """What the cell holds, as its own ``parse`` would give it; a mark of its own if it cannot."""
    if column.edit is None:
        return None
    try:
        return column.edit.value(row, before)
    except CellRefused:
        return object()


def changes(targets: Iterable[CellTarget]) -> list[CellChange]:
    """The changes of present rows, without what is refused or there already."""
    good = (each for each in targets if not each.refusal and not each.same)
    return [each.change() for each in good if each.row is not None]


def new_rows(targets: Iterable[CellTarget]) -> list[dict[str, Any]]:
    """Values by column key of each new row. A row with a refused cell is left out whole."""
    rows: dict[int, dict[str, Any]] = {}
    bad: set[int] = set()
    for each in targets:
        if each.row is not None or each.lost:
            continue
        if each.refusal:
            bad.add(each.number)
        elif not each.same:
            rows.setdefault(each.number, {})[each.column.key] = each.value
    return [values for number, values in sorted(rows.items()) if number not in bad]


def refused(targets: Iterable[CellTarget]) -> list[CellTarget]:
    return [each for each in targets if each.refusal]
