"""Python's garbage is collected in the GUI thread only.

The collector runs in whichever thread allocates next. If that is a job's thread and the garbage
holds a closed widget, the widget is destroyed there, and Qt crashes. So while a context is open
the automatic collector is off, and a timer does its work where widgets may be destroyed.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

MILLISECONDS = 500
OLD_EVERY = 20
"""A full collection takes longest: it is due after so many of the middle generation."""

_active: set[int] = set()
"""Ids of the collectors at work: the automatic one is on again when the last one stops."""


class GuiCollector(QObject):
    """At work from its making until ``stop``."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._middle = 0
        _active.add(id(self))
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(MILLISECONDS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        _active.discard(id(self))
        if not _active:
            gc.enable()

    @Slot()
    def collect(self) -> None:
        """The generations whose thresholds are passed, as the automatic collector would."""
        young, middle, _ = gc.get_count()
        limits = gc.get_threshold()
        if young <= limits[0]:
            return
        if middle <= limits[1]:
            gc.collect(0)
            return
        self._middle += 1
        if self._middle >= OLD_EVERY:
            self._middle = 0
            gc.collect(2)
        else:
            gc.collect(1)
