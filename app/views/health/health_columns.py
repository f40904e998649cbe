"""Columns of the list of findings, and the words of their severities."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from app.views.context import AppContext
from app.views.table import Column, Kind

SEVERITIES = ("error", "warning", "note")
TONES = {"error": "late", "warning": "risk", "note": "muted"}
ICONS = {"error": "alert-circle", "warning": "alert-triangle", "note": "info-circle"}


def severity(value: str) -> str:
    words = {
        "error": QCoreApplication.translate("Words", "Error"),
        "warning": QCoreApplication.translate("Words", "Warning"),
        "note": QCoreApplication.translate("Words", "Note"),
    }
    return words[value]


class HealthColumns(QObject):
    """A QObject for its ``tr``. Rows are (rank, finding): two findings may be equal."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def of_list(self) -> list[Column]:
        text, duration = self._context.text, self._context.duration_text
        return [
            Column("rank", self.tr("Rank"), lambda row: row[0], kind=Kind.NUMBER, width=56,
                   hidden=True, title_tip=self.tr("1 = costs the schedule most")),
            Column(
                "severity",
                self.tr("Weight"),
                lambda row: SEVERITIES.index(row[1].severity),
                text=lambda row: severity(row[1].severity),
                tone=lambda row: TONES[row[1].severity],
                icon=lambda row: ICONS[row[1].severity],
                width=92,
            ),
            Column(
                "operations",
                self.tr("Open operations"),
                lambda row: row[1].open_operations,
                text=lambda row: f"{row[1].open_operations:,}" if row[1].open_operations else "",
                kind=Kind.NUMBER,
                width=84,
                title_tip=self.tr("How many operations still to be done it touches"),
            ),
            Column(
                "late",
                self.tr("Late by"),
                lambda row: row[1].late_minutes,
                text=lambda row: duration(row[1].late_minutes) if row[1].late_minutes else "",
                kind=Kind.NUMBER,
                width=80,
                title_tip=self.tr("By how much their orders end late in the plan, together"),
            ),
            Column("kind", self.tr("Kind"), lambda row: text(row[1].place.title), width=88),
            Column("record", self.tr("Record"), lambda row: row[1].place.name, width=150),
            Column("what", self.tr("What is wrong"), lambda row: text(row[1].what),
                   tip=lambda row: text(row[1].what), width=500),
            Column("why", self.tr("Why it matters"), lambda row: text(row[1].why), width=420,
                   hidden=True),
        ]  # fmt: skip
