"""Where a record is used: every foreign key that leads to it, found from the schema itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, func, inspect, select
from sqlalchemy.orm import Session

from app.core.messages import Message, message
from app.models import Base
from app.models import orders as o
from app.models import plant as p
from app.models import products as r
from app.models import quality as q

MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Use:
    """``count`` records of one kind (table name) use it; some of them by name."""

    kind: str
    count: int
    examples: tuple[str, ...]

    @property
    def text(self) -> Message:
        names = list(self.examples) + (["…"] if self.count > len(self.examples) else [])
        return message("masters.use", kind=kind_name(self.kind), count=self.count, names=names)


def kind_name(table: str) -> Message:
    """What people call the records of a table."""
    return message(f"masters.kind_{table}")


def uses(
    session: Session, model: type[Any], record_id: int, most: int = MOST_EXAMPLES
) -> tuple[Use, ...]:
    """Everything that refers to a record, but for the parts it owns itself (its own shifts …).

    ``most``: so many users of one kind are named.
    """
    owned = _owned(model)
    found = []
    for table, column in references(model):
        if table.name in owned:
            continue
        users = select(table.c.id).where(column == record_id)
        count = session.scalar(select(func.count()).select_from(users.subquery())) or 0
        if count:
            ids = session.scalars(users.order_by(table.c.id).limit(most)).all()
            found.append(Use(table.name, count, tuple(_names(session, table.name, ids))))
    return _by_kind(found, most)


def _by_kind(found: Iterable[Use], most: int) -> tuple[Use, ...]:
    """One entry for a kind that refers by several columns."""
    merged: dict[str, Use] = {}
    for use in found:
        old = merged.get(use.kind)
        if old is not None:
            examples = tuple(dict.fromkeys((*old.examples, *use.examples)))[:most]
            use = Use(use.kind, old.count + use.count, examples)
        merged[use.kind] = use
    return tuple(merged.values())


def references(model: type[Any]) -> list[tuple[Table, ColumnElement[Any]]]:
    """(table, column) of every foreign key that leads to the table of ``model``."""
    target = model.__tablename__
    return [
        (table, column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == target for key in column.foreign_keys)
    ]


def _owned(model: type[Any]) -> set[str]:
    return {
        relation.mapper.local_table.name
        for relation in inspect(model).relationships
        if relation.cascade.delete_orphan
    }


# ---------------------------------------------------------------- names of what uses it


def _names(session: Session, table: str, ids: Iterable[int]) -> list[str]:
    chosen = list(ids)
    named = _NAMES.get(table)
    if named is not None:
        rows = session.execute(named(chosen)).all()
        return [" · ".join(str(part) for part in row if part not in (None, "")) for row in rows]
    columns = Base.metadata.tables[table].c
    if "code" in columns:
        return [str(code) for code in session.scalars(select(columns.code)
                .where(columns.id.in_(chosen)))]  # fmt: skip
    return [f"#{number}" for number in chosen]


Named = Callable[[list[int]], Any]
_NAMES: dict[str, Named] = {
    "bom_line": lambda ids: (
        select(r.Item.code, r.BillOfMaterial.revision, r.BomLine.line_no)
        .join(r.BillOfMaterial, r.BillOfMaterial.id == r.BomLine.bom_id)
        .join(r.Item, r.Item.id == r.BillOfMaterial.item_id)
        .where(r.BomLine.id.in_(ids))
    ),
    "bill_of_material": lambda ids: (
        select(r.Item.code, r.BillOfMaterial.revision)
        .join(r.Item, r.Item.id == r.BillOfMaterial.item_id)
        .where(r.BillOfMaterial.id.in_(ids))
    ),
    "routing": lambda ids: (
        select(r.Item.code, r.Routing.family, r.Routing.revision)
        .outerjoin(r.Item, r.Item.id == r.Routing.item_id)
        .where(r.Routing.id.in_(ids))
    ),
    "routing_step": lambda ids: (
        select(r.Item.code, r.Routing.family, r.RoutingStep.step_no)
        .join(r.Routing, r.Routing.id == r.RoutingStep.routing_id)
        .outerjoin(r.Item, r.Item.id == r.Routing.item_id)
        .where(r.RoutingStep.id.in_(ids))
    ),
    "step_machine": lambda ids: _of_step(r.StepMachine, ids),
    "step_tool": lambda ids: _of_step(r.StepTool, ids),
    "tool_copy": lambda ids: (
        select(p.ToolType.code, p.ToolCopy.copy_no)
        .join(p.ToolType, p.ToolType.id == p.ToolCopy.tool_type_id)
        .where(p.ToolCopy.id.in_(ids))
    ),
    "tool_item": lambda ids: (
        select(p.ToolType.code)
        .join(p.ToolItem, p.ToolType.id == p.ToolItem.tool_type_id)
        .where(p.ToolItem.id.in_(ids))
    ),
    "operator_skill": lambda ids: (
        select(p.Operator.code, p.Operator.name)
        .join(p.OperatorSkill, p.Operator.id == p.OperatorSkill.operator_id)
        .where(p.OperatorSkill.id.in_(ids))
    ),
    "operation": lambda ids: (
        select(o.ProductionOrder.code, o.Operation.step_no)
        .join(o.ProductionOrder, o.ProductionOrder.id == o.Operation.order_id)
        .where(o.Operation.id.in_(ids))
    ),
    "placement": lambda ids: _of_plan(ids),
    "shift": lambda ids: (
        select(p.Calendar.code, p.Shift.name)
        .join(p.Calendar, p.Calendar.id == p.Shift.calendar_id)
        .where(p.Shift.id.in_(ids))
    ),
    "calendar_exception": lambda ids: (
        select(p.CalendarException.date_from, p.CalendarException.reason)
        .where(p.CalendarException.id.in_(ids))
    ),
    "characteristic": lambda ids: (
        select(q.InspectionPlan.code, q.Characteristic.number)
        .join(q.Characteristic, q.InspectionPlan.id == q.Characteristic.plan_id)
        .where(q.Characteristic.id.in_(ids))
    ),
    "maintenance": lambda ids: select(p.Maintenance.name).where(p.Maintenance.id.in_(ids)),
    "setup_pair": lambda ids: (
        select(p.SetupPair.attribute, p.SetupPair.from_value, p.SetupPair.to_value)
        .where(p.SetupPair.id.in_(ids))
    ),
    "setup_attribute": lambda ids: (
        select(p.WorkCentre.code, p.SetupAttribute.name)
        .join(p.WorkCentre, p.WorkCentre.id == p.SetupAttribute.work_centre_id)
        .where(p.SetupAttribute.id.in_(ids))
    ),
}  # fmt: skip


def _of_step(model: type[Any], ids: list[int]) -> Any:
    return (
        select(r.Item.code, r.Routing.family, r.RoutingStep.step_no)
        .select_from(model)
        .join(r.RoutingStep, r.RoutingStep.id == model.step_id)
        .join(r.Routing, r.Routing.id == r.RoutingStep.routing_id)
        .outerjoin(r.Item, r.Item.id == r.Routing.item_id)
        .where(model.id.in_(ids))
    )


def _of_plan(ids: list[int]) -> Any:
    from app.models.planning import Placement

    return (
        select(o.ProductionOrder.code, o.Operation.step_no)
        .join(o.Operation, o.ProductionOrder.id == o.Operation.order_id)
        .join(Placement, Placement.operation_id == o.Operation.id)
        .where(Placement.id.in_(ids))
    )
