"""Databases with a small plant in them, on each kind of database.

The tables are made once per session and copied for each test: migrating is tested elsewhere.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.database import Database
from tests.postgres import PostgresServer
from tests.services.small_plant import SmallPlant


@pytest.fixture(scope="session")
def postgres_with_tables(postgres_server: PostgresServer) -> Iterator[str]:
    with postgres_server.fresh_database() as name:
        Database.open(postgres_server.url(name)).close()
        yield name


@pytest.fixture(params=["sqlite", "postgresql"])
def open_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new database of this test alone, with all tables and no plant."""
    if request.param == "sqlite":
        path = tmp_path / "plant.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_with_tables"), path)
        yield f"sqlite:///{path.as_posix()}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.fresh_database(request.getfixturevalue("postgres_with_tables")) as name:
        yield server.url(name)


@pytest.fixture
def database(open_url: str) -> Iterator[Database]:
    opened = Database.open(open_url)
    yield opened
    opened.close()


@pytest.fixture
def plant(database: Database) -> SmallPlant:
    return SmallPlant.build(database)
