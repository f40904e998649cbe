"""Two deliveries put into force: the order made two and both placed as shown, in one step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.errors import Conflict, RuleBroken
from app.models.database import Database
from app.models.orders import Card, Operation, ProductionOrder
from app.models.plant import Operator
from app.services import doctor
from app.services.edit import apply_edit
from app.services.orders.queries import order_detail, order_rows
from app.services.planning.promising.letting_ahead import LetAhead, allowed_now
from app.services.planning.promising.rows import Option, PromiseView
from app.services.planning.solving import schedule_plant
from app.services.planning.working import read_working_plan
from tests.services.planning.test_cutting_in import sound
from tests.services.planning.test_promise import ask, option
from tests.services.small_plant import SmallPlant


def late_by_a_little(
    database: Database, plant: SmallPlant, quantity: int = 40, minutes: int = 25
) -> int:
    """Wanted so many minutes before all of it can be there."""
    with database.write("test") as session:
        number = plant.order(session, "PART", quantity=quantity).id
    schedule_plant(database, seconds=0, actor="planner")
    earliest = ask(database, order_id=number).earliest
    assert earliest is not None
    with database.write("test") as session:
        order = session.get_one(ProductionOrder, number)
        order.requested_at = order.internal_due = earliest.end - timedelta(minutes=minutes)
        order.merchandiser = "Chen"
    return number


def records(database: Database) -> list[tuple[object, ...]]:
    """Orders with pieces, their operations and cards."""
    with database.read() as session:
        orders = session.scalars(select(ProductionOrder).order_by(ProductionOrder.code)).all()
        return [
            (
                order.code,
                order.quantity,
                order.released_quantity,
                tuple(session.execute(select(Operation.step_no, Operation.quantity)
                      .where(Operation.order_id == order.id).order_by(Operation.step_no)).all()),
                tuple(session.scalars(select(Card.quantity).where(Card.order_id == order.id))),
            )
            for order in orders
        ]  # fmt: skip


def put(view: PromiseView, way: Option) -> LetAhead:
    word = allowed_now("sales", "boss")
    return LetAhead(view.order_id or 0, view.order, way.moves, view.rush, word, way.cut, False,
                    view.seen)  # fmt: skip


def test_the_order_is_made_two_placed_as_shown_and_undo_makes_it_whole(
    database: Database, plant: SmallPlant
) -> None:
    number = late_by_a_little(database, plant)
    whole, stored = records(database), read_working_plan(database).content
    view = ask(database, order_id=number)
    way = option(view, "two_deliveries")
    assert way.finish is not None
    assert way.cut is not None, way.details
    edit = put(view, way)
    apply_edit(database, edit, "boss")
    assert sound(database)
    assert doctor.run(database) == []
    rows = {row.number: row for row in order_rows(database)}
    now, later = way.text.values["now"], way.text.values["later"]
    assert (rows["PART"].quantity, rows["PART.2"].quantity) == (now, later)
    assert rows["PART"].projected_end == way.finish.end
    assert {place.order for place in way.places} == {"PART", "PART.2"}
    rest_end = max(place.end for place in way.places if place.order == "PART.2")
    assert rows["PART.2"].projected_end == rest_end
    with database.read() as session:
        rest = session.scalars(select(ProductionOrder).filter_by(code="PART.2")).one()
        assert rest.merchandiser == "Chen"
        assert rest.requested_at >= rest_end
        assert rest.internal_due >= rest_end
    assert order_detail(database, number).order.rush[:2] == ("sales", "boss")
    two = records(database)
    assert two != whole

    apply_edit(database, edit.inverse(), "boss")
    assert records(database) == whole
    assert read_working_plan(database).content.spots == stored.spots
    assert read_working_plan(database).content.unplaced == stored.unplaced
    apply_edit(database, edit.inverse().inverse(), "boss")
    assert records(database) == two
    assert sound(database)
    with database.write("station") as session:
        step = session.scalars(select(Operation).filter_by(order_id=number, step_no=10)).one()
        step.good = step.good + 1
    with pytest.raises(RuleBroken):
        apply_edit(database, edit.inverse(), "boss")
    assert [row[0] for row in records(database)] == [row[0] for row in two]


def test_two_deliveries_are_refused_when_the_plant_has_changed_since(
    database: Database, plant: SmallPlant
) -> None:
    number = late_by_a_little(database, plant)
    whole = records(database)
    view = ask(database, order_id=number)
    edit = put(view, option(view, "two_deliveries"))
    with database.write("other") as session:
        session.query(Operator).first().name = "Somebody"  # type: ignore[union-attr]
    with pytest.raises(Conflict, match="changed"):
        apply_edit(database, edit, "boss")
    assert records(database) == whole


def test_an_order_whose_paper_is_out_is_not_divided_and_the_answer_says_why(
    database: Database, plant: SmallPlant
) -> None:
    number = late_by_a_little(database, plant)
    with database.write("test") as session:
        session.scalars(select(Card).where(Card.order_id == number)).one().print_count = 1
    way = option(ask(database, order_id=number), "two_deliveries")
    assert way.finish is not None
    assert (way.moves, way.cut) == ((), None)
    assert way.details[-1].code == "orders.divide_printed"


def test_the_first_delivery_moves_from_where_the_whole_order_stands(
    database: Database, plant: SmallPlant
) -> None:
    """Four pieces stand on two copies; two pieces have no use for the second one."""
    number = late_by_a_little(database, plant, quantity=4, minutes=2)
    with database.read() as session:
        cast = session.scalars(select(Operation).filter_by(order_id=number, step_no=10)).one()
    assert len(read_working_plan(database).content.spots[cast.id].tools) == 2
    view = ask(database, order_id=number)
    way = option(view, "two_deliveries")
    assert way.cut is not None, way.details
    assert way.text.values["now"] == 2
    apply_edit(database, put(view, way), "boss")
    assert sound(database)
    assert len(read_working_plan(database).content.spots[cast.id].tools) == 1
