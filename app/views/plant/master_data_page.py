"""Master data: every table of the plant, to look at, to search and to copy."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import QSettings, Qt, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSplitter, QVBoxLayout, QWidget

from app.core.messages import Message
from app.views.context import AppContext
from app.views.page import Page, TitleLine
from app.views.table import Column, Kind, RowTable
from app.views.theme import ROW, SPACE

LIST_WIDTH = 190
WIDTHS = {Kind.NUMBER: 90, Kind.DATE: 120, Kind.FLAG: 60, Kind.TEXT: 140}
KINDS = {"number": Kind.NUMBER, "date": Kind.DATE, "bool": Kind.FLAG, "text": Kind.TEXT}
NOT_MASTER_DATA = frozenset({"placement", "plan", "unplaced_operation", "operation"})
"""Changes of the plan come often and show in no table here."""


class MasterDataPage(Page):
    icon = "database"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._described: tuple[Any, ...] = ()
        self._key = ""
        self._stale: set[str] = set()
        self._tables: dict[str, RowTable] = {}
        self._states: dict[str, str] = {}
        self.head = TitleLine(self)
        self.list = QListWidget(self)
        self.list.setUniformItemSizes(True)
        self.place = QWidget(self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._lay_out()
        self.list.currentItemChanged.connect(self._on_list_current_changed)
        self.head.searched.connect(self._on_head_searched)
        context.changed.connect(self._on_context_changed)
        self.retranslate()
        self._read_tables()

    def title(self) -> str:
        return self.tr("Master data")

    def retranslate(self) -> None:
        self.head.title.setText(self.title())
        self.head.remark.setText(self.tr("To look at; changes come in by import"))
        self.head.search.setPlaceholderText(self.tr("Search this table"))
        self.head.search.setAccessibleName(self.tr("Search this table"))
        self.list.setAccessibleName(self.tr("Tables"))
        self._name_tables()
        for key, table in self._tables.items():
            table.set_columns(self._columns(key))
            table.set_empty(self.tr("This table is empty."))

    def restore(self, settings: QSettings) -> None:
        self._key = str(settings.value("table", ""))
        settings.beginGroup("tables")
        self._states = {key: str(settings.value(key)) for key in settings.childKeys()}
        settings.endGroup()

    def save(self, settings: QSettings) -> None:
        settings.setValue("table", self._key)
        settings.beginGroup("tables")
        for key, table in self._tables.items():
            settings.setValue(key, table.save_state())
        settings.endGroup()

    def find(self) -> None:
        self.head.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.head.search.selectAll()

    @property
    def table(self) -> RowTable | None:
        """The table that is shown."""
        return self._tables.get(self._key)

    # ---- which tables there are ------------------------------------------------------------------

    def _read_tables(self) -> None:
        from app.services.plant.queries import master_tables

        self.context.read(master_tables, then=self._on_tables_read)

    @Slot(object)
    def _on_tables_read(self, described: tuple[Any, ...]) -> None:
        first = not self._described
        self._described = described
        if first:
            for each in described:
                item = QListWidgetItem()
                item.setData(Qt.ItemDataRole.UserRole, each.key)
                self.list.addItem(item)
        self._name_tables()
        if first and described:
            keys = [each.key for each in described]
            self.list.setCurrentRow(keys.index(self._key) if self._key in keys else 0)

    def _name_tables(self) -> None:
        for number, each in enumerate(self._described):
            title = self.context.text(each.title)
            self.list.item(number).setText(f"{title}  {each.count:,}")

    # ---- one table -------------------------------------------------------------------------------

    @Slot()
    def _on_list_current_changed(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        self._key = item.data(Qt.ItemDataRole.UserRole)
        self._show_table()

    def _show_table(self) -> None:
        """The chosen table; it is read when first looked at, and again when it has changed."""
        key = self._key
        table = self._tables.get(key)
        if table is None:
            table = self._make_table(key)
            self._stale.add(key)
        for other in self._tables.values():
            other.setVisible(other is table)
        table.set_search(self.head.search.text())
        if key in self._stale:
            self._stale.discard(key)
            self.context.read(_keyed_rows, key, then=self._on_rows_read)

    def _make_table(self, key: str) -> RowTable:
        table = RowTable(self._columns(key), self.place, row_id=lambda row: row[0])
        table.set_empty(self.tr("This table is empty."))
        table.restore_state(self._states.get(key, ""))
        table.set_loading()
        self.place.layout().addWidget(table)
        self._tables[key] = table
        return table

    def _columns(self, key: str) -> list[Column]:
        described = next(each for each in self._described if each.key == key)
        return [self._column(number, each) for number, each in enumerate(described.columns)]

    def _column(self, number: int, described: Any) -> Column:
        kind = KINDS[described.kind]
        return Column(
            described.key,
            self.context.text(described.title),
            value=partial(_value, number),
            text=partial(self._text, number),
            kind=kind,
            width=WIDTHS[kind],
        )

    def _text(self, number: int, row: tuple[int, tuple[Any, ...]]) -> str:
        match row[1][number]:
            case None:
                return ""
            case bool() as flag:
                return self.tr("yes") if flag else self.tr("no")
            case Decimal() | int() as quantity:
                return self.context.quantity_text(quantity)
            case datetime() as moment:
                return self.context.moment_text(moment)
            case date() as day:
                return self.context.date_text(day)
            case Message() as message:
                return self.context.text(message)
            case other:
                return str(other)

    @Slot(object)
    def _on_rows_read(self, found: tuple[str, tuple[Any, ...]]) -> None:
        key, rows = found
        first = not self._tables[key].rows()
        self._tables[key].set_rows(enumerate(rows))
        if first and key == self._key:
            self.filled.emit()

    @Slot(str)
    def _on_head_searched(self, text: str) -> None:
        if self.table is not None:
            self.table.set_search(text)

    @Slot(str, object)
    def _on_context_changed(self, kind: str, ids: frozenset[int]) -> None:
        if kind in NOT_MASTER_DATA:
            return
        self._stale |= set(self._tables)
        if self.isVisible():
            self.enter()

    def enter(self) -> None:
        """Read again what changed while another page was looked at."""
        if self._key in self._stale:
            self._read_tables()
            self._show_table()

    def _lay_out(self) -> None:
        self.list.setMinimumWidth(LIST_WIDTH)
        self.list.setStyleSheet(f"QListWidget::item {{ height: {ROW}px; padding-left: 6px; }}")
        inside = QVBoxLayout(self.place)
        inside.setContentsMargins(0, 0, 0, 0)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.place)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setCollapsible(0, False)
        self.splitter.setCollapsible(1, False)
        self.splitter.setHandleWidth(2 * SPACE)
        self.splitter.setSizes([LIST_WIDTH, 4 * LIST_WIDTH])
        self.setFocusProxy(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.head)
        layout.addWidget(self.splitter, 1)


def _value(number: int, row: tuple[int, tuple[Any, ...]]) -> Any:
    """What sorts: messages and lists by their text."""
    value = row[1][number]
    if value is None or isinstance(value, (bool, Decimal, int, float, datetime, date)):
        return value
    return str(value)


def _keyed_rows(database: Any, key: str) -> tuple[str, tuple[Any, ...]]:
    from app.services.plant.queries import master_rows

    return key, master_rows(database, key)
