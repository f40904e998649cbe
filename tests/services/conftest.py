"""Databases with a small plant in them, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.models.database import Database
from tests.services.small_plant import SmallPlant


@pytest.fixture
def database(open_url: str) -> Iterator[Database]:
    opened = Database.open(open_url)
    yield opened
    opened.close()


@pytest.fixture
def plant(database: Database) -> SmallPlant:
    return SmallPlant.build(database)
