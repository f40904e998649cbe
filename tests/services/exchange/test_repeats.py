"""Exports that come twice, overlap or were cut off: nothing doubled, nothing passed over."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.models.database import Database
from app.models.materials import PurchaseOrderLine, StockMove
from app.models.orders import Operation, ProductionOrder
from app.models.products import BomLine, Item
from app.services.exchange import ImportReport, import_files, plan_import
from app.services.exchange.answers import Answers
from app.services.exchange.cells import Page
from app.services.exchange.mapping import read_mapped
from app.services.exchange.reading import read_pages
from app.services.exchange.records import Severity
from app.services.exchange.sheets import sheet
from app.services.exchange.tables import TableReader
from tests.services.exchange.books import NOW, Rows, book, small_plant

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def here(read_here: None) -> None:
    """These workbooks are read in this process."""


def count(database: Database, model: type[Any]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def take(database: Database, *paths: Path, **more: Any) -> ImportReport:
    report = import_files(database, paths, now=NOW, **more)
    assert report.ok, [p.message_with_place().text("en") for p in report.problems]
    return report


def changes(report: ImportReport) -> int:
    return sum(c.new + c.changed for c in report.counts)


def full() -> Rows:
    """Orders by their own and by foreign numbers, purchases and stock."""
    rows = small_plant()
    order = rows["Orders"][0]
    rows["Orders"] = [
        order,
        {**order, "order_no": None, "external_no": "ERP-7", "quantity": 20},
        {**order, "order_no": None, "external_no": "ERP-8", "quantity": 30},
    ]
    rows["Suppliers"] = [{"supplier_code": "S1", "name": "供"}]
    rows["Receipts"] = [
        {"po_line": f"PO-1-{n}", "supplier": "S1", "item_code": "M-1", "open_quantity": 100 * n,
         "confirmed_date": "2026-12-01"} for n in (1, 2)
    ]  # fmt: skip
    rows["Stock"] = [{"item_code": "M-1", "location": "仓", "quantity": 500,
                      "counted_on": "2026-11-23"}]  # fmt: skip
    return rows


MODELS = (Item, BomLine, ProductionOrder, Operation, PurchaseOrderLine, StockMove)


def counts(database: Database) -> dict[str, int]:
    return {model.__name__: count(database, model) for model in MODELS}


def test_the_same_file_twice_and_under_another_name_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    take(database, book(tmp_path, full()))
    before = counts(database)
    assert before["ProductionOrder"] == 3
    assert before["PurchaseOrderLine"] == 2
    for name in ("p", "again"):
        assert changes(take(database, book(tmp_path, full(), name))) == 0
    assert counts(database) == before


def test_overlapping_exports_meet_in_the_same_records(database: Database, tmp_path: Path) -> None:
    take(database, book(tmp_path, full()))
    later = copy.deepcopy(full())
    later["Orders"] = [
        {**later["Orders"][1], "quantity": 25},  # ERP-7 has changed
        later["Orders"][2],
        {**later["Orders"][2], "external_no": "ERP-9"},
    ]
    later["Receipts"] = [
        {**later["Receipts"][1], "open_quantity": 150},
        {**later["Receipts"][1], "po_line": "PO-2-1"},
    ]
    report = take(database, book(tmp_path, later))
    by_sheet = {c.sheet: (c.new, c.changed, c.unchanged) for c in report.counts}
    assert by_sheet["Orders"] == (1, 1, 1)
    assert by_sheet["Receipts"] == (1, 1, 0)
    assert counts(database)["ProductionOrder"] == 4
    assert counts(database)["PurchaseOrderLine"] == 3


def test_two_overlapping_files_in_one_import_are_taken_once_or_refused_by_row(
    database: Database, tmp_path: Path
) -> None:
    take(database, book(tmp_path, small_plant()))
    orders = {"Orders": [full()["Orders"][1]]}
    one, two = book(tmp_path, orders, "one"), book(tmp_path, orders, "two")
    trial = plan_import(database, [one, two], now=NOW)
    assert trial.ok
    assert [(p.file, p.message.code) for p in trial.problems] == [
        ("two.xlsx", "exchange.same_row_again")
    ]
    orders["Orders"][0]["quantity"] = 21
    two = book(tmp_path, orders, "two")
    report = import_files(database, [one, two], now=NOW)
    assert not report.ok
    (error,) = [p for p in report.problems if p.severity is Severity.ERROR]
    assert error.message.code == "exchange.double_record"
    assert error.file == "two.xlsx"
    assert count(database, ProductionOrder) == 1


def test_a_purchase_line_that_stands_twice_is_refused(database: Database, tmp_path: Path) -> None:
    rows = full()
    rows["Receipts"].append({**rows["Receipts"][0], "open_quantity": 7})
    report = import_files(database, [book(tmp_path, rows)], now=NOW)
    (error,) = [p for p in report.problems if p.severity is Severity.ERROR]
    assert error.message.code == "exchange.double_record"
    assert count(database, PurchaseOrderLine) == 0


def test_an_external_number_is_one_order_whether_or_not_it_has_a_number_of_ours(
    database: Database, tmp_path: Path
) -> None:
    rows = full()
    rows["Orders"][0]["external_no"] = "ERP-1"
    take(database, book(tmp_path, rows))
    rows["Orders"][0]["order_no"] = None  # the ERP does not know ours
    assert changes(take(database, book(tmp_path, rows))) == 0
    both = full()
    both["Orders"] = [rows["Orders"][0], {**rows["Orders"][0], "order_no": "MO-1"}]
    report = import_files(database, [book(tmp_path, both)], now=NOW)
    assert not report.ok
    assert count(database, ProductionOrder) == 3


def test_the_key_of_a_sender_writes_once(database: Database, tmp_path: Path) -> None:
    path = book(tmp_path, full())
    take(database, path, client_key="one")
    before = counts(database)
    again = import_files(database, [path], now=NOW, client_key="one")
    assert again.ok
    assert [p.message.code for p in again.problems] == ["exchange.imported_before"]
    assert counts(database) == before


def test_progress_card_by_card_is_refused_not_overwritten(
    database: Database, tmp_path: Path
) -> None:
    rows = small_plant()
    rows["OrderProgress"] = [
        {"order_no": "MO-1", "step_no": 10, "card_no": str(n), "good": 5} for n in (1, 2)
    ]
    report = import_files(database, [book(tmp_path, rows)], now=NOW)
    (error,) = [p for p in report.problems if p.severity is Severity.ERROR]
    assert error.message.code == "exchange.double_progress"


# ---------------------------------------------------------------- exports cut off


def page(data_rows: int) -> Page:
    head = ("category", "reason_code", "name")
    rows = tuple(("报废", f"S{n}", "x") for n in range(data_rows))
    return Page("ReasonCodes", (head, *rows))


@pytest.mark.parametrize(
    ("data_rows", "cut"),
    [(10_000, True), (9_999, True), (10_001, False), (9_998, False), (50_000, True),
     (65_535, True), (65_534, True)],
)  # fmt: skip
def test_a_sheet_that_ends_where_exports_are_cut_is_named(data_rows: int, cut: bool) -> None:
    reader = TableReader("f", page(data_rows), sheet("ReasonCodes"), TODAY, Answers())
    records, problems = reader.read()
    assert len(records) == data_rows
    assert [p.message.code for p in problems] == ["exchange.truncated"] * cut


@pytest.mark.parametrize(("sizes", "cut"), [((10_000, 3), 1), ((5_000, 5_000), 0), ((9_999,), 1)])
def test_each_mapped_file_is_looked_at_by_itself(
    tmp_path: Path, sizes: tuple[int, ...], cut: int
) -> None:
    paths = []
    for number, size in enumerate(sizes):
        path = tmp_path / f"codes{number}.csv"
        rows = "".join(f"S{number}-{n},x\n" for n in range(size))
        path.write_text(f"code,name\n{rows}", encoding="utf-8")
        paths.append(path)
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[source.a]\nfiles = "codes*.csv"\n[[table]]\nsheet = "ReasonCodes"\nsource = "a"\n'
        '[table.columns]\nreason_code = "code"\nname = "name"\ncategory = { const = "报废" }\n',
        encoding="utf-8",
    )
    reading = read_mapped(paths, mapping, TODAY)
    assert [p.message.code for p in reading.problems].count("exchange.truncated") == cut
    assert len(reading.records) == sum(sizes)


def test_more_rows_than_a_spreadsheet_has_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("code\n" + "A\n" * 1_048_575, encoding="utf-8")
    answer = read_pages(path)
    assert not isinstance(answer, list)
    assert answer.code == "too_large"


def test_destroyed_dates_are_refused_as_text_and_as_time(
    database: Database, tmp_path: Path
) -> None:
    for cell in ("59:30.0", "mm:ss.0", "00:00.0", "12:34"):
        rows = small_plant()
        rows["Orders"][0]["requested"] = cell
        report = import_files(database, [book(tmp_path, rows)], now=NOW)
        (error,) = [p for p in report.problems if p.severity is Severity.ERROR]
        assert error.message.code in {"exchange.destroyed_date", "exchange.no_date"}, cell
        assert error.fix is None
