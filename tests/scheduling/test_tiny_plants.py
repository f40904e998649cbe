"""One tiny plant per feature: ``solve`` finds what trying everything finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.scheduling.problem import (
    POLICIES,
    Changeover,
    Combine,
    CrewDemand,
    End,
    FreezeLevel,
    FreezeZone,
    Grant,
    MachineKind,
    Pausing,
    Problem,
    SetupPart,
    Started,
    ToolDemand,
    Window,
)
from app.scheduling.solve import solve
from app.scheduling.verify import verify
from tests.scheduling.brute_force import best_plan, parts, total
from tests.scheduling.plants import Plant, crew, matrix, mode, placed, turns

Make = Callable[[], Problem]
PLANTS: list[Any] = []
"""Policy, last start worth trying, and the plant, as parameters of a test."""


def tiny(policy: str, horizon: int, *, beyond: str = "") -> Callable[[Make], Make]:
    """``beyond``: why ``solve`` does not reach the best plan yet."""

    def register(make: Make) -> Make:
        marks = [pytest.mark.xfail(strict=True, reason=beyond)] if beyond else []
        PLANTS.append(pytest.param(policy, horizon, make, id=make.__name__, marks=marks))
        return make

    return register


@pytest.mark.parametrize(("policy", "horizon", "make"), PLANTS)
def test_solve_finds_the_best_plan(policy: str, horizon: int, make: Callable[[], Problem]) -> None:
    problem = make()
    best = best_plan(problem, POLICIES[policy], horizon)
    solution = solve(problem, policy=policy, seconds=0.6, workers=1, seed=1)
    assert solution.schedule.unplaced == ()
    assert solution.bound is None or solution.bound <= best.cost + 1e-6
    assert verify(problem, solution.schedule) == []
    cost = total(problem, solution.schedule, POLICIES[policy])
    assert cost == pytest.approx(best.cost), (
        parts(problem, best.schedule),
        best.schedule.placements,
        solution.schedule.placements,
    )


def test_there_are_enough_of_them() -> None:
    assert len(PLANTS) >= 25


def jobs(plant: Plant, machine: int, *minutes_and_due: tuple[int, int], **fields: object) -> None:
    for minutes, due in minutes_and_due:
        plant.single(mode(machine, minutes), due=due, **fields)


# -- machines and calendars --------------------------------------------------------------------


@tiny("on_time", 14)
def one_machine_and_due_dates() -> Problem:
    plant = Plant()
    jobs(plant, plant.machine(), (5, 14), (3, 4), (4, 8))
    return plant.problem()


@tiny("on_time", 16)
def runs_that_begin_at_certain_hours() -> Problem:
    """Whoever comes late to the first hours waits for the second: not the one due first."""
    plant = Plant()
    hours = plant.calendar((1, 4), (7, 9), (11, 12))
    jobs(plant, plant.machine(starts=hours), (3, 9), (2, 4), (3, 14))
    return plant.problem()


@tiny("on_time", 21)
def shifts_that_begin_with_a_first_piece() -> Problem:
    """What would run across a shift's start waits for its first piece, and with it all behind."""
    plant = Plant()
    hours = plant.calendar((2, 8), (10, 16), (18, 24))
    made = plant.calendar((0, 2), (8, 10), (16, 18))
    jobs(plant, plant.machine(calendar=hours, first_pieces=made), (3, 9), (4, 12), (2, 9))
    return plant.problem()


@tiny("on_time", 16)
def ovens_that_would_rather_run_later() -> Problem:
    """One waits for the cheap hours, what is due before runs at dear ones."""
    plant = Plant()
    hours = plant.calendar((9, 15))
    jobs(plant, plant.machine(prefers=hours), (4, 25), (3, 5), (2, 30))
    return plant.problem()


