"""What a database driver says, in words a person can act on. The one place that knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.orm.exc import StaleDataError

from app.core.errors import AppError, Conflict, RuleBroken, Unavailable
from app.core.messages import Message, message

_SQLITE = {
    sqlite3.SQLITE_BUSY: "database.locked",
    sqlite3.SQLITE_LOCKED: "database.locked",
    sqlite3.SQLITE_READONLY: "database.read_only",
    sqlite3.SQLITE_CANTOPEN: "database.cannot_open",
    sqlite3.SQLITE_FULL: "database.disk_full",
    sqlite3.SQLITE_CORRUPT: "database.damaged",
    sqlite3.SQLITE_NOTADB: "database.not_a_database",
    sqlite3.SQLITE_IOERR: "database.disk_error",
    sqlite3.SQLITE_PERM: "database.read_only",
}
_POSTGRESQL = {
    "25006": "database.read_only",
    "53100": "database.disk_full",
    "53300": "database.too_many_clients",
    "55P03": "database.locked",
    "57P01": "database.unreachable",
    "57P03": "database.unreachable",
    "28P01": "database.login_refused",
    "28000": "database.login_refused",
    "3D000": "database.cannot_open",
    "42501": "database.not_permitted",
}
_RACES = {"40001", "40P01", "23505"}
"""Serialisation failure, deadlock, and a key that another client took first: who runs the edit
again sees the other's row and can say so in its own words."""

_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn driver errors inside the block into ``AppError``; anything unknown passes as a bug."""
    try:
        yield
    except StaleDataError as error:
        raise Conflict(message("database.changed_meanwhile")) from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        known = _translate(error, url)
        if known is None:
            raise
        raise known from error


def _translate(error: Exception, url: URL) -> AppError | None:
    origin = error.orig if isinstance(error, DBAPIError) else error
    name = shown(url)
    if isinstance(origin, sqlite3.Error):
        return _sqlite(origin, name)
    state = getattr(origin, "sqlstate", None)
    if state in _RACES:
        return Conflict(message("database.changed_meanwhile"))
    if state in _POSTGRESQL:
        return Unavailable(message(_POSTGRESQL[state], database=name))
    if isinstance(error, IntegrityError):
        return _broken(str(origin))
    if isinstance(error, OperationalError) and state is None:
        return Unavailable(message("database.unreachable", database=name))
    return None


def _sqlite(origin: sqlite3.Error, name: str) -> AppError | None:
    # The extended code carries the kind of error in its low byte.
    code = getattr(origin, "sqlite_errorcode", None)
    if code is None:
        return None
    if code in _UNIQUE:
        return Conflict(message("database.changed_meanwhile"))
    if code & 0xFF == sqlite3.SQLITE_CONSTRAINT:
        return _broken(str(origin))
    key = _SQLITE.get(code & 0xFF)
    return Unavailable(message(key, database=name)) if key else None


def _broken(detail: str) -> RuleBroken:
    first_line = detail.strip().splitlines()[0] if detail.strip() else ""
    return RuleBroken(Message("database.constraint", {"detail": first_line}))


def shown(url: URL) -> str:
    """The database as a person knows it: a file, or server and name, never a password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    return url.render_as_string(hide_password=True)
