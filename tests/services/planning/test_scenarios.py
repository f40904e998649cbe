"""Scenarios: tried without touching anything, solved, compared, adopted, put on a new base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from app.core.errors import AppError, Conflict, NotFound, RuleBroken, Unavailable
from app.models.database import Database
from app.models.materials import PurchaseOrder, PurchaseOrderLine
from app.models.orders import Operation, ProductionOrder
from app.models.plant import Machine, SetupAttribute, Supplier
from app.scheduling.verify import verify
from app.services import doctor
from app.services.edit import Edit, apply_edit
from app.services.planning.bridge import LoadedPlant, load_problem
from app.services.planning.queries import plan_view
from app.services.planning.scenarios.adopting import adoption, adoption_of
from app.services.planning.scenarios.kinds import (
    Absence,
    InsertRush,
    LateMaterial,
    MachineDown,
    OpenTime,
    OtherDate,
    OtherPriority,
    OtherQuantity,
    StandsThere,
    Step,
)
from app.services.planning.scenarios.moving import held_or_let_go, stood
from app.services.planning.scenarios.named import clock_days
from app.services.planning.scenarios.queries import comparison, scenario_row, scenario_rows
from app.services.planning.scenarios.rebasing import Choice, rebase
from app.services.planning.scenarios.solving import Answer, question_of, solve_scenario
from app.services.planning.scenarios.store import (
    About,
    CreateScenario,
    DeleteScenario,
    DescribeScenario,
    PutStep,
    ScenarioImage,
    image_of,
    scenario_named,
)
from app.services.planning.scenarios.stored_edits import as_json, from_json
from app.services.planning.scenarios.sweep import (
    cluster,
    local_pool,
    solve_in_turn,
    solve_side_by_side,
)
from app.services.planning.scenarios.view import scenario_board, scenario_view
from app.services.planning.solving import schedule_plant
from app.services.planning.stored_plan import PlanContent, read_content, working_plan
from tests.services.small_plant import DUE, NOW, SmallPlant

RUSH = InsertRush("A", Decimal(10), NOW + timedelta(days=1), customer="C1", approved_by="Zhou")
DOWN = MachineDown("P1", NOW, NOW + timedelta(hours=30))
ZONE_DAY = date(2026, 3, 3)
STEPS: tuple[Step, ...] = (
    RUSH,
    DOWN,
    OpenTime(("P1", "O0"), ZONE_DAY, 1080, 1200, cost_per_hour=Decimal(30)),
    OpenTime(("PRESS",), date(2026, 3, 8), 480, 720, extra_shift=True),
    Absence("O1", ZONE_DAY, ZONE_DAY),
    OtherDate("MO-1", DUE - timedelta(days=3)),
    OtherPriority("MO-2", 1),
    OtherQuantity("MO-2", Decimal(60)),
)


@pytest.fixture
def planned(database: Database, plant: SmallPlant) -> SmallPlant:
    """The small plant with a plan and a purchase order that is to come."""
    with database.write("test") as session:
        supplier = Supplier(code="S1", name="Gypsum")
        session.add(supplier)
        session.flush()
        order = PurchaseOrder(code="PO-7", supplier_id=supplier.id)
        session.add(order)
        session.flush()
        session.add(
            PurchaseOrderLine(
                purchase_order_id=order.id, line_no="1", item_id=plant.item,
                open_quantity=Decimal(5), confirmed_on=ZONE_DAY,
            )
        )  # fmt: skip
    schedule_plant(database, seconds=0)
    return plant


def begin(database: Database, steps: Sequence[Step] = (), name: str = "S") -> None:
    apply_edit(database, CreateScenario(ScenarioImage(name, "li")), "li")
    for seq, step in enumerate(steps, 1):
        with database.read() as session:
            step = step.filled(session)
        apply_edit(database, PutStep(name, seq, None, step), "li")


def solved(database: Database, name: str = "S") -> Answer:
    return solve_scenario(database, name, seconds=0, actor="li")


def content(database: Database) -> PlanContent:
    with database.read() as session:
        return read_content(session, working_plan(session))


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the tables that plans are made of and edits write."""
    tables = ("production_order", "operation", "card", "placement", "unplaced_operation",
              "calendar_exception", "purchase_order_line", "plan")  # fmt: skip
    with database.read() as session:
        return {
            name: [tuple(map(str, row)) for row in session.execute(
                text(f"SELECT * FROM {name} ORDER BY id"))]
            for name in tables
        }  # fmt: skip


