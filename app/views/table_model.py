"""The model of every table: frozen rows in, filtered and sorted lines out.

Filtering and sorting work on an own list instead of a QSortFilterProxyModel: one pass over Python
values, several sort keys, and rows that move, appear or change are announced as exactly that, so
that selection and scroll position stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor

from app.views.icons import icon
from app.views.table_columns import Column, Kind, SortKey, folded
from app.views.theme import tokens

MOST_RUNS = 16
"""More separate insertions and removals than this are cheaper as one reset."""

Index = QModelIndex | QPersistentModelIndex


class Role:
    """Item roles beyond Qt's own."""

    ROW = Qt.ItemDataRole.UserRole
    BAR = Qt.ItemDataRole.UserRole + 1


@dataclass(slots=True)
class _Line:
    """One row with the texts of its cells, made when first asked for."""

    key: Hashable
    row: Any
    texts: dict[str, str] = field(default_factory=dict)

    def text(self, column: Column) -> str:
        text = self.texts.get(column.key)
        if text is None:
            text = self.texts[column.key] = column.shown(self.row)
        return text


class RowModel(QAbstractTableModel):
    """Rows of one kind. ``row_id`` tells which row of a new reading is which old one.

    Between the first announcement of a new arrangement and ``arranged`` the model is on its way:
    whoever sums up rows waits for ``arranged``.
    """

    arranged = Signal()

    def __init__(
        self,
        columns: Sequence[Column],
        row_id: Callable[[Any], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._row_id = row_id
        self._lines: dict[Hashable, _Line] = {}
        self._visible: list[_Line] = []
        self._sort: tuple[SortKey, ...] = ()
        self._search: tuple[str, ...] = ()
        self._filters: dict[str, str] = {}
        self.arranging = False

    # ---- what Qt asks ----------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        return 0 if parent.isValid() else len(self._visible)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line, column = self._visible[index.row()], self._columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.text(column)
            case Qt.ItemDataRole.EditRole:
                return column.edit.text(line.row) if column.edit else line.text(column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(_alignment(column.kind))
            case Qt.ItemDataRole.ForegroundRole:
                name = column.tone(line.row) if column.tone else None
                return QColor(getattr(tokens(), name)) if name else None
            case Qt.ItemDataRole.DecorationRole:
                name = column.icon(line.row) if column.icon else None
                tone = (column.tone(line.row) if column.tone else None) or "muted"
                return icon(name, tone) if name else None
            case Qt.ItemDataRole.ToolTipRole:
                return (column.tip(line.row) if column.tip else line.text(column)) or None
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(line, index.column())
            case Role.ROW:
                return line.row
            case Role.BAR:
                return column.bar(line.row) if column.bar else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and self._columns[index.column()].edit is not None:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return f"{section + 1:,}" if role == Qt.ItemDataRole.DisplayRole else None
        if not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.title + self._sort_mark(column.key)
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(_alignment(column.kind))
            case Qt.ItemDataRole.ToolTipRole:
                return column.title_tip or column.title
        return None

    # ---- rows ------------------------------------------------------------------------------------

    def set_rows(self, rows: Iterable[Any]) -> None:
        """Show a new reading; announces only what differs from the last one."""
        lines: dict[Hashable, _Line] = {}
        for row in rows:
            key = self._row_id(row)
            old = self._lines.get(key)
            lines[key] = old if old is not None and old.row == row else _Line(key, row)
        self._lines = lines
        self._show(self._arranged())

    def rows(self) -> list[Any]:
        """All rows, whether the filter shows them or not."""
        return [line.row for line in self._lines.values()]

    def visible_rows(self) -> list[Any]:
        return [line.row for line in self._visible]

    def row_at(self, number: int) -> Any:
        return self._visible[number].row

    def text_at(self, number: int, column: int) -> str:
        """What the cell shows; kept, so that painting is cheap."""
        return self._visible[number].text(self._columns[column])

    def key_at(self, number: int) -> Hashable:
        return self._visible[number].key

    def numbers_of(self, keys: Iterable[Hashable]) -> list[int]:
        """Where the rows with these ids stand; those filtered out are left out."""
        wanted = set(keys)
        return [number for number, line in enumerate(self._visible) if line.key in wanted]

    # ---- columns ---------------------------------------------------------------------------------

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    def set_columns(self, columns: Sequence[Column]) -> None:
        """The same columns in another language; texts are made anew, nothing moves."""
        if [column.key for column in columns] != [column.key for column in self._columns]:
            raise ValueError("set_columns exchanges texts, not columns")
        self._columns = tuple(columns)
        self.refresh()

    def refresh(self) -> None:
        """Everything looks different (language, colours, date format)."""
        for line in self._lines.values():
            line.texts.clear()
        last = len(self._columns) - 1
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        if self._visible:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._visible) - 1, last))

    def column_number(self, key: str) -> int:
        return next(n for n, column in enumerate(self._columns) if column.key == key)

    # ---- sort and filter -------------------------------------------------------------------------

    @property
    def sort_keys(self) -> tuple[SortKey, ...]:
        return self._sort

    def set_sort(self, keys: Sequence[SortKey]) -> None:
        """Sort by these columns, the first weighs most; unknown columns are left out."""
        known = {column.key for column in self._columns}
        self._sort = tuple(key for key in keys if key.column in known)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)
        self._show(self._arranged())

    @property
    def filters(self) -> dict[str, str]:
        return dict(self._filters)

    def set_search(self, text: str) -> None:
        """Show rows in which each word occurs somewhere."""
        self._search = tuple(folded(text).split())
        self._show(self._arranged())

    def set_filter(self, column: str, text: str) -> None:
        """Filter one column: words, ``!not this``, or ``> 100``, ``<= 2026-12-01``."""
        if text.strip():
            self._filters[column] = text
        else:
            self._filters.pop(column, None)
        self._show(self._arranged())

    def clear_filters(self) -> None:
        self._filters.clear()
        self._search = ()
        self._show(self._arranged())

    def filtered(self) -> bool:
        return bool(self._filters or self._search)

    def _arranged(self) -> list[_Line]:
        tests = [
            (column, _test(self._filters[column.key], column.kind))
            for column in self._columns
            if column.key in self._filters
        ]
        lines = [line for line in self._lines.values() if self._passes(line, tests)]
        columns = {column.key: column for column in self._columns}
        for key in reversed(self._sort):
            lines = _sorted(lines, columns[key.column], key.descending)
        return lines

    def _passes(self, line: _Line, tests: list[tuple[Column, _Test]]) -> bool:
        for column, test in tests:
            if not test(column.value(line.row), line.text(column)):
                return False
        if not self._search:
            return True
        whole = "\n".join(folded(line.text(column)) for column in self._columns)
        return all(word in whole for word in self._search)

    # ---- announcing ------------------------------------------------------------------------------

    def _show(self, target: list[_Line]) -> None:
        self.arranging = True
        try:
            self._announce(target)
        finally:
            self.arranging = False
        self.arranged.emit()

    def _announce(self, target: list[_Line]) -> None:
        """Go from what is visible to ``target`` by the narrowest announcements."""
        wanted = {line.key: line for line in target}
        gone = _runs([n for n, line in enumerate(self._visible) if line.key not in wanted])
        present = {line.key for line in self._visible}
        come = _runs([n for n, line in enumerate(target) if line.key not in present])
        if len(gone) + len(come) > MOST_RUNS:
            self.beginResetModel()
            self._visible = target
            self.endResetModel()
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._visible[first : last + 1]
            self.endRemoveRows()
        self._reorder([line.key for line in target if line.key in present])
        for first, last in come:
            self.beginInsertRows(QModelIndex(), first, last)
            self._visible[first:first] = target[first : last + 1]
            self.endInsertRows()
        self._exchange(target)

    def _reorder(self, keys: list[Hashable]) -> None:
        if keys == [line.key for line in self._visible]:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [(self._visible[index.row()].key, index.column()) for index in before]
        by_key = {line.key: line for line in self._visible}
        self._visible = [by_key[key] for key in keys]
        place = {key: number for number, key in enumerate(keys)}
        after = [self.index(place[key], column) for key, column in held]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _exchange(self, target: list[_Line]) -> None:
        """Same rows in the same order: put new values where they differ."""
        changed = [n for n, line in enumerate(target) if line is not self._visible[n]]
        self._visible = target
        last_column = len(self._columns) - 1
        for first, last in _runs(changed):
            self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))

    def _sort_mark(self, column: str) -> str:
        for number, key in enumerate(self._sort, 1):
            if key.column == column:
                mark = "▼" if key.descending else "▲"
                return f" {mark}{number}" if len(self._sort) > 1 else f" {mark}"
        return ""

    def _spoken(self, line: _Line, column: int) -> str:
        """Column 0 speaks the whole row to a screen reader, the others their cell."""
        if column:
            return line.text(self._columns[column])
        parts = ((each.title, line.text(each)) for each in self._columns)
        return ", ".join(f"{title}: {text}" for title, text in parts if text)


