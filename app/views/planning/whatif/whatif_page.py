"""What-if: scenarios as lists of edits on the working plan, solved, compared and adopted."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QSettings, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.messages import Message, message
from app.services.planning.scenarios.outcome import Figure
from app.views.context import AppContext
from app.views.fresh import FreshReading
from app.views.page import ActionButton, Page, TitleLine, hairline, label
from app.views.planning.solve_options import SolveOptions
from app.views.planning.solve_panel import SolvePanel
from app.views.planning.whatif.about import AboutLine
from app.views.planning.whatif.actions import SCENARIOS, WhatIfActions
from app.views.planning.whatif.columns import WhatIfColumns
from app.views.planning.whatif.gestures import ScenarioGestures
from app.views.planning.whatif.notice import NoticeStrip
from app.views.planning.whatif.orders_panel import OrdersPanel
from app.views.planning.whatif.plan_shelf import PlanShelf
from app.views.planning.whatif.reading import Plans, Reading, read_plans, read_scenarios
from app.views.planning.whatif.running import WhatIfRun
from app.views.planning.whatif.twin import TwinGantt
from app.views.planning.whatif.working_figures import Figures, WorkingFigures
from app.views.table import RowTable
from app.views.table_output import TableOutput
from app.views.theme import SPACE
from app.views.undoing import UndoScope

KINDS = frozenset(
    {
        "scenario", "scenario_edit", "scenario_result", "placement", "plan", "operation",
        "production_order", "machine", "work_centre", "calendar", "shift", "calendar_exception",
        "rotation", "item", "operator", "tool_copy", "tool_type", "purchase_order_line", "site",
        "batch_member", "maintenance", "setup_attribute", "setup_group", "setup_pair",
        "tool_item", "skill", "operator_skill", "supplier", "lot", "stock_move",
        "operation_issue", "unit_conversion",
    }
)  # fmt: skip
"""Records whose change may show on this page, or make a result stale."""

OF_SCENARIOS = frozenset({"scenario", "scenario_edit", "scenario_result"})

FIGURES_TAB, ORDERS_TAB, CHART_TAB, LOAD_TAB = range(4)
EDITS, FORM = range(2)


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One row of the comparison: a figure, its words, and its value in each plan."""

    figure: Figure
    title: Message
    values: tuple[float | None, ...]
    best: frozenset[int]


def _keyed(key: Hashable, database: Any, *arguments: Any) -> tuple[Hashable, Plans]:
    return key, read_plans(database, *arguments)


def _is_adoption(edit: Any) -> bool:
    return bool(getattr(edit, "of_scenarios", False))


