"""The status bar: database, person, last look at the database, and what runs."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QStatusBar, QWidget

from app.views.context import AppContext
from app.views.jobs import Running, Step
from app.views.page import label
from app.views.theme import SPACE

PROGRESS_WIDTH = 120


class JobView(QWidget):
    """A running job: its title, how far it is, and the button that stops it."""

    def __init__(self, running: Running, parent: QWidget) -> None:
        super().__init__(parent)
        self.running = running
        self.title = label(self)
        self.progress = QProgressBar(self)
        self.progress.setFixedWidth(PROGRESS_WIDTH)
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 0)
        self.cancel = QPushButton(self)
        self.cancel.setProperty("link", True)
        self.cancel.setVisible(running.can_cancel)
        self.cancel.clicked.connect(self._on_cancel_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        for widget in (self.title, self.progress, self.cancel):
            layout.addWidget(widget)
        self.retranslate()

    def retranslate(self) -> None:
        self.title.setText(self.running.title())
        self.cancel.setText(self.tr("Cancel"))
        self.progress.setAccessibleName(self.running.title())

    def show_progress(self, value: Any) -> None:
        if isinstance(value, Step) and value.total:
            self.progress.setRange(0, value.total)
            self.progress.setValue(value.done)

    @Slot()
    def _on_cancel_clicked(self) -> None:
        self.cancel.setEnabled(False)
        self.running.job.cancel()


class StatusBar(QStatusBar):
    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._jobs: list[JobView] = []
        self.setSizeGripEnabled(False)
        self.place = label(self)
        self.place.setContentsMargins(2 * SPACE, 0, 0, 0)
        self.addWidget(self.place)
        context.jobs.changed.connect(self._on_jobs_changed)
        context.jobs.progressed.connect(self._on_jobs_progressed)
        context.changes.synchronised.connect(self._update_place)
        context.siteChanged.connect(self._update_place)
        self.retranslate()

    def retranslate(self) -> None:
        self._update_place()
        for view in self._jobs:
            view.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    @Slot()
    def _update_place(self) -> None:
        context = self._context
        path = context.database.path
        # The file's name is what a person looks for; where it lies is said when asked.
        parts = [path.name if path is not None else context.database.name, context.actor]
        self.place.setToolTip(context.database.name)
        looked = context.changes.last_look
        if looked is not None:
            parts.append(self.tr("in step at {time}").format(time=looked.toString("HH:mm:ss")))
        if context.site.planning_now is not None:
            moment = context.moment_text(context.site.planning_now)
            parts.append(self.tr("planning date {moment}").format(moment=moment))
        self.place.setText("   ·   ".join(parts))

    @Slot()
    def _on_jobs_changed(self) -> None:
        announced = self._context.jobs.announced()
        for view in [view for view in self._jobs if view.running not in announced]:
            self._jobs.remove(view)
            self.removeWidget(view)
            view.deleteLater()
        shown = [view.running for view in self._jobs]
        for running in announced:
            if running not in shown:
                view = JobView(running, self)
                self._jobs.append(view)
                self.addPermanentWidget(view)

    @Slot(object, object)
    def _on_jobs_progressed(self, running: Running, value: Any) -> None:
        for view in self._jobs:
            if view.running is running:
                view.show_progress(value)
