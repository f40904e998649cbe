"""Putting back what was taken off, in the order of the old starts; it may push what comes after."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace

from app.core.watch import looking
from app.scheduling import lags
from app.scheduling.decode import link_holds
from app.scheduling.floor import Spot
from app.scheduling.problem import FOREVER, Precedence
from app.scheduling.repair.gesture import ROUNDS, Refused
from app.scheduling.repair.taking import Taking
from app.scheduling.shop import Reason, Way


class Settling(Taking):
    """The rules of pushing."""

    def _finish(self, operation: int) -> None:
        """Works off what was pushed, and what that does to setups."""
        self._work_off()
        for _ in range(ROUNDS):
            if not self._wrong_setups():
                return
            self._work_off()
        raise Refused(max(operation, 0), ("no_room", ()))

    def _work_off(self) -> None:
        """Puts back what was taken off, in the order of the old starts."""
        while self.queue:
            entry = heapq.heappop(self.queue)
            operation = entry[1]
            if self.floor.spots[operation] is not None:
                continue
            self.current = entry
            operation = self._ahead(operation)
            ways = self.exchanged.get(operation) or [self.old[operation].way]
            self._put_back(operation, ways)

    def _ahead(self, operation: int) -> int:
        """Of those that go into an oven together, the one that takes longest goes first."""
        group = self.groups.get(operation)
        if group is None or any(self.floor.spots[o] is not None for o in group):
            return operation
        heapq.heappush(self.queue, self.current)
        records = self.problem.operations
        return max(
            group,
            key=lambda o: (
                (way := self.old[o].way).least_run,
                way.setup,
                records[o].first_piece,
                o == operation,
            ),
        )

    def _put_back(self, operation: int, ways: list[Way]) -> None:
        self.tries[operation] = self.tries.get(operation, 0) + 1
        if self.tries[operation] > ROUNDS:
            raise Refused(operation, ("no_room", ()))
        waits_for = self._waits_for(operation)
        if waits_for is not None:
            first = self.old[waits_for].start
            heapq.heappush(self.queue, (first, waits_for))
            key = max(self.current[0], first) + (waits_for >= operation)
            heapq.heappush(self.queue, (key, operation))
            return
        self.ancestors = self._ancestors(operation)
        self.floor.soft_from = self.current[0]
        self.floor.mates = None
        if self.dropped_at is None:  # only what was dropped may join another batch
            self.floor.mates = set(self.groups.get(operation, ()))
        spot = self._again(operation) or self._anew(operation, ways)
        if spot is None:
            return
        self.floor.commit(spot)
        self.settled.add(operation)
        self._push_successors(operation, spot)

    def _waits_for(self, operation: int) -> int | None:
        """A predecessor that is off the floor and will be put back."""
        before = [link.before for link in self.shop.before[operation]]
        for other in [*before, *self.shop.held[operation]]:
            if self.floor.spots[other] is None and other in self.old:
                return other
        return None

    def _again(self, operation: int) -> Spot | None:
        """The old spot, if nothing stands in its way."""
        old = self.old.get(operation)
        if old is None or operation in self.least or operation in self.groups or old in self.stale:
            return None
        limits = self.floor.bounds(operation)
        if limits is None or any(d.until is not None for d in old.way.tools):
            return None
        ready = old.setup_start if self._early(operation) else old.start
        if ready < limits.run or old.end < limits.end or old.start > limits.last_start:
            return None
        if old.end > limits.last_end or limits.transfers or self.shop.held[operation]:
            return None
        spot = replace(old, claims=[], follower=None, batch=None)
        return spot if self.floor.admits(spot) and spot.setup == old.setup else None

    def _anew(self, operation: int, ways: list[Way]) -> Spot | None:
        """The earliest spot not left of the old one; None if a predecessor has to move first."""
        floor = self.floor
        limits = floor.bounds(operation)
        if limits is None:
            raise Refused(operation, self._missing(operation))
        old = self.old.get(operation)
        least = self.least.get(operation, -FOREVER)
        if old is not None and self.dropped_at is None and operation not in self.exchanged:
            least = max(least, old.start)
        for member in self.groups.get(operation, ()):  # an oven waits for all that it takes
            if floor.spots[member] is None and member != operation:
                others = floor.bounds(member)
                least = max(least, others.run if others else least, self.old[member].start)
        limits.run = max(limits.run, least)
        if self._early(operation):
            limits.held = max(limits.held, limits.run)
        if limits.run >= FOREVER:
            raise Refused(operation, self._short(operation))
        floor.keep = old
        try:
            spots = [s for way in looking(ways, 1) if (s := floor.place(operation, way, limits))]
        finally:
            floor.keep = None
        if spots:
            return min(spots, key=lambda s: (s.end, s.setup))
        return self._pull_predecessor(operation, ways)

    def _pull_predecessor(self, operation: int, ways: list[Way]) -> Spot | None:
        """A longest lag is passed: what comes before must move right, too.

        If it is only for its mates in an oven that it is too late, it goes without them: its spot.
        """
        floor, reason = self.floor, self.floor.reason
        limits = floor.bounds(operation)
        blames = [] if limits is None else [limits.start_blame, limits.end_blame]
        links = [link for link in blames if link is not None]
        if reason[0] != "too_late" or limits is None or not links:
            raise Refused(operation, reason)
        limits.last_end = FOREVER
        limits.last_start = self.problem.operations[operation].latest_start
        frozen = self.shop.frozen[operation].last
        if frozen is not None:
            limits.last_start = min(limits.last_start, frozen)
        old = self.old.get(operation)
        limits.run = max(limits.run, self.least.get(operation, old.start if old else -FOREVER))
        floor.keep = old
        free = [s for way in ways if (s := floor.place(operation, way, limits)) is not None]
        floor.keep = None
        if not free:
            raise Refused(operation, floor.reason)
        spot = min(free, key=lambda s: (s.end, s.setup))
        if self.firm and not all(link.before in self.free for link in links):
            raise Refused(operation, self._moves_others([link.before for link in links]))
        if not any(self._late(link, spot) > 0 for link in links):
            group = self.groups.pop(operation, [])
            if operation in group:
                group.remove(operation)
            return spot
        for link in links:
            self._put_off(link, spot)
        key = old.start if old is not None else spot.start
        heapq.heappush(self.queue, (key, operation))
        self.old.setdefault(operation, spot)
        return None

    def _late(self, link: Precedence, spot: Spot) -> int:
        """By how much a spot comes after the longest lag of a link to it."""
        clock = None if link.clock is None else self.shop.calendars[link.clock]
        reached = spot.end if lags.to_end(link) else spot.start
        return reached - lags.latest(link, self.floor.spot(link.before), clock)

    def _put_off(self, link: Precedence, spot: Spot) -> None:
        """Takes off what comes before, to be put back in time for the spot."""
        before, late = link.before, self._late(link, spot)
        if late <= 0:
            return
        if self._is_held(before):
            raise Refused(before, self._held_reason(before) or ("pinned", ()))
        self.least[before] = self.floor.spot(before).start + late
        self.settled.discard(before)
        self._take_along(before)
        heapq.heappush(self.queue, (self.old[before].start, before))

    def _push_successors(self, operation: int, spot: Spot) -> None:
        for link in self.shop.after[operation]:
            after = self.floor.spots[link.after]
            if after is None or link_holds(self.shop, link, spot, after):
                continue
            self._push(link.after, operation)
        for tool_until in {d.until for d in spot.way.tools if d.until is not None}:
            after = self.floor.spots[tool_until]
            if after is not None and after.start < spot.start:
                self._push(tool_until, operation)

    def _push(self, operation: int, because: int) -> None:
        if self.firm and operation not in self.free:
            raise Refused(because, self._moves_others([operation]))
        if self._is_held(operation):
            other = self._key(operation)
            raise Refused(because, ("pushes_held", (("other", other),)))
        self.settled.discard(operation)
        self._take_along(operation)
        heapq.heappush(self.queue, (max(self.current[0], self.old[operation].start), operation))

    def _wrong_setups(self) -> bool:
        """Takes off what now needs another setup than it has; True if there was any."""
        wrong: list[int] = []
        machines = {self.old[o].way.machine for o in self.old}
        machines |= {s.way.machine for o in self.tries if (s := self.floor.spots[o]) is not None}
        for index in sorted(machines):
            setups, book = self.shop.setups[index], self.floor.books[index]
            if not setups.parts:
                continue
            state = setups.initial
            for owner in book.owners:
                spot = self.floor.lead(index, owner)
                families = self.problem.operations[spot.operation].families
                if self.problem.operations[spot.operation].started is None:
                    change = setups.change(state, families)
                    wrong_people = (
                        setups.crewed
                        and change is not None
                        and not self.floor.same_setters(spot, change)
                    )
                    if change is None or change.minutes != spot.change or wrong_people:
                        wrong.append(spot.operation)
                        break  # what follows may be right again
                state = setups.after(state, families)
        if self.firm and not set(wrong) <= set(self.free):
            raise Refused(wrong[0], ("no_room", ()))
        for operation in wrong:
            if self._is_held(operation):
                raise Refused(operation, ("setup_of_held", ()))
            self.settled.discard(operation)
            self._take_along(operation)
            heapq.heappush(self.queue, (self.old[operation].start, operation))
        return bool(wrong)

    def _moves_others(self, others: Sequence[int]) -> Reason:
        names = ", ".join(self._key(o) for o in others[:3])
        return "moves_others", (("count", str(len(others))), ("names", names))

    def _missing(self, operation: int) -> Reason:
        for link in self.shop.before[operation]:
            if self.floor.spots[link.before] is None:
                return "predecessor", (("other", self._key(link.before)),)
        return "predecessor", (("other", "-"),)

    def _short(self, operation: int) -> Reason:
        for material, quantity in self.problem.operations[operation].consumes:
            if self.floor.stocks[material].earliest(quantity) >= FOREVER:
                return "material_short", (("material", self.problem.materials[material].key),)
        return "no_window", ()
