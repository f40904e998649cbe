"""The Gantt widget: holds the five roles together and hands events to the running gesture."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from app.core.format import moment
from app.core.messages import Message
from app.views.planning.gantt.asking import Answers, Question, Reply
from app.views.planning.gantt.axis import AXIS_HEIGHT, TimeAxis
from app.views.planning.gantt.colouring import ColourBy, Colouring, colouring, shades
from app.views.planning.gantt.hover_card import HoverCard
from app.views.planning.gantt.interactions import Interaction, MoveBar, Pan, RubberBand
from app.views.planning.gantt.keyboard import ZOOM_STEP, Keyboard
from app.views.planning.gantt.model import Arrangement, PlanModel, Rows
from app.views.planning.gantt.painter import Frame, GanttPainter, Hit, ViewState, hit
from app.views.planning.gantt.raster import Scene
from app.views.planning.gantt.row_header import RowHeader
from app.views.planning.gantt.row_layout import ROW_HEIGHT, Band, RowLayout
from app.views.planning.gantt.style import style_of
from app.views.planning.gantt.time_grid import MINUTES_PER_DAY, TimeGrid, to_datetime
from app.views.theme import Tokens

WHEEL_STEP = 3 * ROW_HEIGHT  # pixels per notch
FIRST_SCALE = 12 / 60  # pixels per minute at first sight: an hour is twelve pixels
HOVER_DELAY = 350  # ms
GESTURE_TICK = 15  # ms between questions to the engine during a drag
SCROLL_EDGE, SCROLL_STEP = 28, 14  # pixels: a drag near the border scrolls


class GanttView(QAbstractScrollArea):
    """Draws one plan. Changes nothing itself: it tells what the person wants by signals."""

    selectionChanged = Signal(object)
    """frozenset of operation ids."""
    dropped = Signal(object)
    """A Preview to be carried out exactly as shown."""
    lockRequested = Signal(object)
    refused = Signal(object)
    """Message: why a drop or a move by keyboard did nothing."""
    followChanged = Signal(object)
    menuRequested = Signal(QPoint)
    scrolled = Signal()

    def __init__(self, tokens: Tokens, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.tokens, self.colours = tokens, style_of(tokens)
        self.language = language
        self.model: PlanModel | None = None
        self.board: Answers | None = None
        self.arrangement = Arrangement.MACHINES
        self.colour_by = ColourBy.ORDER
        self.state = ViewState()
        self.current_row = -1
        self.painter = GanttPainter(self.font())
        self._layouts: dict[Arrangement, RowLayout] = {}
        self._colouring: Colouring | None = None
        self._shades = np.zeros(0, np.uint8)
        self._standing_back: set[int] = set()
        self._grid: TimeGrid | None = None
        self._interaction: Interaction | None = None
        self._held: MoveBar | None = None
        self._nudged: Question | None = None
        self._describe: Callable[[int], tuple[str, list[tuple[str, str]]]] | None = None
        self._message_text: Callable[[Message], str] = lambda message: message.text(self.language)
        self._keyboard = Keyboard(self)
        self.axis = TimeAxis(self)
        self.header = RowHeader(self)
        self._corner = QWidget(self)
        self._card = HoverCard(self)
        self._hover_timer = QTimer(self)
        self._hover_timer.setSingleShot(True)
        self._hover_timer.setInterval(HOVER_DELAY)
        self._hover_timer.timeout.connect(self._show_card)
        self._gesture_timer = QTimer(self)
        self._gesture_timer.setInterval(GESTURE_TICK)
        self._gesture_timer.timeout.connect(self._on_gesture_tick)
        self.axis.rangeChosen.connect(self.show_range)
        self.header.groupClicked.connect(self.toggle_group)
        self.header.rowClicked.connect(self._on_row_clicked)
        self.horizontalScrollBar().actionTriggered.connect(self._on_time_scrolled)
        self.retranslate()
        self._place_children()

    # ---- what is shown ---------------------------------------------------------------------------

    @property
    def grid(self) -> TimeGrid:
        """Time <-> x. Before a plan is there: the coming days."""
        if self._grid is None:
            raise RuntimeError("The chart has no plan yet")
        return self._grid

    @property
    def has_plan(self) -> bool:
        return self.model is not None

    @property
    def layout_of_rows(self) -> RowLayout | None:
        return self._layouts.get(self.arrangement)

    @property
    def rows(self) -> Rows:
        if self.model is None:
            raise RuntimeError("The chart has no plan yet")
        return self.model.arrangements[self.arrangement]

    @property
    def top(self) -> int:
        """Content y of the first visible line."""
        return self.verticalScrollBar().value()

    @property
    def legend(self) -> Colouring | None:
        return self._colouring

    def set_model(self, model: PlanModel) -> None:
        """Show a plan; place, zoom, folding and selection are kept where they still exist."""
        self.cancel_gesture()
        self._held, self._nudged = None, None
        self._standing_back = set()
        selected = self.selected_operations()
        folded = {key: layout.folded for key, layout in self._layouts.items()}
        first_time = self.model is None or not len(self.model.bars)
        self.model = model
        self._layouts = {
            key: RowLayout(rows.infos, rows.tracks) for key, rows in model.arrangements.items()
        }
        for key, groups in folded.items():
            self._layouts[key].fold_all(list(groups))
        if self._grid is None:
            self._grid = TimeGrid(model.zone, *model.span())
        self._grid.zone = model.zone
        self._grid.set_span(*model.span())
        self.state.selected = {model.bar_of[op] for op in selected if op in model.bar_of}
        self.state.hovered = None
        if self.state.followed not in model.bars_of_order:
            self.state.followed = None
        self.hide_card()
        self.painter.words.forget()
        self._colour()
        self._place_children()
        if first_time:
            self.show_start()
        if self.selected_operations() != selected:
            self.selectionChanged.emit(self.selected_operations())

    def set_now(self, now: float) -> None:
        """The clock went on."""
        if self.model is not None and now != self.model.now:
            self.model = replace(self.model, now=now)
            self._update_all()

    def set_board(self, board: Answers | None) -> None:
        """Who answers while dragging; None while the engine reads the plan."""
        if board is self.board:
            return
        self.cancel_gesture()
        if self.board is not None:
            self.board.replied.disconnect(self._on_replied)
        self.board = board
        if board is not None:
            board.replied.connect(self._on_replied)

    @Slot(object)
    def _on_replied(self, reply: Reply) -> None:
        """To the gesture, to the drop that waits, or to a move by keyboard."""
        for taker in (self._interaction, self._held):
            if isinstance(taker, MoveBar):
                taker.take(reply)
        if reply.question == self._nudged:
            self._nudged = None
            refusal = reply.refusal()
            if refusal is not None:
                self.refused.emit(refusal)
            elif reply.preview is not None and reply.preview.moved:
                self.dropped.emit(reply.preview)

    def set_describer(self, describe: Callable[[int], tuple[str, list[tuple[str, str]]]]) -> None:
        """Title and lines of the hover card of a bar."""
        self._describe = describe

    def set_arrangement(self, arrangement: Arrangement) -> None:
        """Rows by machine or by order."""
        if arrangement is self.arrangement:
            return
        self.cancel_gesture()
        self.arrangement = arrangement
        self.current_row = -1
        self.verticalScrollBar().setValue(0)
        self._place_children()
        if self.state.selected:
            self._scroll_to_row_of(min(self.state.selected))

    def set_colour_by(self, by: ColourBy) -> None:
        """Meaning of the colours."""
        self.colour_by = by
        self._colour()

    def set_tokens(self, tokens: Tokens) -> None:
        """Another theme."""
        self.tokens, self.colours = tokens, style_of(tokens)
        self._update_all()

    def set_language(self, language: str) -> None:
        """Another language for the axis; texts follow by the LanguageChange event."""
        self.language = language
        self._update_all()

    def _colour(self) -> None:
        if self.model is not None:
            self._colouring = colouring(self.model.bars, self.colour_by)
        self._shade()

    def _shade(self) -> None:
        """One code per bar out of category, progress, and who stands back."""
        if self.model is None or self._colouring is None:
            return
        faint = np.zeros(len(self.model.bars), np.bool_)
        if self.state.followed is not None:
            faint[:] = True
            faint[self.model.bars_of_order[self.state.followed]] = False
        if self._standing_back:
            faint[list(self._standing_back)] = True
        self._shades = shades(self.model.bars, self._colouring.category, faint)
        self._update_all()

    def stand_back(self, bars: set[int]) -> None:
        """Draw these bars faintly: a gesture shows them elsewhere."""
        if bars != self._standing_back:
            self._standing_back = bars
            self._shade()

    # ---- texts -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Gantt chart of the plan"))
        self.setAccessibleDescription(
            self.tr("The table of operations beside it lists the same operations.")
        )

    def still_reading_text(self) -> str:
        return self.tr("The plan is still being read. Please try again in a moment.")

    def text_of(self, message: Message) -> str:
        return message.text(self.language)

    def moment_text(self, at: datetime) -> str:
        """A time as the axis reads it."""
        local = at.astimezone(self.grid.zone)
        return moment(local, self.language, today=local.date())

    # ---- scrolling and zooming -------------------------------------------------------------------

    def scroll_to(self, left: float, top: float | None = None) -> None:
        """Put a time at the left edge, and a content y at the top."""
        self.grid.scroll_to(left)
        self._sync_bars()
        if top is not None:
            self.verticalScrollBar().setValue(round(top))
        self._update_all()

    def zoom(self, factor: float, at: float | None = None) -> None:
        """Zoom about an x, by default the middle of the chart."""
        if self._grid is not None:
            self._grid.zoom_at(self.viewport().width() / 2 if at is None else at, factor)
            self._after_zoom()

    @Slot(float, float)
    def show_range(self, first: float, last: float) -> None:
        """Exactly this stretch of time."""
        self.grid.show(first, last)
        self._after_zoom()

    @Slot()
    def fit(self) -> None:
        """The whole plan in view."""
        if self.model is not None:
            span = self.model.bars.span() or self.model.span()
            air = (span[1] - span[0]) * 0.02
            self.show_range(min(span[0], self.model.now) - air, span[1] + air)

    @Slot()
    def go_to_now(self) -> None:
        """The now-line at a fifth of the width."""
        if self.model is not None:
            self.scroll_to(self.model.now - self.viewport().width() * 0.2 / self.grid.scale)

    def show_start(self) -> None:
        """First look at a plan: from shortly before now, wide enough to read the bars."""
        if self.model is not None:
            begin = self.model.now - MINUTES_PER_DAY / 4
            span = self.model.bars.span()
            if span is not None and not span[0] <= self.model.now <= span[1]:
                begin = span[0] - MINUTES_PER_DAY / 8
            self.show_range(begin, begin + self.viewport().width() / FIRST_SCALE)

    def zoom_to_selection(self) -> None:
        """The selected bars in view."""
        if self.model is not None and self.state.selected:
            chosen = list(self.state.selected)
            first = float(self.model.bars.setup_start[chosen].min())
            last = float(self.model.bars.end[chosen].max())
            air = max((last - first) * 0.1, 30)
            self.show_range(first - air, last + air)
            self._scroll_to_row_of(min(chosen))

    def show_bar(self, bar: int) -> None:
        """Unfold, scroll: make a bar visible without zooming."""
        if self.model is None:
            return
        self._scroll_to_row_of(bar)
        bars, grid = self.model.bars, self.grid
        begin, end = float(bars.setup_start[bar]), float(bars.end[bar])
        length = grid.right - grid.left
        if begin < grid.left or min(end, begin + length * 0.5) > grid.right:
            self.scroll_to(begin - length * 0.3)

    def _scroll_to_row_of(self, bar: int) -> None:
        layout = self.layout_of_rows
        row = self.row_of(bar)
        if layout is None:
            return
        if layout.band_of(row) is None:
            layout.fold(layout.rows[row].group, False)
            self._place_children()
        band = layout.band_of(row)
        height = self.viewport().height()
        if band is not None and not self.top <= band.top <= self.top + height - band.height:
            self.verticalScrollBar().setValue(round(band.top - height / 3))

    def row_of(self, bar: int) -> int:
        """Row of a bar in the arrangement shown."""
        if self.model is None:
            return -1
        bars = self.model.bars
        column = bars.machine if self.arrangement is Arrangement.MACHINES else bars.order
        return int(column[bar])

    def _after_zoom(self) -> None:
        self._sync_bars()
        self._update_all()

    def _sync_bars(self) -> None:
        """Scroll bars follow the grid and the layout; they are never the truth for time."""
        bar, grid = self.horizontalScrollBar(), self.grid
        page = self.viewport().width()
        length = round((grid.last - grid.first) * grid.scale)
        bar.setRange(0, max(length - page, 0))
        bar.setPageStep(page)
        bar.setSingleStep(40)
        bar.setValue(round((grid.left - grid.first) * grid.scale))
        layout, vertical = self.layout_of_rows, self.verticalScrollBar()
        height = self.viewport().height()
        vertical.setRange(0, max((layout.height if layout else 0) - height, 0))
        vertical.setPageStep(height)
        vertical.setSingleStep(ROW_HEIGHT)

    @Slot(int)
    def _on_time_scrolled(self, _action: int) -> None:
        """The horizontal scroll bar was moved by hand (wheel, drag, page, arrow)."""
        if self._grid is not None:
            value = self.horizontalScrollBar().sliderPosition()
            self._grid.scroll_to(self._grid.first + value / self._grid.scale)
            self._update_all()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """A scroll bar has another value. For rows that is the truth; for time the grid is."""
        self._update_all()

    def _update_all(self) -> None:
        self.viewport().update()
        self.axis.update()
        self.header.update()
        self.scrolled.emit()

    # ---- geometry --------------------------------------------------------------------------------

    def _place_children(self) -> None:
        width = self.header.wanted_width()
        self.setViewportMargins(width, AXIS_HEIGHT, 0, 0)
        area = self.viewport().geometry()
        self._corner.setGeometry(area.left() - width, area.top() - AXIS_HEIGHT, width, AXIS_HEIGHT)
        self.axis.setGeometry(area.left(), area.top() - AXIS_HEIGHT, area.width(), AXIS_HEIGHT)
        self.header.setGeometry(area.left() - width, area.top(), width, area.height())
        if self._grid is not None:
            self._grid.set_width(area.width())
            self._sync_bars()
        self._update_all()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_children()

    @Slot(str)
    def toggle_group(self, group: str) -> None:
        """Fold or unfold a group of rows."""
        layout = self.layout_of_rows
        if layout is not None:
            layout.fold(group, group not in layout.folded)
            self._place_children()

    def fold_all(self, folded: bool) -> None:
        """Fold or unfold all groups."""
        layout = self.layout_of_rows
        if layout is not None:
            layout.fold_all([info.group for info in layout.rows] if folded else [])
            self._place_children()

    # ---- questions -------------------------------------------------------------------------------

    def hit_test(self, point: QPointF) -> Hit | None:
        """The bar under a viewport point."""
        layout = self.layout_of_rows
        if self.model is None or layout is None:
            return None
        return hit(self.model, self.rows, layout, self.grid, point.x(), point.y() + self.top)

    def band_at(self, y: float) -> Band | None:
        """The band under a viewport y."""
        layout = self.layout_of_rows
        return layout.band_at(y + self.top) if layout is not None else None

    def box_of(self, bar: int) -> QRectF | None:
        """Where a bar is in the viewport, None while its row is folded."""
        frame = self._frame()
        place = frame.place(bar)
        if place is None or self.model is None:
            return None
        bars = self.model.bars
        return frame.box(*place, float(bars.setup_start[bar]), float(bars.end[bar]))

    def machines_shown(self) -> tuple[int, ...]:
        """Ids of the machines whose rows are not folded away; none where rows are orders or all
        are shown."""
        layout = self.layout_of_rows
        if layout is None or self.arrangement is not Arrangement.MACHINES or not layout.folded:
            return ()
        return tuple(
            info.key for info in layout.rows if info.group not in layout.folded and info.key > 0
        )

    def bars_in(self, box: QRectF) -> set[int]:
        """Bars that touch a rectangle of the viewport."""
        layout, found = self.layout_of_rows, set()
        if layout is None:
            return set()
        tracks = self.rows.tracks
        first, last = self.grid.minutes(box.left()), self.grid.minutes(box.right())
        for band in layout.visible(box.top() + self.top, box.bottom() + self.top):
            for lane in range(band.lanes if band.row >= 0 else 0):
                top, height = band.lane_box(lane)
                if top - self.top > box.bottom() or top + height - self.top < box.top():
                    continue
                track = int(tracks.first_of_row[band.row]) + lane
                low, high = tracks.between(track, first, last)
                found.update(tracks.bar[low:high].tolist())
        return found

    def selected_operations(self) -> frozenset[int]:
        """Ids of the selected operations."""
        if self.model is None:
            return frozenset()
        return frozenset(int(self.model.bars.operation[bar]) for bar in self.state.selected)

    def drag_distance(self) -> int:
        """Pixels the pointer must move before a press becomes a drag."""
        return QApplication.startDragDistance() // 2

    # ---- selection -------------------------------------------------------------------------------

    def select(self, bars: Iterable[int]) -> None:
        """Exactly these bars."""
        chosen = set(bars)
        if chosen == self.state.selected:
            return
        self.state.selected = chosen
        if chosen:
            self.current_row = self.row_of(min(chosen))
        self._update_all()
        self.selectionChanged.emit(self.selected_operations())

    def select_operations(self, operations: Iterable[int], *, show: bool = False) -> None:
        """Selection that comes from outside."""
        if self.model is None:
            return
        bars = {self.model.bar_of[op] for op in operations if op in self.model.bar_of}
        self.select(bars)
        if show and bars:
            self.show_bar(min(bars, key=lambda bar: float(self.model.bars.setup_start[bar])))

    def follow(self, order: int | None) -> None:
        """Link an order's operations and dim all others; None ends it."""
        self.state.followed = order
        self._shade()
        self.followChanged.emit(order)

    def _on_row_clicked(self, row: int) -> None:
        self.current_row = row
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._update_all()

    # ---- gestures --------------------------------------------------------------------------------

    @property
    def interaction(self) -> Interaction | None:
        return self._interaction

    def _start(self, interaction: Interaction) -> None:
        self.cancel_gesture()
        self._interaction = interaction
        self._gesture_timer.start()

    def cancel_gesture(self) -> bool:
        """Give up what is under way; whether there was something."""
        interaction, self._interaction = self._interaction, None
        self._gesture_timer.stop()
        self.viewport().unsetCursor()
        if interaction is None:
            return self.axis.cancel()
        interaction.cancel()
        self.viewport().update()
        return True

    def _finish_gesture(self) -> None:
        interaction, self._interaction = self._interaction, None
        self._gesture_timer.stop()
        self.viewport().unsetCursor()
        if interaction is not None:
            interaction.commit()
        self.viewport().update()

    def hold(self, move: MoveBar) -> None:
        """Keep showing a move that was dropped, until the plan that holds it has been read."""
        self._held = move

    @Slot()
    def release_hold(self) -> None:
        """The dropped move was refused, or the plan shows it now."""
        if self._held is not None:
            self._held = None
            self.stand_back(set())

    @Slot()
    def _on_gesture_tick(self) -> None:
        if isinstance(self._interaction, MoveBar) and self._interaction.moving:
            self._scroll_near_edge()

    def _scroll_near_edge(self) -> None:
        at = self.viewport().mapFromGlobal(self.cursor().pos())
        area = self.viewport().rect()
        if not area.contains(at):
            return
        dx = (at.x() > area.right() - SCROLL_EDGE) - (at.x() < SCROLL_EDGE)
        dy = (at.y() > area.bottom() - SCROLL_EDGE) - (at.y() < SCROLL_EDGE)
        if dx or dy:
            self.scroll_to(
                self.grid.left + dx * SCROLL_STEP / self.grid.scale, self.top + dy * SCROLL_STEP
            )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.model is None:
            return
        self.hide_card()
        at = event.position()
        if event.button() is Qt.MouseButton.MiddleButton:
            self._start(Pan(self, at))
        elif event.button() is Qt.MouseButton.LeftButton:
            self._press_left(event, at)
        elif event.button() is Qt.MouseButton.RightButton:
            found = self.hit_test(at)
            if found is not None and found.bar not in self.state.selected:
                self.select({found.bar})
        if self._interaction is not None:
            self.viewport().setCursor(self._interaction.cursor)

    def _press_left(self, event: QMouseEvent, at: QPointF) -> None:
        modifiers = event.modifiers()
        more = modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        found = self.hit_test(at)
        if found is None:
            band = self.band_at(at.y())
            self.current_row = band.row if band is not None else -1
            self._start(RubberBand(self, at, extend=bool(more)))
        elif more:
            self.select(self.state.selected ^ {found.bar})
        else:
            self.select({found.bar})
            self._start(MoveBar(self, found.bar, at))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._interaction is not None:
            self._interaction.move(event)
            return
        found = self.hit_test(event.position())
        bar = found.bar if found is not None else None
        if bar != self.state.hovered:
            self.state.hovered = bar
            self.hide_card()
            self.viewport().update()
        if bar is not None and not self._card.isVisible():
            self._hover_timer.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._interaction is not None and event.button() is not Qt.MouseButton.RightButton:
            self._interaction.move(event)
            self._finish_gesture()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self.hit_test(event.position())
        if found is not None and self.model is not None:
            self._select_order_of(found.bar)

    def _select_order_of(self, bar: int) -> None:
        if self.model is not None:
            self.select(self.model.bars_of_order[self.model.bars.rows[bar].order_id])

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._grid is None:
            return
        delta, modifiers = event.angleDelta(), event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.zoom(ZOOM_STEP ** (delta.y() / 120), event.position().x())
        else:
            sideways, down = delta.x(), delta.y()
            if modifiers & Qt.KeyboardModifier.ShiftModifier or not self._scrolls_down():
                sideways, down = sideways or down, 0
            self.scroll_to(
                self._grid.left - sideways / 120 * WHEEL_STEP / self._grid.scale,
                self.top - down / 120 * WHEEL_STEP,
            )
        self.hide_card()
        event.accept()

    def _scrolls_down(self) -> bool:
        return self.verticalScrollBar().maximum() > 0

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.cancel_gesture()
        self.hide_card()
        super().focusOutEvent(event)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.cancel_gesture():
            return
        if self.state.selected:
            self.menuRequested.emit(event.globalPos())

    # ---- keyboard --------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Esc and single letters are ours while we have the focus, before any shortcut."""
        asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asked and self._keyboard.takes(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.model is None or not self._keyboard.press(event):
            super().keyPressEvent(event)

    def toggle_follow(self) -> None:
        """Follow the order of the selection, or stop following."""
        if self.model is None or not self.state.selected:
            self.follow(None)
            return
        order = self.model.bars.rows[min(self.state.selected)].order_id
        self.follow(None if order == self.state.followed else order)

    def nudge(self, machines: tuple[int, ...], minutes: float) -> None:
        """Ask for a move without the mouse: to the first machine that may, so much later."""
        if self.model is None or self.board is None or len(self.state.selected) != 1:
            return
        (bar,) = self.state.selected
        bars = self.model.bars
        start = to_datetime(float(bars.start[bar]) + minutes)
        self._nudged = Question(int(bars.operation[bar]), machines, start)
        self.board.ask(self._nudged)

    # ---- hover -----------------------------------------------------------------------------------

    @Slot()
    def _show_card(self) -> None:
        bar = self.state.hovered
        if bar is None or self._describe is None or self._interaction is not None:
            return
        self._card.put(*self._describe(bar))
        self._card.show_at(self.cursor().pos())

    def hide_card(self) -> None:
        self._hover_timer.stop()
        self._card.hide()

    @property
    def card(self) -> HoverCard:
        return self._card

    # ---- painting --------------------------------------------------------------------------------

    def _frame(self) -> Frame:
        layout = self.layout_of_rows
        if self.model is None or layout is None:
            raise RuntimeError("The chart has no plan yet")
        rows = self.rows
        scene = Scene(
            bars=self.model.bars,
            tracks=rows.tracks,
            shades=self._shades,
            windows=self.model.windows,
            calendar_of_row=rows.calendars,
            grid=self.grid,
            style=self.colours,
        )
        size = self.viewport().size()
        return Frame(self.model, rows, scene, layout, self.top, size, self.state)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        if self.model is None:
            painter.fillRect(self.viewport().rect(), self.colours.panel)
            return
        frame = self._frame()
        self.painter.paint(
            painter, frame, self.viewport().devicePixelRatioF(), self.language, self.tokens
        )
        chosen = self.axis.chosen_range
        if chosen is not None:
            painter.setOpacity(0.35)
            painter.fillRect(
                QRectF(chosen[0], 0, chosen[1] - chosen[0], self.viewport().height()),
                self.colours.accent,
            )
            painter.setOpacity(1.0)
        if self.hasFocus():
            painter.setPen(self.colours.accent)
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
        painter.setFont(self.font())
        if self._held is not None:
            self._held.paint_moved(painter, frame)
        if self._interaction is not None:
            self._interaction.paint(painter, frame)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._update_all()
        elif event.type() == QEvent.Type.FontChange:
            self.painter.words.set_font(self.font())
            self._place_children()
        super().changeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Another page is shown: neither a card nor a gesture stays behind."""
        self.cancel_gesture()
        self.hide_card()
        super().hideEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.state.hovered = None
        self.hide_card()
        self.viewport().update()
        super().leaveEvent(event)
