"""Days on which the clocks change, in three zones: the axis, the grid, plans over a night shift."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import update

from app.core.choices import RequestedKind
from app.core.format import clock, moment
from app.models.access import Site
from app.models.database import Database
from app.models.plant import Machine, Operator, Shift
from app.services.edit import apply_edit
from app.services.orders.dates import internal_due
from app.services.planning.queries import plan_view
from app.services.planning.rows import PlanView
from app.services.planning.solving import schedule_plant
from app.services.plant.calendar_view import times
from app.services.plant.holiday_notice import read_holiday_list
from app.services.plant.holiday_plan import edit_of, plan_list, plan_public
from app.services.plant.holidays import public_holidays
from app.views import theme
from app.views.context import AppContext
from app.views.planning.describing import Describer
from app.views.planning.gantt.model import model_of
from app.views.planning.gantt.time_grid import MINOR_STEPS, TimeGrid, to_datetime, to_minutes
from app.views.planning.gantt.view import GanttView
from tests.services.small_plant import SmallPlant
from tests.views.conftest import MakeContext
from tests.views.planning import plans

CHANGES = [
    # zone, day on which the clocks change, its hours, full hours of the wall clock in it
    ("Europe/Berlin", date(2026, 3, 29), 23, 23),
    ("Europe/Berlin", date(2026, 10, 25), 25, 25),
    ("America/New_York", date(2026, 3, 8), 23, 23),
    ("America/New_York", date(2026, 11, 1), 25, 25),
    ("Australia/Lord_Howe", date(2026, 10, 4), 23.5, 23),
    ("Australia/Lord_Howe", date(2026, 4, 5), 24.5, 24),
]
NAMES = [f"{zone}-{day:%m}" for zone, day, *_ in CHANGES]
each_change = pytest.mark.parametrize(("zone", "day", "hours", "full"), CHANGES, ids=NAMES)


def midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def grid_about(day: date, zone: str, days: float = 3) -> TimeGrid:
    first = to_minutes(midnight(day - timedelta(days=1), zone))
    grid = TimeGrid(ZoneInfo(zone), first, first + days * 1440)
    grid.set_width(1000)
    return grid


# ---- the axis ------------------------------------------------------------------------------------


@each_change
def test_ticks_of_every_zoom_stand_in_order_on_the_wall_clock(
    zone: str, day: date, hours: float, full: int
) -> None:
    for step in MINOR_STEPS[1:9]:
        grid = grid_about(day, zone)
        begin = to_minutes(midnight(day, zone))
        pixels = {"minute": 44, "hour": 32, "day": 24}[step.unit]
        grid.set_width(max(pixels * hours * 60 / step.minutes, 100))
        grid.set_scale(pixels / step.minutes)
        grid.scroll_to(begin)
        assert grid.minor_step() == step
        minor, major = grid.ticks("en")
        at = [tick.minutes for tick in minor]
        assert all(a < b for a, b in pairwise(at))
        assert at[0] <= grid.left
        local = [to_datetime(m).astimezone(ZoneInfo(zone)) for m in at]
        if step.unit == "minute":
            assert all(one.minute % step.count == 0 for one in local)
            assert max(np.diff(at)) == step.count
        else:
            assert all(
                one.minute == 0 and one.hour % (step.count if step.unit == "hour" else 24) == 0
                for one in local
            )
        assert [tick.label[:2] for tick in minor] == [
            f"{one:%H}" if step.unit != "day" else f"{one.day}"[:2] for one in local
        ] or step.unit == "day"
        days = [to_datetime(tick.minutes).astimezone(ZoneInfo(zone)) for tick in major]
        assert all((one.hour, one.minute) == (0, 0) or step.unit == "day" for one in days)


@each_change
def test_every_full_hour_that_exists_is_named_and_none_that_is_skipped(
    zone: str, day: date, hours: float, full: int
) -> None:
    grid = grid_about(day, zone)
    begin, end = (
        to_minutes(midnight(day, zone)),
        to_minutes(midnight(day + timedelta(days=1), zone)),
    )
    assert end - begin == hours * 60
    grid.set_width(60 * hours)
    grid.set_scale(1.0)
    grid.scroll_to(begin)
    inside = [tick for tick in grid.ticks("en")[0] if begin <= tick.minutes < end]
    assert len(inside) == full
    elapsed = [(tick.minutes - begin) / 60 for tick in inside]
    assert max(np.diff([*elapsed, hours])) <= 1.5


@each_change
def test_what_is_dragged_snaps_to_the_plants_own_clock(
    zone: str, day: date, hours: float, full: int
) -> None:
    grid = grid_about(day, zone, days=40)
    begin = to_minutes(midnight(day, zone)) - 300
    for scale, step in (
        (8.0, 1),
        (0.8, 10),
        (0.27, 30),
        (0.14, 60),
        (0.035, 240),
        (0.017, 480),
        (0.0056, 1440),
    ):
        grid.scale = scale
        assert grid.snap_step() == step
        for minutes in np.arange(begin, begin + 2400, 37.0):
            snapped = grid.snap(float(minutes))
            local = to_datetime(snapped).astimezone(ZoneInfo(zone))
            wall = local.hour * 60 + local.minute
            skipped = (
                to_datetime(snapped - 1).astimezone(ZoneInfo(zone)).utcoffset() != local.utcoffset()
            )
            assert wall % step == 0 or skipped
            assert abs(snapped - minutes) <= step / 2 + 60


def test_the_grid_of_a_plant_in_shanghai_is_not_that_of_greenwich() -> None:
    grid = grid_about(date(2026, 11, 23), "Asia/Shanghai", days=40)
    grid.scale = 0.0056
    ten = to_minutes(midnight(date(2026, 11, 24), "Asia/Shanghai")) + 600
    assert to_datetime(grid.snap(ten)).astimezone(ZoneInfo("Asia/Shanghai")).hour == 0


@each_change
def test_a_double_click_on_the_axis_shows_the_whole_day(
    qapp: QApplication, zone: str, day: date, hours: float, full: int
) -> None:
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    begin = midnight(day, zone)
    row = plans.placement(1, 1, begin.astimezone(UTC), end=begin + timedelta(hours=hours + 20))
    view = plans.view([plans.lane(1, "Night")], [row])
    from dataclasses import replace

    gantt = GanttView(theme.LIGHT, "en")
    gantt.resize(1000, 300)
    gantt.set_model(model_of(replace(view, time_zone=zone, now=begin.astimezone(UTC))))
    gantt.show_range(to_minutes(begin) - 600, to_minutes(begin) + 1200)
    chosen: list[tuple[float, float]] = []
    gantt.axis.rangeChosen.connect(lambda first, last: chosen.append((first, last)))
    x = round(gantt.grid.x(to_minutes(begin) + 300))
    QTest.mouseDClick(gantt.axis, Qt.MouseButton.LeftButton, pos=QPoint(x, 10))
    gantt.close()
    gantt.deleteLater()
    assert chosen == [(to_minutes(begin), to_minutes(begin) + hours * 60)]


# ---- texts ---------------------------------------------------------------------------------------


def test_the_hour_that_comes_twice_says_which_it_is() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).astimezone(berlin)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC).astimezone(berlin)
    assert (clock(first), clock(second)) == ("02:30 CEST", "02:30 CET")
    assert moment(second, "en", today=second.date()) == "10-25 Sun 02:30 CET"
    howe = ZoneInfo("Australia/Lord_Howe")
    twice = [datetime(2026, 4, 4, 14, 45, tzinfo=UTC) + timedelta(minutes=n) for n in (0, 30)]
    assert [clock(one.astimezone(howe)) for one in twice] == ["01:45 +11", "01:45 +1030"]
    assert clock(datetime(2026, 10, 25, 12, 0, tzinfo=berlin)) == "12:00"


# ---- due dates -----------------------------------------------------------------------------------


@each_change
def test_a_due_date_keeps_its_time_of_day_over_the_change(
    zone: str, day: date, hours: float, full: int
) -> None:
    place = ZoneInfo(zone)
    requested = datetime(day.year, day.month, day.day, 17, 30, tzinfo=place) + timedelta(days=1)
    due = internal_due(requested.astimezone(UTC), RequestedKind.EX_WORKS, None, 3, 0, place)
    local = due.astimezone(place)
    assert (local.date(), local.hour, local.minute) == (day - timedelta(days=2), 17, 30)


# ---- a plan over the night ----------------------------------------------------------------------


def planned_nights(database: Database, zone: str, day: date) -> PlanView:
    """All of the plant works 22-06; it is Saturday 22:00 before the change."""
    SmallPlant.build(database, orders=0)
    now = midnight(day - timedelta(days=1), zone) + timedelta(hours=22)
    with database.write("test") as session:
        site = session.get_one(Site, 1)
        site.time_zone, site.planning_now = zone, now.astimezone(UTC)
        session.execute(update(Shift).values(start_minute=1320, end_minute=360, breaks=[]))
        calendar = session.query(Machine).first().calendar_id
        session.add(Shift(calendar_id=calendar, weekday=7, name="night", start_minute=1320,
                          end_minute=360))  # fmt: skip
    return plan_view(database)


@pytest.mark.parametrize(("zone", "day", "hours", "full"), CHANGES, ids=NAMES)
def test_a_night_shift_is_as_long_as_it_is_in_the_engine_on_the_axis_and_in_words(
    database: Database, make_context: MakeContext, zone: str, day: date, hours: float, full: int
) -> None:
    planned_nights(database, zone, day)
    plant = SmallPlant()
    with database.write("test") as session:
        machine = session.query(Machine).filter_by(code="P1").one()
        plant.item, plant.unit, plant.customer = 1, 1, 1
        session.execute(update(Operator).values(calendar_id=machine.calendar_id))
        due = (midnight(day + timedelta(days=5), zone)).astimezone(UTC)
        for number in range(8):
            plant.order(session, f"N-{number}", quantity=20, requested_at=due, internal_due=due)
    schedule_plant(database, seconds=0.0, in_child=False)
    view = plan_view(database)
    model = model_of(view)
    evening = midnight(day - timedelta(days=1), zone) + timedelta(hours=22)
    length = 8 + hours - 24
    row = model.row_of_machine[1]
    windows = model.shift_windows(row)
    assert windows is not None
    at = int(np.searchsorted(windows.begin, to_minutes(evening)))
    assert windows.begin[at] == to_minutes(evening)
    assert windows.end[at] - windows.begin[at] == length * 60  # 7, 9, 7.5 or 8.5 hours
    # What the engine planned lies inside the open time of the machine, minute for minute.
    assert view.placements, [row.reason for row in view.unplaced]
    over = 0
    for placement in view.placements:
        for begin, end in placement.segments:
            inside = (windows.begin <= to_minutes(begin)) & (windows.end >= to_minutes(end))
            assert inside.any() or placement.machine_code == "OV"
            over += to_minutes(begin) < windows.end[at] and to_minutes(end) > windows.begin[at]
    assert over  # some of it stands in the night of the change
    # Drawn: pixels are elapsed minutes, the shift's edges where the wall clock says 22 and 06.
    gantt = GanttView(theme.LIGHT, "en")
    gantt.resize(1200, 400)
    gantt.set_model(model)
    gantt.show_range(to_minutes(evening) - 120, to_minutes(evening) + 720)
    grid = gantt.grid
    assert grid.x(windows.end[at]) - grid.x(windows.begin[at]) == pytest.approx(
        length * 60 * grid.scale
    )
    edges = [to_datetime(edge).astimezone(ZoneInfo(zone)) for edge in
             windows.edges_near(float(windows.end[at]), 1)]  # fmt: skip
    assert [f"{edge:%H:%M}" for edge in edges] == ["06:00"]
    picture = gantt.viewport().grab().toImage()
    y = gantt.layout_of_rows.band_of(row).top + 1  # type: ignore[union-attr]
    ground = [picture.pixelColor(round(grid.x(windows.end[at])) + dx, y) for dx in (-3, 3)]
    assert ground[0] == gantt.colours.panel
    assert ground[1] == gantt.colours.off_shift
    gantt.close()
    gantt.deleteLater()
    # In words: hover card and the day a table filters by.
    context: AppContext = make_context("en")
    first = min(view.placements, key=lambda one: one.setup_start)
    told = dict(Describer(context, context).card(first))
    assert told["Run"].startswith(context.moment_text(first.start))
    assert context.local_day(evening.astimezone(UTC)) == day - timedelta(days=1)
    assert context.local_day((evening + timedelta(hours=3)).astimezone(UTC)) == day


# ---- make-up Saturdays -------------------------------------------------------------------------


def test_a_make_up_sunday_and_what_is_pasted_over_it_reach_engine_and_axis(
    database: Database,
) -> None:
    """20 September 2026 is a worked Sunday by the notice; the company pastes another list."""
    SmallPlant.build(database, orders=1)
    place = ZoneInfo("Asia/Shanghai")
    with database.write("test") as session:
        session.get_one(Site, 1).planning_now = datetime(2026, 9, 18, 2, tzinfo=UTC)
    sunday, closed = date(2026, 9, 20), date(2026, 9, 25)

    def days_open() -> set[date]:
        view = plan_view(database)
        model = model_of(view)
        shown = model.windows[model.machine_rows.infos[0].calendar]
        axis = {to_datetime(m).astimezone(place).date() for m in shown.begin.tolist()}
        said = {shift.start.astimezone(place).date() for shift in view.shifts if shift.lane_id == 1}
        assert axis == said
        return axis

    def engine_day() -> date:
        """Where the engine puts urgent work that nothing but the calendar holds back."""
        from app.services.planning.bridge import load_problem

        with database.read() as session:
            loaded = load_problem(session, datetime(2026, 9, 19, 12, tzinfo=UTC))
        windows = loaded.problem.calendars[loaded.problem.machines[0].calendar].windows
        first = min(window.start for window in windows if window.start >= loaded.problem.now)
        return loaded.clock.moment(first).astimezone(place).date()

    assert sunday not in days_open()
    year = public_holidays("CN", 2026)
    edit = edit_of(plan_public([times(database, "calendar", "DAY")], year))
    assert edit is not None
    apply_edit(database, edit, "li")
    assert sunday in days_open()
    assert closed not in days_open()
    assert engine_day() == sunday
    listed = read_holiday_list("2026-09-20 放假 厂休\n2026-09-25 上班", 2026)
    own = edit_of(plan_list([times(database, "calendar", "DAY")], listed, year))
    assert own is not None
    apply_edit(database, own, "li")
    assert sunday not in days_open()
    assert closed in days_open()
    assert engine_day() == date(2026, 9, 21)
