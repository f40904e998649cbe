"""A routing is edited as table, drawing and form, by mouse and keys, and all can be undone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QAbstractItemModelTester

from app.models.database import Database
from app.services.masters.rows import master_rows
from app.views.products.routing_editor import RoutingEditor
from app.views.theme import Choice
from tests.views.products.conftest import Bench, OpenBench, elsewhere, everything, row_of
from tests.views.texts import clipped

Key = Qt.Key


@pytest.fixture
def bench(open_bench: OpenBench) -> Bench:
    """0015-W: 10 cast, 20 dry (10FS+5), 30 plated outside; the mould stays until 20."""
    made = open_bench(RoutingEditor)
    made.show("Items", item_code="0015-W")
    return made


def numbers(bench: Bench) -> list[int]:
    return [row.values["step_no"] for row in bench.editor.table.rows()]


def cell(bench: Bench, place: int, key: str) -> str:
    model = bench.editor.table.model
    return str(model.text_at(place, model.column_number(key)))


def click(bench: Bench, place: int, key: str) -> None:
    table = bench.editor.table
    index = table.model.index(place, table.model.column_number(key))
    table.view.scrollTo(index)
    spot = table.view.visualRect(index).center()
    bench.qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def type_cell(bench: Bench, place: int, key: str, text: str) -> None:
    click(bench, place, key)
    bench.key(Key.Key_F2)
    bench.editor.table.editing.editor.selectAll()
    bench.keys(text)
    bench.key(Key.Key_Return)
    bench.settle()


def trigger(bench: Bench, action: QAction) -> None:
    assert action.isEnabled()
    action.trigger()
    bench.settle()


def stored(database: Database, item: str = "0015-W") -> dict[int, dict[str, Any]]:
    return {
        row.values["step_no"]: dict(row.values)
        for row in master_rows(database, "Routings")
        if row.values.get("item_code") == item
    }


def press_box(bench: Bench, number: int, *, twice: bool = False) -> None:
    flow = bench.editor.flow
    place = flow.box(number).center().toPoint()
    bench.qtbot.mouseClick(flow.viewport(), Qt.MouseButton.LeftButton, pos=place)
    if twice:
        bench.qtbot.mouseDClick(flow.viewport(), Qt.MouseButton.LeftButton, pos=place)
    bench.settle()


def test_table_drawing_form_and_sentence_show_one_step(bench: Bench) -> None:
    QAbstractItemModelTester(bench.editor.table.model)
    assert numbers(bench) == [10, 20, 30]
    assert bench.editor.flow.current == 10
    assert "CT-01" in bench.editor.sentence.text()
    assert "end of the next step at least 30 min, at most 36 h" in bench.editor.sentence.text()
    assert "M-15" in bench.editor.sentence.text()
    press_box(bench, 20)
    assert bench.editor.table.current_row().values["step_no"] == 20
    assert bench.editor.form.fields["step_name"].editor.text() == "烘干"
    assert cell(bench, 1, "time") == "10 h"
    click(bench, 2, "step_name")
    assert bench.editor.flow.current == 30
    assert "DD" in bench.editor.sentence.text()
    bench.editor.flow.setFocus()
    bench.key(Key.Key_Left)
    assert bench.editor.table.current_row().values["step_no"] == 20


def test_a_cell_and_a_field_write_the_same_way(bench: Bench, database: Database) -> None:
    before = everything(database)
    type_cell(bench, 1, "rate", "9")
    assert stored(database)[20]["rate"] == 9
    assert cell(bench, 1, "time") == "9 h"
    click(bench, 0, "step_name")
    field = bench.editor.form.fields["setup_min"].editor
    bench.editor.form.ensureWidgetVisible(field)
    field.setFocus()
    field.selectAll()
    bench.keys("20")
    bench.key(Key.Key_Return)
    bench.settle()
    assert stored(database)[10]["setup_min"] == 20
    bench.undo()
    bench.undo()
    assert everything(database) == before


def test_more_pieces_take_longer(bench: Bench) -> None:
    spin = bench.editor.pieces
    spin.setFocus()
    spin.selectAll()
    bench.keys("1")
    bench.key(Key.Key_Return)
    bench.settle()
    assert "1 pieces on CT-01" in bench.editor.sentence.text()


def test_another_number_takes_along_what_names_it(bench: Bench, database: Database) -> None:
    before = everything(database)
    type_cell(bench, 0, "step_no", "15")
    assert numbers(bench) == [15, 20, 30]
    assert stored(database)[20]["predecessors"] == "15FS+5"
    line = row_of(database, "BOM", parent_code="0015-W").values
    assert line["consumed_at_step"] == 15
    assert bench.editor.flow.current in (15, 20)
    bench.undo()
    assert everything(database) == before


def test_predecessors_that_cannot_be_are_refused_at_the_cell(
    bench: Bench, database: Database
) -> None:
    before = everything(database)
    type_cell(bench, 1, "predecessors", "70")
    reason = bench.editor.table.editing.reason
    assert reason.isVisible()
    assert "70" in reason.text()
    bench.editor.table.editing.editor.selectAll()
    bench.keys("30")
    bench.key(Key.Key_Return)
    assert "→" in reason.text()
    bench.key(Key.Key_Escape)
    assert everything(database) == before


def test_steps_are_inserted_copied_moved_and_removed(bench: Bench, database: Database) -> None:
    before = everything(database)
    click(bench, 0, "step_name")
    bench.press(bench.editor.insert_button)
    assert numbers(bench) == [10, 15, 20, 30]
    assert bench.editor.flow.current == 15
    assert stored(database)[20]["predecessors"] == "15FS+5"
    trigger(bench, bench.editor.duplicate)
    assert bench.editor.flow.current == 17
    trigger(bench, bench.editor.renumber)
    assert numbers(bench) == [10, 20, 30, 40, 50]
    assert bench.editor.flow.current == 30
    trigger(bench, bench.editor.up)
    assert bench.editor.flow.current == 20
    trigger(bench, bench.editor.remove)
    assert numbers(bench) == [10, 30, 40, 50]
    for _ in range(5):
        bench.undo()
    assert everything(database) == before


def test_a_step_does_not_move_before_what_it_follows(bench: Bench, database: Database) -> None:
    before = everything(database)
    click(bench, 1, "step_name")
    trigger(bench, bench.editor.up)
    assert "Step 20 follows step 10" in bench.said[-1]
    assert everything(database) == before


def test_what_somebody_else_changed_is_not_written_over(bench: Bench, database: Database) -> None:
    click(bench, 1, "rate")
    bench.key(Key.Key_F2)
    elsewhere(database, "Routings", row_of(database, "Routings", step_no=20), rate=Decimal(11))
    bench.editor.table.editing.editor.selectAll()
    bench.keys("13")
    bench.key(Key.Key_Return)
    assert "11" in bench.editor.table.editing.reason.text()
    bench.settle()
    assert stored(database)[20]["rate"] == 11
    bench.key(Key.Key_Escape)
    assert cell(bench, 1, "rate") == "11"


def test_a_revision_is_copied_and_compared(bench: Bench, database: Database) -> None:
    before = everything(database)
    bench.editor.bar.copy.trigger()
    strip = bench.editor.strip
    strip.start.setFocus()
    bench.keys("2026-4-1")
    bench.press(strip.save)
    rows = [row.values for row in master_rows(database, "Routings")
            if row.values.get("item_code") == "0015-W"]  # fmt: skip
    assert {(row["revision"], row.get("effective_to")) for row in rows} == {
        ("A", date(2026, 3, 31)),
        ("B", None),
    }
    assert bench.editor.bar.current.name == "B"
    type_cell(bench, 1, "rate", "9")
    bench.editor.bar.compare.actions()[0].trigger()
    bench.settle()
    assert [(row.before, row.after) for row in bench.editor.compare.table.rows()] == [("10", "9")]
    bench.press(bench.editor.compare.back)
    assert bench.editor.stack.currentWidget() is bench.editor.body
    bench.undo()
    bench.undo()
    assert everything(database) == before


def test_an_item_without_its_own_follows_the_template_until_it_gets_one(
    bench: Bench, database: Database
) -> None:
    before = everything(database)
    bench.show("Items", item_code="0015-G")
    assert "1 item follows it" in bench.editor.said.text()
    trigger(bench, bench.editor.own)
    assert list(stored(database, "0015-G")) == [10]
    assert not bench.editor.notice.isVisible()
    trigger(bench, bench.editor.follow)
    assert "1 item follows it" in bench.editor.said.text()
    bench.undo()
    bench.undo()
    assert everything(database) == before
    bench.show("Items", item_code="0015-W")
    asked: list[Any] = []
    bench.context.record_asked.connect(lambda *what: asked.append(what))
    trigger(bench, bench.editor.template)
    assert asked[0][1] == {"family": "花线", "revision": "B"}
    bench.show("Routings", family="花线", revision="B")
    assert bench.editor.title.text() == "Template of 花线"
    assert numbers(bench) == [10, 20, 30]
    bench.undo()
    assert everything(database) == before


def test_orders_that_follow_the_old_routing_are_said_and_renewed(
    bench: Bench, database: Database
) -> None:
    """0015-G: MO-2 has not begun, nor has the order without a number."""
    bench.show("Items", item_code="0015-G")
    type_cell(bench, 0, "rate", "95")
    assert "2 open operations of 2 orders" in bench.editor.said.text()
    bench.press(bench.editor.renew)
    bench.settle()
    assert "open operation" not in bench.editor.said.text()
    assert "Renew 2 open operations of 2 orders" in bench.context.edits.stack.undoText()
    bench.undo()
    assert "2 open operations of 2 orders" in bench.editor.said.text()


def test_an_item_without_routing_gets_its_first_step(bench: Bench, database: Database) -> None:
    before = everything(database)
    bench.show("Items", item_code="GP-B")
    assert "GP-B has no routing yet" in bench.editor.empty.text()
    bench.press(bench.editor.empty_button)
    assert numbers(bench) == [10]
    bench.undo()
    assert everything(database) == before


def test_the_drawing_zooms_and_fits(bench: Bench) -> None:
    flow = bench.editor.flow
    fitted = flow.scale
    flow.setFocus()
    bench.key(Key.Key_Plus)
    assert flow.scale > fitted
    bench.key(Key.Key_0)
    assert flow.scale == fitted
    area = flow.viewport().rect()
    assert all(area.contains(flow.box(n).toAlignedRect()) for n in (10, 20, 30))
    corner = flow.viewport().rect().bottomRight() - QPoint(2, 2)
    bench.qtbot.mouseClick(flow.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    assert flow.current == 10  # beside the boxes nothing changes
    bench.editor.side.setChecked(False)
    press_box(bench, 20, twice=True)
    assert bench.editor.panel.isVisible()


@pytest.mark.parametrize("theme", [Choice.LIGHT, Choice.DARK])
def test_texts_follow_the_language_and_are_not_cut(open_bench: OpenBench, theme: Choice) -> None:
    bench = open_bench(RoutingEditor, "zh")
    bench.context.set_theme(theme)
    bench.show("Items", item_code="0015-W")
    assert bench.editor.insert.text() == "插入工序"
    assert "副模" in bench.editor.sentence.text()
    bench.context.set_language("en")
    bench.settle()
    assert bench.editor.insert.text() == "Insert step"
    assert not clipped(bench.window)
