"""Site settings, and what time it is for planning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.models.access import Site
from app.models.database import Database


@dataclass(frozen=True, slots=True)
class SiteRow:
    """``planning_now`` None = the real time; ``safety_days`` where neither order nor customer
    says."""

    name: str
    time_zone: str
    currency: str
    language: str
    planning_now: datetime | None
    review_required: bool
    safety_days: int
    hide_customer: bool


def site(database: Database) -> SiteRow:
    with database.read() as session:
        return site_row(session)


def site_row(session: Session) -> SiteRow:
    row = session.get_one(Site, 1)
    return SiteRow(
        row.name,
        row.time_zone,
        row.currency,
        row.language,
        row.planning_now,
        row.review_required,
        row.safety_days,
        row.hide_customer,
    )


def planning_now(database: Database) -> datetime:
    """The site's planning date, else now, in UTC and whole minutes."""
    return now_of(site(database))


def now_of(settings: SiteRow) -> datetime:
    now = settings.planning_now or datetime.now(UTC)
    return now.replace(second=0, microsecond=0)


def set_planning_now(database: Database, now: datetime | None, actor: str) -> None:
    """Fix the planning date (demo, history), or with None follow the clock."""
    with database.write(actor) as session:
        session.get_one(Site, 1).planning_now = now
