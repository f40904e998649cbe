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
    for row, uses in plan.uses.items():
        if uses is None:
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
    shots: defaultdict[int, int] = defaultdict(int)
    rows: defaultdict[int, list[int]] = defaultdict(list)
    limits = [tool.life for tool in plan.problem.tools]
    for row, uses in plan.uses.items():
        for use in uses or ():
            if use.demand.shapes and limits[use.tool] is not None:
                shots[use.tool] += shots_told(plan, row)
                rows[use.tool].append(row)
    for tool, used in shots.items():
        limit = limits[tool]
        if limit is not None and used > limit:
            key = plan.problem.tools[tool].key
            yield plan.violation(
                ViolationCode.TOOL_LIFE, *rows[tool], tool=key, shots=used, life=limit
            )


def services(plan: Plan) -> Iterator[Violation]:
    """A copy that has made its shots is not used again without a break as long as a service."""
    by_tool: defaultdict[int, list[Hold]] = defaultdict(list)
    for hold in plan.holds:
        if plan.problem.tools[hold.tool].service_every is not None:
            by_tool[hold.tool].append(hold)
    for tool, holds in by_tool.items():
        record = plan.problem.tools[tool]
        limit = record.service_every or 0
        made, free_from = record.unserviced, plan.problem.now
        for hold in sorted(holds, key=lambda h: (h.start, h.end)):
            if hold.start - free_from >= record.service_minutes:
                made = 0
            shots = shots_of(plan, hold)
            if shots > 0 and made >= limit and not plan.started[hold.row]:
                values = {"tool": record.key, "shots": made, "limit": limit}
                yield plan.violation(ViolationCode.TOOL_SERVICE, hold.row, **values)
            made += shots
            free_from = hold.end


def shots_of(plan: Plan, hold: Hold) -> int:
    """Shots that the operation makes with the copy; none if it only holds it."""
    shaping = any(u.tool == hold.tool and u.demand.shapes for u in plan.uses[hold.row] or ())
    return shots_told(plan, hold.row) if shaping else 0


def shots_told(plan: Plan, row: int) -> int:
    return max(0, int(plan.turns[row]))


def holds_kept(plan: Plan) -> Iterator[Violation]:
    """Who takes a tool for a later operation and that operation are planned, in this order."""
    for row, uses in plan.uses.items():
        for use in uses or ():
            until = use.demand.until
            if until is None or plan.operations[row].started:
                continue
            last = int(plan.row_of[until])
            early = last >= 0 and plan.rows[last].start < plan.rows[row].start
            if early or plan.absent[until]:
                yield broken(plan, row, until)
    for index in np.flatnonzero(plan.absent).tolist():
        operation = plan.problem.operations[index]
        for until in {d.until for mode in operation.modes for d in mode.tools} - {None}:
            last = int(plan.row_of[until]) if until is not None else -1
            if last >= 0 and not plan.operations[last].started:
                yield plan.violation(ViolationCode.TOOL_HOLD_BROKEN, last, other=operation.key)


def broken(plan: Plan, row: int, until: int) -> Violation:
    other = plan.problem.operations[until].key
    return plan.violation(ViolationCode.TOOL_HOLD_BROKEN, row, other=other)
