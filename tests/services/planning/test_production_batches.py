"""Operations of several orders made in one run: shares, rules, undo, and the plan."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.core.choices import ItemCategory, ItemSource, OperationState
from app.core.errors import RuleBroken
from app.models.database import Database
from app.models.orders import BatchMember, Operation, ProductionBatch, ProductionOrder
from app.models.plant import ToolItem
from app.models.products import Item
from app.scheduling.construct import construct
from app.scheduling.problem import POLICIES
from app.scheduling.verify import verify
from app.services import doctor
from app.services.edit import apply_edit
from app.services.planning.board import Board
from app.services.planning.bridge import LoadedPlant, load_problem
from app.services.planning.dispatch import Asked, dispatch_lists
from app.services.planning.pins import lock_or_unlock
from app.services.planning.production_batches import make_together, take_apart
from app.services.planning.solving import schedule_plant
from app.services.planning.stored_plan import PlanContent, read_content, working_plan
from tests.services.small_plant import NOW, SmallPlant


def first_steps(database: Database) -> list[int]:
    with database.read() as session:
        rows = session.scalars(
            select(Operation).where(Operation.step_no == 10).order_by(Operation.id)
        )
        return [row.id for row in rows]


def loaded(database: Database) -> LoadedPlant:
    with database.read() as session:
        return load_problem(session, NOW)


def content(database: Database) -> PlanContent:
    with database.read() as session:
        return read_content(session, working_plan(session))


def test_two_orders_are_cast_in_one_run(database: Database, plant: SmallPlant) -> None:
    one, two = first_steps(database)
    apply_edit(database, make_together(database, [one, two]), actor="planner")
    plant_of_now = loaded(database)
    problem = plant_of_now.problem
    assert len(problem.operations) == 5
    cast = problem.operations[0]
    assert (cast.orders, plant_of_now.stands_for(0)) == ((0, 1), (one, two))
    assert {mode.quantity for mode in cast.modes} == {40}  # twenty pieces of each order
    followers = {link.after for link in problem.precedences if link.before == 0}
    assert [problem.operations[index].key for index in sorted(followers)] == ["MO-1/20", "MO-2/20"]
    schedule = construct(problem, weights=POLICIES["on_time"])
    assert verify(problem, schedule) == []
    assert len(schedule.placements) == 5


def test_both_orders_show_the_same_place_and_move_together(
    database: Database, plant: SmallPlant
) -> None:
    one, two = first_steps(database)
    apply_edit(database, make_together(database, [one, two]), actor="planner")
    schedule_plant(database, seconds=0, actor="planner")
    spots = content(database).spots
    assert spots[one] == spots[two]
    assert len(spots) == 6
    assert doctor.run(database) == []
    board = Board.load(database)
    preview = board.preview(two, plant.press_2, None)
    assert {move.operation_id for move in preview.moves} >= {one, two}
    apply_edit(database, board.edit(preview), actor="planner")
    spots = content(database).spots
    assert spots[one] == spots[two]
    assert spots[one].machine_id == plant.press_2
    lock = lock_or_unlock(database, [two])
    assert lock is not None
    assert {pin.operation_id for pin in lock.pins} == {one, two}


def test_the_dispatch_list_names_both_orders_and_all_pieces(
    database: Database, plant: SmallPlant
) -> None:
    apply_edit(database, make_together(database, first_steps(database)), actor="planner")
    schedule_plant(database, seconds=0, actor="planner")
    lists = dispatch_lists(database, Asked(NOW.date()), actor="leader", now=NOW)
    rows = [row for one in lists for machine in one.machines for row in machine.rows]
    (cast,) = [row for row in rows if row.step_no == 10]
    assert (cast.order, cast.item_code, cast.total) == ("MO-1 + MO-2", "A", Decimal(40))


def test_taking_apart_and_undoing_give_the_old_plan_back(
    database: Database, plant: SmallPlant
) -> None:
    one, two = first_steps(database)
    schedule_plant(database, seconds=0, actor="planner")
    before = content(database)
    edit = make_together(database, [one, two])
    apply_edit(database, edit, actor="planner")
    assert {one, two} <= set(content(database).unplaced)
    apply_edit(database, edit.inverse(), actor="planner")
    assert content(database) == before
    apply_edit(database, edit.inverse().inverse(), actor="planner")
    apart = take_apart(database, two)
    assert apart is not None
    apply_edit(database, apart, actor="planner")
    assert take_apart(database, one) is None
    assert len(loaded(database).problem.operations) == 6
    with database.read() as session:
        assert not session.scalars(select(ProductionBatch)).all()
        assert not session.scalars(select(BatchMember)).all()


def test_a_family_mould_makes_parts_of_both_orders_in_each_shot(
    database: Database, plant: SmallPlant
) -> None:
    """One left and one right piece per shot: the order that needs more shots decides."""
    with database.write("test") as session:
        first = session.scalars(select(ToolItem)).one()
        first.pieces_per_shot = 1
        right = Item(
            code="B",
            name="Right",
            unit_id=plant.unit,
            category=ItemCategory.FINISHED,
            source=ItemSource.MAKE,
            setup_attributes=["white"],
        )
        session.add(right)
        session.flush()
        session.add(ToolItem(tool_type_id=plant.mould, item_id=right.id, pieces_per_shot=1))
        orders = session.scalars(select(ProductionOrder).order_by(ProductionOrder.id)).all()
        orders[1].item_id = right.id
        cast = session.scalars(select(Operation).where(Operation.order_id == orders[1].id)).first()
        assert cast is not None
        cast.quantity = Decimal(30)
    one, two = first_steps(database)
    apply_edit(database, make_together(database, [one, two]), actor="planner")
    cast_both = loaded(database).problem.operations[0]
    assert {mode.quantity for mode in cast_both.modes} == {60}  # thirty shots of two cavities


@pytest.mark.parametrize("wrong", ["alone", "other_step", "running", "other_item"])
def test_what_cannot_be_made_together_is_refused(
    database: Database, plant: SmallPlant, wrong: str
) -> None:
    one, two = first_steps(database)
    ids = [one, two]
    with database.write("test") as session:
        if wrong == "alone":
            ids = [one]
        elif wrong == "other_step":
            row = session.scalars(
                select(Operation).where(Operation.step_no == 20).order_by(Operation.id.desc())
            ).first()
            assert row is not None
            ids = [one, row.id]
        elif wrong == "running":
            session.get_one(Operation, two).state = OperationState.RUNNING
        else:
            other = Item(
                code="C",
                name="Other",
                unit_id=plant.unit,
                category=ItemCategory.FINISHED,
                source=ItemSource.MAKE,
            )
            session.add(other)
            session.flush()
            order = session.get_one(Operation, two).order_id
            session.get_one(ProductionOrder, order).item_id = other.id
    with pytest.raises(RuleBroken) as caught:
        apply_edit(database, make_together(database, ids), actor="planner")
    assert caught.value.message.text("zh") != caught.value.message.text("en")
    assert len(loaded(database).problem.operations) == 6
