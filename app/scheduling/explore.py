"""One worker's walk through neighbourhoods: windows solved as models, moves of the decoder."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.scheduling.behind import Followers
from app.scheduling.dear import delays, minds_hours
from app.scheduling.incumbent import Found, Incumbent
from app.scheduling.neighbourhoods import (
    MOVES,
    WINDOWS,
    Kind,
    PlanView,
    Priorities,
    Roulette,
    delayed,
    locked,
    move,
    window,
)
from app.scheduling.progress import Stage
from app.scheduling.redispatch import shifted
from app.scheduling.spans import OpenTimes

if TYPE_CHECKING:
    from app.scheduling.cp.run import Answer, Limits, Model, Outcome

log = logging.getLogger(__name__)

WINDOW_SECONDS = 0.5
WINDOW_WORK = 0.1
"""The limit of a window in repeatable searches, in CP-SAT's deterministic time."""

EASY_WORK = 0.03
"""A window that took less, in the same unit, may well be larger."""

FIRST_WINDOW, LEAST_WINDOW, MOST_WINDOW = 40, 12, 400
MOST_IDLE = 60
"""After so many neighbourhoods without anything to look at, the walk ends."""

RESCUES = 4
"""Attempts to place what is left out, before anything else is tried."""

BETTER, EQUAL, WORSE = 1.0, 0.2, 0.0
"""What a neighbourhood has earned."""


