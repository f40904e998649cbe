"""The chart as a picture: colours, what is picked out, and the painting of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.views.planning.gantt.area import ChartArea
from app.views.planning.gantt.bars import UNKITTED
from app.views.planning.gantt.colouring import ColourBy, Colouring, colouring, shades
from app.views.planning.gantt.ghosts import Ghosts
from app.views.planning.gantt.model import Arrangement, PlanModel
from app.views.planning.gantt.painter import Frame, GanttPainter, Hit, ViewState, hit
from app.views.planning.gantt.scene import Scene
from app.views.planning.gantt.style import style_of
from app.views.theme import Tokens

if TYPE_CHECKING:
    from app.services.planning.rows import PlacementRow


class Chart(ChartArea):
    """Shows one plan; nothing can be done to it but picking out."""

    selectionChanged = Signal(object)
    """frozenset of operation ids."""
    followChanged = Signal(object)

    def __init__(self, tokens: Tokens, language: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.tokens, self.colours = tokens, style_of(tokens)
        self.language = language
        self.colour_by = ColourBy.ORDER
        self.state = ViewState()
        self.painter = GanttPainter(self.font())
        self._colouring: Colouring | None = None
        self._shades = np.zeros(0, np.uint8)
        self._standing_back: set[int] = set()
        self._unkitted: frozenset[int] = frozenset()
        self._ghosts: Ghosts = {}
        self.header.rowClicked.connect(self._on_row_clicked)

    def set_model(self, model: PlanModel) -> None:
        """Show a plan; place, zoom, folding and selection are kept where they still exist."""
        self._standing_back, self._ghosts = set(), {}
        selected = self.selected_operations()
        first_time = self.model is None or not len(self.model.bars)
        self._take_up(model)
        self._mark_unkitted(model)
        self.state.selected = {model.bar_of[op] for op in selected if op in model.bar_of}
        self.state.hovered, self.state.chain = None, ()
        if self.state.followed not in model.bars_of_order:
            self.state.followed = None
        self.painter.words.forget()
        self._colour()
        self._place_children()
        if first_time:
            self.show_start()
        if self.selected_operations() != selected:
            self.selectionChanged.emit(self.selected_operations())

    def set_ghosts(self, ghosts: Ghosts) -> None:
        """Where the bars of the plan that is shown stood in another one; none = an empty dict."""
        self._ghosts = ghosts
        self._update_all()

    def set_unkitted(self, operations: frozenset[int]) -> None:
        """Operations that lack something now: marked on their bars."""
        self._unkitted = operations
        if self.model is not None:
            self._mark_unkitted(self.model)
            self.viewport().update()

    def _mark_unkitted(self, model: PlanModel) -> None:
        """A mark is known only after the plan is shown: it is put into the flags of its bars."""
        marks = model.bars.marks
        marks &= ~np.uint8(UNKITTED)
        bars = [model.bar_of[one] for one in self._unkitted if one in model.bar_of]
        marks[bars] |= np.uint8(UNKITTED)

    @property
    def legend(self) -> Colouring | None:
        return self._colouring

    def set_now(self, now: float) -> None:
        """The clock went on."""
        if self.model is not None and now != self.model.now:
            self.model = replace(self.model, now=now)
            self._update_all()

    def set_arrangement(self, arrangement: Arrangement) -> None:
        """Other rows, the same stretch of time and the same selection."""
        if arrangement is self.arrangement:
            return
        self.arrangement = arrangement
        self.current_row = -1
        self.verticalScrollBar().setValue(0)
        self._place_children()
        shown = [bar for bar in self.state.selected if self.row_of(bar) >= 0]
        if shown:
            self._scroll_to_row_of(min(shown))

    def set_captions(self, texts: Callable[[PlacementRow], tuple[str, ...]] | None) -> None:
        """What bars in rows of machines say, the longest first; None = as usual."""
        self.painter.words.own = texts
        self.painter.words.forget()
        self._update_all()

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
            faint[[bar for pair in self.state.chain for bar in pair]] = False
        if self._standing_back:
            faint[list(self._standing_back)] = True
        self._shades = shades(self.model.bars, self._colouring.category, faint)
        self._update_all()

    def stand_back(self, bars: set[int]) -> None:
        """Draw these bars faintly: a gesture shows them elsewhere."""
        if bars != self._standing_back:
            self._standing_back = bars
            self._shade()

    # ---- what is picked out ----------------------------------------------------------------------

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

    def selected_operations(self) -> frozenset[int]:
        """Ids of the selected operations."""
        if self.model is None:
            return frozenset()
        return frozenset(int(self.model.bars.operation[bar]) for bar in self.state.selected)

    def follow(self, order: int | None) -> None:
        """Link an order's operations and dim all others; None ends it."""
        self.state.followed, self.state.chain = order, ()
        self._shade()
        self.followChanged.emit(order)

    def show_chain(self, order: int, pairs: Iterable[tuple[int, int]]) -> None:
        """What makes the followed order late, in red: pairs of operation ids, before and after."""
        if self.model is not None and order == self.state.followed:
            bar_of = self.model.bar_of
            self.state.chain = tuple(
                (bar_of[one], bar_of[other])
                for one, other in pairs
                if one in bar_of and other in bar_of
            )
            self._shade()

    def toggle_follow(self) -> None:
        """Follow the order of the selection, or stop following."""
        if self.model is None or not self.state.selected:
            self.follow(None)
            return
        order = self.model.bars.rows[min(self.state.selected)].order_id
        self.follow(None if order == self.state.followed else order)

    def zoom_to_selection(self) -> None:
        """The selected bars in view."""
        if self.model is not None and self.state.selected:
            chosen = list(self.state.selected)
            first = float(self.model.bars.setup_start[chosen].min())
            last = float(self.model.bars.end[chosen].max())
            air = max((last - first) * 0.1, 30)
            self.show_range(first - air, last + air)
            self._scroll_to_row_of(min(chosen))

    def _select_order_of(self, bar: int) -> None:
        if self.model is not None:
            self.select(self.model.bars_of_order[self.model.bars.rows[bar].order_id])

    def _on_row_clicked(self, row: int) -> None:
        self.current_row = row
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._update_all()

    @Slot(int)
    def show_row_of(self, machine: int) -> None:
        """Make a machine's row the current one, and scroll to it."""
        if self.model is None or machine not in self.model.row_of_machine:
            return
        self.set_arrangement(Arrangement.MACHINES)
        self.current_row = self.model.row_of_machine[machine]
        self._scroll_to_row(self.current_row)
        self._update_all()

    # ---- questions -------------------------------------------------------------------------------

    def hit_test(self, point: QPointF) -> Hit | None:
        """The bar under a viewport point."""
        layout = self.layout_of_rows
        if self.model is None or layout is None:
            return None
        return hit(self.rows, layout, self.grid, point.x(), point.y() + self.top)

    def box_of(self, bar: int) -> QRectF | None:
        """Where a bar is in the viewport, None while its row is folded or not shown here."""
        return next(iter(self._frame().boxes(bar)), None)

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
            ghosts=self._ghosts.get(self.arrangement),
        )
        size = self.viewport().size()
        return Frame(self.model, rows, scene, layout, self.top, size, self.state)

    def _paint(self, painter: QPainter, frame: Frame) -> None:
        """All but what a gesture adds."""
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
