"""Putting operations on the floor and taking them off again (see ``Floor.commit``)."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward import changeovers, followers, ledgers, people
from app.scheduling.forward.clocks import retreat
from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.records import (
    BATCH_FAMILIES,
    BATCHES,
    BEST,
    CLAIMS,
    CUMULATIVE,
    FAULT,
    NOW,
    OPERATIONS,
    OVEN,
    OVEN_LISTS,
    SETUP_SEGMENTS,
    STOCK_LISTS,
    TOOL_LISTS,
    TOOLS_USED,
    WORK_USED,
)
from app.scheduling.forward.services import units_named
from app.scheduling.forward.shapes import setup_minutes, worked_run
from app.scheduling.problem import FOREVER


@compiled
def commit(plant: Any, state: Any, operation: Any) -> Any:
    """Books everything that BEST takes, and tells the follower on the machine."""
    spot = state.spot[operation]
    state.spot[operation] = state.trial[BEST]
    spot.follower, spot.claims = -1, 0
    _file(state, spot)
    if state.count[FAULT]:
        return
    way = plant.way[spot.way]
    if way.kind == OVEN and not _enter_batch(plant, state, operation, spot, way):
        _book_rest(plant, state, operation, spot)
        return
    put_on(plant, state, operation)
    m = way.machine
    if plant.machine[m].parts_end > plant.machine[m].parts_at and spot.end > spot.setup_start:
        i = ledgers.first_key(state, m, spot.setup_start)
        changeovers.remount(plant, state, m, i)
        if i + 1 < state.ledger[m].count:
            _adapt_setup(plant, state, m, i + 1, spot)
    _book_rest(plant, state, operation, spot)


@compiled
def _file(state: Any, spot: Any) -> Any:
    """Tools and people of the trial get a place of their own."""
    spot.crew_at = people.keep_crew(state, BEST, spot.crew)
    spot.tools_at = state.count[TOOLS_USED]
    if spot.tools_at + spot.tools > len(state.tools):
        state.count[FAULT] = 1
        return
    for k in range(spot.tools):
        state.tools[spot.tools_at + k] = state.trial_tools[BEST, k]
    state.count[TOOLS_USED] += spot.tools


@compiled
def _book_rest(plant: Any, state: Any, operation: Any, spot: Any) -> Any:
    """Materials, shots, and tools that were kept for this operation."""
    record = plant.operation[operation]
    spot.claims_at = state.count[CLAIMS]
    at = max(spot.setup_start if record.early else spot.start, plant.facts[NOW])
    for k in range(record.needs_at, record.needs_end):
        _claim(plant, state, plant.need[k].material, at, plant.need[k].quantity)
    spot.claims = state.count[CLAIMS] - spot.claims_at
    for k in range(record.makes_at, record.makes_end):
        which = plant.facts[STOCK_LISTS] + plant.make[k].material
        ledgers.supply(state, which, spot.end, plant.make[k].quantity)
    _use_up(plant, state, spot, spot.shots)
    _rebook_holds(plant, state, operation, spot, False)


@compiled
def _claim(plant: Any, state: Any, material: Any, tick: Any, quantity: Any) -> Any:
    """Claims the latest supply that is there in time, so the early one stays for the early."""
    which = plant.facts[STOCK_LISTS] + material
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


@compiled
def _enter_batch(plant: Any, state: Any, operation: Any, spot: Any, way: Any) -> Any:
    """Joins the spot's batch, or opens one: True if the machine has yet to be booked."""
    record = plant.operation[operation]
    capacity = plant.machine[way.machine].capacity
    which = oven_list(plant, way.machine, record.batch_family)
    if spot.batch >= 0:
        batch = state.batch[spot.batch]
        batch.members += 1
        batch.load += way.load
        _book_tools(plant, state, operation)
        if batch.load >= capacity:
            for k in range(state.ledger[which].count):
                if state.value[state.ledger[which].at + k] == spot.batch:
                    ledgers.delete(state, which, k)
                    break
        return False
    spot.batch = state.count[BATCHES]
    state.count[BATCHES] += 1
    batch = state.batch[spot.batch]
    batch.machine, batch.family, batch.families = way.machine, record.batch_family, record.families
    batch.lead, batch.load, batch.members = operation, way.load, 1
    batch.first_piece = record.first_piece
    batch.run = worked_run(plant, state, spot)
    state.known[plant.facts[OPERATIONS] + spot.batch] = 0
    if batch.load < capacity:
        _open_batch(state, which, spot.setup_start, spot.batch)
    return True


@compiled
def oven_list(plant: Any, m: Any, family: Any) -> Any:
    """The ledger of an oven's batches of a family that have room."""
    row = plant.machine[m].oven * plant.facts[BATCH_FAMILIES]
    return plant.facts[OVEN_LISTS] + row + family


