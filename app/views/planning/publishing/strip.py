"""Working against published, always visible on the Schedule page; a click leads to the details."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from app.views.context import AppContext
from app.views.icons import icon
from app.views.planning.publishing.reading import KINDS, read_summary

WAIT_MS = 300
"""Many edits in a row make one reading."""


class PublishStrip(QToolButton):
    """A button that says how far the working plan is from the one in force."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._busy = self._again = False
        self.state: Any = None
        self.setProperty("framed", True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._news = QTimer(self)
        self._news.setSingleShot(True)
        self._news.setInterval(WAIT_MS)
        self._news.timeout.connect(self._read)
        context.changed.connect(self._on_changed)
        context.themeChanged.connect(self.retranslate)
        self.clicked.connect(self._on_clicked)
        self.retranslate()
        self._read()

    @Slot()
    def _read(self) -> None:
        if self._busy:
            self._again = True
            return
        self._busy = True
        self._context.read(read_summary, then=self._on_read, failed=self._on_failed)

    @Slot(object)
    def _on_read(self, state: Any) -> None:
        self._busy = False
        if self.state is not None and state.revision != self.state.revision:
            # Undo ends where a plan was published, by whomever.
            self._context.edits.clear()
        self.state = state
        self.retranslate()
        if self._again:
            self._again = False
            self._read()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._busy = False
        self._context.show_error(error)

    @Slot(str, object)
    def _on_changed(self, kind: str, _ids: object) -> None:
        if kind in KINDS:
            self._news.start()

    @Slot()
    def _on_clicked(self) -> None:
        self._context.page_asked.emit("publishing")

    @Slot()
    def retranslate(self) -> None:
        state = self.state
        picture, colour = "upload", "muted"
        if state is None:
            text = self.tr("Published: …")
        elif not state.revision:
            text, picture, colour = self.tr("Not published yet"), "alert-triangle", "watch"
        elif state.differ:
            text = self.tr("{count} differ from r{revision}").format(
                count=state.differ, revision=state.revision
            )
            picture, colour = "alert-triangle", "watch"
        else:
            text = self.tr("As published, r{revision}").format(revision=state.revision)
            picture, colour = "circle-check", "good"
        waiting = state.unread if state is not None else 0
        if waiting:
            text = self.tr("{state} · {count} unread").format(state=text, count=waiting)
        if state is not None and state.overdue:
            picture, colour = "alert-circle", "late"
        self.setText(text)
        self.setIcon(icon(picture, colour))
        self.setToolTip(
            self.tr("The working plan against the published one; go there to publish and to sign")
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
