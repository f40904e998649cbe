"""The compiled dispatcher makes the plans of the floor, whatever the plant."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import fields, replace
from itertools import count
from typing import Any

import pytest

from app.scheduling.construct import _without_drops, construct
from app.scheduling.decode import Decoder, Dropped
from app.scheduling.dispatch import Dispatcher
from app.scheduling.floor.changeovers import Changeovers
from app.scheduling.forward import arrays, cover, ready
from app.scheduling.forward.build import Forward, NotStated, Stopped
from app.scheduling.maker import Maker
from app.scheduling.objective import better, evaluate
from app.scheduling.problem import (
    POLICIES,
    Machine,
    MachineKind,
    Pausing,
    Problem,
    Schedule,
    Tool,
)
from app.scheduling.redispatch import dispatch_shifted
from app.scheduling.shop import Shop
from app.scheduling.tuning import Tuner
from app.scheduling.verify import verify
from benchmarks.engine import plant
from tests.scheduling.generator import sample
from tests.scheduling.plants import Plant, matrix, mode

pytestmark = pytest.mark.skipif(
    not ready.is_ready(), reason="not compiled: python -m app.scheduling.forward"
)
RULES = ("atcs", "edd", "critical_ratio", "most_work", "baseline")


def with_mixed_copies(problem: Problem) -> Problem:
    """Every other copy of a mould is away at other times than its fellows."""
    seen: Counter[int] = Counter()
    tools: list[Tool] = []
    for tool in problem.tools:
        number = seen[tool.tool_type]
        seen[tool.tool_type] += 1
        if tool.capacity == 1 and number % 2:
            tool = replace(tool, calendar=(1 + number // 2) % len(problem.calendars))
        tools.append(tool)
    return replace(problem, tools=tuple(tools))


def plain_plan(problem: Problem, rule: str, seed: int | None) -> Schedule:
    """The plan of the Python dispatcher."""
    shop = Shop(problem)

    def run(decoder: Decoder) -> None:
        source = None if seed is None else random.Random(seed)
        Dispatcher(shop, decoder, rule, source).run()

    return _without_drops(shop, run, None, None)


def test_every_plant_is_planned_exactly_as_on_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is running, pinned, frozen, serviced or manned; and nearly all are covered."""
    met: Counter[str] = Counter()
    check, longer = Forward._check_early, Changeovers._set_up_longer

    def checked(*args: Any) -> None:
        try:
            check(*args)
        except Dropped:
            met["dropped"] += 1
            raise

    def set_up_longer(*args: Any) -> Any:
        found = longer(*args)
        met["longer setup"] += found is not None
        return found

    monkeypatch.setattr(Forward, "_check_early", checked)
    monkeypatch.setattr(Changeovers, "_set_up_longer", set_up_longer)
    plants = 80
    for number, drawn in enumerate(sample(plants, 7)):
        problem = with_mixed_copies(drawn) if number % 3 else drawn
        try:
            forward = Forward(problem)
        except NotStated:
            continue
        met["stated"] += 1
        met["given"] += any(forward.shop.given)
        met["mixed copies"] += bool(forward.compiled.plant.way["mixed"].any())
        met["serviced"] += bool(forward.compiled.plant.tool["serviced"].any())
        met["manned changeovers"] += bool(forward.compiled.plant.machine["crewed"].any())
        rule, seed = RULES[number % len(RULES)], None if number % 2 else number
        plan = forward.plan(rule, None if seed is None else random.Random(seed))
        assert plan == plain_plan(problem, rule, seed), f"plant {number}, {rule}"
        if number % 8 == 0:
            assert verify(problem, plan) == []
    assert met["stated"] >= 0.95 * plants
    for what in ("given", "mixed copies", "serviced", "manned changeovers"):
        assert met[what] >= 0.25 * plants, what
    assert met["dropped"] >= 2
    assert met["longer setup"] >= 5


def test_a_plant_of_many_orders_is_planned_exactly_as_on_the_floor() -> None:
    problem = plant(600)
    plan = Forward(problem).plan("atcs")
    assert plan == plain_plan(problem, "atcs", None)
    assert verify(problem, plan) == []
    assert not plan.unplaced


def ovens_and_colours(seed: int, orders: int = 90) -> Problem:
    """Painted on two machines in five colours, then baked at one of two temperatures."""
    dice = random.Random(seed)
    made = Plant()
    part = replace(matrix("colour", {}, 15), least_run=120)
    rule = made.rule(part, replace(matrix("width", {}, 5), least_run=40))
    booths = [made.machine(setup_rule=rule, setup_state=(0, 6)) for _ in range(2)]
    ovens = [made.machine(f"oven {n}", MachineKind.BATCH, capacity=12) for n in range(2)]
    for _ in range(orders):
        order = made.order(due=dice.randint(800, 6000), weight=dice.randint(1, 3))
        minutes = dice.randint(15, 90)
        families = (dice.randint(0, 4), dice.choice((-1, 5, 6)))
        one = made.operation(order, *(mode(m, minutes) for m in booths), families=families)
        load = dice.randint(1, 4)
        ways = (mode(m, 200, load=load, least_load=8) for m in ovens)
        made.link(one, made.operation(order, *ways, batch_family=dice.randint(0, 1)))
    return made.problem()


