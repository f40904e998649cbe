"""The site's own fields on papers."""

from __future__ import annotations

from collections.abc import Sequence

from app.reports.labels import Labels
from app.reports.sheet import HeadCell
from app.services.orders.traveler_rows import PaperField

A_LINE = 5


def site_cells(labels: Labels, found: Sequence[PaperField]) -> list[list[HeadCell]]:
    """Lines of a head, five fields in each."""
    cells = [HeadCell(labels.plain(each.name), each.value, 1.0) for each in found]
    return [cells[start : start + A_LINE] for start in range(0, len(cells), A_LINE)]
