"""Orders that are only asked about: as their form would make them, and nothing is written.

They live in a reading session and are forgotten with it. What is new has negative ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import ROUND_UP, Decimal
from itertools import count
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.core.choices import OperationState, OrderState, OrderType, RequestedKind
from app.core.codes import code_key
from app.core.errors import NotFound
from app.core.messages import message
from app.models.base import Base
from app.models.orders import Operation, ProductionOrder
from app.models.plant import Customer
from app.models.products import Item, Unit
from app.services.orders.edits import (
    NEW_OPERATIONS,
    changed_fields,
    descendants,
    fill_order,
    form_of,
    recipes_of,
    require_untouched,
)
from app.services.orders.numbers import draw_number
from app.services.orders.operations import component_orders, operations_of, released_quantity
from app.services.orders.rows import OrderForm
from app.services.products.recipes import Recipes
from app.services.site import SiteRow, now_of, site_row

R = TypeVar("R", bound=Base)
Work = dict[ProductionOrder, Sequence[Operation]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """An order made in two parts: ``now`` pieces first (base unit), ``later`` the rest.

    ``first`` and ``rest``: ids of the parts' orders, components included.
    """

    now: Decimal
    later: Decimal
    first: tuple[int, ...]
    rest: tuple[int, ...]


@dataclass(slots=True)
class AskedOrder:
    """``work``: the order (first) and its components' orders, then the parts of ``deliveries``.

    ``own``: ids of the order and its components; ``unit``: base unit of the item. ``new``: nothing
    of it is in the tables; ``as_saved``: all of it is, just so.
    """

    order: ProductionOrder
    item: Item
    unit: str
    customer: Customer | None
    recipes: Recipes
    settings: SiteRow
    form: OrderForm
    own: tuple[int, ...]
    work: Work
    new: bool
    as_saved: bool = False
    deliveries: list[Delivery] = field(default_factory=list)


def asked_order(
    session: Session, *, order_id: int | None = None, number: str = "",
    form: OrderForm | None = None, parts: int = 0, now: datetime | None = None,
) -> AskedOrder:  # fmt: skip
    """A new order by its ``form``; or one in the tables, as it is or as ``form`` would change it.

    ``parts``: into how many equal steps its quantity is cut for two deliveries (0 = none).
    Errors: ``NotFound``; ``RuleBroken`` naming what is wrong in the form or in the recipe.
    """
    order = _standing(session, order_id, number)
    asking = _Asking(session, now)
    if order is None and form is not None:
        found = asking.new(form)
    elif order is not None:
        found = asking.standing(order, form)
    else:
        raise NotFound(message("orders.gone"))
    if parts and asking.untouched(found):
        asking.cut(found, parts)
    return found


def _standing(session: Session, order_id: int | None, number: str) -> ProductionOrder | None:
    if order_id is None and not number:
        return None
    wanted = (
        ProductionOrder.id == order_id
        if order_id is not None
        else ProductionOrder.code_key == code_key(number)
    )
    order = session.scalars(select(ProductionOrder).where(wanted)).one_or_none()
    if order is None:
        known = number or str(order_id)
        raise NotFound(message("promise.no_order", order=known))
    return order


class _Asking:
    def __init__(self, session: Session, now: datetime | None) -> None:
        self._session = session
        self._settings = site_row(session)
        zone = ZoneInfo(self._settings.time_zone)
        self._local = (now or now_of(self._settings)).astimezone(zone)
        self._order_ids, self._operation_ids = count(-1, -1), count(-1, -1)

    @property
    def _on(self) -> date:
        return self._local.date()

    def new(self, form: OrderForm) -> AskedOrder:
        """As ``CreateOrder`` would make it."""
        session, settings = self._session, self._settings
        recipes = recipes_of(session, form)
        kind = OrderType(form.type)
        order = ProductionOrder(
            code=(form.number or "").strip() or draw_number(session, kind, self._local),
            order_date=self._on,
            state=OrderState.APPROVED,
            requested_kind=RequestedKind.EX_WORKS,
            created_at=datetime.now(UTC),
        )
        complete(order)
        fill_order(session, order, form, recipes, settings)
        order.id = next(self._order_ids)
        work = self._made(order, recipes)
        form = replace(form, number=order.code)
        return self._found(order, form, work, recipes, new=True)

    def standing(self, order: ProductionOrder, form: OrderForm | None) -> AskedOrder:
        """As it is, or as ``ChangeOrder`` would leave it."""
        session = self._session
        before = form_of(session, order)
        after = before if form is None else form
        changed = changed_fields(before, after)
        family = [order, *descendants(session, order.id)]
        recipes = recipes_of(session, after)
        if NEW_OPERATIONS & set(changed):
            for member in family:
                require_untouched(session, member, code="orders.in_production")
            fill_order(session, order, after, recipes, self._settings)
            work: Work = dict.fromkeys(family[1:], ())
            return self._found(order, after, self._made(order, recipes) | work, recipes, new=False)
        if changed:
            fill_order(session, order, after, recipes, self._settings)
        found = self._found(order, after, self._rows(family), recipes, new=False)
        found.as_saved = not changed
        return found

    def untouched(self, found: AskedOrder) -> bool:
        """Whether all of it is still to be made."""
        nothing = Decimal(0)
        return all(
            row.state is OperationState.PENDING and row.good == row.scrap == nothing
            for operations in found.work.values()
            for row in operations
        )

    def cut(self, found: AskedOrder, parts: int) -> None:
        """Adds its two-part makings: 1/n first, 2/n first … with the rest after."""
        recipes = found.recipes
        whole = found.order.base_quantity
        step = found.item.pack_quantity or Decimal(1)
        tried: set[Decimal] = set()
        for part in range(1, parts):
            now = (whole * part / parts / step).to_integral_value(ROUND_UP) * step
            if now >= whole or now in tried:
                continue
            tried.add(now)
            first = self._part(found, recipes, now, f"{found.order.code}~{part}a")
            rest = self._part(found, recipes, whole - now, f"{found.order.code}~{part}b")
            found.deliveries.append(
                Delivery(now, whole - now, tuple(o.id for o in first), tuple(o.id for o in rest))
            )
            found.work |= first | rest

    def _part(
        self, found: AskedOrder, recipes: Recipes, quantity: Decimal, code: str
    ) -> dict[ProductionOrder, Sequence[Operation]]:
        whole = found.order
        order = ProductionOrder(
            id=next(self._order_ids),
            code=code,
            parent_order_id=whole.parent_order_id,
            customer_id=whole.customer_id,
            item_id=whole.item_id,
            unit_id=found.item.unit_id,
            quantity=quantity,
            base_quantity=quantity,
            released_quantity=released_quantity(quantity, found.item),
            requested_at=whole.requested_at,
            internal_due=whole.internal_due,
            priority=whole.priority,
            earliest_start=whole.earliest_start,
            order_date=whole.order_date,
            state=whole.state,
            created_at=whole.created_at,
        )
        complete(order)
        return self._made(order, recipes)

    # ------------------------------------------------------------ records

    def _made(self, order: ProductionOrder, recipes: Recipes) -> Work:
        """The order's operations, and its components' orders with theirs, all levels down."""
        work: Work = {}
        level: list[tuple[ProductionOrder, tuple[int, ...]]] = [(order, ())]
        while level:
            below: list[tuple[ProductionOrder, tuple[int, ...]]] = []
            for one, path in level:
                work[one] = [self._numbered(row) for row in operations_of(one, recipes, self._on)]
                for child in component_orders(one, recipes, self._on, path):
                    child.id = next(self._order_ids)
                    complete(child)
                    below.append((child, (*path, one.item_id)))
            level = below
        return work

    def _numbered(self, row: Operation) -> Operation:
        row.id = next(self._operation_ids)
        complete(row)
        return row

    def _rows(self, family: Sequence[ProductionOrder]) -> Work:
        found: Work = {}
        for order in family:
            found[order] = self._session.scalars(
                select(Operation).where(Operation.order_id == order.id).order_by(Operation.step_no)
            ).all()
        return found

    def _found(
        self, order: ProductionOrder, form: OrderForm, work: Work, recipes: Recipes, *, new: bool
    ) -> AskedOrder:
        session = self._session
        customer = session.get(Customer, order.customer_id) if order.customer_id else None
        own = tuple(one.id for one, rows in work.items() if rows)
        item = session.get_one(Item, order.item_id)
        unit = session.get_one(Unit, item.unit_id)
        return AskedOrder(
            order, item, unit.code, customer, recipes, self._settings, form, own, work, new
        )


def complete(record: R) -> R:
    """The defaults of the columns, which a record that is never written does not get."""
    for name, value in _defaults(type(record)):
        if getattr(record, name) is None:
            setattr(record, name, value)
    return record


def _defaults(kind: type[Base]) -> Iterator[tuple[str, object]]:
    for attribute in inspect(kind).column_attrs:
        default = attribute.columns[0].default
        if default is not None and default.is_scalar:
            yield attribute.key, default.arg
        elif default is not None and default.is_callable:
            yield attribute.key, default.arg(None)
