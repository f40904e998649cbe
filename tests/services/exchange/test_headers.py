"""Header rows found below titles, notes and blanks, alone or as two rows."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.services.exchange.cells import Broken, Cell
from app.services.exchange.headers import find_headers, headers_at, joined_names

Rows = list[tuple[Cell, ...]]
DAY = datetime(2026, 12, 5)  # noqa: DTZ001 - a cell
HEAD = ("订单号", "客户名称", "产品编码", "数量", "交货日期", "备注")
DATA = ("A1", "宏达", "X-1", 100, DAY, None)


@pytest.mark.parametrize(
    ("rows", "numbers", "first"),
    [
        ([HEAD, DATA], (1,), 2),
        ([("十一月订单汇总表",), HEAD, DATA], (2,), 3),
        ([("十一月订单汇总表",), (None,), HEAD, DATA, DATA], (3,), 4),
        ([("制表:李", None, None, None, "日期:2026-11-01"), HEAD, DATA], (2,), 3),
        (
            [
                ("佛山石膏线厂订单",),
                ("注:红色为加急,请各车间按时完成,不得延误,每天下班前把完成数报给计划部,谢谢配合。",),
                HEAD,
                DATA,
            ],
            (3,),
            4,
        ),
        ([HEAD, ("order_no", "customer", "item_code", "quantity", "requested", "remark"), DATA],
         (1,), 3),
        ([("itemCode", "itemName"), ("10236M", "AB-TP-BODY")], (1,), 2),
    ],
)  # fmt: skip
def test_the_header_row_is_found(rows: Rows, numbers: tuple[int, ...], first: int) -> None:
    found = find_headers(rows)
    assert found is not None
    assert (found.rows, found.first) == (numbers, first)
    assert found.sure > 0.5


def test_two_rows_are_joined_units_below_names() -> None:
    rows: Rows = [
        ("料号", "品名", "长度", "单重"),
        (None, None, "mm", "kg"),
        ("A", "甲", 2500, 6.4),
    ]
    found = find_headers(rows)
    assert found is not None
    assert found.rows == (1, 2)
    assert found.names == ("料号", "品名", "长度 mm", "单重 kg")


def test_two_rows_are_joined_groups_above_names() -> None:
    rows: Rows = [
        ("订单号", "客户", "计划", None, "实际", None, "备注"),
        (None, None, "数量", "日期", "数量", "日期", None),
        ("A1", "甲", 100, DAY, 5, DAY, "x"),
    ]
    found = find_headers(rows)
    assert found is not None
    assert found.rows == (1, 2)
    assert found.names == (
        "订单号",
        "客户",
        "计划 数量",
        "计划 日期",
        "实际 数量",
        "实际 日期",
        "备注",
    )


def test_a_name_that_stands_twice_is_numbered() -> None:
    assert joined_names([("备注", "数量", "备注")]) == ("备注", "数量", "备注 #2")


def test_a_row_that_a_person_chose_is_taken_with_the_english_one_below() -> None:
    rows: Rows = [
        ("x", "y"),
        HEAD,
        ("order no", "customer", "item code", "qty", "due", "remark"),
        DATA,
    ]
    found = headers_at(rows, [2])
    assert (found.rows, found.first, found.sure) == ((2,), 4, 1.0)
    assert found.names == HEAD


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(None,), (None, None)],
        [(1, 2, 3), (4, 5, 6)],
        [(date(2026, 1, 1), "a"), (date(2026, 1, 2), "b")],
        [(Broken("error", "#N/A"), "a")],
    ],
)
def test_where_nothing_looks_like_headers_there_are_none(rows: Rows) -> None:
    assert find_headers(rows) is None


def test_names_merged_over_two_rows_stand_in_both_and_are_taken_once() -> None:
    rows: Rows = [
        ("订单号", "客户", "计划", None, "实际", None),
        ("订单号", "客户", "数量", "日期", "数量", "日期"),
        ("A1", "甲", 100, DAY, 5, DAY),
    ]
    found = find_headers(rows)
    assert found is not None
    assert found.rows == (1, 2)
    assert found.names == ("订单号", "客户", "计划 数量", "计划 日期", "实际 数量", "实际 日期")
