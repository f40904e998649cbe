"""The model of every table: frozen rows in, filtered, sorted and grouped lines out.

Filtering and sorting work on an own list instead of a QSortFilterProxyModel: one pass over Python
values, several sort keys, and rows that move, appear or change are announced as exactly that, so
that selection and scroll position stay. Group rows are entries of the same list.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray
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
from app.views.table_filter import containing, passing
from app.views.table_groups import Entry, Group, Groups, Path
from app.views.table_lines import Line, Lines, ordered, runs
from app.views.table_words import group_spoken, number_text
from app.views.theme import tokens

MOST_RUNS = 16
"""More separate insertions and removals than this are cheaper as one reset."""

SHOWN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
EDITABLE = SHOWN | Qt.ItemFlag.ItemIsEditable
Index = QModelIndex | QPersistentModelIndex


class Role:
    """Item roles beyond Qt's own."""

    ROW = Qt.ItemDataRole.UserRole
    BAR = Qt.ItemDataRole.UserRole + 1


class RowModel(QAbstractTableModel):
    """Rows of one kind. ``row_id`` tells which row of a new reading is which old one.

    Between the first announcement of a new arrangement and ``arranged`` the model is on its way:
    whoever sums up rows waits for ``arranged``.
    """

    arranged = Signal()
    announced = Signal()
    """Every row stands where it belongs; the last moment of being on the way."""
    reading_changed = Signal()
    """There are other rows, or they read differently."""

    def __init__(
        self,
        columns: Sequence[Column],
        row_id: Callable[[Any], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self.lines = Lines(row_id)
        self.groups = Groups()
        self._passed: list[Line] = []
        self._order = np.empty(0, np.int64)
        self._visible: list[Entry] = []
        self._sort: tuple[SortKey, ...] = ()
        self._search: tuple[str, ...] = ()
        self._filters: dict[str, str] = {}
        self.arranging = False
        self.much_selected = False
        """Many selected rows are cheaper to find again than to carry along while rows move."""

    # ---- what Qt asks ----------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        return 0 if parent.isValid() else len(self._visible)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry, column = self._visible[index.row()], self._columns[index.column()]
        if isinstance(entry, Group):
            return self._group_data(entry, index.column(), role)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.lines.text(entry, column)
            case Qt.ItemDataRole.EditRole:
                edit = column.edit
                return edit.text(entry.row) if edit else self.lines.text(entry, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(_alignment(column.kind))
            case Qt.ItemDataRole.ForegroundRole:
                name = column.tone(entry.row) if column.tone else None
                return QColor(getattr(tokens(), name)) if name else None
            case Qt.ItemDataRole.DecorationRole:
                name = column.icon(entry.row) if column.icon else None
                tone = (column.tone(entry.row) if column.tone else None) or "muted"
                return icon(name, tone) if name else None
            case Qt.ItemDataRole.ToolTipRole:
                tip = column.tip(entry.row) if column.tip else self.lines.text(entry, column)
                return tip or None
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(entry, index.column())
            case Role.ROW:
                return entry.row
            case Role.BAR:
                return column.bar(entry.row) if column.bar else None
        return None

    def _group_data(self, group: Group, column: int, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.group_text(group, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(_alignment(self._columns[column].kind))
            case Qt.ItemDataRole.AccessibleTextRole:
                if column:
                    return self.group_text(group, column)
                return group_spoken(self.group_title(group), group.count, group.open)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._columns[index.column()].edit is None or self._visible[index.row()].row is None:
            return SHOWN
        return EDITABLE

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

    def match(
        self,
        start: Index,
        role: int,
        value: Any,
        hits: int = 1,
        flags: Qt.MatchFlag = Qt.MatchFlag.MatchStartsWith,
    ) -> list[QModelIndex]:
        """The next row whose cell begins with what was typed; Qt would ask for every cell."""
        if role != Qt.ItemDataRole.DisplayRole or not start.isValid() or not self._visible:
            return super().match(start, role, value, hits, flags)
        begun, column = folded(str(value)), start.column()
        texts = self.lines.folded(self._columns[column])
        count = len(self._visible)
        for number in range(start.row(), start.row() + count):
            entry = self._visible[number % count]
            if isinstance(entry, Line) and texts[entry.at].startswith(begun):
                return [self.index(number % count, column)]
        return []

    # ---- rows ------------------------------------------------------------------------------------

    def set_rows(self, rows: Iterable[Any]) -> None:
        """Show a new reading; announces only what differs from the last one."""
        changed = self.lines.replace(rows)
        self._show(changed)
        if changed:
            self.reading_changed.emit()

    def rows(self) -> list[Any]:
        """All rows, whether the filter shows them or not."""
        return [line.row for line in self.lines.all]

    def visible_rows(self) -> list[Any]:
        """Rows that pass the filter, in the order shown, those of closed groups too."""
        return [line.row for line in self._passed]

    def entries(self) -> Sequence[Entry]:
        """What is shown, line by line: rows and group rows."""
        return self._visible

    def passed(self) -> Sequence[Line]:
        """The lines that pass the filter, in their order; groups stand for stretches of it."""
        return self._passed

    def total(self, column: Column, chosen: Sequence[Line] | None = None) -> Decimal:
        """Sum of a column over these lines; over all that pass the filter if None."""
        if chosen is None:
            return self.lines.total(column, self._order)
        places = np.fromiter((line.at for line in chosen), np.int64, len(chosen))
        return self.lines.total(column, places)

    def row_at(self, number: int) -> Any | None:
        """The row of this line; None for a group row."""
        return self._visible[number].row

    def lines_at(self, first: int, last: int) -> list[Line]:
        return [e for e in self._visible[first : last + 1] if isinstance(e, Line)]

    def rows_at(self, first: int, last: int) -> list[Any]:
        """The rows from line ``first`` to ``last``, without the group rows between them."""
        return [line.row for line in self.lines_at(first, last)]

    def group_at(self, number: int) -> Group | None:
        entry = self._visible[number]
        return entry if isinstance(entry, Group) else None

    def text_at(self, number: int, column: int) -> str:
        """What the cell of a row shows; kept, so that painting is cheap."""
        entry = self._visible[number]
        if isinstance(entry, Group):
            return self.group_text(entry, column)
        return self.lines.text(entry, self._columns[column])

    def value_at(self, number: int, column: int) -> Any:
        entry = self._visible[number]
        if isinstance(entry, Group):
            return None
        return self.lines.value(entry, self._columns[column])

    def key_at(self, number: int) -> Hashable:
        return self._visible[number].key

    def numbers_of(self, keys: Iterable[Hashable]) -> list[int]:
        """Where the rows with these ids stand; those filtered out are left out."""
        wanted = set(keys)
        if not wanted:
            return []
        return [number for number, entry in enumerate(self._visible) if entry.key in wanted]

    # ---- columns ---------------------------------------------------------------------------------

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    def set_columns(self, columns: Sequence[Column]) -> None:
        """The same columns in another language; texts are made anew, the order stays."""
        if [column.key for column in columns] != [column.key for column in self._columns]:
            raise ValueError("set_columns exchanges texts, not columns")
        before = self._closed_lines()
        self._columns = tuple(columns)
        self.lines.forget()
        if self.groups.keys:
            grouped = self._group_columns()
            self.groups.closed = {
                tuple(column.shown(line.row) for column in grouped[:depth])
                for line, depth in before
            }
            self._show(set())
        self.refresh()
        self.reading_changed.emit()

    def exchange_columns(self, columns: Sequence[Column]) -> None:
        """Other columns; the rows stay, what was asked of columns that are gone falls away."""
        self.beginResetModel()
        self._columns = tuple(columns)
        self.lines.forget()
        known = {column.key for column in columns}
        self._sort = tuple(key for key in self._sort if key.column in known)
        self._filters = {key: text for key, text in self._filters.items() if key in known}
        self.groups.set_keys(self._known(self.groups.keys))
        self.endResetModel()
        self._show(set())
        self.reading_changed.emit()

    def _closed_lines(self) -> list[tuple[Line, int]]:
        """A line of each closed group, and how deep the group is: its texts will change."""
        return [
            (self._passed[entry.first], len(entry.path))
            for entry in self._visible
            if isinstance(entry, Group) and not entry.open and entry.count
        ]

    def refresh(self) -> None:
        """Everything looks different (language, colours, date format)."""
        last = len(self._columns) - 1
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        if self._visible:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._visible) - 1, last))

    def column_number(self, key: str) -> int:
        """StopIteration where there is no such column."""
        return next(n for n, column in enumerate(self._columns) if column.key == key)

    def _known(self, keys: Iterable[str]) -> list[str]:
        there = {column.key for column in self._columns}
        return [key for key in keys if key in there]

    # ---- sort, filter, group ---------------------------------------------------------------------

    @property
    def sort_keys(self) -> tuple[SortKey, ...]:
        return self._sort

    def set_sort(self, keys: Sequence[SortKey]) -> None:
        """Sort by these columns, the first weighs most; unknown columns are left out."""
        known = set(self._known(key.column for key in keys))
        self._sort = tuple(key for key in keys if key.column in known)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)
        self._show(set())

    @property
    def filters(self) -> dict[str, str]:
        return dict(self._filters)

    def set_search(self, text: str) -> None:
        """Show rows in which each word occurs somewhere."""
        words = tuple(folded(text).split())
        if words != self._search:
            self._search = words
            self._show(set())

    def set_filter(self, column: str, text: str) -> None:
        """Filter one column: words, ``!not this``, or ``> 100``, ``<= 2026-12-01``."""
        self.set_filters({**self._filters, column: text})

    def set_filters(self, texts: dict[str, str]) -> None:
        """Filter by these columns and no others; unknown ones are left out."""
        known = self._known(texts)
        filters = {key: texts[key] for key in known if texts[key].strip()}
        if filters != self._filters:
            self._filters = filters
            self._show(set())

    def clear_filters(self) -> None:
        if self.filtered():
            self._filters, self._search = {}, ()
            self._show(set())

    def filtered(self) -> bool:
        return bool(self._filters or self._search)

    @property
    def group_keys(self) -> tuple[str, ...]:
        return self.groups.keys

    def set_groups(self, keys: Sequence[str]) -> None:
        """Group by these columns, the first is the outermost; none = a plain list."""
        known = tuple(dict.fromkeys(self._known(keys)))
        if known != self.groups.keys:
            self.groups.set_keys(known)
            self._show(set())

    def open_group(self, path: Path, is_open: bool) -> None:
        """Show or hide what is in a group."""
        closed = self.groups.closed
        if (path in closed) is is_open:
            closed.symmetric_difference_update({path})
            self._show(set())

    def open_all_groups(self, is_open: bool) -> None:
        self.groups.closed = set() if is_open else set(self.groups.all_paths())
        self._show(set())

    def group_title(self, group: Group) -> str:
        """``Customer: ACME``"""
        column = self._columns[self.column_number(group.column)]
        return f"{column.title}: {group.path[-1] or '–'}"

    def group_text(self, group: Group, column: int) -> str:
        """What a group row shows in a column: the total there, the title in the first."""
        described = self._columns[column]
        if described.total:
            return number_text(self.group_total(group, described))
        return f"{self.group_title(group)} ({group.count:,})" if column == 0 else ""

    def group_total(self, group: Group, column: Column) -> Decimal:
        return group.total(column, self.lines, self._order)

    def _group_columns(self) -> list[Column]:
        return [self._columns[self.column_number(key)] for key in self.groups.keys]

    # ---- arranging -------------------------------------------------------------------------------

    def _arranged(self) -> tuple[NDArray[np.int64], list[Line], list[Entry]]:
        """The lines that pass, in their order (their places too), and what is shown of them."""
        passes = np.ones(len(self.lines), np.bool_)
        for column in self._columns:
            if column.key in self._filters:
                passes &= passing(self.lines, column, self._filters[column.key])
        if self._search:
            passes &= containing(self.lines.whole(self._columns), self._search)
        down = {key.column: key.descending for key in self._sort}
        grouped = [self.lines.codes(column) for column in self._group_columns()]
        keys = [
            (codes, down.get(key, False))
            for (codes, _), key in zip(grouped, self.groups.keys, strict=True)
        ]
        keys += [
            (self.lines.ranks(self._columns[self.column_number(key.column)]), key.descending)
            for key in self._sort
        ]
        order = ordered(keys, np.flatnonzero(passes))
        every = self.lines.all
        passed = [every[at] for at in order.tolist()]
        shown = self.groups.entries(grouped, order, passed) if grouped else list(passed)
        return order, passed, shown

    def _show(self, changed: set[Line]) -> None:
        """Arrange anew; ``changed``: the lines that may look different."""
        order, passed, target = self._arranged()
        self.arranging = True
        try:
            self._order, self._passed = order, passed
            self._announce(target, changed)
            self.announced.emit()
        finally:
            self.arranging = False
        self.arranged.emit()

    def _announce(self, target: list[Entry], changed: set[Line]) -> None:
        """Go from what is visible to ``target`` by the narrowest announcements."""
        wanted, present = set(target), set(self._visible)
        lost, new = present - wanted, wanted - present
        gone, come = _stretches(self._visible, lost), _stretches(target, new)
        if len(gone) + len(come) > MOST_RUNS:
            self.beginResetModel()
            self._visible = target
            self.endResetModel()
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._visible[first : last + 1]
            self.endRemoveRows()
        self._reorder([entry for entry in target if entry in present] if new else target)
        for first, last in come:
            self.beginInsertRows(QModelIndex(), first, last)
            self._visible[first:first] = target[first : last + 1]
            self.endInsertRows()
        self._announce_changed(changed)

    def _reorder(self, entries: list[Entry]) -> None:
        if entries == self._visible:
            return
        if self.much_selected:
            self.beginResetModel()
            self._visible = list(entries)
            self.endResetModel()
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [(self._visible[index.row()], index.column()) for index in before]
        self._visible = list(entries)
        if held:
            wanted = {entry for entry, _ in held}
            place = {entry: n for n, entry in enumerate(entries) if entry in wanted}
            after = [self.index(place[entry], column) for entry, column in held]
            self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _announce_changed(self, changed: set[Line]) -> None:
        """Rows with new values, and the group rows, whose counts and totals may be new."""
        grouped = bool(self.groups.keys)
        if not changed and not grouped:
            return
        numbers = (
            number
            for number, entry in enumerate(self._visible)
            if entry in changed or (grouped and isinstance(entry, Group))
        )
        last_column = len(self._columns) - 1
        for first, last in _few(runs(numbers)):
            self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))

    def _sort_mark(self, column: str) -> str:
        for number, key in enumerate(self._sort, 1):
            if key.column == column:
                mark = "▼" if key.descending else "▲"
                return f" {mark}{number}" if len(self._sort) > 1 else f" {mark}"
        return ""

    def _spoken(self, line: Line, column: int) -> str:
        """Column 0 speaks the whole row to a screen reader, the others their cell."""
        if column:
            return self.lines.text(line, self._columns[column])
        parts = ((each.title, self.lines.text(line, each)) for each in self._columns)
        return ", ".join(f"{title}: {text}" for title, text in parts if text)


def _alignment(kind: Kind) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if kind is Kind.NUMBER else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _stretches(entries: Sequence[Entry], chosen: set[Entry]) -> list[tuple[int, int]]:
    """Where the chosen entries stand, as (first, last) of each unbroken run."""
    if not chosen:
        return []
    if len(chosen) == len(entries):
        return [(0, len(entries) - 1)]
    return runs(number for number, entry in enumerate(entries) if entry in chosen)


def _few(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Very many runs as one: the view repaints what it shows once either way."""
    few = len(stretches) <= MOST_RUNS
    return stretches if few else [(stretches[0][0], stretches[-1][1])]
