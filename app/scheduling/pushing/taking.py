"""Taking operations out of the way with all that hangs on them (see ``repair.taking``)."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.records import FAULT
from app.scheduling.pushing.books import lift
from app.scheduling.pushing.journal import note
from app.scheduling.pushing.records import (
    ANCESTOR_STAMP,
    ANCESTORS_OF,
    CURRENT_OPERATION,
    CURRENT_START,
    DROPPED,
    FIRM,
    FOUND,
    FOUND_STAMP,
    GROUP_MEMBERS,
    GROUPS,
    QUEUE,
)

# -- the queue of what is to be put back -------------------------------------------------------


@compiled
def push(state: Any, hand: Any, time: Any, who: Any) -> Any:
    queue, i = hand.queue, hand.num[QUEUE]
    if i == len(queue):
        state.count[FAULT] = 1
        return
    hand.num[QUEUE] = i + 1
    while i > 0:
        above = queue[(i - 1) // 2]
        if above.time < time or (above.time == time and above.who <= who):
            break
        queue[i] = above
        i = (i - 1) // 2
    queue[i].time, queue[i].who = time, who


@compiled
def pop(hand: Any) -> Any:
    """Takes the first of the queue into CURRENT."""
    queue = hand.queue
    hand.num[CURRENT_START], hand.num[CURRENT_OPERATION] = queue[0].time, queue[0].who
    last = hand.num[QUEUE] - 1
    hand.num[QUEUE] = last
    time, who = queue[last].time, queue[last].who
    i = 0
    while True:
        child = 2 * i + 1
        if child >= last:
            break
        if child + 1 < last:
            one, other = queue[child], queue[child + 1]
            if other.time < one.time or (other.time == one.time and other.who < one.who):
                child += 1
        below = queue[child]
        if time < below.time or (time == below.time and who <= below.who):
            break
        queue[i] = below
        i = child
    queue[i].time, queue[i].who = time, who


@compiled
def strike(state: Any, hand: Any, operation: Any) -> Any:
    """Takes an operation out of the queue."""
    count, kept = hand.num[QUEUE], 0
    for k in range(count):
        if hand.queue[k].who != operation:
            hand.stack[2 * kept], hand.stack[2 * kept + 1] = hand.queue[k].time, hand.queue[k].who
            kept += 1
    hand.num[QUEUE] = 0
    for k in range(kept):
        push(state, hand, hand.stack[2 * k], hand.stack[2 * k + 1])


# -- who goes together -------------------------------------------------------------------------


@compiled
def _find(state: Any, hand: Any, operation: Any) -> Any:
    if hand.found_mark[operation] != hand.num[FOUND_STAMP]:
        hand.found_mark[operation] = hand.num[FOUND_STAMP]
        if state.spot[operation].way >= 0:
            hand.found[hand.num[FOUND]] = operation
            hand.num[FOUND] += 1


@compiled
def find_mates(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """What can only be taken off together: a batch, a kept tool's users, takers of output."""
    hand.num[FOUND_STAMP] += 1
    hand.num[FOUND] = 0
    _find(state, hand, operation)
    i = 0
    while i < hand.num[FOUND]:
        member = hand.found[i]
        spot, record = state.spot[member], plant.operation[member]
        if spot.batch >= 0:
            other = hand.first_member[spot.batch]
            while other >= 0:
                _find(state, hand, other)
                other = hand.next_member[other]
        way = plant.way[spot.way]
        for d in range(way.tools_at, way.tools_end):
            if plant.demand[d].until >= 0:
                _find(state, hand, plant.demand[d].until)
        for k in range(record.holders_at, record.holders_end):
            _find(state, hand, plant.holder[k])
        for k in range(record.makes_at, record.makes_end):
            _find_takers(plant, state, hand, plant.make[k].material, spot.end)
        i += 1


@compiled
def _find_takers(plant: Any, state: Any, hand: Any, material: Any, tick: Any) -> Any:
    """Placed operations that take what is made of a material at a tick."""
    for other in range(len(state.spot)):
        spot = state.spot[other]
        if spot.way < 0:
            continue
        for k in range(spot.claims_at, spot.claims_at + spot.claims):
            if state.claim[k].material == material and state.claim[k].tick == tick:
                _find(state, hand, other)


# -- taking along ------------------------------------------------------------------------------


