"""One table of the master data page with all that belongs to it while the page lives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.views.context import AppContext
from app.views.plant.master_columns import MasterColumns
from app.views.table import RowTable

MANY = 7
"""With more columns than this the first one stays in sight while the others are scrolled."""


class MasterSheet(QObject):
    """Its rows as last read, its columns, and the table that shows those not retired."""

    def __init__(
        self, context: AppContext, reading: Any, place: QWidget, *, editable: bool
    ) -> None:
        """``reading``: a SheetReading; ``place``: where the table is put."""
        super().__init__(place)
        self.key = str(reading.key)
        self.editable = editable
        self._context = context
        self._shows_retired = False
        self.rows: tuple[Any, ...] = ()
        self._by_id: dict[int, Any] = {}
        self.columns = MasterColumns(context, reading, editable=editable)
        self.table = RowTable(self.columns.columns(), place)
        if len(self.table.model.columns) > MANY:
            self.table.freeze_up_to(self.table.model.columns[0].key)
        self.take(reading)

    def take(self, reading: Any) -> None:
        """A newer reading; only rows that differ are shown anew. Fields of the site that came or
        went bring other columns."""
        same = self._described() == [_described(each) for each in reading.columns]
        self.columns.take(reading)
        if not same:
            self.table.exchange_columns(self.columns.columns())
        self.rows = reading.rows
        self._by_id = {row.id: row for row in reading.rows}
        self._show()

    def _described(self) -> list[Any]:
        return [_described(each) for each in self.columns.reading.columns]

    def show_retired(self, shown: bool) -> None:
        if shown != self._shows_retired:
            self._shows_retired = shown
            self._show()

    def row(self, row_id: int) -> Any | None:
        """The row as last read; None if it is not there."""
        return self._by_id.get(row_id)

    def find(self, name: Any) -> Any | None:
        from app.services.masters.reading import find_row

        return find_row(self.key, self.rows, name)

    def codes(self, column: str) -> Iterable[str]:
        return (str(row.values.get(column, "")) for row in self.rows)

    def retranslate(self) -> None:
        self.table.set_columns(self.columns.columns())

    def _show(self) -> None:
        rows = self.rows
        if not self._shows_retired:
            rows = tuple(row for row in rows if not row.retired)
        self.table.set_rows(rows)


def _described(column: Any) -> tuple[Any, ...]:
    """What makes it another column than before."""
    return column.key, column.kind, column.title, column.note, column.required, column.choices
