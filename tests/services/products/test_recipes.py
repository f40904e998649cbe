"""Units convert exactly, recipes nest, revisions hold on their days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.core.choices import ItemCategory, ItemSource, QuantityKind, Rounding
from app.core.errors import RuleBroken
from app.models.database import Database
from app.models.products import BillOfMaterial, BomLine, Item, Routing, Unit, UnitConversion
from app.services.products.conversion import Units
from app.services.products.recipes import Recipes
from tests.services.small_plant import NOW, SmallPlant

TODAY = NOW.date()


@pytest.fixture
def kg(database: Database, plant: SmallPlant) -> tuple[int, int]:
    """kg and t, which share a dimension."""
    with database.write("test") as session:
        units = [
            Unit(code="kg", dimension="mass", factor=Decimal(1)),
            Unit(code="t", dimension="mass", factor=Decimal(1000)),
        ]
        session.add_all(units)
    return units[0].id, units[1].id


def units_of(database: Database) -> Units:
    with database.read() as session:
        return Units.load(session)


def test_units_of_one_dimension(database: Database, kg: tuple[int, int]) -> None:
    units = units_of(database)
    assert units.convert(Decimal("2.5"), 1, kg[1], kg[0]) == 2500
    assert units.convert(Decimal(1), 1, kg[0], kg[1]) == Decimal("0.001")


def test_units_without_conversion_are_refused(
    database: Database, plant: SmallPlant, kg: tuple[int, int]
) -> None:
    with pytest.raises(RuleBroken) as caught:
        units_of(database).convert(Decimal(1), plant.item, plant.unit, kg[0])
    for text in ("pc", "kg"):
        assert text in caught.value.message.text("zh")


@pytest.mark.parametrize(
    ("rounding", "pieces"),
    [(Rounding.UP, "41"), (Rounding.DOWN, "40"), (Rounding.NEAREST, "40"), (Rounding.NONE, "40.4")],
)
def test_an_items_own_conversion_wins_and_rounds(
    database: Database, plant: SmallPlant, rounding: Rounding, pieces: str
) -> None:
    with database.write("test") as session:
        metre = Unit(code="m")
        session.add(metre)
        session.flush()
        for item, factor in ((None, "9"), (plant.item, "2.5")):
            session.add(
                UnitConversion(
                    item_id=item,
                    unit_id=plant.unit,
                    other_unit_id=metre.id,
                    numerator=Decimal(factor),
                    rounding=rounding,
                )
            )
    units = units_of(database)
    assert units.convert(Decimal(101), plant.item, metre.id, plant.unit) == Decimal(pieces)
    # The rounding is for orders; the other way and in recipes nothing is rounded.
    assert units.convert(Decimal(3), plant.item, plant.unit, metre.id) == Decimal("7.5")
    exact = units.convert(Decimal(101), plant.item, metre.id, plant.unit, exact=True)
    assert exact == Decimal("40.4")


def an_item(code: str, unit: int, source: ItemSource) -> Item:
    return Item(code=code, name=code, unit_id=unit, category=ItemCategory.RAW, source=source)


def test_a_mix_is_what_it_holds(database: Database, plant: SmallPlant, kg: tuple[int, int]) -> None:
    """100 pieces take 83 kg of mix, a batch of 83 kg holds 50 kg powder and 40 g retarder."""
    with database.write("test") as session:
        mix = an_item("MIX", kg[0], ItemSource.PHANTOM)
        powder = an_item("POWDER", kg[1], ItemSource.BUY)
        retarder = an_item("RETARDER", kg[0], ItemSource.BUY)
        session.add_all([mix, powder, retarder])
        session.flush()
        outer, inner = BillOfMaterial(item_id=plant.item), BillOfMaterial(item_id=mix.id)
        session.add_all([outer, inner])
        session.flush()
        lines = [
            (outer, mix.id, "83", "100", None),
            (inner, powder.id, "50", "83", kg[0]),
            (inner, retarder.id, "0.04", "83", None),
        ]
        for bom, part, quantity, base, unit in lines:
            session.add(
                BomLine(
                    bom_id=bom.id,
                    line_no=1,
                    component_id=part,
                    quantity=Decimal(quantity),
                    base_quantity=Decimal(base),
                    unit_id=unit,
                    consumed_at_step=20 if bom is outer else None,
                )
            )
    with database.read() as session:
        steps = Recipes.load(session).steps(plant.item, TODAY)
    assert [len(step.materials) for step in steps] == [0, 2, 0]
    needs = {need.item: need.for_pieces(Decimal(200)) for need in steps[1].materials}
    assert needs == {powder.id: Decimal("0.1"), retarder.id: Decimal("0.08")}


def test_alternatives_take_the_preferred_line(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        parts = [an_item(code, plant.unit, ItemSource.BUY) for code in ("P1", "P2")]
        bom = BillOfMaterial(item_id=plant.item)
        session.add_all([*parts, bom])
        session.flush()
        for part, priority in zip(parts, (2, 1), strict=True):
            session.add(
                BomLine(
                    bom_id=bom.id,
                    line_no=1,
                    component_id=part.id,
                    quantity=Decimal(1),
                    quantity_kind=QuantityKind.FIXED,
                    alternative_group="a",
                    alternative_priority=priority,
                )
            )
    with database.read() as session:
        (component,) = Recipes.load(session).components(plant.item, TODAY)
    assert component.need.item == parts[1].id


@pytest.mark.parametrize(
    ("wanted", "on", "found"),
    [
        ("", date(2026, 3, 2), "B"),
        ("A", date(2026, 3, 2), "A"),
        ("", date(2026, 6, 2), "C"),
        ("B", date(2026, 6, 2), "B"),
        ("B", date(2026, 8, 2), "C"),
    ],
)
def test_which_revision_is_in_force(
    database: Database, plant: SmallPlant, wanted: str, on: date, found: str
) -> None:
    with database.write("test") as session:
        session.get_one(Item, plant.item).default_routing = wanted
        session.get_one(Routing, plant.routing).effective_to = date(2026, 5, 1)
        session.add_all(
            [
                Routing(item_id=plant.item, revision="B", effective_to=date(2026, 7, 1)),
                Routing(item_id=plant.item, revision="C", effective_from=date(2026, 6, 1)),
                Routing(item_id=plant.item, revision="D", active=False),
            ]
        )
    with database.read() as session:
        routing = Recipes.load(session).routing(plant.item, on)
    assert routing is not None
    assert routing.revision == found


def test_a_family_routing_serves_its_items(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        session.add(Routing(family="frames"))
        other = an_item("F", plant.unit, ItemSource.MAKE)
        other.family = "frames"
        session.add(other)
    with database.read() as session:
        recipes = Recipes.load(session)
        assert recipes.routing(other.id, TODAY).family == "frames"
        with pytest.raises(RuleBroken):  # it has no steps yet
            recipes.steps(other.id, TODAY)