@compiled
def take_along(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """Takes an operation and its mates off the floor; they are put back in order."""
    find_mates(plant, state, hand, operation)
    count = hand.num[FOUND]
    makers = 0
    _sort_found(state, hand)
    for k in range(count):
        _remember(state, hand, hand.found[k])
        record = plant.operation[hand.found[k]]
        makers += record.makes_at < record.makes_end
    for k in range(count):  # for the queue, before the spots are gone
        hand.stack[k] = state.spot[hand.found[k]].start
    for leads in range(2):  # of a batch, the one that opened it goes last
        for k in range(count):
            other = hand.found[k]
            record = plant.operation[other]
            if record.makes_at == record.makes_end and _leads(state, other) == leads:
                lift(plant, state, hand, other)
    for _ in range(makers):  # the latest first: it may have taken what the others make
        best = -1
        for k in range(count):
            other = hand.found[k]
            record = plant.operation[other]
            if state.spot[other].way < 0 or record.makes_at == record.makes_end:
                continue
            if best < 0 or _goes_before(state, other, best):
                best = other
        lift(plant, state, hand, best)
    for k in range(count):
        note(hand, hand.found[k]).settled = 0
        push(state, hand, hand.stack[k], hand.found[k])


@compiled
def _sort_found(state: Any, hand: Any) -> Any:
    """The earliest first: who keeps a tool for another goes before that one, for good."""
    for i in range(1, hand.num[FOUND]):
        operation = hand.found[i]
        start, k = state.spot[operation].start, i
        while k > 0 and state.spot[hand.found[k - 1]].start > start:
            hand.found[k] = hand.found[k - 1]
            k -= 1
        hand.found[k] = operation


@compiled
def _leads(state: Any, operation: Any) -> Any:
    batch = state.spot[operation].batch
    return 1 if batch >= 0 and state.batch[batch].lead == operation else 0


@compiled
def _goes_before(state: Any, one: Any, other: Any) -> Any:
    a, b = state.spot[one].start, state.spot[other].start
    if a != b:
        return a > b
    if _leads(state, one) != _leads(state, other):
        return _leads(state, one) < _leads(state, other)
    return one > other


@compiled
def _remember(state: Any, hand: Any, operation: Any) -> Any:
    known = note(hand, operation)
    if known.old:
        return
    known.old = 1
    spot = state.spot[operation]
    hand.old[operation] = spot
    if spot.batch < 0 or known.group >= 0:
        return
    known.batch_left = spot.batch
    if state.batch[spot.batch].members > 1:
        group, at = hand.num[GROUPS], hand.num[GROUP_MEMBERS]
        if group == len(hand.group) or at + state.batch[spot.batch].members > len(
            hand.group_member
        ):
            state.count[FAULT] = 1
            return
        hand.group[group].at = at
        other = hand.first_member[spot.batch]
        while other >= 0:
            hand.group_member[at] = other
            at += 1
            note(hand, other).group = group
            other = hand.next_member[other]
        hand.group[group].count = at - hand.num[GROUP_MEMBERS]
        hand.num[GROUPS], hand.num[GROUP_MEMBERS] = group + 1, at


# -- who may be displaced ----------------------------------------------------------------------


@compiled
def _is_ancestor(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """Whether it must come before the one that is being put back: nothing to push after it."""
    root = hand.num[ANCESTORS_OF]
    if root >= 0:  # not looked at yet
        hand.num[ANCESTORS_OF] = -1
        hand.num[ANCESTOR_STAMP] += 1
        hand.ancestor_mark[root] = hand.num[ANCESTOR_STAMP]
        hand.stack[0], height = root, 1
        while height:
            height -= 1
            last = hand.stack[height]
            record = plant.operation[last]
            for k in range(record.before_at, record.before_end):
                height = _climb(hand, plant.link[k].before, height)
            for k in range(record.holders_at, record.holders_end):
                height = _climb(hand, plant.holder[k], height)
            for k in range(record.needs_at, record.needs_end):
                material = plant.need[k].material
                for j in range(hand.makers_at[material], hand.makers_at[material + 1]):
                    height = _climb(hand, hand.maker[j], height)
    return hand.ancestor_mark[operation] == hand.num[ANCESTOR_STAMP]


@compiled
def _climb(hand: Any, operation: Any, height: Any) -> Any:
    if hand.ancestor_mark[operation] != hand.num[ANCESTOR_STAMP]:
        hand.ancestor_mark[operation] = hand.num[ANCESTOR_STAMP]
        hand.stack[height] = operation
        return height + 1
    return height


@compiled
def displace(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """Takes an operation out of the way, if it is not held and comes later."""
    if hand.num[FIRM] or hand.fact[operation].held or state.count[FAULT]:
        return False
    if note(hand, operation).settled:
        return False
    spot = state.spot[operation]
    time = spot.start
    if hand.num[DROPPED]:  # dropped on the first half of a bar: before it
        time = (spot.setup_start + spot.end) // 2
    if time < hand.num[CURRENT_START]:
        return False
    if time == hand.num[CURRENT_START] and operation < hand.num[CURRENT_OPERATION]:
        return False
    find_mates(plant, state, hand, operation)
    for k in range(hand.num[FOUND]):
        other = hand.found[k]
        if hand.fact[other].held or note(hand, other).settled:
            return False
        if _is_ancestor(plant, state, hand, other):
            return False
    take_along(plant, state, hand, operation)
    return True


@compiled
def push_owner(plant: Any, state: Any, hand: Any, m: Any, position: Any) -> Any:
    """Takes the owner of a machine's booking out of the way."""
    ledger = state.ledger[m]
    if position >= ledger.count:
        return False
    owner = state.owner[ledger.at + position]
    operations = len(state.spot)
    if owner >= operations:
        owner = state.batch[owner - operations].lead
    return displace(plant, state, hand, owner)


@compiled
def push_user(plant: Any, state: Any, hand: Any, which: Any, start: Any, end: Any) -> Any:
    """Takes the last of those who use a rack or a pool in ``[start, end)`` and may go."""
    ledger, count = state.ledger[which], 0
    for k in range(ledger.at, ledger.at + ledger.count):
        if state.key[k] >= end:
            break
        if state.value[k] > start:
            hand.user[count] = state.owner[k]
            count += 1
    while count:
        best = 0
        for k in range(1, count):
            a = state.spot[hand.user[k]].setup_start
            b = state.spot[hand.user[best]].setup_start
            if a > b or (a == b and hand.user[k] < hand.user[best]):
                best = k
        who = hand.user[best]
        count -= 1
        hand.user[best] = hand.user[count]
        if displace(plant, state, hand, who):
            return True
    return False
