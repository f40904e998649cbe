"""Gestures on a scenario's chart: each is one edit of the scenario, and one step of its undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.database import Database
from app.services.edit import apply_edit
from app.services.planning.queries import plan_view
from app.services.planning.scenarios.kinds import OtherPriority
from app.services.planning.scenarios.store import CreateScenario, ScenarioImage
from app.services.planning.solving import schedule_plant
from app.views.context import AppContext
from app.views.planning.gantt.model import Arrangement
from app.views.planning.gantt.time_grid import to_minutes
from app.views.planning.whatif.whatif_page import CHART_TAB, ORDERS_TAB, WhatIfPage
from tests.services.small_plant import DUE, NOW, SmallPlant
from tests.views.conftest import MakeContext

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
PATIENCE = 15_000


@pytest.fixture
def context(plant: SmallPlant, database: Database, make_context: MakeContext) -> AppContext:
    schedule_plant(database, seconds=0)
    for name in ("S", "T"):
        apply_edit(database, CreateScenario(ScenarioImage(name, "li")), "li")
    return make_context()


@pytest.fixture
def page(context: AppContext, qtbot: QtBot) -> Iterator[WhatIfPage]:
    """Scenario S in its chart, two days in view, the board ready."""
    made = WhatIfPage(context)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    with qtbot.waitSignal(made.filled):
        made.show()
    context.changes.start()
    made.choose("S")
    made.tabs.setCurrentIndex(CHART_TAB)
    ready(made, qtbot)
    start = to_minutes(NOW)
    made.twin.chart.show_range(start - 120, start + 2 * 1440)
    made.twin.chart.setFocus()
    yield made
    made.gestures.close_board()
    qtbot.waitUntil(lambda: not context.jobs.busy(), timeout=20_000)


def ready(page: WhatIfPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: page.twin.chart.has_plan and page.twin.chart.board is not None, timeout=PATIENCE
    )


def after(page: WhatIfPage, qtbot: QtBot, act: Callable[[], object]) -> None:
    """Do it, and wait until the chart shows what has come of it."""
    old = page.twin.chart.model
    act()
    qtbot.waitUntil(lambda: page.twin.chart.model is not old, timeout=PATIENCE)
    ready(page, qtbot)


def send(page: WhatIfPage, kind: QEvent.Type, at: QPointF, keys: Any = NONE) -> None:
    area = page.twin.chart.viewport()
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else LEFT
    QApplication.sendEvent(area, QMouseEvent(kind, at, area.mapToGlobal(at), LEFT, held, keys))


def drag(page: WhatIfPage, start: QPointF, end: QPointF, keys: Any = NONE) -> None:
    send(page, QEvent.Type.MouseButtonPress, start, keys)
    for share in (0.3, 0.7, 1.0):
        send(page, QEvent.Type.MouseMove, start + (end - start) * share, keys)
    send(page, QEvent.Type.MouseButtonRelease, end, keys)


def point(page: WhatIfPage, key: int, minutes: float) -> QPointF:
    """The foot of a row (below its bars), so many minutes from now."""
    chart = page.twin.chart
    band = chart.layout_of_rows.band_of(chart.rows.row_of[key])
    return QPointF(chart.grid.x(to_minutes(NOW) + minutes), band.bottom - 3 - chart.top)


def choose(page: WhatIfPage, qtbot: QtBot, place: int) -> None:
    """By keyboard, in the menu that has opened."""
    menu = page.gestures.menu
    assert menu is not None
    qtbot.waitUntil(menu.isVisible)
    for _ in range(place + 1):
        qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)


def steps(page: WhatIfPage) -> list[Any]:
    return [row.step for row in page.steps.rows()]


def bar(page: WhatIfPage, order: str, step: int) -> Any:
    model = page.twin.chart.model
    return next(row for row in model.bars.rows if (row.order_number, row.step_no) == (order, step))


def test_a_bar_that_is_dragged_stands_there_in_the_scenario_and_leaves_a_ghost(
    page: WhatIfPage, qtbot: QtBot, database: Database, plant: SmallPlant
) -> None:
    working = plan_view(database).placements
    chart, row = page.twin.chart, bar(page, "MO-2", 10)
    box = chart.box_of(chart.model.bar_of[row.operation_id])
    start = QPointF(box.left() + 6, box.center().y())
    end = start + QPointF(1440 * chart.grid.scale, 0)
    after(page, qtbot, lambda: drag(page, start, end))
    (step,) = steps(page)
    moved = bar(page, "MO-2", 10)
    assert (step.order, step.step, step.machine, step.start) == (
        "MO-2", 10, moved.machine_code, moved.start,
    )  # fmt: skip
    assert moved.start - row.start > timedelta(hours=12)
    ghosts = chart._ghosts[Arrangement.MACHINES]
    assert row.operation_id in ghosts.operation.tolist()
    chart.select_operations({row.operation_id})
    picture = chart.grab().toImage()
    bare = chart._ghosts
    chart.set_ghosts({})
    assert chart.grab().toImage() != picture
    ground = chart.colours.panel.rgb() & 0xFFFFFF  # the focus frame does not fill the chart
    assert picture.pixel(picture.width() - 40, picture.height() - 40) & 0xFFFFFF == ground
    chart.set_ghosts(bare)
    assert plan_view(database).placements == working  # it is only a question
    after(
        page, qtbot, lambda: qtbot.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    )
    assert len(steps(page)) == 1  # the same edit, elsewhere
    assert steps(page)[0].start < step.start
    after(page, qtbot, lambda: qtbot.keyClick(chart, Qt.Key.Key_L))
    assert steps(page) == []
    for left in (1, 1, 0):
        page.context.undoing.undo()
        qtbot.waitUntil(lambda n=left: len(steps(page)) == n)
    assert page.context.edits.stack.count() == 0


def test_marked_time_of_a_machine_and_of_a_person_becomes_an_edit(
    page: WhatIfPage, qtbot: QtBot, plant: SmallPlant
) -> None:
    chart, one = page.twin.chart, plant.press_1
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    drag(page, point(page, one, 30), point(page, one, 300), both)
    assert chart.mark is not None
    after(page, qtbot, lambda: choose(page, qtbot, 0))
    assert (steps(page)[0].kind, steps(page)[0].machine) == ("down", "P1")
    assert abs((steps(page)[0].start - NOW).total_seconds() - 1800) <= 3600
    drag(page, point(page, one, 480), point(page, one, 600))  # at 18:00: nothing is there
    after(page, qtbot, lambda: choose(page, qtbot, 1))
    assert (steps(page)[1].kind, steps(page)[1].scopes) == ("open", ("P1",))
    assert (steps(page)[1].start, steps(page)[1].end) == (1080, 1200)
    qtbot.mouseClick(page.twin.rows[Arrangement.PEOPLE], LEFT)
    assert chart.arrangement is Arrangement.PEOPLE
    person = plant.operators[0]
    drag(page, point(page, person, 480), point(page, person, 600))
    after(page, qtbot, lambda: choose(page, qtbot, 0))
    assert (steps(page)[2].kind, steps(page)[2].first) == ("absence", NOW.date())
    assert chart.mark is None
    page.choose("T")
    qtbot.waitUntil(lambda: steps(page) == [])
    page.context.undoing.undo()  # nothing of T was done: nothing of S is taken back
    page.choose("S")
    qtbot.waitUntil(lambda: len(steps(page)) == 3)
    page.context.undoing.undo()
    qtbot.waitUntil(lambda: len(steps(page)) == 2)


def test_a_due_date_is_dragged_to_another_time(page: WhatIfPage, qtbot: QtBot) -> None:
    chart = page.twin.chart
    qtbot.mouseClick(page.twin.rows[Arrangement.ORDERS], LEFT)
    chart.show_range(to_minutes(DUE) - 2 * 1440, to_minutes(DUE) + 1440)
    row = next(n for n, info in enumerate(chart.rows.infos) if info.title == "MO-1")
    band, marker = chart.layout_of_rows.band_of(row), chart.rows.infos[row].marker
    start = QPointF(chart.grid.x(marker), band.top + band.height / 2 - chart.top)
    after(page, qtbot, lambda: drag(page, start, start - QPointF(1440 * chart.grid.scale, 0)))
    (step,) = steps(page)
    assert (step.kind, step.order, step.before) == ("date", "MO-1", DUE)
    assert timedelta(hours=20) < DUE - step.after < timedelta(hours=28)


def test_menus_open_the_forms_filled_in(page: WhatIfPage, qtbot: QtBot, plant: SmallPlant) -> None:
    chart, row = page.twin.chart, bar(page, "MO-2", 10)
    chart.select_operations({row.operation_id})
    qtbot.keyClick(chart, Qt.Key.Key_Menu)
    choose(page, qtbot, 2)  # hold, date, priority
    qtbot.waitUntil(lambda: page.desk.form is not None)
    form = page.desk.form
    assert (form.kind, form.fields["order"].value(), form.fields["after"].value()) == (
        "priority", "MO-2", 5,
    )  # fmt: skip
    form.fields["after"].put(1)
    qtbot.mouseClick(form.save, LEFT)
    qtbot.waitUntil(lambda: steps(page) == [OtherPriority("MO-2", 1, 5)])
    ready(page, qtbot)
    chart.select_operations({row.operation_id})
    qtbot.keyClick(chart, Qt.Key.Key_Menu)
    choose(page, qtbot, 2)
    qtbot.waitUntil(lambda: page.desk.form is not None)
    assert page.desk.form.fields["after"].value() == 1  # the edit there is, not a second one
    at = point(page, plant.press_2, 480).toPoint()
    area = chart.viewport()
    QApplication.sendEvent(
        area, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, area.mapToGlobal(at))
    )
    choose(page, qtbot, 0)
    qtbot.waitUntil(lambda: page.desk.form is not None and page.desk.form.kind == "down")
    assert page.desk.form.fields["machine"].value() == "P2"
    assert page.desk.form.fields["start"].value() is not None


def test_a_scenario_that_was_looked_at_is_back_at_once_and_who_loses_is_listed(
    page: WhatIfPage, qtbot: QtBot
) -> None:
    shown = page.twin.chart.model
    page.choose("T")
    qtbot.waitUntil(lambda: page.twin.chart.model is not shown)
    page.choose("S")
    assert page.twin.chart.model is shown
    page.tabs.setCurrentIndex(ORDERS_TAB)
    assert page.orders.rows() == []


def test_how_a_drop_is_settled_is_chosen_as_on_the_schedule_page(
    page: WhatIfPage, qtbot: QtBot, plant: SmallPlant
) -> None:
    chart, choice = page.twin.chart, page.twin.drop_mode
    assert [act.data() for act in choice.menu().actions()] == [
        "push_right", "squeeze_in", "swap", "refuse",
    ]  # fmt: skip
    one, other = bar(page, "MO-1", 10), bar(page, "MO-2", 10)
    assert one.machine_id == other.machine_id
    boxes = [chart.box_of(chart.model.bar_of[row.operation_id]) for row in (one, other)]
    start, end = (QPointF(box.left() + 6, box.center().y()) for box in boxes)
    for expected in ("squeeze_in", "swap"):
        qtbot.keyClick(chart, Qt.Key.Key_R)
        assert chart.mode == expected
    assert choice.text() == "Drop: swap"
    after(page, qtbot, lambda: drag(page, start, end))
    assert {(each.order, each.step) for each in steps(page)} == {("MO-1", 10), ("MO-2", 10)}
    assert bar(page, "MO-2", 10).start == one.start
    assert bar(page, "MO-1", 10).start >= bar(page, "MO-2", 10).end


@pytest.fixture
def running(plant: SmallPlant, database: Database) -> None:
    with database.write("test") as session:
        plant.begin(session, "MO-1", 10, plant.press_1, plant.copies[:1], good=4, left=16)


def test_work_that_runs_is_cut_by_key_at_the_boundary_that_is_next_or_typed(
    running: None, page: WhatIfPage, qtbot: QtBot
) -> None:
    chart, row = page.twin.chart, bar(page, "MO-1", 10)
    assert row.started
    chart.select_operations({bar(page, "MO-2", 10).operation_id})
    qtbot.keyClick(chart, Qt.Key.Key_S)
    assert page.desk.form is None, "only what runs is cut here"
    chart.select_operations({row.operation_id})
    qtbot.keyClick(chart, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: page.desk.form is not None, timeout=PATIENCE)
    form = page.desk.form
    assert (form.kind, form.typed().order, form.typed().keep) == ("cut", "MO-1", 0)
    qtbot.keyClicks(form.fields["keep"].editor, "7")
    qtbot.keyClick(form.fields["keep"].editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(form.refusal.text()), timeout=PATIENCE)
    assert "6" in form.refusal.text(), "the boundaries near by are named"
    form.fields["keep"].editor.clear()
    after(page, qtbot, lambda: qtbot.keyClick(form.fields["keep"].editor, Qt.Key.Key_Return))
    (step,) = steps(page)
    assert (step.kind, step.keep, step.whole) == ("cut", 6, 20)
    assert bar(page, "MO-1", 10).quantity == 6
