"""Improving plans: known optima, never worse, verified, stopped in time, repeatable."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.scheduling import improve as module
from app.scheduling import incumbent
from app.scheduling.construct import Shop, construct, decode
from app.scheduling.cp.run import Answer
from app.scheduling.improve import improve
from app.scheduling.incumbent import Budget, Incumbent
from app.scheduling.neighbourhoods import Kind, PlanView, move
from app.scheduling.objective import better, evaluate
from app.scheduling.problem import POLICIES, MachineKind, Order, Problem, Schedule, Weights
from app.scheduling.progress import Progress, Solution, Stage, Status
from app.scheduling.retime import decode_around
from app.scheduling.verify import verify
from benchmarks.instances import build, parse, read
from tests.scheduling.plants import Plant, matrix, mode, placed, planned
from tests.scheduling.shops import FT06, TWO_JOBS_FLEXIBLE

MAKESPAN = POLICIES["makespan"]
ON_TIME = POLICIES["on_time"]
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "scheduling"


def poor_plan(problem: Problem) -> Schedule:
    """Order after order: feasible, and far from good."""
    return decode(problem, range(len(problem.operations)))


def random_shop(jobs: int, machines: int, seed: int, *, due: bool = False) -> Problem:
    dice = random.Random(seed)
    routes = [
        [
            [(m, dice.randint(5, 60)) for m in dice.sample(range(machines), dice.randint(1, 2))]
            for _ in range(machines)
        ]
        for _ in range(jobs)
    ]
    orders = []
    for j, route in enumerate(routes):
        work = sum(min(minutes for _, minutes in step) for step in route)
        orders.append(
            Order(str(j), due=round(work * dice.uniform(1.5, 4)), weight=dice.choice((1, 2, 5)))
        )
    return build(machines, routes, orders=orders if due else ())


class Watch:
    """Collects reports and fails on the first that is worse or unverified."""

    def __init__(self, problem: Problem, weights: Weights) -> None:
        self.problem = problem
        self.weights = weights
        self.seen: list[Progress] = []

    def __call__(self, progress: Progress) -> None:
        if self.seen:
            assert not better(self.seen[-1].objective, progress.objective, self.weights)
            assert progress.elapsed >= self.seen[-1].elapsed
        if progress.schedule is not None:
            assert verify(self.problem, progress.schedule) == []
            assert evaluate(self.problem, progress.schedule) == progress.objective
        self.seen.append(progress)


def solved(problem: Problem, weights: Weights, seconds: float = 20, **options: object) -> Solution:
    watch = Watch(problem, weights)
    start = construct(problem, weights=weights)
    solution = improve(
        problem,
        start,
        weights=weights,
        seconds=seconds,
        report=watch,
        **options,  # type: ignore[arg-type]
    )
    assert verify(problem, solution.schedule) == []
    assert not better(evaluate(problem, start), solution.objective, weights)
    return solution


def test_ft06_is_solved_to_proven_optimality() -> None:
    solution = solved(parse(FT06), MAKESPAN)
    assert solution.objective.makespan_min == 55
    assert (solution.status, solution.bound) == (Status.OPTIMAL, 55)


def test_flexible_shop_chooses_machines() -> None:
    solution = solved(parse(TWO_JOBS_FLEXIBLE), MAKESPAN)
    assert (solution.objective.makespan_min, solution.status) == (9, Status.OPTIMAL)


@pytest.mark.skipif(not DATA.exists(), reason="the public instances are not on this machine")
@pytest.mark.parametrize(
    "file", ["jsp/classical/la01.txt", "jsp/classical/la05.txt", "fjsp/Brandimarte1993/mk01.txt"]
)
def test_public_instances_reach_their_optimum(file: str) -> None:
    instance = read(DATA / file)
    solution = solved(instance.problem, MAKESPAN, workers=2)
    assert solution.objective.makespan_min == instance.best_known
    assert solution.status is Status.OPTIMAL


@pytest.mark.skipif(not DATA.exists(), reason="the public instances are not on this machine")
def test_ten_jobs_on_ten_machines_are_proven() -> None:
    """CP-SAT alone with two threads does not prove it in a minute of one core."""
    instance = read(DATA / "jsp/classical/abz5.txt")
    solution = solved(instance.problem, MAKESPAN, seconds=120, workers=2)
    assert (solution.objective.makespan_min, solution.status) == (1234, Status.OPTIMAL)


def test_a_proof_is_overtaken_by_what_others_find(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OVERTAKEN_SECONDS", 0.0)
    problem = parse(FT06)
    budget = Budget(60, None, lambda: False)
    poor, good = poor_plan(problem), construct(problem, weights=MAKESPAN)
    best = Incumbent(problem, Shop(problem), poor, MAKESPAN, budget, lambda _: None)
    taker = module._Taker(best, best.best.view)
    assert not taker.overtaken
    assert best.offer(best.valued(good), Stage.MOVES)
    assert taker.overtaken
    plan = {p.operation: p for p in good.placements}
    taker(
        Answer(
            begins={i: p.setup_start for i, p in plan.items()},
            starts={i: p.start for i, p in plan.items()},
            ends={i: p.end for i, p in plan.items()},
            modes={i: p.mode for i, p in plan.items()},
        )
    )
    assert not taker.overtaken  # now the model knows one as good


def test_due_dates_weigh_by_order() -> None:
    """Two jobs of an hour on one machine, both due in an hour: the heavier goes first."""
    plant = Plant()
    saw = plant.machine("saw")
    for weight in (1, 5):
        plant.operation(plant.order(due=60, weight=weight), mode(saw, 60))
    solution = solved(plant.problem(), ON_TIME)
    first = min(solution.schedule.placements, key=lambda p: p.start)
    assert first.operation == 1
    assert solution.objective.weighted_tardiness_min == 60
    assert solution.status is Status.OPTIMAL


def test_flow_time_is_saved_by_starting_late() -> None:
    """The short first step of a job waits until its only machine for the second is near."""
    plant = Plant()
    saw, oven = plant.machine("saw"), plant.machine("oven")
    plant.operation(plant.order(due=100), mode(oven, 100))
    order = plant.order(due=200)
    cut, bake = plant.operation(order, mode(saw, 10)), plant.operation(order, mode(oven, 20))
    plant.link(cut, bake)
    solution = solved(plant.problem(), ON_TIME)
    start = {p.operation: p.start for p in solution.schedule.placements}
    assert (start[cut], start[bake]) == (90, 100)
    assert solution.objective.flow_min == 130
    assert solution.status is Status.OPTIMAL


def test_changeovers_are_saved_by_grouping() -> None:
    plant = Plant()
    colours = plant.rule(matrix("colour", {(0, 1): 30, (1, 0): 30}))
    press = plant.machine("press", setup_rule=colours, setup_state=(0,))
    for colour in (0, 1, 0, 1, 0, 1):
        plant.single(mode(press, 10), families=(colour,))
    solution = solved(plant.problem(), MAKESPAN)
    assert solution.objective.setup_min == 30
    assert solution.objective.makespan_min == 90
    assert solution.status is Status.OPTIMAL


def test_work_pauses_over_the_night() -> None:
    """Two shifts of 100 minutes: 60 + 80 minutes end at 240 (a pause of 100 in between)."""
    plant = Plant()
    saw = plant.machine("saw", calendar=plant.calendar((0, 100), (200, 300)))
    plant.single(mode(saw, 60), due=1000)
    plant.single(mode(saw, 80), due=1000)
    solution = solved(plant.problem(), MAKESPAN)
    assert (solution.objective.makespan_min, solution.status) == (240, Status.OPTIMAL)


def test_moves_against_the_baseline_cost() -> None:
    """A better sequence exists, but moving is dearer than it gains."""
    plant = Plant()
    saw = plant.machine("saw")
    plant.operation(plant.order(due=60, weight=1), mode(saw, 60))
    plant.operation(plant.order(due=60, weight=2), mode(saw, 60))
    problem = plant.problem()
    problem = replace(problem, baseline=poor_plan(problem).placements)
    dear = Weights(weighted_tardiness_min=1, moved_operations=100)
    cheap = Weights(weighted_tardiness_min=1, moved_operations=1)
    start = poor_plan(problem)
    kept = improve(problem, start, weights=dear, seconds=10)
    moved = improve(problem, start, weights=cheap, seconds=10)
    assert (kept.objective.moved_operations, kept.objective.weighted_tardiness_min) == (0, 120)
    assert (moved.objective.moved_operations, moved.objective.weighted_tardiness_min) == (2, 60)
    assert kept.status is moved.status is Status.OPTIMAL


def test_a_large_shop_improves_by_windows_and_never_gets_worse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)  # as without the compiled kernel
    problem = random_shop(45, 10, seed=3)
    assert len(problem.operations) > module.WHOLE
    start = poor_plan(problem)
    watch = Watch(problem, MAKESPAN)
    solution = improve(problem, start, weights=MAKESPAN, seconds=4, report=watch)
    first = evaluate(problem, start).makespan_min
    assert solution.objective.makespan_min < 0.98 * first  # also while the machine is busy
    assert Stage.WINDOW in {progress.stage for progress in watch.seen if progress.schedule}
    assert (solution.status, solution.bound) == (Status.FEASIBLE, None)
    assert verify(problem, solution.schedule) == []


def test_a_large_shop_with_due_dates_gets_less_late() -> None:
    problem = random_shop(45, 10, seed=4, due=True)
    start = construct(problem, weights=ON_TIME)
    before = evaluate(problem, start)
    watch = Watch(problem, ON_TIME)

    def is_better() -> bool:
        """However slow the machine, the search is waited for by its result."""
        now = [progress.objective for progress in watch.seen[-1:]]
        return any(one.weighted_tardiness_min < before.weighted_tardiness_min for one in now)

    solution = improve(problem, start, weights=ON_TIME, seconds=60, report=watch, stop=is_better)
    assert solution.objective.total(ON_TIME) < before.total(ON_TIME)
    assert solution.objective.weighted_tardiness_min < before.weighted_tardiness_min


def test_same_seed_and_iterations_give_the_same_plan() -> None:
    large, small = random_shop(40, 9, seed=5, due=True), random_shop(8, 6, seed=6, due=True)
    for problem in (large, small):
        start = poor_plan(problem)
        first, again = (
            improve(problem, start, weights=ON_TIME, iterations=8, seed=11) for _ in range(2)
        )
        assert first.schedule == again.schedule
        assert not better(evaluate(problem, start), first.objective, ON_TIME)
    assert better(first.objective, evaluate(problem, start), ON_TIME)


def seconds_to_stop(problem: Problem, start: Schedule, after: float) -> float:
    """From the stop to the answer, which must be a better plan than the start."""
    stopped = threading.Event()
    asked: list[float] = []

    def ask() -> None:
        asked.append(time.monotonic())
        stopped.set()

    timer = threading.Timer(after, ask)
    timer.start()
    solution = improve(problem, start, weights=MAKESPAN, seconds=60, stop=stopped.is_set, workers=2)
    answered = time.monotonic()
    timer.join()
    assert solution.status is Status.CANCELLED
    assert better(solution.objective, evaluate(problem, start), MAKESPAN)
    return answered - asked[0]


@pytest.mark.parametrize(("jobs", "machines"), [(20, 12), (60, 12)])
def test_a_stop_is_answered_within_a_fifth_of_a_second(jobs: int, machines: int) -> None:
    problem = random_shop(jobs, machines, seed=7)
    start = poor_plan(problem)
    # Other processes may hold this one up: the best of a few attempts counts.
    for after in (2.0, 2.1, 2.2, 2.3):
        seconds = seconds_to_stop(problem, start, after)
        if seconds < 0.2:
            break
    assert seconds < 0.2


def test_time_is_kept() -> None:
    problem = random_shop(30, 12, seed=8)
    # Other processes may hold this one up: the best of a few attempts counts.
    for _ in range(3):
        begin = time.monotonic()
        improve(problem, poor_plan(problem), weights=MAKESPAN, seconds=2.0)
        took = time.monotonic() - begin
        if took < 3.0:
            break
    assert 1.9 < took < 3.0


def test_what_a_person_fixed_stays() -> None:
    problem = random_shop(45, 10, seed=9)
    free = poor_plan(problem)
    last = max(free.placements, key=lambda p: p.start)
    record = problem.operations[last.operation]
    pinned = replace(record, pin_machine=record.modes[last.mode].machine, pin_start=last.start + 50)
    operations = list(problem.operations)
    operations[last.operation] = pinned
    problem = replace(problem, operations=tuple(operations))
    solution = solved(problem, MAKESPAN, seconds=3)
    placement = solution.schedule.placements[last.operation]
    assert placement.start == last.start + 50
    assert record.modes[placement.mode].machine == pinned.pin_machine


def test_a_plan_that_verify_rejects_is_never_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = parse(FT06)
    start = poor_plan(problem)
    monkeypatch.setattr(incumbent, "verify", lambda *_: [_Fault()])
    solution = improve(problem, start, weights=MAKESPAN, seconds=1)
    assert solution.schedule == start
    assert solution.status is Status.FEASIBLE


def test_a_light_batch_is_moved_to_another_of_its_family_near_by() -> None:
    plant = Plant()
    oven = plant.machine("oven", MachineKind.BATCH, capacity=9)
    for release in (0, 150, 150):
        plant.single(mode(oven, 100, load=3, least_load=6), release=release)
    alone = planned(placed(0, (0, 100)), placed(1, (150, 250)), placed(2, (150, 250)))
    problem = plant.problem()
    view = PlanView(problem, alone)
    assert view.fragments == [(-1, [0])]
    moved = move(Kind.MERGE, view, random.Random(1))
    assert moved is not None
    assert (moved.touched, moved.earliest) == ({0}, 150)
    plan = decode_around(
        Shop(problem), moved.sequence, moved.modes, view.plan, moved.touched, {0: moved.earliest}
    )
    assert plan is not None
    assert {(p.start, p.end) for p in plan.placements} == {(150, 250)}
    assert evaluate(problem, plan).light_batches == 0


def test_a_short_campaign_is_moved_to_another_of_its_family() -> None:
    plant = Plant()
    part = replace(matrix("colour", {}, 5), least_run=20)
    machine = plant.machine(setup_rule=plant.rule(part), setup_state=(0,))
    jobs = [plant.single(mode(machine, 10), families=(f,)) for f in (1, 2, 2, 1, 1, 0)]
    problem = plant.problem()
    start = decode(problem, jobs)
    assert evaluate(problem, start).short_campaigns == 1
    moved = move(Kind.MERGE, PlanView(problem, start), random.Random(1))
    assert moved is not None
    plan = decode(problem, moved.sequence, moved.modes)
    worth = evaluate(problem, plan)
    assert (worth.short_campaigns, worth.setup_min) == (0, 15)


def test_an_oven_batch_waits_for_cheap_hours_where_its_orders_have_the_time() -> None:
    """All of it together; the one that is due before that stays at dear hours."""
    plant = Plant()
    oven = plant.machine("oven", MachineKind.BATCH, capacity=9, prefers=plant.calendar((600, 900)))
    for due in (2000, 2000, 120):
        family = 1 if due < 600 else 0
        plant.single(mode(oven, 100, load=3), due=due, batch_family=family)
    problem = plant.problem()
    first = construct(problem, weights=ON_TIME)
    assert evaluate(problem, first).dear_min == 200
    solution = improve(problem, first, weights=ON_TIME, iterations=30)
    assert verify(problem, solution.schedule) == []
    assert solution.objective.dear_min == 100
    assert solution.objective.late_orders == 0
    waiting = {(p.start, p.end) for p in solution.schedule.placements if p.operation < 2}
    assert len(waiting) == 1
    assert 600 <= waiting.pop()[0] <= 800
    blind = replace(ON_TIME, dear_min=0.0)
    assert improve(problem, first, weights=blind, iterations=30).objective.dear_min == 200


def test_due_dates_are_not_searched_for_blind_of_campaigns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiled search for due dates of plain shops would cut them short."""
    plant = Plant()
    part = replace(matrix("colour", {}, 1), least_run=15)
    machine = plant.machine(setup_rule=plant.rule(part), setup_state=(0,))
    for due in range(4):
        plant.single(mode(machine, 10), due=10 * due, families=(due % 2,))
    monkeypatch.setattr(module, "DISPATCHED", 1)
    monkeypatch.setattr(module, "_urgency", lambda *_: pytest.fail("blind of campaigns"))
    problem = plant.problem()
    solution = improve(problem, poor_plan(problem), weights=ON_TIME, seconds=0.2)
    assert verify(problem, solution.schedule) == []


class _Fault:
    code = "overlap"


def test_a_bound_above_a_verified_plan_is_no_bound(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A solver that errs must not turn a plan into an optimal one."""
    from app.scheduling.cp import run

    honest = run.Model.solve

    def wrong(self: run.Model, *arguments: Callable[..., None]) -> run.Outcome:
        outcome = honest(self, *arguments[:3])  # type: ignore[arg-type]
        return replace(outcome, bound=1000.0)

    monkeypatch.setattr(run.Model, "solve", wrong)
    solution = improve(parse(FT06), poor_plan(parse(FT06)), weights=MAKESPAN, iterations=1)
    assert (solution.status, solution.bound) == (Status.FEASIBLE, None)
    assert "above a verified plan" in caplog.text


def test_nothing_to_schedule_is_no_error() -> None:
    solution = improve(Plant().problem(), Schedule(()), weights=ON_TIME, seconds=1)
    assert solution.status is Status.NOTHING
