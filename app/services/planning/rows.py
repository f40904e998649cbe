"""What the schedule's screens read: frozen values, times in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.core.messages import Message

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A stored plan; ``objective`` by the names of its parts."""

    id: int
    kind: str
    revision: int
    created_at: datetime
    created_by: str
    policy: str
    planning_now: datetime | None
    status: str | None
    objective: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class MachineLane:
    """One row of the machine Gantt. A subcontractor is a lane with a negative id."""

    id: int
    code: str
    name: str
    work_centre: str
    kind: str
    capacity: int
    capacity_unit: str
    active: bool


@dataclass(frozen=True, slots=True)
class ShiftSpan:
    """A stretch in which a lane is open; touching shifts are one span per kind."""

    machine_id: int
    start: datetime
    end: datetime
    overtime: bool


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """One bar: an operation where it stands.

    ``due`` is the order's internal due; ``late_minutes`` how far the order's projected end lies
    behind it; ``progress`` the share of pieces done, 0 to 1; ``tools`` as ``HX-15#2``.
    """

    operation_id: int
    order_id: int
    order_number: str
    order_type: str
    step_no: int
    step_name: str
    item_code: str
    item_name: str
    customer: str
    quantity: Decimal
    unit: str
    machine_id: int
    machine_code: str
    setup_start: datetime
    start: datetime
    end: datetime
    segments: tuple[Stretch, ...]
    tools: tuple[str, ...]
    operators: tuple[str, ...]
    due: datetime | None
    order_end: datetime
    late_minutes: int
    progress: float
    pin_machine: bool
    pin_start: bool
    started: bool
    stale: bool
    priority: int
    family: str


@dataclass(frozen=True, slots=True)
class UnplacedRow:
    """An operation without a place, and why."""

    operation_id: int
    order_number: str
    step_no: int
    step_name: str
    item_code: str
    reason: Message


@dataclass(frozen=True, slots=True)
class PlanView:
    """A whole plan as the Gantt shows it; ``links`` are precedences between operations."""

    plan: PlanRow
    lanes: tuple[MachineLane, ...]
    shifts: tuple[ShiftSpan, ...]
    placements: tuple[PlacementRow, ...]
    unplaced: tuple[UnplacedRow, ...]
    links: tuple[tuple[int, int], ...]
    now: datetime
    time_zone: str


@dataclass(frozen=True, slots=True)
class MovedBar:
    """Where an operation would stand after a gesture."""

    operation_id: int
    machine_id: int
    setup_start: datetime
    start: datetime
    end: datetime
    segments: tuple[Stretch, ...]
