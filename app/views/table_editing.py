"""Editing one cell in place. Nothing is written here, only told."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QModelIndex, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QWidget

from app.views.table_columns import (
    CellChange,
    CellEdit,
    CellRefused,
    Column,
    Kind,
    NewRow,
    PastedRows,
)
from app.views.table_editor import STAY, CellEditor, Reason
from app.views.table_model import RowModel
from app.views.table_view import TableView


@dataclass(frozen=True, slots=True)
class _Open:
    """The cell that is edited, as it was when the editing began."""

    key: Hashable
    row: Any
    column: Column
    section: int
    text: str
    editor: CellEditor


class CellEditing(QObject):
    """``changed`` carries the changes of one gesture; ``refuse`` answers it while it is handled."""

    changed = Signal(object)
    """list of CellChange"""
    pasted = Signal(object)
    """PastedRows"""

    def __init__(self, model: RowModel, view: TableView, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._view = view
        self._open: _Open | None = None
        self._refused = ""
        self.reason = Reason(parent)
        view.may_leave = self.commit
        view.edit_asked.connect(self.start)
        view.input_asked.connect(self._on_view_input_asked)
        view.turn_asked.connect(self._on_view_turn_asked)
        model.arranged.connect(self.follow)
        model.layoutChanged.connect(self.follow)
        for bar in (view.verticalScrollBar(), view.horizontalScrollBar()):
            bar.valueChanged.connect(self.follow)
        header = view.horizontalHeader()
        for moved in (header.sectionResized, header.sectionMoved, header.geometriesChanged):
            moved.connect(self.follow)
        view.selectionModel().currentChanged.connect(self._on_current_changed)

    @property
    def editor(self) -> CellEditor | None:
        """The open editor."""
        return self._open.editor if self._open else None

    @property
    def place(self) -> tuple[Hashable, str] | None:
        """(id of the row, key of the column) of the cell that is edited."""
        return (self._open.key, self._open.column.key) if self._open else None

    def warn(self, text: str) -> None:
        """Say something beside the open editor; what is typed stays as it is."""
        if self._open is not None:
            self._tell(text, self._open.editor.geometry())

    # ---- one cell --------------------------------------------------------------------------------

    @Slot(QModelIndex, object)
    def start(self, index: QModelIndex, text: str | None = None) -> bool:
        """Open the editor on a cell, with ``text`` instead of what it holds; False if it is not
        editable (the reason is shown if there is one) or another one holds a refused text."""
        if not index.isValid() or not self.commit():
            return False
        column, row = self._model.columns[index.column()], self._model.row_at(index.row())
        edit = column.edit
        if edit is None or row is None or self._locked(edit, row, index):
            return False
        self.reason.hide()
        if index != self._view.currentIndex():
            self._view.go_to(index)
        self._view.scrollTo(index)
        before = edit.text(row)
        offered = [shown for _, shown in (edit.choices(row) if edit.choices else None) or ()]
        editor = CellEditor(
            self._view.cell_parent(index.column()), before if text is None else text, offered
        )
        editor.setFont(self._view.font())
        editor.setAccessibleName(column.title)
        if (edit.kind or column.kind) is Kind.NUMBER:
            editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        editor.done.connect(self._on_editor_done)
        editor.left.connect(self.commit)
        editor.given_up.connect(self.give_up)
        editor.textEdited.connect(self._on_editor_text_edited)
        key = self._model.key_at(index.row())
        self._open = _Open(key, row, column, index.column(), before, editor)
        self.follow()
        editor.begin(choices=text is None)
        return True

    def _locked(self, edit: CellEdit, row: Any, index: QModelIndex) -> bool:
        reason = edit.refusal(row)
        if reason:
            self._tell(reason, self._view.visualRect(index))
        return bool(reason)

    @Slot()
    def commit(self) -> bool:
        """Take what stands in the editor and close it; False if it is refused and stays open."""
        opened = self._open
        if opened is None:
            return True
        text = opened.editor.text()
        if text == opened.text:
            self._close()
            return True
        try:
            value = opened.column.edit.value(opened.row, text)
        except CellRefused as refused:
            self._show_refused(refused.reason)
            return False
        refused_by_page = self.send([CellChange(opened.row, opened.column.key, value)])
        if refused_by_page:
            self._show_refused(refused_by_page)
            return False
        self._close()
        return True

    @Slot()
    def give_up(self) -> None:
        """Esc: the cell stays as it was."""
        self._close()

    def send(self, changes: list[CellChange], new_rows: Sequence[NewRow] = ()) -> str:
        """Tell what one gesture does; the sentence with which the page refused, or ""."""
        self._refused = ""
        if new_rows:
            self.pasted.emit(PastedRows(tuple(changes), tuple(new_rows)))
        else:
            self.changed.emit(changes)
        return self._refused

    def refuse(self, reason: str) -> None:
        """Called by the page while it hears of changes: they could not be written."""
        self._refused = reason

    def _show_refused(self, reason: str) -> None:
        if self._open is None:
            return
        editor = self._open.editor
        editor.show_bad(True)
        editor.setAccessibleDescription(reason)
        self._tell(reason, editor.geometry())
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell_at(self, number: int, key: str, reason: str) -> None:
        """Say something beside a cell."""
        index = self._model.index(number, self._model.column_number(key))
        self._view.scrollTo(index)
        self._tell(reason, self._view.visualRect(index))

    def tell_at_current(self, reason: str) -> None:
        self._tell(reason, self._view.visualRect(self._view.currentIndex()))

    def _tell(self, reason: str, cell: QRect) -> None:
        """``cell`` in the viewport."""
        place = self._view.viewport().mapTo(self.parent(), QPoint(0, 0))
        self.reason.tell(reason, cell.translated(place))

    def _close(self) -> None:
        opened, self._open = self._open, None
        self.reason.hide()
        if opened is None:
            return
        had_focus = opened.editor.hasFocus()
        opened.editor.hide()
        opened.editor.deleteLater()
        if had_focus:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_editor_done(self, move: tuple[int, int]) -> None:
        if self.commit() and move != STAY:
            self._go(*move)

    def _go(self, rows: int, columns: int) -> None:
        if rows:
            self._view.step(rows)
            return
        there = self._next_editable(self._view.currentIndex(), columns)
        if there.isValid():
            self._view.go_to(there)

    def _next_editable(self, index: QModelIndex, step: int) -> QModelIndex:
        """The next cell that can be edited, in reading order; invalid at the end of the table."""
        header = self._view.horizontalHeader()
        shown = [header.logicalIndex(place) for place in range(header.count())]
        places = [
            number
            for number in shown
            if not header.isSectionHidden(number) and self._model.columns[number].edit
        ]
        if index.column() not in places:
            return QModelIndex()
        place, row = places.index(index.column()) + step, index.row()
        if not 0 <= place < len(places):
            row, place = row + step, 0 if step > 0 else -1
        return self._model.index(row, places[place])

    @Slot()
    def _on_editor_text_edited(self) -> None:
        if self._open is not None:
            self._open.editor.show_bad(False)
        self.reason.hide()

    @Slot()
    def _on_current_changed(self) -> None:
        if self._open is None:
            self.reason.hide()

    @Slot(object)
    def _on_view_input_asked(self, event: QInputMethodEvent) -> None:
        if self.start(self._view.currentIndex(), "") and self.editor is not None:
            QCoreApplication.sendEvent(self.editor, event)

    @Slot()
    def follow(self) -> None:
        """Keep the editor on its cell; a row that has gone takes it along."""
        opened = self._open
        if opened is None or self._model.arranging:
            return
        numbers = self._model.numbers_of([opened.key])
        if not numbers:
            self._close()
            return
        cell = self._view.visualRect(self._model.index(numbers[0], opened.section))
        opened.editor.setGeometry(cell.adjusted(0, 0, 0, -1))
        if self.reason.isVisible():
            self._tell(self.reason.text(), opened.editor.geometry())

    @Slot(QModelIndex)
    def _on_view_turn_asked(self, index: QModelIndex) -> None:
        """The space bar turns a yes into a no; elsewhere it begins to edit."""
        column = self._model.columns[index.column()]
        edit, row = column.edit, self._model.row_at(index.row())
        if edit is None or row is None or self._locked(edit, row, index):
            return
        if (edit.kind or column.kind) is Kind.FLAG:
            self.send([CellChange(row, column.key, not column.value(row))])
        else:
            self.start(index)
