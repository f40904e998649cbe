"""Which move the compiled search makes next: block moves and insertions, judged by estimates.

Sources: Balas and Vazacopoulos 1998 (block moves and their estimate), Zhang et al. 2007 (N6 and its
relatives), Mastrolilli and Gambardella 2000 (best insertion on another machine). Numba throughout,
as ``kernel``.
"""

from __future__ import annotations

from numba import njit

from app.scheduling.tabu.arrays import (
    AFTER,
    AFTER_AT,
    AFTER_LAG,
    BEFORE,
    BEFORE_AT,
    BEFORE_LAG,
    BEHIND,
    BLOCK,
    DIRTY,
    ENDS,
    FIRST,
    FOLLOWING,
    FRESH_HEAD,
    FRESH_TAIL,
    HEAD,
    HEAD_WITHOUT,
    LAST,
    LENGTH,
    MACHINE,
    MINUTES,
    MODE,
    MODE_AT,
    NEW,
    ORDER,
    PATH,
    PLACE,
    PREVIOUS,
    RELEASE,
    REST,
    RULE,
    TAIL,
    TAIL_WITHOUT,
    TO,
)
from app.scheduling.tabu.kernel import (
    HUGE,
    change,
    closing,
    draw,
    opening,
    ready_by_precedence,
    rest_by_precedence,
    slot,
    touch,
)

WORTH, OPERATION, BEHIND_IT, IN_MODE, TIES = range(5)
SPARE = 5
"""A *pick*: the best move so far, and from ``SPARE`` on the best one that is tabu."""
PICK = 10

STEPS, TOKENS = range(2)
"""What the clock counts."""


@njit(cache=True, nogil=True)
def clear(pick):
    pick[WORTH] = pick[SPARE + WORTH] = HUGE
    pick[OPERATION] = pick[SPARE + OPERATION] = -1
    pick[TIES] = pick[SPARE + TIES] = 0


@njit(cache=True, nogil=True)
def consider(pick, worth, u, after, mode, at, chance):
    """Keep the move if it is the best one (``at`` 0) or the best tabu one (``SPARE``)."""
    if worth > pick[at + WORTH]:
        return
    if worth == pick[at + WORTH]:
        pick[at + TIES] += 1
        if draw(chance, pick[at + TIES]) != 0:
            return
    else:
        pick[at + TIES] = 1
    pick[at + WORTH], pick[at + OPERATION] = worth, u
    pick[at + BEHIND_IT], pick[at + IN_MODE] = after, mode


@njit(cache=True, nogil=True)
def critical_path(ops, links, rows, setup, live, lists, makespan, chance):
    """One critical path by chance into ``PATH``, from its end to its begin; its length."""
    count = 0
    x = -1
    for z in range(lists[ENDS, len(ops) - 1]):
        i = lists[ENDS, z]
        if live[i, HEAD] + live[i, LENGTH] + ops[i, REST] == makespan:
            count += 1
            if draw(chance, count) == 0:
                x = i
    for m in range(len(rows)):
        i = rows[m, LAST]
        if rows[m, BEHIND] > 0 and i >= 0:
            rest = closing(ops, rows, setup, m, i)
            if rest > ops[i, REST] and live[i, HEAD] + live[i, LENGTH] + rest == makespan:
                count += 1
                if draw(chance, count) == 0:
                    x = i
    steps = 0
    while x >= 0:
        lists[PATH, steps] = x
        steps += 1
        j = live[x, PREVIOUS]
        chosen, ways = -1, 0
        if (
            j >= 0
            and live[j, HEAD] + live[j, LENGTH] + change(ops, rows, setup, live[x, MACHINE], j, x)
            == live[x, HEAD]
        ):
            chosen, ways = j, 1
        for k in range(ops[x, BEFORE_AT], ops[x + 1, BEFORE_AT]):
            a = links[k, BEFORE]
            if live[a, HEAD] + live[a, LENGTH] + links[k, BEFORE_LAG] == live[x, HEAD]:
                ways += 1
                if draw(chance, ways) == 0:
                    chosen = a
        x = chosen
    return steps


@njit(cache=True, nogil=True)
def may_follow(ops, links, live, u, v):
    """Whether ``u`` may go right behind the later ``v``: no path leads from it there else."""
    reach = live[v, TAIL] + live[v, LENGTH]
    for k in range(ops[u, AFTER_AT], ops[u + 1, AFTER_AT]):
        j = links[k, AFTER]
        if j == v or reach < live[j, TAIL] + live[j, LENGTH]:
            return False
    return True


