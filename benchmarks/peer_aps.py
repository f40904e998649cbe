"""aps-kernel (MIT) as a peer, in what it can express: routings, alternatives, due dates.

Its objective is lexicographic (unplanned, tardiness without weights, makespan); it knows no
release dates, and its setups are regular expressions over groups: neither is given to it.
"""

from __future__ import annotations

from collections import defaultdict
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

from app.scheduling.problem import FOREVER, MachineKind, Placement, Problem, Schedule, Weights
from benchmarks.answer import NotExpressed, PeerAnswer
from benchmarks.peers import check_open

DAY = date(2026, 1, 1)


def aps_answer(
    problem: Problem, weights: Weights, seconds: float, workers: int, seed: int
) -> PeerAnswer:
    """What aps-kernel finds; raises NotExpressed for what it cannot state (see above)."""
    data = _input(problem)
    options = CpSatOptions(time_limit_seconds=seconds, workers=max(2, workers), random_seed=seed)
    result, _ = solve(data, options=options)
    if result.unscheduled or not result.assignments:
        return PeerAnswer(None, "nothing")
    placements = []
    for a in sorted(result.assignments, key=lambda a: int(a.operation_id)):
        i, machine = int(a.operation_id), int(a.resource_id)
        choices = problem.operations[i].modes
        mode = next(k for k, choice in enumerate(choices) if choice.machine == machine)
        start = a.start_minute + problem.now
        end = start + choices[mode].run_seconds // 60
        placements.append(Placement(i, mode, start, start, end, ((start, end),)))
    # Its last status is of the last stage; a fall-back on its greedy plan says so there.
    return PeerAnswer(Schedule(tuple(placements)), str(result.solver_status).lower())


def _input(problem: Problem) -> ScheduleInput:
    check_open(problem)
    if any(m.kind is not MachineKind.UNARY or m.setup_rule is not None for m in problem.machines):
        raise NotExpressed("setups, racks, ovens")
    if problem.tools or any(order.release > problem.now for order in problem.orders):
        raise NotExpressed("pools and release dates")
    before = defaultdict(list)
    for link in problem.precedences:
        if link.min_lag:
            raise NotExpressed("lags")
        before[link.after].append(str(link.before))
    work = sum(max(mode.run_seconds // 60 for mode in o.modes) for o in problem.operations)
    days = work // 1440 + 2
    open_days = tuple(
        TimeSlot(DAY + timedelta(days=k), time(0, 0), time(0, 0)) for k in range(days)
    )
    members: dict[int, list[str]] = defaultdict(list)
    steps = []
    for i, operation in enumerate(problem.operations):
        members[operation.order].append(str(i))
        choices = tuple(
            OperationResource(str(mode.machine), mode.run_seconds / 60) for mode in operation.modes
        )
        number = len(members[operation.order])
        steps.append(
            Step(str(i), str(operation.order), number, resources=choices,
                 predecessors=tuple(before[i]))
        )  # fmt: skip
    begin = datetime.combine(DAY, time())
    return ScheduleInput(
        jobs=[
            Job(
                str(j),
                due_date=None
                if order.due >= FOREVER
                else begin + timedelta(minutes=order.due - problem.now),
                operation_ids=tuple(members[j]),
            )
            for j, order in enumerate(problem.orders)
        ],
        operations=steps,
        resources=[
            Resource(str(m), slots=(EquipmentSlot(f"{m}-1", str(m)),), available=open_days)
            for m in range(len(problem.machines))
        ],
        locations=[Location("site", available=open_days)],
        horizon_start=DAY,
        horizon_days=days,
        max_orders_per_run=max(200, len(problem.orders)),
    )
