"""What would help: every remedy is really tried, and what gains nothing is not offered."""

from __future__ import annotations

from app.scheduling.construct import construct
from app.scheduling.counterfactual import (
    Counterfactuals,
    Remedy,
    applied,
    candidates,
    counterfactuals,
)
from app.scheduling.explain import Explainer
from app.scheduling.neighbourhoods import PlanView
from app.scheduling.problem import POLICIES, ToolDemand
from app.scheduling.shop import Shop
from app.scheduling.verify import verify
from tests.scheduling.generator import sample
from tests.scheduling.plants import Plant, crew, mode

ON_TIME = POLICIES["on_time"]


def asked(plant: Plant, order: int) -> Counterfactuals:
    problem = plant.problem()
    return counterfactuals(problem, construct(problem, weights=ON_TIME), order, seconds=20)


def offered(found: Counterfactuals) -> dict[Remedy, int]:
    """The end of the order by remedy, the best of each."""
    ends: dict[Remedy, int] = {}
    for outcome in found.outcomes:
        ends.setdefault(outcome.change.remedy, outcome.end)
    return ends


def test_a_second_copy_of_the_mould_and_going_first() -> None:
    plant = Plant()
    kind = plant.tool_type("M-07")
    plant.tool(kind)
    for name in ("one", "two"):
        plant.single(mode(plant.machine(name), 100, tools=(ToolDemand(kind),)), due=100)
    found = asked(plant, 1)
    assert (found.planned, found.anew, found.due) == (200, 200, 100)
    assert offered(found) == {Remedy.COPY: 100, Remedy.PRIORITY: 100}
    copy, first = found.outcomes
    assert (copy.change.index, copy.gain, copy.on_time, copy.others_later) == (kind, 100, True, 0)
    assert (first.change.remedy, first.others_later) == (Remedy.PRIORITY, 1)
    assert copy.cost < first.cost


def test_overtime_in_the_evening_and_on_the_free_day() -> None:
    """Five days of eight hours, two free ones; work that ends on Monday instead of Friday."""
    plant = Plant()
    week = [(d * 1440, d * 1440 + 480) for w in range(3) for d in range(7 * w, 7 * w + 5)]
    skill = plant.skill("press")
    plant.operator(skill, calendar=plant.calendar(*week))
    machine = plant.machine("press", calendar=plant.calendar(*week))
    plant.single(mode(machine, 5 * 480 + 60, run_crew=crew(skill)), due=6 * 1440)
    found = asked(plant, 0)
    assert found.planned == 7 * 1440 + 60
    ends = {(o.change.start, o.change.end): o.end for o in found.outcomes}
    assert ends == {
        (480, 600): 4 * 1440 + 420,
        (5 * 1440, 5 * 1440 + 480): 5 * 1440 + 60,
    }
    assert [o.on_time for o in found.outcomes] == [True, True]


def test_people_material_and_another_machine() -> None:
    plant = Plant()
    skill, glue = plant.skill("glue"), plant.material(0, (300, 10))
    plant.operator(skill)
    one, two, three = (plant.machine(name) for name in ("one", "two", "three"))
    plant.single(mode(one, 100, run_crew=crew(skill)))
    plant.single(mode(two, 100, run_crew=crew(skill)))
    assert offered(asked(plant, 1))[Remedy.PERSON] == 100
    late = plant.single(mode(three, 10), consumes=((glue, 5),))
    order = 2
    found = asked(plant, order)
    assert offered(found) == {Remedy.MATERIAL: 10}
    assert found.outcomes[0].change.operation == late
    plant.single(mode(three, 500), mode(two, 500), due=1)
    plant.single(mode(three, 20))
    busy = asked(plant, 4)
    assert busy.outcomes[0].change.remedy in (Remedy.MACHINE, Remedy.PRIORITY)
    assert Remedy.MACHINE in offered(busy)


def test_a_pin_may_be_taken_away() -> None:
    plant = Plant()
    plant.single(mode(plant.machine(), 10), pin_start=500)
    assert offered(asked(plant, 0)) == {Remedy.UNPIN: 10}


def test_every_remedy_is_sound_on_plants_of_every_feature() -> None:
    tried = gained = 0
    for problem in sample(18, seed=64):
        shop = Shop(problem)
        plan = construct(shop, weights=ON_TIME)
        view = PlanView(problem, plan)
        if not view.completion or plan.unplaced:
            continue
        order = max(view.completion, key=lambda o: view.completion[o])
        why = Explainer(shop, plan).order(order)
        for change in candidates(shop, why):
            changed = applied(shop, change)
            assert len(changed.operations) == len(problem.operations)
            again = construct(changed, weights=ON_TIME)
            assert verify(changed, again) == []
            tried += 1
        found = counterfactuals(shop, plan, order, seconds=10)
        assert found.tried + found.left == len(candidates(shop, why))
        gains = [outcome.gain for outcome in found.outcomes]
        assert gains == sorted(gains, reverse=True)
        assert all(gain > 0 for gain in gains)
        gained += len(gains)
    assert tried > 15
    assert gained > 3
