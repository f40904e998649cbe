"""Which sheets an order gets, and what they ask."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.core.choices import (
    CharacteristicKind,
    DefectClass,
    FieldSubject,
    InspectionKind,
    ItemCategory,
    ItemSource,
    OrderType,
)
from app.core.errors import NotFound
from app.core.sampling import SamplingPlan
from app.models.access import Attachment, CustomField
from app.models.database import Database
from app.models.materials import PurchaseOrder, PurchaseOrderLine
from app.models.orders import Card, Operation, ProductionOrder
from app.models.plant import Supplier
from app.models.products import Item, Unit
from app.models.quality import Characteristic, InspectionPlan
from app.services.planning.solving import schedule_plant
from app.services.quality.inspection_rows import InspectionRow
from app.services.quality.inspections import incoming_rows, inspection_rows
from tests.services.small_plant import NOW, SmallPlant
from tests.services.statements import counted


def add_plan(database: Database, code: str, kind: InspectionKind, **values: Any) -> int:
    lines = values.pop("lines", None) or [
        Characteristic(number=1, name="length", nominal=Decimal(80), lower=Decimal(79)),
        Characteristic(
            number=2,
            name="cracks",
            kind=CharacteristicKind.PASS_FAIL,
            defect_class=DefectClass.CRITICAL,
        ),
    ]
    with database.write("test") as session:
        plan = InspectionPlan(code=code, kind=kind, **values)
        plan.characteristics = lines
        session.add(plan)
        session.flush()
        return plan.id


def sheets(database: Database, *orders: int, **options: Any) -> tuple[InspectionRow, ...]:
    return inspection_rows(database, orders or (1,), actor="li", now=NOW, **options)


def shown(rows: tuple[InspectionRow, ...]) -> list[tuple[str, str, int | None]]:
    return [(row.plan_code, row.kind, row.step_no) for row in rows]


def test_an_order_without_plans_has_no_sheet(database: Database, plant: SmallPlant) -> None:
    assert sheets(database) == ()


def test_the_most_special_plan_of_a_kind_and_step_applies(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        session.get_one(Item, plant.item).family = "Coves"
        definition = session.get_one(Operation, 2).definition
        session.get_one(Operation, 2).definition = definition | {"inspection_plan": "oven"}
    add_plan(database, "ANY", InspectionKind.FINAL, step_no=30)
    add_plan(database, "FAMILY", InspectionKind.FINAL, step_no=30, family="coves")
    add_plan(database, "OTHER", InspectionKind.FINAL, step_no=30, family="Flats")
    assert shown(sheets(database)) == [("FAMILY", "FQC", 30)]
    add_plan(database, "OWN", InspectionKind.FINAL, step_no=30, item_id=plant.item)
    add_plan(database, "FIRST", InspectionKind.FIRST_PIECE, step_no=10)
    add_plan(database, "SHIP", InspectionKind.OUTGOING)
    add_plan(database, "IN", InspectionKind.INCOMING)
    add_plan(database, "NOWHERE", InspectionKind.IN_PROCESS, step_no=77)
    add_plan(database, "OLD", InspectionKind.FIRST_PIECE, step_no=20, active=False)
    # Named by the step itself, though made for another family.
    add_plan(database, "OVEN", InspectionKind.IN_PROCESS, family="Flats")
    assert shown(sheets(database)) == [
        ("FIRST", "FAI", 10),
        ("OVEN", "IPQC", 20),
        ("OWN", "FQC", 30),
        ("SHIP", "OQC", None),
    ]
    assert shown(sheets(database, kinds={"FQC", "FAI"})) == [
        ("FIRST", "FAI", 10),
        ("OWN", "FQC", 30),
    ]
    assert shown(sheets(database, operation_ids={3})) == [("OWN", "FQC", 30)]


def test_a_sheet_carries_order_item_plan_and_sample(database: Database, plant: SmallPlant) -> None:
    schedule_plant(database, seconds=0, now=NOW)
    with database.write("test") as session:
        sketch = Attachment(
            sha256="0" * 64, file_name="a.png", media_type="image/png", content=b"x"
        )
        session.add_all(
            [
                sketch,
                CustomField(subject=FieldSubject.ITEM, key="wood", name_zh="木架", on_papers=True),
                CustomField(subject=FieldSubject.ORDER, key="hidden"),
                CustomField(subject=FieldSubject.ORDER, key="empty", on_papers=True),
            ]
        )
        session.flush()
        item = session.get_one(Item, plant.item)
        item.characteristics = {"wood": "pine", "other": "x"}
        order = session.get_one(ProductionOrder, 1)
        order.specification = {"hidden": "y"}
        order.type = OrderType.RUSH
        sketch_id = sketch.id
    add_plan(database, "F", InspectionKind.FINAL, step_no=10, sketch_id=sketch_id,
             aql_critical=Decimal(0), aql_major=Decimal("4.0"),
             lines=[
                 Characteristic(number=1, name="length", nominal=Decimal(80), sample_size=50),
                 Characteristic(number=2, name="cracks", kind=CharacteristicKind.PASS_FAIL),
                 Characteristic(number=3, name="shade", kind=CharacteristicKind.PASS_FAIL,
                                defect_class=DefectClass.MINOR),
             ])  # fmt: skip
    (row,) = sheets(database)
    assert (row.number, row.order, row.revision) == ("FQC-MO-1-01-10", "MO-1", 1)
    assert (row.item_code, row.quantity, row.unit, row.rush) == ("A", Decimal(20), "pc", True)
    assert row.place in ("P1", "P2")
    assert row.moulds
    assert all(name.startswith("M#") for name in row.moulds)
    assert row.wanted_by is not None
    assert row.plan is not None
    assert row.sketch is not None
    assert row.sketch.content == b"x"
    assert [(f.name.text("zh"), f.name.text("en"), f.value) for f in row.fields] == [
        ("木架", "木架", "pine")
    ]
    # 20 pieces at level II: letter C, 5 pieces.
    assert [(s.defect_class, s.plan) for s in row.samples] == [
        ("CR", SamplingPlan("C", 5, 0, 1)),
        ("MA", SamplingPlan("B", 3, 0, 1)),
    ]
    # Said by the plan but never more than there are; by the class; by nobody.
    assert [line.sample_size for line in row.characteristics] == [20, 3, None]


def test_a_final_inspection_has_a_sheet_for_each_card(
    database: Database, plant: SmallPlant
) -> None:
    add_plan(database, "F", InspectionKind.FINAL, step_no=30)
    add_plan(database, "S", InspectionKind.OUTGOING)
    with database.write("test") as session:
        session.scalars(select(Card).where(Card.order_id == 1)).one().void = True
        for number, quantity, void in ((2, 12, False), (3, 8, False), (4, 20, True)):
            session.add(
                Card(order_id=1, code=f"MO-1-{number:02}", number=number, of=2,
                     quantity=Decimal(quantity), void=void)
            )  # fmt: skip
    rows = sheets(database, 1, 2)
    assert [(row.number, row.card, row.quantity) for row in rows] == [
        ("FQC-MO-1-02-30", "MO-1-02", 12),
        ("FQC-MO-1-03-30", "MO-1-03", 8),
        ("OQC-MO-1", "", 20),
        ("FQC-MO-2-01-30", "MO-2-01", 20),
        ("OQC-MO-2", "", 20),
    ]


def test_many_orders_take_no_more_statements(database: Database, plant: SmallPlant) -> None:
    add_plan(database, "F", InspectionKind.FINAL, step_no=30)
    with counted(database) as few:
        sheets(database, 1)
    with counted(database) as more:
        sheets(database, 1, 2)
    assert len(more) == len(few)


@pytest.fixture
def purchase(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        kg, piece = Unit(code="kg"), session.scalars(select(Unit).where(Unit.code == "pc")).one()
        session.add(kg)
        session.flush()
        bought = {"category": ItemCategory.RAW, "source": ItemSource.BUY}
        powder = Item(code="GP", name="powder", unit_id=kg.id, **bought)
        hook = Item(code="HK", name="hook", unit_id=piece.id, family="Hardware", **bought)
        supplier = Supplier(code="YC", name="Plaster Ltd")
        session.add_all([powder, hook, supplier])
        session.flush()
        order = PurchaseOrder(code="PO1", supplier_id=supplier.id)
        session.add(order)
        session.flush()
        for number, item, quantity in (("1", powder, 20000), ("2", hook, 600), ("3", hook, 0)):
            session.add(
                PurchaseOrderLine(purchase_order_id=order.id, line_no=number, item_id=item.id,
                                  open_quantity=Decimal(quantity), confirmed_on=date(2026, 3, 5))
            )  # fmt: skip
    common: dict[str, Any] = {"aql_major": Decimal("2.5"), "level": "II"}
    add_plan(database, "IQC-ANY", InspectionKind.INCOMING, **common)
    add_plan(database, "IQC-HW", InspectionKind.INCOMING, family="hardware", **common)


def test_goods_that_come_in_are_sampled_where_they_are_counted(
    database: Database, purchase: None
) -> None:
    powder, hook = incoming_rows(database, actor="li", now=NOW)
    assert (powder.number, powder.plan_code, powder.supplier) == ("IQC-PO1-1", "IQC-ANY",
                                                                  "Plaster Ltd")  # fmt: skip
    assert (powder.unit, powder.samples[0].plan) == ("kg", None)
    assert (hook.plan_code, hook.samples[0].plan) == ("IQC-HW", SamplingPlan("J", 80, 5, 6))
    (only,) = incoming_rows(database, ["po1-2"], actor="li", now=NOW)
    assert only == hook
    with pytest.raises(NotFound):
        incoming_rows(database, ["PO1-3"], actor="li", now=NOW)