@compiled
def _open_batch(state: Any, which: Any, setup_start: Any, number: Any) -> Any:
    position = ledgers.past_key(state, which, setup_start)
    ledgers.insert(state, which, position, setup_start, number, 0)


@compiled
def owner_of(plant: Any, spot: Any, operation: Any) -> Any:
    """Who a machine's booking belongs to: the operation, or its batch."""
    return plant.facts[OPERATIONS] + spot.batch if spot.batch >= 0 else operation


@compiled
def put_on(plant: Any, state: Any, operation: Any) -> Any:
    """Books machine, tools and people of a spot."""
    spot = state.spot[operation]
    way = plant.way[spot.way]
    if way.kind == CUMULATIVE:
        if spot.end > spot.setup_start:
            ledgers.take(state, way.machine, spot.setup_start, spot.end, way.load)
    else:
        owner = owner_of(plant, spot, operation)
        ledgers.book(state, way.machine, spot.setup_start, spot.end, owner)
    _book_tools(plant, state, operation)
    people.book_crew(plant, state, spot.crew_at, spot.crew, operation)


@compiled
def take_off(plant: Any, state: Any, operation: Any) -> Any:
    """Takes back ``put_on``."""
    spot = state.spot[operation]
    way = plant.way[spot.way]
    if way.kind == CUMULATIVE:
        if spot.end > spot.setup_start:
            ledgers.take(state, way.machine, spot.setup_start, spot.end, -way.load)
    elif spot.end > spot.setup_start:
        ledgers.unbook(state, way.machine, spot.setup_start, spot.end)
        i = ledgers.first_key(state, way.machine, spot.setup_start)
        gap = -FOREVER
        if i:
            gap = state.value[state.ledger[way.machine].at + i - 1]
        for size in range(state.full.shape[1]):
            state.full[way.machine, size] = min(state.full[way.machine, size], gap)
    _free_tools(plant, state, operation)
    people.release_crew(plant, state, spot.crew_at, spot.crew)


# -- tools -------------------------------------------------------------------------------------


@compiled
def _held_until(state: Any, spot: Any, until: Any) -> Any:
    if until < 0:
        return spot.end
    if state.spot[until].way < 0:
        return FOREVER
    return max(spot.end, state.spot[until].end)


@compiled
def _book_tools(plant: Any, state: Any, operation: Any) -> Any:
    spot = state.spot[operation]
    way = plant.way[spot.way]
    i = spot.tools_at
    for d in range(way.tools_at, way.tools_end):
        demand = plant.demand[d]
        until = _held_until(state, spot, demand.until)
        for _ in range(units_named(plant, demand)):
            tool = state.tools[i]
            _hold(plant, state, demand, tool, spot.setup_start, until, operation)
            state.last_machine[tool] = way.machine
            i += 1


@compiled
def _free_tools(plant: Any, state: Any, operation: Any) -> Any:
    spot = state.spot[operation]
    way = plant.way[spot.way]
    i = spot.tools_at
    for d in range(way.tools_at, way.tools_end):
        demand = plant.demand[d]
        until = _held_until(state, spot, demand.until)
        for _ in range(units_named(plant, demand)):
            _release(plant, state, demand, state.tools[i], spot.setup_start, until)
            i += 1


@compiled
def _hold(
    plant: Any, state: Any, demand: Any, tool: Any, start: Any, end: Any, operation: Any
) -> Any:
    ledger = plant.facts[TOOL_LISTS] + tool
    if plant.kind[demand.kind].pools_at == plant.kind[demand.kind].pools_end:
        ledgers.book(state, ledger, start, end, operation)
    elif end > start:
        ledgers.take(state, ledger, start, end, demand.count)


@compiled
def _release(plant: Any, state: Any, demand: Any, tool: Any, start: Any, end: Any) -> Any:
    ledger = plant.facts[TOOL_LISTS] + tool
    if plant.kind[demand.kind].pools_at == plant.kind[demand.kind].pools_end:
        ledgers.unbook(state, ledger, start, end)
    elif end > start:
        ledgers.take(state, ledger, start, end, -demand.count)


@compiled
def _rebook_holds(plant: Any, state: Any, operation: Any, spot: Any, endless: Any) -> Any:
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
                    tool = state.tools[i]
                    _release(plant, state, demand, tool, before.setup_start, old)
                    _hold(plant, state, demand, tool, before.setup_start, new, holder)
                i += 1


# -- the follower's setup ----------------------------------------------------------------------


