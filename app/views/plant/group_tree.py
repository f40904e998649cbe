"""The groups of a setup attribute with their values, which are dragged from group to group."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTreeWidget, QTreeWidgetItem, QWidget

from app.core.codes import code_key
from app.services.plant.setup_view import AttributeMatrix
from app.views.theme import tokens

GROUP, VALUE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
Move = tuple[str, str]
"""(value, the group it is in or "")."""


class GroupTree(QTreeWidget):
    """Groups, and at the end what is in none. A drag, until it is dropped, changes nothing."""

    moved = Signal(object, str)
    """([(value, its group or "")], group it goes to or "")"""
    delete_asked = Signal()
    rename_asked = Signal(str, str)
    """(group, new name)"""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setMinimumHeight(130)
        self.left_over = ""
        """What the values in no group are called."""
        self._pressed: QPoint | None = None
        self._target: QTreeWidgetItem | None = None
        self._dragging = False
        self.itemChanged.connect(self._on_item_changed)

    # ---- what is shown ---------------------------------------------------------------------------

    def show_groups(self, attribute: AttributeMatrix | None) -> None:
        """Open groups stay open, chosen ones chosen, where they are still there."""
        self._end_drag()
        closed = {self.group_of(item) for item in self._tops() if not item.isExpanded()}
        first = not self.topLevelItemCount()
        chosen = set(self.moves()) | {(None, group) for group in self.groups()}
        self.itemChanged.disconnect(self._on_item_changed)
        self.clear()
        grouped: set[str] = set()
        for row in attribute.groups if attribute is not None else ():
            name, members = str(row.values["name"]), [str(v) for v in row.values["members"]]
            grouped |= {code_key(member) for member in members}
            self._add(name, name, members, editable=True)
        values = [value.text for value in attribute.values] if attribute is not None else []
        rest = [text for text in values if code_key(text) not in grouped]
        if attribute is not None:
            self._add("", self.left_over, rest, editable=False)
        for top in self._tops():
            top.setExpanded(self.group_of(top) not in closed or first)
            top.setSelected((None, self.group_of(top)) in chosen)
            for place in range(top.childCount()):
                child = top.child(place)
                key = (child.data(0, VALUE), self.group_of(child))
                child.setSelected(key in chosen)
        self.itemChanged.connect(self._on_item_changed)

    def _add(self, group: str, title: str, values: list[str], *, editable: bool) -> None:
        top = QTreeWidgetItem(self, [title])
        top.setData(0, GROUP, group)
        top.setToolTip(0, f"{title}  {len(values):,}")
        font = top.font(0)
        font.setBold(True)
        top.setFont(0, font)
        if editable:
            top.setFlags(top.flags() | Qt.ItemFlag.ItemIsEditable)
        else:
            top.setForeground(0, tokens().colour("muted"))
        children = []
        for text in values:
            child = QTreeWidgetItem([text])
            child.setData(0, GROUP, group)
            child.setData(0, VALUE, text)
            child.setToolTip(0, text)
            children.append(child)
        top.addChildren(children)

    def _tops(self) -> list[QTreeWidgetItem]:
        found = [self.topLevelItem(place) for place in range(self.topLevelItemCount())]
        return [item for item in found if item is not None]

    @staticmethod
    def group_of(item: QTreeWidgetItem) -> str:
        return str(item.data(0, GROUP) or "")

    def item_of(self, group: str, value: str | None = None) -> QTreeWidgetItem | None:
        """The line of a group, or of a value in it."""
        for top in self._tops():
            if self.group_of(top) == group:
                if value is None:
                    return top
                children = [top.child(place) for place in range(top.childCount())]
                return next((each for each in children if each.data(0, VALUE) == value), None)
        return None

    def moves(self) -> list[Move]:
        """The chosen values with the groups they are in."""
        chosen = self.selectedItems()
        return [
            (item.data(0, VALUE), self.group_of(item))
            for item in chosen
            if item.data(0, VALUE) is not None
        ]

    def groups(self) -> list[str]:
        """The chosen groups themselves."""
        chosen = self.selectedItems()
        return [self.group_of(i) for i in chosen if i.data(0, VALUE) is None and self.group_of(i)]

    def _on_item_changed(self, item: QTreeWidgetItem) -> None:
        old, new = self.group_of(item), item.text(0).strip()
        if old and item.data(0, VALUE) is None and new != old:
            self.rename_asked.emit(old, new)

    # ---- the drag --------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        on_value = item is not None and item.data(0, VALUE) is not None
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.button() is Qt.MouseButton.LeftButton and on_value and plain:
            self._pressed = event.position().toPoint()
            if item is not None and item.isSelected():
                return  # several are chosen: they are dragged together
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        here = event.position().toPoint()
        far = (here - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if not self._dragging and far:
            self._dragging = True
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragging:
            self._aim(self.itemAt(here))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, dragging, target = self._pressed, self._dragging, self._target
        moves = self.moves()
        self._end_drag()
        if dragging:
            if target is not None:
                self.moved.emit(moves, self.group_of(target))
            return
        if pressed is not None and (item := self.itemAt(pressed)) is not None:
            self.setCurrentItem(item)
        super().mouseReleaseEvent(event)

    def _aim(self, item: QTreeWidgetItem | None) -> None:
        top = item if item is None or item.parent() is None else item.parent()
        if top is not self._target:
            self._mark(self._target, False)
            self._target = top
            self._mark(top, True)

    def _mark(self, top: QTreeWidgetItem | None, on: bool) -> None:
        if top is not None:
            self.itemChanged.disconnect(self._on_item_changed)
            ground = tokens().colour("accent_soft") if on else None
            top.setData(0, Qt.ItemDataRole.BackgroundRole, ground)
            self.itemChanged.connect(self._on_item_changed)

    def _end_drag(self) -> None:
        self._mark(self._target, False)
        self._pressed, self._target, self._dragging = None, None, False
        self.viewport().unsetCursor()

    def event(self, event: QEvent) -> bool:
        escape = event.type() is QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape
        if escape and self._dragging:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._dragging:
            self._end_drag()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_asked.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._end_drag()
        super().focusOutEvent(event)
