"""Load against capacity: how much of its open time a group of rows is at work, bucket by bucket.

A unit (a machine, a person, a copy of a mould) is at work or not: what it does for several orders
at once counts once. A machine with several places counts by the share of them that is taken.
All amounts are unit minutes, kept as running totals, so that any bucket is two look-ups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from app.views.planning.gantt.bars import Floats, Ints, PlanBars, Tracks, Windows
from app.views.planning.gantt.row_layout import RowInfo
from app.views.planning.gantt.time_grid import to_minutes

if TYPE_CHECKING:
    from app.services.planning.rows import Turn

USABLE = frozenset({"in_store", "mounted"})
"""States of a mould's copy in which it counts as capacity."""


class LoadOf(StrEnum):
    """Whose load is shown."""

    CENTRES = "centres"
    TEAMS = "teams"
    MOULDS = "moulds"


class LoadBy(StrEnum):
    """As the work stands in the plan, or as if every order ended just when it is due."""

    PLAN = "plan"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Curve:
    """A running total over time, straight between its points."""

    times: Floats
    total: Floats

    def amounts(self, edges: Floats) -> Floats:
        """What falls between each edge and the next."""
        if not len(self.times):
            return np.zeros(max(len(edges) - 1, 0))
        return np.diff(np.interp(edges, self.times, self.total))


def curve_of(begin: Floats, end: Floats, weight: Floats) -> Curve:
    """The total of stretches that may overlap, each worth its weight per minute."""
    times = np.concatenate((begin, end))
    order = np.argsort(times, kind="stable")
    rate = np.cumsum(np.concatenate((weight, -weight))[order])
    times = times[order]
    if not len(times):
        return Curve(times, times)
    return Curve(times, np.concatenate(([0.0], np.cumsum(rate[:-1] * np.diff(times)))))


