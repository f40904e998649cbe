"""Draft mappings for foreign files: sheets and columns with scores, rules from the cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from app.models.database import Database
from app.services.exchange.cells import Cell, Page
from app.services.exchange.evidence import Known, known_codes
from app.services.exchange.proposals import Proposal, TableProposal, propose
from app.services.exchange.reading import read_pages
from app.services.exchange.sources import find_sources, pattern_of, source_name
from tests.services.small_plant import SmallPlant

TODAY = date(2026, 11, 23)
ROOT = Path(__file__).resolve().parents[3]
SHOP = ROOT.parent / "shared" / "data" / "plants" / "moulding_shop"


def day(number: int) -> datetime:
    return datetime(2026, 12, number)  # noqa: DTZ001 - a cell


def proposed(*files: tuple[str, Sequence[Sequence[Cell]]], known: Known | None = None) -> Proposal:
    pages = [(name, [Page("Sheet1", tuple(tuple(row) for row in rows))]) for name, rows in files]
    return propose(find_sources(pages), known or Known(), TODAY)


def only(proposal: Proposal) -> TableProposal:
    (table,) = proposal.tables
    return table


def rules(table: TableProposal) -> dict[str, Any]:
    return {column.target: column.rule for column in table.columns}


ORDERS = [
    ("十一月订单汇总表",),
    ("单号", "客户", "货号", "数量(支)", "交期", "类别", "备注"),
    ("XS-1", "宏达", "HX-15", 200, day(5), "急单", None),
    ("XS-2", "宏达", "HX-16", 100, day(6), "正常", "轻放"),
    ("XS-3", "恒信", "HX-15", 50, day(7), "打样", None),
    ("合计", None, None, 350, None, None, None),
]


def test_a_chinese_order_list_becomes_orders() -> None:
    table = only(proposed(("订单2026-11.xlsx", ORDERS)))
    assert (table.sheet, table.missing) == ("Orders", ())
    found = rules(table)
    assert found["order_no"] == "单号"
    assert found["customer"] == "客户"
    assert found["item_code"] == "货号"
    assert found["quantity"] == "数量(支)"
    assert found["requested"] == "交期"
    assert found["remark"] == "备注"
    assert found["type"] == {"from": "类别", "translate": "订单_type"}
    assert table.translate["订单_type"] == {"急单": "加急", "正常": "正常", "打样": "样品"}
    assert table.source_extra == {"skip": ["合计"]}
    assert all(0.5 <= c.score <= 1 and c.reasons for c in table.columns)


def test_codes_of_the_plant_are_evidence() -> None:
    rows = [("单号", "客户", "说法", "量", "交期")]
    rows += [(f"N{n}", "甲", f"HX-{n}", 5, day(n)) for n in range(1, 6)]  # type: ignore[misc]
    table = only(proposed(("订单.xlsx", rows)))
    assert "item_code" in table.missing
    known = Known({"item": frozenset(f"hx-{n}" for n in range(1, 6))})
    table = only(proposed(("订单.xlsx", rows), known=known))
    assert rules(table)["item_code"] == "说法"
    (told,) = next(c for c in table.columns if c.target == "item_code").reasons
    assert told.text("en") == "5 of 5 values are items"


def test_codes_that_another_file_brings_are_evidence() -> None:
    items = [("料号", "品名"), *((f"HX-{n}", f"线{n}") for n in range(1, 6))]
    orders = [("单号", "客户", "说法", "数量", "交期")]
    orders += [(f"N{n}", "甲", f"HX-{n}", 5, day(n)) for n in range(1, 6)]  # type: ignore[misc]
    found = {t.sheet: t for t in proposed(("物料.xlsx", items), ("订单.xlsx", orders)).tables}
    assert rules(found["Orders"])["item_code"] == "说法"


def test_dates_in_a_column_called_number_are_no_number() -> None:
    rows = [("单号", "客户", "料号", "数量", "交期"), ("N1", "甲", "A", day(1), day(2))]
    assert "quantity" in only(proposed(("订单.xlsx", rows))).missing


@pytest.mark.parametrize(
    ("header", "cells", "target", "rule"),
    [
        ("长度(m)", [2.5, 3], "length_mm", {"from": "长度(m)", "multiply": 1000}),
        ("单重 g", [640, 320], "weight_kg", {"from": "单重 g", "multiply": "0.001"}),
        ("损耗率", [0.05, 0.1], "scrap_pct", {"from": "损耗率", "multiply": 100}),
        ("损耗率", [5, 10], "scrap_pct", "损耗率"),
        ("损耗率%", [0.5, 5], "scrap_pct", "损耗率%"),
        ("批次管理", ["是", "否"], "lot_tracked", "批次管理"),
        ("批次管理", ["有", "无"], "lot_tracked",
         {"from": "批次管理", "translate": "物料_lot_tracked"}),
        ("自制/外购", ["外购件", "自产"], "source",
         {"from": "自制/外购", "translate": "物料_source"}),
    ],
)  # fmt: skip
def test_units_percents_and_words_become_rules(
    header: str, cells: list[Cell], target: str, rule: Any
) -> None:
    rows = [("料号", "品名", header), *((f"A{n}", "线", cell) for n, cell in enumerate(cells))]
    assert rules(only(proposed(("物料.xlsx", rows))))[target] == rule


def test_what_a_header_says_of_time_and_number_becomes_columns() -> None:
    rows = [("母件编码", "子件编码", "用量(kg/10000PCS)"), ("A", "R", 1.5), ("B", "R", 2)]
    found = rules(only(proposed(("BOM.xlsx", rows))))
    assert found["base_qty"] == {"const": "10000"}
    assert found["unit"] == {"const": "kg"}
    rows = [("料号", "工序号", "工序名称", "工作中心", "标准工时(秒)"), ("A", 10, "浇注", "台", 52)]
    assert rules(only(proposed(("工艺.xlsx", rows))))["rate_basis"] == {"const": "秒/件"}


def test_a_route_in_one_cell_becomes_steps() -> None:
    rows = [
        ("料号", "品名", "工艺流程"),
        ("A", "线", "浇注→烘干→修边"),
        ("B", "角", "浇注→烘干→喷漆→包装"),
    ]
    items, steps = proposed(("物料.xlsx", rows)).tables
    assert (items.sheet, steps.sheet) == ("Items", "Routings")
    assert steps.extra == {"expand": {"from": "工艺流程", "split": "→"}}
    assert rules(steps)["step_name"] == {"template": "{part}"}
    assert rules(steps)["item_code"] == "料号"
    timed = [
        ("料号", "品名", "工艺流程"),
        ("A", "线", "浇注(52分/模次)→烘干(18时/批)→修边(2分/件)"),
    ]
    _, steps = proposed(("物料.xlsx", timed)).tables
    assert rules(steps) == {"item_code": "料号", "route": "工艺流程"}
    assert (steps.extra, steps.missing) == ({}, ())


def test_cells_merged_downwards_hold_for_the_rows_below() -> None:
    rows = [("单号", "客户", "料号", "数量", "交期"), ("N1", "甲", "A", 5, day(1)),
            (None, None, "B", 6, day(1)), ("N2", "乙", "A", 7, day(2)),
            (None, None, "C", 8, day(2))]  # fmt: skip
    table = only(proposed(("订单.xlsx", rows)))
    assert table.source_extra == {"fill_down": ["单号"]}


def test_what_is_missing_is_assumed_or_named() -> None:
    table = only(proposed(("物料.xlsx", [("料号", "品名"), ("A", "线"), ("B", "角")])))
    by_target = {c.target: c for c in table.columns}
    assert by_target["category"].rule == {"const": "成品"}
    assert by_target["category"].score < 0.5
    assert "成品" in by_target["category"].reasons[0].text("en")
    rows = [("设备编号", "设备名称"), ("T1", "台")]
    assert only(proposed(("设备台账.xlsx", rows))).missing == ("calendar",)
    usual = Known(usual={"calendar": "白班"})
    assert rules(only(proposed(("设备台账.xlsx", rows), known=usual)))["calendar"] == {
        "const": "白班"
    }


def test_files_of_one_shape_are_one_source() -> None:
    one, other = ORDERS, [*ORDERS[:2], ("XS-9", "宏达", "HX-15", 1, day(9), "正常", None)]
    proposal = proposed(("订单2026-11.xlsx", one), ("订单2026-12.xlsx", other))
    (source,) = proposal.sources
    assert source.files == ("订单2026-11.xlsx", "订单2026-12.xlsx")
    assert (source.pattern, source.count) == ("订单*.xlsx", 5)


def test_a_page_that_is_nothing_of_ours_is_left_out() -> None:
    rows = [("Sepal.Length", "Species"), (5.1, "setosa"), (4.9, "virginica")]
    proposal = proposed(("iris.xlsx", rows))
    assert proposal.tables == ()
    assert len(proposal.sources) == 1


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("purchaseOrder_181020.xlsx", "purchaseOrder_*.xlsx"),
        ("2026-11 订单.xlsx", "* 订单.xlsx"),
        ("订单2026年11月.xlsx", "订单*.xlsx"),
        ("订单(1).xlsx", "订单*.xlsx"),
        ("20261101.xlsx", "20261101.xlsx"),
        ("BOM[新].xlsx", "BOM[[]新].xlsx"),
        ("V2.xls", "V2.xls"),
    ],
)
def test_the_next_export_fits_the_pattern_of_this_one(name: str, pattern: str) -> None:
    from fnmatch import fnmatch

    assert pattern_of(name) == pattern
    assert fnmatch(name, pattern)


def test_sources_have_names_that_a_mapping_can_join() -> None:
    assert source_name("purchaseOrder_181020.xlsx") == "purchaseOrder"
    assert source_name("a.b (2).xlsx") == "a_b"
    assert source_name("2026.xlsx") == "source"


def test_the_plant_tells_its_codes(database: Database, plant: SmallPlant) -> None:
    known = known_codes(database)
    assert {"c1", "alpha"} <= known.of("customer")
    assert "mo-1" in known.of("order")
    assert known.usual == {"calendar": "DAY"}


@pytest.mark.skipif(not SHOP.is_dir(), reason="the moulding shop's files are not here")
def test_the_moulding_shops_files_find_their_sheets() -> None:
    files = [(path.name, read_pages(path)) for path in sorted(SHOP.rglob("*.xlsx"))]
    proposal = propose(find_sources(files), Known(), date(2018, 11, 1))  # type: ignore[arg-type]
    found = {table.source: table for table in proposal.tables}
    assert {name: table.sheet for name, table in found.items()} == {
        "purchaseOrder": "Orders", "holidayNotes": "Exceptions",
        "itemCompositionSummary": "BOM", "itemInfo": "Items", "machineInfo": "Machines",
        "moldInfo": "Tools", "moldSpecificationSummary": "Routings", "resineInfo": "Items",
    }  # fmt: skip
    orders = rules(found["purchaseOrder"])
    expected = {
        "order_no": "poNo", "item_code": "itemCode", "quantity": "itemQuantity",
        "requested": "poETA", "order_date": "poReceivedDate",
    }  # fmt: skip
    assert expected.items() <= orders.items()
    assert rules(found["machineInfo"])["attributes"] == {
        "from": "machineTonnage",
        "as": "吨位={value}",
    }
    assert set(found["resineInfo"].translate["resineInfo_category"].values()) == {"原料", "辅料"}
