"""Which move the compiled search makes next: block moves and insertions, judged by estimates.

Sources: Balas and Vazacopoulos 1998 (block moves and their estimate), Zhang et al. 2007 (N6 and its
relatives), Mastrolilli and Gambardella 2000 (best insertion on another machine). Numba throughout,
as ``kernel``.

Moves are compared by the makespan that they promise plus ``load_weight`` times the machine minutes
(work and changeover) that they add: a walk that looks at the makespan alone is blind to a
changeover too many off the critical path, until all machines are full of them.
"""

from __future__ import annotations

from app.scheduling.tabu.arrays import BLOCK, ENDS, NEW, ORDER, PATH
from app.scheduling.tabu.compiled import compiled
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


@compiled
def clear(pick):
    pick[WORTH] = pick[SPARE + WORTH] = HUGE
    pick[OPERATION] = pick[SPARE + OPERATION] = -1
    pick[TIES] = pick[SPARE + TIES] = 0


@compiled
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


@compiled
def critical_path(ops, links, rows, setup, live, lists, makespan, chance):
    """One critical path by chance into ``PATH``, from its end to its begin; its length."""
    count = 0
    x = -1
    for z in range(lists[ENDS, len(ops) - 1]):
        i = lists[ENDS, z]
        if live[i].head + live[i].length + ops[i].rest == makespan:
            count += 1
            if draw(chance, count) == 0:
                x = i
    for m in range(len(rows)):
        i = rows[m].last
        if rows[m].behind > 0 and i >= 0:
            rest = closing(ops, rows, setup, m, i)
            if rest > ops[i].rest and live[i].head + live[i].length + rest == makespan:
                count += 1
                if draw(chance, count) == 0:
                    x = i
    steps = 0
    while x >= 0:
        lists[PATH, steps] = x
        steps += 1
        j = live[x].previous
        chosen, ways = -1, 0
        if (
            j >= 0
            and live[j].head + live[j].length + change(ops, rows, setup, live[x].machine, j, x)
            == live[x].head
        ):
            chosen, ways = j, 1
        for k in range(ops[x].before_at, ops[x + 1].before_at):
            a = links[k].before
            if live[a].head + live[a].length + links[k].before_lag == live[x].head:
                ways += 1
                if draw(chance, ways) == 0:
                    chosen = a
        x = chosen
    return steps


@compiled
def may_follow(ops, links, live, u, v):
    """Whether ``u`` may go right behind the later ``v``: no path leads from it there else."""
    reach = live[v].tail + live[v].length
    for k in range(ops[u].after_at, ops[u + 1].after_at):
        j = links[k].after
        if j == v or reach < live[j].tail + live[j].length:
            return False
    return True


@compiled
def may_precede(ops, links, live, u, v):
    """Whether ``u`` may go right before the earlier ``v``."""
    end = live[v].head + live[v].length
    for k in range(ops[u].before_at, ops[u + 1].before_at):
        j = links[k].before
        if j == v or end < live[j].head + live[j].length:
            return False
    return True


@compiled
def block_moves(
    ops, links, rows, setup, live, lists, steps, arcs, now, best, shaking,
    load_weight, pick, chance,
):  # fmt: skip
    """An operation of a critical block to its end or begin, or its first or last one inside."""
    hi = steps - 1
    while hi >= 0:
        lo = hi
        while lo > 0 and live[lists[PATH, lo - 1]].previous == lists[PATH, lo]:
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
                    after = live[lists[BLOCK, w]].previous
                else:
                    continue
                u = lists[BLOCK, a]
                at = 0
                if shaking:
                    worth = 0
                else:
                    at = SPARE if tabu and worth >= best else 0
                    m = live[u].machine
                    if rows[m].rule >= 0:
                        worth += load_weight * (
                            changeovers_to(ops, rows, setup, live, m, u, after)
                            - changeovers_around(ops, rows, setup, live, u)
                        )
                consider(pick, worth, u, after, live[u].mode, at, chance)
        hi = lo - 1


@compiled
def changeovers_around(ops, rows, setup, live, u):
    """Minutes of changeover that its machine saves without ``u``; fewer than none if more."""
    return detour(ops, rows, setup, live[u].machine, live[u].previous, u, live[u].following)


@compiled
def changeovers_to(ops, rows, setup, live, m, u, one):
    """Minutes of changeover that ``u`` adds right behind ``one`` (-1: first) of machine ``m``."""
    other = rows[m].first if one < 0 else live[one].following
    return detour(ops, rows, setup, m, one, u, other)


@compiled
def detour(ops, rows, setup, m, one, u, other):
    """Minutes of changeover that ``u`` adds between two on machine ``m``; -1: nobody is there."""
    more = 0
    if one >= 0:
        more += change(ops, rows, setup, m, one, u)
    if other >= 0:
        more += change(ops, rows, setup, m, u, other)
        if one >= 0:
            more -= change(ops, rows, setup, m, one, other)
    return more


