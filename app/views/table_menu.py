"""The menu of a table's header: what can be done with a column, and with all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu

from app.views.icons import icon
from app.views.table_columns import SortKey

if TYPE_CHECKING:
    from app.views.table import RowTable


class ChooserMenu(QMenu):
    """Stays open while ticks are set: several columns are chosen in one go."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._tick(self.actionAt(event.position().toPoint())):
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ticks = event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not (ticks and self._tick(self.activeAction())):
            super().keyPressEvent(event)

    def _tick(self, action: QAction | None) -> bool:
        if action is None or not action.isCheckable():
            return False
        action.trigger()
        return True


class HeaderMenu(QObject):
    """Makes the menu; its actions do what they say to the table."""

    def __init__(self, table: RowTable) -> None:
        super().__init__(table)
        self._table = table

    def menu(self, section: int | None) -> QMenu:
        """For the column with this number, or for none in particular."""
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if section is not None:
            self._add_column(menu, section)
        self._add_groups(menu)
        self._add_all(menu)
        if self._table.header_actions:
            menu.addSeparator()
            menu.addActions(self._table.header_actions)
        return menu

    @Slot(QPoint)
    def on_asked(self, place: QPoint) -> None:
        header = self.sender()
        section = header.logicalIndexAt(place)
        self.menu(section if section >= 0 else None).popup(header.mapToGlobal(place))

    def _add(self, menu: QMenu, text: str, slot: object, data: object = None) -> QAction:
        action = menu.addAction(text)
        action.setData(data)
        action.triggered.connect(slot)
        return action

    def _add_column(self, menu: QMenu, section: int) -> None:
        table, key = self._table, self._table.model.columns[section].key
        self._add(menu, self.tr("Sort ascending"), self._on_sort, SortKey(key))
        self._add(menu, self.tr("Sort descending"), self._on_sort, SortKey(key, descending=True))
        if table.header is not None:
            self._add(menu, self.tr("Filter this column"), self._on_filter, key)
        menu.addSeparator()
        if key in table.model.group_keys:
            self._add(menu, self.tr("Do not group by this column"), self._on_ungroup, key)
        else:
            self._add(menu, self.tr("Group by this column"), self._on_group, key)
        if table.frozen_column() != key:
            self._add(menu, self.tr("Freeze up to here"), self._on_freeze, key)
        if table.frozen_column():
            self._add(menu, self.tr("Unfreeze"), self._on_freeze, "")
        menu.addSeparator()
        shown = table.shown_sections()
        place = shown.index(section) if section in shown else -1
        left = self._add(menu, self.tr("Move to the left"), self._on_move, (section, -1))
        left.setEnabled(place > 0)
        right = self._add(menu, self.tr("Move to the right"), self._on_move, (section, 1))
        right.setEnabled(0 <= place < len(shown) - 1)
        self._add(menu, self.tr("Fit the width"), self._on_fit, section)
        hide = self._add(menu, self.tr("Hide this column"), self._on_hide, section)
        hide.setEnabled(len(shown) > 1)
        menu.addSeparator()

    def _add_groups(self, menu: QMenu) -> None:
        if not self._table.model.group_keys:
            return
        self._add(menu, self.tr("Open all groups"), self._on_open_all)
        self._add(menu, self.tr("Close all groups"), self._on_close_all)
        self._add(menu, self.tr("No groups"), self._on_no_groups)
        menu.addSeparator()

    def _add_all(self, menu: QMenu) -> None:
        columns = ChooserMenu(self.tr("Columns"), menu)
        columns.setIcon(icon("columns"))
        header = self._table.view.horizontalHeader()
        for place in range(header.count()):
            number = header.logicalIndex(place)
            action = columns.addAction(self._table.model.columns[number].title)
            action.setCheckable(True)
            action.setChecked(not header.isSectionHidden(number))
            action.setData(number)
            action.toggled.connect(self._on_column_toggled)
        menu.addMenu(columns)
        clear = self._add(menu, self.tr("Clear all filters"), self._on_clear_filters)
        clear.setEnabled(self._table.model.filtered())
        self._add(menu, self.tr("Columns as at the start"), self._on_reset)

    @Slot()
    def _on_sort(self) -> None:
        self._table.sort_by(self.sender().data())

    @Slot()
    def _on_filter(self) -> None:
        self._table.focus_filter(self.sender().data())

    @Slot()
    def _on_group(self) -> None:
        self._table.group_by(*self._table.model.group_keys, self.sender().data())

    @Slot()
    def _on_ungroup(self) -> None:
        keys = self._table.model.group_keys
        self._table.group_by(*(key for key in keys if key != self.sender().data()))

    @Slot()
    def _on_no_groups(self) -> None:
        self._table.group_by()

    @Slot()
    def _on_open_all(self) -> None:
        self._table.model.open_all_groups(True)

    @Slot()
    def _on_close_all(self) -> None:
        self._table.model.open_all_groups(False)

    @Slot()
    def _on_freeze(self) -> None:
        self._table.freeze_up_to(self.sender().data())

    @Slot()
    def _on_move(self) -> None:
        self._table.move_column(*self.sender().data())

    @Slot()
    def _on_fit(self) -> None:
        self._table.view.resizeColumnToContents(self.sender().data())

    @Slot()
    def _on_hide(self) -> None:
        self._table.show_column(self.sender().data(), False)

    @Slot(bool)
    def _on_column_toggled(self, shown: bool) -> None:
        action = self.sender()
        if not self._table.show_column(action.data(), shown):
            action.setChecked(True)

    @Slot()
    def _on_clear_filters(self) -> None:
        self._table.clear_filters()

    @Slot()
    def _on_reset(self) -> None:
        self._table.reset_columns()
