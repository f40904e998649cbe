"""Improving a plan: the whole problem as one model if it is small, else neighbourhoods of it.

Whatever a model or a move proposes, the decoder makes the plan and ``verify`` has the last word:
a plan is taken over only when it is verified and not worse than the one before.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from app.scheduling.behind import Followers
from app.scheduling.construct import Shop, decode
from app.scheduling.direct import as_placed
from app.scheduling.neighbourhoods import (
    MOVES,
    WINDOWS,
    Kind,
    PlanView,
    Priorities,
    Roulette,
    locked,
    move,
    window,
)
from app.scheduling.objective import better, evaluate
from app.scheduling.problem import (
    FOREVER,
    MachineKind,
    Placement,
    Problem,
    Schedule,
    Weights,
)
from app.scheduling.progress import Progress, Solution, Stage, Status
from app.scheduling.spans import OpenTimes
from app.scheduling.verify import verify

if TYPE_CHECKING:
    from app.scheduling.cp.run import Answer, Limits, Model

log = logging.getLogger(__name__)

WHOLE = 300
"""Up to so many operations the whole problem is one model."""

PROVEN = 1e-6
"""A plan this close to the bound is optimal."""

WINDOW_SECONDS = 0.5
WINDOW_WORK = 0.3
"""The limit of a window in deterministic mode, in CP-SAT's deterministic time."""

LEAST_WINDOW, MOST_WINDOW = 12, 160
HEARTBEAT_SECONDS = 0.5
MOST_IDLE = 60
"""After so many neighbourhoods without anything to look at, the search ends."""

RESCUES = 4
"""Attempts to place what is left out, before anything else is tried."""


def never() -> bool:
    """The stop of a solve that nobody stops."""
    return False


def ignore(_: Progress) -> None:
    """The report of a solve that nobody watches."""


def improve(
    problem: Problem,
    schedule: Schedule,
    *,
    weights: Weights,
    seconds: float = 10.0,
    workers: int = 1,
    seed: int = 0,
    stop: Callable[[], bool] = never,
    report: Callable[[Progress], None] = ignore,
    iterations: int | None = None,
    shop: Shop | None = None,
) -> Solution:
    """The best plan found from ``schedule`` on, never a worse one.

    Ends when ``seconds`` are over, ``stop`` says so (within 0.2 s) or the plan is proven optimal.
    With ``iterations`` the budget is counted in neighbourhoods instead and the search is
    deterministic: same problem, seed and budget give the same plan. ``report`` is called from
    several threads, one at a time.
    """
    search = Search(problem, schedule, weights, seconds, seed, stop, report, iterations, shop)
    search.run(workers if iterations is None else 1)
    return search.solution()


