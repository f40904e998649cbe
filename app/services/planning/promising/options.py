"""What would make an order earlier: overtime, two deliveries, other orders that give way.

Every option is a whole plan of the engine that has passed ``verify``; what leads nowhere says why.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from app.core.errors import RuleBroken
from app.core.format import Minutes
from app.core.messages import Message, message
from app.scheduling import problem as engine
from app.scheduling.insertion import (
    Insertion,
    firm,
    fitted_in,
    given_way,
    in_the_way,
    later_hours,
    used_hours,
    with_hours,
)
from app.scheduling.objective import evaluate
from app.scheduling.shop import Shop
from app.scheduling.verify import verify
from app.services.orders.dividing import DivideOrder
from app.services.planning.promising.case import Case
from app.services.planning.promising.dividing import divided
from app.services.planning.promising.losses import losses
from app.services.planning.promising.overtime import Away, Hours, away, in_force
from app.services.planning.promising.rows import Finish, Option
from app.services.planning.why import LocalMoment

SHARES = (90, 40)
"""How much of the time to spare passes before the order begins, in percent."""

MOST_HOURS_TOLD = 6


class Options:
    """The options of one case. ``plan``: with the order squeezed in; None if it has no place."""

    def __init__(self, case: Case, plan: engine.Schedule | None, replays: int, seed: int) -> None:
        self.case, self.plan = case, plan
        self._replays, self._seed = replays, seed
        self._setups = None if plan is None else evaluate(case.problem, plan)
        self.first_ends = engine.FOREVER
        """Where the order ends if it goes before all others; known once that has been tried."""

    def over(self, case: Case) -> Options:
        """The same options of another plant, measured against the same plan."""
        found = Options(case, None, self._replays, self._seed)
        found._setups = self._setups
        return found

    def _end(self, schedule: engine.Schedule) -> int:
        mine = set(self.case.mine)
        return max(p.end for p in schedule.placements if p.operation in mine)

    @property
    def now_ends(self) -> int:
        return engine.FOREVER if self.plan is None else self._end(self.plan)

    # ------------------------------------------------------------ overtime

    def overtime(self) -> Option:
        """On machines of the order, evenings and free days up to the due date are opened."""
        case = self.case
        kind = "overtime"
        machines = [
            mode.machine
            for o in case.mine
            for mode in case.problem.operations[o].modes
            if case.loaded.machine_ids[mode.machine] > 0  # a supplier's hours are not ours
        ]
        until = max(case.due, case.ship)
        later = later_hours(case.shop, machines, until, self._busy())
        hours = self._free_of_others(self._away.without_down(later))
        if not hours:
            return Option(kind, message("promise.overtime_no_hours"))
        opened = Shop(with_hours(case.shop, hours, case.mine, self._away.people))
        plan, refused = fitted_in(opened, case.base, case.mine)
        if plan is None:
            return Option(kind, refused or message("promise.no_sound_plan"))
        mine = [p for p in plan.placements if p.operation in set(case.mine)]
        used = used_hours(opened, hours, mine, case.shop)
        if not used or self._end(plan) >= self.now_ends:
            return Option(kind, message("promise.overtime_no_gain"))
        shop, kept = self._with_used(used, plan)
        if kept is None:
            return Option(kind, message("promise.overtime_unsound"))
        if self._end(kept) >= self.now_ends:
            return Option(kind, message("promise.overtime_no_gain"))
        if not case.asked.as_saved:
            return self._overtime(case, shop, used, kept)
        found = in_force(case, used, kept, self._rate or Decimal(0))
        if found is None:
            return Option(kind, message("promise.overtime_unsound"))
        if found.ends >= self.now_ends:
            return Option(kind, message("promise.overtime_no_gain"))
        made = self._overtime(found.case, found.case.shop, found.used, found.plan)
        names = ", ".join(found.others)
        also = (message("promise.hours_also", names=names),) if names else ()
        return replace(
            made,
            details=(*made.details, *also),
            moves=found.case.moves(found.plan),
            opened=found.openings,
        )

    def _overtime(
        self,
        case: Case,
        shop: Shop,
        used: Hours,
        plan: engine.Schedule,
    ) -> Option:
        """``plan`` in a ``shop`` that has the hours."""
        before = evaluate(self.case.problem, self.plan) if self.plan is not None else None
        extra = evaluate(shop.problem, plan).overtime_min - (before.overtime_min if before else 0)
        spans = [(machine, *span) for machine, found in used.items() for span in found]
        spans.sort(key=lambda one: one[1:])
        details = [self._hours(*one) for one in spans[:MOST_HOURS_TOLD]]
        if len(spans) > MOST_HOURS_TOLD:
            details.append(message("promise.and_more", count=len(spans) - MOST_HOURS_TOLD))
        return Option(
            "overtime",
            message("promise.overtime", minutes=Minutes(extra), count=len(spans)),
            case.finish(shop, plan, case.mine, self._replays, self._seed),
            tuple(details),
            extra_minutes=extra,
            cost=self._cost(extra),
            others=case.others(plan),
            places=case.places(plan, case.mine),
        )

    @cached_property
    def _away(self) -> Away:
        return away(self.case)

    def _free_of_others(
        self, hours: dict[int, list[tuple[int, int]]]
    ) -> dict[int, list[tuple[int, int]]]:
        """Hours over which no other work on the machine pauses: that would have to go on then."""
        found: dict[int, list[tuple[int, int]]] = {}
        over: dict[int, list[tuple[int, int]]] = {}
        for p in self.case.base:
            machine = self.case.problem.operations[p.operation].modes[p.mode].machine
            over.setdefault(machine, []).append((p.setup_start, p.end))
        for machine, stretches in hours.items():
            taken = over.get(machine, ())
            free = [(a, b) for a, b in stretches if not any(s < b and a < e for s, e in taken)]
            if free:
                found[machine] = free
        return found

    def _with_used(
        self, used: dict[int, list[tuple[int, int]]], plan: engine.Schedule
    ) -> tuple[Shop, engine.Schedule | None]:
        """The plan with just the hours opened that it uses: as it is, or made again with them."""
        shop = Shop(with_hours(self.case.shop, used, self.case.mine, self._away.people))
        if not verify(shop.problem, plan):
            return shop, plan
        again, _ = fitted_in(shop, self.case.base, self.case.mine)
        return shop, None if again is None or verify(shop.problem, again) else again

    def _busy(self) -> dict[int, int]:
        """Until when running work has each machine: its hours stay what they are."""
        case, found = self.case, dict[int, int]()
        for placement in case.base:
            record = case.problem.operations[placement.operation]
            if record.started is not None:
                machine = record.modes[placement.mode].machine
                found[machine] = max(found.get(machine, placement.end), placement.end)
        return found

    def _hours(self, machine: int, start: int, end: int) -> Message:
        return message(
            "promise.hours",
            machine=self.case.machine_name(machine),
            start=self._local(start),
            end=self._local(end),
        )

    def _cost(self, minutes: int) -> Decimal | None:
        """By the dearest overtime the calendars know; None if they know none."""
        return None if self._rate is None else round(self._rate * minutes / 60, 2)

    @cached_property
    def _rate(self) -> Decimal | None:
        """Of an hour of the dearest overtime; None if the calendars know none."""
        rates = [
            window.cost
            for calendar in self.case.problem.calendars
            for window in calendar.windows
            if window.overtime and window.cost > 0
        ]
        if not rates:
            return None
        return Decimal(str(round(max(rates) * 60, 4)))

    # ------------------------------------------------------------ two deliveries

    def two_deliveries(self) -> Option:
        """The most that can be there by the date, and when the rest is."""
        case, kind = self.case, "two_deliveries"
        if not case.parts:
            return Option(kind, message("promise.not_divisible"))
        trial = case.insertion
        for part in sorted(case.parts, key=lambda one: -one.now):
            if trial.fit(part.first) is not None:
                continue
            end = trial.end(part.first)
            trial.take_back()
            if end > case.due:
                continue
            return self._delivery(part.first, part.rest, part.now, part.later)
        least = min(case.parts, key=lambda one: one.now)
        return Option(
            kind, message("promise.no_part_in_time", quantity=least.now, unit=self._unit())
        )

    def _delivery(
        self, first: Sequence[int], rest: Sequence[int], now: Decimal, later: Decimal
    ) -> Option:
        case, kind = self.case, "two_deliveries"
        trial = case.insertion
        refused = trial.fit(first) or trial.fit(rest)
        if refused is not None:
            return Option(kind, refused)
        plan: engine.Schedule | None = trial.schedule()
        trial.take_back()
        if trial.lost:
            plan = given_way(case.shop, case.base, (*first, *rest), trial.lost)
        if plan is None or verify(case.problem, plan):
            return Option(kind, message("promise.no_sound_plan"))
        after = set(rest)
        end = max(p.end for p in plan.placements if p.operation in after)
        done = case.finish(case.shop, plan, first, self._replays, self._seed)
        option = Option(
            kind,
            message("promise.two_deliveries", now=now, later=later, unit=self._unit(),
                    until=self._local_moment(done.end),
                    rest=self._local(end)),
            done,
            (message("promise.rest_promise", later=later, unit=self._unit(),
                     day=self._local_moment(case.promise(end))),),
            places=(*case.places(plan, first), *case.places(plan, rest)),
        )  # fmt: skip
        if not case.asked.as_saved:
            return option
        try:
            moves, division = divided(case, plan, now, first, rest)
        except RuleBroken as why:
            return replace(option, details=(*option.details, why.message))
        edit = division.edits[0]
        if not isinstance(edit, DivideOrder):
            raise TypeError("two deliveries begin with the division")
        told = message("promise.two_orders", order=edit.code, now=now, rest=edit.rest_code,
                       later=later, unit=self._unit(),
                       day=self._local_moment(edit.requested))  # fmt: skip
        numbers = [edit.code] * len(first) + [edit.rest_code] * len(rest)
        places = tuple(
            replace(one, order=code) for one, code in zip(option.places, numbers, strict=True)
        )
        details = (*option.details, told)
        return replace(option, moves=moves, cut=division, places=places, details=details)

    def _unit(self) -> str:
        return self.case.asked.unit

    # ------------------------------------------------------------ others give way

    def displace(self) -> Option:
        """The order as late as its date allows; named orders that stand there give way."""
        case, kind = self.case, "displace"
        ideal = self._ideal
        if ideal is None:
            return Option(kind, message("promise.displace_no_place"))
        spare = case.due - max(p.end for p in ideal)
        if spare < 0:
            return Option(
                kind, message("promise.too_late_for_all", end=self._local(case.due - spare))
            )
        for share in SHARES:
            wanted = self.alone(case.mine, case.problem.now + spare * share // 100)
            if wanted is None or max(p.end for p in wanted) > case.due:
                continue
            plan = self.instead_of(wanted, wanted[0].start)
            if plan is not None and self._end(plan) < self.now_ends:
                return self.giving_way(kind, plan, "promise.displace")
        return Option(kind, message("promise.displace_no_gain"))

    def first(self) -> Option:
        """As early as its own steps allow: all that is in its way gives way."""
        kind = "first"
        ideal = self._ideal
        if ideal is None:
            return Option(kind, message("promise.displace_no_place"))
        plan = self.instead_of(ideal)
        if plan is None or self._end(plan) >= self.now_ends:
            return Option(kind, message("promise.first_no_gain"))
        self.first_ends = self._end(plan)
        return self.giving_way(kind, plan, "promise.first")

    @cached_property
    def _ideal(self) -> list[engine.Placement] | None:
        """Where the order would stand if there were nothing but what is held."""
        return self.alone(self.case.mine)

    @cached_property
    def free(self) -> set[int]:
        """What may give way."""
        return {o for work in self._work.values() for o in work}

    @cached_property
    def _empty(self) -> Insertion:
        held = (p for p in self.case.base if p.operation not in self.free)
        return Insertion(self.case.shop, held)

    def alone(
        self, operations: Sequence[int], not_before: int = -engine.FOREVER
    ) -> list[engine.Placement] | None:
        """Where operations would stand if nothing that can give way were there."""
        refused = self._empty.fit(operations, not_before)
        if refused is not None:
            return None
        placed = self._empty.fitted()
        self._empty.take_back()
        return sorted(placed, key=lambda p: p.start)

    def instead_of(
        self,
        wanted: list[engine.Placement],
        not_before: int = -engine.FOREVER,
        ahead: Sequence[int] | None = None,
        giving: Collection[int] = (),
    ) -> engine.Schedule | None:
        """The plan with the order where it wants to be; whoever stands there goes later.

        ``ahead``: what is placed first, the order's own operations if nothing else is said;
        ``giving``: what gives way besides, as far as it can.
        """
        case = self.case
        free = {o: work for work in self._work.values() for o in work}
        operations, orders = case.problem.operations, case.problem.orders
        slack = [orders[record.order].due for record in operations]
        for order, end in case.base_ends.items():
            for o in self._work.get(order, ()):
                slack[o] -= end
        standing = [p for p in case.base if p.operation in free]
        hit = in_the_way(case.shop, wanted, standing, slack)
        hit |= set(giving) & free.keys()
        yielding = {o for order in {operations[o].order for o in hit} for o in self._work[order]}
        first = case.mine if ahead is None else ahead
        plan = given_way(case.shop, case.base, first, yielding, not_before)
        return None if plan is None or verify(case.problem, plan) else plan

    @cached_property
    def _work(self) -> dict[int, list[int]]:
        """By order what may give way of it."""
        found: dict[int, list[int]] = {}
        held = firm(self.case.shop, self.case.base)
        for placement in self.case.base:
            if placement.operation not in held:
                order = self.case.problem.operations[placement.operation].order
                found.setdefault(order, []).append(placement.operation)
        return found

    def giving_way(self, kind: str, plan: engine.Schedule, code: str) -> Option:
        """A plan in which others move, with all that it costs."""
        case = self.case
        others = case.others(plan)
        worth = evaluate(case.problem, plan)
        before = self._setups
        minutes = worth.setup_min - (before.setup_min if before else 0)
        cost = worth.setup_cost - (before.setup_cost if before else 0.0)
        late = sum(one.late and not one.was_late for one in others)
        names = ", ".join(one.order for one in others[:3])
        return Option(
            kind,
            message(code, count=len(others), late=late, orders=names or "–"),
            self._finish(case.shop, plan),
            setup_minutes=minutes,
            setup_cost=Decimal(str(round(cost, 2))),
            others=others,
            losses=losses(case, plan),
            places=case.places(plan, case.mine),
            moves=case.moves(plan),
        )

    # ------------------------------------------------------------ words

    def _finish(self, shop: Shop, plan: engine.Schedule) -> Finish:
        return self.case.finish(shop, plan, self.case.mine, self._replays, self._seed)

    def _local(self, tick: int) -> LocalMoment:
        return self._local_moment(self.case.moment(tick))

    def _local_moment(self, at: datetime) -> LocalMoment:
        return LocalMoment(at.astimezone(self.case.loaded.time_zone))
