"""Names of foreign columns as plants write them, and which of our columns they are taken for."""

from __future__ import annotations

import pytest

from app.services.exchange.names import LEAST, Name, column_likeness, sheet_likeness
from app.services.exchange.sheets import SHEETS, sheet

REAL_LIFE = [
    ("Orders", "生产单号", "order_no"),
    ("Orders", "工单号", "order_no"),
    ("Orders", "制令单号", "order_no"),
    ("Orders", "WO No.", "order_no"),
    ("Orders", "Job No", "order_no"),
    ("Orders", "客户名称", "customer"),
    ("Orders", "Cust.", "customer"),
    ("Orders", "KHMC", "customer"),
    ("Orders", "客户PO号", "customer_po"),
    ("Orders", "poNo", "customer_po"),
    ("Orders", "PO Number", "customer_po"),
    ("Orders", "合同编号", "sales_order_line"),
    ("Orders", "料号", "item_code"),
    ("Orders", "产品编码", "item_code"),
    ("Orders", "货号", "item_code"),
    ("Orders", "WLBM", "item_code"),
    ("Orders", "wuliaobianma", "item_code"),
    ("Orders", "Part Number", "item_code"),
    ("Orders", "Item Code", "item_code"),
    ("Orders", "SKU", "item_code"),
    ("Orders", "数量(PCS)", "quantity"),
    ("Orders", "订单数量 件", "quantity"),
    ("Orders", "Order Qty", "quantity"),
    ("Orders", "itemQuantity", "quantity"),
    ("Orders", "Qty.", "quantity"),
    ("Orders", "交期", "requested"),
    ("Orders", "交货日期*", "requested"),
    ("Orders", "客户要求交期", "requested"),
    ("Orders", "JHRQ", "requested"),
    ("Orders", "jiaohuoriqi", "requested"),
    ("Orders", "Due Date", "requested"),
    ("Orders", "poETA", "requested"),
    ("Orders", "Required Date", "requested"),
    ("Orders", "下单日期", "order_date"),
    ("Orders", "poReceivedDate", "order_date"),
    ("Orders", "业务员", "merchandiser"),
    ("Orders", "备 注", "remark"),
    ("Orders", "计量单位", "unit"),
    ("Orders", "UOM", "unit"),
    ("Items", "品名规格", "name"),
    ("Items", "itemName", "name"),
    ("Items", "Description", "name"),
    ("Items", "存货编码", "item_code"),
    ("Items", "规格型号", "specification"),
    ("Items", "长度(m)", "length_mm"),
    ("Items", "单重/g", "weight_kg"),
    ("Items", "自制/外购", "source"),
    ("Items", "colorType", "colour"),
    ("BOM", "母件编码", "parent_code"),
    ("BOM", "子件料号", "component_code"),
    ("BOM", "单位用量kg", "quantity"),
    ("BOM", "损耗率(%)", "scrap_pct"),
    ("Routings", "标准工时(秒)", "rate"),
    ("Routings", "Cycle Time", "rate"),
    ("Routings", "换模时间(分钟)", "setup_min"),
    ("Routings", "工序名称", "step_name"),
    ("Machines", "设备编号", "machine_code"),
    ("Machines", "machineTonnage", "attributes"),
    ("Machines", "机台名称", "name"),
    ("Tools", "moldNo", "tool_code"),
    ("Tools", "模具编号", "tool_code"),
    ("Tools", "moldCavityStandard", "cavities"),
    ("Tools", "moldSettingCycle", "cycle"),
    ("Tools", "一出几", "cavities"),
    ("Stock", "现存数量", "quantity"),
    ("Stock", "仓库名称", "location"),
    ("Receipts", "未交数", "open_quantity"),
    ("Receipts", "Supplier Name", "supplier"),
    ("Receipts", "预计到货日期", "confirmed_date"),
    ("Operators", "员工姓名", "name"),
    ("OrderProgress", "良品数", "good"),
    ("OrderProgress", "NG Qty", "scrap"),
]


@pytest.mark.parametrize(("key", "header", "column"), REAL_LIFE)
def test_a_real_life_header_is_taken_for_the_right_column(
    key: str, header: str, column: str
) -> None:
    described = sheet(key)
    scores = {c.key: column_likeness(header, described, c).score for c in described.columns}
    assert max(scores, key=lambda k: scores[k]) == column, sorted(
        scores.items(), key=lambda s: -s[1]
    )
    assert scores[column] >= LEAST


@pytest.mark.parametrize(
    "header", ["itemsWeight", "otherNG", "changedTime", "??", "3", "Sepal.Length"]
)
def test_a_header_that_is_none_of_ours_is_like_nothing(header: str) -> None:
    described = sheet("Orders")
    assert all(column_likeness(header, described, c).score < 0.5 for c in described.columns)


def test_our_own_headers_are_surest() -> None:
    for described in SHEETS:
        for column in described.columns:
            for name in (column.zh, column.key):
                assert column_likeness(name, described, column).score == 1.0, (described.key, name)


@pytest.mark.parametrize(
    ("text", "plain", "unit"),
    [
        ("数量(PCS)", "数量", "pcs"),
        ("长度mm", "长度", "mm"),
        ("重量 / kg", "重量", "kg"),
        ("数量 件", "数量", "件"),
        ("Weight [g]", "weight", "g"),
        ("交期", "交期", ""),
        ("件号", "件号", ""),
        ("工时(分钟)", "工时", "分钟"),
    ],
)
def test_units_are_no_part_of_a_name(text: str, plain: str, unit: str) -> None:
    name = Name.of(text)
    assert (name.plain, name.unit) == (plain, unit)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("purchaseOrder_181020.xlsx", "Orders"),
        ("itemInfo.xlsx", "Items"),
        ("machineInfo.xlsx", "Machines"),
        ("2026-11 订单汇总.xlsx", "Orders"),
        ("库存表", "Stock"),
        ("物料清单", "BOM"),
        ("设备台账", "Machines"),
        ("holidayNotes.xlsx", "Exceptions"),
    ],
)
def test_names_of_files_and_sheets_say_what_is_in_them(name: str, key: str) -> None:
    scores = {described.key: sheet_likeness(name, described).score for described in SHEETS}
    assert max(scores, key=lambda k: scores[k]) == key
