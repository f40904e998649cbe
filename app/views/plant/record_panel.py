"""The panel at the right of a table of master data: the record chosen, with all its fields."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.icons import icon
from app.views.page import hairline, label
from app.views.plant.editors import EDITORS, RecordEditor
from app.views.plant.master_columns import MasterColumns, state_word
from app.views.plant.master_edits import MasterEdits
from app.views.plant.record_form import RecordForm, complaints
from app.views.plant.related_tables import RelatedTable
from app.views.plant.uses_view import UsesView
from app.views.theme import SPACE

HELP_LINES = 4
MAKING_PAUSE_MS = 15
FORM, USES = "form", "uses"


class RecordPanel(QWidget):
    """Shows one record, or the fields of a new one until it is saved or given up.

    The fields of a record that exists are written one by one as they are left: each is an undo
    step of its own.
    """

    closed = Signal()
    go_asked = Signal(str, object)
    """(sheet, name or identifying values)"""
    add_asked = Signal(str, object)
    """(sheet, values): a new record is wanted there."""
    uses_wanted = Signal(int)
    """id of the record whose uses are to be read"""
    retire_asked = Signal()
    saved = Signal(str, object)
    """(sheet, values) of a new record that has been written"""
    draft_left = Signal()

    def __init__(self, context: AppContext, edits: MasterEdits, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._edits = edits
        self._sheet = ""
        self._row: Any = None
        self._count = 0
        self._draft: dict[str, Any] | None = None
        self._columns: dict[str, MasterColumns] = {}
        self._forms: dict[str, RecordForm] = {}
        self._related: dict[str, list[RelatedTable]] = {}
        self._editors: dict[type[RecordEditor], RecordEditor] = {}
        self._tabs: list[Any] = []
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._make_parts()
        self._lay_out()
        self._connect()
        self.retranslate()

    # ---- which record ----------------------------------------------------------------------------

    @property
    def form(self) -> RecordForm | None:
        """The form of the sheet that is shown."""
        form = self._forms.get(self._sheet)
        return form.make_all() if form is not None else None

    @property
    def drafting(self) -> bool:
        """Whether a new record is being filled in."""
        return self._draft is not None

    @property
    def row(self) -> Any:
        return self._row

    def related_tables(self) -> list[RelatedTable]:
        return self._related.get(self._sheet, [])

    def show_sheet(self, sheet: str, columns: MasterColumns) -> None:
        """Another table, or the same one read again (what its fields offer may have changed)."""
        self._columns[sheet] = columns
        form = self._forms.get(sheet)
        others = form is not None and not form.fits()
        if others:
            self._drop_form(sheet)
        if sheet != self._sheet:
            self._leave_field()
            self._sheet, self._row, self._count = sheet, None, 0
            self._fill_tabs()
            self._show()
        elif others:
            self._show()

    def show_row(self, row: Any, count: int = 1) -> None:
        """The record chosen; None with ``count`` rows chosen for none or several."""
        if self.drafting:
            return
        same = row is not None and self._row is not None and row.id == self._row.id
        if not same:
            self._leave_field()
        self._row, self._count = row, count
        if not same:
            self.uses.show_none()
        self._show(same=same)

    def _leave_field(self) -> None:
        """What is typed is written before another record is shown; a refusal is said."""
        if self._row is None or self.drafting:
            return
        form = self.form
        if form is None or form.commit():
            return
        for field in form.dirty_fields():
            title = self._context.text(field.reader.column.title)
            text = self.tr("{field} was left as it is. {reason}")
            said = text.format(field=title, reason=field.complaint)
            self._context.show_text(partial(str, said), error=True)

    def row_gone(self) -> None:
        """The record shown is no longer there."""
        if self._row is None or self.drafting:
            return
        if self.form is not None and self.form.dirty_fields():
            self._warn(self.tr("This record was removed elsewhere. What you typed is still here."))
            return
        self.show_row(None, 0)

    def start_new(self, values: Mapping[str, Any], focus: str = "") -> None:
        """The fields of a new record, beginning with ``values``."""
        self._draft = dict(values)
        self._row, self._count = None, 0
        self.tabs.setCurrentIndex(0)
        self._show()
        if self.form is not None:
            self.form.show_other(values)
            self.form.focus_field(focus)
            field = self.form.fields.get(focus)
            if field is not None and hasattr(field.editor, "selectAll"):
                field.editor.selectAll()

    def give_up_draft(self) -> None:
        self._draft = None
        self._show()
        self.draft_left.emit()

    def focus_field(self, key: str) -> None:
        if self.form is not None:
            self.tabs.setCurrentIndex(0)
            self.form.focus_field(key)

    def show_related(self, readings: tuple[Any, ...]) -> None:
        """Records of other sheets that belong to the one shown."""
        if self._row is None:
            return
        for table, reading in zip(self.related_tables(), readings, strict=True):
            table.show_rows(self._row.values, reading)
            table.show()

    def show_uses(self, uses: tuple[Any, ...]) -> None:
        self.uses.show_uses(uses)

    def show_refused(self, may_retire: bool) -> None:
        """The record could not be removed: where it is used, and retiring instead."""
        self.uses.show_refused(may_retire)
        self._open_tab(USES)

    def open_uses(self) -> None:
        self._open_tab(USES)

    # ---- showing ---------------------------------------------------------------------------------

    def _show(self, *, same: bool = False) -> None:
        values = self._row.values if self._row is not None else None
        has_record = values is not None or self.drafting
        self._ensure_form()
        form = self.form if has_record else None
        if form is not None and not self.drafting and values is not None:
            if same:
                self._show_again(form, values)
            else:
                form.show_other(values)
        if form is not None:
            form.set_locked(not self._editable())
        for table in self.related_tables():
            if self.drafting or values is None:
                table.hide()
        self.buttons.setVisible(self.drafting)
        self.tabs.setEnabled(not self.drafting)
        self._banner.hide()
        self._name()
        self._show_tab(has_record)
        if not same:
            self._show_hint()

    def _show_hint(self) -> None:
        self._help.setText(self.tr("Go to a field: what it is for then stands here."))

    def _show_again(self, form: RecordForm, values: Mapping[str, Any]) -> None:
        """The record as it is now; what is being typed stays, and the person is told."""
        told = [
            key
            for field in form.dirty_fields()
            for key in field.keys
            if field.values.get(key) != values.get(key)
        ]
        form.show_values(values)
        if told:
            self._edits.tell(self._sheet, self._row.id, told)

    def _show_tab(self, has_record: bool) -> None:
        kind = self._tab()
        if kind == USES:
            self.stack.setCurrentWidget(self.uses)
            if self._row is not None:
                self.uses_wanted.emit(self._row.id)
        elif isinstance(kind, type):
            editor = self._editor(kind)
            self.stack.setCurrentWidget(editor)
            editor.show_record(self._sheet, self._row.values if self._row else None)
        elif has_record and self.form is not None:
            self.stack.setCurrentWidget(self.form)
        else:
            self.stack.setCurrentWidget(self.nothing)
        self._help.setVisible(isinstance(self.stack.currentWidget(), RecordForm))

    def _tab(self) -> Any:
        index = self.tabs.currentIndex()
        return self._tabs[index] if 0 <= index < len(self._tabs) else FORM

    def _editor(self, kind: type[RecordEditor]) -> RecordEditor:
        editor = self._editors.get(kind)
        if editor is None:
            editor = self._editors[kind] = kind(self._context, self.stack)
            self.stack.addWidget(editor)
        return editor

    def _editable(self) -> bool:
        from app.services.masters.edits import KINDS

        return self._sheet in KINDS

    def _ensure_form(self) -> None:
        columns = self._columns.get(self._sheet)
        if columns is not None and self._sheet not in self._forms:
            self._make_form(columns)
            self._maker.start()

    @Slot()
    def _on_maker_timeout(self) -> None:
        """Make the fields of a form bit by bit, while nothing else is to be done."""
        form = self._forms.get(self._sheet)
        if form is None or not form.make_more():
            self._maker.stop()

    def _make_form(self, columns: MasterColumns) -> None:
        from app.services.masters.related import RELATED

        form = RecordForm(self._context, columns, self.stack)
        form.committed.connect(self._on_form_committed)
        form.helped.connect(self._help.setText)
        form.go_asked.connect(self.go_asked)
        self._related[self._sheet] = []
        for related in RELATED.get(self._sheet, ()):
            table = RelatedTable(self._context, self._sheet, related, self._edits, form)
            table.add_asked.connect(self.add_asked)
            table.go_asked.connect(self.go_asked)
            table.hide()
            form.below.addWidget(table)
            self._related[self._sheet].append(table)
        self.stack.addWidget(form)
        self._forms[self._sheet] = form

    def _drop_form(self, sheet: str) -> None:
        """The sheet has other columns now (a field of the site came or went)."""
        form = self._forms.pop(sheet)
        self._related.pop(sheet, None)
        self.stack.removeWidget(form)
        form.deleteLater()

    # ---- writing ---------------------------------------------------------------------------------

    @Slot(object)
    def _on_form_committed(self, values: Mapping[str, Any]) -> None:
        form = self.form
        if form is None:
            return
        field = form.fields[next(iter(values))]
        if self._draft is not None:
            field.taken({**field.values, **values})
            self._draft |= values
            form.sum_up(self._draft)
            return
        if self._row is None:
            return
        refused = self._edits.change(self._sheet, [(self._row, values)])
        if refused is None:
            field.taken({**field.values, **values})
            return
        column = next(iter(values))
        form.complain(complaints(self._context, refused, column))

    @Slot()
    def _on_save_clicked(self) -> None:
        form = self.form
        if form is None or not self.drafting:
            return
        values = form.typed()
        if values is None:
            return
        refused = self._edits.add(self._sheet, [values])
        if refused is not None:
            if not form.complain(complaints(self._context, refused, None)):
                self._warn(self._context.text(refused.message))
            return
        self._draft = None
        self._show()
        self.saved.emit(self._sheet, values)

    # ---- language --------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.save.setText(self.tr("Save"))
        self.discard.setText(self.tr("Discard"))
        tip = self.tr("Close the panel")
        self.close_button.setToolTip(tip)
        self.close_button.setAccessibleName(tip)
        self.nothing.setText(self.tr("Choose a row to see it here."))
        for form in self._forms.values():
            form.make_all().retranslate()
        for tables in self._related.values():
            for table in tables:
                table.retranslate()
        self._name_tabs()
        self._name()
        self._show_hint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self.close_button.setIcon(icon("x"))

    def _name(self) -> None:
        from app.services.masters.rows import record_name, sheet_title

        if not self._sheet:
            return
        kind = self._context.text(sheet_title(self._sheet))
        if self.drafting:
            self.title.setText(self.tr("New: {kind}").format(kind=kind))
            self.subtitle.setText(self.tr("Fields marked * must be filled in."))
        elif self._row is not None:
            values = self._row.values
            name = record_name(self._sheet, values, self._context.language)
            called = values.get("short_name") or values.get("name") or ""
            self.title.setText(name if called in ("", name) else f"{name}   {called}")
            parts = [kind, state_word(True) if self._row.retired else ""]
            self.subtitle.setText("  ·  ".join(part for part in parts if part))
        else:
            self.title.setText(kind)
            several = self._count > 1
            chosen = self.tr("%n rows chosen", "", self._count) if several else ""
            self.subtitle.setText(chosen)

    def _name_tabs(self) -> None:
        words = [self.tr("Record")]
        words += [entry.title() for entry, _ in self._entries()]
        words.append(self.tr("Where used"))
        for index, word in enumerate(words[: self.tabs.count()]):
            self.tabs.setTabText(index, word)

    # ---- tabs ------------------------------------------------------------------------------------

    def _entries(self) -> list[tuple[Any, type[RecordEditor]]]:
        loaded = [(entry, entry.load()) for entry in EDITORS.get(self._sheet, ())]
        return [(entry, kind) for entry, kind in loaded if not kind.wide]

    def _fill_tabs(self) -> None:
        while self.tabs.count():
            self.tabs.removeTab(self.tabs.count() - 1)
        self._tabs = [FORM, *(kind for _, kind in self._entries())]
        if self._editable():
            self._tabs.append(USES)
        for _ in self._tabs:
            self.tabs.addTab("")
        self.tabs.setVisible(len(self._tabs) > 1)
        self._name_tabs()

    def _open_tab(self, kind: Any) -> None:
        if kind in self._tabs:
            self.tabs.setCurrentIndex(self._tabs.index(kind))

    @Slot()
    def _on_tabs_current_changed(self) -> None:
        if self._sheet:
            self._show_tab(self._row is not None or self.drafting)

    # ---- inside ----------------------------------------------------------------------------------

    def _warn(self, text: str) -> None:
        self._banner.setText(text)
        self._banner.show()

    def _make_parts(self) -> None:
        self._maker = QTimer(self)
        self._maker.setInterval(MAKING_PAUSE_MS)
        self.title = label(self, "title", wrap=True)
        self.subtitle = label(self, "muted", wrap=True)
        self.close_button = QPushButton(self)
        self.close_button.setFlat(True)
        self.close_button.setFixedSize(28, 26)
        self.close_button.setIcon(icon("x"))
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self._banner = label(self, "reason", wrap=True)
        self._banner.hide()
        self.stack = QStackedWidget(self)
        self.nothing = label(self.stack, "muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.uses = UsesView(self._context, self.stack)
        self.stack.addWidget(self.nothing)
        self.stack.addWidget(self.uses)
        self._help = label(self, "small", wrap=True)
        self._help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._help.setFixedHeight(HELP_LINES * self._help.fontMetrics().height() + 2 * SPACE)
        self.buttons = QWidget(self)
        self.discard = QPushButton(self.buttons)
        self.save = QPushButton(self.buttons)
        self.save.setProperty("primary", True)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(3 * SPACE, 2 * SPACE, SPACE, 0)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        head.addLayout(words, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        line = QHBoxLayout(self.buttons)
        line.setContentsMargins(3 * SPACE, 0, 3 * SPACE, 2 * SPACE)
        line.addStretch(1)
        line.addWidget(self.discard)
        line.addWidget(self.save)
        foot = QHBoxLayout()
        foot.setContentsMargins(3 * SPACE, 0, 3 * SPACE, SPACE)
        foot.addWidget(self._help)
        warned = QHBoxLayout()
        warned.setContentsMargins(3 * SPACE, 0, 3 * SPACE, 0)
        warned.addWidget(self._banner)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACE)
        lines.addLayout(head)
        lines.addWidget(self.tabs)
        lines.addWidget(hairline(self))
        lines.addLayout(warned)
        lines.addWidget(self.stack, 1)
        lines.addWidget(hairline(self))
        lines.addLayout(foot)
        lines.addWidget(self.buttons)

    def _connect(self) -> None:
        self._maker.timeout.connect(self._on_maker_timeout)
        self.close_button.clicked.connect(self.closed)
        self.tabs.currentChanged.connect(self._on_tabs_current_changed)
        self.save.clicked.connect(self._on_save_clicked)
        self.discard.clicked.connect(self.give_up_draft)
        self.uses.go_asked.connect(self.go_asked)
        self.uses.retire_asked.connect(self.retire_asked)
        save = QShortcut(QKeySequence("Ctrl+Return"), self)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.activated.connect(self._on_save_clicked)
