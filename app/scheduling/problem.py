"""The scheduling problem: what the engine is asked, as immutable values.

Terms: Pinedo, *Scheduling*; Brucker and Knust, *Complex Scheduling*. The shop is a flexible job
shop with multi-mode operations, sequence-dependent setups, calendars and secondary resources.

Conventions
    * A *tick* is one minute, counted from ``Problem.origin`` (UTC). Intervals are half open.
    * Records refer to each other by their position in the tuples of ``Problem`` (dense indexes:
      the kernels need them); ``key`` is what the outside world calls the record.
    * Material quantities are integers in one-millionth of the item's unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FOREVER = 2**40
"""A tick later than any other: end of an endless window, absent deadline."""


class MachineKind(StrEnum):
    UNARY = "unary"  # one operation at a time
    CUMULATIVE = "cumulative"  # several side by side, up to ``capacity`` units
    BATCH = "batch"  # an oven: one family starts and ends together, up to ``capacity`` load


class Pausing(StrEnum):
    ANYWHERE = "anywhere"  # work stops when a calendar closes and goes on when it opens
    TURNS = "turns"  # only between turns (shots): a whole turn fits before the closing
    NEVER = "never"  # setup and run together fit in one open stretch


class End(StrEnum):
    START = "start"
    END = "end"


class Combine(StrEnum):
    SUM = "sum"  # parts of a changeover add up
    MAX = "max"  # the longest part counts
    FIRST = "first"  # the first part that differs counts


class FreezeLevel(StrEnum):
    LOCKED = "locked"  # stays on its machine at its start
    WITHIN = "within"  # may change order, but starts inside the zone on its machine


@dataclass(frozen=True, slots=True)
class Window:
    """An open stretch ``[start, end)`` of a calendar; ``cost`` is per minute, in currency."""

    start: int
    end: int
    overtime: bool = False
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Calendar:
    """Sorted, disjoint open windows; what lies between them is closed.

    Windows that touch are one stretch for pausing (a shift hand-over on a machine is no pause),
    but an operator's work may be handed over only at the end of one of his own windows.
    """

    key: str
    windows: tuple[Window, ...]


ALWAYS = (Window(-FOREVER, FOREVER),)


@dataclass(frozen=True, slots=True)
class FreezeZone:
    """Operations whose *baseline* start lies in ``[start, end)`` on the machine are held."""

    start: int
    end: int
    level: FreezeLevel


@dataclass(frozen=True, slots=True)
class Machine:
    """``setup_state``: family mounted at ``now``, one per part of the machine's setup rule.

    ``efficiency`` in percent scales run times: minutes = ceil(seconds * 100 / (60 * efficiency)).
    ``starts``: calendar of the ticks at which a run may begin (power hours), None = at any.
    ``first_pieces``: calendar of when the first pieces of shifts are made. The machine's own
    calendar is closed then: nobody is set up and nothing is run, and no work that may not pause
    goes across it.
    ``prefers``: calendar of cheap hours, None = all are alike. Minutes of run outside it are dear
    (``Objective.dear_min``, never forbidden); what runs at ``now`` does not count.
    """

    key: str
    calendar: int
    kind: MachineKind = MachineKind.UNARY
    capacity: int = 1
    efficiency: int = 100
    setup_rule: int | None = None
    setup_state: tuple[int, ...] = ()
    freeze: tuple[FreezeZone, ...] = ()
    name: str = ""
    starts: int | None = None
    first_pieces: int | None = None
    prefers: int | None = None


@dataclass(frozen=True, slots=True)
class CrewDemand:
    """``heads`` operators who hold ``skill`` for the whole of their segment."""

    skill: int
    heads: int = 1


@dataclass(frozen=True, slots=True)
class Changeover:
    """``crew``: people that changing over asks for, beside those of the mode's setup.

    The whole setup has of each skill the most that the mode or any part that takes time asks.
    """

    minutes: int
    cost: float = 0.0
    crew: tuple[CrewDemand, ...] = ()


@dataclass(frozen=True, slots=True)
class SetupPart:
    """One attribute of a changeover (mould, colour, recipe, length).

    ``pairs`` maps (from family, to family) to the changeover; None = forbidden. A pair that is
    missing costs nothing when from == to, else ``default``; ``default`` None = forbidden.
    A family of -1 means "none / any": no changeover from or to it.
    ``least_run``: minutes of run that a campaign should last. A *campaign* is what is run in one
    family between two changeovers of this part. It is cut short (``Objective.short_campaigns``,
    never forbidden) if the plan itself changes over to it and away from it again, and less than
    that is run in between: neither what is mounted at ``now`` (or runs then: how long it has been
    on is not known) nor the last campaign of a machine (it may go on) counts. What does not care
    for the part (-1) neither ends a campaign nor makes it longer.
    """

    key: str
    pairs: dict[tuple[int, int], Changeover | None]
    default: Changeover | None = Changeover(0)
    least_run: int = 0


@dataclass(frozen=True, slots=True)
class SetupRule:
    """Sequence-dependent setup of a group of machines: its parts, and how they combine."""

    key: str
    parts: tuple[SetupPart, ...]
    combine: Combine = Combine.SUM


@dataclass(frozen=True, slots=True)
class Tool:
    """An individual copy of a mould, die or fixture; or, with ``capacity`` > 1, a pool (carts).

    ``cavities``: pieces per shot with the cavities now in use. ``life``: shots left, None = no
    limit. ``service_every``: once so many shots have been made since the last service, the copy is
    free for ``service_minutes`` in one go before the next operation makes any (what has begun is
    finished first); every break that long is taken for a service. ``unserviced``: shots made since
    the last one, at ``now``. A pool has no cavities, no life and no service.
    """

    key: str
    tool_type: int
    calendar: int
    cavities: int = 1
    life: int | None = None
    capacity: int = 1
    service_every: int | None = None
    service_minutes: int = 0
    unserviced: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """A skill held from ``start`` to ``end`` (certificates expire)."""

    skill: int
    start: int = -FOREVER
    end: int = FOREVER


@dataclass(frozen=True, slots=True)
class Operator:
    """``overtime_cap``: minutes of overtime per overtime period, None = no limit."""

    key: str
    calendar: int
    grants: tuple[Grant, ...] = ()
    overtime_cap: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class ToolDemand:
    """``count`` copies (or pool units) of a type, held from setup start.

    They are held to the end of the operation, or, with ``until``, to the end of that later
    operation of the same order, which uses the very same copies without asking for them again.
    ``shapes``: the copies' cavities make the pieces (turns = ceil(quantity / sum of cavities)),
    and each turn takes one shot of each copy's life.
    """

    tool_type: int
    count: int = 1
    until: int | None = None
    shapes: bool = False


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to do an operation.

    Run time: with ``turn_seconds`` > 0, turns * turn_seconds where turns = ceil(``quantity`` /
    pieces per turn) and pieces per turn = cavities of the shaping copies, or ``pieces_per_turn``
    without one; else ``run_seconds``. The sum is rounded up to minutes once (see ``Machine``),
    for ``Pausing.TURNS`` once per stretch between two pauses.
    ``setup``: fixed minutes of setup; the changeover of the machine's setup rule is added to it.
    ``load``: units taken on a cumulative machine, or load in a batch.
    ``cost``: currency, for the whole operation (subcontractors).
    ``least_load``: load that a batch is worth starting for. A batch with less in it than the most
    that one of its members asks for is light (``Objective.light_batches``, never forbidden: it may
    be all there is); one that runs at ``now`` does not count.
    """

    machine: int
    run_seconds: int = 0
    turn_seconds: int = 0
    quantity: int = 0
    pieces_per_turn: int = 1
    setup: int = 0
    load: int = 1
    tools: tuple[ToolDemand, ...] = ()
    setup_crew: tuple[CrewDemand, ...] = ()
    run_crew: tuple[CrewDemand, ...] = ()
    cost: float = 0.0
    least_load: int = 0


