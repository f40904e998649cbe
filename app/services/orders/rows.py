"""What the order screens read and send: frozen values, times in UTC, exact quantities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.core.messages import Message
from app.services.site_fields import SiteField


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One line of the order list.

    ``fields``: by key, the typed values of the fields the site has defined for orders.
    ``lamp``: ``ok``, ``watch`` (less than a day to spare), ``risk`` (unplaced work, or the
    internal due is missed but not the promise), ``late`` (the promise, or without one the
    requested date, is missed). ``hold_until``: its capacity is held for a quote.
    """

    id: int
    number: str
    type: str
    customer: str
    customer_po: str
    item_code: str
    item_name: str
    specification: str
    quantity: Decimal
    unit: str
    base_quantity: Decimal
    base_unit: str
    good: Decimal
    progress: float
    current_step: str
    requested: datetime
    promised: datetime | None
    internal_due: datetime
    projected_end: datetime | None
    late_minutes: int
    state: str
    priority: int
    lamp: str
    cards: int
    remark: str
    version: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    hold_owner: str = ""
    hold_until: datetime | None = None
    rush: tuple[str, str, datetime | None] = ("", "", None)
    """Who asked that others give way, who allowed it, and when."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """An operation of the order; ``minutes`` planned from setup start to end, worked time only."""

    operation_id: int
    step_no: int
    name: str
    work_centre: str
    machine_code: str
    quantity: Decimal
    good: Decimal
    scrap: Decimal
    state: str
    start: datetime | None
    end: datetime | None
    minutes: int | None
    unplaced_reason: Message | None


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A component the order needs, in its base unit."""

    item_code: str
    name: str
    specification: str
    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class CardRow:
    code: str
    number: int
    of: int
    quantity: Decimal
    print_count: int
    void: bool


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """One order with everything its page shows; ``history`` newest first.

    ``characteristics``: name and typed value of those of the item and, over them, the order's.
    """

    order: OrderRow
    steps: tuple[StepRow, ...]
    materials: tuple[MaterialRow, ...]
    history: tuple[tuple[datetime, str, Message], ...]
    requirements: str
    characteristics: tuple[tuple[Message, Any], ...]
    cards: tuple[CardRow, ...]


@dataclass(frozen=True, slots=True)
class OrderForm:
    """The fields of an order a person types. ``number`` None = the next of the type's series.

    ``specification``: by key, the order's characteristics as they are kept.
    """

    number: str | None
    type: str
    customer_code: str | None
    customer_po: str
    item_code: str
    quantity: Decimal
    unit: str
    requested: datetime
    promised: datetime | None
    priority: int
    safety_days: int | None
    requirements: str
    remark: str
    earliest_start: datetime | None
    specification: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """``units``: those the item can be ordered in, its base unit first."""

    code: str
    name: str
    unit: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerChoice:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class OrderChoices:
    """What the form offers."""

    items: tuple[ItemChoice, ...]
    customers: tuple[CustomerChoice, ...]
    types: tuple[str, ...]
    fields: tuple[SiteField, ...] = ()
    """What the site asks of an order besides."""
