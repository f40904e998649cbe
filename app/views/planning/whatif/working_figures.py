"""The working plan in figures, beside which scenarios stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.core.errors import NotFound
from app.views.context import AppContext

Figures = Mapping[str, float] | None
"""None before the first plan."""


def read_working(database: Any) -> Figures:
    from app.services.planning.scenarios.queries import working_figures

    try:
        return working_figures(database)
    except NotFound:
        return None


class WorkingFigures(QObject):
    """Counted when somebody looks, once for each state of the plant: the engine reads all of it.

    Nothing waits for them; until they are there the former ones are shown.
    """

    changed = Signal()

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.value: Figures = None
        self.known = False
        """Whether they have been counted at all."""
        self._fresh = self._busy = self._again = False

    def want(self) -> None:
        """They are looked at."""
        if self._fresh:
            return
        if self._busy:
            self._again = True
            return
        self._fresh = self._busy = True
        self._context.read(read_working, then=self._on_read, failed=self._on_failed)

    def forget(self) -> None:
        """Orders, plant or working plan have changed."""
        self._fresh = False

    @Slot(object)
    def _on_read(self, value: Figures) -> None:
        self._busy, self.known, self.value = False, True, value
        self.changed.emit()
        if self._again:
            self._again = False
            self.want()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._busy = self._fresh = self._again = False
        self._context.show_error(error)
