"""The compiled dispatcher of plain shops with due dates, and the walk in its priorities."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scheduling.construct import Shop, construct
from app.scheduling.incumbent import Budget, Incumbent
from app.scheduling.objective import evaluate
from app.scheduling.problem import POLICIES, Order, Problem
from app.scheduling.solve import solve
from app.scheduling.tabu.arrays import PlainShop, Sequences, plain_tables
from app.scheduling.tabu.walker import schedule_of
from app.scheduling.urgency.search import UrgencyExplorer, _Priorities
from app.scheduling.verify import verify
from benchmarks.instances import build
from tests.scheduling.test_tabu import shop_of

ON_TIME = POLICIES["on_time"]


def dated(problem: Problem, seed: int) -> Problem:
    """The shop with due dates, some of them tight, and weights."""
    rng = random.Random(seed)
    orders = [
        replace(order, due=problem.now + rng.randint(20, 200), weight=rng.choice((1, 1, 5)))
        for order in problem.orders
    ]
    return replace(problem, orders=tuple(orders))


def tables(problem: Problem) -> PlainShop:
    found = plain_tables(problem)
    assert found is not None
    return found


def explorer(problem: Problem, seed: int) -> UrgencyExplorer:
    shop = Shop(problem)
    budget = Budget(60.0, None, lambda: False)
    first = construct(shop, weights=ON_TIME)
    incumbent = Incumbent(problem, shop, first, ON_TIME, budget, lambda _: None)
    return UrgencyExplorer(incumbent, tables(problem), seed)


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_every_dispatched_plan_is_verified_and_costs_at_most_what_it_says(seed: int) -> None:
    problem = dated(shop_of(seed), seed)
    search, dice = explorer(problem, seed), np.random.default_rng(seed)
    orders, size = len(problem.orders), len(problem.operations)
    asked = _Priorities(np.array([30.0, 0.2]), dice.uniform(0, 50, size), dice.normal(0, 2, orders))
    search._try(asked)
    plan = Sequences(search._mode, search._previous)
    schedule = schedule_of(tables(problem), plan)
    assert verify(problem, schedule) == []
    objective = evaluate(problem, schedule)
    cost = ON_TIME.weighted_tardiness_min * objective.weighted_tardiness_min
    cost += ON_TIME.late_orders * objective.late_orders
    assert cost <= asked.worth + 1e-6  # a plan starts no later than it was dispatched


def test_a_tight_shop_gets_much_less_late_than_by_the_rule_alone() -> None:
    rng = random.Random(4)
    jobs = [
        [[(m, rng.randint(15, 240))] for m in rng.choices(range(10), k=rng.randint(3, 10))]
        for _ in range(80)
    ]
    orders = [
        Order(str(j), 0, int(sum(step[0][1] for step in job) * rng.uniform(1.5, 12)),
              rng.choice((1, 1, 1, 5)))
        for j, job in enumerate(jobs)
    ]  # fmt: skip
    problem = build(10, jobs, orders=orders)
    first = evaluate(problem, construct(problem, weights=ON_TIME))
    solution = solve(problem, policy="on_time", seconds=3, workers=2, seed=1)
    assert verify(problem, solution.schedule) == []
    assert solution.objective.total(ON_TIME) < 0.9 * first.total(ON_TIME)