@tiny("makespan", 9)
def a_job_shop() -> Problem:
    plant = Plant()
    machines = plant.machine(), plant.machine()
    for (first, a), (second, b) in (((0, 3), (1, 4)), ((1, 2), (0, 5))):
        order = plant.order()
        one = plant.operation(order, mode(machines[first], a))
        plant.link(one, plant.operation(order, mode(machines[second], b)))
    return plant.problem()


@tiny("makespan", 8)
def alternatives_with_rates_of_their_own() -> Problem:
    plant = Plant()
    fast, slow = plant.machine(), plant.machine(efficiency=60)
    for minutes in (6, 4, 3):
        plant.single(mode(fast, minutes), mode(slow, minutes))
    return plant.problem()


@tiny("makespan", 16)
def pauses_over_a_break() -> Problem:
    plant = Plant()
    machine = plant.machine(calendar=plant.calendar((0, 5), (8, 30)))
    jobs(plant, machine, (4, 50), (6, 50), (2, 50))
    return plant.problem()


@tiny("on_time", 16)
def never_a_pause() -> Problem:
    plant = Plant()
    machine = plant.machine(calendar=plant.calendar((0, 5), (8, 30)))
    jobs(plant, machine, (4, 4), (3, 5), (2, 6), pausing=Pausing.NEVER)
    return plant.problem()


@tiny("makespan", 16)
def whole_turns_before_the_break() -> Problem:
    plant = Plant()
    machine = plant.machine(calendar=plant.calendar((0, 8), (10, 40)))
    plant.single(turns(machine, 4, 180), pausing=Pausing.TURNS)
    plant.single(turns(machine, 3, 120), pausing=Pausing.TURNS)
    return plant.problem()


def overtime_plant(due: int) -> Problem:
    plant = Plant()
    windows = Window(0, 5), Window(5, 9, overtime=True), Window(9, 30)
    machine = plant.machine(calendar=plant.calendar(*windows))
    jobs(plant, machine, (4, 4), (4, due))
    return plant.problem()


@tiny("on_time", 16)
def overtime_to_be_in_time() -> Problem:
    return overtime_plant(due=8)


@tiny("on_time", 16)
def no_overtime_without_need() -> Problem:
    return overtime_plant(due=20)


# -- setups ------------------------------------------------------------------------------------


def setup_plant(combine: Combine = Combine.SUM, **fields: object) -> Plant:
    """Three jobs whose mould (0, 1) and colour (2, 3) change against one another."""
    plant = Plant()
    mould = matrix("mould", {(0, 1): 3, (1, 0): 2})
    colour = matrix("colour", {(2, 3): 1, (3, 2): 4})
    rule = plant.rule(mould, colour, combine=combine)
    machine = plant.machine(setup_rule=rule, setup_state=(0, 3))
    for families in ((1, 3), (0, 2), (1, 2)):
        plant.single(mode(machine, 2), families=families, **fields)
    return plant


@tiny("makespan", 14)
def setups_that_add_up() -> Problem:
    return setup_plant(Combine.SUM).problem()


@tiny("throughput", 14)
def setups_of_which_the_longest_counts() -> Problem:
    return setup_plant(Combine.MAX).problem()


@tiny("makespan", 14)
def setups_of_which_the_first_counts() -> Problem:
    return setup_plant(Combine.FIRST).problem()


@tiny("makespan", 22)
def a_first_piece_after_each_setup() -> Problem:
    return setup_plant(Combine.MAX, first_piece=2).problem()


@tiny("makespan", 14)
def black_never_before_white() -> Problem:
    plant = Plant()
    rule = plant.rule(matrix("colour", {(0, 1): 3, (1, 0): None, (1, 2): 1, (2, 0): 2, (0, 2): 4}))
    machine = plant.machine(setup_rule=rule, setup_state=(0,))
    for family in (1, 2, 0):
        plant.single(mode(machine, 2), families=(family,))
    return plant.problem()


