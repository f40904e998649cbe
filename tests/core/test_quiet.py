"""The collector of reference cycles is kept from what is large and old, and let go again."""

from __future__ import annotations

import gc

from app.core.quiet import old_uncollected, uncollected


def collections() -> tuple[int, int]:
    """(of what is new, of everything)"""
    young, _, old = gc.get_stats()
    return young["collections"], old["collections"]


def churn() -> list[list[int]]:
    return [[number] for number in range(300_000)]


def test_a_long_search_does_not_look_through_everything_again_and_again() -> None:
    before = gc.get_threshold()
    young, old = collections()
    churn()
    assert collections()[1] > old  # without it: that is what it is for
    with old_uncollected():
        young, old = collections()
        churn()
        assert collections()[0] > young
        assert collections()[1] == old
    assert gc.get_threshold() == before


def test_while_many_objects_are_made_nothing_is_looked_through() -> None:
    with uncollected():
        before = collections()
        churn()
        assert collections() == before
    assert gc.isenabled()
