"""Work on calendars as a step function, against counting minute by minute."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.scheduling.problem import CrewDemand, Pausing, ToolDemand
from app.scheduling.spans import (
    OpenTimes,
    Presence,
    Stretch,
    WorkCalendar,
    common,
    fixed_setup,
    merged,
    run_minutes,
)
from tests.scheduling.plants import Plant, crew, mode, turns

HORIZON = (3, 57)


def by_minute(parts: list[Stretch], begin: int, setup: int, run: int) -> tuple[int, int] | None:
    """Offsets of start and end for work begun at ``begin``; None if it cannot begin there."""

    def is_open(tick: int) -> bool:
        return tick < HORIZON[1] and any(a <= tick < b for a, b in parts)

    if not is_open(begin):
        return None
    tick = begin
    start = begin
    for minutes in (setup, run):
        if minutes:
            while not is_open(tick):
                tick += 1
                if tick >= HORIZON[1]:
                    return None
            start = tick
        for _ in range(minutes):
            while not is_open(tick):
                tick += 1
                if tick >= HORIZON[1]:
                    return None
            tick += 1
    return start - begin, tick - begin


stretch_lists = st.lists(st.integers(0, 60), min_size=2, max_size=10, unique=True).map(
    lambda cuts: merged(zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False))
)


@given(stretch_lists, st.integers(0, 5), st.integers(1, 12))
def test_pausing_work_ends_where_counting_says(
    parts: tuple[Stretch, ...], setup: int, run: int
) -> None:
    calendar = WorkCalendar(parts, *HORIZON)
    inside = list(common(parts, [HORIZON]))
    found: dict[int, tuple[int, int]] = {}
    for offsets, ranges in calendar.paused(setup, run).items():
        for low, high in ranges:
            for begin in range(low, high + 1):
                assert begin not in found
                found[begin] = offsets
    expected = {b: by_minute(inside, b, setup, run) for b in range(*HORIZON)}
    assert found == {b: offsets for b, offsets in expected.items() if offsets is not None}


@given(stretch_lists, st.integers(0, 5), st.integers(1, 12))
def test_work_that_never_pauses_fits_one_stretch(
    parts: tuple[Stretch, ...], setup: int, run: int
) -> None:
    groups = WorkCalendar(parts, *HORIZON).whole(setup, run)
    begins = {b for ranges in groups.values() for low, high in ranges for b in range(low, high + 1)}
    inside = common(parts, [HORIZON])
    assert begins == {b for s, e in inside for b in range(s, e) if b + setup + run <= e}
    assert set(groups) <= {(setup, setup + run)}


def test_touching_parts_are_one_stretch() -> None:
    assert merged([(5, 8), (0, 3), (3, 5), (9, 9)]) == ((0, 8),)
    assert common([(0, 4), (6, 9)], [(3, 7)]) == ((3, 4), (6, 7))


def test_minutes_of_turns_count_the_copies_with_most_cavities() -> None:
    plant = Plant()
    press = plant.machine("press")
    kind = plant.tool_type("mould")
    plant.tool(kind, cavities=1)
    plant.tool(kind, cavities=2)
    problem = plant.problem()
    shaped = turns(press, 101, 30, tools=(ToolDemand(kind, 1, shapes=True),))
    assert run_minutes(problem, problem.machines[press], shaped) == 26  # 51 shots of 30 s
    assert run_minutes(problem, problem.machines[press], turns(press, 101, 30)) == 51


def test_first_piece_is_waited_for_only_after_a_setup() -> None:
    plant = Plant()
    press = plant.machine("press")
    order = plant.order("A")
    cut = plant.operation(order, mode(press, 10), first_piece=7, pausing=Pausing.NEVER)
    operation = plant.problem().operations[cut]
    assert fixed_setup(operation, operation.modes[0]) == 0
    assert fixed_setup(operation, operation.modes[0], changeover=5) == 12


def test_people_on_shift_open_the_work_they_are_needed_for() -> None:
    plant = Plant()
    press = plant.machine("press", calendar=plant.calendar((0, 100)))
    welding = plant.skill("welding")
    plant.operator(welding, calendar=plant.calendar((0, 60)))
    plant.operator(welding, calendar=plant.calendar((40, 120)))
    problem = plant.problem()
    presence = Presence(problem)
    assert presence.profile(welding) == ([0, 40, 60, 120], [1, 2, 1, 0])
    assert presence.open((CrewDemand(welding, 2),)) == ((40, 60),)
    times = OpenTimes(problem)
    assert times.of(mode(press, 5), crew(welding)) == ((0, 100),)
    assert times.of(mode(press, 5), crew(welding, 2)) == ((40, 60),)
