"""Who works when: the shifts of each team over the next weeks, as its rotation turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.working_time import Stretch
from app.models import plant as p
from app.models.database import Database
from app.services.exchange.sheet_rows import lines
from app.services.masters.rows import MasterRow
from app.services.plant.calendar_view import FIRST_DAY, LAST_DAY
from app.services.plant.calendars import Definition, PlantCalendars
from app.services.site import site_row


@dataclass(frozen=True, slots=True)
class TeamDay:
    """``turn``: what the rotation calls it, "" without one. ``worked``: of the shift date."""

    day: date
    turn: str
    worked: tuple[Stretch, ...]

    @property
    def minutes(self) -> int:
        return sum(each.end - each.start for each in self.worked)

    @property
    def shifts(self) -> tuple[str, ...]:
        """Names of the shifts worked, in their order, each once."""
        return tuple(dict.fromkeys(each.shift for each in self.worked if each.shift))


@dataclass(frozen=True, slots=True)
class TeamTimes:
    """The people of one team with one calendar; ``rotation``: the row of the sheet, if any."""

    team: str
    calendar: str
    people: tuple[str, ...]
    rotation: MasterRow | None
    days: tuple[TeamDay, ...]


def teams(database: Database, first: date, days: int = 28) -> tuple[TeamTimes, ...]:
    """Teams with a rotation first, then the others; one entry per calendar in a team."""
    last = first + timedelta(days=days - 1)
    with database.read() as session:
        zone = ZoneInfo(site_row(session).time_zone)
        calendars = PlantCalendars(session, zone, FIRST_DAY, LAST_DAY)
        rotations = {row.team: row for row in session.scalars(select(p.Rotation))}
        rows = {values["team"]: MasterRow(number, values)
                for number, values in lines(session, "Rotation")}  # fmt: skip
        codes = {row.id: row.code for row in session.scalars(select(p.Calendar))}
        found = []
        for (team, calendar), people in _members(session).items():
            definition = (
                calendars.of_team(rotations[team], calendar)
                if team in rotations
                else calendars.of_calendar(calendar)
            )
            shown = _days(definition, zone, first, last)
            found.append(TeamTimes(team, codes[calendar], tuple(people), rows.get(team), shown))
        staffed = {each.team for each in found}
        found += [
            TeamTimes(team, "", (), rows[team], _named_days(row, first, days))
            for team, row in rotations.items()
            if team not in staffed
        ]
    found.sort(key=lambda each: (each.rotation is None, each.team, each.calendar))
    return tuple(found)


def _members(session: Session) -> dict[tuple[str, int], list[str]]:
    """Names of the people by team and calendar."""
    query = (
        select(p.Operator.team, p.Operator.calendar_id, p.Operator.name)
        .where(p.Operator.active, p.Operator.team != "")
        .order_by(p.Operator.code)
    )
    members: dict[tuple[str, int], list[str]] = {}
    for team, calendar, name in session.execute(query):
        members.setdefault((team, calendar), []).append(name)
    return members


def _days(definition: Definition, zone: ZoneInfo, first: date, last: date) -> tuple[TeamDay, ...]:
    by_day: dict[date, list[Stretch]] = {}
    for each in definition.trace(zone, first - timedelta(days=1), last).worked:
        by_day.setdefault(each.day, []).append(each)
    days = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        turn = definition.turn_on(day)
        days.append(TeamDay(day, turn.name if turn else "", tuple(by_day.get(day, ()))))
    return tuple(days)


def _named_days(rotation: p.Rotation, first: date, count: int) -> tuple[TeamDay, ...]:
    """The turns of a team that nobody belongs to: their names only."""
    sequence: Sequence[Any] = [name for name, days in rotation.sequence for _ in range(int(days))]
    days = [first + timedelta(days=number) for number in range(count)]
    return tuple(
        TeamDay(day, str(sequence[(day - rotation.start_date).days % len(sequence)]), ())
        for day in days
    ) if sequence else ()  # fmt: skip
