"""Sorted lists that grow: bookings, profiles of free units and stock (see ``timelines``).

A ledger is a range of ``key``, ``value`` and ``owner``: of bookings start, end and owner; of
profiles and heads the tick of a step and what is free from it on; of stock tick and quantity.
"""

from __future__ import annotations

from typing import Any

from app.scheduling.forward import clocks
from app.scheduling.forward.compiled import compiled, copied
from app.scheduling.forward.records import FAULT, USED
from app.scheduling.problem import FOREVER


@compiled
def insert(state: Any, which: Any, position: Any, key: Any, value: Any, owner: Any) -> Any:
    """At a position (counted from the ledger's beginning)."""
    ledger = state.ledger[which]
    if ledger.count == ledger.room:
        room = max(8, 2 * ledger.room)
        at = state.count[USED]
        if at + room > len(state.key):
            state.count[FAULT] = 1  # begun anew with more room
            return
        copied(state.key, at, state.key, ledger.at, ledger.count)
        copied(state.value, at, state.value, ledger.at, ledger.count)
        copied(state.owner, at, state.owner, ledger.at, ledger.count)
        ledger.at, ledger.room = at, room
        state.count[USED] = at + room
    at, behind = ledger.at + position, ledger.count - position
    copied(state.key, at + 1, state.key, at, behind)
    copied(state.value, at + 1, state.value, at, behind)
    copied(state.owner, at + 1, state.owner, at, behind)
    state.key[at], state.value[at], state.owner[at] = key, value, owner
    ledger.count += 1


@compiled
def delete(state: Any, which: Any, position: Any) -> Any:
    ledger = state.ledger[which]
    at, behind = ledger.at + position, max(0, ledger.count - position - 1)
    copied(state.key, at, state.key, at + 1, behind)
    copied(state.value, at, state.value, at + 1, behind)
    copied(state.owner, at, state.owner, at + 1, behind)
    ledger.count -= 1


