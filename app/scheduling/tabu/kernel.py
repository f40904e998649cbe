"""The compiled search: heads and tails, block moves, moves to other machines, tabu list.

Terms: the *head* of an operation is its earliest start, the *tail* the longest path from its end
to the end of all; an operation is critical if head + length + tail is the makespan. Sources:
Balas and Vazacopoulos 1998 (block moves and their estimate), Zhang et al. 2007 (N6 and its
relatives), Mastrolilli and Gambardella 2000 (best insertion on another machine).

Everything here is numba: plain loops over int32 arrays, no Python objects. Compiled code is kept on
disk; the first use on a machine compiles for some seconds (``search.prepare``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

SLOTS = 1 << 20
"""Size of the tabu lists, which are tables of hashed arcs."""
HUGE = 2147483647


@njit(cache=True, nogil=True)
def draw(state: Any, n: Any) -> Any:
    """A number below ``n`` (xorshift64*)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return np.int64(((x * np.uint64(2685821657736338717)) >> np.uint64(33)) % np.uint64(n))


@njit(cache=True, nogil=True)
def change(rule: Any, family: Any, changeover: Any, m: Any, one: Any, other: Any) -> Any:
    """Minutes of setup on machine ``m`` from operation to operation."""
    k = rule[m]
    if k < 0 or family[one] < 0 or family[other] < 0:
        return 0
    return changeover[k, family[one], family[other]]


@njit(cache=True, nogil=True)
def opening(rule: Any, family: Any, changeover: Any, mounted: Any, m: Any, i: Any) -> Any:
    """Minutes of setup on machine ``m`` before its first operation."""
    k = rule[m]
    if k < 0 or mounted[m] < 0 or family[i] < 0:
        return 0
    return changeover[k, mounted[m], family[i]]


@njit(cache=True, nogil=True)
def evaluate(
    before_at, before, before_lag, after_at, after, after_lag, release,
    rule, family, changeover, mounted, machine, length, previous, following,
    head, tail, order, waiting,
):  # fmt: skip
    """Heads, tails and a topological ``order``; the makespan, or -1 for a circle."""
    n = len(release)
    last = 0
    for i in range(n):
        waiting[i] = before_at[i + 1] - before_at[i] + (1 if previous[i] >= 0 else 0)
        if waiting[i] == 0:
            order[last] = i
            last += 1
    at = 0
    makespan = 0
    while at < last:
        i = order[at]
        at += 1
        ready = release[i]
        for k in range(before_at[i], before_at[i + 1]):
            j = before[k]
            end = head[j] + length[j] + before_lag[k]
            if end > ready:
                ready = end
        j = previous[i]
        if j >= 0:
            end = head[j] + length[j] + change(rule, family, changeover, machine[i], j, i)
        else:
            end = opening(rule, family, changeover, mounted, machine[i], i)
        if end > ready:
            ready = end
        head[i] = ready
        if ready + length[i] > makespan:
            makespan = ready + length[i]
        for k in range(after_at[i], after_at[i + 1]):
            j = after[k]
            waiting[j] -= 1
            if waiting[j] == 0:
                order[last] = j
                last += 1
        j = following[i]
        if j >= 0:
            waiting[j] -= 1
            if waiting[j] == 0:
                order[last] = j
                last += 1
    if last < n:
        return -1
    for at in range(n - 1, -1, -1):
        i = order[at]
        rest = 0
        for k in range(after_at[i], after_at[i + 1]):
            j = after[k]
            path = tail[j] + length[j] + after_lag[k]
            if path > rest:
                rest = path
        j = following[i]
        if j >= 0:
            path = tail[j] + length[j] + change(rule, family, changeover, machine[i], i, j)
            if path > rest:
                rest = path
        tail[i] = rest
    return makespan


@njit(cache=True, nogil=True)
def take_out(i, m, previous, following, first):
    one, other = previous[i], following[i]
    if one >= 0:
        following[one] = other
    else:
        first[m] = other
    if other >= 0:
        previous[other] = one


@njit(cache=True, nogil=True)
def put_after(i, one, m, previous, following, first):
    """``one`` = -1: to the front of machine ``m``."""
    if one >= 0:
        other = following[one]
        following[one] = i
    else:
        other = first[m]
        first[m] = i
    previous[i], following[i] = one, other
    if other >= 0:
        previous[other] = i


