"""When somebody or something works, day by day and why: what the calendar editor shows.

The windows are those the engine gets (``PlantCalendars``); here each keeps its shift, the day it
belongs to, and the exception that opened it or took it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import OPENING_EXCEPTIONS
from app.core.codes import code_key
from app.core.errors import NotFound
from app.core.messages import message
from app.core.working_time import DatedException, ShiftPattern, Stretch
from app.models import plant as p
from app.models.database import Database
from app.services.exchange.sheet_rows import SheetReader, lines
from app.services.masters.rows import MasterRow
from app.services.plant.calendars import Definition, PlantCalendars, dated, scope_of
from app.services.site import site_row

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2100, 1, 1)
"""All exceptions of a plant lie between them."""

KINDS = ("calendar", "machine", "operator", "tool_copy")


@dataclass(frozen=True, slots=True)
class Scope:
    """Who or what works: ``kind`` of KINDS, ``code`` as the sheet of exceptions writes it.

    ``calendar``: code of its calendar ("" = always open). ``hidden_by``: kind of another record
    with the same code, to which an exception under this code would go instead.
    """

    kind: str
    id: int
    code: str
    name: str
    calendar: str
    hidden_by: str = ""


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """A dated exception in force; ``level``: 0 = of the topmost calendar, higher = more special.

    ``values`` as the sheet Exceptions has them. ``own``: of the scope itself, not inherited.
    """

    id: int
    values: Mapping[str, Any] = field(compare=False)
    dated: DatedException
    level: int
    own: bool

    @property
    def scope(self) -> str:
        return str(self.values["scope"])

    @property
    def reason(self) -> str:
        return str(self.values.get("reason", ""))


@dataclass(frozen=True, slots=True)
class Users:
    """Codes of what works by a calendar, by its children too."""

    machines: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    moulds: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.machines or self.people or self.moulds or self.suppliers)


@dataclass(frozen=True, slots=True)
class DayTimes:
    """One day of somebody's: what is worked, what was taken away, which exceptions touch it.

    A shift counts to the day it belongs to, whole. ``exceptions``: places in ``Times.exceptions``.
    """

    day: date
    worked: tuple[Stretch, ...]
    taken: tuple[Stretch, ...]
    exceptions: tuple[int, ...]

    @property
    def minutes(self) -> int:
        return sum(each.end - each.start for each in self.worked)

    @property
    def overtime(self) -> int:
        """Minutes of overtime among ``minutes``."""
        return sum(each.end - each.start for each in self.worked if each.overtime)


@dataclass(frozen=True)
class Times:
    """Everything that decides when one scope works, as it stands in the database.

    ``calendar``: the row of its calendar (sheet Calendars), None for a mould copy without one.
    ``line``: codes of the calendar and its parents, the most general first. ``shifts``: rows of
    the calendar's own shifts (sheet Shifts). ``shifts_from``: the calendar whose shifts hold.
    ``users`` of its exceptions; ``shift_users`` of its shifts (children may have their own).
    """

    scope: Scope
    zone: ZoneInfo
    calendar: MasterRow | None
    line: tuple[str, ...]
    shifts: tuple[MasterRow, ...]
    shifts_from: str
    exceptions: tuple[ExceptionRow, ...]
    definition: Definition
    users: Users
    shift_users: Users
    rotation: MasterRow | None = None

    @cached_property
    def patterns(self) -> tuple[ShiftPattern, ...]:
        """The weekly shifts in force, inherited ones too."""
        return self.definition.shifts

    def days(self, first: date, last: date) -> tuple[DayTimes, ...]:
        """Each day from ``first`` to ``last``, both included."""
        # A shift that counts to its end began on the day before.
        found = self.definition.trace(self.zone, first - timedelta(days=1), last)
        worked = _by_day(found.worked)
        taken = _by_day(found.taken)
        count = (last - first).days + 1
        return tuple(
            DayTimes(day, worked.get(day, ()), taken.get(day, ()), self._touching(day))
            for day in (first + timedelta(days=n) for n in range(count))
        )

    def minutes(self, first: date, last: date) -> int:
        """Open minutes of the days from ``first`` to ``last``."""
        found = self.definition.trace(self.zone, first - timedelta(days=1), last)
        return sum(each.end - each.start for each in found.worked if first <= each.day <= last)

    def with_shifts(self, shifts: Sequence[ShiftPattern]) -> Times:
        """As it would be with these weekly shifts."""
        return replace(self, definition=replace(self.definition, shifts=tuple(shifts)))

    def with_exceptions(
        self, *, less: Iterable[int] = (), more: Iterable[DatedException] = ()
    ) -> Times:
        """As it would be without the records ``less`` (ids) and with ``more`` of the scope."""
        leaving = set(less)
        level = max(len(self.line) - 1, 0) + (self.scope.kind != "calendar")
        rows = [row for row in self.exceptions if row.id not in leaving]
        rows += [ExceptionRow(0, {"scope": self.scope.code}, each, level, True) for each in more]
        rows = in_force(rows, len(self.line))
        return replace(
            self,
            exceptions=tuple(rows),
            definition=replace(
                self.definition,
                exceptions=tuple(row.dated for row in rows),
                rows=tuple(row.id for row in rows),
            ),
        )

    def _touching(self, day: date) -> tuple[int, ...]:
        return tuple(
            place
            for place, row in enumerate(self.exceptions)
            if row.dated.date_from <= day <= row.dated.date_to
        )


def in_force(rows: Iterable[ExceptionRow], calendars: int) -> list[ExceptionRow]:
    """As ``PlantCalendars`` orders them: by level, on a calendar's level closings first."""
    return sorted(
        rows,
        key=lambda row: (
            row.level,
            row.level < calendars and row.dated.kind in OPENING_EXCEPTIONS,
        ),
    )


