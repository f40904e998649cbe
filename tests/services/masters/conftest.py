"""Databases with a plant in which every sheet has rows, made once per session and copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.database import Database
from app.reports.workbook import write_rows
from app.services.exchange import import_files
from tests.postgres import PostgresServer
from tests.services.exchange.small_rows import NOW, small_rows


def _fill(url: str, folder: Path) -> None:
    path = folder / "plant.xlsx"
    write_rows(path, small_rows())
    database = Database.open(url)
    report = import_files(database, [path], actor="test", now=NOW)
    assert report.written, report.problems
    database.close()


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("masters")
    path = folder / "plant.sqlite"
    _fill(str(path), folder)
    return path


@pytest.fixture(scope="session")
def postgres_with_tables(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with postgres_server.fresh_database() as name:
        _fill(postgres_server.url(name), tmp_path_factory.mktemp("masters"))
        yield name
