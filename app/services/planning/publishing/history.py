"""What is published: the state against the working plan, and all plans there have been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.core.choices import PlanKind
from app.core.errors import NotFound
from app.core.messages import message
from app.models.database import Database
from app.models.planning import ChangeNotice, Plan, PlanPicture
from app.services.planning.publishing.notices import NoticeRow, read_notices
from app.services.planning.publishing.pictures import ChangedRow, by_team
from app.services.planning.publishing.publish import Publish, changes_since, digest, picture
from app.services.planning.publishing.summary import newest_published
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
