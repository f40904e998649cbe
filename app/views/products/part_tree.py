"""A tree of parts whose cells are edited in place, with the same keys as in a table."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app.views.icons import pixmap
from app.views.products.part_model import PartModel
from app.views.table_columns import CellChange, CellRefused, Column, Kind
from app.views.table_delegate import ALIGNMENT, CELL_MARGIN, ICON
from app.views.table_editor import STAY, CellEditor, Reason
from app.views.theme import ROW, figures, tokens

PLAIN = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
INDENT = 16


class _Delegate(QStyledItemDelegate):
    """Draws a cell as the tables do; the current one is framed."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        model, colours, area = index.model(), tokens(), option.rect
        part, column = model.part(index), model.columns[index.column()]
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(colours.accent_soft))
        tone = (column.tone(part) if column.tone else None) or "text"
        inner = area.adjusted(CELL_MARGIN, 0, -CELL_MARGIN, 0)
        picture = column.icon(part) if column.icon else None
        if picture:
            drawn = pixmap(picture, tone, ICON, painter.device().devicePixelRatioF())
            painter.drawPixmap(inner.left(), area.center().y() - ICON // 2 + 1, drawn)
            inner.setLeft(inner.left() + ICON + CELL_MARGIN)
        painter.setFont(option.font)
        painter.setPen(QColor(getattr(colours, tone)))
        text = option.fontMetrics.elidedText(
            column.shown(part).replace("\n", " "), Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, ALIGNMENT[column.kind is Kind.NUMBER], text)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -2))
        painter.restore()


@dataclass(frozen=True, slots=True)
class _Open:
    index: QPersistentModelIndex
    part: Any
    column: Column
    text: str
    editor: CellEditor


