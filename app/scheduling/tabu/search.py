"""Tabu search at work on the plan of a running improvement."""

from __future__ import annotations

import logging
import random
import time
from typing import Any

import numpy as np

from app.scheduling.incumbent import Incumbent
from app.scheduling.problem import Placement, Schedule
from app.scheduling.progress import Stage
from app.scheduling.tabu import kernel, walk
from app.scheduling.tabu.arrays import (
    FAMILY,
    HEAD,
    LARGEST,
    LENGTH,
    LISTS,
    LIVE,
    MACHINE,
    MARK,
    MODE,
    MODE_AT,
    MOUNTED,
    NONE,
    PREVIOUS,
    RULE,
    PlainShop,
    Sequences,
    sequences_of,
)

log = logging.getLogger(__name__)

CHUNK_SECONDS = 0.08
"""The compiled search looks up so often: a stop is answered in less than 0.2 s."""
FIRST_CHUNK, MOST_CHUNK = 50, 1_000_000
PATIENCE = 12_000
"""Steps without a better plan after which the walk starts elsewhere."""
LEAST_PATIENCE_SECONDS = 0.7
SHAKES = (4, 40)
ELITE = 6
"""So many good plans are kept to start from."""
HASTE = 6.0
"""Of the time since a plan was last published, publishing may take one part in so many."""


def prepare() -> None:
    """Compile the kernel, or load what an earlier run compiled: some seconds the first time."""
    ops, rows = np.zeros((2, 6), np.int32), np.zeros((1, 7), np.int32)
    ops[1, MODE_AT] = 1
    rows[0, RULE] = NONE
    nothing = np.zeros((0, 4), np.int32), np.ones((1, 2), np.int32) * (0, 1)
    shop = PlainShop(
        ops, nothing[0], nothing[1].astype(np.int32), rows, np.zeros((0, 1, 1), np.int32), 0
    )
    _Walk(shop, Sequences(np.zeros(1, np.int32), np.full(1, NONE, np.int32)), 1).step(1, 0)


class _Walk:
    """The state of one walk in the kernel's terms; ``found`` is the best plan of its last steps."""

    def __init__(self, shop: PlainShop, at: Sequences, seed: int) -> None:
        self.shop = shop
        self._live = np.zeros((shop.size, LIVE), np.int32)
        self._lists = np.zeros((LISTS, shop.size + 1), np.int32)
        self._rows = shop.rows.copy()
        self._mode, self._previous = at.copy()
        # 0 would stay 0 for ever.
        self._chance = np.array([(seed * 0x9E3779B97F4A7C15 + 1) % 2**64 or 1], np.uint64)
        self._arcs = np.zeros(kernel.SLOTS, np.int32)
        self._homes = np.zeros(kernel.SLOTS, np.int32)
        self._clock = np.zeros(2, np.int64)
        self._inserting = shop.flexible or shop.with_setups
        self.go_to(at)

    @property
    def steps(self) -> int:
        return int(self._clock[0])

    def step(self, iterations: int, target: int, *, shaking: bool = False) -> int:
        """Makespan of the best plan met on the way."""
        s = self.shop
        if self._clock[1] > LARGEST:
            self._start_counting_again()
        found = walk.search(
            s.ops, s.links, s.ways, self._rows, s.setup, self._live, self._lists,
            self._mode, self._previous, self._clock, self._inserting, shaking, iterations, target,
            self._chance, self._arcs, self._homes,
        )  # fmt: skip
        if found < 0:
            # A fault of the kernel; the best plan met before it is whole.
            log.error("a move of the tabu search made a circle")
            self.go_to(self.found())
            return kernel.HUGE
        return int(found)

    def _start_counting_again(self) -> None:
        """Before 32 bits are full."""
        for table in (self._live[:, MARK:], self._arcs, self._homes, self._clock):
            table[:] = 0

    def found(self) -> Sequences:
        return Sequences(self._mode, self._previous).copy()

    def go_to(self, other: Sequences) -> None:
        self._live[:, MODE], self._live[:, PREVIOUS] = other


def schedule_of(shop: PlainShop, plan: Sequences) -> Schedule:
    """Everything as early as its sequence allows, setup right before the run."""
    n = shop.size
    live, lists = np.zeros((n, LIVE), np.int32), np.zeros((LISTS, n + 1), np.int32)
    live[:, MODE], live[:, PREVIOUS] = plan
    kernel.evaluate(shop.ops, shop.links, shop.ways, shop.rows.copy(), shop.setup, live, lists)
    head, length = live[:, HEAD], live[:, LENGTH]
    setup = _setups(shop, plan, live[:, MACHINE])
    begin, start = (head - setup + shop.now).tolist(), (head + shop.now).tolist()
    end = (head + length + shop.now).tolist()
    modes = plan.mode.tolist()
    return Schedule(
        tuple(
            Placement(i, modes[i], begin[i], start[i], end[i],
                      ((begin[i], end[i]),) if end[i] > begin[i] else ())
            for i in range(n)
        )
    )  # fmt: skip


