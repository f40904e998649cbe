"""A plan that stands on a Python floor, loaded for the compiled repair; and its answers read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from app.core.quiet import uncollected
from app.scheduling.columns import Columns
from app.scheduling.floor import Spot
from app.scheduling.forward import reading, records
from app.scheduling.forward.build import Forward, NotStated
from app.scheduling.forward.given import Given, Writer
from app.scheduling.forward.ready import REPAIR, drop_stale_code, mark_ready
from app.scheduling.problem import (
    ALWAYS,
    Calendar,
    Machine,
    Mode,
    Operation,
    Order,
    Placement,
    Problem,
    Schedule,
)
from app.scheduling.pushing import gesture
from app.scheduling.pushing import records as hands
from app.scheduling.pushing.records import Hand
from app.scheduling.repair.gesture import Exchanged
from app.scheduling.shop import Way

if TYPE_CHECKING:
    from app.scheduling.repair.standing import Standing

ROOM = 4
"""Entries kept free for a gesture, as a multiple of what stands."""
ROOMIER, MOST_ROOM = 4, 256


class Pusher:
    """A plan in flat arrays, ready for gestures. Raises NotStated."""

    def __init__(self, standing: Standing, forward: Forward) -> None:
        self.standing, self.shop = standing, standing.shop
        self.problem = standing.problem
        self.forward = forward
        self.plant = self.forward.compiled.plant
        self._room = ROOM
        self._load()
        if not standing.stale:  # an empty gesture loads the kernel: the first drag need not wait
            self.settled((), {})

    # -- asking ---------------------------------------------------------------------------

    def one(self, operation: int, ways: Sequence[Way], at: int, *, firm: bool) -> Columns | None:
        """What changes when an operation goes there; None if it cannot be done (here)."""
        rows = [self.row(operation, way) for way in ways]
        return self._ask(hands.ONE, rows, np.zeros((0, 4), np.int64), firm, operation, at)

    def exchanged(self, places: Sequence[Exchanged], *, firm: bool = False) -> Columns | None:
        """What changes when operations go to places of their own, the earliest first.

        ``firm``: nothing else gives way.
        """
        rows: list[int] = []
        asked = []
        for operation, ways, start in places:
            first = 1 + len(rows)
            rows += [self.row(operation, way) for way in ways]
            asked.append((operation, start, first, 1 + len(rows)))
        return self._ask(hands.EXCHANGE, rows, np.array(asked, np.int64).reshape(-1, 4), firm)

    def settled(
        self, off: Sequence[tuple[int, bool]], ways: Mapping[int, Sequence[Way]]
    ) -> Columns | None:
        """What changes when these are taken off and put back; with True not where they were.

        ``ways``: of those that may change them.
        """
        rows: list[int] = []
        asked = []
        for operation, wrong in off:
            first = 1 + len(rows)
            rows += [self.row(operation, way) for way in ways.get(operation, ())]
            asked.append((operation, int(wrong), first, 1 + len(rows)))
        return self._ask(hands.WHOLE, rows, np.array(asked, np.int64).reshape(-1, 4), False)

    def row(self, operation: int, way: Way) -> int:
        """The row of a mode in the plant."""
        compiled = self.forward.compiled
        return int(compiled.way_row[compiled.mode_at[operation] + way.index])

    def _ask(
        self,
        kind: int,
        rows: Sequence[int],
        asked: Any,
        firm: bool,
        operation: int = 0,
        at: int = 0,
    ) -> Columns | None:
        while True:
            hand = self._hand
            num = hand.num
            num[hands.KIND], num[hands.FIRM] = kind, firm
            num[hands.OPERATION], num[hands.AT], num[hands.ROWS] = operation, at, len(rows)
            hand.row[1 : 1 + len(rows)] = rows
            outcome, *columns = gesture.make(self.plant, self._state, hand, asked)
            if outcome == 0:
                return self._columns(*columns)
            if outcome == 1:
                return None
            if self._room >= MOST_ROOM:
                self._load()
                return None
            self._room *= ROOMIER
            self._load()

    def _columns(self, rows: Any, stretches: Any, tools: Any, crew: Any) -> Columns:
        times = rows[:, :5].copy()
        times[:, 1] = self.plant.way["mode"][rows[:, 1]]
        return Columns(times, rows[:, 5], stretches, rows[:, 6], tools, rows[:, 7], crew)

    # -- loading --------------------------------------------------------------------------

    def _load(self) -> None:
        with uncollected():
            given = Given(self.standing.floor, {})
            state = self._with_room(self.forward.state(given))
            old = state.spot.copy()
            for spot in self.standing.stale:
                old[spot.operation] = self._written(spot, given, state)
            self._write_claims(state)
            state = self._with_users(state)
            self._first = np.full(len(state.batch), -1, np.int64)
            self._next = np.full(len(state.spot), -1, np.int64)
            for number, batch in enumerate(self.standing.floor.batches.values()):
                self._first[number] = batch.members[0]
                for one, other in pairwise(batch.members):
                    self._next[one] = other
            gesture.mount(self.plant, state)
            self._state = state
            self._hand = self._make_hand(old)
            self._check()

    def _with_room(self, state: records.State) -> records.State:
        """With room for the tools, people and claims of what is put back."""
        room = self._room * (len(state.spot) + 1024)
        claims = sum(len(s.claims) for s in self.standing.floor.spots if s is not None)
        return state._replace(
            tools=np.concatenate((state.tools, np.empty(room, np.int64))),
            work=np.concatenate((state.work, np.empty(2 * room, records.WORK))),
            claim=np.zeros(claims + room, records.CLAIM),
        )

    def _written(self, spot: Spot, given: Given, state: records.State) -> Any:
        """What could not stand, written as if it did."""
        Writer(given.floor, self.forward.compiled, state).spot(spot)
        record = state.spot[spot.operation].copy()
        state.spot[spot.operation]["way"] = state.spot[spot.operation]["batch"] = -1
        return record

    def _write_claims(self, state: records.State) -> None:
        count = 0
        for spot in self.standing.floor.spots:
            if spot is None or not spot.claims:
                continue
            record = state.spot[spot.operation]
            record["claims_at"], record["claims"] = count, len(spot.claims)
            for claim in spot.claims:
                state.claim[count] = claim
                count += 1
        state.count[records.CLAIMS] = count

    def _with_users(self, state: records.State) -> records.State:
        """With ledgers of who is on a rack or uses a pool."""
        floor = self.standing.floor
        machines, tools = len(self.problem.machines), len(self.problem.tools)
        first, used = len(state.ledger), int(state.count[records.USED])
        ledger = np.zeros(first + machines + tools, records.LEDGER)
        ledger[:first] = state.ledger
        profiles = [(first + m, rack) for m, rack in floor.racks.items()]
        profiles += [(first + machines + tool, pool) for tool, pool in floor.pools.items()]
        for which, profile in profiles:
            rows = sorted((a, b, owner) for owner, (a, b, _) in profile.uses.items())
            if not rows:
                continue
            end = used + len(rows)
            columns = np.array(rows, np.int64).T
            state.key[used:end], state.value[used:end], state.owner[used:end] = columns
            ledger[which] = (used, len(rows), len(rows))
            used = end
        state.count[records.USED] = used
        return state._replace(ledger=ledger)

    def _make_hand(self, old: Any) -> Hand:
        state, plant, problem = self._state, self.plant, self.problem
        count, machines = len(state.spot), len(problem.machines)
        num = np.zeros(64, np.int64)
        num[hands.BASE_TOOLS] = state.count[records.TOOLS_USED]
        num[hands.BASE_WORK] = state.count[records.WORK_USED]
        num[hands.BASE_CLAIMS] = state.count[records.CLAIMS]
        num[hands.BASE_BATCHES] = state.count[records.BATCHES]
        after_at, after_link, link_after = _followers(problem)
        makers = self.shop.makers
        lists, ways = len(state.ledger), len(plant.way)
        entries = 2 * int(state.count[records.USED]) + 4096
        lists_of_users = int(plant.facts[records.LISTS])
        return Hand(
            num=num,
            fact=self._facts(),
            note=np.zeros(count, hands.NOTE),
            noted=np.zeros(count, np.int64),
            old=old,
            base=state.spot.copy(),
            stale=np.array([s.operation for s in self.standing.stale], np.int64),
            base_batch=state.batch.copy(),
            base_life=state.life.copy(),
            base_overtime=state.overtime.copy(),
            next_member=self._next,
            base_next=self._next.copy(),
            first_member=self._first,
            base_first=self._first.copy(),
            batch_mark=np.zeros(len(state.batch), np.int64),
            batches=np.zeros(len(state.batch), np.int64),
            after_at=after_at,
            after_link=after_link,
            link_after=link_after,
            makers_at=np.array([0, *accumulate(map(len, makers))], np.int64),
            maker=np.fromiter(chain.from_iterable(makers), np.int64),
            ledger_mark=np.zeros(lists, np.int64),
            touched=np.zeros(lists, np.int64),
            saved=np.zeros(lists, hands.RANGE),
            save_key=np.empty(entries, np.int64),
            save_value=np.empty(entries, np.int64),
            save_owner=np.empty(entries, np.int64),
            queue=np.zeros(8 * self._room * (count + 64), hands.QUEUED),
            group=np.zeros(count + 1, hands.RANGE),
            group_member=np.zeros(count + 1, np.int64),
            found=np.zeros(count, np.int64),
            found_mark=np.zeros(count, np.int64),
            ancestor_mark=np.zeros(count, np.int64),
            stack=np.zeros(4 * count + 64, np.int64),
            user=np.zeros(count, np.int64),
            prefer_mark=np.full(len(problem.operators), -1, np.int64),
            row=np.zeros(ways + 2, np.int64),
            snapshot=np.zeros(2 * machines + len(state.batch), np.int64),
            uses_at=np.array([lists_of_users, lists_of_users + machines], np.int64),
        )

    def _facts(self) -> Any:
        operations = self.problem.operations
        fact = np.zeros(len(operations), hands.FACT)
        frozen = self.shop.frozen
        held = [f.pinned or f.overdue for f in frozen]
        fact["held"] = np.array(held) | [o.started is not None for o in operations]
        for link in self.problem.precedences:
            if operations[link.after].started is not None:
                fact["leads"][link.before] = 1
        return fact

    def _check(self) -> None:
        """Raises NotStated where a run that others follow in parts is not worked as it would be."""
        linked = {
            i for link in self.problem.precedences if link.transfer is not None
            for i in (link.before, link.after)
        }  # fmt: skip
        spot = self._state.spot
        rows = [
            p
            for p in self.standing.schedule.placements
            if spot["way"][p.operation] >= 0
            and p.operation in linked
            and p.operation not in self.standing.wrong
        ]
        those = np.array([p.operation for p in rows], np.int64)
        at, stretches = reading.worked_stretches(self.plant, self._state, those)
        pairs, marks = list(map(tuple, stretches.tolist())), at.tolist()
        for k, p in enumerate(rows):
            if tuple(pairs[marks[k] : marks[k + 1]]) != p.segments:
                raise NotStated


def _followers(problem: Problem) -> tuple[Any, Any, Any]:
    """Marks and positions of the links after each operation; who follows by position."""
    links = [k for k in problem.precedences if problem.operations[k.after].started is None]
    count = len(problem.operations)
    after = np.array([k.after for k in links], np.int64)
    before = np.array([k.before for k in links], np.int64)
    order = np.argsort(after, kind="stable")  # as in ``Plant.link``
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    marks = np.concatenate(([0], np.cumsum(np.bincount(before, minlength=count))))
    return marks.astype(np.int64), position[np.argsort(before, kind="stable")], after[order]


def prepare() -> None:
    """Compiles the repair, or loads what an earlier run compiled."""
    from app.scheduling.repair import Repairer

    drop_stale_code(REPAIR)
    calendar = Calendar("always", ALWAYS)
    operation = Operation("1/10", 0, (Mode(0, run_seconds=60),))
    machines, orders = (Machine("M", 0),), (Order("1"),)
    origin = datetime(2026, 1, 1, tzinfo=UTC)
    problem = Problem(origin, (calendar,), machines, orders, (operation,))
    plan = Schedule((Placement(0, 0, 0, 0, 1, ((0, 1),)),))
    repairer = Repairer(problem, plan)
    Pusher(repairer, Forward(problem)).one(0, repairer.shop.ways[0], 5, firm=False)
    mark_ready(REPAIR)


__all__ = ["NotStated", "Pusher", "prepare"]
