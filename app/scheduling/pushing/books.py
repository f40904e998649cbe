"""On the floor and off it (see ``Floor.commit`` and ``retract`` while something may be pushed)."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward import changeovers, ledgers, people
from app.scheduling.forward.books import oven_list, owner_of
from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.records import (
    BATCHES,
    BEST,
    CLAIMS,
    CUMULATIVE,
    FAULT,
    NOW,
    OPERATIONS,
    OPERATOR_LISTS,
    OVEN,
    STOCK_LISTS,
    TOOL_LISTS,
    TOOLS_USED,
)
from app.scheduling.forward.services import units_named
from app.scheduling.forward.shapes import worked_run
from app.scheduling.problem import FOREVER
from app.scheduling.pushing.journal import (
    book,
    end_at,
    enter,
    leave,
    note,
    take,
    touch,
    touch_batch,
    unbook,
)
from app.scheduling.pushing.records import BASE_BATCHES


@compiled
def users_of(plant: Any, hand: Any, machine: Any, tool: Any) -> Any:
    """The ledger of who uses a rack, or, if ``tool`` >= 0, a pool."""
    return hand.uses_at[0] + machine if tool < 0 else hand.uses_at[1] + tool


@compiled
def put(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """Books everything that BEST takes."""
    note(hand, operation)
    spot = state.spot[operation]
    state.spot[operation] = state.trial[BEST]
    spot.follower, spot.claims = -1, 0
    file_away(state, spot)
    if state.count[FAULT]:
        return
    way = plant.way[spot.way]
    if way.kind == OVEN and not _enter_batch(plant, state, hand, operation, spot, way):
        _book_rest(plant, state, hand, operation, spot)
        return
    m = way.machine
    if way.kind == CUMULATIVE:
        if spot.end > spot.setup_start:
            take(state, hand, m, spot.setup_start, spot.end, way.load)
            which = users_of(plant, hand, m, -1)
            enter(state, hand, which, spot.setup_start, spot.end, operation)
    else:
        owner = owner_of(plant, spot, operation)
        book(state, hand, m, spot.setup_start, spot.end, owner)
    _hold_tools(plant, state, hand, operation)
    _book_crew(plant, state, hand, spot.crew_at, spot.crew, operation)
    if plant.machine[m].parts_end > plant.machine[m].parts_at and spot.end > spot.setup_start:
        changeovers.remount(plant, state, m, ledgers.first_key(state, m, spot.setup_start))
    _book_rest(plant, state, hand, operation, spot)


@compiled
def file_away(state: Any, spot: Any) -> Any:
    """Tools and people of BEST get a place of their own."""
    spot.crew_at = people.keep_crew(state, BEST, spot.crew)
    spot.tools_at = state.count[TOOLS_USED]
    if spot.tools_at + spot.tools > len(state.tools):
        state.count[FAULT] = 1
        return
    for k in range(spot.tools):
        state.tools[spot.tools_at + k] = state.trial_tools[BEST, k]
    state.count[TOOLS_USED] += spot.tools


@compiled
def _book_rest(plant: Any, state: Any, hand: Any, operation: Any, spot: Any) -> Any:
    """Materials, shots, and tools that were kept for this operation."""
    record = plant.operation[operation]
    spot.claims_at = state.count[CLAIMS]
    at = max(spot.setup_start if record.early else spot.start, plant.facts[NOW])
    for k in range(record.needs_at, record.needs_end):
        _claim(plant, state, hand, plant.need[k].material, at, plant.need[k].quantity)
    spot.claims = state.count[CLAIMS] - spot.claims_at
    for k in range(record.makes_at, record.makes_end):
        which = plant.facts[STOCK_LISTS] + plant.make[k].material
        touch(state, hand, which)
        ledgers.supply(state, which, spot.end, plant.make[k].quantity)
    _use_up(plant, state, spot, spot.shots)
    _rebook_holds(plant, state, hand, operation, spot, False)


@compiled
def _claim(plant: Any, state: Any, hand: Any, material: Any, tick: Any, quantity: Any) -> Any:
    """Claims the latest supply that is there in time, so the early one stays for the early."""
    which = plant.facts[STOCK_LISTS] + material
    touch(state, hand, which)
    i = ledgers.past_key(state, which, tick) - 1
    while quantity > 0 and i >= 0:
        at = state.ledger[which].at + i
        part = min(state.value[at], quantity)
        number = state.count[CLAIMS]
        if number == len(state.claim):
            state.count[FAULT] = 1
            return
        claim = state.claim[number]
        claim.material, claim.tick, claim.quantity = material, state.key[at], part
        state.count[CLAIMS] = number + 1
        quantity -= part
        if part == state.value[at]:
            ledgers.delete(state, which, i)
        else:
            state.value[at] -= part
        i -= 1


@compiled
def _withdraw(plant: Any, state: Any, hand: Any, material: Any, tick: Any, quantity: Any) -> Any:
    """Takes back a supply of that tick, if nobody has claimed it."""
    which = plant.facts[STOCK_LISTS] + material
    touch(state, hand, which)
    ledgers.withdraw(state, which, tick, quantity)


@compiled
def _use_up(plant: Any, state: Any, spot: Any, shots: Any) -> Any:
    """Takes shots off the life of the copies that shape; negative gives them back."""
    if not shots:
        return
    i, way = spot.tools_at, plant.way[spot.way]
    for d in range(way.tools_at, way.tools_end):
        demand = plant.demand[d]
        for _ in range(units_named(plant, demand)):
            tool = state.tools[i]
            if demand.shapes and plant.tool[tool].limited:
                state.life[tool] -= shots
            i += 1


# -- people ------------------------------------------------------------------------------------


@compiled
def _book_crew(plant: Any, state: Any, hand: Any, at: Any, count: Any, owner: Any) -> Any:
    for k in range(at, at + count):
        work = state.work[k]
        which = plant.facts[OPERATOR_LISTS] + work.operator
        book(state, hand, which, work.start, work.end, owner)
        state.seen[work.operator].end = -FOREVER
        if plant.operator[work.operator].capped:
            people._count_overtime(
                plant, state.overtime, work.operator, work.start, work.end, 1
            )  # fmt: skip


@compiled
def _free_crew(plant: Any, state: Any, hand: Any, at: Any, count: Any) -> Any:
    for k in range(at, at + count):
        work = state.work[k]
        which = plant.facts[OPERATOR_LISTS] + work.operator
        unbook(state, hand, which, work.start, work.end)
        state.seen[work.operator].end = -FOREVER
        if plant.operator[work.operator].capped:
            people._count_overtime(
                plant, state.overtime, work.operator, work.start, work.end, -1
            )  # fmt: skip


# -- tools -------------------------------------------------------------------------------------


@compiled
def _held_until(state: Any, spot: Any, until: Any) -> Any:
    if until < 0:
        return spot.end
    if state.spot[until].way < 0:
        return FOREVER
    return max(spot.end, state.spot[until].end)


@compiled
def _hold_tools(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    spot = state.spot[operation]
    way = plant.way[spot.way]
    i = spot.tools_at
    for d in range(way.tools_at, way.tools_end):
        demand = plant.demand[d]
        until = _held_until(state, spot, demand.until)
        for _ in range(units_named(plant, demand)):
            _hold(plant, state, hand, demand, state.tools[i], spot.setup_start, until, operation)
            i += 1


@compiled
def _free_tools(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    spot = state.spot[operation]
    way = plant.way[spot.way]
    i = spot.tools_at
    for d in range(way.tools_at, way.tools_end):
        demand = plant.demand[d]
        until = _held_until(state, spot, demand.until)
        for _ in range(units_named(plant, demand)):
            _release(plant, state, hand, demand, state.tools[i], spot.setup_start, until, operation)
            i += 1


@compiled
def _hold(
    plant: Any, state: Any, hand: Any, demand: Any, tool: Any, start: Any, end: Any, owner: Any
) -> Any:
    ledger = plant.facts[TOOL_LISTS] + tool
    if plant.kind[demand.kind].pools_at == plant.kind[demand.kind].pools_end:
        book(state, hand, ledger, start, end, owner)
    elif end > start:
        take(state, hand, ledger, start, end, demand.count)
        enter(state, hand, users_of(plant, hand, 0, tool), start, end, owner)


@compiled
def _release(
    plant: Any, state: Any, hand: Any, demand: Any, tool: Any, start: Any, end: Any, owner: Any
) -> Any:
    ledger = plant.facts[TOOL_LISTS] + tool
    if plant.kind[demand.kind].pools_at == plant.kind[demand.kind].pools_end:
        unbook(state, hand, ledger, start, end)
    elif end > start:
        take(state, hand, ledger, start, end, -demand.count)
        leave(state, hand, users_of(plant, hand, 0, tool), start, owner)


@compiled
def _prolong(
    plant: Any, state: Any, hand: Any, demand: Any, tool: Any, start: Any, old: Any, new: Any,
    owner: Any
) -> Any:  # fmt: skip
    """Held to ``new`` instead of ``old``: as released and held again, with nothing shifted."""
    ledger = plant.facts[TOOL_LISTS] + tool
    if plant.kind[demand.kind].pools_at == plant.kind[demand.kind].pools_end:
        end_at(state, hand, ledger, start, new, owner)
        return
    if new > old:
        take(state, hand, ledger, old, new, demand.count)
    elif new < old:
        take(state, hand, ledger, new, old, -demand.count)
    end_at(state, hand, users_of(plant, hand, 0, tool), start, new, owner)


@compiled
def _rebook_holds(
    plant: Any, state: Any, hand: Any, operation: Any, spot: Any, endless: Any
) -> Any:
    """Tools kept for this operation are free at its end; ``endless``: they are kept again."""
    record = plant.operation[operation]
    for k in range(record.holders_at, record.holders_end):
        holder = plant.holder[k]
        before = state.spot[holder]
        if before.way < 0:
            continue
        old, new = FOREVER, max(before.end, spot.end)
        if endless:
            old, new = new, old
        way = plant.way[before.way]
        i = before.tools_at
        for d in range(way.tools_at, way.tools_end):
            demand = plant.demand[d]
            for _ in range(units_named(plant, demand)):
                if demand.until == operation:
                    tool, start = state.tools[i], before.setup_start
                    if old > start and new > start:
                        _prolong(plant, state, hand, demand, tool, start, old, new, holder)
                    else:
                        _release(plant, state, hand, demand, tool, start, old, holder)
                        _hold(plant, state, hand, demand, tool, start, new, holder)
                i += 1


# -- batches -----------------------------------------------------------------------------------


@compiled
def _enter_batch(plant: Any, state: Any, hand: Any, operation: Any, spot: Any, way: Any) -> Any:
    """Joins the spot's batch, or opens one: True if the machine has yet to be booked."""
    record = plant.operation[operation]
    capacity = plant.machine[way.machine].capacity
    which = oven_list(plant, way.machine, record.batch_family)
    hand.next_member[operation] = -1
    if spot.batch >= 0:
        touch_batch(hand, spot.batch)
        batch = state.batch[spot.batch]
        batch.members += 1
        batch.load += way.load
        last = hand.first_member[spot.batch]
        while hand.next_member[last] >= 0:
            last = hand.next_member[last]
        note(hand, last)
        hand.next_member[last] = operation
        _hold_tools(plant, state, hand, operation)
        _book_crew(plant, state, hand, spot.crew_at, spot.crew, operation)
        if batch.load >= capacity:
            _close_batch(state, hand, which, spot.batch)
        return False
    spot.batch = state.count[BATCHES]
    if spot.batch == plant.facts[OPERATIONS]:
        state.count[FAULT] = 1
        spot.batch = -1
        return True
    state.count[BATCHES] += 1
    touch_batch(hand, spot.batch)
    hand.first_member[spot.batch] = operation
    batch = state.batch[spot.batch]
    batch.machine, batch.family, batch.families = way.machine, record.batch_family, record.families
    batch.lead, batch.load, batch.members = operation, way.load, 1
    batch.first_piece = record.first_piece
    batch.run = worked_run(plant, state, spot)
    state.known[plant.facts[OPERATIONS] + spot.batch] = 0
    if batch.load < capacity and not plant.operation[operation].started:
        _open_batch(state, hand, which, spot.setup_start, spot.batch)
    return True


