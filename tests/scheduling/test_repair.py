"""Gestures: what moves, what stays, what is refused."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from app.core.messages import LANGUAGES
from app.scheduling.construct import construct
from app.scheduling.objective import evaluate
from app.scheduling.problem import POLICIES, Problem, Schedule, Started
from app.scheduling.repair import MODES, Move, Repairer, eligibility, move
from app.scheduling.stability import Limit
from app.scheduling.verify import verify
from tests.scheduling.generator import sample
from tests.scheduling.plants import Plant, matrix, mode, placed, planned

ON_TIME = POLICIES["on_time"]


def starts(schedule: Schedule) -> list[int]:
    return [placement.start for placement in schedule.placements]


def row_of_three(**fields: object) -> tuple[Problem, Schedule]:
    """Three jobs of ten minutes back to back, then one after a pause."""
    plant = Plant()
    machine = plant.machine()
    for number in range(4):
        plant.single(mode(machine, 10), **(fields if number == 1 else {}))
    plan = planned(*(placed(k, (a, a + 10)) for k, a in enumerate((0, 10, 20, 60))))
    return plant.problem(), plan


def test_what_is_in_the_way_is_pushed_right_and_no_further() -> None:
    problem, plan = row_of_three()
    result = move(problem, plan, Move(0, start=10))
    assert starts(result.schedule) == [10, 20, 30, 60]
    assert result.moved == (0, 1, 2)
    assert result.start == 10
    assert result.objective_before == evaluate(problem, plan)
    assert result.objective_after == evaluate(problem, result.schedule)


def test_a_drop_on_the_second_half_of_a_bar_goes_after_it() -> None:
    problem, plan = row_of_three()
    result = move(problem, plan, Move(0, start=27))
    assert starts(result.schedule) == [30, 10, 20, 60]
    assert result.start == 30


def test_nothing_is_pushed_left_when_a_place_is_left() -> None:
    problem, plan = row_of_three()
    result = move(problem, plan, Move(0, start=100))
    assert starts(result.schedule) == [100, 10, 20, 60]
    assert result.moved == (0,)


def test_successors_are_pushed_and_predecessors_hold() -> None:
    plant = Plant()
    one, two = plant.machine(), plant.machine()
    order = plant.order()
    first, second = plant.operation(order, mode(one, 10)), plant.operation(order, mode(two, 10))
    plant.link(first, second)
    problem, plan = plant.problem(), planned(placed(0, (0, 10)), placed(1, (10, 20)))
    assert starts(move(problem, plan, Move(first, start=5)).schedule) == [5, 15]
    assert starts(move(problem, plan, Move(second, start=0)).schedule) == [0, 10]


def test_pinned_and_running_work_never_moves() -> None:
    problem, plan = row_of_three(pin_start=10)
    pinned = move(problem, plan, Move(1, start=40))
    assert pinned.refused is not None
    assert pinned.refused.code == "scheduling.pinned"
    assert pinned.schedule is plan
    around = move(problem, plan, Move(0, start=10))
    assert starts(around.schedule) == [20, 10, 30, 60]
    running, _ = row_of_three(started=Started(10, 0))
    refused = move(running, plan, Move(1, start=40)).refused
    assert refused is not None
    assert refused.code == "scheduling.running"


def test_a_changed_setup_pushes_the_follower() -> None:
    plant = Plant()
    rule = plant.rule(matrix("colour", {(0, 1): 5, (1, 0): 7}))
    machine = plant.machine(setup_rule=rule, setup_state=(0,))
    for family in (0, 0, 1):
        plant.single(mode(machine, 10), families=(family,))
    problem = plant.problem()
    plan = planned(placed(0, (0, 10)), placed(1, (10, 20)), placed(2, (40, 55), setup=5))
    assert verify(problem, plan) == []
    result = move(problem, plan, Move(2, start=9))
    assert verify(problem, result.schedule) == []
    by_operation = {p.operation: p for p in result.schedule.placements}
    assert by_operation[2].start == 15
    assert (by_operation[1].setup_start, by_operation[1].start) == (25, 32)


def test_eligibility_says_why_a_row_is_closed() -> None:
    plant = Plant()
    here, there = plant.machine("here"), plant.machine("there")
    free = plant.single(mode(here, 5))
    held = plant.single(mode(here, 5), mode(there, 5), pin_machine=there)
    problem = plant.problem()
    plan = construct(problem, weights=ON_TIME)
    rows = eligibility(problem, plan, free)
    assert rows[here] is None
    assert rows[there] is not None
    assert all("there" in rows[there].text(language) for language in LANGUAGES)
    pinned = eligibility(problem, plan, held)
    assert pinned[there] is None
    assert pinned[here] is not None
    assert pinned[here].code == "scheduling.held_on_machine"
    refused = move(problem, plan, Move(free, machine=there)).refused
    assert refused == rows[there]


def test_an_unknown_mode_is_refused() -> None:
    problem, plan = row_of_three()
    with pytest.raises(ValueError, match="sideways"):
        move(problem, plan, Move(0, mode="sideways"))


def test_any_move_is_sound_repeatable_and_pushes_nothing_left() -> None:
    dice, done = Random(3), 0
    for problem in sample(40, seed=9):
        plan = construct(problem, weights=ON_TIME)
        if not plan.placements:
            continue
        repairer = Repairer(problem, plan)
        for _ in range(4):
            old = dice.choice(plan.placements)
            gesture = Move(old.operation, start=old.start + dice.randint(-300, 600))
            preview = repairer.move(gesture)
            if preview.refused is not None:
                continue
            done += 1
            assert verify(problem, preview.schedule) == []
            drop = Repairer(problem, plan).move(gesture)
            assert drop.schedule == preview.schedule
            new = {p.operation: p.start for p in preview.schedule.placements}
            others = [p for p in plan.placements if p.operation != old.operation]
            assert all(new[p.operation] >= p.start for p in others)
            same = {p for p in plan.placements if p.operation not in preview.moved}
            assert same <= set(preview.schedule.placements)
    assert done > 70


def test_a_plan_that_has_gone_by_is_moved_out_of_the_past() -> None:
    plant = Plant()
    machine = plant.machine()
    jobs = [plant.single(mode(machine, 10)) for _ in range(2)]
    problem = plant.problem(now=5)
    plan = planned(placed(jobs[0], (0, 10)), placed(jobs[1], (10, 20)))
    result = move(problem, plan, Move(jobs[1], start=40))
    assert starts(result.schedule) == [5, 40]
    assert verify(problem, result.schedule) == []


# -- modes --------------------------------------------------------------------------------------


def test_squeezing_in_takes_the_first_opening_and_moves_nothing_else() -> None:
    problem, plan = row_of_three()
    result = move(problem, plan, Move(0, start=10, mode="squeeze_in"))
    assert starts(result.schedule) == [30, 10, 20, 60]
    assert result.moved == (0,)
    plant = Plant()
    one, two = plant.machine(), plant.machine()
    order = plant.order()
    first, second = plant.operation(order, mode(one, 10)), plant.operation(order, mode(two, 10))
    plant.link(first, second)
    problem, plan = plant.problem(), planned(placed(0, (0, 10)), placed(1, (10, 20)))
    refused = move(problem, plan, Move(first, start=5, mode="squeeze_in")).refused
    assert refused is not None
    assert refused.code == "scheduling.moves_others"
    assert problem.operations[second].key in refused.text("zh")


def test_refusing_puts_it_there_only_if_nothing_else_moves() -> None:
    problem, plan = row_of_three()
    assert starts(move(problem, plan, Move(0, start=35, mode="refuse")).schedule) == [
        35, 10, 20, 60,
    ]  # fmt: skip
    refused = move(problem, plan, Move(0, start=55, mode="refuse"))
    assert refused.refused is not None
    assert refused.schedule is plan
    assert refused.refused.values["count"] == "1"


def test_two_bars_change_places_and_machines() -> None:
    problem, plan = row_of_three()
    result = move(problem, plan, Move(0, start=25, mode="swap"))
    assert starts(result.schedule) == [20, 10, 0, 60]
    assert result.moved == (0, 2)
    plant = Plant()
    here, there = plant.machine("here"), plant.machine("there")
    plant.single(mode(here, 10), mode(there, 10))
    plant.single(mode(there, 30), mode(here, 30))
    plant.single(mode(here, 10))
    plant.single(mode(there, 10))
    problem = plant.problem()
    plan = planned(placed(0, (0, 10)), placed(1, (50, 80)), placed(2, (10, 20)), placed(3, (0, 10)))
    result = move(problem, plan, Move(0, machine=there, start=60, mode="swap"))
    assert starts(result.schedule) == [50, 0, 30, 0]
    assert [p.mode for p in result.schedule.placements] == [1, 1, 0, 0]
    nothing = move(problem, plan, Move(0, machine=there, start=20, mode="swap")).refused
    assert nothing is not None
    assert nothing.code == "scheduling.nothing_to_swap"
    closed = move(problem, plan, Move(0, machine=there, start=5, mode="swap")).refused
    assert closed is not None
    assert closed.code == "scheduling.not_for_machine"


def test_every_mode_is_sound_and_moves_no_more_than_it_says() -> None:
    dice, done = Random(4), dict.fromkeys(MODES, 0)
    for problem in sample(48, seed=19):
        plan = construct(problem, weights=ON_TIME)
        if not plan.placements:
            continue
        repairer = Repairer(problem, plan)
        for chosen in MODES * 2:
            old, at = dice.choice(plan.placements), dice.choice(plan.placements)
            machine = problem.operations[at.operation].modes[at.mode].machine
            start = at.start + (dice.randint(-200, 500) if chosen != "swap" else 0)
            result = repairer.move(Move(old.operation, machine, start, chosen))
            if result.refused is not None:
                assert result.schedule is plan
                continue
            done[chosen] += 1
            assert verify(problem, result.schedule) == []
            if chosen in ("squeeze_in", "refuse"):
                assert set(result.moved) <= {old.operation}
            again = Repairer(problem, plan).move(Move(old.operation, machine, start, chosen))
            assert again.schedule == result.schedule
    assert min(done.values()) > 4, done


def test_a_gesture_beyond_the_change_budget_is_refused() -> None:
    problem, plan = row_of_three()
    problem = replace(problem, baseline=plan.placements)
    gesture = Move(0, start=10)
    refused = move(problem, plan, gesture, [Limit(2)])
    assert refused.refused is not None
    assert refused.schedule is plan
    assert refused.refused.code == "stability.over"
    assert move(problem, plan, gesture, [Limit(3)]).moved == (0, 1, 2)
