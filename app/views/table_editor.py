"""The line that stands in a cell while it is edited, and the reason below it when it is refused."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QWidget

LIKELY_SEEN = 12
"""So many choices are shown at once when the editing starts; more only after a letter."""

REASON_WIDTH = 320
STAY, DOWN, UP, RIGHT, LEFT = (0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)
"""(rows, columns) to go when the text has been taken."""

_MOVES = {
    (Qt.Key.Key_Return, False): DOWN,
    (Qt.Key.Key_Enter, False): DOWN,
    (Qt.Key.Key_Return, True): UP,
    (Qt.Key.Key_Enter, True): UP,
    (Qt.Key.Key_Tab, False): RIGHT,
    (Qt.Key.Key_Backtab, True): LEFT,
    (Qt.Key.Key_Backtab, False): LEFT,
}
_NOT_LEFT = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


class CellEditor(QLineEdit):
    """Enter, Tab and going elsewhere say ``done``, Esc says ``given_up``; it does not close."""

    done = Signal(object)
    """Where to go next: (rows, columns)."""
    given_up = Signal()
    left = Signal()

    def __init__(self, parent: QWidget, text: str, offered: Sequence[str]) -> None:
        super().__init__(parent)
        self.setObjectName("cell_editor")
        self.setText(text)
        self.setFrame(True)
        self._all = tuple(offered)
        if offered:
            self._offer()

    def _offer(self) -> None:
        completer = QCompleter(QStringListModel(list(self._all), self), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(LIKELY_SEEN)
        self.setCompleter(completer)

    def show_choices(self) -> None:
        """All choices, whatever is typed so far."""
        if self._all:
            self.completer().setCompletionPrefix("")
            self.completer().complete()

    def begin(self, *, choices: bool) -> None:
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if choices and len(self._all) <= LIKELY_SEEN:
            self.show_choices()

    def show_bad(self, bad: bool) -> None:
        if self.property("bad") != bad:
            self.setProperty("bad", bad)
            self.style().polish(self)

    def event(self, event: QEvent) -> bool:
        # Tab would go to the next widget before keyPressEvent sees it.
        if event.type() is QEvent.Type.KeyPress and self._moves(event):
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.given_up.emit()
        elif event.key() == Qt.Key.Key_F4 or (alt and event.key() == Qt.Key.Key_Down):
            self.show_choices()
        else:
            super().keyPressEvent(event)

    def _moves(self, event: QKeyEvent) -> bool:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        move = _MOVES.get((Qt.Key(event.key()), shift))
        if move is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        event.accept()
        self.done.emit(move)
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _NOT_LEFT:
            self.left.emit()


class Reason(QLabel):
    """Why a text was refused, as a small card below its cell (above where there is no room)."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cell_reason")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "reason")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setWordWrap(True)
        self.hide()

    def tell(self, reason: str, cell: QRect) -> None:
        """``cell`` in the coordinates of the parent."""
        self.setText(reason)
        self.setAccessibleName(reason)
        self.setFixedWidth(min(REASON_WIDTH, self.fontMetrics().horizontalAdvance(reason) + 24))
        self.adjustSize()
        room = self.parentWidget().rect()
        left = min(cell.left(), max(room.right() - self.width(), 0))
        below = cell.bottom() + 2
        fits = below + self.height() <= room.bottom()
        self.move(max(left, 0), below if fits else max(cell.top() - self.height() - 2, 0))
        self.raise_()
        self.show()