@compiled
def _adapt_setup(plant: Any, state: Any, m: Any, position: Any, spot: Any) -> Any:
    """After an insertion: the follower's setup is shorter or longer now; its run stands."""
    ledger = state.ledger[m]
    owner = state.owner[ledger.at + position]
    operation = changeovers.lead(plant, state, owner)
    follower = state.spot[operation]
    if plant.operation[operation].started:
        return
    mounted = changeovers.before(plant, state, m, position)
    minutes, cost, _ = changeovers.change(plant, state, m, mounted, operation)
    if minutes < 0:
        return
    if minutes == follower.change:
        follower.cost = cost
        return
    begin, setup_end = follower.start, follower.setup_end
    setup = setup_minutes(plant, operation, plant.way[follower.way], minutes)
    if minutes > follower.change:
        free_from = state.value[ledger.at + position - 1]
        people.begin(plant, state)
        begin = followers.longer_begin(plant, state, operation, minutes, free_from, 0)
        if begin >= FOREVER:
            return
        setup_end = state.segment[state.count[SETUP_SEGMENTS] - 1, 1]
        at, crew = people.with_setters(state, follower, followers.setters_of(state, follower))
    else:
        if setup:
            begin = retreat(plant, follower.setting, follower.setup_end, setup)
        at, crew = people.clipped(state, follower.crew_at, follower.crew, begin)
    spot.follower = operation
    spot.old_setup_start, spot.old_setup = follower.setup_start, follower.setup
    spot.old_setup_end = follower.setup_end
    spot.old_change, spot.old_cost = follower.change, follower.cost
    spot.old_crew_at, spot.old_crew = follower.crew_at, follower.crew
    take_off(plant, state, operation)
    follower.setup_start, follower.setup, follower.setup_end = begin, setup, setup_end
    follower.change, follower.cost = minutes, cost
    follower.crew_at, follower.crew = at, crew
    put_on(plant, state, operation)


@compiled
def _restore_setup(plant: Any, state: Any, spot: Any) -> Any:
    follower = state.spot[spot.follower]
    take_off(plant, state, spot.follower)
    follower.setup_start, follower.setup = spot.old_setup_start, spot.old_setup
    follower.setup_end = spot.old_setup_end
    follower.change, follower.cost = spot.old_change, spot.old_cost
    follower.crew_at, follower.crew = spot.old_crew_at, spot.old_crew
    put_on(plant, state, spot.follower)
    spot.follower = -1


# -- taking back -------------------------------------------------------------------------------


@compiled
def retract(plant: Any, state: Any, operation: Any) -> Any:
    """Takes back ``commit``: what was put on last goes first."""
    spot, record = state.spot[operation], plant.operation[operation]
    for k in range(record.makes_at, record.makes_end):
        which = plant.facts[STOCK_LISTS] + plant.make[k].material
        ledgers.withdraw(state, which, spot.end, plant.make[k].quantity)
    for k in range(spot.claims_at, spot.claims_at + spot.claims):
        claim = state.claim[k]
        which = plant.facts[STOCK_LISTS] + claim.material
        ledgers.supply(state, which, claim.tick, claim.quantity)
    _use_up(plant, state, spot, -spot.shots)
    way = plant.way[spot.way]
    if spot.batch >= 0 and state.batch[spot.batch].members > 1:
        _leave_batch(plant, state, operation, spot, way)
    else:
        take_off(plant, state, operation)
        _forget(plant, state, operation, spot, way)
    _rebook_holds(plant, state, operation, spot, True)
    state.count[CLAIMS], state.count[TOOLS_USED] = spot.claims_at, spot.tools_at
    state.count[WORK_USED] = spot.crew_at
    spot.way = -1


@compiled
def _leave_batch(plant: Any, state: Any, operation: Any, spot: Any, way: Any) -> Any:
    batch = state.batch[spot.batch]
    full = batch.load >= plant.machine[way.machine].capacity
    batch.members -= 1
    batch.load -= way.load
    _free_tools(plant, state, operation)
    if full:
        which = oven_list(plant, way.machine, batch.family)
        _open_batch(state, which, state.spot[batch.lead].setup_start, spot.batch)


@compiled
def _forget(plant: Any, state: Any, operation: Any, spot: Any, way: Any) -> Any:
    m = way.machine
    if plant.machine[m].parts_end > plant.machine[m].parts_at:
        state.known[owner_of(plant, spot, operation)] = 0
        changeovers.remount(plant, state, m, ledgers.first_key(state, m, spot.setup_start))
    if spot.batch >= 0:
        which = oven_list(plant, m, state.batch[spot.batch].family)
        for k in range(state.ledger[which].count):
            if state.value[state.ledger[which].at + k] == spot.batch:
                ledgers.delete(state, which, k)
                break
        if spot.batch == state.count[BATCHES] - 1:
            state.count[BATCHES] -= 1
        spot.batch = -1
    if spot.follower >= 0:
        _restore_setup(plant, state, spot)
