"""Small plants that once went wrong in the engine, each with what should have come out."""

from __future__ import annotations

from app.scheduling.construct import construct
from app.scheduling.problem import POLICIES, Grant, Problem, Schedule
from app.scheduling.verify import verify
from tests.scheduling.plants import Plant, crew, matrix, mode

WEIGHTS = POLICIES["on_time"]


def constructed(problem: Problem) -> Schedule:
    schedule = construct(problem, weights=WEIGHTS)
    assert verify(problem, schedule) == []
    return schedule


def test_a_pin_does_not_hold_a_setup_that_waits_for_material() -> None:
    """The setup waits for the release, not for the pinned start of its own run."""
    plant = Plant()
    job = plant.single(
        mode(plant.machine(), 5, setup=3), pin_start=10, release=4, setup_needs_material=True
    )
    schedule = constructed(plant.problem())
    assert [(p.setup_start, p.start) for p in schedule.placements] == [(7, 10)]
    assert schedule.placements[0].operation == job


def test_a_run_does_not_start_early_after_the_last_setter_has_gone() -> None:
    """The setter's certificate ends at 4: the run, due at 7 at the earliest, cannot follow."""
    plant = Plant()
    skill = plant.skill()
    plant.operator(Grant(skill, end=4))
    machine = plant.machine()
    order = plant.order()
    first = plant.operation(order, mode(machine, 3))
    work = mode(plant.machine(), 3, setup=1, setup_crew=crew(skill))
    second = plant.operation(order, work)
    plant.link(first, second, min_lag=4)
    schedule = constructed(plant.problem())
    assert [item.operation for item in schedule.unplaced] == [second]


def test_a_pin_leaves_the_time_before_it_to_other_families() -> None:
    """The pinned run needs what is mounted now; others may go before it, and it is set up anew."""
    plant = Plant()
    rule = plant.rule(matrix("colour", {(0, 1): 5, (1, 0): 5}))
    machine = plant.machine(setup_rule=rule, setup_state=(0,))
    pinned = plant.single(mode(machine, 5), pin_start=1000, families=(0,))
    for _ in range(2):
        plant.single(mode(machine, 10), due=100, families=(1,))
    schedule = constructed(plant.problem())
    spans = {p.operation: (p.setup_start, p.start, p.end) for p in schedule.placements}
    assert spans[pinned] == (995, 1000, 1005)
    assert max(end for operation, (_, _, end) in spans.items() if operation != pinned) == 25
