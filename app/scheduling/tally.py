"""The objective of plans that differ from a known one in few placements.

A gesture moves some operations of many thousand; what the others add up to stays.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace

from app.scheduling.objective import (
    Lot,
    Objective,
    changeover_cost,
    evaluate,
    has_changeovers,
    has_moved,
    lot_overtime,
    lots_of,
    overtimes,
    setup_minutes,
)
from app.scheduling.problem import MachineKind, Placement, Problem, Schedule
from app.scheduling.setups import Setups

Key = tuple[int, int, int]
"""Of a batch: its machine, start and end."""


class Tally:
    """A plan whose objective is known in parts; ``after`` is exactly what ``evaluate`` says."""

    def __init__(self, problem: Problem, schedule: Schedule) -> None:
        self.problem = problem
        self.objective = evaluate(problem, schedule)
        self._at = {p.operation: p for p in schedule.placements}
        self._row = {p.operation: k for k, p in enumerate(schedule.placements)}
        self._of_order: list[list[int]] = [[] for _ in problem.orders]
        for index, operation in enumerate(problem.operations):
            for order in operation.orders:
                self._of_order[order].append(index)
        self._latest_first = sorted(schedule.placements, key=lambda p: -p.end)
        self._overtime = overtimes(problem)
        self._any_overtime = any(self._overtime)
        self._ovens = [m.kind is MachineKind.BATCH for m in problem.machines]
        self._overtime_of: dict[int, int] = {}  # by operation, but for ovens; when first asked for
        self._baseline = {p.operation: p for p in problem.baseline}
        self._setups: dict[int, Setups] = {}
        self._ruled: dict[int, list[Lot]] = {}
        self._batches: dict[Key, list[Placement]] = {}
        for machine, members in lots_of(problem, schedule.placements):
            if problem.machines[machine].kind is MachineKind.BATCH:
                self._batches[machine, members[0].start, members[0].end] = members
            if has_changeovers(problem, machine):
                self._ruled.setdefault(machine, []).append((machine, members))
                self._setups.setdefault(machine, Setups(problem, machine))
        self._costs = {m: self._cost(m, lots) for m, lots in self._ruled.items()}

    def after(self, schedule: Schedule, changed: Iterable[int]) -> Objective:
        """The objective of a plan that differs in the placements of these operations alone."""
        moved = set(changed)
        new = self._placed(schedule, moved)
        gone, come = self._lots(moved, new)
        alone = [p for p in new.values() if not self._ovens[self._machine(p)]]
        setup = self._setup(come) - self._setup(gone) + sum(map(setup_minutes, alone))
        over = self._over(come) - self._over(gone) + self._over_alone(alone)
        for i in moved:
            old = self._at.get(i)
            if old is not None and not self._ovens[self._machine(old)]:
                setup -= setup_minutes(old)
                over -= self._old_overtime(old)
        tardiness, late, flow = self._orders(moved, new)
        return replace(
            self.objective,
            weighted_tardiness_min=self.objective.weighted_tardiness_min + tardiness,
            late_orders=self.objective.late_orders + late,
            setup_min=self.objective.setup_min + setup,
            setup_cost=self._setup_cost(moved, new, gone, come),
            flow_min=self.objective.flow_min + flow,
            overtime_min=self.objective.overtime_min + over,
            makespan_min=self._makespan(moved, new),
            moved_operations=self.objective.moved_operations + self._moved(moved, new),
            unplaced=len(schedule.unplaced),
        )

    def _placed(self, schedule: Schedule, operations: set[int]) -> dict[int, Placement]:
        """Those of the operations that have a place in the schedule."""
        placements = schedule.placements
        found: dict[int, Placement] = {}
        for operation in operations:
            row = self._row.get(operation, -1) if len(placements) == len(self._row) else -1
            if row < 0 or placements[row].operation != operation:
                row = bisect_left(placements, operation, key=lambda p: p.operation)
            if row < len(placements) and placements[row].operation == operation:
                found[operation] = placements[row]
        return found

    def _machine(self, placement: Placement) -> int:
        return self.problem.operations[placement.operation].modes[placement.mode].machine

    # -- lots -----------------------------------------------------------------------------

    def _lots(self, moved: set[int], new: dict[int, Placement]) -> tuple[list[Lot], list[Lot]]:
        """What ran together in an oven and does no more, and what does instead."""
        gone: list[Lot] = []
        come: list[Lot] = []
        joined: dict[Key, list[Placement]] = {}
        ovens: set[Key] = set()
        for placement in new.values():
            if self._ovens[machine := self._machine(placement)]:
                key = (machine, placement.start, placement.end)
                joined.setdefault(key, []).append(placement)
                ovens.add(key)
        for old in (self._at[i] for i in moved if i in self._at):
            if self._ovens[machine := self._machine(old)]:
                ovens.add((machine, old.start, old.end))
        for key in ovens:
            before = self._batches.get(key, [])
            if before:
                gone.append((key[0], before))
            members = [p for p in before if p.operation not in moved] + joined.get(key, [])
            if members:
                come.append((key[0], sorted(members, key=lambda p: p.operation)))
        return gone, come

    @staticmethod
    def _setup(lots: list[Lot]) -> int:
        return sum(setup_minutes(members[0]) for _, members in lots)

    def _over(self, lots: list[Lot]) -> int:
        if not self._any_overtime:
            return 0
        return sum(lot_overtime(self.problem, self._overtime, lot) for lot in lots)

    def _cost(self, machine: int, lots: list[Lot]) -> float:
        ordered = sorted(lots, key=lambda lot: lot[1][0].operation)
        return changeover_cost(self.problem, self._setups[machine], ordered)

    def _old_overtime(self, old: Placement) -> int:
        """Of a placement of the known plan that is in no oven."""
        known = self._overtime_of.get(old.operation)
        if known is None:
            known = self._overtime_of[old.operation] = self._over_alone([old])
        return known

    def _over_alone(self, placements: list[Placement]) -> int:
        """Overtime of placements that run alone."""
        if not self._any_overtime:
            return 0
        operators, total = self.problem.operators, 0
        for p in placements:
            manned = False
            for work in p.crew:
                manned = manned or work.setup
                windows = self._overtime[operators[work.operator].calendar]
                if windows.starts:
                    total += windows.worked(work.end) - windows.worked(work.start)
            mode = self.problem.operations[p.operation].modes[p.mode]
            if mode.run_crew and (manned or p.setup_start == p.start):
                continue  # somebody is there all the time
            total += lot_overtime(
                self.problem, self._overtime, (mode.machine, [p]), machine_alone=True
            )
        return total

    def _setup_cost(
        self, moved: set[int], new: dict[int, Placement], gone: list[Lot], come: list[Lot]
    ) -> float:
        problem, costs = self.problem, dict(self._costs)
        fresh: dict[int, list[Lot]] = {}
        away: dict[int, set[int]] = {}
        for i in moved:
            old = self._at.get(i)
            if old is not None and has_changeovers(problem, machine := self._machine(old)):
                away.setdefault(machine, set()).add(i)
        for p in new.values():
            machine = self._machine(p)
            if not self._ovens[machine] and has_changeovers(problem, machine):
                fresh.setdefault(machine, []).append((machine, [p]))
        for machine, members in come:
            if has_changeovers(problem, machine):
                fresh.setdefault(machine, []).append((machine, members))
        for machine, members in gone:
            if has_changeovers(problem, machine):
                away.setdefault(machine, set()).add(members[0].operation)
        for machine in {*fresh, *away}:
            self._setups.setdefault(machine, Setups(problem, machine))
            left = away.get(machine, ())
            lots = [k for k in self._ruled.get(machine, ()) if k[1][0].operation not in left]
            costs[machine] = self._cost(machine, lots + fresh.get(machine, []))
        return sum((costs[machine] for machine in sorted(costs)), 0.0)

    # -- orders ---------------------------------------------------------------------------

    def _orders(self, moved: set[int], new: dict[int, Placement]) -> tuple[float, int, int]:
        """By how much tardiness, the number of late orders and flow change."""
        operations = self.problem.operations
        tardiness, late, flow = 0.0, 0, 0
        for order in {order for i in moved for order in operations[i].orders}:
            own = self._of_order[order]
            before = self._order(order, [self._at.get(i) for i in own])
            then = [new.get(i) if i in moved else self._at.get(i) for i in own]
            after = self._order(order, then)
            tardiness += after[0] - before[0]
            late += after[1] - before[1]
            flow += after[2] - before[2]
        return tardiness, late, flow

    def _order(self, order: int, placements: list[Placement | None]) -> tuple[float, int, int]:
        """Weighted tardiness, whether it is late, and flow of one order."""
        record = self.problem.orders[order]
        there = [p for p in placements if p is not None]
        if not there:
            return 0.0, int(bool(placements)), 0
        done = max(p.end for p in there)
        begun = max(self.problem.now, min(p.setup_start for p in there))
        late = done > record.due
        tardiness = float(record.weight * (done - record.due)) if late else 0.0
        return tardiness, int(late or len(there) < len(placements)), max(0, done - begun)

    def _makespan(self, moved: set[int], new: dict[int, Placement]) -> int:
        ends = [p.end for p in new.values()]
        stays = next((p.end for p in self._latest_first if p.operation not in moved), None)
        if stays is not None:
            ends.append(stays)
        return max((end - self.problem.now for end in ends), default=0)

    def _moved(self, moved: set[int], new: dict[int, Placement]) -> int:
        change = 0
        for operation in moved:
            old = self._baseline.get(operation)
            if old is not None:
                change += has_moved(self.problem, old, new.get(operation))
                change -= has_moved(self.problem, old, self._at.get(operation))
        return change
