"""The workbook's guide is current; what is written can be read by others."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from app.reports.workbook import write_rows, write_template
from app.reports.workbook_guide import workbook_guide
from app.services.exchange.sheets import SHEETS

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_guide_is_what_the_description_says() -> None:
    written = (DOCS / "workbook.md").read_text(encoding="utf-8")
    assert written == workbook_guide(), (
        "run: python -m app.reports.workbook_guide > docs/workbook.md"
    )


def test_the_template_has_every_sheet_headers_in_two_languages_and_drop_downs(
    tmp_path: Path,
) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [sheet.zh for sheet in SHEETS]
    for sheet in SHEETS:
        page = book[sheet.zh]
        assert [str(c.value).rstrip("*") for c in page[1]] == [c.zh for c in sheet.columns]
        assert [str(c.value).rstrip("*") for c in page[2]] == [c.key for c in sheet.columns]
        offered = sum(bool(c.choices) or c.kind == "bool" for c in sheet.columns)
        assert len(page.data_validations.dataValidation) == offered


def test_text_is_text_and_long_numbers_stay_exact(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    write_rows(path, {"Items": [{"item_code": "=1+1", "name": "a\x0bb", "price": "0.123456",
                                 "safety_stock": Decimal("123456789012.123456")}]})  # fmt: skip
    page = openpyxl.load_workbook(path)["物料"]
    cells = {str(page.cell(2, c.column).value).rstrip("*"): c for c in page[4]}
    assert cells["item_code"].value == "=1+1"
    assert cells["item_code"].data_type == "s"
    assert cells["name"].value == "ab"
    assert cells["price"].value == 0.123456
    assert cells["safety_stock"].value == "123456789012.123456"


def test_an_unknown_sheet_or_column_is_a_fault_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_rows(tmp_path / "x.xlsx", {"Nonsense": []})
    with pytest.raises(KeyError):
        write_rows(tmp_path / "x.xlsx", {"Items": [{"nonsense": 1}]})
