"""Orders: made, changed, cancelled; and what two people at once may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Thread

import pytest
from sqlalchemy import select

from app.core.choices import ItemCategory, ItemSource, OperationState
from app.core.errors import AppError, Conflict, NotFound, RuleBroken
from app.models.access import Site
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.models.plant import Customer
from app.models.products import (
    BillOfMaterial,
    BomLine,
    Item,
    Routing,
    RoutingStep,
    Unit,
    UnitConversion,
)
from app.services import doctor
from app.services.edit import apply_edit
from app.services.orders.edits import CancelOrder, ChangeOrder, CreateOrder
from app.services.orders.numbers import next_number
from app.services.orders.queries import choices, order_detail, order_form, order_rows
from app.services.orders.rows import OrderForm, OrderRow
from app.services.planning.queries import plan_view
from app.services.planning.solving import schedule_plant
from tests.services.small_plant import DUE, SmallPlant
from tests.services.statements import counted


def a_form(**values: object) -> OrderForm:
    form = OrderForm(
        number=None,
        type="normal",
        customer_code="C1",
        customer_po="PO-7",
        item_code="A",
        quantity=Decimal(30),
        unit="pc",
        requested=DUE,
        promised=None,
        priority=5,
        safety_days=0,
        requirements="handle with care",
        remark="",
        earliest_start=None,
    )
    return replace(form, **values)


def numbers(database: Database) -> list[str]:
    return sorted(row.number for row in order_rows(database))


def row_of(database: Database, number: str) -> OrderRow:
    return next(row for row in order_rows(database) if row.number == number)


# ---------------------------------------------------------------- making


def test_a_new_order_has_number_operations_and_a_card(
    database: Database, plant: SmallPlant
) -> None:
    expected = next_number(database, "normal")
    assert expected == "MO2603-0001"
    changes = apply_edit(database, CreateOrder(a_form()), "planner")
    assert set(changes.kinds) == {"production_order", "operation", "card"}
    row = row_of(database, expected)
    assert (row.state, row.quantity, row.internal_due, row.cards) == ("approved", 30, DUE, 1)
    detail = order_detail(database, row.id)
    assert [(step.step_no, step.name, step.quantity) for step in detail.steps] == [
        (10, "cast", 30),
        (20, "dry", 30),
        (30, "pack", 30),
    ]
    assert detail.requirements == "handle with care"
    assert [actor for _at, actor, _what in detail.history] == ["planner"]
    assert next_number(database, "normal") == "MO2603-0002"
    assert next_number(database, "sample") == "SP2603-0001"


def test_sending_the_form_twice_makes_one_order(database: Database, plant: SmallPlant) -> None:
    edit = CreateOrder(a_form())
    apply_edit(database, edit, "planner")
    apply_edit(database, edit, "planner")
    assert numbers(database) == ["MO-1", "MO-2", "MO2603-0001"]


def test_two_who_make_orders_at_once_get_two_numbers(
    database: Database, open_url: str, plant: SmallPlant
) -> None:
    other = Database.open(open_url)
    second = Thread(target=apply_edit, args=(other, CreateOrder(a_form()), "other"))
    with database.write("planner") as session:
        CreateOrder(a_form()).apply(session)
        session.flush()
        second.start()
        second.join(0.5)
        assert second.is_alive()  # it waits for us, then finds its number taken
    second.join()
    assert numbers(database) == ["MO-1", "MO-2", "MO2603-0001", "MO2603-0002"]
    other.close()


def test_making_is_taken_back_and_done_again(database: Database, plant: SmallPlant) -> None:
    edit = CreateOrder(a_form(number="X-1"))
    apply_edit(database, edit, "planner")
    schedule_plant(database, seconds=0)
    apply_edit(database, edit.inverse(), "planner")
    assert numbers(database) == ["MO-1", "MO-2"]
    assert doctor.run(database) == []
    apply_edit(database, edit.inverse().inverse(), "planner")
    assert "X-1" in numbers(database)


def test_what_was_worked_on_is_not_taken_back(database: Database, plant: SmallPlant) -> None:
    edit = CreateOrder(a_form(number="X-1"))
    apply_edit(database, edit, "planner")
    with database.write("station") as session:
        order = session.scalars(select(ProductionOrder).where(ProductionOrder.code == "X-1")).one()
        first = session.scalars(select(Operation).where(Operation.order_id == order.id)).first()
        first.good = Decimal(1)
    with pytest.raises(RuleBroken):
        apply_edit(database, edit.inverse(), "planner")
    assert "X-1" in numbers(database)


@pytest.mark.parametrize(
    ("values", "code", "named"),
    [
        ({"item_code": "nothing"}, "orders.unknown_item", "nothing"),
        ({"customer_code": "nobody"}, "orders.unknown_customer", "nobody"),
        ({"customer_code": None}, "orders.customer_needed", ""),
        ({"unit": "furlong"}, "orders.unknown_unit", "furlong"),
        ({"quantity": Decimal(0)}, "orders.quantity_not_positive", ""),
        ({"priority": 0}, "orders.bad_priority", ""),
        ({"number": "ｍo-1"}, "orders.number_taken", "ｍo-1"),
    ],
)
def test_a_form_that_is_wrong_says_why_and_changes_nothing(
    database: Database, plant: SmallPlant, values: dict[str, object], code: str, named: str
) -> None:
    with pytest.raises(RuleBroken) as caught:
        apply_edit(database, CreateOrder(a_form(**values)), "planner")
    assert caught.value.message.code == code
    for language in ("en", "zh"):
        assert named in caught.value.message.text(language)
    assert numbers(database) == ["MO-1", "MO-2"]


def test_an_item_without_routing_is_named(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        session.add(
            Item(
                code="BARE",
                name="Bare",
                unit_id=plant.unit,
                category=ItemCategory.FINISHED,
                source=ItemSource.MAKE,
            )
        )
    with pytest.raises(RuleBroken) as caught:
        apply_edit(database, CreateOrder(a_form(item_code="BARE")), "planner")
    assert "BARE" in caught.value.message.text("zh")
    assert numbers(database) == ["MO-1", "MO-2"]


def test_where_review_is_required_orders_begin_as_drafts(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        session.get_one(Site, 1).review_required = True
    apply_edit(database, CreateOrder(a_form(number="X-1")), "planner")
    assert row_of(database, "X-1").state == "draft"


def test_ordered_in_metres_made_in_pieces(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        metre = Unit(code="m")
        session.add(metre)
        session.flush()
        item = session.get_one(Item, plant.item)
        item.scrap_pct = Decimal(10)
        session.add(
            UnitConversion(
                item_id=item.id,
                unit_id=plant.unit,
                other_unit_id=metre.id,
                numerator=Decimal("2.5"),
            )
        )
    apply_edit(database, CreateOrder(a_form(number="X-1", unit="m", quantity=Decimal(101))), "p")
    row = row_of(database, "X-1")
    # 101 m are 40.4 pieces: 41 are made, and with 10 % loss 46 are started.
    assert (row.quantity, row.unit, row.base_quantity, row.base_unit) == (101, "m", 41, "pc")
    assert order_detail(database, row.id).steps[0].quantity == 46
    offered = choices(database)
    assert offered.items[0].units == ("pc", "m")


def test_the_internal_due_date_leaves_safety_days(database: Database, plant: SmallPlant) -> None:
    apply_edit(database, CreateOrder(a_form(number="X-1", safety_days=2)), "planner")
    assert row_of(database, "X-1").internal_due == DUE - timedelta(days=2)
    with database.write("test") as session:
        session.scalars(select(Customer)).one().safety_days = 3
    apply_edit(database, CreateOrder(a_form(number="X-2", safety_days=None)), "planner")
    assert row_of(database, "X-2").internal_due == DUE - timedelta(days=3)


# ---------------------------------------------------------------- components


def component(database: Database, plant: SmallPlant, *, routed: bool) -> None:
    """Item A is made of two of B; B, with a routing, needs an order of its own."""
    with database.write("test") as session:
        made = Item(
            code="B",
            name="Base",
            unit_id=plant.unit,
            category=ItemCategory.SEMI_FINISHED,
            source=ItemSource.MAKE,
        )
        raw = Item(
            code="R",
            name="Raw",
            unit_id=plant.unit,
            category=ItemCategory.RAW,
            source=ItemSource.BUY,
        )
        session.add_all([made, raw])
        session.flush()
        for parent, part, quantity in ((plant.item, made.id, 2), (made.id, raw.id, 3)):
            bom = BillOfMaterial(item_id=parent)
            session.add(bom)
            session.flush()
            session.add(
                BomLine(bom_id=bom.id, line_no=1, component_id=part, quantity=Decimal(quantity))
            )
        if routed:
            routing = Routing(item_id=made.id)
            session.add(routing)
            session.flush()
            bench = session.scalars(select(RoutingStep).where(RoutingStep.step_no == 30)).one()
            session.add(
                RoutingStep(
                    routing_id=routing.id,
                    step_no=10,
                    name="saw",
                    work_centre_id=bench.work_centre_id,
                    rate=Decimal(1),
                    rate_basis="min/pc",
                )
            )


def test_made_components_get_orders_of_their_own(database: Database, plant: SmallPlant) -> None:
    component(database, plant, routed=True)
    edit = CreateOrder(a_form(number="X-1"))
    apply_edit(database, edit, "planner")
    child = row_of(database, "X-1-1")
    assert (child.item_code, child.quantity) == ("B", 60)
    schedule_plant(database, seconds=0)
    bars = {(bar.order_number, bar.step_no): bar for bar in plan_view(database).placements}
    assert bars["X-1-1", 10].end <= bars["X-1", 10].start
    assert doctor.run(database) == []
    apply_edit(database, edit.inverse(), "planner")
    assert numbers(database) == ["MO-1", "MO-2"]


def test_a_component_without_routing_is_what_it_holds(
    database: Database, plant: SmallPlant
) -> None:
    component(database, plant, routed=False)
    apply_edit(database, CreateOrder(a_form(number="X-1")), "planner")
    detail = order_detail(database, row_of(database, "X-1").id)
    assert [(row.item_code, row.quantity) for row in detail.materials] == [("R", 180)]


@pytest.mark.parametrize(("routed", "circle"), [(True, "A → B → A"), (False, "A → A")])
def test_an_item_made_of_itself_is_refused(
    database: Database, plant: SmallPlant, routed: bool, circle: str
) -> None:
    component(database, plant, routed=routed)
    with database.write("test") as session:
        made = session.scalars(select(Item).where(Item.code == "B")).one()
        line = session.scalars(select(BomLine).where(BomLine.component_id != made.id)).one()
        line.component_id = plant.item
    with pytest.raises(RuleBroken) as caught:
        apply_edit(database, CreateOrder(a_form(number="X-1")), "planner")
    assert circle in caught.value.message.text("en")
    assert numbers(database) == ["MO-1", "MO-2"]


# ---------------------------------------------------------------- changing


def changed(database: Database, order_id: int, **values: object) -> ChangeOrder:
    before = order_form(database, order_id)
    return ChangeOrder(order_id, before, replace(before, **values))


def test_a_change_and_its_inverse(database: Database, plant: SmallPlant) -> None:
    number = row_of(database, "MO-1").id
    before = order_form(database, number)
    edit = changed(database, number, priority=1, remark="soon", promised=DUE, number="MO-1a")
    apply_edit(database, edit, "planner")
    row = row_of(database, "MO-1a")
    assert (row.priority, row.remark, row.promised) == (1, "soon", DUE)
    apply_edit(database, edit.inverse(), "planner")
    assert order_form(database, number) == before


def test_another_quantity_makes_the_operations_anew(database: Database, plant: SmallPlant) -> None:
    schedule_plant(database, seconds=0)
    row = row_of(database, "MO-1")
    apply_edit(database, changed(database, row.id, quantity=Decimal(55)), "planner")
    steps = order_detail(database, row.id).steps
    assert {step.quantity for step in steps} == {Decimal(55)}
    # Until the next schedule they are listed, not lost.
    assert all(step.unplaced_reason is not None for step in steps)
    assert row_of(database, "MO-1").lamp == "risk"
    assert doctor.run(database) == []


def test_a_running_order_keeps_its_quantity(database: Database, plant: SmallPlant) -> None:
    row = row_of(database, "MO-1")
    with database.write("station") as session:
        first = session.scalars(select(Operation).where(Operation.order_id == row.id)).first()
        first.state = OperationState.RUNNING
    with pytest.raises(RuleBroken):
        apply_edit(database, changed(database, row.id, quantity=Decimal(55)), "planner")
    apply_edit(database, changed(database, row.id, priority=1), "planner")
    assert row_of(database, "MO-1").priority == 1


def test_two_people_on_different_fields_both_succeed(
    database: Database, open_url: str, plant: SmallPlant
) -> None:
    number = row_of(database, "MO-1").id
    mine, theirs = changed(database, number, priority=1), changed(database, number, remark="x")
    other = Database.open(open_url)
    apply_edit(other, theirs, "other")
    apply_edit(database, mine, "planner")
    row = row_of(database, "MO-1")
    assert (row.priority, row.remark) == (1, "x")
    other.close()


def test_two_people_on_one_field_exactly_one_wins(
    database: Database, open_url: str, plant: SmallPlant
) -> None:
    number = row_of(database, "MO-1").id
    mine, theirs = changed(database, number, priority=1), changed(database, number, priority=2)
    other = Database.open(open_url)
    apply_edit(other, theirs, "other")
    with pytest.raises(Conflict) as caught:
        apply_edit(database, mine, "planner")
    assert "priority" in caught.value.message.text("en")
    assert "优先级" in caught.value.message.text("zh")
    assert row_of(database, "MO-1").priority == 2
    other.close()


@pytest.mark.parametrize(
    "edit",
    [
        lambda form: ChangeOrder(999, form, replace(form, priority=1)),
        lambda form: CancelOrder(999, "approved"),
    ],
)
def test_an_order_that_is_gone_is_said_so(
    database: Database, plant: SmallPlant, edit: Callable[[OrderForm], ChangeOrder | CancelOrder]
) -> None:
    with pytest.raises(NotFound):
        apply_edit(database, edit(a_form(number="X")), "planner")
    with pytest.raises(AppError):
        order_detail(database, 999)


# ---------------------------------------------------------------- cancelling


def test_a_cancelled_order_leaves_the_plan_and_comes_back(
    database: Database, plant: SmallPlant
) -> None:
    schedule_plant(database, seconds=0)
    row = row_of(database, "MO-1")
    edit = CancelOrder(row.id, row.state)
    apply_edit(database, edit, "planner")
    assert row_of(database, "MO-1").state == "cancelled"
    assert {bar.order_number for bar in plan_view(database).placements} == {"MO-2"}
    assert doctor.run(database) == []
    with pytest.raises(Conflict):
        apply_edit(database, edit, "planner")
    apply_edit(database, edit.inverse(), "planner")
    assert row_of(database, "MO-1").state == "approved"
    assert doctor.run(database) == []


def test_an_ended_order_cannot_be_cancelled(database: Database, plant: SmallPlant) -> None:
    number = row_of(database, "MO-1").id
    with database.write("test") as session:
        session.get_one(ProductionOrder, number).state = "closed"
    with pytest.raises(RuleBroken):
        apply_edit(database, CancelOrder(number, "closed"), "planner")


# ---------------------------------------------------------------- the list


def test_the_list_takes_a_fixed_number_of_statements(database: Database, plant: SmallPlant) -> None:
    with counted(database) as few:
        order_rows(database)
    with database.write("test") as session:
        for number in range(10, 30):
            plant.order(session, f"MO-{number}")
    with counted(database) as many:
        assert len(order_rows(database)) == 22
    assert len(many) == len(few) <= 5
    with counted(database) as detail:
        order_detail(database, 1)
    assert len(detail) <= 14


def test_lamp_progress_and_projected_end(database: Database, plant: SmallPlant) -> None:
    schedule_plant(database, seconds=0)
    row = row_of(database, "MO-1")
    bars = [bar for bar in plan_view(database).placements if bar.order_number == "MO-1"]
    assert row.projected_end == max(bar.end for bar in bars)
    assert (row.lamp, row.late_minutes, row.progress, row.current_step) == ("ok", 0, 0.0, "10 cast")
    with database.write("test") as session:
        order = session.get_one(ProductionOrder, row.id)
        order.internal_due = row.projected_end - timedelta(minutes=90)
        steps = session.scalars(
            select(Operation).where(Operation.order_id == row.id).order_by(Operation.step_no)
        ).all()
        steps[0].state, steps[0].good = OperationState.DONE, Decimal(20)
        steps[1].good = Decimal(10)
    row = row_of(database, "MO-1")
    assert (row.lamp, row.late_minutes, row.current_step) == ("risk", 90, "20 dry")
    assert row.progress == pytest.approx(0.5)
    with database.write("test") as session:
        session.get_one(ProductionOrder, row.id).promised_at = row.internal_due
    assert row_of(database, "MO-1").lamp == "late"
