"""The bar above the page that says what went wrong or well: never in the way, never lost."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Slot
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.views.context import Notice
from app.views.icons import pixmap
from app.views.page import label
from app.views.theme import SPACE

MILLISECONDS_SHOWN = 8_000
"""Good news goes by itself; an error stays until it is closed or another comes."""

DETAILS_HEIGHT = 160


class NoticeBar(QFrame):
    """One sentence, details folded, everything to copy."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._notice: Notice | None = None
        self._picture = QLabel(self)
        self.sentence = label(self, wrap=True)
        self.sentence.setTextInteractionFlags(
            self.sentence.textInteractionFlags().TextSelectableByMouse
        )
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.details_button = QPushButton(self)
        self.copy_button = QPushButton(self)
        self.close_button = QPushButton(self)
        self.details = QPlainTextEdit(self)
        self.details.setReadOnly(True)
        self.details.setFixedHeight(DETAILS_HEIGHT)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self._lay_out()
        self.details_button.clicked.connect(self._on_details_clicked)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.close_button.clicked.connect(self.dismiss)
        self.retranslate()
        self.hide()

    @Slot(object)
    def show_notice(self, notice: Notice) -> None:
        self._notice = notice
        self.details.setPlainText(notice.details)
        self.details.hide()
        self.details_button.setVisible(bool(notice.details))
        self._timer.stop()
        if not notice.error:
            self._timer.start(MILLISECONDS_SHOWN)
        self.retranslate()
        self._draw_picture()
        self.show()

    @Slot()
    def dismiss(self) -> None:
        self._timer.stop()
        self._notice = None
        self.hide()

    def retranslate(self) -> None:
        self.details_button.setText(self.tr("Details"))
        self.copy_button.setText(self.tr("Copy"))
        self.close_button.setText(self.tr("Close"))
        self.details.setAccessibleName(self.tr("Details"))
        if self._notice is not None:
            self.sentence.setText(self._notice.text())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange and self._notice is not None:
            self._draw_picture()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(2 * SPACE)
        for widget in (
            self._picture,
            self.sentence,
            self.details_button,
            self.copy_button,
            self.close_button,
        ):
            line.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.addLayout(line)
        layout.addWidget(self.details)

    def _draw_picture(self) -> None:
        error = self._notice is not None and self._notice.error
        name, colour = ("alert-triangle", "late") if error else ("circle-check", "good")
        self._picture.setPixmap(pixmap(name, colour, 20, self.devicePixelRatioF()))

    @Slot()
    def _on_details_clicked(self) -> None:
        self.details.setVisible(not self.details.isVisible())

    @Slot()
    def _on_copy_clicked(self) -> None:
        if self._notice is not None:
            parts = [self._notice.text(), self._notice.details]
            QApplication.clipboard().setText("\n\n".join(part for part in parts if part))
