"""The model of a tree of parts: nodes made when first looked at, and new readings told as the
rows that came, went, moved or changed, so that what is open and chosen stays.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app.views.icons import icon
from app.views.table_columns import Column, Kind
from app.views.theme import tokens

Index = QModelIndex | QPersistentModelIndex

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Node:
    """One row; ``children`` None = nobody has looked yet."""

    __slots__ = ("children", "parent", "part")

    def __init__(self, part: Any, parent: Node | None) -> None:
        self.part = part
        self.parent = parent
        self.children: list[Node] | None = None


class PartModel(QAbstractItemModel):
    """``key`` tells which part of a new reading is which old one among its siblings."""

    def __init__(
        self, columns: Sequence[Column], key: Callable[[Any], Hashable], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._key = key
        self._root = Node(None, None)
        self._root.children = []
        self._children: Callable[[Any], Sequence[Any]] = lambda part: ()
        self._holds: Callable[[Any], bool] = lambda part: False

    # ---- what Qt asks ----------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 (Qt's signature)
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._opened(self._node(parent))[row])

    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008
        if not index.isValid():
            return QModelIndex()
        return self._index_of(index.internalPointer().parent)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.column() > 0 else len(self._opened(self._node(parent)))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self._columns)

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        if parent.column() > 0:
            return False
        node = self._node(parent)
        if node.children is not None:
            return bool(node.children)
        return self._holds(node.part)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and self._columns[index.column()].edit is not None:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        part, column = index.internalPointer().part, self._columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return column.shown(part)
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(RIGHT if column.kind is Kind.NUMBER else LEFT)
            case Qt.ItemDataRole.ForegroundRole:
                name = column.tone(part) if column.tone else None
                return QColor(getattr(tokens(), name)) if name else None
            case Qt.ItemDataRole.DecorationRole:
                name = column.icon(part) if column.icon else None
                tone = (column.tone(part) if column.tone else None) or "muted"
                return icon(name, tone) if name else None
            case Qt.ItemDataRole.ToolTipRole:
                return (column.tip(part) if column.tip else column.shown(part)) or None
            case Qt.ItemDataRole.AccessibleTextRole:
                text = column.shown(part)
                return f"{column.title}: {text}" if text else column.title
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.title
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(RIGHT if column.kind is Kind.NUMBER else LEFT)
            case Qt.ItemDataRole.ToolTipRole:
                return column.title_tip or column.title
        return None

    # ---- parts -----------------------------------------------------------------------------------

    def part(self, index: Index) -> Any | None:
        return index.internalPointer().part if index.isValid() else None

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    def set_columns(self, columns: Sequence[Column]) -> None:
        """The same columns with other texts (another language, another basis)."""
        self._columns = tuple(columns)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(columns) - 1)
        self._refresh(self._root)

    def refresh(self) -> None:
        """Colours have changed."""
        self._refresh(self._root)

    def clear(self) -> None:
        self.beginResetModel()
        self._root.children = []
        self.endResetModel()

    def show(
        self,
        top: Sequence[Any],
        children: Callable[[Any], Sequence[Any]],
        holds: Callable[[Any], bool],
    ) -> None:
        """A new reading; ``children`` and ``holds`` answer for each part that is opened."""
        self._children, self._holds = children, holds
        self._take(self._root, top)

    def find(self, keys: Sequence[Hashable], column: int = 0) -> QModelIndex:
        """The part that the keys lead to from the top, opened on the way; else an invalid index."""
        node = self._root
        for key in keys:
            found = next((n for n in self._opened(node) if self._key(n.part) == key), None)
            if found is None:
                return QModelIndex()
            node = found
        return self._index_of(node, column)

    def path(self, index: Index) -> tuple[Hashable, ...]:
        """The keys that lead to a part."""
        keys = []
        node = index.internalPointer() if index.isValid() else self._root
        while node.parent is not None:
            keys.append(self._key(node.part))
            node = node.parent
        return tuple(keys[::-1])

    # ---- inside ----------------------------------------------------------------------------------

    def _node(self, index: Index) -> Node:
        return index.internalPointer() if index.isValid() else self._root

    def _opened(self, node: Node) -> list[Node]:
        if node.children is None:
            held = self._children(node.part) if self._holds(node.part) else ()
            node.children = [Node(part, node) for part in held]
        return node.children

    def _index_of(self, node: Node | None, column: int = 0) -> QModelIndex:
        if node is None or node.parent is None:
            return QModelIndex()
        siblings = node.parent.children or []
        return self.createIndex(siblings.index(node), column, node)

    def _take(self, node: Node, parts: Sequence[Any]) -> None:
        """Make the children of ``node`` those of a new reading."""
        old = node.children
        if old is None:
            return
        wanted = {self._key(part) for part in parts}
        at = self._index_of(node)
        for row in reversed(range(len(old))):
            if self._key(old[row].part) not in wanted:
                self.beginRemoveRows(at, row, row)
                del old[row]
                self.endRemoveRows()
        for row, part in enumerate(parts):
            self._put(node, old, at, row, part)
        for child, part in zip(old, parts, strict=True):
            self._exchange(child, part)

    def _put(self, node: Node, children: list[Node], at: QModelIndex, row: int, part: Any) -> None:
        """The part as child number ``row``: it stands there, moves there or is new."""
        key = self._key(part)
        place = next(
            (n for n in range(row, len(children)) if self._key(children[n].part) == key), None
        )
        if place == row:
            return
        if place is None:
            self.beginInsertRows(at, row, row)
            children.insert(row, Node(part, node))
            self.endInsertRows()
        else:
            self.beginMoveRows(at, place, place, at, row)
            children.insert(row, children.pop(place))
            self.endMoveRows()

    def _exchange(self, node: Node, part: Any) -> None:
        if node.part != part:
            node.part = part
            first = self._index_of(node)
            self.dataChanged.emit(first, first.siblingAtColumn(len(self._columns) - 1))
        if node.children is not None:
            self._take(node, self._children(part) if self._holds(part) else ())

    def _refresh(self, node: Node) -> None:
        children = node.children or []
        if children:
            first = self._index_of(children[0])
            last = self._index_of(children[-1], len(self._columns) - 1)
            self.dataChanged.emit(first, last)
        for child in children:
            self._refresh(child)