def _alignment(kind: Kind) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if kind is Kind.NUMBER else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Ascending numbers as (first, last) of each unbroken run."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


# ---- sorting -------------------------------------------------------------------------------------


def _sorted(lines: list[_Line], column: Column, descending: bool) -> list[_Line]:
    """Stable; rows without a value last in both directions."""
    present = [line for line in lines if column.value(line.row) is not None]
    missing = [line for line in lines if column.value(line.row) is None]
    present.sort(key=lambda line: sort_key(column.value(line.row)), reverse=descending)
    return present + missing


def sort_key(value: Any) -> Any:
    """Numbers inside codes by value (``A2`` before ``A10``), common Chinese by pinyin.

    GB 2312 orders its 3,755 common characters by pinyin, and GB 18030 keeps that order.
    """
    if not isinstance(value, str):
        return value
    parts = re.split(r"(\d+)", value.casefold())
    return [
        (int(part), b"") if number % 2 else (-1, part.encode("gb18030", "replace"))
        for number, part in enumerate(parts)
    ]


# ---- filtering -----------------------------------------------------------------------------------

_Test = Callable[[Any, str], bool]
_COMPARISON = re.compile(r"\s*(<=|>=|<|>|=)\s*(\S.*)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
}


def _test(wanted: str, kind: Kind) -> _Test:
    """Whether a cell (value, text) passes what was typed above its column."""
    wanted = folded(wanted).strip()
    comparison = _COMPARISON.fullmatch(wanted)
    if comparison and kind is not Kind.TEXT:
        limit = _limit(comparison[2], kind)
        if limit is not None:
            return _comparing(_COMPARE[comparison[1]], limit)
    if wanted.startswith("!") and len(wanted) > 1:
        unwanted = wanted[1:].strip()
        return lambda value, text: unwanted not in folded(text)
    words = wanted.split()
    return lambda value, text: all(word in folded(text) for word in words)


def _comparing(compare: Callable[[Any, Any], bool], limit: Any) -> _Test:
    def test(value: Any, text: str) -> bool:
        if value is None:
            return False
        if isinstance(value, datetime):
            value = value.date()
        return compare(value, limit)

    return test


def _limit(text: str, kind: Kind) -> Any:
    """The number or day that was typed; None if it is none (then the text is searched)."""
    try:
        if kind is Kind.NUMBER:
            return Decimal(text.replace(",", ""))
        if kind is Kind.DATE:
            return date.fromisoformat(text)
    except (InvalidOperation, ValueError):
        return None
    return None
