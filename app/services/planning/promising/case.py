"""One question, loaded: the plan in force as the engine sees it, and the order beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import PlanKind
from app.core.messages import Message, message
from app.models.database import Database
from app.models.planning import Plan, UnplacedOperation
from app.scheduling import problem as engine
from app.scheduling.cutting import shortened
from app.scheduling.insertion import Insertion, up_to, without
from app.scheduling.risk import end_risk
from app.scheduling.shop import Shop
from app.scheduling.stability import churn
from app.scheduling.update import Questions, bring_up_to_date
from app.scheduling.verify import verify
from app.services.orders.asking import AskedOrder, asked_order
from app.services.orders.dates import latest_ship, promise_for
from app.services.planning.bridge import LoadedPlant, load_problem
from app.services.planning.edits import Move
from app.services.planning.promising.rows import (
    Finish,
    OtherOrder,
    PromiseQuestion,
    StepPlace,
    Verdict,
)
from app.services.planning.stored_plan import NOT_SCHEDULED_YET, Spot, schedule_of, spot_of
from app.services.plant.opening import Opening
from app.services.site import now_of, site_row

REPLAYS = 400
PARTS = 6
"""Into so many steps the quantity is cut when two deliveries are tried."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Two deliveries, in positions of the problem."""

    now: Decimal
    later: Decimal
    first: tuple[int, ...]
    rest: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan in force for a case that is not read with it: places by operation, ends by order.

    ``cut``: operations that have become less since they got their places.
    """

    spots: Mapping[int, Spot]
    ends: Mapping[int, int]
    cut: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Reading:
    """Where a case was read, to read it anew."""

    database: Database
    question: PromiseQuestion
    horizon_days: int | None


Change = Callable[[Session, AskedOrder], None]
"""What is otherwise in a case that is read anew: nothing of it is written."""


class Case:
    """Everything that answers are made of; lives for one question.

    ``mine``: positions of the order's operations that may be placed; ``base``: the plan in force
    without them, brought up to date if it could not stand (``notes`` say so).
    """

    def __init__(
        self,
        asked: AskedOrder,
        loaded: LoadedPlant,
        nowhere: Collection[int] = (),
        given: Standing | None = None,
    ) -> None:
        """``nowhere``: ids of operations that the plan in force found no place for."""
        self.asked, self.loaded, self._given = asked, loaded, given
        self.reading: _Reading | None = None
        self._nowhere = set(nowhere)
        self.problem = loaded.problem
        self.shop = Shop(self.problem)
        self.notes: list[Message] = []
        self.steps = {
            row.id: (order.code, row.step_no, row.name)
            for order, rows in asked.work.items()
            for row in rows
        }
        own = set(asked.own)
        by_order: dict[int, list[int]] = {}
        for position, record in enumerate(self.problem.operations):
            by_order.setdefault(loaded.order_ids[record.order], []).append(position)
        self.all_mine = tuple(o for number in asked.own for o in by_order.get(number, ()))
        self.mine = tuple(o for o in self.all_mine if self._movable(o, own))
        self.parts = tuple(
            Parts(
                delivery.now,
                delivery.later,
                tuple(o for number in delivery.first for o in by_order.get(number, ())),
                tuple(o for number in delivery.rest for o in by_order.get(number, ())),
            )
            for delivery in asked.deliveries
        )
        self.index = loaded.order_ids.index(asked.order.id) if self.all_mine else -1
        self.planned = self._planned()
        self.base = self._standing()

    # ------------------------------------------------------------ the plan in force

    def _movable(self, operation: int, own: set[int]) -> bool:
        record = self.problem.operations[operation]
        orders = {self.loaded.order_ids[order] for order in record.orders}
        held = record.started is not None or self.shop.frozen[operation].pinned
        return not held and orders <= own

    def _planned(self) -> int | None:
        """Where the working plan has the order's end now; None if it is not all there."""
        ends = {p.operation: p.end for p in self.problem.baseline}
        if not self.all_mine or not all(o in ends for o in self.all_mine):
            return None
        return max(ends[o] for o in self.all_mine)

    def _standing(self) -> tuple[engine.Placement, ...]:
        """The placements of all others (and of what is held), sound and complete."""
        if self._given is not None:
            return self._as_given(self._given)
        mine = set(self.mine) | {o for part in self.parts for o in (*part.first, *part.rest)}
        others = {
            o
            for o, number in enumerate(self.loaded.operation_ids)
            if o not in mine and number not in self._nowhere
        }
        standing = tuple(without(self.shop, self.problem.baseline, mine))
        there = {p.operation for p in standing} >= others
        if there and not verify(self.problem, self.with_rest(standing)):
            return standing
        return self._brought_up_to_date(standing, mine)

    def _as_given(self, given: Standing) -> tuple[engine.Placement, ...]:
        """Those of a plan; what runs and has become less ends sooner."""
        ids = self.loaded.operation_ids
        placements = schedule_of(self.loaded, given.spots, {}).placements
        return tuple(
            shortened(self.problem, p) if ids[p.operation] in given.cut else p for p in placements
        )

    def again(self, given: Standing, change: Change, opened: Sequence[Opening] = ()) -> Case:
        """The same question of a plant that ``change`` makes another, where ``given`` stands.

        ``opened``: hours that it has besides.
        """
        reading = self.reading
        if reading is None:
            raise ValueError("a case that was not read cannot be read anew")
        now = self.moment(self.problem.now)
        with reading.database.read() as session:
            asked = _asked(session, reading.question, now, 0)
            change(session, asked)
            loaded = load_problem(session, now, reading.horizon_days, asked.work, opened)
        return Case(asked, loaded, self._nowhere, given)

    @property
    def standing(self) -> Standing:
        """The plan in force without the order, for another case."""
        return self.standing_in(self.base)

    def standing_in(self, placements: Sequence[engine.Placement]) -> Standing:
        """These placements of operations in the tables, for another case."""
        number = self.loaded.order_ids
        spots = {
            one: spot_of(self.loaded, placement)
            for placement in placements
            for one in self.loaded.stands_for(placement.operation)
            if one > 0
        }
        return Standing(spots, {number[order]: end for order, end in self.base_ends.items()})

    def with_rest(self, standing: Sequence[engine.Placement]) -> engine.Schedule:
        """These placements; all other operations have no place yet."""
        placed = {p.operation for p in standing}
        rest = (o for o in range(len(self.problem.operations)) if o not in placed)
        left = tuple(engine.Unplaced(o, NOT_SCHEDULED_YET) for o in rest)
        return engine.Schedule(tuple(standing), left)

    def _brought_up_to_date(
        self, standing: tuple[engine.Placement, ...], mine: set[int]
    ) -> tuple[engine.Placement, ...]:
        """What the plan becomes. A new order comes last and is cut off for it; one that is in the
        plan takes part: what waits for its running steps keeps a place."""
        cut = mine if self.asked.new else mine - set(self.mine)
        last = len(self.problem.operations)
        while last - 1 in cut:
            last -= 1
        orders = {self.problem.operations[o].order for o in range(last)}
        count = max(orders, default=-1) + 1
        smaller = replace(
            self.problem,
            orders=self.problem.orders[:count],
            operations=self.problem.operations[:last],
            precedences=tuple(
                k for k in self.problem.precedences if k.before < last and k.after < last
            ),
            baseline=tuple(p for p in self.problem.baseline if p.operation < last),
        )
        known = standing if self.asked.new else self.problem.baseline
        schedule = engine.Schedule(tuple(p for p in known if p.operation < last))
        found = bring_up_to_date(smaller, schedule, Questions())
        moved = churn(smaller, found.schedule)
        self.notes.append(
            message("promise.brought_up_to_date", moved=moved.moved, new=moved.new,
                    left=len(found.schedule.unplaced))
        )  # fmt: skip
        return tuple(without(self.shop, found.schedule.placements, mine))

    # ------------------------------------------------------------ answers about a plan

    @cached_property
    def insertion(self) -> Insertion:
        """The plan in force, to fit the order into."""
        return Insertion(self.shop, self.base)

    @cached_property
    def base_ends(self) -> dict[int, int]:
        """End by order in the plan in force."""
        if self._given is not None:
            ends = self._given.ends
            return {o: ends[n] for o, n in enumerate(self.loaded.order_ids) if n in ends}
        return self.ends(self.base)

    def ends(self, placements: Sequence[engine.Placement]) -> dict[int, int]:
        found: dict[int, int] = {}
        for placement in placements:
            for order in self.problem.operations[placement.operation].orders:
                found[order] = max(found.get(order, placement.end), placement.end)
        return found

    @property
    def due(self) -> int:
        return self.loaded.clock.tick(self.asked.order.internal_due)

    @property
    def ship(self) -> int:
        """The tick of the latest ship date."""
        order = self.asked.order
        zone = self.loaded.time_zone
        at = latest_ship(order.requested_at, order.requested_kind, self.asked.customer, zone)
        return self.loaded.clock.tick(at)

    def moment(self, tick: int) -> datetime:
        return self.loaded.clock.moment(tick)

    def promise(self, tick: int) -> datetime:
        order, settings = self.asked.order, self.asked.settings
        return promise_for(
            self.moment(tick),
            order.requested_kind,
            self.asked.customer,
            order.safety_days,
            settings.safety_days,
            self.loaded.time_zone,
        )

    def verdict(self, end: int) -> Verdict:
        if end <= self.due:
            return Verdict.IN_TIME
        return Verdict.TIGHT if end <= self.ship else Verdict.LATE

    def finish(
        self, shop: Shop, schedule: engine.Schedule, operations: Sequence[int], replays: int,
        seed: int,
    ) -> Finish:  # fmt: skip
        """When these operations are through, and how surely."""
        by = {p.operation: p for p in schedule.placements}
        end = max(by[o].end for o in operations)
        sure = end_risk(
            shop, up_to(schedule, end), operations, self.due, replays=replays, seed=seed
        )
        return Finish(
            end=self.moment(end),
            promise=self.promise(end),
            p50=self.moment(sure.p50),
            p90=self.moment(sure.p90),
            promise90=self.promise(max(end, sure.p90)),
            on_time=sure.on_time,
            verdict=self.verdict(end),
        )

    def places(self, schedule: engine.Schedule, operations: Sequence[int]) -> tuple[StepPlace, ...]:
        """Where the operations stand, in the order of their starts."""
        wanted = set(operations)
        found = sorted(
            (p for p in schedule.placements if p.operation in wanted),
            key=lambda p: (p.start, p.operation),
        )
        return tuple(self._place(p) for p in found)

    def _place(self, placement: engine.Placement) -> StepPlace:
        number = self.loaded.operation_ids[placement.operation]
        order, step_no, name = self.steps[number]
        mode = self.problem.operations[placement.operation].modes[placement.mode]
        return StepPlace(
            order,
            step_no,
            name,
            self.machine_name(mode.machine),
            self.moment(placement.setup_start),
            self.moment(placement.start),
            self.moment(placement.end),
            spot_of(self.loaded, placement),
        )

    def spot(self, placement: engine.Placement) -> Spot:
        """The placement as it is stored."""
        return spot_of(self.loaded, placement)

    def machine_name(self, machine: int) -> str:
        record = self.problem.machines[machine]
        return f"{record.key} {record.name}".strip()

    def moves(self, schedule: engine.Schedule) -> tuple[Move, ...]:
        """From the stored plan to this one; none if the order is not saved as it is asked about."""
        if not self.asked.as_saved:
            return ()
        return self.changes(schedule, range(len(self.problem.operations)))

    def changes(self, schedule: engine.Schedule, operations: Collection[int]) -> tuple[Move, ...]:
        """From the stored plan to this one, of these operations that are in the tables."""
        before = {p.operation: p for p in self.problem.baseline}
        after = {p.operation: p for p in schedule.placements}
        found: list[Move] = []
        for operation in sorted((before.keys() | after.keys()) & set(operations)):
            old, new = before.get(operation), after.get(operation)
            if old == new:
                continue
            was = None if old is None else spot_of(self.loaded, old)
            becomes = None if new is None else spot_of(self.loaded, new)
            for number in self.loaded.stands_for(operation):
                if number > 0:
                    found.append(Move(number, was, becomes))
        return tuple(found)

    def others(self, schedule: engine.Schedule) -> tuple[OtherOrder, ...]:
        """Orders that end at another time than in the plan in force, the greatest delay first."""
        mine = {self.problem.operations[o].order for o in self.all_mine}
        after = self.ends(schedule.placements)
        moved = [
            (order, end, after[order])
            for order, end in self.base_ends.items()
            if order not in mine and order in after and after[order] > end
        ]
        moved.sort(key=lambda one: (one[1] - one[2], one[0]))
        return tuple(self._other(*one) for one in moved)

    def _other(self, order: int, was: int, becomes: int) -> OtherOrder:
        record = self.problem.orders[order]
        return OtherOrder(
            self.loaded.order_ids[order],
            record.key,
            self.moment(was),
            self.moment(becomes),
            self.moment(record.due),
            becomes > record.due,
            was > record.due,
        )


