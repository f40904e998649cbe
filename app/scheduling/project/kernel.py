"""The compiled search for projects: a genetic algorithm on lists of operations.

A list becomes a plan by the serial schedule generation scheme, which is then justified: to the
right and back to the left (Valls, Ballestín and Quintanilla 2005). Lists are crossed at two points
(Hartmann 1998). Numba: plain loops over the arrays of ``arrays.Project``.
"""

from __future__ import annotations

import numpy as np

from app.scheduling.tabu.compiled import compiled
from app.scheduling.tabu.kernel import draw


@compiled
def fits(usage, demand, capacity, i, start, end):
    """-1 if ``i`` fits from ``start`` to ``end``, else a minute at which it does not."""
    for t in range(start, end):
        for r in range(len(capacity)):
            if usage[t, r] + demand[i, r] > capacity[r]:
                return t
    return -1


@compiled
def fits_late(usage, demand, capacity, i, start, end):
    """As ``fits``, but the last such minute."""
    for t in range(end - 1, start - 1, -1):
        for r in range(len(capacity)):
            if usage[t, r] + demand[i, r] > capacity[r]:
                return t
    return -1


@compiled
def book(usage, demand, i, start, end):
    for t in range(start, end):
        for r in range(demand.shape[1]):
            usage[t, r] += demand[i, r]


@compiled
def forward(project, order, starts, usage):
    """Everything in the list's order as early as it can be; the makespan."""
    usage[:] = 0
    makespan = 0
    for i in order:
        start = project.release[i]
        for k in range(project.before_at[i], project.before_at[i + 1]):
            j = project.before[k]
            start = max(start, starts[j] + project.length[j] + project.before_lag[k])
        size = project.length[i]
        while True:
            full = fits(usage, project.demand, project.capacity, i, start, start + size)
            if full < 0:
                break
            start = full + 1
        starts[i] = start
        book(usage, project.demand, i, start, start + size)
        makespan = max(makespan, start + size)
    return makespan


@compiled
def backward(project, order, starts, usage, makespan):
    """Everything in the reverse order of the list as late as it can be within the makespan."""
    usage[:] = 0
    for z in range(len(order) - 1, -1, -1):
        i = order[z]
        end = makespan
        for k in range(project.after_at[i], project.after_at[i + 1]):
            end = min(end, starts[project.after[k]] - project.after_lag[k])
        size = project.length[i]
        while True:
            full = fits_late(usage, project.demand, project.capacity, i, end - size, end)
            if full < 0:
                break
            end = full
        starts[i] = end - size
        book(usage, project.demand, i, end - size, end)


@compiled
def in_order(keys, project, depth):
    """Operations by key; predecessors first where keys are equal."""
    return np.argsort(keys.astype(np.int64) * (len(depth) + 1) + depth).astype(np.int32)


@compiled
def depths(project):
    """Number of links on the longest way from a beginning; any order by it is topological."""
    n = len(project.length)
    depth, waits = np.zeros(n, np.int64), np.zeros(n, np.int64)
    todo, last = np.zeros(n, np.int64), 0
    for i in range(n):
        waits[i] = project.before_at[i + 1] - project.before_at[i]
        if waits[i] == 0:
            todo[last] = i
            last += 1
    at = 0
    while at < last:
        i = todo[at]
        at += 1
        for k in range(project.after_at[i], project.after_at[i + 1]):
            j = project.after[k]
            depth[j] = max(depth[j], depth[i] + 1)
            waits[j] -= 1
            if waits[j] == 0:
                todo[last] = j
                last += 1
    return depth


@compiled
def decoded(project, order, starts, usage, depth):
    """The list's plan, justified; ``order`` becomes the list of that. Its makespan."""
    makespan = forward(project, order, starts, usage)
    while True:
        order[:] = in_order(starts + project.length, project, depth)
        backward(project, order, starts, usage, makespan)
        order[:] = in_order(starts, project, depth)
        better = forward(project, order, starts, usage)
        order[:] = in_order(starts, project, depth)
        if better >= makespan:
            return better
        makespan = better


