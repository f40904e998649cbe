"""A problem compiled for placing operations: made once, shared by all decodes."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from app.core.watch import looking
from app.scheduling.pins import freezing, overdue_pins
from app.scheduling.problem import (
    FOREVER,
    Changeover,
    CrewDemand,
    FreezeLevel,
    MachineKind,
    Mode,
    Operation,
    Pausing,
    Precedence,
    Problem,
    ToolDemand,
)
from app.scheduling.setups import Setups
from app.scheduling.windows import Stretches, at_least, intersect, presence

Demand = tuple[tuple[int, int], ...]
"""(skill, heads) by skill, the skill that fewest people hold first."""


@dataclass(slots=True)
class Way:
    """A mode, compiled. ``turn_load`` and ``run_load``: seconds * 100; ``pace``: per minute."""

    index: int
    mode: Mode
    machine: int
    kind: MachineKind
    setup: int
    load: int
    pace: int
    shapes: bool
    tools: tuple[ToolDemand, ...]
    setup_crew: Demand
    run_crew: Demand
    cost: float
    least_run: int
    run_cost: tuple[int, int]  # seconds * 100 of the whole run, of one turn (0 = no turns)
    first_need: int = 0  # minutes that are certainly worked without a pause but for closed time


@dataclass(slots=True)
class Shift:
    """When one operator may work with one skill, and where he may hand over."""

    operator: int
    starts: list[int]
    ends: list[int]
    cuts: list[int]


@dataclass(slots=True)
class Frozen:
    """What freeze zones and pins leave open for an operation's run start and machine."""

    machine: int | None = None
    first: int | None = None
    last: int | None = None
    pinned: bool = False
    overdue: bool = False  # a pin gone by: on its machine, as soon as it can


CALM = 4
"""How many times the work that follows has to fit before the due date for work to be in no hurry.
Twice is too little: a tight plant ended with half as much lateness again."""

WAIT_SHARE = 5
"""A fifth of what time is left until then is the most that it waits for company in an oven."""


