"""The week of a calendar: seven days over one time axis that runs on past midnight.

Shifts are bars with their breaks cut out. They are drawn, moved and stretched by mouse and by
keys; the grid proposes, the editor writes (``proposed``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.core.format import WEEKDAYS
from app.views.context import AppContext
from app.views.plant.calendar_words import hours_text
from app.views.plant.shading import hatch, mixed, outline, tint
from app.views.plant.shift_span import DAY, ShiftSpan, clock
from app.views.plant.week_gestures import (
    DragBreak,
    DragEdge,
    DrawBreak,
    DrawShift,
    Gesture,
    MoveShift,
    Pair,
    Spot,
    Values,
)
from app.views.theme import RADIUS, SMALL_POINTS, figures, tokens

HEAD = 24
DAYS_WIDTH = 96
ROW_HEIGHTS = (26, 44)
GRIP = 5
"""Pixels on each side of an edge that take hold of it."""
DRAG_DISTANCE = 4
STEPS = (15, 5)
LEAST_HOURS = 30
EXACT = 1
TWO_LINES = 28
NEW_SHIFT = (480, 960)
NEW_BREAK = 30


@dataclass(frozen=True, slots=True)
class _Hit:
    """What is under a point. ``part``: body, start, end, break, break_start, break_end."""

    place: int
    part: str
    pause: int = -1


class WeekGrid(QWidget):
    """Shows rows of the sheet Shifts and proposes changes to them."""

    proposed = Signal(object)
    """list of Pair: what a gesture or key asks to change, all in one step."""
    selected = Signal(object)
    """the row of the chosen shift, or None."""
    edit_asked = Signal()
    menu_asked = Signal(int, object)
    """(weekday, global position)"""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.rows: list[Values] = []
        self.inherited: list[Values] = []
        self.editable = True
        self.together = True
        """Whether equal shifts of other days change together."""
        self.breaking = False
        """Whether dragging inside a shift draws a break."""
        self.step = STEPS[0]
        self.calendar = ""
        self.new_name = ""
        self.effect_of: Callable[[list[Pair]], str] = lambda pairs: ""
        self.weekday = 1
        self._chosen: int | None = None
        self._gesture: Gesture | None = None
        self._pressed: QPointF | None = None
        self._end_hours = LEAST_HOURS
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(HEAD + 7 * ROW_HEIGHTS[0] + 1)

    def sizeHint(self) -> QSize:
        return QSize(760, HEAD + 7 * 34)

    # ---- rows and selection ----------------------------------------------------------------------

    def set_rows(self, rows: Sequence[Values], inherited: Sequence[Values], calendar: str) -> None:
        """Own shifts, or those of the parent (pale, to look at) where there are none."""
        chosen = self.row()
        self.rows, self.inherited, self.calendar = list(rows), list(inherited), calendar
        if self._gesture is not None:
            self._give_up()
        self._chosen = self._place_of(chosen)
        latest = max((ShiftSpan.of(row).stop for row in [*rows, *inherited]), default=0)
        self._end_hours = min(max(LEAST_HOURS, -(-latest // 120) * 2), 48)
        self.update()

    def _place_of(self, row: Values | None) -> int | None:
        """Where a row stands after a new reading: the same, else the one of its day and name."""
        if row is None:
            return None
        for place, each in enumerate(self.rows):
            if dict(each) == dict(row):
                return place
        wanted = row["weekday"], row.get("shift")
        rows = enumerate(self.rows)
        same = [place for place, each in rows if (each["weekday"], each.get("shift")) == wanted]
        return same[0] if same else None

    def row(self) -> Values | None:
        """The chosen shift."""
        return None if self._chosen is None else self.rows[self._chosen]

    def choose(self, row: Values | None) -> None:
        """Choose the shift that is this row, and tell."""
        self._choose(self._place_of(row))

    def _choose(self, place: int | None) -> None:
        self._chosen = place
        row = self.row()
        if row is not None:
            self.weekday = int(row["weekday"])
        self.selected.emit(row)
        self._tell_reader()
        self.update()

    def _tell_reader(self) -> None:
        row = self.row()
        day = WEEKDAYS[self.context.language][self.weekday - 1]
        said = day if row is None else f"{day}: {self._said(row)}"
        self.setAccessibleDescription(said)

    def _said(self, row: Values) -> str:
        span = ShiftSpan.of(row)
        times = f"{clock(span.start)}–{clock(span.stop)}"
        pauses = "; ".join(f"{clock(a)}–{clock(b)}" for a, b in span.breaks)
        parts = [str(row.get("shift", "")), times, hours_text(self.context, span.minutes)]
        if pauses:
            parts.append(self.tr("breaks {times}").format(times=pauses))
        if row.get("kind") == "overtime":
            parts.append(self.tr("overtime"))
        return " · ".join(part for part in parts if part)

    # ---- geometry --------------------------------------------------------------------------------

    def row_height(self) -> float:
        free = (self.height() - HEAD - 1) / 7
        return min(max(free, ROW_HEIGHTS[0]), ROW_HEIGHTS[1])

    def x(self, minutes: float) -> float:
        return DAYS_WIDTH + minutes * (self.width() - DAYS_WIDTH - 1) / (self._end_hours * 60)

    def minutes(self, x: float) -> float:
        return (x - DAYS_WIDTH) * self._end_hours * 60 / max(self.width() - DAYS_WIDTH - 1, 1)

    def band(self, weekday: int) -> QRectF:
        """The row of a day, its name included."""
        height = self.row_height()
        return QRectF(0, HEAD + (weekday - 1) * height, self.width(), height)

    def bar(self, span: ShiftSpan) -> QRectF:
        band = self.band(span.weekday)
        left, right = self.x(span.start), self.x(span.stop)
        return QRectF(left, band.top() + 4, right - left, band.height() - 8)

    def spot(self, at: QPointF) -> Spot:
        weekday = int((at.y() - HEAD) // self.row_height()) + 1
        return Spot(min(max(weekday, 1), 7), min(max(self.minutes(at.x()), 0), 2 * DAY))

    def _hit(self, at: QPointF) -> _Hit | None:
        """What is under the pointer, the shift drawn last first."""
        for place in reversed(range(len(self.rows))):
            span = ShiftSpan.of(self.rows[place])
            bar = self.bar(span)
            if not bar.adjusted(-GRIP, 0, GRIP, 0).contains(at):
                continue
            # A short bar is taken in its middle third.
            grip = min(GRIP, bar.width() / 3)
            if abs(at.x() - bar.left()) <= grip:
                return _Hit(place, "start")
            if abs(at.x() - bar.right()) <= grip:
                return _Hit(place, "end")
            return self._hit_break(place, span, at) or _Hit(place, "body")
        return None

    def _hit_break(self, place: int, span: ShiftSpan, at: QPointF) -> _Hit | None:
        for number, (first, last) in enumerate(span.breaks):
            left, right = self.x(first), self.x(last)
            grip = min(GRIP, (right - left) / 3)
            if abs(at.x() - left) <= grip:
                return _Hit(place, "break_start", number)
            if abs(at.x() - right) <= grip:
                return _Hit(place, "break_end", number)
            if left < at.x() < right:
                return _Hit(place, "break", number)
        return None

    # ---- mouse -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or event.position().y() < HEAD:
            return
        at = event.position()
        self.weekday = self.spot(at).weekday
        hit = self._hit(at)
        self._choose(None if hit is None else hit.place)
        if not self.editable:
            return
        self._pressed = at
        self._gesture = self._begin(hit, self.spot(at), self._step_of(event))

    def _begin(self, hit: _Hit | None, spot: Spot, step: int) -> Gesture | None:
        if hit is None:
            return DrawShift(spot, step) if self.minutes(self._pressed_x()) >= 0 else None
        row = self.rows[hit.place]
        if self.breaking and hit.part in ("body", "start", "end"):
            return DrawBreak(spot, step, row)
        if hit.part in ("start", "end"):
            return DragEdge(spot, step, row, end=hit.part == "end")
        if hit.pause >= 0:
            return DragBreak(spot, step, row, hit.pause, hit.part)
        return MoveShift(spot, step, row)

    def _pressed_x(self) -> float:
        return self._pressed.x() if self._pressed is not None else 0.0

    def _step_of(self, event: QMouseEvent) -> int:
        exact = event.modifiers() & Qt.KeyboardModifier.AltModifier
        return EXACT if exact else self.step

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._gesture is None or self._pressed is None:
            self._show_cursor(self._hit(at))
            return
        far = (at - self._pressed).manhattanLength() >= DRAG_DISTANCE
        if far or self._ghost():
            self._gesture.move(self.spot(at), self._step_of(event))
            self.setCursor(self._gesture.cursor)
            self.update()

    def _show_cursor(self, hit: _Hit | None) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self.editable and hit is None:
            shape = Qt.CursorShape.CrossCursor
        elif self.editable and hit is not None:
            edges = ("start", "end", "break_start", "break_end")
            shape = Qt.CursorShape.SizeHorCursor if hit.part in edges else (
                Qt.CursorShape.OpenHandCursor)  # fmt: skip
        self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._gesture is None:
            return
        pairs = self._ghost()
        self._give_up()
        if pairs:
            self.proposed.emit(pairs)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.row() is not None:
            self.edit_asked.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(self.spot(QPointF(event.pos())).weekday, event.globalPos())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._give_up()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def _give_up(self) -> None:
        self._gesture = self._pressed = None
        self.unsetCursor()
        self.update()

    def _ghost(self) -> list[Pair]:
        """What the running gesture would change."""
        if self._gesture is None:
            return []
        span = self._gesture.span()
        if span is None:
            return []
        row = self._gesture.row()
        return self.pairs_for(row, span)

    def pairs_for(self, row: Values | None, span: ShiftSpan) -> list[Pair]:
        """The changes that give a shift another span, with its equals where they go together."""
        if row is None:
            return [(None, span.put(self._new_row()))]
        pairs: list[Pair] = [(row, span.put(row))]
        if self.together and span.weekday == row["weekday"]:
            from app.services.plant.calendar_edits import equal_shifts

            for other in equal_shifts(self.rows, row):
                weekday = int(other["weekday"])
                pairs.append((other, span.put(other) | {"weekday": weekday}))
        return [(old, new) for old, new in pairs if dict(old or {}) != dict(new or {})]

    def _new_row(self) -> Values:
        from app.services.plant.calendar_edits import shift_row

        return shift_row(self.calendar, self.weekday, self.new_name, *NEW_SHIFT)

    # ---- keys ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._gesture is not None:
            self._give_up()
        elif not self._walk(event) and not (self.editable and self._change(event)):
            super().keyPressEvent(event)

    def _walk(self, event: QKeyEvent) -> bool:
        """Arrows alone go from shift to shift."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        match event.key():
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                step = -1 if event.key() == Qt.Key.Key_Up else 1
                self.weekday = min(max(self.weekday + step, 1), 7)
                self._choose(self._nearest_in_day())
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._choose(self._beside(-1 if event.key() == Qt.Key.Key_Left else 1))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_F2:
                if self.row() is not None:
                    self.edit_asked.emit()
            case _:
                return False
        return True

    def _nearest_in_day(self) -> int | None:
        day = [n for n, row in enumerate(self.rows) if row["weekday"] == self.weekday]
        at = self.row()
        wanted = 0 if at is None else int(at["start"])
        return min(day, key=lambda n: abs(int(self.rows[n]["start"]) - wanted), default=None)

    def _beside(self, step: int) -> int | None:
        day = sorted((n for n, row in enumerate(self.rows) if row["weekday"] == self.weekday),
                     key=lambda n: int(self.rows[n]["start"]))  # fmt: skip
        if not day:
            return None
        if self._chosen not in day:
            return day[0] if step > 0 else day[-1]
        return day[min(max(day.index(self._chosen) + step, 0), len(day) - 1)]

    def _change(self, event: QKeyEvent) -> bool:
        row = self.row()
        if event.key() in (Qt.Key.Key_Insert, Qt.Key.Key_N) and not event.modifiers():
            self.proposed.emit([(None, self._new_row())])
            return True
        if row is None:
            return False
        if event.key() == Qt.Key.Key_Delete:
            self.proposed.emit(self.removal(row))
            return True
        span = self._by_key(event, ShiftSpan.of(row))
        if span is None:
            return False
        pairs = self.pairs_for(row, span)
        if pairs:
            self.proposed.emit(pairs)
        return True

    def removal(self, row: Values) -> list[Pair]:
        """The changes that take a shift away, with its equals where they go together."""
        from app.services.plant.calendar_edits import equal_shifts

        others = equal_shifts(self.rows, row) if self.together else []
        return [(each, None) for each in [row, *others]]

    def _by_key(self, event: QKeyEvent, span: ShiftSpan) -> ShiftSpan | None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_B and not event.modifiers():
            middle = (span.start + span.stop) // 2 // self.step * self.step
            return span.with_break(middle, middle + NEW_BREAK)
        if event.key() not in (Qt.Key.Key_Left, Qt.Key.Key_Right) or not (control or shift):
            return None
        by = -self.step if event.key() == Qt.Key.Key_Left else self.step
        if control and shift:
            return span.starting(span.start + by)
        return span.stopping(span.stop + by) if shift else span.moved(by)

    # ---- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(figures(self.font()))
        colours = tokens()
        painter.fillRect(self.rect(), colours.colour("panel"))
        self._paint_ground(painter)
        pairs = self._ghost()
        leaving = [dict(old) for old, _ in pairs if old is not None]
        for row in self.inherited:
            self._paint_echo(painter, row)
            self._paint_bar(painter, row, pale=True)
        for place, row in enumerate(self.rows):
            self._paint_echo(painter, row)
            faint = dict(row) in leaving
            self._paint_bar(painter, row, pale=faint, chosen=place == self._chosen and not faint)
        for _, new in pairs:
            if new is not None:
                self._paint_bar(painter, new, ghost=True)
        if pairs:
            self._paint_chip(painter, pairs)
        if self.hasFocus():
            outline(painter, QRectF(self.rect()), colours.colour("accent"))
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        colours = tokens()
        night = QRectF(self.x(DAY), HEAD, self.width(), 7 * self.row_height())
        painter.fillRect(night, tint(colours, "off_shift", 0.7))
        small = figures(self.font())
        small.setPointSizeF(SMALL_POINTS)
        fine = QFontMetricsF(small)
        every = self._hours_per_label(fine)
        bottom = HEAD + 7 * self.row_height()
        for hour in range(self._end_hours + 1):
            x = round(self.x(hour * 60)) + 0.5
            strong = hour % 24 == 0
            painter.setPen(colours.colour("line_strong" if strong else "line"))
            painter.drawLine(QPointF(x, HEAD), QPointF(x, bottom))
            if hour % every == 0 and hour < self._end_hours:
                painter.setFont(small)
                painter.setPen(colours.colour("muted"))
                text = f"{hour % 24:02d}" + (" +1" if hour == 24 else "")
                painter.drawText(QPointF(x + 3, HEAD - 8), text)
        painter.setFont(figures(self.font()))
        for weekday in range(1, 8):
            self._paint_day(painter, weekday)

    def _hours_per_label(self, metrics: QFontMetricsF) -> int:
        hour = self.x(60) - self.x(0)
        return next(
            (n for n in (1, 2, 3, 4, 6) if n * hour > metrics.horizontalAdvance("00 +1 ") + 4), 12
        )

    def _paint_day(self, painter: QPainter, weekday: int) -> None:
        colours = tokens()
        band = self.band(weekday)
        if weekday == self.weekday:
            painter.fillRect(QRectF(0, band.top(), DAYS_WIDTH, band.height()),
                             colours.colour("accent_soft"))  # fmt: skip
        painter.setPen(colours.colour("line"))
        painter.drawLine(QPointF(0, band.bottom()), QPointF(self.width(), band.bottom()))
        painter.setPen(colours.colour("text"))
        name = QRectF(8, band.top(), 44, band.height())
        painter.drawText(
            name, Qt.AlignmentFlag.AlignVCenter, WEEKDAYS[self.context.language][weekday - 1]
        )
        shown = self.rows or self.inherited
        minutes = sum(ShiftSpan.of(row).minutes for row in shown if row["weekday"] == weekday)
        painter.setPen(colours.colour("muted"))
        hours = QRectF(44, band.top(), DAYS_WIDTH - 50, band.height())
        text = hours_text(self.context, minutes) if minutes else "–"
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(hours, flags, text)

    def _paint_echo(self, painter: QPainter, row: Values) -> None:
        """What a night shift takes of the next day's morning, as a thin line in that day's row."""
        span = ShiftSpan.of(row)
        if span.stop <= DAY:
            return
        band = self.band(span.weekday % 7 + 1)
        left, right = self.x(0), self.x(span.stop - DAY)
        echo = QRectF(left, band.top() + 1, right - left, 2.5)
        painter.fillRect(echo, tint(tokens(), "accent", 0.45))

    def _paint_bar(
        self, painter: QPainter, row: Values, *, pale: bool = False, chosen: bool = False,
        ghost: bool = False,
    ) -> None:  # fmt: skip
        colours = tokens()
        span = ShiftSpan.of(row)
        overtime = row.get("kind") == "overtime"
        strong = colours.colour("risk" if overtime else "accent")
        bar = self.bar(span)
        painter.save()
        painter.setOpacity(0.45 if pale else 0.8 if ghost else 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(strong, colours.colour("panel"), 0.22))
        painter.drawRoundedRect(bar, RADIUS, RADIUS)
        if overtime:
            hatch(painter, bar, mixed(strong, colours.colour("panel"), 0.55))
        for first, last in span.breaks:
            pause = QRectF(self.x(first), bar.top(), self.x(last) - self.x(first), bar.height())
            painter.fillRect(pause, colours.colour("panel"))
            middle = bar.center().y()
            painter.setPen(QPen(strong, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(pause.left(), middle), QPointF(pause.right(), middle))
            painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(QRectF(bar.left(), bar.top(), 3, bar.height()), strong)
        if chosen or ghost:
            painter.setPen(QPen(strong, 2 if chosen else 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        self._paint_caption(painter, row, span, bar)
        painter.restore()

    def _paint_caption(self, painter: QPainter, row: Values, span: ShiftSpan, bar: QRectF) -> None:
        """Name and times in the widest worked stretch, as much as fits."""
        edges = [span.start, *(end for pause in span.breaks for end in pause), span.stop]
        stretches = [(self.x(a), self.x(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
        left, right = max(stretches, key=lambda ends: ends[1] - ends[0])
        room = QRectF(left + 7, bar.top(), right - left - 9, bar.height())
        name = str(row.get("shift", ""))
        if row.get("kind") == "overtime":
            name = f"+ {name}"
        times = f"{clock(span.start)}–{clock(span.stop)}"
        normal, small = figures(self.font()), figures(self.font())
        small.setPointSizeF(SMALL_POINTS)
        colours = tokens()
        fine = QFontMetricsF(small)
        if bar.height() >= TWO_LINES and fine.horizontalAdvance(times) <= room.width():
            lower = room.adjusted(0, bar.height() / 2, 0, -1)
            painter.setFont(small)
            painter.setPen(colours.colour("muted"))
            painter.drawText(lower, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, times)
            room = room.adjusted(0, 1, 0, -bar.height() / 2)
            texts = [name]
        else:
            texts = [f"{name}  {times}", name]
        painter.setFont(normal)
        painter.setPen(colours.colour("text"))
        metrics = QFontMetricsF(normal)
        shown = next((t for t in texts if metrics.horizontalAdvance(t) <= room.width()), None)
        if shown is None:
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_chip(self, painter: QPainter, pairs: list[Pair]) -> None:
        """Times and what follows, beside the ghost."""
        shown = next((new for _, new in pairs if new is not None), None)
        if shown is None:
            return
        colours = tokens()
        span = ShiftSpan.of(shown)
        first = f"{clock(span.start)}–{clock(span.stop)}  {hours_text(self.context, span.minutes)}"
        lines = [line for line in (first, self.effect_of(pairs)) if line]
        metrics = QFontMetricsF(painter.font())
        width = max(metrics.horizontalAdvance(line) for line in lines) + 16
        height = metrics.height() * len(lines) + 8
        bar = self.bar(span)
        left = min(max(bar.left(), 2), self.width() - width - 2)
        top = (
            bar.bottom() + 6
            if bar.bottom() + 6 + height < self.height()
            else bar.top() - height - 6
        )
        box = QRectF(left, top, width, height)
        painter.setPen(colours.colour("line_strong"))
        painter.setBrush(colours.colour("raised"))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setPen(colours.colour("text"))
        for number, line in enumerate(lines):
            at = box.adjusted(8, 4 + number * metrics.height(), -8, 0)
            painter.drawText(at, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, line)

    # ---- tips ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            hit = self._hit(QPointF(event.pos()))
            if hit is None or self._gesture is not None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self._said(self.rows[hit.place]), self)
            return True
        return super().event(event)
