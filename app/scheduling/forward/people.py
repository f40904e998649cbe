"""Who works: operators by name, with hand-over where it is allowed (see ``crew``)."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.scheduling.forward.clocks import after_ends, next_open, retreat
from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.ledgers import book, enough, past_value, take, unbook
from app.scheduling.forward.records import (
    AGAIN,
    FAILED_SKILL,
    FAULT,
    HEAD_LISTS,
    MARKS,
    NOW,
    OPERATOR_LISTS,
    SEGMENTS,
    SETUP_SEGMENTS,
    SLOT_MINUTES,
    SLOTS,
    TEAM_SIZE,
    TRIAL,
    WORK_USED,
)
from app.scheduling.problem import FOREVER

ONE = np.int64(1)


@compiled
def bit_length(number: Any) -> Any:
    bits = 0
    while number > 0:
        number >>= 1
        bits += 1
    return bits


@compiled
def earliest(
    plant: Any, state: Any, clock: Any, first: Any, last: Any, time: Any, minutes: Any
) -> Any:
    """No run that begins before this tick finds the heads ``[first, last)`` for ``minutes``."""
    if minutes <= 0:
        return time
    bits = bit_length(minutes)
    for h in range(first, last):
        head = plant.head[h]
        free = plant.facts[HEAD_LISTS] + head.skill
        row = plant.clock[clock].marks_at + h - first
        number = state.mark_of[row, bits]
        if number < 0:
            number = state.count[MARKS]
            state.count[MARKS] += 1
            if number == len(state.mark):
                state.count[FAULT] = 1
                return FOREVER
            state.mark_of[row, bits] = number
            state.mark[number].clock = clock
            state.mark[number].time = plant.facts[NOW]
            state.mark[number].minutes = max(head.least, 1 << (bits - 1))
        mark = state.mark[number]
        if time <= mark.time:
            time = enough(plant, state, free, clock, mark.time, head.count, mark.minutes)
            mark.time = time
        time = enough(plant, state, free, clock, time, head.count, minutes)
        if time >= FOREVER:
            state.count[FAILED_SKILL] = head.skill
            return FOREVER
    return time


@compiled
def _reopen(plant: Any, state: Any, start: Any) -> Any:
    """Somebody is free again from ``start`` on."""
    now = plant.facts[NOW]
    for k in range(state.count[MARKS]):
        mark = state.mark[k]
        if start < mark.time + mark.minutes:
            first = retreat(plant, mark.clock, start, mark.minutes)
            mark.time = max(now, min(mark.time, first))


# -- searching ---------------------------------------------------------------------------------


@compiled
def begin(plant: Any, state: Any) -> Any:
    """Forgets the people picked so far for the operation at hand."""
    for k in range(state.count[TEAM_SIZE]):
        operator = state.trial_work[TRIAL, k].operator
        if plant.operator[operator].capped:
            state.pending[operator, :] = 0
    state.count[TEAM_SIZE] = 0


@compiled
def _pick(state: Any, operator: Any, start: Any, end: Any, setup: Any) -> Any:
    number = state.count[TEAM_SIZE]
    if number == state.trial_work.shape[1]:
        state.count[FAULT] = 1
        return
    work = state.trial_work[TRIAL, number]
    work.operator, work.start, work.end, work.setup = operator, start, end, setup
    state.count[TEAM_SIZE] = number + 1


@compiled
def fill(plant: Any, state: Any, first: Any, last: Any, setup: Any, kept_at: Any, kept: Any) -> Any:
    """Finds people for all segments of setup or run; 0, or when a start may succeed.

    Those at ``work[kept_at:kept_at + kept]`` are asked first.
    """
    begin_at = 0 if setup else state.count[SETUP_SEGMENTS]
    end_at = state.count[SETUP_SEGMENTS] if setup else state.count[SEGMENTS]
    for h in range(first, last):
        for _ in range(plant.head[h].count):
            for k in range(begin_at, end_at):
                start, end = state.segment[k, 0], state.segment[k, 1]
                hint = _cover(plant, state, plant.head[h].skill, start, end, setup, kept_at, kept)
                if hint:
                    state.count[FAILED_SKILL] = plant.head[h].skill
                    return hint
    return 0


@compiled
def fill_same(plant: Any, state: Any, first: Any, last: Any) -> Any:
    """Like ``fill`` for a run whose people may not change."""
    for h in range(first, last):
        for _ in range(plant.head[h].count):
            hint = _cover_all(plant, state, plant.head[h].skill)
            if hint:
                state.count[FAILED_SKILL] = plant.head[h].skill
                return hint
    return 0


@compiled
def _cover(
    plant: Any,
    state: Any,
    skill: Any,
    start: Any,
    end: Any,
    setup: Any,
    kept_at: Any,
    kept: Any,
) -> Any:
    """One head for one segment; people relieve each other at the ends of their windows."""
    time = start
    while time < end:
        if kept:
            chosen, reach, hint = _kept_first(plant, state, skill, time, end, kept_at, kept)
        else:
            chosen, reach, hint = _longest(plant, state, skill, time, end)
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
def _longest(plant: Any, state: Any, skill: Any, time: Any, end: Any) -> Any:
    """(operator, until when, hint): the first who can stay, else who can stay longest."""
    best, best_reach, hint, skipped = -1, time, FOREVER, False
    slot = (time - plant.facts[NOW]) // SLOT_MINUTES
    for t in range(plant.skill[skill].teams_at, plant.skill[skill].teams_end):
        team = plant.team[t]
        i = _span_after(plant, team.at, team.end, time)
        if i == team.end:
            continue
        if plant.span[i].start > time:
            hint = min(hint, plant.span[i].start)
            continue
        close = min(plant.span[i].end, end)
        cut, first = _until(plant, state, team, time)
        soon = min(cut - 1, first, close - 1)
        words = team.words if 0 <= slot < SLOTS else 0
        bits, row = 0, team.away_at + slot * words
        for s in range(team.shifts_at, team.shifts_end):
            if best >= 0 and best_reach >= close:
                break  # nobody of this team can stay longer
            if words:
                k = s - team.shifts_at
                if k & 63 == 0:
                    bits = state.away[row + (k >> 6)]
                if (bits >> (k & 63)) & 1:
                    skipped = True
                    continue
            operator = plant.mate[s]
            seen = state.seen[operator]
            if not seen.start <= time < seen.end:
                _look(plant, state, operator, time)
            if seen.busy:
                hint = min(hint, seen.end)
                continue
            if seen.end <= soon:  # busy again before he may hand over: what ``_reach`` would say
                hint = min(hint, seen.then)
                continue
            reach = _reach(plant, state, plant.teammate[s], time, end)
            if reach >= end:
                return operator, end, 0
            if reach > best_reach:
                best, best_reach = operator, reach
            elif state.count[AGAIN] < hint:
                hint = state.count[AGAIN]
    if best < 0 and skipped:
        hint = min(hint, _back(plant, state, skill, time))
    return best, best_reach, hint


@compiled
def _until(plant: Any, state: Any, team: Any, time: Any) -> Any:
    """(where people of a team may hand over next, when overtime begins), if that can be said."""
    if not team.alike:
        return -FOREVER, FOREVER
    k = _cut_after(plant, team.cuts_at, team.cuts_end, time)
    cut = plant.cut[k] if k < team.cuts_end else FOREVER
    return cut, _next_overtime(plant, state, team.overtime, time)


@compiled
def _back(plant: Any, state: Any, skill: Any, time: Any) -> Any:
    """When the first of those comes back who are away by the index."""
    first = FOREVER
    slot = (time - plant.facts[NOW]) // SLOT_MINUTES
    for t in range(plant.skill[skill].teams_at, plant.skill[skill].teams_end):
        team = plant.team[t]
        i = _span_after(plant, team.at, team.end, time)
        if not team.words or i == team.end or plant.span[i].start > time:
            continue
        for s in range(team.shifts_at, team.shifts_end):
            k = s - team.shifts_at
            bits = state.away[team.away_at + slot * team.words + (k >> 6)]
            if (bits >> (k & 63)) & 1:
                seen = state.seen[plant.mate[s]]
                if not seen.start <= time < seen.end:
                    _look(plant, state, plant.mate[s], time)
                first = min(first, seen.end)
    return first


@compiled
def _mark_away(plant: Any, state: Any, work: Any, away: Any) -> Any:
    """Keeps the index: by team and slot of some minutes a bit for each who is busy all through."""
    person = plant.operator[work.operator]
    start, end = work.start - plant.facts[NOW], work.end - plant.facts[NOW]
    first, last = max(0, -(-start // SLOT_MINUTES)), min(SLOTS, end // SLOT_MINUTES)
    for k in range(person.seats_at, person.seats_end):
        team, number = plant.team[plant.seat[k].team], plant.seat[k].number
        at, bit = team.away_at + (number >> 6), ONE << (number & 63)
        for slot in range(first, last):
            if away:
                state.away[at + slot * team.words] |= bit
            else:
                state.away[at + slot * team.words] &= ~bit


@compiled
def _kept_first(
    plant: Any, state: Any, skill: Any, time: Any, end: Any, kept_at: Any, kept: Any
) -> Any:
    """Like ``_longest``; the people at ``work[kept_at:kept_at + kept]`` are asked first."""
    best, best_reach, hint = -1, time, FOREVER
    for turn in range(2):
        for number in range(plant.skill[skill].roster_at, plant.skill[skill].roster_end):
            operator, known = plant.shift[number].operator, False
            for k in range(kept_at, kept_at + kept):
                known = known or state.work[k].operator == operator
            if known == (turn == 1):
                continue
            reach = _reach(plant, state, number, time, end)
            if reach >= end:
                return operator, end, 0
            if reach > best_reach:
                best, best_reach = operator, reach
            elif state.count[AGAIN] < hint:
                hint = state.count[AGAIN]
    return best, best_reach, hint


@compiled
def _look(plant: Any, state: Any, operator: Any, time: Any) -> Any:
    """What somebody does at a tick, remembered until his bookings change."""
    which, seen = plant.facts[OPERATOR_LISTS] + operator, state.seen[operator]
    i = past_value(state, which, time)
    at, count = state.ledger[which].at + i, state.ledger[which].count
    seen.busy = i < count and state.key[at] <= time
    if seen.busy:
        seen.start, seen.end = state.key[at], state.value[at]
        return
    seen.start = state.value[at - 1] if i else -FOREVER
    seen.end = seen.then = FOREVER
    if i < count:
        seen.end, seen.then = state.key[at], state.value[at]


@compiled
def _span_after(plant: Any, at: Any, end: Any, time: Any) -> Any:
    low, high = at, end
    while low < high:
        middle = (low + high) // 2
        if plant.span[middle].end <= time:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _reach(plant: Any, state: Any, number: Any, time: Any, end: Any) -> Any:
    """Until when he can stay; ``time`` if he cannot. When to ask again is left in ``AGAIN``."""
    shift = plant.shift[number]
    i = _span_after(plant, shift.at, shift.end, time)
    state.count[AGAIN] = FOREVER
    if i == shift.end:
        return time
    if plant.span[i].start > time:
        state.count[AGAIN] = plant.span[i].start
        return time
    limit = min(plant.span[i].end, end)
    operator = shift.operator
    if plant.span[i].end > time:
        state.count[AGAIN] = plant.span[i].end
    seen = state.seen[operator]
    if not seen.start <= time < seen.end:
        _look(plant, state, operator, time)
    if seen.busy:
        state.count[AGAIN] = seen.end
        return time
    if seen.end < limit:
        state.count[AGAIN] = seen.then
        limit = seen.end
    if state.count[TEAM_SIZE]:
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
def _last_cut(plant: Any, shift: Any, time: Any, limit: Any) -> Any:
    """The last end of a window of his own in ``(time, limit]``; ``time`` if there is none."""
    return _cut_before(plant, shift.cuts_at, shift.cuts_end, time, limit)


@compiled
def _cut_before(plant: Any, first: Any, last: Any, time: Any, limit: Any) -> Any:
    """The last of some cuts in ``(time, limit]``; ``time`` if there is none."""
    k = _cut_after(plant, first, last, limit)
    if k > first and plant.cut[k - 1] > time:
        return plant.cut[k - 1]
    return time


@compiled
def _cut_after(plant: Any, low: Any, high: Any, time: Any) -> Any:
    """Position of the first of some cuts after a tick."""
    while low < high:
        middle = (low + high) // 2
        if plant.cut[middle] <= time:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _cover_all(plant: Any, state: Any, skill: Any) -> Any:
    hint = FOREVER
    first, last = state.count[SETUP_SEGMENTS], state.count[SEGMENTS]
    for number in range(plant.skill[skill].roster_at, plant.skill[skill].roster_end):
        again = 0
        for k in range(first, last):
            start, end = state.segment[k, 0], state.segment[k, 1]
            if _reach(plant, state, number, start, end) < end:
                again = max(state.count[AGAIN], start + 1)
                break
        if not again:
            for k in range(first, last):
                operator = plant.shift[number].operator
                _pick(state, operator, state.segment[k, 0], state.segment[k, 1], 0)
            return 0
        hint = min(hint, again)
    return hint


# -- overtime ----------------------------------------------------------------------------------


@compiled
def _period(plant: Any, tick: Any) -> Any:
    low, high = 0, len(plant.period)
    while low < high:
        middle = (low + high) // 2
        if plant.period[middle] <= tick:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _count_overtime(plant: Any, table: Any, operator: Any, start: Any, end: Any, sign: Any) -> Any:
    """Adds the overtime in ``[start, end)`` to the person's periods."""
    clock = plant.operator[operator].overtime
    i = after_ends(plant, clock, start)
    while i < plant.clock[clock].end and plant.stretch[i].start < end:
        at = max(start, plant.stretch[i].start)
        close = min(end, plant.stretch[i].end)
        while at < close:
            period = _period(plant, at)
            until = min(close, plant.period[period]) if period < len(plant.period) else close
            table[operator, period] += sign * (until - at)
            at = until
        i += 1


