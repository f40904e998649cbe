"""The way through: what is reported, when it ends, what it never does."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import Any

import pytest

from app.scheduling import solve as module
from app.scheduling.construct import construct
from app.scheduling.forward.ready import is_ready
from app.scheduling.objective import better, evaluate
from app.scheduling.problem import POLICIES, Placement, Problem, Schedule
from app.scheduling.progress import Progress, Solution, Stage, Status
from app.scheduling.solve import EngineFault, solve
from app.scheduling.verify import verify
from benchmarks.engine import plant
from tests.scheduling.generator import sample
from tests.scheduling.plants import Plant, mode


def shop(jobs: int = 4) -> Problem:
    plant = Plant()
    machines = [plant.machine() for _ in range(3)]
    for number in range(jobs):
        order = plant.order(due=40)
        steps = [
            plant.operation(order, mode(machines[(number + k) % 3], 7 + (number * k) % 5))
            for k in range(3)
        ]
        for one, two in itertools.pairwise(steps):
            plant.link(one, two)
    return plant.problem()


def test_without_seconds_the_first_plan_comes_without_the_solver() -> None:
    script = (
        "import sys\n"
        "from tests.scheduling.test_solve import shop\n"
        "from app.scheduling.solve import solve\n"
        "assert solve(shop(), seconds=0).schedule.placements\n"
        "assert not [m for m in sys.modules if m.startswith('ortools')]\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_reports_get_better_and_end_with_what_is_returned() -> None:
    problem = shop(6)
    heard: list[Progress] = []
    solution = solve(problem, seconds=0.6, report=heard.append)
    assert heard[0].stage is Stage.CONSTRUCT
    assert heard[0].schedule is not None
    weights = POLICIES["on_time"]
    worths = [progress.objective for progress in heard if progress.schedule is not None]
    assert all(better(b, a, weights) for a, b in itertools.pairwise(worths))
    assert worths[-1] == solution.objective == evaluate(problem, solution.schedule)
    assert verify(problem, solution.schedule) == []
    assert solution.first_plan_seconds is not None
    assert solution.first_plan_seconds <= solution.seconds


def test_a_stop_hands_over_the_plan_so_far() -> None:
    solution = solve(shop(), seconds=30, stop=lambda: True)
    assert solution.status is Status.CANCELLED
    assert solution.schedule.placements
    assert solution.seconds < 2


def test_a_stop_before_the_first_plan_of_a_large_problem_is_heard_at_once() -> None:
    problem = shop(jobs=400)
    solution = solve(problem, seconds=30, stop=lambda: True)
    assert solution.status is Status.CANCELLED
    assert (solution.schedule.placements, solution.objective.unplaced) == ((), 1200)
    assert solution.objective == evaluate(problem, solution.schedule)
    assert solution.seconds < 1


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(KeyError):
        solve(shop(), policy="nonsense")


def test_weights_of_ones_own_are_taken() -> None:
    problem = shop()
    named, own = (
        solve(problem, policy=policy, seconds=0) for policy in ("makespan", POLICIES["makespan"])
    )
    assert named.schedule == own.schedule


def test_nothing_that_can_be_placed_is_said_so() -> None:
    plant = Plant()
    plant.single()
    solution = solve(plant.problem(), seconds=1)
    assert solution.status is Status.NOTHING
    assert [item.reason for item in solution.schedule.unplaced] == ["scheduling.no_machine"]


def test_a_plan_that_breaks_a_rule_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = shop()

    def wrong(*_: object, **__: object) -> Schedule:
        return Schedule(tuple(Placement(k, 0, 0, 0, 5, ((0, 5),)) for k in range(12)))

    monkeypatch.setattr(module, "construct", wrong)
    with pytest.raises(EngineFault):
        solve(problem, seconds=0)


@pytest.mark.parametrize("pass_seconds", [0.3, 30.0])
def test_the_standard_rules_are_tried_whatever_a_pass_costs(
    monkeypatch: pytest.MonkeyPatch, pass_seconds: float
) -> None:
    """Nothing is searched here: what comes out is what the rules have made."""
    clock, tried = [0.0], list[str]()

    def slowly(*args: Any, **options: Any) -> Schedule:
        clock[0] += pass_seconds
        tried.append(options.get("rule", "atcs"))
        return construct(*args, **options)

    def unsearched(_: Problem, start: Schedule, **__: object) -> Solution:
        return Solution(start, evaluate(problem, start), Status.FEASIBLE)

    monkeypatch.setattr(module, "construct", slowly)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr("app.scheduling.improve.improve", unsearched)
    weights = POLICIES["on_time"]
    for problem in sample(60, seed=4):
        by_rule = {
            rule: evaluate(problem, construct(problem, weights=weights, rule=rule))
            for rule in ("atcs", "edd", "critical_ratio")
        }
        if better(by_rule["edd"], by_rule["atcs"], weights):
            break
    else:
        pytest.fail("no plant is planned better by due dates")
    solution = solve(problem, seconds=2.0)
    rules = [rule for rule in by_rule if rule in tried]
    assert rules == (["atcs", "edd"] if pass_seconds > 2 else list(by_rule))
    assert not any(better(by_rule[rule], solution.objective, weights) for rule in rules)


def test_a_solve_is_never_worse_than_its_first_plan() -> None:
    weights = POLICIES["on_time"]
    for problem in sample(4, seed=21):
        first = solve(problem, seconds=0)
        longer = solve(problem, seconds=0.3, seed=1)
        assert not better(first.objective, longer.objective, weights)


def longest_stretch(problem: Problem) -> float:
    """The longest time between two looks at whether to stop, as a part of a first plan's time.

    In processor seconds: what else runs on the machine does not count.
    """
    begin = time.thread_time()
    looks = [begin]

    def stop() -> bool:
        looks.append(time.thread_time())
        return False

    solve(problem, seconds=0, stop=stop)
    end = time.thread_time()
    return max(b - a for a, b in itertools.pairwise([*looks, end])) / (end - begin)


@pytest.mark.skipif(not is_ready(), reason="not compiled: python -m app.scheduling.forward")
def test_while_a_first_plan_is_made_somebody_looks_up_all_the_time() -> None:
    """Compiling, placing, verifying and counting: none of it for a tenth of the time at once."""
    problem = plant(4_000)
    longest_stretch(problem)  # the code is loaded
    assert min(longest_stretch(problem) for _ in range(3)) < 0.09
