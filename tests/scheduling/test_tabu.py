"""The compiled search of plain shops: what it takes, and that its plans are plans."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scheduling.construct import construct
from app.scheduling.improve import improve
from app.scheduling.objective import evaluate
from app.scheduling.problem import (
    POLICIES,
    Changeover,
    Pausing,
    Precedence,
    Problem,
    SetupPart,
    Window,
)
from app.scheduling.progress import Status
from app.scheduling.solve import solve
from app.scheduling.tabu.arrays import PlainShop, plain_shop, sequences_of
from app.scheduling.tabu.bounds import lower_bound
from app.scheduling.tabu.kernel import HUGE
from app.scheduling.tabu.large import Parts, PartsExplorer
from app.scheduling.tabu.sweeps import Sweeps
from app.scheduling.tabu.walker import Taste, Walk, schedule_of
from app.scheduling.verify import verify
from benchmarks.instances import build, parse
from tests.scheduling.shops import FT06

MAKESPAN = POLICIES["makespan"]


def shop_of(seed: int) -> Problem:
    """Jobs that may visit a machine twice, alternatives, lags, releases, setups, assemblies."""
    rng = random.Random(seed)
    machines = rng.randint(1, 5)
    jobs = [
        [
            [
                (m, rng.choice((1, rng.randint(1, 20))))
                for m in rng.sample(range(machines), rng.randint(1, min(3, machines)))
            ]
            for _ in range(rng.randint(1, 6))
        ]
        for _ in range(rng.randint(1, 8))
    ]
    setups = []
    if rng.random() < 0.5:
        size = len(jobs)
        for number in range(machines):
            pairs = {
                (a, b): Changeover(rng.randint(0, 9))
                for a in range(size)
                for b in range(size)
                if rng.random() < 0.8
            }
            setups.append(SetupPart(f"M{number}", pairs, Changeover(rng.randint(0, 5))))
    problem = build(machines, jobs, setups=setups)
    links = [replace(link, min_lag=rng.choice((0, 0, 7))) for link in problem.precedences]
    count = len(problem.operations)
    for _ in range(rng.randint(0, 3)):  # more than chains: an assembly
        one, other = sorted(rng.sample(range(count), 2)) if count > 1 else (0, 0)
        if one != other:
            links.append(Precedence(one, other))
    orders = tuple(replace(order, release=rng.choice((0, 15))) for order in problem.orders)
    return replace(problem, precedences=tuple(links), orders=orders, now=rng.choice((0, 1000)))


def plain(problem: Problem) -> PlainShop:
    found = plain_shop(problem, MAKESPAN)
    assert found is not None
    return found


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_every_plan_of_the_search_is_verified_and_worth_what_it_says(seed: int) -> None:
    problem = shop_of(seed)
    shop = plain(problem)
    first = construct(problem, weights=MAKESPAN)
    start = sequences_of(shop, {p.operation: p for p in first.placements})
    assert start is not None
    walk = Walk(shop, start, seed)
    walk.taste = Taste(seed % 4, (8, 1)[seed % 2])
    worth = walk.step(300, 0)
    walk.step(20, 0, shaking=True)
    later = walk.step(300, 0)
    schedule = schedule_of(shop, walk.found())
    assert verify(problem, schedule) == []
    assert evaluate(problem, schedule).makespan_min == later
    assert later < HUGE  # which a circle would answer
    assert worth <= evaluate(problem, first).makespan_min


def test_what_it_cannot_state_it_leaves_alone() -> None:
    problem = shop_of(1)
    assert plain_shop(problem, POLICIES["on_time"]) is None
    closed = replace(problem.calendars[0], windows=(Window(0, 600),))
    assert plain_shop(replace(problem, calendars=(closed,)), MAKESPAN) is None
    first, *rest = problem.operations
    for other in (
        replace(first, pin_start=5),
        replace(first, latest_start=99),
        replace(first, modes=(replace(first.modes[0], setup=5),)),
        replace(first, modes=(replace(first.modes[0], turn_seconds=60),)),
        replace(first, modes=(replace(first.modes[0], run_seconds=0),)),
    ):
        assert plain_shop(replace(problem, operations=(other, *rest)), MAKESPAN) is None
    tied = Precedence(0, 1, max_lag=9)
    assert plain_shop(replace(problem, precedences=(tied,)), MAKESPAN) is None
    assert first.pausing is Pausing.ANYWHERE  # which is no matter where nothing closes


def test_a_forbidden_changeover_is_not_for_it() -> None:
    part = SetupPart("M", {(0, 1): None})
    problem = build(1, [[[(0, 3)]], [[(0, 4)]]], setups=[part])
    assert plain_shop(problem, MAKESPAN) is None


def test_figures_that_32_bits_do_not_hold_are_not_for_it() -> None:
    assert plain_shop(build(1, [[[(0, 2**30)]]]), MAKESPAN) is None


def test_the_optimum_of_a_classic_is_found_without_a_model() -> None:
    problem = parse(FT06)
    shop = plain(problem)
    first = construct(problem, weights=MAKESPAN)
    start = sequences_of(shop, {p.operation: p for p in first.placements})
    assert start is not None
    assert Walk(shop, start, 1).step(20_000, 55) == 55


def test_a_walk_that_weighs_load_gets_rid_of_changeovers_that_makespan_does_not_show() -> None:
    """Machines full of work of three families: one changeover too many is on no critical path."""
    rng = random.Random(3)
    jobs = [
        [[(m, minutes) for m in rng.sample(range(8), 4)] for minutes in rng.sample(range(1, 99), 8)]
        for _ in range(16)
    ]
    pairs = {(a, b): Changeover(0 if a % 3 == b % 3 else 25) for a in range(16) for b in range(16)}
    problem = build(8, jobs, setups=[SetupPart(f"M{m}", pairs) for m in range(8)])
    shop = plain(problem)
    first = construct(problem, weights=MAKESPAN)
    start = sequences_of(shop, {p.operation: p for p in first.placements})
    assert start is not None
    found = []
    for weight in (0, 3):
        walk = Walk(shop, start, 1)
        walk.taste = Taste(weight)
        found.append(walk.step(4_000, 0))
    assert found[1] < 0.97 * found[0]


def test_a_middling_shop_is_stopped_in_time_with_a_verified_plan() -> None:
    rng = np.random.default_rng(5)
    jobs = [[[(int(m), int(rng.integers(1, 99)))] for m in rng.permutation(15)] for _ in range(30)]
    problem = build(15, jobs)
    stopped = threading.Event()
    timer = threading.Timer(2.0, stopped.set)
    timer.start()
    solution = solve(problem, policy=MAKESPAN, seconds=60, workers=2, seed=1, stop=stopped.is_set)
    ended = time.monotonic()
    timer.join()
    assert verify(problem, solution.schedule) == []
    assert solution.seconds < 4
    first = evaluate(problem, construct(problem, weights=MAKESPAN)).makespan_min
    assert solution.objective.makespan_min < 0.95 * first
    assert ended > 0


def test_without_numba_the_windows_do_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.scheduling.improve.find_spec", lambda _: None)
    solution = solve(parse(FT06), policy=MAKESPAN, seconds=40, workers=1, seed=1)
    assert solution.objective.makespan_min == 55


def test_parts_of_a_large_shop_make_it_better_and_fit_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.scheduling.tabu.large.PART", 60)
    for seed in range(4):
        rng = random.Random(seed)
        jobs = [
            [[(m, rng.randint(1, 99)), ((m + 1) % 8, rng.randint(1, 99))] for m in range(8)]
            for _ in range(40)
        ]
        setups = [SetupPart(f"M{m}", {}, Changeover(rng.randint(0, 9))) for m in range(8)]
        problem = build(8, jobs, setups=setups if seed % 2 else [])
        shop = plain(problem)
        first = construct(problem, weights=MAKESPAN)
        start = sequences_of(shop, {p.operation: p for p in first.placements})
        assert start is not None
        parts = Parts(shop, start, seed)
        before = parts.worth
        assert before == evaluate(problem, first).makespan_min
        for _ in range(40):
            taken = parts.take(0)
            assert taken is not None
            members, low, part, plan = taken
            walk = Walk(part, plan, seed)
            assert walk.step(1, 0) <= parts.worth  # a part is never longer than the whole
            walk.step(400, 0)
            parts.give_back(members, low, walk.found())
        worth, plan = parts.plan()
        assert worth == parts.worth < 0.97 * before
        schedule = schedule_of(shop, plan)
        assert verify(problem, schedule) == []
        assert evaluate(problem, schedule).makespan_min == worth


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_every_sweep_is_a_plan_and_lasts_as_long_as_it_says(seed: int) -> None:
    problem = replace(shop_of(seed), setup_rules=())
    machines = tuple(replace(m, setup_rule=None, setup_state=()) for m in problem.machines)
    problem = replace(problem, machines=machines)
    shop = plain(problem)
    first = construct(problem, weights=MAKESPAN)
    start = sequences_of(shop, {p.operation: p for p in first.placements})
    assert start is not None
    parts = Parts(shop, start, seed)
    sweeps = Sweeps(shop, start.mode, seed)
    released = bool(shop.ops["release"].any())
    at = parts.take_over(start)[1]
    for number in range(6):
        backwards = number % 2 == 0
        urgency = -(at + sweeps.minutes) if backwards else at
        found, whole = sweeps.dispatched(urgency, number, backwards=backwards)
        at = whole - (found + sweeps.minutes) if backwards else found
        again = Parts(shop, sweeps.sequences(at), seed)
        schedule = schedule_of(shop, again.plan()[1])
        assert verify(problem, schedule) == []
        assert evaluate(problem, schedule).makespan_min == again.worth
        if not backwards:
            assert again.worth == whole
        elif not released:
            assert again.worth <= whole


def test_a_large_shop_that_its_tightest_machine_bounds_is_proven_by_sweeps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A shop like tai_1000_100 in small, and no search after the sweeps."""
    monkeypatch.setattr("app.scheduling.improve.LARGE", 500)
    monkeypatch.setattr(PartsExplorer, "walk", lambda self: self._publish(now=True))
    rng = random.Random(1)
    routes = [rng.sample(range(10), 10) for _ in range(60)]
    problem = build(10, [[[(m, rng.randint(1, 99))] for m in route] for route in routes])
    first, bound = construct(problem, weights=MAKESPAN), lower_bound(plain(problem))
    assert evaluate(problem, first).makespan_min > 1.05 * bound
    solution = improve(problem, first, weights=MAKESPAN, seconds=20)
    assert solution.status is Status.OPTIMAL
    assert solution.objective.makespan_min == bound