@compiled
def _next_overtime(plant: Any, state: Any, clock: Any, start: Any) -> Any:
    if state.next_overtime[clock, 0] != start:  # many are asked for the same stretch
        state.next_overtime[clock, 0] = start
        state.next_overtime[clock, 1] = next_open(plant, clock, start)
    return state.next_overtime[clock, 1]


@compiled
def _overtime_limit(plant: Any, state: Any, operator: Any, start: Any, end: Any) -> Any:
    """How long he can stay before his cap would be passed: to the overtime that does it.

    From when on he could with what is left to him, at the end of that overtime, is left in
    ``AGAIN`` if that is sooner.
    """
    clock = plant.operator[operator].overtime
    first = _next_overtime(plant, state, clock, start)
    if first >= end:
        return end
    cap = plant.operator[operator].cap
    i = after_ends(plant, clock, start)
    used, current = 0, -1
    while i < plant.clock[clock].end and plant.stretch[i].start < end:
        at = max(start, plant.stretch[i].start)
        close = min(end, plant.stretch[i].end)
        while at < close:
            period = _period(plant, at)
            until = min(close, plant.period[period]) if period < len(plant.period) else close
            if period != current:
                used, current = 0, period
            used += until - at
            spent = state.overtime[operator, period] + state.pending[operator, period]
            if spent + used > cap:
                left = cap - spent
                later = plant.stretch[after_ends(plant, clock, first)].end - left
                if left > 0 and later > start:
                    state.count[AGAIN] = min(state.count[AGAIN], later)
                return max(start, first)
            at = until
        i += 1
    return end


