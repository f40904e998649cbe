"""A table as a workbook: what is read back is what was shown, with numbers as numbers."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.core.errors import RuleBroken, Unavailable
from app.reports import table_workbook
from app.reports.table_sheet import SheetColumn, SheetGroup, TableSheet
from app.reports.table_workbook import write_table

DUE = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)


def column(title: str, *values: object, texts: list[str] | None = None) -> SheetColumn:
    shown = texts or ["" if value is None else str(value) for value in values]
    return SheetColumn(title, values, shown, 105)


def a_table(**changes: Any) -> TableSheet:
    fields: dict[str, Any] = {
        "title": "订单 [11/26]",
        "columns": [
            column("Code", "007", "=SUM(A1)", "12345678901234567890"),
            column("Quantity", Decimal("2.5"), 1200, None),
            column("Large", Decimal("123456789012.345678"), 0, -1),
            column("Due", DUE, None, DUE, texts=["11-26 17:30", "", "11-26 17:30"]),
            column("Day", DUE, None, date(2026, 12, 1), texts=["11-26", "", "12-01"]),
            column("Active", True, False, None, texts=["yes", "no", ""]),
        ],
        "rows": 3,
    }
    return TableSheet(**(fields | changes))


def sheet_of(path: Path) -> Any:
    return openpyxl.load_workbook(path).worksheets[0]


def test_what_is_read_back_is_what_was_shown(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    assert write_table(path, a_table())
    page = sheet_of(path)
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    moment, day = datetime(2026, 11, 26, 17, 30), datetime(2026, 11, 26)  # noqa: DTZ001
    assert rows == [
        ["Code", "Quantity", "Large", "Due", "Day", "Active"],
        ["007", 2.5, "123456789012.345678", moment, day, "yes"],
        ["=SUM(A1)", 1200, 0, None, None, "no"],
        ["12345678901234567890", None, -1, moment, datetime(2026, 12, 1), None],  # noqa: DTZ001
    ]
    assert page["A3"].data_type == "s"
    assert page["A4"].data_type == "s"
    assert page["D2"].number_format == "yyyy-mm-dd hh:mm"
    assert page["E2"].number_format == "yyyy-mm-dd"
    assert page.title == "订单  11 26"


def test_titles_stay_in_sight_and_filter(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    write_table(path, a_table(frozen=2))
    page = sheet_of(path)
    assert page.freeze_panes == "C2"
    assert page.auto_filter.ref == "A1:F4"
    assert page["A1"].font.bold
    assert page.column_dimensions["A"].width == 15


def test_groups_are_outlines_and_shut_ones_are_folded(tmp_path: Path) -> None:
    groups = [
        SheetGroup(0, 2, 0, "Customer: ACME", {1: Decimal("1202.5")}),
        SheetGroup(0, 1, 1, "State: open", {1: Decimal("2.5")}),
        SheetGroup(1, 1, 1, "State: done", {1: Decimal(1200)}),
        SheetGroup(2, 1, 0, "Customer: 宏达", {1: Decimal(0)}, shut=True),
    ]
    path = tmp_path / "orders.xlsx"
    write_table(path, a_table(groups=groups))
    page = sheet_of(path)
    first = [page.cell(row, 1).value for row in range(1, page.max_row + 1)]
    assert first == [
        "Code",
        "Customer: ACME (2)",
        "  State: open (1)",
        "007",
        "  State: done (1)",
        "=SUM(A1)",
        "Customer: 宏达 (1)",
        "12345678901234567890",
    ]
    assert page["B2"].value == 1202.5
    levels = [page.row_dimensions[row].outlineLevel for row in range(2, 9)]
    assert levels == [0, 1, 2, 1, 2, 0, 1]
    assert [page.row_dimensions[row].hidden for row in range(2, 9)] == [False] * 6 + [True]
    assert page.sheet_properties.outlinePr.summaryBelow is False


def test_an_empty_table_has_its_titles(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    write_table(path, a_table(rows=0, columns=[SheetColumn("Code", [], [], 100)]))
    assert sheet_of(path)["A1"].value == "Code"


def test_stopping_leaves_an_older_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    path.write_bytes(b"older")
    many = [str(number) for number in range(2000)]
    table = TableSheet("Long", [SheetColumn("Code", many, many, 100)], 2000)
    seen: list[tuple[int, int]] = []
    stopped = write_table(
        path, table, stop=lambda: len(seen) > 1, report=lambda *step: seen.append(step)
    )
    assert not stopped
    assert seen == [(500, 2000), (1000, 2000)]
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        write_table(tmp_path / "nowhere" / "orders.xlsx", a_table())
    assert refused.value.message.values["file"] == "orders.xlsx"


def test_more_rows_than_a_worksheet_holds_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_workbook, "MOST_ROWS", 3)
    with pytest.raises(RuleBroken):
        write_table(tmp_path / "orders.xlsx", a_table())
    assert list(tmp_path.iterdir()) == []


def test_characters_that_a_workbook_cannot_hold_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    write_table(path, a_table(rows=1, columns=[column("Co\x0bde", "a\x00b\nc")]))
    assert sheet_of(path)["A2"].value == "ab\nc"
    assert zipfile.ZipFile(path).testzip() is None
