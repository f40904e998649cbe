"""What dispatch lists, mould lists and mixing tickets show; paper itself is made in reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.core.messages import Message


@dataclass(frozen=True, slots=True)
class Lamp:
    """One thing that must be there: ``material``, ``mould``, ``drawing``, ``people``,
    ``first_piece``.

    ``ok`` True = ready, False = missing, None = nobody has recorded it; ``text`` says what is
    missing or not recorded.
    """

    kind: str
    ok: bool | None
    text: Message | None = None


@dataclass(frozen=True, slots=True)
class MouldAt:
    """A mould copy and where it is: on this machine, or its place in the store."""

    name: str
    place: Message | str


@dataclass(frozen=True, slots=True)
class SetupPiece:
    """A part of the setup: mould, colour, first piece … in minutes."""

    name: Message | str
    minutes: int


@dataclass(frozen=True, slots=True)
class DispatchRow:
    """An operation in one shift. Times on the plant's clock, cut to the shift.

    ``pieces`` and ``turns`` (None = not made in turns) of this shift; ``begun`` and ``goes_on``:
    it began before the shift, it goes on after it. ``done`` of ``total`` good pieces so far.
    """

    operation_id: int
    sequence: int
    machine: str
    order: str
    cards: str
    revision: int
    rush: bool
    customer: str
    item_code: str
    item_name: str
    specification: str
    pattern: str
    colour: str
    step_no: int
    step_name: str
    moulds: tuple[MouldAt, ...]
    setup: tuple[SetupPiece, ...]
    pieces: Decimal
    turns: int | None
    unit: str
    done: Decimal
    total: Decimal
    start: datetime
    end: datetime
    begun: bool
    goes_on: bool
    running: bool
    people: tuple[str, ...]
    heads: int
    lamps: tuple[Lamp, ...]
    comes_from: Message
    goes_to: Message
    due: datetime
    attention: str


@dataclass(frozen=True, slots=True)
class MachineLoad:
    """A machine in one shift: minutes it is open, minutes it has work, and what it does."""

    code: str
    name: str
    open_minutes: int
    busy_minutes: int
    rows: tuple[DispatchRow, ...]


@dataclass(frozen=True, slots=True)
class PaperHead:
    """What the papers of one shift have in common. ``day`` is the day the shift belongs to."""

    work_centre: str
    area: str
    day: date
    shift: str
    start: datetime
    end: datetime
    plan: Message
    planned_at: datetime
    printed_by: str
    printed_at: datetime


@dataclass(frozen=True, slots=True)
class DispatchList:
    """The work of one work centre in one shift.

    ``spare``: the next work that could be done at once when a team has a stoppage.
    ``left_out``: operations whose stored place the master data no longer allow.
    """

    head: PaperHead
    machines: tuple[MachineLoad, ...]
    spare: tuple[DispatchRow, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MouldChange:
    """Moulds to be hung and taken down at a machine, for the work that begins then."""

    at: datetime
    machine: str
    out: tuple[str, ...]
    into: tuple[MouldAt, ...]
    order: str
    item_code: str
    item_name: str
    step_no: int
    step_name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class MouldList:
    """Moulds of one work centre in one shift, in the order of time."""

    head: PaperHead
    changes: tuple[MouldChange, ...]


@dataclass(frozen=True, slots=True)
class MixPart:
    """A component of one mix: its target in ``unit``."""

    code: str
    name: str
    target: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class MixTicket:
    """Mixes of one recipe for one operation in one shift.

    ``batch`` of one mix in ``unit``; ``need`` for the pieces of this shift; ``mixes``: how many.
    """

    head: PaperHead
    mix_code: str
    mix_name: str
    revision: str
    batch: Decimal
    need: Decimal
    mixes: int
    unit: str
    order: str
    item_code: str
    item_name: str
    machine: str
    step_no: int
    step_name: str
    start: datetime
    pieces: Decimal
    piece_unit: str
    parts: tuple[MixPart, ...]
