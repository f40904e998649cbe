"""Orders on a real small plant: list, detail, form, cancel, undo; by mouse and keys."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.services.edit import apply_edit
from app.services.orders import queries
from app.services.orders.edits import CancelOrder, ChangeOrder
from app.services.orders.queries import order_detail, order_form, order_rows
from app.views.context import AppContext
from app.views.orders.order_form import OrderFormPanel
from app.views.orders.orders_page import OrdersPage
from app.views.table_columns import Kind
from app.views.theme import Choice
from tests.services.small_plant import SmallPlant
from tests.views.conftest import MakeContext
from tests.views.texts import clipped, untranslated

pytestmark = pytest.mark.usefixtures("plant")


@pytest.fixture
def page(plant: SmallPlant, make_context: MakeContext, qtbot: QtBot) -> Iterator[OrdersPage]:
    made = opened(make_context(), qtbot)
    yield made
    made.context.jobs.close()


def opened(context: AppContext, qtbot: QtBot) -> OrdersPage:
    made = OrdersPage(context)
    made.tester = QAbstractItemModelTester(made.table.model)
    qtbot.addWidget(made)
    made.resize(1200, 640)
    with qtbot.waitSignal(made.filled):
        made.show()
    context.changes.look()
    qtbot.waitUntil(lambda: context.changes.last_look is not None)
    return made


def numbers(page: OrdersPage) -> list[str]:
    return [row.number for row in page.table.visible_rows()]


def choose(qtbot: QtBot, page: OrdersPage, number: str) -> None:
    """Click the order's row."""
    row = numbers(page).index(number)
    view = page.table.view
    place = QPoint(view.columnViewportPosition(1) + 10, view.rowViewportPosition(row) + 8)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def open_form(qtbot: QtBot, page: OrdersPage, action: str) -> OrderFormPanel:
    getattr(page, action).trigger()
    qtbot.waitUntil(lambda: page.form is not None)
    return page.form


def test_the_list_shows_open_orders(page: OrdersPage) -> None:
    assert numbers(page) == ["MO-1", "MO-2"]


def test_a_click_shows_the_order_beside_the_list(qtbot: QtBot, page: OrdersPage) -> None:
    with qtbot.waitSignal(page.context.ordersSelected):
        choose(qtbot, page, "MO-2")
    qtbot.waitUntil(page.detail.isVisible)
    assert page.detail.number.text().startswith("MO-2")
    assert len(page.detail.steps.table.rows()) == len(page.detail.detail.steps) > 0
    qtbot.mouseClick(page.detail.close_button, Qt.MouseButton.LeftButton)
    assert not page.side.isVisible()