def shape(loaded: LoadedPlant, rush: str) -> object:
    """What the engine is asked, whatever the numbers of what is new."""
    problem = loaded.problem

    def called(key: str) -> str:
        return key.replace(rush, "RUSH")

    keys = [called(operation.key) for operation in problem.operations]
    return (
        {called(order.key): replace(order, key="") for order in problem.orders},
        {
            key: replace(each, key=called(problem.orders[each.order].key), order=0)
            for key, each in zip(keys, problem.operations, strict=True)
        },
        {
            (keys[p.before], keys[p.after], replace(p, before=0, after=0))
            for p in problem.precedences
        },
        replace(problem, orders=(), operations=(), precedences=(), baseline=()),
    )


# ---------------------------------------------------------------- edits as values


def test_an_edit_is_the_same_after_it_was_stored(planned: SmallPlant, database: Database) -> None:
    for step in (*STEPS, LateMaterial("PO-7-1", ZONE_DAY)):
        with database.read() as session:
            filled = step.filled(session)
        assert from_json(step.kind, as_json(filled)) == filled
        for language in ("en", "zh"):
            assert filled.sentence(ZoneInfo("Asia/Shanghai")).text(language)


def test_an_edit_of_what_is_not_there_is_refused_by_name(
    planned: SmallPlant, database: Database
) -> None:
    for step, name in (
        (replace(RUSH, item="NONE"), "NONE"),
        (replace(DOWN, machine="NONE"), "NONE"),
        (replace(DOWN, end=NOW), "P1"),
        (OpenTime(("NONE",), ZONE_DAY, 480, 600), "NONE"),
        (OpenTime((), ZONE_DAY, 480, 600), ""),
        (Absence("NONE", ZONE_DAY, ZONE_DAY), "NONE"),
        (OtherDate("NONE", DUE), "NONE"),
        (OtherPriority("MO-1", 12), ""),
        (OtherQuantity("MO-1", Decimal(0)), ""),
        (LateMaterial("PO-7-9", ZONE_DAY), "PO-7-9"),
    ):
        with database.read() as session, pytest.raises(AppError) as caught:
            step.filled(session)
        for language in ("en", "zh"):
            assert name in caught.value.message.text(language)


def test_a_stretch_over_days_is_part_days_and_whole_days() -> None:
    at = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    assert clock_days(at, at + timedelta(hours=1), UTC) == [  # type: ignore[arg-type]
        (date(2026, 3, 2), date(2026, 3, 2), [[1320, 1380]])
    ]
    assert clock_days(at, at + timedelta(days=3), UTC) == [  # type: ignore[arg-type]
        (date(2026, 3, 2), date(2026, 3, 2), [[1320, 1440]]),
        (date(2026, 3, 3), date(2026, 3, 4), []),
        (date(2026, 3, 5), date(2026, 3, 5), [[0, 1320]]),
    ]


# ---------------------------------------------------------------- solving touches nothing


def test_solving_a_scenario_changes_nothing_of_the_plant(
    planned: SmallPlant, database: Database
) -> None:
    begin(database, STEPS)
    before = everything(database)
    answer = solved(database)
    assert everything(database) == before
    assert verify(answer.question.loaded.problem, answer.solution.schedule) == []
    row = scenario_row(database, "s")  # names are found whatever their case
    assert row.result is not None
    assert not row.result.stale
    orders = {each.order: each for each in row.result.orders}
    rush = orders["RUSH-1"]
    assert rush.new
    assert rush.end is not None
    assert rush.cause == row.steps[0].sentence
    assert orders["MO-1"].due == DUE - timedelta(days=4)  # a day of safety
    assert orders["MO-1"].base_due == DUE
    load = {each.machine: each for each in row.result.load}
    assert load["P1"].now_open < load["P1"].was_open  # it stands for 30 hours, two are opened
    assert sum(each.now for each in row.result.load) > sum(each.was for each in row.result.load)