@compiled
def moved_back(ops, links, rows, setup, live, lists, a, w, arcs, now):
    """Makespan (estimate) with number a of the block right behind w, and whether it is tabu."""
    u = lists[BLOCK, a]
    m = live[u].machine
    last = live[u].previous
    free = 0 if last < 0 else live[last].head + live[last].length
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
        free, last = ready + live[y].length, y
    last = live[lists[BLOCK, w]].following
    rest = 0 if last < 0 else live[last].tail + live[last].length
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
        worth = max(worth, lists[NEW, z] + live[y].length + behind)
        rest, last = behind + live[y].length, y
    return worth, tabu


@compiled
def moved_ahead(ops, links, rows, setup, live, lists, a, w, arcs, now):
    """Makespan (estimate) with number a of the block right before w, and whether it is tabu."""
    u = lists[BLOCK, a]
    m = live[u].machine
    last = live[lists[BLOCK, w]].previous
    free = 0 if last < 0 else live[last].head + live[last].length
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
        free, last = ready + live[y].length, y
    last = live[u].following
    rest = 0 if last < 0 else live[last].tail + live[last].length
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
        worth = max(worth, lists[NEW, z + 1] + live[y].length + behind)
        rest, last = behind + live[y].length, y
    return worth, tabu


@compiled
def insertions(
    ops, links, ways, rows, setup, live, lists, clock, steps, arcs, homes, now, best,
    shaking, load_weight, looked_at, pick, chance,
):  # fmt: skip
    """A critical operation to the best place on another machine (with setups: on its own).

    ``looked_at``: so many of eight operations, by chance.
    """
    for step in range(steps):
        if looked_at < 8 and draw(chance, 8) >= looked_at:
            continue
        v = lists[PATH, step]
        choices = ops[v + 1].mode_at - ops[v].mode_at
        own = rows[live[v].machine].rule >= 0
        if choices < 2 and not own:
            continue
        ready = ready_by_precedence(ops, links, live, v)
        behind = rest_by_precedence(ops, links, live, v)
        shortest = HUGE
        for choice in range(choices):
            if choice != live[v].mode or own:
                shortest = min(shortest, ways[ops[v].mode_at + choice].minutes)
        saved = live[v].length
        if own:
            saved += changeovers_around(ops, rows, setup, live, v)
        saved *= load_weight
        top = HUGE if shaking else pick[WORTH] + saved - load_weight * shortest
        if ready + shortest + behind > top:
            continue
        token = heads_without(
            ops, links, rows, setup, live, lists, clock, v, ready, top - shortest - behind
        )
        tails_without(
            ops, links, rows, setup, live, lists, v, behind, top - shortest - ready, token
        )
        for choice in range(choices):
            if choice != live[v].mode or own:
                insert(
                    ops, links, ways, rows, setup, live, lists, v, choice, ready, behind, token,
                    arcs, homes, now, best, shaking, load_weight, saved, pick, chance,
                )  # fmt: skip


@compiled
def heads_without(ops, links, rows, setup, live, lists, clock, v, ready, limit):
    """Heads of what comes after ``v`` as if it were away, as far as they end by ``limit``.

    They stand in ``head_without`` where ``fresh_head`` is the token that is returned.
    """
    clock[TOKENS] += 1
    token = clock[TOKENS]
    left, right = live[v].previous, live[v].following
    pending = 0
    if right >= 0:
        pending = touch(live, right, pending)
    for k in range(ops[v].after_at, ops[v + 1].after_at):
        pending = touch(live, links[k].after, pending)
    z = live[v].place + 1
    while pending > 0:
        i = lists[ORDER, z]
        z += 1
        if live[i].dirty == 0:
            continue
        live[i].dirty = 0
        pending -= 1
        new = ops[i].release
        for k in range(ops[i].before_at, ops[i + 1].before_at):
            j = links[k].before
            if j == v:
                end = ready + links[k].before_lag
            else:
                end = live[j].head_without if live[j].fresh_head == token else live[j].head
                end += live[j].length + links[k].before_lag
            new = max(new, end)
        j = live[i].previous
        if j == v:
            j = left
        if j >= 0:
            end = live[j].head_without if live[j].fresh_head == token else live[j].head
            end += live[j].length + change(ops, rows, setup, live[i].machine, j, i)
        else:
            end = opening(ops, rows, setup, live[i].machine, i)
        new = max(new, end)
        if new >= live[i].head:
            continue
        live[i].head_without, live[i].fresh_head = new, token
        if new + live[i].length <= limit:
            for k in range(ops[i].after_at, ops[i + 1].after_at):
                pending = touch(live, links[k].after, pending)
            j = live[i].following
            if j >= 0:
                pending = touch(live, j, pending)
    return token


