"""What if running work were cut for a rush order: solved, adopted and taken back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from app.core.errors import RuleBroken
from app.models.database import Database
from app.services import doctor
from app.services.edit import apply_edit
from app.services.planning.scenarios.adopting import adoption
from app.services.planning.scenarios.cut import CutRunning
from app.services.planning.scenarios.desk import added
from app.services.planning.scenarios.kinds import InsertRush
from app.services.planning.solving import schedule_plant
from tests.services.planning.test_scenarios import begin, content, solved
from tests.services.planning.test_splitting import placed, quantities
from tests.services.small_plant import NOW, SmallPlant

RUSH = InsertRush("A", Decimal(4), NOW + timedelta(hours=5), customer="C1", approved_by="Zhou")


@pytest.fixture
def busy(database: Database) -> SmallPlant:
    """Both presses and both moulds are taken until after lunch."""
    plant = SmallPlant.build(database, orders=0)
    with database.write("test") as session:
        for number in range(1, 5):
            plant.order(session, f"MO-{number}", quantity=40)
        one, two = ([copy] for copy in plant.copies[:2])
        plant.begin(session, "MO-1", 10, plant.press_1, one, good=4, left=36)
        plant.begin(session, "MO-2", 10, plant.press_2, two, good=4, left=36)
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    return plant


def test_a_rush_order_goes_in_where_running_work_is_cut(
    database: Database, busy: SmallPlant
) -> None:
    before = content(database)
    begin(database, [RUSH])
    waits = next(row for row in solved(database).orders if row["order"] == "RUSH-1")
    apply_edit(database, added(database, "S", CutRunning("mo-1", 10), "li"), "li")
    answer = solved(database)
    (_, rush), (_, cut) = answer.question.steps
    assert isinstance(rush, InsertRush)
    assert isinstance(cut, CutRunning)
    assert (cut.order, cut.keep, cut.whole) == ("MO-1", 6, 40), "the next shot"
    assert next(r for r in answer.orders if r["order"] == "RUSH-1")["end"] < waits["end"]
    assert content(database).spots == before.spots, "it is only a question"
    edit = adoption(database, "S", "li")
    apply_edit(database, edit, "li")
    made = quantities(database, "MO-1")
    assert (made[10], made[11]) == (6, 34)
    part = placed(database, "MO-1")
    assert part[10].end == NOW + timedelta(minutes=6)
    assert part[11].start > part[10].end
    assert doctor.run(database) == []
    apply_edit(database, edit.inverse(), "li")
    assert quantities(database, "MO-1")[10] == 40
    assert sorted(map(str, content(database).spots.values())) == sorted(
        map(str, before.spots.values())
    )
    assert doctor.run(database) == []


def test_only_work_that_runs_is_cut_and_only_at_a_boundary(
    database: Database, busy: SmallPlant
) -> None:
    begin(database)
    for step, code in (
        (CutRunning("MO-3", 10), "scenarios.not_running"),
        (CutRunning("MO-1", 10, Decimal(7)), "planning.cut_elsewhere"),
        (CutRunning("MO-1", 10, Decimal(2)), "planning.cut_elsewhere"),
    ):
        with pytest.raises(RuleBroken) as refused:
            added(database, "S", step, "li")
        assert refused.value.message.code == code
