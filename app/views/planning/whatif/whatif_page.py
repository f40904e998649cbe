"""What-if: scenarios as lists of edits on the working plan, solved, compared and adopted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSettings, Qt, QTimer, Slot
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
from app.views.page import ActionButton, Page, TitleLine, hairline, label
from app.views.planning.solve_options import SolveOptions
from app.views.planning.solve_panel import SolvePanel
from app.views.planning.whatif.about import AboutLine
from app.views.planning.whatif.actions import WhatIfActions
from app.views.planning.whatif.columns import WhatIfColumns
from app.views.planning.whatif.notice import NoticeStrip
from app.views.planning.whatif.reading import Reading, read_plans, read_scenarios
from app.views.planning.whatif.running import WhatIfRun
from app.views.planning.whatif.twin import TwinGantt
from app.views.table import RowTable
from app.views.table_output import TableOutput
from app.views.theme import SPACE

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

FIGURES_TAB, ORDERS_TAB, CHART_TAB, LOAD_TAB = range(4)
EDITS, FORM = range(2)


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One row of the comparison: a figure, its words, and its value in each plan."""

    figure: Figure
    title: Message
    values: tuple[float | None, ...]
    best: frozenset[int]


class WhatIfPage(Page):
    icon = "switch-horizontal"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.reading: Reading | None = None
        self._busy = self._read_again = self._missed = False
        self._wanted = ""
        self._shown_chart = ""
        self._figure_names: tuple[str, ...] = ()
        self._figures_of: Reading | None = None
        self._news = QTimer(self)
        self._news.setSingleShot(True)
        self._news.setInterval(0)
        self._news.timeout.connect(self._read)
        self._columns = WhatIfColumns(context, self)
        self.head = TitleLine(self, search=False)
        self.options = SolveOptions(self)
        self.solve_panel = SolvePanel(context.jobs, self)
        self.run = WhatIfRun(context, self.options, self.solve_panel, self)
        self.scenarios = self._table(self._columns.scenarios(), lambda row: row.name)
        self.steps = self._table(self._columns.steps(), lambda row: row.seq)
        self.figures = self._table([], lambda row: row.figure.name)
        self.orders = self._table(self._columns.orders(), lambda row: row.order)
        self.load = self._table(self._columns.load(), lambda row: row.machine)
        self.twin = TwinGantt(context, self)
        self.strip = NoticeStrip(self)
        self.about = AboutLine(self)
        self.desk = WhatIfActions(self)
        for table, title in (
            (self.figures, self._figures_title),
            (self.orders, self._orders_title),
            (self.load, self._load_title),
        ):
            TableOutput(context, table, title)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.scenarios.set_loading()
        self._read()

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
        for name in ("scenarios", "steps", "orders"):
            getattr(self, name).restore_state(str(settings.value(name, "")))
        self._wanted = str(settings.value("scenario", ""))
        self.options.restore(settings)

    def save(self, settings: QSettings) -> None:
        settings.setValue("across", self.across.saveState())
        settings.setValue("down", self.down.saveState())
        for name in ("scenarios", "steps", "orders"):
            settings.setValue(name, getattr(self, name).save_state())
        row = self.current()
        settings.setValue("scenario", row.name if row is not None else "")
        self.options.save(settings)

    def enter(self) -> None:
        """What happened while nobody looked is read now: reading costs as much as the plan."""
        if self._missed:
            self._missed = False
            self._read()

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
        self.orders.row_activated.connect(self._on_order_activated)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self.strip.button.clicked.connect(self.desk.mend)
        self.about.written.connect(self.desk.describe)
        self.run.running_changed.connect(self._on_running_changed)

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
        self.orders.set_columns(self._columns.orders())
        self.orders.set_empty(self.tr("Solve the scenario to see its orders."))
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
        if kind not in KINDS:
            return
        if self.isVisible():
            self._news.start()
        else:
            self._missed = True

    @Slot()
    def _read(self) -> None:
        """In a thread; news that come meanwhile make one more reading."""
        if self._busy:
            self._read_again = True
            return
        self._busy = True
        self.context.read(read_scenarios, then=self._on_read, failed=self._on_read_failed)

    @Slot(object)
    def _on_read(self, reading: Reading) -> None:
        self._busy = False
        first = self.reading is None
        wanted = self._wanted or (row.name if (row := self.current()) is not None else "")
        self.reading = reading
        self.scenarios.set_rows(reading.scenarios)
        names = [row.name for row in reading.scenarios]
        if names:
            self.choose(wanted if wanted in names else names[0])
        self._shown_chart = ""
        self._show()
        if first:
            self.filled.emit()
        if self._read_again:
            self._read_again = False
            self._read()

    @Slot(object)
    def _on_read_failed(self, error: Exception) -> None:
        self._busy = False
        self.context.show_error(error)

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
        self._fill_tab()

    def _fill_tab(self) -> None:
        """Only what is looked at is filled: a switch of scenario takes no longer than that."""
        row = self.current()
        result = row.result if row is not None else None
        tab = self.tabs.currentIndex()
        if tab == FIGURES_TAB:
            self._show_figures()
        elif tab == ORDERS_TAB:
            self.orders.set_rows(result.orders if result is not None else ())
        elif tab == LOAD_TAB:
            self.load.set_rows(result.load if result is not None else ())
        else:
            self._show_chart()

    def _show_figures(self) -> None:
        from app.services.planning.scenarios.queries import comparison

        reading = self.reading
        if reading is self._figures_of and self._figure_names:
            return  # the same plans as before, whichever scenario is chosen
        self._figures_of = reading
        if reading is None or reading.working is None:
            self.figures.set_rows(())
            return
        solved = [row for row in reading.scenarios if row.result is not None]
        names = (self.tr("Working plan"), *(self._plan_name(row) for row in solved))
        if names != self._figure_names:
            self._figure_names = names
            self.figures.exchange_columns(self._columns.figures(names, self.context.site.currency))
        columns: list[Mapping[str, float]] = [
            reading.working,
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
        """The two plans are read when somebody looks at them."""
        row = self.current()
        wanted = "" if row is None or row.result is None else f"{row.name} {row.result.solved_at}"
        if not wanted or wanted == self._shown_chart:
            return
        self._shown_chart = wanted
        self._chart_name = row.name if row is not None else ""
        self.context.read(read_plans, self._chart_name, self.context.actor, then=self._on_plans)

    @Slot(object)
    def _on_plans(self, models: Any) -> None:
        self.twin.put(self._chart_name, models)

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
