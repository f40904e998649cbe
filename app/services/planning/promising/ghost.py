"""An order that is asked about, on the board: where its steps go while a hand drags one of them.

The ghost is in no plan. Every answer is the plan in force with the whole order in it, as the engine
settles it and as it can be put into force: what is shown is what is put in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.core.messages import Message, message
from app.models.database import Database
from app.scheduling import problem as engine
from app.scheduling.joining import Joined, Joining, Wanted
from app.scheduling.repair import PUSH_RIGHT
from app.scheduling.verify import verify
from app.services.changes import Cursor, latest_cursor
from app.services.orders.rows import OrderForm
from app.services.planning.consequence import moved_bar
from app.services.planning.edits import Move
from app.services.planning.openings import Opening
from app.services.planning.openings import Verdict as Room
from app.services.planning.promising.answer import LONGEST_DAYS, TOO_SHORT
from app.services.planning.promising.case import Case, read_case
from app.services.planning.promising.rows import (
    OtherOrder,
    PromiseQuestion,
    StepPlace,
    Verdict,
)
from app.services.planning.rows import MovedBar


@dataclass(frozen=True, slots=True)
class GhostWish:
    """A step that a hand has placed: on this lane, its run from ``start`` on."""

    operation_id: int
    lane_id: int | None
    start: datetime


@dataclass(frozen=True, slots=True)
class GhostStep:
    """A step where it would stand. Ids of steps that are in no table are negative."""

    operation_id: int
    order: str
    step_no: int
    name: str
    bar: MovedBar
    by_hand: bool


@dataclass(frozen=True, slots=True)
class GhostAnswer:
    """The plan with the order in it. With ``refused`` nothing stands, and it says why.

    ``moved``: others that would move, where they go. ``late_minutes``: behind the latest ship date.
    ``others``: orders that end later than in the plan in force, the greatest delay first.
    ``moves``: to put all of it into the plan, if the order is saved as it is asked about;
    ``given``: those of others alone. ``seen``: where the change log ended when the plan was read.
    """

    refused: Message | None
    steps: tuple[GhostStep, ...] = ()
    moved: tuple[MovedBar, ...] = ()
    end: datetime | None = None
    promise: datetime | None = None
    verdict: Verdict = Verdict.IMPOSSIBLE
    late_minutes: int = 0
    others: tuple[OtherOrder, ...] = ()
    places: tuple[StepPlace, ...] = ()
    moves: tuple[Move, ...] = ()
    given: tuple[Move, ...] = ()
    seen: Cursor | None = None

    @property
    def gives_way(self) -> bool:
        """Whether anybody's work would move."""
        return bool(self.given)


@dataclass(frozen=True, slots=True)
class GhostOrder:
    """What is asked about. ``order_id``: None for one that does not exist yet; ``as_saved``: all of
    it is in the tables, just so. ``rush``: who let it go before others so far."""

    order_id: int | None
    order: str
    item: str
    quantity: Decimal
    unit: str
    form: OrderForm
    as_saved: bool
    rush: tuple[str, str, datetime | None]
    notes: tuple[Message, ...]


