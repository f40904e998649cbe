"""Models and migrations describe one and the same schema."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from app.core.errors import Unavailable
from app.models import Base
from app.models.database import Database
from app.models.migrations import HEAD, REVISIONS, run
from app.models.migrations.run import config
from app.models.sqlite_file import APPLICATION_ID


def test_known_revisions_are_the_files() -> None:
    script = ScriptDirectory.from_config(config())
    files = [step.revision for step in script.walk_revisions()]
    assert tuple(reversed(files)) == REVISIONS


def test_migrated_schema_is_that_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert database.schema_revision() == HEAD


def test_on_sqlite_every_statement_is_the_same(tmp_path: Path) -> None:
    migrated = Database.open(str(tmp_path / "migrated.sqlite"))
    direct = create_engine("sqlite://")
    Base.metadata.create_all(direct)
    query = text(
        "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        " AND tbl_name <> 'alembic_version'"
    )

    def statements(engine: Engine) -> dict[str, set[str]]:
        with engine.connect() as connection:
            return {
                # A column that was added later stands on the line of the one before it.
                name: {part.strip(" ,\t") for part in re.split(r"\n|, (?=\w+ [A-Z]+\b)", sql)}
                for name, sql in connection.execute(query)
            }

    assert statements(migrated.engine) == statements(direct)
    migrated.close()
    direct.dispose()


def test_every_table_is_strict_and_never_reuses_an_id(tmp_path: Path) -> None:
    database = Database.open(str(tmp_path / "plant.sqlite"))
    with database.engine.connect() as connection:
        for name in Base.metadata.tables:
            sql = connection.scalar(
                text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}
            )
            assert sql.rstrip().endswith("STRICT"), name
            assert "AUTOINCREMENT" in sql, name
        assert connection.scalar(text("PRAGMA application_id")) == APPLICATION_ID
    database.close()


def test_a_newer_database_is_refused_and_untouched(database_url: str) -> None:
    Database.open(database_url).close()
    old = Database(database_url)
    with old.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable) as caught:
        Database.open(database_url)
    assert "9999" in caught.value.message.text("en")
    assert "9999" in caught.value.message.text("zh")
    assert old.schema_revision() == "9999"
    old.close()


def test_a_foreign_database_is_refused(database_url: str) -> None:
    foreign = Database(database_url)
    with foreign.engine.begin() as connection:
        connection.execute(text("CREATE TABLE album (id INTEGER)"))
    with pytest.raises(Unavailable, match="another program"):
        Database.open(database_url)
    assert foreign.schema_revision() is None
    foreign.close()


def test_a_failed_migration_leaves_nothing(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.begin() as connection:
        # Stands in the way of one of the last tables.
        connection.execute(text("CREATE TABLE placement (id INTEGER)"))
    with pytest.raises(Exception, match="placement"):
        run.upgrade(database.engine)
    with database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["placement"]
    database.close()


def test_an_older_database_is_saved_before_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plant.sqlite"
    Database.open(str(path)).close()
    monkeypatch.setattr("app.models.database.HEAD", "9999")
    monkeypatch.setattr("app.models.database.REVISIONS", (*REVISIONS, "9999"))
    with pytest.raises(Unavailable) as caught:
        Database.open(str(path), migrate=False)
    assert caught.value.message.code == "database.older"
    assert not (tmp_path / "backups").exists()

    migrated: list[str] = []

    def note(engine: Engine) -> None:
        (copy,) = (tmp_path / "backups").iterdir()
        migrated.append(copy.name)

    monkeypatch.setattr(run, "upgrade", note)
    Database.open(str(path)).close()
    assert len(migrated) == 1
    assert "before-migration" in migrated[0]


def test_a_migration_that_leaves_orphans_is_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.open(str(tmp_path / "plant.sqlite"))

    def leave_orphans(settings: Config, revision: str) -> None:
        connection = settings.attributes["connection"]
        # Off, so that rebuilding a table does not take its children along.
        assert connection.scalar(text("PRAGMA foreign_keys")) == 0
        connection.execute(text("INSERT INTO tool_item VALUES (1, 77, 88, 1, 1)"))

    monkeypatch.setattr(run.command, "upgrade", leave_orphans)
    with pytest.raises(Unavailable) as caught:
        run.upgrade(database.engine)
    assert caught.value.message.code == "database.migration_orphans"
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM tool_item")) == 0
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    database.close()
