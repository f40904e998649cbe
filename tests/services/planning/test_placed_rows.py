"""Rows that are made when they are asked for say what the tables say, and so do their columns."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import OperationState
from app.core.working_time import moment
from app.models.database import Database
from app.models.orders import CapacityHold, Operation, ProductionOrder
from app.models.planning import Placement
from app.models.plant import Customer, Machine, Operator, ToolCopy, ToolType
from app.models.products import Item, Unit
from app.services.edit import apply_edit
from app.services.planning.edits import Move, MoveOperations
from app.services.planning.placed_columns import Entries, PlacedRows, columns_of
from app.services.planning.queries import placements_by_id, plan_view
from app.services.planning.rows import PlacementRow
from app.services.planning.solving import schedule_plant
from app.services.planning.splitting import split
from app.services.planning.stored_plan import spot_of_row
from tests.services.small_plant import NOW, SmallPlant

HOUR = timedelta(hours=1)


def busy(database: Database, plant: SmallPlant) -> None:
    """A plan in which each field of a row says something somewhere."""
    with database.write("test") as session:
        plant.order(session, "LATE", internal_due=NOW + HOUR, priority=9)
        plant.order(session, "NOBODY", customer_id=None)
        for code, until in (("QUOTE", NOW + HOUR), ("OVER", NOW)):
            quoted = plant.order(session, code)
            session.add(CapacityHold(order_id=quoted.id, owner="Li", places=[], expires_at=until,
                                     created_at=NOW))  # fmt: skip
    schedule_plant(database, seconds=0, now=NOW - HOUR, in_child=False)
    whole = next(row for row in plan_view(database).placements if row.step_no == 30)
    apply_edit(database, split(database, whole.operation_id, Decimal(5)), "planner")
    with database.write("test") as session:
        late = session.scalars(
            select(Operation)
            .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
            .where(ProductionOrder.code == "LATE")
            .order_by(Operation.step_no)
        ).all()
        late[0].state, late[0].good, late[0].stale = OperationState.RUNNING, Decimal(5), True
        late[0].pin_machine_id, late[1].pin_start = plant.press_1, NOW
        # The mould is kept until the piece is dry.
        use = [plant.mould, 1, 20]
        late[0].definition = {**late[0].definition, "tools": [use]}


def told(session: Session, now: Any) -> list[PlacementRow]:
    """The rows, one by one from the mapped objects."""
    get = session.get_one
    stands = [
        (place, get(Operation, place.operation_id)) for place in session.scalars(select(Placement))
    ]
    rows = []
    for place, operation in stands:
        order = get(ProductionOrder, operation.order_id)
        item, customer = get(Item, order.item_id), order.customer_id
        hold = session.scalars(
            select(CapacityHold).where(CapacityHold.order_id == order.id)
        ).one_or_none()
        mine = [(p, o) for p, o in stands if o.order_id == order.id]
        last = max(p.end_at for p, _ in mine)
        kept = [use[2] for use in operation.definition.get("tools", ()) if len(use) > 2 and use[2]]
        until = max((p.end_at for p, o in mine if o.step_no in kept), default=place.end_at)
        machine = get(Machine, place.machine_id)
        tools = [get(ToolCopy, tool) for tool in place.tools]
        crew = list(dict.fromkeys(one[0] for one in place.crew))
        rows.append(PlacementRow(
            operation_id=operation.id, order_id=order.id, order_number=order.code,
            order_type=order.type.value, step_no=operation.step_no, step_name=operation.name,
            item_code=item.code, item_name=item.name,
            customer=get(Customer, customer).short_name if customer else "",
            quantity=operation.quantity, unit=get(Unit, item.unit_id).code,
            machine_id=machine.id, machine_code=machine.code, setup_start=place.setup_start_at,
            start=place.start_at, end=place.end_at,
            segments=tuple((moment(a), moment(b)) for a, b in place.segments),
            tools=tuple(f"{get(ToolType, t.tool_type_id).code}#{t.copy_no}" for t in tools),
            operators=tuple(get(Operator, one).name for one in crew), due=order.internal_due,
            order_end=last, late_minutes=max((last - order.internal_due) // (HOUR / 60), 0),
            progress=float(operation.good / operation.quantity),
            pin_machine=operation.pin_machine_id is not None,
            pin_start=operation.pin_start is not None,
            started=operation.state is OperationState.RUNNING, stale=operation.stale,
            priority=order.priority, family="white", tool_ids=tuple(place.tools),
            held_until=until if place.tools and until > place.end_at else None,
            quote_until=hold.expires_at if hold else None, quote_owner=hold.owner if hold else "",
            crew=tuple(map(tuple, place.crew)), share=0.5 if machine.code == "PK" else 1.0,
        ))  # fmt: skip
    rows = [row for row in rows if row.quote_until is None or row.quote_until > now]
    return sorted(rows, key=lambda row: (row.start, row.operation_id))


def test_rows_made_later_are_those_made_one_by_one(database: Database, plant: SmallPlant) -> None:
    busy(database, plant)
    with database.read() as session:
        expected = told(session, NOW)
    view = plan_view(database)
    for row, wanted in zip(view.placements, expected, strict=True):
        assert row == wanted
    # Every field says something somewhere, so that none is compared with nothing.
    for field in fields(PlacementRow):
        said = {getattr(row, field.name) for row in expected}
        alike = field.name in {"order_type", "item_code", "item_name", "unit", "family", "priority"}
        assert len(said) > 1 or (alike and said != {""}), field.name
    assert isinstance(view.placements, PlacedRows)
    assert view.placements[2] is view.placements[2]
    assert view == replace(view, placements=tuple(view.placements))
    some = [row for row in expected if row.order_number in ("LATE", "MO-1")]
    assert placements_by_id(database, [row.operation_id for row in some]) == tuple(some)


def test_columns_say_what_the_rows_say(database: Database, plant: SmallPlant) -> None:
    busy(database, plant)
    view = plan_view(database)
    read, made = columns_of(view.placements), columns_of(tuple(view.placements))
    for field in fields(read):
        one, other = getattr(read, field.name), getattr(made, field.name)
        if field.name in ("heads", "head"):
            continue
        if isinstance(one, Entries):
            assert np.array_equal(one.values, other.values), field.name
            assert np.array_equal(one.offsets, other.offsets), field.name
        elif isinstance(one, np.ndarray):
            same = np.array_equal(one, other, equal_nan=one.dtype == np.float64)
            assert same, field.name
        else:
            assert list(one) == list(other), field.name
    heads = [[of.heads[head] for head in of.head.tolist()] for of in (read, made)]
    assert heads[0] == heads[1]
    assert read.order.tolist() == [row.order_id for row in view.placements]
    assert read.late_orders == made.late_orders == 1


def test_a_plan_stays_as_it_was_read_while_others_change_it(
    database: Database, plant: SmallPlant
) -> None:
    busy(database, plant)
    untouched, looked_at = plan_view(database), plan_view(database)
    as_read = tuple(looked_at.placements)
    with database.read() as session:
        place = session.scalars(select(Placement).order_by(Placement.id)).first()
        assert place is not None
        spot, number = spot_of_row(place), place.operation_id
    there = replace(spot, start=spot.start + 5, end=spot.end + 5)
    apply_edit(database, MoveOperations((Move(number, spot, there),)), "somebody else")
    with database.write("somebody else") as session:
        session.get_one(Item, plant.item).name = "Renamed"
        session.get_one(Operation, number).name = "Renamed"
    assert tuple(untouched.placements) == as_read
    assert tuple(plan_view(database).placements) != as_read
