"""Master data to look at: one table per sheet of the workbook, under the sheet's own titles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Select, case, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from app.core.choices import LocationKind
from app.core.format import number
from app.core.messages import Message, message
from app.models.database import Database
from app.models.materials import Lot, PurchaseOrder, PurchaseOrderLine, StockMove
from app.models.plant import (
    Calendar,
    CalendarException,
    Customer,
    Machine,
    Maintenance,
    Operator,
    OperatorSkill,
    ReasonCode,
    Rotation,
    SetupAttribute,
    SetupGroup,
    SetupPair,
    Shift,
    Skill,
    Supplier,
    ToolCopy,
    ToolItem,
    ToolType,
    WorkCentre,
)
from app.models.plant import Location as Place
from app.models.products import (
    BillOfMaterial,
    BomLine,
    Item,
    Routing,
    RoutingStep,
    StepMachine,
    StepTool,
    Unit,
    UnitConversion,
)
from app.models.quality import Characteristic, InspectionPlan
from app.services.exchange.sheets import Column as SheetColumn
from app.services.exchange.sheets import Kind, sheet


@dataclass(frozen=True, slots=True)
class Column:
    """``kind``: text, number, date or bool."""

    key: str
    title: Message
    kind: str


@dataclass(frozen=True, slots=True)
class MasterTable:
    """A table of master data and how many rows it has."""

    key: str
    title: Message
    columns: tuple[Column, ...]
    count: int


Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class SheetWord(Message):
    """A word of the workbook's description, which has it in both languages."""

    def text(self, language: str) -> str:
        return str(self.values[language])


_NUMBERS = frozenset({Kind.INTEGER, Kind.QUANTITY, Kind.SIGNED, Kind.WAIT, Kind.WEEKDAY})
_DATES = frozenset({Kind.DATE, Kind.MOMENT})


def master_tables(database: Database) -> tuple[MasterTable, ...]:
    """All tables with their columns and counts, in the order a planner looks for them."""
    with database.read() as session:
        tables = []
        for key, query in _QUERIES.items():
            statement = query()
            count = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
            described = sheet(key)
            title = _title(described.zh, described.key)
            columns = tuple(_column(key, name) for name in _names(statement))
            tables.append(MasterTable(key, title, columns, count))
        return tuple(tables)


def master_rows(database: Database, key: str) -> tuple[tuple[object, ...], ...]:
    """The rows of one table, values in the order of its columns. KeyError for no table (a bug)."""
    statement = _QUERIES[key]()
    names = _names(statement)
    with database.read() as session:
        lists = _lists(session, key)
        return tuple(
            tuple(_shown(key, name, value, lists) for name, value in zip(names, row, strict=True))
            for row in session.execute(statement)
        )


# ---------------------------------------------------------------- titles and values


def _names(statement: Query) -> list[str]:
    return [str(column.key) for column in statement.selected_columns]


def _title(zh: str, key: str) -> Message:
    """The sheet's title in Chinese, and its key as English words."""
    if key.isupper():
        return SheetWord(key, {"zh": zh, "en": key})
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key)
    english = words.replace("_", " ").strip()
    return SheetWord(key, {"zh": zh, "en": english[:1].upper() + english[1:]})


@cache
def _sheet_columns(key: str) -> Mapping[str, SheetColumn]:
    return {column.key: column for column in sheet(key).columns}


def _column(key: str, name: str) -> Column:
    described = _sheet_columns(key)[name]
    kind = "text"
    if described.kind in _NUMBERS:
        kind = "number"
    elif described.kind in _DATES:
        kind = "date"
    elif described.kind is Kind.BOOL:
        kind = "bool"
    return Column(name, _title(described.zh, name), kind)


def _shown(key: str, name: str, value: object, lists: Mapping[str, Mapping[int, str]]) -> object:
    """A stored value as a screen shows it: choices in words, lists joined."""
    if name in lists and isinstance(value, int):
        return lists[name].get(value, "")
    if value is None and (key, name) == ("SetupMatrix", "minutes"):
        return message("plant.forbidden")
    if value is None or isinstance(value, bool | Decimal | datetime | date):
        return value
    column = _sheet_columns(key)[name]
    if column.kind is Kind.CHOICE:
        return _choice(column, value)
    if column.kind is Kind.TIME and isinstance(value, int):
        return _clock(value)
    if isinstance(value, dict):
        return "; ".join(f"{mark}={what}" for mark, what in value.items())
    if isinstance(value, list):
        return _joined(column.kind, value)
    return value


