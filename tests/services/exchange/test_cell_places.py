"""Where problems stand in the files: pages with their names, kinds of errors, what was mended."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.core.messages import message
from app.services.exchange.answers import LEAVE_OUT, Answers, cell_id, row_id
from app.services.exchange.cell_places import groups_of, mended_pages, page_view
from app.services.exchange.draft import Draft
from app.services.exchange.evidence import Known
from app.services.exchange.page_store import read_file
from app.services.exchange.reading import read_pages
from app.services.exchange.records import Problem, Severity
from tests.services.exchange.books import book, small_plant

TODAY = date(2026, 11, 23)
FILE, PAGE = "订单.csv", "订单"


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    path = tmp_path / FILE
    path.write_text(
        "十一月\n单号,客户,货号,数量,交期\nN1,甲,A,5,2026-12-01\nN2,甲,A,6,\n", encoding="utf-8"
    )
    files = [read_file(path, read_pages, Answers()),
             read_file(book(tmp_path, small_plant()), read_pages, Answers())]  # fmt: skip
    return Draft.proposed(files, Known(), TODAY)


def test_a_foreign_page_has_the_names_of_its_headers(draft: Draft) -> None:
    view = page_view(draft, FILE, PAGE)
    assert view is not None
    assert (view.names, view.first) == (("单号", "客户", "货号", "数量", "交期"), 3)
    assert view.column("数量") == 3
    assert view.column("nothing") == view.column(None) == -1
    assert (view.text(3, 3), view.text(4, 4), view.text(99, 0)) == ("5", "", "")
    assert view.cell(3, 3) == cell_id(FILE, PAGE, 3, "数量")


def test_our_own_page_is_named_without_the_stars(draft: Draft) -> None:
    view = page_view(draft, "p.xlsx", "订单")
    assert view is not None
    assert "物料编码" in view.names
    numbers = {view.text(row, view.names.index("生产单号")) for row in range(1, len(view.rows) + 1)}
    assert "MO-1" in numbers
    assert page_view(draft, "p.xlsx", "nowhere") is None
    assert page_view(draft, "nowhere", "订单") is None


def test_what_was_mended_is_found_again(draft: Draft) -> None:
    view = page_view(draft, FILE, PAGE)
    assert view is not None
    answers = {
        cell_id(FILE, PAGE, 3, "数量"): "7",
        row_id(FILE, PAGE, 4): LEAVE_OUT,
        cell_id("other.xlsx", PAGE, 3, "数量"): "9",
        "year:*": "2026",
    }
    assert view.mended(answers) == {(3, 3): "7"}
    assert view.left_out(answers) == {4}
    assert mended_pages(answers) == [(FILE, PAGE), ("other.xlsx", PAGE)]


def test_errors_of_a_kind_stand_together_the_most_frequent_first() -> None:
    def problem(code: str, row: int, fix: str | None = None,
                severity: Severity = Severity.ERROR) -> Problem:  # fmt: skip
        return Problem(severity, message(code), FILE, PAGE, row, "数量", "x", fix)

    groups = groups_of([
        problem("exchange.no_date", 1), problem("exchange.no_number", 2, "5"),
        problem("exchange.no_number", 3), problem("exchange.blind", 4, severity=Severity.WARNING),
    ])  # fmt: skip
    assert [(g.code, len(g.problems), len(g.fixable)) for g in groups] == [
        ("exchange.no_number", 2, 1), ("exchange.no_date", 1, 0)
    ]  # fmt: skip
