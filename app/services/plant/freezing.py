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
    days: defaultdict[object, list[Stretch]] = defaultdict(list)
    for stretch in worked:
        days[stretch.day].append(stretch)
    if unit is FreezeUnit.DAYS:
        return sorted(day[-1].end for day in days.values())
    return sorted(end for day in days.values() for end in _shift_ends(day))


def _shift_ends(day: Sequence[Stretch]) -> list[int]:
    ends: dict[str, int] = {}
    shift = next((stretch.shift for stretch in day if not stretch.overtime), "")
    for stretch in day:
        if not stretch.overtime:
            shift = stretch.shift
        ends[shift] = stretch.end
    return list(ends.values())
