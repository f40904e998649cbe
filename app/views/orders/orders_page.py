"""Orders: the list, one order beside it, the form, and paper of the selection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPoint, QSettings, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QCheckBox, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.core.choices import ENDED_STATES, OrderState
from app.services.orders.edits import CANCELLABLE
from app.services.orders.rows import OrderForm
from app.services.orders.travelers import NOT_PRINTED
from app.services.planning.promising.rows import PromiseQuestion
from app.views.context import AppContext
from app.views.fresh import LatestReading
from app.views.orders.order_columns import OrderColumns
from app.views.orders.order_detail import OrderDetailPanel
from app.views.orders.order_form import OrderFormPanel
from app.views.page import Page, TitleLine, action
from app.views.saved_views import SavedViews
from app.views.table import RowTable, SortKey
from app.views.table_output import TableOutput
from app.views.theme import DETAIL_WIDTH, SPACE

ENDED = ENDED_STATES | {OrderState.COMPLETED}
"""Not shown unless asked for."""

KINDS = frozenset(
    {
        "production_order",
        "operation",
        "placement",
        "unplaced_operation",
        "plan",
        "capacity_hold",
        "card",
        "custom_field",
        "customer",
        "item",
        "site",
    }
)
"""Records whose change may show in the list."""

STOCK_KINDS = frozenset({"stock_move", "lot", "purchase_order_line", "tool_copy", "tool_type"})
"""Records that say what is there to make orders of."""


class OrdersPage(Page):
    icon = "clipboard-list"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._rows: tuple[Any, ...] = ()
        self._reading = False
        self._read_again = False
        self._wanted: int | None = None
        self._detail_reading = LatestReading(self, context, self._on_detail_read)
        self._number_reading = LatestReading(self, context, self._on_next_number_read)
        self._wanted_number = ""
        self._state = ""
        """How the table was left, for columns that come with the first reading."""
        self._changing: int | None = None
        self._kits: dict[int, Any] | None = None
        self._reading_kits = False
        self._columns = OrderColumns(context, self)
        self.head = TitleLine(self)
        self.ended = QCheckBox(self)
        self.table = RowTable(self._columns.of_list(), self)
        self.table.sort_by(SortKey("due"), SortKey("priority"))
        self.views = SavedViews(context, self.table, "orders", self)
        self.output = TableOutput(context, self.table, self.title, print_keys="Ctrl+Shift+P")
        self.detail = OrderDetailPanel(context, self)
        self.form: OrderFormPanel | None = None
        self.side = QStackedWidget(self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._make_actions()
        self._lay_out()
        self._connect()
        self.retranslate()
        self.table.set_loading()
        self._read()

    # ---- what the window asks --------------------------------------------------------------------

    def title(self) -> str:
        return self.tr("Orders")

    def actions(self) -> list[QAction]:
        held = [self.confirm_hold, self.release_hold]
        on_paper = [self.print_cards, self.print_sheets]
        return [self.new, self.change, self.promise, *held, self.cancel, *on_paper]

    def retranslate(self) -> None:
        self.head.title.setText(self.title())
        self.head.search.setPlaceholderText(self.tr("Search orders"))
        self.head.search.setAccessibleName(self.tr("Search orders"))
        self.ended.setText(self.tr("Show ended orders"))
        self.new.setText(self.tr("New order"))
        self.change.setText(self.tr("Change order"))
        self.promise.setText(self.tr("Can we promise it?"))
        self.confirm_hold.setText(self.tr("Confirm held capacity"))
        self.release_hold.setText(self.tr("Release held capacity"))
        self.cancel.setText(self.tr("Cancel order"))
        self.print_cards.setText(self.tr("Print travelers"))
        self.print_sheets.setText(self.tr("Print inspection sheets"))
        self.table.set_columns(self._columns.of_list())
        self.table.set_empty(self.tr("There are no open orders."), self.new.text())
        self._update_remark()
        if self._kits is not None:
            self._show_kit()

    def restore(self, settings: QSettings) -> None:
        self._state = str(settings.value("table", ""))
        self.table.restore_state(self._state)
        self.splitter.restoreState(settings.value("splitter", b""))
        self.ended.setChecked(settings.value("ended", "false") == "true")

    def save(self, settings: QSettings) -> None:
        settings.setValue("table", self.table.save_state())
        settings.setValue("splitter", self.splitter.saveState())
        settings.setValue("ended", "true" if self.ended.isChecked() else "false")

    def find(self) -> None:
        self.head.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.head.search.selectAll()

    def show_record(self, sheet: str, name: str | Mapping[str, Any], field: str = "") -> None:
        """Go to an order by its number; one that has ended is shown, too."""
        self._wanted_number = name if isinstance(name, str) else str(name.get("order_no", ""))
        if self._rows:
            self._show_wanted()

    def _show_wanted(self) -> None:
        number, self._wanted_number = self._wanted_number, ""
        found = next((row for row in self._rows if row.number == number), None)
        if found is None:
            from app.core.messages import message
            from app.services.masters.rows import sheet_title

            self.context.show_message(
                message("masters.not_found", sheet=sheet_title("Orders"), name=number)
            )
            return
        self.head.search.clear()
        self.table.clear_filters()
        if found.state in ENDED:
            self.ended.setChecked(True)
        self.table.select_ids([found.id])

    def show_example(self) -> None:
        """The first late order, else the first."""
        rows = self.table.visible_rows()
        late = [row for row in rows if row.lamp == "late"]
        self.table.select_ids(row.id for row in (late or rows)[:1])

    # ---- reading ---------------------------------------------------------------------------------

    def _read(self) -> None:
        """Read the list in a thread; news that come meanwhile make one more reading."""
        if self._reading:
            self._read_again = True
            return
        from app.services.orders.queries import order_list

        self._reading = True
        self.context.read(order_list, then=self._on_rows_read, failed=self._on_read_failed)

    @Slot(object)
    def _on_rows_read(self, found: tuple[tuple[Any, ...], tuple[Any, ...]]) -> None:
        self._reading = False
        first = not self._rows and not self.table.rows()
        self._rows, fields = found
        if fields != self._columns.fields:
            self._columns.fields = fields
            self.table.exchange_columns(self._columns.of_list())
            if first:
                self.table.restore_state(self._state)
        self._show_rows()
        if self._wanted_number:
            self._show_wanted()
        if first:
            self.filled.emit()
        if self._read_again:
            self._read_again = False
            self._read()

    @Slot(object)
    def _on_read_failed(self, error: Exception) -> None:
        self._reading = False
        self.table.set_rows(self.table.rows())
        self.context.show_error(error)

    def _show_rows(self) -> None:
        shown = self._rows
        if not self.ended.isChecked():
            shown = tuple(row for row in shown if row.state not in ENDED)
        self.table.set_rows(shown)
        self._update_remark()
        self._update_actions()

    def _update_remark(self) -> None:
        late = sum(row.lamp == "late" for row in self.table.rows())
        # Not the late orders of the plan, which are behind their internal due dates.
        told = self.tr("%n orders miss the customer's date", "", late)
        self.head.remark.setText(told if late else "")

    def _read_detail(self, order_id: int) -> None:
        from app.services.orders.queries import order_detail

        self._wanted = order_id
        self._detail_reading.ask(order_detail, order_id)

    @Slot(object)
    def _on_detail_read(self, detail: Any) -> None:
        if detail.order.id != self._wanted or self._form_open():
            return  # the form's closing reads it again
        self.detail.show_kit("")
        self.detail.show_detail(detail)
        self._show_kit()
        self.side.setCurrentWidget(self.detail)
        self.side.show()

    def _show_kit(self) -> None:
        """How far the order is kitted; read for all of them once, until something changes."""
        if self._kits is not None and self._wanted is not None:
            sentence = self._kits.get(self._wanted)
            self.detail.show_kit("" if sentence is None else self.context.text(sentence))
        elif not self._reading_kits:
            self._reading_kits = True
            self.context.read(_all_kits, then=self._on_kits_read, failed=self._on_kits_failed)

    @Slot(object)
    def _on_kits_read(self, found: dict[int, Any]) -> None:
        self._reading_kits = False
        self._kits = found
        self._show_kit()

    @Slot(object)
    def _on_kits_failed(self, error: Exception) -> None:
        self._reading_kits = False
        self.context.show_error(error)

    @Slot(str, object)
    def _on_context_changed(self, kind: str, ids: frozenset[int]) -> None:
        if kind in STOCK_KINDS:
            self._kits = None
        if kind not in KINDS:
            return
        self._kits = None
        self._read()
        if self._wanted is not None and self.side.isVisible() and not self._form_open():
            self._read_detail(self._wanted)

    # ---- selection -------------------------------------------------------------------------------

    @Slot(object)
    def _on_selection_changed(self, rows: list[Any]) -> None:
        self._update_actions()
        if self.isVisible():
            self.context.select_orders(row.id for row in rows)
        if len(rows) == 1 and not self._form_open():
            self._read_detail(rows[0].id)

    @Slot(object)
    def _on_context_orders_selected(self, ids: frozenset[int]) -> None:
        """Another page chose orders: show the same ones here."""
        if not self.isVisible() and ids:
            self.table.select_ids(ids)

    def _update_actions(self) -> None:
        rows = self.table.selected_rows()
        free = not self._form_open()
        self.new.setEnabled(free)
        self.change.setEnabled(free and len(rows) == 1 and rows[0].state not in ENDED)
        held = len(rows) == 1 and rows[0].hold_until is not None
        for each in (self.confirm_hold, self.release_hold):
            each.setEnabled(held)
            each.setVisible(held)
        self.promise.setEnabled(free and len(rows) == 1 and rows[0].state not in ENDED)
        self.cancel.setEnabled(
            free and bool(rows) and all(row.state in CANCELLABLE for row in rows)
        )
        for each in (self.print_cards, self.print_sheets):
            each.setEnabled(bool(rows) and all(row.state not in NOT_PRINTED for row in rows))

    @Slot(object, QPoint)
    def _on_menu_asked(self, rows: list[Any], place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        menu.popup(place)

    @Slot()
    def _on_detail_closed(self) -> None:
        self._wanted = None
        self.side.hide()

    # ---- the form --------------------------------------------------------------------------------

    def _form_open(self) -> bool:
        return self.form is not None

    @Slot()
    def _on_new_triggered(self) -> None:
        self._changing = None
        self._open_form()

    @Slot()
    def _on_change_triggered(self) -> None:
        rows = self.table.selected_rows()
        if len(rows) == 1 and not self._form_open():
            self._changing = rows[0].id
            self._open_form()

    def _open_form(self) -> None:
        self.new.setEnabled(False)
        self.change.setEnabled(False)
        self.context.read(_form_data, self._changing, then=self._on_form_data_read)

    @Slot(object)
    def _on_form_data_read(self, data: tuple[Any, OrderForm | None]) -> None:
        choices, before = data
        if self._form_open():
            return
        self.form = OrderFormPanel(self.context, choices, self)
        self.form.accepted.connect(self._on_form_accepted)
        self.form.given_up.connect(self._close_form)
        self.form.type_changed.connect(self._on_form_type_changed)
        self.form.promise_asked.connect(self._on_form_promise_asked)
        self.side.addWidget(self.form)
        self.side.setCurrentWidget(self.form)
        self.side.show()
        if before is None:
            self.form.start_new()
        else:
            self.form.start_change(before)
        self._update_actions()

    @Slot(str)
    def _on_form_type_changed(self, kind: str) -> None:
        from app.services.orders.numbers import next_number

        self._number_reading.ask(next_number, kind)

    @Slot(object)
    def _on_next_number_read(self, number: str) -> None:
        if self.form is not None:
            self.form.show_next_number(number)

    @Slot(object)
    def _on_form_accepted(self, form: OrderForm) -> None:
        from app.services.orders.edits import ChangeOrder, CreateOrder

        before = self.form.before if self.form is not None else None
        if before is None or self._changing is None:
            edit: Any = CreateOrder(form)
        elif form == before:
            self._close_form()
            return
        else:
            edit = ChangeOrder(self._changing, before, form)
        if self.context.apply(edit):
            self._close_form()

    @Slot()
    def _close_form(self) -> None:
        form, self.form = self.form, None
        if form is None:
            return
        self.side.removeWidget(form)
        form.deleteLater()
        shown = self.detail.detail
        self.side.setVisible(shown is not None and shown.order.id == self._wanted)
        if self._wanted is not None:
            self._read_detail(self._wanted)
        self._update_actions()
        self.table.setFocus()

    # ---- can we promise it -----------------------------------------------------------------------

    @Slot()
    def _on_promise_triggered(self) -> None:
        rows = self.table.selected_rows()
        if len(rows) == 1:
            self._ask_promise(PromiseQuestion(order_id=rows[0].id))

    @Slot()
    def _on_confirm_hold_triggered(self) -> None:
        from app.services.planning.holds import CONFIRMED

        self._end_hold(CONFIRMED)

    @Slot()
    def _on_release_hold_triggered(self) -> None:
        from app.services.planning.holds import RELEASED

        self._end_hold(RELEASED)

    def _end_hold(self, how: str) -> None:
        from app.services.planning.holds import EndHold

        for row in self.table.selected_rows():
            self.context.apply(EndHold(row.id, how))

    @Slot(object)
    def _on_form_promise_asked(self, form: OrderForm) -> None:
        self._ask_promise(PromiseQuestion(order_id=self._changing, form=form))

    def _ask_promise(self, question: PromiseQuestion) -> None:
        from app.views.orders.promise_dialog import PromiseDialog

        self.asked = PromiseDialog(self.context, question, self, in_form=self.form is not None)
        if self.form is not None:
            self.asked.taken.connect(self.form.take_promise)
            self.asked.held.connect(self._close_form)
        self.asked.show()

    @Slot(object)
    def _on_ghost_taken(self, question: PromiseQuestion) -> None:
        """What was typed for a new order has become one, from the board."""
        if question.form is not None and question.order_id is None and self._changing is None:
            self._close_form()

    # ---- cancel and print ------------------------------------------------------------------------

    @Slot()
    def _on_cancel_triggered(self) -> None:
        from app.services.orders.edits import CancelOrder

        for row in self.table.selected_rows():
            if not self.context.apply(CancelOrder(row.id, row.state)):
                return

    @Slot()
    def _on_print_triggered(self) -> None:
        from app.views.printing.papers import show_travelers

        ids = tuple(row.id for row in self.table.selected_rows())
        show_travelers(self.window(), self.context, ids)

    @Slot()
    def _on_print_sheets_triggered(self) -> None:
        from app.views.printing.papers import show_inspection

        ids = tuple(row.id for row in self.table.selected_rows())
        show_inspection(self.window(), self.context, ids)

    # ---- inside ----------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.new = action(self, "plus")
        self.new.setShortcut(QKeySequence.StandardKey.New)
        self.change = action(self, "pencil")
        self.change.setShortcut(QKeySequence("F2"))
        self.promise = action(self, "calendar-stats")
        self.promise.setShortcut(QKeySequence("F7"))
        self.confirm_hold = action(self, "check")
        self.release_hold = action(self, "lock-open")
        self.cancel = action(self, "ban")
        self.print_cards = action(self, "printer")
        self.print_cards.setShortcut(QKeySequence.StandardKey.Print)
        self.print_sheets = action(self, "printer")

    def _lay_out(self) -> None:
        self.head.add_widget(self.ended)
        self.head.add_widget(self.views)
        for each in (self.print_cards, self.promise, self.change):
            self.head.add_button(each)
        self.head.add_button(self.new, primary=True)
        self.side.addWidget(self.detail)
        self.side.setMinimumWidth(DETAIL_WIDTH[0])
        self.side.setMaximumWidth(DETAIL_WIDTH[1] + 60)
        self.side.hide()
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.side)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setCollapsible(0, False)
        self.splitter.setCollapsible(1, False)
        self.splitter.setHandleWidth(2 * SPACE)
        self.splitter.setSizes([3 * DETAIL_WIDTH[0], 392])
        self.setFocusProxy(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.head)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.new.triggered.connect(self._on_new_triggered)
        self.change.triggered.connect(self._on_change_triggered)
        self.promise.triggered.connect(self._on_promise_triggered)
        self.confirm_hold.triggered.connect(self._on_confirm_hold_triggered)
        self.release_hold.triggered.connect(self._on_release_hold_triggered)
        self.cancel.triggered.connect(self._on_cancel_triggered)
        self.print_cards.triggered.connect(self._on_print_triggered)
        self.print_sheets.triggered.connect(self._on_print_sheets_triggered)
        self.head.searched.connect(self.table.set_search)
        self.ended.toggled.connect(self._show_rows)
        self.table.selection_changed.connect(self._on_selection_changed)
        self.table.row_activated.connect(self._on_change_triggered)
        self.table.menu_asked.connect(self._on_menu_asked)
        self.table.empty_button.clicked.connect(self.new.trigger)
        self.detail.closed.connect(self._on_detail_closed)
        self.context.changed.connect(self._on_context_changed)
        self.context.ghost_taken.connect(self._on_ghost_taken)
        self.context.ordersSelected.connect(self._on_context_orders_selected)


def _form_data(database: Any, order_id: int | None) -> tuple[Any, OrderForm | None]:
    """What the form offers, and the order to change as it is now."""
    from app.services.orders.queries import choices, order_form

    return choices(database), None if order_id is None else order_form(database, order_id)


def _all_kits(database: Any) -> dict[int, Any]:
    """How far each order is kitted, as a sentence."""
    from app.services.planning.kitting import kit_text, kitting

    return {number: kit_text(row) for number, row in kitting(database).items()}
