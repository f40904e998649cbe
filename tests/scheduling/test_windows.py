"""Arithmetic of open time, against counting minute by minute."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.scheduling.windows import Stretches

CUTS = st.lists(st.integers(0, 60), unique=True, max_size=12).map(sorted)


@given(CUTS, st.integers(-5, 65), st.integers(0, 40))
def test_minutes_within_are_the_open_ones(cuts: list[int], start: int, length: int) -> None:
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    clock = Stretches(pairs)
    open_minutes = {minute for a, b in pairs for minute in range(a, b)}
    counted = len(open_minutes & set(range(start, start + length)))
    assert clock.within(start, start + length) == counted
    assert clock.worked(start + length) - clock.worked(start) == counted
