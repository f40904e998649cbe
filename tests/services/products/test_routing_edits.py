"""Steps are inserted, removed, moved and renumbered; whatever names them by number follows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from app.core.choices import RateBasis
from app.core.errors import RuleBroken
from app.services.masters.edits import RowChange
from app.services.masters.together import ChangeTogether
from app.services.products.revisions import copy_revision, in_order, next_revision, set_dates
from app.services.products.routing_edits import (
    Followers,
    check_links,
    duplicate_step,
    follows,
    insert_step,
    links_of,
    links_text,
    move_step,
    own_from_template,
    remove_step,
    renumber,
    renumber_evenly,
)

NOTHING = Followers()


def step(number: int, predecessors: str | None = None, **values: Any) -> dict[str, Any]:
    row = {"item_code": "X", "revision": "A", "step_no": number, "step_name": f"s{number}",
           "rate": Decimal(1), "rate_basis": RateBasis.FIXED_MINUTES, **values}  # fmt: skip
    return row | ({"predecessors": predecessors} if predecessors else {})


def after(rows: list[dict[str, Any]], edit: ChangeTogether) -> list[Mapping[str, Any]]:
    """The rows as the edit leaves them, by number."""
    left = list(rows)
    for change in edit.edits[0].changes:
        if change.before is not None:
            left.remove(dict(change.before))
    left += [dict(change.after) for change in edit.edits[0].changes if change.after is not None]
    return sorted(left, key=lambda row: row["step_no"])


def links(rows: list[Mapping[str, Any]]) -> dict[int, str]:
    return {row["step_no"]: row.get("predecessors") or "" for row in rows}


def test_links_are_written_as_they_are_read() -> None:
    assert links_text(links_of(step(30, "10fs; 20SS+30"))) == "10FS;20SS+30"
    assert links_text(None) is None
    with pytest.raises(RuleBroken, match="ten"):
        links_of(step(30, "ten"))


def test_a_step_is_inserted_between_two_and_followed_by_the_next() -> None:
    rows = [step(10), step(20, "10FS+5"), step(30, "10FS"), step(40)]
    edit, number = insert_step(rows, 10, step(99, step_name="new"), NOTHING)
    assert number == 15
    assert links(after(rows, edit)) == {10: "", 15: "", 20: "15FS+5", 30: "10FS", 40: ""}
    edit, number = insert_step(rows, 40, step(99), NOTHING)
    assert number == 50
    edit, number = insert_step(rows, None, step(99), NOTHING)
    assert number == 5


def test_where_no_number_is_free_the_steps_behind_move_and_all_follow() -> None:
    rows = [step(10, tool_held_until_step=12), step(11), step(12, "10SS+3;11")]
    lines = ({"parent_code": "X", "consumed_at_step": 11},)
    plans = ({"plan_code": "P", "number": 1, "step_no": 12},)
    edit, number = insert_step(rows, 10, step(99), Followers(lines, plans))
    assert number == 20
    left = after(rows, edit)
    assert links(left) == {10: "", 20: "", 31: "", 32: "10SS+3;31FS"}
    assert left[0]["tool_held_until_step"] == 32
    assert [part.sheet for part in edit.edits] == ["Routings", "BOM", "InspectionPlans"]
    assert edit.edits[1].changes == (RowChange(lines[0], {**lines[0], "consumed_at_step": 31}),)
    assert edit.edits[2].changes[0].after["step_no"] == 32


def test_a_copy_of_a_step_stands_behind_it() -> None:
    rows = [step(10), step(20, "10FF", setup_min=Decimal(5), tool_held_until_step=30), step(30)]
    edit, number = duplicate_step(rows, 20, NOTHING)
    left = after(rows, edit)
    assert (number, left[2]["setup_min"], left[2].get("predecessors")) == (25, 5, None)
    assert "tool_held_until_step" not in left[2]


def test_who_followed_a_removed_step_follows_what_it_followed() -> None:
    rows = [step(10, tool_held_until_step=30), step(20), step(30, "10SS+5"), step(40, "30FS+9;20"),
            step(50)]  # fmt: skip
    lines = ({"consumed_at_step": 30}, {"consumed_at_step": 10})
    edit = remove_step(rows, 30, Followers(lines))
    left = after(rows, edit)
    assert links(left) == {10: "", 20: "", 40: "10SS+5;20FS", 50: ""}
    assert left[0]["tool_held_until_step"] == 20
    assert [change.after for change in edit.edits[1].changes] == [{"consumed_at_step": 40}]
    # The last step leaves its materials to the one before; the only one takes the routing along.
    edit = remove_step(rows, 50, Followers(({"consumed_at_step": 50},)))
    assert edit.edits[1].changes[0].after == {"consumed_at_step": 40}
    edit = remove_step(rows[:1], 10, NOTHING)
    assert edit.edits[0].changes == (RowChange(rows[0], None),)


def test_steps_change_places_but_not_before_what_they_follow() -> None:
    rows = [step(10), step(20), step(30, "20FS")]
    edit = move_step(rows, 20, -1, NOTHING)
    assert [row["step_name"] for row in after(rows, edit)] == ["s20", "s10", "s30"]
    assert links(after(rows, edit))[30] == "10FS"
    with pytest.raises(RuleBroken, match="30"):
        move_step(rows, 30, -1, NOTHING)
    assert move_step(rows, 30, 1, NOTHING) is None


def test_numbers_in_tens() -> None:
    rows = [step(1), step(7, "1SS"), step(8, tool_held_until_step=9), step(9, "7;8FF+2")]
    edit = renumber_evenly(rows, NOTHING)
    left = after(rows, edit)
    assert links(left) == {10: "", 20: "10SS", 30: "", 40: "20FS;30FF+2"}
    assert left[2]["tool_held_until_step"] == 40
    assert renumber_evenly([step(10), step(20)], NOTHING) is None


def test_what_says_the_same_stays_as_it_was_typed() -> None:
    rows = [step(10), step(20), step(30, " 10 ")]
    edit = renumber(rows, {20: 25}, NOTHING)
    assert [change.after["step_no"] for change in edit.edits[0].changes] == [25]


def test_predecessors_that_are_not_there_or_go_round_are_refused() -> None:
    check_links([step(10), step(20, "10SS")])
    with pytest.raises(RuleBroken, match="70"):
        check_links([step(10), step(20, "70")])
    with pytest.raises(RuleBroken, match="20"):
        check_links([step(10), step(20, "20FS")])
    with pytest.raises(RuleBroken, match="→"):
        check_links([step(10, "30"), step(20), step(30)])
    found = follows([step(10), step(20), step(30, "10")])
    assert {n: [each.step_no for each in links] for n, links in found.items()} == {
        10: [],
        20: [10],
        30: [10],
    }


def test_a_template_becomes_an_own_routing() -> None:
    rows = [{**step(10), "family": "F"}]
    del rows[0]["item_code"]
    (change,) = own_from_template(rows, "Y").edits[0].changes
    assert (change.after["item_code"], change.after.get("family")) == ("Y", None)


# ---------------------------------------------------------------- revisions and lines


@pytest.mark.parametrize(
    ("names", "after"),
    [
        (["A"], "B"),
        (["A", "B", "C"], "D"),
        (["Z"], "AA"),
        (["1", "2"], "3"),
        (["V1.9"], "V1.10"),
        (["09"], "10"),
        (["终"], "终-2"),
        ([], "A"),
    ],
)
def test_the_next_name_of_a_revision(names: list[str], after: str) -> None:
    assert next_revision(names) == after


def test_a_copy_may_not_begin_before_what_it_closes() -> None:
    from datetime import date

    row = {"parent_code": "X", "revision": "A", "effective_from": date(2026, 3, 1)}
    with pytest.raises(RuleBroken, match="2026-02-28"):
        copy_revision("BOM", [row], "B", date(2026, 3, 1), close=True)
    with pytest.raises(RuleBroken):
        set_dates("BOM", [row], date(2026, 3, 2), date(2026, 3, 1))
    with pytest.raises(RuleBroken, match="name"):
        copy_revision("BOM", [row], " ", date(2026, 4, 1), close=True)
    ended = {**row, "effective_to": date(2026, 3, 15)}
    edit = copy_revision("BOM", [ended], "B", date(2026, 4, 1), close=True)
    assert len(edit.edits[0].changes) == 1  # it ends before that anyway


def test_lines_get_numbers_in_their_order() -> None:
    a, b, c = ({"line_no": n, "component_code": n} for n in (1, 5, 9))
    edit = in_order([b, a, c])
    assert [(ch.before["line_no"], ch.after["line_no"]) for ch in edit.edits[0].changes] == [
        (5, 1),
        (1, 5),
    ]
    assert in_order([a, b, c]) is None
    twins = [{"line_no": 1, "component_code": n} for n in "xyz"]
    assert [ch.after["line_no"] for ch in in_order(twins).edits[0].changes] == [2, 3]
