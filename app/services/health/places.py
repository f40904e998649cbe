"""Where records are mended: their sheets, and what identifies them there."""

from __future__ import annotations

from app.models.plant import Customer, Machine, Operator, Supplier, ToolType
from app.models.products import BillOfMaterial, BomLine, Item, Routing, RoutingStep
from app.services.health.finding import Place
from app.services.health.snapshot import Snapshot


def item(row: Item, field: str = "") -> Place:
    return Place("Items", (("item_code", row.code),), field)


def machine(row: Machine, field: str = "") -> Place:
    return Place("Machines", (("machine_code", row.code),), field)


def tool(row: ToolType, field: str = "") -> Place:
    return Place("Tools", (("tool_code", row.code),), field)


def customer(row: Customer, field: str = "") -> Place:
    return Place("Customers", (("customer_code", row.code),), field)


def supplier(row: Supplier, field: str = "") -> Place:
    return Place("Suppliers", (("supplier_code", row.code),), field)


def operator(row: Operator, field: str = "") -> Place:
    return Place("Operators", (("badge", row.code),), field)


def order(number: str, field: str = "") -> Place:
    return Place("Orders", (("order_no", number),), field)


def routing(data: Snapshot, row: Routing, field: str = "") -> Place:
    return Place("Routings", _routing(data, row), field)


def step(data: Snapshot, row: Routing, of: RoutingStep, field: str = "") -> Place:
    return Place("Routings", (*_routing(data, row), ("step_no", of.step_no)), field)


def bom(data: Snapshot, row: BillOfMaterial, field: str = "") -> Place:
    parent = data.items[row.item_id].code
    return Place("BOM", (("parent_code", parent), ("revision", row.revision)), field)


def bom_line(data: Snapshot, row: BomLine, field: str = "") -> Place:
    head = bom(data, data.boms[row.bom_id])
    part = data.items[row.component_id].code
    return Place("BOM", (*head.identity, ("line_no", row.line_no), ("component_code", part)), field)


def _routing(data: Snapshot, row: Routing) -> tuple[tuple[str, str], ...]:
    head = ("family", row.family)
    if row.item_id is not None:
        head = ("item_code", data.items[row.item_id].code)
    return head, ("revision", row.revision)
