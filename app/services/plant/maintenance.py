"""Regular service of machines: when it is due, and the working time it takes.

A service begins with the first open minute at which it is due; one that is overdue, with the next
window that opens. Running hours are not read from machines: they are taken from the share of the
time that the machine is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import IntervalUnit
from app.core.working_time import MINUTES_PER_DAY, OpenWindow, minute
from app.models.plant import Maintenance


@dataclass(frozen=True, slots=True)
class Service:
    """``last``: when it was last done, in minutes since the epoch; ``interval`` in minutes, of
    time or (``open_time``) of open time; it takes ``minutes`` of open time."""

    last: int
    interval: int
    open_time: bool
    minutes: int


def machine_services(session: Session) -> dict[int, list[Service]]:
    """Services of machines by id, as far as it is known when they were last done."""
    found: defaultdict[int, list[Service]] = defaultdict(list)
    rows = session.scalars(
        select(Maintenance)
        .where(
            Maintenance.machine_id.is_not(None),
            Maintenance.interval_unit.in_((IntervalUnit.DAYS, IntervalUnit.HOURS)),
        )
        .order_by(Maintenance.id)
    )
    for row in rows:
        if row.last_at is None or row.interval <= 0 or row.minutes <= 0:
            continue
        by_hours = row.interval_unit is IntervalUnit.HOURS
        interval = row.interval * (60 if by_hours else MINUTES_PER_DAY)
        found[row.machine_id or 0].append(
            Service(minute(row.last_at), interval, by_hours, row.minutes)
        )
    return found


def tool_services(session: Session) -> dict[int, tuple[int, int]]:
    """Shots between services of a tool type, by id, and the minutes one takes: the most frequent.

    Those that are counted in days are not planned.
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


def without_services(
    windows: Sequence[OpenWindow], services: Sequence[Service], now: int
) -> tuple[OpenWindow, ...]:
    """The windows less the time that services take; ``now`` in minutes since the epoch."""
    left = list(windows)
    for service in services:
        for due in _due_times(left, service, now):
            left = _without(left, due, service.minutes)
    return tuple(left)


def _due_times(windows: Sequence[OpenWindow], service: Service, now: int) -> list[int]:
    if not windows:
        return []
    interval = service.interval
    if service.open_time:
        open_minutes = sum(window.end - window.start for window in windows)
        interval = max(1, interval * (windows[-1].end - windows[0].start) // open_minutes)
    due = service.last + interval
    if due < now:
        due = next((window.start for window in windows if window.start > now), windows[-1].end)
    return list(range(due, windows[-1].end, interval))


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