@tiny("on_time", 12)
def setup_money_against_lateness() -> Problem:
    plant = Plant()
    dear = SetupPart("colour", {(0, 1): Changeover(1, 30.0), (1, 0): Changeover(1, 30.0)})
    machine = plant.machine(setup_rule=plant.rule(dear), setup_state=(0,))
    for family, due in ((0, 30), (1, 30), (0, 30)):
        plant.single(mode(machine, 2), due=due, families=(family,))
    return plant.problem()


@tiny("makespan", 12)
def setup_before_the_parts_arrive() -> Problem:
    plant = Plant()
    machine = plant.machine()
    plant.single(mode(machine, 3, setup=4), release=6)
    plant.single(mode(machine, 2))
    return plant.problem()


@tiny("makespan", 14)
def setup_that_waits_for_the_parts() -> Problem:
    plant = Plant()
    machine = plant.machine()
    plant.single(mode(machine, 3, setup=4), release=6, setup_needs_material=True)
    plant.single(mode(machine, 2))
    return plant.problem()


@tiny("makespan", 12)
def one_fitter_for_two_machines() -> Problem:
    """Each machine's change takes the fitter, who also does a job of his own first."""
    plant = Plant()
    skill = plant.skill()
    plant.operator(skill, calendar=plant.calendar((0, 4), (5, 30)))
    change = SetupPart("mould", {(0, 1): Changeover(2, crew=crew(skill))})
    rule = plant.rule(change)
    for minutes in (4, 2):
        machine = plant.machine(setup_rule=rule, setup_state=(0,))
        plant.single(mode(machine, minutes), families=(1,))
    plant.single(mode(plant.machine(), 2, run_crew=crew(skill)))
    return plant.problem()


# -- side by side and together -----------------------------------------------------------------


@tiny("makespan", 8)
def a_rack() -> Problem:
    plant = Plant()
    rack = plant.machine("rack", MachineKind.CUMULATIVE, capacity=5)
    for minutes, load in ((4, 3), (3, 3), (5, 2), (2, 2)):
        plant.single(mode(rack, minutes, load=load))
    return plant.problem()


@tiny("on_time", 12)
def an_oven() -> Problem:
    plant = Plant()
    oven = plant.machine("oven", MachineKind.BATCH, capacity=4)
    for minutes, load, due in ((4, 2, 9), (5, 2, 6), (4, 3, 12)):
        plant.single(mode(oven, minutes, load=load), due=due)
    return plant.problem()


@tiny("makespan", 12)
def an_oven_of_two_temperatures() -> Problem:
    plant = Plant()
    oven = plant.machine("oven", MachineKind.BATCH, capacity=4)
    for minutes, family in ((4, 0), (3, 1), (5, 0)):
        plant.single(mode(oven, minutes, load=2), batch_family=family)
    return plant.problem()


@tiny("on_time", 14)
def an_oven_that_waits_for_its_least_load() -> Problem:
    """The first alone would be done sooner: with the second it is no light batch."""
    plant = Plant()
    oven = plant.machine("oven", MachineKind.BATCH, capacity=4)
    plant.single(mode(oven, 4, load=2, least_load=3), due=4)
    plant.single(mode(oven, 5, load=2, least_load=3), due=9, release=3)
    plant.single(mode(oven, 3, load=1, least_load=3), due=14, batch_family=1)
    return plant.problem()


@tiny("throughput", 16)
def a_campaign_that_lasts() -> Problem:
    """By due dates it would be red, blue, red again."""
    plant = Plant()
    part = replace(matrix("colour", {}, 1), least_run=5)
    machine = plant.machine(setup_rule=plant.rule(part), setup_state=(0,))
    for minutes, due, family in ((3, 5, 1), (2, 7, 0), (3, 9, 1), (1, 14, 0)):
        plant.single(mode(machine, minutes), due=due, families=(family,))
    return plant.problem()


# -- tools -------------------------------------------------------------------------------------


