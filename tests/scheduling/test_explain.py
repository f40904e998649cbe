"""Why here: every minute has one cause, and it is the right one."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from app.core.messages import LANGUAGES
from app.scheduling import repair
from app.scheduling.construct import construct
from app.scheduling.explain import Cause, Explainer, Explanation, sentence
from app.scheduling.problem import (
    POLICIES,
    FreezeLevel,
    FreezeZone,
    MachineKind,
    Problem,
    Schedule,
    ToolDemand,
)
from app.scheduling.shop import Shop
from tests.scheduling.generator import sample
from tests.scheduling.plants import Plant, crew, matrix, mode, placed, planned, turns

ON_TIME = POLICIES["on_time"]


def explained(plant: Plant, operation: int, *placements: object, now: int = 0) -> Explanation:
    problem = plant.problem(now=now, baseline=placements)  # type: ignore[arg-type]
    plan = planned(*placements) if placements else construct(problem, weights=ON_TIME)  # type: ignore[arg-type]
    return Explainer(Shop(problem), plan).operation(operation)


def told(explanation: Explanation) -> list[tuple[str, int, int | None]]:
    return [(str(w.cause), w.minutes, w.other) for w in explanation.waits]


def test_every_minute_of_every_operation_has_exactly_one_cause() -> None:
    minutes: Counter[Cause] = Counter()
    for problem in sample(60, seed=11):
        shop = Shop(problem)
        plan = construct(shop, weights=ON_TIME)
        explainer = Explainer(shop, plan)
        for placement in plan.placements:
            for follow in (True, False):
                why = explainer.operation(placement.operation, follow=follow)
                at = why.begin
                for wait in why.waits:
                    assert (wait.start, wait.end > at) == (at, True)
                    at = wait.end
                    texts = {sentence(shop, wait).text(language) for language in LANGUAGES}
                    assert len(texts) == 2
                assert at == why.end == placement.end
                assert sum(why.by_cause().values()) == why.end - why.begin
            minutes.update(why.by_cause())
    rare = {Cause.TURN, Cause.MATES, Cause.TRANSFER, Cause.CHOICE, Cause.SERVICE}
    assert {*Cause} - {*minutes} <= rare
    # The rule starts everything as early as it can: hardly ever is nothing in the way.
    assert minutes[Cause.CHOICE] < 0.01 * minutes.total()


def test_a_busy_machine_its_closing_and_the_step_before() -> None:
    plant = Plant()
    day = plant.calendar((0, 100), (200, 300))
    press, oven = plant.machine("press", calendar=day), plant.machine("oven")
    order = plant.order()
    first, second = plant.operation(order, mode(oven, 20)), plant.operation(order, mode(press, 60))
    plant.link(first, second, min_lag=10)
    other = plant.single(mode(press, 50))
    why = explained(plant, second, placed(first, (0, 20)), placed(other, (0, 50)),
                    placed(second, (50, 100), (200, 210)))  # fmt: skip
    assert told(why) == [("run", 20, None), ("lag", 10, first), ("machine", 20, other),
                         ("run", 50, None), ("closed", 100, None), ("run", 10, None)]  # fmt: skip
    assert why.by_cause() == {Cause.CLOSED: 100, Cause.RUN: 80, Cause.MACHINE: 20, Cause.LAG: 10}
    assert [w.cause for w in why.obstacles()] == [Cause.CLOSED, Cause.MACHINE, Cause.LAG]


def test_the_chain_is_not_followed_when_only_the_operation_is_asked_for() -> None:
    plant = Plant()
    machine = plant.machine()
    order = plant.order(release=5)
    first, second = (plant.operation(order, mode(machine, 10)) for _ in range(2))
    plant.link(first, second)
    problem = plant.problem()
    explainer = Explainer(Shop(problem), construct(problem, weights=ON_TIME))
    assert told(explainer.operation(second, follow=False)) == [
        ("previous", 10, first),
        ("run", 10, None),
    ]
    whole = explainer.order(0)
    assert (whole.begin, whole.end, whole.operation) == (5, 25, second)


def test_mould_people_and_material_are_named() -> None:
    plant = Plant()
    one, two = plant.machine("one"), plant.machine("two")
    kind, skill = plant.tool_type("HX-15"), plant.skill("caster")
    plant.tool(kind)
    plant.operator(skill, calendar=plant.calendar((0, 30), (60, 200)))
    resin = plant.material(0, (20, 5))
    hung = plant.single(mode(one, 40, tools=(ToolDemand(kind),)))
    asked = plant.single(
        mode(two, 10, tools=(ToolDemand(kind),), run_crew=crew(skill)), consumes=((resin, 5),)
    )
    problem = plant.problem()
    plan = construct(problem, weights=ON_TIME)
    why = Explainer(Shop(problem), plan).operation(asked)
    if plan.placements[asked].start > plan.placements[hung].start:
        assert told(why) == [("material", 20, None), ("tool", 20, hung), ("absent", 20, None),
                             ("run", 10, None)]  # fmt: skip
    else:
        pytest.fail("the rule has changed: the mould should have been taken first")
    texts = [sentence(Shop(problem), w).text("en") for w in why.waits]
    assert "X0" in texts[0]
    assert "HX-15" in texts[1]
    assert "caster" in texts[2]


def test_a_mould_that_is_serviced_is_named() -> None:
    plant = Plant()
    one = plant.machine("one")
    kind = plant.tool_type("HX-15")
    plant.tool(kind, service_every=4, service_minutes=25)
    shaping = turns(one, 4, 600, tools=(ToolDemand(kind, shapes=True),))
    first, second = plant.single(shaping), plant.single(shaping)
    problem = plant.problem()
    plan = construct(problem, weights=ON_TIME)
    later = max(first, second, key=lambda o: plan.placements[o].start)
    why = Explainer(Shop(problem), plan).operation(later)
    assert told(why) == [("machine", 40, min(first, second)), ("service", 25, None),
                         ("run", 40, None)]  # fmt: skip
    assert sentence(Shop(problem), why.waits[1]).text("en").startswith("HX-15 is serviced")


def test_a_pin_a_freeze_zone_and_a_changeover() -> None:
    plant = Plant()
    rule = plant.rule(matrix("colour", {(0, 1): 15, (1, 0): 15}))
    machine = plant.machine(setup_rule=rule, setup_state=(0,))
    plant.single(mode(machine, 10), families=(0,), pin_start=30)
    follow = plant.single(mode(machine, 10), families=(1,))
    why = explained(plant, 0)
    assert told(why) == [("pinned", 30, None), ("run", 10, None)]
    after = placed(follow, (40, 65), setup=15)
    assert told(explained(plant, follow, placed(0, (30, 40)), after)) == [
        ("changeover", 30, 0),
        ("machine", 10, 0),
        ("setup", 15, None),
        ("run", 10, None),
    ]
    frozen = Plant()
    held = frozen.machine(freeze=(FreezeZone(0, 100, FreezeLevel.LOCKED),))
    frozen.single(mode(held, 10))
    assert told(explained(frozen, 0, placed(0, (50, 60)))) == [
        ("frozen", 50, None),
        ("run", 10, None),
    ]


def test_the_first_piece_of_a_shift_has_a_name_of_its_own() -> None:
    plant = Plant()
    shifts = plant.calendar((10, 40), (60, 100))
    press = plant.machine(calendar=shifts, first_pieces=plant.calendar((0, 10), (50, 60)))
    one = plant.single(mode(press, 40))
    why = explained(plant, one, placed(one, (10, 40), (60, 70)))
    assert told(why) == [("first_piece", 10, None), ("run", 30, None), ("closed", 10, None),
                         ("first_piece", 10, None), ("run", 10, None)]  # fmt: skip
    said = sentence(Shop(plant.problem()), why.waits[0])
    assert said.text("en") == "M0 makes the first piece of its shift"


def test_power_hours_count_for_the_run_and_not_for_its_setup() -> None:
    plant = Plant()
    press = plant.machine(starts=plant.calendar((0, 10), (60, 90)))
    one, two = (plant.single(mode(press, 20, setup=5)) for _ in range(2))
    why = explained(plant, two, placed(one, (0, 25), setup=5), placed(two, (55, 80), setup=5))
    assert told(why) == [("machine", 5, one), ("power", 50, None), ("setup", 5, None),
                         ("run", 20, None)]  # fmt: skip
    assert sentence(Shop(plant.problem()), why.waits[1]).text("en").startswith("M0 is at hours")
    frozen = Plant()
    frozen.single(mode(frozen.machine(), 10), committed=True)
    problem = frozen.problem(baseline=[placed(0, (50, 60))])
    held = Explainer(Shop(problem), planned(placed(0, (50, 60)))).operation(0)
    assert told(held) == [("frozen", 50, None), ("run", 10, None)]
    assert "issued" in sentence(Shop(problem), held.waits[0]).text("en")


def test_a_gap_that_is_too_short_and_a_choice_of_the_plan() -> None:
    plant = Plant()
    machine = plant.machine()
    early, late = plant.single(mode(machine, 30)), plant.single(mode(machine, 40))
    why = explained(plant, late, placed(early, (20, 50)), placed(late, (60, 100)))
    assert told(why) == [("gap", 20, early), ("machine", 30, early), ("choice", 10, None),
                         ("run", 40, None)]  # fmt: skip


def test_an_oven_waits_for_its_mates() -> None:
    plant = Plant()
    oven = plant.machine("oven", MachineKind.BATCH, capacity=2)
    ready = plant.single(mode(oven, 30))
    last = plant.operation(plant.order(release=25), mode(oven, 30))
    problem: Problem = plant.problem()
    plan: Schedule = planned(placed(ready, (25, 55)), placed(last, (25, 55)))
    why = Explainer(Shop(problem), plan).operation(ready)
    assert told(why) == [("mates", 25, last), ("run", 30, None)]


def test_a_plan_after_a_gesture_is_explained_as_if_it_were_read_anew() -> None:
    moved = 0
    for seed, problem in enumerate(sample(25, seed=5)):
        shop = Shop(problem)
        plan = construct(shop, weights=ON_TIME)
        before = Explainer(shop, plan)
        before.seen.on_machine, before.seen.of_tool, before.seen.of_person  # noqa: B018
        dice = random.Random(seed)
        for old in dice.sample(plan.placements, min(4, len(plan.placements))):
            gesture = repair.Move(old.operation, None, old.start + dice.randint(-300, 300))
            result = repair.move(problem, plan, gesture)
            known = set(result.moved)
            places = [p for p in result.schedule.placements if p.operation in known]
            after, anew = before.after(result.schedule, places), Explainer(shop, result.schedule)
            assert after.seen.on_machine == anew.seen.on_machine
            assert after.seen.of_tool == anew.seen.of_tool
            assert after.seen.of_person == anew.seen.of_person
            for one in plan.placements:
                assert after.operation(one.operation) == anew.operation(one.operation)
            moved += len(places)
    assert moved > 50