class PartTree(QTreeView):
    """Shows a ``PartModel``. It writes nothing: the page hears of each cell and may refuse it."""

    cell_edited = Signal(object)
    """A CellChange; the page may answer with ``refuse`` while it hears of it."""
    current_part_changed = Signal(object)
    part_activated = Signal(object)
    """Double click or Ctrl+Enter where nothing can be typed."""
    menu_asked = Signal(QPoint)
    add_asked = Signal()
    remove_asked = Signal()
    move_asked = Signal(int)
    """-1 up, 1 down."""
    paste_asked = Signal()

    def __init__(
        self, columns: Sequence[Column], key: Callable[[Any], Hashable], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.parts = PartModel(columns, key, self)
        self.setModel(self.parts)
        self._open: _Open | None = None
        self._refused = ""
        self.setItemDelegate(_Delegate(self))
        self.setFont(figures(self.font()))
        self.setUniformRowHeights(True)
        self.setIndentation(INDENT)
        self.setAllColumnsShowFocus(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setExpandsOnDoubleClick(False)
        self.header().setStretchLastSection(columns[-1].kind is not Kind.NUMBER)
        self.header().setSectionsMovable(True)
        self.header().setFirstSectionMovable(False)
        for number, column in enumerate(columns):
            self.header().resizeSection(number, column.width)
            self.header().setSectionHidden(number, column.hidden)
        self.reason = Reason(self)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.valueChanged.connect(self._follow)
        self.parts.rowsRemoved.connect(self._follow)
        self.parts.rowsInserted.connect(self._follow)
        self.parts.modelReset.connect(self.give_up)

    # ---- what the page asks ----------------------------------------------------------------------

    @property
    def current(self) -> Any | None:
        """The part with the focus."""
        return self.parts.part(self.currentIndex())

    def choose(self, path: Sequence[Hashable], column: int = 0) -> bool:
        """Put the cursor on a part, opening what is above it; False if it is not there."""
        index = self.parts.find(path, column)
        if not index.isValid():
            return False
        self.setCurrentIndex(index)
        self.scrollTo(index)
        return True

    def refuse(self, reason: str) -> None:
        """To be called while ``cell_edited`` is handled: what was typed stays, with the reason."""
        self._refused = reason

    def edit_cell(self, index: QModelIndex, text: str | None = None) -> bool:
        """Open the editor on a cell; False where nothing can be typed (the reason is shown)."""
        if not index.isValid() or not self.commit():
            return False
        part, column = self.parts.part(index), self.parts.columns[index.column()]
        edit = column.edit
        if edit is None:
            return False
        locked = edit.refusal(part)
        if locked:
            self._tell(locked, self.visualRect(index))
            return False
        self.reason.hide()
        self.setCurrentIndex(index)
        self.scrollTo(index)
        before = edit.text(part)
        offered = [shown for _, shown in (edit.choices(part) if edit.choices else None) or ()]
        editor = CellEditor(self.viewport(), before if text is None else text, offered)
        editor.setFont(self.font())
        editor.setAccessibleName(column.title)
        if (edit.kind or column.kind) is Kind.NUMBER:
            editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        editor.done.connect(self._on_editor_done)
        editor.left.connect(self.commit)
        editor.given_up.connect(self.give_up)
        editor.textEdited.connect(self._on_editor_text_edited)
        self._open = _Open(QPersistentModelIndex(index), part, column, before, editor)
        self._follow()
        editor.begin(choices=text is None)
        return True

    @property
    def editor(self) -> CellEditor | None:
        """The open editor."""
        return self._open.editor if self._open else None

    @Slot()
    def commit(self) -> bool:
        """Take what stands in the editor; False if it is refused and stays open."""
        opened = self._open
        if opened is None:
            return True
        text = opened.editor.text()
        if text == opened.text or opened.column.edit is None:
            self._close()
            return True
        try:
            value = opened.column.edit.value(opened.part, text)
        except CellRefused as refused:
            self._show_refused(refused.reason)
            return False
        self._refused = ""
        self.cell_edited.emit(CellChange(opened.part, opened.column.key, value))
        if self._refused:
            self._show_refused(self._refused)
            return False
        self._close()
        return True

    @Slot()
    def give_up(self) -> None:
        """Esc: the cell stays as it was."""
        self._close()

    # ---- keys and mouse --------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and self._gesture(event) is not None:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        gesture = self._gesture(event)
        if gesture is None:
            super().keyPressEvent(event)
            return
        gesture()
        event.accept()

    def _gesture(self, event: QKeyEvent) -> Callable[[], object] | None:
        """What a key asks for; None = Qt's own meaning."""
        index = self.currentIndex()
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Paste):
            return self.paste_asked.emit
        if plain == PLAIN and key == Qt.Key.Key_Insert:
            return self.add_asked.emit
        if not index.isValid():
            return None
        if plain == PLAIN and key == Qt.Key.Key_F2:
            return lambda: self.edit_cell(index)
        if plain == PLAIN and key == Qt.Key.Key_Delete:
            return self.remove_asked.emit
        if plain == ALT and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return lambda: self.move_asked.emit(-1 if key == Qt.Key.Key_Up else 1)
        text = event.text()
        editable = self.parts.columns[index.column()].edit is not None
        if plain in (PLAIN, SHIFT) and editable and text.isprintable() and text.strip():
            return lambda: self.edit_cell(index, text)
        if plain == PLAIN and editable and key == Qt.Key.Key_Backspace:
            return lambda: self.edit_cell(index, "")
        return None

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """The first syllable of a Chinese word opens the editor, as a letter does."""
        begun = event.preeditString() or event.commitString()
        if begun and self.edit_cell(self.currentIndex(), "") and self.editor is not None:
            QApplication.sendEvent(self.editor, event)
            return
        super().inputMethodEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.commit():
            super().mousePressEvent(event)
        else:
            event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() is not Qt.MouseButton.LeftButton:
            super().mouseDoubleClickEvent(event)
        elif self.parts.columns[index.column()].edit is not None:
            self.edit_cell(index)
        else:
            self.part_activated.emit(self.parts.part(index))

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._follow()

    # ---- inside ----------------------------------------------------------------------------------

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        """With a hairline below, as in the tables."""
        super().drawRow(painter, option, index)
        painter.setPen(QColor(tokens().line))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        self.menu_asked.emit(self.viewport().mapToGlobal(place))

    @Slot()
    def _on_current_changed(self) -> None:
        if self._open is None:
            self.reason.hide()
        self.current_part_changed.emit(self.current)

    @Slot(object)
    def _on_editor_done(self, move: tuple[int, int]) -> None:
        if not self.commit() or move == STAY:
            return
        rows, columns = move
        index = self.currentIndex()
        if rows:
            there = self.indexBelow(index) if rows > 0 else self.indexAbove(index)
            there = there.siblingAtColumn(index.column())
        else:
            there = self._next_editable(index, columns)
        if there.isValid():
            self.setCurrentIndex(there)

    def _next_editable(self, index: QModelIndex, step: int) -> QModelIndex:
        header = self.header()
        place = header.visualIndex(index.column()) + step
        while 0 <= place < header.count():
            section = header.logicalIndex(place)
            if not header.isSectionHidden(section) and self.parts.columns[section].edit:
                return index.siblingAtColumn(section)
            place += step
        return QModelIndex()

    @Slot()
    def _on_editor_text_edited(self) -> None:
        if self._open is not None:
            self._open.editor.show_bad(False)
        self.reason.hide()

    @Slot()
    def _follow(self) -> None:
        """Keep the editor on its cell; a row that has gone takes it along."""
        opened = self._open
        if opened is None:
            return
        if not opened.index.isValid():
            self._close()
            return
        cell = self.visualRect(QModelIndex(opened.index))
        opened.editor.setGeometry(cell.adjusted(0, 0, 0, -1))
        if self.reason.isVisible():
            self._tell(self.reason.text(), cell)

    def _show_refused(self, reason: str) -> None:
        if self._open is None:
            return
        editor = self._open.editor
        editor.show_bad(True)
        editor.setAccessibleDescription(reason)
        self._tell(reason, editor.geometry())
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self, reason: str, cell: QRect) -> None:
        place = self.viewport().mapTo(self, QPoint(0, 0))
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
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.parts.refresh()
