"""Calendars as the engine gets them and as the calendar editor shows them are the same."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.core.choices import DateRule, ExceptionKind
from app.core.errors import NotFound
from app.core.working_time import DatedException, ShiftPattern, moment
from app.models.access import Site
from app.models.database import Database
from app.models.plant import (
    Calendar,
    CalendarException,
    Machine,
    Operator,
    Rotation,
    Shift,
    ToolCopy,
)
from app.services.edit import apply_edit
from app.services.masters.edits import ChangeRows, RowChange
from app.services.masters.rows import master_rows
from app.services.planning.bridge import load_problem
from app.services.plant.calendar_view import Times, scopes, times, week_minutes
from app.services.plant.calendars import PlantCalendars
from app.services.plant.rotations import teams
from tests.services.small_plant import NOW, SmallPlant

MONDAY = date(2026, 3, 2)
SUNDAY = MONDAY + timedelta(days=6)


def add(database: Database, *rows: object) -> None:
    with database.write("test") as session:
        session.add_all(rows)


def exception(kind: ExceptionKind, first: date, last: date | None = None, **more: object):
    return CalendarException(kind=kind, date_from=first, date_to=last or first, **more)


def shown(found: Times, day: date) -> list[tuple[str, str]]:
    """Windows of one day on the plant's clock."""
    (times_of_day,) = found.days(day, day)
    return [
        tuple(f"{moment(end).astimezone(found.zone):%d %H:%M}" for end in (each.start, each.end))
        for each in times_of_day.worked
    ]


def test_cost_of_dated_overtime_reaches_the_engine(database: Database, plant: SmallPlant) -> None:
    wednesday = date(2026, 3, 4)
    add(
        database,
        exception(
            ExceptionKind.OVERTIME,
            wednesday,
            calendar_id=plant.day,
            hours=[[1110, 1230]],
            cost_per_hour=Decimal("37.5"),
        ),
    )
    with database.read() as session:
        problem = load_problem(session, NOW).problem
    paid = [w for c in problem.calendars for w in c.windows if w.overtime]
    assert {w.end - w.start for w in paid} == {120}
    assert {w.cost for w in paid} == {37.5 / 60}


def test_the_editor_shows_the_windows_the_engine_gets(
    database: Database, plant: SmallPlant
) -> None:
    add(
        database,
        exception(ExceptionKind.HOLIDAY, MONDAY, calendar_id=plant.day),
        exception(ExceptionKind.WORKING, MONDAY, calendar_id=plant.day),
        exception(ExceptionKind.DOWN, MONDAY, machine_id=plant.press_1, hours=[[480, 540]]),
        exception(ExceptionKind.OVERTIME, SUNDAY, machine_id=plant.press_1, hours=[[480, 720]]),
    )
    last = MONDAY + timedelta(days=27)
    for kind, code in (("machine", "P1"), ("machine", "P2"), ("operator", "O1")):
        found = times(database, kind, code)
        with database.read() as session:
            calendars = PlantCalendars(session, found.zone, MONDAY, last)
            if kind == "machine":
                row = session.scalars(select(Machine).where(Machine.code == code)).one()
                wanted = calendars.machine(row)
            else:
                person = session.scalars(select(Operator).where(Operator.code == code)).one()
                wanted = calendars.operator(person)
        worked = [each for day in found.days(MONDAY, last) for each in day.worked]
        assert [(w.start, w.end, w.overtime, w.cost) for w in wanted] == [
            (each.start, each.end, each.overtime, each.cost) for each in worked
        ]


def test_a_day_says_which_exception_changed_it(database: Database, plant: SmallPlant) -> None:
    add(
        database,
        exception(ExceptionKind.HOLIDAY, MONDAY, calendar_id=plant.day, reason="moving house"),
        exception(ExceptionKind.DOWN, MONDAY, machine_id=plant.press_1, hours=[[480, 540]]),
    )
    found = times(database, "machine", "P1")
    day, tuesday = found.days(MONDAY, MONDAY + timedelta(days=1))
    assert day.minutes == 0
    assert sum(each.end - each.start for each in day.taken) == 510
    (taken_by,) = {each.by for each in day.taken}
    assert found.exceptions[taken_by].reason == "moving house"
    assert not found.exceptions[taken_by].own
    assert [found.exceptions[n].own for n in day.exceptions] == [False, True]
    assert (tuesday.minutes, tuesday.exceptions) == (510, ())


