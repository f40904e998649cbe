"""Whose turn it is: priority dispatching over time (see ``scheduling.dispatch``)."""

from __future__ import annotations

import math
from typing import Any

from app.scheduling.dispatch import HEADS, PATIENCE
from app.scheduling.forward import changeovers, waits
from app.scheduling.forward.blocks import bounds, can_have, give_up, place_block
from app.scheduling.forward.clocks import next_open
from app.scheduling.forward.compiled import compiled, entry, reference
from app.scheduling.forward.ledgers import last_end
from app.scheduling.forward.records import (
    APART,
    ATCS,
    BEGUN,
    DONE,
    EVENTS,
    FAULT,
    HELD,
    NOW,
    PATIENT,
    RUN,
)
from app.scheduling.problem import FOREVER


@entry
def dispatch(plant_arrays: Any, state_arrays: Any, most: Any) -> Any:
    """Works off ``most`` events, the first time from the beginning; False when nothing is left."""
    plant, state = reference(plant_arrays), reference(state_arrays)
    if state.count[BEGUN] == 0:
        state.count[BEGUN] = 1
        for number in range(len(plant.block)):
            if state.waiting[number] == 0:
                _arrive(plant, state, number)
    for _ in range(most):
        if state.count[EVENTS] == 0:
            if state.count[DONE] == 0:
                give_up(plant, state)
                state.count[DONE] = 1
            return False
        time, key, number = _pop_event(state)
        if state.count[FAULT]:
            return False
        if time != state.next_event[number] or key != state.next_key[number]:
            continue  # an earlier event has taken its place
        state.next_event[number] = FOREVER
        if state.queued[number] == 0:
            continue
        if _time(plant, state, number) <= time:
            _serve(plant, state, number, time)
        _expect(plant, state, number)
    return True


# -- heaps -------------------------------------------------------------------------------------


@compiled
def _push(entries: Any, at: Any, count: Any, key: Any, block: Any) -> Any:
    i = count
    while i > 0:
        parent = (i - 1) // 2
        above = entries[at + parent]
        if above.key < key or (above.key == key and above.block < block):
            break
        entries[at + i] = above
        i = parent
    entries[at + i].key = key
    entries[at + i].block = block


@compiled
def _pop(entries: Any, at: Any, count: Any) -> Any:
    """Takes the head off a heap of ``count``; the last entry is free afterwards."""
    last = count - 1
    key, block = entries[at + last].key, entries[at + last].block
    i = 0
    while True:
        child = 2 * i + 1
        if child >= last:
            break
        if child + 1 < last:
            one, other = entries[at + child], entries[at + child + 1]
            if other.key < one.key or (other.key == one.key and other.block < one.block):
                child += 1
        below = entries[at + child]
        if key < below.key or (key == below.key and block < below.block):
            break
        entries[at + i] = below
        i = child
    entries[at + i].key = key
    entries[at + i].block = block


@compiled
def _push_event(state: Any, time: Any, key: Any, who: Any) -> Any:
    i = state.count[EVENTS]
    if i == len(state.event):
        state.count[FAULT] = 1
        return
    state.count[EVENTS] = i + 1
    while i > 0:
        parent = (i - 1) // 2
        above = state.event[parent]
        if not _sooner(time, key, who, above):
            break
        state.event[i] = above
        i = parent
    state.event[i].time = time
    state.event[i].key = key
    state.event[i].who = who


@compiled
def _sooner(time: Any, key: Any, who: Any, event: Any) -> Any:
    """By time, then by the urgency of the head, then by the number of the queue."""
    if time != event.time:
        return time < event.time
    return key < event.key or (key == event.key and who < event.who)


@compiled
def _pop_event(state: Any) -> Any:
    events = state.event
    first_time, first_key, first_who = events[0].time, events[0].key, events[0].who
    last = state.count[EVENTS] - 1
    state.count[EVENTS] = last
    time, key, who = events[last].time, events[last].key, events[last].who
    i = 0
    while True:
        child = 2 * i + 1
        if child >= last:
            break
        if child + 1 < last:
            other = events[child + 1]
            if _sooner(other.time, other.key, other.who, events[child]):
                child += 1
        below = events[child]
        if not _sooner(below.time, below.key, below.who, events[last]):
            break
        events[i] = below
        i = child
    events[i].time = time
    events[i].key = key
    events[i].who = who
    return first_time, first_key, first_who


# -- queues ------------------------------------------------------------------------------------


@compiled
def _arrive(plant: Any, state: Any, number: Any) -> Any:
    q = plant.block[number].queue
    coming = state.coming[q]
    _push(state.coming_entry, coming.at, coming.count, float(_ready(plant, state, number)), number)
    coming.count += 1
    state.queued[q] += 1
    _expect(plant, state, q)


@compiled
def _expect(plant: Any, state: Any, q: Any) -> Any:
    """Sees to it that the queue is served at its time."""
    if state.queued[q]:
        time = _time(plant, state, q)
        key = _urgency(plant, state, q)
        known = state.next_event[q]
        if time < known or (time == known and key < state.next_key[q]):
            state.next_event[q], state.next_key[q] = time, key
            _push_event(state, time, key, q)


