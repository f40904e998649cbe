"""A choice among our sheets: the likeliest first, then all the others."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from app.views.context import AppContext
from app.views.exchange.report_columns import sheet_name

LIKELY = 0.3


class SheetChoice(QComboBox):
    """``chosen``: the key of a sheet, or empty for "leave out"."""

    chosen = Signal(str)

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.setMinimumContentsLength(18)
        self.setMaxVisibleItems(24)
        self.activated.connect(self._on_activated)

    def offer(self, others: Sequence[tuple[str, float]], current: str, *, none: str = "") -> None:
        """``others``: what it may be with its score; ``none``: word for leaving it out."""
        from app.services.exchange.sheets import SHEETS

        self.clear()
        if none:
            self.addItem(none, "")
            self.insertSeparator(self.count())
        likely = [key for key, score in others if score >= LIKELY]
        for key, score in others:
            if score >= LIKELY:
                name = sheet_name(self._context, key)
                self.addItem(self.tr("{name} – {percent} %").format(name=name,
                             percent=round(score * 100)), key)  # fmt: skip
        if likely:
            self.insertSeparator(self.count())
        for sheet in SHEETS:
            if sheet.key not in likely:
                self.addItem(sheet_name(self._context, sheet.key), sheet.key)
        self.setCurrentIndex(max(self.findData(current), 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows open the list: going through it step by step would propose anew at each."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.showPopup()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    @Slot(int)
    def _on_activated(self, number: int) -> None:
        data = self.itemData(number)
        if data is not None:
            self.chosen.emit(str(data))