ZONES = {
    # zone: (night the clocks go forward, night they go back, minutes they go)
    "Europe/Berlin": (date(2026, 3, 28), date(2026, 10, 24), 60),
    "America/New_York": (date(2026, 3, 7), date(2026, 10, 31), 60),
    "Australia/Lord_Howe": (date(2026, 10, 3), date(2026, 4, 4), 30),
}


@pytest.mark.parametrize("zone", ZONES)
def test_a_night_over_a_change_of_the_clocks_is_as_long_as_it_really_is(
    database: Database, plant: SmallPlant, zone: str
) -> None:
    with database.write("test") as session:
        session.get_one(Site, 1).time_zone = zone
        night = Calendar(code="NIGHT")
        session.add(night)
        session.flush()
        for weekday in range(1, 8):
            session.add(Shift(calendar_id=night.id, weekday=weekday, name="night",
                              start_minute=1320, end_minute=360))  # fmt: skip
    found = times(database, "calendar", "NIGHT")
    forward, back, size = ZONES[zone]
    for night_before, minutes in ((forward, 480 - size), (back, 480 + size),
                                  (date(2026, 7, 1), 480)):  # fmt: skip
        (day,) = found.days(night_before, night_before)
        assert day.minutes == minutes
        assert shown(found, night_before)[0][0].endswith("22:00")
        assert shown(found, night_before)[0][1].endswith("06:00")
    year = found.minutes(date(2026, 1, 1), date(2026, 12, 31))
    assert year == 365 * 480
    assert sum(day.minutes for day in found.days(date(2026, 1, 1), date(2026, 12, 31))) == year