def test_each_edit_reaches_the_engine(planned: SmallPlant, database: Database) -> None:
    def asked(*steps: Step) -> LoadedPlant:
        begin(database, steps, name=f"{len(scenario_rows(database))}")
        return question_of(database, f"{len(scenario_rows(database)) - 1}", "li").loaded

    plain = asked().problem
    assert len(asked(RUSH).problem.orders) == 3
    assert asked(RUSH).operation_ids[:3] == (-1, -2, -3)
    start = plain.calendars[plain.machines[0].calendar].windows[0].start
    down = asked(DOWN).problem
    assert [w for w in down.calendars[down.machines[0].calendar].windows
            if down.now <= w.start < down.now + 1800] == []  # fmt: skip
    assert down.calendars[down.machines[1].calendar] == plain.calendars[plain.machines[1].calendar]
    opened = asked(STEPS[2]).problem
    for calendar in (opened.machines[0].calendar, opened.operators[0].calendar):
        extra = [w for w in opened.calendars[calendar].windows if w.overtime]
        assert [(w.end - w.start, w.cost) for w in extra] == [(120, 0.5)]
    away = asked(STEPS[4]).problem
    assert (
        away.calendars[away.operators[1].calendar] != plain.calendars[plain.operators[1].calendar]
    )
    assert asked(STEPS[5]).problem.orders[0].due == plain.orders[0].due - 4 * 1440
    assert asked(STEPS[6]).problem.orders[1].weight == 9
    more = asked(STEPS[7]).problem
    assert more.operations[3].modes[0].quantity == 60
    assert start <= plain.now


def test_what_was_asked_is_what_is_adopted(planned: SmallPlant, database: Database) -> None:
    """The problem of the scenario is the problem of the plant once its edits are made."""
    begin(database, [*STEPS, LateMaterial("PO-7-1", ZONE_DAY + timedelta(days=4))])
    answer = solved(database)
    edit = adoption(database, "S", "li")
    apply_edit(database, edit, "li")
    with database.read() as session:
        loaded = load_problem(session, NOW)
        line = session.scalars(select(PurchaseOrderLine)).one()
        rush = session.scalars(select(ProductionOrder).where(ProductionOrder.type == "rush")).one()
    assert shape(loaded, rush.code) == shape(answer.question.loaded, "RUSH-1")
    assert line.confirmed_on == ZONE_DAY + timedelta(days=4)
    assert rush.code.startswith("MO2603-")
    assert "Zhou" in rush.remark
    stored = content(database)
    assert len(stored.spots) == len(answer.content.spots) == 9
    assert sorted(map(str, stored.spots.values())) == sorted(
        map(str, answer.content.spots.values())
    )
    assert doctor.run(database) == []
    assert all(each.adopted for each in scenario_row(database, "S").steps)


def test_adopting_is_one_step_back_and_forth(planned: SmallPlant, database: Database) -> None:
    begin(database, STEPS)
    solved(database)
    before = content(database)
    edit: Edit = adoption(database, "S", "li")
    apply_edit(database, edit, "li")
    adopted = content(database)
    assert adopted.spots != before.spots
    for _ in range(2):  # and back again, with new numbers for what had to be made anew
        edit = edit.inverse()
        apply_edit(database, edit, "li")
        undone = content(database)
        assert len(undone.spots) == len(before.spots)
        assert sorted(map(str, undone.spots.values())) == sorted(map(str, before.spots.values()))
        with database.read() as session:
            codes = session.scalars(select(ProductionOrder.code)).all()
        assert sorted(codes) == ["MO-1", "MO-2"]
        assert not any(each.adopted for each in scenario_row(database, "S").steps)
        assert doctor.run(database) == []
        edit = edit.inverse()
        apply_edit(database, edit, "li")
        assert sorted(map(str, content(database).spots.values())) == sorted(
            map(str, adopted.spots.values())
        )
        assert doctor.run(database) == []


