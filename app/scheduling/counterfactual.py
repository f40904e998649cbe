"""What would help an order: each remedy tried by really placing it and its obstacles anew.

The candidates come from what the order waited for (``explain``): overtime of the machine that was
closed, a second copy of the mould, one more person, material earlier, another machine, going
first. Each one changes the problem, and the neighbourhood is placed again around the plan: the
order's own operations, alone or with those that stood in their way. The gain is counted against
the same placing anew with nothing changed, so that what costs nothing is not sold as a remedy.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.scheduling.check import impossible
from app.scheduling.explain import Cause, Explainer, Explanation, Wait
from app.scheduling.neighbourhoods import PlanView, locked
from app.scheduling.objective import evaluate
from app.scheduling.occupancy import less
from app.scheduling.problem import (
    POLICIES,
    Calendar,
    Grant,
    Operator,
    Problem,
    Schedule,
    Weights,
    Window,
)
from app.scheduling.redispatch import dispatch_shifted
from app.scheduling.resettle import Resettler
from app.scheduling.retime import decode_around
from app.scheduling.shop import Demand, Shop
from app.scheduling.verify import verify

EVENING_MINUTES, FREE_DAY_MINUTES = 120, 480
"""Overtime that is tried: after a shift, and on a free day."""

DAY = 1440
FIRST_OF_ALL = 60 * DAY
"""By so many minutes the due date of an order that goes first is set forward; and its weight."""

LONG_CLOSING = 480
"""Closed for so many minutes or more: a night or a free day, at whose front overtime may lie."""

MOST_OBSTACLES = 10
MOST_OTHERS = 400
"""So many operations that stood in the way are placed anew together with the order."""


class Remedy(StrEnum):
    OVERTIME = "overtime"  # a machine (``index``) and its people for an operation, start to end
    COPY = "copy"  # one more copy or pool of a tool type
    PERSON = "person"  # one more person with a skill, in when the machine is
    MATERIAL = "material"  # receipts of a material no later than ``start``
    MACHINE = "machine"  # a machine released for an operation
    PRIORITY = "priority"  # an order goes before all others
    UNPIN = "unpin"  # a person's pin removed from an operation


@dataclass(frozen=True, slots=True)
class Change:
    """One remedy. ``index``: the machine, tool type, skill, material or order it is about.

    ``operation``: whose waiting called for it. Times in ticks. ``wait``: minutes waited.
    """

    remedy: Remedy
    index: int
    operation: int
    start: int = 0
    end: int = 0
    wait: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a remedy does. ``end``: the order's, in ticks; ``gain``: minutes earlier than without.

    ``others_later``: orders that end later than in the plan. ``cost``: change of the weighted
    objective against the plan (less is better).
    """

    change: Change
    end: int
    gain: int
    on_time: bool
    others_later: int
    cost: float


@dataclass(frozen=True, slots=True)
class Counterfactuals:
    """``planned``: the order's end in the plan; ``anew``: when it is merely placed anew.

    ``outcomes`` the greatest gain first, only those that gain; ``tried`` and ``left``: remedies
    evaluated, and not any more for want of time.
    """

    order: int
    planned: int
    anew: int
    due: int
    outcomes: tuple[Outcome, ...]
    tried: int
    left: int


def counterfactuals(
    problem: Problem | Shop,
    schedule: Schedule,
    order: int,
    *,
    seconds: float = 5.0,
    weights: Weights = POLICIES["on_time"],
    stop: Callable[[], bool] = lambda: False,
) -> Counterfactuals:
    """Remedies for an order, by effect. LookupError if nothing of it is placed.

    Every plan behind an outcome has passed ``verify`` on the changed problem.
    """
    shop = problem if isinstance(problem, Shop) else Shop(problem)
    trial = _Trial(shop, schedule, order, weights, time.monotonic() + seconds, stop)
    return trial.run()


def candidates(shop: Shop, why: Explanation) -> list[Change]:
    """Remedies that the causes call for, what was waited for longest first."""
    found: dict[tuple[object, ...], Change] = {}
    for wait in why.obstacles()[:MOST_OBSTACLES]:
        for change in _remedies(shop, why, wait):
            key: tuple[object, ...]
            key = (change.remedy, change.index, change.start, change.operation)
            if change.remedy in (Remedy.COPY, Remedy.PERSON, Remedy.PRIORITY, Remedy.MATERIAL):
                key = (change.remedy, change.index)
            found.setdefault(key, change)
    return list(found.values())


