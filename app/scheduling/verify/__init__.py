"""Verify: every rule recomputed from the problem, written apart from what makes schedules.

Nothing here imports construct, repair, improve or objective, and they import nothing from here
but ``verify``: a mistake would have to be made twice to go unseen. A plan that leaves the engine
has passed. A malformed schedule is answered by violations, too, never by an exception; the
problem itself is taken to be sound (``check`` sees to that).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.core.quiet import uncollected
from app.core.watch import look
from app.scheduling.problem import Problem, Schedule
from app.scheduling.verify import crew, dates, machines, materials, structure, tools, work
from app.scheduling.verify.plan import Plan
from app.scheduling.verify.violation import Violation, ViolationCode

RULES: tuple[Callable[[Plan], Iterable[Violation]], ...] = (
    # work: setup, run and pauses
    work.changeover_allowed,
    work.amount_of_work,
    work.machine_open,
    work.tools_open,
    work.pauses,
    # machines
    machines.one_at_a_time,
    machines.side_by_side,
    machines.ovens,
    machines.start_hours,
    machines.first_pieces,
    # tools
    tools.tools_as_demanded,
    tools.one_place_at_a_time,
    tools.pools,
    tools.life,
    tools.services,
    tools.holds_kept,
    # people
    crew.crews,
    crew.on_shift,
    crew.one_person_one_place,
    crew.overtime_caps,
    # dates, links and what people have fixed
    dates.nothing_before_now,
    dates.releases,
    dates.latest_starts,
    dates.running_work,
    dates.pins,
    dates.freeze_zones,
    dates.predecessors_placed,
    dates.min_lags,
    dates.max_lags,
    dates.transfer_ends,
    # materials
    materials.never_negative,
)
"""All rules of a sound placement; the rules of the document itself are in ``structure``."""


def verify(problem: Problem, schedule: Schedule) -> list[Violation]:
    """Every rule of ``problem`` that ``schedule`` breaks; empty = it can be worked as it stands."""
    with uncollected():
        plan, violations = structure.read(problem, schedule)
        for rule in RULES:
            look()
            violations.extend(rule(plan))
    return violations


__all__ = ["RULES", "Violation", "ViolationCode", "verify"]
