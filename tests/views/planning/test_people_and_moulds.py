"""The plan by person and by mould: pieces of bars in their rows, and what a drag means there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.working_time import minute
from app.services.planning.rows import CopyLane, MouldLane, PlanView
from app.views import theme
from app.views.planning.gantt.model import Arrangement, PlanModel, model_of
from app.views.planning.gantt.time_grid import to_minutes
from app.views.planning.gantt.view import GanttView
from tests.views.planning import plans
from tests.views.planning.conftest import HOUR, ForetoldBoard

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
ANN, BO, CY = 1, 2, 3


def at(hours: float) -> datetime:
    return plans.NOW + timedelta(hours=hours)


def crew(*parts: tuple[int, float, float]) -> tuple[tuple[int, int, int, int], ...]:
    return tuple((who, minute(at(a)), minute(at(b)), 0) for who, a, b in parts)


@pytest.fixture
def staffed() -> PlanView:
    """Bar 11: Ann, then Bo, then Ann again after her lunch; 12: Bo alone; 13 needs nobody.

    Mould 7 has copies 71 and 72: 11 uses both, 72 is held for two hours more; 12 uses 71.
    """
    lanes = [plans.lane(1, "Casting"), plans.lane(2, "Casting")]
    rows = [
        plans.placement(
            11, 1, at(0), end=at(6), order_id=1, tool_ids=(71, 72), held_until=at(8),
            crew=crew((ANN, 0, 1), (ANN, 2, 3), (BO, 3, 4), (ANN, 4, 6)),
        ),
        plans.placement(
            12, 2, at(9), end=at(11), order_id=2, tool_ids=(71,), crew=crew((BO, 9, 11))
        ),
        plans.placement(13, 2, at(12), end=at(13), order_id=3, tool_ids=()),
    ]  # fmt: skip
    return plans.view(
        lanes, rows,
        people=(plans.person(ANN, "A 组"), plans.person(BO, "A 组"), plans.person(CY, "")),
        moulds=(plans.mould(7, (71, 72), {71: "CA-01"}), plans.mould(8, (81,))),
    )  # fmt: skip


@pytest.fixture
def chart(qapp: QApplication, staffed: PlanView) -> Iterator[GanttView]:
    view = GanttView(theme.LIGHT, "en")
    view.resize(1000, 400)
    view.set_model(model_of(staffed))
    view.set_board(ForetoldBoard({row.operation_id: row for row in staffed.placements}))
    view.show()
    view.setFocus()
    view.show_range(to_minutes(at(-2)), to_minutes(at(16)))
    qapp.processEvents()
    yield view
    view.cancel_gesture()
    view.close()
    view.deleteLater()


def pieces_in(
    model: PlanModel, arrangement: Arrangement, row: int
) -> list[tuple[int, float, float]]:
    """(operation, from, to) in hours after now of the pieces in a row."""
    tracks = model.arrangements[arrangement].tracks
    low, high = (
        tracks.offsets[tracks.first_of_row[row]],
        tracks.offsets[tracks.first_of_row[row + 1]],
    )
    return [
        (
            int(model.bars.operation[tracks.bar[p]]),
            (tracks.begin[p] - model.now) / 60,
            (tracks.end[p] - model.now) / 60,
        )
        for p in range(low, high)
    ]


def test_a_persons_stretches_at_one_bar_are_one_piece_with_pauses(staffed: PlanView) -> None:
    model = model_of(staffed)
    rows = model.arrangements[Arrangement.PEOPLE]
    assert [info.group for info in rows.infos][:2] == ["A 组", "A 组"]
    assert pieces_in(model, Arrangement.PEOPLE, 0) == [(11, 0, 6)]
    tracks = rows.tracks
    pauses = [(b - model.now, e - model.now) for b, e in zip(
        tracks.pause_begin[: tracks.pause_offsets[1]], tracks.pause_end[: tracks.pause_offsets[1]],
        strict=True)]  # fmt: skip
    assert pauses == [(60, 120), (180, 240)]


def test_work_between_two_stretches_keeps_them_apart(staffed: PlanView) -> None:
    other = plans.placement(14, 2, at(2), end=at(3), crew=crew((ANN, 1, 2)))
    first = replace(staffed.placements[0], crew=crew((ANN, 0, 1), (ANN, 2, 6)))
    model = model_of(replace(staffed, placements=(first, other)))
    assert pieces_in(model, Arrangement.PEOPLE, 0) == [(11, 0, 1), (14, 1, 2), (11, 2, 6)]


def test_who_works_nowhere_has_an_empty_row_and_no_bar_is_invented(staffed: PlanView) -> None:
    model = model_of(staffed)
    assert pieces_in(model, Arrangement.PEOPLE, 2) == []
    tracks = model.arrangements[Arrangement.PEOPLE].tracks
    assert not len(tracks.positions(model.bar_of[13]))


def test_copies_are_lanes_of_their_mould_and_stay_held_until_let_go(staffed: PlanView) -> None:
    model = model_of(staffed)
    rows = model.arrangements[Arrangement.MOULDS]
    assert [info.title for info in rows.infos] == ["M-07", "M-08"]
    assert rows.tracks.lanes(0) == 2
    assert pieces_in(model, Arrangement.MOULDS, 0) == [(11, 0, 8), (12, 9, 11), (11, 0, 8)]
    assert [(name.number, name.lane) for name in rows.infos[0].lane_names] == [("1", 0), ("2", 1)]
    assert [name.place for name in rows.infos[0].lane_names] == ["CA-01", "R-1"]


def test_members_of_one_run_stack_within_their_copy(staffed: PlanView) -> None:
    """A family mould makes two orders in one shot: both stand in the lane of the one copy."""
    mate = replace(staffed.placements[0], operation_id=15, order_id=9, tool_ids=(71,))
    first = replace(staffed.placements[0], tool_ids=(71,))
    second = replace(staffed.placements[1], tool_ids=(72,))
    model = model_of(replace(staffed, placements=(first, mate, second)))
    rows = model.arrangements[Arrangement.MOULDS]
    assert rows.tracks.lanes(0) == 3
    assert [name.lane for name in rows.infos[0].lane_names] == [0, 2]


def test_a_pool_of_carts_is_one_row_that_stacks(staffed: PlanView) -> None:
    pool = MouldLane(9, "CART", "料车", "pool", True, (CopyLane(-9, "", "", "in_store"),))
    rows = tuple(replace(one, tool_ids=(-9,), held_until=None) for one in staffed.placements[:2])
    later = replace(rows[1], setup_start=at(3), start=at(3), end=at(5), segments=())
    model = model_of(replace(staffed, placements=(rows[0], later), moulds=(pool,)))
    assert model.arrangements[Arrangement.MOULDS].tracks.lanes(0) == 2


def test_the_selection_and_the_time_stay_when_the_rows_change(chart: GanttView) -> None:
    left = chart.grid.left
    chart.select_operations({11})
    for arrangement in (Arrangement.PEOPLE, Arrangement.MOULDS, Arrangement.ORDERS):
        chart.set_arrangement(arrangement)
        assert chart.selected_operations() == {11}
        assert chart.grid.left == left
        box = chart.box_of(0)
        assert box is not None
        assert chart.viewport().rect().contains(box.center().toPoint())


def test_a_bar_that_needs_nobody_is_kept_selected_but_not_drawn(chart: GanttView) -> None:
    chart.select_operations({13})
    chart.set_arrangement(Arrangement.PEOPLE)
    assert chart.selected_operations() == {13}
    assert chart.box_of(2) is None
    chart.grab()


def test_each_piece_of_the_selection_is_outlined(chart: GanttView) -> None:
    chart.set_arrangement(Arrangement.PEOPLE)
    chart.select_operations({11})
    boxes = chart._frame().boxes(0)
    assert len(boxes) == 2  # Ann's row and Bo's
    picture = chart.viewport().grab().toImage()
    for box in boxes:
        edge = QPoint(round(box.center().x()), round(box.top() - 1))
        assert picture.pixelColor(edge) == chart.colours.accent


def test_a_click_on_any_piece_selects_the_operation(chart: GanttView) -> None:
    chart.set_arrangement(Arrangement.MOULDS)
    second = chart._frame().boxes(0)[1]
    QTest.mouseClick(chart.viewport(), LEFT, NONE, second.center().toPoint())
    assert chart.selected_operations() == {11}


def drag(chart: GanttView, begin: QPointF, to: QPointF) -> None:
    QTest.mousePress(chart.viewport(), LEFT, NONE, begin.toPoint())
    QTest.mouseMove(chart.viewport(), (begin + (to - begin) / 2).toPoint())
    QTest.mouseMove(chart.viewport(), to.toPoint())
    QTest.mouseRelease(chart.viewport(), LEFT, NONE, to.toPoint())


@pytest.mark.parametrize(
    ("arrangement", "code"),
    [(Arrangement.PEOPLE, "people_by_plan"), (Arrangement.MOULDS, "moulds_by_plan")],
)
def test_another_persons_or_moulds_row_is_refused_with_the_reason(
    chart: GanttView, arrangement: Arrangement, code: str
) -> None:
    chart.set_arrangement(arrangement)
    refused, dropped = [], []
    chart.refused.connect(refused.append)
    chart.dropped.connect(dropped.append)
    box = chart.box_of(0)
    layout = chart.layout_of_rows
    assert box is not None
    assert layout is not None
    band = layout.band_of(len(layout.rows) - 1)
    assert band is not None
    drag(chart, box.center(), QPointF(box.center().x() + 60, band.top + band.height / 2))
    assert [message.code for message in refused] == [f"planning.{code}"]
    assert dropped == []


def test_along_the_row_the_engine_answers_as_it_does_by_machine(chart: GanttView) -> None:
    chart.set_arrangement(Arrangement.PEOPLE)
    dropped = []
    chart.dropped.connect(dropped.append)
    box = chart.box_of(1)
    assert box is not None
    drag(chart, box.center(), box.center() + QPointF(2 * 60 * chart.grid.scale, 0))
    assert len(dropped) == 1
    assert dropped[0].moved[0].machine_id == 2
    assert abs(dropped[0].moved[0].setup_start - at(11)) <= HOUR / 2


def test_keys_walk_along_and_between_people(chart: GanttView) -> None:
    chart.set_arrangement(Arrangement.PEOPLE)
    chart.select_operations({12})
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.selected_operations() == {11}
    assert chart.current_row == 1  # still Bo's row
    QTest.keyClick(chart, Qt.Key.Key_Up)
    assert chart.current_row == 0


def test_a_thousand_pieces_are_found_by_bar() -> None:
    model = model_of(plans.big_view(1200, 24))
    for rows in model.arrangements.values():
        tracks = rows.tracks
        for bar in (0, 17, 1199):
            positions = tracks.positions(bar)
            assert len(positions)
            assert (tracks.bar[positions] == bar).all()
            for position in positions.tolist():
                row, lane = tracks.row_at(position)
                track = tracks.first_of_row[row] + lane
                assert tracks.offsets[track] <= position < tracks.offsets[track + 1]
        assert np.isin(np.arange(1200), tracks.bar).all()
