"""What is painted in a table besides its cells."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QTableView

from app.views.icons import pixmap
from app.views.table_groups import Group
from app.views.theme import ROW, tokens

INDENT = 16
CHEVRON = 16
LEAST_TITLE = 160
"""Pixels that a group's title may always take, over what has scrolled below it."""


def paint_lines(painter: QPainter, view: QTableView, area: QRect) -> None:
    """Horizontal hairlines only: quieter than a grid, and the eye follows the row."""
    painter.setPen(QColor(tokens().line))
    first, last = view.rowAt(area.top()), view.rowAt(area.bottom())
    count = view.model().rowCount()
    if count == 0:
        return
    for row in range(max(first, 0), (last if last >= 0 else count - 1) + 1):
        bottom = view.rowViewportPosition(row) + view.rowHeight(row) - 1
        painter.drawLine(area.left(), bottom, area.right(), bottom)


def paint_skeleton(painter: QPainter, view: QTableView) -> None:
    """Pale bars instead of rows while they are read."""
    colour = QColor(tokens().line)
    header = view.horizontalHeader()
    for row in range(view.viewport().height() // ROW):
        for section in range(header.count()):
            if header.isSectionHidden(section):
                continue
            left = header.sectionViewportPosition(section) + 8
            width = max(header.sectionSize(section) * (3 + (row + section) % 4) // 8, 12)
            painter.fillRect(left, row * ROW + ROW // 2 - 3, width, 6, colour)


def title_left(group: Group) -> int:
    """Where a group's title begins in the viewport; its chevron stands left of it."""
    return 4 + group.level * INDENT + CHEVRON + 4


def paint_groups(painter: QPainter, view: QTableView, below: QTableView) -> None:
    """The titles of group rows. They do not scroll sideways: ``view`` may be the frozen part of
    ``below``, which goes on with the same title."""
    model = below.model()
    if not model.group_keys:
        return
    room = _room(below)
    first, last = view.rowAt(0), view.rowAt(view.viewport().height() - 1)
    for row in range(max(first, 0), (last if last >= 0 else model.rowCount() - 1) + 1):
        group = model.group_at(row)
        if group is not None:
            cell = QRect(0, view.rowViewportPosition(row), room, view.rowHeight(row) - 1)
            selected = below.selectionModel().isSelected(model.index(row, 0))
            _paint_title(painter, view, cell, group, model.group_title(group), selected)


def _room(below: QTableView) -> int:
    """Pixels up to the first column with totals."""
    model, width = below.model(), below.viewport().width()
    lefts = [
        below.visualRect(model.index(0, number)).left()
        for number, column in enumerate(model.columns)
        if column.total and not below.isColumnHidden(number)
    ]
    return min((left for left in lefts if left > LEAST_TITLE), default=width)


def _paint_title(
    painter: QPainter, view: QTableView, cell: QRect, group: Group, title: str, selected: bool
) -> None:
    colours = tokens()
    ground = QColor(colours.accent_soft if selected else colours.window)
    bold = view.font()
    bold.setBold(True)
    metrics, left = QFontMetrics(bold), title_left(group)
    count = f"{group.count:,}"
    count_width = view.fontMetrics().horizontalAdvance(count) + 12
    shown = metrics.elidedText(
        title, Qt.TextElideMode.ElideRight, max(cell.right() - left - count_width, 0)
    )
    end = left + metrics.horizontalAdvance(shown)
    painter.fillRect(cell.left(), cell.top(), end + count_width, cell.height(), ground)
    picture = "chevron-down" if group.open else "chevron-right"
    drawn = pixmap(picture, "muted", CHEVRON, painter.device().devicePixelRatioF())
    painter.drawPixmap(left - CHEVRON - 4, cell.center().y() - CHEVRON // 2 + 1, drawn)
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.setFont(bold)
    painter.setPen(QColor(colours.text))
    painter.drawText(QRect(left, cell.top(), end - left + 2, cell.height()), middle, shown)
    painter.setFont(view.font())
    painter.setPen(QColor(colours.muted))
    painter.drawText(QRect(end + 8, cell.top(), count_width, cell.height()), middle, count)
