"""Master data is edited in its tables: cells, refusals, removing, retiring, news of others."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.services.edit import apply_edit
from app.services.masters import reading
from app.services.masters.edits import ChangeRows, RowChange
from app.services.masters.rows import master_rows
from app.views.plant import master_edits
from app.views.plant.master_data_page import MasterDataPage
from app.views.plant.master_edits import next_code
from app.views.table import CellChange
from app.views.theme import Choice
from tests.views.plant.conftest import Desk, Open
from tests.views.texts import clipped, untranslated

CONTROL = Qt.KeyboardModifier.ControlModifier


def stored(database: Database, key: str, place: int = 0) -> dict[str, object]:
    return dict(master_rows(database, key)[place].values)


def elsewhere(database: Database, key: str, place: int = 0, **values: object) -> None:
    """Another client changes a record."""
    row = master_rows(database, key)[place]
    edit = ChangeRows(key, (RowChange(row.values, {**row.values, **values}),))
    apply_edit(database, edit, "wang")


# ---------------------------------------------------------------- looking


def test_every_table_shows_as_many_rows_as_it_says(desk: Desk) -> None:
    keys = desk.page.list.table_keys()
    assert len(keys) > 25
    for key in keys:
        desk.choose(key)
        sheet = desk.page.sheet
        assert f"  {len(sheet.rows):,}" in desk.page.list.item_of(key).text()
        assert len(desk.table.rows()) == sum(not row.retired for row in sheet.rows)
        sheet.tester = QAbstractItemModelTester(desk.table.model)
        desk.page.grab()


def test_a_table_is_read_when_it_is_first_looked_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    original = reading.read_sheet

    def noting(database: Database, key: str) -> reading.SheetReading:
        asked.append(key)
        return original(database, key)

    monkeypatch.setattr(reading, "read_sheet", noting)
    for key in ("Units", "Skills", "Units"):
        desk.choose(key)
    assert asked == ["Units", "Skills"]


def test_search_holds_for_the_table_shown(desk: Desk) -> None:
    desk.choose("Machines")
    whole = len(desk.table.visible_rows())
    desk.page.find()
    desk.keys("CT-01")
    assert 0 < len(desk.table.visible_rows()) < whole


def test_language_and_colours_change_the_texts_not_the_place(desk: Desk, qtbot: QtBot) -> None:
    desk.choose("Machines")
    table, row = desk.table, desk.row()
    table.select_ids([row.id])
    desk.context.set_language("zh")
    desk.context.set_theme(Choice.DARK)
    qtbot.waitUntil(lambda: desk.page.head.title.text() == "主数据")
    assert desk.table is table
    assert [each.id for each in table.selected_rows()] == [row.id]
    assert "设备" in desk.page.list.currentItem().text()
    assert table.model.headerData(0, Qt.Orientation.Horizontal) == "设备编码"


def test_the_table_looked_at_last_comes_back(desk: Desk, settings: QSettings, qtbot: QtBot) -> None:
    desk.choose("Machines")
    desk.table.view.horizontalHeader().resizeSection(0, 201)
    desk.page.side.setChecked(False)
    desk.page.save(settings)
    other = MasterDataPage(desk.context)
    qtbot.addWidget(other)
    other.restore(settings)
    with qtbot.waitSignal(other.filled):
        other.show()
    assert other.sheet.key == "Machines"
    assert other.sheet.table.view.horizontalHeader().sectionSize(0) == 201
    assert not other.panel.isVisible()


def test_where_both_have_no_room_record_and_editor_take_turns(desk: Desk, qtbot: QtBot) -> None:
    page = desk.page
    page.resize(1210, 680)  # a window of 1280 x 720 less its rail and bars
    desk.choose("Calendars")
    assert (page.wide.stack.isVisible(), page.panel.isVisible()) == (True, False)
    assert page.wide.width() > page.wide.room()
    qtbot.mouseClick(_button_of(page, page.side), Qt.MouseButton.LeftButton)
    assert (page.wide.stack.isVisible(), page.panel.isVisible()) == (False, True)
    qtbot.mouseClick(page.wide.buttons[0], Qt.MouseButton.LeftButton)
    assert (page.wide.stack.isVisible(), page.panel.isVisible()) == (True, False)
    desk.choose("Machines")
    assert page.panel.isVisible()
    page.resize(1900, 1000)
    assert page.wide.stack.isVisible()
    assert page.panel.isVisible()


def _button_of(page: MasterDataPage, action: QAction) -> QPushButton:
    return next(
        each for each in page.head.findChildren(QPushButton) if each.text() == action.text()
    )


# ---------------------------------------------------------------- cells


def test_what_is_typed_into_a_cell_is_written_and_can_be_undone(
    desk: Desk, database: Database
) -> None:
    desk.choose("Customers")
    desk.type_cell(0, "city", "佛山")
    desk.settle()
    assert stored(database, "Customers")["city"] == "佛山"
    assert desk.cell(0, "city") == "佛山"
    assert "C01" in desk.context.edits.stack.undoText()
    desk.context.edits.stack.undo()
    desk.settle()
    assert stored(database, "Customers")["city"] == "广州"
    assert desk.cell(0, "city") == "广州"
    desk.context.edits.stack.redo()
    desk.settle()
    assert desk.cell(0, "city") == "佛山"


def test_esc_leaves_a_cell_as_it_was(desk: Desk, database: Database) -> None:
    desk.choose("Customers")
    desk.click(0, "city")
    desk.table.view.setFocus()
    desk.keys("长")
    assert desk.table.editing.editor is not None
    desk.key(Qt.Key.Key_Escape)
    assert desk.table.editing.editor is None
    assert stored(database, "Customers")["city"] == "广州"


def test_tab_goes_to_the_next_cell(desk: Desk, database: Database) -> None:
    desk.choose("Customers")
    desk.click(1, "short_name")
    desk.table.view.setFocus()
    desk.key(Qt.Key.Key_F2)
    desk.focus().selectAll()
    desk.keys("Beta")
    desk.key(Qt.Key.Key_Tab)
    desk.settle()
    assert stored(database, "Customers", 1)["short_name"] == "Beta"
    index = desk.table.view.currentIndex()
    assert desk.table.model.columns[index.column()].key == "name"


def test_a_number_that_is_none_is_refused_in_its_cell(desk: Desk, database: Database) -> None:
    desk.choose("Customers")
    desk.type_cell(0, "over_under_pct", "three")
    assert desk.table.editing.editor is not None
    assert "number" in desk.table.editing.reason.text()
    assert stored(database, "Customers")["over_under_pct"] == Decimal(3)
    desk.key(Qt.Key.Key_Escape)


def test_a_rule_refuses_in_the_cell_and_in_the_bar_with_the_record_named(
    desk: Desk, database: Database
) -> None:
    desk.choose("Machines")
    before = stored(database, "Machines")
    desk.type_cell(0, "work_centre", "nowhere")
    assert desk.table.editing.editor.text() == "nowhere"
    assert "nowhere" in desk.table.editing.reason.text()
    assert before["machine_code"] in desk.refusals[-1]
    assert stored(database, "Machines") == before
    assert not desk.context.edits.stack.canUndo()
    desk.key(Qt.Key.Key_Escape)


def test_a_reference_offers_code_and_name_and_takes_either(desk: Desk, database: Database) -> None:
    desk.choose("Machines")
    desk.click(0, "calendar")
    desk.table.view.setFocus()
    desk.key(Qt.Key.Key_F2)
    editor = desk.table.editing.editor
    completer = editor.completer()
    offered = [
        completer.model().data(completer.model().index(n, 0))
        for n in range(completer.model().rowCount())
    ]
    assert "公司  公司日历" in offered
    editor.setText("公司  公司日历")
    desk.qtbot.keyClick(editor, Qt.Key.Key_Return)
    desk.settle()
    assert stored(database, "Machines")["calendar"] == "公司"


def test_the_space_bar_turns_a_yes_over(desk: Desk, database: Database) -> None:
    desk.choose("Customers")
    before = bool(stored(database, "Customers")["ship_complete"])
    desk.click(0, "ship_complete")
    desk.table.view.setFocus()
    desk.key(Qt.Key.Key_Space)
    desk.settle()
    assert stored(database, "Customers")["ship_complete"] is not before


def test_filling_down_is_one_step(desk: Desk, database: Database) -> None:
    desk.choose("Machines")
    desk.click(0, "area")
    view = desk.table.view
    index = desk.table.model.index(1, desk.table.model.column_number("area"))
    desk.qtbot.mouseClick(
        view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ShiftModifier,
        view.visualRect(index).center(),
    )
    view.setFocus()
    desk.type_cell(0, "area", "东")
    desk.settle()
    desk.click(0, "area")
    desk.qtbot.mouseClick(
        view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ShiftModifier,
        view.visualRect(index).center(),
    )
    steps = desk.context.edits.stack.count()
    view.setFocus()
    desk.key(Qt.Key.Key_D, CONTROL)
    desk.settle()
    assert [stored(database, "Machines", n)["area"] for n in (0, 1)] == ["东", "东"]
    assert desk.context.edits.stack.count() == steps + 1


def test_many_rows_are_written_in_a_job_as_one_step(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(master_edits, "MANY", 1)
    desk.choose("Machines")
    place = desk.table.model.column_number("area")
    desk.click(0, "area")
    desk.table.view.setFocus()
    desk.key(Qt.Key.Key_A, CONTROL)
    rows = desk.table.visible_rows()
    changes = [CellChange(row, "area", "东") for row in rows]
    desk.table.cells_edited.emit(changes)
    assert desk.context.jobs.announced()[0].title() == f"Writing {len(rows)} rows"
    desk.settle()
    assert {row.values["area"] for row in master_rows(database, "Machines")} == {"东"}
    assert {desk.table.model.text_at(n, place) for n in range(len(rows))} == {"东"}
    assert desk.context.edits.stack.count() == 1
    desk.context.edits.stack.undo()
    desk.settle()
    assert {row.values.get("area") for row in master_rows(database, "Machines")} != {"东"}


def test_many_rows_of_which_one_is_refused_are_not_written_and_it_is_said(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(master_edits, "MANY", 1)
    desk.choose("Machines")
    before = master_rows(database, "Machines")
    rows = desk.table.visible_rows()
    changes = [CellChange(row, "area", "东") for row in rows]
    changes.append(CellChange(rows[-1], "work_centre", "nowhere"))
    desk.table.cells_edited.emit(changes)
    desk.settle()
    assert master_rows(database, "Machines") == before
    assert "nowhere" in desk.refusals[-1]
    assert not desk.context.edits.stack.canUndo()


def test_posted_tables_are_only_looked_at(desk: Desk) -> None:
    desk.choose("Stock")
    assert all(column.edit is None for column in desk.table.model.columns)
    assert not desk.page.new.isEnabled()
    assert desk.page.head.remark.text()


# ---------------------------------------------------------------- records


def test_a_record_in_use_is_not_removed_and_retiring_is_offered(
    desk: Desk, database: Database
) -> None:
    desk.choose("Items")
    number = [row.values["item_code"] for row in desk.table.visible_rows()].index("GP-B")
    desk.click(number, "name")
    desk.trigger(desk.page.remove)
    uses = desk.page.panel.uses
    assert uses.isVisible()
    assert "cannot be removed" in uses.sentence.text()
    heads = [uses.tree.topLevelItem(n).text(0) for n in range(uses.tree.topLevelItemCount())]
    assert any(head.startswith("lines of bills of material") for head in heads)
    desk.press(uses.retire)
    desk.settle()
    (item,) = [row for row in master_rows(database, "Items") if row.values["item_code"] == "GP-B"]
    assert item.retired
    assert "GP-B" not in [row.values["item_code"] for row in desk.table.rows()]


def test_what_nothing_uses_is_removed_and_comes_back_by_undo(
    desk: Desk, database: Database
) -> None:
    desk.choose("ReasonCodes")
    before = [row.values for row in master_rows(database, "ReasonCodes")]
    desk.click(1, "name")
    desk.trigger(desk.page.remove)
    assert [row.values for row in master_rows(database, "ReasonCodes")] == before[:1]
    assert len(desk.table.rows()) == 1
    desk.context.edits.stack.undo()
    desk.settle()
    assert [row.values for row in master_rows(database, "ReasonCodes")] == before
    assert len(desk.table.rows()) == 2


def test_retired_rows_are_hidden_greyed_with_the_word_and_used_again(
    desk: Desk, database: Database
) -> None:
    desk.choose("Customers")
    desk.click(1, "city")
    desk.trigger(desk.page.retire)
    assert [row.values["customer_code"] for row in desk.table.rows()] == ["C01"]
    desk.press(desk.page.retired)
    assert len(desk.table.rows()) == 2
    assert desk.cell(1, "action") == "retired"
    index = desk.table.model.index(1, 0)
    colour = desk.table.model.data(index, Qt.ItemDataRole.ForegroundRole)
    assert colour.name().upper() == desk.context.tokens.disabled
    desk.click(1, "city")
    assert desk.page.retire.text() == "Use again"
    desk.trigger(desk.page.retire)
    assert not master_rows(database, "Customers")[1].retired
    assert desk.cell(1, "action") == "in use"


def test_a_use_leads_to_its_record(desk: Desk) -> None:
    desk.choose("Items")
    number = [row.values["item_code"] for row in desk.table.visible_rows()].index("GP-B")
    desk.click(number, "name")
    desk.trigger(desk.page.uses)
    tree = desk.page.panel.uses.tree
    heads = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    (terms,) = [head for head in heads if head.text(0).startswith("supplier terms")]
    terms.setExpanded(True)
    place = tree.visualItemRect(terms.child(0)).center()
    desk.qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    desk.settle()
    assert desk.page.sheet.key == "SupplierItems"
    (row,) = desk.table.selected_rows()
    assert row.values["item_code"] == "GP-B"


# ---------------------------------------------------------------- going to a record


def test_a_record_asked_for_is_shown_with_filters_cleared_and_its_field_focused(
    desk: Desk,
) -> None:
    desk.choose("Machines")
    desk.table.header.make_lines(desk.table.model, "")
    desk.page.find()
    desk.keys("nothing like it")
    assert not desk.table.visible_rows()
    code = desk.page.sheet.rows[-1].values["machine_code"]
    desk.choose("Units")
    desk.page.show_record("Machines", code, "capacity")
    desk.settle()
    (row,) = desk.table.selected_rows()
    assert row.values["machine_code"] == code
    assert desk.page.panel.form.fields["capacity"].editor.hasFocus()


def test_a_record_asked_for_before_anything_is_read_is_shown(desk: Desk, qtbot: QtBot) -> None:
    page = MasterDataPage(desk.context)
    qtbot.addWidget(page)
    page.show_record("Customers", {"customer_code": "C02"})
    page.show()
    qtbot.waitUntil(lambda: page.sheet is not None and bool(page.sheet.table.selected_rows()))
    assert page.sheet.key == "Customers"
    assert page.sheet.table.selected_rows()[0].values["customer_code"] == "C02"


def test_a_retired_record_asked_for_is_shown_with_the_others(
    desk: Desk, database: Database
) -> None:
    elsewhere(database, "Customers", 1, action="deactivate")
    desk.choose("Customers")
    desk.page.show_record("Customers", "C02")
    desk.settle()
    assert desk.page.retired.isChecked()
    assert desk.table.selected_rows()[0].values["customer_code"] == "C02"


def test_a_record_that_is_not_there_is_said(desk: Desk) -> None:
    desk.choose("Customers")
    desk.page.show_record("Customers", "C99")
    desk.settle()
    assert "C99" in desk.refusals[-1]


# ---------------------------------------------------------------- two clients


def test_what_somebody_else_changes_is_shown_and_only_that_row(
    desk: Desk, database: Database
) -> None:
    desk.choose("Customers")
    changed: list[tuple[int, int]] = []
    desk.table.model.dataChanged.connect(lambda a, b: changed.append((a.row(), b.row())))
    elsewhere(database, "Customers", 1, city="长沙")
    desk.context.changes.look()
    desk.qtbot.waitUntil(lambda: desk.cell(1, "city") == "长沙")
    assert changed == [(1, 1)]


def test_a_cell_changed_elsewhere_is_told_once_and_then_written_over(
    desk: Desk, database: Database
) -> None:
    desk.choose("Customers")
    desk.click(0, "city")
    desk.table.view.setFocus()
    desk.keys("武汉")
    elsewhere(database, "Customers", 0, city="长沙")
    desk.key(Qt.Key.Key_Return)
    assert "长沙" in desk.table.editing.reason.text()
    assert desk.table.editing.editor.text() == "武汉"
    assert stored(database, "Customers")["city"] == "长沙"
    desk.settle()
    desk.key(Qt.Key.Key_Return)
    desk.settle()
    assert stored(database, "Customers")["city"] == "武汉"


def test_a_cell_being_typed_into_is_told_at_once_when_it_changes_elsewhere(
    desk: Desk, database: Database
) -> None:
    desk.choose("Customers")
    desk.click(0, "city")
    desk.table.view.setFocus()
    desk.keys("武汉")
    elsewhere(database, "Customers", 0, city="长沙")
    desk.context.changes.look()
    reason = desk.table.editing.reason
    desk.qtbot.waitUntil(lambda: reason.isVisible() and "长沙" in reason.text())
    assert desk.table.editing.editor.text() == "武汉"
    desk.key(Qt.Key.Key_Return)
    desk.settle()
    assert stored(database, "Customers")["city"] == "武汉"


def test_other_fields_of_the_same_record_do_not_disturb(desk: Desk, database: Database) -> None:
    desk.choose("Customers")
    desk.click(0, "city")
    desk.table.view.setFocus()
    desk.keys("武汉")
    elsewhere(database, "Customers", 0, grade="C")
    desk.key(Qt.Key.Key_Return)
    desk.settle()
    found = stored(database, "Customers")
    assert (found["city"], found["grade"]) == ("武汉", "C")


def test_a_row_removed_elsewhere_goes(desk: Desk, database: Database) -> None:
    desk.choose("ReasonCodes")
    desk.click(1, "name")
    row = desk.row(1)
    assert desk.page.panel.row is row
    apply_edit(database, ChangeRows("ReasonCodes", (RowChange(row.values, None),)), "wang")
    desk.context.changes.look()
    desk.qtbot.waitUntil(lambda: len(desk.table.rows()) == 1)
    desk.settle()
    assert desk.page.panel.row is None


# ---------------------------------------------------------------- texts


@pytest.mark.parametrize("language", ["en", "zh"])
def test_texts_are_translated_and_whole(open_desk: Open, language: str) -> None:
    desk = open_desk(language)
    for key in desk.page.list.table_keys():
        desk.choose(key)
        if desk.table.visible_rows():
            desk.table.select_ids([desk.row().id])
            desk.settle()
        if language == "zh":
            known = {str(value) for row in desk.table.rows() for value in row.values.values()}
            known |= {
                column.shown(row)
                for column in desk.table.model.columns
                for row in desk.table.rows()
            } - {""}
            # The editor of changeovers shows values of items beside every work centre.
            items = master_rows(desk.context.database, "Items")
            known |= {str(value) for row in items for value in row.values.values()}
            found = untranslated(desk.page, known)
            assert [text for text in found if not any(part in text for part in known)] == [], key
        desk.page.side.setChecked(True)
        desk.settle()
        assert clipped(desk.page.head) == [], key
        assert clipped(desk.page.panel) == [], key
    QApplication.processEvents()


def test_the_next_free_code() -> None:
    assert next_code("CT-01", ["CT-01", "CT-02"]) == "CT-03"
    assert next_code("M-HX", ["M-HX"]) == "M-HX-2"
    assert next_code("C09", ["C09"]) == "C10"


# ---------------------------------------------------------------- pasting


def paste(desk: Desk, text: str) -> None:
    QApplication.clipboard().setText(text)
    desk.key(Qt.Key.Key_V, CONTROL)


def test_a_paste_changes_and_adds_records_in_one_step(desk: Desk, database: Database) -> None:
    desk.choose("Units")
    before = master_rows(database, "Units")
    codes = [str(row.values["unit_code"]) for row in before]
    desk.click(len(desk.table.rows()) - 1, "unit_code")
    titles = [desk.table.model.columns[n].title for n in range(2)]
    last = desk.table.visible_rows()[-1].values["unit_code"]
    name = desk.table.model.columns[1].key
    paste(desk, "\t".join(titles) + f"\n{last}\t束甲\nU7\t束乙\nU8\t束丙\n")
    preview = desk.table.many.preview
    assert preview is not None
    assert preview.title.text() == "1 cell changes · in 1 row · 2 new rows"
    desk.key(Qt.Key.Key_Return, CONTROL)
    desk.settle()
    rows = {row.values["unit_code"]: row.values[name] for row in master_rows(database, "Units")}
    assert (rows["U7"], rows["U8"], rows[last]) == ("束乙", "束丙", "束甲")
    desk.context.edits.stack.undo()
    desk.settle()
    assert [row.values for row in master_rows(database, "Units")] == [row.values for row in before]
    assert sorted(codes) == sorted(str(row.values["unit_code"]) for row in desk.table.rows())


def test_a_pasted_record_that_cannot_be_is_said_and_nothing_is_written(
    desk: Desk, database: Database
) -> None:
    desk.choose("Units")
    before = [row.values for row in master_rows(database, "Units")]
    taken = str(desk.row().values["unit_code"])
    desk.click(len(desk.table.rows()) - 1, "unit_code")
    title = desk.table.model.columns[0].title
    paste(desk, f"{title}\n{desk.table.visible_rows()[-1].values['unit_code']}\n{taken}\nU9\n")
    desk.key(Qt.Key.Key_Return, CONTROL)
    desk.settle()
    preview = desk.table.many.preview
    assert preview is not None
    assert taken in preview.trouble.text()
    assert [row.values for row in master_rows(database, "Units")] == before
