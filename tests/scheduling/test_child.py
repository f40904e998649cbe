"""The solver process: what it sends, how it stops, and what is left when it dies."""

from __future__ import annotations

import os
import time

import pytest

from app.core.errors import RuleBroken, Unavailable
from app.core.messages import message
from app.scheduling.child import (
    Options,
    SolverFault,
    Work,
    default_workers,
    run_in_child,
    supervise,
)
from app.scheduling.columns import Columns
from app.scheduling.freight import PIECE, in_pieces, put_together
from app.scheduling.packing import pack, unpack
from app.scheduling.problem import Assignment, Placement, Schedule, Unplaced, Weights
from app.scheduling.progress import Progress, Status
from app.scheduling.verify import verify
from benchmarks.engine import plant
from benchmarks.instances import parse
from tests.scheduling.generator import sample
from tests.scheduling.shops import FT06, FT10
from tests.scheduling.workers import (
    die_after_a_plan,
    die_at_once,
    hear_nothing,
    hear_nothing_and_plan_nothing,
    refuse,
    stop_when_told,
    stumble,
)

OPTIONS = Options(policy="makespan", seconds=30)


def never() -> bool:
    return False


def ignore(_: Progress) -> None:
    pass


def test_a_solve_in_a_child_streams_plans_and_ends_with_the_best() -> None:
    problem = parse(FT06)
    seen: list[Progress] = []
    solution = run_in_child(problem, policy="makespan", seconds=20, workers=1, report=seen.append)
    assert (solution.objective.makespan_min, solution.status) == (55, Status.OPTIMAL)
    assert verify(problem, solution.schedule) == []
    plans = [progress.schedule for progress in seen if progress.schedule is not None]
    assert plans
    assert plans[-1] == solution.schedule
    assert all(verify(problem, plan) == [] for plan in plans)


def test_weights_of_ones_own_are_a_policy() -> None:
    weights = Weights(makespan_min=2.0)
    solution = run_in_child(parse(FT06), policy=weights, seconds=20)
    assert (solution.objective.makespan_min, solution.bound) == (55, 110)


def test_a_cancel_is_answered_within_a_fifth_of_a_second() -> None:
    asked: list[float] = []
    begin = time.monotonic()

    def stop() -> bool:
        if not asked and time.monotonic() - begin > 4:
            asked.append(time.monotonic())
        return bool(asked)

    problem = parse(FT10)
    solution = run_in_child(problem, policy="throughput", seconds=60, workers=1, stop=stop)
    # What the parent does after the grace period is to end the child.
    assert time.monotonic() - asked[0] < 0.5
    assert solution.status is Status.CANCELLED
    assert verify(problem, solution.schedule) == []
    assert len(solution.schedule.placements) == 100


@pytest.mark.parametrize("work", [stop_when_told, hear_nothing])
def test_a_stop_keeps_the_last_plan_whether_the_child_hears_it_or_not(work: Work) -> None:
    problem = parse(FT06)
    seen: list[Progress] = []
    solution = supervise(work, problem, OPTIONS, lambda: bool(seen), seen.append)
    assert solution.status is Status.CANCELLED
    assert solution.schedule == seen[-1].schedule
    assert solution.objective == seen[-1].objective


def test_nobody_who_has_said_stop_waits_for_the_records_of_a_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a large plan they take longer to make than an answer may take."""
    made: list[int] = []
    make = Columns.placements
    monkeypatch.setattr(Columns, "placements", lambda c: made.append(len(c.times)) or make(c))
    seen: list[Progress] = []
    problem = parse(FT06)
    solution = supervise(hear_nothing, problem, OPTIONS, lambda: bool(seen), seen.append)
    assert solution.status is Status.CANCELLED
    assert made == []
    assert len(solution.schedule.placements) == 36
    assert solution.schedule.placements is solution.schedule.placements
    assert made == [36]


def test_a_stop_before_the_first_plan_names_what_is_not_placed() -> None:
    problem = parse(FT06)
    begin = time.monotonic()
    stop = lambda: time.monotonic() - begin > 0.5  # noqa: E731
    solution = supervise(hear_nothing_and_plan_nothing, problem, OPTIONS, stop, ignore)
    assert (solution.status, solution.objective.unplaced) == (Status.CANCELLED, 36)
    item = solution.schedule.unplaced[0]
    assert "0/0" in message(item.reason, **dict(item.values)).text("en")


def test_a_child_that_dies_leaves_its_last_plan_and_a_note() -> None:
    seen: list[Progress] = []
    solution = supervise(die_after_a_plan, parse(FT06), OPTIONS, never, seen.append)
    assert solution.schedule == seen[0].schedule
    assert (solution.status, solution.bound) == (Status.FEASIBLE, 40.0)
    assert solution.note is not None
    assert "7" in solution.note.text("en")
    assert solution.note.text("zh") != solution.note.text("en")


def test_a_child_that_dies_without_a_plan_is_an_error_in_words() -> None:
    with pytest.raises(Unavailable, match="code 7"):
        supervise(die_at_once, parse(FT06), OPTIONS, never, ignore)


def test_errors_of_the_child_arrive() -> None:
    with pytest.raises(RuleBroken, match="code 3"):
        supervise(refuse, parse(FT06), OPTIONS, never, ignore)
    with pytest.raises(SolverFault, match="ZeroDivisionError: a bug"):
        supervise(stumble, parse(FT06), OPTIONS, never, ignore)


def test_packed_schedules_are_the_same_when_unpacked() -> None:
    schedule = Schedule(
        (
            Placement(0, 1, 5, 7, 30, ((5, 10), (20, 30)), (3, 4), (Assignment(2, 5, 7, True),)),
            Placement(4, 0, -3, -3, -3),
        ),
        (Unplaced(2, "check.reason", (("operation", "A/10"),)),),
    )
    assert unpack(pack(schedule)) == schedule
    assert unpack(pack(Schedule(()))) == Schedule(())


def test_one_core_is_left_to_the_window() -> None:
    assert 1 <= default_workers() < max(2, os.cpu_count() or 1)


def test_a_problem_on_the_wire_is_the_same_and_comes_in_pieces() -> None:
    for problem in sample(12, 11):
        assert put_together(list(in_pieces(problem))) == problem
    large = plant(2 * PIECE + 80)
    pieces = list(in_pieces(large))
    assert len(pieces) == 4
    assert put_together(pieces) == large


def test_a_stop_is_heard_while_the_problem_is_packed() -> None:
    problem = plant(PIECE)
    solution = run_in_child(problem, seconds=30, stop=lambda: True)
    assert solution.status is Status.CANCELLED
    assert len(solution.schedule.unplaced) == len(problem.operations)
