"""Dispatch lists: all the planned work and nothing else, in the right shift of the right day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.core.choices import (
    ExceptionKind,
    ItemCategory,
    ItemSource,
    LocationKind,
    LotStatus,
    OperationState,
    OrderType,
    ToolState,
)
from app.models.database import OPENING, Database
from app.models.materials import StockMove
from app.models.orders import Card, Operation, ProductionOrder
from app.models.plant import (
    Calendar,
    CalendarException,
    Location,
    Machine,
    Operator,
    Shift,
    ToolCopy,
)
from app.models.products import BillOfMaterial, BomLine, Item
from app.services.orders.operations import create_operations
from app.services.planning.dispatch import (
    Asked,
    dispatch_lists,
    production_day,
    shift_choices,
)
from app.services.planning.dispatch_rows import DispatchList, DispatchRow, Lamp
from app.services.planning.mixes import mix_tickets
from app.services.planning.mould_changes import mould_lists
from app.services.planning.solving import schedule_plant
from app.services.products.recipes import Recipes
from tests.services.small_plant import NOW, SmallPlant

MONDAY = date(2026, 3, 2)


def solve(database: Database) -> None:
    schedule_plant(database, seconds=0, now=NOW)


def lists(database: Database, day: date = MONDAY, **asked: Any) -> tuple[DispatchList, ...]:
    return dispatch_lists(database, Asked(day, **asked), actor="li", now=NOW)


def rows(found: Iterable[DispatchList]) -> list[DispatchRow]:
    return [row for each in found for machine in each.machines for row in machine.rows]


def lamp(row: DispatchRow, kind: str) -> Lamp | None:
    return next((each for each in row.lamps if each.kind == kind), None)


def test_without_a_plan_there_is_nothing_to_dispatch(database: Database, plant: SmallPlant) -> None:
    assert lists(database) == ()


def test_the_week_dispatches_every_piece_and_every_turn_once(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        for number in range(3, 12):
            plant.order(session, f"MO-{number}", quantity=33)
    solve(database)
    pieces: defaultdict[int, Decimal] = defaultdict(Decimal)
    turns: Counter[int] = Counter()
    seen: Counter[int] = Counter()
    for day in range(14):
        for row in rows(lists(database, MONDAY + timedelta(days=day))):
            assert row.start < row.end
            assert row.pieces >= 0
            pieces[row.operation_id] += row.pieces
            seen[row.operation_id] += 1
            if row.turns is not None:
                turns[row.operation_id] += row.turns
    with database.read() as session:
        operations = session.scalars(select(Operation)).all()
    assert dict(pieces) == {operation.id: operation.quantity for operation in operations}
    assert max(seen.values()) > 1, "no work went over the end of a shift: the test shows nothing"
    # Two copies of two cavities: 20 pieces are 5 turns, 33 pieces 9.
    casts = {operation.id: operation for operation in operations if operation.step_no == 10}
    assert {turns[number] for number in casts} == {5, 9}
    assert set(turns) == set(casts)


def test_a_row_says_what_the_leader_has_to_know(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        order = session.get_one(ProductionOrder, 1)
        order.type = OrderType.RUSH
        order.requirements = "轻放\n勿压"
        item = session.get_one(Item, plant.item)
        item.drawing_no = "D-1"
        session.get_one(ToolCopy, plant.copies[0]).location = "架3"
        session.add(Card(order_id=1, code="MO-1-02", number=2, of=2, quantity=Decimal(5)))
    solve(database)
    found = lists(database)
    presses = next(each for each in found if each.head.work_centre == "PRESS")
    cast = next(row for row in rows([presses]) if row.order == "MO-1")
    assert (cast.step_no, cast.step_name, cast.cards, cast.rush) == (10, "cast", "01–02", True)
    assert (cast.customer, cast.item_code, cast.unit, cast.attention) == (
        "Alpha",
        "A",
        "pc",
        "轻放",
    )
    assert (cast.done, cast.total, cast.heads) == (0, 20, 1)
    assert len(cast.people) == 1
    assert [(p.name if isinstance(p.name, str) else p.name.text("en"), p.minutes)
            for p in cast.setup] == [("setup", 5)]  # fmt: skip
    assert {mould.name for mould in cast.moulds} == {"M#1", "M#2"} or len(cast.moulds) == 1
    assert lamp(cast, "mould") == Lamp("mould", True)
    assert lamp(cast, "people") == Lamp("people", True)
    assert lamp(cast, "drawing") == Lamp("drawing", True)
    assert lamp(cast, "material") is None, "it needs none"
    assert cast.comes_from.text("en") == "first step"
    assert cast.goes_to.text("en").startswith("OV dry 03-02")
    head = presses.head
    assert (head.shift, head.day, f"{head.start:%H:%M}", f"{head.end:%H:%M}") == (
        "day", MONDAY, "07:30", "17:30")  # fmt: skip
    assert head.plan.text("en") == "plan unpublished"
    load = next(m for m in presses.machines if m.code == cast.machine)
    assert load.open_minutes == 510  # ten hours without the noon break
    assert 0 < load.busy_minutes <= 510
    assert {m.code for m in presses.machines} == {"P1", "P2"}


def test_missing_moulds_people_and_drawings_are_said(database: Database, plant: SmallPlant) -> None:
    solve(database)
    with database.write("test") as session:
        for copy in session.scalars(select(ToolCopy)):
            copy.state = ToolState.REPAIR
            copy.available_from = NOW + timedelta(days=9)
        session.get_one(ProductionOrder, 1).drawing_ok = False
        for operation in session.scalars(select(Operation).where(Operation.step_no == 10)):
            operation.definition = operation.definition | {"run_heads": 3, "first_piece": True}
    cast = next(row for row in rows(lists(database)) if row.step_no == 10 and row.order == "MO-1")
    said = {each.kind: each.text.text("en") if each.text else "" for each in cast.lamps}
    assert said["mould"].endswith("in repair until 03-11")
    assert said["drawing"] == "drawing not confirmed"
    assert said["people"] == "people missing: 2"
    assert said["first_piece"] == "to be checked"
    assert [each.ok for each in cast.lamps] == [False, False, False, None]


def test_material_at_hand_is_dealt_out_in_the_order_of_the_plan(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        powder = Item(code="GP", name="powder", unit_id=plant.unit, category=ItemCategory.RAW,
                      source=ItemSource.BUY, lead_time_days=1)  # fmt: skip
        session.add(powder)
        session.flush()
        bill = BillOfMaterial(item_id=plant.item)
        bill.lines = [BomLine(line_no=1, component_id=powder.id, quantity=Decimal(1))]
        store = Location(code="store", kind=LocationKind.PHYSICAL)
        session.add_all([bill, store])
        session.flush()
        opening = session.scalars(select(Location).where(Location.code == OPENING)).one()
        session.add(
            StockMove(at=NOW, actor="t", client_key="k", item_id=powder.id, quantity=Decimal(25),
                      from_location_id=opening.id, to_location_id=store.id,
                      status=LotStatus.FREE)
        )  # fmt: skip
        orders = list(session.scalars(select(ProductionOrder)))
        for order in orders:
            for model in (Operation, Card):
                for row in session.scalars(select(model).where(model.order_id == order.id)):
                    session.delete(row)
        session.flush()
        create_operations(session, orders, Recipes.load(session), NOW.date())
    solve(database)
    week = [MONDAY + timedelta(days=n) for n in range(5)]
    casts = [row for day in week for row in rows(lists(database, day)) if row.step_no == 10]
    first, *later = sorted(casts, key=lambda row: row.start)
    assert lamp(first, "material") == Lamp("material", True)
    other = next(row for row in later if row.order != first.order)
    short = lamp(other, "material")
    assert short is not None
    assert short.ok is False
    assert short.text is not None
    assert short.text.text("en") == "GP arrives 03-03"


@pytest.fixture
def nights(database: Database, plant: SmallPlant) -> SmallPlant:
    """The presses work day and night; the night belongs to the day it began."""
    with database.write("test") as session:
        two = Calendar(code="TWO", name="two shifts")
        session.add(two)
        session.flush()
        for weekday in range(1, 8):
            session.add_all(
                [
                    Shift(calendar_id=two.id, weekday=weekday, name="day", start_minute=480,
                          end_minute=1200, breaks=[]),
                    Shift(calendar_id=two.id, weekday=weekday, name="night", start_minute=1200,
                          end_minute=270, breaks=[]),
                ]
            )  # fmt: skip
        for machine in session.scalars(select(Machine)):
            machine.calendar_id = two.id
        for number in range(3, 30):
            plant.order(session, f"MO-{number}", quantity=60)
    return plant


def test_a_night_shift_belongs_to_the_day_it_began(database: Database, nights: SmallPlant) -> None:
    two_at_night = NOW.replace(day=3, hour=18)  # 02:00 on the 4th in Shanghai
    assert production_day(database, two_at_night) == date(2026, 3, 3)
    assert production_day(database, NOW) == MONDAY
    day, night = (c for c in shift_choices(database, MONDAY) if c.name in ("day", "night"))
    assert (f"{night.start:%d %H:%M}", f"{night.end:%d %H:%M}") == ("02 20:00", "03 04:30")
    assert day.machines == night.machines == 4
    with database.write("test") as session:
        # People work when the machines do.
        calendar = session.scalars(select(Calendar.id).where(Calendar.code == "TWO")).one()
        for person in session.scalars(select(Operator)):
            person.calendar_id = calendar
    solve(database)
    found = lists(database, shifts={"night"})
    assert {each.head.shift for each in found} == {"night"}
    assert rows(found)
    for row in rows(found):
        assert f"{row.start:%d %H:%M}" >= "02 20:00"
        assert f"{row.end:%d %H:%M}" <= "03 04:30"
    by_shift = dispatch_lists(database, Asked(MONDAY), actor="li", now=NOW, by_shift=True)
    by_centre = dispatch_lists(database, Asked(MONDAY), actor="li", now=NOW)
    starts = [each.head.start for each in by_shift]
    assert starts == sorted(starts)
    assert len({each.head.shift for each in by_centre[:2]}) == 2
    assert {(e.head.work_centre, e.head.shift) for e in by_shift} == {
        (e.head.work_centre, e.head.shift) for e in by_centre
    }


def test_overtime_outside_the_shifts_is_a_list_of_its_own(
    database: Database, plant: SmallPlant
) -> None:
    sunday = date(2026, 3, 8)
    with database.write("test") as session:
        session.add(
            CalendarException(calendar_id=plant.day, date_from=sunday, date_to=sunday,
                              hours=[[480, 960]], kind=ExceptionKind.OVERTIME)
        )  # fmt: skip
        for number in range(3, 60):
            plant.order(session, f"MO-{number}", quantity=60)
    solve(database)
    found = lists(database, sunday)
    assert {each.head.shift for each in found} == {""}
    assert rows(found)
    assert {f"{each.head.start:%H:%M}" for each in found} == {"08:00"}


def test_only_the_machines_and_shifts_asked_for(database: Database, plant: SmallPlant) -> None:
    solve(database)
    (only,) = lists(database, machines={plant.press_1})
    assert [machine.code for machine in only.machines] == ["P1"]
    assert lists(database, shifts={"night"}) == ()
    assert lists(database, machines={10**6}) == ()


def test_work_whose_place_is_no_longer_allowed_is_named(
    database: Database, plant: SmallPlant
) -> None:
    solve(database)
    shown = {(row.order, row.step_no) for row in rows(lists(database)) if row.machine == "P1"}
    with database.write("test") as session:
        session.get_one(Machine, plant.press_1).active = False
    found = lists(database)
    assert not any(row.machine == "P1" for row in rows(found))
    named = {name for each in found for name in each.left_out}
    assert {f"{order} · {step}" for order, step in shown} <= named or not shown


def test_spare_work_has_its_mould_and_waits_for_nothing(
    database: Database, nights: SmallPlant
) -> None:
    solve(database)
    found = [each for each in lists(database) if each.spare]
    assert found
    for each in found:
        assert len(each.spare) <= 5
        for row in each.spare:
            assert row.start >= each.head.start
            assert all(one.ok for one in row.lamps if one.kind in ("mould", "material"))
            assert row.comes_from.code in ("reports.first_step", "reports.done_before",
                                           "reports.place_at")  # fmt: skip
        assert not {r.operation_id for r in each.spare} & {r.operation_id for r in rows([each])}


def test_running_work_is_marked_and_needs_no_setup(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        running = session.scalars(
            select(Operation).where(Operation.order_id == 1, Operation.step_no == 10)
        ).one()
        running.state = OperationState.RUNNING
        running.started_at = NOW - timedelta(minutes=30)
        running.remaining = Decimal(12)
        running.good = Decimal(8)
        running.running_machine_id = plant.press_2
        running.running_tools = [plant.copies[0]]
    solve(database)
    cast = next(row for row in rows(lists(database)) if row.operation_id == running.id)
    assert (cast.running, cast.machine, cast.setup) == (True, "P2", ())
    assert (cast.done, cast.total, cast.pieces) == (8, 20, 12)


def test_moulds_are_hung_once_and_come_down_when_they_are_needed_elsewhere(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        hung = session.get_one(ToolCopy, plant.copies[0])
        hung.state, hung.machine_id = ToolState.MOUNTED, plant.press_1
        hung.location = "台1"
    solve(database)
    found = mould_lists(database, Asked(MONDAY), actor="li", now=NOW)
    at: dict[str, str] = {"M#1": "P1"}
    for each in found:
        assert each.head.work_centre == "PRESS"
        assert list(each.changes) == sorted(each.changes, key=lambda c: c.at)
        for change in each.changes:
            for name in change.out:
                assert at.pop(name) == change.machine
            for mould in change.into:
                assert at.get(mould.name) != change.machine, "it hangs there already"
                if mould.name in at:
                    assert mould.place == at[mould.name]
                at[mould.name] = change.machine
    needed = {(r.machine, m.name) for r in rows(lists(database)) for m in r.moulds}
    assert {name for _, name in needed} <= set(at)


def test_a_ticket_says_how_many_mixes_and_what_goes_into_each(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        common: dict[str, Any] = {"unit_id": plant.unit, "category": ItemCategory.RAW}
        slurry = Item(code="SL", name="slurry", source=ItemSource.PHANTOM, **common)
        powder = Item(code="GP", name="powder", source=ItemSource.BUY, lead_time_days=1, **common)
        glass = Item(code="GF", name="glass", source=ItemSource.BUY, lead_time_days=1, **common)
        session.add_all([slurry, powder, glass])
        session.flush()
        piece, mix = BillOfMaterial(item_id=plant.item), BillOfMaterial(item_id=slurry.id)
        piece.lines = [
            BomLine(line_no=1, component_id=slurry.id, quantity=Decimal("6.4"),
                    consumed_at_step=10)
        ]  # fmt: skip
        mix.lines = [
            BomLine(line_no=1, component_id=powder.id, quantity=Decimal(50),
                    base_quantity=Decimal(83)),
            BomLine(line_no=2, component_id=glass.id, quantity=Decimal("0.25"),
                    base_quantity=Decimal(83)),
        ]  # fmt: skip
        session.add_all([piece, mix])
    solve(database)
    tickets = mix_tickets(database, Asked(MONDAY), actor="li", now=NOW)
    assert {ticket.order for ticket in tickets} == {"MO-1", "MO-2"}
    pieces = sum(ticket.pieces for ticket in tickets if ticket.order == "MO-1")
    ticket = tickets[0]
    assert (ticket.mix_code, ticket.mix_name, ticket.batch, ticket.step_no) == (
        "SL",
        "slurry",
        83,
        10,
    )
    assert ticket.need == ticket.pieces * Decimal("6.4")
    assert ticket.mixes == -(-int(ticket.need * 10) // 830)
    assert [(p.code, p.target) for p in ticket.parts] == [("GP", 50), ("GF", Decimal("0.25"))]
    assert pieces <= 20
