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
from numba import njit

from app.scheduling.tabu.arrays import (
    AFTER,
    AFTER_AT,
    AFTER_LAG,
    BEFORE,
    BEFORE_AT,
    BEFORE_LAG,
    BEHIND,
    BUFFER,
    COMING,
    DIRTY,
    ENDS,
    FAMILY,
    FIRST,
    FOLLOWING,
    HEAD,
    LAST,
    LENGTH,
    MACHINE,
    MARK,
    MINUTES,
    MODE,
    MODE_AT,
    MOUNTED,
    ORDER,
    PLACE,
    PREVIOUS,
    READY,
    RELEASE,
    REST,
    RULE,
    TAIL,
    TO,
)

HUGE = 2147483647
SLOTS = 1 << 16
"""Size of the tabu lists, which are tables of hashed pairs."""


@njit(cache=True, nogil=True)
def draw(chance, n):
    """A number below ``n`` (xorshift64*)."""
    x = chance[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    chance[0] = x
    return np.int64(((x * np.uint64(2685821657736338717)) >> np.uint64(33)) % np.uint64(n))


@njit(cache=True, nogil=True)
def slot(one, other):
    """Place of a pair in a tabu list."""
    return (np.int64(one) * 2654435761 + np.int64(other) * 40503 * 65537) >> 7 & (SLOTS - 1)


@njit(cache=True, nogil=True)
def change(ops, rows, setup, m, one, other):
    """Minutes of setup on machine ``m`` from operation to operation."""
    k = rows[m, RULE]
    if k < 0 or ops[one, FAMILY] < 0 or ops[other, FAMILY] < 0:
        return 0
    return setup[k, ops[one, FAMILY], ops[other, FAMILY]]


@njit(cache=True, nogil=True)
def opening(ops, rows, setup, m, i):
    """Earliest start of ``i`` as the first of machine ``m``."""
    k = rows[m, RULE]
    if k < 0 or rows[m, MOUNTED] < 0 or ops[i, FAMILY] < 0:
        return rows[m, READY]
    return rows[m, READY] + setup[k, rows[m, MOUNTED], ops[i, FAMILY]]


@njit(cache=True, nogil=True)
def closing(ops, rows, setup, m, i):
    """Least tail of ``i`` as the last of machine ``m``."""
    k = rows[m, RULE]
    if k < 0 or rows[m, COMING] < 0 or ops[i, FAMILY] < 0:
        return rows[m, BEHIND]
    return rows[m, BEHIND] + setup[k, ops[i, FAMILY], rows[m, COMING]]


@njit(cache=True, nogil=True)
def ready_by_precedence(ops, links, live, i):
    """Earliest start but for the machine."""
    ready = ops[i, RELEASE]
    for k in range(ops[i, BEFORE_AT], ops[i + 1, BEFORE_AT]):
        j = links[k, BEFORE]
        end = live[j, HEAD] + live[j, LENGTH] + links[k, BEFORE_LAG]
        if end > ready:
            ready = end
    return ready


@njit(cache=True, nogil=True)
def rest_by_precedence(ops, links, live, i):
    """Tail but for the machine."""
    rest = ops[i, REST]
    for k in range(ops[i, AFTER_AT], ops[i + 1, AFTER_AT]):
        j = links[k, AFTER]
        path = live[j, TAIL] + live[j, LENGTH] + links[k, AFTER_LAG]
        if path > rest:
            rest = path
    return rest


@njit(cache=True, nogil=True)
def head_of(ops, links, rows, setup, live, i):
    ready = ready_by_precedence(ops, links, live, i)
    j = live[i, PREVIOUS]
    if j >= 0:
        end = live[j, HEAD] + live[j, LENGTH] + change(ops, rows, setup, live[i, MACHINE], j, i)
    else:
        end = opening(ops, rows, setup, live[i, MACHINE], i)
    return end if end > ready else ready


@njit(cache=True, nogil=True)
def tail_of(ops, links, rows, setup, live, i):
    rest = rest_by_precedence(ops, links, live, i)
    j = live[i, FOLLOWING]
    if j >= 0:
        path = live[j, TAIL] + live[j, LENGTH] + change(ops, rows, setup, live[i, MACHINE], i, j)
    else:
        path = closing(ops, rows, setup, live[i, MACHINE], i)
    return path if path > rest else rest


@njit(cache=True, nogil=True)
def worth_of(ops, rows, setup, live, lists):
    """The makespan: the longest path to an end, which is in the list of ends or on a machine."""
    longest = 0
    for z in range(lists[ENDS, len(ops) - 1]):
        i = lists[ENDS, z]
        longest = max(longest, live[i, HEAD] + live[i, LENGTH] + ops[i, REST])
    for m in range(len(rows)):
        i = rows[m, LAST]
        if i >= 0:
            end = live[i, HEAD] + live[i, LENGTH]
            longest = max(longest, end + closing(ops, rows, setup, m, i))
    return longest


@njit(cache=True, nogil=True)
def evaluate(ops, links, ways, rows, setup, live, lists):
    """Machines, lengths, order, heads and tails of a plan (``MODE``, ``PREVIOUS``) from nothing.

    Its makespan, or -1 for a circle.
    """
    n = len(ops) - 1
    for m in range(len(rows)):
        rows[m, FIRST] = rows[m, LAST] = -1
    for i in range(n):
        live[i, FOLLOWING] = -1
    ends = 0
    for i in range(n):
        way = ops[i, MODE_AT] + live[i, MODE]
        live[i, LENGTH], live[i, MACHINE] = ways[way, MINUTES], ways[way, TO]
        live[i, DIRTY] = live[i, MARK] = 0
        if live[i, PREVIOUS] >= 0:
            live[live[i, PREVIOUS], FOLLOWING] = i
        else:
            rows[live[i, MACHINE], FIRST] = i
        if ops[i, REST] > 0 or ops[i + 1, AFTER_AT] == ops[i, AFTER_AT]:
            lists[ENDS, ends] = i
            ends += 1
    lists[ENDS, n] = ends
    last = 0
    for i in range(n):
        if live[i, FOLLOWING] < 0:
            rows[live[i, MACHINE], LAST] = i
        waits = ops[i + 1, BEFORE_AT] - ops[i, BEFORE_AT] + (1 if live[i, PREVIOUS] >= 0 else 0)
        lists[BUFFER, i] = waits
        if waits == 0:
            lists[ORDER, last] = i
            last += 1
    at = 0
    while at < last:
        i = lists[ORDER, at]
        live[i, PLACE] = at
        at += 1
        live[i, HEAD] = head_of(ops, links, rows, setup, live, i)
        for k in range(ops[i, AFTER_AT], ops[i + 1, AFTER_AT]):
            last = freed(lists, links[k, AFTER], last)
        if live[i, FOLLOWING] >= 0:
            last = freed(lists, live[i, FOLLOWING], last)
    if last < n:
        return -1
    for at in range(n - 1, -1, -1):
        i = lists[ORDER, at]
        live[i, TAIL] = tail_of(ops, links, rows, setup, live, i)
    return worth_of(ops, rows, setup, live, lists)


@njit(cache=True, nogil=True)
def freed(lists, j, last):
    """``j`` waits for one operation less; into the order if it waits for none."""
    lists[BUFFER, j] -= 1
    if lists[BUFFER, j] > 0:
        return last
    lists[ORDER, last] = j
    return last + 1


@njit(cache=True, nogil=True)
def take_out(live, rows, m, i):
    one, other = live[i, PREVIOUS], live[i, FOLLOWING]
    if one >= 0:
        live[one, FOLLOWING] = other
    else:
        rows[m, FIRST] = other
    if other >= 0:
        live[other, PREVIOUS] = one
    else:
        rows[m, LAST] = one


@njit(cache=True, nogil=True)
def put_after(live, rows, m, i, one):
    """``one`` = -1: to the front of machine ``m``."""
    if one >= 0:
        other = live[one, FOLLOWING]
        live[one, FOLLOWING] = i
    else:
        other = rows[m, FIRST]
        rows[m, FIRST] = i
    live[i, PREVIOUS], live[i, FOLLOWING] = one, other
    if other >= 0:
        live[other, PREVIOUS] = i
    else:
        rows[m, LAST] = i


@njit(cache=True, nogil=True)
def mend_order(ops, links, live, lists, u, token):
    """The order anew around ``u``, which has new neighbours on its machine; False for a circle."""
    one, other = live[u, PREVIOUS], live[u, FOLLOWING]
    if one >= 0 and live[one, PLACE] > live[u, PLACE]:
        # u and what depends on it go behind ``one``
        low, high = live[u, PLACE], live[one, PLACE]
        at, moved = low, 0
        for z in range(low, high + 1):
            w = lists[ORDER, z]
            hit = w == u
            if not hit:
                j = live[w, PREVIOUS]
                hit = j >= 0 and live[j, MARK] == token
                for k in range(ops[w, BEFORE_AT], ops[w + 1, BEFORE_AT]):
                    if live[links[k, BEFORE], MARK] == token:
                        hit = True
            if hit:
                live[w, MARK] = token
                lists[BUFFER, moved] = w
                moved += 1
            else:
                lists[ORDER, at] = w
                live[w, PLACE] = at
                at += 1
        if live[one, MARK] == token:
            return False
        for z in range(moved):
            w = lists[BUFFER, z]
            lists[ORDER, at] = w
            live[w, PLACE] = at
            at += 1
    elif other >= 0 and live[other, PLACE] < live[u, PLACE]:
        # u and what it depends on go before ``other``
        low, high = live[other, PLACE], live[u, PLACE]
        at, moved = high, 0
        for z in range(high, low - 1, -1):
            w = lists[ORDER, z]
            hit = w == u
            if not hit:
                j = live[w, FOLLOWING]
                hit = j >= 0 and live[j, MARK] == token
                for k in range(ops[w, AFTER_AT], ops[w + 1, AFTER_AT]):
                    if live[links[k, AFTER], MARK] == token:
                        hit = True
            if hit:
                live[w, MARK] = token
                lists[BUFFER, moved] = w
                moved += 1
            else:
                lists[ORDER, at] = w
                live[w, PLACE] = at
                at -= 1
        if live[other, MARK] == token:
            return False
        for z in range(moved):
            w = lists[BUFFER, z]
            lists[ORDER, at] = w
            live[w, PLACE] = at
            at -= 1
    return True


@njit(cache=True, nogil=True)
def touch(live, i, pending):
    """Mark ``i`` to be computed anew; one more pending unless it is marked already."""
    if live[i, DIRTY] == 0:
        live[i, DIRTY] = 1
        return pending + 1
    return pending


@njit(cache=True, nogil=True)
def update(ops, links, rows, setup, live, lists, u, left, right):
    """Heads and tails after ``u`` moved away from between ``left`` and ``right``; the makespan."""
    other = live[u, FOLLOWING]
    pending = touch(live, u, 0)
    low = live[u, PLACE]
    for k in range(ops[u, AFTER_AT], ops[u + 1, AFTER_AT]):
        pending = touch(live, links[k, AFTER], pending)
    if right >= 0:
        pending = touch(live, right, pending)
        low = min(low, live[right, PLACE])
    if other >= 0:
        pending = touch(live, other, pending)
    z = low
    while pending > 0:
        i = lists[ORDER, z]
        z += 1
        if live[i, DIRTY] == 0:
            continue
        live[i, DIRTY] = 0
        pending -= 1
        new = head_of(ops, links, rows, setup, live, i)
        if new != live[i, HEAD]:
            live[i, HEAD] = new
            for k in range(ops[i, AFTER_AT], ops[i + 1, AFTER_AT]):
                pending = touch(live, links[k, AFTER], pending)
            j = live[i, FOLLOWING]
            if j >= 0:
                pending = touch(live, j, pending)
    one = live[u, PREVIOUS]
    pending = touch(live, u, 0)
    high = live[u, PLACE]
    for k in range(ops[u, BEFORE_AT], ops[u + 1, BEFORE_AT]):
        pending = touch(live, links[k, BEFORE], pending)
    if left >= 0:
        pending = touch(live, left, pending)
        high = max(high, live[left, PLACE])
    if one >= 0:
        pending = touch(live, one, pending)
    z = high
    while pending > 0:
        i = lists[ORDER, z]
        z -= 1
        if live[i, DIRTY] == 0:
            continue
        live[i, DIRTY] = 0
        pending -= 1
        new = tail_of(ops, links, rows, setup, live, i)
        if new != live[i, TAIL]:
            live[i, TAIL] = new
            for k in range(ops[i, BEFORE_AT], ops[i + 1, BEFORE_AT]):
                pending = touch(live, links[k, BEFORE], pending)
            j = live[i, PREVIOUS]
            if j >= 0:
                pending = touch(live, j, pending)
    return worth_of(ops, rows, setup, live, lists)


@njit(cache=True, nogil=True)
def make_move(ops, links, ways, rows, setup, live, lists, u, one, mode, token):
    """``u`` in ``mode`` right after ``one`` (-1: first); the makespan, or -1 for a circle."""
    left, right = live[u, PREVIOUS], live[u, FOLLOWING]
    take_out(live, rows, live[u, MACHINE], u)
    live[u, MODE] = mode
    live[u, LENGTH] = ways[ops[u, MODE_AT] + mode, MINUTES]
    live[u, MACHINE] = ways[ops[u, MODE_AT] + mode, TO]
    put_after(live, rows, live[u, MACHINE], u, one)
    if not mend_order(ops, links, live, lists, u, token):
        return -1
    return update(ops, links, rows, setup, live, lists, u, left, right)
