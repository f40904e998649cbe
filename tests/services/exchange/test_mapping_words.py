"""What mapping files say about rows, parts, words and corrections; and mappings written back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import RuleBroken
from app.services.exchange.answers import Answers, cell_id, row_id
from app.services.exchange.mapping import read_mapped
from app.services.exchange.plan import MappingText, checked_mapping, filled, places_of, toml_of
from app.services.exchange.records import Reading, Severity
from app.services.exchange.tables import file_hash

TODAY = date(2026, 11, 23)
HEADS = "十一月订单\n单号,客户,料号,数量,交期\n,,,件,\n"
ROWS = "N1,甲,A,5,2026-12-01\n,,B,6支,2026-12-02\n合 计:,,,11,\n"
ORDERS = """
[source.orders]
files = "orders*.csv"
header_row = [2, 3]
skip = ["合计"]
fill_down = ["单号", "客户"]
[[table]]
sheet = "Orders"
source = "orders"
[table.columns]
order_no = "单号"
customer = "客户"
item_code = "料号"
quantity = { from = "数量 件", strip = ["支", "件"] }
requested = "交期"
"""


@pytest.fixture(autouse=True)
def here(read_here: None) -> None:
    """These tables are read in this process."""


def read(
    tmp_path: Path, mapping: str, files: dict[str, str], answers: dict[str, str] | None = None
) -> Reading:
    paths = []
    for name, text in files.items():
        paths.append(tmp_path / name)
        paths[-1].write_text(text, encoding="utf-8")
    return read_mapped(paths, MappingText("m", mapping), TODAY, Answers(answers))


def codes(reading: Reading, severity: Severity) -> list[str]:
    found = [p for p in reading.problems if p.severity is severity]
    return [problem.message.code.removeprefix("exchange.") for problem in found]


def test_two_header_rows_sums_and_merged_cells(tmp_path: Path) -> None:
    reading = read(tmp_path, ORDERS, {"orders.csv": HEADS + ROWS})
    assert codes(reading, Severity.ERROR) == []
    assert [(r.row, r.values["order_no"], r.values["quantity"]) for r in reading.records] == [
        (4, "N1", Decimal(5)),
        (5, "N1", Decimal(6)),
    ]
    assert codes(reading, Severity.CLEANED) == ["filled_down", "sums_skipped"]
    assert "rows 6" in reading.problems[1].message.text("en")


def test_data_may_begin_further_down(tmp_path: Path) -> None:
    mapping = ORDERS.replace("header_row = [2, 3]", "header_row = 2\nfirst_row = 4")
    reading = read(tmp_path, mapping.replace("数量 件", "数量"), {"orders.csv": HEADS + ROWS})
    assert [record.row for record in reading.records] == [4, 5]


def test_of_two_columns_of_one_name_both_can_be_taken(tmp_path: Path) -> None:
    mapping = """
[source.items]
files = "*.csv"
[[table]]
sheet = "Items"
source = "items"
columns = { item_code = "料号", name = "名称", category = { const = "成品" }, \
base_unit = { const = "件" }, source = { const = "自制" }, specification = "名称 #2" }
"""
    reading = read(tmp_path, mapping, {"i.csv": "料号,名称,名称\nA,线,150\n"})
    assert reading.records[0].values["name"] == "线"
    assert reading.records[0].values["specification"] == "150"


def test_a_route_in_one_cell_becomes_a_row_for_each_step(tmp_path: Path) -> None:
    mapping = """
[source.items]
files = "*.csv"
[[table]]
sheet = "Routings"
source = "items"
expand = { from = "工艺", split = "→" }
[table.columns]
item_code = "料号"
step_no = { template = "{step}" }
step_name = { template = "{part}" }
work_centre = { template = "{part}" }
rate = { const = 1 }
rate_basis = { const = "分/件" }
"""
    reading = read(tmp_path, mapping, {"i.csv": "料号,工艺\nA,浇注→烘干 → 包装\nB,\n"})
    steps = [(r.values["step_no"], r.values["step_name"]) for r in reading.records]
    assert steps == [(10, "浇注"), (20, "烘干"), (30, "包装")]


def test_steps_beside_each_other_become_rows(tmp_path: Path) -> None:
    mapping = """
