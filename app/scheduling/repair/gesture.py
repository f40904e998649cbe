"""What a person's hand asks of a plan, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from app.core.messages import Message
from app.scheduling.objective import Objective
from app.scheduling.problem import Schedule
from app.scheduling.shop import Reason, Way

ROUNDS = 12
"""How often one operation may be put back in a single repair, before it is refused."""

PUSH_RIGHT = "push_right"  # what is in the way goes later
SQUEEZE_IN = "squeeze_in"  # the first opening from there on that takes it; nothing else moves
SWAP = "swap"  # it and the bar it is dropped on change places; only what then overlaps goes later
REFUSE = "refuse"  # just there, or not at all if anything else would have to move
MODES = (PUSH_RIGHT, SQUEEZE_IN, SWAP, REFUSE)


@dataclass(frozen=True, slots=True)
class Move:
    """A gesture. ``machine`` or ``start`` (run start, tick) None = as it is.

    ``along``: (operation, machine, start) of others that go in the same step.
    """

    operation: int
    machine: int | None = None
    start: int | None = None
    mode: str = PUSH_RIGHT
    along: tuple[tuple[int, int | None, int | None], ...] = ()


@dataclass(frozen=True, eq=False)
class MoveResult:
    """What a gesture does. ``refused``: why it cannot be done (the schedule is then unchanged).

    ``moved``: operations whose placement changes; ``start``: the snapped run start. ``made``: how
    the new plan is written down, when it is first asked for: while a bar is dragged only the last
    of many answers is.
    """

    made: Callable[[], Schedule]
    moved: tuple[int, ...]
    objective_before: Objective
    objective_after: Objective
    refused: Message | None = None
    start: int | None = None

    @cached_property
    def schedule(self) -> Schedule:
        """The whole plan after the gesture."""
        return self.made()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MoveResult):
            return NotImplemented
        mine, theirs = (
            (r.moved, r.objective_before, r.objective_after, r.refused, r.start, r.schedule)
            for r in (self, other)
        )
        return mine == theirs

    __hash__ = None  # type: ignore[assignment]


class Exchanged(NamedTuple):
    """An operation that is to go to one of ``ways`` from ``start`` on, where another was."""

    operation: int
    ways: Sequence[Way]
    start: int


class Refused(Exception):
    """The gesture cannot be done; the reason belongs to ``operation``."""

    def __init__(self, operation: int, reason: Reason) -> None:
        super().__init__(operation, reason)
        self.operation, self.reason = operation, reason
