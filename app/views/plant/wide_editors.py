"""Editors that need the width of the table: they stand under it, one at a time, or folded away."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QSize, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.icons import icon
from app.views.plant.editors import EDITORS, EditorEntry, RecordEditor
from app.views.theme import SPACE

HEIGHT = 220
USUAL_HEIGHT = 360
NO_LIMIT = 16_777_215
"""Qt's largest height of a widget."""


class WideEditors(QWidget):
    """Hidden for sheets that have none; folded, only a line of their names is seen."""

    changed = Signal()
    """Other editors are offered, or another one is in front."""
    open_asked = Signal()
    """The name of a folded editor was clicked."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.sheet = ""
        self.folded = False
        self._row: Any = None
        self.entries: list[tuple[EditorEntry, type[RecordEditor]]] = []
        self._made: dict[type[RecordEditor], RecordEditor] = {}
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.stack = QStackedWidget(self)
        self.names = QWidget(self)
        self.buttons: list[QPushButton] = []
        line = QHBoxLayout(self.names)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * SPACE)
        line.addStretch(1)
        self.names.hide()
        self.setMinimumHeight(HEIGHT)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACE)
        lines.addWidget(self.tabs)
        lines.addWidget(self.names)
        lines.addWidget(self.stack, 1)
        self.tabs.currentChanged.connect(self._on_tabs_current_changed)
        self.hide()

    def sizeHint(self) -> QSize:
        """A little more than half of the page; the table above keeps the rest."""
        return QSize(super().sizeHint().width(), USUAL_HEIGHT)

    @property
    def editor(self) -> RecordEditor | None:
        """The one that is shown."""
        index = self.tabs.currentIndex()
        if not 0 <= index < len(self.entries):
            return None
        kind = self.entries[index][1]
        editor = self._made.get(kind)
        if editor is None:
            editor = self._made[kind] = kind(self._context, self.stack)
            self.stack.addWidget(editor)
        return editor

    def show_sheet(self, sheet: str) -> None:
        if sheet == self.sheet:
            return
        self.sheet, self._row = sheet, None
        loaded = [(entry, entry.load()) for entry in EDITORS.get(sheet, ())]
        self.entries = [(entry, kind) for entry, kind in loaded if kind.wide]
        while self.tabs.count():
            self.tabs.removeTab(self.tabs.count() - 1)
        for entry, _ in self.entries:
            self.tabs.addTab(entry.title())
        self._make_buttons()
        self.setVisible(bool(self.entries))
        self.changed.emit()
        self._show()

    def room(self) -> int:
        """The width in pixels the editor in front wants."""
        index = self.tabs.currentIndex()
        return self.entries[index][1].room if 0 <= index < len(self.entries) else 0

    def fold(self, folded: bool) -> None:
        """Leave only the names, each a button that opens its editor; or open it again."""
        self.folded = folded
        self._show()

    def show_row(self, row: Any) -> None:
        self._row = row
        self._show()

    def retranslate(self) -> None:
        for index, (entry, _) in enumerate(self.entries):
            self.tabs.setTabText(index, entry.title())
            self.buttons[index].setText(entry.title())
            self.buttons[index].setToolTip(self._tip())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            for button in self.buttons:
                button.setIcon(icon("chevron-up"))

    def _tip(self) -> str:
        return self.tr("Open this here instead of the record at the right")

    def _names_height(self) -> int:
        return max((button.sizeHint().height() for button in self.buttons), default=0)

    def _make_buttons(self) -> None:
        for old in self.buttons:
            self.names.layout().removeWidget(old)
            old.deleteLater()
        self.buttons = []
        for place, (entry, _) in enumerate(self.entries):
            button = QPushButton(icon("chevron-up"), entry.title(), self.names)
            button.setToolTip(self._tip())
            button.clicked.connect(self._on_button_clicked)
            self.names.layout().insertWidget(place, button)
            self.buttons.append(button)

    @Slot()
    def _on_button_clicked(self) -> None:
        self.tabs.setCurrentIndex(self.buttons.index(self.sender()))
        self.open_asked.emit()

    @Slot()
    def _on_tabs_current_changed(self) -> None:
        self.changed.emit()
        self._show()

    def _show(self) -> None:
        self.names.setVisible(self.folded)
        self.tabs.setVisible(not self.folded and len(self.entries) > 1)
        self.stack.setVisible(not self.folded)
        self.setMinimumHeight(0 if self.folded else HEIGHT)
        self.setMaximumHeight(self._names_height() if self.folded else NO_LIMIT)
        if self.folded:
            return
        editor = self.editor
        if editor is not None:
            self.stack.setCurrentWidget(editor)
            editor.show_record(self.sheet, self._row.values if self._row is not None else None)
