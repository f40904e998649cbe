"""Databases with a plant in which every sheet has rows, next to the empty ones."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.database import Database
from app.reports.workbook import write_rows
from app.services.exchange import import_files
from app.services.site import change_site
from tests.postgres import PostgresServer
from tests.services.exchange.small_rows import NOW, small_rows


def _fill(url: str, folder: Path) -> None:
    path = folder / "plant.xlsx"
    write_rows(path, small_rows())
    database = Database.open(url)
    report = import_files(database, [path], actor="test", now=NOW)
    change_site(database, "test", planning_now=NOW, time_zone="Asia/Shanghai")
    database.close()
    assert report.written, report.problems


@pytest.fixture(scope="session")
def whole_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    _fill(str(folder / "plant.sqlite"), folder)
    return folder / "plant.sqlite"


@pytest.fixture(scope="session")
def whole_postgres(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with postgres_server.fresh_database() as name:
        _fill(postgres_server.url(name), tmp_path_factory.mktemp("whole"))
        yield name


@pytest.fixture(params=["sqlite", "postgresql"])
def whole(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A plant in which every sheet has rows, on each kind of database."""
    if request.param == "sqlite":
        path = tmp_path / "whole.sqlite"
        shutil.copyfile(request.getfixturevalue("whole_sqlite"), path)
        opened = Database.open(str(path))
        yield opened
        opened.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.copy_of(request.getfixturevalue("whole_postgres")) as name:
        opened = Database.open(server.url(name))
        yield opened
        opened.close()
