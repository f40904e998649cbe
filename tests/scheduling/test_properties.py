"""Whatever the engine returns can be worked, for any plant; figures are recomputed apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.messages import LANGUAGES, Message
from app.scheduling.construct import construct
from app.scheduling.objective import evaluate
from app.scheduling.problem import POLICIES, Changeover, MachineKind, Problem, Schedule, SetupRule
from app.scheduling.repair import Move, eligibility, move
from app.scheduling.solve import solve
from app.scheduling.verify import verify
from tests.scheduling.brute_force import batch_leads, machine_of, parts, setup_needed
from tests.scheduling.generator import Feature, features, random_plants, sample
from tests.scheduling.plants import Plant, matrix, mode

WEIGHTS = POLICIES["on_time"]
SAMPLE = 240
NOT_SLOW = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def plants() -> list[Problem]:
    return list(sample(SAMPLE))


@pytest.fixture(scope="module")
def plans(plants: list[Problem]) -> list[Schedule]:
    return [construct(problem, weights=WEIGHTS) for problem in plants]


# -- the generator ---------------------------------------------------------------------------


def test_each_pair_of_features_occurs_together(plants: list[Problem]) -> None:
    found = [features(problem) for problem in plants]
    pairs = Counter(pair for present in found for pair in combinations(sorted(present), 2))
    every = list(combinations(sorted(Feature), 2))
    rarest = min(every, key=lambda pair: pairs[pair])
    print(f"\n{len(plants)} plants, {len(Feature)} features, {len(every)} pairs;")
    print(f"rarest pair: {' + '.join(rarest)} in {pairs[rarest] / len(plants):.0%} of the plants")
    assert pairs[rarest] >= 0.05 * len(plants)


def test_most_operations_are_placed(plants: list[Problem], plans: list[Schedule]) -> None:
    operations = sum(len(problem.operations) for problem in plants)
    unplaced = Counter(item.reason for plan in plans for item in plan.unplaced)
    placed = 1 - unplaced.total() / operations
    print(f"\n{placed:.1%} of {operations} operations placed; not placed: {unplaced}")
    assert placed >= 0.9


# -- what construct returns --------------------------------------------------------------------


def test_constructed_plans_break_no_rule(plants: list[Problem], plans: list[Schedule]) -> None:
    broken = {
        number: [violation.message.text("en") for violation in verify(problem, plan)]
        for number, (problem, plan) in enumerate(zip(plants, plans, strict=True))
        if verify(problem, plan)
    }
    assert broken == {}


def test_unplaced_operations_say_why(plants: list[Problem], plans: list[Schedule]) -> None:
    for plan in plans:
        for item in plan.unplaced:
            for language in LANGUAGES:
                assert Message(item.reason, dict(item.values)).text(language)


def test_objective_is_what_its_parts_are(plants: list[Problem], plans: list[Schedule]) -> None:
    for problem, plan in zip(plants, plans, strict=True):
        objective = evaluate(problem, plan)
        recomputed = parts(problem, plan)
        assert {name: getattr(objective, name) for name in recomputed} == pytest.approx(recomputed)
        assert objective.unplaced == len(plan.unplaced)


def test_setup_minutes_come_from_the_matrix(plants: list[Problem], plans: list[Schedule]) -> None:
    for problem, plan in zip(plants, plans, strict=True):
        assert evaluate(problem, plan).setup_min == setup_from_matrices(problem, plan)


def setup_from_matrices(problem: Problem, plan: Schedule) -> int:
    """Walk each machine's sequence and add up what its rule asks for."""
    minutes = 0
    leads = sorted(
        batch_leads(problem, plan.placements), key=lambda p: (p.setup_start, p.end, p.operation)
    )
    for number, lead in enumerate(leads):
        machine = problem.machines[machine_of(problem, lead)]
        operation = problem.operations[lead.operation]
        mode = operation.modes[lead.mode]
        if machine.kind is MachineKind.BATCH:
            members = [
                p
                for p in plan.placements
                if (machine_of(problem, p), p.start, p.end)
                == (machine_of(problem, lead), lead.start, lead.end)
            ]
            records = [problem.operations[p.operation] for p in members]
            longest = max(r.modes[p.mode].setup for r, p in zip(records, members, strict=True))
            mode = replace(mode, setup=longest)
            operation = replace(operation, first_piece=max(r.first_piece for r in records))
        needed = setup_needed(problem, leads[:number], operation, mode)
        assert needed is not None
        minutes += needed
    return minutes


