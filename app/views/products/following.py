"""An editor that reads its record in a thread, again after news, and only while it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.core.errors import AppError
from app.views.context import AppContext
from app.views.plant.editors import RecordEditor


class FollowingEditor(RecordEditor):
    """A subclass says what to ask (``question``) and shows the answer (``take``)."""

    wide = True
    news: frozenset[str] = frozenset()
    """Kinds of records whose change may change what is shown."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._asked = 0
        self._behind = False
        self._reading_now = False
        context.changed.connect(self._on_context_changed)

    def question(self) -> tuple[Callable[..., Any], tuple[Any, ...]] | None:
        """A query of the services and its arguments; None where nothing is chosen."""
        raise NotImplementedError

    def take(self, reading: Any) -> None:
        """Show the answer to the last question."""
        raise NotImplementedError

    def show_nothing(self) -> None:
        """Nothing is chosen, or what was chosen is gone."""
        raise NotImplementedError

    def ask(self) -> None:
        """Ask now, when the running answer has come, or when the editor is seen again."""
        question = self.question()
        self._asked += 1
        self._behind = question is not None and (self._reading_now or not self.isVisible())
        if question is None:
            self.show_nothing()
        elif not self._behind:
            query, arguments = question
            self._reading_now = True
            self.context.read(
                _numbered, self._asked, query, arguments,
                then=self._on_answered, failed=self._on_failed,
            )  # fmt: skip

    @Slot(object)
    def _on_answered(self, answer: tuple[int, Any]) -> None:
        number, reading = answer
        self._reading_now = False
        if number == self._asked:  # else something else has been asked since
            self.take(reading)
        elif self._behind:
            self.ask()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._reading_now = False
        if not isinstance(error, AppError):
            self.context.show_error(error)
        if self._behind:
            self.ask()
        else:
            self.show_nothing()

    @Slot(str, object)
    def _on_context_changed(self, kind: str, ids: frozenset[int]) -> None:
        if kind in self.news and self.question() is not None:
            self.ask()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._behind:
            self.ask()


def _numbered(database: Any, number: int, query: Any, arguments: tuple[Any, ...]) -> Any:
    return number, query(database, *arguments)
