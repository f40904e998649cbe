"""The printed Gantt and its workbook: pages by lines and time, whole words, true lengths."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from openpyxl import load_workbook

from app.reports.gantt_book import FIRST_CELL, HEAD_ROWS, write_gantt
from app.reports.gantt_lines import ROWS, lines_of
from app.reports.gantt_sheet import GanttHead, gantt_pdf
from app.services.planning.rows import PlanView, ShiftSpan
from tests.reports.geometry import watched
from tests.views.planning import plans

ZONE = ZoneInfo("Asia/Shanghai")
LONG = "极长的品名" * 12


def head(rows: str = "machines", zone: ZoneInfo = ZONE) -> GanttHead:
    at = plans.NOW.astimezone(zone)
    return GanttHead("佛山 Works", f"gantt_by_{rows}", "working r41", "li.min", at, plans.NOW)


def days(first: date, count: int) -> tuple[date, ...]:
    return tuple(first + timedelta(days=n) for n in range(count))


MONDAY = date(2026, 11, 23)


def texts(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


@pytest.fixture(scope="module")
def busy() -> PlanView:
    """Long texts everywhere; an oven with more loads at once than a page is high."""
    view = plans.big_view(400, 16)
    rows = [replace(row, item_code=LONG if n % 7 == 0 else row.item_code, unit="支")
            for n, row in enumerate(view.placements)]  # fmt: skip
    lanes = tuple(replace(lane, name=LONG) for lane in view.lanes)
    stack = [plans.placement(9000 + n, 99, plans.NOW, order_id=9000 + n) for n in range(150)]
    oven = replace(plans.lane(99, "Oven", "batch"), name="")
    made = ShiftSpan(1, plans.MONDAY, plans.MONDAY + timedelta(minutes=20), overtime=False)
    return replace(view, placements=(*rows, *stack), lanes=(*lanes, oven), first_pieces=(made,))


@pytest.mark.parametrize("by", ROWS)
@pytest.mark.parametrize(("language", "paper"), [("both", "A4"), ("zh", "A3")])
def test_nothing_leaves_its_page_or_lies_over_other_words(
    busy: PlanView, by: str, language: str, paper: str
) -> None:
    first, last = plans.MONDAY, plans.MONDAY + timedelta(days=2)
    lines = lines_of(busy, by, first, last)
    parts = [days(MONDAY, 1), days(MONDAY + timedelta(days=1), 1)]
    with watched() as pages:
        data, count = gantt_pdf(lines, head(by), parts, ZONE, language, paper)
    assert len(pages) == count + 1
    assert [page.troubles() for page in pages[:-1]] == [[]] * count
    found = texts(data)
    assert len(found) == count
    assert count % 2 == 0  # all lines for each day
    wanted = f"第 {count} 页" if language == "zh" else f"Page {count} of {count}"
    assert wanted in found[-1]


def test_a_caption_is_written_whole_or_not_at_all(busy: PlanView) -> None:
    lines = lines_of(busy, "machines", plans.MONDAY, plans.MONDAY + timedelta(days=1))
    with watched() as pages:
        gantt_pdf(lines, head(), [days(MONDAY, 1)], ZONE, "en", "A3")
    orders = {row.order_number for row in busy.placements}
    drawn = [box.text for page in pages for box in page.texts if "MO2611" in box.text]
    assert len(drawn) > 20
    for text in drawn:
        number = text.removeprefix("● ").split(" · ")[0]
        assert number in orders
        assert text.count(" · ") < 2 or text.endswith("支")


def test_every_bar_of_the_period_is_on_some_page_and_none_twice_in_a_part() -> None:
    rows = [
        plans.placement(n, n % 40 + 1, plans.NOW + timedelta(hours=n), order_id=n)
        for n in range(1, 41)
    ]
    view = plans.view([plans.lane(n, "Casting") for n in range(1, 42)], rows)
    lines = lines_of(view, "machines", plans.MONDAY, plans.MONDAY + timedelta(days=3))
    data, count = gantt_pdf(lines, head(), [days(MONDAY, 3)], ZONE, "en", "A4")
    found = "\n".join(texts(data))
    assert count > 1
    for row in rows:
        assert found.count(row.order_number[-4:]) == 1


def test_idle_machines_are_listed_people_and_moulds_only_with_work() -> None:
    row = plans.placement(1, 1, plans.NOW, tool_ids=(71,), crew=((5, 0, 10, 0),))
    view = plans.view(
        [plans.lane(1, "Casting"), plans.lane(2, "Casting")], [row],
        people=(plans.person(5, "A"), plans.person(6, "A")), moulds=(plans.mould(7, (71, 72)),),
    )  # fmt: skip
    first, last = plans.MONDAY, plans.MONDAY + timedelta(days=1)
    assert len(lines_of(view, "machines", first, last)) == 2
    assert len(lines_of(view, "people", first, last)) == 0  # worked in 1970
    assert [line.title for line in lines_of(view, "moulds", first, last)] == ["M-07 #1"]
    with pytest.raises(ValueError, match="unknown rows"):
        lines_of(view, "colours", first, last)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
    ],
)
def test_a_day_of_a_clock_change_is_as_wide_as_it_is_long(
    zone: str, day: date, hours: float
) -> None:
    place = ZoneInfo(zone)
    before = day - timedelta(days=1)
    begin = datetime(before.year, before.month, before.day, 22, tzinfo=place)
    row = plans.placement(1, 1, begin, start=begin, end=begin + timedelta(hours=8),
                          segments=((begin, begin + timedelta(hours=8)),))  # fmt: skip
    view = replace(plans.view([plans.lane(1, "Night")], [row]), time_zone=zone)
    lines = lines_of(view, "machines", begin, begin + timedelta(days=2))
    with watched() as pages:
        gantt_pdf(lines, head(zone=place), [days(before, 3)], place, "en", "A3")
    left = {}
    for box in pages[0].texts:
        if box.text.startswith("2026-"):
            left[box.text[:10]] = box.left
    after = day + timedelta(days=1)
    ordinary, changed = left[str(day)] - left[str(before)], left[str(after)] - left[str(day)]
    assert changed / ordinary == pytest.approx(hours / 24, rel=1e-6)
    named = [box.text for box in pages[0].texts if left[str(day)] <= box.left < left[str(after)]]
    named_hours = [text for text in named if len(text) == 2 and text.isdigit()]
    assert len(named_hours) == len(set(named_hours))  # the hour that comes twice is named once
    assert "00" in named_hours


def test_the_workbook_has_bars_of_cells_and_the_operations(tmp_path: Path) -> None:
    begin = plans.NOW  # Monday 12:00 in Shanghai
    rows = [
        plans.placement(1, 1, begin, end=begin + timedelta(hours=3), order_id=1, late_minutes=90),
        plans.placement(2, 1, begin + timedelta(hours=3), end=begin + timedelta(hours=3.5),
                        order_id=2, item_name="=1+1"),
        plans.placement(3, 1, begin + timedelta(hours=3.5), end=begin + timedelta(hours=4),
                        order_id=3),
    ]  # fmt: skip
    view = plans.view([plans.lane(1, "Casting"), plans.lane(2, "Casting")], rows)
    lines = lines_of(view, "machines", plans.MONDAY, plans.MONDAY + timedelta(days=1))
    path = tmp_path / "gantt.xlsx"
    write_gantt(path, view, lines, head(), days(MONDAY, 2), ZONE, "en")
    book = load_workbook(path)
    chart, table = book.worksheets
    assert [chart.title, table.title] == ["Chart", "Operations"]
    noon = FIRST_CELL + 12
    first = chart.cell(HEAD_ROWS + 1, noon)
    assert first.value == "▲ MO2611-0001 HX-15-W"
    assert [chart.cell(HEAD_ROWS, noon).value, chart.cell(HEAD_ROWS + 1, 2).value] == [
        "12",
        "CA-01",
    ]
    fills = [chart.cell(HEAD_ROWS + 1, noon + n).fill.fgColor.rgb for n in range(3)]
    assert len(set(fills)) == 1
    assert chart.cell(HEAD_ROWS + 1, noon + 1).value is None
    assert chart.cell(HEAD_ROWS + 1, noon + 3).value == "MO2611-0002 HX-15-W / MO2611-0003 HX-15-W"
    off = chart.cell(HEAD_ROWS + 2, FIRST_CELL + 3)
    assert off.fill.fgColor.rgb.endswith("ECEEF1")
    assert [cell.value for cell in table[2]][:2] == ["MO2611-0001", 10]
    assert table.cell(2, 10).value == begin.astimezone(ZONE).replace(tzinfo=None)
    assert (table.cell(3, 5).value, table.cell(3, 5).data_type) == ("=1+1", "s")
    assert table.max_row == 4


def test_a_night_shift_is_open_ground_across_midnight() -> None:
    begin = datetime(2026, 11, 23, 22, tzinfo=ZONE)
    night = ShiftSpan(1, begin, begin + timedelta(hours=8), overtime=False)
    row = plans.placement(1, 1, begin, end=night.end)
    view = replace(plans.view([plans.lane(1, "Night")], [row]), shifts=(night,))
    lines = lines_of(view, "machines", begin, begin + timedelta(days=1))
    assert list(lines[0].shifts) == [night]
    with watched() as pages:
        gantt_pdf(lines, head(), [days(MONDAY, 1), days(date(2026, 11, 24), 1)], ZONE, "en", "A4")
    # The bar goes on onto the second page: its order stands on both.
    for page in pages[:2]:
        assert any("0001" in box.text for box in page.texts)


def test_the_first_piece_of_a_shift_has_a_ground_and_a_sign_of_its_own() -> None:
    begin = datetime(2026, 11, 23, 8, tzinfo=ZONE)
    until = begin + timedelta(hours=2)
    shift = ShiftSpan(1, until, begin + timedelta(hours=8), overtime=False)
    view = replace(plans.view([plans.lane(1, "Cast")], []), shifts=(shift,))
    with_one = replace(view, first_pieces=(ShiftSpan(1, begin, until, overtime=False),))
    said = []
    for one in (view, with_one):
        lines = lines_of(one, "machines", begin, begin + timedelta(days=1))
        data, _ = gantt_pdf(lines, head(), [days(MONDAY, 1)], ZONE, "en", "A4")
        said.append((texts(data)[0], data))
    assert "first piece" not in said[0][0]
    assert "first piece" in said[1][0]
    greys = [_pixels_as_dark(data, 0.78) for _, data in said]
    assert greys[1] - greys[0] > 500  # more than the sign in the legend


def _pixels_as_dark(data: bytes, grey: float) -> int:
    document = pypdfium2.PdfDocument(data)
    try:
        image = document[0].render(scale=1).to_numpy()[..., 0]
    finally:
        document.close()
    return int((abs(image.astype(int) - round(grey * 255)) <= 1).sum())