@tiny("makespan", 10)
def one_mould_for_two_machines() -> Problem:
    plant = Plant()
    kind = plant.tool_type()
    plant.tool(kind)
    needs = (ToolDemand(kind),)
    first, second = plant.machine(), plant.machine()
    plant.single(mode(first, 4, tools=needs))
    plant.single(mode(second, 3, tools=needs))
    plant.single(mode(second, 3))
    return plant.problem()


def cavities_plant(*quantities: int) -> Problem:
    plant = Plant()
    kind = plant.tool_type()
    plant.tool(kind)
    plant.tool(kind, cavities=2)
    needs = (ToolDemand(kind, shapes=True),)
    for quantity in quantities:
        plant.single(turns(plant.machine(), quantity, 60, tools=needs))
    return plant.problem()


@tiny("makespan", 8)
def a_mould_of_two_cavities_for_the_larger_order() -> Problem:
    return cavities_plant(6, 4)


@tiny("makespan", 8)
def moulds_exchanged_between_orders() -> Problem:
    return cavities_plant(4, 6)


@tiny("makespan", 8)
def how_many_copies_hang() -> Problem:
    plant = Plant()
    kind = plant.tool_type()
    for _ in range(3):
        plant.tool(kind)
    for quantity in (6, 4):
        machine = plant.machine()
        plant.single(
            *(
                turns(machine, quantity, 60, tools=(ToolDemand(kind, copies, shapes=True),))
                for copies in (1, 2)
            )
        )
    return plant.problem()


@tiny("makespan", 10)
def a_mould_with_few_shots_left() -> Problem:
    plant = Plant()
    kind = plant.tool_type()
    plant.tool(kind, cavities=2, life=3)
    plant.tool(kind)
    needs = (ToolDemand(kind, shapes=True),)
    for quantity in (6, 4):
        plant.single(turns(plant.machine(), quantity, 60, tools=needs))
    return plant.problem()


@tiny("on_time", 10)
def a_mould_that_is_serviced_after_five_shots() -> Problem:
    plant = Plant()
    kind = plant.tool_type()
    plant.tool(kind, service_every=5, service_minutes=3)
    needs = (ToolDemand(kind, shapes=True),)
    for quantity, due in ((3, 6), (4, 7), (1, 8)):
        plant.single(turns(plant.machine(), quantity, 60, tools=needs), due=due)
    return plant.problem()


@tiny("makespan", 10)
def a_mould_out_for_repair() -> Problem:
    plant = Plant()
    kind = plant.tool_type()
    plant.tool(kind, calendar=plant.calendar((0, 3), (6, 30)))
    machine = plant.machine()
    plant.single(mode(machine, 4, tools=(ToolDemand(kind),)))
    plant.single(mode(machine, 2))
    return plant.problem()


@tiny("makespan", 10)
def carts_from_a_pool() -> Problem:
    plant = Plant()
    kind = plant.tool_type()
    plant.tool(kind, capacity=5)
    for minutes, carts in ((4, 3), (3, 3), (2, 2)):
        plant.single(mode(plant.machine(), minutes, tools=(ToolDemand(kind, carts),)))
    return plant.problem()


@tiny("makespan", 12)
def a_mould_kept_until_it_is_emptied() -> Problem:
    plant = Plant()
    kind = plant.tool_type()
    plant.tool(kind)
    order = plant.order()
    fill = plant.operation(order, mode(plant.machine(), 2, tools=(ToolDemand(kind, until=1),)))
    empty = plant.operation(order, mode(plant.machine(), 2))
    plant.link(fill, empty, min_lag=3)
    plant.single(mode(plant.machine(), 2, tools=(ToolDemand(kind),)))
    return plant.problem()


# -- people ------------------------------------------------------------------------------------


@tiny("on_time", 10)
def one_person_for_two_machines() -> Problem:
    plant = Plant()
    skill = plant.skill()
    plant.operator(skill)
    for minutes, due in ((4, 6), (2, 3)):
        plant.single(mode(plant.machine(), minutes, run_crew=crew(skill)), due=due)
    return plant.problem()


