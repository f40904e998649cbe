"""The compiled walk itself: move after move, with a tabu list (Glover 1989). See ``kernel``."""

from __future__ import annotations

import numpy as np

from app.scheduling.tabu.compiled import compiled
from app.scheduling.tabu.kernel import draw, evaluate, make_move, slot
from app.scheduling.tabu.moves import (
    BEHIND_IT,
    IN_MODE,
    OPERATION,
    PICK,
    SPARE,
    STEPS,
    TOKENS,
    block_moves,
    clear,
    critical_path,
    insertions,
)

TENURE, FLEXIBLE_TENURE, MOST_TENURE = 8, 14, 30
"""Steps that a move stays tabu at least, besides the jobs per machine count (as Zhang et al. 2007).
Twice as many cost job shops of 10 to 20 machines one or two percent of the makespan; with 8 steps
flexible shops of 60 machines go in circles and end 10 percent worse."""


@compiled
def search(
    ops, links, ways, rows, setup, live, lists, best_mode, best_previous, clock, inserting,
    shaking, load_weight, looked_at, iterations, target, chance, arcs, homes,
):  # fmt: skip
    """Walk ``iterations`` steps from the plan in ``live``, which it changes.

    Ends early at ``target``. The best plan met is in ``best_mode``, ``best_previous``; returns its
    makespan, or -1 if a move made a circle (a fault). ``shaking``: any possible move, by chance.
    ``inserting``: operations may go to other places than the ends of their block.
    ``load_weight``: what a machine minute more counts for, see ``moves``; ``looked_at``: of how
    many of eight critical operations other places are looked at in a step, by chance.
    ``arcs`` and ``homes`` are the tabu lists; ``clock`` counts steps and tokens.
    """
    n = len(ops) - 1
    makespan = evaluate(ops, links, ways, rows, setup, live, lists)
    best = makespan
    best_mode[:] = live["mode"]
    best_previous[:] = live["previous"]
    pick = np.zeros(PICK, np.int64)
    least = FLEXIBLE_TENURE if inserting else TENURE
    tenure = min(MOST_TENURE, least + n // len(rows) ** 2)
    for _ in range(iterations):
        if best <= target:
            break
        clock[STEPS] += 1
        now = clock[STEPS]
        steps = critical_path(ops, links, rows, setup, live, lists, makespan, chance)
        clear(pick)
        block_moves(
            ops, links, rows, setup, live, lists, steps, arcs, now, best, shaking,
            load_weight, pick, chance,
        )  # fmt: skip
        if inserting:
            insertions(
                ops, links, ways, rows, setup, live, lists, clock, steps, arcs, homes, now, best,
                shaking, load_weight, looked_at, pick, chance,
            )  # fmt: skip
        at = 0 if pick[OPERATION] >= 0 else SPARE
        u, one, mode = pick[at + OPERATION], pick[at + BEHIND_IT], pick[at + IN_MODE]
        if u < 0 and looked_at < 8:
            continue
        if u < 0:
            break
        until = now + tenure + draw(chance, tenure)
        forbid(ops, ways, live, u, one, mode, until, arcs, homes)
        clock[TOKENS] += 1
        makespan = make_move(
            ops, links, ways, rows, setup, live, lists, u, one, mode, clock[TOKENS]
        )
        if makespan < 0:
            return -1
        if makespan < best:
            best = makespan
            best_mode[:] = live["mode"]
            best_previous[:] = live["previous"]
    return best


@compiled
def forbid(ops, ways, live, u, one, mode, until, arcs, homes):
    """The opposite of a move is tabu: back to the machine, or back across what was passed."""
    m = live[u].machine
    if ways[ops[u].mode_at + mode].to != m:
        homes[slot(u, m)] = until
        return
    ahead = one >= 0 and live[one].place > live[u].place
    if ahead:
        y = live[u].following
        while True:
            arcs[slot(u, y)] = until
            if y == one:
                return
            y = live[y].following
    y = live[u].previous
    while y != one:
        arcs[slot(y, u)] = until
        y = live[y].previous
