"""The one table of the program: ``RowTable``. Every list on every page is one.

Type under a title to filter, click a title to sort (Shift adds a key), right-click it to choose
columns, Ctrl+C copies with headers for Excel; the footer counts and adds up the selection.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.views.table_columns import CellChange, CellEdit, CellRefused, Column, Kind, SortKey
from app.views.table_editing import CellEditing
from app.views.table_header import FilterHeader
from app.views.table_model import RowModel
from app.views.table_view import TableView
from app.views.theme import SPACE, figures

__all__ = ["CellChange", "CellEdit", "CellRefused", "Column", "Kind", "RowTable", "SortKey"]

MOST_SORT_KEYS = 3
TITLE_MARGIN = 14
AVERAGE_PLACES = 3


class RowTable(QWidget):
    """A table of frozen rows. The page gives columns and rows, and hears what is selected."""

    selection_changed = Signal(object)
    """list of the selected rows, in the order shown."""
    current_changed = Signal(object)
    """the row with the focus, or None."""
    row_activated = Signal(object)
    """double click or Enter."""
    menu_asked = Signal(object, QPoint)
    """(selected rows, global position); connect it to show a context menu."""
    cells_edited = Signal(object)
    """list of CellChange: all cells of one gesture, to become one edit and one undo step.
    The page may answer with ``refuse_edit`` while it hears of them."""

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
        else:
            self._plain_header()
        self.view.setModel(self.model)
        self.view.setFont(figures(self.font()))
        self.footer = QLabel(self)
        self.footer.setProperty("role", "small")
        self.footer.setTextFormat(Qt.TextFormat.PlainText)
        self.footer.setVisible(footer)
        self._empty_sentence = ""
        self._empty = QLabel(self.view.viewport())
        self._empty_button = QPushButton(self.view.viewport())
        self._selection_moved = False
        self._kept: tuple[set[Hashable], Hashable | None] = (set(), None)
        self._lay_out()
        self.editing = CellEditing(self.model, self.view, self) if self.cells else None
        self._connect()
        self._put_widths()
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
        return self.model.visible_rows()

    def selected_rows(self) -> list[Any]:
        return [self.model.row_at(number) for number in self._selected_numbers()]

    def _selected_numbers(self) -> list[int]:
        """By ranges: Qt's own ``selectedRows`` takes seconds when all of many rows are chosen."""
        numbers: set[int] = set()
        for chosen in self.view.selectionModel().selection():
            numbers.update(range(chosen.top(), chosen.bottom() + 1))
        return sorted(numbers)

    def current_row(self) -> Any | None:
        index = self.view.currentIndex()
        return self.model.row_at(index.row()) if index.isValid() else None

    def select_ids(self, ids: Iterable[Hashable], *, scroll: bool = True) -> None:
        """Select the rows with these ids, and no others."""
        numbers = self.model.numbers_of(ids)
        selection = QItemSelection()
        last = self.model.columnCount() - 1
        for number in numbers:
            selection.select(self.model.index(number, 0), self.model.index(number, last))
        flags = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().select(selection, flags.ClearAndSelect | flags.Rows)
        if numbers and scroll:
            column = max(self.view.columnAt(0), 0)
            first = self.model.index(numbers[0], column)
            self.view.selectionModel().setCurrentIndex(first, flags.NoUpdate)
            self.view.scrollTo(first)

    # ---- search and columns ----------------------------------------------------------------------

    def set_search(self, text: str) -> None:
        """Words to be found anywhere in a row (a page's filter box)."""
        self.model.set_search(text)

    def clear_filters(self) -> None:
        if self.header is not None:
            self.header.clear_lines()
        self.model.clear_filters()

    def sort_by(self, *keys: SortKey) -> None:
        self.model.set_sort(keys)

    def save_state(self) -> str:
        """Widths, order, hidden columns and sort keys, by column key (survives new columns)."""
        header = self.view.horizontalHeader()
        columns = self.model.columns
        order = [columns[header.logicalIndex(n)].key for n in range(header.count())]
        widths = {column.key: header.sectionSize(n) for n, column in enumerate(columns)}
        hidden = [c.key for n, c in enumerate(columns) if header.isSectionHidden(n)]
        sort = [[key.column, key.descending] for key in self.model.sort_keys]
        shown = {key: width for key, width in widths.items() if key not in hidden}
        return json.dumps({"order": order, "widths": shown, "hidden": hidden, "sort": sort})

    def restore_state(self, state: str) -> None:
        """The opposite of ``save_state``; anything that does not fit any more is left out."""
        try:
            saved = json.loads(state)
            order, widths = list(saved["order"]), dict(saved["widths"])
            hidden, sort = set(saved["hidden"]), list(saved["sort"])
        except (ValueError, KeyError, TypeError):
            return
        header = self.view.horizontalHeader()
        keys = [column.key for column in self.model.columns]
        for place, key in enumerate(key for key in order if key in keys):
            header.moveSection(header.visualIndex(keys.index(key)), place)
        for number, key in enumerate(keys):
            if key in order:
                header.setSectionHidden(number, key in hidden)
            if isinstance(widths.get(key), int):
                header.resizeSection(number, widths[key])
        self.model.set_sort([SortKey(str(key), bool(down)) for key, down in sort])

    def reset_columns(self) -> None:
        """Columns as they were on the first day."""
        header = self.view.horizontalHeader()
        for number in range(header.count()):
            header.moveSection(header.visualIndex(number), number)
        self._put_widths()

    def refuse_edit(self, reason: str) -> None:
        """To be called while ``cells_edited`` is handled: the changes could not be written. What
        was typed stays where it is, with ``reason`` (a sentence) beside it."""
        if self.editing is not None:
            self.editing.refuse(reason)

    @Slot(bool)
    def copy(self, titles: bool = True) -> None:
        """For Excel, as tabs and as an HTML table: the selected cells of a table of cells, else
        the selected rows (all when none is)."""
        columns = self._selected_columns() if self.cells else self._shown_columns()
        rows = self.selected_rows() or self.visible_rows()
        lines = [[column.title for column in columns]] if titles else []
        lines += [[_clean(column.shown(row)) for column in columns] for row in rows]
        data = QMimeData()
        data.setText("\n".join("\t".join(line) for line in lines) + "\n")
        cells = ("".join(f"<td>{html.escape(cell)}</td>" for cell in line) for line in lines)
        data.setHtml("<table>" + "".join(f"<tr>{line}</tr>" for line in cells) + "</table>")
        QApplication.clipboard().setMimeData(data)

    def _selected_columns(self) -> list[Column]:
        """Shown columns in which a cell is selected; all where none is."""
        chosen: set[int] = set()
        for part in self.view.selectionModel().selection():
            chosen.update(range(part.left(), part.right() + 1))
        keys = {self.model.columns[number].key for number in chosen}
        shown = self._shown_columns()
        return [column for column in shown if column.key in keys] or shown

    # ---- language --------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self.model.refresh()

    def retranslate(self) -> None:
        if self.header is not None:
            self.header.make_lines(self.model, self.tr("Filter"))
        self._update_empty()
        self._update_footer()

    # ---- inside ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.view)
        layout.addWidget(self.footer)
        self.setFocusProxy(self.view)
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "muted")

    def _plain_header(self) -> None:
        header = self.view.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(36)

    def _connect(self) -> None:
        self.view.copy_asked.connect(self.copy)
        if self.editing is not None:
            self.editing.changed.connect(self.cells_edited)
            self.view.open_asked.connect(self._on_view_activated)
        else:
            self.view.activated.connect(self._on_view_activated)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._on_view_menu_requested)
        chosen = self.view.selectionModel()
        chosen.selectionChanged.connect(self._on_selection_changed)
        chosen.currentRowChanged.connect(self._on_current_row_changed)
        self.model.arranged.connect(self._on_model_arranged)
        self.model.dataChanged.connect(self._update_footer)
        self.model.modelAboutToBeReset.connect(self._on_model_about_to_be_reset)
        self.model.modelReset.connect(self._on_model_reset)
        header = self.view.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_header_menu_requested)
        if self.header is not None:
            self.header.filtered.connect(self._on_header_filtered)
            self.header.sort_asked.connect(self._on_header_sort_asked)
        self.view.viewport().installEventFilter(self)

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place_empty()
        return super().eventFilter(watched, event)

    def _put_widths(self) -> None:
        header = self.view.horizontalHeader()
        for number, column in enumerate(self.model.columns):
            header.resizeSection(number, max(column.width, self._title_width(column)))
            header.setSectionHidden(number, column.hidden)

    def _title_width(self, column: Column) -> int:
        """Room for the whole title with a mark of sorting."""
        text = f"{column.title} ▲1" if self.header is not None else column.title
        return self.view.horizontalHeader().fontMetrics().horizontalAdvance(text) + TITLE_MARGIN

    def _make_room_for_titles(self) -> None:
        """Another language may have longer words; nobody's narrow column gets narrower."""
        header = self.view.horizontalHeader()
        for number, column in enumerate(self.model.columns):
            if header.sectionSize(number) < self._title_width(column):
                header.resizeSection(number, self._title_width(column))

    def _shown_columns(self) -> list[Column]:
        header = self.view.horizontalHeader()
        logical = (header.logicalIndex(number) for number in range(header.count()))
        return [self.model.columns[n] for n in logical if not header.isSectionHidden(n)]

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

    @Slot()
    def _update_footer(self) -> None:
        if self.model.arranging:
            return
        chosen = self.selected_rows()
        rows = chosen or self.visible_rows()
        count = len(self.model.rows())
        parts = [self.tr("%n rows", "", count)]
        if self.model.filtered():
            parts.append(self.tr("%n shown", "", self.model.rowCount()))
        if chosen:
            parts.append(self.tr("%n selected", "", len(chosen)))
        for column in self.model.columns:
            if column.total and rows:
                parts.append(f"{column.title} Σ {_number_text(_sum(column, rows))}")
        if self.cells:
            parts += self._cell_parts()
        self.footer.setText("   ·   ".join(parts))

    def _cell_parts(self) -> list[str]:
        """Count, sum and average of the selected cells, where more than one is."""
        count, values = self._selected_values()
        if count < 2:
            return []
        parts = [self.tr("%n cells", "", count)]
        if values:
            total = sum(values, Decimal())
            parts.append(f"Σ {_number_text(total)}")
            average = round(total / len(values), AVERAGE_PLACES)
            parts.append(self.tr("average {value}").format(value=_number_text(average)))
        return parts

    def _selected_values(self) -> tuple[int, list[Decimal]]:
        """How many cells are selected, and the numbers in them."""
        count, values = 0, []
        for part in self.view.selectionModel().selection():
            rows = range(part.top(), part.bottom() + 1)
            for section in range(part.left(), part.right() + 1):
                if self.view.isColumnHidden(section):
                    continue
                count += len(rows)
                column = self.model.columns[section]
                if column.kind is Kind.NUMBER:
                    found = (column.value(self.model.row_at(number)) for number in rows)
                    values += [Decimal(value) for value in found if value is not None]
        return count, values

    @Slot(str, str)
    def _on_header_filtered(self, key: str, text: str) -> None:
        self.model.set_filter(key, text)

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
        self._update_footer()
        self.selection_changed.emit(self.selected_rows())

    @Slot()
    def _on_current_row_changed(self) -> None:
        self.current_changed.emit(self.current_row())

    @Slot(QModelIndex)
    def _on_view_activated(self, index: QModelIndex) -> None:
        self.row_activated.emit(self.model.row_at(index.row()))

    @Slot(QPoint)
    def _on_view_menu_requested(self, place: QPoint) -> None:
        self.menu_asked.emit(self.selected_rows(), self.view.viewport().mapToGlobal(place))

    @Slot()
    def _on_model_arranged(self) -> None:
        self._update_empty()
        moved, self._selection_moved = self._selection_moved, False
        if moved:
            self._on_selection_changed()
        else:
            self._update_footer()

    @Slot()
    def _on_model_about_to_be_reset(self) -> None:
        numbers = self._selected_numbers()
        current = self.view.currentIndex()
        key = self.model.key_at(current.row()) if current.isValid() else None
        self._kept = ({self.model.key_at(number) for number in numbers}, key)

    @Slot()
    def _on_model_reset(self) -> None:
        chosen, current = self._kept
        self.select_ids(chosen, scroll=False)
        for number in self.model.numbers_of([current] if current is not None else []):
            flags = QItemSelectionModel.SelectionFlag
            self.view.selectionModel().setCurrentIndex(self.model.index(number, 0), flags.NoUpdate)

    @Slot(QPoint)
    def _on_header_menu_requested(self, place: QPoint) -> None:
        self.header_menu().popup(self.view.horizontalHeader().mapToGlobal(place))

    def header_menu(self) -> QMenu:
        """Which columns to show, filters away, columns as on the first day."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Clear all filters"), self.clear_filters)
        menu.addAction(self.tr("Columns as at the start"), self.reset_columns)
        menu.addSeparator()
        header = self.view.horizontalHeader()
        for number, column in enumerate(self.model.columns):
            action = QAction(column.title, menu)
            action.setCheckable(True)
            action.setChecked(not header.isSectionHidden(number))
            action.setData(number)
            action.toggled.connect(self._on_column_toggled)
            menu.addAction(action)
        return menu

    @Slot(bool)
    def _on_column_toggled(self, shown: bool) -> None:
        action = self.sender()
        header = self.view.horizontalHeader()
        left = header.count() - header.hiddenSectionCount()
        if not shown and left == 1:
            return
        header.setSectionHidden(action.data(), not shown)
        if self.header is not None:
            self.header.updateGeometries()


def _clean(text: str) -> str:
    """One cell of a tab-separated line."""
    return " ".join(text.split())


def _sum(column: Column, rows: list[Any]) -> Decimal:
    return sum((Decimal(column.value(row) or 0) for row in rows), Decimal())


def _number_text(value: Decimal) -> str:
    """Exact, with thousands separators."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
