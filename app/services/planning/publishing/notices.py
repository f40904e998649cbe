"""Change notices: what a published plan changes for a team, and who has signed for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import PlanKind
from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.core.values_json import typed
from app.models.change_log import WritingSession
from app.models.database import Database
from app.models.planning import ChangeNotice, Plan
from app.services.planning.publishing.pictures import ChangedRow
from app.services.site import now_of, site_row

MAY_WAIT = timedelta(hours=4)
"""How long a notice may lie unread before it is passed up."""
BEFORE_START = timedelta(hours=2)
"""... or sooner, once the first changed work is this near."""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """``escalated``: unread for too long, or too near to the first work it changes."""

    id: int
    revision: int
    team: str
    rows: tuple[ChangedRow, ...]
    published_at: datetime
    published_by: str
    read_by: str
    read_at: datetime | None
    escalated: bool

    @property
    def unread(self) -> bool:
        return self.read_at is None


@dataclass(frozen=True, slots=True)
class NoticeSheet:
    """A notice as it goes on paper."""

    site: str
    zone: ZoneInfo
    printed_by: str
    printed_at: datetime
    notice: NoticeRow


def notice_sheets(
    database: Database, actor: str, notices: Sequence[int] | None = None
) -> tuple[NoticeSheet, ...]:
    """The notices of these ids, or (None) all of the newest published plan."""
    with database.read() as session:
        settings = site_row(session)
        rows = read_notices(session)
    newest = max((row.revision for row in rows), default=0)
    zone = ZoneInfo(settings.time_zone)
    at = datetime.now(UTC).astimezone(zone)
    return tuple(
        NoticeSheet(settings.name, zone, actor, at, row)
        for row in sorted(rows, key=lambda row: (row.revision, row.team))
        if (row.revision == newest if notices is None else row.id in notices)
    )


@dataclass(frozen=True, slots=True)
class SignNotice:
    """The leader has read it. A signature stays."""

    notice_id: int
    team: str
    signed_by: str

    @property
    def label(self) -> Message:
        return message("publishing.label_sign", team=self.team)

    def apply(self, session: WritingSession) -> None:
        """Errors: ``NotFound``; ``RuleBroken`` without a name; ``Conflict`` if it is signed."""
        row = session.get(ChangeNotice, self.notice_id)
        if row is None:
            raise NotFound(message("publishing.no_notice", notice=self.notice_id))
        if not self.signed_by.strip():
            raise RuleBroken(message("publishing.name_needed"))
        if row.read_at is not None:
            raise Conflict(message("publishing.signed_already", team=row.team, by=row.read_by))
        row.read_by, row.read_at = self.signed_by.strip(), datetime.now(UTC)

    def inverse(self) -> SignNotice:
        """Errors: ``RuleBroken``: what was read was read."""
        raise RuleBroken(message("publishing.cannot_unsign"))


def notice_rows(database: Database, *, unread: bool = False) -> tuple[NoticeRow, ...]:
    """Those that wait first, the escalated at the top; then the newest plan's."""
    with database.read() as session:
        return read_notices(session, unread=unread)


def read_notices(session: Session, *, unread: bool = False) -> tuple[NoticeRow, ...]:
    now, clock = now_of(site_row(session)), datetime.now(UTC)
    wanted = [ChangeNotice.read_at.is_(None)] if unread else []
    found = session.execute(
        select(ChangeNotice, Plan)
        .join(Plan, Plan.id == ChangeNotice.plan_id)
        .where(Plan.kind == PlanKind.PUBLISHED, *wanted)
        .order_by(Plan.revision.desc(), ChangeNotice.team)
    )
    rows = []
    for notice, plan in found:
        changes: tuple[ChangedRow, ...] = tuple(typed(ChangedRow, each) for each in notice.rows)
        waits = notice.read_at is None
        late = clock - plan.created_at > MAY_WAIT or _near(changes, now)
        rows.append(
            NoticeRow(
                notice.id, plan.revision, notice.team, changes, plan.created_at, plan.created_by,
                notice.read_by, notice.read_at, waits and late,
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (not row.escalated, not row.unread))
    return tuple(rows)


def _near(changes: Sequence[ChangedRow], now: datetime) -> bool:
    """Whether changed work that has not begun yet begins soon."""
    ahead = [row.at for row in changes if row.at >= now]
    return bool(ahead) and min(ahead) - now < BEFORE_START
