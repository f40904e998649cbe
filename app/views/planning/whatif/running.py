"""Runs of the What-if page: scenarios solved one after the other, or some edits to be adopted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.views.context import AppContext
from app.views.jobs import Job
from app.views.planning.solve_options import SolveOptions
from app.views.planning.solve_panel import SolvePanel
from app.views.planning.whatif.reading import Begun, adopt_some, solve_scenarios


class WhatIfRun(QObject):
    """One at a time, in a thread that hands the work to child processes; can be cancelled."""

    running_changed = Signal(bool)
    adopted = Signal(object)
    """The edit by which some edits of a scenario have been adopted."""

    def __init__(
        self, context: AppContext, options: SolveOptions, panel: SolvePanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context, self._options, self._panel = context, options, panel
        self._job: Job | None = None
        self._now = Begun("", 0, 0)
        panel.cancelled.connect(self._on_panel_cancelled)

    @property
    def running(self) -> bool:
        return self._job is not None

    def solve(self, names: Sequence[str]) -> None:
        """These scenarios in their turn, each with the time chosen."""
        work = partial(
            solve_scenarios, self._context.database, self._context.actor, tuple(names),
            self._options.policy, float(self._options.seconds),
        )  # fmt: skip
        self._start(work, self._on_solved)

    def adopt(self, name: str, seqs: Sequence[int]) -> None:
        """Some edits, with a plan found for just them."""
        work = partial(
            adopt_some, self._context.database, self._context.actor, name, tuple(seqs),
            self._options.policy, float(self._options.seconds),
        )  # fmt: skip
        self._start(work, self._on_adopted)

    def _start(self, work: Any, then: Callable[[Any], None]) -> None:
        if self._job is not None:
            return
        self._panel.begin(self._options.policy, float(self._options.seconds))
        self.running_changed.emit(True)
        self._job = self._context.jobs.start(
            work,
            title=self._title,
            succeeded=then,
            failed=self._on_failed,
            progressed=self._on_progressed,
        )

    def _title(self) -> str:
        now = self._now
        return self.tr("Scenario {name} ({place} of {count})").format(
            name=now.name, place=now.place, count=now.count
        )

    @Slot(object)
    def _on_progressed(self, news: Any) -> None:
        if isinstance(news, Begun):
            self._now = news
            self._panel.begin(self._options.policy, float(self._options.seconds))
            self._panel.name(self._title)
        else:
            self._panel.report(news)

    @Slot()
    def _on_panel_cancelled(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _on_solved(self, told: Any) -> None:
        self._end()
        self._context.changes.look()
        for _, error in told:
            if error is not None:
                self._context.show_error(error)
                break

    @Slot(object)
    def _on_adopted(self, edit: Any) -> None:
        self._end()
        self.adopted.emit(edit)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end()
        self._context.show_error(error)

    def _end(self) -> None:
        self._job = None
        self._panel.end()
        self.running_changed.emit(False)
