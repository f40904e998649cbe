"""Rule of materials: stock never goes below zero."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from operator import attrgetter

import numpy as np

from app.scheduling.verify.columns import FAR, column
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
    if not plan.problem.materials:
        return np.zeros((0, 4), np.int64)
    taken = np.maximum(plan.ready_start, plan.problem.now)
    rows = [
        told(list(map(attrgetter("consumes"), plan.operations)), taken, -1),
        told(list(map(attrgetter("produces"), plan.operations)), plan.end, 1),
    ]
    if not any(map(len, rows)):
        return np.zeros((0, 4), np.int64)
    begin = int(min(table[:, 1].min(initial=FAR) for table in rows))
    for index, material in enumerate(plan.problem.materials):
        given = [(begin, material.stock), *material.receipts]
        rows.append(column(x for t, q in given for x in (index, t, q, -1)).reshape(-1, 4))
    return np.concatenate(rows)


def told(amounts: list[tuple[tuple[int, int], ...]], ticks: Ticks, sign: int) -> Ticks:
    """(material, tick, quantity, row) of the amounts of each row at its tick."""
    row = np.repeat(np.arange(len(amounts)), column(map(len, amounts)))
    pairs = column(chain.from_iterable(chain.from_iterable(amounts))).reshape(-1, 2)
    return np.column_stack((pairs[:, 0], ticks[row], sign * pairs[:, 1], row))
