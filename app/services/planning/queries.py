"""What the schedule's screens show, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.core.choices import OperationState, PlanKind
from app.core.messages import Message
from app.core.working_time import moment
from app.models.database import Database
from app.models.orders import CapacityHold, Operation, ProductionOrder
from app.models.planning import Placement, Plan, UnplacedOperation
from app.models.plant import (
    Customer,
    Machine,
    Operator,
    Supplier,
    ToolCopy,
    ToolType,
    WorkCentre,
)
from app.models.products import Item, Unit
from app.services.planning.lanes import Horizon, mould_lanes, people_lanes, share_of_places
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
    found: list[Row[Any]] = []
    if plan is not None:
        found = list(session.execute(_placements(plan.id)))
    names = _Names.load(session)
    placements = tuple(
        row for row in _rows(found, names) if row.quote_until is None or row.quote_until > now
    )
    lanes = _lanes(session, {row.supplier_id for row in found if row.supplier_id})
    last = max((row.end for row in placements), default=now)
    horizon = Horizon(session, ZoneInfo(settings.time_zone), now, last)
    return PlanView(
        plan=_plan_row(plan, PlanKind(kind), now),
        lanes=lanes,
        shifts=horizon.machine_shifts(),
        placements=placements,
        unplaced=unplaced_rows(session, plan.id) if plan else (),
        links=_links(found),
        now=now,
        time_zone=settings.time_zone,
        people=people_lanes(session),
        moulds=mould_lanes(session),
        people_shifts=horizon.people_shifts(),
        turns=horizon.turns(),
    )


def placements_by_id(
    database: Database, operation_ids: Collection[int]
) -> tuple[PlacementRow, ...]:
    """Rows of some operations in the working plan."""
    with database.read() as session:
        plan = _plan(session, PlanKind.WORKING)
        if plan is None:
            return ()
        names = _Names.load(session)
        ids = sorted(operation_ids)
        found: list[Row[Any]] = []
        for start in range(0, len(ids), _PART):
            part = Placement.operation_id.in_(ids[start : start + _PART])
            found += session.execute(_placements(plan.id).where(part))
        return tuple(_rows(found, names))


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


def lane_id(machine_id: int | None, supplier_id: int | None) -> int:
    """Machines by their id, subcontractors by their id made negative."""
    return machine_id if machine_id is not None else -(supplier_id or 0)


@dataclass(frozen=True, slots=True)
class _Names:
    """Codes of what placements name by id."""

    machines: Mapping[int, str]
    suppliers: Mapping[int, str]
    tools: Mapping[int, str]
    operators: Mapping[int, str]
    capacities: Mapping[int, int]
    """Of machines with several places."""

    @classmethod
    def load(cls, session: Session) -> _Names:
        copies = session.execute(
            select(ToolCopy.id, ToolType.code, ToolCopy.copy_no).join(
                ToolType, ToolType.id == ToolCopy.tool_type_id
            )
        )
        tools = {row.id: f"{row.code}#{row.copy_no}" for row in copies}
        # A pool is named by its type, with a negative id.
        pools = session.execute(select(ToolType.id, ToolType.code))
        tools |= {-number: code for number, code in pools}
        machines = session.execute(select(Machine.id, Machine.code))
        shared = select(Machine.id, Machine.capacity).where(
            Machine.kind == "cumulative", Machine.capacity > 1
        )
        suppliers = session.execute(select(Supplier.id, Supplier.code))
        operators = session.execute(select(Operator.id, Operator.name))
        return cls(
            dict(machines.all()),
            dict(suppliers.all()),
            tools,
            dict(operators.all()),
            dict(session.execute(shared).all()),
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


def _placements(plan_id: int) -> Select[Any]:
    ends = (
        select(Operation.order_id, func.max(Placement.end_at).label("order_end"))
        .join(Operation, Operation.id == Placement.operation_id)
        .where(Placement.plan_id == plan_id)
        .group_by(Operation.order_id)
        .subquery()
    )
    return (
        select(
            Placement.operation_id,
            Placement.machine_id,
            Placement.supplier_id,
            Placement.copies,
            Placement.setup_start_at,
            Placement.start_at,
            Placement.end_at,
            Placement.segments,
            Placement.tools,
            Placement.crew,
            Operation.order_id,
            Operation.step_no,
            Operation.name.label("step_name"),
            Operation.definition,
            Operation.quantity,
            Operation.good,
            Operation.state,
            Operation.pin_machine_id,
            Operation.pin_start,
            Operation.stale,
            ProductionOrder.code.label("order_number"),
            ProductionOrder.type.label("order_type"),
            ProductionOrder.internal_due,
            ProductionOrder.priority,
            CapacityHold.expires_at.label("quote_until"),
            CapacityHold.owner.label("quote_owner"),
            Item.code.label("item_code"),
            Item.name.label("item_name"),
            Item.family,
            Item.setup_attributes,
            Unit.code.label("unit"),
            Customer.short_name.label("customer"),
            ends.c.order_end,
        )
        .join(Operation, Operation.id == Placement.operation_id)
        .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
        .join(Item, Item.id == ProductionOrder.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .outerjoin(Customer, Customer.id == ProductionOrder.customer_id)
        .join(ends, ends.c.order_id == Operation.order_id)
        .outerjoin(
            CapacityHold,
            (CapacityHold.order_id == ProductionOrder.id) & CapacityHold.ended_at.is_(None),
        )
        .where(Placement.plan_id == plan_id)
        .order_by(Placement.start_at, Placement.operation_id)
    )


def _rows(found: Sequence[Row[Any]], names: _Names) -> Iterable[PlacementRow]:
    ends = {(row.order_id, row.step_no): row.end_at for row in found}
    for row in found:
        late = (row.order_end - row.internal_due) // timedelta(minutes=1)
        people = dict.fromkeys(int(one[0]) for one in row.crew)
        lane = lane_id(row.machine_id, row.supplier_id)
        yield PlacementRow(
            operation_id=row.operation_id,
            order_id=row.order_id,
            order_number=row.order_number,
            order_type=row.order_type.value,
            step_no=row.step_no,
            step_name=row.step_name,
            item_code=row.item_code,
            item_name=row.item_name,
            customer=row.customer or "",
            quantity=row.quantity,
            unit=row.unit,
            machine_id=lane,
            machine_code=(
                names.machines.get(lane, "") if lane > 0 else names.suppliers.get(-lane, "")
            ),
            setup_start=row.setup_start_at,
            start=row.start_at,
            end=row.end_at,
            segments=tuple((moment(start), moment(end)) for start, end in row.segments),
            tools=tuple(names.tools.get(int(tool), "") for tool in row.tools),
            operators=tuple(names.operators.get(person, "") for person in people),
            due=row.internal_due,
            order_end=row.order_end,
            late_minutes=max(late, 0),
            progress=share(row.good, row.quantity),
            pin_machine=row.pin_machine_id is not None,
            pin_start=row.pin_start is not None,
            started=row.state is OperationState.RUNNING,
            stale=row.stale,
            priority=row.priority,
            family=family_of(row.setup_attributes, row.family),
            tool_ids=tuple(row.tools),
            held_until=_held_until(row, ends) if row.tools else None,
            quote_until=row.quote_until,
            quote_owner=row.quote_owner or "",
            crew=tuple((person, start, end, setup) for person, start, end, setup in row.crew),
            share=(
                share_of_places(row.definition, row.quantity, row.copies, names.capacities[lane])
                if lane in names.capacities
                else 1.0
            ),
        )


def _held_until(row: Row[Any], ends: Mapping[tuple[int, int], datetime]) -> datetime | None:
    """When the step that lets the tools go ends; None when that is this one, or it has no place."""
    steps = [use[2] for use in row.definition.get("tools", ()) if len(use) > 2 and use[2]]
    until = [ends[row.order_id, step] for step in steps if (row.order_id, step) in ends]
    return max((end for end in until if end > row.end_at), default=None)


def family_of(setup_attributes: list[Any], family: str) -> str:
    """What colours bars alike: the first setup value, else the item's family."""
    first = str(setup_attributes[0]) if setup_attributes and setup_attributes[0] else ""
    return first or family


def share(done: Decimal, all_: Decimal) -> float:
    """Part done, between 0 and 1."""
    return min(float(done / all_), 1.0) if all_ > 0 else 0.0


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


def _links(found: Iterable[Row[Any]]) -> tuple[tuple[int, int], ...]:
    """Precedences between placed operations of one order."""
    by_order: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in found:
        by_order[row.order_id].append(row)
    links = []
    for rows in by_order.values():
        rows.sort(key=lambda row: row.step_no)
        parts: defaultdict[int, list[int]] = defaultdict(list)
        whole = {row.step_no: row.definition.get("split_of") or row.step_no for row in rows}
        for row in rows:
            parts[whole[row.step_no]].append(row.operation_id)
        for position, row in enumerate(rows):
            wanted = row.definition.get("links")
            if wanted is None:
                before = [rows[position - 1].step_no] if position else []
            else:
                before = [link[0] for link in wanted]
            for step in before:
                links += [(one, row.operation_id) for one in parts[whole.get(step, step)]]
    return tuple(links)