def week_minutes(shifts: Iterable[ShiftPattern]) -> int:
    """Minutes worked in a week without exceptions, by the wall clock."""
    return sum(shift.net_minutes for shift in shifts)


def _by_day(stretches: Iterable[Stretch]) -> dict[date, tuple[Stretch, ...]]:
    days: dict[date, tuple[Stretch, ...]] = {}
    for each in stretches:
        days[each.day] = (*days.get(each.day, ()), each)
    return days


# ---------------------------------------------------------------- reading


def scopes(database: Database) -> tuple[Scope, ...]:
    """All calendars, machines, people and mould copies that are in use, in this order."""
    with database.read() as session:
        return tuple(_scopes(session))


def _scopes(session: Session) -> list[Scope]:
    codes = {row.id: row.code for row in session.scalars(select(p.Calendar))}
    found = [
        Scope("calendar", row.id, row.code, row.name, row.code)
        for row in session.scalars(select(p.Calendar).where(p.Calendar.active))
    ]
    found += [
        Scope("machine", row.id, row.code, row.name, codes[row.calendar_id])
        for row in session.scalars(select(p.Machine).where(p.Machine.active))
    ]
    found += [
        Scope("operator", row.id, row.code, row.name, codes[row.calendar_id])
        for row in session.scalars(select(p.Operator).where(p.Operator.active))
    ]
    copies = select(p.ToolCopy, p.ToolType).join(
        p.ToolType, p.ToolType.id == p.ToolCopy.tool_type_id
    )
    for copy, tool in session.execute(copies.where(p.ToolType.active)):
        own = "" if copy.calendar_id is None else codes[copy.calendar_id]
        found.append(Scope("tool_copy", copy.id, f"{tool.code}#{copy.copy_no}", tool.name, own))
    found.sort(key=lambda scope: (KINDS.index(scope.kind), code_key(scope.code)))
    return _marked(found)


def _marked(found: list[Scope]) -> list[Scope]:
    """An exception's code is looked up among calendars, then machines, then people."""
    first: dict[str, str] = {}
    marked = []
    for scope in found:
        kind = first.setdefault(code_key(scope.code), scope.kind)
        marked.append(scope if kind == scope.kind else replace(scope, hidden_by=kind))
    return marked


def times(database: Database, kind: str, code: str) -> Times:
    """When a calendar, machine, person or mould copy works. Error: ``NotFound``."""
    with database.read() as session:
        wanted = code_key(code)
        for scope in _scopes(session):
            if scope.kind == kind and code_key(scope.code) == wanted:
                return _Reader(session).times(scope)
    raise NotFound(message("plant.no_such_scope", code=code))


