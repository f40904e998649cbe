"""What goes first for the sake of full ovens and of campaigns that last (see ``dispatch``)."""

from __future__ import annotations

from typing import Any

from app.scheduling.dispatch import FILLING, LOOK_BACK, OF_SLACK
from app.scheduling.forward.changeovers import before, lead
from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.records import PATIENT
from app.scheduling.problem import FOREVER


@compiled
def first_way(plant: Any, number: Any) -> Any:
    return plant.way[plant.operation[plant.block[number].head].ways_at]


@compiled
def first(plant: Any, number: Any) -> Any:
    return plant.member[plant.block[number].at]


# -- ovens that wait for their least load ------------------------------------------------------


@compiled
def gathered(plant: Any, state: Any, number: Any, ready: Any) -> Any:
    """A block that came at ``ready`` is about to wait in its slot."""
    slot = plant.block[number].slot
    if state.heap[slot].count == 0:
        state.slot_since[slot] = ready
    state.slot_load[slot] += first_way(plant, number).load


@compiled
def served(plant: Any, state: Any, slot: Any, number: Any) -> Any:
    load = first_way(plant, number).load
    state.slot_load[slot] -= load
    state.slot_left[slot] -= load


@compiled
def ripe_at(plant: Any, state: Any, slot: Any) -> Any:
    """From when on what waits in a slot is to go in (``Dispatcher._ripe_at``)."""
    least, load = plant.slot[slot].least, state.slot_load[slot]
    if not plant.facts[PATIENT] or load >= least or load >= state.slot_left[slot]:
        return -FOREVER
    number = state.entry[state.heap[slot].at].block
    since = state.slot_since[slot]
    slack = int(OF_SLACK * (latest(plant, number) - since))
    return since + max(0, min(slack, int(FILLING * first_way(plant, number).least_run)))


@compiled
def latest(plant: Any, number: Any) -> Any:
    """When a block must begin to be in time."""
    return plant.block[number].due - plant.least[first(plant, number)]


# -- campaigns that last -----------------------------------------------------------------------


@compiled
def lasting(plant: Any, state: Any, queue: Any, m: Any, time: Any, chosen: Any) -> Any:
    """A slot that cuts no campaign short, if the chosen one can wait for it."""
    if not cuts(plant, state, m, chosen):
        return chosen
    other = -1
    for slot in range(queue.slots_at, queue.slots_end):
        if state.heap[slot].count == 0 or ripe_at(plant, state, slot) > time:
            continue
        if other >= 0:
            a, b = state.entry[state.heap[slot].at], state.entry[state.heap[other].at]
            if b.key < a.key or (b.key == a.key and b.block < a.block):
                continue
        if not cuts(plant, state, m, slot):
            other = slot
    if other < 0:
        return chosen
    urgent, number = (
        state.entry[state.heap[chosen].at].block,
        state.entry[state.heap[other].at].block,
    )
    waits = latest(plant, urgent) >= time + plant.least[first(plant, number)]
    late = latest(plant, number) < time + plant.least[first(plant, urgent)]
    return other if waits or late else chosen


@compiled
def cuts(plant: Any, state: Any, m: Any, slot: Any) -> Any:
    """Whether the head of a slot ends a campaign on the machine that should go on."""
    operation = first(plant, state.entry[state.heap[slot].at].block)
    machine = plant.machine[m]
    for part in range(machine.parts_at, machine.parts_end):
        if plant.part[part].least_run == 0:
            continue
        k = part - machine.parts_at
        new = plant.families[operation, k]
        if new == -1:
            continue
        mounted = unfinished(plant, state, m, k, plant.part[part].least_run)
        if mounted != -1 and mounted != new:
            return True
    return False


@compiled
def unfinished(plant: Any, state: Any, m: Any, k: Any, least: Any) -> Any:
    """What is mounted last, if its campaign has not lasted yet; else -1."""
    ledger = state.ledger[m]
    minutes, position = 0, ledger.count
    stop = max(0, position - LOOK_BACK)
    while position > stop and minutes < least:
        position -= 1
        operation = lead(plant, state, state.owner[ledger.at + position])
        own = plant.families[operation, k]
        if own == -1:
            continue
        minutes += plant.way[state.spot[operation].way].least_run
        mounted = state.mounted[before(plant, state, m, position), k]
        if mounted == own:
            continue
        if mounted != -1 and not plant.operation[operation].started and minutes < least:
            return own
        return -1
    return -1
