"""A plan as a network of waits, replayed many times at once with other durations.

The sequence on every machine, copy and person is kept, as are all links, dates and receipts;
what takes longer pushes what waits for it. With the planned durations each operation begins and
ends just where the plan has it. Racks and pools are chained unit by unit (Policella, Cesta, Oddo
and Smith 2007); a batch is one node.

Not replayed: a longest lag does not hold the first operation back (``broken_lags`` counts how
often it is passed), a choice of machine or person is not made anew, and work in turns pauses
anywhere.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.scheduling import lags
from app.scheduling.floor import Spot
from app.scheduling.occupancy import Occupancy
from app.scheduling.problem import FOREVER, End, MachineKind, Pausing, Precedence, Schedule
from app.scheduling.shop import Shop, uses
from app.scheduling.timelines import Stock
from app.scheduling.windows import Stretches

Minutes = NDArray[np.int64]

START, END, PART = 0, 1, 2  # what of a source is waited for: its start, its end, a first part


class Clock:
    """A calendar's arithmetic on arrays of ticks. After its last window it is always open."""

    def __init__(self, stretches: Stretches) -> None:
        self.always = len(stretches.starts) == 1 and stretches.starts[0] <= -FOREVER
        self.starts = np.array(stretches.starts, np.int64)
        self.ends = np.array(stretches.ends, np.int64)
        self.before = np.array(stretches.before, np.int64)
        self.full = np.array(stretches.full, np.int64)
        self.longest = stretches.longest
        self.last = stretches.ends[-1] if stretches.ends else -FOREVER

    def next_open(self, time: Minutes) -> Minutes:
        """Earliest open ticks."""
        if self.always or not len(self.ends):
            return time
        i = np.minimum(np.searchsorted(self.ends, time, "right"), len(self.ends) - 1)
        return np.maximum(time, self.starts[i])

    def work(self, time: Minutes, minutes: Minutes) -> tuple[Minutes, Minutes]:
        """When work that is ready at ``time`` begins and ends."""
        if self.always or not len(self.ends):
            return time, time + minutes
        i = np.minimum(np.searchsorted(self.ends, time, "right"), len(self.ends) - 1)
        opened = self.starts[i]
        begin = np.maximum(time, opened)
        target = self.before[i] + begin - opened + minutes
        last = len(self.full) - 1
        j = np.minimum(np.searchsorted(self.full, target, "left"), last)
        done = self.starts[j] + target - self.before[j]
        if begin.max() >= self.last or target.max() > self.full[last]:
            done = np.where(begin >= self.last, begin + minutes, done)
        return begin, np.where(minutes > 0, done, begin)

    def holding(self, time: Minutes, minutes: Minutes) -> Minutes:
        """From when on the minutes fit without a pause; where they never do, the next opening."""
        if self.always or not len(self.ends):
            return time
        at = self.next_open(time)
        for _ in range(len(self.ends)):
            i = np.minimum(np.searchsorted(self.ends, at, "right"), len(self.ends) - 1)
            late = (self.ends[i] - at < minutes) & (at < self.ends[-1]) & (minutes <= self.longest)
            if not late.any():
                break
            at = np.where(late, self.next_open(np.maximum(self.ends[i], at)), at)
        return at


@dataclass(slots=True)
class Wait:
    """Waits for ``node``: its start, its end or a first ``part`` (p, q) of its run, plus a lag."""

    node: int
    what: int
    lag: int = 0
    clock: Clock | None = None
    part: tuple[int, int] = (0, 1)


@dataclass(slots=True)
class Node:
    """An operation, or a batch. Times in ticks, minutes of setup and run as the clocks count."""

    members: list[int]
    setup_start: int
    start: int
    end: int
    setup: int = 0
    run: int = 0
    begun: int | None = None  # running work: when it began
    whole: bool = False  # never pauses
    tied: bool = False  # a longest lag runs from it: it does not begin before its planned start
    ready: int = -FOREVER  # no run before this tick
    setup_clock: Clock | None = None
    run_clock: Clock | None = None
    starts: Clock | None = None  # when its run may begin
    setup_waits: list[Wait] = field(default_factory=list)
    run_waits: list[Wait] = field(default_factory=list)
    end_waits: list[tuple[Wait, tuple[int, int] | None]] = field(default_factory=list)


