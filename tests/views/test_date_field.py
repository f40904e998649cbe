"""Dates as planners type them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCalendarWidget, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.views.date_field import BadDate, DateField, parse

TODAY = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-12-05", "2026-12-05 17:30"),
        ("2026/3/5", "2026-03-05 17:30"),
        ("2026.3.5 8:05", "2026-03-05 08:05"),
        ("2027年3月5日", "2027-03-05 17:30"),
        ("12-5", "2026-12-05 17:30"),
        ("11/23", "2026-11-23 17:30"),
        ("3月5日 14:30", "2027-03-05 14:30"),  # this year's is over
    ],
)
def test_a_date_is_read_as_it_is_meant(typed: str, read: str) -> None:
    moment = parse(typed, TODAY)
    assert f"{moment:%Y-%m-%d %H:%M}" == read


@pytest.mark.parametrize("typed", ["月底", "急", "2026-02-30", "13-1", "5", "2026-12-05 25:00"])
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(BadDate):
        parse(typed, TODAY)


@pytest.fixture
def field(qtbot: QtBot) -> DateField:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = DateField(SHANGHAI, TODAY, parent)
    made.resize(200, 26)
    parent.show()
    made.keeper = parent  # else it is collected, and the field with it
    return made


def test_the_plants_clock_is_seen_and_utc_comes_out(qtbot: QtBot, field: DateField) -> None:
    qtbot.keyClicks(field, "12-5 08:00")
    with qtbot.waitSignal(field.moment_changed):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "2026-12-05 08:00"
    assert field.moment() == datetime(2026, 12, 5, 0, 0, tzinfo=UTC)


def test_empty_stays_empty_and_nonsense_stays_to_be_mended(qtbot: QtBot, field: DateField) -> None:
    assert field.moment() is None
    qtbot.keyClicks(field, "soon")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "soon"
    with pytest.raises(BadDate):
        field.moment()


def test_a_day_picked_from_the_calendar_is_taken(qtbot: QtBot, field: DateField) -> None:
    field._picker._pick.trigger()
    calendar = field.findChild(QMenu).findChild(QCalendarWidget)
    calendar.clicked.emit(QDate(2026, 12, 24))
    assert field.text() == "2026-12-24 17:30"
