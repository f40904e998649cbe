"""What every page of the window is, and the line at its top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSettings, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.views.context import AppContext
from app.views.icons import icon
from app.views.theme import SPACE
from app.views.undoing import UndoScope


class Page(QWidget):
    """One workspace. The window makes it when it is first visited and keeps it.

    A page hears of changes through its context only, and puts its texts anew in ``retranslate``,
    which a change of language calls.
    """

    icon = ""
    """Name of the picture in the rail."""

    filled = Signal()
    """The first reading is on the screen."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context

    def title(self) -> str:
        raise NotImplementedError

    def actions(self) -> list[QAction]:
        """What the page can do: shown in the window's menu under the page's title."""
        return []

    def retranslate(self) -> None:
        """Put every text in the language now spoken; nothing else changes."""

    def restore(self, settings: QSettings) -> None:
        """Take up what ``save`` wrote, in the page's own group."""

    def save(self, settings: QSettings) -> None:
        """Remember what the person arranged."""

    def undo_scope(self) -> UndoScope:
        """Whose steps Ctrl+Z takes back while the page is shown."""
        return UndoScope()

    def enter(self) -> None:
        """The page became the visible one."""

    def find(self) -> None:
        """Ctrl+F: put the cursor where one searches."""

    def show_record(self, sheet: str, name: str | Mapping[str, Any], field: str = "") -> None:
        """Lead to a record this page shows, as ``AppContext.ask_for_record`` describes it."""

    def take_files(self, paths: Sequence[Path]) -> None:
        """Files were dropped on the window that this page takes."""

    def show_example(self) -> None:
        """Open what makes the page's picture telling (a chosen record with its detail)."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()


class TitleLine(QWidget):
    """Title, a quiet remark, the filter box, and the page's actions at the right."""

    searched = Signal(str)

    def __init__(self, parent: QWidget, *, search: bool = True) -> None:
        super().__init__(parent)
        self.title = label(self, "title")
        self.remark = label(self, "muted")
        self.remark.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.search = QLineEdit(self)
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(220)
        self.search.setVisible(search)
        self.search.textChanged.connect(self.searched)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(2 * SPACE)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self.title)
        layout.addWidget(self.remark, 1)
        layout.addWidget(self.search)
        layout.addLayout(self._buttons)

    def add_button(self, action: QAction, *, primary: bool = False) -> QPushButton:
        """A button that follows ``action`` in text, picture and whether it is enabled."""
        button = ActionButton(action, self, primary=primary)
        self._buttons.addWidget(button)
        return button

    def add_widget(self, widget: QWidget) -> None:
        self._buttons.addWidget(widget)


class ActionButton(QPushButton):
    """Shows an action as a labelled button."""

    def __init__(self, action: QAction, parent: QWidget, *, primary: bool = False) -> None:
        super().__init__(parent)
        self._action = action
        self.setProperty("primary", primary)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        action.changed.connect(self._take_over)
        self.clicked.connect(action.trigger)
        self._take_over()

    def _take_over(self) -> None:
        self.setText(self._action.text())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())
        self.setCheckable(self._action.isCheckable())
        self.setChecked(self._action.isChecked())
        self.setVisible(self._action.isVisible())
        name = self._action.property("picture")
        if name:
            self.setIcon(icon(name, "on_accent" if self.property("primary") else "text"))


def label(parent: QWidget, role: str = "", *, wrap: bool = False) -> QLabel:
    """A label that shows exactly what it is given: data may look like HTML."""
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


def hairline(parent: QWidget) -> QFrame:
    made = QFrame(parent)
    made.setProperty("role", "line")
    made.setFixedHeight(1)
    return made


def action(parent: QWidget, picture: str = "") -> QAction:
    """An action of a page; its picture is drawn anew with the theme."""
    made = QAction(parent)
    if picture:
        made.setProperty("picture", picture)
        made.setIcon(icon(picture))
    return made
