"""Whether an operation can be planned at all (see ``check.impossible``, which says why not)."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.scheduling.forward.clocks import advance, next_open
from app.scheduling.forward.compiled import compiled, entry, making, reference
from app.scheduling.forward.equipment import turns
from app.scheduling.forward.records import NEVER, NOW, OVEN, TURNS, UNARY
from app.scheduling.problem import FOREVER


@entry
def hopeless(plant_arrays: Any, life: Any, supply: Any, too_early: Any) -> Any:
    """Flags by operation. ``life``: shots by tool; ``supply``: all there will be of a material.

    ``too_early``: operations that are pinned to a start before they are released.
    """
    plant = reference(plant_arrays)
    flags = np.zeros(len(plant.operation), np.bool_)
    for i in range(len(plant.operation)):
        record = plant.operation[i]
        begun, release = record.started, max(plant.facts[NOW], record.release)
        possible = begun or not (record.latest_start < release or too_early[i])
        for k in range(record.needs_at, record.needs_end):
            if not begun and supply[plant.need[k].material] < plant.need[k].quantity:
                possible = False
        for k in range(record.before_at, record.before_end):
            link = plant.link[k]
            if link.q == 0 and 0 <= link.longest < link.lag:
                possible = False
        if possible:
            possible = False
            for w in range(record.ways_at, record.ways_end):
                if _workable(plant, plant.way[w], record, life):
                    possible = True
                    break
        flags[i] = not possible
    return flags


@making
def _workable(plant: Any, way: Any, record: Any, life: Any) -> Any:
    """Whether the operation can ever be worked in this mode."""
    machine = plant.machine[way.machine]
    if way.kind != UNARY and way.load > machine.capacity:
        return False
    for d in range(way.tools_at, way.tools_end):
        if not _there_are(plant, way, plant.demand[d], life):
            return False
    if way.setup and not _enough_people(plant, way.setters_at, way.setters_end):
        return False
    if not _enough_people(plant, way.runners_at, way.runners_end):
        return False
    return _fits(plant, way, record)


@making
def _there_are(plant: Any, way: Any, demand: Any, life: Any) -> Any:
    kind = plant.kind[demand.kind]
    for p in range(kind.pools_at, kind.pools_end):
        if plant.tool[plant.pool[p]].capacity >= demand.count:
            return True
    if kind.pools_at < kind.pools_end or kind.copies_end - kind.copies_at < demand.count:
        return False
    if not demand.shapes:
        return True
    copies = plant.copy[kind.copies_at : kind.copies_end]
    cavities = np.zeros(len(copies), np.int64)
    for k in range(len(copies)):
        cavities[k] = -plant.tool[copies[k]].cavities
    cavities.sort()
    shots = turns(way, -cavities[: demand.count].sum())
    alive = 0
    for tool in copies:
        if not plant.tool[tool].limited or life[tool] >= shots:
            alive += 1
    return alive >= demand.count


@compiled
def _enough_people(plant: Any, at: Any, end: Any) -> Any:
    for h in range(at, end):
        skill = plant.skill[plant.head[h].skill]
        people = 0
        for k in range(skill.roster_at, skill.roster_end):
            shift = plant.shift[k]
            if shift.at < shift.end and plant.span[shift.end - 1].end > plant.facts[NOW]:
                people += 1
        if people < plant.head[h].count:
            return False
    return True


@compiled
def _fits(plant: Any, way: Any, record: Any) -> Any:
    """Whether the work fits into the common open time of machine and people from now on."""
    minutes, now, clock = way.least_run, plant.facts[NOW], plant.clock[way.people]
    if minutes and next_open(plant, plant.machine[way.machine].clock, now) >= FOREVER:
        return False
    if minutes and next_open(plant, way.people, now) >= FOREVER:
        return False
    pausing = record.pausing
    if pausing == TURNS and way.kind == OVEN:
        pausing = NEVER
    if pausing == NEVER and clock.left < minutes:
        return False
    turn = way.turn if way.turn else way.total
    if pausing == TURNS and clock.left * way.pace < turn:
        return False
    return advance(plant, way.people, now, minutes) < FOREVER
