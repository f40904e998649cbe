"""What every test can rely on: a headless Qt, one font for all machines, nothing left running."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests import postgres

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

ROOT = Path(__file__).resolve().parent.parent
FONT = ROOT / "resources" / "fonts" / "wqy-microhei.ttc"
SECONDS_FOR_THREADS_TO_END = 1.0

# Before anything imports Qt: a test must never open a window on somebody's screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


LONGEST = (
    "views/test_every_page.py",
    "views/test_planners_hour.py",
    "views/exchange/test_moulding_shop.py",
    "services/demo/test_demo_plan.py",
    "services/products/test_affected.py",
    "services/exchange/test_undo_import.py",
    "services/masters/test_edits.py",
    "services/health/test_merge.py",
)
"""Begun first, so that no process waits at the end for a long file of another."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rank = {ROOT / "tests" / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


@pytest.fixture(scope="session", autouse=True)
def compiled_statements_are_shared() -> Iterator[None]:
    """Keep compiled SQL by kind of database, where SQLAlchemy keeps it by engine.

    The program has one engine, the tests have one each: compiling anew took a fourth of their time
    and held 0.4 MB for each test.
    """
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
    from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
    from sqlalchemy.engine import Engine

    kept: dict[type, object] = {}

    class ByKind:
        def __set__(self, engine: Engine, own: object) -> None:
            kept.setdefault(type(engine.dialect), own)

        def __get__(self, engine: Engine | None, owner: type | None = None) -> object:
            return self if engine is None else kept[type(engine.dialect)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "_compiled_cache", ByKind(), raising=False)
        for dialect in (PGDialect_psycopg, SQLiteDialect_pysqlite):
            patch.setattr(dialect, "__hash__", lambda self: hash(type(self)))
            patch.setattr(dialect, "__eq__", lambda self, other: type(self) is type(other))
        yield


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> Iterator[QApplication]:
    """The application with the shipped font, so that text has the same size on every machine."""
    from PySide6.QtGui import QFont, QFontDatabase

    number = QFontDatabase.addApplicationFont(str(FONT))
    if number < 0:
        pytest.fail(f"Qt cannot load {FONT}")
    qapp.setFont(QFont(QFontDatabase.applicationFontFamilies(number)[0], 10))
    yield qapp
    # Without a display nobody takes the clipboard over; what Python put there must not outlive it.
    qapp.clipboard().clear()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """A PostgreSQL cluster for this session; under xdist each worker has its own."""
    reason = postgres.missing_reason()
    if reason is not None:
        pytest.skip(reason)
    with postgres.running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new, empty database of this test alone, once on each kind of database."""
    if request.param == "sqlite":
        yield f"sqlite:///{(tmp_path / 'plant.sqlite').as_posix()}"
        return
    server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
    with server.fresh_database() as name:
        yield server.url(name)


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables and no plant, to copy: migrating anew takes 60 times as long."""
    from app.models.database import Database

    path = tmp_path_factory.mktemp("tables") / "empty.sqlite"
    Database.open(str(path)).close()
    return path


@pytest.fixture(scope="session")
def postgres_with_tables(postgres_server: postgres.PostgresServer) -> Iterator[str]:
    from app.models.database import Database

    with postgres_server.fresh_database() as name:
        Database.open(postgres_server.url(name)).close()
        yield name


@pytest.fixture(params=["sqlite", "postgresql"])
def open_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new database of this test alone, with all tables and no plant."""
    if request.param == "sqlite":
        path = tmp_path / "plant.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_with_tables"), path)
        yield f"sqlite:///{path.as_posix()}"
        return
    server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
    with server.copy_of(request.getfixturevalue("postgres_with_tables")) as name:
        yield server.url(name)


@pytest.fixture(autouse=True)
def nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread or a Qt timer alive: it would disturb a later one."""
    before = set(threading.enumerate())
    yield
    left = [f"thread {thread.name}" for thread in _threads_left(before)]
    if "qapp" in request.fixturenames and "PySide6.QtCore" in sys.modules:
        # Garbage dies here, in the GUI thread, and what lives on is not looked at again: neither
        # by the next test's search nor by the collector, for which it is some 200,000 objects.
        # Closed widgets go first: the collector would empty a model before the header that asks it.
        delete_closed_widgets()
        gc.collect()
        left += _qt_objects_left()
        gc.freeze()
    if left:
        pytest.fail("The test left these running: " + ", ".join(left), pytrace=False)


def _threads_left(before: set[threading.Thread]) -> list[threading.Thread]:
    started = [
        thread
        for thread in threading.enumerate()
        # Qt's own threads show up as dummies once Python code ran in them; they are judged below.
        if thread not in before and not thread.daemon
    ]
    for thread in started:
        thread.join(SECONDS_FOR_THREADS_TO_END)
    return [thread for thread in started if thread.is_alive()]


def delete_closed_widgets() -> None:
    """What ``deleteLater`` asked for; outside an event loop nothing else does it."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _qt_objects_left() -> list[str]:
    """Name the Qt threads and timers still running, and stop them: one test fails, not all."""
    from PySide6.QtCore import QThread, QTimer
    from shiboken6 import isValid

    delete_closed_widgets()
    left = []
    for candidate in gc.get_objects():
        kind = type(candidate)
        if issubclass(kind, QThread) and isValid(candidate) and candidate.isRunning():
            if candidate is not QThread.currentThread():
                left.append(f"{kind.__name__} {candidate.objectName()}".strip())
                candidate.requestInterruption()
                candidate.quit()
                candidate.wait(int(SECONDS_FOR_THREADS_TO_END * 1000))
        elif issubclass(kind, QTimer) and isValid(candidate) and candidate.isActive():
            left.append(f"{kind.__name__} of {type(candidate.parent()).__name__}")
            candidate.stop()
    return left
