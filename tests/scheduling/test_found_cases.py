"""Small plants that once went wrong in the engine, each with what should have come out."""

from __future__ import annotations

from app.scheduling.check import check
from app.scheduling.construct import construct
from app.scheduling.problem import (
    POLICIES,
    Assignment,
    FreezeLevel,
    FreezeZone,
    Grant,
    MachineKind,
    Problem,
    Schedule,
)
from app.scheduling.repair import Move, move
from app.scheduling.solve import solve
from app.scheduling.verify import verify
from tests.scheduling.plants import Plant, crew, matrix, mode, placed, planned

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


def test_a_batch_tells_its_crew_once_after_a_move() -> None:
    """The moved load becomes the first of its batch: the crew is told there, and only there."""
    plant = Plant()
    skill = plant.skill()
    person = plant.operator(skill)
    oven = plant.machine("oven", MachineKind.BATCH, capacity=4)
    moved = plant.single(mode(oven, 9))
    manned = plant.single(mode(oven, 20, run_crew=crew(skill)))
    at_work = (Assignment(person, 20, 40),)
    problem = plant.problem()
    before = planned(placed(moved, (0, 9)), placed(manned, (20, 40), crew=at_work))
    result = move(problem, before, Move(moved, start=20))
    assert verify(problem, result.schedule) == []
    assert [(p.start, p.crew) for p in result.schedule.placements] == [(20, at_work), (20, ())]


def test_a_pin_gone_by_keeps_its_machine_and_goes_first() -> None:
    """Pinned to 8:00, not begun, now it is 10:00: at once, on its machine, before the urgent."""
    plant = Plant()
    slow, fast = plant.machine(), plant.machine()
    order = plant.order(due=5000)
    before = plant.operation(order, mode(plant.machine(), 7))
    pinned = plant.operation(order, mode(slow, 40), mode(fast, 10), pin_machine=slow, pin_start=500)
    plant.link(before, pinned)
    urgent = plant.single(mode(slow, 30), due=630, weight=9)
    problem = plant.problem(now=600)
    schedule = constructed(problem)
    spans = {p.operation: (p.mode, p.start, p.end) for p in schedule.placements}
    assert spans[pinned] == (0, 607, 647)
    assert spans[urgent][1] == 647
    assert "scheduling.pin_overdue" in {finding.code for finding in check(problem)}
    solution = solve(problem, seconds=0.3, workers=1)
    assert {p.operation: p.start for p in solution.schedule.placements}[pinned] == 607


def test_a_pin_whose_setup_should_have_begun_is_not_taken_out() -> None:
    plant = Plant()
    pinned = plant.single(mode(plant.machine(), 10, setup=20), pin_start=15)
    schedule = constructed(plant.problem())
    assert [(p.operation, p.setup_start, p.start) for p in schedule.placements] == [(pinned, 0, 20)]


def test_two_held_positions_against_the_order_of_work() -> None:
    """The second step is frozen before the pinned start of the first: only one can be kept."""
    plant = Plant()
    frozen = plant.machine(freeze=(FreezeZone(0, 100, FreezeLevel.LOCKED),))
    order = plant.order()
    first = plant.operation(order, mode(plant.machine(), 10), pin_start=50)
    second = plant.operation(order, mode(frozen, 10))
    plant.link(first, second)
    schedule = constructed(plant.problem(baseline=(placed(second, (20, 30)),)))
    assert [p.operation for p in schedule.placements] == [first]
    assert [u.reason for u in schedule.unplaced] == ["scheduling.pin_predecessor"]


def test_a_held_position_is_given_up_with_the_step_before_it() -> None:
    """Nothing can be pinned behind a step that finds no place."""
    plant = Plant()
    order = plant.order()
    closed_soon = plant.machine(calendar=plant.calendar((0, 5)))
    impossible = plant.operation(order, mode(closed_soon, 10))
    pinned = plant.operation(order, mode(plant.machine(), 10), pin_start=50)
    plant.link(impossible, pinned)
    schedule = constructed(plant.problem())
    assert {u.operation for u in schedule.unplaced} == {impossible, pinned}
