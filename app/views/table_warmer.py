"""Makes texts and ranks of many rows while nobody waits for them."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Slot

from app.views.table_model import RowModel

FEWEST = 200
"""Fewer rows are made quickly enough when they are asked for."""

REST_MS = 300
"""After a new reading: what is shown goes first."""

SLICE = 0.008
"""Seconds of the GUI thread at a time."""


class Warmer(QObject):
    """Begins anew after each reading; what has been made stays made."""

    def __init__(self, model: RowModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._steps: Iterator[None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer)
        model.reading_changed.connect(self._on_model_reading_changed)

    def busy(self) -> bool:
        return self._timer.isActive()

    def rest(self) -> None:
        """Somebody waits for a job that would share the interpreter with it: until ``go_on``."""
        self._timer.stop()

    def go_on(self) -> None:
        """From where it was; also a new reading lets it begin again."""
        if self._steps is not None:
            self._timer.start(REST_MS)

    @Slot()
    def _on_model_reading_changed(self) -> None:
        self._steps = None
        if len(self._model.lines) >= FEWEST:
            self._timer.start(REST_MS)
        else:
            self._timer.stop()

    @Slot()
    def _on_timer(self) -> None:
        if not self.make_ready(SLICE):
            self._timer.start(0)

    def make_ready(self, seconds: float) -> bool:
        """Work for so long at most; whether everything is made."""
        if self._steps is None:
            self._steps = self._model.lines.warming(self._model.columns)
        until = time.perf_counter() + seconds
        for _ in self._steps:
            if time.perf_counter() > until:
                return False
        self._steps = None
        self._timer.stop()
        return True