@compiled
def _urgency(plant: Any, state: Any, q: Any) -> Any:
    """The least key of its heads; before any waits, that of the next one to come."""
    if plant.facts[APART]:
        return 0.0
    coming = state.coming[q]
    if state.queued[q] == coming.count:
        return plant.block[state.coming_entry[coming.at].block].key
    least = math.inf
    for slot in range(plant.queue[q].slots_at, plant.queue[q].slots_end):
        if state.heap[slot].count:
            least = min(least, _head(state, slot).key)
    return least


@compiled
def _ready(plant: Any, state: Any, number: Any) -> Any:
    operation = plant.member[plant.block[number].at]
    if not bounds(plant, state, operation):
        return plant.facts[NOW]
    return min(max(state.limits[HELD], state.limits[RUN]), FOREVER - 1)


@compiled
def _time(plant: Any, state: Any, q: Any) -> Any:
    """When the queue can be served next."""
    queue, coming = plant.queue[q], state.coming[q]
    free = FOREVER
    for k in range(queue.machines_at, queue.machines_end):
        free = min(free, _opening(plant, state, plant.served[k]))
    if not queue.oven:
        _gather(plant, state, q, free)
    if state.queued[q] > coming.count:  # some wait
        if queue.oven:
            free = max(free, _next_ripe(plant, state, q))
        return min(free, FOREVER - 1)
    ready = FOREVER
    if coming.count:
        head = state.coming_entry[coming.at]
        ready = int(head.key)
        if queue.oven:
            ready += int(PATIENCE * waits.first_way(plant, head.block).least_run)
    return min(max(free, ready), FOREVER - 1)


@compiled
def _next_ripe(plant: Any, state: Any, q: Any) -> Any:
    """When something that waits is to go in, or the next one comes."""
    ripe = FOREVER
    for slot in range(plant.queue[q].slots_at, plant.queue[q].slots_end):
        if state.heap[slot].count:
            ripe = min(ripe, waits.ripe_at(plant, state, slot))
    coming = state.coming[q]
    if coming.count:
        ripe = min(ripe, int(state.coming_entry[coming.at].key))
    return ripe


@compiled
def _frontier(plant: Any, state: Any, m: Any) -> Any:
    if plant.machine[m].kind == 1:  # racks have no sequence
        return plant.facts[NOW]
    return max(plant.facts[NOW], last_end(state, m))


@compiled
def _opening(plant: Any, state: Any, m: Any) -> Any:
    """When the machine is open and nothing follows any more."""
    return next_open(plant, plant.machine[m].clock, _frontier(plant, state, m))


@compiled
def _gather(plant: Any, state: Any, q: Any, time: Any) -> Any:
    """What has come by then waits."""
    coming = state.coming[q]
    while coming.count and state.coming_entry[coming.at].key <= time:
        head = state.coming_entry[coming.at]
        number, ready = head.block, int(head.key)
        _pop(state.coming_entry, coming.at, coming.count)
        coming.count -= 1
        heap = state.heap[plant.block[number].slot]
        waits.gathered(plant, state, number, ready)
        _push(state.entry, heap.at, heap.count, plant.block[number].key, number)
        heap.count += 1


@compiled
def _serve(plant: Any, state: Any, q: Any, time: Any) -> Any:
    _gather(plant, state, q, time)
    if state.queued[q] == state.coming[q].count:
        return
    slot = _choose(plant, state, q, time)
    if slot < 0:
        return
    taken = _together(plant, state, q, slot)
    for k in range(taken):
        _place(plant, state, state.heads[k])


@compiled
def _place(plant: Any, state: Any, number: Any) -> Any:
    if not place_block(plant, state, number) or state.count[FAULT]:
        return
    block = plant.block[number]
    for k in range(block.follow_at, block.follow_end):
        other = plant.follow[k]
        state.waiting[other] -= 1
        if state.waiting[other] == 0:
            _arrive(plant, state, other)
    _feed(plant, state, block)


@compiled
def _feed(plant: Any, state: Any, block: Any) -> Any:
    """Lets blocks come that waited for a material that this block makes, and can have it now."""
    for k in range(block.at, block.end):
        record = plant.operation[plant.member[k]]
        for j in range(record.makes_at, record.makes_end):
            material = plant.make[j].material
            waiting = state.starving[material]
            state.starving[material] = -1
            going = -1
            while waiting >= 0:
                following = state.starving_next[waiting]
                if can_have(plant, state, waiting, material):
                    state.starving_next[waiting] = going
                    going = waiting
                else:
                    state.starving_next[waiting] = state.starving[material]
                    state.starving[material] = waiting
                waiting = following
            while going >= 0:
                following = state.starving_next[going]
                _arrive(plant, state, going)
                going = following


# -- choosing ----------------------------------------------------------------------------------


