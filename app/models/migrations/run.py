"""Run migrations on an open engine, in one transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from app.core.errors import Unavailable
from app.core.messages import message
from app.models.sqlite_file import APPLICATION_ID

_ADVISORY_LOCK = 0x54414B54
"""Two clients that open an old database at once migrate one after the other."""


def config() -> Config:
    """Alembic's settings, without a file: the scripts lie beside this module."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    return settings


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate to ``revision``: all or nothing.

    On SQLite foreign keys are off meanwhile (a table that is rebuilt would take its children
    along) and checked before the commit. Errors: ``Unavailable`` if that check fails.
    """
    settings = config()
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # Has no effect inside a transaction, and SQLAlchemy has begun one only in name.
            driver = connection.connection.cursor()
            driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                if sqlite:
                    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                else:
                    connection.execute(
                        text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK}
                    )
                settings.attributes["connection"] = connection
                command.upgrade(settings, revision)
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise Unavailable(message("database.migration_orphans"))
        finally:
            if sqlite:
                driver.execute("PRAGMA foreign_keys = ON")
                driver.close()