# -- booking -----------------------------------------------------------------------------------


@compiled
def _count_heads(plant: Any, state: Any, work: Any, heads: Any) -> Any:
    person = plant.operator[work.operator]
    for k in range(person.skills_at, person.skills_end):
        which = plant.facts[HEAD_LISTS] + plant.skilled[k]
        take(state, which, work.start, work.end, heads)


@compiled
def book_crew(plant: Any, state: Any, at: Any, count: Any, owner: Any) -> Any:
    """Books the people at ``work[at:at + count]``."""
    for k in range(at, at + count):
        work = state.work[k]
        book(state, plant.facts[OPERATOR_LISTS] + work.operator, work.start, work.end, owner)
        state.seen[work.operator].end = -FOREVER
        _mark_away(plant, state, work, 1)
        _count_heads(plant, state, work, 1)
        if plant.operator[work.operator].capped:
            _count_overtime(plant, state.overtime, work.operator, work.start, work.end, 1)


@compiled
def release_crew(plant: Any, state: Any, at: Any, count: Any) -> Any:
    """Takes back ``book_crew``."""
    if count:
        first = state.work[at].start
        for k in range(at + 1, at + count):
            first = min(first, state.work[k].start)
        _reopen(plant, state, first)
    for k in range(at, at + count):
        work = state.work[k]
        unbook(state, plant.facts[OPERATOR_LISTS] + work.operator, work.start, work.end)
        state.seen[work.operator].end = -FOREVER
        _mark_away(plant, state, work, 0)
        _count_heads(plant, state, work, -1)
        if plant.operator[work.operator].capped:
            _count_overtime(plant, state.overtime, work.operator, work.start, work.end, -1)


