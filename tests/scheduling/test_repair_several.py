"""Gestures on several operations: moved together, or taken off the plan with what hangs on them."""

from __future__ import annotations

from random import Random

from app.core.messages import LANGUAGES
from app.scheduling.construct import construct
from app.scheduling.objective import evaluate
from app.scheduling.problem import POLICIES
from app.scheduling.repair import MODES, Move, move, take_off
from app.scheduling.verify import verify
from tests.scheduling.generator import sample
from tests.scheduling.test_repair import row_of_three, starts


def test_several_keep_their_distance_and_push_what_is_in_the_way() -> None:
    problem, plan = row_of_three()
    result = move(problem, plan, Move(0, start=20, along=((1, None, 30),)))
    assert starts(result.schedule) == [20, 30, 40, 60]
    assert result.moved == (0, 1, 2)
    assert result.objective_after == evaluate(problem, result.schedule)


def test_several_moved_left_come_in_the_order_of_their_new_starts() -> None:
    problem, plan = row_of_three()
    result = move(problem, plan, Move(3, start=0, along=((2, None, 10),)))
    assert starts(result.schedule) == [20, 30, 10, 0]


def test_where_nothing_else_may_move_several_go_only_where_there_is_room() -> None:
    problem, plan = row_of_three()
    free = move(problem, plan, Move(0, start=80, mode="refuse", along=((1, None, 90),)))
    assert starts(free.schedule) == [80, 90, 20, 60]
    full = move(problem, plan, Move(0, start=10, mode="refuse", along=((1, None, 20),)))
    assert full.refused is not None
    assert move(problem, plan, Move(0, start=10, mode="swap", along=((1, None, 20),))).refused


def test_what_is_taken_off_leaves_the_others_where_they_are() -> None:
    problem, plan = row_of_three()
    result = take_off(problem, plan, [1])
    assert [(p.operation, p.start) for p in result.schedule.placements] == [
        (0, 0),
        (2, 20),
        (3, 60),
    ]
    assert [u.operation for u in result.schedule.unplaced] == [1]
    assert move(problem, plan, Move(0, start=0)).schedule == plan  # and nothing is left behind


def test_pinned_work_is_not_taken_off() -> None:
    problem, plan = row_of_three(pin_start=10)
    result = take_off(problem, plan, [1])
    assert result.refused is not None
    assert result.schedule is plan


def test_whatever_is_moved_together_or_taken_off_breaks_no_rule() -> None:
    chance = Random(5)
    done = 0
    for problem in sample(40, seed=29):
        plan = construct(problem, weights=POLICIES["on_time"])
        standing = [p for p in plan.placements if problem.operations[p.operation].started is None]
        if len(standing) < 2 or verify(problem, plan):
            continue
        some = chance.sample(standing, 2)
        shift = chance.choice((-90, -15, 0, 20, 240))
        one, other = ((p.operation, None, p.start + shift) for p in some)
        for mode in MODES[:2]:
            moved = move(problem, plan, Move(*one, mode, along=(other,)))
            assert not verify(problem, moved.schedule)
            assert moved.objective_after == evaluate(problem, moved.schedule)
            done += moved.refused is None
        gone = take_off(problem, plan, [some[0].operation])
        assert not verify(problem, gone.schedule)
        assert gone.objective_after == evaluate(problem, gone.schedule)
        if gone.refused is None:
            assert some[0].operation not in {p.operation for p in gone.schedule.placements}
            assert all(left.reason for left in gone.schedule.unplaced)
            done += 1
        else:
            assert all(gone.refused.text(language) for language in LANGUAGES)
        again = move(problem, plan, Move(some[1].operation, start=some[1].start))
        assert again.objective_before == evaluate(problem, plan)
    assert done > 40
