"""What runs together: a placement alone, or the members of an oven batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.scheduling.problem import MachineKind, Placement, Problem

Lot = tuple[int, list[Placement]]
"""A machine and what runs there together: one placement, or the members of a batch."""


def lots_of(problem: Problem, placements: Iterable[Placement]) -> Iterator[Lot]:
    batches: dict[tuple[int, int, int], list[Placement]] = {}
    for placement in placements:
        machine = problem.operations[placement.operation].modes[placement.mode].machine
        if problem.machines[machine].kind is not MachineKind.BATCH:
            yield machine, [placement]
            continue
        key = (machine, placement.start, placement.end)
        if key in batches:
            batches[key].append(placement)
        else:
            batches[key] = [placement]
    for (machine, _, _), members in batches.items():
        yield machine, members


def in_turn(lots: Iterable[Lot]) -> list[Lot]:
    """The lots of one machine in the order in which it is set up for them."""
    return sorted(lots, key=lambda lot: (lot[1][0].setup_start, lot[1][0].end))


def setup_minutes(placement: Placement) -> int:
    start = placement.start
    if placement.setup_start == start:
        return 0
    return sum(min(b, start) - a for a, b in placement.segments if a < start)


def run_minutes(placement: Placement) -> int:
    """Worked minutes of the run."""
    start = placement.start
    return sum(b - max(a, start) for a, b in placement.segments if b > start)


def has_changeovers(problem: Problem, machine: int) -> bool:
    record = problem.machines[machine]
    return record.setup_rule is not None and record.kind is not MachineKind.CUMULATIVE