def _remedies(shop: Shop, why: Explanation, wait: Wait) -> Iterator[Change]:
    problem, operation, index = shop.problem, wait.operation, wait.resource or 0
    minutes = sum(
        w.minutes for w in why.waits
        if (w.cause, w.resource, w.operation) == (wait.cause, wait.resource, wait.operation)
    )  # fmt: skip
    own = problem.operations[why.operation].order
    if wait.cause in (Cause.TOOL, Cause.SERVICE):
        yield Change(Remedy.COPY, index, operation, wait=minutes)
    if wait.cause in (Cause.PEOPLE, Cause.ABSENT):
        yield Change(Remedy.PERSON, index, operation, wait=minutes)
    if wait.cause is Cause.MATERIAL and wait.other is None:
        yield Change(Remedy.MATERIAL, index, operation, wait.start, wait.end, minutes)
    if wait.cause is Cause.MATERIAL and wait.other is not None:
        maker = problem.operations[wait.other].order
        yield Change(Remedy.PRIORITY, maker, operation, wait=minutes)
    if wait.cause is Cause.PINNED:
        yield Change(Remedy.UNPIN, operation, operation, wait=minutes)
    if wait.cause in (Cause.MACHINE, Cause.TOOL, Cause.PEOPLE, Cause.GAP, Cause.CHANGEOVER,
                      Cause.CHOICE):  # fmt: skip
        yield Change(Remedy.PRIORITY, own, operation, wait=minutes)
    if wait.cause in (Cause.CLOSED, Cause.MACHINE, Cause.GAP) and wait.resource is not None:
        for start, end in _openings(shop, index, why):
            yield Change(Remedy.OVERTIME, index, operation, start, end, minutes)
        for other in _akin(problem, operation, index):
            yield Change(Remedy.MACHINE, other, operation, wait=minutes)


def _openings(shop: Shop, machine: int, why: Explanation) -> list[tuple[int, int]]:
    """Where overtime could lie while the order waits: an evening, and the day after a week.

    The evening follows the last shift; a free day is opened when the days before it open.
    """
    clock = shop.calendars[shop.problem.machines[machine].calendar]
    evenings: list[tuple[int, int]] = []
    days: list[tuple[int, int]] = []
    for at, (closing, opening) in enumerate(zip(clock.ends, clock.starts[1:], strict=False)):
        if closing < why.begin or closing >= why.end or opening - closing < LONG_CLOSING:
            continue
        evenings.append((closing, min(opening, closing + EVENING_MINUTES)))
        if opening - closing > DAY:
            first = at
            while first and clock.starts[first] - clock.ends[first - 1] < LONG_CLOSING:
                first -= 1
            begin = clock.starts[first] + DAY
            days.append((begin, min(opening, begin + FREE_DAY_MINUTES)))
    return [*evenings[:1], *days[:1]]


def _akin(problem: Problem, operation: int, machine: int) -> list[int]:
    """Machines that do other work side by side with this one, but not this operation."""
    mine = {mode.machine for mode in problem.operations[operation].modes}
    kind = problem.machines[machine].kind
    found: dict[int, int] = {}
    for other in problem.operations:
        machines = {mode.machine for mode in other.modes}
        if machine in machines:
            for index in machines - mine:
                if problem.machines[index].kind is kind:
                    found[index] = found.get(index, 0) + 1
    return sorted(found, key=lambda index: -found[index])[:1]


# -- changed problems -------------------------------------------------------------------------


def applied(shop: Shop, change: Change) -> Problem:
    """The problem as it would be with the remedy; records keep their positions."""
    problem = shop.problem
    if change.remedy is Remedy.OVERTIME:
        return _with_overtime(shop, change)
    if change.remedy is Remedy.COPY:
        known = next(t for t in problem.tools if t.tool_type == change.index)
        return replace(problem, tools=(*problem.tools, replace(known, key=f"{known.key}+1")))
    if change.remedy is Remedy.PERSON:
        calendar = _calendar_of(shop, change.operation)
        person = Operator("+1", calendar, (Grant(change.index),))
        return replace(problem, operators=(*problem.operators, person))
    if change.remedy is Remedy.MATERIAL:
        return _with_material(problem, change)
    if change.remedy is Remedy.MACHINE:
        return _with_machine(problem, change)
    if change.remedy is Remedy.UNPIN:
        freed = replace(problem.operations[change.index], pin_machine=None, pin_start=None)
        return _with_operation(problem, change.index, freed)
    orders = list(problem.orders)
    urgent = orders[change.index]
    orders[change.index] = replace(urgent, weight=FIRST_OF_ALL * max(1, urgent.weight))
    return replace(problem, orders=tuple(orders))


