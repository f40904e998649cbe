"""Cards of an order: whole pieces, all of them, none too many."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.core.choices import FieldSubject, ToolKind
from app.models.access import CustomField
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.models.plant import ToolType
from app.models.products import Item
from app.services.orders.travelers import planned_cards, traveler_rows
from app.services.planning.solving import schedule_plant
from tests.services.small_plant import NOW, SmallPlant


@pytest.mark.parametrize(
    ("pieces", "size", "quantities"),
    [("10", 5, [5, 5]), ("11", 5, [5, 5, 1]), ("10.5", 5, [5, 5, Decimal("0.5")]),
     ("10", None, [10]), ("0.5", 5, [Decimal("0.5")])],
)  # fmt: skip
def test_cards_hold_the_whole_order(
    pieces: str, size: int | None, quantities: list[object]
) -> None:
    cards = planned_cards("MO-1", Decimal(pieces), size)
    assert [card.quantity for card in cards] == quantities
    assert {card.of for card in cards} == {len(quantities)}


def test_fields_of_the_site_reach_the_card_where_they_are_for_paper(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        for subject, key, on_papers in (
            (FieldSubject.ITEM, "angle", True), (FieldSubject.ORDER, "crate", True),
            (FieldSubject.ORDER, "secret", False), (FieldSubject.REPORT, "humidity", True),
            (FieldSubject.REPORT, "mood", False),
        ):  # fmt: skip
            session.add(CustomField(subject=subject, key=key, name_zh=f"字段{key}",
                                    on_papers=on_papers))  # fmt: skip
        session.get_one(Item, plant.item).characteristics = {"angle": "45°"}
        session.get_one(ProductionOrder, 1).specification = {"crate": "wood", "secret": "x"}
    first, second = traveler_rows(database, [1, 2], actor="li", now=NOW, register=False)
    assert [(f.name.text("zh"), f.value) for f in first.fields] == [
        ("字段angle", "45°"), ("字段crate", "wood"),
    ]  # fmt: skip
    assert [f.value for f in second.fields] == ["45°"]
    assert [blank.text("en") for blank in first.blanks] == ["字段humidity"]


def test_a_pool_of_carts_is_named_once_and_has_no_cavities(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        carts = ToolType(code="CART", name="Cart", kind=ToolKind.POOL, capacity=5)
        session.add(carts)
        session.flush()
        for operation in session.scalars(select(Operation).where(Operation.step_no == 30)):
            tools = [[carts.id, 1, None]]
            operation.definition = operation.definition | {"tools": tools}
    schedule_plant(database, seconds=0, now=NOW)
    (card,) = traveler_rows(database, [1], actor="li", now=NOW, register=False)
    assert card.moulds.count("CART") == 1
    assert int(card.cavities) % 2 == 0
