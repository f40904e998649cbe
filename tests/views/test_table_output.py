"""Export and print: exactly what the table shows, written in a job, looked at in the preview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.views.context import AppContext
from app.views.printing.preview import PdfPreview
from app.views.table import Column, Kind, RowTable, SortKey
from app.views.table_output import TableOutput

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True)
class Row:
    id: int
    code: str
    state: str
    quantity: Decimal
    due: datetime


ROWS = [
    Row(
        n,
        f"00{n}",
        "open" if n % 2 else "done",
        Decimal(n * 10),
        datetime(2026, 11, n, 20, 0, tzinfo=UTC),
    )
    for n in range(1, 6)
]


@pytest.fixture
def table(qtbot: QtBot, context: AppContext) -> RowTable:
    columns = [
        Column("code", "Code", lambda row: row.code),
        Column("state", "State", lambda row: row.state),
        Column("quantity", "Quantity", lambda row: row.quantity, kind=Kind.NUMBER, total=True),
        Column(
            "due",
            "Due",
            lambda row: row.due,
            text=lambda row: context.moment_text(row.due),
            kind=Kind.DATE,
        ),
        Column("id", "No.", lambda row: row.id, kind=Kind.NUMBER, hidden=True),
    ]
    made = RowTable(columns)
    made.output = TableOutput(context, made, lambda: "Orders: a/b")
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.set_rows(ROWS)
    with qtbot.waitExposed(made):
        made.show()
    made.view.setFocus()
    return made


def exported(qtbot: QtBot, table: RowTable, context: AppContext, path: Path) -> list[list[Any]]:
    table.output.export_to(path)
    qtbot.waitUntil(path.exists, timeout=10_000)
    qtbot.waitUntil(lambda: not context.jobs.busy())
    page = openpyxl.load_workbook(path).worksheets[0]
    return [[cell.value for cell in row] for row in page.iter_rows()]


def test_the_workbook_holds_what_is_shown(
    qtbot: QtBot, table: RowTable, context: AppContext, tmp_path: Path
) -> None:
    table.sort_by(SortKey("quantity", descending=True))
    table.model.set_filter("state", "open")
    table.move_column(3, -1)
    table.show_column(1, False)
    rows = exported(qtbot, table, context, tmp_path / "orders.xlsx")
    # 20:00 UTC is four in the morning of the next day in the plant.
    at = [datetime(2026, 11, day, 4, 0) for day in (6, 4, 2)]  # noqa: DTZ001
    assert rows == [
        ["Code", "Due", "Quantity"],
        ["005", at[0], 50],
        ["003", at[1], 30],
        ["001", at[2], 10],
    ]


def test_groups_go_along(
    qtbot: QtBot, table: RowTable, context: AppContext, tmp_path: Path
) -> None:
    table.group_by("state")
    table.model.open_group(("done",), False)
    path = tmp_path / "orders.xlsx"
    rows = exported(qtbot, table, context, path)
    assert [row[0] for row in rows] == [
        "Code",
        "State: done (2)",
        "002",
        "004",
        "State: open (3)",
        "001",
        "003",
        "005",
    ]
    assert [row[2] for row in rows if "State" in row[0]] == [60, 90]
    page = openpyxl.load_workbook(path).worksheets[0]
    assert [page.row_dimensions[n].hidden for n in range(2, 9)] == [False, True, True] + [False] * 4


def test_the_key_asks_for_a_file_and_the_end_is_said(
    qtbot: QtBot,
    table: RowTable,
    context: AppContext,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def ask(_parent: object, _title: str, proposed: str, _kinds: str) -> tuple[str, str]:
        asked.append(Path(proposed).name)
        return str(tmp_path / "mine"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    said: list[str] = []
    context.noticed.connect(lambda notice: said.append(notice.text()))
    qtbot.keyClick(table.view, Qt.Key.Key_E, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert asked == ["Orders- a-b.xlsx"]
    assert said == ["5 rows exported to mine.xlsx."]
    assert (tmp_path / "mine.xlsx").exists()


def test_a_file_that_cannot_be_written_is_said(
    qtbot: QtBot, table: RowTable, context: AppContext, tmp_path: Path
) -> None:
    said: list[str] = []
    context.noticed.connect(lambda notice: said.append(notice.text()))
    table.output.export_to(tmp_path / "nowhere" / "orders.xlsx")
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert "orders.xlsx" in said[0]


def test_the_key_shows_the_paper(qtbot: QtBot, table: RowTable, context: AppContext) -> None:
    qtbot.keyClick(table.view, Qt.Key.Key_P, CONTROL)
    qtbot.waitUntil(lambda: table.findChild(PdfPreview) is not None)
    preview = table.findChild(PdfPreview)
    qtbot.waitUntil(lambda: not context.jobs.busy() and preview._pdf != b"", timeout=10_000)
    assert preview.windowTitle() == "Orders: a/b"
    assert preview._pdf.startswith(b"%PDF")
    preview.close()


def test_the_menu_of_the_titles_offers_both(
    qtbot: QtBot, table: RowTable, context: AppContext
) -> None:
    texts = [action.text() for action in table.header_menu(0).actions()]
    assert texts[-2:] == ["Export what is shown…", "Print what is shown…"]
    context.set_language("zh")
    qtbot.waitUntil(lambda: table.output.export.text() == "导出当前显示内容…")
    texts = [action.text() for action in table.header_menu(0).actions()]
    assert texts[-2:] == ["导出当前显示内容…", "打印当前显示内容…"]
    context.set_language("en")


def test_very_many_rows_are_made_ready_in_slices_first(
    qtbot: QtBot, table: RowTable, context: AppContext, tmp_path: Path
) -> None:
    rows = [Row(n, f"{n}", "open", Decimal(n), ROWS[0].due) for n in range(20_000)]
    table.set_rows(rows)
    path = tmp_path / "many.xlsx"
    table.output.export_to(path)
    assert not context.jobs.announced()
    qtbot.waitUntil(lambda: bool(context.jobs.announced()), timeout=20_000)
    qtbot.waitUntil(lambda: not context.jobs.busy(), timeout=60_000)
    book = openpyxl.load_workbook(path, read_only=True)
    assert sum(1 for _ in book.worksheets[0].iter_rows()) == 20_001
    book.close()
