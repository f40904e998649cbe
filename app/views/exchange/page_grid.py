"""The first rows of a foreign sheet as they stand there; a click says which row holds the names."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.views.theme import COMPACT_ROW, figures, tokens

WIDEST = 180
NARROWEST = 48
Index = QModelIndex | QPersistentModelIndex


class PageModel(QAbstractTableModel):
    """Texts of cells; ``headers``: numbers (from 1) of the rows that hold names."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, ...]] = []
        self._width = 0
        self._headers: tuple[int, ...] = ()
        self._first = 1

    def show_page(self, rows: list[tuple[str, ...]], headers: tuple[int, ...], first: int) -> None:
        """``first``: number of the first row of data."""
        self.beginResetModel()
        self._rows, self._headers, self._first = rows, headers, first
        self._width = max((len(row) for row in rows), default=0)
        self.endResetModel()

    def refresh(self) -> None:
        if self._rows and self._width:
            last = self.index(len(self._rows) - 1, self._width - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._width

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, number = self._rows[index.row()], index.row() + 1
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                text = row[index.column()] if index.column() < len(row) else ""
                return text or None
            case Qt.ItemDataRole.BackgroundRole if number in self._headers:
                return QColor(tokens().accent_soft)
            case Qt.ItemDataRole.ForegroundRole if number < self._first and (
                number not in self._headers
            ):
                return QColor(tokens().disabled)
            case Qt.ItemDataRole.FontRole if number in self._headers:
                font = QFont()
                font.setBold(True)
                return font
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return str(section + 1) if orientation is Qt.Orientation.Vertical else letters(section)


def letters(number: int) -> str:
    """The name a spreadsheet gives to a column (from 0): A … Z, AA …"""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


class PageGrid(QTableView):
    """``headers_chosen``: numbers of rows (from 1) that a person says hold the names."""

    headers_chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.page = PageModel(self)
        self.setModel(self.page)
        self.setFont(figures(self.font()))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(COMPACT_ROW)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        rows.setSectionsClickable(True)
        rows.sectionClicked.connect(self._on_row_clicked)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self._shift = False
        self._headers: tuple[int, ...] = ()

    def show_page(self, rows: list[tuple[str, ...]], headers: tuple[int, ...], first: int) -> None:
        self._headers = headers
        self.page.show_page(rows, headers, first)
        self._fit(rows)
        if headers:
            self.setCurrentIndex(self.page.index(headers[0] - 1, 0))

    def _fit(self, rows: list[tuple[str, ...]]) -> None:
        metrics = self.fontMetrics()
        for column in range(self.page.columnCount()):
            cells = [(n, row[column]) for n, row in enumerate(rows, 1) if column < len(row)]
            texts = [text for _, text in cells]
            names = [text for number, text in cells if number in self._headers]
            # A long title must not push the columns out of sight.
            widest = sorted(metrics.horizontalAdvance(text) for text in texts if text)
            usual = widest[len(widest) * 8 // 10] if widest else 0
            name = max((metrics.horizontalAdvance(t) * 11 // 10 for t in names), default=0)
            self.setColumnWidth(column, max(NARROWEST, min(max(usual, name) + 16, WIDEST)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid():
            self._choose(
                index.row() + 1, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            row = self.currentIndex().row() + 1
            if row:
                shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self._choose(row, shift)
            return
        super().keyPressEvent(event)

    @Slot(int)
    def _on_row_clicked(self, section: int) -> None:
        self._choose(section + 1, False)

    def _choose(self, row: int, more: bool) -> None:
        """Shift takes the row beside the one that is chosen as a second row of names."""
        wanted = (row,)
        if more and self._headers and abs(row - self._headers[0]) <= 2:
            wanted = tuple(range(min(row, self._headers[0]), max(row, self._headers[0]) + 1))
        if wanted != self._headers:
            self.headers_chosen.emit(list(wanted))
