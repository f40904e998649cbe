"""How a cell of a table is drawn."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.views.icons import pixmap
from app.views.table_columns import Kind
from app.views.theme import tokens

CELL_MARGIN = 4
ICON = 16
ALIGNMENT = {
    True: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    False: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
}


class CellDelegate(QStyledItemDelegate):
    """Draws a cell by itself: a full window of cells costs a third of what the style needs."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        model = index.model()
        column, row = model.columns[index.column()], model.row_at(index.row())
        colours, area = tokens(), option.rect
        if row is None:
            self._paint_group(painter, option, index)
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(colours.accent_soft))
        share = column.bar(row) if column.bar else None
        if share is not None:
            self._paint_bar(painter, area, share)
        tone = (column.tone(row) if column.tone else None) or "text"
        inner = area.adjusted(CELL_MARGIN, 0, -CELL_MARGIN, 0)
        picture = column.icon(row) if column.icon else None
        if picture:
            drawn = pixmap(picture, tone, ICON, painter.device().devicePixelRatioF())
            painter.drawPixmap(inner.left(), area.center().y() - ICON // 2 + 1, drawn)
            inner.setLeft(inner.left() + ICON + CELL_MARGIN)
        text = model.text_at(index.row(), index.column())
        if text:
            painter.setFont(option.font)
            painter.setPen(QColor(getattr(colours, tone)))
            text = option.fontMetrics.elidedText(
                text.replace("\n", " "), Qt.TextElideMode.ElideRight, inner.width()
            )
            painter.drawText(inner, ALIGNMENT[column.kind is Kind.NUMBER], text)
        if option.widget.cells and option.widget.is_current(index.row(), index.column()):
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -2))

    def _paint_group(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """The ground of a group row and its totals; its title is painted over several cells."""
        model, colours = index.model(), tokens()
        selected = option.state & QStyle.StateFlag.State_Selected
        painter.fillRect(option.rect, QColor(colours.accent_soft if selected else colours.window))
        if model.columns[index.column()].total:
            font = QFont(option.font)
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(QColor(colours.text))
            inner = option.rect.adjusted(CELL_MARGIN, 0, -CELL_MARGIN, 0)
            painter.drawText(inner, ALIGNMENT[True], model.text_at(index.row(), index.column()))

    def _paint_bar(self, painter: QPainter, cell: QRect, share: float) -> None:
        colours = tokens()
        ground = QRect(cell.left() + 4, cell.bottom() - 5, cell.width() - 8, 3)
        painter.fillRect(ground, QColor(colours.line))
        ground.setWidth(round(ground.width() * min(max(share, 0.0), 1.0)))
        painter.fillRect(ground, QColor(colours.accent))
