"""Codes that look alike: proposed at an unknown code, named where two records have them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.models.database import Database
from app.models.orders import ProductionOrder
from app.models.plant import Customer
from app.models.products import Item
from app.services.exchange import ImportReport, import_files
from app.services.exchange.cleaning import Cleaner, Refused
from app.services.exchange.lookalikes import KnownCodes, one_apart, skeleton
from app.services.exchange.records import Severity
from app.services.exchange.sheets import Kind, sheet
from tests.services.exchange.books import NOW, Rows, book, small_plant

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def here(read_here: None) -> None:
    """These workbooks are read in this process."""


@pytest.mark.parametrize(
    "typed",
    ["hx－15", "HX\u201315", "HX\u201415", "HX一15", "HX-15.0", "HX -15", "HX\u00a0-15",
     "HX\u200b-15", "HX-l5", "HX-I5", "ＨＸ－１５", "НХ-15", "HX_15"],
)  # fmt: skip
def test_what_a_person_cannot_tell_apart_has_one_skeleton(typed: str) -> None:
    assert skeleton(typed) == skeleton("HX-15")
    assert KnownCodes(["HX-15", "HX-16"]).nearest(typed) == "HX-15"


def test_leading_zeros_and_letters_like_digits() -> None:
    assert skeleton("00123") == skeleton("123") == skeleton("123.0")
    assert skeleton("A-0123") != skeleton("A-123")
    assert skeleton("MO-1O1") == skeleton("MO-101")
    assert skeleton("000") == skeleton("0")


def test_one_letter_apart() -> None:
    assert one_apart("HX-15", "HX-16")
    assert one_apart("HX-15", "HX-1")
    assert one_apart("HX15", "HX-15")
    assert one_apart("HX-51", "HX-15")
    assert not one_apart("HX-15", "HX-15")
    assert not one_apart("HX-15", "HY-16")


def test_nothing_is_proposed_where_several_could_be_meant() -> None:
    known = KnownCodes(["HX-15", "HX-16", "GP"])
    assert known.nearest("HX-17") is None
    assert known.nearest("HX-151") == "HX-15"
    assert known.nearest("GQ") is None  # too short to tell


def take(database: Database, tmp_path: Path, rows: Rows, **more: Any) -> ImportReport:
    return import_files(database, [book(tmp_path, rows)], now=NOW, **more)


def only_error(report: ImportReport) -> Any:
    (error,) = [p for p in report.problems if p.severity is Severity.ERROR]
    return error


@pytest.mark.parametrize(
    ("sheet_key", "column", "typed", "meant"),
    [
        ("Orders", "item_code", "A一1", "A-1"),
        ("Orders", "item_code", "A-l", "A-1"),
        ("BOM", "component_code", "M\u20131", "M-1"),
        ("Tools", "items", "A-11", "A-1"),
        ("Routings", "tool_type", "M0-1", "MO-1"),
        ("Orders", "customer", "甲 ", "甲"),
    ],
)
def test_an_unknown_code_is_refused_with_the_likely_one_and_taken_when_answered(
    database: Database, tmp_path: Path, sheet_key: str, column: str, typed: str, meant: str
) -> None:
    rows = small_plant()
    rows[sheet_key][0][column] = typed
    report = take(database, tmp_path, rows)
    if typed.strip() == meant:  # blanks around are no fault
        assert report.ok
        return
    error = only_error(report)
    assert error.fix == meant
    answered = take(database, tmp_path, rows, answers=error.fixes())
    assert answered.ok, [p.message_with_place().text("en") for p in answered.problems]
    with database.read() as session:
        assert session.scalars(select(ProductionOrder)).one()


def test_a_code_within_a_list_is_mended_within_the_list(database: Database, tmp_path: Path) -> None:
    rows = small_plant()
    rows["Machines"].append(rows["Machines"][0] | {"machine_code": "T-2", "name": "台2"})
    rows["Routings"][0]["machines"] = "T-1:12;T一2:9.5"
    assert only_error(take(database, tmp_path, rows)).fix == "T-1:12;T-2:9.5"


def test_a_number_finds_the_code_whose_zeros_it_lost(database: Database, tmp_path: Path) -> None:
    rows = small_plant()
    rows["Items"][1]["item_code"] = "00123"
    rows["BOM"][0]["component_code"] = 123
    error = only_error(take(database, tmp_path, rows))
    assert (error.value, error.fix) == ("123", "00123")


def test_two_records_that_look_alike_are_both_named(database: Database, tmp_path: Path) -> None:
    rows = small_plant()
    rows["Items"].append(rows["Items"][1] | {"item_code": "M一1"})
    report = take(database, tmp_path, rows)
    assert report.ok
    (warning,) = [p for p in report.problems if p.severity is Severity.WARNING]
    assert warning.message.code == "exchange.looks_alike"
    for language in ("zh", "en"):
        assert "M一1" in warning.message.text(language)
        assert "M-1" in warning.message.text(language)
    with database.read() as session:
        assert {"M-1", "M一1"} <= set(session.scalars(select(Item.code)))


def test_a_work_centre_that_comes_into_being_by_a_slip_is_named(
    database: Database, tmp_path: Path
) -> None:
    rows = small_plant()
    rows["Machines"][0]["work_centre"] = "CAST-O1"
    rows["Routings"][0]["work_centre"] = "CAST-01"
    rows["Routings"][0]["machines"] = "T-1"
    report = take(database, tmp_path, rows)
    warnings = [p.message.code for p in report.problems if p.severity is Severity.WARNING]
    assert warnings == ["exchange.looks_alike"]


def test_a_new_customer_is_made_when_that_is_answered(database: Database, tmp_path: Path) -> None:
    rows = small_plant()
    rows["Orders"][0]["customer"] = "乙公司"
    report = take(database, tmp_path, rows)
    assert not report.ok
    (question,) = report.questions
    assert [option.key for option in question.options] == ["create"]
    assert take(database, tmp_path, rows, answers={question.id: "create"}).ok
    with database.read() as session:
        made = session.scalars(select(Customer).where(Customer.code == "乙公司")).one()
    assert made.short_name == "乙公司"


FIXES = {
    ("Orders", "quantity", "100支"): "100", ("Orders", "quantity", "1,200 元"): "1200",
    ("Orders", "quantity", "¥12.50"): "12.50", ("Orders", "quantity", "1,5"): "1.5",
    ("Orders", "quantity", "1.234,56"): "1234.56", ("Orders", "quantity", "1234,567"): "1234.567",
    ("Routings", "rate", "1.5班"): "1.5", ("Routings", "rate", "52分/模次"): "52",
    ("Routings", "setup_min", "2小时"): "120", ("Routings", "setup_min", "20分钟"): "20",
    ("Routings", "min_wait", "1:30"): "90分", ("Items", "lead_time_days", "3天"): "3",
    ("Items", "lead_time_days", "2.4"): "2", ("Orders", "quantity", "many"): None,
    ("Orders", "requested", "月底"): "2026-11-30", ("Orders", "requested", "12月底"): "2026-12-31",
    ("Orders", "requested", "月初"): "2026-12-01", ("Orders", "requested", "3月初"): "2027-03-01",
    ("Orders", "requested", "急"): "2026-11-26", ("Orders", "requested", "待定"): "2026-12-23",
    ("Orders", "requested", "11月中旬"): "2026-11-20",
    ("Orders", "requested", "3月5日"): "2027-03-05",
    ("Orders", "requested", "3月5号"): "2027-03-05",
    ("Orders", "requested", 46000): "2025-12-09", ("Orders", "requested", "46000"): "2025-12-09",
    ("Orders", "requested", "20261205"): "2026-12-05",
    ("Orders", "requested", "26.12.5"): "2026-12-05",
    ("Orders", "requested", "25/12/2026"): "2026-12-25", ("Orders", "requested", "5/6/2026"): None,
    ("Orders", "requested", 2026): None, ("Exceptions", "from", "2026-12-05 08:00"): "2026-12-05",
    ("Shifts", "start", 0.3125): "07:30",
}  # fmt: skip


@pytest.mark.parametrize(("key", "column", "cell"), FIXES)
def test_a_bad_cell_is_refused_with_what_could_stand_there(
    key: str, column: str, cell: str | float
) -> None:
    with pytest.raises(Refused) as refused:
        Cleaner(TODAY).clean(cell, sheet(key).column(column))
    assert refused.value.fix == FIXES[key, column, cell]
    if refused.value.fix is not None:
        kind = sheet(key).column(column)
        assert Cleaner(TODAY).clean(refused.value.fix, kind) is not None
        assert kind.kind in Kind


def test_the_unit_goes_into_its_own_column_only_where_that_takes_it(
    database: Database, tmp_path: Path
) -> None:
    rows = small_plant()
    rows["Routings"][0]["rate"] = "52分/模次"
    assert only_error(take(database, tmp_path, rows)).also == (("定额单位", "分/模次"),)
    rows["Routings"][0]["rate"] = "1.5班"
    error = only_error(take(database, tmp_path, rows))
    assert (error.fix, error.also) == ("1.5", ())