def test_ovens_wait_and_campaigns_last_exactly_as_on_the_floor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    saved: Counter[str] = Counter()
    for seed in range(3):
        problem = ovens_and_colours(seed)
        forward = Forward(problem)
        for rule in ("atcs", "edd", "critical_ratio"):
            patient = forward.plan(rule)
            assert patient == plain_plan(problem, rule, None), (seed, rule)
            with monkeypatch.context() as patch:
                patch.setattr(arrays, "PATIENT", frozenset())
                eager = forward.plan(rule)
            for part in ("light_batches", "short_campaigns", "late_orders"):
                one, other = (getattr(evaluate(problem, p), part) for p in (eager, patient))
                saved[part] += one - other
                saved[f"{part} of the eager"] += one
    for part in ("light_batches", "short_campaigns"):
        assert saved[part] > 0.3 * saved[f"{part} of the eager"], saved
    assert saved["late_orders"] >= 0, saved


def test_a_tuner_reads_light_batches_and_short_campaigns_off_the_arrays() -> None:
    met: Counter[str] = Counter()
    for problem in (*map(ovens_and_colours, range(2)), *sample(25, 11)):
        try:
            forward = Forward(problem)
        except NotStated:
            continue
        outcome = forward.run(forward.compiled.by_rule("most_work"))
        worth = evaluate(problem, forward.read(outcome))
        tuner = Tuner(forward, POLICIES["on_time"])
        assert tuner._light(outcome.state) == worth.light_batches
        met["light"] += worth.light_batches
        if not any(o.pausing is Pausing.TURNS or o.started for o in problem.operations):
            shaped = any(d.shapes for o in problem.operations for m in o.modes for d in m.tools)
            assert shaped or tuner._short(outcome.state) == worth.short_campaigns
            met["short"] += worth.short_campaigns
    assert min(met["light"], met["short"]) >= 10, met


def test_an_operation_without_a_machine_keeps_nobody_from_the_dispatcher() -> None:
    whole = plant(160)
    lame = {3, 40, 41}
    operations = tuple(
        replace(o, modes=()) if i in lame else o for i, o in enumerate(whole.operations)
    )
    problem = replace(whole, operations=operations)
    plan = Forward(problem).plan("atcs")
    assert plan == plain_plan(problem, "atcs", None)
    reasons = {u.operation: u.reason for u in plan.unplaced}
    assert {reasons[i] for i in lame} == {"scheduling.no_machine"}


def test_construct_takes_it_where_it_pays() -> None:
    problem = plant(1000)
    maker = Maker(problem)
    assert maker.forward is not None
    assert construct(maker, weights=POLICIES["on_time"]) == maker.forward.plan("atcs")


def test_a_field_it_does_not_know_is_left_to_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    known = cover.STATED[Machine].split()
    monkeypatch.setitem(cover.STATED, Machine, " ".join(n for n in known if n != "efficiency"))
    problem = plant(80)
    assert any(machine.efficiency != 100 for machine in problem.machines)
    with pytest.raises(NotStated):
        Forward(problem)
    plain = replace(problem, machines=tuple(replace(m, efficiency=100) for m in problem.machines))
    assert not Forward(plain).plan("edd").unplaced


def test_all_fields_that_are_named_exist() -> None:
    for kind, names in cover.STATED.items():
        assert set(names.split()) <= {field.name for field in fields(kind)}, kind


def test_a_stop_is_heard_on_the_way() -> None:
    with pytest.raises(Stopped):
        Forward(plant(2000)).plan("atcs", stop=lambda: True)


def test_where_it_is_not_compiled_the_floor_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready, "_fingerprint", lambda _: "of other sources")
    assert Maker(plant(1000)).forward is None


def test_what_a_rule_weighs_is_tuned_to_the_plant() -> None:
    problem = plant(160)
    weights = POLICIES["on_time"]
    forward = Forward(problem)
    first = forward.plan("atcs")
    passes = count()
    start = (first, evaluate(problem, first))
    plan, worth = Tuner(forward, weights, 1).improve(start, lambda: next(passes) > 60)
    assert better(worth, start[1], weights)
    assert worth == evaluate(problem, plan)
    assert verify(problem, plan) == []


def test_orders_dispatched_as_if_due_later_are_the_floors_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = plant(160)
    monkeypatch.setattr(Maker, "forward", None)
    shifts = {0: 4000, 3: -2500, 7: 900}
    for rule in ("atcs", "edd", "critical_ratio"):
        by_floor = dispatch_shifted(Shop(problem), shifts, rule=rule)
        assert Forward(problem).plan(rule, shifts=shifts) == by_floor
