"""Twenty odd workbooks from the test suites of other readers, each with what must come of it.

``tests/data/workbooks_expected.json`` says of every file whether it is read or refused, and of
every sheet its size, a digest of all cells and some of them in clear. It was looked through by hand
against the XML within the files; a second reader that knows nothing of ours is asked here as well.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import python_calamine

from app.services.exchange.cells import Broken, Cell, Page, Trouble
from app.services.exchange.reading import read_pages

WORKBOOKS = Path(__file__).resolve().parents[4] / "shared" / "data" / "workbooks"
EXPECTED = Path(__file__).resolve().parents[2] / "data" / "workbooks_expected.json"

pytestmark = pytest.mark.skipif(
    not WORKBOOKS.is_dir(), reason="the odd workbooks (../shared/data/workbooks) are not here"
)


def _names() -> list[str]:
    return sorted(path.name for path in WORKBOOKS.glob("*")) if WORKBOOKS.is_dir() else []


def written(cell: Cell) -> str | float | bool | None:
    if isinstance(cell, Broken):
        return f"{cell.what}: {cell.text}"
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return cell if isinstance(cell, str | float | int | bool) or cell is None else str(cell)


def described(answer: list[Page] | Trouble) -> dict[str, Any]:
    if isinstance(answer, Trouble):
        return {"refused": answer.code}
    return {"read": [_sheet(page) for page in answer]}


def _sheet(page: Page) -> dict[str, Any]:
    rows = [[written(cell) for cell in row] for row in page.rows]
    while rows and not rows[-1]:
        rows.pop()
    text = json.dumps(rows, ensure_ascii=False)
    telling = {
        f"{row}/{column}": cell
        for row, cells in enumerate(rows, 1)
        for column, cell in enumerate(cells, 1)
        if cell is not None and (row <= 3 or row == len(rows) or ": " in str(cell))
    }
    return {
        "sheet": page.name,
        "rows": len(rows),
        "columns": max(map(len, rows), default=0),
        "notes": [note.code for note in page.notes],
        "digest": hashlib.sha256(text.encode()).hexdigest()[:16],
        "cells": telling,
    }


def test_each_file_has_its_expectation() -> None:
    assert _names() == sorted(json.loads(EXPECTED.read_text(encoding="utf-8")))
    assert len(_names()) >= 20


@pytest.mark.parametrize("name", _names())
def test_it_is_read_or_refused_as_expected(name: str) -> None:
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))[name]
    assert described(read_pages(WORKBOOKS / name)) == expected


@pytest.mark.parametrize("name", _names())
def test_a_second_reader_sees_no_cell_that_is_lost(name: str) -> None:
    pages = read_pages(WORKBOOKS / name)
    assert isinstance(pages, list)
    ours = {page.name: page.rows for page in pages}
    book = python_calamine.load_workbook(str(WORKBOOKS / name))
    for about in book.sheets_metadata:
        if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        rows = book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
        for number, row in enumerate(rows):
            for column, theirs in enumerate(row):
                if not isinstance(theirs, str) or theirs.strip():
                    assert ours[about.name][number][column] == theirs, (number, column)
