"""Taking operations off the floor with all that hangs on them, and putting everything back."""

from __future__ import annotations

import heapq
from dataclasses import replace

from app.scheduling.floor import Batch, Spot
from app.scheduling.problem import FOREVER, MachineKind, Problem, Schedule
from app.scheduling.repair.standing import Standing
from app.scheduling.shop import Shop, Way


class Taking(Standing):
    """What a repair has taken off so far, and in which order it goes back."""

    def __init__(self, problem: Problem, schedule: Schedule, shop: Shop | None = None) -> None:
        super().__init__(problem, schedule, shop)
        self._begin()
        self.floor.displace = self._displace

    def _begin(self) -> None:
        self.old: dict[int, Spot] = {}  # what stood where, of all that was taken off
        self.old_batches: dict[int, Batch] = {}
        self.groups: dict[int, list[int]] = {}  # who went together in an oven
        self.settled: set[int] = set()
        self.least: dict[int, int] = {}
        self.tries: dict[int, int] = {}
        self.queue: list[tuple[int, int]] = []
        self.current: tuple[int, int] = (-FOREVER, -1)
        self.dropped_at: int | None = None
        self.firm = False  # nothing else may move
        self.free: frozenset[int] = frozenset()  # but these
        self.exchanged: dict[int, list[Way]] = {}  # the modes of what may go anywhere
        self.ancestors: set[int] = set()
        for spot in self.stale:
            self.old[spot.operation] = spot
            heapq.heappush(self.queue, (spot.start, spot.operation))

    def _displace(self, operation: int) -> bool:
        """Takes an operation out of the way, if it is not held and comes later."""
        if self.firm:
            return False
        if operation in self.settled or self._is_held(operation):
            return False
        spot = self.floor.spot(operation)
        key = (spot.start, operation)
        if self.dropped_at is not None:  # dropped on the first half of a bar: before it
            key = ((spot.setup_start + spot.end) // 2, operation)
        if key < self.current:
            return False
        taken = self._with_mates(operation)
        if any(o in self.settled or o in self.ancestors or self._is_held(o) for o in taken):
            return False
        self._take_along(operation)
        return True

    def _with_mates(self, operation: int) -> list[int]:
        """What can only be taken off together: a batch, a kept tool's users, takers of output."""
        found = [operation]
        for member in found:
            spot = self.floor.spots[member]
            if spot is None:
                continue
            mates = list(spot.batch.members) if spot.batch is not None else []
            mates += [d.until for d in spot.way.tools if d.until is not None]
            mates += self.shop.held[member]
            mates += self._takers(member, spot)
            found += [m for m in dict.fromkeys(mates) if m not in found]
        return [o for o in found if self.floor.spots[o] is not None]

    def _takers(self, operation: int, spot: Spot) -> list[int]:
        """Placed operations that take what this one makes."""
        made = {material for material, _ in self.problem.operations[operation].produces}
        if not made:
            return []
        return [
            s.operation
            for s in self.floor.spots
            if s is not None and any(m in made and t == spot.end for m, t, _ in s.claims)
        ]

    def _take_along(self, operation: int) -> None:
        """Takes an operation and its mates off the floor; they are put back in order."""
        taken = self._with_mates(operation)
        spots = [self.floor.spot(o) for o in taken]
        for spot in spots:
            self._remember(spot)
        leads = {s.batch.lead.operation for s in spots if s.batch is not None}
        spots.sort(key=lambda s: (s.operation in leads, -s.start, -s.operation))
        makers = [s for s in spots if self.problem.operations[s.operation].produces]
        others = [s for s in spots if not self.problem.operations[s.operation].produces]
        for spot in [*others, *sorted(makers, key=lambda s: (-s.start, s.operation in leads))]:
            self.floor.retract(spot.operation)
        for spot in spots:
            self.settled.discard(spot.operation)
            heapq.heappush(self.queue, (spot.start, spot.operation))

    def _remember(self, spot: Spot) -> None:
        if spot.operation in self.old:
            return
        self.old[spot.operation] = replace(spot, claims=[], follower=None)
        batch = spot.batch
        if batch is not None and spot.operation not in self.groups:
            self.old_batches[spot.operation] = batch
            if len(batch.members) > 1:
                group = list(batch.members)
                for member in group:
                    self.groups[member] = group

    def _ancestors(self, operation: int) -> set[int]:
        """All that must come before an operation: nothing to push after it."""
        found = {operation}
        stack = [operation]
        while stack:
            last = stack.pop()
            before = [link.before for link in self.shop.before[last]] + [*self.shop.held[last]]
            for material, _ in self.problem.operations[last].consumes:
                before += self.shop.makers[material]
            stack += [o for o in before if o not in found]
            found.update(before)
        return found

    # -- putting everything back ----------------------------------------------------------

    def _undo(self) -> None:
        """Puts everything back where it stood."""
        floor = self.floor
        floor.displace = _stays
        floor.keep = None
        standing = [s for o in {*self.old, *self.tries} if (s := floor.spots[o]) is not None]
        leads = {s.batch.lead.operation for s in standing if s.batch is not None}
        standing.sort(key=lambda s: (s.operation in leads, -s.start, -s.operation))
        makers = [s for s in standing if self.problem.operations[s.operation].produces]
        rest = [s for s in standing if not self.problem.operations[s.operation].produces]
        for spot in [*rest, *sorted(makers, key=lambda s: (-s.start, s.operation in leads))]:
            floor.retract(spot.operation)
        stale = {s.operation for s in self.stale}
        entered: dict[tuple[int, int, int], Batch] = {}
        back = [s for o, s in self.old.items() if o not in stale and o in self.row]
        for old in sorted(back, key=lambda s: (s.setup_start, s.end, s.operation)):
            key = (old.way.machine, old.start, old.end)
            old.batch = entered.get(key) if old.way.kind is MachineKind.BATCH else None
            floor.commit(old)
            if old.batch is not None:
                entered[key] = old.batch
        records = [self.problem.operations[o] for o in {*self.old, *self.tries}]
        touched = {m for record in records for m, _ in (*record.consumes, *record.produces)}
        floor.reclaim(sorted(m for m in touched if self.shop.makers[m]))
        floor.displace = self._displace


def _stays(_: int) -> bool:
    return False
