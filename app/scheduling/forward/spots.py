"""The search for a place: proposes a shape and asks each resource in turn (see ``floor``).

Whoever says no names the earliest time at which asking again is worth while.
"""

from __future__ import annotations

from typing import Any

from app.scheduling.forward import changeovers, equipment, followers, people, services, tooltimes
from app.scheduling.forward.clocks import advance, retreat, worked
from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.ledgers import enough, first_key, past_value, shortage
from app.scheduling.forward.records import (
    AGAIN,
    BATCH_FAMILIES,
    BEST,
    CAVITIES,
    CUMULATIVE,
    END,
    FAILED_SKILL,
    FAULT,
    FORBIDDEN,
    HELD,
    JOINED,
    LAST_END,
    LAST_START,
    NEVER,
    NO_MACHINE,
    NO_PEOPLE,
    NO_WINDOW,
    NOW,
    OVEN,
    OVEN_LISTS,
    REASON,
    REASON_VALUE,
    RUN,
    SEGMENTS,
    SETUP_SEGMENTS,
    TEAM_SIZE,
    TOO_LATE,
    TOO_MUCH_LOAD,
    TOOLS_CHOSEN,
    TRIAL,
    TURNS,
    UNARY,
)
from app.scheduling.forward.shapes import segments, setup_minutes, shape, share, worked_run
from app.scheduling.problem import FOREVER
from app.scheduling.shop import WAIT_SHARE


@compiled
def reason(state: Any, code: Any, value: Any) -> Any:
    state.count[REASON], state.count[REASON_VALUE] = code, value


