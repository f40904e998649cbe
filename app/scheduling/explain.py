"""Why here, and why not earlier: what an operation or an order waited for, minute by minute.

From the order's release (or now, if that is later) to its end each minute has exactly one cause.
The walk goes back from the end: an operation's own run and setup, what it waited for once it
could have begun, and then the predecessor, material or date that let it begin. Where two causes
hold at once the more lasting one counts: closed before busy, the machine before its mould, the
mould before the people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from app.core.messages import Message
from app.scheduling import lags
from app.scheduling.floor import Spot
from app.scheduling.occupancy import Occupancy, closed, less
from app.scheduling.problem import (
    FOREVER,
    End,
    MachineKind,
    Pausing,
    Placement,
    Precedence,
    Schedule,
)
from app.scheduling.setups import Setups, State
from app.scheduling.shop import Shop
from app.scheduling.windows import Segment


class Cause(StrEnum):
    RUN = "run"  # its own work
    SETUP = "setup"  # its own setup, changeover and first piece
    RELEASE = "release"  # a date of its own: reserved material, a lag after a finished step
    MATERIAL = "material"  # not enough of a material yet
    LAG = "lag"  # curing, drying, transport after the step before
    TRANSFER = "transfer"  # the first transfer batch of the step before
    PREVIOUS = "previous"  # the step before, where the chain is not followed; or its end
    PINNED = "pinned"  # a person fixed the start
    FROZEN = "frozen"  # a freeze zone holds it
    CLOSED = "closed"  # the machine's calendar
    FIRST_PIECE = "first_piece"  # the machine keeps the first piece of a shift free
    POWER = "power"  # the machine may begin its runs at certain hours only
    MACHINE = "machine"  # the machine is busy with something else
    TOOL_CLOSED = "tool_closed"  # the mould's calendar
    TOOL = "tool"  # too few copies are free
    SERVICE = "service"  # the mould has made its shots and is serviced
    ABSENT = "absent"  # too few people with the skill are in
    PEOPLE = "people"  # those with the skill work at something else
    TURN = "turn"  # no further turn fits before the closing
    CHANGEOVER = "changeover"  # free, but the next one's changeover would not fit any more
    GAP = "gap"  # free, but too short before what comes next
    MATES = "mates"  # the others that go into the oven with it
    FOLLOWER = "follower"  # the next step could not follow within the longest lag
    CHOICE = "choice"  # nothing in the way: the plan's sequence puts it later


@dataclass(frozen=True, slots=True)
class Wait:
    """A stretch ``[start, end)`` of ticks and its cause.

    ``operation``: whose work or waiting it is. ``other``: the operation in the way, or whose end
    was waited for. ``resource``: index of the machine, tool type, skill or material, by cause.
    """

    cause: Cause
    operation: int
    start: int
    end: int
    other: int | None = None
    resource: int | None = None

    @property
    def minutes(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Explanation:
    """``waits`` in order of time cover ``[begin, end)`` without gap or overlap."""

    operation: int
    begin: int
    end: int
    waits: tuple[Wait, ...]

    def by_cause(self) -> dict[Cause, int]:
        """Minutes per cause, the longest first; they add up to ``end - begin``."""
        found: defaultdict[Cause, int] = defaultdict(int)
        for wait in self.waits:
            found[wait.cause] += wait.minutes
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def obstacles(self) -> list[Wait]:
        """What was waited for, summed over all stretches alike, the longest first.

        ``start`` and ``end`` are those of the first stretch; work and setup of its own are left
        out.
        """
        total: defaultdict[tuple[object, ...], int] = defaultdict(int)
        first: dict[tuple[object, ...], Wait] = {}
        for wait in self.waits:
            if wait.cause in (Cause.RUN, Cause.SETUP):
                continue
            key = (wait.cause, wait.resource, wait.operation)
            total[key] += wait.minutes
            first.setdefault(key, wait)
        return [first[key] for key in sorted(total, key=lambda key: -total[key])]


@dataclass(slots=True)
class _Bound:
    """Something that lets an operation begin at ``time``; ``base``: where its own chain ends."""

    time: int
    cause: Cause
    other: int | None = None
    resource: int | None = None
    base: int | None = None


class Explainer:
    """A plan, ready for questions. Built in time linear in the plan; an answer costs its chain."""

    def __init__(self, shop: Shop, schedule: Schedule, seen: Occupancy | None = None) -> None:
        self.shop = shop
        self.seen = seen or Occupancy(shop, schedule)

    def after(self, schedule: Schedule, moved: Sequence[Placement]) -> Explainer:
        """Of a plan in which only these operations of it stand elsewhere; made in no time."""
        return Explainer(self.shop, schedule, self.seen.after(schedule, moved))

    @cached_property
    def _last(self) -> dict[int, int]:
        """By order: its operation that ends last."""
        found: dict[int, int] = {}
        for p in self.seen.schedule.placements:
            for order in self.shop.problem.operations[p.operation].orders:
                known = found.get(order)
                if known is None or p.end > self.seen.placed[known].end:
                    found[order] = p.operation
        return found

    def order(self, order: int) -> Explanation:
        """Why an order ends when it does; LookupError if nothing of it is placed."""
        return self.operation(self._last[order])

    def operation(self, operation: int, *, follow: bool = True) -> Explanation:
        """Why an operation ends when it does; LookupError if it is not placed.

        ``follow`` False: the time up to the end of the step before is one cause, ``PREVIOUS``.
        """
        spot = self.seen.spot(operation)
        if spot is None:
            raise LookupError(operation)
        problem = self.shop.problem
        begin = max(problem.now, problem.orders[problem.operations[operation].order].release)
        begin = min(begin, spot.end)
        waits: list[Wait] = []
        at: _Bound | None = _Bound(spot.end, Cause.RUN, operation, base=spot.end)
        while at is not None and at.other is not None:
            until = min(at.time, at.base if at.base is not None else at.time)
            if not follow and at.other != operation and until > begin:
                waits.append(Wait(Cause.PREVIOUS, operation, begin, until, at.other))
                break
            at = self._back(at.other, begin, until, waits)
        return Explanation(operation, begin, spot.end, tuple(_joined(waits)))

    # -- one step of the walk ---------------------------------------------------------------

    def _back(self, operation: int, begin: int, until: int, waits: list[Wait]) -> _Bound | None:
        """Explains ``[begin, until)`` as far as an operation goes; the predecessor it waited for.

        The bound's ``time`` and ``base`` say up to when the predecessor's chain goes.
        """
        spot = self.seen.spot(operation)
        if spot is None or until <= begin:
            return None
        if self.shop.problem.operations[operation].started is not None:
            waits += self._own(spot, begin, until)
            return None
        bounds = [b for b in self._bounds(spot) if b.time > begin]
        bounds.sort(key=lambda b: (-b.time, b.base is None))
        ready = min(until, bounds[0].time) if bounds else begin
        waits += self._waiting(spot, ready, min(until, spot.setup_start))
        waits += self._own(spot, max(ready, min(until, spot.setup_start)), until)
        belows = [*(b.time for b in bounds[1:]), begin]
        for bound, below in zip(bounds, belows, strict=False):
            top = min(ready, bound.time)
            if bound.base is None:
                if below < top:
                    waits.append(
                        Wait(bound.cause, operation, below, top, bound.other, bound.resource)
                    )
                ready = min(ready, below)
                continue
            base = max(begin, min(top, bound.base))
            if base < top:
                waits.append(Wait(bound.cause, operation, base, top, bound.other))
            return _Bound(base, bound.cause, bound.other, base=base) if base > begin else None
        return None

    def _bounds(self, spot: Spot) -> Iterator[_Bound]:
        """All that its start waited for, whatever is on the machine."""
        shop, operation = self.shop, spot.operation
        record, frozen = shop.problem.operations[operation], shop.frozen[operation]
        if record.release > -FOREVER:
            yield _Bound(record.release, Cause.RELEASE)
        if frozen.first is not None and not frozen.pinned and frozen.first <= spot.start:
            yield _Bound(frozen.first, Cause.FROZEN)
        for material, quantity in record.consumes:
            since, maker = self.seen.supplied(operation, material, quantity)
            yield _Bound(since, Cause.MATERIAL, maker, material)
        for link in shop.before[operation]:
            before = self.seen.spot(link.before)
            if before is None or lags.to_end(link):
                continue
            clock = None if link.clock is None else shop.calendars[link.clock]
            at = lags.earliest(link, before, clock)
            cause, base = Cause.LAG, before.end
            if link.transfer is not None:
                cause, base = Cause.TRANSFER, lags.first_transfer(before, link.transfer)
            elif link.before_end is End.START:
                base = before.start
            yield _Bound(at, cause, link.before, base=base)
        for holder in shop.held[operation]:
            before = self.seen.spot(holder)
            if before is not None:
                yield _Bound(before.start, Cause.LAG, holder, base=before.start)

    # -- its own time -----------------------------------------------------------------------

    def _own(self, spot: Spot, start: int, end: int) -> Iterator[Wait]:
        """``[start, end)`` of its own stay: setup, run, and the pauses between."""
        if end <= start:
            return
        worked: list[Segment] = []
        for cause, segments in ((Cause.SETUP, spot.setup_segments), (Cause.RUN, spot.run_segments)):
            for a, b in segments:
                a, b = max(a, start), min(b, end)
                if a < b:
                    worked.append((a, b))
                    yield Wait(cause, spot.operation, a, b)
        for a, b in less([(start, end)], worked):
            found, left = self._shut(spot, a, b)
            yield from found
            for x, y in left:
                yield Wait(self._unworked(spot), spot.operation, x, y)

    def _unworked(self, spot: Spot) -> Cause:
        if spot.way.kind is MachineKind.BATCH:
            return Cause.MATES
        turns = self.shop.pausing(spot.operation, spot.way) is Pausing.TURNS
        return Cause.TURN if turns else Cause.CHOICE

    def _shut(self, spot: Spot, start: int, end: int) -> tuple[list[Wait], list[Segment]]:
        """Pauses by calendar: the machine's, the tools', the people's; and what is left."""
        carver = _Carver(spot.operation, start, end)
        self._carve_closed(carver, spot.way.machine, start, end)
        for kind, (a, b) in self.seen.tools_closed(spot.operation, start, end):
            carver.carve(Cause.TOOL_CLOSED, [(a, b, None)], kind)
        for holder in self.shop.held[spot.operation]:
            if holder in self.seen.placed:
                for kind, (a, b) in self.seen.tools_closed(holder, start, end):
                    carver.carve(Cause.TOOL_CLOSED, [(a, b, None)], kind)
        for demands in (spot.way.setup_crew, spot.way.run_crew):
            short = self.seen.people_short(demands, spot.operation, start, end)
            for skill, a, b, other in short:
                if other is None:
                    carver.carve(Cause.ABSENT, [(a, b, None)], skill)
        return carver.found, carver.left

    def _carve_closed(self, carver: _Carver, index: int, start: int, end: int) -> None:
        """What its calendar shuts; the first pieces of shifts under a name of their own."""
        machine = self.shop.problem.machines[index]
        shut = closed(self.shop.calendars[machine.calendar], start, end)
        if machine.first_pieces is not None:
            first = self.shop.calendars[machine.first_pieces]
            made = [part for a, b in shut for part in first.between(a, b)]
            carver.carve(Cause.FIRST_PIECE, ((a, b, None) for a, b in made), index)
        carver.carve(Cause.CLOSED, ((a, b, None) for a, b in shut), index)

    # -- waiting ----------------------------------------------------------------------------

    def _waiting(self, spot: Spot, start: int, end: int) -> list[Wait]:
        """``[start, end)`` before its setup, when all it needs of others was there."""
        if end <= start:
            return []
        operation, frozen = spot.operation, self.shop.frozen[spot.operation]
        if frozen.pinned and frozen.first == spot.start:
            by_hand = self.shop.problem.operations[operation].pin_start is not None
            return [Wait(Cause.PINNED if by_hand else Cause.FROZEN, operation, start, end)]
        carver = _Carver(operation, start, end)
        self._carve_closed(carver, spot.way.machine, start, end)
        carver.carve(Cause.POWER, self._no_start(spot, start, end), spot.way.machine)
        busy = self.seen.machine_busy(operation, start, end)
        carver.carve(Cause.MACHINE, busy, spot.way.machine)
        for kind, stretch in self.seen.tools_closed(operation, start, end):
            carver.carve(Cause.TOOL_CLOSED, [(*stretch, None)], kind)
        for kind, stretch in self.seen.services(operation, start, end):
            carver.carve(Cause.SERVICE, [(*stretch, None)], kind)
        for kind, booking in self.seen.tools_busy(operation, start, end):
            carver.carve(Cause.TOOL, [booking], kind)
        for demands in (spot.way.setup_crew if spot.setup else (), spot.way.run_crew):
            if not carver.left:
                break
            for skill, a, b, other in self.seen.people_short(demands, operation, start, end):
                carver.carve(Cause.PEOPLE if other is not None else Cause.ABSENT,
                             [(a, b, other)], skill)  # fmt: skip
        return [*carver.found, *self._idle(spot, carver, end)]

    def _no_start(self, spot: Spot, start: int, end: int) -> list[tuple[int, int, None]]:
        """When its setup would lead to a run at hours at which its machine begins none."""
        starts = self.shop.starts[spot.way.machine]
        if starts is None:
            return []
        lead = spot.start - spot.setup_start
        shut = closed(starts, start + lead, end + lead)
        return [(a - lead, b - lead, None) for a, b in shut]

    def _idle(self, spot: Spot, carver: _Carver, end: int) -> Iterator[Wait]:
        """What remains: everything was free, yet it did not begin."""
        if not carver.left:
            return
        idle = sum(b - a for a, b in carver.left)
        reason = self._elsewhere(spot, idle)
        if reason is not None:
            for a, b in carver.left:
                yield replace(reason, start=a, end=b)
            return
        needed = spot.setup + sum(b - a for a, b in spot.run_segments)
        hard = sorted((w for w in carver.found if w.cause in _HARD), key=lambda w: (w.start, w.end))
        for a, b in carver.left:
            after = next((w for w in hard if w.start >= b), None)
            before = max((w.end for w in hard if w.end <= a), default=-FOREVER)
            limit = after.start if after is not None else end
            room = sum(min(y, limit) - x for x, y in carver.left if before <= x < limit)
            if after is not None and room < needed:
                yield Wait(Cause.GAP, spot.operation, a, b, after.other, spot.way.machine)
            elif after is None and b < end and self._shuts_too_soon(spot, b - a, needed):
                yield Wait(Cause.GAP, spot.operation, a, b, None, spot.way.machine)
            else:
                yield self._by_sequence(spot, a, b)

    def _by_sequence(self, spot: Spot, start: int, end: int) -> Wait:
        """Free and long enough: either the changeovers forbid it, or the plan has it later."""
        index, families = spot.way.machine, self.shop.problem.operations[spot.operation].families
        setups = self.shop.setups[index]
        if setups.parts and spot.way.kind is MachineKind.UNARY:
            others = [b for b in self.seen.on_machine[index] if b[2] != spot.operation]
            before = [o for a, _, o in others if a < end]
            state = setups.initial
            for other in before:
                state = setups.after(state, self.shop.problem.operations[other].families)
            after = [o for a, _, o in others if a >= end]
            upset = self._upset(setups, state, families, after)
            if upset is not None:
                return Wait(Cause.CHANGEOVER, spot.operation, start, end, upset, index)
        return Wait(Cause.CHOICE, spot.operation, start, end, None, index)

    def _upset(self, setups: Setups, state: State, families: State, after: list[int]) -> int | None:
        """Whose changeover would not fit any more if ``families`` came before ``after``."""
        if after and setups.change(state, families) is None:
            return after[0]
        mounted, new = state, setups.after(state, families)
        for other in after:
            wanted = self.shop.problem.operations[other].families
            was, now = setups.change(mounted, wanted), setups.change(new, wanted)
            if now is None or (was is not None and now.minutes > was.minutes):
                return other
            mounted, new = setups.after(mounted, wanted), setups.after(new, wanted)
            if mounted == new:
                break
        return None

    def _shuts_too_soon(self, spot: Spot, room: int, needed: int) -> bool:
        pausing = self.shop.pausing(spot.operation, spot.way)
        if pausing is Pausing.NEVER:
            return room < needed
        turn = -(-spot.way.run_cost[1] // spot.way.pace)
        return pausing is Pausing.TURNS and room < spot.setup + (turn or needed)

    def _elsewhere(self, spot: Spot, idle: int) -> Wait | None:
        """A reason that lies with its mates, its predecessor's end or its follower."""
        operation = spot.operation
        mates = [o for o in self.seen.together(operation) if o != operation]
        if mates:
            last = max(mates, key=lambda o: (self._ready(o), -o))
            return Wait(Cause.MATES, operation, 0, 0, last, spot.way.machine)
        for link in self.shop.before[operation]:
            before = self.seen.spot(link.before)
            if before is not None and self._end_bound(link, before, spot) > spot.end - idle:
                return Wait(Cause.PREVIOUS, operation, 0, 0, link.before)
        for link in self.shop.after[operation]:
            after = self.seen.spot(link.after)
            if after is None or link.max_lag is None:
                continue
            clock = None if link.clock is None else self.shop.calendars[link.clock]
            reached = after.end if lags.to_end(link) else after.start
            if lags.latest(link, spot, clock) - idle < reached:
                return Wait(Cause.FOLLOWER, operation, 0, 0, link.after)
        return None

    def _end_bound(self, link: Precedence, before: Spot, spot: Spot) -> int:
        """Earliest end that a link to the operation's end allows."""
        clock = None if link.clock is None else self.shop.calendars[link.clock]
        if link.transfer is not None:
            run = sum(b - a for a, b in spot.run_segments)
            return before.end + lags.share(run, link.transfer)
        return lags.earliest(link, before, clock) if lags.to_end(link) else -FOREVER

    def _ready(self, operation: int) -> int:
        spot = self.seen.spot(operation)
        return max((b.time for b in self._bounds(spot)), default=-FOREVER) if spot else -FOREVER


_HARD = (Cause.MACHINE, Cause.TOOL, Cause.SERVICE, Cause.PEOPLE)


class _Carver:
    """Deals a stretch out to causes, each minute to the first that claims it."""

    def __init__(self, operation: int, start: int, end: int) -> None:
        self.operation = operation
        self.left: list[Segment] = [(start, end)]
        self.found: list[Wait] = []

    def carve(
        self,
        cause: Cause,
        stretches: Iterable[tuple[int, int, int | None]],
        resource: int | None,
    ) -> None:
        for start, end, other in stretches:
            after = less(self.left, [(start, end)])
            taken = less(self.left, after)
            self.left = after
            self.found += [Wait(cause, self.operation, a, b, other, resource) for a, b in taken]


def _joined(waits: Iterable[Wait]) -> Iterator[Wait]:
    """In order of time; neighbours alike are one."""
    last: Wait | None = None
    for wait in sorted(waits, key=lambda w: w.start):
        if last is not None and replace(wait, start=last.start) == replace(last, end=wait.end):
            last = replace(last, end=wait.end)
            continue
        if last is not None:
            yield last
        last = wait
    if last is not None:
        yield last


def sentence(shop: Shop, wait: Wait) -> Message:
    """A wait in a planner's words; the minutes stand beside it."""
    problem = shop.problem
    values: dict[str, object] = {"operation": problem.operations[wait.operation].key}
    if wait.other is not None:
        values["other"] = problem.operations[wait.other].key
    if wait.resource is not None:
        values |= _resource(shop, wait)
    code = str(wait.cause)
    if wait.other is None and wait.cause in (Cause.GAP, Cause.MATES):
        code += "_alone"
    if wait.other is not None and wait.cause is Cause.MATERIAL:
        code += "_made"
    if wait.cause is Cause.FROZEN and problem.operations[wait.operation].committed:
        code += "_issued"
    return Message(f"explain.{code}", values)


def _resource(shop: Shop, wait: Wait) -> dict[str, object]:
    problem, index = shop.problem, wait.resource or 0
    if wait.cause in (Cause.TOOL, Cause.TOOL_CLOSED, Cause.SERVICE):
        return {"tool": problem.tool_types[index]}
    if wait.cause in (Cause.PEOPLE, Cause.ABSENT):
        return {"skill": problem.skills[index]}
    if wait.cause is Cause.MATERIAL:
        return {"material": problem.materials[index].key}
    machine = problem.machines[index]
    return {"machine": machine.name or machine.key}
