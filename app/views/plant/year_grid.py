"""A year at a glance: months as rows, weekdays under each other, each day by its hours.

Colour tells the hours, a bar at the foot of the day tells them again, a letter tells what kind of
exception it is. Days are chosen by mouse or keys; what is done with them stands beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.core.choices import ExceptionKind
from app.core.format import WEEKDAYS
from app.core.working_time import Stretch, moment
from app.services.plant.calendar_view import DayTimes, ExceptionRow
from app.views.context import AppContext
from app.views.plant.calendar_words import TONES, hours_text, kind_mark, kind_word
from app.views.plant.shading import outline, tint
from app.views.theme import SMALL_POINTS, figures, tokens

COLUMNS = 37
"""A month of 31 days that begins on a Sunday."""
HEAD = 20
MONTH_WIDTH = 40
SUM_WIDTH = 54
ROW_HEIGHTS = (19, 40)
LEAST_WIDTH = MONTH_WIDTH + SUM_WIDTH + 13 * COLUMNS
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FULL_DAY = 16 * 60
"""So many minutes have the full colour; a day of three shifts is not three times as dark."""
TWO_LINES, TWO_SIGNS = 29, 30


@dataclass(frozen=True, slots=True)
class ChosenDays:
    """``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1


class YearGrid(QWidget):
    """Shows the days of one year and says which are chosen."""

    chosen = Signal(object)
    """ChosenDays or None."""
    opened = Signal(object)
    """ChosenDays: double click or Enter."""
    remove_asked = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.year = 0
        self.days: dict[date, DayTimes] = {}
        self.exceptions: Sequence[ExceptionRow] = ()
        self._anchor: date | None = None
        self._current: date | None = None
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(LEAST_WIDTH, HEAD + 12 * ROW_HEIGHTS[0] + 1)

    def sizeHint(self) -> QSize:
        return QSize(820, HEAD + 12 * 24)

    def set_days(
        self, year: int, days: Sequence[DayTimes], exceptions: Sequence[ExceptionRow]
    ) -> None:
        """A new reading; chosen days stay chosen, also in another year."""
        self.year = year
        self.days = {each.day: each for each in days}
        self.exceptions = exceptions
        self.update()

    # ---- choosing --------------------------------------------------------------------------------

    def chosen_days(self) -> ChosenDays | None:
        if self._anchor is None or self._current is None:
            return None
        first, last = sorted((self._anchor, self._current))
        return ChosenDays(first, last)

    def choose(self, first: date | None, last: date | None = None) -> None:
        """Choose days (or none) and tell."""
        self._anchor, self._current = first, last or first
        self._tell()

    def _tell(self) -> None:
        days = self.chosen_days()
        self.setAccessibleDescription("" if days is None else self.day_text(days.last))
        self.chosen.emit(days)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        day = self.day_at(event.position())
        extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if day is None:
            self.choose(None)
            return
        if not extend or self._anchor is None:
            self._anchor = day
        self._current = day
        self._dragging = True
        self._tell()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(event.position())
        if self._dragging and day is not None and day != self._current:
            self._current = day
            self._tell()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._open()

    def _open(self) -> None:
        days = self.chosen_days()
        if days is not None:
            self.opened.emit(days)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        day = self._current or date(self.year or 1970, 1, 1)
        match event.key():
            case Qt.Key.Key_Left:
                day -= timedelta(days=1)
            case Qt.Key.Key_Right:
                day += timedelta(days=1)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                day = _month_off(day, -1 if event.key() == Qt.Key.Key_Up else 1)
            case Qt.Key.Key_Home:
                day = day.replace(day=1)
            case Qt.Key.Key_End:
                day = _month_off(day.replace(day=1), 1) - timedelta(days=1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._open()
                return
            case Qt.Key.Key_Delete:
                self.remove_asked.emit()
                return
            case _:
                super().keyPressEvent(event)
                return
        if day.year != self.year:
            return
        extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._current = day
        if not extend or self._anchor is None:
            self._anchor = day
        self._tell()

    # ---- geometry --------------------------------------------------------------------------------

    def row_height(self) -> float:
        free = (self.height() - HEAD - 1) / 12
        return min(max(free, ROW_HEIGHTS[0]), ROW_HEIGHTS[1])

    def cell(self, day: date) -> QRectF:
        width = (self.width() - MONTH_WIDTH - SUM_WIDTH) / COLUMNS
        height = self.row_height()
        column = day.day - 1 + date(day.year, day.month, 1).weekday()
        return QRectF(MONTH_WIDTH + column * width, HEAD + (day.month - 1) * height, width, height)

    def day_at(self, at: QPointF) -> date | None:
        width = (self.width() - MONTH_WIDTH - SUM_WIDTH) / COLUMNS
        month = int((at.y() - HEAD) // self.row_height()) + 1
        if not self.year or not 1 <= month <= 12 or at.x() < MONTH_WIDTH:
            return None
        first = date(self.year, month, 1)
        number = int((at.x() - MONTH_WIDTH) // width) - first.weekday() + 1
        try:
            return first.replace(day=number)
        except ValueError:
            return None

    # ---- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = figures(self.font())
        font.setPointSizeF(SMALL_POINTS)
        painter.setFont(font)
        colours = tokens()
        painter.fillRect(self.rect(), colours.colour("panel"))
        if self.year:
            self._paint_heads(painter)
            for each in self.days.values():
                self._paint_day(painter, each)
            self._paint_chosen(painter)
        if self.hasFocus():
            outline(painter, QRectF(self.rect()), colours.colour("accent"))
        painter.end()

    def _paint_heads(self, painter: QPainter) -> None:
        colours = tokens()
        width = (self.width() - MONTH_WIDTH - SUM_WIDTH) / COLUMNS
        painter.setPen(colours.colour("muted"))
        middle = Qt.AlignmentFlag.AlignCenter
        for column in range(COLUMNS):
            word = WEEKDAYS[self.context.language][column % 7]
            letter = word[-1] if self.context.language == "zh" else word[:1]
            head = QRectF(MONTH_WIDTH + column * width, 0, width, HEAD)
            painter.drawText(head, middle, letter)
        height = self.row_height()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for month in range(1, 13):
            top = HEAD + (month - 1) * height
            painter.setPen(colours.colour("text"))
            name = QRectF(0, top, MONTH_WIDTH - 8, height)
            painter.drawText(name, right, self.month_word(month))
            minutes = sum(each.minutes for each in self.days.values() if each.day.month == month)
            painter.setPen(colours.colour("muted"))
            total = QRectF(self.width() - SUM_WIDTH, top, SUM_WIDTH - 4, height)
            painter.drawText(
                total, right, hours_text(self.context, minutes // 60 * 60) if minutes >= 60 else "–"
            )

    def month_word(self, month: int) -> str:
        if self.context.language == "zh":
            return f"{month}月"
        return MONTHS[month - 1]

    def _paint_day(self, painter: QPainter, each: DayTimes) -> None:
        colours = tokens()
        cell = self.cell(each.day).adjusted(0, 0, -1, -1)
        share = min(each.minutes / FULL_DAY, 1.0)
        ground = tint(colours, "accent", 0.10 + 0.35 * share) if share else (
            colours.colour("off_shift"))  # fmt: skip
        painter.fillRect(cell, ground)
        self._paint_hours(painter, cell, each)
        kind = self.kind_of(each)
        inside = cell.adjusted(0, 0, 0, -2)
        middle = Qt.AlignmentFlag.AlignCenter
        painter.setPen(colours.colour("text" if each.minutes else "muted"))
        if kind is None:
            painter.drawText(inside, middle, str(each.day.day))
            return
        tone = colours.colour(TONES[kind])
        outline(painter, cell, tint(colours, TONES[kind], 0.6))
        painter.setPen(tone)
        if cell.height() >= TWO_LINES:
            half = cell.height() / 2
            painter.drawText(inside.adjusted(0, half - 2, 0, 0), middle, kind_mark(kind))
            painter.drawText(inside.adjusted(0, 1, 0, -half + 2), middle, str(each.day.day))
        elif cell.width() >= TWO_SIGNS:
            painter.drawText(inside, middle, f"{each.day.day} {kind_mark(kind)}")
        else:
            painter.drawText(inside, middle, kind_mark(kind))

    def _paint_hours(self, painter: QPainter, cell: QRectF, each: DayTimes) -> None:
        """A bar at the foot of the day: a full one is 24 hours; overtime at its end."""
        colours = tokens()
        regular = cell.width() * min((each.minutes - each.overtime) / 1440, 1.0)
        extra = cell.width() * min(each.overtime / 1440, 1.0)
        foot = QRectF(cell.left(), cell.bottom() - 2.5, regular, 2.5)
        painter.fillRect(foot, colours.colour("accent"))
        painter.fillRect(QRectF(foot.right(), foot.top(), extra, 2.5), colours.colour("risk"))

    def kind_of(self, each: DayTimes) -> ExceptionKind | None:
        """What marks a day: the most special of its exceptions."""
        if not each.exceptions:
            return None
        return self.exceptions[each.exceptions[-1]].dated.kind

    def _paint_chosen(self, painter: QPainter) -> None:
        days = self.chosen_days()
        if days is None:
            return
        accent = tokens().colour("accent")
        day = days.first
        while day <= days.last:
            if day.year == self.year:
                outline(painter, self.cell(day).adjusted(0, 0, -1, -1), accent, 2)
            day += timedelta(days=1)

    # ---- what a day says -------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            day = self.day_at(QPointF(event.pos()))
            if day is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.day_text(day), self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._dragging = False
        self.update()

    def day_text(self, day: date) -> str:
        """Windows of a day and why they are so, line by line."""
        each = self.days.get(day)
        head = self.context.date_text(day)
        if each is None:
            return head
        total = hours_text(self.context, each.minutes) if each.minutes else self.tr("closed")
        lines = [f"{head} · {total}"]
        lines += [self._stretch_text(stretch) for stretch in each.worked]
        for place in each.exceptions:
            lines.append(self.exception_text(self.exceptions[place]))
        lost = sum(gone.end - gone.start for gone in each.taken)
        if lost:
            lines.append(
                self.tr("taken away: {hours}").format(hours=hours_text(self.context, lost))
            )
        return "\n".join(lines)

    def _stretch_text(self, each: Stretch) -> str:
        start, end = (self.context.local(moment(at)) for at in (each.start, each.end))
        over = f" +{(end.date() - each.day).days}" if end.date() > each.day else ""
        times = f"{start:%H:%M}–{end:%H:%M}{over}"
        words = [times]
        if each.shift:
            words.append(each.shift)
        if each.overtime:
            words.append(self.tr("overtime"))
        if each.cost:
            words.append(self.tr("{cost}/h").format(cost=f"{each.cost * 60:g}"))
        return "  ".join(words)

    def exception_text(self, row: ExceptionRow) -> str:
        """``Day off · National Day (calendar 公司)``."""
        parts = [kind_word(row.dated.kind)]
        if row.reason:
            parts.append(row.reason)
        text = " · ".join(parts)
        if row.own:
            return text
        return self.tr("{exception} (from calendar {calendar})").format(
            exception=text, calendar=row.scope
        )


def _month_off(day: date, months: int) -> date:
    """The same day of another month, or its last one."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for number in range(day.day, 27, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return date(year, month, min(day.day, 28))
