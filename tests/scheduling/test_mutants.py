"""Each rule of verify has a mutant: a valid schedule, broken so that just this rule notices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from app.core.messages import LANGUAGES
from app.scheduling.columns import Columns, InColumns
from app.scheduling.problem import (
    Assignment,
    Changeover,
    Combine,
    End,
    FreezeLevel,
    FreezeZone,
    Grant,
    MachineKind,
    Pausing,
    Placement,
    Problem,
    Schedule,
    SetupPart,
    Started,
    ToolDemand,
    Unplaced,
    Window,
)
from app.scheduling.verify import ViolationCode, verify
from tests.scheduling.plants import Plant, crew, matrix, mode, placed, planned, turns


class Mutant(NamedTuple):
    problem: Problem
    valid: Schedule
    broken: Schedule


MUTANTS: list[tuple[ViolationCode, Callable[[], Mutant]]] = []


def breaks(code: ViolationCode) -> Callable[[Callable[[], Mutant]], Callable[[], Mutant]]:
    def register(make: Callable[[], Mutant]) -> Callable[[], Mutant]:
        MUTANTS.append((code, make))
        return make

    return register


@pytest.mark.parametrize(
    ("code", "make"), MUTANTS, ids=lambda value: str(getattr(value, "__name__", value))
)
def test_a_mutant_breaks_just_its_rule(code: ViolationCode, make: Callable[[], Mutant]) -> None:
    problem, valid, broken = make()
    assert verify(problem, valid) == []
    violations = verify(problem, broken)
    assert verify(problem, InColumns(Columns.of(broken.placements), broken.unplaced)) == violations
    assert {violation.code for violation in violations} == {code}
    for violation in violations:
        for language in LANGUAGES:
            assert violation.message.text(language)


def test_every_code_has_a_mutant() -> None:
    assert set(ViolationCode) - {code for code, _ in MUTANTS} == set()


# -- helpers ------------------------------------------------------------------------------


def changed(schedule: Schedule, operation: int, **fields: Any) -> Schedule:
    """The schedule with fields of one placement replaced."""
    return replace(
        schedule,
        placements=tuple(
            replace(p, **fields) if p.operation == operation else p for p in schedule.placements
        ),
    )


def swapped(schedule: Schedule, *placements: Placement) -> Schedule:
    """The schedule with whole placements replaced."""
    new = {p.operation: p for p in placements}
    return replace(schedule, placements=tuple(new.get(p.operation, p) for p in schedule.placements))


def at(operator: int, start: int, end: int) -> Assignment:
    return Assignment(operator, start, end)


def setting_up(operator: int, start: int, end: int) -> Assignment:
    return Assignment(operator, start, end, setup=True)


def two_steps(**fields: Any) -> tuple[Problem, Schedule]:
    """Two operations of one order, 10 minutes each, on machines of their own, linked."""
    plant = Plant()
    order = plant.order("A")
    first = plant.operation(order, mode(plant.machine("saw"), 10))
    second = plant.operation(order, mode(plant.machine("drill"), 10))
    plant.link(first, second, **fields)
    return plant.problem(), planned(placed(first, (0, 10)), placed(second, (10, 20)))


# -- the schedule as a document --------------------------------------------------------------


@breaks(ViolationCode.UNKNOWN_RECORD)
def an_operation_that_does_not_exist() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, replace(valid, unplaced=(Unplaced(7, "scheduling.none"),)))


@breaks(ViolationCode.UNKNOWN_RECORD)
def a_mode_that_does_not_exist() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, changed(valid, 1, mode=3))


@breaks(ViolationCode.UNKNOWN_RECORD)
def a_tool_that_does_not_exist() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, changed(valid, 0, tools=(0,)))


@breaks(ViolationCode.UNKNOWN_RECORD)
def a_person_who_does_not_exist() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, changed(valid, 0, crew=(at(-1, 0, 10),)))


@breaks(ViolationCode.UNSORTED)
def placements_out_of_order() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, replace(valid, placements=valid.placements[::-1]))


@breaks(ViolationCode.PLACED_TWICE)
def an_operation_planned_twice() -> Mutant:
    problem, valid = two_steps()
    twice = (valid.placements[0], *valid.placements)
    return Mutant(problem, valid, replace(valid, placements=twice))


@breaks(ViolationCode.PLACED_AND_UNPLACED)
def an_operation_planned_and_listed() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, replace(valid, unplaced=(Unplaced(0, "scheduling.none"),)))


@breaks(ViolationCode.MISSING)
def an_operation_left_out() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, replace(valid, placements=valid.placements[:1]))


@breaks(ViolationCode.NO_REASON)
def an_operation_listed_without_a_reason() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, Schedule(valid.placements[:1], (Unplaced(1, ""),)))


@breaks(ViolationCode.TIMES_OUT_OF_ORDER)
def a_start_after_the_end() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, changed(valid, 1, start=21))


@breaks(ViolationCode.TIMES_OUT_OF_ORDER)
def people_who_stay_beyond_the_end() -> Mutant:
    plant = Plant()
    skill = plant.skill()
    person = plant.operator(skill)
    job = plant.single(mode(plant.machine(), 10, run_crew=crew(skill)))
    valid = planned(placed(job, (0, 10), crew=(at(person, 0, 10),)))
    return Mutant(plant.problem(), valid, changed(valid, job, crew=(at(person, 0, 11),)))


@breaks(ViolationCode.SEGMENTS_MALFORMED)
def segments_that_touch() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, changed(valid, 0, segments=((0, 4), (4, 10))))


@breaks(ViolationCode.SEGMENTS_MALFORMED)
def an_end_beyond_the_work() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, changed(valid, 1, end=21))


@breaks(ViolationCode.SEGMENTS_MALFORMED)
def a_machine_held_before_the_setup() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, changed(valid, 1, setup_start=9))


# -- work ----------------------------------------------------------------------------------


def changeover_plant(**fields: Any) -> tuple[Problem, Schedule]:
    """White (0) to black (1) takes 5 minutes; black to white is forbidden."""
    plant = Plant()
    rule = plant.rule(matrix("colour", {(0, 1): 5, (1, 0): None}))
    machine = plant.machine(setup_rule=rule, setup_state=(0,), **fields)
    white = plant.single(mode(machine, 10), families=(0,))
    black = plant.single(mode(machine, 10), families=(1,))
    valid = planned(placed(white, (0, 10)), placed(black, (10, 25), setup=5))
    return plant.problem(), valid


@breaks(ViolationCode.FORBIDDEN_CHANGEOVER)
def white_after_black() -> Mutant:
    problem, valid = changeover_plant()
    return Mutant(problem, valid, planned(placed(1, (0, 15), setup=5), placed(0, (15, 25))))


@breaks(ViolationCode.WORK_AMOUNT)
def a_minute_too_few() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, swapped(valid, placed(1, (10, 19))))


@breaks(ViolationCode.WORK_AMOUNT)
def a_changeover_forgotten() -> Mutant:
    problem, valid = changeover_plant()
    return Mutant(problem, valid, swapped(valid, placed(1, (10, 20))))


@breaks(ViolationCode.WORK_AMOUNT)
def a_changeover_before_the_first_operation_forgotten() -> Mutant:
    problem, _ = changeover_plant()
    unplaced = (Unplaced(0, "scheduling.none"),)
    valid = Schedule((placed(1, (0, 15), setup=5),), unplaced)
    return Mutant(problem, valid, Schedule((placed(1, (0, 10)),), unplaced))


@breaks(ViolationCode.WORK_AMOUNT)
def a_first_piece_forgotten() -> Mutant:
    plant = Plant()
    job = plant.single(mode(plant.machine(), 10, setup=5), first_piece=20)
    valid = planned(placed(job, (0, 35), setup=25))
    return Mutant(plant.problem(), valid, planned(placed(job, (0, 15), setup=5)))


@breaks(ViolationCode.WORK_AMOUNT)
def a_slow_machine_taken_for_a_fast_one() -> Mutant:
    plant = Plant()
    job = plant.single(mode(plant.machine(efficiency=80), 10))
    return Mutant(plant.problem(), planned(placed(job, (0, 13))), planned(placed(job, (0, 10))))


@breaks(ViolationCode.WORK_AMOUNT)
def a_mould_with_one_cavity_taken_for_two() -> Mutant:
    plant = Plant()
    kind = plant.tool_type("mould")
    one, two = plant.tool(kind), plant.tool(kind, cavities=2)
    demand = (ToolDemand(kind, shapes=True),)
    job = plant.single(turns(plant.machine(), 20, 60, tools=demand))
    valid = planned(placed(job, (0, 10), tools=(two,)))
    return Mutant(plant.problem(), valid, changed(valid, job, tools=(one,)))


@breaks(ViolationCode.WORK_AMOUNT)
def parts_of_a_changeover_of_which_only_the_longest_was_counted() -> Mutant:
    plant = Plant()
    parts = matrix("mould", {(0, 1): 5}), matrix("colour", {(2, 3): 4})
    rule = plant.rule(*parts, combine=Combine.SUM)
    machine = plant.machine(setup_rule=rule, setup_state=(0, 2))
    job = plant.single(mode(machine, 10), families=(1, 3))
    valid = planned(placed(job, (0, 19), setup=9))
    return Mutant(plant.problem(), valid, planned(placed(job, (0, 15), setup=5)))


@breaks(ViolationCode.WORK_AMOUNT)
def a_second_setup_in_an_oven() -> Mutant:
    problem, valid = oven()
    longer = placed(0, (0, 40), setup=10), placed(1, (0, 40), setup=10)
    return Mutant(problem, valid, swapped(valid, *longer, placed(2, (40, 75), setup=5)))


@breaks(ViolationCode.WORK_AMOUNT)
def a_turn_too_many() -> Mutant:
    problem, valid = two_shifts_of_turns()
    return Mutant(problem, valid, swapped(valid, placed(0, (0, 9), (100, 118), mode=0)))


@breaks(ViolationCode.RUN_START)
def a_run_during_the_setup() -> Mutant:
    problem, valid = changeover_plant()
    return Mutant(problem, valid, changed(valid, 1, start=14))


@breaks(ViolationCode.RUN_START)
def a_run_that_starts_in_a_pause() -> Mutant:
    plant = Plant()
    machine = plant.machine(calendar=plant.calendar((0, 10), (20, 50)))
    job = plant.single(mode(machine, 10, setup=10))
    valid = planned(placed(job, (0, 10), (20, 30), start=20))
    return Mutant(plant.problem(), valid, changed(valid, job, start=10))


@breaks(ViolationCode.MACHINE_CLOSED)
def work_at_night() -> Mutant:
    plant = Plant()
    job = plant.single(mode(plant.machine(calendar=plant.calendar((10, 20))), 10))
    return Mutant(plant.problem(), planned(placed(job, (10, 20))), planned(placed(job, (11, 21))))


@breaks(ViolationCode.TOOL_CLOSED)
def a_mould_in_the_workshop() -> Mutant:
    plant = Plant()
    kind = plant.tool_type()
    tool = plant.tool(kind, calendar=plant.calendar((0, 20), (30, 60)))
    job = plant.single(mode(plant.machine(), 10, tools=(ToolDemand(kind),)))
    valid = planned(placed(job, (10, 20), tools=(tool,)))
    return Mutant(plant.problem(), valid, planned(placed(job, (15, 25), tools=(tool,))))


@breaks(ViolationCode.TOOL_CLOSED)
def a_mould_kept_from_the_step_before_is_in_the_workshop() -> Mutant:
    problem, valid = mould_kept(calendar=(0, 30))
    return Mutant(problem, valid, swapped(valid, placed(1, (25, 35))))


def night_plant(pausing: Pausing, **fields: Any) -> tuple[Problem, int]:
    plant = Plant()
    machine = plant.machine(calendar=plant.calendar((0, 10), (20, 30), (40, 80)))
    job = plant.single(mode(machine, 12, **fields), pausing=pausing)
    return plant.problem(), job


@breaks(ViolationCode.PAUSE_FORBIDDEN)
def an_unbreakable_run_over_night() -> Mutant:
    problem, job = night_plant(Pausing.NEVER)
    valid = planned(placed(job, (40, 52)))
    return Mutant(problem, valid, planned(placed(job, (0, 10), (20, 22))))


@breaks(ViolationCode.PAUSE_WHILE_OPEN)
def a_pause_before_the_closing() -> Mutant:
    problem, job = night_plant(Pausing.ANYWHERE)
    valid = planned(placed(job, (0, 10), (20, 22)))
    return Mutant(problem, valid, planned(placed(job, (0, 9), (20, 23))))


@breaks(ViolationCode.PAUSE_WHILE_OPEN)
def work_that_is_taken_up_late() -> Mutant:
    problem, job = night_plant(Pausing.ANYWHERE)
    valid = planned(placed(job, (0, 10), (20, 22)))
    return Mutant(problem, valid, planned(placed(job, (0, 10), (21, 23))))


@breaks(ViolationCode.PAUSE_WHILE_OPEN)
def a_whole_shift_slept_through() -> Mutant:
    problem, job = night_plant(Pausing.ANYWHERE)
    valid = planned(placed(job, (0, 10), (20, 22)))
    return Mutant(problem, valid, planned(placed(job, (0, 10), (40, 42))))


@breaks(ViolationCode.PAUSE_WHILE_OPEN)
def a_pause_while_someone_else_is_busy() -> Mutant:
    plant = Plant()
    skill = plant.skill()
    early, late = (
        plant.operator(skill, calendar=plant.calendar((0, 10), (30, 40))),
        plant.operator(skill, calendar=plant.calendar((20, 30))),
    )
    job = plant.single(mode(plant.machine(), 15, run_crew=crew(skill)))
    people = at(early, 0, 10), at(late, 20, 25)
    valid = planned(placed(job, (0, 10), (20, 25), crew=people))
    late_again = at(early, 0, 10), at(early, 30, 35)
    return Mutant(plant.problem(), valid, planned(placed(job, (0, 10), (30, 35), crew=late_again)))


def two_shifts_of_turns() -> tuple[Problem, Schedule]:
    """Five turns of 4.5 minutes; two fit before the closing at 10, the minute left is idle."""
    plant = Plant()
    machine = plant.machine(calendar=plant.calendar((0, 10), (100, 200)))
    job = plant.single(turns(machine, 5, 270), pausing=Pausing.TURNS)
    return plant.problem(), planned(placed(job, (0, 9), (100, 114)))


@breaks(ViolationCode.PAUSE_WHILE_OPEN)
def a_turn_left_out_before_the_closing() -> Mutant:
    problem, valid = two_shifts_of_turns()
    return Mutant(problem, valid, swapped(valid, placed(0, (0, 5), (100, 118))))


@breaks(ViolationCode.TURN_BROKEN)
def a_turn_cut_by_the_closing() -> Mutant:
    problem, valid = two_shifts_of_turns()
    return Mutant(problem, valid, swapped(valid, placed(0, (0, 10), (100, 113))))


# -- machines --------------------------------------------------------------------------------


@breaks(ViolationCode.MACHINE_OVERLAP)
def two_at_once_on_one_machine() -> Mutant:
    plant = Plant()
    machine = plant.machine()
    first, second = plant.single(mode(machine, 10)), plant.single(mode(machine, 10))
    valid = planned(placed(first, (0, 10)), placed(second, (10, 20)))
    return Mutant(plant.problem(), valid, swapped(valid, placed(second, (9, 19))))


@breaks(ViolationCode.MACHINE_OVERLAP)
def work_slipped_into_a_pause() -> Mutant:
    plant = Plant()
    skill = plant.skill()
    person = plant.operator(skill, calendar=plant.calendar((0, 10), (30, 60)))
    machine = plant.machine()
    manned = plant.single(mode(machine, 20, run_crew=crew(skill)))
    unmanned = plant.single(mode(machine, 10))
    people = at(person, 0, 10), at(person, 30, 40)
    valid = planned(placed(manned, (0, 10), (30, 40), crew=people), placed(unmanned, (40, 50)))
    return Mutant(plant.problem(), valid, swapped(valid, placed(unmanned, (15, 25))))


@breaks(ViolationCode.MACHINE_OVERLOADED)
def a_rack_too_full() -> Mutant:
    plant = Plant()
    rack = plant.machine("rack", MachineKind.CUMULATIVE, capacity=5)
    jobs = [plant.single(mode(rack, 10, load=load)) for load in (2, 3, 4)]
    valid = planned(placed(jobs[0], (0, 10)), placed(jobs[1], (5, 15)), placed(jobs[2], (15, 25)))
    return Mutant(plant.problem(), valid, swapped(valid, placed(jobs[2], (14, 24))))


def oven(**fields: Any) -> tuple[Problem, Schedule]:
    """Two loads dried together, a third one after them; 5 minutes of setup per batch."""
    plant = Plant()
    machine = plant.machine("oven", MachineKind.BATCH, capacity=5)
    plant.single(mode(machine, 20, setup=5, load=2))
    plant.single(mode(machine, 30, setup=3, load=3))
    plant.single(mode(machine, 30, setup=5, load=1), **fields)
    batch = placed(0, (0, 35), setup=5), placed(1, (0, 35), setup=5)
    return plant.problem(), planned(*batch, placed(2, (35, 70), setup=5))


@breaks(ViolationCode.BATCH_OVERLAP)
def an_oven_opened_too_early() -> Mutant:
    problem, valid = oven()
    return Mutant(problem, valid, swapped(valid, placed(2, (34, 69), setup=5)))


@breaks(ViolationCode.BATCH_OVERLOADED)
def an_oven_too_full() -> Mutant:
    problem, valid = oven()
    return Mutant(problem, valid, swapped(valid, placed(2, (0, 35), setup=5)))


@breaks(ViolationCode.BATCH_MIXED)
def two_temperatures_in_one_oven() -> Mutant:
    plant = Plant()
    machine = plant.machine("oven", MachineKind.BATCH, capacity=5)
    cool = plant.single(mode(machine, 20), batch_family=1)
    hot = plant.single(mode(machine, 20), batch_family=2)
    valid = planned(placed(cool, (0, 20)), placed(hot, (20, 40)))
    return Mutant(plant.problem(), valid, swapped(valid, placed(hot, (0, 20))))


@breaks(ViolationCode.BATCH_NOT_ALIKE)
def a_batch_with_two_beginnings() -> Mutant:
    problem, valid = oven()
    return Mutant(problem, valid, swapped(valid, placed(1, (2, 35), setup=3)))


@breaks(ViolationCode.BATCH_NOT_ALIKE)
def a_batch_of_two_setup_families() -> Mutant:
    plant = Plant()
    machine = plant.machine("oven", MachineKind.BATCH, capacity=5)
    plain, other = (plant.single(mode(machine, 20), families=(f,)) for f in (0, 1))
    valid = planned(placed(plain, (0, 20)), placed(other, (20, 40)))
    return Mutant(plant.problem(), valid, swapped(valid, placed(other, (0, 20))))


# -- tools -----------------------------------------------------------------------------------


def mould_plant(copies: int = 2, **fields: Any) -> tuple[Problem, list[int]]:
    """Two jobs of 10 minutes on machines of their own, each with one mould of a type."""
    plant = Plant()
    kind, other = plant.tool_type("mould"), plant.tool_type("die")
    for _ in range(copies):
        plant.tool(kind, **fields)
    plant.tool(other)
    demand = (ToolDemand(kind, shapes=True),)
    jobs = [plant.single(turns(plant.machine(), 10, 60, tools=demand)) for _ in range(2)]
    return plant.problem(), jobs


@breaks(ViolationCode.TOOLS_WRONG)
def a_mould_forgotten() -> Mutant:
    problem, (one, two) = mould_plant()
    valid = planned(placed(one, (0, 10), tools=(0,)), placed(two, (0, 10), tools=(1,)))
    return Mutant(problem, valid, changed(valid, two, tools=()))


@breaks(ViolationCode.TOOLS_WRONG)
def a_mould_of_another_type() -> Mutant:
    problem, (one, two) = mould_plant()
    valid = planned(placed(one, (0, 10), tools=(0,)), placed(two, (0, 10), tools=(1,)))
    return Mutant(problem, valid, changed(valid, two, tools=(2,)))


@breaks(ViolationCode.TOOLS_WRONG)
def the_same_copy_hung_twice() -> Mutant:
    plant = Plant()
    kind = plant.tool_type()
    one, two = plant.tool(kind), plant.tool(kind)
    job = plant.single(turns(plant.machine(), 10, 60, tools=(ToolDemand(kind, 2, shapes=True),)))
    valid = planned(placed(job, (0, 5), tools=(one, two)))
    return Mutant(plant.problem(), valid, changed(valid, job, tools=(one, one)))


@breaks(ViolationCode.TOOL_OVERLAP)
def a_mould_in_two_places() -> Mutant:
    problem, (one, two) = mould_plant()
    valid = planned(placed(one, (0, 10), tools=(0,)), placed(two, (5, 15), tools=(1,)))
    return Mutant(problem, valid, changed(valid, two, tools=(0,)))


def mould_kept(calendar: tuple[int, int] = (0, 1000)) -> tuple[Problem, Schedule]:
    """A mould filled (0) and kept until it is emptied (1); another order (2) wants it, too."""
    plant = Plant()
    kind = plant.tool_type()
    tool = plant.tool(kind, calendar=plant.calendar(calendar))
    order = plant.order()
    filled = mode(plant.machine("fill"), 10, tools=(ToolDemand(kind, until=1),))
    fill = plant.operation(order, filled)
    empty = plant.operation(order, mode(plant.machine("empty"), 10))
    again = plant.single(mode(plant.machine("other"), 5, tools=(ToolDemand(kind),)))
    valid = planned(
        placed(fill, (5, 15), tools=(tool,)),
        placed(empty, (20, 30)),
        placed(again, (0, 5), tools=(tool,)),
    )
    return plant.problem(), valid


@breaks(ViolationCode.TOOL_OVERLAP)
def a_mould_taken_while_it_cures() -> Mutant:
    problem, valid = mould_kept()
    return Mutant(problem, valid, swapped(valid, placed(2, (15, 20), tools=(0,))))


@breaks(ViolationCode.POOL_OVERLOADED)
def more_carts_than_there_are() -> Mutant:
    plant = Plant()
    kind = plant.tool_type("cart")
    carts = plant.tool(kind, capacity=5)
    demand = (ToolDemand(kind, 3),)
    one, two = (plant.single(mode(plant.machine(), 10, tools=demand)) for _ in range(2))
    valid = planned(placed(one, (0, 10), tools=(carts,)), placed(two, (10, 20), tools=(carts,)))
    broken = swapped(valid, placed(two, (9, 19), tools=(carts,)))
    return Mutant(plant.problem(), valid, broken)


def serviced_mould(**fields: Any) -> tuple[Problem, Schedule]:
    """After 12 shots 15 minutes of service; two jobs of 12 shots each."""
    plant = Plant()
    kind = plant.tool_type()
    mould = plant.tool(kind, service_every=12, service_minutes=15, **fields)
    needs = (ToolDemand(kind, shapes=True),)
    one, two = (plant.single(turns(plant.machine(), 12, 60, tools=needs)) for _ in range(2))
    begin = 15 if fields else 0
    valid = planned(
        placed(one, (begin, begin + 12), tools=(mould,)),
        placed(two, (begin + 27, begin + 39), tools=(mould,)),
    )
    return plant.problem(), valid


@breaks(ViolationCode.TOOL_SERVICE)
def a_mould_without_time_for_its_service() -> Mutant:
    problem, valid = serviced_mould()
    return Mutant(problem, valid, swapped(valid, placed(1, (26, 38), tools=(0,))))


@breaks(ViolationCode.TOOL_SERVICE)
def a_mould_that_was_due_for_service_already() -> Mutant:
    problem, valid = serviced_mould(unserviced=12)
    return Mutant(problem, valid, swapped(valid, placed(0, (14, 26), tools=(0,))))


@breaks(ViolationCode.TOOL_LIFE)
def a_mould_worn_out() -> Mutant:
    problem, (one, two) = mould_plant(life=19)
    valid = planned(placed(one, (0, 10), tools=(0,)), placed(two, (10, 20), tools=(1,)))
    return Mutant(problem, valid, changed(valid, two, tools=(0,)))


@breaks(ViolationCode.TOOL_HOLD_BROKEN)
def a_mould_filled_and_never_emptied() -> Mutant:
    problem, valid = mould_kept()
    filled, _, again = valid.placements
    return Mutant(problem, valid, Schedule((filled, again), (Unplaced(1, "scheduling.none"),)))


@breaks(ViolationCode.TOOL_HOLD_BROKEN)
def a_mould_emptied_but_never_filled() -> Mutant:
    problem, valid = mould_kept()
    unplaced = (Unplaced(0, "scheduling.none"),)
    return Mutant(problem, valid, Schedule(valid.placements[1:], unplaced))


@breaks(ViolationCode.TOOL_HOLD_BROKEN)
def a_mould_emptied_before_it_is_filled() -> Mutant:
    problem, valid = mould_kept()
    return Mutant(problem, valid, swapped(valid, placed(0, (50, 60), tools=(0,))))


# -- people ----------------------------------------------------------------------------------


def crew_plant(heads: int = 1, **fields: Any) -> tuple[Plant, int, tuple[int, int, int]]:
    """A job of 20 minutes; two qualified people on shift from 0 to 30, and one who is not."""
    plant = Plant()
    skill, other = plant.skill("casting"), plant.skill("painting")
    shift = plant.calendar((0, 10), (10, 20), (20, 30))
    one, two = (plant.operator(skill, calendar=shift) for _ in range(2))
    unskilled = plant.operator(other, calendar=shift)
    machine = plant.machine(calendar=plant.calendar((0, 100)))
    job = plant.single(mode(machine, 20, run_crew=crew(skill, heads)), **fields)
    return plant, job, (one, two, unskilled)


@breaks(ViolationCode.CREW_SHORT)
def nobody_at_the_machine() -> Mutant:
    plant, job, (one, _, _) = crew_plant()
    valid = planned(placed(job, (0, 20), crew=(at(one, 0, 20),)))
    return Mutant(plant.problem(), valid, changed(valid, job, crew=()))


@breaks(ViolationCode.CREW_SHORT)
def nobody_for_a_minute() -> Mutant:
    plant, job, (one, _, _) = crew_plant()
    valid = planned(placed(job, (10, 30), crew=(at(one, 10, 30),)))
    absent_for_a_minute = at(one, 10, 20), at(one, 21, 30)
    return Mutant(plant.problem(), valid, changed(valid, job, crew=absent_for_a_minute))


@breaks(ViolationCode.CREW_SHORT)
def one_person_counted_as_two_heads() -> Mutant:
    plant, job, (one, two, _) = crew_plant(heads=2)
    valid = planned(placed(job, (0, 20), crew=(at(one, 0, 20), at(two, 0, 20))))
    return Mutant(plant.problem(), valid, changed(valid, job, crew=(at(one, 0, 20),)))


@breaks(ViolationCode.CREW_SHORT)
def a_setup_without_a_setter() -> Mutant:
    plant = Plant()
    skill = plant.skill()
    setter = plant.operator(skill)
    job = plant.single(mode(plant.machine(), 10, setup=5, setup_crew=crew(skill)))
    valid = planned(placed(job, (0, 15), setup=5, crew=(setting_up(setter, 0, 5),)))
    return Mutant(plant.problem(), valid, changed(valid, job, crew=()))


@breaks(ViolationCode.CREW_SHORT)
def a_batch_without_the_loader_that_only_its_second_job_asks_for() -> Mutant:
    plant = Plant()
    skill = plant.skill()
    loader = plant.operator(skill)
    oven = plant.machine("oven", MachineKind.BATCH, capacity=5)
    first = plant.single(mode(oven, 20))
    second = plant.single(mode(oven, 20, run_crew=crew(skill)))
    valid = planned(placed(first, (0, 20), crew=(at(loader, 0, 20),)), placed(second, (0, 20)))
    return Mutant(plant.problem(), valid, changed(valid, first, crew=()))


def fitter_plant() -> tuple[Problem, Schedule]:
    """Changing the mould takes five minutes and a fitter; hanging the same one takes nobody."""
    plant = Plant()
    skill = plant.skill()
    fitter = plant.operator(skill)
    change = SetupPart("mould", {(0, 1): Changeover(5, crew=crew(skill))})
    machine = plant.machine(setup_rule=plant.rule(change), setup_state=(0,))
    same = plant.single(mode(machine, 10), families=(0,))
    other = plant.single(mode(machine, 10), families=(1,))
    at_work = (Assignment(fitter, 10, 15, setup=True),)
    valid = planned(placed(same, (0, 10)), placed(other, (10, 25), setup=5, crew=at_work))
    return plant.problem(), valid


@breaks(ViolationCode.CREW_SHORT)
def a_changeover_without_its_fitter() -> Mutant:
    problem, valid = fitter_plant()
    return Mutant(problem, valid, changed(valid, 1, crew=()))


@breaks(ViolationCode.CREW_UNASKED)
def a_fitter_where_nothing_is_changed() -> Mutant:
    problem, valid = fitter_plant()
    watching = (Assignment(0, 0, 10),)
    return Mutant(problem, valid, changed(valid, 0, crew=watching))


@breaks(ViolationCode.CREW_UNQUALIFIED)
def somebody_who_cannot_do_it() -> Mutant:
    plant, job, (one, _, unskilled) = crew_plant()
    valid = planned(placed(job, (0, 20), crew=(at(one, 0, 20),)))
    return Mutant(plant.problem(), valid, changed(valid, job, crew=(at(unskilled, 0, 20),)))


@breaks(ViolationCode.CREW_UNQUALIFIED)
def a_certificate_that_expires_during_the_work() -> Mutant:
    plant = Plant()
    skill = plant.skill()
    person = plant.operator(Grant(skill, end=15))
    job = plant.single(mode(plant.machine(), 10, run_crew=crew(skill)))
    valid = planned(placed(job, (5, 15), crew=(at(person, 5, 15),)))
    late = planned(placed(job, (6, 16), crew=(at(person, 6, 16),)))
    return Mutant(plant.problem(), valid, late)


@breaks(ViolationCode.CREW_UNQUALIFIED)
def one_skill_twice_instead_of_both() -> Mutant:
    plant = Plant()
    pour, trim = plant.skill(), plant.skill()
    both, only_pour, only_trim = (
        plant.operator(pour, trim),
        plant.operator(pour),
        plant.operator(trim),
    )
    second = plant.operator(pour)
    job = plant.single(mode(plant.machine(), 10, run_crew=crew(pour) + crew(trim)))
    valid = planned(placed(job, (0, 10), crew=(at(both, 0, 10), at(only_trim, 0, 10))))
    pourers = at(only_pour, 0, 10), at(second, 0, 10)
    return Mutant(plant.problem(), valid, changed(valid, job, crew=pourers))


@breaks(ViolationCode.CREW_UNASKED)
def one_too_many() -> Mutant:
    plant, job, (one, two, _) = crew_plant()
    valid = planned(placed(job, (0, 20), crew=(at(one, 0, 20),)))
    both = at(one, 0, 20), at(two, 0, 20)
    return Mutant(plant.problem(), valid, changed(valid, job, crew=both))


@breaks(ViolationCode.CREW_UNASKED)
def a_person_at_unattended_work() -> Mutant:
    plant, _, (one, _, _) = crew_plant()
    job = plant.single(mode(plant.machine(), 10))
    rest = (Unplaced(0, "scheduling.none"),)
    valid = Schedule((placed(job, (0, 10)),), rest)
    return Mutant(plant.problem(), valid, changed(valid, job, crew=(at(one, 0, 10),)))


@breaks(ViolationCode.CREW_UNASKED)
def a_second_crew_at_one_batch() -> Mutant:
    plant = Plant()
    skill = plant.skill()
    one, two = plant.operator(skill), plant.operator(skill)
    machine = plant.machine("oven", MachineKind.BATCH, capacity=2)
    jobs = [plant.single(mode(machine, 10, run_crew=crew(skill))) for _ in range(2)]
    valid = planned(placed(jobs[0], (0, 10), crew=(at(one, 0, 10),)), placed(jobs[1], (0, 10)))
    return Mutant(plant.problem(), valid, changed(valid, jobs[1], crew=(at(two, 0, 10),)))


@breaks(ViolationCode.CREW_OFF_SHIFT)
def somebody_who_went_home() -> Mutant:
    plant, job, (one, _, _) = crew_plant()
    valid = planned(placed(job, (10, 30), crew=(at(one, 10, 30),)))
    return Mutant(plant.problem(), valid, planned(placed(job, (11, 31), crew=(at(one, 11, 31),))))


@breaks(ViolationCode.CREW_OVERLAP)
def one_person_at_two_machines() -> Mutant:
    plant, first, (one, two, _) = crew_plant()
    second = plant.single(mode(plant.machine(), 20, run_crew=crew(0)))
    valid = planned(
        placed(first, (0, 20), crew=(at(one, 0, 20),)),
        placed(second, (0, 20), crew=(at(two, 0, 20),)),
    )
    return Mutant(plant.problem(), valid, changed(valid, second, crew=(at(one, 0, 20),)))


@breaks(ViolationCode.CREW_HANDOVER)
def a_handover_in_the_middle_of_a_window() -> Mutant:
    plant, job, (one, two, _) = crew_plant()
    valid = planned(placed(job, (0, 20), crew=(at(one, 0, 10), at(two, 10, 20))))
    broken = changed(valid, job, crew=(at(one, 0, 11), at(two, 11, 20)))
    return Mutant(plant.problem(), valid, broken)


@breaks(ViolationCode.CREW_CHANGED)
def another_person_after_the_break() -> Mutant:
    plant, job, (one, two, _) = crew_plant(same_person=True)
    valid = planned(placed(job, (0, 20), crew=(at(one, 0, 20),)))
    broken = changed(valid, job, crew=(at(one, 0, 10), at(two, 10, 20)))
    return Mutant(plant.problem(), valid, broken)


def overtime_plant() -> tuple[Problem, Schedule]:
    """Two jobs in overtime, of 20 minutes allowed before and again after tick 100."""
    plant = Plant()
    skill = plant.skill()
    windows = Window(0, 50), Window(50, 100, overtime=True), Window(100, 200, overtime=True)
    person = plant.operator(skill, calendar=plant.calendar(*windows), overtime_cap=20)
    for _ in range(2):
        plant.single(mode(plant.machine(), 30, run_crew=crew(skill)))
    valid = planned(
        placed(0, (30, 60), crew=(at(person, 30, 60),)),
        placed(1, (90, 120), crew=(at(person, 90, 120),)),
    )
    return plant.problem(overtime_periods=(100,)), valid


@breaks(ViolationCode.OVERTIME_CAP)
def overtime_beyond_the_cap() -> Mutant:
    problem, valid = overtime_plant()
    late = placed(0, (31, 61), crew=(at(0, 31, 61),))
    return Mutant(problem, valid, swapped(valid, late))


# -- dates, links and what people have fixed ---------------------------------------------------


@breaks(ViolationCode.BEFORE_NOW)
def work_in_the_past() -> Mutant:
    plant = Plant()
    job = plant.single(mode(plant.machine(), 10))
    problem = plant.problem(now=5)
    return Mutant(problem, planned(placed(job, (5, 15))), planned(placed(job, (4, 14))))


@breaks(ViolationCode.BEFORE_RELEASE)
def an_operation_before_its_release() -> Mutant:
    plant = Plant()
    job = plant.single(mode(plant.machine(), 10), release=5)
    return Mutant(plant.problem(), planned(placed(job, (5, 15))), planned(placed(job, (4, 14))))


@breaks(ViolationCode.BEFORE_RELEASE)
def an_order_before_its_release() -> Mutant:
    plant = Plant()
    job = plant.operation(plant.order(release=5), mode(plant.machine(), 10))
    return Mutant(plant.problem(), planned(placed(job, (5, 15))), planned(placed(job, (4, 14))))


@breaks(ViolationCode.BEFORE_RELEASE)
def a_setup_before_the_material_it_needs() -> Mutant:
    plant = Plant()
    work = mode(plant.machine(), 10, setup=5)
    job = plant.single(work, release=5, setup_needs_material=True)
    valid = planned(placed(job, (5, 20), setup=5))
    return Mutant(plant.problem(), valid, planned(placed(job, (4, 19), setup=5)))


@breaks(ViolationCode.BEFORE_RELEASE)
def a_production_batch_before_one_of_its_orders_is_released() -> Mutant:
    plant = Plant()
    first, second = plant.order(), plant.order(release=5)
    job = plant.operation(first, mode(plant.machine(), 10), also=(second,))
    return Mutant(plant.problem(), planned(placed(job, (5, 15))), planned(placed(job, (4, 14))))


@breaks(ViolationCode.AFTER_LATEST_START)
def mixed_plaster_gone_hard() -> Mutant:
    plant = Plant()
    job = plant.single(mode(plant.machine(), 10), latest_start=5)
    return Mutant(plant.problem(), planned(placed(job, (5, 15))), planned(placed(job, (6, 16))))


def running_plant() -> tuple[Problem, Schedule]:
    """A job runs since -20, another is to follow on the machine; now is 0."""
    plant = Plant()
    skill = plant.skill()
    one, two = plant.operator(skill), plant.operator(skill)
    machine, other = plant.machine("press"), plant.machine("other press")
    modes = (mode(machine, 10, run_crew=crew(skill)), mode(other, 10, run_crew=crew(skill)))
    started = Started(-20, 0, operators=(one,))
    running = plant.single(*modes, started=started)
    after = plant.single(mode(machine, 10, run_crew=crew(skill)))
    placement = Placement(running, 0, -20, -20, 10, ((0, 10),), (), (at(one, 0, 10),))
    valid = planned(placement, placed(after, (10, 20), crew=(at(two, 10, 20),)))
    return plant.problem(), valid


@breaks(ViolationCode.STARTED_CHANGED)
def running_work_on_another_machine() -> Mutant:
    problem, valid = running_plant()
    return Mutant(problem, valid, changed(valid, 0, mode=1))


@breaks(ViolationCode.STARTED_CHANGED)
def running_work_that_started_at_another_time() -> Mutant:
    problem, valid = running_plant()
    return Mutant(problem, valid, changed(valid, 0, setup_start=-10, start=-10))


@breaks(ViolationCode.STARTED_CHANGED)
def running_work_taken_over_by_someone_else() -> Mutant:
    problem, valid = running_plant()
    return Mutant(problem, valid, changed(valid, 0, crew=(at(1, 0, 10),)))


@breaks(ViolationCode.STARTED_CHANGED)
def running_work_with_another_mould() -> Mutant:
    plant = Plant()
    kind = plant.tool_type()
    one, two = plant.tool(kind), plant.tool(kind)
    work = mode(plant.machine(), 10, tools=(ToolDemand(kind),))
    job = plant.single(work, started=Started(-5, 0, tools=(one,)))
    valid = planned(Placement(job, 0, -5, -5, 10, ((0, 10),), (one,)))
    return Mutant(plant.problem(), valid, changed(valid, job, tools=(two,)))


@breaks(ViolationCode.PIN_MACHINE)
def a_pinned_operation_on_another_machine() -> Mutant:
    plant = Plant()
    one, two = plant.machine(), plant.machine()
    job = plant.single(mode(one, 10), mode(two, 10), pin_machine=one)
    valid = planned(placed(job, (0, 10)))
    return Mutant(plant.problem(), valid, changed(valid, job, mode=1))


@breaks(ViolationCode.PIN_MACHINE)
def a_pin_gone_by_on_another_machine() -> Mutant:
    plant = Plant()
    one, two = plant.machine(), plant.machine()
    job = plant.single(mode(one, 10), mode(two, 10), pin_machine=one, pin_start=5)
    valid = planned(placed(job, (20, 30)))
    return Mutant(plant.problem(now=20), valid, changed(valid, job, mode=1))


@breaks(ViolationCode.PIN_START)
def a_pin_that_can_just_be_kept_missed() -> Mutant:
    plant = Plant()
    job = plant.single(mode(plant.machine(), 10, setup=7), pin_start=7)
    valid = planned(placed(job, (0, 17), setup=7))
    return Mutant(plant.problem(), valid, planned(placed(job, (1, 18), setup=7)))


@breaks(ViolationCode.PIN_START)
def a_pinned_operation_at_another_time() -> Mutant:
    plant = Plant()
    job = plant.single(mode(plant.machine(), 10), pin_start=7)
    return Mutant(plant.problem(), planned(placed(job, (7, 17))), planned(placed(job, (8, 18))))


def frozen_plant(level: FreezeLevel) -> tuple[Problem, Schedule]:
    plant = Plant()
    one = plant.machine(freeze=(FreezeZone(0, 50, level),))
    two = plant.machine()
    job = plant.single(mode(one, 10), mode(two, 10))
    held = placed(job, (20, 30))
    return plant.problem(baseline=(held,)), planned(held)


@breaks(ViolationCode.START_HOURS)
def an_oven_lit_in_dear_hours() -> Mutant:
    plant = Plant()
    starts = plant.calendar((0, 20), (100, 120))
    oven = plant.machine("oven", MachineKind.BATCH, starts=starts)
    plant.single(mode(oven, 30))
    return Mutant(plant.problem(), planned(placed(0, (119, 149))), planned(placed(0, (120, 150))))


@breaks(ViolationCode.START_HOURS)
def a_setup_that_begins_in_the_hours_of_runs() -> Mutant:
    """The hours are those of the run, not of its setup."""
    plant = Plant()
    press = plant.machine(starts=plant.calendar((30, 60)))
    plant.single(mode(press, 10, setup=10))
    valid = planned(placed(0, (20, 40), setup=10))
    return Mutant(plant.problem(), valid, planned(placed(0, (50, 70), setup=10)))


@breaks(ViolationCode.FIRST_PIECE)
def a_run_that_goes_on_while_the_first_piece_of_the_next_shift_is_made() -> Mutant:
    """Also where somebody forgot to shut the machine then."""
    plant = Plant()
    press = plant.machine(first_pieces=plant.calendar((0, 10), (100, 110)))
    plant.single(mode(press, 30))
    return Mutant(plant.problem(), planned(placed(0, (70, 100))), planned(placed(0, (71, 101))))


@breaks(ViolationCode.FIRST_PIECE)
def a_setup_in_the_first_piece() -> Mutant:
    plant = Plant()
    press = plant.machine(first_pieces=plant.calendar((0, 10), (100, 110)))
    plant.single(mode(press, 30, setup=5))
    valid = planned(placed(0, (10, 45), setup=5))
    return Mutant(plant.problem(), valid, planned(placed(0, (9, 44), setup=5)))


@breaks(ViolationCode.FROZEN_MACHINE)
def a_frozen_operation_on_another_machine() -> Mutant:
    problem, valid = frozen_plant(FreezeLevel.LOCKED)
    return Mutant(problem, valid, changed(valid, 0, mode=1))


@breaks(ViolationCode.FROZEN_START)
def a_locked_operation_moved() -> Mutant:
    problem, valid = frozen_plant(FreezeLevel.LOCKED)
    return Mutant(problem, valid, planned(placed(0, (21, 31))))


@breaks(ViolationCode.FROZEN_START)
def an_operation_with_its_material_issued_moved() -> Mutant:
    plant = Plant()
    plant.single(mode(plant.machine(), 10), committed=True)
    valid = planned(placed(0, (20, 30)))
    return Mutant(plant.problem(baseline=valid.placements), valid, planned(placed(0, (21, 31))))


@breaks(ViolationCode.FROZEN_START)
def an_operation_moved_out_of_its_zone() -> Mutant:
    problem, _ = frozen_plant(FreezeLevel.WITHIN)
    return Mutant(problem, planned(placed(0, (49, 59))), planned(placed(0, (50, 60))))


@breaks(ViolationCode.PREDECESSOR_UNPLACED)
def a_step_without_the_step_before() -> Mutant:
    problem, valid = two_steps()
    unplaced = (Unplaced(0, "scheduling.none"),)
    return Mutant(problem, valid, Schedule(valid.placements[1:], unplaced))


@breaks(ViolationCode.MIN_LAG)
def a_step_during_the_step_before() -> Mutant:
    problem, valid = two_steps()
    return Mutant(problem, valid, swapped(valid, placed(1, (9, 19))))


@breaks(ViolationCode.MIN_LAG)
def a_step_before_it_has_cured() -> Mutant:
    problem, _ = two_steps(min_lag=30)
    valid = planned(placed(0, (0, 10)), placed(1, (40, 50)))
    return Mutant(problem, valid, swapped(valid, placed(1, (39, 49))))


@breaks(ViolationCode.MIN_LAG)
def a_lag_counted_in_closed_time() -> Mutant:
    plant = Plant()
    clock = plant.calendar((0, 20), (100, 200))
    order = plant.order()
    first, second = (plant.operation(order, mode(plant.machine(), 10)) for _ in range(2))
    plant.link(first, second, min_lag=30, clock=clock)
    valid = planned(placed(first, (0, 10)), placed(second, (120, 130)))
    return Mutant(plant.problem(), valid, swapped(valid, placed(second, (119, 129))))


@breaks(ViolationCode.MIN_LAG)
def a_setup_before_the_parts_it_needs() -> Mutant:
    plant = Plant()
    order = plant.order()
    first = plant.operation(order, mode(plant.machine(), 10))
    work = mode(plant.machine(), 10, setup=5)
    second = plant.operation(order, work, setup_needs_material=True)
    plant.link(first, second)
    valid = planned(placed(first, (0, 10)), placed(second, (10, 25), setup=5))
    return Mutant(plant.problem(), valid, swapped(valid, placed(second, (9, 24), setup=5)))


@breaks(ViolationCode.MAX_LAG)
def plaster_poured_too_late() -> Mutant:
    problem, valid = two_steps(max_lag=20)
    late = swapped(valid, placed(1, (31, 41)))
    return Mutant(problem, swapped(valid, placed(1, (30, 40))), late)


@breaks(ViolationCode.MAX_LAG)
def pouring_that_ends_too_late() -> Mutant:
    problem, valid = two_steps(max_lag=20, after_end=End.END)
    late = swapped(valid, placed(1, (21, 31)))
    return Mutant(problem, swapped(valid, placed(1, (20, 30))), late)


def transfer_plant() -> Problem:
    """Tenths of the quantity move on as they are made; the second step is twice as fast."""
    plant = Plant()
    order = plant.order()
    first = plant.operation(order, mode(plant.machine(), 100))
    second = plant.operation(order, mode(plant.machine(), 50))
    plant.link(first, second, transfer=(1, 10))
    return plant.problem()


@breaks(ViolationCode.TRANSFER_START)
def a_step_before_its_first_transfer_batch() -> Mutant:
    plant = Plant()
    order = plant.order()
    first = plant.operation(order, mode(plant.machine(), 100))
    second = plant.operation(order, mode(plant.machine(), 200))
    plant.link(first, second, transfer=(1, 10))
    valid = planned(placed(first, (0, 100)), placed(second, (10, 210)))
    return Mutant(plant.problem(), valid, swapped(valid, placed(second, (9, 209))))


@breaks(ViolationCode.TRANSFER_END)
def a_step_done_before_its_last_transfer_batch() -> Mutant:
    problem = transfer_plant()
    valid = planned(placed(0, (0, 100)), placed(1, (55, 105)))
    return Mutant(problem, valid, swapped(valid, placed(1, (54, 104))))


# -- materials ---------------------------------------------------------------------------------


@breaks(ViolationCode.MATERIAL_SHORT)
def plaster_used_before_it_arrives() -> Mutant:
    plant = Plant()
    plaster = plant.material(5, (20, 5))
    one, two = (plant.single(mode(plant.machine(), 10), consumes=((plaster, 5),)) for _ in range(2))
    valid = planned(placed(one, (0, 10)), placed(two, (20, 30)))
    return Mutant(plant.problem(), valid, swapped(valid, placed(two, (19, 29))))


@breaks(ViolationCode.MATERIAL_SHORT)
def parts_used_before_they_are_made() -> Mutant:
    plant = Plant()
    parts = plant.material()
    make = plant.single(mode(plant.machine(), 10), produces=((parts, 3),))
    use = plant.single(mode(plant.machine(), 10), consumes=((parts, 3),))
    valid = planned(placed(make, (0, 10)), placed(use, (10, 20)))
    return Mutant(plant.problem(), valid, swapped(valid, placed(use, (9, 19))))
