"""A walk in the space of priorities on the plan of a running improvement."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from app.scheduling.incumbent import Incumbent
from app.scheduling.problem import FOREVER
from app.scheduling.progress import Stage
from app.scheduling.tabu.arrays import NONE, PlainShop, Sequences
from app.scheduling.tabu.walker import schedule_of, smallest
from app.scheduling.urgency import kernel

RULE_SHARE = 0.15
"""In this part of the time the figures of the rule are looked for."""
TELL_SECONDS = 1.0
"""A better plan is published so often at most."""
NO_DUE = 2.0**40


@dataclass(slots=True)
class _Priorities:
    """What the dispatcher is asked (see ``kernel.dispatch``), and what came of it."""

    rule: np.ndarray
    lead: np.ndarray
    favour: np.ndarray
    worth: float = float("inf")
    done: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    ends: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))


class UrgencyExplorer:
    """One worker. Orders get favour, more the more their tardiness costs; what pays is kept."""

    def __init__(self, incumbent: Incumbent, shop: PlainShop, seed: int) -> None:
        problem = incumbent.problem
        self._incumbent = incumbent
        self._shop = shop
        self._dice = np.random.default_rng(seed)
        orders = problem.orders
        self._order_of = np.array([o.order for o in problem.operations], np.int64)
        due = [NO_DUE if o.due >= FOREVER else float(o.due - problem.now) for o in orders]
        self._due = np.array(due)
        self._weight = np.array([float(max(1, order.weight)) for order in orders])
        self._rest = kernel.rest_work(shop.ops, shop.links, shop.ways)
        self._mean = float(shop.ways["minutes"].mean())
        self._mode = np.zeros(shop.size, np.int32)
        self._previous = np.full(shop.size, NONE, np.int32)
        self._told = -TELL_SECONDS
        self._news: Sequences | None = None

    def walk(self) -> None:
        """Until the search is over."""
        best = _Priorities(
            np.array([2 * self._mean, 0.1]), 2.0 * self._rest, np.zeros(len(self._due))
        )
        self._try(best)
        until = time.monotonic() + RULE_SHARE * self._incumbent.budget.left
        while not self._incumbent.over:
            other = self._near(best) if time.monotonic() > until else self._other_rule(best)
            self._try(other)
            if other.worth <= best.worth:
                if other.worth < best.worth:
                    self._news = Sequences(self._mode, self._previous).copy()
                best = other
            self._publish()
            self._incumbent.heartbeat()
        self._publish(now=True)

    def _try(self, priorities: _Priorities) -> None:
        """Dispatch, and note what the plan costs in tardiness and late orders."""
        s, weights = self._shop, self._incumbent.weights
        done, ends = np.zeros(s.size, np.int64), np.zeros(len(self._due), np.int64)
        tardiness, late = kernel.dispatch(
            s.ops, s.links, s.ways, s.rows, s.setup, self._order_of, self._due, self._weight,
            priorities.favour, self._rest, priorities.lead, priorities.rule,
            self._mode, self._previous, done, ends,
        )  # fmt: skip
        priorities.done, priorities.ends = done, ends
        cost = weights.weighted_tardiness_min * tardiness + weights.late_orders * late
        priorities.worth = float(cost)

    def _other_rule(self, best: _Priorities) -> _Priorities:
        """Other figures, near the best ones or anywhere; or other lead times."""
        dice, draw = self._dice, self._dice.random()
        if draw < 0.3:
            return _Priorities(best.rule * np.exp(dice.normal(0, 0.3, 2)), best.lead, best.favour)
        if draw < 0.6:
            rule = np.array([self._mean * 10 ** dice.uniform(-0.5, 2), 10 ** dice.uniform(-3, 0)])
            return _Priorities(rule, dice.uniform(0.5, 6) * self._rest, best.favour)
        return self._learnt(best)

    def _learnt(self, best: _Priorities) -> _Priorities:
        """Lead times nearer to those of the best plan, all of them or some orders'."""
        seen = best.ends[self._order_of] - best.done
        step = self._dice.uniform(0, 1) * np.ones(len(self._due))
        if self._dice.random() < 0.5:
            step *= self._dice.random(len(step)) < self._dice.uniform(0, 0.3)
        lead = best.lead + step[self._order_of] * (self._dice.uniform(0.6, 1.2) * seen - best.lead)
        return _Priorities(best.rule, lead, best.favour)

    def _near(self, best: _Priorities) -> _Priorities:
        if self._dice.random() < 0.2:
            return self._learnt(best)
        favour = self._other_favour(best.favour, best.ends)
        return _Priorities(best.rule, best.lead, favour)

    def _other_favour(self, favour: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Some costly late orders more urgent, some others more or less."""
        dice, changed = self._dice, favour.copy()
        cost = np.maximum(0, ends - self._due) * self._weight
        if cost.any() and dice.random() < 0.8:
            count = min(int(np.count_nonzero(cost)), int(dice.integers(1, 7)))
            late = dice.choice(len(cost), count, replace=False, p=cost / cost.sum())
            changed[late] += dice.exponential(0.6, count)
        count = int(dice.integers(0 if (changed != favour).any() else 1, 7))
        some = dice.integers(0, len(cost), count)
        changed[some] += dice.normal(-0.2, 0.8, count)
        return changed

    def _publish(self, *, now: bool = False) -> None:
        if self._news is None or (not now and time.monotonic() - self._told < TELL_SECONDS):
            return
        found = self._incumbent.valued(schedule_of(self._shop, self._news))
        self._incumbent.offer(found, Stage.MOVES)
        self._told, self._news = time.monotonic(), None


def prepare() -> None:
    """Compile the kernel, or load what an earlier run compiled."""
    shop, plan = smallest()
    rest = kernel.rest_work(shop.ops, shop.links, shop.ways)
    one, zero = np.ones(1), np.zeros(1, np.int64)
    kernel.dispatch(
        shop.ops, shop.links, shop.ways, shop.rows, shop.setup, zero, one, one, one, rest, one,
        np.ones(2), plan.mode, plan.previous, zero.copy(), zero.copy(),
    )  # fmt: skip
