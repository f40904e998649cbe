"""Lanes of a material or a mould under the chart: steps by mouse and key, words, what is kept."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QSettings, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app.services.planning.availability import Lane, LaneOf, LaneState, LaneStep
from app.views.planning.gantt.lane_painting import FOOT, TOP, Drawn, LaneColumns
from app.views.planning.gantt.lane_view import LaneView
from app.views.planning.gantt.time_grid import to_minutes
from app.views.planning.gantt.view import GanttView
from app.views.planning.lane_desk import LanePanel
from app.views.planning.schedule_page import SchedulePage
from tests.views.planning import plans
from tests.views.planning.desk import LEFT, NONE, PATIENCE

START = round(to_minutes(plans.NOW))


def step(hours: int, level: int, state: LaneState, **more: Decimal) -> LaneStep:
    return LaneStep(START + 60 * hours, Decimal(level), state, **more)


TAKEN = (4, 12), (4, 21), (8, 22)
POWDER = Lane(
    LaneOf.MATERIALS, "POW", "Powder", "kg", 0,
    (
        step(0, 50, LaneState.THERE),
        step(4, 10, LaneState.THERE, went=Decimal(40)),
        step(8, -30, LaneState.SHORT, went=Decimal(40)),
        step(16, 0, LaneState.EMPTY, came=Decimal(30)),
    ),
    tuple((START + 60 * h, START + 60 * h + 1, operation) for h, operation in TAKEN),
)  # fmt: skip


@pytest.fixture
def panel(gantt: GanttView) -> LanePanel:
    panel = LanePanel(gantt, gantt)
    panel.setGeometry(0, 260, 1000, 140)
    panel.switch.setChecked(True)
    panel.put((POWDER,))
    QApplication.processEvents()
    return panel


def middle(view: LaneView, n: int) -> QPoint:
    assert view.lane is not None
    left, right = view._ends(view.lane, n)
    return QPoint(round((left + right) / 2), view.height() // 2)


def test_a_step_stands_under_its_time_and_a_click_names_who_takes_it(
    gantt: GanttView, panel: LanePanel
) -> None:
    view = panel.view
    of_chart = gantt.viewport().mapTo(gantt, QPoint(round(gantt.grid.x(START + 240)), 0)).x()
    assert abs(view.mapTo(gantt, QPoint(round(view.x_of(START + 240)), 0)).x() - of_chart) <= 1
    heard: list[object] = []
    panel.chosen.connect(heard.append)
    QTest.mouseClick(view, LEFT, NONE, middle(view, 1))
    assert heard == [(12, 21)]
    assert "10 kg left" in panel.remark.text()
    assert "taken: 40 kg" in panel.remark.text()
    place = middle(view, 2)
    tip = QHelpEvent(QEvent.Type.ToolTip, place, view.mapToGlobal(place))
    QApplication.sendEvent(view, tip)
    assert "runs out: 30 kg short" in QToolTip.text()
    QToolTip.hideText()
    gantt.scroll_to(gantt.grid.left + 60)
    assert view.x_of(START) == view.area.left() + gantt.grid.x(START)


def test_keys_walk_the_steps_and_enter_selects(panel: LanePanel) -> None:
    view, heard = panel.view, []
    view.chosen.connect(heard.append)
    view.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(view, key)
    assert view.current == 2
    assert heard == [(22,)]
    assert "runs out" in view.accessibleDescription()
    QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert heard[1:] == [(12, 21)]


def test_a_shortage_is_red_hatched_with_a_triangle_and_a_word(panel: LanePanel) -> None:
    view = panel.view
    picture = view.grab().toImage()
    assert view.lane is not None
    left, right = (round(x) for x in view._ends(view.lane, 2))
    late = view._chart.colours.late.name()
    at = [
        (x, y)
        for x in range(left, right)
        for y in range(picture.height())
        if picture.pixelColor(x, y).name() == late
    ]
    assert len(at) > 100
    zero = TOP + (view.height() - TOP - FOOT) * 50 / 80
    assert sum(x < left + 12 and zero - 12 < y < zero - 4 for x, y in at) > 20, "the triangle"
    assert panel.what.currentText() == "POW · Powder – runs out"


def test_of_the_steps_in_one_pixel_the_worst_is_seen_and_the_last_goes_on() -> None:
    columns = LaneColumns(POWDER)
    drawn = Drawn.of(columns, range(4), np.array([3.0, 7.2, 7.5, 7.9]), 20.0)
    assert drawn.step.tolist() == [0, 2, 3]
    assert drawn.left.tolist() == [3, 7, 8]
    assert drawn.right.tolist() == [7, 8, 20]


def test_what_was_shown_comes_back_and_letters_that_name_nothing_give_way(
    gantt: GanttView, panel: LanePanel, tmp_path: object
) -> None:
    settings = QSettings(f"{tmp_path}/s.ini", QSettings.Format.IniFormat)
    panel.what.setCurrentIndex(0)
    panel.choose("materials", "POW")
    QTest.keyClicks(panel.what.lineEdit(), "xyz")
    QTest.keyClick(panel.what.lineEdit(), Qt.Key.Key_Return)
    assert panel.what.currentText().startswith("POW")
    panel.save(settings)
    other = LanePanel(gantt, gantt)
    other.restore(settings)
    assert other.is_open
    first = Lane(LaneOf.MATERIALS, "AAA", "", "kg", 0, POWDER.steps[:1], ())
    other.put((first, POWDER))
    assert other.view.lane is POWDER


def test_the_page_reads_lanes_only_when_shown_and_selects_in_the_chart(
    qtbot: QtBot, page: SchedulePage
) -> None:
    lanes = page.lanes
    assert lanes._stands_on is None
    page.lanes.panel.switch.click()
    lanes.panel.choose("moulds", "M")
    view = lanes.panel.view
    qtbot.waitUntil(lambda: view.lane is not None, timeout=PATIENCE)
    assert view.lane is not None
    n = next(n for n in range(len(view.lane.steps)) if view.lane.operations(n))
    wanted = frozenset(view.lane.operations(n))
    QTest.mouseClick(view, LEFT, NONE, middle(view, n))
    assert page.gantt.selected_operations() == wanted
    before, shown = lanes._stands_on, view.lane
    page.gantt.setFocus()
    QTest.keyClick(page.gantt, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: view.lane is not shown, timeout=PATIENCE)
    assert lanes._stands_on is not before, "read again from the plan with the lock"
    assert view.current == n, "what was picked out stays"
    lanes.panel.choose("materials", "")
    assert "nothing that is counted" in view.remark


def test_several_lanes_stay_in_sight_and_come_back(
    gantt: GanttView, panel: LanePanel, tmp_path: object
) -> None:
    sand = Lane(LaneOf.MATERIALS, "SAND", "", "kg", 0, POWDER.steps, POWDER.uses)
    mould = Lane(LaneOf.MOULDS, "M-1", "", "", 2, POWDER.steps[:1], ())
    panel.put((POWDER, sand, mould))
    QTest.mouseClick(panel.keep, LEFT)
    assert panel.kept.named == [("materials", "POW")]
    assert panel.view.lane is sand, "the next one is shown beside it"
    assert panel.what.findData("POW") < 0
    panel.choose("moulds", "M-1")
    QTest.mouseClick(panel.keep, LEFT)
    assert not panel.keep.isEnabled(), "there is no other mould"
    panel.choose("materials", "")
    first, second = panel.kept.views
    assert (first.lane, second.lane) == (POWDER, mould)
    QApplication.processEvents()
    assert first.x_of(START) == panel.view.x_of(START), "under the same time"
    heard: list[object] = []
    panel.chosen.connect(heard.append)
    QTest.mouseClick(first, LEFT, NONE, middle(first, 1))
    assert heard == [(12, 21)]
    assert "POW" in panel.remark.text()
    settings = QSettings(f"{tmp_path}/s.ini", QSettings.Format.IniFormat)
    panel.save(settings)
    other = LanePanel(gantt, gantt)
    other.restore(settings)
    assert other.kept.named == [("materials", "POW"), ("moulds", "M-1")]
    other.put((sand,))
    assert "POW" in other.kept.views[0].remark
    QTest.keyClick(second, Qt.Key.Key_Delete)
    QTest.mouseClick(first.close_button, LEFT)
    assert panel.kept.named == []
    assert not panel.kept.isVisibleTo(panel)
    assert panel.what.findData("POW") >= 0
