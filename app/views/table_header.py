"""A table's header with a line to type a filter under each title."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTableView

from app.views.table_columns import Column
from app.views.table_model import RowModel

LINE_HEIGHT = 24
GAP = 2
HINT_WIDTH = 60
"""A narrower column has no room for the hint; the frame of the line says enough."""

_BACK = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Down)

DELAY_MS = 150
"""A filter runs when the typing pauses."""


class FilterHeader(QHeaderView):
    """``filtered(column key, text)`` after typing; ``sort_asked(column key, add)`` on a click."""

    filtered = Signal(str, str)
    sort_asked = Signal(str, bool)
    left = Signal()
    """Enter, Esc or Down in a line: back to the rows."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self._lines: dict[str, QLineEdit] = {}
        self._waiting: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        """What stands in the lines, those not made yet included."""
        self._ready = False
        self._hint = ""
        self._covered: frozenset[str] = frozenset()
        self._pressed_at: QPointF | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._send)
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setStretchLastSection(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setMinimumSectionSize(36)
        self.sectionResized.connect(self._place)
        self.sectionMoved.connect(self._place)
        self.sectionCountChanged.connect(self._place)
        table.horizontalScrollBar().valueChanged.connect(self._place)

    def make_lines(self, model: RowModel, hint: str) -> None:
        """A line for each column that is seen; call again for other columns, or to put ``hint``
        in another language."""
        self._hint = hint
        self._ready = True
        for key in set(self._lines) - {column.key for column in model.columns}:
            self._lines.pop(key).deleteLater()
        for column in model.columns:
            if column.key in self._lines:
                self._lines[column.key].setAccessibleName(f"{hint} {column.title}")
        self._place()

    def _line(self, column: Column) -> QLineEdit:
        """The line of a column, made when it is first seen: most of fifty columns never are."""
        line = self._lines.get(column.key)
        if line is None:
            line = QLineEdit(self)
            line.setObjectName(f"filter_{column.key}")
            line.setAccessibleName(f"{self._hint} {column.title}")
            line.setText(self._texts.get(column.key, ""))
            line.setClearButtonEnabled(bool(line.text()))
            line.textChanged.connect(self._on_line_text_changed)
            line.installEventFilter(self)
            self._lines[column.key] = line
        return line

    def cover(self, keys: Iterable[str]) -> None:
        """Columns whose lines stand in the header of the frozen part instead."""
        self._covered = frozenset(keys)
        self._place()

    def show_text(self, key: str, text: str) -> None:
        """What the other header, or a saved view, filters by."""
        self._texts[key] = text
        line = self._lines.get(key)
        if line is not None and line.text() != text:
            line.setText(text)

    def focus_line(self, key: str) -> bool:
        """Put the cursor into a column's line; False if it is not seen here."""
        line = self._lines.get(key)
        if line is None or line.isHidden():
            return False
        line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        line.selectAll()
        return True

    def clear_lines(self) -> None:
        self._texts.clear()
        for line in self._lines.values():
            line.clear()
        self._send()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and event.key() in _BACK:
            self._send()
            self.left.emit()
            return True
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), hint.height() + LINE_HEIGHT + GAP)

    def updateGeometries(self) -> None:
        self.setViewportMargins(0, 0, 0, LINE_HEIGHT + GAP)
        super().updateGeometries()
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed_at = self._pressed_at, None
        still = pressed is not None and (event.position() - pressed).manhattanLength() < 4
        at_edge = self.cursor().shape() is not Qt.CursorShape.ArrowCursor
        section = self.logicalIndexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and still and not at_edge and section >= 0:
            add = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.sort_asked.emit(self._model().columns[section].key, add)

    def _model(self) -> RowModel:
        model = self.model()
        if not isinstance(model, RowModel):
            raise TypeError("FilterHeader heads a RowModel")
        return model

    @Slot()
    def _place(self) -> None:
        if not self._ready:
            return
        top = self.height() - LINE_HEIGHT - GAP
        for section in range(self.count()):
            column = self._model().columns[section]
            if column.key in self._covered or self.isSectionHidden(section):
                if column.key in self._lines:
                    self._lines[column.key].hide()
                continue
            line = self._line(column)
            line.show()
            left = self.sectionViewportPosition(section)
            width = self.sectionSize(section)
            line.setGeometry(left + 1, top, width - 2, LINE_HEIGHT)
            line.setPlaceholderText(self._hint if width >= HINT_WIDTH else "")

    @Slot(str)
    def _on_line_text_changed(self, text: str) -> None:
        line = self.sender()
        key = next(key for key, each in self._lines.items() if each is line)
        self._texts[key] = text
        line.setClearButtonEnabled(bool(text))
        self._waiting[key] = text
        self._timer.start()

    @Slot()
    def _send(self) -> None:
        self._timer.stop()
        waiting, self._waiting = self._waiting, {}
        for key, text in waiting.items():
            self.filtered.emit(key, text)
