"""Parts of a shop that is too large to be walked as a whole: cut out, searched, put back.

A part is a stretch of a topological order: what lies before it gives release times and machines'
ready times, what lies behind gives tails, so that the makespan of the part is the longest path
through it, exactly. Cutting and putting back are linear in the part and in its machines' rows.
Numba, as ``kernel``.
"""

from __future__ import annotations

import numpy as np

from app.scheduling.tabu.arrays import (
    LINK,
    NONE,
    OPERATION,
    WAY,
    PlainShop,
    Sequences,
    Table,
)
from app.scheduling.tabu.compiled import compiled


def cut(shop: PlainShop, live: Table, rows: Table, members: np.ndarray, position: np.ndarray,
        low: int) -> tuple[PlainShop, Sequences]:  # fmt: skip
    """The shop of ``members`` alone, and the plan in ``live`` within it.

    ``position``: place of each operation in the order of the moment, of which ``members`` are the
    stretch that begins at ``low``; ``live`` holds heads and tails.
    """
    n = len(members)
    starts, ends = shop.ops[members], shop.ops[members + 1]
    count = {
        mark: int((ends[mark] - starts[mark]).sum())
        for mark in ("before_at", "after_at", "mode_at")
    }
    ops = np.zeros(n + 1, OPERATION)
    links = np.zeros(max(count["before_at"], count["after_at"]), LINK)
    ways = np.zeros(count["mode_at"], WAY)
    around = shop.rows.copy()
    mode, previous = np.zeros(n, np.int32), np.full(n, NONE, np.int32)
    _cut(
        *(shop.ops, shop.links, shop.ways, rows, live, members, position, low),
        *(ops, links, ways, around, mode, previous),
    )
    return PlainShop(ops, links, ways, around, shop.setup, shop.now), Sequences(mode, previous)


@compiled
def _cut(
    ops, links, ways, rows, live, members, position, low, part_ops, part_links, part_ways,
    around, mode, previous,
):  # fmt: skip
    n = len(members)
    high = low + n
    before, after, way = 0, 0, 0
    for z in range(n):
        i = members[z]
        part_ops[z].before_at, part_ops[z].after_at = before, after
        part_ops[z].mode_at = way
        part_ops[z].family = ops[i].family
        part_ops[z].release, part_ops[z].rest = ops[i].release, ops[i].rest
        for k in range(ops[i].before_at, ops[i + 1].before_at):
            j, lag = links[k].before, links[k].before_lag
            if low <= position[j] < high:
                part_links[before].before = position[j] - low
                part_links[before].before_lag = lag
                before += 1
            else:
                end = live[j].head + live[j].length + lag
                part_ops[z].release = max(part_ops[z].release, end)
        for k in range(ops[i].after_at, ops[i + 1].after_at):
            j, lag = links[k].after, links[k].after_lag
            if low <= position[j] < high:
                part_links[after].after = position[j] - low
                part_links[after].after_lag = lag
                after += 1
            else:
                path = live[j].tail + live[j].length + lag
                part_ops[z].rest = max(part_ops[z].rest, path)
        for k in range(ops[i].mode_at, ops[i + 1].mode_at):
            part_ways[way].to, part_ways[way].minutes = ways[k].to, ways[k].minutes
            way += 1
        mode[z] = live[i].mode
        j = live[i].previous
        previous[z] = position[j] - low if j >= 0 and position[j] >= low else -1
    part_ops[n].before_at, part_ops[n].after_at, part_ops[n].mode_at = before, after, way
    for m in range(len(rows)):
        left, right = neighbours(rows, live, position, m, low, high)
        if left >= 0:
            around[m].ready = live[left].head + live[left].length
            around[m].mounted = ops[left].family
        if right >= 0:
            around[m].behind = live[right].tail + live[right].length
            around[m].coming = ops[right].family


@compiled
def neighbours(rows, live, position, m, low, high):
    """The last operation of machine ``m`` before a stretch, and the first one behind it."""
    left = -1
    i = rows[m].first
    while i >= 0 and position[i] < low:
        left = i
        i = live[i].following
    while i >= 0 and position[i] < high:
        i = live[i].following
    return left, i


@compiled
def put_back(ops, ways, rows, live, members, position, low, mode, previous):
    """The plan (``mode``, ``previous``) of a part into ``live``, which is to be evaluated then."""
    n = len(members)
    high = low + n
    machines = len(rows)
    left, right = np.empty(machines, np.int32), np.empty(machines, np.int32)
    for m in range(machines):
        left[m], right[m] = neighbours(rows, live, position, m, low, high)
    following = np.full(n, -1, np.int32)
    first, last = np.full(machines, -1, np.int32), np.full(machines, -1, np.int32)
    for z in range(n):
        if previous[z] >= 0:
            following[previous[z]] = z
    for z in range(n):
        m = ways[ops[members[z]].mode_at + mode[z]].to
        if previous[z] < 0:
            first[m] = z
        if following[z] < 0:
            last[m] = z
        live[members[z]].mode = mode[z]
    for z in range(n):
        if previous[z] >= 0:
            live[members[z]].previous = members[previous[z]]
    for m in range(machines):
        if first[m] >= 0:
            live[members[first[m]]].previous = left[m]
        if right[m] >= 0:
            live[right[m]].previous = members[last[m]] if last[m] >= 0 else left[m]