def test_some_edits_are_adopted_with_a_plan_of_their_own(
    planned: SmallPlant, database: Database
) -> None:
    begin(database, STEPS)
    edit = adoption_of(database, "S", [2, 7], seconds=0, actor="li")
    apply_edit(database, edit, "li")
    row = scenario_row(database, "S")
    assert [each.seq for each in row.steps if each.adopted] == [2, 7]
    assert len(content(database).spots) == 6
    assert doctor.run(database) == []
    answer = solved(database)  # the rest is still a question
    assert [seq for seq, _ in answer.question.steps] == [1, 3, 4, 5, 6, 8]
    with pytest.raises(NotFound):
        adoption_of(database, "S", [2], seconds=0, actor="li")


# ---------------------------------------------------------------- stale, conflicts, new base


def test_a_result_is_stale_when_what_the_engine_sees_changed_and_only_then(
    planned: SmallPlant, database: Database
) -> None:
    begin(database, [RUSH])
    solved(database)

    def stale() -> bool:
        result = scenario_row(database, "S").result
        assert result is not None
        return result.stale

    with database.write("other") as session:
        order = session.scalars(select(ProductionOrder).where(ProductionOrder.code == "MO-1")).one()
        order.remark = "call before delivery"
    assert not stale()
    with database.write("other") as session:
        order = session.get_one(ProductionOrder, order.id)
        order.priority = 2
    assert stale()
    with pytest.raises(RuleBroken, match="stale"):
        adoption(database, "S", "li")
    with database.write("other") as session:
        session.get_one(ProductionOrder, order.id).priority = 5
        session.get_one(Machine, planned.press_1).name = "The old press"
    assert not stale()
    with database.write("other") as session:
        session.scalars(select(SetupAttribute)).one().name = "glaze"  # its pairs say colour
    assert stale()
    with database.write("other") as session:
        session.scalars(select(SetupAttribute)).one().name = "colour"
    assert not stale()
    apply_edit(database, PutStep("S", 2, None, replace(DOWN, end=NOW + timedelta(hours=9))), "li")
    assert stale()


def test_another_client_changes_an_order_of_an_open_scenario(
    planned: SmallPlant, database: Database
) -> None:
    begin(database, [OtherDate("MO-1", DUE - timedelta(days=1)), OtherPriority("MO-2", 1)])
    solved(database)
    other = Database.open(database.url)
    with other.write("wang") as session:
        order = session.scalars(select(ProductionOrder).where(ProductionOrder.code == "MO-1")).one()
        order.requested_at = order.internal_due = DUE + timedelta(days=2)
    other.close()
    with pytest.raises(RuleBroken, match="MO-1"):
        solved(database)
    found = rebase(database, "S", "li")
    assert [each.refusal.seq for each in found.misfits] == [1]
    assert found.edit is None
    assert found.misfits[0].can_renew
    found = rebase(database, "S", "li", {1: Choice.RENEW})
    assert found.edit is not None
    apply_edit(database, found.edit, "li")
    solved(database)
    step = scenario_row(database, "S").steps[0].step
    assert isinstance(step, OtherDate)
    assert step.before == DUE + timedelta(days=2)
    apply_edit(database, found.edit.inverse(), "li")
    dropped = rebase(database, "S", "li", {1: Choice.DROP}).edit
    assert dropped is not None
    apply_edit(database, dropped, "li")
    assert [each.seq for each in scenario_row(database, "S").steps] == [2]


def test_of_two_who_adopt_only_the_first_does(planned: SmallPlant, database: Database) -> None:
    begin(database, [RUSH])
    solved(database)
    mine, theirs = adoption(database, "S", "li"), adoption(database, "S", "wang")
    apply_edit(database, mine, "li")
    with pytest.raises(Conflict):
        apply_edit(database, theirs, "wang")
    assert doctor.run(database) == []


# ---------------------------------------------------------------- the list


