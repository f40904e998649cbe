"""The working plan brought up to date, within what a person allows to change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.core.errors import RuleBroken
from app.core.messages import Message
from app.models.database import Database
from app.scheduling.problem import FOREVER
from app.scheduling.stability import Churn, churn
from app.scheduling.update import Part, Questions, bring_up_to_date
from app.services.edit import apply_edit
from app.services.planning.change_limits import ChangeLimit, loaded_limits, machines_named
from app.services.planning.edits import ReplacePlan
from app.services.planning.stored_plan import content_of
from app.services.planning.working import read_working_plan


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """``moved``, ``outside`` (of the chosen rows and dates), ``new``, ``lost``: ``ORDER/STEP``.

    ``objective``: its parts before and after. ``edit`` put it into the working plan; None if
    nothing changed, or it was not to be saved.
    """

    moved: tuple[str, ...]
    outside: tuple[str, ...]
    new: tuple[str, ...]
    lost: tuple[tuple[str, Message], ...]
    objective: tuple[dict[str, float], dict[str, float]]
    churn: Churn
    edit: ReplacePlan | None


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
    changed = found.schedule is not plan.schedule
    if changed and save:
        after = content_of(
            plan.loaded, found.schedule, policy=plan.content.policy,
            objective=found.after.as_dict(), status=plan.content.status,
        )  # fmt: skip
        edit = ReplacePlan(plan.content, after)
        apply_edit(database, edit, actor)
    operations = plan.problem.operations
    reasons = {u.operation: Message(u.reason, dict(u.values)) for u in found.schedule.unplaced}
    return UpdateReport(
        moved=tuple(operations[o].key for o in found.moved),
        outside=tuple(operations[o].key for o in found.outside),
        new=tuple(operations[o].key for o in found.new),
        lost=tuple((operations[o].key, reasons[o]) for o in found.lost),
        objective=(found.before.as_dict(), found.after.as_dict()),
        churn=churn(plan.problem, found.schedule),
        edit=edit,
    )
