"""Many scenarios solved unattended: one after the other, or side by side on an executor.

The executor is anything that speaks ``concurrent.futures``: processes of this machine by default,
or a cluster's. What cannot be solved is told beside what can; nothing stops the others.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from multiprocessing.synchronize import Event
from typing import Any

from app.core.errors import AppError, Unavailable
from app.core.messages import Message, message
from app.models.database import Database
from app.scheduling.problem import Problem, Schedule
from app.scheduling.progress import Solution
from app.services.planning.scenarios.search import search
from app.services.planning.scenarios.solving import (
    Answer,
    Question,
    answer_of,
    keep,
    question_of,
    solve_scenario,
)

POLL_SECONDS = 0.1
AT_ONCE = 8
"""Scenarios in work side by side where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Solved:
    """One scenario of a run: its answer, or why there is none."""

    name: str
    answer: Answer | None
    refused: Message | None = None


Report = Callable[[int, int, str], None]
"""(done, of all, name of the one that is begun or has just ended)."""


def solve_in_turn(
    database: Database,
    names: Sequence[str],
    *,
    policy: str = "on_time",
    seconds: float = 10.0,
    seed: int = 0,
    workers: int | None = None,
    actor: str = "planner",
    now: datetime | None = None,
    stop: Callable[[], bool] = lambda: False,
    report: Report = lambda *_: None,
    in_child: bool = True,
) -> list[Solved]:
    """Each in its turn with all the machine can give; those left when it is stopped stay out."""
    found: list[Solved] = []
    for number, name in enumerate(names):
        if stop():
            break
        report(number, len(names), name)
        try:
            answer = solve_scenario(
                database, name, policy=policy, seconds=seconds, seed=seed, workers=workers,
                actor=actor, now=now, stop=stop, in_child=in_child,
            )  # fmt: skip
            found.append(Solved(name, answer))
        except AppError as error:
            found.append(Solved(name, None, error.message))
    return found


def solve_side_by_side(
    database: Database,
    names: Sequence[str],
    executor: Executor,
    *,
    policy: str = "on_time",
    seconds: float = 10.0,
    seed: int = 0,
    actor: str = "planner",
    now: datetime | None = None,
    stop: Callable[[], bool] = lambda: False,
    report: Report = lambda *_: None,
    at_once: int = AT_ONCE,
) -> list[Solved]:
    """``at_once``, each on one worker of ``executor``; results are kept as they come."""
    found: dict[str, Solved] = {}
    asked: dict[Future[Solution], Question] = {}
    left = list(names)
    while (left or asked) and not stop():
        # Questions are large: no more of them are read than can be worked on.
        while left and len(asked) < at_once:
            name = left.pop(0)
            try:
                question = question_of(database, name, actor, now)
                future = executor.submit(
                    _solve, question.loaded.problem, question.standing, policy, seconds, seed
                )
                asked[future] = question
            except AppError as error:
                found[name] = Solved(name, None, error.message)
            except BrokenExecutor:
                found[name] = Solved(name, None, message("scenarios.worker_died"))
        done, _ = wait(asked, POLL_SECONDS, FIRST_COMPLETED)
        for future in done:
            question = asked.pop(future)
            found[question.name] = _kept(database, question, future, policy, seconds, actor)
            report(len(found), len(names), question.name)
    for future in asked:
        future.cancel()
    return [found[name] for name in names if name in found]


def _kept(
    database: Database, question: Question, future: Future[Solution], policy: str, seconds: float,
    actor: str,
) -> Solved:  # fmt: skip
    try:
        answer = answer_of(question, future.result(), policy, seconds)
        keep(database, answer, actor)
    except AppError as error:
        return Solved(question.name, None, error.message)
    except BrokenExecutor:
        return Solved(question.name, None, message("scenarios.worker_died"))
    return Solved(question.name, answer)


_stopped: Event | None = None
"""In a process of our own pool: set when the run is to end."""


def _solve(
    problem: Problem, standing: Schedule, policy: str, seconds: float, seed: int
) -> Solution:
    """What a worker does, here or elsewhere in the network."""
    stop = _stopped.is_set if _stopped is not None else (lambda: False)
    return search(problem, standing, policy=policy, seconds=seconds, seed=seed, workers=1,
                  stop=stop, in_child=False)  # fmt: skip


def _begin(stopped: Event) -> None:
    global _stopped
    _stopped = stopped


@contextmanager
def local_pool(workers: int | None = None) -> Iterator[Executor]:
    """Processes of this machine; one core is left to the window. Leaving it ends them."""
    context = multiprocessing.get_context("spawn")
    stopped = context.Event()
    count = workers or max(1, (os.cpu_count() or 2) - 1)
    pool = ProcessPoolExecutor(count, context, _begin, (stopped,))
    try:
        yield pool
    finally:
        stopped.set()
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """Workers of the Dask scheduler at ``address`` (``tcp://host:8786``).

    Errors: ``Unavailable`` where the optional package is not installed or nobody answers.
    """
    try:
        library: Any = import_module("distributed")
    except ImportError:
        raise Unavailable(message("scenarios.no_cluster_package")) from None
    try:
        client: Any = library.Client(address, timeout=5)
    except (OSError, ValueError) as error:
        raise Unavailable(
            message("scenarios.no_cluster", address=address, reason=str(error))
        ) from None
    try:
        yield client.get_executor()
    finally:
        client.close()
