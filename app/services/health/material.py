"""Stock that cannot be as the ledger says."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.codes import code_key
from app.core.messages import message
from app.services import doctor
from app.services.health import places
from app.services.health.finding import Found, Place, Severity
from app.services.health.snapshot import SOON, Snapshot, Stock


def negative_stock(data: Snapshot) -> Iterator[Found]:
    """More was taken from a place than was ever there."""
    items = {code_key(item.code): item.id for item in data.items.values()}
    for code, location, quantity in doctor.stock_below_zero(data.session):
        yield Found(
            Severity.ERROR,
            Place("Stock", (("item_code", code), ("location", location)), "quantity"),
            message("health.negative", location=location, quantity=quantity),
            data.touched.of("item", items[code_key(code)]),
        )


def expired_stock(data: Snapshot) -> Iterator[Found]:
    """Lots past their date that count as free, and those that soon will be."""
    for row in data.stock:
        expires = row.lot.expires_on if row.lot is not None else None
        if expires is None or not row.free or row.quantity <= 0 or expires > data.today + SOON:
            continue
        over = expires < data.today
        yield Found(
            Severity.WARNING if over else Severity.NOTE,
            _place(row, "expires"),
            message("health.lot_expired" if over else "health.lot_expires", date=expires,
                    quantity=row.quantity, unit=data.units[row.item.unit_id].code),
            data.touched.of("item", row.item.id),
        )  # fmt: skip


def stock_without_lot(data: Snapshot) -> Iterator[Found]:
    """Items that are tracked by lot, lying there without one."""
    for row in data.stock:
        if row.item.lot_tracked and row.lot is None and row.quantity > 0:
            yield Found(
                Severity.NOTE,
                _place(row, "lot"),
                message("health.stock_without_lot", quantity=row.quantity,
                        location=row.location.code, unit=data.units[row.item.unit_id].code),
                data.touched.of("item", row.item.id),
            )  # fmt: skip


def stock_of_retired_items(data: Snapshot) -> Iterator[Found]:
    """Goods of items that nobody is to use any more."""
    for row in data.stock:
        if not row.item.active and row.quantity > 0:
            yield Found(
                Severity.NOTE,
                places.item(row.item, "status"),
                message("health.stock_of_retired", quantity=row.quantity,
                        location=row.location.code, unit=data.units[row.item.unit_id].code),
                data.touched.of("item", row.item.id),
            )  # fmt: skip


def _place(row: Stock, field: str) -> Place:
    lot = (("lot", row.lot.code),) if row.lot is not None else ()
    where = (("item_code", row.item.code), ("location", row.location.code))
    return Place("Stock", (*where, *lot), field)
