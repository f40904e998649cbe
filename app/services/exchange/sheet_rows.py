"""The database as rows of the workbook's sheets: each row with the id of its record and plain
values by column key. Export writes them, tables show them, edits compare with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from app.core.choices import LocationKind, OperationState
from app.models import access as a
from app.models import materials as m
from app.models import orders as o
from app.models import plant as p
from app.models import products as r
from app.models import quality as q
from app.models.database import OPENING
from app.services.exchange import bom_in, masters_in, orders_in, products_in, quality_in
from app.services.exchange.stock_in import balances
from app.services.orders.operations import released_quantity
from app.services.site import site_row

Values = dict[str, Any]
Lines = Iterable[tuple[int, Values]]


def lines(
    session: Session, key: str, where: Sequence[ColumnElement[bool]] = ()
) -> list[tuple[int, Values]]:
    """(id of the record, filled columns) of one sheet, in the order of their making.

    ``where``: conditions on the sheet's main table. The ids are those of the table a row is
    about: the line for BOM, the step for Routings; 0 for Stock, which is a sum of moves.
    """
    reader = SheetReader(session, where)
    return [
        (number, {name: value for name, value in row.items() if not _empty(value)})
        for number, row in READERS[key](reader)
    ]


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


class SheetReader:
    """Names for ids, read when first asked for; ``where`` narrows the first table read."""

    def __init__(self, session: Session, where: Sequence[ColumnElement[bool]] = ()) -> None:
        self.session = session
        self._where = tuple(where)

    def all(self, model: type[Any], *options: Any) -> Iterable[Any]:
        query = select(model).options(*options).order_by(model.id)
        if self._where:
            query, self._where = query.where(*self._where), ()
        return self.session.scalars(query)

    def _codes(self, model: type[Any]) -> dict[int | None, str]:
        codes: dict[int | None, str] = {None: ""}
        codes.update((i, code) for i, code in self.session.execute(select(model.id, model.code)))
        return codes

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(site_row(self.session).time_zone)

    @cached_property
    def copies(self) -> dict[int, str]:
        return {
            row.id: f"{self.tools[row.tool_type_id]}#{row.copy_no}"
            for row in self.session.execute(select(p.ToolCopy.id, p.ToolCopy.tool_type_id,
                                                   p.ToolCopy.copy_no))
        }  # fmt: skip

    @cached_property
    def items(self) -> dict[int | None, str]:
        return self._codes(r.Item)

    @cached_property
    def units(self) -> dict[int | None, str]:
        return self._codes(r.Unit)

    @cached_property
    def machines(self) -> dict[int | None, str]:
        return self._codes(p.Machine)

    @cached_property
    def centres(self) -> dict[int | None, str]:
        return self._codes(p.WorkCentre)

    @cached_property
    def calendars(self) -> dict[int | None, str]:
        return self._codes(p.Calendar)

    @cached_property
    def tools(self) -> dict[int | None, str]:
        return self._codes(p.ToolType)

    @cached_property
    def skills(self) -> dict[int | None, str]:
        return self._codes(p.Skill)

    @cached_property
    def operators(self) -> dict[int | None, str]:
        return self._codes(p.Operator)

    @cached_property
    def customers(self) -> dict[int | None, str]:
        return self._codes(p.Customer)

    @cached_property
    def suppliers(self) -> dict[int | None, str]:
        return self._codes(p.Supplier)

    @cached_property
    def locations(self) -> dict[int | None, str]:
        return self._codes(p.Location)

    @cached_property
    def sketches(self) -> dict[int | None, str]:
        rows = self.session.execute(select(a.Attachment.id, a.Attachment.file_name,
                                           a.Attachment.sha256))  # fmt: skip
        return {None: ""} | {i: quality_in.sketch_cell(name, mark) for i, name, mark in rows}

    @cached_property
    def orders(self) -> dict[int | None, str]:
        return self._codes(o.ProductionOrder)


def _attributes(row: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """Columns that are plain attributes: ``names`` maps column keys to attributes."""
    return {key: getattr(row, attribute) for key, attribute in names.items()}


def _numbered(stem: str, values: list[Any]) -> dict[str, Any]:
    return {f"{stem}_{n}": value for n, value in enumerate(values, 1)}


def _typed_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"特性:{name}": value for name, value in values.items()}


def _retired(row: Any) -> dict[str, Any]:
    return {} if row.active else {"action": "deactivate"}


# ---------------------------------------------------------------- plant


def _units(out: SheetReader) -> Lines:
    for row in out.all(r.Unit):
        yield row.id, {"unit_code": row.code, "dimension": row.dimension,
                       "factor": row.factor, **_retired(row)}  # fmt: skip


def _skills(out: SheetReader) -> Lines:
    for row in out.all(p.Skill):
        yield row.id, {"skill_code": row.code, "name": row.name, **_retired(row)}


def _locations(out: SheetReader) -> Lines:
    for row in out.all(p.Location):
        if row.kind is LocationKind.PHYSICAL:
            yield row.id, {"location_code": row.code, "name": row.name, **_retired(row)}


def _work_centres(out: SheetReader) -> Lines:
    for row in out.all(p.WorkCentre):
        yield row.id, {"centre_code": row.code,
                       **_attributes(row, masters_in.WORK_CENTRE), **_retired(row)}  # fmt: skip


def _calendars(out: SheetReader) -> Lines:
    for row in out.all(p.Calendar):
        yield row.id, {"calendar_code": row.code, "name": row.name,
                       "parent": out.calendars[row.parent_id], **_retired(row)}  # fmt: skip


def _custom_fields(out: SheetReader) -> Lines:
    for row in out.all(a.CustomField):
        yield row.id, {"subject": row.subject, **_attributes(row, masters_in.CUSTOM_FIELD),
                       **_retired(row)}  # fmt: skip


def _shifts(out: SheetReader) -> Lines:
    for row in out.all(p.Shift):
        yield row.id, {"calendar": out.calendars[row.calendar_id], "weekday": row.weekday,
               "shift": row.name, "start": row.start_minute, "end": row.end_minute,
               "breaks": row.breaks, "kind": row.kind, "cost_per_hour": row.cost_per_hour or None,
               "date_rule": row.date_rule}  # fmt: skip


def _rotation(out: SheetReader) -> Lines:
    for row in out.all(p.Rotation):
        yield row.id, {"team": row.team, "from": row.start_date, "cycle_days": row.cycle_days,
               "sequence": row.sequence}  # fmt: skip


def _customers(out: SheetReader) -> Lines:
    for row in out.all(p.Customer):
        yield row.id, {"customer_code": row.code, **_attributes(row, masters_in.CUSTOMER),
               "over_under_pct": row.over_pct, **_retired(row)}  # fmt: skip


def _suppliers(out: SheetReader) -> Lines:
    for row in out.all(p.Supplier):
        yield row.id, {"supplier_code": row.code, "name": row.name,
                       "lead_time_days": row.lead_time_days,
                       "calendar": out.calendars[row.calendar_id], **_retired(row)}  # fmt: skip


def _supplier_items(out: SheetReader) -> Lines:
    for row in out.all(m.SupplierItem):
        yield row.id, {"supplier_code": out.suppliers[row.supplier_id],
                       "item_code": out.items[row.item_id],
                       "lead_time_days": row.lead_time_days, "min_quantity": row.minimum,
                       "price": row.price, "priority": row.priority}  # fmt: skip


def _reasons(out: SheetReader) -> Lines:
    for row in out.all(p.ReasonCode):
        yield row.id, {"category": row.category, "reason_code": row.code, "name": row.name,
                       "department": row.department, **_retired(row)}  # fmt: skip


def _machines(out: SheetReader) -> Lines:
    for row in out.all(p.Machine):
        yield row.id, {"machine_code": row.code, **_attributes(row, masters_in.MACHINE),
               "work_centre": out.centres[row.work_centre_id],
               "calendar": out.calendars[row.calendar_id], "down_until": row.down_until,
               **_numbered("current_setup", row.current_setup), **_retired(row)}  # fmt: skip


def _maintenance(out: SheetReader) -> Lines:
    for row in out.all(p.Maintenance):
        scope = out.machines[row.machine_id] or out.tools[row.tool_type_id]
        yield row.id, {"scope": scope, "task": row.name, "interval": row.interval,
               "interval_unit": row.interval_unit, "last": row.last_at, "minutes": row.minutes,
               "skill": out.skills[row.skill_id], "move_days": row.move_days}  # fmt: skip


def _tools(out: SheetReader) -> Lines:
    for row in out.all(p.ToolType, selectinload(p.ToolType.items)):
        made = [
            (out.items[i.item_id],
             None if i.pieces_per_shot == row.cavities else Decimal(i.pieces_per_shot))
            for i in row.items
        ]  # fmt: skip
        yield row.id, {"tool_code": row.code, **_attributes(row, masters_in.TOOL),
               "items": made, "pool_size": row.capacity, **_retired(row)}  # fmt: skip


def _tool_copies(out: SheetReader) -> Lines:
    for row in out.all(p.ToolCopy):
        yield row.id, {"tool_code": out.tools[row.tool_type_id],
               **_attributes(row, masters_in.TOOL_COPY),
               "machine": out.machines[row.machine_id],
               "available_from": row.available_from}  # fmt: skip


def _operators(out: SheetReader) -> Lines:
    for row in out.all(p.Operator, selectinload(p.Operator.skills)):
        skills = [(out.skills[s.skill_id], s.grade.value) for s in row.skills]
        until = {out.skills[s.skill_id]: s.valid_until for s in row.skills if s.valid_until}
        yield row.id, {"badge": row.code, **_attributes(row, masters_in.OPERATOR),
               "calendar": out.calendars[row.calendar_id], "skills": skills,
               "certificate_until": until, **_retired(row)}  # fmt: skip


def _exceptions(out: SheetReader) -> Lines:
    for row in out.all(p.CalendarException):
        scope = (
            out.calendars[row.calendar_id]
            or out.machines[row.machine_id]
            or out.operators[row.operator_id]
            or out.copies.get(row.tool_copy_id or 0, "")
        )
        yield row.id, {"scope": scope, "from": row.date_from, "to": row.date_to, "hours": row.hours,
               "kind": row.kind, "reason": row.reason,
               "cost_per_hour": row.cost_per_hour or None}  # fmt: skip


def _setup_attributes(out: SheetReader) -> Lines:
    for row in out.all(p.SetupAttribute):
        yield row.id, {"work_centre": out.centres[row.work_centre_id], "position": row.position,
               "name": row.name, "combine": row.combine, "default_min": row.default_minutes,
               "default_forbidden": row.default_forbidden,
               "campaign_min": row.campaign_minutes or None}  # fmt: skip


def _setup_groups(out: SheetReader) -> Lines:
    for row in out.all(p.SetupGroup):
        yield row.id, {"attribute": row.attribute, "name": row.name, "members": row.members}


def _setup_matrix(out: SheetReader) -> Lines:
    for row in out.all(p.SetupPair):
        yield row.id, {"scope": out.centres[row.work_centre_id] or out.machines[row.machine_id],
               "attribute": row.attribute, "from": row.from_value, "to": row.to_value,
               "minutes": "禁止" if row.minutes is None else str(row.minutes),
               "cost": row.cost or None, "scrap_qty": row.scrap_quantity,
               "scrap_item": out.items[row.scrap_item_id], "skill": out.skills[row.skill_id],
               "heads": row.heads or None}  # fmt: skip


# ---------------------------------------------------------------- products


def _items(out: SheetReader) -> Lines:
    for row in out.all(r.Item):
        yield row.id, {"item_code": row.code, **_attributes(row, products_in.ITEM),
               "base_unit": out.units[row.unit_id],
               "default_location": out.locations[row.default_location_id],
               **_numbered("setup_attr", row.setup_attributes),
               "status": row.active,
               **_typed_columns(row.characteristics)}  # fmt: skip


def _conversions(out: SheetReader) -> Lines:
    for row in out.all(r.UnitConversion):
        yield row.id, {"item_code": out.items[row.item_id], "unit": out.units[row.unit_id],
               "other_unit": out.units[row.other_unit_id],
               "factor": (row.numerator, row.denominator), "kind": row.kind,
               "rounding": row.rounding}  # fmt: skip


def _bom(out: SheetReader) -> Lines:
    for head in out.all(r.BillOfMaterial, selectinload(r.BillOfMaterial.lines)):
        for line in head.lines:
            yield line.id, {"parent_code": out.items[head.item_id], "revision": head.revision,
                   "effective_from": head.effective_from, "effective_to": head.effective_to,
                   **_attributes(line, bom_in.BOM_LINE),
                   "base_unit": out.units[line.base_unit_id], "unit": out.units[line.unit_id],
                   "component_code": out.items[line.component_id], **_retired(head)}  # fmt: skip


def _routings(out: SheetReader) -> Lines:
    steps = selectinload(r.Routing.steps)
    options = (steps.selectinload(r.RoutingStep.machines), steps.selectinload(r.RoutingStep.tools))
    for head in out.all(r.Routing, *options):
        for step in head.steps:
            held = [tool.held_until_step for tool in step.tools]
            yield step.id, {"item_code": out.items[head.item_id], "family": head.family,
                   "revision": head.revision, "effective_from": head.effective_from,
                   "effective_to": head.effective_to, **_attributes(step, products_in.STEP),
                   "work_centre": out.centres[step.work_centre_id],
                   "machines": [(out.machines[s.machine_id], s.rate) for s in step.machines],
                   "tool_type": _tool_cell(out, step),
                   "tool_held_until_step": held[0] if held else None,
                   "setup_skill": out.skills[step.setup_skill_id],
                   "run_skill": out.skills[step.run_skill_id],
                   "supplier": out.suppliers[step.supplier_id], **_retired(head)}  # fmt: skip


def _tool_cell(out: SheetReader, step: r.RoutingStep) -> list[str]:
    """``A/B;C``: alternatives share a position, tools that come together have their own."""
    places: dict[int, list[str]] = {}
    for tool in step.tools:
        places.setdefault(tool.position, []).append(out.tools[tool.tool_type_id])
    return ["/".join(codes) for _, codes in sorted(places.items())]


# ---------------------------------------------------------------- quality


def _inspection_plans(out: SheetReader) -> Lines:
    for plan in out.all(q.InspectionPlan, selectinload(q.InspectionPlan.characteristics)):
        for line in plan.characteristics:
            yield line.id, {"plan_code": plan.code, "item_code": out.items[plan.item_id],
                            "sketch": out.sketches[plan.sketch_id],
                            **_attributes(plan, quality_in.PLAN),
                            **_attributes(line, quality_in.CHARACTERISTIC),
                            **_retired(plan)}  # fmt: skip


# ---------------------------------------------------------------- stock and orders


def _stock(out: SheetReader) -> Lines:
    lots = {row.id: row for row in out.all(m.Lot)}
    counted: dict[Any, str] = {}
    for move in out.all(m.StockMove):
        for place in (move.from_location_id, move.to_location_id):
            counted[move.item_id, move.lot_id, place, move.status, move.reserved_order_id] = (
                move.document
            )
    for place, quantity in balances(out.session).items():
        item, lot, location, status, order = place
        if out.locations[location] == OPENING:
            continue
        found = lots.get(lot or 0)
        yield 0, {"item_code": out.items[item], "location": out.locations[location],
               "lot": found.code if found else "", "quantity": quantity,
               "produced": found.produced_on if found else None,
               "expires": found.expires_on if found else None, "status": status,
               "reserved_order": out.orders[order], "counted_on": counted[place]}  # fmt: skip


def _receipts(out: SheetReader) -> Lines:
    heads = {row.id: row for row in out.all(m.PurchaseOrder)}
    for row in out.all(m.PurchaseOrderLine):
        head = heads[row.purchase_order_id]
        yield row.id, {"po_line": f"{head.code}-{row.line_no}",
               "supplier": out.suppliers[head.supplier_id], "item_code": out.items[row.item_id],
               "unit": out.units[row.unit_id], "open_quantity": row.open_quantity,
               "requested": row.requested_on, "confirmed_date": row.confirmed_on,
               "confirmed": row.confirmed, "inspection_days": row.inspection_days or None,
               "transport": row.transport, "reserved_order": out.orders[row.reserved_order_id],
               "kind": row.kind, "price": row.price, "note": row.note}  # fmt: skip


def _orders(out: SheetReader) -> Lines:
    numbers = {row.id: row.code for row in out.all(o.SalesOrder)}
    lines = {row.id: f"{numbers[row.sales_order_id]}-{row.line_no}"
             for row in out.all(o.SalesOrderLine)}  # fmt: skip
    items = {row.id: row for row in out.all(r.Item)}
    for row in out.all(o.ProductionOrder):
        usual = released_quantity(row.base_quantity, items[row.item_id])
        own = None if row.released_quantity == usual else row.released_quantity
        yield row.id, {"order_no": row.code, **_attributes(row, orders_in.ORDER),
               "sales_order_line": lines.get(row.sales_order_line_id or 0, ""),
               "customer": out.customers[row.customer_id], "item_code": out.items[row.item_id],
               "quantity": row.quantity, "unit": out.units[row.unit_id],
               "released_qty": own, "requested": row.requested_at,
               "promised": row.promised_at, "earliest_start": row.earliest_start,
               "parent_order": out.orders[row.parent_order_id],
               **_typed_columns(row.specification)}  # fmt: skip


def _progress(out: SheetReader) -> Lines:
    issues: dict[int, list[tuple[str, Decimal]]] = {}
    for row in out.all(o.OperationIssue):
        issues.setdefault(row.operation_id, []).append((out.items[row.item_id], row.quantity))
    for row in out.all(o.Operation):
        running = row.state is OperationState.RUNNING
        if row.state is OperationState.PENDING and not (row.good or row.scrap or row.rework):
            continue
        yield row.id, {"order_no": out.orders[row.order_id], "step_no": row.step_no,
               "good": row.good, "scrap": row.scrap or None, "in_rework": row.rework or None,
               "location": row.place or out.machines[row.running_machine_id],
               "running": running or None, "started_at": row.started_at if running else None,
               "remaining": row.remaining if running else None,
               "tool_copies": [out.copies[i] for i in row.running_tools],
               "issued": issues.get(row.id), "remark": row.remark}  # fmt: skip


READERS: dict[str, Callable[[SheetReader], Lines]] = {
    "Units": _units, "Skills": _skills, "Locations": _locations,
    "WorkCentres": _work_centres, "Calendars": _calendars, "CustomFields": _custom_fields,

    "Shifts": _shifts, "Rotation": _rotation, "Customers": _customers, "Suppliers": _suppliers,
    "SupplierItems": _supplier_items,
    "ReasonCodes": _reasons, "Items": _items, "UnitConversions": _conversions,
    "Machines": _machines, "Tools": _tools, "ToolCopies": _tool_copies, "Operators": _operators,
    "Exceptions": _exceptions, "Maintenance": _maintenance,
    "SetupAttributes": _setup_attributes, "SetupGroups": _setup_groups,
    "SetupMatrix": _setup_matrix, "BOM": _bom, "Routings": _routings,
    "InspectionPlans": _inspection_plans, "Stock": _stock,
    "Receipts": _receipts, "Orders": _orders, "OrderProgress": _progress,
}  # fmt: skip