@njit(cache=True, nogil=True)
def may_precede(ops, links, live, u, v):
    """Whether ``u`` may go right before the earlier ``v``."""
    end = live[v, HEAD] + live[v, LENGTH]
    for k in range(ops[u, BEFORE_AT], ops[u + 1, BEFORE_AT]):
        j = links[k, BEFORE]
        if j == v or end < live[j, HEAD] + live[j, LENGTH]:
            return False
    return True


@njit(cache=True, nogil=True)
def block_moves(
    ops, links, rows, setup, live, lists, steps, arcs, now, best, shaking,
    pick, chance,
):  # fmt: skip
    """An operation of a critical block to its end or begin, or its first or last one inside."""
    hi = steps - 1
    while hi >= 0:
        lo = hi
        while lo > 0 and live[lists[PATH, lo - 1], PREVIOUS] == lists[PATH, lo]:
            lo -= 1
        size = hi - lo + 1
        for z in range(size):
            lists[BLOCK, z] = lists[PATH, hi - z]
        for a in range(size):
            for w in range(size):
                if w > a:
                    if (a == 0 or w == size - 1) and may_follow(
                        ops, links, live, lists[BLOCK, a], lists[BLOCK, w]
                    ):
                        worth, tabu = moved_back(
                            ops, links, rows, setup, live, lists, a, w, arcs, now
                        )
                    else:
                        continue
                    after = lists[BLOCK, w]
                elif w < a - 1 and (w == 0 or a == size - 1):
                    if not may_precede(ops, links, live, lists[BLOCK, a], lists[BLOCK, w]):
                        continue
                    worth, tabu = moved_ahead(ops, links, rows, setup, live, lists, a, w, arcs, now)
                    after = live[lists[BLOCK, w], PREVIOUS]
                else:
                    continue
                if shaking:
                    worth, tabu = 0, False
                at = SPARE if tabu and worth >= best else 0
                consider(
                    pick, worth, lists[BLOCK, a], after, live[lists[BLOCK, a], MODE], at, chance
                )
        hi = lo - 1


@njit(cache=True, nogil=True)
def moved_back(ops, links, rows, setup, live, lists, a, w, arcs, now):
    """Estimated makespan with lists[BLOCK, a] right behind lists[BLOCK, w], and whether that is tabu."""
    u = lists[BLOCK, a]
    m = live[u, MACHINE]
    last = live[u, PREVIOUS]
    free = 0 if last < 0 else live[last, HEAD] + live[last, LENGTH]
    tabu = False
    for z in range(a + 1, w + 2):
        y = lists[BLOCK, z] if z <= w else u
        ready = ready_by_precedence(ops, links, live, y)
        end = (
            free + change(ops, rows, setup, m, last, y)
            if last >= 0
            else opening(ops, rows, setup, m, y)
        )
        ready = max(ready, end)
        lists[NEW, z] = ready
        if z <= w and arcs[slot(y, u)] >= now:
            tabu = True
        free, last = ready + live[y, LENGTH], y
    last = live[lists[BLOCK, w], FOLLOWING]
    rest = 0 if last < 0 else live[last, TAIL] + live[last, LENGTH]
    worth = 0
    for z in range(w + 1, a, -1):
        y = lists[BLOCK, z] if z <= w else u
        behind = rest_by_precedence(ops, links, live, y)
        reach = (
            rest + change(ops, rows, setup, m, y, last)
            if last >= 0
            else closing(ops, rows, setup, m, y)
        )
        behind = max(behind, reach)
        worth = max(worth, lists[NEW, z] + live[y, LENGTH] + behind)
        rest, last = behind + live[y, LENGTH], y
    return worth, tabu


