"""Putting back what was taken off, in the order of the old starts (see ``repair.settling``)."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward import blocks, changeovers
from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.records import (
    BEST,
    END,
    END_BLAME,
    FAULT,
    HELD,
    LAST_END,
    LAST_START,
    REASON,
    RUN,
    START_BLAME,
    TOO_LATE,
    TRIAL,
)
from app.scheduling.forward.shapes import share, worked_run
from app.scheduling.forward.spots import keep
from app.scheduling.problem import FOREVER
from app.scheduling.pushing.books import put
from app.scheduling.pushing.journal import note
from app.scheduling.pushing.records import (
    ANCESTORS_OF,
    ANY_MATES,
    CURRENT_OPERATION,
    CURRENT_START,
    DROPPED,
    FIRM,
    FIRST_ROW,
    KEEP,
    LAST_ROW,
    MATES,
    NOTED,
    QUEUE,
    REFUSED,
    SOFT_FROM,
)
from app.scheduling.pushing.spots import admits, place, setup_wrong
from app.scheduling.pushing.taking import pop, push, take_along
from app.scheduling.repair.gesture import ROUNDS


@compiled
def finish(plant: Any, state: Any, hand: Any) -> Any:
    """Works off what was pushed, and what that does to setups; REFUSED if it cannot be done."""
    _work_off(plant, state, hand)
    for _ in range(ROUNDS):
        if _stopped(state, hand) or not _wrong_setups(plant, state, hand):
            return
        _work_off(plant, state, hand)
    hand.num[REFUSED] = 1


@compiled
def _stopped(state: Any, hand: Any) -> Any:
    return hand.num[REFUSED] != 0 or state.count[FAULT] != 0


@compiled
def _work_off(plant: Any, state: Any, hand: Any) -> Any:
    while hand.num[QUEUE] and not _stopped(state, hand):
        pop(hand)
        operation = hand.num[CURRENT_OPERATION]
        if state.spot[operation].way >= 0:
            continue
        operation = _ahead(plant, state, hand, operation)
        known = note(hand, operation)
        if known.exchanged:
            hand.num[FIRST_ROW], hand.num[LAST_ROW] = known.ways_at, known.ways_end
        else:
            hand.row[0] = hand.old[operation].way
            hand.num[FIRST_ROW], hand.num[LAST_ROW] = 0, 1
        put_back(plant, state, hand, operation)


@compiled
def _ahead(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """Of those that go into an oven together, the one that takes longest goes first."""
    number = note(hand, operation).group
    if number < 0:
        return operation
    group = hand.group[number]
    for k in range(group.at, group.at + group.count):
        if state.spot[hand.group_member[k]].way >= 0:
            return operation
    push(state, hand, hand.num[CURRENT_START], hand.num[CURRENT_OPERATION])
    best = -1
    for k in range(group.at, group.at + group.count):
        member = hand.group_member[k]
        if best < 0 or _takes_longer(plant, hand, member, best, operation):
            best = member
    return best


@compiled
def _takes_longer(plant: Any, hand: Any, one: Any, other: Any, operation: Any) -> Any:
    a, b = plant.way[hand.old[one].way], plant.way[hand.old[other].way]
    if a.least_run != b.least_run:
        return a.least_run > b.least_run
    if a.setup != b.setup:
        return a.setup > b.setup
    first = plant.operation[one].first_piece - plant.operation[other].first_piece
    if first != 0:
        return first > 0
    return one == operation and other != operation


@compiled
def put_back(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """Puts an operation back in one of its ways."""
    known = note(hand, operation)
    known.tries += 1
    if known.tries > ROUNDS:
        hand.num[REFUSED] = 1
        return
    other = _waits_for(plant, state, hand, operation)
    if other >= 0:
        start = hand.old[other].start
        push(state, hand, start, other)
        key = max(hand.num[CURRENT_START], start) + (1 if other >= operation else 0)
        push(state, hand, key, operation)
        return
    hand.num[ANCESTORS_OF] = operation
    hand.num[SOFT_FROM] = hand.num[CURRENT_START]
    hand.num[ANY_MATES] = hand.num[DROPPED]  # only what was dropped may join another batch
    hand.num[MATES] = known.group
    if not _again(plant, state, hand, operation) and not _anew(plant, state, hand, operation):
        return
    if _stopped(state, hand):
        return
    put(plant, state, hand, operation)
    if state.count[FAULT]:
        return
    note(hand, operation).settled = 1
    _push_successors(plant, state, hand, operation)


@compiled
def _waits_for(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """A predecessor that is off the floor and will be put back; -1 if there is none."""
    record = plant.operation[operation]
    for k in range(record.before_at, record.before_end):
        other = plant.link[k].before
        if state.spot[other].way < 0 and note(hand, other).old:
            return other
    for k in range(record.holders_at, record.holders_end):
        other = plant.holder[k]
        if state.spot[other].way < 0 and note(hand, other).old:
            return other
    return -1


@compiled
def _again(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """The old spot into BEST, if nothing stands in its way."""
    known, record = note(hand, operation), plant.operation[operation]
    if not known.old or known.lower or known.group >= 0 or hand.base[operation].way < 0:
        return False
    old, limits = hand.old[operation], state.limits
    if not blocks.bounds(plant, state, operation):
        return False
    way = plant.way[old.way]
    for d in range(way.tools_at, way.tools_end):
        if plant.demand[d].until >= 0:
            return False
    ready = old.setup_start if record.early else old.start
    if ready < limits[RUN] or old.end < limits[END] or old.start > limits[LAST_START]:
        return False
    if old.end > limits[LAST_END] or record.holders_at < record.holders_end:
        return False
    for k in range(record.before_at, record.before_end):
        if plant.link[k].q > 0:
            return False
    return admits(plant, state, hand, operation)


@compiled
def _anew(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """The earliest spot not left of the old one, into BEST; False: a predecessor moves first."""
    known, limits = note(hand, operation), state.limits
    least = known.least if known.lower else -FOREVER
    if known.old and not hand.num[DROPPED] and not known.exchanged:
        least = max(least, hand.old[operation].start)
    if known.group >= 0:  # an oven waits for all that it takes
        group = hand.group[known.group]
        for k in range(group.at, group.at + group.count):
            member = hand.group_member[k]
            if state.spot[member].way < 0 and member != operation:
                if blocks.bounds(plant, state, member):
                    least = max(least, limits[RUN])
                least = max(least, hand.old[member].start)
    if not blocks.bounds(plant, state, operation):
        hand.num[REFUSED] = 1
        return False
    limits[RUN] = max(limits[RUN], least)
    if plant.operation[operation].early:
        limits[HELD] = max(limits[HELD], limits[RUN])
    if limits[RUN] >= FOREVER:
        hand.num[REFUSED] = 1
        return False
    if _best_of(plant, state, hand, operation):
        return True
    return _pull_predecessor(plant, state, hand, operation)


@compiled
def _best_of(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """The earliest of the ways into BEST; its people and tools of before are preferred."""
    hand.num[KEEP] = operation if note(hand, operation).old else -1
    found, best = False, state.trial[BEST]
    for k in range(hand.num[FIRST_ROW], hand.num[LAST_ROW]):
        if place(plant, state, hand, operation, hand.row[k]):
            spot = state.trial[TRIAL]
            if (
                not found
                or spot.end < best.end
                or (spot.end == best.end and spot.setup < best.setup)
            ):
                keep(state, TRIAL, BEST)
                found = True
        if state.count[FAULT]:
            return True
    hand.num[KEEP] = -1
    return found


@compiled
def _pull_predecessor(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """A longest lag is passed: what comes before must move right, too.

    If it is only for its mates in an oven that it is too late, it goes without them: into BEST.
    """
    known, limits = note(hand, operation), state.limits
    late = state.count[REASON] == TOO_LATE
    if not blocks.bounds(plant, state, operation) or not late:
        hand.num[REFUSED] = 1
        return False
    one, other = limits[START_BLAME], limits[END_BLAME]
    if one < 0 and other < 0:
        hand.num[REFUSED] = 1
        return False
    limits[LAST_END] = FOREVER
    limits[LAST_START] = min(
        plant.operation[operation].latest_start, plant.operation[operation].last
    )
    if known.lower:
        limits[RUN] = max(limits[RUN], known.least)
    elif known.old:
        limits[RUN] = max(limits[RUN], hand.old[operation].start)
    if not _best_of(plant, state, hand, operation) or state.count[FAULT]:
        hand.num[REFUSED] = 1
        return False
    if hand.num[FIRM]:
        hand.num[REFUSED] = 1
        return False
    if _late(plant, state, one) <= 0 and _late(plant, state, other) <= 0:
        _leave_group(hand, operation)
        return True
    start = state.trial[BEST].start
    start_late, end_late = _late(plant, state, one), _late(plant, state, other)
    _put_off(plant, state, hand, one, start_late)
    _put_off(plant, state, hand, other, end_late)
    if hand.num[REFUSED]:
        return False
    if not known.old:
        known.old = 1
        hand.old[operation] = state.trial[BEST]
        hand.old[operation].tools = hand.old[operation].crew = 0
    else:
        start = hand.old[operation].start
    push(state, hand, start, operation)
    return False


@compiled
def _leave_group(hand: Any, operation: Any) -> Any:
    known = note(hand, operation)
    if known.group < 0:
        return
    group = hand.group[known.group]
    kept = group.at
    for k in range(group.at, group.at + group.count):
        if hand.group_member[k] != operation:
            hand.group_member[kept] = hand.group_member[k]
            kept += 1
    group.count = kept - group.at
    known.group = -1


@compiled
def _late(plant: Any, state: Any, number: Any) -> Any:
    """By how much BEST comes after the longest lag of a link to it; 0 without a link."""
    if number < 0:
        return 0
    link, spot = plant.link[number], state.trial[BEST]
    before = state.spot[link.before]
    reached = spot.end if link.to_end else spot.start
    return reached - blocks.latest(plant, link, before)


@compiled
def _put_off(plant: Any, state: Any, hand: Any, number: Any, late: Any) -> Any:
    """Takes off what comes before, to be put back in time for BEST."""
    if number < 0 or late <= 0 or hand.num[REFUSED]:
        return
    before = plant.link[number].before
    if hand.fact[before].held:
        hand.num[REFUSED] = 1
        return
    if state.spot[before].way < 0:
        return
    known = note(hand, before)
    known.lower, known.least = 1, state.spot[before].start + late
    known.settled = 0
    take_along(plant, state, hand, before)
    push(state, hand, hand.old[before].start, before)


# -- what follows ------------------------------------------------------------------------------


@compiled
def _push_successors(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    spot = state.spot[operation]
    if hand.fact[operation].leads:
        hand.num[REFUSED] = 1  # left to those who can say why
        return
    for k in range(hand.after_at[operation], hand.after_at[operation + 1]):
        number = hand.after_link[k]
        after = hand.link_after[number]
        if state.spot[after].way >= 0 and not _link_holds(plant, state, number, spot, after):
            _push_away(plant, state, hand, after)
            if _stopped(state, hand):
                return
    way = plant.way[spot.way]
    for d in range(way.tools_at, way.tools_end):
        until = plant.demand[d].until
        if until >= 0 and state.spot[until].way >= 0 and state.spot[until].start < spot.start:
            _push_away(plant, state, hand, until)
            if _stopped(state, hand):
                return


@compiled
def _link_holds(plant: Any, state: Any, number: Any, before: Any, after: Any) -> Any:
    """Whether two placed operations keep the lags between them."""
    link, spot = plant.link[number], state.spot[after]
    ready = spot.start
    if link.to_end:
        ready = spot.end
    elif plant.operation[after].early:
        ready = spot.setup_start
    if ready < blocks.earliest(plant, state, link, before):
        return False
    if link.q > 0 and spot.end < before.end + share(worked_run(plant, state, spot), link.p, link.q):
        return False
    if link.longest < 0:
        return True
    reached = spot.end if link.to_end else spot.start
    return reached <= blocks.latest(plant, link, before)


@compiled
def _push_away(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    if hand.fact[operation].held or hand.num[FIRM]:
        hand.num[REFUSED] = 1
        return
    take_along(plant, state, hand, operation)
    start = max(hand.num[CURRENT_START], hand.old[operation].start)
    push(state, hand, start, operation)


@compiled
def _wrong_setups(plant: Any, state: Any, hand: Any) -> Any:
    """Takes off what now needs another setup than it has; True if there was any."""
    machines = len(plant.machine)
    touched = hand.snapshot
    for m in range(machines):
        touched[m] = 0
    for k in range(hand.num[NOTED]):
        operation = hand.noted[k]
        known = hand.note[operation]
        if known.old:
            touched[plant.way[hand.old[operation].way].machine] = 1
        if known.tries and state.spot[operation].way >= 0:
            touched[plant.way[state.spot[operation].way].machine] = 1
    wrong = 0
    for m in range(machines):
        if touched[m] and plant.machine[m].parts_end > plant.machine[m].parts_at:
            operation = _first_wrong(plant, state, hand, m)
            if operation >= 0:
                hand.snapshot[machines + wrong] = operation
                wrong += 1
    if wrong and hand.num[FIRM]:
        hand.num[REFUSED] = 1
        return True
    for k in range(wrong):
        operation = hand.snapshot[machines + k]
        if hand.fact[operation].held:
            hand.num[REFUSED] = 1
            return True
        note(hand, operation).settled = 0
        take_along(plant, state, hand, operation)
        push(state, hand, hand.old[operation].start, operation)
    return wrong > 0


@compiled
def _first_wrong(plant: Any, state: Any, hand: Any, m: Any) -> Any:
    """The first on a machine whose setup is not what it must be; -1 if there is none."""
    ledger = state.ledger[m]
    for i in range(ledger.count):
        operation = changeovers.lead(plant, state, state.owner[ledger.at + i])
        if setup_wrong(plant, state, m, changeovers.before(plant, state, m, i), operation):
            return operation
    return -1
