"""Serial schedule generation: one block after the other, each as early as it fits.

What cannot be placed is listed with its reason; no rule is ever broken to place it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.scheduling import lags
from app.scheduling.check import named
from app.scheduling.floor import NO_CALENDARS, Batch, Bounds, Floor, Spot
from app.scheduling.problem import (
    FOREVER,
    MachineKind,
    Placement,
    Precedence,
    Schedule,
    Started,
    Unplaced,
)
from app.scheduling.shop import WAIT_SHARE, Reason, Shop, Way, uses

ATTEMPTS = 60
"""How often the head of a block is put off until its tail can follow in time."""


class Dropped(Exception):
    """A position held for a pin or a fixed placement cannot be kept: plan again without it."""

    def __init__(self, operation: int, reason: Reason) -> None:
        super().__init__(operation)
        self.operation, self.reason = operation, reason


class Decoder:
    """One plan in the making."""

    def __init__(
        self,
        shop: Shop,
        modes: Mapping[int, int] | None = None,
        fixed: Mapping[int, Placement] | None = None,
        dropped: Mapping[int, Reason] | None = None,
        blocked: Mapping[int, Reason] | None = None,
    ) -> None:
        self.shop = shop
        self.floor = Floor(shop)
        self.modes = modes or {}
        self.refused: dict[int, Reason] = dict(blocked or {})
        self.dropped = dict(dropped or {})
        self.refused.update(self.dropped)
        self.early: set[int] = set()
        self.latest: list[int] | None = None  # ends up to which overtime may be spared
        self.starving: dict[int, list[int]] = {}  # material -> blocks that wait for it
        self._place_started()
        self._place_fixed({o: p for o, p in (fixed or {}).items() if o not in self.refused})
        self._place_held()
        self._place_overdue()

    def schedule(self) -> Schedule:
        """What stands, and what could not be placed and why."""
        spots = self.floor.spots
        return Schedule(
            self.floor.placements(),
            tuple(self._unplaced(o) for o in range(len(spots)) if spots[o] is None),
        )

    def _unplaced(self, operation: int) -> Unplaced:
        code, values = self.refused.get(operation, ("predecessor", (("other", "-"),)))
        names = named(self.shop, operation, values)
        return Unplaced(operation, f"scheduling.{code}", tuple(sorted(names.items())))

    # -- what is given --------------------------------------------------------------------

    def _place_started(self) -> None:
        """Work that runs now stands first; its ovens with the longest member ahead."""
        running = [o for o, r in enumerate(self.shop.problem.operations) if r.started]
        running.sort(key=lambda o: (-self._started_way(o).least_run, o))
        for operation in running:
            if operation in self.refused:
                continue
            spot = self._started_spot(operation)
            if spot is None:
                self.refused[operation] = self.floor.reason
            else:
                self.floor.commit(spot)

    def _started_way(self, operation: int) -> Way:
        return self.shop.ways[operation][self._started(operation).mode]

    def _started(self, operation: int) -> Started:
        started = self.shop.problem.operations[operation].started
        if started is None:
            raise LookupError(operation)
        return started

    def _started_spot(self, operation: int) -> Spot | None:
        started = self._started(operation)
        way, floor = self._started_way(operation), self.floor
        batch = self._running_batch(way, started.start)
        if batch is not None:
            return self._running_member(operation, way, batch, started.tools)
        floor.force = started.tools or None
        spot: Spot | None = None
        held = run = floor.shop.now
        floor.keep = Spot(operation, way, 0, 0, 0, [], [])
        if started.operators:
            floor.keep.crew = floor.crews.named(started.operators)
        while spot is None and held < FOREVER and run < FOREVER:
            spot, held, run = floor.attempt(operation, way, 0, held, run, FOREVER)
        floor.force = floor.keep = None
        if spot is not None:
            spot.setup_start = spot.start = started.start
            if way.kind is MachineKind.UNARY and floor.booked(spot):
                floor.reason = ("machine_taken", ())
                return None
        return spot

    def _running_batch(self, way: Way, start: int) -> Batch | None:
        if way.kind is not MachineKind.BATCH:
            return None
        for batch in self.floor.batches.values():
            if batch.machine == way.machine and batch.lead.start == start:
                return batch
        return None

    def _running_member(
        self, operation: int, way: Way, batch: Batch, tools: tuple[int, ...]
    ) -> Spot:
        lead = batch.lead
        return Spot(
            operation,
            way,
            lead.setup_start,
            lead.start,
            lead.end,
            [],
            lead.run_segments,
            tools,
            batch=batch,
        )

    def _place_fixed(self, fixed: Mapping[int, Placement]) -> None:
        """Placements that are given stand as they are; only their setup may have to adapt."""
        entered: dict[tuple[int, int, int], Batch] = {}
        for placement in sorted(fixed.values(), key=lambda p: (p.setup_start, p.end, p.operation)):
            operation = placement.operation
            if self.floor.spots[operation] is not None:
                continue
            spot = spot_of(self.shop, placement)
            key = (spot.way.machine, spot.start, spot.end)
            spot.batch = entered.get(key)
            if not self.floor.admits(spot):
                continue
            self.floor.commit(spot)
            self.early.add(operation)
            if spot.batch is not None:
                entered[key] = spot.batch
        if entered or self.early:
            self.floor.reclaim(range(len(self.floor.stocks)))

    def _place_held(self) -> None:
        """Pinned and locked operations, in the order of the starts that they keep."""
        frozen = self.shop.frozen
        held = [o for o, f in enumerate(frozen) if f.pinned and f.first is not None]
        for operation in sorted(held, key=lambda o: (frozen[o].first or 0, o)):
            if operation in self.refused or self.floor.spots[operation] is not None:
                continue
            limits = self.floor.bounds(operation, lenient=True)
            spot = self._best(operation, limits) if limits else None
            if spot is None:
                if operation not in self.dropped:
                    self.refused[operation] = ("pin_impossible", ())
                continue
            self.floor.commit(spot)
            self.early.add(operation)
            self._check_successors([operation])

    def _place_overdue(self) -> None:
        """What should have begun by now goes before all that is free, with all it waits for."""
        overdue = [o for o, f in enumerate(self.shop.frozen) if f.overdue]
        operations = self.shop.problem.operations
        for operation in sorted(overdue, key=lambda o: (operations[o].pin_start or 0, o)):
            for block in self._blocks_up_to(operation):
                if self._settle(self.shop.blocks[block]) is not None:
                    break  # its turn comes with the others, who may make what it lacks

    def _blocks_up_to(self, operation: int) -> list[int]:
        """The blocks that come before an operation and its own, in an order to be placed in."""
        shop = self.shop
        ordered: dict[int, None] = {}
        stack = [(shop.block_of[operation], False)]
        while stack:
            block, ready = stack.pop()
            if block in ordered:
                continue
            if ready:
                ordered[block] = None
                continue
            stack.append((block, True))
            links = (link for member in shop.blocks[block] for link in shop.before[member])
            before = {shop.block_of[link.before] for link in links} - {block}
            stack += [(other, False) for other in sorted(before)]
        return list(ordered)

    # -- blocks ---------------------------------------------------------------------------

    def place(self, block: int) -> bool:
        """Places a block; False if it waits for a material that something else makes."""
        members = self.shop.blocks[block]
        if len(members) == 1 and self.floor.spots[members[0]] is not None:
            return True
        outcome = self._settle(members)
        if outcome is None:
            return True
        failed, reason = outcome
        if reason[0] == "material_short" and self._wait_for_material(block, failed):
            return False
        self._refuse(members, failed, reason)
        return True

    def _settle(self, members: list[int]) -> tuple[int, Reason] | None:
        """Places all members of a block, or none: then who failed, and why."""
        least: dict[int, int] = {}
        placed: list[int] = []
        reason: Reason = ("max_lag", ())
        failed = members[0]
        for _ in range(ATTEMPTS):
            outcome = self._attempt(members, least, placed)
            if outcome is None:
                self._check_successors(members)
                return None
            failed, reason, later = outcome
            for operation in reversed(placed):
                self.floor.retract(operation)
            placed.clear()
            if later is None:
                break
            operation, start = later
            if start <= least.get(operation, -FOREVER):
                break
            least[operation] = start
        return failed, reason

    def _refuse(self, members: list[int], failed: int, reason: Reason) -> None:
        key = self.shop.problem.operations[failed].key
        for operation in members:
            if self.floor.spots[operation] is not None:
                continue
            why = reason if operation == failed else ("block", (("other", key),))
            self.refused.setdefault(operation, why)

    def _attempt(
        self, members: list[int], least: Mapping[int, int], placed: list[int]
    ) -> tuple[int, Reason, tuple[int, int] | None] | None:
        """Places all members; or (who failed, why, whom to start when next time)."""
        floor = self.floor
        for operation in members:
            if floor.spots[operation] is not None:
                continue
            if operation in self.refused:
                return operation, self.refused[operation], None
            limits = floor.bounds(operation)
            if limits is None:
                return operation, self._missing(operation), None
            if limits.run >= FOREVER:
                return operation, self._short_material(operation), None
            limits.run = max(limits.run, least.get(operation, -FOREVER))
            spot = self._best(operation, limits)
            if spot is None:
                return operation, floor.reason, self._later(operation, limits, placed)
            floor.commit(spot)
            placed.append(operation)
        return None

    def _missing(self, operation: int) -> Reason:
        for link in self.shop.before[operation]:
            if self.floor.spots[link.before] is None:
                key = self.shop.problem.operations[link.before].key
                return "predecessor", (("other", key),)
        return "predecessor", (("other", "-"),)

    def _short_material(self, operation: int) -> Reason:
        for material, quantity in self.shop.problem.operations[operation].consumes:
            if self.floor.stocks[material].earliest(quantity) >= FOREVER:
                return "material_short", (("material", self.shop.problem.materials[material].key),)
        return "no_window", ()

    def _later(self, operation: int, limits: Bounds, placed: list[int]) -> tuple[int, int] | None:
        """Which predecessor must start later, and when, so that this one can follow in time.

        Only those ``placed`` just now may be put off.
        """
        if self.floor.reason[0] == "no_machine":
            return None
        bound = [k for k in (limits.start_blame, limits.end_blame) if k is not None]
        bound = [k for k in bound if k.before in placed]
        if not bound:
            return None
        free = Bounds(limits.held, limits.run, limits.end, transfers=limits.transfers)
        frozen = self.shop.frozen[operation]
        if frozen.last is not None:
            free.last_start = frozen.last
        free.last_start = min(free.last_start, self.shop.problem.operations[operation].latest_start)
        spot = self._best(operation, free)
        if spot is None:
            return None
        return max((self._put_off(link, spot) for link in bound), key=lambda put: put[1])

    def _put_off(self, link: Precedence, spot: Spot) -> tuple[int, int]:
        """The start of the predecessor at which ``spot`` would follow in time."""
        before = self.floor.spot(link.before)
        clock = None if link.clock is None else self.shop.calendars[link.clock]
        reached = spot.end if lags.to_end(link) else spot.start
        late = reached - lags.latest(link, before, clock)
        return link.before, before.start + max(1, late)

    def _wait_for_material(self, block: int, operation: int) -> bool:
        for material, quantity in self.shop.problem.operations[operation].consumes:
            if self.floor.stocks[material].earliest(quantity) >= FOREVER:
                self.starving.setdefault(material, []).append(block)
                self.refused.pop(operation, None)
                return True
        return False

    def fed(self, block: int) -> list[int]:
        """Blocks that waited for a material that this block makes, and can have it now."""
        ready: list[int] = []
        if not self.starving:
            return ready
        for operation in self.shop.blocks[block]:
            for material, _ in self.shop.problem.operations[operation].produces:
                waiting = self.starving.get(material, [])
                going = [b for b in waiting if self._can_have(b, material)]
                self.starving[material] = [b for b in waiting if b not in going]
                ready += going
        return ready

    def _can_have(self, block: int, material: int) -> bool:
        stock = self.floor.stocks[material]
        operations = self.shop.problem.operations
        return all(
            stock.earliest(quantity) < FOREVER
            for operation in self.shop.blocks[block]
            for needed, quantity in operations[operation].consumes
            if needed == material and self.floor.spots[operation] is None
        )

    def give_up(self) -> None:
        """Names the reason for all that still waits for material."""
        for material, waiting in self.starving.items():
            key = self.shop.problem.materials[material].key
            for block in waiting:
                for operation in self.shop.blocks[block]:
                    if self.floor.spots[operation] is None:
                        self.refused.setdefault(operation, ("material_short", (("material", key),)))
        for operation, spot in enumerate(self.floor.spots):
            if spot is None and operation not in self.refused:
                self.refused[operation] = self._missing(operation)

    def check_early(self) -> None:
        """Raises Dropped for a held position that waits for something that has no place."""
        spots = self.floor.spots
        for operation in sorted(self.early):
            spot = spots[operation]
            if spot is None:
                continue
            missing = [k.before for k in self.shop.before[operation] if spots[k.before] is None]
            missing += [h for h in self.shop.held[operation] if spots[h] is None]
            missing += [
                demand.until
                for demand in spot.way.tools
                if demand.until is not None and spots[demand.until] is None
            ]
            if missing:
                key = self.shop.problem.operations[missing[0]].key
                raise Dropped(operation, ("pin_predecessor", (("other", key),)))

    def _check_successors(self, members: Iterable[int]) -> None:
        """Positions kept for later operations must still be possible."""
        if not self.early:
            return
        for operation in members:
            spot = self.floor.spots[operation]
            for link in self.shop.after[operation]:
                after = self.floor.spots[link.after]
                if after is None or spot is None or link.after not in self.early:
                    continue
                if not link_holds(self.shop, link, spot, after):
                    key = self.shop.problem.operations[operation].key
                    raise Dropped(link.after, ("pin_predecessor", (("other", key),)))
            for holder in self.shop.held[operation]:
                before = self.floor.spots[holder]
                if before and spot and spot.start < before.start:
                    raise Dropped(operation, ("pin_predecessor", (("other", "-"),)))

    # -- overtime -------------------------------------------------------------------------

    def _spared(self, operation: int, limits: Bounds, spot: Spot) -> Spot:
        """A spot after the overtime that ``spot`` uses, if its order is still done in time."""
        latest = self.latest[operation] if self.latest else FOREVER
        until = self._overtime_until(spot)
        if until <= limits.run or spot.end > latest:
            return spot
        later = Bounds(limits.held, until, limits.end, limits.last_start, limits.last_end)
        later.transfers = limits.transfers
        other = self._quickest(operation, later)
        if other is None or other.end > latest or self._overtime_until(other):
            return spot
        return other

    def _overtime_until(self, spot: Spot) -> int:
        """End of the overtime windows in which a spot is worked; 0 if there are none."""
        shop = self.shop
        used = [(shop.overtime[w.operator], w.start, w.end) for w in spot.crew]
        if not spot.crew:
            calendar = shop.problem.machines[spot.way.machine].calendar
            used = [(shop.calendar_overtime[calendar], a, b) for a, b in spot.run_segments]
        return max(
            (o.closing(max(a, o.next_open(a))) for o, a, b in used if o.next_open(a) < b), default=0
        )

    # -- modes ----------------------------------------------------------------------------

    def _best(self, operation: int, limits: Bounds) -> Spot | None:
        """The quickest spot, or with ``latest`` one that spares overtime and is in time."""
        spot = self._quickest(operation, limits)
        if spot is None or self.latest is None or spot.batch is not None:
            return spot
        return self._spared(operation, limits, spot)

    def _quickest(self, operation: int, limits: Bounds) -> Spot | None:
        """The mode with the earliest end; ties by less setup, then by less cost.

        One that is alone in an oven and too light could wait another run for company, unless it is
        in a hurry.
        """
        best: Spot | None = None
        key = (FOREVER, 0, 0.0)
        reason: Reason = ("no_machine", ())
        floor = self.floor
        last_start = limits.last_start
        for way in self.ways(operation):
            start = max(limits.run, limits.held + way.setup, floor.frontier(way))
            if best is not None:
                # Open time, not elapsed: a way that cannot end sooner is not even tried.
                clock = floor.shop.clock(way.machine, NO_CALENDARS, way.run_crew)
                least = clock.advance(start, way.least_run)
                if least > key[0] or (least == key[0] and (0, way.cost) >= key[1:]):
                    continue
                limits.last_start = min(last_start, key[0] - way.least_run)
            spot = floor.place(operation, way, limits)
            if spot is None:
                reason = floor.reason
                continue
            until = spot.end
            if spot.batch is None and way.load < way.mode.least_load:
                spare = (floor.shop.unhurried[operation] - until) // WAIT_SHARE
                until += max(0, min(way.least_run, spare))
            found = (until, spot.setup, way.cost + spot.cost)
            if best is None or found < key:
                best, key = spot, found
        limits.last_start = last_start
        if best is None:
            floor.reason = reason
        return best

    def ways(self, operation: int) -> list[Way]:
        """The modes that may be used."""
        forced = self.modes.get(operation)
        ways = self.shop.quickest[operation]
        if forced is not None:
            ways = [self.shop.ways[operation][forced]]
        machine = self.shop.frozen[operation].machine
        if machine is not None and self.shop.problem.operations[operation].started is None:
            ways = [way for way in ways if way.machine == machine]
        return ways


def link_holds(shop: Shop, link: Precedence, before: Spot, after: Spot) -> bool:
    """Whether two placed operations keep the lags between them."""
    clock = None if link.clock is None else shop.calendars[link.clock]
    early = shop.problem.operations[link.after].setup_needs_material
    ready = after.end if lags.to_end(link) else after.setup_start if early else after.start
    if ready < lags.earliest(link, before, clock):
        return False
    if link.transfer is not None:
        run = sum(b - a for a, b in after.run_segments)
        if after.end < before.end + lags.share(run, link.transfer):
            return False
    reached = after.end if lags.to_end(link) else after.start
    return reached <= lags.latest(link, before, clock)


def spot_of(shop: Shop, placement: Placement) -> Spot:
    """A placement as a spot, its segments cut where setup passes into run."""
    way = shop.ways[placement.operation][placement.mode]
    setup = [(a, min(b, placement.start)) for a, b in placement.segments if a < placement.start]
    run = [(max(a, placement.start), b) for a, b in placement.segments if b > placement.start]
    shots = 0
    if way.shapes:
        tools = shop.problem.tools
        shaping = [t for t, demand, _ in uses(shop, way, placement.tools) if demand.shapes]
        shots = shop.turns(way, sum(tools[t].cavities for t in shaping))
    return Spot(
        placement.operation,
        way,
        placement.setup_start,
        placement.start,
        placement.end,
        setup,
        run,
        placement.tools,
        placement.crew,
        sum(b - a for a, b in setup),
        shots=shots,
    )
