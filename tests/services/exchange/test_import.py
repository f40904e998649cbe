"""Import: all or nothing, repeatable, and every fault named with its place and remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from app.core.choices import OperationState
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.models.plant import Machine, ToolCopy, ToolType
from app.models.products import Item
from app.reports.demo_workbook import write_demo_workbook
from app.reports.workbook import write_rows, write_template
from app.services.exchange import ImportReport, import_files, plan_import
from app.services.exchange.export_rows import export_rows
from tests.services.exchange.books import NOW, Rows, book, small_plant


@pytest.fixture
def local(tmp_path: Path, sqlite_with_tables: Path) -> Iterator[Database]:
    opened = Database.open(str(shutil.copy(sqlite_with_tables, tmp_path / "local.sqlite")))
    yield opened
    opened.close()


def take(database: Database, path: Path) -> ImportReport:
    return import_files(database, [path], actor="tester", now=NOW)


def totals(report: ImportReport) -> tuple[int, int]:
    return sum(c.new for c in report.counts), sum(c.changed for c in report.counts)


def count(database: Database, model: type[Any]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_demo_plant_comes_in_whole_and_twice_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "demo.xlsx"
    write_demo_workbook(path, NOW)
    report = take(database, path)
    assert report.ok, [p.message_with_place().text("en") for p in report.problems][:5]
    sizes = {Item: 81, Machine: 33, ToolType: 34, ProductionOrder: 300}
    assert {model: count(database, model) for model in sizes} == sizes
    assert 2_300 <= count(database, Operation) <= 2_700
    with database.read() as session:
        running = session.scalars(
            select(Operation).where(Operation.state == OperationState.RUNNING)
        ).all()
    assert len(running) == 9
    assert all(row.running_machine_id and row.started_at for row in running)
    again = take(database, path)
    assert again.ok
    assert totals(again) == (0, 0)


def test_what_is_exported_comes_back_unchanged_and_one_edited_cell_is_one_change(
    database: Database, tmp_path: Path
) -> None:
    take(database, book(tmp_path, small_plant()))
    exported = tmp_path / "exported.xlsx"
    write_rows(exported, export_rows(database))
    report = take(database, exported)
    assert report.ok
    assert totals(report) == (0, 0)
    workbook = openpyxl.load_workbook(exported)
    page = workbook["物料"]
    header = [cell.value for cell in page[1]]
    page.cell(row=4, column=header.index("品名*") + 1).value = "新名"
    workbook.save(exported)
    edited = take(database, exported)
    assert edited.ok
    assert totals(edited) == (0, 1)


def test_an_export_makes_the_same_plant_elsewhere(local: Database, tmp_path: Path) -> None:
    take(local, book(tmp_path, small_plant()))
    exported = tmp_path / "exported.xlsx"
    write_rows(exported, export_rows(local))
    other = Database.open(f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert take(other, exported).ok
    assert export_rows(other) == export_rows(local)
    other.close()


def test_an_ordered_length_becomes_whole_pieces(local: Database, tmp_path: Path) -> None:
    take(local, book(tmp_path, small_plant()))
    with local.read() as session:
        order = session.scalars(select(ProductionOrder)).one()
        copies = session.scalars(select(ToolCopy)).all()
    assert order.quantity == 101
    assert order.base_quantity == 41  # 101 m / 2.5 m, rounded up
    assert order.internal_due.isoformat() == "2026-12-04T09:00:00+00:00"  # a day of transit
    assert len(copies) == 2


def test_a_trial_writes_nothing(local: Database, tmp_path: Path) -> None:
    report = plan_import(local, [book(tmp_path, small_plant())], now=NOW)
    assert report.ok
    assert totals(report)[0] > 0
    assert count(local, Item) == 0


def changed(sheet: str, row: int, **cells: Any) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[sheet][row].update(cells)

    return change


def added(sheet: str, **cells: Any) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows.setdefault(sheet, []).append(cells)

    return change


FAULTS: dict[str, tuple[Callable[[Rows], None], str, str]] = {
    "cyclic bill of material": (
        added("BOM", parent_code="M-1", line_no=1, component_code="A-1", quantity=1),
        "bom_cycle", "component_code"),
    "item made of itself": (
        changed("BOM", 0, component_code="A-1"), "bom_cycle", "component_code"),
    "routing without machine": (
        changed("Routings", 0, work_centre=None), "step_without_place", "work_centre"),
    "work centre without machine": (
        changed("Routings", 0, work_centre="空"), "centre_without_machine", "work_centre"),
    "order for an unknown item": (
        changed("Orders", 0, item_code="A-9"), "unknown_item", "item_code"),
    "order of an unknown customer": (
        changed("Orders", 0, customer="乙"), "unknown_customer", "customer"),
    "text where a number belongs": (
        changed("Orders", 0, quantity="many"), "no_number", "quantity"),
    "number with its unit": (
        changed("Orders", 0, quantity="100支"), "number_with_unit", "quantity"),
    "unit without conversion": (
        changed("Orders", 0, unit="箱"), "no_conversion", "unit"),
    "mould that no machine takes": (
        changed("Tools", 0, machine_rule="200/300"), "mould_without_machine", "machine_rule"),
    "longer than any shift": (
        changed("Routings", 0, rate=600, pausable="否"), "longer_than_shift", "rate"),
    "vague date": (
        changed("Orders", 0, requested="月底"), "vague_date", "requested"),
    "date without a year": (
        changed("Orders", 0, requested="3月5日"), "no_year", "requested"),
    "two bom lines alike": (
        added("BOM", parent_code="A-1", line_no=2, component_code="M-1", quantity=4),
        "double_bom_line", "component_code"),
    "the same item twice": (
        added("Items", item_code="a-1", name="x", category="成品", base_unit="支", source="自制"),
        "double_record", "item_code"),
    "unknown calendar": (
        changed("Machines", 0, calendar="夜班"), "unknown_calendar", "calendar"),
    "negative quantity": (
        changed("BOM", 0, quantity="-1"), "negative", "quantity"),
    "a seventh decimal": (
        changed("BOM", 0, quantity="0.1234567"), "too_many_places", "quantity"),
    "a choice that is none": (
        changed("Items", 0, source="偷"), "no_choice", "source"),
    "progress beyond the order": (
        added("OrderProgress", order_no="MO-1", step_no=10, good=400),
        "more_than_released", "good"),
    "progress of an unknown step": (
        added("OrderProgress", order_no="MO-1", step_no=20, good=4),
        "no_such_step", "step_no"),
    "running without a start": (
        added("OrderProgress", order_no="MO-1", step_no=10, good=4, running="是"),
        "running_needs", "started_at"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_place_and_nothing_is_written(
    fault: str, local: Database, tmp_path: Path
) -> None:
    change, code, column = FAULTS[fault]
    rows = small_plant()
    change(rows)
    report = take(local, book(tmp_path, rows))
    assert not report.ok
    assert not report.written
    errors = [p for p in report.problems if p.severity == "error"]
    assert [p.message.code.partition(".")[2] for p in errors][:1] == [code]
    problem = errors[0]
    assert problem.row is not None
    assert problem.row >= 4
    sheet = {p.sheet for p in errors}
    assert sheet
    assert all(sheet)
    expected = {"component_code": "子件编码"}.get(column)
    assert expected is None or problem.column == expected
    for language in ("zh", "en"):
        assert len(problem.message_with_place().text(language)) > 20
    assert count(local, Item) == 0


def test_a_due_date_in_the_past_is_a_warning_and_the_order_is_there(
    local: Database, tmp_path: Path
) -> None:
    rows = small_plant()
    rows["Orders"][0]["requested"] = "2026-11-01"
    report = take(local, book(tmp_path, rows))
    assert report.ok
    assert [p.message.code for p in report.problems] == ["exchange.due_in_the_past"]
    assert count(local, ProductionOrder) == 1


def test_missing_columns_unknown_columns_and_unknown_sheets_are_said(
    local: Database, tmp_path: Path
) -> None:
    path = book(tmp_path, small_plant())
    workbook = openpyxl.load_workbook(path)
    workbook["物料"].cell(row=1, column=3).value = "乱写"
    workbook["物料"].cell(row=2, column=3).value = "乱写"
    workbook.create_sheet("笔记")["A1"] = "x"
    workbook.save(path)
    report = take(local, path)
    codes = {p.message.code for p in report.problems}
    assert {"exchange.missing_column", "exchange.unknown_column", "exchange.unknown_sheet"} <= codes
    assert not report.written


def test_english_headers_alone_are_read_too(local: Database, tmp_path: Path) -> None:
    path = book(tmp_path, small_plant())
    workbook = openpyxl.load_workbook(path)
    for page in workbook.worksheets:
        page.delete_rows(3)
        page.delete_rows(1)
    workbook.save(path)
    assert take(local, path).ok
    assert count(local, ProductionOrder) == 1


def test_the_template_is_empty_but_for_examples(local: Database, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    report = take(local, path)
    assert [p.message.code for p in report.problems] == ["exchange.nothing_found"]


def test_a_formula_of_text_stays_text(local: Database, tmp_path: Path) -> None:
    rows = small_plant()
    rows["Items"][0]["name"] = '=HYPERLINK("http://x","y")'
    take(local, book(tmp_path, rows))
    with local.read() as session:
        names = session.scalars(select(Item.name)).all()
    assert '=HYPERLINK("http://x","y")' in names


def test_codes_that_look_like_numbers_keep_their_zeros(local: Database, tmp_path: Path) -> None:
    rows = small_plant()
    rows["Items"][1]["item_code"] = "00123"
    rows["BOM"][0]["component_code"] = "00123"
    take(local, book(tmp_path, rows))
    with local.read() as session:
        assert "00123" in session.scalars(select(Item.code)).all()


def test_progress_finishes_steps_and_a_changed_figure_is_one_change(
    local: Database, tmp_path: Path
) -> None:
    rows = small_plant()
    rows["OrderProgress"] = [{"order_no": "MO-1", "step_no": 10, "good": 41}]
    take(local, book(tmp_path, rows))
    with local.read() as session:
        operation = session.scalars(select(Operation)).one()
    assert operation.state is OperationState.DONE
    rows["OrderProgress"][0]["good"] = 40
    report = take(local, book(tmp_path, rows))
    assert totals(report) == (0, 1)
    with local.read() as session:
        assert session.scalars(select(Operation.good)).one() == Decimal(40)
