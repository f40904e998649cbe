"""What is selected in a table, by stretches of lines: Qt's own lists take seconds for many."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from PySide6.QtCore import QItemSelection, QItemSelectionModel
from PySide6.QtWidgets import QTableView

from app.views.table_columns import Kind
from app.views.table_lines import Line, runs
from app.views.table_model import RowModel

Stretch = tuple[int, int]
"""(first, last) line."""

MOST_CARRIED = 2000
"""More selected lines than this are found again by their ids when rows move."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A selection by ids: (left, right column, ids), and the cell that had the keyboard."""

    parts: list[tuple[int, int, set[Hashable]]] = field(default_factory=list)
    current: tuple[Hashable, int] | None = None


class Selection:
    """Reads and sets the selection of one table."""

    def __init__(self, model: RowModel, view: QTableView) -> None:
        self._model = model
        self._view = view

    def stretches(self) -> list[Stretch]:
        """Selected lines, ascending; stretches neither touch nor overlap."""
        parts = sorted((p.top(), p.bottom()) for p in self._view.selectionModel().selection())
        merged: list[Stretch] = []
        for first, last in parts:
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], last))
            else:
                merged.append((first, last))
        return merged

    def lines(self) -> list[Line]:
        """The selected rows, without group rows, in the order shown."""
        found: list[Line] = []
        for first, last in self.stretches():
            found += self._model.lines_at(first, last)
        return found

    def much(self) -> bool:
        """Whether so much is selected that Qt takes long to carry it along; it is quick again
        where everything is."""
        parts = self._view.selectionModel().selection()
        whole = (self._model.rowCount(), self._model.columnCount())
        if len(parts) == 1 and (parts[0].height(), parts[0].width()) == whole:
            return False
        return sum(last - first + 1 for first, last in self.stretches()) > MOST_CARRIED

    def sections(self) -> set[int]:
        """Columns in which a cell is selected."""
        found: set[int] = set()
        for part in self._view.selectionModel().selection():
            found.update(range(part.left(), part.right() + 1))
        return found

    def cells(self) -> dict[int, list[int]]:
        """Selected lines by shown column, ascending."""
        found: dict[int, set[int]] = {}
        for part in self._view.selectionModel().selection():
            for section in range(part.left(), part.right() + 1):
                if not self._view.isColumnHidden(section):
                    found.setdefault(section, set()).update(range(part.top(), part.bottom() + 1))
        return {section: sorted(numbers) for section, numbers in sorted(found.items())}

    def figures(self) -> tuple[int, int, Decimal]:
        """Of the selected cells: how many, how many numbers among them, and their sum."""
        count, numbers, total = 0, 0, Decimal()
        for part in self._view.selectionModel().selection():
            lines = self._model.lines_at(part.top(), part.bottom())
            for section in range(part.left(), part.right() + 1):
                if self._view.isColumnHidden(section):
                    continue
                count += len(lines)
                column = self._model.columns[section]
                if column.kind is Kind.NUMBER:
                    values = self._model.lines.values(column)
                    numbers += sum(values[line.at] is not None for line in lines)
                    total += self._model.total(column, lines)
        return count, numbers, total

    def select_ids(self, ids: Iterable[Hashable]) -> list[int]:
        """Select the rows with these ids, and no others; where they stand."""
        numbers = self._model.numbers_of(ids)
        self._select([(0, self._model.columnCount() - 1, numbers)])
        return numbers

    def keep(self) -> Kept:
        """The selection in a form that outlives a reset."""
        model, index = self._model, self._view.currentIndex()
        parts = []
        for part in self._view.selectionModel().selection():
            ids = {model.key_at(number) for number in range(part.top(), part.bottom() + 1)}
            if parts and parts[-1][:2] == (part.left(), part.right()):
                parts[-1][2].update(ids)
            else:
                parts.append((part.left(), part.right(), ids))
        current = (model.key_at(index.row()), index.column()) if index.isValid() else None
        return Kept(parts, current)

    def put_back(self, kept: Kept) -> None:
        model = self._model
        self._select([(left, right, model.numbers_of(ids)) for left, right, ids in kept.parts])
        if kept.current is None:
            return
        for number in model.numbers_of([kept.current[0]]):
            index = model.index(number, kept.current[1])
            no_update = QItemSelectionModel.SelectionFlag.NoUpdate
            self._view.selectionModel().setCurrentIndex(index, no_update)

    def _select(self, parts: list[tuple[int, int, list[int]]]) -> None:
        selection = QItemSelection()
        for left, right, numbers in parts:
            for first, last in runs(numbers):
                top, bottom = self._model.index(first, left), self._model.index(last, right)
                selection.select(top, bottom)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self._view.selectionModel().select(selection, flag)
