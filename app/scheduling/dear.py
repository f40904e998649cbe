"""Running at dear hours: minutes of run outside the hours that a machine prefers.

No plan is refused for them: dear power is better than a late order. They are counted (see
``Machine.prefers``), and a search tries to have the work begin later.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from app.scheduling.lots import Lot, lots_of
from app.scheduling.problem import FOREVER, End, Placement, Problem, Schedule
from app.scheduling.windows import Stretches

NEAR = 3
"""So many of the next stretches of cheap hours a run may wait for."""


@dataclass(frozen=True, slots=True)
class DearRun:
    """A run, or an oven batch, with ``minutes`` at dear hours; ``operations`` are its members."""

    machine: int
    start: int
    end: int
    minutes: int
    operations: tuple[int, ...]


def cheap_hours(problem: Problem) -> list[Stretches | None]:
    """The hours that each machine prefers, None = it does not mind."""
    return [
        None
        if machine.prefers is None
        else Stretches.of(problem.calendars[machine.prefers].windows)
        for machine in problem.machines
    ]


def minds_hours(problem: Problem) -> bool:
    """Whether any machine prefers some hours."""
    return any(machine.prefers is not None for machine in problem.machines)


def dear_minutes(problem: Problem, cheap: Sequence[Stretches | None], lot: Lot) -> int:
    """Minutes of a lot's run at dear hours; a batch counts once, what runs already not at all."""
    machine, members = lot
    hours = cheap[machine]
    if hours is None or any(problem.operations[p.operation].started is not None for p in members):
        return 0
    lead = members[0]
    run = [(max(a, lead.start), b) for a, b in lead.segments if b > lead.start]
    return sum(b - a - hours.within(a, b) for a, b in run)


def dear_runs(problem: Problem, schedule: Schedule) -> list[DearRun]:
    """All runs that have minutes at dear hours, in time."""
    if not minds_hours(problem):
        return []
    cheap = cheap_hours(problem)
    found = []
    for lot in lots_of(problem, schedule.placements):
        minutes = dear_minutes(problem, cheap, lot)
        if minutes:
            machine, members = lot
            whole = tuple(sorted(p.operation for p in members))
            found.append(DearRun(machine, members[0].start, members[0].end, minutes, whole))
    return sorted(found, key=lambda run: (run.start, run.machine))


def later_starts(cheap: Stretches, run: DearRun) -> list[int]:
    """When it could begin instead: with one of the next cheap hours, or so as to end with them."""
    length = run.end - run.start
    first = bisect_right(cheap.ends, run.start)
    near = zip(cheap.starts, cheap.ends, strict=True)
    found = (at for a, b in islice(near, first, first + NEAR) for at in (a, b - length))
    return sorted({at for at in found if at > run.start})


def spared(cheap: Stretches, run: DearRun, start: int) -> int:
    """Dear minutes that are spared if it begins at ``start`` and lasts as long."""
    end = start + run.end - run.start
    return run.minutes - (end - start - cheap.within(start, end))


def delays(
    problem: Problem,
    runs: Sequence[DearRun],
    completion: Mapping[int, int],
    plan: Mapping[int, Placement],
) -> list[tuple[DearRun, int]]:
    """Runs with a later start worth trying, the most promising first.

    Those for whose orders there is time by ``completion``, when each ends, and due dates, and that
    no longest wait after a step before forbids.
    """
    cheap, operations, orders = cheap_hours(problem), problem.operations, problem.orders
    latest = _latest(problem, plan)
    found = []
    for number, run in enumerate(runs):
        made_for = {order for o in run.operations for order in operations[o].orders}
        slack = min(orders[order].due - completion[order] for order in made_for)
        slack = min(slack, *(latest.get(o, FOREVER) - run.start for o in run.operations))
        hours = cheap[run.machine]
        for start in later_starts(hours, run) if hours is not None else ():
            wait, gain = start - run.start, 0
            if wait <= slack and hours is not None:
                gain = spared(hours, run, start)
            if gain > 0:
                found.append((gain * gain / (gain + wait), -number, run, start))
    found.sort(reverse=True)
    return [(run, start) for _, _, run, start in found]


def _latest(problem: Problem, plan: Mapping[int, Placement]) -> dict[int, int]:
    """Latest starts after the steps before, where these are tied by a longest wait."""
    found: dict[int, int] = {}
    for link in problem.precedences:
        if link.max_lag is None or link.before not in plan or link.after_end is End.END:
            continue
        before = plan[link.before]
        since = before.end if link.before_end is End.END else before.start
        found[link.after] = min(found.get(link.after, FOREVER), since + link.max_lag)
    return found
