"""Boxes of a routing's drawing never stand on each other, and follow what they wait for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.views.products.flow_layout import Arrow, Place, places


def test_a_chain_stands_in_one_lane() -> None:
    found = places([10, 20, 30], [Arrow(10, 20), Arrow(20, 30)])
    assert found == {10: Place(0, 0), 20: Place(1, 0), 30: Place(2, 0)}


def test_branches_stand_side_by_side_and_meet_again() -> None:
    arrows = [Arrow(10, 20), Arrow(10, 30), Arrow(20, 40), Arrow(30, 40)]
    found = places([10, 20, 30, 40], arrows)
    assert (found[20], found[30]) == (Place(1, 0), Place(1, 1))
    assert found[40] == Place(2, 0)


def test_steps_that_begin_or_end_together_share_a_column() -> None:
    found = places([10, 20, 30], [Arrow(10, 20, "SS"), Arrow(20, 30, "FF")])
    assert [found[n].column for n in (10, 20, 30)] == [0, 0, 0]
    assert len(set(found.values())) == 3


STEPS = st.lists(st.integers(1, 60), min_size=1, max_size=12, unique=True)


@given(STEPS, st.data())
def test_no_two_boxes_share_a_place_and_time_runs_to_the_right(
    steps: list[int], data: st.DataObject
) -> None:
    pairs = st.tuples(st.sampled_from(steps), st.sampled_from(steps), st.sampled_from(["FS", "SS"]))
    drawn = data.draw(st.lists(pairs, max_size=20))
    arrows = [Arrow(a, b, kind) for a, b, kind in drawn if steps.index(a) < steps.index(b)]
    found = places(steps, arrows)
    assert len(set(found.values())) == len(steps)
    for arrow in arrows:
        gap = found[arrow.after].column - found[arrow.before].column
        assert gap >= (1 if arrow.kind == "FS" else 0)


@given(STEPS)
def test_a_circle_of_links_is_drawn_too(steps: list[int]) -> None:
    arrows = [Arrow(a, b) for a, b in zip(steps, [*steps[1:], steps[0]], strict=True)]
    assert len(set(places(steps, arrows).values())) == len(steps)
