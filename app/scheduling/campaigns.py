"""What was hardly worth starting: oven batches that are too light, campaigns cut short.

No plan is refused for them (in a make-to-order plant the last order of a family may be all there
is): they are counted, one by one (see ``Mode.least_load`` and ``SetupPart.least_run``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.scheduling.lots import Lot, has_changeovers, in_turn, lots_of, run_minutes
from app.scheduling.problem import MachineKind, Problem, Schedule
from app.scheduling.setups import Setups


@dataclass(frozen=True, slots=True)
class LightBatch:
    """An oven batch below its least load; ``operations`` are its members."""

    machine: int
    start: int
    load: int
    least: int
    operations: tuple[int, ...]


@dataclass(slots=True)
class Campaign:
    """What is run in one family of a part of the setup rule between two changeovers.

    ``minutes`` of run so far, ``least`` as they should be. ``begun``: whether the plan changes
    over to it. ``operations``: one per run, the first of each batch.
    """

    machine: int
    part: int
    family: int
    least: int
    begun: bool
    start: int = 0
    minutes: int = 0
    operations: list[int] = field(default_factory=list)


def light_batch(problem: Problem, lot: Lot) -> LightBatch | None:
    """The lot if it is an oven batch below its least load."""
    machine, members = lot
    if problem.machines[machine].kind is not MachineKind.BATCH:
        return None
    operations = problem.operations
    least, load = 0, 0
    for placement in members:
        mode = operations[placement.operation].modes[placement.mode]
        least, load = max(least, mode.least_load), load + mode.load
    if load >= least or any(operations[p.operation].started is not None for p in members):
        return None
    whole = tuple(sorted(p.operation for p in members))
    return LightBatch(machine, members[0].start, load, least, whole)


Run = tuple[int, int, int]
"""An operation (of an oven batch the first), when its run starts, and minutes of it."""


def runs_of(lots: Iterable[Lot]) -> Iterator[Run]:
    """What one machine runs, in time."""
    for _, members in in_turn(lots):
        lead = members[0]
        yield lead.operation, lead.start, run_minutes(lead)


def cut_short(
    problem: Problem, setups: Setups, machine: int, runs: Iterable[Run]
) -> list[Campaign]:
    """The campaigns of one machine that its plan cuts short, in time."""
    parts = [(k, part.least_run) for k, part in enumerate(setups.parts) if part.least_run]
    if not parts:
        return []
    found: list[Campaign] = []
    current = {k: Campaign(machine, k, setups.initial[k], least, begun=False) for k, least in parts}
    for index, start, minutes in runs:
        operation = problem.operations[index]
        wanted = setups.padded(operation.families)
        for k, least in parts:
            before, family = current[k], wanted[k]
            if family == -1:
                continue
            if family != before.family:
                changed = operation.started is None and before.family != -1
                if changed and before.begun and before.minutes < least:
                    found.append(before)
                current[k] = before = Campaign(machine, k, family, least, changed, start)
            before.minutes += minutes
            before.operations.append(index)
    return found


def light_batches(problem: Problem, schedule: Schedule) -> list[LightBatch]:
    """All oven batches below their least load, in time."""
    lots = lots_of(problem, schedule.placements)
    found = [batch for lot in lots if (batch := light_batch(problem, lot)) is not None]
    return sorted(found, key=lambda batch: (batch.start, batch.machine))


def with_campaigns(problem: Problem) -> bool:
    """Whether campaigns should last anywhere."""
    return any(part.least_run for rule in problem.setup_rules for part in rule.parts)


def short_campaigns(problem: Problem, schedule: Schedule) -> list[Campaign]:
    """All campaigns that are cut short, in time."""
    if not with_campaigns(problem):
        return []
    sequences: dict[int, list[Lot]] = {}
    for lot in lots_of(problem, schedule.placements):
        if has_changeovers(problem, lot[0]):
            sequences.setdefault(lot[0], []).append(lot)
    found = [
        campaign
        for machine, lots in sequences.items()
        for campaign in cut_short(problem, Setups(problem, machine), machine, runs_of(lots))
    ]
    return sorted(found, key=lambda each: (each.start, each.machine, each.part))
