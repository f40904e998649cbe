"""The database as rows of the workbook: what export writes, import reads back unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.core.choices import OperationState
from app.core.format import number
from app.models import materials as m
from app.models import orders as o
from app.models import plant as p
from app.models import products as r
from app.models.database import OPENING, Database
from app.services.exchange import bom_in, masters_in, orders_in, products_in
from app.services.exchange.sheets import Column, Kind, sheet
from app.services.exchange.stock_in import balances
from app.services.orders.operations import released_quantity
from app.services.site import site_row

Row = dict[str, object]


def export_rows(database: Database) -> dict[str, list[Row]]:
    """All sheets, cells as a planner would type them; from one snapshot."""
    with database.read() as session:
        out = _Out(session)
        return {key: out.typed(key, rows(out)) for key, rows in _SHEETS.items()}


class _Out:
    """Names for ids, and values as they are typed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.zone = ZoneInfo(site_row(session).time_zone)
        self.items = self._codes(r.Item)
        self.units = self._codes(r.Unit)
        self.machines = self._codes(p.Machine)
        self.centres = self._codes(p.WorkCentre)
        self.calendars = self._codes(p.Calendar)
        self.tools = self._codes(p.ToolType)
        self.skills = self._codes(p.Skill)
        self.operators = self._codes(p.Operator)
        self.customers = self._codes(p.Customer)
        self.suppliers = self._codes(p.Supplier)
        self.locations = self._codes(p.Location)
        self.orders = self._codes(o.ProductionOrder)
        self.copies = {
            row.id: f"{self.tools[row.tool_type_id]}#{row.copy_no}"
            for row in session.execute(select(p.ToolCopy.id, p.ToolCopy.tool_type_id,
                                              p.ToolCopy.copy_no))
        }  # fmt: skip

    def _codes(self, model: type[Any]) -> dict[int | None, str]:
        codes: dict[int | None, str] = {None: ""}
        codes.update((i, code) for i, code in self.session.execute(select(model.id, model.code)))
        return codes

    def all(self, model: type[Any], *options: Any) -> Iterable[Any]:
        return self.session.scalars(select(model).options(*options).order_by(model.id))

    def typed(self, key: str, rows: Iterable[Mapping[str, Any]]) -> list[Row]:
        columns = {column.key: column for column in sheet(key).columns}
        return [
            {
                name: self._typed(columns.get(name), value)
                for name, value in row.items()
                if value is not None and value not in ("", [], {})
            }
            for row in rows
        ]

    def _typed(self, column: Column | None, value: Any) -> object:
        if column is None:
            return value  # a typed characteristic
        if column.choices:
            return column.words().get(value, value)
        write = _WRITE.get(column.kind)
        if write is not None:
            return write(value)
        if isinstance(value, datetime):
            return value.astimezone(self.zone).replace(tzinfo=None)
        return value


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _spans(spans: list[list[int]]) -> str:
    return ";".join(f"{_clock(a)}-{_clock(b)}" for a, b in spans)


def _with_values(pairs: Iterable[tuple[str, object]], sign: str = ":") -> str:
    return ";".join(
        code if value is None else f"{code}{sign}{_plain(value)}" for code, value in pairs
    )


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return number(value)
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def _factor(factor: tuple[Decimal, Decimal]) -> str:
    above, below = factor
    return number(above) if below == 1 else f"{number(above)}/{number(below)}"


_WRITE: dict[Kind, Callable[[Any], object]] = {
    Kind.BOOL: lambda value: "是" if value else "否",
    Kind.TIME: _clock,
    Kind.SPANS: _spans,
    Kind.WEEKDAYS: lambda days: ",".join(str(day) for day in days),
    Kind.CODES: lambda codes: ";".join(str(code) for code in codes),
    Kind.RATED: _with_values,
    Kind.GRADED: _with_values,
    Kind.DATED: lambda found: _with_values(found.items(), "="),
    Kind.ATTRIBUTES: lambda found: _with_values(found.items(), "="),
    Kind.WAIT: lambda minutes: f"{minutes}分",
    Kind.FACTOR: _factor,
    Kind.DELIVERIES: lambda found: ";".join(f"{q}@{day}" for q, day in found),
    Kind.SEQUENCE: lambda found: "".join(f"{name}{days}" for name, days in found),
    Kind.ISSUED: _with_values,
}


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


