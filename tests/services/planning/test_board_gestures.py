"""Gestures of the board beyond one bar: several together, off the plan, to its ends, openings."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.models.database import Database
from app.services import doctor
from app.services.edit import apply_edit
from app.services.planning.board import Board, Preview
from app.services.planning.consequence import MovedBars
from app.services.planning.openings import Verdict
from app.services.planning.pins import lock_or_unlock
from app.services.planning.queries import plan_view
from app.services.planning.rows import PlacementRow, PlanView
from app.services.planning.solving import schedule_plant
from app.services.planning.stored_plan import PlanContent, read_content, working_plan
from tests.services.small_plant import NOW, SmallPlant

HOUR = timedelta(hours=1)


@pytest.fixture
def plant(database: Database) -> SmallPlant:
    made = SmallPlant.build(database, orders=3)
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    return made


def content(database: Database) -> PlanContent:
    with database.read() as session:
        return read_content(session, working_plan(session))


def rows(database: Database, step: int) -> dict[str, PlacementRow]:
    found = plan_view(database).placements
    return {row.order_number: row for row in found if row.step_no == step}


def applied(database: Database, board: Board, preview: Preview) -> None:
    """The edit of a preview goes through, is what was shown, and leaves a sound plan."""
    edit = board.edit(preview)
    before = content(database)
    apply_edit(database, edit, "planner")
    now = plan_view(database)
    shown = {row.operation_id: (row.machine_id, row.start, row.end) for row in now.placements}
    for bar in preview.moved:
        assert shown[bar.operation_id] == (bar.machine_id, bar.start, bar.end)
    assert set(preview.gone) <= {row.operation_id for row in now.unplaced}
    assert doctor.run(database) == []
    apply_edit(database, edit.inverse(), "planner")
    again = content(database)
    assert (again.spots, again.unplaced) == (before.spots, before.unplaced)
    apply_edit(database, edit, "planner")


def test_several_are_moved_in_one_step(database: Database, plant: SmallPlant) -> None:
    board, first = Board.load(database), rows(database, 10)
    one, other = first["MO-1"], first["MO-2"]
    along = ((other.operation_id, None, other.start + 3 * HOUR),)
    preview = board.preview(one.operation_id, None, one.start + 3 * HOUR, along=along)
    starts = {bar.operation_id: bar.start for bar in preview.moved}
    assert starts[one.operation_id] >= one.start + 3 * HOUR
    assert starts[other.operation_id] >= other.start + 3 * HOUR
    applied(database, board, preview)


def ends_of(view: PlanView) -> dict[int, tuple[datetime, datetime]]:
    """End and internal due date of each order."""
    return {row.order_id: (row.order_end, row.due or row.order_end) for row in view.placements}


def test_what_a_move_costs_is_what_the_plan_says_afterwards(
    database: Database, plant: SmallPlant
) -> None:
    board, first, before = Board.load(database), rows(database, 10)["MO-1"], plan_view(database)
    preview = board.preview(first.operation_id, None, first.start + 30 * HOUR)
    apply_edit(database, board.edit(preview), "planner")
    was, now = ends_of(before), ends_of(plan_view(database))
    assert preview.orders_later == sum(now[order][0] > was[order][0] for order in was) > 0
    late = [
        sum((max(end - due, 0 * HOUR) for end, due in ends.values()), 0 * HOUR)
        for ends in (was, now)
    ]
    assert timedelta(minutes=preview.tardiness_minutes) == late[1] - late[0]


def test_only_moved_bars_of_a_stretch_of_time_are_written_out(
    database: Database, plant: SmallPlant
) -> None:
    board, first = Board.load(database), rows(database, 10)["MO-1"]
    moved = board.preview(first.operation_id, None, first.start + 30 * HOUR).moved
    assert isinstance(moved, MovedBars)
    until = max(bar.setup_start for bar in moved) - HOUR
    near = moved.between(NOW, until)
    assert 0 < len(near) < len(moved)
    assert near == [bar for bar in moved if bar.setup_start <= until and bar.end >= NOW]
    assert moved.operation_ids == {bar.operation_id for bar in moved}


def test_what_is_taken_off_takes_what_follows_along_and_can_be_placed_again(
    database: Database, plant: SmallPlant
) -> None:
    board, middle = Board.load(database), rows(database, 20)["MO-2"]
    last = rows(database, 30)["MO-2"]
    preview = board.take_off((middle.operation_id,))
    assert {middle.operation_id, last.operation_id} <= set(preview.gone)
    applied(database, board, preview)
    left = {row.operation_id: row for row in plan_view(database).unplaced}
    words = left[middle.operation_id].reason
    assert "by hand" in words.text("en")
    assert words.text("zh")
    board.refresh(database)
    for operation in preview.gone:  # in the order of the steps
        back = board.earliest(operation)
        assert back.refused is None, back.refused
        applied(database, board, back)
        board.refresh(database)
    assert plan_view(database).unplaced == ()


def test_as_late_as_possible_keeps_the_others_and_the_due_date(
    database: Database, plant: SmallPlant
) -> None:
    board, last = Board.load(database), rows(database, 30)["MO-1"]
    preview = board.latest(last.operation_id)
    (bar,) = preview.moved
    assert bar.start > last.start
    assert last.due is not None
    assert bar.end <= last.due
    applied(database, board, preview)
    board.refresh(database)
    assert board.latest(last.operation_id).refused is not None


def test_an_opening_says_since_when_and_why(database: Database, plant: SmallPlant) -> None:
    board, last = Board.load(database), rows(database, 30)["MO-1"]
    early = board.opening(last.operation_id, plant.bench, NOW)
    assert early.start is not None
    assert early.start > NOW
    assert early.reason is not None
    assert "MO-1/20" in early.reason.text("en")
    late = board.opening(last.operation_id, plant.bench, last.end + 24 * HOUR)
    assert (late.verdict, late.pushed, late.reason) == (Verdict.FREE, 0, None)
    never = board.opening(last.operation_id, plant.oven, NOW)
    assert never.verdict is Verdict.BLOCKED
    assert never.reason is not None


def test_machine_and_time_are_locked_apart(database: Database, plant: SmallPlant) -> None:
    number = rows(database, 10)["MO-1"].operation_id

    def flags() -> tuple[bool, bool]:
        row = rows(database, 10)["MO-1"]
        return row.pin_machine, row.pin_start

    for machine, time, expected in (
        (True, False, (True, False)),
        (False, True, (True, True)),
        (True, False, (False, True)),
        (True, True, (True, True)),
        (True, True, (False, False)),
    ):
        edit = lock_or_unlock(database, [number], machine=machine, time=time)
        assert edit is not None
        apply_edit(database, edit, "planner")
        assert flags() == expected
