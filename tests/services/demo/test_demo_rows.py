"""The demo plant is the plant its description promises."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.services.demo import demo_rows

NOW = datetime(2026, 11, 23, 2, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def sheets() -> dict[str, list[dict[str, object]]]:
    return demo_rows(NOW)


def test_it_has_the_size_it_promises(sheets: dict[str, list[dict[str, object]]]) -> None:
    sources = Counter(row["source"] for row in sheets["Items"])
    finished = [row for row in sheets["Items"] if row["category"] == "成品"]
    direct = [row for row in sheets["Operators"] if row["role"] == "操作工"]
    assert len(sheets["Items"]) == 81
    assert len(finished) == 46
    assert sources["采购"] == 26
    assert len(sheets["Machines"]) == 33
    assert len(sheets["Tools"]) == 34
    assert 215 <= len(sheets["ToolCopies"]) <= 230
    assert len(direct) == 46
    assert len(sheets["Operators"]) == 57
    assert len(sheets["Customers"]) == 18
    assert len(sheets["Orders"]) == 300


def test_orders_stand_where_day_one_finds_them(sheets: dict[str, list[dict[str, object]]]) -> None:
    states = Counter(row["state"] for row in sheets["Orders"])
    assert states == {"草稿": 14, "已审核": 150, "已下达": 56, "生产中": 68, "挂起": 7, "已完工": 5}
    running = [row for row in sheets["OrderProgress"] if row.get("running")]
    assert len(running) == 9
    assert all(row["started_at"] and row["remaining"] for row in running)


def test_no_copy_and_no_station_is_in_two_places(
    sheets: dict[str, list[dict[str, object]]],
) -> None:
    running = [row for row in sheets["OrderProgress"] if row.get("running")]
    stations = [row["location"] for row in running]
    assert len(set(stations)) == len(stations)
    item_of = {row["order_no"]: str(row["item_code"]) for row in sheets["Orders"]}
    copies = [
        (item_of[str(row["order_no"])].rsplit("-", 1)[0], copy)
        for row in running
        for copy in str(row.get("tool_copies") or "").split(";")
        if copy
    ]
    assert len(set(copies)) == len(copies)


def test_codes_are_unique_and_references_lead_somewhere(
    sheets: dict[str, list[dict[str, object]]],
) -> None:
    items = [row["item_code"] for row in sheets["Items"]]
    assert len(set(items)) == len(items)
    assert {row["item_code"] for row in sheets["Orders"]} <= set(items)
    assert {row["component_code"] for row in sheets["BOM"]} <= set(items)
    tools = {row["tool_code"] for row in sheets["Tools"]}
    assert {row["tool_code"] for row in sheets["ToolCopies"]} == tools
    asked = {row["tool_type"] for row in sheets["Routings"] if row.get("tool_type")}
    assert asked == tools
    centres = {row["work_centre"] for row in sheets["Machines"]}
    assert {row["work_centre"] for row in sheets["Routings"]} <= centres


def test_every_finished_family_is_inspected_at_a_step_of_its_own(
    sheets: dict[str, list[dict[str, object]]],
) -> None:
    family = {row["item_code"]: row["family"] for row in sheets["Items"] if row.get("family")}
    steps = {(family.get(row["item_code"]), row["step_no"]) for row in sheets["Routings"]}
    plans = sheets["InspectionPlans"]
    assert {(row["family"], row["step_no"]) for row in plans if row.get("family")} <= steps
    sold = {row["family"] for row in sheets["Items"] if row["category"] == "成品"}
    for kind in ("首件", "终检"):
        assert sold - {row.get("family") for row in plans if row["type"] == kind} == {"罗马柱"}
    assert len({row["plan_code"] for row in plans}) == 19


def test_pieces_are_about_three_weeks_of_output(sheets: dict[str, list[dict[str, object]]]) -> None:
    pieces = Decimal(0)
    per_unit = {row["item_code"]: row["factor"] for row in sheets["UnitConversions"]
                if row["unit"] == "箱"}  # fmt: skip
    for row in sheets["Orders"]:
        quantity = Decimal(str(row["quantity"]))
        if row["unit"] == "米":
            quantity /= Decimal("2.5")
        if row["unit"] == "箱":
            quantity *= Decimal(str(per_unit[row["item_code"]]))
        pieces += quantity
    assert 12_500 <= pieces <= 17_500


def test_one_seed_makes_one_plant_and_the_date_moves_it() -> None:
    again, other = demo_rows(NOW), demo_rows(NOW, seed=2)
    assert demo_rows(NOW) == again
    assert other["Orders"] != again["Orders"]
    later = demo_rows(NOW + timedelta(days=7))
    assert [row["item_code"] for row in later["Orders"]] == [
        row["item_code"] for row in again["Orders"]
    ]
    assert later["Orders"][0]["requested"] != again["Orders"][0]["requested"]


@pytest.mark.parametrize("seed", range(1, 9))
def test_no_step_reports_more_than_its_order_releases_with_every_seed(seed: int) -> None:
    sheets = demo_rows(NOW, seed=seed)
    boxes = {row["item_code"]: Decimal(str(row["factor"])) for row in sheets["UnitConversions"]
             if row["unit"] == "箱"}  # fmt: skip
    ordered: dict[object, Decimal] = {}
    for row in sheets["Orders"]:
        quantity = Decimal(str(row["quantity"]))
        if row["unit"] == "米":
            quantity /= Decimal("2.5")
        ordered[row["order_no"]] = quantity * (
            boxes[row["item_code"]] if row["unit"] == "箱" else 1
        )
    for row in sheets["OrderProgress"]:
        done = Decimal(str(row.get("good", 0))) + Decimal(str(row.get("remaining", 0)))
        assert done <= ordered[row["order_no"]], row
