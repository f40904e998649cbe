"""The plan in a window of its own: same plan, other zoom; it leaves nothing behind."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.services.planning.solving import schedule_plant
from app.views.context import AppContext
from app.views.planning.gantt.model import Arrangement
from app.views.planning.schedule_page import SchedulePage
from app.views.planning.second_window import PlanWindow
from tests.services.small_plant import NOW, SmallPlant
from tests.views.conftest import MakeContext

PATIENCE = 20_000  # ms


@pytest.fixture
def planned(database: Database) -> SmallPlant:
    plant = SmallPlant.build(database, orders=3)
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    return plant


@pytest.fixture
def page(planned: SmallPlant, context: AppContext, qtbot: QtBot) -> Iterator[SchedulePage]:
    made = SchedulePage(context)
    made.resize(1300, 720)
    made.show()
    with qtbot.waitSignal(context.changes.synchronised, timeout=PATIENCE):
        context.changes.start()
    qtbot.waitUntil(lambda: made.gantt.board is not None, timeout=PATIENCE)
    yield made
    assert made.windows is not None
    made.windows.close_all()
    context.close()
    made.close()
    made.deleteLater()


def opened(page: SchedulePage) -> PlanWindow:
    assert page.windows is not None
    page.windows.more.trigger()
    return page.windows.open_ones[-1]


def destroy(qapp: QApplication) -> None:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()


def test_it_shows_the_same_plan_at_a_zoom_and_with_rows_of_its_own(page: SchedulePage) -> None:
    window = opened(page)
    other = window.page
    assert other.reading is page.reading
    assert other.gantt.board is page.gantt.board
    page.gantt.fit()
    other.gantt.show_range(0.0, 600.0)
    other.controls.show_rows("people")
    assert page.gantt.arrangement is Arrangement.MACHINES
    assert other.gantt.grid.scale != page.gantt.grid.scale
    assert not other.options.isVisible()


def test_the_selection_is_linked_until_it_is_not(page: SchedulePage) -> None:
    window = opened(page)
    one, two = [row.operation_id for row in page.reading.view.placements[:2]]  # type: ignore[union-attr]
    page.gantt.select_operations({one})
    assert window.page.gantt.selected_operations() == {one}
    window.page.gantt.select_operations({two})
    assert page.gantt.selected_operations() == {two}
    QTest.mouseClick(window.linked, Qt.MouseButton.LeftButton)
    page.gantt.select_operations({one})
    assert window.page.gantt.selected_operations() == {two}
    window.page.gantt.select_operations(())
    assert page.gantt.selected_operations() == {one}
    window.linked.setChecked(True)
    assert window.page.gantt.selected_operations() == {one}


def test_an_edit_in_one_window_is_seen_in_the_other(page: SchedulePage, qtbot: QtBot) -> None:
    window = opened(page)
    row = page.reading.view.placements[0]  # type: ignore[union-attr]
    window.page.gantt.select_operations({row.operation_id})
    window.page.desk.lock.trigger()

    def locked(where: SchedulePage) -> bool:
        assert where.reading is not None
        rows = {one.operation_id: one for one in where.reading.view.placements}
        return rows[row.operation_id].pin_machine

    qtbot.waitUntil(lambda: locked(page) and locked(window.page), timeout=PATIENCE)
    assert window.page.gantt.model is page.gantt.model
    qtbot.waitUntil(lambda: window.page.gantt.board is not None, timeout=PATIENCE)


def test_how_it_was_arranged_comes_back(page: SchedulePage, settings: QSettings) -> None:
    window = opened(page)
    window.page.controls.show_rows("moulds")
    window.linked.setChecked(False)
    window.close()
    again = opened(page)
    assert again.page.gantt.arrangement is Arrangement.MOULDS
    assert not again.page.linked
    assert page.gantt.arrangement is Arrangement.MACHINES


def test_twenty_of_them_leave_nothing_behind(page: SchedulePage, qapp: QApplication) -> None:
    opened(page).close()  # what is made once and kept (fonts, icons) is made now
    destroy(qapp)
    gc.collect()
    before = len(qapp.allWidgets())
    kept = []
    for _ in range(20):
        window = opened(page)
        window.page.gantt.grab()
        kept += [weakref.ref(window), weakref.ref(window.page.gantt)]
        window.close()
        del window
        destroy(qapp)
    gc.collect()
    assert page.windows is not None
    assert page.windows.open_ones == []
    assert len(qapp.allWidgets()) == before
    assert [one for one in kept if one() is not None] == []


def test_they_close_with_the_window_they_came_from(
    planned: SmallPlant, make_context: MakeContext, qtbot: QtBot, qapp: QApplication
) -> None:
    made = SchedulePage(make_context("en"))
    made.show()
    qtbot.waitUntil(lambda: made.gantt.board is not None, timeout=PATIENCE)
    window = opened(made)
    assert window.isVisible()
    ref = weakref.ref(window)
    del window
    made.close()
    destroy(qapp)
    gc.collect()
    assert ref() is None
    made.context.close()
    made.deleteLater()
