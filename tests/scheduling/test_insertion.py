"""Room for one more order: what stands stays, what gives way finds another place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from app.scheduling.construct import construct
from app.scheduling.insertion import (
    Insertion,
    firm,
    given_way,
    in_the_way,
    later_hours,
    used_hours,
    with_hours,
    without,
)
from app.scheduling.problem import POLICIES, Placement, Problem, Schedule
from app.scheduling.shop import Shop
from app.scheduling.verify import ViolationCode, verify
from tests.scheduling.generator import sample

PLANTS = 60


@dataclass(frozen=True)
class Planned:
    """A random plant, its plan, and the free operations of one of its orders."""

    shop: Shop
    plan: Schedule
    mine: list[int]

    @property
    def standing(self) -> list[Placement]:
        return without(self.shop, self.plan.placements, self.mine)


@cache
def planned() -> tuple[Planned, ...]:
    """Of the random plants those with an order that can be taken out."""
    found = []
    for problem in sample(PLANTS, seed=5):
        shop = Shop(problem)
        plan = construct(shop, weights=POLICIES["on_time"])
        held = firm(shop, plan.placements)
        placed = {p.operation for p in plan.placements}
        for order in reversed(range(len(problem.orders))):
            mine = [o for o, r in enumerate(problem.operations) if r.order == order]
            feeds = any(problem.operations[o].produces for o in mine)
            followed = any(link.after not in mine for o in mine for link in shop.after[o])
            if mine and not feeds and not followed and not held & {*mine} and placed >= {*mine}:
                found.append(Planned(shop, plan, mine))
                break
    return tuple(found)


def sound(problem: Problem, plan: Schedule) -> list[str]:
    return [violation.message.text("en") for violation in verify(problem, plan)]


def test_an_order_taken_out_fits_again_and_nothing_else_moves() -> None:
    tried = 0
    for one in planned():
        trial = Insertion(one.shop, one.standing)
        if trial.lost:
            continue  # without it a changeover of what stands is longer
        before = trial.schedule()
        refused = trial.fit(one.mine)
        if refused is not None:  # a longest wait or a freeze zone: then it is all off the plan
            assert trial.schedule() == before
            continue
        found = trial.schedule()
        assert sound(one.shop.problem, found) == []
        runs = {p.operation: (p.mode, p.start, p.end) for p in found.placements}
        assert all(runs[p.operation] == (p.mode, p.start, p.end) for p in one.standing)
        trial.take_back()
        assert trial.schedule() == before
        tried += 1
    assert tried >= PLANTS // 4


def test_what_gives_way_finds_a_place_and_the_plan_keeps_every_rule() -> None:
    tried = earlier = 0
    for one in planned():
        shop, mine = one.shop, one.mine
        squeezed = Insertion(shop, one.standing)
        held = firm(shop, one.standing)
        wanted = Insertion(shop, [p for p in one.standing if p.operation in held])
        if squeezed.lost or squeezed.fit(mine) is not None or wanted.fit(mine) is not None:
            continue
        free = [p for p in one.standing if p.operation not in held]
        hit = in_the_way(shop, wanted.fitted(), free, [0] * len(shop.problem.operations))
        found = given_way(shop, one.standing, mine, hit)
        assert not hit & held
        if found is None:
            continue  # who gives way would find no place: nothing is shown then
        assert sound(shop.problem, found) == []
        placed = {p.operation: p for p in found.placements}
        assert placed.keys() >= {p.operation for p in one.standing}
        tried += 1
        earlier += max(placed[o].end for o in mine) < squeezed.end(mine)
    assert tried >= PLANTS // 4
    assert earlier >= 3


def test_hours_that_are_opened_make_a_sound_plan_and_only_those_worked_in_are_told() -> None:
    tried = helped = 0
    for one in planned():
        shop, mine = one.shop, one.mine
        machines = [way.machine for o in mine for way in shop.ways[o]]
        hours = later_hours(shop, machines, shop.now + 4 * 1440, {})
        longer = Shop(with_hours(shop, hours, mine))
        trial = Insertion(longer, one.standing)
        if trial.lost or trial.fit(mine) is not None:
            continue
        own = trial.fitted()
        used = used_hours(longer, hours, own, shop)
        every = {stretch for stretches in hours.values() for stretch in stretches}
        for machine, stretches in used.items():
            assert set(stretches) <= every
            worked = [s for p in own if longer.ways[p.operation][p.mode].machine == machine
                      for s in p.segments]  # fmt: skip
            assert all(any(a < end and b > start for a, b in worked) for start, end in stretches)
        faults = {fault.code for fault in verify(with_hours(shop, used, mine), trial.schedule())}
        assert not faults & {ViolationCode.MACHINE_CLOSED, ViolationCode.CREW_OFF_SHIFT}
        tried += 1
        helped += bool(used)
    assert tried >= PLANTS // 4
    assert helped
