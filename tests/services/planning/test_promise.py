"""Can we promise it? What is answered is what the engine really finds, and nothing is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from app.core.choices import OperationState, RateBasis
from app.core.errors import NotFound, RuleBroken
from app.core.messages import LANGUAGES
from app.models.database import Database
from app.models.materials import StockMove
from app.models.orders import Operation, ProductionOrder
from app.models.planning import Placement
from app.models.plant import CalendarException, Location, ToolCopy
from app.models.products import Item, Routing
from app.services import doctor
from app.services.changes import latest_cursor
from app.services.edit import apply_edit
from app.services.orders.edits import CreateOrder
from app.services.orders.queries import order_detail, order_rows
from app.services.orders.rows import OrderForm
from app.services.planning.promising import options as options_module
from app.services.planning.promising.answer import promise
from app.services.planning.promising.case import read_case
from app.services.planning.promising.letting_ahead import LetAhead, allowed_now
from app.services.planning.promising.rows import (
    LampState,
    Option,
    PromiseQuestion,
    PromiseView,
    Verdict,
)
from app.services.planning.solving import schedule_plant
from app.services.planning.up_to_date import update_plan
from app.services.planning.working import read_working_plan
from tests.services.small_plant import DUE, NOW, SmallPlant


def form(requested: datetime = DUE, quantity: int = 20, **values: object) -> OrderForm:
    typed = OrderForm(
        number=None, type="normal", customer_code="C1", customer_po="", item_code="A",
        quantity=Decimal(quantity), unit="pc", requested=requested, promised=None, priority=5,
        safety_days=0, requirements="", remark="", earliest_start=None,
    )  # fmt: skip
    return replace(typed, **values)


def ask(database: Database, **question: object) -> PromiseView:
    view = promise(database, PromiseQuestion(**question), replays=40)  # type: ignore[arg-type]
    assert view is not None
    for language in LANGUAGES:  # every sentence can be said
        for lamp in view.lamps:
            assert lamp.text.text(language)
            assert all(proof.text.text(language) for proof in lamp.proofs)
        assert all(option.text.text(language) for option in view.options)
        assert all(note.text(language) for note in view.notes)
    return view


def lamps(view: PromiseView) -> dict[str, LampState]:
    return {lamp.code: lamp.state for lamp in view.lamps}


def option(view: PromiseView, kind: str) -> Option:
    return next(one for one in view.options if one.kind == kind)


@pytest.fixture
def busy(database: Database) -> SmallPlant:
    """The small plant with a week of work, planned."""
    plant = SmallPlant.build(database, orders=0)
    with database.write("test") as session:
        for number in range(1, 17):
            due = DUE + timedelta(days=7 if number % 2 else 2)
            plant.order(session, f"MO-{number}", quantity=40, requested_at=due, internal_due=due)
    schedule_plant(database, seconds=0, actor="planner")
    return plant


def rows_in(database: Database) -> dict[str, int]:
    tables = ("production_order", "operation", "card", "placement", "unplaced_operation", "plan")
    with database.read() as session:
        return {
            name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in tables
        }


# ---------------------------------------------------------------- what is asked


def test_a_new_order_is_answered_and_nothing_is_written(
    database: Database, busy: SmallPlant
) -> None:
    before, cursor = rows_in(database), latest_cursor(database)
    view = ask(database, form=form(DUE + timedelta(days=30)))
    assert (rows_in(database), latest_cursor(database)) == (before, cursor)
    assert view.earliest is not None
    assert view.earliest.verdict is Verdict.IN_TIME
    assert view.earliest.p50 <= view.earliest.p90
    assert [place.step_no for place in view.places] == [10, 20, 30]
    assert view.places[-1].end == view.earliest.end
    assert view.order_id is None
    assert all(one.finish is None for one in view.options)


def test_what_is_promised_is_what_the_plan_then_does(database: Database, busy: SmallPlant) -> None:
    """The order made, and the plan brought up to date: it ends just when the answer said."""
    asked = form(DUE + timedelta(days=30))
    view = ask(database, form=asked)
    apply_edit(database, CreateOrder(asked), "planner")
    update_plan(database)
    plan = read_working_plan(database)
    order = plan.order(view.order)
    ends = [p.end for p in plan.schedule.placements
            if plan.problem.operations[p.operation].order == order]  # fmt: skip
    assert view.earliest is not None
    assert plan.moment(max(ends)) == view.earliest.end
    assert doctor.run(database) == []


def test_the_promise_is_the_end_with_safety_and_transit(
    database: Database, busy: SmallPlant
) -> None:
    wide = DUE + timedelta(days=30)
    plain = ask(database, form=form(wide)).earliest
    safe = ask(database, form=form(wide, safety_days=3)).earliest
    assert plain is not None
    assert safe is not None
    assert plain.promise == plain.end
    assert safe.end == plain.end
    assert safe.promise == safe.end + timedelta(days=3)


def test_an_order_is_asked_about_as_it_is_and_as_it_would_be_changed(
    database: Database, busy: SmallPlant
) -> None:
    with database.read() as session:
        order = session.query(ProductionOrder).filter_by(code="MO-16").one()
        number, due = order.id, order.internal_due
    as_it_is = ask(database, order_id=number)
    assert as_it_is.order == "MO-16"
    assert as_it_is.planned is not None
    assert as_it_is.earliest is not None
    assert as_it_is.earliest.end <= as_it_is.planned, "its own place is free to it"
    asked = form(due, quantity=30, number="MO-16")
    more = ask(database, order_id=number, form=asked)
    assert more.earliest is not None
    assert more.quantity == 30
    assert more.earliest.verdict is Verdict.LATE or more.earliest.end != as_it_is.earliest.end
    assert ask(database, number="mo-16").order_id == number


def test_an_order_that_has_begun_keeps_what_runs_and_its_quantity(
    database: Database, busy: SmallPlant
) -> None:
    with database.write("test") as session:
        first = session.query(Placement).order_by(Placement.start_at, Placement.id).first()
        assert first is not None
        step = session.get_one(Operation, first.operation_id)
        order = session.get_one(ProductionOrder, step.order_id)
        step.state, step.started_at = OperationState.RUNNING, NOW - timedelta(hours=1)
        step.running_machine_id, step.remaining = first.machine_id, Decimal(40)
        step.running_tools = list(first.tools)
        number, code, due = order.id, order.code, order.requested_at
    view = ask(database, order_id=number)
    assert view.notes, "the plan did not know that it runs"
    assert view.obstacle is None
    assert view.earliest is not None
    assert view.places[0].start == NOW - timedelta(hours=1)
    assert option(view, "two_deliveries").finish is None
    with pytest.raises(RuleBroken):
        promise(database, PromiseQuestion(number, "", form(due, quantity=39, number=code)))


def test_an_order_book_longer_than_the_calendars_still_gets_a_date(
    database: Database, busy: SmallPlant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.services.planning.promising import case as case_module

    asked_for: list[int | None] = []
    load = case_module.load_problem

    def short(session, at, horizon_days=None, asked=None):  # type: ignore[no-untyped-def]
        asked_for.append(horizon_days)
        return load(session, at, horizon_days or 5, asked)

    monkeypatch.setattr(case_module, "load_problem", short)
    view = ask(database, form=form(DUE + timedelta(days=30), quantity=40))
    assert asked_for == [None, 400]
    assert view.earliest is not None
    assert view.earliest.end > NOW + timedelta(days=4)


def test_who_is_not_there_is_told(database: Database, busy: SmallPlant) -> None:
    with pytest.raises(NotFound, match="MO-99"):
        promise(database, PromiseQuestion(number="MO-99"))
    with pytest.raises(RuleBroken, match="NOPE"):
        promise(database, PromiseQuestion(form=form(item_code="NOPE")))


def test_giving_up_ends_the_question(database: Database, busy: SmallPlant) -> None:
    question = PromiseQuestion(form=form())
    assert promise(database, question, stop=lambda: True) is None


# ---------------------------------------------------------------- options


def test_a_date_that_is_too_early_gets_options_that_are_sound_plans(
    database: Database, busy: SmallPlant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = []
    finish = options_module.Options._finish

    def kept(self, shop, plan):  # type: ignore[no-untyped-def]
        plans.append((shop.problem, plan))
        return finish(self, shop, plan)

    monkeypatch.setattr(options_module.Options, "_finish", kept)
    view = ask(database, form=form(NOW + timedelta(days=2), quantity=40))
    assert view.earliest is not None
    assert view.earliest.verdict is Verdict.LATE
    found = [one for one in view.options if one.finish is not None]
    assert "displace" in {one.kind for one in found}
    assert option(view, "first").text.code == "promise.first_not_needed"
    assert plans
    from app.scheduling.verify import verify

    for problem, plan in plans:
        assert verify(problem, plan) == []
    for one in found:
        assert (one.finish is not None and one.finish.end < view.earliest.end) or one.kind == (
            "two_deliveries"
        )


def test_orders_that_give_way_are_named_with_their_new_dates_and_what_they_lose(
    database: Database, busy: SmallPlant
) -> None:
    view = ask(database, form=form(NOW + timedelta(days=2), quantity=40))
    way = option(view, "displace")
    assert way.finish is not None
    assert way.finish.verdict is Verdict.IN_TIME
    assert way.others
    for other in way.others:
        assert other.becomes > other.was
        assert other.late == (other.becomes > other.due)
    assert {loss.what for loss in way.losses} <= {"machine", "mould", "people", "carts", "material"}
    assert any(loss.what in ("machine", "mould") for loss in way.losses)
    for loss in way.losses:
        assert loss.becomes > loss.was
        assert loss.operation.startswith("MO-")


def test_two_deliveries_say_how_many_by_the_date_and_when_the_rest_is_there(
    database: Database, plant: SmallPlant
) -> None:
    schedule_plant(database, seconds=0)
    whole = ask(database, form=form(DUE + timedelta(days=20), quantity=40)).earliest
    assert whole is not None
    view = ask(database, form=form(whole.end - timedelta(minutes=25), quantity=40))
    two = option(view, "two_deliveries")
    assert two.finish is not None
    assert two.finish.end <= view.internal_due
    now, later = two.text.values["now"], two.text.values["later"]
    assert isinstance(now, Decimal)
    assert isinstance(later, Decimal)
    assert now + later == 40
    assert {place.order[-1] for place in two.places} == {"a", "b"}
    assert two.finish.end == max(p.end for p in two.places if p.order.endswith("a"))


def test_overtime_says_where_and_how_much_and_costs_what_the_calendar_says(
    database: Database, busy: SmallPlant
) -> None:
    wide = ask(database, form=form(DUE + timedelta(days=30))).earliest
    assert wide is not None
    view = ask(database, form=form(wide.end - timedelta(hours=3)))
    extra = option(view, "overtime")
    assert extra.finish is not None
    assert extra.extra_minutes > 0
    assert extra.cost is None, "no rate is on record"
    assert extra.details
    with database.write("test") as session:
        far = (NOW + timedelta(days=60)).date()
        session.add(CalendarException(calendar_id=busy.day, date_from=far, date_to=far,
                                      hours=[[1080, 1200]], kind="overtime",
                                      cost_per_hour=Decimal(30)))  # fmt: skip
    dear = option(ask(database, form=form(wide.end - timedelta(hours=3))), "overtime")
    assert dear.cost == Decimal(dear.extra_minutes) / 2


def test_an_option_is_put_into_force_in_one_step_that_says_who_asked_and_who_allowed(
    database: Database, busy: SmallPlant
) -> None:
    soon = NOW + timedelta(days=2)
    with database.write("test") as session:
        order = session.query(ProductionOrder).filter_by(code="MO-15").one()
        order.requested_at = order.internal_due = soon
        number = order.id
    view = ask(database, order_id=number)
    way = next(one for one in view.options if one.moves and not one.opened)
    assert way.finish is not None
    stored = read_working_plan(database).content.spots
    edit = LetAhead(number, view.order, way.moves, view.rush, allowed_now("sales", "boss"))
    apply_edit(database, edit, "boss")
    assert doctor.run(database) == []
    detail = order_detail(database, number).order
    assert detail.rush[:2] == ("sales", "boss")
    assert detail.projected_end == way.finish.end
    ends = {row.number: row.projected_end for row in order_rows(database)}
    assert all(ends[other.order] == other.becomes for other in way.others)
    apply_edit(database, edit.inverse(), "boss")
    assert read_working_plan(database).content.spots == stored
    assert order_detail(database, number).order.rush == ("", "", None)
    with pytest.raises(RuleBroken):
        apply_edit(database, replace(edit, after=allowed_now(" ", "boss")), "boss")


def test_what_is_not_saved_as_it_is_asked_about_cannot_be_put_into_force(
    database: Database, busy: SmallPlant
) -> None:
    assert ask(database, form=form(DUE + timedelta(days=30))).moves == ()
    late = ask(database, form=form(NOW + timedelta(days=2), quantity=40))
    assert {one.moves for one in late.options} == {()}


# ---------------------------------------------------------------- lamps


def test_lamps_without_data_are_grey_and_never_green(database: Database, busy: SmallPlant) -> None:
    view = ask(database, form=form(DUE + timedelta(days=30)))
    found = lamps(view)
    assert list(found) == ["master_data", "material", "capacity", "resources", "commercial"]
    assert found["material"] is found["commercial"] is LampState.UNKNOWN
    assert found["capacity"] is found["resources"] is LampState.OK
    assert found["master_data"] is LampState.WATCH, "no bill of material"
    proofs = {lamp.code: lamp.proofs for lamp in view.lamps}
    tool = next(p for p in proofs["resources"] if p.place and p.place.sheet == "Tools")
    assert tool.text.values["there"] == 2, "the copy in repair does not count"
    skill = next(p for p in proofs["resources"] if p.place and p.place.sheet == "Operators")
    assert skill.text.values["there"] == 4
    load = [p for p in proofs["capacity"] if p.place and p.place.sheet == "Machines"]
    assert {p.place.identity[0][1] for p in load if p.place} == {"P1", "P2"}


def test_material_stays_grey_with_stock_on_record(database: Database, busy: SmallPlant) -> None:
    with database.write("test") as session:
        store = Location(code="S", name="Store")
        session.add(store)
        session.flush()
        opening = session.query(Location).filter_by(code="opening").one()
        session.add(StockMove(item_id=busy.item, quantity=Decimal(5), from_location_id=opening.id,
                              to_location_id=store.id, at=NOW, actor="x", document="d",
                              client_key="k"))  # fmt: skip
    assert lamps(ask(database, form=form()))["material"] is LampState.UNKNOWN


def test_what_can_never_be_made_is_red_with_the_record_to_mend(
    database: Database, busy: SmallPlant
) -> None:
    with database.write("test") as session:
        for copy in session.query(ToolCopy):
            copy.state = "scrapped"
    view = ask(database, form=form())
    assert view.earliest is None
    assert view.obstacle is not None
    found = lamps(view)
    assert found["master_data"] is found["resources"] is found["capacity"] is LampState.BAD
    bad = view.lamps[0].proofs[0]
    assert bad.place is not None
    assert bad.place.sheet == "Routings"


def test_an_item_without_a_routing_is_an_answer_and_no_error(
    database: Database, busy: SmallPlant
) -> None:
    with database.write("test") as session:
        item = session.get_one(Item, busy.item)
        session.add(Item(code="B", name="Bare", unit_id=busy.unit, category=item.category,
                         source=item.source))  # fmt: skip
    view = ask(database, form=form(item_code="B"))
    assert view.earliest is None
    assert lamps(view)["master_data"] is LampState.BAD
    assert lamps(view)["capacity"] is LampState.UNKNOWN


# ---------------------------------------------------------------- the plan in force


def test_a_plan_that_cannot_stand_is_brought_up_to_date_and_it_is_said(
    database: Database, busy: SmallPlant
) -> None:
    with database.write("test") as session:
        busy.order(session, "NEW-1", quantity=40)
    case = read_case(database, PromiseQuestion(form=form(DUE + timedelta(days=30))))
    assert [note.code for note in case.notes] == ["promise.brought_up_to_date"]
    assert case.notes[0].values["new"] == 3
    assert len(case.base) == 17 * 3


def test_components_are_made_first(database: Database, busy: SmallPlant) -> None:
    """An item made of another made item: both are placed, the part before the whole."""
    from app.models.products import BillOfMaterial, BomLine, RoutingStep

    with database.write("test") as session:
        part = session.get_one(Item, busy.item)
        whole = Item(code="W", name="Whole", unit_id=busy.unit, category=part.category,
                     source=part.source)  # fmt: skip
        session.add(whole)
        session.flush()
        routing = Routing(item_id=whole.id)
        bom = BillOfMaterial(item_id=whole.id)
        session.add_all([routing, bom])
        session.flush()
        session.add(RoutingStep(routing_id=routing.id, step_no=10, name="join",
                                work_centre_id=busy.centre, rate=Decimal(1),
                                rate_basis=RateBasis.MINUTES_PER_PIECE))  # fmt: skip
        session.add(BomLine(bom_id=bom.id, line_no=1, component_id=part.id, quantity=Decimal(2),
                            unit_id=busy.unit))  # fmt: skip
    view = ask(database, form=form(DUE + timedelta(days=40), item_code="W", quantity=10))
    assert [(place.order[-2:], place.step_no) for place in view.places][-1][1] == 10
    assert len(view.places) == 4
    assert view.earliest is not None
    made = max(place.end for place in view.places[:-1])
    assert view.places[-1].start >= made
