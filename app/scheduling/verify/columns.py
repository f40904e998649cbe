"""Placements as columns of numbers: what is arithmetic by row is done for all rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import attrgetter
from typing import overload

import numpy as np
from numpy.typing import NDArray

from app.core.watch import look
from app.scheduling.columns import Columns as Written
from app.scheduling.columns import InColumns
from app.scheduling.problem import FOREVER, Assignment, Placement, Problem, Schedule
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

    ``segments``: how many each placement has; ``..._row``: the placement that it belongs to. A plan
    that stands in columns already is taken as it stands: its records are made of these numbers.
    """

    op: Ticks
    mode: Ticks
    setup_start: Ticks
    start: Ticks
    end: Ticks
    cut_start: Ticks
    cut_end: Ticks
    work_operator: Ticks
    work_start: Ticks
    work_end: Ticks
    work_setup: Ticks

    def __init__(self, placements: Sequence[Placement] | Written) -> None:
        told = placements if isinstance(placements, Written) else _written(placements)
        rows = np.arange(len(told.times))
        self.op, self.mode, self.setup_start, self.start, self.end = told.times.T.copy()
        self.segments = told.segment_count
        self.cut_row = np.repeat(rows, self.segments)
        self.cut_start, self.cut_end = told.segments.T.copy()
        self.tool_row = np.repeat(rows, told.tool_count)
        self.tool = told.tools
        self.work_row = np.repeat(rows, told.crew_count)
        look()
        self.work_operator, self.work_start, self.work_end, self.work_setup = told.crew.T.copy()


class Records(Sequence[Placement]):
    """The records of a plan in columns, each made when it is looked at: few have to be."""

    def __init__(self, told: Written) -> None:
        self._told = told
        self._cuts = np.concatenate(([0], np.cumsum(told.segment_count)))
        self._tools = np.concatenate(([0], np.cumsum(told.tool_count)))
        self._crews = np.concatenate(([0], np.cumsum(told.crew_count)))

    def __len__(self) -> int:
        return len(self._told.times)

    @overload
    def __getitem__(self, row: int) -> Placement: ...

    @overload
    def __getitem__(self, row: slice) -> Sequence[Placement]: ...

    def __getitem__(self, row: int | slice) -> Placement | Sequence[Placement]:
        if isinstance(row, slice):
            return [self[k] for k in range(*row.indices(len(self)))]
        told = self._told
        operation, mode, setup_start, start, end = told.times[row].tolist()
        cuts = told.segments[self._cuts[row] : self._cuts[row + 1]].tolist()
        tools = told.tools[self._tools[row] : self._tools[row + 1]].tolist()
        crew = told.crew[self._crews[row] : self._crews[row + 1]].tolist()
        segments = tuple((a, b) for a, b in cuts)
        people = tuple(Assignment(who, a, b, bool(setup)) for who, a, b, setup in crew)
        return Placement(operation, mode, setup_start, start, end, segments, tuple(tools), people)


def records(schedule: Schedule) -> Sequence[Placement]:
    """The placements of a plan, without making any that nobody looks at."""
    return Records(schedule.columns) if isinstance(schedule, InColumns) else schedule.placements


def _written(placements: Sequence[Placement]) -> Written:
    """The columns of records, whatever numbers stand in them."""
    times = table(placements, "operation", "mode", "setup_start", "start", "end")
    segments, tools, crews = (
        list(map(attrgetter(name), placements)) for name in ("segments", "tools", "crew")
    )
    works = table(list(chain.from_iterable(crews)), "operator", "start", "end", "setup")
    return Written(
        np.column_stack(tuple(times.values())),
        column(map(len, segments)),
        column(chain.from_iterable(chain.from_iterable(segments))).reshape(-1, 2),
        column(map(len, tools)),
        column(chain.from_iterable(tools)),
        column(map(len, crews)),
        np.column_stack(tuple(works.values())),
    )


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


def ranges(first: Ticks, count: Ticks) -> Ticks:
    """So many numbers from each first one on, one after the other."""
    before = np.cumsum(count) - count
    found: Ticks = np.arange(int(count.sum())) + np.repeat(first - before, count)
    return found


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
