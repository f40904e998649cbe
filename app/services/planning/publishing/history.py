"""What is published: the state against the working plan, and all plans there have been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.core.choices import OperationState, PlanKind
from app.core.errors import NotFound
from app.core.messages import message
from app.models.database import Database
from app.models.orders import Operation
from app.models.planning import ChangeNotice, Placement, Plan, PlanPicture
from app.services.planning.publishing.notices import MAY_WAIT, NoticeRow, read_notices
from app.services.planning.publishing.pictures import ChangedRow, by_team
from app.services.planning.publishing.publish import (
    PLACED,
    Publish,
    changes_since,
    digest,
    newest_published,
    picture,
)
from app.services.planning.queries import read_view
from app.services.planning.rows import PlanView
from app.services.planning.stored_plan import read_content, working_plan


@dataclass(frozen=True, slots=True)
class PublishState:
    """Working against published. ``revision`` 0: nothing is published yet.

    ``behind``: the published plan is newer than the one the working plan goes back to.
    ``working``: digest of the working plan, None = there is none.
    """

    revision: int
    published_at: datetime | None
    published_by: str
    behind: bool
    working: str | None
    changes: tuple[ChangedRow, ...]
    unplaced: int
    notices: tuple[NoticeRow, ...]

    @property
    def teams(self) -> Mapping[str, tuple[ChangedRow, ...]]:
        return by_team(self.changes)

    @property
    def waiting(self) -> tuple[NoticeRow, ...]:
        """Notices nobody has signed."""
        return tuple(each for each in self.notices if each.unread)

    def edit(self, note: str = "") -> Publish:
        """Publish what was seen here. Errors: ``NotFound`` without a working plan."""
        if self.working is None:
            raise NotFound(message("planning.no_working_plan"))
        return Publish(self.revision, self.working, note)


def publish_state(database: Database) -> PublishState:
    """Read anew (a job's work)."""
    with database.read() as session:
        plan, newest = working_plan(session), newest_published(session)
        changes: tuple[ChangedRow, ...] = ()
        working, unplaced = None, 0
        if plan is not None:
            view = read_view(session, plan)
            changes = changes_since(session, newest, view)
            working, unplaced = digest(read_content(session, plan)), len(view.unplaced)
        revision = 0 if newest is None else newest.revision
        return PublishState(
            revision=revision,
            published_at=None if newest is None else newest.created_at,
            published_by="" if newest is None else newest.created_by,
            behind=plan is not None and (plan.base_revision or 0) != revision,
            working=working,
            changes=changes,
            unplaced=unplaced,
            notices=read_notices(session),
        )


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


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One plan of the history; ``figures`` by name, as they were then."""

    revision: int
    published_at: datetime
    published_by: str
    policy: str
    note: str
    figures: Mapping[str, float]
    notices: int
    signed: int


def published_rows(database: Database) -> tuple[PublishedRow, ...]:
    """The newest first."""
    with database.read() as session:
        counts = {
            plan: (every, signed)
            for plan, every, signed in session.execute(
                select(
                    ChangeNotice.plan_id, func.count(), func.count(ChangeNotice.read_at)
                ).group_by(ChangeNotice.plan_id)
            )
        }
        found = session.execute(
            select(Plan, PlanPicture.figures, PlanPicture.note)
            .outerjoin(PlanPicture, PlanPicture.plan_id == Plan.id)
            .where(Plan.kind == PlanKind.PUBLISHED)
            .order_by(Plan.revision.desc())
        )
        return tuple(
            PublishedRow(
                plan.revision, plan.created_at, plan.created_by, plan.policy, note or "",
                figures or {}, *counts.get(plan.id, (0, 0)),
            )
            for plan, figures, note in found
        )  # fmt: skip


def published_view(database: Database, revision: int) -> PlanView:
    """A published plan as it was known then (a job's work). Errors: ``NotFound``."""
    with database.read() as session:
        plan = session.scalars(
            select(Plan).where(Plan.kind == PlanKind.PUBLISHED, Plan.revision == revision)
        ).one_or_none()
        if plan is None:
            raise NotFound(message("publishing.no_plan", revision=revision))
        return picture(session, plan)
