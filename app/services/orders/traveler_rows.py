"""What a traveler card shows, read from the database; paper itself is made in reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.core.messages import Message


@dataclass(frozen=True, slots=True)
class TravelerStep:
    """One routing row. Times are the plant's wall clock; minutes are standard times.

    ``per_piece`` is a sentence such as "52 min a turn"; ``marks``: key, inspection, outside.
    """

    operation_id: int
    step_no: int
    name: str
    marks: frozenset[str]
    place: str
    start: datetime | None
    shift: str
    setup_minutes: Decimal
    standard: Message | None
    key_parameters: tuple[Message | str, ...]


@dataclass(frozen=True, slots=True)
class TravelerMaterial:
    code: str
    name: str
    specification: str
    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class PaperField:
    """A field the site has defined: its name in both languages, and what the record says."""

    name: Message
    value: str


@dataclass(frozen=True, slots=True)
class TravelerRow:
    """One card. ``customer`` is empty where the site hides it; ``plan`` names the plan shown.

    ``fields``: the site's own fields of item and order; ``blanks``: those to be filled by hand.
    """

    order_number: str
    order_type: Message
    rush: bool
    card_code: str
    card_number: int
    card_of: int
    revision: int
    print_no: int
    printed_by: str
    printed_at: datetime
    plan: Message
    customer: str
    customer_po: str
    item_code: str
    item_name: str
    specification: str
    pattern: str
    colour: str
    drawing: str
    card_quantity: Decimal
    card_unit: str
    order_quantity: Decimal
    order_unit: str
    released_quantity: Decimal
    lot: str
    moulds: str
    cavities: str
    recipe: str
    internal_due: datetime | None
    planned_start: datetime | None
    requirements: str
    steps: tuple[TravelerStep, ...]
    materials: tuple[TravelerMaterial, ...]
    reasons: tuple[tuple[str, str], ...]
    fields: tuple[PaperField, ...] = ()
    blanks: tuple[Message, ...] = ()
