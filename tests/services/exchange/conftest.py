"""Workbooks written and read back without a child process (that has its own tests)."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
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
        return pickle.loads(_pages_of(path.name, path.read_bytes(), wanted))


@lru_cache(maxsize=32)
def _pages_of(name: str, content: bytes, wanted: TextWanted | None) -> bytes:
    """The same small workbook is read by many tests; pickled, as the child would send it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return pickle.dumps(read_pages(path, wanted))


@lru_cache(maxsize=32)
def _workbook_of(pickled_rows: bytes) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plant.xlsx"
        write_rows(path, pickle.loads(pickled_rows))
        return path.read_bytes()


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ReadingChild", ReadingHere)
    monkeypatch.setattr(mapping, "ReadingChild", ReadingHere)


@pytest.fixture
def bring(database: Database, tmp_path: Path, read_here: None) -> Bring:
    """Writes rows as a workbook and imports it at ``NOW``."""

    def bring_in(rows: Rows) -> ImportReport:
        path = tmp_path / "plant.xlsx"
        path.write_bytes(_workbook_of(pickle.dumps(rows)))
        return import_files(database, [path], actor="test", now=NOW)

    return bring_in
