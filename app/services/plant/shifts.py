"""Which shift of a calendar a moment falls into, and which day that shift belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import DateRule
from app.core.working_time import moment, wall_minute
from app.models.plant import Calendar, Shift


@dataclass(frozen=True, slots=True)
class NamedShift:
    """One shift of one production day; ``day`` is the day it belongs to. Moments in UTC."""

    day: date
    name: str
    start: datetime
    end: datetime


class Shifts:
    """The weekly shifts of all calendars, asked by day or by moment."""

    def __init__(self, session: Session, zone: ZoneInfo) -> None:
        self._zone = zone
        self._parents: Mapping[int, int | None] = {
            row.id: row.parent_id
            for row in session.execute(select(Calendar.id, Calendar.parent_id))
        }
        self._own: defaultdict[int, list[Shift]] = defaultdict(list)
        for shift in session.scalars(select(Shift).order_by(Shift.weekday, Shift.start_minute)):
            self._own[shift.calendar_id].append(shift)

    def at(self, calendar: int, when: datetime) -> NamedShift | None:
        """The shift that an aware moment falls into, breaks included."""
        here = when.astimezone(self._zone).date()
        for day in (here, here - timedelta(days=1)):
            for shift in self._starting(calendar, day):
                if shift.start <= when < shift.end:
                    return shift
        return None

    def of_day(self, calendar: int, day: date) -> list[NamedShift]:
        """The shifts that belong to a production day, by their start."""
        near = [
            shift
            for begins in (day - timedelta(days=1), day)
            for shift in self._starting(calendar, begins)
        ]
        return [shift for shift in near if shift.day == day]

    def _starting(self, calendar: int, day: date) -> list[NamedShift]:
        return [
            self._named(shift, day)
            for shift in self._pattern(calendar)
            if shift.weekday == day.isoweekday()
        ]

    def _named(self, shift: Shift, day: date) -> NamedShift:
        over_midnight = shift.end_minute <= shift.start_minute
        end = shift.end_minute + (1440 if over_midnight else 0)
        moved = over_midnight and shift.date_rule is DateRule.END
        return NamedShift(
            day + timedelta(days=1) if moved else day,
            shift.name,
            moment(wall_minute(day, shift.start_minute, self._zone)),
            moment(wall_minute(day, end, self._zone)),
        )

    def _pattern(self, calendar: int) -> Sequence[Shift]:
        """The calendar's own shifts, else those of the nearest parent that has some."""
        seen: set[int] = set()
        current: int | None = calendar
        while current is not None and current not in seen:
            if self._own[current]:
                return self._own[current]
            seen.add(current)
            current = self._parents.get(current)
        return ()
