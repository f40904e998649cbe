"""The parts of the objective on plans written by hand. Random plans: test_properties."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.scheduling.campaigns import light_batches, short_campaigns
from app.scheduling.construct import construct
from app.scheduling.dear import dear_runs
from app.scheduling.objective import Objective, better, counted, evaluate
from app.scheduling.problem import (
    POLICIES,
    Assignment,
    MachineKind,
    Problem,
    Schedule,
    Started,
    Unplaced,
    Weights,
    Window,
)
from app.scheduling.tally import Tally
from tests.scheduling.brute_force import parts
from tests.scheduling.generator import sample
from tests.scheduling.plants import Plant, crew, matrix, mode, placed, planned


def test_tardiness_is_weighted_and_counted_by_order() -> None:
    plant = Plant()
    machine = plant.machine()
    late = plant.operation(plant.order(due=10, weight=3), mode(machine, 15))
    punctual = plant.operation(plant.order(due=30), mode(machine, 15))
    worth = evaluate(plant.problem(), planned(placed(late, (0, 15)), placed(punctual, (15, 30))))
    assert (worth.weighted_tardiness_min, worth.late_orders) == (15.0, 1)
    assert (worth.makespan_min, worth.flow_min) == (30, 30)


def test_an_order_with_something_unplaced_is_late() -> None:
    plant = Plant()
    order = plant.order(due=100)
    machine = plant.machine()
    done = plant.operation(order, mode(machine, 5))
    missing = plant.operation(order, mode(machine, 5))
    plan = planned(placed(done, (0, 5)))
    plan = type(plan)(plan.placements, (Unplaced(missing, "scheduling.no_machine"),))
    worth = evaluate(plant.problem(), plan)
    assert (worth.late_orders, worth.weighted_tardiness_min, worth.unplaced) == (1, 0.0, 1)


def test_setup_minutes_and_cost_follow_the_sequence() -> None:
    plant = Plant()
    rule = plant.rule(matrix("colour", {(0, 1): 6, (1, 0): 9}))
    machine = plant.machine(setup_rule=rule, setup_state=(0,))
    one = plant.single(mode(machine, 10), families=(1,))
    two = plant.single(mode(machine, 10), families=(0,))
    plan = planned(placed(one, (0, 16), setup=6), placed(two, (16, 35), setup=9))
    assert evaluate(plant.problem(), plan).setup_min == 15


def test_a_batch_counts_its_setup_once() -> None:
    plant = Plant()
    oven = plant.machine(kind=MachineKind.BATCH, capacity=4)
    jobs = [plant.single(mode(oven, 10, setup=5)) for _ in range(3)]
    plan = planned(*(placed(job, (0, 15), setup=5) for job in jobs))
    assert evaluate(plant.problem(), plan).setup_min == 5


def test_an_oven_batch_is_light_below_the_most_that_a_member_asks_for() -> None:
    plant = Plant()
    oven = plant.machine(kind=MachineKind.BATCH, capacity=9)
    jobs = [
        plant.single(mode(oven, 10, load=load, least_load=least))
        for load, least in ((3, 5), (2, 0), (3, 6), (2, 4), (4, 4), (1, 0))
    ]
    runs = ((0, 10), (0, 10), (10, 20), (10, 20), (20, 30), (30, 40))
    plan = planned(*(placed(job, run) for job, run in zip(jobs, runs, strict=True)))
    assert evaluate(plant.problem(), plan).light_batches == 1  # the second: 5 of 6
    (light,) = light_batches(plant.problem(), plan)
    assert (light.start, light.load, light.least, light.operations) == (10, 5, 6, (2, 3))


def test_a_batch_that_runs_already_is_not_light() -> None:
    plant = Plant()
    oven = plant.machine(kind=MachineKind.BATCH, capacity=9)
    job = plant.single(mode(oven, 10, least_load=5), started=Started(-5, 0))
    plan = planned(placed(job, (0, 10), start=-5))
    assert evaluate(plant.problem(), plan).light_batches == 0


def campaign_plan(*families: int, mounted: int = 0, minutes: int = 10) -> tuple[Problem, Schedule]:
    """Runs of equal length on one machine whose campaigns should last 20 minutes; setups of 5."""
    plant = Plant()
    part = replace(matrix("colour", {}, 5), least_run=20)
    machine = plant.machine(setup_rule=plant.rule(part), setup_state=(mounted,))
    placements, time, state = [], 0, mounted
    for family in families:
        job = plant.single(mode(machine, minutes), families=(family,))
        setup = 5 if -1 not in (family, state) and family != state else 0
        placements.append(placed(job, (time, time + setup + minutes), setup=setup))
        time += setup + minutes
        state = state if family == -1 else family
    return plant.problem(), planned(*placements)


@pytest.mark.parametrize(
    ("families", "mounted", "short"),
    [
        ((1, 2), 0, 1),  # ten minutes of 1 between two changeovers
        ((1, 1, 2), 0, 0),  # twenty are enough
        ((0, 1), 0, 0),  # what is mounted may have run for long, the last may go on
        ((1, 0, 1), 0, 2),
        ((1, 2), -1, 0),  # nobody changed over to the first
        ((1, -1, 2), 0, 1),  # what does not care makes no campaign longer
        ((1, -1, 1, 2), 0, 0),  # and ends none
    ],
)
def test_a_campaign_is_cut_short_between_two_changeovers(
    families: tuple[int, ...], mounted: int, short: int
) -> None:
    problem, plan = campaign_plan(*families, mounted=mounted)
    assert evaluate(problem, plan).short_campaigns == short
    assert parts(problem, plan)["short_campaigns"] == short


def test_a_campaign_that_is_cut_short_is_named() -> None:
    problem, plan = campaign_plan(1, 0, 0, 1)
    (short,) = short_campaigns(problem, plan)
    assert (short.machine, short.part, short.family, short.start) == (0, 0, 1, 5)
    assert (short.minutes, short.least, short.operations) == (10, 20, [0])


def test_what_runs_already_begins_no_campaign_and_cuts_none() -> None:
    problem, plan = campaign_plan(1, 2)
    first = replace(problem.operations[0], started=Started(-5, 0))
    running = replace(problem, operations=(first, *problem.operations[1:]))
    begun = replace(plan.placements[0], setup_start=-5, start=-5)
    there = replace(plan, placements=(begun, *plan.placements[1:]))
    assert evaluate(running, there).short_campaigns == 0


def test_overtime_counts_people_and_machines_nobody_attends() -> None:
    plant = Plant()
    calendar = plant.calendar(Window(0, 10), Window(10, 20, overtime=True))
    skill = plant.skill()
    plant.operator(skill, calendar=calendar)
    attended, alone = plant.machine(), plant.machine(calendar=calendar)
    manned = plant.single(mode(attended, 14, run_crew=crew(skill)))
    unmanned = plant.single(mode(alone, 13))
    plan = planned(placed(manned, (0, 14), crew=(Assignment(0, 0, 14),)), placed(unmanned, (0, 13)))
    assert evaluate(plant.problem(), plan).overtime_min == 4 + 3


def test_dear_minutes_are_those_of_runs_outside_the_hours_that_a_machine_prefers() -> None:
    """Neither setup nor pauses, a batch once, and nothing of what runs already."""
    plant = Plant()
    cheap = plant.calendar((10, 30), (40, 50))
    press = plant.machine(prefers=cheap)
    oven = plant.machine(kind=MachineKind.BATCH, capacity=9, prefers=cheap)
    other = plant.machine()
    paused = plant.single(mode(press, 20, setup=4))
    late = plant.single(mode(press, 12))
    baked = [plant.single(mode(oven, 25)) for _ in range(2)]
    going = plant.single(mode(oven, 8), started=Started(-5, 0))
    careless = plant.single(mode(other, 9))
    plan = planned(
        placed(paused, (0, 9), (12, 27), setup=4),  # 5 before ten, 15 cheap ones
        placed(late, (45, 57)),  # 7 after fifty
        *(placed(job, (8, 33)) for job in baked),  # 2 and 3, once for both
        replace(placed(going, (0, 8)), setup_start=-5, start=-5),
        placed(careless, (0, 9)),
    )
    problem = plant.problem()
    assert evaluate(problem, plan).dear_min == Tally(problem, plan).objective.dear_min == 17
    assert [(run.minutes, run.operations) for run in dear_runs(problem, plan)] == [
        (5, (paused,)), (5, tuple(baked)), (7, (late,)),
    ]  # fmt: skip


def test_moved_is_machine_or_start_against_the_plan_in_force() -> None:
    plant = Plant()
    here, there = plant.machine(), plant.machine()
    jobs = [plant.single(mode(here, 5), mode(there, 5)) for _ in range(4)]
    base = [placed(jobs[k], (10 * k, 10 * k + 5)) for k in range(3)]
    plan = planned(
        base[0],
        placed(jobs[1], (10, 15), mode=1),
        placed(jobs[2], (21, 26)),
        placed(jobs[3], (30, 35)),
    )
    assert evaluate(plant.problem(baseline=base), plan).moved_operations == 2


def test_fewer_unplaced_beats_any_sum() -> None:
    weights = Weights(makespan_min=1.0)
    short, full = Objective(makespan_min=1, unplaced=1), Objective(makespan_min=999)
    assert better(full, short, weights)
    assert not better(short, full, weights)
    assert not better(full, full, weights)


def test_the_total_is_the_weighted_sum_of_the_parts() -> None:
    worth = Objective(weighted_tardiness_min=10.0, late_orders=2, setup_min=30, flow_min=100)
    assert worth.total(POLICIES["on_time"]) == 10.0 + 480.0 + 6.0 + 1.0
    assert worth.as_dict()["late_orders"] == 2


def test_a_large_plan_is_counted_in_columns_to_the_same_parts() -> None:
    counted_any = 0
    for problem in sample(12, seed=77):
        plan = construct(problem, weights=POLICIES["on_time"])
        assert Tally(problem, plan).objective == counted(problem, plan)
        counted_any += bool(plan.placements)
    assert counted_any > 8
