"""Working time: from weekly shifts and dated exceptions to open windows in UTC.

Wall-clock times belong to the plant's time zone. Each end of a window is converted on its own, so
that a night shift over a change of the clocks is as long as it really is. Windows are minutes
since 1970-01-01 UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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
        return sum(end - start for start, end in _without_breaks(self))


@dataclass(frozen=True, slots=True)
class DatedException:
    """``hours`` empty = the whole day."""

    kind: ExceptionKind
    date_from: date
    date_to: date
    hours: Hours = ()


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """``[start, end)`` in minutes since the epoch; ``cost`` per minute."""

    start: int
    end: int
    overtime: bool = False
    cost: float = 0.0


Pattern = Callable[[date], Sequence[ShiftPattern]]
"""The regular shifts that start on a day."""


def weekly(shifts: Iterable[ShiftPattern]) -> Pattern:
    """The same shifts every week."""
    by_weekday: dict[int, list[ShiftPattern]] = {}
    for shift in shifts:
        by_weekday.setdefault(shift.weekday, []).append(shift)
    return lambda day: by_weekday.get(day.isoweekday(), [])


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
    windows: list[OpenWindow] = []
    day = first
    while day <= last:
        windows += _day(day, pattern, exceptions, zone)
        day += timedelta(days=1)
    for exception in exceptions:
        if _closes_by_clock(exception):
            windows = _minus(windows, _clock_spans(exception, zone, first, last))
    return _merged(windows)


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
) -> list[OpenWindow]:
    """Windows of the shifts that start on one day."""
    shifts = list(pattern(day))
    added: list[tuple[int, int, bool]] = []
    for exception in exceptions:
        belongs = [shift for shift in shifts if _covers(exception, _owner(shift, day))]
        if exception.kind in _BY_SHIFT_DATE and not exception.hours:
            shifts = [shift for shift in shifts if shift not in belongs]
            if _covers(exception, day):
                added = []
        elif exception.kind in OPENING_EXCEPTIONS and _covers(exception, day):
            overtime = exception.kind is ExceptionKind.OVERTIME
            if exception.hours:
                added += [(*_span(*hours), overtime) for hours in exception.hours]
            elif not shifts:
                shifts = [_as(shift, overtime) for shift in _last_pattern(pattern, day)]
    windows = [
        OpenWindow(
            wall_minute(day, start, zone),
            wall_minute(day, end, zone),
            shift.overtime,
            shift.cost_per_hour / 60,
        )
        for shift in shifts
        for start, end in _without_breaks(shift)
    ]
    windows += [
        OpenWindow(wall_minute(day, start, zone), wall_minute(day, end, zone), overtime)
        for start, end, overtime in added
    ]
    return windows


def _owner(shift: ShiftPattern, day: date) -> date:
    """The day a shift belongs to that starts on ``day``."""
    over_midnight = shift.end <= shift.start
    moved = over_midnight and shift.date_rule is DateRule.END
    return day + timedelta(days=1) if moved else day


def _as(shift: ShiftPattern, overtime: bool) -> ShiftPattern:
    return ShiftPattern(
        shift.weekday, shift.start, shift.end, shift.name, shift.breaks, overtime,
        shift.cost_per_hour, shift.date_rule,
    )  # fmt: skip


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


def _without_breaks(shift: ShiftPattern) -> list[tuple[int, int]]:
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


def _break(shift_start: int, start: int, end: int) -> tuple[int, int]:
    """A break after midnight is typed as 00:00 but lies on the shift's second day."""
    first, last = _span(start, end)
    moved = MINUTES_PER_DAY if first < shift_start else 0
    return first + moved, last + moved


def _minus(windows: list[OpenWindow], spans: list[tuple[int, int]]) -> list[OpenWindow]:
    for start, end in spans:
        windows = [part for window in windows for part in _cut(window, start, end)]
    return windows


def _cut(window: OpenWindow, start: int, end: int) -> list[OpenWindow]:
    if end <= window.start or window.end <= start:
        return [window]
    pieces = ((window.start, min(start, window.end)), (max(end, window.start), window.end))
    return [
        OpenWindow(first, last, window.overtime, window.cost)
        for first, last in pieces
        if first < last
    ]


def _merged(windows: list[OpenWindow]) -> list[OpenWindow]:
    """Sorted; where two overlap (overtime typed over a shift) the earlier one keeps the time."""
    done: list[OpenWindow] = []
    for window in sorted(windows, key=lambda w: (w.start, w.overtime, w.end)):
        start = max(window.start, done[-1].end) if done else window.start
        if start < window.end:
            done.append(OpenWindow(start, window.end, window.overtime, window.cost))
    return done
