"""Other solvers on the same instances, to be measured beside ours: what they share, and CP-SAT.

PyJobShop is in ``peer_pyjobshop``, aps-kernel in ``peer_aps``; neither is a dependency of the
program (``pip install '.[peers]'``).
"""

from __future__ import annotations

import time
from collections import defaultdict

from ortools.sat.python import cp_model

from app.scheduling.problem import (
    FOREVER,
    MachineKind,
    Placement,
    Problem,
    Schedule,
    Weights,
)
from benchmarks.answer import NotExpressed, PeerAnswer


class Watch(cp_model.CpSolverSolutionCallback):
    """Notes when plans were found: ``trace`` of (seconds since its making, objective)."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()
        self.trace: list[tuple[float, float]] = []

    def on_solution_callback(self) -> None:
        self.trace.append((time.monotonic() - self._began, self.objective_value))


def cpsat(
    problem: Problem, weights: Weights, seconds: float, workers: int, seed: int
) -> PeerAnswer:
    """CP-SAT on the textbook model of the whole (flexible) job shop, without hint or window.

    Raises NotExpressed for anything but chains or graphs of operations on unary machines that are
    always open, without setups, tools or people.
    """
    _check(problem)
    model = cp_model.CpModel()
    starts, ends, chosen = _operations(problem, model)
    _objective(problem, weights, model, ends)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    watch = Watch()
    status = solver.solve(model, watch)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return PeerAnswer(None, "nothing")
    placements = []
    for i in range(len(problem.operations)):
        mode = next(k for k, on in enumerate(chosen[i]) if solver.value(on))
        start, end = solver.value(starts[i]), solver.value(ends[i])
        segments = ((start, end),) if end > start else ()
        placements.append(Placement(i, mode, start, start, end, segments))
    name = "optimal" if status == cp_model.OPTIMAL else "feasible"
    return PeerAnswer(
        Schedule(tuple(placements)), name, solver.best_objective_bound, tuple(watch.trace)
    )


def _check(problem: Problem) -> None:
    check_open(problem)
    plain = all(
        machine.kind is MachineKind.UNARY and machine.setup_rule is None
        for machine in problem.machines
    )
    if not plain or problem.tools:
        raise NotExpressed("setups or tools")


def check_open(problem: Problem) -> None:
    """Raises NotExpressed where machines close, or work needs people or materials."""
    closing = any(
        not any(w.start <= problem.now and w.end >= FOREVER for w in calendar.windows)
        for calendar in problem.calendars
    )
    if closing or problem.operators or problem.materials:
        raise NotExpressed("calendars, people or materials")


def changeover(problem: Problem, machine: int, one: int, other: int) -> int:
    """Minutes of a one-part changeover on the machine; -1 is no family."""
    rule = problem.machines[machine].setup_rule
    if rule is None or one < 0 or other < 0:
        return 0
    (part,) = problem.setup_rules[rule].parts
    found = part.pairs.get((one, other), None if one == other else part.default)
    return 0 if found is None else found.minutes


def _operations(
    problem: Problem, model: cp_model.CpModel
) -> tuple[list[cp_model.IntVar], list[cp_model.IntVar], list[list[cp_model.IntVar]]]:
    modes = [[(m.machine, m.run_seconds // 60) for m in o.modes] for o in problem.operations]
    release = max((max(0, order.release) for order in problem.orders), default=0)
    horizon = release + sum(max(run for _, run in choices) for choices in modes)
    starts, ends, chosen = [], [], []
    by_machine: defaultdict[int, list[cp_model.IntervalVar]] = defaultdict(list)
    for operation, choices in zip(problem.operations, modes, strict=True):
        earliest = max(0, problem.orders[operation.order].release)
        start = model.new_int_var(earliest, horizon, "")
        end = model.new_int_var(earliest, horizon, "")
        on = [model.new_bool_var("") for _ in choices]
        model.add_exactly_one(on)
        for literal, (machine, run) in zip(on, choices, strict=True):
            interval = model.new_optional_interval_var(start, run, end, literal, "")
            by_machine[machine].append(interval)
        starts.append(start)
        ends.append(end)
        chosen.append(on)
    for intervals in by_machine.values():
        model.add_no_overlap(intervals)
    for link in problem.precedences:
        model.add(starts[link.after] >= ends[link.before] + link.min_lag)
    return starts, ends, chosen


def _objective(
    problem: Problem, weights: Weights, model: cp_model.CpModel, ends: list[cp_model.IntVar]
) -> None:
    """Makespan, or weighted tardiness where orders have due dates."""
    top = 2**40
    if weights.makespan_min and not weights.weighted_tardiness_min:
        makespan = model.new_int_var(0, top, "")
        model.add_max_equality(makespan, ends)
        model.minimize(makespan)
        return
    tardiness = []
    last: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    for operation, end in zip(problem.operations, ends, strict=True):
        last[operation.order].append(end)
    for index, order in enumerate(problem.orders):
        if order.due < FOREVER:
            late = model.new_int_var(0, top, "")
            for end in last[index]:
                model.add(late >= end - order.due)
            tardiness.append(order.weight * late)
    model.minimize(sum(tardiness))
