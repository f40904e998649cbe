"""An order that is asked about leaves the plan first: what if others lean on its being there?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from app.core.choices import ItemCategory, ItemSource, RateBasis
from app.models.database import Database
from app.models.orders import Operation
from app.models.plant import Machine, SetupPair
from app.models.products import Item, Routing, RoutingStep
from app.services.edit import apply_edit
from app.services.planning.promising.case import read_case
from app.services.planning.promising.letting_ahead import LetAhead, allowed_now
from app.services.planning.promising.rows import PromiseQuestion
from app.services.planning.solving import schedule_plant
from app.services.planning.working import read_working_plan
from tests.services.planning.test_cutting_in import sound
from tests.services.planning.test_promise import ask
from tests.services.small_plant import NOW, SmallPlant


def grey_between_white_and_black(database: Database, plant: SmallPlant) -> dict[str, int]:
    """One press: white, grey, black one behind the other; black straight after white is an hour of
    cleaning more than there would be. Orders by colour."""
    orders = {}
    with database.write("test") as session:
        session.get_one(Machine, plant.press_2).active = False
        session.get_one(Machine, plant.press_1).current_setup = ["white"]
        for before, after, minutes in (
            ("white", "grey", 5), ("grey", "black", 5), ("white", "black", 70),
        ):  # fmt: skip
            session.add(SetupPair(work_centre_id=plant.centre, attribute="colour",
                                  from_value=before, to_value=after, minutes=minutes))  # fmt: skip
        for place, colour in enumerate(("white", "grey", "black"), 1):
            item = Item(code=colour, name=colour, unit_id=plant.unit, setup_attributes=[colour],
                        category=ItemCategory.FINISHED, source=ItemSource.MAKE)  # fmt: skip
            session.add(item)
            session.flush()
            routing = Routing(item_id=item.id)
            session.add(routing)
            session.flush()
            session.add(
                RoutingStep(routing_id=routing.id, step_no=10, name="paint", rate=Decimal(1),
                            rate_basis=RateBasis.MINUTES_PER_PIECE, work_centre_id=plant.centre)
            )  # fmt: skip
            session.flush()
            session.expire_all()
            due = NOW + timedelta(minutes=30 * place)
            orders[colour] = plant.order(
                session, colour.upper(), item_id=item.id, requested_at=due, internal_due=due
            ).id
    schedule_plant(database, seconds=0, actor="planner")
    return orders


def starts(database: Database, orders: dict[str, int]) -> list[str]:
    spots = read_working_plan(database).content.spots
    with database.read() as session:
        own = {
            colour: session.scalars(select(Operation.id).filter_by(order_id=number)).one()
            for colour, number in orders.items()
        }
    return sorted(own, key=lambda colour: spots[own[colour]].start)


def test_an_order_whose_leaving_makes_a_changeover_longer_is_answered(
    database: Database, plant: SmallPlant
) -> None:
    orders = grey_between_white_and_black(database, plant)
    assert starts(database, orders) == ["white", "grey", "black"]
    question = PromiseQuestion(order_id=orders["grey"])
    assert read_case(database, question, NOW).insertion.lost  # black cannot stand without it
    view = ask(database, order_id=orders["grey"])
    assert view.earliest is not None
    assert view.obstacle is None
    word = allowed_now("sales", "boss")
    put = LetAhead(orders["grey"], "GREY", view.moves, view.rush, word, None, False, view.seen)
    apply_edit(database, put, "boss")
    assert sound(database)
