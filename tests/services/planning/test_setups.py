"""Setup hours of a plan are those of the matrix, and the matrix decides the plan."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update

from app.core.choices import ItemCategory, ItemSource, OrderState
from app.models.database import Database
from app.models.orders import ProductionOrder
from app.models.plant import Machine, SetupAttribute, SetupPair, ToolCopy, ToolType
from app.models.products import Item, Routing
from app.scheduling.problem import Changeover
from app.services.planning.bridge import load_problem
from app.services.planning.queries import plan_view
from app.services.planning.solving import schedule_plant
from tests.services.small_plant import NOW, SmallPlant

FIXED = 5
MATRIX = {("white", "black"): 20, ("black", "white"): 70}
MOUNTED = {"P1": "white", "P2": "black"}


def two_colours(database: Database, plant: SmallPlant) -> None:
    """Three white and three black orders on one family's routing; both presses are mounted."""
    with database.write("test") as session:
        session.execute(delete(SetupPair))
        session.execute(update(SetupAttribute).values(default_forbidden=True))
        session.execute(update(ProductionOrder).values(state=OrderState.DRAFT))
        routing = session.get_one(Routing, plant.routing)
        routing.item_id, routing.family = None, "angles"
        session.get_one(Item, plant.item).family = "angles"
        black = Item(
            code="B",
            name="Black angle",
            unit_id=plant.unit,
            category=ItemCategory.FINISHED,
            source=ItemSource.MAKE,
            family="angles",
            setup_attributes=["black"],
        )
        session.add(black)
        for code, colour in MOUNTED.items():
            machine = session.scalars(select(Machine).where(Machine.code == code)).one()
            machine.current_setup = [colour]
        set_matrix(session, plant, 1)
        session.flush()
        for number in range(6):
            item = (plant.item, black.id)[number % 2]
            plant.order(session, f"X-{number}", item_id=item, quantity=Decimal(40))


def set_matrix(session, plant: SmallPlant, factor: int) -> None:
    session.execute(delete(SetupPair))
    session.add_all(
        SetupPair(
            work_centre_id=plant.centre,
            attribute="colour",
            from_value=start,
            to_value=end,
            minutes=minutes * factor,
        )
        for (start, end), minutes in MATRIX.items()
    )


def recomputed(database: Database, factor: int) -> int:
    """Setup minutes of the stored plan, from the sequence on each press and the matrix alone."""
    sequences = defaultdict(list)
    for bar in plan_view(database).placements:
        if bar.step_no == 10:
            sequences[bar.machine_code].append(bar)
    total = 0
    for machine, bars in sequences.items():
        mounted = MOUNTED[machine]
        for bar in sorted(bars, key=lambda bar: bar.setup_start):
            total += FIXED
            if bar.family != mounted:
                total += MATRIX[mounted, bar.family] * factor
            mounted = bar.family
    return total


@pytest.mark.parametrize("factor", [1, 2])
def test_setup_hours_are_those_of_the_matrix(
    database: Database, plant: SmallPlant, factor: int
) -> None:
    two_colours(database, plant)
    with database.write("test") as session:
        set_matrix(session, plant, factor)
    report = schedule_plant(database, seconds=0)
    assert report.placed == 18
    assert report.setup_hours * 60 == recomputed(database, factor)


def test_a_changeover_made_forbidden_leaves_the_plan(database: Database, plant: SmallPlant) -> None:
    two_colours(database, plant)
    with database.write("test") as session:
        session.execute(delete(SetupPair))
    report = schedule_plant(database, seconds=0)
    assert report.placed == 18
    on = {(bar.machine_code, bar.family) for bar in plan_view(database).placements
          if bar.step_no == 10}  # fmt: skip
    assert on == {("P1", "white"), ("P2", "black")}
    assert report.setup_hours * 60 == 6 * FIXED


def test_mounting_counts_where_there_is_no_matrix(database: Database, plant: SmallPlant) -> None:
    """The old mould is taken down, the new one mounted; what hangs already costs nothing."""
    with database.write("test") as session:
        session.execute(delete(SetupPair))
        session.execute(delete(SetupAttribute))
        mould = session.get_one(ToolType, plant.mould)
        mould.mount_minutes, mould.dismount_minutes = 12, 4
        other = ToolType(code="N", name="Other", mount_minutes=30, dismount_minutes=8)
        session.add(other)
        session.flush()
        hanging = [(plant.mould, "9", plant.press_1), (other.id, "1", plant.press_2)]
        for kind, number, machine in hanging:
            session.add(ToolCopy(tool_type_id=kind, copy_no=number, machine_id=machine))
    with database.read() as session:
        problem = load_problem(session, NOW).problem
    part = problem.setup_rules[0].parts[-1]
    mounted = problem.operations[0].families[-1]
    first, second = (problem.machines[index].setup_state[-1] for index in (0, 1))
    assert first == mounted
    assert part.pairs[second, mounted] == Changeover(8 + 12)
    assert (mounted, mounted) not in part.pairs
    assert problem.machines[3].setup_rule is None
    report = schedule_plant(database, seconds=0)
    bars = [bar for bar in plan_view(database).placements if bar.step_no == 10]
    expected = {"P1": 0, "P2": 20}
    first_on = {bar.machine_code: expected[bar.machine_code] for bar in bars}
    assert report.setup_hours * 60 == len(bars) * FIXED + sum(first_on.values())
