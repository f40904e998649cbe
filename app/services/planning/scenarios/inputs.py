"""What goes into a solve, as one hash: another one later means that a result is stale."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, Text, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import ColumnElement

from app.core.choices import SCHEDULED_STATES, OperationState, PlanKind
from app.models import materials, orders, planning, plant, products
from app.models.access import Site
from app.models.base import Base
from app.services.planning.scenarios.applying import Numbered
from app.services.planning.scenarios.stored_edits import as_json

_WORDS = frozenset(
    {
        "version", "remark", "requirements", "reason", "note", "area", "owner", "city",
        "customer_po", "external_no", "deposit", "drawing_ok", "sample_ok", "merchandiser",
        "planner", "specification", "client_key", "created_at", "print_count", "promised_at",
        "first_promised_at", "promise_changes", "revision", "code_key", "routing_revision",
        "bom_revision", "sales_order_line_id", "customer_item", "document", "price", "unit_price",
        "location", "stale",
    }
)  # fmt: skip
"""Columns that the engine never sees: a remark makes no plan stale."""

_NAMED = frozenset(
    {
        orders.Operation, plant.Calendar, plant.WorkCentre, plant.Machine, plant.Maintenance,
        plant.ToolType, plant.Skill, plant.Operator, plant.Supplier,
    }
)  # fmt: skip
"""Whose names are words only; those of shifts and setup attributes decide what belongs together."""

_WHOLE: tuple[type[Base], ...] = (
    orders.BatchMember, orders.OperationIssue, plant.Calendar, plant.Shift,
    plant.CalendarException, plant.Rotation, plant.WorkCentre, plant.Machine, plant.Maintenance,
    plant.SetupAttribute, plant.SetupGroup, plant.SetupPair, plant.ToolType, plant.ToolItem,
    plant.ToolCopy, plant.Skill, plant.Operator, plant.OperatorSkill, plant.Supplier,
    materials.Lot, materials.PurchaseOrderLine, products.UnitConversion,
)  # fmt: skip
_ITEM = (
    products.Item.id, products.Item.setup_attributes, products.Item.source,
    products.Item.lead_time_days, products.Item.unit_id,
)  # fmt: skip


def base_hash(session: Session) -> str:
    """Of the plant, its open work and the working plan; texts and the clock do not count."""
    digest = hashlib.sha256()

    def take(*found: Any) -> None:
        digest.update(json.dumps(found, default=str, separators=(",", ":")).encode())

    site = session.get_one(Site, 1)
    take(site.time_zone, site.safety_days, site.calendar_id, site.planning_now)
    for model in _WHOLE:
        for row in session.execute(select(*_columns(model)).order_by(model.id)):
            take(*row)
    for row in session.execute(select(*map(_plain, _ITEM)).order_by(products.Item.id)):
        take(*row)
    # The ledger is only ever added to.
    take(*session.execute(select(func.count(), func.max(materials.StockMove.id))).one())
    order, operation = orders.ProductionOrder, orders.Operation
    wanted = order.state.in_(SCHEDULED_STATES) | order.pre_plan
    for row in session.execute(select(*_columns(order)).where(wanted).order_by(order.id)):
        take(*row)
    for row in session.execute(
        select(*_columns(operation))
        .join(order, order.id == operation.order_id)
        .where(wanted, operation.state != OperationState.DONE)
        .order_by(operation.id)
    ):
        take(*row)
    placement, plan = planning.Placement, planning.Plan
    for row in session.execute(
        select(placement.operation_id, placement.machine_id, placement.supplier_id,
               placement.start_at, placement.end_at)
        .join(plan, plan.id == placement.plan_id)
        .where(plan.kind == PlanKind.WORKING)
        .order_by(placement.operation_id)
    ):  # fmt: skip
        take(*row)
    return digest.hexdigest()


def input_hash(base: str, steps: Sequence[Numbered]) -> str:
    """Of the base and the edits on it."""
    edits = [[seq, step.kind, as_json(step)] for seq, step in steps]
    return hashlib.sha256(f"{base}{json.dumps(edits, sort_keys=True)}".encode()).hexdigest()


def _columns(model: type[Base]) -> list[ColumnElement[Any]]:
    return [
        _plain(getattr(model, each.key))
        for each in model.__mapper__.column_attrs
        if each.key not in _WORDS and not (each.key == "name" and model in _NAMED)
    ]


def _plain(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """JSON as its text: it need not be understood to be compared."""
    return cast(column, Text) if isinstance(column.type, JSON) else column.expression
