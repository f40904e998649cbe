"""Changes that can be taken back: what a gesture touches is saved once, before it is changed."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward import changeovers, ledgers, people
from app.scheduling.forward.compiled import compiled, copied
from app.scheduling.forward.records import (
    BATCHES,
    CLAIMS,
    FAULT,
    OPERATOR_LISTS,
    TOOLS_USED,
    WORK_USED,
)
from app.scheduling.problem import FOREVER
from app.scheduling.pushing.records import (
    BASE_BATCHES,
    BASE_CLAIMS,
    BASE_TOOLS,
    BASE_WORK,
    BATCHES_CHANGED,
    NOTED,
    SAVED,
    STAMP,
    TOUCHED,
)


@compiled
def note(hand: Any, operation: Any) -> Any:
    """What the gesture knows of an operation, begun if need be."""
    found = hand.note[operation]
    if found.stamp != hand.num[STAMP]:
        found.stamp = hand.num[STAMP]
        found.old = found.settled = found.lower = found.tries = 0
        found.exchanged = 0
        found.group = found.batch_left = -1
        hand.noted[hand.num[NOTED]] = operation
        hand.num[NOTED] += 1
    return found


@compiled
def touch(state: Any, hand: Any, which: Any) -> Any:
    """Saves a ledger."""
    if hand.ledger_mark[which] == hand.num[STAMP]:
        return
    hand.ledger_mark[which] = hand.num[STAMP]
    ledger, to = state.ledger[which], hand.num[SAVED]
    if to + ledger.count > len(hand.save_key):
        state.count[FAULT] = 1
        return
    number = hand.num[TOUCHED]
    hand.touched[number] = which
    hand.saved[number].at, hand.saved[number].count = to, ledger.count
    copied(hand.save_key, to, state.key, ledger.at, ledger.count)
    copied(hand.save_value, to, state.value, ledger.at, ledger.count)
    copied(hand.save_owner, to, state.owner, ledger.at, ledger.count)
    hand.num[SAVED] = to + ledger.count
    hand.num[TOUCHED] = number + 1


@compiled
def book(state: Any, hand: Any, which: Any, start: Any, end: Any, owner: Any) -> Any:
    touch(state, hand, which)
    ledgers.book(state, which, start, end, owner)


@compiled
def unbook(state: Any, hand: Any, which: Any, start: Any, end: Any) -> Any:
    touch(state, hand, which)
    ledgers.unbook(state, which, start, end)


@compiled
def take(state: Any, hand: Any, which: Any, start: Any, end: Any, units: Any) -> Any:
    touch(state, hand, which)
    ledgers.take(state, which, start, end, units)


@compiled
def enter(state: Any, hand: Any, which: Any, start: Any, end: Any, owner: Any) -> Any:
    """Another user of a rack or a pool."""
    touch(state, hand, which)
    ledgers.insert(state, which, ledgers.past_key(state, which, start), start, end, owner)


@compiled
def leave(state: Any, hand: Any, which: Any, start: Any, owner: Any) -> Any:
    """One user less of a rack or a pool."""
    touch(state, hand, which)
    i = ledgers.first_key(state, which, start)
    while i < state.ledger[which].count and state.owner[state.ledger[which].at + i] != owner:
        i += 1
    if i < state.ledger[which].count:
        ledgers.delete(state, which, i)


@compiled
def end_at(state: Any, hand: Any, which: Any, start: Any, end: Any, owner: Any) -> Any:
    """The stretch that begins at ``start`` for an owner ends at ``end`` instead."""
    touch(state, hand, which)
    i = ledgers.first_key(state, which, start)
    while i < state.ledger[which].count and state.owner[state.ledger[which].at + i] != owner:
        i += 1
    if i < state.ledger[which].count:
        state.value[state.ledger[which].at + i] = end


@compiled
def touch_batch(hand: Any, batch: Any) -> Any:
    """Remembers that a batch is changed."""
    if hand.batch_mark[batch] != hand.num[STAMP]:
        hand.batch_mark[batch] = hand.num[STAMP]
        hand.batches[hand.num[BATCHES_CHANGED]] = batch
        hand.num[BATCHES_CHANGED] += 1


@compiled
def begin(hand: Any) -> Any:
    """A new gesture."""
    hand.num[STAMP] += 1
    hand.num[NOTED] = hand.num[TOUCHED] = hand.num[SAVED] = hand.num[BATCHES_CHANGED] = 0


@compiled
def take_back(plant: Any, state: Any, hand: Any) -> Any:
    """All is as it was before the gesture."""
    people.begin(plant, state)
    first_person = plant.facts[OPERATOR_LISTS]
    for number in range(hand.num[TOUCHED]):
        which, saved = hand.touched[number], hand.saved[number]
        ledger = state.ledger[which]
        copied(state.key, ledger.at, hand.save_key, saved.at, saved.count)
        copied(state.value, ledger.at, hand.save_value, saved.at, saved.count)
        copied(state.owner, ledger.at, hand.save_owner, saved.at, saved.count)
        ledger.count = saved.count
        if first_person <= which < first_person + len(plant.operator):
            state.seen[which - first_person].end = -FOREVER
    for number in range(hand.num[NOTED]):
        operation = hand.noted[number]
        state.spot[operation] = hand.base[operation]
        hand.next_member[operation] = hand.base_next[operation]
    for number in range(hand.num[BATCHES_CHANGED]):
        batch = hand.batches[number]
        state.batch[batch] = hand.base_batch[batch]
        hand.first_member[batch] = hand.base_first[batch]
    for tool in range(len(state.life)):
        state.life[tool] = hand.base_life[tool]
    for operator in range(state.overtime.shape[0]):
        for period in range(state.overtime.shape[1]):
            state.overtime[operator, period] = hand.base_overtime[operator, period]
    state.count[TOOLS_USED], state.count[WORK_USED] = hand.num[BASE_TOOLS], hand.num[BASE_WORK]
    state.count[CLAIMS], state.count[BATCHES] = hand.num[BASE_CLAIMS], hand.num[BASE_BATCHES]
    for number in range(hand.num[TOUCHED]):
        which = hand.touched[number]
        if which < len(plant.machine):
            remount(plant, state, which)


@compiled
def remount(plant: Any, state: Any, m: Any) -> Any:
    """What is mounted after each booking of a machine, from the beginning."""
    if plant.machine[m].parts_end == plant.machine[m].parts_at:
        return
    ledger = state.ledger[m]
    for i in range(ledger.count):
        state.known[state.owner[ledger.at + i]] = 0
    changeovers.remount(plant, state, m, 0)
