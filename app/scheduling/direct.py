"""A model's answer taken literally: placements at its very times.

The decoder starts everything as early as it can, which costs flow time; a model may start work
late on purpose. Where the model states the problem in full, its times are a plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from app.scheduling.pins import overdue_pins
from app.scheduling.problem import MachineKind, Pausing, Placement, Problem, Schedule
from app.scheduling.spans import common, stretches


class Times(Protocol):
    """Times and modes by operation."""

    @property
    def begins(self) -> dict[int, int]: ...
    @property
    def starts(self) -> dict[int, int]: ...
    @property
    def ends(self) -> dict[int, int]: ...
    @property
    def modes(self) -> dict[int, int]: ...


def as_placed(problem: Problem, answer: Times, plan: Mapping[int, Placement]) -> Schedule | None:
    """The plan with the answer's times; None if people, tools, ovens or turns would be missing."""
    if not all(_in_full(problem, i, mode) for i, mode in answer.modes.items()):
        return None
    if any(answer.starts.get(i, 0) > plan[i].start for i in overdue_pins(problem) if i in plan):
        return None  # what is overdue does not wait for the sake of something else
    shifts = [stretches(calendar) for calendar in problem.calendars]
    placed = dict(plan)
    for i, mode in answer.modes.items():
        begin, end = answer.begins[i], answer.ends[i]
        machine = problem.machines[problem.operations[i].modes[mode].machine]
        segments = common(shifts[machine.calendar], [(begin, end)])
        placed[i] = Placement(i, mode, begin, answer.starts[i], end, segments)
    return Schedule(tuple(placed[i] for i in sorted(placed)))


def _in_full(problem: Problem, index: int, mode_index: int) -> bool:
    operation = problem.operations[index]
    mode = operation.modes[mode_index]
    return (
        not (mode.tools or mode.setup_crew or mode.run_crew)
        and operation.pausing is not Pausing.TURNS
        and problem.machines[mode.machine].kind is not MachineKind.BATCH
    )
