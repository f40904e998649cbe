"""Material: lots, the ledger of stock moves, purchase orders."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.choices import LotStatus, PurchaseKind
from app.models.base import TABLE_OPTIONS, Base, Coded, Versioned, ref
from app.models.types import Choice


class Lot(Coded, Base):
    """A lot of one item. ``reserved_order_id``: kept for one order."""

    __tablename__ = "lot"
    __table_args__ = (UniqueConstraint("item_id", "code_key"), TABLE_OPTIONS)

    code_key: Mapped[str] = mapped_column(sort_order=-8)
    item_id: Mapped[int] = ref("item.id")
    status: Mapped[LotStatus] = mapped_column(Choice(LotStatus), default=LotStatus.FREE)
    produced_on: Mapped[date | None]
    expires_on: Mapped[date | None]


class StockMove(Base):
    """One line of the append-only ledger; stock is what the moves add up to.

    ``quantity`` > 0 in the item's base unit. ``client_key`` comes from the sender: a repeat
    counts once. Mistakes are reversed by another move, never edited.
    """

    __tablename__ = "stock_move"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="positive"),
        Index(None, "item_id", "to_location_id"),
        TABLE_OPTIONS,
    )

    client_key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    item_id: Mapped[int] = ref("item.id")
    lot_id: Mapped[int | None] = ref("lot.id")
    from_location_id: Mapped[int] = ref("location.id")
    to_location_id: Mapped[int] = ref("location.id")
    quantity: Mapped[Decimal]
    status: Mapped[LotStatus] = mapped_column(Choice(LotStatus), default=LotStatus.FREE)
    reserved_order_id: Mapped[int | None] = ref("production_order.id")
    unit_price: Mapped[Decimal | None]
    document: Mapped[str] = mapped_column(default="")


class SupplierItem(Versioned, Base):
    """A supplier's terms for an item."""

    __tablename__ = "supplier_item"
    __table_args__ = (UniqueConstraint("supplier_id", "item_id"), TABLE_OPTIONS)

    supplier_id: Mapped[int] = ref("supplier.id")
    item_id: Mapped[int] = ref("item.id")
    lead_time_days: Mapped[int | None]
    minimum: Mapped[Decimal | None]
    price: Mapped[Decimal | None]
    priority: Mapped[int] = mapped_column(default=1)


class PurchaseOrder(Coded, Base):
    __tablename__ = "purchase_order"

    supplier_id: Mapped[int] = ref("supplier.id")
    ordered_on: Mapped[date | None]

    lines: Mapped[list[PurchaseOrderLine]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="PurchaseOrderLine.id"
    )


class PurchaseOrderLine(Versioned, Base):
    """``open_quantity`` is still to come, in ``unit_id`` (NULL = base unit).

    ``confirmed_on`` is the day of arrival; the goods are usable after ``inspection_days``.
    """

    __tablename__ = "purchase_order_line"
    __table_args__ = (
        UniqueConstraint("purchase_order_id", "line_no"),
        CheckConstraint("open_quantity >= 0", name="open"),
        TABLE_OPTIONS,
    )

    purchase_order_id: Mapped[int] = ref("purchase_order.id")
    line_no: Mapped[str]
    kind: Mapped[PurchaseKind] = mapped_column(Choice(PurchaseKind), default=PurchaseKind.PURCHASE)
    item_id: Mapped[int] = ref("item.id")
    open_quantity: Mapped[Decimal]
    unit_id: Mapped[int | None] = ref("unit.id")
    requested_on: Mapped[date | None]
    confirmed_on: Mapped[date]
    confirmed: Mapped[bool] = mapped_column(default=True)
    inspection_days: Mapped[int] = mapped_column(default=0)
    transport: Mapped[str] = mapped_column(default="")
    reserved_order_id: Mapped[int | None] = ref("production_order.id")
    price: Mapped[Decimal | None]
    note: Mapped[str] = mapped_column(default="")
