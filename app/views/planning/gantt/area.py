"""The area of the chart: which plan and rows it has, and which part of them is in view."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.views.planning.gantt.axis import AXIS_HEIGHT, TimeAxis
from app.views.planning.gantt.model import Arrangement, PlanModel, Rows
from app.views.planning.gantt.row_header import RowHeader
from app.views.planning.gantt.row_layout import ROW_HEIGHT, Band, RowLayout
from app.views.planning.gantt.time_grid import MINUTES_PER_DAY, TimeGrid, to_minutes

FIRST_SCALE = 12 / 60  # pixels per minute at first sight: an hour is twelve pixels


class ChartArea(QAbstractScrollArea):
    """Time across, rows down; scrolls, zooms, folds, and knows what is where."""

    scrolled = Signal()

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.model: PlanModel | None = None
        self.arrangement = Arrangement.MACHINES
        self.current_row = -1
        self._layouts: dict[Arrangement, RowLayout] = {}
        self._folded: dict[Arrangement, tuple[str, ...]] = {}
        """Groups that were folded in the plan before, by arrangement."""
        self._grid: TimeGrid | None = None
        self.axis = TimeAxis(self)
        self.header = RowHeader(self)
        self._corner = QWidget(self)
        self.axis.rangeChosen.connect(self.show_range)
        self.header.groupClicked.connect(self.toggle_group)
        self.horizontalScrollBar().actionTriggered.connect(self._on_time_scrolled)

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
        """Of the rows that are shown; others are laid out when they are first looked at."""
        if self.model is None:
            return None
        layout = self._layouts.get(self.arrangement)
        if layout is None:
            rows = self.rows
            layout = RowLayout(rows.infos, rows.tracks, self._folded.get(self.arrangement, ()))
            self._layouts[self.arrangement] = layout
        return layout

    @property
    def rows(self) -> Rows:
        if self.model is None:
            raise RuntimeError("The chart has no plan yet")
        return self.model.arrangements[self.arrangement]

    @property
    def top(self) -> int:
        """Content y of the first visible line."""
        return self.verticalScrollBar().value()

    def _take_up(self, model: PlanModel) -> None:
        """Another state of the plan: folding, zoom and place are kept where they still exist."""
        self._folded |= {key: tuple(layout.folded) for key, layout in self._layouts.items()}
        self.model = model
        self._layouts = {}
        if self._grid is None:
            self._grid = TimeGrid(model.zone, *model.span())
        self._grid.zone = model.zone
        self._grid.set_span(*model.span())

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

    @Slot(object)
    def go_to(self, moment: datetime) -> None:
        """A moment at a fifth of the width."""
        if self.model is not None:
            span, length = self.model.span(), self.grid.right - self.grid.left
            left = to_minutes(moment) - length * 0.2
            self.grid.set_span(min(span[0], left), max(span[1], left + length))
            self.scroll_to(left)

    def show_start(self) -> None:
        """First look at a plan: from shortly before now, wide enough to read the bars."""
        if self.model is not None:
            begin = self.model.now - MINUTES_PER_DAY / 4
            span = self.model.bars.span()
            if span is not None and not span[0] <= self.model.now <= span[1]:
                begin = span[0] - MINUTES_PER_DAY / 8
            self.show_range(begin, begin + self.viewport().width() / FIRST_SCALE)

    def show_bar(self, bar: int) -> None:
        """Unfold, scroll: make a bar visible without zooming."""
        if self.model is None:
            return
        self._scroll_to_row_of(bar)
        bars = self.model.bars
        self._scroll_to_time(float(bars.setup_start[bar]), float(bars.end[bar]))

    def show_stretch(self, row: int, begin: float, end: float) -> None:
        """The same for a stretch of time in a row; -1 = of time alone."""
        if self.model is not None:
            self._scroll_to_row(row)
            self._scroll_to_time(begin, end)

    def _scroll_to_time(self, begin: float, end: float) -> None:
        grid = self.grid
        length = grid.right - grid.left
        if begin < grid.left or min(end, begin + length * 0.5) > grid.right:
            self.scroll_to(begin - length * 0.3)

    def _scroll_to_row_of(self, bar: int) -> None:
        self._scroll_to_row(self.row_of(bar))

    def _scroll_to_row(self, row: int) -> None:
        layout = self.layout_of_rows
        if layout is None or row < 0:
            return
        if layout.band_of(row) is None:
            layout.fold(layout.rows[row].group, False)
            self._place_children()
        band = layout.band_of(row)
        height = self.viewport().height()
        if band is not None and not self.top <= band.top <= self.top + height - band.height:
            self.verticalScrollBar().setValue(round(band.top - height / 3))

    def row_of(self, bar: int) -> int:
        """Row of a bar in the arrangement shown, -1 if it has none there.

        Where it stands in several rows: the current one, else the first.
        """
        if self.model is None:
            return -1
        tracks = self.rows.tracks
        rows = [tracks.row_at(position)[0] for position in tracks.positions(bar).tolist()]
        return self.current_row if self.current_row in rows else min(rows, default=-1)

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

    def band_at(self, y: float) -> Band | None:
        """The band under a viewport y."""
        layout = self.layout_of_rows
        return layout.band_at(y + self.top) if layout is not None else None

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
