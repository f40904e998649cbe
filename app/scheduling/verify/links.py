"""Precedences between planned operations, as columns of ticks."""

from __future__ import annotations

from itertools import chain, compress
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.scheduling.problem import End, Precedence
from app.scheduling.verify.columns import column, table
from app.scheduling.verify.openings import Ticks

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
        self.transfers = np.flatnonzero(
            self._flags([link.transfer is not None for link in self.records])
        )
        parts = [self.records[i].transfer or (0, 1) for i in self.transfers.tolist()]
        self.part, self.of = column(chain.from_iterable(parts)).reshape(-1, 2).T
        before = self.before[self.transfers]
        self.since[self.transfers] = first_transfers(plan, before, self.part, self.of)

    @staticmethod
    def _flags(values: list[bool]) -> NDArray[np.bool_]:
        return np.array(values, np.bool_)


def share(minutes: Ticks, part: Ticks, of: Ticks) -> Ticks:
    """ceil(minutes * part / of)"""
    return -(-minutes * part // of)


def first_transfers(plan: Plan, rows: Ticks, part: Ticks, of: Ticks) -> Ticks:
    """The ticks at which rows have worked off their first transfer batch."""
    row, start, end, setup = plan.cuts
    runs = setup == 0
    row, start, end = row[runs], start[runs], end[runs]
    done = np.cumsum(end - start)  # of all rows, one after the other
    first = np.searchsorted(row, rows)
    before = np.concatenate(([0], done))[first]
    wanted = np.minimum(share(plan.run_worked[rows], part, of), plan.run_worked[rows])
    reached = plan.start[rows].copy()
    some = wanted > 0
    at = np.searchsorted(done, before[some] + wanted[some])
    reached[some] = end[at] - (done[at] - before[some] - wanted[some])
    return reached
