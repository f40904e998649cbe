"""Editors that need the width of the table: they stand under it, one at a time."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.plant.editors import EDITORS, EditorEntry, RecordEditor
from app.views.theme import SPACE

HEIGHT = 220
USUAL_HEIGHT = 360


class WideEditors(QWidget):
    """Hidden for sheets that have none."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._sheet = ""
        self._row: Any = None
        self._entries: list[tuple[EditorEntry, type[RecordEditor]]] = []
        self._made: dict[type[RecordEditor], RecordEditor] = {}
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.stack = QStackedWidget(self)
        self.setMinimumHeight(HEIGHT)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACE)
        lines.addWidget(self.tabs)
        lines.addWidget(self.stack, 1)
        self.tabs.currentChanged.connect(self._show)
        self.hide()

    def sizeHint(self) -> QSize:
        """A little more than half of the page; the table above keeps the rest."""
        return QSize(super().sizeHint().width(), USUAL_HEIGHT)

    @property
    def editor(self) -> RecordEditor | None:
        """The one that is shown."""
        index = self.tabs.currentIndex()
        if not 0 <= index < len(self._entries):
            return None
        kind = self._entries[index][1]
        editor = self._made.get(kind)
        if editor is None:
            editor = self._made[kind] = kind(self._context, self.stack)
            self.stack.addWidget(editor)
        return editor

    def show_sheet(self, sheet: str) -> None:
        if sheet == self._sheet:
            return
        self._sheet, self._row = sheet, None
        loaded = [(entry, entry.load()) for entry in EDITORS.get(sheet, ())]
        self._entries = [(entry, kind) for entry, kind in loaded if kind.wide]
        while self.tabs.count():
            self.tabs.removeTab(self.tabs.count() - 1)
        for entry, _ in self._entries:
            self.tabs.addTab(entry.title())
        self.tabs.setVisible(len(self._entries) > 1)
        self.setVisible(bool(self._entries))
        self._show()

    def show_row(self, row: Any) -> None:
        self._row = row
        self._show()

    def retranslate(self) -> None:
        for index, (entry, _) in enumerate(self._entries):
            self.tabs.setTabText(index, entry.title())

    def _show(self) -> None:
        editor = self.editor
        if editor is not None:
            self.stack.setCurrentWidget(editor)
            editor.show_record(self._sheet, self._row.values if self._row is not None else None)