@tiny("makespan", 10)
def a_setter_and_unattended_runs() -> Problem:
    plant = Plant()
    skill = plant.skill()
    plant.operator(skill, calendar=plant.calendar((0, 6)))
    for minutes in (5, 2):
        plant.single(mode(plant.machine(), minutes, setup=3, setup_crew=crew(skill)))
    return plant.problem()


@tiny("makespan", 8)
def two_skills_and_somebody_with_both() -> Problem:
    plant = Plant()
    pour, trim = plant.skill(), plant.skill()
    plant.operator(pour, trim)
    plant.operator(pour)
    plant.single(mode(plant.machine(), 3, run_crew=crew(pour)))
    plant.single(mode(plant.machine(), 2, run_crew=(CrewDemand(pour), CrewDemand(trim))))
    return plant.problem()


@tiny("makespan", 10)
def a_certificate_that_expires() -> Problem:
    plant = Plant()
    skill = plant.skill()
    plant.operator(Grant(skill, end=5))
    machine = plant.machine()
    plant.single(mode(machine, 3, run_crew=crew(skill)))
    plant.single(mode(machine, 4))
    return plant.problem()


@tiny("makespan", 10)
def a_handover_between_shifts() -> Problem:
    plant = Plant()
    skill = plant.skill()
    plant.operator(skill, calendar=plant.calendar((0, 4)))
    plant.operator(skill, calendar=plant.calendar((3, 20)))
    plant.single(mode(plant.machine(), 6, run_crew=crew(skill)))
    plant.single(mode(plant.machine(), 2, run_crew=crew(skill)))
    return plant.problem()


@tiny("makespan", 14)
def the_same_person_to_the_end() -> Problem:
    plant = Plant()
    skill = plant.skill()
    plant.operator(skill, calendar=plant.calendar((0, 4)))
    plant.operator(skill, calendar=plant.calendar((2, 20)))
    plant.single(mode(plant.machine(), 6, run_crew=crew(skill)), same_person=True)
    plant.single(mode(plant.machine(), 2, run_crew=crew(skill)))
    return plant.problem()


def overtime_cap_plant(*minutes_and_due: tuple[int, int]) -> Problem:
    plant = Plant()
    skill = plant.skill()
    shift = plant.calendar(Window(0, 3), Window(3, 8, overtime=True), Window(12, 30))
    plant.operator(skill, calendar=shift, overtime_cap=3)
    for minutes, due in minutes_and_due:
        plant.single(mode(plant.machine(), minutes, run_crew=crew(skill)), due=due)
    return plant.problem()


@tiny("on_time", 14)
def overtime_up_to_the_cap() -> Problem:
    return overtime_cap_plant((3, 6), (3, 6), (2, 20))


@tiny("on_time", 14)
def the_last_minute_of_overtime() -> Problem:
    return overtime_cap_plant((3, 6), (2, 6), (2, 6))


# -- links and dates -----------------------------------------------------------------------------


@tiny("makespan", 12)
def plaster_must_be_poured_in_time() -> Problem:
    plant = Plant()
    mixer, table = plant.machine(), plant.machine()
    for minutes in (2, 3):
        order = plant.order()
        mix = plant.operation(order, mode(mixer, minutes))
        plant.link(mix, plant.operation(order, mode(table, 4)), max_lag=1)
    return plant.problem()


@tiny("makespan", 12)
def curing_in_working_time() -> Problem:
    plant = Plant()
    clock = plant.calendar((0, 4), (8, 40))
    order = plant.order()
    cast = plant.operation(order, mode(plant.machine(), 2))
    plant.link(cast, plant.operation(order, mode(plant.machine(), 2)), min_lag=3, clock=clock)
    plant.single(mode(0, 3))
    return plant.problem()


