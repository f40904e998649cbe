"""The doors to the database: ``Database.open``, ``read`` and ``write``."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from app.core.choices import LocationKind
from app.core.errors import Conflict, Unavailable
from app.core.messages import message
from app.models import sqlite_file
from app.models.access import Site
from app.models.change_log import WritingSession
from app.models.driver_errors import shown, translated
from app.models.migrations import HEAD, REVISIONS
from app.models.plant import Location

OPENING = "opening"
"""Code of the location that the stock of the first day comes from."""

PROGRAM = "taktline"
"""Actor of what the program does by itself."""

_WRITE = "taktline_write"
_CONNECT_SECONDS = 10


class Database:
    """One database, by its SQLAlchemy URL or the path of a SQLite file.

    ``read()`` and ``write()`` are the only ways to a session; its scope is one user event.
    """

    def __init__(self, url: str | URL) -> None:
        self.url = _full_url(url)
        self._engine = _engine(self.url)
        reading: dict[str, Any] = {}
        if not self.is_sqlite:
            # One snapshot for all statements of a screen.
            reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = self._engine.execution_options(**reading)
        self._writer = self._engine.execution_options(**{_WRITE: True})

    @classmethod
    def open(cls, url: str | URL, *, migrate: bool = True) -> Database:
        """A database that this program can work with.

        An empty one gets the tables; an older one is saved and migrated if ``migrate``.
        Errors: ``Unavailable`` (cannot be reached, newer than the program, somebody else's, on a
        network share, older and not ``migrate``).
        """
        database = cls(url)
        try:
            with translated(database.url):
                database._bring_up_to_date(migrate)
        except BaseException:
            database.close()
            raise
        return database

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database, else None."""
        return _file_of(self.url)

    @property
    def name(self) -> str:
        """How to call it before a person: no password in it."""
        return shown(self.url)

    @property
    def engine(self) -> Engine:
        """For the doctor, migrations and tests that count statements; others use the doors."""
        return self._engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session over one snapshot; whatever it changes is thrown away."""
        with (
            translated(self.url),
            Session(self._reader, expire_on_commit=False, autoflush=False) as session,
        ):
            yield session

    @contextmanager
    def write(self, actor: str, batch: str | None = None) -> Iterator[WritingSession]:
        """A session in one transaction: committed at the end of the block, or nothing at all.

        ``actor`` (login) and ``batch`` (key of an import) go into the change log.
        """
        with translated(self.url):
            session = WritingSession(self._writer, actor=actor, batch=batch, expire_on_commit=False)
            with session, session.begin():
                yield session

    @contextmanager
    def trial(self, actor: str) -> Iterator[WritingSession]:
        """A writing session over one snapshot of which nothing is ever kept: what would be if.

        SQLite gives a copy in memory, so that nobody waits for the one writer it allows; a server
        a transaction that is rolled back.
        """
        with translated(self.url), self._aside() as engine:
            session = WritingSession(engine, actor=actor, batch=None, expire_on_commit=False)
            with session:
                session.begin()
                try:
                    yield session
                finally:
                    session.rollback()

    @contextmanager
    def _aside(self) -> Iterator[Engine]:
        if not self.is_sqlite:
            yield self._engine.execution_options(isolation_level="REPEATABLE READ")
            return
        memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        engine = create_engine(
            "sqlite://",
            creator=lambda: memory,
            poolclass=StaticPool,
            hide_parameters=True,
            json_serializer=_compact_json,
        )
        try:
            with self._reader.connect() as connection:
                connection.connection.driver_connection.backup(memory)  # type: ignore[union-attr]
            memory.execute("PRAGMA foreign_keys = ON")
            event.listen(engine, "begin", _begin_sqlite)
            yield engine
        finally:
            engine.dispose()
            memory.close()

    def schema_revision(self) -> str | None:
        """The migration the database stands at; None if it has no tables of ours."""
        with translated(self.url), self._reader.connect() as connection:
            return _revision(connection)

    def save_copy(self, reason: str) -> Path | None:
        """Backup of a SQLite file beside it (None on a server, which has its own)."""
        path = self.path
        if path is None:
            return None
        with translated(self.url):
            return sqlite_file.save_copy(path, reason)

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    def _bring_up_to_date(self, migrate: bool) -> None:
        path = self.path
        if path is not None:
            sqlite_file.refuse_network_share(path)
        with self._reader.connect() as connection:
            revision = _revision(connection)
            empty = revision is None and not inspect(connection).get_table_names()
        if revision == HEAD:
            return
        if revision is None and not empty:
            raise Unavailable(message("database.foreign", database=self.name))
        if revision is not None and revision not in REVISIONS:
            raise Unavailable(message("database.newer", database=self.name, revision=revision))
        if revision is not None and not migrate:
            raise Unavailable(message("database.older", database=self.name, revision=revision))
        if revision is not None:
            self.save_copy("before-migration")
        # Alembic is needed at most once per release: not imported at every start.
        from app.models.migrations.run import upgrade

        upgrade(self._writer)
        self._add_first_rows()

    def _add_first_rows(self) -> None:
        """What every database holds: the site's settings and where opening stock comes from."""
        # Another client that opened the same new database may have been faster: all is well then.
        with suppress(Conflict), self.write(PROGRAM) as session:
            if session.get(Site, 1) is None:
                session.add(Site(id=1))
                session.add(Location(code=OPENING, kind=LocationKind.OPENING))


def _full_url(url: str | URL) -> URL:
    if isinstance(url, str) and "://" not in url:
        return URL.create("sqlite", database=url)
    full = make_url(url)
    if full.get_backend_name() == "postgresql" and full.drivername != "postgresql+psycopg":
        full = full.set(drivername="postgresql+psycopg")
    if full.get_backend_name() not in ("sqlite", "postgresql"):
        raise Unavailable(message("database.unknown_kind", kind=full.get_backend_name()))
    return full


def _file_of(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database).removeprefix("file:"))


def _engine(url: URL) -> Engine:
    options: dict[str, Any] = {
        "hide_parameters": True,  # error texts must not carry data
        "json_serializer": _compact_json,
    }
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, **options)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        pool_pre_ping=True,  # a connection may have died since the last event
        connect_args={"connect_timeout": _CONNECT_SECONDS},
        **options,
    )


def _compact_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    sqlite_file.set_up(connection)


def _begin_sqlite(connection: Connection) -> None:
    """Writers take the lock at once: a reader that turns writer later would fail half-way."""
    writes = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(connection: Connection) -> str | None:
    if "alembic_version" not in inspect(connection).get_table_names():
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
