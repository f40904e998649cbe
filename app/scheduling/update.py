"""Bring the plan up to date after reality has changed: one pass, four questions.

Time has passed, work has begun or taken longer, a machine is down, new orders have come. What can
stay where the old plan has it is placed there again; the rest is placed anew in the old order,
within what the answers allow. New work takes what room is left, or, where the sequence may change,
its turn by due date. A plan that nothing has happened to comes back as it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.core.messages import Message
from app.scheduling.check import impossible
from app.scheduling.construct import DROPS, in_sequence
from app.scheduling.decode import Dropped
from app.scheduling.floor import Bounds, Spot
from app.scheduling.neighbourhoods import PlanView
from app.scheduling.objective import Objective, evaluate
from app.scheduling.problem import FOREVER, MachineKind, Placement, Problem, Schedule
from app.scheduling.retime import Keeper
from app.scheduling.shop import Reason, Shop, Way
from app.scheduling.solve import proved
from app.scheduling.stability import Limit, breaches, refusal
from app.scheduling.verify import verify

SEQUENCE_ROUNDS = 6
"""How often a pass is repeated because work tied to other work has overtaken on a machine."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What a person allows. All no: only what cannot stay moves, to the right, in its sequence.

    ``earlier``: may an operation start earlier than planned? ``sequence``: may operations pass
    each other on a machine? ``keep``: does what can stay where it is stay? (If not, all is placed
    anew in the old order.) ``machine``: may an operation that has to move change its machine?
    """

    earlier: bool = False
    sequence: bool = False
    keep: bool = True
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Which operations the answers hold for: those planned on ``machines`` (None = all) to start
    in ``[start, end)``. The others stay, or, where they cannot, move as if all answers were no.
    """

    machines: frozenset[int] | None = None
    start: int = -FOREVER
    end: int = FOREVER


@dataclass(frozen=True, slots=True)
class Update:
    """``moved``: machine or run start differs; ``outside``: those of them outside the part.

    ``new``: placed now and not before; ``lost``: the other way round. ``refused``: why the plan
    stays as it was (a change budget).
    """

    schedule: Schedule
    moved: tuple[int, ...]
    outside: tuple[int, ...]
    new: tuple[int, ...]
    lost: tuple[int, ...]
    before: Objective
    after: Objective
    refused: Message | None = None


def bring_up_to_date(
    problem: Problem | Shop,
    schedule: Schedule,
    questions: Questions = Questions(),
    part: Part = Part(),
    limits: Sequence[Limit] = (),
) -> Update:
    """The plan as it can be worked now. ``limits`` are against the problem's baseline.

    EngineFault if the new plan breaks a rule.
    """
    shop = problem if isinstance(problem, Shop) else Shop(problem)
    problem = shop.problem
    before = evaluate(problem, schedule)
    whole = len(schedule.placements) == len(problem.operations)
    if questions.keep and whole and not verify(problem, schedule):
        return Update(schedule, (), (), (), (), before, before)
    updater = _Update(shop, schedule, questions, part)
    updated = updater.schedule()
    proved(problem, updated)
    result = _compared(problem, schedule, updated, updater.chosen, before)
    over = breaches(problem, updated, limits) if limits else []
    if over:
        why = refusal(problem, over[0])
        return Update(schedule, (), (), (), (), before, before, why)
    return result


def _compared(
    problem: Problem, old: Schedule, new: Schedule, chosen: Collection[int], before: Objective
) -> Update:
    was = {p.operation: p for p in old.placements}
    now = {p.operation: p for p in new.placements}
    operations = problem.operations

    def place(p: Placement) -> tuple[int, int]:
        return operations[p.operation].modes[p.mode].machine, p.start

    moved = tuple(o for o in now if o in was and place(was[o]) != place(now[o]))
    return Update(
        schedule=new,
        moved=moved,
        outside=tuple(o for o in moved if o not in chosen),
        new=tuple(o for o in now if o not in was),
        lost=tuple(o for o in was if o not in now),
        before=before,
        after=evaluate(problem, new),
    )


