"""Bring the plan up to date after reality has changed: one pass, four questions.

Time has passed, work has begun or taken longer, a machine is down, new orders have come. What can
stay where the old plan has it is placed there again; the rest is placed anew in the old order,
within what the answers allow. New work takes what room is left, or, where the sequence may change,
its turn by due date. A plan that nothing has happened to comes back as it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from app.core.messages import Message
from app.core.quiet import uncollected
from app.scheduling.check import impossible
from app.scheduling.construct import DROPS, construct, in_sequence
from app.scheduling.decode import Decoder, Dropped
from app.scheduling.floor import Bounds, Spot, placement
from app.scheduling.maker import maker_of
from app.scheduling.mending import mended
from app.scheduling.neighbourhoods import PlanView
from app.scheduling.objective import Objective, better, evaluate
from app.scheduling.problem import (
    FOREVER,
    POLICIES,
    MachineKind,
    Placement,
    Problem,
    Schedule,
    Weights,
)
from app.scheduling.resettle import Resettler
from app.scheduling.retime import Keeper, ovens
from app.scheduling.shop import Reason, Shop, Way
from app.scheduling.solve import proved
from app.scheduling.stability import Limit, breaches, refusal
from app.scheduling.tally import Tally
from app.scheduling.verify import Violation, ViolationCode, verify

SEQUENCE_ROUNDS = 6
"""How often a pass is repeated because work tied to other work has overtaken on a machine."""

LARGE = 4_000
"""Operations from which a plan is mended in place, if the answers allow it, and not placed anew."""

BETWEEN = {
    ViolationCode.MACHINE_OVERLAP,
    ViolationCode.MACHINE_OVERLOADED,
    ViolationCode.BATCH_OVERLAP,
    ViolationCode.BATCH_OVERLOADED,
    ViolationCode.BATCH_MIXED,
    ViolationCode.TOOL_OVERLAP,
    ViolationCode.POOL_OVERLOADED,
    ViolationCode.TOOL_LIFE,
    ViolationCode.TOOL_HOLD_BROKEN,
    ViolationCode.CREW_OVERLAP,
    ViolationCode.OVERTIME_CAP,
    ViolationCode.PREDECESSOR_UNPLACED,
    ViolationCode.MIN_LAG,
    ViolationCode.MAX_LAG,
    ViolationCode.TRANSFER_START,
    ViolationCode.TRANSFER_END,
    ViolationCode.MATERIAL_SHORT,
}
"""Rules between several operations: whoever is placed first may well stay."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What a person allows. As it is: only what cannot stay moves, to the right, as far as it must.

    ``earlier``: may an operation start earlier than planned? ``sequence``: may operations pass
    each other on a machine? (If not, what is late holds up all that follows it there; work that
    stands side by side has no sequence.) ``keep``: does what can stay where it is stay? (If not,
    all is placed anew.) ``machine``: may an operation that has to move change its machine?
    """

    earlier: bool = False
    sequence: bool = True
    keep: bool = True
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Which operations the answers hold for: those planned on ``machines`` (None = all) to start
    in ``[start, end)``. The others stay, or, where they cannot, go later on their machine.
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
    weights: Weights = POLICIES["on_time"],
) -> Update:
    """The plan as it can be worked now. ``limits`` are against the problem's baseline.

    Of several ways to do it within the answers the best by ``weights`` is taken.

    EngineFault if the new plan breaks a rule.
    """
    with uncollected():
        return _up_to_date(problem, schedule, questions, part, limits, weights)


def _up_to_date(
    problem: Problem | Shop,
    schedule: Schedule,
    questions: Questions,
    part: Part,
    limits: Sequence[Limit],
    weights: Weights,
) -> Update:
    shop = problem if isinstance(problem, Shop) else Shop(problem)
    problem = shop.problem
    whole = len(schedule.placements) == len(problem.operations)
    updater = OnePass(shop, schedule, questions, part)
    before = updater.tally.objective
    if questions.keep and whole and not updater.faults:
        return Update(schedule, (), (), (), (), before, before)
    updated = updater.best(weights)
    if updated is not updater.checked:
        proved(problem, updated)
    result = _compared(problem, schedule, updated, updater.chosen, before, updater.worth(updated))
    over = breaches(problem, updated, limits) if limits else []
    if over:
        why = refusal(problem, over[0])
        return Update(schedule, (), (), (), (), before, before, why)
    return result


def fewest_moves(problem: Problem, schedule: Schedule, counted: Collection[int]) -> Schedule:
    """The plan as it can be worked now, with as few of the ``counted`` moved as it seems to take.

    What can stay takes its place first, the rest what room is left; or all is pushed right, if
    that moves fewer. New work takes what room is left.
    """
    shop = Shop(problem)
    if len(schedule.placements) == len(problem.operations) and not verify(problem, schedule):
        return schedule
    one = OnePass(shop, schedule, Questions(), Part())
    pushed = one.pushed()
    one.stay_first = True
    plans = [one.schedule()]
    if pushed is not None and not verify(problem, pushed):
        plans.append(pushed)

    def moves(plan: Schedule) -> tuple[int, int]:
        result = _compared(problem, schedule, plan, (), Objective(), Objective())
        lost = len(plan.unplaced)
        return lost, len({*result.moved, *result.lost} & set(counted))

    best = min(plans, key=moves)
    proved(problem, best)
    return best


def _compared(
    problem: Problem,
    old: Schedule,
    new: Schedule,
    chosen: Collection[int],
    before: Objective,
    after: Objective,
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
        after=after,
    )


class OnePass:
    """One update: passes of the decoder until the sequence is what it may be."""

    def __init__(self, shop: Shop, schedule: Schedule, questions: Questions, part: Part) -> None:
        self.shop, self.questions, self.part = shop, questions, part
        self.stay_first = False  # what can stay takes its place before all that cannot
        self.checked: Schedule | None = None  # is known to break no rule
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
            shop.impossible = self._impossible()

    def _impossible(self) -> dict[int, Reason]:
        """What no plan can hold; of many operations the arrays tell whether there is any."""
        forward = maker_of(self.shop).forward if len(self.plan) >= LARGE else None
        return impossible(self.shop) if forward is None else forward.impossible

    @cached_property
    def tally(self) -> Tally:
        """What the old plan is worth."""
        return Tally(self.shop.problem, self.view.schedule)

    def worth(self, schedule: Schedule) -> Objective:
        """What a plan is worth that has much of the old one."""
        changed = {p.operation for p in schedule.placements if self.plan.get(p.operation) is not p}
        if len(schedule.placements) < len(self.plan) + len(changed):
            changed |= self.plan.keys() - {p.operation for p in schedule.placements}
        return self.tally.after(schedule, changed)

    def best(self, weights: Weights) -> Schedule:
        """The best of several ways to do it that keep to the answers."""
        if len(self.plan) >= LARGE and self._asks_little():
            self.checked = mended(self, weights)
            if self.checked is not None:
                return self.checked
        problem, best = self.shop.problem, self.schedule()
        worth = evaluate(problem, best)
        for other in self._others(weights):
            if other is None or not self.keeps_to_answers(other) or verify(problem, other):
                continue
            found = evaluate(problem, other)
            if not better(worth, found, weights):
                best, worth = other, found
        return best

    def _others(self, weights: Weights) -> Iterator[Schedule | None]:
        """Pushed right only; without another machine; dispatched anew."""
        asked = self.questions
        if asked.keep:
            yield self.pushed()
        if asked.machine:
            fewer = replace(asked, machine=False)
            yield OnePass(self.shop, self.view.schedule, fewer, self.part).schedule()
        if asked == Questions(True, True, False, True):
            yield construct(self.shop, weights=weights)

    def _asks_little(self) -> bool:
        """Whether what can stay is to stay, everywhere."""
        asked = self.questions
        return asked.keep and asked.sequence and not asked.earlier and self.part == Part()

    def stands(self) -> Schedule:
        """The old plan, with the work that runs where it is now."""
        known = dict(self.plan)
        if any(o.started is not None for o in self.shop.problem.operations):
            facts = Facts(self.shop).floor.spots
            known.update({s.operation: placement(s, s.crew) for s in facts if s is not None})
        return Schedule(tuple(known[o] for o in sorted(known)))

    def pushed(self) -> Schedule | None:
        """Only what is in the way is pushed right; new work takes the room that is left."""
        standing = Resettler(self.shop.problem, self.stands(), self.shop)
        pushed = standing.settled_plan(sorted(self.unfit))
        if pushed is None or len(pushed.placements) == len(self.shop.problem.operations):
            return pushed
        return OnePass(self.shop, pushed, Questions(sequence=True), Part()).schedule()

    def keeps_to_answers(self, schedule: Schedule) -> bool:
        """Whether a plan keeps to the answers."""
        asked, after = self.questions, PlanView(self.shop.problem, schedule)
        for operation, p in after.plan.items():
            old = self.plan.get(operation)
            if old is None or self._held(operation):
                continue
            inside = operation in self.chosen
            if p.start < old.start and not (asked.earlier and inside):
                return False
            stays = after.machine(operation) == self.view.machine(operation)
            if not stays and not (asked.machine and inside):
                return False
        return not self._overtaken(schedule)

    def schedule(self) -> Schedule:
        """Placed anew in the old order."""
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
        sequence = [o for head in self.view.sequence for o in self._lot_of(head)]
        if self.questions.sequence and not self.questions.keep:
            starts = [self.plan[o].setup_start for o in sequence]
            fresh = [o for o in range(last) if o not in self.plan]
            by_due = sorted((orders[operations[o].order].due - self._work(o), o) for o in fresh)
            for due, operation in by_due:
                at = bisect_left(starts, due)
                sequence.insert(at, operation)
                starts.insert(at, due)
        if self.stay_first:
            disturbed = {operation for fault in self.faults for operation in fault.operations}
            sequence.sort(key=lambda o: o in disturbed)
        for rank, operation in enumerate(sequence):
            ranks[operation] = rank
        return ranks

    @cached_property
    def faults(self) -> list[Violation]:
        """The rules that the old plan breaks."""
        return verify(self.shop.problem, self.view.schedule)

    @cached_property
    def unfit(self) -> set[int]:
        """Whose place is wrong in itself: closed, too short, without its people."""
        return {
            operation
            for violation in self.faults
            if violation.code not in BETWEEN
            for operation in violation.operations
        }

    def _lot_of(self, operation: int) -> list[int]:
        """In the order of a pass the longest of a batch comes first, the others follow."""
        lot = self.together(operation)
        return lot if operation == min(lot) else []

    def _work(self, operation: int) -> int:
        return min((way.least_run for way in self.shop.ways[operation]), default=0)

    # -- sequences --------------------------------------------------------------------------

    def bound(self, operation: int, spots: Sequence[Spot | None]) -> int:
        """Before this tick an operation would pass one that comes before it on its machine."""
        machine = self.view.machine(operation)
        if self.shop.problem.machines[machine].kind is not MachineKind.UNARY:
            return -FOREVER  # what stands side by side has no sequence
        for other in reversed(self.sequences[machine][: self._position(operation)]):
            spot = spots[other]
            if spot is not None and spot.way.machine == machine:
                return spot.end
        return -FOREVER

    def together(self, operation: int) -> list[int]:
        """Who went into an oven with it, the longest first."""
        p, way = self.plan[operation], self._way(operation)
        if way.kind is not MachineKind.BATCH:
            return [operation]
        return self._ovens[way.machine, p.start, p.end]

    def _way(self, operation: int) -> Way:
        return self.shop.ways[operation][self.plan[operation].mode]

    @cached_property
    def _ovens(self) -> dict[tuple[int, int, int], list[int]]:
        lots = ovens(self.shop, self.plan)
        ways, records = self._way, self.shop.problem.operations
        return {
            key: sorted(lot, key=lambda o: (-ways(o).least_run, -ways(o).setup,
                                            -records[o].first_piece, o))
            for key, lot in lots.items()
        }  # fmt: skip

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
        return self.questions.sequence or (operation not in self.plan)


class _Updater(Keeper):
    """Places each operation again where it was, or as the answers allow."""

    def __init__(
        self, update: OnePass, held_back: Mapping[int, int], dropped: Mapping[int, Reason]
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
        self.floor.mates = None
        if old is None:
            return self._quickest(operation, limits)
        asked, inside = update.questions, operation in update.chosen
        if asked.machine and inside and not asked.keep and update.free_sequence(operation):
            if not asked.earlier:
                limits.run = max(limits.run, old.start)
            return self._quickest(operation, limits)
        self._gather(operation, limits)
        limits.held = max(limits.held, self._held_back.get(operation, -FOREVER))
        own = self._copy(limits)
        if not update.free_sequence(operation):
            own.held = max(own.held, update.bound(operation, self.floor.spots))
        if (asked.keep or not inside) and operation not in update.unfit:
            spot = self._again(old, own)
            if spot is not None:
                return spot
        if not (asked.earlier and inside):
            limits.run = max(limits.run, old.start)
            own.run = max(own.run, old.start)
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

    def _gather(self, operation: int, limits: Bounds) -> None:
        """What went into an oven together does so again: it waits for all of them."""
        group = self._update.together(operation)
        self.floor.mates = set(group) if len(group) > 1 else None
        for member in group if len(group) > 1 else ():
            if self.floor.spots[member] is None and member != operation:
                theirs = self.floor.bounds(member)
                if theirs is not None and theirs.run < FOREVER:
                    limits.run = max(limits.run, theirs.run)

    def _among(self, operation: int, limits: Bounds, only: Callable[[Way], bool]) -> Spot | None:
        self._only = only
        try:
            return self._quickest(operation, limits)
        finally:
            self._only = None

    def ways(self, operation: int) -> list[Way]:
        ways = super().ways(operation)
        return ways if self._only is None else [way for way in ways if self._only(way)]


class Facts(Decoder):
    """Nothing but the work that runs now, for the rest of its time."""

    def _place_held(self) -> None:
        return

    def _place_overdue(self) -> None:
        return
