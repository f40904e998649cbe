"""What an inspection sheet shows, read from the database; paper itself is made in reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.core.messages import Message
from app.core.sampling import SamplingPlan
from app.services.orders.traveler_rows import PaperField
from app.services.quality.sketches import Picture


@dataclass(frozen=True, slots=True)
class CharacteristicRow:
    """One line. ``sample_size`` None = nothing says how many; ``measured`` False = pass or fail."""

    number: int
    name: str
    critical: bool
    defect_class: str
    measured: bool
    nominal: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    unit: str
    requirement: str
    method: str
    gauge: str
    sample_size: int | None
    frequency: str
    note: str


@dataclass(frozen=True, slots=True)
class SampleRow:
    """The sampling plan of one class of defects (``CR``, ``MA``, ``MI``).

    ``plan`` None: the quantity is weighed or measured, so the number of packages decides.
    """

    defect_class: str
    aql: Decimal
    plan: SamplingPlan | None


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One sheet.

    ``kind``: IQC, FAI, IPQC, FQC or OQC. ``order`` and ``card``, or for incoming goods the line
    of the purchase order as ``order`` and its ``supplier``. ``wanted_by``: when the plan needs
    the result; times on the plant's clock. ``quantity``: of the lot, in ``unit``.
    """

    number: str
    kind: str
    plan_code: str
    plan_name: str
    order: str
    card: str
    revision: int
    rush: bool
    supplier: str
    lot: str
    item_code: str
    item_name: str
    specification: str
    pattern: str
    colour: str
    drawing: str
    step_no: int | None
    step_name: str
    place: str
    moulds: tuple[str, ...]
    quantity: Decimal
    unit: str
    level: str
    samples: tuple[SampleRow, ...]
    characteristics: tuple[CharacteristicRow, ...]
    sketch: Picture | None
    wanted_by: datetime | date | None
    requirements: str
    plan: Message | None
    printed_by: str
    printed_at: datetime
    fields: tuple[PaperField, ...] = ()
