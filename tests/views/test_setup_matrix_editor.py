"""Setup matrices are edited like a spreadsheet and by panels; each gesture is one undo step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.models.database import Database
from app.models.plant import SetupAttribute, SetupGroup, SetupPair
from app.models.products import Item, Routing
from app.services.edit import apply_edit
from app.services.masters.rows import master_rows
from app.services.plant.setup_edits import CellWish, change_cells
from app.services.plant.setup_view import setup_sheet
from app.views.context import AppContext
from app.views.plant.editors import EDITORS
from app.views.plant.group_tree import GroupTree
from app.views.plant.matrix_view import Block
from app.views.plant.setup_matrix_editor import SetupMatrixEditor, Side
from tests.services.small_plant import SmallPlant

CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
COLOURS = ("white", "cream", "red", "black")


@pytest.fixture
def colours(database: Database, plant: SmallPlant) -> SmallPlant:
    fill_with_colours(database, plant)
    return plant


def fill_with_colours(database: Database, plant: SmallPlant) -> None:
    """Four colours of items on the presses, lengths as the second attribute, two groups."""
    with database.write("test") as session:
        first = session.get_one(Item, plant.item)
        first.family, first.setup_attributes = "angles", ["white", "1000"]
        for number, colour in enumerate(COLOURS[1:], 2):
            session.add(Item(code=f"A{number}", name=colour, unit_id=plant.unit, family="angles",
                             category=first.category, source=first.source,
                             setup_attributes=[colour, f"{1000 * number}"]))  # fmt: skip
        routing = session.get_one(Routing, plant.routing)
        routing.item_id, routing.family = None, "angles"
        session.add(SetupAttribute(work_centre_id=plant.centre, position=2, name="length"))
        session.add(SetupGroup(attribute="colour", name="light", members=["white", "cream"]))
        session.add(SetupGroup(attribute="colour", name="dark", members=["red"]))
        session.add(SetupPair(work_centre_id=plant.centre, attribute="colour", from_value="light",
                              to_value="dark", minutes=15))  # fmt: skip


def opened(context: AppContext, qtbot: QtBot) -> SetupMatrixEditor:
    context.changes.look()
    qtbot.waitUntil(lambda: context.changes.last_look is not None)
    made = SetupMatrixEditor(context)
    qtbot.addWidget(made)
    made.said = []
    context.noticed.connect(lambda notice: made.said.append(notice.text()))
    made.resize(1000, 640)
    made.show()
    made.activateWindow()
    settle(made, qtbot)
    return made


@pytest.fixture
def editor(plant: SmallPlant, context: AppContext, qtbot: QtBot) -> Iterator[SetupMatrixEditor]:
    yield opened(context, qtbot)
    context.jobs.close()


@pytest.fixture
def colour_editor(
    colours: SmallPlant, context: AppContext, qtbot: QtBot
) -> Iterator[SetupMatrixEditor]:
    yield opened(context, qtbot)
    context.jobs.close()


def settle(editor: SetupMatrixEditor, qtbot: QtBot) -> None:
    for _ in range(4):
        qtbot.waitUntil(lambda: not editor.context.jobs.busy())
        QApplication.processEvents()


def stored(database: Database) -> set[tuple[Any, ...]]:
    return {
        (v["from"], v["to"], v["minutes"])
        for v in (row.values for row in master_rows(database, "SetupMatrix"))
    }


def choose(editor: SetupMatrixEditor, *corners: tuple[str, str]) -> None:
    """The block from the first corner to the last."""
    places = [(editor.model.starts.index(a), editor.model.ends.index(b)) for a, b in corners]
    rows, columns = [row for row, _ in places], [column for _, column in places]
    editor.view.choose_block(Block(min(rows), min(columns), max(rows), max(columns)))


def press(qtbot: QtBot, button: QWidget) -> None:
    qtbot.mouseClick(button, LEFT, pos=QPoint(8, 8))


def type_into(qtbot: QtBot, line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)


def elsewhere(database: Database, start: str, end: str, minutes: int) -> None:
    """Another client writes a pair."""
    sheet = setup_sheet(database, "work_centre", "PRESS")
    edit = change_cells(sheet, sheet.attributes[0], [CellWish(start, end, minutes)])
    assert edit is not None
    apply_edit(database, edit, "wang")


def test_values_and_signs_stand_in_the_grid(editor: SetupMatrixEditor) -> None:
    editor.tester = QAbstractItemModelTester(editor.model)
    assert editor.model.starts == ["white", "*"]
    assert editor.model.ends == ["white", "*", "="]
    assert editor.model.index(0, 1).data() == "10"
    assert "listed" in editor.describe("white", "*")
    editor.grab()


def test_a_cell_is_typed_and_undone(
    editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    choose(editor, ("*", "white"))
    qtbot.keyClicks(editor.view, "2")
    line = QApplication.focusWidget()
    assert line is not None
    qtbot.keyClicks(line, "5")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    settle(editor, qtbot)
    assert stored(database) == {("white", "*", "10"), ("*", "white", "25")}
    editor.context.edits.stack.undo()
    assert stored(database) == {("white", "*", "10")}


def test_a_block_is_pasted_in_one_step_or_not_at_all(
    editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    choose(editor, ("white", "*"))
    QApplication.clipboard().setText("12\t4\nx\t")
    qtbot.keyClick(editor.view, Qt.Key.Key_V, CONTROL)
    settle(editor, qtbot)
    assert stored(database) == {("white", "*", "12"), ("white", "=", "4"), ("*", "*", "禁止")}
    assert editor.context.edits.stack.count() == 1
    before = stored(database)
    QApplication.clipboard().setText("13\tabc")
    qtbot.keyClick(editor.view, Qt.Key.Key_V, CONTROL)
    settle(editor, qtbot)
    assert stored(database) == before


def test_delete_takes_a_pair_out(
    editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    choose(editor, ("white", "*"))
    qtbot.keyClick(editor.view, Qt.Key.Key_Delete)
    settle(editor, qtbot)
    assert stored(database) == set()


def test_filling_tells_what_would_change_before_it_does(
    colour_editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    editor, panel = colour_editor, colour_editor.fill_panel
    press(qtbot, editor.sides[Side.FILL])
    type_into(qtbot, panel.order, "white; black")
    assert panel.told.text() == "2 of 2 pairs would change"
    assert "white → black:  10 → 15" in panel.examples.text()
    press(qtbot, panel.fill)
    settle(editor, qtbot)
    assert stored(database) >= {("white", "black", "15"), ("black", "white", "20")}
    assert panel.told.text() == "0 of 2 pairs would change"
    assert not panel.fill.isEnabled()

    panel.kind.setFocus()
    qtbot.keyClick(panel.kind, Qt.Key.Key_End)
    assert panel.groups.text() == "light; dark"
    assert panel.told.text() == "4 of 4 pairs would change"
    press(qtbot, panel.keep)
    assert panel.told.text() == "3 of 4 pairs would change"
    press(qtbot, panel.apart)
    press(qtbot, panel.fill)
    settle(editor, qtbot)
    assert stored(database) >= {("light", "light", "5"), ("light", "dark", "15"),
                                ("dark", "light", "禁止")}  # fmt: skip
    editor.context.edits.stack.undo()
    settle(editor, qtbot)
    assert ("light", "light", "5") not in stored(database)


def test_lengths_are_filled_by_how_much_they_differ(
    colour_editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    editor, panel = colour_editor, colour_editor.fill_panel
    press(qtbot, editor.sides[Side.FILL])
    editor.attribute_box.setFocus()
    qtbot.keyClick(editor.attribute_box, Qt.Key.Key_Down)
    assert panel.numbers.text() == "1000; 2000; 3000; 4000"
    for box, text in ((panel.base, "2"), (panel.size, "500"), (panel.up, "3"), (panel.down, "1"),
                      (panel.beyond, "2500")):  # fmt: skip
        type_into(qtbot, box.lineEdit(), text)
    assert panel.told.text() == "12 of 12 pairs would change"
    press(qtbot, panel.fill)
    settle(editor, qtbot)
    assert stored(database) >= {("1000", "2000", "8"), ("3000", "2000", "4"),
                                ("1000", "4000", "禁止")}  # fmt: skip
    type_into(qtbot, panel.numbers, "1000; long")
    assert "long" in panel.complaint.text()
    assert not panel.fill.isEnabled()


def test_several_pairs_are_changed_together_and_differences_are_shown(
    colour_editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    editor, panel = colour_editor, colour_editor.pair
    elsewhere(database, "white", "red", 12)
    elsewhere(database, "white", "white", 3)
    editor.context.changes.look()
    qtbot.waitUntil(lambda: editor.model.is_listed("white", "white"))
    choose(editor, ("white", "red"), ("white", "white"))
    assert panel.heading.text() == "2 pairs chosen"
    assert (panel.minutes.text(), panel.minutes.placeholderText()) == ("", "different")
    assert panel.cost.placeholderText() == ""
    type_into(qtbot, panel.cost, "7.5")
    type_into(qtbot, panel.heads, "2")
    type_into(qtbot, panel.skill, "casting")
    assert panel.effect.text() == "2 pairs would change"
    qtbot.keyClick(panel.skill, Qt.Key.Key_Return)
    settle(editor, qtbot)
    with database.read() as session:
        rows = session.scalars(select(SetupPair).where(SetupPair.from_value == "white",
                                                       SetupPair.to_value != "*"))  # fmt: skip
        assert [(r.cost, r.heads) for r in rows] == [(Decimal("7.5"), 2)] * 2
    press(qtbot, panel.forbidden)
    press(qtbot, panel.save)
    settle(editor, qtbot)
    assert stored(database) >= {("white", "red", "禁止"), ("white", "white", "禁止")}
    for _ in range(2):
        editor.context.edits.stack.undo()
    settle(editor, qtbot)
    assert stored(database) >= {("white", "red", "12"), ("white", "white", "3")}
    editor.context.edits.stack.redo()
    settle(editor, qtbot)
    assert (panel.cost.text(), panel.minutes.placeholderText()) == ("7.5", "different")


BAD = (("minutes", "abc"), ("minutes", "-5"), ("minutes", "99999"), ("minutes", " "),
       ("cost", "cheap"), ("cost", "-1"), ("cost", "1e18"), ("scrap_qty", "99999999999999"),
       ("heads", "1.5"), ("heads", "9999999999"))  # fmt: skip


def test_bad_input_for_a_pair_is_refused_at_its_field(
    editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    choose(editor, ("white", "*"))
    for field, text in BAD:
        line = editor.pair.lines[field]
        type_into(qtbot, line, text)
        qtbot.keyClick(line, Qt.Key.Key_Return)
        assert editor.pair.complaint.text(), (field, text)
        assert line.property("bad")
        assert line.text() == text
        qtbot.keyClick(line, Qt.Key.Key_Escape)
        assert editor.pair.minutes.text() == "10"
        assert not editor.pair.complaint.text()
    assert editor.context.edits.stack.count() == 0
    type_into(qtbot, editor.pair.skill, "juggling")
    press(qtbot, editor.pair.save)
    settle(editor, qtbot)
    assert "juggling" in editor.said[-1]
    assert editor.pair.skill.text() == "juggling"
    assert stored(database) == {("white", "*", "10")}


def test_values_are_dragged_into_groups_or_moved_by_keys(
    colour_editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    editor, tree = colour_editor, colour_editor.groups.tree
    press(qtbot, editor.sides[Side.GROUPS])
    drag(qtbot, tree, tree.item_of("", "black"), tree.item_of("dark"))
    settle(editor, qtbot)
    assert groups(database) == {"light": ["white", "cream"], "dark": ["red", "black"]}
    drag(qtbot, tree, tree.item_of("light", "cream"), tree.item_of(""), escape=True)
    settle(editor, qtbot)
    assert groups(database)["light"] == ["white", "cream"]
    drag(qtbot, tree, tree.item_of("light", "cream"), tree.item_of(""))
    settle(editor, qtbot)
    assert groups(database)["light"] == ["white"]
    editor.context.edits.stack.undo()
    settle(editor, qtbot)
    assert groups(database)["light"] == ["white", "cream"]

    tree.setCurrentItem(tree.item_of("light", "cream"))
    editor.groups.target.setCurrentIndex(1)
    press(qtbot, editor.groups.move_button)
    settle(editor, qtbot)
    assert groups(database)["dark"] == ["red", "black", "cream"]
    tree.setCurrentItem(tree.item_of("dark"))
    fields = editor.groups.fields
    assert fields.members.text() == "red; black; cream"
    type_into(qtbot, fields.name, "deep")
    type_into(qtbot, fields.members, "red; cream; ink")
    qtbot.keyClick(fields.members, Qt.Key.Key_Return)
    settle(editor, qtbot)
    assert groups(database) == {"light": ["white"], "deep": ["red", "cream", "ink"]}
    assert ("light", "deep", "15") in stored(database)
    press(qtbot, fields.new)
    type_into(qtbot, fields.name, "white")
    type_into(qtbot, fields.members, "black")
    assert "cannot be a group" in fields.complaint.text()
    type_into(qtbot, fields.name, "night")
    press(qtbot, fields.save)
    settle(editor, qtbot)
    assert groups(database)["night"] == ["black"]
    assert "ink" in editor.model.starts


def test_a_group_that_pairs_name_goes_only_with_them(
    colour_editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    editor, panel = colour_editor, colour_editor.groups
    press(qtbot, editor.sides[Side.GROUPS])
    panel.tree.setCurrentItem(panel.tree.item_of("light"))
    panel.tree.setFocus()
    qtbot.keyClick(panel.tree, Qt.Key.Key_Delete)
    settle(editor, qtbot)
    assert "light" in groups(database)
    assert panel.uses.sentence.text() == "It cannot be removed: 1 record uses it."
    head = panel.uses.tree.topLevelItem(0)
    assert "light · dark" in head.child(0).text(0)
    assert not panel.uses.retire.isVisible()
    press(qtbot, panel.uses.together)
    settle(editor, qtbot)
    assert set(groups(database)) == {"dark"}
    assert stored(database) == {("white", "*", "10")}
    assert not panel.uses.isVisible()
    editor.context.edits.stack.undo()
    settle(editor, qtbot)
    assert ("light", "dark", "15") in stored(database)
    panel.tree.setCurrentItem(panel.tree.item_of("", "black"))
    qtbot.keyClick(panel.tree, Qt.Key.Key_Delete)
    settle(editor, qtbot)
    assert "A4" in panel.uses.tree.topLevelItem(0).child(0).text(0)


def test_attributes_are_added_renamed_and_removed(
    colour_editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    editor, panel = colour_editor, colour_editor.attributes
    press(qtbot, editor.sides[Side.ATTRIBUTES])
    press(qtbot, panel.new)
    type_into(qtbot, panel.name, "Colour")
    assert "already" in panel.complaint.text()
    type_into(qtbot, panel.name, "recipe")
    type_into(qtbot, panel.minutes.lineEdit(), "25")
    type_into(qtbot, panel.campaign.lineEdit(), "90")
    press(qtbot, panel.save)
    settle(editor, qtbot)
    assert editor.attribute is not None
    assert (editor.attribute.name, editor.attribute.position) == ("recipe", 3)
    assert editor.attribute.default is not None
    assert editor.attribute.default.minutes == 25
    assert editor.attribute.row.values["campaign_min"] == 90
    assert not editor.view.isVisible()
    assert "recipe" in editor.empty.text()
    type_into(qtbot, panel.name, "powder")
    qtbot.keyClick(panel.name, Qt.Key.Key_Return)
    settle(editor, qtbot)
    assert editor.attribute.name == "powder"
    press(qtbot, panel.remove)
    settle(editor, qtbot)
    assert [row.values["name"] for row in master_rows(database, "SetupAttributes")] == [
        "colour", "length"]  # fmt: skip
    assert editor.attribute.name == "colour"
    press(qtbot, panel.remove)
    settle(editor, qtbot)
    assert panel.uses.sentence.text() == "It cannot be removed: 4 records use it."
    press(qtbot, panel.uses.together)
    settle(editor, qtbot)
    assert (stored(database), groups(database)) == (set(), {})
    for _ in range(4):
        editor.context.edits.stack.undo()
    settle(editor, qtbot)
    assert ("light", "dark", "15") in stored(database)
    assert len(master_rows(database, "SetupAttributes")) == 2


def test_a_plant_without_attributes_is_told_what_they_are(
    plant: SmallPlant, database: Database, context: AppContext, qtbot: QtBot
) -> None:
    editor = opened(context, qtbot)
    editor.show_scope("work_centre", "HEAT")
    settle(editor, qtbot)
    assert "Changeovers take no time here yet" in editor.empty.text()
    press(qtbot, editor.begin)
    assert editor.attributes.name.hasFocus()
    type_into(qtbot, editor.attributes.name, "glaze")
    qtbot.keyClick(editor.attributes.name, Qt.Key.Key_Return)
    settle(editor, qtbot)
    assert editor.attribute is not None
    assert editor.attribute.name == "glaze"
    context.set_language("zh")
    settle(editor, qtbot)
    assert editor.sides[Side.GROUPS].text() == "分组"
    context.set_language("en")


def test_two_thousand_values_stay_within_a_hand_s_patience(
    plant: SmallPlant, database: Database, context: AppContext, qtbot: QtBot
) -> None:
    with database.write("test") as session:
        first = session.get_one(Item, plant.item)
        first.setup_attributes = []
        values = [f"RAL {number:04d}" for number in range(2000)]
        session.add(SetupGroup(attribute="colour", name="all", members=values))
        session.add(SetupPair(work_centre_id=plant.centre, attribute="colour", from_value="all",
                              to_value="all", minutes=15))  # fmt: skip
    editor = opened(context, qtbot)
    assert len(editor.model.starts) == 2003
    spent = {}
    for name, act in (
        ("show", lambda: editor._take(editor._reading)),
        ("paint", lambda: editor.view.grab()),
        ("choose all", editor.view.selectAll),
        ("copy all", lambda: qtbot.keyClick(editor.view, Qt.Key.Key_C, CONTROL)),
        ("fill", lambda: editor.show_side(Side.FILL)),
        ("groups", lambda: editor.show_side(Side.GROUPS)),
    ):
        began = time.process_time()
        act()
        spent[name] = time.process_time() - began
    assert max(spent.values()) < 0.25, spent
    assert "Choose at most 10,000 cells" in editor.news.text()
    choose(editor, ("RAL 0003", "RAL 0004"))
    assert editor.model.index(3, 4).data() == "15"
    context.jobs.close()


def test_a_row_of_the_table_leads_to_its_pair_once(
    colour_editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    editor, rows = colour_editor, master_rows(database, "SetupMatrix")
    row = next(row.values for row in rows if row.values["from"] == "light")
    editor.show_record("SetupMatrix", row)
    settle(editor, qtbot)
    assert editor.pair.heading.text() == "light → dark"
    choose(editor, ("red", "white"))
    type_into(qtbot, editor.pair.minutes, "7")
    editor.show_record("SetupMatrix", {**row, "minutes": "16"})  # the table was read again
    settle(editor, qtbot)
    assert (editor.pair.heading.text(), editor.pair.minutes.text()) == ("red → white", "7")
    editor.show_record("SetupGroups", {"attribute": "Colour", "name": "dark", "members": ["red"]})
    settle(editor, qtbot)
    assert editor.groups.isVisible()
    assert editor.groups.fields.members.text() == "red"


def test_a_trial_tells_the_minutes(colour_editor: SetupMatrixEditor, qtbot: QtBot) -> None:
    press(qtbot, colour_editor.sides[Side.TRIAL])
    for box, steps in ((colour_editor.trial.starts[0], 2), (colour_editor.trial.ends[0], 3)):
        box.setFocus()
        for _ in range(steps):
            qtbot.keyClick(box, Qt.Key.Key_Down)
    assert colour_editor.trial.total.text() == "Together: 15 min"


def drag(qtbot: QtBot, tree: GroupTree, source: Any, target: Any, *, escape: bool = False) -> None:
    port = tree.viewport()
    here, there = (tree.visualItemRect(item).center() for item in (source, target))
    qtbot.mousePress(port, LEFT, pos=here)
    qtbot.mouseMove(port, (here + there) / 2)
    qtbot.mouseMove(port, there)
    if escape:
        qtbot.keyClick(tree, Qt.Key.Key_Escape)
    qtbot.mouseRelease(port, LEFT, pos=there)


def groups(database: Database) -> dict[str, list[str]]:
    rows = master_rows(database, "SetupGroups")
    return {row.values["name"]: list(row.values["members"]) for row in rows}


def test_tables_lead_here() -> None:
    for key in ("WorkCentres", "SetupAttributes", "SetupGroups", "SetupMatrix"):
        assert SetupMatrixEditor in [entry.load() for entry in EDITORS[key]]
