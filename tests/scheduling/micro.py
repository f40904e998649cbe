"""Random plants of three operations, small enough to try every plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from app.scheduling.problem import (
    Combine,
    CrewDemand,
    End,
    Grant,
    MachineKind,
    Mode,
    Pausing,
    Problem,
    SetupPart,
    Started,
    ToolDemand,
    Window,
)
from tests.scheduling.plants import Plant, matrix

HORIZON = 18
LIKELY = 0.3


def draw_micro(dice: Random) -> Problem:
    """Three operations of one or two orders on two machines, with a few features."""

    def often() -> bool:
        return dice.random() < LIKELY

    plant = Plant()
    holes = plant.calendar(*draw_windows(dice), Window(13, 60))
    skills = plant.skill(), plant.skill()
    for _ in range(2):
        plant.operator(*draw_grants(dice, skills), calendar=holes if often() else 0)
    mould = plant.tool_type()
    for _ in range(dice.randint(1, 2)):
        life = dice.randint(3, 6) if often() else None
        plant.tool(mould, cavities=dice.randint(1, 2), life=life, calendar=dice.choice((0, holes)))
    machines = [draw_machine(plant, dice, often, holes) for _ in range(2)]
    modes = [
        [draw_mode(dice, often, machine, skills, mould) for machine in dice.sample(machines, count)]
        for count in (1, dice.choice((1, 1, 2)), 1)
    ]
    orders = [plant.order(due=dice.randint(2, 12), weight=dice.randint(1, 3)) for _ in range(2)]
    plaster = plant.material(dice.randint(1, 3), (dice.randint(1, 6), 3))
    for number, some in enumerate(modes):
        fields = draw_fields(dice, often, plaster)
        if number == 0 and often() and len(some) == 1:
            fields = {"started": Started(-2, 0, tools=tuple(range(len(some[0].tools))))}
        plant.operation(orders[number > 1], *some, **fields)
    plant.link(0, 1, **draw_link(dice, holes))
    return plant.problem()


def with_more(problem: Problem, dice: Random) -> Problem:
    """The plant with moulds that are serviced, manned changeovers, or work for both orders."""
    chosen = dice.sample(("service", "fitter", "together"), 2)
    if "service" in chosen:
        tools = tuple(
            replace(tool, service_every=dice.randint(1, 3), service_minutes=dice.randint(1, 3))
            for tool in problem.tools
        )
        problem = replace(problem, tools=tools)
    if "fitter" in chosen:
        skills = range(len(problem.skills))
        rules = tuple(
            replace(rule, parts=tuple(manned(part, dice.choice(skills)) for part in rule.parts))
            for rule in problem.setup_rules
        )
        problem = replace(problem, setup_rules=rules)
    if "together" in chosen:
        first, *others = problem.operations
        problem = replace(problem, operations=(replace(first, also=(1,)), *others))
    return problem


def manned(part: SetupPart, skill: int) -> SetupPart:
    """A part of a changeover all of whose changes take somebody."""
    pairs = {
        pair: change and replace(change, crew=(CrewDemand(skill),))
        for pair, change in part.pairs.items()
    }
    return replace(part, pairs=pairs)


def draw_windows(dice: Random) -> list[Window]:
    first = dice.randint(3, 5)
    return [Window(0, first), Window(first + dice.randint(0, 2), 11, overtime=dice.random() < 0.3)]


def draw_grants(dice: Random, skills: tuple[int, int]) -> list[Grant]:
    end = dice.choice((6, 60, 60))
    return [Grant(skill, end=end) for skill in skills if dice.random() < 0.8]


def draw_machine(plant: Plant, dice: Random, often: Callable[[], bool], holes: int) -> int:
    fields: dict[str, Any] = {"calendar": dice.choice((0, holes))}
    kind = dice.choice((MachineKind.UNARY,) * 4 + (MachineKind.CUMULATIVE,))
    if often():
        pairs = {(a, b): dice.choice((1, 2, 3)) for a in range(2) for b in range(2) if a != b}
        parts = [matrix(key, pairs) for key in ("mould", "colour")]
        fields["setup_rule"] = plant.rule(*parts, combine=dice.choice(list(Combine)))
        fields["setup_state"] = (0, dice.choice((-1, 0)))
    if kind is MachineKind.CUMULATIVE:
        fields["capacity"] = 3
    return plant.machine(kind=kind, efficiency=dice.choice((100, 100, 80)), **fields)


def draw_mode(
    dice: Random, often: Callable[[], bool], machine: int, skills: tuple[int, int], mould: int
) -> Mode:
    fields: dict[str, Any] = {"load": dice.randint(1, 2), "setup": dice.choice((0, 0, 1))}
    if often():
        fields["run_crew"] = (CrewDemand(skills[0]),)
    if often():
        fields["setup_crew"] = (CrewDemand(skills[1]),)
    if often():
        fields["tools"] = (ToolDemand(mould, shapes=True),)
        fields.update(turn_seconds=dice.choice((60, 90)), quantity=dice.randint(1, 4))
    return Mode(machine, run_seconds=60 * dice.randint(1, 4), **fields)


def draw_fields(dice: Random, often: Callable[[], bool], plaster: int) -> dict[str, Any]:
    fields: dict[str, Any] = {"families": (dice.randint(-1, 1), dice.randint(0, 1))}
    fields["pausing"] = dice.choice((Pausing.ANYWHERE, *Pausing))
    if often():
        fields["consumes"] = ((plaster, dice.randint(1, 3)),)
    if often():
        fields["release"] = dice.randint(1, 4)
    if often():
        fields["first_piece"] = 1
    fields["setup_needs_material"] = often()
    fields["same_person"] = often()
    return fields


def draw_link(dice: Random, holes: int) -> dict[str, Any]:
    return dice.choice(
        (
            {},
            {"min_lag": 2},
            {"max_lag": 1},
            {"min_lag": 2, "clock": holes},
            {"max_lag": 2, "clock": holes},
            {"transfer": (1, 2)},
            {"before_end": End.START, "after_end": End.START, "min_lag": 1, "max_lag": 3},
            {"before_end": End.END, "after_end": End.END, "min_lag": 1, "max_lag": 2},
            {"after_end": End.END, "max_lag": 5},
        )
    )
