"""The search for a scenario's plan: from the plan in force on, and from nothing; the better wins.

A scenario is a plan in force with something changed. Bringing that plan up to date moves little
and takes a second; a search from nothing may find a better one that moves much. Half of the time
goes into the second, the rest into improving the better of both.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from app.scheduling.child import default_workers, improve_in_child, run_in_child
from app.scheduling.objective import Objective, better
from app.scheduling.problem import POLICIES, Problem, Schedule
from app.scheduling.progress import Progress, Solution, Stage, Status
from app.scheduling.update import Questions, bring_up_to_date

SHARE_FROM_NOTHING = 0.5
MAY_MOVE = Questions(machine=True)
"""Work that cannot stay may change its machine: that is what one asks a scenario for."""

Stop = Callable[[], bool]
Report = Callable[[Progress], None]


def search(
    problem: Problem,
    standing: Schedule,
    *,
    policy: str,
    seconds: float,
    seed: int = 0,
    workers: int | None = None,
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
    in_child: bool = True,
) -> Solution:
    """``standing``: what of the plan in force the problem still knows. ``seconds`` 0: first plans.

    A stop is answered with the best so far.
    """
    weights, count = POLICIES[policy], workers or default_workers()
    in_child = in_child and seconds > 0
    began = time.monotonic()
    best = _from_standing(problem, standing)

    def relay(news: Progress) -> None:
        """The curve never goes up: what is already known counts."""
        known = _better(best, news.objective, policy)
        report(
            replace(
                news,
                elapsed=time.monotonic() - began,
                objective=best.objective if known and best is not None else news.objective,
                bound=None,
            )
        )

    if best is not None:
        report(Progress(time.monotonic() - began, best.objective, None, Stage.CONSTRUCT, None))
    found = _from_nothing(problem, policy, seconds * SHARE_FROM_NOTHING, seed, count, stop, relay,
                          in_child)  # fmt: skip
    if best is None or better(found.objective, best.objective, weights):
        best = found
    left = seconds - (time.monotonic() - began)
    if left > 0 and not stop() and best.schedule.placements and found.status is not Status.OPTIMAL:
        improve = _improver(in_child)
        improved = improve(problem, best.schedule, weights=weights, seconds=left, workers=count,
                           seed=seed, stop=stop, report=relay)  # fmt: skip
        if better(improved.objective, best.objective, weights):
            best = improved
    cancelled = seconds > 0 and stop()
    return replace(best, status=Status.CANCELLED) if cancelled else best


def _better(best: Solution | None, other: Objective, policy: str) -> bool:
    return best is not None and better(best.objective, other, POLICIES[policy])


def _from_standing(problem: Problem, standing: Schedule) -> Solution | None:
    if not standing.placements:
        return None
    began = time.monotonic()
    found = bring_up_to_date(problem, standing, MAY_MOVE)
    return Solution(found.schedule, found.after, Status.FEASIBLE, None, time.monotonic() - began)


def _from_nothing(
    problem: Problem, policy: str, seconds: float, seed: int, workers: int, stop: Stop,
    report: Report, in_child: bool,
) -> Solution:  # fmt: skip
    if in_child:
        return run_in_child(problem, policy=policy, seconds=seconds, seed=seed, workers=workers,
                            stop=stop, report=report)  # fmt: skip
    from app.scheduling.solve import solve

    return solve(problem, policy=policy, seconds=seconds, seed=seed, workers=workers, stop=stop,
                 report=report)  # fmt: skip


def _improver(in_child: bool) -> Callable[..., Solution]:
    if in_child:
        return improve_in_child
    from app.scheduling.improve import improve

    return improve