def _choice(column: SheetColumn, value: object) -> object:
    """The first word of the sheet for a stored value, in either language."""
    stored = value.value if isinstance(value, StrEnum) else value
    words = [word for word, meant in column.choices.items() if meant == value]
    if not words:
        return str(stored)
    return SheetWord(str(stored), {"zh": words[0], "en": str(stored).replace("_", " ")})


def _joined(kind: Kind, values: list[Any]) -> str:
    if kind is Kind.SPANS:
        return "; ".join(f"{_clock(start)}-{_clock(end)}" for start, end in values)
    if kind is Kind.SEQUENCE:
        return "".join(f"{name}{days}" for name, days in values)
    return "; ".join(str(value) for value in values)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _lists(session: Session, key: str) -> dict[str, dict[int, str]]:
    """Columns that collect rows of another table, by the id their cell carries."""
    match key:
        case "Operators":
            skills = select(OperatorSkill.operator_id, Skill.code, OperatorSkill.grade).join(
                Skill, Skill.id == OperatorSkill.skill_id
            )
            return {"skills": _collected(session, skills, lambda code, grade: f"{code}:{grade}")}
        case "Tools":
            items = select(ToolItem.tool_type_id, Item.code, ToolItem.pieces_per_shot).join(
                Item, Item.id == ToolItem.item_id
            )
            return {"items": _collected(session, items, lambda code, count: f"{code}:{count}")}
        case "Routings":
            machines = (
                select(StepMachine.step_id, Machine.code, StepMachine.rate)
                .join(Machine, Machine.id == StepMachine.machine_id)
                .order_by(StepMachine.position)
            )
            tools = (
                select(StepTool.step_id, ToolType.code, StepTool.count)
                .join(ToolType, ToolType.id == StepTool.tool_type_id)
                .order_by(StepTool.position)
            )
            return {
                "machines": _collected(session, machines, _rated),
                "tool_type": _collected(session, tools, _rated),
            }
        case "UnitConversions":
            factors = select(
                UnitConversion.id, UnitConversion.numerator, UnitConversion.denominator
            )
            return {"factor": _collected(session, factors, _fraction)}
    return {}


def _fraction(numerator: Decimal, denominator: Decimal) -> str:
    return number(numerator) + ("" if denominator == 1 else f"/{number(denominator)}")


def _rated(code: str, figure: object) -> str:
    return code if figure is None else f"{code}:{figure}"