[source.items]
files = "*.csv"
[[table]]
sheet = "Routings"
source = "items"
expand = { from = ["工序1", "工序2", "工序3"] }
columns = { item_code = "料号", step_no = { template = "{step}" }, \
step_name = { template = "{part}" }, work_centre = { const = "台" }, rate = { const = 1 }, \
rate_basis = { const = "分/件" } }
"""
    reading = read(tmp_path, mapping, {"i.csv": "料号,工序1,工序2,工序3\nA,浇注,,包装\n"})
    steps = [(r.values["step_no"], r.values["step_name"]) for r in reading.records]
    assert steps == [(10, "浇注"), (20, "包装")]


def test_a_row_is_left_out_by_an_answer(tmp_path: Path) -> None:
    answers = {row_id("orders.csv", "orders", 5): "leave_out"}
    reading = read(tmp_path, ORDERS, {"orders.csv": HEADS + ROWS}, answers)
    assert [record.row for record in reading.records] == [4]
    assert "left_out" in codes(reading, Severity.CLEANED)


def test_corrections_hold_for_the_file_they_were_made_for(tmp_path: Path) -> None:
    text = HEADS + ROWS.replace("A,5", "A,?")
    place = cell_id("orders.csv", "orders", 4, "数量 件")
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    plan = checked_mapping(MappingText("m", ORDERS))
    plan["corrections"] = [
        {"file": "orders.csv", "sha256": file_hash([tmp_path / "orders.csv"]),
         "answers": {place: "7"}}
    ]  # fmt: skip
    mapping = toml_of(plan)
    assert read(tmp_path, mapping, {"orders.csv": text}).records[0].values["quantity"] == 7
    other = read(tmp_path, mapping, {"orders.csv": text + "N2,甲,A,!,2026-12-01\n"})
    assert codes(other, Severity.ERROR) == ["no_number", "no_number"]
    assert "corrections_outdated" in codes(other, Severity.WARNING)


def test_the_person_answers_before_the_mapping(tmp_path: Path) -> None:
    text = HEADS + "N1,甲,A,5,12月1日\n"
    mapping = '[answers]\n"year:*" = "2025"\n' + ORDERS
    assert str(read(tmp_path, mapping, {"orders.csv": text}).records[0].values["requested"]) == (
        "2025-12-01"
    )
    reading = read(tmp_path, mapping, {"orders.csv": text}, {"year:*": "2027"})
    assert str(reading.records[0].values["requested"]) == "2027-12-01"


def test_a_mapping_can_hold_corrections_of_our_own_workbook(tmp_path: Path) -> None:
    own = "编码,简称\nC1,\n"
    mapping = 'workbook = "Customers*.csv"\n[[corrections]]\nfile = "Customers.csv"\n'
    mapping += '[corrections.answers]\n"cell:Customers.csv/Customers/2/简称" = "甲"\n'
    reading = read(tmp_path, mapping, {"Customers.csv": own})
    assert codes(reading, Severity.ERROR) == []
    assert reading.records[0].values["short_name"] == "甲"


@pytest.mark.parametrize(
    "text",
    [
        "sourcee = 1",
        "[source.a]\nsheet = 'x'",
        "[source.a]\nfiles = 'x'\nheader = 1\n[[table]]\nsheet = 'Items'",
        "[source.a]\nfiles = 'x'\n[[table]]\nsheet = 'Items'\nexpand = { by = ';' }",
        "workbook = '*.xlsx'\n[[corrections]]\nname = 'x'",
    ],
)
def test_what_a_mapping_does_not_know_is_an_error(text: str) -> None:
    with pytest.raises(RuleBroken):
        checked_mapping(MappingText("m", text))


def test_templates_take_any_header() -> None:
    template = "{No.} {a:b} {{x}} {missing}"
    assert places_of(template) == ["No.", "a:b", "missing"]
    assert filled(template, {"No.": "1", "a:b": "2"}) == "1 2 {x} {missing}"


def test_the_longest_mapping_survives_writing() -> None:
    path = Path(__file__).resolve().parents[2] / "data" / "moulding_shop.mapping.toml"
    plan = checked_mapping(MappingText.of_file(path))
    assert checked_mapping(MappingText("m", toml_of(plan))) == plan


words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)
values = st.one_of(words, st.integers(-999, 999), st.booleans(), st.lists(words, max_size=3))


@given(st.dictionaries(words, values, min_size=1, max_size=4), st.dictionaries(words, words))
def test_any_text_in_a_mapping_survives_writing(
    rule: dict[str, object], table: dict[str, str]
) -> None:
    plan = {
        "source": {"a": {"files": ["x"]}},
        "translate": {"t": table} if table else {},
        "table": [{"sheet": "Items", "source": "a", "columns": {"name": {"const": rule}}}],
    }
    expected = {key: value for key, value in plan.items() if value}
    assert checked_mapping(MappingText("m", toml_of(plan))) == expected
