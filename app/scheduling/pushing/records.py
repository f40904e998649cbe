"""The vocabulary of the compiled repair: what a gesture knows beside ``forward.State``."""

from __future__ import annotations

from typing import Any, NamedTuple

from app.scheduling.forward.records import INT, TICK, _record

NOTE = _record(  # what a gesture knows of an operation; worth something if it has its stamp
    stamp=INT,
    old=INT,  # it has been taken off, and ``Hand.old`` is where it stood
    settled=INT,
    lower=INT,  # ``least`` counts
    least=TICK,
    tries=INT,
    group=INT,  # who goes into an oven with it, -1 = nobody
    exchanged=INT,  # it may take the ways ``[ways_at, ways_end)``
    ways_at=INT,
    ways_end=INT,
    batch_left=INT,  # the batch that it was in, -1 = none
)
FACT = _record(  # what never changes
    held=INT,  # nothing may push it away
    leads=INT,  # something runs that should have come after it
)
RANGE = _record(at=TICK, count=TICK)
QUEUED = _record(time=TICK, who=INT)


class Hand(NamedTuple):
    """A plan ready for gestures, and the gesture at hand. ``base_*``: as it was before."""

    num: Any  # see ``STAMP`` and the following
    fact: Any  # [operation]
    note: Any  # [operation]
    noted: Any  # operations that have a note
    old: Any  # [operation] spot
    base: Any  # [operation] spot
    stale: Any  # operations that could not stand
    base_batch: Any
    base_life: Any
    base_overtime: Any
    next_member: Any  # [operation] the next one in its batch
    base_next: Any
    first_member: Any  # [batch]
    base_first: Any
    batch_mark: Any  # [batch] has been changed in the gesture of this stamp
    batches: Any  # those
    after_at: Any  # [operation] ranges of after_link
    after_link: Any  # positions in ``Plant.link``
    link_after: Any  # [position] who follows
    makers_at: Any  # [material] ranges of maker
    maker: Any
    ledger_mark: Any  # [ledger] saved in the gesture of this stamp
    touched: Any  # ledgers that were saved, and where
    saved: Any
    save_key: Any
    save_value: Any
    save_owner: Any
    queue: Any
    group: Any  # ranges of group_member
    group_member: Any
    found: Any  # who is taken along
    found_mark: Any  # [operation]
    ancestor_mark: Any  # [operation]
    stack: Any
    user: Any  # who is on a rack or uses a pool
    prefer_mark: Any  # [operator]
    row: Any  # ways that may be taken
    snapshot: Any  # batches that might be joined
    uses_at: Any  # first ledgers of users: of machines, of tools


(
    STAMP, NOTED, QUEUE, CURRENT_START, CURRENT_OPERATION, DROPPED, DROPPED_AT, FIRM, GROUPS,
    GROUP_MEMBERS, TOUCHED, SAVED, FOUND, FOUND_STAMP, ANCESTOR_STAMP, ANCESTORS_OF, PREFER,
    BATCHES_CHANGED, REFUSED, SOFT_FROM, KEEP, ANY_MATES, MATES, KIND, OPERATION, AT, ROWS,
    BASE_TOOLS, BASE_WORK, BASE_CLAIMS, BASE_BATCHES, FIRST_ROW, LAST_ROW, ANY_PREFERRED,
) = range(34)  # fmt: skip
"""Positions in ``Hand.num``."""

ONE, EXCHANGE, WHOLE = range(3)
"""Kinds of gestures: one operation goes somewhere, two change places, all is settled."""
