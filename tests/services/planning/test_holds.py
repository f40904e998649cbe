"""Capacity held for a quote: at its places, until it expires; released, confirmed, undone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.core.errors import Conflict, NotFound, RuleBroken
from app.models.access import Site
from app.models.database import Database
from app.models.orders import CapacityHold, Operation, ProductionOrder
from app.services import doctor
from app.services.changes import changes_since, latest_cursor
from app.services.edit import apply_edit
from app.services.planning.desk import Desk
from app.services.planning.holds import (
    CONFIRMED,
    EndHold,
    HoldCapacity,
    held_places,
    holds,
    release_expired,
)
from app.services.planning.promising.answer import promise
from app.services.planning.promising.rows import PromiseQuestion, PromiseView
from app.services.planning.publishing.publish import Publish, digest
from app.services.planning.queries import plan_view
from app.services.planning.solving import schedule_plant
from app.services.planning.stored_plan import read_content, working_plan
from app.services.planning.up_to_date import update_plan
from tests.services.planning.test_promise import form
from tests.services.small_plant import DUE, NOW, SmallPlant

FAR = DUE + timedelta(days=30)
UNTIL = NOW + timedelta(days=2)


@pytest.fixture
def view(database: Database, plant: SmallPlant) -> PromiseView:
    """The answer about a new order, in a plan with two orders."""
    schedule_plant(database, seconds=0)
    return ask(database)


def ask(database: Database) -> PromiseView:
    found = promise(database, PromiseQuestion(form=form(FAR)), replays=20)
    assert found is not None
    return found


def hold(database: Database, view: PromiseView, until: datetime = UNTIL) -> HoldCapacity:
    assert view.form is not None
    assert view.seen is not None
    edit = HoldCapacity(
        view.form, held_places(view.order, view.places), "Zhang", until, view.seen, "quote 7"
    )
    apply_edit(database, edit, "merchandiser")
    return edit


def bars(database: Database, order: str) -> list[datetime]:
    return [row.start for row in plan_view(database).placements if row.order_number == order]


def clock(database: Database, at: datetime) -> None:
    with database.write("test") as session:
        session.get_one(Site, 1).planning_now = at


def test_a_hold_stands_where_the_answer_had_it_and_no_plan_moves_it(
    database: Database, view: PromiseView
) -> None:
    seen = latest_cursor(database)
    hold(database, view)
    starts = [place.start for place in view.places]
    assert bars(database, view.order) == starts
    assert doctor.run(database) == []
    assert changes_since(database, seen)[1].keys() >= {"capacity_hold", "placement"}
    schedule_plant(database, seconds=0, policy="throughput")
    assert bars(database, view.order) == starts
    shown = [row for row in plan_view(database).placements if row.order_number == view.order]
    assert {(row.quote_owner, row.quote_until) for row in shown} == {("Zhang", UNTIL)}
    (row,) = holds(database)
    assert (row.order, row.owner, row.note, row.expired) == (view.order, "Zhang", "quote 7", False)
    assert (row.start, row.end) == (view.places[0].setup_start, view.places[-1].end)


def test_an_expired_hold_is_seen_by_no_plan_and_ended_by_the_next(
    database: Database, view: PromiseView
) -> None:
    hold(database, view)
    clock(database, UNTIL)
    assert bars(database, view.order) == [], "no longer drawn"
    again = ask(database)
    assert again.earliest is not None
    assert holds(database)[0].expired
    update_plan(database)
    assert holds(database) == ()
    with database.read() as session:
        held = session.query(CapacityHold).one()
        assert (held.how_ended, held.ended_at) == ("expired", UNTIL)
        assert session.get_one(ProductionOrder, held.order_id).state.value == "cancelled"
    assert release_expired(database) == 0
    assert doctor.run(database) == []


def test_a_confirmed_hold_is_an_order_at_its_places_and_free_to_move(
    database: Database, view: PromiseView
) -> None:
    hold(database, view)
    (row,) = holds(database)
    edit = EndHold(row.order_id, CONFIRMED, FAR)
    apply_edit(database, edit, "planner")
    assert holds(database) == ()
    assert bars(database, view.order) == [place.start for place in view.places]
    with database.read() as session:
        order = session.get_one(ProductionOrder, row.order_id)
        assert (order.state.value, order.pre_plan, order.promised_at) == ("approved", False, FAR)
        pins = session.query(Operation.pin_start).filter_by(order_id=order.id).all()
        assert {pin for (pin,) in pins} == {None}
    apply_edit(database, edit.inverse(), "planner")
    assert [one.order for one in holds(database)] == [view.order]
    assert bars(database, view.order) == [place.start for place in view.places]


def test_a_released_hold_gives_its_places_back_and_can_be_taken_up_again(
    database: Database, view: PromiseView
) -> None:
    hold(database, view)
    (row,) = holds(database)
    edit = EndHold(row.order_id)
    apply_edit(database, edit, "planner")
    assert bars(database, view.order) == []
    with pytest.raises(Conflict):
        apply_edit(database, edit, "planner")
    apply_edit(database, edit.inverse(), "planner")
    schedule_plant(database, seconds=0)
    assert bars(database, view.order) == [place.start for place in view.places]


def test_undoing_the_hold_leaves_nothing(database: Database, view: PromiseView) -> None:
    edit = hold(database, view)
    apply_edit(database, edit.inverse(), "merchandiser")
    with database.read() as session:
        assert session.query(CapacityHold).count() == 0
        assert session.query(ProductionOrder).count() == 2
    apply_edit(database, edit.inverse().inverse(), "merchandiser")
    assert len(holds(database)) == 1
    assert bars(database, view.order) == [], "whether it is still free there only a plan can say"
    update_plan(database)
    assert bars(database, view.order) == [place.start for place in view.places]


def test_what_is_no_longer_free_or_makes_no_sense_is_refused_and_nothing_is_written(
    database: Database, view: PromiseView
) -> None:
    with pytest.raises(RuleBroken):
        hold(database, view, NOW)
    with database.write("somebody else") as session:
        session.query(ProductionOrder).filter_by(code="MO-1").one().priority = 1
    with pytest.raises(Conflict):
        hold(database, view)
    assert holds(database) == ()
    with pytest.raises(NotFound):
        apply_edit(database, EndHold(1), "planner")


def test_nobody_is_told_to_work_on_a_quote(database: Database, view: PromiseView) -> None:
    hold(database, view)
    with database.read() as session:
        plan = working_plan(session)
        seen = digest(read_content(session, plan))
    apply_edit(database, Publish(0, seen), "planner")
    shown = plan_view(database, "published")
    assert {row.order_number for row in shown.placements} == {"MO-1", "MO-2"}
    assert len(shown.placements) == 6
    with database.read() as session:
        works = Desk(session, "planner", None).works
    assert {work.order.code for work in works.values()} == {"MO-1", "MO-2"}
    (row,) = holds(database)
    apply_edit(database, EndHold(row.order_id, CONFIRMED), "planner")
    with database.read() as session:
        works = Desk(session, "planner", None).works
    assert view.order in {work.order.code for work in works.values()}
