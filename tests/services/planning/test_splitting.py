"""An operation split by quantity: a part stays, the rest waits for a place, one step to undo."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.core.errors import Conflict, RuleBroken
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.services import doctor
from app.services.edit import apply_edit
from app.services.orders.stale import mark_stale
from app.services.planning.bridge import load_problem
from app.services.planning.queries import plan_view
from app.services.planning.rows import PlacementRow
from app.services.planning.solving import schedule_plant
from app.services.planning.splitting import split
from app.services.planning.stored_plan import PlanContent, read_content, working_plan
from tests.services.small_plant import NOW, SmallPlant


@pytest.fixture
def plant(database: Database) -> SmallPlant:
    made = SmallPlant.build(database, orders=2)
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    return made


def placed(database: Database, order: str) -> dict[int, PlacementRow]:
    found = plan_view(database).placements
    return {row.step_no: row for row in found if row.order_number == order}


def quantities(database: Database, order: str) -> dict[int, Decimal]:
    with database.read() as session:
        rows = session.execute(
            select(Operation.step_no, Operation.quantity)
            .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
            .where(ProductionOrder.code == order)
        )
        return {row.step_no: row.quantity for row in rows}


def content(database: Database) -> PlanContent:
    with database.read() as session:
        return read_content(session, working_plan(session))


def test_a_part_stays_and_the_rest_waits_with_what_follows(
    database: Database, plant: SmallPlant
) -> None:
    before, whole = content(database), placed(database, "MO-1")
    edit = split(database, whole[30].operation_id, Decimal(5))
    assert content(database) == before  # nothing is written by asking
    apply_edit(database, edit, "planner")
    assert quantities(database, "MO-1") == {10: 20, 20: 20, 30: 5, 31: 15}
    part = placed(database, "MO-1")[30]
    assert (part.machine_id, part.start) == (whole[30].machine_id, whole[30].start)
    assert part.end < whole[30].end
    view = plan_view(database)
    assert [(row.order_number, row.step_no) for row in view.unplaced] == [("MO-1", 31)]
    assert doctor.run(database) == []
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    again = placed(database, "MO-1")
    assert again[31].start >= again[20].end
    assert (again[20].operation_id, again[31].operation_id) in plan_view(database).links


def test_what_follows_waits_for_both_parts(database: Database, plant: SmallPlant) -> None:
    whole = placed(database, "MO-1")
    edit = split(database, whole[20].operation_id, Decimal(8))
    apply_edit(database, edit, "planner")
    left = {row.step_no: row for row in plan_view(database).unplaced}
    assert set(left) == {21, 30}
    assert "MO-1/20" in left[30].reason.text("en")
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    again = placed(database, "MO-1")
    assert again[30].start >= max(again[20].end, again[21].end)
    with database.read() as session:
        problem = load_problem(session, NOW).problem
        keys = [operation.key for operation in problem.operations]
        pairs = {(keys[link.before], keys[link.after]) for link in problem.precedences}
    wanted = {("MO-1/20", "MO-1/30"), ("MO-1/21", "MO-1/30"), ("MO-1/10", "MO-1/21")}
    assert wanted <= pairs
    assert ("MO-1/20", "MO-1/21") not in pairs


def test_undo_restores_operation_and_plan_and_redo_splits_again(
    database: Database, plant: SmallPlant
) -> None:
    before, whole = content(database), placed(database, "MO-2")
    edit = split(database, whole[20].operation_id, Decimal(8))
    apply_edit(database, edit, "planner")
    apply_edit(database, edit.inverse(), "planner")
    assert quantities(database, "MO-2") == {10: 20, 20: 20, 30: 20}
    again = content(database)
    assert (again.spots, again.unplaced) == (before.spots, before.unplaced)
    apply_edit(database, edit, "planner")
    assert quantities(database, "MO-2") == {10: 20, 20: 8, 21: 12, 30: 20}


def test_a_part_can_be_split_again_and_is_no_change_of_the_routing(
    database: Database, plant: SmallPlant
) -> None:
    for keep in (8, 3):
        edit = split(database, placed(database, "MO-1")[20].operation_id, Decimal(keep))
        apply_edit(database, edit, "planner")
        schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    assert quantities(database, "MO-1") == {10: 20, 20: 3, 21: 12, 22: 5, 30: 20}
    again = placed(database, "MO-1")
    assert again[30].start >= max(again[step].end for step in (20, 21, 22))
    with database.write("test") as session:
        assert mark_stale(session, NOW.date()) == 0


def test_what_cannot_be_split_is_said_so(database: Database, plant: SmallPlant) -> None:
    whole = placed(database, "MO-1")[30]
    for keep in ("0", "20", "2.5"):
        with pytest.raises(RuleBroken, match="MO-1/30"):
            split(database, whole.operation_id, Decimal(keep))
    edit = split(database, whole.operation_id, Decimal(5))
    with database.write("test") as session:
        session.get_one(Operation, whole.operation_id).good = Decimal(1)
    with pytest.raises(RuleBroken):
        apply_edit(database, edit, "planner")
    with database.write("test") as session:
        row = session.get_one(Operation, whole.operation_id)
        row.good, row.quantity = Decimal(0), Decimal(18)
    with pytest.raises(Conflict):
        apply_edit(database, edit, "planner")
    assert quantities(database, "MO-1") == {10: 20, 20: 20, 30: 18}
