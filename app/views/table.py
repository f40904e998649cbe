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
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.core import format as formats
from app.views.icons import pixmap
from app.views.table_header import FilterHeader
from app.views.table_model import Column, Kind, RowModel, SortKey
from app.views.theme import ROW, SPACE, figures, tokens

__all__ = ["Column", "Kind", "RowTable", "SortKey"]

MOST_SORT_KEYS = 3
CELL_MARGIN = 4
ICON = 16
ALIGNMENT = {
    True: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    False: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
}


class CellDelegate(QStyledItemDelegate):
    """Draws a cell by itself: a full window of cells costs a third of what the style needs."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        model = index.model()
        column, row = model.columns[index.column()], model.row_at(index.row())
        colours, area = tokens(), option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(colours.accent_soft))
        share = column.bar(row) if column.bar else None
        if share is not None:
            self._paint_bar(painter, area, share)
        tone = (column.tone(row) if column.tone else None) or "text"
        inner = area.adjusted(CELL_MARGIN, 0, -CELL_MARGIN, 0)
        picture = column.icon(row) if column.icon else None
        if picture:
            drawn = pixmap(picture, tone, ICON, painter.device().devicePixelRatioF())
            painter.drawPixmap(inner.left(), area.center().y() - ICON // 2 + 1, drawn)
            inner.setLeft(inner.left() + ICON + CELL_MARGIN)
        text = model.text_at(index.row(), index.column())
        if text:
            painter.setFont(option.font)
            painter.setPen(QColor(getattr(colours, tone)))
            text = option.fontMetrics.elidedText(
                text.replace("\n", " "), Qt.TextElideMode.ElideRight, inner.width()
            )
            painter.drawText(inner, ALIGNMENT[column.kind is Kind.NUMBER], text)

    def _paint_bar(self, painter: QPainter, cell: QRect, share: float) -> None:
        colours = tokens()
        ground = QRect(cell.left() + 4, cell.bottom() - 5, cell.width() - 8, 3)
        painter.fillRect(ground, QColor(colours.line))
        ground.setWidth(round(ground.width() * min(max(share, 0.0), 1.0)))
        painter.fillRect(ground, QColor(colours.accent))


class _View(QTableView):
    """Rows only, no edit in place; copies with headers; skeleton lines while it loads."""

    copy_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.loading = False
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setItemDelegate(CellDelegate(self))
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW)

    def keyPressEvent(self, event: Any) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        if self.loading and self.model().rowCount() == 0:
            self._paint_skeleton(painter)
        else:
            self._paint_lines(painter, event.rect())
        painter.end()

    def _paint_lines(self, painter: QPainter, area: QRect) -> None:
        """Horizontal hairlines only: quieter than a grid, and the eye follows the row."""
        painter.setPen(QColor(tokens().line))
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        count = self.model().rowCount()
        if count == 0:
            return
        for row in range(max(first, 0), (last if last >= 0 else count - 1) + 1):
            bottom = self.rowViewportPosition(row) + self.rowHeight(row) - 1
            painter.drawLine(area.left(), bottom, area.right(), bottom)

    def _paint_skeleton(self, painter: QPainter) -> None:
        colour = QColor(tokens().line)
        header = self.horizontalHeader()
        for row in range(self.viewport().height() // ROW):
            for section in range(header.count()):
                if header.isSectionHidden(section):
                    continue
                left = header.sectionViewportPosition(section) + 8
                width = max(header.sectionSize(section) * (3 + (row + section) % 4) // 8, 12)
                painter.fillRect(left, row * ROW + ROW // 2 - 3, width, 6, colour)


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
        self.view = _View(self)
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

    def copy(self) -> None:
        """Selected rows (all when none is) with headers, for Excel: tabs and an HTML table."""
        rows = self.selected_rows() or self.visible_rows()
        columns = self._shown_columns()
        lines = [[column.title for column in columns]]
        lines += [[_clean(column.shown(row)) for column in columns] for row in rows]
        data = QMimeData()
        data.setText("\n".join("\t".join(line) for line in lines) + "\n")
        cells = ("".join(f"<td>{html.escape(cell)}</td>" for cell in line) for line in lines)
        data.setHtml("<table>" + "".join(f"<tr>{line}</tr>" for line in cells) + "</table>")
        QApplication.clipboard().setMimeData(data)

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
            header.resizeSection(number, column.width)
            header.setSectionHidden(number, column.hidden)

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
                parts.append(f"{column.title} Σ {_sum_text(column, rows)}")
        self.footer.setText("   ·   ".join(parts))

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


def _sum_text(column: Column, rows: list[Any]) -> str:
    total = sum((Decimal(column.value(row) or 0) for row in rows), Decimal())
    whole, point, rest = formats.number(total).partition(".")
    return f"{int(whole):,}{point}{rest}"
