"""Order by order: all of them, or only those that lose by the scenario, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.page import label
from app.views.planning.whatif.columns import WhatIfColumns
from app.views.table import RowTable
from app.views.theme import SPACE


class OrdersPanel(QWidget):
    """The table, and above it the choice whose rows it shows."""

    def __init__(self, context: AppContext, columns: WhatIfColumns, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._columns = context, columns
        self._rows: Sequence[Any] = ()
        self.losers = QToolButton(self)
        self.losers.setCheckable(True)
        self.losers.setProperty("framed", True)
        self.told = label(self, "muted")
        self.table = RowTable(columns.orders(), self, row_id=lambda row: row.order, filters=False)
        head = QHBoxLayout()
        head.setContentsMargins(0, SPACE, 0, 0)
        head.setSpacing(2 * SPACE)
        head.addWidget(self.losers)
        head.addWidget(self.told, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        self.losers.toggled.connect(self._on_losers_toggled)

    def rows(self) -> list[Any]:
        """As they are shown."""
        return self.table.rows()

    def put(self, rows: Sequence[Any]) -> None:
        """All orders of a scenario, the largest difference first."""
        self._rows = rows
        self._fill()

    def _fill(self) -> None:
        losing = sorted((row for row in self._rows if row.loser), key=lambda row: -row.weighted)
        gone = sum(row.end is None for row in losing)
        minutes = sum(row.difference or 0 for row in losing if row.end is not None)
        told = self.tr("%n order(s) end later, in all by {time}", "", len(losing)).format(
            time=self._context.duration_text(minutes)
        )
        if gone:
            told += " · " + self.tr("%n of them not placed any more", "", gone)
        self.told.setText(told if losing else "")
        self.table.set_empty(
            self.tr("No order ends later than in the working plan.")
            if self._rows
            else self.tr("Solve the scenario to see its orders.")
        )
        self.table.set_rows(losing if self.losers.isChecked() else self._rows)

    @Slot(bool)
    def _on_losers_toggled(self, only: bool) -> None:
        """What is lost is worth a column there; the table's menu shows and hides them as ever."""
        keys = [column.key for column in self._columns.orders()]
        for key, shown in (("loses", only), ("weighted", only), ("cause", not only)):
            self.table.show_column(keys.index(key), shown)
        self._fill()

    def retranslate(self) -> None:
        self.losers.setText(self.tr("Who loses"))
        self.losers.setToolTip(
            self.tr("Only orders that end later than in the working plan, by weighted delay")
        )
        self.table.set_columns(self._columns.orders())
        self._fill()
