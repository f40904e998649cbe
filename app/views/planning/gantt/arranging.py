"""Rows that are people or moulds: who and what a bar needs, as pieces of it in their rows.

A person's piece lasts from the first to the last minute at the operation without other work
between; a mould's until a later step lets it go. Neither is cut at nights: those are pauses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.views.planning.gantt.bars import (
    Floats,
    Ints,
    Pieces,
    PlanBars,
    Tracks,
    gathered,
    tracks_of,
)
from app.views.planning.gantt.row_layout import NO_TEAM, LaneName, RowInfo

if TYPE_CHECKING:
    from app.services.planning.placed_columns import Entries
    from app.services.planning.rows import MouldLane, PersonLane

KIND_GROUP = "\0kind "
"""Before a ``ToolKind``: a group that the row header names in words."""


def people_rows(
    people: Sequence[PersonLane],
    crew: Entries,
    bars: PlanBars,
    calendar_of: Callable[[int], int],
) -> tuple[tuple[RowInfo, ...], Tracks]:
    """A row for everybody in use, by team; people of no team last."""
    used = set(np.unique(crew.values[:, 0]).tolist())
    shown = [one for one in people if one.active or one.id in used]
    shown.sort(key=lambda one: (not one.team, one.team))
    row_of = {one.id: row for row, one in enumerate(shown)}
    infos = tuple(
        RowInfo(
            key=one.id,
            title=one.name,
            detail=one.code,
            note="",
            group=one.team or NO_TEAM,
            calendar=calendar_of(one.id),
        )
        for one in shown
    )
    return infos, tracks_of(_crew_pieces(crew, row_of, bars), len(infos))


def numbered(ids: Ints, number_of: dict[int, int]) -> Ints:
    """The number of each id, -1 where it has none."""
    distinct, place = np.unique(ids, return_inverse=True)
    numbers = [number_of.get(one, -1) for one in distinct.tolist()]
    return np.array(numbers, np.int64)[place]


def _crew_pieces(crew: Entries, row_of: dict[int, int], bars: PlanBars) -> Pieces:
    """Stretches of one person at one bar joined, unless other work lies between."""
    row = numbered(crew.values[:, 0], row_of)
    known = row >= 0
    row, whose, times = row[known], crew.placement[known], crew.values[known, 1:3]
    order = np.lexsort((times[:, 1], times[:, 0], row))
    row, bar = row[order], whose[order]
    begin, end = times[order, 0].astype(np.float64), times[order, 1].astype(np.float64)
    if not len(row):
        nothing = np.zeros(0)
        return Pieces(bar, row, nothing, nothing, nothing, bar, nothing, nothing)
    fresh = np.concatenate(([True], (row[1:] != row[:-1]) | (bar[1:] != bar[:-1])))
    first = np.flatnonzero(fresh)
    number = np.cumsum(fresh) - 1
    # Where one stretch ends later than the next, it has no gap after it.
    gap = np.flatnonzero(~fresh[1:] & (begin[1:] > end[:-1]))
    last = np.maximum.reduceat(end, first)
    return Pieces(
        bar=bar[first],
        row=row[first],
        begin=begin[first],
        run=np.clip(bars.start[bar[first]], begin[first], last),
        end=last,
        pause_piece=number[gap],
        pause_begin=end[gap],
        pause_end=begin[gap + 1],
    )


def mould_rows(
    moulds: Sequence[MouldLane], tools: Entries, held_until: Floats, bars: PlanBars
) -> tuple[tuple[RowInfo, ...], Tracks]:
    """A row for each mould that has copies, its copies as sub-lanes; by kind, then code."""
    used = set(np.unique(tools.values).tolist())
    kinds = list(dict.fromkeys(mould.kind for mould in moulds))
    shown = [
        mould
        for mould in sorted(moulds, key=lambda one: kinds.index(one.kind))
        if mould.copies and (mould.active or any(copy.id in used for copy in mould.copies))
    ]
    copies = [copy for mould in shown for copy in mould.copies]
    tracks = tracks_of(
        _tool_pieces(
            tools, held_until, {copy.id: place for place, copy in enumerate(copies)}, bars
        ),
        len(copies),
    )
    first_copy = np.concatenate(([0], np.cumsum([len(mould.copies) for mould in shown])))
    first_copy = first_copy.astype(np.int64)
    lane = tracks.first_of_row - np.repeat(
        tracks.first_of_row[first_copy], np.diff(first_copy, append=first_copy[-1] + 1)
    )
    infos = tuple(
        _mould_info(mould, lane[first_copy[row] : first_copy[row + 1]].tolist())
        for row, mould in enumerate(shown)
    )
    return infos, gathered(tracks, first_copy)


def _mould_info(mould: MouldLane, lanes: Sequence[int]) -> RowInfo:
    names = tuple(
        LaneName(copy.id, lane, copy.number, copy.place, copy.state)
        for lane, copy in zip(lanes, mould.copies, strict=True)
        if copy.number
    )
    return RowInfo(
        key=mould.id,
        title=mould.code,
        detail=mould.name,
        note="",
        group=f"{KIND_GROUP}{mould.kind}",
        batches=True,
        lane_names=names,
    )


def _tool_pieces(
    tools: Entries, held_until: Floats, place_of: dict[int, int], bars: PlanBars
) -> Pieces:
    """A copy is held from the setup on, through pauses, until it is let go."""
    row = numbered(tools.values[:, 0], place_of)
    known = row >= 0
    row, bar = row[known], tools.placement[known]
    worked = bars.end[bar]
    held = np.nan_to_num(held_until[bar], nan=0.0)
    end = np.maximum(worked, held)
    low = np.searchsorted(bars.pause_bar, bar, side="left")
    count = np.searchsorted(bars.pause_bar, bar, side="right") - low
    piece = np.repeat(np.arange(len(bar)), count)
    within = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    pause = np.repeat(low, count) + within
    waits = np.flatnonzero(end > worked)
    return Pieces(
        bar=bar,
        row=row,
        begin=bars.setup_start[bar],
        run=bars.start[bar],
        end=end,
        pause_piece=np.concatenate((piece, waits)),
        pause_begin=np.concatenate((bars.pause_begin[pause], worked[waits])),
        pause_end=np.concatenate((bars.pause_end[pause], end[waits])),
    )
