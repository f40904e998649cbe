"""Customer orders, production orders, their operations and cards."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.choices import OperationState, OrderState, OrderType, RequestedKind
from app.models.base import TABLE_OPTIONS, Base, Coded, Versioned, ref
from app.models.types import Choice


class SalesOrder(Coded, Base):
    """What a customer ordered in one go; ``ship_complete``: all lines on one truck."""

    __tablename__ = "sales_order"

    customer_id: Mapped[int | None] = ref("customer.id")
    customer_po: Mapped[str] = mapped_column(default="")
    order_date: Mapped[date | None]
    ship_complete: Mapped[bool] = mapped_column(default=False)

    lines: Mapped[list[SalesOrderLine]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="SalesOrderLine.line_no"
    )


class SalesOrderLine(Versioned, Base):
    """One line; ``line_no`` is text, as customers number their lines their own way."""

    __tablename__ = "sales_order_line"
    __table_args__ = (UniqueConstraint("sales_order_id", "line_no"), TABLE_OPTIONS)

    sales_order_id: Mapped[int] = ref("sales_order.id")
    line_no: Mapped[str]
    item_id: Mapped[int | None] = ref("item.id")
    customer_item: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Decimal | None]
    unit_id: Mapped[int | None] = ref("unit.id")
    requested_at: Mapped[datetime | None]
    promised_at: Mapped[datetime | None]


class ProductionOrder(Coded, Base):
    """An order to make one item; ``code`` is the order number.

    Three quantities: ``quantity`` in the ordered unit, ``base_quantity`` in the item's unit,
    ``released_quantity`` (base unit) with the allowance for loss. ``rush_…``: who asked that others
    give way to it, and who allowed it, when it was put before them. ``internal_due`` is what the
    plan aims at: requested (less transit) less safety days. ``client_key`` comes from the form
    that made the order, so that a repeat counts once.
    """

    __tablename__ = "production_order"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND base_quantity > 0", name="positive"),
        CheckConstraint("priority BETWEEN 1 AND 9", name="priority"),
        TABLE_OPTIONS,
    )

    client_key: Mapped[str | None] = mapped_column(unique=True)
    external_no: Mapped[str | None] = mapped_column(index=True)
    type: Mapped[OrderType] = mapped_column(Choice(OrderType), default=OrderType.NORMAL)
    sales_order_line_id: Mapped[int | None] = ref("sales_order_line.id")
    parent_order_id: Mapped[int | None] = ref("production_order.id")
    customer_id: Mapped[int | None] = ref("customer.id")
    customer_po: Mapped[str] = mapped_column(default="")
    customer_item: Mapped[str] = mapped_column(default="")
    item_id: Mapped[int] = ref("item.id")
    quantity: Mapped[Decimal]
    unit_id: Mapped[int] = ref("unit.id")
    base_quantity: Mapped[Decimal]
    released_quantity: Mapped[Decimal]
    over_pct: Mapped[Decimal] = mapped_column(default=Decimal(0))
    under_pct: Mapped[Decimal] = mapped_column(default=Decimal(0))
    order_date: Mapped[date | None]
    requested_at: Mapped[datetime]
    requested_kind: Mapped[RequestedKind] = mapped_column(
        Choice(RequestedKind), default=RequestedKind.EX_WORKS
    )
    promised_at: Mapped[datetime | None]
    first_promised_at: Mapped[datetime | None]
    promise_changes: Mapped[int] = mapped_column(default=0)
    internal_due: Mapped[datetime] = mapped_column(index=True)
    safety_days: Mapped[int | None]
    priority: Mapped[int] = mapped_column(default=5)
    earliest_start: Mapped[datetime | None]
    ship_complete: Mapped[bool] = mapped_column(default=False)
    deliveries: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[OrderState] = mapped_column(
        Choice(OrderState), default=OrderState.DRAFT, index=True
    )
    pre_plan: Mapped[bool] = mapped_column(default=False)
    deposit: Mapped[bool | None]
    drawing_ok: Mapped[bool | None]
    sample_ok: Mapped[bool | None]
    specification: Mapped[dict[str, Any]] = mapped_column(default=dict)
    requirements: Mapped[str] = mapped_column(default="")
    remark: Mapped[str] = mapped_column(default="")
    merchandiser: Mapped[str] = mapped_column(default="")
    planner: Mapped[str] = mapped_column(default="")
    routing_revision: Mapped[str] = mapped_column(default="")
    bom_revision: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    rush_asked_by: Mapped[str] = mapped_column(default="", server_default="")
    rush_approved_by: Mapped[str] = mapped_column(default="", server_default="")
    rush_approved_at: Mapped[datetime | None]

    operations: Mapped[list[Operation]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Operation.step_no"
    )
    cards: Mapped[list[Card]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Card.number"
    )


class Operation(Versioned, Base):
    """One step of one order.

    ``definition`` is the routing step as it was when the order was made
    (``app.core.step.StepDefinition`` as JSON). ``remaining``: pieces left of running work.
    ``running_tools``: ids of the copies in use. ``pin_machine_id`` and ``pin_start`` are two
    separate wishes of a person. ``stale``: the routing has changed since.
    """

    __tablename__ = "operation"
    __table_args__ = (UniqueConstraint("order_id", "step_no"), TABLE_OPTIONS)

    order_id: Mapped[int] = ref("production_order.id")
    step_no: Mapped[int]
    name: Mapped[str]
    definition: Mapped[dict[str, Any]]
    quantity: Mapped[Decimal]
    good: Mapped[Decimal] = mapped_column(default=Decimal(0))
    scrap: Mapped[Decimal] = mapped_column(default=Decimal(0))
    rework: Mapped[Decimal] = mapped_column(default=Decimal(0))
    state: Mapped[OperationState] = mapped_column(
        Choice(OperationState), default=OperationState.PENDING
    )
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    remaining: Mapped[Decimal | None]
    running_machine_id: Mapped[int | None] = ref("machine.id")
    running_tools: Mapped[list[Any]] = mapped_column(default=list)
    running_operators: Mapped[list[Any]] = mapped_column(default=list)
    place: Mapped[str] = mapped_column(default="")
    remark: Mapped[str] = mapped_column(default="")
    pin_machine_id: Mapped[int | None] = ref("machine.id")
    pin_start: Mapped[datetime | None]
    stale: Mapped[bool] = mapped_column(default=False)


class CapacityHold(Versioned, Base):
    """Capacity kept for a quote: the order is a draft that is planned, each operation pinned.

    From ``expires_at`` on nobody plans it any more. ``places`` [[operation id, machine id, start in
    minutes since 1970 UTC]...]. ``how_ended``: released, expired or confirmed; "" while it holds.
    """

    __tablename__ = "capacity_hold"

    order_id: Mapped[int] = mapped_column(
        ForeignKey("production_order.id", ondelete="CASCADE"), unique=True
    )
    owner: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    places: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    how_ended: Mapped[str] = mapped_column(default="")


class ProductionBatch(Coded, Base):
    """Operations of several orders that are made in one go and packed apart (合并生产).

    The orders themselves stay as they are. A member's share is its own quantity; for a family
    mould the members are of different items.
    """

    __tablename__ = "production_batch"

    created_at: Mapped[datetime]

    members: Mapped[list[BatchMember]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="BatchMember.id"
    )


class BatchMember(Versioned, Base):
    __tablename__ = "batch_member"

    batch_id: Mapped[int] = ref("production_batch.id")
    operation_id: Mapped[int] = mapped_column(
        ForeignKey("operation.id", ondelete="CASCADE"), unique=True
    )


class Card(Versioned, Base):
    """Traveler card ``number`` of ``of``; ``print_count`` counts paper copies."""

    __tablename__ = "card"
    __table_args__ = (UniqueConstraint("order_id", "number"), TABLE_OPTIONS)

    order_id: Mapped[int] = ref("production_order.id")
    code: Mapped[str] = mapped_column(unique=True)
    number: Mapped[int]
    of: Mapped[int]
    quantity: Mapped[Decimal]
    print_count: Mapped[int] = mapped_column(default=0)
    void: Mapped[bool] = mapped_column(default=False)


class OperationIssue(Base):
    """Material already issued to an operation; the plan asks for the rest only."""

    __tablename__ = "operation_issue"
    __table_args__ = (UniqueConstraint("operation_id", "item_id"), TABLE_OPTIONS)

    operation_id: Mapped[int] = ref("operation.id")
    item_id: Mapped[int] = ref("item.id")
    quantity: Mapped[Decimal]
