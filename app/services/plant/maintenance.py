"""Regular service of machines and moulds: when it is due, and the working time it takes.

A service begins with the first open minute at which it is due; one that is overdue, with the next
window that opens. Running hours are not read from machines: they are taken from the share of the
time that the machine is open. A service that may be moved is made in one go where it costs least:
the fewest minutes of planned work, then of open time, then the fewest away from its day; by people
with its skill while they are in, and without one also while all is closed.
"""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import IntervalUnit
from app.core.working_time import MINUTES_PER_DAY, OpenWindow, minute, moment, wall_minute
from app.models.plant import Maintenance
from app.scheduling.windows import Stretches

LAST_OF_MONTH = 31
FIRST_DATE, LAST_DATE = 1900_01_01, 2999_12_31
NEVER, ANY_TIME = Stretches([]), Stretches([(-(2**40), 2**40)])


@dataclass(frozen=True, slots=True)
class Service:
    """``last``: when it was last done, in minutes since the epoch; ``interval`` by its unit.

    ``move``: by how many minutes it may be earlier or later; it takes ``minutes``. ``skill``: id.
    """

    last: int | None
    interval: int
    unit: IntervalUnit
    minutes: int
    move: int = 0
    skill: int | None = None


ServicesById = dict[int, list[Service]]


@dataclass(frozen=True, slots=True)
class Setting:
    """Where services are put: ``now`` and the plant's zone; ``busy``: work of the plan in force;
    ``skilled``: when somebody who has a skill (id) is in."""

    now: int
    zone: ZoneInfo
    busy: Stretches = NEVER
    skilled: Callable[[int], Stretches] = lambda _: ANY_TIME


def dated_services(session: Session) -> tuple[ServicesById, ServicesById]:
    """Services of machines and of tool types by id that are counted in days, hours or dates, as
    far as it is known when they are due."""
    found: tuple[ServicesById, ServicesById] = {}, {}
    rows = session.scalars(
        select(Maintenance)
        .where(
            Maintenance.interval_unit != IntervalUnit.SHOTS,
            Maintenance.interval > 0,
            Maintenance.minutes > 0,
        )
        .order_by(Maintenance.id)
    )
    for row in rows:
        if row.last_at is None and row.interval_unit is not IntervalUnit.DATE:
            continue
        last = None if row.last_at is None else minute(row.last_at)
        move = max(0, row.move_days) * MINUTES_PER_DAY
        service = Service(last, row.interval, row.interval_unit, row.minutes, move, row.skill_id)
        of = found[0] if row.machine_id is not None else found[1]
        of.setdefault(row.machine_id or row.tool_type_id or 0, []).append(service)
    return found


def tool_services(session: Session) -> dict[int, tuple[int, int]]:
    """Shots between services of a tool type, by id, and the minutes one takes: the most frequent.

    Those of another unit are in ``dated_services``.
    """
    rows = session.scalars(
        select(Maintenance)
        .where(
            Maintenance.tool_type_id.is_not(None),
            Maintenance.interval_unit == IntervalUnit.SHOTS,
            Maintenance.interval > 0,
        )
        .order_by(Maintenance.interval.desc(), Maintenance.id.desc())
    )
    return {row.tool_type_id or 0: (row.interval, row.minutes) for row in rows}


def dates_of(interval: int) -> tuple[int | None, date | None] | None:
    """What an interval counted as a date says: a day of each month (31 = its last day), or one day
    as 20261224; None if it is neither."""
    if 1 <= interval <= LAST_OF_MONTH:
        return interval, None
    if not FIRST_DATE <= interval <= LAST_DATE:
        return None
    year, rest = divmod(interval, 10_000)
    month, day = divmod(rest, 100)
    try:
        return None, date(year, month, day)
    except ValueError:
        return None


