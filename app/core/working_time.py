"""Working time: from weekly shifts and dated exceptions to open windows in UTC.

Wall-clock times belong to the plant's time zone. Each end of a window is converted on its own, so
that a night shift over a change of the clocks is as long as it really is. Windows are minutes
since 1970-01-01 UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.choices import OPENING_EXCEPTIONS, DateRule, ExceptionKind

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTES_PER_DAY = 24 * 60
_WHOLE_DAY = ((0, MINUTES_PER_DAY),)
_BY_SHIFT_DATE = frozenset({ExceptionKind.HOLIDAY, ExceptionKind.LEAVE})
"""A whole day of these takes away the shifts that belong to it; others the day by the clock."""

Hours = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ShiftPattern:
    """One shift of a weekday (1 = Monday) in minutes of the wall clock; see the table Shift."""

    weekday: int
    start: int
    end: int
    name: str = ""
    breaks: Hours = ()
    overtime: bool = False
    cost_per_hour: float = 0.0
    date_rule: DateRule = DateRule.START

    @property
    def length(self) -> int:
        """Minutes from start to end, breaks included."""
        return _span(self.start, self.end)[1] - self.start

    @property
    def net_minutes(self) -> int:
        """Minutes worked."""
        return sum(end - start for start, end in worked_minutes(self))


@dataclass(frozen=True, slots=True)
class DatedException:
    """``hours`` empty = the whole day. ``cost_per_hour``: of the time it opens."""

    kind: ExceptionKind
    date_from: date
    date_to: date
    hours: Hours = ()
    cost_per_hour: float = 0.0


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """``[start, end)`` in minutes since the epoch; ``cost`` per minute."""

    start: int
    end: int
    overtime: bool = False
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of working time and where it comes from, in minutes since the epoch.

    ``day``: the day it belongs to. ``shift``: name of its shift, "" of hours opened by an
    exception. ``by``: number of the exception that opened it or took it away, None = regular.
    """

    start: int
    end: int
    overtime: bool
    cost: float
    day: date
    shift: str
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """What is worked (sorted, disjoint) and what the exceptions took away from it."""

    worked: tuple[Stretch, ...]
    taken: tuple[Stretch, ...]


Pattern = Callable[[date], Sequence[ShiftPattern]]
"""The regular shifts that start on a day."""


def weekly(shifts: Iterable[ShiftPattern]) -> Pattern:
    """The same shifts every week."""
    by_weekday: dict[int, list[ShiftPattern]] = {}
    for shift in shifts:
        by_weekday.setdefault(shift.weekday, []).append(shift)
    return lambda day: by_weekday.get(day.isoweekday(), [])


def rotating(start: date, turns: Sequence[tuple[int, Pattern]]) -> Pattern:
    """Turns of so many days, over and over; ``start`` is the first day of the first."""
    cycle = sum(days for days, _ in turns) or 1

    def on(day: date) -> Sequence[ShiftPattern]:
        at = (day - start).days % cycle
        for days, pattern in turns:
            if at < days:
                return pattern(day)
            at -= days
        return ()

    return on


def open_windows(
    pattern: Pattern,
    exceptions: Sequence[DatedException],
    zone: ZoneInfo,
    first: date,
    last: date,
) -> list[OpenWindow]:
    """Sorted, disjoint windows of the shifts that start on ``first`` to ``last``.

    ``exceptions`` from the general to the special: a later one wins over an earlier one.
    """
    worked = trace(pattern, exceptions, zone, first, last).worked
    return [OpenWindow(each.start, each.end, each.overtime, each.cost) for each in worked]


