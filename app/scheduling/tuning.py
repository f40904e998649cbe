"""A search over what a priority rule weighs: many plans by the compiled dispatcher, the best kept.

How much the worth of an order counts against its due date is a matter of the plant and its load;
one number for all orders is found by trying, then single orders are made more or less urgent.
Plans are compared by what can be read off the arrays; only what seems better becomes placements.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np

from app.scheduling.forward import records
from app.scheduling.forward.build import Forward, Stopped
from app.scheduling.objective import Objective, better, evaluate
from app.scheduling.problem import FOREVER, Schedule, Weights

Urgency = tuple[float, float, float]
"""Of weight, own work and work till the order is done, in mean operations (``by_rule``)."""

START: Urgency = (60.0, 50.0, 25.0)
SCALES = (1.0, 0.25, 3.0, 0.05)
"""Multiples of ``START`` to begin with: a plant with slack wants less."""
OTHER_WAY = 0.15
"""How often queues that were apart are compared, or the reverse."""
SPREAD = (0.6, 1.7)
"""By what the best urgencies are multiplied."""
EARLY = 40
"""So many tries go to the urgencies alone."""
STALE, STALE_SHARE = 200, 0.5
"""It ends after so many tries, and such a part of all tries, without anything better."""
SHIFTED = 0.02
"""Part of the late orders that are shifted at a time."""


class Tuner:
    """Plans of one problem, compared by the parts of the objective that arrays tell."""

    def __init__(self, forward: Forward, weights: Weights, seed: int = 0) -> None:
        self.forward, self.weights = forward, weights
        self._rng = random.Random(seed)  # noqa: S311
        problem = forward.problem
        self._due = np.array([o.due for o in problem.orders], np.int64)
        self._weight = np.array([float(o.weight) for o in problem.orders])
        self._order = forward.compiled.order
        self._late: Any = np.zeros(0, np.int64)
        self._urgency, self._shifts = START, dict[int, int]()  # of the best plan so far
        self._apart = False

    def improve(
        self,
        best: tuple[Schedule, Objective],
        over: Callable[[], bool],
        found: Callable[[Schedule, Objective], None] = lambda _, __: None,
    ) -> tuple[Schedule, Objective]:
        """The best plan met until it is ``over`` or stale; each better one is ``found``."""
        schedule, worth = best
        lowest = float("inf")
        last = 0
        try:
            for number, (urgency, moved, apart) in enumerate(self._tries()):
                if over() or number - last > max(STALE, STALE_SHARE * number):
                    break
                plant = self.forward.compiled.by_rule("edd", None, moved, urgency, apart)
                outcome = self.forward.run(plant, over)
                score, late = self._score(outcome.state)
                if score >= lowest:
                    continue
                last = number
                lowest, self._urgency, self._shifts, self._late = score, urgency, moved, late
                self._apart = apart
                other = self.forward.read(outcome)
                other_worth = evaluate(self.forward.problem, other)
                if better(other_worth, worth, self.weights):
                    schedule, worth = other, other_worth
                    found(schedule, worth)
        except Stopped:
            pass
        return schedule, worth

    def _tries(self) -> Iterator[tuple[Urgency, dict[int, int], bool]]:
        """First what orders weigh in all, then that and single orders by turns; endless."""
        for scale in SCALES:
            for apart in (False, True):
                yield (scale * START[0], scale * START[1], scale * START[2]), {}, apart
        for number in count():
            apart = self._apart != (self._rng.random() < OTHER_WAY)
            if number < EARLY or number % 3 == 0:
                yield self._varied(self._urgency), self._shifts, apart
            else:
                yield self._urgency, self._shifted(self._shifts), apart

    def _varied(self, urgency: Urgency) -> Urgency:
        rng = self._rng
        worth, own, rest = (
            part * rng.uniform(*SPREAD) if rng.random() < 0.6 else part for part in urgency
        )
        return worth, own, rest

    def _shifted(self, shifts: dict[int, int]) -> dict[int, int]:
        """Some late orders more urgent, some others less, by a few mean operations."""
        changed, rng = dict(shifts), self._rng
        reach = 30 * self.forward.compiled.mean
        some = max(1, int(SHIFTED * len(self._late)))
        for order in rng.choices(self._late.tolist() or [0], k=some):
            changed[order] = changed.get(order, 0) + int(rng.gauss(-0.3, 1.0) * reach)
        for order in rng.choices(range(len(self._due)), k=some):
            changed[order] = changed.get(order, 0) + int(rng.gauss(0.3, 1.0) * reach)
        return changed

    def _score(self, state: records.State) -> tuple[float, Any]:
        """The weighted sum but for cost, overtime and dear hours, and the late orders."""
        spot, weights, now = state.spot, self.weights, self.forward.problem.now
        placed = spot["way"] >= 0
        done = np.full(len(self._due), -FOREVER, np.int64)
        begun = np.full(len(self._due), FOREVER, np.int64)
        np.maximum.at(done, self._order[placed], spot["end"][placed])
        np.minimum.at(begun, self._order[placed], spot["setup_start"][placed])
        there = done > -FOREVER
        tardy = np.maximum(0, done - self._due)
        late = np.flatnonzero(tardy > 0)
        flow = (done - np.maximum(begun, now))[there].sum()
        score = (
            weights.weighted_tardiness_min * float((self._weight * tardy).sum())
            + weights.late_orders * len(late)
            + weights.setup_min * float(spot["setup"][placed].sum())
            + weights.flow_min * float(flow)
            + weights.makespan_min * float(max(0, int(done.max(initial=now)) - now))
        )
        score += weights.light_batches * self._light(state)
        score += weights.short_campaigns * self._short(state)
        return score + 1e12 * int((~placed).sum()), late

    def _light(self, state: records.State) -> int:
        """How many oven batches begin below their least load."""
        plant, spot = self.forward.compiled.plant, state.spot
        baked = np.flatnonzero((spot["way"] >= 0) & (spot["batch"] >= 0))
        number, way = spot["batch"][baked], plant.way[spot["way"][baked]]
        least, load = np.zeros((2, len(state.batch)), np.int64)
        np.maximum.at(least, number, way["least_load"])
        np.add.at(load, number, way["load"])
        least[number[plant.operation["started"][baked] > 0]] = 0
        return int((load < least).sum())

    def _short(self, state: records.State) -> int:
        """How many campaigns are cut short, by the least run of each operation."""
        plant, spot = self.forward.compiled.plant, state.spot
        if not plant.part["least_run"].any():
            return 0
        placed = np.flatnonzero(spot["way"] >= 0)
        alone = spot["batch"][placed] < 0
        _, first = np.unique(spot["batch"][placed], return_index=True)
        alone[first] = True  # of each batch one
        placed = placed[alone]
        placed = placed[np.lexsort((spot["end"][placed], spot["setup_start"][placed]))]
        way = plant.way[spot["way"][placed]]
        short = 0
        for m, machine in enumerate(plant.machine):
            for part in range(machine["parts_at"], machine["parts_end"]):
                least = plant.part[part]["least_run"]
                if least:
                    here = way["machine"] == m
                    k = part - machine["parts_at"]
                    short += self._cut(placed[here], way["least_run"][here], m, k, least)
        return short

    def _cut(self, sequence: Any, minutes: Any, m: int, k: int, least: int) -> int:
        """Campaigns of part ``k`` on one machine that are shorter than ``least``."""
        plant = self.forward.compiled.plant
        wanted = plant.families[sequence, k]
        cares = wanted != -1
        if not cares.any():
            return 0
        sequence, minutes, wanted = sequence[cares], minutes[cares], wanted[cares]
        begins = np.concatenate(([0], np.flatnonzero(wanted[1:] != wanted[:-1]) + 1))
        lengths = np.add.reduceat(minutes, begins)
        changed = plant.operation["started"][sequence[begins]] == 0
        mounted = self.forward.compiled.mounted[m, k]
        begun = changed.copy()
        begun[0] &= mounted not in (-1, wanted[0])
        return int((begun[:-1] & changed[1:] & (lengths[:-1] < least)).sum())
