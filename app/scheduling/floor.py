"""The shop floor while a plan is made: what is placed, and the earliest place for what is not.

``Floor.place`` is the one search: it proposes a shape in time and asks each resource in turn;
whoever says no names the earliest time at which asking again is worth while.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.scheduling import lags
from app.scheduling.crew import Crews, Displace, clipped
from app.scheduling.problem import (
    FOREVER,
    Assignment,
    MachineKind,
    Pausing,
    Placement,
    Precedence,
)
from app.scheduling.setups import State
from app.scheduling.shapes import Shape, Work, shape
from app.scheduling.shop import Reason, Shop, Use, Way, uses
from app.scheduling.timelines import Bookings, Profile, Stock, enough
from app.scheduling.windows import Segment, Stretches

NO_CALENDARS: frozenset[int] = frozenset()


@dataclass(slots=True)
class Spot:
    """Where an operation stands or could stand."""

    operation: int
    way: Way
    setup_start: int
    start: int
    end: int
    setup_segments: list[Segment]
    run_segments: list[Segment]
    tools: tuple[int, ...] = ()
    crew: tuple[Assignment, ...] = ()
    setup: int = 0
    change: int = 0
    cost: float = 0.0
    claims: list[tuple[int, int, int]] = field(default_factory=list)
    follower: tuple[int, tuple[object, ...]] | None = None
    batch: Batch | None = None
    shots: int = 0

    def runs(self) -> list[Segment]:
        return self.run_segments


@dataclass(slots=True)
class Batch:
    """Operations that share one run of an oven."""

    key: int
    machine: int
    family: int
    families: State
    lead: Spot
    load: int = 0
    members: list[int] = field(default_factory=list)
    first_piece: int = 0
    run: int = 0


@dataclass(slots=True)
class Bounds:
    """What neighbours and dates leave open: setup from ``held``, run from ``run`` and so on."""

    held: int
    run: int
    end: int = -FOREVER
    last_start: int = FOREVER
    last_end: int = FOREVER
    start_blame: Precedence | None = None
    end_blame: Precedence | None = None
    transfers: tuple[tuple[int, tuple[int, int]], ...] = ()


class Floor:
    """All resources over time. ``spots``: by operation, None = not placed."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        problem = shop.problem
        self.operations = problem.operations
        self.spots: list[Spot | None] = [None] * len(problem.operations)
        self.crews = Crews(shop)
        self.books = [Bookings() for _ in problem.machines]
        self.racks = {
            index: Profile(m.capacity)
            for index, m in enumerate(problem.machines)
            if m.kind is MachineKind.CUMULATIVE
        }
        self._ovens = [
            book
            for book, m in zip(self.books, problem.machines, strict=True)
            if m.kind is MachineKind.BATCH
        ]
        self.mounted: list[dict[int, State]] = [{} for _ in problem.machines]  # after an owner
        self.copies = [Bookings() for _ in problem.tools]
        self.pools = {t: Profile(r.capacity) for t, r in enumerate(problem.tools) if r.capacity > 1}
        self.life = [t.life for t in problem.tools]
        self.last_machine = [-1] * len(problem.tools)
        self.stocks = [Stock() for _ in problem.materials]
        for material, stock in zip(problem.materials, self.stocks, strict=True):
            stock.add(-FOREVER, material.stock)
            for tick, quantity in material.receipts:
                stock.add(tick, quantity)
        self.batches: dict[int, Batch] = {}
        self.open_batches: list[dict[int, list[Batch]]] = [{} for _ in problem.machines]
        self._next_batch = 0
        self.reason: Reason = ("no_machine", ())
        self._displace: Displace | None = None
        self.soft_from = FOREVER  # what ends before stays where it is
        self.mates: set[int] | None = None  # join only a batch of one of these
        self.force: tuple[int, ...] | None = None  # tools that are given
        self.keep: Spot | None = None  # a repair prefers the people and tools of this spot
        self.gaps = [1] * len(problem.machines)  # shortest run by machine
        shortest: dict[int, int] = {}
        for ways in shop.ways:
            for way in ways:
                known = shortest.get(way.machine, FOREVER)
                shortest[way.machine] = min(known, max(1, way.least_run))
        for machine, minutes in shortest.items():
            self.gaps[machine] = minutes

    @property
    def displace(self) -> Displace | None:
        """How a repair takes something out of the way; None while a plan is built."""
        return self._displace

    @displace.setter
    def displace(self, displace: Displace | None) -> None:
        self._displace = self.crews.displace = displace

    def spot(self, operation: int) -> Spot:
        """Where a placed operation stands; LookupError if it is not placed."""
        spot = self.spots[operation]
        if spot is None:
            raise LookupError(operation)
        return spot

    # -- bounds from neighbours and dates -------------------------------------------------

    def bounds(self, operation: int, *, lenient: bool = False) -> Bounds | None:
        """What placed predecessors and dates leave; None if a predecessor is missing.

        ``lenient``: predecessors that are not placed (yet) do not matter.
        """
        shop, record = self.shop, self.operations[operation]
        order = shop.problem.orders[record.order]
        limits = Bounds(
            shop.now, max(record.release, order.release), last_start=record.latest_start
        )
        transfers: list[tuple[int, tuple[int, int]]] = []
        for link in shop.before[operation]:
            before = self.spots[link.before]
            if before is None:
                if lenient:
                    continue
                return None
            clock = None if link.clock is None else shop.calendars[link.clock]
            at = lags.earliest(link, before, clock)
            if lags.to_end(link):
                limits.end = max(limits.end, at)
            elif at > limits.run:
                limits.run = at
            if link.transfer is not None:
                transfers.append((before.end, link.transfer))
            if link.max_lag is not None:
                self._limit(limits, link, lags.latest(link, before, clock))
        for holder in shop.held[operation]:
            spot = self.spots[holder]
            if spot is None and not lenient:
                return None
            if spot is not None:
                limits.run = max(limits.run, spot.start)
        for material, quantity in record.consumes:
            limits.run = max(limits.run, self.stocks[material].earliest(quantity))
        if record.setup_needs_material:  # before a pin counts: that one holds the run alone
            limits.held = max(limits.held, limits.run)
        frozen = shop.frozen[operation]
        if frozen.first is not None:
            limits.run = max(limits.run, frozen.first)
        if frozen.last is not None and frozen.last < limits.last_start:
            limits.last_start, limits.start_blame = frozen.last, None
        limits.transfers = tuple(transfers)
        return limits

    @staticmethod
    def _limit(limits: Bounds, link: Precedence, at: int) -> None:
        if lags.to_end(link):
            if at < limits.last_end:
                limits.last_end, limits.end_blame = at, link
        elif at < limits.last_start:
            limits.last_start, limits.start_blame = at, link

    # -- the search -----------------------------------------------------------------------

    def place(self, operation: int, way: Way, limits: Bounds) -> Spot | None:
        """The earliest spot in this mode within the limits; None (see ``reason``) if none."""
        held, run = limits.held, limits.run
        for _ in range(200):
            if run >= FOREVER or held >= FOREVER:
                return None
            if way.kind is MachineKind.BATCH:
                spot = self._in_oven(operation, way, held, run, limits)
            else:
                spot = self._on_machine(operation, way, held, run, limits)
            if spot is None:
                return None
            least = limits.end
            for before_end, transfer in limits.transfers:
                worked = sum(b - a for a, b in spot.run_segments)
                least = max(least, before_end + lags.share(worked, transfer))
            if spot.end >= least:
                return self._within(spot, limits)
            run = spot.start + self._step(spot, least)
        self.reason = ("no_window", ())
        return None

    def _step(self, spot: Spot, least: int) -> int:
        """By how much to put a run off that ends too early; never past the earliest that fits."""
        clock = self._clock(spot.operation, spot.way, spot.way.run_crew, spot.tools)
        worked = sum(b - a for a, b in spot.run_segments)
        return max(1, clock.retreat(least, worked) - spot.start)

    def _within(self, spot: Spot, limits: Bounds) -> Spot | None:
        if spot.start > limits.last_start or spot.end > limits.last_end:
            self.reason = ("too_late", ())
            return None
        return spot

    def _clock(
        self, operation: int, way: Way, heads: tuple[tuple[int, int], ...], tools: Sequence[int]
    ) -> Stretches:
        calendars = NO_CALENDARS
        records = self.shop.problem.tools
        if tools:
            calendars = frozenset(records[t].calendar for t in tools)
        for holder in self.shop.held[operation]:
            spot = self.spots[holder]
            if spot is not None:
                calendars |= {records[t].calendar for t in self._kept_tools(spot, operation)}
        return self.shop.clock(way.machine, calendars, heads)

    def _kept_tools(self, spot: Spot, until: int) -> list[int]:
        return [t for t, demand, _ in self._uses(spot) if demand.until == until]

    def _on_machine(
        self, operation: int, way: Way, held: int, run: int, limits: Bounds
    ) -> Spot | None:
        """On a unary machine, in a gap that is long enough; or beside others on a rack."""
        if way.kind is MachineKind.UNARY:
            return self._in_gap(operation, way, held, run, limits)
        setup = self._setup_minutes(operation, way, 0)
        while True:
            spot, held, run = self.attempt(operation, way, setup, held, run, FOREVER)
            if spot is None:
                if held >= FOREVER or run > limits.last_start:
                    return None
                continue
            return spot

    def _push_users(self, profile: Profile, start: int, end: int) -> bool:
        """Takes the last of those who may go out of the way."""
        users = sorted(profile.users(start, end), key=lambda o: (-self.spot(o).setup_start, o))
        return self.displace is not None and any(self.displace(owner) for owner in users)

    def _in_gap(self, operation: int, way: Way, held: int, run: int, limits: Bounds) -> Spot | None:
        machine = self.books[way.machine]
        setups = self.shop.setups[way.machine]
        families = self.operations[operation].families
        fixed = way.setup
        if self.displace is None:
            held = max(held, self._fill_up(way, machine))
        reason: Reason | None = None
        while True:
            if held >= FOREVER or run > limits.last_start:
                self.reason = reason or ("too_late", ())
                return None
            i = bisect_right(machine.ends, held)
            hard = FOREVER if self.displace is None else self.soft_from
            held, i = long_enough(machine, i, held, run, fixed, way.least_run, hard)
            last = i == len(machine.ends)
            gap_end = FOREVER if last else machine.starts[i]
            if max(held + fixed, run) + way.least_run > gap_end:
                if not self._push(machine, i):
                    held = machine.ends[i]
                continue
            change = setups.change(self._state(way.machine, machine, i), families)
            if change is None:
                reason = ("forbidden_changeover", ())
                held = FOREVER if last else machine.ends[i]
                continue
            setup = self._setup_minutes(operation, way, change.minutes)
            count = len(machine.owners)
            spot, begin, run_from = self.attempt(operation, way, setup, held, run, gap_end)
            if len(machine.owners) != count:  # something was pushed away: look again
                continue
            if spot is None or spot.end > gap_end:
                if begin >= FOREVER and spot is None:
                    return None
                if spot is None and begin < gap_end and run_from < gap_end:
                    held, run = max(held, begin), run_from
                elif last:
                    held, run = begin, run_from
                elif not self._push(machine, i):
                    held = machine.ends[i]
                continue
            spot.change, spot.cost = change.minutes, change.cost
            if (
                setups.parts
                and not last
                and not self._followers_hold(way.machine, machine, i, spot)
            ):
                if not self._push(machine, i):
                    held = machine.ends[i]
                continue
            return spot

    def _fill_up(self, way: Way, machine: Bookings) -> int:
        """Moves and returns the mark before which no gap is long enough, in open time.

        One mark serves all work of a size (within a factor of two): plans only get fuller.
        """
        size = way.least_run.bit_length()
        known = machine.full.get(size, -FOREVER)
        mark = max(known, self.shop.now)
        starts, ends = machine.starts, machine.ends
        i = bisect_right(ends, mark)
        if i < len(starts):
            least = max(self.gaps[way.machine], 1 << max(0, size - 1))
            clock = self.shop.calendars[self.shop.problem.machines[way.machine].calendar]
            while i < len(starts):
                start = starts[i]
                if start - mark >= least and clock.worked(start) - clock.worked(mark) >= least:
                    break
                mark = ends[i]
                i += 1
        if mark != known:
            machine.full[size] = mark
        return mark

    def _push(self, machine: Bookings, i: int) -> bool:
        if not self.displace or i >= len(machine.owners):
            return False
        owner = machine.owners[i]
        batch = self.batches.get(owner) if any(machine is o for o in self._ovens) else None
        return self.displace(batch.lead.operation if batch else owner)

    def _setup_minutes(self, operation: int, way: Way, change: int) -> int:
        minutes = way.setup + change
        return minutes + self.operations[operation].first_piece if minutes > 0 else 0

    def _state(self, index: int, machine: Bookings, position: int) -> State:
        """What is mounted before a position in the machine's sequence."""
        if not self.shop.setups[index].parts:
            return ()
        if position == 0:
            return self.shop.setups[index].initial
        return self.mounted[index][machine.owners[position - 1]]

    def attempt(
        self, operation: int, way: Way, setup: int, held: int, run: int, limit: int
    ) -> tuple[Spot | None, int, int]:
        """One attempt from (held, run): a spot free of tools and people, or when to try again.

        A spot that ends after ``limit`` (the gap) is returned without people.
        """
        tools: tuple[int, ...] = ()
        shots = 0
        if self.displace is None:
            ready = self._ready(operation, way, max(run, held))
            if ready >= FOREVER:
                return None, FOREVER, run
            run = ready if ready > held else run
        if way.tools:
            equipped, again = self._equipped(operation, way, setup, held, run)
            if equipped is None:
                return None, again, run
            figure, tools, shots = equipped
        else:
            figure = self._shape(operation, way, setup, held, run, (), 0)
        if figure is None:
            self.reason = ("no_window", ())
            return None, FOREVER, run
        if way.kind is MachineKind.CUMULATIVE:
            again = self._full(way, figure)
            if again:
                return None, again, run
        if tools:
            again = self._tools_busy(way, tools, figure.setup_start, figure.end)
            if again:
                return None, max(again, held + 1), run
        setup_segments, run_segments = self._segments(operation, way, tools, figure)
        spot = Spot(
            operation,
            way,
            figure.setup_start,
            figure.start,
            figure.end,
            setup_segments,
            run_segments,
            tools,
            (),
            setup,
            shots=shots,
        )
        if figure.end > limit:
            return spot, figure.setup_start, figure.start
        if way.setup_crew or way.run_crew:
            again_held, again_run = self._staff(operation, spot)
            if again_held or again_run:
                return None, max(held, again_held), max(run, again_run)
        return spot, figure.setup_start, figure.start

    def _ready(self, operation: int, way: Way, time: int) -> int:
        """No run before this tick finds people, places and copies for as long as it takes.

        Each is asked alone, which is quick; whether they agree is seen when a shape is tried.
        """
        minutes = way.least_run
        if not self._free_to_start(operation) and self._in_turns(operation, way):
            minutes = way.first_need  # what is left idle before a closing needs nobody
        if not minutes:
            return time
        clock = self._clock(operation, way, way.run_crew, ())
        rack = self.racks.get(way.machine)
        while True:
            before = time
            if way.run_crew:
                time = self.crews.earliest(way.run_crew, clock, time, minutes)
                if time >= FOREVER:
                    self._short_of(self.crews.failed_skill)
                    return FOREVER
            if rack is not None:
                time = enough(rack, clock, time, way.load, minutes)
                if time >= FOREVER:
                    self.reason = ("no_window", ())
                    return FOREVER
            if way.tools and self.force is None:
                time = self._copies_free(way, clock, time, minutes)
            if time == before or time >= FOREVER:
                return time

    def _copies_free(self, way: Way, clock: Stretches, time: int, minutes: int) -> int:
        """From when on as many copies as asked for are free for so long, each for itself."""
        for demand in way.tools:
            copies = self.shop.copies[demand.tool_type]
            if demand.until is not None or not copies:
                continue
            lives, life = self.life, 1 if demand.shapes else 0
            openings = [
                self.copies[tool].opening(time, clock, minutes)
                for tool in copies
                if (left := lives[tool]) is None or left >= life
            ]
            if len(openings) < demand.count:
                self._short_of_tool(demand.tool_type)
                return FOREVER
            openings.sort()
            time = max(time, openings[demand.count - 1])
        return time

    def _full(self, way: Way, figure: Shape) -> int:
        """0 if the rack has room, else when to try again."""
        machine = self.racks[way.machine]
        again = machine.conflict(figure.setup_start, figure.end, way.load)
        while again and self.displace and self._push_users(machine, figure.setup_start, figure.end):
            again = machine.conflict(figure.setup_start, figure.end, way.load)
        if again >= FOREVER:
            self.reason = ("too_much_load", ())
        return again

    def _equipped(
        self, operation: int, way: Way, setup: int, held: int, run: int
    ) -> tuple[tuple[Shape | None, tuple[int, ...], int] | None, int]:
        """A shape with the copies that make it, and its shots; or when to try again."""
        at = max(held, run - setup)
        until = at + way.least_run + setup
        fewest = 0
        for _ in range(4):
            chosen, again = self._choose_tools(way, at, until, fewest)
            if chosen is None:
                return None, again
            tools, cavities = chosen
            figure = self._shape(operation, way, setup, held, run, tools, cavities)
            shots = self.shop.turns(way, cavities) if way.shapes else 0
            if figure is None:
                break
            if figure.end <= until and figure.setup_start <= at and self._lives(way, tools, shots):
                break
            at, until, fewest = figure.setup_start, max(until, figure.end), max(fewest, shots)
        if not self._lives(way, tools, shots):
            return None, FOREVER
        return (figure, tools, shots), 0

    def _lives(self, way: Way, tools: Sequence[int], shots: int) -> bool:
        """Whether each copy that shapes has so many shots left."""
        return not shots or all(
            not demand.shapes or (left := self.life[tool]) is None or left >= shots
            for tool, demand, _ in uses(self.shop, way, tools)
        )

    def _shape(
        self,
        operation: int,
        way: Way,
        setup: int,
        held: int,
        run: int,
        tools: tuple[int, ...],
        cavities: int,
    ) -> Shape | None:
        total, turn = self.shop.run_cost(way, cavities) if tools else way.run_cost
        work = Work(setup, -(-total // way.pace), total, turn, way.pace)
        run_clock = self._clock(operation, way, way.run_crew, tools)
        setup_clock = run_clock
        if setup and way.setup_crew != way.run_crew:
            setup_clock = self._clock(operation, way, way.setup_crew, tools)
        return shape(work, self.shop.pausing(operation, way), setup_clock, run_clock, held, run)

    def _segments(
        self, operation: int, way: Way, tools: tuple[int, ...], figure: Shape
    ) -> tuple[list[Segment], list[Segment]]:
        before: list[Segment] = []
        if figure.setup_end > figure.setup_start:
            clock = self._clock(operation, way, way.setup_crew, tools)
            before = clock.between(figure.setup_start, figure.setup_end)
        if figure.runs is not None:
            return before, figure.runs
        clock = self._clock(operation, way, way.run_crew, tools)
        return before, clock.between(figure.start, figure.end)

    def _free_to_start(self, operation: int) -> bool:
        """Whether nothing but the objective asks for an early start."""
        held = self.shop.frozen[operation].last is not None
        return not held and self.operations[operation].latest_start >= FOREVER

    def _in_turns(self, operation: int, way: Way) -> bool:
        return self.shop.pausing(operation, way) is Pausing.TURNS

    # -- people ---------------------------------------------------------------------------

    def _staff(self, operation: int, spot: Spot) -> tuple[int, int]:
        """Names the crew; or (setup start, run start) from which to try again, 0 = as it was."""
        crews, way = self.crews, spot.way
        crews.begin()
        prefer: Sequence[int] = ()
        if self.keep is not None:
            prefer = [work.operator for work in self.keep.crew]
        if way.setup_crew and spot.setup_segments:
            hint = crews.fill(way.setup_crew, spot.setup_segments, setup=True, prefer=prefer)
            if hint:
                self._short_of(crews.failed_skill)
                return hint, 0
        if way.run_crew and spot.run_segments:
            if self.operations[operation].same_person:
                hint = crews.fill_same(way.run_crew, spot.run_segments, prefer=prefer)
            else:
                hint = crews.fill(way.run_crew, spot.run_segments, setup=False, prefer=prefer)
            if hint:
                self._short_of(crews.failed_skill)
                return (FOREVER, 0) if hint >= FOREVER else (0, hint)
        spot.crew = crews.team
        return 0, 0

    def _short_of(self, skill: int) -> None:
        self.reason = ("no_people", (("skill", self.shop.problem.skills[skill]),))

    # -- tools ----------------------------------------------------------------------------

    def _choose_tools(
        self, way: Way, start: int, end: int, shots: int = 0
    ) -> tuple[tuple[tuple[int, ...], int] | None, int]:
        """Copies with ``shots`` left, free in ``[start, end)``, and their cavities; or when."""
        if self.force is not None:
            tools = self.shop.problem.tools
            shaping = (t for t, d, _ in uses(self.shop, way, self.force) if d.shapes)
            return (self.force, sum(tools[t].cavities for t in shaping)), 0
        chosen: list[int] = []
        cavities = 0
        for demand in way.tools:
            until = FOREVER if demand.until is not None else end
            pools = self.shop.pools[demand.tool_type]
            if pools:
                pool, again = self._pool(pools, demand.count, start, until)
                if pool < 0:
                    self._short_of_tool(demand.tool_type)
                    return None, again
                chosen.append(pool)
                continue
            least = max(shots, 1) if demand.shapes else 0
            free, hints = self._free_copies(way, demand.tool_type, start, until, least, chosen)
            if len(free) < demand.count:
                self._short_of_tool(demand.tool_type)
                missing = demand.count - len(free)
                hints.sort()
                return None, hints[missing - 1] if len(hints) >= missing else FOREVER
            picked = self._best_copies(free, demand.count, way.machine)
            chosen += picked
            if demand.shapes:
                cavities += sum(self.shop.problem.tools[t].cavities for t in picked)
        return (tuple(chosen), cavities), 0

    def _free_copies(
        self,
        way: Way,
        tool_type: int,
        start: int,
        end: int,
        shots: int,
        taken: Sequence[int],
    ) -> tuple[list[int], list[int]]:
        """Copies free in ``[start, end)``; of the others, when each may be free for the run."""
        clock = self.shop.clock(way.machine, NO_CALENDARS, way.run_crew)
        free: list[int] = []
        hints: list[int] = []
        for tool in self.shop.copies[tool_type]:
            life = self.life[tool]
            if tool in taken or (life is not None and life < shots):
                continue
            book = self.copies[tool]
            i = book.conflict(start, end)
            while i >= 0 and self.displace and self._kept(tool) and self.displace(book.owners[i]):
                i = book.conflict(start, end)
            if i < 0:
                free.append(tool)
            else:
                hint = book.ends[-1]
                if end < FOREVER:
                    hint = book.opening(start, clock, way.least_run)
                    hint = hint if hint > start else book.ends[i]
                hints.append(hint)
        return free, hints

    def _kept(self, tool: int) -> bool:
        return self.keep is None or not self.keep.tools or tool in self.keep.tools

    def _best_copies(self, free: list[int], count: int, machine: int) -> list[int]:
        """Kept ones first, then those last used here, then those with most cavities."""
        if len(free) == count:
            return free
        tools, keep = self.shop.problem.tools, self.keep.tools if self.keep else ()
        last = self.last_machine if self.displace is None else [-1] * len(tools)
        free.sort(key=lambda t: (t not in keep, last[t] != machine, -tools[t].cavities, t))
        return free[:count]

    def _pool(self, pools: Iterable[int], units: int, start: int, end: int) -> tuple[int, int]:
        hint = FOREVER
        for tool in pools:
            profile = self.pools[tool]
            again = profile.conflict(start, end, units)
            while again and self.displace and self._push_users(profile, start, end):
                again = profile.conflict(start, end, units)
            if not again:
                return tool, 0
            hint = min(hint, again)
        return -1, hint

    def _tools_busy(self, way: Way, tools: Sequence[int], start: int, end: int) -> int:
        """0, or when to try again; tools kept for a later operation must be free ever after."""
        worst = 0
        for tool, demand, units in uses(self.shop, way, tools):
            until = FOREVER if demand.until is not None else end
            if tool in self.pools:
                again = self.pools[tool].conflict(start, until, units)
            else:
                book = self.copies[tool]
                i = book.conflict(start, until)
                while i >= 0 and self.displace and self.displace(book.owners[i]):
                    i = book.conflict(start, until)
                again = 0 if i < 0 else book.ends[-1] if until >= FOREVER else book.ends[i]
            worst = max(worst, again)
        return worst

    def _short_of_tool(self, tool_type: int) -> None:
        self.reason = ("no_tool", (("tool", self.shop.problem.tool_types[tool_type]),))

    def _uses(self, spot: Spot) -> list[Use]:
        return uses(self.shop, spot.way, spot.tools)

    # -- sequence-dependent setups --------------------------------------------------------

    def _followers_hold(self, index: int, machine: Bookings, position: int, spot: Spot) -> bool:
        """Whether what follows in the machine's sequence can stand with ``spot`` before it.

        The next one's setup may become shorter: then it begins later (see ``commit``). A longer
        one begins earlier, if that one's run is held where it is and all it takes is free.
        """
        setups = self.shop.setups[index]
        state = setups.after(
            self._state(index, machine, position), self.operations[spot.operation].families
        )
        for i in range(position, len(machine.owners)):
            owner = machine.owners[i]
            follower = self.lead(index, owner)
            families = self.operations[follower.operation].families
            if self.operations[follower.operation].started is None:
                change = setups.change(state, families)
                if change is None:
                    return False
                if change.minutes != follower.change:
                    if i > position or self.displace or follower.batch is not None:
                        return False
                    if not self._adapted(follower, change.minutes, spot.end):
                        return False
            state = setups.after(state, families)
            if state == self.mounted[index][owner]:
                return True
        return True

    def lead(self, machine: int, owner: int) -> Spot:
        """The spot behind a machine's booking; of a batch the one that opened it."""
        if self.shop.problem.machines[machine].kind is MachineKind.BATCH:
            return self.batches[owner].lead
        return self.spot(owner)

    def _remount(self, index: int, position: int) -> None:
        """Follows what is mounted from a position of the machine's sequence on."""
        setups = self.shop.setups[index]
        machine = self.books[index]
        if not setups.parts:
            return
        state = self._state(index, machine, position)
        mounted = self.mounted[index]
        for owner in machine.owners[position:]:
            state = setups.after(state, self.operations[self.lead(index, owner).operation].families)
            if mounted.get(owner) == state:
                return
            mounted[owner] = state

    def _adapt_setup(self, index: int, position: int) -> tuple[int, tuple[object, ...]] | None:
        """After an insertion: the follower's setup is now shorter or longer; its run stands."""
        machine = self.books[index]
        if position >= len(machine.owners):
            return None
        spot = self.lead(index, machine.owners[position])
        operation = self.operations[spot.operation]
        if operation.started is not None:
            return None
        state = self._state(index, machine, position)
        change = self.shop.setups[index].change(state, operation.families)
        if change is None or change.minutes == spot.change:
            spot.cost = change.cost if change else spot.cost
            return None
        adapted = self._adapted(spot, change.minutes, machine.ends[position - 1])
        if adapted is None:
            return None
        old = (spot.setup_start, spot.setup_segments, spot.crew, spot.setup, spot.change, spot.cost)
        self._take_off(spot)
        spot.setup_segments, spot.crew = adapted
        spot.setup_start = spot.setup_segments[0][0] if spot.setup_segments else spot.start
        spot.setup = sum(end - start for start, end in spot.setup_segments)
        spot.change, spot.cost = change.minutes, change.cost
        self._put_on(spot)
        return spot.operation, old

    def _adapted(
        self, spot: Spot, change: int, free_from: int
    ) -> tuple[list[Segment], tuple[Assignment, ...]] | None:
        """Segments and crew of a placed spot with another changeover; None if it cannot be."""
        setup = self._setup_minutes(spot.operation, spot.way, change)
        if change < spot.change:
            segments = latest_minutes(spot.setup_segments, setup)
            return segments, clipped(spot.crew, segments[0][0] if setup else spot.start)
        return self._set_up_longer(spot, setup, free_from)

    def _set_up_longer(
        self, spot: Spot, setup: int, free_from: int
    ) -> tuple[list[Segment], tuple[Assignment, ...]] | None:
        """A setup of so many minutes right before the run of a spot that is held there.

        Others find a place of their own later on; and what waits for material or counts
        overtime against a cap is left alone.
        """
        way, operation = spot.way, self.operations[spot.operation]
        if self.shop.frozen[spot.operation].last is None or operation.setup_needs_material:
            return None
        clock = self._clock(spot.operation, way, way.setup_crew, spot.tools)
        begin = clock.retreat(spot.start, setup)
        if begin < max(free_from, self.shop.now):
            return None
        segments = clock.between(begin, spot.start)
        whole = spot.start - begin == setup
        if not whole and not self._may_pause(spot, segments[-1][1]):
            return None
        if self._tools_busy_before(spot, begin):
            return None
        runners = tuple(work for work in spot.crew if not work.setup)
        setters = self._setters(spot, segments)
        return None if setters is None else (segments, (*setters, *runners))

    def _may_pause(self, spot: Spot, setup_end: int) -> bool:
        """Whether the setup may stop at closings, and nothing but closed time follows it."""
        if self.shop.pausing(spot.operation, spot.way) is Pausing.NEVER:
            return False
        clock = self._clock(spot.operation, spot.way, spot.way.run_crew, spot.tools)
        return clock.worked(spot.start) == clock.worked(setup_end)

    def _tools_busy_before(self, spot: Spot, begin: int) -> bool:
        """Whether a tool of the spot is still elsewhere between ``begin`` and its setup."""
        for tool, _, units in self._uses(spot):
            if tool in self.pools:
                if self.pools[tool].conflict(begin, spot.setup_start, units):
                    return True
            elif self.copies[tool].conflict(begin, spot.setup_start) >= 0:
                return True
        return False

    def _setters(self, spot: Spot, segments: Sequence[Segment]) -> tuple[Assignment, ...] | None:
        """People for the longer setup: its own of before are free for it, too."""
        if not spot.way.setup_crew:
            return ()
        crews = self.crews
        before = [work for work in spot.crew if work.setup]
        if any(self.shop.capped):
            return None
        crews.release(before)
        crews.displace = None
        crews.begin()
        prefer = [work.operator for work in before]
        missing = crews.fill(spot.way.setup_crew, segments, setup=True, prefer=prefer)
        crews.book(before, spot.operation)
        return None if missing else crews.team

    def _restore_setup(self, follower: tuple[int, tuple[object, ...]]) -> None:
        spot = self.spot(follower[0])
        self._take_off(spot)
        (
            spot.setup_start,
            spot.setup_segments,
            spot.crew,
            spot.setup,
            spot.change,
            spot.cost,
        ) = follower[1]  # type: ignore[assignment]
        self._put_on(spot)

    # -- ovens ----------------------------------------------------------------------------

    def _in_oven(
        self, operation: int, way: Way, held: int, run: int, limits: Bounds
    ) -> Spot | None:
        """Joins a batch of the family that has room, unless a new one is done much earlier."""
        joined = self._join(operation, way, held, run, limits)
        if joined is not None and self.displace is not None:
            return joined
        opened = self._in_gap(operation, way, held, run, limits)
        if joined is None or opened is None:
            return joined or opened
        patience = way.least_run // 2
        return joined if joined.end <= opened.end + patience else opened

    def _join(self, operation: int, way: Way, held: int, run: int, limits: Bounds) -> Spot | None:
        record = self.operations[operation]
        for batch in tuple(self.open_batches[way.machine].get(record.batch_family, ())):
            lead = batch.lead
            if self.batches.get(batch.key) is not batch:
                continue  # taken away just now, with one whose tools were needed
            if lead.start < run or lead.setup_start < held or lead.start > limits.last_start:
                continue
            if self.mates is not None and not self.mates.intersection(batch.members):
                continue
            if not self._fits_batch(operation, way, batch):
                continue
            tools: tuple[int, ...] = ()
            shots = 0
            if way.tools:
                chosen, _ = self._choose_tools(way, lead.setup_start, lead.end)
                if chosen is None or self.batches.get(batch.key) is not batch:
                    continue
                tools, cavities = chosen
                shots = self.shop.turns(way, cavities) if way.shapes else 0
                if not self._lives(way, tools, shots):
                    continue
                total, _ = self.shop.run_cost(way, cavities)
                calendars = {self.shop.problem.tools[t].calendar for t in tools}
                own = {self.shop.problem.machines[way.machine].calendar}
                if -(-total // way.pace) > batch.run or not calendars <= own:
                    continue
            return Spot(
                operation,
                way,
                lead.setup_start,
                lead.start,
                lead.end,
                lead.setup_segments,
                lead.run_segments,
                tools,
                (),
                lead.setup,
                lead.change,
                lead.cost,
                batch=batch,
                shots=shots,
            )
        return None

    def _fits_batch(self, operation: int, way: Way, batch: Batch) -> bool:
        """Whether the batch stays as it is when the operation joins it."""
        record, lead = self.operations[operation], batch.lead
        first = self.operations[lead.operation]
        return (
            batch.load + way.load <= self.shop.problem.machines[way.machine].capacity
            and way.least_run <= batch.run
            and way.setup <= lead.way.setup
            and record.families == batch.families
            and (record.first_piece <= batch.first_piece or lead.setup == 0)
            and record.pausing is first.pausing
            and (first.same_person or not record.same_person)
            and covers(lead.way.setup_crew, way.setup_crew)
            and covers(lead.way.run_crew, way.run_crew)
            and not self.shop.held[operation]
        )

    # -- putting on and taking off --------------------------------------------------------

    def commit(self, spot: Spot) -> None:
        """Books everything the spot takes, and tells the follower on the machine."""
        operation = spot.operation
        record = self.operations[operation]
        way = spot.way
        if way.kind is MachineKind.BATCH and not self._enter_batch(spot):
            self._book_rest(spot, record.consumes, record.produces)
            return
        self.spots[operation] = spot
        self._put_on(spot)
        if self.shop.setups[way.machine].parts and spot.end > spot.setup_start:
            machine = self.books[way.machine]
            i = bisect_left(machine.starts, spot.setup_start)
            self._remount(way.machine, i)
            if i + 1 < len(machine.owners) and self.displace is None:
                spot.follower = self._adapt_setup(way.machine, i + 1)
        self._book_rest(spot, record.consumes, record.produces)

    def _book_rest(
        self,
        spot: Spot,
        consumes: tuple[tuple[int, int], ...],
        produces: tuple[tuple[int, int], ...],
    ) -> None:
        self.spots[spot.operation] = spot
        spot.claims = []
        for material, quantity in consumes:
            for tick, part in self.stocks[material].take(self._taken_at(spot), quantity):
                spot.claims.append((material, tick, part))
        for material, quantity in produces:
            self.stocks[material].add(spot.end, quantity)
        if spot.shots:
            for tool, demand, _ in self._uses(spot):
                left = self.life[tool]
                if demand.shapes and left is not None:
                    self.life[tool] = left - spot.shots
        self._end_holds(spot)

    def reclaim(self, materials: Iterable[int]) -> set[int]:
        """Deals supply out anew, in the order of consumption; returns who goes short.

        What a commit claims depends on what stood before; this does not.
        """
        short: set[int] = set()
        for material in materials:
            record = self.shop.problem.materials[material]
            stock = self.stocks[material] = Stock()
            stock.add(-FOREVER, record.stock)
            for tick, quantity in record.receipts:
                stock.add(tick, quantity)
            for operation in self.shop.makers[material]:
                if (spot := self.spots[operation]) is not None:
                    for made, quantity in self.operations[operation].produces:
                        if made == material:
                            stock.add(spot.end, quantity)
            takers = [s for o in self.shop.takers[material] if (s := self.spots[o]) is not None]
            for spot in sorted(takers, key=lambda s: (self._taken_at(s), s.operation)):
                spot.claims = [claim for claim in spot.claims if claim[0] != material]
                for taken, quantity in self.operations[spot.operation].consumes:
                    if taken != material:
                        continue
                    claims = stock.take(self._taken_at(spot), quantity)
                    spot.claims += [(material, tick, part) for tick, part in claims]
                    if sum(part for _, part in claims) < quantity:
                        short.add(spot.operation)
        return short

    def _taken_at(self, spot: Spot) -> int:
        early = self.operations[spot.operation].setup_needs_material
        return max(spot.setup_start if early else spot.start, self.shop.now)

    def _enter_batch(self, spot: Spot) -> bool:
        """Joins the spot's batch, or opens one: True if the machine has yet to be booked."""
        record = self.operations[spot.operation]
        batch = spot.batch
        if batch is not None and batch.members:
            batch.members.append(spot.operation)
            batch.load += spot.way.load
            self._book_tools(spot)
            self.crews.book(spot.crew, spot.operation)
            if batch.load >= self.shop.problem.machines[batch.machine].capacity:
                self.open_batches[batch.machine][batch.family].remove(batch)
            return False
        run = sum(b - a for a, b in spot.run_segments)
        self._next_batch += 1
        batch = Batch(
            self._next_batch,
            spot.way.machine,
            record.batch_family,
            record.families,
            spot,
            spot.way.load,
            [spot.operation],
            record.first_piece,
            run,
        )
        spot.batch = batch
        self.batches[batch.key] = batch
        if batch.load < self.shop.problem.machines[batch.machine].capacity and not record.started:
            known = self.open_batches[batch.machine].setdefault(batch.family, [])
            at = bisect_right([b.lead.setup_start for b in known], spot.setup_start)
            known.insert(at, batch)
        return True

    def retract(self, operation: int) -> None:
        """Takes back ``commit``. Members of a batch go before the one that opened it."""
        spot = self.spot(operation)
        record = self.operations[operation]
        for material, quantity in record.produces:
            self.stocks[material].withdraw(spot.end, quantity)
        for material, tick, part in spot.claims:
            self.stocks[material].add(tick, part)
        if spot.shots:
            for tool, demand, _ in self._uses(spot):
                left = self.life[tool]
                if demand.shapes and left is not None:
                    self.life[tool] = left + spot.shots
        self.spots[operation] = None
        if spot.batch is not None and len(spot.batch.members) > 1:
            self._leave_batch(spot, spot.batch)
        else:
            self._take_off(spot)
            self._forget(spot)
        self._reopen_holds(spot)

    def _leave_batch(self, spot: Spot, batch: Batch) -> None:
        full = batch.load >= self.shop.problem.machines[batch.machine].capacity
        batch.members.remove(spot.operation)
        batch.load -= spot.way.load
        self._free_tools(spot)
        self.crews.release(spot.crew)
        if full:
            known = self.open_batches[batch.machine].setdefault(batch.family, [])
            at = bisect_right([b.lead.setup_start for b in known], batch.lead.setup_start)
            known.insert(at, batch)

    def _forget(self, spot: Spot) -> None:
        machine = self.books[spot.way.machine]
        if self.shop.setups[spot.way.machine].parts:
            owner = spot.batch.key if spot.batch else spot.operation
            self.mounted[spot.way.machine].pop(owner, None)
            self._remount(spot.way.machine, bisect_left(machine.starts, spot.setup_start))
        if spot.batch is not None:
            known = self.open_batches[spot.batch.machine].get(spot.batch.family, [])
            if spot.batch in known:
                known.remove(spot.batch)
            del self.batches[spot.batch.key]
            spot.batch = None
        if spot.follower is not None:
            self._restore_setup(spot.follower)
            spot.follower = None

    def _put_on(self, spot: Spot) -> None:
        rack = self.racks.get(spot.way.machine)
        if rack is not None:
            rack.add(spot.setup_start, spot.end, spot.way.load, spot.operation)
        else:
            owner = spot.batch.key if spot.batch else spot.operation
            self.books[spot.way.machine].add(spot.setup_start, spot.end, owner)
        self._book_tools(spot)
        self.crews.book(spot.crew, spot.operation)

    def _take_off(self, spot: Spot) -> None:
        rack = self.racks.get(spot.way.machine)
        if rack is not None:
            rack.remove(spot.operation)
        else:
            self.books[spot.way.machine].remove(spot.setup_start, spot.end)
        self._free_tools(spot)
        self.crews.release(spot.crew)

    def _book_tools(self, spot: Spot) -> None:
        for tool, demand, units in self._uses(spot):
            until = self._held_until(spot, demand.until)
            if tool in self.pools:
                profile = self.pools[tool]
                profile.add(spot.setup_start, until, units, spot.operation)
            else:
                self.copies[tool].add(spot.setup_start, until, spot.operation)
            self.last_machine[tool] = spot.way.machine

    def _free_tools(self, spot: Spot) -> None:
        for tool, demand, _ in self._uses(spot):
            if tool in self.pools:
                self.pools[tool].remove(spot.operation)
            else:
                self.copies[tool].remove(spot.setup_start, self._held_until(spot, demand.until))

    def _held_until(self, spot: Spot, until: int | None) -> int:
        if until is None:
            return spot.end
        last = self.spots[until]
        return FOREVER if last is None else max(spot.end, last.end)

    def _end_holds(self, spot: Spot) -> None:
        """Tools kept for this operation are free at its end."""
        for holder in self.shop.held[spot.operation]:
            before = self.spots[holder]
            if before is not None:
                self._rebook(before, spot.operation, FOREVER, max(before.end, spot.end))

    def _reopen_holds(self, spot: Spot) -> None:
        for holder in self.shop.held[spot.operation]:
            before = self.spots[holder]
            if before is not None:
                self._rebook(before, spot.operation, max(before.end, spot.end), FOREVER)

    def _rebook(self, spot: Spot, until: int, old: int, new: int) -> None:
        for tool, demand, units in self._uses(spot):
            if demand.until != until:
                continue
            if tool in self.pools:
                self.pools[tool].remove(spot.operation)
                self.pools[tool].add(spot.setup_start, new, units, spot.operation)
            else:
                self.copies[tool].remove(spot.setup_start, old)
                self.copies[tool].add(spot.setup_start, new, spot.operation)

    # -- asking ---------------------------------------------------------------------------

    def frontier(self, way: Way) -> int:
        """No gap of use is left on the mode's machine before this tick."""
        return self.books[way.machine].full.get(way.least_run.bit_length(), -FOREVER)

    def booked(self, spot: Spot) -> bool:
        """Whether the machine has no room where the spot stands."""
        rack = self.racks.get(spot.way.machine)
        if rack is not None:
            return bool(rack.conflict(spot.setup_start, spot.end, spot.way.load))
        return self.books[spot.way.machine].conflict(spot.setup_start, spot.end) >= 0

    def admits(self, spot: Spot) -> bool:
        """Whether a given spot can stand as it is: everything free, and the setup as it must be.

        A longer setup than needed is cut from its front; a shorter one is refused.
        """
        way = spot.way
        joins = spot.batch is not None and bool(spot.batch.members)
        if not joins and self.booked(spot):
            return False
        if not self.crews.free(spot.crew):
            return False
        if spot.tools and self._tools_busy(way, spot.tools, spot.setup_start, spot.end):
            return False
        if not self._lives(way, spot.tools, spot.shots):
            return False
        return joins or self._setup_fits(spot)

    def _setup_fits(self, spot: Spot) -> bool:
        machine = self.books[spot.way.machine]
        setups = self.shop.setups[spot.way.machine]
        operation = self.operations[spot.operation]
        if operation.started is not None:
            return True
        if not setups.parts:
            return True
        i = bisect_right(machine.ends, spot.setup_start)
        change = setups.change(self._state(spot.way.machine, machine, i), operation.families)
        if change is None:
            return False
        fixed, first = spot.way.setup, operation.first_piece
        setup = self._setup_minutes(spot.operation, spot.way, change.minutes)
        worked = sum(b - a for a, b in spot.setup_segments)
        if spot.way.kind is MachineKind.BATCH and worked != setup:
            return worked == change.minutes + max(fixed, worked - change.minutes - first) + first
        if setup > worked:
            return False
        if setup < worked:
            spot.setup_segments = latest_minutes(spot.setup_segments, setup)
            spot.setup_start = spot.setup_segments[0][0] if setup else spot.start
            spot.crew = clipped(spot.crew, spot.setup_start)
        spot.setup, spot.change, spot.cost = setup, change.minutes, change.cost
        return self._followers_hold(spot.way.machine, machine, i, spot)

    # -- reading --------------------------------------------------------------------------

    def placements(self) -> tuple[Placement, ...]:
        """All spots as placements."""
        crews = self.batch_crews()
        return tuple(
            placement(spot, crews.get(spot.operation, spot.crew))
            for spot in self.spots
            if spot is not None
        )

    def batch_crews(self) -> dict[int, tuple[Assignment, ...]]:
        """By member of a batch of several: its crew stands at its lowest operation."""
        crew_of: dict[int, tuple[Assignment, ...]] = {}
        for batch in self.batches.values():
            if len(batch.members) > 1:
                whole = tuple(work for m in batch.members for work in self.spot(m).crew)
                first = min(batch.members)
                for member in batch.members:
                    crew_of[member] = whole if member == first else ()
        return crew_of


def long_enough(
    machine: Bookings, i: int, held: int, run: int, setup: int, minutes: int, hard: int
) -> tuple[int, int]:
    """Earliest begin and position of a gap in which setup and run could fit without a pause.

    Stops at bookings that end after ``hard``: they may give way.
    """
    starts, ends = machine.starts, machine.ends
    count = len(ends)
    while i < count and ends[i] <= hard:
        at = held + setup
        if (at if at > run else run) + minutes <= starts[i]:
            break
        held = ends[i]
        i += 1
    return held, i


def placement(spot: Spot, crew: tuple[Assignment, ...]) -> Placement:
    return Placement(
        spot.operation,
        spot.way.index,
        spot.setup_start,
        spot.start,
        spot.end,
        joined(spot.setup_segments, spot.run_segments),
        spot.tools,
        crew,
    )


def joined(setup: list[Segment], run: list[Segment]) -> tuple[Segment, ...]:
    if setup and run and setup[-1][1] == run[0][0]:
        return (*setup[:-1], (setup[-1][0], run[0][1]), *run[1:])
    return (*setup, *run)


def latest_minutes(segments: list[Segment], minutes: int) -> list[Segment]:
    """The last ``minutes`` of worked time in the segments."""
    kept: list[Segment] = []
    for start, end in reversed(segments):
        if minutes <= 0:
            break
        begin = max(start, end - minutes)
        kept.append((begin, end))
        minutes -= end - begin
    return kept[::-1]


def covers(more: tuple[tuple[int, int], ...], fewer: tuple[tuple[int, int], ...]) -> bool:
    if more == fewer:
        return True
    have = dict(more)
    return all(have.get(skill, 0) >= heads for skill, heads in fewer)
