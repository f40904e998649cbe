"""Who works here, what they changed, and what the site has settled once for all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.choices import FieldKind, FieldSubject, Role
from app.models.base import TABLE_OPTIONS, Base, Coded, Versioned, ref
from app.models.types import Choice, Json


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
    mapping_name: Mapped[str] = mapped_column(default="", server_default="")
    answers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}")
    """By id of a question (see ``services/exchange/answers``): what was answered."""
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(default="", server_default="")


class ImportImage(Base):
    """A row as it was before an import changed it, so that the batch can be taken back.

    ``before``: column values of the row (NULL = the import made it). ``version_after``: what the
    import left; another version now means that somebody has changed the row since.
    """

    __tablename__ = "import_image"

    batch_id: Mapped[int] = ref("import_batch.id")
    kind: Mapped[str]
    record_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    version_after: Mapped[int | None]


class ImportMapping(Coded, Base):
    """A saved mapping (docs/mapping.md); ``code`` is its name, ``text`` the TOML."""

    __tablename__ = "import_mapping"

    text: Mapped[str]
    last_used_at: Mapped[datetime | None]


class SavedView(Versioned, Base):
    """How a person wants to see a table: columns, widths, sorting, groups, filters.

    ``person``: the login; ``place``: which table; ``chosen``: shown when the page opens.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person", "place", "name"), TABLE_OPTIONS)

    person: Mapped[str]
    place: Mapped[str]
    name: Mapped[str]
    state: Mapped[dict[str, Any]]
    chosen: Mapped[bool] = mapped_column(default=False)


class CustomField(Versioned, Base):
    """A field the site has added to items, orders or reports.

    ``key`` names it in stored values (``Item.characteristics``, ``ProductionOrder.specification``)
    and in the workbook (``特性:key``). ``on_papers``: printed on travelers and sheets.
    """

    __tablename__ = "custom_field"
    __table_args__ = (UniqueConstraint("subject", "key"), TABLE_OPTIONS)

    subject: Mapped[FieldSubject] = mapped_column(Choice(FieldSubject))
    key: Mapped[str]
    name_zh: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    kind: Mapped[FieldKind] = mapped_column(Choice(FieldKind), default=FieldKind.TEXT)
    choices: Mapped[list[Any]] = mapped_column(default=list)
    required: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    on_papers: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class Attachment(Base):
    """A file kept in the database, found by its content; never changed.

    ``sha256``: of the content. ``media_type``: ``image/png``, ``image/jpeg``, ``application/pdf``.
    """

    __tablename__ = "attachment"

    sha256: Mapped[str] = mapped_column(unique=True)
    file_name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)


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
