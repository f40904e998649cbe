"""Work that runs is cut at a turn, box or piece; the rest is an operation that has not begun."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.core.choices import OperationState
from app.core.errors import Conflict, RuleBroken
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.scheduling.verify import verify
from app.services import doctor
from app.services.edit import apply_edit
from app.services.planning.bridge import load_problem
from app.services.planning.cut_places import read_cut_places
from app.services.planning.queries import plan_view
from app.services.planning.solving import schedule_plant
from app.services.planning.splitting import split
from app.services.planning.stored_plan import read_content, schedule_of, working_plan
from tests.services.planning.test_splitting import content, placed, quantities
from tests.services.small_plant import NOW, SmallPlant

TURN = timedelta(minutes=6)


def sound(database: Database) -> bool:
    """Whether the stored plan breaks no rule, but that the rest has no place."""
    with database.read() as session:
        loaded = load_problem(session, NOW)
        stored = read_content(session, working_plan(session))
        plan = schedule_of(loaded, stored.spots, stored.unplaced)
        return verify(loaded.problem, plan) == []


def at(database: Database, operation: int) -> tuple[str, list[Decimal]]:
    """Where it may be cut."""
    found = read_cut_places(database, operation)
    assert found is not None
    return found.at, list(found.keeps)


def test_it_runs_to_the_end_of_a_shot_and_undo_brings_all_back(database: Database) -> None:
    """4 of 20 are reported, one copy makes two a shot; the rest is set up for again."""
    plant = SmallPlant.build(database, orders=2)
    with database.write("test") as session:
        number = plant.begin(session, "MO-1", 10, plant.press_2, [plant.copies[1]], good=4, left=16)
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    before, whole = content(database), placed(database, "MO-1")[10]
    assert at(database, number) == ("turn", [6, 8, 10, 12, 14, 16, 18])
    edit = split(database, number, Decimal(10))
    assert content(database) == before  # nothing is written by asking
    apply_edit(database, edit, "planner")
    # Drying follows within hours: the rest goes through it as a card of its own.
    assert quantities(database, "MO-1") == {10: 10, 11: 10, 20: 10, 21: 10, 30: 20}
    with database.read() as session:
        first = session.get_one(Operation, number)
        assert (first.good, first.remaining, first.state) == (4, 6, OperationState.RUNNING)
    part = placed(database, "MO-1")
    assert set(part) == {10}  # what follows has no place until the next planning
    assert (part[10].start, part[10].machine_id) == (whole.start, whole.machine_id)
    assert part[10].end == NOW + 3 * TURN
    assert sound(database)
    assert doctor.run(database) == []
    apply_edit(database, edit.inverse(), "planner")
    assert quantities(database, "MO-1") == {10: 20, 20: 20, 30: 20}
    again = content(database)
    assert (again.spots, again.unplaced) == (before.spots, before.unplaced)
    assert again.objective == before.objective
    other = split(database, number, Decimal(8))
    apply_edit(database, edit, "planner")
    with pytest.raises(Conflict):  # what it was worked out for has been cut already
        apply_edit(database, other, "planner")
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    rest = placed(database, "MO-1")
    assert rest[11].start - rest[11].setup_start >= timedelta(minutes=5)
    assert rest[20].start >= rest[10].end
    assert rest[21].start >= rest[11].end
    with database.read() as session:
        problem = load_problem(session, NOW).problem
    keys = [record.key for record in problem.operations]
    ways = {("10", "20"), ("11", "21"), ("20", "30"), ("21", "30")}
    assert {
        (keys[k.before][5:], keys[k.after][5:])
        for k in problem.precedences
        if keys[k.before].startswith("MO-1/")
    } == ways
    links = plan_view(database).links
    assert (rest[11].operation_id, rest[21].operation_id) in links
    assert (rest[10].operation_id, rest[21].operation_id) not in links


def test_boxes_else_pieces_and_what_cannot_be_cut_says_why(database: Database) -> None:
    plant = SmallPlant.build(database, orders=5)
    with database.write("test") as session:
        boxed = plant.begin(
            session, "MO-1", 30, plant.bench, good=5, left=15, transfer_batch=Decimal(8)
        )
        plain = plant.begin(session, "MO-2", 30, plant.bench, good=5, left=15)
        last = plant.begin(session, "MO-3", 10, plant.press_2, [plant.copies[0]], good=18, left=2)
        oven = plant.begin(session, "MO-4", 20, plant.oven, left=20)
        still = session.scalars(
            select(Operation)
            .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
            .where(ProductionOrder.code == "MO-5", Operation.step_no == 10)
        ).one()  # reported, but nobody is at it
        still.good, waiting = Decimal(6), still.id
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    assert at(database, boxed) == ("box", [8, 16])
    assert at(database, plain) == ("piece", list(range(6, 20)))
    for operation, keep, words in (
        (boxed, 10, "MO-1/30.*8.*16"),
        (last, 19, "nothing left"),
        (oven, 10, "fixed time"),
        (waiting, 5, "between 6 and 20"),
    ):
        with pytest.raises(RuleBroken, match=words):
            split(database, operation, Decimal(keep))
    for operation, order, keep in ((boxed, "MO-1", 8), (plain, "MO-2", 7)):
        places = read_cut_places(database, operation)
        assert places is not None
        apply_edit(database, split(database, operation, Decimal(keep)), "planner")
        made = placed(database, order)[30]
        # A piece takes a minute and a half.
        assert made.end == NOW + timedelta(minutes=-(-(keep - 5) * 3 // 2))
        assert made.end == places.ends[places.keeps.index(Decimal(keep))]
        assert quantities(database, order)[31] == 20 - keep
    start = placed(database, "MO-5")[10].start
    apply_edit(database, split(database, waiting, Decimal(12)), "planner")
    assert quantities(database, "MO-5") == {10: 12, 11: 8, 20: 20, 30: 20}
    assert placed(database, "MO-5")[10].start == start
    assert sound(database)
