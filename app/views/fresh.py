"""Reading what a page shows in a thread: once more after news, and only what was asked last."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from app.views.context import AppContext
from app.views.jobs import Job


class FreshReading(QObject):
    """For pages whose reading costs as much as the plan.

    News of one edit come kind by kind: they make one reading. News that come during a reading make
    one more; news that come while the page is hidden are read when it is entered.
    """

    def __init__(
        self,
        page: QWidget,
        context: AppContext,
        kinds: Collection[str],
        query: Callable[..., Any],
        then: Callable[[Any], None],
    ) -> None:
        """``query(database)`` runs in the thread; ``then``, a bound method, takes what it found.

        ``kinds``: records whose change may show on the page.
        """
        super().__init__(page)
        self._page, self._context, self._kinds = page, context, frozenset(kinds)
        self._query, self._then = query, then
        self._busy = self._again = False
        self.missed = False
        """Whether news wait for the page to be entered."""
        self._news = QTimer(self)
        self._news.setSingleShot(True)
        self._news.setInterval(0)
        self._news.timeout.connect(self.start)
        context.changed.connect(self._on_changed)

    @Slot()
    def start(self) -> None:
        """Read now, or as soon as the reading under way has ended."""
        if self._busy:
            self._again = True
            return
        self._busy = True
        self._context.read(self._query, then=self._on_read, failed=self._on_failed)

    def enter(self) -> None:
        """The page became visible: what happened while nobody looked is read now."""
        if self.missed:
            self.missed = False
            self.start()

    @Slot(str, object)
    def _on_changed(self, kind: str, _ids: object) -> None:
        if kind not in self._kinds:
            return
        if self._page.isVisible():
            self._news.start()
        else:
            self.missed = True

    @Slot(object)
    def _on_read(self, found: Any) -> None:
        self._busy = False
        self._then(found)
        if self._again:
            self._again = False
            self.start()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._busy = False
        self._context.show_error(error)


class LatestReading(QObject):
    """For what follows a choice: of several questions only the newest is answered.

    Each reading has a thread of its own, so that an older one may well end last.
    """

    def __init__(self, parent: QObject, context: AppContext, then: Callable[[Any], None]) -> None:
        """``then``, a bound method, takes what was found."""
        super().__init__(parent)
        self._context, self._then = context, then
        self._job: Job | None = None

    def ask(self, query: Callable[..., Any], *arguments: Any) -> None:
        """``query(database, *arguments)`` runs in a thread; what was asked before is void."""
        self.forget()
        self._job = self._context.read(
            query, *arguments, then=self._on_read, failed=self._on_failed
        )

    def forget(self) -> None:
        """Nobody waits for the answer any more."""
        if self._job is not None:
            self._job.abandon()
            self._job = None

    @Slot(object)
    def _on_read(self, found: Any) -> None:
        self._job = None
        self._then(found)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._job = None
        self._context.show_error(error)
