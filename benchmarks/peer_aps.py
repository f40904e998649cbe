"""aps-kernel (MIT) as a peer, in what it can express: routings, calendars, moulds, due dates.

Its objective is lexicographic (unplanned, tardiness without weights, makespan); it knows no
release dates, and its setups are regular expressions over groups: neither is given to it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from aps_kernel.models import (
    EquipmentSlot,
    Job,
    Location,
    OperationResource,
    Resource,
    ScheduleInput,
    TimeSlot,
)
from aps_kernel.models import Operation as Step
from aps_kernel.solver.cpsat import CpSatOptions, solve

from app.scheduling.construct import construct
from app.scheduling.problem import (
    FOREVER,
    POLICIES,
    Calendar,
    MachineKind,
    Pausing,
    Placement,
    Problem,
    Schedule,
    Weights,
)
from app.scheduling.spans import stretches
from benchmarks.answer import NotExpressed, PeerAnswer

DAY = date(2026, 1, 1)
DAY_MINUTES = 1440


def aps_answer(
    problem: Problem, weights: Weights, seconds: float, workers: int, seed: int
) -> PeerAnswer:
    """What aps-kernel finds; raises NotExpressed for what it cannot state (see above)."""
    base = problem.now - problem.now % DAY_MINUTES
    data = _input(problem, base)
    options = CpSatOptions(time_limit_seconds=seconds, workers=max(2, workers), random_seed=seed)
    result, _ = solve(data, options=options)
    if result.unscheduled or not result.assignments:
        return PeerAnswer(None, "nothing")
    placements = []
    for a in sorted(result.assignments, key=lambda a: int(a.operation_id)):
        i, machine = int(a.operation_id), int(a.resource_id)
        choices = problem.operations[i].modes
        mode = next(k for k, choice in enumerate(choices) if choice.machine == machine)
        worked = a.segments or ((a.start_minute, a.start_minute + choices[mode].run_seconds // 60),)
        segments = tuple(_joined((s + base, e + base) for s, e in worked))
        start, end = segments[0][0], segments[-1][1]
        tools = tuple(demand.tool_type for demand in choices[mode].tools)
        placements.append(Placement(i, mode, start, start, end, segments, tools))
    # Its last status is of the last stage; a fall-back on its greedy plan says so there.
    return PeerAnswer(Schedule(tuple(placements)), str(result.solver_status).lower())


def _joined(segments: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches that touch are one; it cuts at midnight."""
    last: tuple[int, int] | None = None
    for start, end in sorted(s for s in segments if s[0] < s[1]):
        if last is not None and last[1] == start:
            last = (last[0], end)
            continue
        if last is not None:
            yield last
        last = (start, end)
    if last is not None:
        yield last


def _input(problem: Problem, base: int) -> ScheduleInput:
    """``base``: the tick that is its first midnight."""
    if any(m.kind is not MachineKind.UNARY or m.setup_rule is not None for m in problem.machines):
        raise NotExpressed("setups, racks, ovens")
    if any(order.release > problem.now for order in problem.orders):
        raise NotExpressed("release dates")
    before, lag = defaultdict(list), defaultdict(set)
    for link in problem.precedences:
        lag[link.after].add(link.min_lag)
        before[link.after].append(str(link.before))
    days = _days(problem, base)
    opening = [_slots(calendar, problem.now, base, days) for calendar in problem.calendars]
    members: dict[int, list[str]] = defaultdict(list)
    steps = []
    for i, operation in enumerate(problem.operations):
        _check_stated(problem, i, lag[i])
        members[operation.order].append(str(i))
        choices = tuple(
            OperationResource(
                str(mode.machine),
                mode.run_seconds / 60,
                tool_id=str(mode.tools[0].tool_type) if mode.tools else None,
            )
            for mode in operation.modes
            if opening[problem.machines[mode.machine].calendar]  # none would mean: always open
        )
        number = len(members[operation.order])
        steps.append(
            Step(str(i), str(operation.order), number, resources=choices,
                 predecessors=tuple(before[i]), min_lag_minutes=float(max(lag[i], default=0)),
                 interruptible=operation.pausing is Pausing.ANYWHERE)
        )  # fmt: skip
    begin = datetime.combine(DAY, time())
    always = tuple(TimeSlot(DAY + timedelta(days=k), time(), time()) for k in range(days))
    return ScheduleInput(
        jobs=[
            Job(
                str(j),
                due_date=None
                if order.due >= FOREVER
                else begin + timedelta(minutes=order.due - base),
                operation_ids=tuple(members[j]),
            )
            for j, order in enumerate(problem.orders)
        ],
        operations=steps,
        resources=[
            Resource(
                str(m),
                slots=(EquipmentSlot(f"{m}-1", str(m)),),
                available=opening[machine.calendar],
            )
            for m, machine in enumerate(problem.machines)
            if opening[machine.calendar]
        ],
        locations=[Location("site", available=always)],
        horizon_start=DAY,
        horizon_days=days,
        max_orders_per_run=max(200, len(problem.orders)),
    )


def _check_stated(problem: Problem, index: int, lags: set[int]) -> None:
    """Raises NotExpressed for people, materials, several moulds, or waits that differ."""
    operation = problem.operations[index]
    if operation.consumes or operation.produces or operation.started or operation.release > 0:
        raise NotExpressed("materials, running work")
    if operation.pausing is Pausing.TURNS or len(lags) > 1:
        raise NotExpressed("turns, or waits that differ")
    copies = Counter(tool.tool_type for tool in problem.tools)
    for mode in operation.modes:
        if mode.setup or mode.setup_crew or mode.run_crew or len(mode.tools) > 1:
            raise NotExpressed("setup, people, several moulds")
        if any(d.count > 1 or copies[d.tool_type] > 1 for d in mode.tools):
            raise NotExpressed("several copies of a mould")


def _days(problem: Problem, base: int) -> int:
    """Enough for a plan by due dates, and half as much again."""
    plan = construct(problem, weights=POLICIES["on_time"])
    return int(1.5 * (max(p.end for p in plan.placements) - base) // DAY_MINUTES) + 2


def _slots(calendar: Calendar, now: int, base: int, days: int) -> tuple[TimeSlot, ...]:
    """The open stretches from now on, cut at midnight; 0:00 as an end is the end of the day."""
    found = []
    for opening, closing in stretches(calendar):
        start, end = max(opening, now), min(closing, base + days * DAY_MINUTES)
        while start < end:
            day, minute = divmod(start - base, DAY_MINUTES)
            until = min(end, start - minute + DAY_MINUTES)
            last = (until - base) % DAY_MINUTES
            found.append(TimeSlot(DAY + timedelta(days=day), _clock(minute), _clock(last)))
            start = until
    return tuple(found)


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)
