"""A whole route in one cell becomes its steps, or is refused with what to write."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core.choices import RateBasis
from app.models.database import Database
from app.models.plant import WorkCentre
from app.models.products import RoutingStep
from app.services.exchange import import_files
from app.services.exchange.records import Severity
from app.services.exchange.route_cells import NoRoute, RouteStep, parse_route
from tests.services.exchange.books import NOW, book, small_plant


@pytest.fixture(autouse=True)
def here(read_here: None) -> None:
    """These workbooks are read in this process."""


@pytest.mark.parametrize(
    "text",
    ["浇注→烘干→修整", "浇注 -> 烘干 -> 修整", "浇注=>烘干⇒修整", "浇注-烘干>修整",
     "浇注——烘干—修整",
     "浇注、烘干、修整", "浇注/烘干/修整", "浇注;烘干;修整", "浇注,烘干,修整", "浇注\n烘干\n修整",
     "10浇注→20烘干→30修整", "10.浇注→20.烘干→30.修整",
     "→浇注→烘干→修整→"],
)  # fmt: skip
def test_arrows_dashes_and_lists_of_every_kind(text: str) -> None:
    assert parse_route(text) == [
        RouteStep(10, "浇注"), RouteStep(20, "烘干"), RouteStep(30, "修整"),
    ]  # fmt: skip


def test_letters_dashes_and_arrows_mixed() -> None:
    assert [step.name for step in parse_route("A-B>C")] == ["A", "B", "C"]
    assert [step.name for step in parse_route("CT-01浇注→DR-2烘干")] == ["CT-01浇注", "DR-2烘干"]
    assert [step.name for step in parse_route("10浇注-20烘干")] == [
        "浇注", "烘干",
    ]  # fmt: skip


def test_numbers_times_setups_and_work_centres() -> None:
    first, second, third = parse_route(
        "10浇注@浇注台(52分/模次;准备15分)→20烘干(18 时/批)→30 包装(120件/时)"
    )
    assert first == RouteStep(
        10, "浇注", Decimal(52), RateBasis.MINUTES_PER_CYCLE, Decimal(15), "浇注台"
    )
    assert (second.rate, second.basis) == (18, RateBasis.HOURS_PER_BATCH)
    assert (third.number, third.rate, third.basis) == (30, 120, RateBasis.PIECES_PER_HOUR)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "no_route"), ("→→", "no_route"), ("浇注(很久)→烘干", "no_route_time"),
     ("浇注(52)→烘干", "no_route_time"), ("20浇注→10烘干", "route_numbers"),
     ("10浇注→烘干", "route_numbers"), ("10→20", "no_route_step"),
     ("10浇注→10烘干", "route_numbers")],
)  # fmt: skip
def test_what_is_no_route_says_why(text: str, code: str) -> None:
    with pytest.raises(NoRoute) as refused:
        parse_route(text)
    assert refused.value.code == code


def test_a_route_in_the_sheet_makes_its_steps_and_again_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    rows = small_plant()
    rows["Routings"] = [{"item_code": "A-1", "route": "浇注@台(10分/模次)→修整@台(2分/件)"}]
    report = import_files(database, [book(tmp_path, rows)], now=NOW)
    assert report.ok, [p.message_with_place().text("en") for p in report.problems]
    with database.read() as session:
        steps = session.scalars(select(RoutingStep).order_by(RoutingStep.step_no)).all()
        centres = session.scalars(select(WorkCentre.code)).all()
    assert [(s.step_no, s.name, s.rate) for s in steps] == [(10, "浇注", 10), (20, "修整", 2)]
    assert centres == ["台"]
    again = import_files(database, [book(tmp_path, rows)], now=NOW)
    assert sum(c.new + c.changed for c in again.counts) == 0


def test_the_row_s_own_time_holds_for_steps_without_one_and_a_lack_is_an_error(
    database: Database, tmp_path: Path
) -> None:
    rows = small_plant()
    rows["Routings"] = [{"item_code": "A-1", "route": "浇注→修整", "work_centre": "台"}]
    report = import_files(database, [book(tmp_path, rows)], now=NOW)
    (error,) = [p for p in report.problems if p.severity is Severity.ERROR]
    assert error.message.code == "exchange.route_without_time"
    assert "浇注" in error.message.text("zh")
    rows["Routings"][0] |= {"rate": 3, "rate_basis": "分/件"}
    assert import_files(database, [book(tmp_path, rows)], now=NOW).ok
    with database.read() as session:
        assert session.scalars(select(RoutingStep.rate)).all() == [3, 3]
