"""Standard times: from the figure a shop types to seconds of run.

All sums are exact (``Fraction``); they are rounded up to whole seconds once, at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.core.choices import RateBasis
from app.core.step import ceil_fraction

PER_CYCLE = frozenset({RateBasis.SECONDS_PER_CYCLE, RateBasis.MINUTES_PER_CYCLE})
"""Bases that count turns (shots): the number of copies and cavities decides how many."""

_SECONDS_PER_PIECE: dict[RateBasis, Fraction] = {
    RateBasis.SECONDS_PER_PIECE: Fraction(1),
    RateBasis.MINUTES_PER_PIECE: Fraction(60),
    RateBasis.HOURS_PER_100: Fraction(3600, 100),
}
_SECONDS_PER_BATCH = {RateBasis.MINUTES_PER_BATCH: 60, RateBasis.HOURS_PER_BATCH: 3600}


@dataclass(frozen=True, slots=True)
class RunTime:
    """Either ``run_seconds`` for all, or ``turn_seconds`` for each turn (the other is 0)."""

    run_seconds: int = 0
    turn_seconds: int = 0


def run_time(
    rate: Decimal,
    basis: RateBasis,
    pieces: Decimal,
    *,
    shift_seconds: int,
    batch_max: Decimal | None = None,
) -> RunTime:
    """Run of ``pieces`` at ``rate``.

    ``shift_seconds``: net length of a shift, for pieces per shift. ``batch_max``: pieces that go
    into one batch; None = all of them. Errors: ValueError for a rate of zero pieces per time.
    """
    exact = Fraction(rate)
    if basis is RateBasis.SECONDS_PER_CYCLE:
        return RunTime(turn_seconds=ceil_fraction(exact))
    if basis is RateBasis.MINUTES_PER_CYCLE:
        return RunTime(turn_seconds=ceil_fraction(exact * 60))
    return RunTime(
        run_seconds=ceil_fraction(exact_seconds(exact, basis, pieces, shift_seconds, batch_max))
    )


def exact_seconds(
    rate: Fraction,
    basis: RateBasis,
    pieces: Decimal,
    shift_seconds: int,
    batch_max: Decimal | None,
) -> Fraction:
    """Seconds of ``pieces`` before rounding, of a basis that counts no turns (see ``run_time``)."""
    if basis in _SECONDS_PER_PIECE:
        return Fraction(pieces) * rate * _SECONDS_PER_PIECE[basis]
    if basis is RateBasis.FIXED_MINUTES:
        return rate * 60
    if basis in _SECONDS_PER_BATCH:
        batches = ceil_fraction(Fraction(pieces) / Fraction(batch_max)) if batch_max else 1
        return rate * _SECONDS_PER_BATCH[basis] * max(batches, 1)
    if rate <= 0:
        raise ValueError("a rate in pieces per time must be above zero")
    period = 3600 if basis is RateBasis.PIECES_PER_HOUR else shift_seconds
    return Fraction(pieces) / rate * period
