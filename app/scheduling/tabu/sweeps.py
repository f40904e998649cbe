"""A large plain shop dispatched forwards and backwards in turn, before it is searched in parts.

The starts of a plan that was dispatched backwards, from the end on, are the latest at which it
still ends in time: forwards, a free machine takes what waits with the earliest of them. The ends
of that plan are what is most urgent backwards, and so on (iterative forward-backward scheduling:
Li and Willis 1992). Each pass takes some hundredths of a second for 100,000 operations, and a
tight machine is dispatched by what lies on both sides of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scheduling.tabu.arrays import NONE, PlainShop, Sequences
from app.scheduling.tabu.dispatching import dispatch

Times = NDArray[np.int64]

STRAYING = 10
"""After so many passes without gain it is begun from the best plan again."""
MOST_NOISE = 1.0
"""Noise on the urgencies, in mean lengths of an operation: half of it is less than this."""


class Sweeps:
    """One worker's passes over a shop without changeovers, each operation in the mode it has.

    ``minutes``: how long each operation takes.
    """

    def __init__(self, shop: PlainShop, mode: NDArray[np.int32], seed: int) -> None:
        ways = shop.ways[shop.ops["mode_at"][:-1] + mode]
        self._shop = shop
        self._mode = mode
        self._machine = ways["to"].astype(np.int64)
        self.minutes = ways["minutes"].astype(np.int64)
        self._mean = float(self.minutes.mean())
        self._dice = np.random.default_rng(seed)

    def walk(
        self,
        start: Times,
        worth: int,
        going_on: Callable[[], bool],
        take: Callable[[Sequences], tuple[int, Times]],
    ) -> None:
        """From a plan's starts and makespan on, as long as ``going_on`` says.

        ``take`` is given each plan that is better, or when this has strayed for long the best one
        again, and says the makespan and the starts to go on from.
        """
        at, idle, backwards = start, 0, True
        while going_on():
            urgency = -(at + self.minutes) if backwards else at
            found, whole = self.dispatched(urgency, idle, backwards=backwards)
            at = whole - (found + self.minutes) if backwards else found
            backwards = not backwards
            idle += 1
            if whole < worth or idle >= STRAYING:
                worth, best = take(self.sequences(at))
                if idle >= STRAYING:
                    at, backwards = best, bool(self._dice.integers(2))
                idle = 0 if whole <= worth else 1

    def dispatched(self, urgency: Times, idle: int, *, backwards: bool) -> tuple[Times, int]:
        """One pass, what is least in ``urgency`` first, with noise unless ``idle`` is 0.

        Starts, backwards counted from the end, and the makespan.
        """
        s = self._shop
        noisy: Any = urgency
        if idle:
            size = MOST_NOISE * self._mean * np.exp(self._dice.normal())
            noisy = urgency + self._dice.normal(0, size, s.size)
        by_rank = np.argsort(noisy, kind="stable")
        rank = np.empty(s.size, np.int64)
        rank[by_rank] = np.arange(s.size)
        start = np.zeros(s.size, np.int64)
        whole = dispatch(
            s.ops, s.links, s.rows, self._machine, self.minutes, rank, by_rank, backwards, start
        )
        return start, int(whole)

    def sequences(self, start: Times) -> Sequences:
        """What the starts of a plan say of who is before whom on each machine."""
        order = np.lexsort((start, self._machine))
        previous = np.full(self._shop.size, NONE, np.int32)
        same = self._machine[order[1:]] == self._machine[order[:-1]]
        previous[order[1:][same]] = order[:-1][same]
        return Sequences(self._mode, previous)


class Patience:
    """Says when sweeping no longer pays: nothing was gained for a part of the time there was."""

    def __init__(self, left: float, share: float, most: float) -> None:
        """``left`` seconds in all, of which at most the part ``most`` is for sweeping."""
        self._quiet = share * left
        self._end = time.monotonic() + most * left
        self.gained()

    def gained(self) -> None:
        """Something was."""
        self._since = time.monotonic()

    def over(self) -> bool:
        """Whether to go on to something else."""
        now = time.monotonic()
        return now > self._end or now - self._since > self._quiet
