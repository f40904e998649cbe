"""The steps of this session by name: a click goes back, or forward, to a state of the plan."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QUndoView, QVBoxLayout, QWidget

from app.views.context import AppContext

SIZE = (360, 420)


class UndoList(QDialog):
    """Stays open beside the chart, also on another screen."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.view = QUndoView(context.edits.stack, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.resize(*SIZE)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Steps"))
        self.view.setAccessibleName(self.tr("Steps that can be undone"))
        self.view.setEmptyLabel(self.tr("Before all of this"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
