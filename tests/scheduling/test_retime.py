"""Decoding around a plan: what need not move stays, and every rule is kept."""

from __future__ import annotations

import random

import pytest

from app.scheduling.construct import construct
from app.scheduling.improve import improve
from app.scheduling.neighbourhoods import PlanView, locked
from app.scheduling.objective import better, evaluate
from app.scheduling.problem import POLICIES, Schedule
from app.scheduling.redispatch import dispatch_shifted, shifted
from app.scheduling.retime import decode_around
from app.scheduling.shop import Shop
from app.scheduling.verify import verify
from tests.scheduling.generator import sample
from tests.scheduling.plants import Plant, matrix, mode

ON_TIME = POLICIES["on_time"]


def starts(schedule: Schedule) -> dict[int, int]:
    return {p.operation: p.start for p in schedule.placements}


@pytest.mark.parametrize("seed", range(3))
def test_a_plan_in_which_nothing_moves_stays_as_it_is(seed: int) -> None:
    same = kept = 0
    for problem in sample(15, seed=500 + seed):
        shop = Shop(problem)
        view = PlanView(problem, construct(shop, weights=ON_TIME))
        if view.unplaced:
            continue  # what stands keeps its place, so that more may find room: another plan
        again = decode_around(shop, view.sequence, view.modes, view.plan, ())
        if again is None:
            continue
        assert verify(problem, again) == []
        same += sum(
            a == b for a, b in zip(again.placements, view.schedule.placements, strict=False)
        )
        kept += len(view.plan)
    assert kept > 60
    assert same > 0.97 * kept


@pytest.mark.parametrize("seed", range(3))
def test_whatever_moves_no_rule_is_broken(seed: int) -> None:
    dice = random.Random(seed)
    tried = 0
    for problem in sample(20, seed=600 + seed):
        shop = Shop(problem)
        view = PlanView(problem, construct(shop, weights=ON_TIME))
        free = [i for i in view.sequence if i not in locked(problem)]
        if len(free) < 3 or view.unplaced:
            continue
        moving = set(dice.sample(free, 3))
        sequence = list(view.sequence)
        dice.shuffle(sequence)
        schedule = decode_around(shop, sequence, {}, view.plan, moving)
        if schedule is not None:
            tried += 1
            assert verify(problem, schedule) == []
    assert tried > 8


def test_only_what_moves_gets_another_place() -> None:
    """Three jobs on one saw, the last one first: the others keep their places."""
    plant = Plant()
    saw = plant.machine("saw")
    for release in (100, 200, 300):
        plant.operation(plant.order(release=release), mode(saw, 50))
    early = plant.operation(plant.order(), mode(saw, 90))
    problem = plant.problem()
    shop = Shop(problem)
    plan = construct(shop, weights=ON_TIME)
    view = PlanView(problem, plan)
    moved = decode_around(shop, [early, 0, 1, 2], {}, view.plan, {early}, {early: 400})
    assert moved is not None
    assert starts(moved) == {0: 100, 1: 200, 2: 300, early: 400}
    back = decode_around(shop, [early, 0, 1, 2], {}, PlanView(problem, moved).plan, {early})
    assert back is not None
    assert starts(back) == {0: 100, 1: 200, 2: 300, early: 0}


def test_a_longer_changeover_pushes_the_next_operation_only() -> None:
    plant = Plant()
    colours = plant.rule(matrix("colour", {(0, 1): 30, (1, 0): 30}))
    press = plant.machine("press", setup_rule=colours, setup_state=(0,))
    plant.single(mode(press, 10), families=(0,))
    red = plant.single(mode(press, 10), families=(1,))
    last = plant.operation(plant.order(release=200), mode(press, 10), families=(1,))
    problem = plant.problem()
    shop = Shop(problem)
    view = PlanView(problem, construct(shop, weights=ON_TIME))
    assert view.plan[red].start == 40
    moved = decode_around(shop, [0, last, red], view.modes, view.plan, {red}, {red: 210})
    assert moved is not None
    assert verify(problem, moved) == []
    assert starts(moved) == {0: 0, last: 200, red: 210}
    assert evaluate(problem, moved).setup_min == 30


@pytest.mark.parametrize("seed", range(2))
def test_improving_a_plant_of_every_feature_keeps_all_rules(
    seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    gained = 0
    for problem in sample(3, seed=700 + seed):
        start = construct(problem, weights=ON_TIME)
        solution = improve(problem, start, weights=ON_TIME, iterations=1, seed=seed)
        before = evaluate(problem, start)
        assert verify(problem, solution.schedule) == []
        assert not better(before, solution.objective, ON_TIME)
        gained += better(solution.objective, before, ON_TIME)
        if solution.bound is not None:
            assert solution.bound <= solution.objective.total(ON_TIME) + 1e-6
    assert gained
    assert "contradicts" not in caplog.text
    assert "above a verified plan" not in caplog.text


def test_an_order_dispatched_as_if_due_earlier_goes_first() -> None:
    plant = Plant()
    saw = plant.machine("saw")
    for due in (100, 150):
        plant.operation(plant.order(due=due), mode(saw, 60))
    problem = plant.problem()
    shop = Shop(problem)
    plain, urgent = dispatch_shifted(shop, {}), dispatch_shifted(shop, {1: -100})
    assert plain is not None
    assert urgent is not None
    assert starts(plain) == {0: 0, 1: 60}
    assert starts(urgent) == {1: 0, 0: 60}


def test_shifted_priorities_break_no_rule() -> None:
    dice = random.Random(1)
    for problem in sample(12, seed=800):
        shop = Shop(problem)
        view = PlanView(problem, construct(shop, weights=ON_TIME))
        shifts = shifted({}, view.late, sorted(view.completion), dice)
        schedule = dispatch_shifted(shop, shifts)
        assert schedule is None or verify(problem, schedule) == []
