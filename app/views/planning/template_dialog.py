"""What bars and hover cards say: two templates with a live preview, kept per person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.page import label
from app.views.planning.templates import CAPTION, VALUES, caption_of, card_of, unknown
from app.views.theme import SPACE

if TYPE_CHECKING:
    from app.services.planning.rows import PlacementRow

SIZE = (640, 560)


class BarWords:
    """The templates of whoever works here; empty = as everybody has them."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    @property
    def caption(self) -> str:
        return str(self._context.settings.value(self._key("caption"), ""))

    @property
    def card(self) -> str:
        return str(self._context.settings.value(self._key("card"), ""))

    def keep(self, caption: str, card: str) -> None:
        """For this person on this machine."""
        self._context.settings.setValue(self._key("caption"), caption)
        self._context.settings.setValue(self._key("card"), card)

    def _key(self, what: str) -> str:
        return f"bar_words/{self._context.actor}/{what}"


class TemplateDialog(QDialog):
    """``row``: the bar that the preview tells about; ``card``: the usual card as a template."""

    kept = Signal()

    def __init__(
        self, context: AppContext, words: BarWords, row: PlacementRow, card: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._words, self._row, self._usual_card = context, words, row, card
        self.caption_name, self.card_name, self.known_name, self.shown_name = (
            label(self, "section") for _ in range(4)
        )
        self.caption = QLineEdit(words.caption or CAPTION, self)
        self.card = QPlainTextEdit(words.card or card, self)
        self.card.setTabChangesFocus(True)
        self.hint = label(self, "small", wrap=True)
        self.known = label(self, "small", wrap=True)
        self.known.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.refused = label(self, "error", wrap=True)
        self.preview = label(self, wrap=True)
        self.preview.setTextFormat(Qt.TextFormat.PlainText)
        self.usual, self.close_button, self.keep_button = (QPushButton(self) for _ in range(3))
        self.keep_button.setProperty("primary", True)
        self.keep_button.setDefault(True)
        self.caption.textChanged.connect(self._show)
        self.card.textChanged.connect(self._show)
        self.usual.clicked.connect(self._on_usual_clicked)
        self.close_button.clicked.connect(self.reject)
        self.keep_button.clicked.connect(self._on_keep_clicked)
        self._lay_out()
        self.resize(*SIZE)
        self.retranslate()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setVerticalSpacing(2 * SPACE)
        rows: tuple[QWidget, ...] = (
            self.caption_name, self.caption, self.hint, self.card_name, self.card,
            self.known_name, self.known, self.shown_name, self.preview, self.refused,
        )  # fmt: skip
        for place, widget in enumerate(rows):
            grid.addWidget(widget, place, 0)
        buttons = QHBoxLayout()
        buttons.addWidget(self.usual)
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.keep_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
        layout.addLayout(grid, 1)
        layout.addLayout(buttons)

    @Slot()
    def _show(self) -> None:
        """The preview, or what is wrong."""
        wrong = unknown(self.caption.text() + self.card.toPlainText())
        self.refused.setText(
            self.tr("There is no {names}.").format(names=", ".join(f"{{{n}}}" for n in wrong))
            if wrong
            else ""
        )
        self.refused.setVisible(bool(wrong))
        self.keep_button.setEnabled(not wrong)
        captions = caption_of(self.caption.text(), self._context)(self._row)
        title, lines = card_of(self.card.toPlainText(), self._row, self._context)
        told = [f"{name}: {words}" if name else words for name, words in lines]
        self.preview.setText("\n".join([" → ".join(captions), "", title, *told]))

    @Slot()
    def _on_usual_clicked(self) -> None:
        self.caption.setText(CAPTION)
        self.card.setPlainText(self._usual_card)

    @Slot()
    def _on_keep_clicked(self) -> None:
        caption, card = self.caption.text().strip(), self.card.toPlainText().strip()
        self._words.keep(
            "" if caption == CAPTION else caption, "" if card == self._usual_card else card
        )
        self.kept.emit()
        self.accept()

    # ---- texts -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("What bars and cards say"))
        self.caption_name.setText(self.tr("On bars"))
        self.caption.setAccessibleName(self.caption_name.text())
        self.hint.setText(self.tr("From long to short, with | between: a bar shows what fits."))
        self.card_name.setText(self.tr("On the card beside the pointer"))
        self.card.setAccessibleName(self.card_name.text())
        self.known_name.setText(self.tr("Placeholders"))
        self.known.setText("  ".join(f"{{{name}}}" for name in VALUES))
        self.shown_name.setText(self.tr("Preview"))
        self.usual.setText(self.tr("As usual"))
        self.close_button.setText(self.tr("Cancel"))
        self.keep_button.setText(self.tr("Keep"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
