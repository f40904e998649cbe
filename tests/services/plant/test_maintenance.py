"""Where services of machines and moulds are put, figure by figure."""

from __future__ import annotations

from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from app.core.choices import IntervalUnit
from app.core.working_time import OpenWindow, wall_minute
from app.scheduling.windows import Stretches
from app.services.plant.maintenance import NEVER, Service, Setting, dates_of, without_services
from tests.services.plant.test_freezing import MONDAY, SHANGHAI

DAY, HOUR = 1440, 60
ZERO = wall_minute(MONDAY, 0, SHANGHAI)
"""Monday 23 November 2026, midnight in the plant."""


def days(count: int, first: int = 0, hours: tuple[int, int] = (8, 16)) -> list[OpenWindow]:
    """Monday to Saturday."""
    a, b = hours
    return [
        OpenWindow(ZERO + d * DAY + a * HOUR, ZERO + d * DAY + b * HOUR)
        for d in range(first, first + count)
        if d % 7 != 6
    ]


def taken(
    service: Service, now: int = 9 * HOUR, busy: Stretches = NEVER, fitter: Stretches = NEVER,
    windows: list[OpenWindow] | None = None,
) -> list[tuple[int, int]]:  # fmt: skip
    """What is missing of the open time, in minutes after that midnight."""
    before = windows or days(40)
    setting = Setting(ZERO + now, ZoneInfo("Asia/Shanghai"), busy, lambda _: fitter)
    after = Stretches((w.start, w.end) for w in without_services(before, [service], setting))
    gone = []
    for window in before:
        edges = [window.start, *(e for p in after.pairs() for e in p), window.end]
        inside = sorted({e for e in edges if window.start <= e <= window.end})
        for a, b in pairwise(inside):
            if not after.within(a, b):
                gone.append((a - ZERO, b - ZERO))
    return gone


def every(days: int, last: int, minutes: int = 60, move: int = 0, **more: int) -> Service:
    return Service(ZERO + last, days, IntervalUnit.DAYS, minutes, move * DAY, **more)


def test_one_that_stays_takes_the_first_open_minutes_when_it_is_due() -> None:
    noon = 12 * HOUR
    assert taken(every(30, noon - 28 * DAY)) == [
        (2 * DAY + noon, 2 * DAY + noon + 60),
        (32 * DAY + noon, 32 * DAY + noon + 60),
    ]


def test_one_that_may_move_goes_where_all_is_closed() -> None:
    assert taken(every(30, 12 * HOUR - 28 * DAY, move=1)) == []


def test_a_fitter_comes_when_he_is_in_and_the_planned_work_goes_on() -> None:
    """Due Wednesday at noon. He works when the machine does; it is busy but for Tuesday, ten to
    eleven, and Thursday, nine to ten: that is nearer."""
    fitter = Stretches((w.start, w.end) for w in days(40))
    free = [(DAY + 10 * HOUR, DAY + 11 * HOUR), (3 * DAY + 9 * HOUR, 3 * DAY + 10 * HOUR)]
    edges = [0, *(edge for stretch in free for edge in stretch), 40 * DAY]
    busy = Stretches((ZERO + a, ZERO + b) for a, b in zip(edges[::2], edges[1::2], strict=True))
    service = every(40, 12 * HOUR - 38 * DAY, move=1, skill=1)
    assert taken(service, busy=busy, fitter=fitter) == [free[1]]


def test_a_fitter_who_works_sundays_takes_no_open_time_at_all() -> None:
    sunday = Stretches([(ZERO + 6 * DAY + 8 * HOUR, ZERO + 6 * DAY + 12 * HOUR)])
    service = every(60, 12 * HOUR - 56 * DAY, minutes=240, move=3, skill=1)
    assert taken(service, fitter=sunday) == []
    assert len(taken(service, fitter=Stretches((w.start, w.end) for w in days(40)))) == 1


def test_overdue_is_made_when_it_opens_next_and_never_before_now() -> None:
    assert taken(every(60, -90 * DAY)) == [(DAY + 8 * HOUR, DAY + 9 * HOUR)]
    always = Stretches((w.start, w.end) for w in days(40))
    moved = taken(every(60, -90 * DAY, move=5, skill=1), fitter=always)
    assert moved == [(DAY + 8 * HOUR, DAY + 9 * HOUR)]


def on_date(interval: int, last: int | None) -> Service:
    return Service(None if last is None else ZERO + last, interval, IntervalUnit.DATE, 60)


@pytest.mark.parametrize(
    ("interval", "last", "expected"),
    [
        (25, None, [(2, 8), (32, 8)]),  # Wednesday 25 November, Friday 25 December
        (23, None, [(0, 9), (30, 8)]),  # today: what is left of it
        (20, None, [(28, 8)]),  # a Sunday: the Monday after
        (20, -40 * DAY, [(1, 8), (28, 8)]),  # that of 20 November was not made
        (31, None, [(7, 8), (38, 8)]),  # the last day of a month, 30 November and 31 December
        (2026_12_05, None, [(12, 8)]),
        (2026_11_20, None, []),  # gone by, and nobody knows
        (2026_11_20, -40 * DAY, [(1, 8)]),
    ],
)
def test_dates_are_days_of_each_month_or_one_day(
    interval: int, last: int | None, expected: list[tuple[int, int]]
) -> None:
    found = taken(on_date(interval, last))
    assert found == [(d * DAY + h * HOUR, d * DAY + (h + 1) * HOUR) for d, h in expected]


def test_numbers_that_are_no_date() -> None:
    assert [dates_of(n) for n in (0, 32, 2026_13_01, 2026_02_29)] == [None] * 4
