"""By which clocks work runs: it depends on the tools it takes or has kept for it."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.records import TRIAL
from app.scheduling.forward.services import units_named


@compiled
def row_of(plant: Any, way: Any, mask: Any, crew: Any) -> Any:
    """The row of ``TIMES`` for a set of calendars and a changeover's crew."""
    for k in range(way.rows_at, way.rows_end):
        if plant.times[k].mask == mask and plant.times[k].crew == crew:
            return k
    return way.rows_at


@compiled
def row_for(plant: Any, state: Any, operation: Any, way: Any, crew: Any, tools: Any) -> Any:
    """The row for the first ``tools`` of the trial and what is kept for the operation."""
    if not way.mixed:
        return row_of(plant, way, 0, crew) if crew else way.rows_at
    mask = _kept(plant, state, operation)
    for k in range(tools):
        mask |= plant.tool[state.trial_tools[TRIAL, k]].bit
    return row_of(plant, way, mask, crew)


@compiled
def ready_clock(plant: Any, state: Any, operation: Any, way: Any) -> Any:
    """The clock of machine, runners and the tools that are kept for the operation."""
    if not way.mixed:
        return way.ready
    return plant.times[row_of(plant, way, _kept(plant, state, operation), 0)].running


@compiled
def _kept(plant: Any, state: Any, operation: Any) -> Any:
    """The calendars of tools that are kept for an operation, as a number."""
    mask, record = 0, plant.operation[operation]
    for h in range(record.holders_at, record.holders_end):
        before = state.spot[plant.holder[h]]
        if before.way < 0:
            continue
        way = plant.way[before.way]
        i = before.tools_at
        for d in range(way.tools_at, way.tools_end):
            demand = plant.demand[d]
            for _ in range(units_named(plant, demand)):
                if demand.until == operation:
                    mask |= plant.tool[state.tools[i]].bit
                i += 1
    return mask
