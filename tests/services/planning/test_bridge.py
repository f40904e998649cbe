"""Tables become the engine's problem: each field where it belongs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.core.choices import (
    ExceptionKind,
    FreezeUnit,
    IntervalUnit,
    ItemCategory,
    ItemSource,
    MachineState,
    OperationState,
    OrderState,
    RateBasis,
    ToolKind,
    WaitClock,
)
from app.core.format import Minutes
from app.models.database import OPENING, Database
from app.models.materials import PurchaseOrder, PurchaseOrderLine, StockMove
from app.models.orders import Operation, OperationIssue, ProductionOrder
from app.models.plant import (
    CalendarException,
    Location,
    Machine,
    Maintenance,
    Operator,
    OperatorSkill,
    Rotation,
    SetupAttribute,
    SetupGroup,
    SetupPair,
    Shift,
    Supplier,
    ToolCopy,
    ToolType,
    WorkCentre,
)
from app.models.products import BillOfMaterial, BomLine, Item, RoutingStep, StepTool
from app.scheduling.construct import construct
from app.scheduling.problem import (
    FOREVER,
    POLICIES,
    Changeover,
    CrewDemand,
    End,
    FreezeLevel,
    MachineKind,
    Pausing,
    Placement,
    Problem,
    Schedule,
    Window,
)
from app.scheduling.verify import verify
from app.services.planning.bridge import LoadedPlant, load_problem
from app.services.planning.solving import schedule_plant
from app.services.planning.stored_plan import schedule_of, spot_of
from tests.services.small_plant import NOW, SmallPlant
from tests.services.statements import counted

TEN_O_CLOCK = 600  # ticks: the origin is midnight in the plant


def load(database: Database) -> LoadedPlant:
    with database.read() as session:
        return load_problem(session, NOW)


def problem_of(database: Database) -> Problem:
    return load(database).problem


def step(session: Session, number: int) -> RoutingStep:
    return session.scalars(select(RoutingStep).where(RoutingStep.step_no == number)).one()


def made_anew(database: Database, plant: SmallPlant) -> Problem:
    """The problem of one more order, made after the routing was changed."""
    with database.write("test") as session:
        session.execute(update(ProductionOrder).values(state=OrderState.DRAFT))
        session.expire_all()
        plant.order(session, "MO-9")
    return problem_of(database)


def test_the_engine_places_the_small_plant(database: Database, plant: SmallPlant) -> None:
    problem = problem_of(database)
    schedule = construct(problem, weights=POLICIES["on_time"])
    assert len(schedule.placements) == 6
    assert verify(problem, schedule) == []


def test_now_and_origin(database: Database, plant: SmallPlant) -> None:
    problem = problem_of(database)
    assert problem.origin == datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    assert problem.now == TEN_O_CLOCK
    assert problem.orders[0].due == 4 * 1440 + 17 * 60 + 30
    assert problem.overtime_periods[0] == -1440


def test_the_number_of_statements_does_not_grow(database: Database) -> None:
    plant = SmallPlant.build(database, orders=1)
    with counted(database) as few:
        load(database)
    with database.write("test") as session:
        for number in range(10, 30):
            plant.order(session, f"MO-{number}")
    with counted(database) as many:
        load(database)
    assert len(many) == len(few)
    assert len(few) < 40


# ---------------------------------------------------------------- machines and calendars


def test_machines_with_their_shifts(database: Database, plant: SmallPlant) -> None:
    problem = problem_of(database)
    press, _, oven, bench = problem.machines
    windows = problem.calendars[press.calendar].windows
    assert Window(450, 690) in windows
    assert Window(780, 1050) in windows
    assert (oven.kind, oven.capacity) == (MachineKind.BATCH, 40)
    assert (bench.kind, bench.capacity) == (MachineKind.CUMULATIVE, 2)


def test_a_machine_down_until_opens_then(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        one = session.get_one(Machine, plant.press_1)
        one.state, one.down_until = MachineState.DOWN, NOW + timedelta(minutes=60)
        two = session.get_one(Machine, plant.press_2)
        two.state = MachineState.DOWN
    problem = problem_of(database)
    assert problem.calendars[problem.machines[0].calendar].windows[0] == Window(660, 690)
    assert problem.calendars[problem.machines[1].calendar].windows == ()


@pytest.mark.parametrize(
    ("unit", "interval", "days_ago", "closed"),
    [
        (IntervalUnit.DAYS, 30, 29, (1440 + 600, 1440 + 660)),  # due tomorrow at ten
        (IntervalUnit.DAYS, 30, 90, (780, 840)),  # overdue: with the next window of today
        (IntervalUnit.SHOTS, 30, 90, None),
    ],
)
def test_a_machine_is_closed_for_its_service(
    database: Database,
    plant: SmallPlant,
    unit: IntervalUnit,
    interval: int,
    days_ago: int,
    closed: tuple[int, int] | None,
) -> None:
    before = problem_of(database)
    with database.write("test") as session:
        session.add(
            Maintenance(
                machine_id=plant.press_1,
                name="grease",
                interval=interval,
                interval_unit=unit,
                last_at=NOW - timedelta(days=days_ago),
                minutes=60,
            )
        )
    problem = problem_of(database)

    def open_before(made: Problem, tick: int) -> int:
        windows = made.calendars[made.machines[0].calendar].windows
        return sum(max(0, min(w.end, tick) - w.start) for w in windows)

    first, last = closed or (0, 0)
    assert open_before(problem, first) == open_before(before, first)
    assert open_before(before, last) - open_before(problem, last) == (60 if closed else 0)
    other = [p.calendars[p.machines[1].calendar].windows for p in (before, problem)]
    assert other[0] == other[1]


def test_exceptions_of_a_machine_are_its_own(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        session.add(
            CalendarException(
                machine_id=plant.press_1,
                date_from=date(2026, 3, 3),
                date_to=date(2026, 3, 3),
                kind=ExceptionKind.DOWN,
            )
        )
    problem = problem_of(database)
    first, second = (problem.calendars[m.calendar].windows for m in problem.machines[:2])
    assert Window(1440 + 450, 1440 + 690) not in first
    assert Window(1440 + 450, 1440 + 690) in second


def test_a_calendar_without_shifts_takes_its_parents(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        from app.models.plant import Calendar

        child = Calendar(code="CHILD", parent_id=plant.day)
        session.add(child)
        session.flush()
        session.get_one(Machine, plant.press_1).calendar_id = child.id
        for calendar, kind in ((plant.day, "holiday"), (child.id, "working")):
            session.add(
                CalendarException(
                    calendar_id=calendar,
                    date_from=date(2026, 3, 4),
                    date_to=date(2026, 3, 4),
                    kind=ExceptionKind(kind),
                )
            )
    problem = problem_of(database)
    first, second = (problem.calendars[m.calendar].windows for m in problem.machines[:2])
    wednesday = Window(2 * 1440 + 450, 2 * 1440 + 690)
    assert wednesday in first
    assert wednesday not in second


def test_a_team_rotates_between_day_and_night(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        for weekday in range(1, 7):
            session.add(
                Shift(
                    calendar_id=plant.day,
                    weekday=weekday,
                    name="night",
                    start_minute=1200,
                    end_minute=240,
                )
            )
        session.add(
            Rotation(
                team="T",
                start_date=date(2026, 3, 2),
                cycle_days=14,
                sequence=[["day", 7], ["night", 7]],
            )
        )
        session.get_one(Operator, plant.operators[0]).team = "T"
    problem = problem_of(database)
    windows = problem.calendars[problem.operators[0].calendar].windows
    assert Window(450, 690) in windows
    assert Window(1200, 1680) not in windows
    next_week = 7 * 1440
    assert Window(next_week + 1200, next_week + 1680) in windows
    assert Window(next_week + 450, next_week + 690) not in windows


def test_frozen_zones_of_a_work_centre(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        centre = session.get_one(WorkCentre, plant.centre)
        centre.freeze_locked, centre.freeze_within = 120, 480
    locked, within = problem_of(database).machines[0].freeze
    assert (locked.start, locked.end, locked.level) == (600, 720, FreezeLevel.LOCKED)
    assert (within.start, within.end, within.level) == (720, 1200, FreezeLevel.WITHIN)


def test_frozen_zones_in_shifts_end_with_the_shifts_of_the_machine(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        centre = session.get_one(WorkCentre, plant.centre)
        centre.freeze_unit = FreezeUnit.SHIFTS
        centre.freeze_locked, centre.freeze_within = 1, 1
        calendar_id = plant.day
        session.execute(delete(Shift).where(Shift.calendar_id == calendar_id))
        session.add_all(
            Shift(calendar_id=calendar_id, weekday=day, name=name, start_minute=a, end_minute=b)
            for day in range(1, 6)
            for name, a, b in (("白", 480, 1200), ("夜", 1200, 240))
        )
    locked, within = problem_of(database).machines[0].freeze
    assert (locked.start, locked.end) == (TEN_O_CLOCK, 1200)
    assert (within.start, within.end) == (1200, 1440 + 240)


def test_each_shift_of_a_work_centre_begins_with_its_first_piece(
    database: Database, plant: SmallPlant
) -> None:
    """It is cut out of the hours of its machines, but for ovens, and work goes on behind it."""
    before = problem_of(database)
    with database.write("test") as session:
        session.execute(update(WorkCentre).values(shift_first_piece_minutes=15))
    problem = problem_of(database)
    schedule = construct(problem, weights=POLICIES["on_time"])
    assert [m.first_pieces is not None for m in problem.machines] == [True, True, False, True]
    for was, machine in zip(before.machines, problem.machines, strict=True):
        hours = {(w.start, w.end) for w in problem.calendars[machine.calendar].windows}
        whole = {(w.start, w.end) for w in before.calendars[was.calendar].windows}
        if machine.first_pieces is None:
            assert hours == whole
            continue
        first = [(w.start, w.end) for w in problem.calendars[machine.first_pieces].windows]
        assert all(b - a == 15 for a, b in first)
        assert len(first) >= 60  # on every working day
        opened = {a for a, _ in whole}
        assert all(a in opened for a, _ in first)  # they lie where the day begins
        assert sum(b - a for a, b in whole - hours) - sum(
            b - a for a, b in hours - whole
        ) == 15 * len(first)
    assert verify(problem, schedule) == []
    assert len(schedule.placements) == len(before.operations)


def test_what_has_its_material_issued_is_locked_by_itself(
    database: Database, plant: SmallPlant, powder: int
) -> None:
    with database.write("test") as session:
        row = operations(session, "MO-9")[1]
        session.add(OperationIssue(operation_id=row.id, item_id=powder, quantity=Decimal(1)))
    assert [o.committed for o in problem_of(database).operations].count(True) == 1
    assert problem_of(database).operations[1].committed
    with database.write("test") as session:
        session.execute(update(WorkCentre).values(freeze_issued=False))
    assert not any(o.committed for o in problem_of(database).operations)


# ---------------------------------------------------------------- modes and tools


def test_a_mode_per_machine_and_number_of_copies(database: Database, plant: SmallPlant) -> None:
    loaded = load(database)
    cast = loaded.problem.operations[0]
    assert [mode.machine for mode in cast.modes] == [0, 0, 1, 1]
    assert loaded.copies[0] == (2, 1, 2, 1)
    mode = cast.modes[0]
    assert (mode.turn_seconds, mode.run_seconds, mode.quantity, mode.setup) == (360, 0, 20, 5)
    assert mode.tools[0].count == 2
    assert mode.tools[0].shapes
    assert mode.run_crew == (CrewDemand(0, 1),)
    assert cast.pausing is Pausing.TURNS


def test_more_copies_than_turns_are_no_way_of_their_own(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        session.add_all(
            ToolCopy(tool_type_id=plant.mould, copy_no=str(number)) for number in range(4, 12)
        )
        step(session, 10).copies_max = 12
    with database.write("test") as session:
        session.execute(update(ProductionOrder).values(state=OrderState.DRAFT))
        plant.order(session, "MO-9")
    # 20 pieces at 2 per copy: 1, 2, 3, 4, 5 and 10 copies give 10, 5, 4, 3, 2 and 1 turns.
    assert load(database).copies[0] == (10, 5, 4, 3, 2, 1) * 2


@pytest.mark.parametrize(
    ("rule", "machines"),
    [("50/100", {0, 1}), ("100", {1}), ("t=50", {0}), ("P1；P2", {0, 1}), ("PRESS", {0, 1}),
     ("", {0, 1}), ("999", set())],
)  # fmt: skip
def test_a_mould_takes_only_its_machines(
    database: Database, plant: SmallPlant, rule: str, machines: set[int]
) -> None:
    with database.write("test") as session:
        session.get_one(ToolType, plant.mould).machine_rule = rule
    assert {mode.machine for mode in problem_of(database).operations[0].modes} == machines


def test_copies_as_individuals(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        worn = session.get_one(ToolCopy, plant.copies[0])
        worn.shots_done, worn.active_cavities = 990, 1
        mended = session.get_one(ToolCopy, plant.copies[2])
        mended.available_from = NOW + timedelta(days=2)
    problem = problem_of(database)
    assert [(tool.key, tool.cavities, tool.life) for tool in problem.tools] == [
        ("M#1", 1, 10),
        ("M#2", 2, 1000),
        ("M#3", 2, 1000),
    ]
    opens = problem.calendars[problem.tools[2].calendar].windows
    assert opens == (Window(TEN_O_CLOCK + 2 * 1440, FOREVER),)


@pytest.mark.parametrize("regular", [False, True])
def test_copies_are_serviced_after_so_many_shots(
    database: Database, plant: SmallPlant, regular: bool
) -> None:
    with database.write("test") as session:
        kind = session.get_one(ToolType, plant.mould)
        if regular:
            service = {"interval": 40, "interval_unit": IntervalUnit.SHOTS, "minutes": 15}
            session.add(Maintenance(tool_type_id=kind.id, name="wash", **service))
        else:
            kind.service_every, kind.service_minutes = 40, 15
        session.get_one(ToolCopy, plant.copies[0]).shots_done = 130
    tools = problem_of(database).tools
    assert [(t.service_every, t.service_minutes, t.unserviced) for t in tools] == [
        (40, 15, 10),
        (40, 15, 0),
    ]


def test_a_family_mould_counts_this_items_share(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        from app.models.plant import ToolItem

        session.scalars(select(ToolItem)).one().pieces_per_shot = 1
    # Two cavities, one of them ours: 20 pieces are 40 cavity fillings, ten turns of two copies.
    assert problem_of(database).operations[0].modes[0].quantity == 40


def test_a_mould_held_to_a_later_step(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        session.scalars(select(StepTool)).one().held_until_step = 20
        session.add(StepTool(step_id=step(session, 20).id, tool_type_id=plant.mould, position=1))
    problem = made_anew(database, plant)
    assert problem.operations[0].modes[0].tools[0].until == 1
    assert problem.operations[1].modes[0].tools == ()


def test_a_hold_goes_on_when_its_first_step_is_done(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        session.scalars(select(StepTool)).one().held_until_step = 30
        session.execute(update(ProductionOrder).values(state=OrderState.DRAFT))
        order = plant.order(session, "MO-9")
        first = session.scalars(select(Operation).where(Operation.order_id == order.id)).first()
        first.state = OperationState.DONE
    dry, pack = problem_of(database).operations
    assert [demand.until for demand in dry.modes[0].tools] == [1]
    assert pack.modes[0].tools == ()


def test_a_pool_of_carts(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        cart = ToolType(code="CART", name="Cart", kind=ToolKind.POOL, capacity=40)
        session.add(cart)
        session.flush()
        session.add(StepTool(step_id=step(session, 20).id, tool_type_id=cart.id, count=3))
    problem = made_anew(database, plant)
    (demand,) = problem.operations[1].modes[0].tools
    assert (demand.count, demand.shapes) == (3, False)
    assert problem.tools[-1].capacity == 40


def test_an_order_larger_than_the_oven_goes_in_rounds(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        session.execute(update(ProductionOrder).values(state=OrderState.DRAFT))
        plant.order(session, "MO-9", quantity=90)
    mode = problem_of(database).operations[1].modes[0]
    assert (mode.load, mode.run_seconds) == (40, 3 * 7200)


def test_batch_max_fills_the_oven_in_its_own_unit(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        step(session, 20).batch_max = Decimal(100)
    # 100 pieces fill the 40 units of the oven: 20 pieces take 8.
    assert made_anew(database, plant).operations[1].modes[0].load == 8


def test_a_machines_own_rate(database: Database, plant: SmallPlant) -> None:
    from app.models.products import StepMachine

    with database.write("test") as session:
        pack = step(session, 30)
        session.add_all(
            [
                StepMachine(step_id=pack.id, machine_id=plant.press_2, position=1, rate=Decimal(3)),
                StepMachine(step_id=pack.id, machine_id=plant.bench, position=2),
            ]
        )
    modes = made_anew(database, plant).operations[2].modes
    assert [(mode.machine, mode.run_seconds) for mode in modes] == [(1, 3600), (3, 1800)]


def test_pieces_per_shift_use_the_net_shift(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        pack = step(session, 30)
        pack.rate, pack.rate_basis = Decimal(510), RateBasis.PIECES_PER_SHIFT
    # 510 pieces in a shift of 8.5 net hours: one a minute.
    assert made_anew(database, plant).operations[2].modes[0].run_seconds == 20 * 60


def test_subcontracting_is_one_way_more(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        supplier = Supplier(code="S1", name="Outside")
        session.add(supplier)
        session.flush()
        pack = step(session, 30)
        pack.supplier_id, pack.supplier_days, pack.supplier_price = (
            supplier.id,
            Decimal("1.5"),
            Decimal(9),
        )
    made_anew(database, plant)
    loaded = load(database)
    outside = loaded.problem.operations[2].modes[-1]
    assert loaded.machine_ids[outside.machine] == -supplier.id
    assert (outside.run_seconds, outside.cost) == (129600, 180.0)
    assert loaded.problem.machines[outside.machine].name == "Outside"
    with database.write("test") as session:
        session.get_one(Supplier, supplier.id).calendar_id = plant.day
    problem = problem_of(database)
    outside = problem.operations[2].modes[-1]
    assert outside.run_seconds == 3 * 510 * 60 // 2  # one and a half of his days of 8.5 hours
    opens = [problem.calendars[problem.machines[m].calendar] for m in (outside.machine, 0)]
    assert opens[0] == opens[1]


# ---------------------------------------------------------------- people


def test_certificates_and_employment_end(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        skill = session.scalars(
            select(OperatorSkill).where(OperatorSkill.operator_id == plant.operators[0])
        ).one()
        skill.valid_until = date(2026, 3, 3)
        session.get_one(Operator, plant.operators[1]).employed_to = date(2026, 3, 2)
        session.get_one(Operator, plant.operators[2]).employed_from = date(2026, 3, 3)
    problem = problem_of(database)
    assert problem.operators[0].grants[0].end == 2 * 1440
    assert problem.calendars[problem.operators[1].calendar].windows[-1].end == 1050
    assert problem.calendars[problem.operators[2].calendar].windows[0].start == 1440 + 450
    assert problem.operators[0].overtime_cap == 36 * 60


def test_a_beginner_works_beside_somebody_who_can(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        for row in session.scalars(select(OperatorSkill).order_by(OperatorSkill.operator_id)).all()[
            1:
        ]:
            row.grade = "C"
        step(session, 10).run_heads = 2
    problem = made_anew(database, plant)
    assert problem.operations[0].modes[0].run_crew == (CrewDemand(0, 1), CrewDemand(1, 1))
    assert [grant.skill for grant in problem.operators[0].grants] == [0, 1]
    assert [grant.skill for grant in problem.operators[1].grants] == [1]


# ---------------------------------------------------------------- setups


def setup_minutes(database: Database, start: str, end: str) -> Changeover | None:
    problem = problem_of(database)
    part = problem.setup_rules[0].parts[0]
    names = [name.casefold() for name in problem.families]
    pair = (names.index(start), names.index(end))
    if pair in part.pairs:
        return part.pairs[pair]
    return Changeover(0) if pair[0] == pair[1] else part.default


def test_groups_and_wildcards_of_a_setup_matrix(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        session.get_one(Machine, plant.press_1).current_setup = ["black"]
        session.get_one(Machine, plant.press_2).current_setup = ["Cream"]
        session.execute(delete(SetupPair))
        session.add(SetupGroup(attribute="colour", name="light", members=["white", "cream"]))
        rows = [("light", "light", 4), ("black", "*", 60), ("*", "black", 7), ("light", "=", 2)]
        rows.append(("cream", "white", None))
        session.add_all(
            SetupPair(
                work_centre_id=plant.centre,
                attribute="Colour",
                from_value=start,
                to_value=end,
                minutes=minutes,
            )
            for start, end, minutes in rows
        )
    assert setup_minutes(database, "cream", "white") is None
    assert setup_minutes(database, "white", "cream") == Changeover(4)
    assert setup_minutes(database, "black", "white") == Changeover(60)
    assert setup_minutes(database, "cream", "black") == Changeover(7)
    assert setup_minutes(database, "white", "white") == Changeover(2)
    assert setup_minutes(database, "black", "black") == Changeover(0)


def test_what_is_mounted_now(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        session.get_one(Machine, plant.press_1).current_setup = ["black"]
    problem = problem_of(database)
    (state,) = problem.machines[0].setup_state
    assert problem.families[state] == "black"
    assert problem.machines[2].setup_rule is None


def test_a_machines_own_pairs_win(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        session.get_one(Machine, plant.press_2).current_setup = ["black"]
        session.add(
            SetupPair(
                machine_id=plant.press_1,
                attribute="colour",
                from_value="white",
                to_value="black",
                minutes=99,
            )
        )
    problem = problem_of(database)
    rules = [problem.setup_rules[m.setup_rule or 0] for m in problem.machines[:2]]
    names = list(problem.families)
    pair = (names.index("white"), names.index("black"))
    assert [rule.parts[0].pairs[pair] for rule in rules] == [Changeover(99), Changeover(10)]


def test_a_pair_may_take_a_fitter_and_purge_material(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        resin = Item(
            code="R",
            name="Resin",
            unit_id=plant.unit,
            category=ItemCategory.RAW,
            source=ItemSource.BUY,
            standard_cost=Decimal("2.5"),
        )
        session.add(resin)
        session.get_one(Machine, plant.press_1).current_setup = ["black"]
        session.flush()
        pair = session.scalars(select(SetupPair)).one()
        pair.from_value, pair.to_value = "black", "white"
        pair.skill_id, pair.heads = plant.casting, 2
        pair.cost, pair.scrap_quantity, pair.scrap_item_id = Decimal(3), Decimal(4), resin.id
    problem = problem_of(database)
    names = list(problem.families)
    changed = (names.index("black"), names.index("white"))
    (rule,) = problem.setup_rules
    assert rule.parts[0].pairs[changed] == Changeover(10, 13.0, (CrewDemand(0, 2),))
    schedule = construct(problem, weights=POLICIES["on_time"])
    assert verify(problem, schedule) == []


def test_an_attribute_says_how_long_a_campaign_lasts(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        session.execute(update(SetupAttribute).values(campaign_minutes=240))
    (rule,) = problem_of(database).setup_rules
    assert [part.least_run for part in rule.parts] == [240]


def test_the_least_batch_is_counted_in_units_of_the_oven(
    database: Database, plant: SmallPlant
) -> None:
    """An oven of 40 holds 50 pieces: 21 of them fill 16.8 of it."""
    with database.write("test") as session:
        dry = step(session, 20)
        dry.batch_max, dry.batch_min = Decimal(50), Decimal(21)
    ways = [mode for o in made_anew(database, plant).operations for mode in o.modes]
    kinds = {mode.machine: mode.least_load for mode in ways}
    assert kinds == {0: 0, 1: 0, 2: 17, 3: 0}


def test_more_than_an_oven_holds_cannot_be_asked_for(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        step(session, 20).batch_min = Decimal(70)
    ways = [mode for o in made_anew(database, plant).operations for mode in o.modes]
    assert max(mode.least_load for mode in ways) == 40


# ---------------------------------------------------------------- links


def test_waits_between_steps(database: Database, plant: SmallPlant) -> None:
    first = problem_of(database).precedences[0]
    assert (first.before, first.after, first.min_lag, first.max_lag) == (0, 1, 30, 600)
    assert (first.before_end, first.after_end, first.clock) == (End.END, End.START, None)


def test_a_pot_life_runs_to_the_end_of_pouring(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        mix = step(session, 10)
        mix.wait_ends, mix.min_wait, mix.max_wait = "EE", 0, 20
    first, second = made_anew(database, plant).precedences[:2]
    assert (first.before_end, first.after_end, first.max_lag) == (End.END, End.START, None)
    assert (second.before_end, second.after_end, second.max_lag) == (End.END, End.END, 20)


def test_links_named_by_the_planner(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        step(session, 30).predecessors = "10SS+15"
    problem = made_anew(database, plant)
    links = {(p.before, p.after): p for p in problem.precedences}
    assert set(links) == {(0, 1), (0, 2)}
    assert links[0, 2].min_lag == 15
    assert links[0, 2].before_end is links[0, 2].after_end is End.START


def test_transfer_batches_and_working_time(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        cast = step(session, 10)
        cast.transfer_batch, cast.max_wait, cast.wait_clock = Decimal(8), None, WaitClock.WORKING
    problem = made_anew(database, plant)
    first = problem.precedences[0]
    assert first.transfer == (2, 5)
    assert problem.calendars[first.clock].windows == (
        problem.calendars[problem.machines[0].calendar].windows
    )


def test_component_orders_come_before_their_parent(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        parent = session.scalars(select(ProductionOrder)).first()
        session.execute(
            update(ProductionOrder)
            .where(ProductionOrder.id != parent.id)
            .values(parent_order_id=parent.id)
        )
    links = {(p.before, p.after) for p in problem_of(database).precedences}
    assert (5, 0) in links


# ---------------------------------------------------------------- progress


def operations(session: Session, order: str) -> list[Operation]:
    query = (
        select(Operation)
        .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
        .where(ProductionOrder.code == order)
        .order_by(Operation.step_no)
    )
    return list(session.scalars(query))


def test_done_steps_leave_their_waits_behind(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        first = operations(session, "MO-1")[0]
        first.state, first.finished_at = OperationState.DONE, NOW
    problem = problem_of(database)
    dry = problem.operations[0]
    assert dry.key == "MO-1/20"
    assert (dry.release, dry.latest_start) == (TEN_O_CLOCK + 30, TEN_O_CLOCK + 600)


def test_good_and_scrap_pieces_are_not_made_again(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        first = operations(session, "MO-1")[0]
        first.good, first.scrap = Decimal(13), Decimal(2)
    assert problem_of(database).operations[0].modes[0].quantity == 5


def test_running_work_is_a_fact(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        first, second, _ = operations(session, "MO-1")
        first.state, first.started_at = OperationState.RUNNING, NOW - timedelta(minutes=30)
        first.running_machine_id, first.running_tools = plant.press_2, [plant.copies[1]]
        first.running_operators = [plant.operators[3]]
        first.remaining = Decimal(6)
        second.state, second.started_at = OperationState.RUNNING, NOW
        second.running_machine_id = plant.oven
    problem = problem_of(database)
    cast = problem.operations[0]
    assert cast.started is not None
    assert (cast.started.start, cast.started.mode) == (TEN_O_CLOCK - 30, 0)
    assert (cast.started.tools, cast.started.operators) == ((1,), (3,))
    (mode,) = cast.modes
    assert (mode.machine, mode.quantity, mode.tools[0].count, mode.setup) == (1, 6, 1, 0)
    # The second has begun, so nothing holds it back any more.
    assert not [p for p in problem.precedences if p.after == 1]
    schedule = construct(problem, weights=POLICIES["on_time"])
    assert verify(problem, schedule) == []
    assert len(schedule.placements) == 6


@pytest.mark.parametrize(("hours", "left"), [(0, 120), (1, 60), (30, 0)])
def test_a_running_oven_needs_only_the_rest_of_its_time(
    database: Database, plant: SmallPlant, hours: int, left: int
) -> None:
    """Two hours a batch: what has gone by is gone by, however many pieces lie in it."""
    with database.write("test") as session:
        cast, dry, _ = operations(session, "MO-1")
        cast.state, cast.finished_at = OperationState.DONE, NOW - timedelta(days=2)
        dry.state, dry.started_at = OperationState.RUNNING, NOW - timedelta(hours=hours)
        dry.running_machine_id = plant.oven
    problem = problem_of(database)
    running = problem.operations[0]
    assert running.started is not None
    assert running.modes[0].run_seconds == 60 * left
    plan = construct(problem, weights=POLICIES["on_time"])
    assert verify(problem, plan) == []
    if hours:  # two hours would not fit before the oven's break
        assert plan.placements[0].end == TEN_O_CLOCK + left


def test_pins_of_a_person(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        first = operations(session, "MO-1")[0]
        first.pin_machine_id, first.pin_start = plant.press_2, NOW + timedelta(hours=5)
    cast = problem_of(database).operations[0]
    assert (cast.pin_machine, cast.pin_start) == (1, TEN_O_CLOCK + 300)


@pytest.mark.parametrize(
    ("state", "pre_plan", "scheduled"),
    [
        (OrderState.DRAFT, False, False),
        (OrderState.DRAFT, True, True),
        (OrderState.RELEASED, False, True),
        (OrderState.ON_HOLD, False, False),
        (OrderState.COMPLETED, False, False),
    ],
)
def test_which_orders_are_scheduled(
    database: Database, plant: SmallPlant, state: OrderState, pre_plan: bool, scheduled: bool
) -> None:
    with database.write("test") as session:
        order = session.scalars(select(ProductionOrder)).first()
        order.state, order.pre_plan = state, pre_plan
    keys = {order.key for order in problem_of(database).orders}
    assert ("MO-1" in keys) is scheduled


# ---------------------------------------------------------------- material


@pytest.fixture
def powder(database: Database, plant: SmallPlant) -> int:
    """An item of which each piece needs 0.5, consumed at step 20, and 12 in stock."""
    with database.write("test") as session:
        item = Item(
            code="POWDER",
            name="Powder",
            unit_id=plant.unit,
            category=ItemCategory.RAW,
            source=ItemSource.BUY,
        )
        store = Location(code="STORE")
        session.add_all([item, store])
        session.flush()
        bom = BillOfMaterial(item_id=plant.item)
        session.add(bom)
        session.flush()
        session.add(
            BomLine(
                bom_id=bom.id,
                line_no=1,
                component_id=item.id,
                quantity=Decimal(5),
                base_quantity=Decimal(10),
                consumed_at_step=20,
            )
        )
        opening = session.scalars(select(Location).where(Location.code == OPENING)).one()
        session.add(
            StockMove(
                client_key="1",
                at=NOW,
                actor="test",
                item_id=item.id,
                from_location_id=opening.id,
                to_location_id=store.id,
                quantity=Decimal(12),
            )
        )
        session.execute(update(ProductionOrder).values(state=OrderState.DRAFT))
        session.expire_all()
        plant.order(session, "MO-9")
        plant.order(session, "MO-8")
        return item.id


def receipt(session: Session, item: int, quantity: int, **values: object) -> None:
    supplier = Supplier(code="S", name="S")
    session.add(supplier)
    session.flush()
    order = PurchaseOrder(code="PO", supplier_id=supplier.id)
    session.add(order)
    session.flush()
    session.add(
        PurchaseOrderLine(
            purchase_order_id=order.id,
            line_no="1",
            item_id=item,
            open_quantity=Decimal(quantity),
            confirmed_on=date(2026, 3, 4),
            **values,
        )
    )


def test_stock_receipts_and_consumption(database: Database, plant: SmallPlant, powder: int) -> None:
    with database.write("test") as session:
        receipt(session, powder, 8, inspection_days=1)
    problem = problem_of(database)
    (material,) = problem.materials
    assert (material.key, material.stock) == ("POWDER", 12_000_000)
    assert material.receipts == ((3 * 1440, 8_000_000),)
    assert problem.operations[1].consumes == ((0, 10_000_000),)
    assert problem.operations[0].consumes == ()
    schedule = construct(problem, weights=POLICIES["on_time"])
    starts = sorted(p.start for p in schedule.placements if p.operation in (1, 4))
    assert starts[0] < 3 * 1440 <= starts[1]
    assert verify(problem, schedule) == []


def test_issued_material_is_not_asked_for_again(
    database: Database, plant: SmallPlant, powder: int
) -> None:
    with database.write("test") as session:
        dry = operations(session, "MO-9")[1]
        session.add(OperationIssue(operation_id=dry.id, item_id=powder, quantity=Decimal(10)))
    assert problem_of(database).operations[1].consumes == ()


def test_a_reserved_receipt_serves_its_order_alone(
    database: Database, plant: SmallPlant, powder: int
) -> None:
    with database.write("test") as session:
        order = session.scalars(select(ProductionOrder).where(ProductionOrder.code == "MO-9")).one()
        receipt(session, powder, 10, reserved_order_id=order.id)
    problem = problem_of(database)
    ours, other = problem.operations[1], problem.operations[4]
    assert (ours.consumes, ours.release) == ((), 2 * 1440)
    assert (other.consumes, other.release) == (((0, 10_000_000),), -FOREVER)
    assert problem.materials[0].receipts == ()


def test_bought_items_come_within_their_lead_time(
    database: Database, plant: SmallPlant, powder: int
) -> None:
    with database.write("test") as session:
        session.get_one(Item, powder).lead_time_days = 5
    loaded = load(database)
    (tick, quantity) = loaded.problem.materials[0].receipts[0]
    assert tick == TEN_O_CLOCK + 5 * 1440
    assert quantity > 10**12
    assert "POWDER" in loaded.warnings[0].text("en")


def test_without_any_stock_recorded_material_does_not_hold_back(
    database: Database, plant: SmallPlant
) -> None:
    loaded = load(database)
    assert loaded.problem.materials == ()
    assert loaded.warnings[0].code == "planning.no_stock_recorded"


def test_either_of_two_moulds_will_do(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        other = ToolType(code="N", name="Other mould", cavities=4, machine_rule="100")
        session.add(other)
        session.flush()
        session.add(ToolCopy(tool_type_id=other.id, copy_no="1"))
        session.add(StepTool(step_id=step(session, 10).id, tool_type_id=other.id, position=2))
    made_anew(database, plant)
    loaded = load(database)
    ways = [(mode.machine, mode.tools[0].tool_type) for mode in loaded.problem.operations[0].modes]
    assert set(ways) == {(0, 0), (1, 0), (1, 1)}
    index = ways.index((1, 1))
    placement = Placement(0, index, 600, 605, 635, ((600, 635),), (2,))
    spot = spot_of(loaded, placement)
    back = schedule_of(loaded, {loaded.operation_ids[0]: spot}, {})
    assert back.placements == (placement,)


# ---------------------------------------------------------------- power hours


def test_an_oven_that_begins_at_certain_hours(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        session.get_one(Machine, plant.oven).power_rule = "仅 15:00-08:30"
        session.get_one(Machine, plant.bench).power_rule = "nights"
    loaded = load(database)
    problem = loaded.problem
    starts = problem.machines[2].starts
    assert starts is not None
    assert Window(15 * 60, 32 * 60 + 30) in problem.calendars[starts].windows
    assert [machine.starts for machine in problem.machines].count(None) == 3
    (warning,) = (w.text("en") for w in loaded.warnings if w.code == "plant.power_ignored")
    assert "Bench" in warning
    assert "nights" in warning
    schedule = construct(problem, weights=POLICIES["on_time"])
    assert verify(problem, schedule) == []
    dried = [p.start % 1440 for p in schedule.placements if p.operation in (1, 4)]
    assert dried == [15 * 60] * 2


def test_preferred_hours_forbid_nothing_and_what_is_run_outside_them_is_told(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        session.get_one(Machine, plant.oven).power_rule = "优先 22:00-08:00"
    problem = problem_of(database)
    oven = problem.machines[2]
    assert oven.starts is None
    assert oven.prefers is not None
    assert Window(22 * 60, 32 * 60) in problem.calendars[oven.prefers].windows
    assert [machine.prefers for machine in problem.machines].count(None) == 3
    report = schedule_plant(database, seconds=0)
    assert report.unplaced == ()
    (told,) = (w for w in report.warnings if w.code == "planning.dear_hours")
    assert "outside the hours that it prefers" in told.text("en")
    assert told.values["minutes"] == Minutes(int(report.objective["dear_min"]))
    assert report.objective["dear_min"] > 0


# ---------------------------------------------------------------- services in days, and movable


def test_copies_are_out_for_a_service_that_is_counted_in_days(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        service = {"interval": 30, "interval_unit": IntervalUnit.DAYS, "minutes": 90}
        last = NOW - timedelta(days=28)
        session.add(Maintenance(tool_type_id=plant.mould, name="polish", last_at=last, **service))
    problem = problem_of(database)
    for tool in problem.tools:
        windows = problem.calendars[tool.calendar].windows
        # Due Wednesday at ten: the 90 minutes go on to the break.
        assert any(w.end == 2 * 1440 + TEN_O_CLOCK for w in windows)
        assert any(w.start == 2 * 1440 + 690 for w in windows)
    assert verify(problem, construct(problem, weights=POLICIES["on_time"])) == []


@pytest.mark.parametrize(("skilled", "open_minutes"), [(False, 0), (True, 60)])
def test_a_service_that_may_move_costs_as_little_as_it_can(
    database: Database, plant: SmallPlant, skilled: bool, open_minutes: int
) -> None:
    """Without a skill it is made while the machine is closed; else when its fitter is in."""
    before = problem_of(database)
    with database.write("test") as session:
        service = {"interval": 400, "interval_unit": IntervalUnit.DAYS, "minutes": 60}
        last = NOW - timedelta(days=398)
        session.add(
            Maintenance(
                machine_id=plant.press_1,
                name="check",
                last_at=last,
                move_days=1,
                skill_id=plant.casting if skilled else None,
                **service,
            )
        )
    after = problem_of(database)

    def minutes(made: Problem) -> int:
        windows = made.calendars[made.machines[0].calendar].windows
        return sum(w.end - w.start for w in windows)

    assert minutes(before) - minutes(after) == open_minutes


def test_a_service_that_may_move_leaves_planned_work_where_it_is(
    database: Database, plant: SmallPlant
) -> None:
    """The plan in force has work at the very time at which the service is due."""
    schedule_plant(database, seconds=0)
    loaded = load(database)
    machine = loaded.machine_ids.index(plant.press_1)
    planned = [
        p
        for p in loaded.problem.baseline
        if loaded.problem.operations[p.operation].modes[p.mode].machine == machine
    ]
    assert planned
    with database.write("test") as session:
        session.add(
            Maintenance(
                machine_id=plant.press_1,
                name="check",
                interval=400,
                interval_unit=IntervalUnit.DAYS,
                last_at=loaded.clock.moment(planned[0].start) - timedelta(days=400),
                minutes=60,
                move_days=1,
                skill_id=plant.casting,
            )
        )
    problem = problem_of(database)
    assert verify(problem, Schedule(problem.baseline)) == []
