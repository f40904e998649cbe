"""Kitting, simulated: sets that can be made now, and when the rest is there."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from app.core.messages import LANGUAGES
from app.models.database import Database
from app.models.materials import PurchaseOrder, PurchaseOrderLine, StockMove
from app.models.orders import Operation, ProductionOrder
from app.models.plant import Location, Supplier, ToolCopy
from app.models.products import BillOfMaterial, BomLine, Item
from app.services.planning.kitting import kit_text, kitting, unkitted
from app.services.planning.solving import schedule_plant
from tests.services.small_plant import NOW, SmallPlant


@pytest.fixture
def fed(database: Database) -> SmallPlant:
    """Two orders of 20 pieces that need 2 kg of powder each piece; 50 kg are in stock."""
    plant = SmallPlant.build(database, orders=0)
    with database.write("test") as session:
        item = session.get_one(Item, plant.item)
        powder = Item(code="POW", name="Powder", unit_id=plant.unit, category=item.category,
                      source="buy")  # fmt: skip
        store = Location(code="S", name="Store")
        bom = BillOfMaterial(item_id=plant.item)
        session.add_all([powder, store, bom])
        session.flush()
        session.add(BomLine(bom_id=bom.id, line_no=1, component_id=powder.id, quantity=Decimal(2),
                            unit_id=plant.unit))  # fmt: skip
        opening = session.query(Location).filter_by(code="opening").one()
        session.add(StockMove(item_id=powder.id, quantity=Decimal(50), from_location_id=opening.id,
                              to_location_id=store.id, at=NOW, actor="x", document="d",
                              client_key="k"))  # fmt: skip
        session.flush()
        for number in (1, 2):
            plant.order(session, f"MO-{number}")
    schedule_plant(database, seconds=0)
    return plant


def first_planned(database: Database) -> tuple[int, int]:
    """Ids of the two orders, the one that starts first ahead."""
    from app.services.orders.queries import order_rows
    from app.services.planning.queries import plan_view

    starts = {row.order_id: row.start for row in reversed(plan_view(database).placements)}
    ids = [row.id for row in order_rows(database)]
    one, two = sorted(ids, key=lambda number: starts.get(number, NOW + timedelta(days=99)))
    return one, two


def test_stock_is_dealt_out_in_plan_order_and_the_rest_is_told_in_sets(
    database: Database, fed: SmallPlant
) -> None:
    rows = kitting(database)
    ahead, behind = first_planned(database)
    assert (rows[ahead].now, rows[ahead].of, rows[ahead].kitted) == (20, 20, True)
    assert (rows[behind].now, rows[behind].of, rows[behind].kitted) == (5, 20, False)
    assert rows[behind].rest_at is None, "nothing is on order"
    assert unkitted(rows) == rows[behind].short
    assert len(rows[behind].short) == 1
    for language in LANGUAGES:
        text = kit_text(rows[behind]).text(language)
        assert "POW" in text
        assert "5" in text


def test_a_receipt_says_when_the_rest_is_there(database: Database, fed: SmallPlant) -> None:
    day = (NOW + timedelta(days=3)).date()
    with database.write("test") as session:
        powder = session.query(Item).filter_by(code="POW").one()
        supplier = Supplier(code="V", name="Vendor")
        session.add(supplier)
        session.flush()
        order = PurchaseOrder(code="PO-1", supplier_id=supplier.id)
        session.add(order)
        session.flush()
        session.add(PurchaseOrderLine(purchase_order_id=order.id, line_no="1", item_id=powder.id,
                                      open_quantity=Decimal(30), confirmed_on=day))  # fmt: skip
    row = kitting(database)[first_planned(database)[1]]
    assert row.now == 5
    assert row.rest_at is not None
    assert row.rest_at.date() in (day, day - timedelta(days=1))  # its midnight where the plant is
    assert f"{day:%m-%d}" in kit_text(row).text("en")


def test_a_mould_in_repair_makes_nothing_ready(database: Database, fed: SmallPlant) -> None:
    back = NOW + timedelta(days=2)
    with database.write("test") as session:
        for copy in session.query(ToolCopy):
            copy.state, copy.available_from = "repair", back
    row = kitting(database)[first_planned(database)[0]]
    assert row.now == 0
    assert row.rest_at == back


def test_a_component_counts_as_far_as_it_is_made(database: Database, fed: SmallPlant) -> None:
    ahead, _ = first_planned(database)
    with database.write("test") as session:
        parent = session.get_one(ProductionOrder, ahead)
        child = fed.order(session, "MO-1-1", parent_order_id=parent.id, quantity=10)
        last = session.query(Operation).filter_by(order_id=child.id, step_no=30).one()
        last.good = Decimal(4)
    row = kitting(database)[ahead]
    assert row.now == 8, "4 of 10 made: 8 of 20"
    assert "MO-1-1" in kit_text(row).text("en")


def test_without_stock_on_record_nobody_knows(database: Database, fed: SmallPlant) -> None:
    with database.write("test") as session:
        session.query(StockMove).delete()
    row = kitting(database)[first_planned(database)[0]]
    assert row.now is None
    assert not row.kitted