class Search:
    """One run of improve: the incumbent, the bound, the clock, and who is told."""

    def __init__(
        self,
        problem: Problem,
        schedule: Schedule,
        weights: Weights,
        seconds: float,
        seed: int,
        stop: Callable[[], bool],
        report: Callable[[Progress], None],
        iterations: int | None,
        shop: Shop | None,
    ) -> None:
        self._problem = problem
        self._weights = weights
        self._began = time.monotonic()
        self._seconds = seconds
        self._iterations = iterations
        self._seed = seed
        self._rng = random.Random(seed)  # noqa: S311: a search, no secret
        self._stop = stop
        self._report = report
        self._shop = shop or Shop(problem)
        self._open_times = OpenTimes(problem)
        self._followers = Followers(problem, weights, self._open_times)
        self._lock = threading.RLock()
        self._best = schedule
        self._objective = evaluate(problem, schedule)
        self._bound: float | None = None
        self._stage = Stage.MOVES
        self._told = 0.0
        self._rejected: set[str] = set()
        self._size = 40
        self._view = PlanView(problem, schedule)

    # -- the run ---------------------------------------------------------------------------------

    def run(self, workers: int) -> None:
        """Rescue, whole model, neighbourhoods: until time, stop or proof."""
        self._rescue()
        self._try(Priorities(list(self._view.sequence), dict(self._view.modes)), Stage.MOVES)
        if 0 < len(self._view.plan) <= WHOLE:
            self._whole(workers)
        self._neighbourhoods()

    def solution(self) -> Solution:
        """The end: optimal only when the plan equals the bound."""
        status = Status.FEASIBLE if self._best.placements else Status.NOTHING
        if self.proven:
            status = Status.OPTIMAL
        elif self._stop():
            status = Status.CANCELLED
        return Solution(self._best, self._objective, status, self._bound, self.elapsed)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._began

    @property
    def left(self) -> float:
        """Seconds left; endless where iterations are counted."""
        return FOREVER if self._iterations is not None else self._seconds - self.elapsed

    @property
    def proven(self) -> bool:
        if self._bound is None or self._objective.unplaced:
            return False
        return self._objective.total(self._weights) <= self._bound + PROVEN

    @property
    def _over(self) -> bool:
        return self.left <= 0 or self._stop() or self.proven

    # -- plans -----------------------------------------------------------------------------------

    def _try(self, priorities: Priorities, stage: Stage) -> float:
        """Decode and offer; the reward of ``Roulette``."""
        return self._offer(decode(self._shop, priorities.sequence, priorities.modes), stage)

    def _offer(self, candidate: Schedule, stage: Stage, *, surely: bool = True) -> float:
        """Go on from a plan that is not worse; 1 if it is better, 0.2 if equal, else 0.

        A better one is verified, kept and told. ``surely`` False: nobody promised that the
        candidate obeys every rule.
        """
        objective = evaluate(self._problem, candidate)
        with self._lock:
            if better(self._objective, objective, self._weights):
                return 0.0
            if not better(objective, self._objective, self._weights):
                if surely:
                    self._view = PlanView(self._problem, candidate)
                return 0.2
        if not self._verified(candidate, surely):
            return 0.0
        with self._lock:
            if not better(objective, self._objective, self._weights):
                return 0.0
            self._best, self._objective = candidate, objective
            self._view = PlanView(self._problem, candidate)
            self._tell(stage, candidate)
        return 1.0

    def _verified(self, candidate: Schedule, surely: bool) -> bool:
        codes = sorted({str(fault.code) for fault in verify(self._problem, candidate)})
        if not codes:
            return True
        with self._lock:
            self._view = PlanView(self._problem, self._best)
            if surely and str(codes) not in self._rejected:
                self._rejected.add(str(codes))
                log.warning("a plan of the decoder was rejected: %s", ", ".join(codes))
        return False

    def _tell(self, stage: Stage, schedule: Schedule | None = None) -> None:
        with self._lock:
            self._stage = stage
            self._told = self.elapsed
            self._report(Progress(self._told, self._objective, self._bound, stage, schedule))

    def _heartbeat(self, stage: Stage) -> None:
        if self.elapsed - self._told > HEARTBEAT_SECONDS:
            self._tell(stage)

    # -- what could not be placed ----------------------------------------------------------------

    def _rescue(self) -> None:
        for _ in range(RESCUES):
            if self._over or not self._view.unplaced:
                return
            priorities = move(Kind.RESCUE, self._view, self._rng)
            if priorities is not None:
                self._try(priorities, Stage.MOVES)

    # -- the whole problem as one model ----------------------------------------------------------

    def _whole(self, workers: int) -> None:
        from app.scheduling.cp.run import Impossible, Model

        view = self._view
        free, standing = self._free_and_standing(view)
        if not free or self._over:
            return
        try:
            model = Model(
                self._problem,
                view.plan,
                free=free,
                standing=standing,
                upper=self._upper(view, free),
                weights=self._weights,
                open_times=self._open_times,
            )
        except Impossible:
            log.warning("the whole model contradicts a verified plan")
            return
        outcome = model.solve(
            self._whole_limits(workers),
            self._stop,
            _Unhurried(lambda answer: self._take(answer, Stage.WHOLE), self._iterations is None),
            self._raise_bound,
        )
        if outcome.contradiction:
            log.warning("the whole model contradicts a verified plan")
            return
        if outcome.answer is not None:
            self._take(outcome.answer, Stage.WHOLE)
        if outcome.bound is not None:
            self._raise_bound(outcome.bound)

    def _free_and_standing(self, view: PlanView) -> tuple[set[int], dict[int, Placement]]:
        """Running work is a fact; all other placed operations are free."""
        running = {i for i in view.plan if self._problem.operations[i].started is not None}
        return set(view.plan) - running, {i: view.plan[i] for i in running}

    def _whole_limits(self, workers: int) -> Limits:
        from app.scheduling.cp.run import Limits

        if self._iterations is not None:
            work = WINDOW_WORK * max(1, self._iterations)
            return Limits(self.left, 1, self._seed, work)
        share = 1.0 if _plain(self._problem) else 0.5
        return Limits(share * self.left, workers, self._seed)

    def _upper(self, view: PlanView, free: Collection[int]) -> dict[int, int]:
        """Latest ends that a plan at least as good as this one can have.

        From each part of the objective alone: the makespan, and the tardiness of the operation's
        order, cost no more than this plan in all. Where neither counts, a horizon that no plan
        without idle time reaches.
        """
        problem, weights = self._problem, self._weights
        total = self._objective.total(weights)
        work = sum(p.end - p.setup_start for p in view.plan.values())
        last = max(p.end for p in view.plan.values())
        horizon = last + work + max(0, last - problem.now)
        if weights.makespan_min > 0:
            horizon = min(horizon, problem.now + int(total / weights.makespan_min + 1e-6))
        upper = {}
        for i in free:
            order = problem.orders[problem.operations[i].order]
            cost = weights.weighted_tardiness_min * order.weight
            latest = order.due + int(total / cost + 1e-6) if cost > 0 else FOREVER
            upper[i] = min(horizon, max(latest, problem.now))
        return upper

    def _raise_bound(self, bound: float) -> None:
        """A bound of the whole problem; none can be stated while operations are left out."""
        with self._lock:
            if self._view.unplaced or bound <= (self._bound or 0.0):
                return
            if bound > self._objective.total(self._weights) + PROVEN:
                # A verified plan refutes it: an error of model or solver, and no bound at all.
                log.error("bound %s above a verified plan", bound)
                return
            self._bound = bound
            self._heartbeat(Stage.WHOLE)

    def _take(self, answer: Answer, stage: Stage) -> float:
        """Make plans of a model's answer: decoded, and, where that is possible, as it stands."""
        view = self._view
        begins = {i: placement.setup_start for i, placement in view.plan.items()} | answer.begins
        starts = {i: placement.start for i, placement in view.plan.items()} | answer.starts
        rank = {operation: k for k, operation in enumerate(view.sequence)}
        sequence = sorted(begins, key=lambda i: (begins[i], starts[i], rank[i]))
        reward = self._try(Priorities(sequence, view.modes | answer.modes), stage)
        placed = as_placed(self._problem, answer, view.plan) if stage is Stage.WHOLE else None
        if placed is not None:
            reward = max(reward, self._offer(placed, stage, surely=False))
        return reward

    # -- neighbourhoods --------------------------------------------------------------------------

    def _neighbourhoods(self) -> None:
        roulette = Roulette((*WINDOWS, *MOVES), self._rng)
        tried = idle = 0
        while not self._over and idle < MOST_IDLE:
            if self._iterations is not None and tried >= self._iterations:
                return
            tried += 1
            kind = Kind.RESCUE if self._view.unplaced and tried % 4 == 0 else roulette.draw()
            reward = self._window(kind) if kind in WINDOWS else self._move(kind)
            idle = 0 if reward is not None else idle + 1
            if kind is not Kind.RESCUE:
                roulette.learn(kind, reward or 0.0)
            self._heartbeat(self._stage)

    def _move(self, kind: Kind) -> float | None:
        """The reward; None if the plan has nothing of the kind."""
        priorities = move(kind, self._view, self._rng)
        return None if priorities is None else self._try(priorities, Stage.MOVES)

    def _window(self, kind: Kind) -> float | None:
        """Solve one window; the reward, or None if the plan has nothing of the kind."""
        from app.scheduling.cp.run import Impossible

        view = self._view
        free = window(kind, view, self._size, self._rng)
        if len(free) < 2:
            return None
        try:
            outcome = self._window_model(view, free).solve(self._window_limits(), self._stop)
        except Impossible:
            return 0.0
        grown = self._size * (1.1 if outcome.exhausted else 0.93)
        self._size = min(MOST_WINDOW, max(LEAST_WINDOW, round(grown)))
        if outcome.answer is None or _same(outcome.answer, view):
            return 0.0
        return self._take(outcome.answer, Stage.WINDOW)

    def _window_model(self, view: PlanView, free: set[int]) -> Model:
        from app.scheduling.cp.run import Model

        begins = [view.plan[i].setup_start for i in free]
        first, last = min(begins), max(begins)
        end = max(view.plan[i].end for i in free)
        room = (end - first) // 2
        held = locked(self._problem)
        followers = [
            i
            for i in view.sequence
            if view.plan[i].setup_start > last and i not in free and i not in held
        ]
        behind = set(followers)
        return Model(
            self._problem,
            view.plan,
            free=free,
            standing={i: p for i, p in view.plan.items() if i not in free and i not in behind},
            upper=dict.fromkeys(free, end + room),
            weights=self._weights,
            open_times=self._open_times,
            behind=self._followers.behind(view.plan, free, followers, end + room),
            earliest=max(self._problem.now, first - room),
        )

    def _window_limits(self) -> Limits:
        from app.scheduling.cp.run import Limits

        seed = self._rng.randrange(2**31)
        if self._iterations is not None:
            return Limits(self.left, 1, seed, WINDOW_WORK)
        return Limits(min(WINDOW_SECONDS, self.left), 1, seed)


class _Unhurried:
    """Passes a stream of answers on, but spends no more than a fifth of the time on it.

    What it skips is not lost: the last answer of a search is taken at its end.
    """

    def __init__(self, take: Callable[[Answer], object], by_clock: bool) -> None:
        self._take = take
        self._by_clock = by_clock
        self._next = 0.0

    def __call__(self, answer: Answer) -> None:
        begin = time.monotonic()
        if self._by_clock and begin < self._next:
            return
        self._take(answer)
        end = time.monotonic()
        self._next = end + 4 * (end - begin)


def _same(answer: Answer, view: PlanView) -> bool:
    return all(
        view.plan[i].setup_start == begin and view.plan[i].mode == answer.modes[i]
        for i, begin in answer.begins.items()
    )


def _plain(problem: Problem) -> bool:
    """Whether the model states the whole problem: its search is then the one worth the time."""
    people = any(m.setup_crew or m.run_crew for o in problem.operations for m in o.modes)
    machines = problem.machines
    sequenced = any(m.setup_rule is not None or m.kind is MachineKind.BATCH for m in machines)
    return not (people or sequenced or problem.materials or problem.tools)