@njit(cache=True, nogil=True)
def moved_ahead(ops, links, rows, setup, live, lists, a, w, arcs, now):
    """Estimated makespan with lists[BLOCK, a] right before lists[BLOCK, w], and whether that is tabu."""
    u = lists[BLOCK, a]
    m = live[u, MACHINE]
    last = live[lists[BLOCK, w], PREVIOUS]
    free = 0 if last < 0 else live[last, HEAD] + live[last, LENGTH]
    tabu = False
    # lists[NEW, z + 1] belongs to lists[BLOCK, z]; lists[NEW, w] to u
    for z in range(w - 1, a):
        y = lists[BLOCK, z] if z >= w else u
        ready = ready_by_precedence(ops, links, live, y)
        end = (
            free + change(ops, rows, setup, m, last, y)
            if last >= 0
            else opening(ops, rows, setup, m, y)
        )
        ready = max(ready, end)
        lists[NEW, z + 1] = ready
        if z >= w and arcs[slot(u, y)] >= now:
            tabu = True
        free, last = ready + live[y, LENGTH], y
    last = live[u, FOLLOWING]
    rest = 0 if last < 0 else live[last, TAIL] + live[last, LENGTH]
    worth = 0
    for z in range(a - 1, w - 2, -1):
        y = lists[BLOCK, z] if z >= w else u
        behind = rest_by_precedence(ops, links, live, y)
        reach = (
            rest + change(ops, rows, setup, m, y, last)
            if last >= 0
            else closing(ops, rows, setup, m, y)
        )
        behind = max(behind, reach)
        worth = max(worth, lists[NEW, z + 1] + live[y, LENGTH] + behind)
        rest, last = behind + live[y, LENGTH], y
    return worth, tabu


@njit(cache=True, nogil=True)
def insertions(
    ops, links, ways, rows, setup, live, lists, clock, steps, homes, now, best, shaking,
    pick, chance,
):  # fmt: skip
    """A critical operation to the best place on another machine (with setups: on its own)."""
    for step in range(steps):
        v = lists[PATH, step]
        choices = ops[v + 1, MODE_AT] - ops[v, MODE_AT]
        own = rows[live[v, MACHINE], RULE] >= 0
        if choices < 2 and not own:
            continue
        ready = ready_by_precedence(ops, links, live, v)
        behind = rest_by_precedence(ops, links, live, v)
        shortest = HUGE
        for choice in range(choices):
            if choice != live[v, MODE] or own:
                shortest = min(shortest, ways[ops[v, MODE_AT] + choice, MINUTES])
        top = HUGE if shaking else pick[WORTH]
        if ready + shortest + behind > top:
            continue
        token = heads_without(
            ops, links, rows, setup, live, lists, clock, v, ready, top - shortest - behind
        )
        tails_without(
            ops, links, rows, setup, live, lists, v, behind, top - shortest - ready, token
        )
        for choice in range(choices):
            if choice != live[v, MODE] or own:
                insert(
                    ops, links, ways, rows, setup, live, lists, v, choice, ready, behind, token, homes, now, best, shaking,
                    pick, chance,
                )  # fmt: skip


@njit(cache=True, nogil=True)
def heads_without(ops, links, rows, setup, live, lists, clock, v, ready, limit):
    """Heads of what comes after ``v`` as if it were away, as far as they end by ``limit``.

    They stand in ``HEAD_WITHOUT`` where ``FRESH_HEAD`` is the token that is returned.
    """
    clock[TOKENS] += 1
    token = clock[TOKENS]
    left, right = live[v, PREVIOUS], live[v, FOLLOWING]
    pending = 0
    if right >= 0:
        pending = touch(live, right, pending)
    for k in range(ops[v, AFTER_AT], ops[v + 1, AFTER_AT]):
        pending = touch(live, links[k, AFTER], pending)
    z = live[v, PLACE] + 1
    while pending > 0:
        i = lists[ORDER, z]
        z += 1
        if live[i, DIRTY] == 0:
            continue
        live[i, DIRTY] = 0
        pending -= 1
        new = ops[i, RELEASE]
        for k in range(ops[i, BEFORE_AT], ops[i + 1, BEFORE_AT]):
            j = links[k, BEFORE]
            if j == v:
                end = ready + links[k, BEFORE_LAG]
            else:
                end = live[j, HEAD_WITHOUT] if live[j, FRESH_HEAD] == token else live[j, HEAD]
                end += live[j, LENGTH] + links[k, BEFORE_LAG]
            new = max(new, end)
        j = live[i, PREVIOUS]
        if j == v:
            j = left
        if j >= 0:
            end = live[j, HEAD_WITHOUT] if live[j, FRESH_HEAD] == token else live[j, HEAD]
            end += live[j, LENGTH] + change(ops, rows, setup, live[i, MACHINE], j, i)
        else:
            end = opening(ops, rows, setup, live[i, MACHINE], i)
        new = max(new, end)
        if new >= live[i, HEAD]:
            continue
        live[i, HEAD_WITHOUT], live[i, FRESH_HEAD] = new, token
        if new + live[i, LENGTH] <= limit:
            for k in range(ops[i, AFTER_AT], ops[i + 1, AFTER_AT]):
                pending = touch(live, links[k, AFTER], pending)
            j = live[i, FOLLOWING]
            if j >= 0:
                pending = touch(live, j, pending)
    return token


