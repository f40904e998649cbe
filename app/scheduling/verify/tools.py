"""Rules of moulds, dies, fixtures and carts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from app.scheduling.verify.machines import overlapping, overloads
from app.scheduling.verify.openings import Ticks
from app.scheduling.verify.plan import Hold, Plan
from app.scheduling.verify.violation import Violation, ViolationCode


def tools_as_demanded(plan: Plan) -> Iterator[Violation]:
    """The named copies are of the demanded types, as many as demanded, none twice."""
    for row in plan.usage.wrong:
        yield plan.violation(ViolationCode.TOOLS_WRONG, row)


def one_place_at_a_time(plan: Plan) -> Iterator[Violation]:
    """A copy is in one place from setup start to the end of its hold."""
    holds, capacity = plan.hold_table, plan.tool_capacity
    single = holds[capacity[holds[:, 0]] == 1]
    for first, second in overlapping(single[:, 0], single[:, 2], single[:, 3]):
        yield clash(plan, ViolationCode.TOOL_OVERLAP, single[second], single[first])


def pools(plan: Plan) -> Iterator[Violation]:
    """Units taken from a pool never exceed what it has."""
    holds, capacity = plan.hold_table, plan.tool_capacity
    pooled = holds[capacity[holds[:, 0]] > 1]
    tool, units, start, end, _ = pooled.T
    for i, level in overloads(tool, start, end, units, capacity):
        yield clash(plan, ViolationCode.POOL_OVERLOADED, pooled[i], load=level)


def clash(plan: Plan, code: ViolationCode, *found: Ticks, **values: object) -> Violation:
    holds = [Hold(*hold.tolist()) for hold in found]
    tool = plan.problem.tools[holds[0].tool]
    start = plan.moment(holds[0].start)
    rows = [hold.row for hold in holds]
    return plan.violation(code, *rows, tool=tool.key, start=start, capacity=tool.capacity, **values)


def life(plan: Plan) -> Iterator[Violation]:
    """All turns that a copy shapes stay within the shots it has left."""
    uses, limits = plan.usage, [tool.life for tool in plan.problem.tools]
    limited = np.array([limit is not None for limit in limits], np.bool_)
    shaping = np.flatnonzero((uses.shapes > 0) & limited[uses.tool])
    tools, rows = uses.tool[shaping], uses.row[shaping]
    about = np.bincount(tools, np.maximum(plan.turns[rows], 0), len(limits))
    for tool in dict.fromkeys(tools.tolist()):
        limit = limits[tool]
        if limit is None or about[tool] < 0.999 * limit:
            continue
        own = rows[tools == tool].tolist()
        used = sum(shots_told(plan, row) for row in own)
        if used > limit:
            key = plan.problem.tools[tool].key
            yield plan.violation(ViolationCode.TOOL_LIFE, *own, tool=key, shots=used, life=limit)


def services(plan: Plan) -> Iterator[Violation]:
    """A copy that has made its shots is not used again without a break as long as a service."""
    serviced = np.array([t.service_every is not None for t in plan.problem.tools], np.bool_)
    if not serviced.any():
        return
    uses = plan.usage
    shaping = set(zip(uses.row.tolist(), uses.tool.tolist(), uses.shapes.tolist(), strict=True))
    by_tool: defaultdict[int, list[Hold]] = defaultdict(list)
    for hold in plan.hold_table[serviced[plan.hold_table[:, 0]]].tolist():
        by_tool[hold[0]].append(Hold(*hold))
    for tool, holds in by_tool.items():
        record = plan.problem.tools[tool]
        limit = record.service_every or 0
        made, free_from = record.unserviced, plan.problem.now
        for hold in sorted(holds, key=lambda h: (h.start, h.end)):
            if hold.start - free_from >= record.service_minutes:
                made = 0
            # None if it only holds the copy.
            shots = shots_told(plan, hold.row) if (hold.row, tool, 1) in shaping else 0
            if shots > 0 and made >= limit and not plan.started[hold.row]:
                values = {"tool": record.key, "shots": made, "limit": limit}
                yield plan.violation(ViolationCode.TOOL_SERVICE, hold.row, **values)
            made += shots
            free_from = hold.end


def shots_told(plan: Plan, row: int) -> int:
    return max(0, int(plan.turns[row]))


def holds_kept(plan: Plan) -> Iterator[Violation]:
    """Who takes a tool for a later operation and that operation are planned, in this order."""
    uses = plan.usage
    kept = np.flatnonzero((uses.until >= 0) & ~plan.started[uses.row])
    row, until = uses.row[kept], uses.until[kept]
    last = plan.row_of[until]
    early = (last >= 0) & (plan.start[last] < plan.start[row])
    for i in np.flatnonzero(early | plan.absent[until]).tolist():
        yield broken(plan, int(row[i]), int(until[i]))
    for index in np.flatnonzero(plan.absent).tolist():
        operation = plan.problem.operations[index]
        for later in {d.until for mode in operation.modes for d in mode.tools} - {None}:
            at = int(plan.row_of[later]) if later is not None else -1
            if at >= 0 and not plan.operations[at].started:
                yield plan.violation(ViolationCode.TOOL_HOLD_BROKEN, at, other=operation.key)


def broken(plan: Plan, row: int, until: int) -> Violation:
    other = plan.problem.operations[until].key
    return plan.violation(ViolationCode.TOOL_HOLD_BROKEN, row, other=other)
