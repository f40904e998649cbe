"""The best plan of a running search: who may replace it, what is proven, who is told."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from app.scheduling.construct import Shop, decode
from app.scheduling.maker import Maker, maker_of
from app.scheduling.neighbourhoods import PlanView, Priorities
from app.scheduling.objective import Objective, better, evaluate
from app.scheduling.problem import FOREVER, Problem, Schedule, Weights
from app.scheduling.progress import Progress, Solution, Stage, Status
from app.scheduling.redispatch import dispatch_shifted
from app.scheduling.retime import decode_around
from app.scheduling.verify import verify

log = logging.getLogger(__name__)

PROVEN = 1e-6
"""A plan this close to the bound is optimal."""

HEARTBEAT_SECONDS = 0.5


class Budget:
    """Seconds by the clock, or, for repeatable searches, a number of neighbourhoods."""

    def __init__(self, seconds: float, iterations: int | None, stop: Callable[[], bool]) -> None:
        self._began = time.monotonic()
        self._seconds = seconds
        self.iterations = iterations
        self.stopped = stop

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._began

    @property
    def repeatable(self) -> bool:
        return self.iterations is not None

    @property
    def left(self) -> float:
        """Seconds left; endless where neighbourhoods are counted."""
        return FOREVER if self.repeatable else self._seconds - self.elapsed

    def spent(self, tried: int) -> bool:
        """Whether nothing is left after so many neighbourhoods."""
        return self.left <= 0 or (self.iterations is not None and tried >= self.iterations)


@dataclass(frozen=True, slots=True)
class Found:
    """A plan and its worth."""

    view: PlanView
    objective: Objective


class Incumbent:
    """The best verified plan. May be used by several threads."""

    def __init__(
        self,
        problem: Problem,
        shop: Shop | Maker,
        schedule: Schedule,
        weights: Weights,
        budget: Budget,
        report: Callable[[Progress], None],
        rule: str = "atcs",
    ) -> None:
        self.problem = problem
        self.rule = rule
        self.weights = weights
        self.budget = budget
        self.bound: float | None = None
        self.best = Found(PlanView(problem, schedule), evaluate(problem, schedule))
        self._maker = maker_of(shop)
        self._report = report
        self._stage = Stage.MOVES
        self._told = 0.0
        self._rejected: set[str] = set()
        self._lock = threading.RLock()
        self._decoding = threading.Lock()

    @property
    def _shop(self) -> Shop:
        """Compiled when it is first decoded with: compiled searches do without."""
        return self._maker.shop

    # -- plans -----------------------------------------------------------------------------------

    def around(
        self,
        view: PlanView,
        priorities: Priorities,
        moving: Collection[int],
        not_before: Mapping[int, int],
    ) -> Found | None:
        """The plan of ``view`` with some operations placed anew; None if that cannot be."""
        sequence, modes = priorities.sequence, priorities.modes
        with self._decoding:
            schedule = decode_around(
                self._shop, sequence, modes, view.plan, moving, not_before, self._given_up
            )
        return None if schedule is None else self.valued(schedule)

    def decoded(self, priorities: Priorities) -> Found:
        """The plan that the decoder makes of priorities."""
        with self._decoding:
            schedule = decode(self._shop, priorities.sequence, priorities.modes)
        return self.valued(schedule)

    def _given_up(self) -> bool:
        return self.budget.left <= 0 or self.budget.stopped()

    def dispatched(self, shifts: Mapping[int, int]) -> Found | None:
        """The plan of the dispatcher with shifted due dates; None if that cannot be."""
        with self._decoding:
            schedule = dispatch_shifted(self._shop, shifts, self._given_up, self.rule)
        return None if schedule is None else self.valued(schedule)

    def valued(self, schedule: Schedule) -> Found:
        return Found(PlanView(self.problem, schedule), evaluate(self.problem, schedule))

    def better(self, first: Found, second: Found) -> bool:
        """Whether the first is strictly better."""
        return better(first.objective, second.objective, self.weights)

    def offer(self, found: Found, stage: Stage, *, surely: bool = True) -> bool:
        """Verify a better plan, keep it and tell; False if it is refused.

        ``surely`` False: nobody promised that it obeys every rule, so a refusal is no news.
        """
        if not self.better(found, self.best) or not self._verified(found, surely):
            return False
        with self._lock:
            if not self.better(found, self.best):
                return False
            self.best = found
            self._tell(stage, found.view.schedule)
        return True

    def _verified(self, found: Found, surely: bool) -> bool:
        faults = verify(self.problem, found.view.schedule)
        codes = ", ".join(sorted({str(fault.code) for fault in faults}))
        if surely and codes and codes not in self._rejected:
            self._rejected.add(codes)
            log.error("a plan of the decoder was rejected: %s", codes)
        return not codes

    # -- bound and end ---------------------------------------------------------------------------

    @property
    def total(self) -> float:
        return self.best.objective.total(self.weights)

    def raise_bound(self, bound: float) -> None:
        """A bound of the whole problem; none can be stated while operations are left out."""
        with self._lock:
            if self.best.view.unplaced or bound <= (self.bound or 0.0):
                return
            if bound > self.total + PROVEN:
                # A verified plan refutes it: an error of model or solver, and no bound at all.
                log.error("bound %s above a verified plan of %s", bound, self.total)
                return
            self.bound = bound
        self.heartbeat(Stage.WHOLE)

    @property
    def proven(self) -> bool:
        with self._lock:
            known = self.bound is not None and not self.best.view.unplaced
            return known and self.total <= (self.bound or 0.0) + PROVEN

    @property
    def over(self) -> bool:
        """Time, stop or proof."""
        return self.budget.left <= 0 or self.budget.stopped() or self.proven

    def solution(self) -> Solution:
        """The end: optimal only when the plan equals the bound."""
        status = Status.FEASIBLE if self.best.view.size else Status.NOTHING
        if self.proven:
            status = Status.OPTIMAL
        elif self.budget.stopped():
            status = Status.CANCELLED
        best = self.best
        return Solution(best.view.schedule, best.objective, status, self.bound, self.budget.elapsed)

    # -- reports ---------------------------------------------------------------------------------

    def heartbeat(self, stage: Stage | None = None) -> None:
        """Say something now and then, also while nothing is found."""
        if self.budget.elapsed - self._told > HEARTBEAT_SECONDS:
            self._tell(stage or self._stage)

    def _tell(self, stage: Stage, schedule: Schedule | None = None) -> None:
        with self._lock:
            self._stage = stage
            self._told = self.budget.elapsed
            self._report(Progress(self._told, self.best.objective, self.bound, stage, schedule))