@compiled
def _open_batch(state: Any, hand: Any, which: Any, setup_start: Any, number: Any) -> Any:
    touch(state, hand, which)
    position = ledgers.past_key(state, which, setup_start)
    ledgers.insert(state, which, position, setup_start, number, 0)


@compiled
def _close_batch(state: Any, hand: Any, which: Any, number: Any) -> Any:
    """Nothing more may join."""
    touch(state, hand, which)
    for k in range(state.ledger[which].count):
        if state.value[state.ledger[which].at + k] == number:
            ledgers.delete(state, which, k)
            return


@compiled
def _leave_batch(plant: Any, state: Any, hand: Any, operation: Any, spot: Any) -> Any:
    """True if it was the last one: the batch is gone, and the machine to be freed."""
    batch, way = state.batch[spot.batch], plant.way[spot.way]
    touch_batch(hand, spot.batch)
    which = oven_list(plant, way.machine, batch.family)
    full = batch.load >= plant.machine[way.machine].capacity
    batch.members -= 1
    batch.load -= way.load
    if batch.members == 0:
        _close_batch(state, hand, which, spot.batch)
        if spot.batch == state.count[BATCHES] - 1 and spot.batch >= hand.num[BASE_BATCHES]:
            state.count[BATCHES] -= 1
        return True
    if hand.first_member[spot.batch] == operation:
        hand.first_member[spot.batch] = hand.next_member[operation]
    else:
        other = hand.first_member[spot.batch]
        while hand.next_member[other] != operation:
            other = hand.next_member[other]
        note(hand, other)
        hand.next_member[other] = hand.next_member[operation]
    if full:
        _open_batch(state, hand, which, state.spot[batch.lead].setup_start, spot.batch)
    return False


