"""The change log: every row written through a session leaves one line, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Table, event, func, select
from sqlalchemy.orm import Session

from app.models.access import Change

_TABLE = cast(Table, Change.__table__)


class WritingSession(Session):
    """A session whose flushes are logged as the work of ``actor``."""

    def __init__(self, *args: Any, actor: str, batch: str | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor = actor
        self.batch = batch
        self._changed: dict[str, set[int]] = {}
        self._transaction_number: int | None = None

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
    for row in session.deleted:
        lines.append((row.__tablename__, row.id, "delete"))
    session.write_lines([line for line in lines if line[0] != Change.__tablename__])
