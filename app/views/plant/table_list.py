"""The list of tables at the left of the master data page, in groups a planner thinks in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.views.context import AppContext
from app.views.theme import ROW

WIDTH = 190
HEADING_HEIGHT = 30
KEY = Qt.ItemDataRole.UserRole

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("products", ("Items", "BOM", "Routings", "UnitConversions", "Units")),
    ("plant", ("Machines", "WorkCentres", "Tools", "ToolCopies", "Maintenance")),
    ("people", ("Operators", "Skills")),
    ("time", ("Calendars", "Shifts", "Rotation", "Exceptions")),
    ("changeovers", ("SetupMatrix", "SetupAttributes", "SetupGroups")),
    ("partners", ("Customers", "Suppliers", "SupplierItems")),
    ("other", ("ReasonCodes", "CustomFields", "Locations", "InspectionPlans", "Stock", "Receipts")),
)


def _heading(group: str) -> str:
    words = {
        "products": QCoreApplication.translate("TableList", "Products"),
        "plant": QCoreApplication.translate("TableList", "Plant"),
        "people": QCoreApplication.translate("TableList", "People"),
        "time": QCoreApplication.translate("TableList", "Time"),
        "changeovers": QCoreApplication.translate("TableList", "Changeovers"),
        "partners": QCoreApplication.translate("TableList", "Partners"),
        "other": QCoreApplication.translate("TableList", "Other"),
    }
    return words[group]


class TableList(QListWidget):
    """``chosen(key)`` when another table is wanted."""

    chosen = Signal(str)

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._tables: dict[str, Any] = {}
        self._headings: list[tuple[str, QListWidgetItem]] = []
        self._items: dict[str, QListWidgetItem] = {}
        self.setMinimumWidth(WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QListWidget::item { padding-left: 6px; }")
        self.currentItemChanged.connect(self._on_current_item_changed)

    def show_tables(self, tables: Sequence[Any]) -> None:
        """``tables``: MasterTable; a sheet of no group stands with the others at the end."""
        self._tables = {each.key: each for each in tables}
        if not self._items:
            self._fill()
        self.retranslate()

    def table_keys(self) -> list[str]:
        """The tables in the order shown."""
        return list(self._items)

    def item_of(self, key: str) -> QListWidgetItem:
        return self._items[key]

    def current_key(self) -> str:
        item = self.currentItem()
        return str(item.data(KEY) or "") if item is not None else ""

    def choose(self, key: str) -> None:
        """Go to a table, or to the first where there is none of that key."""
        item = self._items.get(key) or next(iter(self._items.values()), None)
        if item is not None:
            self.setCurrentItem(item)

    def title_of(self, key: str) -> str:
        return self._context.text(self._tables[key].title) if key in self._tables else ""

    def retranslate(self) -> None:
        self.setAccessibleName(QCoreApplication.translate("TableList", "Tables"))
        for group, heading in self._headings:
            heading.setText(_heading(group))
        for key, item in self._items.items():
            item.setText(f"{self.title_of(key)}  {self._tables[key].count:,}")

    def _fill(self) -> None:
        grouped = {key for _, keys in GROUPS for key in keys}
        others = tuple(key for key in self._tables if key not in grouped)
        for group, keys in GROUPS:
            shown = [key for key in keys if key in self._tables]
            shown += others if group == GROUPS[-1][0] else ()
            if shown:
                self._headings.append((group, self._add_heading()))
                for key in shown:
                    self._items[key] = self._add_table(key)

    def _add_heading(self) -> QListWidgetItem:
        item = QListWidgetItem(self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = QFont(self.font())
        font.setBold(True)
        item.setFont(font)
        item.setSizeHint(QSize(WIDTH, HEADING_HEIGHT))
        item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        return item

    def _add_table(self, key: str) -> QListWidgetItem:
        item = QListWidgetItem(self)
        item.setData(KEY, key)
        item.setSizeHint(QSize(WIDTH, ROW))
        return item

    @Slot()
    def _on_current_item_changed(self) -> None:
        if key := self.current_key():
            self.chosen.emit(key)