class Shop:
    """Flat lists by operation, machine, skill and tool type, and calendars intersected once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.now = problem.now
        self.calendars = [Stretches.of(c.windows) for c in problem.calendars]
        self.setups = [Setups(problem, m) for m in range(len(problem.machines))]
        self.starts = [  # when a run may begin on a machine, None = at any time
            None if machine.starts is None else self.calendars[machine.starts]
            for machine in problem.machines
        ]
        self._joint: dict[object, Stretches] = {}
        self._crewed: dict[tuple[int, int, tuple[CrewDemand, ...]], Way] = {}
        self._compile_people()
        self._compile_tools()
        self.ways = [self._ways(operation) for operation in looking(problem.operations)]
        self.quickest = [sorted(ways, key=lambda w: w.least_run) for ways in looking(self.ways)]
        self.least_need: dict[tuple[int, int], int] = {}  # shortest run by (skill, heads)
        for ways in looking(self.ways):
            for way in ways:
                for demand in way.run_crew:
                    known = self.least_need.get(demand, way.least_run)
                    self.least_need[demand] = min(known, way.first_need)
        self._compile_links()
        self.produced = [0] * len(problem.materials)  # by all operations together
        self.makers: list[list[int]] = [[] for _ in problem.materials]
        self.takers: list[list[int]] = [[] for _ in problem.materials]
        for index, operation in enumerate(looking(problem.operations)):
            for material, quantity in operation.produces:
                self.produced[material] += quantity
                self.makers[material].append(index)
            for material, _ in operation.consumes:
                self.takers[material].append(index)
        self.held = [self._held(i) for i in looking(range(len(problem.operations)))]
        self.blocks, self.block_of = blocks(self)
        self.impossible: dict[int, Reason] | None = None  # filled by ``check`` when first needed
        self.maker: object = None  # what else is compiled of the problem (see ``maker``)

    # -- urgency --------------------------------------------------------------------------

    @cached_property
    def due(self) -> list[int]:
        """By operation: the earliest due date of the orders that it is made for."""
        orders = self.problem.orders
        return [min(FOREVER, *(orders[k].due for k in o.orders)) for o in self.problem.operations]

    @cached_property
    def least_work(self) -> list[int]:
        """By operation: minutes of setup and run in its quickest mode."""
        return [min((w.least_run + w.setup for w in ways), default=0) for ways in self.ways]

    @cached_property
    def tail(self) -> list[int]:
        """By operation: the least minutes from its end to the end of all that follows it."""
        tail = [0] * len(self.ways)
        sequence = [operation for block in self.blocks for operation in block]
        for operation in reversed(sequence):
            own = tail[operation] + self.least_work[operation]
            for link in self.before[operation]:
                longer = own + (link.min_lag if link.clock is None else 0)
                tail[link.before] = max(tail[link.before], longer)
        return tail

    @cached_property
    def unhurried(self) -> list[int]:
        """By operation: up to which end it is in no hurry, with what follows ``CALM`` times."""
        return [due - CALM * tail for due, tail in zip(self.due, self.tail, strict=True)]

    # -- calendars ------------------------------------------------------------------------

    def clock(self, machine: int, calendars: frozenset[int], heads: Demand) -> Stretches:
        """When machine, held tools (their calendars) and enough people are in together."""
        key = (machine, calendars, heads)
        known = self._joint.get(key)
        if known is None:
            every = sorted({self.problem.machines[machine].calendar, *calendars})
            common_key = (tuple(every), heads)
            known = self._joint.get(common_key)
            if known is None:
                parts = [self.calendars[c] for c in every]
                parts += [self._staffed(skill, count) for skill, count in heads]
                known = self._joint[common_key] = intersect(parts)
            self._joint[key] = known
        return known

    def _staffed(self, skill: int, count: int) -> Stretches:
        key = ("staffed", skill, count)
        known = self._joint.get(key)
        if known is None:
            known = self._joint[key] = at_least(self.roster[skill], count)
        return known

    # -- people ---------------------------------------------------------------------------

    def _compile_people(self) -> None:
        problem = self.problem
        self.roster: list[list[Shift]] = [[] for _ in problem.skills]
        versatile = [len({g.skill for g in o.grants}) for o in problem.operators]
        cuts = [sorted({w.end for w in c.windows}) for c in problem.calendars]
        on_duty: dict[tuple[int, tuple[tuple[int, int], ...]], Stretches] = {}
        for index in sorted(range(len(problem.operators)), key=lambda o: (versatile[o], o)):
            operator = problem.operators[index]
            for skill in sorted({g.skill for g in operator.grants}):
                grants = tuple(
                    sorted((g.start, g.end) for g in operator.grants if g.skill == skill)
                )
                open_time = on_duty.get((operator.calendar, grants))
                if open_time is None:
                    granted = Stretches(grants)
                    open_time = intersect([self.calendars[operator.calendar], granted])
                    on_duty[operator.calendar, grants] = open_time
                shift = Shift(index, open_time.starts, open_time.ends, cuts[operator.calendar])
                self.roster[skill].append(shift)
        self.teams = [teams(roster) for roster in self.roster]
        self.skills_of = [tuple(sorted({g.skill for g in o.grants})) for o in problem.operators]
        self.on_shift = [presence(shifts) for shifts in self.roster]
        self.calendar_overtime = [
            Stretches((w.start, w.end) for w in calendar.windows if w.overtime)
            for calendar in problem.calendars
        ]
        self.overtime = [self.calendar_overtime[o.calendar] for o in problem.operators]
        self.capped = [
            o.overtime_cap is not None and bool(self.overtime[i])
            for i, o in enumerate(problem.operators)
        ]

    def heads(self, demands: Iterable[CrewDemand]) -> Demand:
        counts: dict[int, int] = {}
        for demand in demands:
            if demand.heads > 0:
                counts[demand.skill] = counts.get(demand.skill, 0) + demand.heads
        return tuple(sorted(counts.items(), key=lambda c: (len(self.roster[c[0]]), c[0])))

    def crewed(self, operation: int, way: Way, change: Changeover) -> Way:
        """The mode with all people that this changeover asks for in its setup."""
        plain = self.ways[operation][way.index]
        if not change.crew or not change.minutes:
            return plain
        key = (operation, way.index, change.crew)
        known = self._crewed.get(key)
        if known is None:
            heads = dict(plain.setup_crew)
            for demand in change.crew:
                heads[demand.skill] = max(heads.get(demand.skill, 0), demand.heads)
            people = self.heads(CrewDemand(skill, count) for skill, count in heads.items())
            known = self._crewed[key] = replace(plain, setup_crew=people)
        return known

    # -- tools ----------------------------------------------------------------------------

    def _compile_tools(self) -> None:
        self.copies: list[list[int]] = [[] for _ in self.problem.tool_types]
        self.pools: list[list[int]] = [[] for _ in self.problem.tool_types]
        for index, tool in enumerate(self.problem.tools):
            kind = self.copies if tool.capacity == 1 else self.pools
            kind[tool.tool_type].append(index)

    def _held(self, operation: int) -> tuple[int, ...]:
        """Operations whose tools are kept for this one."""
        return tuple(self.holders.get(operation, ()))

    # -- modes ----------------------------------------------------------------------------

    def _ways(self, operation: Operation) -> list[Way]:
        return [self._way(k, mode) for k, mode in enumerate(operation.modes)]

    def _way(self, index: int, mode: Mode) -> Way:
        machine = self.problem.machines[mode.machine]
        pace = 60 * machine.efficiency
        way = Way(
            index=index,
            mode=mode,
            machine=mode.machine,
            kind=machine.kind,
            setup=mode.setup,
            load=mode.load,
            pace=pace,
            shapes=any(d.shapes for d in mode.tools),
            tools=mode.tools,
            setup_crew=self.heads(mode.setup_crew),
            run_crew=self.heads(mode.run_crew),
            cost=mode.cost,
            least_run=0,
            run_cost=(0, 0),
        )
        most = self._most_cavities(mode)
        way.run_cost = self.run_cost(way, most)
        way.least_run = -(-way.run_cost[0] // pace)
        way.first_need = -(-(way.run_cost[1] or way.run_cost[0]) // pace)
        return way

    def run_cost(self, way: Way, cavities: int) -> tuple[int, int]:
        """Work of the whole run and of one turn, in seconds * 100 (0 = no turns)."""
        mode = way.mode
        if mode.turn_seconds <= 0:
            return mode.run_seconds * 100, 0
        turn = mode.turn_seconds * 100
        return self.turns(way, cavities) * turn, turn

    def turns(self, way: Way, cavities: int) -> int:
        """ceil(quantity / pieces per turn)"""
        pieces = cavities if way.shapes else way.mode.pieces_per_turn
        return -(-way.mode.quantity // max(1, pieces))

    def _most_cavities(self, mode: Mode) -> int:
        total = 0
        for demand in mode.tools:
            if demand.shapes:
                best = sorted(
                    (self.problem.tools[t].cavities for t in self.copies[demand.tool_type]),
                    reverse=True,
                )
                total += sum(best[: demand.count])
        return total

    # -- links ----------------------------------------------------------------------------

    def _compile_links(self) -> None:
        problem = self.problem
        count = len(problem.operations)
        self.before: list[list[Precedence]] = [[] for _ in range(count)]
        self.after: list[list[Precedence]] = [[] for _ in range(count)]
        for link in problem.precedences:
            if problem.operations[link.after].started is None:
                self.before[link.after].append(link)
                self.after[link.before].append(link)
        self.holders: dict[int, list[int]] = {}
        for index, operation in enumerate(problem.operations):
            untils = {d.until for m in operation.modes for d in m.tools if d.until is not None}
            for until in sorted(untils):
                self.holders.setdefault(until, []).append(index)
        self.frozen = [Frozen() for _ in range(count)]
        overdue = overdue_pins(problem)
        for index, operation in enumerate(problem.operations):
            if index in overdue:
                self.frozen[index] = Frozen(operation.pin_machine, overdue=True)
            elif operation.pin_machine is not None or operation.pin_start is not None:
                pin = operation.pin_start
                self.frozen[index] = Frozen(operation.pin_machine, pin, pin, pinned=pin is not None)
        self._compile_freeze()
        self.given = [  # placed before all others
            o.started is not None or f.overdue or (f.pinned and f.first is not None)
            for o, f in zip(problem.operations, self.frozen, strict=True)
        ]

    def _compile_freeze(self) -> None:
        """Operations of the plan in force that lie in a freeze zone of their machine."""
        problem = self.problem
        for old in problem.baseline:
            zones = freezing(problem, old)
            if not zones:
                continue
            machine = problem.operations[old.operation].modes[old.mode].machine
            held = self.frozen[old.operation]
            held.machine = machine if held.machine is None else held.machine
            for zone in zones:
                locked = zone.level is FreezeLevel.LOCKED
                first, last = (old.start, old.start) if locked else (zone.start, zone.end - 1)
                if (old.setup_start if locked else last) < problem.now:
                    continue  # gone by: only the machine is still held
                held.first = first if held.first is None else max(held.first, first)
                held.last = last if held.last is None else min(held.last, last)
                held.pinned = held.pinned or locked

    def pausing(self, operation: int, way: Way) -> Pausing:
        """Nothing is taken out of an oven between turns; work without turns has only one."""
        pausing = self.problem.operations[operation].pausing
        if pausing is Pausing.TURNS and way.kind is MachineKind.BATCH:
            return Pausing.NEVER
        return pausing


def teams(roster: list[Shift]) -> list[list[Shift]]:
    """People of a skill by common shift: whether they are in needs to be asked only once."""
    together: dict[tuple[tuple[int, ...], tuple[int, ...]], list[Shift]] = {}
    same: dict[tuple[int, int], list[Shift]] = {}  # by identity: most people share their windows
    for shift in roster:
        team = same.get((id(shift.starts), id(shift.ends)))
        if team is None:
            windows = tuple(shift.starts), tuple(shift.ends)
            team = together.setdefault(windows, [])
            same[id(shift.starts), id(shift.ends)] = team
        team.append(shift)
    return list(together.values())


Reason = tuple[str, tuple[tuple[str, str], ...]]
"""Code of area ``scheduling`` and its values, without the names of operation and order."""

Use = tuple[int, ToolDemand, int]
"""A tool as a demand of a mode uses it, and how many units of it."""


def uses(shop: Shop, way: Way, tools: Sequence[int]) -> list[Use]:
    """Tools in the order of a placement, dealt out to the demands; a pool is named once."""
    dealt: list[Use] = []
    i = 0
    for demand in way.tools:
        if shop.pools[demand.tool_type]:
            dealt.append((tools[i], demand, demand.count))
            i += 1
            continue
        for _ in range(demand.count):
            dealt.append((tools[i], demand, 1))
            i += 1
    return dealt


def blocks(shop: Shop) -> tuple[list[list[int]], list[int]]:
    """Operations tied by a max lag or a held tool, each block in an order that can be placed.

    What lies on a path between two members belongs to their block: blocks are the strongly
    connected components of the precedence graph in which ties run both ways.
    """
    count = len(shop.ways)
    follow: list[list[int]] = [[] for _ in range(count)]
    tied: list[list[int]] = [[] for _ in range(count)]
    for link in shop.problem.precedences:
        if shop.problem.operations[link.after].started is not None:
            continue
        follow[link.before].append(link.after)
        if link.max_lag is not None:
            tied[link.after].append(link.before)
    for until, holders in shop.holders.items():
        for holder in holders:
            follow[holder].append(until)
            tied[until].append(holder)
    component = _components(count, follow, tied)
    members: dict[int, list[int]] = {}
    for operation in _topological(count, follow):
        members.setdefault(component[operation], []).append(operation)
    made = list(members.values())
    block_of = [0] * count
    for index, block in enumerate(made):
        for operation in block:
            block_of[operation] = index
    return made, block_of


def _topological(count: int, follow: list[list[int]]) -> list[int]:
    """Each operation after those it follows; a cycle (see ``check``) comes last, in order."""
    waiting = [0] * count
    for successors in follow:
        for j in successors:
            waiting[j] += 1
    ready = [i for i in range(count) if not waiting[i]]
    heapq.heapify(ready)
    result: list[int] = []
    while ready:
        i = heapq.heappop(ready)
        result.append(i)
        for j in follow[i]:
            waiting[j] -= 1
            if not waiting[j]:
                heapq.heappush(ready, j)
    if len(result) < count:
        reached = set(result)
        result += [i for i in range(count) if i not in reached]
    return result


def _components(count: int, follow: list[list[int]], tied: list[list[int]]) -> list[int]:
    """Strongly connected components (Tarjan), without recursion."""
    component, low, number = [-1] * count, [0] * count, [-1] * count
    stack: list[int] = []
    clock = found = 0
    edges = [f + t for f, t in zip(follow, tied, strict=True)]
    for root in range(count):
        if number[root] >= 0:
            continue
        work = [(root, 0)]
        while work:
            node, at = work.pop()
            if at == 0:
                number[node] = low[node] = clock
                clock += 1
                stack.append(node)
            else:
                low[node] = min(low[node], low[edges[node][at - 1]])
            while at < len(edges[node]):
                other = edges[node][at]
                at += 1
                if number[other] < 0:
                    work.append((node, at))
                    work.append((other, 0))
                    break
                if component[other] < 0:
                    low[node] = min(low[node], number[other])
            else:
                if low[node] == number[node]:
                    while True:
                        member = stack.pop()
                        component[member] = found
                        if member == node:
                            break
                    found += 1
    return component


def block_graph(shop: Shop) -> tuple[list[int], list[list[int]]]:
    """How many blocks each block waits for, and which follow it."""
    waiting = [0] * len(shop.blocks)
    follow: list[list[int]] = [[] for _ in shop.blocks]
    seen: set[tuple[int, int]] = set()
    for links in shop.after:
        for link in links:
            edge = (shop.block_of[link.before], shop.block_of[link.after])
            if edge[0] != edge[1] and edge not in seen:
                seen.add(edge)
                follow[edge[0]].append(edge[1])
                waiting[edge[1]] += 1
    return waiting, follow
