"""Two clients change one setup matrix: the second is told, sees the new state and loses nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from app.models.database import Database
from app.models.plant import SetupGroup
from app.views.context import AppContext
from app.views.plant.setup_matrix_editor import SetupMatrixEditor
from tests.postgres import PostgresServer
from tests.services.small_plant import SmallPlant
from tests.views.test_setup_matrix_editor import (
    COLOURS,
    choose,
    elsewhere,
    fill_with_colours,
    opened,
    press,
    settle,
    stored,
    type_into,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, sqlite_with_tables: Path, tmp_path: Path
) -> Iterator[Database]:
    if request.param == "sqlite":
        path = tmp_path / "plant.sqlite"
        shutil.copyfile(sqlite_with_tables, path)
        opened_database = Database.open(f"sqlite:///{path.as_posix()}")
        yield opened_database
        opened_database.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.copy_of(request.getfixturevalue("postgres_with_tables")) as name:
        opened_database = Database.open(server.url(name))
        yield opened_database
        opened_database.close()


@pytest.fixture
def colour_editor(
    database: Database, plant: SmallPlant, context: AppContext, qtbot: QtBot
) -> Iterator[SetupMatrixEditor]:
    fill_with_colours(database, plant)
    yield opened(context, qtbot)
    context.jobs.close()


def test_what_another_client_wrote_is_shown_and_nothing_typed_is_lost(
    colour_editor: SetupMatrixEditor, database: Database, qtbot: QtBot
) -> None:
    editor, panel = colour_editor, colour_editor.pair
    choose(editor, ("white", "*"))
    type_into(qtbot, panel.minutes, "33")
    elsewhere(database, "white", "*", 11)
    press(qtbot, panel.save)  # before the editor has heard of it
    settle(editor, qtbot)
    assert "11" in editor.said[-1]
    assert ("white", "*", "11") in stored(database)
    assert editor.model.index(editor.model.starts.index("white"), len(COLOURS) + 2).data() == "11"
    assert panel.minutes.text() == "33"
    assert "Changed elsewhere" in panel.complaint.text()
    press(qtbot, panel.save)
    settle(editor, qtbot)
    assert ("white", "*", "33") in stored(database)

    choose(editor, ("red", "white"))
    qtbot.keyClicks(editor.view, "4")
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    elsewhere(database, "red", "white", 44)
    editor.context.changes.look()
    settle(editor, qtbot)
    qtbot.waitUntil(editor.news.isVisible)
    assert "44" in editor.news.text()
    with database.write("wang") as session:
        session.execute(update(SetupGroup).where(SetupGroup.name == "dark").values(name="deep"))
    editor.context.changes.look()
    settle(editor, qtbot)
    assert line.text() == "4"
    qtbot.keyClicks(line, "5")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "deep" in editor.model.starts)
    assert not editor.news.isVisible()
    assert ("red", "white", "45") in stored(database)
