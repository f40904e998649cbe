"""Complete foreign plants come in through the workbook, are scheduled, and their plans verified."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.models.planning import Placement
from app.models.plant import Machine
from app.models.products import Item, RoutingStep
from app.services import doctor
from app.services.exchange import import_files
from app.services.planning.solving import SolveReport, schedule_plant
from app.services.site import site
from tests.services.exchange.books import book
from tests.services.exchange.frepple import Frepple

FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "data" / "plants" / "frepple"

pytestmark = [
    pytest.mark.skipif(not FIXTURES.is_dir(), reason="frePPLe's fixtures are not here"),
    pytest.mark.usefixtures("read_here"),
]


def brought_in(database: Database, tmp_path: Path, name: str) -> datetime:
    """Imports a fixture twice (the second changes nothing); its own planning date."""
    plant = Frepple(FIXTURES / name)
    now = plant.now.replace(tzinfo=ZoneInfo(site(database).time_zone)).astimezone(UTC)
    path = book(tmp_path, plant.rows())
    report = import_files(database, [path], now=now)
    assert report.ok, [p.message_with_place().text("en") for p in report.problems][:5]
    assert all(p.severity != "error" for p in report.problems)
    again = import_files(database, [path], now=now)
    assert sum(c.new + c.changed for c in again.counts) == 0
    return now


def scheduled(database: Database, now: datetime, policy: str = "on_time") -> SolveReport:
    """The plan, placed whole and found right by the checker that knows nothing of the engine."""
    report = schedule_plant(database, now=now, seconds=5, policy=policy, in_child=False)
    assert report.unplaced == ()
    assert doctor.run(database) == []
    return report


def test_the_furniture_plant_comes_in_whole_and_its_varnish_dries(
    database: Database, tmp_path: Path
) -> None:
    now = brought_in(database, tmp_path, "manufacturing_demo.json")
    with database.read() as session:
        counted = {model: session.scalar(select(func.count()).select_from(model))
                   for model in (Item, Machine, RoutingStep)}  # fmt: skip
        listed = session.scalars(
            select(ProductionOrder.code).where(ProductionOrder.parent_order_id.is_(None))
        ).all()
    assert counted == {Item: 11, Machine: 4, RoutingStep: 8}
    assert len(listed) == 16  # the open demands
    report = scheduled(database, now)
    with database.read() as session:
        rows = session.execute(
            select(Operation.order_id, Operation.step_no, Operation.name, Placement).join(
                Placement, Placement.operation_id == Operation.id
            )
        ).all()
        machines = dict(session.execute(select(Machine.id, Machine.code)).all())
    assert report.placed == len(rows)
    varnished = {order: p.end_at for order, _, name, p in rows if name.startswith("Apply")}
    dried = {order: p.start_at for order, _, name, p in rows if name.startswith("Drying")}
    assert len(dried) == 5
    assert all(dried[order] - varnished[order] >= timedelta(hours=6) for order in dried)
    for _, _, _, placement in rows:
        local = placement.start_at.astimezone(ZoneInfo(site(database).time_zone))
        assert local.isoweekday() <= 5  # working days
        assert local.date().isoformat() != "2021-01-01"  # a holiday
    saw = sorted((p.start_at, p.end_at) for _, _, _, p in rows if machines[p.machine_id] == "saw")
    assert all(end <= start for (_, end), (start, _) in pairwise(saw))


def test_the_job_shop_is_the_classic_ten_by_ten_and_its_plan_no_shorter_than_possible(
    database: Database, tmp_path: Path
) -> None:
    now = brought_in(database, tmp_path, "jobshop.json")
    report = scheduled(database, now, "makespan")
    assert report.placed == 100
    with database.read() as session:
        first, last = session.execute(
            select(func.min(Placement.start_at), func.max(Placement.end_at))
        ).one()
    hours = (last - first) / timedelta(hours=1)
    assert 930 <= hours <= 1_100  # 930 is its proven optimum
