"""One plan, ready to be drawn: arrays, rows of the four arrangements, calendars, look-ups.

Built from plain values without Qt, so that a job can do it; never changed afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from app.core.format import number
from app.views.planning.gantt.arranging import mould_rows, numbered, people_rows
from app.views.planning.gantt.bars import (
    Ints,
    PlanBars,
    Tracks,
    Windows,
    bars_of,
    pieces_of,
    tracks_of,
)
from app.views.planning.gantt.load import (
    LoadGroup,
    LoadOf,
    load_groups,
    mould_loads,
    shift_edges,
)
from app.views.planning.gantt.row_layout import NO_WORK_CENTRE, SUBCONTRACTORS, RowInfo
from app.views.planning.gantt.time_grid import MINUTES_PER_DAY, to_minutes

if TYPE_CHECKING:
    from app.services.planning.placed_columns import OrderHead, PlacedColumns
    from app.services.planning.rows import MachineLane, PlanView

BATCH, UNARY = "batch", "unary"
CUMULATIVE = "cumulative"
SHARED_KINDS = (BATCH, CUMULATIVE)
NO_EDGES = np.zeros(0)
MACHINE, PERSON = "machine", "person"
LATEST = datetime.max.replace(tzinfo=UTC)


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


@dataclass(frozen=True, slots=True)
class Links:
    """Precedences as pairs of bars, each twice: sorted by one of its two bars, ``whose``."""

    whose: Ints
    before: Ints
    after: Ints

    def of(self, bar: int) -> list[tuple[int, int]]:
        """The (before, after) pairs of a bar."""
        low, high = np.searchsorted(self.whose, [bar, bar + 1])
        before, after = self.before[low:high].tolist(), self.after[low:high].tolist()
        return list(zip(before, after, strict=True))


NO_LINKS = Links(*(np.zeros(0, np.int64) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class PlanModel:
    """Everything the chart shows."""

    bars: PlanBars
    arrangements: dict[Arrangement, Rows]
    windows: tuple[Windows, ...]
    bar_of: dict[int, int]  # operation id -> bar
    bars_of_order: dict[int, list[int]]  # order id -> bars
    row_of_machine: dict[int, int]
    links: Links
    now: float
    zone: ZoneInfo
    loads: dict[LoadOf, tuple[LoadGroup, ...]] = field(default_factory=dict)

    @property
    def machine_rows(self) -> Rows:
        """The arrangement by machine, the one in which bars are moved."""
        return self.arrangements[Arrangement.MACHINES]

    def links_of_bar(self, bar: int) -> list[tuple[int, int]]:
        """Precedences of a bar with both ends in the plan."""
        return self.links.of(bar)

    def span(self) -> tuple[float, float]:
        """First and last minute worth scrolling to: the plan with a day of air at both ends."""
        plan = self.bars.span() or (self.now, self.now + 5 * MINUTES_PER_DAY)
        return min(plan[0], self.now) - MINUTES_PER_DAY / 2, plan[1] + MINUTES_PER_DAY

    def shift_windows(self, machine_row: int) -> Windows | None:
        """Open windows of a machine's row."""
        calendar = self.arrangements[Arrangement.MACHINES].infos[machine_row].calendar
        return self.windows[calendar] if calendar >= 0 else None


def model_of(view: PlanView) -> PlanModel:
    """The model of a plan as queried."""
    from app.services.planning.placed_columns import columns_of

    columns = columns_of(view.placements)
    lanes = _grouped(_shown(view.lanes, columns.machine))
    row_of_machine = {lane.id: row for row, lane in enumerate(lanes)}
    order_infos, row_of_head = _order_rows(columns)
    bars = bars_of(
        view.placements, columns, numbered(columns.machine, row_of_machine),
        row_of_head[columns.head],
    )  # fmt: skip
    windows, calendar_of = _calendars(view)
    machine_tracks = tracks_of(pieces_of(bars, bars.machine), len(lanes))
    order_tracks = tracks_of(pieces_of(bars, bars.order), len(order_infos))
    bar_of = dict(zip(bars.operation.tolist(), range(len(bars)), strict=True))

    def people_calendar(person: int) -> int:
        return calendar_of.get((PERSON, person), -1)

    model = PlanModel(
        bars=bars,
        arrangements={
            Arrangement.MACHINES: rows_of(
                Arrangement.MACHINES,
                tuple(_machine_row(lane, calendar_of) for lane in lanes),
                machine_tracks,
            ),
            Arrangement.ORDERS: rows_of(Arrangement.ORDERS, order_infos, order_tracks),
            Arrangement.PEOPLE: rows_of(
                Arrangement.PEOPLE, *people_rows(view.people, columns.crew, bars, people_calendar)
            ),
            Arrangement.MOULDS: rows_of(
                Arrangement.MOULDS,
                *mould_rows(view.moulds, columns.tools, columns.held_until, bars),
            ),
        },
        windows=windows,
        bar_of=bar_of,
        bars_of_order=_by_order(columns),
        row_of_machine=row_of_machine,
        links=_links(view.links, bars.operation),
        now=to_minutes(view.now),
        zone=ZoneInfo(view.time_zone),
    )
    return replace(model, loads=_loads(view, model))


