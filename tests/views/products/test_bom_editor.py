"""A bill of material is edited as a tree, by mouse and keys, and every step can be undone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from app.core.choices import QuantityKind
from app.models.database import Database
from app.services.edit import apply_edit
from app.services.masters.edits import ChangeRows, RowChange
from app.services.masters.rows import master_rows
from app.services.products.amounts import Basis
from app.views.products.bom_editor import BomEditor
from app.views.products.where_used_view import WhereUsedView
from tests.views.products.conftest import Bench, OpenBench, elsewhere, everything, row_of

ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def bench(open_bench: OpenBench) -> Bench:
    """0015-W: 6.912345 kg of slurry (5 % lost), 10,000 kg of which are 6,250 kg of powder …"""
    made = open_bench(BomEditor)
    made.show("Items", item_code="0015-W")
    return made


def choose_basis(bench: Bench, basis: Basis) -> None:
    box = bench.editor.basis
    box.setFocus()
    while box.currentData() != basis.value:
        bench.key(Qt.Key.Key_Down if box.currentIndex() < list(Basis).index(basis)
                  else Qt.Key.Key_Up)  # fmt: skip


def test_the_tree_opens_level_by_level_with_what_one_takes(bench: Bench) -> None:
    QAbstractItemModelTester(
        bench.tree.parts, QAbstractItemModelTester.FailureReportingMode.Fatal, bench.tree
    )
    assert bench.cell((0,), "component_code") == "SL-A"
    assert bench.cell((0,), "quantity") == "6.912345"
    assert bench.cell((0,), "need") == "≈7.276153 kg"
    assert bench.cell((0,), "consumed_at_step") == "10 浇注"
    assert [bench.cell((0, row), "component_code") for row in (0, 1)] == ["GP-B", "FB"]
    assert bench.cell((0, 0), "base_qty") == "10000"
    assert bench.cell((0, 0), "need") == "≈4.547595 kg"
    assert "Material for 1 支: 3.87 CNY" in bench.editor.sums.text()
    bench.click((0, 0), "name")
    assert "belongs to SL-A" in bench.editor.where.text()


def test_typing_a_quantity_changes_that_line_and_undo_brings_it_back(
    bench: Bench, database: Database
) -> None:
    before = everything(database)
    bench.click((0,), "quantity")
    bench.keys("7.5")  # typing opens the editor
    bench.key(Qt.Key.Key_Return)
    bench.settle()
    line = row_of(database, "BOM", parent_code="0015-W").values
    assert line["quantity"] == Decimal("7.5")
    assert bench.cell((0,), "quantity") == "7.5"
    bench.undo()
    assert everything(database) == before
    assert bench.cell((0,), "quantity") == "6.912345"


def test_a_deeper_line_is_changed_where_it_belongs(bench: Bench, database: Database) -> None:
    bench.type_cell((0, 0), "quantity", "6000")
    assert row_of(database, "BOM", component_code="GP-B").values["quantity"] == 6000
    assert bench.tree.isExpanded(bench.tree.parts.index(0, 0))
    assert bench.tree.current.item.code == "FB"  # Enter goes on to the next line


def test_a_refused_text_stays_with_its_reason(bench: Bench, database: Database) -> None:
    before = everything(database)
    bench.type_cell((0,), "quantity", "viel")
    assert bench.tree.reason.isVisible()
    assert bench.tree.editor.text() == "viel"
    bench.tree.editor.selectAll()
    bench.keys("0")
    bench.key(Qt.Key.Key_Return)
    assert "above zero" in bench.tree.reason.text()
    bench.key(Qt.Key.Key_Escape)
    assert bench.tree.editor is None
    assert everything(database) == before


def test_a_circle_is_refused_with_its_path(bench: Bench, database: Database) -> None:
    bench.type_cell((0, 0), "component_code", "0015-W")
    text = bench.tree.reason.text()
    assert "0015-W → SL-A → 0015-W" in text or "SL-A → 0015-W → SL-A" in text
    bench.key(Qt.Key.Key_Escape)


def test_a_unit_that_does_not_convert_is_refused(bench: Bench, database: Database) -> None:
    bench.type_cell((0,), "unit", "支")
    assert "conversion" in bench.tree.reason.text()
    bench.key(Qt.Key.Key_Escape)
    bench.type_cell((0,), "unit", "t")
    assert row_of(database, "BOM", parent_code="0015-W").values["unit"] == "t"


def test_another_basis_shows_and_stores_what_is_typed_on_it(
    bench: Bench, database: Database
) -> None:
    before = everything(database)
    choose_basis(bench, Basis.HUNDRED)
    assert bench.cell((0,), "quantity") == "691.2345"
    assert bench.cell((0,), "base_qty") == "100"
    assert everything(database) == before  # looking changes nothing
    bench.type_cell((0,), "quantity", "700")
    line = row_of(database, "BOM", parent_code="0015-W").values
    assert (line["quantity"], line["base_qty"]) == (700, 100)
    choose_basis(bench, Basis.WRITTEN)
    assert (bench.cell((0,), "quantity"), bench.cell((0,), "base_qty")) == ("700", "100")
    bench.undo()
    assert everything(database) == before


def test_per_cents_are_shown_stored_and_summed(bench: Bench, database: Database) -> None:
    bench.show("Items", item_code="SL-A")
    choose_basis(bench, Basis.PERCENT)
    assert bench.cell((0,), "quantity") == "62.5 %"
    bench.type_cell((0,), "quantity", "99.8")
    line = row_of(database, "BOM", component_code="GP-B").values
    assert (line["quantity"], line["qty_kind"]) == (Decimal("99.8"), QuantityKind.PERCENT)
    bench.settle()
    assert "99.8 %" in bench.editor.sums.text()
    assert bench.editor.sums.property("role") == "late"
    bench.undo()
    assert row_of(database, "BOM", component_code="GP-B").values["quantity"] == 6250


def test_what_somebody_else_changed_is_not_written_over(bench: Bench, database: Database) -> None:
    bench.click((0,), "quantity")
    bench.key(Qt.Key.Key_F2)
    elsewhere(database, "BOM", row_of(database, "BOM", parent_code="0015-W"), quantity=Decimal(9))
    bench.tree.editor.selectAll()
    bench.keys("8")
    bench.key(Qt.Key.Key_Return)
    assert "9" in bench.tree.reason.text()
    bench.settle()
    assert row_of(database, "BOM", parent_code="0015-W").values["quantity"] == 9
    bench.key(Qt.Key.Key_Escape)
    assert bench.cell((0,), "quantity") == "9"


def test_a_line_is_added_by_its_fields_and_removed_by_a_key(
    bench: Bench, database: Database
) -> None:
    before = everything(database)
    bench.press(bench.editor.add_button)
    bench.keys("GP-B")
    bench.editor.lines.component.completer().popup().hide()
    bench.editor.lines.quantity.setFocus()
    bench.keys("0.4")
    bench.key(Qt.Key.Key_Return)
    bench.settle()
    assert bench.cell((1,), "component_code") == "GP-B"
    assert (
        row_of(database, "BOM", parent_code="0015-W", component_code="GP-B").values["line_no"] == 2
    )
    bench.editor.lines.hide()
    bench.click((1,), "name")
    bench.key(Qt.Key.Key_Delete)
    bench.settle()
    assert everything(database) == before
    bench.undo()
    bench.undo()
    assert everything(database) == before


def test_lines_change_places(bench: Bench, database: Database) -> None:
    bench.show("Items", item_code="SL-A")
    before = everything(database)
    bench.click((0,), "name")
    bench.key(Qt.Key.Key_Down, ALT)
    bench.settle()
    assert [bench.cell((row,), "component_code") for row in (0, 1)] == ["FB", "GP-B"]
    assert bench.tree.current.item.code == "GP-B"
    bench.undo()
    assert everything(database) == before


def test_a_revision_is_copied_and_the_old_one_closed_in_one_step(
    bench: Bench, database: Database
) -> None:
    before = everything(database)
    bench.editor.bar.copy.trigger()
    strip = bench.editor.strip
    assert strip.name.text() == "B"
    bench.press(strip.save)
    assert "from which day" in strip.complaint.text()  # closing needs a day
    strip.start.setFocus()
    bench.keys("2026-4-1")
    bench.key(Qt.Key.Key_Return)
    bench.settle()
    rows = {row.values["revision"]: row.values for row in master_rows(database, "BOM")
            if row.values["parent_code"] == "0015-W"}  # fmt: skip
    assert rows["A"]["effective_to"] == date(2026, 3, 31)
    assert rows["B"]["effective_from"] == date(2026, 4, 1)
    assert rows["B"]["quantity"] == rows["A"]["quantity"]
    assert bench.editor.bar.current.name == "B"
    bench.type_cell((0,), "quantity", "8")
    bench.editor.bar.compare.actions()[0].trigger()
    bench.settle()
    (shown,) = bench.editor.compare.table.rows()
    assert (shown.before, shown.after) == ("6.912345", "8")
    bench.undo()
    bench.undo()
    assert everything(database) == before


def test_dates_and_retiring(bench: Bench, database: Database) -> None:
    before = everything(database)
    bench.editor.bar.dates.trigger()
    bench.editor.strip.end.setFocus()
    bench.keys("2026-12-31")
    bench.press(bench.editor.strip.save)
    assert row_of(database, "BOM", parent_code="0015-W").values["effective_to"] == date(
        2026, 12, 31
    )
    bench.editor.bar.retire.trigger()
    bench.settle()
    assert row_of(database, "BOM", parent_code="0015-W").retired
    assert not bench.editor.bar.current.active  # the only one is still shown
    assert bench.cell((0,), "component_code") == "SL-A"
    bench.editor.bar.retire.trigger()  # use it again
    bench.settle()
    assert bench.editor.bar.current.state == "in_force"
    bench.undo()
    bench.undo()
    bench.undo()
    assert everything(database) == before


def test_pasted_lines_are_looked_at_first(bench: Bench, database: Database) -> None:
    before = everything(database)
    clipboard = QApplication.clipboard()
    clipboard.setText("子件编码\t用量\nGP-B\t1\nNO\t2\n")
    bench.click((0,), "name")
    bench.key(Qt.Key.Key_V, CONTROL)
    paste = bench.editor.paste
    assert bench.editor.stack.currentWidget() is paste
    assert not paste.save.isEnabled()
    assert "NO" in paste.words.text()
    bench.key(Qt.Key.Key_Escape)
    assert bench.editor.stack.currentWidget() is bench.tree
    clipboard.setText("GP-B\t1\t支\n")
    bench.click((0,), "name")
    bench.key(Qt.Key.Key_V, CONTROL)
    bench.press(paste.save)
    assert "conversion" in paste.words.text()  # the rules refuse it, and say at which cell
    assert everything(database) == before
    bench.press(paste.cancel)
    clipboard.setText("GP-B\t1\tkg\t\t20\nSL-A\t2\n")
    bench.click((0,), "name")
    bench.key(Qt.Key.Key_V, CONTROL)
    bench.press(paste.save)
    assert [bench.cell((row,), "component_code") for row in range(3)] == ["SL-A", "GP-B", "SL-A"]
    bench.undo()
    assert everything(database) == before


def test_an_item_without_a_list_gets_one_with_its_first_line(
    bench: Bench, database: Database
) -> None:
    new = {**row_of(database, "Items", item_code="SL-A").values, "item_code": "SL-B"}
    apply_edit(database, ChangeRows("Items", (RowChange(None, new),)), "wang")
    before = everything(database)
    bench.show("Items", item_code="SL-B")
    QApplication.clipboard().setText("FB\t1\n")
    bench.editor.paste_action.trigger()
    assert not bench.editor.paste.save.isEnabled()  # retired items are not offered
    bench.press(bench.editor.paste.cancel)
    QApplication.clipboard().setText("GP-B\t1\n")
    bench.editor.paste_action.trigger()
    bench.press(bench.editor.paste.save)
    assert row_of(database, "BOM", parent_code="SL-B").values["component_code"] == "GP-B"
    assert bench.cell((0,), "component_code") == "GP-B"
    bench.undo()
    assert everything(database) == before


def test_where_an_item_is_used_all_levels_up(open_bench: OpenBench) -> None:
    bench = open_bench(WhereUsedView)
    bench.show("Items", item_code="GP-B")
    QAbstractItemModelTester(
        bench.tree.parts, QAbstractItemModelTester.FailureReportingMode.Fatal, bench.tree
    )
    assert bench.cell((0,), "item") == "SL-A"
    assert bench.cell((0,), "need") == "0.625 kg"
    assert [bench.cell((0, row), "item") for row in (0, 1)] == ["0015-G", "0015-W"]
    asked: list[object] = []
    bench.context.record_asked.connect(lambda *what: asked.append(what))
    index = bench.index((0, 1), "item")
    place = bench.tree.visualRect(index).center()
    bench.qtbot.mouseDClick(bench.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked[0][0] == "BOM"
    bench.show("Items", item_code="0015-W")
    assert "0015-W" in bench.editor.empty.text()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_texts_follow_the_language(open_bench: OpenBench, language: str) -> None:
    bench = open_bench(BomEditor, language)
    bench.show("Items", item_code="0015-W")
    title = {"zh": "子件", "en": "Component"}[language]
    assert bench.tree.parts.headerData(0, Qt.Orientation.Horizontal) == title
    other = {"zh": "en", "en": "zh"}[language]
    bench.context.set_language(other)
    bench.settle()
    title = {"zh": "子件", "en": "Component"}[other]
    assert bench.tree.parts.headerData(0, Qt.Orientation.Horizontal) == title
