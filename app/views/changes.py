"""Watches the database for changes, one's own and those of other people.

The change log is read past the last entry seen, in a worker thread, every two seconds and at once
after an own edit: one path for both, so that no page has a special one.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QDateTime, QObject, QTimer, Signal, Slot

from app.core.errors import AppError
from app.views.jobs import Jobs, Stop

MILLISECONDS = 2000


def _look(database: Any, cursor: Any, stop: Stop, report: Any) -> Any:
    """(new cursor, changed ids by kind); without a cursor only where the log ends now."""
    from app.services.changes import changes_since, latest_cursor

    if cursor is None:
        return latest_cursor(database), {}
    return changes_since(database, cursor)


class Changes(QObject):
    """``seen(kind, ids)`` for each kind of record that changed since the last look."""

    seen = Signal(str, object)
    synchronised = Signal()
    failed = Signal(object)

    def __init__(self, database: Any, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._jobs = jobs
        self._cursor: Any = None
        self._looking = False
        self._again = False
        self._lost = False
        self.last_look: QDateTime | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(MILLISECONDS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        self._timer.start()
        self.look()

    def stop(self) -> None:
        self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Look now; while a look is under way, once more after it."""
        if self._looking:
            self._again = True
            return
        self._looking = True
        self._jobs.start(
            partial(_look, self._database, self._cursor),
            succeeded=self._on_looked,
            failed=self._on_failed,
        )

    @Slot(object)
    def _on_looked(self, found: Any) -> None:
        self._cursor, kinds = found
        self._lost = False
        self.last_look = QDateTime.currentDateTime()
        for kind, ids in kinds.items():
            self.seen.emit(kind, ids)
        self.synchronised.emit()
        self._look_again()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        # Said once, not every two seconds, while the database stays away.
        if not self._lost or not isinstance(error, AppError):
            self.failed.emit(error)
        self._lost = True
        self._again = False
        self._looking = False

    def _look_again(self) -> None:
        self._looking = False
        if self._again:
            self._again = False
            self.look()
