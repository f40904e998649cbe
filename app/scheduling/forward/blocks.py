"""One block after the other, each as early as it fits (see ``decode``)."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward import clocks
from app.scheduling.forward.books import commit, retract
from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.ledgers import available
from app.scheduling.forward.records import (
    BEST,
    BLOCK_FAILED,
    CLAIMS,
    END,
    END_BLAME,
    FAILED,
    FAULT,
    HELD,
    LAST_END,
    LAST_START,
    LATER,
    LATER_START,
    MATERIAL_SHORT,
    NO_MACHINE,
    NO_WINDOW,
    NONE,
    NOW,
    PREDECESSOR,
    REASON,
    REASON_VALUE,
    RUN,
    START_BLAME,
    STOCK_LISTS,
    TURN,
)
from app.scheduling.forward.shapes import first_transfer
from app.scheduling.forward.spots import quickest, reason
from app.scheduling.problem import FOREVER

ATTEMPTS = 60
"""How often the head of a block is put off until its tail can follow in time."""


@compiled
def bounds(plant: Any, state: Any, operation: Any) -> Any:
    """What placed predecessors and dates leave, into ``limits``; False if one is missing."""
    record, limits = plant.operation[operation], state.limits
    limits[HELD], limits[RUN], limits[END] = plant.facts[NOW], record.release, -FOREVER
    limits[LAST_START], limits[LAST_END] = record.latest_start, FOREVER
    limits[START_BLAME] = limits[END_BLAME] = -1
    for k in range(record.before_at, record.before_end):
        link = plant.link[k]
        before = state.spot[link.before]
        if before.way < 0:
            return False
        at = earliest(plant, state, link, before)
        if link.to_end:
            limits[END] = max(limits[END], at)
        else:
            limits[RUN] = max(limits[RUN], at)
        if link.longest >= 0:
            at = latest(plant, link, before)
            if link.to_end:
                if at < limits[LAST_END]:
                    limits[LAST_END], limits[END_BLAME] = at, k
            elif at < limits[LAST_START]:
                limits[LAST_START], limits[START_BLAME] = at, k
    for k in range(record.holders_at, record.holders_end):
        before = state.spot[plant.holder[k]]
        if before.way < 0:
            return False
        limits[RUN] = max(limits[RUN], before.start)
    for k in range(record.needs_at, record.needs_end):
        which = plant.facts[STOCK_LISTS] + plant.need[k].material
        limits[RUN] = max(limits[RUN], available(state, which, plant.need[k].quantity))
    if record.early:  # before a pin counts: that one holds the run alone
        limits[HELD] = max(limits[HELD], limits[RUN])
    limits[RUN] = max(limits[RUN], record.first)
    if record.last < limits[LAST_START]:
        limits[LAST_START], limits[START_BLAME] = record.last, -1
    return True


@compiled
def earliest(plant: Any, state: Any, link: Any, before: Any) -> Any:
    """Earliest tick for the successor's end of the link (see ``lags``)."""
    base = before.start if link.from_start else before.end
    if link.q > 0:
        base = first_transfer(plant, state, before, link.p, link.q)
    if link.clock < 0 or link.lag == 0:
        return base + link.lag
    if link.lag > 0:
        return clocks.advance(plant, link.clock, base, link.lag)
    return clocks.retreat(plant, link.clock, base, -link.lag)


@compiled
def latest(plant: Any, link: Any, before: Any) -> Any:
    """Latest tick for the successor's end of the link."""
    base = before.start if link.from_start and link.q == 0 else before.end
    if link.clock < 0:
        return base + link.longest
    reached = clocks.advance(plant, link.clock, base, link.longest)
    return clocks.next_open(plant, link.clock, reached)


@compiled
def place_block(plant: Any, state: Any, number: Any) -> Any:
    """Places a block; False if it waits for a material that something else makes."""
    block = plant.block[number]
    for k in range(block.at, block.end):
        state.put_off[plant.member[k]] = -FOREVER
    state.count[CLAIMS] = 0
    for _ in range(ATTEMPTS):
        if _attempt(plant, state, block):
            state.turn[number] = state.count[TURN]
            state.count[TURN] += 1
            return True
        if state.count[FAULT]:
            return True
        code, value = state.count[REASON], state.count[REASON_VALUE]
        failed, later, start = state.count[FAILED], state.count[LATER], state.count[LATER_START]
        for k in range(block.end - 1, block.at - 1, -1):
            if state.placed[plant.member[k]]:
                retract(plant, state, plant.member[k])
                state.placed[plant.member[k]] = 0
        if later < 0 or start <= state.put_off[later]:
            break
        state.put_off[later] = start
    if code == MATERIAL_SHORT and _wait_for_material(plant, state, number, failed):
        return False
    for k in range(block.at, block.end):
        operation = plant.member[k]
        if state.why[operation] == NONE and state.spot[operation].way < 0:
            state.why[operation], state.why_value[operation] = BLOCK_FAILED, failed
            if operation == failed:
                state.why[operation], state.why_value[operation] = code, value
    return True


