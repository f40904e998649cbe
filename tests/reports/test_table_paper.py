"""A table on paper: every text is there, titles on each page, wide tables over several pages."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

from app.core.errors import RuleBroken
from app.reports import table_paper
from app.reports.table_paper import table_pdf
from app.reports.table_sheet import SheetColumn, SheetGroup, TableSheet

AT = datetime(2026, 11, 23, 10, 20, tzinfo=ZoneInfo("Asia/Shanghai"))


def column(title: str, texts: list[str], width: int = 100, right: bool = False) -> SheetColumn:
    return SheetColumn(title, texts, texts, width, right)


def a_table(rows: int = 3, columns: int = 3, width: int = 100, **changes: Any) -> TableSheet:
    made = [
        column(f"Title{c}", [f"r{r}c{c}" for r in range(rows)], width, right=c == 1)
        for c in range(columns)
    ]
    return TableSheet(**({"title": "Orders 订单", "columns": made, "rows": rows} | changes))


def pages_of(table: TableSheet, size: str = "A4", language: str = "en") -> list[str]:
    """The text of each page."""
    data = table_pdf(table, size=size, language=language, by="李敏", at=AT)
    document = pypdfium2.PdfDocument(data)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return texts


def sizes_of(table: TableSheet, size: str = "A4") -> set[tuple[int, int]]:
    document = pypdfium2.PdfDocument(table_pdf(table, size=size, by="li", at=AT))
    found = {(round(page.get_width()), round(page.get_height())) for page in document}
    document.close()
    return found


def test_title_date_and_page_numbers_are_on_each_page() -> None:
    pages = pages_of(a_table(rows=150))
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert "Orders 订单" in page
        assert "Title0" in page
        assert f"Page {number} of {len(pages)}" in page
        assert "2026-11-23 10:20" in page
    whole = "\n".join(pages)
    assert all(f"r{row}c2" in whole for row in range(150))


def test_the_paper_speaks_the_language() -> None:
    (page,) = pages_of(a_table(), language="zh")
    assert "第 1 页" in page
    assert "李敏" in page


def test_upright_where_it_fits_else_lying() -> None:
    assert sizes_of(a_table()) == {(595, 842)}
    assert sizes_of(a_table(columns=11)) == {(842, 595)}
    assert sizes_of(a_table(columns=11), "A3") == {(842, 1191)}


def test_a_table_too_wide_goes_on_with_its_first_column() -> None:
    pages = pages_of(a_table(rows=5, columns=30))
    assert len(pages) > 2
    assert all("r4c0" in page for page in pages)
    whole = "\n".join(pages)
    assert all(f"Title{c}" in whole and f"r4c{c}" in whole for c in range(30))


def test_pages_beside_each_other_hold_the_same_rows() -> None:
    long = "a long remark " * 30
    table = a_table(rows=60, columns=20)
    remarks = column("Remark", [long if row % 7 == 0 else "" for row in range(60)], 120)
    pages = pages_of(TableSheet("Orders", [*table.columns, remarks], 60))
    first = {row for row in range(60) if f"r{row}c0\r" in pages[0] or f"r{row}c0 " in pages[0]}
    half = len(pages) // 2
    other = {
        row for row in range(60) if f"r{row}c0\r" in pages[half] or f"r{row}c0 " in pages[half]
    }
    assert first
    assert first == other


def test_long_texts_are_wrapped_and_never_cut() -> None:
    words = [f"word{number}" for number in range(900)]
    table = TableSheet(
        "T", [column("No.", ["1", "2"]), column("Remark", [" ".join(words), "x"])], 2
    )
    whole = " ".join(pages_of(table)).replace("\r\n", " ")
    assert [word for word in words if word not in whole] == []


def test_groups_have_their_totals_and_shut_ones_hide_their_rows() -> None:
    groups = [
        SheetGroup(0, 2, 0, "Customer: 宏达 <b>", {1: Decimal("1234.5")}),
        SheetGroup(2, 1, 0, "Customer: ACME", {1: Decimal(7)}, shut=True),
    ]
    (page,) = pages_of(a_table(groups=groups))
    page = page.replace("\r\n", " ")
    assert "Customer: 宏达 <b> (2)" in page
    assert "1,234.5" in page
    assert "Customer: ACME (1)" in page
    assert "r1c0" in page
    assert "r2c0" not in page


def test_a_group_whose_first_column_is_a_total_has_a_line_for_its_title() -> None:
    groups = [SheetGroup(0, 3, 1, "State: in progress", {0: Decimal(9), 2: Decimal(3)})]
    (page,) = pages_of(a_table(groups=groups))
    assert "State: in progress (3)" in page


def test_an_empty_table_has_its_titles() -> None:
    (page,) = pages_of(a_table(rows=0))
    assert "Title2" in page


def test_a_table_that_nobody_would_print_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_paper, "MOST_ROWS", 2)
    with pytest.raises(RuleBroken):
        table_pdf(a_table(), by="li", at=AT)
    with pytest.raises(ValueError):
        table_pdf(a_table(), size="B7", by="li", at=AT)
