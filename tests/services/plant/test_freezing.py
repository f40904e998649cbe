"""Freeze zones that are counted in shifts or working days."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from app.core.choices import ExceptionKind, FreezeUnit
from app.core.working_time import DatedException, ShiftPattern, trace, wall_minute, weekly
from app.services.plant.freezing import freeze_ends

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 23)
SHIFTS = tuple(
    shift
    for day in range(1, 7)  # Monday to Saturday
    for shift in (
        ShiftPattern(day, 450, 1050, "白", ((690, 780),)),
        ShiftPattern(day, 1110, 1230, "加", overtime=True),
        ShiftPattern(day, 1200, 270, "夜", ((0, 30),)),
    )
)


def ends(
    hour: float, unit: FreezeUnit, locked: int, within: int = 0, day: date = MONDAY,
    exceptions: tuple[DatedException, ...] = (), zone: ZoneInfo = SHANGHAI,
) -> tuple[float, float]:  # fmt: skip
    """Ends in hours of the wall clock after the midnight of the day."""
    first, last = date(2026, 3, 23), date(2026, 12, 31)
    worked = trace(weekly(SHIFTS), exceptions, zone, first, last).worked
    midnight = wall_minute(day, 0, zone)
    found = freeze_ends(worked, midnight + round(hour * 60), unit, locked, within)
    return (found[0] - midnight) / 60, (found[1] - midnight) / 60


@pytest.mark.parametrize(
    ("hour", "locked", "within", "expected"),
    [
        (10, 1, 0, (20.5, 20.5)),  # the day shift, and the overtime that belongs to it
        (10, 2, 0, (28.5, 28.5)),  # to the end of the night
        (10, 2, 2, (28.5, 52.5)),
        (12, 1, 0, (20.5, 20.5)),  # a break is no end
        (23, 1, 1, (28.5, 44.5)),  # the night has begun and counts
        (29, 1, 0, (44.5, 44.5)),  # between two shifts: the next one
        (10, 0, 1, (10, 20.5)),
        (10, 0, 0, (10, 10)),
    ],
)
def test_shifts_that_have_begun_count(
    hour: float, locked: int, within: int, expected: tuple[float, float]
) -> None:
    assert ends(hour, FreezeUnit.SHIFTS, locked, within) == expected


def test_working_days_end_with_their_night_shift_and_leave_sundays_out() -> None:
    assert ends(10, FreezeUnit.DAYS, 1, 1) == (28.5, 52.5)
    assert ends(26, FreezeUnit.DAYS, 1) == (28.5, 28.5)  # two o'clock at night is still Monday
    saturday = date(2026, 11, 28)
    assert ends(10, FreezeUnit.DAYS, 2, day=saturday) == (48 + 28.5, 48 + 28.5)


def test_a_holiday_and_a_sunday_of_overtime() -> None:
    tuesday, sunday = date(2026, 11, 24), date(2026, 11, 29)
    closed = DatedException(ExceptionKind.HOLIDAY, tuesday, tuesday)
    assert ends(10, FreezeUnit.DAYS, 2, exceptions=(closed,)) == (76.5, 76.5)
    opened = DatedException(ExceptionKind.OVERTIME, sunday, sunday, ((480, 720),))
    saturday = date(2026, 11, 28)
    assert ends(23, FreezeUnit.SHIFTS, 2, day=saturday, exceptions=(opened,)) == (36, 36)


def test_a_night_in_which_the_clocks_change_is_as_long_as_it_is() -> None:
    for day, hours in ((date(2026, 3, 28), 27.5), (date(2026, 10, 24), 29.5)):
        assert ends(21, FreezeUnit.SHIFTS, 1, day=day, zone=BERLIN)[0] == hours


def test_minutes_ask_no_calendar_and_zones_end_where_the_calendar_ends() -> None:
    assert freeze_ends((), 100, FreezeUnit.MINUTES, 20, 30) == (120, 150)
    assert freeze_ends((), 100, FreezeUnit.SHIFTS, 2, 3) == (100, 100)
    assert ends(10, FreezeUnit.DAYS, 1, 1, day=date(2026, 12, 31)) == (28.5, 28.5)
