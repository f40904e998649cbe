"""An order that is asked about, as ghost bars on the board: dragged, nudged, put in, given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from app.models.database import Database
from app.models.orders import ProductionOrder
from app.models.planning import Placement
from app.services.planning.holds import holds
from app.services.planning.promising.rows import PromiseQuestion
from app.services.planning.solving import schedule_plant
from app.views.planning.gantt.ghost import Ghost
from app.views.planning.gantt.model import Arrangement
from app.views.planning.gantt.time_grid import to_minutes
from app.views.planning.schedule_page import SchedulePage
from tests.services.planning.test_promise import form
from tests.services.small_plant import NOW, SmallPlant
from tests.views.planning.desk import PATIENCE, send


@pytest.fixture
def page(
    database: Database, plant: SmallPlant, open_page: Callable[[], SchedulePage]
) -> SchedulePage:
    """A planned plant and an order that is not in the plan."""
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    with database.write("test") as session:
        plant.order(session, "NEW", quantity=40)
    return open_page()


def shown(qtbot: QtBot, page: SchedulePage, question: PromiseQuestion) -> Ghost:
    page.ghosts.show(question)
    return settled(qtbot, page)


def settled(qtbot: QtBot, page: SchedulePage) -> Ghost:
    ghost = page.gantt.ghost
    assert ghost is not None
    qtbot.waitUntil(lambda: ghost.settled, timeout=PATIENCE)
    return ghost


def placements(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Placement)) or 0


def drag(page: SchedulePage, ghost: Ghost, operation: int, to: float) -> None:
    """The step's bar is taken in the middle and carried so many pixels to the right."""
    page.gantt.setFocus()
    box = ghost.box_of(operation)
    assert box is not None
    start = box.center()
    send(page, QEvent.Type.MouseButtonPress, start)
    for share in (0.3, 0.7, 1.0):
        send(page, QEvent.Type.MouseMove, start + QPointF(to * share, 0))


def test_a_ghost_bar_is_dragged_and_what_is_shown_is_put_into_the_plan(
    page: SchedulePage, database: Database, qtbot: QtBot
) -> None:
    before = placements(database)
    ghost = shown(qtbot, page, PromiseQuestion(number="NEW"))
    assert ghost.answer is not None
    first = ghost.answer.steps[0]
    page.gantt.fit()
    left = page.gantt.grid.x(page.gantt.model.now + 5) - ghost.box_of(first.operation_id).left()
    drag(page, ghost, first.operation_id, left)
    held = page.gantt.interaction
    qtbot.waitUntil(lambda: held.preview is not None, timeout=PATIENCE)
    page.gantt.grab()
    box = ghost.box_of(first.operation_id)
    send(page, QEvent.Type.MouseButtonRelease, box.center() + QPointF(left, 0))
    ghost = settled(qtbot, page)
    answer = ghost.answer
    assert ghost.wishes
    assert answer.steps[0].bar.start < first.bar.start
    assert answer.gives_way
    assert answer.others[0].order in page.ghosts.strip.text.text()
    assert placements(database) == before, "nothing is written yet"
    page.gantt.setFocus()
    qtbot.keyClick(page.gantt, Qt.Key.Key_Return)
    assert page.gantt.ghost is not None, "who asks that others give way must be said"
    qtbot.keyClicks(page.ghosts.strip.asked_by, "sales")
    with qtbot.waitSignal(page.source.read, timeout=PATIENCE):
        qtbot.keyClick(page.ghosts.strip.asked_by, Qt.Key.Key_Return)
    assert page.gantt.ghost is None
    rows = {row.operation_id: row for row in page.reading.view.placements}
    for bar in (*answer.moved, *(step.bar for step in answer.steps)):
        assert (rows[bar.operation_id].start, rows[bar.operation_id].end) == (bar.start, bar.end)
    with qtbot.waitSignal(page.source.read, timeout=PATIENCE):
        page.context.edits.undo()
    assert placements(database) == before


