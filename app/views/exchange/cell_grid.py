"""A page of a file with its bad cells in red; typing into a cell puts another text there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.views.exchange.page_grid import letters
from app.views.theme import COMPACT_ROW, figures, tokens

Index = QModelIndex | QPersistentModelIndex
BAD, MENDED, OUT = "bad", "mended", "out"
ALPHA = 56
FRAME = 2
WIDEST, NARROWEST = 200, 52


class CellModel(QAbstractTableModel):
    """Rows of a PageView; marks say which cells are bad and which were mended."""

    typed = Signal(int, int, str)
    """(row number, column, text)"""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.view: Any = None
        self._numbers: list[int] = []
        self._bad: Mapping[tuple[int, int], str] = {}
        self._mended: Mapping[tuple[int, int], str] = {}
        self._out: set[int] = set()

    def show_page(
        self, view: Any, numbers: Sequence[int], bad: Mapping[tuple[int, int], str],
        mended: Mapping[tuple[int, int], str], out: set[int],
    ) -> None:  # fmt: skip
        """``numbers``: rows shown; ``bad``: (row, column) -> why, column -1 = the row as such;
        ``mended``: (row, column) -> the text put there; ``out``: rows left out."""
        self.beginResetModel()
        self.view, self._numbers = view, list(numbers)
        self._bad, self._mended, self._out = bad, mended, out
        self.endResetModel()

    def refresh(self) -> None:
        if self._numbers and self.columnCount():
            last = self.index(len(self._numbers) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def place(self, index: Index) -> tuple[int, int]:
        """(row number, column) of a cell."""
        return self._numbers[index.row()], index.column()

    def index_of(self, row: int, column: int) -> QModelIndex:
        if row not in self._numbers:
            return QModelIndex()
        return self.index(self._numbers.index(row), max(column, 0))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        return 0 if parent.isValid() else len(self._numbers)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self.view is None else len(self.view.names)

    def text(self, row: int, column: int) -> str:
        mended = self._mended.get((row, column))
        if mended is not None:
            return mended
        return self.view.text(row, column)

    def state(self, row: int, column: int) -> str:
        if row in self._out:
            return OUT
        if (row, column) in self._bad:
            return BAD
        return MENDED if (row, column) in self._mended else ""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self.place(index)
        state = self.state(row, column)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self.text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return self._bad.get((row, column)) or self.text(row, column) or None
            case Qt.ItemDataRole.AccessibleTextRole:
                why = self._bad.get((row, column), "")
                return f"{self.view.names[column]}: {self.text(row, column)} {why}".strip()
            case Qt.ItemDataRole.BackgroundRole if state in (BAD, MENDED):
                colour = QColor(tokens().late if state == BAD else tokens().accent)
                colour.setAlpha(ALPHA)
                return colour
            case Qt.ItemDataRole.ForegroundRole if state == OUT:
                return QColor(tokens().disabled)
            case Qt.ItemDataRole.FontRole if state == OUT:
                return self._struck()
        return None

    def _struck(self) -> Any:
        font = QFont()
        font.setStrikeOut(True)
        return font

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if self.view is None:
            return None
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self.view.names[section] or letters(section)
            return None
        row = self._numbers[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return str(row)
            case Qt.ItemDataRole.ForegroundRole if (row, -1) in self._bad:
                return QColor(tokens().late)
            case Qt.ItemDataRole.ToolTipRole:
                return self._bad.get((row, -1))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and self.view.names[index.column()]:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        row, column = self.place(index)
        text = str(value).strip()
        if text == self.text(row, column):
            return False
        self.typed.emit(row, column, text)
        return True


class _Framed(QStyledItemDelegate):
    """The cell with the focus keeps its ground (red is red) and gets a frame."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        option.state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus)
        super().paint(painter, option, index)
        if chosen:
            painter.save()
            painter.setPen(QPen(QColor(tokens().accent), FRAME))
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))
            painter.restore()


class CellGrid(QTableView):
    """``chosen``: the cell with the focus, (row number, column)."""

    chosen = Signal(int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cells = CellModel(self)
        self.setModel(self.cells)
        self.setItemDelegate(_Framed(self))
        self.setFont(figures(self.font()))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(COMPACT_ROW)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self._page: tuple[str, str] = ("", "")
        self.selectionModel().currentChanged.connect(self._on_current_changed)

    def show_page(self, view: Any, *arguments: Any) -> None:
        """As the model's; column widths are kept while the page stays the same."""
        where = self.cells.place(self.currentIndex()) if self.currentIndex().isValid() else None
        self.cells.show_page(view, *arguments)
        page = (view.file, view.page) if view is not None else ("", "")
        if page != self._page:
            self._page = page
            self._fit()
        if where is not None:
            self.go(*where)

    def go(self, row: int, column: int) -> None:
        index = self.cells.index_of(row, column)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        head = self.horizontalHeader().fontMetrics()
        for column in range(self.cells.columnCount()):
            texts = [self.cells.text(n, column) for n in self.cells._numbers[:60]]
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
            title = head.horizontalAdvance(self.cells.view.names[column]) + 8
            self.setColumnWidth(column, max(NARROWEST, min(max(widest, title) + 14, WIDEST)))

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, before: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(*self.cells.place(current))
