"""A real plant, cut down to what ours and aps-kernel can both state, so that both get the same.

Kept: machines with their calendars, alternatives, routings with waiting times, pauses at closing
time, due dates, and moulds of which there is one. Left out, for both: people, materials, further
copies of moulds, changeovers, ovens' batches, longest waiting times, overlap, release dates,
running and pinned work. A rack or an oven becomes up to ``MOST_LANES`` machines of its own; fixed
setups become a part of the run. Tardiness counts alike for all orders.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

from app.scheduling.problem import (
    ALWAYS,
    Calendar,
    Machine,
    MachineKind,
    Mode,
    Operation,
    Order,
    Pausing,
    Precedence,
    Problem,
    Tool,
    ToolDemand,
)
from app.scheduling.shop import Shop, Way
from app.scheduling.spans import stretches

MOST_LANES = 8
REACH = 5
"""Of more copies an operation would have hundreds of machines to choose from, as no plant has."""


def common(problem: Problem, times: int = 1) -> Problem:
    """The plant cut down, ``times`` as large: as many times its orders, machines and moulds.

    Work of a copy may go to the machines of ``REACH`` copies, its own first; moulds stay with
    their copy.
    """
    shop = Shop(problem)
    machines, lanes = _machines(problem, times)
    longest = [max((b - a for a, b in stretches(c)), default=0) for c in problem.calendars]
    single = _single_moulds(problem)
    lag: dict[int, int] = defaultdict(int)
    for link in problem.precedences:
        lag[link.after] = max(lag[link.after], link.min_lag)
    pairs = dict.fromkeys((link.before, link.after) for link in problem.precedences)
    orders: list[Order] = []
    operations: list[Operation] = []
    links: list[Precedence] = []
    for copy in range(times):
        first, first_order = len(operations), len(orders)
        orders += [Order(f"{o.key}~{copy}", due=o.due) for o in problem.orders]
        links += [Precedence(first + a, first + b, lag[b]) for a, b in pairs]
        for i, operation in enumerate(problem.operations):
            ways = shop.ways[i]
            room = min(longest[problem.machines[way.machine].calendar] for way in ways)
            fits = all(way.setup + way.least_run <= room for way in ways)
            never = operation.pausing is Pausing.NEVER and fits
            modes = tuple(
                _mode(lane, way.setup + way.least_run, _mould(way, single, copy))
                for way in ways
                for other in range(min(times, REACH))
                for lane in lanes[way.machine][(copy + other) % times]
            )
            pausing = Pausing.NEVER if never else Pausing.ANYWHERE
            key = f"{operation.key}~{copy}"
            operations.append(Operation(key, first_order + operation.order, modes, pausing=pausing))
    moulds = [f"{problem.tool_types[kind]}~{copy}" for copy in range(times) for kind in single]
    always = Calendar("always", ALWAYS)
    return Problem(
        origin=problem.origin,
        calendars=(*problem.calendars, always),
        machines=machines,
        orders=tuple(orders),
        operations=tuple(operations),
        precedences=tuple(links),
        tools=tuple(Tool(key, k, len(problem.calendars)) for k, key in enumerate(moulds)),
        tool_types=tuple(moulds),
        now=problem.now,
    )


def _machines(problem: Problem, times: int) -> tuple[tuple[Machine, ...], list[list[list[int]]]]:
    """Machines of one operation at a time, and by original machine and copy which they are."""
    found: list[Machine] = []
    lanes: list[list[list[int]]] = [[[] for _ in range(times)] for _ in problem.machines]
    for copy in range(times):
        for m, machine in enumerate(problem.machines):
            unary = machine.kind is MachineKind.UNARY
            for lane in range(1 if unary else min(MOST_LANES, machine.capacity)):
                lanes[m][copy].append(len(found))
                found.append(Machine(f"{machine.key}~{copy}.{lane}", machine.calendar))
    return tuple(found), lanes


def _single_moulds(problem: Problem) -> list[int]:
    """Tool types of which there is one."""
    count = Counter(tool.tool_type for tool in problem.tools)
    pools = {tool.tool_type for tool in problem.tools if tool.capacity > 1}
    return sorted(kind for kind, copies in count.items() if copies == 1 and kind not in pools)


def _mould(way: Way, single: list[int], copy: int) -> int | None:
    """The first of its moulds of which there is one, as a tool type of the cut-down plant."""
    asked = (d.tool_type for d in way.tools if d.until is None and d.count == 1)
    kind = next((kind for kind in asked if kind in single), None)
    return None if kind is None else copy * len(single) + single.index(kind)


@cache
def _mode(machine: int, minutes: int, mould: int | None) -> Mode:
    """Modes that are alike are one record: there are millions of them."""
    tools = () if mould is None else (ToolDemand(mould),)
    return Mode(machine, run_seconds=60 * minutes, tools=tools)
