"""A change budget is kept exactly, and what changes is counted."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from app.scheduling.construct import construct
from app.scheduling.objective import better, evaluate
from app.scheduling.problem import POLICIES, Problem, Schedule
from app.scheduling.progress import Solution, Status
from app.scheduling.stability import (
    Limit,
    breaches,
    churn,
    moved_operations,
    refusal,
    solve_within,
    under,
)
from app.scheduling.verify import verify
from tests.scheduling.generator import sample
from tests.scheduling.plants import Plant, mode, placed

ON_TIME = POLICIES["on_time"]


def row(count: int = 5, now: int = 0) -> Problem:
    """Jobs of ten minutes back to back; the last one is late and would like to go first."""
    plant = Plant()
    machine = plant.machine()
    dues = [*([1000] * (count - 1)), 10]
    for due in dues:
        plant.single(mode(machine, 10), due=due)
    stand = [placed(k, (10 * k, 10 * k + 10)) for k in range(count)]
    return plant.problem(now=now, baseline=stand)


def test_churn_counts_what_differs_from_the_plan_in_force() -> None:
    problem = row()
    plan = construct(problem, weights=ON_TIME, rule="edd")
    found = churn(problem, plan)
    assert (found.placed, found.moved, found.new, found.lost) == (5, 5, 0, 0)
    assert (found.earlier, found.later, found.other_machine) == (1, 4, 0)
    assert (found.shift_min, found.most_shift_min, found.share) == (80, 40, 1.0)
    assert found.moved == evaluate(problem, plan).moved_operations


def test_with_room_for_two_moves_two_operations_change_places() -> None:
    problem = row()
    kept = solve_within(problem, [Limit(2)], seconds=0.2)
    assert kept.refused is None
    plan = kept.solution.schedule
    assert verify(problem, plan) == []
    assert kept.churn.moved == 2
    assert plan.placements[4].start == 0
    free = solve_within(problem, [], seconds=0.0)
    assert free.churn.moved == 5


def test_none_may_move_on_a_machine_before_a_day() -> None:
    problem = row()
    limit = Limit(0, until=25, machines=frozenset({0}))
    assert under(problem, limit) == {0, 1, 2}
    kept = solve_within(problem, [limit], seconds=0.2)
    assert kept.refused is None
    starts = [p.start for p in kept.solution.schedule.placements]
    assert starts == [0, 10, 20, 40, 30]
    assert breaches(problem, kept.solution.schedule, [limit]) == []


def test_what_cannot_stay_counts_and_is_named_when_it_is_too_much() -> None:
    problem = row(now=25)  # the first three have gone by without being begun
    refused = solve_within(problem, [Limit(2)], seconds=0.0)
    assert refused.refused is not None
    assert refused.refused.values["count"] == 3
    assert "O0/10" in refused.refused.text("en")
    kept = solve_within(problem, [Limit(3)], seconds=0.0)
    assert kept.refused is None
    assert moved_operations(problem, kept.solution.schedule) == {0, 1, 2}


def by_rules(problem: Problem, *, seconds: float, **_: object) -> Solution:
    """A solver that needs no time: the priority rule, randomised a few times."""
    plan = construct(problem, weights=ON_TIME, restarts=8 if seconds else 0)
    return Solution(plan, evaluate(problem, plan), Status.FEASIBLE)


def by_rules_from(problem: Problem, start: Schedule, **_: object) -> Solution:
    """An improver that needs no time."""
    known = Solution(start, evaluate(problem, start), Status.FEASIBLE)
    found = by_rules(problem, seconds=1.0)
    return found if better(found.objective, known.objective, ON_TIME) else known


def test_limits_hold_on_plants_of_every_feature() -> None:
    dice, tried, used = Random(5), 0, 0
    for problem in sample(22, seed=32):
        plan = construct(problem, weights=ON_TIME)
        if plan.unplaced:
            continue
        orders = tuple(
            replace(o, due=o.due - dice.choice((0, 0, 1500))) for o in problem.orders
        )  # other orders have become urgent since the plan was made
        later = replace(problem, baseline=plan.placements, orders=orders)
        limits = [Limit(dice.randint(2, 8)), Limit(2, machines=frozenset({0}))]
        kept = solve_within(later, limits, seconds=5.0, solver=by_rules, improver=by_rules_from)
        over = breaches(later, kept.solution.schedule, limits)
        assert bool(over) == (kept.refused is not None)
        if kept.refused is None:
            tried += 1
            used += kept.churn.moved
            assert verify(later, kept.solution.schedule) == []
            assert not better(evaluate(later, plan), kept.solution.objective, ON_TIME)
        else:
            assert refusal(later, over[0]) == kept.refused
    assert tried > 8
    assert used > 2
