"""Columns of an import report: what was counted, and what a person should look at."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QObject

from app.core.messages import Message
from app.views.context import AppContext
from app.views.table import Column, Kind

SEVERITIES = ("error", "warning", "cleaned", "assumed")
TONES = {"error": "late", "warning": "risk", "cleaned": "muted", "assumed": "watch"}
ICONS = {
    "error": "alert-circle",
    "warning": "alert-triangle",
    "cleaned": "check",
    "assumed": "info-circle",
}


def severity(value: str) -> str:
    words = {
        "error": QCoreApplication.translate("Words", "Error"),
        "warning": QCoreApplication.translate("Words", "Warning"),
        "cleaned": QCoreApplication.translate("Words", "Cleaned"),
        "assumed": QCoreApplication.translate("Words", "Assumed"),
    }
    return words[value]


def sheet_name(context: AppContext, key: str) -> str:
    """The workbook's own name of a sheet in the language now spoken."""
    from app.services.exchange.sheets import sheet

    return sheet(key).zh if context.language == "zh" else key


def column_name(context: AppContext, sheet_key: str, key: str) -> str:
    """The workbook's own name of a column in the language now spoken."""
    from app.services.exchange.mapping import column_of_key
    from app.services.exchange.sheets import sheet

    column = column_of_key(sheet(sheet_key), key)
    return column.zh if context.language == "zh" else column.key.replace("_", " ").capitalize()


class ReportColumns(QObject):
    """A QObject for its ``tr``."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def of_counts(self) -> list[Column]:
        return [
            Column("sheet", self.tr("Sheet"), lambda row: self._sheet(row.sheet), width=112),
            self._count("new", self.tr("New"), lambda row: row.new),
            self._count("changed", self.tr("Changed"), lambda row: row.changed),
            self._count("unchanged", self.tr("Unchanged"), lambda row: row.unchanged),
        ]

    def of_problems(self) -> list[Column]:
        """Rows are (number, Problem): two problems may be equal."""
        return [
            Column(
                "severity",
                self.tr("Weight"),
                lambda row: SEVERITIES.index(row[1].severity),
                text=lambda row: severity(row[1].severity),
                tone=lambda row: TONES[row[1].severity],
                icon=lambda row: ICONS[row[1].severity],
                width=84,
            ),
            Column("file", self.tr("File"), lambda row: self._plain(row[1].file), width=120),
            Column("sheet", self.tr("Sheet"), lambda row: self._plain(row[1].sheet), width=100),
            Column("row", self.tr("Row"), lambda row: row[1].row, kind=Kind.NUMBER, width=56),
            Column("column", self.tr("Column"), lambda row: self._plain(row[1].column), width=110),
            Column("value", self.tr("Value"), lambda row: self._plain(row[1].value), width=110),
            Column(
                "message",
                self.tr("What it is and what to do"),
                lambda row: self._plain(row[1].message),
                width=520,
            ),
        ]

    def _count(self, key: str, title: str, value: Any) -> Column:
        return Column(key, title, value, kind=Kind.NUMBER, width=76, total=True)

    def _sheet(self, key: str) -> str:
        return sheet_name(self._context, key)

    def _plain(self, value: Any) -> str | None:
        if value is None:
            return None
        return self._context.text(value) if isinstance(value, Message) else str(value)
