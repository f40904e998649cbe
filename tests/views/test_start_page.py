"""The first start: three ways in, each with real clicks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.core.errors import Unavailable
from app.core.messages import message
from app.views.jobs import Stop
from app.views.settings import remember_database
from app.views.start_page import StartWindow
from tests.views.texts import clipped, untranslated


class Maker:
    """Stands in for a minute of work."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.error: Exception | None = None
        self.asked: list[tuple[Path, str]] = []

    def __call__(self, path: Path, actor: str, stop: Stop) -> str:
        self.asked.append((path, actor))
        self.go.wait(10)
        if self.error is not None:
            raise self.error
        return f"sqlite:///{path.as_posix()}"


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def window(
    qtbot: QtBot, settings: QSettings, tmp_path: Path, maker: Maker
) -> Iterator[StartWindow]:
    remember_database(settings, "sqlite:///C:/plants/old.sqlite")
    made = StartWindow(settings, "en", "li", maker, tmp_path)
    qtbot.addWidget(made)
    made.show()
    yield made
    maker.go.set()
    made.close()


def click(qtbot: QtBot, button: Any) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_demo_is_made_off_the_gui_thread_and_opened(
    qtbot: QtBot, window: StartWindow, maker: Maker, tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.chosen) as chosen:
        click(qtbot, window.demo.button)
        assert window.progress.isVisible()
        assert not window.demo.button.isEnabled()
        maker.go.set()
    assert maker.asked == [(tmp_path / "demo.sqlite", "li")]
    assert chosen.args == [f"sqlite:///{(tmp_path / 'demo.sqlite').as_posix()}"]
    assert not window.progress.isVisible()


@pytest.mark.parametrize(
    "error", [Unavailable(message("cli.import_refused")), ZeroDivisionError("bug")]
)
def test_a_demo_that_cannot_be_made_says_why(
    qtbot: QtBot, window: StartWindow, maker: Maker, error: Exception
) -> None:
    maker.error = error
    maker.go.set()
    click(qtbot, window.demo.button)
    qtbot.waitUntil(window.notices.isVisible)
    assert window.demo.button.isEnabled()


def test_an_empty_plant_goes_where_the_person_says(
    qtbot: QtBot, window: StartWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "new.sqlite"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", staticmethod(lambda *a, **k: (str(target), ""))
    )
    with qtbot.waitSignal(window.chosen) as chosen:
        click(qtbot, window.empty.button)
    assert chosen.args == [f"sqlite:///{target.as_posix()}"]


def test_the_company_database_is_typed(qtbot: QtBot, window: StartWindow) -> None:
    click(qtbot, window.url)
    qtbot.keyClicks(window.url, "postgresql://li@server/plant")
    with qtbot.waitSignal(window.chosen) as chosen:
        qtbot.keyClick(window.url, Qt.Key.Key_Return)
    assert chosen.args == ["postgresql://li@server/plant"]


def test_a_plant_opened_before_is_one_click_away(qtbot: QtBot, window: StartWindow) -> None:
    with qtbot.waitSignal(window.chosen_again) as chosen:
        click(qtbot, window.recent[0])
    assert chosen.args == ["sqlite:///C:/plants/old.sqlite"]


def test_language_changes_on_the_spot(qtbot: QtBot, window: StartWindow) -> None:
    index = window.language.findData("zh")
    window.language.setCurrentIndex(index)
    window.language.activated.emit(index)
    qtbot.waitUntil(lambda: window.heading.text() == "打开哪个工厂？")
    data = {"Taktline", "C:/plants/old.sqlite", "English"}
    assert untranslated(window, data) == []
    assert clipped(window) == []
