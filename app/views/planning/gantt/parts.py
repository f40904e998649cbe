"""The arrangements of a plan and its load: each made when somebody looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from app.core.format import number
from app.views.planning.gantt.arrangement import Arrangement, Rows, rows_of
from app.views.planning.gantt.arranging import mould_rows, people_rows
from app.views.planning.gantt.bars import Ints, PlanBars, Windows, pieces_of, tracks_of
from app.views.planning.gantt.load import (
    LoadGroup,
    LoadOf,
    load_groups,
    mould_loads,
    shift_edges,
)
from app.views.planning.gantt.made import Made
from app.views.planning.gantt.row_layout import NO_WORK_CENTRE, SUBCONTRACTORS, RowInfo
from app.views.planning.gantt.time_grid import to_minutes

if TYPE_CHECKING:
    from app.services.planning.placed_columns import OrderHead, PlacedColumns
    from app.services.planning.rows import MachineLane, PlanView

BATCH, UNARY = "batch", "unary"
CUMULATIVE = "cumulative"
SHARED_KINDS = (BATCH, CUMULATIVE)
NO_EDGES = np.zeros(0)
MACHINE, PERSON = "machine", "person"
LATEST = datetime.max.replace(tzinfo=UTC)
ARRANGED = {
    LoadOf.CENTRES: Arrangement.MACHINES,
    LoadOf.TEAMS: Arrangement.PEOPLE,
    LoadOf.MOULDS: Arrangement.MOULDS,
}
"""In which rows the bands of the load lie."""

CalendarOf = dict[tuple[str, int], int]
"""(MACHINE or PERSON, id) -> number of its calendar."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What they are made of. ``lanes``: those shown; ``calendar_of``: numbers of ``windows``."""

    view: PlanView
    columns: PlacedColumns
    bars: PlanBars
    lanes: tuple[MachineLane, ...]
    windows: tuple[Windows, ...]
    calendar_of: CalendarOf

    def arrangements(self) -> Made[Arrangement, Rows]:
        return Made({key: partial(self._rows, key) for key in Arrangement})

    def loads(self, rows: Made[Arrangement, Rows]) -> Made[LoadOf, tuple[LoadGroup, ...]]:
        """The histograms under the chart."""
        return Made({of: partial(self._load, of, rows) for of in LoadOf})

    def _rows(self, key: Arrangement) -> Rows:
        view, columns, bars = self.view, self.columns, self.bars
        if key is Arrangement.MACHINES:
            infos = tuple(_machine_row(lane, self.calendar_of) for lane in self.lanes)
            return rows_of(key, infos, tracks_of(pieces_of(bars, bars.machine), len(infos)))
        if key is Arrangement.ORDERS:
            infos = order_rows(columns)
            return rows_of(key, infos, tracks_of(pieces_of(bars, bars.order), len(infos)))
        if key is Arrangement.PEOPLE:
            return rows_of(
                key, *people_rows(view.people, columns.crew, bars, self._people_calendar)
            )
        return rows_of(key, *mould_rows(view.moulds, columns.tools, columns.held_until, bars))

    def _people_calendar(self, person: int) -> int:
        return self.calendar_of.get((PERSON, person), -1)

    def _load(self, of: LoadOf, arrangements: Made[Arrangement, Rows]) -> tuple[LoadGroup, ...]:
        view, rows = self.view, arrangements.part(ARRANGED[of])
        if of is LoadOf.MOULDS:
            return mould_loads(self.bars, rows.infos, rows.tracks)
        zone, centres = ZoneInfo(view.time_zone), of is LoadOf.CENTRES
        edges = {key: shift_edges(turns, zone) for key, turns in view.turns.items()}
        calendars = {one.id: one.calendar for one in (view.lanes if centres else view.people)}
        shared = {lane.id for lane in view.lanes if centres and lane.kind == CUMULATIVE}
        return load_groups(
            self.bars,
            rows.infos,
            rows.tracks,
            self.windows,
            [edges.get(calendars.get(info.key, 0), NO_EDGES) for info in rows.infos],
            [info.key in shared for info in rows.infos],
        )


def shown_lanes(lanes: Sequence[MachineLane], machines: Ints) -> tuple[MachineLane, ...]:
    """Machines in use, by work centre; one that was taken out of use only while something stands
    on it. ``machines``: of all placements."""
    used = set(np.unique(machines).tolist())
    shown = [lane for lane in lanes if lane.active or lane.id in used]
    first_seen: dict[str, int] = {}
    for lane in shown:
        first_seen.setdefault(_group(lane), len(first_seen))
    return tuple(sorted(shown, key=lambda lane: first_seen[_group(lane)]))


def _group(lane: MachineLane) -> str:
    """The work centre, or one of the groups that the row header names in words."""
    if lane.work_centre:
        return lane.work_centre
    return SUBCONTRACTORS if lane.id < 0 else NO_WORK_CENTRE


def _machine_row(lane: MachineLane, calendar_of: CalendarOf) -> RowInfo:
    capacity = lane.capacity if lane.kind in SHARED_KINDS else None
    note = f"{number(capacity)} {lane.capacity_unit or ''}".strip() if capacity else ""
    return RowInfo(
        key=lane.id,
        title=lane.code,
        detail=lane.name,
        note=note,
        group=_group(lane),
        calendar=calendar_of.get((MACHINE, lane.id), -1),
        batches=lane.kind in (BATCH, UNARY),
    )


def order_sequence(columns: PlacedColumns) -> list[tuple[OrderHead, int, int]]:
    """(order, its number among the heads, its first bar) of those with bars, the most urgent
    first."""
    by_time = np.lexsort((columns.operation, columns.start, columns.head))
    placed, first = np.unique(columns.head[by_time], return_index=True)
    found = [
        (columns.heads[head], head, bar)
        for head, bar in zip(placed.tolist(), by_time[first].tolist(), strict=True)
    ]
    return sorted(found, key=lambda one: (one[0].due or LATEST, one[0].number))


def order_rows(columns: PlacedColumns) -> tuple[RowInfo, ...]:
    """A row for each order that has bars."""
    late = (columns.late_minutes > 0).tolist()
    return tuple(
        _order_row(head, columns.quantity[bar], late[bar])
        for head, _, bar in order_sequence(columns)
    )


def _order_row(head: OrderHead, quantity: Decimal, late: bool) -> RowInfo:
    return RowInfo(
        key=head.id,
        title=head.number,
        detail=head.item_name or head.item_code,
        note=f"{number(quantity)} {head.unit}",
        group="",
        marker=to_minutes(head.due) if head.due else None,
        alarm=late,
    )
