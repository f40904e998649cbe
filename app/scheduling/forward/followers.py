"""What stands behind an insertion on a machine: its setup may become shorter or longer."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward import changeovers, people, tooltimes
from app.scheduling.forward.clocks import retreat, worked
from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.equipment import busy_before
from app.scheduling.forward.records import (
    ANY_CAPPED,
    NEVER,
    NOW,
    OVEN,
    SEGMENTS,
    SETUP_SEGMENTS,
    TEAM_SIZE,
    TRIAL,
    TURNS,
)
from app.scheduling.forward.shapes import between, setup_minutes
from app.scheduling.problem import FOREVER


@compiled
def hold(plant: Any, state: Any, m: Any, position: Any, operation: Any, end: Any) -> Any:
    """Whether what follows can stand with ``operation``, which ends at ``end``, before it.

    The next one's setup may become shorter: then it begins later. A longer one begins earlier, if
    that one's run is held where it is and all it takes is free.
    """
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
        if not plant.operation[follower].started:
            minutes, _, crew = changeovers.change(plant, state, m, mounted, follower)
            if minutes < 0:
                return False
            spot = state.spot[follower]
            if machine.crewed and not _same_setters(plant, spot, follower, minutes, crew):
                return False
            if minutes != spot.change:
                if i > position or spot.batch >= 0:
                    return False
                if minutes > spot.change:
                    team, keep = state.count[TEAM_SIZE], state.trial[TRIAL].crew
                    begin = longer_begin(plant, state, follower, minutes, end, keep)
                    state.count[TEAM_SIZE] = team
                    if begin >= FOREVER:
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
def _same_setters(plant: Any, spot: Any, operation: Any, minutes: Any, crew: Any) -> Any:
    """Whether the people who set a placed spot up are those of another changeover, too."""
    way = plant.way[spot.way]
    if not setup_minutes(plant, operation, way, minutes):
        return True
    now = plant.times[spot.row]
    then = plant.times[tooltimes.row_of(plant, way, now.mask, crew)]
    return now.setters_at == then.setters_at and now.setters_end == then.setters_end


@compiled
def longer_begin(
    plant: Any, state: Any, operation: Any, change: Any, free_from: Any, keep: Any
) -> Any:
    """When a longer setup of a spot that is held would begin; FOREVER if it cannot be.

    Others find a place of their own later on; and what waits for material or counts overtime
    against a cap is left alone. People are picked behind the first ``keep`` of the trial.
    """
    spot, record = state.spot[operation], plant.operation[operation]
    way = plant.way[spot.way]
    if record.last >= FOREVER or record.early:
        return FOREVER
    setting = plant.times[spot.row].setting
    setup = setup_minutes(plant, operation, way, change)
    begin = retreat(plant, setting, spot.start, setup)
    if begin < max(free_from, plant.facts[NOW]):
        return FOREVER
    count = between(plant, state, setting, begin, spot.start, 0)
    state.count[SETUP_SEGMENTS] = state.count[SEGMENTS] = count
    setup_end = state.segment[count - 1, 1]
    if spot.start - begin != setup and not _may_pause(plant, spot, record, way, setup_end):
        return FOREVER
    if busy_before(plant, state, spot, begin):
        return FOREVER
    state.count[TEAM_SIZE] = keep
    return begin if _setters(plant, state, spot, operation) else FOREVER


@compiled
def _may_pause(plant: Any, spot: Any, record: Any, way: Any, setup_end: Any) -> Any:
    """Whether the setup may stop at closings, and nothing but closed time follows it."""
    if record.pausing == NEVER or (record.pausing == TURNS and way.kind == OVEN):
        return False
    return worked(plant, spot.running, spot.start) == worked(plant, spot.running, setup_end)


@compiled
def _setters(plant: Any, state: Any, spot: Any, operation: Any) -> Any:
    """People for the longer setup in the scratch: its own of before are free for it, too."""
    times = plant.times[spot.row]
    if times.setters_at == times.setters_end:
        return True
    if plant.facts[ANY_CAPPED]:
        return False
    before = setters_of(state, spot)
    people.release_crew(plant, state, spot.crew_at, before)
    at, end = times.setters_at, times.setters_end
    missing = people.fill(plant, state, at, end, 1, spot.crew_at, before)
    people.book_crew(plant, state, spot.crew_at, before, operation)
    return missing == 0


@compiled
def setters_of(state: Any, spot: Any) -> Any:
    """How many of a spot's crew set it up; they come first."""
    count = 0
    while count < spot.crew and state.work[spot.crew_at + count].setup:
        count += 1
    return count
