"""One solve at a time from the Schedule page: started, watched, cancelled, remembered for undo."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.core.errors import AppError
from app.views.context import AppContext
from app.views.jobs import Job
from app.views.planning.solve_options import SolveOptions
from app.views.planning.solve_panel import SolvePanel
from app.views.planning.solving import solve


class SolveRun(QObject):
    """Plans anew in a thread that hands the work to a child process."""

    running_changed = Signal(bool)

    def __init__(
        self, context: AppContext, options: SolveOptions, panel: SolvePanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context, self._options, self._panel = context, options, panel
        self._job: Job | None = None
        panel.cancelled.connect(self._on_panel_cancelled)

    @Slot()
    def start(self) -> None:
        """With the aim and the time chosen; nothing while one runs."""
        if self._job is not None:
            return
        context = self._context
        policy, seconds = self._options.policy, self._options.seconds
        self._panel.begin(policy, seconds)
        self.running_changed.emit(True)
        self._job = context.jobs.start(
            partial(solve, context.database, context.actor, policy, seconds),
            title=self._title,
            succeeded=self._on_solved,
            failed=self._on_failed,
            progressed=self._panel.report,
        )

    def _title(self) -> str:
        name = self._options.policy_name(self._panel.policy)
        return self.tr("Scheduling: {policy}").format(policy=name)

    @Slot()
    def _on_panel_cancelled(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _on_solved(self, report: Any) -> None:
        self._end()
        if report.edit is not None:
            # Saved already, in one transaction: one undo step.
            self._context.edits.record(report.edit)
        for warning in report.warnings[:1]:
            self._context.show_message(warning)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._end()
        self._context.show_error(error)

    def _end(self) -> None:
        self._job = None
        self._panel.end()
        self.running_changed.emit(False)
