"""Repair for a person's hand: one gesture, settled by moving just what it disturbs.

The moved operation goes where it was dropped, snapped to what the rules allow. Whatever is in its
way is taken off and put back in the order of its old starts, on its machine, as little later as
possible, and may in turn push what comes after it. Nothing is pushed left. Other modes than push
right move less: see ``MODES``. Running, pinned and locked work never moves. Preview and drop are
the same call; a plan is compiled once and previews leave it as it was.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.core.messages import Message
from app.scheduling import lags
from app.scheduling.check import mode_reason, named
from app.scheduling.decode import link_holds, spot_of
from app.scheduling.floor import Batch, Floor, Spot, placement
from app.scheduling.objective import Objective
from app.scheduling.problem import (
    FOREVER,
    Assignment,
    MachineKind,
    Placement,
    Precedence,
    Problem,
    Schedule,
    Unplaced,
)
from app.scheduling.shop import Reason, Shop, Way
from app.scheduling.stability import Limit, breaches, refusal
from app.scheduling.tally import Tally

ROUNDS = 12
"""How often one operation may be put back in a single repair, before it is refused."""

PUSH_RIGHT = "push_right"  # what is in the way goes later
SQUEEZE_IN = "squeeze_in"  # the first opening from there on that takes it; nothing else moves
SWAP = "swap"  # it and the bar it is dropped on change places; only what then overlaps goes later
REFUSE = "refuse"  # just there, or not at all if anything else would have to move
MODES = (PUSH_RIGHT, SQUEEZE_IN, SWAP, REFUSE)


@dataclass(frozen=True, slots=True)
class Move:
    """A gesture. ``machine`` or ``start`` (run start, tick) None = as it is."""

    operation: int
    machine: int | None = None
    start: int | None = None
    mode: str = PUSH_RIGHT


@dataclass(frozen=True, slots=True)
class MoveResult:
    """What a gesture does. ``refused``: why it cannot be done (the schedule is then unchanged).

    ``moved``: operations whose placement changes; ``start``: the snapped run start.
    """

    schedule: Schedule
    moved: tuple[int, ...]
    objective_before: Objective
    objective_after: Objective
    refused: Message | None = None
    start: int | None = None


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
    return MoveResult(schedule, (), before, before, refusal(problem, over[0]))


def eligibility(problem: Problem, schedule: Schedule, operation: int) -> dict[int, Message | None]:
    """By machine: None = the operation may go there, else why not."""
    return _repairer(problem, schedule).eligibility(operation)


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


class Refused(Exception):
    """The gesture cannot be done; the reason belongs to ``operation``."""

    def __init__(self, operation: int, reason: Reason) -> None:
        super().__init__(operation, reason)
        self.operation, self.reason = operation, reason


class Repairer:
    """A plan, ready for gestures."""

    def __init__(self, problem: Problem, schedule: Schedule, shop: Shop | None = None) -> None:
        self.problem, self.schedule = problem, schedule
        self.shop = shop or Shop(problem)
        self.floor = Floor(self.shop)
        self.row = {p.operation: i for i, p in enumerate(schedule.placements)}
        self.tally = Tally(problem, schedule)
        self.objective = self.tally.objective
        self.stale = self._stand(schedule)
        self.floor.displace = self._displace

    def _stand(self, schedule: Schedule) -> list[Spot]:
        """Puts all placements where they are; returns those that cannot stand there any more."""
        stale: list[Spot] = []
        entered: dict[tuple[int, int, int], Batch] = {}
        for old in sorted(schedule.placements, key=lambda p: (p.setup_start, p.end, p.operation)):
            spot = spot_of(self.shop, old)
            key = (spot.way.machine, spot.start, spot.end)
            spot.batch = entered.get(key)
            gone_by = old.setup_start < self.shop.now
            running = self.problem.operations[old.operation].started is not None
            if (gone_by and not running) or not self.floor.admits(spot):
                spot.batch = None
                stale.append(spot)
                continue
            self.floor.commit(spot)
            if spot.batch is not None:
                entered[key] = spot.batch
        every = range(len(self.problem.materials))
        for operation in sorted(self.floor.reclaim(every)):
            spot = self.floor.spot(operation)
            if self.problem.operations[operation].started is None and spot.batch is None:
                stale.append(replace(spot, claims=[]))
                self.floor.retract(operation)
        return stale

    # -- gestures -------------------------------------------------------------------------

    def move(self, gesture: Move) -> MoveResult:
        """See ``move``."""
        self._begin()
        try:
            if gesture.mode == SWAP:
                self._exchange(gesture)
            else:
                self._settle(gesture)
            result = self._result(gesture.operation)
            stale = {spot.operation for spot in self.stale}
            others = [o for o in result.moved if o != gesture.operation and o not in stale]
            if others and gesture.mode in (SQUEEZE_IN, REFUSE):
                raise Refused(gesture.operation, self._moves_others(others))
            return result
        except Refused as refusal:
            code, values = refusal.reason
            message = Message(f"scheduling.{code}", named(self.shop, refusal.operation, values))
            before = self.objective
            return MoveResult(self.schedule, (), before, before, message)
        finally:
            self._undo()

    def eligibility(self, operation: int) -> dict[int, Message | None]:
        """See ``eligibility``."""
        by_machine: dict[int, list[Way]] = {}
        for way in self.shop.ways[operation]:
            by_machine.setdefault(way.machine, []).append(way)
        found: dict[int, Message | None] = {}
        for machine in range(len(self.problem.machines)):
            reason = self._refusal(operation, machine, by_machine.get(machine, []))
            if reason is not None:
                names = named(self.shop, operation, reason[1])
                record = self.problem.machines[machine]
                names["machine"] = record.name or record.key
                found[machine] = Message(f"scheduling.{reason[0]}", names)
            else:
                found[machine] = None
        return found

    def _refusal(self, operation: int, machine: int, ways: list[Way]) -> Reason | None:
        held = self._held_reason(operation)
        if held is not None:
            return held
        if not ways:
            return "not_for_machine", ()
        frozen = self.shop.frozen[operation].machine
        if frozen is not None and frozen != machine:
            record = self.problem.machines[frozen]
            return "held_on_machine", (("pinned", record.name or record.key),)
        reasons = [mode_reason(self.shop, operation, way) for way in ways]
        return None if None in reasons else reasons[0]

    def _held_reason(self, operation: int) -> Reason | None:
        if self.problem.operations[operation].started is not None:
            return "running", ()
        if self.shop.frozen[operation].pinned:
            return "pinned", ()
        return None

    # -- settling -------------------------------------------------------------------------

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

    def _settle(self, gesture: Move) -> None:
        operation = gesture.operation
        reason = self._held_reason(operation)
        if reason is not None:
            raise Refused(operation, reason)
        ways = self._target(gesture)
        at = gesture.start
        if at is None:
            standing = self.row.get(operation)
            at = self.schedule.placements[standing].start if standing is not None else -FOREVER
        self._take_along(operation)
        self.queue = [entry for entry in self.queue if entry[1] != operation]
        heapq.heapify(self.queue)
        self.current, self.dropped_at = (at, -1), at
        self.firm = gesture.mode == SQUEEZE_IN
        self.least[operation] = at
        self._put_back(operation, ways)
        self.dropped_at = None
        self._finish(operation)

    def _finish(self, operation: int) -> None:
        """Works off what was pushed, and what that does to setups."""
        self._work_off()
        for _ in range(ROUNDS):
            if not self._wrong_setups():
                return
            self._work_off()
        raise Refused(max(operation, 0), ("no_room", ()))

    def _exchange(self, gesture: Move) -> None:
        """The operation and the one under the pointer take each other's start and machine."""
        operation = gesture.operation
        mine = self.floor.spots[operation]
        other = self._under(gesture)
        if mine is None or other is None or mine.way.kind is not MachineKind.UNARY:
            raise Refused(operation, ("nothing_to_swap", ()))
        theirs = self.floor.spot(other)
        for one, goes_to in ((operation, theirs), (other, mine)):
            reason = self._held_reason(one)
            if reason is not None:
                raise Refused(one, reason)
            start = goes_to.start
            self.exchanged[one] = self._target(Move(one, goes_to.way.machine, start))
            self.least[one] = start
        for one in (operation, other):
            if self.floor.spots[one] is not None:
                self._take_along(one)
        queue = [entry for entry in self.queue if entry[1] not in self.exchanged]
        self.queue = [*queue, *((self.least[one], one) for one in self.exchanged)]
        heapq.heapify(self.queue)
        self._finish(operation)

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

    def _moves_others(self, others: Sequence[int]) -> Reason:
        names = ", ".join(self._key(o) for o in others[:3])
        return "moves_others", (("count", str(len(others))), ("names", names))

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

    def _early(self, operation: int) -> bool:
        return self.problem.operations[operation].setup_needs_material

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
        spots = [s for way in ways if (s := floor.place(operation, way, limits)) is not None]
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
        for index in machines:
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

    # -- taking off -----------------------------------------------------------------------

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

    def _is_held(self, operation: int) -> bool:
        """Whether nothing else may push it away; a hand may still move what is overdue."""
        return self._held_reason(operation) is not None or self.shop.frozen[operation].overdue

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

    # -- answering ------------------------------------------------------------------------

    def _result(self, operation: int) -> MoveResult:
        schedule, changed = self._changed()
        after = self.tally.after(schedule, changed)
        start = self.floor.spot(operation).start
        return MoveResult(schedule, tuple(sorted(changed)), self.objective, after, None, start)

    def _changed(self) -> tuple[Schedule, list[int]]:
        """The plan as it now stands, and the operations whose placement changed."""
        placements = list(self.schedule.placements)
        changed: list[int] = []
        added: list[Placement] = []
        stirred = self._stirred()
        crews = self.floor.batch_crews(stirred)
        touched = dict.fromkeys([*self.old, *self.tries, *self._crew_elsewhere(stirred, crews)])
        for other in touched:
            spot = self.floor.spots[other]
            if spot is None:
                continue
            new = placement(spot, crews.get(other, spot.crew))
            row = self.row.get(other)
            if row is None:
                added.append(new)
                changed.append(other)
            elif placements[row] != new:
                placements[row] = new
                changed.append(other)
        if added:
            placements = sorted([*placements, *added], key=lambda p: p.operation)
        unplaced: tuple[Unplaced, ...] = self.schedule.unplaced
        if added:
            unplaced = tuple(u for u in unplaced if self.floor.spots[u.operation] is None)
        return Schedule(tuple(placements), unplaced), changed

    def _stirred(self) -> list[Batch]:
        """The batches that something has joined or left."""
        found = {id(b): b for b in self.old_batches.values() if b.key in self.floor.batches}
        for operation in {*self.old, *self.tries}:
            spot = self.floor.spots[operation]
            if spot is not None and spot.batch is not None:
                found[id(spot.batch)] = spot.batch
        return list(found.values())

    def _crew_elsewhere(
        self, batches: Iterable[Batch], crews: Mapping[int, tuple[Assignment, ...]]
    ) -> list[int]:
        """Members of batches at which the batch's crew is no longer told, or is told now."""
        placements = self.schedule.placements
        return [
            member
            for batch in batches
            for member in batch.members
            if (row := self.row.get(member)) is not None
            and placements[row].crew != crews.get(member, self.floor.spot(member).crew)
        ]

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

    def _key(self, operation: int) -> str:
        return self.problem.operations[operation].key

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


def _stays(_: int) -> bool:
    return False
