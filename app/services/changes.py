"""What others changed: the change log past the last line this client has seen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.models.access import Change
from app.models.database import Database


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in the log: (transaction, line), both 0 at its beginning.

    On PostgreSQL numbers of lines are drawn before the commit, so that a lower one may appear
    later; transactions below the oldest running one are complete, and only those are read.
    """

    transaction: int
    line: int


def latest_cursor(database: Database) -> Cursor:
    """Where the log ends now."""
    with database.read() as session:
        return _end(session)


def changes_since(database: Database, cursor: Cursor) -> tuple[Cursor, dict[str, frozenset[int]]]:
    """The new cursor, and the ids of changed rows by table name."""
    with database.read() as session:
        end = _end(session)
        if end <= cursor:
            return cursor, {}
        place = tuple_(Change.transaction, Change.id)
        lines = session.execute(
            select(Change.kind, Change.record_id).where(
                place > (cursor.transaction, cursor.line), place <= (end.transaction, end.line)
            )
        )
        changed: defaultdict[str, set[int]] = defaultdict(set)
        for kind, record_id in lines:
            changed[kind].add(record_id)
        return end, {kind: frozenset(ids) for kind, ids in changed.items()}


def _end(session: Session) -> Cursor:
    last = (
        select(Change.transaction, Change.id)
        .order_by(Change.transaction.desc(), Change.id.desc())
        .limit(1)
    )
    if session.get_bind().dialect.name == "postgresql":
        oldest_running = func.txid_snapshot_xmin(func.txid_current_snapshot())
        last = last.where(Change.transaction < oldest_running)
    found = session.execute(last).first()
    return Cursor(found[0], found[1]) if found else Cursor(0, 0)
