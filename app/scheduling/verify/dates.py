"""Rules of dates: now, releases, what people have fixed, and links between operations.

Work that runs at ``now`` is a fact: nothing can move its start, machine or tools any more, so
releases, deadlines, pins, freeze zones and links *into* it no longer bind.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.scheduling.problem import FOREVER, FreezeLevel, FreezeZone, Problem, Started
from app.scheduling.verify.links import share
from app.scheduling.verify.openings import Ticks
from app.scheduling.verify.plan import Plan
from app.scheduling.verify.violation import Violation, ViolationCode


def nothing_before_now(plan: Plan) -> Iterator[Violation]:
    """Nothing new begins before now, and of what runs only the rest is planned."""
    now = plan.problem.now
    begins = plan.setup_start.copy()
    for running in np.flatnonzero(plan.started).tolist():
        placement = plan.rows[running]
        begins[running] = placement.segments[0][0] if placement.segments else placement.end
    for row in np.flatnonzero(begins < now):
        start = plan.moment(int(begins[row]))
        yield plan.violation(ViolationCode.BEFORE_NOW, int(row), start=start, now=plan.moment(now))


def releases(plan: Plan) -> Iterator[Violation]:
    """Runs start at or after the release of operation and order; so do setups that need parts."""
    of_order = plan.ticks([order.release for order in plan.problem.orders])
    own, order = plan.by_operation["release"], plan.by_operation["order"]
    release = np.maximum(own, of_order[order])
    for shared, operation in enumerate(plan.operations):
        if operation.also:
            release[shared] = max(release[shared], of_order[list(operation.also)].max())
    for row in np.flatnonzero((plan.ready_start < release) & ~plan.started):
        yield plan.violation(
            ViolationCode.BEFORE_RELEASE,
            int(row),
            start=plan.moment(int(plan.start[row])),
            release=plan.moment(int(release[row])),
        )


def latest_starts(plan: Plan) -> Iterator[Violation]:
    """Runs start no later than the lag after a finished step allows."""
    latest = plan.by_operation["latest_start"]
    for row in np.flatnonzero((plan.start > latest) & ~plan.started):
        yield plan.violation(
            ViolationCode.AFTER_LATEST_START,
            int(row),
            start=plan.moment(int(plan.start[row])),
            latest=plan.moment(int(latest[row])),
        )


def running_work(plan: Plan) -> Iterator[Violation]:
    """Mode, start, tools and first people of running work are as they are."""
    for row in np.flatnonzero(plan.started).tolist():
        started, placement = plan.operations[row].started, plan.rows[row]
        if started is None:
            continue
        facts = started.mode, started.start, started.start
        planned = placement.mode, placement.setup_start, placement.start
        tools_kept = not started.tools or placement.tools == started.tools
        if facts != planned or not tools_kept or left_alone(plan, row, started):
            yield plan.violation(ViolationCode.STARTED_CHANGED, row)


def left_alone(plan: Plan, row: int, started: Started) -> bool:
    """Whether someone who works at it is missing from its first segment, though on shift."""
    placement = plan.rows[row]
    if not placement.segments or not plan.demands(row, setup=False):
        return False
    start = placement.segments[0][0]
    crew = plan.rows[plan.batch(row)[0]].crew
    there = {work.operator for work in crew if work.start == start}
    return any(o not in there and could_work(plan, row, o, start) for o in started.operators)


def could_work(plan: Plan, row: int, operator: int, tick: int) -> bool:
    skills = {demand.skill for demand in plan.demands(row, setup=False)}
    grants = plan.problem.operators[operator].grants
    entitled = any(g.skill in skills and g.start <= tick < g.end for g in grants)
    return entitled and any(True for _ in plan.shifts[operator].within(tick, tick + 1))


def pins(plan: Plan) -> Iterator[Violation]:
    """What a person has pinned stays on its machine and at its start.

    A pinned start that has gone by (its setup should have begun before now) binds only the
    machine.
    """
    for row, operation in enumerate(plan.operations):
        if operation.pin_machine is None and operation.pin_start is None:
            continue
        if operation.started is not None:
            continue
        placement, pinned = plan.rows[row], operation.pin_machine
        if pinned is not None and plan.modes[row].machine != pinned:
            yield plan.violation(ViolationCode.PIN_MACHINE, row)
        if operation.pin_start is None or placement.start == operation.pin_start:
            continue
        if not gone_by(plan.problem, placement.operation, operation.pin_start):
            pin, start = plan.moment(operation.pin_start), plan.moment(placement.start)
            yield plan.violation(ViolationCode.PIN_START, row, start=start, pin=pin)


def gone_by(problem: Problem, index: int, pin: int) -> bool:
    """Whether nothing set up from now on can start at the pinned tick."""
    operation = problem.operations[index]
    setups = []
    for mode in operation.modes:
        if operation.pin_machine is None or mode.machine == operation.pin_machine:
            setups.append(mode.setup + (operation.first_piece if mode.setup > 0 else 0))
    if setups and pin - min(setups) < problem.now:
        return True
    if pin < problem.now:
        return True
    return any(
        held.operation == index and held.start == pin and held.setup_start < problem.now
        for held in problem.baseline
    )


def freeze_zones(plan: Plan) -> Iterator[Violation]:
    """What the plan in force holds inside a freeze zone stays there; so does committed work.

    A held start that has gone by (its setup should have begun before now) binds only the machine.
    """
    problem = plan.problem
    for held in problem.baseline:
        row = int(plan.row_of[held.operation])
        if row < 0 or plan.operations[row].started:
            continue
        index = problem.operations[held.operation].modes[held.mode].machine
        zones = [z for z in problem.machines[index].freeze if z.start <= held.start < z.end]
        if plan.operations[row].committed:
            zones.append(FreezeZone(held.start, held.start + 1, FreezeLevel.LOCKED))
        if not zones:
            continue
        if plan.modes[row].machine != index:
            yield plan.violation(ViolationCode.FROZEN_MACHINE, row)
        start = plan.rows[row].start
        for zone in zones:
            first, last, held_from = held.start, held.start, held.setup_start
            if zone.level is FreezeLevel.WITHIN:
                first, last, held_from = zone.start, zone.end - 1, zone.end - 1
            if held_from >= problem.now and not first <= start <= last:
                at, must = plan.moment(start), plan.moment(first)
                yield plan.violation(ViolationCode.FROZEN_START, row, start=at, first=must)


def predecessors_placed(plan: Plan) -> Iterator[Violation]:
    """What follows something that is not planned is not planned either."""
    if not plan.absent.any():
        return
    for link in plan.problem.precedences:
        row = int(plan.row_of[link.after])
        if row >= 0 and plan.absent[link.before] and not plan.operations[row].started:
            other = plan.problem.operations[link.before].key
            yield plan.violation(ViolationCode.PREDECESSOR_UNPLACED, row, other=other)


def min_lags(plan: Plan) -> Iterator[Violation]:
    """A successor waits for its predecessor, or for its first transfer batch, plus the lag."""
    links = plan.links
    lag = lags(plan, links.since, links.ready)
    least = plan.ticks([link.min_lag for link in links.records])
    for i in np.flatnonzero(lag < least).tolist():
        code = ViolationCode.MIN_LAG
        if links.records[i].transfer is not None:
            code = ViolationCode.TRANSFER_START
        yield link_violation(plan, code, i, lag=int(lag[i]), limit=int(least[i]))


def max_lags(plan: Plan) -> Iterator[Violation]:
    """A successor follows within the longest lag."""
    links = plan.links
    lag = lags(plan, links.over, links.reached)
    most = plan.ticks([FOREVER if k.max_lag is None else k.max_lag for k in links.records])
    for i in np.flatnonzero((lag > most) & (most < FOREVER)).tolist():
        yield link_violation(plan, ViolationCode.MAX_LAG, i, lag=int(lag[i]), limit=int(most[i]))


def transfer_ends(plan: Plan) -> Iterator[Violation]:
    """The last transfer batch still has to be worked after the predecessor's end."""
    links = plan.links
    before, after = links.before[links.transfers], links.after[links.transfers]
    least = share(plan.run_worked[after], links.part, links.of)
    lag = plan.end[after] - plan.end[before]
    for k in np.flatnonzero(lag < least).tolist():
        values = {"lag": int(lag[k]), "limit": int(least[k])}
        yield link_violation(plan, ViolationCode.TRANSFER_END, int(links.transfers[k]), **values)


def lags(plan: Plan, since: Ticks, until: Ticks) -> Ticks:
    """Minutes between two ends, elapsed or open by the link's own calendar."""
    lag = until - since
    clocks = plan.ticks([-1 if k.clock is None else k.clock for k in plan.links.records])
    for clock in np.unique(clocks[clocks >= 0]).tolist():
        mine = clocks == clock
        lag[mine] = plan.openings[clock].open_minutes(since[mine], until[mine])
    return lag


def link_violation(plan: Plan, code: ViolationCode, link: int, **values: object) -> Violation:
    links = plan.links
    return plan.violation(code, int(links.after[link]), int(links.before[link]), **values)