def _with_operation(problem: Problem, index: int, operation: object) -> Problem:
    operations = list(problem.operations)
    operations[index] = operation  # type: ignore[call-overload]
    return replace(problem, operations=tuple(operations))


def _calendar_of(shop: Shop, operation: int) -> int:
    return shop.problem.machines[shop.ways[operation][0].machine].calendar


def _with_overtime(shop: Shop, change: Change) -> Problem:
    """The machine, as many of its people as the operation needs, and its tools are in."""
    problem = shop.problem
    ways = [w for w in shop.ways[change.operation] if w.machine == change.index]
    calendars = list(problem.calendars)
    made: dict[int, int] = {}

    def longer(index: int) -> int:
        if index not in made:
            made[index] = len(calendars)
            calendars.append(opened(calendars[index], [(change.start, change.end)]))
        return made[index]

    machines = list(problem.machines)
    machines[change.index] = replace(
        machines[change.index], calendar=longer(machines[change.index].calendar)
    )
    operators = list(problem.operators)
    for person in _crew(shop, [d for w in ways for d in (w.setup_crew, w.run_crew)]):
        operators[person] = replace(operators[person], calendar=longer(operators[person].calendar))
    kinds = {demand.tool_type for way in ways for demand in way.tools}
    tools = [
        replace(tool, calendar=longer(tool.calendar)) if tool.tool_type in kinds else tool
        for tool in problem.tools
    ]
    return replace(
        problem,
        calendars=tuple(calendars),
        machines=tuple(machines),
        operators=tuple(operators),
        tools=tuple(tools),
    )


def _crew(shop: Shop, demands: Iterable[Demand]) -> set[int]:
    people: set[int] = set()
    for demand in demands:
        for skill, heads in demand:
            people.update(shift.operator for shift in shop.roster[skill][:heads])
    return people


def opened(calendar: Calendar, stretches: Sequence[tuple[int, int]]) -> Calendar:
    """The calendar with overtime in these stretches, where it is not open anyway."""
    known = [(w.start, w.end) for w in calendar.windows]
    new = [Window(a, b, overtime=True) for a, b in less(list(stretches), known)]
    windows = sorted((*calendar.windows, *new), key=lambda w: w.start)
    return Calendar(f"{calendar.key}+", tuple(windows))


def _with_material(problem: Problem, change: Change) -> Problem:
    record = problem.materials[change.index]
    receipts = tuple(
        sorted((min(tick, change.start) if tick <= change.end else tick, quantity)
               for tick, quantity in record.receipts)
    )  # fmt: skip
    materials = list(problem.materials)
    materials[change.index] = replace(record, receipts=receipts)
    return replace(problem, materials=tuple(materials))


def _with_machine(problem: Problem, change: Change) -> Problem:
    operation = problem.operations[change.operation]
    mode = replace(operation.modes[0], machine=change.index)
    return _with_operation(
        problem, change.operation, replace(operation, modes=(*operation.modes, mode))
    )


# -- trying -----------------------------------------------------------------------------------


Tries = Callable[[Shop, Change | None], Iterator[Schedule]]