@compiled
def _head(state: Any, slot: Any) -> Any:
    return state.entry[state.heap[slot].at]


@compiled
def _before(state: Any, one: Any, other: Any) -> Any:
    """Whether the head of one slot is more urgent than that of another."""
    a, b = _head(state, one), _head(state, other)
    return a.key < b.key or (a.key == b.key and a.block < b.block)


@compiled
def _choose(plant: Any, state: Any, q: Any, time: Any) -> Any:
    """The slot whose head is the most urgent by the rule (ATCS: with its setup)."""
    queue = plant.queue[q]
    count, most = 0, HEADS if plant.facts[ATCS] else 1
    for slot in range(queue.slots_at, queue.slots_end):
        if state.heap[slot].count == 0 or waits.ripe_at(plant, state, slot) > time:
            continue
        k = count
        while k > 0 and _before(state, slot, state.heads[k - 1]):
            k -= 1
        if k >= most:
            continue
        count = min(count + 1, most)
        for j in range(count - 1, k, -1):
            state.heads[j] = state.heads[j - 1]
        state.heads[k] = slot
    if count == 0:
        return -1  # all that waits should wait for more
    m = _first_free(plant, state, queue)
    chosen = state.heads[0]
    if count > 1:
        chosen = _by_index(plant, state, queue, m, time, count)
    if plant.facts[PATIENT]:
        return waits.lasting(plant, state, queue, m, time, chosen)
    return chosen


@compiled
def _by_index(plant: Any, state: Any, queue: Any, m: Any, time: Any, count: Any) -> Any:
    """Of so many slots in ``heads``, and the one of what is mounted, that of the best index."""
    mounted = _slot_mounted(plant, state, queue, m, time)
    if mounted >= 0:
        known = False
        for k in range(count):
            known = known or state.heads[k] == mounted
        if not known:
            state.heads[count] = mounted
            count += 1
    best, highest = (
        state.heads[0],
        _index(plant, state, _head(state, state.heads[0]).block, m, time),
    )
    for k in range(1, count):
        index = _index(plant, state, _head(state, state.heads[k]).block, m, time)
        if best < 0 or index > highest:
            best, highest = state.heads[k], index
    return best


@compiled
def _first_free(plant: Any, state: Any, queue: Any) -> Any:
    first, free = -1, FOREVER
    for k in range(queue.machines_at, queue.machines_end):
        m = plant.served[k]
        time = _frontier(plant, state, m)
        if first < 0 or time < free:
            first, free = m, time
    return first


@compiled
def _slot_mounted(plant: Any, state: Any, queue: Any, m: Any, time: Any) -> Any:
    """The slot of what is mounted on the machine, if any of it waits; -1 if none."""
    parts = plant.machine[m].parts_end - plant.machine[m].parts_at
    mounted = changeovers.last_mounted(plant, state, m)
    for slot in range(queue.slots_at, queue.slots_end):
        record = plant.slot[slot]
        if state.heap[slot].count == 0 or record.families_end - record.families_at != parts:
            continue
        same = True
        for k in range(parts):
            same = same and plant.family[record.families_at + k] == state.mounted[mounted, k]
        if same:
            return slot if waits.ripe_at(plant, state, slot) <= time else -1
    return -1


@compiled
def _index(plant: Any, state: Any, number: Any, m: Any, time: Any) -> Any:
    """ATCS, as a logarithm: large slack would make the exponential vanish."""
    block = plant.block[number]
    operation = plant.member[block.at]
    work = max(1, plant.least[operation])
    slack = max(0, block.due - work - time)
    minutes = changeovers.index_minutes(plant, state, m, operation)
    urgency = block.weight / work if block.weight > 0 else 1e-9
    return math.log(urgency) - slack / plant.scales[0] - minutes / plant.scales[1]


@compiled
def _together(plant: Any, state: Any, q: Any, slot: Any) -> Any:
    """The head of a slot; of an oven's family as many as one batch holds, latest first."""
    heap, queue = state.heap[slot], plant.queue[q]
    taken = 0
    room = queue.room if queue.oven else 0
    while heap.count:
        number = state.entry[heap.at].block
        _pop(state.entry, heap.at, heap.count)
        heap.count -= 1
        state.queued[q] -= 1
        state.heads[taken] = number
        taken += 1
        waits.served(plant, state, slot, number)
        room -= waits.first_way(plant, number).load
        if room <= 0:
            break
    for k in range(taken):
        state.hint[k] = _ready(plant, state, state.heads[k])
    for i in range(1, taken):  # a stable sort: the latest first, then the longest
        number, ready = state.heads[i], state.hint[i]
        work = plant.least[waits.first(plant, number)]
        k = i
        while k > 0:
            other, before = state.heads[k - 1], state.hint[k - 1]
            if ready < before or (
                ready == before and work <= plant.least[waits.first(plant, other)]
            ):
                break
            state.heads[k], state.hint[k] = other, before
            k -= 1
        state.heads[k], state.hint[k] = number, ready
    return taken
