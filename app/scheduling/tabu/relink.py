"""From one good plan towards another: a start that has something of both.

Path relinking for machine sequences (Peng, Lü and Cheng 2015), with modes besides. Numba, as
``kernel``.
"""

from __future__ import annotations

import numpy as np

from app.scheduling.tabu.compiled import compiled
from app.scheduling.tabu.kernel import draw, evaluate, make_move


@compiled
def distance(ways, ops, rows, live, guide_mode, guide_rank):
    """Pairs of one machine in the other order in the guide, and operations in another mode."""
    found = 0
    for m in range(len(rows)):
        i = rows[m].first
        while i >= 0:
            if live[i].mode != guide_mode[i]:
                found += 1
            else:
                j = live[i].following
                while j >= 0:
                    if live[j].mode == guide_mode[j] and guide_rank[j] < guide_rank[i]:
                        found += 1
                    j = live[j].following
            i = live[i].following
    return found


@compiled
def go_towards(
    ops, links, ways, rows, setup, live, lists, clock, guide_mode, guide_rank, share, chance
):
    """Take ``share`` (of 256) of the way to the guide by single moves; False for a circle.

    ``guide_rank``: any order of all operations that agrees with the guide's machine sequences.
    """
    n = len(ops) - 1
    if evaluate(ops, links, ways, rows, setup, live, lists) < 0:
        return False
    todo = distance(ways, ops, rows, live, guide_mode, guide_rank) * share // 256
    tries = 40 * n
    while todo > 0 and tries > 0:
        tries -= 1
        i = draw(chance, n)
        one, mode = -1, live[i].mode
        if mode != guide_mode[i]:
            mode = guide_mode[i]
            m = ways[ops[i].mode_at + mode].to
            one = place_for(ops, links, rows, live, m, i, guide_rank)
            if one == -2:
                continue
        else:
            one = live[i].following
            if one < 0 or live[one].mode != guide_mode[one] or guide_rank[one] > guide_rank[i]:
                continue
            if not may_swap(ops, links, live, i, one):
                continue
        clock[1] += 1
        todo -= 1
        if make_move(ops, links, ways, rows, setup, live, lists, i, one, mode, clock[1]) < 0:
            return False
    return True


@compiled
def may_swap(ops, links, live, i, other):
    """Whether ``other``, right behind ``i``, may go before it: it depends on it no other way."""
    for k in range(ops[other].before_at, ops[other + 1].before_at):
        if live[links[k].before].place >= live[i].place:
            return False
    return True


@compiled
def place_for(ops, links, rows, live, m, i, guide_rank):
    """Behind whom on machine ``m`` (-1: first) ``i`` goes by rank; -2 if that may make a circle."""
    earliest, latest = -1, len(ops)
    for k in range(ops[i].before_at, ops[i + 1].before_at):
        earliest = max(earliest, live[links[k].before].place)
    for k in range(ops[i].after_at, ops[i + 1].after_at):
        latest = min(latest, live[links[k].after].place)
    one, y = -1, rows[m].first
    if y == i:
        y = live[i].following
    while y >= 0 and guide_rank[y] < guide_rank[i]:
        one, y = y, live[y].following
        if y == i:
            y = live[i].following
    if one >= 0 and live[one].place >= latest:
        return -2
    if y >= 0 and live[y].place <= earliest:
        return -2
    return np.int64(one)
