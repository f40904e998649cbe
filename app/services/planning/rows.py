"""What the schedule's screens read: frozen values, times in UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
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
    calendar: int = 0


@dataclass(frozen=True, slots=True)
class PersonLane:
    """One row of the Gantt by person; ``code`` is the badge number."""

    id: int
    code: str
    name: str
    team: str
    active: bool
    calendar: int = 0


@dataclass(frozen=True, slots=True)
class CopyLane:
    """One copy of a mould; a pool of carts is one copy with its type's id made negative.

    ``place``: the machine it hangs at, else where it is kept; ``state`` a ``ToolState``.
    """

    id: int
    number: str
    place: str
    state: str


@dataclass(frozen=True, slots=True)
class MouldLane:
    """One row of the Gantt by mould; ``kind`` a ``ToolKind``."""

    id: int
    code: str
    name: str
    kind: str
    active: bool
    copies: tuple[CopyLane, ...]


@dataclass(frozen=True, slots=True)
class ShiftSpan:
    """A stretch in which a machine or a person is at work; touching shifts are one per kind."""

    lane_id: int
    start: datetime
    end: datetime
    overtime: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """One shift of a calendar's week; ``day`` is the production day it belongs to."""

    day: date
    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """One bar: an operation where it stands.

    ``due`` is the order's internal due; ``late_minutes`` how far the order's projected end lies
    behind it; ``progress`` the share of pieces done, 0 to 1; ``tools`` as ``HX-15#2``.
    ``tool_ids``: the copies (pools negative); ``held_until``: when a later step lets them go, None
    = at the end. ``crew``: (person, from, to, setup 0|1) in minutes since 1970 UTC. ``share``: the
    part of a machine with several places that is taken. ``quote_until``: capacity held for a quote.
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
    tool_ids: tuple[int, ...] = ()
    held_until: datetime | None = None
    quote_until: datetime | None = None
    quote_owner: str = ""
    crew: tuple[tuple[int, int, int, int], ...] = ()
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class UnplacedRow:
    """An operation without a place, and why."""

    operation_id: int
    order_number: str
    step_no: int
    step_name: str
    item_code: str
    reason: Message
    order_id: int = 0
    quantity: Decimal = Decimal(0)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PlanView:
    """A whole plan as the Gantt shows it; ``links`` are precedences between operations.

    ``placements`` are made when somebody looks at them; ``placed_columns.columns_of`` says the same
    of all at once.

    ``turns``: by calendar the shifts of its week, day by day (what a bucket "shift" is).
    ``first_pieces``: between ``shifts``, when a machine makes the first piece of one.
    """

    plan: PlanRow
    lanes: tuple[MachineLane, ...]
    shifts: tuple[ShiftSpan, ...]
    placements: Sequence[PlacementRow]
    unplaced: tuple[UnplacedRow, ...]
    links: tuple[tuple[int, int], ...]
    now: datetime
    time_zone: str
    people: tuple[PersonLane, ...] = ()
    moulds: tuple[MouldLane, ...] = ()
    people_shifts: tuple[ShiftSpan, ...] = ()
    turns: Mapping[int, tuple[Turn, ...]] = field(default_factory=dict)
    first_pieces: tuple[ShiftSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class MovedBar:
    """Where an operation would stand after a gesture; ``crew`` and ``tool_ids`` as in a
    ``PlacementRow``."""

    operation_id: int
    machine_id: int
    setup_start: datetime
    start: datetime
    end: datetime
    segments: tuple[Stretch, ...]
    crew: tuple[tuple[int, int, int, int], ...] = ()
    tool_ids: tuple[int, ...] = ()
