"""Workbooks written and read back without a child process (that has its own tests)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest

from app.models.database import Database
from app.reports.workbook import write_rows
from app.services.exchange import ImportReport, import_files, mapping, tables
from app.services.exchange.cells import Page, Trouble
from app.services.exchange.reading import read_pages
from app.services.exchange.text_shape import TextWanted
from tests.services.exchange.small_rows import NOW, Rows

Bring = Callable[[Rows], ImportReport]


class ReadingHere:
    """Stands in for ``ReadingChild``: the same parser, in this process."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __call__(self, path: Path, wanted: TextWanted | None = None) -> list[Page] | Trouble:
        return read_pages(path, wanted)


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ReadingChild", ReadingHere)
    monkeypatch.setattr(mapping, "ReadingChild", ReadingHere)


@pytest.fixture
def bring(database: Database, tmp_path: Path, read_here: None) -> Bring:
    """Writes rows as a workbook and imports it at ``NOW``."""

    def bring_in(rows: Rows) -> ImportReport:
        path = tmp_path / "plant.xlsx"
        write_rows(path, rows)
        return import_files(database, [path], actor="test", now=NOW)

    return bring_in
