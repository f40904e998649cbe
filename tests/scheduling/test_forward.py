"""The compiled dispatcher makes the plans of the floor, whatever the plant."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from itertools import count

import pytest

from app.scheduling.check import impossible
from app.scheduling.construct import construct
from app.scheduling.decode import Decoder
from app.scheduling.dispatch import Dispatcher
from app.scheduling.forward import cover, ready
from app.scheduling.forward.build import Forward, NotStated, Stopped
from app.scheduling.maker import Maker
from app.scheduling.objective import better, evaluate
from app.scheduling.problem import POLICIES, Machine, Problem, Schedule, SetupPart
from app.scheduling.redispatch import dispatch_shifted
from app.scheduling.shop import Shop
from app.scheduling.tuning import Tuner
from app.scheduling.verify import verify
from benchmarks.engine import plant
from tests.scheduling.generator import sample

pytestmark = pytest.mark.skipif(
    not ready.is_ready(), reason="not compiled: python -m app.scheduling.forward"
)
RULES = ("atcs", "edd", "critical_ratio", "most_work", "baseline")


def without_what_is_fixed(problem: Problem) -> Problem:
    """The same plant before anybody has pinned, frozen or begun anything.

    Services of moulds and people for changeovers are not stated, either.
    """
    operations = tuple(
        replace(o, started=None, pin_start=None, pin_machine=None) for o in problem.operations
    )
    machines = tuple(replace(m, freeze=()) for m in problem.machines)
    tools = tuple(
        replace(t, service_every=None, service_minutes=0, unserviced=0) for t in problem.tools
    )
    rules = tuple(
        replace(rule, parts=tuple(map(unmanned, rule.parts))) for rule in problem.setup_rules
    )
    return replace(
        problem, operations=operations, machines=machines, tools=tools, setup_rules=rules
    )


def unmanned(part: SetupPart) -> SetupPart:
    """A part whose changes ask for nobody."""
    pairs = {k: c if c is None else replace(c, crew=()) for k, c in part.pairs.items()}
    return replace(part, pairs=pairs)


def plain_plan(problem: Problem, rule: str, source: random.Random | None) -> Schedule:
    """The plan of the Python dispatcher."""
    shop = Shop(problem)
    decoder = Decoder(shop, blocked=impossible(shop))
    Dispatcher(shop, decoder, rule, source).run()
    return decoder.schedule()


def test_every_plant_it_states_is_planned_exactly_as_on_the_floor() -> None:
    stated = 0
    for number, drawn in enumerate(sample(70, 7)):
        problem = without_what_is_fixed(drawn)
        try:
            forward = Forward(problem)
        except NotStated:
            continue
        stated += 1
        rule = RULES[number % len(RULES)]
        seed = None if number % 2 else number
        sources = [None if seed is None else random.Random(seed) for _ in range(2)]
        plan = forward.plan(rule, sources[0])
        assert plan == plain_plan(problem, rule, sources[1]), f"plant {number}, {rule}"
    assert stated >= 40


def test_a_plant_of_many_orders_is_planned_exactly_as_on_the_floor() -> None:
    problem = plant(600)
    plan = Forward(problem).plan("atcs")
    assert plan == plain_plan(problem, "atcs", None)
    assert verify(problem, plan) == []
    assert not plan.unplaced


def test_construct_takes_it_where_it_pays() -> None:
    problem = plant(1000)
    maker = Maker(problem)
    assert maker.forward is not None
    assert construct(maker, weights=POLICIES["on_time"]) == maker.forward.plan("atcs")


def test_what_is_begun_pinned_or_frozen_is_left_to_the_floor() -> None:
    fixed = [p for p in sample(40, 3) if any(o.pin_start is not None for o in p.operations)]
    assert fixed
    for problem in fixed:
        with pytest.raises(NotStated):
            Forward(problem)


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
    monkeypatch.setattr(ready, "_fingerprint", lambda: "of other sources")
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


def test_orders_dispatched_as_if_due_later_are_the_floors_too() -> None:
    problem = without_what_is_fixed(plant(160))
    shifts = {0: 4000, 3: -2500, 7: 900}
    for rule in ("atcs", "edd", "critical_ratio"):
        plain = Shop(problem)
        plain.maker = maker = Maker(problem)
        maker.forward = None
        by_floor = dispatch_shifted(plain, shifts, rule=rule)
        assert Forward(problem).plan(rule, shifts=shifts) == by_floor
