"""Splitting an operation by keyboard: how many stay where it stands.

Of work that runs one of its boundaries is chosen.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.format import number
from app.views.page import label
from app.views.planning.gantt.resizing import part_of
from app.views.spin import DecimalSpin
from app.views.theme import SPACE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.services.planning.cut_places import CutPlaces
    from app.services.planning.rows import PlacementRow

DECIMALS = 3


class SplitDialog(QDialog):
    """Half of it as long as nothing else is typed."""

    chosen = Signal(int, object)
    """(operation id, quantity that stays)."""

    def __init__(
        self,
        row: PlacementRow,
        parent: QWidget,
        places: CutPlaces | None = None,
        moment_text: Callable[[datetime], str] = str,
    ) -> None:
        """``places``: where it may be cut, if it runs; ``moment_text``: how moments are said."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._row, self._places, self._moment_text = row, places, moment_text
        self.head = label(self, "section", wrap=True)
        self.name, self.rest = label(self, "muted"), label(self, "small", wrap=True)
        whole = row.quantity == row.quantity.to_integral_value()
        self.keep = DecimalSpin(self)
        self.keep.setDecimals(0 if whole else DECIMALS)
        least = 1.0 if whole else 10.0**-DECIMALS
        self.keep.setRange(least, max(float(row.quantity) - least, least))
        self.keep.setValue(float(part_of(row.quantity, 0.5)))
        self.keep.selectAll()
        self.keep.valueChanged.connect(self._show)
        self.boundary = QComboBox(self)
        self.boundary.currentIndexChanged.connect(self._show)
        self.keep.setVisible(places is None)
        self.boundary.setVisible(places is not None)
        self.close_button, self.split_button = QPushButton(self), QPushButton(self)
        self.split_button.setProperty("primary", True)
        self.split_button.setDefault(True)
        self.close_button.clicked.connect(self.reject)
        self.split_button.clicked.connect(self._on_split_clicked)
        line, buttons = QHBoxLayout(), QHBoxLayout()
        line.addWidget(self.name)
        line.addWidget(self.keep, 1)
        line.addWidget(self.boundary, 1)
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
        if self._places is not None:
            return self._places.keeps[max(self.boundary.currentIndex(), 0)]
        return Decimal(self.keep.text().replace(",", ".")) if self.keep.decimals() else Decimal(
            round(self.keep.value())
        )  # fmt: skip

    @Slot()
    def _show(self) -> None:
        words = (
            self.tr(
                "{rest} {unit} become an operation of their own in the tray. What follows waits for"
                " both parts and goes to the tray, too."
            )
            if self._places is None
            else self.tr(
                "{rest} {unit} become an operation of their own in the tray, to be set up for"
                " again. What follows goes to the tray, too."
            )
        )
        rest = number(self._row.quantity - self.quantity())
        self.rest.setText(words.format(rest=rest, unit=self._row.unit))

    @Slot()
    def _on_split_clicked(self) -> None:
        self.chosen.emit(self._row.operation_id, self.quantity())
        self.accept()

    def _list_boundaries(self, places: CutPlaces) -> None:
        chosen = max(self.boundary.currentIndex(), 0)
        self.boundary.clear()
        self.boundary.addItems(
            [
                self.tr("{keep} {unit}, until {moment}").format(
                    keep=number(keep), unit=self._row.unit, moment=self._moment_text(end)
                )
                for keep, end in zip(places.keeps, places.ends, strict=True)
            ]
        )
        self.boundary.setCurrentIndex(chosen)

    def retranslate(self) -> None:
        row = self._row
        self.setWindowTitle(self.tr("Split"))
        operation = f"{row.order_number} · {row.step_no} {row.step_name}"
        self.head.setText(f"{operation} · {number(row.quantity)} {row.unit}")
        self.name.setText(self.tr("Stay where it stands"))
        self.keep.setAccessibleName(self.name.text())
        if self._places is not None:
            self.name.setText(self.tr("Runs on, up to"))
            self.boundary.setAccessibleName(self.name.text())
            self._list_boundaries(self._places)
        self.close_button.setText(self.tr("Cancel"))
        self.split_button.setText(self.tr("Split"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
