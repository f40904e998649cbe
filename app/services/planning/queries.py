"""What the schedule's screens show, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import PlanKind
from app.core.messages import Message
from app.core.working_time import moment
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.models.planning import Plan, UnplacedOperation
from app.models.plant import (
    Machine,
    Supplier,
    WorkCentre,
)
from app.models.products import Item, Unit
from app.services.planning.lanes import Horizon, mould_lanes, people_lanes
from app.services.planning.placed_columns import Ints, PlacedColumns, PlacedRows, columns_of
from app.services.planning.placed_rows import NOTHING, orders_of, read_placed
from app.services.planning.rows import (
    MachineLane,
    PlacementRow,
    PlanRow,
    PlanView,
    UnplacedRow,
)
from app.services.site import now_of, site_row

SUPPLIER_KIND = "supplier"
_PART = 900
"""Ids per statement: SQLite takes a limited number of values."""


def plan_view(database: Database, kind: str = "working") -> PlanView:
    """The working plan, or the newest published one; without a plan only lanes and shifts."""
    with database.read() as session:
        return read_view(session, _plan(session, PlanKind(kind)), kind)


def read_view(session: Session, plan: Plan | None, kind: str = "working") -> PlanView:
    """A stored plan as the session sees it (in a trial session: as it would be)."""
    settings = site_row(session)
    now = now_of(settings)
    placed = read_placed(session, plan.id, now=now) if plan is not None else NOTHING
    columns = columns_of(placed.rows)
    lanes = _lanes(session, {-lane for lane in np.unique(columns.machine).tolist() if lane < 0})
    last = moment(int(columns.end.max())) if len(columns) else now
    horizon = Horizon(session, ZoneInfo(settings.time_zone), now, last)
    return PlanView(
        plan=_plan_row(plan, PlanKind(kind), now),
        lanes=lanes,
        shifts=horizon.machine_shifts(),
        placements=placed.rows,
        unplaced=unplaced_rows(session, plan.id) if plan else (),
        links=placed.links,
        now=now,
        time_zone=settings.time_zone,
        people=people_lanes(session),
        moulds=mould_lanes(session),
        people_shifts=horizon.people_shifts(),
        turns=horizon.turns(),
        first_pieces=horizon.first_pieces(),
    )


def renewed_view(
    database: Database, view: PlanView, operation_ids: Collection[int]
) -> tuple[PlanView, Ints] | None:
    """The working plan after nothing but places of these operations have changed since ``view``
    was read, and which rows are others than before; None if it has to be read as a whole.

    Only their orders are read: an undo in a plan of 100,000 operations is seen at once.
    """
    if not isinstance(view.placements, PlacedRows):
        return None
    with database.read() as session:
        plan, settings = _plan(session, PlanKind.WORKING), site_row(session)
        if plan is None or plan.id != view.plan.id or settings.time_zone != view.time_zone:
            return None
        now = now_of(settings)
        placed = read_placed(session, plan.id, orders_of(session, operation_ids), now=now)
        found = view.placements.renewed(placed.rows)
        if found is None:
            return None
        rows, places = found
        if not set(operation_ids) <= set(rows.columns.operation[places].tolist()):
            return None
        if _frame(view, view.placements.columns, view.now) != _frame(view, rows.columns, now):
            return None
        unplaced = unplaced_rows(session, plan.id)
        return replace(
            view, plan=plan_row(plan), placements=rows, unplaced=unplaced, now=now
        ), places


def _frame(view: PlanView, columns: PlacedColumns, now: datetime) -> tuple[Any, ...]:
    """What the rest of a view depends on: its days, its subcontractors, and quotes that count."""
    zone = ZoneInfo(view.time_zone)
    days = (now.astimezone(zone).date(), moment(int(columns.end.max())).astimezone(zone).date())
    outside = np.unique(columns.machine[columns.machine < 0]).tolist()
    quotes = sum(
        1 for head in columns.heads if head.quote_until is not None and head.quote_until > now
    )
    return days, outside, quotes


def placements_by_id(
    database: Database, operation_ids: Collection[int]
) -> tuple[PlacementRow, ...]:
    """Rows of some operations in the working plan."""
    with database.read() as session:
        plan = _plan(session, PlanKind.WORKING)
        if plan is None:
            return ()
        rows = read_placed(session, plan.id, orders_of(session, operation_ids)).rows
        return tuple(row for row in rows if row.operation_id in operation_ids)


def unplaced_rows(session: Session, plan_id: int) -> tuple[UnplacedRow, ...]:
    """Operations a plan has no place for, with the reason."""
    rows = session.execute(
        select(
            UnplacedOperation.operation_id,
            ProductionOrder.code.label("order_number"),
            Operation.step_no,
            Operation.name,
            Item.code.label("item_code"),
            UnplacedOperation.reason,
            Operation.order_id,
            Operation.quantity,
            Unit.code.label("unit"),
        )
        .join(Operation, Operation.id == UnplacedOperation.operation_id)
        .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
        .join(Item, Item.id == ProductionOrder.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .where(UnplacedOperation.plan_id == plan_id)
        .order_by(ProductionOrder.code, Operation.step_no)
    )
    return tuple(
        UnplacedRow(
            row.operation_id,
            row.order_number,
            row.step_no,
            row.name,
            row.item_code,
            Message(row.reason["code"], row.reason.get("values", {})),
            row.order_id,
            row.quantity,
            row.unit,
        )
        for row in rows
    )


def _plan(session: Session, kind: PlanKind) -> Plan | None:
    newest = select(Plan).where(Plan.kind == kind).order_by(Plan.revision.desc()).limit(1)
    return session.scalars(newest).first()


def _plan_row(plan: Plan | None, kind: PlanKind, now: datetime) -> PlanRow:
    if plan is None:
        return PlanRow(0, kind.value, 0, now, "", "", None, None, {})
    return plan_row(plan)


def plan_row(plan: Plan) -> PlanRow:
    return PlanRow(
        plan.id,
        plan.kind.value,
        plan.revision,
        plan.created_at,
        plan.created_by,
        plan.policy,
        plan.planning_now,
        plan.status,
        dict(plan.objective),
    )


def _lanes(session: Session, suppliers: set[int]) -> tuple[MachineLane, ...]:
    rows = session.execute(
        select(Machine, WorkCentre.code.label("centre"))
        .outerjoin(WorkCentre, WorkCentre.id == Machine.work_centre_id)
        .order_by(Machine.id)
    )
    lanes = [
        MachineLane(
            machine.id,
            machine.code,
            machine.name,
            centre or "",
            machine.kind,
            machine.capacity,
            machine.capacity_unit,
            machine.active,
            machine.calendar_id,
        )
        for machine, centre in rows
    ]
    if suppliers:
        outside = session.scalars(
            select(Supplier).where(Supplier.id.in_(suppliers)).order_by(Supplier.id)
        )
        lanes += [
            MachineLane(-row.id, row.code, row.name, "", SUPPLIER_KIND, 1, "", row.active)
            for row in outside
        ]
    return tuple(lanes)
