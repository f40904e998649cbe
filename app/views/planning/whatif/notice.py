"""A strip above the result: what is not as it should be with this scenario, and one button."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.views.icons import pixmap
from app.views.page import label
from app.views.theme import SPACE


class NoticeStrip(QFrame):
    """Hidden while all is well."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._picture = QLabel(self)
        self.sentence = label(self, wrap=True)
        self.button = QPushButton(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self._picture)
        layout.addWidget(self.sentence, 1)
        layout.addWidget(self.button)
        self.hide()

    def say(self, sentence: str, button: str = "") -> None:
        """An empty sentence hides the strip, an empty word its button."""
        self._picture.setPixmap(pixmap("alert-triangle", "risk", 16))
        self.sentence.setText(sentence)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.setVisible(bool(sentence))
