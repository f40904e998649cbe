"""The little drawing of a routing: steps as boxes, what follows what, waits, tools held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from app.core.quantity import ceil_div
from app.views.products.flow_layout import FINISH_START, Arrow, Place, places
from app.views.theme import RADIUS, SMALL_POINTS, Tokens, tokens

WIDTH, HEIGHT = 130.0, 56.0
ACROSS, DOWN = 58.0, 22.0
"""Room between boxes: for the words of a link, and for the band of a tool."""
TURN = 12.0
"""How far a link goes before it turns."""
MARGIN = 14.0
BAND = 5.0
HOLD = 18.0
"""A band of a held tool with its name."""
HEAD = 5.0
LEAST, MOST = 0.4, 2.0
READABLE = 0.6
"""Smaller than this the drawing does not shrink by itself: it scrolls."""
STEP = 1.15


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One box. ``edge``: name of the colour token at its left; ``dashed``: done outside."""

    number: int
    title: str
    place: str
    time: str
    tip: str
    edge: str = "accent"
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class FlowLink:
    """``words``: the wait or lag, as short as can be."""

    arrow: Arrow
    words: str = ""


@dataclass(frozen=True, slots=True)
class FlowHold:
    """A tool that stays from one step through another."""

    first: int
    last: int
    tool: str


