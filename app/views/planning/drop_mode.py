"""How what is in the way of a drop is settled: one button with a menu; R goes to the next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSettings, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.views.planning.gantt.asking import PUSH_RIGHT
from app.views.planning.gantt.chip import mode_name
from app.views.planning.gantt.view import GanttView


class DropMode(QToolButton):
    """Shows the choice as its text; remembered between sessions."""

    def __init__(self, gantt: GanttView, parent: QWidget) -> None:
        super().__init__(parent)
        self._gantt = gantt
        self.setProperty("framed", True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self._group = QActionGroup(menu)
        for mode in gantt.drop_modes:
            choice = menu.addAction("")
            choice.setCheckable(True)
            choice.setData(mode)
            choice.setChecked(mode == gantt.mode)
            self._group.addAction(choice)
        self.setMenu(menu)
        self._group.triggered.connect(self._on_triggered)
        gantt.modeChanged.connect(self._on_mode_changed)
        self.retranslate()

    def restore(self, settings: QSettings) -> None:
        """As it was chosen last time."""
        mode = str(settings.value("drop", PUSH_RIGHT))
        if mode in self._gantt.drop_modes:
            self._gantt.set_mode(mode)

    def save(self, settings: QSettings) -> None:
        """Remember the choice."""
        settings.setValue("drop", self._gantt.mode)

    @Slot(QAction)
    def _on_triggered(self, choice: QAction) -> None:
        self._gantt.set_mode(choice.data())

    @Slot(str)
    def _on_mode_changed(self, mode: str) -> None:
        for choice in self._group.actions():
            choice.setChecked(choice.data() == mode)
        self.retranslate()

    def retranslate(self) -> None:
        tips = {
            "push_right": self.tr("Push right: what is in the way goes later"),
            "squeeze_in": self.tr("Squeeze in: the first gap from there on; nothing else moves"),
            "swap": self.tr("Swap: changes places with the bar it is dropped on"),
            "refuse": self.tr("Only if free: just there, or not at all if others had to move"),
            "reoptimise": self.tr("Push right, then lock what was dropped and plan anew around it"),
        }
        for choice in self._group.actions():
            choice.setText(tips[choice.data()])
        self.setText(self.tr("Drop: {mode}").format(mode=mode_name(self._gantt.mode)))
        self.setToolTip(self.tr("What happens to bars in the way of a drop (R: the next)"))
        self.setAccessibleName(self.tr("What happens to bars in the way of a drop"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