# -- taking off --------------------------------------------------------------------------------


@compiled
def lift(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """Takes back ``put``. Members of a batch go before the one that opened it."""
    note(hand, operation)
    spot, record = state.spot[operation], plant.operation[operation]
    way = plant.way[spot.way]
    for k in range(record.makes_at, record.makes_end):
        _withdraw(plant, state, hand, plant.make[k].material, spot.end, plant.make[k].quantity)
    for k in range(spot.claims_at, spot.claims_at + spot.claims):
        claim = state.claim[k]
        which = plant.facts[STOCK_LISTS] + claim.material
        touch(state, hand, which)
        ledgers.supply(state, which, claim.tick, claim.quantity)
    _use_up(plant, state, spot, -spot.shots)
    m = way.machine
    _free_tools(plant, state, hand, operation)
    _free_crew(plant, state, hand, spot.crew_at, spot.crew)
    if way.kind == CUMULATIVE:
        if spot.end > spot.setup_start:
            take(state, hand, m, spot.setup_start, spot.end, -way.load)
            leave(state, hand, users_of(plant, hand, m, -1), spot.setup_start, operation)
    elif spot.batch < 0 or _leave_batch(plant, state, hand, operation, spot):
        unbook(state, hand, m, spot.setup_start, spot.end)
        if plant.machine[m].parts_end > plant.machine[m].parts_at:
            state.known[owner_of(plant, spot, operation)] = 0
            changeovers.remount(plant, state, m, ledgers.first_key(state, m, spot.setup_start))
    _rebook_holds(plant, state, hand, operation, spot, True)
    spot.way = spot.batch = -1
