"""Edits of many rows take longer to write than a hand may wait for: they are written in a job."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Slot

from app.core.errors import AppError
from app.views.context import AppContext

MANY = 20
"""More rows than this are many."""


class WriteAside(QObject):
    """Writes an edit in a job; when that is done, it becomes one undo step as ever."""

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context

    def write(self, edit: Any, rows: int) -> None:
        self._context.jobs.start(
            partial(_written, self._context.database, edit, self._context.actor),
            title=partial(self._title, rows),
            can_cancel=False,
            succeeded=self._on_written,
            failed=self._on_failed,
        )

    def _title(self, count: int) -> str:
        return self.tr("Writing %n rows", "", count)

    @Slot(object)
    def _on_written(self, edit: Any) -> None:
        self._context.edits.record(edit)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, AppError):
            self._context.edits.refuse(error)
        else:
            self._context.show_error(error)


def _written(database: Any, edit: Any, actor: str, *_: Any) -> Any:
    """The work of a job: write the edit and give it back to be remembered."""
    from app.services.edit import apply_edit

    apply_edit(database, edit, actor)
    return edit
