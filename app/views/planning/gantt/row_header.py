"""Titles of the rows at the left of the chart; groups fold with a click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.views.icons import pixmap
from app.views.planning.gantt.row_layout import (
    NO_WORK_CENTRE,
    ROW_HEIGHT,
    SUBCONTRACTORS,
    Band,
    RowInfo,
)
from app.views.theme import SMALL_POINTS

if TYPE_CHECKING:
    from app.views.planning.gantt.chart import Chart

NARROWEST, WIDEST = 130, 250
INDENT = 22


class RowHeader(QWidget):
    """Child of the Gantt view, aligned with its viewport."""

    groupClicked = Signal(str)
    rowClicked = Signal(int)

    def __init__(self, view: Chart) -> None:
        super().__init__(view)
        self._view = view

    def wanted_width(self) -> int:
        """Wide enough for the longest title and note, within limits."""
        layout = self._view.layout_of_rows
        if layout is None:
            return NARROWEST
        strong, small = self._fonts()
        strong_metrics, small_metrics = QFontMetricsF(strong), QFontMetricsF(small)
        # A few thousand orders need not all be measured: the longest strings are the widest.
        longest = sorted(layout.rows, key=lambda i: -len(i.title) - len(i.detail) - len(i.note))
        width = max(
            (
                strong_metrics.horizontalAdvance(info.title)
                + small_metrics.horizontalAdvance(info.detail)
                + small_metrics.horizontalAdvance(info.note)
                for info in longest[:40]
            ),
            default=0.0,
        )
        return round(min(max(width + INDENT + 34, NARROWEST), WIDEST))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        layout = self._view.layout_of_rows
        band = layout.band_at(event.position().y() + self._view.top) if layout else None
        if band is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        if band.row < 0:
            self.groupClicked.emit(band.group)
        else:
            self.rowClicked.emit(band.row)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        view, style = self._view, self._view.colours
        painter.fillRect(self.rect(), style.panel)
        layout = view.layout_of_rows
        if layout is not None:
            for band in layout.visible(view.top, view.top + self.height()):
                y = band.top - view.top
                if band.row < 0:
                    painter.fillRect(QRectF(0, y, self.width(), band.height), style.window)
                    self._group(painter, band, y)
                else:
                    self._row(painter, band, layout.rows[band.row], y)
                painter.setPen(style.line)
                painter.drawLine(0, y + band.height - 1, self.width(), y + band.height - 1)
        painter.setPen(style.line_strong)
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())

    def _group(self, painter: QPainter, band: Band, y: int) -> None:
        view = self._view
        layout = view.layout_of_rows
        if layout is None:
            return
        folded = band.group in layout.folded
        picture = pixmap(
            "chevron-right" if folded else "chevron-down", "muted", 14, self.devicePixelRatioF()
        )
        painter.drawPixmap(4, y + (band.height - 14) // 2, picture)
        strong, small = self._fonts()
        painter.setFont(strong)
        painter.setPen(view.colours.text)
        box = QRectF(INDENT, y, self.width() - INDENT - 30, band.height)
        painter.drawText(
            box, Qt.AlignmentFlag.AlignVCenter, self._cut(painter, self._name(band.group), box)
        )
        painter.setFont(small)
        painter.setPen(view.colours.muted)
        box = QRectF(0, y, self.width() - 8, band.height)
        count = str(len(layout.group_rows(band.group)))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)

    def _name(self, group: str) -> str:
        if group == SUBCONTRACTORS:
            return self.tr("Subcontractors")
        return self.tr("No work centre") if group == NO_WORK_CENTRE else group

    def _row(self, painter: QPainter, band: Band, info: RowInfo, y: int) -> None:
        style = self._view.colours
        height = ROW_HEIGHT
        if band.row == self._view.current_row:
            painter.fillRect(QRectF(0, y, self.width(), band.height - 1), style.accent_soft)
        # The title of a tall row stays in sight while the row does.
        y = max(y, min(0, y + band.height - height))
        _, small = self._fonts()
        painter.setFont(small)
        note_width = painter.fontMetrics().horizontalAdvance(info.note)
        painter.setPen(style.muted)
        flags = Qt.AlignmentFlag.AlignVCenter
        right = QRectF(0, y, self.width() - 8, height)
        painter.drawText(right, flags | Qt.AlignmentFlag.AlignRight, info.note)
        painter.setFont(self.font())
        painter.setPen(style.late if info.alarm else style.text)
        indent = INDENT if info.group else 8
        box = QRectF(indent, y, self.width() - indent - note_width - 16, height)
        title = self._cut(painter, info.title, box)
        painter.drawText(box, flags, title)
        used = painter.fontMetrics().horizontalAdvance(title) + 8
        box.setLeft(box.left() + used)
        if info.detail and info.detail != info.title and box.width() > 24:
            painter.setFont(small)
            painter.setPen(style.muted)
            painter.drawText(box, flags, self._cut(painter, info.detail, box))

    def _cut(self, painter: QPainter, words: str, box: QRectF) -> str:
        return painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, max(int(box.width()), 0)
        )

    def _fonts(self) -> tuple[QFont, QFont]:
        strong, small = QFont(self.font()), QFont(self.font())
        strong.setBold(True)
        small.setPointSizeF(SMALL_POINTS)
        return strong, small
