"""Rules of machines: one at a time, side by side up to a capacity, or together in an oven."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.scheduling.problem import MachineKind
from app.scheduling.verify.openings import Ticks
from app.scheduling.verify.plan import Lots, Plan
from app.scheduling.verify.violation import Violation, ViolationCode


def one_at_a_time(plan: Plan) -> Iterator[Violation]:
    """A unary machine holds one operation from setup start to end."""
    rows = plan.rows_on(MachineKind.UNARY)
    pairs = overlapping(plan.machine[rows], plan.setup_start[rows], plan.end[rows])
    for first, second in pairs:
        yield plan.violation(
            ViolationCode.MACHINE_OVERLAP,
            int(rows[second]),
            int(rows[first]),
            start=plan.moment(int(plan.setup_start[rows[second]])),
        )


def side_by_side(plan: Plan) -> Iterator[Violation]:
    """The load of a cumulative machine never exceeds its capacity."""
    rows = plan.rows_on(MachineKind.CUMULATIVE)
    load = plan.ticks([plan.modes[row].load for row in rows])
    capacity = plan.ticks([m.capacity for m in plan.problem.machines])
    times = plan.setup_start[rows], plan.end[rows]
    for i, level in overloads(plan.machine[rows], *times, load, capacity):
        row = int(rows[i])
        yield plan.violation(
            ViolationCode.MACHINE_OVERLOADED,
            row,
            load=level,
            capacity=int(capacity[plan.machine[row]]),
            start=plan.moment(int(plan.setup_start[row])),
        )


def ovens(plan: Plan) -> Iterator[Violation]:
    """A batch is of one family, alike in its times, within the load; batches do not overlap."""
    for batch in plan.batches:
        if len({plan.operations[row].batch_family for row in batch}) > 1:
            yield plan.violation(ViolationCode.BATCH_MIXED, *batch)
        if batch[0] in plan.unlike:
            yield plan.violation(ViolationCode.BATCH_NOT_ALIKE, *batch)
        load = sum(plan.modes[row].load for row in batch)
        capacity = plan.problem.machines[plan.modes[batch[0]].machine].capacity
        if load > capacity:
            yield plan.violation(
                ViolationCode.BATCH_OVERLOADED, *batch, load=load, capacity=capacity
            )
    lead = np.array([batch[0] for batch in plan.batches], np.int64)
    begin = Lots(plan.batches).combined(np.minimum, plan.setup_start)
    for first, second in overlapping(plan.machine[lead], begin, plan.end[lead]):
        yield plan.violation(
            ViolationCode.BATCH_OVERLAP,
            int(lead[second]),
            int(lead[first]),
            start=plan.moment(int(begin[second])),
        )


def start_hours(plan: Plan) -> Iterator[Violation]:
    """Runs begin at hours at which their machine lets them; what runs already has begun."""
    for index, machine in enumerate(plan.problem.machines):
        if machine.starts is None:
            continue
        windows = plan.problem.calendars[machine.starts].windows
        begins, ends = plan.ticks([w.start for w in windows]), plan.ticks([w.end for w in windows])
        rows = np.flatnonzero((plan.machine == index) & ~plan.started)
        at = np.searchsorted(begins, plan.start[rows], "right") - 1
        for row, window in zip(rows.tolist(), at.tolist(), strict=True):
            if window < 0 or plan.start[row] >= ends[window]:
                start = plan.moment(int(plan.start[row]))
                yield plan.violation(ViolationCode.START_HOURS, row, start=start)


def first_pieces(plan: Plan) -> Iterator[Violation]:
    """Nothing is set up or run while the first piece of a shift is made, whatever is open then."""
    asked = {m: machine.first_pieces for m, machine in enumerate(plan.problem.machines)}
    rows, starts, ends = plan.worked
    for index, calendar in asked.items():
        if calendar is None:
            continue
        windows = plan.problem.calendars[calendar].windows
        begins, overs = plan.ticks([w.start for w in windows]), plan.ticks([w.end for w in windows])
        mine = np.flatnonzero(plan.machine[rows] == index)
        at = np.searchsorted(begins, ends[mine], "left") - 1  # the last that begins before its end
        for work, window in zip(mine.tolist(), at.tolist(), strict=True):
            if window >= 0 and overs[window] > starts[work]:
                start = plan.moment(int(max(starts[work], begins[window])))
                yield plan.violation(ViolationCode.FIRST_PIECE, int(rows[work]), start=start)


def overlapping(resource: Ticks, start: Ticks, end: Ticks) -> list[tuple[int, int]]:
    """Pairs of neighbours in time on one resource that overlap; empty intervals never do.

    If any two intervals of a resource overlap, then two neighbours by start do.
    """
    busy = np.flatnonzero(end > start)
    order = busy[np.lexsort((start[busy], resource[busy]))]
    same = resource[order[1:]] == resource[order[:-1]]
    clash = np.flatnonzero(same & (start[order[1:]] < end[order[:-1]]))
    return [(int(order[i]), int(order[i + 1])) for i in clash]


def overloads(
    resource: Ticks, start: Ticks, end: Ticks, units: Ticks, capacity: Ticks
) -> list[tuple[int, int]]:
    """(position, level) wherever the start of an interval lifts a resource over its capacity.

    Each resource's changes add up to zero, so one running sum serves all of them.
    """
    count = len(resource)
    if count == 0:
        return []
    where = np.concatenate((resource, resource))
    change = np.concatenate((units, -units))
    order = np.lexsort((change, np.concatenate((start, end)), where))
    level = np.cumsum(change[order])
    over = np.flatnonzero((level > capacity[where[order]]) & (order < count))
    return [(int(order[i]), int(level[i])) for i in over]
