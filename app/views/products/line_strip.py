"""A line of fields to type a new line of a bill of material; Enter adds it and begins another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import AppError
from app.views.context import AppContext
from app.views.page import label
from app.views.theme import SPACE


class LineStrip(QFrame):
    """``typed`` with texts by column key."""

    typed = Signal(object)

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.setProperty("role", "panel")
        self.component = QLineEdit(self)
        self.component.setMinimumWidth(200)
        self.quantity = QLineEdit(self)
        self.quantity.setFixedWidth(90)
        self.quantity.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.unit = QLineEdit(self)
        self.unit.setFixedWidth(60)
        self.step = QComboBox(self)
        self.complaint = label(self, "error", wrap=True)
        self.complaint.hide()
        self.save = QPushButton(self)
        self.save.setProperty("primary", True)
        self.cancel = QPushButton(self)
        fields = QHBoxLayout()
        fields.setSpacing(2 * SPACE)
        for widget in (self.component, self.quantity, self.unit, self.step):
            fields.addWidget(widget)
        fields.addStretch(1)
        fields.addWidget(self.save)
        fields.addWidget(self.cancel)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        lines.setSpacing(SPACE)
        lines.addLayout(fields)
        lines.addWidget(self.complaint)
        self.save.clicked.connect(self._on_save_clicked)
        self.cancel.clicked.connect(self.hide)
        for field in (self.component, self.quantity, self.unit):
            field.returnPressed.connect(self._on_save_clicked)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.hide)
        self.retranslate()
        self.hide()

    def begin(self, items: Sequence[Any], steps: Sequence[tuple[int, str]]) -> None:
        """``items``: code and name of what can be chosen; ``steps``: number and name."""
        offered = QStringListModel([f"{each.code}  {each.name}" for each in items], self)
        completer = QCompleter(offered, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.component.setCompleter(completer)
        self.step.clear()
        self.step.addItem(self.tr("first step"), "")
        for number, name in steps:
            self.step.addItem(f"{number} {name}", str(number))
        self._empty()
        self.show()

    def added(self) -> None:
        """The line stands in the list: on to the next one."""
        self._empty()

    def complain(self, error: AppError) -> None:
        self.complaint.setText(self._context.text(error.message))
        self.complaint.show()

    def _empty(self) -> None:
        self.complaint.hide()
        for field in (self.component, self.quantity, self.unit):
            field.clear()
        self.component.setFocus()

    @Slot()
    def _on_save_clicked(self) -> None:
        self.complaint.hide()
        self.typed.emit(
            {
                "component_code": self.component.text().split("  ")[0],
                "quantity": self.quantity.text(),
                "unit": self.unit.text(),
                "consumed_at_step": self.step.currentData() or "",
            }
        )

    def retranslate(self) -> None:
        self.component.setPlaceholderText(self.tr("Component"))
        self.quantity.setPlaceholderText(self.tr("Quantity"))
        self.unit.setPlaceholderText(self.tr("Unit"))
        for field in (self.component, self.quantity, self.unit):
            field.setAccessibleName(field.placeholderText())
        self.step.setAccessibleName(self.tr("Consumed at step"))
        self.step.setToolTip(self.tr("Consumed at step"))
        self.save.setText(self.tr("Add"))
        self.cancel.setText(self.tr("Close"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
