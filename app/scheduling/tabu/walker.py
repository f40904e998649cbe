"""One walk of the compiled search, and a wanderer that starts it again and again."""

from __future__ import annotations

import logging
import random
import threading
import time
from typing import Any, NamedTuple

import numpy as np

from app.scheduling.problem import Placement, Schedule
from app.scheduling.tabu import kernel, relink, walk
from app.scheduling.tabu.arrays import (
    LARGEST,
    LINK,
    LISTS,
    LIVE,
    NONE,
    OPERATION,
    ROW,
    WAY,
    PlainShop,
    Sequences,
)

log = logging.getLogger(__name__)

CHUNK_SECONDS = 0.08
"""The compiled search looks up so often: a stop is answered in less than 0.2 s."""
FIRST_CHUNK, MOST_CHUNK = 50, 1_000_000
PATIENCE = 12_000
"""Steps without a better plan after which the walk starts elsewhere."""
LEAST_PATIENCE_SECONDS = 0.7
SHAKES = (4, 40)


class Taste(NamedTuple):
    """How a walk chooses: what a machine minute more counts for, and of how many of eight critical
    operations it looks at other places in a step (see ``walk.search``)."""

    load_weight: int
    looked_at: int = 8


PLAIN_TASTES = (Taste(3), Taste(1), Taste(0))
SETUP_TASTES = (Taste(3), Taste(3, 4), Taste(5), Taste(1))
LONG_ROW_TASTES = (Taste(3, 1), Taste(3, 2), Taste(5, 1), Taste(3, 4))
"""A matter of the shop, so walks differ. Where changeovers fill the machines, a load weight of 3
and more finds plans 3 to 4 percent shorter than none, and where rows are long many quick steps find
2 percent more than few thorough ones (not so without changeovers); where machines are slow at work
that they rarely get, no weight is best."""
LONG_ROW = 25
"""Operations per machine."""
ELITE = 8
"""So many good plans are kept to start from."""
RELINKED, FROM_BEST = 0.5, 0.6
"""How often a new start lies between two good plans; how often, else, near the best one."""
KEPT_TASTE = 0.5
"""How often a new start has the taste of the walk that found the best plan; else by chance."""


def tastes_for(shop: PlainShop) -> tuple[Taste, ...]:
    if not shop.with_setups:
        return PLAIN_TASTES
    return LONG_ROW_TASTES if shop.size >= LONG_ROW * shop.machines else SETUP_TASTES


def smallest() -> tuple[PlainShop, Sequences]:
    """One operation on one machine, to compile the kernel with."""
    sizes = ((2, OPERATION), (0, LINK), (1, WAY), (1, ROW))
    ops, links, ways, rows = (np.zeros(count, line) for count, line in sizes)
    ops["mode_at"][1] = ways["minutes"][0] = 1
    rows["rule"] = NONE
    shop = PlainShop(ops, links, ways, rows, np.zeros((0, 1, 1), np.int32), 0)
    return shop, Sequences(np.zeros(1, np.int32), np.full(1, NONE, np.int32))


def prepare_walk(shop: PlainShop, plan: Sequences) -> None:
    """Call each compiled function once."""
    walk = Walk(shop, plan, 1)
    walk.step(1, 0)
    walk.go_between(plan, plan, 1)


class Walk:
    """The state of one walk in the kernel's terms; ``found`` is the best plan of its last steps."""

    def __init__(self, shop: PlainShop, at: Sequences, seed: int) -> None:
        self.shop = shop
        self._live = np.zeros(shop.size, LIVE)
        self._lists = np.zeros((LISTS, shop.size + 1), np.int32)
        self._rows = shop.rows.copy()
        self._mode, self._previous = at.copy()
        # 0 would stay 0 for ever.
        self._chance = np.array([(seed * 0x9E3779B97F4A7C15 + 1) % 2**64 or 1], np.uint64)
        self._arcs = np.zeros(kernel.SLOTS, np.int32)
        self._homes = np.zeros(kernel.SLOTS, np.int32)
        self._clock = np.zeros(2, np.int64)
        self._inserting = shop.flexible or shop.with_setups
        self.taste = Taste(0)
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
            self._mode, self._previous, self._clock, self._inserting, shaking, *self.taste,
            iterations, target, self._chance, self._arcs, self._homes,
        )  # fmt: skip
        if found < 0:
            # A fault of the kernel; the best plan met before it is whole.
            log.error("a move of the tabu search made a circle")
            self.go_to(self.found())
            return kernel.HUGE
        return int(found)

    def _start_counting_again(self) -> None:
        """Before 32 bits are full."""
        for column in ("mark", "fresh_head", "fresh_tail"):
            self._live[column] = 0
        for table in (self._arcs, self._homes, self._clock):
            table[:] = 0

    def found(self) -> Sequences:
        return Sequences(self._mode, self._previous).copy()

    def go_to(self, other: Sequences) -> None:
        self._live["mode"], self._live["previous"] = other

    def go_between(self, one: Sequences, guide: Sequences, share: int) -> None:
        """To a plan ``share`` (of 256) of the way from one plan to another."""
        s = self.shop
        self.go_to(guide)
        kernel.evaluate(s.ops, s.links, s.ways, self._rows, s.setup, self._live, self._lists)
        rank = self._live["place"].copy()
        self.go_to(one)
        arrived = relink.go_towards(
            s.ops, s.links, s.ways, self._rows, s.setup, self._live, self._lists, self._clock,
            guide.mode, rank, share, self._chance,
        )  # fmt: skip
        if not arrived:
            log.error("relinking made a circle")
            self.go_to(one)


