"""PyJobShop as a peer: the instance in its own model, solved by its own OR-Tools backend.

Lan and Berkhout 2025, arXiv 2502.13483. Best on two cores with 8 workers, mostly.
"""

from __future__ import annotations

import importlib
from typing import Any

import pyjobshop
from ortools.sat.python import cp_model

from app.scheduling.problem import (
    FOREVER,
    End,
    MachineKind,
    Operation,
    Placement,
    Problem,
    Schedule,
    Weights,
)
from benchmarks.answer import NotExpressed, PeerAnswer
from benchmarks.peers import Watch, changeover, check_open


def pyjobshop_answer(
    problem: Problem, weights: Weights, seconds: float, workers: int, seed: int
) -> PeerAnswer:
    """What PyJobShop finds in ``seconds`` of search; building its model is not counted.

    Raises NotExpressed for calendars, people, materials, individual tools and batches.
    """
    model, modes = _model(problem, weights)
    watch = Watch()

    class Solver(cp_model.CpSolver):
        """OR-Tools as PyJobShop calls it, with an ear for its solutions."""

        def solve(self, model: Any, solution_callback: Any = None) -> Any:
            return super().solve(model, solution_callback or watch)

    # The class of the same name hides the module in the package.
    backend: Any = importlib.import_module("pyjobshop.solvers.ortools.CPModel")
    original = backend.CpSolver
    backend.CpSolver = Solver
    try:
        result = model.solve(
            time_limit=seconds, display=False, num_workers=workers, random_seed=seed
        )
    finally:
        backend.CpSolver = original
    status = str(result.status.value).lower()
    if not result.best.tasks:
        return PeerAnswer(None, "nothing")
    placements = [
        _placed(problem, i, modes[task.mode], task.start, task.end)
        for i, task in enumerate(result.best.tasks)
    ]
    schedule = Schedule(tuple(_with_setups(problem, placements)))
    return PeerAnswer(schedule, status, result.lower_bound, tuple(watch.trace))


def _model(problem: Problem, weights: Weights) -> tuple[pyjobshop.Model, list[int]]:
    """Its model, and for each of its modes the number of the mode within its operation."""
    check_open(problem)
    model = pyjobshop.Model()
    machines = [_machine(model, problem, k) for k in range(len(problem.machines))]
    pools = [_pool(model, problem, k) for k in range(len(problem.tool_types))]
    jobs = [
        model.add_job(
            weight=order.weight,
            release_date=max(0, order.release - problem.now),
            due_date=None if order.due >= FOREVER else max(0, order.due - problem.now),
        )
        for order in problem.orders
    ]
    tasks, modes = [], []
    for operation in problem.operations:
        order = problem.orders[operation.order]
        earliest = max(0, order.release - problem.now, operation.release - problem.now)
        task = model.add_task(job=jobs[operation.order], earliest_start=earliest)
        tasks.append(task)
        for number, mode in enumerate(operation.modes):
            held = [(pools[d.tool_type], d.count) for d in mode.tools]
            if machines[mode.machine] is not None:
                held.append((machines[mode.machine], 0))
            model.add_mode(task, [r for r, _ in held], mode.run_seconds // 60, [n for _, n in held])
            modes.append(number)
    for link in problem.precedences:
        plain = (link.before_end, link.after_end) == (End.END, End.START)
        if not plain or link.max_lag is not None or link.transfer or link.clock is not None:
            raise NotExpressed("precedences of other kinds")
        model.add_end_before_start(tasks[link.before], tasks[link.after], link.min_lag)
    _add_setups(problem, model, machines, tasks)
    if weights.weighted_tardiness_min:
        model.set_objective(weight_total_tardiness=1)
    else:
        model.set_objective(weight_makespan=1)
    return model, modes


def _machine(model: pyjobshop.Model, problem: Problem, number: int) -> Any:
    """None for a machine that takes everything at once (the site of a project)."""
    machine = problem.machines[number]
    if machine.kind is MachineKind.UNARY:
        return model.add_machine()
    if machine.kind is MachineKind.CUMULATIVE and machine.capacity >= len(problem.operations):
        return None
    raise NotExpressed("racks and ovens")


def _pool(model: pyjobshop.Model, problem: Problem, tool_type: int) -> Any:
    pools = [tool for tool in problem.tools if tool.tool_type == tool_type]
    if len(pools) != 1:
        raise NotExpressed("copies of tools")
    return model.add_renewable(pools[0].capacity)


def _add_setups(problem: Problem, model: pyjobshop.Model, machines: Any, tasks: Any) -> None:
    """Between each two operations that can meet on a machine."""
    on: list[list[int]] = [[] for _ in problem.machines]
    for i, operation in enumerate(problem.operations):
        for m in {mode.machine for mode in operation.modes}:
            on[m].append(i)
    for m, row in enumerate(on):
        if problem.machines[m].setup_rule is None:
            continue
        for i in row:
            for j in row:
                minutes = changeover(problem, m, _family(problem, i), _family(problem, j))
                if i != j and minutes:
                    model.add_setup_time(machines[m], tasks[i], tasks[j], minutes)


def _family(problem: Problem, i: int) -> int:
    operation: Operation = problem.operations[i]
    return operation.families[0] if operation.families else -1


def _placed(problem: Problem, i: int, mode: int, start: int, end: int) -> Placement:
    start, end = start + problem.now, end + problem.now
    return Placement(i, mode, start, start, end, ((start, end),) if end > start else (), ())


def _with_setups(problem: Problem, placements: list[Placement]) -> list[Placement]:
    """The changeovers and pools written down, as ``verify`` asks for them."""
    rows: dict[int, list[Placement]] = {}
    for placement in placements:
        mode = problem.operations[placement.operation].modes[placement.mode]
        rows.setdefault(mode.machine, []).append(placement)
    found = {}
    for m, row in rows.items():
        last = problem.machines[m].setup_state[0] if problem.machines[m].setup_state else -1
        for p in sorted(row, key=lambda p: (p.start, p.end)):
            family = _family(problem, p.operation)
            minutes = changeover(problem, m, last, family)
            last = family if family >= 0 else last
            mode = problem.operations[p.operation].modes[p.mode]
            tools = tuple(
                next(k for k, tool in enumerate(problem.tools) if tool.tool_type == d.tool_type)
                for d in mode.tools
            )
            begin = p.start - minutes
            segments = ((begin, p.end),) if p.end > begin else ()
            found[p.operation] = Placement(
                p.operation, p.mode, begin, p.start, p.end, segments, tools
            )
    return [found[i] for i in range(len(placements))]