def _loads(view: PlanView, model: PlanModel) -> dict[LoadOf, tuple[LoadGroup, ...]]:
    """The histograms under the chart."""
    edges = {key: shift_edges(turns, model.zone) for key, turns in view.turns.items()}
    calendars = {
        LoadOf.CENTRES: {lane.id: lane.calendar for lane in view.lanes},
        LoadOf.TEAMS: {one.id: one.calendar for one in view.people},
    }
    shared = {lane.id for lane in view.lanes if lane.kind == CUMULATIVE}
    found = {}
    for of, arrangement in (
        (LoadOf.CENTRES, Arrangement.MACHINES),
        (LoadOf.TEAMS, Arrangement.PEOPLE),
    ):
        rows = model.arrangements[arrangement]
        found[of] = load_groups(
            model.bars,
            rows.infos,
            rows.tracks,
            model.windows,
            [edges.get(calendars[of].get(info.key, 0), NO_EDGES) for info in rows.infos],
            [of is LoadOf.CENTRES and info.key in shared for info in rows.infos],
        )
    moulds = model.arrangements[Arrangement.MOULDS]
    found[LoadOf.MOULDS] = mould_loads(model.bars, moulds.infos, moulds.tracks)
    return found


def _shown(lanes: Sequence[MachineLane], machines: Ints) -> list[MachineLane]:
    """Machines in use; one that was taken out of use only while something stands on it."""
    used = set(np.unique(machines).tolist())
    return [lane for lane in lanes if lane.active or lane.id in used]


def _grouped(lanes: Sequence[MachineLane]) -> list[MachineLane]:
    """Lanes by work centre, centres in the order in which they first come."""
    first_seen: dict[str, int] = {}
    for lane in lanes:
        first_seen.setdefault(_group(lane), len(first_seen))
    return sorted(lanes, key=lambda lane: first_seen[_group(lane)])


def _group(lane: MachineLane) -> str:
    """The work centre, or one of the groups that the row header names in words."""
    if lane.work_centre:
        return lane.work_centre
    return SUBCONTRACTORS if lane.id < 0 else NO_WORK_CENTRE


def _order_rows(columns: PlacedColumns) -> tuple[tuple[RowInfo, ...], Ints]:
    """A row for each order that has bars, the most urgent first, and the row of each head."""
    placed, first = np.unique(columns.head, return_index=True)
    heads, late = columns.heads, columns.late_minutes > 0
    found = [
        (heads[head], bar, head) for head, bar in zip(placed.tolist(), first.tolist(), strict=True)
    ]
    found.sort(key=lambda one: (one[0].due or LATEST, one[0].number))
    row_of_head = np.full(len(heads), -1, np.int64)
    row_of_head[[head for _, _, head in found]] = np.arange(len(found))
    infos = tuple(
        _order_row(head, columns.quantity[bar], alarm)
        for (head, bar, _), alarm in zip(
            found, late[[bar for _, bar, _ in found]].tolist(), strict=True
        )
    )
    return infos, row_of_head


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


def _links(pairs: Sequence[tuple[int, int]], operation: Ints) -> Links:
    """Pairs of operations as pairs of bars; those with an end outside the plan are left out."""
    if not pairs or not len(operation):
        return NO_LINKS
    ends = np.array(pairs, np.int64)
    order = np.argsort(operation)
    place = np.searchsorted(operation[order], ends).clip(max=len(order) - 1)
    bars = order[place]
    known = (operation[bars] == ends).all(axis=1)
    before, after = bars[known, 0], bars[known, 1]
    whose = np.concatenate((before, after))
    by_bar = np.argsort(whose, kind="stable")
    both = np.concatenate((before, before)), np.concatenate((after, after))
    return Links(whose[by_bar], both[0][by_bar], both[1][by_bar])


def _by_order(columns: PlacedColumns) -> dict[int, list[int]]:
    """The bars of each order, by time."""
    order = np.argsort(columns.head, kind="stable")
    bars = order.tolist()
    cuts = np.searchsorted(columns.head[order], np.arange(len(columns.heads) + 1)).tolist()
    return {
        head.id: bars[cuts[place] : cuts[place + 1]]
        for place, head in enumerate(columns.heads)
        if cuts[place] < cuts[place + 1]
    }


CalendarOf = dict[tuple[str, int], int]
"""(MACHINE or PERSON, id) -> number of its calendar."""


def _calendars(view: PlanView) -> tuple[tuple[Windows, ...], CalendarOf]:
    """Distinct calendars, and which one everybody has: most share a few."""
    of_kinds = (
        (MACHINE, view.shifts, False),
        (MACHINE, view.first_pieces, True),
        (PERSON, view.people_shifts, False),
    )
    edges = {edge for _, shifts, _ in of_kinds for one in shifts for edge in (one.start, one.end)}
    minutes = {edge: to_minutes(edge) for edge in edges}
    spans: dict[tuple[str, int], list[_Span]] = defaultdict(list)
    for kind, shifts, first in of_kinds:
        for shift in shifts:
            span = (minutes[shift.start], minutes[shift.end], shift.overtime, first)
            spans[kind, shift.lane_id].append(span)
    number_of: dict[tuple[_Span, ...], int] = {}
    calendar_of = {
        whose: number_of.setdefault(tuple(sorted(own)), len(number_of))
        for whose, own in spans.items()
    }
    return tuple(_windows(key) for key in number_of), calendar_of


_Span = tuple[float, float, bool, bool]
"""Begin, end, whether it is overtime, whether it is a first piece."""


def _windows(spans: tuple[_Span, ...]) -> Windows:
    table = np.array(spans, np.float64).reshape(-1, 4)
    first = table[:, 3] > 0
    begin, end, overtime = table[~first, 0], table[~first, 1], table[~first, 2] > 0
    return Windows(begin, end, overtime, table[first, 0], table[first, 1])