def test_a_plan_between_two_plans_is_a_plan() -> None:
    for seed in range(20):
        problem = shop_of(seed)
        shop = plain(problem)
        first = construct(problem, weights=MAKESPAN)
        start = sequences_of(shop, {p.operation: p for p in first.placements})
        assert start is not None
        walk = Walk(shop, start, seed)
        walk.step(200, 0)
        walk.go_between(start, walk.found(), 128)
        assert walk.step(1, 0) < HUGE
        assert verify(problem, schedule_of(shop, walk.found())) == []


def test_bounds_without_search_hold_and_prove_what_is_simple() -> None:
    assert 0 < lower_bound(plain(parse(FT06))) <= 55
    one_machine = build(1, [[[(0, 5)]], [[(0, 7)]], [[(0, 9)]]])
    assert lower_bound(plain(one_machine)) == 21
    two_of_a_kind = build(2, [[[(0, 5), (1, 5)]] for _ in range(5)])
    assert lower_bound(plain(two_of_a_kind)) == 13  # 25 minutes on two machines
    for seed in range(30):
        problem = shop_of(seed)
        shop = plain(problem)
        first = construct(problem, weights=MAKESPAN)
        start = sequences_of(shop, {p.operation: p for p in first.placements})
        assert start is not None
        assert lower_bound(shop) <= Walk(shop, start, 1).step(500, 0)
