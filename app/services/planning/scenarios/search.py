"""The search for a scenario's plan: from the plan in force on, and from nothing; the better wins.

A scenario is a plan in force with something changed. Bringing that plan up to date moves little
and takes a second; a search from nothing may find a better one that moves much. Half of the time
goes into the second, the rest into improving the better of both.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from app.scheduling.child import Options, default_workers, supervise
from app.scheduling.objective import better
from app.scheduling.problem import POLICIES, Problem, Schedule
from app.scheduling.progress import Progress, Solution, Stage, Status
from app.scheduling.update import Questions, bring_up_to_date

SHARE_FROM_NOTHING = 0.5
SECONDS_BESIDE = 60.0
"""Bringing a large plan up to date and proving the answer take time besides that of the search."""
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

    In a child process the window stays fluid, and a stop is answered within 0.2 s with the best
    plan so far.
    """
    count = workers or default_workers()
    if in_child and seconds > 0:
        work = partial(_in_child, standing=standing, policy=policy, seconds=seconds)
        allowed = Options(policy, seconds + SECONDS_BESIDE, seed, count)
        return supervise(work, problem, allowed, stop, report)
    return _Search(problem, policy, seconds, seed, count, stop, report).run(standing)


def _in_child(
    problem: Problem, options: Options, stop: Stop, report: Report, *, standing: Schedule,
    policy: str, seconds: float,
) -> Solution:  # fmt: skip
    run = _Search(problem, policy, seconds, options.seed, options.workers, stop, report)
    return run.run(standing)


class _Search:
    def __init__(
        self,
        problem: Problem,
        policy: str,
        seconds: float,
        seed: int,
        workers: int,
        stop: Stop,
        report: Report,
    ) -> None:
        self._problem, self._policy, self._weights = problem, policy, POLICIES[policy]
        self._seconds, self._seed, self._workers = seconds, seed, workers
        self._stop, self._report = stop, report
        self._began = time.monotonic()
        self._best: Solution | None = None

    def run(self, standing: Schedule) -> Solution:
        """Raises EngineFault if the plan breaks a rule (a bug)."""
        from app.scheduling.solve import proved, solve

        if standing.placements:
            self._from_standing(standing)
        found = solve(
            self._problem, policy=self._policy, seconds=self._seconds * SHARE_FROM_NOTHING,
            seed=self._seed, workers=self._workers, stop=self._stop, report=self._relay,
        )  # fmt: skip
        best = self._take(found)
        best = self._improved(best, found.status is Status.OPTIMAL)
        proved(self._problem, best.schedule)
        cancelled = self._seconds > 0 and self._stop()
        return replace(best, status=Status.CANCELLED) if cancelled else best

    def _from_standing(self, standing: Schedule) -> None:
        """The plan in force with what has changed: it moves little, and takes no search."""
        found = bring_up_to_date(self._problem, standing, MAY_MOVE)
        self._take(
            Solution(found.schedule, found.after, Status.FEASIBLE, None, self._elapsed(),
                     first_plan_seconds=self._elapsed())
        )  # fmt: skip
        self._report(Progress(self._elapsed(), found.after, None, Stage.CONSTRUCT, found.schedule))

    def _improved(self, best: Solution, proven: bool) -> Solution:
        from app.scheduling.improve import improve

        left = self._seconds - self._elapsed()
        if left <= 0 or proven or self._stop() or not best.schedule.placements:
            return best
        return self._take(
            improve(
                self._problem, best.schedule, weights=self._weights, seconds=left,
                workers=self._workers, seed=self._seed, stop=self._stop, report=self._relay,
            )
        )  # fmt: skip

    def _take(self, found: Solution) -> Solution:
        """The better of what is known and what is found."""
        if self._best is None or better(found.objective, self._best.objective, self._weights):
            self._best = found
        return self._best

    def _relay(self, news: Progress) -> None:
        """The curve never goes up: a plan that is worse than one already known is not told."""
        told = replace(news, elapsed=self._elapsed(), bound=None)
        known = self._best
        if known is not None and not better(news.objective, known.objective, self._weights):
            told = replace(told, objective=known.objective, schedule=None)
        self._report(told)

    def _elapsed(self) -> float:
        return time.monotonic() - self._began
