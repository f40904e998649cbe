"""Real mouse and key events on the real widget."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.messages import message
from app.services.planning.rows import PlanView
from app.views.planning.gantt.model import Arrangement, model_of
from app.views.planning.gantt.move_picture import chip_lines
from app.views.planning.gantt.time_grid import to_minutes
from app.views.planning.gantt.view import GanttView
from tests.views.planning import plans
from tests.views.planning.conftest import HOUR, Answer, ForetoldBoard, middle_of

SETUP = timedelta(minutes=30)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def send(
    view: GanttView,
    kind: QEvent.Type,
    at: QPointF,
    modifiers: Qt.KeyboardModifier = NONE,
    button: Qt.MouseButton = LEFT,
) -> None:
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else button
    event = QMouseEvent(kind, at, view.viewport().mapToGlobal(at), button, held, modifiers)
    QApplication.sendEvent(view.viewport(), event)


def press(view: GanttView, at: QPointF, modifiers: Qt.KeyboardModifier = NONE) -> None:
    send(view, QEvent.Type.MouseButtonPress, at, modifiers)


def move(view: GanttView, at: QPointF, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """In steps, as a hand does it."""
    for share in (0.3, 0.7, 1.0):
        send(view, QEvent.Type.MouseMove, at * share + at * (1 - share), modifiers)


def release(view: GanttView, at: QPointF, modifiers: Qt.KeyboardModifier = NONE) -> None:
    send(view, QEvent.Type.MouseButtonRelease, at, modifiers)


def drag(
    view: GanttView,
    operation: int,
    *,
    hours: float = 0,
    onto: int | None = None,
    modifiers: Qt.KeyboardModifier = NONE,
) -> QPointF:
    """Press on a bar and move it; the caller releases. ``onto`` is an operation of another row."""
    start = middle_of(view, operation)
    target = QPointF(start.x() + hours * 60 * view.grid.scale, start.y())
    if onto is not None:
        target.setY(middle_of(view, onto).y())
    press(view, start, modifiers)
    move(view, target, modifiers)
    return target


def drops(view: GanttView) -> list[Answer]:
    caught: list[Answer] = []
    view.dropped.connect(caught.append)
    return caught


# ---- moving a bar --------------------------------------------------------------------------------


def test_a_dropped_bar_asks_for_exactly_what_was_shown(
    gantt: GanttView, board: ForetoldBoard
) -> None:
    caught = drops(gantt)
    target = drag(gantt, 11, hours=10)
    release(gantt, target)
    (answer,) = caught
    assert answer.moved[0].setup_start == plans.NOW + 10 * HOUR
    assert board.asked[-1] == (11, 1, plans.NOW + 10 * HOUR + SETUP)


def test_a_bar_can_be_dragged_to_another_machine(gantt: GanttView) -> None:
    caught = drops(gantt)
    target = drag(gantt, 11, hours=12, onto=22)
    release(gantt, target)
    assert caught[0].moved[0].machine_id == 3


def test_escape_gives_a_drag_up(gantt: GanttView) -> None:
    caught = drops(gantt)
    target = drag(gantt, 11, hours=10)
    QTest.keyClick(gantt, Qt.Key.Key_Escape)
    assert gantt.interaction is None
    release(gantt, target)
    assert caught == []


def test_losing_the_focus_gives_a_drag_up(gantt: GanttView) -> None:
    caught = drops(gantt)
    target = drag(gantt, 11, hours=10)
    QApplication.sendEvent(gantt, QFocusEvent(QEvent.Type.FocusOut))
    release(gantt, target)
    assert caught == []


def test_news_of_another_plan_give_a_drag_up(gantt: GanttView, plan: PlanView) -> None:
    caught = drops(gantt)
    target = drag(gantt, 11, hours=10)
    gantt.set_model(model_of(plan))
    release(gantt, target)
    assert caught == []


def test_a_forbidden_row_takes_nothing_and_says_why(gantt: GanttView) -> None:
    caught = drops(gantt)
    target = drag(gantt, 11, hours=6, onto=31)
    interaction = gantt.interaction
    assert interaction is not None
    assert interaction.refusal() == message("planning.unknown_machine")
    assert interaction.forbidden_rows() == {3}
    release(gantt, target)
    assert caught == []


def test_a_forbidden_row_is_greyed_while_dragging(gantt: GanttView) -> None:
    row = gantt.layout_of_rows.band_of(3)
    point = QPoint(700, row.top + 15)
    before = gantt.viewport().grab().toImage().pixelColor(point)
    target = drag(gantt, 11, hours=1)
    during = gantt.viewport().grab().toImage().pixelColor(point)
    release(gantt, target)
    assert before != during


def test_what_the_engine_refuses_is_not_dropped(
    gantt: GanttView, board: ForetoldBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught = drops(gantt)
    refusal = Answer(11, message("planning.not_placed"))
    monkeypatch.setattr(board, "preview", lambda *_, **__: refusal)
    target = drag(gantt, 11, hours=10)
    release(gantt, target)
    assert caught == []


def test_a_bar_clings_to_its_neighbours_end_unless_alt_is_held(
    gantt: GanttView, board: ForetoldBoard
) -> None:
    end_of_21 = plans.NOW + timedelta(hours=6, minutes=30)
    nearly = 6.5 + 6 / 60 / gantt.grid.scale / 60 * 60
    release(gantt, drag(gantt, 11, hours=nearly))
    assert board.asked[-1][2] == end_of_21 + SETUP
    gantt.release_hold()
    alt = Qt.KeyboardModifier.AltModifier
    release(gantt, drag(gantt, 11, hours=6.7, modifiers=alt), alt)
    asked = board.asked[-1][2]
    assert asked is not None
    assert abs(asked - (plans.NOW + timedelta(hours=6.7) + SETUP)) <= timedelta(minutes=2)
    assert asked != end_of_21 + SETUP


def test_a_bar_stays_away_from_home_until_the_plan_is_read_again(
    gantt: GanttView, plan: PlanView
) -> None:
    home = middle_of(gantt, 11)
    still = gantt.viewport().grab().toImage()
    release(gantt, drag(gantt, 11, hours=10))
    away = gantt.viewport().grab().toImage()
    assert away.pixelColor(home.toPoint()) != still.pixelColor(home.toPoint())
    gantt.set_model(model_of(plan))
    again = gantt.viewport().grab().toImage()
    assert again.pixelColor(home.toPoint()) == still.pixelColor(home.toPoint())


def test_a_drop_before_the_engine_has_answered_waits_for_it(
    gantt: GanttView, board: ForetoldBoard
) -> None:
    caught = drops(gantt)
    board.waiting = []
    release(gantt, drag(gantt, 11, hours=10))
    assert caught == []
    board.answer()
    assert [answer.moved[0].setup_start for answer in caught] == [plans.NOW + 10 * HOUR]


def test_an_answer_to_an_older_question_is_not_dropped(
    gantt: GanttView, board: ForetoldBoard
) -> None:
    caught = drops(gantt)
    board.waiting = []
    release(gantt, drag(gantt, 11, hours=10))
    board.waiting.pop()
    board.answer()
    assert caught == []


def test_while_the_board_is_read_nothing_can_be_dropped(gantt: GanttView) -> None:
    caught = drops(gantt)
    gantt.set_board(None)
    release(gantt, drag(gantt, 11, hours=10))
    assert caught == []


def test_in_the_order_view_a_bar_moves_in_time_on_its_own_machine(
    gantt: GanttView, board: ForetoldBoard
) -> None:
    gantt.set_arrangement(Arrangement.ORDERS)
    caught = drops(gantt)
    release(gantt, drag(gantt, 12, hours=5))
    assert len(caught) == 1
    assert board.asked[-1][:2] == (12, 2)


# ---- several bars, and ways to settle a drop -----------------------------------------------------


def test_selected_bars_move_together_in_one_drop(gantt: GanttView, board: ForetoldBoard) -> None:
    gantt.select_operations({11, 21, 22})
    caught = drops(gantt)
    release(gantt, drag(gantt, 11, hours=3, onto=12))
    (answer,) = caught
    assert {bar.operation_id for bar in answer.moved} == {11, 21, 22}
    later = 3 * HOUR + SETUP
    assert board.asked[-1] == (11, 2, plans.NOW + later)
    assert board.along[-1] == (
        (21, 2, plans.NOW + 4 * HOUR + later),  # of the same row: along to the other machine
        (22, None, plans.NOW + 8 * HOUR + later),
    )
    assert gantt.selected_operations() == {11, 21, 22}


def test_a_click_on_one_of_several_selects_it_alone(gantt: GanttView) -> None:
    gantt.select_operations({11, 21})
    QTest.mouseClick(gantt.viewport(), LEFT, NONE, middle_of(gantt, 21).toPoint())
    assert gantt.selected_operations() == {21}


def test_every_row_says_what_it_offers_while_dragging(gantt: GanttView) -> None:
    drag(gantt, 11, hours=10, onto=22)
    move_of = gantt.interaction
    verdicts = {row: found.verdict.value for row, found in move_of.openings.items()}
    assert verdicts == {0: "free", 1: "push", 2: "later"}
    band = gantt.layout_of_rows.band_of(1)
    foot = QPoint(
        round(gantt.grid.x(to_minutes(plans.NOW + 11 * HOUR))), band.bottom - gantt.top - 4
    )
    assert gantt.viewport().grab().toImage().pixelColor(foot) == gantt.colours.watch
    lines = [line.text for line in chip_lines(move_of, move_of.refused_because())]
    assert "Not before" in lines[1]
    assert message("planning.unknown_machine").text("en") in lines[1]
    QTest.keyClick(gantt, Qt.Key.Key_Escape)


def test_r_changes_how_a_drop_is_settled_even_while_dragging(
    gantt: GanttView, board: ForetoldBoard
) -> None:
    told: list[str] = []
    gantt.modeChanged.connect(told.append)
    QTest.keyClick(gantt, Qt.Key.Key_R)
    caught = drops(gantt)
    target = drag(gantt, 11, hours=10)
    assert board.modes[-1] == "squeeze_in"
    QTest.keyClick(gantt, Qt.Key.Key_R)
    assert board.modes[-1] == "swap"
    assert "swap" in chip_lines(gantt.interaction, None)[0].text
    release(gantt, target)
    assert told == ["squeeze_in", "swap"]
    assert len(caught) == 1


# ---- splitting ----------------------------------------------------------------------------------


def test_the_right_edge_parts_the_quantity(gantt: GanttView, board: ForetoldBoard) -> None:
    asked: list[tuple[int, object]] = []
    gantt.splitRequested.connect(lambda *what: asked.append(what))
    box = gantt.box_of(gantt.model.bar_of[21])
    edge = QPointF(box.right() - 2, box.center().y())
    send(gantt, QEvent.Type.MouseMove, edge, button=Qt.MouseButton.NoButton)
    assert gantt.viewport().cursor().shape() is Qt.CursorShape.SizeHorCursor
    press(gantt, edge)
    half = QPointF(edge.x() - 60 * gantt.grid.scale + 2, edge.y())
    move(gantt, half)
    lines = [line.text for line in gantt.interaction.chip()]
    assert lines == ["54 of 108 支 stay", "54 支 to the tray"]
    release(gantt, half)
    assert asked == [(21, 54)]
    assert board.asked == []  # nothing was moved


def test_escape_while_resizing_and_a_click_on_the_edge_split_nothing(gantt: GanttView) -> None:
    asked: list[object] = []
    gantt.splitRequested.connect(lambda *what: asked.append(what))
    box = gantt.box_of(gantt.model.bar_of[21])
    edge = QPointF(box.right() - 2, box.center().y())
    press(gantt, edge)
    move(gantt, edge - QPointF(20, 0))
    QTest.keyClick(gantt, Qt.Key.Key_Escape)
    release(gantt, edge - QPointF(20, 0))
    press(gantt, edge)
    release(gantt, edge)
    assert asked == []
    assert gantt.selected_operations() == {21}


# ---- selecting -----------------------------------------------------------------------------------


def test_a_click_selects_one_bar_and_shift_adds_another(gantt: GanttView) -> None:
    caught: list[frozenset[int]] = []
    gantt.selectionChanged.connect(caught.append)
    QTest.mouseClick(gantt.viewport(), LEFT, NONE, middle_of(gantt, 11).toPoint())
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(gantt.viewport(), LEFT, shift, middle_of(gantt, 22).toPoint())
    assert caught == [frozenset({11}), frozenset({11, 22})]


def test_a_rubber_band_selects_what_it_touches(gantt: GanttView) -> None:
    first, last = gantt.box_of(0), gantt.box_of(1)
    corner = QPointF(first.left() - 8, first.top() - 3)
    end = QPointF(last.right() + 5, last.bottom() + 2)
    press(gantt, corner)
    move(gantt, end)
    release(gantt, end)
    assert gantt.selected_operations() == {11, 12, 21}


def test_a_click_on_empty_ground_selects_nothing(gantt: GanttView) -> None:
    gantt.select_operations({11})
    QTest.mouseClick(gantt.viewport(), LEFT, NONE, QPoint(760, 45))
    assert gantt.selected_operations() == frozenset()


def test_a_double_click_selects_the_whole_order(gantt: GanttView) -> None:
    QTest.mouseDClick(gantt.viewport(), LEFT, NONE, middle_of(gantt, 11).toPoint())
    assert gantt.selected_operations() == {11, 12}


def test_arrow_keys_walk_along_the_row_and_between_rows(gantt: GanttView) -> None:
    gantt.select_operations({11})
    QTest.keyClick(gantt, Qt.Key.Key_Right)
    assert gantt.selected_operations() == {21}
    QTest.keyClick(gantt, Qt.Key.Key_Down)
    assert gantt.selected_operations() == {12}
    QTest.keyClick(gantt, Qt.Key.Key_Up)
    QTest.keyClick(gantt, Qt.Key.Key_Left)
    assert gantt.selected_operations() == {11}


def test_shift_arrows_select_more_of_the_row_and_alt_moves_them_all(
    gantt: GanttView, board: ForetoldBoard
) -> None:
    caught = drops(gantt)
    gantt.select_operations({11})
    QTest.keyClick(gantt, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert gantt.selected_operations() == {11, 21}
    QTest.keyClick(gantt, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    (answer,) = caught
    assert {(bar.operation_id, bar.machine_id) for bar in answer.moved} == {(11, 2), (21, 2)}
    gantt.select_operations({12})
    QTest.keyClick(gantt, Qt.Key.Key_Delete)
    assert caught[-1].gone == (12,)


def test_control_a_selects_the_row(gantt: GanttView) -> None:
    gantt.select_operations({11})
    QTest.keyClick(gantt, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert gantt.selected_operations() == {11, 21}


def test_f_follows_the_order_and_dims_the_others(gantt: GanttView) -> None:
    before = gantt.viewport().grab().toImage().pixelColor(middle_of(gantt, 22).toPoint())
    gantt.select_operations({11})
    QTest.keyClick(gantt, Qt.Key.Key_F)
    assert gantt.state.followed == 1
    after = gantt.viewport().grab().toImage().pixelColor(middle_of(gantt, 22).toPoint())
    assert after.lightness() > before.lightness()
    QTest.keyClick(gantt, Qt.Key.Key_Escape)
    assert gantt.state.followed is None


def test_following_a_late_order_shows_in_red_what_made_it_late(gantt: GanttView) -> None:
    still = middle_of(gantt, 31).toPoint()
    plain = gantt.viewport().grab().toImage().pixelColor(still)
    gantt.select_operations({12})
    QTest.keyClick(gantt, Qt.Key.Key_F)
    bar_of = gantt.model.bar_of
    assert gantt.state.chain == ((bar_of[31], bar_of[11]), (bar_of[11], bar_of[12]))
    picture = gantt.viewport().grab().toImage()
    box = gantt.box_of(bar_of[31])
    assert picture.pixelColor(round(box.center().x()), round(box.top()) - 1) == gantt.colours.late
    assert picture.pixelColor(still) == plain  # in the way, so not dimmed
    QTest.keyClick(gantt, Qt.Key.Key_F)
    assert gantt.state.chain == ()


def test_l_asks_to_lock_the_selection(gantt: GanttView) -> None:
    caught: list[frozenset[int]] = []
    gantt.lockRequested.connect(caught.append)
    gantt.select_operations({11, 12})
    QTest.keyClick(gantt, Qt.Key.Key_L)
    assert caught == [frozenset({11, 12})]


def test_alt_arrows_move_the_bar_by_keyboard(gantt: GanttView, board: ForetoldBoard) -> None:
    caught = drops(gantt)
    gantt.select_operations({21})
    alt = Qt.KeyboardModifier.AltModifier
    QTest.keyClick(gantt, Qt.Key.Key_Right, alt)
    QTest.keyClick(gantt, Qt.Key.Key_Down, alt)
    step = timedelta(minutes=gantt.grid.snap_step())
    home = plans.NOW + 4 * HOUR
    assert [answer.moved[0].setup_start for answer in caught] == [home + step, home]
    assert [answer.moved[0].machine_id for answer in caught] == [1, 2]


def test_a_move_by_keyboard_that_is_refused_says_why(gantt: GanttView) -> None:
    caught, told = drops(gantt), []
    gantt.refused.connect(told.append)
    gantt.select_operations({22})
    QTest.keyClick(gantt, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert told == [message("planning.unknown_machine")]
    assert caught == []


# ---- looking around ------------------------------------------------------------------------------


def wheel(view: GanttView, at: QPointF, notches: int, modifiers: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        at, view.viewport().mapToGlobal(at), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def test_control_wheel_zooms_at_the_pointer(gantt: GanttView) -> None:
    at = QPointF(600, 100)
    under, scale = gantt.grid.minutes(at.x()), gantt.grid.scale
    wheel(gantt, at, 2, Qt.KeyboardModifier.ControlModifier)
    assert gantt.grid.scale > scale * 1.4
    assert gantt.grid.minutes(at.x()) == pytest.approx(under, abs=0.01)


def test_the_wheel_scrolls_rows_and_with_shift_time(gantt: GanttView) -> None:
    gantt.resize(1000, 140)
    QApplication.processEvents()
    left = gantt.grid.left
    wheel(gantt, QPointF(300, 40), -1, NONE)
    assert gantt.top > 0
    assert gantt.grid.left == left
    wheel(gantt, QPointF(300, 40), -1, Qt.KeyboardModifier.ShiftModifier)
    assert gantt.grid.left > left


def test_control_0_shows_the_whole_plan(gantt: GanttView) -> None:
    QTest.keyClick(gantt, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    first, last = gantt.model.bars.span()
    assert gantt.grid.left <= first
    assert gantt.grid.right >= last
    assert gantt.grid.right - gantt.grid.left < (last - first) * 1.2


def test_a_point_goes_to_now(gantt: GanttView) -> None:
    gantt.scroll_to(gantt.model.now + 600)
    QTest.keyClick(gantt, Qt.Key.Key_Period)
    assert gantt.grid.left < gantt.model.now < gantt.grid.right


def test_dragging_on_the_axis_zooms_to_the_range(gantt: GanttView) -> None:
    first, last = gantt.grid.minutes(200), gantt.grid.minutes(500)
    QTest.mousePress(gantt.axis, LEFT, NONE, QPoint(200, 10))
    QTest.mouseMove(gantt.axis, QPoint(350, 10))
    QTest.mouseMove(gantt.axis, QPoint(500, 10))
    QTest.mouseRelease(gantt.axis, LEFT, NONE, QPoint(500, 10))
    assert gantt.grid.left == pytest.approx(first, abs=0.5)
    assert gantt.grid.right == pytest.approx(last, abs=0.5)


def test_the_middle_button_pans(gantt: GanttView) -> None:
    left, middle = gantt.grid.left, Qt.MouseButton.MiddleButton
    send(gantt, QEvent.Type.MouseButtonPress, QPointF(500, 100), button=middle)
    send(gantt, QEvent.Type.MouseMove, QPointF(440, 100), button=middle)
    send(gantt, QEvent.Type.MouseButtonRelease, QPointF(440, 100), button=middle)
    assert gantt.grid.left == pytest.approx(left + 60 / gantt.grid.scale)


def test_a_click_on_a_group_folds_its_rows(gantt: GanttView) -> None:
    height = gantt.layout_of_rows.height
    QTest.mouseClick(gantt.header, LEFT, NONE, QPoint(30, 10))
    assert gantt.layout_of_rows.height == height - 3 * 30
    assert gantt.box_of(gantt.model.bar_of[11]) is None
    gantt.select_operations({11}, show=True)
    assert gantt.box_of(gantt.model.bar_of[11]) is not None


def test_the_scroll_bar_moves_time(gantt: GanttView) -> None:
    bar, left = gantt.horizontalScrollBar(), gantt.grid.left
    QTest.mouseClick(bar, LEFT, NONE, QPoint(bar.width() - 4, bar.height() // 2))
    assert gantt.grid.left > left
    assert bar.value() == pytest.approx((gantt.grid.left - gantt.grid.first) * gantt.grid.scale, 1)


def test_hovering_tells_about_the_bar(gantt: GanttView) -> None:
    gantt.set_describer(lambda bar: (f"bar {bar}", [("Item", "<b>HX</b>"), ("Nothing", "")]))
    send(gantt, QEvent.Type.MouseMove, middle_of(gantt, 12), button=Qt.MouseButton.NoButton)
    QTest.qWait(450)
    assert gantt.card.isVisible()
    words = [label.text() for label in gantt.card.findChildren(type(gantt.card._title))]
    assert "bar 1" in words
    assert "<b>HX</b>" in words
    assert "Nothing" not in words
    QApplication.sendEvent(gantt.viewport(), QEvent(QEvent.Type.Leave))
    gantt.hide_card()


# ---- keeping the place ---------------------------------------------------------------------------


def test_another_plan_keeps_place_zoom_folding_and_selection(
    gantt: GanttView, plan: PlanView
) -> None:
    gantt.select_operations({21})
    gantt.toggle_group("Drying")
    left, scale = gantt.grid.left, gantt.grid.scale
    later = [plans.placement(21, 2, plans.NOW + 9 * HOUR, order_id=2)]
    others = [row for row in plan.placements if row.operation_id != 21]
    gantt.set_model(model_of(plans.view(list(plan.lanes), later + others)))
    assert gantt.selected_operations() == {21}
    assert (gantt.grid.left, gantt.grid.scale) == (left, scale)
    assert gantt.layout_of_rows.folded == {"Drying"}
    box = gantt.box_of(gantt.model.bar_of[21])
    assert gantt.grid.minutes(box.left()) == pytest.approx(to_minutes(plans.NOW + 9 * HOUR))
