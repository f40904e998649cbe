"""The compiled repair: what it does to a plan is what the Python floor does, name by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from app.scheduling.construct import construct
from app.scheduling.forward import ready
from app.scheduling.forward.build import Forward, NotStated
from app.scheduling.problem import POLICIES, Problem, Schedule
from app.scheduling.pushing.pusher import Pusher
from app.scheduling.repair import MODES, Move, Repairer
from app.scheduling.resettle import Resettler
from app.scheduling.verify import verify
from tests.scheduling.generator import sample

ON_TIME = POLICIES["on_time"]
pytestmark = pytest.mark.skipif(
    not (ready.is_ready() and ready.is_ready(ready.REPAIR)),
    reason="not compiled: python -m app.scheduling.forward, python -m app.scheduling.pushing",
)


def both(problem: Problem, plan: Schedule) -> tuple[Repairer, Repairer] | None:
    """The same plan on a Python floor and in arrays; None if the arrays cannot state it."""
    floor, arrays = Repairer(problem, plan), Repairer(problem, plan)
    floor.__dict__["pusher"] = None
    try:
        arrays.__dict__["pusher"] = Pusher(arrays, Forward(problem))
    except NotStated:
        return None
    return floor, arrays


def plans(count: int, seed: int) -> Iterator[tuple[Problem, Schedule]]:
    for problem in sample(count, seed=seed):
        plan = construct(problem, weights=ON_TIME)
        if plan.placements:
            yield problem, plan


def gestures(dice: Random, plan: Schedule) -> Iterator[Move]:
    for mode in (*MODES, *MODES):
        old, other = dice.choice(plan.placements), dice.choice(plan.placements)
        yield Move(old.operation, None, old.start + dice.randint(-400, 700), mode)
        yield Move(old.operation, None, other.start, mode)


def test_a_gesture_does_the_same_in_arrays_as_on_the_floor() -> None:
    dice, pushed, stated = Random(5), 0, 0
    for problem, plan in plans(60, seed=21):
        pair = both(problem, plan)
        if pair is None:
            continue
        stated += 1
        floor, arrays = pair
        for gesture in gestures(dice, plan):
            slow, quick = floor.move(gesture), arrays.move(gesture)
            assert quick == slow, gesture
            pushed += len(quick.moved) > 1
            assert quick.refused is not None or verify(problem, quick.schedule) == []
    assert stated > 40
    assert pushed > 60


def test_a_plan_with_a_closed_machine_is_settled_the_same_in_arrays() -> None:
    dice, settled = Random(6), 0
    for problem, plan in plans(40, seed=22):
        late = dice.choice(plan.placements)
        later = replace(problem, now=max(problem.now, late.start))
        try:
            floor = Resettler(later, plan)
            arrays = Resettler(later, plan)
            arrays.__dict__["pusher"] = Pusher(arrays, Forward(later))
        except NotStated:
            continue
        floor.__dict__["pusher"] = None
        slow, quick = floor.settled_plan([late.operation]), arrays.settled_plan([late.operation])
        settled += slow is not None
        assert quick == slow
    assert settled > 10
