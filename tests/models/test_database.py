"""The doors to the database: what goes in comes out, and nothing half-way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import StatementError

from app.core.choices import ItemCategory, ItemSource
from app.core.errors import Conflict, RuleBroken, Unavailable
from app.models import sqlite_file
from app.models.access import Change, Person, Site
from app.models.database import OPENING, Database
from app.models.plant import Location, Machine, ReasonCode
from app.models.products import Item, Unit

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def unit_id(database: Database) -> int:
    with database.write("t") as session:
        unit = Unit(code="kg")
        session.add(unit)
        session.flush()
        return unit.id


def item(code: str, unit_id: int, **values: object) -> Item:
    return Item(
        code=code,
        name=code,
        unit_id=unit_id,
        category=ItemCategory.RAW,
        source=ItemSource.BUY,
        **values,
    )


def add(database: Database, row: object) -> None:
    with database.write("t") as session:
        session.add(row)


@pytest.mark.parametrize(
    "quantity", ["0.1", "-3", "123456789012.123456", "0.000001", "10", "1E+3", "2.500000"]
)
def test_quantities_come_back_exactly(database: Database, unit_id: int, quantity: str) -> None:
    with database.write("t") as session:
        session.add(item("A", unit_id, safety_stock=Decimal(quantity)))
    with database.read() as session:
        stored = session.scalars(select(Item.safety_stock)).one()
    assert stored == Decimal(quantity)
    assert str(stored) == format(Decimal(quantity), "f").rstrip("0").rstrip(".") or "." not in str(
        stored
    )


def test_sums_of_tenths_are_exact(database: Database, unit_id: int) -> None:
    with database.write("t") as session:
        session.add_all([item(f"A{n}", unit_id, safety_stock=Decimal("0.1")) for n in range(10)])
    with database.read() as session:
        assert session.scalar(select(func.sum(Item.safety_stock))) == 1


@pytest.mark.parametrize("quantity", ["0.1234567", "1000000000000", "NaN", "Infinity"])
def test_quantities_that_would_lose_digits_are_refused(
    database: Database, unit_id: int, quantity: str
) -> None:
    wrong = item("A", unit_id, safety_stock=Decimal(quantity))
    with pytest.raises(StatementError, match=r"decimal places|is no quantity"):
        add(database, wrong)
    with database.read() as session:
        assert session.scalars(select(Item.id)).all() == []


def test_floats_are_no_quantities(database: Database, unit_id: int) -> None:
    with pytest.raises(StatementError, match="Decimal or int, not float"):
        add(database, item("A", unit_id, safety_stock=0.5))


def test_times_are_utc_and_aware(database: Database) -> None:
    shanghai = timezone(timedelta(hours=8))
    with database.write("t") as session:
        session.get_one(Site, 1).planning_now = datetime(2026, 3, 2, 20, 0, 0, 999, shanghai)
    with database.read() as session:
        stored = session.get_one(Site, 1).planning_now
        assert stored == NOON
        assert stored.tzinfo is UTC
        found = select(func.count()).where(Site.planning_now >= NOON)
        assert session.scalar(found) == 1


def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="no time zone"), database.write("t") as session:
        session.get_one(Site, 1).planning_now = NOON.replace(tzinfo=None)


def test_codes_are_the_same_whatever_their_case_and_width(database: Database, unit_id: int) -> None:
    with database.write("t") as session:
        session.add(item(" Ab-1 ", unit_id))
    with pytest.raises(Conflict), database.write("t") as session:
        session.add(item("ａＢ-1", unit_id))
    with database.read() as session:
        assert session.scalars(select(Item.code)).all() == ["Ab-1"]


def test_reason_codes_repeat_only_between_categories(database: Database) -> None:
    with database.write("t") as session:
        session.add(ReasonCode(category="scrap", code="01", code_key="01", name="a"))
        session.add(ReasonCode(category="stop", code="01", code_key="01", name="b"))
    with pytest.raises(Conflict), database.write("t") as session:
        session.add(ReasonCode(category="stop", code="01", code_key="01", name="c"))


def test_a_new_database_has_its_first_rows(database: Database) -> None:
    with database.read() as session:
        assert session.get_one(Site, 1).time_zone == "Asia/Shanghai"
        assert session.scalars(select(Location.code)).all() == [OPENING]


def test_opening_twice_changes_nothing(database: Database, open_url: str) -> None:
    again = Database.open(open_url)
    with again.read() as session:
        assert len(session.scalars(select(Site)).all()) == 1
    again.close()


def test_an_exception_undoes_the_whole_block(database: Database) -> None:
    def fail_half_way() -> None:
        with database.write("t") as session:
            session.add(Person(code="a", name="A"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with database.read() as session:
        assert session.scalars(select(Person)).all() == []
        assert session.scalars(select(Change.id).where(Change.kind == "person")).all() == []


def test_reading_never_writes(database: Database) -> None:
    with database.read() as session:
        session.add(Person(code="a", name="A"))
    with database.read() as session:
        assert session.scalars(select(Person)).all() == []


def test_every_written_row_is_in_the_change_log(database: Database) -> None:
    with database.write("planner", batch="b1") as session:
        person = Person(code="a", name="A")
        session.add(person)
    assert session.changed == {"person": frozenset({person.id})}
    with database.write("planner") as session:
        session.get_one(Person, person.id).name = "B"
        session.get_one(Site, 1)
    with database.write("boss") as session:
        session.delete(session.get_one(Person, person.id))
    with database.read() as session:
        lines = session.scalars(
            select(Change).where(Change.kind == "person").order_by(Change.id)
        ).all()
    assert [(line.operation, line.actor, line.batch) for line in lines] == [
        ("insert", "planner", "b1"),
        ("update", "planner", None),
        ("delete", "boss", None),
    ]
    assert {line.record_id for line in lines} == {person.id}


def test_ids_are_never_used_again(database: Database) -> None:
    seen = []
    for _ in range(3):
        with database.write("t") as session:
            person = Person(code="a", name="A")
            session.add(person)
        seen.append(person.id)
        with database.write("t") as session:
            session.delete(session.get_one(Person, person.id))
    assert len(set(seen)) == 3


def test_of_two_who_write_one_row_the_slower_learns_it(database: Database) -> None:
    """On PostgreSQL the version catches it; SQLite lets nobody in between."""
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")

    def be_overtaken() -> None:
        with database.write("slow") as session:
            site = session.get_one(Site, 1)
            with database.write("fast") as other:
                other.get_one(Site, 1).name = "fast"
            site.name = "slow"

    with pytest.raises(Conflict):
        be_overtaken()
    with database.read() as session:
        assert session.get_one(Site, 1).name == "fast"


@pytest.fixture
def plant_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "plant.sqlite"
    Database.open(str(path)).close()
    return path


def test_a_locked_file_is_named(plant_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_MILLISECONDS", 20)
    database = Database.open(str(plant_file))
    blocker = sqlite3.connect(plant_file, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable) as caught, database.write("t") as session:
        session.get_one(Site, 1).name = "x"
    assert caught.value.message.code == "database.locked"
    assert str(plant_file) in caught.value.message.text("zh")
    blocker.close()
    with database.read() as session:
        assert session.get_one(Site, 1).name == ""
    database.close()


def test_a_read_only_file_is_named(plant_file: Path) -> None:
    database = Database(f"sqlite:///file:{plant_file.as_posix()}?mode=ro&uri=true")
    with database.read() as session:
        assert session.get_one(Site, 1).id == 1
    with pytest.raises(Unavailable) as caught, database.write("t") as session:
        session.get_one(Site, 1).name = "x"
    assert caught.value.message.code == "database.read_only"
    database.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "letter.sqlite"
    path.write_text("Dear planner, " * 100)
    with pytest.raises(Unavailable) as caught:
        Database.open(str(path))
    assert caught.value.message.code == "database.not_a_database"
    assert path.read_text().startswith("Dear planner")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        Database.open(str(tmp_path / "nowhere" / "plant.sqlite"))
    assert caught.value.message.code == "database.cannot_open"


def test_an_unreachable_server_is_named() -> None:
    with pytest.raises(Unavailable) as caught:
        Database.open("postgresql://planner:secret@127.0.0.1:1/plant")
    assert caught.value.message.code == "database.unreachable"
    assert "secret" not in caught.value.message.text("en")


def test_each_sqlite_connection_is_set_up(plant_file: Path) -> None:
    database = Database.open(str(plant_file))
    with database.engine.connect() as connection:
        values = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "synchronous", "trusted_schema")
        }
    assert values == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 2,
        "trusted_schema": 0,
    }
    database.close()


def test_a_copy_of_a_live_file_is_whole(plant_file: Path) -> None:
    database = Database.open(str(plant_file))
    with database.write("t") as session:
        session.add(Person(code="a", name="A"))
    copy = database.save_copy("test")
    assert copy is not None
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]
    with Database.open(str(copy)).read() as session:
        assert session.scalars(select(Person.code)).all() == ["a"]
    database.close()


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/srv/share/plant.sqlite", "nfs4"), ("/srv/plant.sqlite", "ext4"), ("/x", "ext4")],
)
def test_the_innermost_mount_decides(path: str, kind: str) -> None:
    lines = [
        "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw",
        "30 22 0:50 / /srv/share rw shared:1 - nfs4 server:/x rw",
    ]
    assert sqlite_file._mount_type(path, lines) == kind


def test_a_network_share_is_refused(plant_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "_mount_type", lambda path, lines: "cifs")
    with pytest.raises(Unavailable) as caught:
        Database.open(str(plant_file))
    assert caught.value.message.code == "database.network_share"


def test_a_broken_rule_of_a_table_is_said_so(database: Database) -> None:
    with pytest.raises(RuleBroken):
        add(database, Machine(code="M", name="M", calendar_id=99))


def test_two_clients_may_open_a_new_database_at_once(database_url: str) -> None:
    opened: list[Database] = []
    clients = [Thread(target=lambda: opened.append(Database.open(database_url))) for _ in range(3)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert len(opened) == 3
    with opened[0].read() as session:
        assert len(session.scalars(select(Site)).all()) == 1
    for one in opened:
        one.close()
