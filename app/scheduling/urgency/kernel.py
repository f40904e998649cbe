"""The compiled dispatcher: time goes on, and a free machine takes what is most urgent.

Urgency is apparent tardiness cost in its logarithm (Vepsalainen and Morton 1987): value per minute,
less the slack that is left, in units of a look-ahead. Slack counts the time that the rest of the
order is expected to take, which is learnt from plan to plan (lead time iteration). Numba; the
tables are those of ``tabu.arrays``.
"""

from __future__ import annotations

import heapq

import numpy as np

from app.scheduling.tabu.compiled import compiled

LOOKAHEAD, BY_REST = range(2)
"""The rule's figures: minutes; how much the rest's work counts for the value per minute, against
the operation's own (0 to 1)."""
BITS = 22
"""Events are numbers: time, and in so many bits what happens."""


@compiled
def rest_work(ops, links, ways):
    """The longest work behind each operation, by its shortest modes."""
    n = len(ops) - 1
    shortest, rest = np.zeros(n, np.int64), np.zeros(n, np.int64)
    waits, todo, last = np.zeros(n, np.int64), np.zeros(n, np.int64), 0
    for i in range(n):
        shortest[i] = ways[ops[i].mode_at].minutes
        for k in range(ops[i].mode_at, ops[i + 1].mode_at):
            shortest[i] = min(shortest[i], ways[k].minutes)
        waits[i] = ops[i + 1].after_at - ops[i].after_at
        if waits[i] == 0:
            todo[last] = i
            last += 1
    at = 0
    while at < last:
        i = todo[at]
        at += 1
        for k in range(ops[i].before_at, ops[i + 1].before_at):
            j = links[k].before
            rest[j] = max(rest[j], rest[i] + shortest[i] + links[k].before_lag)
            waits[j] -= 1
            if waits[j] == 0:
                todo[last] = j
                last += 1
    return rest


@compiled
def dispatch(
    ops, links, ways, rows, setup, order_of, due, weight, favour, rest, lead, rule,
    mode, previous, done, ends,
):  # fmt: skip
    """Plan everything; modes and machine sequences go into ``mode`` and ``previous``.

    ``favour`` per order is added to the urgency of its operations; ``rest`` and ``lead`` are the
    work and the time from an operation's end to the end of its order. ``done`` and ``ends``
    become the end of each operation and order.
    Weighted tardiness in minutes, and the number of late orders.
    """
    n, machines = len(ops) - 1, len(rows)
    queue_at = np.zeros(machines + 1, np.int64)
    for k in range(len(ways)):
        queue_at[ways[k].to + 1] += 1
    for m in range(machines):
        queue_at[m + 1] += queue_at[m]
    queue, way_of = np.zeros(len(ways), np.int64), np.zeros(len(ways), np.int64)
    waiting = np.zeros(machines, np.int64)
    free, busy = np.zeros(machines, np.int64), np.zeros(machines, np.bool_)
    last = np.full(machines, -1, np.int64)
    ready, missing = np.zeros(n, np.int64), np.zeros(n, np.int64)
    started = np.zeros(n, np.bool_)
    touched = np.zeros(machines, np.bool_)
    ends[:] = 0
    events = [np.int64(0)]
    events.pop()
    for m in range(machines):
        free[m] = rows[m].ready
    for i in range(n):
        ready[i] = ops[i].release
        missing[i] = ops[i + 1].before_at - ops[i].before_at
        if missing[i] == 0:
            heapq.heappush(events, (ready[i] << BITS) + i)
    while len(events) > 0:
        now = events[0] >> BITS
        while len(events) > 0 and events[0] >> BITS == now:
            what = heapq.heappop(events) & ((1 << BITS) - 1)
            if what >= n:
                busy[what - n] = False
                touched[what - n] = True
                continue
            for k in range(ops[what].mode_at, ops[what + 1].mode_at):
                m = ways[k].to
                queue[queue_at[m] + waiting[m]] = what
                way_of[queue_at[m] + waiting[m]] = k
                waiting[m] += 1
                touched[m] = True
        for m in range(machines):
            if not touched[m]:
                continue
            touched[m] = False
            if busy[m]:
                continue
            best, chosen = -1e300, -1
            z = queue_at[m]
            while z < queue_at[m] + waiting[m]:
                i, k = queue[z], way_of[z]
                if started[i]:
                    waiting[m] -= 1
                    queue[z] = queue[queue_at[m] + waiting[m]]
                    way_of[z] = way_of[queue_at[m] + waiting[m]]
                    continue
                minutes = np.float64(ways[k].minutes)
                setup_minutes = change_from(ops, rows, setup, m, last[m], i)
                slack = due[order_of[i]] - now - minutes - setup_minutes - lead[i]
                size = minutes + setup_minutes + rule[BY_REST] * rest[i]
                urgency = (
                    favour[order_of[i]]
                    + np.log(weight[order_of[i]] / size)
                    - max(0.0, slack) / rule[LOOKAHEAD]
                )
                if urgency > best:
                    best, chosen = urgency, z
                z += 1
            if chosen < 0:
                continue
            i, k = queue[chosen], way_of[chosen]
            started[i], busy[m] = True, True
            start = max(now, free[m] + change_from(ops, rows, setup, m, last[m], i))
            end = start + ways[k].minutes
            mode[i], previous[i] = k - ops[i].mode_at, last[m]
            free[m], last[m] = end, i
            done[i] = end
            ends[order_of[i]] = max(ends[order_of[i]], end)
            heapq.heappush(events, (end << BITS) + n + m)
            for link in range(ops[i].after_at, ops[i + 1].after_at):
                j = links[link].after
                ready[j] = max(ready[j], end + links[link].after_lag)
                missing[j] -= 1
                if missing[j] == 0:
                    heapq.heappush(events, (ready[j] << BITS) + j)
    tardiness, late = 0.0, 0
    for order in range(len(due)):
        if ends[order] > due[order]:
            tardiness += weight[order] * (ends[order] - due[order])
            late += 1
    return tardiness, late


@compiled
def change_from(ops, rows, setup, m, one, i):
    """Minutes of setup on machine ``m`` after operation ``one`` (-1: at the beginning)."""
    k = rows[m].rule
    family = rows[m].mounted if one < 0 else ops[one].family
    if k < 0 or family < 0 or ops[i].family < 0:
        return 0
    return setup[k, family, ops[i].family]
