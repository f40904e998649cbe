"""The compiled pass of ``sweeps``: a large plain shop dispatched from its beginning or its end on.

Numba; the tables are those of ``tabu.arrays``.
"""

from __future__ import annotations

import heapq

import numpy as np

from app.scheduling.tabu.compiled import compiled

BITS = 22
"""Events are numbers: time, and in so many bits what happens."""


@compiled
def dispatch(ops, links, rows, machine, minutes, rank, by_rank, backwards, start):
    """Plan everything without delay: a free machine takes the least ``rank`` of what waits.

    ``machine`` and ``minutes`` per operation; ``by_rank`` is the inverse of ``rank``. ``start``
    becomes the start of each operation, backwards counted from the end. The makespan. Releases,
    and when machines are ready, count forwards only.
    """
    n, machines = len(ops) - 1, len(rows)
    queue_at = np.zeros(machines + 1, np.int64)
    for i in range(n):
        queue_at[machine[i] + 1] += 1
    for m in range(machines):
        queue_at[m + 1] += queue_at[m]
    queue, waiting = np.zeros(n, np.int64), np.zeros(machines, np.int64)
    busy, touched = np.zeros(machines, np.bool_), np.zeros(machines, np.bool_)
    todo = np.zeros(machines, np.int64)
    ready, missing = np.zeros(n, np.int64), np.zeros(n, np.int64)
    events = [np.int64(0)]
    events.pop()
    for i in range(n):
        if backwards:
            missing[i] = ops[i + 1].after_at - ops[i].after_at
        else:
            missing[i] = ops[i + 1].before_at - ops[i].before_at
            ready[i] = ops[i].release
        if missing[i] == 0:
            heapq.heappush(events, (ready[i] << BITS) + i)
    for m in range(machines):
        if rows[m].ready > 0 and not backwards:
            busy[m] = True
            heapq.heappush(events, (np.int64(rows[m].ready) << BITS) + n + m)
    whole = np.int64(0)
    while len(events) > 0:
        now = events[0] >> BITS
        last = 0
        while len(events) > 0 and events[0] >> BITS == now:
            what = heapq.heappop(events) & ((1 << BITS) - 1)
            if what >= n:
                m = what - n
                busy[m] = False
            else:
                m = machine[what]
                put(queue, queue_at[m], waiting[m], rank[what])
                waiting[m] += 1
            if not touched[m]:
                touched[m] = True
                todo[last] = m
                last += 1
        for z in range(last):
            m = todo[z]
            touched[m] = False
            if busy[m] or waiting[m] == 0:
                continue
            i = by_rank[queue[queue_at[m]]]
            waiting[m] -= 1
            drop_least(queue, queue_at[m], waiting[m])
            busy[m] = True
            start[i] = now
            end = now + minutes[i]
            whole = max(whole, end)
            heapq.heappush(events, (end << BITS) + n + m)
            first, after = ops[i].after_at, ops[i + 1].after_at
            if backwards:
                first, after = ops[i].before_at, ops[i + 1].before_at
            for k in range(first, after):
                j, lag = links[k].after, links[k].after_lag
                if backwards:
                    j, lag = links[k].before, links[k].before_lag
                ready[j] = max(ready[j], end + lag)
                missing[j] -= 1
                if missing[j] == 0:
                    heapq.heappush(events, (ready[j] << BITS) + j)
    return whole


@compiled
def put(queue, at, size, value):
    """Add to a heap of ``size`` values that begins at ``at``."""
    z = size
    while z > 0 and queue[at + (z - 1) // 2] > value:
        queue[at + z] = queue[at + (z - 1) // 2]
        z = (z - 1) // 2
    queue[at + z] = value


@compiled
def drop_least(queue, at, size):
    """Take the least value off a heap that then has ``size`` values."""
    value, z = queue[at + size], 0
    while 2 * z + 1 < size:
        child = 2 * z + 1
        if child + 1 < size and queue[at + child + 1] < queue[at + child]:
            child += 1
        if queue[at + child] >= value:
            break
        queue[at + z] = queue[at + child]
        z = child
    queue[at + z] = value
