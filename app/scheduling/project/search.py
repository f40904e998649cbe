"""The genetic search at work on the plan of a running improvement."""

from __future__ import annotations

import time

import numpy as np

from app.scheduling.incumbent import Incumbent
from app.scheduling.progress import Stage
from app.scheduling.project import kernel
from app.scheduling.project.arrays import Ints, Project, schedule_of, starts_of

POPULATION = 60
PATIENCE = 6_000
"""Children without a better plan after which the population is made anew."""
CHUNK_SECONDS = 0.08
"""The compiled search looks up so often: a stop is answered in less than 0.2 s."""


def prepare() -> None:
    """Compile the kernel, or load what an earlier run compiled."""
    nothing, marks = np.zeros(0, np.int32), np.zeros(2, np.int32)
    one = np.ones(1, np.int32)
    links = (marks, nothing, nothing)
    demand = np.ones((1, 1), np.int32)
    _Population(Project(*links, *links, one, 0 * one, demand, one, 3, 0), 1).evolve(1, 0)


class _Population:
    """Lists of operations and what they are worth; ``best`` are the starts of the best plan."""

    def __init__(self, project: Project, seed: int) -> None:
        self._project = project
        self._lists = np.zeros((POPULATION, project.size), np.int32)
        self._worth = np.full(POPULATION, 2**31 - 1, np.int64)
        self._filled = np.zeros(2, np.int64)
        self._usage = np.zeros((project.horizon + 1, len(project.capacity)), np.int32)
        self.best: Ints = np.zeros(project.size, np.int32)
        # 0 would stay 0 for ever.
        self._chance = np.array([(seed * 0x9E3779B97F4A7C15 + 1) % 2**64 or 1], np.uint64)

    @property
    def tired(self) -> bool:
        return bool(self._filled[1] > PATIENCE)

    def begin_anew(self) -> None:
        self._filled[:] = 0
        self._worth[:] = 2**31 - 1

    def add(self, starts: Ints) -> None:
        """A plan from elsewhere among the first ones."""
        depth = kernel.depths(self._project)
        self._lists[0] = kernel.in_order(starts, self._project, depth)
        self._worth[0] = int((starts + self._project.length).max())
        self._filled[0] = 1

    def evolve(self, rounds: int, target: int) -> int:
        """Makespan of the best plan of this population."""
        return int(
            kernel.evolve(
                self._project, self._lists, self._worth, self._filled, rounds, target, self.best,
                self._usage, self._chance,
            )
        )  # fmt: skip


class ProjectExplorer:
    """One worker: populations one after the other, the first with the plan in force among them."""

    def __init__(self, incumbent: Incumbent, project: Project, seed: int) -> None:
        self._incumbent = incumbent
        self._project = project
        self._population = _Population(project, seed)
        start = starts_of(project, incumbent.best.view.plan)
        if start is not None:
            self._population.add(start)
        self._rounds = 10

    def walk(self, until: float = float("inf")) -> None:
        """Until the search is over, or ``time.monotonic()`` reaches ``until``."""
        while not self._incumbent.over and time.monotonic() < until:
            began = time.monotonic()
            met = self._population.evolve(self._rounds, self._target())
            took = max(1e-4, time.monotonic() - began)
            grown = min(4 * self._rounds, self._rounds * CHUNK_SECONDS / took)
            self._rounds = max(1, int(grown))
            if met < self._standing():
                schedule = schedule_of(
                    self._incumbent.problem, self._project, self._population.best
                )
                self._incumbent.offer(self._incumbent.valued(schedule), Stage.MOVES)
            if self._standing() <= self._target():
                return
            if self._population.tired:
                self._population.begin_anew()
            self._incumbent.heartbeat()

    def _standing(self) -> int:
        return round(self._incumbent.best.objective.makespan_min)

    def _target(self) -> int:
        bound = self._incumbent.bound
        return 0 if bound is None else int(bound / self._incumbent.weights.makespan_min + 1e-6)
