"""The exceptions of a calendar, machine or person as a table, inherited ones too."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.plant.calendar_view import ExceptionRow, Times
from app.views.context import AppContext
from app.views.plant.calendar_words import TONES, kind_word
from app.views.plant.shift_span import spans_text
from app.views.table import Column, Kind, RowTable


class ExceptionList(QWidget):
    """Chooses exceptions; what is done with them stands beside."""

    chosen = Signal(object)
    """list of ExceptionRow"""
    activated = Signal(object)
    """ExceptionRow: show its days."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.table = RowTable(self._columns(), self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        self.table.selection_changed.connect(self.chosen)
        self.table.row_activated.connect(self.activated)
        self.retranslate()

    def set_times(self, times: Times) -> None:
        self.table.set_rows(times.exceptions)

    def selected(self) -> list[ExceptionRow]:
        return list(self.table.selected_rows())

    def retranslate(self) -> None:
        self.table.set_columns(self._columns())
        self.table.set_empty(self.tr("No exceptions: every week is like the other."))

    @Slot()
    def clear(self) -> None:
        self.table.view.clearSelection()

    def _columns(self) -> list[Column]:
        return [
            Column("from", self.tr("From"), lambda row: row.dated.date_from, self._first,
                   Kind.DATE, 110),
            Column("to", self.tr("To"), lambda row: row.dated.date_to, self._last, Kind.DATE, 110),
            Column("days", self.tr("Days"), _days, kind=Kind.NUMBER, width=56, total=True),
            Column("kind", self.tr("Kind"), lambda row: kind_word(row.dated.kind), width=110,
                   tone=lambda row: TONES[row.dated.kind]),
            Column("hours", self.tr("Hours"), lambda row: spans_text(row.dated.hours), width=100),
            Column("reason", self.tr("Reason"), lambda row: row.reason, width=130),
            Column("cost", self.tr("Cost/h"), lambda row: row.values.get("cost_per_hour"),
                   kind=Kind.NUMBER, width=70),
            Column("scope", self.tr("Given for"), lambda row: row.scope, width=100,
                   tone=lambda row: None if row.own else "muted"),
        ]  # fmt: skip

    def _first(self, row: ExceptionRow) -> str:
        return self.context.date_text(row.dated.date_from)

    def _last(self, row: ExceptionRow) -> str:
        return self.context.date_text(row.dated.date_to)


def _days(row: ExceptionRow) -> int:
    return (row.dated.date_to - row.dated.date_from).days + 1
