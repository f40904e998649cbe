"""An open database of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.models.database import Database


@pytest.fixture
def database(open_url: str) -> Iterator[Database]:
    opened = Database.open(open_url)
    yield opened
    opened.close()
