"""What a panel under the chart has in common: a switch above the chart, a line of choices with a
remark, and below it what is drawn on the chart's time axis."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.views.page import label
from app.views.theme import SPACE


class UnderChart(QWidget):
    """Nothing of it is there when it is not wanted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.switch = QToolButton(self)
        """Stands above the chart, where it takes no height."""
        self.switch.setCheckable(True)
        self.switch.setProperty("framed", True)
        self.remark = label(self, "small")
        self.switch.toggled.connect(self.setVisible)
        self.setVisible(False)

    def lay_out(self, choices: Sequence[QWidget], views: Sequence[QWidget]) -> None:
        """Choices side by side, the remark behind them, the views below."""
        line = QHBoxLayout()
        line.setContentsMargins(SPACE, 0, SPACE, 0)
        line.setSpacing(2 * SPACE)
        for choice in choices:
            line.addWidget(choice)
        line.addWidget(self.remark, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 1, 0, 0)
        layout.setSpacing(1)
        layout.addLayout(line)
        for view in views:
            layout.addWidget(view, 1)

    @property
    def is_open(self) -> bool:
        return self.switch.isChecked()

    def open(self, wanted: bool) -> None:
        """Show it, or nothing."""
        self.switch.setChecked(wanted)
