"""Ctrl+F and F3: find bars by a few letters and walk through them in time order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from app.views.planning.gantt.view import GanttView

if TYPE_CHECKING:
    from app.services.planning.placed_columns import PlacedColumns


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
        from app.services.planning.placed_columns import columns_of

        columns = columns_of(model.bars.rows)
        found = np.flatnonzero(_matching(columns, self._words))
        by_time = np.lexsort((columns.operation[found], columns.setup_start[found]))
        self._operations = columns.operation[found[by_time]].tolist()
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


def _matching(columns: PlacedColumns, words: Sequence[str]) -> NDArray[np.bool_]:
    """Which placements have every word in one of their texts; a word never spans two."""
    heads = [
        "\n".join((one.number, one.item_code, one.item_name, one.customer)).casefold()
        for one in columns.heads
    ]
    names, machines = columns.step_name, columns.machine.tolist()
    spots = {
        spot: f"{columns.machine_codes[spot[0]]}\n{spot[1]}".casefold()
        for spot in set(zip(machines, names, strict=True))
    }
    number = {spot: place for place, spot in enumerate(spots)}
    spot_of = np.array([number[spot] for spot in zip(machines, names, strict=True)], np.int64)
    found = np.ones(len(columns), np.bool_)
    for word in words:
        in_head = np.array([word in text for text in heads], np.bool_)
        in_spot = np.array([word in text for text in spots.values()], np.bool_)
        found &= in_head[columns.head] | in_spot[spot_of]
    return found
