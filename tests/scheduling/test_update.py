"""Bringing a plan up to date: what each of the four questions allows, and no more."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from random import Random

import pytest

from app.scheduling.construct import construct, decode
from app.scheduling.neighbourhoods import PlanView
from app.scheduling.problem import (
    FOREVER,
    POLICIES,
    Calendar,
    MachineKind,
    Problem,
    Schedule,
    Started,
    Window,
)
from app.scheduling.shop import Shop
from app.scheduling.stability import Limit
from app.scheduling.update import OnePass, Part, Questions, bring_up_to_date
from app.scheduling.verify import verify
from tests.scheduling.generator import sample
from tests.scheduling.plants import Plant, mode, placed, planned

ON_TIME = POLICIES["on_time"]
EVERY = [Questions(*answers) for answers in product((False, True), repeat=4)]


def starts(schedule: Schedule) -> dict[int, int]:
    return {p.operation: p.start for p in schedule.placements}


def test_where_nothing_has_changed_the_plan_stays_and_a_full_pass_is_a_full_retime() -> None:
    seen = 0
    for problem in sample(40, seed=44):
        shop = Shop(problem)
        plan = construct(shop, weights=ON_TIME)
        if plan.unplaced:
            continue
        seen += 1
        for asked in (Questions(), Questions(True, True, keep=True, machine=True)):
            assert bring_up_to_date(shop, plan, asked).schedule is plan
        free, part = Questions(True, True, keep=False, machine=True), Part()
        anew = OnePass(shop, plan, free, part).schedule()
        assert anew.placements == decode(shop, PlanView(problem, plan).sequence).placements
    assert seen > 15


def test_every_answer_is_kept_when_time_has_passed() -> None:
    dice, moved = Random(2), 0
    for problem in sample(20, seed=45):
        plan = construct(problem, weights=ON_TIME)
        if plan.unplaced:
            continue
        later = replace(problem, now=problem.now + dice.randint(1, 400), baseline=plan.placements)
        for asked in dice.sample(EVERY, 3):
            found = bring_up_to_date(later, plan, asked)
            assert verify(later, found.schedule) == []
            moved += len(found.moved)
            check_answers(problem, plan, found.schedule, asked)
    assert moved > 60


def check_answers(problem: Problem, plan: Schedule, new: Schedule, asked: Questions) -> None:
    view, after = PlanView(problem, plan), PlanView(problem, new)
    for operation, place in after.plan.items():
        old = view.plan[operation]
        assert asked.earlier or place.start >= old.start
        assert asked.machine or after.machine(operation) == view.machine(operation)
    if asked.sequence or any(o.pin_start is not None for o in problem.operations):
        return
    if problem.baseline or any(o.started for o in problem.operations):
        return
    for index, machine in enumerate(problem.machines):
        if machine.kind is MachineKind.UNARY:
            row = [o for o in view.sequence if o in after.plan
                   and view.machine(o) == after.machine(o) == index]  # fmt: skip
            for one, two in pairwise(row):
                assert after.plan[one].setup_start <= after.plan[two].setup_start


def plant_of_two() -> Problem:
    """Two machines alike; three jobs on the first, one on the second, with a hole before it."""
    plant = Plant()
    one, two = plant.machine("one"), plant.machine("two")
    for due in (10, 20, 40):
        plant.single(mode(one, 10), mode(two, 10), due=due)
    plant.single(mode(two, 10), mode(one, 10), due=60)
    return plant.problem()


PLAN = planned(placed(0, (0, 10)), placed(1, (10, 20)), placed(2, (30, 40)), placed(3, (50, 60)))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Questions(sequence=False), {0: 0, 1: 25, 2: 35, 3: 50}),
        (Questions(), {0: 0, 1: 25, 2: 35, 3: 50}),
        (Questions(machine=True), {0: 0, 1: 15, 2: 30, 3: 50}),
        (Questions(True, False, keep=False), {0: 0, 1: 25, 2: 35, 3: 15}),
    ],
)
def test_work_that_takes_longer_pushes_what_the_answers_let_it_push(
    asked: Questions, expected: dict[int, int]
) -> None:
    problem = plant_of_two()
    running = replace(problem.operations[0], started=Started(0, 0), modes=(mode(0, 10),) * 2)
    late = replace(problem, now=15, operations=(running, *problem.operations[1:]))
    assert starts(bring_up_to_date(late, PLAN, asked).schedule) == expected


def test_a_machine_that_breaks_down_gives_its_work_to_another_only_if_it_may() -> None:
    problem = plant_of_two()
    down = Calendar("down", (Window(-FOREVER, 5), Window(45, FOREVER)))
    broken = replace(
        problem,
        calendars=(*problem.calendars, down),
        machines=(replace(problem.machines[0], calendar=1), problem.machines[1]),
    )
    stays = bring_up_to_date(broken, PLAN)
    assert starts(stays.schedule) == {0: 0, 1: 50, 2: 60, 3: 50}
    assert stays.moved == (1, 2)
    goes = bring_up_to_date(broken, PLAN, Questions(machine=True))
    assert starts(goes.schedule) == {0: 0, 1: 10, 2: 30, 3: 50}


def test_only_the_chosen_rows_and_dates_are_placed_anew() -> None:
    problem = plant_of_two()
    asked = Questions(earlier=True, keep=False)
    rows = bring_up_to_date(problem, PLAN, asked, Part(machines=frozenset({1})))
    assert starts(rows.schedule) == {0: 0, 1: 10, 2: 30, 3: 0}
    assert (rows.moved, rows.outside) == ((3,), ())
    dates = bring_up_to_date(problem, PLAN, asked, Part(start=25, end=45))
    assert starts(dates.schedule) == {0: 0, 1: 10, 2: 20, 3: 50}
    later = bring_up_to_date(replace(problem, now=5), PLAN, asked, Part(machines=frozenset({1})))
    assert later.outside == (0, 1)
    assert starts(later.schedule) == {0: 5, 1: 15, 2: 30, 3: 5}


def test_new_work_takes_the_room_that_is_left_or_its_turn() -> None:
    plant = Plant()
    machine = plant.machine()
    plant.single(mode(machine, 30), due=500)
    plant.single(mode(machine, 10), due=40)
    problem, plan = plant.problem(), planned(placed(0, (0, 30)))
    kept = bring_up_to_date(problem, plan)
    assert (starts(kept.schedule), kept.new, kept.moved) == ({0: 0, 1: 30}, (1,), ())
    problem = replace(problem, now=35)
    turn = bring_up_to_date(problem, planned(placed(0, (35, 65))), Questions(sequence=True))
    assert starts(turn.schedule) == {0: 35, 1: 65}
    free = bring_up_to_date(
        problem, planned(placed(0, (35, 65))), Questions(True, True, keep=False)
    )
    assert starts(free.schedule) == {0: 45, 1: 35}


def test_a_change_budget_refuses_an_update_that_moves_more() -> None:
    problem = replace(plant_of_two(), baseline=PLAN.placements, now=5)
    refused = bring_up_to_date(problem, PLAN, limits=[Limit(1)])
    assert refused.schedule is PLAN
    assert refused.refused is not None
    assert bring_up_to_date(problem, PLAN, limits=[Limit(2)]).moved == (0, 1)
