"""Rule of materials: stock never goes below zero."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.scheduling.verify.openings import Ticks
from app.scheduling.verify.plan import Plan
from app.scheduling.verify.violation import Violation, ViolationCode


def never_negative(plan: Plan) -> Iterator[Violation]:
    """At each tick receipts and productions come first, then what runs start with is taken.

    A setup that waits for its material takes it along. Running work takes at now what it still
    asks for. One violation per material, at the first shortage.
    """
    table = movements(plan)
    if len(table) == 0:
        return
    material, tick, quantity, row = table[np.lexsort((-table[:, 2], table[:, 1], table[:, 0]))].T
    running = np.cumsum(quantity)
    first = np.flatnonzero(np.concatenate(([True], material[1:] != material[:-1])))
    earlier = np.repeat(running[first] - quantity[first], np.diff([*first, len(material)]))
    short = np.flatnonzero(running - earlier < 0)
    _, nth = np.unique(material[short], return_index=True)
    for i in short[nth].tolist():
        key, start = plan.problem.materials[material[i]].key, plan.moment(int(tick[i]))
        involved = () if row[i] < 0 else (int(row[i]),)
        yield plan.violation(ViolationCode.MATERIAL_SHORT, *involved, material=key, start=start)


def movements(plan: Plan) -> Ticks:
    """(material, tick, quantity, row) of all that comes and goes; row -1 = no operation."""
    rows: list[tuple[int, int, int, int]] = []
    if not plan.problem.materials:
        return np.zeros((0, 4), np.int64)
    taken = np.maximum(plan.ready_start, plan.problem.now).tolist()
    for row, operation in enumerate(plan.operations):
        rows += [(m, taken[row], -quantity, row) for m, quantity in operation.consumes]
        rows += [(m, plan.rows[row].end, quantity, row) for m, quantity in operation.produces]
    if not rows:
        return np.zeros((0, 4), np.int64)
    begin = min(tick for _, tick, _, _ in rows)
    for index, material in enumerate(plan.problem.materials):
        rows.append((index, begin, material.stock, -1))
        rows += [(index, tick, quantity, -1) for tick, quantity in material.receipts]
    return np.array(rows, np.int64)
