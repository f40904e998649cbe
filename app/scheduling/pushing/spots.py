"""The search for a place that may push what stands there (see ``Floor`` with ``displace``)."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward import changeovers, followers, people, services, tooltimes
from app.scheduling.forward.books import oven_list
from app.scheduling.forward.clocks import retreat
from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.equipment import as_open_as, lives, turns
from app.scheduling.forward.ledgers import conflict, first_key, past_value, shortage
from app.scheduling.forward.records import (
    AGAIN,
    BEST,
    CAVITIES,
    CUMULATIVE,
    END,
    FAILED_SKILL,
    FAULT,
    FORBIDDEN,
    HELD,
    LAST_END,
    LAST_START,
    NEVER,
    NO_PEOPLE,
    NO_WINDOW,
    OPERATOR_LISTS,
    OVEN,
    RUN,
    SEGMENTS,
    SETUP_SEGMENTS,
    TEAM_SIZE,
    TOO_LATE,
    TOO_MUCH_LOAD,
    TOOLS_CHOSEN,
    TRIAL,
    TURNS,
)
from app.scheduling.forward.shapes import segments, setup_minutes, shape, share, worked_run
from app.scheduling.forward.spots import _fits_batch, _set_clocks, keep, reason
from app.scheduling.problem import FOREVER
from app.scheduling.pushing import equipment
from app.scheduling.pushing.books import users_of
from app.scheduling.pushing.people import fill, fill_same, prefer
from app.scheduling.pushing.records import ANY_MATES, MATES, SOFT_FROM
from app.scheduling.pushing.taking import push_owner, push_user


@compiled
def place(plant: Any, state: Any, hand: Any, operation: Any, w: Any) -> Any:
    """The earliest spot in this mode within the limits, into TRIAL; False (see REASON) if none."""
    way, limits, spot = plant.way[w], state.limits, state.trial[TRIAL]
    held, run = limits[HELD], limits[RUN]
    for _ in range(200):
        if run >= FOREVER or held >= FOREVER:
            return False
        if way.kind == OVEN and _join(plant, state, hand, operation, w, held, run):
            good = True
        elif way.kind == CUMULATIVE:
            good = _on_rack(plant, state, hand, operation, w, held, run)
        else:
            good = _in_gap(plant, state, hand, operation, w, held, run)
        if not good or state.count[FAULT]:
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
        minutes = worked_run(plant, state, spot)
        run = spot.start + max(1, retreat(plant, spot.running, least, minutes) - spot.start)
    reason(state, NO_WINDOW, 0)
    return False


@compiled
def _on_rack(plant: Any, state: Any, hand: Any, operation: Any, w: Any, held: Any, run: Any) -> Any:
    setup = setup_minutes(plant, operation, plant.way[w], 0)
    while True:
        good, held, run = _attempt(plant, state, hand, operation, w, setup, 0, held, run, FOREVER)
        if good:
            return True
        if held >= FOREVER or run > state.limits[LAST_START] or state.count[FAULT]:
            return False


@compiled
def _in_gap(plant: Any, state: Any, hand: Any, operation: Any, w: Any, held: Any, run: Any) -> Any:
    """In a gap of the machine's sequence that is long enough, or is made so."""
    way, m = plant.way[w], plant.way[w].machine
    ledger, spot = state.ledger[m], state.trial[TRIAL]
    parts = plant.machine[m].parts_end > plant.machine[m].parts_at
    fixed, least_run, last_start = way.setup, way.least_run, state.limits[LAST_START]
    why = TOO_LATE
    while True:
        if held >= FOREVER or run > last_start or state.count[FAULT]:
            reason(state, why, 0)
            return False
        i = past_value(state, m, held)
        # Before this one no gap could hold it, or something ends so late that it may give way.
        far = min(first_key(state, m, run + least_run), past_value(state, m, hand.num[SOFT_FROM]))
        if far > i:
            held, i = state.value[ledger.at + far - 1], far
        while i < ledger.count and state.value[ledger.at + i] <= hand.num[SOFT_FROM]:
            if max(held + fixed, run) + least_run <= state.key[ledger.at + i]:
                break
            held = state.value[ledger.at + i]
            i += 1
        last = i == ledger.count
        gap_end = FOREVER if last else state.key[ledger.at + i]
        next_held = FOREVER if last else state.value[ledger.at + i]
        if max(held + fixed, run) + least_run > gap_end:
            if not push_owner(plant, state, hand, m, i):
                held = next_held
            continue
        minutes, cost, crew = 0, 0.0, 0
        if parts:
            mounted = changeovers.before(plant, state, m, i)
            minutes, cost, crew = changeovers.change(plant, state, m, mounted, operation)
            if minutes < 0:
                why, held = FORBIDDEN, next_held
                continue
        setup = setup_minutes(plant, operation, way, minutes)
        count = ledger.count
        good, begin, run_from = _attempt(
            plant, state, hand, operation, w, setup, crew, held, run, gap_end
        )
        if ledger.count != count:  # something was pushed away: look again
            continue
        if not good or spot.end > gap_end:
            if begin >= FOREVER and not good:
                return False
            if not good and begin < gap_end and run_from < gap_end:
                held, run = max(held, begin), run_from
            elif last:
                held, run = begin, run_from
            elif not push_owner(plant, state, hand, m, i):
                held = next_held
            continue
        spot.change, spot.cost = minutes, cost
        if parts and not last and not followers_stand(plant, state, hand, m, i, operation):
            if not push_owner(plant, state, hand, m, i):
                held = next_held
            continue
        return True