@njit(cache=True, nogil=True)
def search(
    before_at, before, before_lag, after_at, after, after_lag, mode_at, mode_machine, mode_length,
    release, family, rule, mounted, changeover, machines,
    mode, previous, following, first, best_mode, best_previous,
    flexible, setups, shaking, iterations, target, state, arcs, homes, clock,
):  # fmt: skip
    """Walk ``iterations`` steps from (mode, previous, following, first), which it changes.

    Ends early at ``target``. The best plan met is in ``best_mode``, ``best_previous``; returns its
    makespan, or -1 if a move made a circle (a fault). ``shaking``: any possible move, by chance.
    ``arcs`` and ``homes`` are the tabu lists (``SLOTS`` entries), ``clock[0]`` counts steps.
    """
    n = len(release)
    length = np.empty(n, np.int32)
    machine = np.empty(n, np.int32)
    for i in range(n):
        length[i] = mode_length[mode_at[i] + mode[i]]
        machine[i] = mode_machine[mode_at[i] + mode[i]]
    head, tail = np.zeros(n, np.int32), np.zeros(n, np.int32)
    order, waiting = np.zeros(n, np.int32), np.zeros(n, np.int32)
    head_without, tail_without = np.zeros(n, np.int32), np.zeros(n, np.int32)
    place = np.zeros(n, np.int32)
    ends, path, block, new_head = (
        np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32),
    )  # fmt: skip
    makespan = evaluate(
        before_at, before, before_lag, after_at, after, after_lag, release, rule, family,
        changeover, mounted, machine, length, previous, following, head, tail, order, waiting,
    )  # fmt: skip
    best = makespan
    best_mode[:] = mode
    best_previous[:] = previous
    tenure = 10 + n // machines
    if tenure > 30:
        tenure = 30
    for _ in range(iterations):
        if best <= target:
            break
        clock[0] += 1
        now = clock[0]
        # ---- one critical path, chosen by chance, from its end to its begin
        count = 0
        for i in range(n):
            if head[i] + length[i] == makespan:
                ends[count] = i
                count += 1
        x = ends[draw(state, count)]
        steps = 0
        while True:
            path[steps] = x
            steps += 1
            j = previous[x]
            by_machine = False
            if j >= 0:
                by_machine = (
                    head[j] + length[j] + change(rule, family, changeover, machine[x], j, x)
                    == head[x]
                )
            chosen = -1
            ways = 0
            for k in range(before_at[x], before_at[x + 1]):
                a = before[k]
                if head[a] + length[a] + before_lag[k] == head[x]:
                    ways += 1
                    if draw(state, ways) == 0:
                        chosen = a
            if by_machine:
                ways += 1
                if draw(state, 2) == 0 or ways == 1:
                    chosen = j
            if ways == 0:
                break
            x = chosen
        top, top_i, top_after, top_mode, ties = HUGE, -1, -1, -1, 0
        spare, spare_i, spare_after, spare_mode = HUGE, -1, -1, -1
        # ---- block moves: u right behind a later one, or right before an earlier one
        hi = steps - 1
        while hi >= 0:
            lo = hi
            while (
                lo - 1 >= 0
                and previous[path[lo - 1]] == path[lo]
                and machine[path[lo - 1]] == machine[path[lo]]
            ):
                lo -= 1
            size = hi - lo + 1
            m = machine[path[hi]]
            for z in range(size):
                block[z] = path[hi - z]
            for a in range(size):
                for w in range(size):
                    if w == a:
                        continue
                    forward = w > a
                    if forward and not (a == 0 or w == size - 1):
                        continue
                    if not forward and (not (a == size - 1 or w == 0) or a - w == 1):
                        continue
                    u, v = block[a], block[w]
                    feasible = True
                    if forward:
                        for k in range(after_at[u], after_at[u + 1]):
                            j = after[k]
                            gap = tail[v] + length[v] - tail[j] - length[j]
                            if gap < 0 or j == v or (gap == 0 and length[j] == 0):
                                feasible = False
                                break
                    else:
                        for k in range(before_at[u], before_at[u + 1]):
                            j = before[k]
                            gap = head[v] + length[v] - head[j] - length[j]
                            if gap < 0 or j == v or (gap == 0 and length[j] == 0):
                                feasible = False
                                break
                    if not feasible:
                        continue
                    lower, upper = (a + 1, w) if forward else (w, a - 1)
                    # new heads, in the new sequence
                    j = previous[block[min(a, w)]]
                    free, last = 0, j
                    if j >= 0:
                        free = head[j] + length[j]
                    head_u = 0
                    forbidden = False
                    for turn in range(upper - lower + 2):
                        if forward:
                            y = block[lower + turn] if turn <= upper - lower else u
                        else:
                            y = u if turn == 0 else block[lower + turn - 1]
                        ready = release[y]
                        for k in range(before_at[y], before_at[y + 1]):
                            j = before[k]
                            end = head[j] + length[j] + before_lag[k]
                            if end > ready:
                                ready = end
                        if last >= 0:
                            end = free + change(rule, family, changeover, m, last, y)
                        else:
                            end = opening(rule, family, changeover, mounted, m, y)
                        if end > ready:
                            ready = end
                        if y == u:
                            head_u = ready
                        else:
                            index = lower + turn if forward else lower + turn - 1
                            new_head[index] = ready
                            pair = np.int64(y) * n + u if forward else np.int64(u) * n + y
                            if arcs[pair % SLOTS] >= now:
                                forbidden = True
                        free = ready + length[y]
                        last = y
                    # new tails, from behind
                    j = following[block[max(a, w)]]
                    rest, last = 0, j
                    if j >= 0:
                        rest = tail[j] + length[j]
                    worth = 0
                    for turn in range(upper - lower + 2):
                        if forward:
                            y = u if turn == 0 else block[upper - turn + 1]
                        else:
                            y = block[upper - turn] if turn <= upper - lower else u
                        behind = 0
                        for k in range(after_at[y], after_at[y + 1]):
                            j = after[k]
                            reach = tail[j] + length[j] + after_lag[k]
                            if reach > behind:
                                behind = reach
                        if last >= 0:
                            reach = rest + change(rule, family, changeover, m, y, last)
                            if reach > behind:
                                behind = reach
                        if y == u:
                            through = head_u + length[u] + behind
                        else:
                            index = upper - turn + 1 if forward else upper - turn
                            through = new_head[index] + length[y] + behind
                        if through > worth:
                            worth = through
                        rest = behind + length[y]
                        last = y
                    goes_after = v if forward else previous[v]
                    if shaking:
                        worth, forbidden = 0, False
                    if forbidden and worth >= best:
                        if worth < spare or (worth == spare and draw(state, 2) == 0):
                            spare, spare_i, spare_after, spare_mode = worth, u, goes_after, mode[u]
                    elif worth < top:
                        top, top_i, top_after, top_mode, ties = worth, u, goes_after, mode[u], 1
                    elif worth == top:
                        ties += 1
                        if draw(state, ties) == 0:
                            top_i, top_after, top_mode = u, goes_after, mode[u]
            hi = lo - 1
        # ---- a critical operation goes to the best place on another machine (setups: on its own)
        if flexible or setups:
            for z in range(n):
                place[order[z]] = z
            for step in range(steps):
                v = path[step]
                alternatives = mode_at[v + 1] - mode_at[v]
                if alternatives < 2 and rule[machine[v]] < 0:
                    continue
                gone = place[v]
                left, right = previous[v], following[v]
                ready_v = release[v]
                for k in range(before_at[v], before_at[v + 1]):
                    j = before[k]
                    end = head[j] + length[j] + before_lag[k]
                    if end > ready_v:
                        ready_v = end
                behind_v = 0
                for k in range(after_at[v], after_at[v + 1]):
                    j = after[k]
                    reach = tail[j] + length[j] + after_lag[k]
                    if reach > behind_v:
                        behind_v = reach
                hopeful = rule[machine[v]] >= 0
                for choice in range(alternatives):
                    minutes = mode_length[mode_at[v] + choice]
                    if choice != mode[v] and ready_v + minutes + behind_v <= top:
                        hopeful = True
                if not hopeful:
                    continue
                # heads of what comes later and tails of what comes earlier, as if v were away
                for z in range(gone + 1, n):
                    i = order[z]
                    ready = release[i]
                    for k in range(before_at[i], before_at[i + 1]):
                        j = before[k]
                        if j == v:
                            end = ready_v + before_lag[k]
                        elif place[j] > gone:
                            end = head_without[j] + length[j] + before_lag[k]
                        else:
                            end = head[j] + length[j] + before_lag[k]
                        if end > ready:
                            ready = end
                    j = previous[i]
                    if j == v:
                        j = left
                    if j >= 0:
                        end = head_without[j] if place[j] > gone else head[j]
                        end += length[j] + change(rule, family, changeover, machine[i], j, i)
                    else:
                        end = opening(rule, family, changeover, mounted, machine[i], i)
                    if end > ready:
                        ready = end
                    head_without[i] = ready
                for z in range(gone - 1, -1, -1):
                    i = order[z]
                    behind = 0
                    for k in range(after_at[i], after_at[i + 1]):
                        j = after[k]
                        if j == v:
                            reach = behind_v + after_lag[k]
                        elif place[j] < gone:
                            reach = tail_without[j] + length[j] + after_lag[k]
                        else:
                            reach = tail[j] + length[j] + after_lag[k]
                        if reach > behind:
                            behind = reach
                    j = following[i]
                    if j == v:
                        j = right
                    if j >= 0:
                        reach = tail_without[j] if place[j] < gone else tail[j]
                        reach += length[j] + change(rule, family, changeover, machine[i], i, j)
                        if reach > behind:
                            behind = reach
                    tail_without[i] = behind
                for choice in range(alternatives):
                    m = mode_machine[mode_at[v] + choice]
                    if m == machine[v] and (rule[m] < 0 or choice != mode[v]):
                        continue
                    minutes = mode_length[mode_at[v] + choice]
                    forbidden = homes[(np.int64(v) * machines + m) % SLOTS] >= now
                    if ready_v + minutes + behind_v > top and not forbidden:
                        continue
                    one = -1
                    y = first[m]
                    if y == v:
                        y = right
                    # what ends before v could start precedes it at no cost
                    while y >= 0:
                        begin = head_without[y] if place[y] > gone else head[y]
                        if begin + length[y] > ready_v:
                            break
                        one = y
                        y = following[y]
                        if y == v:
                            y = right
                    while True:
                        start = ready_v
                        if one >= 0:
                            end = head_without[one] if place[one] > gone else head[one]
                            end += length[one] + change(rule, family, changeover, m, one, v)
                        else:
                            end = opening(rule, family, changeover, mounted, m, v)
                        if end > start:
                            start = end
                        rest = behind_v
                        reach = 0
                        if y >= 0:
                            reach = tail_without[y] if place[y] < gone else tail[y]
                            reach += length[y]
                            with_setup = reach + change(rule, family, changeover, m, v, y)
                            if with_setup > rest:
                                rest = with_setup
                        worth = start + minutes + rest
                        if shaking:
                            worth, forbidden = 0, False
                        if not (m == machine[v] and one == left):
                            if forbidden and worth >= best:
                                if worth < spare:
                                    spare, spare_i, spare_after, spare_mode = worth, v, one, choice
                            elif worth < top:
                                top, top_i, top_after, top_mode, ties = worth, v, one, choice, 1
                            elif worth == top:
                                ties += 1
                                if draw(state, ties) == 0:
                                    top_i, top_after, top_mode = v, one, choice
                        if y < 0 or reach <= behind_v:
                            break  # what follows may follow v at no cost
                        one = y
                        y = following[y]
                        if y == v:
                            y = right
        if top_i < 0:
            if spare_i < 0:
                break
            top_i, top_after, top_mode = spare_i, spare_after, spare_mode
        # ---- make the move; its opposite is tabu for a while
        u, one = top_i, top_after
        until = now + tenure + draw(state, tenure // 2 + 2)
        if mode_machine[mode_at[u] + top_mode] != machine[u]:
            homes[(np.int64(u) * machines + machine[u]) % SLOTS] = until
            take_out(u, machine[u], previous, following, first)
            mode[u] = top_mode
            length[u] = mode_length[mode_at[u] + top_mode]
            machine[u] = mode_machine[mode_at[u] + top_mode]
            put_after(u, one, machine[u], previous, following, first)
        else:
            ahead = False
            y = following[u]
            while y >= 0:
                if y == one:
                    ahead = True
                    break
                y = following[y]
            if ahead:
                y = following[u]
                while True:
                    arcs[(np.int64(u) * n + y) % SLOTS] = until
                    if y == one:
                        break
                    y = following[y]
            else:
                y = previous[u]
                while y != one:
                    arcs[(np.int64(y) * n + u) % SLOTS] = until
                    y = previous[y]
            take_out(u, machine[u], previous, following, first)
            put_after(u, one, machine[u], previous, following, first)
        makespan = evaluate(
            before_at, before, before_lag, after_at, after, after_lag, release, rule, family,
            changeover, mounted, machine, length, previous, following, head, tail, order, waiting,
        )  # fmt: skip
        if makespan < 0:
            return -1
        if makespan < best:
            best = makespan
            best_mode[:] = mode
            best_previous[:] = previous
    return best
