"""What the next solve aims at and how long it may search: one button with a menu."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QSettings, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

POLICIES = ("on_time", "throughput", "calm", "makespan")
SECONDS = (5, 10, 30, 120, 600)
USUAL_SECONDS = 10


class SolveOptions(QToolButton):
    """Shows the choice as its text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("framed", True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self._aim = menu.addSection("")
        self._policies = self._choices(menu, POLICIES)
        self._time = menu.addSection("")
        self._seconds = self._choices(menu, SECONDS)
        self.setMenu(menu)
        self.choose(POLICIES[0], USUAL_SECONDS)

    @property
    def policy(self) -> str:
        """What the solver is asked to aim at."""
        return str(self._policies.checkedAction().data())

    @property
    def seconds(self) -> int:
        """How long the solver may search."""
        return int(self._seconds.checkedAction().data())

    def choose(self, policy: str, seconds: int | str) -> None:
        """Check these entries; what is not offered changes nothing."""
        for group, value in ((self._policies, policy), (self._seconds, seconds)):
            for choice in group.actions():
                if str(choice.data()) == str(value):
                    choice.setChecked(True)
        self.retranslate()

    def restore(self, settings: QSettings) -> None:
        """As it was chosen last time."""
        policy = str(settings.value("policy", POLICIES[0]))
        self.choose(policy, str(settings.value("seconds", USUAL_SECONDS)))

    def save(self, settings: QSettings) -> None:
        """Remember the choice."""
        settings.setValue("policy", self.policy)
        settings.setValue("seconds", self.seconds)

    def _choices(self, menu: QMenu, values: Iterable[object]) -> QActionGroup:
        group = QActionGroup(menu)
        for value in values:
            choice = menu.addAction("")
            choice.setCheckable(True)
            choice.setData(value)
            group.addAction(choice)
        group.actions()[0].setChecked(True)
        group.triggered.connect(self.retranslate)
        return group

    # ---- texts -----------------------------------------------------------------------------------

    @Slot()
    def retranslate(self) -> None:
        self._aim.setText(self.tr("Aim"))
        self._time.setText(self.tr("Search for"))
        for choice in self._policies.actions():
            choice.setText(self.policy_name(choice.data()))
        for choice in self._seconds.actions():
            choice.setText(self._seconds_text(choice.data()))
        self.setText(f"{self.policy_name(self.policy)} · {self._seconds_text(self.seconds)}")
        self.setAccessibleName(self.tr("Aim and time of the search"))

    def policy_name(self, policy: str) -> str:
        """In the planner's words."""
        return {
            "on_time": self.tr("On time"),
            "throughput": self.tr("Short lead times"),
            "calm": self.tr("Few changes"),
            "makespan": self.tr("Finish early"),
        }[policy]

    def _seconds_text(self, seconds: int) -> str:
        if seconds < 60:
            return self.tr("{seconds} s").format(seconds=seconds)
        return self.tr("{minutes} min").format(minutes=seconds // 60)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
