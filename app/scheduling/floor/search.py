"""The search for a place: one attempt proposes a shape and asks each resource in turn.

Whoever says no names the earliest time at which asking again is worth while.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from app.scheduling.floor.entries import Entries
from app.scheduling.floor.spots import Bounds, Spot, long_enough
from app.scheduling.problem import FOREVER, MachineKind, Pausing
from app.scheduling.shapes import Shape, Work, shape
from app.scheduling.shop import Reason, Way
from app.scheduling.timelines import Bookings, enough
from app.scheduling.windows import Segment


class Search(Entries):
    """Places on unary machines and racks."""

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
            if setups.crewed:
                way = self.shop.crewed(operation, way, change)
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
            if not again and self.force is None:
                again = self._services_due(way, tools, figure.setup_start, figure.end, shots)
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

    # -- shape and tools ------------------------------------------------------------------

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
        pausing, starts = self.shop.pausing(operation, way), self.shop.starts[way.machine]
        return shape(work, pausing, setup_clock, run_clock, held, run, starts)

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
