"""The vocabulary of the compiled dispatcher: records of flat arrays.

Ticks are minutes as in ``problem``; ``at`` and ``end`` of a range are positions in another array;
-1 means none. ``Plant`` is the problem and never changes, ``State`` is a plan in the making.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

TICK = INT = np.int64  # one width: compiled functions have one signature each
REAL = np.float64


def _record(**fields: Any) -> np.dtype[Any]:
    return np.dtype(list(fields.items()), align=True)


OPERATION = _record(
    release=TICK,  # of the operation and its order
    latest_start=TICK,
    unhurried=TICK,  # see ``Shop.unhurried``
    first=TICK,  # what pins and freeze zones leave of the start
    last=TICK,
    started=INT,
    pausing=INT,
    first_piece=INT,
    early=INT,  # its setup, too, waits for parts
    same_person=INT,
    batch_family=INT,  # dense
    families=INT,  # number of its tuple of families
    ways_at=INT,
    ways_end=INT,
    before_at=INT,
    before_end=INT,
    needs_at=INT,
    needs_end=INT,
    makes_at=INT,
    makes_end=INT,
    holders_at=INT,  # operations that keep tools for it
    holders_end=INT,
)
WAY = _record(  # a mode; an operation's lie in a row, the quickest first
    operation=INT,
    mode=INT,
    machine=INT,
    kind=INT,
    setup=INT,
    load=INT,
    least_load=INT,
    pace=TICK,  # seconds * 100 per minute
    least_run=TICK,
    first_need=TICK,
    total=TICK,  # seconds * 100 of the whole run
    turn=TICK,  # of one turn, 0 = no turns
    quantity=TICK,
    pieces=INT,
    shapes=INT,
    tools_at=INT,
    tools_end=INT,
    setters_at=INT,
    setters_end=INT,
    runners_at=INT,
    runners_end=INT,
    people=INT,  # clock of machine and runners
    ready=INT,  # with tools kept for the operation
    mixed=INT,  # the clocks depend on which tools it will be
    rows_at=INT,  # in ``TIMES``
    rows_end=INT,
    cost=REAL,
)
TIMES = _record(  # by calendars of the tools (a set as a number) and crew of the changeover before
    mask=INT,
    crew=INT,
    running=INT,  # clock of machine, tools and runners
    setting=INT,  # of machine, tools and setters
    setters_at=INT,
    setters_end=INT,
)
DEMAND = _record(kind=INT, count=INT, until=INT, shapes=INT)  # of tools; kind is the tool type
HEAD = _record(skill=INT, count=INT, least=TICK)  # least: shortest run that asks for them
LINK = _record(
    before=INT, to_end=INT, from_start=INT, clock=INT, lag=TICK, longest=TICK, p=TICK, q=TICK
)
CLOCK = _record(  # left: the longest stretch from now on
    at=INT, end=INT, longest=TICK, left=TICK, marks_at=INT
)
STRETCH = _record(start=TICK, end=TICK, before=TICK, full=TICK)
MACHINE = _record(
    kind=INT, capacity=TICK, calendar=INT, clock=INT, parts_at=INT, parts_end=INT, combine=INT,
    crewed=INT,  # changing over may ask for people
    gap=TICK, oven=INT,
    starts=INT,  # clock of the ticks at which a run may begin
)  # fmt: skip
PART = _record(  # a square of changeovers
    at=TICK, families=INT, least_run=TICK
)
TOOL = _record(
    cavities=INT,
    limited=INT,
    capacity=INT,
    calendar=INT,
    bit=TICK,  # its calendar in a set of calendars
    serviced=INT,
    every=TICK,  # shots between two services
    service=TICK,  # minutes
    unserviced=TICK,
)
KIND = _record(copies_at=INT, copies_end=INT, pools_at=INT, pools_end=INT, serviced=INT)
SHIFT = _record(operator=INT, at=INT, end=INT, cuts_at=INT, cuts_end=INT)
TEAM = _record(  # people who are in at the same times
    at=INT,
    end=INT,
    shifts_at=INT,
    shifts_end=INT,
    alike=INT,  # they share a calendar: where they may hand over, and what is overtime
    cuts_at=INT,
    cuts_end=INT,
    overtime=INT,  # clock
    words=INT,  # of bits for its people in ``State.away``, 0 = none
    away_at=INT,
)
SKILL = _record(teams_at=INT, teams_end=INT, roster_at=INT, roster_end=INT)
OPERATOR = _record(  # seats: his places in teams
    overtime=INT, capped=INT, cap=TICK, skills_at=INT, skills_end=INT, seats_at=INT, seats_end=INT
)
SEAT = _record(team=INT, number=INT)
SPAN = _record(start=TICK, end=TICK)
AMOUNT = _record(material=INT, quantity=TICK)
BLOCK = _record(
    at=INT, end=INT, head=INT,  # head: the first operation that is not given
    follow_at=INT, follow_end=INT, queue=INT, slot=INT, due=TICK, weight=REAL,
    key=REAL,
)  # fmt: skip
QUEUE = _record(machines_at=INT, machines_end=INT, oven=INT, room=TICK, slots_at=INT, slots_end=INT)
SLOT = _record(  # blocks of a queue with equal families; load: of all, least: of a batch
    families_at=INT, families_end=INT, least=TICK, load=TICK
)

SPOT = _record(
    way=INT,  # -1: not placed
    batch=INT,
    setup_start=TICK,
    setup_end=TICK,
    start=TICK,
    end=TICK,
    setup=TICK,
    change=TICK,
    cost=REAL,
    shots=TICK,
    late=TICK,  # work that runs already goes on so many minutes after its start
    row=INT,  # in ``TIMES``; its clocks of run and setup are
    running=INT,
    setting=INT,
    turns=INT,  # the run is cut between turns
    total=TICK,
    turn=TICK,
    pace=TICK,
    tools_at=INT,
    tools=INT,
    crew_at=INT,
    crew=INT,
    claims_at=INT,
    claims=INT,
    follower=INT,  # whose setup became shorter, and what it was before
    old_setup_start=TICK,
    old_setup_end=TICK,
    old_setup=TICK,
    old_change=TICK,
    old_cost=REAL,
    old_crew_at=INT,
    old_crew=INT,
)
BATCH = _record(
    machine=INT, family=INT, families=INT, lead=INT, load=TICK, members=INT, first_piece=INT,
    run=TICK,
)  # fmt: skip
WORK = _record(operator=INT, setup=INT, start=TICK, end=TICK)
CLAIM = _record(material=INT, tick=TICK, quantity=TICK)
LEDGER = _record(at=TICK, count=TICK, room=TICK)
SEEN = (
    _record(  # where somebody's bookings were last looked at: a booking, or a gap and what ends it
        start=TICK, end=TICK, busy=INT, then=TICK
    )
)
MARK = _record(clock=INT, time=TICK, minutes=TICK)
HEAP = _record(at=TICK, count=TICK)
ENTRY = _record(key=REAL, block=INT)
EVENT = _record(time=TICK, key=REAL, who=INT)


class Plant(NamedTuple):
    """The problem. ``facts``: see ``NOW`` and the following; ``scales``: of the index of ATCS."""

    facts: Any
    scales: Any
    operation: Any
    way: Any
    times: Any
    demand: Any
    head: Any
    link: Any
    clock: Any
    stretch: Any
    machine: Any
    part: Any
    minutes: Any  # changeovers, -1 = forbidden
    cost: Any
    asked: Any  # numbers of the crews of changeovers, 0 = nobody
    both_crews: Any  # [number, number] of two at once
    families: Any  # [operation, part]
    tool: Any
    kind: Any
    copy: Any  # tools of a kind
    pool: Any
    skill: Any
    shift: Any
    team: Any
    teammate: Any  # positions in ``shift``
    mate: Any  # their operators
    seat: Any
    span: Any  # when people are in
    cut: Any  # where they may hand over
    operator: Any
    skilled: Any  # skills of an operator
    period: Any
    need: Any
    make: Any
    holder: Any
    block: Any
    member: Any
    follow: Any
    queue: Any
    served: Any  # machines of a queue
    slot: Any
    family: Any  # values of tuples of families
    least: Any  # [operation] least work


(
    NOW, OPERATIONS, MACHINES, TOOLS, OPERATORS, SKILLS, MATERIALS, BATCH_FAMILIES, LISTS,
    MACHINE_LISTS, TOOL_LISTS, OPERATOR_LISTS, HEAD_LISTS, STOCK_LISTS, OVEN_LISTS, ATCS,
    ANY_CAPPED, ANY_SERVICED, APART, PATIENT,
) = range(20)  # fmt: skip
"""Positions in ``Plant.facts``; ``*_LISTS``: the first ledger of its kind; ``APART``: of queues
that could be served at the same time, the one with the lower number goes first; ``PATIENT``: ovens
wait for their least load, and campaigns last."""


class State(NamedTuple):
    """A plan in the making."""

    count: Any  # see ``USED`` and the following
    spot: Any
    trial: Any  # the spot being looked at, the best one, and that of a batch to join
    trial_tools: Any  # [which, position]
    trial_work: Any  # [which, position]
    tools: Any
    work: Any
    claim: Any
    batch: Any
    mounted: Any  # [owner, part] after an owner: operation, operations + batch, or at the
    # beginning of 2 * operations + machine; the last row is scratch
    known: Any  # whether that is filled in
    ledger: Any
    key: Any
    value: Any
    owner: Any
    full: Any  # [machine, size]
    life: Any
    last_machine: Any
    overtime: Any  # [operator, period]
    pending: Any
    away: Any  # bits, see ``people.mark_away``
    next_overtime: Any  # [clock, (from, next overtime)]
    seen: Any  # [operator]
    mark: Any
    mark_of: Any  # [clock and head, size]
    segment: Any  # [position, (start, end)]: scratch, setup first
    limits: Any  # see ``HELD`` and the following
    put_off: Any  # [operation]
    placed: Any
    why: Any  # [operation] code of the reason
    why_value: Any
    turn: Any  # [block] the how-manieth to be placed
    waiting: Any  # [block] how many blocks are still to come
    coming: Any  # [queue] heaps
    coming_entry: Any
    heap: Any  # [slot]
    entry: Any
    slot_load: Any  # [slot] what waits
    slot_left: Any  # [slot] what has not been served yet
    slot_since: Any  # [slot] when the first that waits has come
    event: Any
    next_event: Any  # [queue] when it is to be served next
    next_key: Any  # [queue] how urgent its head is then
    queued: Any  # [queue]
    starving: Any  # [material] first block that waits for it
    starving_next: Any  # [block]
    heads: Any  # scratch
    hint: Any  # scratch


(
    USED, FAULT, TOOLS_USED, WORK_USED, CLAIMS, BATCHES, MARKS, EVENTS, REASON, REASON_VALUE,
    FAILED_SKILL, SETUP_SEGMENTS, SEGMENTS, TEAM_SIZE, TOOLS_CHOSEN, CAVITIES, DONE, AGAIN,
    LATER, LATER_START, FAILED, BEGUN, TURN, CREW,
) = range(24)  # fmt: skip
"""Positions in ``State.count``."""

HELD, RUN, END, LAST_START, LAST_END, START_BLAME, END_BLAME = range(7)
"""Positions in ``State.limits``: setup from, run from, end from, latest run start and end."""

TRIAL, BEST, JOINED = range(3)
ANYWHERE, TURNS, NEVER = range(3)
UNARY, CUMULATIVE, OVEN = range(3)
SUM, MAX, FIRST = range(3)

SLOT_MINUTES, SLOTS = 16, 12_000
"""Of the index of who is away: 133 days."""

REASONS = (
    "", "no_machine", "no_window", "too_late", "forbidden_changeover", "no_people", "no_tool",
    "too_much_load", "predecessor", "material_short", "max_lag", "block", "checked",
)  # fmt: skip
(
    NONE, NO_MACHINE, NO_WINDOW, TOO_LATE, FORBIDDEN, NO_PEOPLE, NO_TOOL, TOO_MUCH_LOAD,
    PREDECESSOR, MATERIAL_SHORT, MAX_LAG, BLOCK_FAILED, CHECKED,
) = range(13)  # fmt: skip
