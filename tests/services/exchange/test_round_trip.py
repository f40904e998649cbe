"""What comes in goes out and comes in again as what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.models.database import Database
from app.models.plant import ToolItem, ToolType
from app.models.products import Item
from app.reports.workbook import write_rows
from app.services.demo import demo_rows
from app.services.exchange import import_files, plan_import
from app.services.exchange.export_rows import export_rows
from app.services.exchange.records import Severity
from app.services.exchange.report import ImportReport, SheetCount
from app.services.exchange.sheets import SHEETS
from tests.services.exchange.conftest import Bring
from tests.services.exchange.small_rows import NOW, changed, small_rows


def _told(report: ImportReport) -> list[str]:
    return [problem.message_with_place().text("en") for problem in report.problems]


def _sums(report: ImportReport) -> tuple[int, int, int]:
    counts = report.counts
    return (
        sum(count.new for count in counts),
        sum(count.changed for count in counts),
        sum(count.unchanged for count in counts),
    )


def _moved(report: ImportReport) -> list[SheetCount]:
    return [count for count in report.counts if count.new or count.changed]


def _rows_in(rows: dict[str, list[Any]]) -> int:
    return sum(len(found) for found in rows.values())


def test_the_small_plant_fills_every_sheet() -> None:
    rows = small_rows()
    assert set(rows) == {sheet.key for sheet in SHEETS}
    assert all(rows.values())


def test_everything_is_new_and_the_second_time_unchanged(bring: Bring) -> None:
    rows = small_rows()
    first = bring(rows)
    assert first.ok, _told(first)
    assert first.written
    assert _sums(first) == (_rows_in(rows), 0, 0)
    second = bring(rows)
    assert _sums(second) == (0, 0, _rows_in(rows)), _moved(second)


def test_a_trial_writes_nothing(database: Database, tmp_path: Path, read_here: None) -> None:
    path = tmp_path / "plant.xlsx"
    write_rows(path, small_rows())
    trial = plan_import(database, [path], now=NOW)
    assert trial.ok
    assert not trial.written
    assert _sums(trial)[0] == _rows_in(small_rows())
    assert not any(export_rows(database)[key] for key in ("Items", "Orders", "Shifts"))


def test_export_brings_no_change(bring: Bring, database: Database) -> None:
    bring(small_rows())
    exported = export_rows(database)
    assert all(exported[sheet.key] for sheet in SHEETS)
    again = bring(exported)  # type: ignore[arg-type]
    assert again.ok, _told(again)
    assert _sums(again) == (0, 0, _rows_in(exported)), _moved(again)


def test_export_makes_the_same_plant_elsewhere(
    bring: Bring, database: Database, tmp_path: Path
) -> None:
    bring(small_rows())
    exported = export_rows(database)
    path = tmp_path / "export.xlsx"
    write_rows(path, exported)
    other = Database.open(f"sqlite:///{(tmp_path / 'other.sqlite').as_posix()}")
    try:
        report = import_files(other, [path], now=NOW)
        assert report.ok, _told(report)
        assert export_rows(other) == exported
    finally:
        other.close()


EDITS = [
    ("Units", 2, {"factor": "1016"}),
    ("Skills", 0, {"name": "浇注工"}),
    ("Locations", 0, {"name": "一号仓"}),
    ("WorkCentres", 0, {"freeze_within": 2880}),
    ("WorkCentres", 0, {"shift_first_piece_min": 20}),
    ("Calendars", 1, {"name": "本公司"}),
    ("CustomFields", 1, {"choices": "纸箱;木架;托盘"}),
    ("SupplierItems", 0, {"price": "13"}),
    ("Shifts", 0, {"end": "17:00"}),
    ("Rotation", 0, {"sequence": "夜7白7"}),
    ("Customers", 0, {"city": "佛山"}),
    ("Suppliers", 0, {"price": "0.9"}),
    ("ReasonCodes", 1, {"name": "断电"}),
    ("Items", 0, {"name": "玫瑰150"}),
    ("Items", 0, {"特性:角度": "30°"}),
    ("Items", 1, {"setup_attr_2": "红"}),
    ("UnitConversions", 0, {"factor": "2.4"}),
    ("BOM", 0, {"quantity": "6.9"}),
    ("Routings", 0, {"rate": "50"}),
    ("Routings", 0, {"machines": "CT-02;CT-01:52"}),
    ("Routings", 0, {"tool_type": "M-15;车架"}),
    ("InspectionPlans", 0, {"upper": "2503"}),
    ("InspectionPlans", 0, {"aql_major": "4.0"}),
    ("InspectionPlans", 1, {"class": "MA"}),
    ("InspectionPlans", 2, {"lower": "-8"}),
    ("InspectionPlans", 2, {"plan_name": "粉料来料"}),
    ("Machines", 0, {"attributes": "吨位=100;炉温=60"}),
    ("Maintenance", 0, {"minutes": 90}),
    ("Tools", 0, {"machine_rule": "100"}),
    ("Tools", 0, {"cavities": 3}),
    ("Tools", 1, {"items": "0015-W:4"}),
    ("ToolCopies", 0, {"shots_done": 21}),
    ("Operators", 0, {"skills": "浇注:A;机修:B"}),
    ("Exceptions", 0, {"reason": "劳动节"}),
    ("SetupAttributes", 0, {"default_min": 7}),
    ("SetupAttributes", 0, {"campaign_min": 120}),
    ("SetupGroups", 0, {"members": "金;红;黑"}),
    ("SetupMatrix", 0, {"minutes": "12"}),
    ("Stock", 1, {"quantity": "750"}),
    ("Receipts", 0, {"confirmed_date": "2026-03-07"}),
    ("Orders", 0, {"remark": "加急处理"}),
    ("Orders", 1, {"quantity": "120"}),
    ("Orders", 0, {"requested": "2026-03-21"}),
    ("OrderProgress", 1, {"good": "61"}),
]


def test_every_sheet_is_edited_somewhere() -> None:
    assert {sheet for sheet, _, _ in EDITS} == {sheet.key for sheet in SHEETS}


def test_one_edited_cell_is_one_change(bring: Bring) -> None:
    rows = small_rows()
    bring(rows)
    for sheet, number, cells in EDITS:
        rows = changed(rows, sheet, number, **cells)
        report = bring({sheet: rows[sheet]})
        assert report.ok, (sheet, cells, _told(report))
        assert _sums(report) == (0, 1, len(rows[sheet]) - 1), (cells, _moved(report))
    # No edit changed a row of another sheet.
    whole = bring(rows)
    assert _sums(whole) == (0, 0, _rows_in(rows)), _moved(whole)


def test_empty_leaves_and_a_dash_deletes(bring: Bring, database: Database) -> None:
    bring(small_rows())
    bring({"Customers": [{"customer_code": "C01", "short_name": "宏达", "city": "-"}]})
    (first, _) = export_rows(database)["Customers"]
    assert "city" not in first
    assert first["name"] == "广州宏达"


def _pieces(database: Database) -> set[tuple[str, str, int]]:
    columns = (ToolType.code, Item.code, ToolItem.pieces_per_shot)
    statement = (
        select(*columns)
        .select_from(ToolItem)
        .join(ToolType, ToolType.id == ToolItem.tool_type_id)
        .join(Item, Item.id == ToolItem.item_id)
    )
    with database.read() as session:
        return {(tool, item, pieces) for tool, item, pieces in session.execute(statement)}


def test_a_code_alone_fills_the_mould_and_figures_share_it(
    bring: Bring, database: Database
) -> None:
    bring(small_rows())
    family = {("M-16", "0015-W", 2), ("M-16", "0015-G", 2)}
    assert _pieces(database) == {("M-15", "0015-W", 2), ("M-15", "0015-G", 2)} | family
    bring({"Tools": [{"tool_code": "M-15", "name": "玫瑰模", "cavities": 4}]})
    assert _pieces(database) == {("M-15", "0015-W", 4), ("M-15", "0015-G", 4)} | family


def test_half_a_piece_per_shot_is_refused(bring: Bring) -> None:
    rows = changed(small_rows(), "Tools", 1, items="0015-W:2.5")
    report = bring(rows)
    assert [p.message.code for p in report.problems] == ["exchange.pieces_per_shot"]
    assert not report.written


def test_retired_not_deleted(bring: Bring, database: Database) -> None:
    bring(small_rows())
    report = bring({"Machines": [{"action": "停用", "machine_code": "CT-02", "name": "浇注台2",
                                  "calendar": "白班"}]})  # fmt: skip
    assert _sums(report) == (0, 1, 0)
    row = next(r for r in export_rows(database)["Machines"] if r["machine_code"] == "CT-02")
    assert row["action"] == "停用"


def test_orders_without_a_number_get_one_once(bring: Bring, database: Database) -> None:
    rows = small_rows()
    bring(rows)
    bring(rows)
    numbers = [row["order_no"] for row in export_rows(database)["Orders"]]
    assert len(numbers) == len(set(numbers)) == 3
    assert [r.get("external_no") for r in export_rows(database)["Orders"]] == [None, "E-77", "E-78"]


@pytest.mark.parametrize("open_url", ["sqlite"], indirect=True)
def test_the_demo_plant_comes_in_and_goes_out(
    open_url: str, tmp_path: Path, read_here: None
) -> None:
    path, out = tmp_path / "demo.xlsx", tmp_path / "out.xlsx"
    rows = demo_rows(NOW)
    write_rows(path, rows)
    database = Database.open(open_url)
    try:
        report = import_files(database, [path], now=NOW)
        assert report.ok, _told(report)[:5]
        assert {p.severity for p in report.problems} <= {Severity.WARNING}
        assert _sums(report) == (_rows_in(rows), 0, 0)
        exported = export_rows(database)
        write_rows(out, exported)
        again = import_files(database, [out], now=NOW)
        assert again.ok, _told(again)[:5]
        assert _sums(again) == (0, 0, _rows_in(exported)), _moved(again)
    finally:
        database.close()
