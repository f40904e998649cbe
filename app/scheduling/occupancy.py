"""Who holds what when in a finished plan: machines, tools and people, for reading.

Unlike ``floor`` nothing is placed here. Times in ticks; bookings are (start, end, operation).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TypeVar

from app.core.watch import look
from app.scheduling.decode import spot_of
from app.scheduling.floor import Spot
from app.scheduling.problem import FOREVER, MachineKind, Placement, Schedule
from app.scheduling.shop import Demand, Shift, Shop, uses
from app.scheduling.windows import Segment, Stretches

Booking = tuple[int, int, int]
AnyBooking = TypeVar("AnyBooking", Booking, tuple[int, int, int, int])


class Occupancy:
    """A schedule, indexed by what it takes. Indexes are made when first asked for."""

    def __init__(self, shop: Shop, schedule: Schedule) -> None:
        self.shop, self.schedule = shop, schedule
        self.placed = {p.operation: p for p in schedule.placements}
        self._spots: dict[int, Spot] = {}
        self._reach: dict[int, list[int]] = {}  # by person: the latest end up to each booking

    def spot(self, operation: int) -> Spot | None:
        """Where an operation stands; None if it is not placed."""
        known = self._spots.get(operation)
        if known is None and operation in self.placed:
            known = self._spots[operation] = spot_of(self.shop, self.placed[operation])
        return known

    def machine(self, operation: int) -> int:
        placement = self.placed[operation]
        return self.shop.ways[operation][placement.mode].machine

    @cached_property
    def on_machine(self) -> list[list[Booking]]:
        """By machine, from setup start to end, sorted."""
        places = map(self._at_machine, self.schedule.placements)
        return _sorted(places, len(self.shop.problem.machines))

    def _at_machine(self, p: Placement) -> tuple[int, Booking]:
        return self.machine(p.operation), (p.setup_start, p.end, p.operation)

    @cached_property
    def of_tool(self) -> list[list[tuple[int, int, int, int]]]:
        """By tool: (start, end, operation, units), to the end of a hold."""
        places = (place for p in self.schedule.placements for place in self._with_tools(p))
        return _sorted(places, len(self.shop.problem.tools))

    def _with_tools(self, p: Placement) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
        way = self.shop.ways[p.operation][p.mode]
        for tool, demand, units in uses(self.shop, way, p.tools):
            last = self.placed.get(demand.until) if demand.until is not None else None
            end = p.end if last is None else max(p.end, last.end)
            yield tool, (p.setup_start, end, p.operation, units)

    @cached_property
    def of_person(self) -> list[list[Booking]]:
        """By operator, sorted; what is done for a batch is booked at one of its members."""
        places = (place for p in self.schedule.placements for place in self._by_people(p))
        return _sorted(places, len(self.shop.problem.operators))

    def _by_people(self, p: Placement) -> Iterator[tuple[int, Booking]]:
        for work in p.crew:
            yield work.operator, (work.start, work.end, p.operation)

    def after(self, schedule: Schedule, moved: Sequence[Placement]) -> Occupancy:
        """Of a plan that differs from this one by what these operations take."""
        return _Moved(self, schedule, moved)

    def together(self, operation: int) -> list[int]:
        """The members of its batch; itself alone on any other machine."""
        own, machine = self.placed[operation], self.machine(operation)
        if self.shop.problem.machines[machine].kind is not MachineKind.BATCH:
            return [operation]
        return [
            o
            for a, b, o in self.on_machine[machine]
            if a == own.setup_start and b == own.end and self.placed[o].start == own.start
        ]

    # -- what is in the way in [start, end) -------------------------------------------------

    def machine_busy(self, operation: int, start: int, end: int) -> list[Booking]:
        """When others leave no room for an operation on its machine, and who."""
        machine = self.machine(operation)
        record = self.shop.problem.machines[machine]
        own = set(self.together(operation))
        others = [b for b in self.on_machine[machine] if b[2] not in own]
        if record.kind is not MachineKind.CUMULATIVE:
            return clip(others, start, end)
        loads = [(a, b, o, self._load(o)) for a, b, o in others]
        return scarce(loads, record.capacity - self._load(operation), start, end)

    def _load(self, operation: int) -> int:
        return self.shop.ways[operation][self.placed[operation].mode].load

    def tools_busy(self, operation: int, start: int, end: int) -> Iterator[tuple[int, Booking]]:
        """(tool type, booking): when too few copies of a type that it asks for are free."""
        placement = self.placed[operation]
        for demand in self.shop.ways[operation][placement.mode].tools:
            kind = demand.tool_type
            pools, copies = self.shop.pools[kind], self.shop.copies[kind]
            everyone = pools or copies
            taken = [b for t in everyone for b in self.of_tool[t] if b[2] != operation]
            if not pools:
                taken = [(a, b, o, 1) for a, b, o, _ in taken]
            capacity = sum(self.shop.problem.tools[t].capacity for t in everyone)
            for booking in scarce(taken, capacity - demand.count, start, end):
                yield kind, booking

    def tools_closed(self, operation: int, start: int, end: int) -> Iterator[tuple[int, Segment]]:
        """(tool type, stretch): when a copy that it uses is closed by its own calendar."""
        tools = self.shop.problem.tools
        for tool in self.placed[operation].tools:
            clock = self.shop.calendars[tools[tool].calendar]
            for stretch in closed(clock, start, end):
                yield tools[tool].tool_type, stretch

    def services(self, operation: int, start: int, end: int) -> Iterator[tuple[int, Segment]]:
        """(tool type, stretch): when a copy that it takes is serviced, right after its last use."""
        tools = self.shop.problem.tools
        for tool in self.placed[operation].tools:
            record = tools[tool]
            if record.service_every is None:
                continue
            shots, free_from = record.unserviced, self.shop.now
            for a, b, user, _ in self.of_tool[tool]:
                rested = a - free_from >= record.service_minutes
                if user == operation:
                    done = min(end, free_from + record.service_minutes)
                    if rested and shots >= record.service_every and start < done:
                        yield record.tool_type, (max(start, free_from), done)
                    break
                shots = (0 if rested else shots) + self._shots(user, tool)
                free_from = b

    def _shots(self, operation: int, tool: int) -> int:
        """Shots that an operation makes with a copy; none if it only holds it."""
        spot = self.spot(operation)
        if spot is None:
            return 0
        shaping = any(t == tool and d.shapes for t, d, _ in uses(self.shop, spot.way, spot.tools))
        return spot.shots if shaping else 0

    def people_short(
        self, demands: Demand, operation: int, start: int, end: int
    ) -> Iterator[tuple[int, int, int, int | None]]:
        """(skill, start, end, other): too few who hold a skill are there (other None) or free.

        ``other`` is what one of them works at.
        """
        own = set(self.together(operation))
        for skill, heads in demands:
            for a, b in self._steps(skill, start, end):
                there = [s.operator for s in self.shop.roster[skill] if _open_at(s, a)]
                if len(there) < heads:
                    yield skill, a, b, None
                    continue
                busy = [o for person in there if (o := self._works_at(person, a, own)) is not None]
                if len(there) - len(busy) < heads:
                    yield skill, a, b, busy[0]

    def _steps(self, skill: int, start: int, end: int) -> list[Segment]:
        """``[start, end)``, cut wherever somebody who holds the skill comes, goes or changes."""
        look()
        cuts = {start, end}
        for shift in self.shop.roster[skill]:
            cuts.update(t for t in (*shift.starts, *shift.ends) if start < t < end)
            for a, b, _ in self._work(shift.operator, start, end):
                cuts.update(t for t in (a, b) if start < t < end)
        times = sorted(cuts)
        return list(pairwise(times))

    def _works_at(self, person: int, time: int, own: set[int]) -> int | None:
        for _, _, operation in self._work(person, time, time + 1):
            if operation not in own:
                return operation
        return None

    def _work(self, person: int, start: int, end: int) -> Sequence[Booking]:
        """A person's bookings that touch ``[start, end)``, found from behind: the last that begin
        before its end, as long as any before them may reach into it."""
        bookings = self.of_person[person]
        reach = self._reach.get(person)
        if reach is None:
            reach = self._reach[person] = list(accumulate((b for _, b, _ in bookings), max))
        last = first = bisect_left(bookings, (end,))
        while first and reach[first - 1] > start:
            first -= 1
        return [booking for booking in bookings[first:last] if booking[1] > start]

    # -- materials --------------------------------------------------------------------------

    def supplied(self, operation: int, material: int, quantity: int) -> tuple[int, int | None]:
        """From when on there is enough, whatever others take, and who made the last of it.

        (-FOREVER, None) if it never ran short. Counted back from when the plan takes it.
        """
        spot = self.spot(operation)
        if spot is None:
            return -FOREVER, None
        events = sorted(self._events(material, operation), key=lambda e: (e[0], e[1] < 0))
        early = self.shop.problem.operations[operation].setup_needs_material
        taken = spot.setup_start if early else spot.start
        balance, since, maker = self.shop.problem.materials[material].stock, -FOREVER, None
        short = balance < quantity
        for tick, change, other in events:
            if tick > taken:
                break
            balance += change
            if short and balance >= quantity:
                since, maker = tick, other
            short = balance < quantity
        return since, maker

    def _events(self, material: int, without: int) -> Iterator[tuple[int, int, int | None]]:
        """Receipts, makers' ends and takers' starts: (tick, change, operation)."""
        operations = self.shop.problem.operations
        for tick, quantity in self.shop.problem.materials[material].receipts:
            yield tick, quantity, None
        for maker in self.shop.makers[material]:
            if maker in self.placed:
                for made, quantity in operations[maker].produces:
                    if made == material:
                        yield self.placed[maker].end, quantity, maker
        for taker in self.shop.takers[material]:
            if taker in self.placed and taker != without:
                early = operations[taker].setup_needs_material
                p = self.placed[taker]
                for needed, quantity in operations[taker].consumes:
                    if needed == material:
                        yield (p.setup_start if early else p.start), -quantity, taker


class _Moved(Occupancy):
    """A plan of which some operations have moved: only lists that they are in are made anew."""

    def __init__(self, base: Occupancy, schedule: Schedule, moved: Sequence[Placement]) -> None:
        self.shop, self.schedule, self._base = base.shop, schedule, base
        self._moved = {p.operation for p in moved}
        self.placed = {**base.placed, **{p.operation: p for p in moved}}
        self._spots, self._reach = {}, {}

    def _old(self, operations: Iterable[int]) -> Iterator[Placement]:
        return (self._base.placed[o] for o in operations if o in self._base.placed)

    def _new(self, operations: Iterable[int]) -> Iterator[Placement]:
        return (self.placed[o] for o in operations if o in self.placed)

    @cached_property
    def on_machine(self) -> list[list[Booking]]:
        base, moved = self._base, self._moved
        return _exchanged(
            base.on_machine, moved, map(base._at_machine, self._old(moved)),
            map(self._at_machine, self._new(moved)),
        )  # fmt: skip

    @cached_property
    def of_tool(self) -> list[list[tuple[int, int, int, int]]]:
        """Of those, too, that keep a tool until what has moved."""
        moved = {*self._moved, *(o for one in self._moved for o in self.shop.held[one])}
        return _exchanged(
            self._base.of_tool, moved,
            (place for p in self._old(moved) for place in self._base._with_tools(p)),
            (place for p in self._new(moved) for place in self._with_tools(p)),
        )  # fmt: skip

    @cached_property
    def of_person(self) -> list[list[Booking]]:
        moved = self._moved
        return _exchanged(
            self._base.of_person, moved,
            (place for p in self._old(moved) for place in self._by_people(p)),
            (place for p in self._new(moved) for place in self._by_people(p)),
        )  # fmt: skip


def _sorted(places: Iterable[tuple[int, AnyBooking]], count: int) -> list[list[AnyBooking]]:
    """Bookings by the number of what they take."""
    found: list[list[AnyBooking]] = [[] for _ in range(count)]
    for number, booking in places:
        found[number].append(booking)
    return [sorted(bookings) for bookings in found]


def _exchanged(
    lists: Sequence[list[AnyBooking]],
    operations: Collection[int],
    old: Iterable[tuple[int, AnyBooking]],
    new: Iterable[tuple[int, AnyBooking]],
) -> list[list[AnyBooking]]:
    """The lists with other bookings of these operations; those they are not in stay the same."""
    more: defaultdict[int, list[AnyBooking]] = defaultdict(list)
    for number, _ in old:
        more[number] = []
    for number, booking in new:
        more[number].append(booking)
    found = list(lists)
    for number, bookings in more.items():
        bookings += [b for b in lists[number] if b[2] not in operations]
        found[number] = sorted(bookings)
    return found


def closed(clock: Stretches, start: int, end: int) -> list[Segment]:
    """The closed parts of ``[start, end)``."""
    return less([(start, end)], clock.between(start, end))


def clip(bookings: Iterable[Booking], start: int, end: int) -> list[Booking]:
    """Bookings inside ``[start, end)``."""
    return [(max(a, start), min(b, end), o) for a, b, o in bookings if a < end and start < b]


def scarce(
    bookings: Sequence[tuple[int, int, int, int]], most: int, start: int, end: int
) -> list[Booking]:
    """When more than ``most`` units are taken in ``[start, end)``, and who ends first then."""
    inside = [b for b in bookings if b[0] < end and start < b[1]]
    cuts = {start, end}
    for a, b, _, _ in inside:
        cuts.update(t for t in (a, b) if start < t < end)
    times = sorted(cuts)
    found: list[Booking] = []
    for a, b in pairwise(times):
        there = [(e, o, units) for s, e, o, units in inside if s <= a < e]
        if sum(units for _, _, units in there) > most:
            found.append((a, b, min(there)[1]))
    return found


def less(whole: Iterable[Segment], parts: Iterable[Segment]) -> list[Segment]:
    """What is left of disjoint segments without ``parts``."""
    left = list(whole)
    for start, end in parts:
        kept: list[Segment] = []
        for a, b in left:
            if end <= a or b <= start:
                kept.append((a, b))
                continue
            if a < start:
                kept.append((a, start))
            if end < b:
                kept.append((end, b))
        left = kept
    return left


def _open_at(shift: Shift, time: int) -> bool:
    i = bisect_right(shift.starts, time) - 1
    return i >= 0 and time < shift.ends[i]
