"""Whole plans settled by pushing: what cannot stand goes right, or some work goes forward.

The engine behind bringing a plan up to date and behind the remedies for an order; the rules of
pushing are those of a gesture (see ``repair``).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping

from app.core.quiet import uncollected
from app.scheduling.decode import link_holds
from app.scheduling.floor import Spot
from app.scheduling.problem import FOREVER, Schedule
from app.scheduling.repair import Refused, Repairer
from app.scheduling.repair.gesture import Exchanged
from app.scheduling.shop import Way


class Resettler(Repairer):
    """A plan, ready to be settled as a whole; it stays as it is, the answers are other plans."""

    def settled_plan(self, unfit: Iterable[int] = (), *, anywhere: bool = False) -> Schedule | None:
        """The plan with what cannot stand pushed right; None if there is no room for that.

        ``unfit``: operations whose place has become wrong in itself (a closed machine, another
        duration); ``anywhere``: they may go to other machines, too. The plan stays as it is, as
        with a gesture.
        """
        wrong = [o for o in unfit if self.floor.spots[o] is not None and not self._is_held(o)]
        ways = {o: self._allowed(o) for o in wrong} if anywhere else {}
        with uncollected():
            if self.pusher is not None:
                new = self.pusher.settled(self._disturbed(wrong), ways)
                if new is not None:
                    return self._plan_with(new)
            return self._settled_on_floor(wrong, ways)

    def _settled_on_floor(
        self, wrong: Iterable[int], ways: Mapping[int, list[Way]]
    ) -> Schedule | None:
        self._begin()
        try:
            for operation in wrong:
                spot = self.floor.spots[operation]
                if spot is not None:
                    self.least[operation] = spot.start
                    self._take_along(operation)
            self.exchanged.update(ways)
            for operation, spot in enumerate(self.floor.spots):
                if spot is not None and not self._is_held(operation) and not self._in_time(spot):
                    self._take_along(operation)
            self._finish(-1)
            return self._with(self._stands_now())[0]
        except Refused:
            return None
        finally:
            self._undo()

    def with_new(self, operations: Iterable[int], *, firm: bool) -> Schedule | None:
        """The plan with operations that had no place, as early as they can be, in any mode.

        ``firm``: in the room that is left; else what is in the way is pushed right. None if that
        cannot be done, or not by the compiled repair.
        """
        if self.pusher is None:
            return None
        order = {o: k for k, o in enumerate(o for b in self.shop.blocks for o in b)}
        now = self.shop.now
        places = [
            Exchanged(o, self._allowed(o), now + k)
            for k, o in enumerate(sorted(operations, key=order.__getitem__))
        ]
        with uncollected():
            new = self.pusher.exchanged(places, firm=firm)
            return None if new is None else self._plan_with(new)

    def advanced(self, operations: Iterable[int], *, firm: bool = True) -> Schedule | None:
        """The plan with these operations as early as they can be, in any mode; None if it fails.

        What longest lags tie to them goes along. ``firm``: nothing else gives way; else what is in
        the way is pushed right. Held work stays.
        """
        self._begin()
        try:
            blocks = {self.shop.block_of[o] for o in operations}
            moving = [o for block in sorted(blocks) for o in self.shop.blocks[block]
                      if self.floor.spots[o] is not None and not self._is_held(o)]  # fmt: skip
            moving.sort(key=lambda o: (self.floor.spot(o).start, o))
            self.firm, self.free = firm, frozenset(moving)
            for operation in moving:
                if self.floor.spots[operation] is not None:
                    self._take_along(operation)
                self.exchanged[operation] = self._allowed(operation)
                self.least[operation] = -FOREVER
            queue = [entry for entry in self.queue if entry[1] not in self.free]
            self.queue = [*queue, *((-FOREVER + i, o) for i, o in enumerate(moving))]
            heapq.heapify(self.queue)
            self._finish(-1)
            return self._with(self._stands_now())[0]
        except Refused:
            return None
        finally:
            self._undo()

    def _disturbed(self, unfit: Iterable[int]) -> list[tuple[int, bool]]:
        """What is taken off, and whether its very place is wrong."""
        wrong = set(unfit)
        spots = (s for s in self.floor.spots if s is not None and not self._is_held(s.operation))
        return [
            (spot.operation, spot.operation in wrong)
            for spot in spots
            if spot.operation in wrong or not self._in_time(spot)
        ]

    def _allowed(self, operation: int) -> list[Way]:
        machine = self.shop.frozen[operation].machine
        ways = self.shop.ways[operation]
        return ways if machine is None else [way for way in ways if way.machine == machine]

    def _in_time(self, spot: Spot) -> bool:
        """Whether a spot keeps its dates and its links to what comes before."""
        operation = spot.operation
        limits = self.floor.bounds(operation, lenient=True)
        ready = spot.setup_start if self._early(operation) else spot.start
        if limits is None or ready < limits.run or spot.setup_start < limits.held:
            return False
        if spot.end < limits.end or spot.start > limits.last_start or spot.end > limits.last_end:
            return False
        before = ((link, self.floor.spots[link.before]) for link in self.shop.before[operation])
        return all(b is None or link_holds(self.shop, link, b, spot) for link, b in before)
