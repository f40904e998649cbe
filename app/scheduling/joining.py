"""An order that is not in the plan, put into it where a hand wants some of its steps.

The steps are settled one after the other: where a hand placed one, what is in its way goes later
as in any gesture; the others take the first room after what comes before them, and move nobody.
The plan is compiled once and is as it was after every question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.messages import Message
from app.core.quiet import uncollected
from app.scheduling.problem import FOREVER, Placement, Schedule
from app.scheduling.repair import PUSH_RIGHT, REFUSE, SQUEEZE_IN, Move, Refused, Repairer


@dataclass(frozen=True, slots=True)
class Wanted:
    """A step and where it is wanted: run from ``start`` (tick) on, on ``machine`` or any.

    ``by_hand``: others give way to it; else it goes into the first room.
    """

    operation: int
    machine: int | None = None
    start: int = -FOREVER
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """The plan with the steps in it; ``refused``: why not, ``schedule`` is then as before."""

    schedule: Schedule
    moved: tuple[int, ...] = ()
    refused: Message | None = None


class Joining(Repairer):
    """A plan without the order, ready to take it."""

    def join(self, steps: Sequence[Wanted], mode: str = PUSH_RIGHT) -> Joined:
        """The plan with all steps, each after those before it in the sequence that it waits for.

        ``mode``: push right, squeeze in or refuse, for what is placed by hand.
        """
        self._begin()
        own = {step.operation for step in steps}
        self.free = frozenset(own)
        try:
            with uncollected():
                for tied in self._tied(steps):
                    by_hand = any(step.by_hand for step in tied)
                    self._settle_tied(tied, firm=not by_hand or mode == SQUEEZE_IN)
                schedule, changed = self._with(self._stands_now())
            stale = {spot.operation for spot in self.stale}
            others = [o for o in changed if o not in own and o not in stale]
            if others and mode == REFUSE:
                raise Refused(steps[0].operation, self._moves_others(others))
            return Joined(schedule, tuple(sorted(changed)))
        except Refused as refused:
            return Joined(self.schedule, refused=self._refused(refused).refused)
        finally:
            self._undo()

    def _tied(self, steps: Sequence[Wanted]) -> list[list[Wanted]]:
        """Steps that cannot be parted (a longest wait, a kept mould) stand together."""
        found: dict[int, list[Wanted]] = {}
        for step in steps:
            found.setdefault(self.shop.block_of[step.operation], []).append(step)
        return list(found.values())

    def _settle_tied(self, steps: Sequence[Wanted], *, firm: bool) -> None:
        """All of them before what they push is put back: it may have its old place again."""
        self.firm = firm
        hand = min((step.start for step in steps if step.by_hand), default=-FOREVER)
        for step in steps:
            start = max(step.start, self.problem.now)
            ways, at = self._asked(Move(step.operation, step.machine, start))
            self.exchanged[step.operation], self.least[step.operation] = ways, at
        for step in steps:
            at = max(hand, self.least[step.operation])
            self.current, self.dropped_at = (at, -1), at
            self._put_back(step.operation, self.exchanged[step.operation])
        self.dropped_at = None
        self._finish(steps[-1].operation)

    def placement(self, schedule: Schedule, operation: int) -> Placement:
        """Where an operation stands in a plan that has it."""
        return next(p for p in schedule.placements if p.operation == operation)
