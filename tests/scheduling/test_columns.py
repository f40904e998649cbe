"""A plan that stands in columns is the plan of its records, made for whoever asks for them."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.scheduling.columns import Columns, Deferred, InColumns, columns_of, placed_in
from app.scheduling.construct import construct
from app.scheduling.objective import MANY, evaluate
from app.scheduling.problem import POLICIES, Placement, Schedule, Unplaced
from app.scheduling.progress import nothing_placed
from app.scheduling.verify import verify
from benchmarks.engine import plant
from tests.scheduling.generator import sample


def written(plan: Schedule) -> Schedule:
    return InColumns(Columns.of(plan.placements), plan.unplaced)


def test_it_is_the_plan_of_its_records() -> None:
    for problem in sample(12, 3):
        plan = construct(problem, weights=POLICIES["on_time"])
        plan = Schedule(plan.placements, plan.unplaced)
        same = written(plan)
        assert (same, plan) == (plan, same)
        assert hash(same) == hash(plan)
        assert placed_in(same) == len(plan.placements)
        assert same.placements is same.placements
        assert pickle.loads(pickle.dumps(same)) == plan
        assert replace(written(plan), placements=plan.placements[1:]) != same
        assert replace(written(plan), unplaced=(), placements=plan.placements) == replace(
            plan, unplaced=()
        )
    assert written(Schedule(())) == Schedule(())
    assert written(Schedule(())) != "a plan"


def test_a_large_plan_is_verified_valued_and_sent_without_a_record_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from app.scheduling.packing import pack, unpack

    problem = plant(MANY + 200)
    plan = construct(problem, weights=POLICIES["on_time"])
    plain = Schedule(plan.placements, plan.unplaced)
    expected = evaluate(problem, plain), verify(problem, plain)

    def refuse(columns: Columns) -> list[Placement]:
        raise AssertionError("a record was made")

    with monkeypatch.context() as patch:
        patch.setattr(Columns, "placements", refuse)
        in_columns = written(plain)
        assert (evaluate(problem, in_columns), verify(problem, in_columns)) == expected
        arrived = unpack(pack(in_columns))
        assert columns_of(arrived).times.tolist() == columns_of(in_columns).times.tolist()
    assert arrived == plain


def test_what_is_not_placed_is_listed_when_somebody_asks() -> None:
    asked: list[str] = []

    def leave() -> Iterator[Unplaced]:
        asked.append("once")
        yield Unplaced(0, "x.y")

    plan = Deferred(tuple, leave)
    assert not asked
    assert (len(plan.unplaced), len(plan.unplaced), plan.placements) == (1, 1, ())
    assert asked == ["once"]


def test_whoever_stops_before_a_plan_gets_an_answer_at_once_and_the_list_later() -> None:
    problem = plant(400)
    answer = nothing_placed(problem, 1.0)
    with pytest.raises(AttributeError):  # nothing is there yet
        Schedule.__dict__["unplaced"].__get__(answer.schedule)
    assert answer.objective.unplaced == len(problem.operations)
    assert [u.operation for u in answer.schedule.unplaced] == list(range(len(problem.operations)))
