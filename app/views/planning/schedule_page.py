"""The planner's desk: Gantt, operations, what is not placed, what is selected, and the solver."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QSettings, Qt, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.icons import icon
from app.views.page import Page, TitleLine, hairline, label
from app.views.planning.certainty import Certainty
from app.views.planning.describing import Describer
from app.views.planning.desk_actions import DeskActions
from app.views.planning.detail_panel import DetailPanel
from app.views.planning.finding import Finder
from app.views.planning.gantt.asking import REOPTIMISE
from app.views.planning.gantt.time_grid import to_minutes
from app.views.planning.gantt.view import GanttView
from app.views.planning.ghost_desk import GhostDesk
from app.views.planning.kit_marks import KitMarks
from app.views.planning.lane_desk import LaneDesk
from app.views.planning.load_desk import LoadDesk
from app.views.planning.operation_columns import OperationColumns
from app.views.planning.plan_source import PlanSource
from app.views.planning.publishing.strip import PublishStrip
from app.views.planning.reading import FEW_ROWS, Reading, complete
from app.views.planning.second_window import PlanWindows
from app.views.planning.side_panel import SidePanel
from app.views.planning.solve_options import SolveOptions
from app.views.planning.solve_panel import SolvePanel
from app.views.planning.solve_run import SolveRun
from app.views.planning.template_dialog import BarWords
from app.views.planning.templates import caption_of, card_of
from app.views.planning.tray import Tray
from app.views.planning.view_controls import ViewControls
from app.views.planning.why_panel import WhyPanel
from app.views.table import RowTable, SortKey
from app.views.table_output import TableOutput
from app.views.theme import SPACE

CHART, TABLE = 0, 1
LIST_HEIGHT = 170
"""The least height of the lists below the chart; higher windows give them a quarter more."""


class SchedulePage(Page):
    icon = "calendar-stats"

    def __init__(
        self,
        context: AppContext,
        parent: QWidget | None = None,
        *,
        beside: SchedulePage | None = None,
    ) -> None:
        """``beside``: another page of this plan in a window of its own, which reads for both."""
        super().__init__(context, parent)
        self._filled = False
        self.linked = True
        """Whether the selection is that of the other pages."""
        self._minute = QTimer(self)
        self._minute.setInterval(60_000)
        self._minute.timeout.connect(self._on_minute)
        self.kits = KitMarks(context, self)
        self._after_paint = QTimer(self)
        self._after_paint.setSingleShot(True)
        self._after_paint.setInterval(50)
        self._after_paint.timeout.connect(self._on_after_paint)
        self._describer = Describer(context, self, self.kits.text)
        self.bar_words = BarWords(context)
        self._columns = OperationColumns(context, self)
        self.head = TitleLine(self)
        self.gantt = GanttView(context.tokens, context.language, self)
        self.gantt.set_describer(self._describe)
        self.finder = Finder(self.gantt, self)
        self.table = RowTable(self._columns.placed(), self, row_id=lambda row: row.operation_id)
        self.table.sort_by(SortKey("start"))
        self.unplaced = RowTable(
            self._columns.unplaced(), self, row_id=lambda row: row.operation_id, filters=False
        )
        for table, title in (
            (self.table, self._placed_title),
            (self.unplaced, self._unplaced_title),
        ):
            TableOutput(context, table, title)
        self.tray = Tray(context, self.gantt, self)
        self.certainty = Certainty(context, self)
        self.detail = DetailPanel(context, self._describer, self.certainty, self)
        self.solve_panel = SolvePanel(context.jobs, self)
        self.why = WhyPanel(context, self)
        self.side = SidePanel(self.solve_panel, self.detail, self.why, self)
        self.options = SolveOptions(self)
        self.solving = SolveRun(context, self.options, self.solve_panel, self)
        self.source = PlanSource(context, self) if beside is None else beside.source
        self.controls = ViewControls(self.gantt, self)
        self.load = LoadDesk(self, self._columns)
        self.ghosts = GhostDesk(self)
        self.desk = DeskActions(self)
        self.windows = PlanWindows(self) if beside is None else None
        self._lay_out()
        self.lanes = LaneDesk(self)
        self._connect()
        self.put_bar_words()
        self.retranslate()
        self.table.set_loading()
        if beside is None:
            self.source.start()
        elif self.source.reading is not None:
            self._on_source_read(self.source.reading)
            self.gantt.set_board(self.source.ready_board)

    # ---- what the window asks --------------------------------------------------------------------

    def title(self) -> str:
        return self.tr("Schedule")

    @property
    def reading(self) -> Reading | None:
        """The plan as it was last read."""
        return self.source.reading

    def actions(self) -> list[QAction]:
        return [*self.desk.all(), *(self.windows.actions() if self.windows is not None else ())]

    def enter(self) -> None:
        self._minute.start()
        self.gantt.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_example(self) -> None:
        """A long bar near the top that has not begun yet, chosen as a person would."""
        gantt, model = self.gantt, self.gantt.model
        if model is None:
            return
        gantt.verticalScrollBar().setValue(0)
        inside = gantt.bars_in(gantt.viewport().rect().toRectF())
        ahead = [bar for bar in inside if model.now < float(model.bars.setup_start[bar])]
        if ahead:
            length = model.bars.end - model.bars.setup_start
            gantt.select({max(ahead, key=lambda bar: float(length[bar]))})

    def find(self) -> None:
        self.head.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.head.search.selectAll()

    def restore(self, settings: QSettings) -> None:
        self.across.restoreState(settings.value("across", b""))
        self.down.restoreState(settings.value("down", b""))
        self.table.restore_state(str(settings.value("table", "")))
        self.unplaced.restore_state(str(settings.value("unplaced", "")))
        self.controls.restore(settings)
        self.lanes.panel.restore(settings)
        self.load.restore(settings)
        self.options.restore(settings)

    def save(self, settings: QSettings) -> None:
        settings.setValue("across", self.across.saveState())
        settings.setValue("down", self.down.saveState())
        settings.setValue("table", self.table.save_state())
        settings.setValue("unplaced", self.unplaced.save_state())
        self.controls.save(settings)
        self.lanes.panel.save(settings)
        self.load.save(settings)
        self.options.save(settings)

    # ---- building --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.head.add_widget(PublishStrip(self.context, self))
        self.head.add_widget(self.options)
        self.head.add_button(self.desk.solve, primary=True)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self._chart_frame())
        self.stack.addWidget(self._empty_state())
        self.tabs = QTabWidget(self)
        self.tabs.addTab(self.table, "")
        self.tabs.addTab(self.unplaced, "")
        self.load.add_tab(self.tabs)
        self.tabs.setMinimumHeight(LIST_HEIGHT)
        self.down = QSplitter(Qt.Orientation.Vertical, self)
        self.down.addWidget(self.stack)
        self.down.addWidget(self.tabs)
        self.down.setStretchFactor(0, 3)
        self.down.setStretchFactor(1, 1)
        self.down.setSizes([580, LIST_HEIGHT])
        self.down.setChildrenCollapsible(False)
        self.across = QSplitter(Qt.Orientation.Horizontal, self)
        self.across.addWidget(self.down)
        self.across.addWidget(self.side)
        self.across.setStretchFactor(0, 1)
        self.across.setCollapsible(0, False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.head)
        layout.addWidget(self.controls)
        layout.addWidget(self.ghosts.strip)
        layout.addWidget(self.across, 1)

    def _chart_frame(self) -> QWidget:
        frame = QFrame(self)
        frame.setProperty("role", "panel")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addWidget(self.load.below(self.gantt), 1)
        inside.addWidget(hairline(frame))
        inside.addWidget(self.tray)
        return frame

    def _empty_state(self) -> QWidget:
        empty = QFrame(self)
        empty.setProperty("role", "panel")
        self.empty_text = label(empty, "muted")
        self.empty_button = QPushButton(empty)
        self.empty_button.clicked.connect(self.solving.start)
        layout = QVBoxLayout(empty)
        layout.addStretch()
        layout.addWidget(self.empty_text, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.empty_button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        return empty

    def _connect(self) -> None:
        context, gantt = self.context, self.gantt
        context.themeChanged.connect(self._on_theme_changed)
        context.languageChanged.connect(self._on_language_changed)
        context.operationsSelected.connect(self._on_operations_selected)
        context.ordersSelected.connect(self._on_orders_selected)
        gantt.selectionChanged.connect(self._on_gantt_selection)
        gantt.dropped.connect(self._on_dropped)
        gantt.refused.connect(context.show_message)
        self.table.selection_changed.connect(self._on_table_selection)
        self.table.row_activated.connect(self._on_table_activated)
        self.unplaced.row_activated.connect(self._on_unplaced_activated)
        self.head.searched.connect(self.finder.search)
        self.head.search.returnPressed.connect(self.finder.next)
        self.finder.found.connect(self._update_remark)
        self.solving.running_changed.connect(self._on_solving_running_changed)
        self.source.begun.connect(self.table.warmer.rest)
        self.source.read.connect(self._on_source_read)
        self.source.failed.connect(self._on_source_failed)
        self.source.board_changed.connect(gantt.set_board)
        self.source.board_changed.connect(self.kits.read)
        self.kits.changed.connect(gantt.set_unkitted)
        self.kits.changed.connect(self.controls.mark_unkitted)
        self.kits.changed.connect(self._show_detail)
        self.source.board_changed.connect(self.why.set_board)
        self.certainty.changed.connect(self._show_detail)
        self.tray.place_wanted.connect(gantt.place)
        self.tray.chosen.connect(self._on_tray_chosen)
        self.why.operation_wanted.connect(self._on_why_operation_wanted)
        self.why.machine_wanted.connect(gantt.show_row_of)
        self.why.record_wanted.connect(context.ask_for_record)

    # ---- texts -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.head.title.setText(self.title())
        self.head.search.setPlaceholderText(self.tr("Find order, item, customer, machine…"))
        self.head.search.setAccessibleName(self.tr("Find in the plan"))
        self.desk.retranslate()
        if self.windows is not None:
            self.windows.retranslate()
        self.empty_text.setText(self.tr("Nothing is planned yet."))
        self.empty_button.setText(self.tr("Schedule the open orders"))
        self.table.set_columns(self._columns.placed())
        self.table.set_empty(self.tr("No operation is planned."))
        self.unplaced.set_columns(self._columns.unplaced())
        self.unplaced.set_empty(self.tr("Every operation has its place."))
        self.load.retranslate()
        self._update_tabs()
        self._update_remark()
        self._show_detail()

    def _placed_title(self) -> str:
        return self.tr("Operations")

    def _unplaced_title(self) -> str:
        return self.tr("Operations not placed")

    def _update_tabs(self) -> None:
        count = len(self.reading.view.unplaced) if self.reading is not None else 0
        self.tabs.setTabText(0, self.tr("Operations"))
        self.tabs.setTabText(1, self.tr("Not placed ({count})").format(count=count))
        self.tabs.setTabIcon(1, icon("alert-triangle", "risk") if count else icon("check", "good"))

    @Slot()
    def _update_remark(self) -> None:
        remark = ""
        if self.finder.active:
            remark = self.tr("{place} of {count} found").format(
                place=self.finder.place, count=self.finder.count
            )
        elif self.reading is not None and self.reading.view.placements:
            from app.services.planning.placed_columns import columns_of

            plan, columns = self.reading.view.plan, columns_of(self.reading.view.placements)
            # As the panel beside the chart counts: what is not placed is late, too.
            late = round(plan.objective.get("late_orders", columns.late_orders))
            remark = self.tr("Working plan r{revision} · late orders: {late}").format(
                revision=plan.revision, late=late
            )
        self.head.remark.setText(remark)

    @Slot()
    def _on_language_changed(self) -> None:
        self.gantt.set_language(self.context.language)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.gantt.set_tokens(self.context.tokens)
        self.solve_panel.retheme()
        self.controls.legend.update()
        self.load.panel.retheme()
        self.lanes.panel.retheme()
        self._update_tabs()

    # ---- the plan --------------------------------------------------------------------------------

    @Slot(object)
    def _on_source_read(self, reading: Reading) -> None:
        self.certainty.forget()
        self.gantt.set_model(reading.model)
        self.finder.refresh()
        if len(reading.view.placements) > FEW_ROWS:
            self._after_paint.start()
        else:
            self.table.set_rows(reading.view.placements)
        self.unplaced.set_rows(reading.view.unplaced)
        self.tray.put(reading.view.unplaced)
        self.stack.setCurrentIndex(CHART if reading.view.placements else TABLE)
        self.controls.put_legend()
        self.load.refresh(reading)
        self._update_tabs()
        self._update_remark()
        self._show_detail()
        if not self._filled:
            self._filled = True
            self._on_operations_selected(self.context.selected_operations)
            self.filled.emit()

    @Slot()
    def _on_after_paint(self) -> None:
        """The chart's twin is filled when the chart has been painted, if it has very many rows."""
        if self.reading is not None:
            self.context.read(complete, self.reading, then=self._on_completed)

    @Slot(object)
    def _on_completed(self, reading: Reading) -> None:
        if reading is self.reading:
            self.table.set_rows(reading.view.placements)
            self.table.select_ids(self.gantt.selected_operations())

    @Slot(object)
    def _on_source_failed(self, error: Exception) -> None:
        """A drop that waits for an answer is given up."""
        self.table.warmer.go_on()
        self.gantt.release_hold()
        if self.windows is not None:
            self.context.show_error(error)

    @Slot(object)
    def _on_dropped(self, preview: Any) -> None:
        """The drop is the preview: one edit, one undo step."""
        job = self.source.board_job
        board = job.board if job is not None else None
        if board is None or not self.context.apply(board.edit(preview)):
            self.gantt.release_hold()
        elif self.gantt.mode == REOPTIMISE and preview.moved:
            self.desk.hold_and_solve(frozenset({preview.operation_id}))

    @Slot(bool)
    def _on_solving_running_changed(self, running: bool) -> None:
        self.desk.solve.setEnabled(not running)
        self.empty_button.setEnabled(not running)

    # ---- selection -------------------------------------------------------------------------------

    @Slot(object)
    def _on_gantt_selection(self, operations: frozenset[int]) -> None:
        if {row.operation_id for row in self.table.selected_rows()} != operations:
            self.table.select_ids(operations)
        self._announce(operations)

    @Slot(object)
    def _on_table_selection(self, rows: list[Any]) -> None:
        operations = frozenset(row.operation_id for row in rows)
        if operations != self.gantt.selected_operations():
            self.gantt.select_operations(operations, show=self.table.view.hasFocus())
            self._announce(operations)

    @Slot(object)
    def _on_table_activated(self, row: Any) -> None:
        self.gantt.select_operations({row.operation_id}, show=True)
        self.gantt.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_unplaced_activated(self, row: Any) -> None:
        """Show what is placed of the same order."""
        self.head.search.setText(row.order_number)

    @Slot(int)
    def _on_tray_chosen(self, operation: int) -> None:
        """Beside its reason in the list."""
        self.unplaced.select_ids([operation])

    def _announce(self, operations: frozenset[int]) -> None:
        """Tell the other pages and this page's panel."""
        if self.linked:
            self.context.select_operations(operations)
            self.context.select_orders(row.order_id for row in self._rows_of(operations))
        self._show_detail()

    @Slot(object)
    def _on_operations_selected(self, operations: frozenset[int]) -> None:
        if self.linked and operations != self.gantt.selected_operations():
            self.gantt.select_operations(operations, show=True)

    @Slot(object)
    def _on_orders_selected(self, orders: frozenset[int]) -> None:
        """An order chosen on another page: its operations are selected here."""
        if self.reading is None or self.isVisible() or not self.linked:
            return
        bars = self.reading.model.bars_of_order
        rows = self.reading.view.placements
        self.gantt.select_operations(
            (rows[bar].operation_id for order in orders for bar in bars.get(order, ())), show=True
        )

    def link(self, linked: bool) -> None:
        """Share the selection with the other pages, or keep one of its own."""
        self.linked = linked
        self._on_operations_selected(self.context.selected_operations)

    def _rows_of(self, operations: Iterable[int]) -> list[Any]:
        if self.reading is None:
            return []
        bar_of, rows = self.reading.model.bar_of, self.reading.view.placements
        return [rows[bar_of[operation]] for operation in operations if operation in bar_of]

    @Slot(int)
    def _on_why_operation_wanted(self, operation: int) -> None:
        self.gantt.select_operations({operation}, show=True)

    def selected_rows(self) -> list[Any]:
        """Placements that are selected in the chart."""
        return self._rows_of(self.gantt.selected_operations())

    @Slot()
    def _show_detail(self) -> None:
        rows = self.selected_rows()
        self.why.explain(
            frozenset(row.operation_id for row in rows), frozenset(row.order_id for row in rows)
        )
        if self.reading is None or not rows:
            self.detail.show_plan(self.reading.view if self.reading is not None else None)
        elif len(rows) == 1:
            steps = self.reading.model.bars_of_order[rows[0].order_id]
            placements = self.reading.view.placements
            self.detail.show_operation(rows[0], [placements[bar] for bar in steps])
        else:
            self.detail.show_several(rows)

    def _describe(self, bar: int) -> tuple[str, list[tuple[str, str]]]:
        if self.reading is None:
            return "", []
        row = self.reading.view.placements[bar]
        own = self.bar_words.card
        if own:
            return card_of(own, row, self.context)
        return self._describer.title(row), self._describer.card(row)

    @Slot()
    def put_bar_words(self) -> None:
        """Bars say what this person wants them to."""
        own = self.bar_words.caption
        self.gantt.set_captions(caption_of(own, self.context) if own else None)

    def card_template(self) -> str:
        """The usual hover card as a template."""
        return self._describer.card_template()

    @Slot()
    def _on_minute(self) -> None:
        """The now-line follows the clock, unless the site plans as of a fixed moment."""
        self.gantt.set_now(to_minutes(self.context.now()))