@dataclass(frozen=True, slots=True)
class Started:
    """Work that runs at ``now``: its mode and tools are facts.

    The placement's setup_start and start are ``start`` (<= now), its segments begin at or after
    ``now`` and cover the remaining run, which the mode's figures already are. No setup is due.
    ``operators`` that are named work its first segment.
    """

    start: int
    mode: int
    tools: tuple[int, ...] = ()
    operators: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """``families``: one per part of the setup rule (see ``SetupPart``).

    ``batch_family``: on a batch machine only equal ones go together.
    ``release``: earliest start of the run (arrived material, lag after a finished step);
    ``latest_start``: max lag after a finished step. ``pin_machine`` and ``pin_start`` are set by a
    person: run start at exactly that tick, on that machine. Once the setup for it should have
    begun (by its least minutes, or by the baseline) the pinned start is gone by: the machine is
    kept, and the operation goes as soon as it can, before all that is not fixed.
    ``first_piece``: minutes of waiting for the first-piece check, added to a setup of > 0 minutes.
    ``setup_needs_material``: setup, too, waits for predecessors, release and materials.
    ``same_person``: the crew of the first run segment works all of them.
    ``also``: further orders that it is made for (a production batch of several orders that is
    packed apart later, a family mould whose shots make parts of several). It waits for the
    releases of all, and completes no order before its end; how much goes to whom does not matter
    to time, and the mode's figures are those of all together.
    ``committed``: dispatched, or material has been issued for it: where the plan in force has it,
    it is held as in a locked freeze zone.
    ``consumes`` at run start, ``produces`` at end: (material, quantity).
    """

    key: str
    order: int
    modes: tuple[Mode, ...]
    families: tuple[int, ...] = ()
    batch_family: int = 0
    pausing: Pausing = Pausing.ANYWHERE
    release: int = -FOREVER
    latest_start: int = FOREVER
    pin_machine: int | None = None
    pin_start: int | None = None
    started: Started | None = None
    first_piece: int = 0
    setup_needs_material: bool = False
    same_person: bool = False
    consumes: tuple[tuple[int, int], ...] = ()
    produces: tuple[tuple[int, int], ...] = ()
    also: tuple[int, ...] = ()
    committed: bool = False

    @property
    def orders(self) -> tuple[int, ...]:
        """All orders that it is made for."""
        return (self.order, *self.also)


