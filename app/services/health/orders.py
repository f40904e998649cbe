"""Orders that contradict themselves or the master data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.core.messages import message
from app.services import doctor
from app.services.health import places
from app.services.health.finding import Found, Severity
from app.services.health.snapshot import Snapshot


def due_before_order_date(data: Snapshot) -> Iterator[Found]:
    """Wanted before it was ordered."""
    for order in data.live_orders:
        wanted = order.requested_at.astimezone(data.zone).date()
        if order.order_date is not None and wanted < order.order_date:
            yield Found(
                Severity.WARNING,
                places.order(order.code, "requested"),
                message("health.due_before_order", date=wanted, ordered=order.order_date),
                data.touched.of("order", order.id),
            )


def orders_without_operations(data: Snapshot) -> Iterator[Found]:
    """Approved, and nothing to do."""
    for number in doctor.orders_without_work(data.session):
        yield Found(Severity.ERROR, places.order(number), message("health.order_without_work"))


def orders_for_retired_items(data: Snapshot) -> Iterator[Found]:
    """Still to be made, though the item is retired."""
    for order in data.live_orders:
        item = data.items[order.item_id]
        if not item.active:
            yield Found(
                Severity.WARNING,
                places.order(order.code, "item_code"),
                message("health.order_retired_item", code=item.code),
                data.touched.of("order", order.id),
            )


def stale_operations(data: Snapshot) -> Iterator[Found]:
    """Operations that are older than the routing or recipe they were made by."""
    stale = [operation for operation in data.operations if operation.stale]
    for order_id, count in Counter(operation.order_id for operation in stale).items():
        order = data.orders[order_id]
        yield Found(
            Severity.WARNING,
            places.order(order.code),
            message("health.stale", count=count, code=data.items[order.item_id].code),
            frozenset(o.id for o in stale if o.order_id == order_id),
        )