@compiled
def followers_stand(
    plant: Any, state: Any, hand: Any, m: Any, position: Any, operation: Any
) -> Any:
    """Whether what follows in the sequence keeps its setup with ``operation`` before it."""
    machine = plant.machine[m]
    parts = machine.parts_end - machine.parts_at
    ledger = state.ledger[m]
    mounted = len(state.mounted) - 1  # scratch
    old = changeovers.before(plant, state, m, position)
    for k in range(parts):
        new = plant.families[operation, k]
        state.mounted[mounted, k] = state.mounted[old, k] if new == -1 else new
    for i in range(position, ledger.count):
        owner = state.owner[ledger.at + i]
        follower = changeovers.lead(plant, state, owner)
        if setup_wrong(plant, state, m, mounted, follower):
            return False
        same = True
        for k in range(parts):
            if plant.families[follower, k] != -1:
                state.mounted[mounted, k] = plant.families[follower, k]
            same = same and state.mounted[mounted, k] == state.mounted[owner, k]
        if same:
            return True
    return True


@compiled
def setup_wrong(plant: Any, state: Any, m: Any, mounted: Any, operation: Any) -> Any:
    """Whether a placed operation needs another setup, with that mounted before it."""
    if plant.operation[operation].started:
        return False
    minutes, _, crew = changeovers.change(plant, state, m, mounted, operation)
    spot = state.spot[operation]
    if minutes < 0 or minutes != spot.change:
        return True
    if not plant.machine[m].crewed:
        return False
    return not followers._same_setters(plant, spot, operation, minutes, crew)


# -- one attempt -------------------------------------------------------------------------------


@compiled
def _attempt(
    plant: Any, state: Any, hand: Any, operation: Any, w: Any, setup: Any, crew: Any, held: Any,
    run: Any, limit: Any
) -> Any:  # fmt: skip
    """(found, held, run): TRIAL is free of tools and people, or when to try again.

    A spot that ends after ``limit`` (the gap) is found without people; ``crew``: see ``change``.
    """
    way, spot = plant.way[w], state.trial[TRIAL]
    spot.way, spot.batch, spot.setup, spot.change, spot.cost = w, -1, setup, 0, 0.0
    spot.late, spot.pace = 0, way.pace
    spot.total, spot.turn, spot.shots, spot.tools, spot.crew = way.total, way.turn, 0, 0, 0
    pausing = plant.operation[operation].pausing
    if pausing == TURNS and way.kind == OVEN:
        pausing = NEVER
    if way.tools_at < way.tools_end:
        outcome, again = _equipped(plant, state, hand, operation, way, crew, pausing, held, run)
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
        again = _full(plant, state, hand, way, spot)
        if again:
            return False, again, run
    if spot.tools:
        again = equipment.busy_until(plant, state, hand, way, spot.setup_start, spot.end)
        if not again:
            again = services.due(plant, state, way, spot.setup_start, spot.end, spot.shots)
        if again:
            return False, max(again, held + 1), run
    if spot.end > limit:
        return True, spot.setup_start, spot.start
    times = plant.times[spot.row]
    if times.setters_at < times.setters_end or way.runners_at < way.runners_end:
        again_held, again_run = _staff(plant, state, hand, operation, way, spot)
        if again_held or again_run:
            return False, max(held, again_held), max(run, again_run)
    return True, spot.setup_start, spot.start


@compiled
def _full(plant: Any, state: Any, hand: Any, way: Any, spot: Any) -> Any:
    """0 if the rack has room or can be given some, else when to try again."""
    m, start, end = way.machine, spot.setup_start, spot.end
    capacity, which = plant.machine[m].capacity, users_of(plant, hand, way.machine, -1)
    again = shortage(state, m, start, end, way.load, capacity)
    while again and push_user(plant, state, hand, which, start, end):
        again = shortage(state, m, start, end, way.load, capacity)
    if again >= FOREVER:
        reason(state, TOO_MUCH_LOAD, 0)
    return again