@compiled
def keep_crew(state: Any, which: Any, count: Any) -> Any:
    """Files the people of a trial for good; where they are from now on."""
    at = state.count[WORK_USED]
    if at + count > len(state.work):
        state.count[FAULT] = 1
        return 0
    for k in range(count):
        state.work[at + k] = state.trial_work[which, k]
    state.count[WORK_USED] = at + count
    return at


@compiled
def clipped(state: Any, at: Any, count: Any, start: Any) -> Any:
    """A copy of a crew in which nobody begins before ``start``: (where, how many)."""
    there = state.count[WORK_USED]
    if there + count > len(state.work):
        state.count[FAULT] = 1
        return there, 0
    kept = 0
    for k in range(at, at + count):
        if state.work[k].end > start:
            state.work[there + kept] = state.work[k]
            state.work[there + kept].start = max(state.work[k].start, start)
            kept += 1
    state.count[WORK_USED] = there + kept
    return there, kept


@compiled
def with_setters(state: Any, spot: Any, before: Any) -> Any:
    """A copy of a crew with the team picked last in place of its first ``before``: see above."""
    there, team = state.count[WORK_USED], state.count[TEAM_SIZE]
    count = team + spot.crew - before
    if there + count > len(state.work):
        state.count[FAULT] = 1
        return there, 0
    for k in range(team):
        state.work[there + k] = state.trial_work[TRIAL, k]
    for k in range(before, spot.crew):
        state.work[there + team + k - before] = state.work[spot.crew_at + k]
    state.count[WORK_USED] = there + count
    return there, count
