"""Time <-> x, and the ticks of the axis in the plant's zone.

Times are float minutes since 1970-01-01 UTC; x is in logical pixels from the left of the chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.format import WEEKDAYS

MINUTES_PER_DAY = 1440.0
FINEST = 8.0  # pixels per minute: a minute is still something to point at
MIN_TICK = 42.0  # pixels between labelled ticks
NARROW_TICK = {"hour": 30.0, "day": 22.0}  # two digits need less
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_minutes(moment: datetime) -> float:
    """Aware datetime -> minutes since 1970 UTC."""
    return moment.timestamp() / 60.0


def to_datetime(minutes: float) -> datetime:
    """Minutes since 1970 UTC -> aware UTC datetime, rounded to the whole minute."""
    return _EPOCH + timedelta(minutes=round(minutes))


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the axis; ``label`` is empty where it would say nothing new."""

    minutes: float
    label: str
    strong: bool


@dataclass(frozen=True, slots=True)
class TickStep:
    """A spacing of ticks: ``count`` of ``unit``; ``minutes`` is its usual length."""

    unit: str
    count: int
    minutes: float


MINOR_STEPS = (
    TickStep("minute", 5, 5),
    TickStep("minute", 15, 15),
    TickStep("minute", 30, 30),
    TickStep("hour", 1, 60),
    TickStep("hour", 2, 120),
    TickStep("hour", 3, 180),
    TickStep("hour", 6, 360),
    TickStep("hour", 12, 720),
    TickStep("day", 1, MINUTES_PER_DAY),
    TickStep("week", 1, 7 * MINUTES_PER_DAY),
    TickStep("month", 1, 30.4 * MINUTES_PER_DAY),
    TickStep("month", 3, 91.3 * MINUTES_PER_DAY),
    TickStep("year", 1, 365.25 * MINUTES_PER_DAY),
)
DAY = MINOR_STEPS[8]
WEEK = MINOR_STEPS[9]
MONTH = MINOR_STEPS[10]
YEAR = MINOR_STEPS[12]


class TimeGrid:
    """Which stretch of time the chart shows, and how wide a minute is."""

    def __init__(self, zone: ZoneInfo, first: float, last: float) -> None:
        self.zone = zone
        self.first = first
        self.last = max(last, first + 60)
        self.left = first
        self.scale = 1.0
        self.width = 800.0
        self._ticks: tuple[tuple[float, float, float, str], tuple[list[Tick], list[Tick]]] | None
        self._ticks = None

    def set_span(self, first: float, last: float) -> None:
        """The times that can be reached by scrolling."""
        self.first = first
        self.last = max(last, first + 60)
        self.set_scale(self.scale)

    def set_width(self, width: float) -> None:
        """Width of the chart in pixels."""
        self.width = max(width, 1.0)
        self.set_scale(self.scale)

    @property
    def right(self) -> float:
        """The time at the right edge."""
        return self.left + self.width / self.scale

    @property
    def coarsest(self) -> float:
        """The scale at which the whole span is in view."""
        return self.width / (self.last - self.first)

    def x(self, minutes: float) -> float:
        """Time -> pixel."""
        return (minutes - self.left) * self.scale

    def minutes(self, x: float) -> float:
        """Pixel -> time."""
        return self.left + x / self.scale

    def set_scale(self, scale: float) -> None:
        """Zoom, left edge held."""
        self.scale = min(max(scale, min(self.coarsest, FINEST)), FINEST)
        self.scroll_to(self.left)

    def zoom_at(self, x: float, factor: float) -> None:
        """Zoom so that the time under ``x`` stays there."""
        held = self.minutes(x)
        self.scale = min(max(self.scale * factor, min(self.coarsest, FINEST)), FINEST)
        self.scroll_to(held - x / self.scale)

    def scroll_to(self, left: float) -> None:
        """Left edge, kept inside the span."""
        furthest = self.last - self.width / self.scale
        self.left = max(self.first, min(left, furthest))

    def show(self, first: float, last: float) -> None:
        """Zoom and scroll so that exactly this stretch is in view."""
        length = max(last - first, 1.0)
        self.scale = min(max(self.width / length, min(self.coarsest, FINEST)), FINEST)
        middle = (first + last) / 2
        self.scroll_to(middle - self.width / self.scale / 2)

    def fit(self) -> None:
        """The whole span."""
        self.show(self.first, self.last)

    def minor_step(self) -> TickStep:
        """The finest step whose ticks stand far enough apart to be labelled."""
        for step in MINOR_STEPS:
            if step.minutes * self.scale >= NARROW_TICK.get(step.unit, MIN_TICK):
                return step
        return YEAR

    def major_step(self, minor: TickStep) -> TickStep:
        """What the upper line of the axis names."""
        if minor.minutes < MINUTES_PER_DAY:
            return DAY
        return MONTH if minor.unit in ("day", "week") else YEAR

    def snap_step(self) -> float:
        """Minutes of the grid a dragged bar snaps to: about eight pixels."""
        for minutes in (1, 5, 10, 15, 30, 60, 120, 240, 480, 720, 1440):
            if minutes * self.scale >= 8:
                return float(minutes)
        return MINUTES_PER_DAY

    def snap(self, minutes: float) -> float:
        """The nearest moment of the grid, on the plant's clock: at a step of four hours 08:00 or
        12:00 wherever the plant is, and on a day on which the clocks change, too."""
        step = self.snap_step()
        local = to_datetime(minutes).astimezone(self.zone)
        day = local.replace(hour=0, minute=0, fold=0)
        wall = local.hour * 60 + local.minute + (minutes - round(minutes))
        nearest = day + timedelta(minutes=round(wall / step) * step)
        found = [to_minutes(nearest.replace(fold=fold).astimezone(UTC)) for fold in (0, 1)]
        return min(found, key=lambda one: abs(one - minutes))

    def ticks(self, language: str) -> tuple[list[Tick], list[Tick]]:
        """(minor, major) ticks of the stretch in view, labels in ``language`` (zh or en).

        The first major tick may lie left of the view: its label is drawn at the edge.
        """
        key = (self.left, self.scale, self.width, language)
        if self._ticks is None or self._ticks[0] != key:
            self._ticks = (key, self._make_ticks(language))
        return self._ticks[1]

    def _make_ticks(self, language: str) -> tuple[list[Tick], list[Tick]]:
        minor = self.minor_step()
        major = self.major_step(minor)
        show_year = self._spans_years()
        roomy = minor.minutes * self.scale >= MIN_TICK
        lower = [
            Tick(
                at,
                _minor_label(local, minor, language, roomy),
                local.hour == 0 and local.minute == 0,
            )
            for at, local in self._walk(minor)
        ]
        wide = DAY.minutes * self.scale >= 78
        upper = [
            Tick(at, _major_label(local, major, language, show_year, wide), True)
            for at, local in self._walk(major)
        ]
        return lower, upper

    def boundaries(self, step: TickStep) -> list[float]:
        """Where days, weeks or months begin: from the one at the left edge to the first beyond the
        right edge."""
        inside = self._walk(step)
        return [*(at for at, _ in inside), to_minutes(_next(inside[-1][1], step).astimezone(UTC))]

    def _spans_years(self) -> bool:
        return to_datetime(self.first).year != to_datetime(self.last).year

    def _walk(self, step: TickStep) -> list[tuple[float, datetime]]:
        """Ticks of ``step`` from the one at or before the left edge to the right edge."""
        if step.unit == "hour":
            return self._hours(step.count)
        local = _floor(to_datetime(self.left - 0.5).astimezone(self.zone), step)
        ticks = []
        for _ in range(4000):  # never reached: ticks stand at least some pixels apart
            at = to_minutes(local.astimezone(UTC))
            if at > self.right:
                break
            ticks.append((at, local))
            local = _next(local, step)
        return ticks

    def _hours(self, count: int) -> list[tuple[float, datetime]]:
        """Full hours of the wall clock, day by day: one that is skipped has no tick, one that comes
        twice has two where every hour is named."""
        local = to_datetime(self.left - 0.5).astimezone(self.zone)
        day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        ticks: list[tuple[float, datetime]] = []
        while to_minutes(day.astimezone(UTC)) <= self.right:
            for hour in range(0, 24, count):
                for fold in (0, 1) if count == 1 else (0,):
                    at = day.replace(hour=hour, fold=fold)
                    there = at.astimezone(UTC).astimezone(self.zone)
                    exists = (there.hour, there.minute) == (hour, 0)
                    minutes = to_minutes(at.astimezone(UTC))
                    if exists and minutes <= self.right and (not ticks or minutes > ticks[-1][0]):
                        ticks.append((minutes, at))
            day = (day + timedelta(days=1)).replace(fold=0)
        first = max((n for n, tick in enumerate(ticks) if tick[0] <= self.left), default=0)
        return ticks[first:]