@compiled
def tails_without(ops, links, rows, setup, live, lists, v, behind, limit, token):
    """Tails of what comes before ``v`` as if it were away; see ``heads_without``."""
    left, right = live[v].previous, live[v].following
    pending = 0
    if left >= 0:
        pending = touch(live, left, pending)
    for k in range(ops[v].before_at, ops[v + 1].before_at):
        pending = touch(live, links[k].before, pending)
    z = live[v].place - 1
    while pending > 0:
        i = lists[ORDER, z]
        z -= 1
        if live[i].dirty == 0:
            continue
        live[i].dirty = 0
        pending -= 1
        new = ops[i].rest
        for k in range(ops[i].after_at, ops[i + 1].after_at):
            j = links[k].after
            if j == v:
                reach = behind + links[k].after_lag
            else:
                reach = live[j].tail_without if live[j].fresh_tail == token else live[j].tail
                reach += live[j].length + links[k].after_lag
            new = max(new, reach)
        j = live[i].following
        if j == v:
            j = right
        if j >= 0:
            reach = live[j].tail_without if live[j].fresh_tail == token else live[j].tail
            reach += live[j].length + change(ops, rows, setup, live[i].machine, i, j)
        else:
            reach = closing(ops, rows, setup, live[i].machine, i)
        new = max(new, reach)
        if new >= live[i].tail:
            continue
        live[i].tail_without, live[i].fresh_tail = new, token
        if new + live[i].length <= limit:
            for k in range(ops[i].before_at, ops[i + 1].before_at):
                pending = touch(live, links[k].before, pending)
            j = live[i].previous
            if j >= 0:
                pending = touch(live, j, pending)


@compiled
def insert(
    ops, links, ways, rows, setup, live, lists, v, choice, ready, behind, token,
    arcs, homes, now, best, shaking, load_weight, saved, pick, chance,
):  # fmt: skip
    """All useful places for ``v`` on the machine of a mode.

    Behind what ends before ``v`` could start, up to before what may follow it at no cost: places
    between those two can make no circle. ``saved``: load that its leaving saves, weighted.
    """
    m = ways[ops[v].mode_at + choice].to
    minutes = ways[ops[v].mode_at + choice].minutes
    tabu = homes[slot(v, m)] >= now and not shaking
    top = HUGE if shaking else pick[WORTH] + saved - load_weight * minutes
    if ready + minutes + behind > top and not tabu:
        return
    # Where setups depend on the sequence, places that cost no time at first sight may save a setup:
    # all of them are looked at that the order says are free of circles.
    wide = rows[m].rule >= 0
    earliest, latest = -1, len(ops)
    if wide:
        for k in range(ops[v].before_at, ops[v + 1].before_at):
            earliest = max(earliest, live[links[k].before].place)
        for k in range(ops[v].after_at, ops[v + 1].after_at):
            latest = min(latest, live[links[k].after].place)
    one, y = -1, rows[m].first
    if y == v:
        y = live[v].following
    while y >= 0:
        begin = live[y].head_without if live[y].fresh_head == token else live[y].head
        if begin + live[y].length > ready or (wide and live[y].place > earliest):
            break
        one, y = y, live[y].following
        if y == v:
            y = live[v].following
    while True:
        start = opening(ops, rows, setup, m, v)
        added = minutes
        if one >= 0:
            changeover = change(ops, rows, setup, m, one, v)
            added += changeover
            start = live[one].head_without if live[one].fresh_head == token else live[one].head
            start += live[one].length + changeover
        start = max(start, ready)
        reach = 0
        rest = closing(ops, rows, setup, m, v)
        if y >= 0:
            reach = live[y].tail_without if live[y].fresh_tail == token else live[y].tail
            reach += live[y].length
            changeover = change(ops, rows, setup, m, v, y)
            rest = reach + changeover
            added += changeover
            if one >= 0:
                added -= change(ops, rows, setup, m, one, y)
        rest = max(rest, behind)
        worth = start + minutes + rest
        if m != live[v].machine or one != live[v].previous:
            if shaking:
                consider(pick, 0, v, one, choice, 0, chance)
            else:
                again = tabu
                if m == live[v].machine:  # on its own machine: back across what it passed
                    if one >= 0 and live[one].place > live[v].place:
                        again = arcs[slot(one, v)] >= now
                    elif y >= 0:
                        again = arcs[slot(v, y)] >= now
                at = SPARE if again and worth >= best else 0
                consider(pick, worth + load_weight * added - saved, v, one, choice, at, chance)
        if y < 0 or (reach <= behind and not (wide and live[y].place < latest)):
            return  # what follows may follow v at no cost
        one, y = y, live[y].following
        if y == v:
            y = live[v].following
