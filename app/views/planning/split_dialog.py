"""Splitting an operation by keyboard: how many stay where it stands."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.format import number
from app.views.page import label
from app.views.planning.gantt.resizing import part_of
from app.views.theme import SPACE

if TYPE_CHECKING:
    from app.services.planning.rows import PlacementRow

DECIMALS = 3


class SplitDialog(QDialog):
    """Half of it as long as nothing else is typed."""

    chosen = Signal(int, object)
    """(operation id, quantity that stays)."""

    def __init__(self, row: PlacementRow, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._row = row
        self.head = label(self, "section", wrap=True)
        self.name, self.rest = label(self, "muted"), label(self, "small", wrap=True)
        whole = row.quantity == row.quantity.to_integral_value()
        self.keep = QDoubleSpinBox(self)
        self.keep.setDecimals(0 if whole else DECIMALS)
        least = 1.0 if whole else 10.0**-DECIMALS
        self.keep.setRange(least, max(float(row.quantity) - least, least))
        self.keep.setValue(float(part_of(row.quantity, 0.5)))
        self.keep.selectAll()
        self.keep.valueChanged.connect(self._show)
        self.close_button, self.split_button = QPushButton(self), QPushButton(self)
        self.split_button.setProperty("primary", True)
        self.split_button.setDefault(True)
        self.close_button.clicked.connect(self.reject)
        self.split_button.clicked.connect(self._on_split_clicked)
        line, buttons = QHBoxLayout(), QHBoxLayout()
        line.addWidget(self.name)
        line.addWidget(self.keep, 1)
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.split_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.head)
        layout.addLayout(line)
        layout.addWidget(self.rest)
        layout.addLayout(buttons)
        self.setMinimumWidth(360)
        self.retranslate()

    def quantity(self) -> Decimal:
        """What stays."""
        return Decimal(self.keep.text().replace(",", ".")) if self.keep.decimals() else Decimal(
            round(self.keep.value())
        )  # fmt: skip

    @Slot()
    def _show(self) -> None:
        self.rest.setText(
            self.tr(
                "{rest} {unit} become an operation of their own in the tray. What follows waits for"
                " both parts and goes to the tray, too."
            ).format(rest=number(self._row.quantity - self.quantity()), unit=self._row.unit)
        )

    @Slot()
    def _on_split_clicked(self) -> None:
        self.chosen.emit(self._row.operation_id, self.quantity())
        self.accept()

    def retranslate(self) -> None:
        row = self._row
        self.setWindowTitle(self.tr("Split"))
        operation = f"{row.order_number} · {row.step_no} {row.step_name}"
        self.head.setText(f"{operation} · {number(row.quantity)} {row.unit}")
        self.name.setText(self.tr("Stay where it stands"))
        self.keep.setAccessibleName(self.name.text())
        self.close_button.setText(self.tr("Cancel"))
        self.split_button.setText(self.tr("Split"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
