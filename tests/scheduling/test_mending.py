"""A breakdown or new work in a large plan: only what is hit moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from app.scheduling import update
from app.scheduling.construct import construct
from app.scheduling.forward import build, ready
from app.scheduling.problem import POLICIES, Calendar, Problem, Schedule
from app.scheduling.update import Questions, bring_up_to_date
from app.scheduling.verify import verify
from benchmarks.repairs import without
from tests.scheduling.generator import sample

ON_TIME = POLICIES["on_time"]
pytestmark = pytest.mark.skipif(
    not (ready.is_ready() and ready.is_ready(ready.REPAIR)),
    reason="not compiled: python -m app.scheduling.forward, python -m app.scheduling.pushing",
)


@pytest.fixture(autouse=True)
def _every_plan_counts_as_large(monkeypatch: pytest.MonkeyPatch) -> None:
    assert build.Forward  # loaded, so that small plants are compiled, too
    monkeypatch.setattr(update, "LARGE", 1)


def plans(count: int, seed: int) -> Iterator[tuple[Problem, Schedule]]:
    for problem in sample(count, seed=seed):
        plan = construct(problem, weights=ON_TIME)
        if len(plan.placements) == len(problem.operations):
            yield problem, plan


def closed(problem: Problem, machine: int, start: int, end: int) -> Problem:
    """A machine is down."""
    record = problem.machines[machine]
    windows = without(problem.calendars[record.calendar].windows, start, end)
    machines = list(problem.machines)
    machines[machine] = replace(record, calendar=len(problem.calendars))
    calendars = (*problem.calendars, Calendar("down", windows))
    return replace(problem, calendars=calendars, machines=tuple(machines))


@pytest.fixture
def whole_passes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """An entry for each time that a plan was placed anew as a whole."""
    passes: list[int] = []
    slow = update.OnePass.schedule

    def counted(self: update.OnePass) -> Schedule:
        passes.append(1)
        return slow(self)

    monkeypatch.setattr(update.OnePass, "schedule", counted)
    return passes


def test_a_breakdown_moves_right_what_it_hits_and_leaves_the_rest(whole_passes: list[int]) -> None:
    dice, mended = Random(4), 0
    for problem, plan in plans(60, seed=31):
        hit = dice.choice(plan.placements)
        machine = problem.operations[hit.operation].modes[hit.mode].machine
        broken = closed(problem, machine, hit.setup_start, hit.end + dice.randint(10, 400))
        before = len(whole_passes)
        done = bring_up_to_date(broken, plan, Questions(machine=bool(dice.randrange(2))))
        if len(whole_passes) > before:
            continue
        mended += bool(done.moved)
        assert verify(broken, done.schedule) == []
        assert not done.lost
        was = {p.operation: p.start for p in plan.placements}
        assert all(p.start >= was[p.operation] for p in done.schedule.placements)
    assert mended > 8


def test_a_new_order_goes_into_a_plan_that_is_not_placed_anew(whole_passes: list[int]) -> None:
    added = 0
    for problem, whole in plans(40, seed=32):
        order = len(problem.orders) - 1
        mine = {i for i, o in enumerate(problem.operations) if order in o.orders}
        plan = Schedule(tuple(p for p in whole.placements if p.operation not in mine))
        if not mine or not plan.placements:
            continue
        before = len(whole_passes)
        done = bring_up_to_date(problem, plan)
        if len(whole_passes) == before:
            assert verify(problem, done.schedule) == []
            assert set(done.new) == mine
            added += 1
    assert added > 8
