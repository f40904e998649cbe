"""Edits of the plan: applied, taken back, and refused when somebody else was faster."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.core.choices import OperationState
from app.core.errors import AppError, Conflict, NotFound, RuleBroken
from app.models.database import Database
from app.models.orders import Operation
from app.models.products import RoutingStep
from app.scheduling.problem import MachineKind
from app.services import doctor
from app.services.changes import changes_since, latest_cursor
from app.services.edit import apply_edit
from app.services.planning.board import Board
from app.services.planning.bridge import load_problem
from app.services.planning.change_limits import ChangeLimit
from app.services.planning.edits import (
    Move,
    MoveOperations,
    Pin,
    PinChange,
    PinOperations,
    ReplacePlan,
)
from app.services.planning.queries import placements_by_id, plan_view
from app.services.planning.report import schedule_json
from app.services.planning.solving import SolveReport, hardly_worth_it, schedule_plant
from app.services.planning.stored_plan import (
    EMPTY,
    PlanContent,
    Spot,
    read_content,
    schedule_of,
    working_plan,
)
from tests.scheduling.plants import Plant, matrix, mode, placed, planned
from tests.services.small_plant import NOW, SmallPlant
from tests.services.statements import counted


@pytest.fixture
def report(database: Database, plant: SmallPlant) -> SolveReport:
    return schedule_plant(database, seconds=0, actor="planner")


def content(database: Database) -> PlanContent:
    with database.read() as session:
        return read_content(session, working_plan(session))


def later(spot: Spot, minutes: int) -> Spot:
    return replace(
        spot,
        setup_start=spot.setup_start + minutes,
        start=spot.start + minutes,
        end=spot.end + minutes,
        segments=tuple((a + minutes, b + minutes) for a, b in spot.segments),
        crew=tuple((who, a + minutes, b + minutes, s) for who, a, b, s in spot.crew),
    )


def a_move(database: Database, minutes: int = 60) -> MoveOperations:
    number, spot = next(iter(sorted(content(database).spots.items())))
    return MoveOperations((Move(number, spot, later(spot, minutes)),))


# ---------------------------------------------------------------- solving and storing


def test_a_schedule_is_stored_and_read_back_exactly(
    database: Database, report: SolveReport
) -> None:
    assert (report.placed, report.unplaced, report.status) == (6, (), "feasible")
    with database.read() as session:
        loaded = load_problem(session, NOW)
        stored = read_content(session, working_plan(session))
    assert stored == report.edit.after
    schedule = schedule_of(loaded, stored.spots, stored.unplaced)
    assert schedule.placements == loaded.problem.baseline
    assert len(schedule.placements) == 6
    assert doctor.run(database) == []


def test_unplaced_operations_are_stored_with_their_reason(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        from app.models.plant import ToolType

        session.get_one(ToolType, plant.mould).machine_rule = "999"
    report = schedule_plant(database, seconds=0)
    assert report.placed == 0
    assert len(report.unplaced) == 6
    assert report.unplaced[0].order_number == "MO-1"
    for row in plan_view(database).unplaced:
        assert row.reason.text("en")
        assert row.reason.text("zh")
    found = schedule_json(database, report)
    assert found["unplaced"][0]["operation"] == 10
    assert found["placements"] == []


def test_the_report_as_json(database: Database, report: SolveReport) -> None:
    found = schedule_json(database, report)
    assert set(found) >= {"status", "objective", "bound", "unplaced", "placements"}
    first = found["placements"][0]
    assert (first["order"], first["operation"], first["machine"]) == ("MO-1", 10, "P1")
    assert first["setup_start"] == "2026-03-02T02:00:00Z"
    assert first["tools"] == ["M#1", "M#2"]
    assert first["due"] == "2026-03-06T09:30:00Z"


def test_an_order_due_in_the_past_is_warned_of(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        plant.order(session, "OLD", internal_due=NOW - timedelta(days=3))
    report = schedule_plant(database, seconds=0)
    assert report.late_orders == 1
    assert any("OLD" in warning.text("en") for warning in report.warnings)


def test_light_batches_and_short_campaigns_are_named(database: Database, plant: SmallPlant) -> None:
    with database.read() as session:
        loaded = load_problem(session, NOW)
    tiny = Plant()
    part = replace(matrix("colour", {}, 5), least_run=20)
    press = tiny.machine("P1", setup_rule=tiny.rule(part), setup_state=(0,))
    oven = tiny.machine("OV", MachineKind.BATCH, capacity=9)
    runs = []
    for number in range(14):  # red, black, red, … ten minutes each: the last is not cut short
        job = tiny.single(mode(press, 10), families=(1 - number % 2,))
        runs.append(placed(job, (15 * number, 15 * number + 15), setup=5))
    alone = tiny.single(mode(oven, 10, load=4, least_load=6))
    plan = planned(*runs, placed(alone, (600, 610)))
    said = hardly_worth_it(replace(loaded, problem=tiny.problem()), plan)
    texts = [warning.text("en") for warning in said]
    assert texts[0] == (
        "Oven OV starts at 2026-03-02 10:00 with 4 in it, and at least 6 were wanted: O14/10."
    )
    assert texts[1] == (
        "P1 leaves colour F1 after 10 min from 2026-03-02 00:05 on, and at least 20 min were"
        " wanted."
    )
    assert (len(texts), texts[-1]) == (14, "Campaigns cut short besides: 1.")
    with database.write("test") as session:
        session.execute(update(RoutingStep).values(batch_min=40))
        session.expire_all()
        plant.order(session, "MO-3")
    report = schedule_plant(database, seconds=0)
    codes = [warning.code for warning in report.warnings]
    assert codes.count("planning.light_batch") == report.objective["light_batches"] == 1


def test_a_new_schedule_is_one_step_to_undo(database: Database, report: SolveReport) -> None:
    before = content(database)
    apply_edit(database, a_move(database), "planner")
    moved = content(database)
    again = schedule_plant(database, seconds=0)
    apply_edit(database, again.edit.inverse(), "planner")
    assert content(database).spots == moved.spots
    apply_edit(database, again.edit, "planner")
    assert content(database).spots == again.edit.after.spots
    assert before.spots != moved.spots


def test_a_schedule_is_refused_if_the_plan_moved_meanwhile(
    database: Database, report: SolveReport
) -> None:
    with pytest.raises(Conflict):
        apply_edit(database, ReplacePlan(EMPTY, report.edit.after), "planner")
    assert content(database).spots == report.edit.after.spots


# ---------------------------------------------------------------- moving


def test_a_move_and_its_inverse(database: Database, report: SolveReport) -> None:
    before = content(database)
    edit = a_move(database)
    changes = apply_edit(database, edit, "planner")
    number = edit.moves[0].operation_id
    assert changes.kinds["placement"] == {number}
    assert content(database).spots[number] == edit.moves[0].after
    apply_edit(database, edit.inverse(), "planner")
    assert content(database) == before


def test_of_two_who_move_one_bar_the_first_wins(
    database: Database, open_url: str, report: SolveReport
) -> None:
    mine, theirs = a_move(database, 60), a_move(database, 90)
    other = Database.open(open_url)
    apply_edit(other, theirs, "other")
    with pytest.raises(Conflict) as caught:
        apply_edit(database, mine, "planner")
    assert "MO-1/10" in caught.value.message.text("zh")
    assert content(database).spots[mine.moves[0].operation_id] == theirs.moves[0].after
    other.close()


def test_of_several_moves_all_or_none(database: Database, report: SolveReport) -> None:
    before = content(database)
    good = a_move(database).moves[0]
    number = max(before.spots)
    stale = Move(number, later(before.spots[number], 5), None)
    with pytest.raises(Conflict):
        apply_edit(database, MoveOperations((good, stale)), "planner")
    assert content(database) == before


def test_running_work_cannot_be_moved(database: Database, report: SolveReport) -> None:
    edit = a_move(database)
    with database.write("test") as session:
        row = session.get_one(Operation, edit.moves[0].operation_id)
        row.state = OperationState.RUNNING
    with pytest.raises(RuleBroken):
        apply_edit(database, edit, "planner")


def test_an_operation_that_is_gone_is_said_so(database: Database, report: SolveReport) -> None:
    with pytest.raises(NotFound):
        apply_edit(database, MoveOperations((Move(9999, None, None),)), "planner")


def test_a_move_can_take_a_bar_out_and_put_it_back(database: Database, report: SolveReport) -> None:
    number, spot = next(iter(content(database).spots.items()))
    out = MoveOperations((Move(number, spot, None),))
    apply_edit(database, out, "planner")
    assert number not in content(database).spots
    apply_edit(database, out.inverse(), "planner")
    assert content(database).spots[number] == spot


# ---------------------------------------------------------------- pins


def test_a_pin_and_its_inverse(database: Database, plant: SmallPlant) -> None:
    with database.read() as session:
        number = session.scalars(select(Operation.id)).first()
    edit = PinOperations((PinChange(number, Pin(), Pin(plant.press_2, NOW)),))
    changes = apply_edit(database, edit, "planner")
    assert changes.kinds == {"operation": frozenset({number})}
    with database.read() as session:
        row = session.get_one(Operation, number)
        assert (row.pin_machine_id, row.pin_start) == (plant.press_2, NOW)
    with pytest.raises(Conflict):
        apply_edit(database, edit, "planner")
    apply_edit(database, edit.inverse(), "planner")
    with database.read() as session:
        assert session.get_one(Operation, number).pin_start is None


def test_labels_read_in_both_languages(database: Database, report: SolveReport) -> None:
    edits = [a_move(database), report.edit, PinOperations((PinChange(1, Pin(), Pin()),))]
    for edit in edits:
        assert edit.label.text("en") != edit.label.text("zh")


# ---------------------------------------------------------------- what the screens read


def test_the_gantt_reads_a_fixed_number_of_statements(
    database: Database, plant: SmallPlant, report: SolveReport
) -> None:
    with counted(database) as few:
        view = plan_view(database)
    assert len(view.placements) == 6
    with database.write("test") as session:
        for number in range(10, 25):
            plant.order(session, f"MO-{number}")
    schedule_plant(database, seconds=0)
    with counted(database) as many:
        view = plan_view(database)
    assert len(view.placements) == 51
    assert len(many) == len(few) <= 25


def test_a_bar_says_what_it_is(database: Database, plant: SmallPlant, report: SolveReport) -> None:
    view = plan_view(database)
    bar = view.placements[0]
    assert (bar.order_number, bar.step_no, bar.step_name, bar.machine_code) == (
        "MO-1", 10, "cast", "P1",
    )  # fmt: skip
    assert (bar.tools, bar.operators, bar.customer) == (("M#1", "M#2"), ("Person 0",), "Alpha")
    assert (bar.setup_start, bar.start) == (NOW, NOW + timedelta(minutes=5))
    assert bar.late_minutes == 0
    assert bar.order_end == max(p.end for p in view.placements if p.order_id == bar.order_id)
    assert view.links == tuple((a, a + 1) for a in (1, 2, 4, 5))
    assert placements_by_id(database, [bar.operation_id]) == (bar,)
    assert view.time_zone == "Asia/Shanghai"


def test_without_a_plan_there_are_lanes_and_shifts(database: Database, plant: SmallPlant) -> None:
    view = plan_view(database)
    assert [lane.code for lane in view.lanes] == ["P1", "P2", "OV", "PK"]
    assert view.placements == ()
    assert any(span.lane_id == plant.press_1 for span in view.shifts)


# ---------------------------------------------------------------- the board


def test_a_preview_is_what_the_edit_does(
    database: Database, plant: SmallPlant, report: SolveReport
) -> None:
    board = Board.load(database)
    bar = plan_view(database).placements[0]
    start = NOW + timedelta(hours=3)
    preview = board.preview(bar.operation_id, plant.press_2, start)
    assert preview.refused is None
    budget = (ChangeLimit(0),)
    beyond = board.preview(bar.operation_id, plant.press_2, start, limits=budget).refused
    assert beyond is not None
    assert beyond.code == "stability.over"
    alone = board.preview(bar.operation_id, plant.press_2, start, "swap").refused
    assert alone is not None
    assert alone.code == "scheduling.nothing_to_swap"
    shown = {moved.operation_id: moved for moved in preview.moved}
    assert shown[bar.operation_id].machine_id == plant.press_2
    assert plan_view(database).placements[0] == bar  # nothing is touched yet
    edit = board.edit(preview)
    apply_edit(database, edit, "planner")
    for row in placements_by_id(database, list(shown)):
        moved = shown[row.operation_id]
        assert (row.machine_id, row.setup_start, row.start, row.end, row.segments) == (
            moved.machine_id, moved.setup_start, moved.start, moved.end, moved.segments,
        )  # fmt: skip
    assert doctor.run(database) == []
    apply_edit(database, edit.inverse(), "planner")
    assert content(database) == report.edit.after


def test_the_board_knows_the_rows_that_are_forbidden(
    database: Database, plant: SmallPlant, report: SolveReport
) -> None:
    board = Board.load(database)
    answers = board.eligibility(plan_view(database).placements[0].operation_id)
    assert answers[plant.press_2] is None
    assert answers[plant.oven].text("zh")
    refused = board.preview(plan_view(database).placements[0].operation_id, plant.oven, NOW)
    assert refused.refused is not None
    with pytest.raises(AppError):
        board.edit(refused)


def test_the_board_follows_foreign_changes(
    database: Database, plant: SmallPlant, report: SolveReport
) -> None:
    board = Board.load(database)
    edit = a_move(database)
    apply_edit(database, edit, "other")
    number = edit.moves[0].operation_id
    stale = board.edit(board.preview(number, plant.press_2, NOW + timedelta(hours=3)))
    with pytest.raises(Conflict):
        apply_edit(database, stale, "planner")
    board.refresh(database)
    fresh = board.preview(number, plant.press_2, NOW + timedelta(hours=3))
    apply_edit(database, board.edit(fresh), "planner")


# ---------------------------------------------------------------- the change feed


def test_the_change_feed_tells_each_change_once(database: Database, report: SolveReport) -> None:
    cursor = latest_cursor(database)
    assert changes_since(database, cursor) == (cursor, {})
    edit = a_move(database)
    apply_edit(database, edit, "planner")
    after, changed = changes_since(database, cursor)
    assert changed["placement"] == {edit.moves[0].operation_id}
    assert changes_since(database, after) == (after, {})


def test_a_late_commit_is_not_missed(database: Database, plant: SmallPlant) -> None:
    """Two transactions whose lines were drawn in one order and committed in the other."""
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    cursor = latest_cursor(database)
    with database.write("slow") as slow:
        slow.get_one(Operation, 1).remark = "slow"
        slow.flush()
        with database.write("fast") as fast:
            fast.get_one(Operation, 2).remark = "fast"
        cursor, seen = changes_since(database, cursor)
        assert seen == {}
    _, seen = changes_since(database, cursor)
    assert seen == {"operation": frozenset({1, 2})}


def test_a_solve_never_makes_the_plan_worse(database: Database, report: SolveReport) -> None:
    """A plan in force that is better than what the search finds stays."""
    spots = dict(report.edit.after.spots)
    # The second casting starts later than it must: a worse plan, which a solve mends ...
    worse = schedule_plant(database, policy="makespan", seconds=0)
    assert worse.edit.after.spots == spots
    cast = max(spots)
    moves = tuple(Move(cast, spots[cast], later(spots[cast], minutes)) for minutes in (60,))
    apply_edit(database, MoveOperations(moves), "planner")
    again = schedule_plant(database, seconds=0)
    assert again.edit.after.spots == spots
    assert again.objective["flow_min"] == report.objective["flow_min"]