def _collected(session: Session, query: Query, text: Callable[[Any, Any], str]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for owner, code, figure in session.execute(query):
        found.setdefault(owner, []).append(text(code, figure))
    return {owner: "; ".join(parts) for owner, parts in found.items()}


# ---------------------------------------------------------------- the tables


def _items() -> Query:
    return (
        select(
            Item.code.label("item_code"),
            Item.name,
            Item.specification,
            Item.category,
            Item.family,
            Unit.code.label("base_unit"),
            Item.source,
            Item.pattern,
            Item.colour,
            Item.material,
            Item.length_mm,
            Item.weight_kg,
            Item.lead_time_days,
            Item.safety_stock,
            Item.scrap_pct,
            Item.pack_quantity.label("pack_qty"),
            Item.drawing_no,
            Item.drawing_revision.label("drawing_rev"),
        )
        .join(Unit, Unit.id == Item.unit_id)
        .order_by(Item.code)
    )


def _conversions() -> Query:
    other = aliased(Unit)
    return (
        select(
            Item.code.label("item_code"),
            Unit.code.label("unit"),
            other.code.label("other_unit"),
            UnitConversion.id.label("factor"),
            UnitConversion.kind,
            UnitConversion.rounding,
        )
        .join(Unit, Unit.id == UnitConversion.unit_id)
        .join(other, other.id == UnitConversion.other_unit_id)
        .outerjoin(Item, Item.id == UnitConversion.item_id)
        .order_by(Item.code, Unit.code)
    )


def _bom() -> Query:
    part = aliased(Item)
    return (
        select(
            Item.code.label("parent_code"),
            BillOfMaterial.revision,
            BomLine.line_no,
            part.code.label("component_code"),
            BomLine.quantity,
            Unit.code.label("unit"),
            BomLine.base_quantity.label("base_qty"),
            BomLine.quantity_kind.label("qty_kind"),
            BomLine.scrap_pct,
            BomLine.consumed_at_step,
            BomLine.line_kind,
            BomLine.note,
        )
        .select_from(BomLine)
        .join(BillOfMaterial, BillOfMaterial.id == BomLine.bom_id)
        .join(Item, Item.id == BillOfMaterial.item_id)
        .join(part, part.id == BomLine.component_id)
        .outerjoin(Unit, Unit.id == BomLine.unit_id)
        .order_by(Item.code, BillOfMaterial.revision, BomLine.line_no)
    )


def _routings() -> Query:
    run_skill = aliased(Skill)
    return (
        select(
            Item.code.label("item_code"),
            Routing.family,
            Routing.revision,
            RoutingStep.step_no,
            RoutingStep.name.label("step_name"),
            WorkCentre.code.label("work_centre"),
            RoutingStep.id.label("machines"),
            RoutingStep.predecessors,
            RoutingStep.setup_minutes.label("setup_min"),
            RoutingStep.rate,
            RoutingStep.rate_basis,
            RoutingStep.copies_min,
            RoutingStep.copies_max,
            RoutingStep.id.label("tool_type"),
            run_skill.code.label("run_skill"),
            RoutingStep.run_heads,
            RoutingStep.min_wait,
            RoutingStep.max_wait,
            RoutingStep.pausable,
            Supplier.code.label("supplier"),
            RoutingStep.instruction,
        )
        .select_from(RoutingStep)
        .join(Routing, Routing.id == RoutingStep.routing_id)
        .outerjoin(Item, Item.id == Routing.item_id)
        .outerjoin(WorkCentre, WorkCentre.id == RoutingStep.work_centre_id)
        .outerjoin(run_skill, run_skill.id == RoutingStep.run_skill_id)
        .outerjoin(Supplier, Supplier.id == RoutingStep.supplier_id)
        .order_by(Item.code, Routing.family, Routing.revision, RoutingStep.step_no)
    )


def _inspection_plans() -> Query:
    return (
        select(
            InspectionPlan.code.label("plan_code"),
            InspectionPlan.name.label("plan_name"),
            InspectionPlan.kind.label("type"),
            Item.code.label("item_code"),
            InspectionPlan.family,
            InspectionPlan.step_no,
            InspectionPlan.level,
            InspectionPlan.aql_critical,
            InspectionPlan.aql_major,
            InspectionPlan.aql_minor,
            Characteristic.number,
            Characteristic.name.label("characteristic"),
            Characteristic.critical,
            Characteristic.defect_class.label("class"),
            Characteristic.kind.label("reading"),
            Characteristic.nominal,
            Characteristic.lower,
            Characteristic.upper,
            Characteristic.unit,
            Characteristic.requirement,
            Characteristic.method,
            Characteristic.gauge,
            Characteristic.sample_size,
            Characteristic.frequency,
        )
        .select_from(Characteristic)
        .join(InspectionPlan, InspectionPlan.id == Characteristic.plan_id)
        .outerjoin(Item, Item.id == InspectionPlan.item_id)
        .order_by(InspectionPlan.code, Characteristic.number)
    )


def _machines() -> Query:
    return (
        select(
            Machine.code.label("machine_code"),
            Machine.name,
            Machine.area,
            WorkCentre.code.label("work_centre"),
            Machine.kind,
            Machine.capacity,
            Machine.capacity_unit.label("unit"),
            Calendar.code.label("calendar"),
            Machine.efficiency,
            Machine.attributes,
            Machine.state,
            Machine.down_until,
            Machine.owner,
        )
        .join(Calendar, Calendar.id == Machine.calendar_id)
        .outerjoin(WorkCentre, WorkCentre.id == Machine.work_centre_id)
        .order_by(Machine.code)
    )


def _maintenance() -> Query:
    scope = func.coalesce(Machine.code, ToolType.code)
    return (
        select(
            scope.label("scope"),
            Maintenance.name.label("task"),
            Maintenance.interval,
            Maintenance.interval_unit,
            Maintenance.last_at.label("last"),
            Maintenance.minutes,
            Maintenance.move_days,
        )
        .outerjoin(Machine, Machine.id == Maintenance.machine_id)
        .outerjoin(ToolType, ToolType.id == Maintenance.tool_type_id)
        .order_by(scope, Maintenance.name)
    )


def _tools() -> Query:
    copies = (
        select(func.count())
        .where(ToolCopy.tool_type_id == ToolType.id)
        .correlate(ToolType)
        .scalar_subquery()
    )
    return select(
        ToolType.code.label("tool_code"),
        ToolType.name,
        ToolType.kind,
        ToolType.cavities,
        copies.label("copies"),
        ToolType.id.label("items"),
        ToolType.machine_rule,
        ToolType.life_shots.label("life"),
        ToolType.service_every,
        ToolType.mount_minutes.label("mount_min"),
        ToolType.capacity.label("pool_size"),
    ).order_by(ToolType.code)


def _copies() -> Query:
    return (
        select(
            ToolType.code.label("tool_code"),
            ToolCopy.copy_no,
            ToolCopy.active_cavities,
            ToolCopy.shots_done,
            ToolCopy.state,
            ToolCopy.location,
            Machine.code.label("machine"),
            ToolCopy.available_from,
        )
        .join(ToolType, ToolType.id == ToolCopy.tool_type_id)
        .outerjoin(Machine, Machine.id == ToolCopy.machine_id)
        .order_by(ToolType.code, ToolCopy.id)
    )


def _operators() -> Query:
    return (
        select(
            Operator.code.label("badge"),
            Operator.name,
            Operator.team,
            Operator.area,
            Calendar.code.label("calendar"),
            Operator.id.label("skills"),
            Operator.efficiency,
            Operator.overtime_cap_hours.label("overtime_cap"),
            Operator.employed_from.label("from"),
            Operator.employed_to.label("to"),
            Operator.role,
        )
        .join(Calendar, Calendar.id == Operator.calendar_id)
        .order_by(Operator.code)
    )


def _shifts() -> Query:
    return (
        select(
            Calendar.code.label("calendar"),
            Shift.weekday,
            Shift.name.label("shift"),
            Shift.start_minute.label("start"),
            Shift.end_minute.label("end"),
            Shift.breaks,
            Shift.kind,
        )
        .join(Calendar, Calendar.id == Shift.calendar_id)
        .order_by(Calendar.code, Shift.weekday, Shift.start_minute)
    )


def _rotations() -> Query:
    return select(
        Rotation.team, Rotation.start_date.label("from"), Rotation.cycle_days, Rotation.sequence
    ).order_by(Rotation.team)


def _exceptions() -> Query:
    copy = ToolType.code + "#" + ToolCopy.copy_no
    scope = func.coalesce(Calendar.code, Machine.code, Operator.code, copy)
    return (
        select(
            scope.label("scope"),
            CalendarException.date_from.label("from"),
            CalendarException.date_to.label("to"),
            CalendarException.hours,
            CalendarException.kind,
            CalendarException.reason,
        )
        .outerjoin(Calendar, Calendar.id == CalendarException.calendar_id)
        .outerjoin(Machine, Machine.id == CalendarException.machine_id)
        .outerjoin(Operator, Operator.id == CalendarException.operator_id)
        .outerjoin(ToolCopy, ToolCopy.id == CalendarException.tool_copy_id)
        .outerjoin(ToolType, ToolType.id == ToolCopy.tool_type_id)
        .order_by(CalendarException.date_from, scope)
    )


def _setup_attributes() -> Query:
    return (
        select(
            WorkCentre.code.label("work_centre"),
            SetupAttribute.position,
            SetupAttribute.name,
            SetupAttribute.combine,
            SetupAttribute.default_minutes.label("default_min"),
            SetupAttribute.default_forbidden,
        )
        .join(WorkCentre, WorkCentre.id == SetupAttribute.work_centre_id)
        .order_by(WorkCentre.code, SetupAttribute.position)
    )


def _setup_groups() -> Query:
    return select(SetupGroup.attribute, SetupGroup.name, SetupGroup.members).order_by(
        SetupGroup.attribute, SetupGroup.name
    )


def _setup_pairs() -> Query:
    scope = func.coalesce(WorkCentre.code, Machine.code)
    return (
        select(
            scope.label("scope"),
            SetupPair.attribute,
            SetupPair.from_value.label("from"),
            SetupPair.to_value.label("to"),
            SetupPair.minutes,
            SetupPair.cost,
        )
        .outerjoin(WorkCentre, WorkCentre.id == SetupPair.work_centre_id)
        .outerjoin(Machine, Machine.id == SetupPair.machine_id)
        .order_by(scope, SetupPair.attribute, SetupPair.id)
    )


def _customers() -> Query:
    return select(
        Customer.code.label("customer_code"),
        Customer.short_name,
        Customer.name,
        Customer.city,
        Customer.grade,
        Customer.transit_days,
        Customer.ship_complete,
        Customer.safety_days,
    ).order_by(Customer.code)


def _suppliers() -> Query:
    return select(
        Supplier.code.label("supplier_code"), Supplier.name, Supplier.lead_time_days
    ).order_by(Supplier.code)


def _reasons() -> Query:
    return select(
        ReasonCode.category,
        ReasonCode.code.label("reason_code"),
        ReasonCode.name,
        ReasonCode.department,
    ).order_by(ReasonCode.category, ReasonCode.code)


def _stock() -> Query:
    """Balance per item, place and lot: what came in less what went out."""
    inside = Place.kind == LocationKind.PHYSICAL
    sign = case((StockMove.to_location_id == Place.id, 1), else_=literal_column("-1"))
    balance = func.sum(StockMove.quantity * sign, type_=StockMove.quantity.type)
    moved = (StockMove.to_location_id == Place.id) | (StockMove.from_location_id == Place.id)
    return (
        select(
            Item.code.label("item_code"),
            Place.code.label("location"),
            Lot.code.label("lot"),
            balance.label("quantity"),
            Unit.code.label("unit"),
            Lot.expires_on.label("expires"),
        )
        .select_from(StockMove)
        .join(Place, moved & inside)
        .join(Item, Item.id == StockMove.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .outerjoin(Lot, Lot.id == StockMove.lot_id)
        .group_by(Item.code, Place.code, Lot.code, Unit.code, Lot.expires_on)
        .having(balance != Decimal(0))
        .order_by(Item.code, Place.code, Lot.code)
    )


def _receipts() -> Query:
    return (
        select(
            (PurchaseOrder.code + "-" + PurchaseOrderLine.line_no).label("po_line"),
            Supplier.code.label("supplier"),
            Item.code.label("item_code"),
            PurchaseOrderLine.open_quantity,
            Unit.code.label("unit"),
            PurchaseOrderLine.confirmed_on.label("confirmed_date"),
            PurchaseOrderLine.confirmed,
            PurchaseOrderLine.kind,
            PurchaseOrderLine.note,
        )
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .join(Supplier, Supplier.id == PurchaseOrder.supplier_id)
        .join(Item, Item.id == PurchaseOrderLine.item_id)
        .outerjoin(Unit, Unit.id == PurchaseOrderLine.unit_id)
        .order_by(PurchaseOrderLine.confirmed_on, PurchaseOrder.code)
    )


_QUERIES: dict[str, Callable[[], Query]] = {
    "Items": _items,
    "BOM": _bom,
    "Routings": _routings,
    "InspectionPlans": _inspection_plans,
    "Machines": _machines,
    "Tools": _tools,
    "ToolCopies": _copies,
    "Operators": _operators,
    "Shifts": _shifts,
    "Exceptions": _exceptions,
    "Rotation": _rotations,
    "SetupAttributes": _setup_attributes,
    "SetupGroups": _setup_groups,
    "SetupMatrix": _setup_pairs,
    "Maintenance": _maintenance,
    "UnitConversions": _conversions,
    "Stock": _stock,
    "Receipts": _receipts,
    "Customers": _customers,
    "Suppliers": _suppliers,
    "ReasonCodes": _reasons,
}
