"""Can we promise it? Asked from the list and from the form, by mouse and keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.models.database import Database
from app.models.orders import ProductionOrder
from app.services.orders.queries import order_detail, order_form, order_rows
from app.services.planning.holds import holds
from app.services.planning.promising.rows import LampState, PromiseQuestion
from app.services.planning.solving import schedule_plant
from app.views.orders.orders_page import OrdersPage
from app.views.orders.promise_dialog import PromiseDialog
from tests.services.planning.test_overtime_option import evening_order, exceptions
from tests.services.planning.test_two_deliveries import late_by_a_little
from tests.services.small_plant import NOW, SmallPlant
from tests.views.conftest import MakeContext
from tests.views.test_orders_page import choose, numbers, opened
from tests.views.texts import clipped, untranslated


@pytest.fixture
def page(
    database: Database, plant: SmallPlant, make_context: MakeContext, qtbot: QtBot
) -> Iterator[OrdersPage]:
    schedule_plant(database, seconds=0)
    made = opened(make_context(), qtbot)
    yield made
    made.context.jobs.close()


def answered(qtbot: QtBot, page: OrdersPage) -> PromiseDialog:
    dialog = page.asked
    assert isinstance(dialog, PromiseDialog)
    qtbot.waitUntil(lambda: dialog.view is not None)
    for table in (dialog.lamps, dialog.options, dialog.proofs, dialog.places):
        QAbstractItemModelTester(table.model, dialog)
        assert table.view.horizontalScrollBar().maximum() == 0, "a column is cut off"
    assert dialog.options.view.columnWidth(3) > 200, "what an option takes can be read"
    return dialog


def test_the_promised_date_goes_into_the_order_in_one_step_to_undo(
    page: OrdersPage, plant: SmallPlant, database: Database, qtbot: QtBot
) -> None:
    choose(qtbot, page, "MO-2")
    number = page.table.selected_rows()[0].id
    page.promise.trigger()
    dialog = answered(qtbot, page)
    assert [row.code for row in dialog.lamps.rows()] == [
        "master_data", "material", "capacity", "resources", "commercial",
    ]  # fmt: skip
    states = {row.code: row.state for row in dialog.lamps.rows()}
    assert states["material"] is states["commercial"] is LampState.UNKNOWN
    assert dialog.proofs.rows(), "the worst lamp shows its proof at once"
    promised = dialog.which.currentData()
    qtbot.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    assert order_form(database, number).promised == promised
    page.context.edits.stack.undo()
    assert order_form(database, number).promised is None


def test_a_new_order_is_asked_about_in_the_form_and_the_date_goes_into_its_field(
    page: OrdersPage, plant: SmallPlant, database: Database, qtbot: QtBot
) -> None:
    page.new.trigger()
    qtbot.waitUntil(lambda: page.form is not None)
    form = page.form
    assert form is not None
    qtbot.mouseClick(form.promise_button, Qt.MouseButton.LeftButton)
    assert not hasattr(page, "asked"), "an empty form complains at its fields instead"
    form.customer.setCurrentIndex(0)
    form.item.setCurrentIndex(0)
    qtbot.keyClicks(form.quantity, "20")
    form.requested.set_moment(page.context.now() + timedelta(days=30))
    qtbot.mouseClick(form.promise_button, Qt.MouseButton.LeftButton)
    dialog = answered(qtbot, page)
    assert dialog.view.order_id is None
    promised = dialog.which.currentData()
    qtbot.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    assert form.promised.moment() == promised
    with database.read() as session:
        assert session.query(ProductionOrder).count() == 2, "nothing was saved"


def test_an_option_shows_who_gives_way_and_a_lamp_leads_to_its_record(
    page: OrdersPage, plant: SmallPlant, qtbot: QtBot
) -> None:
    choose(qtbot, page, "MO-1")
    page.promise.trigger()
    dialog = answered(qtbot, page)
    asked: list[tuple[str, object]] = []
    page.context.record_asked.connect(lambda sheet, name, field: asked.append((sheet, name)))
    dialog.lamps.select_ids(["resources"])
    row = next(row for row in dialog.proofs.rows() if row[1].place is not None)
    dialog.proofs.row_activated.emit(row)
    assert asked == [("Tools", {"tool_code": "M"})]
    dialog.options.select_ids(["first"])
    assert dialog.detail_text.text()
    assert not dialog.lamps.selected_rows()
    dialog.close()


def test_stopping_leaves_nothing_running_and_asking_again_answers(
    page: OrdersPage, plant: SmallPlant, qtbot: QtBot
) -> None:
    choose(qtbot, page, "MO-1")
    page.promise.trigger()
    dialog = page.asked
    qtbot.mouseClick(dialog.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog._job is None)
    if dialog.view is None:
        assert dialog.take.isEnabled() is False
    qtbot.mouseClick(dialog.again, Qt.MouseButton.LeftButton)
    answered(qtbot, page).close()


def test_an_order_is_let_ahead_by_somebody_and_the_detail_says_so(
    page: OrdersPage, plant: SmallPlant, database: Database, qtbot: QtBot
) -> None:
    soon = page.context.now() + timedelta(hours=2)
    with database.write("test") as session:
        for number in range(3, 13):
            plant.order(session, f"MO-{number}", quantity=40, requested_at=soon, internal_due=soon)
    schedule_plant(database, seconds=0)
    page.context.changes.look()
    late = [row for row in order_rows(database) if row.late_minutes]
    last = max(late, key=lambda row: row.late_minutes).number
    qtbot.waitUntil(lambda: last in numbers(page))
    choose(qtbot, page, last)
    page.promise.trigger()
    dialog = answered(qtbot, page)
    dialog.options.select_ids(["first"])
    option = dialog.options.selected_rows()[0]
    assert option.moves
    qtbot.mouseClick(dialog.place, Qt.MouseButton.LeftButton)
    assert not dialog.isHidden(), "first somebody has to have asked"
    qtbot.keyClicks(dialog.asked_by, "Wang")
    number = dialog.view.order_id
    qtbot.mouseClick(dialog.place, Qt.MouseButton.LeftButton)
    row = order_detail(database, number).order
    assert row.rush[:2] == ("Wang", page.context.actor)
    assert row.projected_end == option.finish.end
    qtbot.waitUntil(lambda: page.detail.detail.order.rush[0] == "Wang")
    assert "Wang" in page.detail._facts["rush"].text()


def test_an_order_is_cut_into_running_work_as_it_was_shown_and_undone(
    page: OrdersPage, plant: SmallPlant, database: Database, qtbot: QtBot
) -> None:
    soon = NOW + timedelta(hours=5)
    with database.write("test") as session:
        for order in ("MO-3", "MO-4"):
            plant.order(session, order, quantity=40)
        one, two = ([copy] for copy in plant.copies[:2])
        plant.begin(session, "MO-3", 10, plant.press_1, one, good=4, left=36)
        plant.begin(session, "MO-4", 10, plant.press_2, two, good=4, left=36, max_wait=None)
    schedule_plant(database, seconds=0)
    with database.write("test") as session:
        number = plant.order(session, "RUSH", quantity=4, requested_at=soon, internal_due=soon).id
    page.context.changes.look()
    qtbot.waitUntil(lambda: "RUSH" in numbers(page))
    choose(qtbot, page, "RUSH")
    page.promise.trigger()
    dialog = answered(qtbot, page)
    dialog.options.select_ids(["cut_in"])
    option = dialog.options.selected_rows()[0]
    assert option.finish is not None
    assert "stops after 6" in dialog.detail_text.text()
    assert "setup +5 min" in dialog.detail_text.text()
    qtbot.keyClicks(dialog.asked_by, "Wang")
    qtbot.mouseClick(dialog.place, Qt.MouseButton.LeftButton)
    assert order_detail(database, number).order.projected_end == option.finish.end
    page.context.edits.stack.undo()
    assert order_detail(database, number).order.projected_end is None


def test_overtime_is_put_into_force_with_its_hours_in_the_calendars_and_undone(
    page: OrdersPage, plant: SmallPlant, database: Database, qtbot: QtBot
) -> None:
    number = evening_order(database, plant)
    page.context.changes.look()
    qtbot.waitUntil(lambda: "LATE" in numbers(page))
    choose(qtbot, page, "LATE")
    page.promise.trigger()
    dialog = answered(qtbot, page)
    dialog.options.select_ids(["overtime"])
    option = dialog.options.selected_rows()[0]
    before = order_detail(database, number).order.projected_end
    qtbot.keyClicks(dialog.asked_by, "Wang")
    qtbot.mouseClick(dialog.place, Qt.MouseButton.LeftButton)
    row = order_detail(database, number).order
    assert row.projected_end == option.finish.end < before
    assert row.rush[0] == "Wang"
    assert len(exceptions(database)) == len(option.opened) > 0
    page.context.edits.stack.undo()
    assert order_detail(database, number).order.projected_end == before
    assert exceptions(database) == []


def test_two_deliveries_are_put_into_force_as_two_orders_and_undone(
    page: OrdersPage, plant: SmallPlant, database: Database, qtbot: QtBot
) -> None:
    number = late_by_a_little(database, plant)
    page.context.changes.look()
    qtbot.waitUntil(lambda: "PART" in numbers(page))
    choose(qtbot, page, "PART")
    page.promise.trigger()
    dialog = answered(qtbot, page)
    dialog.options.select_ids(["two_deliveries"])
    option = dialog.options.selected_rows()[0]
    qtbot.keyClicks(dialog.asked_by, "Wang")
    dialog.grab()
    assert clipped(dialog) == []
    qtbot.mouseClick(dialog.place, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "PART.2" in numbers(page))
    assert order_detail(database, number).order.projected_end == option.finish.end
    assert order_form(database, number).quantity == option.text.values["now"]
    page.context.edits.stack.undo()
    qtbot.waitUntil(lambda: "PART.2" not in numbers(page))
    assert order_form(database, number).quantity == 40


def test_capacity_is_held_from_the_answer_and_confirmed_in_the_list(
    page: OrdersPage, plant: SmallPlant, database: Database, qtbot: QtBot
) -> None:
    page.new.trigger()
    qtbot.waitUntil(lambda: page.form is not None)
    form = page.form
    assert form is not None
    form.customer.setCurrentIndex(0)
    form.item.setCurrentIndex(0)
    qtbot.keyClicks(form.quantity, "20")
    form.requested.set_moment(page.context.now() + timedelta(days=30))
    qtbot.mouseClick(form.promise_button, Qt.MouseButton.LeftButton)
    dialog = answered(qtbot, page)
    dialog.owner.clear()
    qtbot.keyClicks(dialog.owner, "Li")
    number = dialog.view.order
    qtbot.mouseClick(dialog.hold, Qt.MouseButton.LeftButton)
    assert page.form is None, "the quote is an order of its own now"
    assert [(row.order, row.owner) for row in holds(database)] == [(number, "Li")]
    qtbot.waitUntil(lambda: any(row.number == number for row in page.table.rows()))
    choose(qtbot, page, number)
    qtbot.waitUntil(lambda: page.detail.detail is not None)
    assert page.confirm_hold.isVisible()
    page.confirm_hold.trigger()
    assert holds(database) == ()
    page.context.edits.stack.undo()
    assert [row.order for row in holds(database)] == [number]


def test_every_text_is_chinese_and_nothing_is_clipped(
    page: OrdersPage, plant: SmallPlant, qtbot: QtBot
) -> None:
    page.context.set_language("zh")
    choose(qtbot, page, "MO-1")
    page.promise.trigger()
    dialog = answered(qtbot, page)
    dialog.grab()
    qtbot.waitUntil(lambda: clipped(dialog) == [])
    assert untranslated(dialog, {dialog.head.text()}) == []
    assert clipped(dialog) == []
    dialog.close()


def test_the_order_asked_about_goes_to_the_board_by_a_button(
    page: OrdersPage, plant: SmallPlant, qtbot: QtBot
) -> None:
    choose(qtbot, page, "MO-1")
    number = page.table.selected_rows()[0].id
    page.promise.trigger()
    dialog = answered(qtbot, page)
    asked: list[object] = []
    page.context.ghost_asked.connect(asked.append)
    qtbot.mouseClick(dialog.board, Qt.MouseButton.LeftButton)
    assert asked == [PromiseQuestion(order_id=number)]
    assert not isValid(dialog) or dialog.isHidden()