@njit(cache=True, nogil=True)
def tails_without(ops, links, rows, setup, live, lists, v, behind, limit, token):
    """Tails of what comes before ``v`` as if it were away; see ``heads_without``."""
    left, right = live[v, PREVIOUS], live[v, FOLLOWING]
    pending = 0
    if left >= 0:
        pending = touch(live, left, pending)
    for k in range(ops[v, BEFORE_AT], ops[v + 1, BEFORE_AT]):
        pending = touch(live, links[k, BEFORE], pending)
    z = live[v, PLACE] - 1
    while pending > 0:
        i = lists[ORDER, z]
        z -= 1
        if live[i, DIRTY] == 0:
            continue
        live[i, DIRTY] = 0
        pending -= 1
        new = ops[i, REST]
        for k in range(ops[i, AFTER_AT], ops[i + 1, AFTER_AT]):
            j = links[k, AFTER]
            if j == v:
                reach = behind + links[k, AFTER_LAG]
            else:
                reach = live[j, TAIL_WITHOUT] if live[j, FRESH_TAIL] == token else live[j, TAIL]
                reach += live[j, LENGTH] + links[k, AFTER_LAG]
            new = max(new, reach)
        j = live[i, FOLLOWING]
        if j == v:
            j = right
        if j >= 0:
            reach = live[j, TAIL_WITHOUT] if live[j, FRESH_TAIL] == token else live[j, TAIL]
            reach += live[j, LENGTH] + change(ops, rows, setup, live[i, MACHINE], i, j)
        else:
            reach = closing(ops, rows, setup, live[i, MACHINE], i)
        new = max(new, reach)
        if new >= live[i, TAIL]:
            continue
        live[i, TAIL_WITHOUT], live[i, FRESH_TAIL] = new, token
        if new + live[i, LENGTH] <= limit:
            for k in range(ops[i, BEFORE_AT], ops[i + 1, BEFORE_AT]):
                pending = touch(live, links[k, BEFORE], pending)
            j = live[i, PREVIOUS]
            if j >= 0:
                pending = touch(live, j, pending)


@njit(cache=True, nogil=True)
def insert(
    ops, links, ways, rows, setup, live, lists, v, choice, ready, behind, token,
    homes, now, best, shaking, pick, chance,
):  # fmt: skip
    """All useful places for ``v`` on the machine of a mode.

    Behind what ends before ``v`` could start, up to before what may follow it at no cost: places
    between those two can make no circle.
    """
    m = ways[ops[v, MODE_AT] + choice, TO]
    minutes = ways[ops[v, MODE_AT] + choice, MINUTES]
    tabu = homes[slot(v, m)] >= now and not shaking
    top = HUGE if shaking else pick[WORTH]
    if ready + minutes + behind > top and not tabu:
        return
    one, y = -1, rows[m, FIRST]
    if y == v:
        y = live[v, FOLLOWING]
    while y >= 0:
        begin = live[y, HEAD_WITHOUT] if live[y, FRESH_HEAD] == token else live[y, HEAD]
        if begin + live[y, LENGTH] > ready:
            break
        one, y = y, live[y, FOLLOWING]
        if y == v:
            y = live[v, FOLLOWING]
    while True:
        start = opening(ops, rows, setup, m, v)
        if one >= 0:
            start = live[one, HEAD_WITHOUT] if live[one, FRESH_HEAD] == token else live[one, HEAD]
            start += live[one, LENGTH] + change(ops, rows, setup, m, one, v)
        start = max(start, ready)
        reach = 0
        rest = closing(ops, rows, setup, m, v)
        if y >= 0:
            reach = live[y, TAIL_WITHOUT] if live[y, FRESH_TAIL] == token else live[y, TAIL]
            reach += live[y, LENGTH]
            rest = reach + change(ops, rows, setup, m, v, y)
        rest = max(rest, behind)
        worth = start + minutes + rest
        if m != live[v, MACHINE] or one != live[v, PREVIOUS]:
            if shaking:
                consider(pick, 0, v, one, choice, 0, chance)
            else:
                consider(
                    pick, worth, v, one, choice, SPARE if tabu and worth >= best else 0, chance
                )
        if y < 0 or reach <= behind:
            return  # what follows may follow v at no cost
        one, y = y, live[y, FOLLOWING]
        if y == v:
            y = live[v, FOLLOWING]
