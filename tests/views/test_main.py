"""The program: which window opens on what, and what happens when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot
from sqlalchemy.engine import make_url

import app.main
from app.__main__ import _window_arguments
from app.main import Program, without_password
from app.models.database import Database
from app.views.settings import open_settings, recent_databases, remember_database
from tests.services.small_plant import SmallPlant


@pytest.fixture
def program(
    qtbot: QtBot, tmp_path: Path, settings: QSettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Program]:
    settings.setValue("window/page", "exchange")
    monkeypatch.setattr(app.main, "open_settings", lambda: open_settings(Path(settings.fileName())))
    monkeypatch.setattr("app.views.start_page.data_folder", lambda: tmp_path)
    settings.sync()
    made = Program("en")
    yield made
    for window in (made._window, made._start):
        if window is not None:
            window.close()
    if made._database is not None:
        made._database.close()


def url_of(path: Path) -> str:
    return f"sqlite:///{path.as_posix()}"


def test_the_first_start_asks_which_plant(program: Program) -> None:
    program.start(None)
    assert program._start.isVisible()
    assert program._window is None


def test_a_plant_opens_and_is_remembered(program: Program, tmp_path: Path) -> None:
    program.start(url_of(tmp_path / "one.sqlite"))
    assert program._window.isVisible()
    assert recent_databases(program._settings) == [url_of(tmp_path / "one.sqlite")]
    again = Program("en")
    again.start(None)
    assert again._window.isVisible()
    again._window.close()
    again._database.close()


def test_a_file_that_is_no_plant_is_refused_in_words(program: Program, tmp_path: Path) -> None:
    other = tmp_path / "letter.sqlite"
    other.write_bytes(b"Dear Sir or Madam, " * 100)
    program.start(url_of(other))
    assert program._window is None
    assert program._start.isVisible()
    assert program._start.notices.isVisible()
    assert "letter.sqlite" in program._start.notices.sentence.text()
    assert other.read_bytes().startswith(b"Dear Sir")


def test_a_plant_that_is_gone_is_said_and_not_made_anew(program: Program, tmp_path: Path) -> None:
    gone = tmp_path / "gone.sqlite"
    remember_database(program._settings, url_of(gone))
    program.start(None)
    assert program._window is None
    assert "gone.sqlite" in program._start.notices.sentence.text()
    assert not gone.exists()


def test_another_plant_takes_the_place_of_the_first(
    qtbot: QtBot, program: Program, tmp_path: Path, database: Database, plant: SmallPlant
) -> None:
    program.start(url_of(tmp_path / "one.sqlite"))
    first = program._window
    first.menus.open.trigger()
    assert program._start.isVisible()
    program._start.chosen.emit(database.url.render_as_string())
    assert program._window is not first
    assert program._window.isVisible()
    assert not first.isVisible()
    assert program._start is None


def test_a_fault_is_shown_in_the_window(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    program.start(url_of(tmp_path / "one.sqlite"))
    program.show_fault(ZeroDivisionError("unforeseen"))
    assert program._window.notices.isVisible()


def test_passwords_are_not_remembered() -> None:
    url = make_url("postgresql+psycopg://li:secret@server/plant")
    assert without_password(url) == "postgresql+psycopg://li@server/plant"


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], {}),
        (["window"], {}),
        (["--database", "x.sqlite"], {"database_url": "x.sqlite"}),
        (["--language=zh", "window"], {"language": "zh"}),
        (["demo"], None),
        (["--database", "x", "import", "f.xlsx"], None),
        (["--database"], None),
        (["--help"], None),
    ],
)
def test_arguments_choose_window_or_command(arguments: list[str], wanted: Any) -> None:
    assert _window_arguments(arguments) == wanted
