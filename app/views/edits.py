"""The undo stack of one document. The work is done first, then remembered.

An exception inside ``QUndoCommand.redo`` would leave a ghost entry, so the first ``redo`` does
nothing: ``apply`` has already put the edit through the door and only then pushes it.

Undo and redo of a ``heavy`` edit (a whole plan) go through the door in a job: the window stays
fluid, and further steps wait for it. An edit whose premises end with its undo says by ``again``
what its redo is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.core.errors import AppError
from app.core.messages import Message

UNDO_DEPTH = 500


class Edit(Protocol):
    """One change a person makes: a frozen value that knows its opposite."""

    @property
    def label(self) -> Message: ...

    def inverse(self) -> Edit: ...


Door = Callable[[Any], object]
"""Writes an edit to the database; raises AppError when the world says no."""


Later = Callable[[Any, Callable[[Any], None], Callable[[Any], None]], object]
"""``later(edit, then, failed)`` puts an edit through the door in a job; both are bound methods."""


@dataclass(frozen=True, slots=True)
class Step:
    """A remembered edit, and when it was last done or taken back (only the order counts)."""

    edit: Any
    touched: int


class EditStack(QObject):
    """Applies edits through ``door`` and keeps them for undo and redo, named in ``text_of``."""

    failed = Signal(object)
    """An AppError: nothing was changed, nothing is on the stack for it."""
    applied = Signal()
    """An edit went through, forwards or backwards: there are changes to look for."""

    def __init__(
        self,
        door: Door,
        text_of: Callable[[Message], str],
        parent: QObject | None = None,
        *,
        later: Later | None = None,
        clock: Iterator[int] | None = None,
    ) -> None:
        """Without ``later`` heavy edits, too, are undone at once. Stacks that share a ``clock``
        know which of their steps is newer."""
        super().__init__(parent)
        self._door, self._later = door, later
        self._clock = count() if clock is None else clock
        self._waiting: _Applied | None = None
        self._target: int | None = None
        self._text_of = text_of
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(UNDO_DEPTH)

    def apply(self, edit: Edit) -> bool:
        """Do it and remember it; False (and ``failed``) when it was refused."""
        return self.attempt(edit) is None

    def attempt(self, edit: Edit) -> AppError | None:
        """The same, with the reason for whoever shows it at its place; None when it is done."""
        refused = self._put(edit)
        if refused is None:
            self.stack.push(_Applied(edit, self))
        return refused

    def refuse(self, error: AppError) -> None:
        """An edit that was tried elsewhere (in a job) was refused."""
        self.failed.emit(error)
        self.applied.emit()

    def record(self, edit: Edit) -> None:
        """Remember an edit that is done already (a solve that has saved its plan)."""
        self.stack.push(_Applied(edit, self))
        self.applied.emit()

    # ---- back and forth --------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether a heavy step is under way."""
        return self._waiting is not None

    @Slot()
    def undo(self) -> None:
        """One step back."""
        self.go_to((self.stack.index() if self._target is None else self._target) - 1)

    @Slot()
    def redo(self) -> None:
        """One step forward."""
        self.go_to((self.stack.index() if self._target is None else self._target) + 1)

    def go_to(self, index: int) -> None:
        """To where so many steps are done; while a heavy one is under way, when it has ended."""
        self._target = min(max(index, 0), self.stack.count())
        self._advance()

    def _advance(self) -> None:
        while self._target is not None and not self.busy:
            before = self.stack.index(), self.stack.count()
            if self._target < self.stack.index():
                self.stack.undo()
            elif self._target > self.stack.index():
                self.stack.redo()
            if (self.stack.index(), self.stack.count()) == before or (
                self.stack.count() != before[1]
            ):
                # There already, or a step was refused and taken off: no further.
                self._target = None

    def _put_back(self, command: _Applied, edit: Edit) -> None:
        """An undo or redo: at once, or in a job when it is heavy."""
        if self._later is None or not getattr(edit, "heavy", False):
            if self._put(edit) is not None:
                command.setObsolete(True)
            return
        self._waiting = command
        self._later(edit, self._on_later_done, self._on_later_failed)

    @Slot(object)
    def _on_later_done(self, _changes: object) -> None:
        self._waiting = None
        self.applied.emit()
        self._advance()

    @Slot(object)
    def _on_later_failed(self, error: AppError) -> None:
        command, self._waiting, self._target = self._waiting, None, None
        if command is not None:
            command.setObsolete(True)
        self.refuse(error)

    def next_step(self, *, back: bool) -> Step | None:
        """What undo (``back``) or redo would touch."""
        index = self.stack.index() - back
        command = self.stack.command(index) if 0 <= index < self.stack.count() else None
        return Step(command.edit, command.touched) if isinstance(command, _Applied) else None

    def tick(self) -> int:
        """A moment after all others."""
        return next(self._clock)

    def clear(self) -> None:
        """Forget everything: what was done has been published, or the database was exchanged."""
        self.stack.clear()

    def retranslate(self) -> None:
        """Name the remembered edits in the language now spoken."""
        for index in range(self.stack.count()):
            command = self.stack.command(index)
            if isinstance(command, _Applied):
                command.rename()

    def text(self, message: Message) -> str:
        return self._text_of(message)

    def _put(self, edit: Edit) -> AppError | None:
        try:
            self._door(edit)
        except AppError as error:
            # Somebody may have been faster: let the pages read again what is true.
            self.refuse(error)
            return error
        self.applied.emit()
        return None


class _Applied(QUndoCommand):
    def __init__(self, edit: Edit, edits: EditStack) -> None:
        super().__init__(edits.text(edit.label))
        self.edit = edit
        self.touched = edits.tick()
        self._edits = edits
        self._done = True

    def rename(self) -> None:
        self.setText(self._edits.text(self.edit.label))

    def redo(self) -> None:
        if self._done:
            return
        self._done = True
        self.touched = self._edits.tick()
        self.edit = getattr(self.edit, "again", self.edit)
        self._edits._put_back(self, self.edit)

    def undo(self) -> None:
        self._done = False
        self.touched = self._edits.tick()
        self._edits._put_back(self, self.edit.inverse())
