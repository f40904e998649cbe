"""check finds what makes an operation impossible, and names it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.core.messages import LANGUAGES
from app.scheduling.check import check
from app.scheduling.construct import construct
from app.scheduling.problem import POLICIES, MachineKind, Pausing, Problem, ToolDemand
from tests.scheduling.plants import Plant, crew, mode, turns


def no_machine(plant: Plant) -> None:
    plant.single()


def cycle(plant: Plant) -> None:
    machine = plant.machine()
    one, two = plant.single(mode(machine, 5)), plant.single(mode(machine, 5))
    plant.link(one, two)
    plant.link(two, one)


def latest_start_passed(plant: Plant) -> None:
    plant.single(mode(plant.machine(), 5), latest_start=4, release=5)


def pin_too_early(plant: Plant) -> None:
    plant.single(mode(plant.machine(), 5), pin_start=3, release=5)


def pin_machine(plant: Plant) -> None:
    machine, other = plant.machine(), plant.machine()
    plant.single(mode(machine, 5), pin_machine=other)


def material_never(plant: Plant) -> None:
    plant.single(mode(plant.machine(), 5), consumes=((plant.material(3, (9, 4)), 8),))


def lags_contradict(plant: Plant) -> None:
    machine = plant.machine()
    one, two = plant.single(mode(machine, 5)), plant.single(mode(machine, 5))
    plant.link(one, two, min_lag=9, max_lag=8)


def too_much_load(plant: Plant) -> None:
    rack = plant.machine(kind=MachineKind.CUMULATIVE, capacity=4)
    plant.single(mode(rack, 5, load=5))


def tools_too_few(plant: Plant) -> None:
    mould = plant.tool_type()
    plant.tool(mould)
    plant.single(mode(plant.machine(), 5, tools=(ToolDemand(mould, 2),)))


def tool_life(plant: Plant) -> None:
    mould = plant.tool_type()
    plant.tool(mould, life=9)
    plant.single(turns(plant.machine(), 10, 60, tools=(ToolDemand(mould, shapes=True),)))


def people_too_few(plant: Plant) -> None:
    skill = plant.skill()
    plant.operator(skill)
    plant.single(mode(plant.machine(), 5, run_crew=crew(skill, 2)))


def machine_closed(plant: Plant) -> None:
    plant.single(mode(plant.machine(calendar=plant.calendar((-9, -1))), 5))


def no_common_time(plant: Plant) -> None:
    skill = plant.skill()
    plant.operator(skill, calendar=plant.calendar((10, 20)))
    machine = plant.machine(calendar=plant.calendar((20, 30)))
    plant.single(mode(machine, 5, run_crew=crew(skill)))


def too_long(plant: Plant) -> None:
    machine = plant.machine(calendar=plant.calendar((0, 8), (10, 18)))
    plant.single(mode(machine, 9), pausing=Pausing.NEVER)


IMPOSSIBLE = [
    *(no_machine, cycle, latest_start_passed, pin_too_early, pin_machine, material_never),
    *(lags_contradict, too_much_load, tools_too_few, tool_life, people_too_few),
    *(machine_closed, no_common_time, too_long),
]


def problem_of(write: Callable[[Plant], None]) -> Problem:
    plant = Plant()
    write(plant)
    return plant.problem()


@pytest.mark.parametrize("write", IMPOSSIBLE, ids=lambda write: write.__name__)
def test_what_is_impossible_is_found_and_named(write: Callable[[Plant], None]) -> None:
    problem = problem_of(write)
    blocking = [finding for finding in check(problem) if finding.blocking]
    assert {finding.code for finding in blocking} == {f"scheduling.{write.__name__}"}
    for finding in blocking:
        assert finding.operation is not None
        key = problem.operations[finding.operation].key
        assert all(key in finding.message.text(language) for language in LANGUAGES)


@pytest.mark.parametrize("write", IMPOSSIBLE, ids=lambda write: write.__name__)
def test_construct_lists_the_impossible_with_the_same_reason(
    write: Callable[[Plant], None],
) -> None:
    problem = problem_of(write)
    schedule = construct(problem, weights=POLICIES["on_time"])
    reasons = {item.reason for item in schedule.unplaced}
    assert f"scheduling.{write.__name__}" in reasons


def test_all_findings_come_at_once() -> None:
    plant = Plant()
    for write in (no_machine, tool_life, machine_closed, too_long):
        write(plant)
    codes = [finding.code.split(".")[1] for finding in check(plant.problem())]
    assert codes == ["no_machine", "tool_life", "machine_closed", "too_long"]


def test_an_order_that_is_late_already_is_a_warning() -> None:
    plant = Plant()
    plant.single(mode(plant.machine(), 5), due=-1)
    (finding,) = check(plant.problem())
    assert (finding.code, finding.blocking) == ("scheduling.due_passed", False)


def test_material_that_is_short_in_total_is_a_warning() -> None:
    plant = Plant()
    material = plant.material(3_000_000)
    machine = plant.machine()
    for _ in range(2):
        plant.single(mode(machine, 5), consumes=((material, 2_000_000),))
    (finding,) = check(plant.problem())
    assert (finding.code, finding.blocking) == ("scheduling.material_total_short", False)
    assert "1 more" in finding.message.text("en")


def test_a_sound_plant_has_no_findings() -> None:
    plant = Plant()
    plant.single(mode(plant.machine(), 5))
    assert check(plant.problem()) == []
