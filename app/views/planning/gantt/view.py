"""The Gantt widget: hands events to the running gesture, and tells what the person wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from app.core.format import duration, moment
from app.core.messages import Message, message
from app.views.planning.gantt.asking import (
    DROP_MODES,
    Answers,
)
from app.views.planning.gantt.asking_chart import AskingChart
from app.views.planning.gantt.ghost import Ghost, GhostMove
from app.views.planning.gantt.hover_card import HoverCard
from app.views.planning.gantt.interactions import Interaction, Pan, RubberBand
from app.views.planning.gantt.keyboard import ZOOM_STEP, Keyboard
from app.views.planning.gantt.model import Arrangement, PlanModel
from app.views.planning.gantt.moving import Move, MoveBar, PlaceBar
from app.views.planning.gantt.painter import Zone
from app.views.planning.gantt.resizing import ResizeBar
from app.views.planning.gantt.row_layout import ROW_HEIGHT
from app.views.planning.gantt.time_grid import to_datetime
from app.views.theme import Tokens

WHEEL_STEP = 3 * ROW_HEIGHT  # pixels per notch
HOVER_DELAY = 350  # ms
GESTURE_TICK = 15  # ms between questions to the engine during a drag
SCROLL_EDGE, SCROLL_STEP = 28, 14  # pixels: a drag near the border scrolls


class GanttView(AskingChart):
    """Draws one plan. Changes nothing itself: it tells what the person wants by signals."""

    lockRequested = Signal(object)
    splitRequested = Signal(int, object)
    """(operation id, quantity that stays)."""
    splitAsked = Signal()
    """The selected bar is to be split; by how much is not said."""
    whyRequested = Signal()
    modeChanged = Signal(str)
    offPlanChanged = Signal(bool)
    """What is dragged has come to, or left, the place of operations off the plan."""
    carryingChanged = Signal(bool)
    """Bars of the plan are in the hand, or no longer."""
    menuRequested = Signal(QPoint)
    groundMenuRequested = Signal(QPoint)
    """The menu key with nothing selected; ``current_row`` is the row."""
    ghostWanted = Signal()
    """The ghost order is to be put into the plan as it is shown."""
    ghostDismissed = Signal()
    """The ghost order is not wanted any more."""

    movable = True
    """Whether bars can be dragged at all."""
    drop_modes = DROP_MODES
    """The ways to settle a drop that can be chosen here."""
    splittable = True
    """Whether the right edge of a bar can be dragged."""

    def __init__(self, tokens: Tokens, language: str, parent: QWidget | None = None) -> None:
        super().__init__(tokens, language, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._off_plan: Callable[[QPoint], bool] | None = None
        self._interaction: Interaction | None = None
        self._held: Move | None = None
        self.ghost: Ghost | None = None
        self._describe: Callable[[int], tuple[str, list[tuple[str, str]]]] | None = None
        self._keyboard = Keyboard(self)
        self._card = HoverCard(self)
        self._hover_timer = QTimer(self)
        self._hover_timer.setSingleShot(True)
        self._hover_timer.setInterval(HOVER_DELAY)
        self._hover_timer.timeout.connect(self._show_card)
        self._gesture_timer = QTimer(self)
        self._gesture_timer.setInterval(GESTURE_TICK)
        self._gesture_timer.timeout.connect(self._on_gesture_tick)
        self.retranslate()
        self._place_children()

    def set_model(self, model: PlanModel) -> None:
        """Show a plan; a gesture on the old one is given up."""
        self.cancel_gesture()
        self._held = None
        self.hide_card()
        super().set_model(model)
        self.stand_back(set())

    def show_ghost(self, ghost: Ghost | None) -> None:
        """An order that is asked about stands among the bars; None: no longer."""
        self.cancel_gesture()
        if self.ghost is not None:
            self.ghost.set_answers(None)
            self.ghost.deleteLater()
        self.ghost = ghost
        self.stand_back(set())
        self.viewport().update()

    def stand_back(self, bars: set[int]) -> None:
        """Those of a gesture, and those that the ghost shows elsewhere."""
        super().stand_back(bars | self.ghost.standing_back() if self.ghost is not None else bars)

    def select(self, bars: Iterable[int]) -> None:
        """Exactly these bars, and then no step of the ghost."""
        chosen = set(bars)
        if chosen and self.ghost is not None:
            self.ghost.current = None
        super().select(chosen)

    def set_arrangement(self, arrangement: Arrangement) -> None:
        """Rows by machine or by order; a gesture under way is given up."""
        if arrangement is not self.arrangement:
            self.cancel_gesture()
        super().set_arrangement(arrangement)

    def set_board(self, board: Answers | None) -> None:
        """Who answers while dragging; None while the engine reads the plan."""
        if board is not self.board and self.board is not None:
            self.cancel_gesture()
        super().set_board(board)
        if board is not None and isinstance(self._interaction, Move):
            self._interaction.ask()

    def _take(self, reply: object) -> None:
        """To the gesture, or to the drop that waits."""
        for taker in (self._interaction, self._held):
            if taker is not None:
                taker.take(reply)

    def set_describer(self, describe: Callable[[int], tuple[str, list[tuple[str, str]]]]) -> None:
        """Title and lines of the hover card of a bar."""
        self._describe = describe

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

    def duration_text(self, minutes: int) -> str:
        return duration(minutes, self.language)

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
        self.carryingChanged.emit(False)
        interaction.cancel()
        self.viewport().update()
        return True

    def _finish_gesture(self) -> None:
        interaction, self._interaction = self._interaction, None
        self._gesture_timer.stop()
        self.viewport().unsetCursor()
        if interaction is not None:
            self.carryingChanged.emit(False)
            interaction.commit()
        self.viewport().update()

    def hold(self, move: Move) -> None:
        """Keep showing a move that was dropped, until the plan that holds it has been read."""
        self._held = move

    @Slot()
    def release_hold(self) -> None:
        """The dropped move was refused, or the plan shows it now."""
        if self._held is not None:
            self._held = None
            self.stand_back(set())

    def set_mode(self, mode: str) -> None:
        """How what is in the way of a drop is settled, from now on and in a move under way."""
        if mode != self.mode:
            self.mode = mode
            self.modeChanged.emit(mode)
            if isinstance(self._interaction, Move):
                self._interaction.ask()
                self.viewport().update()

    def next_mode(self) -> None:
        """The next way to settle a drop."""
        modes = self.drop_modes
        self.set_mode(modes[(modes.index(self.mode) + 1) % len(modes)])

    def begin_place(self, operation: int) -> bool:
        """A hand took an operation out of the tray; False while no plan is there to take it."""
        if self.model is None or self.board is None:
            self.refused.emit(message("views.plan_still_read"))
            return False
        self._start(PlaceBar(self, operation, QPointF(-1, -1)))
        return True

    def carry(self, at: QPointF, *, exact: bool = False) -> None:
        """What was taken out of the tray is over a viewport point."""
        if isinstance(self._interaction, PlaceBar):
            self._interaction.carry(at, exact=exact)

    def put_down(self) -> None:
        """Let go: into the plan over the chart, back into the tray elsewhere."""
        carried = self._interaction
        if isinstance(carried, PlaceBar):
            inside = self.viewport().rect().contains(carried.at.toPoint())
            if inside:
                self._finish_gesture()
            else:
                self.cancel_gesture()

    def set_off_plan(self, is_off: Callable[[QPoint], bool]) -> None:
        """Who says whether a global point lies where operations without a place are kept."""
        self._off_plan = is_off

    def is_off_plan(self, at: QPointF) -> bool:
        """Whether a drop at a viewport point takes off the plan."""
        outside = self._off_plan
        return outside is not None and outside(self.viewport().mapToGlobal(at.toPoint()))

    @Slot()
    def _on_gesture_tick(self) -> None:
        if isinstance(self._interaction, Move) and self._interaction.moving:
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

    def drag_distance(self) -> int:
        """Pixels the pointer must move before a press becomes a drag."""
        return QApplication.startDragDistance() // 2

    # ---- mouse -----------------------------------------------------------------------------------

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
        step = self.ghost.step_at(at) if self.ghost is not None else None
        if self.ghost is not None and step is not None:
            self._start(GhostMove(self, self.ghost, step, at))
            return
        found = self.hit_test(at)
        if found is None:
            self._press_ground(at, extend=bool(more))
        elif more:
            self.select(self.state.selected ^ {found.bar})
        elif found.zone is Zone.EDGE and self.splittable:
            self._start(ResizeBar(self, found.bar, at))
        else:
            if found.bar not in self.state.selected or not self.movable:
                self.select({found.bar})
            if self.movable:
                self._start(MoveBar(self, found.bar, at, self.state.selected - {found.bar}))

    def _press_ground(self, at: QPointF, *, extend: bool) -> None:
        """The left button went down beside all bars."""
        band = self.band_at(at.y())
        self.current_row = band.row if band is not None else -1
        self._start(RubberBand(self, at, extend=extend))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._interaction is not None:
            self._interaction.move(event)
            return
        found = self.hit_test(event.position())
        bar = found.bar if found is not None else None
        if found is not None and found.zone is Zone.EDGE and self.splittable:
            self.viewport().setCursor(ResizeBar.cursor)
        else:
            self.viewport().unsetCursor()
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

    def viewportEvent(self, event: QEvent) -> bool:
        """Pointing at the ground of a row says what is kept free there."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.ground_words(event.pos()), self.viewport())
            return True
        return super().viewportEvent(event)

    def ground_words(self, at: QPoint) -> str:
        """What a machine does where no bar is, "" if nothing is to be told."""
        band = self.band_at(at.y())
        if self.model is None or band is None or band.row < 0 or self.hit_test(QPointF(at)):
            return ""
        calendar = self.rows.calendars[band.row]
        found = None
        if calendar >= 0:
            found = self.model.windows[calendar].first_piece_at(self.grid.minutes(at.x()))
        if found is None:
            return ""
        start, end = (to_datetime(edge).astimezone(self.model.zone) for edge in found)
        words = self.tr("First piece of the shift, {start}–{end}: nothing is planned in it.")
        return words.format(start=f"{start:%H:%M}", end=f"{end:%H:%M}")

    # ---- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        if self.model is None:
            painter.fillRect(self.viewport().rect(), self.colours.panel)
            return
        frame = self._frame()
        self._paint(painter, frame)
        if self.ghost is not None:
            self.ghost.paint(painter, frame)
        if self._held is not None:
            self._held.paint_held(painter, frame)
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