class Network:
    """A schedule, ready to be replayed. Built once; ``replay`` as often as one likes."""

    def __init__(self, shop: Shop, schedule: Schedule, *, early: bool = False) -> None:
        """``early``: work may begin before its planned start when all it waits for is there."""
        self.shop, self.early = shop, early
        self.seen = Occupancy(shop, schedule)
        self.nodes: list[Node] = []
        self.node_of: dict[int, int] = {}
        self._clocks: dict[int, tuple[Stretches, Clock]] = {}
        self._parts: set[int] = set()
        self.maxima: list[tuple[Precedence, Wait]] = []
        for members in self._lots(schedule):
            for operation in members:
                self.node_of[operation] = len(self.nodes)
            self.nodes.append(self._node(members))
        for operation in self.node_of:
            self._links(operation)
            self._dates(operation)
        self._machines()
        self._tools()
        self._people()
        self._materials()
        self.order = self._sorted()

    # -- nodes ------------------------------------------------------------------------------

    def _lots(self, schedule: Schedule) -> Iterator[list[int]]:
        batches: defaultdict[tuple[int, int, int], list[int]] = defaultdict(list)
        for p in schedule.placements:
            machine = self.seen.machine(p.operation)
            if self.shop.problem.machines[machine].kind is MachineKind.BATCH:
                batches[machine, p.start, p.end].append(p.operation)
            else:
                yield [p.operation]
        yield from batches.values()

    def spot(self, operation: int) -> Spot:
        found = self.seen.spot(operation)
        if found is None:
            raise LookupError(operation)
        return found

    def clock(self, stretches: Stretches) -> Clock:
        known = self._clocks.get(id(stretches))
        if known is None:
            known = self._clocks[id(stretches)] = (stretches, Clock(stretches))
        return known[1]

    def _node(self, members: list[int]) -> Node:
        lead = max(members, key=lambda o: (self.spot(o).setup, self.spot(o).way.least_run, -o))
        spot, shop = self.spot(lead), self.shop
        node = Node(members, spot.setup_start, spot.start, spot.end)
        begin = spot.start
        if shop.problem.operations[lead].started is not None:
            node.begun, begin = spot.start, max(spot.start, shop.now)
            node.setup_start = node.start = begin
        calendars = frozenset(shop.problem.tools[t].calendar for t in spot.tools)
        runs = shop.clock(spot.way.machine, calendars, spot.way.run_crew)
        allowed = shop.starts[spot.way.machine]
        if allowed is not None and node.begun is None:
            node.starts = self.clock(allowed)
        node.whole = shop.pausing(lead, spot.way) is Pausing.NEVER and node.begun is None
        node.run_clock, node.run = self._fitting(runs, begin, spot.end)
        if spot.setup_start < spot.start and node.begun is None:
            sets = shop.clock(spot.way.machine, calendars, spot.way.setup_crew)
            last = spot.setup_segments[-1][1]
            node.setup_clock, node.setup = self._fitting(sets, spot.setup_start, last)
        return node

    def _fitting(self, stretches: Stretches, start: int, end: int) -> tuple[Clock | None, int]:
        """The clock, and its minutes between two ticks; elapsed ones if it does not tell them."""
        minutes = stretches.worked(end) - stretches.worked(start)
        if stretches.next_open(start) == start and stretches.advance(start, minutes) == end:
            return self.clock(stretches), minutes
        return None, end - start

    # -- what it waits for ------------------------------------------------------------------

    def _links(self, operation: int) -> None:
        node, shop = self.nodes[self.node_of[operation]], self.shop
        early = shop.problem.operations[operation].setup_needs_material
        for link in shop.before[operation]:
            source = self.node_of.get(link.before)
            if source is None or self.nodes[source] is node:
                continue
            stretches = None if link.clock is None else shop.calendars[link.clock]
            clock = None if stretches is None else self.clock(stretches)
            what = START if link.before_end is End.START else END
            wait = Wait(source, what, link.min_lag, clock)
            if link.max_lag is not None:
                from_end = END if link.transfer is not None else what
                self.nodes[source].tied = True
                self.maxima.append((link, Wait(source, from_end, link.max_lag, clock)))
            if link.transfer is not None:
                node.end_waits.append((Wait(source, END), link.transfer))
                wait = Wait(source, PART, link.min_lag, clock, link.transfer)
                self._parts.add(source)
            if lags.to_end(link):
                node.end_waits.append((wait, None))
            else:
                (node.setup_waits if early else node.run_waits).append(wait)
        for holder in shop.held[operation]:
            source = self.node_of.get(holder)
            if source is not None and self.nodes[source] is not node:
                node.run_waits.append(Wait(source, START))

    def _dates(self, operation: int) -> None:
        node, problem = self.nodes[self.node_of[operation]], self.shop.problem
        record, frozen = problem.operations[operation], self.shop.frozen[operation]
        release = max(record.release, problem.orders[record.order].release)
        if frozen.first is not None:
            release = max(release, frozen.first)
        node.ready = max(node.ready, release)

    def _machines(self) -> None:
        """The one before on the machine; on a rack those whose units it takes."""
        by_machine: defaultdict[int, list[int]] = defaultdict(list)
        for index, node in enumerate(self.nodes):
            by_machine[self.seen.machine(node.members[0])].append(index)
        for machine, found in by_machine.items():
            record = self.shop.problem.machines[machine]
            if record.kind is MachineKind.CUMULATIVE:
                loads = [(self._span(i), self.spot(self.nodes[i].members[0]).way.load, i)
                         for i in found]  # fmt: skip
                self._chain((s[0], s[1], load, i, i) for s, load, i in loads)
            else:
                self._chain((*self._span(i), 1, i, i) for i in found)

    def _span(self, index: int) -> tuple[int, int]:
        node = self.nodes[index]
        return node.setup_start if node.begun is None else node.begun, node.end

    def _tools(self) -> None:
        """The use before of each copy, or of so many units of a pool; to the end of its hold."""
        by_tool: defaultdict[int, list[tuple[int, int, int, int, int]]] = defaultdict(list)
        for operation, index in self.node_of.items():
            spot = self.spot(operation)
            for tool, demand, units in uses(self.shop, spot.way, spot.tools):
                last = self.node_of.get(demand.until) if demand.until is not None else None
                end, until = self.nodes[index].end, index
                if last is not None and self.nodes[last].end >= end:
                    end, until = self.nodes[last].end, last
                by_tool[tool].append((self._span(index)[0], end, units, index, until))
        for found in by_tool.values():
            self._chain(found)

    def _chain(self, taken: Iterable[tuple[int, int, int, int, int]]) -> None:
        """(start, end, units, who, whose end frees them): each takes the units freed last."""
        free: list[tuple[int, int, int]] = []  # (end, units, node)
        for start, end, units, who, until in sorted(taken):
            needed = units
            free.sort(reverse=True)
            kept: list[tuple[int, int, int]] = []
            for at, count, owner in free:
                if needed and at <= start:
                    part = min(count, needed)
                    needed -= part
                    count -= part
                    self._wait(who, owner, early=True)
                if count:
                    kept.append((at, count, owner))
            free = [*kept, (end, units, until)]

    def _wait(self, who: int, owner: int, *, early: bool) -> None:
        node = self.nodes[who]
        waits = node.setup_waits if early else node.run_waits
        known = any(w.node == owner and w.what == END and not w.lag for w in waits)
        if owner != who and node.begun is None and not known:
            waits.append(Wait(owner, END))

    def _people(self) -> None:
        """What a person did before: to its end, or to its run if he only set it up."""
        work: defaultdict[int, list[tuple[int, int, int, bool]]] = defaultdict(list)
        for operation, index in self.node_of.items():
            for one in self.seen.placed[operation].crew:
                work[one.operator].append((one.start, one.end, index, one.setup))
        for found in work.values():
            found.sort()
            for (_, _, before, only_setup), (_, _, after, setup) in pairwise(found):
                node, source = self.nodes[after], self.nodes[before]
                if before == after or node.begun is not None:
                    continue
                target = node.setup_start if setup else node.start
                if source.end <= target:
                    self._wait(after, before, early=setup)
                elif only_setup and source.start <= target:
                    (node.setup_waits if setup else node.run_waits).append(Wait(before, START))

    def _materials(self) -> None:
        """Receipts and makers whose supply each taker uses, dealt out in plan order."""
        shop = self.shop
        for material, record in enumerate(shop.problem.materials):
            takers = [o for o in shop.takers[material] if o in self.node_of]
            if not takers:
                continue
            stock = Stock()
            stock.add(-FOREVER, record.stock)
            for tick, quantity in record.receipts:
                stock.add(tick, quantity)
            makers: defaultdict[int, list[int]] = defaultdict(list)
            for maker in shop.makers[material]:
                if maker in self.node_of:
                    end = self.seen.placed[maker].end
                    makers[end].append(self.node_of[maker])
                    made = shop.problem.operations[maker].produces
                    stock.add(end, sum(q for m, q in made if m == material))
            for taken, operation in sorted((self._taken(o), o) for o in takers):
                self._feed(operation, taken, material, stock, makers)

    def _taken(self, operation: int) -> int:
        placement = self.seen.placed[operation]
        early = self.shop.problem.operations[operation].setup_needs_material
        return placement.setup_start if early else placement.start

    def _feed(
        self,
        operation: int,
        taken: int,
        material: int,
        stock: Stock,
        makers: dict[int, list[int]],
    ) -> None:
        record = self.shop.problem.operations[operation]
        index = self.node_of[operation]
        needed = sum(q for m, q in record.consumes if m == material)
        for tick, _ in stock.take(taken, needed):
            self.nodes[index].ready = max(self.nodes[index].ready, tick)
            for maker in makers.get(tick, ()):
                self._wait(index, maker, early=record.setup_needs_material)

    # -- order ------------------------------------------------------------------------------

    def _sorted(self) -> list[int]:
        """Sources before who waits for them, else in plan order; a circle is cut at its first."""
        follow: list[list[int]] = [[] for _ in self.nodes]
        waiting = [0] * len(self.nodes)
        for index, node in enumerate(self.nodes):
            waits = [*node.setup_waits, *node.run_waits, *(w for w, _ in node.end_waits)]
            for source in {wait.node for wait in waits}:
                follow[source].append(index)
                waiting[index] += 1
        keys = [(n.setup_start, n.start, n.end, i) for i, n in enumerate(self.nodes)]
        left = sorted(keys, reverse=True)
        ready = [key for key in keys if not waiting[key[3]]]
        heapq.heapify(ready)
        done = [False] * len(self.nodes)
        order: list[int] = []
        while len(order) < len(self.nodes):
            while not ready:
                key = left.pop()
                if not done[key[3]]:
                    ready.append(key)
            index = heapq.heappop(ready)[3]
            if done[index]:
                continue
            done[index] = True
            order.append(index)
            for other in follow[index]:
                waiting[other] -= 1
                if waiting[other] == 0 and not done[other]:
                    heapq.heappush(ready, keys[other])
        return order

    # -- replays ----------------------------------------------------------------------------

    def replay(
        self,
        setups: NDArray[np.float32],
        runs: NDArray[np.float32],
        only: Sequence[int] | None = None,
    ) -> Replays:
        """All replays at once; ``setups`` and ``runs``: factors on the durations, (nodes, n).

        ``only``: these nodes, with a row of factors each; the others stay empty.
        """
        shape = (len(self.nodes), runs.shape[1])
        result = Replays(np.empty(shape, np.int64), np.empty(shape, np.int64))
        done = [False] * len(self.nodes)
        rows = None if only is None else {node: row for row, node in enumerate(only)}
        for index in self.order:
            row = index if rows is None else rows.get(index)
            if row is not None:
                self._run(index, setups[row], runs[row], result, done)
                done[index] = True
        return result

    def before(self, nodes: Iterable[int]) -> list[int]:
        """Nodes with all that they wait for, directly or not."""
        found: set[int] = set()
        stack = list(nodes)
        while stack:
            index = stack.pop()
            if index in found:
                continue
            found.add(index)
            node = self.nodes[index]
            waits = [*node.setup_waits, *node.run_waits, *(wait for wait, _ in node.end_waits)]
            stack += [wait.node for wait in waits]
        return sorted(found)

    def _run(
        self,
        index: int,
        setup: NDArray[np.float32],
        run: NDArray[np.float32],
        result: Replays,
        done: list[bool],
    ) -> None:
        node, starts, ends = self.nodes[index], result.starts, result.ends
        early = self.early and node.begun is None and not node.tied
        floor = self.shop.now if early else node.setup_start
        at = np.full(len(run), floor, np.int64)
        for wait in node.setup_waits:
            if done[wait.node]:
                np.maximum(at, self._reached(wait, result), out=at)
        if node.setup:
            minutes = np.rint(node.setup * setup).astype(np.int64)
            clock = node.setup_clock
            at = at + minutes if clock is None else clock.work(at, minutes)[1]
        if node.ready > -FOREVER and node.begun is None:
            at = np.maximum(at, node.ready)
        for wait in node.run_waits:
            if done[wait.node]:
                at = np.maximum(at, self._reached(wait, result))
        minutes = np.rint(node.run * run).astype(np.int64)
        if node.starts is not None:
            at = node.starts.holding(at, np.ones_like(at))
        clock = node.run_clock
        if clock is not None and node.whole:
            at = clock.holding(at, minutes)
        if not early and node.begun is None and not node.setup:
            at = np.maximum(at, node.start)
        end = at + minutes
        if clock is not None and node.run:
            at, end = clock.work(at, minutes)
        for wait, share in node.end_waits:
            if done[wait.node]:
                least = self._reached(wait, result)
                if share is not None:
                    least = least + -(-minutes * share[0] // share[1])
                end = np.maximum(end, least)
        if index in self._parts:
            result.minutes[index] = minutes
        starts[index] = at if node.begun is None else node.begun
        ends[index] = end

    def _reached(self, wait: Wait, result: Replays) -> Minutes:
        base: Minutes = (result.ends if wait.what == END else result.starts)[wait.node]
        if wait.what == PART:
            node, minutes = self.nodes[wait.node], result.minutes[wait.node]
            first = -(-minutes * wait.part[0] // wait.part[1])
            base = base if node.begun is None else np.maximum(base, node.start)
            clock = node.run_clock
            base = base + first if clock is None else clock.work(base, first)[1]
        if wait.lag == 0:
            return base
        if wait.clock is None or wait.lag < 0:
            return base + wait.lag
        return wait.clock.work(base, np.full(len(base), wait.lag, np.int64))[1]

    def broken_lags(self, result: Replays) -> list[tuple[Precedence, float]]:
        """Links whose longest lag is passed in some replays, and in what share of them."""
        found = []
        for link, wait in self.maxima:
            times = result.ends if lags.to_end(link) else result.starts
            reached = times[self.node_of[link.after]]
            share = float((reached > self._reached(wait, result)).mean())
            if share > 0:
                found.append((link, share))
        return found


@dataclass(slots=True)
class Replays:
    """Run starts and ends in ticks, (nodes, replays); run minutes where a part of them counts."""

    starts: Minutes
    ends: Minutes
    minutes: dict[int, Minutes] = field(default_factory=dict)
