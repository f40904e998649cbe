"""From a problem to its first plan by the compiled dispatcher."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import accumulate
from random import Random
from typing import Any

import numpy as np

from app.core.quiet import uncollected
from app.scheduling.check import impossible, named
from app.scheduling.floor import Floor
from app.scheduling.forward import checking, dispatching, reading, records
from app.scheduling.forward.arrays import Compiled, NotStated
from app.scheduling.forward.ready import drop_stale_code, mark_ready
from app.scheduling.problem import (
    ALWAYS,
    FOREVER,
    Assignment,
    Calendar,
    Machine,
    Mode,
    Operation,
    Order,
    Placement,
    Problem,
    Schedule,
    Unplaced,
)
from app.scheduling.shop import Reason, Shop

CHUNK = 500
"""Events between two looks at whether to stop: a few milliseconds."""
ROOM = 64
"""Entries of all ledgers per operation; memory that is not used is not touched."""


class Stopped(Exception):
    """Somebody has said stop before the plan was whole."""


class Forward:
    """A problem compiled, ready for any number of plans. Raises NotStated if it is not covered."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        with uncollected():
            self.compiled = Compiled(problem)
        self._floor = Floor(self.compiled.base)
        self._room = ROOM
        self._shop: Shop | None = None
        self._reasons: dict[int, Reason] = {}
        self._hopeless = self._check()

    def plan(
        self,
        rule: str,
        source: Random | None = None,
        stop: Callable[[], bool] | None = None,
        shifts: Mapping[int, int] | None = None,
    ) -> Schedule:
        """The plan of ``Dispatcher`` by this rule; see ``Compiled.by_rule``. Raises Stopped."""
        uniform = source.uniform if source is not None else None
        state = self.run(self.compiled.by_rule(rule, uniform, shifts), stop)
        with uncollected():
            return self.read(state)

    def run(self, plant: records.Plant, stop: Callable[[], bool] | None = None) -> records.State:
        """The plan that a plant's priorities make, as it stands in the arrays. Raises Stopped."""
        while True:
            state = self._state()
            while dispatching.dispatch(plant, state, CHUNK):
                if stop is not None and stop():
                    raise Stopped
            if not state.count[records.FAULT]:
                return state
            self._room *= 4

    # -- before ---------------------------------------------------------------------------

    def _check(self) -> Any:
        problem = self.problem
        life = _life(problem)
        supply = [m.stock + sum(q for _, q in m.receipts) for m in problem.materials]
        total = np.array(supply, np.int64)
        make = self.compiled.plant.make
        np.add.at(total, make["material"], make["quantity"])
        flags = checking.hopeless(self.compiled.plant, life, total)
        if flags.any():
            self._reasons = impossible(self._whole_shop())
            flags[:] = False
            flags[list(self._reasons)] = True
        return flags

    def _whole_shop(self) -> Shop:
        if self._shop is None:
            self._shop = Shop(self.problem)
        return self._shop

    def _state(self) -> records.State:
        compiled, problem = self.compiled, self.problem
        count, machines = len(problem.operations), len(problem.machines)
        blocks, tools = compiled.block_count, len(problem.tools)
        plant, room = compiled.plant, self._room * (count + 64)
        copies = int(np.max(plant.kind["copies_end"] - plant.kind["copies_at"], initial=0))
        asked = np.concatenate(([0], np.cumsum(plant.demand["count"])))
        most_tools = int((asked[plant.way["tools_end"]] - asked[plant.way["tools_at"]]).max())
        spot = np.zeros(count, records.SPOT)
        spot["way"] = spot["batch"] = -1
        ledger, key, value, owner, used = self._ledgers(room)
        counters = np.zeros(32, np.int64)
        counters[records.USED] = used
        mounted = np.zeros((2 * count + machines + 1, compiled.parts), np.int64)
        mounted[2 * count : 2 * count + machines] = compiled.mounted
        periods = len(problem.overtime_periods) + 1
        why = np.where(self._hopeless, records.CHECKED, records.NONE).astype(np.int64)
        block = plant.block
        queues = np.bincount(block["queue"], minlength=len(plant.queue))
        slots = np.bincount(block["slot"], minlength=len(plant.slot))
        coming, heap = np.zeros(len(queues), records.HEAP), np.zeros(len(slots), records.HEAP)
        coming["at"] = [0, *accumulate(queues[:-1].tolist())]
        heap["at"] = [0, *accumulate(slots[:-1].tolist())]
        marks = 64 + 8 * compiled.mark_rows * (self._room // ROOM)
        return records.State(
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
            life=_life(problem),
            last_machine=np.full(tools, -1, np.int64),
            overtime=np.zeros((len(problem.operators), periods), np.int64),
            pending=np.zeros((len(problem.operators), periods), np.int64),
            next_overtime=np.full((len(plant.clock), 2), -1 - 2 * FOREVER, np.int64),
            seen=_never_looked(len(problem.operators)),
            mark=np.zeros(marks, records.MARK),
            mark_of=np.full((compiled.mark_rows + 1, 64), -1, np.int32),
            segment=np.zeros((2 * compiled.longest_clock + 8, 2), np.int64),
            limits=np.zeros(8, np.int64),
            put_off=np.zeros(count, np.int64),
            placed=np.zeros(count, np.int8),
            why=why,
            why_value=np.zeros(count, np.int64),
            waiting=compiled.waiting.astype(np.int64),
            coming=coming,
            coming_entry=np.zeros(blocks, records.ENTRY),
            heap=heap,
            entry=np.zeros(blocks, records.ENTRY),
            event=np.zeros(4 * blocks + 64, records.EVENT),
            next_event=np.full(len(queues), FOREVER, np.int64),
            queued=np.zeros(len(queues), np.int64),
            starving=np.full(len(problem.materials), -1, np.int64),
            starving_next=np.full(blocks, -1, np.int64),
            heads=np.zeros(blocks + 32, np.int64),
            hint=np.zeros(max(blocks, copies) + 1, np.int64),
        )

    def _ledgers(self, room: int) -> tuple[Any, Any, Any, Any, int]:
        """The empty floor's bookings, profiles and stock, one after the other."""
        floor, facts = self._floor, self.compiled.plant.facts
        first: dict[int, tuple[list[int], list[int]]] = {}
        for m, rack in floor.racks.items():
            first[facts[records.MACHINE_LISTS] + m] = (rack.times, rack.free)
        for tool, pool in floor.pools.items():
            first[facts[records.TOOL_LISTS] + tool] = (pool.times, pool.free)
        for skill, heads in enumerate(floor.crews.heads):
            first[facts[records.HEAD_LISTS] + skill] = (heads.times, heads.free)
        for material, stock in enumerate(floor.stocks):
            ticks, amounts = [t for t, _ in stock.supply], [q for _, q in stock.supply]
            first[facts[records.STOCK_LISTS] + material] = (ticks, amounts)
        begun = sum(len(times) for times, _ in first.values())
        ledger = np.zeros(int(facts[records.LISTS]), records.LEDGER)
        key, value, owner = (np.empty(begun + room, np.int64) for _ in range(3))
        used = 0
        for which, (keys, values) in first.items():
            end = used + len(keys)
            key[used:end], value[used:end] = keys, values
            ledger[which] = (used, len(keys), len(keys))
            used = end
        return ledger, key, value, owner, used

    # -- after ----------------------------------------------------------------------------

    def read(self, state: records.State) -> Schedule:
        """The plan in the arrays as placements."""
        plant, spot = self.compiled.plant, state.spot
        placed = np.flatnonzero(spot["way"] >= 0)
        at, stretches = reading.worked_stretches(plant, state)
        pairs = list(map(tuple, stretches.tolist()))
        marks = at.tolist()
        tools, crews = self._tools(state, placed), self._crews(state, placed)
        mode = plant.way["mode"][spot["way"][placed]]
        columns = (spot[name][placed].tolist() for name in ("setup_start", "start", "end"))
        placements = tuple(
            Placement(i, m, a, b, c, tuple(pairs[marks[i] : marks[i + 1]]), tools[k], crews[k])
            for k, (i, m, a, b, c) in enumerate(
                zip(placed.tolist(), mode.tolist(), *columns, strict=True)
            )
        )
        missing = np.flatnonzero(spot["way"] < 0).tolist()
        return Schedule(placements, tuple(self._unplaced(state, i) for i in missing))

    @staticmethod
    def _tools(state: records.State, placed: Any) -> list[tuple[int, ...]]:
        at, count = state.spot["tools_at"][placed].tolist(), state.spot["tools"][placed].tolist()
        named = state.tools[: state.count[records.TOOLS_USED]].tolist()
        return [tuple(named[a : a + n]) if n else () for a, n in zip(at, count, strict=True)]

    @staticmethod
    def _crews(state: records.State, placed: Any) -> list[tuple[Assignment, ...]]:
        """By placed operation; a batch's crew stands at its lowest operation."""
        spot = state.spot[placed]
        at, count = spot["crew_at"].copy(), spot["crew"].copy()
        baked = np.flatnonzero(spot["batch"] >= 0)
        if len(baked):
            number = spot["batch"][baked]
            _, first, which = np.unique(number, return_index=True, return_inverse=True)
            manned = np.flatnonzero(count[baked] > 0)
            where, people = np.zeros(len(first), np.int64), np.zeros(len(first), np.int64)
            where[which[manned]], people[which[manned]] = at[baked[manned]], count[baked[manned]]
            count[baked] = 0
            at[baked[first]], count[baked[first]] = where, people
        work = state.work[: state.count[records.WORK_USED]]
        names = ("operator", "start", "end", "setup")
        columns = [work[name].tolist() for name in names[:3]]
        columns.append((work["setup"] > 0).tolist())
        every = list(map(Assignment, *columns))
        return [
            tuple(every[a : a + n]) if n else ()
            for a, n in zip(at.tolist(), count.tolist(), strict=True)
        ]

    def _unplaced(self, state: records.State, operation: int) -> Unplaced:
        code, value = records.REASONS[state.why[operation]], int(state.why_value[operation])
        code, values = self._reason(code, value, operation)
        names = named(self._whole_shop(), operation, values)
        return Unplaced(operation, f"scheduling.{code}", tuple(sorted(names.items())))

    def _reason(self, code: str, value: int, operation: int) -> Reason:
        problem = self.problem
        if code == "checked":
            return self._reasons[operation]
        if code == "no_people":
            return code, (("skill", problem.skills[value]),)
        if code == "no_tool":
            return code, (("tool", problem.tool_types[value]),)
        if code == "material_short":
            return code, (("material", problem.materials[value].key),)
        if code in ("predecessor", "block"):
            return code, (("other", problem.operations[value].key if value >= 0 else "-"),)
        return code, ()


def _life(problem: Problem) -> Any:
    return np.array([FOREVER if t.life is None else t.life for t in problem.tools], np.int64)


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
