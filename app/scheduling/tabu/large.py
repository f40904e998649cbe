"""Large plain shops: stretches of the plan one after the other, several at once."""

from __future__ import annotations

import logging
import random
import threading
import time
from itertools import pairwise

import numpy as np

from app.scheduling.incumbent import Incumbent
from app.scheduling.tabu import kernel, parts
from app.scheduling.tabu.arrays import LISTS, LIVE, PlainShop, Sequences
from app.scheduling.tabu.search import Publisher
from app.scheduling.tabu.sweeps import Patience, Sweeps
from app.scheduling.tabu.walker import Wanderer, prepare_walk, smallest

log = logging.getLogger(__name__)

PART = 1_000
"""About so many operations make a part."""
LEAST_SECONDS, MOST_SECONDS = 0.25, 2.0
"""Time that a part gets."""
ROUNDS = 6
"""So many rounds over all parts are wished for in the time there is left, but more come."""
WORKERS = 2
RESERVE = 1.5
"""Of the time that publishing took, so much is kept for the last plan."""


def prepare() -> None:
    """Compile all of the kernel, or load what an earlier run compiled: some time once."""
    shop, plan = smallest()
    prepare_walk(shop, plan)
    all_of_it = Parts(shop, plan, 0)
    worth, start = all_of_it.take_over(plan)
    rounds = iter((True, True))
    Sweeps(shop, plan.mode, 0).walk(start, worth, lambda: next(rounds, False), all_of_it.take_over)
    taken = all_of_it.take(0)
    if taken is not None:
        members, low, _, same = taken
        all_of_it.give_back(members, low, same)


