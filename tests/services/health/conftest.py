"""A plant that each test breaks in its own way, and gets back whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.models.change_log import WritingSession
from app.models.database import Database
from app.reports.workbook import write_rows
from app.services.exchange import import_files, tables
from app.services.health.checks import CHECKS
from app.services.health.finding import Found
from app.services.health.snapshot import Snapshot
from app.services.site import change_site
from tests.services.exchange.conftest import ReadingHere
from tests.services.exchange.small_rows import NOW, Rows, small_rows

Check = Callable[[Snapshot], Iterator[Found]]
New = Callable[[Check], list[Found]]


def whole_plant() -> Rows:
    """The small plant of the exchange tests, with what it lacks to be in good health."""
    rows = small_rows()
    rows["Tools"][0]["copies"] = None
    rows["ToolCopies"].append({"tool_code": "M-15", "copy_no": "03"})
    rows["ToolCopies"].append({"tool_code": "M-16", "copy_no": "B"})
    rows["Operators"] += [
        {"badge": f"02{n:02}", "name": f"工{n}", "calendar": "两班", "skills": "浇注:A;机修:A"}
        for n in range(4)
    ]
    for row in rows["Routings"]:
        if row["step_no"] == 10 and row.get("item_code"):
            row["machines"] = "CT-01:52"
    return rows


class _Rollback(Exception):
    pass


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def plant_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("health")
    if request.param == "sqlite":
        url = f"sqlite:///{(folder / 'plant.sqlite').as_posix()}"
        yield from _filled(url, folder)
        return
    server = request.getfixturevalue("postgres_server")
    with server.fresh_database() as name:
        yield from _filled(server.url(name), folder)


def _filled(url: str, folder: Path) -> Iterator[Database]:
    database = Database.open(url)
    write_rows(folder / "plant.xlsx", whole_plant())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "ReadingChild", ReadingHere)
        report = import_files(database, [folder / "plant.xlsx"], actor="test", now=NOW)
    assert report.written, [p.message_with_place().text("en") for p in report.problems]
    change_site(database, "test", planning_now=NOW)
    yield database
    database.close()


@pytest.fixture
def session(plant_database: Database) -> Iterator[WritingSession]:
    """Whatever a test does is thrown away after it."""
    try:
        with plant_database.write("test") as opened:
            yield opened
            raise _Rollback
    except _Rollback:
        return


@pytest.fixture(scope="module")
def before(plant_database: Database) -> dict[str, list[Found]]:
    """What the checks find in the whole plant."""
    with plant_database.read() as session:
        data = Snapshot(session)
        return {check.__name__: list(check(data)) for check in CHECKS}


@pytest.fixture
def new(session: WritingSession, before: dict[str, list[Found]]) -> New:
    """What a check finds now and did not find before the test broke something."""

    def found(check: Check) -> list[Found]:
        session.flush()
        session.expunge_all()
        known = {(one.place, one.what.code) for one in before[check.__name__]}
        now = check(Snapshot(session))
        return [one for one in now if (one.place, one.what.code) not in known]

    return found
