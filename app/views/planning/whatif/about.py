"""What a person writes about a scenario: its name, who pays, what is recommended."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from app.views.page import label
from app.views.theme import SPACE


class AboutLine(QWidget):
    """``written(name, payer, recommendation)`` when a field is left changed."""

    written = Signal(str, str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row: Any = None
        self._titles = [label(self, "muted") for _ in range(3)]
        self.name, self.payer, self.recommendation = (QLineEdit(self) for _ in range(3))
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(3 * SPACE)
        layout.setVerticalSpacing(SPACE)
        for place, line in enumerate((self.name, self.payer, self.recommendation)):
            layout.addWidget(self._titles[place], 0, place)
            layout.addWidget(line, 1, place)
            line.editingFinished.connect(self._on_editing_finished)
        for place, share in enumerate((2, 2, 5)):
            layout.setColumnStretch(place, share)
        self.retranslate()

    def put(self, row: Any) -> None:
        """The scenario that is shown, or None. What is being typed in stays."""
        other = self._row is None or row is None or self._row.name != row.name
        self._row = row
        self.setEnabled(row is not None)
        texts = ("", "", "") if row is None else (row.name, row.payer, row.recommendation)
        for line, text in zip((self.name, self.payer, self.recommendation), texts, strict=True):
            if other or not line.hasFocus():
                line.setText(text)

    @Slot()
    def _on_editing_finished(self) -> None:
        row = self._row
        if row is None:
            return
        name = self.name.text().strip() or row.name
        typed = (name, self.payer.text().strip(), self.recommendation.text().strip())
        if typed != (row.name, row.payer, row.recommendation):
            self.written.emit(*typed)

    def retranslate(self) -> None:
        texts = (self.tr("Name of the scenario"), self.tr("Who pays"), self.tr("Recommendation"))
        lines = (self.name, self.payer, self.recommendation)
        for title, line, text in zip(self._titles, lines, texts, strict=True):
            title.setText(text)
            line.setAccessibleName(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
