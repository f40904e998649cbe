"""Material for the plan: stock and receipts against what the recipes need.

No quantity counts twice: what a component's own order makes goes to its parent (a precedence, no
stock), reserved goods go to their order, and only the rest is pooled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.choices import ItemSource, LocationKind, LotStatus, OperationState
from app.core.messages import Message, message
from app.core.quantity import SCALE, scaled
from app.models.materials import Lot, PurchaseOrder, PurchaseOrderLine, StockMove
from app.models.orders import Operation, OperationIssue, ProductionOrder
from app.models.plant import Location
from app.models.products import Item
from app.scheduling import problem as engine
from app.services.planning.plant_records import Clock
from app.services.products.conversion import Units

NOBODY = 0
"""Reservation key of pooled goods."""

ENDLESS = Decimal(10**9)
"""Quantity that can be bought within an item's lead time."""


@dataclass(slots=True)
class _Pool:
    """Free and reserved supply of one item; receipts as (tick, quantity)."""

    stock: defaultdict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    receipts: defaultdict[int, list[tuple[int, Decimal]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def take(self, order_id: int, quantity: Decimal) -> tuple[Decimal, int]:
        """Cover a need from what is reserved for the order: what is left, and when the last
        piece taken arrives."""
        arrival = -engine.FOREVER
        taken = min(self.stock[order_id], quantity)
        self.stock[order_id] -= taken
        quantity -= taken
        waiting = sorted(self.receipts[order_id])
        self.receipts[order_id] = []
        for tick, amount in waiting:
            used = min(amount, quantity)
            quantity -= used
            if used > 0:
                arrival = max(arrival, tick)
            if amount > used:
                self.receipts[order_id].append((tick, amount - used))
        return quantity, arrival


class Supply:
    """Supply and demand of one problem, by operation."""

    def __init__(
        self,
        session: Session,
        clock: Clock,
        orders: Iterable[ProductionOrder],
        needs: Mapping[int, list[tuple[int, Decimal]]],
        owners: Mapping[int, int],
    ) -> None:
        """``needs`` and ``owners`` (orders) by operation."""
        self._clock = clock
        self._orders = {order.id: order for order in orders}
        self._pools: defaultdict[int, _Pool] = defaultdict(_Pool)
        self._items = {row.id: row for row in session.scalars(select(Item))}
        self._numbers: dict[int, int] = {}
        self._consumes: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self._produces: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self._release: dict[int, int] = {}
        self._assumed: set[str] = set()
        self._issued: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
        for issue in session.scalars(select(OperationIssue)):
            self._issued[issue.operation_id, issue.item_id] += issue.quantity
        self.has_issues = {operation for (operation, _), q in self._issued.items() if q > 0}
        self.tracked = self._load_stock(session) | self._load_receipts(session)
        if self.tracked:
            self._spread(session, needs, owners)

    def materials(self) -> tuple[engine.Material, ...]:
        return tuple(self._material(item) for item in self._numbers)

    def consumes(self, operation_id: int) -> tuple[tuple[int, int], ...]:
        return tuple(self._consumes[operation_id])

    def produces(self, operation_id: int) -> tuple[tuple[int, int], ...]:
        return tuple(self._produces[operation_id])

    def reserved_release(self, operation_id: int) -> int:
        """When goods reserved for the operation's order have all arrived."""
        return self._release.get(operation_id, -engine.FOREVER)

    def warnings(self) -> tuple[Message, ...]:
        if not self.tracked:
            return (message("planning.no_stock_recorded"),)
        if self._assumed:
            items = sorted(self._assumed)
            return (message("planning.bought_in_time", count=len(items), items=items),)
        return ()

    # ------------------------------------------------------------ supply

    def _load_stock(self, session: Session) -> bool:
        """Balance of physical locations, free lots only. False if nothing is recorded at all."""
        inside = select(Location.id).where(Location.kind == LocationKind.PHYSICAL)
        blocked = select(Lot.id).where(Lot.status != LotStatus.FREE)
        total = func.sum(StockMove.quantity)
        recorded = False
        for column, sign in ((StockMove.to_location_id, 1), (StockMove.from_location_id, -1)):
            rows = session.execute(
                select(StockMove.item_id, StockMove.reserved_order_id, total)
                .where(
                    column.in_(inside),
                    StockMove.status == LotStatus.FREE,
                    StockMove.lot_id.is_(None) | StockMove.lot_id.not_in(blocked),
                )
                .group_by(StockMove.item_id, StockMove.reserved_order_id)
            )
            for item_id, order_id, quantity in rows:
                recorded = True
                self._pools[item_id].stock[self._owner(order_id)] += sign * quantity
        return recorded

    def _load_receipts(self, session: Session) -> bool:
        units = Units.load(session)
        recorded = False
        rows = session.scalars(
            select(PurchaseOrderLine)
            .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
            .where(PurchaseOrderLine.open_quantity > 0)
            .order_by(PurchaseOrderLine.id)
        )
        for row in rows:
            recorded = True
            item = self._items[row.item_id]
            unit = item.unit_id if row.unit_id is None else row.unit_id
            quantity = units.convert(row.open_quantity, item.id, unit, item.unit_id, exact=True)
            usable = row.confirmed_on + timedelta(days=row.inspection_days)
            tick = max(self._clock.day_start(usable), self._clock.now)
            pool = self._pools[row.item_id]
            pool.receipts[self._owner(row.reserved_order_id)].append((tick, quantity))
        return recorded

    def _owner(self, order_id: int | None) -> int:
        """Goods reserved for an order that is not scheduled (any more) stay out of the pool."""
        return NOBODY if order_id is None else order_id

    # ------------------------------------------------------------ demand

    def _spread(
        self,
        session: Session,
        needs: Mapping[int, list[tuple[int, Decimal]]],
        owners: Mapping[int, int],
    ) -> None:
        from_children = self._made_for_parents()
        for operation_id, lines in needs.items():
            order_id = owners[operation_id]
            for item_id, quantity in lines:
                left = quantity - self._issued[operation_id, item_id]
                covered = min(from_children[order_id, item_id], max(left, Decimal(0)))
                from_children[order_id, item_id] -= covered
                self._consume(operation_id, order_id, item_id, left - covered)
        self._pool_stock_orders(session)

    def _made_for_parents(self) -> defaultdict[tuple[int, int], Decimal]:
        made: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
        for order in self._orders.values():
            if order.parent_order_id is not None:
                made[order.parent_order_id, order.item_id] += order.base_quantity
        return made

    def _consume(self, operation_id: int, order_id: int, item_id: int, quantity: Decimal) -> None:
        if quantity <= 0:
            return
        quantity, arrival = self._pools[item_id].take(order_id, quantity)
        if arrival > -engine.FOREVER:
            self._release[operation_id] = max(self.reserved_release(operation_id), arrival)
        if quantity > 0:
            self._consumes[operation_id].append((self._number(item_id), scaled(quantity)))

    def _pool_stock_orders(self, session: Session) -> None:
        """Orders to stock (no customer, no parent) supply what others consume."""
        for order in self._orders.values():
            pooled = order.customer_id is None and order.parent_order_id is None
            if not pooled or order.item_id not in self._numbers:
                continue
            last = session.scalars(
                select(Operation)
                .where(Operation.order_id == order.id, Operation.state != OperationState.DONE)
                .order_by(Operation.step_no.desc())
                .limit(1)
            ).first()
            if last is not None:
                amount = (self._numbers[order.item_id], scaled(order.base_quantity))
                self._produces[last.id].append(amount)

    def _number(self, item_id: int) -> int:
        return self._numbers.setdefault(item_id, len(self._numbers))

    def _material(self, item_id: int) -> engine.Material:
        item, pool = self._items[item_id], self._pools[item_id]
        receipts = [(tick, scaled(quantity)) for tick, quantity in pool.receipts[NOBODY]]
        if item.source is ItemSource.BUY and item.lead_time_days > 0:
            tick = self._clock.now + item.lead_time_days * 24 * 60
            receipts.append((tick, int(ENDLESS) * SCALE))
            self._assumed.add(item.code)
        stock = max(pool.stock[NOBODY], Decimal(0))
        return engine.Material(item.code, scaled(stock), tuple(sorted(receipts)))
