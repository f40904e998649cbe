"""What a schedule is worth: the parts of the objective, one by one, and their weighted sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from app.core.quiet import uncollected
from app.scheduling.campaigns import cut_short, light_batch, runs_of
from app.scheduling.columns import placed_in
from app.scheduling.dear import cheap_hours, dear_minutes, minds_hours
from app.scheduling.lots import Lot, has_changeovers, in_turn, lots_of, setup_minutes
from app.scheduling.problem import FOREVER, Placement, Problem, Schedule, Weights
from app.scheduling.setups import Setups
from app.scheduling.windows import Stretches


@dataclass(frozen=True, slots=True)
class Objective:
    """Parts of the objective (minutes, except the counts and ``setup_cost`` in currency).

    ``weighted_tardiness_min``: per order weight * max(0, completion - due). ``flow_min``: first
    setup or run (not before now) to completion. ``overtime_min``: operator minutes in overtime
    windows; machine minutes where no crew is demanded. ``moved_operations``: machine or start
    differs from the baseline. ``light_batches``: oven batches started below their least load;
    ``short_campaigns``: campaigns of a part of a setup rule that are cut short, as
    ``Mode.least_load`` and ``SetupPart.least_run`` say. ``dear_min``: minutes of run at hours that
    the machine would rather not run at (``Machine.prefers``). Completion is the latest end of an
    order's placed operations; an order with an unplaced operation is late.
    """

    weighted_tardiness_min: float = 0.0
    late_orders: int = 0
    setup_min: int = 0
    setup_cost: float = 0.0
    flow_min: int = 0
    overtime_min: int = 0
    makespan_min: int = 0
    moved_operations: int = 0
    light_batches: int = 0
    short_campaigns: int = 0
    dear_min: int = 0
    unplaced: int = 0

    def total(self, weights: Weights) -> float:
        """The weighted sum; unplaced operations are compared apart (see ``better``)."""
        return float(sum(getattr(weights, part) * getattr(self, part) for part in PARTS))

    def as_dict(self) -> dict[str, float]:
        """The parts by name, for reports."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


PARTS = tuple(field.name for field in fields(Weights))


def better(a: Objective, b: Objective, weights: Weights) -> bool:
    """Whether ``a`` is strictly better than ``b``: fewer unplaced first, then the weighted sum."""
    if a.unplaced != b.unplaced:
        return a.unplaced < b.unplaced
    return a.total(weights) < b.total(weights) - 1e-9


MANY = 1000
"""Placements from which on they are counted in columns."""


def evaluate(problem: Problem, schedule: Schedule) -> Objective:
    """All parts of the objective of ``schedule``."""
    if placed_in(schedule) < MANY:
        return counted(problem, schedule)
    from app.scheduling.tally import Tally  # which is built on what is defined here

    with uncollected():
        return Tally(problem, schedule).objective


def counted(problem: Problem, schedule: Schedule) -> Objective:
    """The same, one by one."""
    lots = list(lots_of(problem, schedule.placements))
    cost, short = _changeovers(problem, lots)
    tardiness, late, flow = _order_parts(problem, schedule)
    return Objective(
        weighted_tardiness_min=tardiness,
        late_orders=late,
        setup_min=sum(setup_minutes(members[0]) for _, members in lots),
        setup_cost=cost,
        flow_min=flow,
        overtime_min=_overtime(problem, lots),
        makespan_min=max((p.end - problem.now for p in schedule.placements), default=0),
        moved_operations=_moved(problem, schedule),
        light_batches=sum(light_batch(problem, lot) is not None for lot in lots),
        short_campaigns=short,
        dear_min=_dear(problem, lots),
        unplaced=len(schedule.unplaced),
    )


