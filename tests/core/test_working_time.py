"""Shifts become windows of the length they really have."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.choices import OPENING_EXCEPTIONS, DateRule, ExceptionKind
from app.core.working_time import (
    DatedException,
    OpenWindow,
    ShiftPattern,
    minute,
    moment,
    open_windows,
    rotating,
    shift_date,
    trace,
    wall_minute,
    weekly,
    work_after,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)
DAY = [ShiftPattern(day, 450, 1050, "day", ((690, 780),)) for day in range(1, 7)]
NIGHT = [ShiftPattern(day, 1200, 270, "night", ((0, 30),)) for day in range(1, 7)]


def local(windows: list[OpenWindow], zone: ZoneInfo) -> list[tuple[str, str]]:
    return [
        tuple(f"{moment(end).astimezone(zone):%d %H:%M}" for end in (w.start, w.end))
        for w in windows
    ]


def compile_(shifts, exceptions=(), zone=SHANGHAI, first=MONDAY, last=MONDAY):
    return open_windows(weekly(shifts), list(exceptions), zone, first, last)


def test_a_day_shift_with_a_break() -> None:
    assert local(compile_(DAY), SHANGHAI) == [("02 07:30", "02 11:30"), ("02 13:00", "02 17:30")]


def test_a_night_shift_ends_on_the_next_day_and_pauses_after_midnight() -> None:
    assert local(compile_(NIGHT), SHANGHAI) == [("02 20:00", "03 00:00"), ("03 00:30", "03 04:30")]
    assert NIGHT[0].net_minutes == 480


@pytest.mark.parametrize(
    ("saturday", "hours"),
    [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 3, 21), 8)],
)
def test_a_night_over_a_change_of_the_clocks(saturday: date, hours: int) -> None:
    night = [ShiftPattern(6, 22 * 60, 6 * 60)]
    (window,) = compile_(night, zone=BERLIN, first=saturday, last=saturday)
    assert window.end - window.start == hours * 60


def test_an_hour_the_clocks_skip_is_read_with_the_offset_before() -> None:
    skipped = wall_minute(date(2026, 3, 29), 150, BERLIN)
    assert moment(skipped) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_round_the_clock_leaves_no_gap_over_a_change_of_the_clocks() -> None:
    always = [ShiftPattern(day, 0, 1440) for day in range(1, 8)]
    windows = compile_(always, zone=BERLIN, first=date(2026, 3, 28), last=date(2026, 3, 30))
    assert all(a.end == b.start for a, b in itertools.pairwise(windows))
    assert sum(w.end - w.start for w in windows) == (3 * 24 - 1) * 60


def closed(kind: ExceptionKind, *hours: tuple[int, int]) -> DatedException:
    return DatedException(kind, MONDAY, MONDAY, hours)


def test_a_holiday_takes_the_night_that_begins_on_it_and_leaves_the_one_before() -> None:
    sunday_night = [*NIGHT, ShiftPattern(7, 1200, 270)]
    windows = compile_(
        sunday_night, [closed(ExceptionKind.HOLIDAY)], first=date(2026, 3, 1), last=MONDAY
    )
    assert local(windows, SHANGHAI) == [("01 20:00", "02 04:30")]


def test_a_shift_counted_to_its_end_goes_with_the_next_day() -> None:
    night = [ShiftPattern(7, 1200, 270, date_rule=DateRule.END)]
    holiday = [closed(ExceptionKind.HOLIDAY)]
    assert compile_(night, holiday, first=date(2026, 3, 1), last=MONDAY) == []


def test_a_machine_that_is_down_a_day_stops_by_the_clock() -> None:
    windows = compile_(
        [ShiftPattern(7, 1200, 270)],
        [closed(ExceptionKind.DOWN)],
        first=date(2026, 3, 1),
        last=MONDAY,
    )
    assert local(windows, SHANGHAI) == [("01 20:00", "02 00:00")]


def test_hours_of_an_exception_cut_the_shift() -> None:
    windows = compile_(DAY, [closed(ExceptionKind.POWER_CUT, (480, 540))])
    assert local(windows, SHANGHAI)[:2] == [("02 07:30", "02 08:00"), ("02 09:00", "02 11:30")]


def test_overtime_is_added_and_marked() -> None:
    windows = compile_(DAY, [closed(ExceptionKind.OVERTIME, (1110, 1230))])
    assert windows[-1].overtime
    assert local(windows, SHANGHAI)[-1] == ("02 18:30", "02 20:30")


def test_overtime_typed_over_a_shift_does_not_count_twice() -> None:
    windows = compile_(DAY, [closed(ExceptionKind.OVERTIME, (990, 1110))])
    assert sum(w.end - w.start for w in windows) == 510 + 60


def test_a_worked_sunday_runs_like_the_day_before() -> None:
    sunday = date(2026, 3, 8)
    worked = DatedException(ExceptionKind.WORKING, sunday, sunday)
    windows = compile_(DAY, [worked], first=sunday, last=sunday)
    assert local(windows, SHANGHAI) == [("08 07:30", "08 11:30"), ("08 13:00", "08 17:30")]
    assert not any(w.overtime for w in windows)


def test_the_later_exception_wins() -> None:
    holiday, worked = closed(ExceptionKind.HOLIDAY), closed(ExceptionKind.WORKING)
    assert compile_(DAY, [holiday, worked]) != []
    assert compile_(DAY, [worked, holiday]) == []


def test_the_production_day_of_a_night_is_the_day_it_began() -> None:
    small_hours = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)  # 02:00 on the 3rd in Shanghai
    assert shift_date(small_hours, SHANGHAI, day_starts=450) == MONDAY
    assert shift_date(small_hours, SHANGHAI) == date(2026, 3, 3)


def test_working_minutes_after_a_moment() -> None:
    windows = [OpenWindow(10, 20), OpenWindow(30, 40)]
    assert work_after(windows, 0, 5) == 15
    assert work_after(windows, 15, 5) == 20
    assert work_after(windows, 15, 6) == 31
    assert work_after(windows, 22, 0) == 22
    assert work_after(windows, 0, 21) is None


def test_minutes_and_moments_are_opposites() -> None:
    at = datetime(2026, 3, 2, 2, 5, tzinfo=UTC)
    assert moment(minute(at)) == at


def test_overtime_opened_by_an_exception_carries_its_cost() -> None:
    overtime = DatedException(ExceptionKind.OVERTIME, MONDAY, MONDAY, ((1110, 1230),), 45.0)
    windows = compile_(DAY, [overtime])
    assert [(w.overtime, w.cost) for w in windows] == [(False, 0.0), (False, 0.0), (True, 0.75)]


def test_a_worked_day_off_costs_what_its_exception_says_and_else_what_the_shift_costs() -> None:
    sunday = date(2026, 3, 8)
    shifts = [ShiftPattern(6, 480, 720, cost_per_hour=30.0)]
    free = DatedException(ExceptionKind.OVERTIME, sunday, sunday)
    paid = DatedException(ExceptionKind.OVERTIME, sunday, sunday, (), 60.0)
    for exception, cost in ((free, 0.5), (paid, 1.0)):
        (window,) = compile_(shifts, [exception], first=sunday, last=sunday)
        assert (window.overtime, window.cost) == (True, cost)


def test_the_trace_tells_shift_day_and_exception() -> None:
    overtime = DatedException(ExceptionKind.OVERTIME, MONDAY, MONDAY, ((1110, 1230),))
    cut = closed(ExceptionKind.POWER_CUT, (480, 540))
    found = trace(weekly([*DAY, *NIGHT]), [overtime, cut], SHANGHAI, MONDAY, MONDAY)
    assert [(each.shift, each.by) for each in found.worked] == [
        ("day", None), ("day", None), ("day", None), ("", 0), ("night", None), ("night", None),
    ]  # fmt: skip
    assert {each.day for each in found.worked} == {MONDAY}
    (taken,) = found.taken
    assert (taken.by, taken.shift, taken.end - taken.start) == (1, "day", 60)


def test_what_a_holiday_takes_is_told_with_the_holiday() -> None:
    found = trace(weekly(DAY), [closed(ExceptionKind.HOLIDAY)], SHANGHAI, MONDAY, MONDAY)
    assert found.worked == ()
    assert sum(each.end - each.start for each in found.taken) == 510
    assert {(each.by, each.day) for each in found.taken} == {(0, MONDAY)}


@given(st.data())
def test_nothing_is_lost_between_what_is_worked_and_what_is_taken(data: st.DataObject) -> None:
    """Closings alone only divide the regular windows into worked and taken."""
    minutes = st.integers(0, 96).map(lambda n: n * 15)
    hours = st.lists(st.tuples(minutes, minutes).filter(lambda h: h[0] != h[1]), max_size=2)
    kinds = st.sampled_from([k for k in ExceptionKind if k not in OPENING_EXCEPTIONS])
    days = st.integers(0, 6).map(lambda n: MONDAY + timedelta(days=n))
    exceptions = [
        DatedException(kind, min(a, b), max(a, b), tuple(sorted(span)))
        for kind, a, b, span in data.draw(st.lists(st.tuples(kinds, days, days, hours), max_size=4))
    ]
    last = MONDAY + timedelta(days=6)
    pattern = weekly([*DAY, *NIGHT])
    found = trace(pattern, exceptions, BERLIN, MONDAY, last)
    regular = {m for w in open_windows(pattern, [], BERLIN, MONDAY, last)
               for m in range(w.start, w.end)}  # fmt: skip
    worked = {m for each in found.worked for m in range(each.start, each.end)}
    taken = {m for each in found.taken for m in range(each.start, each.end)}
    assert worked | taken == regular
    assert not worked & taken


def test_a_rotation_turns_over_and_over_before_and_after_its_start() -> None:
    early, late = weekly([ShiftPattern(n, 0, 60) for n in range(1, 8)]), weekly([])
    pattern = rotating(MONDAY, [(7, early), (7, late)])
    works = [bool(pattern(MONDAY + timedelta(days=n))) for n in (-14, -7, 0, 6, 7, 13, 14)]
    assert works == [True, False, True, True, False, False, True]
