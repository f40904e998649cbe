"""The window: rail, menus, status bar, notices, state, first paint."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.core.errors import RuleBroken
from app.core.messages import message
from app.models.database import Database
from app.services.orders.edits import CancelOrder
from app.views.context import AppContext
from app.views.crash_log import ExceptionHook
from app.views.jobs import Step, Stop
from app.views.pages import PAGES
from app.views.settings import open_settings, recent_databases, remember_database
from app.views.theme import Choice
from app.views.window import FIRST_SIZE, MainWindow
from tests.services.small_plant import SmallPlant
from tests.views.conftest import MakeContext
from tests.views.texts import clipped, untranslated

DESK = ("schedule", "whatif", "publishing")
WITHOUT_SCHEDULE = [entry for entry in PAGES if entry.key not in DESK]
"""The planner's desk has its own tests."""


@pytest.fixture
def window(plant: SmallPlant, make_context: MakeContext, qtbot: QtBot) -> Iterator[MainWindow]:
    made = opened(make_context(), qtbot)
    yield made
    made.close()


def opened(context: AppContext, qtbot: QtBot) -> MainWindow:
    made = MainWindow(context, WITHOUT_SCHEDULE)
    qtbot.addWidget(made)
    made.open_first_page()
    made.resize(1280, 720)
    with qtbot.waitSignal(made.page.filled):
        made.show()
    context.changes.start()
    qtbot.waitUntil(lambda: context.changes.last_look is not None)
    return made


def rail_button(window: MainWindow, key: str) -> QAbstractButton:
    return window.rail.findChild(QAbstractButton, f"rail_{key}")


def test_the_first_window_is_no_larger_than_the_screen(
    qtbot: QtBot, plant: SmallPlant, make_context: MakeContext
) -> None:
    made = MainWindow(make_context(), WITHOUT_SCHEDULE)
    qtbot.addWidget(made)
    made.open_first_page()
    screen = made.screen().availableSize()
    assert screen.height() < FIRST_SIZE[1], "else this shows nothing"
    assert made.size() == screen.expandedTo(made.minimumSize())
    made.close()


