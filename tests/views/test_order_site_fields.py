"""Fields the site has defined for orders: asked in the form, shown in list and detail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from app.core.choices import FieldKind, FieldSubject
from app.models.access import CustomField
from app.models.database import Database
from app.models.orders import ProductionOrder
from app.services.orders.queries import order_form
from app.views.orders.orders_page import OrdersPage
from tests.services.small_plant import SmallPlant
from tests.views.conftest import MakeContext
from tests.views.test_orders_page import choose, open_form, opened

FIELDS = (
    {"key": "pack", "name_zh": "包装", "name_en": "Packing", "kind": FieldKind.CHOICE,
     "choices": ["box", "crate"], "required": True, "position": 1},
    {"key": "gap", "name_zh": "缝宽", "name_en": "Gap mm", "kind": FieldKind.NUMBER, "position": 2},
    {"key": "seen", "name_zh": "看样日", "name_en": "Sample seen", "kind": FieldKind.DATE,
     "position": 3},
    {"key": "fire", "name_zh": "防火", "name_en": "Fireproof", "kind": FieldKind.YES_NO,
     "position": 4},
)  # fmt: skip


@pytest.fixture
def page(
    plant: SmallPlant, database: Database, make_context: MakeContext, qtbot: QtBot
) -> Iterator[OrdersPage]:
    with database.write("test") as session:
        for field in FIELDS:
            session.add(CustomField(subject=FieldSubject.ORDER, **field))
    made = opened(make_context(), qtbot)
    yield made
    made.context.jobs.close()


def held(database: Database, order_id: int) -> dict[str, object]:
    with database.read() as session:
        return dict(session.get_one(ProductionOrder, order_id).specification)


def settle(qtbot: QtBot, page: OrdersPage) -> None:
    for _ in range(4):
        qtbot.waitUntil(lambda: not page.context.jobs.busy())
        qtbot.wait(5)


def editor(page: OrdersPage, key: str) -> QLineEdit | QComboBox:
    return next(each.widget for each in page.form._inputs if each.field.key == key)


def complaint(page: OrdersPage, key: str) -> str:
    return page.form._fields[f"field:{key}"][0].complaint.text()


def test_each_field_is_a_column_of_the_list(qtbot: QtBot, page: OrdersPage) -> None:
    shown = [column.title for column in page.table.shown_columns()]
    assert shown[-4:] == ["Packing", "Gap mm", "Sample seen", "Fireproof"]
    page.context.set_language("zh")
    qtbot.waitUntil(lambda: page.table.shown_columns()[-1].title == "防火")


def test_what_is_typed_in_the_form_is_kept_shown_and_undone(
    qtbot: QtBot, page: OrdersPage, database: Database
) -> None:
    choose(qtbot, page, "MO-1")
    order_id = page.table.selected_rows()[0].id
    open_form(qtbot, page, "change")
    pack = editor(page, "pack")
    pack.setFocus()
    qtbot.keyClick(pack, Qt.Key.Key_Down)
    qtbot.keyClicks(editor(page, "gap"), "2.50")
    qtbot.keyClicks(editor(page, "seen"), "2026-4-1")
    fire = editor(page, "fire")
    fire.setFocus()
    qtbot.keyClick(fire, Qt.Key.Key_Down)
    qtbot.mouseClick(page.form.save_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert page.form is None
    assert held(database, order_id) == {
        "pack": "box", "gap": "2.5", "seen": "2026-04-01", "fire": "是",
    }  # fmt: skip
    (row,) = [row for row in page.table.rows() if row.id == order_id]
    assert row.fields["seen"] == date(2026, 4, 1)
    texts = [column.shown(row) for column in page.table.shown_columns()][-4:]
    assert texts == ["box", "2.5", "2026-04-01", "yes"]
    qtbot.waitUntil(lambda: "Packing box" in page.detail._facts["characteristics"].text())
    page.context.edits.stack.undo()
    qtbot.waitUntil(lambda: held(database, order_id) == {})


def test_a_wrong_value_is_said_at_its_field(qtbot: QtBot, page: OrdersPage) -> None:
    choose(qtbot, page, "MO-1")
    open_form(qtbot, page, "change")
    qtbot.keyClicks(editor(page, "gap"), "wide")
    qtbot.mouseClick(page.form.save_button, Qt.MouseButton.LeftButton)
    assert page.form is not None
    assert "number" in complaint(page, "gap")


def test_a_required_field_is_asked_of_new_orders_only(
    qtbot: QtBot, page: OrdersPage, database: Database
) -> None:
    open_form(qtbot, page, "new")
    qtbot.mouseClick(page.form.save_button, Qt.MouseButton.LeftButton)
    assert complaint(page, "pack") == "Packing must be filled in."
    qtbot.mouseClick(page.form.cancel_button, Qt.MouseButton.LeftButton)
    choose(qtbot, page, "MO-1")
    order_id = page.table.selected_rows()[0].id
    open_form(qtbot, page, "change")
    page.form.remark.setPlainText("as it was")
    qtbot.mouseClick(page.form.save_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert page.form is None
    assert order_form(database, order_id).remark == "as it was"


def test_a_field_that_is_defined_while_the_list_is_open_appears(
    qtbot: QtBot, page: OrdersPage, database: Database
) -> None:
    page.table.tester = QAbstractItemModelTester(page.table.model)
    with database.write("wang") as session:
        session.add(CustomField(subject=FieldSubject.ORDER, key="late", name_en="Late", position=9))
    page.context.changes.look()
    qtbot.waitUntil(lambda: page.table.shown_columns()[-1].title == "Late")
    assert page.table.visible_rows()