@compiled
def quickest(plant: Any, state: Any, operation: Any) -> Any:
    """The mode with the earliest end into BEST; ties by less setup, then by less cost.

    One that is alone in an oven and too light could wait another run for company, unless it is in a
    hurry.
    """
    record, limits, best = plant.operation[operation], state.limits, state.trial[BEST]
    found = False
    end, setup, cost = FOREVER, 0, 0.0
    why, value = NO_MACHINE, 0
    last_start = limits[LAST_START]
    for w in range(record.ways_at, record.ways_end):
        way = plant.way[w]
        if found:
            start = max(limits[RUN], limits[HELD] + way.setup, frontier(state, way))
            least = advance(plant, way.people, start, way.least_run)
            if least > end or (least == end and (setup < 0 or (setup == 0 and way.cost >= cost))):
                continue
            limits[LAST_START] = min(last_start, end - way.least_run)
        if not place(plant, state, operation, w):
            why, value = state.count[REASON], state.count[REASON_VALUE]
            if state.count[FAULT]:
                return False
            continue
        spot = state.trial[TRIAL]
        whole = way.cost + spot.cost
        until = spot.end
        if spot.batch < 0 and way.load < way.least_load:
            until += max(0, min(way.least_run, (record.unhurried - until) // WAIT_SHARE))
        earlier = until < end or (
            until == end and (spot.setup < setup or (spot.setup == setup and whole < cost))
        )
        if not found or earlier:
            found = True
            keep(state, TRIAL, BEST)
            end, setup, cost = until, best.setup, whole
    limits[LAST_START] = last_start
    if not found:
        reason(state, why, value)
    return found


@compiled
def keep(state: Any, one: Any, other: Any) -> Any:
    """Copies a trial with its tools and people."""
    state.trial[other] = state.trial[one]
    spot = state.trial[one]
    for k in range(spot.tools):
        state.trial_tools[other, k] = state.trial_tools[one, k]
    for k in range(spot.crew):
        state.trial_work[other, k] = state.trial_work[one, k]


@compiled
def frontier(state: Any, way: Any) -> Any:
    """No gap of use is left on the mode's machine before this tick."""
    return state.full[way.machine, people.bit_length(way.least_run)]


@compiled
def place(plant: Any, state: Any, operation: Any, w: Any) -> Any:
    """The earliest spot in this mode within the limits, into TRIAL; False (see REASON) if none."""
    way, limits, spot = plant.way[w], state.limits, state.trial[TRIAL]
    held, run = limits[HELD], limits[RUN]
    for _ in range(200):
        if run >= FOREVER or held >= FOREVER:
            return False
        if way.kind == OVEN:
            good = _in_oven(plant, state, operation, w, held, run)
        else:
            good = _on_machine(plant, state, operation, w, held, run)
        if not good:
            return False
        least = limits[END]
        for k in range(plant.operation[operation].before_at, plant.operation[operation].before_end):
            link = plant.link[k]
            if link.q > 0:  # by transfer batches: ends so much later than what it follows
                own = share(worked_run(plant, state, spot), link.p, link.q)
                least = max(least, state.spot[link.before].end + own)
        if spot.end >= least:
            if spot.start > limits[LAST_START] or spot.end > limits[LAST_END]:
                reason(state, TOO_LATE, 0)
                return False
            return True
        # Put off, but never past the earliest that fits.
        minutes = worked_run(plant, state, spot)
        run = spot.start + max(1, retreat(plant, spot.running, least, minutes) - spot.start)
    reason(state, NO_WINDOW, 0)
    return False


@compiled
def _on_machine(plant: Any, state: Any, operation: Any, w: Any, held: Any, run: Any) -> Any:
    way = plant.way[w]
    if way.kind == UNARY:
        return _in_gap(plant, state, operation, w, held, run)
    setup = setup_minutes(plant, operation, way, 0)
    while True:
        good, held, run = _attempt(plant, state, operation, w, setup, 0, held, run, FOREVER)
        if good:
            return True
        if held >= FOREVER or run > state.limits[LAST_START] or state.count[FAULT]:
            return False


# -- gaps --------------------------------------------------------------------------------------


@compiled
def _in_gap(plant: Any, state: Any, operation: Any, w: Any, held: Any, run: Any) -> Any:
    """In a gap of the machine's sequence that is long enough."""
    way, m = plant.way[w], plant.way[w].machine
    ledger, spot = state.ledger[m], state.trial[TRIAL]
    parts = plant.machine[m].parts_end > plant.machine[m].parts_at
    fixed, least_run, last_start = way.setup, way.least_run, state.limits[LAST_START]
    held = max(held, _fill_up(plant, state, way))
    why = TOO_LATE
    while True:
        if held >= FOREVER or run > last_start or state.count[FAULT]:
            reason(state, why, 0)
            return False
        i = past_value(state, m, held)
        k = first_key(state, m, run + least_run)  # no gap that ends before is long enough
        if k > i:
            held, i = state.value[ledger.at + k - 1], k
        while i < ledger.count:  # past gaps in which it could not fit even without a pause
            if max(held + fixed, run) + least_run <= state.key[ledger.at + i]:
                break
            held = state.value[ledger.at + i]
            i += 1
        last = i == ledger.count
        gap_end = FOREVER if last else state.key[ledger.at + i]
        next_held = FOREVER if last else state.value[ledger.at + i]
        minutes, cost, crew = 0, 0.0, 0
        if parts:
            mounted = changeovers.before(plant, state, m, i)
            minutes, cost, crew = changeovers.change(plant, state, m, mounted, operation)
            if minutes < 0:
                why, held = FORBIDDEN, next_held
                continue
        setup = setup_minutes(plant, operation, way, minutes)
        good, begin, run_from = _attempt(
            plant, state, operation, w, setup, crew, held, run, gap_end
        )
        if not good or spot.end > gap_end:
            if begin >= FOREVER and not good:
                return False
            if not good and begin < gap_end and run_from < gap_end:
                held, run = max(held, begin), run_from
            elif last:
                held, run = begin, run_from
            else:
                held = next_held
            continue
        spot.change, spot.cost = minutes, cost
        if parts and not last and not followers.hold(plant, state, m, i, operation, spot.end):
            held = next_held
            continue
        return True


@compiled
def _fill_up(plant: Any, state: Any, way: Any) -> Any:
    """Moves and returns the mark before which no gap is long enough, in open time."""
    m = way.machine
    size = people.bit_length(way.least_run)
    known = state.full[m, size]
    mark = max(known, plant.facts[NOW])
    ledger, clock = state.ledger[m], plant.machine[m].clock
    i = past_value(state, m, mark)
    if i < ledger.count:
        least = max(plant.machine[m].gap, 1 << max(0, size - 1))
        while i < ledger.count:
            start = state.key[ledger.at + i]
            long = start - mark >= least
            if long and worked(plant, clock, start) - worked(plant, clock, mark) >= least:
                break
            mark = state.value[ledger.at + i]
            i += 1
    state.full[m, size] = mark
    return mark


# -- one attempt -------------------------------------------------------------------------------


@compiled
def _attempt(
    plant: Any,
    state: Any,
    operation: Any,
    w: Any,
    setup: Any,
    crew: Any,
    held: Any,
    run: Any,
    limit: Any,
) -> Any:
    """(found, held, run): TRIAL is free of tools and people, or when to try again.

    A spot that ends after ``limit`` (the gap) is found without people. ``crew``: of the changeover.
    """
    way, spot = plant.way[w], state.trial[TRIAL]
    ready = _ready(plant, state, operation, way, max(run, held))
    if ready >= FOREVER:
        return False, FOREVER, run
    if ready > held:
        run = ready
    spot.way, spot.batch, spot.setup, spot.change, spot.cost = w, -1, setup, 0, 0.0
    spot.late, spot.pace = 0, way.pace
    spot.total, spot.turn, spot.shots, spot.tools, spot.crew = way.total, way.turn, 0, 0, 0
    pausing = plant.operation[operation].pausing
    if pausing == TURNS and way.kind == OVEN:
        pausing = NEVER
    if way.tools_at < way.tools_end:
        outcome, again = _equipped(plant, state, operation, way, crew, pausing, held, run)
        if outcome == 0:
            return False, again, run
        shaped = outcome == 1
    else:
        _set_clocks(plant, state, operation, way, crew)
        shaped = shape(plant, spot, pausing, held, run)
    if not shaped:
        reason(state, NO_WINDOW, 0)
        return False, FOREVER, run
    if way.kind == CUMULATIVE:
        capacity = plant.machine[way.machine].capacity
        again = shortage(state, way.machine, spot.setup_start, spot.end, way.load, capacity)
        if again >= FOREVER:
            reason(state, TOO_MUCH_LOAD, 0)
        if again:
            return False, again, run
    if spot.tools:
        again = equipment.busy_until(plant, state, way, spot.setup_start, spot.end)
        if not again:
            again = services.due(plant, state, way, spot.setup_start, spot.end, spot.shots)
        if again:
            return False, max(again, held + 1), run
    if spot.end > limit:
        return True, spot.setup_start, spot.start
    times = plant.times[spot.row]
    if times.setters_at < times.setters_end or way.runners_at < way.runners_end:
        again_held, again_run = _staff(plant, state, operation, way, spot)
        if again_held or again_run:
            return False, max(held, again_held), max(run, again_run)
    return True, spot.setup_start, spot.start


@compiled
def _set_clocks(plant: Any, state: Any, operation: Any, way: Any, crew: Any) -> Any:
    """Of the trial, by its tools and the crew of its changeover."""
    spot = state.trial[TRIAL]
    spot.row = tooltimes.row_for(plant, state, operation, way, crew, spot.tools)
    spot.running, spot.setting = plant.times[spot.row].running, plant.times[spot.row].setting


@compiled
def _ready(plant: Any, state: Any, operation: Any, way: Any, time: Any) -> Any:
    """No run before this tick finds people, places and copies for as long as it takes."""
    record = plant.operation[operation]
    minutes = way.least_run
    held = record.latest_start < FOREVER or record.last < FOREVER
    if held and record.pausing == TURNS and way.kind != OVEN:
        minutes = way.first_need  # what is left idle before a closing needs nobody
    if not minutes:
        return time
    clock = tooltimes.ready_clock(plant, state, operation, way)
    while True:
        before = time
        if way.runners_at < way.runners_end:
            time = people.earliest(
                plant, state, clock, way.runners_at, way.runners_end, time, minutes
            )
            if time >= FOREVER:
                reason(state, NO_PEOPLE, state.count[FAILED_SKILL])
                return FOREVER
        if way.kind == CUMULATIVE:
            time = enough(plant, state, way.machine, clock, time, way.load, minutes)
            if time >= FOREVER:
                reason(state, NO_WINDOW, 0)
                return FOREVER
        if way.tools_at < way.tools_end:
            time = equipment.copies_free(plant, state, way, clock, time, minutes)
        if time == before or time >= FOREVER:
            return time


@compiled
def _equipped(
    plant: Any,
    state: Any,
    operation: Any,
    way: Any,
    crew: Any,
    pausing: Any,
    held: Any,
    run: Any,
) -> Any:
    """(1, 0) with a shape and its copies, (2, 0) if none fits; (0, when to try again)."""
    spot = state.trial[TRIAL]
    at = max(held, run - spot.setup)
    until = at + way.least_run + spot.setup
    fewest, shots = 0, 0
    shaped = False
    for _ in range(4):
        if not equipment.choose(plant, state, way, at, until, fewest):
            return 0, state.count[AGAIN]
        cavities = state.count[CAVITIES]
        if way.turn:
            spot.total = equipment.turns(way, cavities) * way.turn
        shots = equipment.turns(way, cavities) if way.shapes else 0
        spot.tools, spot.shots = state.count[TOOLS_CHOSEN], shots
        _set_clocks(plant, state, operation, way, crew)
        shaped = shape(plant, spot, pausing, held, run)
        if not shaped:
            break
        fits = spot.end <= until and spot.setup_start <= at
        if fits and equipment.lives(plant, state, way, shots):
            break
        at, until, fewest = spot.setup_start, max(until, spot.end), max(fewest, shots)
    if not equipment.lives(plant, state, way, shots):
        return 0, FOREVER
    return (1 if shaped else 2), 0


@compiled
def _staff(plant: Any, state: Any, operation: Any, way: Any, spot: Any) -> Any:
    """Names the crew; or (setup start, run start) from which to try again, 0 = as it was."""
    people.begin(plant, state)
    segments(plant, state, spot)
    times = plant.times[spot.row]
    if times.setters_at < times.setters_end and state.count[SETUP_SEGMENTS]:
        hint = people.fill(plant, state, times.setters_at, times.setters_end, 1, 0, 0)
        if hint:
            reason(state, NO_PEOPLE, state.count[FAILED_SKILL])
            return hint, 0
    if way.runners_at < way.runners_end and state.count[SEGMENTS] > state.count[SETUP_SEGMENTS]:
        if plant.operation[operation].same_person:
            hint = people.fill_same(plant, state, way.runners_at, way.runners_end)
        else:
            hint = people.fill(plant, state, way.runners_at, way.runners_end, 0, 0, 0)
        if hint:
            reason(state, NO_PEOPLE, state.count[FAILED_SKILL])
            if hint >= FOREVER:
                return FOREVER, 0
            return 0, hint
    spot.crew = state.count[TEAM_SIZE]
    return 0, 0


# -- ovens -------------------------------------------------------------------------------------


@compiled
def _in_oven(plant: Any, state: Any, operation: Any, w: Any, held: Any, run: Any) -> Any:
    """Joins a batch of the family that has room, unless a new one is done much earlier.

    One that would be light alone waits up to a whole run, unless it is in a hurry.
    """
    joined = _join(plant, state, operation, w, held, run)
    if joined:
        keep(state, TRIAL, JOINED)
    opened = _in_gap(plant, state, operation, w, held, run)
    way, end = plant.way[w], state.trial[TRIAL].end
    patience = way.least_run // 2
    if way.load < way.least_load:
        spare = (plant.operation[operation].unhurried - end) // WAIT_SHARE
        patience = max(patience, min(way.least_run, spare))
    if joined and (not opened or state.trial[JOINED].end <= end + patience):
        keep(state, JOINED, TRIAL)
    return joined or opened


@compiled
def _join(plant: Any, state: Any, operation: Any, w: Any, held: Any, run: Any) -> Any:
    way, record, spot = plant.way[w], plant.operation[operation], state.trial[TRIAL]
    oven = plant.machine[way.machine].oven
    which = plant.facts[OVEN_LISTS] + oven * plant.facts[BATCH_FAMILIES] + record.batch_family
    for k in range(state.ledger[which].count):
        number = state.value[state.ledger[which].at + k]
        batch = state.batch[number]
        lead = state.spot[batch.lead]
        if lead.start < run or lead.setup_start < held or lead.start > state.limits[LAST_START]:
            continue
        if not _fits_batch(plant, state, operation, way, batch):
            continue
        tools, shots = 0, 0
        if way.tools_at < way.tools_end:
            if not equipment.choose(plant, state, way, lead.setup_start, lead.end, 0):
                continue
            cavities, tools = state.count[CAVITIES], state.count[TOOLS_CHOSEN]
            shots = equipment.turns(way, cavities) if way.shapes else 0
            if not equipment.lives(plant, state, way, shots):
                continue
            if services.due(plant, state, way, lead.setup_start, lead.end, shots):
                continue
            total = equipment.turns(way, cavities) * way.turn if way.turn else way.total
            if -(-total // way.pace) > batch.run:
                continue
            if not equipment.as_open_as(plant, state, way.machine, tools):
                continue
        state.trial[TRIAL] = lead
        spot.way, spot.batch, spot.shots, spot.tools, spot.crew = w, number, shots, tools, 0
        return True
    return False


@compiled
def _fits_batch(plant: Any, state: Any, operation: Any, way: Any, batch: Any) -> Any:
    """Whether the batch stays as it is when the operation joins it."""
    record, first = plant.operation[operation], plant.operation[batch.lead]
    lead = state.spot[batch.lead]
    lead_way = plant.way[lead.way]
    return (
        batch.load + way.load <= plant.machine[way.machine].capacity
        and way.least_run <= batch.run
        and way.setup <= lead_way.setup
        and record.families == batch.families
        and (record.first_piece <= batch.first_piece or lead.setup == 0)
        and record.pausing == first.pausing
        and (first.same_person == 1 or record.same_person == 0)
        and _covers(plant, plant.times[lead.row].setters_at, plant.times[lead.row].setters_end,
                    way.setters_at, way.setters_end)
        and _covers(plant, lead_way.runners_at, lead_way.runners_end, way.runners_at,
                    way.runners_end)
        and record.holders_at == record.holders_end
    )  # fmt: skip


@compiled
def _covers(plant: Any, more_at: Any, more_end: Any, at: Any, end: Any) -> Any:
    """Whether the first crew holds the second."""
    for h in range(at, end):
        have = 0
        for k in range(more_at, more_end):
            if plant.head[k].skill == plant.head[h].skill:
                have = plant.head[k].count
        if have < plant.head[h].count:
            return False
    return True
