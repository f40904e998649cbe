"""First plans: a serial schedule generation scheme driven by priority rules.

This first state knows unary machines that never close, modes and precedences.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence

from app.scheduling.problem import Placement, Problem, Schedule, Weights


class Shop:
    """A problem compiled for decoding: flat lists, made once and used by many decodes."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        count = len(problem.operations)
        self.before: list[list[tuple[int, int]]] = [[] for _ in range(count)]
        self.after: list[list[int]] = [[] for _ in range(count)]
        for link in problem.precedences:
            self.before[link.after].append((link.before, link.min_lag))
            self.after[link.before].append(link.after)
        self.modes = [
            [(m.machine, -(-m.run_seconds // 60)) for m in operation.modes]
            for operation in problem.operations
        ]


def construct(
    problem: Problem | Shop,
    *,
    weights: Weights,
    rule: str = "atcs",
    seed: int = 0,
    restarts: int = 0,
    stop: Callable[[], bool] | None = None,
) -> Schedule:
    """A first plan by priority rule."""
    shop = problem if isinstance(problem, Shop) else Shop(problem)
    orders = shop.problem.orders
    operations = shop.problem.operations
    sequence = sorted(range(len(operations)), key=lambda i: orders[operations[i].order].due)
    return decode(shop, sequence)


def decode(
    problem: Problem | Shop,
    sequence: Sequence[int],
    modes: Mapping[int, int] | None = None,
    fixed: Mapping[int, Placement] | None = None,
) -> Schedule:
    """The schedule that places operations in this priority sequence, each as early as it fits."""
    shop = problem if isinstance(problem, Shop) else Shop(problem)
    free = [shop.problem.now] * len(shop.problem.machines)
    placed: dict[int, Placement] = dict(fixed or {})
    for placement in placed.values():
        machine = shop.modes[placement.operation][placement.mode][0]
        free[machine] = max(free[machine], placement.end)
    rank = {operation: position for position, operation in enumerate(sequence)}
    waiting = [len(before) for before in shop.before]
    ready = [(rank[i], i) for i, count in enumerate(waiting) if not count]
    heapq.heapify(ready)
    while ready:
        _, i = heapq.heappop(ready)
        if i not in placed:
            placed[i] = _earliest(shop, i, placed, free, (modes or {}).get(i))
        for j in shop.after[i]:
            waiting[j] -= 1
            if not waiting[j]:
                heapq.heappush(ready, (rank[j], j))
    return Schedule(tuple(placed[i] for i in sorted(placed)))


def _earliest(
    shop: Shop, i: int, placed: Mapping[int, Placement], free: list[int], mode: int | None
) -> Placement:
    ready = max((placed[j].end + lag for j, lag in shop.before[i]), default=shop.problem.now)
    choices = range(len(shop.modes[i])) if mode is None else (mode,)
    end, start, chosen = min(
        (max(ready, free[m]) + run, max(ready, free[m]), k)
        for k in choices
        for m, run in (shop.modes[i][k],)
    )
    free[shop.modes[i][chosen][0]] = end
    segments = ((start, end),) if end > start else ()
    return Placement(i, chosen, start, start, end, segments)
