"""Databases with a small plant in them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.models.database import Database
from tests.services.small_plant import SmallPlant


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def plant(database: Database) -> SmallPlant:
    return SmallPlant.build(database)
