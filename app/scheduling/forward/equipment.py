"""Which copies of moulds, and which pools of carts: free, alive, and the best of them."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward import services
from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.ledgers import conflict, last_end, opening, past_value, shortage
from app.scheduling.forward.records import (
    AGAIN,
    CAVITIES,
    NO_TOOL,
    NOW,
    REASON,
    REASON_VALUE,
    TOOL_LISTS,
    TOOLS_CHOSEN,
    TRIAL,
)
from app.scheduling.forward.services import units_named
from app.scheduling.problem import FOREVER


@compiled
def short_of(state: Any, kind: Any) -> Any:
    state.count[REASON] = NO_TOOL
    state.count[REASON_VALUE] = kind


@compiled
def turns(way: Any, cavities: Any) -> Any:
    """ceil(quantity / pieces per turn)"""
    pieces = cavities if way.shapes else way.pieces
    return -(-way.quantity // max(1, pieces))


@compiled
def copies_free(plant: Any, state: Any, way: Any, clock: Any, time: Any, minutes: Any) -> Any:
    """From when on as many copies as asked for are free for so long, each for itself."""
    for d in range(way.tools_at, way.tools_end):
        demand = plant.demand[d]
        kind = plant.kind[demand.kind]
        if demand.until >= 0 or kind.copies_at == kind.copies_end:
            continue
        count = 0
        for c in range(kind.copies_at, kind.copies_end):
            tool = plant.copy[c]
            if not plant.tool[tool].limited or state.life[tool] >= demand.shapes:
                ledger = plant.facts[TOOL_LISTS] + tool
                state.hint[count] = opening(plant, state, ledger, time, clock, minutes)
                count += 1
        if count < demand.count:
            short_of(state, demand.kind)
            return FOREVER
        time = max(time, nth_smallest(state.hint, count, demand.count - 1))
    return time


@compiled
def nth_smallest(values: Any, count: Any, n: Any) -> Any:
    """The value at position ``n`` of the first ``count`` when sorted; they are sorted so far."""
    for i in range(n + 1):
        least = i
        for k in range(i + 1, count):
            if values[k] < values[least]:
                least = k
        values[i], values[least] = values[least], values[i]
    return values[n]


@compiled
def choose(plant: Any, state: Any, way: Any, start: Any, end: Any, shots: Any) -> Any:
    """Copies with ``shots`` left, free in ``[start, end)``, into the trial; False: see AGAIN."""
    chosen, cavities = 0, 0
    for d in range(way.tools_at, way.tools_end):
        demand = plant.demand[d]
        kind = plant.kind[demand.kind]
        until = FOREVER if demand.until >= 0 else end
        if kind.pools_at < kind.pools_end:
            pool = _pool(plant, state, kind, demand.count, start, until)
            if pool < 0:
                short_of(state, demand.kind)
                return False
            state.trial_tools[TRIAL, chosen] = pool
            chosen += 1
            continue
        least = max(shots, 1) if demand.shapes else 0
        free = _free_copies(plant, state, way, kind, start, until, least, chosen)
        missing = demand.count - free
        if missing > 0:
            short_of(state, demand.kind)
            busy = state.count[TOOLS_CHOSEN]
            state.count[AGAIN] = FOREVER
            if busy >= missing:
                state.count[AGAIN] = nth_smallest(state.hint, busy, missing - 1)
            return False
        _best_copies(plant, state, chosen, free, demand.count, way.machine)
        if demand.shapes:
            for k in range(chosen, chosen + demand.count):
                cavities += plant.tool[state.trial_tools[TRIAL, k]].cavities
        chosen += demand.count
    state.count[TOOLS_CHOSEN] = chosen
    state.count[CAVITIES] = cavities
    return True


@compiled
def _pool(plant: Any, state: Any, kind: Any, units: Any, start: Any, end: Any) -> Any:
    """The first pool with so many units; -1 (and AGAIN) if none has."""
    state.count[AGAIN] = FOREVER
    for p in range(kind.pools_at, kind.pools_end):
        tool = plant.pool[p]
        ledger, capacity = plant.facts[TOOL_LISTS] + tool, plant.tool[tool].capacity
        again = shortage(state, ledger, start, end, units, capacity)
        if not again:
            return tool
        state.count[AGAIN] = min(state.count[AGAIN], again)
    return -1


@compiled
def _free_copies(
    plant: Any, state: Any, way: Any, kind: Any, start: Any, end: Any, shots: Any, taken: Any
) -> Any:
    """Writes free copies behind those ``taken``; of the others, when each may be free."""
    free, busy = 0, 0
    for c in range(kind.copies_at, kind.copies_end):
        tool = plant.copy[c]
        if plant.tool[tool].limited and state.life[tool] < shots:
            continue
        mine = False
        for k in range(taken):
            mine = mine or state.trial_tools[TRIAL, k] == tool
        if mine:
            continue
        ledger = plant.facts[TOOL_LISTS] + tool
        i = conflict(state, ledger, start, end)
        if i < 0:
            due = 0
            if plant.tool[tool].serviced:
                due = services.due_of(plant, state, tool, start, end, shots)
            if due:
                state.hint[busy] = due
                busy += 1
            else:
                state.trial_tools[TRIAL, taken + free] = tool
                free += 1
            continue
        hint = last_end(state, ledger)
        if end < FOREVER:
            hint = opening(plant, state, ledger, start, way.people, way.least_run)
            if hint <= start:
                hint = state.value[state.ledger[ledger].at + i]
        state.hint[busy] = hint
        busy += 1
    state.count[TOOLS_CHOSEN] = busy
    return free


@compiled
def _best_copies(plant: Any, state: Any, at: Any, free: Any, count: Any, machine: Any) -> Any:
    """Those last used here first, then those with most cavities."""
    if free == count:
        return
    tools = state.trial_tools
    for i in range(at, at + count):
        best = i
        for k in range(i + 1, at + free):
            if _goes_before(plant, state, tools[TRIAL, k], tools[TRIAL, best], machine):
                best = k
        tools[TRIAL, i], tools[TRIAL, best] = tools[TRIAL, best], tools[TRIAL, i]


@compiled
def _goes_before(plant: Any, state: Any, one: Any, other: Any, machine: Any) -> Any:
    here, there = state.last_machine[one] == machine, state.last_machine[other] == machine
    if here != there:
        return here
    more = plant.tool[one].cavities - plant.tool[other].cavities
    return one < other if more == 0 else more > 0


@compiled
def lives(plant: Any, state: Any, way: Any, shots: Any) -> Any:
    """Whether each copy of the trial that shapes has so many shots left."""
    if not shots:
        return True
    i = 0
    for d in range(way.tools_at, way.tools_end):
        demand = plant.demand[d]
        for _ in range(units_named(plant, demand)):
            tool = state.trial_tools[TRIAL, i]
            if demand.shapes and plant.tool[tool].limited and state.life[tool] < shots:
                return False
            i += 1
    return True


@compiled
def busy_until(plant: Any, state: Any, way: Any, start: Any, end: Any) -> Any:
    """0 if the trial's tools are free; those kept for later must be free ever after."""
    worst = 0
    i = 0
    for d in range(way.tools_at, way.tools_end):
        demand = plant.demand[d]
        until = FOREVER if demand.until >= 0 else end
        kind = plant.kind[demand.kind]
        for _ in range(units_named(plant, demand)):
            tool = state.trial_tools[TRIAL, i]
            ledger = plant.facts[TOOL_LISTS] + tool
            again = 0
            if kind.pools_at < kind.pools_end:
                capacity = plant.tool[tool].capacity
                again = shortage(state, ledger, start, until, demand.count, capacity)
            else:
                k = conflict(state, ledger, start, until)
                if k >= 0:
                    again = state.value[state.ledger[ledger].at + k]
                    if until >= FOREVER:
                        again = last_end(state, ledger)
            worst = max(worst, again)
            i += 1
    return worst


