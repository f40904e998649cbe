"""People, moulds and shifts beside a plan: what the rows of its views are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import CapacityBasis, ToolKind, ToolState
from app.core.step import ceil_fraction
from app.core.working_time import OpenWindow, moment
from app.models.plant import Machine, Operator, ToolCopy, ToolType
from app.services.planning.rows import CopyLane, MouldLane, PersonLane, ShiftSpan, Turn
from app.services.plant.calendars import PlantCalendars
from app.services.plant.shifts import Shifts

DAYS_BEFORE = 2
DAYS_AFTER = 14
"""Shifts are shown from before now to a while after the last bar."""


class Horizon:
    """Working time of machines and people over the days a plan shows."""

    def __init__(self, session: Session, zone: ZoneInfo, now: datetime, last: datetime) -> None:
        self._session, self._zone = session, zone
        self._first = now.astimezone(zone).date() - timedelta(days=DAYS_BEFORE)
        self._last = last.astimezone(zone).date() + timedelta(days=DAYS_AFTER)
        self._calendars = PlantCalendars(session, zone, self._first, self._last, now)
        self._spans: dict[tuple[OpenWindow, ...], list[tuple[datetime, datetime, bool]]] = {}
        active = select(Machine).where(Machine.active).order_by(Machine.id)
        self._machines = session.scalars(active).all()
        employed = select(Operator).where(Operator.active).order_by(Operator.id)
        self._people = session.scalars(employed).all()

    def machine_shifts(self) -> tuple[ShiftSpan, ...]:
        """When machines are open."""
        windows = ((each.id, self._calendars.machine(each)) for each in self._machines)
        return tuple(self._all(windows))

    def first_pieces(self) -> tuple[ShiftSpan, ...]:
        """When machines make the first pieces of their shifts, and are closed for all else."""
        return tuple(
            ShiftSpan(each.id, moment(start), moment(end), overtime=False)
            for each in self._machines
            for start, end in self._calendars.first_pieces(each)
        )

    def people_shifts(self) -> tuple[ShiftSpan, ...]:
        """When people are at work."""
        windows = ((each.id, self._calendars.operator(each)) for each in self._people)
        return tuple(self._all(windows))

    def _all(self, lanes: Iterable[tuple[int, tuple[OpenWindow, ...]]]) -> Iterable[ShiftSpan]:
        for lane, windows in lanes:
            if windows not in self._spans:
                merged = _merged(windows)
                self._spans[windows] = [(moment(a), moment(b), extra) for a, b, extra in merged]
            for start, end, overtime in self._spans[windows]:
                yield ShiftSpan(lane, start, end, overtime)

    def turns(self) -> dict[int, tuple[Turn, ...]]:
        """The shifts of every calendar in use, by the day they belong to."""
        shifts = Shifts(self._session, self._zone)
        days = [self._first + timedelta(days=n) for n in range((self._last - self._first).days + 1)]
        used = {each.calendar_id for each in self._machines}
        used |= {each.calendar_id for each in self._people}
        return {
            calendar: tuple(
                Turn(each.day, each.name, each.start, each.end)
                for day in days
                for each in sorted(shifts.of_day(calendar, day), key=lambda one: one.start)
            )
            for calendar in sorted(used)
        }


def _merged(windows: Iterable[OpenWindow]) -> list[tuple[int, int, bool]]:
    """Touching windows of one kind as one."""
    spans: list[tuple[int, int, bool]] = []
    for window in windows:
        if spans and spans[-1][1] == window.start and spans[-1][2] == window.overtime:
            spans[-1] = (spans[-1][0], window.end, window.overtime)
        else:
            spans.append((window.start, window.end, window.overtime))
    return spans


def people_lanes(session: Session) -> tuple[PersonLane, ...]:
    """Everybody who is or was planned, team by team."""
    rows = session.scalars(select(Operator).order_by(Operator.team, Operator.code))
    return tuple(
        PersonLane(row.id, row.code, row.name, row.team, row.active, row.calendar_id)
        for row in rows
    )


def mould_lanes(session: Session) -> tuple[MouldLane, ...]:
    """Moulds with their copies, and pools of carts; scrapped copies are left out."""
    codes = dict(session.execute(select(Machine.id, Machine.code)).all())
    copies: defaultdict[int, list[CopyLane]] = defaultdict(list)
    for copy in session.scalars(select(ToolCopy).order_by(ToolCopy.id)):
        if copy.state is not ToolState.SCRAPPED:
            hangs = copy.machine_id if copy.state is ToolState.MOUNTED else None
            place = codes.get(hangs or 0, "") or copy.location
            copies[copy.tool_type_id].append(
                CopyLane(copy.id, copy.copy_no, place, copy.state.value)
            )
    return tuple(
        MouldLane(
            row.id,
            row.code,
            row.name,
            row.kind.value,
            row.active,
            (CopyLane(-row.id, "", "", ToolState.IN_STORE.value),)
            if row.kind is ToolKind.POOL
            else _by_number(copies[row.id]),
        )
        for row in session.scalars(select(ToolType).order_by(ToolType.code))
    )


def _by_number(copies: Sequence[CopyLane]) -> tuple[CopyLane, ...]:
    """2 before 10."""
    return tuple(sorted(copies, key=lambda copy: (len(copy.number), copy.number)))


def share_of_places(
    definition: Mapping[str, Any], quantity: Decimal, copies: int, capacity: int
) -> float:
    """Part of a machine with ``capacity`` places that a step takes, 0 to 1 (see ``modes``)."""
    use = Fraction(definition.get("capacity_use", "1"))
    basis = definition.get("capacity_basis", CapacityBasis.OPERATION.value)
    if basis == CapacityBasis.PIECE.value:
        use *= Fraction(quantity)
    elif basis == CapacityBasis.COPY.value:
        use *= copies
    return min(max(ceil_fraction(use), 1) / capacity, 1.0)
