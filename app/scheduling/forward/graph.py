"""The graph of precedences: order, blocks and what follows them (see ``shop.blocks``)."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.scheduling.forward.compiled import entry


@entry
def topological(follow_at: Any, follow: Any) -> Any:
    """Each operation after those it follows, the lowest number first; shorter for a cycle."""
    count = len(follow_at) - 1
    waiting = np.zeros(count, np.int32)
    for j in follow:
        waiting[j] += 1
    heap, size = np.zeros(count, np.int32), 0
    order, done = np.zeros(count, np.int32), 0
    for i in range(count):
        if waiting[i] == 0:
            heap[size] = i  # in ascending order: a heap as it is
            size += 1
    while size:
        i = heap[0]
        size -= 1
        last, at = heap[size], 0
        while True:
            child = 2 * at + 1
            if child >= size:
                break
            if child + 1 < size and heap[child + 1] < heap[child]:
                child += 1
            if last < heap[child]:
                break
            heap[at] = heap[child]
            at = child
        heap[at] = last
        order[done] = i
        done += 1
        for k in range(follow_at[i], follow_at[i + 1]):
            j = follow[k]
            waiting[j] -= 1
            if waiting[j] == 0:
                at = size
                size += 1
                while at > 0 and j < heap[(at - 1) // 2]:
                    heap[at] = heap[(at - 1) // 2]
                    at = (at - 1) // 2
                heap[at] = j
    return order[:done]


@entry
def components(edge_at: Any, edge: Any) -> Any:
    """Strongly connected components (Tarjan), without recursion: a number by operation."""
    count = len(edge_at) - 1
    component = np.full(count, -1, np.int32)
    low, number = np.zeros(count, np.int32), np.full(count, -1, np.int32)
    position = edge_at[:-1].copy()
    stack, height = np.zeros(count, np.int32), 0
    path, depth = np.zeros(count, np.int32), 0
    clock = found = 0
    for root in range(count):
        if number[root] >= 0:
            continue
        path[0], depth = root, 1
        number[root] = low[root] = clock
        clock += 1
        stack[height] = root
        height += 1
        while depth:
            node = path[depth - 1]
            if position[node] < edge_at[node + 1]:
                other = edge[position[node]]
                position[node] += 1
                if number[other] < 0:
                    number[other] = low[other] = clock
                    clock += 1
                    stack[height] = other
                    height += 1
                    path[depth] = other
                    depth += 1
                elif component[other] < 0:
                    low[node] = min(low[node], number[other])
                continue
            depth -= 1
            if depth:
                low[path[depth - 1]] = min(low[path[depth - 1]], low[node])
            if low[node] == number[node]:
                while True:
                    height -= 1
                    member = stack[height]
                    component[member] = found
                    if member == node:
                        break
                found += 1
    return component


@entry
def block_graph(block_at: Any, member: Any, block_of: Any, follow_at: Any, follow: Any) -> Any:
    """(how many blocks each waits for, marks and list of those that follow it)."""
    count = len(block_at) - 1
    waiting = np.zeros(count, np.int32)
    at = np.zeros(count + 1, np.int32)
    found = np.zeros(len(follow), np.int32)
    seen = np.full(count, -1, np.int32)
    size = 0
    for number in range(count):
        at[number] = size
        for k in range(block_at[number], block_at[number + 1]):
            for j in range(follow_at[member[k]], follow_at[member[k] + 1]):
                other = block_of[follow[j]]
                if other != number and seen[other] != number:
                    seen[other] = number
                    found[size] = other
                    size += 1
                    waiting[other] += 1
    at[count] = size
    return waiting, at, found[:size]


@entry
def tails(sequence: Any, before_at: Any, before: Any, lag: Any, least: Any) -> Any:
    """Least work that follows each operation; ``sequence`` in an order of precedences."""
    tail = np.zeros(len(least), np.int64)
    for k in range(len(sequence) - 1, -1, -1):
        i = sequence[k]
        own = tail[i] + least[i]
        for j in range(before_at[i], before_at[i + 1]):
            tail[before[j]] = max(tail[before[j]], own + lag[j])
    return tail
