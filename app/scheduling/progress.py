"""What a solve tells while it runs, and what it hands over at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, count, repeat
from operator import attrgetter

from app.core.messages import Message
from app.scheduling.columns import Deferred
from app.scheduling.objective import Objective
from app.scheduling.problem import Problem, Schedule, Unplaced


class Status(StrEnum):
    """How good the answer is known to be; never better than what is proven."""

    OPTIMAL = "optimal"  # the objective equals a proven bound
    FEASIBLE = "feasible"  # a plan that obeys every rule; the bound, if any, says how far to go
    INFEASIBLE = "infeasible"  # operations are left that can be placed in no plan
    NOTHING = "nothing"  # no plan in the time given
    CANCELLED = "cancelled"  # stopped by a person; the best plan so far


class Stage(StrEnum):
    """Which part of the search speaks."""

    CONSTRUCT = "construct"
    WHOLE = "whole"  # the whole problem is one model: there is a bound
    WINDOW = "window"  # one time window is solved anew, the rest stands
    MOVES = "moves"  # late orders, setup clusters and the like are sequenced anew


@dataclass(frozen=True, slots=True)
class Progress:
    """One report of a running solve.

    ``elapsed`` in seconds since the solve began; ``objective`` of the best plan so far; ``bound``
    is a proven lower bound of its weighted total, None = no bound. ``schedule`` is the best plan
    itself when it is new since the last report (verified), else None.
    """

    elapsed: float
    objective: Objective
    bound: float | None
    stage: Stage
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class Solution:
    """The end of a solve. ``bound`` as in ``Progress``; times in seconds since its begin.

    ``note`` is what a person should know besides (a solver process that died, for one).
    """

    schedule: Schedule
    objective: Objective
    status: Status
    bound: float | None = None
    seconds: float = 0.0
    first_plan_seconds: float | None = None
    note: Message | None = None


def nothing_placed(problem: Problem, seconds: float) -> Solution:
    """Of a search that was stopped before there was a plan."""
    reason = "solver.stopped_before_placed"

    def listed() -> Iterator[Unplaced]:
        names = ((("operation", operation.key),) for operation in problem.operations)
        return map(Unplaced, count(), repeat(reason), names)

    # Whoever has said stop waits for this: nothing is listed before it is asked for.
    late = set(map(attrgetter("order"), problem.operations))
    late.update(chain.from_iterable(map(attrgetter("also"), problem.operations)))
    worth = Objective(
        late_orders=len(late),
        moved_operations=len(problem.baseline),
        unplaced=len(problem.operations),
    )
    return Solution(Deferred(tuple, listed), worth, Status.CANCELLED, None, seconds)