def test_scenarios_are_made_described_copied_and_deleted_undoably(
    planned: SmallPlant, database: Database
) -> None:
    begin(database, [RUSH, DOWN])
    with pytest.raises(RuleBroken, match="already"):
        apply_edit(database, CreateScenario(ScenarioImage(" s ", "wang")), "wang")
    described = DescribeScenario(About("S"), About("Rush of C1", "C1", "Take it"))
    apply_edit(database, described, "li")
    assert [(row.name, row.payer) for row in scenario_rows(database)] == [("Rush of C1", "C1")]
    with pytest.raises(NotFound):
        apply_edit(database, described, "li")
    solved(database, "Rush of C1")
    with database.read() as session:
        image = image_of(session, scenario_named(session, "Rush of C1"))
    away = DeleteScenario(image)
    apply_edit(database, away, "li")
    assert scenario_rows(database) == ()
    apply_edit(database, away.inverse(), "li")
    again = scenario_rows(database)[0]
    assert [each.step for each in again.steps] == [step for _, step, _ in image.steps]
    assert again.result is None
    step = image.steps[1][1]
    taken = PutStep("Rush of C1", 2, step, None)
    apply_edit(database, taken, "li")
    with pytest.raises(Conflict):
        apply_edit(database, taken, "wang")
    with pytest.raises(Conflict):  # it is no longer what was to be deleted
        apply_edit(database, away, "wang")


def test_the_best_of_each_figure_is_marked() -> None:
    rows = {
        row.figure.name: row
        for row in comparison([
            {"late_orders": 3, "on_time": 80.0, "setup": 4.0}, None,
            {"late_orders": 1, "on_time": 90.0, "setup": 4.01}, {"late_orders": 1, "on_time": 85.0},
        ])
    }  # fmt: skip
    assert rows["late_orders"].best == {2, 3}
    assert rows["on_time"].best == {2}
    assert rows["setup"].best == frozenset()
    assert rows["setup"].values == (4.0, None, 4.01, None)


# ---------------------------------------------------------------- many at once


def test_many_are_solved_unattended_in_turn_and_side_by_side_with_the_same_result(
    plant: SmallPlant, database: Database
) -> None:
    schedule_plant(database, seconds=0)
    names = ["S1", "S2", "S3"]
    for number, name in enumerate(names):
        begin(database, [OtherPriority("MO-1", 1 + number)], name)
    begin(database, [OtherPriority("MO-2", 1)], "broken")
    every = [*names, "broken"]
    with database.write("wang") as session:
        row = session.scalars(select(ProductionOrder).where(ProductionOrder.code == "MO-2")).one()
        row.priority = 7
    told: list[tuple[int, int, str]] = []
    found = solve_in_turn(database, every, seconds=0, report=lambda *news: told.append(news))
    assert [each.name for each in found if each.answer is not None] == names
    assert found[-1].refused is not None
    assert "MO-2" in found[-1].refused.text("en")
    assert told == [(place, 4, name) for place, name in enumerate(every)]
    first = {row.name: row.result and row.result.figures for row in scenario_rows(database)}
    assert solve_in_turn(database, names, seconds=0, stop=lambda: True) == []
    if not database.is_sqlite:
        return  # the processes see no database: once is enough
    with local_pool(1) as pool:
        again = solve_side_by_side(database, ["S1", "broken"], pool, seconds=0)
    assert [each.answer is None for each in again] == [False, True]
    assert {row.name: row.result and row.result.figures for row in scenario_rows(database)} == first


def test_without_the_package_or_a_scheduler_a_cluster_is_refused_in_words() -> None:
    with pytest.raises(Unavailable) as caught, cluster("tcp://127.0.0.1:1"):
        pass
    assert caught.value.message.text("zh")


@pytest.mark.timeout(120)
def test_a_real_dask_scheduler_solves_scenarios(database: Database, plant: SmallPlant) -> None:
    distributed = pytest.importorskip(
        "distributed", reason="the optional package distributed (extra: cluster) is not installed"
    )
    schedule_plant(database, seconds=0)
    begin(database, [OtherPriority("MO-1", 1)], "A")
    begin(database, [RUSH], "B")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=None
        ) as local,
        cluster(local.scheduler_address) as executor,
    ):
        found = solve_side_by_side(database, ["A", "B"], executor, seconds=0)
    assert [each.refused for each in found] == [None, None]
    assert all(row.result is not None for row in scenario_rows(database))


# ---------------------------------------------------------------- bars moved by hand


