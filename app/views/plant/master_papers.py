"""Papers that can be printed of records of the master data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu, QWidget

from app.views.context import AppContext
from app.views.page import action

RECEIPTS = "Receipts"


class MasterPapers(QObject):
    """Incoming inspection sheets of chosen receipts."""

    def __init__(self, context: AppContext, page: QWidget) -> None:
        super().__init__(page)
        self._context = context
        self._page = page
        self._lines: tuple[str, ...] = ()
        self.incoming = action(page, "printer")
        self.incoming.triggered.connect(self._on_incoming_triggered)

    def add_to(self, menu: QMenu, sheet: str, rows: Sequence[Any]) -> None:
        """What can be printed of these rows of a sheet."""
        if sheet != RECEIPTS or not rows:
            return
        self._lines = tuple(row.values["po_line"] for row in rows)
        self.incoming.setText(self.tr("Print incoming inspection sheets"))
        menu.addSeparator()
        menu.addAction(self.incoming)

    @Slot()
    def _on_incoming_triggered(self) -> None:
        from app.views.printing.papers import show_incoming

        show_incoming(self._page.window(), self._context, self._lines)
