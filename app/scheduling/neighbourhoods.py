"""Which part of a plan to look at anew: neighbourhoods of large neighbourhood search.

Two kinds. A *window* names free operations, solved as a model while the rest stands. A *move* is
another priority sequence for the decoder; it works with every rule there is. Which kind is tried
next depends on what has paid (adaptive LNS; Ropke and Pisinger 2006).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from app.scheduling.campaigns import light_batches, short_campaigns
from app.scheduling.columns import placed_in
from app.scheduling.dear import DearRun, cheap_hours, dear_runs, later_starts
from app.scheduling.pins import freezing
from app.scheduling.problem import (
    FOREVER,
    FreezeLevel,
    MachineKind,
    Placement,
    Problem,
    Schedule,
)


class Kind(StrEnum):
    """What is looked at anew."""

    TIME = "time"  # window: what begins within a stretch of time
    LATE = "late"  # window: a late order and what stands in its way
    MACHINES = "machines"  # window: a few machines over a longer time
    TOOL = "tool"  # window: orders that compete for one type of tool
    PROMOTE = "promote"  # move: a late order earlier
    GATHER = "gather"  # move: an operation next to its setup family
    MERGE = "merge"  # move: a light oven batch or a short campaign into another of its family
    CHEAPER = "cheaper"  # move: a run at dear hours later, to the hours its machine prefers
    SHIFT = "shift"  # move: an order to another place
    REMODE = "remode"  # move: the decoder chooses the machines within a stretch of time anew
    TRADE = "trade"  # move: two operations that compete for a type of tool change places
    URGENCY = "urgency"  # dispatch: orders as if due earlier or later
    RESCUE = "rescue"  # move: what could not be placed goes first


WINDOWS = (Kind.TIME, Kind.LATE, Kind.MACHINES, Kind.TOOL)
MOVES = (Kind.PROMOTE, Kind.GATHER, Kind.MERGE, Kind.SHIFT, Kind.REMODE, Kind.TRADE)


@dataclass(frozen=True, slots=True)
class Priorities:
    """What the decoder is asked: a sequence, and the modes that are not its own choice.

    ``touched``: the operations it is about, should the rest be left where it is; none of them
    need begin before ``earliest`` then. ``later``: a sequence alone does not say it, since the
    decoder would begin them before that: they are placed anew beside the rest.
    """

    sequence: list[int]
    modes: dict[int, int]
    touched: frozenset[int] = frozenset()
    earliest: int = -FOREVER
    later: bool = False


class PlanView:
    """A schedule as the searches look at it; ``size``: how many operations are placed."""

    def __init__(self, problem: Problem, schedule: Schedule) -> None:
        self.problem = problem
        self.schedule = schedule
        self.size = placed_in(schedule)
        self.unplaced = [item.operation for item in schedule.unplaced]

    @cached_property
    def plan(self) -> dict[int, Placement]:
        """Placements by operation."""
        return {p.operation: p for p in self.schedule.placements}

    @cached_property
    def sequence(self) -> list[int]:
        """Placed operations by begin; predecessors without length first by their index."""
        return sorted(self.plan, key=lambda i: (self.plan[i].setup_start, self.plan[i].start, i))

    @cached_property
    def modes(self) -> dict[int, int]:
        return {i: placement.mode for i, placement in self.plan.items()}

    @cached_property
    def movable(self) -> list[int]:
        """By begin, without running work and what a person or a freeze zone holds."""
        held = locked(self.problem)
        return [i for i in self.sequence if i not in held]

    @cached_property
    def completion(self) -> dict[int, int]:
        ends: dict[int, int] = {}
        for i, placement in self.plan.items():
            for order in self.problem.operations[i].orders:
                ends[order] = max(ends.get(order, placement.end), placement.end)
        return ends

    @cached_property
    def late(self) -> list[tuple[int, float]]:
        """Late orders with their weighted tardiness."""
        orders = self.problem.orders
        return [
            (order, float(max(1, orders[order].weight) * (end - orders[order].due)))
            for order, end in self.completion.items()
            if end > orders[order].due
        ]

    def machine(self, operation: int) -> int:
        placement = self.plan[operation]
        return self.problem.operations[operation].modes[placement.mode].machine

    @cached_property
    def by_machine(self) -> dict[int, list[int]]:
        """Movable operations of each machine by begin."""
        rows: dict[int, list[int]] = {}
        for operation in self.movable:
            rows.setdefault(self.machine(operation), []).append(operation)
        return rows

    @cached_property
    def by_tool_type(self) -> dict[int, list[int]]:
        """Movable operations by type of tool they hold, where at least two compete."""
        rows: dict[int, list[int]] = {}
        for operation in self.movable:
            mode = self.problem.operations[operation].modes[self.plan[operation].mode]
            for demand in mode.tools:
                rows.setdefault(demand.tool_type, []).append(operation)
        return {tool_type: row for tool_type, row in rows.items() if len(row) > 1}

    @cached_property
    def fragments(self) -> list[tuple[int, list[int]]]:
        """(part of the setup rule, operations) of campaigns cut short, (-1, members) of light oven
        batches, as far as they may be moved."""
        free = set(self.movable)
        found = [(-1, list(each.operations)) for each in light_batches(self.problem, self.schedule)]
        found += [(s.part, s.operations) for s in short_campaigns(self.problem, self.schedule)]
        return [(part, members) for part, members in found if free.issuperset(members)]

    @cached_property
    def dear(self) -> list[DearRun]:
        """Runs at dear hours, as far as they may be moved."""
        free = set(self.movable)
        return [run for run in dear_runs(self.problem, self.schedule) if free >= {*run.operations}]

    def of_order(self, order: int) -> list[int]:
        return [i for i in self.movable if order in self.problem.operations[i].orders]


def locked(problem: Problem) -> set[int]:
    """Operations with no freedom: running, pinned in time, or in a locked freeze zone."""
    held = {
        i
        for i, operation in enumerate(problem.operations)
        if operation.started is not None or operation.pin_start is not None
    }
    for old in problem.baseline:
        if any(zone.level is FreezeLevel.LOCKED for zone in freezing(problem, old)):
            held.add(old.operation)
    return held


# -- windows --------------------------------------------------------------------------------------


def window(kind: Kind, view: PlanView, size: int, rng: random.Random) -> set[int]:
    """About ``size`` free operations; empty if the plan has nothing of the kind."""
    chooser: dict[Kind, Callable[[PlanView, int, random.Random], set[int]]] = {
        Kind.TIME: _time,
        Kind.LATE: _late,
        Kind.MACHINES: _machines,
        Kind.TOOL: _tool,
    }
    return chooser[kind](view, size, rng)


def _slice(row: Sequence[int], size: int, rng: random.Random) -> list[int]:
    at = rng.randrange(max(1, len(row) - size // 2))
    return list(row[at : at + size])


def _time(view: PlanView, size: int, rng: random.Random) -> set[int]:
    return set(_slice(view.movable, size, rng))


def _machines(view: PlanView, size: int, rng: random.Random) -> set[int]:
    machines = sorted(view.by_machine)
    if len(machines) < 2:
        return set()
    chosen = set(rng.sample(machines, min(len(machines), rng.randint(2, 4))))
    return set(_slice([i for i in view.movable if view.machine(i) in chosen], size, rng))


def _tool(view: PlanView, size: int, rng: random.Random) -> set[int]:
    rows = view.by_tool_type
    if not rows:
        return set()
    free = set(_slice(rows[rng.choice(sorted(rows))], max(2, size // 2), rng))
    for operation in sorted(free):
        free.update(_in_the_way(view, operation, 2))
    return free


def _late(view: PlanView, size: int, rng: random.Random) -> set[int]:
    order = _late_order(view, rng)
    if order is None:
        return set()
    chain = view.of_order(order)
    free = set(chain)
    each = max(1, size // max(1, len(chain)) - 1)
    for operation in chain:
        free.update(_in_the_way(view, operation, each))
        if len(free) >= size:
            break
    return free


def _in_the_way(view: PlanView, operation: int, count: int) -> list[int]:
    """What stands directly before an operation on its machine."""
    row = view.by_machine[view.machine(operation)]
    at = row.index(operation)
    return row[max(0, at - count) : at]


def _late_order(view: PlanView, rng: random.Random) -> int | None:
    if not view.late:
        return None
    orders, costs = zip(*view.late, strict=True)
    return int(rng.choices(orders, weights=[cost**0.5 for cost in costs])[0])


# -- moves ----------------------------------------------------------------------------------------


def move(kind: Kind, view: PlanView, rng: random.Random) -> Priorities | None:
    """Another priority sequence; None if the plan has nothing of the kind."""
    mover: Mapping[Kind, Callable[[PlanView, random.Random], Priorities | None]] = {
        Kind.PROMOTE: _promote,
        Kind.GATHER: _gather,
        Kind.MERGE: _merge,
        Kind.CHEAPER: _cheaper,
        Kind.SHIFT: _shift,
        Kind.REMODE: _remode,
        Kind.TRADE: _trade,
        Kind.RESCUE: rescue,
    }
    return mover[kind](view, rng)


def _promote(view: PlanView, rng: random.Random) -> Priorities | None:
    order = _late_order(view, rng)
    if order is None:
        return None
    # Right to the front helps the order most and others least of all: mostly less.
    return _pulled(view, view.of_order(order), rng.random() ** 0.5, rng)


def _shift(view: PlanView, rng: random.Random) -> Priorities | None:
    if not view.movable:
        return None
    order = view.problem.operations[rng.choice(view.movable)].order
    return _pulled(view, view.of_order(order), rng.uniform(0.5, 1.5), rng)


def _pulled(
    view: PlanView, operations: list[int], factor: float, rng: random.Random
) -> Priorities | None:
    """The operations at ``factor`` times their distance from the begin of the plan.

    None if there are none: of an order whose operations all run already nothing can be moved.
    """
    if not operations:
        return None
    rank = {operation: float(k) for k, operation in enumerate(view.sequence)}
    for operation in operations:
        rank[operation] = rank[operation] * factor - 0.5
    modes = dict(view.modes)
    if rng.random() < 0.5:
        for operation in operations:
            modes.pop(operation)
    touched = set(operations)
    for operation in operations:
        touched.update(_in_the_way(view, operation, rng.randint(0, 3)))
    now = view.problem.now
    earliest = now + int((_begin(view, touched) - now) * min(1.0, factor))
    sequence = sorted(rank, key=lambda i: rank[i])
    return Priorities(sequence, modes, frozenset(touched), earliest)


def _gather(view: PlanView, rng: random.Random) -> Priorities | None:
    """An operation directly behind another of its family on its machine."""
    ruled = [
        machine
        for machine, row in view.by_machine.items()
        if view.problem.machines[machine].kind is MachineKind.BATCH
        or (view.problem.machines[machine].setup_rule is not None and len(row) > 2)
    ]
    if not ruled:
        return None
    row = view.by_machine[rng.choice(ruled)]
    operation = rng.choice(row)
    near = row[max(0, row.index(operation) - 20) : row.index(operation) + 20]
    wanted = _family(view, operation)
    mates = [i for i in near if i != operation and _family(view, i) == wanted]
    if not mates:
        return None
    sequence = [i for i in view.sequence if i != operation]
    mate = rng.choice(mates)
    sequence.insert(sequence.index(mate) + rng.randint(0, 1), operation)
    ends = sorted((row.index(operation), row.index(mate)))
    touched = frozenset(row[ends[0] : ends[1] + 2])
    return Priorities(sequence, dict(view.modes), touched, _begin(view, touched))


def _merge(view: PlanView, rng: random.Random) -> Priorities | None:
    """All of a light batch, or of a campaign cut short, to another of its family near by."""
    if not view.fragments:
        return None
    part, members = rng.choice(view.fragments)
    operations = view.problem.operations
    first = operations[members[0]]

    def alike(i: int) -> bool:
        other = operations[i]
        if part == -1:
            return other.batch_family == first.batch_family and other.families == first.families
        return part < len(other.families) and other.families[part] == first.families[part]

    own = view.machine(members[0])
    row = view.by_machine[own]
    if part == -1:  # any oven will do that all of them may go to
        ovens = set.intersection(*({m.machine for m in operations[i].modes} for i in members))
        rows = [i for machine in sorted(ovens) for i in view.by_machine.get(machine, ())]
    else:
        rows = row
    begin = view.plan[members[0]].setup_start
    mates = [i for i in rows if i not in members and alike(i)]
    mates.sort(key=lambda i: abs(view.plan[i].setup_start - begin))
    if not mates:
        return None
    mate = rng.choice(mates[:6])
    sequence = [i for i in view.sequence if i not in members]
    at = sequence.index(mate) + (rng.randint(0, 1) if part >= 0 else 1)
    sequence[at:at] = members
    modes = dict(view.modes)
    touched = frozenset(members)
    earliest = view.plan[mate].setup_start
    if part >= 0:
        ends = sorted(row.index(i) for i in (members[0], members[-1], mate))
        touched = frozenset((*members, *row[ends[0] : ends[-1] + 2]))
        earliest = _begin(view, touched)
    elif view.machine(mate) != own:
        for i in members:
            modes.pop(i)
    return Priorities(sequence, modes, touched, earliest)


def _cheaper(view: PlanView, rng: random.Random) -> Priorities | None:
    """A run, mostly one with many dear minutes, as late as its machine prefers it."""
    if not view.dear:
        return None
    run = rng.choices(view.dear, weights=[each.minutes for each in view.dear])[0]
    hours = cheap_hours(view.problem)[run.machine]
    starts = later_starts(hours, run) if hours is not None else []
    if not starts:
        return None
    return delayed(view, run, rng.choice(starts))


def delayed(view: PlanView, run: DearRun, start: int) -> Priorities:
    """All of a run at ``start`` at the earliest, the rest where it is."""
    touched = frozenset(run.operations)
    return Priorities(list(view.sequence), dict(view.modes), touched, start, later=True)


def _family(view: PlanView, operation: int) -> tuple[tuple[int, ...], int]:
    record = view.problem.operations[operation]
    return record.families, record.batch_family


def _remode(view: PlanView, rng: random.Random) -> Priorities | None:
    modes = dict(view.modes)
    part = _slice(view.movable, rng.randint(5, 60), rng)
    freed = [i for i in part if len(view.problem.operations[i].modes) > 1]
    for operation in freed:
        modes.pop(operation)
    touched = frozenset(part)
    sequence = list(view.sequence)
    return Priorities(sequence, modes, touched, _begin(view, touched)) if freed else None


def _trade(view: PlanView, rng: random.Random) -> Priorities | None:
    """Who is asked first has the first choice of the copies, and of the time before a service."""
    rows = view.by_tool_type
    if not rows:
        return None
    row = rows[rng.choice(sorted(rows))]
    at = rng.randrange(len(row))
    rivals = [i for i in row[max(0, at - 8) : at + 9] if i != row[at]]
    if not rivals:
        return None  # it holds two tools of the type itself
    one, two = row[at], rng.choice(rivals)
    sequence = list(view.sequence)
    i, j = sequence.index(one), sequence.index(two)
    sequence[i], sequence[j] = two, one
    touched = frozenset((one, two))
    return Priorities(sequence, dict(view.modes), touched, _begin(view, touched))


def _begin(view: PlanView, operations: Collection[int]) -> int:
    return min(view.plan[i].setup_start for i in operations)


def rescue(view: PlanView, rng: random.Random) -> Priorities | None:
    """What could not be placed goes first, with all it waits for."""
    if not view.unplaced:
        return None
    operations = view.problem.operations
    orders = sorted({operations[i].order for i in view.unplaced})
    chosen = set(rng.sample(orders, rng.randint(1, len(orders))))
    first = [i for i, operation in enumerate(operations) if chosen.intersection(operation.orders)]
    before = _ancestors(view.problem, first)
    rest = [i for i in (*view.sequence, *view.unplaced) if i not in before]
    head = sorted(before, key=lambda i: (view.plan[i].setup_start if i in view.plan else 0, i))
    if rng.random() < 0.5:
        rng.shuffle(head)
    modes = {i: mode for i, mode in view.modes.items() if i not in before}
    return Priorities(head + rest, modes, frozenset(before))


def _ancestors(problem: Problem, operations: Sequence[int]) -> set[int]:
    before: dict[int, list[int]] = {}
    for link in problem.precedences:
        before.setdefault(link.after, []).append(link.before)
    found, todo = set(operations), list(operations)
    while todo:
        for i in before.get(todo.pop(), []):
            if i not in found:
                found.add(i)
                todo.append(i)
    return found


# -- choice ---------------------------------------------------------------------------------------


class Roulette:
    """Kinds drawn by what they gained lately; each keeps a small chance."""

    FORGET = 0.85
    LEAST = 0.08
    EMPTY = 0.005
    BESIDE_FAVOURITE = 0.15

    def __init__(
        self, kinds: Sequence[Kind], rng: random.Random, favourite: Kind | None = None
    ) -> None:
        first = 1.0 if favourite is None else self.BESIDE_FAVOURITE
        self._score = {kind: 1.0 if kind is favourite else first for kind in kinds}
        self._rng = rng

    def draw(self) -> Kind:
        kinds = list(self._score)
        weights = [self._score[kind] or self.EMPTY for kind in kinds]
        return self._rng.choices(kinds, weights=weights)[0]

    def learn(self, kind: Kind, reward: float | None) -> None:
        """``reward``: 1 for a better plan, less for an equal one, 0 for none.

        None: the plan has nothing of the kind; it is hardly ever asked again.
        """
        if reward is None:
            self._score[kind] = 0.0
            return
        score = self.FORGET * self._score[kind] + (1 - self.FORGET) * reward
        self._score[kind] = max(self.LEAST, score)
