"""A ghost order on the board: what is shown is what is put in, and nothing is written before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.choices import OrderState
from app.core.errors import Conflict
from app.models.database import Database
from app.models.orders import ProductionOrder
from app.models.planning import Placement
from app.scheduling.verify import verify
from app.services.edit import apply_edit
from app.services.planning.holds import HoldCapacity, held_places
from app.services.planning.promising.ghost import GhostBoard, GhostWish, wished
from app.services.planning.promising.letting_ahead import LetAhead, allowed_now
from app.services.planning.promising.rows import PromiseQuestion
from app.services.planning.solving import schedule_plant
from app.services.planning.working import read_working_plan
from tests.services.planning.test_promise import form
from tests.services.small_plant import NOW, SmallPlant


@pytest.fixture
def busy(database: Database) -> SmallPlant:
    """A few days of work, planned, and one order that is not in the plan."""
    plant = SmallPlant.build(database, orders=0)
    with database.write("test") as session:
        for number in range(1, 9):
            plant.order(session, f"MO-{number}", quantity=40)
    schedule_plant(database, seconds=0, now=NOW, in_child=False)
    with database.write("test") as session:
        plant.order(session, "NEW", quantity=40)
    return plant


def stored(database: Database) -> dict[int, tuple[object, ...]]:
    with database.read() as session:
        rows = session.scalars(select(Placement)).all()
        return {r.operation_id: (r.machine_id, r.start_at, r.end_at) for r in rows}


def board(database: Database, **question: object) -> GhostBoard:
    return GhostBoard.load(database, PromiseQuestion(**question))  # type: ignore[arg-type]


def test_a_dragged_step_pushes_others_and_the_rest_of_the_order_follows(
    database: Database, busy: SmallPlant
) -> None:
    before = stored(database)
    ghost = board(database, number="NEW")
    first = ghost.answer()
    assert first.refused is None
    assert not first.gives_way, "without a hand it only takes free places"
    step = first.steps[0]
    wish = GhostWish(step.operation_id, busy.press_1, NOW + timedelta(hours=1))
    shown = ghost.answer((wish,))
    assert shown.refused is None
    assert shown.gives_way
    assert shown.others, "it is told who ends later"
    assert shown.steps[0].by_hand
    assert shown.steps[0].bar.start < step.bar.start
    assert shown.end is not None
    assert first.end is not None
    assert shown.end < first.end, "the steps after it follow"
    assert {m.operation_id for m in shown.moved} <= before.keys()
    assert ghost.answer() == first, "a question leaves the board as it was"
    assert stored(database) == before, "nothing is written"
    offered = ghost.opening((), wish)
    assert (offered.start, offered.pushed) == (shown.steps[0].bar.start, len(shown.given)) or (
        offered.pushed > 0
    )


def test_what_was_shown_is_put_into_the_plan_in_one_step_to_undo(
    database: Database, busy: SmallPlant
) -> None:
    before = stored(database)
    ghost = board(database, number="NEW")
    step = ghost.answer().steps[0]
    shown = ghost.answer((GhostWish(step.operation_id, busy.press_1, NOW + timedelta(hours=1)),))
    word = allowed_now("sales", "boss")
    edit = LetAhead(
        ghost.order.order_id or 0, "NEW", shown.moves, ghost.order.rush, word, seen=shown.seen
    )
    apply_edit(database, edit, "boss")
    after = stored(database)
    for bar in (*shown.moved, *(one.bar for one in shown.steps)):
        assert after[bar.operation_id] == (bar.machine_id, bar.start, bar.end)
    changed = {number for number, place in after.items() if before.get(number) != place}
    assert changed <= {bar.operation_id for bar in shown.moved} | {
        one.operation_id for one in shown.steps
    }
    plan = read_working_plan(database, NOW)
    assert not verify(plan.loaded.problem, plan.schedule)
    apply_edit(database, edit.inverse(), "boss")
    assert stored(database) == before
    apply_edit(database, edit.again, "boss")
    assert stored(database) == after


def test_a_plan_that_changed_meanwhile_refuses_what_was_found_free(
    database: Database, busy: SmallPlant
) -> None:
    ghost = board(database, number="NEW")
    shown = ghost.answer()
    with database.write("test") as session:
        session.log_rows("placement", [1], "move")
    with pytest.raises(Conflict):
        apply_edit(
            database,
            LetAhead(ghost.order.order_id or 0, "NEW", shown.moves, seen=shown.seen),
            "boss",
        )


def test_capacity_is_held_where_a_hand_put_a_new_order_and_others_come_back_when_it_is_taken_back(
    database: Database, busy: SmallPlant
) -> None:
    before = stored(database)
    ghost = board(database, form=form(quantity=40))
    step = ghost.answer().steps[0]
    wishes = wished((), GhostWish(step.operation_id, busy.press_1, NOW + timedelta(hours=1)))
    shown = ghost.answer(wishes)
    assert shown.gives_way
    assert not shown.moves, "there is nothing in the tables to move"
    assert ghost.order.order_id is None
    edit = HoldCapacity(
        ghost.order.form, held_places(ghost.order.order, shown.places), "sales",
        NOW + timedelta(days=2), shown.seen, moves=shown.given,
        rush=allowed_now("sales", "boss"),
    )  # fmt: skip
    apply_edit(database, edit, "boss")
    after = stored(database)
    for bar in shown.moved:
        assert after[bar.operation_id] == (bar.machine_id, bar.start, bar.end)
    with database.read() as session:
        order = session.scalars(
            select(ProductionOrder).where(ProductionOrder.code == ghost.order.order)
        ).one()
        assert (order.state, order.rush_asked_by) == (OrderState.DRAFT, "sales")
    known = before.keys() | {bar.operation_id for bar in shown.moved}
    new = sorted(place[1:] for number, place in after.items() if number not in known)
    assert new == sorted((one.bar.start, one.bar.end) for one in shown.steps)
    apply_edit(database, edit.inverse(), "boss")
    assert stored(database) == before
    apply_edit(database, edit.again, "boss")
    assert {k: v for k, v in stored(database).items() if k in before} == before, (
        "nobody gives way to a hold whose places nobody knows to be free"
    )


def test_a_step_never_begins_before_the_step_it_waits_for(
    database: Database, busy: SmallPlant
) -> None:
    ghost = board(database, number="NEW")
    first = ghost.answer()
    last = first.steps[-1]
    shown = ghost.answer((GhostWish(last.operation_id, None, NOW),))
    assert shown.refused is None
    by_id = {one.operation_id: one.bar for one in shown.steps}
    assert by_id[last.operation_id].start >= by_id[first.steps[-2].operation_id].start
    assert shown.steps[0].bar == first.steps[0].bar, "what comes before stays where it fits"
    wrong = ghost.answer((GhostWish(first.steps[0].operation_id, busy.bench, NOW),))
    assert wrong.refused is not None
    assert wrong.refused.text("zh")
