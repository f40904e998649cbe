"""Work off the GUI thread, one way: ``Job(work)`` with ``work(stop, report)`` a plain function.

``work`` gets and returns frozen values only, opens its own session, asks ``stop()`` now and then
and calls ``report(value)`` to tell how far it is. The job's signals arrive in the thread the job
lives in. Connect them to bound methods of QObjects: a lambda would run in the worker's thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.core.errors import AppError

log = logging.getLogger(__name__)

Work = Callable[["Stop", Callable[[Any], None]], Any]
"""``work(stop, report) -> result``."""

SECONDS_TO_END = 10


class Stop:
    """Asked by the work, set by the person. Calling it says whether to stop."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def __call__(self) -> bool:
        return self._event.is_set()

    def set(self) -> None:
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Sleep, but no longer than until asked to stop; whether that is so."""
        return self._event.wait(seconds)


@dataclass(frozen=True, slots=True)
class Step:
    """A report that the status bar can show: ``done`` of ``total`` (0 = unknown)."""

    done: int = 0
    total: int = 0


class _Worker(QObject):
    """Lives in the job's thread and runs the work there."""

    reported = Signal(object)
    returned = Signal(object)
    raised = Signal(object)

    def __init__(self, work: Work, stop: Stop) -> None:
        super().__init__()
        self._work = work
        self._stop = stop

    @Slot()
    def run(self) -> None:
        try:
            result = self._work(self._stop, self.reported.emit)
        except AppError as error:
            self.raised.emit(error)
        except Exception as error:  # the thread's last door: shown and logged by Job's owner
            log.exception("A job failed")
            self.raised.emit(error)
        else:
            self.returned.emit(result)
        finally:
            # Nothing of the work may be released in the GUI thread.
            del self._work


class Job(QObject):
    """One piece of work in a thread of its own.

    ``progressed`` carries whatever the work reported. Exactly one of ``succeeded(result)`` and
    ``failed(exception)`` comes, then ``finished``, after the thread has ended.
    """

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    finished = Signal()

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = Stop()
        self._abandoned = False
        self._outcome: tuple[Signal, object] | None = None
        self._thread = QThread(self)
        self._worker = _Worker(work, self._stop)
        self._worker.moveToThread(self._thread)
        self._thread.started.connect(self._worker.run)
        self._worker.reported.connect(self._on_worker_reported)
        self._worker.returned.connect(self._on_worker_returned)
        self._worker.raised.connect(self._on_worker_raised)
        self._thread.finished.connect(self._on_thread_finished)

    def start(self) -> None:
        self._thread.start()

    @Slot()
    def cancel(self) -> None:
        """Ask the work to stop; what it has by then still arrives as ``succeeded``."""
        self._stop.set()

    def abandon(self) -> None:
        """Cancel, and let nothing but ``finished`` be heard: who asked is going away."""
        self._stop.set()
        self._abandoned = True

    @property
    def cancelled(self) -> bool:
        return self._stop()

    def running(self) -> bool:
        return self._thread.isRunning()

    def wait(self, seconds: float = SECONDS_TO_END) -> bool:
        """Block until the thread has ended (closing the program, tests)."""
        self._thread.quit()
        return self._thread.wait(round(seconds * 1000))

    @Slot(object)
    def _on_worker_reported(self, value: object) -> None:
        if not self._abandoned:
            self.progressed.emit(value)

    @Slot(object)
    def _on_worker_returned(self, result: object) -> None:
        self._end(self.succeeded, result)

    @Slot(object)
    def _on_worker_raised(self, error: Exception) -> None:
        self._end(self.failed, error)

    def _end(self, signal: Signal, value: object) -> None:
        self._outcome = (signal, value)
        self._thread.quit()

    @Slot()
    def _on_thread_finished(self) -> None:
        outcome, self._outcome = self._outcome, None
        if outcome is not None and not self._abandoned:
            outcome[0].emit(outcome[1])
        self.finished.emit()


@dataclass(frozen=True, slots=True)
class Running:
    """A job the person may watch: its title in their language, and whether it can be stopped."""

    job: Job
    title: Callable[[], str]
    can_cancel: bool


class Jobs(QObject):
    """All jobs of the window. The status bar lists the announced ones."""

    changed = Signal()
    progressed = Signal(object, object)  # Running, value

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: dict[Job, Running | None] = {}
        self._getting_ready: set[Job] = set()
        self._standing: set[Job] = set()
        self._closed = False

    def start(
        self,
        work: Work,
        *,
        title: Callable[[], str] | None = None,
        can_cancel: bool = True,
        standing: bool = False,
        succeeded: Callable[[Any], None] | None = None,
        failed: Callable[[Any], None] | None = None,
        progressed: Callable[[Any], None] | None = None,
    ) -> Job:
        """Start ``work``; the callables are bound methods of QObjects in the GUI thread.

        Without a title it is a quiet read that the status bar does not list. A ``standing`` job
        waits for questions as long as its page lives: it is busy until its first report, and
        nobody waits for its end. After ``close`` the job is made but never starts.
        """
        job = Job(work, self)
        if self._closed:
            return job
        self._running[job] = Running(job, title, can_cancel) if title else None
        if standing:
            self._getting_ready.add(job)
        for signal, slot in (
            (job.succeeded, succeeded),
            (job.failed, failed),
            (job.progressed, progressed),
        ):
            if slot is not None:
                signal.connect(slot)
        job.progressed.connect(self._on_job_progressed)
        job.finished.connect(self._on_job_finished)
        job.start()
        self.changed.emit()
        return job

    def announced(self) -> list[Running]:
        return [running for running in self._running.values() if running is not None]

    def busy(self) -> bool:
        """Whether any job runs that will end by itself, quiet ones included."""
        return len(self._running) > len(self._standing)

    def close(self) -> None:
        """Stop every job and wait for it; the window closes, and none of them is heard again."""
        self._closed = True
        for job in self._running:
            job.abandon()
        for job in list(self._running):
            if not job.wait():
                log.error("A job did not stop within %s s", SECONDS_TO_END)

    @Slot(object)
    def _on_job_progressed(self, value: object) -> None:
        job = self.sender()
        if job in self._getting_ready:
            self._getting_ready.discard(job)
            self._standing.add(job)
        running = self._running.get(job)
        if running is not None:
            self.progressed.emit(running, value)

    @Slot()
    def _on_job_finished(self) -> None:
        job = self.sender()
        self._running.pop(job, None)
        self._getting_ready.discard(job)
        self._standing.discard(job)
        job.deleteLater()
        self.changed.emit()
