"""The Qt view inside every table: what keys and clicks ask for, hairlines, skeleton lines."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.views.table_delegate import CellDelegate
from app.views.table_frozen import FrozenPart, unmarked
from app.views.table_groups import Group
from app.views.table_painting import paint_groups, paint_lines, paint_skeleton, title_left
from app.views.theme import ROW

Index = QModelIndex | QPersistentModelIndex
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

    group_asked = Signal(object, bool)
    """(path of a group, whether it is to be open)"""
    all_groups_asked = Signal(bool)
    header_menu_asked = Signal(int)
    """Alt+Down: the menu of this column's title."""
    filter_asked = Signal(int)
    """Alt+Up: the line above this column."""

    def __init__(self, parent: QWidget, *, cells: bool) -> None:
        super().__init__(parent)
        self.loading = False
        self.cells = cells
        self.frozen: FrozenPart | None = None
        self._pressed_on: Group | None = None
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

    def setSelectionModel(self, chosen: QItemSelectionModel) -> None:
        """The titles do not mark selected columns: to find out whether one is, Qt would look at
        every cell of it, at each painting."""
        super().setSelectionModel(chosen)
        unmarked(self)

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
        elif not (
            self._column_key(event)
            or self._group_key(event)
            or (self.cells and self._cell_key(event))
        ):
            super().keyPressEvent(event)
            return
        event.accept()

    def _wants(self, event: QKeyEvent) -> bool:
        """Keys of the cells go before the page's shortcuts."""
        pressed = _pressed(event)
        return self.cells and (pressed in _GESTURES or _begins_text(event))

    def _column_key(self, event: QKeyEvent) -> bool:
        """Alt+Down and Alt+Up: the title and the filter of the current column."""
        section = max(self.currentIndex().column(), 0)
        match _pressed(event):
            case (Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Down):
                self.header_menu_asked.emit(section)
            case (Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Up):
                self.filter_asked.emit(section)
            case _:
                return False
        return True

    def _group_key(self, event: QKeyEvent) -> bool:
        """Left, Right, Enter and the space bar on a group row; Ctrl and + or - for all groups."""
        index, (modifiers, key) = self.currentIndex(), _pressed(event)
        if modifiers == CONTROL and key in _ALL_GROUPS and self.model().group_keys:
            self.all_groups_asked.emit(_ALL_GROUPS[key])
            return True
        group = self.model().group_at(index.row()) if index.isValid() else None
        if group is None or modifiers != PLAIN or key not in _OPENS:
            return False
        wanted = _OPENS[key]
        self.group_asked.emit(group.path, not group.open if wanted is None else wanted)
        return True

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
        """Go one row up or down in the column, as Enter does."""
        self._press(Qt.Key.Key_Down if rows > 0 else Qt.Key.Key_Up)

    def go_to(self, index: QModelIndex) -> None:
        """Make a cell the current one and the only selected one, whatever keys are held. An arrow
        does the last step: Qt remembers only from keys and clicks where a selection begins."""
        header, row = self.horizontalHeader(), index.row()
        shown = [header.logicalIndex(place) for place in range(header.count())]
        shown = [number for number in shown if not header.isSectionHidden(number)]
        place = shown.index(index.column())
        beside = shown[place - 1] if place else shown[min(1, len(shown) - 1)]
        self.selectionModel().setCurrentIndex(
            self.model().index(row, beside), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        self._press(Qt.Key.Key_Right if place else Qt.Key.Key_Left)

    def _press(self, key: Qt.Key) -> None:
        super().keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, key, PLAIN))

    def select_whole_column(self) -> None:
        model, column = self.model(), self.currentIndex().column()
        cells = QItemSelection(model.index(0, column), model.index(model.rowCount() - 1, column))
        self.selectionModel().select(cells, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def select_whole_rows(self) -> None:
        """The rows of the selected cells."""
        model, chosen = self.model(), self.selectionModel()
        rows, last = QItemSelection(), model.columnCount() - 1
        for part in chosen.selection():
            rows.select(model.index(part.top(), 0), model.index(part.bottom(), last))
        chosen.select(rows, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """The first syllable of a Chinese word opens the editor, as a letter does."""
        begun = event.preeditString() or event.commitString()
        if self.cells and begun and self.currentIndex().isValid():
            self.input_asked.emit(event)
            return
        super().inputMethodEvent(event)

    # ---- mouse -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.may_leave():
            event.accept()
            return
        self._pressed_on = self._group_under(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        group = self._group_under(place)
        if group is not None and place.x() < title_left(group) and self._pressed_on is group:
            self.group_asked.emit(group.path, not group.open)

    def _group_under(self, place: QPoint) -> Group | None:
        row = self.rowAt(place.y())
        return self.model().group_at(row) if row >= 0 else None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        place = event.position().toPoint()
        group, index = self._group_under(place), self.indexAt(place)
        if group is not None:
            if place.x() >= title_left(group):
                self.group_asked.emit(group.path, not group.open)
            return
        if not (self.cells and index.isValid() and event.button() is Qt.MouseButton.LeftButton):
            return
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit_asked.emit(index, None)
        else:
            self.open_asked.emit(index)

    # ---- the frozen part -------------------------------------------------------------------------

    def freeze(
        self, boundary: int, make_header: Callable[[QTableView], QHeaderView] | None = None
    ) -> None:
        """Keep the first ``boundary`` places of the header in sight; 0 = none."""
        if self.frozen is None and boundary:
            self.frozen = FrozenPart(self, make_header)
        if self.frozen is not None:
            self.frozen.freeze(boundary)

    def frozen_breadth(self) -> int:
        return self.frozen.breadth() if self.frozen is not None else 0

    def is_frozen(self, column: int) -> bool:
        return self.frozen is not None and column in self.frozen.sections()

    def indexAt(self, place: QPoint) -> QModelIndex:
        """A frozen cell lies over those that have scrolled below it."""
        if 0 <= place.x() < self.frozen_breadth():
            place = QPoint(place.x() - self.horizontalHeader().offset(), place.y())
        return super().indexAt(place)

    def visualRect(self, index: Index) -> QRect:
        rect = super().visualRect(index)
        if index.isValid() and self.is_frozen(index.column()):
            rect.translate(self.horizontalHeader().offset(), 0)
        return rect

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """A frozen cell is in sight already; the others must not stay below the frozen part."""
        bar = self.horizontalScrollBar()
        before = bar.value()
        super().scrollTo(index, hint)
        if not index.isValid():
            return
        if self.is_frozen(index.column()):
            bar.setValue(before)
            return
        hidden = self.frozen_breadth() - self.visualRect(index).left()
        if hidden > 0:
            bar.setValue(bar.value() - hidden)

    def cell_parent(self, column: int) -> QWidget:
        """The viewport in which an editor of this column must stand."""
        part = self.frozen if self.frozen is not None and self.is_frozen(column) else self
        return part.viewport()

    def is_current(self, row: int, column: int) -> bool:
        """Whether this is the cell that has the keyboard."""
        index = self.currentIndex()
        return index.row() == row and index.column() == column and self.hasFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.frozen is not None:
            self.frozen.place()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._update_frozen()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._update_frozen()

    def _update_frozen(self) -> None:
        if self.frozen is not None and self.cells:
            self.frozen.viewport().update()

    # ---- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        if self.loading and self.model().rowCount() == 0:
            paint_skeleton(painter, self)
        else:
            paint_lines(painter, self, event.rect())
            paint_groups(painter, self, self)
        painter.end()


def _pressed(event: QKeyEvent) -> tuple[Qt.KeyboardModifier, int]:
    return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, event.key()


def _begins_text(event: QKeyEvent) -> bool:
    text = event.text()
    return _pressed(event)[0] in (PLAIN, SHIFT) and text.isprintable() and bool(text.strip())


_ALL_GROUPS = {Qt.Key.Key_Plus: True, Qt.Key.Key_Equal: True, Qt.Key.Key_Minus: False}
_OPENS: dict[int, bool | None] = {
    Qt.Key.Key_Left: False,
    Qt.Key.Key_Right: True,
    Qt.Key.Key_Return: None,
    Qt.Key.Key_Enter: None,
    Qt.Key.Key_Space: None,
}
"""Whether a key opens or closes the group it is pressed on; None = the opposite of now."""

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
    (CONTROL, Qt.Key.Key_Space): lambda view, index: view.select_whole_column(),
    (CONTROL, Qt.Key.Key_Return): lambda view, index: view.open_asked.emit(index),
    (CONTROL, Qt.Key.Key_Enter): lambda view, index: view.open_asked.emit(index),
    (CONTROL, Qt.Key.Key_D): lambda view, index: view.fill_asked.emit(),
    (CONTROL, Qt.Key.Key_V): lambda view, index: view.paste_asked.emit(),
}
"""What keys ask for in a table of cells."""
