"""An open, empty plant and the context that the window would give its pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.views.context import AppContext
from app.views.theme import Choice
from tests.conftest import delete_closed_widgets
from tests.services.small_plant import SmallPlant

MakeContext = Callable[..., AppContext]


@pytest.fixture
def database(tmp_path: Path, sqlite_with_tables: Path) -> Iterator[Database]:
    path = tmp_path / "plant.sqlite"
    shutil.copyfile(sqlite_with_tables, path)
    opened = Database.open(f"sqlite:///{path.as_posix()}")
    yield opened
    opened.close()


@pytest.fixture
def qtbot(qtbot: QtBot) -> Iterator[QtBot]:
    """Also holds the widgets it is given, until they are deleted in Qt's order.

    A test's own variables are gone before its widgets are closed; the collector would then take
    them apart one by one, a model before the header that still asks it.
    """
    held: list[QWidget] = []
    add = qtbot.addWidget

    def add_and_hold(widget: QWidget, **how: Any) -> None:
        held.append(widget)
        add(widget, **how)

    qtbot.addWidget = add_and_hold
    yield qtbot
    delete_closed_widgets()


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "taktline.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def make_context(
    qapp: QApplication, database: Database, settings: QSettings
) -> Iterator[MakeContext]:
    """Contexts of this test; each is closed at its end."""
    made: list[AppContext] = []

    def make(language: str = "en", theme: Choice = Choice.LIGHT) -> AppContext:
        context = AppContext(database, "li", settings=settings, language=language, theme=theme)
        made.append(context)
        return context

    yield make
    delete_closed_widgets()  # before the automatic collector is at work again
    for context in made:
        context.close()
        qapp.processEvents()
        context.deleteLater()
    qapp.processEvents()


@pytest.fixture
def context(make_context: MakeContext) -> AppContext:
    return make_context()


@pytest.fixture
def plant(database: Database) -> SmallPlant:
    """Two approved orders (MO-1, MO-2) and what they need; ask for it before the context."""
    return SmallPlant.build(database)
