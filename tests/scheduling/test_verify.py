"""Verify answers nonsense with violations, stays quick, and knows nothing of its rivals."""

from __future__ import annotations

import ast
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.messages import LANGUAGES
from app.scheduling import verify as package
from app.scheduling.columns import Columns, InColumns
from app.scheduling.construct import construct
from app.scheduling.problem import (
    FOREVER,
    POLICIES,
    Assignment,
    Placement,
    Problem,
    Schedule,
    ToolDemand,
    Unplaced,
)
from app.scheduling.verify import Violation, structure, verify, work
from app.scheduling.verify import crew as people
from app.scheduling.verify.columns import Flags
from app.scheduling.verify.usage import Usage
from tests.scheduling.generator import sample
from tests.scheduling.plants import Plant, crew, matrix, turns

PLANS = [(problem, construct(problem, weights=POLICIES["on_time"])) for problem in sample(12, 5)]
ODD = st.one_of(
    st.integers(-3, 40),
    st.integers(400, 9000),
    st.sampled_from((-FOREVER, FOREVER, 2**70, -(2**70))),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_nonsense_is_answered_by_violations(data: st.DataObject) -> None:
    problem, plan = data.draw(st.sampled_from(PLANS))
    placements = list(plan.placements)
    for _ in range(data.draw(st.integers(1, 3))):
        position = data.draw(st.integers(0, len(placements) - 1))
        placements[position] = nonsense(data, placements[position])
    unplaced = plan.unplaced
    if data.draw(st.booleans()):
        unplaced += (Unplaced(data.draw(ODD), data.draw(st.sampled_from(("", "x.y")))),)
    spoiled = Schedule(tuple(placements), unplaced)
    violations = verify(problem, spoiled)
    assert verify(problem, in_columns(spoiled)) == violations
    for violation in violations:
        for language in LANGUAGES:
            assert violation.message.text(language)
    assert violations == looking_at_each_row(problem, spoiled)


def in_columns(plan: Schedule) -> Schedule:
    """The same plan as a compiled search or the solver's process hands it over."""
    try:
        return InColumns(Columns.of(plan.placements), plan.unplaced)
    except OverflowError:  # nonsense that no search can write down
        return plan


def looking_at_each_row(problem: Problem, plan: Schedule) -> list[Violation]:
    """What verify finds when no row is passed by columns."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structure, "sound", lambda _, columns: columns.op != columns.op)
        patch.setattr(work, "rows_to_look_at", lambda plan: range(len(plan.rows)))
        patch.setattr(
            work,
            "doubtfully_interrupted",
            lambda plan: [row for row, p in enumerate(plan.rows) if len(p.segments) > 1],
        )
        patch.setattr(people, "plainly_staffed", lambda plan, _: plan.op != plan.op)
        patch.setattr(Usage, "_plain", no_row_is_plain)
        return verify(problem, plan)


def no_row_is_plain(usage: Usage, asking: Flags) -> Flags:
    usage._names = np.zeros(len(usage._asking), np.int64)
    return asking & False


def test_of_a_sound_plan_no_row_is_looked_at_by_itself() -> None:
    """That is where the time would go."""
    problem, schedule = big_plan(1_000)
    plan, _ = structure.read(problem, schedule)
    assert structure.sound(problem, plan.columns).all()
    assert not work.rows_to_look_at(plan)
    assert people.plainly_staffed(plan, people.Entitled(plan)).all()


def nonsense(data: st.DataObject, placement: Placement) -> Placement:
    """The placement with one field replaced by anything."""
    name = data.draw(st.sampled_from(sorted(Placement.__dataclass_fields__)))
    if name == "segments":
        value: object = tuple(data.draw(st.lists(st.tuples(ODD, ODD), max_size=3)))
    elif name == "tools":
        value = tuple(data.draw(st.lists(ODD, max_size=3)))
    elif name == "crew":
        works = st.builds(Assignment, ODD, ODD, ODD, st.booleans())
        value = tuple(data.draw(st.lists(works, max_size=3)))
    else:
        value = data.draw(ODD)
    return replace(placement, **{name: value})


def test_an_empty_plan_lists_every_operation() -> None:
    problem, _ = PLANS[0]
    violations = verify(problem, Schedule(()))
    assert {v.operations[0] for v in violations} == set(range(len(problem.operations)))


def test_it_shares_no_code_with_what_makes_plans() -> None:
    """It knows the problem's statement, how a plan is written down, messages and numpy only."""
    for path in Path(package.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                own = name.startswith(("app.core", "app.scheduling.verify"))
                shared = name == "app.scheduling.problem"
                if name == "app.scheduling.columns" and isinstance(node, ast.ImportFrom):
                    shared = {alias.name for alias in node.names} <= {"Columns", "InColumns"}
                assert not name.startswith("app") or own or shared, name


def test_its_time_grows_with_the_plan_not_faster() -> None:
    """Ten times the operations take about ten times as long (all rules in play)."""
    small, large = big_plan(1_000), big_plan(10_000)
    assert verify(*small) == verify(*large) == []
    assert seconds(*large) < 25 * seconds(*small)


def seconds(problem: Problem, plan: Schedule) -> float:
    """CPU seconds, the least of three runs."""
    taken = []
    for _ in range(3):
        begin = time.process_time()
        verify(problem, plan)
        taken.append(time.process_time() - begin)
    return min(taken)


def big_plan(operations: int) -> tuple[Problem, Schedule]:
    """Lines of 500 operations, each with a mould, a crew, materials, setups and links."""
    plant, dice = Plant(), Random(1)
    rule = plant.rule(matrix("mould", {(0, 1): 3, (1, 0): 7}))
    skill, plaster = plant.skill(), plant.material(10**9)
    placements: list[Placement] = []
    for _ in range(operations // 500):
        machine = plant.machine(setup_rule=rule, setup_state=(0,))
        kind = plant.tool_type()
        tool, person = plant.tool(kind, life=10**6), plant.operator(skill)
        tick, mounted = 0, 0
        for step in range(500):
            order = plant.order() if step % 5 == 0 else len(plant.orders) - 1
            family, run = dice.randrange(2), dice.randrange(5, 40)
            setup = 2 + (0 if family == mounted else (3, 7)[mounted])
            mode = turns(
                machine,
                run,
                60,
                setup=2,
                tools=(ToolDemand(kind, shapes=True),),
                setup_crew=crew(skill),
                run_crew=crew(skill),
            )
            fields = {"families": (family,), "consumes": ((plaster, 1),)}
            operation = plant.operation(order, mode, **fields)
            if step % 5:
                plant.link(operation - 1, operation, max_lag=1000)
            start, end = tick + setup, tick + setup + run
            people = Assignment(person, tick, start, True), Assignment(person, start, end)
            segments = ((tick, end),)
            placements.append(Placement(operation, 0, tick, start, end, segments, (tool,), people))
            tick, mounted = end, family
    return plant.problem(), Schedule(tuple(placements))
