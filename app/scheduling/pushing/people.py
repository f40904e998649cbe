"""Who works, while others may be taken out of the way (see ``crew`` with ``displace``)."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.ledgers import conflict
from app.scheduling.forward.people import (
    _count_overtime,
    _last_cut,
    _look,
    _overtime_limit,
    _pick,
)
from app.scheduling.forward.people import _span_after as span_after
from app.scheduling.forward.records import (
    AGAIN,
    FAILED_SKILL,
    FAULT,
    OPERATOR_LISTS,
    SEGMENTS,
    SETUP_SEGMENTS,
    TEAM_SIZE,
    TRIAL,
)
from app.scheduling.problem import FOREVER
from app.scheduling.pushing.records import ANY_PREFERRED, KEEP, PREFER
from app.scheduling.pushing.taking import displace


@compiled
def prefer(state: Any, hand: Any) -> Any:
    """Those who did the operation at hand so far are asked first."""
    hand.num[PREFER] += 1
    hand.num[ANY_PREFERRED] = 0
    if hand.num[KEEP] >= 0:
        old = hand.old[hand.num[KEEP]]
        hand.num[ANY_PREFERRED] = old.crew
        for k in range(old.crew_at, old.crew_at + old.crew):
            hand.prefer_mark[state.work[k].operator] = hand.num[PREFER]


@compiled
def fill(plant: Any, state: Any, hand: Any, first: Any, last: Any, setup: Any) -> Any:
    """Finds people for all segments of setup or run; 0, or when a start may succeed."""
    begin_at = 0 if setup else state.count[SETUP_SEGMENTS]
    end_at = state.count[SETUP_SEGMENTS] if setup else state.count[SEGMENTS]
    for h in range(first, last):
        for _ in range(plant.head[h].count):
            for k in range(begin_at, end_at):
                start, end = state.segment[k, 0], state.segment[k, 1]
                hint = _cover(plant, state, hand, plant.head[h].skill, start, end, setup)
                if hint:
                    state.count[FAILED_SKILL] = plant.head[h].skill
                    return hint
    return 0


@compiled
def fill_same(plant: Any, state: Any, hand: Any, first: Any, last: Any) -> Any:
    """Like ``fill`` for a run whose people may not change."""
    for h in range(first, last):
        for _ in range(plant.head[h].count):
            skill = plant.head[h].skill
            hint = _cover_all(plant, state, hand, skill, False)
            if hint:
                hint = _cover_all(plant, state, hand, skill, True)
            if hint:
                state.count[FAILED_SKILL] = skill
                return hint
    return 0


@compiled
def _cover(plant: Any, state: Any, hand: Any, skill: Any, start: Any, end: Any, setup: Any) -> Any:
    """One head for one segment; people relieve each other at the ends of their windows."""
    time = start
    while time < end:
        chosen, reach, hint = _scan(plant, state, hand, skill, time, end, False)
        if reach < end:  # nobody free stays to the end: push others away
            chosen, reach, hint = _scan(plant, state, hand, skill, time, end, True)
        if chosen < 0:
            return hint
        _pick(state, chosen, time, reach, setup)
        if state.count[FAULT]:
            return FOREVER
        if plant.operator[chosen].capped:
            _count_overtime(plant, state.pending, chosen, time, reach, 1)
        time = reach
    return 0


@compiled
def _scan(plant: Any, state: Any, hand: Any, skill: Any, time: Any, end: Any, pushing: Any) -> Any:
    """(operator, until when, hint): the first who can stay, else who can stay longest."""
    best, best_reach, hint = -1, time, FOREVER
    for others in range(0 if hand.num[ANY_PREFERRED] else 1, 2):
        for number in range(plant.skill[skill].roster_at, plant.skill[skill].roster_end):
            operator = plant.shift[number].operator
            if (hand.prefer_mark[operator] != hand.num[PREFER]) != others:
                continue
            reach = _reach(plant, state, hand, number, time, end, pushing)
            if reach >= end:
                return operator, end, 0
            if reach > best_reach:
                best, best_reach = operator, reach
            elif state.count[AGAIN] < hint:
                hint = state.count[AGAIN]
    return best, best_reach, hint


@compiled
def _reach(
    plant: Any, state: Any, hand: Any, number: Any, time: Any, end: Any, pushing: Any
) -> Any:
    """Until when he can stay; ``time`` if he cannot. When to ask again is left in ``AGAIN``."""
    shift = plant.shift[number]
    i = span_after(plant, shift.at, shift.end, time)
    state.count[AGAIN] = FOREVER
    if i == shift.end:
        return time
    if plant.span[i].start > time:
        state.count[AGAIN] = plant.span[i].start
        return time
    limit = min(plant.span[i].end, end)
    again = plant.span[i].end
    operator = shift.operator
    seen = state.seen[operator]
    if not seen.start <= time < seen.end:
        _look(plant, state, operator, time)
    if not pushing:
        if seen.busy:
            again, limit = seen.end, seen.start
        elif seen.end < limit:
            again, limit = seen.then, seen.end
    elif seen.busy or seen.end < limit:
        which = plant.facts[OPERATOR_LISTS] + operator
        at = conflict(state, which, time, limit)
        while at >= 0:
            if not displace(plant, state, hand, state.owner[state.ledger[which].at + at]):
                break
            at = conflict(state, which, time, limit)
        if at >= 0:
            again = state.value[state.ledger[which].at + at]
            limit = state.key[state.ledger[which].at + at]
    state.count[AGAIN] = again
    if limit <= time:
        return time
    for k in range(state.count[TEAM_SIZE]):  # nobody fills two heads at once
        work = state.trial_work[TRIAL, k]
        if work.operator == operator and work.start < limit and time < work.end:
            limit = max(time, work.start)
    if limit <= time:
        return time
    if plant.operator[operator].capped:
        limit = _overtime_limit(plant, state, operator, time, limit)
    if limit >= end or limit <= time:
        return limit
    return _last_cut(plant, shift, time, limit)


@compiled
def _cover_all(plant: Any, state: Any, hand: Any, skill: Any, pushing: Any) -> Any:
    hint = FOREVER
    first, last = state.count[SETUP_SEGMENTS], state.count[SEGMENTS]
    for others in range(0 if hand.num[ANY_PREFERRED] else 1, 2):
        for number in range(plant.skill[skill].roster_at, plant.skill[skill].roster_end):
            operator = plant.shift[number].operator
            if (hand.prefer_mark[operator] != hand.num[PREFER]) != others:
                continue
            again = 0
            for k in range(first, last):
                start, end = state.segment[k, 0], state.segment[k, 1]
                if _reach(plant, state, hand, number, start, end, pushing) < end:
                    again = max(state.count[AGAIN], start + 1)
                    break
            if not again:
                for k in range(first, last):
                    _pick(state, operator, state.segment[k, 0], state.segment[k, 1], 0)
                return 0
            hint = min(hint, again)
    return hint
