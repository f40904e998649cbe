"""The change log: every row written through a session leaves one line, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, event, func, select
from sqlalchemy.orm import Mapper, Session, object_session

from app.models.access import Change, ImportBatch, ImportImage, ImportMapping
from app.models.base import Base
from app.models.images import Images

_TABLE = cast(Table, Change.__table__)
_WITHOUT_IMAGE = (ImportBatch, ImportImage, ImportMapping)
"""Rows about imports are no part of what an import brings in."""


class WritingSession(Session):
    """A session whose flushes are logged as the work of ``actor``."""

    def __init__(self, *args: Any, actor: str, batch: str | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor = actor
        self.batch = batch
        self.images: Images | None = None
        self._changed: dict[str, set[int]] = {}
        self._removed: list[tuple[str, int, str]] = []
        self._transaction_number: int | None = None

    def keep_images(self) -> None:
        """From now on remember in ``images`` what each row held before it was changed.

        Rows written by bulk statements are not among them.
        """
        self.images = Images()

    def log_rows(self, kind: str, ids: Iterable[int], operation: str) -> None:
        """Log rows that a bulk statement wrote past the session (placements)."""
        self.write_lines([(kind, record_id, operation) for record_id in ids])

    @property
    def changed(self) -> dict[str, frozenset[int]]:
        """Which kinds and ids this session has changed so far."""
        return {kind: frozenset(ids) for kind, ids in self._changed.items()}

    def write_lines(self, lines: list[tuple[str, int, str]]) -> None:
        """Add (kind, id, operation) to the log."""
        if not lines:
            return
        common = {
            "at": datetime.now(UTC),
            "actor": self.actor,
            "batch": self.batch,
            "transaction": self._number(),
        }
        rows = []
        for kind, record_id, operation in lines:
            self._changed.setdefault(kind, set()).add(record_id)
            rows.append({"kind": kind, "record_id": record_id, "operation": operation, **common})
        self.connection().execute(_TABLE.insert(), rows)

    def _number(self) -> int:
        """PostgreSQL's number of the running transaction, asked once; SQLite needs none."""
        if self._transaction_number is None:
            connection = self.connection()
            asked = connection.dialect.name == "postgresql"
            number = connection.scalar(select(func.txid_current())) if asked else 0
            self._transaction_number = int(number or 0)
        return self._transaction_number


@event.listens_for(WritingSession, "after_flush")
def _log_flush(session: WritingSession, _context: object) -> None:
    lines: list[tuple[str, int, str]] = []
    for row in session.new:
        lines.append((row.__tablename__, row.id, "insert"))
    for row in session.dirty:
        if session.is_modified(row):
            lines.append((row.__tablename__, row.id, "update"))
    # Not ``session.deleted``: rows that left their parent's list are deleted without being there.
    lines += session._removed
    session._removed = []
    session.write_lines([line for line in lines if line[0] != Change.__tablename__])


# ---------------------------------------------------------------- row by row, within a flush


@event.listens_for(Base, "after_insert", propagate=True)
def _after_insert(_mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
    images = _images(row)
    if images is not None:
        images.inserted(row)


@event.listens_for(Base, "before_update", propagate=True)
def _before_update(_mapper: Mapper[Any], connection: Connection, row: Any) -> None:
    images = _images(row)
    if images is not None and _session(row).is_modified(row, include_collections=False):
        images.about_to_change(row, connection)


@event.listens_for(Base, "after_update", propagate=True)
def _after_update(_mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
    images = _images(row)
    if images is not None:
        images.updated(row)


@event.listens_for(Base, "before_delete", propagate=True)
def _before_delete(_mapper: Mapper[Any], connection: Connection, row: Any) -> None:
    images = _images(row)
    if images is not None:
        images.about_to_change(row, connection)


@event.listens_for(Base, "after_delete", propagate=True)
def _after_delete(_mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
    session = object_session(row)
    if isinstance(session, WritingSession):
        session._removed.append((row.__tablename__, row.id, "delete"))
    images = _images(row)
    if images is not None:
        images.deleted(row)


def _session(row: Any) -> Session:
    session = object_session(row)
    assert session is not None  # noqa: S101 - the flush of a session called us
    return session


def _images(row: Any) -> Images | None:
    session = object_session(row)
    if not isinstance(session, WritingSession) or isinstance(row, _WITHOUT_IMAGE):
        return None
    return session.images