@compiled
def crossed(one, other, child, chance):
    """The middle of the child from ``other``, begin and end from ``one``: each in its order."""
    n = len(one)
    low = draw(chance, n)
    high = low + 1 + draw(chance, n - low)
    taken = np.zeros(n, np.bool_)
    for z in range(low):
        child[z] = one[z]
        taken[one[z]] = True
    at = low
    for z in range(n):
        if at < high and not taken[other[z]]:
            child[at] = other[z]
            taken[other[z]] = True
            at += 1
    for z in range(n):
        if not taken[one[z]]:
            child[at] = one[z]
            at += 1


@compiled
def mutated(project, child, share, chance):
    """Neighbours in the list change places by chance, if neither waits for the other."""
    for z in range(len(child) - 1):
        if draw(chance, 1000) >= share:
            continue
        i, j = child[z], child[z + 1]
        linked = False
        for k in range(project.after_at[i], project.after_at[i + 1]):
            if project.after[k] == j:
                linked = True
        if not linked:
            child[z], child[z + 1] = j, i


@compiled
def random_list(project, order, chance):
    """Any list in which predecessors come first."""
    n = len(project.length)
    waits = np.zeros(n, np.int64)
    free, last = np.zeros(n, np.int64), 0
    for i in range(n):
        waits[i] = project.before_at[i + 1] - project.before_at[i]
        if waits[i] == 0:
            free[last] = i
            last += 1
    for at in range(n):
        z = draw(chance, last)
        i = free[z]
        last -= 1
        free[z] = free[last]
        order[at] = i
        for k in range(project.after_at[i], project.after_at[i + 1]):
            j = project.after[k]
            waits[j] -= 1
            if waits[j] == 0:
                free[last] = j
                last += 1


@compiled
def evolve(project, lists, worth, filled, rounds, target, best, usage, chance):
    """Some generations of one child each; the best makespan, whose starts are in ``best``.

    ``lists``: the population, of which ``filled[0]`` are there yet; ``filled[1]`` counts children
    since the best one was found.
    """
    n = len(project.length)
    depth = depths(project)
    child, starts = np.zeros(n, np.int32), np.zeros(n, np.int32)
    record = worth[: filled[0]].min() if filled[0] else 2147483647
    for _ in range(rounds):
        if record <= target:
            break
        if filled[0] < len(lists):
            random_list(project, child, chance)
        else:
            crossed(lists[pick(worth, chance)], lists[pick(worth, chance)], child, chance)
            mutated(project, child, 20 + draw(chance, 100), chance)
        makespan = decoded(project, child, starts, usage, depth)
        filled[1] += 1
        if makespan < record:
            record = makespan
            best[:] = starts
            filled[1] = 0
        if filled[0] < len(lists):
            at = filled[0]
            filled[0] += 1
        else:
            at = worst(worth, chance)
            if makespan > worth[at] or known(lists, worth, child, makespan):
                continue
        lists[at] = child
        worth[at] = makespan
    return record


@compiled
def pick(worth, chance):
    """The better of two by chance."""
    one, other = draw(chance, len(worth)), draw(chance, len(worth))
    return one if worth[one] <= worth[other] else other


@compiled
def worst(worth, chance):
    """One of the worst, by chance."""
    found, ties = 0, 0
    for z in range(len(worth)):
        if worth[z] > worth[found]:
            found, ties = z, 1
        elif worth[z] == worth[found]:
            ties += 1
            if draw(chance, ties) == 0:
                found = z
    return found


@compiled
def known(lists, worth, child, makespan):
    """Whether the population holds the very same list."""
    for z in range(len(lists)):
        if worth[z] == makespan:
            same = True
            for k in range(len(child)):
                if lists[z, k] != child[k]:
                    same = False
                    break
            if same:
                return True
    return False
