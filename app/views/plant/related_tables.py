"""Small tables under a record's form: its copies, machines, terms, services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.page import label
from app.views.plant.master_columns import MasterColumns
from app.views.plant.master_edits import MasterEdits, next_code, reason
from app.views.table import CellChange, Column, Kind, RowTable
from app.views.theme import ROW, SPACE

MOST_SHOWN = 8
HEADER = 30
NEARLY_WORN = 0.1
"""So little of a mould's life left is marked."""
NARROW = {Kind.NUMBER: 60, Kind.DATE: 100, Kind.FLAG: 44, Kind.TEXT: 68}


class RelatedTable(QWidget):
    """Rows of another sheet that belong to the record shown; edited in place."""

    add_asked = Signal(str, object)
    """(sheet, values): a new record of that sheet is wanted, beginning with these."""
    go_asked = Signal(str, object)
    """(sheet, identifying values)"""

    def __init__(
        self, context: AppContext, sheet: str, related: Any, edits: MasterEdits, parent: QWidget
    ) -> None:
        """``sheet``: of the record they belong to."""
        super().__init__(parent)
        self._context = context
        self._sheet = sheet
        self.related = related
        self._edits = edits
        self._owner: Mapping[str, Any] = {}
        self._columns: MasterColumns | None = None
        self.table: RowTable | None = None
        self.heading = label(self, "section")
        self.add = QPushButton(self)
        self.add.setProperty("link", True)
        self.add.setCursor(Qt.CursorShape.PointingHandCursor)
        self.add.clicked.connect(self._on_add_clicked)
        line = QHBoxLayout()
        line.addWidget(self.heading, 1)
        line.addWidget(self.add)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 2 * SPACE, 0, 0)
        self._lines.setSpacing(SPACE)
        self._lines.addLayout(line)
        self.retranslate()

    def show_rows(self, owner: Mapping[str, Any], reading: Any) -> None:
        """``owner``: values of the record they belong to; ``reading``: a SheetReading."""
        self._owner = owner
        if self._columns is None:
            self._columns = MasterColumns(self._context, reading, editable=True)
        else:
            self._columns.take(reading)
        if self.table is None:
            self._make_table()
        elif self._counts_life():
            self.table.set_columns(self._shown_columns())  # the life of the mould may be another
        if self.table is not None:
            self.table.set_rows(reading.rows)
            shown = min(len(reading.rows), MOST_SHOWN)
            self.table.setFixedHeight(HEADER + shown * ROW + 14)
            self.table.setVisible(bool(reading.rows))
        self.retranslate()

    def _make_table(self) -> None:
        self.table = RowTable(self._shown_columns(), self, filters=False, footer=False)
        self.table.view.verticalHeader().hide()
        self.table.cells_edited.connect(self._on_table_cells_edited)
        self.table.row_activated.connect(self._on_table_row_activated)
        self._lines.addWidget(self.table)

    def _shown_columns(self) -> list[Column]:
        if self._columns is None:
            return []
        keys = set(self.related.keys)
        made = [
            replace(column, width=NARROW[column.kind], hidden=False)
            for column in self._columns.columns()
            if column.key in keys
        ]
        if self._counts_life():
            made.insert(1, self._life_column(self._owner.get("life")))
        return made

    def _counts_life(self) -> bool:
        return (self._sheet, self.related.sheet) == ("Tools", "ToolCopies")

    def _life_column(self, life: int | None) -> Column:
        title = QCoreApplication.translate("RelatedTable", "Life left")
        return Column(
            "life_left",
            title,
            value=partial(_left, life),
            text=partial(_left_text, self._context, life),
            kind=Kind.NUMBER,
            width=76,
            bar=partial(_left_share, life),
            tone=partial(_left_tone, life),
            title_tip=QCoreApplication.translate(
                "RelatedTable", "Shots left of the mould's life, as a number and as a bar."
            ),
        )

    def retranslate(self) -> None:
        from app.services.masters.rows import sheet_title

        title = self._context.text(sheet_title(self.related.sheet))
        count = len(self.table.rows()) if self.table is not None else 0
        self.heading.setText(f"{title}  {count:,}" if count else title)
        self.add.setText(QCoreApplication.translate("RelatedTable", "Add"))
        if self.table is not None and self._columns is not None:
            self.table.set_columns(self._shown_columns())

    @Slot(object)
    def _on_table_cells_edited(self, changes: list[CellChange]) -> None:
        if self.table is None:
            return
        by_row: dict[int, tuple[Any, dict[str, Any]]] = {}
        for change in changes:
            by_row.setdefault(change.row.id, (change.row, {}))[1][change.column_key] = change.value
        refused = self._edits.change(self.related.sheet, by_row.values())
        if refused is not None:
            said = reason(refused, changes[0].column_key)
            self.table.refuse_edit(self._context.text(said))

    @Slot(object)
    def _on_table_row_activated(self, row: Any) -> None:
        from app.services.exchange.sheets import sheet

        self.go_asked.emit(
            self.related.sheet,
            {name: row.values.get(name) for name in sheet(self.related.sheet).identity},
        )

    @Slot()
    def _on_add_clicked(self) -> None:
        """A copy of a mould needs no more than its number; other records begin in their form."""
        from app.services.masters.related import owner_values

        begun = owner_values(self._sheet, self._owner, self.related)
        if self.related.sheet == "ToolCopies" and self.related.by == "tool_code":
            numbers = (
                [str(row.values["copy_no"]) for row in self.table.rows()] if self.table else []
            )
            begun["copy_no"] = next_code(numbers[-1], numbers) if numbers else "1"
            self._edits.add("ToolCopies", [begun])
        else:
            self.add_asked.emit(self.related.sheet, begun)


def _left(life: int | None, row: Any) -> int | None:
    return None if not life else max(life - int(row.values.get("shots_done") or 0), 0)


def _left_text(context: AppContext, life: int | None, row: Any) -> str:
    return context.quantity_text(_left(life, row))


def _left_share(life: int | None, row: Any) -> float | None:
    left = _left(life, row)
    return None if left is None or not life else left / life


def _left_tone(life: int | None, row: Any) -> str | None:
    share = _left_share(life, row)
    if share is None or share >= NEARLY_WORN:
        return None
    return "late" if share <= 0 else "risk"
