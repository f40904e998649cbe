"""Time grid, tracks, raster, captions and colours, each on its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QFont, QImage
from PySide6.QtWidgets import QApplication

from app.services.planning.rows import PlanView, ShiftSpan
from app.views import theme
from app.views.planning.gantt.captions import Captions, caption_texts, step_texts
from app.views.planning.gantt.chip import consequence, signed
from app.views.planning.gantt.colouring import ColourBy, Term, colouring, shades
from app.views.planning.gantt.model import Arrangement, PlanModel, model_of
from app.views.planning.gantt.raster import Raster
from app.views.planning.gantt.row_layout import (
    NO_WORK_CENTRE,
    SUBCONTRACTORS,
    RowLayout,
    row_height,
)
from app.views.planning.gantt.scene import Scene
from app.views.planning.gantt.style import FINISHED, style_of
from app.views.planning.gantt.time_grid import TimeGrid, to_datetime, to_minutes
from app.views.planning.gantt.view import GanttView
from tests.views.planning import plans
from tests.views.planning.conftest import HOUR, Answer

DAY = 1440.0


def grid_from(begin: datetime, days: float, zone: str, width: float = 1200) -> TimeGrid:
    first = to_minutes(begin)
    grid = TimeGrid(ZoneInfo(zone), first, first + days * DAY)
    grid.set_width(width)
    grid.fit()
    return grid


# ---- time grid -----------------------------------------------------------------------------------


def test_time_and_x_are_inverse() -> None:
    grid = grid_from(plans.NOW, 7, "Asia/Shanghai")
    for x in (0.0, 333.3, 1199.0):
        assert grid.x(grid.minutes(x)) == pytest.approx(x)


def test_a_datetime_survives_the_way_to_minutes_and_back() -> None:
    assert to_datetime(to_minutes(plans.NOW + timedelta(minutes=7))) == plans.NOW + timedelta(
        minutes=7
    )


@pytest.mark.parametrize(
    ("zone", "midnight", "hours"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Berlin")), 23),
        ("Europe/Berlin", datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Berlin")), 25),
        ("America/New_York", datetime(2026, 3, 8, tzinfo=ZoneInfo("America/New_York")), 23),
        ("Australia/Lord_Howe", datetime(2026, 4, 5, tzinfo=ZoneInfo("Australia/Lord_Howe")), 24.5),
        ("Asia/Shanghai", datetime(2026, 3, 29, tzinfo=ZoneInfo("Asia/Shanghai")), 24),
    ],
)
def test_days_of_a_clock_change_are_as_long_as_they_are(
    zone: str, midnight: datetime, hours: float
) -> None:
    grid = grid_from(midnight.astimezone(UTC), 3, zone)
    _, days = grid.ticks("en")
    assert days[1].minutes - days[0].minutes == hours * 60
    minor, _ = grid.ticks("en")
    stamps = [tick.minutes for tick in minor]
    assert stamps == sorted(set(stamps))
    local = [to_datetime(tick.minutes).astimezone(ZoneInfo(zone)) for tick in minor]
    assert [f"{at:%H}" for at in local] == [tick.label for tick in minor]


def test_labels_speak_both_languages_and_follow_the_zoom() -> None:
    grid = grid_from(plans.MONDAY - 8 * HOUR, 7, "Asia/Shanghai")
    assert grid.ticks("zh")[1][0].label == "11-23 周一"
    assert grid.ticks("en")[1][0].label == "11-23 Mon"
    wide = grid_from(plans.MONDAY - 8 * HOUR, 40, "Asia/Shanghai")
    assert wide.ticks("zh")[1][0].label == "2026 年 11 月"
    assert {tick.label for tick in wide.ticks("en")[0]} >= {"23", "30"}
    year = grid_from(plans.MONDAY, 900, "Asia/Shanghai")
    assert len(year.ticks("en")[0]) < 40


def test_zoom_stays_between_the_whole_plan_and_a_minute() -> None:
    grid = grid_from(plans.NOW, 30, "Asia/Shanghai")
    for _ in range(60):
        grid.zoom_at(600, 0.5)
    assert (grid.left, grid.right) == (grid.first, pytest.approx(grid.last))
    for _ in range(60):
        grid.zoom_at(600, 2)
    assert grid.scale == 8.0


# ---- tracks --------------------------------------------------------------------------------------


def test_bars_of_a_track_never_overlap_and_none_is_lost() -> None:
    model = model_of(plans.big_view(1200, 48))
    for rows in model.arrangements.values():
        tracks = rows.tracks
        # One person and one copy to each bar here, with other work between some of its stretches.
        found = tracks.bar.tolist()
        assert set(found) == set(range(len(model.bars)))
        assert rows.arrangement is Arrangement.PEOPLE or len(found) == len(model.bars)
        for track in range(len(tracks.offsets) - 1):
            low, high = tracks.offsets[track], tracks.offsets[track + 1]
            assert (tracks.begin[low + 1 : high] >= tracks.end[low : high - 1]).all()


def test_a_stretch_of_time_finds_the_bars_that_touch_it(plan: PlanView) -> None:
    tracks = model_of(plan).machine_rows.tracks
    now = to_minutes(plans.NOW)
    low, high = tracks.between(int(tracks.first_of_row[0]), now + 160, now + 300)
    assert tracks.bar[low:high].tolist() == [2]
    low, high = tracks.between(int(tracks.first_of_row[0]), now + 10, now + 20)
    assert tracks.bar[low:high].tolist() == [0]


def test_parallel_work_gets_lanes_and_a_taller_row() -> None:
    rows = [plans.placement(n, 1, plans.NOW, order_id=n) for n in range(1, 7)]
    model = model_of(plans.view([plans.lane(1, "Oven", "batch")], rows))
    layout = RowLayout(model.machine_rows.infos, model.machine_rows.tracks)
    band = layout.band_of(0)
    assert band is not None
    assert band.lanes == 6
    assert band.height == row_height(6) > row_height(1)
    boxes = [band.lane_box(lane) for lane in range(6)]
    assert all(a[0] + a[1] <= b[0] for a, b in pairwise(boxes))
    assert [band.lane_at(top + height / 2) for top, height in boxes] == list(range(6))


def test_rows_are_grouped_by_work_centre_and_orders_sorted_by_due(plan: PlanView) -> None:
    model = model_of(plan)
    machines = model.arrangements[Arrangement.MACHINES].infos
    assert [info.group for info in machines] == ["Casting"] * 3 + ["Drying"]
    orders = model.arrangements[Arrangement.ORDERS].infos
    assert [info.key for info in orders] == [1, 3, 2]
    assert orders[0].marker == to_minutes(plans.NOW + timedelta(days=2))


def test_subcontractors_and_stray_machines_have_groups_of_their_own() -> None:
    away = replace(plans.lane(1, ""), id=-1, kind="supplier", code="OUT")
    stray, idle = replace(plans.lane(2, ""), code="S"), replace(plans.lane(3, "Old"), active=False)
    rows = [plans.placement(11, -1, plans.NOW, order_id=1)]
    infos = model_of(plans.view([plans.lane(4, "Casting"), away, stray, idle], rows)).machine_rows
    assert [(info.key, info.group) for info in infos.infos] == [
        (4, "Casting"), (-1, SUBCONTRACTORS), (2, NO_WORK_CENTRE),
    ]  # fmt: skip
    assert infos.infos[1].note == ""


# ---- raster --------------------------------------------------------------------------------------


@pytest.fixture
def scene(plan: PlanView) -> Scene:
    model = model_of(plan)
    grid = TimeGrid(model.zone, *model.span())
    grid.set_width(900)
    grid.show(model.now, model.now + 900)
    return scene_of(model, grid)


def scene_of(model: PlanModel, grid: TimeGrid) -> Scene:
    rows, style = model.machine_rows, style_of(theme.LIGHT)
    codes = shades(model.bars, np.zeros(len(model.bars), np.uint8), None)
    return Scene(model.bars, rows.tracks, codes, model.windows, rows.calendars, grid, style)


def picture(
    scene: Scene, model_rows: RowLayout, size: tuple[int, int] = (900, 200)
) -> tuple[Raster, QImage]:
    raster = Raster()
    bands = model_rows.visible(0, size[1])
    image = raster.render(scene, bands, 0, size, 1.0, ([], []))
    return raster, image.copy()


def layout_of(plan: PlanView) -> RowLayout:
    rows = model_of(plan).machine_rows
    return RowLayout(rows.infos, rows.tracks)


def test_a_bar_has_edge_hatched_head_body_and_progress(plan: PlanView) -> None:
    half = [plans.placement(11, 1, plans.NOW, order_id=1, progress=0.5)]
    view = plans.view(list(plan.lanes), half)
    model = model_of(view)
    grid = TimeGrid(model.zone, *model.span())
    grid.set_width(900)
    grid.show(model.now, model.now + 900)
    scene = scene_of(model, grid)
    _, image = picture(scene, layout_of(view))
    style, middle, low = scene.style, 24 + 15, 24 + 5 + 18
    edge, fill = QColor.fromRgb(int(style.edge[0])), QColor.fromRgb(int(style.fill[0]))
    assert image.pixelColor(1, middle) == edge
    head = {image.pixelColor(x, y).name() for x in range(5, 28) for y in range(33, 41)}
    assert head == {fill.name(), QColor.fromRgb(int(style.hatch[0])).name()}
    assert image.pixelColor(100, middle) == fill
    assert image.pixelColor(60, low) == QColor.fromRgb(int(style.done[0]))
    assert image.pixelColor(120, low) == fill
    assert image.pixelColor(155, middle) not in (fill, edge)


def test_a_late_order_has_a_red_cap(scene: Scene, plan: PlanView) -> None:
    _, image = picture(scene, layout_of(plan))
    end = round(scene.grid.x(to_minutes(plans.NOW + 6.5 * HOUR)))
    assert image.pixelColor(end - 2, 24 + 30 + 15) == QColor(theme.LIGHT.late)


def test_a_pause_is_a_thin_line(plan: PlanView) -> None:
    begin = plans.NOW
    rest = (begin + 2 * HOUR, begin + 5 * HOUR)
    row = plans.placement(
        11, 1, begin, order_id=1, end=begin + 8 * HOUR,
        segments=((begin, rest[0]), (rest[1], begin + 8 * HOUR)),
    )  # fmt: skip
    view = plans.view(list(plan.lanes), [row])
    model = model_of(view)
    grid = TimeGrid(model.zone, *model.span())
    grid.set_width(900)
    grid.show(model.now, model.now + 900)
    scene = scene_of(model, grid)
    _, image = picture(scene, layout_of(view))
    x = round(grid.x(to_minutes(begin + 3.5 * HOUR)))
    column = [image.pixelColor(x, y) for y in range(24 + 5, 24 + 25)]
    edge = QColor.fromRgb(int(scene.style.edge[0]))
    assert column.count(edge) == 2
    assert QColor.fromRgb(int(scene.style.fill[0])) not in column


def test_time_off_shift_is_shaded(scene: Scene, plan: PlanView) -> None:
    _, image = picture(scene, layout_of(plan))
    night = round(scene.grid.x(to_minutes(plans.MONDAY + 11 * HOUR)))
    noon = round(scene.grid.x(to_minutes(plans.MONDAY + 8 * HOUR)))
    assert image.pixelColor(night, 24 + 2) == QColor(theme.LIGHT.off_shift)
    assert image.pixelColor(noon, 24 + 2) == QColor(theme.LIGHT.panel)


def test_the_first_piece_of_a_shift_has_a_colour_and_words_of_its_own(
    qapp: QApplication, plan: PlanView
) -> None:
    """Neither open nor closed; the row beside it without one is as it was."""
    begin = plans.MONDAY + 24 * HOUR
    until = begin + timedelta(minutes=30)
    shifts = [
        replace(one, start=until) if (one.lane_id, one.start) == (1, begin) else one
        for one in plan.shifts
    ]
    first = ShiftSpan(1, begin, until, overtime=False)
    shown = replace(plan, shifts=tuple(shifts), first_pieces=(first,), placements=())
    view = GanttView(theme.LIGHT, "en")
    view.resize(1000, 300)
    view.set_model(model_of(shown))
    view.show_range(to_minutes(begin) - 60, to_minutes(begin) + 180)
    image = view.viewport().grab().toImage()
    x = round(view.grid.x(to_minutes(begin) + 11))
    rows = {band.row: band for band in view.layout_of_rows.visible(0, 300) if band.row >= 0}
    row = view.model.row_of_machine[1]
    other = next(number for number in rows if number != row)
    y, beside = (round(rows[number].top + 8) for number in (row, other))
    assert image.pixelColor(x, y) == view.colours.first_piece
    assert image.pixelColor(x, beside) != view.colours.first_piece
    assert "First piece of the shift, 08:00–08:30" in view.ground_words(QPoint(x, y))
    assert view.ground_words(QPoint(x, beside)) == ""
    later = round(view.grid.x(to_minutes(until) + 11))
    assert view.ground_words(QPoint(later, y)) == ""
    assert image.pixelColor(later, y) == view.colours.panel
    view.deleteLater()


def test_more_bars_than_pixels_become_a_strip_as_strong_as_the_load() -> None:
    """Half the time busy: the strip is about half as strong as a bar."""
    rows = [
        plans.placement(
            n, 1, plans.NOW + n * timedelta(minutes=10), order_id=1,
            start=plans.NOW + n * timedelta(minutes=10),
            end=plans.NOW + n * timedelta(minutes=10) + timedelta(minutes=5), late_minutes=0,
        )
        for n in range(4000)
    ]  # fmt: skip
    view = plans.view([plans.lane(1, "Casting")], rows, days=40)
    model = model_of(view)
    grid = TimeGrid(model.zone, *model.span())
    grid.set_width(400)
    grid.fit()
    scene = scene_of(model, grid)
    raster, image = picture(scene, layout_of(view), (400, 60))
    assert raster.drawn == 4000
    panel, fill = scene.style.panel, QColor.fromRgb(int(scene.style.fill[0]))
    got = image.pixelColor(200, 24 + 15)
    assert abs(got.red() - (panel.red() + fill.red()) / 2) < 12


def test_a_plan_without_operations_is_drawn_empty() -> None:
    view = plans.view([plans.lane(1, "Casting")], [])
    model = model_of(view)
    grid = TimeGrid(model.zone, *model.span())
    raster, image = picture(scene_of(model, grid), layout_of(view))
    assert raster.drawn == 0
    assert not image.isNull()


# ---- words and colours ---------------------------------------------------------------------------


def test_captions_give_way_with_the_width(qapp: QApplication) -> None:
    row = plans.placement(1, 1, plans.NOW, order_id=102)
    captions = Captions(QFont(qapp.font()))
    said = []
    for width in (400, 130, 40, 10):
        text = captions.best(0, [row], width)
        said.append(text.text() if text is not None else None)
    assert said == ["MO2611-0102 · HX-15-W · 108 支", "HX-15-W · 108 支", "0102", None]
    assert caption_texts(row)[2] == "0102"
    rush = replace(row, order_number="RUSH-1")
    assert caption_texts(rush)[2:] == ("RUSH-1", "…-1")
    assert step_texts(row) == ("10 浇注 · M-1", "10 浇注", "10")


def test_an_order_keeps_its_colour_and_neighbours_differ(plan: PlanView) -> None:
    bars = model_of(plan).bars
    category = colouring(bars, ColourBy.ORDER).category.tolist()
    assert category[0] == category[1]
    assert category[0] != category[2]


def test_legends_count_what_is_coloured(plan: PlanView) -> None:
    bars = model_of(plan).bars
    late = {e.name: e.count for e in colouring(bars, ColourBy.LATENESS).legend}
    assert late == {Term.ON_TIME: 4, Term.LATE_UP_TO_A_DAY: 1}
    big = model_of(plans.big_view(900, 10)).bars
    families = colouring(big, ColourBy.FAMILY).legend
    assert len(families) == 8
    assert families[-1].name is Term.OTHERS
    assert sum(entry.count for entry in families) == len(big)


def test_finished_work_is_quieter(plan: PlanView) -> None:
    done = [plans.placement(1, 1, plans.NOW, order_id=1, progress=1.0, late_minutes=5)]
    bars = model_of(plans.view(list(plan.lanes), done)).bars
    assert shades(bars, np.zeros(1, np.uint8), None)[0] == FINISHED
    assert not bars.late[0]


def test_every_fill_carries_its_text_readably() -> None:
    """Contrast of text on the fills, by the formula of WCAG 2.1, both themes."""

    def luminance(colour: QColor) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (
            colour.redF(), colour.greenF(), colour.blueF()
        )]  # fmt: skip
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    for tokens in (theme.LIGHT, theme.DARK):
        style = style_of(tokens)
        for shade in range(16):
            pair = sorted(
                (luminance(style.text), luminance(QColor.fromRgb(int(style.fill[shade]))))
            )
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (tokens.dark, shade)


# ---- chip ----------------------------------------------------------------------------------------


def test_the_chip_says_at_most_three_figures_the_worst_first(qapp: QApplication) -> None:
    answer = Answer(
        1, None, orders_late=2, orders_later=5, setup_minutes=-35, tardiness_minutes=130,
        overtime_minutes=10,
    )  # fmt: skip
    lines = [line.text for line in consequence(answer, "en")]
    assert lines == ["Late orders +2", "Orders finishing later +5", "Tardiness +2 h 10"]
    answer = Answer(1, None, light_batches=1, short_campaigns=-2)
    lines = [line.text for line in consequence(answer, "en")]
    assert lines == ["Light oven batches +1", "Campaigns cut short −2"]
    assert signed(-35, "en") == "−35 min"
    assert [line.weight for line in consequence(Answer(1, None), "en")] == ["good"]


@pytest.mark.parametrize("pauses", [1, 2])
def test_words_stand_beside_a_pause_not_over_it(
    qapp: QApplication, plan: PlanView, pauses: int
) -> None:
    """The longest stretch of work carries the caption; the pause shows its line only."""
    begin = plans.NOW
    works = [(begin, begin + HOUR), (begin + 4 * HOUR, begin + 9 * HOUR)]
    if pauses == 2:
        works.append((begin + 11 * HOUR, begin + 12 * HOUR))
    row = plans.placement(11, 1, begin, start=begin, end=works[-1][1], segments=tuple(works))
    view = GanttView(theme.LIGHT, "en")
    view.resize(1000, 300)
    view.set_model(model_of(plans.view(list(plan.lanes), [row])))
    view.show_range(to_minutes(begin) - 60, to_minutes(begin) + 900)
    image = view.viewport().grab().toImage()
    assert view.painter.words.drawn == 1
    box = view.box_of(0)

    def dark_pixels(first: datetime, last: datetime) -> int:
        left, right = (round(view.grid.x(to_minutes(at))) for at in (first, last))
        return sum(
            image.pixelColor(x, y).lightness() < 70
            for x in range(left + 4, right - 3)
            for y in range(round(box.top()), round(box.bottom()))
        )

    assert dark_pixels(*works[1]) > 50
    assert dark_pixels(works[0][1], works[1][0]) == 0
    view.deleteLater()
