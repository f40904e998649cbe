"""What is asked of a promise, and what is answered: frozen values, moments in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.core.messages import Message
from app.services.changes import Cursor
from app.services.health.finding import Place
from app.services.orders.dividing import DivideOrder
from app.services.orders.renewing import RenewOperations
from app.services.orders.rows import OrderForm
from app.services.planning.cutting import CutBegun
from app.services.planning.edits import Move, MoveOperations
from app.services.planning.stored_plan import Spot
from app.services.plant.opening import Opening


@dataclass(frozen=True, slots=True)
class PromiseQuestion:
    """An order by id or number, as it is or as ``form`` would change it; or a new one: ``form``."""

    order_id: int | None = None
    number: str = ""
    form: OrderForm | None = None


class LampState(StrEnum):
    OK = "ok"
    WATCH = "watch"  # possible, but not as things stand
    BAD = "bad"
    UNKNOWN = "unknown"  # without data; what is missing is said


@dataclass(frozen=True, slots=True)
class Proof:
    """One line behind a lamp. A click opens ``place`` (a record), ``order`` or ``operation_id``."""

    text: Message
    place: Place | None = None
    order: str = ""
    operation_id: int | None = None


@dataclass(frozen=True, slots=True)
class PromiseLamp:
    """``code``: master_data, material, capacity, resources (tools and skills) or commercial."""

    code: str
    state: LampState
    text: Message
    proofs: tuple[Proof, ...] = ()


class Verdict(StrEnum):
    """Of the requested date."""

    IN_TIME = "in_time"  # with all safety days
    TIGHT = "tight"  # at the latest ship date, into the safety days
    LATE = "late"
    IMPOSSIBLE = "impossible"  # it finds no place at all


@dataclass(frozen=True, slots=True)
class Finish:
    """``end`` of the last operation; with 50 and 90 % it has ended at ``p50`` and ``p90``.

    ``promise``: the date to tell the customer, safety days and transit included; ``promise90``
    the same of ``p90``. ``on_time``: chance, 0 to 1, to keep the requested date.
    """

    end: datetime
    promise: datetime
    p50: datetime
    p90: datetime
    promise90: datetime
    on_time: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class StepPlace:
    """Where a step of the order would stand. ``spot`` is the placement, to keep or to hold."""

    order: str
    step_no: int
    name: str
    machine: str
    setup_start: datetime
    start: datetime
    end: datetime
    spot: Spot


@dataclass(frozen=True, slots=True)
class OtherOrder:
    """An order that an option moves. ``late``, ``was_late``: behind its internal due date."""

    order_id: int
    order: str
    was: datetime
    becomes: datetime
    due: datetime
    late: bool
    was_late: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """What a moved operation loses to the order: ``what`` is machine, mould, carts or people."""

    what: str
    name: str
    order: str
    operation: str
    operation_id: int
    was: datetime
    becomes: datetime


@dataclass(frozen=True, slots=True)
class RestPlace:
    """Where an operation goes that is made by cutting or dividing: its id is new every time.

    ``order_id`` None: of an order that is made with it, known by its number.
    """

    order_id: int | None
    order: str
    step_no: int
    spot: Spot


CutStep = CutBegun | MoveOperations | RenewOperations | DivideOrder


@dataclass(frozen=True, slots=True)
class CutIn:
    """What is cut or made two: ``edits`` in their order, then the places of what they make."""

    edits: tuple[CutStep, ...]
    rests: tuple[RestPlace, ...]

    @property
    def divides(self) -> bool:
        """Whether an order is made two, for two deliveries."""
        return any(isinstance(edit, DivideOrder) for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Option:
    """One way to be earlier. ``finish`` None: it leads nowhere, ``text`` says why.

    ``kind``: overtime, two_deliveries, displace, first or cut_in. ``extra_minutes``: overtime of
    people and unattended machines; ``cost`` of it, None without a rate. ``setup_minutes``,
    ``setup_cost``: what re-mounting adds to the plan. ``moves``: of the whole plan, to put it into
    force; none where more than placements would have to change. ``cut``: running work that is cut
    (or the order made two) before the moves, if they can be made. ``opened``: hours that are
    opened before them.
    """

    kind: str
    text: Message
    finish: Finish | None = None
    details: tuple[Message, ...] = ()
    extra_minutes: int = 0
    cost: Decimal | None = None
    setup_minutes: int = 0
    setup_cost: Decimal = Decimal(0)
    others: tuple[OtherOrder, ...] = ()
    losses: tuple[Loss, ...] = ()
    places: tuple[StepPlace, ...] = ()
    moves: tuple[Move, ...] = ()
    cut: CutIn | None = None
    opened: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseView:
    """The answer. ``earliest`` None: the order finds no place, ``obstacle`` says why.

    ``planned``: where the working plan has the order now. ``obstacles``: what it waits for, the
    longest first, in minutes. ``notes``: what a planner should know of the answer itself.
    ``moves``: to put the order where it fits, if it is asked about as it is saved.
    ``seen``: where the change log ended when it was read; ``sound``: the plan stood as it was.
    """

    order_id: int | None
    order: str
    item: str
    quantity: Decimal
    unit: str
    requested: datetime
    latest_ship: datetime
    internal_due: datetime
    planned: datetime | None
    lamps: tuple[PromiseLamp, ...]
    earliest: Finish | None
    obstacle: Message | None
    places: tuple[StepPlace, ...]
    obstacles: tuple[tuple[Message, int], ...]
    options: tuple[Option, ...]
    notes: tuple[Message, ...] = ()
    seconds: float = 0.0
    replays: int = 0
    currency: str = ""
    form: OrderForm | None = field(default=None)
    seen: Cursor | None = None
    moves: tuple[Move, ...] = ()
    rush: tuple[str, str, datetime | None] = ("", "", None)
    now: datetime | None = None
    time_zone: str = ""

    @property
    def sound(self) -> bool:
        return not self.notes