class _Reader:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.zone = ZoneInfo(site_row(session).time_zone)
        self.calendars = PlantCalendars(session, self.zone, FIRST_DAY, LAST_DAY)
        self.rows = {row.id: row for row in session.scalars(select(p.Calendar))}
        self.ids = {row.code_key: row.id for row in self.rows.values()}

    def times(self, scope: Scope) -> Times:
        calendar = self.ids.get(code_key(scope.calendar)) if scope.calendar else None
        line = self.calendars.line(calendar) if calendar is not None else []
        definition = self._definition(scope, calendar)
        source = definition.shifts_of
        return Times(
            scope,
            self.zone,
            self._calendar_row(calendar),
            tuple(self.rows[each].code for each in line),
            self._shift_rows(calendar),
            "" if source is None else self.rows[source].code,
            self._exceptions(scope, line, definition),
            definition,
            self._users(calendar) if scope.kind == "calendar" else Users(),
            self._users(calendar, shifts=True) if scope.kind == "calendar" else Users(),
            self._rotation(scope),
        )

    def _definition(self, scope: Scope, calendar: int | None) -> Definition:
        match scope.kind:
            case "machine":
                return self.calendars.of_machine(self.session.get_one(p.Machine, scope.id))
            case "operator":
                return self.calendars.of_operator(self.session.get_one(p.Operator, scope.id))
            case "tool_copy":
                return self.calendars.of_tool_copy(scope.id, calendar)
        return self.calendars.of_calendar(scope.id)

    def _calendar_row(self, calendar: int | None) -> MasterRow | None:
        found = lines(self.session, "Calendars", (p.Calendar.id == calendar,))
        return MasterRow(*found[0]) if found else None

    def _shift_rows(self, calendar: int | None) -> tuple[MasterRow, ...]:
        rows = lines(self.session, "Shifts", (p.Shift.calendar_id == calendar,))
        rows.sort(key=lambda line: (line[1]["weekday"], line[1].get("start", 0), line[0]))
        return tuple(MasterRow(*line) for line in rows)

    def _exceptions(
        self, scope: Scope, line: Sequence[int], definition: Definition
    ) -> tuple[ExceptionRow, ...]:
        wanted = p.CalendarException.id.in_(definition.rows)
        records = {row.id: row for row in self.session.scalars(
            select(p.CalendarException).where(wanted))}  # fmt: skip
        values = dict(lines(self.session, "Exceptions", (wanted,)))
        levels = {("calendar", number): place for place, number in enumerate(line)}
        found = []
        for number in definition.rows:
            belongs = scope_of(records[number])
            found.append(
                ExceptionRow(
                    number,
                    values[number],
                    dated(records[number]),
                    levels.get(belongs, len(line)),
                    belongs == (scope.kind, scope.id),
                )
            )
        return tuple(found)

    def _rotation(self, scope: Scope) -> MasterRow | None:
        if scope.kind != "operator":
            return None
        team = self.session.get_one(p.Operator, scope.id).team
        found = lines(self.session, "Rotation", (p.Rotation.team == team,)) if team else []
        return MasterRow(*found[0]) if found else None

    def _users(self, calendar: int | None, *, shifts: bool = False) -> Users:
        """Whoever works by the calendar; ``shifts``: by its shifts."""
        if calendar is None:
            return Users()
        concerned = [number for number in self.rows if calendar in self._leading(number, shifts)]
        return Users(
            self._codes(p.Machine, concerned),
            self._codes(p.Operator, concerned),
            self._copies(concerned),
            self._codes(p.Supplier, concerned),
        )

    def _leading(self, number: int, shifts: bool) -> list[int]:
        """The calendars that decide over one: all of its line, or the one that gives its shifts."""
        if not shifts:
            return self.calendars.line(number)
        source = self.calendars.of_calendar(number).shifts_of
        # Without any shift in the line, those given to a calendar would hold below it.
        return self.calendars.line(number) if source is None else self._down_to(number, source)

    def _down_to(self, number: int, source: int) -> list[int]:
        line = self.calendars.line(number)
        return line[line.index(source) :]

    def _codes(self, model: type[Any], calendars: list[int]) -> tuple[str, ...]:
        query = select(model.code).where(model.calendar_id.in_(calendars), model.active)
        return tuple(self.session.scalars(query.order_by(model.code)))

    def _copies(self, calendars: list[int]) -> tuple[str, ...]:
        named = SheetReader(self.session).copies
        query = select(p.ToolCopy.id).where(p.ToolCopy.calendar_id.in_(calendars))
        return tuple(named[number] for number in self.session.scalars(query.order_by("id")))
