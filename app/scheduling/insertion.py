"""Room for more work in a plan that stands: where it fits, and with which hours more.

Nothing that stands gives way; only the setup of what follows on a machine adapts. What is fitted
can be taken back, so that one plan answers many questions.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from app.core.messages import Message
from app.scheduling.check import named
from app.scheduling.counterfactual import EVENING_MINUTES, FREE_DAY_MINUTES, LONG_CLOSING, opened
from app.scheduling.decode import Decoder, Dropped
from app.scheduling.floor import Bounds, Spot
from app.scheduling.occupancy import less
from app.scheduling.problem import (
    FOREVER,
    Assignment,
    MachineKind,
    Placement,
    Problem,
    Schedule,
)
from app.scheduling.retime import Keeper, ovens
from app.scheduling.shop import Reason, Shop
from app.scheduling.solve import never

DAY = 1440
GIVING_ROUNDS = 5
"""How often more operations may join those that give way."""

OUTSIDE: Reason = ("predecessor", (("other", "-"),))
"""Why what has no place in the plan, and is not to be fitted, has none now."""

Stretch = tuple[int, int]


class Insertion(Decoder):
    """A plan that stands, and what is fitted into it. ``lost``: what could not stand."""

    def __init__(self, shop: Shop, standing: Iterable[Placement]) -> None:
        plan = {placement.operation: placement for placement in standing}
        self._added: list[int] = []
        self._not_before = -FOREVER
        nobody = {o: OUTSIDE for o in range(len(shop.problem.operations)) if o not in plan}
        super().__init__(shop, None, plan, None, nobody)
        self.lost = tuple(o for o in plan if self.floor.spots[o] is None)

    def fit(self, operations: Sequence[int], not_before: int = -FOREVER) -> Message | None:
        """Places operations that follow each other, each as early as it fits; or says why not.

        No run begins before ``not_before``. They are then all placed, or none.
        """
        self._not_before = not_before
        for operation in operations:
            if self.refused.get(operation) is OUTSIDE:
                del self.refused[operation]
        for operation in operations:
            for block in self._blocks_up_to(operation):
                members = [o for o in self.shop.blocks[block] if self.floor.spots[o] is None]
                failed = self._placed(members) if members else None
                if failed is not None:
                    self.take_back()
                    return self._sentence(*failed)
        return None

    def _placed(self, members: list[int]) -> tuple[int, Reason] | None:
        try:
            failed = self._settle(members)
        except Dropped as drop:  # what stands after it could no longer follow
            failed = drop.operation, drop.reason
        self._added += [o for o in members if self.floor.spots[o] is not None]
        return failed

    def _place_held(self) -> None:
        """What is held and has a place stands with the others."""

    def _place_overdue(self) -> None:
        """Nothing is placed but what stands and what is fitted."""

    def fitted(self) -> list[Placement]:
        """What has been fitted and not taken back."""
        added = set(self._added)
        return [p for p in self.floor.placements() if p.operation in added]

    def _best(self, operation: int, limits: Bounds) -> Spot | None:
        limits.run = max(limits.run, self._not_before)
        return super()._best(operation, limits)

    def take_back(self) -> None:
        """The plan as it stood."""
        while self._added:
            operation = self._added.pop()
            self.floor.retract(operation)
            self.early.discard(operation)

    def end(self, operations: Iterable[int]) -> int:
        """When the last of placed operations ends."""
        return max(self.floor.spot(operation).end for operation in operations)

    def _sentence(self, operation: int, reason: Reason) -> Message:
        return Message(f"scheduling.{reason[0]}", named(self.shop, operation, reason[1]))


class _Giving(Keeper):
    """Places nothing but what it is told to."""

    @property
    def giving(self) -> Mapping[int, Placement]:
        """What gives way, where it stood."""
        return self._old

    def let_go(self, more: Mapping[int, Placement]) -> None:
        """These give way, too: taken off where they stand."""
        spots = [s for o in more if (s := self.floor.spots[o]) is not None]
        leads = {s.batch.lead.operation for s in spots if s.batch is not None}
        for spot in sorted(spots, key=lambda s: (s.operation in leads, -s.start, -s.operation)):
            self.floor.retract(spot.operation)
        self.early -= more.keys()
        self._old = {**self._old, **more}
        self._ovens = ovens(self.shop, self._old)

    def _place_held(self) -> None:
        """What is held and has a place stands with the others."""

    def _place_overdue(self) -> None:
        """Whoever has no place has none now."""


def firm(shop: Shop, standing: Sequence[Placement]) -> set[int]:
    """Operations that cannot give way: what is held, what is tied to it, and what comes before.

    Tied are longest lags, kept tools and ovens. Work for several orders, or that makes what
    others take, stays, too.
    """
    plan = {p.operation: p for p in standing}
    lots = {o: lot for lot in ovens(shop, plan).values() if len(lot) > 1 for o in lot}
    found: set[int] = set()
    stack = [
        o
        for o, record in enumerate(shop.problem.operations)
        if record.started is not None or shop.frozen[o].pinned or record.also or record.produces
    ]
    while stack:
        operation = stack.pop()
        if operation in found:
            continue
        found.add(operation)
        stack += shop.blocks[shop.block_of[operation]]
        stack += lots.get(operation, ())
        stack += [link.before for link in shop.before[operation]]
    return found


def given_way(
    shop: Shop,
    standing: Sequence[Placement],
    ahead: Sequence[int],
    giving: Collection[int],
    not_before: int = -FOREVER,
) -> Schedule | None:
    """The plan with ``ahead`` placed first and ``giving`` after it, all others where they are.

    What gives way takes its old place again wherever that is still free, else the next one that
    fits, in the order of the old starts. Whoever cannot stand any more without it (a changeover
    that becomes longer, a step that now comes too early) gives way, too. What is ahead does not
    run before ``not_before``. None if anything would be left without a place.
    """
    old = {p.operation: p for p in standing}
    mates = [set(lot) for lot in ovens(shop, old).values() if len(lot) > 1]
    moving = _tied(shop, mates, giving, old.keys())
    for _ in range(GIVING_ROUNDS):
        yielding = {o: p for o, p in old.items() if o in moving}
        fixed = {o: p for o, p in old.items() if o not in moving}
        floor = dict.fromkeys(ahead, not_before) if not_before > -FOREVER else {}
        try:
            keeper = _Giving(shop, never, {}, fixed, yielding, floor)
            unable = {o for o in fixed if keeper.floor.spots[o] is None}
            if unable:
                more = _tied(shop, mates, unable, old.keys()) - moving
                keeper.let_go({o: old[o] for o in more})
                moving |= more
            only_ranked(shop, keeper, _ranks(shop, ahead, keeper.giving))
            unable = {o for o in old if keeper.floor.spots[o] is None} - moving
        except Dropped as drop:
            unable = {drop.operation}
        if not unable:
            schedule = keeper.schedule()
            placed = {p.operation for p in schedule.placements}
            return schedule if placed >= {*old, *ahead} else None
        more = _tied(shop, mates, unable, old.keys())
        if more <= moving:
            return None
        moving |= more
    return None


def fitted_in(
    shop: Shop, standing: Sequence[Placement], operations: Sequence[int]
) -> tuple[Schedule | None, Message | None]:
    """The plan that stands with operations fitted into it, or why they have no place.

    What cannot stand as it is, since somebody has left (a changeover has become longer), goes
    after them. None without a reason: something would be left without a place.
    """
    trial = Insertion(shop, standing)
    if trial.lost:
        return given_way(shop, standing, operations, trial.lost), None
    refused = trial.fit(operations)
    return (trial.schedule(), None) if refused is None else (None, refused)


def _tied(
    shop: Shop,
    mates: Sequence[set[int]],
    operations: Collection[int],
    placed: Collection[int],
) -> set[int]:
    """Operations with what comes after them, and what shares an oven with any of these.

    The people of a whole oven stand at one of those in it.
    """
    found = set(operations)
    while True:
        known = len(found)
        for lot in mates:
            if lot & found:
                found |= lot
        found |= _with_followers(shop, found) & set(placed)
        if len(found) == known:
            return found


def _ranks(shop: Shop, ahead: Sequence[int], yielding: Mapping[int, Placement]) -> list[int]:
    count = len(shop.problem.operations)
    rank = [count + 1] * count
    order = [*ahead, *sorted(yielding, key=lambda o: (yielding[o].start, o))]
    for position, operation in enumerate(order):
        rank[operation] = position
    return rank


def _with_followers(shop: Shop, operations: Iterable[int]) -> set[int]:
    """Operations with all that comes after them or is tied to them."""
    found: set[int] = set()
    stack = list(operations)
    while stack:
        operation = stack.pop()
        if operation in found:
            continue
        found.add(operation)
        stack += shop.blocks[shop.block_of[operation]]
        stack += [link.after for link in shop.after[operation]]
    return found


def only_ranked(shop: Shop, decoder: Decoder, rank: Sequence[int]) -> None:
    """Places the blocks of ranked operations, the lowest rank first as soon as it is ready."""
    count = len(rank)
    wanted = {shop.block_of[o] for o in range(count) if rank[o] <= count}
    waiting: dict[int, set[int]] = {}
    follow: dict[int, list[int]] = {}
    for block in wanted:
        links = (link for member in shop.blocks[block] for link in shop.before[member])
        before = {shop.block_of[link.before] for link in links} & wanted - {block}
        waiting[block] = before
        for other in before:
            follow.setdefault(other, []).append(block)
    ready = [(min(rank[o] for o in shop.blocks[b]), b) for b in wanted if not waiting[b]]
    heapq.heapify(ready)
    while ready:
        _, block = heapq.heappop(ready)
        if not decoder.place(block):
            continue
        freed = [*decoder.fed(block)]
        for other in follow.get(block, ()):
            waiting[other].discard(block)
            freed += [other] if not waiting[other] else []
        for other in freed:
            heapq.heappush(ready, (min(rank[o] for o in shop.blocks[other]), other))
    decoder.give_up()


def in_the_way(
    shop: Shop, wanted: Sequence[Placement], standing: Iterable[Placement], rank: Sequence[int]
) -> set[int]:
    """Operations that have what wanted placements need at that time: machine, mould or people.

    Where several stand side by side, those of the highest rank leave first, as few as will do.
    """
    problem = shop.problem
    found: set[int] = set()
    others = [p for p in standing if any(p.setup_start < w.end for w in wanted)]
    for want in wanted:
        way = shop.ways[want.operation][want.mode]
        machine = problem.machines[way.machine]
        room = machine.capacity - way.load
        side: list[Placement] = []
        busy = [(one.operator, one.start, one.end) for one in want.crew]
        for other in others:
            if other.end <= want.setup_start or other.setup_start >= want.end:
                continue
            there = shop.ways[other.operation][other.mode]
            if there.machine == way.machine and machine.kind is MachineKind.CUMULATIVE:
                side.append(other)
            elif there.machine == way.machine or _share_tools(problem, want, other):
                found.add(other.operation)
            if any(one.operator == who and one.start < b and a < one.end
                   for one in other.crew for who, a, b in busy):  # fmt: skip
                found.add(other.operation)
        load = sum(shop.ways[o.operation][o.mode].load for o in side)
        for other in sorted(side, key=lambda o: -rank[o.operation]):
            if load <= room:
                break
            load -= shop.ways[other.operation][other.mode].load
            found.add(other.operation)
    return found


def _share_tools(problem: Problem, one: Placement, other: Placement) -> bool:
    return any(problem.tools[tool].capacity == 1 for tool in set(one.tools) & set(other.tools))


def later_hours(
    shop: Shop, machines: Iterable[int], until: int, busy: Mapping[int, int]
) -> dict[int, list[Stretch]]:
    """Hours that could be opened up to ``until``, by machine: evenings and free days.

    From now on, or from when the machine is no longer ``busy`` with what runs.
    """
    found: dict[int, list[Stretch]] = {}
    for machine in dict.fromkeys(machines):
        clock = shop.calendars[shop.problem.machines[machine].calendar]
        hours: list[Stretch] = []
        for closing, opening in zip(clock.ends, clock.starts[1:], strict=False):
            if closing >= until or opening - closing < LONG_CLOSING:
                continue
            hours.append((closing, closing + EVENING_MINUTES))
            begin = _same_hour(clock.starts, closing) + DAY
            while begin + FREE_DAY_MINUTES <= opening and begin < until:
                hours.append((begin, begin + FREE_DAY_MINUTES))
                begin += DAY
        first = max(shop.now, busy.get(machine, shop.now))
        ahead = [(max(a, first), b) for a, b in hours if b > first]
        if ahead:
            found[machine] = ahead
    return found


def _same_hour(starts: Sequence[int], closing: int) -> int:
    """The first opening of the day that a closing ends."""
    day = [start for start in starts if closing - DAY < start < closing]
    return day[0] if day else closing - FREE_DAY_MINUTES


def with_hours(
    shop: Shop,
    hours: Mapping[int, Sequence[Stretch]],
    operations: Collection[int],
    away: Mapping[int, Sequence[Stretch]] | None = None,
) -> Problem:
    """The problem with machines open longer, and with them the people and tools of operations.

    ``away``: by operator, when nobody asks him to stay.
    """
    problem = shop.problem
    calendars = list(problem.calendars)
    made: dict[tuple[int, frozenset[Stretch]], int] = {}

    def longer(index: int, more: Iterable[Stretch]) -> int:
        key = (index, frozenset(more))
        if key not in made:
            made[key] = len(calendars)
            calendars.append(opened(calendars[index], _merged(key[1])))
        return made[key]

    skills: dict[int, set[Stretch]] = {}
    kinds: dict[int, set[Stretch]] = {}
    for operation in operations:
        for way in shop.ways[operation]:
            more = hours.get(way.machine, ())
            for skill, _heads in (*way.setup_crew, *way.run_crew):
                skills.setdefault(skill, set()).update(more)
            for demand in way.tools:
                kinds.setdefault(demand.tool_type, set()).update(more)
    machines = list(problem.machines)
    for machine, more in hours.items():
        machines[machine] = replace(
            machines[machine], calendar=longer(machines[machine].calendar, more)
        )
    people: dict[int, set[Stretch]] = {}
    for skill, stretches in skills.items():
        for shift in shop.roster[skill]:
            off = away.get(shift.operator, ()) if away else ()
            people.setdefault(shift.operator, set()).update(
                (a, b) for a, b in stretches if not any(s < b and a < e for s, e in off)
            )
    operators = [
        replace(person, calendar=longer(person.calendar, people[index]))
        if people.get(index)
        else person
        for index, person in enumerate(problem.operators)
    ]
    tools = [
        replace(tool, calendar=longer(tool.calendar, kinds[tool.tool_type]))
        if kinds.get(tool.tool_type)
        else tool
        for tool in problem.tools
    ]
    return replace(
        problem,
        calendars=tuple(calendars),
        machines=tuple(machines),
        operators=tuple(operators),
        tools=tuple(tools),
    )


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def used_hours(
    shop: Shop, hours: Mapping[int, Sequence[Stretch]], plan: Iterable[Placement], before: Shop
) -> dict[int, list[Stretch]]:
    """Of the opened hours those that the placements work in, by machine.

    ``before``: the shop when they had not been opened yet. A machine that is open anyway (an oven)
    may have people who stay, since others were opened for whom they could work, too.
    """
    found: dict[int, set[Stretch]] = {}
    for placement in plan:
        machine = shop.ways[placement.operation][placement.mode].machine
        staying = [part for work in placement.crew for part in _outside(before, work)]
        for index, stretches in hours.items():
            worked = [*staying, *placement.segments] if index == machine else staying
            for start, end in stretches:
                if any(a < end and b > start for a, b in worked):
                    found.setdefault(machine, set()).add((start, end))
    return {machine: sorted(used) for machine, used in found.items()}


def _outside(shop: Shop, work: Assignment) -> list[Stretch]:
    """The parts of somebody's work outside his own hours."""
    hours = shop.calendars[shop.problem.operators[work.operator].calendar]
    return less([(work.start, work.end)], hours.between(work.start, work.end))


def without(
    shop: Shop, standing: Iterable[Placement], operations: Collection[int]
) -> list[Placement]:
    """The placements of all others; of a batch that loses who has its people, another has them."""
    plan = {p.operation: p for p in standing}
    gone = set(operations) & plan.keys()
    for lot in ovens(shop, plan).values():
        staying = sorted(set(lot) - gone)
        if len(staying) < len(lot) and staying and not any(plan[o].crew for o in staying):
            crew = tuple(work for o in lot for work in plan[o].crew)
            plan[staying[0]] = replace(plan[staying[0]], crew=crew)
    return [p for o, p in plan.items() if o not in gone]


def up_to(schedule: Schedule, tick: int) -> Schedule:
    """What starts before a tick: all that can hold up what ends there."""
    early = (p for p in schedule.placements if min(p.setup_start, p.start) < tick)
    return Schedule(tuple(early))