def test_the_rail_changes_the_page(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(rail_button(window, "master_data"), Qt.MouseButton.LeftButton)
    assert window.page.objectName() == "page_master_data"
    assert rail_button(window, "master_data").isChecked()
    assert not rail_button(window, "orders").isChecked()


def test_keys_change_the_page(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert window.page.objectName() == "page_exchange"
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.page.objectName() == "page_orders"


def test_pages_are_made_when_first_visited(window: MainWindow) -> None:
    assert list(window._pages) == ["orders"]


def test_undo_is_named_in_the_language_spoken(qtbot: QtBot, window: MainWindow) -> None:
    assert not window.menus.undo.isEnabled()
    window.context.apply(CancelOrder(1, "approved"))
    english = window.menus.undo.text()
    assert english.startswith("Undo: ")
    window.context.set_language("zh")
    qtbot.waitUntil(lambda: window.menus.undo.text().startswith("撤销："))
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.menus.redo.isEnabled()
    assert not window.menus.undo.isEnabled()


def test_the_history_goes_back_any_depth(window: MainWindow) -> None:
    window.context.apply(CancelOrder(1, "approved"))
    window.context.apply(CancelOrder(2, "approved"))
    window.menus.history.aboutToShow.emit()
    steps = window.menus.history.actions()
    assert len(steps) == 3
    assert steps[0].isChecked()
    steps[-1].trigger()
    assert window.context.edits.stack.index() == 0


def test_the_page_brings_its_menu(window: MainWindow) -> None:
    assert window.menus.page.title() == "Orders"
    assert window.page.new in window.menus.page.actions()
    window.show_page("exchange")
    assert window.menus.page.title() == "Exchange"


def test_a_refused_edit_is_said_above_the_page_in_plain_text(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert not window.context.apply(CancelOrder(999, "approved"))
    assert window.notices.isVisible()
    assert window.notices.sentence.textFormat() is Qt.TextFormat.PlainText
    qtbot.mouseClick(window.notices.close_button, Qt.MouseButton.LeftButton)
    assert not window.notices.isVisible()


def test_an_unforeseen_error_has_details_to_copy(qtbot: QtBot, window: MainWindow) -> None:
    try:
        raise ZeroDivisionError("<b>bug</b>")
    except ZeroDivisionError as error:
        window.context.show_error(error)
    notices = window.notices
    assert not notices.details.isVisible()
    qtbot.mouseClick(notices.details_button, Qt.MouseButton.LeftButton)
    assert "<b>bug</b>" in notices.details.toPlainText()
    qtbot.mouseClick(notices.copy_button, Qt.MouseButton.LeftButton)
    assert "ZeroDivisionError: <b>bug</b>" in QApplication.clipboard().text()


def test_a_notice_follows_the_language(qtbot: QtBot, window: MainWindow) -> None:
    said = RuleBroken(message("cli.import_refused"))
    window.context.show_error(said)
    window.context.set_language("zh")
    qtbot.waitUntil(lambda: window.notices.sentence.text() == said.message.text("zh"))


def test_good_news_go_by_themselves(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.views.notice_bar.MILLISECONDS_SHOWN", 20)
    window.context.show_message(message("cli.import_done"))
    assert window.notices.isVisible()
    qtbot.waitUntil(lambda: not window.notices.isVisible())


def test_the_status_bar_shows_a_job_and_cancels_it(qtbot: QtBot, window: MainWindow) -> None:
    def work(stop: Stop, report: Any) -> None:
        report(Step(3, 10))
        stop.wait(10)

    status = window.statusBar()
    job = window.context.jobs.start(work, title=lambda: "Solving")
    view = status._jobs[0]
    assert view.title.text() == "Solving"
    qtbot.waitUntil(lambda: view.progress.value() == 3)
    assert view.progress.maximum() == 10
    with qtbot.waitSignal(job.finished):
        qtbot.mouseClick(view.cancel, Qt.MouseButton.LeftButton)
    assert status._jobs == []


def test_the_status_bar_names_database_person_and_last_look(window: MainWindow) -> None:
    text = window.statusBar().place.text()
    assert "plant.sqlite" in text
    assert "li" in text
    assert "in step at" in text


def test_the_database_going_away_is_said_once(qtbot: QtBot, window: MainWindow) -> None:
    from app.core.errors import Unavailable

    changes = window.context.changes
    with qtbot.waitSignal(changes.failed):
        changes._on_failed(Unavailable(message("cli.import_refused")))
    with qtbot.assertNotEmitted(changes.failed):
        changes._on_failed(Unavailable(message("cli.import_refused")))
    changes.look()
    with qtbot.waitSignal(changes.synchronised):
        pass


def test_place_page_and_columns_come_back(
    qtbot: QtBot, window: MainWindow, make_context: MakeContext
) -> None:
    window.page.table.view.horizontalHeader().resizeSection(1, 199)
    window.show_page("master_data")
    window.resize(1100, 700)
    window.close()
    again = MainWindow(make_context(), WITHOUT_SCHEDULE)
    qtbot.addWidget(again)
    again.open_first_page()
    assert again.page.objectName() == "page_master_data"
    assert again.height() == window.height()  # the test screen is narrower than the window
    assert again.show_page("orders").table.view.horizontalHeader().sectionSize(1) == 199
    again.close()


def test_settings_of_another_version_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "taktline.ini"
    settings = open_settings(path)
    settings.setValue("window/page", "orders")
    settings.setValue("language", "zh")
    settings.setValue("version", 0)
    settings.sync()
    again = open_settings(path)
    assert again.value("window/page") is None
    assert again.value("language") == "zh"


def test_recent_databases_come_newest_first_and_once(tmp_path: Path) -> None:
    settings = open_settings(tmp_path / "taktline.ini")
    for url in ("a", "b", "a"):
        remember_database(settings, url)
    assert recent_databases(settings) == ["a", "b"]


@pytest.mark.parametrize("key", ["orders", "master_data", "exchange"])
def test_every_page_survives_a_change_of_language_and_colours(
    qtbot: QtBot, window: MainWindow, key: str
) -> None:
    page = window.show_page(key)
    for language, choice in (("zh", Choice.DARK), ("en", Choice.LIGHT)):
        window.context.set_language(language)
        window.context.set_theme(choice)
        qtbot.wait(20)
        assert window.page is page
        window.grab()
    assert window.menus.file.title() == "&File"


@pytest.mark.parametrize("key", ["orders", "master_data", "exchange"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_texts_are_translated_and_whole_at_1280_by_720(
    qtbot: QtBot, plant: SmallPlant, make_context: MakeContext, key: str, language: str
) -> None:
    window = opened(make_context(language), qtbot)
    page = window.show_page(key)
    qtbot.wait(150)
    if language == "zh":
        data = {window.statusBar().place.text()}
        assert untranslated(window, data) == []
    assert clipped(window) == []
    assert page.width() <= 1280
    window.close()


def test_the_check_for_untranslated_texts_can_fail(qtbot: QtBot, window: MainWindow) -> None:
    assert "New order" in untranslated(window, set())


def test_a_fault_is_logged_and_shown_once(caplog: pytest.LogCaptureFixture) -> None:
    shown: list[BaseException] = []
    hook = ExceptionHook(shown.append)
    try:
        for _ in range(3):
            try:
                raise ValueError("unforeseen")
            except ValueError as error:
                sys.excepthook(type(error), error, error.__traceback__)
    finally:
        hook.remove()
    assert [str(error) for error in shown] == ["unforeseen"]
    assert caplog.text.count("Not foreseen") == 3
    assert sys.excepthook is not hook._on_exception


def test_reading_pages_never_holds_the_gui_thread(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow database must not freeze the window: the reading is in a thread."""
    from app.services.orders import queries

    def slow(database: Database) -> tuple[Any, ...]:
        time.sleep(0.5)
        return ()

    monkeypatch.setattr(queries, "order_rows", slow)
    began = time.monotonic()
    window.page._read()
    assert time.monotonic() - began < 0.1
    qtbot.waitUntil(lambda: not window.page._reading, timeout=3000)


def test_click_on_nothing_in_the_table_does_no_harm(qtbot: QtBot, window: MainWindow) -> None:
    view = window.page.table.view
    bottom = QPoint(40, view.viewport().height() - 4)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=bottom)
    assert window.page.table.selected_rows() == []


@pytest.mark.timeout(120)
def test_first_paint_is_measured_and_light(plant: SmallPlant, database: Database) -> None:
    """The process ends itself after its first paint and says what it had loaded by then."""
    report = database.path.with_suffix(".json")
    home = database.path.parent / "home"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "app", "--database", database.url.render_as_string()],
        env={
            **os.environ,
            "TAKTLINE_EXIT_AFTER_PAINT": str(report),
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "XDG_STATE_HOME": str(home),
            "XDG_DATA_HOME": str(home),
            "QT_QPA_PLATFORM": "offscreen",
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(report.read_text("utf-8"))
    heavy = {"ortools", "pandas", "pyqtgraph", "reportlab", "openpyxl"}
    assert heavy.isdisjoint(found["modules"])
    assert "PySide6" in found["modules"]
    assert found["seconds_since_process_start"] > 0