@compiled
def _equipped(
    plant: Any,
    state: Any,
    hand: Any,
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
        if not equipment.choose(plant, state, hand, way, at, until, fewest):
            return 0, state.count[AGAIN]
        cavities = state.count[CAVITIES]
        if way.turn:
            spot.total = turns(way, cavities) * way.turn
        shots = turns(way, cavities) if way.shapes else 0
        spot.tools, spot.shots = state.count[TOOLS_CHOSEN], shots
        _set_clocks(plant, state, operation, way, crew)
        shaped = shape(plant, spot, pausing, held, run)
        if not shaped:
            break
        fits = spot.end <= until and spot.setup_start <= at
        if fits and lives(plant, state, way, shots):
            break
        at, until, fewest = spot.setup_start, max(until, spot.end), max(fewest, shots)
    if not lives(plant, state, way, shots):
        return 0, FOREVER
    return (1 if shaped else 2), 0


@compiled
def _staff(plant: Any, state: Any, hand: Any, operation: Any, way: Any, spot: Any) -> Any:
    """Names the crew; or (setup start, run start) from which to try again, 0 = as it was."""
    people.begin(plant, state)
    prefer(state, hand)
    segments(plant, state, spot)
    times = plant.times[spot.row]
    if times.setters_at < times.setters_end and state.count[SETUP_SEGMENTS]:
        hint = fill(plant, state, hand, times.setters_at, times.setters_end, 1)
        if hint:
            reason(state, NO_PEOPLE, state.count[FAILED_SKILL])
            return hint, 0
    if way.runners_at < way.runners_end and state.count[SEGMENTS] > state.count[SETUP_SEGMENTS]:
        if plant.operation[operation].same_person:
            hint = fill_same(plant, state, hand, way.runners_at, way.runners_end)
        else:
            hint = fill(plant, state, hand, way.runners_at, way.runners_end, 0)
        if hint:
            reason(state, NO_PEOPLE, state.count[FAILED_SKILL])
            if hint >= FOREVER:
                return FOREVER, 0
            return 0, hint
    spot.crew = state.count[TEAM_SIZE]
    return 0, 0


# -- ovens -------------------------------------------------------------------------------------


@compiled
def _join(plant: Any, state: Any, hand: Any, operation: Any, w: Any, held: Any, run: Any) -> Any:
    """Joins a batch of the family that has room, if it may."""
    if not hand.num[ANY_MATES] and hand.num[MATES] < 0:
        return False
    way, record, spot = plant.way[w], plant.operation[operation], state.trial[TRIAL]
    which = oven_list(plant, way.machine, record.batch_family)
    count = state.ledger[which].count
    for k in range(count):
        hand.snapshot[k] = state.value[state.ledger[which].at + k]
    for k in range(count):
        number = hand.snapshot[k]
        batch = state.batch[number]
        if batch.members == 0:
            continue  # taken away just now, with one whose tools were needed
        lead = state.spot[batch.lead]
        if lead.start < run or lead.setup_start < held or lead.start > state.limits[LAST_START]:
            continue
        if not hand.num[ANY_MATES] and not _has_mate(hand, number):
            continue
        if not _fits_batch(plant, state, operation, way, batch):
            continue
        tools, shots = 0, 0
        if way.tools_at < way.tools_end:
            good = equipment.choose(plant, state, hand, way, lead.setup_start, lead.end, 0)
            if not good or batch.members == 0:
                continue
            cavities, tools = state.count[CAVITIES], state.count[TOOLS_CHOSEN]
            shots = turns(way, cavities) if way.shapes else 0
            if not lives(plant, state, way, shots):
                continue
            if services.due(plant, state, way, lead.setup_start, lead.end, shots):
                continue
            total = turns(way, cavities) * way.turn if way.turn else way.total
            if -(-total // way.pace) > batch.run:
                continue
            if not as_open_as(plant, state, way.machine, tools):
                continue
        state.trial[TRIAL] = lead
        spot.way, spot.batch, spot.shots, spot.tools, spot.crew = w, number, shots, tools, 0
        return True
    return False


@compiled
def _has_mate(hand: Any, number: Any) -> Any:
    """Whether somebody who went with the operation at hand is in the batch."""
    group = hand.group[hand.num[MATES]]
    member = hand.first_member[number]
    while member >= 0:
        for k in range(group.at, group.at + group.count):
            if hand.group_member[k] == member:
                return True
        member = hand.next_member[member]
    return False


# -- the place it had --------------------------------------------------------------------------


@compiled
def admits(plant: Any, state: Any, hand: Any, operation: Any) -> Any:
    """Whether the place that it had, which is put into BEST, can be taken again as it was."""
    keep_old(state, hand, operation)
    keep(state, BEST, TRIAL)
    spot = state.trial[BEST]
    way, m = plant.way[spot.way], plant.way[spot.way].machine
    if way.kind == CUMULATIVE:
        capacity = plant.machine[m].capacity
        if shortage(state, m, spot.setup_start, spot.end, way.load, capacity):
            return False
    elif conflict(state, m, spot.setup_start, spot.end) >= 0:
        return False
    if not _free_people(plant, state, spot):
        return False
    if spot.tools and equipment.busy_until(plant, state, hand, way, spot.setup_start, spot.end):
        return False
    if not lives(plant, state, way, spot.shots):
        return False
    if services.due(plant, state, way, spot.setup_start, spot.end, spot.shots):
        return False
    if plant.machine[m].parts_end == plant.machine[m].parts_at:
        return True
    i = past_value(state, m, spot.setup_start)
    mounted = changeovers.before(plant, state, m, i)
    minutes, cost, crew = changeovers.change(plant, state, m, mounted, operation)
    if minutes < 0:
        return False
    if plant.machine[m].crewed:
        mask = plant.times[spot.row].mask
        row = tooltimes.row_of(plant, way, mask, crew if minutes else 0)
        if spot.setup and not _setters_suit(plant, state, hand, spot, row):
            return False
        spot.row = row
    setup = setup_minutes(plant, operation, way, minutes)
    if setup != spot.setup:
        if way.kind != OVEN:
            return False
        first = plant.operation[operation].first_piece
        return spot.setup == minutes + max(way.setup, spot.setup - minutes - first) + first
    spot.change, spot.cost = minutes, cost
    return followers_stand(plant, state, hand, m, i, operation)


@compiled
def keep_old(state: Any, hand: Any, operation: Any) -> Any:
    """The old spot with its tools and people, into BEST."""
    state.trial[BEST] = hand.old[operation]
    spot = state.trial[BEST]
    spot.batch = -1
    for k in range(spot.tools):
        state.trial_tools[BEST, k] = state.tools[spot.tools_at + k]
    for k in range(spot.crew):
        state.trial_work[BEST, k] = state.work[spot.crew_at + k]


@compiled
def _free_people(plant: Any, state: Any, spot: Any) -> Any:
    """Whether all of its people are free for exactly these stretches."""
    first, last = spot.crew_at, spot.crew_at + spot.crew
    for k in range(first, last):
        work = state.work[k]
        which = plant.facts[OPERATOR_LISTS] + work.operator
        if conflict(state, which, work.start, work.end) >= 0:
            return False
    people.begin(plant, state)
    good = True
    for k in range(first, last):
        work = state.work[k]
        if plant.operator[work.operator].capped:
            people._count_overtime(
                plant, state.pending, work.operator, work.start, work.end, 1
            )  # fmt: skip
    for k in range(first, last):
        operator = state.work[k].operator
        if plant.operator[operator].capped:
            for period in range(state.pending.shape[1]):
                used = state.pending[operator, period]
                if used and state.overtime[operator, period] + used > plant.operator[operator].cap:
                    good = False
    for k in range(first, last):
        operator = state.work[k].operator
        if plant.operator[operator].capped:
            for period in range(state.pending.shape[1]):
                state.pending[operator, period] = 0
    return good


@compiled
def _setters_suit(plant: Any, state: Any, hand: Any, spot: Any, row: Any) -> Any:
    """Whether the people who are to set the old place up are those that a row of times asks for."""
    count, times = 0, plant.times[row]
    for k in range(spot.crew_at, spot.crew_at + spot.crew):
        work = state.work[k]
        known = not work.setup or work.end < spot.setup_end
        for j in range(count):
            known = known or hand.user[j] == work.operator
        if not known:
            j = count
            while j > 0 and hand.user[j - 1] > work.operator:
                hand.user[j] = hand.user[j - 1]
                j -= 1
            hand.user[j] = work.operator
            count += 1
    asked = 0
    for h in range(times.setters_at, times.setters_end):
        asked += plant.head[h].count
    if asked != count:
        return False
    for h in range(times.setters_at, times.setters_end):
        left, kept = plant.head[h].count, 0
        for j in range(count):
            if left and _able(plant, hand.user[j], plant.head[h].skill):
                left -= 1
            else:
                hand.user[kept] = hand.user[j]
                kept += 1
        if left:
            return False
        count = kept
    return True


@compiled
def _able(plant: Any, operator: Any, skill: Any) -> Any:
    person = plant.operator[operator]
    found = False
    for k in range(person.skills_at, person.skills_end):
        found = found or plant.skilled[k] == skill
    return found
