"""Placements as columns of numbers: what is arithmetic by row is done for all rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from app.core.watch import look
from app.scheduling.problem import FOREVER, Placement, Problem
from app.scheduling.verify.openings import Ticks

Flags = NDArray[np.bool_]
FAR = 2**60
"""Stands for every number that is further away; no sound plan reaches a millionth of it."""


def column(values: Iterable[int]) -> Ticks:
    look()
    numbers = list(values)
    try:
        return np.array(numbers, np.int64)
    except OverflowError:
        return np.array([max(-FAR, min(FAR, number)) for number in numbers], np.int64)


def table(records: Sequence[object], *fields: str) -> dict[str, Ticks]:
    """A column for each of two or more fields; the records are walked through once."""
    look()
    walk = attrgetter(*fields)
    try:
        numbers = np.fromiter(chain.from_iterable(map(walk, records)), np.int64)
    except OverflowError:
        numbers = column(chain.from_iterable(map(walk, records)))
    columns = numbers.reshape(-1, len(fields)).T.copy()
    return dict(zip(fields, columns, strict=True))


class Columns:
    """``op`` to ``end`` by placement; ``cut_``, ``tool_`` and ``work_`` by segment, tool, person.

    ``segments``: how many each placement has; ``..._row``: the placement that it belongs to.
    """

    def __init__(self, placements: Sequence[Placement]) -> None:
        times = table(placements, "operation", "mode", "setup_start", "start", "end")
        self.op, self.mode = times["operation"], times["mode"]
        self.setup_start, self.start, self.end = times["setup_start"], times["start"], times["end"]
        rows = np.arange(len(placements))
        segments, tools, crews = (
            list(map(attrgetter(name), placements)) for name in ("segments", "tools", "crew")
        )
        self.segments = column(map(len, segments))
        cuts = column(chain.from_iterable(chain.from_iterable(segments)))
        self.cut_row = np.repeat(rows, self.segments)
        self.cut_start, self.cut_end = cuts.reshape(-1, 2).T.copy()
        self.tool_row = np.repeat(rows, column(map(len, tools)))
        self.tool = column(chain.from_iterable(tools))
        works = table(list(chain.from_iterable(crews)), "operator", "start", "end", "setup")
        self.work_row = np.repeat(rows, column(map(len, crews)))
        self.work_operator, self.work_setup = works["operator"], works["setup"]
        self.work_start, self.work_end = works["start"], works["end"]


def sound(problem: Problem, columns: Columns) -> Flags:
    """Placements that are right as records beyond doubt; the others have to be looked at.

    Never true where ``structure`` would find a fault, and nearly always where it would not.
    """
    if not problem.operations:
        return np.zeros(len(columns.op), np.bool_)
    known = inside(columns.op, len(problem.operations))
    at = np.where(known, columns.op, 0)
    modes = column([len(operation.modes) for operation in problem.operations])
    good = known & inside(columns.mode, modes[at])
    good[columns.tool_row[~inside(columns.tool, len(problem.tools))]] = False
    good[columns.work_row[~inside(columns.work_operator, len(problem.operators))]] = False
    good &= (columns.setup_start > -FOREVER) & (columns.setup_start <= columns.start)
    good &= (columns.start <= columns.end) & (columns.end < FOREVER)
    good[columns.work_row[~crew_inside(columns)]] = False
    started = np.array([o.started is not None for o in problem.operations], np.bool_)
    return good & segments_in_order(columns, started[at])


def inside(index: Ticks, count: int | Ticks) -> Flags:
    return (index >= 0) & (index < count)


def crew_inside(columns: Columns) -> Flags:
    """By person: works for a while, between setup start and end."""
    row, start, end = columns.work_row, columns.work_start, columns.work_end
    return (columns.setup_start[row] <= start) & (start < end) & (end <= columns.end[row])


def segments_in_order(columns: Columns, started: Flags) -> Flags:
    """Some segments, from setup start (or later, of what runs already) to end, never touching."""
    good = columns.segments > 0
    last = np.cumsum(columns.segments)[good] - 1
    first = last - columns.segments[good] + 1
    row, start, end = columns.cut_row, columns.cut_start, columns.cut_end
    previous = np.concatenate(([0], end))[:-1]
    previous[first] = columns.setup_start[row[first]] - 1
    on_time = (start[first] == columns.setup_start[good]) | started[good]
    good[good] = on_time & (end[last] == columns.end[good])
    good[row[~((previous < start) & (start < end))]] = False
    return good
