"""Something only a person can decide, with its answers as buttons."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.icons import pixmap
from app.views.page import label
from app.views.theme import SPACE


class QuestionCard(QFrame):
    """One question; the answer that is likely meant stands first in its row of buttons."""

    answered = Signal(str, str)
    """(id of the question, answer)"""

    def __init__(
        self, context: AppContext, question: Any, parent: QWidget, given: str = ""
    ) -> None:
        super().__init__(parent)
        self._context, self.question = context, question
        self.setProperty("role", "card")
        self._picture = QLabel(self)
        self.text = label(self, wrap=True)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self.buttons: dict[str, QPushButton] = {}
        self.other = QLineEdit(self)
        self.other.setVisible(question.open)
        self.other.setFixedWidth(72)
        line = QHBoxLayout()
        line.setSpacing(2 * SPACE)
        for number, option in enumerate(question.options):
            button = QPushButton(self)
            button.setCheckable(True)
            button.setChecked(option.key == given)
            self.buttons[option.key] = button
            self._group.addButton(button, number)
            line.addWidget(button)
        line.addWidget(self.other)
        line.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(SPACE)
        words.addWidget(self.text)
        words.addLayout(line)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        whole.setSpacing(3 * SPACE)
        whole.addWidget(self._picture)
        whole.addLayout(words, 1)
        self._group.idClicked.connect(self._on_group_clicked)
        self.other.returnPressed.connect(self._on_other_pressed)
        self.retranslate()

    def retranslate(self) -> None:
        self.text.setText(self._context.text(self.question.text))
        for option in self.question.options:
            shown = self._context.text(option.text)
            if option.key == self.question.proposed:
                shown = self.tr("{answer} (proposed)").format(answer=shown)
            self.buttons[option.key].setText(shown)
        self.other.setPlaceholderText(self.tr("Other"))
        self.other.setAccessibleName(self.tr("Other"))
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        self._picture.setPixmap(pixmap("info-circle", "accent", 20, self.devicePixelRatioF()))

    @Slot(int)
    def _on_group_clicked(self, number: int) -> None:
        self.answered.emit(self.question.id, self.question.options[number].key)

    @Slot()
    def _on_other_pressed(self) -> None:
        if self.other.text().strip():
            self.answered.emit(self.question.id, self.other.text().strip())


class QuestionCards(QWidget):
    """All questions that are open or were answered, one below the other."""

    answered = Signal(str, str)

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.cards: list[QuestionCard] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2 * SPACE)
        self.hide()

    def show_questions(self, questions: list[Any], answers: dict[str, str]) -> None:
        """The cards are made anew only where the questions or their answers differ."""
        wanted = [(question, answers.get(question.id, "")) for question in questions]
        if wanted == getattr(self, "_shown", None):
            return
        self._shown = wanted
        for card in self.cards:
            self._layout.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for question, given in wanted:
            card = QuestionCard(self._context, question, self, given)
            card.answered.connect(self.answered)
            self.cards.append(card)
            self._layout.addWidget(card)
        self.setVisible(bool(self.cards))