@dataclass(frozen=True, slots=True)
class LoadGroup:
    """One band of the histogram. ``shifts``: where its shifts begin, one after the other."""

    name: str
    rows: tuple[int, ...]
    work: dict[LoadBy, Curve]
    capacity: Curve | None
    """None = each of ``units`` always."""
    units: int
    shifts: Floats
    worked: Worked

    def loads(self, by: LoadBy, edges: Floats) -> tuple[Floats, Floats]:
        """(work, capacity) in unit minutes between each edge and the next."""
        open_time = np.diff(edges) * self.units
        if self.capacity is not None:
            open_time = self.capacity.amounts(edges)
        return self.work[by].amounts(edges), open_time

    @property
    def idle(self) -> bool:
        """Whether the plan has nothing for it to do."""
        return not len(self.worked.bar)

    def bars_in(
        self, bars: PlanBars, by: LoadBy, begin: float, end: float
    ) -> list[tuple[int, float]]:
        """(bar, minutes) of all that is at work between two moments, the longest first."""
        worked = self.worked
        shift = bars.due_shift[worked.bar] if by is LoadBy.DUE else np.zeros(len(worked.bar))
        minutes = np.minimum(worked.end + shift, end) - np.maximum(worked.begin + shift, begin)
        inside = np.flatnonzero(minutes > 0)
        found, place = np.unique(worked.bar[inside], return_inverse=True)
        amounts = np.bincount(place, minutes[inside], len(found))
        order = np.argsort(-amounts, kind="stable")
        return list(zip(found[order].tolist(), amounts[order].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Worked:
    """Stretches at work: sorted by track, then time; ``bar`` is whose work it is."""

    track: Ints
    bar: Ints
    begin: Floats
    end: Floats

    def only(self, wanted: NDArray[np.bool_]) -> Worked:
        """Some of them."""
        return Worked(self.track[wanted], self.bar[wanted], self.begin[wanted], self.end[wanted])

    def parts(self, group: Ints, count: int) -> list[Worked]:
        """Those of each group."""
        order = np.argsort(group, kind="stable")
        cuts = np.searchsorted(group[order], np.arange(count + 1))
        places = [order[cuts[n] : cuts[n + 1]] for n in range(count)]
        return [
            Worked(self.track[own], self.bar[own], self.begin[own], self.end[own]) for own in places
        ]


def held_of(tracks: Tracks) -> Worked:
    """Whole pieces, pauses included: a mould is held through them."""
    track = np.repeat(np.arange(len(tracks.offsets) - 1), np.diff(tracks.offsets))
    return Worked(track, tracks.bar, tracks.begin, tracks.end)


def worked_of(tracks: Tracks) -> Worked:
    """Pieces without their pauses."""
    count = len(tracks.offsets) - 1
    track = np.repeat(np.arange(count), np.diff(tracks.offsets))
    rests = np.repeat(np.arange(count), np.diff(tracks.pause_offsets))
    begin = np.concatenate((tracks.begin, tracks.pause_end))
    end = np.concatenate((tracks.end, tracks.pause_begin))
    of_track = np.concatenate((track, rests))
    by_begin, by_end = np.lexsort((begin, of_track)), np.lexsort((end, of_track))
    of_piece = np.cumsum(
        np.concatenate((np.ones(len(track), np.int64), np.zeros(len(rests), np.int64)))[by_begin]
    )
    return Worked(of_track[by_begin], tracks.bar[of_piece - 1], begin[by_begin], end[by_end])


def united(unit: Ints, begin: Floats, end: Floats) -> tuple[Ints, Floats, Floats]:
    """Stretches of one unit that overlap as one."""
    if not len(begin):
        return unit, begin, end
    far = float(end.max() - begin.min()) + 1.0
    moved = unit * far
    order = np.argsort(begin + moved, kind="stable")
    unit, begin, end, moved = unit[order], begin[order], end[order], moved[order]
    reach = np.maximum.accumulate(end + moved)
    fresh = np.concatenate(([True], (begin + moved)[1:] > reach[:-1]))
    first = np.flatnonzero(fresh)
    last = np.concatenate((first[1:], [len(begin)])) - 1
    return unit[first], begin[first], reach[last] - moved[first]


@dataclass(frozen=True, slots=True)
class Units:
    """What is counted: ``of_track`` gives each track's unit, ``group`` each unit's group."""

    of_track: Ints
    group: Ints
    shared: NDArray[np.bool_]  # units whose bars count by their share


def work_curves(
    bars: PlanBars, worked: Worked, units: Units, groups: int
) -> list[dict[LoadBy, Curve]]:
    """The work of every group, as planned and as due."""
    unit = units.of_track[worked.track]
    found: list[dict[LoadBy, Curve]] = [{} for _ in range(groups)]
    for by in LoadBy:
        begin, end = worked.begin, worked.end
        if by is LoadBy.DUE:
            begin, end = begin + bars.due_shift[worked.bar], end + bars.due_shift[worked.bar]
        partly = units.shared[unit]
        whole, first, last = united(unit[~partly], begin[~partly], end[~partly])
        if by is LoadBy.DUE:
            # Without regard to capacity nothing is united but what really is one run.
            whole, first, last = _runs(unit[~partly], begin[~partly], end[~partly])
        group = units.group[np.concatenate((whole, unit[partly]))]
        begin = np.concatenate((first, begin[partly]))
        end = np.concatenate((last, end[partly]))
        weight = np.concatenate((np.ones(len(whole)), bars.share[worked.bar[partly]]))
        order = np.argsort(group, kind="stable")
        cuts = np.searchsorted(group[order], np.arange(groups + 1))
        for number in range(groups):
            own = order[cuts[number] : cuts[number + 1]]
            found[number][by] = curve_of(begin[own], end[own], weight[own])
    return found


def _runs(unit: Ints, begin: Floats, end: Floats) -> tuple[Ints, Floats, Floats]:
    """Stretches of one unit with the same ends are one run for several orders."""
    order = np.lexsort((end, begin, unit))
    unit, begin, end = unit[order], begin[order], end[order]
    if not len(unit):
        return unit, begin, end
    same = (unit[1:] == unit[:-1]) & (begin[1:] == begin[:-1]) & (end[1:] == end[:-1])
    fresh = np.concatenate(([True], ~same))
    return unit[fresh], begin[fresh], end[fresh]


def load_groups(
    bars: PlanBars,
    infos: Sequence[RowInfo],
    tracks: Tracks,
    windows: Sequence[Windows],
    shifts: Sequence[Floats],
    shared: Sequence[bool],
) -> tuple[LoadGroup, ...]:
    """Machines by work centre, or people by team, those with nothing to do last.

    ``shifts`` and ``shared`` per row.
    """
    shown = [row for row, info in enumerate(infos) if info.calendar >= 0]
    names = list(dict.fromkeys(infos[row].group for row in shown))
    number_of = {name: number for number, name in enumerate(names)}
    group = np.array([number_of.get(info.group, 0) for info in infos], np.int64)
    counted = np.array([info.calendar >= 0 for info in infos], np.bool_)
    row_of_track = np.repeat(np.arange(len(infos)), np.diff(tracks.first_of_row))
    worked = worked_of(tracks)
    worked = worked.only(counted[row_of_track][worked.track])
    units = Units(row_of_track, group, np.array(shared, np.bool_))
    curves = work_curves(bars, worked, units, len(names))
    parts = worked.parts(units.group[units.of_track[worked.track]], len(names))
    found = []
    for number, name in enumerate(names):
        rows = tuple(row for row in shown if infos[row].group == name)
        capacity = _capacity([infos[row].calendar for row in rows], windows)
        usual = _usual([shifts[row] for row in rows])
        found.append(
            LoadGroup(name, rows, curves[number], capacity, len(rows), usual, parts[number])
        )
    return tuple(sorted(found, key=lambda one: one.idle))


def mould_loads(bars: PlanBars, infos: Sequence[RowInfo], tracks: Tracks) -> tuple[LoadGroup, ...]:
    """Every mould that has copies, unused ones last; a usable copy counts round the clock."""
    shown = [row for row, info in enumerate(infos) if info.lane_names]
    count = len(tracks.offsets) - 1
    of_track, counted = np.zeros(count, np.int64), np.zeros(count, np.bool_)
    group: list[int] = []
    for number, row in enumerate(shown):
        first, last = int(tracks.first_of_row[row]), int(tracks.first_of_row[row + 1])
        counted[first:last] = True
        for name in infos[row].lane_names:
            of_track[first + name.lane : last] = len(group)
            group.append(number)
    worked = held_of(tracks)
    worked = worked.only(counted[worked.track])
    units = Units(of_track, np.array(group, np.int64), np.zeros(max(len(group), 1), np.bool_))
    curves = work_curves(bars, worked, units, len(shown))
    parts = worked.parts(units.group[units.of_track[worked.track]], len(shown))
    found = [
        LoadGroup(
            infos[row].title,
            (row,),
            curves[number],
            None,
            sum(name.state in USABLE for name in infos[row].lane_names),
            np.zeros(0),
            parts[number],
        )
        for number, row in enumerate(shown)
    ]
    return tuple(sorted(found, key=lambda one: one.idle))


def _capacity(calendars: Sequence[int], windows: Sequence[Windows]) -> Curve:
    """Open minutes of rows with these calendars."""
    numbers, counts = np.unique(np.array(calendars, np.int64), return_counts=True)
    parts = [(windows[n], float(c)) for n, c in zip(numbers.tolist(), counts.tolist(), strict=True)]
    nothing = np.zeros(0)
    return curve_of(
        np.concatenate([nothing, *(part.begin for part, _ in parts)]),
        np.concatenate([nothing, *(part.end for part, _ in parts)]),
        np.concatenate([nothing, *(np.full(len(part.begin), count) for part, count in parts)]),
    )


def _usual(shifts: Sequence[Floats]) -> Floats:
    """The shifts that most of the rows have."""
    if not shifts:
        return np.zeros(0)
    counts: dict[int, int] = {}
    for one in shifts:
        counts[id(one)] = counts.get(id(one), 0) + 1
    return max(shifts, key=lambda one: (counts[id(one)], len(one)))


def shift_edges(turns: Sequence[Turn], zone: ZoneInfo) -> Floats:
    """Where the buckets of a calendar's shifts begin, in minutes since 1970 UTC.

    Time after a shift counts to it until the next one begins; a day without any shift is a bucket
    of its own, from midnight or from the end of the night shift before.
    """
    if not turns:
        return np.zeros(0)
    starts = sorted({(turn.start, turn.end) for turn in turns})
    edges = [to_minutes(start) for start, _ in starts]
    busy = {start.astimezone(zone).date() for start, _ in starts}
    day, last = starts[0][0].astimezone(zone).date(), starts[-1][0].astimezone(zone).date()
    while day < last:
        day += timedelta(days=1)
        if day not in busy:
            midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
            over = [end for _, end in starts if end.astimezone(zone).date() == day]
            edges.append(max([to_minutes(midnight), *(to_minutes(end) for end in over)]))
    return np.array(sorted(edges))
