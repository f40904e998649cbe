"""Calendars of machines, people, tools and sites, compiled to open windows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import OPENING_EXCEPTIONS, ExceptionKind, ShiftKind
from app.core.codes import code_key
from app.core.working_time import (
    MINUTES_PER_DAY,
    DatedException,
    Hours,
    OpenWindow,
    Pattern,
    ShiftPattern,
    Stretch,
    Trace,
    minute,
    open_windows,
    rotating,
    trace,
    weekly,
)
from app.models.plant import (
    Calendar,
    CalendarException,
    Machine,
    Operator,
    Rotation,
    Shift,
    WorkCentre,
)
from app.services.plant.first_pieces import Span, first_pieces, without
from app.services.plant.opening import Opening
from app.services.plant.upkeep import Upkeep, gone_from

OFF = frozenset({"休", "休息", "off"})
"""What a turn of a rotation is called in which nobody works."""
ALWAYS = tuple(ShiftPattern(weekday, 0, MINUTES_PER_DAY) for weekday in range(1, 8))


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of a rotation: which shifts, for how many days."""

    name: str
    days: int
    shifts: tuple[ShiftPattern, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything that decides when somebody or something works.

    ``shifts_of``: the calendar the shifts come from (its own or a parent's), None = none has any.
    ``exceptions`` from the general to the special, ``rows`` their records. ``turns``: what the
    person's team does instead of the shifts, from ``rotation_start`` on.
    """

    shifts: tuple[ShiftPattern, ...]
    shifts_of: int | None
    exceptions: tuple[DatedException, ...]
    rows: tuple[int, ...]
    rotation_start: date | None = None
    turns: tuple[Turn, ...] = ()

    def turn_on(self, day: date) -> Turn | None:
        """The turn of the rotation a day is in; None without a rotation."""
        if self.rotation_start is None:
            return None
        at = (day - self.rotation_start).days % (sum(turn.days for turn in self.turns) or 1)
        for turn in self.turns:
            if at < turn.days:
                return turn
            at -= turn.days
        return None

    @property
    def pattern(self) -> Pattern:
        if self.rotation_start is None:
            return weekly(self.shifts)
        turns = [(turn.days, weekly(turn.shifts)) for turn in self.turns]
        return rotating(self.rotation_start, turns)

    def windows(self, zone: ZoneInfo, first: date, last: date) -> tuple[OpenWindow, ...]:
        return tuple(open_windows(self.pattern, self.exceptions, zone, first, last))

    def trace(self, zone: ZoneInfo, first: date, last: date) -> Trace:
        """The windows with their history; ``by`` is a place in ``exceptions``."""
        return trace(self.pattern, self.exceptions, zone, first, last)


class PlantCalendars:
    """All calendars of the plant over one horizon; equal ones are compiled once.

    With ``now`` machines and tools are serviced from then on (see ``maintenance``). ``opened``:
    hours that nobody has opened yet, as if they were the last exceptions on record.
    """

    def __init__(
        self,
        session: Session,
        zone: ZoneInfo,
        first: date,
        last: date,
        now: datetime | None = None,
        opened: Sequence[Opening] = (),
    ) -> None:
        self._upkeep = None if now is None else Upkeep(session, zone, minute(now), self)
        self._zone, self._first, self._last = zone, first, last
        self._calendars = {row.id: row for row in session.scalars(select(Calendar))}
        self._by_key = {row.code_key: row.id for row in self._calendars.values()}
        self._shifts: defaultdict[int, list[ShiftPattern]] = defaultdict(list)
        for shift in session.scalars(select(Shift).order_by(Shift.weekday, Shift.start_minute)):
            self._shifts[shift.calendar_id].append(shift_pattern(shift))
        self._rotations = {row.team: row for row in session.scalars(select(Rotation))}
        self._exceptions: defaultdict[tuple[str, int], list[tuple[DatedException, int]]]
        self._exceptions = defaultdict(list)
        in_reach = CalendarException.date_to >= first - timedelta(days=1)
        for row in session.scalars(
            select(CalendarException).where(in_reach).order_by(CalendarException.id)
        ):
            self._exceptions[scope_of(row)].append((dated(row), row.id))
        for number, one in enumerate(opened, 1):
            hours = one.row()
            self._exceptions[scope_of(hours)].append((dated(hours), -number))
        minutes = WorkCentre.shift_first_piece_minutes
        asked = session.execute(select(WorkCentre.id, minutes).where(minutes > 0))
        self._first_minutes: dict[int | None, int] = dict(asked.all())
        self._definitions: dict[tuple[object, ...], Definition] = {}
        self._compiled: dict[Definition, tuple[OpenWindow, ...]] = {}
        self._traces: dict[Definition, Trace] = {}
        self._first_pieces: dict[tuple[object, ...], tuple[Span, ...]] = {}

    def machine(self, machine: Machine) -> tuple[OpenWindow, ...]:
        """When it can be planned: without services, and without the first pieces of shifts."""
        hours = self._serviced(machine)
        return without(hours, first) if (first := self.first_pieces(machine)) else hours

    def first_pieces(self, machine: Machine) -> tuple[Span, ...]:
        """When the first pieces of shifts are made on it; minutes since the epoch."""
        minutes = self._first_minutes.get(machine.work_centre_id, 0)
        if not minutes or machine.kind == "batch":
            return ()
        hours, trace = self._serviced(machine), self._trace(self.of_machine(machine))
        mended = self._mended(machine, hours, trace)
        key = (self.of_machine(machine), hours, minutes, mended)
        if key not in self._first_pieces:
            self._first_pieces[key] = first_pieces(trace.worked, hours, minutes, mended)
        return self._first_pieces[key]

    def _mended(
        self, machine: Machine, hours: Sequence[OpenWindow], trace: Trace
    ) -> frozenset[int]:
        """When it is back from repairs and services."""
        exceptions = self.of_machine(machine).exceptions
        found = {
            gone.end
            for gone in trace.taken
            if gone.by is not None and exceptions[gone.by].kind is ExceptionKind.DOWN
        }
        found.update(end for _, end in gone_from(self._windows(self.of_machine(machine)), hours))
        if machine.down_until is not None:
            found.add(minute(machine.down_until))
        return frozenset(found)

    def _serviced(self, machine: Machine) -> tuple[OpenWindow, ...]:
        windows = self._windows(self.of_machine(machine))
        return windows if self._upkeep is None else self._upkeep.of_machine(machine.id, windows)

    def tool_services(
        self, type_id: int, hours: Sequence[OpenWindow]
    ) -> tuple[tuple[int, int], ...]:
        """When the copies of a type that work these hours are serviced; minutes since the epoch."""
        return () if self._upkeep is None else self._upkeep.of_tool_type(type_id, hours)

    def machine_shifts(self, machine: Machine) -> Sequence[Stretch]:
        """What a machine works, by shift and day; services are not taken away."""
        return self._trace(self.of_machine(machine)).worked

    def _trace(self, definition: Definition) -> Trace:
        if definition not in self._traces:
            self._traces[definition] = definition.trace(self._zone, self._first, self._last)
        return self._traces[definition]

    def operator(self, operator: Operator) -> tuple[OpenWindow, ...]:
        return self._windows(self.of_operator(operator))

    def tool_copy(self, copy_id: int, calendar_id: int | None) -> tuple[OpenWindow, ...] | None:
        """None = always, but for the copy's own exceptions (see ``tool_closures``)."""
        if calendar_id is None:
            return None
        return self._windows(self.of_tool_copy(copy_id, calendar_id))

    def tool_closures(self, copy_id: int) -> Sequence[DatedException]:
        """Dated exceptions of one copy."""
        return [dated for dated, _ in self._exceptions[("tool_copy", copy_id)]]

    def calendar(self, calendar_id: int) -> tuple[OpenWindow, ...]:
        return self._windows(self.of_calendar(calendar_id))

    def daily(self, hours: Hours) -> tuple[OpenWindow, ...]:
        """The same hours of the wall clock every day."""
        every = (ShiftPattern(day, a, b) for day in range(1, 8) for a, b in hours)
        return tuple(open_windows(weekly(every), (), self._zone, self._first, self._last))

    def of_calendar(self, calendar_id: int) -> Definition:
        return self._definition(calendar_id, ())

    def of_machine(self, machine: Machine) -> Definition:
        return self._definition(machine.calendar_id, self._exceptions[("machine", machine.id)])

    def of_operator(self, operator: Operator) -> Definition:
        rotation = self._rotations.get(operator.team) if operator.team else None
        own = self._exceptions[("operator", operator.id)]
        return self._definition(operator.calendar_id, own, rotation)

    def of_tool_copy(self, copy_id: int, calendar_id: int | None) -> Definition:
        own = self._exceptions[("tool_copy", copy_id)]
        if calendar_id is None:
            dated, rows = tuple(d for d, _ in own), tuple(row for _, row in own)
            return Definition(ALWAYS, None, dated, rows)
        return self._definition(calendar_id, own)

    def of_team(self, rotation: Rotation, calendar_id: int) -> Definition:
        """What people of a team work if this is their calendar."""
        return self._definition(calendar_id, (), rotation)

    def shift_minutes(self, calendar_id: int) -> int:
        """Net minutes of the calendar's first regular shift of the week (for pieces per shift)."""
        shifts = [shift for shift in self._pattern_of(calendar_id)[0] if not shift.overtime]
        return shifts[0].net_minutes if shifts else 0

    def line(self, calendar_id: int) -> list[int]:
        """The calendar and its parents, the most general first."""
        line: list[int] = []
        at: int | None = calendar_id
        while at is not None and at not in line:
            line.append(at)
            at = self._calendars[at].parent_id
        return line[::-1]

    def _windows(self, definition: Definition) -> tuple[OpenWindow, ...]:
        if definition not in self._compiled:
            windows = definition.windows(self._zone, self._first, self._last)
            self._compiled[definition] = windows
        return self._compiled[definition]

    def _definition(
        self,
        calendar_id: int,
        own: Sequence[tuple[DatedException, int]],
        rotation: Rotation | None = None,
    ) -> Definition:
        key = (calendar_id, tuple(row for _, row in own), rotation.id if rotation else None)
        if key not in self._definitions:
            exceptions = [*self._inherited(calendar_id), *own]
            shifts, source = self._pattern_of(calendar_id)
            self._definitions[key] = Definition(
                tuple(shifts),
                source,
                tuple(dated for dated, _ in exceptions),
                tuple(row for _, row in exceptions),
                rotation.start_date if rotation else None,
                self._turns(rotation, calendar_id) if rotation else (),
            )
        return self._definitions[key]

    def _inherited(self, calendar_id: int) -> Iterable[tuple[DatedException, int]]:
        """Closings before openings on each level: a worked day off wins over the holiday."""
        for level in self.line(calendar_id):
            yield from sorted(
                self._exceptions[("calendar", level)],
                key=lambda exception: exception[0].kind in OPENING_EXCEPTIONS,
            )

    def _pattern_of(self, calendar_id: int) -> tuple[Sequence[ShiftPattern], int | None]:
        """The calendar's shifts, else those of the nearest parent that has some; and whose."""
        for level in reversed(self.line(calendar_id)):
            if self._shifts[level]:
                return self._shifts[level], level
        return (), None

    def _turns(self, rotation: Rotation, calendar_id: int) -> tuple[Turn, ...]:
        return tuple(
            Turn(str(name), int(days), self._turn_shifts(str(name), calendar_id))
            for name, days in rotation.sequence
        )

    def _turn_shifts(self, name: str, calendar_id: int) -> tuple[ShiftPattern, ...]:
        key = code_key(name)
        if key in OFF:
            return ()
        own, _ = self._pattern_of(calendar_id)
        named = [shift for shift in own if code_key(shift.name).startswith(key)]
        if not named and key in self._by_key:
            return tuple(self._pattern_of(self._by_key[key])[0])
        return tuple(named)


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


def scope_of(row: CalendarException) -> tuple[str, int]:
    """(calendar, machine, operator or tool_copy; its id)."""
    for kind in ("calendar", "machine", "operator", "tool_copy"):
        found = getattr(row, f"{kind}_id")
        if found is not None:
            return kind, found
    raise AssertionError("a check of the table forbids an exception without scope")


def dated(row: CalendarException) -> DatedException:
    hours = tuple((int(start), int(end)) for start, end in row.hours)
    cost = float(row.cost_per_hour)
    return DatedException(row.kind, row.date_from, row.date_to, hours, cost)