def _order_parts(problem: Problem, schedule: Schedule) -> tuple[float, int, int]:
    count = len(problem.orders)
    begin, completion = [FOREVER] * count, [-FOREVER] * count
    missing = [False] * count
    operations = problem.operations
    for placement in schedule.placements:
        for order in operations[placement.operation].orders:
            begin[order] = min(begin[order], placement.setup_start)
            completion[order] = max(completion[order], placement.end)
    for item in schedule.unplaced:
        for order in operations[item.operation].orders:
            missing[order] = True
    tardiness, late, flow = 0.0, 0, 0
    for index, order_record in enumerate(problem.orders):
        done = completion[index]
        if done > order_record.due:
            tardiness += order_record.weight * (done - order_record.due)
        late += missing[index] or done > order_record.due
        if done > -FOREVER:
            flow += max(0, done - max(problem.now, begin[index]))
    return tardiness, late, flow


def _changeovers(problem: Problem, lots: list[Lot]) -> tuple[float, int]:
    """What changeovers cost, and how many campaigns they cut short."""
    by_machine: dict[int, list[Lot]] = {}
    for lot in lots:
        if has_changeovers(problem, lot[0]):
            by_machine.setdefault(lot[0], []).append(lot)
    costs, short = [], 0
    for machine in sorted(by_machine):
        setups, sequence = Setups(problem, machine), by_machine[machine]
        costs.append(changeover_cost(problem, setups, sequence))
        short += len(cut_short(problem, setups, machine, runs_of(sequence)))
    return sum(costs, 0.0), short


def changeover_cost(problem: Problem, setups: Setups, sequence: list[Lot]) -> float:
    """What the changeovers on one machine cost."""
    cost, state = 0.0, setups.initial
    for _, members in in_turn(sequence):
        operation = problem.operations[members[0].operation]
        if operation.started is None:
            change = setups.change(state, operation.families)
            cost += change.cost if change else 0.0
        state = setups.after(state, operation.families)
    return cost


def overtimes(problem: Problem) -> list[Stretches]:
    """Overtime by calendar."""
    return [
        Stretches((w.start, w.end) for w in calendar.windows if w.overtime)
        for calendar in problem.calendars
    ]


def _overtime(problem: Problem, lots: list[Lot]) -> int:
    overtime = overtimes(problem)
    if not any(overtime):
        return 0
    return sum(lot_overtime(problem, overtime, lot) for lot in lots)


def lot_overtime(
    problem: Problem, overtime: list[Stretches], lot: Lot, *, machine_alone: bool = False
) -> int:
    """Overtime minutes of the people, or of the machine where nobody is asked for."""
    machine, members = lot
    total = 0
    for placement in () if machine_alone else members:
        for work in placement.crew:
            windows = overtime[problem.operators[work.operator].calendar]
            if windows:
                total += windows.within(work.start, work.end)
    windows = overtime[problem.machines[machine].calendar]
    if windows:
        total += sum(windows.within(a, b) for a, b in _unattended(problem, members))
    return total


def _unattended(problem: Problem, members: list[Placement]) -> Iterator[tuple[int, int]]:
    modes = [problem.operations[p.operation].modes[p.mode] for p in members]
    setup_free = not any(work.setup for p in members for work in p.crew)
    run_free = not any(mode.run_crew for mode in modes)
    start = members[0].start
    for a, b in members[0].segments:
        if setup_free and a < start:
            yield a, min(b, start)
        if run_free and b > start:
            yield max(a, start), b


def _dear(problem: Problem, lots: list[Lot]) -> int:
    if not minds_hours(problem):
        return 0
    cheap = cheap_hours(problem)
    return sum(dear_minutes(problem, cheap, lot) for lot in lots)


def _moved(problem: Problem, schedule: Schedule) -> int:
    if not problem.baseline:
        return 0
    now_at = {p.operation: p for p in schedule.placements}
    return sum(has_moved(problem, old, now_at.get(old.operation)) for old in problem.baseline)


def has_moved(problem: Problem, old: Placement, new: Placement | None) -> bool:
    """Whether machine or start differ from the plan in force."""
    modes = problem.operations[old.operation].modes
    return (
        new is None or new.start != old.start or modes[new.mode].machine != modes[old.mode].machine
    )