@compiled
def first_key(state: Any, which: Any, key: Any) -> Any:
    """Position of the first entry whose key is not less (``bisect_left``)."""
    at = state.ledger[which].at
    low, high = 0, state.ledger[which].count
    while low < high:
        middle = (low + high) // 2
        if state.key[at + middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def past_key(state: Any, which: Any, key: Any) -> Any:
    """Position after the last entry whose key is not greater (``bisect_right``)."""
    at = state.ledger[which].at
    low, high = 0, state.ledger[which].count
    while low < high:
        middle = (low + high) // 2
        if state.key[at + middle] <= key:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def past_value(state: Any, which: Any, value: Any) -> Any:
    """The same by value: of bookings, the first that ends after ``value``."""
    at = state.ledger[which].at
    low, high = 0, state.ledger[which].count
    if high and state.value[at + high - 1] <= value:
        return high
    while low < high:
        middle = (low + high) // 2
        if state.value[at + middle] <= value:
            low = middle + 1
        else:
            high = middle
    return low


# -- bookings of one machine, copy or person ---------------------------------------------------


@compiled
def conflict(state: Any, which: Any, start: Any, end: Any) -> Any:
    """Position of the first booking that overlaps; -1 if none does."""
    i = past_value(state, which, start)
    if i < state.ledger[which].count and state.key[state.ledger[which].at + i] < end:
        return i
    return -1


@compiled
def opening(plant: Any, state: Any, which: Any, time: Any, clock: Any, minutes: Any) -> Any:
    """Earliest tick from which it is free long enough for ``minutes`` of the clock's time."""
    at = state.ledger[which].at
    for i in range(past_value(state, which, time), state.ledger[which].count):
        start = state.key[at + i]
        if start - time >= minutes:
            open_minutes = clocks.worked(plant, clock, start) - clocks.worked(plant, clock, time)
            if open_minutes >= minutes:
                return time
        time = state.value[at + i]
    return time


@compiled
def last_end(state: Any, which: Any) -> Any:
    """End of the last booking; -FOREVER if there is none."""
    ledger = state.ledger[which]
    if ledger.count == 0:
        return -FOREVER
    return state.value[ledger.at + ledger.count - 1]


@compiled
def book(state: Any, which: Any, start: Any, end: Any, owner: Any) -> Any:
    if end > start:
        insert(state, which, past_key(state, which, start), start, end, owner)


@compiled
def unbook(state: Any, which: Any, start: Any, end: Any) -> Any:
    if end > start:
        delete(state, which, first_key(state, which, start))


# -- profiles: units free over time ------------------------------------------------------------


@compiled
def shortage(state: Any, which: Any, start: Any, end: Any, units: Any, capacity: Any) -> Any:
    """0 if ``units`` fit in ``[start, end)``, else when the last shortage inside is over."""
    if units > capacity:
        return FOREVER
    at = state.ledger[which].at
    first = past_key(state, which, start) - 1
    i = first_key(state, which, end) - 1
    while i >= first:
        if state.value[at + i] < units:
            return state.key[at + i + 1]
        i -= 1
    return 0


@compiled
def _insert_step(state: Any, which: Any, position: Any, time: Any, free: Any) -> Any:
    """``insert`` for profiles, which have no owners."""
    ledger = state.ledger[which]
    if ledger.count == ledger.room:
        insert(state, which, position, time, free, 0)
        return
    at, behind = ledger.at + position, ledger.count - position
    copied(state.key, at + 1, state.key, at, behind)
    copied(state.value, at + 1, state.value, at, behind)
    state.key[at], state.value[at] = time, free
    ledger.count += 1


@compiled
def _delete_step(state: Any, which: Any, position: Any) -> Any:
    ledger = state.ledger[which]
    at, behind = ledger.at + position, max(0, ledger.count - position - 1)
    copied(state.key, at, state.key, at + 1, behind)
    copied(state.value, at, state.value, at + 1, behind)
    ledger.count -= 1


@compiled
def _step(state: Any, which: Any, time: Any) -> Any:
    """Position of the step at ``time``, made if there is none."""
    i = first_key(state, which, time)
    ledger = state.ledger[which]
    if i == ledger.count or state.key[ledger.at + i] != time:
        _insert_step(state, which, i, time, state.value[ledger.at + i - 1])
    return i


@compiled
def _smooth(state: Any, which: Any, time: Any) -> Any:
    """Steps of no height would pile up."""
    k = first_key(state, which, time)
    at = state.ledger[which].at
    if k and state.value[at + k] == state.value[at + k - 1]:
        _delete_step(state, which, k)


@compiled
def take(state: Any, which: Any, start: Any, end: Any, units: Any) -> Any:
    """``units`` fewer are free in ``[start, end)``; negative gives them back."""
    i = _step(state, which, start)
    j = _step(state, which, end)
    if state.count[FAULT]:
        return
    at, value = state.ledger[which].at, state.value
    for k in range(at + i, at + j):
        value[k] -= units
    _smooth(state, which, end)
    _smooth(state, which, start)


@compiled
def enough(
    plant: Any, state: Any, which: Any, clock: Any, time: Any, units: Any, minutes: Any
) -> Any:
    """Earliest open tick from which ``units`` are free for ``minutes`` of the clock's time."""
    stretch, last_stretch = plant.stretch, plant.clock[clock].end
    at, last = state.ledger[which].at, state.ledger[which].count - 1
    key, free = state.key, state.value
    c = clocks.after_ends(plant, clock, time)
    if c == last_stretch:
        return FOREVER
    now = max(time, stretch[c].start)
    begin = now
    i = past_key(state, which, now) - 1
    got = 0
    while True:
        step_end = key[at + i + 1] if i < last else FOREVER
        if free[at + i] < units:
            got = 0
            while i < last and free[at + i] < units:
                i += 1
            if free[at + i] < units:
                return FOREVER
            now = key[at + i]
            if stretch[c].end <= now:
                c = clocks.after_ends(plant, clock, now)
                if c == last_stretch:
                    return FOREVER
            if stretch[c].start > now:
                now = stretch[c].start
                if i < last and key[at + i + 1] <= now:
                    i = past_key(state, which, now) - 1
            begin = now
            continue
        until = min(stretch[c].end, step_end)
        got += until - now
        if got >= minutes:
            return begin
        now = until
        if now == step_end:
            i += 1
        if now == stretch[c].end:
            c += 1
            if c == last_stretch:
                return FOREVER
            now = stretch[c].start
            if i < last and key[at + i + 1] <= now:
                i = past_key(state, which, now) - 1
            if got == 0:
                begin = now


# -- stock -------------------------------------------------------------------------------------


@compiled
def available(state: Any, which: Any, quantity: Any) -> Any:
    """First tick at which ``quantity`` can be taken; FOREVER if never."""
    at = state.ledger[which].at
    total = 0
    for k in range(at, at + state.ledger[which].count):
        total += state.value[k]
        if total >= quantity:
            return state.key[k]
    return FOREVER


@compiled
def supply(state: Any, which: Any, tick: Any, quantity: Any) -> Any:
    if quantity <= 0:
        return
    i = first_key(state, which, tick)
    ledger = state.ledger[which]
    if i < ledger.count and state.key[ledger.at + i] == tick:
        state.value[ledger.at + i] += quantity
    else:
        insert(state, which, i, tick, quantity, 0)


@compiled
def withdraw(state: Any, which: Any, tick: Any, quantity: Any) -> Any:
    """Takes back a supply that nobody has claimed."""
    i = first_key(state, which, tick)
    ledger = state.ledger[which]
    if i == ledger.count or state.key[ledger.at + i] != tick:
        return
    if state.value[ledger.at + i] > quantity:
        state.value[ledger.at + i] -= quantity
    elif state.value[ledger.at + i] == quantity:
        delete(state, which, i)
