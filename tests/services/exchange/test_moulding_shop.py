"""A real plant comes in by one mapping file, its dirt listed; its plan keeps its hard facts."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from app.core.working_time import moment
from app.models.database import Database
from app.models.orders import ProductionOrder
from app.models.plant import CalendarException, Machine, ToolType
from app.models.products import Item
from app.services.exchange import import_files
from app.services.planning.queries import plan_view
from app.services.planning.solving import schedule_plant
from app.services.plant.calendars import PlantCalendars
from app.services.site import site_row

ROOT = Path(__file__).resolve().parents[3]
SHOP = ROOT.parent / "shared" / "data" / "plants" / "moulding_shop"
MAPPING = ROOT / "tests" / "data" / "moulding_shop.mapping.toml"
NOW = datetime(2018, 10, 31, 16, 0, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not SHOP.is_dir(), reason="the moulding shop's files are not here")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Database:
    database = Database.open(f"sqlite:///{tmp_path_factory.mktemp('shop') / 'shop.sqlite'}")
    report = import_files(database, [SHOP / "static", SHOP / "orders"], MAPPING, "tester", NOW)
    assert report.ok, [p.message_with_place().text("en") for p in report.problems][:5]
    database.report = report  # type: ignore[attr-defined]
    return database


def test_all_of_it_is_there(shop: Database) -> None:
    with shop.read() as session:
        made = session.scalar(select(func.count()).where(Item.source == "make"))
        assert made == 117
        assert session.scalar(select(func.count()).select_from(Machine)) == 11
        assert session.scalar(select(func.count()).select_from(ToolType)) == 66
        numbers = session.scalars(select(ProductionOrder.code)).all()
        assert len(numbers) == len(set(numbers)) == 74
        # 20 days off, of which 3 Saturdays are worked as overtime.
        assert session.scalar(select(func.count()).select_from(CalendarException)) == 23


def test_days_off_and_overtime_saturdays_are_in_the_calendar(shop: Database) -> None:
    with shop.read() as session:
        zone = ZoneInfo(site_row(session).time_zone)
        calendars = PlantCalendars(session, zone, date(2018, 11, 1), date(2018, 11, 30))
        (machine,) = session.scalars(select(Machine).where(Machine.code == "NO.01"))
        windows = calendars.machine(machine)
    begins = [(moment(w.start).astimezone(zone).date(), w.overtime) for w in windows]
    worked = {day.day: overtime for day, overtime in begins if day.month == 11}
    reported = {1, 2, 3, *range(5, 11), *range(12, 17), *range(19, 25), *range(26, 31)}
    assert set(worked) == reported  # the days the month's shift reports speak of
    assert [day for day, overtime in worked.items() if overtime] == [3]


def test_its_dirt_and_what_was_assumed_are_listed(shop: Database) -> None:
    problems = shop.report.problems  # type: ignore[attr-defined]
    codes = Counter(p.message.code for p in problems)
    assert codes["exchange.stated"] == 7
    assert all(p.severity == "assumed" for p in problems if p.message.code == "exchange.stated")
    strangers = {p.value for p in problems if p.message.code == "exchange.not_in_other"}
    assert strangers == {"10242M", "26004662M"}
    assert codes["exchange.blank_rows"] >= 5
    assert codes["exchange.columns_not_mapped"] >= 4
    assert codes["exchange.number_as_code"] > 100
    broken = [p for p in problems if p.message.code == "exchange.error_cell"]
    assert [(p.file, p.row, p.column, p.value) for p in broken] == [
        ("moldInfo.xlsx", row, "itemsWeight", "#REF!") for row in (8, 10, 39)
    ]
    assert "exchange.rows_not_mapped" not in codes
    told = {p.message.text("en") for p in problems if p.severity == "assumed"}
    assert "Orders, 状态 (state): “已审核” in 74 rows, as the mapping says." in told
    assert "Shifts: 18 rows stand in the mapping and in no file." in told


def test_a_second_import_changes_nothing(shop: Database) -> None:
    again = import_files(shop, [SHOP / "static", SHOP / "orders"], MAPPING, "tester", NOW)
    assert again.ok
    assert sum(c.new + c.changed for c in again.counts) == 0


def test_its_plan_keeps_the_hard_facts(shop: Database) -> None:
    report = schedule_plant(shop, now=NOW, seconds=2, actor="tester", in_child=False)
    assert report.placed == 74
    assert report.unplaced == ()
    assert report.setup_hours > 0
    view = plan_view(shop)
    with shop.read() as session:
        tonnage = {m.code: str(m.attributes["吨位"]) for m in session.scalars(select(Machine))}
        rules = {t.code: t.machine_rule.split("/") for t in session.scalars(select(ToolType))}
    busy: dict[str, list[tuple[datetime, datetime]]] = {}
    for bar in view.placements:
        (mould,) = bar.tools
        code = mould.rpartition("#")[0]
        assert tonnage[bar.machine_code] in rules[code], (bar.machine_code, code)
        assert bar.machine_code not in ("NO.10", "NO.11") or bar.start.year == 2019
        sundays = [s for s, _ in bar.segments if s.weekday() == 6 and s.hour < 22]
        assert sundays == [], (bar.order_number, bar.machine_code)
        busy.setdefault(mould, []).append((bar.setup_start, bar.end))
    for mould, spans in busy.items():
        spans.sort()
        for (_, end), (start, _) in pairwise(spans):
            assert end <= start, f"{mould} in two places"
