"""Ctrl+F and F3: find bars by a few letters and walk through them in time order."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.views.planning.gantt.view import GanttView


class Finder(QObject):
    """Knows the matches of the words typed; each step selects a bar and scrolls to it."""

    found = Signal()

    def __init__(self, gantt: GanttView, parent: QObject) -> None:
        super().__init__(parent)
        self._gantt = gantt
        self._words: list[str] = []
        self._operations: list[int] = []
        self.place = 0

    @property
    def active(self) -> bool:
        """Whether anything is searched for."""
        return bool(self._words)

    @property
    def count(self) -> int:
        return len(self._operations)

    @Slot(str)
    def search(self, text: str) -> None:
        """All words must occur; the first match at or after the left edge is shown."""
        self._words = text.casefold().split()
        self.place = 0
        self.refresh()
        if self._operations:
            self.next()
        self.found.emit()

    def refresh(self) -> None:
        """The plan changed: match again, without moving anything."""
        self._operations = []
        model = self._gantt.model
        if model is None or not self._words:
            return
        matches = [
            (row.setup_start, row.operation_id)
            for row in model.bars.rows
            if all(word in _text(row) for word in self._words)
        ]
        self._operations = [operation for _, operation in sorted(matches)]
        self.place = min(self.place, len(self._operations))

    @Slot()
    def next(self) -> None:
        self._go(1)

    @Slot()
    def back(self) -> None:
        self._go(-1)

    def _go(self, direction: int) -> None:
        if not self._operations:
            return
        self.place = (self.place - 1 + direction) % len(self._operations) + 1
        self._gantt.select_operations({self._operations[self.place - 1]}, show=True)
        self.found.emit()


def _text(row: object) -> str:
    names = ("order_number", "item_code", "item_name", "customer", "machine_code", "step_name")
    return " ".join(str(getattr(row, name)) for name in names).casefold()
