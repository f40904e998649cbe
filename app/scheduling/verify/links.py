"""Precedences between planned operations, as columns of ticks."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.scheduling.problem import End, Precedence
from app.scheduling.verify.columns import table

if TYPE_CHECKING:
    from app.scheduling.verify.plan import Plan


class Links:
    """Precedences whose ends are both planned, but for those into work that runs already.

    ``before``, ``after``: rows. ``since``: tick from which the least lag counts; ``over``: from
    which the longest counts; ``ready``: when the successor needs it (its setup, if that waits,
    too); ``reached``: the successor's end of the link.
    """

    def __init__(self, plan: Plan) -> None:
        every = plan.problem.precedences
        ends = table(every, "before", "after")
        before, after = plan.row_of[ends["before"]], plan.row_of[ends["after"]]
        bound = (before >= 0) & (after >= 0)
        bound[bound] = ~plan.started[after[bound]]
        self.records: list[Precedence] = list(compress(every, bound))
        self.before, self.after = before[bound], after[bound]
        from_start = self._flags(
            [k.transfer is None and k.before_end is End.START for k in self.records]
        )
        to_end = self._flags([k.transfer is None and k.after_end is End.END for k in self.records])
        end, start = plan.end, plan.start
        self.over = np.where(from_start, start[self.before], end[self.before])
        self.since = self.over.copy()
        self.reached = np.where(to_end, end[self.after], start[self.after])
        self.ready = np.where(to_end, end[self.after], plan.ready_start[self.after])
        for i, link in enumerate(self.records):
            if link.transfer is not None:
                self.since[i] = first_transfer(plan, int(self.before[i]), link.transfer)

    @staticmethod
    def _flags(values: list[bool]) -> NDArray[np.bool_]:
        return np.array(values, np.bool_)


def share(minutes: int, transfer: tuple[int, int]) -> int:
    """ceil(minutes * p / q)"""
    return -(-minutes * transfer[0] // transfer[1])


def first_transfer(plan: Plan, row: int, transfer: tuple[int, int]) -> int:
    """The tick at which the row has worked off its first transfer batch."""
    runs = [(piece.start, piece.end) for piece in plan.pieces(row) if not piece.setup]
    left = share(sum(end - start for start, end in runs), transfer)
    reached = plan.rows[row].start
    for start, end in runs:
        if left <= 0:
            break
        reached = min(end, start + left)
        left -= reached - start
    return reached
