"""One plan, ready to be drawn: arrays, rows of the four arrangements, calendars, look-ups.

Built from plain values without Qt, so that a job can do it; never changed afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from app.views.planning.gantt.arrangement import Arrangement, Rows
from app.views.planning.gantt.arranging import numbered
from app.views.planning.gantt.bars import Ints, PlanBars, Windows, bars_of
from app.views.planning.gantt.load import LoadGroup, LoadOf
from app.views.planning.gantt.made import Made
from app.views.planning.gantt.parts import (
    MACHINE,
    PERSON,
    CalendarOf,
    Parts,
    order_sequence,
    shown_lanes,
)
from app.views.planning.gantt.time_grid import MINUTES_PER_DAY, to_minutes

if TYPE_CHECKING:
    from app.services.planning.placed_columns import PlacedColumns
    from app.services.planning.rows import PlanView


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
    arrangements: Made[Arrangement, Rows]
    windows: tuple[Windows, ...]
    bar_of: dict[int, int]  # operation id -> bar
    bars_of_order: dict[int, list[int]]  # order id -> bars
    row_of_machine: dict[int, int]
    links: Links
    now: float
    zone: ZoneInfo
    loads: Made[LoadOf, tuple[LoadGroup, ...]]
    parts: Parts | None = None

    def prepare(self, before: PlanModel | None) -> None:
        """Have ready what was looked at in the state before, at least the machines."""
        self.arrangements.make({Arrangement.MACHINES})
        if before is not None:
            self.arrangements.make(set(before.arrangements.asked))
            self.loads.make(set(before.loads.asked))

    def complete(self) -> None:
        """Have everything ready."""
        self.arrangements.make(self.arrangements)
        self.loads.make(self.loads)

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
    lanes = shown_lanes(view.lanes, columns.machine)
    row_of_machine = {lane.id: row for row, lane in enumerate(lanes)}
    row_of_head = np.full(len(columns.heads), -1, np.int64)
    for row, (_, head, _) in enumerate(order_sequence(columns)):
        row_of_head[head] = row
    bars = bars_of(
        view.placements, columns, numbered(columns.machine, row_of_machine),
        row_of_head[columns.head],
    )  # fmt: skip
    windows, calendar_of = _calendars(view)
    parts = Parts(view, columns, bars, lanes, windows, calendar_of)
    arrangements = parts.arrangements()
    return PlanModel(
        bars=bars,
        arrangements=arrangements,
        windows=windows,
        bar_of=dict(zip(bars.operation.tolist(), range(len(bars)), strict=True)),
        bars_of_order=_by_order(columns),
        row_of_machine=row_of_machine,
        links=_links(view.links, bars.operation),
        now=to_minutes(view.now),
        zone=ZoneInfo(view.time_zone),
        loads=parts.loads(arrangements),
        parts=parts,
    )


def renewed_model(before: PlanModel, view: PlanView, places: Ints) -> PlanModel:
    """The model of a view in which, since ``before``, only the rows at these places are others."""
    from app.services.planning.placed_columns import columns_of

    columns, old = columns_of(view.placements), before.parts
    heads = np.unique(columns.head[places]).tolist()
    if (
        old is None
        or not _same_rows(before, old, view, columns.machine, places)
        or any(columns.heads[head] != old.columns.heads[head] for head in heads)
    ):
        return model_of(view)
    machine = before.bars.machine.copy()
    machine[places] = numbered(columns.machine[places], before.row_of_machine)
    bars = bars_of(view.placements, columns, machine, before.bars.order)
    parts = replace(old, view=view, columns=columns, bars=bars)
    arrangements = parts.arrangements()
    bars_of_order = dict(before.bars_of_order)
    for head in heads:
        order = columns.heads[head].id
        own = np.array(bars_of_order[order])
        by_time = np.lexsort((columns.operation[own], columns.start[own]))
        bars_of_order[order] = own[by_time].tolist()
    return replace(
        before,
        bars=bars,
        arrangements=arrangements,
        bars_of_order=bars_of_order,
        now=to_minutes(view.now),
        loads=parts.loads(arrangements),
        parts=parts,
    )


def _same_rows(before: PlanModel, old: Parts, view: PlanView, machine: Ints, places: Ints) -> bool:
    """Whether the machines shown are those of before: out of use, they are shown while they are
    used."""
    if not before.row_of_machine.keys() >= set(machine[places].tolist()):
        return False
    in_use = all(lane.active for lane in old.lanes)
    return in_use or shown_lanes(view.lanes, machine) == old.lanes


def _links(pairs: Sequence[tuple[int, int]], operation: Ints) -> Links:
    """Pairs of operations as pairs of bars; those with an end outside the plan are left out."""
    if not pairs or not len(operation):
        return NO_LINKS
    ends = np.fromiter(chain.from_iterable(pairs), np.int64, 2 * len(pairs)).reshape(-1, 2)
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
