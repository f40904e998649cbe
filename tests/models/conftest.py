"""An open database of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.models.database import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database.open(database_url)
    yield opened
    opened.close()
