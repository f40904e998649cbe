"""Arithmetic of generalised precedences: what a placed neighbour leaves open."""

from __future__ import annotations

from typing import Protocol

from app.scheduling.problem import FOREVER, End, Precedence
from app.scheduling.windows import Segment, Stretches


class Times(Protocol):
    """A placed operation, seen by its neighbours."""

    setup_start: int
    start: int
    end: int

    def runs(self) -> list[Segment]: ...


def earliest(link: Precedence, before: Times, clock: Stretches | None) -> int:
    """Earliest tick for the successor's end of the link (transfer batches: its start)."""
    if link.transfer is not None:
        base = first_transfer(before, link.transfer)
    else:
        base = before.start if link.before_end is End.START else before.end
    lag = link.min_lag
    if clock is None or lag == 0:
        return base + lag
    return clock.advance(base, lag) if lag > 0 else clock.retreat(base, -lag)


def latest(link: Precedence, before: Times, clock: Stretches | None) -> int:
    """Latest tick for the successor's end of the link."""
    if link.max_lag is None:
        return FOREVER
    from_start = link.before_end is End.START and link.transfer is None
    base = before.start if from_start else before.end
    if clock is None:
        return base + link.max_lag
    return clock.next_open(clock.advance(base, link.max_lag))


def to_end(link: Precedence) -> bool:
    """Whether the link ends at the successor's end."""
    return link.after_end is End.END and link.transfer is None


def first_transfer(before: Times, transfer: tuple[int, int]) -> int:
    """When the first transfer batch, ceil(run * p / q) minutes of work, is done."""
    runs = before.runs()
    left = share(sum(end - start for start, end in runs), transfer)
    reached = before.start
    for start, end in runs:
        if left <= 0:
            break
        reached = min(end, start + left)
        left -= reached - start
    return reached


def share(minutes: int, transfer: tuple[int, int]) -> int:
    """ceil(minutes * p / q)"""
    return -(-minutes * transfer[0] // transfer[1])