def schedule_of(shop: PlainShop, plan: Sequences) -> Schedule:
    """Everything as early as its sequence allows, setup right before the run."""
    n = shop.size
    live, lists = np.zeros(n, LIVE), np.zeros((LISTS, n + 1), np.int32)
    live["mode"], live["previous"] = plan
    kernel.evaluate(shop.ops, shop.links, shop.ways, shop.rows.copy(), shop.setup, live, lists)
    head, length = live["head"], live["length"]
    setup = _setups(shop, plan, live["machine"])
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
    other = shop.ops["family"][:-1]
    one = np.where(plan.previous >= 0, other[plan.previous], shop.rows["mounted"][machine])
    rule = shop.rows["rule"][machine]
    due = (rule >= 0) & (one >= 0) & (other >= 0)
    return np.where(due, shop.setup[np.maximum(rule, 0), np.maximum(one, 0),
                                    np.maximum(other, 0)], 0)  # fmt: skip


class Elite:
    """Good plans that differ, shared by all walks of a search."""

    def __init__(self) -> None:
        self._plans: list[tuple[int, Sequences]] = []
        self._lock = threading.Lock()

    def add(self, worth: int, plan: Sequences) -> None:
        """Keep the plan if it is good enough; of plans nearly the same only the best is kept."""
        with self._lock:
            near = [pair for pair in self._plans if _difference(pair[1], plan) < 0.02]
            if any(other <= worth for other, _ in near):
                return
            # By identity: arrays do not compare to one answer.
            self._plans = [pair for pair in self._plans if not any(pair is it for it in near)]
            self._plans.append((worth, plan))
            self._plans.sort(key=lambda pair: pair[0])
            del self._plans[ELITE:]

    def draw(self, rng: random.Random) -> Sequences:
        with self._lock:
            return rng.choice(self._plans)[1]

    def pair(self, rng: random.Random) -> tuple[Sequences, Sequences] | None:
        with self._lock:
            if len(self._plans) < 2:
                return None
            (_, one), (_, other) = rng.sample(self._plans, 2)
            return one, other


def _difference(one: Sequences, other: Sequences) -> float:
    """Share of the operations that stand behind another one."""
    return float(np.mean((one.previous != other.previous) | (one.mode != other.mode)))


class Wanderer:
    """Walks on, and starts again from good plans when it is stuck. ``best`` is worth ``worth``."""

    def __init__(
        self,
        shop: PlainShop,
        start: Sequences,
        worth: int,
        seed: int,
        elite: Elite | None = None,
        turn: int = 0,
    ) -> None:
        """``turn``: number among those that search side by side, so that they begin unlike."""
        self._walk = Walk(shop, start, seed + 1)
        self._rng = random.Random(seed)  # noqa: S311 (a search, no secret)
        self._elite = elite or Elite()
        self._tastes = tastes_for(shop)
        self._walk.taste = self._paying = self._tastes[turn % len(self._tastes)]
        self.best, self.worth = start, worth
        self._elite.add(worth, start)
        self._chunk = FIRST_CHUNK
        self._here, self._arrived = worth, start
        self._stuck, self._since = 0, time.monotonic()

    def stride(self, target: int, seconds: float = CHUNK_SECONDS) -> None:
        """Walk for about ``seconds``, to ``target`` at most."""
        began = time.monotonic()
        met = self._walk.step(self._chunk, target)
        took = max(1e-4, time.monotonic() - began)
        if met < self._here:
            self._here, self._stuck, self._since = met, 0, time.monotonic()
            self._arrived = self._walk.found()
            if met < self.worth:
                self.best, self.worth = self._arrived, met
                self._paying = self._walk.taste
        else:
            self._stuck += self._chunk
            tired = time.monotonic() - self._since > LEAST_PATIENCE_SECONDS
            if self._stuck > PATIENCE and tired:
                self._start_elsewhere()
        grown = min(4 * self._chunk, max(self._chunk / 4, self._chunk * seconds / took))
        self._chunk = max(1, int(min(grown, MOST_CHUNK)))

    def take_over(self, worth: int, plan: Sequences) -> None:
        """A better plan that somebody else found, to start from it one day."""
        self.best, self.worth = plan, worth
        self._elite.add(worth, plan)

    def _start_elsewhere(self) -> None:
        """Between two good plans; or from the best or another one, with some moves by chance."""
        self._elite.add(self._here, self._arrived)
        paying = self._rng.random() < KEPT_TASTE
        self._walk.taste = self._paying if paying else self._rng.choice(self._tastes)
        pair = self._elite.pair(self._rng) if self._rng.random() < RELINKED else None
        if pair is not None:
            self._walk.go_between(*pair, self._rng.randint(64, 192))
        else:
            near_best = self._rng.random() < FROM_BEST
            self._walk.go_to(self.best if near_best else self._elite.draw(self._rng))
            self._walk.step(self._rng.randint(*SHAKES), 0, shaking=True)
        self._here, self._arrived = self._walk.step(1, 0), self._walk.found()
        self._stuck, self._since = 0, time.monotonic()
