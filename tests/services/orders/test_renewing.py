"""Open operations are brought up to date on request: exactly those not begun, and back again."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.core.choices import OperationState, PlanKind, RateBasis
from app.core.errors import Conflict, RuleBroken
from app.models.database import Database
from app.models.orders import Operation, OperationIssue
from app.models.planning import Placement, Plan, UnplacedOperation
from app.models.products import RoutingStep
from app.services.edit import apply_edit
from app.services.orders.renewing import RenewOperations, renewal, stale_work
from app.services.orders.stale import mark_stale
from app.services.products.recipes import Recipes
from tests.services.small_plant import NOW, SmallPlant

TODAY = NOW.date()


def change_routing(database: Database, plant: SmallPlant) -> None:
    """Step 10 takes longer, step 20 is gone, step 40 is new."""
    with database.write("test") as session:
        steps = {step.step_no: step for step in session.scalars(select(RoutingStep))}
        steps[10].rate = Decimal(9)
        session.delete(steps[20])
        session.add(
            RoutingStep(
                routing_id=plant.routing,
                step_no=40,
                name="check",
                work_centre_id=steps[30].work_centre_id,
                rate=Decimal(5),
                rate_basis=RateBasis.FIXED_MINUTES,
            )
        )
        session.flush()
        session.expire_all()
        assert mark_stale(session, TODAY) == 4  # 10 and 20 of two orders


def operations(database: Database) -> dict[tuple[int, int], dict[str, Any]]:
    with database.read() as session:
        return {
            (row.order_id, row.step_no): {
                "name": row.name, "definition": row.definition, "quantity": row.quantity,
                "state": row.state, "stale": row.stale, "pin": row.pin_machine_id,
            }
            for row in session.scalars(select(Operation).order_by(Operation.id))
        }  # fmt: skip


def place_all(database: Database, plant: SmallPlant) -> None:
    """A working plan in which every operation stands somewhere."""
    start = datetime(2026, 3, 3, tzinfo=UTC)
    with database.write("test") as session:
        plan = Plan(kind=PlanKind.WORKING, revision=1, created_at=NOW, created_by="test")
        session.add(plan)
        session.flush()
        for number in session.scalars(select(Operation.id)):
            session.add(
                Placement(plan_id=plan.id, operation_id=number, machine_id=plant.press_1,
                          setup_start_at=start, start_at=start, end_at=start, segments=[])
            )  # fmt: skip


def placed(database: Database) -> set[tuple[int, int]]:
    with database.read() as session:
        rows = session.execute(
            select(Operation.order_id, Operation.step_no).join(
                Placement, Placement.operation_id == Operation.id
            )
        )
        return {(order, step) for order, step in rows}


def test_orders_not_begun_get_the_steps_as_they_are_now(
    database: Database, plant: SmallPlant
) -> None:
    place_all(database, plant)
    with database.write("test") as session:
        pinned = session.scalars(
            select(Operation).where(Operation.step_no == 10).order_by(Operation.id)
        ).first()
        pinned.pin_machine_id = plant.press_2
    change_routing(database, plant)
    before = operations(database)
    with database.read() as session:
        work = stale_work(session, [plant.item])
    assert (work.operations, work.orders, work.begun) == (4, ("MO-1", "MO-2"), 0)
    edit = renewal(database, ["a"], TODAY)
    assert edit is not None
    apply_edit(database, edit, "li")
    after = operations(database)
    assert {step for _, step in after} == {10, 30, 40}
    assert not any(row["stale"] for row in after.values())
    assert after[1, 10]["definition"]["rate"] == "9"
    assert after[1, 10]["pin"] == plant.press_2  # a person's wish stays
    with database.read() as session:
        recipes = Recipes.load(session)
        assert [s.step_no for s in recipes.steps(plant.item, TODAY)] == [10, 30, 40]
    # Packing has not changed and keeps its place; the others wait for the next schedule.
    assert placed(database) == {(1, 30), (2, 30)}
    with database.read() as session:
        waiting = session.scalars(
            select(Operation.step_no).join(
                UnplacedOperation, UnplacedOperation.operation_id == Operation.id
            )
        )
        assert sorted(waiting) == [10, 10, 40, 40]
    assert renewal(database, ["A"], TODAY) is None
    apply_edit(database, edit.inverse(), "li")
    assert operations(database) == before
    apply_edit(database, edit, "li")
    assert operations(database) == after


def test_orders_that_have_begun_keep_their_steps(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        first = session.scalars(
            select(Operation).where(Operation.step_no == 10).order_by(Operation.id)
        ).first()
        first.state = OperationState.DONE
    with database.write("test") as session:
        for step in session.scalars(select(RoutingStep)):
            step.setup_minutes = Decimal(7)
        gone = session.scalars(select(RoutingStep).where(RoutingStep.step_no == 20)).one()
        session.delete(gone)
        session.flush()
        session.expire_all()
        mark_stale(session, TODAY)
    before = operations(database)
    with database.read() as session:
        assert stale_work(session, [plant.item]).begun == 1
    edit = renewal(database, ["A"], TODAY)
    apply_edit(database, edit, "li")
    after = operations(database)
    assert {step for order, step in after if order == 1} == {10, 20, 30}
    assert after[1, 10] == before[1, 10]
    assert after[1, 20] == before[1, 20]  # still marked: its step is gone
    assert after[1, 30]["definition"]["setup_minutes"] == "7"
    assert {step for order, step in after if order == 2} == {10, 30}
    apply_edit(database, edit.inverse(), "li")
    assert operations(database) == before


def test_words_alone_leave_the_plan_alone(database: Database, plant: SmallPlant) -> None:
    place_all(database, plant)
    with database.write("test") as session:
        for step in session.scalars(select(RoutingStep)):
            step.instruction = "gently"
        session.flush()
        mark_stale(session, TODAY)
    apply_edit(database, renewal(database, ["A"], TODAY), "li")
    assert len(placed(database)) == 6


def test_what_changed_meanwhile_is_not_written_over(database: Database, plant: SmallPlant) -> None:
    change_routing(database, plant)
    edit = renewal(database, ["A"], TODAY)
    with database.write("wang") as session:
        row = session.scalars(
            select(Operation).where(Operation.step_no == 30).order_by(Operation.id)
        ).first()
        row.quantity = Decimal(5)
    before = operations(database)
    with pytest.raises(Conflict, match="MO-1"):
        apply_edit(database, edit, "li")
    assert operations(database) == before


def test_what_has_begun_meanwhile_is_refused_as_a_whole(
    database: Database, plant: SmallPlant
) -> None:
    change_routing(database, plant)
    edit = renewal(database, ["A"], TODAY)
    with database.write("wang") as session:
        rows = session.scalars(select(Operation).where(Operation.order_id == 2))
        next(row for row in rows if row.step_no == 20).state = OperationState.RUNNING
    before = operations(database)
    with pytest.raises(RuleBroken, match="MO-2"):
        apply_edit(database, edit, "li")
    assert operations(database) == before


def test_material_issued_counts_as_begun(database: Database, plant: SmallPlant) -> None:
    change_routing(database, plant)
    with database.write("test") as session:
        row = session.scalars(
            select(Operation).where(Operation.order_id == 1).order_by(Operation.id)
        ).first()
        session.add(OperationIssue(operation_id=row.id, item_id=plant.item, quantity=Decimal(1)))
    edit = renewal(database, ["A"], TODAY)
    assert isinstance(edit, RenewOperations)
    by_order = {each.order_id: each for each in edit.orders}
    assert [each.step_no for each in by_order[1].after] == [10, 30]
    assert [each.step_no for each in by_order[2].after] == [10, 30, 40]
