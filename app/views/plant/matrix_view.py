"""The grid of a setup matrix: keys of a spreadsheet over one block of chosen cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QStyledItemDelegate,
    QTableView,
    QWidget,
)

from app.views.plant.matrix_model import MatrixModel
from app.views.theme import COMPACT_ROW, SPACE, figures

CELL, MOST_CELL, MOST_NAME = 56, 92, 150
LEAST_HEIGHT = 150
MOST_CELLS = 10_000
"""So many cells are copied, pasted or filled at once."""

Cells = list[tuple[tuple[int, int], str]]


@dataclass(frozen=True, slots=True)
class Block:
    """The chosen cells, first and last included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> int:
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def places(self) -> list[tuple[int, int]]:
        """(row, column) in reading order."""
        return [
            (row, column)
            for row in range(self.top, self.bottom + 1)
            for column in range(self.left, self.right + 1)
        ]


class MatrixDelegate(QStyledItemDelegate):
    """What is typed into a cell stays there when the matrix is read again meanwhile."""

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)


class MatrixView(QTableView):
    """Copy, paste, fill down, clear; texts for cells go through ``put``."""

    chosen = Signal()
    """The block of chosen cells is another one."""

    matrix: MatrixModel

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.put: Callable[[Cells], None] = lambda cells: None
        self.too_many: Callable[[], None] = lambda: None
        """More cells than ``MOST_CELLS`` were asked for."""
        self.setSelectionMode(QTableView.SelectionMode.ContiguousSelection)
        self.setMinimumHeight(LEAST_HEIGHT)
        self.setItemDelegate(MatrixDelegate(self))
        self.setFont(figures(self.font()))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setHighlightSections(True)
            header.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.horizontalHeader().setDefaultSectionSize(CELL)
        self.verticalHeader().setDefaultSectionSize(COMPACT_ROW)
        self.verticalHeader().setMaximumWidth(MOST_NAME)

    def show_matrix(self, matrix: MatrixModel) -> None:
        """The model it shows from now on."""
        self.matrix = matrix
        self.setModel(matrix)
        matrix.modelReset.connect(self.fit_columns)
        self.selectionModel().selectionChanged.connect(self.chosen)

    def sizeHint(self) -> QSize:
        """Small: it takes the room there is."""
        return QSize(4 * CELL, LEAST_HEIGHT)

    def fit_columns(self) -> None:
        """As wide as the names need, within reason; the whole name is in the tip."""
        metrics = self.horizontalHeader().fontMetrics()
        for place, text in enumerate(self.matrix.ends):
            wanted = metrics.horizontalAdvance(text) + 4 * SPACE
            self.setColumnWidth(place, min(max(wanted, CELL), MOST_CELL))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QApplication.clipboard().text())
        elif event.key() == Qt.Key.Key_Delete:
            self.put([(place, "") for place in self.listed()])
        elif (
            event.key() == Qt.Key.Key_D and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.fill_down()
        else:
            super().keyPressEvent(event)

    def is_editing(self) -> bool:
        """Whether somebody types into a cell."""
        return self.state() is QAbstractItemView.State.EditingState

    # ---- the block -------------------------------------------------------------------------------

    def block(self) -> Block | None:
        """The chosen cells; None = none."""
        ranges = list(self.selectionModel().selection())
        if not ranges:
            return None
        return Block(
            min(each.top() for each in ranges),
            min(each.left() for each in ranges),
            max(each.bottom() for each in ranges),
            max(each.right() for each in ranges),
        )

    def choose_block(self, block: Block) -> None:
        model, flags = self.matrix, QItemSelectionModel.SelectionFlag
        first = model.index(block.top, block.left)
        whole = QItemSelection(first, model.index(block.bottom, block.right))
        self.selectionModel().setCurrentIndex(first, flags.NoUpdate)
        self.selectionModel().select(whole, flags.ClearAndSelect)

    def places(self) -> list[tuple[int, int]]:
        """Chosen cells as (row, column); [] (and a word about it) where they are too many."""
        block = self.block()
        if block is None:
            return []
        if block.size > MOST_CELLS:
            self.too_many()
            return []
        return block.places()

    def listed(self) -> list[tuple[int, int]]:
        """Those of the chosen cells in which a pair is listed."""
        block, model = self.block(), self.matrix
        if block is None:
            return []
        return [
            (row, column)
            for row, column in model.listed_places()
            if block.top <= row <= block.bottom and block.left <= column <= block.right
        ]

    # ---- what the keys do ------------------------------------------------------------------------

    def copy(self) -> None:
        rows: dict[int, list[str]] = {}
        model = self.matrix
        for row, column in self.places():
            text = str(model.index(row, column).data() or "")
            rows.setdefault(row, []).append("x" if text == model.forbidden_word else text)
        if rows:
            QApplication.clipboard().setText("\n".join("\t".join(line) for line in rows.values()))

    def paste(self, text: str) -> None:
        """A block from Excel, from the first chosen cell on; one cell fills them all."""
        lines = [line.split("\t") for line in text.rstrip("\r\n").splitlines()]
        block = self.block()
        if not lines or block is None:
            return
        if len(lines) == 1 and len(lines[0]) == 1:
            self.put([(place, lines[0][0]) for place in self.places()])
            return
        if sum(map(len, lines)) > MOST_CELLS:
            self.too_many()
            return
        model = self.matrix
        rows, columns = model.rowCount(), model.columnCount()
        self.put(
            [
                ((block.top + row, block.left + column), cell)
                for row, line in enumerate(lines)
                for column, cell in enumerate(line)
                if block.top + row < rows and block.left + column < columns
            ]
        )

    def fill_down(self) -> None:
        """The topmost chosen cell of each column into those below it."""
        block, model = self.block(), self.matrix
        if block is None:
            return

        def text(column: int) -> str:
            index = model.index(block.top, column)
            return str(index.data(Qt.ItemDataRole.EditRole) or "")

        tops: dict[int, Any] = {c: text(c) for c in range(block.left, block.right + 1)}
        self.put([((r, c), tops[c]) for r, c in self.places() if r > block.top])
