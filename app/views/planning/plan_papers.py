"""Papers from the planner's desk: lists of shifts, cards and inspection sheets of chosen bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from app.views.page import action
from app.views.planning.gantt_output import GanttOutput

if TYPE_CHECKING:
    from app.views.planning.schedule_page import SchedulePage


class PlanPapers(QObject):
    """Actions of the Schedule page, and one more in the menu of a bar."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self._page = page
        self.lists = self._action(self._on_lists)
        self.lists.setShortcut(QKeySequence.StandardKey.Print)
        self.lists_of_selection = self._action(self._on_lists_of_selection)
        self.cards = self._action(self._on_cards)
        self.sheets = self._action(self._on_sheets)
        self.chart = GanttOutput(page)
        page.gantt.selectionChanged.connect(self._update)
        self._update()

    def _action(self, slot: Any) -> QAction:
        made = action(self._page, "printer")
        made.triggered.connect(slot)
        return made

    def actions(self) -> list[QAction]:
        return [*self.chart.actions(), self.lists, self.cards, self.sheets]

    def add_to(self, menu: QMenu) -> None:
        """What can be printed of the chosen bars."""
        if self._rows():
            menu.addSeparator()
            menu.addActions([self.cards, self.sheets, self.lists_of_selection])

    def retranslate(self) -> None:
        self.chart.retranslate()
        self.lists.setText(self.tr("Dispatch lists"))
        self.lists_of_selection.setText(self.tr("Dispatch lists of these machines"))
        self.cards.setText(self.tr("Print travelers"))
        self.sheets.setText(self.tr("Print inspection sheets"))

    @Slot()
    def _update(self) -> None:
        for each in (self.cards, self.sheets, self.lists_of_selection):
            each.setEnabled(bool(self._page.gantt.selected_operations()))

    # ---- printing --------------------------------------------------------------------------------

    @Slot()
    def _on_lists(self) -> None:
        self._show_lists("all")

    @Slot()
    def _on_lists_of_selection(self) -> None:
        self._show_lists("selected")

    def _show_lists(self, chosen: str) -> None:
        from app.views.printing.papers import show_shift_papers

        page = self._page
        machines = {
            "shown": page.gantt.machines_shown(),
            "selected": tuple({row.machine_id for row in self._rows() if row.machine_id > 0}),
        }
        # Work at a subcontractor has no machine to dispatch.
        chosen = chosen if machines.get(chosen) else "all"
        show_shift_papers(page.window(), page.context, machines, chosen)

    @Slot()
    def _on_cards(self) -> None:
        from app.views.printing.papers import show_travelers

        page = self._page
        orders = tuple(dict.fromkeys(row.order_id for row in self._rows()))
        if orders:
            show_travelers(page.window(), page.context, orders)

    @Slot()
    def _on_sheets(self) -> None:
        from app.views.printing.papers import show_inspection

        page, rows = self._page, self._rows()
        orders = tuple(dict.fromkeys(row.order_id for row in rows))
        if orders:
            operations = tuple(row.operation_id for row in rows)
            show_inspection(page.window(), page.context, orders, operations)

    def _rows(self) -> list[Any]:
        """Placements chosen in the chart."""
        reading = self._page.reading
        if reading is None:
            return []
        bar_of, rows = reading.model.bar_of, reading.view.placements
        chosen = self._page.gantt.selected_operations()
        return [rows[bar] for bar in sorted(bar_of[one] for one in chosen if one in bar_of)]
