"""What holds operations where they are: pins whose time has gone by, and freeze zones.

What a person has pinned to a start is not lost when that start passes without the work having
begun: it keeps its machine, and goes as soon as it can, before all that is not fixed.
"""

from __future__ import annotations

from app.scheduling.problem import FreezeLevel, FreezeZone, Operation, Placement, Problem


def freezing(problem: Problem, old: Placement) -> list[FreezeZone]:
    """The freeze zones that hold an operation of the plan in force; running work is in none."""
    operation = problem.operations[old.operation]
    if operation.started is not None:
        return []
    machine = problem.machines[operation.modes[old.mode].machine]
    zones = [zone for zone in machine.freeze if zone.start <= old.start < zone.end]
    if operation.committed:
        zones.append(FreezeZone(old.start, old.start + 1, FreezeLevel.LOCKED))
    return zones


def overdue_pins(problem: Problem) -> frozenset[int]:
    """Operations whose pinned start can no more be kept: their setup should have begun by now."""
    setup_starts = {p.operation: (p.start, p.setup_start) for p in problem.baseline}
    return frozenset(
        index
        for index, operation in enumerate(problem.operations)
        if operation.pin_start is not None
        and operation.started is None
        and (
            operation.pin_start - _least_setup(operation) < problem.now
            or _should_be_set_up(operation.pin_start, setup_starts.get(index), problem.now)
        )
    )


def _least_setup(operation: Operation) -> int:
    """Minutes of setup it needs whatever is mounted."""
    minutes = [
        mode.setup + operation.first_piece if mode.setup else 0
        for mode in operation.modes
        if operation.pin_machine in (None, mode.machine)
    ]
    return min(minutes, default=0)


def _should_be_set_up(pin: int, planned: tuple[int, int] | None, now: int) -> bool:
    """Whether the plan in force, which keeps the pin, has its setup begin before now."""
    return planned is not None and planned[0] == pin and planned[1] < now
