"""A line for a day that may stay empty."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from app.views.date_field import BadDate, parse

WIDTH = 110


class DayField(QLineEdit):
    """``2026-12-5``, ``12/5`` or ``12月5日``; written out in full when it is left."""

    day_changed = Signal()

    def __init__(self, today: datetime, parent: QWidget, *, usual: bool = False) -> None:
        """``today``: the planning date on the plant's clock; a day without a year is after it.

        ``usual``: empty means today, and says so.
        """
        super().__init__(parent)
        self._today = today
        self._usual = usual
        self.setFixedWidth(WIDTH)
        self.editingFinished.connect(self._on_editing_finished)
        self.retranslate()

    def day(self) -> date | None:
        """What was typed; ``BadDate`` if it is no day."""
        moment = parse(self.text(), self._today)
        return None if moment is None else moment.date()

    def set_day(self, day: date | None) -> None:
        self.setText(f"{day:%Y-%m-%d}" if day else "")

    @Slot()
    def _on_editing_finished(self) -> None:
        try:
            self.set_day(self.day())
        except BadDate:
            self._mark(True)
            return
        self._mark(False)
        self.day_changed.emit()

    def _mark(self, bad: bool) -> None:
        if self.property("bad") != bad:
            self.setProperty("bad", bad)
            self.style().polish(self)

    def retranslate(self) -> None:
        shown = f"{self._today:%Y-%m-%d}" if self._usual else self.tr("year-month-day")
        self.setPlaceholderText(shown)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
