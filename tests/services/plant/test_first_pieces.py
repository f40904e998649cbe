"""The first pieces of shifts, as hours in which a machine is not planned."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from app.core.working_time import ShiftPattern, open_windows, trace, wall_minute, weekly
from app.services.plant.first_pieces import first_pieces, without

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 23)
DAY = ShiftPattern(1, 450, 1050, "白", ((690, 780),))
OVERTIME = ShiftPattern(1, 1110, 1230, "加", overtime=True)
NIGHT = ShiftPattern(1, 1230, 270, "夜", ((0, 30),))


def made(
    *shifts: ShiftPattern,
    minutes: int = 10,
    mended: tuple[int, ...] = (),
    out: tuple[tuple[int, int], ...] = (),
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """First pieces and what is left of the Monday, in minutes after its midnight."""
    midnight = wall_minute(MONDAY, 0, SHANGHAI)
    asked = (weekly(shifts), (), SHANGHAI, MONDAY, MONDAY)
    gone = tuple((midnight + a, midnight + b) for a, b in out)
    hours = without(open_windows(*asked), gone)
    ends = (*(midnight + end for end in mended), *(b for _, b in gone))
    first = first_pieces(trace(*asked).worked, hours, minutes, ends)
    left = without(hours, first)
    return (
        [(a - midnight, b - midnight) for a, b in first],
        [(window.start - midnight, window.end - midnight) for window in left],
    )


def test_each_shift_begins_with_one_but_neither_breaks_nor_overtime() -> None:
    first, left = made(DAY, OVERTIME, NIGHT)
    assert first == [(450, 460), (1230, 1240)]
    assert left == [(460, 690), (780, 1050), (1110, 1230), (1240, 1440), (1470, 1710)]


def test_touching_shifts_are_parted_by_it() -> None:
    early, late = ShiftPattern(1, 360, 840, "早"), ShiftPattern(1, 840, 1320, "中")
    assert made(early, late) == ([(360, 370), (840, 850)], [(370, 840), (850, 1320)])


def test_a_break_interrupts_it_and_a_short_shift_has_nothing_else() -> None:
    first, left = made(DAY, minutes=250)
    assert first == [(450, 690), (780, 790)]
    assert left == [(790, 1050)]
    assert made(ShiftPattern(1, 420, 425, "短"), DAY, minutes=30)[0] == [(420, 425), (450, 480)]


@pytest.mark.parametrize(
    ("out", "expected"),
    [
        ([(600, 640)], [(450, 460), (640, 650)]),  # in the middle of the shift
        ([(450, 500)], [(500, 510)]),  # at its start: once is enough
        ([(660, 690)], [(450, 460), (780, 790)]),  # up to the break
        ([(450, 690), (780, 1050)], []),  # all of it
    ],
)
def test_a_machine_that_comes_back_from_service_begins_with_one(
    out: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    assert made(DAY, out=tuple(out))[0] == expected


def test_so_does_one_that_was_down_until_then() -> None:
    assert made(DAY, mended=(600,))[0] == [(450, 460), (600, 610)]
