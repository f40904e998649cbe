"""Masters as shops keep them: rates of every kind, recipes per 1 to 10,000 and in percent."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from app.models.database import Database
from app.models.planning import Placement
from app.models.products import BomLine, Item
from app.services.exchange import ImportReport, import_files
from app.services.exchange.records import Severity
from app.services.planning.solving import schedule_plant
from tests.services.exchange.books import NOW, Rows, book, small_plant


@pytest.fixture(autouse=True)
def here(read_here: None) -> None:
    """These workbooks are read in this process."""


def take(database: Database, tmp_path: Path, rows: Rows) -> ImportReport:
    return import_files(database, [book(tmp_path, rows)], now=NOW)


def warnings(report: ImportReport) -> list[str]:
    return [p.message.code.partition(".")[2] for p in report.problems
            if p.severity is Severity.WARNING]  # fmt: skip


@pytest.mark.parametrize(
    ("rate", "basis", "minutes"),
    [("40", "件/班", 480), ("5", "件/时", 480), ("12", "分/件", 480), ("720", "秒/件", 480),
     ("20", "时/百件", 480), ("480", "固定分", 480)],
)  # fmt: skip
def test_a_rate_is_typed_as_the_shop_has_it(
    database: Database, tmp_path: Path, rate: str, basis: str, minutes: int
) -> None:
    """Forty pieces a shift of eight net hours, or the same in other words."""
    rows = small_plant()
    rows["Routings"][0] = {"item_code": "A-1", "step_no": 10, "step_name": "修",
                           "work_centre": "台", "rate": rate, "rate_basis": basis}  # fmt: skip
    rows["Orders"][0] |= {"quantity": 40, "unit": "支"}
    rows["BOM"] = []
    assert take(database, tmp_path, rows).ok
    schedule_plant(database, now=NOW, seconds=0)
    with database.read() as session:
        placed = session.scalars(select(Placement)).one()
    assert sum(end - start for start, end in placed.segments) == minutes


def recipe(*lines: tuple[str, object], kind: str = "百分比") -> Rows:
    rows = small_plant()
    rows["BOM"] = []
    for number, (code, quantity) in enumerate(lines, 1):
        rows["Items"].append({"item_code": code, "name": code, "category": "原料",
                              "base_unit": "kg", "source": "采购"})  # fmt: skip
        rows["BOM"].append({"parent_code": "M-1", "line_no": number, "component_code": code,
                            "quantity": quantity, "qty_kind": kind})  # fmt: skip
    return rows


def test_shares_that_do_not_make_a_hundred_are_named_with_their_sum(
    database: Database, tmp_path: Path
) -> None:
    report = take(database, tmp_path, recipe(("G", 60), ("W", 35)))
    assert report.ok
    (problem,) = [p for p in report.problems if p.severity is Severity.WARNING]
    assert problem.message.code == "exchange.shares_not_100"
    assert "95" in problem.message.text("zh")
    assert problem.row is not None
    assert warnings(take(database, tmp_path, recipe(("G", 60), ("W", 39.5), ("R", "0.5")))) == []


def shares_of(database: Database) -> list[Decimal]:
    with database.read() as session:
        return list(session.scalars(select(BomLine.quantity).order_by(BomLine.line_no)))


def formatted(path: Path, sheet: str, header: str, form: str) -> Path:
    """The workbook with the numbers of a column shown in another format."""
    workbook = openpyxl.load_workbook(path)
    page = workbook[sheet]
    column = next(cell.column for cell in page[2] if str(cell.value).strip("*") == header)
    for cells in page.iter_rows(min_row=4, min_col=column, max_col=column):
        if isinstance(cells[0].value, str) and cells[0].value:
            cells[0].value = float(cells[0].value)
        cells[0].number_format = form
    workbook.save(path)
    return path


def test_a_recipe_in_cells_formatted_as_percent_is_taken_as_shown(
    database: Database, tmp_path: Path
) -> None:
    path = book(tmp_path, recipe(("G", 0.6), ("W", 0.395), ("R", 0.005)))
    report = import_files(database, [formatted(path, "物料清单", "quantity", "0.0%")], now=NOW)
    assert report.ok, [p.message_with_place().text("en") for p in report.problems]
    assert shares_of(database) == [Decimal(60), Decimal("39.5"), Decimal("0.5")]
    assert [p.message.code for p in report.problems] == ["exchange.percent_read"] * 3


def test_a_loss_of_five_percent_is_five_however_it_is_written(
    database: Database, tmp_path: Path
) -> None:
    for cell, form in (("5", "0"), ("0.05", "0%"), ("5%", None)):
        rows = small_plant()
        rows["Items"][0]["scrap_pct"] = cell
        path = book(tmp_path, rows)
        if form is not None:
            formatted(path, "物料", "scrap_pct", form)
        assert import_files(database, [path], now=NOW).ok
        with database.read() as session:
            scrap = session.scalars(select(Item.scrap_pct).where(Item.code == "A-1")).one()
        assert scrap == 5, (cell, form)


@pytest.mark.parametrize("base", [1, 100, 1000, 10000])
def test_recipes_per_hundred_thousand_and_ten_thousand_are_kept_unrounded(
    database: Database, tmp_path: Path, base: int
) -> None:
    rows = small_plant()
    rows["BOM"][0] |= {"base_qty": base, "quantity": "3.333333"}
    assert take(database, tmp_path, rows).ok
    with database.read() as session:
        line = session.scalars(select(BomLine)).one()
    assert (line.base_quantity, line.quantity) == (base, Decimal("3.333333"))


def test_a_name_with_its_specification_stays_whole(database: Database, tmp_path: Path) -> None:
    rows = small_plant()
    rows["Items"][0]["name"] = "玫瑰花线150 150 mm×2500 白 (石膏)"
    path = book(tmp_path, rows)
    workbook = openpyxl.load_workbook(path)
    for row in (1, 2):
        for cell in workbook["物料"][row]:
            if str(cell.value).strip("*") in ("品名", "name"):
                cell.value = "名称规格"
    workbook.save(path)
    assert import_files(database, [path], now=NOW).ok
    with database.read() as session:
        assert "玫瑰花线150 150 mm×2500 白 (石膏)" in session.scalars(select(Item.name)).all()


CLEANED: dict[str, tuple[Callable[[Rows], Any], str]] = {
    "thousands": (lambda rows: rows["Orders"][0].update(quantity="1,200"), "1200"),
    "full width": (lambda rows: rows["Orders"][0].update(quantity="１，２００"), "1200"),
    "blanks": (lambda rows: rows["Orders"][0].update(quantity=" 1 200 "), "1200"),
}


@pytest.mark.parametrize("how", CLEANED)
def test_what_was_tidied_is_reported_as_cleaned(
    database: Database, tmp_path: Path, how: str
) -> None:
    change, read = CLEANED[how]
    rows = small_plant()
    change(rows)
    report = take(database, tmp_path, rows)
    assert report.ok
    (problem,) = report.problems
    assert problem.severity is Severity.CLEANED
    assert read in problem.message.text("en").replace(",", "")
