"""Operations are snapshots: a changed routing marks them and never rewrites them."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from app.core.choices import OperationState
from app.models.database import Database
from app.models.orders import Operation
from app.models.products import RoutingStep
from app.services.orders.stale import mark_stale
from tests.services.small_plant import NOW, SmallPlant


def change_rate(database: Database, rate: str) -> int:
    with database.write("test") as session:
        step = session.scalars(select(RoutingStep).where(RoutingStep.step_no == 30)).one()
        step.rate = Decimal(rate)
        session.flush()
        return mark_stale(session, NOW.date())


def stale_steps(database: Database) -> list[tuple[int, int]]:
    with database.read() as session:
        rows = session.scalars(select(Operation).where(Operation.stale).order_by(Operation.id))
        return [(row.order_id, row.step_no) for row in rows]


def definitions(database: Database) -> list[object]:
    with database.read() as session:
        return list(session.scalars(select(Operation.definition).order_by(Operation.id)))


def test_a_changed_step_marks_its_operations_until_it_is_changed_back(
    database: Database, plant: SmallPlant
) -> None:
    before = definitions(database)
    assert change_rate(database, "2") == 2
    assert stale_steps(database) == [(1, 30), (2, 30)]
    assert definitions(database) == before
    assert change_rate(database, "1.50") == 0
    assert stale_steps(database) == []


def test_what_has_begun_is_not_marked(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        first = session.scalars(select(Operation).where(Operation.step_no == 30)).first()
        first.state = OperationState.RUNNING
    assert change_rate(database, "2") == 1
    assert stale_steps(database) == [(2, 30)]


def test_a_step_that_is_gone_marks_its_operations(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        session.scalars(select(RoutingStep).where(RoutingStep.step_no == 30)).one().step_no = 35
        session.flush()
        assert mark_stale(session, NOW.date()) == 2
