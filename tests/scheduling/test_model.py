"""The constraint model against verified plans: it may forbid none and value none too high."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from ortools.sat.python import cp_model

from app.scheduling import improve as whole
from app.scheduling.construct import construct
from app.scheduling.cp.run import Model
from app.scheduling.objective import evaluate
from app.scheduling.problem import POLICIES, Placement, Problem, Schedule, Weights
from app.scheduling.spans import OpenTimes
from app.scheduling.verify import verify
from tests.scheduling.generator import random_plants, sample

EVERYTHING = Weights(1.0, 100.0, 0.5, 0.25, 0.01, 0.2, 0.1, 10.0)


def whole_model(problem: Problem, schedule: Schedule, weights: Weights) -> Model | None:
    """The model of everything, as improve makes it."""
    incumbent = whole.Incumbent(
        problem,
        whole.Shop(problem),
        schedule,
        weights,
        whole.Budget(1.0, None, whole.never),
        whole.ignore,
    )
    return whole._whole_model(incumbent, incumbent.best.view, OpenTimes(problem))


def value_of(model: Model, plan: Mapping[int, Placement]) -> float | None:
    """The objective of the model with all operations as in the plan; None if it forbids them."""
    draft = model.draft
    for i, step in draft.steps.items():
        draft.cp.add(step.begin == plan[i].setup_start)
        draft.cp.add(step.start == plan[i].start)
        for choice in step.choices:
            draft.cp.add(choice.on == (choice.mode == plan[i].mode))
    draft.cp.clear_hints()
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = 20
    status = solver.solve(draft.cp)
    assert status != cp_model.MODEL_INVALID
    if status == cp_model.INFEASIBLE:
        return None
    assert status == cp_model.OPTIMAL
    return solver.objective_value / model.goal.scale


def check(problem: Problem, weights: Weights) -> None:
    schedule = construct(problem, weights=weights)
    if not schedule.placements or verify(problem, schedule):
        return
    plan = {p.operation: p for p in schedule.placements}
    model = whole_model(problem, schedule, weights)
    if model is None:
        return
    value = value_of(model, plan)
    assert value is not None
    total = evaluate(problem, schedule).total(weights)
    assert value <= total + 1e-6


@pytest.mark.parametrize("number", range(4))
def test_the_model_relaxes_the_rules_and_never_tightens_them(number: int) -> None:
    for problem in sample(12, seed=100 + number):
        check(problem, EVERYTHING)


@settings(max_examples=25)
@given(random_plants())
def test_the_model_values_no_plan_above_its_worth(problem: Problem) -> None:
    for policy in ("on_time", "makespan"):
        check(problem, POLICIES[policy])
