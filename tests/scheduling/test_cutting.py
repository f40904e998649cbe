"""Running work that is cut keeps its place up to the cut, whatever else a plant asks for."""

from __future__ import annotations

from dataclasses import replace

from app.scheduling import repair
from app.scheduling.construct import construct
from app.scheduling.cutting import pieces_per_turn, shortened
from app.scheduling.problem import POLICIES, MachineKind, Mode, Placement, Problem
from app.scheduling.verify import verify
from tests.scheduling.generator import Feature, features, sample

PLANTS = 100


def half(problem: Problem, placed: Placement) -> Mode | None:
    """About half of the work of running work, in whole turns; None if it cannot be less."""
    mode = problem.operations[placed.operation].modes[placed.mode]
    if not mode.turn_seconds:
        return replace(mode, run_seconds=mode.run_seconds // 2) if mode.run_seconds > 1 else None
    pieces = pieces_per_turn(problem, mode, placed.tools)
    turns = -(-mode.quantity // pieces) // 2
    return replace(mode, quantity=turns * pieces) if turns else None


def cut(problem: Problem, placed: Placement) -> Problem | None:
    mode = half(problem, placed)
    if mode is None:
        return None
    operations = list(problem.operations)
    modes = list(operations[placed.operation].modes)
    modes[placed.mode] = mode
    operations[placed.operation] = replace(operations[placed.operation], modes=tuple(modes))
    return replace(problem, operations=tuple(operations))


def test_what_is_cut_ends_sooner_and_breaks_no_rule() -> None:
    """What follows it leaves the plan, as it waits for the rest."""
    tried: set[Feature] = set()
    for problem in sample(PLANTS, seed=5):
        running = [o for o, record in enumerate(problem.operations) if record.started]
        if not running:
            continue
        plan = construct(problem, weights=POLICIES["on_time"])
        placed = {p.operation: p for p in plan.placements}
        for operation in running:
            if operation not in placed:
                continue
            machine = problem.operations[operation].modes[placed[operation].mode].machine
            less = cut(problem, placed[operation])
            if less is None or problem.machines[machine].kind is MachineKind.BATCH:
                continue  # what lies in an oven comes out together
            after = sorted(
                {k.after for k in problem.precedences if k.before == operation} & placed.keys()
            )
            found = repair.take_off(problem, plan, after) if after else None
            if found is not None and found.refused is not None:
                continue
            rest = plan if found is None else found.schedule
            short = shortened(less, placed[operation])
            changed = (short if p.operation == operation else p for p in rest.placements)
            wrong = verify(less, replace(rest, placements=tuple(changed)))
            assert wrong == []
            assert short.end < placed[operation].end
            tried |= features(problem)
    assert {Feature.PAUSE_TURNS, Feature.OPERATOR_SHIFTS, Feature.EFFICIENCY} <= tried
