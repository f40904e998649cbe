"""Overtime of an answer put into force: the calendars' exceptions and the places, in one step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.choices import ExceptionKind
from app.core.errors import Conflict
from app.core.step import from_json, to_json
from app.models.database import Database
from app.models.orders import Operation
from app.models.plant import CalendarException, Operator, ToolCopy
from app.services import doctor
from app.services.edit import apply_edit
from app.services.orders.queries import order_detail
from app.services.planning.promising.letting_ahead import LetAhead, allowed_now
from app.services.planning.promising.rows import Option, PromiseView
from app.services.planning.solving import schedule_plant
from app.services.planning.working import read_working_plan
from tests.services.planning.test_cutting_in import sound
from tests.services.planning.test_promise import ask, option
from tests.services.small_plant import NOW, SmallPlant


def exceptions(database: Database) -> list[tuple[object, ...]]:
    with database.read() as session:
        rows = session.scalars(select(CalendarException).order_by(CalendarException.id))
        return [
            (row.machine_id, row.operator_id, row.tool_copy_id, row.date_from, row.hours, row.kind)
            for row in rows
        ]


def evening_order(database: Database, plant: SmallPlant) -> int:
    """It can begin when all go home, and is wanted soon after; planned for the day."""
    with database.write("test") as session:
        evening, soon = NOW + timedelta(hours=7, minutes=30), NOW + timedelta(days=1)
        number = plant.order(session, "LATE", earliest_start=evening, requested_at=soon,
                             internal_due=soon).id  # fmt: skip
        cast = session.scalars(select(Operation).filter_by(order_id=number, step_no=10)).one()
        cast.definition = to_json(replace(from_json(cast.definition), max_wait=None))
        for copy in session.scalars(select(ToolCopy)):
            copy.calendar_id = plant.day
    schedule_plant(database, seconds=0, actor="planner")
    return number


def put(view: PromiseView, way: Option) -> LetAhead:
    word = allowed_now("sales", "boss")
    return LetAhead(view.order_id or 0, view.order, way.moves, view.rush, word, None, False,
                    view.seen, way.opened)  # fmt: skip


def test_overtime_opens_just_the_hours_it_counts_on_and_undo_closes_them(
    database: Database, plant: SmallPlant
) -> None:
    number = evening_order(database, plant)
    view = ask(database, order_id=number)
    way = option(view, "overtime")
    assert way.finish is not None
    assert view.earliest is not None
    assert way.finish.end < view.earliest.end
    stored = read_working_plan(database).content.spots
    assert "Person" in way.details[-1].text("en")
    edit = put(view, way)
    apply_edit(database, edit, "boss")
    assert sound(database)
    assert doctor.run(database) == []
    detail = order_detail(database, number).order
    assert detail.projected_end == way.finish.end
    assert detail.rush[:2] == ("sales", "boss")
    rows = exceptions(database)
    with database.read() as session:
        cast = session.scalars(select(Operation).filter_by(order_id=number, step_no=10)).one()
        spot = read_working_plan(database).content.spots[cast.id]
    evening = (NOW.date(), [[1050, 1170]], ExceptionKind.OVERTIME)  # 17:30 to 19:30 on the clock
    wanted = [(spot.machine_id, None, None), *((None, who, None) for who, *_ in spot.crew),
              *((None, None, copy) for copy in spot.tools)]  # fmt: skip
    assert len(wanted) >= 3
    assert rows == [(*whom, *evening) for whom in wanted]

    apply_edit(database, edit.inverse(), "boss")
    assert read_working_plan(database).content.spots == stored
    assert exceptions(database) == []
    assert order_detail(database, number).order.rush == ("", "", None)
    again = edit.inverse().inverse()
    apply_edit(database, again, "boss")
    assert exceptions(database) == rows
    assert sound(database)
    with database.write("other") as session:
        session.query(CalendarException).first().hours = [[1, 2]]  # type: ignore[union-attr]
    with pytest.raises(Conflict):
        apply_edit(database, again.inverse(), "boss")
    assert order_detail(database, number).order.projected_end == way.finish.end


def test_overtime_is_refused_when_the_plant_has_changed_since(
    database: Database, plant: SmallPlant
) -> None:
    number = evening_order(database, plant)
    view = ask(database, order_id=number)
    edit = put(view, option(view, "overtime"))
    stored = read_working_plan(database).content.spots
    with database.write("other") as session:
        session.query(Operator).first().name = "Somebody"  # type: ignore[union-attr]
    with pytest.raises(Conflict, match="changed"):
        apply_edit(database, edit, "boss")
    assert exceptions(database) == []
    assert read_working_plan(database).content.spots == stored


def test_whoever_is_on_leave_is_not_asked_to_stay_nor_what_is_down(
    database: Database, plant: SmallPlant
) -> None:
    number = evening_order(database, plant)
    before = option(ask(database, order_id=number), "overtime").opened
    first = {one.kind: one.id for one in before}
    days = {"date_from": NOW.date(), "date_to": NOW.date() + timedelta(days=2)}
    with database.write("test") as session:
        session.add(CalendarException(operator_id=first["operator"], kind="leave", **days))
        session.add(CalendarException(machine_id=first["machine"], kind="down",
                                      hours=[[1080, 1140]], **days))  # fmt: skip
    after = option(ask(database, order_id=number), "overtime").opened
    assert {one.kind for one in after} == {"machine", "operator", "tool_copy"}
    assert not {(one.kind, one.id) for one in after} & {
        (kind, first[kind]) for kind in ("machine", "operator")
    }
    with database.write("test") as session:
        session.add(CalendarException(calendar_id=plant.day, kind="power_cut",
                                      hours=[[1050, 1170]], **days))  # fmt: skip
    assert option(ask(database, order_id=number), "overtime").finish is None