class _Trial:
    """Remedies for one order."""

    def __init__(
        self,
        shop: Shop,
        schedule: Schedule,
        order: int,
        weights: Weights,
        until: float,
        stop: Callable[[], bool],
    ) -> None:
        self.shop, self.schedule, self.order = shop, schedule, order
        self.view = PlanView(shop.problem, schedule)
        self.weights, self.until, self.stop = weights, until, stop
        self.why = Explainer(shop, schedule).order(order)
        self.worth = evaluate(shop.problem, schedule).total(weights)
        held = locked(shop.problem)
        mine = [o for o in self.view.sequence if self._order_of(o) == order and o not in held]
        self.mine = frozenset(mine)
        others = dict.fromkeys(w.other for w in self.why.waits if w.other is not None)
        self.others = frozenset([o for o in others if o not in held][:MOST_OTHERS]) - self.mine

    def _order_of(self, operation: int) -> int:
        return self.shop.problem.operations[operation].order

    def over(self) -> bool:
        return time.monotonic() >= self.until or self.stop()

    def run(self) -> Counterfactuals:
        planned = self.view.completion[self.order]
        changes = candidates(self.shop, self.why)
        changes.sort(key=lambda change: change.remedy is not Remedy.PRIORITY)
        plain = [*self._tries(self.shop, None), *self._dispatched(self.shop, None)]
        anew = min([planned, *(self._end(p) for p in plain)])
        best: dict[int, Outcome] = {}
        shops: dict[int, Shop] = {}
        for passes in (self._tries, self._dispatched):  # what is quick for all of them first
            for number, change in enumerate(changes):
                if self.over():
                    break
                if number not in shops:
                    shops[number] = Shop(applied(self.shop, change))
                outcome = self._outcome(shops[number], change, anew, passes)
                known = best.get(number)
                if outcome is not None and (known is None or _rank(outcome) < _rank(known)):
                    best[number] = outcome
        tried = len(shops)
        found = list(best.values())
        found.sort(key=_rank)
        due = self.shop.problem.orders[self.order].due
        return Counterfactuals(
            self.order, planned, anew, due, tuple(found), tried, len(changes) - tried
        )

    def _outcome(self, shop: Shop, change: Change, anew: int, tries: Tries) -> Outcome | None:
        """The earliest sound plan in which the order ends before ``anew``; None: there is none."""
        problem = shop.problem
        for plan in sorted(tries(shop, change), key=self._end):
            end = self._end(plan)
            if end >= anew:
                return None
            if verify(problem, plan):
                continue
            ends = PlanView(problem, plan).completion
            later = sum(ends[o] > e for o, e in self.view.completion.items() if o != self.order)
            own = self.shop.problem if change.remedy is Remedy.PRIORITY else problem
            cost = round(evaluate(own, plan).total(self.weights) - self.worth, 3)
            due = problem.orders[self.order].due
            return Outcome(change, end, anew - end, end <= due, later, cost)
        return None

    def _end(self, schedule: Schedule) -> int:
        operations = self.shop.problem.operations
        return max(
            p.end for p in schedule.placements if operations[p.operation].order == self.order
        )

    def _tries(self, shop: Shop, change: Change | None) -> Iterator[Schedule]:
        """Its operations as early as they can be: alone, with what stood before them, pushing."""
        repairer = Resettler(shop.problem, self.schedule, shop)
        mine = self.mine
        if change is not None and change.remedy is Remedy.UNPIN:
            mine |= {change.index}
        if change is not None and change.remedy is Remedy.PRIORITY:
            return  # pushing all others aside costs more than dispatching them anew
        groups = [mine, mine | self.others]
        if change is not None:
            groups.append(mine | self._queue(change))
        for group in dict.fromkeys(groups):
            if self.over():
                return
            found = repairer.advanced(group)
            if found is not None:
                yield found

    def _dispatched(self, shop: Shop, change: Change | None) -> Iterator[Schedule]:
        """The whole plan dispatched anew, with its own due dates or the order before all others."""
        shifts = {}
        if change is not None and change.remedy is Remedy.PRIORITY:
            shifts = dict.fromkeys({change.index, self.order}, -FIRST_OF_ALL)
        if shop.impossible is None:
            shop.impossible = impossible(shop)
        found = dispatch_shifted(shop, shifts, self.over)
        if found is not None and len(found.placements) >= len(self.schedule.placements):
            yield found
            if not shifts or self._end(found) < self.view.completion[self.order]:
                return
        if shifts and not self.over():  # dispatching by machine does not see a mould elsewhere
            ahead = [o for o in self.view.sequence if self._order_of(o) in shifts]
            rest = [o for o in self.view.sequence if self._order_of(o) not in shifts]
            moving = frozenset(ahead) - locked(self.shop.problem)
            pushed = decode_around(
                shop, [*ahead, *rest], {}, self.view.plan, moving, over=self.over
            )
            if pushed is not None:
                yield pushed

    def _queue(self, change: Change) -> frozenset[int]:
        """What waits at the machine, for the mould or the people of a remedy before the order."""
        operations, end = self.shop.problem.operations, self.view.completion[self.order]
        found: list[int] = []
        for operation in self.view.movable:
            p = self.view.plan[operation]
            if not max(change.start, self.shop.now) <= p.start < end:
                continue
            mode = operations[operation].modes[p.mode]
            asks = {
                Remedy.COPY: {demand.tool_type for demand in mode.tools},
                Remedy.PERSON: {d.skill for d in (*mode.setup_crew, *mode.run_crew)},
            }.get(change.remedy, {mode.machine})
            machine = change.index
            if change.remedy is Remedy.MACHINE:
                machine = self.view.machine(change.operation)
            if machine in asks:
                found.append(operation)
        return frozenset(found[:MOST_OTHERS])


def _rank(outcome: Outcome) -> tuple[float, float, int]:
    return -outcome.gain, outcome.cost, outcome.others_later