@NOT_SLOW
@given(problem=random_plants(), seed=st.integers(0, 5))
def test_any_plant_is_constructed_the_same_way_twice(problem: Problem, seed: int) -> None:
    plan = construct(problem, weights=WEIGHTS, seed=seed, restarts=1)
    assert verify(problem, plan) == []
    assert construct(problem, weights=WEIGHTS, seed=seed, restarts=1) == plan


# -- what solve returns ------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(8))
def test_solved_plans_break_no_rule(number: int, plants: list[Problem]) -> None:
    problem = plants[number]
    start = construct(problem, weights=WEIGHTS)
    solution = solve(problem, seconds=0.5, workers=1, seed=number)
    assert verify(problem, solution.schedule) == []
    before, after = evaluate(problem, start), evaluate(problem, solution.schedule)
    assert (after.unplaced, after.total(WEIGHTS)) <= (
        before.unplaced,
        before.total(WEIGHTS) + 1e-6,
    )
    assert solution.objective == after


def test_solve_without_seconds_is_the_same_for_a_seed(plants: list[Problem]) -> None:
    for problem in plants[:5]:
        once, again = (solve(problem, seconds=0, seed=3) for _ in range(2))
        assert once.schedule == again.schedule


# -- what repair returns -----------------------------------------------------------------------


def test_moved_plans_break_no_rule(plants: list[Problem], plans: list[Schedule]) -> None:
    """Four gestures one after the other on each plan."""
    dice, moves = Random(7), 0
    for problem, plan in zip(plants[:80], plans, strict=False):
        for _ in range(4):
            gesture = random_gesture(dice, problem, plan)
            result = move(problem, plan, gesture)
            if result.refused is not None:
                assert all(result.refused.text(language) for language in LANGUAGES)
                assert result.schedule == plan
                continue
            moves += 1
            assert verify(problem, result.schedule) == []
            assert result.objective_before == evaluate(problem, plan)
            assert result.objective_after == evaluate(problem, result.schedule)
            plan = result.schedule
    assert moves >= 200


def random_gesture(dice: Random, problem: Problem, plan: Schedule) -> Move:
    placement = dice.choice(plan.placements)
    allowed = eligibility(problem, plan, placement.operation)
    machines = [machine for machine, reason in allowed.items() if reason is None]
    machine = dice.choice([*machines, None])
    return Move(placement.operation, machine, placement.start + dice.randint(-300, 600))


# -- setups matter -----------------------------------------------------------------------------


def test_doubling_the_setup_matrix_changes_the_plan() -> None:
    """Dark after light costs 20 or 40 minutes: too much once an early due date is not worth it."""
    plant = Plant()
    rule = plant.rule(matrix("colour", {(0, 1): 20, (1, 0): 20}))
    machine = plant.machine(setup_rule=rule, setup_state=(0,))
    for number in range(6):
        plant.single(mode(machine, 30), due=60 * (number + 1), families=(number % 2,))
    problem = plant.problem()
    doubled = replace(problem, setup_rules=tuple(twice(r) for r in problem.setup_rules))
    once = construct(problem, weights=WEIGHTS)
    again = construct(doubled, weights=WEIGHTS)
    assert verify(problem, once) == verify(doubled, again) == []
    assert once != again
    assert evaluate(problem, once).setup_min == setup_from_matrices(problem, once) > 0
    assert evaluate(doubled, again).setup_min == setup_from_matrices(doubled, again)


def twice(rule: SetupRule) -> SetupRule:
    def doubled(change: Changeover | None) -> Changeover | None:
        return None if change is None else replace(change, minutes=2 * change.minutes)

    return replace(
        rule,
        parts=tuple(
            replace(
                part,
                pairs={pair: doubled(change) for pair, change in part.pairs.items()},
                default=doubled(part.default),
            )
            for part in rule.parts
        ),
    )
