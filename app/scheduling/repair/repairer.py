"""A plan that is ready for gestures."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Sequence

from app.core.messages import Message
from app.core.quiet import uncollected
from app.scheduling.check import named
from app.scheduling.problem import FOREVER, MachineKind, Problem, Schedule
from app.scheduling.repair.gesture import (
    MODES,
    REFUSE,
    SQUEEZE_IN,
    SWAP,
    Exchanged,
    Move,
    MoveResult,
    Refused,
)
from app.scheduling.repair.several import Several
from app.scheduling.shop import Shop, Way
from app.scheduling.stability import Limit, breaches, refusal


def move(
    problem: Problem, schedule: Schedule, gesture: Move, limits: Sequence[Limit] = ()
) -> MoveResult:
    """What would happen, and what does happen, when the gesture is made.

    A gesture that moves more than ``limits`` allow is refused. ValueError for a mode that is none
    of ``MODES``.
    """
    if gesture.mode not in MODES:
        raise ValueError(gesture.mode)
    result = _repairer(problem, schedule).move(gesture)
    over = breaches(problem, result.schedule, limits) if limits else []
    if not over or result.refused is not None:
        return result
    before = result.objective_before
    return MoveResult(lambda: schedule, (), before, before, refusal(problem, over[0]))


def take_off(problem: Problem, schedule: Schedule, operations: Sequence[int]) -> MoveResult:
    """The plan without these operations and what hangs on them; nothing else goes earlier.

    Refused if any of them is running, pinned or frozen.
    """
    return _repairer(problem, schedule).take_off(operations)


def eligibility(problem: Problem, schedule: Schedule, operation: int) -> dict[int, Message | None]:
    """By machine: None = the operation may go there, else why not."""
    return _repairer(problem, schedule).eligibility(operation)


def shop_of(problem: Problem, schedule: Schedule) -> Shop:
    """The compiled plant that gestures on the plan are settled with."""
    return _repairer(problem, schedule).shop


class _Recent(threading.local):
    """The plan that was last repaired in this thread: a drag asks many times for the same one."""

    repairer: Repairer | None = None


_recent = _Recent()


def _repairer(problem: Problem, schedule: Schedule) -> Repairer:
    known = _recent.repairer
    if known is None or known.problem is not problem or known.schedule is not schedule:
        shop = known.shop if known is not None and known.problem is problem else Shop(problem)
        known = _recent.repairer = Repairer(problem, schedule, shop)
    return known


class Repairer(Several):
    """A plan, ready for gestures."""

    def move(self, gesture: Move) -> MoveResult:
        """See ``move``."""
        self._begin()
        try:
            with uncollected():  # thousands of placements are no rubbish
                result = self._made(gesture)
            own = {gesture.operation, *(one for one, _, _ in gesture.along)}
            own |= {spot.operation for spot in self.stale}
            others = [o for o in result.moved if o not in own]
            if others and gesture.mode in (SQUEEZE_IN, REFUSE):
                raise Refused(gesture.operation, self._moves_others(others))
            return result
        except Refused as refused:
            return self._refused(refused)
        finally:
            self._undo()

    def take_off(self, operations: Sequence[int]) -> MoveResult:
        """See ``take_off``."""
        self._begin()
        try:
            return self._without(operations)
        except Refused as refused:
            return self._refused(refused)
        finally:
            self._undo()

    def _refused(self, refused: Refused) -> MoveResult:
        code, values = refused.reason
        message = Message(f"scheduling.{code}", named(self.shop, refused.operation, values))
        return MoveResult(lambda: self.schedule, (), self.objective, self.objective, message)

    def _made(self, gesture: Move) -> MoveResult:
        """What a gesture does; compiled, or where that does not do, on the floor."""
        if gesture.along:
            self._shift(gesture)
        elif gesture.mode == SWAP:
            places = self._exchanged(gesture)
            new = self.pusher.exchanged(places) if self.pusher is not None else None
            if new is not None:
                return self._result_of(gesture.operation, new)
            self._exchange(places)
        else:
            ways, at = self._asked(gesture)
            firm = gesture.mode == SQUEEZE_IN
            if self.pusher is not None:
                new = self.pusher.one(gesture.operation, ways, at, firm=firm)
                if new is not None:
                    return self._result_of(gesture.operation, new)
            self._settle(gesture.operation, ways, at, firm)
        return self._result(gesture.operation)

    def _asked(self, gesture: Move) -> tuple[list[Way], int]:
        """The modes of a gesture's operation, and from when on."""
        operation = gesture.operation
        reason = self._held_reason(operation)
        if reason is not None:
            raise Refused(operation, reason)
        ways, at = self._target(gesture), gesture.start
        if at is None:
            standing = self.row.get(operation)
            at = self.schedule.placements[standing].start if standing is not None else -FOREVER
        return ways, at

    def _settle(self, operation: int, ways: list[Way], at: int, firm: bool) -> None:
        self._take_along(operation)
        self.queue = [entry for entry in self.queue if entry[1] != operation]
        heapq.heapify(self.queue)
        self.current, self.dropped_at = (at, -1), at
        self.firm = firm
        self.least[operation] = at
        self._put_back(operation, ways)
        self.dropped_at = None
        self._finish(operation)

    def _exchanged(self, gesture: Move) -> list[Exchanged]:
        """The operation and the one under the pointer take each other's start and machine."""
        operation = gesture.operation
        mine = self.floor.spots[operation]
        other = self._under(gesture)
        if mine is None or other is None or mine.way.kind is not MachineKind.UNARY:
            raise Refused(operation, ("nothing_to_swap", ()))
        theirs = self.floor.spot(other)
        places: list[Exchanged] = []
        for one, goes_to in ((operation, theirs), (other, mine)):
            reason = self._held_reason(one)
            if reason is not None:
                raise Refused(one, reason)
            start = goes_to.start
            ways = self._target(Move(one, goes_to.way.machine, start))
            places.append(Exchanged(one, ways, start))
        return places

    def _exchange(self, places: Sequence[Exchanged]) -> None:
        for one, ways, start in places:
            self.exchanged[one], self.least[one] = list(ways), start
        for one, _, _ in places:
            if self.floor.spots[one] is not None:
                self._take_along(one)
        queue = [entry for entry in self.queue if entry[1] not in self.exchanged]
        self.queue = [*queue, *((start, one) for one, _, start in places)]
        heapq.heapify(self.queue)
        self._finish(places[0].operation)

    def _under(self, gesture: Move) -> int | None:
        """The operation on the gesture's machine at its start."""
        mine = self.floor.spots[gesture.operation]
        machine = gesture.machine if gesture.machine is not None or mine is None else (
            mine.way.machine
        )  # fmt: skip
        if machine is None or gesture.start is None:
            return None
        if self.problem.machines[machine].kind is not MachineKind.UNARY:
            return None
        book = self.floor.books[machine]
        at = book.conflict(gesture.start, gesture.start + 1)
        found = book.owners[at] if at >= 0 else None
        return None if found == gesture.operation else found

    def _target(self, gesture: Move) -> list[Way]:
        """The modes that the operation may take where it was dropped."""
        operation = gesture.operation
        row = self.row.get(operation)
        own = None if row is None else self.schedule.placements[row]
        machine = gesture.machine
        if own is not None:
            own_way = self.shop.ways[operation][own.mode]
            if machine is None or machine == own_way.machine:
                return [own_way]
        ways = [w for w in self.shop.ways[operation] if machine is None or w.machine == machine]
        if machine is not None:
            reason = self._refusal(operation, machine, ways)
            if reason is not None:
                record = self.problem.machines[machine]
                values = (*reason[1], ("machine", record.name or record.key))
                raise Refused(operation, (reason[0], values))
        return ways
