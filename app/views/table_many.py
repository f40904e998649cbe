"""Many cells in one gesture: paste, fill down, clear. Told as one, or looked at first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from app.views.table_cells import CellTarget, changes, new_rows, refused, target
from app.views.table_clipboard import grid_of
from app.views.table_paste import PastePlace, pasted
from app.views.table_words import nothing_new, too_many_cells

if TYPE_CHECKING:
    from app.views.table import RowTable
    from app.views.table_preview import PastePreview

MOST_CELLS = 200_000


class ManyCells(QObject):
    """Of one table. Where a cell is refused, or several values are pasted, the person sees first
    what would happen."""

    def __init__(self, table: RowTable) -> None:
        super().__init__(table)
        self._table = table
        self._model = table.model
        self._editing = table.editing
        self.preview: PastePreview | None = None
        table.view.fill_asked.connect(self.fill_down)
        table.view.clear_asked.connect(self.clear)
        table.view.paste_asked.connect(self.paste)

    @Slot()
    def fill_down(self) -> None:
        """The topmost selected cell of each column goes into the ones below it; where one row is
        selected, the row above it fills it."""
        targets = []
        for section, numbers in self._cells().items():
            column = self._model.columns[section]
            source = numbers[0] if len(numbers) > 1 else numbers[0] - 1
            if column.edit is None or source < 0 or self._model.row_at(source) is None:
                continue
            text = column.edit.text(self._model.row_at(source))
            below = numbers[1:] if len(numbers) > 1 else numbers
            targets += [target(n, self._model.row_at(n), column, text) for n in below]
        self._put(targets)

    @Slot()
    def clear(self) -> None:
        """Empty the selected cells that can be edited."""
        targets = []
        for section, numbers in self._cells().items():
            column = self._model.columns[section]
            if column.edit is not None:
                targets += [target(n, self._model.row_at(n), column, "") for n in numbers]
        self._put(targets)

    @Slot()
    def paste(self) -> None:
        """The clipboard into the cells from the current one on (see ``table_paste``)."""
        grid = grid_of(QApplication.clipboard().mimeData())
        if not grid or not self._editing.commit():
            return
        wanted = pasted(grid, self._place())
        if wanted.count > MOST_CELLS:
            self._editing.tell_at_current(too_many_cells(MOST_CELLS))
        elif len(grid) == 1 and len(grid[0]) == 1:
            self._put(list(wanted.targets()))
        else:
            self._look_first(wanted.targets(), wanted.count)

    def _place(self) -> PastePlace:
        table, model = self._table, self._model
        cells = self._cells()
        shown = table.shown_sections()
        current = table.view.currentIndex()
        numbers = sorted({number for found in cells.values() for number in found})
        first = numbers[0] if numbers else max(current.row(), 0)
        begin = min((shown.index(each) for each in cells if each in shown), default=None)
        if begin is None:
            begin = shown.index(current.column()) if current.column() in shown else 0
        entries = model.entries()
        return PastePlace(
            every=model.columns,
            columns=[model.columns[number] for number in shown[begin:]],
            rows=[
                (n, entries[n].row)
                for n in range(first, len(entries))
                if entries[n].row is not None
            ],
            selected_rows=[(n, entries[n].row) for n in numbers],
            selected_columns=[model.columns[n] for n in shown if n in cells],
            last=len(entries),
            takes_new_rows=table.takes_new_rows,
        )

    def _cells(self) -> dict[int, list[int]]:
        """Selected lines by column, without group rows."""
        row_at = self._model.row_at
        rows = {
            section: [number for number in numbers if row_at(number) is not None]
            for section, numbers in self._table.selection.cells().items()
        }
        return {section: numbers for section, numbers in rows.items() if numbers}

    # ---- telling ---------------------------------------------------------------------------------

    def _put(self, targets: Sequence[CellTarget]) -> None:
        """At once where nothing is refused; a single refused cell says why where it stands."""
        bad = refused(targets)
        if len(targets) == 1 and bad:
            self._editing.tell_at(targets[0].number, targets[0].column.key, bad[0].refusal)
        elif bad:
            self._look_first(iter(targets), len(targets))
        elif not changes(targets) and not new_rows(targets):
            if targets:
                self._editing.tell_at_current(nothing_new())
        elif reason := self._send(targets):
            self._editing.tell_at_current(reason)

    def _send(self, targets: Iterable[CellTarget]) -> str:
        """Tell the page; the sentence with which it refused, or ""."""
        targets = list(targets)
        return self._editing.send(changes(targets), new_rows(targets))

    def _look_first(self, targets: Iterator[CellTarget], count: int) -> None:
        from app.views.table_preview import PastePreview

        self._close()
        self.preview = PastePreview(self._table, targets, count, self._name_of)
        self.preview.apply_asked.connect(self._on_preview_apply_asked)
        self.preview.given_up.connect(self._close)
        self.preview.cell_chosen.connect(self._on_preview_cell_chosen)
        self._table.add_below(self.preview)
        self.preview.list.setFocus()

    def _name_of(self, row: Any) -> str:
        """What the first shown column says."""
        return self._table.shown_columns()[0].shown(row)

    @Slot(object)
    def _on_preview_apply_asked(self, targets: list[CellTarget]) -> None:
        reason = self._send(targets)
        if reason and self.preview is not None:
            self.preview.tell(reason)
        else:
            self._close()

    @Slot(object)
    def _on_preview_cell_chosen(self, cell: CellTarget) -> None:
        """Show in the table which cell is meant."""
        if cell.row is None or cell.lost:
            return
        numbers = self._model.numbers_of([self._model.lines.key_of(cell.row)])
        if numbers:
            section = self._model.column_number(cell.column.key)
            self._table.view.go_to(self._model.index(numbers[0], section))

    @Slot()
    def _close(self) -> None:
        preview, self.preview = self.preview, None
        if preview is not None:
            self._table.remove_below(preview)
            self._table.view.setFocus()
