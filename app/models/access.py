"""Who works here, what they changed, and what the site has settled once for all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.choices import Role
from app.models.base import TABLE_OPTIONS, Base, Coded, Versioned, ref
from app.models.types import Choice


class Person(Coded, Base):
    """Somebody who uses the program; ``code`` is the login."""

    __tablename__ = "person"

    name: Mapped[str]
    role: Mapped[Role] = mapped_column(Choice(Role), default=Role.PLANNER)
    active: Mapped[bool] = mapped_column(default=True)


class Change(Base):
    """Change log: one line per row that was inserted, updated or deleted; never edited.

    Written in the transaction of the change itself. ``transaction`` is PostgreSQL's transaction
    number (0 on SQLite): readers follow the log without missing late commits.
    """

    __tablename__ = "change"
    __table_args__ = (
        Index("ix_change_record", "kind", "record_id"),
        Index("ix_change_transaction", "transaction", "id"),
        TABLE_OPTIONS,
    )

    at: Mapped[datetime]
    actor: Mapped[str]
    kind: Mapped[str]
    record_id: Mapped[int]
    operation: Mapped[str]
    batch: Mapped[str | None]
    transaction: Mapped[int] = mapped_column(BigInteger, default=0)


class ImportBatch(Base):
    """One import; ``client_key`` is made by the sender, so that a repeat counts once."""

    __tablename__ = "import_batch"

    client_key: Mapped[str] = mapped_column(unique=True)
    file_names: Mapped[list[Any]]
    file_hash: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    counts: Mapped[dict[str, Any]]


class Site(Versioned, Base):
    """The one row of site settings (id 1)."""

    __tablename__ = "site"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), TABLE_OPTIONS)

    name: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    currency: Mapped[str] = mapped_column(default="CNY")
    language: Mapped[str] = mapped_column(default="zh")
    planning_now: Mapped[datetime | None]
    review_required: Mapped[bool] = mapped_column(default=False)
    safety_days: Mapped[int] = mapped_column(default=1)
    hide_customer: Mapped[bool] = mapped_column(default=False)
    calendar_id: Mapped[int | None] = ref("calendar.id")