class GhostBoard:
    """The plan in force and one order beside it, kept in memory (made in a job)."""

    def __init__(self, case: Case, seen: Cursor | None = None) -> None:
        self.case, self.seen = case, seen
        loaded = case.loaded
        self._joining = Joining(case.problem, case.with_rest(case.base), case.shop)
        self._steps = _in_order(case, case.mine)
        self._position = {loaded.operation_ids[o]: o for o in self._steps}
        self._machines = loaded.machine_index()
        asked, order = case.asked, case.asked.order
        self.order = GhostOrder(
            None if asked.new else order.id, order.code,
            f"{asked.item.code} {asked.item.name}".strip(), order.base_quantity, asked.unit,
            asked.form, asked.as_saved,
            (order.rush_asked_by, order.rush_approved_by, order.rush_approved_at),
            tuple(case.notes),
        )  # fmt: skip
        self._others = set(range(len(case.problem.operations))) - set(case.all_mine)

    @classmethod
    def load(cls, database: Database, question: PromiseQuestion) -> GhostBoard:
        """Read everything the engine needs (a job's work). Errors: ``NotFound``, ``RuleBroken``."""
        seen = latest_cursor(database)
        board = cls(read_case(database, question), seen)
        first = board.join()
        if first.refused is not None and _short(first.refused):
            board = cls(read_case(database, question, None, LONGEST_DAYS), seen)
        return board

    # ------------------------------------------------------------ questions

    def join(self, wishes: Sequence[GhostWish] = (), mode: str = PUSH_RIGHT) -> Joined:
        """The plan with the order, its steps where a hand placed them or where they fit first."""
        if not self._steps:
            return Joined(self._joining.schedule, refused=message("promise.nothing_to_place"))
        wanted = {self._position[w.operation_id]: w for w in wishes if self._knows(w)}
        return self._joining.join([self._wanted(o, wanted.get(o)) for o in self._steps], mode)

    def _knows(self, wish: GhostWish) -> bool:
        """Whether the step and the machine are still there."""
        known = wish.lane_id is None or wish.lane_id in self._machines
        return known and wish.operation_id in self._position

    def _wanted(self, operation: int, wish: GhostWish | None) -> Wanted:
        if wish is None:
            return Wanted(operation)
        machine = None if wish.lane_id is None else self._machines[wish.lane_id]
        return Wanted(operation, machine, self.case.loaded.clock.tick(wish.start), by_hand=True)

    def answer(self, wishes: Sequence[GhostWish] = (), mode: str = PUSH_RIGHT) -> GhostAnswer:
        """What putting the order there would do; checked by ``verify`` before it is told."""
        joined = self.join(wishes, mode)
        if joined.refused is not None:
            return GhostAnswer(joined.refused, seen=self.seen)
        if verify(self.case.problem, joined.schedule):
            return GhostAnswer(message("promise.no_sound_plan"), seen=self.seen)
        return self._told(joined.schedule, {wish.operation_id for wish in wishes})

    def eligibility(self, operation_id: int) -> dict[int, Message | None]:
        """Per lane: None = the step may go there, else why not."""
        ids = self.case.loaded.machine_ids
        found = self._joining.eligibility(self._position[operation_id])
        return {ids[machine]: reason for machine, reason in found.items()}

    def opening(self, wishes: Sequence[GhostWish], wish: GhostWish) -> Opening:
        """What a row offers a step from a moment on, those before it where they are wanted."""
        position = self._position[wish.operation_id]
        block = self.case.shop.block_of
        tied = [i for i, o in enumerate(self._steps) if block[o] == block[position]]
        steps = self._steps[: max(tied) + 1]
        wanted = {self._position[w.operation_id]: w for w in (*wishes, wish) if self._knows(w)}
        asked = [self._wanted(o, wanted.get(o)) for o in steps]
        pushed = self._joining.join(asked)
        if pushed.refused is not None:
            return Opening(Room.BLOCKED, reason=pushed.refused)
        moment_of = self.case.moment
        there = self._joining.placement(pushed.schedule, position)
        others = len(set(pushed.moved) - set(steps))
        late = there.start > max(self.case.loaded.clock.tick(wish.start), self.case.problem.now)
        room = Room.PUSH if others else Room.LATER if late else Room.FREE
        return Opening(
            room, moment_of(there.setup_start), moment_of(there.start), moment_of(there.end), others
        )

    # ------------------------------------------------------------ answers

    def _told(self, plan: engine.Schedule, by_hand: set[int]) -> GhostAnswer:
        case = self.case
        mine = set(self._steps)
        own = sorted((p for p in plan.placements if p.operation in mine),
                     key=lambda p: (p.start, p.operation))  # fmt: skip
        all_mine = set(case.all_mine)
        end = max(p.end for p in plan.placements if p.operation in all_mine)
        given = case.changes(plan, self._others)
        return GhostAnswer(
            refused=None,
            steps=tuple(self._step(p, by_hand) for p in own),
            moved=tuple(moved_bar(one.operation_id, one.after) for one in given if one.after),
            end=case.moment(end),
            promise=case.promise(end),
            verdict=case.verdict(end),
            late_minutes=max(end - case.ship, 0),
            others=case.others(plan),
            places=case.places(plan, self._steps),
            moves=case.moves(plan),
            given=given,
            seen=self.seen,
        )

    def _step(self, placement: engine.Placement, by_hand: set[int]) -> GhostStep:
        number = self.case.loaded.operation_ids[placement.operation]
        order, step_no, name = self.case.steps[number]
        bar = moved_bar(number, self.case.spot(placement))
        return GhostStep(number, order, step_no, name, bar, number in by_hand)


def _in_order(case: Case, operations: Sequence[int]) -> tuple[int, ...]:
    """Each after all of the others that it waits for."""
    wanted = set(operations)
    found: dict[int, None] = {}

    def take(operation: int) -> None:
        if operation in found:
            return
        waits: Mapping[int, None] = dict.fromkeys(
            [link.before for link in case.shop.before[operation]] + [*case.shop.held[operation]]
        )
        for other in waits:
            if other in wanted:
                take(other)
        found[operation] = None

    for operation in operations:
        take(operation)
    return tuple(found)


def _short(reason: Message) -> bool:
    """Whether the calendars ended before a place was found."""
    return reason.code in TOO_SHORT


def wished(wishes: Sequence[GhostWish], wish: GhostWish) -> tuple[GhostWish, ...]:
    """The wishes with one more, or with another one for its step."""
    others = tuple(one for one in wishes if one.operation_id != wish.operation_id)
    return (*others, wish)