def test_by_keys_alone_a_new_order_is_moved_and_capacity_is_held_for_it(
    page: SchedulePage, database: Database, qtbot: QtBot
) -> None:
    taken: list[object] = []
    page.context.ghost_taken.connect(taken.append)
    question = PromiseQuestion(form=form())
    ghost = shown(qtbot, page, question)
    gantt = page.gantt
    gantt.setFocus()
    qtbot.keyClick(gantt, Qt.Key.Key_G)
    first = ghost.current
    qtbot.keyClick(gantt, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    assert ghost.current != first
    qtbot.keyClick(gantt, Qt.Key.Key_G)
    assert ghost.current == first
    start = ghost.step(first).bar.start
    for _ in range(3):
        qtbot.keyClick(gantt, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
        settled(qtbot, page)
    assert ghost.step(first).bar.start > start
    assert ghost.step(first).by_hand
    qtbot.keyClick(gantt, Qt.Key.Key_Return)
    assert page.gantt.ghost is None
    held = holds(database)
    assert len(held) == 1
    assert taken == [question], "the form it was typed in may close"
    with qtbot.waitSignal(page.source.read, timeout=PATIENCE):
        page.context.edits.undo()
    assert not holds(database)


def test_escape_gives_up_a_drag_first_and_then_the_ghost_and_nothing_is_written(
    page: SchedulePage, database: Database, qtbot: QtBot
) -> None:
    before = placements(database)
    ghost = shown(qtbot, page, PromiseQuestion(form=form()))
    answer = ghost.answer
    drag(page, ghost, answer.steps[0].operation_id, 60)
    qtbot.keyClick(page.gantt, Qt.Key.Key_Escape)
    assert page.gantt.ghost is ghost
    assert ghost.answer is answer
    assert not ghost.wishes
    qtbot.keyClick(page.gantt, Qt.Key.Key_Escape)
    assert page.gantt.ghost is None
    assert page.ghosts.strip.isHidden()
    assert placements(database) == before
    with database.read() as session:
        assert session.query(ProductionOrder).count() == 4


def test_news_of_the_plan_put_the_ghost_beside_the_newer_one_with_the_same_wishes(
    page: SchedulePage, database: Database, plant: SmallPlant, qtbot: QtBot
) -> None:
    ghost = shown(qtbot, page, PromiseQuestion(number="NEW"))
    ghost.pick(ghost.answer.steps[0].operation_id)
    ghost.nudge(0, 600)
    wishes = settled(qtbot, page).wishes or ghost.wishes
    old = ghost.answer
    with database.write("other") as session:
        plant.order(session, "MO-8", requested_at=NOW + timedelta(days=9))
    page.context.changes.look()
    qtbot.waitUntil(lambda: not ghost.settled, timeout=PATIENCE)
    settled(qtbot, page)
    assert ghost.wishes == wishes
    assert ghost.answer is not old


def test_a_ghost_stands_in_the_rows_of_its_people_moulds_and_order_too(
    page: SchedulePage, qtbot: QtBot
) -> None:
    ghost = shown(qtbot, page, PromiseQuestion(number="NEW"))
    chart = page.gantt
    step = ghost.answer.steps[0]
    assert step.bar.crew
    assert step.bar.tool_ids
    for arrangement, row in (
        (Arrangement.PEOPLE, lambda rows: rows.row_of[step.bar.crew[0][0]]),
        (Arrangement.MOULDS, lambda rows: rows.lane_of_copy[step.bar.tool_ids[0]][0]),
    ):
        chart.set_arrangement(arrangement)
        begin, end = to_minutes(step.bar.setup_start), to_minutes(step.bar.end)
        chart.show_range(begin - 600, end + 2000)
        box = ghost.box_of(step.operation_id)
        assert chart.band_at(box.center().y()).row == row(chart.rows)
        with_ghost = chart.grab().toImage()
        assert ghost.step_at(box.center()) == step
        at = chart.viewport().mapTo(chart, box.center().toPoint())
        bare = chart.colours.panel.rgb(), chart.colours.off_shift.rgb()
        assert with_ghost.pixel(at) not in bare
    drag(page, ghost, step.operation_id, 1440 * chart.grid.scale)
    held = chart.interaction
    qtbot.waitUntil(lambda: held.preview is not None, timeout=PATIENCE)
    send(page, QEvent.Type.MouseButtonRelease, held.at)
    assert settled(qtbot, page).answer.steps[0].bar.start > step.bar.start, "moved in time"
    chart.set_arrangement(Arrangement.ORDERS)
    assert ghost.box_of(step.operation_id) is None, "it is in no row of orders yet"
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_G)
    assert ghost.current is not None
