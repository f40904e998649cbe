"""The plan as lines of a printed chart: machines, orders, people or moulds, each with its bars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

from app.core.messages import Message, message
from app.core.working_time import moment
from app.services.planning.rows import PlacementRow, PlanView, ShiftSpan, Stretch

ROWS = ("machines", "orders", "people", "moulds")
"""What the lines are."""

LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Piece:
    """A bar, or the part of it that one person or one mould does; ``rests`` are its pauses."""

    row: PlacementRow
    begin: datetime
    run: datetime
    end: datetime
    rests: tuple[Stretch, ...]


@dataclass(slots=True)
class Line:
    """One line. ``group``: its heading, None = the lines have none. ``shifts``: open time;
    ``first_pieces``: between them, when the first piece of a shift is made."""

    title: str
    detail: str
    group: Message | str | None
    pieces: list[Piece] = field(default_factory=list)
    shifts: Sequence[ShiftSpan] = ()
    always_open: bool = False
    due: datetime | None = None
    first_pieces: Sequence[ShiftSpan] = ()

    def lanes(self) -> list[list[Piece]]:
        """Pieces that do not overlap, in as few lanes as needed; at least one, perhaps empty."""
        lanes: list[list[Piece]] = []
        for piece in sorted(self.pieces, key=lambda one: (one.begin, one.end)):
            free = next((lane for lane in lanes if lane[-1].end <= piece.begin), None)
            if free is None:
                lanes.append([piece])
            else:
                free.append(piece)
        return lanes or [[]]


def lines_of(view: PlanView, by: str, first: datetime, last: datetime) -> list[Line]:
    """Lines with what touches ``[first, last)``. Idle machines are listed, all others left out.

    ValueError for another word than those of ``ROWS``.
    """
    rows = [row for row in view.placements if row.setup_start < last and _let_go(row) > first]
    if by == "machines":
        return _machines(view, rows)
    if by == "orders":
        return _orders(rows)
    if by == "people":
        return _people(view, rows, first, last)
    if by == "moulds":
        return _moulds(view, rows)
    raise ValueError(f"unknown rows {by!r}")


def _let_go(row: PlacementRow) -> datetime:
    return max(row.end, row.held_until or row.end)


def _whole(row: PlacementRow, until: datetime | None = None) -> Piece:
    """All of a bar; ``until``: held so long when the work is done."""
    parts = row.segments or ((row.setup_start, row.end),)
    rests = [(before[1], after[0]) for before, after in pairwise(parts) if after[0] > before[1]]
    end = row.end
    if until is not None and until > end:
        rests.append((end, until))
        end = until
    return Piece(row, row.setup_start, row.start, end, tuple(rests))


def _machines(view: PlanView, rows: Iterable[PlacementRow]) -> list[Line]:
    used = {row.machine_id for row in view.placements}
    lanes = [lane for lane in view.lanes if lane.active or lane.id in used]
    centres = list(dict.fromkeys(lane.work_centre for lane in lanes))
    shifts, first = _by_lane(view.shifts), _by_lane(view.first_pieces)
    made = {}
    for lane in sorted(lanes, key=lambda one: centres.index(one.work_centre)):
        group: Message | str = lane.work_centre
        if not group:
            group = message("reports.subcontractors" if lane.id < 0 else "reports.no_centre")
        detail = lane.name if lane.name != lane.code else ""
        made[lane.id] = Line(
            lane.code,
            detail,
            group,
            shifts=shifts[lane.id],
            always_open=lane.id < 0,
            first_pieces=first[lane.id],
        )
    for row in rows:
        if row.machine_id in made:
            made[row.machine_id].pieces.append(_whole(row))
    return list(made.values())


def _orders(rows: Sequence[PlacementRow]) -> list[Line]:
    made: dict[int, Line] = {}
    for row in sorted(rows, key=lambda one: (one.due or LATEST, one.order_number)):
        line = made.setdefault(
            row.order_id,
            Line(row.order_number, row.item_name or row.item_code, None, always_open=True,
                 due=row.due),
        )  # fmt: skip
        line.pieces.append(_whole(row))
    return list(made.values())


def _people(
    view: PlanView, rows: Sequence[PlacementRow], first: datetime, last: datetime
) -> list[Line]:
    work: defaultdict[int, list[tuple[datetime, datetime, PlacementRow]]] = defaultdict(list)
    for row in rows:
        for person, begin, end, _ in row.crew:
            work[person].append((moment(begin), moment(end), row))
    shifts = _by_lane(view.people_shifts)
    lines = []
    for one in sorted(view.people, key=lambda one: (not one.team, one.team)):
        if one.id in work:
            group = one.team or message("reports.no_team")
            line = Line(one.name, one.code, group, shifts=shifts[one.id])
            pieces = _joined(sorted(work[one.id], key=lambda part: part[:2]))
            line.pieces += [p for p in pieces if p.begin < last and p.end > first]
            lines.append(line)
    return [line for line in lines if line.pieces]


def _joined(parts: Sequence[tuple[datetime, datetime, PlacementRow]]) -> list[Piece]:
    """Stretches at one bar without other work between are one piece with rests."""
    made: list[Piece] = []
    for begin, end, row in parts:
        last = made[-1] if made else None
        if last is not None and last.row is row:
            rests = last.rests if begin <= last.end else (*last.rests, (last.end, begin))
            made[-1] = Piece(row, last.begin, last.run, max(last.end, end), rests)
        else:
            made.append(Piece(row, begin, min(max(row.start, begin), end), end, ()))
    # Where only the setup was done, all of it is setup.
    return [
        Piece(one.row, one.begin, min(max(one.row.start, one.begin), one.end), one.end, one.rests)
        for one in made
    ]


def _moulds(view: PlanView, rows: Sequence[PlacementRow]) -> list[Line]:
    """A line for each copy: what hangs where."""
    using: defaultdict[int, list[PlacementRow]] = defaultdict(list)
    for row in rows:
        for tool in dict.fromkeys(row.tool_ids):
            using[tool].append(row)
    lines = []
    for mould in view.moulds:
        for copy in mould.copies:
            if copy.id in using:
                title = f"{mould.code} #{copy.number}" if copy.number else mould.code
                line = Line(title, copy.place, f"{mould.code} {mould.name}", always_open=True)
                line.pieces += [_whole(row, row.held_until) for row in using[copy.id]]
                lines.append(line)
    return lines


def _by_lane(shifts: Iterable[ShiftSpan]) -> defaultdict[int, list[ShiftSpan]]:
    found: defaultdict[int, list[ShiftSpan]] = defaultdict(list)
    for shift in shifts:
        found[shift.lane_id].append(shift)
    return found
