"""The doctor finds each kind of damage, names it, and is silent about a healthy database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text

from app.core.choices import ItemCategory, ItemSource, OrderState
from app.models.change_log import WritingSession
from app.models.database import OPENING, Database
from app.models.materials import StockMove
from app.models.orders import Operation, ProductionOrder
from app.models.planning import Placement
from app.models.plant import Location, Machine
from app.models.products import BillOfMaterial, BomLine, Item
from app.services import doctor
from app.services.planning.solving import schedule_plant
from tests.services.small_plant import DUE, NOW, SmallPlant

Damage = Callable[[WritingSession, SmallPlant], None]


def bars_on_top_of_each_other(session: WritingSession, plant: SmallPlant) -> None:
    first, second = session.scalars(
        select(Placement).where(Placement.machine_id == plant.press_1).order_by(Placement.start_at)
    )
    shift = (second.setup_start_at - first.setup_start_at) // timedelta(minutes=1)
    for name in ("setup_start_at", "start_at", "end_at"):
        setattr(second, name, getattr(second, name) - timedelta(minutes=shift))
    second.segments = [[a - shift, b - shift] for a, b in second.segments]


def a_bar_that_is_lost(session: WritingSession, plant: SmallPlant) -> None:
    session.execute(delete(Placement).where(Placement.operation_id == 1))


def a_machine_that_is_gone(session: WritingSession, plant: SmallPlant) -> None:
    session.get_one(Machine, plant.press_1).active = False


def a_bill_in_a_circle(session: WritingSession, plant: SmallPlant) -> None:
    other = Item(
        code="B",
        name="B",
        unit_id=plant.unit,
        category=ItemCategory.RAW,
        source=ItemSource.MAKE,
    )
    session.add(other)
    session.flush()
    for parent, part in ((plant.item, other.id), (other.id, plant.item)):
        bom = BillOfMaterial(item_id=parent)
        session.add(bom)
        session.flush()
        session.add(BomLine(bom_id=bom.id, line_no=1, component_id=part, quantity=Decimal(1)))


def an_order_without_operations(session: WritingSession, plant: SmallPlant) -> None:
    session.add(
        ProductionOrder(
            code="EMPTY",
            item_id=plant.item,
            quantity=Decimal(1),
            base_quantity=Decimal(1),
            released_quantity=Decimal(1),
            unit_id=plant.unit,
            requested_at=DUE,
            internal_due=DUE,
            state=OrderState.APPROVED,
            created_at=NOW,
        )
    )


def more_good_than_released(session: WritingSession, plant: SmallPlant) -> None:
    session.get_one(Operation, 1).good = Decimal(999)


def stock_below_nothing(session: WritingSession, plant: SmallPlant) -> None:
    opening = session.scalars(select(Location).where(Location.code == OPENING)).one()
    store = Location(code="STORE")
    session.add(store)
    session.flush()
    session.add(
        StockMove(
            client_key="1",
            at=NOW,
            actor="test",
            item_id=plant.item,
            from_location_id=store.id,
            to_location_id=opening.id,
            quantity=Decimal(3),
        )
    )


@pytest.mark.parametrize(
    ("damage", "check", "named"),
    [
        (bars_on_top_of_each_other, "stored_plan", "MO-"),
        (a_bar_that_is_lost, "approved_without_place", "MO-1/10"),
        (a_machine_that_is_gone, "stored_plan", ""),
        (a_bill_in_a_circle, "bom_cycles", "A → B"),
        (an_order_without_operations, "orders_without_operations", "EMPTY"),
        (more_good_than_released, "more_out_than_in", "MO-1/10"),
        (stock_below_nothing, "negative_stock", "STORE"),
    ],
)
def test_each_damage_is_found_and_named(
    database: Database, plant: SmallPlant, damage: Damage, check: str, named: str
) -> None:
    schedule_plant(database, seconds=0)
    assert doctor.run(database) == []
    with database.write("test") as session:
        damage(session, plant)
    found = [finding for finding in doctor.run(database) if finding.check == check]
    assert found
    for language in ("en", "zh"):
        assert any(named in finding.message.text(language) for finding in found)


def test_rows_without_their_parent_are_found(sqlite_with_tables: Path, tmp_path: Path) -> None:
    path = tmp_path / "plant.sqlite"
    path.write_bytes(sqlite_with_tables.read_bytes())
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO tool_item VALUES (1, 77, 88, 1, 1)")
    connection.close()
    database = Database.open(str(path))
    found = [finding for finding in doctor.run(database) if finding.check == "orphans"]
    assert len(found) == 2
    assert "tool_item" in found[0].message.text("en")
    database.close()


def test_another_schema_is_found(sqlite_with_tables: Path, tmp_path: Path) -> None:
    path = tmp_path / "plant.sqlite"
    path.write_bytes(sqlite_with_tables.read_bytes())
    database = Database.open(str(path))
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert "schema_version" in {finding.check for finding in doctor.run(database)}
    database.close()