def _floor(local: datetime, step: TickStep) -> datetime:
    """The tick at or before a local time."""
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if step.unit == "minute":
        return local.replace(minute=local.minute - local.minute % step.count, second=0)
    if step.unit == "day":
        return day
    if step.unit == "week":
        return day - timedelta(days=day.weekday())
    if step.unit == "month":
        return day.replace(day=1, month=day.month - (day.month - 1) % step.count)
    return day.replace(day=1, month=1)


def _next(local: datetime, step: TickStep) -> datetime:
    """The next tick in wall time; below a day in elapsed time, so that both change days work."""
    if step.unit == "minute":
        later = local.astimezone(UTC) + timedelta(minutes=step.count)
        return later.astimezone(local.tzinfo)
    if step.unit == "month":
        months = local.month - 1 + step.count
        return local.replace(year=local.year + months // 12, month=months % 12 + 1, fold=0)
    if step.unit == "year":
        return local.replace(year=local.year + step.count, fold=0)
    days = step.count * (7 if step.unit == "week" else 1)
    return (local + timedelta(days=days)).replace(fold=0)


def _minor_label(local: datetime, step: TickStep, language: str, roomy: bool) -> str:
    if step.unit == "minute":
        return f"{local:%H:%M}"
    if step.unit == "hour":
        return f"{local:%H}"
    if step.unit == "day":
        weekday = WEEKDAYS[language][local.weekday()]
        short = weekday[-1] if language == "zh" else weekday[:2]
        return f"{local.day} {short}" if roomy else str(local.day)
    if step.unit == "week":
        return f"{local:%m-%d}"
    if step.unit == "month":
        return f"{local.month} 月" if language == "zh" else f"{local:%m}"
    return str(local.year)


def _major_label(
    local: datetime, step: TickStep, language: str, show_year: bool, wide: bool
) -> str:
    if step.unit == "day":
        head = f"{local:%Y-%m-%d}" if show_year and wide else f"{local:%m-%d}"
        weekday = WEEKDAYS[language][local.weekday()]
        return f"{head} {weekday}"
    if step.unit == "month":
        return f"{local.year} 年 {local.month} 月" if language == "zh" else f"{local:%Y-%m}"
    return f"{local.year} 年" if language == "zh" else str(local.year)