def read_case(
    database: Database,
    question: PromiseQuestion,
    now: datetime | None = None,
    horizon_days: int | None = None,
) -> Case:
    """The case of a question, from one snapshot; ``horizon_days`` as for ``load_problem``.

    Errors: ``NotFound``, ``RuleBroken``.
    """
    with database.read() as session:
        case = case_of(session, question, now, horizon_days)
    case.reading = _Reading(database, question, horizon_days)
    return case


def case_of(
    session: Session,
    question: PromiseQuestion,
    now: datetime | None,
    horizon_days: int | None = None,
) -> Case:
    asked = _asked(session, question, now, PARTS)
    at = now or now_of(site_row(session))
    loaded = load_problem(session, at, horizon_days, asked=asked.work)
    content = select(UnplacedOperation.operation_id, UnplacedOperation.reason).join(
        Plan, Plan.id == UnplacedOperation.plan_id
    )
    rows = session.execute(content.where(Plan.kind == PlanKind.WORKING))
    nowhere = [number for number, reason in rows if reason["code"] != NOT_SCHEDULED_YET]
    return Case(asked, loaded, nowhere)


def _asked(
    session: Session, question: PromiseQuestion, now: datetime | None, parts: int
) -> AskedOrder:
    return asked_order(
        session,
        order_id=question.order_id,
        number=question.number,
        form=question.form,
        parts=parts,
        now=now,
    )


def by_operation(placements: Sequence[engine.Placement]) -> Mapping[int, engine.Placement]:
    return {placement.operation: placement for placement in placements}
