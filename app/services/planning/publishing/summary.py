"""How far the working plan is from the published one, in numbers: read at every start.

It leans on little, so that the window is there sooner: neither the engine nor ``verify``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.core.choices import OperationState, PlanKind
from app.models.database import Database
from app.models.orders import Operation
from app.models.planning import ChangeNotice, Placement, Plan, PlanPicture
from app.services.planning.publishing.notices import MAY_WAIT
from app.services.planning.stored_plan import working_plan

PLACED = "placed"
"""Beside a published plan's figures: how many operations it placed."""


@dataclass(frozen=True, slots=True)
class PublishSummary:
    """How far the working plan is from the published one, counted by the database.

    ``differ``: operations; ``overdue``: notices that nobody has signed for too long.
    """

    revision: int
    differ: int
    unread: int
    overdue: int


def publish_summary(database: Database) -> PublishSummary:
    """Cheap enough to be read after every edit of a plan of any size."""
    with database.read() as session:
        newest, plan = newest_published(session), working_plan(session)
        unread = select(func.count()).where(ChangeNotice.read_at.is_(None))
        late = unread.join(Plan, Plan.id == ChangeNotice.plan_id).where(
            Plan.created_at < datetime.now(UTC) - MAY_WAIT
        )
        return PublishSummary(
            0 if newest is None else newest.revision,
            0 if newest is None or plan is None else _differ(session, plan, newest),
            session.scalar(unread.select_from(ChangeNotice)) or 0,
            session.scalar(late.select_from(ChangeNotice)) or 0,
        )


def _differ(session: Session, plan: Plan, newest: Plan) -> int:
    now, was = aliased(Placement), aliased(Placement)
    moved = (
        select(func.count())
        .select_from(now)
        .outerjoin(was, (was.plan_id == newest.id) & (was.operation_id == now.operation_id))
        .where(
            now.plan_id == plan.id,
            was.id.is_(None)
            | now.machine_id.is_distinct_from(was.machine_id)
            | now.supplier_id.is_distinct_from(was.supplier_id)
            | (now.start_at != was.start_at)
            | (now.end_at != was.end_at),
        )
    )
    gone = (
        select(func.count())
        .select_from(was)
        .join(Operation, Operation.id == was.operation_id)
        .outerjoin(now, (now.plan_id == plan.id) & (now.operation_id == was.operation_id))
        .where(was.plan_id == newest.id, now.id.is_(None), Operation.state != OperationState.DONE)
    )
    # Work that was cancelled or made anew since has no row in any plan any more.
    left = select(func.count()).where(Placement.plan_id == newest.id)
    figures = session.scalar(select(PlanPicture.figures).where(PlanPicture.plan_id == newest.id))
    rows = session.scalar(left) or 0
    lost = int((figures or {}).get(PLACED, rows)) - rows
    return (session.scalar(moved) or 0) + (session.scalar(gone) or 0) + lost


def newest_published(session: Session) -> Plan | None:
    return session.scalars(
        select(Plan).where(Plan.kind == PlanKind.PUBLISHED).order_by(Plan.revision.desc()).limit(1)
    ).first()
