"""What the rows of the chart are, and the bars in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.views.planning.gantt.bars import Tracks
from app.views.planning.gantt.row_layout import RowInfo


class Arrangement(StrEnum):
    """What the rows of the chart are."""

    MACHINES = "machines"
    ORDERS = "orders"
    PEOPLE = "people"
    MOULDS = "moulds"


@dataclass(frozen=True, slots=True)
class Rows:
    """One arrangement: rows from top to bottom and the bars sorted into them."""

    arrangement: Arrangement
    infos: tuple[RowInfo, ...]
    calendars: tuple[int, ...]  # number of each row's calendar, -1 for none
    tracks: Tracks
    row_of: dict[int, int]  # by the key of its RowInfo
    lane_of_copy: dict[int, tuple[int, int]]  # a mould's copy -> its row and first sub-lane


def rows_of(arrangement: Arrangement, infos: tuple[RowInfo, ...], tracks: Tracks) -> Rows:
    """An arrangement out of its rows."""
    return Rows(
        arrangement,
        infos,
        tuple(info.calendar for info in infos),
        tracks,
        {info.key: row for row, info in enumerate(infos)},
        {name.copy: (row, name.lane) for row, info in enumerate(infos) for name in info.lane_names},
    )
