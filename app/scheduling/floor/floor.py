"""``Floor.place``, the one search, and whether given spots can stand as they are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from app.scheduling import lags
from app.scheduling.crew import clipped
from app.scheduling.floor.ovens import Ovens
from app.scheduling.floor.spots import Batch, Bounds, Spot, latest_minutes, placement
from app.scheduling.problem import FOREVER, Assignment, MachineKind, Placement, Precedence
from app.scheduling.shop import Way


class Floor(Ovens):
    """All resources over time, and the earliest place for what is not there yet."""

    # -- bounds from neighbours and dates -------------------------------------------------

    def bounds(self, operation: int, *, lenient: bool = False) -> Bounds | None:
        """What placed predecessors and dates leave; None if a predecessor is missing.

        ``lenient``: predecessors that are not placed (yet) do not matter.
        """
        shop, record = self.shop, self.operations[operation]
        release = record.release
        for order in record.orders:
            release = max(release, shop.problem.orders[order].release)
        limits = Bounds(shop.now, release, last_start=record.latest_start)
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

    # -- given spots ----------------------------------------------------------------------

    def admits(self, spot: Spot) -> bool:
        """Whether a given spot can stand as it is: everything free, and the setup as it must be.

        A longer setup than needed is cut from its front; a shorter one is refused.
        """
        way = spot.way
        joins = spot.batch is not None and bool(spot.batch.members)
        if not joins and self.booked(spot):
            return False
        if not self._may_begin(spot):
            return False
        if not self.crews.free(spot.crew):
            return False
        if spot.tools and self._tools_busy(way, spot.tools, spot.setup_start, spot.end):
            return False
        if not self._lives(way, spot.tools, spot.shots):
            return False
        begun = self.operations[spot.operation].started is not None
        if not begun and self._services_due(
            way, spot.tools, spot.setup_start, spot.end, spot.shots
        ):
            return False
        return joins or self._setup_fits(spot)

    def _may_begin(self, spot: Spot) -> bool:
        """Whether its machine lets a run begin at that hour."""
        starts = self.shop.starts[spot.way.machine]
        begun = self.operations[spot.operation].started is not None
        return begun or starts is None or starts.next_open(spot.start) == spot.start

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
        if setups.crewed and spot.batch is None:
            way = self.shop.crewed(spot.operation, spot.way, change)
            if spot.setup_segments and not self._setters_suit(spot, way):
                return False
            spot.way = way
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
        crews = self.batch_crews(self.batches.values())
        return tuple(
            placement(spot, crews.get(spot.operation, spot.crew))
            for spot in self.spots
            if spot is not None
        )

    def batch_crews(self, batches: Iterable[Batch]) -> dict[int, tuple[Assignment, ...]]:
        """By member of a batch of several: its crew stands at its lowest operation."""
        crew_of: dict[int, tuple[Assignment, ...]] = {}
        for batch in batches:
            if len(batch.members) > 1:
                whole = tuple(work for m in batch.members for work in self.spot(m).crew)
                first = min(batch.members)
                for member in batch.members:
                    crew_of[member] = whole if member == first else ()
        return crew_of
