"""Where pasted cells go: below the current cell, under their titles, into all that is selected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.views.table_cells import CellTarget, target
from app.views.table_clipboard import Grid
from app.views.table_columns import Column, folded
from app.views.table_words import no_column_here, no_row_here

_NOWHERE = "\0"


@dataclass(frozen=True, slots=True)
class PastePlace:
    """The part of a table that is pasted into.

    ``columns``: shown columns from the current one on. ``rows``: (line, row) from the current one
    on, as many as there are. ``selected``: lines and columns that are selected. ``last``: number of
    lines in the table.
    """

    every: Sequence[Column]
    columns: Sequence[Column]
    rows: Sequence[tuple[int, Any]]
    selected_rows: Sequence[tuple[int, Any]]
    selected_columns: Sequence[Column]
    last: int
    takes_new_rows: bool


@dataclass(frozen=True, slots=True)
class Pasted:
    """A grid with its columns found; those beyond the last one have made up ones."""

    grid: Grid
    columns: Sequence[Column]
    rows: Sequence[tuple[int, Any]]
    place: PastePlace

    @property
    def count(self) -> int:
        """Cells."""
        return len(self.grid) * len(self.columns)

    def targets(self) -> Iterator[CellTarget]:
        """What each cell would become; made one by one, as there may be very many."""
        for at, cells in enumerate(self.grid):
            number, row = self.rows[at] if at < len(self.rows) else (self._new_number(at), None)
            lost = "" if row is not None or self.place.takes_new_rows else no_row_here()
            if row is None and not any(cell.strip() for cell in cells):
                continue  # a blank line is no new row
            for column, text in zip(self.columns, cells, strict=False):
                yield self._target(number, row, column, text, lost)

    def _target(
        self, number: int, row: Any | None, column: Column, text: str, lost: str
    ) -> CellTarget:
        if column.key.startswith(_NOWHERE):
            lost = no_column_here() if text.strip() else ""
        if lost:
            return CellTarget(number, row, column, "", text, refusal=lost, lost=True)
        return target(number, row, column, text)

    def _new_number(self, at: int) -> int:
        return self.place.last + at - len(self.rows)


def pasted(grid: Grid, place: PastePlace) -> Pasted:
    """Find rows and columns of a grid. One value goes into every selected cell; several are
    repeated where the selection is a multiple of them."""
    titles = _titles(grid, place)
    if titles is not None:
        return Pasted(grid[1:], titles, place.rows, place)
    height, width = len(grid), max(map(len, grid))
    rows, columns = place.selected_rows, place.selected_columns
    if len(rows) > height and len(rows) % height == 0:
        grid = [grid[at % height] for at in range(len(rows))]
    else:
        rows = place.rows
    if width == 1 and len(columns) > 1:
        return Pasted([cells * len(columns) for cells in grid], columns, rows, place)
    beyond = [_nowhere(place, at) for at in range(len(place.columns), width)]
    return Pasted(grid, [*place.columns[:width], *beyond], rows, place)


def _nowhere(place: PastePlace, at: int) -> Column:
    """Stands for a column that the table does not have."""
    return replace(place.every[0], key=f"{_NOWHERE}{at}", title="–", edit=None)


def _titles(grid: Grid, place: PastePlace) -> list[Column] | None:
    """The columns that the first line names; None if it is no line of titles."""
    if len(grid) < 2:
        return None
    by_title = {_plain(column.title): column for column in place.every}
    named = [_plain(cell) for cell in grid[0]]
    if not any(named) or any(name and name not in by_title for name in named):
        return None
    return [by_title.get(name) or _nowhere(place, at) for at, name in enumerate(named)]


def _plain(title: str) -> str:
    return folded(title).strip().rstrip("*").strip()
