"""What Ctrl+Z takes back on the page that is shown: the steps of its documents, the newest first.

Each document has an undo stack of its own: the working plan with the master data, the list of
scenarios, every scenario. A page shows one or several of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.views.edits import EditStack

WORKING = "working"
"""The document of the working plan and of all master data."""


@dataclass(frozen=True, slots=True)
class UndoScope:
    """Documents that a page shows, its own first.

    ``beside``: which edits of the working plan count, too, where that is not among them.
    """

    documents: tuple[str, ...] = (WORKING,)
    beside: Callable[[Any], bool] | None = None


class Undoing(QObject):
    """Undo and redo for the window; stacks are made when they are first asked for."""

    changed = Signal()
    """Other steps are next."""

    def __init__(self, working: EditStack, make: Callable[[], EditStack], parent: QObject) -> None:
        super().__init__(parent)
        self._make = make
        self._stacks = {WORKING: working}
        self._scope = UndoScope()
        self._watch(working)

    def stack(self, document: str) -> EditStack:
        """The steps of a document."""
        if document not in self._stacks:
            self._stacks[document] = self._make()
            self._watch(self._stacks[document])
        return self._stacks[document]

    def _watch(self, edits: EditStack) -> None:
        stack = edits.stack
        for signal in (stack.indexChanged, stack.canUndoChanged, stack.canRedoChanged):
            signal.connect(self.changed)
        edits.applied.connect(self.changed)

    def show(self, scope: UndoScope) -> None:
        """Another page, or another document of it, is in view."""
        if scope != self._scope:
            self._scope = scope
            self.changed.emit()

    @property
    def shown(self) -> EditStack:
        """The stack whose steps the history lists."""
        return self.stack(self._scope.documents[0])

    def retranslate(self) -> None:
        for edits in self._stacks.values():
            edits.retranslate()

    # ---- the next steps --------------------------------------------------------------------------

    @Slot()
    def undo(self) -> None:
        """The newest step of what is shown, back."""
        found = self._next(back=True)
        if found is not None:
            found.undo()

    @Slot()
    def redo(self) -> None:
        """The one taken back last, forward."""
        found = self._next(back=False)
        if found is not None:
            found.redo()

    def undo_text(self) -> str:
        """What ``undo`` would take back; empty if there is nothing."""
        found = self._next(back=True)
        return found.stack.undoText() if found is not None else ""

    def redo_text(self) -> str:
        """What ``redo`` would do again; empty if there is nothing."""
        found = self._next(back=False)
        return found.stack.redoText() if found is not None else ""

    def _next(self, *, back: bool) -> EditStack | None:
        """The stack whose next step was touched last."""
        scope = self._scope
        candidates: list[tuple[EditStack, Callable[[Any], bool] | None]] = [
            (self.stack(name), None) for name in scope.documents
        ]
        if scope.beside is not None and WORKING not in scope.documents:
            candidates.append((self.stack(WORKING), scope.beside))
        best: tuple[int, EditStack] | None = None
        for edits, counts in candidates:
            if edits.busy:  # further steps wait for the one under way
                return edits if counts is None else None
            step = edits.next_step(back=back)
            if step is None or (counts is not None and not counts(step.edit)):
                continue
            if best is None or step.touched > best[0]:
                best = step.touched, edits
        return best[1] if best is not None else None
