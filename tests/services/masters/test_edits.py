"""Master data is edited by the rules of the import, with before-values, undo and removal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.core.errors import Conflict, NotFound, RuleBroken
from app.models.database import Database
from app.services.edit import apply_edit
from app.services.exchange.sheets import SHEETS
from app.services.masters.edits import KINDS, ChangeRows, InUse, RowChange, RowsRefused, retire
from app.services.masters.rows import POSTED, MasterRow, cell_text, master_rows, parse_cell

KEYS = sorted(KINDS)


@pytest.fixture
def whole(database: Database) -> Database:
    return database


def everything(database: Database) -> dict[str, list[Mapping[str, Any]]]:
    """All rows by sheet, in an order that ids do not decide."""
    return {
        sheet.key: sorted((row.values for row in master_rows(database, sheet.key)), key=repr)
        for sheet in SHEETS
    }


def row_of(database: Database, key: str, **values: Any) -> MasterRow:
    found = [
        row
        for row in master_rows(database, key)
        if all(row.values.get(name) == value for name, value in values.items())
    ]
    return found[0]


def change(key: str, row: MasterRow, **after: Any) -> ChangeRows:
    return ChangeRows(key, (RowChange(row.values, {**row.values, **after}),))


def test_every_sheet_of_master_data_can_be_edited() -> None:
    wanted = {sheet.key for sheet in SHEETS} - POSTED - {"Orders", "OrderProgress"}
    assert set(KINDS) == wanted


ONE_CELL = [
    ("Units", 2, "factor", Decimal(1016)),
    ("Skills", 0, "name", "浇注工"),
    ("Skills", 0, "skill_code", "浇铸"),
    ("Locations", 0, "name", "一号仓"),
    ("WorkCentres", 0, "freeze_within", 2880),
    ("WorkCentres", 0, "shift_first_piece_min", 20),
    ("WorkCentres", 0, "centre_code", "浇注台一"),
    ("Calendars", 1, "name", "本公司"),
    ("CustomFields", 0, "on_papers", False),
    ("Shifts", 0, "end", 1000),
    ("Shifts", 0, "start", 440),
    ("Rotation", 0, "sequence", [["夜", 7], ["白", 7]]),
    ("Customers", 0, "city", "佛山"),
    ("Customers", 0, "customer_code", "C09"),
    ("Customers", 0, "city", None),
    ("Suppliers", 0, "name", "应城石膏粉厂"),
    ("SupplierItems", 0, "price", Decimal("13.5")),
    ("ReasonCodes", 1, "name", "断电"),
    ("Items", 0, "name", "玫瑰150"),
    ("Items", 0, "item_code", "0015-WW"),
    ("Items", 0, "特性:角度", "30°"),
    ("Items", 0, "特性:角度", None),
    ("Items", 1, "setup_attr_2", "红"),
    ("UnitConversions", 0, "factor", (Decimal("2.4"), Decimal(1))),
    ("BOM", 0, "quantity", Decimal("6.9")),
    ("BOM", 0, "component_code", "GP-B"),
    ("Routings", 0, "rate", Decimal(50)),
    ("Routings", 0, "step_no", 15),
    ("Routings", 0, "machines", [("CT-02", None), ("CT-01", Decimal(52))]),
    ("InspectionPlans", 0, "upper", Decimal(2503)),
    ("InspectionPlans", 0, "number", 7),
    ("InspectionPlans", 2, "lower", None),
    ("InspectionPlans", 2, "aql_major", Decimal("2.5")),
    ("InspectionPlans", 2, "plan_code", "IQC-石膏"),
    ("Machines", 0, "attributes", {"吨位": "100"}),
    ("Machines", 0, "machine_code", "CT-99"),
    ("Maintenance", 0, "minutes", 90),
    ("Tools", 0, "mount_min", 33),
    ("ToolCopies", 0, "shots_done", 21),
    ("ToolCopies", 0, "copy_no", "1A"),
    ("Operators", 0, "skills", [("浇注", "C"), ("机修", "B")]),
    ("Exceptions", 0, "reason", "劳动节"),
    ("SetupAttributes", 0, "default_min", 7),
    ("SetupAttributes", 1, "campaign_min", 45),
    ("SetupGroups", 0, "members", ["金", "红", "黑"]),
    ("SetupMatrix", 0, "minutes", "25"),
]


@pytest.mark.parametrize(("key", "number", "name", "value"), ONE_CELL)
def test_one_cell_changes_that_cell_and_undo_brings_it_back(
    whole: Database, key: str, number: int, name: str, value: Any
) -> None:
    before = everything(whole)
    row = master_rows(whole, key)[number]
    edit = change(key, row, **{name: value})
    apply_edit(whole, edit, "li")
    after = everything(whole)
    wanted = {column: v for column, v in {**row.values, name: value}.items() if v is not None}
    assert wanted in after[key]
    assert [other for other in after[key] if other != wanted] == [
        other for other in before[key] if other != row.values
    ]
    apply_edit(whole, edit.inverse(), "li")
    assert everything(whole) == before


@pytest.mark.parametrize(
    "key", ["Customers", "Machines", "Routings", "BOM", "Shifts", "Tools", "InspectionPlans"]
)
def test_a_copy_is_added_and_removed(whole: Database, key: str) -> None:
    before = everything(whole)
    row = master_rows(whole, key)[0]
    new = {"Customers": {"customer_code": "C77"}, "Machines": {"machine_code": "CT-77"},
           "Routings": {"step_no": 77, "tool_held_until_step": None},
           "BOM": {"line_no": 77, "component_code": "GP-B"},
           "Shifts": {"start": 1150, "end": 1200, "shift": "晚", "breaks": None},
           "Tools": {"tool_code": "M-77"}, "InspectionPlans": {"number": 77}}[key]  # fmt: skip
    edit = ChangeRows(key, (RowChange(None, {**row.values, **new}),))
    apply_edit(whole, edit, "li")
    assert len(master_rows(whole, key)) == len(before[key]) + 1
    apply_edit(whole, edit.inverse(), "li")
    assert everything(whole) == before


def test_two_people_who_change_different_fields_both_succeed(whole: Database) -> None:
    row = master_rows(whole, "Customers")[0]
    apply_edit(whole, change("Customers", row, city="佛山"), "li")
    apply_edit(whole, change("Customers", row, grade="B"), "wang")
    found = row_of(whole, "Customers", customer_code="C01")
    assert (found.values["city"], found.values["grade"]) == ("佛山", "B")


def test_the_same_field_is_a_conflict_and_nothing_is_written(whole: Database) -> None:
    row = master_rows(whole, "Customers")[0]
    other = master_rows(whole, "Customers")[1]
    apply_edit(whole, change("Customers", row, city="佛山"), "li")
    before = everything(whole)
    both = ChangeRows(
        "Customers",
        (
            RowChange(other.values, {**other.values, "city": "长沙"}),
            RowChange(row.values, {**row.values, "city": "武汉"}),
        ),
    )
    with pytest.raises(Conflict, match="佛山"):
        apply_edit(whole, both, "wang")
    assert everything(whole) == before


def test_a_record_in_use_is_not_removed_and_says_where_it_is_used(whole: Database) -> None:
    item = row_of(whole, "Items", item_code="GP-B")
    with pytest.raises(InUse) as caught:
        apply_edit(whole, ChangeRows("Items", (RowChange(item.values, None),)), "li")
    kinds = {use.kind for use in caught.value.users}
    assert {"bom_line", "supplier_item"} <= kinds
    assert "SL-A" in caught.value.message.text("en")
    assert "停用" in caught.value.message.text("zh")


def test_retiring_and_using_again(whole: Database) -> None:
    before = everything(whole)
    for key, number in (("Items", 0), ("Machines", 0), ("Skills", 0), ("Calendars", 0)):
        row = master_rows(whole, key)[number]
        edit = retire(key, row.values)
        apply_edit(whole, edit, "li")
        assert master_rows(whole, key)[number].retired
        apply_edit(whole, edit.inverse(), "li")
        assert everything(whole) == before


def test_a_code_that_is_taken_is_refused(whole: Database) -> None:
    row = row_of(whole, "Customers", customer_code="C01")
    with pytest.raises(RuleBroken, match="c02"):
        apply_edit(whole, change("Customers", row, customer_code="c02"), "li")
    copy = ChangeRows("Customers", (RowChange(None, dict(row.values)),))
    with pytest.raises(RuleBroken, match="C01"):
        apply_edit(whole, copy, "li")


def test_the_rules_of_the_import_name_row_and_column(whole: Database) -> None:
    good = master_rows(whole, "BOM")[1]
    bad = master_rows(whole, "BOM")[0]
    before = everything(whole)
    edit = ChangeRows(
        "BOM",
        (
            RowChange(good.values, {**good.values, "quantity": Decimal(8)}),
            RowChange(bad.values, {**bad.values, "quantity": Decimal(0)}),
        ),
    )
    with pytest.raises(RowsRefused) as caught:
        apply_edit(whole, edit, "li")
    (cell,) = caught.value.cells
    assert (cell.change, cell.column) == (1, "quantity")
    assert everything(whole) == before


def test_a_typing_error_makes_no_new_work_centre(whole: Database) -> None:
    row = master_rows(whole, "Machines")[0]
    with pytest.raises(RowsRefused, match="浇铸台"):
        apply_edit(whole, change("Machines", row, work_centre="浇铸台"), "li")


def test_a_required_value_cannot_be_emptied(whole: Database) -> None:
    row = master_rows(whole, "Customers")[0]
    with pytest.raises(RowsRefused, match="must be filled"):
        apply_edit(whole, change("Customers", row, short_name=None), "li")


def test_a_record_that_is_gone_is_named(whole: Database) -> None:
    new = {"skill_code": "打包"}
    apply_edit(whole, ChangeRows("Skills", (RowChange(None, new),)), "li")
    row = row_of(whole, "Skills", skill_code="打包")
    remove = ChangeRows("Skills", (RowChange(row.values, None),))
    apply_edit(whole, remove, "li")
    with pytest.raises(NotFound, match="打包"):
        apply_edit(whole, remove, "wang")


def test_the_last_line_takes_its_bill_of_material_along(whole: Database) -> None:
    lines = [row for row in master_rows(whole, "BOM") if row.values["parent_code"] == "0015-G"]
    edit = ChangeRows("BOM", tuple(RowChange(row.values, None) for row in lines))
    before = everything(whole)
    apply_edit(whole, edit, "li")
    assert not [r for r in master_rows(whole, "BOM") if r.values["parent_code"] == "0015-G"]
    apply_edit(whole, edit.inverse(), "li")
    assert everything(whole) == before


@pytest.mark.parametrize("key", KEYS)
def test_every_cell_reads_back_from_the_text_it_is_edited_as(whole: Database, key: str) -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Asia/Shanghai")
    today = datetime(2026, 3, 2, tzinfo=UTC).date()
    for language in ("zh", "en"):
        for row in master_rows(whole, key):
            for name, value in row.values.items():
                if name in ("action", "minutes"):
                    continue
                text = cell_text(key, name, value, language, zone)
                assert parse_cell(key, name, text, today, zone) == value, (name, text)


def test_a_row_is_not_written_over_another_one(whole: Database) -> None:
    step = row_of(whole, "Routings", item_code="0015-W", step_no=20)
    other = row_of(whole, "Routings", item_code="0015-W", step_no=30)
    before = everything(whole)
    with pytest.raises(RuleBroken, match="30"):
        apply_edit(whole, change("Routings", step, step_no=30, predecessors=None), "li")
    assert everything(whole) == before
    # Both in one edit change places.
    swap = ChangeRows(
        "Routings",
        (
            RowChange(step.values, {**step.values, "step_no": 30}),
            RowChange(other.values, {**other.values, "step_no": 20}),
        ),
    )
    apply_edit(whole, swap, "li")
    assert row_of(whole, "Routings", item_code="0015-W", step_no=20).values["step_name"] == "电镀"
    apply_edit(whole, swap.inverse(), "li")
    assert everything(whole) == before


def test_a_line_is_replaced_in_one_edit(whole: Database) -> None:
    row = row_of(whole, "BOM", parent_code="0015-G")
    before = everything(whole)
    again = {**row.values, "quantity": Decimal(9)}
    edit = ChangeRows("BOM", (RowChange(row.values, None), RowChange(None, again)))
    apply_edit(whole, edit, "li")
    assert again in [r.values for r in master_rows(whole, "BOM")]
    apply_edit(whole, edit.inverse(), "li")
    assert everything(whole) == before


def test_an_emptied_cell_that_has_a_default_can_be_undone(whole: Database) -> None:
    before = everything(whole)
    for key, where, name in (
        ("BOM", {"component_code": "FB"}, "alt_group"),
        ("BOM", {"parent_code": "0015-W"}, "scrap_pct"),
        ("Routings", {"item_code": "0015-W", "step_no": 10}, "copies_max"),
        ("Items", {"item_code": "0015-W"}, "rounding"),
    ):
        edit = change(key, row_of(whole, key, **where), **{name: None})
        apply_edit(whole, edit, "li")
        assert everything(whole) != before
        apply_edit(whole, edit.inverse(), "li")
        assert everything(whole) == before


def test_a_unit_that_does_not_convert_is_refused_at_its_cell(whole: Database) -> None:
    row = row_of(whole, "BOM", component_code="GP-B")
    with pytest.raises(RowsRefused, match="kg") as caught:
        apply_edit(whole, change("BOM", row, unit="支"), "li")
    assert [cell.column for cell in caught.value.cells] == ["unit"]
    apply_edit(whole, change("BOM", row, unit="t"), "li")