@compiled
def _fail(state: Any, operation: Any, code: Any, value: Any) -> Any:
    reason(state, code, value)
    state.count[FAILED], state.count[LATER] = operation, -1


@compiled
def _attempt(plant: Any, state: Any, block: Any) -> Any:
    """Places all members; or leaves who failed, why, and whom to start when next time."""
    limits = state.limits
    for k in range(block.at, block.end):
        operation = plant.member[k]
        if state.spot[operation].way >= 0:
            continue  # given
        if state.why[operation] != NONE:
            _fail(state, operation, state.why[operation], state.why_value[operation])
            return False
        if not bounds(plant, state, operation):
            _fail(state, operation, PREDECESSOR, missing(plant, state, operation))
            return False
        if limits[RUN] >= FOREVER:
            material = short_material(plant, state, operation)
            if material >= 0:
                _fail(state, operation, MATERIAL_SHORT, material)
            else:
                _fail(state, operation, NO_WINDOW, 0)
            return False
        limits[RUN] = max(limits[RUN], state.put_off[operation])
        if not quickest(plant, state, operation):
            if state.count[FAULT]:
                return False
            code, value = state.count[REASON], state.count[REASON_VALUE]
            _look_for_later(plant, state, operation)
            reason(state, code, value)
            state.count[FAILED] = operation
            return False
        commit(plant, state, operation)
        state.placed[operation] = 1
        if state.count[FAULT]:
            return False
    for k in range(block.at, block.end):
        state.placed[plant.member[k]] = 0
    return True


@compiled
def missing(plant: Any, state: Any, operation: Any) -> Any:
    """The first predecessor that has no place; -1 if none is missing."""
    record = plant.operation[operation]
    for k in range(record.before_at, record.before_end):
        if state.spot[plant.link[k].before].way < 0:
            return plant.link[k].before
    return -1


@compiled
def short_material(plant: Any, state: Any, operation: Any) -> Any:
    """The first material that there is not enough of; -1 if none is short."""
    record = plant.operation[operation]
    for k in range(record.needs_at, record.needs_end):
        which = plant.facts[STOCK_LISTS] + plant.need[k].material
        if available(state, which, plant.need[k].quantity) >= FOREVER:
            return plant.need[k].material
    return -1


@compiled
def _look_for_later(plant: Any, state: Any, operation: Any) -> Any:
    """Which predecessor must start later, and when, so that this one can follow in time."""
    state.count[LATER] = -1
    limits = state.limits
    if state.count[REASON] == NO_MACHINE:
        return
    start_link, end_link = limits[START_BLAME], limits[END_BLAME]
    if start_link >= 0 and not state.placed[plant.link[start_link].before]:
        start_link = -1
    if end_link >= 0 and not state.placed[plant.link[end_link].before]:
        end_link = -1
    if start_link < 0 and end_link < 0:
        return
    record = plant.operation[operation]
    limits[LAST_START], limits[LAST_END] = min(record.latest_start, record.last), FOREVER
    if not quickest(plant, state, operation):
        return
    start = -FOREVER
    for number in (start_link, end_link):
        if number < 0:
            continue
        link = plant.link[number]
        before = state.spot[link.before]
        reached = state.trial[BEST].end if link.to_end else state.trial[BEST].start
        put = before.start + max(1, reached - latest(plant, link, before))
        if state.count[LATER] < 0 or put > start:
            start = put
            state.count[LATER], state.count[LATER_START] = link.before, put


# -- materials that something else makes -------------------------------------------------------


@compiled
def _wait_for_material(plant: Any, state: Any, number: Any, operation: Any) -> Any:
    material = short_material(plant, state, operation)
    if material < 0:
        return False
    state.starving_next[number] = state.starving[material]
    state.starving[material] = number
    state.why[operation] = NONE
    return True


@compiled
def can_have(plant: Any, state: Any, number: Any, material: Any) -> Any:
    """Whether there is enough of the material for a block that waits for it."""
    block = plant.block[number]
    for k in range(block.at, block.end):
        operation = plant.member[k]
        if state.spot[operation].way >= 0:
            continue
        record = plant.operation[operation]
        for j in range(record.needs_at, record.needs_end):
            if plant.need[j].material != material:
                continue
            which = plant.facts[STOCK_LISTS] + material
            if available(state, which, plant.need[j].quantity) >= FOREVER:
                return False
    return True


@compiled
def give_up(plant: Any, state: Any) -> Any:
    """Names the reason for all that still waits."""
    for material in range(len(state.starving)):
        number = state.starving[material]
        while number >= 0:
            for k in range(plant.block[number].at, plant.block[number].end):
                operation = plant.member[k]
                if state.spot[operation].way < 0 and state.why[operation] == NONE:
                    state.why[operation] = MATERIAL_SHORT
                    state.why_value[operation] = material
            number = state.starving_next[number]
    for operation in range(len(plant.operation)):
        if state.spot[operation].way < 0 and state.why[operation] == NONE:
            state.why[operation] = PREDECESSOR
            state.why_value[operation] = missing(plant, state, operation)