class SlowReading:
    """``order_detail`` whose first answer waits until the test lets it go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go = threading.Event()
        self.asked = self.answered = 0
        monkeypatch.setattr(queries, "order_detail", self)

    def __call__(self, database: Database, order_id: int) -> queries.OrderDetail:
        self.asked += 1
        first = self.asked == 1
        found = order_detail(database, order_id)
        if first:
            assert self.go.wait(20)
        self.answered += 1
        return found


def test_a_detail_that_comes_while_the_form_is_open_is_shown_after_it(
    qtbot: QtBot, page: OrdersPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = SlowReading(monkeypatch)
    choose(qtbot, page, "MO-1")
    form = open_form(qtbot, page, "change")
    reading.go.set()
    qtbot.waitUntil(lambda: not page.context.jobs.busy())
    assert page.form is form
    assert page.detail.detail is None
    form.remark.setPlainText("seen after all")
    qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.detail.isVisible())
    qtbot.waitUntil(lambda: page.detail.detail.order.remark == "seen after all")


def test_an_older_reading_that_ends_last_is_not_shown(
    qtbot: QtBot, page: OrdersPage, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = SlowReading(monkeypatch)
    choose(qtbot, page, "MO-1")
    order_id = page.table.selected_rows()[0].id
    qtbot.waitUntil(lambda: reading.asked == 1)
    before = order_form(database, order_id)
    apply_edit(database, ChangeOrder(order_id, before, replace(before, remark="newer")), "li")
    page._read_detail(order_id)
    qtbot.waitUntil(lambda: page.detail.detail is not None)
    reading.go.set()
    qtbot.waitUntil(lambda: reading.answered == 2 and not page.context.jobs.busy())
    assert page.detail.detail.order.remark == "newer"


def test_typing_in_the_search_box_finds(qtbot: QtBot, page: OrdersPage) -> None:
    page.find()
    qtbot.keyClicks(page.head.search, "mo-2")
    assert numbers(page) == ["MO-2"]


def test_every_column_of_days_filters_by_the_day_of_the_site(page: OrdersPage) -> None:
    midnight = datetime(2026, 11, 23, 16, tzinfo=UTC)  # in Shanghai
    columns = [column for column in page.table.model.columns if column.kind is Kind.DATE]
    assert len(columns) >= 4
    assert {column.day(midnight).isoformat() for column in columns if column.day} == {"2026-11-24"}
    assert all(column.day for column in columns)


def test_a_new_order_is_typed_saved_undone_and_redone(
    qtbot: QtBot, page: OrdersPage, database: Database
) -> None:
    form = open_form(qtbot, page, "new")
    form.customer.setFocus()
    qtbot.keyClicks(form.customer, "C1")
    qtbot.keyClick(form.customer, Qt.Key.Key_Tab)
    qtbot.keyClicks(form.item, "a")
    qtbot.keyClick(form.item, Qt.Key.Key_Tab)
    qtbot.keyClicks(form.quantity, "12.0")
    qtbot.keyClicks(form.requested, "2026-3-20")
    qtbot.keyClicks(form.remark, "<b>R&D</b>")
    qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    assert page.form is None
    qtbot.waitUntil(lambda: len(numbers(page)) == 3)
    made = next(row for row in order_rows(database) if row.remark == "<b>R&D</b>")
    assert made.quantity == Decimal(12)
    assert made.requested == datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
    stack = page.context.edits.stack
    assert made.item_code in stack.undoText() or made.number in stack.undoText()
    stack.undo()
    qtbot.waitUntil(lambda: numbers(page) == ["MO-1", "MO-2"])
    stack.redo()
    qtbot.waitUntil(lambda: len(numbers(page)) == 3)


def test_every_wrong_field_says_what_to_do_and_nothing_is_written(
    qtbot: QtBot, page: OrdersPage, database: Database
) -> None:
    form = open_form(qtbot, page, "new")
    qtbot.keyClicks(form.quantity, "12x")
    form.promised.insert("月底")  # QTest types ASCII only
    qtbot.keyClicks(form.safety, "-1")
    qtbot.keyClicks(form.customer, "nobody")
    qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    said = {name: field.complaint.text() for name, (field, _) in form._fields.items()}
    wrong = {name for name, text in said.items() if text}
    assert wrong == {
        "customer_code", "item_code", "quantity", "requested", "promised", "safety_days"
    }  # fmt: skip
    assert form.customer.hasFocus() or form.customer.lineEdit().hasFocus()
    assert len(order_rows(database)) == 2


def test_a_change_is_saved_and_takes_effect_in_the_list(
    qtbot: QtBot, page: OrdersPage, database: Database
) -> None:
    choose(qtbot, page, "MO-1")
    form = open_form(qtbot, page, "change")
    assert form.quantity.text() == "20"
    form.po.insert("PO <7> & 石膏线")
    qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    assert order_form(database, 1).customer_po == "PO <7> & 石膏线"
    qtbot.waitUntil(lambda: page.table.model.rows()[0].customer_po == "PO <7> & 石膏线")
    page.context.edits.stack.undo()
    assert order_form(database, 1).customer_po == ""


def test_saving_without_a_change_writes_nothing(qtbot: QtBot, page: OrdersPage) -> None:
    choose(qtbot, page, "MO-1")
    form = open_form(qtbot, page, "change")
    qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    assert page.form is None
    assert page.context.edits.stack.count() == 0


def test_somebody_else_was_faster_and_the_form_stays(
    qtbot: QtBot, page: OrdersPage, database: Database
) -> None:
    choose(qtbot, page, "MO-1")
    form = open_form(qtbot, page, "change")
    before = order_form(database, 1)
    other = type(before)(**{**_fields(before), "customer_po": "theirs"})
    apply_edit(database, ChangeOrder(1, before, other), "wang")
    qtbot.keyClicks(form.po, "mine")
    with qtbot.waitSignal(page.context.noticed) as told:
        qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    assert told.args[0].error
    assert page.form is form
    assert order_form(database, 1).customer_po == "theirs"


def _fields(form: object) -> dict[str, object]:
    return {name: getattr(form, name) for name in form.__dataclass_fields__}


def test_escape_gives_the_form_up(qtbot: QtBot, page: OrdersPage) -> None:
    form = open_form(qtbot, page, "new")
    form.quantity.setFocus()
    qtbot.keyClick(form.quantity, Qt.Key.Key_Escape)
    assert page.form is None


def test_cancelled_orders_leave_the_list_and_come_back(qtbot: QtBot, page: OrdersPage) -> None:
    choose(qtbot, page, "MO-1")
    page.cancel.trigger()
    qtbot.waitUntil(lambda: numbers(page) == ["MO-2"])
    qtbot.mouseClick(page.ended, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert numbers(page) == ["MO-1", "MO-2"]
    page.context.edits.stack.undo()
    qtbot.waitUntil(lambda: page.table.model.rows()[0].state == "approved")


def test_what_somebody_else_does_is_seen(
    qtbot: QtBot, page: OrdersPage, database: Database
) -> None:
    apply_edit(database, CancelOrder(2, "approved"), "wang")
    page.context.changes.look()
    qtbot.waitUntil(lambda: numbers(page) == ["MO-1"])


def test_the_next_number_is_shown(qtbot: QtBot, page: OrdersPage) -> None:
    form = open_form(qtbot, page, "new")
    qtbot.waitUntil(lambda: form.number.placeholderText() != "")
    first = form.number.placeholderText()
    form.type.setCurrentIndex(form.type.findData("sample"))
    qtbot.waitUntil(lambda: form.number.placeholderText() != first)


def test_only_what_is_possible_can_be_pressed(qtbot: QtBot, page: OrdersPage) -> None:
    assert page.new.isEnabled()
    assert not page.change.isEnabled()
    assert not page.cancel.isEnabled()
    assert not page.print_cards.isEnabled()
    page.table.select_ids([1, 2])
    assert page.cancel.isEnabled()
    assert page.print_cards.isEnabled()
    assert not page.change.isEnabled()


def test_language_and_theme_change_while_the_form_is_filled(qtbot: QtBot, page: OrdersPage) -> None:
    choose(qtbot, page, "MO-1")
    page.table.set_search("mo")
    form = open_form(qtbot, page, "change")
    qtbot.keyClicks(form.po, "half typed")
    page.context.set_language("zh")
    page.context.set_theme(Choice.DARK)
    qtbot.waitUntil(lambda: page.head.title.text() == "订单")
    assert form.po.text() == "half typed"
    assert page.form is form
    assert [row.number for row in page.table.selected_rows()] == ["MO-1"]
    page.context.set_language("en")
    qtbot.waitUntil(lambda: page.head.title.text() == "Orders")


@pytest.mark.parametrize("part", ["list", "detail", "form", "errors"])
def test_every_text_is_chinese_in_chinese(
    qtbot: QtBot, plant: SmallPlant, make_context: MakeContext, part: str
) -> None:
    page = opened(make_context("zh"), qtbot)
    if part == "detail":
        choose(qtbot, page, "MO-1")
        qtbot.waitUntil(page.detail.isVisible)
    if part in ("form", "errors"):
        form = open_form(qtbot, page, "new")
        qtbot.waitUntil(lambda: form.number.placeholderText() != "")
        if part == "errors":
            qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    data = {"MO-1", "Alpha", "A Angle", "20 pc", "0% 10 cast"}
    if page.form is not None:
        data.add(page.form.number.placeholderText())
    assert untranslated(page, data) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_cut_at_1280_by_720(
    qtbot: QtBot, plant: SmallPlant, make_context: MakeContext, language: str
) -> None:
    page = opened(make_context(language), qtbot)
    page.resize(1280 - 65 - 32, 720 - 22 - 24 - 24)
    choose(qtbot, page, "MO-1")
    qtbot.waitUntil(page.detail.isVisible)
    qtbot.wait(50)
    assert clipped(page) == []
    open_form(qtbot, page, "new")
    qtbot.wait(50)
    assert clipped(page) == []


def test_the_arrangement_is_remembered(qtbot: QtBot, page: OrdersPage, settings: object) -> None:
    page.table.view.horizontalHeader().resizeSection(1, 222)
    page.ended.setChecked(True)
    page.save(settings)
    other = OrdersPage(page.context)
    qtbot.addWidget(other)
    other.restore(settings)
    assert other.table.view.horizontalHeader().sectionSize(1) == 222
    assert other.ended.isChecked()
    with qtbot.waitSignal(other.filled):
        other.show()
