"""Fields of the site: typed by their kind, required, through edits, import and export."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import RuleBroken
from app.models.database import Database
from app.reports.workbook import write_rows
from app.services.edit import apply_edit
from app.services.exchange import import_files
from app.services.exchange.export_rows import export_rows
from app.services.masters.edits import ChangeRows, InUse, RowChange, RowsRefused
from app.services.masters.reading import read_sheet
from app.services.masters.rows import MasterRow, master_rows
from tests.services.exchange.small_rows import NOW

FIELDS: tuple[dict[str, Any], ...] = (
    {"subject": "item", "key": "浸水", "name_en": "Soaking", "kind": "number", "position": 2},
    {"subject": "item", "key": "验收", "kind": "date", "position": 3},
    {"subject": "item", "key": "防火", "kind": "yes_no", "position": 4},
    {"subject": "item", "key": "等级", "kind": "choice", "choices": ["甲", "乙"], "position": 5},
)


@pytest.fixture
def whole(database: Database) -> Database:
    """With a field of each kind on items."""
    changes = tuple(RowChange(None, field) for field in FIELDS)
    apply_edit(database, ChangeRows("CustomFields", changes), "li")
    return database


def item(database: Database, code: str = "0015-W") -> MasterRow:
    rows = read_sheet(database, "Items").rows
    return next(row for row in rows if row.values["item_code"] == code)


def put(database: Database, row: MasterRow, **values: Any) -> ChangeRows:
    named = {f"特性:{name}": value for name, value in values.items()}
    edit = ChangeRows("Items", (RowChange(row.values, {**row.values, **named}),))
    apply_edit(database, edit, "li")
    return edit


def require(database: Database, key: str) -> None:
    row = next(r for r in master_rows(database, "CustomFields") if r.values["key"] == key)
    edit = ChangeRows("CustomFields", (RowChange(row.values, {**row.values, "required": True}),))
    apply_edit(database, edit, "li")


def imported(database: Database, tmp_path: Path, **cells: str) -> Any:
    path = tmp_path / "items.xlsx"
    row = {"item_code": "0015-W", "name": "玫瑰150白", "category": "成品", "base_unit": "支",
           "source": "自制"}  # fmt: skip
    write_rows(path, {"Items": [row | {f"特性:{name}": text for name, text in cells.items()}]})
    return import_files(database, [path], actor="li", now=NOW)


def test_each_field_is_a_column_of_its_kind_after_the_sheets_own(whole: Database) -> None:
    columns = read_sheet(whole, "Items").columns
    kinds = {column.key: column.kind for column in columns if column.key.startswith("特性:")}
    assert kinds == {
        "特性:角度": "text", "特性:浸水": "number", "特性:验收": "date", "特性:防火": "bool",
        "特性:等级": "choice",
    }  # fmt: skip
    soaking = next(column for column in columns if column.key == "特性:浸水")
    assert (soaking.title.text("en"), soaking.title.text("zh")) == ("Soaking", "浸水")


def test_values_are_typed_and_undo_brings_back_what_was_there(whole: Database) -> None:
    before = item(whole).values
    edit = put(
        whole, item(whole), 浸水=Decimal("12.50"), 验收=date(2026, 4, 1), 防火=True, 等级="甲"
    )
    values = item(whole).values
    assert values["特性:浸水"] == Decimal("12.5")
    assert values["特性:验收"] == date(2026, 4, 1)
    assert values["特性:防火"] is True
    assert values["特性:等级"] == "甲"
    apply_edit(whole, edit.inverse(), "li")
    assert item(whole).values == before


@pytest.mark.parametrize(
    ("name", "value"), [("浸水", "long"), ("验收", "月底"), ("防火", "maybe"), ("等级", "丙")]
)
def test_what_the_field_cannot_hold_is_refused_at_its_column(
    whole: Database, name: str, value: str
) -> None:
    with pytest.raises(RowsRefused) as caught:
        put(whole, item(whole), **{name: value})
    assert caught.value.cells[0].column == f"特性:{name}"


def test_a_required_field_is_asked_of_new_records_and_not_emptied_by_an_import(
    whole: Database, tmp_path: Path
) -> None:
    edit = put(whole, item(whole), 浸水=Decimal(3))
    require(whole, "浸水")
    other = item(whole, "SL-A")
    apply_edit(
        whole,
        ChangeRows("Items", (RowChange(other.values, {**other.values, "name": "浆"}),)),
        "li",
    )
    report = imported(whole, tmp_path, 浸水="-")
    assert not report.written
    new = {**other.values, "item_code": "NEW"}
    with pytest.raises(RowsRefused, match="Soaking"):
        apply_edit(whole, ChangeRows("Items", (RowChange(None, new),)), "li")
    apply_edit(
        whole, ChangeRows("Items", (RowChange(None, {**new, "特性:浸水": Decimal(1)}),)), "li"
    )
    apply_edit(whole, edit.inverse(), "li")
    assert "特性:浸水" not in item(whole).values


def test_import_reads_the_fields_by_their_kind(whole: Database, tmp_path: Path) -> None:
    report = imported(whole, tmp_path, 浸水="36.0", 验收="2026/4/1", 防火="yes", 等级="乙")
    assert report.written, report.problems
    values = item(whole).values
    assert values["特性:浸水"] == Decimal(36)
    assert values["特性:验收"] == date(2026, 4, 1)
    assert values["特性:防火"] is True
    report = imported(whole, tmp_path, 浸水="wet")
    assert not report.written
    assert [problem.column for problem in report.problems if problem.severity == "error"] == [
        "特性:浸水"
    ]


def test_what_is_exported_comes_in_again_unchanged(whole: Database, tmp_path: Path) -> None:
    put(whole, item(whole), 浸水=Decimal("12.5"), 验收=date(2026, 4, 1), 防火=False, 等级="甲")
    before = read_sheet(whole, "Items").rows
    path = tmp_path / "all.xlsx"
    write_rows(path, export_rows(whole))
    report = import_files(whole, [path], actor="li", now=NOW)
    assert report.written, report.problems
    assert [(count.new, count.changed) for count in report.counts if count.sheet == "Items"] == [
        (0, 0)
    ]
    assert read_sheet(whole, "Items").rows == before


def test_values_go_along_when_a_field_is_called_otherwise(whole: Database) -> None:
    put(whole, item(whole), 浸水=Decimal(3))
    row = next(r for r in master_rows(whole, "CustomFields") if r.values["key"] == "浸水")
    edit = ChangeRows("CustomFields", (RowChange(row.values, {**row.values, "key": "浸泡"}),))
    apply_edit(whole, edit, "li")
    assert item(whole).values["特性:浸泡"] == Decimal(3)
    assert "特性:浸水" not in item(whole).values
    apply_edit(whole, edit.inverse(), "li")
    assert item(whole).values["特性:浸水"] == Decimal(3)


def test_a_key_that_is_taken_is_refused(whole: Database) -> None:
    row = next(r for r in master_rows(whole, "CustomFields") if r.values["key"] == "浸水")
    edit = ChangeRows("CustomFields", (RowChange(row.values, {**row.values, "key": "等级"}),))
    with pytest.raises(RuleBroken):
        apply_edit(whole, edit, "li")


def test_a_field_with_values_is_not_removed_but_can_be_retired(whole: Database) -> None:
    put(whole, item(whole), 浸水=Decimal(3))
    row = next(r for r in master_rows(whole, "CustomFields") if r.values["key"] == "浸水")
    with pytest.raises(InUse) as caught:
        apply_edit(whole, ChangeRows("CustomFields", (RowChange(row.values, None),)), "li")
    assert caught.value.users[0].examples == ("0015-W",)
    retired = {**row.values, "action": "deactivate"}
    apply_edit(whole, ChangeRows("CustomFields", (RowChange(row.values, retired),)), "li")
    columns = {column.key: column.kind for column in read_sheet(whole, "Items").columns}
    assert columns["特性:浸水"] == "text"
    assert item(whole).values["特性:浸水"] == "3"


def test_what_was_kept_before_the_field_was_defined_stays_readable(whole: Database) -> None:
    row = next(r for r in master_rows(whole, "CustomFields") if r.values["key"] == "角度")
    edit = ChangeRows("CustomFields", (RowChange(row.values, {**row.values, "kind": "number"}),))
    apply_edit(whole, edit, "li")
    assert item(whole).values["特性:角度"] == "45°"
    apply_edit(
        whole,
        ChangeRows("Items", (RowChange(item(whole).values, {**item(whole).values, "name": "玫"}),)),
        "li",
    )
    assert item(whole).values["特性:角度"] == "45°"
