"""The one table of the program: ``RowTable``. Every list on every page is one.

Type under a title to filter, click a title to sort (Shift adds a key), right-click it (Alt+Down)
for groups, frozen columns and the column chooser; Ctrl+C copies for Excel; the footer counts and
adds up the selection. A column with a ``CellEdit`` makes it a table of cells that are edited in
place: the page hears of each gesture once and writes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.views.table_arrangement import Arrangement, from_plain, put_header, read_header
from app.views.table_columns import (
    CellChange,
    CellEdit,
    CellRefused,
    Column,
    Kind,
    PastedRows,
    SortKey,
)
from app.views.table_copy import clipboard_data
from app.views.table_editing import CellEditing
from app.views.table_header import FilterHeader
from app.views.table_many import ManyCells
from app.views.table_menu import HeaderMenu
from app.views.table_model import RowModel
from app.views.table_selection import Kept, Selection
from app.views.table_view import TableView
from app.views.table_warmer import Warmer
from app.views.table_words import number_text
from app.views.theme import SPACE, figures

__all__ = [
    "CellChange",
    "CellEdit",
    "CellRefused",
    "Column",
    "Kind",
    "PastedRows",
    "RowTable",
    "SortKey",
]

MOST_SORT_KEYS = 3
TITLE_MARGIN = 14
AVERAGE_PLACES = 3


class RowTable(QWidget):
    """A table of frozen rows. The page gives columns and rows, and hears what is selected."""

    selection_changed = Signal(object)
    """list of the selected rows, in the order shown."""
    current_changed = Signal(object)
    """the row with the focus, or None (no row, or a group row)."""
    row_activated = Signal(object)
    """double click or Enter; in a table of cells Ctrl+Enter, or a double click where nothing can
    be edited."""
    menu_asked = Signal(object, QPoint)
    """(selected rows, global position); connect it to show a context menu."""
    cells_edited = Signal(object)
    """list of CellChange: all cells of one gesture, to become one edit and one undo step.
    The page may answer with ``refuse_edit`` while it hears of them."""
    rows_pasted = Signal(object)
    """PastedRows: a paste with new rows, where ``takes_new_rows``; to become one edit like
    ``cells_edited``, which is then silent."""

    def __init__(
        self,
        columns: Sequence[Column],
        parent: QWidget | None = None,
        *,
        row_id: Callable[[Any], Hashable] = lambda row: row.id,
        filters: bool = True,
        footer: bool = True,
    ) -> None:
        super().__init__(parent)
        self.model = RowModel(columns, row_id, self)
        self.cells = any(column.edit for column in columns)
        self.view = TableView(self, cells=self.cells)
        self.header = FilterHeader(self.view) if filters else None
        if self.header is not None:
            self.view.setHorizontalHeader(self.header)
            # A click on a title sorts; in a table of cells it would select the column as well.
            self.header.setSectionsClickable(not self.cells)
        else:
            self._plain_header(self.view.horizontalHeader())
        self.view.setModel(self.model)
        self.view.setFont(figures(self.font()))
        self.selection = Selection(self.model, self.view)
        self.menus = HeaderMenu(self)
        self.header_actions: list[QAction] = []
        """Further actions at the end of the header's menu (export, print)."""
        self.footer = QLabel(self)
        self.footer.setProperty("role", "small")
        self.footer.setTextFormat(Qt.TextFormat.PlainText)
        self.footer.setVisible(footer)
        self._empty_sentence = ""
        self._empty = QLabel(self.view.viewport())
        self._empty_button = QPushButton(self.view.viewport())
        self._selection_moved = False
        self._kept: Kept | None = None
        self.takes_new_rows = False
        """Whether pasting beyond the last row makes new ones."""
        self.editing = CellEditing(self.model, self.view, self) if self.cells else None
        self.many = ManyCells(self) if self.cells else None
        self._lay_out()
        self._connect()
        self._put_widths()
        self.warmer = Warmer(self.model, self)
        self.retranslate()

    # ---- rows, columns, selection ----------------------------------------------------------------

    def set_rows(self, rows: Iterable[Any]) -> None:
        self.view.loading = False
        self.model.set_rows(rows)
        self.view.viewport().update()

    def set_loading(self) -> None:
        """Pale bars instead of rows until ``set_rows``; does nothing while rows are shown."""
        self.view.loading = True
        self._update_empty()
        self.view.viewport().update()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """The same columns in another language."""
        self.model.set_columns(columns)
        self._make_room_for_titles()
        self.retranslate()

    def exchange_columns(self, columns: Sequence[Column]) -> None:
        """Other columns than before: a field of the site came or went. What the person arranged
        stays for those that remain; new ones stand at the end."""
        if self.editing is not None:
            self.editing.give_up()
        arranged = self.arrangement()
        self.freeze_up_to("")
        self.model.exchange_columns(columns)
        self._put_widths()
        self.retranslate()
        self.arrange(arranged)

    def set_empty(self, sentence: str, button: str = "") -> None:
        """What stands in an empty table; the button is ``empty_button``."""
        self._empty_sentence = sentence
        self._empty_button.setText(button)
        self._update_empty()

    @property
    def empty_button(self) -> QPushButton:
        return self._empty_button

    def rows(self) -> list[Any]:
        return self.model.rows()

    def visible_rows(self) -> list[Any]:
        """Rows that pass the filter, in the order shown, those of closed groups too."""
        return self.model.visible_rows()

    def selected_rows(self) -> list[Any]:
        return [line.row for line in self.selection.lines()]

    def current_row(self) -> Any | None:
        index = self.view.currentIndex()
        return self.model.row_at(index.row()) if index.isValid() else None

    def select_ids(self, ids: Iterable[Hashable], *, scroll: bool = True) -> None:
        """Select the rows with these ids, and no others."""
        numbers = self.selection.select_ids(ids)
        if numbers and scroll:
            column = max(self.view.columnAt(self.view.frozen_breadth()), 0)
            first = self.model.index(numbers[0], column)
            no_update = QItemSelectionModel.SelectionFlag.NoUpdate
            self.view.selectionModel().setCurrentIndex(first, no_update)
            self.view.scrollTo(first)

    # ---- search, sort, groups --------------------------------------------------------------------

    def set_search(self, text: str) -> None:
        """Words to be found anywhere in a row (a page's filter box)."""
        self.model.set_search(text)

    def clear_filters(self) -> None:
        for header in self._headers():
            header.clear_lines()
        self.model.clear_filters()

    def focus_filter(self, key: str) -> None:
        """Put the cursor into the line above a column."""
        any(header.focus_line(key) for header in self._headers())

    def sort_by(self, *keys: SortKey) -> None:
        self.model.set_sort(keys)

    def group_by(self, *keys: str) -> None:
        """Group by these columns, the first is the outermost; none = a plain list."""
        self.model.set_groups(keys)

    # ---- columns ---------------------------------------------------------------------------------

    def shown_sections(self) -> list[int]:
        """Numbers of the columns that are shown, from left to right."""
        header = self.view.horizontalHeader()
        logical = (header.logicalIndex(place) for place in range(header.count()))
        return [number for number in logical if not header.isSectionHidden(number)]

    def shown_columns(self) -> list[Column]:
        return [self.model.columns[number] for number in self.shown_sections()]

    def show_column(self, number: int, shown: bool) -> bool:
        """Show or hide a column; False for the last one, which stays."""
        if not shown and self.shown_sections() == [number]:
            return False
        self.view.horizontalHeader().setSectionHidden(number, not shown)
        self._columns_moved()
        return True

    def move_column(self, number: int, step: int) -> None:
        """Move a column past its neighbour: -1 to the left, 1 to the right."""
        shown, header = self.shown_sections(), self.view.horizontalHeader()
        place = shown.index(number) + step
        if 0 <= place < len(shown):
            header.moveSection(header.visualIndex(number), header.visualIndex(shown[place]))

    def freeze_up_to(self, key: str) -> None:
        """Keep the columns up to this one in sight while the others scroll; "" = none."""
        header = self.view.horizontalHeader()
        keys = [column.key for column in self.model.columns]
        boundary = header.visualIndex(keys.index(key)) + 1 if key in keys else 0
        self.view.freeze(boundary, self._frozen_header)
        self._columns_moved()

    def frozen_column(self) -> str:
        """Key of the last frozen column; "" when none is."""
        frozen = self.view.frozen.sections() if self.view.frozen is not None else []
        return self.model.columns[frozen[-1]].key if frozen else ""

    def reset_columns(self) -> None:
        """Columns as they were on the first day."""
        self.freeze_up_to("")
        header = self.view.horizontalHeader()
        for number in range(header.count()):
            header.moveSection(header.visualIndex(number), number)
        self._put_widths()

    def arrangement(self) -> Arrangement:
        """Columns, widths, sorting, groups, filters, as they are."""
        return replace(
            read_header(self.view.horizontalHeader(), self.model.columns),
            sort=self.model.sort_keys,
            frozen=self.frozen_column(),
            groups=self.model.group_keys,
            filters=self.model.filters,
        )

    def arrange(self, wanted: Arrangement) -> None:
        """As a saved view has it; anything that does not fit any more is left out."""
        self.freeze_up_to("")
        put_header(self.view.horizontalHeader(), self.model.columns, wanted)
        self.freeze_up_to(wanted.frozen)
        self.model.set_filters(dict(wanted.filters))
        self.model.set_groups(wanted.groups)
        self.model.set_sort(wanted.sort)
        for header in self._headers():
            for column in self.model.columns:
                header.show_text(column.key, self.model.filters.get(column.key, ""))

    def save_state(self) -> str:
        """The arrangement without its filters, as text for the settings."""
        return json.dumps(replace(self.arrangement(), filters={}).plain())

    def restore_state(self, state: str) -> None:
        """The opposite of ``save_state``; anything that does not fit any more is left out."""
        try:
            saved = from_plain(json.loads(state))
        except ValueError:
            return
        if saved is not None:
            self.arrange(replace(saved, filters=self.model.filters))

    # ---- copy and edit ---------------------------------------------------------------------------

    @Slot(bool)
    def copy(self, titles: bool = True) -> None:
        """For Excel, as tabs and as an HTML table: the selected cells of a table of cells, else
        the selected rows (all when none is)."""
        columns = self.shown_columns()
        if self.cells:
            chosen = {self.model.columns[number].key for number in self.selection.sections()}
            columns = [column for column in columns if column.key in chosen] or columns
        lines = self.selection.lines() or self.model.passed()
        data = clipboard_data(self.model.lines, lines, columns, titles=titles)
        QApplication.clipboard().setMimeData(data)

    def refuse_edit(self, reason: str) -> None:
        """To be called while ``cells_edited`` or ``rows_pasted`` is handled: it could not be
        written. What was typed stays where it is, with ``reason`` (a sentence) beside it."""
        if self.editing is not None:
            self.editing.refuse(reason)

    # ---- language --------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self.model.refresh()

    def retranslate(self) -> None:
        for header in self._headers():
            header.make_lines(self.model, self.tr("Filter"))
        self._update_empty()
        self._update_footer()

    # ---- what stands below the rows for a while --------------------------------------------------

    def add_below(self, widget: QWidget) -> None:
        layout = self.layout()
        layout.insertWidget(layout.indexOf(self.footer), widget, 1)
        widget.show()

    def remove_below(self, widget: QWidget) -> None:
        self.layout().removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    # ---- inside ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.footer)
        self.setFocusProxy(self.view)
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "muted")

    def _plain_header(self, header: QHeaderView) -> None:
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(36)

    def _frozen_header(self, part: QTableView) -> QHeaderView:
        """The titles of the frozen columns, with the same lines, clicks and menu."""
        if self.header is None:
            header = QHeaderView(Qt.Orientation.Horizontal, part)
            self._plain_header(header)
        else:
            header = FilterHeader(part)
            header.setSectionsClickable(not self.cells)
            self._connect_filters(header)
        self._connect_menu(header)
        return header

    def _headers(self) -> list[FilterHeader]:
        """Of the table, and of its frozen part."""
        parts = [self.view] if self.view.frozen is None else [self.view, self.view.frozen]
        headers = (part.horizontalHeader() for part in parts)
        return [header for header in headers if isinstance(header, FilterHeader)]

    def _connect(self) -> None:
        self.view.copy_asked.connect(self.copy)
        self.view.group_asked.connect(self.model.open_group)
        self.view.all_groups_asked.connect(self.model.open_all_groups)
        self.view.header_menu_asked.connect(self._on_view_header_menu_asked)
        self.view.filter_asked.connect(self._on_view_filter_asked)
        if self.editing is not None:
            self.editing.changed.connect(self.cells_edited)
            self.editing.pasted.connect(self.rows_pasted)
            self.view.open_asked.connect(self._on_view_activated)
        else:
            self.view.activated.connect(self._on_view_activated)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._on_view_menu_requested)
        chosen = self.view.selectionModel()
        chosen.selectionChanged.connect(self._on_selection_changed)
        chosen.currentRowChanged.connect(self._on_current_row_changed)
        self.model.announced.connect(self._on_model_announced)
        self.model.arranged.connect(self._on_model_arranged)
        self.model.dataChanged.connect(self._update_footer)
        self.model.modelAboutToBeReset.connect(self._on_model_about_to_be_reset)
        self._connect_menu(self.view.horizontalHeader())
        if self.header is not None:
            self._connect_filters(self.header)
        self.view.horizontalHeader().sectionMoved.connect(self._columns_moved)
        self.view.viewport().installEventFilter(self)

    def _connect_menu(self, header: QHeaderView) -> None:
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self.menus.on_asked)

    def _connect_filters(self, header: FilterHeader) -> None:
        header.filtered.connect(self._on_header_filtered)
        header.sort_asked.connect(self._on_header_sort_asked)
        header.left.connect(self.view.setFocus)

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place_empty()
        return super().eventFilter(watched, event)

    def _put_widths(self) -> None:
        header = self.view.horizontalHeader()
        for number, column in enumerate(self.model.columns):
            header.resizeSection(number, max(column.width, self._title_width(column)))
            header.setSectionHidden(number, column.hidden)

    def let_fill(self, key: str) -> None:
        """This column gets the width that others leave: in a table that nobody arranges."""
        number = [column.key for column in self.model.columns].index(key)
        self.view.horizontalHeader().setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def _title_width(self, column: Column) -> int:
        """Room for the whole title with a mark of sorting."""
        text = f"{column.title} ▲1" if self.header is not None else column.title
        return self.view.horizontalHeader().fontMetrics().horizontalAdvance(text) + TITLE_MARGIN

    def _make_room_for_titles(self) -> None:
        """Another language may have longer words; nobody's narrow column gets narrower."""
        header = self.view.horizontalHeader()
        for number, column in enumerate(self.model.columns):
            if header.isSectionHidden(number):
                continue  # it says 0, and keeps the width that it had
            if header.sectionSize(number) < self._title_width(column):
                header.resizeSection(number, self._title_width(column))

    @Slot()
    def _columns_moved(self) -> None:
        """Titles and lines of frozen columns stand in the frozen part, of the others here."""
        part = self.view.frozen
        if part is not None:
            part.take_over()
        if self.header is None:
            return
        for header in self._headers():
            header.make_lines(self.model, self.tr("Filter"))
            for key, text in self.model.filters.items():
                header.show_text(key, text)
        frozen = part.sections() if part is not None else []
        self.header.cover(self.model.columns[number].key for number in frozen)
        self.header.updateGeometries()

    def _update_empty(self) -> None:
        nothing = self.model.rowCount() == 0 and not self.view.loading
        filtered = self.model.filtered() and bool(self.model.rows())
        sentence = self.tr("No row matches the filter.") if filtered else self._empty_sentence
        self._empty.setText(sentence)
        self._empty.setVisible(nothing)
        self._empty_button.setVisible(nothing and not filtered and bool(self._empty_button.text()))
        self._place_empty()

    def _place_empty(self) -> None:
        area = self.view.viewport().rect()
        middle = area.height() // 2
        self._empty.setGeometry(8, max(middle - 48, 0), max(area.width() - 16, 0), 44)
        size = self._empty_button.sizeHint()
        self._empty_button.setGeometry(
            (area.width() - size.width()) // 2, middle + 4, size.width(), size.height()
        )

    # ---- the footer ------------------------------------------------------------------------------

    @Slot()
    def _update_footer(self) -> None:
        if self.model.arranging:
            return
        chosen = self.selection.lines()
        parts = [self.tr("%n rows", "", len(self.model.lines))]
        if self.model.filtered():
            parts.append(self.tr("%n shown", "", len(self.model.passed())))
        if chosen:
            parts.append(self.tr("%n selected", "", len(chosen)))
        for column in self.model.columns:
            if column.total and self.model.passed():
                total = self.model.total(column, chosen or None)
                parts.append(f"{column.title} Σ {number_text(total)}")
        if self.cells:
            parts += self._cell_parts()
        self.footer.setText("   ·   ".join(parts))

    def _cell_parts(self) -> list[str]:
        """Count, sum and average of the selected cells, where more than one is."""
        count, numbers, total = self.selection.figures()
        if count < 2:
            return []
        parts = [self.tr("%n cells", "", count)]
        if numbers:
            average = number_text(round(total / numbers, AVERAGE_PLACES))
            parts.append(f"Σ {number_text(total)}")
            parts.append(self.tr("average {value}").format(value=average))
        return parts

    # ---- slots -----------------------------------------------------------------------------------

    @Slot(str, str)
    def _on_header_filtered(self, key: str, text: str) -> None:
        self.model.set_filter(key, text)
        for header in self._headers():
            header.show_text(key, text)

    @Slot(str, bool)
    def _on_header_sort_asked(self, key: str, add: bool) -> None:
        keys = list(self.model.sort_keys)
        old = next((each for each in keys if each.column == key), None)
        new = SortKey(key, old is not None and not old.descending)
        if not add:
            keys = [new]
        elif old is not None:
            keys[keys.index(old)] = new
        else:
            keys = [*keys, new][-MOST_SORT_KEYS:]
        self.model.set_sort(keys)

    @Slot()
    def _on_selection_changed(self) -> None:
        """Told once: while rows come and go, the selection changes many times."""
        if self.model.arranging:
            self._selection_moved = True
            return
        self.model.much_selected = self.selection.much()
        self._update_footer()
        self.selection_changed.emit(self.selected_rows())

    @Slot()
    def _on_current_row_changed(self) -> None:
        self.current_changed.emit(self.current_row())

    @Slot(QModelIndex)
    def _on_view_activated(self, index: QModelIndex) -> None:
        row = self.model.row_at(index.row())
        if row is not None:
            self.row_activated.emit(row)

    @Slot(QPoint)
    def _on_view_menu_requested(self, place: QPoint) -> None:
        self.menu_asked.emit(self.selected_rows(), self.view.viewport().mapToGlobal(place))

    @Slot(int)
    def _on_view_header_menu_asked(self, section: int) -> None:
        part = self.view.frozen if self.view.is_frozen(section) else self.view
        header = part.horizontalHeader()
        place = QPoint(header.sectionViewportPosition(section), header.height())
        self.menus.menu(section).popup(header.mapToGlobal(place))

    @Slot(int)
    def _on_view_filter_asked(self, section: int) -> None:
        self.focus_filter(self.model.columns[section].key)

    @Slot()
    def _on_model_arranged(self) -> None:
        self._update_empty()
        if self.view.frozen is not None:
            self.view.frozen.place()
        moved, self._selection_moved = self._selection_moved, False
        if moved:
            self._on_selection_changed()
        else:
            self._update_footer()

    @Slot()
    def _on_model_announced(self) -> None:
        """Not before: each of the views over the model clears the selection when it is reset."""
        kept, self._kept = self._kept, None
        if kept is not None:
            self.selection.put_back(kept)

    @Slot()
    def _on_model_about_to_be_reset(self) -> None:
        self._kept = self.selection.keep()

    def header_menu(self, section: int | None = None) -> QMenu:
        """What the header offers, for one column or for all."""
        return self.menus.menu(section)
