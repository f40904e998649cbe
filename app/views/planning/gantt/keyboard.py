"""The Gantt by keyboard: everything the mouse can do to a bar, and walking from bar to bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QKeyEvent

from app.views.planning.gantt.row_layout import ROW_HEIGHT

if TYPE_CHECKING:
    from app.views.planning.gantt.view import GanttView

ZOOM_STEP = 1.25

Action = Callable[[], None]


class Keyboard:
    """Keys of the chart while it has the focus; listed in ``docs/schedule.md``."""

    def __init__(self, view: GanttView) -> None:
        self._view = view
        key = Qt.Key
        self._plain: dict[Qt.Key, Action] = {
            key.Key_Period: view.go_to_now,
            key.Key_L: self._lock,
            key.Key_F: view.toggle_follow,
            key.Key_W: view.whyRequested.emit,
            key.Key_R: view.next_mode,
            key.Key_S: view.splitAsked.emit,
            key.Key_Delete: view.take_off,
            key.Key_Escape: self._escape,
            key.Key_Left: lambda: self._step(-1),
            key.Key_Right: lambda: self._step(1),
            key.Key_Up: lambda: self._step_row(-1),
            key.Key_Down: lambda: self._step_row(1),
            key.Key_Home: lambda: view.scroll_to(view.grid.first),
            key.Key_End: lambda: view.scroll_to(view.grid.last),
            key.Key_PageUp: lambda: self._scroll_page(-1),
            key.Key_PageDown: lambda: self._scroll_page(1),
            key.Key_Menu: self._menu,
            key.Key_G: lambda: self._step_ghost(1),
            key.Key_Return: self._take_ghost,
            key.Key_Enter: self._take_ghost,
        }
        self._with_shift: dict[Qt.Key, Action] = {
            key.Key_G: lambda: self._step_ghost(-1),
            key.Key_Left: lambda: self._step(-1, more=True),
            key.Key_Right: lambda: self._step(1, more=True),
        }
        self._with_control: dict[Qt.Key, Action] = {
            key.Key_0: view.fit,
            key.Key_Plus: lambda: view.zoom(ZOOM_STEP),
            key.Key_Equal: lambda: view.zoom(ZOOM_STEP),
            key.Key_Minus: lambda: view.zoom(1 / ZOOM_STEP),
            key.Key_A: self._select_row,
        }
        self._with_alt: dict[Qt.Key, Action] = {
            key.Key_Left: lambda: self._nudge(-view.grid.snap_step()),
            key.Key_Right: lambda: self._nudge(view.grid.snap_step()),
            key.Key_Up: lambda: self._nudge_row(-1),
            key.Key_Down: lambda: self._nudge_row(1),
            key.Key_Home: lambda: view.move_to_end(latest=False),
            key.Key_End: lambda: view.move_to_end(latest=True),
        }

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key without Ctrl or Alt is ours, before any shortcut of the window."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        return plain and Qt.Key(event.key()) in self._plain

    def press(self, event: QKeyEvent) -> bool:
        """Act on a key; False when it means nothing here."""
        modifiers = event.modifiers()
        keys = self._plain
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            keys = self._with_control
        elif modifiers & Qt.KeyboardModifier.AltModifier:
            keys = self._with_alt
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            keys = self._with_shift
        action = keys.get(Qt.Key(event.key()))
        if action is not None:
            action()
        return action is not None

    # ---- one key each ----------------------------------------------------------------------------

    def _escape(self) -> None:
        """The innermost thing first: a gesture, following, the selection."""
        view = self._view
        if view.cancel_gesture():
            return
        if view.ghost is not None:
            view.ghostDismissed.emit()
        elif view.state.followed is not None:
            view.follow(None)
        else:
            view.select(set())

    def _lock(self) -> None:
        if self._view.state.selected:
            self._view.lockRequested.emit(self._view.selected_operations())

    def _select_row(self) -> None:
        view = self._view
        if view.current_row >= 0:
            view.select(view.rows.tracks.bars_of_row(view.current_row).tolist())

    def _menu(self) -> None:
        view = self._view
        if view.state.selected:
            box = view.box_of(min(view.state.selected))
            corner = box.bottomLeft().toPoint() if box is not None else QPoint(0, 0)
            view.menuRequested.emit(view.viewport().mapToGlobal(corner))
        elif view.current_row >= 0:
            band = view.layout_of_rows.band_of(view.current_row) if view.layout_of_rows else None
            foot = QPoint(0, band.bottom - view.top if band is not None else 0)
            view.groundMenuRequested.emit(view.viewport().mapToGlobal(foot))

    def _scroll_page(self, direction: int) -> None:
        page = self._view.viewport().height() - ROW_HEIGHT
        self._view.scroll_to(self._view.grid.left, self._view.top + direction * page)

    def _anchor(self) -> int | None:
        """The bar steps start from; without one the first in view is selected instead."""
        view = self._view
        shown = [bar for bar in view.state.selected if view.row_of(bar) >= 0]
        if shown:
            return min(shown, key=self._begin)
        inside = view.bars_in(QRectF(view.viewport().rect()))
        if inside:
            view.select({min(inside, key=lambda bar: (view.row_of(bar), self._begin(bar)))})
        return None

    def _begin(self, bar: int) -> float:
        model = self._view.model
        return float(model.bars.setup_start[bar]) if model is not None else 0.0

    def _step(self, direction: int, *, more: bool = False) -> None:
        """Previous or next bar of the row; ``more`` selects it as well."""
        view, anchor = self._view, self._anchor()
        if anchor is None:
            return
        row = view.row_of(anchor)
        own = view.rows.tracks.bars_of_row(row).tolist()
        own.sort(key=lambda bar: (self._begin(bar), bar))
        chosen = [own.index(bar) for bar in view.state.selected if bar in own]
        index = (min(chosen) if direction < 0 else max(chosen)) + direction
        if 0 <= index < len(own):
            view.select(view.state.selected | {own[index]} if more else {own[index]})
            view.show_bar(own[index])

    def _step_row(self, direction: int) -> None:
        """The bar nearest in time in the next row that has one."""
        view, anchor = self._view, self._anchor()
        if anchor is None:
            return
        row = view.row_of(anchor) + direction
        while 0 <= row < len(view.rows.infos):
            bars = view.rows.tracks.bars_of_row(row).tolist()
            if bars:
                nearest = min(bars, key=lambda bar: abs(self._begin(bar) - self._begin(anchor)))
                view.current_row = row  # the same bar may stand here, too
                view.select({nearest})
                view.show_bar(nearest)
                return
            row += direction

    def _step_ghost(self, direction: int) -> None:
        """From step to step of an order that is asked about."""
        if self._view.ghost is not None:
            self._view.ghost.pick_next(direction)

    def _take_ghost(self) -> None:
        if self._view.ghost is not None:
            self._view.ghostWanted.emit()

    def _nudge(self, minutes: float) -> None:
        ghost = self._view.ghost
        if ghost is not None and ghost.current is not None:
            ghost.nudge(0, minutes)
        else:
            self._view.nudge((), minutes)

    def _nudge_row(self, direction: int) -> None:
        """To the next machine above or below that may take the bar."""
        ghost = self._view.ghost
        if ghost is not None and ghost.current is not None:
            ghost.nudge(direction, 0.0)
            return
        model = self._view.model
        if model is None or not self._view.state.selected:
            return
        bar = min(self._view.state.selected, key=self._begin)
        row, infos = int(model.bars.machine[bar]), model.machine_rows.infos
        rows = range(row + 1, len(infos)) if direction > 0 else range(row - 1, -1, -1)
        self._view.nudge(tuple(infos[number].key for number in rows), 0.0)
