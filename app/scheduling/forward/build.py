"""From a problem to its first plan by the compiled dispatcher."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate, count
from random import Random
from typing import Any

import numpy as np

from app.core.quiet import uncollected
from app.core.watch import Stopped, look, looking
from app.scheduling.check import impossible, named
from app.scheduling.columns import Columns, InColumns, ranges
from app.scheduling.decode import Dropped, spot_of
from app.scheduling.floor import Floor
from app.scheduling.forward import checking, dispatching, reading, records
from app.scheduling.forward.arrays import Compiled, NotStated
from app.scheduling.forward.given import Given, anything_fixed, ledgers, write
from app.scheduling.forward.ready import drop_stale_code, mark_ready
from app.scheduling.problem import (
    ALWAYS,
    FOREVER,
    Calendar,
    Machine,
    Mode,
    Operation,
    Order,
    Problem,
    Schedule,
    Unplaced,
)
from app.scheduling.shop import Reason, Shop

CHUNK = 250
"""Events between two looks at whether to stop: a few milliseconds."""
DROPS = 40
"""How many impossible pins are set aside one by one (see ``construct``)."""
ROOM = 64
"""Entries of all ledgers per operation; memory that is not used is not touched."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A plan as it stands in the arrays, and why some of it is not there."""

    state: records.State
    refused: Mapping[int, Reason]


