"""Gestures on several operations: moved together, or taken off the plan."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from app.scheduling.check import named
from app.scheduling.problem import Schedule, Unplaced
from app.scheduling.repair.answering import Answering
from app.scheduling.repair.gesture import SQUEEZE_IN, SWAP, Move, MoveResult, Refused
from app.scheduling.shop import Way

TAKEN_OFF = "scheduling.taken_off"


class Several(Answering):
    """All of them leave the floor first, so that they are not in each other's way."""

    def _target(self, gesture: Move) -> list[Way]:
        raise NotImplementedError

    def _shift(self, gesture: Move) -> None:
        """The operation and those along with it go where they are wanted, the earliest first."""
        operation = gesture.operation
        if gesture.mode == SWAP:
            raise Refused(operation, ("swap_is_of_two", ()))
        wanted = [(operation, gesture.machine, gesture.start), *gesture.along]
        for one, machine, start in wanted:
            reason = self._held_reason(one)
            if reason is not None:
                raise Refused(one, reason)
            self.exchanged[one] = self._target(Move(one, machine, start))
            standing = self.floor.spots[one]
            if start is None and standing is None:
                raise Refused(one, ("no_room", ()))
            self.least[one] = start if start is not None else self.floor.spot(one).start
        self.free = frozenset(self.exchanged)
        self._leave(self.exchanged)
        self.firm = gesture.mode == SQUEEZE_IN
        for one in sorted(self.exchanged, key=lambda one: (self.least[one], one)):
            self.current, self.dropped_at = (self.least[one], -1), self.least[one]
            self._put_back(one, self.exchanged[one])
        self.dropped_at = None
        self._finish(operation)

    def _leave(self, operations: Iterable[int]) -> None:
        """Takes operations off the floor, with what goes with them; only the latter is queued."""
        leaving = set(operations)
        for one in leaving:
            if self.floor.spots[one] is not None:
                self._take_along(one)
        self.queue = [entry for entry in self.queue if entry[1] not in leaving]
        heapq.heapify(self.queue)

    def _without(self, operations: Iterable[int]) -> MoveResult:
        """The plan without these and without what cannot stand when they are gone."""
        gone = self._hanging_on(operations)
        for one in gone:
            reason = self._held_reason(one)
            if reason is not None:
                raise Refused(one, reason)
        self._leave(gone)
        away = set(gone)
        self.groups = {
            one: [mate for mate in group if mate not in away]
            for one, group in self.groups.items()
            if one not in away
        }
        if gone:
            self._finish(gone[0])
        schedule, changed = self._with(self._stands_now())
        left = [Unplaced(one, TAKEN_OFF, self._names(one)) for one in gone]
        schedule = Schedule(
            tuple(p for p in schedule.placements if p.operation not in away),
            tuple(sorted([*schedule.unplaced, *left], key=lambda u: u.operation)),
        )
        touched = {*changed, *gone}
        after = self.tally.after(schedule, touched)
        return MoveResult(lambda: schedule, tuple(sorted(touched)), self.objective, after)

    def _hanging_on(self, operations: Iterable[int]) -> list[int]:
        """Placed operations among these, what follows them, and who shares a kept tool."""
        found = [o for o in dict.fromkeys(operations) if self.floor.spots[o] is not None]
        known = set(found)
        for one in found:
            spot = self.floor.spot(one)
            more = [link.after for link in self.shop.after[one]]
            more += [d.until for d in spot.way.tools if d.until is not None]
            more += [*self.shop.held[one], *self._takers(one, spot)]
            fresh = [o for o in more if o not in known and self.floor.spots[o] is not None]
            found += dict.fromkeys(fresh)
            known.update(fresh)
        return found

    def _names(self, operation: int) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(named(self.shop, operation, ()).items()))
