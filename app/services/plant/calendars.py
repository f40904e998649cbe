"""Calendars of machines, people, tools and sites, compiled to open windows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import OPENING_EXCEPTIONS, ShiftKind
from app.core.codes import code_key
from app.core.working_time import (
    DatedException,
    OpenWindow,
    Pattern,
    ShiftPattern,
    open_windows,
    weekly,
)
from app.models.plant import Calendar, CalendarException, Machine, Operator, Rotation, Shift

_OFF = frozenset({"休", "休息", "off"})


@dataclass(frozen=True, slots=True)
class _Turn:
    """A stretch of a rotation: which shifts, for how many days."""

    name: str
    days: int


class PlantCalendars:
    """All calendars of the plant over one horizon; equal ones are compiled once."""

    def __init__(self, session: Session, zone: ZoneInfo, first: date, last: date) -> None:
        self._zone, self._first, self._last = zone, first, last
        self._calendars = {row.id: row for row in session.scalars(select(Calendar))}
        self._by_key = {row.code_key: row.id for row in self._calendars.values()}
        self._shifts: defaultdict[int, list[ShiftPattern]] = defaultdict(list)
        for shift in session.scalars(select(Shift).order_by(Shift.weekday, Shift.start_minute)):
            self._shifts[shift.calendar_id].append(shift_pattern(shift))
        self._rotations = {row.team: row for row in session.scalars(select(Rotation))}
        self._exceptions: defaultdict[tuple[str, int], list[DatedException]] = defaultdict(list)
        in_reach = CalendarException.date_to >= first - timedelta(days=1)
        for row in session.scalars(
            select(CalendarException).where(in_reach).order_by(CalendarException.id)
        ):
            self._exceptions[_scope(row)].append(_dated(row))
        self._compiled: dict[tuple[object, ...], tuple[OpenWindow, ...]] = {}

    def machine(self, machine: Machine) -> tuple[OpenWindow, ...]:
        own = self._exceptions[("machine", machine.id)]
        return self._windows(machine.calendar_id, own)

    def operator(self, operator: Operator) -> tuple[OpenWindow, ...]:
        own = self._exceptions[("operator", operator.id)]
        rotation = self._rotations.get(operator.team) if operator.team else None
        return self._windows(operator.calendar_id, own, rotation)

    def tool_copy(self, copy_id: int, calendar_id: int | None) -> tuple[OpenWindow, ...] | None:
        """None = always, but for the copy's own exceptions (see ``tool_closures``)."""
        if calendar_id is None:
            return None
        return self._windows(calendar_id, self._exceptions[("tool_copy", copy_id)])

    def tool_closures(self, copy_id: int) -> Sequence[DatedException]:
        """Dated exceptions of one copy."""
        return self._exceptions[("tool_copy", copy_id)]

    def calendar(self, calendar_id: int) -> tuple[OpenWindow, ...]:
        return self._windows(calendar_id, ())

    def shift_minutes(self, calendar_id: int) -> int:
        """Net minutes of the calendar's first regular shift of the week (for pieces per shift)."""
        shifts = [shift for shift in self._pattern_of(calendar_id) if not shift.overtime]
        return shifts[0].net_minutes if shifts else 0

    def _windows(
        self,
        calendar_id: int,
        own: Sequence[DatedException],
        rotation: Rotation | None = None,
    ) -> tuple[OpenWindow, ...]:
        key = (calendar_id, tuple(own), rotation.id if rotation else None)
        if key not in self._compiled:
            exceptions = [*self._inherited(calendar_id), *own]
            pattern = weekly(self._pattern_of(calendar_id))
            if rotation is not None:
                pattern = self._rotating(rotation, calendar_id)
            self._compiled[key] = tuple(
                open_windows(pattern, exceptions, self._zone, self._first, self._last)
            )
        return self._compiled[key]

    def _line(self, calendar_id: int) -> list[int]:
        """The calendar and its parents, the most general first."""
        line: list[int] = []
        at: int | None = calendar_id
        while at is not None and at not in line:
            line.append(at)
            at = self._calendars[at].parent_id
        return line[::-1]

    def _inherited(self, calendar_id: int) -> Iterable[DatedException]:
        """Closings before openings on each level: a worked day off wins over the holiday."""
        for level in self._line(calendar_id):
            yield from sorted(
                self._exceptions[("calendar", level)],
                key=lambda exception: exception.kind in OPENING_EXCEPTIONS,
            )

    def _pattern_of(self, calendar_id: int) -> Sequence[ShiftPattern]:
        """The calendar's shifts, else those of the nearest parent that has some."""
        for level in reversed(self._line(calendar_id)):
            if self._shifts[level]:
                return self._shifts[level]
        return ()

    def _rotating(self, rotation: Rotation, calendar_id: int) -> Pattern:
        turns = [_Turn(str(name), int(days)) for name, days in rotation.sequence]
        cycle = sum(turn.days for turn in turns) or 1
        patterns = {turn.name: self._turn_pattern(turn.name, calendar_id) for turn in turns}

        def on(day: date) -> Sequence[ShiftPattern]:
            at = (day - rotation.start_date).days % cycle
            for turn in turns:
                if at < turn.days:
                    return patterns[turn.name](day)
                at -= turn.days
            return ()

        return on

    def _turn_pattern(self, name: str, calendar_id: int) -> Pattern:
        key = code_key(name)
        if key in _OFF:
            return weekly(())
        own = self._pattern_of(calendar_id)
        named = [shift for shift in own if code_key(shift.name).startswith(key)]
        if not named and key in self._by_key:
            return weekly(self._pattern_of(self._by_key[key]))
        return weekly(named)


def shift_pattern(shift: Shift) -> ShiftPattern:
    return ShiftPattern(
        shift.weekday,
        shift.start_minute,
        shift.end_minute,
        shift.name,
        tuple((int(start), int(end)) for start, end in shift.breaks),
        shift.kind is ShiftKind.OVERTIME,
        float(shift.cost_per_hour),
        shift.date_rule,
    )


def _scope(row: CalendarException) -> tuple[str, int]:
    for kind in ("calendar", "machine", "operator", "tool_copy"):
        found = getattr(row, f"{kind}_id")
        if found is not None:
            return kind, found
    raise AssertionError("a check of the table forbids an exception without scope")


def _dated(row: CalendarException) -> DatedException:
    hours = tuple((int(start), int(end)) for start, end in row.hours)
    return DatedException(row.kind, row.date_from, row.date_to, hours)
