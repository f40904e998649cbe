"""The one entry: a gesture is made, its outcome is told, and all is as it was before."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.scheduling.forward.compiled import compiled, entry, making, reference
from app.scheduling.forward.records import (
    FAULT,
    SEGMENTS,
    SETUP_SEGMENTS,
    TEAM_SIZE,
    TOOLS_USED,
    WORK_USED,
)
from app.scheduling.forward.shapes import segments
from app.scheduling.problem import FOREVER
from app.scheduling.pushing import journal
from app.scheduling.pushing.journal import note
from app.scheduling.pushing.records import (
    AT,
    BATCHES_CHANGED,
    CURRENT_OPERATION,
    CURRENT_START,
    DROPPED,
    EXCHANGE,
    FIRST_ROW,
    GROUP_MEMBERS,
    GROUPS,
    KEEP,
    KIND,
    LAST_ROW,
    NOTED,
    OPERATION,
    QUEUE,
    REFUSED,
    ROWS,
    WHOLE,
)
from app.scheduling.pushing.settling import finish, put_back
from app.scheduling.pushing.taking import push, strike, take_along


@entry
def make(plant_arrays: Any, state_arrays: Any, hand_arrays: Any, asked: Any) -> Any:
    """(outcome, rows of changed operations, their segments, tools and people).

    ``asked``: of WHOLE (operation to take off, whether its place is wrong, first and last of other
    ways), of EXCHANGE (operation, from when on, first and last); see ``Hand.num`` for the rest. A
    row: operation, way, setup start, start, end, and how many segments, tools and people there are
    of it. The outcome is 0, 1 where it cannot be done, or 2 where more room is needed.
    """
    plant, state = reference(plant_arrays), reference(state_arrays)
    hand = reference(hand_arrays)
    _begin(state, hand)
    _gesture(plant, state, hand, asked)
    outcome = 2 if state.count[FAULT] else hand.num[REFUSED]
    rows, stretches, tools, crew = _answer(plant, state, hand, outcome == 0)
    journal.take_back(plant, state, hand)
    return outcome, rows, stretches, tools, crew


@compiled
def _begin(state: Any, hand: Any) -> Any:
    journal.begin(hand)
    num = hand.num
    num[QUEUE] = num[GROUPS] = num[GROUP_MEMBERS] = num[REFUSED] = 0
    num[DROPPED] = 0
    num[CURRENT_START], num[CURRENT_OPERATION], num[KEEP] = -FOREVER, -1, -1
    state.count[TEAM_SIZE] = 0
    for k in range(len(hand.stale)):
        operation = hand.stale[k]
        note(hand, operation).old = 1
        push(state, hand, hand.old[operation].start, operation)


@compiled
def _gesture(plant: Any, state: Any, hand: Any, asked: Any) -> Any:
    if hand.num[KIND] == WHOLE:
        for k in range(len(asked)):
            operation = asked[k, 0]
            if state.spot[operation].way >= 0:
                if asked[k, 1]:  # its place is wrong in itself
                    known = note(hand, operation)
                    known.lower, known.least = 1, state.spot[operation].start
                    if asked[k, 2] < asked[k, 3]:
                        known.exchanged, known.ways_at, known.ways_end = 1, asked[k, 2], asked[k, 3]
                take_along(plant, state, hand, operation)
    elif hand.num[KIND] == EXCHANGE:
        _exchange(plant, state, hand, asked)
    else:
        operation, at = hand.num[OPERATION], hand.num[AT]
        if state.spot[operation].way >= 0:
            take_along(plant, state, hand, operation)
        strike(state, hand, operation)
        hand.num[CURRENT_START], hand.num[CURRENT_OPERATION] = at, -1
        hand.num[DROPPED] = 1
        known = note(hand, operation)
        known.lower, known.least = 1, at
        hand.num[FIRST_ROW], hand.num[LAST_ROW] = 1, 1 + hand.num[ROWS]
        put_back(plant, state, hand, operation)
        hand.num[DROPPED] = 0
    finish(plant, state, hand)


@compiled
def _exchange(plant: Any, state: Any, hand: Any, asked: Any) -> Any:
    """Some operations change places: each goes where another was, in ways of its own."""
    for k in range(len(asked)):
        known = note(hand, asked[k, 0])
        known.lower, known.least, known.exchanged = 1, asked[k, 1], 1
        known.ways_at, known.ways_end = asked[k, 2], asked[k, 3]
    for k in range(len(asked)):
        if state.spot[asked[k, 0]].way >= 0:
            take_along(plant, state, hand, asked[k, 0])
    for k in range(len(asked)):
        strike(state, hand, asked[k, 0])
    for k in range(len(asked)):
        push(state, hand, asked[k, 1], asked[k, 0])


# -- the answer --------------------------------------------------------------------------------


@making
def _answer(plant: Any, state: Any, hand: Any, good: Any) -> Any:
    """What has changed, as it stands now."""
    batches = hand.num[BATCHES_CHANGED] if good else 0
    for k in range(batches):  # at one of them the people of all are told
        member = hand.first_member[hand.batches[k]]
        while member >= 0 and state.batch[hand.batches[k]].members > 0:
            note(hand, member)
            member = hand.next_member[member]
    count = hand.num[NOTED] if good else 0
    rows = np.empty((count, 8), np.int64)
    room = count * 8 + 64
    stretches = np.empty((room, 2), np.int64)
    tools = np.empty(state.count[TOOLS_USED] if good else 0, np.int64)
    crew = np.empty((state.count[WORK_USED] if good else 0, 4), np.int64)
    size = marks = named = heads = 0
    for k in range(count):
        operation = hand.noted[k]
        spot = state.spot[operation]
        if spot.way < 0:
            continue
        before = heads
        heads = _tell_crew(state, hand, operation, crew, heads)
        if _stands(state, hand, operation, crew, before, heads):
            heads = before
            continue
        segments(plant, state, spot)
        if marks + state.count[SEGMENTS] > room:
            room = 2 * room + state.count[SEGMENTS]
            more = np.empty((room, 2), np.int64)
            for j in range(marks):
                more[j, 0], more[j, 1] = stretches[j, 0], stretches[j, 1]
            stretches = more
        first = marks
        for j in range(state.count[SEGMENTS]):
            start, end = state.segment[j, 0], state.segment[j, 1]
            if 0 < j == state.count[SETUP_SEGMENTS] and stretches[marks - 1, 1] == start:
                stretches[marks - 1, 1] = end
            else:
                stretches[marks, 0], stretches[marks, 1] = start, end
                marks += 1
        for j in range(spot.tools):
            tools[named + j] = state.tools[spot.tools_at + j]
        named += spot.tools
        row = rows[size]
        row[0], row[1] = operation, spot.way
        row[2], row[3], row[4] = spot.setup_start, spot.start, spot.end
        row[5], row[6], row[7] = marks - first, spot.tools, heads - before
        size += 1
    return rows[:size], stretches[:marks], tools[:named], crew[:heads]


@compiled
def _tell_crew(state: Any, hand: Any, operation: Any, crew: Any, at: Any) -> Any:
    """Writes the people that are told at an operation; of a batch all at the lowest one."""
    batch = state.spot[operation].batch
    if batch < 0 or state.batch[batch].members == 1:
        return _write_crew(state, operation, crew, at)
    lowest, member = operation, hand.first_member[batch]
    while member >= 0:
        lowest = min(lowest, member)
        member = hand.next_member[member]
    if lowest != operation:
        return at
    member = hand.first_member[batch]
    while member >= 0:
        at = _write_crew(state, member, crew, at)
        member = hand.next_member[member]
    return at


@compiled
def _write_crew(state: Any, operation: Any, crew: Any, at: Any) -> Any:
    spot = state.spot[operation]
    for k in range(spot.crew_at, spot.crew_at + spot.crew):
        work = state.work[k]
        crew[at, 0], crew[at, 1], crew[at, 2] = work.operator, work.start, work.end
        crew[at, 3] = work.setup
        at += 1
    return at


@compiled
def _stands(state: Any, hand: Any, operation: Any, crew: Any, first: Any, last: Any) -> Any:
    """Whether an operation is told just as it was before."""
    spot, old = state.spot[operation], hand.base[operation]
    if old.way != spot.way or old.setup_start != spot.setup_start or old.start != spot.start:
        return False
    if old.end != spot.end or old.tools != spot.tools or old.crew != last - first:
        return False
    if old.setup_end != spot.setup_end:
        return False
    for k in range(spot.tools):
        if state.tools[old.tools_at + k] != state.tools[spot.tools_at + k]:
            return False
    for k in range(old.crew):
        work = state.work[old.crew_at + k]
        if crew[first + k, 0] != work.operator or crew[first + k, 1] != work.start:
            return False
        if crew[first + k, 2] != work.end or crew[first + k, 3] != work.setup:
            return False
    return True


@entry
def mount(plant_arrays: Any, state_arrays: Any) -> Any:
    """What is mounted on all machines as they stand."""
    plant, state = reference(plant_arrays), reference(state_arrays)
    for m in range(len(plant.machine)):
        journal.remount(plant, state, m)
