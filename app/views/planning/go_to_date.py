"""Ctrl+G: a day, and the chart is there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.date_field import BadDate, DateField
from app.views.page import label
from app.views.theme import SPACE


class GoToDate(QDialog):
    """Typed or picked; Enter goes."""

    chosen = Signal(object)
    """Aware UTC moment."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.name = label(self, "muted")
        self.field = DateField(context.zone, context.now(), self)
        self.refused = label(self, "error", wrap=True)
        self.go = QPushButton(self)
        self.go.setProperty("primary", True)
        self.go.setDefault(True)
        self.go.clicked.connect(self._on_go_clicked)
        line = QHBoxLayout()
        line.setSpacing(2 * SPACE)
        for widget in (self.name, self.field, self.go):
            line.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
        layout.addLayout(line)
        layout.addWidget(self.refused)
        self.refused.hide()
        self.retranslate()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_go_clicked(self) -> None:
        try:
            moment = self.field.moment()
        except BadDate:
            moment = None
        if moment is None:
            self.refused.show()
            return
        self.chosen.emit(moment)
        self.accept()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Go to a date"))
        self.name.setText(self.tr("Date"))
        self.field.setAccessibleName(self.name.text())
        self.go.setText(self.tr("Go"))
        self.refused.setText(self.tr("Please type a date such as 12-5 or 2026-12-05 14:30."))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