class _Update:
    """One update: passes of the decoder until the sequence is what it may be."""

    def __init__(self, shop: Shop, schedule: Schedule, questions: Questions, part: Part) -> None:
        self.shop, self.questions = shop, questions
        self.view = PlanView(shop.problem, schedule)
        self.plan = self.view.plan
        self.chosen = {
            o
            for o, p in self.plan.items()
            if part.start <= p.start < part.end
            and (part.machines is None or self.view.machine(o) in part.machines)
        }
        self.sequences: defaultdict[int, list[int]] = defaultdict(list)  # by machine
        for operation in self.view.sequence:
            self.sequences[self.view.machine(operation)].append(operation)
        if shop.impossible is None:
            shop.impossible = impossible(shop)

    def schedule(self) -> Schedule:
        held_back: dict[int, int] = {}
        best: Schedule | None = None
        for _ in range(SEQUENCE_ROUNDS):
            found = self._pass(held_back)
            best = best or found
            overtaken = self._overtaken(found)
            if not overtaken:
                return found
            best = found
            for operation, until in overtaken.items():
                held_back[operation] = max(until, held_back.get(operation, -FOREVER))
        return best or self._pass(held_back)

    def _pass(self, held_back: Mapping[int, int]) -> Schedule:
        """One decode, without the positions held by a person that turn out to be impossible."""
        dropped: dict[int, Reason] = {}
        for _ in range(DROPS):
            try:
                decoder = _Updater(self, held_back, dropped)
                in_sequence(self.shop, decoder, self._ranks())
                decoder.check_early()
            except Dropped as drop:
                dropped[drop.operation] = drop.reason
                continue
            return decoder.schedule()
        frozen = self.shop.frozen
        pinned = (o for o, f in enumerate(frozen) if f.pinned and f.first is not None)
        dropped.update(dict.fromkeys(pinned, ("pin_impossible", ())))
        decoder = _Updater(self, held_back, dropped)
        in_sequence(self.shop, decoder, self._ranks())
        return decoder.schedule()

    def _ranks(self) -> list[int]:
        """The old order; new work last, or, where the sequence may change, by its latest start."""
        operations, orders = self.shop.problem.operations, self.shop.problem.orders
        last = len(operations)
        ranks = [last] * last
        sequence = list(self.view.sequence)
        if self.questions.sequence and not self.questions.keep:
            starts = [self.plan[o].setup_start for o in sequence]
            fresh = [o for o in range(last) if o not in self.plan]
            by_due = sorted((orders[operations[o].order].due - self._work(o), o) for o in fresh)
            for due, operation in by_due:
                at = bisect_left(starts, due)
                sequence.insert(at, operation)
                starts.insert(at, due)
        elif self.questions.sequence:  # what can stay takes its place before the others do
            disturbed = self.disturbed
            sequence.sort(key=lambda o: o in disturbed)
        for rank, operation in enumerate(sequence):
            ranks[operation] = rank
        return ranks

    @cached_property
    def disturbed(self) -> set[int]:
        """What cannot stay as the old plan has it."""
        violations = verify(self.shop.problem, self.view.schedule)
        return {operation for violation in violations for operation in violation.operations}

    def _work(self, operation: int) -> int:
        return min((way.least_run for way in self.shop.ways[operation]), default=0)

    # -- sequences --------------------------------------------------------------------------

    def bound(self, operation: int, spots: Sequence[Spot | None]) -> int:
        """Before this tick an operation would pass one that comes before it on its machine."""
        machine = self.view.machine(operation)
        sequence = self.sequences[machine]
        unary = self.shop.problem.machines[machine].kind is MachineKind.UNARY
        for other in reversed(sequence[: self._position(operation)]):
            spot = spots[other]
            if spot is not None and spot.way.machine == machine:
                return spot.end if unary else spot.setup_start
        return -FOREVER

    def _position(self, operation: int) -> int:
        p = self.plan[operation]
        sequence = self.sequences[self.view.machine(operation)]
        key = (p.setup_start, p.start, operation)
        return bisect_left(
            sequence, key, key=lambda o: (self.plan[o].setup_start, self.plan[o].start, o)
        )

    def _overtaken(self, schedule: Schedule) -> dict[int, int]:
        """What now comes before one that it may not pass, and when that one ends."""
        now = {p.operation: p for p in schedule.placements}
        ways = self.shop.ways
        found: dict[int, int] = {}
        for machine, sequence in self.sequences.items():
            if self.shop.problem.machines[machine].kind is not MachineKind.UNARY:
                continue
            there = [o for o in sequence if o in now and ways[o][now[o].mode].machine == machine]
            last = -FOREVER
            for operation in there:
                p = now[operation]
                bound = self._held(operation) or self.free_sequence(operation)
                if p.setup_start < last and not bound:
                    found[operation] = last
                last = max(last, p.end)
        return found

    def _held(self, operation: int) -> bool:
        started = self.shop.problem.operations[operation].started
        return started is not None or self.shop.frozen[operation].pinned

    def free_sequence(self, operation: int) -> bool:
        return self.questions.sequence and operation in self.chosen


class _Updater(Keeper):
    """Places each operation again where it was, or as the answers allow."""

    def __init__(
        self, update: _Update, held_back: Mapping[int, int], dropped: Mapping[int, Reason]
    ) -> None:
        self._update = update
        self._held_back = held_back
        self._only: Callable[[Way], bool] | None = None
        super().__init__(
            update.shop, lambda: False, {}, {}, update.plan, {}, dropped=dropped
        )  # fmt: skip

    def _best(self, operation: int, limits: Bounds) -> Spot | None:
        update, plan = self._update, self._update.plan
        old = plan.get(operation)
        if old is None:
            return self._quickest(operation, limits)
        asked, inside = update.questions, operation in update.chosen
        limits.held = max(limits.held, self._held_back.get(operation, -FOREVER))
        own = self._copy(limits)
        if not update.free_sequence(operation):
            own.held = max(own.held, update.bound(operation, self.floor.spots))
        if asked.keep or not inside:
            spot = self._again(old, own)
            if spot is not None:
                return spot
        if not (asked.earlier and inside):
            limits.run = max(limits.run, old.start)
            own.run = max(own.run, old.start)
        if asked.machine and inside and not asked.keep and update.free_sequence(operation):
            return self._quickest(operation, limits)
        way = update.shop.ways[operation][old.mode]
        spot = self._among(operation, own, lambda w: w is way)
        if spot is None:
            spot = self._among(operation, own, lambda w: w.machine == way.machine)
        if asked.machine and inside:
            other = self._among(operation, limits, lambda w: w is not way)
            if spot is None or (other is not None and other.end < spot.end):
                spot = other
        return spot

    def _copy(self, limits: Bounds) -> Bounds:
        return Bounds(
            limits.held,
            limits.run,
            limits.end,
            limits.last_start,
            limits.last_end,
            limits.start_blame,
            limits.end_blame,
            limits.transfers,
        )

    def _among(self, operation: int, limits: Bounds, only: Callable[[Way], bool]) -> Spot | None:
        self._only = only
        try:
            return self._quickest(operation, limits)
        finally:
            self._only = None

    def ways(self, operation: int) -> list[Way]:
        ways = super().ways(operation)
        return ways if self._only is None else [way for way in ways if self._only(way)]