@tiny("makespan", 10)
def links_between_starts_and_between_ends() -> Problem:
    plant = Plant()
    order = plant.order()
    one = plant.operation(order, mode(plant.machine(), 4))
    two = plant.operation(order, mode(plant.machine(), 3))
    three = plant.operation(order, mode(plant.machine(), 2))
    plant.link(one, two, min_lag=2, before_end=End.START, after_end=End.START)
    plant.link(two, three, min_lag=2, max_lag=3, before_end=End.END, after_end=End.END)
    return plant.problem()


@tiny("makespan", 12)
def overlap_by_transfer_batches() -> Problem:
    plant = Plant()
    order = plant.order()
    first = plant.operation(order, mode(plant.machine(), 6))
    second = plant.operation(order, mode(plant.machine(), 3))
    plant.link(first, second, transfer=(1, 3))
    plant.single(mode(1, 4))
    return plant.problem()


@tiny("on_time", 12)
def material_arrives_late() -> Problem:
    plant = Plant()
    plaster = plant.material(5, (6, 5))
    machine = plant.machine()
    for minutes, due, quantity in ((3, 12, 5), (2, 4, 4), (3, 9, 1)):
        plant.single(mode(machine, minutes), due=due, consumes=((plaster, quantity),))
    return plant.problem()


@tiny("makespan", 10)
def one_order_feeds_another() -> Problem:
    plant = Plant()
    parts_made = plant.material()
    machine = plant.machine()
    plant.single(mode(machine, 3), produces=((parts_made, 2),))
    plant.single(mode(machine, 2), consumes=((parts_made, 2),))
    plant.single(mode(plant.machine(), 2), consumes=((parts_made, 0),))
    return plant.problem()


@tiny("on_time", 12)
def releases_and_a_latest_start() -> Problem:
    plant = Plant()
    machine = plant.machine()
    plant.single(mode(machine, 4), due=30, latest_start=5)
    plant.single(mode(machine, 3), due=5, release=2)
    return plant.problem()


@tiny("on_time", 12)
def a_production_batch_for_two_orders() -> Problem:
    """Its own order has time; the other one, which waits for its half, has not."""
    plant = Plant()
    machine, packing = plant.machine(), plant.machine()
    patient, urgent = plant.order(due=30), plant.order(due=5, weight=2)
    plant.single(mode(machine, 3), due=6)
    together = plant.operation(patient, mode(machine, 4), also=(urgent,))
    plant.link(together, plant.operation(urgent, mode(packing, 1)))
    return plant.problem()


@tiny("on_time", 12)
def pinned_work_stays() -> Problem:
    plant = Plant()
    machine = plant.machine()
    plant.single(mode(machine, 3), due=20, pin_start=4)
    plant.single(mode(machine, 3), due=6)
    plant.single(mode(machine, 4), due=6)
    return plant.problem()


@tiny("on_time", 12)
def frozen_work_stays() -> Problem:
    plant = Plant()
    machine = plant.machine(freeze=(FreezeZone(0, 6, FreezeLevel.WITHIN),))
    plant.single(mode(machine, 3), due=20)
    plant.single(mode(machine, 3), due=5)
    plant.single(mode(machine, 2), due=5)
    return plant.problem(baseline=(placed(0, (0, 3)),))


@tiny("on_time", 12)
def running_work_goes_on() -> Problem:
    plant = Plant()
    rule = plant.rule(matrix("colour", {(0, 1): 3, (1, 0): 1}))
    machine = plant.machine(setup_rule=rule, setup_state=(0,))
    plant.single(mode(machine, 3), due=2, families=(1,), started=Started(-4, 0))
    plant.single(mode(machine, 2), due=9, families=(0,))
    plant.single(mode(machine, 2), due=9, families=(1,))
    return plant.problem()


@tiny("calm", 10)
def as_few_moves_as_it_takes() -> Problem:
    plant = Plant()
    machine = plant.machine()
    plant.single(mode(machine, 3), due=3)
    plant.single(mode(machine, 3), due=8)
    plant.single(mode(machine, 2), due=20)
    return plant.problem(baseline=(placed(0, (2, 5)), placed(1, (5, 8)), placed(2, (0, 2))))
