"""Which copies and pools, while their users may be taken out of the way (see ``Tooling``)."""

from __future__ import annotations

from typing import Any

from app.scheduling.forward import services
from app.scheduling.forward.compiled import compiled
from app.scheduling.forward.equipment import nth_smallest, short_of
from app.scheduling.forward.ledgers import conflict, last_end, opening, shortage
from app.scheduling.forward.records import (
    AGAIN,
    CAVITIES,
    TOOL_LISTS,
    TOOLS_CHOSEN,
    TRIAL,
)
from app.scheduling.forward.services import units_named
from app.scheduling.problem import FOREVER
from app.scheduling.pushing.books import users_of
from app.scheduling.pushing.records import KEEP
from app.scheduling.pushing.taking import displace, push_user


@compiled
def choose(plant: Any, state: Any, hand: Any, way: Any, start: Any, end: Any, shots: Any) -> Any:
    """Copies with ``shots`` left, free in ``[start, end)``, into the trial; False: see AGAIN."""
    chosen, cavities = 0, 0
    for d in range(way.tools_at, way.tools_end):
        demand = plant.demand[d]
        kind = plant.kind[demand.kind]
        until = FOREVER if demand.until >= 0 else end
        if kind.pools_at < kind.pools_end:
            pool = _pool(plant, state, hand, kind, demand.count, start, until)
            if pool < 0:
                short_of(state, demand.kind)
                return False
            state.trial_tools[TRIAL, chosen] = pool
            chosen += 1
            continue
        least = max(shots, 1) if demand.shapes else 0
        free = _free_copies(plant, state, hand, way, kind, start, until, least, chosen)
        missing = demand.count - free
        if missing > 0:
            short_of(state, demand.kind)
            busy = state.count[TOOLS_CHOSEN]
            state.count[AGAIN] = FOREVER
            if busy >= missing:
                state.count[AGAIN] = nth_smallest(state.hint, busy, missing - 1)
            return False
        _best_copies(plant, state, hand, chosen, free, demand.count)
        if demand.shapes:
            for k in range(chosen, chosen + demand.count):
                cavities += plant.tool[state.trial_tools[TRIAL, k]].cavities
        chosen += demand.count
    state.count[TOOLS_CHOSEN] = chosen
    state.count[CAVITIES] = cavities
    return True


@compiled
def _pool(plant: Any, state: Any, hand: Any, kind: Any, units: Any, start: Any, end: Any) -> Any:
    """The first pool with so many units; -1 (and AGAIN) if none has."""
    hint = FOREVER
    for p in range(kind.pools_at, kind.pools_end):
        tool = plant.pool[p]
        ledger, capacity = plant.facts[TOOL_LISTS] + tool, plant.tool[tool].capacity
        again = shortage(state, ledger, start, end, units, capacity)
        while again and push_user(plant, state, hand, users_of(plant, hand, 0, tool), start, end):
            again = shortage(state, ledger, start, end, units, capacity)
        if not again:
            return tool
        hint = min(hint, again)
    state.count[AGAIN] = hint
    return -1


@compiled
def _kept(state: Any, hand: Any, tool: Any) -> Any:
    """Whether the operation at hand has had this tool; -1 if it has had none."""
    if hand.num[KEEP] < 0:
        return -1
    old = hand.old[hand.num[KEEP]]
    if old.tools == 0:
        return -1
    for k in range(old.tools_at, old.tools_at + old.tools):
        if state.tools[k] == tool:
            return 1
    return 0


@compiled
def _free_copies(
    plant: Any, state: Any, hand: Any, way: Any, kind: Any, start: Any, end: Any, shots: Any,
    taken: Any
) -> Any:  # fmt: skip
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
        if i >= 0 and _kept(state, hand, tool) != 0:
            while i >= 0:
                owner = state.owner[state.ledger[ledger].at + i]
                if not displace(plant, state, hand, owner):
                    break
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
def _best_copies(plant: Any, state: Any, hand: Any, at: Any, free: Any, count: Any) -> Any:
    """Kept ones first, then those with most cavities."""
    if free == count:
        return
    tools = state.trial_tools
    for i in range(at, at + count):
        best = i
        for k in range(i + 1, at + free):
            if _goes_before(plant, state, hand, tools[TRIAL, k], tools[TRIAL, best]):
                best = k
        tools[TRIAL, i], tools[TRIAL, best] = tools[TRIAL, best], tools[TRIAL, i]


@compiled
def _goes_before(plant: Any, state: Any, hand: Any, one: Any, other: Any) -> Any:
    mine, theirs = _kept(state, hand, one) == 1, _kept(state, hand, other) == 1
    if mine != theirs:
        return mine
    more = plant.tool[one].cavities - plant.tool[other].cavities
    return one < other if more == 0 else more > 0


@compiled
def busy_until(plant: Any, state: Any, hand: Any, way: Any, start: Any, end: Any) -> Any:
    """0 if the trial's tools are free or can be made so; those kept must be free ever after."""
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
                while k >= 0:
                    owner = state.owner[state.ledger[ledger].at + k]
                    if not displace(plant, state, hand, owner):
                        break
                    k = conflict(state, ledger, start, until)
                if k >= 0:
                    again = state.value[state.ledger[ledger].at + k]
                    if until >= FOREVER:
                        again = last_end(state, ledger)
            worst = max(worst, again)
            i += 1
    return worst