class Explorer:
    """Walks from plan to plan that is not worse, and publishes the better ones.

    ``faithful``: the decoder makes a plan no worse when it is asked for it by its own sequence.
    Then a neighbourhood gives the whole sequence anew, and all that follows moves left. Else the
    names of people and copies would be dealt anew with it, for worse: only what the
    neighbourhood touches is placed anew, and the rest stays where it can.
    """

    def __init__(
        self, incumbent: Incumbent, open_times: OpenTimes, seed: int, *, faithful: bool
    ) -> None:
        self._incumbent = incumbent
        self._problem = incumbent.problem
        self._open_times = open_times
        self._followers = Followers(incumbent.problem, incumbent.weights, open_times)
        self._rng = random.Random(seed)  # noqa: S311 (a search, no secret)
        weights = incumbent.weights
        timely = weights.weighted_tardiness_min > 0 or weights.late_orders > 0
        kinds = (*WINDOWS, *MOVES, Kind.URGENCY) if timely else (*WINDOWS, *MOVES)
        if weights.dear_min and minds_hours(incumbent.problem):
            kinds = (*kinds, Kind.CHEAPER)
        favourite = Kind.URGENCY if timely and not faithful else None
        self._roulette = Roulette(kinds, self._rng, favourite)
        self._shifts: dict[int, int] = {}
        self._dispatched: Found | None = None
        self._size = FIRST_WINDOW
        self._held = locked(incumbent.problem)
        self._faithful = faithful
        self._at = incumbent.best
        self._tried = 0

    def rescue(self) -> None:
        """First of all: place what could not be placed."""
        for _ in range(RESCUES):
            if self._incumbent.over or not self._at.view.unplaced:
                return
            self._move(Kind.RESCUE)

    def spare_dear_hours(self, until: float) -> None:
        """Have dear runs begin later where their orders have the time, the most promising first;
        until ``until`` (of the monotonic clock)."""
        tried = set[tuple[tuple[int, ...], int]]()
        while time.monotonic() < until and not self._incumbent.over:
            view = self._at.view
            worth = delays(self._problem, view.dear, view.completion, view.plan)
            left = ((run, start) for run, start in worth if (run.operations, start) not in tried)
            run, start = next(left, (None, 0))
            if run is None:
                return
            tried.add((run.operations, start))
            self._delay(delayed(view, run, start))

    def walk(self) -> None:
        """Neighbourhood after neighbourhood, until the search is over."""
        idle = 0
        while not self._incumbent.over and idle < MOST_IDLE:
            if self._incumbent.budget.spent(self._tried):
                return
            self._tried += 1
            if self._incumbent.better(self._incumbent.best, self._at):
                self._at = self._incumbent.best
            idle = idle + 1 if self._next() is None else 0
            self._incumbent.heartbeat()

    def _next(self) -> float | None:
        if self._at.view.unplaced and self._tried % 4 == 0:
            return self._move(Kind.RESCUE)
        kind = self._roulette.draw()
        if kind is Kind.URGENCY:
            reward: float | None = self._dispatch()
        else:
            reward = self._window(kind) if kind in WINDOWS else self._move(kind)
        self._roulette.learn(kind, reward)
        return reward

    def _step_to(self, found: Found, stage: Stage, *, surely: bool = True) -> float:
        """Go there unless it is worse."""
        if self._incumbent.better(self._at, found):
            return WORSE
        if not self._incumbent.better(found, self._at):
            self._at = found
            return EQUAL
        is_best = self._incumbent.better(found, self._incumbent.best)
        if is_best and not self._incumbent.offer(found, stage, surely=surely):
            self._at = self._incumbent.best  # refused: so may be what it was made from
            return WORSE
        self._at = found
        return BETTER

    def _move(self, kind: Kind) -> float | None:
        """What it earned; None if the plan has nothing of the kind."""
        priorities = move(kind, self._at.view, self._rng)
        if priorities is None:
            return None
        if priorities.later:
            return self._delay(priorities)
        if self._faithful or (kind is Kind.RESCUE and self._rng.random() < 0.5):
            return self._step_to(self._incumbent.decoded(priorities), Stage.MOVES)
        touched = self._followers.together(priorities.touched)
        not_before = dict.fromkeys(touched, priorities.earliest)
        found = self._incumbent.around(self._at.view, priorities, touched, not_before)
        return WORSE if found is None else self._step_to(found, Stage.MOVES, surely=False)

    def _delay(self, priorities: Priorities) -> float:
        """Have something begin later; from then on a sequence does not say the whole plan."""
        not_before = dict.fromkeys(priorities.touched, priorities.earliest)
        found = self._incumbent.around(self._at.view, priorities, priorities.touched, not_before)
        if found is None:
            return WORSE
        reward = self._step_to(found, Stage.MOVES, surely=False)
        if reward == BETTER:
            self._faithful = False
        return reward

    def _dispatch(self) -> float:
        """One step of the walk among priorities, which has a plan of its own."""
        here = self._dispatched
        shifts = dict(self._shifts)
        if here is not None:
            orders = sorted(here.view.completion)
            shifts = shifted(shifts, here.view.late, orders, self._rng)
        found = self._incumbent.dispatched(shifts)
        if found is None or (here is not None and self._incumbent.better(here, found)):
            return WORSE
        self._shifts, self._dispatched = shifts, found
        if self._incumbent.better(self._at, found):
            # Not the best yet, but on the way: worth going on.
            return EQUAL if here is None or not self._incumbent.better(found, here) else BETTER
        return self._step_to(found, Stage.MOVES)

    # -- windows ---------------------------------------------------------------------------------

    def _window(self, kind: Kind) -> float | None:
        """What it earned; None if the plan has nothing of the kind."""
        from app.scheduling.cp.run import Impossible

        view = self._at.view
        free = window(kind, view, self._size, self._rng)
        if not self._faithful:
            free = {i for i in self._followers.together(free) if i in view.plan} - self._held
        if len(free) < 2:
            return None
        followers = self._behind(view, free)
        try:
            model = self._model(view, free, followers)
        except Impossible:
            return WORSE
        outcome = model.solve(self._limits(), self._incumbent.budget.stopped)
        self._resize(outcome)
        if outcome.contradiction:
            log.info("a window of %d operations contradicts the plan it is in: ignored", len(free))
        if outcome.answer is None or _same(outcome.answer, view):
            return WORSE
        if self._incumbent.budget.stopped():
            return WORSE  # the best plan is wanted now
        take = self._take if self._faithful else self._take_around
        return take(outcome.answer, view, followers)

    def _take(self, answer: Answer, view: PlanView, _: Sequence[int]) -> float:
        """Decode the whole sequence: what follows moves left."""
        found = self._incumbent.decoded(as_priorities(answer, view))
        reward = self._step_to(found, Stage.WINDOW)
        elsewhere = self._incumbent.best
        if self._incumbent.better(elsewhere, self._at):
            # Another worker has been faster: both gains may fit into one plan.
            self._at = elsewhere
            joined = self._incumbent.decoded(as_priorities(answer, elsewhere.view))
            reward = max(reward, self._step_to(joined, Stage.WINDOW))
        return reward

    def _take_around(self, answer: Answer, view: PlanView, followers: Sequence[int]) -> float:
        """Move what the answer moves; then let what must follow it move left as well."""
        priorities = as_priorities(answer, view)
        moved = {i: start for i, start in answer.starts.items() if not _stays(answer, view, i)}
        reward = WORSE
        for moving in (set(moved), {*moved, *self._followers.descendants(moved)}):
            found = self._incumbent.around(view, priorities, moving, moved)
            if found is not None:
                reward = max(reward, self._step_to(found, Stage.WINDOW, surely=False))
        return reward

    def _behind(self, view: PlanView, free: set[int]) -> list[int]:
        """What is not free but may move after the window, by begin."""
        if self._faithful:
            last = max(view.plan[i].setup_start for i in free)
            later = {i for i in view.sequence if view.plan[i].setup_start > last}
        else:
            later = self._followers.descendants(free)
        return [i for i in view.sequence if i in later and i not in free and i not in self._held]

    def _model(self, view: PlanView, free: set[int], followers: Sequence[int]) -> Model:
        from app.scheduling.cp.run import Model

        first = min(view.plan[i].setup_start for i in free)
        end = max(view.plan[i].end for i in free)
        room = (end - first) // 2
        moving = free.union(followers)
        return Model(
            self._problem,
            view.plan,
            free=free,
            standing={i: p for i, p in view.plan.items() if i not in moving},
            upper=dict.fromkeys(free, end + room),
            weights=self._incumbent.weights,
            open_times=self._open_times,
            behind=self._followers.behind(view.plan, free, followers, end + room),
            earliest=max(self._problem.now, first - room),
        )

    def _limits(self) -> Limits:
        from app.scheduling.cp.run import Limits

        seed = self._rng.randrange(2**31)
        budget = self._incumbent.budget
        if budget.repeatable:
            return Limits(budget.left, 1, seed, WINDOW_WORK, brief=True)
        return Limits(min(WINDOW_SECONDS, budget.left), 1, seed, brief=True)

    def _resize(self, outcome: Outcome) -> None:
        """Windows as large as can just be searched to the end, four times out of five."""
        easy = outcome.exhausted and outcome.work < EASY_WORK
        factor = 1.15 if easy else 1.05 if outcome.exhausted else 0.8
        self._size = min(MOST_WINDOW, max(LEAST_WINDOW, round(self._size * factor)))


def as_priorities(answer: Answer, view: PlanView) -> Priorities:
    """The sequence by begin, those of the answer moved; all modes forced."""
    begins = {i: placement.setup_start for i, placement in view.plan.items()} | answer.begins
    starts = {i: placement.start for i, placement in view.plan.items()} | answer.starts
    rank = {operation: k for k, operation in enumerate(view.sequence)}
    sequence = sorted(begins, key=lambda i: (begins[i], starts[i], rank[i]))
    return Priorities(sequence, view.modes | answer.modes)


def _same(answer: Answer, view: PlanView) -> bool:
    return all(_stays(answer, view, i) for i in answer.begins)


def _stays(answer: Answer, view: PlanView, operation: int) -> bool:
    placement = view.plan[operation]
    same_time = placement.setup_start == answer.begins[operation]
    return same_time and placement.mode == answer.modes[operation]
