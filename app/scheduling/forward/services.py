"""Services of moulds after so many shots: who has made how many (see ``Tooling._service_due``)."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.ledgers import past_value
from app.scheduling.forward.records import ANY_SERVICED, NOW, TOOL_LISTS, TRIAL
from app.scheduling.problem import FOREVER


@compiled
def units_named(plant: Any, demand: Any) -> Any:
    """How many tools a placement names for a demand; a pool is named once."""
    kind = plant.kind[demand.kind]
    return 1 if kind.pools_at < kind.pools_end else demand.count


@compiled
def _made(plant: Any, state: Any, tool: Any, operation: Any) -> Any:
    """Shots that a placed operation makes on a copy; 0 if it only holds it."""
    spot = state.spot[operation]
    if not spot.shots:
        return 0
    way = plant.way[spot.way]
    i = spot.tools_at
    for d in range(way.tools_at, way.tools_end):
        demand = plant.demand[d]
        for _ in range(units_named(plant, demand)):
            if state.tools[i] == tool:
                return spot.shots if demand.shapes else 0
            i += 1
    return 0


@compiled
def due_of(plant: Any, state: Any, tool: Any, start: Any, end: Any, shots: Any) -> Any:
    """0 if a use of the copy leaves time for its services, else when to try again.

    A break as long as a service counts as one, so taking something off never does harm.
    """
    record, which = plant.tool[tool], plant.facts[TOOL_LISTS] + tool
    first, count = state.ledger[which].at, state.ledger[which].count
    minutes, most = record.service, record.every
    i = past_value(state, which, start)
    at, done, k = start, 0, i - 1
    while k >= 0 and at - state.value[first + k] < minutes:
        done += _made(plant, state, tool, state.owner[first + k])
        at = state.key[first + k]
        k -= 1
    if k < 0 and at - plant.facts[NOW] < minutes:
        done += record.unserviced
    if shots and done >= most:
        ended = plant.facts[NOW]
        if i:
            ended = state.value[first + i - 1]
        return ended + minutes
    at, done = end, done + shots
    while i < count and state.key[first + i] - at < minutes:
        more = _made(plant, state, tool, state.owner[first + i])
        if more and done >= most:
            return state.value[first + i]
        done += more
        at = state.value[first + i]
        i += 1
    return 0


@compiled
def due(plant: Any, state: Any, way: Any, start: Any, end: Any, shots: Any) -> Any:
    """0 if all copies of the trial keep time for their services, else when to try again."""
    worst = 0
    if not plant.facts[ANY_SERVICED]:
        return worst
    i = 0
    for d in range(way.tools_at, way.tools_end):
        demand = plant.demand[d]
        until = FOREVER if demand.until >= 0 else end
        made = shots if demand.shapes else 0
        for _ in range(units_named(plant, demand)):
            tool = state.trial_tools[TRIAL, i]
            if plant.tool[tool].serviced:
                worst = max(worst, due_of(plant, state, tool, start, until, made))
            i += 1
    return worst