class Forward:
    """A problem compiled, ready for any number of plans. Raises NotStated if it is not covered.

    ``whole``: gives the shop of the whole problem, where somebody has it already. ``impossible``:
    what no plan can hold, and why (see ``check``).
    """

    def __init__(self, problem: Problem, whole: Callable[[], Shop] | None = None) -> None:
        self.problem = problem
        self._make_shop = whole or (lambda: Shop(problem))
        self._shop: Shop | None = None
        self.fixed = anything_fixed(problem)
        with uncollected():
            self.compiled = Compiled(problem, self.shop if self.fixed else None)
        self._room = ROOM
        self.impossible = self._check()
        self._known: dict[frozenset[int], Given] = {}

    @property
    def shop(self) -> Shop:
        """Of the whole problem."""
        if self._shop is None:
            self._shop = self._make_shop()
        return self._shop

    def plan(
        self,
        rule: str,
        source: Random | None = None,
        stop: Callable[[], bool] | None = None,
        shifts: Mapping[int, int] | None = None,
        apart: bool = False,
    ) -> Schedule:
        """The plan of ``Dispatcher`` by this rule; see ``Compiled.by_rule``. Raises Stopped."""
        uniform = source.uniform if source is not None else None
        outcome = self.run(self.compiled.by_rule(rule, uniform, shifts, apart=apart), stop)
        with uncollected():
            return self.read(outcome)

    def run(self, plant: records.Plant, stop: Callable[[], bool] | None = None) -> Outcome:
        """The plan that a plant's priorities make, as it stands in the arrays. Raises Stopped.

        As ``construct``: until no position held in advance stands in the way.
        """
        dropped: dict[int, Reason] = {}
        for number in count():
            if number == DROPS:
                frozen = self.shop.frozen
                held = [o for o, f in enumerate(frozen) if f.pinned and f.first is not None]
                dropped.update(dict.fromkeys(held, ("pin_impossible", ())))
            try:
                given = self._given(dropped)
                state = self._dispatched(plant, given, stop)
                if given.early:
                    self._check_early(given, state)
            except Dropped as drop:
                dropped[drop.operation] = drop.reason
                continue
            break
        return Outcome(state, given.refused)

    def _dispatched(
        self, plant: records.Plant, given: Given, stop: Callable[[], bool] | None
    ) -> records.State:
        while True:
            look()
            state = self.state(given)
            look()
            while dispatching.dispatch(plant, state, CHUNK):
                look()
                if stop is not None and stop():
                    raise Stopped
            if not state.count[records.FAULT]:
                return state
            self._room *= 4

    # -- before ---------------------------------------------------------------------------

    def _check(self) -> dict[int, Reason]:
        """What can never be placed, and why."""
        problem, compiled = self.problem, self.compiled
        life = np.array([FOREVER if t.life is None else t.life for t in problem.tools], np.int64)
        supply = [m.stock + sum(q for _, q in m.receipts) for m in problem.materials]
        total = np.array(supply, np.int64)
        make = compiled.plant.make
        np.add.at(total, make["material"], make["quantity"])
        look()
        flags = checking.hopeless(compiled.plant, life, total, self._pinned_too_early())
        flags |= compiled.nowhere
        return impossible(self.shop) if flags.any() else {}

    def _pinned_too_early(self) -> Any:
        flags = np.zeros(len(self.problem.operations), np.bool_)
        if self.fixed:
            release = self.compiled.plant.operation["release"]
            for index, operation in enumerate(looking(self.problem.operations)):
                pin = operation.pin_start
                if pin is not None and not self.shop.frozen[index].overdue:
                    flags[index] = pin < max(self.problem.now, release[index])
        return flags

    def _given(self, dropped: Mapping[int, Reason]) -> Given:
        """What is fixed but for what has been dropped. Raises Dropped."""
        known = self._known.get(frozenset(dropped))
        if known is None:
            if self.fixed:
                known = Given.of(self.shop, self.impossible, dropped)
            else:
                known = Given(Floor(self.compiled.base), self.impossible)
            if len(self._known) > len(self.problem.machines):
                self._known.clear()
            self._known[frozenset(dropped)] = known
        return known

    def _check_early(self, given: Given, state: records.State) -> None:
        """Raises Dropped for a held position that is in the way, or waits for what is not there."""
        placed = state.spot["way"] >= 0
        followed = np.array([o for o in given.followed(self.shop) if placed[o]], np.int64)
        there = self._columns(state, followed).placements()
        spots = {p.operation: spot_of(self.shop, p) for p in there}
        given.check(self.shop, spots, state.turn)
        given.check_missing(self.shop, lambda operation: bool(placed[operation]))

    def state(self, given: Given) -> records.State:
        """A floor in the arrays, before anything is dispatched."""
        compiled, problem = self.compiled, self.problem
        count, machines = len(problem.operations), len(problem.machines)
        blocks, tools = compiled.block_count, len(problem.tools)
        plant, room = compiled.plant, self._room * (count + 64)
        copies = int(np.max(plant.kind["copies_end"] - plant.kind["copies_at"], initial=0))
        asked = np.concatenate(([0], np.cumsum(plant.demand["count"])))
        most_tools = int((asked[plant.way["tools_end"]] - asked[plant.way["tools_at"]]).max())
        spot = np.zeros(count, records.SPOT)
        spot["way"] = spot["batch"] = -1
        ledger, key, value, owner, used = self._ledgers(given, room)
        counters = np.zeros(32, np.int64)
        counters[records.USED] = used
        mounted = np.zeros((2 * count + machines + 1, compiled.parts), np.int64)
        mounted[2 * count : 2 * count + machines] = compiled.mounted
        periods = len(problem.overtime_periods) + 1
        block = plant.block
        queues = np.bincount(block["queue"], minlength=len(plant.queue))
        slots = np.bincount(block["slot"], minlength=len(plant.slot))
        coming, heap = np.zeros(len(queues), records.HEAP), np.zeros(len(slots), records.HEAP)
        coming["at"] = [0, *accumulate(queues[:-1].tolist())]
        heap["at"] = [0, *accumulate(slots[:-1].tolist())]
        marks = 64 + 8 * compiled.mark_rows * (self._room // ROOM)
        state = records.State(
            count=counters,
            spot=spot,
            trial=np.zeros(3, records.SPOT),
            trial_tools=np.zeros((3, copies + most_tools + 1), np.int64),
            trial_work=np.zeros((3, 8 * self._room), records.WORK),
            tools=np.empty(self._room * (count + 64) // 8, np.int64),
            work=np.empty(self._room * (count + 64) // 8, records.WORK),
            claim=np.zeros(self._room * 64, records.CLAIM),
            batch=np.zeros(count + 1, records.BATCH),
            mounted=mounted,
            known=np.zeros(2 * count + 1, np.int8),
            ledger=ledger,
            key=key,
            value=value,
            owner=owner,
            full=np.full((machines, 64), -FOREVER, np.int64),
            life=np.zeros(tools, np.int64),
            last_machine=np.full(tools, -1, np.int64),
            overtime=np.zeros((len(problem.operators), periods), np.int64),
            pending=np.zeros((len(problem.operators), periods), np.int64),
            away=np.zeros(compiled.away_words, np.int64),
            next_overtime=np.full((len(plant.clock), 2), -1 - 2 * FOREVER, np.int64),
            seen=_never_looked(len(problem.operators)),
            mark=np.zeros(marks, records.MARK),
            mark_of=np.full((compiled.mark_rows + 1, 64), -1, np.int32),
            segment=np.zeros((2 * compiled.longest_clock + 8, 2), np.int64),
            limits=np.zeros(8, np.int64),
            put_off=np.zeros(count, np.int64),
            placed=np.zeros(count, np.int8),
            why=np.zeros(count, np.int64),
            why_value=np.zeros(count, np.int64),
            turn=np.zeros(blocks, np.int64),
            waiting=compiled.waiting.astype(np.int64),
            coming=coming,
            coming_entry=np.zeros(blocks, records.ENTRY),
            heap=heap,
            entry=np.zeros(blocks, records.ENTRY),
            slot_load=np.zeros(len(slots), np.int64),
            slot_left=plant.slot["load"].astype(np.int64),
            slot_since=np.zeros(len(slots), np.int64),
            event=np.zeros(4 * blocks + 64, records.EVENT),
            next_event=np.full(len(queues), FOREVER, np.int64),
            next_key=np.zeros(len(queues)),
            queued=np.zeros(len(queues), np.int64),
            starving=np.full(len(problem.materials), -1, np.int64),
            starving_next=np.full(blocks, -1, np.int64),
            heads=np.zeros(blocks + 32, np.int64),
            hint=np.zeros(max(blocks, copies) + 1, np.int64),
        )
        write(given, compiled, state)
        return state

    def _ledgers(self, given: Given, room: int) -> tuple[Any, Any, Any, Any, int]:
        """Bookings, profiles and stock before anything is dispatched, one after the other."""
        first = ledgers(given, self.compiled)
        begun = sum(len(keys) for keys, _, _ in first.values())
        ledger = np.zeros(int(self.compiled.plant.facts[records.LISTS]), records.LEDGER)
        key, value, owner = (np.empty(begun + room, np.int64) for _ in range(3))
        used = 0
        for which, (keys, values, owners) in first.items():
            end = used + len(keys)
            key[used:end], value[used:end], owner[used:end] = keys, values, owners
            ledger[which] = (used, len(keys), len(keys))
            used = end
        return ledger, key, value, owner, used

    # -- after ----------------------------------------------------------------------------

    def read(self, outcome: Outcome) -> Schedule:
        """The plan in the arrays."""
        way = outcome.state.spot["way"]
        columns = self._columns(outcome.state, np.flatnonzero(way >= 0))
        missing = np.flatnonzero(way < 0).tolist()
        return InColumns(columns, tuple(self._unplaced(outcome, i) for i in missing))

    def _columns(self, state: records.State, placed: Any) -> Columns:
        """Where some operations stand."""
        look()
        plant, spot = self.compiled.plant, state.spot
        at, stretches = reading.worked_stretches(plant, state, placed)
        look()
        names = ("setup_start", "start", "end")
        mode = plant.way["mode"][spot["way"][placed]]
        times = np.column_stack((placed, mode, *(spot[name][placed] for name in names)))
        tool_count = spot["tools"][placed].astype(np.int64)
        tools = state.tools[ranges(spot["tools_at"][placed], tool_count)]
        look()
        crew_at, crew_count = self._crews(state, placed)
        crew = state.work[ranges(crew_at, crew_count)]
        look()
        work = (crew["operator"], crew["start"], crew["end"], crew["setup"] > 0)
        people = np.column_stack(work).astype(np.int64, copy=False)
        segments = np.diff(at)
        return Columns(
            times.astype(np.int64, copy=False),
            *(segments, stretches.copy(), tool_count, tools, crew_count, people),
        )

    @staticmethod
    def _crews(state: records.State, placed: Any) -> tuple[Any, Any]:
        """Where the people of each are told, and how many; a batch's at its lowest operation."""
        spot = state.spot[placed]
        at, count = spot["crew_at"].astype(np.int64), spot["crew"].astype(np.int64)
        baked = np.flatnonzero(spot["batch"] >= 0)
        if len(baked):
            number = spot["batch"][baked]
            _, first, which = np.unique(number, return_index=True, return_inverse=True)
            manned = np.flatnonzero(count[baked] > 0)
            where, people = np.zeros(len(first), np.int64), np.zeros(len(first), np.int64)
            where[which[manned]], people[which[manned]] = at[baked[manned]], count[baked[manned]]
            count[baked] = 0
            at[baked[first]], count[baked[first]] = where, people
        return at, count

    def _unplaced(self, outcome: Outcome, operation: int) -> Unplaced:
        why, value = outcome.state.why[operation], int(outcome.state.why_value[operation])
        code, values = (
            outcome.refused[operation]
            if why == records.CHECKED
            else self._reason(records.REASONS[why], value)
        )
        names = named(self.shop, operation, values)
        return Unplaced(operation, f"scheduling.{code}", tuple(sorted(names.items())))

    def _reason(self, code: str, value: int) -> Reason:
        problem = self.problem
        if code == "no_people":
            return code, (("skill", problem.skills[value]),)
        if code == "no_tool":
            return code, (("tool", problem.tool_types[value]),)
        if code == "material_short":
            return code, (("material", problem.materials[value].key),)
        if code in ("predecessor", "block"):
            return code, (("other", problem.operations[value].key if value >= 0 else "-"),)
        return code, ()


def _never_looked(operators: int) -> Any:
    seen = np.zeros(operators, records.SEEN)
    seen["end"] = -FOREVER
    return seen


def prepare() -> None:
    """Compiles the dispatcher, or loads what an earlier run compiled: a minute the first time."""
    drop_stale_code()
    calendar = Calendar("always", ALWAYS)
    operation = Operation("1/10", 0, (Mode(0, run_seconds=60),))
    machines, orders = (Machine("M", 0),), (Order("1"),)
    origin = datetime(2026, 1, 1, tzinfo=UTC)
    Forward(Problem(origin, (calendar,), machines, orders, (operation,))).plan("atcs")
    mark_ready()


__all__ = ["Forward", "NotStated", "Stopped", "prepare"]
