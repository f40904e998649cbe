"""Which tool serves which demand of which row, as columns.

Where a row names as many tools as it asks for, of the types it asks for, they are dealt out for all
rows at once; rows about which there is any doubt are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from app.scheduling.problem import Mode, Placement, Problem, ToolDemand
from app.scheduling.verify.columns import Columns, Flags, column, table
from app.scheduling.verify.openings import Ticks

POOLED, COPIED, DOUBTFUL = range(3)
"""What the tools of a type are."""


class Usage:
    """``row``, ``tool``, ``units`` (> 1 only of a pool), ``until`` (operation to whose end the tool
    is kept, -1 = none) and ``shapes``, by use, in the order of rows; ``wrong``: rows whose tools
    are not what they ask for.
    """

    def __init__(
        self, problem: Problem, modes: Sequence[Mode], rows: Sequence[Placement], columns: Columns
    ) -> None:
        self._problem, self._columns = problem, columns
        self._type = column([tool.tool_type for tool in problem.tools])
        self._capacity = column([tool.capacity for tool in problem.tools])
        asked = [mode.tools for mode in modes]
        count = column(map(len, asked))
        flat = list(chain.from_iterable(asked))
        self._asking = np.repeat(np.arange(len(modes)), count)
        self._of_demand = table(flat, "tool_type", "count", "shapes")
        self._until = column([-1 if d.until is None else d.until for d in flat])
        plain = self._plain(count > 0)
        dealt = self._dealt(plain)
        doubtful = np.zeros(len(modes), np.bool_)
        doubtful[self._asking] = doubtful[columns.tool_row] = True
        self.wrong, slow = self._one_by_one(np.flatnonzero(doubtful & ~plain), asked, rows)
        self.row, self.tool, self.units, self.until, self.shapes = self._in_order(dealt, slow)

    def _plain(self, asking: Flags) -> Flags:
        """By row: whether its tools are beyond doubt what it asks for."""
        named, row = self._columns.tool, self._columns.tool_row
        kinds = self._kinds()
        kind, wanted = self._of_demand["tool_type"], self._of_demand["count"]
        known = (kind >= 0) & (kind < len(kinds))
        of = np.where(known, kinds[np.where(known, kind, 0)], DOUBTFUL)
        self._names = np.where(of == POOLED, 1, wanted)
        plain = asking.copy()
        plain[self._asking[(of == DOUBTFUL) | (wanted < 1) | (wanted > len(self._type))]] = False
        self._names[~plain[self._asking]] = 0
        expected = np.bincount(self._asking, self._names, len(plain)).astype(np.int64)
        plain &= expected == np.bincount(row, minlength=len(plain))
        demand, place = self._places(plain)
        plain[row[place][self._type[named[place]] != kind[demand]]] = False
        order = np.lexsort((named, row))
        twice = (named[order[1:]] == named[order[:-1]]) & (row[order[1:]] == row[order[:-1]])
        twice &= self._capacity[named[order[1:]]] <= 1
        plain[row[order[1:]][twice]] = False
        return plain

    def _kinds(self) -> Ticks:
        """By type of tool."""
        kinds = np.full(int(self._type.max(initial=-1)) + 2, DOUBTFUL)
        pools = self._capacity > 1
        kinds[self._type[pools]] = POOLED
        mixed = np.intersect1d(self._type[pools], self._type[~pools])
        kinds[self._type[~pools]] = COPIED
        kinds[mixed] = DOUBTFUL
        return kinds

    def _places(self, plain: Flags) -> tuple[Ticks, Ticks]:
        """Of the plain rows the demand of each named tool, and its place among all named."""
        own = plain[self._asking]
        demand = np.repeat(np.flatnonzero(own), self._names[own])
        return demand, np.flatnonzero(plain[self._columns.tool_row])

    def _dealt(self, plain: Flags) -> Ticks:
        """The uses of the plain rows."""
        demand, place = self._places(plain)
        tool = self._columns.tool[place]
        units = np.where(self._capacity[tool] > 1, self._of_demand["count"][demand], 1)
        shapes, until = self._of_demand["shapes"][demand], self._until[demand]
        return np.column_stack((self._columns.tool_row[place], tool, units, until, shapes))

    def _one_by_one(
        self, doubtful: Ticks, asked: Sequence[tuple[ToolDemand, ...]], rows: Sequence[Placement]
    ) -> tuple[list[int], list[tuple[int, int, int, int, int]]]:
        """The rows whose tools do not fit, and the uses of those whose do."""
        wrong: list[int] = []
        found: list[tuple[int, int, int, int, int]] = []
        for row in doubtful.tolist():
            uses = tools_as_asked(self._problem, asked[row], rows[row].tools)
            if uses is None:
                wrong.append(row)
            for tool, units, demand in uses or ():
                until = -1 if demand.until is None else demand.until
                found.append((row, tool, units, until, int(demand.shapes)))
        return wrong, found

    @staticmethod
    def _in_order(dealt: Ticks, slow: list[tuple[int, int, int, int, int]]) -> Ticks:
        more = column(chain.from_iterable(slow)).reshape(-1, 5)
        whole = np.concatenate((dealt, more))
        ordered: Ticks = whole[np.argsort(whole[:, 0], kind="stable")].T
        return ordered


def tools_as_asked(
    problem: Problem, demands: tuple[ToolDemand, ...], named: tuple[int, ...]
) -> list[tuple[int, int, ToolDemand]] | None:
    """(tool, units, demand) of the tools in order; None = they do not fit the demands."""
    uses: list[tuple[int, int, ToolDemand]] = []
    copies: list[int] = []
    position = 0
    for demand in demands:
        left = demand.count
        while left > 0:
            if position >= len(named):
                return None
            index = named[position]
            tool = problem.tools[index]
            if tool.tool_type != demand.tool_type:
                return None
            units = 1
            if tool.capacity > 1:
                units = left
            else:
                copies.append(index)
            uses.append((index, units, demand))
            left -= units
            position += 1
    if position < len(named) or len(set(copies)) < len(copies):
        return None
    return uses