def trace(
    pattern: Pattern,
    exceptions: Sequence[DatedException],
    zone: ZoneInfo,
    first: date,
    last: date,
) -> Trace:
    """The same windows with their history, and what was taken away by which exception."""
    worked: list[Stretch] = []
    taken: list[Stretch] = []
    day = first
    while day <= last:
        on, off = _day(day, pattern, exceptions, zone)
        worked += on
        taken += off
        day += timedelta(days=1)
    for number, exception in enumerate(exceptions):
        if _closes_by_clock(exception):
            for start, end in _clock_spans(exception, zone, first, last):
                taken += [replace(inside, by=number) for inside in _inside(worked, start, end)]
                worked = [part for each in worked for part in _cut(each, start, end)]
    return Trace(tuple(_merged(worked)), tuple(sorted(taken, key=lambda each: each.start)))


def worked_minutes(shift: ShiftPattern) -> list[tuple[int, int]]:
    """The worked stretches of a shift, in minutes after the midnight it starts on."""
    start, end = _span(shift.start, shift.end)
    stretches = []
    at = start
    for pause in sorted(_break(start, *hours) for hours in shift.breaks):
        if at < pause[0]:
            stretches.append((at, min(pause[0], end)))
        at = max(at, pause[1])
    if at < end:
        stretches.append((at, end))
    return stretches


def minute(moment: datetime) -> int:
    """Whole minutes since the epoch, rounded down."""
    return int((moment - EPOCH).total_seconds() // 60)


def moment(minutes: int) -> datetime:
    """The opposite of ``minute``, in UTC."""
    return EPOCH + timedelta(minutes=minutes)


def wall_minute(day: date, minutes: int, zone: ZoneInfo) -> int:
    """A wall-clock time (minutes after midnight of ``day``, may exceed a day) in UTC minutes.

    An hour the clocks skip is read with the offset before the skip; one that comes twice means
    the first.
    """
    days, rest = divmod(minutes, MINUTES_PER_DAY)
    local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), zone)
    return minute(local.astimezone(UTC))


def shift_date(moment_utc: datetime, zone: ZoneInfo, day_starts: int = 0) -> date:
    """The production day of a moment: minutes before ``day_starts`` belong to the day before."""
    local = moment_utc.astimezone(zone)
    return (local - timedelta(minutes=day_starts)).date()


def work_after(windows: Sequence[OpenWindow], start: int, minutes: int) -> int | None:
    """The minute at which ``minutes`` of open time have passed since ``start``; None if never."""
    left = minutes
    at = start
    for window in windows:
        if window.end <= at:
            continue
        begin = max(window.start, at)
        if left == 0:
            return at
        if begin + left <= window.end:
            return begin + left
        left -= window.end - begin
        at = window.end
    return at if left == 0 else None


def _day(
    day: date, pattern: Pattern, exceptions: Sequence[DatedException], zone: ZoneInfo
) -> tuple[list[Stretch], list[Stretch]]:
    """(worked, taken away) of the shifts that start on one day."""
    shifts: list[_Shift] = [(shift, None) for shift in pattern(day)]
    added: list[tuple[int, int, int]] = []
    gone: list[Stretch] = []
    for number, exception in enumerate(exceptions):
        if exception.kind in _BY_SHIFT_DATE and not exception.hours:
            leaving = [each for each in shifts if _covers(exception, _owner(each[0], day))]
            gone += [replace(one, by=number) for one in _stretches(leaving, day, zone)]
            shifts = [each for each in shifts if each not in leaving]
            if _covers(exception, day):
                added = []
        elif exception.kind in OPENING_EXCEPTIONS and _covers(exception, day):
            if exception.hours:
                added += [(*_span(*hours), number) for hours in exception.hours]
            elif not shifts:
                usual = _last_pattern(pattern, day)
                shifts = [(_opened(shift, exception), number) for shift in usual]
    worked = _stretches(shifts, day, zone)
    for start, end, number in added:
        opening = exceptions[number]
        worked.append(
            Stretch(
                wall_minute(day, start, zone),
                wall_minute(day, end, zone),
                opening.kind is ExceptionKind.OVERTIME,
                opening.cost_per_hour / 60,
                day,
                "",
                number,
            )
        )
    return worked, gone


