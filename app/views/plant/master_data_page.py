"""Master data: every table of the plant, edited in place, with the chosen record beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, QSettings, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QSplitter, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.fresh import LatestReading
from app.views.page import Page, TitleLine, action
from app.views.plant.form_sections import BEGINS
from app.views.plant.master_edits import MasterEdits, next_code, reason
from app.views.plant.master_papers import MasterPapers
from app.views.plant.master_sheet import MasterSheet
from app.views.plant.record_panel import RecordPanel
from app.views.plant.sharing import Sharing
from app.views.plant.table_list import WIDTH, TableList
from app.views.plant.wide_editors import WideEditors
from app.views.saved_views import SavedViews
from app.views.table import CellChange, PastedRows
from app.views.table_output import TableOutput
from app.views.theme import DETAIL_WIDTH, SPACE

NOT_MASTER_DATA = frozenset({"placement", "plan", "unplaced_operation", "operation"})
"""Changes of the plan come often and show in no table here."""


class MasterDataPage(Page):
    icon = "database"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._key = ""
        self._editable: dict[str, bool] = {}
        self._sheets: dict[str, MasterSheet] = {}
        self._states: dict[str, str] = {}
        self._views: dict[str, SavedViews] = {}
        self._stale: set[str] = set()
        self._reading: dict[str, int] = {}
        """Sheets being read, with the number of edits written before it began."""
        self._related_writes = 0
        self._wanted: tuple[str, str | Mapping[str, Any], str] | None = None
        self._to_begin: tuple[str, Mapping[str, Any]] | None = None
        self._to_select: tuple[str, Mapping[str, Any]] | None = None
        self.head = TitleLine(self)
        self.list = TableList(context, self)
        self.views_place = QWidget(self)
        self.place = QWidget(self)
        self.edits = MasterEdits(context, self._latest, self)
        self.panel = RecordPanel(context, self.edits, self)
        self._related_reading = LatestReading(self, context, self._on_related_read)
        self._uses_reading = LatestReading(self, context, self.panel.show_uses)
        self.wide = WideEditors(context, self)
        self.papers = MasterPapers(context, self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.middle = QSplitter(Qt.Orientation.Vertical, self.splitter)
        self.retired = QCheckBox(self)
        self._make_actions()
        self._lay_out()
        self.sharing = Sharing(self.splitter, self.middle, self.panel, self.wide, self.side)
        self._connect()
        self.retranslate()
        self._read_tables()

    # ---- what the window asks --------------------------------------------------------------------

    def title(self) -> str:
        return self.tr("Master data")

    def actions(self) -> list[QAction]:
        return [self.new, self.copy, self.remove, self.retire, self.uses, self.side]

    def retranslate(self) -> None:
        self.head.title.setText(self.title())
        self.head.search.setPlaceholderText(self.tr("Search this table"))
        self.head.search.setAccessibleName(self.tr("Search this table"))
        self.retired.setText(self.tr("Show retired"))
        self.retired.setToolTip(self.tr("Show records that are no longer offered, in grey."))
        self.new.setText(self.tr("New"))
        self.copy.setText(self.tr("Duplicate"))
        self.remove.setText(self.tr("Remove"))
        self.uses.setText(self.tr("Where used"))
        self.side.setText(self.tr("Record"))
        self.side.setToolTip(self.tr("Show the chosen record with all its fields"))
        self.list.retranslate()
        for sheet in self._sheets.values():
            sheet.retranslate()
            self._say_empty(sheet)
        self.wide.retranslate()
        self._remark()
        self._update_actions()

    def restore(self, settings: QSettings) -> None:
        self._key = str(settings.value("table", ""))
        self.sharing.restore(settings)
        self.retired.setChecked(str(settings.value("retired", "false")) == "true")
        self.splitter.restoreState(settings.value("splitter", b""))
        settings.beginGroup("tables")
        self._states = {key: str(settings.value(key)) for key in settings.childKeys()}
        settings.endGroup()

    def save(self, settings: QSettings) -> None:
        settings.setValue("table", self._key)
        self.sharing.save(settings)
        settings.setValue("retired", "true" if self.retired.isChecked() else "false")
        settings.setValue("splitter", self.splitter.saveState())
        settings.beginGroup("tables")
        for key, sheet in self._sheets.items():
            settings.setValue(key, sheet.table.save_state())
        settings.endGroup()

    def find(self) -> None:
        self.head.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.head.search.selectAll()

    def show_example(self) -> None:
        """The first mould with its copies, else the first row."""
        if self._key == "Tools" and self.sheet is not None:
            self.sheet.table.select_ids([row.id for row in self.sheet.rows[:1]])
        else:
            self._wanted = ("Tools", {}, "")
            self.list.choose("Tools")

    def enter(self) -> None:
        """Read again what changed while another page was looked at."""
        if self._key in self._stale:
            self._read_tables()
            self._read(self._key)

    @property
    def sheet(self) -> MasterSheet | None:
        """The table that is shown; None until it has been read."""
        return self._sheets.get(self._key)

    def show_record(self, sheet: str, name: str | Mapping[str, Any], field: str = "") -> None:
        """Go to a record: its table, its row, its form, and the field if one is named.

        ``name``: see ``find_row`` of the services. A name that is not there is said.
        """
        self._wanted = (sheet, name, field)
        if self.list.table_keys():
            self._go_on(sheet)

    # ---- reading ---------------------------------------------------------------------------------

    def _read_tables(self) -> None:
        from app.services.masters.reading import master_tables

        self.context.read(master_tables, then=self._on_tables_read)

    @Slot(object)
    def _on_tables_read(self, described: tuple[Any, ...]) -> None:
        first = not self.list.table_keys()
        self._editable = {each.key: each.editable for each in described}
        self.list.show_tables(described)
        if first:
            wanted = self._wanted[0] if self._wanted else self._key
            self._key = ""
            self.list.choose(wanted)

    def _go_on(self, key: str) -> None:
        """Show a table, and then what was wanted of it."""
        if key == self._key and self.sheet is not None and key not in self._stale:
            self._after_reading()
        else:
            self.list.choose(key)

    @Slot(str)
    def _on_list_chosen(self, key: str) -> None:
        if self.panel.drafting:
            self.panel.give_up_draft()
        self._key = key
        for sheet in self._sheets.values():
            sheet.table.setVisible(sheet.key == key)
        if self.sheet is not None:
            self._show_sheet()
        if self.sheet is None or key in self._stale:
            self._read(key)
        else:
            self._after_reading()

    def _read(self, key: str) -> None:
        """Read a table in a thread; news that come meanwhile make one more reading."""
        from app.services.masters.reading import read_sheet

        if key in self._reading:
            self._stale.add(key)
            return
        self._stale.discard(key)
        self._reading[key] = self.edits.writes
        self.context.read(read_sheet, key, then=self._on_sheet_read, failed=self._on_read_failed)

    @Slot(object)
    def _on_sheet_read(self, reading: Any) -> None:
        key = reading.key
        writes = self._reading.pop(key, 0)
        sheet, first = self._sheets.get(key), key not in self._sheets
        if sheet is None:
            sheet = self._make_sheet(reading)
        else:
            self._take(sheet, reading)
        self.edits.has_read(key, writes)
        if key == self._key:
            self._show_sheet()
            self._after_reading()
            if first:
                self.filled.emit()
        if key in self._stale and key == self._key:
            self._read(key)

    def _take(self, sheet: MasterSheet, reading: Any) -> None:
        """Newer rows; whoever types into a cell that changed meanwhile is told."""
        place = sheet.table.editing.place if sheet.table.editing is not None else None
        row_id, column = place if place is not None else (0, "")
        before = sheet.row(row_id)
        sheet.take(reading)
        after = sheet.row(row_id)
        if before is None or after is None or sheet.table.editing is None:
            return
        if self.edits.seen(sheet.key, before).get(column) != after.values.get(column):
            self.edits.tell(sheet.key, row_id, [column])
            text = self.tr(
                "Changed elsewhere meanwhile, to: {value}. Enter writes yours, Esc takes theirs."
            )
            value = sheet.columns.text(column, after) or self.tr("nothing")
            sheet.table.editing.warn(text.format(value=value))

    @Slot(object)
    def _on_read_failed(self, error: Exception) -> None:
        self._reading.clear()
        self.context.show_error(error)

    def _make_sheet(self, reading: Any) -> MasterSheet:
        sheet = MasterSheet(
            self.context, reading, self.place, editable=self._editable.get(reading.key, False)
        )
        sheet.show_retired(self.retired.isChecked())
        table = sheet.table
        self._views[sheet.key] = SavedViews(
            self.context, table, f"master:{sheet.key}", self.views_place
        )
        self.views_place.layout().addWidget(self._views[sheet.key])
        TableOutput(self.context, table, partial(self._sheet_title, sheet.key))
        table.restore_state(self._states.get(sheet.key, ""))
        self.place.layout().addWidget(table)
        table.setVisible(sheet.key == self._key)
        table.selection_changed.connect(self._on_selection_changed)
        table.takes_new_rows = sheet.editable
        table.cells_edited.connect(self._on_cells_edited)
        table.rows_pasted.connect(self._on_rows_pasted)
        table.menu_asked.connect(self._on_menu_asked)
        table.row_activated.connect(self._on_row_activated)
        table.empty_button.clicked.connect(self.new.trigger)
        self._sheets[sheet.key] = sheet
        self._say_empty(sheet)
        return sheet

    def _sheet_title(self, key: str) -> str:
        from app.services.masters.rows import sheet_title

        return self.context.text(sheet_title(key))

    def _say_empty(self, sheet: MasterSheet) -> None:
        button = self.new.text() if sheet.editable else ""
        sheet.table.set_empty(self.tr("This table is empty."), button)

    def _show_sheet(self) -> None:
        sheet = self.sheet
        if sheet is None:
            return
        sheet.table.setVisible(True)
        for key, views in self._views.items():
            views.setVisible(key == sheet.key)
        sheet.table.set_search(self.head.search.text())
        self.panel.show_sheet(sheet.key, sheet.columns)
        self.wide.show_sheet(sheet.key)
        self._remark()
        self._show_selection()

    def _remark(self) -> None:
        looked_at = self.sheet is not None and not self.sheet.editable
        text = self.tr("To look at; changed by what is posted")
        self.head.remark.setText(text if looked_at else "")

    def _after_reading(self) -> None:
        """What somebody asked for while the table was not there yet."""
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted[0] == self._key:
            self._reveal(wanted[1], wanted[2])
        elif wanted is not None:
            self._wanted = wanted
        begin, self._to_begin = self._to_begin, None
        if begin is not None and begin[0] == self._key:
            self._start_draft(begin[1])
        select, self._to_select = self._to_select, None
        if select is not None and select[0] == self._key and self.sheet is not None:
            row = self.sheet.find(select[1])
            if row is not None:
                self.sheet.table.select_ids([row.id])

    def _reveal(self, name: str | Mapping[str, Any], field: str) -> None:
        sheet = self.sheet
        if sheet is None:
            return
        row = sheet.find(name)
        if row is None:
            self._say_not_found(name)
            return
        self.head.search.clear()
        sheet.table.clear_filters()
        if row.retired:
            self.retired.setChecked(True)
        sheet.table.select_ids([row.id])
        self.side.setChecked(True)
        if field:
            self.panel.focus_field(field)

    def _say_not_found(self, name: str | Mapping[str, Any]) -> None:
        from app.core.messages import message
        from app.services.masters.rows import record_name, sheet_title

        words = name if isinstance(name, str) else record_name(self._key, name)
        self.context.show_message(
            message("masters.not_found", sheet=sheet_title(self._key), name=words)
        )

    # ---- news ------------------------------------------------------------------------------------

    @Slot(str, object)
    def _on_context_changed(self, kind: str, ids: frozenset[int]) -> None:
        if kind in NOT_MASTER_DATA:
            return
        self._stale |= set(self._sheets) | set(self._reading)
        if self.isVisible():
            self.enter()

    def _latest(self, key: str, row_id: int) -> Any | None:
        sheet = self._sheets.get(key)
        return sheet.row(row_id) if sheet is not None else None

    # ---- selection -------------------------------------------------------------------------------

    def _chosen(self) -> list[Any]:
        return self.sheet.table.selected_rows() if self.sheet is not None else []

    @Slot()
    def _on_selection_changed(self) -> None:
        self._show_selection()

    @Slot()
    def _show_selection(self) -> None:
        rows = self._chosen()
        only = rows[0] if len(rows) == 1 else None
        shown = self.panel.row
        if shown is not None and not rows and self._latest(self._key, shown.id) is None:
            self.panel.row_gone()
        else:
            self.panel.show_row(only, len(rows))
        self.wide.show_row(only)
        if only is not None and not self.panel.drafting and self.side.isChecked():
            self._read_related(only)
        self._update_actions()

    def _read_related(self, row: Any) -> None:
        from app.services.exchange.sheets import sheet
        from app.services.masters.related import RELATED, related_rows

        if self._key in RELATED:
            code = str(row.values[sheet(self._key).identity[0]])
            self._related_writes = self.edits.writes
            self._related_reading.ask(related_rows, self._key, code)

    @Slot(object)
    def _on_related_read(self, found: tuple[str, str, tuple[Any, ...]]) -> None:
        from app.services.exchange.sheets import sheet

        key, code, readings = found
        for reading in readings:
            self.edits.has_read(reading.key, self._related_writes)
        row = self.panel.row
        if row is None or key != self._key:
            return
        if code == str(row.values[sheet(key).identity[0]]):
            self.panel.show_related(readings)

    @Slot(int)
    def _on_uses_wanted(self, row_id: int) -> None:
        from app.services.masters.reading import where_used

        self._uses_reading.ask(where_used, self._key, row_id)

    def _update_actions(self) -> None:
        rows, sheet = self._chosen(), self.sheet
        free = sheet is not None and sheet.editable and not self.panel.drafting
        self.wide.names.setEnabled(not self.panel.drafting)
        self.new.setEnabled(free)
        self.copy.setEnabled(free and len(rows) == 1)
        self.remove.setEnabled(free and bool(rows))
        self.uses.setEnabled(free and len(rows) == 1)
        again = bool(rows) and all(row.retired for row in rows)
        self.retire.setText(self.tr("Use again") if again else self.tr("Retire"))
        self.retire.setToolTip(
            self.tr("Offer these records again")
            if again
            else self.tr("Keep these records where they are used, but offer them no more")
        )
        self.retire.setEnabled(free and bool(rows) and self._can_retire())

    def _can_retire(self) -> bool:
        from app.services.masters.edits import can_retire

        return can_retire(self._key)

    @Slot(object, QPoint)
    def _on_menu_asked(self, rows: list[Any], place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        self.papers.add_to(menu, self._key, rows)
        menu.popup(place)

    @Slot(object)
    def _on_row_activated(self, row: Any) -> None:
        self.side.setChecked(True)
        self.panel.focus_field("")

    # ---- edits -----------------------------------------------------------------------------------

    @Slot(object)
    def _on_cells_edited(self, changes: list[CellChange]) -> None:
        """All cells of one gesture become one edit."""
        self._change_cells(changes)

    @Slot(object)
    def _on_rows_pasted(self, pasted: PastedRows) -> None:
        """A paste that reached beyond the last row: changes and new records are one edit."""
        self._change_cells(pasted.changes, pasted.rows)

    def _change_cells(
        self, changes: Sequence[CellChange], new: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        sheet = self.sheet
        if sheet is None:
            return
        by_row: dict[int, tuple[Any, dict[str, Any]]] = {}
        for change in changes:
            by_row.setdefault(change.row.id, (change.row, {}))[1][change.column_key] = change.value
        refused = self.edits.change(sheet.key, by_row.values(), new)
        if refused is not None:
            said = reason(refused, changes[0].column_key if changes else None)
            sheet.table.refuse_edit(self.context.text(said))

    @Slot()
    def _on_new_triggered(self) -> None:
        self._start_draft(BEGINS.get(self._key, {}))

    @Slot()
    def _on_copy_triggered(self) -> None:
        rows = self._chosen()
        if len(rows) == 1:
            self._start_draft(rows[0].values, copied=True)

    def _start_draft(self, values: Mapping[str, Any], *, copied: bool = False) -> None:
        """The fields of a new record, with the next free code where one can be told."""
        from app.services.exchange.sheets import sheet

        if self.sheet is None or not self.sheet.editable:
            return
        begun = {key: value for key, value in values.items() if key not in ("action", "status")}
        identity = sheet(self._key).identity
        named = next((key for key in reversed(identity) if isinstance(begun.get(key), str)), "")
        if copied and named:
            begun[named] = next_code(begun[named], self.sheet.codes(named))
        self.side.setChecked(True)
        empty = next((key for key in identity if not begun.get(key)), named)
        self.panel.start_new(begun, named if copied else empty)
        self._update_actions()

    @Slot(str, object)
    def _on_panel_add_asked(self, sheet: str, values: Mapping[str, Any]) -> None:
        self._to_begin = (sheet, values)
        self._go_on(sheet)

    @Slot(str, object)
    def _on_panel_saved(self, sheet: str, values: Mapping[str, Any]) -> None:
        """The new record is selected as soon as it has been read."""
        from app.services.exchange.sheets import sheet as described

        names = described(sheet).identity
        self._to_select = (sheet, {name: values.get(name) for name in names if name in values})
        if self.sheet is not None:
            self.sheet.table.clear_filters()
            self.sheet.table.setFocus()

    @Slot()
    def _on_remove_triggered(self) -> None:
        from app.services.masters.edits import InUse

        rows = self._chosen()
        if not rows:
            return
        refused = self.edits.remove(self._key, rows)
        if isinstance(refused, InUse):
            self.side.setChecked(True)
            self.panel.show_refused(self._can_retire())

    @Slot()
    def _on_retire_triggered(self) -> None:
        rows = self._chosen()
        if rows:
            self.edits.retire(self._key, rows, again=all(row.retired for row in rows))

    @Slot()
    def _on_panel_retire_asked(self) -> None:
        rows = self._chosen()
        if rows and self.edits.retire(self._key, rows, again=False) is None:
            self.panel.uses.show_none()

    @Slot()
    def _on_uses_triggered(self) -> None:
        self.side.setChecked(True)
        self.panel.open_uses()

    @Slot()
    def _on_panel_closed(self) -> None:
        if self.panel.drafting:
            self.panel.give_up_draft()
        self.side.setChecked(False)

    @Slot()
    def _on_panel_draft_left(self) -> None:
        self._show_selection()

    @Slot(bool)
    def _on_retired_toggled(self, shown: bool) -> None:
        for sheet in self._sheets.values():
            sheet.show_retired(shown)

    @Slot(str)
    def _on_head_searched(self, text: str) -> None:
        if self.sheet is not None:
            self.sheet.table.set_search(text)

    # ---- inside ----------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.new = action(self, "plus")
        self.new.setShortcut(QKeySequence.StandardKey.New)
        self.copy = action(self, "copy")
        self.copy.setShortcut(QKeySequence("Ctrl+Shift+D"))
        self.remove = action(self, "x")
        self.remove.setShortcut(QKeySequence("Ctrl+Delete"))
        self.retire = action(self, "ban")
        self.uses = action(self, "link")
        self.side = action(self, "layout-sidebar-right")
        self.side.setCheckable(True)
        self.side.setChecked(True)

    def _lay_out(self) -> None:
        self.views_place.setLayout(QHBoxLayout())
        self.views_place.layout().setContentsMargins(0, 0, 0, 0)
        self.head.add_widget(self.views_place)
        self.head.add_widget(self.retired)
        for each in (self.side, self.uses, self.retire, self.remove, self.copy):
            self.head.add_button(each)
        self.head.add_button(self.new, primary=True)
        inside = QVBoxLayout(self.place)
        inside.setContentsMargins(0, 0, 0, 0)
        self.middle.addWidget(self.place)
        self.middle.addWidget(self.wide)
        self.middle.setCollapsible(1, False)
        self.middle.setStretchFactor(0, 2)
        self.middle.setStretchFactor(1, 3)
        self.middle.setHandleWidth(2 * SPACE)
        self.panel.setMinimumWidth(DETAIL_WIDTH[0])
        self.panel.setMaximumWidth(DETAIL_WIDTH[1] + 60)
        for widget in (self.list, self.middle, self.panel):
            self.splitter.addWidget(widget)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setStretchFactor(2, 0)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(2 * SPACE)
        self.splitter.setSizes([WIDTH, 4 * WIDTH, DETAIL_WIDTH[0] + 40])
        self.setFocusProxy(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.head)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.list.chosen.connect(self._on_list_chosen)
        self.head.searched.connect(self._on_head_searched)
        self.retired.toggled.connect(self._on_retired_toggled)
        self.new.triggered.connect(self._on_new_triggered)
        self.copy.triggered.connect(self._on_copy_triggered)
        self.remove.triggered.connect(self._on_remove_triggered)
        self.retire.triggered.connect(self._on_retire_triggered)
        self.uses.triggered.connect(self._on_uses_triggered)
        self.sharing.shown.connect(self._show_selection)
        self.panel.closed.connect(self._on_panel_closed)
        self.panel.go_asked.connect(self.show_record)
        self.panel.add_asked.connect(self._on_panel_add_asked)
        self.panel.saved.connect(self._on_panel_saved)
        self.panel.uses_wanted.connect(self._on_uses_wanted)
        self.panel.retire_asked.connect(self._on_panel_retire_asked)
        self.panel.draft_left.connect(self._on_panel_draft_left)
        self.context.changed.connect(self._on_context_changed)
