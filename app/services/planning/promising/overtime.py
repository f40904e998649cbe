"""Overtime as it is put into force: the exceptions that open it, and the plan in that very plant.

The engine looks for hours by opening all who could be needed; what is opened in the end is the
machines' hours, and of people and moulds only those who stand in the plan at that time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from app.core.choices import ExceptionKind
from app.core.working_time import MINUTES_PER_DAY
from app.models.plant import CalendarException
from app.scheduling import problem as engine
from app.scheduling.insertion import Insertion, Stretch, without
from app.scheduling.verify import verify
from app.services.planning.promising.case import Case
from app.services.plant.opening import Opening

Hours = Mapping[int, Sequence[Stretch]]


@dataclass(frozen=True, slots=True)
class InForce:
    """The case of the plant with the hours opened, and the plan in it."""

    case: Case
    plan: engine.Schedule
    openings: tuple[Opening, ...]

    @property
    def ends(self) -> int:
        mine = set(self.case.mine)
        return max(p.end for p in self.plan.placements if p.operation in mine)


def in_force(case: Case, used: Hours, plan: engine.Schedule, rate: Decimal) -> InForce | None:
    """The plan where the calendars really have the hours; None if it is not sound there.

    ``used``: hours by machine; ``rate``: what an hour costs, in the site's currency.
    """
    openings = tuple(_openings(case, used, plan, rate))
    opened = case.again(case.standing_in(plan.placements), _unchanged, openings)
    mine = set(opened.mine)
    whole = opened.with_rest(opened.base)
    if not mine <= {p.operation for p in whole.placements} or verify(opened.problem, whole):
        trial = Insertion(opened.shop, without(opened.shop, opened.base, mine))
        if trial.fit(opened.mine) is not None:
            return None
        whole = trial.schedule()
        if verify(opened.problem, whole):
            return None
    return InForce(opened, whole, openings)


def away(case: Case) -> dict[int, list[Stretch]]:
    """Days of leave by operator, in ticks: whoever is on leave is not asked to work late."""
    reading = case.reading
    if reading is None:
        return {}
    index = {number: at for at, number in enumerate(case.loaded.operator_ids)}
    found: dict[int, list[Stretch]] = {}
    with reading.database.read() as session:
        rows = session.execute(
            select(
                CalendarException.operator_id,
                CalendarException.date_from,
                CalendarException.date_to,
            ).where(
                CalendarException.kind == ExceptionKind.LEAVE,
                CalendarException.operator_id.is_not(None),
            )
        )
        for number, first, last in rows:
            if number in index:
                clock = case.loaded.clock
                span = clock.day_start(first), clock.day_start(last + timedelta(days=1))
                found.setdefault(index[number], []).append(span)
    return found


def _unchanged(_session: object, _asked: object) -> None:
    """The orders are as they are."""


def _openings(case: Case, used: Hours, plan: engine.Schedule, rate: Decimal) -> Iterable[Opening]:
    loaded, problem = case.loaded, case.problem
    machines = {machine: set(hours) for machine, hours in used.items()}
    people: dict[int, set[Stretch]] = {}
    tools: dict[int, set[Stretch]] = {}
    for p in plan.placements:
        machine = problem.operations[p.operation].modes[p.mode].machine
        for a, b in used.get(machine, ()):
            for work in p.crew:
                if work.start < b and a < work.end:
                    people.setdefault(work.operator, set()).add((a, b))
            if min(p.setup_start, p.start) < b and a < p.end:
                for tool in p.tools:
                    tools.setdefault(tool, set()).add((a, b))
    for kind, wanted, ids, records in (
        ("machine", machines, loaded.machine_ids, problem.machines),
        ("operator", people, loaded.operator_ids, problem.operators),
        ("tool_copy", tools, loaded.tool_copy_ids, problem.tools),
    ):
        for index in sorted(wanted):
            calendar = problem.calendars[records[index].calendar]
            for stretch in _closed(calendar, wanted[index]):
                if ids[index] > 0:  # what is a supplier's or a pool's has no hours of its own
                    yield _opening(case, kind, ids[index], stretch, rate)


def _closed(calendar: engine.Calendar, stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches that are not open anyway, those that overlap as one."""
    found: list[Stretch] = []
    for a, b in sorted(stretches):
        if any(w.start <= a and b <= w.end for w in calendar.windows):
            continue
        if found and a <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], b)
        else:
            found.append((a, b))
    return found


def _opening(case: Case, kind: str, number: int, stretch: Stretch, rate: Decimal) -> Opening:
    start, end = (case.moment(tick).astimezone(case.loaded.time_zone) for tick in stretch)
    last = end.hour * 60 + end.minute
    if last == 0:
        last = MINUTES_PER_DAY
    return Opening(
        kind, number, start.date(), start.hour * 60 + start.minute, last, rate,
        case.asked.order.code,
    )  # fmt: skip