_Shift = tuple[ShiftPattern, int | None]


def _stretches(shifts: Sequence[_Shift], day: date, zone: ZoneInfo) -> list[Stretch]:
    return [
        Stretch(
            wall_minute(day, start, zone),
            wall_minute(day, end, zone),
            shift.overtime,
            shift.cost_per_hour / 60,
            _owner(shift, day),
            shift.name,
            by,
        )
        for shift, by in shifts
        for start, end in worked_minutes(shift)
    ]


def _owner(shift: ShiftPattern, day: date) -> date:
    """The day a shift belongs to that starts on ``day``."""
    over_midnight = shift.end <= shift.start
    moved = over_midnight and shift.date_rule is DateRule.END
    return day + timedelta(days=1) if moved else day


def _opened(shift: ShiftPattern, exception: DatedException) -> ShiftPattern:
    """The shift as it runs on a day off: what the exception costs counts, else its own cost."""
    return replace(
        shift,
        overtime=exception.kind is ExceptionKind.OVERTIME,
        cost_per_hour=exception.cost_per_hour or shift.cost_per_hour,
    )


def _last_pattern(pattern: Pattern, day: date) -> Sequence[ShiftPattern]:
    """A worked day off runs like the last regular working day before it."""
    for back in range(1, 8):
        shifts = [s for s in pattern(day - timedelta(days=back)) if not s.overtime]
        if shifts:
            return shifts
    return []


def _covers(exception: DatedException, day: date) -> bool:
    return exception.date_from <= day <= exception.date_to


def _closes_by_clock(exception: DatedException) -> bool:
    if exception.kind in OPENING_EXCEPTIONS:
        return False
    return bool(exception.hours) or exception.kind not in _BY_SHIFT_DATE


def _clock_spans(
    exception: DatedException, zone: ZoneInfo, first: date, last: date
) -> list[tuple[int, int]]:
    spans = []
    day = max(exception.date_from, first)
    # The last shift may reach into the day after.
    while day <= min(exception.date_to, last + timedelta(days=1)):
        for hours in exception.hours or _WHOLE_DAY:
            start, end = hours if hours == _WHOLE_DAY[0] else _span(*hours)
            spans.append((wall_minute(day, start, zone), wall_minute(day, end, zone)))
        day += timedelta(days=1)
    return sorted(spans)


def _span(start: int, end: int) -> tuple[int, int]:
    """Hours as an interval: an end not after the start lies on the next day."""
    return (start, end) if end > start else (start, end + MINUTES_PER_DAY)


def _break(shift_start: int, start: int, end: int) -> tuple[int, int]:
    """A break after midnight is typed as 00:00 but lies on the shift's second day."""
    first, last = _span(start, end)
    moved = MINUTES_PER_DAY if first < shift_start else 0
    return first + moved, last + moved


def _inside(worked: Sequence[Stretch], start: int, end: int) -> list[Stretch]:
    """The parts of ``worked`` between two moments."""
    return [
        replace(each, start=max(start, each.start), end=min(end, each.end))
        for each in worked
        if start < each.end and each.start < end
    ]


def _cut(stretch: Stretch, start: int, end: int) -> list[Stretch]:
    if end <= stretch.start or stretch.end <= start:
        return [stretch]
    pieces = ((stretch.start, min(start, stretch.end)), (max(end, stretch.start), stretch.end))
    return [replace(stretch, start=first, end=last) for first, last in pieces if first < last]


def _merged(worked: list[Stretch]) -> list[Stretch]:
    """Sorted; where two overlap (overtime typed over a shift) the earlier one keeps the time."""
    done: list[Stretch] = []
    for each in sorted(worked, key=lambda one: (one.start, one.overtime, one.end)):
        start = max(each.start, done[-1].end) if done else each.start
        if start < each.end:
            done.append(replace(each, start=start))
    return done