def test_a_shift_may_count_to_the_day_it_ends(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        night = Calendar(code="NIGHT")
        session.add(night)
        session.flush()
        session.add(Shift(calendar_id=night.id, weekday=7, name="night", start_minute=1320,
                          end_minute=360, date_rule=DateRule.END))  # fmt: skip
    found = times(database, "calendar", "NIGHT")
    sunday, monday = found.days(SUNDAY - timedelta(days=7), MONDAY)
    assert (sunday.minutes, monday.minutes) == (0, 480)


def test_children_inherit_exceptions_and_shifts_and_count_as_users(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        company = Calendar(code="COMPANY")
        session.add(company)
        session.flush()
        session.get_one(Calendar, plant.day).parent_id = company.id
        office = Calendar(code="OFFICE", parent_id=plant.day)
        session.add(office)
        session.flush()
        session.get_one(Operator, plant.operators[0]).calendar_id = office.id
        session.get_one(ToolCopy, plant.copies[0]).calendar_id = company.id
        session.add(exception(ExceptionKind.HOLIDAY, MONDAY, calendar_id=company.id))
    office_times = times(database, "calendar", "OFFICE")
    assert office_times.line == ("COMPANY", "DAY", "OFFICE")
    assert (office_times.shifts, office_times.shifts_from) == ((), "DAY")
    assert office_times.days(MONDAY, MONDAY)[0].minutes == 0
    company_times = times(database, "calendar", "COMPANY")
    assert len(company_times.users.machines) == 4
    assert len(company_times.users.people) == 4
    assert company_times.users.moulds == ("M#1",)
    assert company_times.shift_users.machines == ()  # the day shift has shifts of its own
    assert times(database, "calendar", "DAY").shift_users.people == ("O0", "O1", "O2", "O3")
    assert office_times.shift_users.people == ("O0",)


def test_a_proposal_is_measured_before_it_is_done(database: Database, plant: SmallPlant) -> None:
    holiday = exception(ExceptionKind.HOLIDAY, MONDAY, calendar_id=plant.day)
    add(database, holiday)
    found = times(database, "calendar", "DAY")
    before = found.minutes(MONDAY, SUNDAY)
    assert before == 5 * 510
    worked = DatedException(ExceptionKind.WORKING, MONDAY, MONDAY)
    with_more = found.with_exceptions(more=[worked])
    with_less = found.with_exceptions(less=[found.exceptions[0].id])
    assert with_more.minutes(MONDAY, SUNDAY) == with_less.minutes(MONDAY, SUNDAY) == 6 * 510
    late = [ShiftPattern(n, 480, 1080, "late", ((720, 780),)) for n in range(1, 7)]
    assert week_minutes(late) - week_minutes(found.patterns) == 6 * 30
    assert found.with_shifts(late).minutes(MONDAY, SUNDAY) == 5 * 540
    add(database, exception(ExceptionKind.WORKING, MONDAY, calendar_id=plant.day))
    assert times(database, "calendar", "DAY").definition.exceptions == (
        with_more.definition.exceptions
    )


def test_what_a_machine_proposes_stays_with_the_machine(
    database: Database, plant: SmallPlant
) -> None:
    add(database, exception(ExceptionKind.HOLIDAY, MONDAY, calendar_id=plant.day))
    found = times(database, "machine", "P1")
    opened = found.with_exceptions(more=[DatedException(ExceptionKind.WORKING, MONDAY, MONDAY)])
    assert opened.minutes(MONDAY, MONDAY) == 510
    assert [row.level for row in opened.exceptions] == [0, 1]


def test_scopes_are_all_that_works_and_say_when_another_record_has_their_code(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        session.get_one(Operator, plant.operators[0]).code = "p1"
    found = scopes(database)
    assert [(s.kind, s.code) for s in found[:3]] == [
        ("calendar", "DAY"), ("machine", "OV"), ("machine", "P1")]  # fmt: skip
    assert {s.code for s in found if s.kind == "tool_copy"} == {"M#1", "M#2", "M#3"}
    assert [s.hidden_by for s in found if s.code == "p1"] == ["machine"]
    with pytest.raises(NotFound, match="NIGHT"):
        times(database, "calendar", "NIGHT")


def test_a_mould_copy_without_a_calendar_is_open_but_for_its_own_exceptions(
    database: Database, plant: SmallPlant
) -> None:
    add(database, exception(ExceptionKind.DOWN, MONDAY, tool_copy_id=plant.copies[0]))
    found = times(database, "tool_copy", "M#1")
    monday, tuesday = found.days(MONDAY, MONDAY + timedelta(days=1))
    assert (found.calendar, monday.minutes, tuesday.minutes) == (None, 0, 1440)


def test_a_team_turns_from_day_to_night(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        for weekday in range(1, 7):
            session.add(Shift(calendar_id=plant.day, weekday=weekday, name="night",
                              start_minute=1200, end_minute=270))  # fmt: skip
        session.add(Rotation(team="A", start_date=MONDAY, cycle_days=14,
                             sequence=[["day", 7], ["night", 7]]))  # fmt: skip
        session.add(Rotation(team="Nobody", start_date=MONDAY, cycle_days=2,
                             sequence=[["on", 1], ["off", 1]]))  # fmt: skip
        for number in plant.operators[:2]:
            session.get_one(Operator, number).team = "A"
        session.get_one(Operator, plant.operators[2]).team = "B"
    rotating, nobody, steady = teams(database, MONDAY, 14)
    assert (rotating.team, rotating.people) == ("A", ("Person 0", "Person 1"))
    assert [day.turn for day in rotating.days] == ["day"] * 7 + ["night"] * 7
    assert [day.shifts for day in rotating.days[5:9]] == [("day",), (), ("night",), ("night",)]
    assert rotating.days[7].minutes == 510
    assert rotating.days[6].minutes == 0
    assert [day.turn for day in nobody.days[:3]] == ["on", "off", "on"]
    assert (steady.rotation, steady.days[0].turn, steady.days[0].minutes) == (None, "", 1020)


def test_a_second_shift_of_the_same_name_is_added_and_overwrites_none(
    database: Database, plant: SmallPlant
) -> None:
    first = times(database, "calendar", "DAY").shifts[0].values
    more = {**first, "start": 1080, "end": 1200, "breaks": []}
    edit = ChangeRows("Shifts", (RowChange(None, more),))
    apply_edit(database, edit, "li")
    monday = [row.values for row in times(database, "calendar", "DAY").shifts
              if row.values["weekday"] == 1]  # fmt: skip
    assert [(row["start"], row["end"]) for row in monday] == [(450, 1050), (1080, 1200)]
    apply_edit(database, edit.inverse(), "li")
    assert len(master_rows(database, "Shifts")) == 6


def test_a_second_exception_from_the_same_day_is_added_and_overwrites_none(
    database: Database, plant: SmallPlant
) -> None:
    row = {"scope": "DAY", "from": MONDAY, "to": MONDAY, "kind": ExceptionKind.HOLIDAY}
    longer = {**row, "to": SUNDAY, "reason": "long"}
    for values in (row, longer):
        apply_edit(database, ChangeRows("Exceptions", (RowChange(None, values),)), "li")
    found = times(database, "calendar", "DAY").exceptions
    assert [each.dated.date_to for each in found] == [MONDAY, SUNDAY]
