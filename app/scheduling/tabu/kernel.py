"""What the compiled search is made of: heads and tails, and how a move changes them.

Terms: the *head* of an operation is its earliest start, the *tail* the longest path from its end
to the end of all; an operation is critical if head + length + tail is the makespan. After a move
only what it changes is computed anew, in an order that is mended where the move broke it
(Nowicki and Smutnicki 2005; Pearce and Kelly 2007 for the mending).

Everything here is numba: plain loops over the integer tables that ``arrays`` describes, with one
line per operation, so that what is looked at together lies together. Compiled code is kept on
disk; the first use on a machine compiles for some seconds (``search.prepare``).

The arguments are the same everywhere: ``ops`` (operations), ``links`` (precedences), ``ways``
(modes), ``rows`` (machines), ``setup[rule, from, to]``, ``live`` (the plan and its times),
``lists`` (the order, and scratch).
"""

from __future__ import annotations

import numpy as np

from app.scheduling.tabu.arrays import BUFFER, ENDS, ORDER
from app.scheduling.tabu.compiled import compiled

HUGE = 2147483647
SLOTS = 1 << 16
"""Size of the tabu lists, which are tables of hashed pairs."""


@compiled
def draw(chance, n):
    """A number below ``n`` (xorshift64*)."""
    x = chance[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    chance[0] = x
    return np.int64(((x * np.uint64(2685821657736338717)) >> np.uint64(33)) % np.uint64(n))


@compiled
def slot(one, other):
    """Place of a pair in a tabu list."""
    return (np.int64(one) * 2654435761 + np.int64(other) * 40503 * 65537) >> 7 & (SLOTS - 1)


@compiled
def change(ops, rows, setup, m, one, other):
    """Minutes of setup on machine ``m`` from operation to operation."""
    k = rows[m].rule
    if k < 0 or ops[one].family < 0 or ops[other].family < 0:
        return 0
    return setup[k, ops[one].family, ops[other].family]


@compiled
def opening(ops, rows, setup, m, i):
    """Earliest start of ``i`` as the first of machine ``m``."""
    k = rows[m].rule
    if k < 0 or rows[m].mounted < 0 or ops[i].family < 0:
        return rows[m].ready
    return rows[m].ready + setup[k, rows[m].mounted, ops[i].family]


@compiled
def closing(ops, rows, setup, m, i):
    """Least tail of ``i`` as the last of machine ``m``."""
    k = rows[m].rule
    if k < 0 or rows[m].coming < 0 or ops[i].family < 0:
        return rows[m].behind
    return rows[m].behind + setup[k, ops[i].family, rows[m].coming]


@compiled
def ready_by_precedence(ops, links, live, i):
    """Earliest start but for the machine."""
    ready = ops[i].release
    for k in range(ops[i].before_at, ops[i + 1].before_at):
        j = links[k].before
        end = live[j].head + live[j].length + links[k].before_lag
        if end > ready:
            ready = end
    return ready


@compiled
def rest_by_precedence(ops, links, live, i):
    """Tail but for the machine."""
    rest = ops[i].rest
    for k in range(ops[i].after_at, ops[i + 1].after_at):
        j = links[k].after
        path = live[j].tail + live[j].length + links[k].after_lag
        if path > rest:
            rest = path
    return rest


@compiled
def head_of(ops, links, rows, setup, live, i):
    ready = ready_by_precedence(ops, links, live, i)
    j = live[i].previous
    if j >= 0:
        end = live[j].head + live[j].length + change(ops, rows, setup, live[i].machine, j, i)
    else:
        end = opening(ops, rows, setup, live[i].machine, i)
    return end if end > ready else ready


@compiled
def tail_of(ops, links, rows, setup, live, i):
    rest = rest_by_precedence(ops, links, live, i)
    j = live[i].following
    if j >= 0:
        path = live[j].tail + live[j].length + change(ops, rows, setup, live[i].machine, i, j)
    else:
        path = closing(ops, rows, setup, live[i].machine, i)
    return path if path > rest else rest


@compiled
def worth_of(ops, rows, setup, live, lists):
    """The makespan: the longest path to an end, which is in the list of ends or on a machine."""
    longest = 0
    for z in range(lists[ENDS, len(ops) - 1]):
        i = lists[ENDS, z]
        longest = max(longest, live[i].head + live[i].length + ops[i].rest)
    for m in range(len(rows)):
        i = rows[m].last
        if i >= 0:
            end = live[i].head + live[i].length
            longest = max(longest, end + closing(ops, rows, setup, m, i))
    return longest


@compiled
def evaluate(ops, links, ways, rows, setup, live, lists):
    """Machines, lengths, order, heads and tails of a plan (``mode``, ``previous``) from nothing.

    Its makespan, or -1 for a circle.
    """
    n = len(ops) - 1
    for m in range(len(rows)):
        rows[m].first = rows[m].last = -1
    for i in range(n):
        live[i].following = -1
    ends = 0
    for i in range(n):
        way = ops[i].mode_at + live[i].mode
        live[i].length, live[i].machine = ways[way].minutes, ways[way].to
        live[i].dirty = live[i].mark = 0
        if live[i].previous >= 0:
            live[live[i].previous].following = i
        else:
            rows[live[i].machine].first = i
        if ops[i].rest > 0 or ops[i + 1].after_at == ops[i].after_at:
            lists[ENDS, ends] = i
            ends += 1
    lists[ENDS, n] = ends
    last = 0
    for i in range(n):
        if live[i].following < 0:
            rows[live[i].machine].last = i
        waits = ops[i + 1].before_at - ops[i].before_at + (1 if live[i].previous >= 0 else 0)
        lists[BUFFER, i] = waits
        if waits == 0:
            lists[ORDER, last] = i
            last += 1
    at = 0
    while at < last:
        i = lists[ORDER, at]
        live[i].place = at
        at += 1
        live[i].head = head_of(ops, links, rows, setup, live, i)
        for k in range(ops[i].after_at, ops[i + 1].after_at):
            last = freed(lists, links[k].after, last)
        if live[i].following >= 0:
            last = freed(lists, live[i].following, last)
    if last < n:
        return -1
    for at in range(n - 1, -1, -1):
        i = lists[ORDER, at]
        live[i].tail = tail_of(ops, links, rows, setup, live, i)
    return worth_of(ops, rows, setup, live, lists)


@compiled
def freed(lists, j, last):
    """``j`` waits for one operation less; into the order if it waits for none."""
    lists[BUFFER, j] -= 1
    if lists[BUFFER, j] > 0:
        return last
    lists[ORDER, last] = j
    return last + 1


@compiled
def take_out(live, rows, m, i):
    one, other = live[i].previous, live[i].following
    if one >= 0:
        live[one].following = other
    else:
        rows[m].first = other
    if other >= 0:
        live[other].previous = one
    else:
        rows[m].last = one


@compiled
def put_after(live, rows, m, i, one):
    """``one`` = -1: to the front of machine ``m``."""
    if one >= 0:
        other = live[one].following
        live[one].following = i
    else:
        other = rows[m].first
        rows[m].first = i
    live[i].previous, live[i].following = one, other
    if other >= 0:
        live[other].previous = i
    else:
        rows[m].last = i


@compiled
def mend_order(ops, links, live, lists, u, token):
    """The order anew around ``u``, which has new neighbours on its machine; False for a circle."""
    one, other = live[u].previous, live[u].following
    if one >= 0 and live[one].place > live[u].place:
        # u and what depends on it go behind ``one``
        low, high = live[u].place, live[one].place
        at, moved = low, 0
        for z in range(low, high + 1):
            w = lists[ORDER, z]
            hit = w == u
            if not hit:
                j = live[w].previous
                hit = j >= 0 and live[j].mark == token
                for k in range(ops[w].before_at, ops[w + 1].before_at):
                    if live[links[k].before].mark == token:
                        hit = True
            if hit:
                live[w].mark = token
                lists[BUFFER, moved] = w
                moved += 1
            else:
                lists[ORDER, at] = w
                live[w].place = at
                at += 1
        if live[one].mark == token:
            return False
        for z in range(moved):
            w = lists[BUFFER, z]
            lists[ORDER, at] = w
            live[w].place = at
            at += 1
    elif other >= 0 and live[other].place < live[u].place:
        # u and what it depends on go before ``other``
        low, high = live[other].place, live[u].place
        at, moved = high, 0
        for z in range(high, low - 1, -1):
            w = lists[ORDER, z]
            hit = w == u
            if not hit:
                j = live[w].following
                hit = j >= 0 and live[j].mark == token
                for k in range(ops[w].after_at, ops[w + 1].after_at):
                    if live[links[k].after].mark == token:
                        hit = True
            if hit:
                live[w].mark = token
                lists[BUFFER, moved] = w
                moved += 1
            else:
                lists[ORDER, at] = w
                live[w].place = at
                at -= 1
        if live[other].mark == token:
            return False
        for z in range(moved):
            w = lists[BUFFER, z]
            lists[ORDER, at] = w
            live[w].place = at
            at -= 1
    return True


@compiled
def touch(live, i, pending):
    """Mark ``i`` to be computed anew; one more pending unless it is marked already."""
    if live[i].dirty == 0:
        live[i].dirty = 1
        return pending + 1
    return pending


@compiled
def update(ops, links, rows, setup, live, lists, u, left, right):
    """Heads and tails after ``u`` moved away from between ``left`` and ``right``; the makespan."""
    other = live[u].following
    pending = touch(live, u, 0)
    low = live[u].place
    for k in range(ops[u].after_at, ops[u + 1].after_at):
        pending = touch(live, links[k].after, pending)
    if right >= 0:
        pending = touch(live, right, pending)
        low = min(low, live[right].place)
    if other >= 0:
        pending = touch(live, other, pending)
    z = low
    while pending > 0:
        i = lists[ORDER, z]
        z += 1
        if live[i].dirty == 0:
            continue
        live[i].dirty = 0
        pending -= 1
        new = head_of(ops, links, rows, setup, live, i)
        if new != live[i].head:
            live[i].head = new
            for k in range(ops[i].after_at, ops[i + 1].after_at):
                pending = touch(live, links[k].after, pending)
            j = live[i].following
            if j >= 0:
                pending = touch(live, j, pending)
    one = live[u].previous
    pending = touch(live, u, 0)
    high = live[u].place
    for k in range(ops[u].before_at, ops[u + 1].before_at):
        pending = touch(live, links[k].before, pending)
    if left >= 0:
        pending = touch(live, left, pending)
        high = max(high, live[left].place)
    if one >= 0:
        pending = touch(live, one, pending)
    z = high
    while pending > 0:
        i = lists[ORDER, z]
        z -= 1
        if live[i].dirty == 0:
            continue
        live[i].dirty = 0
        pending -= 1
        new = tail_of(ops, links, rows, setup, live, i)
        if new != live[i].tail:
            live[i].tail = new
            for k in range(ops[i].before_at, ops[i + 1].before_at):
                pending = touch(live, links[k].before, pending)
            j = live[i].previous
            if j >= 0:
                pending = touch(live, j, pending)
    return worth_of(ops, rows, setup, live, lists)


@compiled
def make_move(ops, links, ways, rows, setup, live, lists, u, one, mode, token):
    """``u`` in ``mode`` right after ``one`` (-1: first); the makespan, or -1 for a circle."""
    left, right = live[u].previous, live[u].following
    take_out(live, rows, live[u].machine, u)
    live[u].mode = mode
    live[u].length = ways[ops[u].mode_at + mode].minutes
    live[u].machine = ways[ops[u].mode_at + mode].to
    put_after(live, rows, live[u].machine, u, one)
    if not mend_order(ops, links, live, lists, u, token):
        return -1
    return update(ops, links, rows, setup, live, lists, u, left, right)
