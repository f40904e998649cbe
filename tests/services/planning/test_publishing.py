"""Publishing: one transaction, refused with reasons that can be read; pictures, change notices."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.core.choices import OperationState, PlanKind
from app.core.errors import AppError, Conflict, NotFound, RuleBroken
from app.core.values_json import plain, typed
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.models.planning import ChangeNotice, Plan
from app.models.plant import Machine
from app.services import doctor
from app.services.edit import apply_edit
from app.services.orders.edits import CancelOrder
from app.services.orders.travelers import traveler_rows
from app.services.planning.board import Board
from app.services.planning.dispatch import Asked, dispatch_lists
from app.services.planning.publishing.history import (
    PublishState,
    publish_state,
    published_rows,
    published_view,
)
from app.services.planning.publishing.notices import SignNotice, notice_rows
from app.services.planning.publishing.publish import checked_publish
from app.services.planning.publishing.summary import PublishSummary, publish_summary
from app.services.planning.queries import plan_view
from app.services.planning.rows import PlanView
from app.services.planning.scenarios.adopting import adoption
from app.services.planning.scenarios.kinds import OtherPriority
from app.services.planning.scenarios.queries import scenario_row
from app.services.planning.scenarios.rebasing import rebase
from app.services.planning.scenarios.solving import solve_scenario
from app.services.planning.scenarios.store import CreateScenario, PutStep, ScenarioImage
from app.services.planning.solving import schedule_plant
from tests.services.small_plant import NOW, SmallPlant


@pytest.fixture
def planned(database: Database, plant: SmallPlant) -> SmallPlant:
    schedule_plant(database, seconds=0)
    return plant


def publish(database: Database, actor: str = "li", note: str = "") -> PublishState:
    state = publish_state(database)
    apply_edit(database, checked_publish(database, state.edit(note)), actor)
    return state


def move_last(database: Database, minutes: int = 1440) -> str:
    """The packing of MO-2 a day later, as a planner would drag it."""
    view = plan_view(database)
    last = max(view.placements, key=lambda row: (row.step_no, row.order_number))
    board = Board.load(database)
    preview = board.preview(last.operation_id, None, last.start + timedelta(minutes=minutes))
    assert preview.refused is None
    apply_edit(database, board.edit(preview), "li")
    return f"{last.order_number}/{last.step_no}"


def test_a_picture_is_the_view_again(planned: SmallPlant, database: Database) -> None:
    view = plan_view(database)
    assert view.turns
    assert typed(PlanView, plain(view)) == view
    older = plain(view)
    fields, rows = older["fields"], older["rows"]
    place = fields.index("moulds")  # as a program wrote it that knew no moulds yet
    del fields[place], rows[0][place]
    assert typed(PlanView, older) == replace(view, moulds=())


def test_publishing_copies_the_working_plan_and_travelers_say_so(
    planned: SmallPlant, database: Database
) -> None:
    state = publish_state(database)
    assert (state.revision, state.behind, len(state.changes)) == (0, False, 6)
    assert {row.what for row in state.changes} == {"new"}
    with database.read() as session:
        orders = session.scalars(select(ProductionOrder.id)).all()
    before = traveler_rows(database, orders, actor="li", now=NOW)
    assert "unpublished" in before[0].plan.text("en")
    publish(database, note="first")
    with database.read() as session:
        plans = session.scalars(select(Plan).order_by(Plan.kind)).all()
    assert {(plan.kind, plan.revision, plan.base_revision) for plan in plans} == {
        (PlanKind.PUBLISHED, 1, 0),
        (PlanKind.WORKING, 0, 1),
    }
    assert "unpublished" not in traveler_rows(database, orders, actor="li", now=NOW)[0].plan.text(
        "en"
    )
    (shift, *_) = dispatch_lists(database, Asked(), actor="li", now=NOW)
    assert "unpublished" not in shift.head.plan.text("en")
    working, published = plan_view(database), plan_view(database, "published")
    assert published.placements == working.placements
    after = publish_state(database)
    assert (after.revision, after.published_by, after.changes) == (1, "li", ())
    assert doctor.run(database) == []


def test_a_picture_stays_as_it_was_known_whatever_happens_later(
    planned: SmallPlant, database: Database
) -> None:
    publish(database)
    known = published_view(database, 1)
    assert publish_summary(database) == PublishSummary(1, 0, 3, 0)
    moved = move_last(database)
    counted = publish_summary(database).differ
    assert counted == len(publish_state(database).changes) >= 1
    with database.write("li") as session:
        order = session.scalars(select(ProductionOrder).where(ProductionOrder.code == "MO-1")).one()
        order.internal_due += timedelta(days=3)
        order.priority = 1
        session.get_one(Machine, planned.press_1).code = "PRESS-ONE"
    assert published_view(database, 1) == known
    changes = publish_state(database).changes
    assert moved in {f"{row.order}/{row.step}" for row in changes}
    publish(database, actor="wang", note="later")
    rows = published_rows(database)
    assert [(row.revision, row.published_by, row.note) for row in rows] == [
        (2, "wang", "later"), (1, "li", ""),
    ]  # fmt: skip
    assert rows[0].figures["late_orders"] == 0
    assert rows[1].notices == 3
    with pytest.raises(NotFound):
        published_view(database, 9)


def test_work_that_is_cancelled_is_counted_as_taken_off(
    planned: SmallPlant, database: Database
) -> None:
    publish(database)
    with database.read() as session:
        order = session.scalars(select(ProductionOrder).where(ProductionOrder.code == "MO-2")).one()
    apply_edit(database, CancelOrder(order.id, order.state.value), "li")
    assert publish_summary(database).differ == len(publish_state(database).changes) == 3
    assert {row.what for row in publish_state(database).changes} == {"gone"}


def test_a_second_planner_who_looked_before_is_told_what_came_since(
    planned: SmallPlant, database: Database
) -> None:
    publish(database)
    other = Database.open(database.url)
    theirs = publish_state(other)
    moved = move_last(database)
    publish(database)
    with pytest.raises(Conflict) as caught:
        apply_edit(other, theirs.edit(), "wang")
    for language in ("en", "zh"):
        text = caught.value.message.text(language)
        assert moved in text
        assert "li" in text
    assert len(published_rows(database)) == 2
    fresh = publish_state(other)
    move_last(database, 120)
    with pytest.raises(Conflict, match="no longer as you saw it"):
        apply_edit(other, fresh.edit(), "wang")
    publish(other, actor="wang")
    assert published_rows(other)[0].published_by == "wang"
    other.close()


def test_of_planners_who_publish_at_the_same_moment_one_wins(
    planned: SmallPlant, database: Database
) -> None:
    edit = publish_state(database).edit()
    start, answers = threading.Barrier(3), []

    def run(name: str) -> None:
        own = Database.open(database.url)
        start.wait()
        try:
            apply_edit(own, edit, name)
            answers.append(None)
        except AppError as error:
            answers.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=run, args=(f"p{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(answer is None for answer in answers) == 1
    assert all(isinstance(answer, Conflict) for answer in answers if answer is not None)
    assert [row.revision for row in published_rows(database)] == [1]


def test_a_plan_that_breaks_a_rule_or_places_nothing_is_not_published(
    database: Database, plant: SmallPlant
) -> None:
    with pytest.raises(NotFound):
        publish_state(database).edit()
    schedule_plant(database, seconds=0)
    with database.write("li") as session:
        session.get_one(Machine, plant.press_1).active = False
    with pytest.raises(RuleBroken, match="breaks rules"):
        publish(database)
    assert published_rows(database) == ()


def test_each_team_gets_its_rows_signs_once_and_the_unread_are_passed_up(
    planned: SmallPlant, database: Database
) -> None:
    publish(database)
    rows = notice_rows(database)
    assert {(row.team, len(row.rows)) for row in rows} == {("PRESS", 2), ("HEAT", 2), ("PACK", 2)}
    press = next(row for row in rows if row.team == "PRESS")
    assert press.escalated  # its first work begins now
    sign = SignNotice(press.id, press.team, "Wu")
    with pytest.raises(RuleBroken):
        apply_edit(database, replace(sign, signed_by=" "), "li")
    apply_edit(database, sign, "li")
    with pytest.raises(Conflict, match="Wu"):
        apply_edit(database, replace(sign, signed_by="Chen"), "li")
    for edit in (sign, publish_state(database).edit()):
        with pytest.raises(RuleBroken):
            edit.inverse()
    after = notice_rows(database)
    signed = next(row for row in after if row.team == "PRESS")
    assert (signed.read_by, signed.escalated, signed.unread) == ("Wu", False, False)
    assert len(notice_rows(database, unread=True)) == 2
    with database.write("test") as session:
        for plan in session.scalars(select(Plan).where(Plan.kind == PlanKind.PUBLISHED)):
            plan.created_at = datetime.now(UTC) - timedelta(hours=5)
    assert [row.escalated for row in notice_rows(database)] == [True, True, False]


def test_a_notice_tells_what_was_and_is_and_finished_work_is_no_change(
    planned: SmallPlant, database: Database
) -> None:
    publish(database)
    moved = move_last(database)
    with database.write("li") as session:
        done = session.scalars(select(Operation).order_by(Operation.id)).first()
        assert done is not None
        done.state = OperationState.DONE
        done.good = done.quantity
    schedule_plant(database, seconds=0)
    state = publish_state(database)
    assert all(row.what in ("time", "machine") for row in state.changes)
    publish(database)
    with database.read() as session:
        stored = session.scalars(select(ChangeNotice).where(ChangeNotice.team == "PACK")).all()
    assert len(stored) >= 1
    newest = [row for row in notice_rows(database) if row.revision == 2]
    for row in (row for notice in newest for row in notice.rows):
        assert row.was is not None
        assert row.now is not None
        assert row.was != row.now
    assert moved


def test_a_scenario_is_put_on_the_plan_that_was_published_meanwhile(
    planned: SmallPlant, database: Database
) -> None:
    apply_edit(database, CreateScenario(ScenarioImage("S", "li")), "li")
    with database.read() as session:
        step = OtherPriority("MO-1", 1).filled(session)
    apply_edit(database, PutStep("S", 1, None, step), "li")
    publish(database, actor="wang")
    solve_scenario(database, "S", seconds=0)
    assert scenario_row(database, "S").behind
    with pytest.raises(RuleBroken, match="published plan 0"):
        adoption(database, "S", "li")
    found = rebase(database, "S", "li")
    assert (found.base, found.published, found.misfits) == (0, 1, ())
    assert found.edit is not None
    apply_edit(database, found.edit, "li")
    assert not scenario_row(database, "S").behind
    apply_edit(database, adoption(database, "S", "li"), "li")
    assert doctor.run(database) == []
