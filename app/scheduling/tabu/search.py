"""Tabu search at work on the plan of a running improvement."""

from __future__ import annotations

import time

from app.scheduling.incumbent import Incumbent
from app.scheduling.progress import Stage
from app.scheduling.tabu.arrays import PlainShop, Sequences, sequences_of
from app.scheduling.tabu.walker import Elite, Wanderer, schedule_of

HASTE = 6.0
"""Of the time since a plan was last published, publishing may take one part in so many."""


class Publisher:
    """Offers plans of a plain shop to the incumbent, and spends a small part of the time on it."""

    def __init__(self, incumbent: Incumbent, shop: PlainShop) -> None:
        self._incumbent = incumbent
        self._shop = shop
        self.published = self.standing()
        self._told = time.monotonic()
        self.cost = 0.0

    def standing(self) -> int:
        """Makespan of the plan in force, in minutes after now."""
        return round(self._incumbent.best.objective.makespan_min)

    def target(self) -> int:
        """Nothing better than this makespan can be."""
        bound = self._incumbent.bound
        return 0 if bound is None else int(bound / self._incumbent.weights.makespan_min + 1e-6)

    def offer(self, worth: int, plan: Sequences, *, now: bool = False) -> None:
        """Publish a plan, unless one was published just before and this is not the last one."""
        if worth >= self.published or worth >= self.standing():
            return
        began = time.monotonic()
        if not now and began - self._told < HASTE * self.cost:
            return
        schedule = schedule_of(self._shop, plan)
        self._incumbent.offer(self._incumbent.valued(schedule), Stage.MOVES)
        self.published = worth
        self._told = time.monotonic()
        self.cost = self._told - began

    def adopted(self, worth: int) -> tuple[int, Sequences] | None:
        """What another worker found, if it is better."""
        if self.standing() >= worth:
            return None
        other = sequences_of(self._shop, self._incumbent.best.view.plan)
        return None if other is None else (self.standing(), other)


class TabuExplorer:
    """One worker on the whole shop. Workers share an ``elite`` of plans to start from."""

    def __init__(
        self,
        incumbent: Incumbent,
        shop: PlainShop,
        seed: int,
        elite: Elite | None = None,
        turn: int = 0,
    ) -> None:
        self._incumbent = incumbent
        self._publisher = Publisher(incumbent, shop)
        start = sequences_of(shop, incumbent.best.view.plan)
        if start is None:
            raise ValueError("a plan with operations left out has no machine sequences")
        self._wanderer = Wanderer(shop, start, self._publisher.standing(), seed, elite, turn)

    def walk(self, until: float = float("inf")) -> None:
        """Until the search is over, or ``time.monotonic()`` reaches ``until``."""
        wanderer, publisher = self._wanderer, self._publisher
        while not self._incumbent.over and time.monotonic() < until:
            wanderer.stride(publisher.target())
            publisher.offer(wanderer.worth, wanderer.best)
            if wanderer.worth <= publisher.target():
                break  # nothing better can be
            other = publisher.adopted(wanderer.worth)
            if other is not None:
                wanderer.take_over(*other)
            self._incumbent.heartbeat()
        publisher.offer(wanderer.worth, wanderer.best, now=True)
