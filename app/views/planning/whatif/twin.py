"""Was and is: the working plan above, the scenario below, scrolled and zoomed together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.page import label
from app.views.planning.gantt.view import GanttView
from app.views.theme import SPACE

CLOSE = 0.5
"""Minutes by which two charts may differ and still show the same."""


class TwinGantt(QWidget):
    """Read-only: neither chart has a board to ask, so nothing can be dropped."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._name = ""
        self.titles = (label(self, "section"), label(self, "section"))
        self.charts = tuple(GanttView(context.tokens, context.language, self) for _ in range(2))
        split = QSplitter(Qt.Orientation.Vertical, self)
        for title, chart in zip(self.titles, self.charts, strict=True):
            frame = QFrame(split)
            inside = QVBoxLayout(frame)
            inside.setContentsMargins(0, SPACE, 0, 0)
            inside.setSpacing(SPACE)
            inside.addWidget(title)
            inside.addWidget(chart, 1)
            split.addWidget(frame)
            chart.scrolled.connect(self._on_scrolled)
            chart.selectionChanged.connect(self._on_selection_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        context.themeChanged.connect(self._on_theme_changed)
        context.languageChanged.connect(self._on_language_changed)
        self.retranslate()

    def put(self, name: str, models: Iterable[Any]) -> None:
        """The two plans."""
        self._name = name
        for chart, model in zip(self.charts, models, strict=True):
            chart.set_model(model)
        self.retranslate()

    @Slot()
    def _on_scrolled(self) -> None:
        """The other chart shows the same stretch and the same rows; then it has nothing to tell."""
        leader, other = self._pair(self.sender())
        if not (leader.has_plan and other.has_plan):
            return
        here, there = leader.grid, other.grid
        if abs(here.left - there.left) > CLOSE or abs(here.right - there.right) > CLOSE:
            other.show_range(here.left, here.right)
        if other.top != leader.top:
            other.verticalScrollBar().setValue(leader.top)

    @Slot(object)
    def _on_selection_changed(self, operations: frozenset[int]) -> None:
        _, other = self._pair(self.sender())
        if other.selected_operations() != operations:
            other.select_operations(operations)

    def _pair(self, leader: object) -> tuple[GanttView, GanttView]:
        first, second = self.charts
        return (first, second) if leader is first else (second, first)

    @Slot()
    def _on_theme_changed(self) -> None:
        for chart in self.charts:
            chart.set_tokens(self._context.tokens)

    @Slot()
    def _on_language_changed(self) -> None:
        for chart in self.charts:
            chart.set_language(self._context.language)

    def retranslate(self) -> None:
        self.titles[0].setText(self.tr("Was: working plan"))
        self.titles[1].setText(self.tr("Is: {name}").format(name=self._name))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
