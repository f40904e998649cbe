"""Every sheet of master data can be looked at, with titles in both languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.core.choices import ExceptionKind, ItemCategory, ItemSource, LotStatus
from app.core.messages import Message
from app.models.database import OPENING, Database
from app.models.materials import Lot, StockMove
from app.models.plant import CalendarException, Location, Rotation, SetupPair
from app.models.products import Item, Unit, UnitConversion
from app.services.exchange.sheets import SHEETS
from app.services.plant.queries import master_rows, master_tables
from tests.services.small_plant import NOW, SmallPlant
from tests.services.statements import counted

NOT_MASTER_DATA = {"Orders", "OrderProgress"}


def shown(database: Database, key: str) -> list[dict[str, object]]:
    (table,) = [table for table in master_tables(database) if table.key == key]
    names = [column.key for column in table.columns]
    rows = master_rows(database, key)
    assert len(rows) == table.count
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_there_is_a_table_for_every_sheet(database: Database) -> None:
    keys = {table.key for table in master_tables(database)}
    assert keys == {sheet.key for sheet in SHEETS} - NOT_MASTER_DATA


@pytest.mark.parametrize("key", [sheet.key for sheet in SHEETS if sheet.key not in NOT_MASTER_DATA])
def test_each_table_reads_in_few_statements(
    database: Database, plant: SmallPlant, key: str
) -> None:
    (table,) = [table for table in master_tables(database) if table.key == key]
    for title in (table.title, *(column.title for column in table.columns)):
        assert title.text("en")
        assert title.text("zh") != title.text("en") or table.key == "BOM"
    with counted(database) as sent:
        rows = master_rows(database, key)
    assert len(sent) <= 3
    assert len(rows) == table.count
    assert all(len(row) == len(table.columns) for row in rows)


def test_routings_list_their_machines_and_tools(database: Database, plant: SmallPlant) -> None:
    cast = shown(database, "Routings")[0]
    assert (cast["item_code"], cast["step_no"], cast["tool_type"]) == ("A", 10, "M")
    assert isinstance(cast["rate_basis"], Message)
    assert cast["rate_basis"].text("zh") == "分/模次"


def test_people_list_their_skills_and_tools_their_items(
    database: Database, plant: SmallPlant
) -> None:
    assert shown(database, "Operators")[0]["skills"] == "casting:B"
    mould = shown(database, "Tools")[0]
    assert (mould["items"], mould["copies"]) == ("A:2", 3)


def test_times_lists_and_what_is_forbidden_in_words(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        session.add(
            SetupPair(
                work_centre_id=plant.centre,
                attribute="colour",
                from_value="red",
                to_value="white",
                minutes=None,
            )
        )
        session.add(
            CalendarException(
                machine_id=plant.oven,
                date_from=date(2026, 3, 5),
                date_to=date(2026, 3, 5),
                hours=[[480, 570]],
                kind=ExceptionKind.DOWN,
            )
        )
        session.add(
            Rotation(team="T", start_date=date(2026, 3, 2), cycle_days=14, sequence=[["白", 7]])
        )
    assert shown(database, "Shifts")[0]["start"] == "07:30"
    assert shown(database, "Exceptions")[0]["hours"] == "08:00-09:30"
    assert shown(database, "Exceptions")[0]["scope"] == "OV"
    assert shown(database, "Rotation")[0]["sequence"] == "白7"
    forbidden = shown(database, "SetupMatrix")[-1]["minutes"]
    assert isinstance(forbidden, Message)
    assert forbidden.text("en") == "forbidden"


def test_a_conversion_is_shown_exactly(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        box = Unit(code="box")
        session.add(box)
        session.flush()
        session.add(
            UnitConversion(
                unit_id=plant.unit,
                other_unit_id=box.id,
                numerator=Decimal(1),
                denominator=Decimal(40),
            )
        )
    assert shown(database, "UnitConversions")[0]["factor"] == "1/40"


def test_stock_is_what_the_moves_add_up_to(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        item = Item(
            code="R",
            name="Raw",
            unit_id=plant.unit,
            category=ItemCategory.RAW,
            source=ItemSource.BUY,
        )
        store, shelf = Location(code="STORE"), Location(code="SHELF")
        session.add_all([item, store, shelf])
        session.flush()
        lot = Lot(code="L1", item_id=item.id, status=LotStatus.FREE)
        session.add(lot)
        session.flush()
        opening = session.scalars(select(Location).where(Location.code == OPENING)).one()
        moves = [(opening, store, "10.5"), (store, shelf, "4"), (shelf, store, "4")]
        for number, (start, end, quantity) in enumerate(moves):
            session.add(
                StockMove(
                    client_key=str(number),
                    at=NOW,
                    actor="test",
                    item_id=item.id,
                    lot_id=lot.id,
                    from_location_id=start.id,
                    to_location_id=end.id,
                    quantity=Decimal(quantity),
                )
            )
    (row,) = shown(database, "Stock")
    assert (row["item_code"], row["location"], row["lot"], row["quantity"]) == (
        "R", "STORE", "L1", Decimal("10.5"),
    )  # fmt: skip
