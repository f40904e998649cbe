"""At the right of the chart: the running solve, and below it the details or the reasons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from app.views.planning.detail_panel import DetailPanel
from app.views.planning.solve_panel import SolvePanel
from app.views.planning.why_panel import WhyPanel
from app.views.theme import DETAIL_WIDTH, SPACE


class SidePanel(QWidget):
    """One of two panels, chosen by the buttons above them or by W."""

    def __init__(
        self, solve: SolvePanel, detail: DetailPanel, why: WhyPanel, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.detail_button, self.why_button = QToolButton(self), QToolButton(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(detail)
        self.stack.addWidget(why)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 0)
        for button in (self.detail_button, self.why_button):
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setProperty("framed", True)
            buttons.addWidget(button)
        buttons.addStretch()
        self.detail_button.setChecked(True)
        frame = QFrame(self)
        frame.setProperty("role", "panel")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addLayout(buttons)
        inside.addWidget(self.stack, 1)
        self.setMinimumWidth(DETAIL_WIDTH[0] - 40)
        self.setMaximumWidth(DETAIL_WIDTH[1])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(solve)
        layout.addWidget(frame, 1)
        self.why_button.toggled.connect(self._on_why_toggled)
        self.retranslate()

    @property
    def shows_why(self) -> bool:
        return self.why_button.isChecked()

    @Slot()
    def toggle_why(self) -> None:
        """From the details to the reasons and back."""
        (self.detail_button if self.shows_why else self.why_button).setChecked(True)

    @Slot(bool)
    def _on_why_toggled(self, why: bool) -> None:
        self.stack.setCurrentIndex(int(why))

    def retranslate(self) -> None:
        self.detail_button.setText(self.tr("Details"))
        self.why_button.setText(self.tr("Why here?"))
        self.why_button.setToolTip(self.tr("Minutes per cause, and what would help (W)"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
