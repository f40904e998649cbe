"""The working plan brought up to date, within what a person allows to change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.core.errors import RuleBroken
from app.core.messages import Message, message
from app.models.database import Database
from app.scheduling import problem as engine
from app.scheduling.problem import FOREVER
from app.scheduling.stability import Churn, churn
from app.scheduling.update import Part, Questions, bring_up_to_date
from app.services.edit import apply_edit
from app.services.planning.change_limits import ChangeLimit, loaded_limits, machines_named
from app.services.planning.edits import ReplacePlan
from app.services.planning.holds import release_expired
from app.services.planning.stored_plan import content_of
from app.services.planning.working import WorkingPlan, read_working_plan


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """One operation that moves: its places (machine code, run start) before and after.

    None = none; ``shift_minutes`` is 0 where one of them is missing.
    """

    operation_id: int
    operation: str
    before: tuple[str, datetime] | None
    after: tuple[str, datetime] | None
    shift_minutes: int


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """``moved``, ``outside`` (of the chosen rows and dates), ``new``, ``lost``: ``ORDER/STEP``.

    ``rows``: all of these, the farthest moved first. ``objective``: its parts before and after.
    ``edit`` puts it into the working plan; None if nothing changes, or it was not to be saved.
    """

    moved: tuple[str, ...]
    outside: tuple[str, ...]
    new: tuple[str, ...]
    lost: tuple[tuple[str, Message], ...]
    rows: tuple[UpdateRow, ...]
    objective: tuple[dict[str, float], dict[str, float]]
    churn: Churn
    edit: ReplacePlan | None


def plan_update(
    database: Database,
    *,
    questions: Questions | None = None,
    machines: tuple[str, ...] = (),
    start: datetime | None = None,
    end: datetime | None = None,
    limits: tuple[ChangeLimit, ...] = (),
    now: datetime | None = None,
) -> UpdateReport:
    """What bringing the plan up to date would do; nothing is written (a job's work).

    ``machines``, ``start``, ``end``: only that part of it. Errors: as of ``update_plan``.
    """
    plan = read_working_plan(database, now)
    part = Part(
        machines_named(plan.loaded, machines) if machines else None,
        -FOREVER if start is None else plan.tick(start),
        FOREVER if end is None else plan.tick(end),
    )
    kept = loaded_limits(plan.loaded, limits)
    found = bring_up_to_date(plan.problem, plan.schedule, questions or Questions(), part, kept)
    if found.refused is not None:
        raise RuleBroken(found.refused)
    edit = None
    if found.schedule is not plan.schedule:
        after = content_of(
            plan.loaded, found.schedule, policy=plan.content.policy,
            objective=found.after.as_dict(), status=plan.content.status,
        )  # fmt: skip
        edit = ReplacePlan(plan.content, after, message("plans.update", count=len(found.moved)))
    operations = plan.problem.operations
    reasons = {u.operation: Message(u.reason, dict(u.values)) for u in found.schedule.unplaced}
    touched = (*found.moved, *found.outside, *found.new, *found.lost)
    return UpdateReport(
        moved=tuple(operations[o].key for o in found.moved),
        outside=tuple(operations[o].key for o in found.outside),
        new=tuple(operations[o].key for o in found.new),
        lost=tuple((operations[o].key, reasons[o]) for o in found.lost),
        rows=_rows(plan, found.schedule, touched),
        objective=(found.before.as_dict(), found.after.as_dict()),
        churn=churn(plan.problem, found.schedule),
        edit=edit,
    )


def update_plan(
    database: Database,
    *,
    questions: Questions | None = None,
    machines: tuple[str, ...] = (),
    start: datetime | None = None,
    end: datetime | None = None,
    limits: tuple[ChangeLimit, ...] = (),
    now: datetime | None = None,
    actor: str = "planner",
    save: bool = True,
) -> UpdateReport:
    """Bring the working plan up to date; ``machines``, ``start``, ``end``: only that part of it.

    Errors: ``RuleBroken`` if a limit cannot be kept (nothing is changed then), ``NotFound``
    without a plan or for an unknown machine, ``Conflict`` if the plan changed meanwhile.
    """
    if save:
        release_expired(database, now)
    report = plan_update(
        database, questions=questions, machines=machines, start=start, end=end, limits=limits,
        now=now,
    )  # fmt: skip
    if not save:
        return replace(report, edit=None)
    if report.edit is not None:
        apply_edit(database, report.edit, actor)
    return report


def _rows(
    plan: WorkingPlan, schedule: engine.Schedule, operations: Iterable[int]
) -> tuple[UpdateRow, ...]:
    problem = plan.problem

    def places(of: engine.Schedule) -> dict[int, tuple[str, datetime]]:
        return {
            p.operation: (
                problem.machines[problem.operations[p.operation].modes[p.mode].machine].key,
                plan.moment(p.start),
            )
            for p in of.placements
        }

    old, new = places(plan.schedule), places(schedule)
    rows = []
    for one in dict.fromkeys(operations):
        before, after = old.get(one), new.get(one)
        shift = round((after[1] - before[1]).total_seconds() / 60) if before and after else 0
        name = problem.operations[one].key
        rows.append(UpdateRow(plan.loaded.operation_ids[one], name, before, after, shift))
    return tuple(sorted(rows, key=lambda row: (-abs(row.shift_minutes), row.operation)))
