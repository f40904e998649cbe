"""Load against capacity: amounts checked by hand, buckets by the zoom, and the list of a column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.services.planning.rows import PlanView, Turn
from app.views import theme
from app.views.planning.gantt.load import LoadBy, LoadGroup, LoadOf, curve_of, shift_edges, united
from app.views.planning.gantt.load_view import BAND, Bucket, LoadView
from app.views.planning.gantt.model import PlanModel, model_of
from app.views.planning.gantt.time_grid import to_minutes
from app.views.planning.gantt.view import GanttView
from app.views.planning.load_panel import LoadPanel
from app.views.planning.schedule_page import SchedulePage
from tests.views.planning import plans

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
MIDNIGHT = plans.MONDAY - timedelta(hours=8)  # Monday 00:00 in Shanghai


def at(hours: float) -> datetime:
    """Hours after Monday 00:00 in Shanghai; the machines work 08-12 and 13-17."""
    return MIDNIGHT + timedelta(hours=hours)


def bar(operation: int, machine: int, begin: float, end: float, **more: object) -> object:
    return plans.placement(
        operation, machine, at(begin), start=at(begin), end=at(end),
        segments=more.pop("segments", ((at(begin), at(end)),)), **more,
    )  # fmt: skip


@pytest.fixture
def loaded() -> PlanView:
    """Two machines of Casting (one with twelve places, round the clock), an oven; two days."""
    lanes = [
        plans.lane(1, "Casting"),
        replace(plans.lane(2, "Casting"), kind="cumulative", capacity=12),
        plans.lane(3, "Drying", "batch"),
    ]
    rest = ((at(9), at(12)), (at(13), at(14)))
    rows = [
        bar(11, 1, 9, 14, segments=rest, order_id=1),  # four hours, lunch left out
        bar(12, 2, 8, 12, share=0.25, order_id=2),  # one machine hour of four
        bar(13, 2, 8, 12, share=0.5, order_id=3),
        bar(21, 3, 10, 16, order_id=4),  # one load of the oven for two orders: six hours
        bar(22, 3, 10, 16, order_id=5),
        bar(31, 1, 32, 36, order_id=6, due=at(12), order_end=at(36)),  # a day late
    ]
    return plans.view(lanes, rows, days=6)  # type: ignore[arg-type]


def group(model: PlanModel, name: str, of: LoadOf = LoadOf.CENTRES) -> LoadGroup:
    return next(one for one in model.loads[of] if one.name == name)


def amounts(
    one: LoadGroup, *hours: float, by: LoadBy = LoadBy.PLAN
) -> tuple[list[float], list[float]]:
    """(work, capacity) in hours between moments given in hours after Monday 00:00."""
    work, capacity = one.loads(by, np.array([to_minutes(at(hour)) for hour in hours]))
    return (work / 60).round(6).tolist(), (capacity / 60).round(6).tolist()


def test_work_is_worked_time_by_the_share_that_is_taken(loaded: PlanView) -> None:
    casting = group(model_of(loaded), "Casting")
    assert amounts(casting, 0, 24, 48) == ([4 + 1 + 2, 4], [8 + 24, 8 + 24])
    assert amounts(casting, 8, 9, 10) == ([0.75, 1.75], [2, 2])


def test_one_load_of_the_oven_counts_once_however_many_orders_it_is_for(loaded: PlanView) -> None:
    assert amounts(group(model_of(loaded), "Drying"), 0, 24)[0] == [6]


def test_lunch_and_nights_are_no_capacity_of_a_day_machine(loaded: PlanView) -> None:
    casting = group(model_of(loaded), "Casting")
    assert amounts(casting, 12, 13, 17, 32) == ([0, 1, 0], [1, 8, 15])


def test_by_due_date_late_work_is_where_it_should_have_been(loaded: PlanView) -> None:
    """Order 6 ends on Tuesday 12:00 and was due on Monday 12:00; the others by their own dates."""
    rows = tuple(
        row if row.order_id == 6 else replace(row, due=row.order_end) for row in loaded.placements
    )
    casting = group(model_of(replace(loaded, placements=rows)), "Casting")
    work, capacity = amounts(casting, 0, 24, 48, by=LoadBy.DUE)
    assert work == [4 + 1 + 2 + 4, 0]
    assert capacity == [32, 32]


def test_overlapping_stretches_of_one_unit_are_one(loaded: PlanView) -> None:
    unit, begin, end = united(
        np.array([0, 0, 1, 0]), np.array([0.0, 5.0, 0.0, 20.0]), np.array([10.0, 12.0, 3.0, 25.0])
    )
    found = sorted(zip(unit.tolist(), begin.tolist(), end.tolist(), strict=True))
    assert found == [(0, 0.0, 12.0), (0, 20.0, 25.0), (1, 0.0, 3.0)]


def test_a_curve_answers_for_any_stretch() -> None:
    curve = curve_of(np.array([0.0, 10.0]), np.array([20.0, 30.0]), np.array([1.0, 2.0]))
    assert curve.amounts(np.array([-5.0, 5.0, 15.0, 40.0])).tolist() == [5, 20, 35]


def test_people_and_moulds_have_their_own_capacity(loaded: PlanView) -> None:
    first = replace(loaded.placements[0], tool_ids=(71,), crew=((5, *minutes(9, 12), 0),))
    view = replace(
        plans.view([plans.lane(1, "Casting")], [first], days=6,
                   people=(plans.person(5, "A"), plans.person(6, "A")),
                   moulds=(plans.mould(7, (71, 72)),)),
        placements=(first,),
    )  # fmt: skip
    model = model_of(view)
    assert amounts(group(model, "A", LoadOf.TEAMS), 0, 24) == ([3], [16])
    # A mould is held through lunch, and could hang at night.
    assert amounts(group(model, "M-07", LoadOf.MOULDS), 0, 24) == ([5], [48])


def minutes(*hours: float) -> tuple[int, ...]:
    return tuple(round(to_minutes(at(hour))) for hour in hours)


def test_time_after_a_shift_counts_to_it_and_a_day_off_stands_alone() -> None:
    zone = ZoneInfo("Europe/Berlin")

    def turn(day: int, begin: int, length: int) -> Turn:
        start = datetime(2026, 3, day, begin, tzinfo=zone).astimezone(UTC)
        return Turn(start.date(), "N", start, start + timedelta(hours=length))

    # Friday's night shift 22-06 ends on Saturday; Sunday the clocks go forward; Monday goes on.
    edges = shift_edges([turn(27, 14, 8), turn(27, 22, 8), turn(30, 14, 8)], zone)
    local = [datetime.fromtimestamp(edge * 60, zone).strftime("%d %H:%M") for edge in edges]
    assert local == ["27 14:00", "27 22:00", "28 06:00", "29 00:00", "30 14:00"]
    assert edges[4] - edges[3] == 37 * 60  # a day of 23 hours and 14 hours


# ---- the widget ----------------------------------------------------------------------------------


@pytest.fixture
def panel(qapp: QApplication, loaded: PlanView) -> Iterator[LoadPanel]:
    gantt = GanttView(theme.LIGHT, "en")
    gantt.resize(1000, 300)
    gantt.set_model(model_of(loaded))
    panel = LoadPanel(gantt, gantt)
    panel.setGeometry(0, 300, 1000, 180)
    panel.open(True)
    gantt.resize(1000, 500)
    gantt.show()
    qapp.processEvents()
    gantt.show_range(to_minutes(at(0)), to_minutes(at(96)))
    yield panel
    gantt.close()
    gantt.deleteLater()


def centre_of(view: LoadView, bucket: Bucket) -> QPointF:
    grid = view._chart.grid
    row = view.groups.index(bucket.group)
    return QPointF((grid.x(bucket.begin) + grid.x(bucket.end)) / 2, row * BAND + BAND / 2)


def test_columns_are_shifts_days_or_weeks_as_the_zoom_asks_for(panel: LoadPanel) -> None:
    view, gantt = panel.view, panel.view._chart
    first = view.groups[0]
    spans = {}
    for days in (2, 20, 200):
        gantt.grid.set_span(to_minutes(at(-24)), to_minutes(at(24 * 400)))
        gantt.show_range(to_minutes(at(0)), to_minutes(at(24 * days)))
        edges = view.edges(first)
        assert edges[0] <= gantt.grid.left
        assert edges[-1] >= gantt.grid.right
        spans[days] = np.diff(edges)[1:-1].max() / 60
    assert spans == {2: 12, 20: 24, 200: 168}


def test_a_column_stands_under_its_own_time(panel: LoadPanel) -> None:
    view, gantt = panel.view, panel.view._chart
    assert view.viewportMargins().left() == gantt.header.width()
    left = view.viewport().mapTo(gantt, view.viewport().rect().topLeft()).x()
    assert left == gantt.viewport().mapTo(gantt, gantt.viewport().rect().topLeft()).x()


def test_overload_is_said_in_red_with_a_hatch_a_triangle_and_in_words(panel: LoadPanel) -> None:
    view = panel.view
    casting = next(one for one in view.groups if one.name == "Casting")
    half = replace(
        casting,
        capacity=curve_of(*(np.array([v]) for v in (to_minutes(at(0)), to_minutes(at(4)), 1.0))),
    )
    edges = view.edges(casting)
    work, capacity = half.loads(LoadBy.PLAN, edges)
    number = int(np.argmax(work))
    over = Bucket(half, edges[number], edges[number + 1], work[number], capacity[number])
    assert over.overloaded
    model = view._chart.model
    assert model is not None
    view._chart.model = replace(model, loads={LoadOf.CENTRES: (half,)})
    assert "overloaded" in view.words(over)
    picture = view.viewport().grab().toImage()
    colours = [picture.pixelColor(x, y).name() for y in range(BAND) for x in range(picture.width())]
    late = view._chart.colours.late.name()
    assert colours.count(late) > 50
    box = centre_of(view, over)
    above = [picture.pixelColor(round(box.x()), y).name() for y in range(BAND)]
    assert late in above[: BAND // 2]


def test_a_click_lists_the_work_of_the_column(panel: LoadPanel) -> None:
    view = panel.view
    heard: list[tuple[object, bool]] = []
    panel.listed.connect(lambda found, by_hand: heard.append((found, by_hand)))
    casting = next(one for one in view.groups if one.name == "Casting")
    busiest = max(view.buckets(casting), key=lambda one: one.work)
    QTest.mouseClick(view.viewport(), LEFT, NONE, centre_of(view, busiest).toPoint())
    assert heard == [({11: 240.0, 12: 240.0, 13: 240.0}, True)]
    assert "7 h of" in panel.remark.text()


def test_keys_choose_a_column_and_enter_lists_it(panel: LoadPanel) -> None:
    view = panel.view
    heard: list[object] = []
    view.chosen.connect(heard.append)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    begin = view.current_bucket()
    QTest.keyClick(view, Qt.Key.Key_Right)
    after = view.current_bucket()
    assert begin is not None
    assert after is not None
    assert after.begin == begin.end
    QTest.keyClick(view, Qt.Key.Key_Down)
    below = view.current_bucket()
    assert below is not None
    assert below.group is not after.group
    assert (
        "h of" in view.accessibleDescription() or "nothing is open" in view.accessibleDescription()
    )
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert heard == [below]


def test_whether_it_is_open_and_whose_load_comes_back(panel: LoadPanel, tmp_path: object) -> None:
    settings = QSettings(f"{tmp_path}/s.ini", QSettings.Format.IniFormat)
    panel.choose("moulds", "due")
    panel.save(settings)
    other = LoadPanel(panel._gantt, panel._gantt)
    assert not other.is_open
    other.restore(settings)
    assert other.is_open
    assert (other.view.of, other.view.by) == (LoadOf.MOULDS, LoadBy.DUE)


def test_the_legend_counts_what_is_short_and_the_load_takes_no_height_until_it_is_wanted(
    page: SchedulePage,
) -> None:
    page.kits.changed.emit(frozenset({1, 2}))
    assert "short: 2" in page.controls.legend.accessibleDescription()
    page.kits.changed.emit(frozenset())
    assert "short" not in page.controls.legend.accessibleDescription()
    page.load.panel.open(False)
    assert not page.load.panel.isVisible()
    page.load.panel.switch.click()
    assert page.load.panel.isVisible()
