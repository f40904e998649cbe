"""The compiled search of projects: what it takes, and that it finds what can be found."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scheduling.objective import evaluate
from app.scheduling.problem import POLICIES, Precedence, Problem, Window
from app.scheduling.progress import Status
from app.scheduling.project.arrays import Project, project_of, schedule_of
from app.scheduling.project.search import _Population
from app.scheduling.solve import solve
from app.scheduling.verify import verify
from benchmarks.instances import parse

MAKESPAN = POLICIES["makespan"]


def project(problem: Problem) -> Project:
    found = project_of(problem, MAKESPAN)
    assert found is not None
    return found


def cut_rectangle(seed: int, width: int = 20, height: int = 6) -> Problem:
    """Tasks cut from a rectangle of time and capacity: the optimum is its width."""
    rng = random.Random(seed)
    parts, done = [(width, height)], []
    while parts:
        w, h = parts.pop()
        if w * h <= 12 or rng.random() < 0.1:
            done.append((w, h))
        elif w > 1 and (h == 1 or rng.random() < 0.6):
            at = rng.randint(1, w - 1)
            parts += [(at, h), (w - at, h)]
        elif h > 1:
            at = rng.randint(1, h - 1)
            parts += [(w, at), (w, h - at)]
        else:
            done.append((w, h))
    rng.shuffle(done)
    tasks = [f"{w} {h} 1 {len(done) + 2}" for w, h in done]
    first = f"0 0 {len(done)} " + " ".join(str(k + 2) for k in range(len(done)))
    return parse("\n".join([f"{len(done) + 2} 1", str(height), first, *tasks, "0 0 0"]), ".rcp")


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_every_plan_is_verified_and_worth_what_it_says(seed: int) -> None:
    rng = random.Random(seed)
    problem = cut_rectangle(seed, width=rng.randint(2, 30))
    links = list(problem.precedences)
    inner = range(1, len(problem.operations) - 1)
    for _ in range(rng.randint(0, 6)):
        one, other = sorted((rng.choice(inner), rng.choice(inner)))
        if one != other:
            links.append(Precedence(one, other, min_lag=rng.choice((0, 3))))
    released = replace(problem.orders[0], release=rng.choice((0, 1007)))
    problem = replace(
        problem, precedences=tuple(links), now=rng.choice((0, 1000)), orders=(released,)
    )
    found = project(problem)
    population = _Population(found, seed)
    worth = population.evolve(60, 0)
    schedule = schedule_of(problem, found, population.best)
    assert verify(problem, schedule) == []
    assert evaluate(problem, schedule).makespan_min == worth


def test_perfect_packings_are_found() -> None:
    for seed in range(5):
        population = _Population(project(cut_rectangle(seed)), seed)
        assert population.evolve(30_000, 20) == 20


def test_a_project_is_solved_and_proven_though_its_last_task_takes_no_time() -> None:
    solution = solve(cut_rectangle(3), policy="makespan", seconds=60, workers=2)
    assert (solution.status, solution.objective.makespan_min) == (Status.OPTIMAL, 20)


def test_what_it_cannot_state_it_leaves_alone() -> None:
    problem = cut_rectangle(1)
    assert project_of(problem, POLICIES["on_time"]) is None
    closed = replace(problem.calendars[0], windows=(Window(0, 600),))
    assert project_of(replace(problem, calendars=(closed,)), MAKESPAN) is None
    mode = problem.operations[1].modes[0]
    for modes in ((mode, mode), (replace(mode, setup=5),), (replace(mode, turn_seconds=60),)):
        first, second, *rest = problem.operations
        other = (first, replace(second, modes=modes), *rest)
        assert project_of(replace(problem, operations=other), MAKESPAN) is None
    greedy = replace(problem.tools[0], capacity=0)
    assert project_of(replace(problem, tools=(greedy,)), MAKESPAN) is None
    assert np.all(project(problem).length >= 0)
