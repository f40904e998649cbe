"""Counted stock and open purchases into the ledger and the purchase orders."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import LotStatus
from app.core.codes import code_key
from app.core.errors import RuleBroken
from app.models.database import OPENING
from app.models.materials import Lot, PurchaseOrder, PurchaseOrderLine, StockMove
from app.services.exchange.records import Record
from app.services.exchange.target import Target, taken
from app.services.products.conversion import Units

Place = tuple[int, int | None, int, LotStatus, int | None]
"""Item, lot, location, status, order it is reserved for."""


def stock(target: Target, actor: str) -> None:
    """Each row says what was counted; the ledger gets the difference from the opening place."""
    if not target.records["Stock"]:
        return
    lots = {(row.item_id, row.code_key): row for row in target.session.scalars(select(Lot))}
    before, last = ledger(target.session)
    known = set(before)
    opening = target.find("location", OPENING)
    units = Units.load(target.session)
    seen: dict[Place, Record] = {}
    for record in target.records["Stock"]:
        item = target.ref(record, "item_code", "item")
        location = target.ref(record, "location", "location")
        order = target.ref(record, "reserved_order", "order")
        if item is None or location is None or opening is None:
            continue
        if item.lot_tracked and "lot" not in record.values:
            target.error(record, "lot_needed", "lot", item=item.code)
            continue
        quantity = _base_quantity(target, units, record, "quantity", item)
        if quantity is None:
            continue
        lot = _lot(target, record, lots, item)
        status = record.values.get("status", LotStatus.FREE)
        place: Place = (item.id, lot.id if lot else None, location.id, status,
                        order.id if order is not None else None)  # fmt: skip
        if place in seen:
            target.error(record, "double_record", "item_code", row=seen[place].row)
            continue
        seen[place] = record
        difference = quantity - before[place]
        if difference == 0:
            target.count(record, "unchanged" if place in known else "new")
            continue
        inward = difference > 0
        target.session.add(
            StockMove(
                client_key=_move_key(record, place, last.get(place, 0), quantity),
                at=datetime.now(UTC), actor=actor, item_id=item.id, lot_id=place[1],
                from_location_id=opening.id if inward else location.id,
                to_location_id=location.id if inward else opening.id,
                quantity=abs(difference), status=status, reserved_order_id=place[4],
                unit_price=record.values.get("unit_price"),
                document=f"{record.values['counted_on']:%Y-%m-%d}",
            )
        )  # fmt: skip
        target.count(record, "changed" if place in known else "new")


def balances(session: Session) -> defaultdict[Place, Decimal]:
    """What the ledger adds up to, at every place it ever mentioned."""
    return ledger(session)[0]


def ledger(session: Session) -> tuple[defaultdict[Place, Decimal], dict[Place, int]]:
    """The balances, and the last move at each place."""
    sums: defaultdict[Place, Decimal] = defaultdict(Decimal)
    last: dict[Place, int] = {}
    for move in session.scalars(select(StockMove).order_by(StockMove.id)):
        rest = (move.status, move.reserved_order_id)
        there: Place = (move.item_id, move.lot_id, move.to_location_id, *rest)
        here: Place = (move.item_id, move.lot_id, move.from_location_id, *rest)
        sums[there] += move.quantity
        sums[here] -= move.quantity
        last[there] = last[here] = move.id
    return sums, last


def _lot(target: Target, record: Record, lots: dict[Any, Lot], item: Any) -> Lot | None:
    code = record.values.get("lot")
    if code is None:
        return None
    key = (item.id, code_key(code))
    lot = lots.get(key)
    values = taken(record, {"produced": "produced_on", "expires": "expires_on"}, Lot)
    if lot is None:
        lot = Lot(code=code, item_id=item.id, **values)
        target.session.add(lot)
        target.session.flush()
        lots[key] = lot
        return lot
    for name, value in values.items():
        if getattr(lot, name) != value:
            setattr(lot, name, value)
            target.count(record, "changed")
    return lot


def _base_quantity(
    target: Target, units: Units, record: Record, key: str, item: Any
) -> Decimal | None:
    """The quantity in the item's base unit; an error if its unit does not convert."""
    quantity: Decimal = record.values[key]
    unit = target.ref(record, "unit", "unit")
    if unit is None:
        return quantity
    if unit.id not in units:
        units = Units.load(target.session)
    try:
        return units.convert(quantity, item.id, unit.id, item.unit_id, exact=True)
    except RuleBroken as refused:
        target.refuse(record, refused.message, "unit")
        return None


def _move_key(record: Record, place: Place, last: int, after: Decimal) -> str:
    """The same count on top of the same ledger is the same move, however often it is sent."""
    text = repr((place, last, after, record.values["counted_on"]))
    return "count-" + hashlib.sha256(text.encode()).hexdigest()[:40]


def receipts(target: Target) -> None:
    orders = {row.code_key: row for row in target.session.scalars(select(PurchaseOrder))}
    lines = {(row.purchase_order_id, row.line_no): row
             for row in target.session.scalars(select(PurchaseOrderLine))}  # fmt: skip
    names = {"open_quantity": "open_quantity", "requested": "requested_on",
             "confirmed_date": "confirmed_on", "confirmed": "confirmed",
             "inspection_days": "inspection_days", "transport": "transport", "kind": "kind",
             "price": "price", "note": "note"}  # fmt: skip
    for record in target.records["Receipts"]:
        supplier = target.ref(record, "supplier", "supplier")
        item = target.ref(record, "item_code", "item")
        if supplier is None or item is None:
            continue
        number, dash, line_no = record.values["po_line"].rpartition("-")
        if not dash or not number or not line_no:
            target.error(record, "no_line_number", "po_line")
            continue
        head = orders.get(code_key(number))
        if head is None:
            head = PurchaseOrder(code=number, supplier_id=supplier.id)
            target.session.add(head)
            target.session.flush()
            orders[head.code_key] = head
        if head.supplier_id != supplier.id:
            head.supplier_id = supplier.id
            target.count(record, "changed")
        values = taken(record, names, PurchaseOrderLine)
        values |= {"purchase_order_id": head.id, "line_no": line_no, "item_id": item.id}
        for key, kind, attribute in (("unit", "unit", "unit_id"),
                                     ("reserved_order", "order", "reserved_order_id")):  # fmt: skip
            target.link(record, values, key, kind, attribute)
        place = (head.id, line_no)
        lines[place] = target.put(record, PurchaseOrderLine, lines.get(place), values)
