"""A field for a day (and time of day) that may stay empty: typed, or picked from a calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QMenu, QWidget, QWidgetAction

from app.views.icons import icon

END_OF_DAY = time(17, 30)
"""Time of a day typed without one; it is shown at once, so that nobody is surprised."""

_TYPED = re.compile(
    r"\s*(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:\s+(?P<hour>\d{1,2})[::](?P<minute>\d{2}))?\s*"
)


class BadDate(ValueError):
    """What was typed is no date."""


def parse(text: str, today: datetime, at: time = END_OF_DAY) -> datetime | None:
    """A local moment from ``2026-12-5``, ``12/5``, ``12月5日`` with or without ``14:30``.

    Empty gives None. A date without a year is the next one from ``today`` on.
    """
    if not text.strip():
        return None
    found = _TYPED.fullmatch(text)
    if found is None:
        raise BadDate(text)
    hour, minute = found["hour"], found["minute"]
    try:
        at = time(int(hour), int(minute)) if hour else at
        month, day = int(found["month"]), int(found["day"])
        if found["year"]:
            return datetime.combine(datetime(int(found["year"]), month, day, tzinfo=UTC), at)
        this = datetime(today.year, month, day, tzinfo=UTC)
        year = today.year + (this.date() < today.date())
        return datetime.combine(datetime(year, month, day, tzinfo=UTC), at)
    except ValueError as error:
        raise BadDate(text) from error


class DayPicker(QObject):
    """A calendar at the right end of a line of text; ``picked`` carries a ``date``."""

    picked = Signal(object)

    def __init__(self, line: QLineEdit, shown_day: Callable[[], date]) -> None:
        """``shown_day``: the day to open the calendar at."""
        super().__init__(line)
        self._line = line
        self._shown_day = shown_day
        self._pick = QAction(self)
        self._pick.triggered.connect(self._on_pick_triggered)
        line.addAction(self._pick, QLineEdit.ActionPosition.TrailingPosition)
        line.installEventFilter(self)
        self.retranslate()

    def retranslate(self) -> None:
        self._pick.setIcon(icon("calendar-event", "muted"))
        self._pick.setToolTip(self.tr("Pick from the calendar"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.LanguageChange):
            self.retranslate()
        return super().eventFilter(watched, event)

    @Slot()
    def _on_pick_triggered(self) -> None:
        menu = QMenu(self._line)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget(menu)
        calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        shown = self._shown_day()
        calendar.setSelectedDate(QDate(shown.year, shown.month, shown.day))
        held = QWidgetAction(menu)
        held.setDefaultWidget(calendar)
        menu.addAction(held)
        calendar.clicked.connect(self._on_calendar_clicked)
        calendar.clicked.connect(menu.close)
        menu.popup(self._line.mapToGlobal(QPoint(0, self._line.height())))

    @Slot(QDate)
    def _on_calendar_clicked(self, day: QDate) -> None:
        self.picked.emit(date(day.year(), day.month(), day.day()))


class DateField(QLineEdit):
    """Aware UTC moment in, aware UTC moment out; what is seen is the plant's clock."""

    moment_changed = Signal()

    def __init__(self, zone: ZoneInfo, now: datetime, parent: QWidget) -> None:
        """``now``: the planning date, from which a day without a year is understood."""
        super().__init__(parent)
        self._zone = zone
        self._now = now.astimezone(zone)
        self._picker = DayPicker(self, self._shown_day)
        self._picker.picked.connect(self._on_picker_picked)
        self.editingFinished.connect(self._write_out)
        self.retranslate()

    def moment(self) -> datetime | None:
        """What was typed; ``BadDate`` if it is no date."""
        local = parse(self.text(), self._now)
        return None if local is None else local.replace(tzinfo=self._zone).astimezone(UTC)

    def set_moment(self, moment: datetime | None) -> None:
        self.setText(f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M}" if moment else "")

    def retranslate(self) -> None:
        self.setPlaceholderText(self.tr("year-month-day"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    @Slot()
    def _write_out(self) -> None:
        """Show in full how the typed date was understood."""
        try:
            self.set_moment(self.moment())
        except BadDate:
            return
        self.moment_changed.emit()

    def _shown_day(self) -> date:
        try:
            moment = self.moment()
        except BadDate:
            moment = None
        return (moment or self._now).astimezone(self._zone).date()

    @Slot(object)
    def _on_picker_picked(self, day: date) -> None:
        self.setText(f"{day:%Y-%m-%d} {END_OF_DAY:%H:%M}")
        self._write_out()
