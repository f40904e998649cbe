"""The form beside the table: fields, lists, related records, new records, news of others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from app.models.database import Database
from app.services.edit import apply_edit
from app.services.masters.edits import ChangeRows, RowChange
from app.services.masters.rows import master_rows
from app.views.plant.form_fields import FormField, WeekdaysField
from app.views.plant.form_lists import AttributesField, RatedField, SkillsField
from tests.views.plant.conftest import Desk, Open

Key = Qt.Key


def stored(database: Database, key: str, place: int = 0) -> dict[str, Any]:
    return dict(master_rows(database, key)[place].values)


def elsewhere(database: Database, key: str, place: int = 0, **values: object) -> None:
    row = master_rows(database, key)[place]
    edit = ChangeRows(key, (RowChange(row.values, {**row.values, **values}),))
    apply_edit(database, edit, "wang")


def field(desk: Desk, column: str) -> FormField:
    return desk.page.panel.form.fields[column]


def into(desk: Desk, column: str) -> Any:
    """Click into a field."""
    editor = field(desk, column).editor
    desk.page.panel.form.ensureWidgetVisible(editor)
    desk.page.activateWindow()
    desk.qtbot.mouseClick(editor, Qt.MouseButton.LeftButton)
    assert editor.hasFocus()
    return editor


def retype(desk: Desk, column: str, text: str) -> QLineEdit:
    editor = into(desk, column)
    editor.selectAll()
    desk.keys(text)
    return editor


def open_first(desk: Desk, key: str, number: int = 0) -> None:
    desk.choose(key)
    column = desk.table.model.columns[0].key
    desk.click(number, column)
    assert desk.page.panel.row.id == desk.row(number).id


# ---------------------------------------------------------------- fields


def test_a_field_is_written_when_enter_is_pressed_and_the_next_one_comes(
    desk: Desk, database: Database
) -> None:
    open_first(desk, "Customers")
    retype(desk, "city", "佛山")
    desk.key(Key.Key_Return)
    desk.settle()
    assert stored(database, "Customers")["city"] == "佛山"
    assert desk.cell(0, "city") == "佛山"
    assert field(desk, "grade").editor.hasFocus()
    desk.context.edits.stack.undo()
    desk.settle()
    assert field(desk, "city").editor.text() == "广州"


def test_a_field_is_written_when_it_is_left(desk: Desk, database: Database) -> None:
    open_first(desk, "Customers")
    retype(desk, "transit_days", "4")
    desk.key(Key.Key_Tab)
    desk.settle()
    assert stored(database, "Customers")["transit_days"] == 4
    assert desk.context.edits.stack.count() == 1


def test_esc_gives_a_field_up(desk: Desk, database: Database) -> None:
    open_first(desk, "Customers")
    editor = retype(desk, "city", "nowhere")
    desk.key(Key.Key_Escape)
    assert editor.text() == "广州"
    desk.key(Key.Key_Tab)
    desk.settle()
    assert desk.context.edits.stack.count() == 0


def test_a_wrong_text_stays_with_its_reason_below(desk: Desk, database: Database) -> None:
    open_first(desk, "Customers")
    editor = retype(desk, "transit_days", "soon")
    desk.key(Key.Key_Return)
    assert "number" in field(desk, "transit_days").complaint
    assert editor.text() == "soon"
    assert editor.hasFocus()
    assert editor.property("bad")
    editor.selectAll()
    desk.keys("2")
    desk.key(Key.Key_Return)
    desk.settle()
    assert field(desk, "transit_days").complaint == ""
    assert stored(database, "Customers")["transit_days"] == 2


def test_what_a_rule_refuses_is_said_at_the_field(desk: Desk, database: Database) -> None:
    open_first(desk, "Machines")
    editor = retype(desk, "work_centre", "nowhere")
    desk.key(Key.Key_Return)
    desk.settle()
    assert "nowhere" in field(desk, "work_centre").complaint
    assert editor.text() == "nowhere"
    assert desk.context.edits.stack.count() == 0


def test_leaving_a_record_with_a_refused_field_says_so(desk: Desk, database: Database) -> None:
    open_first(desk, "Customers")
    retype(desk, "transit_days", "soon")
    desk.click(1, "customer_code")
    assert desk.page.panel.row.values["customer_code"] == "C02"
    assert "Transit days was left as it is" in desk.refusals[-1]


def test_a_choice_is_written_when_it_is_made(desk: Desk, database: Database) -> None:
    open_first(desk, "Items")
    combo = field(desk, "rounding").editor
    assert isinstance(combo, QComboBox)
    combo.setFocus()
    before = stored(database, "Items")["rounding"]
    desk.qtbot.keyClick(combo, Key.Key_Up)
    desk.settle()
    assert stored(database, "Items")["rounding"] != before


def test_a_tick_and_weekdays_are_written_at_once(desk: Desk, database: Database) -> None:
    open_first(desk, "Customers")
    before = bool(stored(database, "Customers")["ship_complete"])
    box = field(desk, "ship_complete").editor
    desk.page.panel.form.ensureWidgetVisible(box)
    desk.press(box)
    desk.settle()
    assert bool(stored(database, "Customers").get("ship_complete")) is not before
    days = field(desk, "truck_days")
    assert isinstance(days, WeekdaysField)
    assert stored(database, "Customers")["truck_days"] == [2, 4]
    desk.press(days._days[4])
    desk.settle()
    assert stored(database, "Customers")["truck_days"] == [2, 4, 5]


def test_a_day_without_a_year_is_the_next_one(desk: Desk, database: Database) -> None:
    open_first(desk, "Operators")
    retype(desk, "from", "12-5")
    desk.key(Key.Key_Return)
    desk.settle()
    today = desk.context.local(desk.context.now()).date()
    found = stored(database, "Operators")["from"]
    assert (found.month, found.day) == (12, 5)
    assert found >= today


def test_the_field_with_the_focus_says_what_it_is_for(desk: Desk) -> None:
    open_first(desk, "Customers")
    into(desk, "transit_days")
    assert "arrival less this = latest ship date" in desk.page.panel._help.text()


def test_a_reference_shows_the_name_and_leads_to_its_record(desk: Desk) -> None:
    open_first(desk, "Machines")
    code = desk.page.panel.row.values["calendar"]
    reference = field(desk, "calendar")
    desk.page.panel.form.ensureWidgetVisible(reference)
    desk.press(reference._go)
    desk.settle()
    assert desk.page.sheet.key == "Calendars"
    assert desk.table.selected_rows()[0].values["calendar_code"] == code


def test_several_rows_show_no_record(desk: Desk) -> None:
    open_first(desk, "Customers")
    desk.table.view.setFocus()
    desk.key(Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert desk.page.panel.row is None
    assert "2 rows" in desk.page.panel.subtitle.text()


def test_every_sheet_has_a_form_that_shows_each_of_its_values(desk: Desk) -> None:
    for key in desk.page.list.table_keys():
        desk.choose(key)
        if not desk.table.visible_rows():
            continue
        desk.table.select_ids([desk.row().id])
        desk.settle()
        form = desk.page.panel.form
        shown = {
            name
            for name in desk.row().values
            if name not in ("action", "status") and not name.startswith("特性:")
        }
        assert shown <= set(form.fields), key
        assert form.dirty_fields() == [], key
        for each in form.fields.values():
            assert each.readers[0].column.note is not None or each.keys[0].startswith("特性"), key


# ---------------------------------------------------------------- lists


def test_a_skill_is_added_with_grade_and_certificate(desk: Desk, database: Database) -> None:
    apply_edit(database, ChangeRows("Skills", (RowChange(None, {"skill_code": "喷漆"}),)), "li")
    open_first(desk, "Operators")
    skills = field(desk, "skills")
    assert isinstance(skills, SkillsField)
    skills.table.tester = QAbstractItemModelTester(skills.table.model)
    held = stored(database, "Operators")["skills"]
    free = "喷漆"
    desk.page.panel.form.ensureWidgetVisible(skills)
    desk.press(skills.add)
    desk.keys(free)
    desk.key(Key.Key_Return)
    desk.settle()
    assert stored(database, "Operators")["skills"] == [*held, (free, "B")]
    last = skills.table.model.rowCount() - 1
    skills.table.view.setCurrentIndex(skills.table.model.index(last, 2))
    skills.table.view.setFocus()
    desk.keys("2020-01-31")
    desk.key(Key.Key_Return)
    desk.settle()
    assert stored(database, "Operators")["certificate_until"][free] == date(2020, 1, 31)
    assert "expired" in skills.table.model.text_at(last, 2)


def test_a_wrong_grade_is_refused_in_its_cell(desk: Desk, database: Database) -> None:
    open_first(desk, "Operators")
    skills = field(desk, "skills")
    before = stored(database, "Operators")["skills"]
    desk.page.panel.form.ensureWidgetVisible(skills)
    skills.table.view.setCurrentIndex(skills.table.model.index(0, 1))
    skills.table.view.setFocus()
    desk.keys("Q")
    desk.key(Key.Key_Return)
    assert "works alone" in skills.table.editing.reason.text()
    assert stored(database, "Operators")["skills"] == before
    desk.key(Key.Key_Escape)


def test_an_item_of_a_mould_that_is_unknown_is_refused(desk: Desk, database: Database) -> None:
    open_first(desk, "Tools")
    items = field(desk, "items")
    assert isinstance(items, RatedField)
    before = stored(database, "Tools")["items"]
    desk.page.panel.form.ensureWidgetVisible(items)
    desk.press(items.add)
    desk.keys("NOWHERE")
    desk.key(Key.Key_Return)
    desk.settle()
    assert stored(database, "Tools")["items"] == before
    assert "NOWHERE" in items.table.editing.reason.text()
    desk.key(Key.Key_Escape)


def test_a_figure_that_fills_the_mould_is_undone_without_a_conflict(
    desk: Desk, database: Database
) -> None:
    open_first(desk, "Tools")
    before = stored(database, "Tools")["items"]
    items = field(desk, "items")
    desk.page.panel.form.ensureWidgetVisible(items)
    items.table.view.setCurrentIndex(items.table.model.index(0, 1))
    items.table.view.setFocus()
    desk.keys("1")
    desk.key(Key.Key_Return)
    desk.settle()
    desk.context.edits.stack.undo()
    desk.settle()
    assert stored(database, "Tools")["items"] == before
    assert desk.refusals == []


def test_a_parameter_of_a_machine_is_added_and_removed(desk: Desk, database: Database) -> None:
    open_first(desk, "Machines")
    attributes = field(desk, "attributes")
    assert isinstance(attributes, AttributesField)
    before = dict(stored(database, "Machines").get("attributes", {}))
    desk.page.panel.form.ensureWidgetVisible(attributes)
    desk.press(attributes.add)
    desk.keys("tonnage")
    desk.key(Key.Key_Tab)
    desk.keys("130")
    desk.key(Key.Key_Return)
    desk.settle()
    assert stored(database, "Machines")["attributes"] == before | {"tonnage": "130"}
    attributes.table.select_ids([attributes.table.rows()[-1].id])
    desk.press(attributes.remove)
    desk.settle()
    assert stored(database, "Machines").get("attributes", {}) == before


# ---------------------------------------------------------------- related records


def test_the_copies_of_a_mould_stand_under_it_with_their_life_and_are_edited(
    desk: Desk, database: Database
) -> None:
    open_first(desk, "Tools")
    desk.settle()
    copies = desk.page.panel.related_tables()[0]
    assert copies.related.sheet == "ToolCopies"
    assert copies.isVisible()
    shown = [row.values["copy_no"] for row in copies.table.rows()]
    tool = desk.page.panel.row.values["tool_code"]
    assert shown == [
        row.values["copy_no"]
        for row in master_rows(database, "ToolCopies")
        if row.values["tool_code"] == tool
    ]
    copies.table.tester = QAbstractItemModelTester(copies.table.model)
    place = copies.table.model.column_number("location")
    desk.page.panel.form.ensureWidgetVisible(copies)
    copies.table.view.setCurrentIndex(copies.table.model.index(0, place))
    copies.table.view.setFocus()
    desk.keys("shelf 3")
    desk.key(Key.Key_Return)
    desk.settle()
    assert stored(database, "ToolCopies")["location"] == "shelf 3"


def test_a_copy_is_added_with_the_next_number(desk: Desk, database: Database) -> None:
    open_first(desk, "Tools")
    desk.settle()
    copies = desk.page.panel.related_tables()[0]
    before = len(copies.table.rows())
    desk.page.panel.form.ensureWidgetVisible(copies)
    desk.press(copies.add)
    desk.settle()
    tool = desk.page.panel.row.values["tool_code"]
    numbers = [
        row.values["copy_no"]
        for row in master_rows(database, "ToolCopies")
        if row.values["tool_code"] == tool
    ]
    assert len(numbers) == len(set(numbers)) == before + 1
    assert len(copies.table.rows()) == before + 1


def test_terms_are_added_in_their_own_table_beginning_with_the_supplier(desk: Desk) -> None:
    open_first(desk, "Suppliers")
    desk.settle()
    terms = desk.page.panel.related_tables()[0]
    code = desk.page.panel.row.values["supplier_code"]
    desk.page.panel.form.ensureWidgetVisible(terms)
    desk.press(terms.add)
    desk.settle()
    assert desk.page.sheet.key == "SupplierItems"
    assert desk.page.panel.drafting
    assert field(desk, "supplier_code").editor.text() == code


# ---------------------------------------------------------------- new records


def test_a_new_record_is_saved_when_its_fields_are_in_order(desk: Desk, database: Database) -> None:
    desk.choose("Customers")
    desk.trigger(desk.page.new)
    assert desk.page.panel.drafting
    retype(desk, "customer_code", "C03")
    desk.press(desk.page.panel.save)
    assert "must be filled" in field(desk, "short_name").complaint
    assert len(master_rows(database, "Customers")) == 2
    retype(desk, "short_name", "Gamma")
    desk.press(desk.page.panel.save)
    desk.settle()
    assert stored(database, "Customers", 2)["short_name"] == "Gamma"
    assert not desk.page.panel.drafting
    assert [row.values["customer_code"] for row in desk.table.selected_rows()] == ["C03"]
    desk.context.edits.stack.undo()
    desk.settle()
    assert len(master_rows(database, "Customers")) == 2


def test_a_new_work_centre_locks_what_is_issued_unless_told_otherwise(
    desk: Desk, database: Database
) -> None:
    desk.choose("WorkCentres")
    for code, told in (("W8", True), ("W9", False)):
        desk.trigger(desk.page.new)
        retype(desk, "centre_code", code)
        box = field(desk, "freeze_issued").editor
        assert isinstance(box, QCheckBox)
        assert box.isChecked()
        if not told:
            desk.qtbot.keyClick(box, Key.Key_Space)
        desk.press(desk.page.panel.save)
        desk.settle()
        kept = {
            row.values["centre_code"]: row.values for row in master_rows(database, "WorkCentres")
        }
        assert kept[code]["freeze_issued"] is told


def test_a_new_record_can_be_given_up(desk: Desk, database: Database) -> None:
    open_first(desk, "Customers")
    desk.trigger(desk.page.new)
    retype(desk, "customer_code", "C03")
    desk.press(desk.page.panel.discard)
    assert not desk.page.panel.drafting
    assert desk.page.panel.row.values["customer_code"] == "C01"
    assert field(desk, "customer_code").editor.text() == "C01"
    assert len(master_rows(database, "Customers")) == 2


def test_a_duplicate_takes_the_next_code(desk: Desk, database: Database) -> None:
    open_first(desk, "Machines")
    code = desk.page.panel.row.values["machine_code"]
    desk.trigger(desk.page.copy)
    new = field(desk, "machine_code").editor.text()
    assert new != code
    desk.press(desk.page.panel.save)
    desk.settle()
    rows = {row.values["machine_code"]: row.values for row in master_rows(database, "Machines")}
    assert {**rows[new], "machine_code": code} == rows[code]


def test_a_code_that_is_taken_is_said_at_once(desk: Desk, database: Database) -> None:
    desk.choose("Customers")
    desk.trigger(desk.page.new)
    retype(desk, "customer_code", "c01")
    retype(desk, "short_name", "Gamma")
    desk.press(desk.page.panel.save)
    assert desk.page.panel.drafting
    assert "C01" in desk.refusals[-1] or "c01" in desk.refusals[-1]
    assert len(master_rows(database, "Customers")) == 2


# ---------------------------------------------------------------- two clients


def test_what_is_typed_stays_when_the_field_changes_elsewhere_and_is_told(
    desk: Desk, database: Database
) -> None:
    open_first(desk, "Customers")
    editor = retype(desk, "city", "武汉")
    elsewhere(database, "Customers", city="长沙", grade="B")
    desk.context.changes.look()
    desk.qtbot.waitUntil(lambda: bool(field(desk, "city").complaint))
    assert editor.text() == "武汉"
    assert "长沙" in field(desk, "city").complaint
    assert field(desk, "grade").editor.text() == "B"
    desk.key(Key.Key_Return)
    desk.settle()
    assert stored(database, "Customers")["city"] == "武汉"


def test_esc_takes_what_the_other_one_wrote(desk: Desk, database: Database) -> None:
    open_first(desk, "Customers")
    editor = retype(desk, "city", "武汉")
    elsewhere(database, "Customers", city="长沙")
    desk.context.changes.look()
    desk.qtbot.waitUntil(lambda: bool(field(desk, "city").complaint))
    desk.key(Key.Key_Escape)
    assert editor.text() == "长沙"
    assert field(desk, "city").complaint == ""


def test_a_record_removed_elsewhere_keeps_what_was_typed(desk: Desk, database: Database) -> None:
    open_first(desk, "ReasonCodes", 1)
    editor = retype(desk, "name", "Power cut")
    row = master_rows(database, "ReasonCodes")[1]
    apply_edit(database, ChangeRows("ReasonCodes", (RowChange(row.values, None),)), "wang")
    desk.context.changes.look()
    desk.qtbot.waitUntil(lambda: len(desk.table.rows()) == 1)
    desk.settle()
    assert editor.text() == "Power cut"
    assert desk.page.panel._banner.isVisible()


# ---------------------------------------------------------------- languages


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_language_changes_what_is_shown_and_not_what_is_typed(
    open_desk: Open, language: str
) -> None:
    desk = open_desk(language)
    open_first(desk, "Customers")
    editor = retype(desk, "city", "half")
    desk.context.set_language("en" if language == "zh" else "zh")
    desk.settle()
    assert editor.text() == "half"
    wanted = "发车日" if language == "en" else "Truck days"
    labels = [name.text() for name, _ in desk.page.panel.form._labels]
    assert wanted in labels


def test_numbers_keep_their_places(desk: Desk, database: Database) -> None:
    open_first(desk, "Customers")
    retype(desk, "over_under_pct", "2.50")
    desk.key(Key.Key_Return)
    desk.settle()
    assert stored(database, "Customers")["over_under_pct"] == Decimal("2.5")
    assert field(desk, "over_under_pct").editor.text() == "2.5"
