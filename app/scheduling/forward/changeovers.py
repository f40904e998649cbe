"""Sequence-dependent setups: what a changeover takes, and what is mounted (see ``setups``)."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.records import FIRST, MAX, OPERATIONS
from app.scheduling.problem import FOREVER


@compiled
def change(plant: Any, m: Any, mounted: Any, families: Any) -> Any:
    """(minutes, cost) on machine ``m`` from what is mounted; minutes < 0: forbidden."""
    machine = plant.machine[m]
    minutes, cost = 0, 0.0
    found = False
    for part in range(machine.parts_at, machine.parts_end):
        k = part - machine.parts_at
        old, new = mounted[k], families[k]
        own_minutes, own_cost = 0, 0.0
        if old != -1 and new != -1:
            at = plant.part[part].at + old * plant.part[part].families + new
            own_minutes, own_cost = plant.minutes[at], plant.cost[at]
        if own_minutes < 0:
            return -1, 0.0
        if machine.combine == MAX:
            if k == 0 or own_minutes > minutes:
                minutes, cost = own_minutes, own_cost
        elif machine.combine == FIRST:
            if not found and old != new and old != -1 and new != -1:
                found, minutes, cost = True, own_minutes, own_cost
        else:
            minutes += own_minutes
            cost += own_cost
    return minutes, cost


@compiled
def before(plant: Any, state: Any, m: Any, position: Any) -> Any:
    """What is mounted before a position of the machine's sequence."""
    if position == 0:
        return plant.mounted[m]
    ledger = state.ledger[m]
    return state.mounted[state.owner[ledger.at + position - 1]]


@compiled
def lead(plant: Any, state: Any, owner: Any) -> Any:
    """The operation behind a machine's booking; of a batch the one that opened it."""
    operations = plant.facts[OPERATIONS]
    return state.batch[owner - operations].lead if owner >= operations else owner


@compiled
def remount(plant: Any, state: Any, m: Any, position: Any) -> Any:
    """Follows what is mounted from a position of the machine's sequence on."""
    machine = plant.machine[m]
    parts = machine.parts_end - machine.parts_at
    ledger = state.ledger[m]
    for i in range(position, ledger.count):
        owner = state.owner[ledger.at + i]
        operation = lead(plant, state, owner)
        old = before(plant, state, m, i)
        same = state.known[owner] == 1
        for k in range(parts):
            new = plant.families[operation, k]
            if new == -1:
                new = old[k]
            same = same and state.mounted[owner, k] == new
            state.mounted[owner, k] = new
        if same:
            return
        state.known[owner] = 1


@compiled
def followers_hold(plant: Any, state: Any, m: Any, position: Any, operation: Any) -> Any:
    """Whether what follows in the sequence can stand with ``operation`` before it.

    The next one's setup may become shorter: then it begins later.
    """
    machine = plant.machine[m]
    parts = machine.parts_end - machine.parts_at
    ledger = state.ledger[m]
    mounted = state.mounted[len(state.mounted) - 1]  # scratch
    old = before(plant, state, m, position)
    for k in range(parts):
        new = plant.families[operation, k]
        mounted[k] = old[k] if new == -1 else new
    for i in range(position, ledger.count):
        owner = state.owner[ledger.at + i]
        follower = lead(plant, state, owner)
        families = plant.families[follower]
        minutes, _ = change(plant, m, mounted, families)
        if minutes < 0:
            return False
        spot = state.spot[follower]
        if minutes != spot.change and (i > position or spot.batch >= 0 or minutes > spot.change):
            return False
        same = True
        for k in range(parts):
            if families[k] != -1:
                mounted[k] = families[k]
            same = same and mounted[k] == state.mounted[owner, k]
        if same:
            return True
    return True


@compiled
def last_mounted(plant: Any, state: Any, m: Any) -> Any:
    """What is mounted after all that stands on the machine so far; nothing ever on a rack."""
    sequenced = plant.machine[m].parts_end > plant.machine[m].parts_at
    return before(plant, state, m, state.ledger[m].count if sequenced else 0)


@compiled
def index_minutes(plant: Any, state: Any, m: Any, operation: Any) -> Any:
    """Minutes of the changeover after all that stands; FOREVER if it is forbidden."""
    minutes, _ = change(plant, m, last_mounted(plant, state, m), plant.families[operation])
    return FOREVER if minutes < 0 else minutes
