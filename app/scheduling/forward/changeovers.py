"""Sequence-dependent setups: what a changeover takes, and what is mounted (see ``setups``)."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.records import FIRST, MAX, OPERATIONS
from app.scheduling.problem import FOREVER


@compiled
def change(plant: Any, state: Any, m: Any, mounted: Any, operation: Any) -> Any:
    """(minutes, cost, crew) on machine ``m`` from what is mounted; minutes < 0: forbidden.

    ``mounted``: a row of ``State.mounted``. The crew is a number of those of changeovers.
    """
    machine = plant.machine[m]
    minutes, cost, crew = 0, 0.0, 0
    found = False
    for part in range(machine.parts_at, machine.parts_end):
        k = part - machine.parts_at
        old, new = state.mounted[mounted, k], plant.families[operation, k]
        own_minutes, own_cost, own_crew = 0, 0.0, 0
        if old != -1 and new != -1:
            at = plant.part[part].at + old * plant.part[part].families + new
            own_minutes, own_cost, own_crew = plant.minutes[at], plant.cost[at], plant.asked[at]
        if own_minutes < 0:
            return -1, 0.0, 0
        if machine.combine == MAX:
            if k == 0 or own_minutes > minutes:
                minutes, cost = own_minutes, own_cost
        elif machine.combine == FIRST:
            if not found and old != new and old != -1 and new != -1:
                found, minutes, cost, crew = True, own_minutes, own_cost, own_crew
        else:
            minutes += own_minutes
            cost += own_cost
        if machine.crewed and machine.combine != FIRST:
            crew = plant.both_crews[crew, own_crew]
    return minutes, cost, crew


@compiled
def before(plant: Any, state: Any, m: Any, position: Any) -> Any:
    """The row of what is mounted before a position of the machine's sequence."""
    if position == 0:
        return 2 * plant.facts[OPERATIONS] + m
    return state.owner[state.ledger[m].at + position - 1]


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
                new = state.mounted[old, k]
            same = same and state.mounted[owner, k] == new
            state.mounted[owner, k] = new
        if same:
            return
        state.known[owner] = 1


@compiled
def last_mounted(plant: Any, state: Any, m: Any) -> Any:
    """The row of what is mounted after all that stands on the machine; nothing ever on a rack."""
    sequenced = plant.machine[m].parts_end > plant.machine[m].parts_at
    return before(plant, state, m, state.ledger[m].count if sequenced else 0)


@compiled
def index_minutes(plant: Any, state: Any, m: Any, operation: Any) -> Any:
    """Minutes of the changeover after all that stands; FOREVER if it is forbidden."""
    minutes, _, _ = change(plant, state, m, last_mounted(plant, state, m), operation)
    return FOREVER if minutes < 0 else minutes
