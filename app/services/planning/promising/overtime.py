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
from app.scheduling.insertion import Stretch, fitted_in, used_hours, without
from app.scheduling.verify import verify
from app.services.planning.promising.case import Case
from app.services.plant.opening import Opening

Hours = Mapping[int, Sequence[Stretch]]

GONE = (ExceptionKind.LEAVE, ExceptionKind.DOWN, ExceptionKind.POWER_CUT)
ROUNDS = 2
"""Where the calendars do not give all the hours, the plan is made once more with what they give."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The case of the plant with the hours opened, and the plan in it."""

    case: Case
    plan: engine.Schedule
    used: Hours
    openings: tuple[Opening, ...]

    @property
    def others(self) -> tuple[str, ...]:
        """Names of the people and moulds that are opened besides the machines."""
        loaded, problem = self.case.loaded, self.case.problem
        people = dict(zip(loaded.operator_ids, problem.operators, strict=True))
        tools = dict(zip(loaded.tool_copy_ids, problem.tools, strict=True))
        names = [
            people[one.id].name or people[one.id].key
            if one.kind == "operator"
            else tools[one.id].key
            for one in self.openings
            if one.kind != "machine"
        ]
        return tuple(dict.fromkeys(names))

    @property
    def ends(self) -> int:
        mine = set(self.case.mine)
        return max(p.end for p in self.plan.placements if p.operation in mine)


def in_force(case: Case, used: Hours, plan: engine.Schedule, rate: Decimal) -> InForce | None:
    """The plan where the calendars really have the hours; None if it is not sound there.

    ``used``: hours by machine; ``rate``: what an hour costs, in the site's currency.
    """
    at = case
    for _ in range(ROUNDS):
        openings = tuple(_openings(case, at, used, plan, rate))
        opened = case.again(at.standing_in(plan.placements), _unchanged, openings)
        mine = set(opened.mine)
        whole = opened.with_rest(opened.base)
        placed = {p.operation for p in whole.placements}
        if mine <= placed and not verify(opened.problem, whole):
            return InForce(opened, whole, used, openings)
        standing = without(opened.shop, opened.base, mine)
        again, _ = fitted_in(opened.shop, standing, opened.mine)
        if again is None:
            return None
        at, plan = opened, again
        own = [p for p in plan.placements if p.operation in mine]
        used = used_hours(opened.shop, used, own, case.shop)
    return None


@dataclass(frozen=True, slots=True)
class Away:
    """When nobody is asked to stay, by operator, and no hours are opened, by machine; in ticks."""

    people: Mapping[int, Sequence[Stretch]]
    machines: Mapping[int, Sequence[Stretch]]

    def without_down(self, hours: Hours) -> dict[int, list[Stretch]]:
        """The hours in which their machine is not down."""
        found: dict[int, list[Stretch]] = {}
        for machine, stretches in hours.items():
            down = self.machines.get(machine, ())
            up = [(a, b) for a, b in stretches if not any(s < b and a < e for s, e in down)]
            if up:
                found[machine] = up
        return found


def away(case: Case) -> Away:
    """Leave of people, repairs and power cuts of machines, as their own exceptions say."""
    people: dict[int, list[Stretch]] = {}
    machines: dict[int, list[Stretch]] = {}
    reading = case.reading
    if reading is None:
        return Away(people, machines)
    who = {number: at for at, number in enumerate(case.loaded.operator_ids)}
    what = case.loaded.machine_index()
    with reading.database.read() as session:
        for row in session.scalars(
            select(CalendarException).where(
                CalendarException.kind.in_(GONE),
                CalendarException.date_to >= case.moment(case.problem.now).date() - timedelta(1),
            )
        ):
            spans = _spans(case, row)
            if row.operator_id in who:
                people.setdefault(who[row.operator_id], []).extend(spans)
            elif row.machine_id in what:
                machines.setdefault(what[row.machine_id], []).extend(spans)
    return Away(people, machines)


def _spans(case: Case, row: CalendarException) -> list[Stretch]:
    found: list[Stretch] = []
    for ahead in range((row.date_to - row.date_from).days + 1):
        midnight = case.loaded.clock.day_start(row.date_from + timedelta(days=ahead))
        for start, end in row.hours or [[0, MINUTES_PER_DAY]]:
            last = end if end > start else end + MINUTES_PER_DAY
            found.append((midnight + int(start), midnight + int(last)))
    return found


def _unchanged(_session: object, _asked: object) -> None:
    """The orders are as they are."""


def _openings(
    case: Case, at: Case, used: Hours, plan: engine.Schedule, rate: Decimal
) -> Iterable[Opening]:
    """What ``case`` has not open of it; ``at``: the case that the plan is of."""
    loaded, problem = case.loaded, case.problem
    machines = {machine: set(hours) for machine, hours in used.items()}
    people: dict[int, set[Stretch]] = {}
    tools: dict[int, set[Stretch]] = {}
    for p in plan.placements:
        machine = at.problem.operations[p.operation].modes[p.mode].machine
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