def test_an_operation_that_is_moved_by_hand_stands_there_in_the_scenario_only(
    planned: SmallPlant, database: Database
) -> None:
    begin(database, [RUSH])
    was = {(r.order_number, r.step_no): r for r in scenario_view(database, "S", "li").placements}
    working = {(r.order_number, r.step_no): r for r in plan_view(database).placements}
    assert {key: row.start for key, row in was.items()} == {
        key: row.start for key, row in working.items()
    }
    row = was["MO-2", 10]
    other = planned.press_2 if row.machine_id == planned.press_1 else planned.press_1
    board = scenario_board(database, "S", "li")
    shown = board.preview(row.operation_id, other, row.start + timedelta(days=1))
    place = next(each for each in shown.moved if each.operation_id == row.operation_id)
    code = "P2" if other == planned.press_2 else "P1"
    edit = stood(database, "S", [StandsThere("MO-2", 10, code, place.start)], "li")
    apply_edit(database, edit, "li")
    moved = {(r.order_number, r.step_no): r for r in scenario_view(database, "S", "li").placements}
    for each in shown.moved:  # what was shown is what stands
        after = next(r for r in moved.values() if r.operation_id == each.operation_id)
        assert (after.machine_id, after.start) == (each.machine_id, each.start)
    assert moved["MO-2", 10].pin_start
    again = scenario_board(database, "S", "li")  # it can be taken up again
    assert again.eligibility(row.operation_id)[row.machine_id] is None
    assert again.preview(row.operation_id, row.machine_id, row.start).refused is None
    apply_edit(database, stood(database, "S", [StandsThere("MO-2", 10, code)], "li"), "li")
    assert [each.seq for each in scenario_row(database, "S").steps] == [1, 2]
    solved(database)
    assert {r.machine_code for r in scenario_view(database, "S", "li").placements
            if (r.order_number, r.step_no) == ("MO-2", 10)} == {code}  # fmt: skip
    adopted = adoption(database, "S", "li")
    apply_edit(database, adopted, "li")
    with database.read() as session:
        held = session.get_one(Operation, row.operation_id)
        assert (held.pin_machine_id, held.pin_start) == (other, None)
    apply_edit(database, adopted.inverse(), "li")
    let_go = held_or_let_go(database, "S", [StandsThere("MO-2", 10, code)], "li")
    apply_edit(database, let_go, "li")
    assert [each.seq for each in scenario_row(database, "S").steps] == [1]
    apply_edit(database, let_go.inverse(), "li")
    assert [each.seq for each in scenario_row(database, "S").steps] == [1, 2]


def test_an_operation_is_put_only_where_its_routing_allows(
    planned: SmallPlant, database: Database
) -> None:
    begin(database)
    for step, named in (
        (StandsThere("MO-2", 10), ""),
        (StandsThere("MO-2", 99, "P1"), "MO-2"),
        (StandsThere("RUSH-1", 10, "P1"), "RUSH-1"),
        (StandsThere("MO-2", 10, "NONE"), "NONE"),
        (StandsThere("MO-2", 10, "OV"), "OV"),
    ):
        with pytest.raises(AppError) as caught:
            stood(database, "S", [step], "li")
        for language in ("en", "zh"):
            assert named in caught.value.message.text(language)


def test_an_order_that_loses_says_to_whom(planned: SmallPlant, database: Database) -> None:
    """MO-2 takes the place of MO-1 on the only press that is open; its next shift is a day off."""
    stops = NOW + timedelta(minutes=40)
    begin(
        database,
        [
            MachineDown("P2", NOW, NOW + timedelta(hours=60)),
            MachineDown("P1", stops, NOW + timedelta(hours=8)),
            StandsThere("MO-2", 10, "P1", NOW + timedelta(minutes=5)),
        ],
    )
    solved(database)
    result = scenario_row(database, "S").result
    assert result is not None
    (loser,) = [each for each in result.orders if each.loser]
    assert loser.order == "MO-1"
    assert loser.difference is not None
    assert loser.weighted == loser.difference * loser.weight > loser.difference
    assert ["MO-2/10" in each.text("en") for each in loser.loses] == [True]
