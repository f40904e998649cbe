"""construct and decode: how first plans are made. That they break no rule: test_properties."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.scheduling.construct import RULES, Shop, construct, decode
from app.scheduling.objective import evaluate
from app.scheduling.problem import FOREVER, POLICIES, MachineKind, Schedule, ToolDemand, Window
from app.scheduling.verify import verify
from tests.scheduling.generator import sample
from tests.scheduling.plants import Plant, crew, matrix, mode, turns

ON_TIME = POLICIES["on_time"]


def starts(schedule: Schedule) -> dict[int, int]:
    return {placement.operation: placement.start for placement in schedule.placements}


def two_jobs() -> Plant:
    plant = Plant()
    machine = plant.machine()
    for minutes in (5, 7):
        plant.single(mode(machine, minutes))
    return plant


def test_the_sequence_decides_who_goes_first() -> None:
    problem = two_jobs().problem()
    assert starts(decode(problem, [0, 1])) == {0: 0, 1: 5}
    assert starts(decode(problem, [1, 0])) == {0: 7, 1: 0}


def test_a_gap_is_filled_when_the_work_fits() -> None:
    plant = Plant()
    machine = plant.machine()
    plant.single(mode(machine, 5), release=6)
    plant.single(mode(machine, 6))
    assert starts(decode(plant.problem(), [0, 1])) == {0: 6, 1: 0}


def test_a_gap_on_a_machine_with_setups_is_filled_when_the_follower_can_stand() -> None:
    plant = Plant()
    rule = plant.rule(matrix("colour", {(0, 1): 4, (1, 0): 9}))
    machine = plant.machine(setup_rule=rule, setup_state=(0,))
    plant.single(mode(machine, 5), families=(1,), release=30)
    plant.single(mode(machine, 6), families=(1,))
    problem = plant.problem()
    plan = decode(problem, [0, 1])
    assert starts(plan) == {0: 30, 1: 4}
    assert evaluate(problem, plan).setup_min == 4  # the first one's own setup is gone
    assert verify(problem, plan) == []


def test_a_forced_mode_is_taken() -> None:
    plant = Plant()
    fast, slow = plant.machine(), plant.machine()
    plant.single(mode(fast, 3), mode(slow, 9))
    problem = plant.problem()
    assert decode(problem, [0]).placements[0].mode == 0
    assert decode(problem, [0], {0: 1}).placements[0].mode == 1


def test_fixed_placements_stand_and_the_rest_goes_around_them() -> None:
    problem = two_jobs().problem()
    first = decode(problem, [1, 0])
    fixed = {0: first.placements[0]}
    assert starts(decode(problem, [1, 0], fixed=fixed)) == {0: 7, 1: 0}
    assert starts(decode(problem, [0, 1], fixed=fixed)) == {0: 7, 1: 0}


def test_fixing_everything_gives_the_same_plan() -> None:
    for problem in sample(40, seed=11):
        plan = construct(problem, weights=ON_TIME)
        if plan.unplaced:
            continue
        fixed = {placement.operation: placement for placement in plan.placements}
        again = decode(Shop(problem), range(len(problem.operations)), fixed=fixed)
        assert starts(again) == starts(plan)
        assert verify(problem, again) == []


def test_what_fits_together_shares_one_run_of_an_oven() -> None:
    plant = Plant()
    oven = plant.machine(kind=MachineKind.BATCH, capacity=4)
    for number in range(8):
        plant.single(mode(oven, 100), release=number % 2)
    schedule = construct(plant.problem(), weights=ON_TIME)
    assert len({placement.start for placement in schedule.placements}) == 2


def test_the_head_of_a_block_waits_until_its_tail_can_follow_in_time() -> None:
    plant = Plant()
    mixer, table = plant.machine(), plant.machine(calendar=plant.calendar((100, 200)))
    order = plant.order()
    mix = plant.operation(order, mode(mixer, 5))
    pour = plant.operation(order, mode(table, 10))
    plant.link(mix, pour, max_lag=3)
    problem = plant.problem()
    plan = construct(problem, weights=ON_TIME)
    assert starts(plan) == {mix: 92, pour: 100}
    assert verify(problem, plan) == []


def test_what_cannot_be_placed_takes_its_successors_along() -> None:
    plant = Plant()
    machine, skill = plant.machine(), plant.skill("welder")
    order = plant.order()
    weld = plant.operation(order, mode(machine, 5, run_crew=crew(skill)))
    paint = plant.operation(order, mode(machine, 5))
    plant.link(weld, paint)
    schedule = construct(plant.problem(), weights=ON_TIME)
    assert schedule.placements == ()
    reasons = {item.operation: item.reason for item in schedule.unplaced}
    assert reasons == {weld: "scheduling.people_too_few", paint: "scheduling.predecessor"}


@pytest.mark.parametrize("kind", [MachineKind.UNARY, MachineKind.BATCH])
@pytest.mark.parametrize("rule", RULES)
def test_a_setup_that_waits_for_what_is_still_to_be_made_gets_its_turn(
    kind: MachineKind, rule: str
) -> None:
    plant = Plant()
    material = plant.material()
    eater = plant.machine(kind=kind)
    eat = plant.single(
        mode(eater, 20), due=9_000, setup_needs_material=True, consumes=((material, 4),)
    )
    make = plant.single(mode(plant.machine(), 9), due=9_000, produces=((material, 4),))
    plan = construct(plant.problem(), weights=ON_TIME, rule=rule)
    assert starts(plan) == {eat: 9, make: 0}


def test_a_consumer_waits_for_the_maker_of_its_material() -> None:
    plant = Plant()
    machine, material = plant.machine(), plant.material()
    eat = plant.single(mode(machine, 5), due=1, consumes=((material, 4),))
    make = plant.single(mode(machine, 9), due=FOREVER, produces=((material, 4),))
    assert starts(construct(plant.problem(), weights=ON_TIME)) == {make: 0, eat: 9}


def test_copies_with_shots_left_are_chosen() -> None:
    plant = Plant()
    mould = plant.tool_type()
    plant.tool(mould, life=15)
    fresh = plant.tool(mould)
    machine = plant.machine()
    for _ in range(2):
        plant.single(turns(machine, 10, 60, tools=(ToolDemand(mould, shapes=True),)))
    schedule = construct(plant.problem(), weights=ON_TIME)
    assert {fresh} <= {tool for p in schedule.placements for tool in p.tools}
    assert schedule.unplaced == ()


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_makes_sound_plans(rule: str) -> None:
    for problem in sample(25, seed=5):
        assert verify(problem, construct(problem, weights=ON_TIME, rule=rule)) == []


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        construct(two_jobs().problem(), weights=ON_TIME, rule="nonsense")


def test_restarts_never_make_it_worse_and_end_on_stop() -> None:
    problem = next(sample(1, seed=3))
    plain = construct(problem, weights=ON_TIME)
    best = construct(problem, weights=ON_TIME, restarts=8, seed=2)
    worth = evaluate(problem, plain).total(ON_TIME)
    assert evaluate(problem, best).total(ON_TIME) <= worth
    assert construct(problem, weights=ON_TIME, restarts=8, seed=2, stop=lambda: True) == plain


def test_setups_are_grouped_when_due_dates_allow() -> None:
    plant = Plant()
    rule = plant.rule(matrix("colour", {(0, 1): 60, (1, 0): 60}))
    machine = plant.machine(setup_rule=rule, setup_state=(0,))
    for number in range(8):
        plant.single(mode(machine, 30), due=400 + number, families=(number % 2,))
    problem = plant.problem()
    assert evaluate(problem, construct(problem, weights=ON_TIME)).setup_min == 60
    by_date = construct(problem, weights=ON_TIME, rule="edd")
    assert evaluate(problem, by_date).setup_min == 7 * 60


def test_overtime_is_spared_only_where_the_due_date_allows() -> None:
    def start(due: int) -> int:
        plant = Plant()
        calendar = plant.calendar(Window(0, 10, overtime=True), Window(20, 40))
        plant.single(mode(plant.machine(calendar=calendar), 8), due=due)
        problem = plant.problem()
        plan = construct(problem, weights=ON_TIME, spare_overtime=True)
        assert verify(problem, plan) == []
        return plan.placements[0].start

    assert start(due=28) == 20
    assert start(due=27) == 0


# -- least loads and campaigns ------------------------------------------------------------------


def worth_of(plant: Plant, policy: str = "on_time") -> tuple[int, int, int]:
    """Light batches, short campaigns and late orders of the first plan by due dates."""
    problem = plant.problem()
    plan = construct(problem, weights=POLICIES[policy], rule="edd")
    assert not plan.unplaced
    assert verify(problem, plan) == []
    worth = evaluate(problem, plan)
    return worth.light_batches, worth.short_campaigns, worth.late_orders


@pytest.mark.parametrize(("due", "light"), [(900, 0), (110, 2)])
def test_an_oven_waits_for_its_least_load_unless_an_order_would_be_late(
    due: int, light: int
) -> None:
    plant = Plant()
    oven = plant.machine("oven", MachineKind.BATCH, capacity=9)
    plant.single(mode(oven, 100, load=4, least_load=6), due=due)
    plant.single(mode(oven, 100, load=4, least_load=6), due=900, release=40)
    assert worth_of(plant) == (light, 0, 0)


def test_what_is_all_there_is_does_not_wait() -> None:
    """Nobody else goes in: the second, which comes soon, is of another family."""
    plant = Plant()
    oven = plant.machine("oven", MachineKind.BATCH, capacity=9)
    plant.single(mode(oven, 100, load=4, least_load=6), due=900)
    plant.single(mode(oven, 100, load=4, least_load=6), due=900, release=40, batch_family=1)
    problem = plant.problem()
    plan = construct(problem, weights=POLICIES["on_time"], rule="edd")
    assert [p.start for p in plan.placements] == [0, 100]


def test_while_a_light_batch_waits_another_family_goes_in() -> None:
    plant = Plant()
    oven = plant.machine("oven", MachineKind.BATCH, capacity=9)
    plant.single(mode(oven, 100, load=4, least_load=6), due=600)
    plant.single(mode(oven, 100, load=4, least_load=6), due=700, release=45)
    plant.single(mode(oven, 40, load=8, least_load=6), due=800, batch_family=1)
    problem = plant.problem()
    plan = construct(problem, weights=POLICIES["on_time"], rule="edd")
    assert [p.start for p in plan.placements] == [45, 45, 0]


@pytest.mark.parametrize(("due", "short"), [(900, 0), (60, 1)])
def test_a_campaign_goes_on_until_it_has_lasted_unless_an_order_would_be_late(
    due: int, short: int
) -> None:
    """By due dates it would be red, white, red; the machine comes from white."""
    plant = Plant()
    part = replace(matrix("colour", {}, 5), least_run=50)
    machine = plant.machine(setup_rule=plant.rule(part), setup_state=(0,))
    for latest, family in ((50, 1), (due, 0), (950, 1), (990, 0)):
        plant.single(mode(machine, 25), due=latest, families=(family,))
    assert worth_of(plant) == (0, short, 0)
