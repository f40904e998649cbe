"""Load on the Schedule page: the histogram under the chart, and the list of a column's work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, Qt, Slot
from PySide6.QtWidgets import QSplitter, QTabWidget, QWidget

from app.views.planning.gantt.load_view import BAND
from app.views.planning.load_panel import LoadPanel
from app.views.planning.operation_columns import OperationColumns
from app.views.planning.reading import Reading
from app.views.table import Column, Kind, RowTable, SortKey
from app.views.table_output import TableOutput

if TYPE_CHECKING:
    from app.views.planning.schedule_page import SchedulePage

CHART_SHARE, LOAD_SHARE = 4, 1
BANDS = 3  # groups in sight when the histogram is opened


class LoadDesk(QObject):
    """A click on a column lists what works in it; a double click there goes to the bar."""

    def __init__(self, page: SchedulePage, columns: OperationColumns) -> None:
        super().__init__(page)
        self._page, self._columns = page, columns
        self._minutes: Mapping[int, float] = {}
        self.panel = LoadPanel(page.gantt, page)
        self.table = RowTable(
            self._all_columns(), page, row_id=lambda row: row.operation_id, filters=False
        )
        self.table.sort_by(SortKey("load", descending=True))
        self.split = QSplitter(Qt.Orientation.Vertical, page)
        self._tabs: QTabWidget | None = None
        TableOutput(page.context, self.table, self._title)
        self.panel.listed.connect(self._on_listed)
        self.panel.switch.toggled.connect(self._on_switch_toggled)
        page.controls.add_switch(self.panel.switch)
        self.table.row_activated.connect(self._on_row_activated)

    def below(self, chart: QWidget) -> QSplitter:
        """The chart with its load under it."""
        self.split.addWidget(chart)
        self.split.addWidget(self.panel)
        self.split.setStretchFactor(0, CHART_SHARE)
        self.split.setStretchFactor(1, LOAD_SHARE)
        self.split.setChildrenCollapsible(False)
        return self.split

    def add_tab(self, tabs: QTabWidget) -> None:
        """The list beside the others."""
        self._tabs = tabs
        tabs.addTab(self.table, "")

    def restore(self, settings: QSettings) -> None:
        self.panel.restore(settings)
        self.split.restoreState(settings.value("load_split", b""))
        self.table.restore_state(str(settings.value("load_table", "")))

    def save(self, settings: QSettings) -> None:
        self.panel.save(settings)
        settings.setValue("load_split", self.split.saveState())
        settings.setValue("load_table", self.table.save_state())

    def retranslate(self) -> None:
        self.table.set_columns(self._all_columns())
        self._say_empty(listed=False)
        if self._tabs is not None:
            self._tabs.setTabText(self._tabs.indexOf(self.table), self._title())

    def _say_empty(self, *, listed: bool) -> None:
        self.table.set_empty(
            self.tr("Nothing is at work in this column.")
            if listed
            else self.tr("Click on a column of the load to list its work.")
        )

    @Slot(bool)
    def _on_switch_toggled(self, opened: bool) -> None:
        """Opened, it gets room for some groups, but never the greater part."""
        if opened:
            self.give_room(self.panel, self.panel.minimumHeight() + (BANDS - 1) * BAND)

    def give_room(self, panel: QWidget, wanted: int) -> None:
        """To a panel under the chart that was opened: at most a third, from the chart."""
        sizes = self.split.sizes()
        height = sum(sizes) or self._page.height() // 2
        sizes[self.split.indexOf(panel)] = min(wanted, height // 3)
        sizes[0] = height - sum(sizes[1:])
        self.split.setSizes(sizes)

    def _title(self) -> str:
        return self.tr("Work in a column")

    def _all_columns(self) -> list[Column]:
        duration = self._page.context.duration_text
        first = Column(
            "load",
            self.tr("In this column"),
            self._minutes_of,
            text=lambda row: duration(round(self._minutes_of(row))),
            kind=Kind.NUMBER,
            width=110,
        )
        return [first, *self._columns.placed()]

    def _minutes_of(self, row: Any) -> float:
        return self._minutes.get(row.operation_id, 0.0)

    def refresh(self, reading: Reading) -> None:
        """Another state of the plan: what was listed may stand elsewhere now."""
        self._minutes = {}
        self._say_empty(listed=False)
        self.table.set_rows(())
        self.panel.view.viewport().update()
        bucket = self.panel.view.current_bucket()
        if bucket is not None and self.panel.is_open:
            self.panel.list_bucket(bucket)

    @Slot(object, bool)
    def _on_listed(self, minutes: Mapping[int, float], by_hand: bool) -> None:
        reading = self._page.reading
        if reading is None:
            return
        self._minutes = minutes
        self._say_empty(listed=True)
        bars, rows = reading.model.bar_of, reading.view.placements
        self.table.set_rows([rows[bars[one]] for one in minutes if one in bars])
        if self._tabs is not None and by_hand:
            self._tabs.setCurrentWidget(self.table)

    @Slot(object)
    def _on_row_activated(self, row: Any) -> None:
        gantt = self._page.gantt
        gantt.select_operations({row.operation_id}, show=True)
        gantt.setFocus(Qt.FocusReason.OtherFocusReason)
