"""How far the freeze zones of a machine reach: in minutes, shifts or working days of its calendar.

A shift or day that has begun counts as one, so "2 shifts" ends with the end of the second shift
from now. Overtime belongs to the shift before it on its day (or to the first one); a day on which
only overtime is worked is a shift, too. A night shift is of the day that it belongs to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from app.core.choices import FreezeUnit
from app.core.working_time import Stretch


def freeze_ends(
    worked: Sequence[Stretch], now: int, unit: FreezeUnit, locked: int, within: int
) -> tuple[int, int]:
    """Ends of the locked zone and of the one after it, in which only the order may change.

    ``worked``: of the machine, by time; times in minutes since the epoch. A zone that is not asked
    for ends where it begins. Where the calendar ends earlier, so do the zones.
    """
    if unit is FreezeUnit.MINUTES:
        return now + locked, now + locked + within
    ends = [end for end in _ends(worked, unit) if end > now]
    first = _nth(ends, locked, now)
    return first, _nth(ends, locked + within, first) if within else first


def _nth(ends: Sequence[int], count: int, none: int) -> int:
    return ends[min(count, len(ends)) - 1] if count and ends else none


def _ends(worked: Sequence[Stretch], unit: FreezeUnit) -> list[int]:
    """When each shift or working day is over."""
    if unit is FreezeUnit.DAYS:
        return sorted(day[-1].end for day in _by_day(worked))
    return sorted(end for _, end in worked_shifts(worked))


def worked_shifts(worked: Sequence[Stretch]) -> list[tuple[int, int]]:
    """Start and end of each shift, by day; overtime as said above."""
    return [shift for day in _by_day(worked) for shift in _shifts(day)]


def _by_day(worked: Sequence[Stretch]) -> list[list[Stretch]]:
    days: defaultdict[object, list[Stretch]] = defaultdict(list)
    for stretch in worked:
        days[stretch.day].append(stretch)
    return list(days.values())


def _shifts(day: Sequence[Stretch]) -> list[tuple[int, int]]:
    spans: dict[str, tuple[int, int]] = {}
    shift = next((stretch.shift for stretch in day if not stretch.overtime), "")
    for stretch in day:
        if not stretch.overtime:
            shift = stretch.shift
        first = spans.get(shift, (stretch.start, 0))[0]
        spans[shift] = (first, stretch.end)
    return list(spans.values())
