"""The data as all checks of one run see it: read once, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from app.core.choices import (
    SCHEDULED_STATES,
    LocationKind,
    LotStatus,
    OperationState,
    OrderState,
    PlanKind,
)
from app.core.step import StepDefinition, from_json
from app.models.base import Base
from app.models.materials import Lot, PurchaseOrderLine, StockMove
from app.models.orders import Operation, ProductionOrder
from app.models.planning import Placement, Plan
from app.models.plant import (
    Calendar,
    Customer,
    Location,
    Machine,
    Operator,
    Rotation,
    SetupAttribute,
    Skill,
    Supplier,
    ToolType,
    WorkCentre,
)
from app.models.products import (
    BillOfMaterial,
    Item,
    Routing,
    RoutingStep,
    Unit,
    UnitConversion,
)
from app.services.products.conversion import Units
from app.services.products.recipes import Recipes
from app.services.references import columns_to
from app.services.site import now_of, site_row

SOON = timedelta(days=30)
"""What ends within this time is said in advance."""

T = TypeVar("T", bound=Base)


@dataclass(frozen=True, slots=True)
class OpenOperation:
    """An operation still to be done, of an order that is scheduled (or pre-planned)."""

    id: int
    order_id: int
    item_id: int
    step_no: int
    step: StepDefinition
    pieces: Decimal
    running: bool
    stale: bool


@dataclass(frozen=True, slots=True)
class Stock:
    """A balance of the ledger in a physical location."""

    item: Item
    location: Location
    lot: Lot | None
    free: bool
    quantity: Decimal


class Snapshot:
    """``today`` and ``now`` are the site's planning date. Records by id, in the order of ids."""

    def __init__(self, session: Session) -> None:
        self.session = session
        settings = site_row(session)
        self.zone = ZoneInfo(settings.time_zone)
        self.now: datetime = now_of(settings)
        self.today: date = self.now.astimezone(self.zone).date()
        self.items = self._all(Item)
        self.units = self._all(Unit)
        self.customers = self._all(Customer)
        self.suppliers = self._all(Supplier)
        self.machines = self._all(Machine)
        self.centres = self._all(WorkCentre)
        self.calendars = self._all(Calendar)
        self.skills = self._all(Skill)
        self.locations = self._all(Location)
        self.operators = self._all(Operator, selectinload(Operator.skills))
        self.tools = self._all(
            ToolType, selectinload(ToolType.items), selectinload(ToolType.copies)
        )
        steps = selectinload(Routing.steps)
        self.routings = self._all(
            Routing, steps.selectinload(RoutingStep.machines), steps.selectinload(RoutingStep.tools)
        )
        self.boms = self._all(BillOfMaterial, selectinload(BillOfMaterial.lines))
        self.conversions = self._all(UnitConversion)
        self.setup_attributes = self._all(SetupAttribute)
        self.rotations = list(self._all(Rotation).values())
        self.orders = self._all(ProductionOrder)
        converting = Units(self.units.values(), self.conversions.values())
        self.recipes = Recipes(
            self.items.values(), self.routings.values(), self.boms.values(), converting
        )

    def _all(self, model: type[T], *options: Any) -> dict[int, T]:
        rows = self.session.scalars(select(model).options(*options).order_by(model.id))
        return {row.id: row for row in rows}

    # ------------------------------------------------------------ what is made, and how

    @cached_property
    def made(self) -> dict[int, Routing]:
        """Active items with a routing in force today: item id → that routing."""
        found = {}
        for item in self.active_items:
            routing = self.recipes.routing(item.id, self.today)
            if routing is not None and routing.steps:
                found[item.id] = routing
        return found

    @property
    def active_items(self) -> Iterator[Item]:
        return (item for item in self.items.values() if item.active)

    @cached_property
    def routings_in_force(self) -> dict[int, tuple[Routing, list[Item]]]:
        """Routings that some item is made by today, with those items."""
        found: dict[int, tuple[Routing, list[Item]]] = {}
        for item_id, routing in self.made.items():
            found.setdefault(routing.id, (routing, []))[1].append(self.items[item_id])
        return found

    def machines_of(self, step: RoutingStep) -> list[Machine]:
        """Active machines that are listed for the step, else those of its work centre."""
        listed = {row.machine_id for row in step.machines}
        return [
            machine
            for machine in self.machines.values()
            if machine.active
            and (machine.id in listed if listed else self._in_centre(machine, step))
        ]

    @staticmethod
    def _in_centre(machine: Machine, step: RoutingStep) -> bool:
        return step.work_centre_id is not None and machine.work_centre_id == step.work_centre_id

    # ------------------------------------------------------------ open work

    @cached_property
    def operations(self) -> list[OpenOperation]:
        rows = self.session.execute(
            select(
                Operation.id,
                Operation.order_id,
                ProductionOrder.item_id,
                Operation.step_no,
                Operation.definition,
                Operation.quantity,
                Operation.good,
                Operation.scrap,
                Operation.rework,
                Operation.state,
                Operation.remaining,
                Operation.stale,
            )
            .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
            .where(
                ProductionOrder.state.in_(SCHEDULED_STATES) | ProductionOrder.pre_plan,
                Operation.state != OperationState.DONE,
            )
            .order_by(Operation.order_id, Operation.step_no)
        )
        found = []
        for row in rows:
            running = row.state is OperationState.RUNNING
            left = max(row.quantity - row.good - row.scrap - row.rework, Decimal(0))
            pieces = row.remaining if running and row.remaining is not None else left
            if pieces > 0 or running:
                step = from_json(row.definition)
                found.append(
                    OpenOperation(row.id, row.order_id, row.item_id, row.step_no, step, pieces,
                                  running, row.stale)
                )  # fmt: skip
        return found

    @cached_property
    def touched(self) -> Touched:
        return Touched(self)

    @cached_property
    def late(self) -> dict[int, int]:
        """Order id → minutes it ends after its internal due in the working plan, late ones only."""
        rows = self.session.execute(
            select(Operation.order_id, func.max(Placement.end_at))
            .join(Operation, Operation.id == Placement.operation_id)
            .join(Plan, Plan.id == Placement.plan_id)
            .where(Plan.kind == PlanKind.WORKING)
            .group_by(Operation.order_id)
        )
        found = {}
        for order_id, end in rows:
            minutes = int((end - self.orders[order_id].internal_due).total_seconds() // 60)
            if minutes > 0:
                found[order_id] = minutes
        return found

    @cached_property
    def live_orders(self) -> list[ProductionOrder]:
        """Orders somebody still waits for, drafts and those on hold among them."""
        ended = {OrderState.COMPLETED, OrderState.CLOSED, OrderState.REJECTED, OrderState.CANCELLED}
        return [order for order in self.orders.values() if order.state not in ended]

    # ------------------------------------------------------------ used elsewhere

    def referred_to(self, kind: str, but_for: Iterable[str] = ()) -> frozenset[int]:
        """Ids of the records of a table that rows of other tables (``but_for`` some) point to."""
        found: set[int] = set()
        for column in columns_to(kind):
            if column.table.name in but_for:
                continue
            query = select(column).where(column.is_not(None)).distinct()
            found |= set(self.session.scalars(query))
        return frozenset(found)

    # ------------------------------------------------------------ material

    @cached_property
    def purchase_lines(self) -> list[PurchaseOrderLine]:
        """Open ones."""
        return list(
            self.session.scalars(
                select(PurchaseOrderLine)
                .where(PurchaseOrderLine.open_quantity > 0)
                .order_by(PurchaseOrderLine.id)
            )
        )

    @cached_property
    def stock(self) -> list[Stock]:
        """Balances other than nothing, by item, location, lot and status."""
        lots = self._all(Lot)
        sums: defaultdict[tuple[int, int, int | None, bool], Decimal] = defaultdict(Decimal)
        total = func.sum(StockMove.quantity)
        for column, sign in ((StockMove.to_location_id, 1), (StockMove.from_location_id, -1)):
            rows = self.session.execute(
                select(StockMove.item_id, column, StockMove.lot_id, StockMove.status, total)
                .group_by(StockMove.item_id, column, StockMove.lot_id, StockMove.status)
            )  # fmt: skip
            for item, location, lot, status, quantity in rows:
                sums[item, location, lot, status is LotStatus.FREE] += sign * quantity
        return [
            Stock(self.items[item], self.locations[location], lots.get(lot or 0), free, quantity)
            for (item, location, lot, free), quantity in sorted(
                sums.items(), key=lambda pair: (pair[0][:2], pair[0][2] or 0, pair[0][3])
            )
            if quantity and self.locations[location].kind is LocationKind.PHYSICAL
        ]


class Touched:
    """Which open operations a record touches: by what their steps, orders and materials name."""

    def __init__(self, data: Snapshot) -> None:
        self._by: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        centre_machines: defaultdict[int, list[int]] = defaultdict(list)
        for machine in data.machines.values():
            if machine.work_centre_id is not None:
                centre_machines[machine.work_centre_id].append(machine.id)
        for operation in data.operations:
            self._note(data, operation, centre_machines)

    def _note(
        self, data: Snapshot, operation: OpenOperation, centre_machines: defaultdict[int, list[int]]
    ) -> None:
        step, order = operation.step, data.orders[operation.order_id]
        keys: list[tuple[str, int | None]] = [
            ("order", order.id),
            ("item", operation.item_id),
            ("made", operation.item_id),
            ("customer", order.customer_id),
            ("order_unit", order.unit_id),
            ("centre", step.work_centre),
            ("skill", step.setup_skill if step.setup_heads else None),
            ("skill", step.run_skill if step.run_heads else None),
            ("supplier", step.supplier),
        ]
        listed = [rate.machine for rate in step.machines]
        keys += [("machine", m) for m in listed or centre_machines[step.work_centre or 0]]
        keys += [("tool", use.tool_type) for use in step.tools]
        keys += [("item", need.item) for need in step.materials]
        for kind, record_id in keys:
            if record_id is not None:
                self._by[kind, record_id].add(operation.id)

    def of(self, kind: str, ids: int | Iterable[int] | None) -> frozenset[int]:
        """Ids of the open operations that touch one of the records.

        ``kind``: item (made or consumed), made (orders for it), order, customer, order_unit,
        machine, centre, tool, skill, supplier.
        """
        wanted: Iterable[int] = (ids,) if isinstance(ids, int) else ids or ()
        return frozenset(number for i in wanted for number in self._by.get((kind, i), ()))
