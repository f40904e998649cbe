"""What no longer fits the plan in force, edit by edit, and what shall become of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.services.planning.scenarios.rebasing import Choice
from app.views.context import AppContext
from app.views.page import label
from app.views.theme import SPACE


class RebasePanel(QWidget):
    """``decided({number: choice})`` once each misfit has an answer; ``given_up`` otherwise."""

    decided = Signal(object)
    given_up = Signal()

    def __init__(self, context: AppContext, found: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._found = context, found
        self.heading = label(self, "section", wrap=True)
        self.boxes: dict[int, QComboBox] = {}
        self.go = QPushButton(self)
        self.go.setProperty("primary", True)
        self.go.clicked.connect(self._on_go_clicked)
        self.cancel = QPushButton(self)
        self.cancel.clicked.connect(self.given_up)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        layout.addWidget(self.heading)
        for misfit in found.misfits:
            sentence = label(self, wrap=True)
            sentence.setText(context.text(misfit.refusal.sentence))
            reason = label(self, "error", wrap=True)
            reason.setText(context.text(misfit.refusal.reason))
            box = QComboBox(self)
            self.boxes[misfit.refusal.seq] = box
            layout.addWidget(sentence)
            layout.addWidget(reason)
            row = QFormLayout()
            row.addRow(box)
            layout.addLayout(row)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        layout.addLayout(buttons)
        layout.addStretch()
        self.retranslate()

    @Slot()
    def _on_go_clicked(self) -> None:
        self.decided.emit({seq: Choice(box.currentData()) for seq, box in self.boxes.items()})

    def retranslate(self) -> None:
        self.heading.setText(
            self.tr("%n edits no longer fit what is planned now.", "", len(self._found.misfits))
        )
        for misfit in self._found.misfits:
            box = self.boxes[misfit.refusal.seq]
            chosen = box.currentData()
            box.clear()
            if misfit.can_renew:
                box.addItem(self.tr("Ask the same on what stands now"), Choice.RENEW.value)
            box.addItem(self.tr("Leave this edit out"), Choice.DROP.value)
            box.setCurrentIndex(max(box.findData(chosen), 0))
        self.go.setText(self.tr("Bring up to date"))
        self.cancel.setText(self.tr("Cancel"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