def _setups(shop: PlainShop, plan: Sequences, machine: Any) -> Any:
    """Minutes of changeover before each operation."""
    if not shop.with_setups:
        return np.zeros(shop.size, np.int32)
    other = shop.ops[:-1, FAMILY]
    one = np.where(plan.previous >= 0, other[plan.previous], shop.rows[machine, MOUNTED])
    rule = shop.rows[machine, RULE]
    due = (rule >= 0) & (one >= 0) & (other >= 0)
    return np.where(due, shop.setup[np.maximum(rule, 0), np.maximum(one, 0),
                                    np.maximum(other, 0)], 0)  # fmt: skip


class TabuExplorer:
    """One worker: walks, starts again from good plans when it is stuck, and publishes the best."""

    def __init__(self, incumbent: Incumbent, shop: PlainShop, seed: int) -> None:
        self._incumbent = incumbent
        self._shop = shop
        self._rng = random.Random(seed)  # noqa: S311 (a search, no secret)
        start = sequences_of(shop, incumbent.best.view.plan)
        if start is None:
            raise ValueError("a plan with operations left out has no machine sequences")
        self._walk = _Walk(shop, start, seed + 1)
        self._best = start.copy()
        self._worth = self._published = self._standing()
        self._elite: list[tuple[int, Sequences]] = [(self._worth, self._best)]
        self._chunk = FIRST_CHUNK
        self._told = time.monotonic()
        self._cost = 0.0

    def walk(self, until: float = float("inf")) -> None:
        """Until the search is over, or ``time.monotonic()`` reaches ``until``."""
        here, stuck, since = self._worth, 0, time.monotonic()
        while not self._incumbent.over and time.monotonic() < until:
            met = self._stride()
            if met < here:
                here, stuck, since = met, 0, time.monotonic()
                self._keep(met)
            else:
                stuck += self._chunk
            self._publish()
            if self._worth <= self._target():
                break  # nothing better can be
            self._adopt()
            tired = time.monotonic() - since > LEAST_PATIENCE_SECONDS
            if stuck > PATIENCE and tired:
                here, stuck, since = self._start_elsewhere(), 0, time.monotonic()
            self._incumbent.heartbeat()
        self._publish(now=True)

    def _stride(self) -> int:
        began = time.monotonic()
        met = self._walk.step(self._chunk, self._target())
        took = max(1e-4, time.monotonic() - began)
        wished = self._chunk * CHUNK_SECONDS / took
        grown = min(4 * self._chunk, max(self._chunk / 4, wished), MOST_CHUNK)
        self._chunk = max(1, int(grown))
        return met

    def _target(self) -> int:
        bound = self._incumbent.bound
        return 0 if bound is None else int(bound / self._incumbent.weights.makespan_min + 1e-6)

    def _standing(self) -> int:
        """Makespan of the plan in force, in minutes after now."""
        return round(self._incumbent.best.objective.makespan_min)

    # -- what was found --------------------------------------------------------------------------

    def _keep(self, worth: int) -> None:
        found = self._walk.found()
        if worth < self._worth:
            self._worth, self._best = worth, found
        self._elite.append((worth, found))
        self._elite.sort(key=lambda pair: pair[0])
        del self._elite[ELITE:]

    def _publish(self, *, now: bool = False) -> None:
        """Offer the best plan, but spend a small part of the time on that."""
        if self._worth >= self._published or self._worth >= self._standing():
            return
        began = time.monotonic()
        if not now and began - self._told < HASTE * self._cost:
            return
        schedule = schedule_of(self._shop, self._best)
        self._incumbent.offer(self._incumbent.valued(schedule), Stage.MOVES)
        self._published = self._worth
        self._told = time.monotonic()
        self._cost = self._told - began

    def _adopt(self) -> None:
        """Take over what another worker found, to start from it one day."""
        if self._standing() >= self._worth:
            return
        other = sequences_of(self._shop, self._incumbent.best.view.plan)
        if other is not None:
            self._worth = self._published = self._standing()
            self._best = other
            self._elite = [(self._worth, other), *self._elite][:ELITE]

    def _start_elsewhere(self) -> int:
        """From the best plan or another good one, with some moves by chance."""
        _, start = self._rng.choice(self._elite) if self._rng.random() < 0.4 else (0, self._best)
        self._walk.go_to(start)
        self._walk.step(self._rng.randint(*SHAKES), 0, shaking=True)
        return self._walk.step(1, 0)
