"""Site settings, and what time it is for planning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import RuleBroken
from app.core.messages import message
from app.models.access import Site
from app.models.database import PROGRAM, Database
from app.models.plant import Machine
from app.models.products import Item

DEMO_NAME = "佛山南屏石膏线厂 Nanping Cornice Works"


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


def change_site(database: Database, actor: str, **settings: object) -> SiteRow:
    """Settings by the names of ``SiteRow``; those not named stay.

    Errors: ``RuleBroken`` for a time zone that does not exist.
    """
    zone = settings.get("time_zone")
    if zone is not None and zone not in available_timezones():
        raise RuleBroken(message("cli.unknown_zone", zone=str(zone)))
    with database.write(actor) as session:
        row = session.get_one(Site, 1)
        for name, value in settings.items():
            setattr(row, name, value)
        session.flush()
        return site_row(session)


def is_empty(database: Database) -> bool:
    """Whether nobody has put a plant into the database yet."""
    with database.read() as session:
        first = session.scalars(select(Machine.id).limit(1)).first()
        return first is None and session.scalars(select(Item.id).limit(1)).first() is None


def set_up_demo(database: Database, planning_now: datetime) -> None:
    """Settings of the demo plant; its records come by the ordinary import."""
    with database.write(PROGRAM) as session:
        row = session.get_one(Site, 1)
        row.name = DEMO_NAME
        row.time_zone = "Asia/Shanghai"
        row.currency = "CNY"
        row.planning_now = planning_now