@compiled
def busy_before(plant: Any, state: Any, spot: Any, begin: Any) -> Any:
    """Whether a tool of a spot is still elsewhere between ``begin`` and its setup."""
    way = plant.way[spot.way]
    i = spot.tools_at
    for d in range(way.tools_at, way.tools_end):
        demand = plant.demand[d]
        kind = plant.kind[demand.kind]
        for _ in range(units_named(plant, demand)):
            tool = state.tools[i]
            ledger = plant.facts[TOOL_LISTS] + tool
            i += 1
            if kind.pools_at < kind.pools_end:
                capacity = plant.tool[tool].capacity
                if shortage(state, ledger, begin, spot.setup_start, demand.count, capacity):
                    return True
            elif conflict(state, ledger, begin, spot.setup_start) >= 0:
                return True
            elif plant.tool[tool].serviced:  # the break before it may have been a service
                k = past_value(state, ledger, begin)
                ended = plant.facts[NOW]
                if k:
                    ended = state.value[state.ledger[ledger].at + k - 1]
                if begin - ended < plant.tool[tool].service:
                    return True
    return False


@compiled
def as_open_as(plant: Any, state: Any, m: Any, tools: Any) -> Any:
    """Whether the trial's tools are open whenever the machine is."""
    for k in range(tools):
        if plant.tool[state.trial_tools[TRIAL, k]].calendar != plant.machine[m].calendar:
            return False
    return True
