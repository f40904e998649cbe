"""The first columns, kept in sight while the others scroll: a second view over the first.

It only shows. Rows, selection, widths and order are those of the view below it, and what the mouse
does in its cells is handed down, so that a selection may begin in one part and end in the other.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QItemSelectionModel, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from app.views.table_delegate import CellDelegate
from app.views.table_painting import paint_groups, paint_lines
from app.views.theme import ROW, tokens

HANDED_DOWN = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.ContextMenu,
        QEvent.Type.ToolTip,
    }
)


def unmarked(view: QTableView) -> None:
    """Give the headers a selection of their own, in which nothing is ever selected."""
    for header in (view.horizontalHeader(), view.verticalHeader()):
        header.setSelectionModel(QItemSelectionModel(view.model(), header))


class FrozenPart(QTableView):
    """Shows the columns left of ``boundary`` (a place in the header) of ``below``."""

    def __init__(
        self, below: QTableView, make_header: Callable[[QTableView], QHeaderView] | None
    ) -> None:
        super().__init__(below)
        self.below = below
        self.boundary = 0
        self.setProperty("frozen", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusProxy(below)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionBehavior(below.selectionBehavior())
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setItemDelegate(CellDelegate(self))
        self.setFont(below.font())
        if make_header is not None:
            self.setHorizontalHeader(make_header(self))
        self.setModel(below.model())
        self.setSelectionModel(below.selectionModel())
        unmarked(self)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW)
        self._connect()
        self.hide()

    def _connect(self) -> None:
        mine, theirs = self.horizontalHeader(), self.below.horizontalHeader()
        theirs.sectionResized.connect(self._on_below_section_resized)
        theirs.sectionMoved.connect(self._on_below_section_moved)
        theirs.geometriesChanged.connect(self.place)
        mine.sectionResized.connect(self._on_section_resized)
        mine.sectionMoved.connect(self._on_section_moved)
        bar = self.below.verticalScrollBar()
        bar.valueChanged.connect(self._on_below_scrolled)
        bar.rangeChanged.connect(self.place)

    @property
    def cells(self) -> bool:
        return self.below.cells

    def is_current(self, row: int, column: int) -> bool:
        return self.below.is_current(row, column)

    def sections(self) -> list[int]:
        """The columns shown here, by number."""
        header = self.below.horizontalHeader()
        first = (header.logicalIndex(place) for place in range(self.boundary))
        return [number for number in first if not header.isSectionHidden(number)]

    def breadth(self) -> int:
        """Pixels of the part; 0 when nothing is frozen."""
        header = self.below.horizontalHeader()
        return sum(header.sectionSize(number) for number in self.sections())

    def freeze(self, boundary: int) -> None:
        """Show the first ``boundary`` places of the header (hidden columns count)."""
        self.boundary = boundary
        self.take_over()

    @Slot()
    def take_over(self) -> None:
        """Which columns are shown, in which order and how wide: as below."""
        mine, theirs = self.horizontalHeader(), self.below.horizontalHeader()
        shown = set(self.sections())
        for place in range(theirs.count()):
            mine.moveSection(mine.visualIndex(theirs.logicalIndex(place)), place)
        for number in range(theirs.count()):
            mine.setSectionHidden(number, number not in shown)
            if number in shown:
                mine.resizeSection(number, theirs.sectionSize(number))
        self.place()

    @Slot()
    def place(self) -> None:
        """Over the left edge of the cells below; only over the titles while there is no row."""
        below, breadth = self.below, self.breadth()
        self.setVisible(breadth > 0)
        if not breadth:
            return
        height = below.horizontalHeader().height()
        self.horizontalHeader().setFixedHeight(height)
        cells = below.viewport().geometry()
        room = cells.height() if below.model().rowCount() else 0
        self.setGeometry(
            cells.left(), cells.top() - height, min(breadth, cells.width()), height + room
        )
        self._on_below_scrolled()
        self.raise_()

    @Slot(int, int, int)
    def _on_below_section_resized(self, number: int, _before: int, _size: int) -> None:
        if number in self.sections():
            self.horizontalHeader().setSectionHidden(number, False)
            size = self.below.horizontalHeader().sectionSize(number)
            self.horizontalHeader().resizeSection(number, size)
        else:
            self.horizontalHeader().setSectionHidden(number, True)
        self.place()

    @Slot(int, int, int)
    def _on_section_resized(self, number: int, before: int, size: int) -> None:
        """A hand drags the edge; a column that only comes into sight takes the width below."""
        header = self.below.horizontalHeader()
        dragged = before and size and number in self.sections()
        if dragged and header.sectionSize(number) != size:
            header.resizeSection(number, size)

    @Slot()
    def _on_below_section_moved(self) -> None:
        self.take_over()

    @Slot(int, int, int)
    def _on_section_moved(self, number: int, before: int, after: int) -> None:
        header = self.below.horizontalHeader()
        if header.visualIndex(number) == before:
            header.moveSection(before, after)

    @Slot()
    def _on_below_scrolled(self) -> None:
        self.verticalScrollBar().setValue(self.below.verticalScrollBar().value())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() in HANDED_DOWN:
            # Both viewports have the same corner: the place of the mouse is the same in both.
            return QCoreApplication.sendEvent(self.below.viewport(), event)
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        paint_lines(painter, self, event.rect())
        paint_groups(painter, self, self.below)
        painter.setPen(QColor(tokens().line_strong))
        right = self.viewport().width() - 1
        painter.drawLine(right, 0, right, self.viewport().height())
        painter.end()