class Parts:
    """The plan of a large shop, and the parts of it that are to be searched next.

    May be used by several threads. All parts of a round are stretches of one order, so that two
    of them never touch; a new round begins when all parts of the last one are back.
    """

    def __init__(self, shop: PlainShop, start: Sequences, seed: int) -> None:
        self.shop = shop
        self._live = np.zeros(shop.size, LIVE)
        self._live["mode"], self._live["previous"] = start
        self._lists = np.zeros((LISTS, shop.size + 1), np.int32)
        self._rows = shop.rows.copy()
        self._rng = random.Random(seed)  # noqa: S311 (a search, no secret)
        self._order = np.zeros(0, np.int64)
        self._position = np.zeros(0, np.int64)
        self._todo: list[tuple[int, int]] = []
        self._away = 0
        self._back = threading.Condition()
        self.worth = self._evaluated()

    def _evaluated(self) -> int:
        s = self.shop
        return int(
            kernel.evaluate(s.ops, s.links, s.ways, self._rows, s.setup, self._live, self._lists)
        )

    def plan(self) -> tuple[int, Sequences]:
        """The plan of the moment and its makespan."""
        with self._back:
            at = Sequences(self._live["mode"], self._live["previous"])
            return self.worth, at.copy()

    def take(self, wait: float) -> tuple[np.ndarray, int, PlainShop, Sequences] | None:
        """A part to search: its operations, where it begins, its shop and plan; None if all are
        away for the moment."""
        with self._back:
            if not self._todo and self._away:
                self._back.wait(wait)
            if not self._todo:
                if self._away:
                    return None
                self._begin_round()
            low, high = self._todo.pop()
            members = self._order[low:high]
            part = parts.cut(self.shop, self._live, self._rows, members, self._position, low)
            self._away += 1
            return members, low, *part

    def _begin_round(self) -> None:
        """A new order by a mixture of heads and tails, cut at new places."""
        n = self.shop.size
        head = self._live["head"].astype(np.int64)
        late = self.worth - self._live["tail"] - self._live["length"]
        share = self._rng.choice((0, 4, 8))
        self._order = np.argsort(share * head + (8 - share) * late, kind="stable")
        self._position = np.empty(n, np.int64)
        self._position[self._order] = np.arange(n)
        size = int(PART * self._rng.uniform(0.6, 1.4))
        first = self._rng.randint(size // 4, size)
        cuts = [0, *range(first, n - size // 4, size), n]
        self._todo = list(pairwise(cuts))
        self._rng.shuffle(self._todo)

    def give_back(self, members: np.ndarray, low: int, better: Sequences | None) -> None:
        """Put a part's plan in place; it stands if the whole is no worse."""
        with self._back:
            self._away -= 1
            if better is not None:
                self._put(members, low, better)
            self._back.notify_all()

    def _put(self, members: np.ndarray, low: int, better: Sequences) -> None:
        s, live = self.shop, self._live
        before = live["mode"].copy(), live["previous"].copy()
        parts.put_back(s.ops, s.ways, self._rows, live, members, self._position, low, *better)
        worth = self._evaluated()
        if 0 <= worth <= self.worth:
            self.worth = worth
            return
        if worth < 0:
            log.error("a part put back made a circle")
        live["mode"], live["previous"] = before
        self._evaluated()

    def take_over(self, plan: Sequences) -> tuple[int, np.ndarray]:
        """A plan of the whole, while no part is away; it stands if it is better.

        Makespan and starts of the plan that stands then.
        """
        with self._back:
            live = self._live
            before = live["mode"].copy(), live["previous"].copy()
            live["mode"], live["previous"] = plan
            worth = self._evaluated()
            if 0 <= worth < self.worth:
                self.worth = worth
            else:
                live["mode"], live["previous"] = before
                self._evaluated()
            return self.worth, live["head"].astype(np.int64)

    @property
    def count(self) -> int:
        return max(1, self.shop.size // PART)


class PartsExplorer:
    """One worker on the parts of a large shop."""

    def __init__(self, incumbent: Incumbent, parts: Parts, publisher: Publisher, seed: int) -> None:
        self._incumbent = incumbent
        self._parts = parts
        self._publisher = publisher
        self._rng = random.Random(seed)  # noqa: S311 (a search, no secret)

    def sweep(self, patience: Patience) -> None:
        """Forwards and backwards as long as it pays, for all workers together."""
        parts = self._parts

        def take(plan: Sequences) -> tuple[int, np.ndarray]:
            before = parts.worth
            found = parts.take_over(plan)
            if found[0] < before:
                patience.gained()
                self._publish()
            return found

        worth, plan = parts.plan()
        sweeps = Sweeps(parts.shop, plan.mode, self._rng.randrange(2**30))
        sweeps.walk(
            parts.take_over(plan)[1], worth, lambda: not (self._over or patience.over()), take
        )

    def walk(self) -> None:
        """Until the search is over, but for the time that the last plan needs to be published."""
        while not self._over:
            taken = self._parts.take(0.1)
            if taken is None:
                continue
            members, low, part, plan = taken
            self._parts.give_back(members, low, self._improved(part, plan))
            self._publish()
        self._publish(now=True)

    @property
    def _over(self) -> bool:
        budget = self._incumbent.budget
        enough = self._parts.worth <= self._publisher.target()
        return self._incumbent.over or enough or budget.left < RESERVE * self._publisher.cost

    def _improved(self, part: PlainShop, plan: Sequences) -> Sequences | None:
        """A better plan of the part; None if there is none found in its time."""
        wished = self._incumbent.budget.left / (ROUNDS * self._parts.count)
        seconds = min(MOST_SECONDS, max(LEAST_SECONDS, WORKERS * wished))
        seed = self._rng.randrange(2**30)
        wanderer = Wanderer(part, plan, kernel.HUGE, seed, turn=seed)
        wanderer.stride(0)
        start, until = wanderer.worth, time.monotonic() + seconds
        while time.monotonic() < until and not self._over:
            wanderer.stride(0)
        return wanderer.best if wanderer.worth <= start else None

    def _publish(self, *, now: bool = False) -> None:
        if self._parts.worth < self._publisher.published:
            self._publisher.offer(*self._parts.plan(), now=now)
