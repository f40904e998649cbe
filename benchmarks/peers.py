"""Other solvers on the same instances, to be measured beside ours."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass

from ortools.sat.python import cp_model

from app.scheduling.problem import (
    FOREVER,
    MachineKind,
    Placement,
    Problem,
    Schedule,
    Weights,
)


class NotExpressed(ValueError):
    """The peer's model cannot state this instance."""


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    """``schedule`` is None if the peer found none; ``bound`` of the weighted objective."""

    schedule: Schedule | None
    status: str
    bound: float | None
    first_plan_seconds: float | None


class _FirstAnswer(cp_model.CpSolverSolutionCallback):
    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()
        self.seconds: float | None = None

    def on_solution_callback(self) -> None:
        if self.seconds is None:
            self.seconds = time.monotonic() - self._began


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
    first = _FirstAnswer()
    status = solver.solve(model, first)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return PeerAnswer(None, "nothing", None, None)
    placements = []
    for i in range(len(problem.operations)):
        mode = next(k for k, on in enumerate(chosen[i]) if solver.value(on))
        start, end = solver.value(starts[i]), solver.value(ends[i])
        segments = ((start, end),) if end > start else ()
        placements.append(Placement(i, mode, start, start, end, segments))
    name = "optimal" if status == cp_model.OPTIMAL else "feasible"
    return PeerAnswer(Schedule(tuple(placements)), name, solver.best_objective_bound, first.seconds)


def _check(problem: Problem) -> None:
    plain = all(
        machine.kind is MachineKind.UNARY and machine.setup_rule is None
        for machine in problem.machines
    )
    if not plain or problem.tools or problem.operators or problem.materials:
        raise NotExpressed("setups, tools or people")


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
