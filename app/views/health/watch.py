"""Keeps the findings of the data health page fresh without running after every keystroke."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.views.jobs import Stop

if TYPE_CHECKING:
    from app.views.context import AppContext

FIRST_MS = 6_000
"""The window opens in peace before the data is looked through for the first time."""
WATCHED_MS = 1_500
UNWATCHED_MS = 60_000
"""How soon after a change the data is looked through, while somebody looks at the page or not."""

PASSED_OVER = frozenset(
    {"placement", "unplaced_operation", "plan", "card", "saved_view", "import_mapping",
     "import_batch", "attachment", "person"}
)  # fmt: skip
"""Records whose change can neither make nor mend a finding."""


def _check(database: Any, stop: Stop, report: Any) -> Any:
    from app.services.health.checks import check_health

    return tuple(check_health(database))


class HealthWatch(QObject):
    """One for the window: the page shows what it found, the rail counts its errors."""

    checked = Signal(object)
    """tuple of findings, the costliest first"""
    counted = Signal(int)
    """number of errors among them"""
    failed = Signal(object)

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._context = context
        self._looked_at = False
        self._running = False
        self._stale = True
        self.findings: tuple[Any, ...] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        context.changed.connect(self._on_context_changed)
        context.siteChanged.connect(self._on_site_changed)

    @property
    def running(self) -> bool:
        return self._running

    def start(self) -> None:
        """Begin to keep the count in the rail, once the window has come to rest."""
        self._timer.start(FIRST_MS)

    def stop(self) -> None:
        self._timer.stop()
        self._stale = False

    def look_at(self, looked_at: bool) -> None:
        """Whether somebody looks at the page: then what it shows is made fresh at once."""
        self._looked_at = looked_at
        if looked_at and self._stale:
            self.look()

    @Slot()
    def look(self) -> None:
        """Look the data through now; while that is going on, once more after it."""
        self._stale = True
        if self._running:
            return
        self._timer.stop()
        self._running, self._stale = True, False
        self._context.jobs.start(
            partial(_check, self._context.database),
            title=self._title,
            can_cancel=False,
            succeeded=self._on_checked,
            failed=self._on_failed,
        )

    def _title(self) -> str:
        return self.tr("Checking the data")

    @Slot(object)
    def _on_checked(self, findings: tuple[Any, ...]) -> None:
        self._running = False
        self.findings = findings
        self.checked.emit(findings)
        self.counted.emit(sum(finding.severity == "error" for finding in findings))
        if self._stale:
            self._soon()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._running = False
        self.failed.emit(error)

    @Slot(str, object)
    def _on_context_changed(self, kind: str, ids: frozenset[int]) -> None:
        if kind not in PASSED_OVER:
            self._stale = True
            self._soon()

    @Slot()
    def _on_site_changed(self) -> None:
        self._stale = True
        self._soon()

    def _soon(self) -> None:
        """At most once per stretch: a stream of changes does not put it off for ever."""
        if self._looked_at and (not self._timer.isActive() or self._timer.interval() > WATCHED_MS):
            self._timer.start(WATCHED_MS)
        elif self.findings is not None and not self._timer.isActive():
            self._timer.start(UNWATCHED_MS)
