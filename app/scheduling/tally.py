"""The objective of a large plan, and of plans that differ from it in few placements.

A gesture moves some operations of many thousand; what the others add up to stays. What is counted
is what ``objective`` counts one by one, in columns: ten thousand operations take milliseconds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np

from app.core.watch import look
from app.scheduling.campaigns import cut_short
from app.scheduling.columns import Columns, Flags, Ints, columns_of, ranges, sums
from app.scheduling.dear import cheap_hours
from app.scheduling.lots import has_changeovers
from app.scheduling.objective import Objective, overtimes
from app.scheduling.problem import FOREVER, MachineKind, Placement, Problem, Schedule
from app.scheduling.setups import Setups, State
from app.scheduling.windows import Stretches

(
    PLACED, MODE, MACHINE, SETUP_START, START, END, SETUP, OVERTIME, SETUP_ALONE, RUN_ALONE,
    SETUP_MANNED, RUN_MANNED, PRINT, RUN, LOAD, LEAST_LOAD, DEAR,
) = range(FACTS := 17)  # fmt: skip
"""What is known of each operation: minutes of setup and of run, overtime of its people, of its
machine during setup and run if nobody is asked for, and whether somebody is; what its mode says of
loads; minutes of run at dear hours. ``PRINT``: a number by which to tell placements that differ;
equal ones have the same."""


OF_MODE = [MACHINE, RUN_MANNED, LOAD, LEAST_LOAD]


class Lots(NamedTuple):
    """What runs together in ovens: the first of each lot, and what it adds."""

    machine: Ints
    lead: Ints
    setup: Ints
    overtime: Ints
    light: Flags
    dear: Ints


class Tally:
    """A plan whose objective is known in parts, each exactly what ``objective.counted`` says."""

    def __init__(self, problem: Problem, schedule: Schedule) -> None:
        self.problem = problem
        self._schedule = schedule
        machines = problem.machines
        self._oven = np.array([m.kind is MachineKind.BATCH for m in machines], np.bool_)
        self._ruled = np.array(
            [has_changeovers(problem, m) for m in range(len(machines))], np.bool_
        )
        self._calendar = _ints([m.calendar for m in machines])
        self._own_calendar = _ints([o.calendar for o in problem.operators])
        self._overtime = _Hours(overtimes(problem))
        cheap = cheap_hours(problem)
        self._minds = np.array([hours is not None for hours in cheap], np.bool_)
        self._cheap = _Hours([hours or Stretches([]) for hours in cheap])
        self._facts = np.zeros((FACTS, len(problem.operations)), np.int64)
        self._begun = _ints([o.started is not None for o in problem.operations])
        columns = columns_of(schedule)
        self._facts[:, columns.operation] = self._facts_of(columns)
        self._setups: dict[int, Setups] = {}
        self._steps: dict[int | None, dict[tuple[State, State, bool], tuple[float, State]]] = {}
        self._read_orders()
        self._read_baseline()
        self._lots = self._lots_on(self._oven)
        self._changes = self._changes_by_machine(self._ruled, self._lots)
        self.objective = self._whole(len(schedule.unplaced))

    @cached_property
    def _row(self) -> dict[int, int]:
        return {p.operation: k for k, p in enumerate(self._schedule.placements)}

    def _whole(self, unplaced: int) -> Objective:
        """The plan as it is known."""
        late, tardiness, flow = self._order_values(np.flatnonzero(self._member_count))
        alone = self._alone(self._facts)
        return Objective(
            weighted_tardiness_min=float(tardiness),
            late_orders=int(late),
            setup_min=int(alone[0] + self._lots.setup.sum()),
            setup_cost=self._whole_cost(self._changes),
            flow_min=int(flow),
            overtime_min=int(alone[1] + self._lots.overtime.sum()),
            makespan_min=self._makespan(),
            moved_operations=self._moved(np.arange(self._facts.shape[1]), self._facts),
            light_batches=int(self._lots.light.sum()),
            short_campaigns=sum(short for _, short in self._changes.values()),
            dear_min=int(alone[2] + self._lots.dear.sum()),
            unplaced=unplaced,
        )

    def _makespan(self) -> int:
        last = int(self._facts[END].max(initial=-FOREVER, where=self._facts[PLACED] > 0))
        return last - self.problem.now if last > -FOREVER else 0

    @staticmethod
    def _whole_cost(changes: Mapping[int, tuple[float, int]]) -> float:
        return sum((changes[machine][0] for machine in sorted(changes)), 0.0)

    def _read_orders(self) -> None:
        operations = self.problem.operations
        self._orders_of = _ints([len(o.also) + 1 for o in operations])
        self._order_at = np.cumsum(self._orders_of) - self._orders_of
        self._order = _ints(chain.from_iterable((o.order, *o.also) for o in operations))
        those = np.repeat(np.arange(len(operations)), self._orders_of)
        self._members = those[np.argsort(self._order, kind="stable")]
        self._member_count = np.bincount(self._order, minlength=len(self.problem.orders))
        self._member_at = np.cumsum(self._member_count) - self._member_count
        self._due = _ints([order.due for order in self.problem.orders])
        self._weight = np.array([order.weight for order in self.problem.orders])

    def _read_baseline(self) -> None:
        """Machine and start of the plan in force by operation; machine -1: not in it."""
        operations, baseline = self.problem.operations, self.problem.baseline
        self._before = np.full((2, len(operations)), -1, np.int64)
        those = [p.operation for p in baseline]
        self._before[0, those] = [operations[p.operation].modes[p.mode].machine for p in baseline]
        self._before[1, those] = [p.start for p in baseline]

    # -- asking ---------------------------------------------------------------------------

    def after(self, schedule: Schedule, changed: Iterable[int]) -> Objective:
        """The objective of a plan that differs in the placements of these operations alone."""
        moved = set(changed)
        new = self._placed(schedule, moved)
        gone = _ints(moved.difference(p.operation for p in new))
        return self.with_columns(Columns.of(new), gone, len(schedule.unplaced))

    def with_columns(self, new: Columns, gone: Ints, unplaced: int) -> Objective:
        """The same, with the new placements as columns. ``gone``: what has no place any more."""
        changed = np.concatenate((new.operation, gone))
        facts = np.zeros((FACTS, len(changed)), np.int64)
        facts[:, : len(new.times)] = self._facts_of(new)
        known = self._facts[:, changed]
        orders = self._orders_with(changed)
        orders_before = self._order_values(orders)
        self._facts[:, changed] = facts
        try:
            touched = np.zeros(len(self._oven), np.bool_)
            touched[known[MACHINE]] = touched[facts[MACHINE]] = True
            lots = self._lots_on(self._oven & touched)
            changes = self._changes | self._changes_by_machine(self._ruled & touched, lots)
            orders_after = self._order_values(orders)
            makespan = self._makespan()
        finally:
            self._facts[:, changed] = known
        before = self._lots
        gone_lots = touched[before.machine]
        alone = self._alone(facts) - self._alone(known)
        late, tardiness, flow = orders_after - orders_before
        objective = self.objective
        return replace(
            objective,
            weighted_tardiness_min=objective.weighted_tardiness_min + float(tardiness),
            late_orders=objective.late_orders + int(late),
            setup_min=objective.setup_min
            + int(alone[0] + lots.setup.sum() - before.setup[gone_lots].sum()),
            setup_cost=self._whole_cost(changes),
            flow_min=objective.flow_min + int(flow),
            overtime_min=objective.overtime_min
            + int(alone[1] + lots.overtime.sum() - before.overtime[gone_lots].sum()),
            makespan_min=makespan,
            moved_operations=objective.moved_operations
            + self._moved(changed, facts)
            - self._moved(changed, known),
            light_batches=objective.light_batches
            + int(lots.light.sum() - before.light[gone_lots].sum()),
            short_campaigns=sum(short for _, short in changes.values()),
            dear_min=objective.dear_min
            + int(alone[2] + lots.dear.sum() - before.dear[gone_lots].sum()),
            unplaced=unplaced,
        )

    def seems_known(self, new: Columns) -> Flags:
        """Which of the placements are probably those of the known plan; of all that are, true."""
        known = self._facts[:, new.operation]
        same: Flags = (known[PLACED] > 0) & (known[PRINT] == _prints(new))
        for field, fact in enumerate((MODE, SETUP_START, START, END), 1):
            same &= known[fact] == new.times[:, field]
        return same

    def _placed(self, schedule: Schedule, operations: set[int]) -> list[Placement]:
        """Those of the operations that have a place in the schedule."""
        placements = schedule.placements
        found: list[Placement] = []
        for operation in operations:
            row = self._row.get(operation, -1) if len(placements) == len(self._row) else -1
            if row < 0 or placements[row].operation != operation:
                row = bisect_left(placements, operation, key=lambda p: p.operation)
            if row < len(placements) and placements[row].operation == operation:
                found.append(placements[row])
        return found

    # -- by operation ---------------------------------------------------------------------

    def _facts_of(self, columns: Columns) -> Ints:
        operation, mode, setup_start, start, end = columns.times.T
        facts = np.zeros((FACTS, len(operation)), np.int64)
        facts[PLACED] = 1
        facts[MODE], facts[SETUP_START], facts[START], facts[END] = mode, setup_start, start, end
        facts[PRINT] = _prints(columns)
        facts[OF_MODE] = self._of_mode(operation, mode)
        rows = np.repeat(np.arange(len(operation)), columns.segment_count)
        a, b = columns.segments.T
        border = np.clip(start[rows], a, b)
        facts[SETUP] = sums(border - a, columns.segment_count)
        facts[RUN] = sums(b - border, columns.segment_count)
        if self._overtime.any:
            calendar = self._calendar[facts[MACHINE][rows]]
            alone = self._overtime.between(calendar, a, border)
            facts[SETUP_ALONE] = sums(alone, columns.segment_count)
            alone = self._overtime.between(calendar, border, b)
            facts[RUN_ALONE] = sums(alone, columns.segment_count)
        if self._minds.any():
            machine = facts[MACHINE][rows]
            dear = np.where(self._minds[machine], b - border, 0)
            if self._cheap.any:
                dear -= self._cheap.between(machine, border, b)
            facts[DEAR] = sums(dear, columns.segment_count) * (self._begun[operation] == 0)
        operator, first, last, setup = columns.crew.T
        facts[SETUP_MANNED] = sums(setup, columns.crew_count) > 0
        if self._overtime.any:
            worked = self._overtime.between(self._own_calendar[operator], first, last)
            facts[OVERTIME] = sums(worked, columns.crew_count)
        return facts

    def _of_mode(self, operation: Ints, mode: Ints) -> Ints:
        """The facts ``OF_MODE``; modes of the known plan are known."""
        known = self._facts[:, operation]
        found: Ints = known[OF_MODE]
        other = np.flatnonzero((known[PLACED] == 0) | (known[MODE] != mode))
        operations = self.problem.operations
        pairs = zip(operation[other].tolist(), mode[other].tolist(), strict=True)
        modes = [operations[o].modes[m] for o, m in pairs]
        told = [(m.machine, bool(m.run_crew), m.load, m.least_load) for m in modes]
        found[:, other] = _ints(chain.from_iterable(told)).reshape(-1, len(OF_MODE)).T
        return found

    def _alone(self, facts: Ints) -> Ints:
        """Minutes of setup, overtime and dear hours that add up by operation: all but ovens."""
        own = ~self._oven[facts[MACHINE]] & (facts[PLACED] > 0)
        machine = np.where(facts[SETUP_MANNED], 0, facts[SETUP_ALONE])
        machine += np.where(facts[RUN_MANNED], 0, facts[RUN_ALONE])
        overtime = facts[OVERTIME].sum() + machine[own].sum()
        return _ints([facts[SETUP][own].sum(), overtime, facts[DEAR][own].sum()])

    def _moved(self, operations: Ints, facts: Ints) -> int:
        """How many of them are not where the plan in force has them."""
        machine, start = self._before[:, operations]
        other = (facts[PLACED] == 0) | (facts[MACHINE] != machine) | (facts[START] != start)
        return int(np.count_nonzero(other & (machine >= 0)))

    # -- by machine -----------------------------------------------------------------------

    def _on(self, machines: Flags) -> Ints:
        """The operations on some machines."""
        facts = self._facts
        found: Ints = np.flatnonzero(machines[facts[MACHINE]] & (facts[PLACED] > 0))
        return found

    def _lots_on(self, ovens: Flags) -> Lots:
        """What runs together in these ovens."""
        facts, those = self._facts, self._on(ovens)
        keys = facts[[END, START, MACHINE]][:, those]
        order = np.lexsort((those, *keys))
        those, keys = those[order], keys[:, order]
        new = np.ones(len(those), np.bool_)
        new[1:] = (keys[:, 1:] != keys[:, :-1]).any(0)
        first = np.flatnonzero(new)
        lead = those[first]
        if not len(lead):
            return Lots(lead, lead, lead, lead, new, lead)
        manned = np.maximum.reduceat(facts[[SETUP_MANNED, RUN_MANNED]][:, those], first, axis=1)
        alone = facts[[SETUP_ALONE, RUN_ALONE]][:, lead]
        overtime = np.where(manned, 0, alone).sum(0)
        load, least = facts[LOAD][those], facts[LEAST_LOAD][those]
        light = np.add.reduceat(load, first) < np.maximum.reduceat(least, first)
        fresh = np.maximum.reduceat(self._begun[those], first) == 0
        light &= fresh
        dear = facts[DEAR][lead] * fresh
        return Lots(facts[MACHINE][lead], lead, facts[SETUP][lead], overtime, light, dear)

    def _changes_by_machine(self, machines: Flags, lots: Lots) -> dict[int, tuple[float, int]]:
        """What the changeovers on these machines cost, and how many campaigns they cut short."""
        if not machines.any():
            return {}
        facts = self._facts
        those = self._on(machines & ~self._oven)
        those = np.concatenate((those, lots.lead[machines[lots.machine]]))
        keys = facts[[END, SETUP_START, MACHINE]][:, those]
        order = np.lexsort((those, *keys))
        those, machine = those[order], keys[2][order]
        wanted = np.flatnonzero(machines)
        first = np.searchsorted(machine, wanted).tolist()
        last = np.searchsorted(machine, wanted, "right").tolist()
        sequence = those.tolist()
        return {
            m: (self._cost(m, sequence[a:b]), self._short(m, those[a:b]))
            for m, a, b in zip(wanted.tolist(), first, last, strict=True)
        }

    def _cost(self, machine: int, sequence: Sequence[int]) -> float:
        """What the changeovers of a sequence of operations cost."""
        if machine not in self._setups:
            self._setups[machine] = Setups(self.problem, machine)
        rule, operations = self.problem.machines[machine].setup_rule, self.problem.operations
        steps = self._steps.setdefault(rule, {})
        cost, state = 0.0, self._setups[machine].initial
        for index in sequence:
            operation = operations[index]
            key = state, operation.families, operation.started is None
            step = steps.get(key)
            if step is None:
                step = steps[key] = self._step(self._setups[machine], *key)
            cost += step[0]
            state = step[1]
        return cost

    def _short(self, machine: int, sequence: Ints) -> int:
        """How many campaigns of a sequence of operations are cut short."""
        setups = self._setups.get(machine)
        if setups is None or not any(part.least_run for part in setups.parts):
            return 0
        start, run = self._facts[[START, RUN]][:, sequence].tolist()
        runs = zip(sequence.tolist(), start, run, strict=True)
        return len(cut_short(self.problem, setups, machine, runs))

    @staticmethod
    def _step(setups: Setups, state: State, families: State, asked: bool) -> tuple[float, State]:
        """Cost of a changeover, and what is mounted then."""
        change = setups.change(state, families) if asked else None
        return change.cost if change else 0.0, setups.after(state, families)

    # -- by order -------------------------------------------------------------------------

    def _orders_with(self, operations: Ints) -> Ints:
        """The orders for which these are made."""
        where = ranges(self._order_at[operations], self._orders_of[operations])
        found: Ints = np.unique(self._order[where])
        return found

    def _order_values(self, orders: Ints) -> Ints:
        """How many of the orders are late, their weighted tardiness and their flow."""
        if not len(orders):
            return np.zeros(3, np.int64)
        counts = self._member_count[orders]
        those = self._members[ranges(self._member_at[orders], counts)]
        first = np.cumsum(counts) - counts
        facts = self._facts
        placed = facts[PLACED][those] > 0
        done = np.maximum.reduceat(np.where(placed, facts[END][those], -FOREVER), first)
        begun = np.minimum.reduceat(np.where(placed, facts[SETUP_START][those], FOREVER), first)
        missing = np.minimum.reduceat(placed, first) == 0
        delay = np.maximum(done - self._due[orders], 0)
        flow = np.maximum(done - np.maximum(begun, self.problem.now), 0)
        late = np.count_nonzero(missing | (delay > 0))
        return np.array([late, (self._weight[orders] * delay).sum(), flow.sum()])


class _Hours:
    """Hours of some kind by calendar or machine, looked up for many stretches at once."""

    SPAN = 4 * FOREVER

    def __init__(self, calendars: Sequence[Stretches]) -> None:
        counts = _ints([len(c.starts) for c in calendars])
        self.any = bool(counts.sum())
        self._first = np.cumsum(counts) - counts
        of = np.repeat(np.arange(len(calendars)), counts) * self.SPAN
        self._starts = of + _ints(chain.from_iterable(c.starts for c in calendars))
        self._lengths = _ints(
            b - a for c in calendars for a, b in zip(c.starts, c.ends, strict=True)
        )
        self._before = _ints(chain.from_iterable(c.before for c in calendars))

    def between(self, calendar: Ints, start: Ints, end: Ints) -> Ints:
        """Minutes of such hours in ``[start, end)``, of a calendar each."""
        return self._worked(calendar, end) - self._worked(calendar, start)

    def _worked(self, calendar: Ints, tick: Ints) -> Ints:
        key = calendar * self.SPAN + tick
        at = np.searchsorted(self._starts, key, "right") - 1
        inside = np.minimum(key - self._starts[at], self._lengths[at])
        found: Ints = np.where(at < self._first[calendar], 0, self._before[at] + inside)
        return found


def _prints(columns: Columns) -> Ints:
    """Something of a placement's segments, tools and people."""
    found = sums(columns.segments @ _ints((3, 7)), columns.segment_count)
    found += sums(columns.tools * 11, columns.tool_count)
    found += sums(columns.crew @ _ints((1009, 10007, 100003, 1000003)), columns.crew_count)
    return found


def _ints(values: Iterable[int]) -> Ints:
    look()
    return np.fromiter(values, np.int64)