@dataclass(frozen=True, slots=True)
class Precedence:
    """Generalised precedence between named ends (of the run; setup does not count).

    ``min_lag <= time(after, after_end) - time(before, before_end) <= max_lag``, in elapsed minutes
    or, with ``clock``, in open minutes of that calendar. With ``transfer`` = (p, q) the two
    overlap by transfer batches of p/q of the quantity: *after* starts (plus min_lag) no earlier
    than *before* has done ceil(run * p / q) minutes of its work, and ends no earlier than the end
    of *before* plus ceil(own run * p / q) elapsed minutes; before_end/after_end are then end/start.
    """

    before: int
    after: int
    min_lag: int = 0
    max_lag: int | None = None
    before_end: End = End.END
    after_end: End = End.START
    clock: int | None = None
    transfer: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """``due``: the internal due tick the plan aims at; ``weight``: per minute of tardiness."""

    key: str
    release: int = -FOREVER
    due: int = FOREVER
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Material:
    """``stock`` now and dated ``receipts`` (tick, quantity); the balance never goes below zero."""

    key: str
    stock: int = 0
    receipts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """One operator at one operation for one stretch; ``setup`` tells setup from run."""

    operator: int
    start: int
    end: int
    setup: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an operation stands.

    ``setup_start <= start <= end``; setup (fixed + changeover + first piece) runs into the run
    without a gap but for pauses. ``segments`` are the worked stretches of setup and run in order,
    disjoint, not touching; gaps between them are pauses. The machine, its capacity and the tools
    are held from ``setup_start`` to ``end`` through pauses (tools perhaps longer: ``ToolDemand``).
    ``tools``: copies in the order of the mode's demands, each demand's count in a row; a pool is
    named once. ``crew``: by name; a segment may be cut for hand-over at a window end.
    A batch is the set of placements on a batch machine with the same start and end.
    """

    operation: int
    mode: int
    setup_start: int
    start: int
    end: int
    segments: tuple[tuple[int, int], ...] = ()
    tools: tuple[int, ...] = ()
    crew: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An operation that is not in the schedule, and why, as a message code with its values."""

    operation: int
    reason: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """Placements by operation (sorted by operation), and what could not be placed."""

    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything the engine knows. ``now``: nothing new starts before it.

    ``baseline``: the plan in force, for freeze zones and the count of moved operations.
    ``overtime_periods``: ticks that bound the periods (months) of the operators' overtime caps.
    """

    origin: datetime
    calendars: tuple[Calendar, ...]
    machines: tuple[Machine, ...]
    orders: tuple[Order, ...]
    operations: tuple[Operation, ...]
    precedences: tuple[Precedence, ...] = ()
    setup_rules: tuple[SetupRule, ...] = ()
    tools: tuple[Tool, ...] = ()
    tool_types: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    operators: tuple[Operator, ...] = ()
    materials: tuple[Material, ...] = ()
    baseline: tuple[Placement, ...] = ()
    overtime_periods: tuple[int, ...] = ()
    now: int = 0


@dataclass(frozen=True, slots=True)
class Weights:
    """The objective: one weighted sum of the parts of ``objective.Objective``."""

    weighted_tardiness_min: float = 0.0
    late_orders: float = 0.0
    setup_min: float = 0.0
    setup_cost: float = 0.0
    flow_min: float = 0.0
    overtime_min: float = 0.0
    makespan_min: float = 0.0
    moved_operations: float = 0.0
    light_batches: float = 0.0
    short_campaigns: float = 0.0
    dear_min: float = 0.0


POLICIES: dict[str, Weights] = {
    "on_time": Weights(1.0, 240.0, 0.2, 0.1, 0.01, 0.2, 0.0, 0.0, 60.0, 30.0, 0.05),
    "throughput": Weights(0.2, 60.0, 1.0, 0.2, 0.05, 0.1, 0.1, 0.0, 120.0, 60.0, 0.1),
    "calm": Weights(1.0, 240.0, 0.2, 0.1, 0.01, 0.2, 0.0, 30.0, 60.0, 30.0, 0.05),
    "makespan": Weights(makespan_min=1.0),
}
"""Named policies. Plans are compared by (number of unplaced operations, weighted sum)."""
