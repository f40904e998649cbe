"""Lanes of materials and moulds under the chart: figures by hand on a plant of two orders."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from app.core.working_time import moment
from app.models.database import Database
from app.models.materials import PurchaseOrder, PurchaseOrderLine, StockMove
from app.models.plant import Location, Supplier, ToolCopy, ToolType
from app.models.products import BillOfMaterial, BomLine, Item
from app.services.planning.availability import Lane, LaneOf, LaneState, availability
from app.services.planning.queries import plan_view
from app.services.planning.solving import schedule_plant
from app.services.planning.working import read_working_plan
from tests.services.small_plant import NOW, SmallPlant

DAY = timedelta(days=1)


@pytest.fixture
def fed(database: Database) -> SmallPlant:
    """Two orders of 20 pieces, 2 kg of powder a piece; 50 kg in stock, 30 kg come in two days."""
    plant = SmallPlant.build(database, orders=0)
    with database.write("test") as session:
        item = session.get_one(Item, plant.item)
        powder = Item(
            code="POW", name="Powder", unit_id=plant.unit, category=item.category, source="buy"
        )
        store, bom = Location(code="S", name="Store"), BillOfMaterial(item_id=plant.item)
        supplier = Supplier(code="V", name="Vendor")
        session.add_all([powder, store, bom, supplier])
        session.flush()
        bought = PurchaseOrder(code="PO-1", supplier_id=supplier.id)
        session.add(bought)
        session.add(
            BomLine(
                bom_id=bom.id, line_no=1, component_id=powder.id, quantity=Decimal(2),
                unit_id=plant.unit,
            )
        )  # fmt: skip
        opening = session.query(Location).filter_by(code="opening").one()
        session.add(
            StockMove(
                item_id=powder.id, quantity=Decimal(50), from_location_id=opening.id,
                to_location_id=store.id, at=NOW, actor="x", document="d", client_key="k",
            )
        )  # fmt: skip
        session.flush()
        session.add(
            PurchaseOrderLine(
                purchase_order_id=bought.id, line_no="1", item_id=powder.id,
                open_quantity=Decimal(30), confirmed_on=(NOW + 2 * DAY).date(),
            )
        )  # fmt: skip
        for number in (1, 2):
            plant.order(session, f"MO-{number}")
    schedule_plant(database, seconds=0, now=NOW, in_child=False)
    return plant


def lane_of(database: Database, of: LaneOf) -> Lane:
    lanes = availability(database, read_working_plan(database, NOW))
    return next(lane for lane in lanes if lane.of is of)


def casts(database: Database) -> list[tuple[object, object, int]]:
    """(setup start, end, operation) of the two casts, the earlier one first."""
    rows = (row for row in plan_view(database).placements if row.step_no == 10)
    return sorted((row.setup_start, row.end, row.operation_id) for row in rows)


def test_a_material_is_stock_and_receipts_less_what_the_plan_takes(
    database: Database, fed: SmallPlant
) -> None:
    lane = lane_of(database, LaneOf.MATERIALS)
    assert (lane.code, lane.name, lane.unit) == ("POW", "Powder", "pc")
    assert [int(step.level) for step in lane.steps] == [50, 10, 40, 0]
    assert [(int(step.came), int(step.went)) for step in lane.steps] == [
        (0, 0), (0, 40), (30, 0), (0, 40),
    ]  # fmt: skip
    assert lane.steps[-1].state is LaneState.EMPTY
    assert lane.trouble is None
    assert moment(lane.steps[0].start) == NOW
    assert moment(lane.steps[2].start) == NOW + 2 * DAY - timedelta(hours=10), "its midnight"
    (*_, first), (*_, second) = casts(database)
    taking = [lane.operations(step) for step in range(4)]
    assert taking == [(), (first,), (), (second,)]
    assert lane.step_at(lane.steps[0].start - 1) is None
    assert lane.step_at(lane.steps[2].start) == 2


def test_what_does_not_come_any_more_runs_out_or_is_to_be_bought(
    database: Database, fed: SmallPlant
) -> None:
    with database.write("test") as session:
        session.query(PurchaseOrderLine).delete()
    lane = lane_of(database, LaneOf.MATERIALS)
    assert [int(step.level) for step in lane.steps] == [50, 10, -30]
    assert lane.trouble is lane.steps[-1]
    with database.write("test") as session:
        session.query(Item).filter_by(code="POW").one().lead_time_days = 1
    lane = lane_of(database, LaneOf.MATERIALS)
    assert lane.steps[-1].state is LaneState.TO_BUY
    assert lane.trouble is None


def test_a_moulds_copies_in_use_against_those_that_repair_and_service_leave(
    database: Database, fed: SmallPlant
) -> None:
    """Each cast takes both copies; five shots make a service of two hours due for each."""
    with database.write("test") as session:
        session.get_one(ToolType, fed.mould).service_every = 5
        session.get_one(ToolType, fed.mould).service_minutes = 120
        session.get_one(ToolCopy, fed.copies[2]).available_from = NOW + DAY
    lane = lane_of(database, LaneOf.MOULDS)
    (begin, end, first), (_, _, second) = casts(database)
    told = [(moment(s.start), int(s.level), s.usable, s.state) for s in lane.steps]
    assert lane.copies == 3
    start = [] if begin == NOW else [(NOW, 0, 2, LaneState.THERE)]
    assert told[: len(start) + 4] == [
        *start,
        (begin, 2, 2, LaneState.EMPTY),
        (end, 0, 0, LaneState.EMPTY),  # both in service
        (end + timedelta(hours=2), 0, 2, LaneState.THERE),
        (NOW + DAY, 0, 3, LaneState.THERE),  # back from repair
    ]
    assert lane.operations(len(start)) == (first,)
    assert lane.operations(len(start) + 1) == ()
    assert told[len(start) + 4][1:] == (2, 3, LaneState.THERE)
    assert lane.operations(len(start) + 4) == (second,)


def test_a_copy_whose_shots_are_made_is_usable_no_more(database: Database, fed: SmallPlant) -> None:
    with database.write("test") as session:
        session.get_one(ToolType, fed.mould).life_shots = 5
    lane = lane_of(database, LaneOf.MOULDS)
    (_, end, _), (_, _, second) = casts(database)
    after = next(n for n, step in enumerate(lane.steps) if moment(step.start) == end)
    assert (lane.steps[after].level, lane.steps[after].usable) == (0, 0)
    assert lane.trouble is lane.steps[after + 1], "the second cast has nothing to cast in"
    assert lane.operations(after + 1) == (second,)
