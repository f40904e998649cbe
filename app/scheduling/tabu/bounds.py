"""A bound that needs no search: what the busiest machines must do at least."""

from __future__ import annotations

from collections import defaultdict
from heapq import heappop, heappush
from itertools import pairwise

import numpy as np

from app.scheduling.tabu.arrays import PlainShop

MOST_GROUPS = 2_000
"""So many groups of machines are looked at; the rest would cost more than it brings."""


def lower_bound(shop: PlainShop) -> int:
    """Minutes after now before which no plan ends.

    The longest of: a path of precedences; per machine, what only it can do, with pauses allowed
    (Jackson's preemptive schedule; Carlier 1982); per group of machines, what only they can do,
    spread over them evenly. Changeovers count as nothing.
    """
    shortest = _shortest(shop)
    heads, tails = _paths(shop, shortest)
    best = int((heads + shortest + tails).max())
    for group, members in _groups(shop).items():
        if len(group) == 1:
            best = max(best, _preemptive(heads, shortest, tails, members))
        work = int(shortest[members].sum())
        spread = int(heads[members].min()) - (-work // len(group)) + int(tails[members].min())
        best = max(best, spread)
    return best


def _shortest(shop: PlainShop) -> np.ndarray:
    return np.minimum.reduceat(shop.ways["minutes"].astype(np.int64), shop.ops["mode_at"][:-1])


def _paths(shop: PlainShop, length: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Heads and tails by precedences alone."""
    order = _order(shop)
    ops, links = shop.ops, shop.links
    heads = ops["release"][:-1].astype(np.int64)
    tails = ops["rest"][:-1].astype(np.int64)
    before_at, after_at = ops["before_at"].tolist(), ops["after_at"].tolist()
    before, lag = links["before"].tolist(), links["before_lag"].tolist()
    after, lag_after = links["after"].tolist(), links["after_lag"].tolist()
    head, tail, size = heads.tolist(), tails.tolist(), length.tolist()
    for i in order:
        for k in range(before_at[i], before_at[i + 1]):
            j = before[k]
            head[i] = max(head[i], head[j] + size[j] + lag[k])
    for i in reversed(order):
        for k in range(after_at[i], after_at[i + 1]):
            j = after[k]
            tail[i] = max(tail[i], tail[j] + size[j] + lag_after[k])
    return np.array(head), np.array(tail)


def _order(shop: PlainShop) -> list[int]:
    """Operations after their predecessors."""
    before_at, after_at = shop.ops["before_at"].tolist(), shop.ops["after_at"].tolist()
    after = shop.links["after"].tolist()
    waits = [b - a for a, b in pairwise(before_at)]
    order = [i for i in range(shop.size) if waits[i] == 0]
    for i in order:  # grows while it is read
        for k in range(after_at[i], after_at[i + 1]):
            waits[after[k]] -= 1
            if waits[after[k]] == 0:
                order.append(after[k])
    return order


def _groups(shop: PlainShop) -> dict[frozenset[int], np.ndarray]:
    """Groups of machines with the operations that only they can do."""
    marks, machines = shop.ops["mode_at"].tolist(), shop.ways["to"].tolist()
    own: defaultdict[frozenset[int], list[int]] = defaultdict(list)
    for i in range(shop.size):
        own[frozenset(machines[marks[i] : marks[i + 1]])].append(i)
    if len(own) ** 2 > MOST_GROUPS * 100:
        return {group: np.array(members) for group, members in own.items()}
    wanted = {*own, frozenset().union(*own)}
    return {
        group: np.array([i for part, members in own.items() if part <= group for i in members])
        for group in wanted
    }


def _preemptive(
    heads: np.ndarray, length: np.ndarray, tails: np.ndarray, members: np.ndarray
) -> int:
    """End of the best schedule of one machine that may interrupt its work."""
    arriving = sorted(zip(*(a[members].tolist() for a in (heads, length, tails)), strict=True))
    waiting: list[tuple[int, int]] = []  # (-tail, minutes left)
    now, best, at = 0, 0, 0
    while at < len(arriving) or waiting:
        if not waiting:
            now = max(now, arriving[at][0])
        while at < len(arriving) and arriving[at][0] <= now:
            heappush(waiting, (-arriving[at][2], arriving[at][1]))
            at += 1
        tail, left = heappop(waiting)
        until = arriving[at][0] if at < len(arriving) else now + left
        if now + left <= until:
            now += left
            best = max(best, now - tail)
        else:
            heappush(waiting, (tail, left - (until - now)))
            now = until
    return best