class WhatIfPage(Page):
    icon = "switch-horizontal"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.reading: Reading | None = None
        self._fresh = FreshReading(self, context, KINDS, read_scenarios, self._on_read)
        self._wanted = ""
        self._shelf = PlanShelf()
        self._asked: Hashable = None
        """Key of the plans that are read, or shown, in the chart."""
        self._figure_names: tuple[str, ...] = ()
        self._figures_of: tuple[Reading, Figures] | None = None
        self.working = WorkingFigures(context, self)
        self._filled = False
        self._columns = WhatIfColumns(context, self)
        self.head = TitleLine(self, search=False)
        self.options = SolveOptions(self)
        self.solve_panel = SolvePanel(context.jobs, self)
        self.run = WhatIfRun(context, self.options, self.solve_panel, self)
        self.scenarios = self._table(self._columns.scenarios(), lambda row: row.name)
        self.steps = self._table(self._columns.steps(), lambda row: row.seq)
        self.figures = self._table([], lambda row: row.figure.name)
        self.orders = OrdersPanel(context, self._columns, self)
        self.load = self._table(self._columns.load(), lambda row: row.machine)
        self.twin = TwinGantt(context, self)
        self.strip = NoticeStrip(self)
        self.about = AboutLine(self)
        self.desk = WhatIfActions(self)
        self.gestures = ScenarioGestures(self)
        for table, title in (
            (self.figures, self._figures_title),
            (self.orders.table, self._orders_title),
            (self.load, self._load_title),
        ):
            TableOutput(context, table, title)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.scenarios.set_loading()
        self._fresh.start()

    def _table(self, columns: Any, row_id: Any) -> RowTable:
        return RowTable(columns, self, row_id=row_id, filters=False)

    # ---- what the window asks --------------------------------------------------------------------

    def title(self) -> str:
        return self.tr("What-if")

    def actions(self) -> list[QAction]:
        return self.desk.all()

    def restore(self, settings: QSettings) -> None:
        self.across.restoreState(settings.value("across", b""))
        self.down.restoreState(settings.value("down", b""))
        for name, table in self._tables():
            table.restore_state(str(settings.value(name, "")))
        self.twin.restore(settings)
        self._wanted = str(settings.value("scenario", ""))
        self.options.restore(settings)

    def save(self, settings: QSettings) -> None:
        settings.setValue("across", self.across.saveState())
        settings.setValue("down", self.down.saveState())
        for name, table in self._tables():
            settings.setValue(name, table.save_state())
        self.twin.save(settings)
        row = self.current()
        settings.setValue("scenario", row.name if row is not None else "")
        self.options.save(settings)

    def _tables(self) -> list[tuple[str, RowTable]]:
        return [("scenarios", self.scenarios), ("steps", self.steps), ("orders", self.orders.table)]

    def enter(self) -> None:
        self._fresh.enter()

    @property
    def document(self) -> str:
        """What the undo stack of the chosen scenario is called."""
        row = self.current()
        return SCENARIOS if row is None else str(row.document)

    def undo_scope(self) -> UndoScope:
        """The chosen scenario's own steps, the list of scenarios, and adoptions."""
        return UndoScope(tuple(dict.fromkeys((self.document, SCENARIOS))), _is_adoption)

    def show_example(self) -> None:
        """The first scenario, order by order."""
        if self.reading is not None and self.reading.scenarios:
            self.choose(self.reading.scenarios[0].name)

    # ---- building --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.head.add_widget(self.options)
        self.head.add_button(self.desk.new)
        self.head.add_button(self.desk.adopt)
        self.head.add_button(self.desk.solve, primary=True)
        self.side = QStackedWidget(self)
        self.side.addWidget(self._edits_panel())
        self.down = QSplitter(Qt.Orientation.Vertical, self)
        self.down.addWidget(self._panel(self.scenarios))
        self.down.addWidget(self._panel(self.side))
        self.down.setChildrenCollapsible(False)
        self.down.setSizes([260, 380])
        left = QWidget(self)
        layout = QVBoxLayout(left)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.solve_panel)
        layout.addWidget(self.down, 1)
        self.across = QSplitter(Qt.Orientation.Horizontal, self)
        self.across.addWidget(left)
        self.across.addWidget(self._result())
        self.across.setStretchFactor(1, 1)
        self.across.setChildrenCollapsible(False)
        self.across.setSizes([430, 900])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2 * SPACE)
        whole.addWidget(self.head)
        whole.addWidget(self.across, 1)

    def _panel(self, inner: QWidget) -> QFrame:
        frame = QFrame(self)
        frame.setProperty("role", "panel")
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(inner)
        return frame

    def _edits_panel(self) -> QWidget:
        panel = QWidget(self)
        self.steps_title = label(panel, "section")
        head = QHBoxLayout()
        head.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 0)
        head.addWidget(self.steps_title, 1)
        for each in (self.desk.change_step, self.desk.remove_step):
            head.addWidget(ActionButton(each, panel))
        head.addWidget(self.desk.add_button)
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addLayout(head)
        layout.addWidget(self.steps, 1)
        return panel

    def _result(self) -> QWidget:
        self.tabs = QTabWidget(self)
        self.tabs.addTab(self.figures, "")
        self.tabs.addTab(self.orders, "")
        self.tabs.addTab(self.twin, "")
        self.tabs.addTab(self.load, "")
        frame = QWidget(self)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.strip)
        layout.addWidget(self.about)
        layout.addWidget(hairline(frame))
        layout.addWidget(self.tabs, 1)
        return frame

    def _connect(self) -> None:
        context = self.context
        context.changed.connect(self._on_changed)
        context.themeChanged.connect(self._on_theme_changed)
        self.scenarios.current_changed.connect(self._on_scenario_changed)
        self.steps.selection_changed.connect(self._on_steps_selected)
        self.steps.row_activated.connect(self.desk.change_row)
        self.orders.table.row_activated.connect(self._on_order_activated)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self.strip.button.clicked.connect(self.desk.mend)
        self.about.written.connect(self.desk.describe)
        self.run.running_changed.connect(self._on_running_changed)
        self.working.changed.connect(self._on_working_changed)

    # ---- texts -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.head.title.setText(self.title())
        self.desk.retranslate()
        self.scenarios.set_columns(self._columns.scenarios())
        self.scenarios.set_empty(
            self.tr("No scenario yet. Begin one: nothing in it is true before you adopt it."),
            self.desk.new.text(),
        )
        self.steps.set_columns(self._columns.steps())
        self.steps.set_empty(self.tr("No edit yet: solving asks only for a better plan."))
        self.orders.retranslate()
        self.figures.set_empty(self.tr("Nothing is planned yet."))
        self.tabs.setTabText(FIGURES_TAB, self.tr("Figures side by side"))
        self.tabs.setTabText(ORDERS_TAB, self.tr("Order by order"))
        self.load.set_columns(self._columns.load())
        self.load.set_empty(self.tr("Solve the scenario to see the load of the machines."))
        self.tabs.setTabText(CHART_TAB, self.tr("Was and is"))
        self.tabs.setTabText(LOAD_TAB, self.tr("Load of the coming 7 days"))
        self._figure_names = ()
        self._show()

    def _figures_title(self) -> str:
        return self.tr("Scenarios in figures")

    def _orders_title(self) -> str:
        row = self.current()
        return self.tr("Orders of scenario {name}").format(name=row.name if row else "")

    def _load_title(self) -> str:
        row = self.current()
        return self.tr("Load in scenario {name}").format(name=row.name if row else "")

    # ---- reading ---------------------------------------------------------------------------------

    @Slot(str, object)
    def _on_changed(self, kind: str, _ids: object) -> None:
        """An edit of a scenario leaves the plans of the others as they are."""
        if kind in KINDS - OF_SCENARIOS:
            self._shelf.forget()
            self.working.forget()

    @Slot(object)
    def _on_read(self, reading: Reading) -> None:
        before = self.current()
        self.reading = reading
        self.scenarios.set_rows(reading.scenarios)
        names = {row.document: row.name for row in reading.scenarios}
        wanted = self._wanted
        if before is not None and wanted not in names.values():
            wanted = names.get(before.document, "")  # also under another name
        if names:
            self.choose(wanted if wanted in names.values() else next(iter(names.values())))
        self._show()
        self._tell_filled()

    @Slot()
    def _on_working_changed(self) -> None:
        if self.tabs.currentIndex() == FIGURES_TAB:
            self._show_figures()
        self._tell_filled()

    def _tell_filled(self) -> None:
        """All that is looked at is there, for the first time."""
        looked_at = self.tabs.currentIndex() == FIGURES_TAB
        if not self._filled and self.reading is not None and (self.working.known or not looked_at):
            self._filled = True
            self.filled.emit()

    # ---- showing ---------------------------------------------------------------------------------

    def current(self) -> Any | None:
        """The chosen scenario, as it was last read."""
        row = self.scenarios.current_row()
        if row is None or self.reading is None:
            return None
        return next((one for one in self.reading.scenarios if one.id == row.id), None)

    def choose(self, name: str) -> None:
        """Select a scenario, at the latest when it has been read."""
        self._wanted = name
        if self.reading is not None and name in {row.name for row in self.reading.scenarios}:
            self._wanted = ""
            self.scenarios.select_ids([name])

    def _show(self) -> None:
        row = self.current()
        self.steps.set_rows(row.steps if row is not None else ())
        self.about.put(row)
        self._show_strip(row)
        self.steps_title.setText(
            self.tr("Edits of {name}").format(name=row.name) if row is not None else ""
        )
        remark = ""
        if row is not None and row.result is not None:
            remark = self.tr("Solved {at} by {who} · {policy} · base: {base}").format(
                at=self.context.moment_text(row.result.solved_at), who=row.result.solved_by,
                policy=self.options.policy_name(row.result.policy),
                base=self._columns.base_text(row.base_revision),
            )  # fmt: skip
        self.head.remark.setText(remark)
        self.desk.update()
        if self.isVisible():
            self.context.undoing.show(self.undo_scope())
        self._fill_tab()

    def _fill_tab(self) -> None:
        """Only what is looked at is filled: a switch of scenario takes no longer than that."""
        row = self.current()
        result = row.result if row is not None else None
        tab = self.tabs.currentIndex()
        if tab == FIGURES_TAB:
            self._show_figures()
        elif tab == ORDERS_TAB:
            self.orders.put(result.orders if result is not None else ())
        elif tab == LOAD_TAB:
            self.load.set_rows(result.load if result is not None else ())
        else:
            self._show_chart()

    def _show_figures(self) -> None:
        from app.services.planning.scenarios.queries import comparison

        reading, working = self.reading, self.working.value
        if reading is None:
            return
        self.working.want()
        if not self.working.known:
            self.figures.set_loading()
            return
        shown = self._figures_of or (None, None)
        if shown[0] is reading and shown[1] is working and self._figure_names:
            return  # the same plans as before, whichever scenario is chosen
        self._figures_of = reading, working
        if working is None:
            self.figures.set_rows(())
            return
        solved = [row for row in reading.scenarios if row.result is not None]
        names = (self.tr("Working plan"), *(self._plan_name(row) for row in solved))
        if names != self._figure_names:
            self._figure_names = names
            self.figures.exchange_columns(self._columns.figures(names, self.context.site.currency))
        columns: list[Mapping[str, float]] = [
            working,
            *(row.result.figures for row in solved if row.result is not None),
        ]
        self.figures.set_rows(
            FigureLine(
                row.figure, message(f"scenarios.figure_{row.figure.name}"), row.values, row.best
            )
            for row in comparison(columns)
        )

    def _plan_name(self, row: Any) -> str:
        return self.tr("{name} (stale)").format(name=row.name) if row.result.stale else row.name

    def _show_strip(self, row: Any | None) -> None:
        if row is not None and row.behind:
            self.strip.say(
                self.tr("A plan has been published since the one this scenario is based on."),
                self.tr("Bring up to date"),
            )
        elif row is not None and row.result is not None and row.result.stale:
            self.strip.say(
                self.tr("Stale: orders, plant or plan have changed since this was solved."),
                self.tr("Solve again"),
            )
        else:
            self.strip.say("")

    @Slot(int)
    def _on_tab_changed(self, _tab: int) -> None:
        self._fill_tab()

    def _show_chart(self) -> None:
        """The two plans are read when somebody looks at them; those looked at last are kept."""
        row = self.current()
        key = None if row is None else self._shelf.key(row)
        if row is None or key == self._asked:
            return
        self._asked = key
        known = self._shelf.find(key)
        if known is not None:
            self._put_plans(known)
            return
        self.context.read(
            partial(_keyed, key), row.name, self.context.actor, self._shelf.was,
            then=self._on_plans, failed=self._on_plans_failed,
        )  # fmt: skip

    @Slot(object)
    def _on_plans(self, found: tuple[Hashable, Plans]) -> None:
        key, plans = found
        self._shelf.put(key, plans)
        if key == self._asked:
            self._put_plans(plans)

    def _put_plans(self, plans: Plans) -> None:
        row = self.current()
        if row is not None:
            stale = row.result is not None and row.result.stale
            solved = row.result is not None and not stale
            self.twin.put(row.name, plans, solved=solved, stale=stale)
            self.gestures.show(row.name, plans)

    @Slot(object)
    def _on_plans_failed(self, error: Exception) -> None:
        self._asked = None
        self.context.show_error(error)

    @Slot(object)
    def _on_scenario_changed(self, _row: object) -> None:
        self.desk.close_form()
        self._show()

    @Slot(object)
    def _on_steps_selected(self, _rows: object) -> None:
        self.desk.update()

    @Slot(object)
    def _on_order_activated(self, row: Any) -> None:
        if not row.new:
            self.context.ask_for_record("Orders", row.order)

    @Slot(bool)
    def _on_running_changed(self, _running: bool) -> None:
        self.desk.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.solve_panel.retheme()
        self._show_strip(self.current())
