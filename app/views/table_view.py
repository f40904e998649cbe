"""The Qt view inside every table: what keys and clicks ask for, hairlines, skeleton lines."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.views.table_delegate import CellDelegate
from app.views.theme import ROW, tokens

PLAIN = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


class TableView(QTableView):
    """Selects rows; with ``cells`` it selects cells, and keys ask to change them.

    It changes nothing itself: the table hears what is asked.
    """

    copy_asked = Signal(bool)
    """Whether the titles are to go along."""
    edit_asked = Signal(QModelIndex, object)
    """The cell, and what the editor starts with: None = what the cell holds."""
    input_asked = Signal(object)
    """A QInputMethodEvent that begins a word in the current cell."""
    turn_asked = Signal(QModelIndex)
    """The space bar in a cell."""
    clear_asked = Signal()
    fill_asked = Signal()
    paste_asked = Signal()
    open_asked = Signal(QModelIndex)
    """Ctrl+Enter, or a double click where nothing can be edited."""

    def __init__(self, parent: QWidget, *, cells: bool) -> None:
        super().__init__(parent)
        self.loading = False
        self.cells = cells
        self.may_leave: Callable[[], bool] = lambda: True
        """Whether a click may go elsewhere: not while a refused text stands in a cell."""
        behaviour = QAbstractItemView.SelectionBehavior
        self.setSelectionBehavior(behaviour.SelectItems if cells else behaviour.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setItemDelegate(CellDelegate(self))
        rows = self.verticalHeader()
        rows.setVisible(cells)
        rows.setHighlightSections(False)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW)

    # ---- keys ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and self._wants(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit(not self.cells)
        elif event.key() == Qt.Key.Key_C and event.modifiers() == CONTROL | SHIFT:
            self.copy_asked.emit(True)
        elif not (self.cells and self._cell_key(event)):
            super().keyPressEvent(event)
            return
        event.accept()

    def _wants(self, event: QKeyEvent) -> bool:
        """Keys of the cells go before the page's shortcuts."""
        pressed = _pressed(event)
        return self.cells and (pressed in _GESTURES or _begins_text(event))

    def _cell_key(self, event: QKeyEvent) -> bool:
        """Do what the key asks of cells; False if it asks nothing of them."""
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_asked.emit()
        elif not index.isValid():
            return False
        elif gesture := _GESTURES.get(_pressed(event)):
            gesture(self, index)
        elif _begins_text(event):
            self.edit_asked.emit(index, event.text())
        else:
            return False
        return True

    def step(self, rows: int) -> None:
        """Go up or down in the column, as Enter does."""
        index = self.currentIndex()
        there = self.model().index(index.row() + rows, index.column())
        if there.isValid():
            self.setCurrentIndex(there)

    def select_whole_rows(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        model, flags = self.selectionModel(), self.selectionModel().SelectionFlag
        model.select(model.selection(), flags.Select | flags.Rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """The first syllable of a Chinese word opens the editor, as a letter does."""
        begun = event.preeditString() or event.commitString()
        if self.cells and begun and self.currentIndex().isValid():
            self.input_asked.emit(event)
            return
        super().inputMethodEvent(event)

    # ---- mouse -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.may_leave():
            super().mousePressEvent(event)
        else:
            event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not (self.cells and index.isValid() and event.button() is Qt.MouseButton.LeftButton):
            return
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit_asked.emit(index, None)
        else:
            self.open_asked.emit(index)

    # ---- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        if self.loading and self.model().rowCount() == 0:
            self._paint_skeleton(painter)
        else:
            self._paint_lines(painter, event.rect())
        painter.end()

    def _paint_lines(self, painter: QPainter, area: QRect) -> None:
        """Horizontal hairlines only: quieter than a grid, and the eye follows the row."""
        painter.setPen(QColor(tokens().line))
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        count = self.model().rowCount()
        if count == 0:
            return
        for row in range(max(first, 0), (last if last >= 0 else count - 1) + 1):
            bottom = self.rowViewportPosition(row) + self.rowHeight(row) - 1
            painter.drawLine(area.left(), bottom, area.right(), bottom)

    def _paint_skeleton(self, painter: QPainter) -> None:
        colour = QColor(tokens().line)
        header = self.horizontalHeader()
        for row in range(self.viewport().height() // ROW):
            for section in range(header.count()):
                if header.isSectionHidden(section):
                    continue
                left = header.sectionViewportPosition(section) + 8
                width = max(header.sectionSize(section) * (3 + (row + section) % 4) // 8, 12)
                painter.fillRect(left, row * ROW + ROW // 2 - 3, width, 6, colour)


def _pressed(event: QKeyEvent) -> tuple[Qt.KeyboardModifier, int]:
    return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, event.key()


def _begins_text(event: QKeyEvent) -> bool:
    text = event.text()
    return _pressed(event)[0] in (PLAIN, SHIFT) and text.isprintable() and bool(text.strip())


_GESTURES: dict[tuple[Qt.KeyboardModifier, int], Callable[[TableView, QModelIndex], None]] = {
    (PLAIN, Qt.Key.Key_F2): lambda view, index: view.edit_asked.emit(index, None),
    (PLAIN, Qt.Key.Key_Backspace): lambda view, index: view.edit_asked.emit(index, ""),
    (PLAIN, Qt.Key.Key_Delete): lambda view, index: view.clear_asked.emit(),
    (PLAIN, Qt.Key.Key_Space): lambda view, index: view.turn_asked.emit(index),
    (PLAIN, Qt.Key.Key_Return): lambda view, index: view.step(1),
    (PLAIN, Qt.Key.Key_Enter): lambda view, index: view.step(1),
    (SHIFT, Qt.Key.Key_Return): lambda view, index: view.step(-1),
    (SHIFT, Qt.Key.Key_Enter): lambda view, index: view.step(-1),
    (SHIFT, Qt.Key.Key_Space): lambda view, index: view.select_whole_rows(),
    (CONTROL, Qt.Key.Key_Return): lambda view, index: view.open_asked.emit(index),
    (CONTROL, Qt.Key.Key_Enter): lambda view, index: view.open_asked.emit(index),
    (CONTROL, Qt.Key.Key_D): lambda view, index: view.fill_asked.emit(),
    (CONTROL, Qt.Key.Key_V): lambda view, index: view.paste_asked.emit(),
}
"""What keys ask for in a table of cells."""