def without_services(
    windows: Sequence[OpenWindow], services: Sequence[Service], setting: Setting
) -> tuple[OpenWindow, ...]:
    """The windows less the time that services take."""
    left = list(windows)
    for service in services:
        for due in _due_times(left, service, setting):
            if service.move:
                start = _cheapest(left, service, due, setting)
                left = list(cut_out(left, [(start, start + service.minutes)]))
            else:
                left = _without(left, due, service.minutes)
    return tuple(left)


def _due_times(windows: Sequence[OpenWindow], service: Service, setting: Setting) -> list[int]:
    if not windows:
        return []
    now, end = setting.now, windows[-1].end
    overdue = next((window.start for window in windows if window.start > now), end)
    if service.unit is IntervalUnit.DATE:
        return _on_dates(service, setting, overdue, end)
    interval = service.interval * (60 if service.unit is IntervalUnit.HOURS else MINUTES_PER_DAY)
    if service.unit is IntervalUnit.HOURS:
        open_minutes = sum(window.end - window.start for window in windows)
        interval = max(1, interval * (end - windows[0].start) // open_minutes)
    due = (service.last or 0) + interval
    return list(range(overdue if due < now else due, end, interval))


def _on_dates(service: Service, setting: Setting, overdue: int, end: int) -> list[int]:
    """Whether that of a day before today was made is known only with the day of the last one."""
    today = moment(setting.now).astimezone(setting.zone).date()
    midnight = wall_minute(today, 0, setting.zone)
    found: list[int] = []
    for day in _dates(service.interval, today, moment(end).date()):
        at = wall_minute(day, 0, setting.zone)
        if service.last is not None and service.last >= at - service.move:
            continue
        if at >= midnight:
            found.append(max(at, setting.now))
        elif service.last is not None:
            found = [overdue]
    return [at for at in found if at < end]


def _dates(interval: int, today: date, last: date) -> Iterable[date]:
    """From a month before today on."""
    said = dates_of(interval)
    if said is None:
        return
    of_month, once = said
    if of_month is None:
        if once is not None and once <= last:
            yield once
        return
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    while month <= last:
        days = monthrange(month.year, month.month)[1]
        yield month.replace(day=min(of_month, days))
        month += timedelta(days=days)


def _cheapest(windows: Sequence[OpenWindow], service: Service, due: int, setting: Setting) -> int:
    """When a service that may be moved begins."""
    takes = service.minutes
    low, high = max(setting.now, due - service.move), due + service.move
    opened = Stretches((window.start, window.end) for window in windows)
    staffed = ANY_TIME if service.skill is None else setting.skilled(service.skill)
    starts = {due, low}
    for parts in (opened, setting.busy, staffed):
        for edges in (parts.starts, parts.ends):
            near = edges[bisect_left(edges, low) : bisect_left(edges, high + takes + 1)]
            starts.update(near)
            starts.update(edge - takes for edge in near)

    def cost(start: int) -> tuple[int, int, int, int, int]:
        end = start + takes
        away = takes - staffed.within(start, end)
        lost = setting.busy.within(start, end)
        return away, lost, opened.within(start, end), abs(start - due), start

    return min((start for start in starts if low <= start <= high), key=cost, default=due)


def cut_out(windows: Sequence[OpenWindow], out: Iterable[tuple[int, int]]) -> Sequence[OpenWindow]:
    """The windows less some stretches."""
    for start, end in out:
        pieces = (
            piece
            for window in windows
            for piece in (
                replace(window, end=min(window.end, start)),
                replace(window, start=max(window.start, end)),
            )
        )
        windows = [piece for piece in pieces if piece.start < piece.end]
    return windows


def _without(windows: Sequence[OpenWindow], due: int, minutes: int) -> list[OpenWindow]:
    """The windows less the first so many open minutes from ``due`` on."""
    left: list[OpenWindow] = []
    for window in windows:
        begin = max(window.start, due)
        end = min(window.end, begin + minutes)
        if minutes <= 0 or end <= begin:
            left.append(window)
            continue
        minutes -= end - begin
        pieces = replace(window, end=begin), replace(window, start=end)
        left += [piece for piece in pieces if piece.start < piece.end]
    return left
