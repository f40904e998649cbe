"""Saved views: each person's own, by name; saved, renamed, chosen, deleted, undone, in conflict."""

from __future__ import annotations

import pytest

from app.core.errors import Conflict, NotFound, RuleBroken
from app.models.database import Database
from app.services.edit import apply_edit
from app.services.views import ChooseView, Kept, PutView, RenameView, saved_views

LATE = {"order": ["lamp", "due"], "filters": {"lamp": "late"}}
ALL = {"order": ["due"], "filters": {}}


def save(database: Database, name: str, state: dict, person: str = "li") -> PutView:
    edit = PutView(person, "orders", name, None, Kept(state))
    apply_edit(database, edit, person)
    return edit


def names(database: Database, person: str = "li") -> list[str]:
    return [row.name for row in saved_views(database, person, "orders")]


def chosen(database: Database) -> list[str]:
    return [row.name for row in saved_views(database, "li", "orders") if row.chosen]


def test_a_view_is_kept_as_it_was_saved(database: Database) -> None:
    save(database, "  迟交  orders ", LATE)
    (row,) = saved_views(database, "li", "orders")
    assert (row.name, row.state, row.chosen) == ("迟交 orders", LATE, False)


def test_each_person_and_each_table_has_its_own(database: Database) -> None:
    save(database, "Late", LATE)
    save(database, "Late", ALL, person="chen")
    apply_edit(database, PutView("li", "items", "Late", None, Kept(ALL)), "li")
    assert [row.state for row in saved_views(database, "li", "orders")] == [LATE]
    assert [row.state for row in saved_views(database, "chen", "orders")] == [ALL]


def test_saving_over_a_view_is_undone(database: Database) -> None:
    save(database, "Late", LATE)
    edit = PutView("li", "orders", "Late", Kept(LATE), Kept(ALL))
    apply_edit(database, edit, "li")
    assert saved_views(database, "li", "orders")[0].state == ALL
    apply_edit(database, edit.inverse(), "li")
    assert saved_views(database, "li", "orders")[0].state == LATE


def test_a_deleted_view_comes_back_as_the_chosen_one(database: Database) -> None:
    save(database, "Late", LATE)
    apply_edit(database, ChooseView("li", "orders", "", "Late"), "li")
    edit = PutView("li", "orders", "Late", Kept(LATE, chosen=True), None)
    apply_edit(database, edit, "li")
    assert names(database) == []
    apply_edit(database, edit.inverse(), "li")
    assert chosen(database) == ["Late"]


def test_what_somebody_changed_meanwhile_is_not_overwritten(database: Database) -> None:
    save(database, "Late", LATE)
    apply_edit(database, PutView("li", "orders", "Late", Kept(LATE), Kept(ALL)), "li")
    with pytest.raises(Conflict) as refused:
        apply_edit(database, PutView("li", "orders", "Late", Kept(LATE), None), "li")
    assert refused.value.message.values["view"] == "Late"
    assert names(database) == ["Late"]


def test_a_second_view_of_the_same_name_is_refused(database: Database) -> None:
    save(database, "Late", LATE)
    with pytest.raises(RuleBroken):
        save(database, "ｌａｔｅ", ALL)
    save(database, "Other", ALL)
    with pytest.raises(RuleBroken):
        apply_edit(database, RenameView("li", "orders", "Other", "LATE"), "li")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_name_that_cannot_be_is_refused(database: Database, name: str) -> None:
    with pytest.raises(RuleBroken):
        save(database, name, LATE)
    assert names(database) == []


def test_a_rename_may_change_the_case_and_is_undone(database: Database) -> None:
    save(database, "late", LATE)
    edit = RenameView("li", "orders", "late", "Late")
    apply_edit(database, edit, "li")
    assert names(database) == ["Late"]
    apply_edit(database, edit.inverse(), "li")
    assert names(database) == ["late"]
    with pytest.raises(NotFound):
        apply_edit(database, RenameView("li", "orders", "nowhere", "x"), "li")


def test_one_view_at_most_is_shown_at_start(database: Database) -> None:
    save(database, "A", LATE)
    save(database, "B", ALL)
    apply_edit(database, ChooseView("li", "orders", "", "A"), "li")
    edit = ChooseView("li", "orders", "A", "B")
    apply_edit(database, edit, "li")
    assert chosen(database) == ["B"]
    with pytest.raises(Conflict):
        apply_edit(database, edit, "li")
    apply_edit(database, edit.inverse(), "li")
    assert chosen(database) == ["A"]
    apply_edit(database, ChooseView("li", "orders", "A", ""), "li")
    assert chosen(database) == []


def test_a_change_is_announced_as_one_of_views(database: Database) -> None:
    found = apply_edit(database, PutView("li", "orders", "Late", None, Kept(LATE)), "li")
    (row,) = saved_views(database, "li", "orders")
    assert found.kinds == {"saved_view": frozenset({row.id})}