def _shifts(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(p.Shift):
        yield {"calendar": out.calendars[row.calendar_id], "weekday": row.weekday,
               "shift": row.name, "start": row.start_minute, "end": row.end_minute,
               "breaks": row.breaks, "kind": row.kind, "cost_per_hour": row.cost_per_hour or None,
               "date_rule": row.date_rule}  # fmt: skip


def _rotation(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(p.Rotation):
        yield {"team": row.team, "from": row.start_date, "cycle_days": row.cycle_days,
               "sequence": row.sequence}  # fmt: skip


def _customers(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(p.Customer):
        yield {"customer_code": row.code, **_attributes(row, masters_in.CUSTOMER),
               "over_under_pct": row.over_pct, **_retired(row)}  # fmt: skip


def _suppliers(out: _Out) -> Iterable[dict[str, Any]]:
    terms: dict[int, list[m.SupplierItem]] = {}
    for row in out.all(m.SupplierItem):
        terms.setdefault(row.supplier_id, []).append(row)
    for row in out.all(p.Supplier):
        line = {"supplier_code": row.code, "name": row.name, "lead_time_days": row.lead_time_days}
        # Terms differ by item, so that each has a row of its own.
        for term in terms.get(row.id, []):
            yield {**line, "items": [out.items[term.item_id]], "min_quantity": term.minimum,
                   "price": term.price, "priority": term.priority, **_retired(row)}  # fmt: skip
        if row.id not in terms:
            yield {**line, **_retired(row)}


def _reasons(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(p.ReasonCode):
        yield {"category": row.category, "reason_code": row.code, "name": row.name,
               "department": row.department}  # fmt: skip


def _machines(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(p.Machine):
        yield {"machine_code": row.code, **_attributes(row, masters_in.MACHINE),
               "work_centre": out.centres[row.work_centre_id],
               "calendar": out.calendars[row.calendar_id], "down_until": row.down_until,
               **_numbered("current_setup", row.current_setup), **_retired(row)}  # fmt: skip


def _maintenance(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(p.Maintenance):
        scope = out.machines[row.machine_id] or out.tools[row.tool_type_id]
        yield {"scope": scope, "task": row.name, "interval": row.interval,
               "interval_unit": row.interval_unit, "last": row.last_at, "minutes": row.minutes,
               "skill": out.skills[row.skill_id], "move_days": row.move_days}  # fmt: skip


def _tools(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(p.ToolType, selectinload(p.ToolType.items)):
        made = [
            (out.items[i.item_id],
             None if i.pieces_per_shot == row.cavities else Decimal(i.pieces_per_shot))
            for i in row.items
        ]  # fmt: skip
        yield {"tool_code": row.code, **_attributes(row, masters_in.TOOL),
               "items": made, "pool_size": row.capacity, **_retired(row)}  # fmt: skip


def _tool_copies(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(p.ToolCopy):
        yield {"tool_code": out.tools[row.tool_type_id],
               **_attributes(row, masters_in.TOOL_COPY),
               "machine": out.machines[row.machine_id],
               "available_from": row.available_from}  # fmt: skip


def _operators(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(p.Operator, selectinload(p.Operator.skills)):
        skills = [(out.skills[s.skill_id], s.grade.value) for s in row.skills]
        until = {out.skills[s.skill_id]: s.valid_until for s in row.skills if s.valid_until}
        yield {"badge": row.code, **_attributes(row, masters_in.OPERATOR),
               "calendar": out.calendars[row.calendar_id], "skills": skills,
               "certificate_until": until, **_retired(row)}  # fmt: skip


def _exceptions(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(p.CalendarException):
        scope = (
            out.calendars[row.calendar_id]
            or out.machines[row.machine_id]
            or out.operators[row.operator_id]
            or out.copies.get(row.tool_copy_id or 0, "")
        )
        yield {"scope": scope, "from": row.date_from, "to": row.date_to, "hours": row.hours,
               "kind": row.kind, "reason": row.reason}  # fmt: skip


def _setup_attributes(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(p.SetupAttribute):
        yield {"work_centre": out.centres[row.work_centre_id], "position": row.position,
               "name": row.name, "combine": row.combine, "default_min": row.default_minutes,
               "default_forbidden": row.default_forbidden}  # fmt: skip


def _setup_groups(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(p.SetupGroup):
        yield {"attribute": row.attribute, "name": row.name, "members": row.members}


def _setup_matrix(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(p.SetupPair):
        yield {"scope": out.centres[row.work_centre_id] or out.machines[row.machine_id],
               "attribute": row.attribute, "from": row.from_value, "to": row.to_value,
               "minutes": "禁止" if row.minutes is None else str(row.minutes),
               "cost": row.cost or None, "scrap_qty": row.scrap_quantity,
               "scrap_item": out.items[row.scrap_item_id], "skill": out.skills[row.skill_id],
               "heads": row.heads or None}  # fmt: skip


# ---------------------------------------------------------------- products


def _items(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(r.Item):
        yield {"item_code": row.code, **_attributes(row, products_in.ITEM),
               "base_unit": out.units[row.unit_id],
               "default_location": out.locations[row.default_location_id],
               **_numbered("setup_attr", row.setup_attributes),
               "status": row.active,
               **_typed_columns(row.characteristics)}  # fmt: skip


def _conversions(out: _Out) -> Iterable[dict[str, Any]]:
    for row in out.all(r.UnitConversion):
        yield {"item_code": out.items[row.item_id], "unit": out.units[row.unit_id],
               "other_unit": out.units[row.other_unit_id],
               "factor": (row.numerator, row.denominator), "kind": row.kind,
               "rounding": row.rounding}  # fmt: skip


def _bom(out: _Out) -> Iterable[dict[str, Any]]:
    for head in out.all(r.BillOfMaterial, selectinload(r.BillOfMaterial.lines)):
        for line in head.lines:
            yield {"parent_code": out.items[head.item_id], "revision": head.revision,
                   "effective_from": head.effective_from, "effective_to": head.effective_to,
                   **_attributes(line, bom_in.BOM_LINE),
                   "base_unit": out.units[line.base_unit_id], "unit": out.units[line.unit_id],
                   "component_code": out.items[line.component_id], **_retired(head)}  # fmt: skip


def _routings(out: _Out) -> Iterable[dict[str, Any]]:
    steps = selectinload(r.Routing.steps)
    options = (steps.selectinload(r.RoutingStep.machines), steps.selectinload(r.RoutingStep.tools))
    for head in out.all(r.Routing, *options):
        for step in head.steps:
            held = [tool.held_until_step for tool in step.tools]
            yield {"item_code": out.items[head.item_id], "family": head.family,
                   "revision": head.revision, "effective_from": head.effective_from,
                   "effective_to": head.effective_to, **_attributes(step, products_in.STEP),
                   "work_centre": out.centres[step.work_centre_id],
                   "machines": [(out.machines[s.machine_id], s.rate) for s in step.machines],
                   "tool_type": _tool_cell(out, step),
                   "tool_held_until_step": held[0] if held else None,
                   "setup_skill": out.skills[step.setup_skill_id],
                   "run_skill": out.skills[step.run_skill_id],
                   "supplier": out.suppliers[step.supplier_id], **_retired(head)}  # fmt: skip


def _tool_cell(out: _Out, step: r.RoutingStep) -> list[str]:
    """``A/B;C``: alternatives share a position, tools that come together have their own."""
    places: dict[int, list[str]] = {}
    for tool in step.tools:
        places.setdefault(tool.position, []).append(out.tools[tool.tool_type_id])
    return ["/".join(codes) for _, codes in sorted(places.items())]


# ---------------------------------------------------------------- stock and orders


def _stock(out: _Out) -> Iterable[dict[str, Any]]:
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
        yield {"item_code": out.items[item], "location": out.locations[location],
               "lot": found.code if found else "", "quantity": quantity,
               "produced": found.produced_on if found else None,
               "expires": found.expires_on if found else None, "status": status,
               "reserved_order": out.orders[order], "counted_on": counted[place]}  # fmt: skip


def _receipts(out: _Out) -> Iterable[dict[str, Any]]:
    heads = {row.id: row for row in out.all(m.PurchaseOrder)}
    for row in out.all(m.PurchaseOrderLine):
        head = heads[row.purchase_order_id]
        yield {"po_line": f"{head.code}-{row.line_no}",
               "supplier": out.suppliers[head.supplier_id], "item_code": out.items[row.item_id],
               "unit": out.units[row.unit_id], "open_quantity": row.open_quantity,
               "requested": row.requested_on, "confirmed_date": row.confirmed_on,
               "confirmed": row.confirmed, "inspection_days": row.inspection_days or None,
               "transport": row.transport, "reserved_order": out.orders[row.reserved_order_id],
               "kind": row.kind, "price": row.price, "note": row.note}  # fmt: skip


def _orders(out: _Out) -> Iterable[dict[str, Any]]:
    numbers = {row.id: row.code for row in out.all(o.SalesOrder)}
    lines = {row.id: f"{numbers[row.sales_order_id]}-{row.line_no}"
             for row in out.all(o.SalesOrderLine)}  # fmt: skip
    items = {row.id: row for row in out.all(r.Item)}
    for row in out.all(o.ProductionOrder):
        usual = released_quantity(row.base_quantity, items[row.item_id])
        own = None if row.released_quantity == usual else row.released_quantity
        yield {"order_no": row.code, **_attributes(row, orders_in.ORDER),
               "sales_order_line": lines.get(row.sales_order_line_id or 0, ""),
               "customer": out.customers[row.customer_id], "item_code": out.items[row.item_id],
               "quantity": row.quantity, "unit": out.units[row.unit_id],
               "released_qty": own, "requested": row.requested_at,
               "promised": row.promised_at, "earliest_start": row.earliest_start,
               "parent_order": out.orders[row.parent_order_id],
               **_typed_columns(row.specification)}  # fmt: skip


def _progress(out: _Out) -> Iterable[dict[str, Any]]:
    issues: dict[int, list[tuple[str, Decimal]]] = {}
    for row in out.all(o.OperationIssue):
        issues.setdefault(row.operation_id, []).append((out.items[row.item_id], row.quantity))
    for row in out.all(o.Operation):
        running = row.state is OperationState.RUNNING
        if row.state is OperationState.PENDING and not (row.good or row.scrap or row.rework):
            continue
        yield {"order_no": out.orders[row.order_id], "step_no": row.step_no, "good": row.good,
               "scrap": row.scrap or None, "in_rework": row.rework or None,
               "location": row.place or out.machines[row.running_machine_id],
               "running": running or None, "started_at": row.started_at if running else None,
               "remaining": row.remaining if running else None,
               "tool_copies": [out.copies[i] for i in row.running_tools],
               "issued": issues.get(row.id), "remark": row.remark}  # fmt: skip


_SHEETS: dict[str, Callable[[_Out], Iterable[dict[str, Any]]]] = {
    "Shifts": _shifts, "Rotation": _rotation, "Customers": _customers, "Suppliers": _suppliers,
    "ReasonCodes": _reasons, "Items": _items, "UnitConversions": _conversions,
    "Machines": _machines, "Tools": _tools, "ToolCopies": _tool_copies, "Operators": _operators,
    "Exceptions": _exceptions, "Maintenance": _maintenance,
    "SetupAttributes": _setup_attributes, "SetupGroups": _setup_groups,
    "SetupMatrix": _setup_matrix, "BOM": _bom, "Routings": _routings, "Stock": _stock,
    "Receipts": _receipts, "Orders": _orders, "OrderProgress": _progress,
}  # fmt: skip
