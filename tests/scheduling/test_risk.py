"""Replaying a plan: exact without chance, known distributions with it."""

from __future__ import annotations

from math import exp, log1p, sqrt

import numpy as np
import pytest

from app.scheduling.construct import construct
from app.scheduling.insertion import up_to
from app.scheduling.problem import POLICIES, Problem
from app.scheduling.replay import Network
from app.scheduling.risk import Durations, end_risk, risk
from app.scheduling.shop import Shop
from tests.scheduling.generator import sample
from tests.scheduling.plants import Plant, mode, placed, planned

ON_TIME = POLICIES["on_time"]


def test_with_the_planned_durations_a_replay_is_the_plan_itself() -> None:
    known = 0
    for problem in sample(60, seed=21):
        shop = Shop(problem)
        plan = construct(shop, weights=ON_TIME)
        network, eager = Network(shop, plan), Network(shop, plan, early=True)
        ones = np.ones((len(network.nodes), 2), np.float32)
        same, sooner = network.replay(ones, ones), eager.replay(ones, ones)
        for placement in plan.placements:
            index = network.node_of[placement.operation]
            stands = (placement.start, placement.end)
            assert (same.starts[index, 1], same.ends[index, 1]) == stands
            assert sooner.ends[index, 0] <= placement.end
            known += 1
    assert known > 600


def test_longer_work_never_ends_sooner_and_keeps_the_sequence() -> None:
    for problem in sample(20, seed=22):
        shop = Shop(problem)
        plan = construct(shop, weights=ON_TIME)
        network = Network(shop, plan)
        ones = np.ones((len(network.nodes), 1), np.float32)
        longer = network.replay(ones * 2, ones * 2)
        for machine, bookings in enumerate(network.seen.on_machine):
            if problem.machines[machine].kind.value != "unary":
                continue
            ends = [longer.ends[network.node_of[o], 0] for _, _, o in bookings]
            starts = [longer.starts[network.node_of[o], 0] for _, _, o in bookings]
            assert all(e <= s for e, s in zip(ends, starts[1:], strict=False))
        for placement in plan.placements:
            assert longer.ends[network.node_of[placement.operation], 0] >= placement.end


def one_job(due: int) -> Problem:
    plant = Plant()
    plant.single(mode(plant.machine(), 1000), due=due)
    return plant.problem()


def test_one_operation_has_the_quantiles_of_its_distribution() -> None:
    spread = 0.3
    problem = one_job(due=1000)
    found = risk(problem, planned(placed(0, (0, 1000))), replays=20_000,
                 durations=Durations(run_spread=spread))  # fmt: skip
    (order,) = found.orders
    sigma = sqrt(log1p(spread * spread))
    assert order.on_time == pytest.approx(0.5, abs=0.02)
    assert order.p50 == pytest.approx(1000, rel=0.01)
    assert order.p90 == pytest.approx(1000 * exp(1.2816 * sigma), rel=0.02)
    assert (order.worst, order.share) == (0, pytest.approx(1.0, abs=0.01))


def test_the_same_seed_gives_the_same_answer_and_another_one_does_not() -> None:
    problem = next(sample(1, seed=5))
    plan = construct(problem, weights=ON_TIME)
    assert risk(problem, plan, replays=50, seed=3) == risk(problem, plan, replays=50, seed=3)
    assert risk(problem, plan, replays=50, seed=3) != risk(problem, plan, replays=50, seed=4)
    with pytest.raises(ValueError, match="1"):
        risk(problem, plan, replays=1)


def test_history_replaces_the_default_where_there_is_enough_of_it() -> None:
    problem, plan = one_job(due=1400), planned(placed(0, (0, 1000)))
    slow = Durations(ratios={0: (1.5,) * 8})
    assert risk(problem, plan, replays=20, durations=slow).orders[0].on_time == 0.0
    few = Durations(ratios={0: (1.5,) * 7})
    assert risk(problem, plan, replays=20, durations=few).orders[0].on_time == 1.0


def test_the_long_operation_on_the_way_is_the_one_that_hurts() -> None:
    """A short and a long step, and a long one elsewhere; the night swallows small delays."""
    plant = Plant()
    day = plant.calendar((0, 480), (1440, 1920))
    one, two = plant.machine(), plant.machine(calendar=day)
    order = plant.order(due=500)
    short, long = plant.operation(order, mode(one, 30)), plant.operation(order, mode(two, 400))
    plant.link(short, long)
    plant.single(mode(one, 900))
    problem = plant.problem()
    found = risk(problem, construct(problem, weights=ON_TIME), seed=1)
    mine = found.orders[0]
    assert (mine.worst, mine.planned) == (long, 430)
    assert mine.on_time is not None
    assert 0.7 < mine.on_time < 0.9
    assert mine.p90 > 1440
    assert found.orders[1].on_time is None


def test_a_longest_lag_that_may_be_passed_is_reported() -> None:
    plant = Plant()
    mixer, table = plant.machine(), plant.machine()
    order = plant.order()
    mix, pour = plant.operation(order, mode(mixer, 10)), plant.operation(order, mode(table, 20))
    plant.link(mix, pour, max_lag=5)
    before = plant.single(mode(table, 100))
    problem = plant.problem()
    plan = planned(placed(mix, (92, 102)), placed(pour, (102, 122)), placed(before, (0, 100)))
    ((first, second, share),) = risk(problem, plan, seed=2).broken_lags
    assert (first, second) == (mix, pour)
    assert 0.2 < share < 0.5


def test_the_risk_of_one_order_needs_only_what_it_waits_for() -> None:
    certain = Durations(0.0, 0.0)
    for problem in sample(20, seed=24):
        shop = Shop(problem)
        plan = construct(shop, weights=ON_TIME)
        for whole, spread in ((risk(shop, plan, replays=2, durations=certain), certain),
                              (risk(shop, plan, replays=400), Durations())):  # fmt: skip
            for one in whole.orders[:3]:
                mine = [p for p in plan.placements
                        if one.order in problem.operations[p.operation].orders]  # fmt: skip
                found = end_risk(
                    shop, up_to(plan, max(p.end for p in mine)), [p.operation for p in mine],
                    one.due, replays=whole.replays, durations=spread,
                )  # fmt: skip
                room = 0 if spread is certain else 0.1 * (one.p90 - problem.now) + 240
                assert abs(found.p50 - one.p50) <= room
                assert abs(found.p90 - one.p90) <= room