class FlowView(QAbstractScrollArea):
    """Fits itself into its room until somebody zooms; a click or an arrow key chooses a step."""

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._steps: dict[int, FlowStep] = {}
        self._links: tuple[FlowLink, ...] = ()
        self._holds: tuple[FlowHold, ...] = ()
        self._places: dict[int, Place] = {}
        self._current: int | None = None
        self._scale = 1.0
        self._fits = True
        self._across = 1
        """Columns in one row of boxes; a long chain goes on in the row below."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(90)
        self.viewport().setMouseTracking(True)

    # ---- what is drawn ---------------------------------------------------------------------------

    def show_flow(
        self, steps: Sequence[FlowStep], links: Sequence[FlowLink], holds: Sequence[FlowHold]
    ) -> None:
        self._steps = {step.number: step for step in steps}
        self._links, self._holds = tuple(links), tuple(holds)
        self._places = places([step.number for step in steps], [link.arrow for link in links])
        if self._current not in self._steps:
            self._current = None
        self._arrange()

    @property
    def current(self) -> int | None:
        return self._current

    def choose(self, number: int | None) -> None:
        """Frame a step without telling anybody."""
        self._current = number if number in self._steps else None
        self._say()
        if self._current is not None:
            self._reveal(self._current)
        self.viewport().update()

    def box(self, number: int) -> QRectF:
        """Where a step stands, in the viewport."""
        area = self._box(number)
        corner = self._to_view(area.topLeft())
        return QRectF(corner, area.size() * self._scale)

    def fit(self) -> None:
        """As large as the room allows, at most full size."""
        self._fits = True
        self._arrange()

    def zoom(self, factor: float) -> None:
        self._fits = False
        self._scale = min(max(self._scale * factor, LEAST), MOST)
        self._arrange()

    @property
    def scale(self) -> float:
        return self._scale

    # ---- geometry --------------------------------------------------------------------------------

    @property
    def _columns(self) -> int:
        return max((place.column for place in self._places.values()), default=0) + 1

    @property
    def _row_height(self) -> float:
        """Of one row: all lanes, and the bands of tools below them."""
        lanes = max((place.lane for place in self._places.values()), default=0) + 1
        return lanes * (HEIGHT + DOWN) + HOLD * max(len(self._holds) - 1, 0)

    def _size(self, across: int) -> tuple[float, float]:
        rows = ceil_div(self._columns, across)
        return (
            2 * MARGIN + across * (WIDTH + ACROSS) - ACROSS + TURN,
            2 * MARGIN + rows * self._row_height - DOWN,
        )

    def _row(self, number: int) -> int:
        return self._places[number].column // self._across

    def _box(self, number: int) -> QRectF:
        place = self._places[number]
        return QRectF(
            MARGIN + place.column % self._across * (WIDTH + ACROSS),
            MARGIN + self._row(number) * self._row_height + place.lane * (HEIGHT + DOWN),
            WIDTH,
            HEIGHT,
        )

    def _arrange(self) -> None:
        """Rows, scale and scroll bars for the room there is."""
        room = self.maximumViewportSize()

        def fitting(across: int) -> float:
            wide, high = self._size(across)
            return min(room.width() / wide, room.height() / high, 1.0)

        if self._fits:
            self._across = max(range(self._columns, 0, -1), key=fitting)
            self._scale = max(fitting(self._across), READABLE)
        wide, high = self._size(self._across)
        view = self.viewport().size()
        for bar, need, have in (
            (self.horizontalScrollBar(), wide * self._scale, view.width()),
            (self.verticalScrollBar(), high * self._scale, view.height()),
        ):
            bar.setRange(0, max(round(need - have), 0))
            bar.setPageStep(have)
            bar.setSingleStep(24)
        self.viewport().update()

    def _to_view(self, point: QPointF) -> QPointF:
        return point * self._scale - QPointF(
            self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        )

    def _at(self, point: QPointF) -> int | None:
        return next((n for n in self._steps if self.box(n).contains(point)), None)

    def _reveal(self, number: int) -> None:
        area = self.box(number)
        for bar, low, high, room in (
            (self.horizontalScrollBar(), area.left(), area.right(), self.viewport().width()),
            (self.verticalScrollBar(), area.top(), area.bottom(), self.viewport().height()),
        ):
            if low < 0:
                bar.setValue(bar.value() + round(low - MARGIN))
            elif high > room:
                bar.setValue(bar.value() + round(high - room + MARGIN))

    # ---- events ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if number is not None and event.button() is Qt.MouseButton.LeftButton:
            self._choose(number)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if number is None:
            self.fit()
        else:
            self.opened.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        order = list(self._steps)
        if not order:
            super().keyPressEvent(event)
            return
        place = order.index(self._current) if self._current in self._steps else -1
        moves = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        key = Qt.Key(event.key())
        if key in moves:
            self._choose(order[min(max(place + moves[key], 0), len(order) - 1)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current is not None:
            self.opened.emit(self._current)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / STEP)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(STEP if event.angleDelta().y() > 0 else 1 / STEP)
            event.accept()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self._at(QPointF(event.pos()))
            tip = self._steps[number].tip if number is not None else ""
            QToolTip.showText(event.globalPos(), tip, self.viewport())
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def _choose(self, number: int) -> None:
        self.choose(number)
        self.chosen.emit(number)

    @Slot()
    def _say(self) -> None:
        """For screen readers: the step that is framed."""
        step = self._steps.get(self._current or -1)
        self.setAccessibleDescription(f"{step.title} {step.place}" if step is not None else "")

    # ---- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens()
        painter.fillRect(event.rect(), QColor(colours.panel))
        painter.translate(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        painter.scale(self._scale, self._scale)
        small = QFont(self.font())
        small.setPointSizeF(SMALL_POINTS)
        for number, hold in enumerate(self._holds):
            self._paint_hold(painter, hold, number, small, colours)
        for link in self._links:
            if link.arrow.before in self._places and link.arrow.after in self._places:
                self._paint_link(painter, link, small, colours)
        for step in self._steps.values():
            self._paint_step(painter, step, small, colours)
        painter.end()

    def _paint_step(self, painter: QPainter, step: FlowStep, small: QFont, colours: Tokens) -> None:
        area = self._box(step.number)
        current = step.number == self._current
        painter.setPen(
            QPen(
                QColor(colours.accent if current else colours.line_strong),
                2.0 if current else 1.0,
                Qt.PenStyle.DashLine if step.dashed and not current else Qt.PenStyle.SolidLine,
            )
        )
        painter.setBrush(QColor(colours.accent_soft if current else colours.raised))
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        painter.fillRect(
            QRectF(area.left() + 1, area.top() + 3, 3, area.height() - 6),
            colours.colour(step.edge),
        )
        inner = area.adjusted(10, 5, -6, -4)
        bold = QFont(self.font())
        bold.setBold(True)
        line = inner.height() / 3
        for place, (font, tone, text) in enumerate(
            (
                (bold, colours.text, step.title),
                (small, colours.muted, step.place),
                (small, colours.muted, step.time),
            )
        ):
            painter.setFont(font)
            painter.setPen(QColor(tone))
            cell = QRectF(inner.left(), inner.top() + place * line, inner.width(), line)
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, cell.width())
            painter.drawText(
                cell, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown
            )

    def _paint_link(self, painter: QPainter, link: FlowLink, small: QFont, colours: Tokens) -> None:
        first, last = self._box(link.arrow.before), self._box(link.arrow.after)
        one, other = self._places[link.arrow.before], self._places[link.arrow.after]
        below = self._row(link.arrow.after) > self._row(link.arrow.before)
        passing = not below and one.lane == other.lane and other.column > one.column + 1
        path, tip, direction = _route(first, last, link.arrow.kind, below, passing)
        painter.setPen(QPen(QColor(colours.muted), 1.3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setBrush(QColor(colours.muted))
        back = -HEAD * direction
        painter.drawPolygon(
            QPolygonF(
                [tip, QPointF(tip.x() + back, tip.y() - HEAD * 0.7),
                 QPointF(tip.x() + back, tip.y() + HEAD * 0.7)]
            )
        )  # fmt: skip
        if link.words:
            self._paint_words(painter, link, path, small, colours, under=passing)

    def _paint_words(
        self, painter: QPainter, link: FlowLink, path: QPainterPath, small: QFont, colours: Tokens,
        *, under: bool,
    ) -> None:  # fmt: skip
        """The wait over the middle of the link, or beside one that goes down."""
        metrics = QFontMetricsF(small)
        lines = link.words.split("\n")
        middle = path.pointAtPercent(0.5)
        high = metrics.height() * len(lines)
        wide = max(metrics.horizontalAdvance(text) for text in lines) + 4
        left = {"SS": middle.x() - wide - 2, "FF": middle.x() + 2}.get(
            link.arrow.kind, middle.x() - wide / 2
        )
        beside = link.arrow.kind != FINISH_START
        top = middle.y() - high / 2 if beside else middle.y() - high - 3
        if under:
            top = middle.y() + 1
        painter.setFont(small)
        painter.setPen(QColor(colours.text))
        ground = QRectF(left, top, wide, high)
        painter.drawText(ground, int(Qt.AlignmentFlag.AlignCenter), link.words)

    def _paint_hold(
        self, painter: QPainter, hold: FlowHold, number: int, small: QFont, colours: Tokens
    ) -> None:
        """A band below the boxes from the step that takes the tool to the one that frees it."""
        if hold.first not in self._places or hold.last not in self._places:
            return
        first, last = self._row(hold.first), self._row(hold.last)
        ends = self._size(self._across)[0] - MARGIN - TURN
        for row in range(first, last + 1):
            left = self._box(hold.first).left() if row == first else MARGIN
            right = self._box(hold.last).right() if row == last else ends
            below = [self._box(n).bottom() for n in self._steps
                     if self._row(n) == row and hold.first <= n <= hold.last]  # fmt: skip
            top = max(below, default=self._box(hold.first).bottom()) + number * HOLD
            band = QRectF(left, top + 3, right - left, BAND)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.colour("watch"))
            painter.drawRoundedRect(band, BAND / 2, BAND / 2)
            painter.setPen(QColor(colours.muted))
            painter.setFont(small)
            painter.drawText(
                QRectF(band.left() + 4, band.bottom() - 1, band.width(), HOLD - BAND),
                int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop),
                hold.tool,
            )


def _route(
    first: QRectF, last: QRectF, kind: str, below: bool, passing: bool
) -> tuple[QPainterPath, QPointF, int]:
    """The line of a link, its tip, and where the tip points (1 right, -1 left).

    ``below``: the second box stands in a later row; ``passing``: others stand between the two.
    """
    start = QPointF(first.right(), first.center().y())
    end = QPointF(last.left(), last.center().y())
    if kind == FINISH_START and (below or passing):
        between = last.top() - DOWN / 2 if below else last.bottom() + DOWN / 2
        return (
            _line(
                start,
                QPointF(start.x() + TURN, start.y()),
                QPointF(start.x() + TURN, between),
                QPointF(end.x() - TURN, between),
                QPointF(end.x() - TURN, end.y()),
                end,
            ),
            end,
            1,
        )
    if kind == FINISH_START:
        turn = end.x() - TURN if end.x() > start.x() else start.x() + TURN
        return _line(start, QPointF(turn, start.y()), QPointF(turn, end.y()), end), end, 1
    left = kind == "SS"
    x = min(first.left(), last.left()) - TURN if left else max(first.right(), last.right()) + TURN
    start = QPointF(first.left() if left else first.right(), first.center().y() + 8)
    end = QPointF(last.left() if left else last.right(), last.center().y() - 8)
    path = _line(start, QPointF(x, start.y()), QPointF(x, end.y()), end)
    return path, end, 1 if left else -1


def _line(first: QPointF, *others: QPointF) -> QPainterPath:
    path = QPainterPath(first)
    for point in others:
        path.lineTo(point)
    return path
