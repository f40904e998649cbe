"""Public holidays as proposals, lists that are pasted, and what filling them in would change."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.choices import ExceptionKind
from app.models.database import Database
from app.models.plant import Calendar, CalendarException
from app.services.edit import apply_edit
from app.services.masters.rows import master_rows
from app.services.plant.calendar_view import times
from app.services.plant.holiday_notice import ListedDays, read_holiday_list
from app.services.plant.holiday_plan import PlanLine, Step, edit_of, plan_list, plan_public
from app.services.plant.holidays import HolidayYear, countries, public_holidays
from tests.services.small_plant import SmallPlant

OFFICIAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "calendars" / "cn"
HOLIDAY, WORKING = ExceptionKind.HOLIDAY, ExceptionKind.WORKING

NOTICE_2026 = """国务院办公厅关于2026年部分节假日安排的通知
国办发明电〔2025〕7号
各省、自治区、直辖市人民政府,国务院各部委、各直属机构:
经国务院批准,现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦:1月1日(周四)至3日(周六)放假调休,共3天。1月4日(周日)上班。
二、春节:2月15日(农历腊月二十八、周日)至23日(农历正月初七、周一)放假调休,共9天。2月14日(周六)、2月28日(周六)上班。
三、清明节:4月4日(周六)至6日(周一)放假,共3天。
四、劳动节:5月1日(周五)至5日(周二)放假调休,共5天。5月9日(周六)上班。
五、端午节:6月19日(周五)至21日(周日)放假,共3天。
六、中秋节:9月25日(周五)至27日(周日)放假,共3天。
七、国庆节:10月1日(周四)至7日(周三)放假调休,共7天。9月20日(周日)、10月10日(周六)上班。
节假日期间,各地区、各部门要妥善安排好值班和安全、保卫等工作,确保人民群众祥和平安度过节日假期。
国务院办公厅
2025年11月4日
"""


def off_days(year: HolidayYear) -> set[date]:
    return {h.first + timedelta(days=n) for h in year.holidays for n in range(h.days)}


# ---------------------------------------------------------------- the library


@pytest.mark.parametrize("year", range(2020, 2027))
def test_chinese_holidays_are_the_official_ones(year: int) -> None:
    path = OFFICIAL / f"{year}.json"
    if not path.exists():
        pytest.skip("the official lists are not here")
    days = json.loads(path.read_text("utf-8"))["days"]
    found = public_holidays("CN", year)
    off = {date.fromisoformat(day["date"]) for day in days if day["isOffDay"]}
    worked = {date.fromisoformat(day["date"]) for day in days if not day["isOffDay"]}
    assert off <= off_days(found)
    # "together with the weekend": the notice does not list that weekend's days, we do.
    assert all(day.weekday() >= 5 for day in off_days(found) - off)
    # 2020-02-03 is an ordinary Monday that the second notice of that year mentions.
    assert {day for h in found.holidays for day in h.worked} == {
        day for day in worked if day.weekday() >= 5
    }
    assert found.note is None


def test_a_year_without_a_notice_has_the_days_of_the_law_and_says_so() -> None:
    found = public_holidays("CN", 2027)
    assert [h.name for h in found.holidays] == [
        "元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"]  # fmt: skip
    assert not any(h.worked for h in found.holidays)
    assert date(2027, 10, 1) in off_days(found)
    assert found.note is not None
    assert "2027" in found.note.text("en")
    assert "2027" in found.note.text("zh")


def test_names_follow_the_language_where_the_library_has_it() -> None:
    assert "National Day" in [h.name for h in public_holidays("CN", 2026, "en").holidays]
    assert "国庆节" in [h.name for h in public_holidays("CN", 2026, "zh").holidays]


def test_other_countries_by_code() -> None:
    assert countries()[0] == "CN"
    assert {"DE", "US", "VN"} <= set(countries())
    german = public_holidays("DE", 2026, "en").holidays
    assert ("Good Friday", date(2026, 4, 3)) in [(h.name, h.first) for h in german]
    (vietnam,) = [h for h in public_holidays("VN", 2026, "en").holidays if h.worked]
    assert vietnam.worked == (date(2026, 8, 22),)
    with pytest.raises(KeyError):
        public_holidays("XX", 2026)


# ---------------------------------------------------------------- reading lists


def brief(days: tuple[ListedDays, ...]) -> list[tuple[str, str, str, str]]:
    return [(f"{d.first:%m-%d}", f"{d.last:%m-%d}", d.kind.value, d.name) for d in days]


def test_the_official_notice_is_the_librarys_year() -> None:
    read = read_holiday_list(NOTICE_2026, 2031)
    assert read.year == 2026
    wanted = public_holidays("CN", 2026)
    off = {(d.first, d.last, d.name) for d in read.days if d.kind is HOLIDAY}
    assert off == {(h.first, h.last, h.name) for h in wanted.holidays}
    assert {d.first for d in read.days if d.kind is WORKING} == {
        day for h in wanted.holidays for day in h.worked
    }
    assert not any(each.wrong for each in read.unread)
    assert [each.line for each in read.unread] == [1, 2, 3, 4, 12, 13, 14]


def test_full_width_signs_count_like_the_usual_ones() -> None:
    wide = NOTICE_2026.replace(",", "\uff0c").replace(":", "\uff1a")
    wide = wide.replace("(", "\uff08").replace(")", "\uff09").replace("1月", "\uff11月")
    assert read_holiday_list(wide, 2026).days == read_holiday_list(NOTICE_2026, 2026).days


def test_one_line_without_a_year_is_read_in_the_year_its_weekdays_fit() -> None:
    text = "10月1日至8日放假调休,共8天。9月28日(星期六)、10月12日(星期六)上班"
    read = read_holiday_list(text, 2026)
    assert read.year == 2024  # the 28 September that was a Saturday
    assert [(d[0], d[1], d[2]) for d in brief(read.days)] == [
        ("10-01", "10-08", "holiday"),
        ("09-28", "09-28", "working"),
        ("10-12", "10-12", "working"),
    ]
    assert not read.unread


def test_weekdays_that_fit_no_year_are_refused_with_the_day() -> None:
    read = read_holiday_list("10月10日(星期六)上班,10月11日(星期六)上班", 2026)
    assert not read.days
    (unread,) = read.unread
    assert unread.wrong
    assert "2026-10-11" in unread.reason.text("en")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-10-01..2026-10-08 放假 国庆", ("10-01", "10-08", "holiday", "国庆")),
        ("2026-10-10\t上班\t国庆", ("10-10", "10-10", "working", "国庆")),
        ("2026-10-01 to 2026-10-03 holiday National Day",
         ("10-01", "10-03", "holiday", "National Day")),
        ("20261001-20261003 休 国庆", ("10-01", "10-03", "holiday", "国庆")),
        ("10.1-10.3 放假 国庆节", ("10-01", "10-03", "holiday", "国庆节")),
        ("2026/10/1~2026/10/3 放假", ("10-01", "10-03", "holiday", "")),
        ("10月1-3日放假", ("10-01", "10-03", "holiday", "")),
        ("春节放假 2月8日到2月27日 20天", ("02-08", "02-27", "holiday", "春节")),
        ("国庆节:10月1日至3日放假3天。", ("10-01", "10-03", "holiday", "国庆节")),
        ("2026-12-31 off", ("12-31", "12-31", "holiday", "")),
        ("2026-10-11 加班 08:00-12:00 赶货", ("10-11", "10-11", "overtime", "赶货")),
        ("2026-07-02 限电 08:00-20:00", ("07-02", "07-02", "power_cut", "")),
    ],
)  # fmt: skip
def test_rows_are_read(text: str, wanted: tuple[str, ...]) -> None:
    read = read_holiday_list(text, 2026)
    assert (brief(read.days), read.unread) == ([wanted], ())


def test_hours_of_a_row_are_kept() -> None:
    (overtime,) = read_holiday_list("2026-10-11 加班 08:00-12:00", 2026).days
    assert overtime.hours == ((480, 720),)


def test_a_new_year_holiday_begins_in_the_year_before() -> None:
    typed = read_holiday_list("一、元旦:2022年12月31日至2023年1月2日放假调休,共3天。", 2023)
    short = read_holiday_list("元旦:12月31日至1月2日放假", 2023)
    joined = read_holiday_list("元旦:1月1日放假,与周末连休。", 2024)
    assert (typed.days[0].first, typed.days[0].last) == (date(2022, 12, 31), date(2023, 1, 2))
    assert (short.days[0].first, short.days[0].last) == (date(2022, 12, 31), date(2023, 1, 2))
    assert (joined.days[0].first, joined.days[0].last) == (date(2023, 12, 30), date(2024, 1, 1))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("国庆:10月1日至3日", "no_word"),
        ("13月40日放假", "no_such_day"),
        ("2月30日放假", "no_such_day"),
        ("10月1日至7日放假,共8天", "other_count"),
        ("2026-10-08..2026-10-01 放假", "reversed"),
        ("2026-10-11 加班 08:00-30:00", "no_such_hours"),
        ("3 放假 10月1日", "lone_number"),
        ('{"days": 3}', "bad_json"),
        ("[1, 2", "bad_json"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, reason: str) -> None:
    read = read_holiday_list("2026-05-01 放假\n" + text if text[0] not in "[{" else text, 2026)
    (unread,) = read.unread
    assert (unread.reason.code, unread.wrong) == (f"holidays.{reason}", True)
    assert unread.text
    assert len(read.days) == (text[0] not in "[{")


def test_prose_and_advice_are_named_but_not_wrong() -> None:
    text = "端午放假三天\n鼓励职工在除夕(2月9日)休息。"
    read = read_holiday_list(text, 2026)
    assert [(u.line, u.wrong) for u in read.unread] == [(1, False), (2, False)]


@pytest.mark.parametrize("year", range(2020, 2027))
def test_the_json_of_a_year_is_read(year: int) -> None:
    path = OFFICIAL / f"{year}.json"
    if not path.exists():
        pytest.skip("the official lists are not here")
    text = path.read_text("utf-8")
    read = read_holiday_list(text, 1999)
    assert (read.year, read.unread) == (year, ())
    days = {
        (d.first + timedelta(days=n), d.kind is HOLIDAY)
        for d in read.days
        for n in range((d.last - d.first).days + 1)
    }
    assert days == {
        (date.fromisoformat(d["date"]), d["isOffDay"]) for d in json.loads(text)["days"]
    }


def test_a_bad_entry_of_the_json_is_named() -> None:
    read = read_holiday_list('{"days": [{"date": "2026-02-30", "isOffDay": true}]}', 2026)
    assert [u.reason.code for u in read.unread] == ["holidays.bad_entry"]


def spoken(day: date, after: date | None) -> str:
    month = "" if after is not None and after.month == day.month else f"{day.month}月"
    return f"{month}{day.day}日(周{'一二三四五六日'[day.weekday()]})"


NAMES = st.sampled_from(["元旦", "春节", "劳动节", "国庆节、中秋节", "厂庆"])
DAYS = st.integers(0, 350).map(lambda n: date(2026, 1, 2) + timedelta(days=n))


@given(
    st.lists(
        st.tuples(NAMES, DAYS, st.integers(0, 9), st.lists(DAYS, max_size=3, unique=True)),
        min_size=1,
        max_size=7,
    )
)
@settings(max_examples=150)
def test_whatever_a_notice_says_is_what_is_read(
    wanted: list[tuple[str, date, int, list[date]]],
) -> None:
    lines, off, worked = ["关于2026年节假日安排的通知"], [], []
    for number, (name, first, more, working) in enumerate(wanted):
        last = min(first + timedelta(days=more), date(2026, 12, 31))
        days = (last - first).days + 1
        to = f"至{spoken(last, first)}" if last > first else ""
        line = f"{'一二三四五六七'[number]}、{name}:{spoken(first, None)}{to}放假调休,共{days}天。"
        off.append((name, first, last))
        if working:
            line += "、".join(spoken(day, None) for day in working) + "上班。"
            worked += [(name, day) for day in working]
        lines.append(line)
    read = read_holiday_list("\n".join(lines), 2020)
    assert [(d.name, d.first, d.last) for d in read.days if d.kind is HOLIDAY] == off
    assert [(d.name, d.first) for d in read.days if d.kind is WORKING] == worked
    assert [u.line for u in read.unread] == [1]


PIECES = [
    "10月1日", "至", "8日", "放假", "上班", "共8天", "(星期六)", "2026-10-01", "..", "。", "、",
    "国庆", "9999", "99日", "0月0日", "25:00-26:00", ":", "10月", "2026年",
]  # fmt: skip


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from([*PIECES, "\n", " "]), max_size=30).map("".join)
)
@settings(max_examples=300)
def test_any_text_gives_days_or_named_lines_and_never_an_error(text: str) -> None:
    read = read_holiday_list(text, 2026)
    assert all(day.first <= day.last for day in read.days)
    assert bool(read.days) or bool(read.unread) or not text.strip()


# ---------------------------------------------------------------- filling in


def shown(lines: tuple[PlanLine, ...]) -> list[tuple[str, str, str, bool]]:
    return [
        (line.step.value, f"{line.days[0]:%m-%d}", line.values["kind"].value, line.chosen)
        for line in lines
    ]


def exceptions(database: Database) -> list[tuple[Any, ...]]:
    return sorted(
        (v["scope"], v["from"], v["to"], v["kind"].value, v.get("reason", ""))
        for v in (row.values for row in master_rows(database, "Exceptions"))
    )


def fill(database: Database, lines: tuple[PlanLine, ...]) -> Any:
    edit = edit_of(lines)
    assert edit is not None
    apply_edit(database, edit, "li")
    return edit


def test_filling_a_year_is_one_step_and_filling_twice_doubles_nothing(
    database: Database, plant: SmallPlant
) -> None:
    year = public_holidays("CN", 2026)
    edit = fill(database, plan_public([times(database, "calendar", "DAY")], year))
    assert len(exceptions(database)) == 7 + 6
    day = times(database, "calendar", "DAY")
    assert day.minutes(date(2026, 10, 1), date(2026, 10, 7)) == 0
    assert day.minutes(date(2026, 9, 20), date(2026, 9, 20)) == 510  # a Sunday, worked
    again = plan_public([day], year)
    assert {line.step for line in again} == {Step.SAME}
    assert edit_of(again) is None
    apply_edit(database, edit.inverse(), "li")
    assert exceptions(database) == []


def test_the_companys_own_days_stay_when_public_holidays_are_filled_in(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        session.add(CalendarException(calendar_id=plant.day, kind=HOLIDAY,
                                      date_from=date(2026, 10, 1), date_to=date(2026, 10, 3),
                                      reason="国庆"))  # fmt: skip
    lines = plan_public([times(database, "calendar", "DAY")], public_holidays("CN", 2026))
    national = [line for line in lines if line.days[0].month in (9, 10)
                and "国庆" in line.values["reason"]]  # fmt: skip
    assert shown(tuple(national)) == [
        ("keep", "10-01", "holiday", False),
        ("add", "10-01", "holiday", False),
        ("add", "09-20", "working", False),
        ("add", "10-10", "working", False),
    ]
    fill(database, lines)
    october = [row for row in exceptions(database) if row[1].month == 10]
    assert october == [("DAY", date(2026, 10, 1), date(2026, 10, 3), "holiday", "国庆")]


def test_a_pasted_list_wins_over_the_public_one_with_all_that_hangs_on_it(
    database: Database, plant: SmallPlant
) -> None:
    year = public_holidays("CN", 2026)
    fill(database, plan_public([times(database, "calendar", "DAY")], year))
    before = exceptions(database)
    listed = read_holiday_list("2026-10-01..2026-10-03 放假\n2026-05-09 放假 厂庆", 2026)
    lines = plan_list([times(database, "calendar", "DAY")], listed, year)
    assert shown(lines) == [
        ("remove", "10-01", "holiday", True),
        ("remove", "09-20", "working", True),
        ("remove", "10-10", "working", True),
        ("add", "10-01", "holiday", True),
        ("remove", "05-09", "working", True),
        ("add", "05-09", "holiday", True),
    ]
    assert lines[3].values["reason"] == "国庆节"  # the list gave no name
    edit = fill(database, lines)
    day = times(database, "calendar", "DAY")
    assert day.minutes(date(2026, 10, 1), date(2026, 10, 10)) == 6 * 510  # 5-10, without Sunday
    assert edit_of(plan_list([day], listed, year)) is None
    public_again = plan_public([day], year)
    assert edit_of(public_again) is None
    apply_edit(database, edit.inverse(), "li")
    assert exceptions(database) == before


def test_days_off_inside_a_longer_worked_entry_leave_its_rest(
    database: Database, plant: SmallPlant
) -> None:
    with database.write("test") as session:
        session.add(
            CalendarException(
                calendar_id=plant.day,
                kind=WORKING,
                date_from=date(2026, 8, 1),
                date_to=date(2026, 8, 9),
            )
        )
    listed = read_holiday_list("2026-08-05 放假 高温", 2026)
    fill(database, plan_list([times(database, "calendar", "DAY")], listed))
    assert [(row[1].day, row[2].day, row[3]) for row in exceptions(database)] == [
        (1, 4, "working"), (5, 5, "holiday"), (6, 9, "working")]  # fmt: skip


def test_a_worked_day_inside_a_holiday_is_added_and_the_holiday_stays(
    database: Database, plant: SmallPlant
) -> None:
    fill(database, plan_public([times(database, "calendar", "DAY")], public_holidays("CN", 2026)))
    listed = read_holiday_list("2026-10-06 上班", 2026)
    lines = plan_list([times(database, "calendar", "DAY")], listed, public_holidays("CN", 2026))
    assert shown(lines) == [("add", "10-06", "working", True)]
    fill(database, lines)
    day = times(database, "calendar", "DAY")
    assert [each.minutes for each in day.days(date(2026, 10, 5), date(2026, 10, 7))] == [0, 510, 0]


def test_a_child_says_what_its_parent_decides(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        company = Calendar(code="COMPANY")
        session.add(company)
        session.flush()
        session.get_one(Calendar, plant.day).parent_id = company.id
    year = public_holidays("CN", 2026)
    fill(database, plan_public([times(database, "calendar", "COMPANY")], year))
    child = times(database, "calendar", "DAY")
    assert {line.step for line in plan_public([child], year)} == {Step.SAME}
    kept, added = plan_list([child], read_holiday_list("2026-10-01..2026-10-03 放假", 2026), year)
    assert (kept.step, added.step) == (Step.KEEP, Step.ADD)
    assert kept.note is not None
    assert "COMPANY" in kept.note.text("en")


def test_several_calendars_are_filled_in_one_step(database: Database, plant: SmallPlant) -> None:
    with database.write("test") as session:
        session.add(Calendar(code="NIGHT"))
    both = [times(database, "calendar", code) for code in ("DAY", "NIGHT")]
    edit = fill(database, plan_public(both, public_holidays("CN", 2026)))
    assert len(edit.changes) == 2 * 13
    assert {row[0] for row in exceptions(database)} == {"DAY", "NIGHT"}
