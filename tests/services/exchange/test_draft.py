"""Drafts of mappings: proposals changed by a person are at any time a mapping that runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from app.models.database import Database
from app.services.exchange import import_files
from app.services.exchange.answers import Answers
from app.services.exchange.cells import Cell
from app.services.exchange.draft import ColumnRow, Draft
from app.services.exchange.evidence import Known
from app.services.exchange.fitting import best_fit, fit_of, used_headers
from app.services.exchange.mapping import read_mapped
from app.services.exchange.page_store import ReadFile, read_file
from app.services.exchange.plan import MappingText, checked_mapping, toml_of
from app.services.exchange.reading import read_pages
from app.services.exchange.rule_trial import try_rule
from app.services.exchange.rules import describe
from tests.services.exchange.books import NOW, book, small_plant

TODAY = date(2026, 11, 23)
ROOT = Path(__file__).resolve().parents[3]
SHOP = ROOT.parent / "shared" / "data" / "plants" / "moulding_shop"


def table(tmp_path: Path, name: str, rows: Sequence[Sequence[Cell]], sheet: str = "Sheet1") -> Path:
    from openpyxl import Workbook

    workbook = Workbook()
    page = workbook.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    path = tmp_path / name
    workbook.save(path)
    return path


def read(*paths: Path) -> list[ReadFile]:
    return [read_file(path, read_pages, Answers()) for path in paths]


def draft_of(*paths: Path, known: Known | None = None) -> Draft:
    return Draft.proposed(read(*paths), known or Known(), TODAY)


def day(number: int) -> datetime:
    return datetime(2026, 12, number)  # noqa: DTZ001 - a cell


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return table(tmp_path, "订单2026-11.xlsx", [
        ("十一月订单",), ("单号", "客户", "货号", "数量", "交期", "类别", "单价"),
        ("N1", "甲", "A-1", 5, day(1), "急单", 3.5), ("N2", "甲", "A-1", 6, day(2), "特单", 3.5),
    ])  # fmt: skip


def row_of(draft: Draft, target: str, number: int = 1) -> ColumnRow:
    return next(r for r in draft.column_rows(number) if r.target == target)


def test_a_draft_is_a_mapping_that_reads_the_files(orders: Path) -> None:
    draft = draft_of(orders)
    text = toml_of(draft.plan())
    plan = checked_mapping(MappingText("m", text))
    assert plan["source"] == {"订单": {"files": "订单*.xlsx", "header_row": 2}}
    draft.set_words("订单_type", {"急单": "加急", "特单": "样品"})
    reading = read_mapped(
        [orders], MappingText("m", toml_of(draft.plan())), TODAY, parse=read_pages
    )
    assert [p for p in reading.problems if p.severity == "error"] == []
    assert [r.values["type"] for r in reading.records] == ["rush", "sample"]


def test_rows_say_what_a_person_still_has_to_do(orders: Path) -> None:
    draft = draft_of(orders)
    kind = row_of(draft, "type")
    assert (kind.header, kind.open) == ("类别", ("特单",))
    assert [r.header for r in draft.column_rows(1) if not r.target] == ["单价"]
    assert draft.todo(1) == 1
    draft.set_words("订单_type", {"急单": "加急", "特单": "样品"})
    assert draft.todo(1) == 0
    draft.remove_rule(1, "quantity")
    assert row_of(draft, "quantity").missing
    assert draft.todo(1) == 1


def test_a_column_can_be_for_another_of_ours(orders: Path) -> None:
    draft = draft_of(orders)
    draft.set_rule(1, "sales_order_line", "单号", was="order_no")
    assert "order_no" not in draft.table(1).columns
    row = row_of(draft, "sales_order_line")
    assert (row.header, row.score) == ("单号", None)


def test_other_headers_are_proposed_anew(orders: Path) -> None:
    draft = draft_of(orders)
    (source,) = draft.source_rows()
    assert (source.headers, source.sheets, source.count) == ((2,), ("Orders",), 2)
    draft.set_headers(source, [1])
    (source,) = draft.source_rows()
    assert (source.headers, source.count) == ((1,), 3)
    draft.set_headers(source, [2])
    (source,) = draft.source_rows()
    assert source.sheets == ("Orders",)


def test_a_page_can_be_left_out_and_become_several_sheets(tmp_path: Path) -> None:
    path = table(tmp_path, "moldInfo.xlsx", [("moldNo", "moldName", "cavity"), ("M1", "x", 4),
                                             ("M2", "y", 2)])  # fmt: skip
    draft = draft_of(path)
    assert [s.sheets for s in draft.source_rows()] == [("Tools",)]
    draft.add_table("moldInfo", "ToolCopies")
    assert [s.sheets for s in draft.source_rows()] == [("Tools", "ToolCopies")]
    assert draft.tables[1].columns == {"tool_code": "moldNo", "copy_no": {"const": "1"}}
    draft.remove_table(draft.tables[0].number)
    draft.set_sheet("moldInfo", "")
    assert draft.plan() == {}


def test_a_page_without_headers_gets_them_from_a_person(tmp_path: Path) -> None:
    path = table(tmp_path, "x.xlsx", [(1, 2, 3), (4, 5, 6), ("料号", 7, 8), ("A", 1, "线")])
    draft = draft_of(path)
    (bare,) = draft.source_rows()
    assert (bare.name, bare.sheets, bare.headers) == ("", (), ())
    name = draft.set_headers(bare, [3])
    (row,) = draft.source_rows()
    assert (row.name, row.headers, row.count) == (name, (3,), 1)


def test_our_own_workbook_needs_no_mapping(tmp_path: Path, orders: Path) -> None:
    own = book(tmp_path, small_plant())
    draft = draft_of(own, orders)
    assert [file.path for file in draft.own] == [own]
    assert [s.files for s in draft.source_rows()] == [("订单2026-11.xlsx",)]
    assert draft.plan()["workbook"] == ["p.xlsx"]


def test_a_foreign_sheet_with_the_name_of_ours_is_foreign(tmp_path: Path) -> None:
    path = table(tmp_path, "a.xlsx", [("单号", "料号", "数量"), ("N1", "A", 5)], "订单")
    assert draft_of(path).own == []


def test_both_kinds_of_files_come_in_together(
    tmp_path: Path, orders: Path, database: Database
) -> None:
    own = book(tmp_path, small_plant())
    draft = draft_of(own, orders)
    draft.set_words("订单_type", {"急单": "加急", "特单": "样品"})
    mapping = MappingText.of_plan("both", draft.plan())
    report = import_files(database, [own, orders], mapping, now=NOW, parse=read_pages)
    assert report.ok, [p.message.text("en") for p in report.problems if p.severity == "error"]
    assert {c.sheet: c.new for c in report.counts}["Orders"] == 3


# ---------------------------------------------------------------- rules tried out


def test_a_rule_shows_what_it_makes_of_the_first_cells(orders: Path) -> None:
    draft = draft_of(orders)
    draft.set_rule(1, "quantity", {"from": "数量", "multiply": 1000})
    found = try_rule(draft.plan(), [orders], read_pages, TODAY, 0, "quantity")
    assert [(o.before, o.after) for o in found] == [("5", "5000"), ("6", "6000")]
    draft.set_rule(1, "quantity", "客户")
    (refused,) = try_rule(draft.plan(), [orders], read_pages, TODAY, 0, "quantity")
    assert (refused.before, refused.after) == ("甲", "")
    assert refused.refused is not None
    draft.set_rule(1, "remark", {"template": "{客户}/{单号}"})
    found = try_rule(draft.plan(), [orders], read_pages, TODAY, 0, "remark")
    assert (found[0].before, found[0].after) == ("N1 · 甲", "甲/N1")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("x", "as it stands"),
        ({"const": "件"}, "always “件”"),
        ({"from": "x", "multiply": 1000, "strip": ["g"]}, "without “g”, × 1000"),
        ({"from": "x", "translate": "t"}, "2 words translated"),
        (
            {"from": "x", "split": "/", "pick": 1, "join": "moulds.no", "lookup": "cycle"},
            "part 1 of a list parted by “/”, looked up by moulds.no: cycle",
        ),
        (None, "not taken"),
    ],
)
def test_rules_are_told_in_words(rule: object, text: str) -> None:
    assert describe(rule, {"t": {"a": "b", "c": "d"}}).text("en") == text


# ---------------------------------------------------------------- saved mappings that fit


def saved(draft: Draft, name: str = "orders") -> MappingText:
    return MappingText.of_plan(name, draft.plan())


def test_the_next_export_fits_by_its_name(tmp_path: Path, orders: Path) -> None:
    mapping = saved(draft_of(orders))
    december = orders.rename(tmp_path / "订单2026-12.xlsx")
    fit = best_fit([mapping], read(december))
    assert fit is not None
    assert fit.by_name
    draft = Draft.of_mapping(fit, read(december), Known(), TODAY)
    assert draft.plan() == checked_mapping(mapping)
    assert [s.files for s in draft.source_rows()] == [("订单2026-12.xlsx",)]


def test_a_file_of_another_name_fits_by_its_headers(tmp_path: Path, orders: Path) -> None:
    mapping = saved(draft_of(orders))
    other = orders.rename(tmp_path / "新建 工作表.xlsx")
    fit = fit_of(mapping, read(other))
    assert fit is not None
    assert not fit.by_name
    draft = Draft.of_mapping(fit, read(other), Known(), TODAY)
    reading = read_mapped([other], MappingText("m", toml_of(draft.plan())), TODAY, parse=read_pages)
    assert len(reading.records) == 1  # the other one's type has no translation


def test_a_file_that_lacks_a_header_does_not_fit(tmp_path: Path, orders: Path) -> None:
    mapping = saved(draft_of(orders))
    lacking = table(
        tmp_path, "订单2026-12.xlsx", [("十二月",), ("单号", "客户", "货号"), ("N1", "甲", "A")]
    )
    assert fit_of(mapping, read(lacking)) is None
    assert fit_of(MappingText("bad", "nonsense = 1"), read(orders)) is None
    assert best_fit([], read(orders)) is None


def test_a_mapping_keeps_what_the_wizard_does_not_know(orders: Path) -> None:
    plan = draft_of(orders).plan()
    plan["assumed"] = ["One customer."]
    plan["table"][0]["unique"] = ["单号"]
    plan["table"].append(
        {"sheet": "Customers", "rows": [{"customer_code": "C", "short_name": "c"}]}
    )
    plan["source"]["prices"] = {"files": "prices*.xlsx"}
    plan["table"][0]["columns"]["remark"] = {
        "from": "货号", "join": "prices.item", "lookup": "price", "default": "",
    }  # fmt: skip
    mapping = MappingText.of_plan("m", plan)
    fit = fit_of(mapping, read(orders))
    assert fit is not None
    assert Draft.of_mapping(fit, read(orders), Known(), TODAY).plan() == plan
    assert used_headers(plan)["prices"] == {"item", "price"}


@pytest.mark.skipif(not SHOP.is_dir(), reason="the moulding shop's files are not here")
def test_the_moulding_shops_mapping_fits_its_files() -> None:
    paths = [*sorted((SHOP / "static").glob("*.xlsx")), *sorted((SHOP / "orders").glob("*.xlsx"))]
    mapping = MappingText.of_file(ROOT / "tests" / "data" / "moulding_shop.mapping.toml")
    files = read(*paths)
    fit = fit_of(mapping, files)
    assert fit is not None
    assert fit.by_name
    draft = Draft.of_mapping(fit, files, Known(), date(2018, 11, 1))
    assert draft.plan() == checked_mapping(mapping)
    assert len(draft.tables) == 17


def test_only_rows_with_something_in_a_column_are_taken(orders: Path) -> None:
    draft = draft_of(orders)
    draft.take_where(1, "单价", "*")
    assert draft.where(1, "单价") == "*"
    assert draft.plan()["table"][0]["where"] == {"单价": "*"}
    draft.take_where(1, "单价", None)
    assert "where" not in draft.plan()["table"][0]


def test_columns_of_ours_are_ranked_for_one_of_theirs(orders: Path) -> None:
    ranked = draft_of(orders).rank_targets(1, "货号")
    assert ranked[0][0] == "item_code"
    assert draft_of(orders).rank_targets(1, "nowhere") == []
