"""What the children of the solver-process tests do; spawned processes find them by name."""

from __future__ import annotations

import os
import time

from app.core.errors import RuleBroken
from app.core.messages import message
from app.scheduling.child import Options, Report, Stop
from app.scheduling.construct import decode
from app.scheduling.objective import evaluate
from app.scheduling.problem import Problem, Schedule
from app.scheduling.progress import Progress, Solution, Stage, Status


def first_plan(problem: Problem, report: Report) -> Schedule:
    schedule = decode(problem, range(len(problem.operations)))
    objective = evaluate(problem, schedule)
    report(Progress(0.1, objective, 40.0, Stage.CONSTRUCT, schedule))
    return schedule


def die_at_once(problem: Problem, options: Options, stop: Stop, report: Report) -> Solution:
    os._exit(7)


def die_after_a_plan(problem: Problem, options: Options, stop: Stop, report: Report) -> Solution:
    first_plan(problem, report)
    os._exit(7)


def hear_nothing(problem: Problem, options: Options, stop: Stop, report: Report) -> Solution:
    first_plan(problem, report)
    time.sleep(60)
    raise AssertionError


def hear_nothing_and_plan_nothing(
    problem: Problem, options: Options, stop: Stop, report: Report
) -> Solution:
    time.sleep(60)
    raise AssertionError


def stop_when_told(problem: Problem, options: Options, stop: Stop, report: Report) -> Solution:
    schedule = first_plan(problem, report)
    while not stop():
        time.sleep(0.01)
    return Solution(schedule, evaluate(problem, schedule), Status.CANCELLED, seconds=1.5)


def refuse(problem: Problem, options: Options, stop: Stop, report: Report) -> Solution:
    raise RuleBroken(message("solver.died", code=3))


def stumble(problem: Problem, options: Options, stop: Stop, report: Report) -> Solution:
    raise ZeroDivisionError("a bug")
