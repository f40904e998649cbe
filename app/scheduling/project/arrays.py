"""Projects as flat arrays: operations that ask for shares of resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.scheduling.problem import (
    FOREVER,
    Calendar,
    End,
    MachineKind,
    Mode,
    Operation,
    Placement,
    Precedence,
    Problem,
    Schedule,
    Weights,
)

Ints = NDArray[np.int32]
LONGEST = 40_000
"""Minutes that a plan may take at most: usage of the resources is kept minute by minute."""
MOST_RESOURCES = 64


class Project(NamedTuple):
    """Minutes after ``now``. ``before`` and ``after`` are lists one after the other (``*_at``).

    Shapes: ``length``, ``release`` n; ``demand`` n × resources; ``capacity`` one per resource
    (machines first, then types of tools); ``horizon``: no useful plan is longer.
    """

    before_at: Ints
    before: Ints
    before_lag: Ints
    after_at: Ints
    after: Ints
    after_lag: Ints
    length: Ints
    release: Ints
    demand: Ints
    capacity: Ints
    horizon: int
    now: int

    @property
    def size(self) -> int:
        return len(self.length)


def project_of(problem: Problem, weights: Weights) -> Project | None:
    """The arrays, or None where the problem or the objective is more than the search can state.

    It states: makespan alone; one mode for each operation; machines that take one or several
    operations at a time and tools in pools, all of them always there; precedences from end to
    start with minimum lags; release dates.
    """
    if weights != Weights(makespan_min=weights.makespan_min) or weights.makespan_min <= 0:
        return None
    if problem.materials or problem.baseline or not problem.operations:
        return None
    if not all(_always_open(calendar, problem.now) for calendar in problem.calendars):
        return None
    if not all(map(_plain_operation, problem.operations)) or not _plain_resources(problem):
        return None
    if not all(map(_plain_link, problem.precedences)):
        return None
    project = _arrays(problem)
    possible = bool(np.all(project.demand <= project.capacity))
    return project if possible and project.horizon <= LONGEST else None


def _always_open(calendar: Calendar, now: int) -> bool:
    return any(w.start <= now and w.end >= FOREVER and not w.overtime for w in calendar.windows)


def _plain_resources(problem: Problem) -> bool:
    pools = [tool.tool_type for tool in problem.tools]
    plain = all(tool.life is None for tool in problem.tools) and len(pools) == len(set(pools))
    machines = all(
        machine.kind in (MachineKind.UNARY, MachineKind.CUMULATIVE)
        and machine.setup_rule is None
        and machine.efficiency == 100
        and not machine.freeze
        and machine.starts is None
        for machine in problem.machines
    )
    return plain and machines and len(problem.machines) + len(problem.tools) <= MOST_RESOURCES


def _plain_operation(operation: Operation) -> bool:
    return (
        len(operation.modes) == 1
        and _plain_mode(operation.modes[0])
        and operation.pin_machine is None
        and operation.pin_start is None
        and operation.started is None
        and operation.latest_start >= FOREVER
        and not operation.first_piece
    )


def _plain_mode(mode: Mode) -> bool:
    if mode.setup_crew or mode.run_crew or mode.setup or mode.turn_seconds:
        return False
    types = [demand.tool_type for demand in mode.tools]
    held = all(demand.until is None and not demand.shapes for demand in mode.tools)
    return held and len(types) == len(set(types))


def _plain_link(link: Precedence) -> bool:
    ends = (link.before_end, link.after_end) == (End.END, End.START)
    plain = link.max_lag is None and link.transfer is None and link.clock is None
    return ends and plain and link.min_lag >= 0


def _arrays(problem: Problem) -> Project:
    operations, machines = problem.operations, problem.machines
    length = [-(-o.modes[0].run_seconds // 60) for o in operations]
    release = [_release(problem, operation) for operation in operations]
    into = sorted((link.after, link.before, link.min_lag) for link in problem.precedences)
    out = sorted((link.before, link.after, link.min_lag) for link in problem.precedences)
    demand = np.zeros((len(operations), len(machines) + len(problem.tool_types)), np.int32)
    for i, operation in enumerate(operations):
        mode = operation.modes[0]
        cumulative = machines[mode.machine].kind is MachineKind.CUMULATIVE
        demand[i, mode.machine] = mode.load if cumulative else 1
        for tool in mode.tools:
            demand[i, len(machines) + tool.tool_type] = tool.count
    capacity = [m.capacity if m.kind is MachineKind.CUMULATIVE else 1 for m in machines]
    pools = {tool.tool_type: tool.capacity for tool in problem.tools}
    capacity += [pools.get(number, 0) for number in range(len(problem.tool_types))]
    lags = sum(link.min_lag for link in problem.precedences)
    return Project(
        *_lists(len(operations), into),
        *_lists(len(operations), out),
        np.array(length, np.int32),
        np.array(release, np.int32),
        demand,
        np.array(capacity, np.int32),
        max(release) + sum(length) + lags + 1,
        problem.now,
    )


def _release(problem: Problem, operation: Operation) -> int:
    released = max(operation.release, *(problem.orders[k].release for k in operation.orders))
    return max(0, released - problem.now)


def _lists(count: int, links: Sequence[tuple[int, int, int]]) -> tuple[Ints, Ints, Ints]:
    """(marks, other ends, lags) of sorted links (owner, other end, lag)."""
    owners = np.bincount(np.array([link[0] for link in links], np.int64), minlength=count)
    marks = np.concatenate([[0], np.cumsum(owners)]).astype(np.int32)
    others = np.array([link[1] for link in links], np.int32)
    return marks, others, np.array([link[2] for link in links], np.int32)


def starts_of(project: Project, plan: Mapping[int, Placement]) -> Ints | None:
    """Starts after now; None if an operation is not in the plan."""
    if len(plan) != project.size:
        return None
    return np.array([plan[i].start - project.now for i in range(project.size)], np.int32)


def schedule_of(problem: Problem, project: Project, starts: Ints) -> Schedule:
    """The plan with these starts."""
    pools = {tool.tool_type: number for number, tool in enumerate(problem.tools)}
    placements = []
    for i, operation in enumerate(problem.operations):
        start = int(starts[i]) + project.now
        end = start + int(project.length[i])
        tools = tuple(pools[demand.tool_type] for demand in operation.modes[0].tools)
        segments = ((start, end),) if end > start else ()
        placements.append(Placement(i, 0, start, start, end, segments, tools))
    return Schedule(tuple(placements))
